"""bitmap: `create_image_bitmap`, which crops, flips and resizes a picture once, ahead of drawing it.

    source --read--> pixels --cut--> the rectangle, transparent outside the picture --resize--> --flip--> ImageBitmap

https://html.spec.whatwg.org/multipage/imagebitmap-and-animations.html#images-2
"""

from __future__ import annotations

from typing import Any, Final, Literal, get_args, overload

import numpy as np
from numpy.typing import NDArray

from .. import memory
from ..errors import InvalidStateError, LimitError
from ..geometry.corners import RangeError
from ..geometry.numbers import Number, Whole
from .colorspace import ColorSpace, UnknownWordError
from .datasize import MAX_DATA_PIXELS, whole
from .image import Image
from .sources import as_pixels, is_file, is_pillow, space_of

__all__ = [
    *("ColorSpaceConversion", "ImageBitmap", "ImageOrientation", "PremultiplyAlpha", "ResizeQuality"),
    "create_image_bitmap",
]

ImageOrientation = Literal["from-image", "flipY", "none"]
PremultiplyAlpha = Literal["default", "premultiply", "none"]
ColorSpaceConversion = Literal["default", "none"]
ResizeQuality = Literal["low", "medium", "high", "pixelated"]
Pixels = NDArray[np.uint32]
FILTERS: Final = {"pixelated": "NEAREST", "low": "BILINEAR", "medium": "BICUBIC", "high": "LANCZOS"}
"""Pillow's resampling filter for each quality. All but the first average the pixels of a picture made smaller."""


class ImageBitmap(Image):
    """An `Image` made by `create_image_bitmap`; ``close()`` frees its pixels."""

    __slots__ = ()

    @property
    def width(self) -> int:
        """Width, pixels; 0 when it is closed."""
        return 0 if self._closed else super().width

    @property
    def height(self) -> int:
        """Height, pixels; 0 when it is closed."""
        return 0 if self._closed else super().height


@overload
def create_image_bitmap(
    source: Any,
    /,
    *,
    image_orientation: ImageOrientation = "from-image",
    premultiply_alpha: PremultiplyAlpha = "default",
    color_space_conversion: ColorSpaceConversion = "default",
    resize_width: Whole | None = None,
    resize_height: Whole | None = None,
    resize_quality: ResizeQuality = "low",
) -> ImageBitmap: ...
@overload
def create_image_bitmap(
    source: Any,
    sx: Number,
    sy: Number,
    sw: Number,
    sh: Number,
    /,
    *,
    image_orientation: ImageOrientation = "from-image",
    premultiply_alpha: PremultiplyAlpha = "default",
    color_space_conversion: ColorSpaceConversion = "default",
    resize_width: Whole | None = None,
    resize_height: Whole | None = None,
    resize_quality: ResizeQuality = "low",
) -> ImageBitmap: ...
def create_image_bitmap(
    source: Any,
    *rect: Number,
    image_orientation: ImageOrientation = "from-image",
    premultiply_alpha: PremultiplyAlpha = "default",
    color_space_conversion: ColorSpaceConversion = "default",
    resize_width: Whole | None = None,
    resize_height: Whole | None = None,
    resize_quality: ResizeQuality = "low",
) -> ImageBitmap:
    """A picture, or a part of one, ready to be drawn. HTML, "createImageBitmap", without the promise.

    Parameters
    ----------
    source
        As for `Context2D.draw_image`: an array, a Canvas, an Image, a Pillow image, a file's bytes or its
        `pathlib.Path`.
    rect
        ``sx, sy, sw, sh``: the part to take, image pixels, truncated to whole ones. Outside the picture it is
        transparent. A negative size extends to the left, or up.
    image_orientation
        ``"from-image"``: as the EXIF data of a file say; ``"none"``: as the file's pixels lie; ``"flipY"``: as
        ``"from-image"``, then upside down.
    premultiply_alpha
        Accepted without effect: pixels are kept with straight alpha, without loss.
    color_space_conversion
        ``"none"``: the colours of a file, or of a Pillow image, are taken as they are in the file, whatever its colour
        profile says.
    resize_width, resize_height
        Size of the result, pixels. Where one is omitted, the aspect ratio is kept.
    resize_quality
        ``"pixelated"`` takes the nearest pixel; ``"low"``, ``"medium"`` and ``"high"`` are a bilinear, a bicubic and a
        Lanczos filter, widened where the picture is made smaller.

    Raises
    ------
    InvalidStateError
        For a size to resize to of 0.
    TypeError, ValueError, OSError, LimitError, ClosedError
        For a source that is no picture, an invalid value, a part without width or height, and a result of too many
        pixels.

    Examples
    --------
    >>> import numpy as np
    >>> sheet = np.zeros((32, 64, 4), np.uint8)
    >>> icon = create_image_bitmap(sheet, 16, 0, 16, 32, resize_width=8)
    >>> icon.width, icon.height
    (8, 16)
    """
    for name, value, known in (
        ("image_orientation", image_orientation, get_args(ImageOrientation)),
        ("premultiply_alpha", premultiply_alpha, get_args(PremultiplyAlpha)),
        ("color_space_conversion", color_space_conversion, get_args(ColorSpaceConversion)),
        ("resize_quality", resize_quality, get_args(ResizeQuality)),
    ):
        if value not in known:
            raise UnknownWordError(f"create_image_bitmap: {name} is {value!r:.80}: give one of {', '.join(known)}")
    if len(rect) not in (0, 4):
        raise TypeError(f"create_image_bitmap takes a source and 0 or 4 numbers, not {len(rect)}")
    part = _check_part(rect)
    wanted = _check_resize(resize_width, resize_height)
    pixels, space = _read(source, image_orientation)
    if color_space_conversion == "none" and (is_file(source) or is_pillow(source)):
        space = "srgb"
    cut = _cut(pixels, *part) if part else pixels
    size = _size_of(cut, *wanted)
    if size != (cut.shape[1], cut.shape[0]):
        cut = _resize(cut, size, resize_quality)
    holding = memory.Holding("image", cut.nbytes)
    if image_orientation == "flipY":
        # Copied: NumPy takes a single row for contiguous, though its stride is negative.
        cut = cut[::-1].copy()
    # Pixels in the source's memory are copied, since the source may change.
    own = np.ascontiguousarray(cut)
    return ImageBitmap._owning(own.copy() if np.may_share_memory(own, pixels) else own, holding, space)


