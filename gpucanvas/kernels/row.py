"""A row of a tile as a single value: sixteen float32 or int32, which the processor adds, scales and compares at once.

numba vectorises a loop only with run-time checks and a second loop for the remainder. The loops of `fine` are so short
that both take as long as the pixels. A value of sixteen items needs no checks and has no remainder:

    c = get_row(px, COVER + at)                         sixteen coverages
    set_row(px, RED + at, r * c + k * get_row(px, RED + at))

Rows of sixteen int16 hold counts. Half a row (eight float32 or int32), a quarter (four) and an eighth serve narrow
shapes. Rows and numbers can be mixed: a number stands for a row of equal numbers. The functions also accept numbers
alone. In this module a row is a NumPy array; the processor's code is in `llvm.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..contract.constants import TILE


def get_row(array: Any, at: Any) -> Any:
    """Sixteen items of an array from ``at`` on."""
    return array[int(at) : int(at) + TILE].copy()


def get_pair(array: Any, at: Any) -> Any:
    """A pair: two consecutive rows of an array of int16 or int8, from ``at`` on."""
    return array[int(at) : int(at) + 2 * TILE].copy()


def get_bytes(array: Any, at: Any, like: Any) -> Any:
    """Bytes of an array from ``at`` on, as many as ``like`` has items, as float32."""
    return array[int(at) : int(at) + len(like)].astype(np.float32)


def get_like(array: Any, at: Any, like: Any) -> Any:
    """Items of an array from ``at`` on, as many as ``like`` has; sixteen where ``like`` is a number."""
    return array[int(at) : int(at) + (len(like) if np.ndim(like) else TILE)].copy()


def pick(array: Any, places: Any) -> Any:
    """The items of an array of int32 at a row of places; the last item for places below 0 or beyond the end."""
    return array[np.minimum(places.view(np.uint32), len(array) - 1)]


def get_half(array: Any, at: Any) -> Any:
    """Eight items of an array of int32 from ``at`` on."""
    return array[int(at) : int(at) + TILE // 2].copy()


def get_two(array: Any, at: Any) -> Any:
    """Sixteen items of an array of int32 from ``at`` on, as two half rows: the items at even and at odd places."""
    found = array[int(at) : int(at) + TILE]
    return found[::2].copy(), found[1::2].copy()


def set_row(array: Any, at: Any, value: Any) -> None:
    """Write a row to an array from ``at`` on; for a number, a row of sixteen equal items."""
    array[int(at) : int(at) + (len(value) if np.ndim(value) else TILE)] = value


def set_pair(array: Any, at: Any, value: Any) -> None:
    """Write both rows of a pair to an array of int16 or int8 from ``at`` on; for a number, two rows of equal items."""
    array[int(at) : int(at) + 2 * TILE] = value


def get_pairs(array: Any, at: Any) -> Any:
    """Sixteen rows of an array (N, 2) of int32 from ``at`` on, as its two columns."""
    return tuple(array[int(at) : int(at) + TILE].T.copy())


def pick_pairs(array: Any, places: Any) -> Any:
    """Sixteen rows of an array (N, 2) of int32 at places as for `pick`, as its two columns."""
    return tuple(array[np.minimum(places.view(np.uint32), len(array) - 1)].T.copy())


def set_pairs(array: Any, at: Any, low: Any, high: Any) -> None:
    """Write two rows, or numbers, to the columns of an array (N, 2) of int32 from ``at`` on."""
    array[int(at) : int(at) + TILE] = np.stack(np.broadcast_arrays(low, high, np.empty(TILE))[:2], 1)


def as_bits(row: Any) -> Any:
    """The bits of float32 as int32."""
    return row.view(np.int32)


def from_bits(row: Any) -> Any:
    """The float32 with these bits: the inverse of `as_bits`."""
    return row.view(np.float32)


def columns() -> Any:
    """0, 1, 2 .. 15."""
    return np.arange(TILE, dtype=np.float32)


def half_columns() -> Any:
    """0, 1, 2 .. 7."""
    return np.arange(TILE // 2, dtype=np.float32)


def part_columns() -> Any:
    """The centres of the quarters of four pixels: of the first quarter of each, then of the second, and so on."""
    return (np.arange(TILE) % 4 + np.arange(TILE) // 4 * 0.25 + 0.125).astype(np.float32)


def half_part_columns() -> Any:
    """The centres of the quarters of two pixels, in the order of `part_columns`."""
    return (np.arange(TILE // 2) % 2 + np.arange(TILE // 2) // 2 * 0.25 + 0.125).astype(np.float32)


def quarters(row: Any) -> Any:
    """The four quarters of a row, or of half a row."""
    return tuple(row.reshape(4, -1))


def as_float(row: Any) -> Any:
    """Integers as float32."""
    return row.astype(np.float32)


def as_int(row: Any) -> Any:
    """Float32 or int16 as int32, rounded towards zero."""
    with np.errstate(invalid="ignore"):
        return row.astype(np.int32)


def as_short(row: Any) -> Any:
    """The low 16 bits of int32, as int16."""
    return row.astype(np.int16)


def spread(value: Any, like: Any) -> Any:
    """A row of equal numbers, as long as ``like``."""
    return np.full_like(like, value)


def spread_pair(a: Any, b: Any, like: Any) -> Any:
    """A pair of two rows, each of equal numbers; ``like`` is a pair."""
    return np.repeat(np.array([a, b], like.dtype), TILE)


def doubled(row: Any, like: Any) -> Any:
    """A pair of two equal rows, the low bits of int32; ``like`` is a pair."""
    return np.tile(row, 2).astype(like.dtype)


def halves(pair: Any) -> Any:
    """The two rows of a pair, as int16."""
    return tuple(pair.astype(np.int16).reshape(2, TILE))


def where_less(a: Any, b: Any, yes: Any, no: Any) -> Any:
    """`yes` where a < b, `no` otherwise."""
    return np.where(a < b, yes, no)


def where_equal(a: Any, b: Any, yes: Any, no: Any) -> Any:
    """`yes` where a == b, `no` otherwise."""
    return np.where(a == b, yes, no)


def shifted(row: Any) -> Any:
    """Every item moved to the next place, 0 in the first place."""
    return np.concatenate([np.zeros(1, row.dtype), row[:-1]])


def running_sum(row: Any) -> Any:
    """The sum of each item and all items before it; in a pair, before it in its own row."""
    return np.cumsum(row.reshape(-1, TILE), 1, dtype=row.dtype).reshape(-1)


def lesser(a: Any, b: Any) -> Any:
    """The lesser of each pair."""
    return np.minimum(a, b)


def greater(a: Any, b: Any) -> Any:
    """The greater of each pair."""
    return np.maximum(a, b)


def least(row: Any) -> Any:
    """The least item."""
    return np.min(row)


def greatest(row: Any) -> Any:
    """The greatest item."""
    return np.max(row)


def root(row: Any) -> Any:
    """Square roots."""
    return np.sqrt(row)


def rounded_down(row: Any) -> Any:
    """The numbers rounded down to integers."""
    return np.floor(row)


def magnitude(row: Any) -> Any:
    """The absolute values."""
    return np.abs(row)


def with_sign(row: Any, signs: Any) -> Any:
    """The absolute values with the signs of other numbers."""
    return np.copysign(row, signs)
