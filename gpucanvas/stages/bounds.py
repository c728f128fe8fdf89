"""bounds: where on the canvas each command may draw, before any of it is drawn. For both backends: no twin.

A layer gets no more room than what is drawn in it needs; too large a box costs time, too small a one would cut the
picture. So boxes hold all control points, all of an arc's ellipse, and strokes with their longest miters.
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
from ..contract.verbs import ARC, CLOSE, CUBIC, QUAD
from ..kernels import inlined, kernel
from .commands import range_of

SQUARE_CAP = 1.5
"""No corner of a square cap, nor of a bevel, is further from the line than this many half line widths."""


@inlined
def grow(box, x, y, dx, dy):
    """Make a box hold (x, y) and what lies so far from it, across and down."""
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
            # The axes of the ellipse, mapped: its box is as far to each side as both are long there.
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
    """How far a stroke goes beyond its outline's points, at most, pixels."""
    longest = max(pen[1], SQUARE_CAP) if pen[3] == JOIN_MITER else SQUARE_CAP
    scale = np.sqrt(m[0] * m[0] + m[1] * m[1] + m[2] * m[2] + m[3] * m[3])
    return 0.5 * pen[0] * longest * scale


@kernel
def bound_commands(commands, states, streams, pens, boxes):
    """Write the box of each command on its canvas, pixels; one that draws nothing has none (left > right).

    Parameters
    ----------
    commands, states
        COMMAND and STATE records.
    streams
        The outlines: PATH_NUMBERS of each in a row, verbs and coordinates.
    pens
        (N, PEN_NUMBERS) float64.
    boxes
        (C, 4) float64, written: left, top, right, bottom; infinite where a number is not finite. Those of batches and
        layers are left as they are.
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
                grow_by_outline(box, verbs, coords, first, count, number, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        elif kind == PUT_IMAGE:
            grow(box, v[0], v[1], 0.0, 0.0)
            grow(box, v[0] + v[2], v[1] + v[3], 0.0, 0.0)
        else:
            grow_by_rect(box, m, v)
        if kind in (STROKE_PATH, STROKE_RECT) and box[0] <= box[2]:
            reach = reach_of(pens[np.int64(command.extra) if kind == STROKE_RECT else np.int64(v[0])], m)
            box[0], box[1], box[2], box[3] = box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach
        # min and max let numbers pass that are none.
        total = m[0] + m[1] + m[2] + m[3] + m[4] + m[5] + box[0] + box[1] + box[2] + box[3]
        if box[0] <= box[2] and not np.isfinite(total):
            box[0] = box[1] = -np.inf
            box[2] = box[3] = np.inf
