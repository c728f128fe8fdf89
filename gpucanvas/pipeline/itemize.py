"""itemize: the items of a batch as commands of their own, made by NumPy, for everything that handles single commands.

    marker, (N, 6) transforms   -->  one outline, N states      (filled, or stroked by a pen that is transformed, too)
                                -->  N outlines, one state      (stroked by a pen of the same width everywhere)
    round rectangles            -->  N outlines, one state
    lines, rings, frames        -->  N outlines or rectangles, one state, N pens

The commands are those that the program's own calls would have recorded, one for each item, so that the pixels are
theirs. They exist while a scene is encoded, a shape is picked, or a file is written: a recording holds the batch.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from copy import copy
from itertools import repeat
from math import pi
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.commands import PATH_NUMBERS, PEN_NUMBERS
from ..geometry.affine import IDENTITY, Affine
from ..geometry.builder import ARC, CLOSE, COORD_COUNT, LINE, MOVE, RECT, ROUND_RECT
from ..stages.bounds import bound_commands
from .entries import Batch, Marker, Pen
from .record import COMMAND, FILL_PATH, PATH_IS_LOCAL, STATE, STROKE_PATH, STROKE_RECT, Commands, pack_state
from .scene import Records
from .uses import Floats, Ints

__all__ = [
    "ItemCommands",
    "SingleItem",
    "boxes_of_items",
    "is_itemized",
    "itemized",
    "marker_of",
    "run_verbs",
    "single_items",
]

ITEMIZED: Final = frozenset(("paths", "ellipses", "round_rects"))
"""Kinds whose items always are drawn as commands of their own; with widths of their own all kinds are."""
TURN: Final = 2 * pi
CIRCLE: Final = array("d", (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, TURN))
DISC: Final = Marker(bytes((MOVE, ARC)), CIRCLE)
RING: Final = Marker(bytes((MOVE, ARC, CLOSE)), CIRCLE)
"""What an ellipse is before its transform: the circle of radius 1 about the origin."""
ROUND_VERBS: Final = np.frombuffer(ROUND_RECT, np.uint8)
NO_PENS: Final = np.zeros((0, PEN_NUMBERS))
NO_OUTLINES: Final = np.zeros(0, np.int64), np.zeros(0, np.uint8), np.zeros(0)
AS_IT_IS: Final = np.frombuffer(bytearray(pack_state(*IDENTITY, 1.0, 0, 0, 0.0, 0.0, 0)), STATE)
"""The state of items in the batch's user space."""
Outlines = tuple[NDArray[np.uint8], Floats, Ints, Ints]
"""Verbs and coordinates of all outlines, and the numbers of verbs and of coordinates of each."""


class ItemCommands(NamedTuple):
    """Items as commands: COMMAND and STATE records, streams and pens as `stages.commands.write_commands` reads them."""

    commands: Records
    states: Records
    streams: tuple[Ints, NDArray[np.uint8], Floats]
    pens: Floats

    def recording(self, whole: Commands, pen: Pen | None) -> Commands:
        """Returns the recording that the batch is from, with the pens and outlines of its items."""
        out = copy(whole)
        out.pens = [] if pen is None else [pen._replace(width=width) for width in self.pens[:, 0].tolist()]
        out.pen_numbers = array("d", self.pens.tobytes())
        out.coords = array("d", self.streams[2].tobytes())
        return out


def is_itemized(batch: Batch) -> bool:
    """Returns whether the items of a batch are drawn as commands of their own."""
    return batch.kind in ITEMIZED or batch.widths is not None


def marker_of(batch: Batch) -> Marker | None:
    """Returns the outline that all items show under their transforms; None where each has its own."""
    if batch.kind == "ellipses":
        return DISC if batch.pen < 0 else RING
    return batch.marker


class SingleItem(NamedTuple):
    """An item by itself: the verbs and coordinates of its outline, its transform, and its pen or None."""

    verbs: bytes
    coords: array[float]
    matrix: Affine
    pen: Pen | None


