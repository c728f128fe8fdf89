"""DrawnRecording: a recording with a surface. It draws its commands frame by frame, at once or in the background.

flush    --> Surface.draw           the frame is drawn when the call returns
submit   --> FrameQueue --render--> the frame is drawn on the queue's thread; a Ticket has its result
both     --> FrameBook              counts and times for `stats` and `monitor`
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from weakref import finalize
from weakref import ref as weakref

import numpy as np
from numpy.typing import NDArray

from .. import config, later
from ..backends.base import Backend, Stop
from ..backends.choose import BackendName, get_backend
from ..errors import ClosedError, DeadlineError, LimitError
from ..geometry.numbers import Whole
from ..pipeline.record import Commands
from ..recording import OnInvalid, Recording
from ..sight.book import FrameBook, Watch
from ..sight.spans import count
from .apart import is_beyond
from .lineup import Read, is_final
from .queue import FrameQueue, Policy, Show, check_flight
from .surface import UNREAD, OnScreen, Surface, SurfaceLanding
from .ticket import Recorded, Ticket, check_timeout, left_of

if TYPE_CHECKING:
    from ..picking.picker import Picker
    from ..sight.monitor import FrameMonitor
    from ..sight.stats import CanvasStats

__all__ = ["DrawnRecording", "end"]


class DrawnRecording(Recording):
    """A recording with a surface and its frames. The parameters are `Canvas`'s."""

    _book: FrameBook
    _sources: list[weakref[Any]]
    _unwatch: finalize[Any, FrameBook] | None
    _backend: Backend
    _surface: Surface
    _frames: FrameQueue | None
    _closed: bool

    def __init__(
        self, width: Whole, height: Whole, backend: BackendName | None = None, *, on_invalid: OnInvalid | None = None
    ) -> None:
        super().__init__(width, height, on_invalid=on_invalid)
        later.settle()
        chosen = get_backend(config.current().backend if backend is None else backend)
        memory = self.__dict__
        memory["_book"], memory["_sources"], memory["_unwatch"] = FrameBook(), [], None
        memory["_backend"] = chosen
        memory["_surface"] = Surface(chosen, self._width, self._height)
        memory["_frames"], memory["_closed"] = None, False
        count("canvases")

    def flush(self) -> None:
        """Draw the recorded commands on the surface. Reading pixels does this by itself.

        Where drawing fails (a memory budget, say), nothing is drawn and all commands are kept: remove the cause and
        draw again, or drop them with ``reset()``. Where one call is beyond a limit, `LimitError` names it and drops it;
        the other commands are drawn with the next frame, or have been drawn. A frame that is beyond a limit as a whole
        is drawn in parts.
        """
        left_over = self._settle_frames()
        if left_over or len(self._commands):
            with self._book.frame():
                self._draw([*left_over, self._take_commands()])

    def _draw(self, recordings: list[Commands], read: bool = False) -> NDArray[np.uint8] | None:
        """Draw recordings and release them, inside their frame; returns the result of `Surface.draw`."""
        self._book.drawing(*counts_of(recordings))
        try:
            pixels = self._surface.draw(recordings, read=read)
        except BaseException as error:
            if is_final(error):
                recordings.pop().release_readings()
            if not self._closed:
                self._queue().give_back(recordings)
            raise
        self._book.drawn()
        for each in recordings:
            each.release_readings()
        return pixels

    def _queue(self) -> FrameQueue:
        """The queue of frames in the background. It also keeps commands that could not be drawn yet."""
        if self._frames is None:
            # The queue gets surface and book, not the canvas: it must not keep the canvas alive.
            self._frames = FrameQueue(partial(render, self._surface, self._book))
        return self._frames

    def _drawn_frame(self, ends: bool = True) -> FrameBook:
        """A ``with`` block that is a frame, or a part of one; it begins after all submitted frames have ended."""
        self._check_open()
        self._check_layers()
        if self._frames is not None:
            self._frames.drain()
        return self._book.frame(ends=ends)

    def _settle_frames(self) -> list[Commands]:
        """Wait for submitted frames; returns the undrawn commands of dropped and failed ones."""
        self._check_open()
        self._check_layers()
        later.settle()
        if self._frames is None:
            return []
        self._frames.drain()
        return self._frames.take_left_over()

    def submit(
        self, *, policy: Policy | None = None, in_flight: int | None = None, timeout: float | None = None
    ) -> Ticket:
        """Draw the recorded commands in the background; the call returns at once.

        Parameters
        ----------
        policy
            What to do while ``in_flight`` frames are queued or running: ``"block"`` waits until one ends;
            ``"drop_oldest"`` drops the frame that has waited longest, and waits where all have begun;
            ``"drop_newest"`` drops this frame. A dropped frame loses its pixels, not its commands: the next frame
            draws them first, unless it covers them completely. `configure` sets the default, which is ``"block"``.
        in_flight
            How many frames may be queued or running, at least 1; `configure` sets the default, which is 3.
        timeout
            How long to wait for room, seconds; None is no limit.

        Returns
        -------
        Ticket
            The frame: ``done``, ``wait(timeout)``, ``result(timeout)``, ``cancel()``; it can be awaited.

        Raises
        ------
        DeadlineError
            Where no frame ended in time; the commands stay recorded.

        Examples
        --------
        >>> import gpucanvas
        >>> with gpucanvas.Canvas(4, 4, backend="cpu") as canvas:
        ...     canvas.get_context("2d").fill_rect(0, 0, 4, 4)
        ...     ticket = canvas.submit()
        ...     ticket.result(timeout=60)[0, 0].tolist()
        [0, 0, 0, 255]
        """
        return self._submit(policy, in_flight, timeout)

    def _submit(
        self, policy: Policy | None, in_flight: int | None, timeout: float | None, show: Show | None = None
    ) -> Ticket:
        """`submit`; with ``show`` the frame is shown instead of read."""
        self._check_open()
        self._check_layers()
        later.settle()
        policy = policy or config.current().policy
        in_flight = config.current().in_flight if in_flight is None else in_flight
        check_flight("submit", policy, in_flight)
        limit = check_timeout("submit", timeout)
        ticket = self._queue().submit(self._commands, self._book.recorded(), policy, in_flight, limit, show)
        if ticket.state != "dropped":
            self._book.taken()
            self._take_commands()
        return ticket

    async def render_async(
        self, *, timeout: float | None = None, policy: Policy | None = None, in_flight: int | None = None
    ) -> NDArray[np.uint8]:
        """Draw the recorded commands and return the pixels, while other tasks run; the arguments are `submit`'s.

        The frame is taken when its task first runs: at once with ``await``, and with `asyncio.create_task` or
        ``gather`` when the event loop starts the task.

        Raises
        ------
        DeadlineError
            After ``timeout`` seconds. The frame is cancelled then, and also when the task is cancelled.
        """
        self._check_open()
        limit = check_timeout("render_async", timeout)
        policy = policy or config.current().policy
        in_flight = config.current().in_flight if in_flight is None else in_flight
        check_flight("render_async", policy, in_flight)
        started = time.perf_counter()
        while self._frames is not None and self._frames.must_wait(policy, in_flight):
            oldest = self._frames.oldest()
            if oldest is not None and not await oldest.ended(left_of(limit, started)):
                raise DeadlineError(f"render_async: {in_flight} frames were still in flight after {timeout} s")
        ticket = self.submit(policy=policy, in_flight=in_flight)
        return await ticket.result_within(left_of(limit, started), timeout)

    def _take_commands(self) -> Commands:
        """Remove and return the recorded commands."""
        # Written to the `__dict__`: an assignment would run the attribute check of `Guarded`.
        commands, self.__dict__["_commands"] = self._commands, self._new_commands()
        if self._context is not None:
            if self._context._has_ids:
                self._picker().keep(commands, self._width, self._height)
            self._context._forget()
        self._note_habits(commands)
        return commands

    def _check_open(self) -> None:
        if self._closed:
            raise ClosedError("the canvas is closed: its pixels are gone; read them before close()")

    # -- sight --------------------------------------------------------------------------------------------------

    @property
    def stats(self) -> CanvasStats:
        """The last frame's `FrameStats` and the sums over all frames of this canvas."""
        later.settle()
        found, frames = self._book.stats(), self._frames
        if frames is None:
            return found
        counts = {"dropped": frames.dropped, "cancelled": frames.cancelled, "failed": frames.failed}
        return replace(found, total=replace(found.total, **counts))

    @property
    def monitor(self) -> FrameMonitor | None:
        """The `FrameMonitor` that is fed with this canvas's frames; None, the default, for none."""
        return cast("FrameMonitor", self._book.watch.monitor) if self._book.watch else None

    @monitor.setter
    def monitor(self, monitor: FrameMonitor | None) -> None:
        from ..sight.monitor import FrameMonitor

        if monitor is not None and not isinstance(monitor, FrameMonitor):
            raise TypeError(f"Canvas.monitor is {monitor!r:.80}: give a FrameMonitor or None")
        if self._book.watch is not None:
            self._book.watch.release()
            if self._unwatch is not None:
                self._unwatch.detach()
        watch = Watch(monitor) if monitor is not None else None
        if watch is not None:
            # A canvas that is garbage collected must turn the measuring off again.
            self._unwatch = finalize(self._book, watch.release)
            self._unwatch.atexit = False
        self._book.set_watch(watch)
        if not len(self._commands):
            self._commands = self._new_commands()
            if self._context is not None:
                self._context._forget()

    def _picker(self) -> Picker:
        self._check_open()
        return super()._picker()

    def _new_commands(self) -> Commands:
        if self._book.watch is None:
            return Commands()
        from ..pipeline.watched import WatchedCommands

        return WatchedCommands()

    def _note_habits(self, commands: Commands) -> None:
        """Report to the frame the habits that a monitored recording has noted (`pipeline/watched.py`)."""
        if self._book.watch is None:
            return
        from ..pipeline.watched import WatchedCommands

        if isinstance(commands, WatchedCommands):
            self._book.note(commands.new_images(self._sources), commands.runs())
            self._sources = commands.all_sources()


