"""bounds: the box on the canvas that each command may draw in, found without drawing. For both backends: no twin.

A layer's target is as large as the boxes of its commands. Too large a box costs time, too small a box would cut the
picture. So a box holds all control points, the whole ellipse of an arc, and strokes with their longest miters.
"""

from __future__ import annotations

import numpy as np

from ..contract.commands import (
    BATCH,
    CLEAR_RECT,
    DRAW_LAYER,
    FILL_PATH,
    PATH_IS_LOCAL,
    PUT_IMAGE,
    STROKE_PATH,
    STROKE_RECT,
)
from ..contract.constants import JOIN_MITER
from ..contract.outlines import LEAST_MITER_REACH
from ..contract.verbs import ARC, CLOSE, CUBIC, QUAD
from ..kernels import inlined, kernel
from .commands import range_of


@inlined
def grow(box, x, y, dx, dy):
    """Extend a box by the rectangle from (x - dx, y - dy) to (x + dx, y + dy)."""
    box[0], box[1] = min(box[0], x - dx), min(box[1], y - dy)
    box[2], box[3] = max(box[2], x + dx), max(box[3], y + dy)


@inlined
def grow_by_rect(box, m, v):
    """Make a box hold the corners of a rectangle (x, y, width, height) under a transform."""
    for k in range(4):
        x = v[0] + (v[2] if k & 1 else 0.0)
        y = v[1] + (v[3] if k & 2 else 0.0)
        grow(box, m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5], 0.0, 0.0)


@kernel
def grow_by_outline(box, verbs, coords, first, count, number, a, b, c, d, e, f):
    """Make a box hold an outline's points under a transform, and the ellipses of its arcs."""
    for i in range(first, first + count):
        verb = verbs[i]
        if verb == ARC:
            x, y = coords[number], coords[number + 1]
            # The mapped axes of the ellipse: their extents add up to a bound of the ellipse's half box.
            ux = a * coords[number + 2] + c * coords[number + 3]
            uy = b * coords[number + 2] + d * coords[number + 3]
            vx = a * coords[number + 4] + c * coords[number + 5]
            vy = b * coords[number + 4] + d * coords[number + 5]
            grow(box, a * x + c * y + e, b * x + d * y + f, np.hypot(ux, vx), np.hypot(uy, vy))
            number += 8
        elif verb != CLOSE:
            points = 3 if verb == CUBIC else 2 if verb == QUAD else 1
            for _ in range(points):
                x, y = coords[number], coords[number + 1]
                grow(box, a * x + c * y + e, b * x + d * y + f, 0.0, 0.0)
                number += 2


@inlined
def reach_of(pen, m):
    """Returns the farthest that a stroke extends beyond its outline's points, pixels."""
    longest = max(pen[1], LEAST_MITER_REACH) if pen[3] == JOIN_MITER else LEAST_MITER_REACH
    scale = np.sqrt(m[0] * m[0] + m[1] * m[1] + m[2] * m[2] + m[3] * m[3])
    return 0.5 * pen[0] * longest * scale


@kernel
def bound_commands(commands, states, streams, pens, boxes):
    """Write the box of each command on its canvas, pixels; a command that draws nothing gets left > right.

    Parameters
    ----------
    commands, states
        COMMAND and STATE records.
    streams
        The outlines: PATH_NUMBERS of each in a row, verbs and coordinates.
    pens
        (N, PEN_NUMBERS) float64.
    boxes
        (C, 4) float64, written: left, top, right, bottom; infinite where a number is not finite. The boxes of batches
        and layers are not written.
    """
    paths, verbs, coords = streams
    for k in range(len(commands)):
        command, box = commands[k], boxes[k]
        kind = np.int64(command.kind)
        if kind in (BATCH, DRAW_LAYER):
            continue
        box[0] = box[1] = np.inf
        box[2] = box[3] = -np.inf
        state, v = states[np.int64(command.state)], command.v
        m = state.matrix
        if kind == CLEAR_RECT:
            continue
        if kind in (FILL_PATH, STROKE_PATH):
            first, count, number = range_of(paths, np.int64(command.extra))
            if v[2] == PATH_IS_LOCAL:
                grow_by_outline(box, verbs, coords, first, count, number, m[0], m[1], m[2], m[3], m[4], m[5])
            else:
                x, y = state.origin[0], state.origin[1]
                grow_by_outline(box, verbs, coords, first, count, number, 1.0, 0.0, 0.0, 1.0, x, y)
        elif kind == PUT_IMAGE:
            grow(box, v[0], v[1], 0.0, 0.0)
            grow(box, v[0] + v[2], v[1] + v[3], 0.0, 0.0)
        else:
            grow_by_rect(box, m, v)
        if kind in (STROKE_PATH, STROKE_RECT) and box[0] <= box[2]:
            reach = reach_of(pens[np.int64(command.extra) if kind == STROKE_RECT else np.int64(v[0])], m)
            box[0], box[1], box[2], box[3] = box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach
        # min and max may drop a NaN; a sum keeps it.
        total = m[0] + m[1] + m[2] + m[3] + m[4] + m[5] + box[0] + box[1] + box[2] + box[3]
        if box[0] <= box[2] and not np.isfinite(total):
            box[0] = box[1] = -np.inf
            box[2] = box[3] = np.inf
