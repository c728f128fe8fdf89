"""ramps: gradients under transforms become records in the scene's stream of paints. For both backends: no twin.

    numbers of a gradient, transform, alpha  --place_gradients-->  its stops, and a record: map from the surface, shape

All of it is computed in float64. What the library of C could answer in another way than Python, sine, cosine and the
distance of two points, comes with the numbers (`pipeline/placing.py`). So nothing here depends on a pixel, and what
kernels and shaders are left with depends on nothing else.

A gradient that is used again under the same transform and alpha as the last time has the same record. One that is
opaque wherever it paints, and paints everywhere, is told apart: nothing is seen through it.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import PAINT_KIND_BITS
from ..contract.paints import PAINTS, Stop
from ..kernels import inlined, kernel

LINEAR, RADIAL, CONIC = (PAINTS[name].code for name in ("linear", "radial", "conic"))
TAIL = 3
"""Words that the record of every gradient ends with: where its stops are, how many, and the alpha."""
LINEAR_NUMBERS, RADIAL_NUMBERS, CONIC_NUMBERS = (
    PAINTS[name].record.words - TAIL for name in ("linear", "radial", "conic")
)
MOST_WORDS = RADIAL_NUMBERS + TAIL
"""Words of the largest record."""
STOP_WORDS = Stop.words
ALONG = 6
"""Which number of a radial gradient is the distance of its centres."""
TANGENT = 1e-6
"""Circles of which one touches the other from inside but for this share: they do touch, and rounding says no."""
FLOAT32_MOST = 3.0e38
NOTHING = 0
"""How many numbers a gradient has that paints nothing."""


@inlined
def inverse_of(m):
    """Whether a map has an inverse, and its six numbers: as `geometry.affine.invert`."""
    a, b, c, d, e, f = m[0], m[1], m[2], m[3], m[4], m[5]
    det = a * d - b * c
    exists = det != 0.0 and np.isfinite(det)
    if not exists:
        return False, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    ia, ib, ic, id_ = d / det + 0.0, -b / det + 0.0, -c / det + 0.0, a / det + 0.0
    ie, if_ = (c * f - d * e) / det + 0.0, (b * e - a * f) / det + 0.0
    exists = np.isfinite(ia) and np.isfinite(ib) and np.isfinite(ic) and np.isfinite(id_)
    return exists and np.isfinite(ie) and np.isfinite(if_), ia, ib, ic, id_, ie, if_


@inlined
def put_map(out, m, inverse):
    """The map that applies an inverse first and m second, by rows: xx, xy, dx, yx, yy, dy."""
    a, b, c, d, e, f = m
    na, nb, nc, nd, ne, nf = inverse
    out[0], out[1], out[2] = a * na + c * nb, a * nc + c * nd, a * ne + c * nf + e
    out[3], out[4], out[5] = b * na + d * nb, b * nc + d * nd, b * ne + d * nf + f


@inlined
def place_linear(out, own, inverse):
    """A gradient along (x0, y0, x1, y1); nothing where the ends are one point (HTML, "createLinearGradient")."""
    x0, y0, x1, y1 = own[0], own[1], own[2], own[3]
    length2 = (x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)
    if length2 == 0 or not np.isfinite(length2):
        return NOTHING
    ux, uy = (x1 - x0) / length2, (y1 - y0) / length2
    a, b, c, d, e, f = inverse
    out[0], out[1], out[2] = ux * a + uy * b, ux * c + uy * d, ux * (e - x0) + uy * (f - y0)
    return LINEAR_NUMBERS


@inlined
def place_radial(out, own, inverse):
    """A gradient between circles (x0, y0, r0, x1, y1, r1) whose centres are so far apart; nothing where they are one.

    Circle t has its centre at (along * t, 0) and the radius (radius + growth * t) (HTML, "createRadialGradient").
    """
    x0, y0, r0, x1, y1, r1, distance = own[0], own[1], own[2], own[3], own[4], own[5], own[6]
    across, down, growth = x1 - x0, y1 - y0, r1 - r0
    unit = max(distance, abs(growth))
    if unit == 0 or not np.isfinite(unit):
        return NOTHING
    cos, sin = 1.0, 0.0
    if distance != 0:
        cos, sin = across / distance, down / distance
    moved_x, moved_y = -(cos * x0 + sin * y0) / unit, (sin * x0 - cos * y0) / unit
    put_map(out, (cos / unit, -sin / unit, sin / unit, cos / unit, moved_x, moved_y), inverse)
    along, growth, radius = distance / unit, growth / unit, r0 / unit
    curve = (along - growth) * (along + growth)
    if abs(curve) <= TANGENT:
        curve = 0.0
    out[6], out[7], out[8], out[9] = along, growth, radius, radius * radius
    out[10], out[11], out[12] = radius * growth, radius * along, curve
    # Outside of one another, the greater t is seen; else there is only one circle, and it has no negative radius.
    out[13] = -1.0 if curve < 0 and growth > 0 else 1.0
    return RADIAL_NUMBERS


@inlined
def place_conic(out, own, inverse):
    """A gradient around (x, y) from an angle on, of which cosine and sine are given (HTML, "createConicGradient")."""
    c, s, x, y = own[0], own[1], own[2], own[3]
    put_map(out, (c, -s, s, c, -(c * x + s * y), s * x - c * y), inverse)
    return CONIC_NUMBERS


@inlined
def put_numbers(floats, at, numbers, count):
    """Write the numbers of a record; where some are beyond float32, all are cut to its range."""
    is_beyond = False
    for i in range(count):
        if np.isfinite(numbers[i]) and not np.isfinite(np.float32(numbers[i])):
            is_beyond = True
    for i in range(count):
        number = numbers[i]
        if is_beyond and number > FLOAT32_MOST:
            number = FLOAT32_MOST
        if is_beyond and number < -FLOAT32_MOST:
            number = -FLOAT32_MOST
        floats[at + i] = np.float32(number)


@inlined
def is_opaque(floats, first, end, kind, numbers, alpha):
    """Whether a gradient is opaque everywhere: its stops, words first to end, are, and it leaves no pixel out.

    Circles around two centres may do that.
    """
    if alpha != 1.0 or (kind == RADIAL and np.float32(numbers[ALONG]) != 0):
        return False
    most_transparent = np.float32(1.0)
    for at in range(first, end, STOP_WORDS):
        most_transparent = min(most_transparent, floats[at + STOP_WORDS - 1])
    return most_transparent == 1.0


@inlined
def is_same_use(last_matrix, last_alpha, matrix, alpha):
    """Whether a gradient is used as it was the last time."""
    is_same = last_alpha == alpha
    for k in range(6):
        is_same = is_same and last_matrix[k] == matrix[k]
    return is_same


@kernel
def place_gradients(rows, matrices, alphas, gradients, last, found, stream, base, numbers):
    """Append the records of gradients that are drawn with, and the stops of those that are the first time.

    Parameters
    ----------
    rows, matrices, alphas
        (N,) int64, (N, 6) and (N,) float64: which gradients, negative for none, and what each is drawn under.
    gradients
        All there are: kinds (G,) int64; numbers (G, 7) float64; stops uint32, and where those of each begin, (G + 1,)
        int64.
    last
        How each was used the last time: the word of the paint (G,) uint32; the place of its stops (G,) int64, negative
        for none; matrix (G, 6) and alpha (G,) float64, NaN for none; whether it was opaque (G,) bool.
    found
        Written: values of Draw.paint (N,) uint32, 0 for what paints nothing, and whether each is opaque (N,) bool.
    stream
        Written: uint32, with room for all; it begins ``base`` words after the scene's.
    numbers
        (14,) float64 to work with.

    Returns
    -------
    int
        Words that were written.
    """
    kinds, own, stops, starts = gradients
    words, places, last_matrices, last_alphas, last_opaque = last
    paints, opaque = found
    floats, stop_floats = stream.view(np.float32), stops.view(np.float32)
    at = 0
    for i in range(len(rows)):
        row = rows[i]
        if row < 0:
            continue
        matrix, alpha = matrices[i], alphas[i]
        if is_same_use(last_matrices[row], last_alphas[row], matrix, alpha):
            paints[i] = words[row]
            opaque[i] = last_opaque[row]
            continue
        count = NOTHING
        exists, ia, ib, ic, id_, ie, if_ = inverse_of(matrix)
        if exists and starts[row] < starts[row + 1]:
            inverse = ia, ib, ic, id_, ie, if_
            if kinds[row] == LINEAR:
                count = place_linear(numbers, own[row], inverse)
            elif kinds[row] == RADIAL:
                count = place_radial(numbers, own[row], inverse)
            else:
                count = place_conic(numbers, own[row], inverse)
        word, is_hiding = np.int64(0), False
        if count != NOTHING:
            if places[row] < 0:
                places[row] = base + at
                for k in range(starts[row], starts[row + 1]):
                    stream[at] = stops[k]
                    at += 1
            word = kinds[row] | (base + at) << PAINT_KIND_BITS
            is_hiding = is_opaque(stop_floats, starts[row], starts[row + 1], kinds[row], numbers, alpha)
            put_numbers(floats, at, numbers, count)
            at += count
            stream[at] = places[row]
            stream[at + 1] = (starts[row + 1] - starts[row]) // STOP_WORDS
            floats[at + 2] = alpha
            at += TAIL
        paints[i] = words[row] = np.uint32(word)
        opaque[i] = last_opaque[row] = is_hiding
        last_alphas[row] = alpha
        for k in range(6):
            last_matrices[row, k] = matrix[k]
    return at
