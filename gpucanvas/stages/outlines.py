"""outlines: the compiled loops of pipeline/outline.py, for streams of any length. For both backends: no twin.

    pens                --measure_pens-->      Stroke, and how far each reaches
    verbs, coordinates  --measure_outlines-->  device points, pieces of every verb, bounds of every use
                        --write_outlines-->    Vertex, Curve, Subpath
    bounds              --place_paths-->       Path
    runs of points      --write_runs-->        Vertex, Subpath, Path

The arithmetic is float64 until a number is stored.
"""

from __future__ import annotations

import math

import numpy as np

from ..contract.constants import (
    CAP_SQUARE,
    JOIN_MITER,
    RULE_NONZERO,
    SUBPATH_FILL,
    SUBPATH_STROKE_CLOSED,
    SUBPATH_STROKE_OPEN,
    SUBPIXEL,
    TILE,
)
from ..contract.verbs import CLOSE, CUBIC, MOVE, QUAD
from ..kernels import inlined, kernel

MAX_PIECES = 65535
THINNEST = 1e-9
"""A pen's extents under a transform differ by no more than this factor: it has an inverse in 32 bits, too."""
FARTHEST_REACH = 1e9
"""No miter of more pixels is looked for: float32 tells points so far away apart in steps of 64 pixels."""
SHORT = 1e-9
"""A control leg of this length, pixels, has no direction."""


@inlined
def largest_scale(a, b, c, d):
    """Greatest length of a unit vector under a linear map."""
    e, f = (a + d) / 2, (a - d) / 2
    g, h = (b + c) / 2, (b - c) / 2
    return math.hypot(e, h) + math.hypot(f, g)


@inlined
def thickened(a, b, c, d, scale):
    """A linear map of this scale with its smaller singular value raised to THINNEST of the larger."""
    angle = 0.5 * math.atan2(2.0 * (a * c + b * d), a * a + b * b - c * c - d * d)
    vx, vy = math.cos(angle), math.sin(angle)
    ux, uy = a * vx + c * vy, b * vx + d * vy
    thin = THINNEST if a * d >= b * c else -THINNEST
    return ux * vx + thin * uy * vy, uy * vx - thin * ux * vy, ux * vy - thin * uy * vx, uy * vy + thin * ux * vx


@inlined
def least_cos(deviation, radius):
    """The cosine of half the angle whose chord lies no further than this from its circle."""
    return max(1.0 - deviation / max(radius, deviation), 0.0)


@kernel
def measure_pens(pens, tolerance, curve_tolerance, strokes, numbers):
    """Store Stroke records of pens.

    Parameters
    ----------
    pens
        (N, 8) float64: line width, miter limit, cap, join, and the linear part a, b, c, d of the transform.
    tolerance, curve_tolerance
        Pixels that round joins and caps, and the sides along curves, may lie from where they should.
    strokes
        (N,) Stroke records.
    numbers
        Where half the width, how far a stroke goes beyond its outline's points, both pixels, and the pieces that a
        radian of a curve needs (0 where the curve itself decides) go: (N, 3).
    """
    for i in range(len(pens)):
        width, limit, cap, join = pens[i, 0], pens[i, 1], np.int64(pens[i, 2]), np.int64(pens[i, 3])
        a, b, c, d = pens[i, 4], pens[i, 5], pens[i, 6], pens[i, 7]
        # A power of two that makes the map one of about unit scale, and the width one of about as many pixels, changes
        # no result, and keeps both in the range of 32 bits.
        _, exponent = math.frexp(max(abs(a), abs(b), abs(c), abs(d)))
        unit = math.ldexp(1.0, max(min(-exponent, 1000), -1000))
        a, b, c, d, width = a * unit, b * unit, c * unit, d * unit, width / unit
        scale = largest_scale(a, b, c, d)
        half = width / 2 * scale
        if abs(a * d - b * c) < THINNEST * scale * scale:
            a, b, c, d = thickened(a, b, c, d, scale)
        det = a * d - b * c
        step = min(2.0 * math.acos(least_cos(tolerance, half)), math.pi / 4)
        s = strokes[i]
        s.xx, s.xy, s.yx, s.yy = a, c, b, d
        s.ixx, s.ixy, s.iyx, s.iyy = d / det, -c / det, -b / det, a / det
        s.half_width, s.miter_limit, s.cap, s.join = width / 2, min(limit, 1e9), cap, join
        s.step_cos, s.step_sin = math.cos(step), math.sin(step)
        factor = max(limit, 1.0) if join == JOIN_MITER else 1.0
        if cap == CAP_SQUARE:
            factor = max(factor, 1.4142136)
        turns = 0.0
        if half > curve_tolerance:
            turns = 0.75 / math.acos(1.0 - curve_tolerance / max(half, 2.0 * curve_tolerance))
        numbers[i, 0], numbers[i, 1], numbers[i, 2] = half, min(half * factor, FARTHEST_REACH) + 1.0 / SUBPIXEL, turns


