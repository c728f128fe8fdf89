"""Kernels as plain Python: for debuggers, and for the build, which records the calls that Python makes of kernels.

Kernels read fields of structured arrays as attributes, which NumPy arrays do not offer; `Items` does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np

P = ParamSpec("P")
R = TypeVar("R")

watcher: Callable[[Callable[..., Any], tuple[Any, ...], Any], None] | None = None
"""Called after every call that Python makes of a kernel, with the function, its arguments and its result."""


class Item:
    """An item of a structured array with fields as attributes. In NumPy's own records, ``clip`` is a method."""

    def __init__(self, array: Any, index: Any) -> None:
        self.__dict__["_array"], self.__dict__["_index"] = array, index

    def __getattr__(self, name: str) -> Any:
        return self._array[name][self._index]

    def __setattr__(self, name: str, value: Any) -> None:
        self._array[name][self._index] = value


class Items:
    """A structured array whose items have fields as attributes."""

    def __init__(self, array: Any) -> None:
        self._array = array

    def __len__(self) -> int:
        return len(self._array)

    def __getitem__(self, index: Any) -> Any:
        return Items(self._array[index]) if isinstance(index, slice) else Item(self._array, index)


class _Local(threading.local):
    """Whether this thread is inside a kernel."""

    inside = False


_local = _Local()


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Returns the kernel without compiling it."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        if _local.inside:
            return function(*args, **kwargs)
        _local.inside = True
        try:
            with np.errstate(all="ignore"):
                result = function(*map(_as_items, args), **kwargs)
        finally:
            _local.inside = False
        if watcher is not None:
            watcher(function, args, result)
        return result

    call.is_kernel = True  # type: ignore[attr-defined]
    return call


def _as_items(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_as_items(item) for item in value)
    return Items(value) if isinstance(value, np.ndarray) and value.dtype.names else value
