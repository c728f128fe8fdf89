"""arrow: the memory of a Pillow image, copied at once: Pillow's own way out is a pass in small pieces, slower by far.

    image --__arrow_c_array__--> capsule --> struct ArrowArray --> buffer --copy--> uint8

Pillow has offered its memory so since 11.2, where a picture lies in one block of it. A larger picture is cut in bands.
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
"""Bytes of a band: Pillow's blocks have 16 MiB where nobody has set another size."""


class ArrowArray(ctypes.Structure):
    """The interface's record of an array."""


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
    """A copy of what a Pillow image of bytes holds, (H, W, channels) as it lies; None where it is not shown."""
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
    """Copy what an image holds; False where that is not as many bytes in a row."""
    try:
        # The capsules own the memory.
        _schema, capsule = image.__arrow_c_array__()
        array = ArrowArray.from_address(_pointer()(capsule, b"arrow_array"))
    except (AttributeError, ValueError):  # An interpreter without such pointers; an image of several blocks.
        return False
    # More channels than one are lists of a fixed length, whose numbers are the child's.
    numbers = array.children[0].contents if array.n_children == 1 else array
    if array.offset or numbers.offset or numbers.length != target.size or numbers.n_buffers != 2:
        return False
    memory: Any = (ctypes.c_uint8 * target.size).from_address(numbers.buffers[1])
    target[:] = np.frombuffer(memory, np.uint8)
    return True


@cache
def _pointer() -> Any:
    """What gives the pointer in a capsule."""
    function = ctypes.pythonapi.PyCapsule_GetPointer
    function.restype, function.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    return function
