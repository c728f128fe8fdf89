"""Canvas and Recording: what is drawn on, and how pixels leave.

Recording --get_context--> Context2D --records--> Commands
Canvas    --flush--> encode -> backend -> surface --to_numpy, to_png, save--> pixels
"""

from __future__ import annotations

import time
from collections.abc import Coroutine
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self
from weakref import finalize
from weakref import ref as weakref

import numpy as np
from numpy.typing import NDArray

from . import config
from .backends.base import Stop
from .backends.choose import get_backend
from .context import Context2D
from .errors import ClosedError, DeadlineError
from .frames import FrameQueue, Policy, Read, Recorded, Ticket, check_flight, check_timeout, left_of
from .pipeline.record import Commands
from .present.encode import Options, check_size, encode, format_of
from .present.sink import Target, check_target, write
from .sight.spans import count
from .sight.stats import CanvasStats, FrameBook, Watch
from .surface import Surface

if TYPE_CHECKING:
    from PIL.Image import Image

    from .sight.monitor import FrameMonitor

OnInvalid = Literal["raise", "ignore"]
MAX_SIDE = 32768


def _side(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"Canvas {name} is {value!r}: give a whole number of pixels")
    if not 0 <= value <= MAX_SIDE:
        raise ValueError(f"Canvas {name} is {value}: give 0 to {MAX_SIDE} pixels")
    return int(value)


class Recording:
    """Draw commands without a backend: made on any thread, drawn later by `render_many`.

    Parameters
    ----------
    width, height
        Size in pixels, 0 to 32768.
    on_invalid
        ``"raise"`` (ValueError for invalid values) or ``"ignore"`` (the HTML rule); `configure` sets the default,
        which is ``"raise"``.

    Examples
    --------
    >>> import gpucanvas
    >>> icon = gpucanvas.Recording(16, 16)
    >>> ctx = icon.get_context("2d")
    >>> ctx.fill_style = "red"
    >>> ctx.fill_rect(0, 0, 8, 8)
    >>> gpucanvas.render_many([icon])[0][0, 0].tolist()
    [255, 0, 0, 255]
    """

    # Not among the attributes that a context shares: see `Context2D.canvas`.
    __slots__ = ("__dict__", "__weakref__", "_context")

    def __init__(self, width: int, height: int, *, on_invalid: OnInvalid | None = None) -> None:
        on_invalid = on_invalid or config.current().on_invalid
        if on_invalid not in ("raise", "ignore"):
            raise ValueError(f"on_invalid is {on_invalid!r}: give 'raise' or 'ignore'")
        self._width, self._height = _side("width", width), _side("height", height)
        self._on_invalid = on_invalid
        self._commands = Commands()
        self._context: Context2D | None = None
        self._opaque = False

    @property
    def width(self) -> int:
        """Width, pixels."""
        return self._width

    @property
    def height(self) -> int:
        """Height, pixels."""
        return self._height

    def get_context(self, kind: str = "2d", **settings: Any) -> Context2D:
        """The context that draws here; the same one each time.

        Parameters
        ----------
        kind
            ``"2d"``.
        settings
            ``alpha``, ``color_space`` and ``will_read_frequently`` of the HTML standard. ``alpha=False`` makes what
            leaves the canvas opaque; ``color_space`` must be ``"srgb"``.
        """
        if kind != "2d":
            raise ValueError(f"get_context: the kind is {kind!r}: give '2d'")
        for name, value in settings.items():
            if name not in ("alpha", "color_space", "will_read_frequently"):
                raise TypeError(f"get_context: {name!r} is no setting: give alpha, color_space, will_read_frequently")
            if name == "color_space" and value != "srgb":
                raise ValueError(f"get_context: color_space is {value!r}: only 'srgb' is supported")
        if self._context is None:
            self._settings(settings)
            self._context = Context2D(self, self._on_invalid == "raise")
        return self._context

    def _settings(self, settings: dict[str, Any]) -> None:
        self._opaque = settings.get("alpha", True) is False

    @classmethod
    def _from_memory(cls, memory: dict[str, Any], context: Context2D) -> Self:
        """The canvas or recording that has these attributes, again."""
        canvas = cls.__new__(cls)
        canvas.__dict__, canvas._context = memory, context
        return canvas

    def _clear(self) -> None:
        """Forget everything drawn."""
        self._commands.release_readings()
        self._commands = self._new_commands()
        if self._context is not None:
            self._context._forget()

    def _new_commands(self) -> Commands:
        return Commands()


