"""Batches become draws, column by column. Shapes that the transform distorts become outlines."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite, pi
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract.operators import OVER_STYLE
from ..contract.outlines import FULL_TURN, GUARD, LARGEST, WIDEST
from ..geometry.affine import Affine
from ..geometry.builder import ARC, CLOSE, LINE, MOVE
from ..stages.thin import LONG
from .columns import CHUNK
from .glyphrows import SceneMasks
from .itemize import ItemCommands, is_itemized, itemized, run_verbs
from .nothing import empty_items
from .outline import FILL, Outlines
from .paintcode import PaintTable
from .record import USE_SMOOTH, Batch, Commands, Pen
from .scene import Records
from .uses import Floats, Ints

SHORT = 0.125
"""Pixels. The ends of a longer segment inside the guard band are still two different points in float32."""
CHUNK_ITEMS, CHUNK_COORDS = 1 << 14, 1 << 20
"""Most items that are made commands at a time, and most coordinates of their outlines: memory is taken for so many."""
LINES: Final = frozenset((MOVE, LINE, CLOSE))
POINT = 1e-6
"""Pixels. Shorter segments cover nothing."""


class SceneTables(Protocol):
    """The tables that batches are written to: the part of `Encoder` that this module uses."""

    width: int
    height: int
    recording: Commands
    commands: Records
    states: Records
    starts: Ints
    draws: Records
    paints: PaintTable
    outlines: Outlines
    masks: SceneMasks

    def pen(self, index: int, matrix: Affine) -> int:
        """Returns the index of the stroke of a recorded pen under a transform."""

    def paint_of_batch(self, row: int) -> tuple[int, int]:
        """Returns Draw.paint of a batch without a solid colour, and the bits to add to Draw.style."""

    def place_rects(self, at: Any, corners: tuple[Floats, Floats, Floats, Floats]) -> None:
        """Write the corners of upright rectangles."""

    def set_shape(self, at: Any, shape: int) -> None:
        """Write the shape (SHAPE_*) of draws."""

    def outline_rects(self, at: Ints, m: Floats, v: Floats, pens: Ints) -> None:
        """Add the outlines of rectangles for the draws ``at``."""

    def add_uses(self, *uses: Any) -> None:
        """Add outlines for draws: see `Encoder.add_uses`."""

    def encode_items(self, items: ItemCommands, pen: Pen | None, colors: NDArray[np.float32] | None, at: slice) -> None:
        """Write the draws ``at`` of items of a batch: see `Encoder.encode_items`."""


def encode_batch(encoder: SceneTables, row: int, batch: Batch) -> None:
    """Write the draws of one batch command."""
    start = int(encoder.starts[row])
    at = slice(start, start + batch.count)
    if batch.count == 0:
        return
    command = encoder.commands[row]
    state = encoder.states[command["state"]]
    matrix: Affine = tuple(state["matrix"].tolist())
    is_single = is_itemized(batch)
    write = (_ITEM_WRITERS if is_single else _WRITERS).get(batch.kind)
    if write is None or not write(encoder, row, at, batch, matrix):
        if is_single:
            _write_items(encoder, row, start, batch)
        else:
            _write_plain(encoder, row, at, batch)
            _OUTLINES[batch.kind](encoder, at, batch, matrix)
    if state["op"] & c.STYLE_UNBOUNDED:
        exempt_empty_items(encoder, at, batch, matrix)


def _write_items(encoder: SceneTables, row: int, start: int, batch: Batch) -> None:
    """Write items that are drawn as commands of their own, the first as draw ``start``."""
    command = encoder.commands[row]
    index = int(command["state"])
    state = encoder.states[index : index + 1]
    pen = encoder.recording.pens[batch.pen] if batch.pen >= 0 else None
    paint = int(command["paint"]) if batch.colors is None else None
    size = 1 if batch.marker is None else len(batch.marker.coords) + 1
    step = min(CHUNK_ITEMS, CHUNK_COORDS // size + 1)
    for first in range(0, batch.count, step):
        part = slice(first, min(first + step, batch.count))
        colors = None if batch.colors is None else np.require(_floats(batch.colors[part]), None, ["C", "W"])
        items = itemized(batch, pen, state, paint, part)
        encoder.encode_items(items, pen, colors, slice(start + part.start, start + part.stop))


def exempt_empty_items(encoder: SceneTables, at: slice, batch: Batch, matrix: Affine) -> None:
    """Make items that draw nothing source-over, so that an unbounded operator does not clear the canvas for them."""
    styles = encoder.draws["style"][at]
    styles[:] = np.where(empty_items(batch, matrix), styles & 255 | OVER_STYLE, styles)


Shared = tuple[np.uint32, np.uint32, np.uint32, float]
"""The values that all draws of a batch take from its command: style, clip, paint and opacity."""


def _shared(encoder: SceneTables, row: int, batch: Batch, shape: int) -> tuple[NDArray[np.float32], Shared]:
    """Returns the command's colour (1, 4), and the values that all draws of its batch share."""
    command = encoder.commands[row]
    state = encoder.states[command["state"]]
    paint, op, index = 0, int(state["op"]), command["paint"]
    if batch.colors is None and encoder.paints.any_special:
        paint, hides = encoder.paint_of_batch(row)
        op |= hides
    shared = np.uint32(shape | op), np.uint32(state["clip"]), np.uint32(paint), float(state["alpha"])
    return encoder.paints.solid[index : index + 1], shared


