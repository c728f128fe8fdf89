"""Growing: words that are written one behind another and never changed, so that a copy of them is only added to.

    words   | written, and in the copy | written since | room |
                                       `-- uploaded the next time that they are drawn with

The masks of glyphs are kept so. Where the room is used up, twice as much is made: another object, with another copy.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import PAGE_SIDE

__all__ = ["ROW_BYTES", "GrowingBytes", "Written"]

ROW_BYTES = 4 * PAGE_SIDE
"""Bytes of a row of a page: a copy is whole rows."""


class GrowingBytes:
    """Room for bytes; it is the key of what is resident of them.

    Parameters
    ----------
    nbytes
        How many there must be room for.
    """

    __slots__ = ("__weakref__", "bytes")

    def __init__(self, nbytes: int) -> None:
        self.bytes: NDArray[np.uint8] = np.zeros(-(-nbytes // ROW_BYTES) * ROW_BYTES, np.uint8)

    @property
    def rows(self) -> int:
        """How many rows of a page it is."""
        return len(self.bytes) // ROW_BYTES


class Written(NamedTuple):
    """The bytes that are there at a time: what is written later lies behind them.

    ``start`` is where they begin among all bytes that a scene draws with.
    """

    room: GrowingBytes
    nbytes: int
    start: int = 0

    @property
    def bytes(self) -> NDArray[np.uint8]:
        """They themselves: whole words."""
        return self.room.bytes[: -(-self.nbytes // 4) * 4]
