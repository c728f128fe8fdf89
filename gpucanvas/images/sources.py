"""sources: turns every kind of image into pixels: arrays, Pillow images, canvases, files, `Image` objects.

image --as_pixels--> (H, W) uint32, straight RGBA8
      --halves_of--> (H, W, 4) float16, for a canvas of float16, with colours outside of 0 to 1
      --all_of--> both, to keep

A pixel that is NaN, or masked by `numpy.ma`, in any channel is transparent: 0 in all of them. Only in image data that
are put a NaN is 0 by itself, as in the standard.
"""

from __future__ import annotations

import warnings
from math import inf
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from ..contract.formats import LARGEST_HALF, RGBA16F
from ..masked import mask_of, without_mask
from ..picture import Picture
from ..pipeline import record as r
from .colorspace import ColorSpace
from .imagedata import space_of_array
from .words import PART, missing_pixels, words_of, words_of_floats

if TYPE_CHECKING:
    from .svgpixels import SvgFile

__all__ = [
    *("all_of", "as_halves", "as_pixels", "halves_of", "halves_of_array", "is_canvas", "is_file", "is_pillow"),
    *("kept_file", "read_file", "space_of", "warn_of_bytes"),
]

FAR_ABOVE_ONE: Final = 2.0
"""Floats above this mean a range of 0 to 255. Sharpening and the like leave floats only slightly above 1."""


def is_canvas(image: Any) -> bool:
    """Whether an image is a Canvas (a Recording has no pixels)."""
    # FixedPixels first: hasattr on an Image would search for a similar name (`names.py`), slower than the draw.
    return not isinstance(image, r.FixedPixels) and hasattr(image, "to_numpy") and hasattr(image, "get_context")


def is_file(image: Any) -> bool:
    """Whether an image is a picture file: its path or its bytes. A str is refused: it may be a URL, or a mistake."""
    if isinstance(image, r.FixedPixels | np.ndarray):
        return False
    return isinstance(image, bytes | bytearray | memoryview) or hasattr(image, "__fspath__")


def is_pillow(image: Any) -> bool:
    """Whether an image is Pillow's."""
    return not isinstance(image, r.FixedPixels) and hasattr(image, "getbands") and hasattr(image, "info")


def kept_file(source: Any, size: tuple[int, int] | None = None) -> r.FixedPixels:
    """The pixels of a picture file, from the cache or decoded; of an SVG file in a size, or its own."""
    # Imported here: few programs draw files directly.
    from .files import file_pixels

    return file_pixels(source, size)


def read_file(source: Any) -> r.FixedPixels | SvgFile:
    """The pixels of a picture file, from the cache or decoded, or an SVG file, which has them in any size."""
    from .files import file_at

    return file_at(source)


def space_of(image: Any) -> ColorSpace:
    """The colour space of an image; sRGB where it names none."""
    if type(image) is np.ndarray:
        return "srgb"
    if isinstance(image, r.FixedPixels):
        return image.color_space
    if is_canvas(image):
        canvas_space: ColorSpace = image._color_space
        return canvas_space
    if is_file(image):
        return kept_file(image).color_space
    if is_pillow(image):
        from .files import space_of_picture

        return space_of_picture(image)
    return space_of_array(image)


def as_pixels(image: Any) -> NDArray[np.uint32]:
    """An image as (H, W) uint32, straight RGBA8, red in the low byte."""
    if type(image) is np.ndarray and image.dtype == np.uint8 and image.ndim == 3 and image.shape[2] == 4 and image.size:
        # The quick path for uint8 RGBA arrays: programs draw thousands of sprites.
        return np.ascontiguousarray(image).view(np.uint32)[..., 0]
    if isinstance(image, r.FixedPixels):
        return image.pixels
    if is_canvas(image):
        image = image.to_numpy()
    elif hasattr(image, "convert") and hasattr(image, "getbands"):
        from .pillow import rgba_of

        image = rgba_of(image)
    elif is_file(image):
        return kept_file(image).pixels
    if hasattr(image, "get_context"):
        raise TypeError(f"the image is {image!r:.80}: it has no pixels yet; draw what render_many makes of it")
    # An AnimatedImage is a sequence, which NumPy would read.
    if image is None or isinstance(image, str) or hasattr(image, "frame_at"):
        raise no_image(image)
    if isinstance(image, list | tuple) and image and _is_whole_image(image[0]):
        raise _several_images(f"a {type(image).__name__} of {len(image)} images")
    try:
        array = np.asarray(without_mask(image))
    except ValueError as ragged:
        raise TypeError(f"the image is {image!r:.80}, and no array of numbers: {ragged}") from None
    words = _words_of_array(array)
    mask = mask_of(image)
    if mask is not None:
        # `without_mask` has copied the array: these words are in no memory of the program's.
        words[missing_pixels(mask)] = 0
    return words


