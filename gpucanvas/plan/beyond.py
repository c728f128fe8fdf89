"""beyond: finds layers above the size limit, and the commands that draw them.

    depths --sizes of slots--> layers too large, whose children are not --> (recording, command) that draws each

It runs before anything is drawn, so that only those commands are refused (`pipeline/blame.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..contract.commands import LAYER_TOP_SHIFT
from ..errors import LimitError
from ..pipeline import record as r
from .tree import Depth

__all__ = ["MOST_PIXELS", "MOST_SIDE", "LayersBeyondError", "check_sizes"]

MOST_SIDE = 1 << LAYER_TOP_SHIFT
MOST_PIXELS = 1 << 28
"""Limits of one layer: pixels a side, which is the range of a source position in a command (LAYER_TOP_SHIFT), and
pixels in all, 1 GiB, as for a canvas of the cpu backend."""
SMALL_SIDE = 1 << 14
"""A layer of at most so many pixels a side has at most MOST_PIXELS."""
Culprit = tuple[r.Commands, int]
"""A recording, and the index of its command that draws a layer."""


class LayersBeyondError(LimitError):
    """Layers are above the size limit.

    Attributes
    ----------
    culprits : list of (Commands, int)
        The commands that draw them.
    """

    def __init__(self, text: str, culprits: list[Culprit]) -> None:
        super().__init__(text)
        self.culprits = culprits


def check_sizes(depths: Sequence[Depth], most_side: int) -> None:
    """Raise LayersBeyondError where layers are above the size limit.

    Of nested layers only the innermost ones are named: the layers around them may be large only because of them.
    """
    side = min(most_side, MOST_SIDE)
    if all(int(depth.sizes.max()) <= min(side, SMALL_SIDE) for depth in depths[1:]):
        return
    largest = np.zeros(2, np.int64)
    culprits: list[Culprit] = []
    has_large_child = np.zeros(len(depths[-1].uses), np.bool_)
    for above, here in zip(depths[-2::-1], depths[:0:-1], strict=True):
        sizes = here.sizes
        is_large = (sizes.max(1) > side) | (sizes.prod(1) > MOST_PIXELS)
        found = np.flatnonzero(is_large & ~has_large_child)
        if len(found):
            culprits += [_drawn_by(above, child) for child in found.tolist()]
            largest = sizes[found[0]]
        has_large_child |= is_large
        parents = above.joined.part_of_command[above.rows[has_large_child[above.owners[:, 0]]]]
        has_large_child = np.zeros(len(above.uses), np.bool_)
        has_large_child[parents] = True
    if culprits:
        raise LayersBeyondError(
            f"a layer, filter or shadow needs {largest[0]}x{largest[1]} pixels of what is drawn in it, the limit is "
            f"{side} a side and {MOST_PIXELS} pixels: blur less, or clip what is drawn",
            culprits,
        )


def _drawn_by(above: Depth, child: int) -> Culprit:
    """The command that draws a layer; for a layer that is only a shadow, the command after it, which casts it."""
    of_child = np.flatnonzero(above.owners[:, 0] == child)
    row, is_shadow = int(above.rows[of_child[-1]]), bool(above.owners[of_child[-1], 1])
    part = int(above.joined.part_of_command[row])
    return above.uses[part].commands, row - int(above.starts[part]) + is_shadow
