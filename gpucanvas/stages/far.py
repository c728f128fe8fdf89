"""far: float64 polylines are cut to a window around the canvas, and stored as float32. For both backends: no twin.

    fills     parts above or below cover nothing; parts beside are moved to the window's edge, to keep the winding
    strokes   cut open where they leave the window; strokes that are entirely near are not cut

A window is left, top, right and bottom, pixels: the canvas with a margin beyond the reach of any pen. Tables of
polylines are those of stages/polylines.py.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import SUBPATH_LINES, SUBPATH_STROKE_CLOSED, SUBPATH_STROKE_OPEN
from ..kernels import inlined, kernel

CURVED = np.uint32(1)
STRAIGHT = np.uint32(0)
EXACT = 1e12
"""Up to this, float64 has fractions of a pixel to spare."""


@inlined
def other_at(pa, po, qa, qo, value):
    """Returns the other coordinate of a segment at a value of the first; P is (pa, po), and Q is (qa, qo)."""
    if abs(qa) < abs(pa):
        pa, po, qa, qo = qa, qo, pa, po
    slope = (qo - po) / (qa - pa)
    # Where both ends are far away, a value near 0 would be lost in its distance from either.
    other = po + (value - pa) * slope if abs(pa) < EXACT else (po - pa * slope) + value * slope
    return min(max(other, min(po, qo)), max(po, qo))


@inlined
def cut(px, py, qx, qy, axis, lo, hi):
    """Returns the part of a segment between two values of a coordinate: its ends, and whether it exists."""
    pa, po, qa, qo = (px, py, qx, qy) if axis == 0 else (py, px, qy, qx)
    if pa == qa:
        return px, py, qx, qy, lo <= pa < hi
    some = max(min(pa, qa), lo) < min(max(pa, qa), hi)
    a, b = min(max(pa, lo), hi), min(max(qa, lo), hi)
    ao = po if a == pa else other_at(pa, po, qa, qo, a)
    bo = qo if b == qa else other_at(pa, po, qa, qo, b)
    if axis == 0:
        return a, ao, b, bo, some
    return ao, a, bo, b, some


@inlined
def put(vertices, n, x, y, curved, bounds, store):
    """Write a vertex if ``store``; returns where the next vertex goes."""
    if store:
        vertex = vertices[n]
        vertex.x, vertex.y, vertex.curved = np.float32(x), np.float32(y), curved
        bounds[0], bounds[1] = min(bounds[0], x), min(bounds[1], y)
        bounds[2], bounds[3] = max(bounds[2], x), max(bounds[3], y)
    return n + 1


@inlined
def put_subpath(subpaths, runs, first, count, path, kind, stroke, store):
    """Write a subpath if ``store``; returns where the next subpath goes."""
    if store:
        s = subpaths[runs]
        s.vertex_start, s.vertex_count, s.path, s.kind, s.stroke = first, count, path, kind, stroke
    return runs + 1


@kernel
def put_filled(points, head, count, window, vertices, n, bounds, store):
    """Write a filled subpath as lines with the same coverage of the window; returns where the next vertex goes."""
    left, top, right, bottom = window[0], window[1], window[2], window[3]
    for k in range(head, head + count):
        j = k + 1 if k + 1 < head + count else head
        px, py, qx, qy = points[k, 0], points[k, 1], points[j, 0], points[j, 1]
        px, py, qx, qy, some = cut(px, py, qx, qy, 1, top, bottom)
        if not some:
            continue
        ax, ay, bx, by, some = cut(px, py, qx, qy, 0, left, right)
        if some:
            n = put(vertices, n, ax, ay, STRAIGHT, bounds, store)
            n = put(vertices, n, bx, by, STRAIGHT, bounds, store)
        _, ay, _, by, some = cut(px, py, qx, qy, 0, -np.inf, left)
        if some:
            n = put(vertices, n, left, ay, STRAIGHT, bounds, store)
            n = put(vertices, n, left, by, STRAIGHT, bounds, store)
        _, ay, _, by, some = cut(px, py, qx, qy, 0, right, np.inf)
        if some:
            n = put(vertices, n, right, ay, STRAIGHT, bounds, store)
            n = put(vertices, n, right, by, STRAIGHT, bounds, store)
    return n


@inlined
def find_far(points, head, count, window):
    """Returns the first point of a subpath outside a window; -1 where there is none."""
    for k in range(head, head + count):
        x, y = points[k, 0], points[k, 1]
        if not (x >= window[0] and y >= window[1] and x <= window[2] and y <= window[3]):
            return k
    return np.int64(-1)


@kernel
def put_stroked(lines, s, window, is_near, tables, n, runs, first_vertex, path, stroke, bounds, store):
    """Write the part of a stroked subpath inside a window; returns where the next vertex and subpath go.

    A near subpath is written unchanged. A closed subpath that is cut begins at a cut, so that no corner near the canvas
    becomes an end.
    """
    points, smooth, starts, closed, _ = lines
    vertices, subpaths = tables
    head, count = starts[s], starts[s + 1] - starts[s]
    far = np.int64(-1) if is_near else find_far(points, head, count, window)
    begin = n
    if far < 0:
        for k in range(head, head + count):
            n = put(vertices, n, points[k, 0], points[k, 1], CURVED if smooth[k] != 0 else STRAIGHT, bounds, store)
        kind = SUBPATH_STROKE_CLOSED if closed[s] != 0 else SUBPATH_STROKE_OPEN
        return n, put_subpath(subpaths, runs, first_vertex + begin, count, path, kind, stroke, store)
    segments = count if closed[s] != 0 else count - 1
    shift = far - head if closed[s] != 0 else 0
    ex = ey = np.nan
    for i in range(segments):
        k, j = head + (shift + i) % count, head + (shift + i + 1) % count
        ax, ay, bx, by, some = cut(points[k, 0], points[k, 1], points[j, 0], points[j, 1], 0, window[0], window[2])
        if some:
            ax, ay, bx, by, some = cut(ax, ay, bx, by, 1, window[1], window[3])
        if not some:
            ex = ey = np.nan
            continue
        # Consecutive segments that still meet after cutting stay joined.
        if ax != ex or ay != ey:
            if n > begin:
                runs = put_subpath(
                    subpaths, runs, first_vertex + begin, n - begin, path, SUBPATH_STROKE_OPEN, stroke, store
                )
            begin = n
            n = put(vertices, n, ax, ay, STRAIGHT, bounds, store)
        elif store and smooth[k] != 0:
            vertices[n - 1].curved = CURVED
        n = put(vertices, n, bx, by, STRAIGHT, bounds, store)
        ex, ey = bx, by
    if n > begin:
        runs = put_subpath(subpaths, runs, first_vertex + begin, n - begin, path, SUBPATH_STROKE_OPEN, stroke, store)
    return n, runs


@kernel
def store_lines(lines, pens, windows, guard, firsts, store, vertices, subpaths, bounds):
    """Store the visible parts of polylines.

    Parameters
    ----------
    lines
        The tables of polylines: points, smooth, starts, closed, firsts.
    pens
        (U,) int64: each use's pen, negative where it is filled.
    windows
        (U, 4) float64: left, top, right and bottom of each use's window.
    guard
        Strokes within this distance of the origin, pixels, are not cut.
    firsts
        The indices of the first Vertex and Path.
    store
        Whether anything is written; otherwise it is only counted, and the tables below may be empty.
    vertices, subpaths
        Vertex and Subpath records, written.
    bounds
        (U, 4) float64, written: least x, y and greatest x, y of each use; least > greatest for an empty use.

    Returns
    -------
    (int, int)
        Numbers of vertices and subpaths.
    """
    points, _, starts, _, uses = lines
    first_vertex, first_path = firsts
    tables = vertices, subpaths
    n = runs = np.int64(0)
    for use in range(len(pens)):
        bounds[use, 0], bounds[use, 1], bounds[use, 2], bounds[use, 3] = np.inf, np.inf, -np.inf, -np.inf
        box, window, path = bounds[use], windows[use], first_path + use
        if pens[use] < 0:
            begin = n
            for s in range(uses[use], uses[use + 1]):
                n = put_filled(points, starts[s], starts[s + 1] - starts[s], window, vertices, n, box, store)
            if n > begin:
                runs = put_subpath(subpaths, runs, first_vertex + begin, n - begin, path, SUBPATH_LINES, 0, store)
            continue
        most = 0.0
        for k in range(starts[uses[use]], starts[uses[use + 1]]):
            most = max(most, max(abs(points[k, 0]), abs(points[k, 1])))
        for s in range(uses[use], uses[use + 1]):
            n, runs = put_stroked(
                lines, s, window, most <= guard, tables, n, runs, first_vertex, path, pens[use], box, store
            )
    return n, runs
