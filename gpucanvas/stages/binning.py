"""binning: lines become segments of path tiles; draws are listed by bin. Twin: shaders/binning_*.comp.

    Subpath   --runs, flatten-->    lines, a few at a time
    lines     --count_crossings-->  Crossing, and each PathTile's count and backdrop change
    PathTile  --sum_path_tiles-->   first segment and backdrop of every tile
    Crossing  --place_segments-->   Segment, sorted by tile
    Draw      --count_draws, list_draws-->  each bin's draws, in painter's order

Outlines are first snapped to a grid of 1/1024 pixel. After that every value is an integer or a function of one line and
one grid line, so that a line leaves a tile at exactly the point where it enters the neighbour.

A tile has only its own part of an outline. The part to its left is represented by the backdrop, the winding at the
tile's top left corner, and by the flagged ends of its segments, where the outline crosses the left edge:

         backdrop -> +-----------
                     |               winding = backdrop
          crossing ->o----___
                     |               winding = backdrop -+ 1
                     +-----------
"""

from __future__ import annotations

import numpy as np

from ..contract import constants
from ..contract.constants import (
    BIN,
    EDGE_FLAG,
    NO_PATH,
    SHAPE_CIRCLE,
    SHAPE_FRAME,
    SHAPE_GLYPH,
    SHAPE_PATH,
    SHAPE_RECT,
    SHAPE_SEGMENT,
    STYLE_UNBOUNDED,
    SUBPATH_FILL,
    SUBPATH_LINES,
    SUBPATH_STROKE_CLOSED,
    TILE,
    TILE_SHIFT,
    TILE_SUBPIXELS,
)
from ..kernels import inlined, kernel
from ..kernels.instructions import prefetch
from .fast.runs import JOINED, RUN, SLOTS, STRIDE, X0, X1, Y0, Y1, fill_run, is_near, stroke_run
from .flatten import find_subpath, flatten_outlines
from .snap import cut_far, is_far, snap

IN_TILE = TILE_SUBPIXELS - 1
FTILE = np.float32(TILE)
PER_TILE = np.float32(1.0 / TILE)
FEW = 12
"""Subpaths of fewer vertices are too short for rows of sixteen vertices."""
HALF = np.float32(0.5)
F0 = np.float32(0.0)
SQRT2 = np.float32(constants.SQRT2)
LOW = np.uint32(0xFFFF)
SHAPE = np.uint32(255)
KIND = np.uint32(255 | STYLE_UNBOUNDED)
"""The bits of Draw.style that say what a draw may change."""
NO = np.bool_(False)
AHEAD = 32
"""How many draws ahead memory is prefetched: the processor's own prefetch comes too late."""


@inlined
def at_x(x, x0, y0, slope, lo, hi):
    """Returns y where a line crosses the vertical grid line x, clamped to lo..hi."""
    y = y0 + np.int64(np.floor(np.float32(x - x0) * slope + HALF))
    return min(max(y, lo), hi)


@inlined
def emit_crossing(crossings, n, counts, tile, x0, y0, x1, y1, flipped):
    """Append a line's part inside one tile, unless it covers nothing and does not cross the left edge."""
    if y0 == y1 and (x0 | x1) & EDGE_FLAG == 0:
        return n
    c = crossings[n]
    c.tile = np.uint32(tile)
    c.rank = np.uint32(counts[tile])
    counts[tile] += 1
    if flipped:
        c.start = np.uint32(x1 | y1 << 16)
        c.end = np.uint32(x0 | y0 << 16)
    else:
        c.start = np.uint32(x0 | y0 << 16)
        c.end = np.uint32(x1 | y1 << 16)
    return n + 1


