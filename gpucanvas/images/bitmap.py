"""bitmap: `create_image_bitmap`, which crops, flips and resizes a picture once, ahead of drawing it.

    source --read--> pixels --cut--> the rectangle, transparent outside the picture --resize--> --flip--> ImageBitmap
             `-----> float16, if the source has more than bytes, the same way

https://html.spec.whatwg.org/multipage/imagebitmap-and-animations.html#images-2
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple, get_args, overload

import numpy as np
from numpy.typing import NDArray

from .. import memory
from ..errors import InvalidStateError, LimitError
from ..geometry.corners import RangeError
from ..geometry.numbers import Number, Whole
from .colorspace import ColorSpace, UnknownWordError
from .datasize import MAX_DATA_PIXELS, whole
from .image import Image
from .sources import all_of, as_halves, is_file, is_pillow, space_of

__all__ = [
    *("ColorSpaceConversion", "ImageBitmap", "ImageOrientation", "PremultiplyAlpha", "ResizeQuality"),
    "create_image_bitmap",
]

ImageOrientation = Literal["from-image", "flipY", "none"]
PremultiplyAlpha = Literal["default", "premultiply", "none"]
ColorSpaceConversion = Literal["default", "none"]
ResizeQuality = Literal["low", "medium", "high", "pixelated"]
Pixels = NDArray[np.uint32]
Halves = NDArray[np.uint64]
"""(H, W), four float16 each."""
FILTERS: Final = {"pixelated": "NEAREST", "low": "BILINEAR", "medium": "BICUBIC", "high": "LANCZOS"}
"""Pillow's resampling filter for each quality. All but the first average the pixels of a picture made smaller."""


class ImageBitmap(Image):
    """An `Image` made by `create_image_bitmap`; ``close()`` frees its pixels."""

    is_filtered = False
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

    The result of floats, or of a float16 canvas, keeps float16 for canvases of float16, with colours outside of 0 to 1.

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
        An SVG file is drawn in this size, unless a part of it is taken.
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
    (pixels, halves), space = _read(source, image_orientation, wanted if not part else [None, None])
    if color_space_conversion == "none" and (is_file(source) or is_pillow(source)):
        space = "srgb"
    done = _Work(part, _size_of(part[2:] or pixels.shape[::-1], *wanted), resize_quality, image_orientation == "flipY")
    own, own_halves = done.of(pixels), None if halves is None else done.of(halves)
    holding = memory.Holding("image", own.nbytes + (0 if own_halves is None else own_halves.nbytes))
    return ImageBitmap._owning(own, holding, space, own_halves)


def _check_resize(*sizes: Whole | None) -> list[int | None]:
    found: list[int | None] = []
    for name, size in zip(("resize_width", "resize_height"), sizes, strict=True):
        if size is not None and (isinstance(size, bool) or not isinstance(size, int | np.integer)):
            raise TypeError(f"create_image_bitmap: {name} is {size!r:.80}: give a whole number of pixels")
        if size is not None and size <= 0:
            raise InvalidStateError(f"create_image_bitmap: {name} is {size}: give 1 or more pixels")
        found.append(None if size is None else int(size))
    return found


def _read(
    source: Any, orientation: ImageOrientation, size: Sequence[int | None]
) -> tuple[tuple[Pixels, Halves | None], ColorSpace]:
    """The pixels of a source; those of an SVG file in a size, if there is one."""
    if is_file(source) and (orientation == "none" or any(size)):
        from .files import decode

        width, height = size
        kept = decode(source, oriented=orientation != "none", size=(width, height))
        return (kept.pixels, None), kept.color_space
    return all_of(source), space_of(source)


class _Work(NamedTuple):
    """All that happens to the pixels: the part, if there is one, the size of the result, and whether it is flipped."""

    part: list[int]
    size: tuple[int, int]
    quality: ResizeQuality
    flips: bool

    def of(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """Returns the result for pixels, whether words of bytes or of halves, in memory of its own."""
        cut = _cut(pixels, *self.part) if self.part else pixels
        if self.size != (cut.shape[1], cut.shape[0]):
            cut = (_resize if cut.dtype == np.uint32 else _resize_halves)(cut, self.size, self.quality)
        if self.flips:
            # Copied: NumPy takes a single row for contiguous, though its stride is negative.
            cut = cut[::-1].copy()
        # Pixels in the source's memory are copied, since the source may change.
        own = np.ascontiguousarray(cut)
        return own.copy() if np.may_share_memory(own, pixels) else own


def _check_part(rect: tuple[Number, ...]) -> list[int]:
    """The rectangle as whole numbers x, y, width and height, the sizes above 0; empty where there is none."""
    if not rect:
        return []
    x, y, w, h = whole("create_image_bitmap", **dict(zip(("sx", "sy", "sw", "sh"), rect, strict=True)))
    if w == 0 or h == 0:
        raise RangeError(f"create_image_bitmap: the part is {w}x{h}: give an sw and sh other than 0")
    _check_count(abs(w), abs(h))
    return [min(x, x + w), min(y, y + h), abs(w), abs(h)]


def _cut(pixels: NDArray[Any], x: int, y: int, w: int, h: int) -> NDArray[Any]:
    """The pixels in a rectangle of a picture; transparent outside the picture."""
    height, width = pixels.shape
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + w, width), min(y + h, height)
    if (x1 - x0, y1 - y0) == (w, h):
        return pixels[y0:y1, x0:x1]
    out = np.zeros((h, w), pixels.dtype)
    if x0 < x1 and y0 < y1:
        out[y0 - y : y1 - y, x0 - x : x1 - x] = pixels[y0:y1, x0:x1]
    return out


def _check_count(width: int, height: int) -> None:
    if width * height > MAX_DATA_PIXELS:
        raise LimitError(
            f"create_image_bitmap: {width}x{height} is more than {MAX_DATA_PIXELS} pixels: make it smaller, or in parts"
        )


def _size_of(own_size: Sequence[int], width: int | None, height: int | None) -> tuple[int, int]:
    """Width and height of the result; an omitted one is rounded up, as in the standard."""
    own_width, own_height = own_size
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


def _resize_halves(pixels: Halves, size: tuple[int, int], quality: ResizeQuality) -> Halves:
    """`_resize` for pixels of float16, whose colours may be outside of 0 to 1."""
    from PIL import Image as Pictures

    rgba = np.ascontiguousarray(pixels).view(np.float16).reshape(*pixels.shape, 4).astype(np.float32)
    averages = quality != "pixelated"
    if averages:
        rgba[..., :3] *= rgba[..., 3:]
    planes = [Pictures.fromarray(np.ascontiguousarray(rgba[..., each])) for each in range(4)]
    way = Pictures.Resampling[FILTERS[quality]]
    resized = np.stack([np.asarray(plane.resize(size, way)) for plane in planes], axis=-1)
    if averages:
        alpha = resized[..., 3:]
        np.divide(resized[..., :3], alpha, out=resized[..., :3], where=alpha > 0)
        resized[..., :3] *= alpha > 0
    # A filter with negative weights leaves the range of alpha.
    halves = as_halves(np.concatenate([resized[..., :3], resized[..., 3:].clip(0, 1)], axis=-1), is_extended=True)
    words: Halves = halves.view(np.uint64)[..., 0]
    return words
