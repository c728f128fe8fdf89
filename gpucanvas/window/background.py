"""background: what translucent pixels are laid on in windows that are not transparent, as present.frag does on the GPU.

Both count in whole numbers, so that a screenshot is what the window shows, to the byte.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..paint.color import to_rgba

__all__ = ["bytes_of", "laid_on"]


def bytes_of(color: Any) -> tuple[int, int, int, int]:
    """An opaque colour as four bytes."""
    red, green, blue, alpha = (round(each * 255) for each in to_rgba(color))
    if alpha != 255:
        raise ValueError(f"Window: background is {color!r}: give an opaque colour, or transparent=True")
    return red, green, blue, alpha


def laid_on(pixels: NDArray[np.uint8], background: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    """Straight pixels laid on an opaque background; as they are where it is transparent."""
    if not background[3]:
        return pixels
    alpha = pixels[..., 3:].astype(np.uint32)
    # Premultiplied as a canvas keeps them, then as present.frag lays them on.
    top = (pixels[..., :3] * alpha * 2 + 255) // 510
    laid = top + (np.array(background[:3], np.uint32) * (255 - alpha) + 127) // 255
    return np.concatenate([laid.astype(np.uint8), np.full_like(pixels[..., 3:], 255)], axis=2)
