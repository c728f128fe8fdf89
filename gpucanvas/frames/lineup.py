"""lineup: the states of one canvas's unfinished frames, in order, and the commands that ended frames left undrawn.

    waiting --take_next--> running --read_later--> reading --> over
       ^                      |                       |
       +------ put_back ------+------- go_on ---------+      halted: queued again, in their order

Plain data, without threads or locks: `FrameQueue` calls it with its lock held.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..errors import FrameCancelledError, LimitError
from .ticket import Ticket

if TYPE_CHECKING:
    from ..pipeline.record import Commands

__all__ = ["Lineup", "Read", "is_final"]

Read = Callable[[], NDArray[np.uint8]]
"""Returns the pixels of a drawn frame, even after later frames have been drawn."""


class Lineup:
    """The frames of one canvas that have not ended, the oldest first.

    Attributes
    ----------
    waiting : deque of Ticket
        Not begun.
    running : Ticket or None
        Being drawn, or handed to the GPU.
    reading : deque of (Ticket, Read)
        Begun, and to be waited for or read.
    again : list of Ticket
        Halted, because a frame begun before them was not drawn: to be queued again.
    stopping : set of Ticket
        Cancelled, and to be stopped as soon as possible.
    is_halted : bool
        Whether a begun frame was not drawn, so that frames behind it cannot be drawn until `go_on`.
    """

    def __init__(self) -> None:
        self.waiting: deque[Ticket] = deque()
        self.running: Ticket | None = None
        self.reading: deque[tuple[Ticket, Read]] = deque()
        self.again: list[Ticket] = []
        self.stopping: set[Ticket] = set()
        self.is_halted = False
        self._undrawn: list[Commands] = []
        self._left_over: list[Commands] = []

    @property
    def count(self) -> int:
        """Frames in flight: waiting, running, being read, and halted."""
        return len(self.waiting) + (self.running is not None) + len(self.reading) + len(self.again)

    def tickets(self) -> list[Ticket]:
        """All frames, the oldest first."""
        running = [] if self.running is None else [self.running]
        return [*self.again, *(ticket for ticket, _ in self.reading), *running, *self.waiting]

    def clear(self) -> list[Ticket]:
        """Remove and return all frames."""
        tickets = self.tickets()
        self.waiting.clear()
        self.reading.clear()
        self.again.clear()
        self.stopping.clear()
        self.running, self.is_halted = None, False
        return tickets

    # -- from place to place -----------------------------------------------------------------------------------

    def take_next(self) -> Ticket:
        """Move the frame that has waited longest to ``running``; returns it."""
        ticket = self.running = self.waiting.popleft()
        ticket._state = "running"
        return ticket

    def put_back(self, ticket: Ticket) -> None:
        """Move the running frame back to the front of the waiting ones, since an earlier frame was not drawn."""
        ticket._state = "queued"
        self.waiting.appendleft(ticket)
        self.running, self.is_halted = None, True

    def halt(self, ticket: Ticket, error: BaseException) -> None:
        """Note that a begun frame was not drawn, which halts the frames behind it."""
        self.is_halted = True
        self._undrawn = left_by(ticket, error)

    def put_aside(self, ticket: Ticket) -> None:
        """Note that a begun frame was halted: `go_on` queues it again when all begun frames have ended."""
        ticket._state, self.is_halted = "queued", True
        self.again.append(ticket)

    def go_on(self) -> None:
        """Queue halted frames again, in their order, once all begun frames have ended."""
        self.waiting.extendleft(reversed(self.again))
        left, self._undrawn, self.again, self.is_halted = self._undrawn, [], [], False
        self._draw_first(left)

    # -- what is left undrawn ----------------------------------------------------------------------------------

    def with_left_over(self, commands: Commands) -> list[Commands]:
        """The recordings of a new frame, preceded by the undrawn ones of earlier frames."""
        return [*self._left_over, commands]

    def take_left_over(self) -> list[Commands]:
        """Remove and return the commands of dropped and failed frames that no later frame has drawn."""
        left, self._left_over = self._left_over, []
        return left

    def give_back(self, commands: list[Commands]) -> None:
        """Keep commands that could not be drawn for the next frame. Call it only while no newer ones are kept."""
        self._left_over = [*commands, *self._left_over]

    def pass_on(self, commands: list[Commands], place: int) -> None:
        """Give the commands of a dropped frame, which waited at index ``place``, to the frame after it."""
        if place < len(self.waiting):
            self.waiting[place]._commands[:0] = commands
        else:
            self._left_over = [*self._left_over, *commands]

    def pass_back(self, ticket: Ticket, error: BaseException) -> None:
        """Give the undrawn commands of the running frame, the oldest of all, to the frame after it."""
        self._draw_first(left_by(ticket, error))

    def _draw_first(self, left: list[Commands]) -> None:
        if self.waiting:
            self.waiting[0]._commands[:0] = left
        else:
            self.give_back(left)


def left_by(ticket: Ticket, error: BaseException) -> list[Commands]:
    """The recordings that a failed frame leaves to the next one."""
    return ticket._commands[:-1] if is_final(error) else ticket._commands


def is_final(error: BaseException) -> bool:
    """Whether an error makes it pointless to draw the frame again: it was cancelled, or is beyond a limit."""
    limit = isinstance(error, LimitError) and not isinstance(error, MemoryError) and not error.kept
    return limit or isinstance(error, FrameCancelledError)