def _floats(colors: NDArray[Any]) -> NDArray[np.float32]:
    """Returns straight colours as float32, 0 to 1."""
    if colors.dtype == np.uint8:
        colors = np.divide(colors, np.float32(255), dtype=np.float32)
    return np.asarray(colors, np.float32)


def _write(
    encoder: SceneTables, row: int, at: slice, batch: Batch, shape: int, write: Callable[..., int], *numbers: Any
) -> int:
    """Run ``write``, a loop of stages/items.py with the further arguments ``numbers``, over the items in chunks.

    Returns how many items it could not write.
    """
    colors, shared = _shared(encoder, row, batch, shape)
    left = 0
    for first in range(0, batch.count, CHUNK):
        part = slice(first, first + CHUNK)
        if batch.colors is not None:
            colors = np.ascontiguousarray(_floats(batch.colors[part]))
        items = np.ascontiguousarray(batch.items[part], np.float64)
        left += write(items, colors, shared, *numbers, encoder.draws[at][part])
    return left


def _upright(m: Affine) -> bool:
    return (m[1] == 0 and m[2] == 0) or (m[0] == 0 and m[3] == 0)


def _similar(m: Affine) -> float:
    """Returns the scale of a transform that keeps circles round, else 0."""
    a, b, cc, d = m[:4]
    scale = float(np.hypot(a, b))
    size = max(scale, 1e-300)
    same = abs(np.hypot(cc, d) - scale) < 1e-6 * size and abs(a * cc + b * d) < 1e-6 * size * size
    return scale if same else 0.0


def _write_images(encoder: SceneTables, row: int, at: slice, batch: Batch, m: Affine) -> bool:
    """Write drawn images."""
    from ..stages.images import write_image_items
    from ..stages.items import write_shared

    items = np.ascontiguousarray(batch.items, np.float64)
    colors, shared = _shared(encoder, row, batch, c.SHAPE_RECT)
    write_shared(colors, shared, encoder.draws[at])
    images = np.array([encoder.paints.image_row(image) for image in batch.images])
    turned, matrices = np.empty(batch.count, np.int64), np.empty((batch.count, 6))
    flags = USE_SMOOTH if batch.smooth else 0
    with encoder.paints.new_records("image", batch.count) as (found, base):
        written = encoder.draws[at], found, base, turned, matrices
        odd = write_image_items(items, m, shared[3], flags, images, *written)
    if odd:
        rows = turned[:odd]
        encoder.outline_rects(at.start + rows, matrices[:odd], items[rows, 4:8], np.full(odd, FILL))
    return True


def _pen_index(encoder: SceneTables, batch: Batch, m: Affine) -> int:
    return encoder.pen(batch.pen, m)


def _write_rects(encoder: SceneTables, row: int, at: slice, batch: Batch, m: Affine) -> bool:
    """Write rectangles or frames; returns False, and writes nothing, where the transform does not keep them upright."""
    from ..stages.items import write_rect_items

    pen = encoder.recording.pens[batch.pen] if batch.kind == "frames" else None
    if not _upright(m) or (pen and not _frames_are_simple(pen, m)):
        return False
    if pen and not (np.all(batch.items[:, 2]) and np.all(batch.items[:, 3])):
        return False  # A frame of zero width or height is a line, or draws nothing.
    half = min(pen.width / 2 * max(abs(m[0]), abs(m[1])), LARGEST) if pen else 0.0
    shape = c.SHAPE_FRAME if pen else c.SHAPE_RECT
    _write(encoder, row, at, batch, shape, write_rect_items, m, half)
    return True


