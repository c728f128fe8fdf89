"""gl_frame: the state of one frame on the GPU: its steps, their counters, and the resources it holds until it lands.

    steps --run on the owner--> counters copied into a lease, then a fence --fence passed--> checked --> landed

All methods but `wait` and `done` run on the thread that owns the context.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from ..changes import Changes
from ..contract import constants as c
from ..contract.formats import Pixels
from ..contract.stages import BUFFERS
from ..gl.backups import SurfaceBackup
from ..gl.lease import Lease, Submission
from ..gl.texture_surface import TextureSurface
from ..gl.transfer import Transfers
from ..plan.steps import Draw, Present, Read, Step
from ..plan.targets import SURFACE, Target
from ..sight import spans
from .base import Stop

COUNTED = tuple(buffer for buffer in BUFFERS.values() if buffer.counter is not None)
"""Buffers whose needed size only the shaders find out, by counting."""
COUNTER_BYTES = 4 * c.COUNTER_COUNT
SHORTEST_PAUSE, LONGEST_PAUSE = 0.0002, 0.002
"""Seconds between checks while waiting for a frame: the first pause, and the longest one."""


class Keep(NamedTuple):
    """A step of this backend alone: copy the surface, so that a frame of several draws can be undone."""

    target: Target


class State(NamedTuple):
    """The host's state of a texture before a step, for a replay."""

    texture: TextureSurface
    clear_color: int | None
    has_pixels: bool


class Room(NamedTuple):
    """The capacities of the buffers in one run of the stages.

    Attributes
    ----------
    config : record
        The Config record of the run, with the capacities.
    bins : int
        Number of bins of the scene.
    """

    config: Any
    bins: int


