"""masked: which values of a `numpy.ma` array are missing. A NaN is the other way to say so.

    numpy.ma.array([10, 20, 30], mask=[0, 1, 0])  --mask_of-->  [False, True, False]
                                                  --with_nan-->  [10.0, nan, 30.0]

`numpy.asarray` drops the mask and returns all numbers, so functions that take arrays ask here first.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["mask_of", "rows_missing", "with_nan", "without_mask"]


def mask_of(value: object) -> NDArray[np.bool_] | None:
    """The mask of an array, of its shape, True where a value is missing; None where none is, and for other objects."""
    if not _is_masked(value):
        return None
    masked: Any = value
    mask: NDArray[np.bool_] = np.ma.getmaskarray(masked)
    return mask if mask.dtype == np.bool_ and mask.any() else None


def with_nan(value: Any, mask: NDArray[np.bool_]) -> NDArray[Any]:
    """A copy of a masked array's numbers as floats, NaN where they are missing; other arrays as they are."""
    if value.dtype.kind == "O":
        filled: NDArray[Any] = value.filled(np.nan)
        return filled
    if value.dtype.kind not in "fiub":
        return np.asarray(value)
    floats = np.array(value, value.dtype if value.dtype.kind == "f" else np.float64, subok=False)
    floats[mask] = np.nan
    return floats


def without_mask(value: Any) -> Any:
    """A masked array as a plain one, with 0 where values are missing; any other object as it is.

    The numbers below a mask are arbitrary: 1e20, or an invalid colour.
    """
    return value.filled(0) if _is_masked(value) else value


def _is_masked(value: object) -> bool:
    """Whether an object is a masked array, without an import.

    NumPy imports `numpy.ma` when it is first used: before, no object is a masked array. While another thread imports
    it, the module is there before its classes are.
    """
    kind: Any = getattr(sys.modules.get("numpy.ma"), "MaskedArray", None)
    return kind is not None and isinstance(value, kind)


def rows_missing(count: int, *rows: Any) -> NDArray[np.bool_] | None:
    """Which of ``count`` items lack a value in an array of one row or number each; None where none does."""
    found: NDArray[np.bool_] | None = None
    for each in rows:
        mask = mask_of(each)
        if mask is not None:
            found = np.zeros(count, np.bool_) if found is None else found
            found |= np.asarray(mask.reshape(*mask.shape[:1], -1).any(-1))
    return found