def _outline_rects(encoder: SceneTables, at: slice, batch: Batch, m: Affine) -> None:
    index = _pen_index(encoder, batch, m) if batch.kind == "frames" else FILL
    x, y, w, h = np.asarray(batch.items, np.float64).T
    points = np.stack([x, y, x + w, y, x + w, y + h, x, y + h], 1).reshape(-1, 2)
    _outline_points(encoder, at, points, np.arange(batch.count + 1) * 4, m, index, closed=True)


def _frames_are_simple(pen: Any, m: Affine) -> bool:
    return bool(
        not pen.dash
        and pen.join == c.JOIN_MITER
        and pen.miter_limit >= 1.4143
        and np.isclose(max(abs(m[0]), abs(m[1])), max(abs(m[2]), abs(m[3])))
    )


def _write_circles(encoder: SceneTables, row: int, at: slice, batch: Batch, m: Affine) -> bool:
    """Write discs or rings; returns False where the transform does not keep them round."""
    from ..stages.items import write_disc_items

    scale = _similar(m)
    pen = encoder.recording.pens[batch.pen] if batch.kind == "rings" else None
    if scale == 0.0 or (pen and pen.dash):
        return False
    half = min(pen.width / 2 * scale, LARGEST) if pen else -1.0
    size = float(encoder.width), float(encoder.height)
    return _write(encoder, row, at, batch, c.SHAPE_CIRCLE, write_disc_items, m, scale, half, size) == 0


def _outline_circles(encoder: SceneTables, at: slice, batch: Batch, m: Affine) -> None:
    index = _pen_index(encoder, batch, m) if batch.kind == "rings" else FILL
    n = batch.count
    arcs = np.concatenate([np.asarray(batch.items, np.float64), np.zeros((n, 1)), np.full((n, 1), 2 * pi)], 1)
    _outline_arcs(encoder, np.arange(at.start, at.stop), arcs, m, index, closed=True)


def _arcs(encoder: SceneTables, at: slice, batch: Batch, m: Affine) -> None:
    rows, items = np.arange(at.start, at.stop), np.asarray(batch.items, np.float64)
    pen = encoder.recording.pens[batch.pen] if batch.pen >= 0 else None
    half = -1.0 if pen is None else min(pen.width / 2 * _similar(m), LARGEST)
    whole = _whole_circles(items, m, pen, half)
    if whole.any():
        x, y, radius, _, _ = items[whole].T
        radius *= _similar(m)
        draws, circles = encoder.draws, rows[whole]
        encoder.set_shape(circles, c.SHAPE_CIRCLE)
        draws["x0"][circles], draws["y0"][circles] = _map(x, y, m)
        draws["x1"][circles] = radius + max(half, 0.0)
        draws["y1"][circles] = -1.0 if pen is None else np.maximum(radius - half, 0.0)
        rows, items = rows[~whole], items[~whole]
    if len(rows):
        index = FILL if pen is None else _pen_index(encoder, batch, m)
        _outline_arcs(encoder, rows, items, m, index, closed=False)


def _whole_circles(items: Floats, m: Affine, pen: Pen | None, half: float) -> NDArray[np.bool_]:
    """Returns which arcs are whole circles that stay round; stages/circles.py decides for single arcs."""
    x, y, radius, _, sweep = items.T
    scale = _similar(m)
    has_ends = pen is not None and (bool(pen.dash) or pen.cap == c.CAP_SQUARE or not 0.0 < half <= WIDEST / 2)
    if scale == 0.0 or has_ends:
        return np.zeros(len(items), np.bool_)
    cx, cy = _map(x, y, m)
    near = np.maximum(np.abs(cx), np.abs(cy)) + radius * scale + max(half, 0.0) <= GUARD
    return np.asarray((np.abs(sweep) >= FULL_TURN) & (radius > 0.0) & near)


