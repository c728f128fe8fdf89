"""pillow: converts a Pillow image of any mode to straight RGBA, or raises an error with the cure.

Pillow's own conversion clamps 16-bit and float pixels at 255, which makes most such pictures white.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .words import OPAQUE, words_of, words_of_floats

__all__ = ["rgba_of", "words_of_picture"]


def rgba_of(image: Any) -> NDArray[Any]:
    """Return a Pillow image's pixels: uint8 (H, W, 4) straight RGBA; (H, W) uint8 or float for grey without alpha.

    16 bits (modes ``I;16``) are divided by 257, so that 65535 is white. Floats (``F``) are taken as 0 to 1.

    Raises
    ------
    TypeError
        For mode ``I``, 32-bit integers, since their value for white is unknown.
    ValueError
        For floats outside 0 to 1.
    """
    mode: str = image.mode
    if mode.startswith("I;16"):
        return ((np.asarray(image).astype(np.uint32) + 128) // 257).astype(np.uint8)
    if mode == "I":
        raise TypeError(
            f"the image is {image!r:.80} of mode 'I', 32-bit integers, and no one knows which is white: give an array "
            "of floats, e.g. numpy.asarray(image) / 65535"
        )
    if mode == "F":
        return _check_floats(np.asarray(image))
    if mode == "La":
        image = image.convert("LA")
    elif mode == "LAB":
        image = _from_lab(image)
    return _bytes_of(image)


def words_of_picture(image: Any) -> NDArray[np.uint32]:
    """Return a Pillow image's pixels as words."""
    found = rgba_of(image)
    return words_of_floats(found)[0] if found.dtype.kind == "f" else words_of(found)


def _bytes_of(image: Any) -> NDArray[np.uint8]:
    """Return the bytes of an image whose conversion Pillow does correctly: RGBA (H, W, 4), or grey (H, W)."""
    from .arrow import bytes_in

    # Transparency may be stored in `info`, outside the pixels.
    mode = "RGBA" if "transparency" in image.info else image.mode
    if mode not in ("L", "RGB", "RGBA") or mode != image.mode:
        image, mode = image.convert("RGBA"), "RGBA"
    found = bytes_in(image, 1 if mode == "L" else 4)
    if found is None:
        return np.asarray(image.convert("RGBA"))
    if mode == "RGB":
        found.view(np.uint32)[...] |= OPAQUE
    return found[..., 0] if mode == "L" else found


def _check_floats(values: NDArray[Any]) -> NDArray[Any]:
    if not values.size:
        return values
    # These skip NaN, whose pixels are transparent.
    least, greatest = np.fmin.reduce(values, axis=None), np.fmax.reduce(values, axis=None)
    if least < 0 or greatest > 1:
        raise ValueError(
            f"the image of mode 'F' has floats from {least:g} to {greatest:g}: they are taken as 0 to 1, "
            "give numpy.asarray(image) divided by what is to be white"
        )
    return values


def _from_lab(image: Any) -> Any:
    try:
        from PIL import ImageCms
    except ImportError:
        raise TypeError(
            "the image is of mode 'LAB' and this Pillow was built without littlecms: give one of mode 'RGB'"
        ) from None
    profiles = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    return ImageCms.applyTransform(image, ImageCms.buildTransform(*profiles, "LAB", "RGB"))
