"""Columns: a batch's numbers as separate columns in staging memory, read like one (N, k) array, without a copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

CHUNK = 4096
"""Items of a batch that are written at a time, so that intermediate arrays stay in the core's cache."""


class Columns:
    """k columns of one length.

    >>> c = Columns([np.arange(3.0), np.ones(3)])
    >>> c.shape, c[:, 0].tolist(), c[1:].shape
    ((3, 2), [0.0, 1.0, 2.0], (2, 2))
    """

    __slots__ = ("columns",)

    def __init__(self, columns: Sequence[NDArray[Any]]) -> None:
        self.columns = tuple(columns)

    @property
    def shape(self) -> tuple[int, int]:
        """(N, k)."""
        return len(self.columns[0]), len(self.columns)

    @property
    def nbytes(self) -> int:
        """Always 0: the columns' memory is counted by the staging memory."""
        return 0

    def __len__(self) -> int:
        return len(self.columns[0])

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, tuple):
            rows, column = key
            return self.columns[column][rows]
        if isinstance(key, slice):
            return Columns([column[key] for column in self.columns])
        return np.asarray(self)[key]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        stacked = np.stack(self.columns, 1)
        return stacked if dtype is None else stacked.astype(dtype)

    def sum(self) -> float:
        """Returns the sum of all numbers, which is not finite where one of them is not."""
        return float(sum(column.sum() for column in self.columns))