class Canvas(Recording):
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

    def __init__(
        self, width: int, height: int, backend: str | None = None, *, on_invalid: OnInvalid | None = None
    ) -> None:
        super().__init__(width, height, on_invalid=on_invalid)
        self._book = FrameBook()
        self._sources: list[weakref[Any]] = []
        self._backend = get_backend(config.current().backend if backend is None else backend)
        self._surface = Surface(self._backend, self._width, self._height)
        self._frames: FrameQueue | None = None
        self._closed = False
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
    def width(self, value: int) -> None:
        self._resize(_side("width", value), self._height)

    @property
    def height(self) -> int:
        """Height, pixels; setting it makes the canvas new."""
        return self._height

    @height.setter
    def height(self, value: int) -> None:
        self._resize(self._width, _side("height", value))

    # -- pixels ------------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Draw what has been recorded. Reading pixels does this by itself.

        Where that fails (a budget, a limit), nothing of it is drawn and all of it is kept: cure what is in the way and
        draw again, or forget it with ``reset()``.
        """
        left_over = self._settle_frames()
        if left_over or len(self._commands):
            with self._book.frame():
                self._draw([*left_over, self._take_commands()])

    def _draw(self, recordings: list[Commands]) -> None:
        """Draw recordings for the only time, inside the frame they belong to."""
        self._book.drawing(*counts_of(recordings))
        try:
            self._surface.draw(recordings)
        except BaseException:
            if not self._closed:
                self._queue().give_back(recordings)
            raise
        for each in recordings:
            each.release_readings()

    def _queue(self) -> FrameQueue:
        """The frames in the background, and what could not be drawn yet."""
        if self._frames is None:
            # The queue outlives no canvas, and must not keep one: it is given what it draws with.
            self._frames = FrameQueue(partial(render, self._surface, self._book))
        return self._frames

    def _drawn_frame(self, ends: bool = True) -> FrameBook:
        """A block that is this canvas's frame, or a part of it; submitted frames are over when it begins."""
        self._check_open()
        if self._frames is not None:
            self._frames.drain()
        return self._book.frame(ends=ends)

    def _settle_frames(self) -> list[Commands]:
        """Wait for submitted frames; returns what dropped ones have left to draw."""
        self._check_open()
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
        self._check_open()
        policy = policy or config.current().policy
        in_flight = config.current().in_flight if in_flight is None else in_flight
        check_flight("submit", policy, in_flight)
        limit = check_timeout("submit", timeout)
        ticket = self._queue().submit(self._commands, self._book.recorded(), policy, in_flight, limit)
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
        write raises NumPy's ValueError, and never changes a picture. Its memory goes with the last view of it. (Where
        a recording goes without having been drawn, its arrays are writeable again after the next such call.)

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
        return self._backend.staging.array(shape, dtype)

    def _take_commands(self) -> Commands:
        """What has been recorded, which is the caller's now."""
        commands, self._commands = self._commands, self._new_commands()
        if self._context is not None:
            self._context._forget()
        self._note_habits(commands)
        return commands

    def to_numpy(self) -> NDArray[np.uint8]:
        """The pixels: a new (height, width, 4) uint8 array, straight RGBA."""
        left_over = self._settle_frames()
        with self._book.frame():
            if left_over or len(self._commands):
                self._draw([*left_over, self._take_commands()])
            count("readbacks")
            return self._surface.to_numpy()

    def to_pil(self) -> Image:
        """The pixels as a Pillow image, mode RGBA."""
        from PIL import Image

        pixels = self.to_numpy()
        if not pixels.size:
            return Image.new("RGBA", (self._width, self._height))
        return Image.fromarray(pixels)

    def to_png(self, *, compress_level: int | None = None) -> bytes:
        """The pixels as a PNG file's bytes; ``compress_level`` 0 (none) to 9 (smallest)."""
        return self.encode("png", compress_level=compress_level)

    def encode(
        self,
        format: str = "png",
        *,
        quality: int | None = None,
        lossless: bool | None = None,
        compress_level: int | None = None,
        background: Any = None,
    ) -> bytes:
        """The pixels as a picture file's bytes.

        Parameters
        ----------
        format
            ``"png"``, ``"jpeg"``, ``"webp"``, or another that Pillow writes.
        quality
            JPEG 1 to 100, WebP 0 to 100.
        lossless
            WebP: keep every pixel as it is.
        compress_level
            PNG 0 (none) to 9 (smallest).
        background
            JPEG, which has no alpha: the opaque colour that the picture is laid on; white if None.

        Raises
        ------
        TypeError, ValueError
            For a format or option that is not known, or a canvas of no pixels.
        LimitError
            For a canvas beyond the format's limit: JPEG 65500, WebP 16383 pixels a side.
        """
        options = Options(quality, lossless, compress_level, background)
        kind = self._check_encoding(None, format, options)
        with self._drawn_frame():
            return encode(self.to_numpy(), kind, options)

    def save(
        self,
        target: Target,
        format: str | None = None,
        *,
        timeout: float | None = None,
        quality: int | None = None,
        lossless: bool | None = None,
        compress_level: int | None = None,
        background: Any = None,
    ) -> None:
        """Write the pixels to a file, or anything else that takes bytes.

        Parameters
        ----------
        target
            A path: the format is its suffix (.png, .webp, .jpg, ...); the file there is replaced when the new one is
            complete, and else stays as it was. An open file, file descriptor or stream socket gets PNG.
        format
            As for `encode`; wins over the suffix.
        timeout
            Seconds that the writing may take, from when the picture is encoded; None waits without limit, 0 writes
            what can be written without waiting.
        quality, lossless, compress_level, background
            As for `encode`.

        Raises
        ------
        DeadlineError
            When the time is over. Pixels, bytes, threads and descriptors are let go by then; only a Python object whose
            own ``write`` has not returned keeps one thread and at most 64 KiB until it does.
        TypeError, ValueError, LimitError
            As for `encode`; and for a target that cannot be written to.
        OSError
            From the system, with a note that names the target.
        """
        options = Options(quality, lossless, compress_level, background)
        check_target(target, timeout)
        kind = self._check_encoding(target, format, options)
        # No name for pixels or bytes: a traceback that is kept would keep them.
        with self._drawn_frame():
            write(target, encode(self.to_numpy(), kind, options), timeout=timeout)

    def save_async(
        self,
        target: Target,
        format: str | None = None,
        *,
        timeout: float | None = None,
        quality: int | None = None,
        lossless: bool | None = None,
        compress_level: int | None = None,
        background: Any = None,
    ) -> Coroutine[Any, Any, None]:
        """As `save`, encoding and writing on a thread: ``await canvas.save_async("out.png", timeout=2.0)``.

        The picture is the one of this call: drawing on before it is awaited changes nothing. Cancelling the task ends
        the work between two pieces, and the task ends when everything is let go (encoding WebP is one piece). Up to 8
        saves run at a time; waiting for a turn may also take ``timeout``.

        Parameters
        ----------
        target, format, timeout, quality, lossless, compress_level, background
            As for `save`.

        Raises
        ------
        DeadlineError, TypeError, ValueError, LimitError, OSError
            As for `save`; what is wrong with an argument is raised by this call, not by the await.
        """
        from .present.background import save_on_thread

        options = Options(quality, lossless, compress_level, background)
        check_target(target, timeout)
        kind = self._check_encoding(target, format, options)
        return save_on_thread(target, self.to_numpy(), kind, options, timeout)

    def _check_encoding(self, target: object, format: str | None, options: Options) -> str:
        """Refuse what cannot be encoded before it is drawn; gives Pillow's name of the format."""
        self._check_open()
        kind = format_of(target, format)
        options.check(kind)
        check_size(kind, self._width, self._height)
        return kind

    def _repr_png_(self) -> bytes | None:
        return self.to_png() if self._width and self._height else None

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError("a Canvas cannot be read without a copy: leave out copy=False")
        array = self.to_numpy()
        return array if dtype is None else array.astype(dtype)

    # -- sight -------------------------------------------------------------------------------------------------

    @property
    def stats(self) -> CanvasStats:
        """The last frame's `FrameStats` and the sums over all frames of this canvas."""
        found, frames = self._book.stats(), self._frames
        if frames is None:
            return found
        counts = {"dropped": frames.dropped, "cancelled": frames.cancelled, "failed": frames.failed}
        return replace(found, total=replace(found.total, **counts))

    @property
    def monitor(self) -> FrameMonitor | None:
        """The `FrameMonitor` that is fed with this canvas's frames; None, the default, for none."""
        return self._book.watch.monitor if self._book.watch else None

    @monitor.setter
    def monitor(self, monitor: FrameMonitor | None) -> None:
        from .sight.monitor import FrameMonitor

        if monitor is not None and not isinstance(monitor, FrameMonitor):
            raise TypeError(f"Canvas.monitor is {monitor!r:.80}: give a FrameMonitor or None")
        if self._book.watch is not None:
            self._book.watch.release()
        watch = Watch(monitor) if monitor is not None else None
        if watch is not None:
            # A canvas that is dropped must not leave the library measuring.
            finalize(self._book, watch.release).atexit = False
        self._book.set_watch(watch)
        if not len(self._commands):
            self._commands = self._new_commands()
            if self._context is not None:
                self._context._forget()

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
            self._sources = commands.sources

    # -- life --------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Release the surface; drawing on it or reading it then raises ClosedError. Closing twice is harmless."""
        if self._closed:
            return
        self._closed = True
        self._commands.release_readings()
        self._commands = Commands()
        if self._book.watch is not None:
            self.monitor = None
        if self._context is not None:
            self._context._close()
        if self._frames is not None:
            self._frames.close()
            self._frames.forget()
        self._surface.close()

    def __enter__(self) -> Canvas:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = ", closed" if self._closed else ""
        return f"<Canvas {self._width}x{self._height} on {self._backend.name}{state}>"

    def _check_open(self) -> None:
        if self._closed:
            raise ClosedError("the canvas is closed: its pixels are gone; read them before close()")

    def _settings(self, settings: dict[str, Any]) -> None:
        super()._settings(settings)
        self._surface.opaque = self._opaque

    def _clear(self) -> None:
        self._renew(self._width, self._height)

    def _renew(self, width: int, height: int) -> None:
        """Start again with a surface of this size; where there is no room for one, nothing changes."""
        self._check_open()
        fresh = Surface(self._backend, width, height)
        fresh.opaque = self._opaque
        self._width, self._height = width, height
        super()._clear()
        if self._frames is not None:
            self._frames.close()
        self._surface.close()
        self._surface, self._frames = fresh, None

    def _resize(self, width: int, height: int) -> None:
        self._renew(width, height)
        if self._context is not None:
            self._context._reset_state()


def counts_of(recordings: list[Commands]) -> tuple[int, int]:
    """Commands, and how many of them are batches."""
    return sum(len(each) for each in recordings), sum(each.batch_count for each in recordings)


def render(
    surface: Surface, book: FrameBook, recordings: list[Commands], recorded: Recorded, stop: Stop
) -> NDArray[np.uint8] | Read:
    """Draw and read: what a frame in the background does."""
    with book.frame():
        book.drawing(*counts_of(recordings), recorded)
        surface.draw(recordings, stop)
        for each in recordings:
            each.release_readings()
        count("readbacks")
        return surface.begin_read()


__all__ = ["Canvas", "Recording"]