def itemized(batch: Batch, pen: Pen | None, state: Records, paint: int | None, part: slice) -> ItemCommands:
    """Returns a part of a batch's items as commands.

    Parameters
    ----------
    pen
        The batch's pen; None for filled kinds.
    state
        (1,) STATE, that of the batch's command.
    paint
        The paint of all commands; None where the k-th has paint k.
    """
    items: Floats = np.asarray(batch.items, np.float64)
    if batch.starts is None:
        items = items[part]
    count = len(range(*part.indices(batch.count)))
    index, marker = np.arange(count), marker_of(batch)
    commands, pens = np.zeros(count, COMMAND), _pens(batch, pen, part)
    pen_index = index if len(pens) == count else 0
    commands["kind"] = FILL_PATH if pen is None else STROKE_PATH
    commands["paint"] = index if paint is None else paint
    if batch.kind == "frames":
        commands["kind"], commands["extra"], commands["v"] = STROKE_RECT, pen_index, items
        return ItemCommands(commands, state, NO_OUTLINES, pens)
    rule = 0 if marker is None else marker.rule
    commands["v"][:, 0], commands["v"][:, 2] = rule if pen is None else pen_index, PATH_IS_LOCAL
    if marker is not None and (pen is None or marker.scales_pen):
        states = np.repeat(state, count)
        states["matrix"] = moved_by(tuple(state["matrix"][0].tolist()), items)
        commands["state"] = index
        ends = np.array([len(marker.verbs), len(marker.coords)])
        streams = ends, np.frombuffer(bytearray(marker.verbs), np.uint8), np.array(marker.coords)
        return ItemCommands(commands, states, streams, pens)
    verbs, coords, verb_counts, coord_counts = _outlines(batch, items, marker, part)
    ends = np.stack([np.cumsum(verb_counts), np.cumsum(coord_counts)], 1).reshape(-1)
    commands["extra"] = index
    return ItemCommands(commands, state, (ends, verbs, coords), pens)


def _pens(batch: Batch, pen: Pen | None, part: slice) -> Floats:
    """Returns the numbers of the pens of a part of the items: one pen, or one for each where they have widths."""
    if pen is None:
        return NO_PENS
    numbers = np.array([[pen.width, pen.miter_limit, pen.cap, pen.join, bool(pen.dash)]])
    if batch.widths is not None:
        widths = batch.widths[part]
        numbers = np.tile(numbers, (len(widths), 1))
        numbers[:, 0] = widths
    return numbers


def single_items(batch: Batch, pen: Pen | None) -> Iterator[SingleItem]:
    """Yields the items in order."""
    made = itemized(batch, pen, AS_IT_IS, 0, slice(0, batch.count))
    pens: Iterator[Pen | None] = repeat(pen)
    if pen is not None and batch.widths is not None:
        pens = (pen._replace(width=width) for width in made.pens[:, 0].tolist())
    matrices = repeat(IDENTITY) if len(made.states) == 1 < batch.count else map(tuple, made.states["matrix"].tolist())
    for outline, matrix, used in zip(_streams_of(made, batch), matrices, pens, strict=False):
        yield SingleItem(*outline, matrix, used)


def _streams_of(made: ItemCommands, batch: Batch) -> Iterator[tuple[bytes, array[float]]]:
    """Yields the verbs and coordinates of each item."""
    if batch.kind == "frames":
        for x, y, width, height in made.commands["v"].tolist():
            right, bottom = x + width, y + height
            yield RECT, array("d", (x, y, right, y, right, bottom, x, bottom))
        return
    ends, verbs, coords = made.streams
    streams = bytes(verbs), array("d", coords.tobytes())
    if len(ends) == PATH_NUMBERS:
        yield from repeat(streams, batch.count)
        return
    verb = number = 0
    for last_verb, last_number in ends.reshape(-1, PATH_NUMBERS).tolist():
        yield streams[0][verb:last_verb], streams[1][number:last_number]
        verb, number = last_verb, last_number


def boxes_of_items(batch: Batch, pen: Pen | None, matrix: Affine = IDENTITY) -> Floats:
    """Returns the box (left, top, right, bottom) of each item under a transform, (N, 4); left > right for no shape."""
    state = AS_IT_IS.copy()
    state["matrix"] = matrix
    made = itemized(batch, pen, state, 0, slice(0, batch.count))
    boxes = np.empty((batch.count, 4))
    bound_commands(made.commands, made.states, made.streams, made.pens, boxes)
    return boxes


def moved_by(m: Affine, items: Floats) -> Floats:
    """Returns the products of a transform and those of items (N, 6), as `affine.multiply`."""
    if m == IDENTITY:
        return items
    a, b, c, d, e, f = m
    ia, ib, ic, id_, ie, if_ = items.T
    linear = a * ia + c * ib, b * ia + d * ib, a * ic + c * id_, b * ic + d * id_
    return np.stack([*linear, a * ie + c * if_ + e, b * ie + d * if_ + f], 1)


def run_verbs(counts: Ints, closed: bool) -> tuple[NDArray[np.uint8], Ints]:
    """Returns the verbs of runs of so many points, and how many verbs each has; a run without points has none."""
    size = counts + (1 if closed else 0)
    verbs = np.full(int(size.sum()), LINE, np.uint8)
    ends = np.cumsum(size)
    verbs[(ends - size)[counts > 0]] = MOVE
    if closed:
        verbs[(ends - 1)[counts > 0]] = CLOSE
        verbs = np.delete(verbs, (ends - 1)[counts == 0])
        size = np.where(counts == 0, 0, size)
    return verbs, size


