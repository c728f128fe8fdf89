"""pens: a pen under a transform becomes a Stroke record and the stroke's numbers. For both backends: no twin.

pen, linear map  --measure_pen-->  Stroke, STROKE_NUMBERS
"""

from __future__ import annotations

import math

import numpy as np

from ..contract.constants import CAP_SQUARE, JOIN_MITER, SUBPIXEL
from ..contract.outlines import CURVE_TOLERANCE, TOLERANCE
from ..kernels import inlined, kernel

THINNEST = 1e-9
"""Least ratio of a pen's extents under a transform, so that its map has an inverse in float32."""
FARTHEST_REACH = 1e9
"""Upper limit of a stroke's reach, pixels: so far away, float32 has steps of 64 pixels."""


@inlined
def largest_scale(a, b, c, d):
    """Returns the greatest length of a unit vector under a linear map."""
    e, f = (a + d) / 2, (a - d) / 2
    g, h = (b + c) / 2, (b - c) / 2
    return math.hypot(e, h) + math.hypot(f, g)


@inlined
def thickened(a, b, c, d, scale):
    """Returns a linear map of this scale with its smaller singular value raised to THINNEST of the larger."""
    angle = 0.5 * math.atan2(2.0 * (a * c + b * d), a * a + b * b - c * c - d * d)
    vx, vy = math.cos(angle), math.sin(angle)
    ux, uy = a * vx + c * vy, b * vx + d * vy
    thin = THINNEST if a * d >= b * c else -THINNEST
    return ux * vx + thin * uy * vy, uy * vx - thin * ux * vy, ux * vy - thin * uy * vx, uy * vy + thin * ux * vx


@inlined
def least_cos(deviation, radius):
    """Returns the cosine of half the angle whose chord deviates from its circle by ``deviation``."""
    return max(1.0 - deviation / max(radius, deviation), 0.0)


@inlined
def measure_pen(pen, a, b, c, d, stroke, numbers):
    """Store the Stroke record and the STROKE_NUMBERS of a pen (PEN_NUMBERS) under a linear map."""
    width, limit, cap, join = pen[0], pen[1], np.int64(pen[2]), np.int64(pen[3])
    numbers[3], numbers[4], numbers[5], numbers[6], numbers[7] = a, b, c, d, width
    # The map is scaled to about unit scale, and the width to about its pixels, by a power of two. That changes no
    # result and keeps both in the range of float32.
    _, exponent = math.frexp(max(abs(a), abs(b), abs(c), abs(d)))
    unit = math.ldexp(1.0, max(min(-exponent, 1000), -1000))
    a, b, c, d, width = a * unit, b * unit, c * unit, d * unit, width / unit
    scale = largest_scale(a, b, c, d)
    half = width / 2 * scale
    if abs(a * d - b * c) < THINNEST * scale * scale:
        a, b, c, d = thickened(a, b, c, d, scale)
    det = a * d - b * c
    step = min(2.0 * math.acos(least_cos(TOLERANCE, half)), math.pi / 4)
    s = stroke
    s.xx, s.xy, s.yx, s.yy = a, c, b, d
    s.ixx, s.ixy, s.iyx, s.iyy = d / det, -c / det, -b / det, a / det
    s.half_width, s.miter_limit, s.cap, s.join = width / 2, min(limit, 1e9), cap, join
    s.step_cos, s.step_sin = math.cos(step), math.sin(step)
    factor = max(limit, 1.0) if join == JOIN_MITER else 1.0
    if cap == CAP_SQUARE:
        factor = max(factor, 1.4142136)
    turns = 0.0
    if half > CURVE_TOLERANCE:
        turns = 0.75 / math.acos(1.0 - CURVE_TOLERANCE / max(half, 2.0 * CURVE_TOLERANCE))
    numbers[0], numbers[1], numbers[2] = half, min(half * factor, FARTHEST_REACH) + 1.0 / SUBPIXEL, turns


@kernel
def measure_pens(pens, matrix, strokes, numbers):
    """Store Stroke records and STROKE_NUMBERS of pens under one linear map.

    Parameters
    ----------
    pens
        (N, PEN_NUMBERS) float64.
    matrix
        The map's four numbers a, b, c, d.
    strokes, numbers
        (N,) Stroke records and (N, STROKE_NUMBERS) float64 to write.
    """
    a, b, c, d = matrix
    for i in range(len(pens)):
        measure_pen(pens[i], a, b, c, d, strokes[i], numbers[i])


@inlined
def has_inverse(a, b, c, d):
    """Returns whether a linear map has an inverse in float64."""
    det = a * d - b * c
    if det == 0.0 or not np.isfinite(det):
        return False
    return np.isfinite(a / det) and np.isfinite(b / det) and np.isfinite(c / det) and np.isfinite(d / det)


@inlined
def find_stroke(pens, pen, a, b, c, d, strokes, numbers, newest, count):
    """Find or add the stroke of a pen under a linear map; returns its index and the number of strokes.

    Only the newest stroke of a pen is compared: a pen that is used under one map repeatedly has one stroke; a pen that
    alternates between two maps has many.

    Parameters
    ----------
    pens, pen
        (N, PEN_NUMBERS) of all pens, and the pen's index.
    strokes, numbers, count
        The strokes so far.
    newest
        (N,) int64, the newest stroke of each pen; negative where it has none.
    """
    stroke = newest[pen]
    if stroke >= 0:
        n = numbers[stroke]
        if n[3] == a and n[4] == b and n[5] == c and n[6] == d:
            return stroke, count
    measure_pen(pens[pen], a, b, c, d, strokes[count], numbers[count])
    newest[pen] = count
    return count, count + 1
