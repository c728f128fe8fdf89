"""Canvas and Recording: what is drawn on, and how pixels leave.

Recording --get_context--> Context2D --records--> Commands
Canvas    --flush--> encode -> backend -> surface --to_numpy, to_png, save--> pixels
"""

from __future__ import annotations

import io
import weakref
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from .backends.choose import get_backend
from .context import Context2D
from .errors import ClosedError
from .pipeline.record import Commands
from .sight.spans import ENCODERS, count, span
from .sight.stats import CanvasStats, FrameBook, Watch

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
    """Draw commands without a backend: made on any thread, drawn later by `render_many` or `Canvas.draw`.

    Parameters
    ----------
    width, height
        Size in pixels, 0 to 32768.
    on_invalid
        ``"raise"`` (ValueError for invalid values) or ``"ignore"`` (the HTML rule).

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

    def __init__(self, width: int, height: int, *, on_invalid: OnInvalid = "raise") -> None:
        if on_invalid not in ("raise", "ignore"):
            raise ValueError(f"on_invalid is {on_invalid!r}: give 'raise' or 'ignore'")
        self._width, self._height = _side("width", width), _side("height", height)
        self._on_invalid = on_invalid
        self._commands = Commands()
        self._context: Context2D | None = None

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
            self._context = Context2D(self, self._recording_commands, self._on_invalid == "raise")
        return self._context

    def _settings(self, settings: dict[str, Any]) -> None:
        """A recording has no settings of its own."""

    def _recording_commands(self) -> Commands:
        return self._commands

    def _clear(self) -> None:
        """Forget everything drawn."""
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
        ``"cpu"``; ``"gl"`` (OpenGL 4.3); or ``"auto"``: gl where there is hardware for it, else cpu.
    on_invalid
        ``"raise"`` (ValueError for invalid values) or ``"ignore"`` (the HTML rule).

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

    def __init__(self, width: int, height: int, backend: str = "auto", *, on_invalid: OnInvalid = "raise") -> None:
        super().__init__(width, height, on_invalid=on_invalid)
        self._book = FrameBook()
        self._sources: list[weakref.ref[Any]] = []
        self._backend = get_backend(backend)
        self._surface = self._backend.new_surface(self._width, self._height)
        self._closed = False
        self._opaque = False
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
        """Draw what has been recorded. Reading pixels does this by itself."""
        self._check_open()
        if not len(self._commands):
            return
        from .pipeline.encode import encode

        with self._book.frame():
            commands = self._commands
            self._commands = self._new_commands()
            if self._context is not None:
                self._context._forget()
            self._book.drawing(len(commands), len(commands.batches))
            self._note_habits(commands)
            self._backend.draw(encode(commands, self._width, self._height), self._surface)

    def to_numpy(self) -> NDArray[np.uint8]:
        """The pixels: a new (height, width, 4) uint8 array, straight RGBA."""
        with self._book.frame():
            self.flush()
            from .backends.cpu import present

            count("readbacks")
            surface = self._backend.read(self._surface)[: self._height, : self._width]
            if self._opaque:
                surface = surface | np.uint32(0xFF000000)
            return present(surface)

    def to_pil(self) -> Image:
        """The pixels as a Pillow image, mode RGBA."""
        from PIL import Image

        pixels = self.to_numpy()
        if not pixels.size:
            return Image.new("RGBA", (self._width, self._height))
        return Image.fromarray(pixels)

    def to_png(self) -> bytes:
        """The pixels as a PNG file's bytes."""
        out = io.BytesIO()
        with self._book.frame():
            image = self.to_pil()
            with span("PNG", ENCODERS, width=image.width, height=image.height):
                image.save(out, "PNG")
        return out.getvalue()

    def save(self, target: str | Path | IO[bytes], format: str | None = None) -> None:
        """Write the pixels to a file by its suffix (.png, .webp, .jpg, ...); an open file gets PNG.

        JPEG has no alpha: the picture is laid on white.
        """
        with self._book.frame():
            self._save(self.to_pil(), target, format)

    def _save(self, image: Image, target: str | Path | IO[bytes], format: str | None) -> None:
        if format is None and not isinstance(target, str | Path):
            format = "PNG"
        kind = (format or Path(str(target)).suffix.lstrip(".")).upper()
        if kind in ("JPG", "JPEG"):
            from PIL import Image

            flat = Image.new("RGB", image.size, "white")
            flat.paste(image, mask=image.getchannel("A"))
            image = flat
            format = "JPEG"
        with span(kind, ENCODERS, width=image.width, height=image.height):
            image.save(target, format)

    def _repr_png_(self) -> bytes:
        return self.to_png()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError("a Canvas cannot be read without a copy: leave out copy=False")
        array = self.to_numpy()
        return array if dtype is None else array.astype(dtype)

    # -- sight -------------------------------------------------------------------------------------------------

    @property
    def stats(self) -> CanvasStats:
        """The last frame's `FrameStats` and the sums over all frames of this canvas."""
        return self._book.stats()

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
            weakref.finalize(self, watch.release).atexit = False
        self._book.set_watch(watch)
        if not len(self._commands):
            self._commands = self._new_commands()
            if self._context is not None:
                self._context._forget()

    def _recording_commands(self) -> Commands:
        self._book.begin_recording()
        return self._commands

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
        self._commands = Commands()
        if self._book.watch is not None:
            self.monitor = None
        if self._context is not None:
            self._context._close()
        surface, self._surface = self._surface, None
        self._backend.drop_surface(surface)

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
        self._opaque = settings.get("alpha", True) is False

    def _clear(self) -> None:
        self._check_open()
        super()._clear()
        self._backend.drop_surface(self._surface)
        self._surface = self._backend.new_surface(self._width, self._height)

    def _resize(self, width: int, height: int) -> None:
        self._check_open()
        self._width, self._height = width, height
        if self._context is not None:
            self._context._reset_state()
        self._clear()


__all__ = ["Canvas", "Recording"]