def _words_of_array(array: NDArray[Any]) -> NDArray[np.uint32]:
    if array.dtype == object:
        raise no_image(array.item() if array.ndim == 0 else array)
    if array.ndim == 4 and array.shape[3] in (3, 4):
        raise _several_images(f"an array of {len(array)} images, of shape {array.shape}")
    if array.ndim != 2 and (array.ndim != 3 or array.shape[2] not in (3, 4)):
        raise TypeError(f"the image has shape {array.shape}: give (H, W, 4), (H, W, 3) or (H, W)")
    if array.dtype.kind not in "fb" and array.dtype != np.uint8:
        raise TypeError(f"the image has dtype {array.dtype}: {_cure_of_dtype(array)}")
    if 0 in array.shape:
        error = ValueError(f"the image has shape {array.shape}: it has no pixels to draw")
        error.name = "InvalidStateError"  # type: ignore[attr-defined]
        raise error
    if array.dtype.kind == "f":
        words, greatest = words_of_floats(array)
        warn_of_bytes(greatest)
        return words
    return words_of(array if array.dtype == np.uint8 else array * np.uint8(255))


def _is_whole_image(value: object) -> bool:
    """Whether the first entry of a list is itself an image, where rows of numbers would make up one."""
    is_array = isinstance(value, np.ndarray) and value.ndim == 3
    return is_array or isinstance(value, r.FixedPixels) or is_canvas(value) or is_pillow(value)


def _several_images(given: str) -> TypeError:
    return TypeError(
        f"the image is {given}: draw them one by one, or put them side by side into one, "
        "numpy.concatenate(images, axis=1), and give draw_images the src_rects of its parts"
    )


def _cure_of_dtype(array: NDArray[Any]) -> str:
    if array.dtype.kind not in "iu" or not array.size:
        return "give uint8, or float 0 to 1"
    greatest = int(array.max())
    return (
        f"give uint8, or float 0 to 1: image.astype(numpy.uint8) if 255 is white in it, or image / {max(greatest, 1)}, "
        "which makes its largest value white"
    )


def no_image(given: object) -> TypeError:
    """The error for an object that is no image."""
    cure = "give an array, a Canvas, a Pillow image, or of a file gpucanvas.Image.open(...) or its pathlib.Path"
    if hasattr(given, "canvas") and hasattr(given, "fill_rect"):
        cure = "give the canvas it draws on, ctx.canvas"
    elif hasattr(given, "frame_at"):
        cure = "give one of its frames, frame_at(t) at t seconds"
    elif isinstance(given, Picture):
        cure = "give it to ctx.draw_picture(picture, x, y)"
    elif hasattr(given, "read"):
        cure = "give gpucanvas.Image.open(it)"
    return TypeError(f"the image is {given!r:.80}: {cure}")


def warn_of_bytes(greatest: float, what: str = "image", effect: str = "white") -> None:
    """Warn where the greatest float of an image or a mask tells a range of 0 to 255: nearly all would be the most."""
    # Infinity tells of a division by 0, and not of a range.
    if FAR_ABOVE_ONE <= greatest < inf:
        from ..sight.callers import callers_level

        warnings.warn(
            f"the {what} has floats up to {greatest:g}: they are taken as 0 to 1 and cut off there, which makes "
            f"most of it {effect}: divide it by 255, or make it uint8",
            stacklevel=callers_level(),
        )


