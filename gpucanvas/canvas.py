"""Canvas: the object that programs make. It joins a recording, the surface it is drawn on, and the ways to read pixels.

Recording      --get_context--> Context2D --records--> Commands                                  (recording.py)
DrawnRecording --flush, submit--> encode -> backend -> surface                                   (frames/drawn.py)
Canvas         --to_numpy--> pixels
Output         --to_png, save--> files                                                           (output.py)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from . import later
from .backends.choose import BackendName, get_backend
from .contract.formats import RGBA16F, PixelFormat
from .frames.drawn import DrawnRecording, end
from .frames.surface import Surface
from .geometry.numbers import Whole
from .images.colorspace import ColorSpace, check_color_space
from .images.datasize import check_pixel_format
from .images.imagedata import tagged
from .names import named_for_programs
from .output import Output
from .pipeline.record import Box, Commands, RecordedImage
from .recording import OnInvalid, Recording, check_side
from .sight.spans import count
from .verbs.context import describe
from .verbs.inspace import convert_read

if TYPE_CHECKING:
    from .picture import Picture

__all__ = ["Canvas", "Recording"]


@named_for_programs
class Canvas(DrawnRecording, Output):
    """A surface of pixels, drawn on through ``get_context("2d")``.

    Parameters
    ----------
    width, height
        Size in pixels, 0 to 32768 (a backend may allow less: LimitError).
    backend
        ``"cpu"``; ``"gl"`` (OpenGL 4.3); or ``"auto"``: gl where there is hardware for it, else cpu. `configure` sets
        the default, which is ``"auto"``.
    on_invalid
        ``"raise"`` (ValueError for invalid values, TypeError for what is no number) or ``"ignore"`` (the HTML rules:
        such calls do nothing, after what is no number was converted as in JavaScript); `configure` sets the default,
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

    _copy_cure = (
        "it is a surface with its frames: for the picture take gpucanvas.Image(canvas), for a second canvas make one "
        "and draw this one there with draw_image"
    )
    _pickle_cure = "its surface is this process's: pickle canvas.to_numpy() or the bytes of canvas.to_png()"

    _elsewhere = {
        "resize": "width and height, which can be set",
        "copy": "gpucanvas.Image(canvas)",
        "show": "to_pil().show",
        "display": "to_pil().show",
        "ctx": 'get_context("2d")',
        "add_event_listener": "gpucanvas.Window, whose on() adds event handlers",
    }

    # Python's error for a missing argument names the class that defines `__init__`: it should name Canvas.
    def __init__(
        self, width: Whole, height: Whole, backend: BackendName | None = None, *, on_invalid: OnInvalid | None = None
    ) -> None:
        super().__init__(width, height, backend, on_invalid=on_invalid)

    @property
    def backend(self) -> str:
        """The backend that draws: ``"cpu"`` or ``"gl"``."""
        return self._backend.name

    @property
    def width(self) -> int:
        """Width, pixels; setting it clears the canvas and resets its state (HTML, "the canvas element")."""
        return self._width

    @width.setter
    def width(self, value: Whole) -> None:
        self._resize(check_side("width", value), self._height)

    @property
    def height(self) -> int:
        """Height, pixels; setting it clears the canvas and resets its state."""
        return self._height

    @height.setter
    def height(self, value: Whole) -> None:
        self._resize(self._width, check_side("height", value))

    def freeze(self) -> Picture:
        """Refused: a canvas keeps pixels, not commands. Record with `Recording`."""
        raise TypeError(f"{self!r:.80} keeps pixels: record with gpucanvas.Recording, or draw this canvas as an image")

    # -- pixels ------------------------------------------------------------------------------------------------

    def staging_array(self, shape: int | tuple[int, ...], dtype: Any = np.float32) -> NDArray[Any]:
        """An array in staging memory: batches, colours and images made of it are recorded without a copy.

        The array and its slices become read-only when a call draws with them, until the frame has been drawn: a write
        raises NumPy's ValueError. A slice made in that time stays read-only: take another one afterwards. Other views
        made before, by `numpy.asarray`, by `memoryview` or as a record (``array[0]`` of a structured array), stay
        writeable: writing to one before the frame has been drawn changes the picture, or a part of it.

        The memory is freed in the frame after the last view of it is gone. Where a recording is dropped without having
        been drawn, its arrays become writeable at the next call of this method.

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
        try:
            return self._backend.staging.array(shape, dtype)
        except MemoryError as error:
            if error.args:
                raise
            what = f"an array of shape {shape} of {np.dtype(dtype)}"
            raise MemoryError(f"staging_array: there is no memory for {what}: make a smaller one") from None

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
            ``"rgba-unorm8"``: uint8; ``"rgba-float16"``: float16, with the full precision of a float16 canvas, and its
            colours outside of 0 to 1. These are the standard's names.
        color_space
            ``"srgb"`` or ``"display-p3"``: the pixels are converted to it; None, the default, is the canvas's own.
            An array in display-p3 is an `ImageData`, which keeps its colour space when it is drawn or saved.

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
        # A float16 canvas is converted before it is rounded to bytes, which keeps its precision.
        as_halves = is_half or self._format is RGBA16F
        pixels = self._read_halves((0, 0, self._width, self._height)) if as_halves else self.to_numpy()
        found = convert_read(pixels, self._color_space, space, np.float16 if is_half else np.uint8)
        return found if space == "srgb" else tagged(found, space)

    def _read(self, box: Box, ends: bool = True) -> NDArray[np.uint8]:
        """The pixels of a box inside the canvas, straight RGBA; ``ends`` says whether the read ends the frame."""
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
        """The pixels of a box as an image to draw; on gl they stay in GPU memory."""
        return self._surface.snapshot(box, halves)

    def _read_halves(self, box: Box, ends: bool = True) -> NDArray[np.float16]:
        """The pixels of a box inside the canvas, straight RGBA float16; ``ends`` as for `_read`."""
        left_over = self._settle_frames()
        with self._book.frame(ends=ends):
            if left_over or len(self._commands):
                self._draw([*left_over, self._take_commands()])
            count("readbacks")
            return self._surface.to_halves(box)

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
        """Free the surface, once no other thread uses it."""
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

    def _set_opaque(self, opaque: bool) -> None:
        super()._set_opaque(opaque)
        self._surface.opaque, self._surface.stamp = self._opaque, object()

    def _set_format(self, format: PixelFormat) -> None:
        # The surface can be replaced: nothing has been drawn before the first context was made.
        self._replace_surface(self._width, self._height, format)
        super()._set_format(format)

    def _set_color_space(self, space: ColorSpace) -> None:
        super()._set_color_space(space)
        self._surface.color_space, self._surface.stamp = space, object()

    def _clear(self) -> None:
        self._renew(self._width, self._height)

    def _renew(self, width: int, height: int) -> None:
        """Clear the canvas and give it a surface of this size; nothing changes where that fails for lack of memory."""
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
        """Move the canvas to the backend's present OpenGL context, after its own was lost. The canvas is cleared."""
        self._backend = get_backend(self._backend.name)
        self._resize(self._width, self._height)

    def _resize(self, width: int, height: int) -> None:
        self._renew(width, height)
        if self._context is not None:
            self._context._reset_state()
