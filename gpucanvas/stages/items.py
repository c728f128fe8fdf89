"""items: those of batches become draws, and what commands share with them. For both backends: no twin.

    items of a batch  --write_rect_items, write_disc_items-->  draws

What a transform turns or distorts is told to the caller, who makes outlines of it. The arithmetic is float64 until a
number is stored.
"""

from __future__ import annotations

import math

import numpy as np

from ..contract.constants import SHAPE_PATH
from ..contract.outlines import FARTHEST_CORNER, GUARD
from ..contract.tones import TONE_COUNT
from ..kernels import inlined, kernel
from ..kernels.instructions import prefetch
from .masks import PHASES

AHEAD = 32
"""How many items ahead memory is asked for: the processor alone asks too late."""
NO_SHAPE = np.uint32(0xFFFFFF00)


@inlined
def set_color(draw, color, alpha):
    """Store a straight colour times alpha, premultiplied."""
    a = np.float32(color[3] * alpha)
    draw.r, draw.g, draw.b, draw.a = color[0] * a, color[1] * a, color[2] * a, a


@inlined
def near(x):
    """A coordinate no further than FARTHEST_CORNER from the origin."""
    return np.float32(min(max(x, -FARTHEST_CORNER), FARTHEST_CORNER))


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
        # A disc that reaches further is left to the outlines, if it can be seen at all.
        if not (abs(cx) + outer <= GUARD and abs(cy) + outer <= GUARD):
            far += cx + outer > 0.0 and cx - outer < width and cy + outer > 0.0 and cy - outer < height
            cx, cy, outer, radius = 0.0, 0.0, 0.0, 0.0
        draw.x0, draw.y0, draw.x1, draw.size = np.float32(cx), np.float32(cy), np.float32(outer), np.float32(0.0)
        draw.y1 = np.float32(max(radius - half, 0.0) if half >= 0.0 else -1.0)
    return far


@kernel
def write_glyph_items(places, glyphs, texts, tones, colors, slots, shared, matrix, draws, missing):
    """Draws of glyphs at whole pixels down, and at quarters of a pixel across.

    Parameters
    ----------
    places, glyphs
        (N, 2) float64 and (N,) int32: where each is, user space, from where its text begins; its number in the strike.
    texts
        Of each text: (T,) int64, how many glyphs it has; (T, 2) float64, where it begins; (T,) int64, its colour.
    tones, colors
        Of each colour: (C,) int32, and (C, 4) float32, straight.
    slots
        The strike's, as `masks.draw_masks` writes them.
    shared, matrix
        As for `write_rect_items`; the transform only scales and moves.
    missing
        (N,) int64, written: the slots that there is no mask for yet.

    Returns
    -------
    int
        How many of those there are. Then some draws have not been written.
    """
    style, clip, paint, alpha = shared
    a, _, _, d, e, f = matrix
    sizes, corners, chosen = texts
    lacking, text, end = 0, -1, 0
    for k in range(len(glyphs)):
        prefetch(draws, k + AHEAD)
        while k == end:
            text += 1
            end += sizes[text]
        color = chosen[text]
        x, y = a * (places[k, 0] + corners[text, 0]) + e, d * (places[k, 1] + corners[text, 1]) + f
        # No canvas is so large; float32 has all whole numbers up to there.
        near = abs(x) < FARTHEST_CORNER and abs(y) < FARTHEST_CORNER
        quarters = np.int64(math.floor(x * PHASES + 0.5)) if near else 0
        down = np.int64(math.floor(y + 0.5)) if near else 0
        row = (np.int64(glyphs[k]) * TONE_COUNT + tones[color]) * PHASES + quarters % PHASES
        slot = slots[row]
        start = np.int64(slot[0])
        if start < 0:
            missing[lacking] = row
            lacking += 1
            continue
        draw = draws[k]
        set_shared(draw, style, clip, paint, colors, color, alpha)
        left, top = quarters // PHASES + slot[1], down + slot[2]
        wide, high = (slot[3], slot[4]) if near else (0, 0)
        draw.path, draw.size = np.uint32(start), np.float32(0.0)
        draw.x0, draw.y0 = np.float32(left), np.float32(top)
        draw.x1, draw.y1 = np.float32(left + wide), np.float32(top + high)
    return lacking


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
