"""upright: recognises outlines that are axis-aligned rectangles, rounded rectangles or ellipses, for faster drawing.

    FILL_RECT     the rectangle under the matrix     no radii
    rect          MOVE LINE LINE LINE CLOSE          no radii
    round_rect    MOVE (LINE ARC) x 4 CLOSE          the same radii at all corners
    arc, ellipse  MOVE ARC                           a whole turn: radii of half its size

Only streams as the path builder writes them are recognised, under matrices that keep rectangles axis-aligned.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, pi
from typing import NamedTuple

from ..contract.verbs import ARC, CLOSE, LINE, MOVE
from .affine import Affine

__all__ = ["Upright", "upright_outline", "upright_rect"]

NEAR = 1e-6
"""Tolerance for equal coordinates, relative to the greatest coordinate."""
GAP = 1e-2
"""Gap in pixels up to which an arc counts as a full turn, since it is invisible."""
RECT = bytes((MOVE, LINE, LINE, LINE, CLOSE))
ROUND = bytes((MOVE, LINE, ARC, LINE, ARC, LINE, ARC, LINE, ARC, CLOSE))
WHOLE = bytes((MOVE, ARC))
NUMBERS = 8
"""Count of the numbers of an ARC verb."""
QUADRANTS = {(-1, -1), (-1, 1), (1, -1), (1, 1)}


class Upright(NamedTuple):
    """An axis-aligned rectangle with elliptical corners, in canvas pixels; radii of half its size make an ellipse."""

    left: float
    top: float
    right: float
    bottom: float
    radius_x: float = 0.0
    radius_y: float = 0.0


def upright_rect(x: float, y: float, width: float, height: float, matrix: Affine) -> Upright | None:
    """A rectangle under a matrix; None where it does not stay axis-aligned."""
    a, b, c, d, e, f = matrix
    if not (b == c == 0.0 or a == d == 0.0):
        return None
    x0, y0 = a * x + c * y + e, b * x + d * y + f
    x1, y1 = x0 + a * width + c * height, y0 + b * width + d * height
    return _upright(x0, y0, x1, y1)


def upright_outline(verbs: bytes | bytearray, coords: Sequence[float], matrix: Affine) -> Upright | None:
    """The axis-aligned shape of an outline under a matrix; None for any other outline.

    >>> upright_outline(RECT, [1.0, 2.0, 5.0, 2.0, 5.0, 9.0, 1.0, 9.0], (1.0, 0.0, 0.0, 1.0, 0.0, 0.0))
    Upright(left=1.0, top=2.0, right=5.0, bottom=9.0, radius_x=0.0, radius_y=0.0)
    """
    a, b, c, d, e, f = matrix
    if not (b == c == 0.0 or a == d == 0.0):
        return None
    # The MOVE after a closed subpath draws nothing.
    kept = bytes(verbs[:-1] if verbs[-1:] == bytes((MOVE,)) and len(verbs) > 1 else verbs)
    if kept == RECT:
        return _rect(coords, matrix)
    if kept == ROUND:
        return _round(coords, matrix)
    if kept.rstrip(bytes((CLOSE,))) == WHOLE:
        return _ellipse(coords[2 : 2 + NUMBERS], matrix)
    return None


def _upright(x0: float, y0: float, x1: float, y1: float, rx: float = 0.0, ry: float = 0.0) -> Upright | None:
    """The rectangle between two corners; None where one is not finite."""
    if not isfinite(x0 + y0 + x1 + y1 + rx + ry):
        return None
    return Upright(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), rx, ry)


def _rect(coords: Sequence[float], matrix: Affine) -> Upright | None:
    a, b, c, d, e, f = matrix
    points = [(a * x + c * y + e, b * x + d * y + f) for x, y in zip(coords[0:8:2], coords[1:8:2], strict=True)]
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    across = y0 == y1 and x1 == x2 and y2 == y3 and x3 == x0
    if not across and not (x0 == x1 and y1 == y2 and x2 == x3 and y3 == y0):
        return None
    return _upright(x0, y0, x2, y2)


def _arc(numbers: Sequence[float], matrix: Affine) -> tuple[float, ...] | None:
    """An arc's centre and its two half axes on the canvas; None where these are not axis-aligned."""
    a, b, c, d, e, f = matrix
    cx, cy, ux, uy, vx, vy = numbers[:6]
    ux, uy, vx, vy = a * ux + c * uy, b * ux + d * uy, a * vx + c * vy, b * vx + d * vy
    least = NEAR * max(abs(ux), abs(uy), abs(vx), abs(vy))
    if not (max(abs(ux), abs(vy)) <= least or max(abs(uy), abs(vx)) <= least):
        return None
    return a * cx + c * cy + e, b * cx + d * cy + f, ux, uy, vx, vy


