"""apart: whether shapes that are added up (`lighter`) lie side by side, as slices of a pie do in a layer.

    the shapes at half their opacity, added up   --nowhere above a half-->         none lies on another
    the shapes, added up and by source-over      --different at edges alone-->     so they can be drawn by source-over

Vector formats have no addition. Shapes that only abut look the same without it, but for the pixels that they share.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..contract.operators import OPERATORS, OVER_STYLE
from ..pipeline import record as r
from .rasters import Rasteriser, part_of

__all__ = ["lie_apart"]

LIGHTER: Final = OPERATORS["lighter"].style
HALF: Final = 128 + 3
"""The alpha of a half, and the rounding of a few shapes that share a pixel."""
SEEN: Final = 8
"""A difference that is more than rounding."""
EDGE: Final = 3
"""Pixels across which a difference is no edge's."""


def lie_apart(commands: r.Commands, rasteriser: Rasteriser) -> bool:
    """Whether a recording's commands, which have no operators but lighter and source-over, can all be source-over."""
    rows = np.frombuffer(bytes(commands.commands), r.COMMAND)
    states = np.frombuffer(bytes(commands.states), r.STATE).copy()
    used = states["op"][np.unique(rows["state"])]
    if not np.isin(used, (LIGHTER, OVER_STYLE)).all() or (rows["kind"] == r.CLEAR_RECT).any():
        return False
    faint = states.copy()
    faint["alpha"] *= 0.5
    faint["op"] = LIGHTER
    if int((rasteriser.pixels(part_of(commands, rows, faint)) >> 24).max()) > HALF:
        return False
    added = premultiplied(rasteriser.pixels(part_of(commands, rows, states)))
    states["op"] = OVER_STYLE
    over = premultiplied(rasteriser.pixels(part_of(commands, rows, states)))
    return not has_block((np.abs(added - over) > SEEN).any(axis=2))


def premultiplied(words: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Straight RGBA8 words (H, W) as premultiplied channels (H, W, 4), 0 to 255."""
    channels = words.view(np.uint8).reshape(*words.shape, 4).astype(np.int32)
    channels[..., :3] = channels[..., :3] * channels[..., 3:] // 255
    return channels


def has_block(mask: NDArray[np.bool_]) -> bool:
    """Whether a mask has a square of `EDGE` pixels a side.

    >>> has_block(np.eye(5, dtype=bool)), has_block(np.ones((3, 4), bool))
    (False, True)
    """
    if min(mask.shape) < EDGE:
        return bool(mask.any())
    windows = np.lib.stride_tricks.sliding_window_view(mask, (EDGE, EDGE))
    return bool(windows.all(axis=(2, 3)).any())
