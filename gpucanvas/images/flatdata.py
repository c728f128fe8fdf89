"""clamped: bytes to which any number may be written, as to a Uint8ClampedArray of JavaScript.

    data[i] = 0.3 * r + 0.59 * g + 0.11 * b --rounded, clamped to 0 to 255--> the byte

Such are the data of an `ImageData` from a canvas with ``on_invalid="ignore"``, for programs ported line by line.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Any, overload

import numpy as np

from ..geometry.numbers import to_number

__all__ = ["ClampedBytes"]


class ClampedBytes:
    """Bytes as Python integers, 0 to 255, to which any number may be written. ECMAScript, "ToUint8Clamp".

    Parameters
    ----------
    data
        The bytes. They are not copied.
    """

    __slots__ = ("_bytes",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, data: memoryview) -> None:
        self._bytes = data

    def __len__(self) -> int:
        return len(self._bytes)

    def __iter__(self) -> Iterator[int]:
        return iter(self._bytes)

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> ClampedBytes: ...
    def __getitem__(self, index: int | slice) -> int | ClampedBytes:
        found: Any = self._bytes[index]
        return ClampedBytes(found) if isinstance(index, slice) else found

    def __setitem__(self, index: int | slice, value: Any) -> None:
        try:
            self._bytes[index] = value
        except (TypeError, ValueError):
            converted: Any = bytes(map(_clamped, value)) if isinstance(index, slice) else _clamped(value)
            self._bytes[index] = converted

    def __eq__(self, other: object) -> bool:
        return self._bytes == (other._bytes if isinstance(other, ClampedBytes) else other)

    def __bytes__(self) -> bytes:
        return bytes(self._bytes)

    def tobytes(self) -> bytes:
        """The bytes, as of a memoryview."""
        return bytes(self._bytes)

    def tolist(self) -> list[int]:
        """The bytes as integers, as of a memoryview."""
        return self._bytes.tolist()

    def __buffer__(self, flags: int) -> memoryview:
        """For the buffer protocol, from Python 3.12 on."""
        return self._bytes

    def __repr__(self) -> str:
        return f"<ClampedBytes of {len(self)}>"

    @property
    def __array_interface__(self) -> dict[str, Any]:
        """For `numpy.asarray`, which gives a plain array of the same memory."""
        found: dict[str, Any] = np.asarray(self._bytes).__array_interface__
        return found


def _clamped(value: object) -> int:
    """Return a number as a byte: rounded, halves to even, and clamped; NaN is 0."""
    number = to_number(value)
    return 0 if isnan(number) else round(min(max(number, 0.0), 255.0))
