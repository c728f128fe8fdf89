"""lines: makes the polylines of dashed and far outlines in one call, one outline after another. No twin.

    command  --map_stream, count_points, write_points-->  polylines  --dash_lines-->  dashes  --store_lines-->  Vertex

It replaces separate calls of polylines, dash and far, between which pipeline/hostflat.py allocates each table at its
exact size: for a crosshair or a selection that takes longer than its pixels. The modules of these stages do the work.
Outlines that are too long for the tables are left to hostflat.py, and so are dashes that are too short to be seen or
too many, which need more care. tests/pipeline/test_small_lines.py compares both ways.
"""

from __future__ import annotations

import numpy as np

from ...contract.commands import FILL_PATH, PATH_IS_LOCAL, STROKE_PATH, STROKE_RECT
from ...contract.constants import RULE_NONZERO, TILE
from ...contract.outlines import (
    DASH_MARGIN,
    DASH_TOLERANCE,
    DOT,
    FARTHEST,
    FINEST_PERIOD,
    GUARD,
    LINE_MARGIN,
    RELATIVE,
    TOLERANCE,
)
from ...kernels import inlined, kernel
from ..commands import end_of, range_of
from ..dash import dash_lines, measure_dashes
from ..far import store_lines
from ..outlines import place_path
from ..pens import largest_scale
from ..polylines import count_points, map_streams, write_points
from ..thin import ALL_SIDES, LONG, trace_thinned
from ..unseen import has_arc

NO = np.bool_(False)
YES = np.bool_(True)
THINNED = ALL_SIDES, 1, True
"""The `rule` of `trace_thinned`: lines beyond a side of the window are cut away."""
UNFINISHED = 0, 0, 0, 0
"""Returned instead of the numbers of records where the caller must write the outlines step by step."""


@inlined
def write_window(window, size, margin):
    """Store the surface, grown on all sides: left, top, right and bottom."""
    window[0, 0], window[0, 1], window[0, 2], window[0, 3] = -margin, -margin, size[0] + margin, size[1] + margin


@inlined
def write_matrix(out, m):
    """Store the six numbers of a transform."""
    out[0, 0], out[0, 1], out[0, 2], out[0, 3], out[0, 4], out[0, 5] = m[0], m[1], m[2], m[3], m[4], m[5]


@inlined
def write_corners(v, pairs):
    """Store the corners of a rectangle (x, y, width, height)."""
    x, y = v[0], v[1]
    qx, qy = x + v[2], y + v[3]
    pairs[0, 0], pairs[0, 1], pairs[1, 0], pairs[1, 1] = x, y, qx, y
    pairs[2, 0], pairs[2, 1], pairs[3, 0], pairs[3, 1] = qx, qy, x, qy


@kernel
def flatten_line(verbs, pairs, tolerance, few, room):
    """Write one stream, under the transform in ``few``, as polylines; returns whether they fit into ``room``."""
    windows, matrices, _, _, _, _, one, flag, tolerances = few
    mapped, pieces, lines, _, _ = room
    points, smooth, starts, closed, firsts = lines
    if len(verbs) > len(pieces) or len(pairs) > len(mapped):
        return NO
    one[0], flag[0], tolerances[0] = len(verbs), 1, tolerance
    map_streams(verbs, pairs, one, matrices, FARTHEST, mapped)
    n, subpaths = count_points(verbs, mapped, one, flag, tolerances, RELATIVE, windows[0:1], pieces)
    if n > len(points) or subpaths > len(closed):
        return NO
    write_points(verbs, mapped, one, flag, pieces, points, smooth, starts, closed, firsts)
    return YES


@kernel
def dash_line(pattern, ons, m, few, lines, positions, dashes):
    """Cut polylines into dashes; returns whether they fit into ``dashes``, are few enough, and long enough to be seen.

    ``pattern`` is the period, the first and the number of its dashes in ``ons``, and the offset.
    """
    windows, _, rows, patterns, pens, _, one, _, _ = few
    # Shorter dashes are lengthened by the caller.
    if not pattern[0] * largest_scale(m[0], m[1], m[2], m[3]) >= FINEST_PERIOD:
        return NO
    patterns[0, 0], patterns[0, 1], patterns[0, 2] = pattern[0], pattern[1], pattern[2]
    pens[0, 0], pens[0, 1] = 0.0, pattern[3]
    pens[0, 2], pens[0, 3], pens[0, 4], pens[0, 5] = m[0], m[1], m[2], m[3]
    measure_dashes(pens, patterns, DOT, rows)
    one[0] = 0
    n, subpaths, refused, _ = dash_lines(lines, one, rows, ons, windows[1:2], positions, NO, dashes)
    if refused >= 0 or n > len(dashes[0]) or subpaths > len(dashes[3]):
        return NO
    dash_lines(lines, one, rows, ons, windows[1:2], positions, YES, dashes)
    return YES