def _ellipse(numbers: Sequence[float], matrix: Affine) -> Upright | None:
    found = _arc(numbers, matrix)
    if found is None:
        return None
    cx, cy, ux, uy, vx, vy = found
    rx, ry = max(abs(ux), abs(vx)), max(abs(uy), abs(vy))
    if not (2.0 * pi - abs(numbers[7])) * max(rx, ry) <= GAP:
        return None
    return _upright(cx - rx, cy - ry, cx + rx, cy + ry, rx, ry)


def _round(coords: Sequence[float], matrix: Affine) -> Upright | None:
    """A rounded rectangle: four quarters of equal ellipses at the corners, with sides between them."""
    a, b, c, d, e, f = matrix
    arcs: list[tuple[float, ...]] = []
    lines: list[tuple[float, float]] = [(a * coords[0] + c * coords[1] + e, b * coords[0] + d * coords[1] + f)]
    for at in range(2, 42, 2 + NUMBERS):
        x, y, numbers = coords[at], coords[at + 1], coords[at + 2 : at + 2 + NUMBERS]
        found = _arc(numbers, matrix)
        if found is None or numbers[6] != 0.0 or abs(abs(numbers[7]) - 0.5 * pi) > NEAR:
            return None
        # For a counterclockwise quarter, the second half axis is negated.
        sign = 1.0 if numbers[7] > 0.0 else -1.0
        arcs.append((*found[:4], sign * found[4], sign * found[5]))
        lines.append((a * x + c * y + e, b * x + d * y + f))
    rx = max(abs(arcs[0][2]), abs(arcs[0][4]))
    ry = max(abs(arcs[0][3]), abs(arcs[0][5]))
    left, right = min(each[0] for each in arcs) - rx, max(each[0] for each in arcs) + rx
    top, bottom = min(each[1] for each in arcs) - ry, max(each[1] for each in arcs) + ry
    near = NEAR * max(abs(left), abs(right), abs(top), abs(bottom))
    x, y = 0.5 * (left + right), 0.5 * (top + bottom)
    half_x, half_y = right - rx - x, bottom - ry - y
    last = lines[0]
    corners: set[tuple[int, int]] = set()
    for k, (cx, cy, ux, uy, vx, vy) in enumerate(arcs):
        sx, sy = (1 if ux + vx > 0.0 else -1), (1 if uy + vy > 0.0 else -1)
        corners.add((sx, sy))
        begins = lines[k + 1]
        off = (
            abs(abs(ux + vx) - rx),
            abs(abs(uy + vy) - ry),
            abs(cx - x - sx * half_x),
            abs(cy - y - sy * half_y),
            abs(begins[0] - cx - ux),
            abs(begins[1] - cy - uy),
            # A side is axis-aligned where one of its coordinates does not change.
            min(abs(begins[0] - last[0]), abs(begins[1] - last[1])),
        )
        if not max(off) <= near:
            return None
        last = cx + vx, cy + vy
    if corners != QUADRANTS or not max(abs(last[0] - lines[0][0]), abs(last[1] - lines[0][1])) <= near:
        return None
    return _upright(left, top, right, bottom, rx, ry)