@inlined
def pairs_of(verb):
    """Coordinate pairs of a verb, arcs apart."""
    if verb == CUBIC:
        return 3
    if verb == QUAD:
        return 2
    return 0 if verb == CLOSE else 1


@inlined
def length(x, y):
    """Of a vector. Not math.hypot, which minds overflow: no coordinate here is larger than GUARD."""
    return math.sqrt(x * x + y * y)


@inlined
def turn(ax, ay, bx, by):
    """The angle between two control legs; 0 where one has no direction."""
    if length(ax, ay) <= SHORT or length(bx, by) <= SHORT:
        return 0.0
    return abs(math.atan2(ax * by - ay * bx, ax * bx + ay * by))


@inlined
def control_points(points, last, cubic):
    """x0, y0 .. x3, y3 of the curve that ends at ``points[last]``; a quadratic is raised."""
    x3, y3 = points[last, 0], points[last, 1]
    x2, y2 = points[last - 1, 0], points[last - 1, 1]
    if cubic:
        return points[last - 3, 0], points[last - 3, 1], points[last - 2, 0], points[last - 2, 1], x2, y2, x3, y3
    x0, y0 = points[last - 2, 0], points[last - 2, 1]
    x1, y1 = x0 + (x2 - x0) * (2 / 3), y0 + (y2 - y0) * (2 / 3)
    return x0, y0, x1, y1, x3 + (x2 - x3) * (2 / 3), y3 + (y2 - y3) * (2 / 3), x3, y3


@kernel
def count_pieces(points, last, cubic, tolerance, pieces_a_turn):
    """Pieces that keep a curve, and its offsets by a pen, within a tolerance, pixels (Wang's bound).

    ``last`` is where the curve ends in ``points`` (P, 2); ``pieces_a_turn`` are what a radian needs, 0 without a pen.
    """
    x0, y0, x1, y1, x2, y2, x3, y3 = control_points(points, last, cubic)
    first = length(x0 - 2.0 * x1 + x2, y0 - 2.0 * y1 + y2)
    second = length(x1 - 2.0 * x2 + x3, y1 - 2.0 * y2 + y3)
    pieces = math.sqrt(0.75 * max(first, second) / tolerance)
    if pieces_a_turn > 0.0:
        turned = turn(x1 - x0, y1 - y0, x2 - x1, y2 - y1) + turn(x2 - x1, y2 - y1, x3 - x2, y3 - y2)
        pieces = max(pieces, turned * pieces_a_turn)
    if not pieces > 1.0:
        return 1
    return np.int64(min(math.ceil(pieces), float(MAX_PIECES)))


