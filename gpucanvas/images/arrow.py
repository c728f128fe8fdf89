"""arrow: copies the memory of a Pillow image in one step. Pillow's own export copies small pieces, far more slowly.

    image --__arrow_c_array__--> capsule --> struct ArrowArray --> buffer --copy--> uint8

Pillow supports the Arrow interface since 11.2, for images in a single memory block. Larger images are cropped to bands.
https://arrow.apache.org/docs/format/CDataInterface.html
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["bytes_in"]

BAND: Final = 4 << 20
"""Bytes of a band. Pillow's blocks have 16 MiB by default."""


class ArrowArray(ctypes.Structure):
    """The struct ArrowArray of the Arrow C data interface."""


ArrowArray._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(ArrowArray))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]


def bytes_in(image: Any, channels: int) -> NDArray[np.uint8] | None:
    """Return a copy of a Pillow image's bytes, (H, W, channels); None if Pillow does not export them."""
    if not hasattr(image, "__arrow_c_array__"):
        return None
    width, height = image.size
    found = np.empty((height, width, channels), np.uint8)
    if _copy(image, found.reshape(-1)):
        return found
    step = max(1, BAND // max(width * channels, 1))
    for top in range(0, height, step):
        band = image.crop((0, top, width, min(top + step, height)))
        if not _copy(band, found[top : top + step].reshape(-1)):
            return None
    return found


def _copy(image: Any, target: NDArray[np.uint8]) -> bool:
    """Copy an image's bytes; returns False if it does not export as many contiguous bytes as ``target`` has."""
    try:
        # The capsules own the memory: they must be referenced until the copy is done.
        _schema, capsule = image.__arrow_c_array__()
        array = ArrowArray.from_address(_pointer()(capsule, b"arrow_array"))
    except (AttributeError, ValueError):  # Pillow is too old, or the image has several blocks.
        return False
    # With several channels the array is a fixed-size list, and its child has the numbers.
    numbers = array.children[0].contents if array.n_children == 1 else array
    if array.offset or numbers.offset or numbers.length != target.size or numbers.n_buffers != 2:
        return False
    memory: Any = (ctypes.c_uint8 * target.size).from_address(numbers.buffers[1])
    target[:] = np.frombuffer(memory, np.uint8)
    return True


@cache
def _pointer() -> Any:
    """Return the function PyCapsule_GetPointer."""
    function = ctypes.pythonapi.PyCapsule_GetPointer
    function.restype, function.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    return function