@inlined
def cross_row(crossings, n, counts, path, row, xa, ya, xb, yb, x0, y0, x1, y1, flipped):
    """Append the crossings of one row of tiles: from (xa, ya) to (xb, yb), y from its top; (x0 .. y1) is the line."""
    base = np.int64(path.tile_start) + (row - path.ty0) * (path.tx1 - path.tx0) - path.tx0
    ca = xa >> TILE_SHIFT
    cb = xb >> TILE_SHIFT
    if ca == cb:
        if path.tx0 <= ca and ca < path.tx1:
            left = ca << TILE_SHIFT
            n = emit_crossing(crossings, n, counts, base + ca, xa - left, ya, xb - left, yb, flipped)
        return n
    slope = np.float32(y1 - y0) / np.float32(x1 - x0)
    first = max(min(ca, cb), np.int64(path.tx0))
    last = min(max(ca, cb), np.int64(path.tx1) - 1)
    for c in range(first, last + 1):
        left = c << TILE_SHIFT
        right = left + TILE_SUBPIXELS
        sx, sy, ex, ey = xa - left, ya, xb - left, yb
        if ca < cb:
            if c != ca:
                sx, sy = np.int64(EDGE_FLAG), at_x(left, xa, ya, slope, ya, yb)
            if c != cb:
                ex, ey = np.int64(TILE_SUBPIXELS), at_x(right, xa, ya, slope, ya, yb)
        else:
            if c != ca:
                sx, sy = np.int64(TILE_SUBPIXELS), at_x(right, xa, ya, slope, ya, yb)
            if c != cb:
                ex, ey = np.int64(EDGE_FLAG), at_x(left, xa, ya, slope, ya, yb)
        n = emit_crossing(crossings, n, counts, base + c, sx, sy, ex, ey, flipped)
    return n


@inlined
def cross_line(crossings, n, counts, backdrops, path, x0, y0, x1, y1):
    """Append the crossings of one line, and note where it changes the backdrop of the tiles to its right."""
    flipped = y1 < y0
    if flipped:
        x0, y0, x1, y1 = x1, y1, x0, y0
    row0 = y0 >> TILE_SHIFT
    row1 = y1 >> TILE_SHIFT
    first = max(row0, np.int64(path.ty0))
    last = min(row1, np.int64(path.ty1) - 1)
    if first > last or (min(x0, x1) >> TILE_SHIFT) >= path.tx1:
        return n
    slope = np.float32(x1 - x0) / np.float32(y1 - y0)
    x_lo = min(x0, x1)
    x_hi = max(x0, x1)
    width = np.int64(path.tx1) - np.int64(path.tx0)
    for row in range(first, last + 1):
        top = row << TILE_SHIFT
        xa, ya = x0, y0 - top
        if row > row0:
            xa, ya = at_x(top, y0, x0, slope, x_lo, x_hi), np.int64(0)
            column = max((xa >> TILE_SHIFT) + 1, np.int64(path.tx0))
            if column < path.tx1:
                tile = np.int64(path.tile_start) + (row - path.ty0) * width + column - path.tx0
                backdrops[tile] += -1 if flipped else 1
        xb, yb = x1, y1 - top
        if row < row1:
            xb, yb = at_x(top + TILE_SUBPIXELS, y0, x0, slope, x_lo, x_hi), np.int64(TILE_SUBPIXELS)
        n = cross_row(crossings, n, counts, path, row, xa, ya, xb, yb, x0, y0, x1, y1, flipped)
    return n


@inlined
def bound_crossings(x0, y0, x1, y1):
    """Returns an upper bound of the crossings of a line inside the guard band."""
    return (abs(x1 - x0) >> TILE_SHIFT) + (abs(y1 - y0) >> TILE_SHIFT) + 4


@inlined
def end_of_run(subpaths, index, at, last):
    """Returns where the run of vertices that begins at ``at`` ends, and whether it is processed in rows of sixteen.

    Several consecutive short subpaths are one run, processed vertex by vertex.
    """
    s = subpaths[index]
    end = np.int64(s.vertex_start) + np.int64(s.vertex_count)
    rows = s.kind != SUBPATH_LINES and end - at >= FEW
    following = index + 1
    while not rows and end - at < RUN and following < len(subpaths):
        if np.int64(subpaths[following].vertex_count) >= FEW:
            break
        end += np.int64(subpaths[following].vertex_count)
        following += 1
    return min(end, last, at + RUN), rows


