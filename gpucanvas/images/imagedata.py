"""ImageData: a NumPy array of pixels with a colour space.

    ctx.get_image_data(...) --> ImageData --slices, sums--> ImageData, of the same space --> put_image_data, draw_image
    numpy.zeros((4, 4, 4), numpy.uint8)     has no colour space, which means sRGB

https://html.spec.whatwg.org/multipage/imagebitmap-and-animations.html#imagedata
"""

from __future__ import annotations

from array import array as Numbers
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from ..errors import IndexSizeError, InvalidStateError
from ..geometry.numbers import Number, shown
from .colorspace import COLOR_SPACES, ColorSpace, check_color_space
from .datasize import PIXEL_FORMATS, check_pixel_format, check_size, whole
from .flatdata import FlatData, flat_data

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["ImageData", "Scalar", "space_of_array", "tagged"]

Scalar = TypeVar("Scalar", bound=np.generic)
PixelFormatName = Literal["rgba-unorm8", "rgba-float16"]
DTYPES: Final[dict[str, Any]] = {PIXEL_FORMATS[0]: np.dtype(np.uint8), PIXEL_FORMATS[1]: np.dtype(np.float16)}
Buffers: Final = bytes | bytearray | memoryview | Numbers


class ImageData(np.ndarray[tuple[int, ...], np.dtype[Scalar]]):
    """Pixels, straight RGBA, with their colour space: what ``ctx.get_image_data`` gives. HTML, "ImageData".

    It is a NumPy array of shape (height, width, 4); slices and results of arithmetic are `ImageData`, too.
    `numpy.asarray` returns a plain array without a colour space, which counts as sRGB.

    Called as ``(pixels)``, ``(width, height)``, which makes transparent pixels, or ``(data, width[, height])``.

    Parameters
    ----------
    pixels
        Shape (H, W, 4): uint8, or float16, where 1 is white, and more is kept by canvases of float16. They are not
        copied.
    data
        Four numbers for each pixel, row by row: a flat array of uint8 or float16, or ``bytes``, a ``bytearray`` and
        the like. They are not copied.
    width, height
        Size, pixels. With ``data``, the height can be left out.
    color_space
        ``"srgb"`` or ``"display-p3"``: the colour space of the pixels. Nothing is converted.
    pixel_format
        ``"rgba-unorm8"``: uint8; ``"rgba-float16"``: float16. None takes the type of the pixels, and uint8
        where a size is given.

    Attributes
    ----------
    color_space : str
        ``"srgb"`` or ``"display-p3"``.

    Raises
    ------
    TypeError
        For an array of another form.
    ValueError
        For another colour space or pixel format.
    IndexSizeError
        For a width or height of 0, or one that does not go with the data.
    InvalidStateError
        For data of no whole number of pixels.

    Examples
    --------
    >>> import gpucanvas, numpy as np
    >>> green = np.full((2, 3, 4), (0, 255, 0, 255), np.uint8)
    >>> data = gpucanvas.ImageData(green, color_space="display-p3")
    >>> data.width, data.height, data[:, :1].color_space
    (3, 2, 'display-p3')
    >>> data.data[1], len(data.data)
    (255, 24)
    >>> gpucanvas.ImageData(bytes(24), 3).shape, gpucanvas.ImageData(5, 2).shape
    ((2, 3, 4), (2, 5, 4))
    """

    color_space: ColorSpace
    _clamps: bool

    @overload
    def __new__(
        cls, pixels: NDArray[Scalar], *, color_space: ColorSpace = ..., pixel_format: PixelFormatName | None = ...
    ) -> ImageData[Scalar]: ...
    @overload
    def __new__(
        cls,
        width: Number,
        height: Number,
        /,
        *,
        color_space: ColorSpace = ...,
        pixel_format: Literal["rgba-unorm8"] | None = ...,
    ) -> ImageData[np.uint8]: ...
    @overload
    def __new__(
        cls,
        width: Number,
        height: Number,
        /,
        *,
        color_space: ColorSpace = ...,
        pixel_format: Literal["rgba-float16"],
    ) -> ImageData[np.float16]: ...
    @overload
    def __new__(
        cls,
        data: NDArray[Scalar],
        width: Number,
        height: Number | None = ...,
        /,
        *,
        color_space: ColorSpace = ...,
        pixel_format: PixelFormatName | None = ...,
    ) -> ImageData[Scalar]: ...
    @overload
    def __new__(
        cls,
        data: Buffer,
        width: Number,
        height: Number | None = ...,
        /,
        *,
        color_space: ColorSpace = ...,
        pixel_format: PixelFormatName | None = ...,
    ) -> ImageData[Any]: ...
    def __new__(
        cls,
        pixels: Any,
        width: Any = None,
        height: Any = None,
        *,
        color_space: ColorSpace = "srgb",
        pixel_format: PixelFormatName | None = None,
    ) -> Any:
        space = check_color_space("ImageData", color_space)
        told = None if pixel_format is None else check_pixel_format("ImageData", pixel_format)
        if width is None:
            array = np.asarray(pixels)
            if array.ndim != 3 or array.shape[2] != 4 or array.dtype not in DTYPES.values():
                raise _no_pixels(pixels, array)
        elif height is None and np.ndim(pixels) == 0 and not isinstance(pixels, Buffers):
            w, h = whole("ImageData", width=pixels, height=width)
            if w < 0 or h < 0:
                raise IndexSizeError(f"ImageData: the size is {w}x{h}: give a width and height of 1 or more")
            check_size("ImageData", w, h)
            array = np.zeros((h, w, 4), DTYPES[told or PIXEL_FORMATS[0]])
        else:
            array = _rows_of(pixels, width, height)
        if told is not None and array.dtype != DTYPES[told]:
            raise TypeError(f"ImageData: the pixels are {array.dtype}, and pixel_format is {told!r}: leave it out")
        return tagged(array, space)

    def __array_finalize__(self, source: Any) -> None:
        self.color_space = getattr(source, "color_space", COLOR_SPACES[0])
        self._clamps = getattr(source, "_clamps", False)

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        # A single number becomes a plain NumPy scalar.
        if array.ndim == 0:
            return array[()]
        return tagged(array, self.color_space, self._clamps)

    @property
    def data(self) -> FlatData:  # type: ignore[override]
        """The flat channel values, as in JavaScript: red of pixel (x, y) is ``data[4 * (y * width + x)]``.

        Writing to it changes the array. Its items are Python's numbers, whose sums do not overflow. Of a canvas with
        ``on_invalid="ignore"``, any number may be written, and is rounded and clamped; else only whole ones from 0 to
        255, so that a program ported from JavaScript writes ``data[i] = round(0.3 * red)``. A slice of an `ImageData`
        has no flat data: IndexError.
        """
        flat = np.asarray(self)
        if self.flags.c_contiguous:
            flat = flat.reshape(-1)
        return flat_data(flat, self._clamps)

    @property
    def width(self) -> int:
        """Width, pixels."""
        return self._side(1)

    @property
    def height(self) -> int:
        """Height, pixels."""
        return self._side(0)

    def _side(self, axis: int) -> int:
        if self.ndim != 3:
            raise AttributeError(f"an ImageData of shape {self.shape} has no width and height: take its shape")
        return int(self.shape[axis])

    def _repr_png_(self) -> bytes | None:
        """The PNG that a notebook shows for a cell's value; None, which shows the numbers, where they are no pixels."""
        if self.ndim != 3 or self.shape[2] != 4 or self.dtype != np.uint8 or not self.size:
            return None
        from PIL import Image

        from .icc import display_p3_profile

        out = BytesIO()
        profile = {} if self.color_space == "srgb" else {"icc_profile": display_p3_profile()}
        Image.fromarray(np.asarray(self)).save(out, "PNG", **profile)
        return out.getvalue()

    def __reduce__(self) -> tuple[Any, ...]:
        # numpy.ndarray.__reduce__ would lose the colour space.
        return tagged, (np.array(self), self.color_space, self._clamps)


