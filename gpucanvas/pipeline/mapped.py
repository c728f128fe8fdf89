"""mapped: states and outlines of a frozen recording under the transform of a replay.

states --few: plain numbers, many: arrays--> states       outlines in canvas coordinates --> mapped outlines
"""

from __future__ import annotations

import struct
from array import array
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.commands import PATH_NUMBERS
from ..geometry.affine import Affine
from ..geometry.path import transform_coords
from . import record as r
from .uses import ranges

__all__ = ["CanvasOutlines", "canvas_outlines", "map_outlines", "map_states"]

CANVAS_OUTLINES: Final = "canvas outlines"
"""The key in a frozen recording of its `CanvasOutlines`."""
MOST_KEPT_NUMBERS: Final = 1 << 12
"""Most coordinates of outlines that are kept a second time: in long ones the search takes a small part of the time."""
FEW_STATES: Final = 8
"""States up to which plain numbers are faster than arrays."""
AFFINE: Final = struct.Struct("<6d")
POINT: Final = struct.Struct("<2d")
ORIGIN_AT: Final = r.STATE.fields["origin"][1] if r.STATE.fields else 0
"""Where in a state's bytes its origin is. Its matrix is at the beginning."""


def map_states(states: bytearray, matrix: Affine) -> None:
    """Multiply the matrix of each state in a stream of them by the transform of a replay."""
    if len(states) > FEW_STATES * r.STATE_BYTES:
        _map_many_states(np.frombuffer(states, r.STATE), matrix)
        return
    a, b, c, d, e, f = matrix
    for at in range(0, len(states), r.STATE_BYTES):
        a0, b0, c0, d0, x, y = AFFINE.unpack_from(states, at)
        left, top = POINT.unpack_from(states, at + ORIGIN_AT)
        x, y = x - left, y - top
        # The same sums as in `multiply`, so that a picture draws the same pixels as its calls.
        axes = a * a0 + c * b0, b * a0 + d * b0, a * c0 + c * d0, b * c0 + d * d0
        AFFINE.pack_into(states, at, *axes, a * x + c * y + e + left, b * x + d * y + f + top)


def _map_many_states(states: NDArray[Any], matrix: Affine) -> None:
    """Multiply each state's matrix as `map_states` does."""
    a, b, c, d, e, f = matrix
    old, origin = states["matrix"], states["origin"]
    with np.errstate(over="ignore", invalid="ignore"):
        new = np.empty_like(old)
        new[:, 0], new[:, 1] = a * old[:, 0] + c * old[:, 1], b * old[:, 0] + d * old[:, 1]
        new[:, 2], new[:, 3] = a * old[:, 2] + c * old[:, 3], b * old[:, 2] + d * old[:, 3]
        x, y = old[:, 4] - origin[:, 0], old[:, 5] - origin[:, 1]
        new[:, 4], new[:, 5] = a * x + c * y + e + origin[:, 0], b * x + d * y + f + origin[:, 1]
    states["matrix"] = new


class CanvasOutlines(NamedTuple):
    """The outlines of a frozen recording that are in canvas coordinates, as a stream of their own.

    Attributes
    ----------
    rows, places
        The commands that draw them, and which of the outlines each draws.
    verbs, coords, ends
        The stream, and where in it each outline ends, (M, PATH_NUMBERS).
    """

    rows: NDArray[np.int64]
    places: NDArray[np.int64]
    verbs: bytes
    coords: array[float]
    ends: NDArray[np.int64]


def canvas_outlines(part: r.Commands) -> CanvasOutlines | None:
    """Returns the outlines of a frozen recording that are in canvas coordinates; None where there are none.

    Those of a small picture are kept with it: programs draw an icon in many places, and to find its outlines takes
    longer than to map them.
    """
    known: tuple[CanvasOutlines | None] | None = part._known.get(CANVAS_OUTLINES)
    if known is not None:
        return known[0]
    commands = np.frombuffer(part.commands, r.COMMAND)
    kinds = commands["kind"]
    outlined = (kinds == r.FILL_PATH) | (kinds == r.STROKE_PATH)
    rows = np.flatnonzero(outlined & (commands["v"][:, 2] != r.PATH_IS_LOCAL))
    found = None
    if len(rows):
        used, places = np.unique(commands["extra"][rows].astype(np.int64), return_inverse=True)
        ends = np.frombuffer(part.paths, np.int64).reshape(-1, PATH_NUMBERS)
        starts = np.concatenate([np.zeros((1, PATH_NUMBERS), np.int64), ends[:-1]])
        first, counts = starts[used], (ends - starts)[used]
        verbs = np.frombuffer(part.verbs, np.uint8)[ranges(first[:, 0], counts[:, 0])].tobytes()
        coords = np.frombuffer(part.coords, np.float64)[ranges(first[:, 1], counts[:, 1])]
        own = array("d", coords.tobytes())
        found = CanvasOutlines(rows, places.reshape(-1), verbs, own, np.cumsum(counts, 0))
    if found is None or len(found.coords) <= MOST_KEPT_NUMBERS:
        part._known[CANVAS_OUTLINES] = (found,)
    return found


def map_outlines(out: r.Commands, part: r.Commands, commands: NDArray[Any], matrix: Affine) -> None:
    """Map outlines in canvas coordinates: append the mapped paths to ``out`` and point the commands to them."""
    found = canvas_outlines(part)
    if found is None:
        return
    with np.errstate(over="ignore", invalid="ignore"):
        mapped = transform_coords(found.verbs, found.coords, matrix)
    commands["extra"][found.rows] = len(out.paths) // r.PATH_BYTES + found.places
    out.paths += (found.ends + (len(out.verbs), len(out.coords))).tobytes()
    out.verbs += found.verbs
    if not np.isfinite(mapped).all():
        # NaN, from an overflow, becomes 0: such an outline is nowhere.
        mapped = np.nan_to_num(mapped, nan=0.0)
    out.coords.frombytes(mapped.tobytes())
