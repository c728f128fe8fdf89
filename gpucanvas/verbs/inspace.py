"""inspace: converts images and pixels to the colour space of the canvas they are drawn on, or of the caller.

Image of sRGB  --in_space--> its pixels in display-p3, kept with it     array --in_space--> another array
canvas._read() --convert_read--> bytes or halves of another space
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..images.colorspace import ColorSpace
from ..memory import Holding
from ..pipeline import record as r

__all__ = ["convert_read", "in_space", "read_in"]


def in_space(image: Any, pixels: NDArray[np.uint32], source: ColorSpace, target: ColorSpace) -> Any:
    """An image and its pixels in another colour space. The converted pixels of an immutable image are kept with it."""
    if isinstance(image, r.FixedPixels):
        from ..pipeline.converted import converted

        kept = converted(image, pixels, source, target)
        return kept, kept.pixels
    from ..paint.gamut import convert_words

    return image, convert_words(pixels, source, target)


def read_in(canvas: Any, box: r.Box, space: ColorSpace) -> NDArray[np.uint8]:
    """The pixels of a box of a canvas in a colour space."""
    pixels: NDArray[np.uint8] = canvas._read(box)
    return pixels if canvas._color_space == space else convert_read(pixels, canvas._color_space, space, np.uint8)


def snapshot_in(canvas: Any, box: r.Box, space: ColorSpace, halves: bool = False) -> r.RecordedImage:
    """A box of a canvas as an image in a colour space; a conversion needs the pixels in host memory.

    With ``halves`` the image has float16 channels, two words a pixel.
    """
    if canvas._color_space == space:
        taken: r.RecordedImage = canvas._snapshot(box, halves)
        return taken
    if not halves:
        return image_of(read_in(canvas, box, space), box)
    return image_of(convert_read(canvas._read_halves(box), canvas._color_space, space, np.float16), box)


def image_of(pixels: NDArray[Any], box: r.Box) -> r.RecordedImage:
    """Pixels (H, W, 4) of a box, uint8 or float16, as an image to draw."""
    words = np.ascontiguousarray(np.asarray(pixels)).view(np.uint32).reshape(len(pixels), -1)
    left = box[0] * words.shape[1] // pixels.shape[1]
    return r.RecordedImage(words, Holding("image", words.nbytes), left, box[1])


def convert_read(pixels: NDArray[Any], source: ColorSpace, target: ColorSpace, dtype: Any) -> NDArray[Any]:
    """Convert straight pixels (H, W, 4), uint8 or float16, to another colour space.

    The result is uint8, or float16, whose colours may be outside of 0 to 1.
    """
    from ..paint.gamut import convert_bytes, convert_extended, convert_halves

    plain = np.asarray(pixels)
    if dtype == np.float16:
        return convert_halves(plain, source, target)
    if plain.dtype == np.uint8:
        return convert_bytes(plain, source, target)
    colors = convert_extended(plain, source, target)
    return (np.clip(colors, 0, 1) * 255 + 0.5).astype(np.uint8)