class GLFrame:
    """A frame in flight.

    Parameters
    ----------
    steps
        The steps of a plan, in order, with Draws cut into parts that the driver can run.
    surface
        The canvas's pixels.
    stop
        Returns whether the frame was cancelled.

    Attributes
    ----------
    error : BaseException or None
        Set when the frame has landed: why nothing of it was drawn or, with ``is_drawn``, why it was not shown or read.
    late_error : BaseException or None
        Error of showing or reading, kept until the frame has landed.
    is_drawn : bool
        Whether the frame is on the surface.
    draws_on_surface : bool
        Whether it changes the surface. A frame that only shows or reads it cannot halt others.
    issued : list of (int, int)
        When the owner thread issued its steps: begin and end, nanoseconds of time.perf_counter_ns.
    pixels : array or None
        Premultiplied pixels of the surface after the frame, where its steps read them.
    """

    def __init__(self, steps: list[Step], surface: TextureSurface, stop: Stop | None = None) -> None:
        self.steps: list[Step | Keep] = list(steps)
        self.surface, self.stop = surface, stop
        self.error: BaseException | None = None
        self.late_error: BaseException | None = None
        self.is_drawn = False
        self.pixels: Pixels | None = None
        self.submission: Submission | None = None
        self.backup: SurfaceBackup | None = None
        self.textures: dict[Target, TextureSurface] = {}
        self.releases: list[Callable[[], None]] = []
        self.timers: list[Any] = []
        self.issued: list[tuple[int, int]] = []
        self.log = spans.current_frame()
        self._states: dict[int, list[State]] = {}
        self._rooms: dict[int, tuple[int, Room]] = {}
        self._counts: NDArray[np.uint32] = np.zeros((0, c.COUNTER_COUNT), np.uint32)
        self._counts_lease: Lease | None = None
        self._read_lease: Lease | None = None
        self._read_color: int | None = None
        self._landing = Changes()
        self._has_landed = False
        self.draws_on_surface = self.last_change >= 0

    # -- any thread --------------------------------------------------------------------------------------------

    @property
    def done(self) -> bool:
        """Whether the frame has landed, drawn or not."""
        return self._has_landed

    def raise_error(self) -> NoReturn:
        """Raise the frame's error, and drop it: its traceback would keep the frame alive."""
        error, self.error = self.error, None
        assert error is not None
        try:
            raise error
        finally:
            del error

    def wait(self, look: Callable[[], None]) -> None:
        """Wait until the frame has landed. ``look`` makes the owner thread check fences without waiting."""
        pause = SHORTEST_PAUSE
        while not self.done:
            look()
            with self._landing.lock:
                if self._landing.wait_for(lambda: self._has_landed, pause):
                    return
            pause = min(2 * pause, LONGEST_PAUSE)

    # -- before it runs ----------------------------------------------------------------------------------------

    @property
    def surface_draws(self) -> int:
        """Number of steps that draw on the surface."""
        return sum(isinstance(step, Draw) and step.target.number == SURFACE for step in self.steps)

    @property
    def draws(self) -> int:
        """Number of steps that run the stages."""
        return sum(isinstance(step, Draw) for step in self.steps)

    @property
    def last_change(self) -> int:
        """Index of the last step that changes pixels; -1 where none does."""
        changes = [i for i, step in enumerate(self.steps) if not isinstance(step, Read | Present)]
        return changes[-1] if changes else -1

    def open(self, transfers: Transfers, first: int) -> list[Lease]:
        """Lease memory for the counters and the pixels of the steps from ``first`` on; returns the leases."""
        for index in [index for index in self._rooms if index >= first]:
            del self._rooms[index]
        if self.draws > len(self._counts):
            if self._counts_lease is not None:
                self._counts_lease.release()
                self._counts_lease = None
            self._counts = np.zeros((self.draws, c.COUNTER_COUNT), np.uint32)
            if transfers.reads:
                self._counts_lease = transfers.pool.lease(self._counts.nbytes)
                self._counts = self._counts_lease.array(self._counts.shape, np.uint32)
                # Counters of steps before ``first`` are kept: those steps do not run again.
        if transfers.reads and self._read_lease is None and any(isinstance(step, Read) for step in self.steps):
            width, height = self.surface.size
            self._read_lease = transfers.pool.lease(self.surface.format.nbytes * width * height)
        return [lease for lease in (self._counts_lease, self._read_lease) if lease is not None]

    # -- while it runs -----------------------------------------------------------------------------------------

    def note(self, index: int, textures: list[TextureSurface]) -> None:
        """Save the host's state of textures before a step changes it."""
        self._states[index] = [State(each, each.clear_color, each.has_pixels) for each in textures]

    def rewind(self, first: int) -> None:
        """Restore the host's state of textures from before a step."""
        for index in sorted((index for index in self._states if index >= first), reverse=True):
            for state in self._states.pop(index):
                state.texture.clear_color, state.texture.has_pixels = state.clear_color, state.has_pixels

    def clear_color_before(self) -> int | None:
        """The clear colour of the surface before the frame that was not yet stored in its texture, or None."""
        for index in sorted(self._states):
            for state in self._states[index]:
                if state.texture is self.surface:
                    return state.clear_color
        return self.surface.clear_color

    def take_counters(self, index: int, room: Room, counters: Any, transfers: Transfers) -> None:
        """Issue a copy of the counters of the step issued last to a lease, which the host reads after the fence."""
        slot = len(self._rooms)
        self._rooms[index] = slot, room
        if self._counts_lease is None:
            spans.count("waits")
            self._counts[slot] = np.frombuffer(counters.read(COUNTER_BYTES), np.uint32)
        else:
            transfers.copy_into(self._counts_lease, counters, COUNTER_BYTES, slot * COUNTER_BYTES)

    def read(self, transfers: Transfers) -> None:
        """Issue a copy of the surface's pixels to the host."""
        box = (0, 0, *self.surface.size)
        self._read_color = self.surface.clear_color
        if self._read_color is not None:
            return
        if self._read_lease is None:
            spans.count("waits")
            self.pixels = self.surface.read(transfers, box)
        else:
            self.surface.read_into(transfers, self._read_lease)

    # -- after it ran ------------------------------------------------------------------------------------------

    def first_overflow(self) -> int | None:
        """The first step that overflowed, from which on nothing was stored; None where there was no overflow."""
        for index in sorted(self._rooms):
            if self._counts[self._rooms[index][0], c.COUNTER_OVERFLOW]:
                return index
        return None

    def needs(self, index: int) -> tuple[NDArray[np.uint32], Room] | None:
        """The counters of a step, and its capacities; None for a step without counters."""
        found = self._rooms.get(index)
        return None if found is None else (self._counts[found[0]], found[1])

    def split(self, index: int, parts: tuple[Step, Step]) -> None:
        """Replace a step that is too large for the driver by two."""
        self.steps[index : index + 1] = parts

    def take_pixels(self) -> None:
        """Take the pixels that were read, after the fence has passed."""
        width, height = self.surface.size
        format = self.surface.format
        if self._read_color is not None:
            self.pixels = np.full((height, width), self._read_color, format.dtype)
        elif self._read_lease is not None:
            self.pixels = self._read_lease.array((height, width), format.dtype)

    def abandon_backup(self) -> None:
        """Drop the copy of the surface, which was lost with the context."""
        if self.backup is not None:
            self.backup.forget()
            self.backup = None

    def end(self, error: BaseException | None, is_drawn: bool) -> None:
        """Mark the frame as landed, release its resources, and wake waiting threads."""
        self.error, self.is_drawn = error, is_drawn
        try:
            for lease in (self._counts_lease, self._read_lease):
                if lease is not None:
                    lease.release()
            if self.backup is not None:
                self.backup.release()
            while self.releases:
                self.releases.pop(0)()
        finally:
            self._counts_lease = self._read_lease = self.backup = self.stop = None
            self._counts = np.zeros((0, c.COUNTER_COUNT), np.uint32)
            self._states.clear()
            self._rooms.clear()
            self.textures.clear()
            self.steps = []
            with self._landing.lock:
                self._has_landed = True
                self._landing.notify_all()
