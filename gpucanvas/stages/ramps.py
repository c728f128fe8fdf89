"""ramps: gradients under transforms become records in the scene's stream of paints. For both backends: no twin.

    commands, gradients  --place_gradients-->  stops and records in the stream, Draw.paint, and STYLE_HIDES

Everything is computed in float64. Sine, cosine and the distance of two points, which C libraries compute differently,
come with the numbers (`pipeline/placing.py`). Nothing here depends on a pixel; kernels and shaders compute only what
does.

A gradient that is used again under the same transform and alpha as its last use has the same record. A gradient that
paints everywhere and is opaque there hides what is under it (STYLE_HIDES).

A gradient has a row in each of two tables:

    int64     kind | its stops: from, to | where the stream has them, or -1 | the last use: Draw.paint, STYLE_HIDES or 0
    float64   its own numbers, OWN of them | the last use: matrix, alpha; NaN for none
"""

from __future__ import annotations

import numpy as np

from ..contract.commands import BATCH, CLEAR_RECT, STROKE_PATH
from ..contract.constants import PAINT_KIND_BITS, STYLE_HIDES, STYLE_OP_SHIFT
from ..contract.operators import OPERATORS
from ..contract.paints import PAINTS, Stop
from ..kernels import inlined, kernel

LINEAR, RADIAL, CONIC = (PAINTS[name].code for name in ("linear", "radial", "conic"))
TAIL = 3
"""Words at the end of every gradient's record: the place of its stops, their number, and the alpha."""
LINEAR_NUMBERS, RADIAL_NUMBERS, CONIC_NUMBERS = (
    PAINTS[name].record.words - TAIL for name in ("linear", "radial", "conic")
)
MOST_WORDS = RADIAL_NUMBERS + TAIL
"""Words of the largest record."""
STOP_WORDS = Stop.words
ALONG, CURVE = 6, 12
"""Indices of ``along`` and ``curve`` among the numbers of a RadialPaint."""
LARGEST = 1e9
"""Under maps with larger numbers, the square of a pixel's place might exceed float32."""
TANGENT = 1e-6
"""Relative tolerance within which one circle counts as touching the other from inside."""
OWN = 7
"""Most numbers that a gradient has before it is placed (`own_numbers`)."""
KIND, FIRST, END, PLACE, WORD, HIDES, INTS = range(7)
MATRIX, ALPHA, FLOATS = OWN, OWN + 6, OWN + 7
OVER, COPY = (OPERATORS[name].code for name in ("source-over", "copy"))
FLOAT32_MOST = 3.0e38
NOTHING = 0
"""Number of record numbers that says that a gradient paints nothing."""


@inlined
def inverse_of(m):
    """Returns whether a map has an inverse, and the inverse's six numbers: as `geometry.affine.invert`."""
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
    """Write the map that applies an inverse first and m second, by rows: xx, xy, dx, yx, yy, dy."""
    a, b, c, d, e, f = m
    na, nb, nc, nd, ne, nf = inverse
    out[0], out[1], out[2] = a * na + c * nb, a * nc + c * nd, a * ne + c * nf + e
    out[3], out[4], out[5] = b * na + d * nb, b * nc + d * nd, b * ne + d * nf + f