def as_halves(array: NDArray[Any], is_extended: bool) -> NDArray[np.float16]:
    """Colours (H, W, 3 or 4) as float16; NaN becomes 0.

    Alpha is clamped to 0 to 1, and so are the others unless they are for a canvas of float16 (``is_extended``), which
    keeps what is finite.
    """
    low, high = (-LARGEST_HALF, LARGEST_HALF) if is_extended else (0.0, 1.0)
    halves = np.empty(array.shape, np.float16)
    # Where colours may be above 1, alphas above it still tell a range of 0 to 255.
    telling = slice(3 if is_extended else 0, None)
    greatest, step = 0.0, max(1, PART * len(array) // max(array.size, 1))
    for start in range(0, len(array), step):
        # Processors have no arithmetic for halves: NumPy converts them one by one in every operation.
        part = array[start : start + step].astype(np.float32 if array.dtype == np.float16 else array.dtype)
        greatest = max(greatest, float(np.fmax.reduce(part[..., telling], axis=None, initial=0.0)))
        if np.isnan(part.max()):
            part[np.isnan(part)] = 0
        np.clip(part, low, high, out=part)
        if is_extended:
            np.clip(part[..., 3:], 0.0, 1.0, out=part[..., 3:])
        halves[start : start + step] = part
    warn_of_bytes(greatest)
    return halves


def halves_of_array(image: NDArray[Any]) -> NDArray[np.float16] | None:
    """An array of floats as (H, W, 4) float16; None for one of another type or form."""
    grey_or_color = image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (3, 4))
    if image.dtype.kind != "f" or not image.size or not grey_or_color:
        return None
    color, mask = np.asarray(without_mask(image)), mask_of(image)
    color = color[..., None] if color.ndim == 2 else color
    out = np.ones((*color.shape[:2], 4), np.float16)
    # A channel of grey goes to all three.
    out[..., : max(color.shape[2], 3)] = as_halves(color, is_extended=True)
    if np.isnan(color.max()):
        out[missing_pixels(np.isnan(color))] = 0
    if mask is not None:
        out[missing_pixels(mask)] = 0
    return out


def halves_of(image: Any, space: ColorSpace) -> NDArray[Any] | tuple[int, int] | r.FixedPixels | None:
    """The pixels of an image that a canvas of float16 in a colour space draws as float16; None if it draws bytes.

    For a canvas it is the (height, width). Bytes (H, W, 4) and canvases of another space count as well, since in this
    one their colours may be outside of 0 to 1; such an array is returned as it is. For an `Image` it is float16 of this
    space, two words a pixel.
    """
    if isinstance(image, r.FixedPixels):
        if image.color_space == space:
            return image.halves
        from ..pipeline.converted import converted_halves

        return converted_halves(image, space)
    if isinstance(image, np.ndarray):
        if image.dtype == np.uint8 and image.ndim == 3 and image.shape[2] == 4 and image.size:
            if space_of_array(image) == space:
                return None
            return image if mask_of(image) is None else as_pixels(image).view(np.uint8).reshape(image.shape)
        return halves_of_array(image)
    if is_canvas(image) and image.width and image.height:
        image._check_open()
        return (image.height, image.width) if image._format is RGBA16F or image._color_space != space else None
    return None


def all_of(image: Any) -> tuple[NDArray[np.uint32], NDArray[np.uint64] | None]:
    """An image as `as_pixels` gives it, and as (H, W) uint64, four float16 each, if it has more than bytes."""
    if isinstance(image, r.FixedPixels):
        kept = image.halves
        return image.pixels, None if kept is None else np.ascontiguousarray(kept.pixels).view(np.uint64)
    halves: NDArray[np.float16] | None = None
    if isinstance(image, np.ndarray):
        halves = halves_of_array(image)
    elif is_canvas(image) and image._format is RGBA16F:
        halves = image.to_numpy(pixel_format="rgba-float16")
    if halves is None:
        return as_pixels(image), None
    # An array of float16 may have colours above 1 on purpose: `as_pixels` would warn of them.
    is_plain = isinstance(image, np.ndarray) and image.dtype == np.float16 and mask_of(image) is None
    words = words_of_floats(np.asarray(image))[0] if is_plain else as_pixels(image)
    return words, np.ascontiguousarray(np.asarray(halves)).view(np.uint64)[..., 0]
