"""Canvas: a recording with a surface: what is drawn on it becomes pixels.

Recording --get_context--> Context2D --records--> Commands                                  (recording.py)
Canvas    --flush, submit--> encode -> backend -> surface --to_numpy--> pixels
Output    --to_png, save--> files                                                           (output.py)
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, cast, overload
from weakref import finalize
from weakref import ref as weakref

import numpy as np
from numpy.typing import NDArray

from . import config, later
from .backends.base import Backend, Stop
from .backends.choose import BackendName, get_backend
from .colorspace import ColorSpace, check_color_space
from .context import describe
from .contract.formats import RGBA16F, PixelFormat
from .errors import ClosedError, DeadlineError
from .frames import FrameQueue, Policy, Read, Show, check_flight, is_final
from .geometry.numbers import Whole
from .imagedata import tagged
from .inspace import convert_read
from .output import Output
from .pipeline.record import Box, Commands, RecordedImage
from .pixels import check_pixel_format
from .recording import OnInvalid, Recording, check_side
from .sight.book import FrameBook, Watch
from .sight.spans import count
from .surface import UNREAD, OnScreen, Surface
from .ticket import Recorded, Ticket, check_timeout, left_of

if TYPE_CHECKING:
    from .picking.picker import Picker
    from .picture import Picture
    from .sight.monitor import FrameMonitor
    from .sight.stats import CanvasStats


class Canvas(Recording, Output):
    """A surface of pixels, drawn on through ``get_context("2d")``.

    Parameters
    ----------
    width, height
        Size in pixels, 0 to 32768 (a backend may allow less: LimitError).
    backend
        ``"cpu"``; ``"gl"`` (OpenGL 4.3); or ``"auto"``: gl where there is hardware for it, else cpu. `configure` sets
        the default, which is ``"auto"``.
    on_invalid
        ``"raise"`` (ValueError for invalid values) or ``"ignore"`` (the HTML rule); `configure` sets the default,
        which is ``"raise"``.

    Raises
    ------
    BackendError
        Where the asked backend cannot run here; the message says why and names the cure.

    Examples
    --------
    >>> import gpucanvas
    >>> with gpucanvas.Canvas(4, 2, backend="cpu") as canvas:
    ...     ctx = canvas.get_context("2d")
    ...     ctx.fill_style = (0, 0, 1)
    ...     ctx.fill_rect(0, 0, 2, 2)
    ...     canvas.to_numpy()[0, :, 2].tolist()
    [255, 255, 0, 0]
    """

    _book: FrameBook
    _sources: list[weakref[Any]]
    _unwatch: finalize[Any, FrameBook] | None
    _backend: Backend
    _surface: Surface
    _frames: FrameQueue | None
    _closed: bool
    _copy_cure = (
        "it is a surface with its frames: for the picture take gpucanvas.Image(canvas), for a second canvas make one "
        "and draw this one there with draw_image"
    )
    _pickle_cure = "its surface is this process's: pickle canvas.to_numpy() or the bytes of canvas.to_png()"

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

    @property
    def backend(self) -> str:
        """Which backend draws: ``"cpu"`` or ``"gl"``."""
        return self._backend.name

    @property
    def width(self) -> int:
        """Width, pixels; setting it makes the canvas new (HTML, "the canvas element")."""
        return self._width

    @width.setter
    def width(self, value: Whole) -> None:
        self._resize(check_side("width", value), self._height)

    @property
    def height(self) -> int:
        """Height, pixels; setting it makes the canvas new."""
        return self._height

    @height.setter
    def height(self, value: Whole) -> None:
        self._resize(self._width, check_side("height", value))

    def freeze(self) -> Picture:
        """Refused: a canvas draws what it was told, and keeps the pixels. Record with `Recording`."""
        raise TypeError(f"{self!r:.80} keeps pixels: record with gpucanvas.Recording, or draw this canvas as an image")

    # -- pixels ------------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Draw what has been recorded. Reading pixels does this by itself.

        Where that fails (a budget, say), nothing of it is drawn and all of it is kept: cure what is in the way and draw
        again, or forget it with ``reset()``. Where one call is beyond a limit (`LimitError`), the text names it and it
        is taken out: the rest is drawn with the next frame. A frame beyond a limit as a whole is forgotten.
        """
        left_over = self._settle_frames()
        if left_over or len(self._commands):
            with self._book.frame():
                self._draw([*left_over, self._take_commands()])

    def _draw(self, recordings: list[Commands], read: bool = False) -> NDArray[np.uint8] | None:
        """Draw recordings for the only time, inside the frame they belong to; returns what `Surface.draw` does."""
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
        """The frames in the background, and what could not be drawn yet."""
        if self._frames is None:
            # The queue outlives no canvas, and must not keep one: it is given what it draws with.
            self._frames = FrameQueue(partial(render, self._surface, self._book))
        return self._frames

    def _drawn_frame(self, ends: bool = True) -> FrameBook:
        """A block that is this canvas's frame, or a part of it; submitted frames are over when it begins."""
        self._check_open()
        self._check_layers()
        if self._frames is not None:
            self._frames.drain()
        return self._book.frame(ends=ends)

    def _settle_frames(self) -> list[Commands]:
        """Wait for submitted frames; returns what dropped ones have left to draw."""
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
        """Draw what has been recorded in the background; recording goes on at once.

        Parameters
        ----------
        policy
            What happens while ``in_flight`` frames are on their way: ``"block"`` waits for one to come to its end;
            ``"drop_oldest"`` gives up the one that has waited longest, and waits where all of them have begun;
            ``"drop_newest"`` gives up this one. A dropped frame loses its pixels, not its drawing: the next frame
            draws it too, unless it covers it completely. `configure` sets the default, which is ``"block"``.
        in_flight
            How many frames may be on their way, at least 1; `configure` sets the default, which is 3.
        timeout
            How long to wait for room, seconds; None is no limit.

        Returns
        -------
        Ticket
            The frame: ``done``, ``wait(timeout)``, ``result(timeout)``, ``cancel()``; it can be awaited.

        Raises
        ------
        DeadlineError
            Where no frame came to its end in time; what was recorded stays recorded.

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
        """`submit`; ``show`` shows the frame where its pixels would be read."""
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
        """Draw what has been recorded and return the pixels, while other tasks run; the arguments are `submit`'s.

        The frame is what has been recorded when its task first runs: at once where it is awaited, and with
        `asyncio.create_task` or ``gather`` when the loop comes to it.

        Raises
        ------
        DeadlineError
            After so many seconds; the frame is cancelled then, and also where the task is.
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

    def staging_array(self, shape: int | tuple[int, ...], dtype: Any = np.float32) -> NDArray[Any]:
        """An array that is drawn with as it is: batches, colours and images made of it are not copied when recorded.

        From the call that draws with it until what was recorded has been drawn, it and its slices are read-only: a
        write raises NumPy's ValueError. A slice made meanwhile stays read-only: take another. What is no slice but was
        made of it before, by `numpy.asarray`, `memoryview`, or as a record (``array[0]`` of a structured array), stays
        writeable: writing to that while it is to be drawn changes the picture, or half of it.

        Its memory is given back in the frame after the last view of it is gone. (Where a recording goes without having
        been drawn, its arrays are writeable again after the next such call.)

        Parameters
        ----------
        shape, dtype
            As for `numpy.zeros`: batches want float32 or float64 columns, colours (N, 4) uint8 or float32, images
            (H, W, 4) uint8.

        Raises
        ------
        ValueError
            For a negative size, or a dtype that holds Python objects.
        MemoryBudgetError
            Where the budget has no room for it.
        ClosedError
            In a forked child, for an array of a gl canvas of the parent's.

        Examples
        --------
        >>> import gpucanvas
        >>> with gpucanvas.Canvas(8, 8, backend="cpu") as canvas:
        ...     ctx = canvas.get_context("2d")
        ...     points = canvas.staging_array((100, 2))
        ...     ctx.fill_circles(points[:, 0], points[:, 1], 3.0)
        ...     drawn_with = points.flags.writeable
        ...     canvas.flush()
        ...     drawn_with, points.flags.writeable
        (False, True)
        """
        self._check_open()
        later.settle()
        return self._backend.staging.array(shape, dtype)

    def _take_commands(self) -> Commands:
        """What has been recorded, which is the caller's now."""
        # An assignment asks first whether the attribute is known.
        commands, self.__dict__["_commands"] = self._commands, self._new_commands()
        if self._context is not None:
            if self._context._has_ids:
                self._picker().keep(commands, self._width, self._height)
            self._context._forget()
        self._note_habits(commands)
        return commands

    @overload
    def to_numpy(
        self, *, pixel_format: Literal["rgba-unorm8"] = ..., color_space: ColorSpace | None = None
    ) -> NDArray[np.uint8]: ...
    @overload
    def to_numpy(
        self, *, pixel_format: Literal["rgba-float16"], color_space: ColorSpace | None = None
    ) -> NDArray[np.float16]: ...
    def to_numpy(
        self,
        *,
        pixel_format: Literal["rgba-unorm8", "rgba-float16"] = "rgba-unorm8",
        color_space: ColorSpace | None = None,
    ) -> NDArray[np.uint8] | NDArray[np.float16]:
        """The pixels: a new (height, width, 4) array, straight RGBA.

        Parameters
        ----------
        pixel_format
            ``"rgba-unorm8"``: uint8; ``"rgba-float16"``: float16, 0 to 1: all that a canvas of float16 holds. The
            standard's names.
        color_space
            ``"srgb"`` or ``"display-p3"``: what the numbers are converted to; None, the default, is the canvas's own.
            An array in display-p3 is an `ImageData`, which says so wherever it is drawn or saved.

        Raises
        ------
        ValueError
            For another pixel format or colour space.
        """
        if color_space is not None and check_color_space("to_numpy", color_space) != self._color_space:
            return self._converted(pixel_format, color_space)
        if check_pixel_format("to_numpy", pixel_format) == "rgba-float16":
            return self._read_halves((0, 0, self._width, self._height))
        left_over = self._settle_frames()
        with self._book.frame():
            pixels = None
            if left_over or len(self._commands):
                pixels = self._draw([*left_over, self._take_commands()], read=True)
            count("readbacks")
            return self._surface.to_numpy() if pixels is None else pixels

    def _converted(self, pixel_format: str, space: ColorSpace) -> NDArray[Any]:
        """`to_numpy` in another colour space."""
        is_half = check_pixel_format("to_numpy", pixel_format) == "rgba-float16"
        # A canvas of halves has more than bytes can tell: it is converted before it is rounded.
        as_halves = is_half or self._format is RGBA16F
        pixels = self._read_halves((0, 0, self._width, self._height)) if as_halves else self.to_numpy()
        found = convert_read(pixels, self._color_space, space, np.float16 if is_half else np.uint8)
        return found if space == "srgb" else tagged(found, space)

    def _read(self, box: Box, ends: bool = True) -> NDArray[np.uint8]:
        """The pixels of a box inside, straight RGBA, as `to_numpy`; ``ends`` says whether that ends the frame."""
        if box == (0, 0, self._width, self._height):
            with self._drawn_frame(ends):
                return self.to_numpy()
        left_over = self._settle_frames()
        with self._book.frame(ends=ends):
            if left_over or len(self._commands):
                self._draw([*left_over, self._take_commands()])
            count("readbacks")
            return self._surface.to_numpy(box)

    def _snapshot(self, box: Box, halves: bool = False) -> RecordedImage:
        """A box of what the canvas shows, as an image to be drawn, which stays where the canvas is."""
        return self._surface.snapshot(box, halves)

    def _read_halves(self, box: Box, ends: bool = True) -> NDArray[np.float16]:
        """The pixels of a box inside, straight RGBA, as `to_numpy` gives halves."""
        left_over = self._settle_frames()
        with self._book.frame(ends=ends):
            if left_over or len(self._commands):
                self._draw([*left_over, self._take_commands()])
            count("readbacks")
            return self._surface.to_halves(box)

    # -- sight -------------------------------------------------------------------------------------------------

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
        from .sight.monitor import FrameMonitor

        if monitor is not None and not isinstance(monitor, FrameMonitor):
            raise TypeError(f"Canvas.monitor is {monitor!r:.80}: give a FrameMonitor or None")
        if self._book.watch is not None:
            self._book.watch.release()
            if self._unwatch is not None:
                self._unwatch.detach()
        watch = Watch(monitor) if monitor is not None else None
        if watch is not None:
            # A canvas that is dropped must not leave the library measuring.
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
        from .pipeline.watched import WatchedCommands

        return WatchedCommands()

    def _note_habits(self, commands: Commands) -> None:
        """Tell the frame what a monitor looks for in a recording that was made under its eyes."""
        if self._book.watch is None:
            return
        from .pipeline.watched import WatchedCommands

        if isinstance(commands, WatchedCommands):
            self._book.note(commands.new_images(self._sources), commands.runs())
            self._sources = commands.all_sources()

    # -- life --------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Release the surface; drawing on it or reading it then raises ClosedError. Closing twice is harmless.

        Where the garbage collector calls this inside another call of the library (by way of a `__del__`, or of a
        generator that is inside ``with Canvas``), the surface goes with the next call that uses a canvas.
        """
        if not self._closed:
            self.__dict__["_closed"] = True
            later.run(self._release)

    def _release(self) -> None:
        """Let go of everything, after who is using it."""
        self._commands.release_readings()
        self.__dict__["_commands"] = Commands()
        self.__dict__.pop("_known_picker", None)
        if self._book.watch is not None:
            self.monitor = None
        if self._context is not None:
            self._context._close()
        end(self._surface, self._frames)

    def __enter__(self) -> Canvas:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = ", closed" if self._closed else ""
        return f"<{describe(type(self), self.__dict__)}{state}>"

    def _check_open(self) -> None:
        if self._closed:
            raise ClosedError("the canvas is closed: its pixels are gone; read them before close()")

    def _set_opaque(self, opaque: bool) -> None:
        super()._set_opaque(opaque)
        self._surface.opaque, self._surface.stamp = self._opaque, object()

    def _set_format(self, format: PixelFormat) -> None:
        # Nothing was drawn before there was a context.
        self._replace_surface(self._width, self._height, format)
        super()._set_format(format)

    def _set_color_space(self, space: ColorSpace) -> None:
        super()._set_color_space(space)
        self._surface.color_space, self._surface.stamp = space, object()

    def _clear(self) -> None:
        self._renew(self._width, self._height)

    def _renew(self, width: int, height: int) -> None:
        """Start again with a surface of this size; where there is no room for one, nothing changes."""
        self._replace_surface(width, height, self._format, super()._clear)

    def _replace_surface(
        self, width: int, height: int, format: PixelFormat, clear: Callable[[], None] | None = None
    ) -> None:
        """Draw on a new surface from now on; ``clear`` forgets what has been recorded."""
        self._check_open()
        fresh = Surface(self._backend, width, height, format)
        fresh.opaque, fresh.color_space = self._opaque, self._color_space
        self._width, self._height = width, height
        if clear is not None:
            clear()
        later.run(partial(end, self._surface, self._frames))
        self._surface, self._frames = fresh, None

    def _rehost(self) -> None:
        """Start again where canvases of this backend are made now: the context of this one is lost."""
        self._backend = get_backend(self._backend.name)
        self._resize(self._width, self._height)

    def _resize(self, width: int, height: int) -> None:
        self._renew(width, height)
        if self._context is not None:
            self._context._reset_state()


def end(surface: Surface, frames: FrameQueue | None) -> None:
    """Let a surface go after the frames that draw on it."""
    if frames is not None:
        frames.close()
        frames.forget()
    surface.close()


def counts_of(recordings: list[Commands]) -> tuple[int, int]:
    """Commands, and how many of them are batches; in layers, too."""
    if len(recordings) == 1:
        return recordings[0].counts()
    commands, batches = zip(*(each.counts() for each in recordings), strict=True)
    return sum(commands), sum(batches)


def render(
    surface: Surface,
    book: FrameBook,
    recordings: list[Commands],
    recorded: Recorded,
    stop: Stop,
    show: Show | None = None,
) -> NDArray[np.uint8] | Read:
    """Draw, and read or show: what a frame in the background does."""
    if surface.overlaps and (show is None or (isinstance(show, OnScreen) and show.overlaps())):
        with book.frame():
            book.drawing(*counts_of(recordings), recorded)
            landing = surface.begin(recordings, stop, read=show is None)
            book.drawn()
            if show is None:
                count("readbacks")
        if isinstance(show, OnScreen):
            # Outside the frame, as below.
            landing.show(show)
        return landing
    with book.frame():
        book.drawing(*counts_of(recordings), recorded)
        pixels = surface.draw(recordings, stop, read=show is None)
        book.drawn()
        for each in recordings:
            each.release_readings()
        recordings.clear()  # Whatever is raised from here on, they are not drawn again.
        if show is None:
            count("readbacks")
            return surface.begin_read() if pixels is None else pixels
    # Outside the frame: a display that lets a frame wait for its refresh does not make it a slow one.
    show(surface)
    return UNREAD


__all__ = ["Canvas", "Recording"]
