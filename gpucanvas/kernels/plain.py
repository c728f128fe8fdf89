"""Kernels as plain Python: for debuggers, and for the build, which learns here which kernels Python calls, and how.

A kernel indexes a structured array and takes fields as attributes, which NumPy does not do: `Items` does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np

P = ParamSpec("P")
R = TypeVar("R")

watcher: Callable[[Callable[..., Any], tuple[Any, ...], Any], None] | None = None
"""Told of every call that Python makes of a kernel: the function, its arguments, what it returned."""
_depth = 0


class Item:
    """An item of a structured array, with fields as attributes: NumPy's own would have ``clip`` be a method."""

    def __init__(self, array: Any, index: Any) -> None:
        self.__dict__["_array"], self.__dict__["_index"] = array, index

    def __getattr__(self, name: str) -> Any:
        return self._array[name][self._index]

    def __setattr__(self, name: str, value: Any) -> None:
        self._array[name][self._index] = value


class Items:
    """A structured array as kernels see it."""

    def __init__(self, array: Any) -> None:
        self._array = array

    def __len__(self) -> int:
        return len(self._array)

    def __getitem__(self, index: Any) -> Any:
        return Items(self._array[index]) if isinstance(index, slice) else Item(self._array, index)


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """The kernel, not compiled."""

    def as_items(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(as_items(item) for item in value)
        return Items(value) if isinstance(value, np.ndarray) and value.dtype.names else value

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        global _depth
        _depth += 1
        try:
            with np.errstate(all="ignore"):
                result = function(*map(as_items, args), **kwargs)
        finally:
            _depth -= 1
        if watcher is not None and _depth == 0:
            watcher(function, args, result)
        return result

    call.is_kernel = True  # type: ignore[attr-defined]
    return call
