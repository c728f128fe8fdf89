"""lineup: the frames of one canvas in their order, and who draws what a frame has left undrawn.

    waiting --take_next--> running --read_later--> reading --> over
       ^                      |                       |
       +------ put_back ------+------- go_on ---------+      halted: queued again, in their order

Plain data: no threads, and no lock. Whoever uses it holds the lock of the queue.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .errors import FrameCancelledError, LimitError
from .ticket import Ticket

if TYPE_CHECKING:
    from .pipeline.record import Commands

__all__ = ["Lineup", "Read", "is_final"]

Read = Callable[[], NDArray[np.uint8]]
"""Gives the pixels of a frame that has been drawn, whatever is drawn after it."""


class Lineup:
    """The frames of one canvas that have not come to their end, the oldest first.

    Attributes
    ----------
    waiting : deque of Ticket
        Not begun.
    running : Ticket or None
        Being drawn, or handed to the GPU.
    reading : deque of (Ticket, Read)
        Begun, and to be waited for or read.
    again : list of Ticket
        Begun behind a frame that was not drawn, and halted: to be queued again.
    stopping : set of Ticket
        To be stopped as soon as can be.
    is_halted : bool
        Whether a frame was begun and not drawn, so that none behind it can be: until `go_on`.
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
        """Frames in flight: waiting, drawn or read; and those that will be again."""
        return len(self.waiting) + (self.running is not None) + len(self.reading) + len(self.again)

    def tickets(self) -> list[Ticket]:
        """All frames, the oldest first."""
        running = [] if self.running is None else [self.running]
        return [*self.again, *(ticket for ticket, _ in self.reading), *running, *self.waiting]

    def clear(self) -> list[Ticket]:
        """Forget all frames; returns them."""
        tickets = self.tickets()
        self.waiting.clear()
        self.reading.clear()
        self.again.clear()
        self.stopping.clear()
        self.running, self.is_halted = None, False
        return tickets

    # -- from place to place -----------------------------------------------------------------------------------

    def take_next(self) -> Ticket:
        """The frame that has waited longest is drawn now."""
        ticket = self.running = self.waiting.popleft()
        ticket._state = "running"
        return ticket

    def put_back(self, ticket: Ticket) -> None:
        """The frame that runs cannot be begun, an earlier one not being drawn: it waits again, as the first."""
        ticket._state = "queued"
        self.waiting.appendleft(ticket)
        self.running, self.is_halted = None, True

    def halt(self, ticket: Ticket, error: BaseException) -> None:
        """A frame that had been begun was not drawn, and neither are those behind it."""
        self.is_halted = True
        self._undrawn = left_by(ticket, error)

    def put_aside(self, ticket: Ticket) -> None:
        """A frame that had been begun was halted: it is queued again when all that were begun have landed."""
        ticket._state, self.is_halted = "queued", True
        self.again.append(ticket)

    def go_on(self) -> None:
        """All frames that were begun have landed: queue those again that were halted, in their order."""
        self.waiting.extendleft(reversed(self.again))
        left, self._undrawn, self.again, self.is_halted = self._undrawn, [], [], False
        self._draw_first(left)

    # -- what is left undrawn ----------------------------------------------------------------------------------

    def with_left_over(self, commands: Commands) -> list[Commands]:
        """The recordings of a new frame: those that are left over come first."""
        return [*self._left_over, commands]

    def take_left_over(self) -> list[Commands]:
        """What dropped and failed frames were to draw and no later frame has drawn; it is the caller's now."""
        left, self._left_over = self._left_over, []
        return left

    def give_back(self, commands: list[Commands]) -> None:
        """Keep what could not be drawn for the next frame; nothing newer is left over."""
        self._left_over = [*commands, *self._left_over]

    def pass_on(self, commands: list[Commands], place: int) -> None:
        """Have the next frame draw first what the one that waited at this place was to draw."""
        if place < len(self.waiting):
            self.waiting[place]._commands[:0] = commands
        else:
            self._left_over = [*self._left_over, *commands]

    def pass_back(self, ticket: Ticket, error: BaseException) -> None:
        """Have the next frame draw first what the one that ran, the oldest of all, has not drawn."""
        self._draw_first(left_by(ticket, error))

    def _draw_first(self, left: list[Commands]) -> None:
        if self.waiting:
            self.waiting[0]._commands[:0] = left
        else:
            self.give_back(left)


def left_by(ticket: Ticket, error: BaseException) -> list[Commands]:
    """The recordings that a frame with an error leaves to the next one."""
    return ticket._commands[:-1] if is_final(error) else ticket._commands


def is_final(error: BaseException) -> bool:
    """Whether a frame that ended so need not be tried again: nobody wants it, or it is beyond what can be drawn."""
    limit = isinstance(error, LimitError) and not isinstance(error, MemoryError) and not error.kept
    return limit or isinstance(error, FrameCancelledError)