@kernel
def measure_outlines(verbs, coords, verb_counts, matrices, tolerance, pieces_a_turn, points, pieces, bounds):
    """Map outlines, count what they become, and find how far they reach.

    Parameters
    ----------
    verbs, coords
        Streams without arcs, one use after another: (V,) uint8 and (P, 2) float64.
    verb_counts, matrices
        Of each use: its verbs, and its transform (U, 6).
    tolerance, pieces_a_turn
        As for `count_pieces`; the latter of each use, 0 where it is filled.
    points, pieces, bounds
        Where the device points (P, 2), the vertices of each verb (V,) and each use's least x, y and greatest x, y
        (U, 4) go; those of an empty use, or one that is not finite, are inside out.

    Returns
    -------
    (int, int, int)
        Vertices, curves and subpaths.
    """
    at = pair = vertices = curves = subpaths = 0
    for use in range(len(verb_counts)):
        a, b, c, d, e, f = matrices[use]
        x0, y0, x1, y1 = np.inf, np.inf, -np.inf, -np.inf
        total = 0.0
        for k in range(at, at + verb_counts[use]):
            verb = verbs[k]
            count = pairs_of(verb)
            for j in range(pair, pair + count):
                px, py = coords[j, 0], coords[j, 1]
                x, y = a * px + c * py + e, b * px + d * py + f
                points[j, 0], points[j, 1] = x, y
                x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
                total += x + y
            pair += count
            pieces[k] = 0 if verb == CLOSE else 1
            if verb in (QUAD, CUBIC):
                pieces[k] = count_pieces(points, pair - 1, verb == CUBIC, tolerance, pieces_a_turn[use])
                curves += 1
            vertices += pieces[k]
            subpaths += verb == MOVE
        at += verb_counts[use]
        if not np.isfinite(total):
            x0, x1 = np.inf, -np.inf
        bounds[use, 0], bounds[use, 1], bounds[use, 2], bounds[use, 3] = x0, y0, x1, y1
    return vertices, curves, subpaths


@inlined
def write_curve(curve, points, last, cubic):
    """Store a curve that ends at ``points[last]``; a quadratic is raised."""
    x0, y0, x1, y1, x2, y2, x3, y3 = control_points(points, last, cubic)
    curve.x0, curve.y0 = np.float32(x0), np.float32(y0)
    curve.x1, curve.y1 = np.float32(x1), np.float32(y1)
    curve.x2, curve.y2 = np.float32(x2), np.float32(y2)
    curve.x3, curve.y3 = np.float32(x3), np.float32(y3)


@kernel
def write_outlines(verbs, points, verb_counts, pieces, pens, paths, first_vertex, vertices, curves, subpaths):
    """Store what `measure_outlines` has counted.

    ``pens`` and ``paths`` (U,) are each use's pen, negative where it is filled, and its Path. The first vertex has the
    number ``first_vertex``; those of curves are left to flatten.
    """
    at = pair = n = curve = 0
    subpath = -1
    for use in range(len(verb_counts)):
        stroked = pens[use] >= 0
        for k in range(at, at + verb_counts[use]):
            verb = verbs[k]
            pair += pairs_of(verb)
            if verb == MOVE:
                subpath += 1
                s = subpaths[subpath]
                s.vertex_start = first_vertex + n
                s.vertex_count = 0
                s.path = paths[use]
                s.kind = SUBPATH_STROKE_OPEN if stroked else SUBPATH_FILL
                s.stroke = max(pens[use], 0)
            if verb == CLOSE:
                if stroked:
                    subpaths[subpath].kind = SUBPATH_STROKE_CLOSED
            elif verb in (QUAD, CUBIC):
                write_curve(curves[curve], points, pair - 1, verb == CUBIC)
                curves[curve].vertex_start = first_vertex + n
                curves[curve].piece_count = pieces[k]
                curve += 1
            else:
                vertices[n].x, vertices[n].y = np.float32(points[pair - 1, 0]), np.float32(points[pair - 1, 1])
                vertices[n].curved = 0
            n += pieces[k]
            subpaths[subpath].vertex_count += np.uint32(pieces[k])
        at += verb_counts[use]


