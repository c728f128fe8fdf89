"""outlines: the compiled loops of pipeline/outline.py. For both backends: no twin.

    uses of outlines  --trace_uses-->      traces: device points, pieces of every verb, bounds of every use
    traces            --write_outlines-->  Vertex, Curve, Subpath, Path
    runs of points    --write_runs-->      Vertex, Subpath, Path
    bounds            --place_paths-->     Path
    one outline of lines, N transforms  --write_markers-->  Vertex, Subpath, Path

The arithmetic is float64 until a number is stored.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import (
    RULE_NONZERO,
    RULE_SINGLE,
    SUBPATH_FILL,
    SUBPATH_STROKE_CLOSED,
    SUBPATH_STROKE_OPEN,
    SUBPIXEL,
    TILE,
)
from ..contract.outlines import BESIDE
from ..contract.verbs import CLOSE, CUBIC, MOVE, QUAD
from ..kernels import inlined, kernel
from .trace import PIECE_BITS, PIECE_MASK, control_points, count_vertices, measure_use, pairs_of, trace_use

STRAIGHT = 1e-9
"""A turn with a sine up to this counts as straight."""


@kernel
def trace_uses(verbs, coords, uses, matrices, numbers, tables, left):
    """Trace uses of outlines, one after another, except those that are too far away.

    Parameters
    ----------
    verbs, coords
        Streams, one use after another: (V,) uint8 and (C,) float64.
    uses, matrices
        For each use: numbers of verbs and coordinates, stroke or FILL, and rule (U, 4) int64; the transform (U, 6).
    numbers
        (S, STROKE_NUMBERS) of all strokes.
    tables
        Traces, written: verbs, points, pieces; number of verbs, stroke and rule of each use (U, 3); bounds (U, 4).
    left
        (U,) bool: uses to skip where true; set to true for uses that are too far away.

    Returns
    -------
    (int, int, int, int)
        Numbers of uses traced, vertices, curves and subpaths.
    """
    traced, points, pieces, made, bounds = tables
    first = number = at = pair = n = 0
    vertices = curves = subpaths = 0
    for use in range(len(uses)):
        m, pen = matrices[use], uses[use, 2]
        if not left[use]:
            matrix = m[0], m[1], m[2], m[3], m[4], m[5]
            end, last, near = trace_use(verbs, coords, first, uses[use, 0], number, matrix, traced, points, at, pair)
            left[use] = not near
            if near:
                widths = (numbers[pen, 0], numbers[pen, 2]) if pen >= 0 else (0.0, 0.0)
                v, c, s = measure_use(traced, points, at, end, pair, last, widths, pieces, bounds[n])
                vertices, curves, subpaths = vertices + v, curves + c, subpaths + s
                made[n, 0], made[n, 1], made[n, 2] = end - at, pen, uses[use, 3]
                at, pair, n = end, last, n + 1
        first += uses[use, 0]
        number += uses[use, 1]
    return n, vertices, curves, subpaths


@inlined
def write_curve(curve, points, last, cubic):
    """Store a curve that ends at ``points[last]``; a quadratic is raised to a cubic."""
    x0, y0, x1, y1, x2, y2, x3, y3 = control_points(points, last, cubic)
    curve.x0, curve.y0 = np.float32(x0), np.float32(y0)
    curve.x1, curve.y1 = np.float32(x1), np.float32(y1)
    curve.x2, curve.y2 = np.float32(x2), np.float32(y2)
    curve.x3, curve.y3 = np.float32(x3), np.float32(y3)


@inlined
def tile_at(x, limit):
    """Returns the tile that holds a coordinate, clamped to 0..limit."""
    if not np.isfinite(x):
        # A path without points has no bounds.
        return np.int64(0)
    return np.int64(min(max(np.floor(x / TILE), 0.0), limit))


@inlined
def place_path(path, x0, y0, x1, y1, rule, size_in_tiles, tile):
    """Store a Path with a box of tiles, numbered from ``tile`` on; returns the number behind the last."""
    wide, high = size_in_tiles
    tx0, ty0 = tile_at(x0, wide), tile_at(y0, high)
    tx1, ty1 = tx0, ty0
    if x0 <= x1 and y0 <= y1:
        # One subpixel of margin: snapping may move an edge onto the next tile.
        tx1 = max(tile_at(x1 + 1 / SUBPIXEL + TILE, wide), tx0)
        ty1 = max(tile_at(y1 + 1 / SUBPIXEL + TILE, high), ty0)
    path.tx0, path.ty0, path.tx1, path.ty1 = tx0, ty0, tx1, ty1
    path.tile_start, path.rule = tile, rule
    return tile + (tx1 - tx0) * (ty1 - ty0)


@inlined
def sign_of(x):
    """Returns -1, 0 or 1."""
    return np.int64(x > 0.0) - np.int64(x < 0.0)


@inlined
def is_convex(points, first, last):
    """Returns whether a closed outline only turns in one direction, and once round in all.

    ``points`` (P, 2) may be control points: a curve turns no more than its control polygon. Turns as small as rounding
    errors do not count.
    """
    count = last - first
    ux = uy = head_x = head_y = 0.0
    turned = across = down = flips_x = flips_y = np.int64(0)
    for k in range(count + 1):
        # After the last edge the first one is visited again.
        dx, dy = head_x, head_y
        if k < count:
            at, to = first + k, first + k + 1 if k + 1 < count else first
            dx, dy = points[to, 0] - points[at, 0], points[to, 1] - points[at, 1]
        if dx == 0.0 and dy == 0.0:
            continue
        turn = ux * dy - uy * dx
        if abs(turn) > STRAIGHT * (abs(ux) + abs(uy)) * (abs(dx) + abs(dy)):
            if sign_of(turn) == -turned:
                return False
            turned = sign_of(turn)
        if head_x == 0.0 and head_y == 0.0:
            head_x, head_y = dx, dy
        flips_x += sign_of(dx) == -across and across != 0
        flips_y += sign_of(dy) == -down and down != 0
        across, down = sign_of(dx) if dx != 0.0 else across, sign_of(dy) if dy != 0.0 else down
        ux, uy = dx, dy
    return flips_x <= 2 and flips_y <= 2


@inlined
def goes_round_once(traced, points, at, end, pair):
    """Returns whether a trace, verbs ``at`` to ``end`` and points from ``pair`` on, is one convex outline."""
    if end - at > 1 and traced[end - 1] == MOVE:
        # A trailing MOVE has no edges.
        end -= 1
    last = pair
    for k in range(at, end):
        last += pairs_of(traced[k])
        if (traced[k] == MOVE and k > at) or (traced[k] == CLOSE and k + 1 < end):
            return False
    return is_convex(points, pair, last)


@kernel
def write_outlines(tables, use_count, numbers, firsts, size_in_tiles, vertices, curves, subpaths, paths):
    """Write the tables of traced uses; returns the number of tiles of all paths.

    Parameters
    ----------
    tables, use_count
        Traces, and the number of uses in them.
    numbers
        (S, STROKE_NUMBERS) of all strokes.
    firsts
        The indices of the first Vertex, Path and PathTile.
    size_in_tiles
        (wide, high) of the surface.
    vertices, curves, subpaths, paths
        Records, written; the flatten stage writes the vertices of curves.
    """
    traced, points, pieces, uses, bounds = tables
    first_vertex, first_path, first_tile = firsts
    at = pair = n = curve = 0
    subpath = -1
    tile = first_tile
    for use in range(use_count):
        pen, box = uses[use, 1], bounds[use]
        stroked = pen >= 0
        reach = numbers[pen, 1] if stroked else 0.0
        box[0], box[1], box[2], box[3] = box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach
        end, rule = at + uses[use, 0], uses[use, 2]
        if not stroked and goes_round_once(traced, points, at, end, pair):
            rule = np.int64(RULE_SINGLE)
        tile = place_path(paths[use], box[0], box[1], box[2], box[3], rule, size_in_tiles, tile)
        for k in range(at, end):
            verb = traced[k]
            pair += pairs_of(verb)
            if verb == MOVE:
                subpath += 1
                s = subpaths[subpath]
                s.vertex_start = first_vertex + n
                s.vertex_count = 0
                s.path = first_path + use
                s.kind = SUBPATH_STROKE_OPEN if stroked else SUBPATH_FILL
                s.stroke = max(pen, 0)
            if verb == CLOSE:
                if stroked:
                    subpaths[subpath].kind = SUBPATH_STROKE_CLOSED
            elif verb in (QUAD, CUBIC):
                write_curve(curves[curve], points, pair - 1, verb == CUBIC)
                curves[curve].vertex_start = first_vertex + n
                curves[curve].piece_count = pieces[k] & PIECE_MASK
                curves[curve].tips = pieces[k] >> PIECE_BITS
                curve += 1
            else:
                vertices[n].x, vertices[n].y = np.float32(points[pair - 1, 0]), np.float32(points[pair - 1, 1])
                vertices[n].curved = 0
            count = count_vertices(pieces[k])
            n += count
            subpaths[subpath].vertex_count += np.uint32(count)
        at = end
    return tile - first_tile


@kernel
def place_paths(bounds, reaches, rules, size_in_tiles, first_tile, paths):
    """Store Path records, each with a box of tiles; returns the number of tiles of all.

    Parameters
    ----------
    bounds
        (N, 4) float64: least x, y and greatest x, y of each outline, widened here by its pen's reach; least > greatest
        for an empty outline.
    reaches, rules
        (N,) float64 pixels, and int64 RULE_*.
    size_in_tiles
        (wide, high) of the surface.
    first_tile
        The index of the first path's first tile.
    """
    tile = first_tile
    for i in range(len(bounds)):
        x0, y0 = bounds[i, 0] - reaches[i], bounds[i, 1] - reaches[i]
        x1, y1 = bounds[i, 2] + reaches[i], bounds[i, 3] + reaches[i]
        bounds[i, 0], bounds[i, 1], bounds[i, 2], bounds[i, 3] = x0, y0, x1, y1
        tile = place_path(paths[i], x0, y0, x1, y1, rules[i], size_in_tiles, tile)
    return tile - first_tile


@kernel
def write_runs(points, starts, matrix, kind, stroke, reach, size_in_tiles, firsts, vertices, subpaths, paths, bounds):
    """Write runs of points, each as one subpath and one path, filled or stroked by the nonzero rule.

    A run wholly beside the surface gets no vertices, however far away it is.

    Parameters
    ----------
    points
        (V, 2) float64, user space.
    starts
        (N + 1,) int64, the first point of each run.
    matrix
        The transform, six numbers.
    kind, stroke
        SUBPATH_* and the index of the Stroke of all subpaths.
    reach
        How far the stroke extends beyond the points, pixels; 0 for fills.
    size_in_tiles
        (wide, high) of the surface.
    firsts
        The indices of the first Vertex, Path and PathTile.
    vertices, subpaths, paths
        (V,) Vertex, of which only those of visible runs are written; (N,) Subpath and (N,) Path records, written.
    bounds
        (N, 4) float64, written: least x, y and greatest x, y of the drawn shape; least > greatest for an empty run.

    Returns
    -------
    float, int, int
        The greatest absolute coordinate of a visible run, infinite where any number is not finite; the number of tiles
        of all paths; and the number of vertices.
    """
    a, b, c, d, e, f = matrix
    first_vertex, first_path, first_tile = firsts
    largest = total = 0.0
    tile, count = first_tile, 0
    right, bottom = size_in_tiles[0] * TILE + BESIDE, size_in_tiles[1] * TILE + BESIDE
    for run in range(len(starts) - 1):
        x0, y0, x1, y1 = np.inf, np.inf, -np.inf, -np.inf
        n = count
        for k in range(starts[run], starts[run + 1]):
            px, py = points[k, 0], points[k, 1]
            x, y = a * px + c * py + e, b * px + d * py + f
            vertex = vertices[n]
            vertex.x, vertex.y, vertex.curved = np.float32(x), np.float32(y), np.uint32(0)
            x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
            total += x + y
            n += 1
        farthest = max(max(abs(x0), abs(y0)), max(abs(x1), abs(y1)))
        x0, y0, x1, y1 = x0 - reach, y0 - reach, x1 + reach, y1 + reach
        bounds[run, 0], bounds[run, 1], bounds[run, 2], bounds[run, 3] = x0, y0, x1, y1
        seen = x1 >= -BESIDE and y1 >= -BESIDE and x0 <= right and y0 <= bottom
        s = subpaths[run]
        s.vertex_start, s.vertex_count = first_vertex + count, np.uint32(0)
        s.path, s.kind, s.stroke = first_path + run, kind, stroke
        single = False
        if seen:
            # The vertices of an unseen run are overwritten by those of the next run.
            s.vertex_count = n - count
            count, largest = n, max(largest, farthest)
            single = kind == SUBPATH_FILL and is_convex(points, starts[run], starts[run + 1])
        rule = RULE_SINGLE if single else RULE_NONZERO
        tile = place_path(paths[run], x0, y0, x1, y1, rule, size_in_tiles, tile)
    return largest if np.isfinite(total) else np.inf, tile - first_tile, count


@kernel
def write_markers(points, starts, matrix, items, rule, size_in_tiles, firsts, vertices, subpaths, paths, bounds):
    """Write one outline of straight lines under many transforms, each time as one path, filled.

    Where it is wholly beside the surface it gets no vertices, however far away it is.

    Parameters
    ----------
    points, starts
        (V, 2) float64, and (S + 1,) int64, the first point of each subpath.
    matrix, items
        The transform, six numbers, and those of the items, (N, 6) float64, which are applied before it.
    rule
        RULE_*.
    size_in_tiles, firsts
        As for `write_runs`.
    vertices, subpaths, paths, bounds
        (N * V,) Vertex, of which only those of visible items are written; (N * S,) Subpath and (N,) Path records, and
        (N, 4) float64, written.

    Returns
    -------
    float, int, int
        As `write_runs`.
    """
    a, b, c, d, e, f = matrix
    first_vertex, first_path, first_tile = firsts
    largest = total = 0.0
    tile, count, at = first_tile, 0, 0
    right, bottom = size_in_tiles[0] * TILE + BESIDE, size_in_tiles[1] * TILE + BESIDE
    for i in range(len(items)):
        m = items[i]
        ma, mb, mc, md = a * m[0] + c * m[1], b * m[0] + d * m[1], a * m[2] + c * m[3], b * m[2] + d * m[3]
        me, mf = a * m[4] + c * m[5] + e, b * m[4] + d * m[5] + f
        x0, y0, x1, y1 = np.inf, np.inf, -np.inf, -np.inf
        for k in range(len(points)):
            px, py = points[k, 0], points[k, 1]
            x, y = ma * px + mc * py + me, mb * px + md * py + mf
            vertex = vertices[count + k]
            vertex.x, vertex.y, vertex.curved = np.float32(x), np.float32(y), np.uint32(0)
            x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
            total += x + y
        bounds[i, 0], bounds[i, 1], bounds[i, 2], bounds[i, 3] = x0, y0, x1, y1
        seen = x1 >= -BESIDE and y1 >= -BESIDE and x0 <= right and y0 <= bottom
        for k in range(len(starts) - 1):
            s = subpaths[at]
            s.vertex_start = first_vertex + count + (starts[k] if seen else 0)
            s.vertex_count = starts[k + 1] - starts[k] if seen else 0
            s.path, s.kind, s.stroke = first_path + i, SUBPATH_FILL, 0
            at += 1
        if seen:
            # The vertices of an unseen item are overwritten by those of the next one.
            count += len(points)
            largest = max(largest, max(max(abs(x0), abs(y0)), max(abs(x1), abs(y1))))
        tile = place_path(paths[i], x0, y0, x1, y1, rule, size_in_tiles, tile)
    return largest if np.isfinite(total) else np.inf, tile - first_tile, count