def _no_pixels(given: object, array: NDArray[Any]) -> TypeError:
    if array.ndim:
        return TypeError(f"ImageData: the pixels are {array.dtype} {array.shape}: give uint8 or float16 (H, W, 4)")
    return TypeError(f"ImageData: the pixels are {shown(given)}: give an array (H, W, 4), or a width and a height")


def _rows_of(data: Any, width: Any, height: Any) -> NDArray[Any]:
    """Flat numbers as (height, width, 4), in the same memory."""
    # NumPy takes bytes for a text.
    flat = np.asarray(memoryview(data) if isinstance(data, bytes) else data)
    if flat.ndim != 1 or flat.dtype not in DTYPES.values():
        raise TypeError(f"ImageData: the data are {flat.dtype} {flat.shape}: give flat uint8 or float16, or bytes")
    if not flat.size or flat.size % 4:
        raise InvalidStateError(f"ImageData: the data are {flat.size} numbers: give four for each pixel")
    count = flat.size // 4
    w, h = whole("ImageData", width=width, height=0 if height is None else height)
    if w <= 0 or count % w or (height is not None and w * h != count):
        size = f"width {w}" if height is None else f"{w}x{h}"
        raise IndexSizeError(f"ImageData: {size} does not go with data of {count} pixels: give sides that make them up")
    return flat.reshape(count // w, w, 4)


def tagged(pixels: NDArray[Scalar], space: ColorSpace, clamps: bool = False) -> ImageData[Scalar]:
    """The same pixels, in the same memory, as an `ImageData` with a colour space.

    ``clamps`` says whether any number may be written to its `data`.
    """
    data: ImageData[Scalar] = pixels.view(ImageData)
    data.color_space, data._clamps = space, clamps
    return data


def space_of_array(pixels: object) -> ColorSpace:
    """The colour space of an array; sRGB where it has none."""
    space = getattr(pixels, "color_space", COLOR_SPACES[0])
    return space if space in COLOR_SPACES else COLOR_SPACES[0]