@inlined
def tile_at(x, limit):
    """The tile that holds a coordinate, 0 to ``limit``."""
    return np.int64(min(max(math.floor(x / TILE), 0.0), limit))


@inlined
def place_path(path, x0, y0, x1, y1, rule, size_in_tiles, tile):
    """Store a Path and give it a box of tiles, from number ``tile`` on; returns the number behind them."""
    wide, high = size_in_tiles
    tx0, ty0 = tile_at(x0, wide), tile_at(y0, high)
    tx1, ty1 = tx0, ty0
    if x0 <= x1 and y0 <= y1:
        # One subpixel more: snapping may move an edge onto the next tile.
        tx1 = max(tile_at(x1 + 1 / SUBPIXEL + TILE, wide), tx0)
        ty1 = max(tile_at(y1 + 1 / SUBPIXEL + TILE, high), ty0)
    path.tx0, path.ty0, path.tx1, path.ty1 = tx0, ty0, tx1, ty1
    path.tile_start, path.rule = tile, rule
    return tile + (tx1 - tx0) * (ty1 - ty0)


@kernel
def place_paths(bounds, reaches, rules, size_in_tiles, first_tile, paths):
    """Store Path records and give each a box of tiles; returns the tiles of all.

    Parameters
    ----------
    bounds
        (N, 4) float64: least x, y and greatest x, y of each outline, widened here by what its pen reaches; inside out
        where it is empty.
    reaches, rules
        (N,) float64 pixels, and int64 RULE_*.
    size_in_tiles
        (wide, high) of the surface.
    first_tile
        The first path's first tile.
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
    """Runs of points, each a subpath that is a path of its own, filled or stroked by the nonzero rule.

    Parameters
    ----------
    points
        (V, 2) float64, user space.
    starts
        (N + 1,) int64, the first point of each run.
    matrix
        The transform, six numbers.
    kind, stroke
        Of all subpaths: SUBPATH_*, and the index of the Stroke.
    reach
        How far what is drawn goes beyond the points, pixels.
    size_in_tiles
        (wide, high) of the surface.
    firsts
        The numbers of the first Vertex, Path and PathTile.
    vertices, subpaths, paths
        (V,) Vertex, (N,) Subpath and (N,) Path records to write.
    bounds
        (N, 4) float64: where least x, y and greatest x, y of what is drawn go; inside out for an empty run.

    Returns
    -------
    float, int
        The greatest coordinate of all vertices, infinite where one is not finite; and the tiles of all paths.
    """
    a, b, c, d, e, f = matrix
    first_vertex, first_path, first_tile = firsts
    largest = total = 0.0
    tile = first_tile
    for run in range(len(starts) - 1):
        x0, y0, x1, y1 = np.inf, np.inf, -np.inf, -np.inf
        for k in range(starts[run], starts[run + 1]):
            px, py = points[k, 0], points[k, 1]
            x, y = a * px + c * py + e, b * px + d * py + f
            vertex = vertices[k]
            vertex.x, vertex.y, vertex.curved = np.float32(x), np.float32(y), np.uint32(0)
            x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
            total += x + y
        if x0 <= x1:
            largest = max(largest, max(max(abs(x0), abs(y0)), max(abs(x1), abs(y1))))
        x0, y0, x1, y1 = x0 - reach, y0 - reach, x1 + reach, y1 + reach
        bounds[run, 0], bounds[run, 1], bounds[run, 2], bounds[run, 3] = x0, y0, x1, y1
        s = subpaths[run]
        s.vertex_start, s.vertex_count = first_vertex + starts[run], starts[run + 1] - starts[run]
        s.path, s.kind, s.stroke = first_path + run, kind, stroke
        tile = place_path(paths[run], x0, y0, x1, y1, RULE_NONZERO, size_in_tiles, tile)
    return largest if np.isfinite(total) else np.inf, tile - first_tile