def _outlines(batch: Batch, items: Floats, marker: Marker | None, part: slice) -> Outlines:
    """Returns the outline of each item of a part, in the batch's user space."""
    if marker is not None:
        return _alike(np.frombuffer(bytearray(marker.verbs), np.uint8), mapped_coords(marker, items))
    if batch.starts is not None:
        first, last, _ = part.indices(batch.count)
        starts = batch.starts[first : last + 1]
        counts = np.diff(starts)
        verbs, sizes = run_verbs(counts, batch.closed)
        return verbs, items[starts[0] : starts[-1]].reshape(-1), sizes, 2 * counts
    if batch.kind == "segments":
        return _alike(np.array((MOVE, LINE), np.uint8), items)
    if batch.kind == "round_rects":
        return _round_rects(items)
    x, y, radius = items[:, :3].T
    zero = np.zeros(len(items))
    start, sweep = items[:, 3:5].T if batch.kind == "arcs" else (zero, zero + TURN)
    first_x, first_y = x + radius * np.cos(start), y + radius * np.sin(start)
    verbs = np.array((MOVE, ARC) if batch.kind == "arcs" else (MOVE, ARC, CLOSE), np.uint8)
    return _alike(verbs, np.stack([first_x, first_y, x, y, radius, zero, zero, radius, start, sweep], 1))


def _alike(verbs: NDArray[np.uint8], coords: Floats) -> Outlines:
    """Returns outlines of the same verbs; the coordinates are (N, C)."""
    count, size = coords.shape
    numbers = np.full(count, len(verbs)), np.full(count, size)
    return np.tile(verbs, count), np.ascontiguousarray(coords).reshape(-1), *numbers


def mapped_coords(marker: Marker, items: Floats) -> Floats:
    """Returns a marker's coordinates under the transforms (N, 6) of items, (N, C); as `path.transform_coords`."""
    x, y = np.array(marker.coords).reshape(-1, 2).T
    is_point, is_angle = np.ones(len(x), np.bool_), np.zeros(len(x), np.bool_)
    at = 0
    for verb in marker.verbs:
        if verb == ARC:
            is_point[at + 1 : at + 4], is_angle[at + 3] = False, True
        at += COORD_COUNT[verb] // 2
    a, b, c, d, e, f = items.T[:, :, None]
    out = np.empty((len(items), len(x), 2))
    with np.errstate(over="ignore", invalid="ignore"):
        out[:, :, 0], out[:, :, 1] = a * x + c * y, b * x + d * y
        out[:, is_point, 0] += e
        out[:, is_point, 1] += f
    out[:, is_angle, 0], out[:, is_angle, 1] = x[is_angle], y[is_angle]
    return out.reshape(len(items), -1)


def _round_rects(items: Floats) -> Outlines:
    """Returns the outlines of round rectangles: x, y, width, height and four radii, (N, 8); as `builder.round_rect`."""
    x, y, width, height = items[:, :4].T
    right, bottom, given = x + width, y + height, items[:, 4:]
    sides, needs = np.abs(items[:, [2, 3, 2, 3]]), given + np.roll(given, -1, 1)
    scales = np.divide(sides, needs, out=np.ones_like(sides), where=needs > sides)
    radii = given * scales.min(1)[:, None]
    across, down = np.where(width < 0, -radii.T, radii.T), np.where(height < 0, -radii.T, radii.T)
    coords, zero, quarter = np.empty((len(items), 42)), np.zeros(len(items)), np.full(len(items), pi / 2)
    coords[:, 0], coords[:, 1] = x + across[0], y
    corners = (
        (right - across[1], y + down[1], zero, -down[1], across[1], zero),
        (right - across[2], bottom - down[2], across[2], zero, zero, down[2]),
        (x + across[3], bottom - down[3], zero, down[3], -across[3], zero),
        (x + across[0], y + down[0], -across[0], zero, zero, -down[0]),
    )
    for k, (cx, cy, ux, uy, vx, vy) in enumerate(corners):
        at = slice(2 + 10 * k, 12 + 10 * k)
        coords[:, at] = np.stack([cx + ux, cy + uy, cx, cy, ux, uy, vx, vy, zero, quarter], 1)
    is_round = radii[:, [1, 2, 3, 0]] != 0
    if is_round.all():
        return _alike(ROUND_VERBS, coords)
    # A corner without a radius has no arc, and a rectangle without any has no line back to its first corner.
    verbs_kept, coords_kept = np.ones((len(items), 10), np.bool_), np.ones(coords.shape, np.bool_)
    verbs_kept[:, 2:9:2] = is_round
    verbs_kept[:, 7] = given.any(1)
    for k in range(4):
        coords_kept[:, 4 + 10 * k : 12 + 10 * k] = is_round[:, k, None]
    coords_kept[:, 32:34] = verbs_kept[:, 7, None]
    verbs = np.tile(ROUND_VERBS, (len(items), 1))
    return verbs[verbs_kept], coords[coords_kept], verbs_kept.sum(1), coords_kept.sum(1)
