"""Batches become draws: columns in, columns out. Shapes that the transform distorts become outlines."""

from __future__ import annotations

from dataclasses import replace
from math import pi
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..geometry.affine import Affine
from ..geometry.builder import ARC, CLOSE, LINE, MOVE
from .outline import FILL, GUARD, Floats, Ints
from .record import Batch

if TYPE_CHECKING:
    from .encode import Encoder

CHUNK = 4096
"""Draws that are written at a time: columns lie 64 bytes apart, and this many stay in a core's own cache."""


def encode_batch(encoder: Encoder, row: int, batch: Batch) -> None:
    """Write the draws of one batch command."""
    start = int(encoder.starts[row])
    count = batch.count
    if count == 0:
        return
    if batch.starts is None and count > CHUNK:
        for first in range(0, count, CHUNK):
            part = slice(first, first + CHUNK)
            colors = None if batch.colors is None else batch.colors[part]
            _encode_run(encoder, row, start + first, replace(batch, items=batch.items[part], colors=colors))
    else:
        _encode_run(encoder, row, start, batch)


def _encode_run(encoder: Encoder, row: int, start: int, batch: Batch) -> None:
    """Write the draws of a batch command, or of a part of it."""
    at = slice(start, start + batch.count)
    command = encoder.commands[row : row + 1]
    state = encoder.states[command["state"][0]]
    encoder.style(at, np.array([row]), c.SHAPE_RECT)
    if batch.colors is not None:
        encoder.draws["paint"][at] = 0
        colors = batch.colors
        if colors.dtype == np.uint8:
            colors = np.divide(colors, np.float32(255), dtype=np.float32)
        encoder.color(at, colors, float(state["alpha"]))
    matrix: Affine = tuple(float(v) for v in state["matrix"])  # type: ignore[assignment]
    _ENCODERS[batch.kind](encoder, at, batch, matrix)


def _upright(m: Affine) -> bool:
    return (m[1] == 0 and m[2] == 0) or (m[0] == 0 and m[3] == 0)


def _similar(m: Affine) -> float:
    """The scale of a map that keeps circles round, else 0."""
    a, b, cc, d = m[:4]
    scale = float(np.hypot(a, b))
    size = max(scale, 1e-300)
    same = abs(np.hypot(cc, d) - scale) < 1e-6 * size and abs(a * cc + b * d) < 1e-6 * size * size
    return scale if same else 0.0


def _pen_index(encoder: Encoder, batch: Batch, m: Affine) -> int:
    return int(encoder.pens(np.array([batch.pen]), np.array([m]))[0])


def _rects(encoder: Encoder, at: slice, batch: Batch, m: Affine) -> None:
    items = batch.items
    pen = encoder.recording.pens[batch.pen] if batch.kind == "frames" else None
    if not _upright(m) or (pen and not _frames_are_simple(pen, m)):
        index = FILL if pen is None else _pen_index(encoder, batch, m)
        _outline_rects(encoder, at, np.asarray(items, np.float64), m, index)
        return
    a, b, cc, d, e, f = m
    draws = encoder.draws
    if a != 0 or d != 0:
        x0, y0, w, h = items[:, 0] * a + e, items[:, 1] * d + f, items[:, 2] * a, items[:, 3] * d
    else:
        x0, y0, w, h = items[:, 1] * cc + e, items[:, 0] * b + f, items[:, 3] * cc, items[:, 2] * b
    x1, y1 = x0 + w, y0 + h
    draws["x0"][at], draws["x1"][at] = np.minimum(x0, x1), np.maximum(x0, x1)
    draws["y0"][at], draws["y1"][at] = np.minimum(y0, y1), np.maximum(y0, y1)
    if pen:
        encoder.set_shape(at, c.SHAPE_FRAME)
        draws["size"][at] = pen.width / 2 * max(abs(a), abs(b))


def _frames_are_simple(pen: Any, m: Affine) -> bool:
    return bool(
        not pen.dash
        and pen.join == c.JOIN_MITER
        and pen.miter_limit >= 1.4143
        and np.isclose(max(abs(m[0]), abs(m[1])), max(abs(m[2]), abs(m[3])))
    )


def _outline_rects(encoder: Encoder, at: slice, items: Floats, m: Affine, pen: int) -> None:
    x, y, w, h = items.T
    points = np.stack([x, y, x + w, y, x + w, y + h, x, y + h], 1).reshape(-1, 2)
    _outline_points(encoder, at, points, np.arange(len(items) + 1) * 4, m, pen, closed=True)


def _circles(encoder: Encoder, at: slice, batch: Batch, m: Affine) -> None:
    scale = _similar(m)
    items = batch.items
    pen = encoder.recording.pens[batch.pen] if batch.kind == "rings" else None
    if scale == 0.0 or (pen and pen.dash):
        index = FILL if pen is None else _pen_index(encoder, batch, m)
        n = len(items)
        arcs = np.concatenate([np.asarray(items, np.float64), np.zeros((n, 1)), np.full((n, 1), 2 * pi)], 1)
        _outline_arcs(encoder, at, arcs, m, index, closed=True)
        return
    draws = encoder.draws
    x, y, radius = items[:, 0], items[:, 1], items[:, 2] * scale
    draws["x0"][at] = m[0] * x + m[2] * y + m[4] if m[2] else m[0] * x + m[4]
    draws["y0"][at] = m[1] * x + m[3] * y + m[5] if m[1] else m[3] * y + m[5]
    half = pen.width / 2 * scale if pen else 0.0
    draws["x1"][at] = radius + half
    draws["y1"][at] = np.maximum(radius - half, 0) if pen else -1.0
    encoder.set_shape(at, c.SHAPE_CIRCLE)