@kernel
def count_crossings(outlines, paths, work, first, last, skip, counts, backdrops, crossings, n):
    """Write the crossings of the lines that come from vertices first to last, from place n on.

    Lines are made a run at a time, so that they are still in the core's cache when they are cut. Returns (vertex, lines
    to skip there, n): where to continue with more room for crossings, or ``last`` where all are done.

    ``work`` is uninitialised memory: FLOATS float32, INTS int32, and lines for the most that RUN vertices give.
    """
    subpaths, vertices, strokes = outlines
    floats, ints, lines = work
    room = len(crossings)
    of = np.uint32(NO_PATH)
    tx0 = tx1 = ty0 = ty1 = wide = base = np.int64(0)
    index = find_subpath(subpaths, first)
    start = first
    while start < last:
        while index + 1 < len(subpaths) and np.int64(subpaths[index + 1].vertex_start) <= start:
            index += 1
        s = subpaths[index]
        end, rows = end_of_run(subpaths, index, start, last)
        size, slots, others = end - start, 0, np.int64(0)
        begin, count = np.int64(s.vertex_start), np.int64(s.vertex_count)
        if rows and s.kind != SUBPATH_FILL:
            rows = is_near(strokes[np.int64(s.stroke)])
        if not rows:
            others = flatten_outlines(subpaths, vertices, strokes, lines, start, end)
        elif s.kind == SUBPATH_FILL:
            fill_run(vertices, begin, count, start - begin, size, floats, ints)
            slots = 1
        else:
            pen = strokes[np.int64(s.stroke)]
            closed = s.kind == SUBPATH_STROKE_CLOSED
            others, rare = stroke_run(
                vertices, pen, begin, count, closed, start - begin, size, s.path, floats, ints, lines
            )
            slots = SLOTS if rare & JOINED else 2
        for slot in range(skip // STRIDE, SLOTS + (others + RUN - 1) // RUN):
            held = size if slot < slots else 0
            if slot >= SLOTS:
                held = min(others - (slot - SLOTS) * RUN, RUN)
            for k in range(skip % STRIDE, held):
                line_of = s.path
                if slot < SLOTS:
                    i = np.uint64(slot * STRIDE + k)
                    x0, y0 = np.int64(ints[X0 + i]), np.int64(ints[Y0 + i])
                    x1, y1 = np.int64(ints[X1 + i]), np.int64(ints[Y1 + i])
                else:
                    line = lines[(slot - SLOTS) * RUN + k]
                    line_of = line.path
                    if is_far(line.x0, line.y0, line.x1, line.y1):
                        ax, ay, bx, by, cx, cy = cut_far(line.x0, line.y0, line.x1, line.y1)
                        if n + bound_crossings(ax, ay, bx, by) + bound_crossings(bx, by, cx, cy) > room:
                            return start, slot * STRIDE + k, n
                        far_path = paths[np.int64(line_of)]
                        n = cross_line(crossings, n, counts, backdrops, far_path, ax, ay, bx, by)
                        n = cross_line(crossings, n, counts, backdrops, far_path, bx, by, cx, cy)
                        continue
                    x0, y0, x1, y1 = snap(line.x0), snap(line.y0), snap(line.x1), snap(line.y1)
                if line_of != of:
                    of = line_of
                    path = paths[np.int64(of)]
                    tx0, tx1 = np.int64(path.tx0), np.int64(path.tx1)
                    ty0, ty1 = np.int64(path.ty0), np.int64(path.ty1)
                    wide, base = tx1 - tx0, np.int64(path.tile_start)
                tx, ty = x0 >> TILE_SHIFT, y0 >> TILE_SHIFT
                if n + 4 > room:
                    return start, slot * STRIDE + k, n
                if tx == x1 >> TILE_SHIFT and ty == y1 >> TILE_SHIFT:
                    # Nearly all lines of a detailed outline lie inside one tile: no cutting is needed.
                    if tx0 <= tx and tx < tx1 and ty0 <= ty and ty < ty1:
                        tile = base + (ty - ty0) * wide + tx - tx0
                        c = crossings[n]
                        c.tile = np.uint32(tile)
                        c.rank = np.uint32(counts[tile])
                        c.start = np.uint32((x0 & IN_TILE) | (y0 & IN_TILE) << 16)
                        c.end = np.uint32((x1 & IN_TILE) | (y1 & IN_TILE) << 16)
                        # No branch: it would be unpredictable which slots hold a line.
                        counts[tile] += y0 != y1
                        n += y0 != y1
                    continue
                if n + bound_crossings(x0, y0, x1, y1) > room:
                    return start, slot * STRIDE + k, n
                n = cross_line(crossings, n, counts, backdrops, paths[np.int64(of)], x0, y0, x1, y1)
            skip = 0
        start = end
    return last, 0, n


@kernel
def sum_path_tiles(paths, counts, backdrops, path_tiles):
    """Give every path tile its backdrop and its place in the segments; returns the number of segments.

    ``counts`` and ``backdrops`` have a row for each part of the lines that a thread counted. A row of counts is
    replaced by the first segment of that part in each tile.
    """
    total = 0
    parts = counts.shape[0]
    for i in range(len(paths)):
        p = paths[i]
        tile = np.int64(p.tile_start)
        for _ in range(p.ty0, p.ty1):
            winding = 0
            for _ in range(p.tx0, p.tx1):
                start = total
                for part in range(parts):
                    winding += backdrops[part, tile]
                    count = counts[part, tile]
                    counts[part, tile] = total
                    total += count
                t = path_tiles[tile]
                t.backdrop = winding
                t.segment_start = np.uint32(start)
                t.segment_count = np.uint32(total - start)
                tile += 1
    return total


@kernel
def place_segments(crossings, count, starts, segments):
    """Sort the crossings into their tiles."""
    for i in range(count):
        c = crossings[i]
        s = segments[np.int64(starts[np.int64(c.tile)]) + np.int64(c.rank)]
        s.start = c.start
        s.end = c.end


@inlined
def draw_bounds(draw, kind, paths, width, height):
    """Returns the bounds (left, top, right, bottom) of the pixels that a draw may change, cut to `width` and `height`.

    ``kind`` is the shape (SHAPE_*), with STYLE_UNBOUNDED where the draw also changes pixels outside the shape.
    """
    x0, y0, x1, y1 = draw.x0, draw.y0, draw.x1, draw.y1
    if kind == SHAPE_CIRCLE:
        return x0 - x1, y0 - x1, x0 + x1, y0 + x1
    if kind in (SHAPE_FRAME, SHAPE_SEGMENT):
        reach = draw.size if kind == SHAPE_FRAME else draw.size * SQRT2
        return min(x0, x1) - reach, min(y0, y1) - reach, max(x0, x1) + reach, max(y0, y1) + reach
    if kind == SHAPE_PATH:
        path = paths[np.int64(draw.path)]
        left, top = np.float32(path.tx0) * FTILE, np.float32(path.ty0) * FTILE
        return left, top, np.float32(path.tx1) * FTILE, np.float32(path.ty1) * FTILE
    if kind not in (SHAPE_RECT, SHAPE_GLYPH):
        return F0, F0, width, height
    return x0, y0, x1, y1


@inlined
def tile_floor(x, limit):
    """Returns the tile that holds a coordinate, clamped to 0..limit."""
    return np.int64(np.int32(min(max(x, F0), limit) * PER_TILE))


@inlined
def tile_ceil(x, limit):
    """Returns the first tile that begins at or after a coordinate, clamped to 0..limit."""
    return np.int64(np.int32(np.ceil(min(max(x, F0), limit) * PER_TILE)))


@inlined
def draw_box(draw, kind, paths, clips, width_in_tiles, height_in_tiles):
    """Returns the box of tiles (left, top, right, bottom) that a draw may change; zeros where it changes none.

    ``kind`` is as for `draw_bounds`.
    """
    width, height = np.float32(width_in_tiles) * FTILE, np.float32(height_in_tiles) * FTILE
    x0, y0, x1, y1 = draw_bounds(draw, kind, paths, width, height)
    if draw.clip != 0:
        clip = clips[np.int64(draw.clip)]
        x0, y0, x1, y1 = max(x0, clip.x0), max(y0, clip.y0), min(x1, clip.x1), min(y1, clip.y1)
    tx0, ty0 = tile_floor(x0, width), tile_floor(y0, height)
    tx1, ty1 = tile_ceil(x1, width), tile_ceil(y1, height)
    if tx0 >= tx1 or ty0 >= ty1:
        return np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    return tx0, ty0, tx1, ty1


@kernel
def bound_draws(draws, paths, clips, width_in_tiles, height_in_tiles):
    """Returns the box of tiles (left, top, right, bottom) that draws change; zeros where they change none.

    Also returns whether everything outside of the box is cleared, by the last draw with an unbounded operator.
    """
    wide, high = np.int64(width_in_tiles), np.int64(height_in_tiles)
    left, top, right, bottom, cleared = wide, high, np.int64(0), np.int64(0), NO
    for i in range(len(draws)):
        draw = draws[i]
        kind = draw.style & KIND
        if kind & STYLE_UNBOUNDED != 0 and draw.clip == 0:
            left, top, right, bottom, cleared = wide, high, np.int64(0), np.int64(0), True
            kind = draw.style & SHAPE
        tx0, ty0, tx1, ty1 = draw_box(draw, kind, paths, clips, width_in_tiles, height_in_tiles)
        if tx0 < tx1:
            left, top, right, bottom = min(left, tx0), min(top, ty0), max(right, tx1), max(bottom, ty1)
    if left >= right:
        return np.int64(0), np.int64(0), np.int64(0), np.int64(0), cleared
    return left, top, right, bottom, cleared


@kernel
def count_draws(draws, first, last, paths, clips, width_in_tiles, height_in_tiles, boxes, counts):
    """Note each draw's box of tiles and count the draws of every bin."""
    width_in_bins = (width_in_tiles + BIN - 1) // BIN
    for i in range(first, last):
        prefetch(draws, i + AHEAD)
        draw = draws[i]
        tx0, ty0, tx1, ty1 = draw_box(draw, draw.style & KIND, paths, clips, width_in_tiles, height_in_tiles)
        box = boxes[i]
        box.across = np.uint32(tx0 | tx1 << 16)
        box.down = np.uint32(ty0 | ty1 << 16)
        for by in range(ty0 // BIN, (ty1 + BIN - 1) // BIN):
            for bx in range(tx0 // BIN, (tx1 + BIN - 1) // BIN):
                counts[by * width_in_bins + bx] += 1


@kernel
def list_draws(first, last, width_in_tiles, boxes, starts, binned):
    """List the draws of every bin in painter's order."""
    width_in_bins = (width_in_tiles + BIN - 1) // BIN
    for i in range(first, last):
        across, down = boxes[i].across, boxes[i].down
        tx0, ty0 = np.int64(across & LOW), np.int64(down & LOW)
        tx1, ty1 = np.int64(across >> 16), np.int64(down >> 16)
        for by in range(ty0 // BIN, (ty1 + BIN - 1) // BIN):
            for bx in range(tx0 // BIN, (tx1 + BIN - 1) // BIN):
                at = starts[by * width_in_bins + bx]
                binned[at] = np.uint32(i)
                starts[by * width_in_bins + bx] = at + 1