@kernel
def write_lines(recorded, starts, left, dashed_by, numbers, size, firsts, work, draws, tables):
    """Write the outlines that `write_commands` has left.

    Parameters
    ----------
    recorded, starts, numbers
        As for `write_commands`, and STROKE_NUMBERS of all strokes.
    left
        (U, 2) int64: the commands, and their strokes or FILL.
    dashed_by
        The coordinates of the streams as pairs (P, 2). For each pen the period of its dashes, the first of them and
        their number in the table of all dashes, and the offset: (N, 4) float64. That table: start and end of each dash
        in its period, (K, 2).
    size
        (width, height) of the surface, pixels.
    firsts
        The indices of the first Vertex, Path and PathTile.
    work
        Working memory: ``few``, of fixed size; mapped pairs, pieces, tables of polylines, the positions of their
        points, and verbs; and tables of polylines for dashes.
    draws
        Their paths are written.
    tables
        Vertex, Subpath and Path records, and bounds (U, 4) as those of `store_lines`, grown by pens; written.

    Returns
    -------
    (int, int, int, int)
        Numbers of vertices, subpaths and tiles, and 1; zeros where the caller must write the outlines step by step.
    """
    commands, states, _, streams, _, pens = recorded
    paths, verbs, numbers_of = streams
    coords, patterns, ons = dashed_by
    few, room, dashes = work
    windows, matrices, _, _, _, (corners, corner_verbs), one, _, _ = few
    lines, positions = room[2], room[3]
    vertices, subpaths, made, bounds = tables
    wide, high = (np.int64(size[0]) + TILE - 1) // TILE, (np.int64(size[1]) + TILE - 1) // TILE
    n = runs = np.int64(0)
    tile = firsts[2]
    if len(left) > min(len(made), len(bounds)):
        return UNFINISHED
    for use in range(len(left)):
        k, stroke = left[use, 0], left[use, 1]
        command = commands[k]
        kind, state, v = np.int64(command.kind), states[np.int64(command.state)], command.v
        m = state.matrix
        matrix = m[0], m[1], m[2], m[3], m[4], m[5]
        own_verbs, pairs, rule = corner_verbs, corners, np.int64(RULE_NONZERO)
        if kind in (FILL_PATH, STROKE_PATH):
            first, count, number = range_of(paths, np.int64(command.extra))
            own_verbs = verbs[first : first + count]
            pairs = coords[number // 2 : end_of(paths, np.int64(command.extra)) // 2]
            if kind == FILL_PATH:
                rule = np.int64(v[0])
            if v[2] != PATH_IS_LOCAL:
                matrix = 1.0, 0.0, 0.0, 1.0, state.origin[0], state.origin[1]
        else:
            write_corners(v, corners)
        reach = numbers[stroke, 1] if stroke >= 0 else 0.0
        pen = np.int64(-1)
        if stroke >= 0:
            pen = np.int64(command.extra) if kind == STROKE_RECT else np.int64(v[0])
        dashed = pen >= 0 and pens[pen, 4] != 0.0
        write_window(windows[0:1], size, np.inf if dashed else reach + LINE_MARGIN)
        near = True
        if kind in (FILL_PATH, STROKE_PATH) and not dashed and len(own_verbs) >= LONG:
            first, count, number = range_of(paths, np.int64(command.extra))
            if not has_arc(verbs, first, count):
                seen = windows[0, 0], windows[0, 1], windows[0, 2], windows[0, 3]
                last, pair, near = trace_thinned(
                    verbs, numbers_of, first, count, number, matrix, seen, THINNED, room[4], room[0], 0, 0
                )
                if last < 0:
                    return UNFINISHED
                own_verbs, pairs, matrix = room[4][:last], room[0][:pair], (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        write_matrix(matrices, matrix)
        if not flatten_line(own_verbs, pairs, DASH_TOLERANCE if dashed else TOLERANCE, few, room):
            return UNFINISHED
        shown = lines
        # A pattern without a gap leaves the line as it is.
        if dashed and patterns[pen, 2] > 0.0:
            write_window(windows[1:2], size, reach + DASH_MARGIN)
            if not dash_line(patterns[pen], ons, m, few, lines, positions, dashes):
                return UNFINISHED
            shown = dashes
        write_window(windows[0:1], size, reach + LINE_MARGIN)
        # Where a point too far for float32 has been left out, the others are cut nonetheless.
        guard = GUARD if near else -1.0
        one[0], box = stroke, bounds[use : use + 1]
        places = firsts[0] + n, firsts[1] + use
        more, others = store_lines(shown, one, windows[0:1], guard, places, NO, vertices[:0], subpaths[:0], box)
        if n + more > len(vertices) or runs + others > len(subpaths):
            return UNFINISHED
        store_lines(shown, one, windows[0:1], guard, places, YES, vertices[n:], subpaths[runs:], box)
        box[0, 0], box[0, 1], box[0, 2], box[0, 3] = (
            box[0, 0] - reach,
            box[0, 1] - reach,
            box[0, 2] + reach,
            box[0, 3] + reach,
        )
        tile = place_path(made[use], box[0, 0], box[0, 1], box[0, 2], box[0, 3], rule, (wide, high), tile)
        draws[starts[k] if len(starts) > 0 else k].path = np.uint32(firsts[1] + use)
        n, runs = n + more, runs + others
    return n, runs, tile - firsts[2], 1