def _arcs(encoder: Encoder, at: slice, batch: Batch, m: Affine) -> None:
    pen = _pen_index(encoder, batch, m) if batch.closed is False and batch.pen >= 0 else FILL
    _outline_arcs(encoder, at, np.asarray(batch.items, np.float64), m, pen, closed=False)


def _outline_arcs(encoder: Encoder, at: slice, items: Floats, m: Affine, pen: int, closed: bool) -> None:
    """Outlines of arcs (x, y, radius, start, sweep)."""
    n = len(items)
    x, y, radius, start, sweep = items.T
    zero = np.zeros(n)
    first = x + radius * np.cos(start), y + radius * np.sin(start)
    coords = np.stack([*first, x, y, radius, zero, zero, radius, start, sweep], 1).reshape(-1)
    verbs = np.tile(np.array([MOVE, ARC, CLOSE] if closed else [MOVE, ARC], np.uint8), n)
    _add(encoder, at, verbs, coords, np.full(n, 3 if closed else 2), np.full(n, 10), m, pen)


def _segments(encoder: Encoder, at: slice, batch: Batch, m: Affine) -> None:
    pen = encoder.recording.pens[batch.pen]
    scale = _similar(m)
    items = np.asarray(batch.items, np.float64)
    if scale == 0.0 or pen.dash or pen.cap == c.CAP_ROUND or np.abs(items).max() * scale > GUARD:
        starts = np.arange(len(items) + 1) * 2
        _outline_points(encoder, at, items.reshape(-1, 2), starts, m, _pen_index(encoder, batch, m), closed=False)
        return
    x0, y0 = _map(items[:, 0], items[:, 1], m)
    x1, y1 = _map(items[:, 2], items[:, 3], m)
    half = pen.width / 2 * scale
    length = np.hypot(x1 - x0, y1 - y0)
    if pen.cap == c.CAP_SQUARE:
        reach = np.divide(half, length, out=np.zeros_like(length), where=length > 0)
        dx, dy = (x1 - x0) * reach, (y1 - y0) * reach
        x0, y0, x1, y1 = x0 - dx, y0 - dy, x1 + dx, y1 + dy
    draws = encoder.draws
    draws["x0"][at], draws["y0"][at], draws["x1"][at], draws["y1"][at] = x0, y0, x1, y1
    # A segment without length is pruned before it is stroked (HTML, "trace a path").
    draws["size"][at] = np.where(length > 0, half, 0.0)
    encoder.set_shape(at, c.SHAPE_SEGMENT)


def _polygons(encoder: Encoder, at: slice, batch: Batch, m: Affine) -> None:
    assert batch.starts is not None
    pen = FILL if batch.kind == "polygons" else _pen_index(encoder, batch, m)
    points = np.asarray(batch.items, np.float64)
    _outline_points(encoder, at, points, batch.starts, m, pen, closed=batch.closed or pen == FILL)


def _outline_points(
    encoder: Encoder, at: slice, points: Floats, starts: Ints, m: Affine, pen: int, closed: bool
) -> None:
    """Outlines of runs of points."""
    n = len(starts) - 1
    dashed = pen >= 0 and bool(encoder.outlines.pens[pen][0].dash)
    x, y = _map(points[:, 0], points[:, 1], m)
    if pen == -2:
        encoder.draws["a"][at] = 0.0
        encoder.draws["x1"][at] = encoder.draws["y1"][at] = 0.0
        return
    if not dashed and max(np.abs(x).max(initial=0.0), np.abs(y).max(initial=0.0)) < GUARD:
        kind = c.SUBPATH_FILL if pen == FILL else c.SUBPATH_STROKE_CLOSED if closed else c.SUBPATH_STROKE_OPEN
        device = np.stack([x, y], 1)
        paths = encoder.outlines.add_polylines(device, starts, kind, np.full(n, pen), np.zeros(n, np.int64))
        encoder.set_paths(at, paths)
        return
    counts = np.diff(starts)
    size = counts + (1 if closed else 0)
    verbs = np.full(int(size.sum()), LINE, np.uint8)
    ends = np.cumsum(size)
    verbs[(ends - size)[counts > 0]] = MOVE
    if closed:
        verbs[(ends - 1)[counts > 0]] = CLOSE
        verbs = np.delete(verbs, (ends - 1)[counts == 0])
        size = np.where(counts == 0, 0, size)
    _add(encoder, at, verbs, points.reshape(-1), size, 2 * counts, m, pen)


def _add(
    encoder: Encoder,
    at: slice,
    verbs: NDArray[np.uint8],
    coords: Floats,
    verb_counts: Ints,
    coord_counts: Ints,
    m: Affine,
    pen: int,
) -> None:
    n = len(verb_counts)
    rows = np.arange(at.start, at.stop)
    matrices = np.broadcast_to(np.array(m), (n, 6))
    encoder.add_uses(rows, verbs, coords, verb_counts, coord_counts, matrices, np.full(n, pen), np.zeros(n, np.int64))


def _map(x: NDArray[Any], y: NDArray[Any], m: Affine) -> tuple[NDArray[Any], NDArray[Any]]:
    a, b, cc, d, e, f = m
    return a * x + cc * y + e, b * x + d * y + f


_ENCODERS = {
    "rects": _rects,
    "frames": _rects,
    "circles": _circles,
    "rings": _circles,
    "arcs": _arcs,
    "segments": _segments,
    "polygons": _polygons,
    "polylines": _polygons,
}