def _outline_arcs(encoder: SceneTables, rows: Ints, items: Floats, m: Affine, pen: int, closed: bool) -> None:
    """Add the outlines of arcs (x, y, radius, start, sweep) for draws."""
    n = len(items)
    x, y, radius, start, sweep = items.T
    zero = np.zeros(n)
    first = x + radius * np.cos(start), y + radius * np.sin(start)
    coords = np.stack([*first, x, y, radius, zero, zero, radius, start, sweep], 1).reshape(-1)
    verbs = np.tile(np.array([MOVE, ARC, CLOSE] if closed else [MOVE, ARC], np.uint8), n)
    _add(encoder, rows, verbs, coords, np.full(n, 3 if closed else 2), np.full(n, 10), m, pen)


def _write_segments(encoder: SceneTables, row: int, at: slice, batch: Batch, m: Affine) -> bool:
    """Write segments with widths of their own where they need no outlines; returns whether that is so."""
    if not _are_bars(encoder, batch, m):
        return False
    _write_plain(encoder, row, at, batch)
    _segments(encoder, at, batch, m)
    return True


def _write_plain(encoder: SceneTables, row: int, at: slice, batch: Batch) -> None:
    """Write draws without shapes: what their command says of all of them, and their colours."""
    from ..stages.items import write_shared

    colors, shared = _shared(encoder, row, batch, c.SHAPE_RECT)
    if batch.colors is not None:
        colors = np.require(_floats(batch.colors), None, ["C", "W"])
    write_shared(colors, shared, encoder.draws[at])


def _write_markers(encoder: SceneTables, row: int, at: slice, batch: Batch, m: Affine) -> bool:
    """Write filled paths of straight lines in solid colours; returns False, and writes nothing, for others."""
    from ..stages.items import show_paths

    marker, paint = batch.marker, int(encoder.commands["paint"][row])
    is_painted = batch.colors is None and encoder.paints.any_special and bool(encoder.paints.special[paint])
    if marker is None or batch.pen >= 0 or is_painted or not LINES.issuperset(marker.verbs):
        return False
    if len(marker.verbs) >= LONG or not all(map(isfinite, m)):
        return False
    has_point = np.frombuffer(marker.verbs, np.uint8) != CLOSE
    begins = np.frombuffer(marker.verbs, np.uint8)[has_point] == MOVE
    starts, points = np.append(np.flatnonzero(begins), len(begins)), np.array(marker.coords).reshape(-1, 2)
    first = encoder.outlines.add_markers(points, starts, m, batch.items, marker.rule)
    if first is None:
        return False
    _write_plain(encoder, row, at, batch)
    show_paths(encoder.draws[at], first)
    return True


def _are_bars(encoder: SceneTables, batch: Batch, m: Affine) -> bool:
    """Returns whether segments are drawn as turned rectangles, by a formula."""
    pen, scale = encoder.recording.pens[batch.pen], _similar(m)
    is_plain = not pen.dash and pen.cap != c.CAP_ROUND
    return is_plain and scale != 0.0 and bool(np.abs(np.asarray(batch.items, np.float64)).max() * scale <= GUARD)


def _segments(encoder: SceneTables, at: slice, batch: Batch, m: Affine) -> None:
    pen = encoder.recording.pens[batch.pen]
    scale = _similar(m)
    items = np.asarray(batch.items, np.float64)
    if not _are_bars(encoder, batch, m):
        starts = np.arange(len(items) + 1) * 2
        _outline_points(encoder, at, items.reshape(-1, 2), starts, m, _pen_index(encoder, batch, m), closed=False)
        return
    x0, y0 = _map(items[:, 0], items[:, 1], m)
    x1, y1 = _map(items[:, 2], items[:, 3], m)
    half: Any = np.minimum((pen.width if batch.widths is None else batch.widths) / 2 * scale, LARGEST)
    length = np.hypot(x1 - x0, y1 - y0)
    if pen.cap == c.CAP_SQUARE:
        reach = np.divide(half, length, out=np.zeros_like(length), where=length > 0)
        dx, dy = (x1 - x0) * reach, (y1 - y0) * reach
        x0, y0, x1, y1 = x0 - dx, y0 - dy, x1 + dx, y1 + dy
    draws = encoder.draws[at]
    draws["x0"], draws["y0"], draws["x1"], draws["y1"], draws["size"] = x0, y0, x1, y1, half
    encoder.set_shape(at, c.SHAPE_SEGMENT)
    flat, tall = (y0 == y1) & (x0 != x1), (x0 == x1) & (y0 != y1)
    upright = np.flatnonzero(flat | tall)
    if len(upright):
        # Upright ones are rectangles, which cost less.
        half_x, half_y = np.where(tall, half, 0.0)[upright], np.where(flat, half, 0.0)[upright]
        corners = np.minimum(x0, x1), np.minimum(y0, y1), np.maximum(x0, x1), np.maximum(y0, y1)
        left, top, right, bottom = (values[upright] for values in corners)
        encoder.set_shape(at.start + upright, c.SHAPE_RECT)
        encoder.place_rects(at.start + upright, (left - half_x, top - half_y, right + half_x, bottom + half_y))
    if length.min() < SHORT:
        # A segment of zero length is pruned before stroking (HTML, "trace a path"). Two ends may also coincide only
        # after rounding to float32. Such a segment has no direction and its coverage would be NaN, so it is drawn as an
        # empty rectangle.
        points = np.flatnonzero(np.hypot(draws["x1"] - draws["x0"], draws["y1"] - draws["y0"]) < POINT)
        draws["x1"][points], draws["y1"][points] = draws["x0"][points], draws["y0"][points]
        encoder.set_shape(at.start + points, c.SHAPE_RECT)


