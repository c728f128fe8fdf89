"""encode: the compiled loops of pipeline/encode.py, for what there may be a million of. For both backends: no twin.

    commands  --find_cover-->             those that can be seen
              --write_rects-->            draws         items of a batch  --write_rect_items, write_disc_items-->  draws

What a transform turns or distorts is told to the caller, who makes outlines of it. The arithmetic is float64 until a
number is stored.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import (
    OP_COPY,
    OP_REPLACE,
    OP_SOURCE_IN,
    OP_SOURCE_OVER,
    SHAPE_PATH,
    SHAPE_RECT,
    STYLE_OP_SHIFT,
    STYLE_UNBOUNDED,
)
from ..kernels import inlined, kernel
from ..kernels.instructions import prefetch

FAR_DISC = 24000.0
"""Pixels from the origin beyond which a disc is left to the outlines, if it can be seen at all."""
FAR = 1.0e7
"""Pixels from the origin beyond which a corner is moved here, where it still covers what it covered."""
AHEAD = 32
"""How many items ahead memory is asked for: the processor alone asks too late."""
NO_SHAPE = np.uint32(0xFFFFFF00)
CLEAR_STYLE = np.uint32(SHAPE_RECT | OP_REPLACE << STYLE_OP_SHIFT)


@inlined
def style_of(shape, op):
    """Draw.style of a shape under an operator."""
    style = np.uint32(shape) | np.uint32(op) << np.uint32(STYLE_OP_SHIFT)
    return style | np.uint32(STYLE_UNBOUNDED) if op in (OP_COPY, OP_SOURCE_IN) else style


@inlined
def set_color(draw, color, alpha):
    """Store a straight colour times alpha, premultiplied."""
    a = np.float32(color[3] * alpha)
    draw.r, draw.g, draw.b, draw.a = color[0] * a, color[1] * a, color[2] * a, a


@inlined
def near(x):
    """A coordinate no further than FAR from the origin."""
    return np.float32(min(max(x, -FAR), FAR))


@inlined
def set_corners(draw, px, py, qx, qy):
    """Store opposite corners; a rectangle that is not finite covers nothing."""
    if not np.isfinite(px + py + qx + qy):
        px, py, qx, qy = 0.0, 0.0, 0.0, 0.0
    draw.x0, draw.y0 = near(min(px, qx)), near(min(py, qy))
    draw.x1, draw.y1 = near(max(px, qx)), near(max(py, qy))


@inlined
def is_upright(m):
    """Whether a matrix keeps upright rectangles upright."""
    return (m[1] == 0.0 and m[2] == 0.0) or (m[0] == 0.0 and m[3] == 0.0)


@kernel
def find_cover(commands, states, solid, special, kinds, width, height):
    """The last rectangle command that hides whatever is under it, everywhere on the surface; -1 where there is none.

    ``kinds`` are the values of COMMAND.kind that fill and that clear; ``special`` says which paints have no one colour.
    """
    fills, clears = kinds
    for k in range(len(commands) - 1, -1, -1):
        command = commands[k]
        kind = np.int64(command.kind)
        if kind != fills and kind != clears:
            continue
        state = states[np.int64(command.state)]
        if state.clip != 0:
            continue
        if kind == fills:
            paint = np.int64(command.paint)
            over = state.op in (OP_SOURCE_OVER, OP_COPY) and state.alpha >= 1.0
            if not over or special[paint] or solid[paint, 3] < 1.0:
                continue
        m, v = state.matrix, command.v
        if not is_upright(m):
            continue
        x, y, qx, qy = v[0], v[1], v[0] + v[2], v[1] + v[3]
        ax, ay = m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]
        bx, by = m[0] * qx + m[2] * qy + m[4], m[1] * qx + m[3] * qy + m[5]
        # What is not finite covers nothing.
        covers = min(ax, bx) <= 0.0 and min(ay, by) <= 0.0 and max(ax, bx) >= width and max(ay, by) >= height
        if covers and np.isfinite(ax + ay + bx + by):
            return k
    return -1


@inlined
def cut_rect(draw, box):
    """Cut a rectangle with another, (left, top, right, bottom): what is left is nowhere outside of it."""
    x0, y0 = max(draw.x0, np.float32(box[0])), max(draw.y0, np.float32(box[1]))
    draw.x0, draw.y0 = x0, y0
    draw.x1, draw.y1 = max(min(draw.x1, np.float32(box[2])), x0), max(min(draw.y1, np.float32(box[3])), y0)


@kernel
def write_rects(commands, rows, places, states, solid, slots, clears, draws):
    """Draws of rectangle commands; returns how many a transform turns: those have the corners of nothing in particular.

    What is only clipped to its canvas's slot, whose edges are edges of pixels, is cut, and has no clip then.

    Parameters
    ----------
    commands, states
        COMMAND and STATE records.
    rows, places
        int64: which commands, and where their draws are.
    solid
        (P, 4) float32, straight colours by paint.
    slots
        (S, 4) float64: left, top, right and bottom of the clips from 1 on, which are slots; none where nothing is cut.
    clears
        Whether they make transparent what they cover.
    """
    turned = 0
    for k in range(len(rows)):
        prefetch(commands, rows[k] + AHEAD)
        command = commands[rows[k]]
        state = states[np.int64(command.state)]
        draw = draws[places[k]]
        m, v = state.matrix, command.v
        x, y = v[0], v[1]
        qx, qy = x + v[2], y + v[3]
        set_corners(
            draw,
            m[0] * x + m[2] * y + m[4],
            m[1] * x + m[3] * y + m[5],
            m[0] * qx + m[2] * qy + m[4],
            m[1] * qx + m[3] * qy + m[5],
        )
        upright = is_upright(m)
        turned += 0 if upright else 1
        draw.clip = state.clip
        bounded = clears or state.op not in (OP_COPY, OP_SOURCE_IN)
        if upright and bounded and state.clip == state.slot and 0 < state.slot <= len(slots):
            cut_rect(draw, slots[np.int64(state.slot) - 1])
            draw.clip = 0
        if clears:
            draw.style = CLEAR_STYLE
        else:
            draw.style = style_of(SHAPE_RECT, state.op)
            set_color(draw, solid[np.int64(command.paint)], state.alpha)
    return turned


@inlined
def set_shared(draw, style, clip, paint, colors, k, alpha):
    """Store what all items of a batch share, and the item's colour, or the only one."""
    draw.style, draw.clip, draw.paint, draw.path = style, clip, paint, np.uint32(0)
    set_color(draw, colors[k if len(colors) > 1 else 0], alpha)