@inlined
def place_linear(out, own, inverse):
    """Place a gradient along (x0, y0, x1, y1); NOTHING where the ends are one point (HTML, "createLinearGradient")."""
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
    """Place a gradient between circles (x0, y0, r0, x1, y1, r1, distance of the centres); NOTHING where both are equal.

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
    # The sign says which root is visible: where no circle contains the other, the greater t; else the only root whose
    # radius is not negative.
    out[13] = -1.0 if curve < 0 and growth > 0 else 1.0
    return RADIAL_NUMBERS


@inlined
def place_conic(out, own, inverse):
    """Place a gradient around (x, y) from an angle, given by cosine and sine, on (HTML, "createConicGradient")."""
    c, s, x, y = own[0], own[1], own[2], own[3]
    put_map(out, (c, -s, s, c, -(c * x + s * y), s * x - c * y), inverse)
    return CONIC_NUMBERS


@inlined
def put_numbers(floats, at, numbers, count):
    """Write the numbers of a record; where some exceed float32, all are clamped to its range."""
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
    """Returns whether a gradient is opaque everywhere: its stops, words first to end, are, and it paints every pixel.

    A radial gradient paints every pixel where its circles are concentric, or one is inside the other, and no number
    exceeds float32.
    """
    if alpha != 1.0:
        return False
    if kind == RADIAL:
        if numbers[ALONG] != 0.0 and numbers[CURVE] >= 0.0:
            return False
        for k in range(RADIAL_NUMBERS):
            if not abs(numbers[k]) <= LARGEST:
                return False
    most_transparent = np.float32(1.0)
    for at in range(first, end, STOP_WORDS):
        most_transparent = min(most_transparent, floats[at + STOP_WORDS - 1])
    return most_transparent == 1.0


@inlined
def is_same_use(floats, row, matrix, alpha):
    """Returns whether a gradient has the same matrix and alpha as in its last use."""
    is_same = floats[row, ALPHA] == alpha
    for k in range(6):
        is_same = is_same and floats[row, MATRIX + k] == matrix[k]
    return is_same


@inlined
def place_use(ints, floats, row, matrix, numbers):
    """Place a gradient under a transform; returns how many numbers its record has, NOTHING where it paints nothing."""
    exists, a, b, c, d, e, f = inverse_of(matrix)
    if not exists or ints[row, FIRST] == ints[row, END]:
        return NOTHING
    inverse = a, b, c, d, e, f
    if ints[row, KIND] == LINEAR:
        return place_linear(numbers, floats[row], inverse)
    if ints[row, KIND] == RADIAL:
        return place_radial(numbers, floats[row], inverse)
    return place_conic(numbers, floats[row], inverse)


@kernel
def place_gradients(commands, states, starts, draws, rows, gradients, stops, stream, base):
    """Append the records of gradients that are drawn with, and the stops of gradients at their first use.

    Parameters
    ----------
    commands, states, starts, draws
        The recording, and the draws of each command, as for `write_commands`. For a batch, only its command and a
        single draw are given. Draw.paint is written, and STYLE_HIDES is set where the gradient hides.
    rows
        (P,) int64, by paint: the gradient's row in the tables, negative for other paints.
    gradients
        The two tables: (G, INTS) int64 and (G + 1, FLOATS) float64, whose last row is working memory.
    stops
        uint32, the stops of all gradients.
    stream
        uint32, written, with room for everything; it will be appended to the scene's stream of ``base`` words.

    Returns
    -------
    int
        Number of words written.
    """
    ints, floats = gradients
    numbers = floats[len(floats) - 1]
    stream_floats, stop_floats = stream.view(np.float32), stops.view(np.float32)
    is_batch = len(commands) == 1 and np.int64(commands[0].kind) == BATCH
    at = 0
    for i in range(len(commands)):
        command = commands[i]
        kind, row = np.int64(command.kind), rows[np.int64(command.paint)]
        if row < 0 or kind == CLEAR_RECT or (kind > STROKE_PATH and not is_batch):
            continue
        state = states[np.int64(command.state)]
        alpha = state.alpha
        if not is_same_use(floats, row, state.matrix, alpha):
            count = place_use(ints, floats, row, state.matrix, numbers)
            ints[row, WORD] = ints[row, HIDES] = 0
            if count != NOTHING:
                first, end = ints[row, FIRST], ints[row, END]
                if ints[row, PLACE] < 0:
                    ints[row, PLACE] = base + at
                    for k in range(first, end):
                        stream[at] = stops[k]
                        at += 1
                ints[row, WORD] = ints[row, KIND] | (base + at) << PAINT_KIND_BITS
                if is_opaque(stop_floats, first, end, ints[row, KIND], numbers, alpha):
                    ints[row, HIDES] = STYLE_HIDES
                put_numbers(stream_floats, at, numbers, count)
                at += count
                stream[at] = ints[row, PLACE]
                stream[at + 1] = (end - first) // STOP_WORDS
                stream_floats[at + 2] = alpha
                at += TAIL
            floats[row, ALPHA] = alpha
            for k in range(6):
                floats[row, MATRIX + k] = state.matrix[k]
        draw = draws[starts[i] if len(starts) > 0 else i]
        draw.paint = np.uint32(ints[row, WORD])
        op = np.int64(state.op) >> STYLE_OP_SHIFT & 255
        if op in (OVER, COPY):
            draw.style |= np.uint32(ints[row, HIDES])
    return at
