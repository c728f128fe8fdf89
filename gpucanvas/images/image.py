"""Image: immutable pixels, which are drawn without a copy. A crop shares the pixels of its image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from .. import memory
from ..errors import ClosedError, IndexSizeError
from ..geometry.numbers import Whole
from ..names import Guarded
from ..pipeline.record import FixedPixels
from .colorspace import ColorSpace
from .imagedata import tagged
from .sources import all_of, is_canvas, space_of

if TYPE_CHECKING:
    from ..pipeline.mips import Levels
    from .files import Source

__all__ = ["Image"]


class Image(FixedPixels, Guarded):
    """A picture to draw with ``draw_image``, any number of times, without a copy (HTML, "ImageBitmap").

    Parameters
    ----------
    source
        An array of shape (H, W, 4), (H, W, 3) or (H, W), uint8, float 0 to 1 or bool, straight alpha, transparent where
        it is NaN or masked by `numpy.ma`; a Canvas; a Pillow image; a picture file as its bytes or a `pathlib.Path`.
        Its pixels are copied, so that later changes to it do not affect the image. Of floats, and of a float16 canvas,
        float16 is kept as well, for canvases of float16.

    Raises
    ------
    TypeError, ValueError
        For an array of another form, or without pixels.

    Examples
    --------
    >>> import gpucanvas, numpy as np
    >>> sheet = gpucanvas.Image(np.zeros((64, 128, 4), np.uint8))
    >>> icon = sheet.crop(16, 0, 16, 16)
    >>> icon.pins
    '16x16 of an image of 128x64: keeps all of its 32768 bytes'
    >>> icon.copy().pins
    '16x16: keeps its own 1024 bytes'
    """

    _elsewhere = {
        "src": "gpucanvas.Image.open(path)",
        "onload": "gpucanvas.Image.open(path), which returns when the image is there",
        "complete": "gpucanvas.Image.open(path), which returns when the image is there",
        "natural_width": "width",
        "natural_height": "height",
        "get_width": "width",
        "get_height": "height",
        "smoothing": "ctx.image_smoothing_enabled",
        "image_smoothing_enabled": "ctx.image_smoothing_enabled",
        "get_context": "gpucanvas.Canvas(width, height), and draw the image there",
        "resize": "ctx.draw_image(image, x, y, width, height)",
        "to_pil": "PIL.Image.fromarray(image)",
        "show": "PIL.Image.fromarray(image).show",
        "save": "PIL.Image.fromarray(image).save",
    }
    is_filtered = True
    __slots__ = ("__weakref__", "_closed", "_halves", "_holding", "_levels", "_pixels", "_space")

    def __init__(self, source: Any) -> None:
        pixels, halves = all_of(source)
        holding = memory.Holding("image", pixels.nbytes + (0 if halves is None else halves.nbytes))
        self._set(pixels, holding, space_of(source), halves)
        # Pixels read from a canvas are a fresh array: no copy is needed.
        self._pixels = pixels if is_canvas(source) else pixels.copy()
        self._pixels.flags.writeable = False

    def _set(
        self,
        pixels: NDArray[np.uint32],
        holding: memory.Holding,
        space: ColorSpace,
        halves: NDArray[np.uint64] | None = None,
    ) -> None:
        self._pixels, self._holding, self._space = pixels, holding, space
        self._closed = False
        self._levels: Levels | None = None
        self._halves: FixedPixels | None = None
        if halves is not None:
            from ..pipeline.mips import KeptPixels

            self._halves = KeptPixels(halves.view(np.uint32), holding, space)

    @classmethod
    def open(cls, source: Source, *, width: Whole | None = None, height: Whole | None = None) -> Self:
        """Read a picture file: PNG, JPEG, WebP, GIF, AVIF, SVG and any other format that Pillow reads.

        The picture is rotated by its EXIF orientation, as in browsers. Of an animation the first frame is read: see
        `AnimatedImage`. SVG files need the extra ``svg``.

        Parameters
        ----------
        source
            A path, the file's bytes, or an open file.
        width, height
            The size in pixels in which to draw an SVG file. Where one is omitted, the aspect ratio is kept; without
            both, the file's own size is taken. `draw_image` with the file's path draws it sharp at every scale.

        Raises
        ------
        OSError
            For a path that cannot be read.
        ValueError
            For a file that is no picture, or is damaged or truncated, and for a size of a file that is not SVG.
        LimitError
            For a picture with so many pixels that it may be a decompression bomb.
        ImportError
            For an SVG file without the extra ``svg``.
        """
        from .files import decode, name_of, read_svg

        if width is None and height is None:
            return cls._of(decode(source))
        size = [None if each is None else _size(name, each) for name, each in (("width", width), ("height", height))]
        drawing = read_svg(source)
        if drawing is None:
            raise ValueError(
                f"Image.open: {name_of(source)} is not SVG, and has pixels of its own: give its size to "
                "draw_image(image, x, y, width, height), or use create_image_bitmap(..., resize_width=...)"
            )
        return cls._of(drawing.pixels(*drawing.size_of(*size)))

    @classmethod
    def _of(cls, kept: FixedPixels) -> Self:
        """An image of pixels that never change."""
        image = cls.__new__(cls)
        image._set(kept.pixels, kept.holding, kept.color_space)
        return image

    @classmethod
    def _owning(
        cls,
        pixels: NDArray[np.uint32],
        holding: memory.Holding,
        space: ColorSpace,
        halves: NDArray[np.uint64] | None = None,
    ) -> Self:
        """An image that takes over arrays of pixels: nobody else may write to them."""
        pixels.flags.writeable = False
        image = cls.__new__(cls)
        image._set(pixels, holding, space, halves)
        return image

    @property
    def color_space(self) -> ColorSpace:
        """The colour space of the pixels, ``"srgb"`` or ``"display-p3"``, taken from their canvas or file.

        The image is converted when it is drawn on a canvas with another one.
        """
        return self._space

    @property
    def holding(self) -> memory.Holding:
        """The memory ledger's entry of the pixels, shared by an image and its crops."""
        return self._holding

    @property
    def pixels(self) -> NDArray[np.uint32]:
        """(height, width) uint32, straight RGBA8 with red in the low byte, read-only."""
        if self._closed:
            raise ClosedError("the image is closed: its pixels are gone; make a new Image")
        return self._pixels

    @property
    def halves(self) -> FixedPixels | None:
        """The same pixels as float16, two words each, if its source had floats; None for bytes."""
        if self._closed:
            raise ClosedError("the image is closed: its pixels are gone; make a new Image")
        return self._halves

    @property
    def levels(self) -> Levels:
        """The mip levels, from which it is drawn at small scales."""
        if self._levels is None:
            from ..pipeline.mips import Levels

            self._levels = Levels(self.pixels)
        return self._levels

    @property
    def width(self) -> int:
        """Width, pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height, pixels."""
        return int(self.pixels.shape[0])

    def to_numpy(self) -> NDArray[np.uint8]:
        """The pixels as a new (height, width, 4) uint8 array, straight RGBA; in display-p3 an `ImageData`."""
        pixels = np.ascontiguousarray(self.pixels).view(np.uint8).reshape(self.height, self.width, 4).copy()
        return pixels if self._space == "srgb" else tagged(pixels, self._space)

    def _repr_png_(self) -> bytes | None:
        """Show the image in a notebook, as the value of a cell; a closed one shows its ``repr``."""
        if self._closed:
            return None
        from ..present.formats import encode

        return encode(self.to_numpy())

    def tobytes(self) -> bytes:
        """The pixels as bytes, row after row, straight RGBA."""
        return self.to_numpy().tobytes()

    @property
    def __array_interface__(self) -> dict[str, Any]:
        """The array interface of NumPy and Pillow: a copy of the pixels, (height, width, 4) uint8 straight RGBA."""
        pixels = self.to_numpy()
        return {"version": 3, "shape": pixels.shape, "typestr": "|u1", "strides": pixels.strides, "data": pixels}

    def crop(self, x: Whole, y: Whole, width: Whole, height: Whole) -> Image:
        """A part of this image. It shares the pixels and keeps all of them alive: see `pins` and `copy`.

        Raises
        ------
        TypeError
            For a number that is not whole.
        IndexSizeError
            For a rectangle that is empty or not inside the image.
        """
        for name, value in (("x", x), ("y", y), ("width", width), ("height", height)):
            if isinstance(value, bool) or not isinstance(value, int | np.integer):
                raise TypeError(f"Image.crop: {name} is {value!r}: give a whole number of pixels")
        if width < 1 or height < 1 or x < 0 or y < 0 or x + width > self.width or y + height > self.height:
            raise IndexSizeError(
                f"Image.crop: {width}x{height} at ({x}, {y}) is not inside the image of {self.width}x{self.height}"
            )
        image = Image.__new__(Image)
        part = slice(y, y + height), slice(x, x + width)
        halves = None if self._halves is None else self._halves.pixels.view(np.uint64)[part]
        image._set(self.pixels[part], self._holding, self._space, halves)
        return image

    def copy(self) -> Self:
        """The same pixels in memory of their own."""
        holding = memory.Holding("image", self.nbytes)
        halves = None if self._halves is None else self._halves.pixels.view(np.uint64).copy()
        return self._owning(self.pixels.copy(), holding, self._space, halves)

    def __copy__(self) -> Self:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.copy()

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        # The ledger's entry of the pixels belongs to this process.
        if self._halves is None:
            return type(self), (self.to_numpy(),)
        return _unpickled, (type(self), self.pixels, self._space, self._halves.pixels)

    def close(self) -> None:
        """Free the pixels, as the end of a ``with`` block does, unless recordings that drew them still need them.

        Closing twice is harmless.
        """
        self._closed = True
        self._levels = None
        from ..pipeline.converted import forget

        forget(self)
        self._pixels, self._halves = np.zeros((0, 0), np.uint32), None
        self._holding = memory.Holding("image")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *of_error: object) -> None:
        self.close()

    @property
    def nbytes(self) -> int:
        """Bytes of this image's own pixels; float16 ones count with their bytes for other canvases."""
        return int(self.pixels.nbytes) * self._copies()

    @property
    def pinned_bytes(self) -> int:
        """Bytes that this image keeps alive: for a crop, those of the whole image it was cut from."""
        return int(self._root().nbytes) * self._copies()

    @property
    def pins(self) -> str:
        """What this image keeps alive, in words."""
        root = self._root()
        size = f"{self.width}x{self.height}"
        if root is self.pixels:
            return f"{size}: keeps its own {self.pinned_bytes} bytes"
        return f"{size} of an image of {root.shape[1]}x{root.shape[0]}: keeps all of its {self.pinned_bytes} bytes"

    def _copies(self) -> int:
        """How often four bytes a pixel are kept: float16 takes as much twice, beside the bytes."""
        return 1 if self._halves is None else 3

    def _root(self) -> NDArray[np.uint32]:
        root = self.pixels
        while isinstance(root.base, np.ndarray) and root.base.dtype == np.uint32 and root.base.ndim == 2:
            root = root.base
        return root

    def __repr__(self) -> str:
        return "<Image, closed>" if self._closed else f"<Image {self.pins}>"


def _size(name: str, value: Whole) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise ValueError(f"Image.open: {name} is {value!r:.80}: give a whole number of pixels, 1 or more")
    return int(value)


def _unpickled(kind: type[Image], pixels: NDArray[np.uint32], space: ColorSpace, halves: NDArray[np.uint32]) -> Image:
    own = np.ascontiguousarray(halves).view(np.uint64)
    return kind._owning(np.ascontiguousarray(pixels), memory.Holding("image", pixels.nbytes + own.nbytes), space, own)
