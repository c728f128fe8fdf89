"""flatdata: the channel values of an `ImageData` in one row, as programs ported from JavaScript read and write them.

    data[i] = 0.3 * r + 0.59 * g + 0.11 * b --on_invalid="ignore": rounded, clamped to 0 to 255--> the byte
                                            --else--> TypeError, with the cure
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from operator import index as whole
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..geometry.numbers import shown, to_number

__all__ = ["FlatData", "flat_data"]

take: Final = np.ndarray.__getitem__
put: Final = np.ndarray.__setitem__


class FlatData(np.ndarray[tuple[int, ...], np.dtype[Any]]):
    """The channel values of an `ImageData`, in its memory: red of pixel (x, y) is ``data[4 * (y * width + x)]``.

    Items are Python's numbers, whose sums do not overflow. To bytes, whole numbers from 0 to 255 can be written; where
    the canvas has ``on_invalid="ignore"``, any number, which is rounded and clamped (ECMAScript, "ToUint8Clamp"). It is
    compared, looped over and passed to other libraries as a memoryview is. Results of arithmetic are plain arrays.
    """

    __hash__ = None
    _clamps: bool
    _bytes: memoryview | None

    def __array_finalize__(self, source: Any) -> None:
        self._clamps, self._bytes = getattr(source, "_clamps", False), None

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        return array[()] if array.ndim == 0 else np.asarray(array)

    def __getitem__(self, index: Any) -> Any:
        row = self._bytes
        if row is not None and type(index) is int:
            return row[index]
        if self.ndim != 1 and not isinstance(index, tuple):
            raise self._no_row(index)
        found = take(self, index)
        return flat_data(found, self._clamps) if isinstance(found, np.ndarray) else found.item()

    def __setitem__(self, index: Any, value: Any) -> None:
        row = self._bytes
        if row is not None and type(index) is int:
            row[index] = value if type(value) is int and 0 <= value <= 255 else self._byte(index, value)
            return
        if self.ndim != 1 and not isinstance(index, tuple):
            raise self._no_row(index)
        put(self, index, value if self.dtype != np.uint8 else self._bytes_of(index, value))

    def _no_row(self, index: object) -> IndexError:
        """The error for an index into the data of a slice, whose values are not next to one another in memory."""
        return IndexError(
            f"data[{shown(index)}]: an ImageData that is a slice, of shape {self.shape}, has no flat data: "
            "index it as image[y, x, channel], or take the data of image.copy()"
        )

    def _bytes_of(self, index: object, value: Any) -> Any:
        """Return the bytes to write for a value that is assigned to an item or a slice."""
        if isinstance(value, bytes | bytearray | memoryview):
            return np.asarray(memoryview(value))
        if getattr(value, "dtype", None) == np.uint8:
            return value
        if np.ndim(value):
            return [self._bytes_of(index, each) for each in value]
        return self._byte(index, value)

    def _byte(self, index: object, value: Any) -> int:
        """A number as a byte. Where numbers are not clamped, one that would be changed raises, with the cure."""
        if self._clamps:
            number = to_number(value)
            return 0 if isnan(number) else round(min(max(number, 0.0), 255.0))
        try:
            byte = whole(value)
            if 0 <= byte <= 255:
                return byte
            kind: type[Exception] = ValueError
        except TypeError:
            kind = TypeError
        at = "" if isinstance(index, slice) else f"[{shown(index)}]"
        raise kind(
            f"data{at} is set to {shown(value)}: give a whole number from 0 to 255, as round() makes, or make the "
            'canvas with on_invalid="ignore", which rounds and clamps as JavaScript does'
        )

    def __iter__(self) -> Iterator[Any]:
        return map(self.item, range(self.size))

    def __contains__(self, value: object) -> bool:
        return any(each == value for each in self)

    def __bool__(self) -> bool:
        return bool(self.size)

    def __eq__(self, other: object) -> bool:
        try:
            return memoryview(self) == memoryview(other)  # type: ignore[arg-type]
        except TypeError:
            return False

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __repr__(self) -> str:
        return f"<FlatData of {self.size}, {self.dtype}>"

    __str__ = __repr__


def flat_data(array: NDArray[Any], clamps: bool) -> FlatData:
    """The numbers of an array as flat data; ``clamps`` says whether any number may be written to them."""
    data = array.view(FlatData)
    data._clamps = clamps
    if data.ndim == 1 and data.dtype == np.uint8:
        # Programs index it for each channel of each pixel: a memoryview takes a tenth of the array's time.
        data._bytes = np.asarray(array).data
    return data