def _polygons(encoder: SceneTables, at: slice, batch: Batch, m: Affine) -> None:
    assert batch.starts is not None
    pen = FILL if batch.kind == "polygons" else _pen_index(encoder, batch, m)
    points = np.asarray(batch.items, np.float64)
    _outline_points(encoder, at, points, batch.starts, m, pen, closed=batch.closed or pen == FILL)


def _outline_points(
    encoder: SceneTables, at: slice, points: Floats, starts: Ints, m: Affine, pen: int, closed: bool
) -> None:
    """Add the outlines of runs of points for the draws ``at``."""
    from ..stages.items import show_paths

    dashed = pen >= 0 and bool(encoder.outlines.pens[pen][0].dash)
    if pen == -2:
        encoder.draws["a"][at] = 0.0
        encoder.draws["x1"][at] = encoder.draws["y1"][at] = 0.0
        return
    if not dashed:
        kind = c.SUBPATH_FILL if pen == FILL else c.SUBPATH_STROKE_CLOSED if closed else c.SUBPATH_STROKE_OPEN
        first = encoder.outlines.add_polylines(points, starts, m, kind, pen)
        if first is not None:
            show_paths(encoder.draws[at], first)
            return
    counts = np.diff(starts)
    verbs, size = run_verbs(counts, closed)
    rows = np.arange(at.start, at.stop)
    _add(encoder, rows, verbs, points.reshape(-1), size, 2 * counts, m, pen)


def _add(
    encoder: SceneTables,
    rows: Ints,
    verbs: NDArray[np.uint8],
    coords: Floats,
    verb_counts: Ints,
    coord_counts: Ints,
    m: Affine,
    pen: int,
) -> None:
    n = len(verb_counts)
    matrices = np.broadcast_to(np.array(m), (n, 6))
    encoder.add_uses(rows, verbs, coords, verb_counts, coord_counts, matrices, np.full(n, pen), np.zeros(n, np.int64))


def _map(x: NDArray[Any], y: NDArray[Any], m: Affine) -> tuple[NDArray[Any], NDArray[Any]]:
    a, b, cc, d, e, f = m
    return a * x + cc * y + e, b * x + d * y + f


_WRITERS: Final[dict[str, Callable[[SceneTables, int, slice, Batch, Affine], bool]]] = {
    "rects": _write_rects,
    "frames": _write_rects,
    "circles": _write_circles,
    "rings": _write_circles,
    "images": _write_images,
}
"""Writers of the kinds that are drawn without outlines where the transform allows it."""
_ITEM_WRITERS: Final[dict[str, Callable[[SceneTables, int, slice, Batch, Affine], bool]]] = {
    "paths": _write_markers,
    "segments": _write_segments,
}
"""Writers of items that need not become commands of their own where they are simple."""
_OUTLINES: Final[dict[str, Callable[[SceneTables, slice, Batch, Affine], None]]] = {
    "rects": _outline_rects,
    "frames": _outline_rects,
    "circles": _outline_circles,
    "rings": _outline_circles,
    "arcs": _arcs,
    "segments": _segments,
    "polygons": _polygons,
    "polylines": _polygons,
}
