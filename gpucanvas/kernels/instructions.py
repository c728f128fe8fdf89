"""Processor instructions without a Python equivalent: plain Python stand-ins here, the real ones in `llvm.py`."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from .plain import Item


def prefetch(array: Any, index: Any) -> None:
    """Prefetch the cache lines of ``array[index]``, a one-dimensional array; most records lie in two lines."""


def copy_pair(source: Any, at: Any, target: Any, to: Any) -> None:
    """Copy two items of an array of int32, one after another, to another array: one load and one store."""
    target[int(to) : int(to) + 2] = source[int(at) : int(at) + 2]


def look(flag: Any) -> Any:
    """Returns the flag (1,) int64 as other threads have left it, after a pause instruction."""
    return flag[0]


def words_at(address: Any, count: Any) -> Any:
    """Returns the int32 words (count,) at an address, without a copy; the array does not keep the memory alive."""
    memory: Any = (ctypes.c_int32 * int(count)).from_address(int(address))
    return np.frombuffer(memory, np.int32)


def doubles_at(address: Any, count: Any) -> Any:
    """Returns the float64 (count,) at an address, without a copy; the array does not keep the memory alive."""
    memory: Any = (ctypes.c_double * int(count)).from_address(int(address))
    return np.frombuffer(memory)


def record_at(words: Any, at: Any, kind: Any) -> Any:
    """The record of this dtype whose first 32-bit word is ``words[at]``."""
    start = int(at)
    return Item(words[start : start + kind.itemsize // words.itemsize].view(kind), 0)