@kernel
def write_rect_items(items, colors, shared, matrix, size, draws):
    """Draws of upright rectangles (x, y, width, height).

    Parameters
    ----------
    items
        (N, 4) float64.
    colors
        (N, 4) or (1, 4) float32, straight.
    shared
        (style, clip, paint, alpha) of all.
    matrix
        The transform, six numbers.
    size
        Half the line width of frames, pixels.
    """
    style, clip, paint, alpha = shared
    a, b, c, d, e, f = matrix
    for k in range(len(items)):
        prefetch(draws, k + AHEAD)
        draw = draws[k]
        set_shared(draw, style, clip, paint, colors, k, alpha)
        x, y = items[k, 0], items[k, 1]
        qx, qy = x + items[k, 2], y + items[k, 3]
        set_corners(draw, a * x + c * y + e, b * x + d * y + f, a * qx + c * qy + e, b * qx + d * qy + f)
        draw.size = np.float32(size)
    return 0


@kernel
def write_disc_items(items, colors, shared, matrix, scale, half, size, draws):
    """Draws of circles (x, y, radius) under a transform that keeps them round, as `write_rect_items`.

    Returns how many reach the surface from so far away that float32 cannot tell where: those are left empty.

    Parameters
    ----------
    scale
        What the transform makes of a radius.
    half
        Half the line width of rings, pixels; negative for discs. A ring of no radius is nothing.
    size
        (width, height) of the surface, pixels.
    """
    style, clip, paint, alpha = shared
    a, b, c, d, e, f = matrix
    width, height = size
    far = 0
    for k in range(len(items)):
        prefetch(draws, k + AHEAD)
        draw = draws[k]
        set_shared(draw, style, clip, paint, colors, k, alpha)
        x, y, radius = items[k, 0], items[k, 1], items[k, 2] * scale
        cx, cy, outer = a * x + c * y + e, b * x + d * y + f, radius + max(half, 0.0)
        if half >= 0.0 and radius == 0.0:
            outer = 0.0
        # What is no number is not below it either.
        if not (abs(cx) + outer <= FAR_DISC and abs(cy) + outer <= FAR_DISC):
            far += cx + outer > 0.0 and cx - outer < width and cy + outer > 0.0 and cy - outer < height
            cx, cy, outer, radius = 0.0, 0.0, 0.0, 0.0
        draw.x0, draw.y0, draw.x1, draw.size = np.float32(cx), np.float32(cy), np.float32(outer), np.float32(0.0)
        draw.y1 = np.float32(max(radius - half, 0.0) if half >= 0.0 else -1.0)
    return far


@kernel
def write_shared(colors, shared, draws):
    """Draws of a batch as they are before they have shapes: what all share, the item's colour, and zeros.

    ``colors`` and ``shared`` are as for `write_rect_items`.
    """
    style, clip, paint, alpha = shared
    for k in range(len(draws)):
        draw = draws[k]
        set_shared(draw, style, clip, paint, colors, k, alpha)
        draw.x0 = draw.y0 = draw.x1 = draw.y1 = draw.size = np.float32(0.0)


@kernel
def show_paths(draws, first):
    """Make draws show outlines, each the next Path from ``first`` on."""
    for k in range(len(draws)):
        draw = draws[k]
        draw.style = draw.style & NO_SHAPE | np.uint32(SHAPE_PATH)
        draw.path = np.uint32(first + k)