def end(surface: Surface, frames: FrameQueue | None) -> None:
    """Close a queue of frames, then the surface they draw on."""
    if frames is not None:
        frames.close()
        frames.forget()
    surface.close()


def counts_of(recordings: list[Commands]) -> tuple[int, int]:
    """The numbers of commands and of batches among them, those in layers included."""
    if len(recordings) == 1:
        return recordings[0].counts()
    commands, batches = zip(*(each.counts() for each in recordings), strict=True)
    return sum(commands), sum(batches)


def begin(
    surface: Surface,
    book: FrameBook,
    recordings: list[Commands],
    recorded: Recorded,
    stop: Stop,
    show: OnScreen | None,
) -> SurfaceLanding:
    """Have the GPU draw a frame, and read or show it, while other frames are in flight."""
    with book.frame():
        book.drawing(*counts_of(recordings), recorded)
        landing = surface.begin(recordings, stop, read=show is None)
        book.drawn()
        if show is None:
            count("readbacks")
        landing.landed = partial(book.end, book.leave_open())
    if show is not None:
        # Not measured as a part of the frame, as in `render`.
        landing.show(show)
    return landing


def render(
    surface: Surface,
    book: FrameBook,
    recordings: list[Commands],
    recorded: Recorded,
    stop: Stop,
    show: Show | None = None,
) -> NDArray[np.uint8] | Read:
    """Draw a frame of the background queue, and read or show it."""
    if surface.overlaps and (show is None or (isinstance(show, OnScreen) and show.overlaps())):
        try:
            return begin(surface, book, recordings, recorded, stop, show)
        except LimitError as error:
            if not is_beyond(error):
                raise
    with book.frame():
        book.drawing(*counts_of(recordings), recorded)
        pixels = surface.draw(recordings, stop, read=show is None)
        book.drawn()
        for each in recordings:
            each.release_readings()
        recordings.clear()  # They are drawn: an error from here on must not draw them again.
        if show is None:
            count("readbacks")
            return surface.begin_read() if pixels is None else pixels
    # Not measured as a part of the frame: waiting for the display's refresh is no drawing time.
    show(surface)
    return UNREAD