def _check_resize(*sizes: Whole | None) -> list[int | None]:
    found: list[int | None] = []
    for name, size in zip(("resize_width", "resize_height"), sizes, strict=True):
        if size is not None and (isinstance(size, bool) or not isinstance(size, int | np.integer)):
            raise TypeError(f"create_image_bitmap: {name} is {size!r:.80}: give a whole number of pixels")
        if size is not None and size <= 0:
            raise InvalidStateError(f"create_image_bitmap: {name} is {size}: give 1 or more pixels")
        found.append(None if size is None else int(size))
    return found


def _read(source: Any, orientation: ImageOrientation) -> tuple[Pixels, ColorSpace]:
    if orientation == "none" and is_file(source):
        from .files import decode

        kept = decode(source, oriented=False)
        return kept.pixels, kept.color_space
    return as_pixels(source), space_of(source)


def _check_part(rect: tuple[Number, ...]) -> list[int]:
    """The rectangle as whole numbers x, y, width and height, the sizes above 0; empty where there is none."""
    if not rect:
        return []
    x, y, w, h = whole("create_image_bitmap", **dict(zip(("sx", "sy", "sw", "sh"), rect, strict=True)))
    if w == 0 or h == 0:
        raise RangeError(f"create_image_bitmap: the part is {w}x{h}: give an sw and sh other than 0")
    _check_count(abs(w), abs(h))
    return [min(x, x + w), min(y, y + h), abs(w), abs(h)]


def _cut(pixels: Pixels, x: int, y: int, w: int, h: int) -> Pixels:
    """The pixels in a rectangle of a picture; transparent outside the picture."""
    height, width = pixels.shape
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + w, width), min(y + h, height)
    if (x1 - x0, y1 - y0) == (w, h):
        return pixels[y0:y1, x0:x1]
    out = np.zeros((h, w), np.uint32)
    if x0 < x1 and y0 < y1:
        out[y0 - y : y1 - y, x0 - x : x1 - x] = pixels[y0:y1, x0:x1]
    return out


def _check_count(width: int, height: int) -> None:
    if width * height > MAX_DATA_PIXELS:
        raise LimitError(
            f"create_image_bitmap: {width}x{height} is more than {MAX_DATA_PIXELS} pixels: make it smaller, or in parts"
        )


def _size_of(pixels: Pixels, width: int | None, height: int | None) -> tuple[int, int]:
    """Width and height of the result; an omitted one is rounded up, as in the standard."""
    own_height, own_width = pixels.shape
    if width is None and height is None:
        return own_width, own_height
    if width is None:
        assert height is not None
        width = -(-own_width * height // own_height)
    elif height is None:
        height = -(-own_height * width // own_width)
    _check_count(width, height)
    return width, height


def _resize(pixels: Pixels, size: tuple[int, int], quality: ResizeQuality) -> Pixels:
    from PIL import Image as Pictures

    rgba = np.ascontiguousarray(pixels).view(np.uint8).reshape(*pixels.shape, 4)
    # Pillow premultiplies RGBA before filtering, and returns it straight.
    resized = Pictures.fromarray(rgba).resize(size, Pictures.Resampling[FILTERS[quality]])
    words: Pixels = np.asarray(resized).view(np.uint32)[..., 0]
    return words
