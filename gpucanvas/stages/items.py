"""items: the items of batches become draws; also helpers that single commands use. For both backends: no twin.

    items of a batch  --write_rect_items, write_disc_items-->  draws

The caller makes outlines of shapes that a transform turns or distorts. The arithmetic is float64 until a number is
stored.
"""

from __future__ import annotations

import math

import numpy as np

from ..contract.commands import GLYPH_NUMBERS
from ..contract.constants import BASELINE_TIE, SHAPE_GLYPH, SHAPE_PATH
from ..contract.outlines import FARTHEST_CORNER, GUARD
from ..contract.tones import GREY_TONE, TONE_COUNT
from ..kernels import inlined, kernel
from ..kernels.instructions import doubles_at, prefetch
from .masks import PHASES

AHEAD = 32
"""How many items ahead memory is prefetched: the processor's own prefetch comes too late."""
NO_SHAPE = np.uint32(0xFFFFFF00)


@inlined
def set_color(draw, color, alpha):
    """Store a straight colour times alpha, premultiplied."""
    a = np.float32(color[3] * alpha)
    draw.r, draw.g, draw.b, draw.a = color[0] * a, color[1] * a, color[2] * a, a


@inlined
def near(x):
    """Returns a coordinate clamped to FARTHEST_CORNER on either side of the origin."""
    return np.float32(min(max(x, -FARTHEST_CORNER), FARTHEST_CORNER))


@inlined
def set_corners(draw, px, py, qx, qy):
    """Store two opposite corners; a rectangle that is not finite covers nothing."""
    if not np.isfinite(px + py + qx + qy):
        px, py, qx, qy = 0.0, 0.0, 0.0, 0.0
    draw.x0, draw.y0 = near(min(px, qx)), near(min(py, qy))
    draw.x1, draw.y1 = near(max(px, qx)), near(max(py, qy))


@inlined
def is_upright(m):
    """Returns whether a matrix keeps upright rectangles upright."""
    return (m[1] == 0.0 and m[2] == 0.0) or (m[0] == 0.0 and m[3] == 0.0)


@inlined
def set_shared(draw, style, clip, paint, colors, k, alpha):
    """Store the values that all items of a batch share, and colour ``k``, or the only colour."""
    draw.style, draw.clip, draw.paint, draw.path = style, clip, paint, np.uint32(0)
    set_color(draw, colors[k if len(colors) > 1 else 0], alpha)


@kernel
def write_rect_items(items, colors, shared, matrix, size, draws):
    """Write the draws of upright rectangles (x, y, width, height).

    Parameters
    ----------
    items
        (N, 4) float64.
    colors
        (N, 4) or (1, 4) float32, straight.
    shared
        (style, clip, paint, alpha) of all items.
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
    """Write the draws of circles (x, y, radius) under a transform that keeps them round, as `write_rect_items`.

    Returns how many circles reach the surface but are too far away for float32; their draws are left empty.

    Parameters
    ----------
    scale
        The transform's scale.
    half
        Half the line width of rings, pixels; negative for discs. A ring with a radius of 0 draws nothing.
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
        # Negated, so that NaN takes this branch too. A visible disc that reaches further becomes an outline.
        if not (abs(cx) + outer <= GUARD and abs(cy) + outer <= GUARD):
            far += cx + outer > 0.0 and cx - outer < width and cy + outer > 0.0 and cy - outer < height
            cx, cy, outer, radius = 0.0, 0.0, 0.0, 0.0
        draw.x0, draw.y0, draw.x1, draw.size = np.float32(cx), np.float32(cy), np.float32(outer), np.float32(0.0)
        draw.y1 = np.float32(max(radius - half, 0.0) if half >= 0.0 else -1.0)
    return far


