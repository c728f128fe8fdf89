"""What the kernels of outlines are held to: the same by NumPy, for all uses at once."""

from __future__ import annotations

from math import pi

import numpy as np
from numpy.typing import NDArray

from gpucanvas.geometry.stream import ARC, CLOSE, COORD_COUNT, CUBIC, MOVE, QUAD

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PAIRS = np.array(COORD_COUNT, np.int64) // 2


def map_pairs(verbs: NDArray[np.uint8], points: Floats, use_of_verb: Ints, matrices: Floats) -> Floats:
    """A stream's pairs (P, 2) in device space; an arc's axes are vectors, its angles stay."""
    m = matrices[np.repeat(use_of_verb, PAIRS[verbs])]
    x, y = points[:, 0], points[:, 1]
    out = np.stack([m[:, 0] * x + m[:, 2] * y + m[:, 4], m[:, 1] * x + m[:, 3] * y + m[:, 5]], 1)
    arcs = np.flatnonzero(verbs == ARC)
    last = np.cumsum(PAIRS[verbs])[arcs] - 1
    for axis in (last - 2, last - 1):
        out[axis] -= matrices[use_of_verb[arcs], 4:]
    out[last] = points[last]
    return out


def expand_arcs(verbs: NDArray[np.uint8], points: Floats) -> tuple[NDArray[np.uint8], Floats, Ints]:
    """Replace every ARC by cubics of at most 45 degrees; returns verbs, points, and the old verb of each new one."""
    starts = np.cumsum(PAIRS[verbs]) - PAIRS[verbs]
    arcs = np.flatnonzero(verbs == ARC)
    at = starts[arcs]
    center, u, v, angles = points[at], points[at + 1], points[at + 2], points[at + 3]
    spans = np.maximum(np.ceil(np.abs(angles[:, 1]) / (pi / 4) - 1e-9), 1).astype(np.int64)
    arc_of = np.repeat(np.arange(len(arcs)), spans)
    k = np.arange(len(arc_of)) - np.repeat(np.cumsum(spans) - spans, spans)
    step = (angles[:, 1] / spans)[arc_of]
    t0 = angles[arc_of, 0] + k * step
    reach = (4 / 3 * np.tan(step / 4))[:, None]

    def point(t: Floats) -> Floats:
        return center[arc_of] + u[arc_of] * np.cos(t)[:, None] + v[arc_of] * np.sin(t)[:, None]

    def tangent(t: Floats) -> Floats:
        return v[arc_of] * np.cos(t)[:, None] - u[arc_of] * np.sin(t)[:, None]

    e0, e1 = point(t0), point(t0 + step)
    points = points.copy()
    firsts = np.cumsum(spans) - spans
    points[at - 1] = e0[firsts]
    full = np.abs(angles[:, 1]) >= 2 * pi
    e1[(firsts + spans - 1)[full]] = e0[firsts[full]]
    cubics = np.stack([e0 + reach * tangent(t0), e1 - reach * tangent(t0 + step), e1], 1).reshape(-1, 2)
    copies = np.ones(len(verbs), np.int64)
    copies[arcs] = spans
    out_verbs = np.repeat(np.where(verbs == ARC, CUBIC, verbs).astype(np.uint8), copies)
    out_pairs = PAIRS[out_verbs]
    out = np.empty((int(out_pairs.sum()), 2))
    from_arc = np.repeat(np.repeat(verbs == ARC, copies), out_pairs)
    out[from_arc] = cubics
    out[~from_arc] = points[~np.repeat(verbs == ARC, PAIRS[verbs])]
    return out_verbs, out, np.repeat(np.arange(len(verbs)), copies)


def curves_of(verbs: NDArray[np.uint8], points: Floats) -> Floats:
    """(C, 4, 2) control points of all curves of a stream without arcs; quadratics are raised."""
    ends = np.cumsum(PAIRS[verbs]) - 1
    out = []
    for verb, last in zip(verbs.tolist(), ends.tolist(), strict=True):
        if verb == CUBIC:
            out.append(points[last - 3 : last + 1])
        elif verb == QUAD:
            p, q, r = points[last - 2 : last + 1]
            out.append(np.stack([p, p + (q - p) * 2 / 3, r + (q - r) * 2 / 3, r]))
    return np.array(out).reshape(-1, 4, 2)


def pieces_of(curves: Floats, tolerance: float, pieces_a_turn: float) -> Ints:
    """Pieces of curves by Wang's bound, and by the turns between their control legs where they are stroked."""
    legs = np.diff(curves, axis=1)
    bend = np.linalg.norm(np.diff(legs, axis=1), axis=2).max(1)
    pieces = np.sqrt(0.75 * bend / tolerance)
    if pieces_a_turn:
        a, b = legs[:, :-1], legs[:, 1:]
        cross, dot = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0], (a * b).sum(2)
        small = (np.linalg.norm(a, axis=2) <= 1e-9) | (np.linalg.norm(b, axis=2) <= 1e-9)
        turned = np.where(small, 0.0, np.abs(np.arctan2(cross, dot))).sum(1)
        pieces = np.maximum(pieces, turned * pieces_a_turn)
    return np.maximum(np.ceil(pieces), 1).astype(np.int64)


def subpaths_of(verbs: NDArray[np.uint8], pieces: Ints) -> list[tuple[int, bool]]:
    """(vertices, closed) of every subpath of a stream without arcs; ``pieces`` has a number for each curve."""
    out: list[tuple[int, bool]] = []
    left = iter(pieces.tolist())
    for verb in verbs.tolist():
        if verb == MOVE:
            out.append((1, False))
        elif verb == CLOSE:
            out[-1] = out[-1][0], True
        else:
            out[-1] = out[-1][0] + (next(left) if verb in (QUAD, CUBIC) else 1), out[-1][1]
    return out
