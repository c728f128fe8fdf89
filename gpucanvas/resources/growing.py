"""growing: an append-only buffer for glyph masks, whose copy on the GPU is only ever appended to.

    words   | written and uploaded | written since | free |
                                   `-- uploaded when next drawn

Where a buffer is full, another one of twice the size is made, which has a GPU copy of its own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import PAGE_SIDE

__all__ = ["ROW_BYTES", "GrowingBytes", "Written"]

ROW_BYTES = 4 * PAGE_SIDE
"""Bytes of a row of a page: a GPU copy is whole rows."""


class GrowingBytes:
    """An append-only buffer. It is also the key of its GPU copy in `Residency`.

    Parameters
    ----------
    nbytes
        Least capacity, bytes.
    """

    __slots__ = ("__weakref__", "bytes")

    def __init__(self, nbytes: int) -> None:
        self.bytes: NDArray[np.uint8] = np.zeros(-(-nbytes // ROW_BYTES) * ROW_BYTES, np.uint8)

    @property
    def rows(self) -> int:
        """Its size in rows of a page."""
        return len(self.bytes) // ROW_BYTES


class Written(NamedTuple):
    """The bytes of a buffer that were written up to some moment.

    ``start`` is their offset among all mask bytes of a scene.
    """

    room: GrowingBytes
    nbytes: int
    start: int = 0

    @property
    def bytes(self) -> NDArray[np.uint8]:
        """The bytes, rounded up to whole words."""
        return self.room.bytes[: -(-self.nbytes // 4) * 4]