@kernel
def write_glyph_items(texts, colors, rows, recorded, vertical, slots, draws, missing):
    """Write the draws of the glyphs of any number of commands.

    Glyphs are snapped to whole pixels across their baseline, and to quarters along it.

    Parameters
    ----------
    texts
        For each text: (T, SPAN_NUMBERS) int64, where its glyphs lie, GLYPH_NUMBERS float64 each; (T, 2) float64, its
        corner; (T,) int64, its colour's index, or -1 for its command's colour; (T,) int64, its command's index in
        ``rows``.
    colors
        For each colour: (C,) int32, its tone, and (C, 4) float32, straight.
    rows
        For each command: (B,) int64, its row in the recording; (B,) uint32, its Draw.paint, and the bits to add to
        Draw.style.
    recorded
        All commands and states; (M,) int64, the first draw of each command; (P, 4) float32, the paints' colours. The
        transforms are those that the strike is made for, moved.
    vertical
        Whether baselines run down or up on the surface.
    slots
        The strike's slots, as `masks.draw_masks` writes them.
    missing
        (N,) int64, written: the slots that have no mask yet.

    Returns
    -------
    int
        Number of missing slots. Where it is above 0, some draws have not been written.
    """
    spans, corners, chosen, owners = texts
    tones, straight = colors
    row_of, paints, hides = rows
    commands, states, starts, solid = recorded
    lacking, owner, at = np.int64(0), np.int64(-1), np.int64(0)
    for text in range(len(spans)):
        if owners[text] != owner:
            owner = owners[text]
            at = starts[row_of[owner]]
        command = commands[row_of[owner]]
        state = states[command.state]
        m = state.matrix
        style = np.uint32(SHAPE_GLYPH | state.op | hides[owner])
        color, tone = chosen[text], GREY_TONE
        if color >= 0:
            tone = tones[color]
            rgba = (straight[color, 0], straight[color, 1], straight[color, 2], straight[color, 3])
        else:
            own = command.paint
            rgba = (solid[own, 0], solid[own, 1], solid[own, 2], solid[own, 3])
        left_px, top_px = corners[text, 0], corners[text, 1]
        size = spans[text, 1]
        glyphs = doubles_at(spans[text, 0], GLYPH_NUMBERS * size)
        for k in range(0, GLYPH_NUMBERS * size, GLYPH_NUMBERS):
            prefetch(draws, at + AHEAD)
            across, down = glyphs[k] + left_px, glyphs[k + 1] + top_px
            x, y = m[0] * across + m[2] * down + m[4], m[1] * across + m[3] * down + m[5]
            # No canvas is larger, and float32 holds all integers up to this limit.
            near = abs(x) < FARTHEST_CORNER and abs(y) < FARTHEST_CORNER
            along, beside = (y, x) if vertical else (x, y)
            quarters = np.int64(math.floor(along * PHASES + 0.5)) if near else 0
            line = np.int64(math.floor(beside + (0.5 + BASELINE_TIE))) if near else 0
            row = (np.int64(glyphs[k + 2]) * TONE_COUNT + tone) * PHASES + quarters % PHASES
            slot = slots[row]
            start = np.int64(slot[0])
            draw = draws[at]
            at += 1
            if start < 0:
                missing[lacking] = row
                lacking += 1
                continue
            draw.style, draw.clip, draw.paint, draw.path = style, state.clip, paints[owner], np.uint32(start)
            set_color(draw, rgba, state.alpha)
            left, top = (line, quarters // PHASES) if vertical else (quarters // PHASES, line)
            left, top = left + slot[1], top + slot[2]
            wide, high = (slot[3], slot[4]) if near else (0, 0)
            draw.size = np.float32(0.0)
            draw.x0, draw.y0 = np.float32(left), np.float32(top)
            draw.x1, draw.y1 = np.float32(left + wide), np.float32(top + high)
    return lacking


@kernel
def bound_glyphs(texts, matrices, bounds, boxes):
    """Write the box (left, top, right, bottom) of each command's glyphs, pixels, (B, 4).

    Left and top are larger than right and bottom where no glyph has ink.

    Parameters
    ----------
    texts
        Spans, corners and owners, as for `write_glyph_items`.
    matrices
        (B, 6) float64, each command's transform.
    bounds
        (G, 4) float64, the bounds of the strike's glyphs.
    """
    spans, corners, owners = texts
    for i in range(len(boxes)):
        boxes[i, 0] = boxes[i, 1] = np.inf
        boxes[i, 2] = boxes[i, 3] = -np.inf
    for text in range(len(spans)):
        m, box, size = matrices[owners[text]], boxes[owners[text]], spans[text, 1]
        glyphs = doubles_at(spans[text, 0], GLYPH_NUMBERS * size)
        for k in range(0, GLYPH_NUMBERS * size, GLYPH_NUMBERS):
            across, down = glyphs[k] + corners[text, 0], glyphs[k + 1] + corners[text, 1]
            x, y = m[0] * across + m[2] * down + m[4], m[1] * across + m[3] * down + m[5]
            ink = bounds[np.int64(glyphs[k + 2])]
            box[0], box[1] = min(box[0], ink[0] + x), min(box[1], ink[1] + y)
            box[2], box[3] = max(box[2], ink[2] + x), max(box[3], ink[3] + y)


@kernel
def write_shared(colors, shared, draws):
    """Write the draws of a batch without shapes: shared values, the items' colours, and zeros.

    ``colors`` and ``shared`` are as for `write_rect_items`.
    """
    style, clip, paint, alpha = shared
    for k in range(len(draws)):
        draw = draws[k]
        set_shared(draw, style, clip, paint, colors, k, alpha)
        draw.x0 = draw.y0 = draw.x1 = draw.y1 = draw.size = np.float32(0.0)


@kernel
def show_paths(draws, first):
    """Make draws show outlines: consecutive Paths from ``first`` on."""
    for k in range(len(draws)):
        draw = draws[k]
        draw.style = draw.style & NO_SHAPE | np.uint32(SHAPE_PATH)
        draw.path = np.uint32(first + k)
