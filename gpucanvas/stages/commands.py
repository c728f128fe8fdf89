"""commands: a recording becomes draws, and its outlines become traces. For both backends: no twin.

    commands  --survey_commands-->  the first visible command, and the sizes of the tables
              --write_commands-->   Draw, Stroke, traces of outlines        batches and paints are left to the caller

Upright rectangles, images and lines, and outlines that are one circle, become simple shapes. Shapes that a transform
turns become outlines, as does a frame that is no rectangle with a rectangular hole. Outlines that are dashed or too far
away are listed for the caller.
The arithmetic is float64 until a number is stored.
"""

from __future__ import annotations

import numpy as np

from ..contract.commands import (
    BATCH,
    CLEAR_RECT,
    DRAW_IMAGE,
    FILL_PATH,
    FILL_RECT,
    PATH_IS_LOCAL,
    PATH_NUMBERS,
    PUT_IMAGE,
    STROKE_PATH,
    STROKE_RECT,
)
from ..contract.constants import (
    JOIN_MITER,
    OP_REPLACE,
    RULE_NONZERO,
    SHAPE_FRAME,
    SHAPE_PATH,
    SHAPE_RECT,
    STYLE_OP_SHIFT,
    STYLE_TONE_SHIFT,
    STYLE_TONED,
    STYLE_UNBOUNDED,
)
from ..contract.operators import HIDING_STYLES, OVER_STYLE
from ..contract.outlines import FILL, LARGEST, WIDEST
from ..contract.tones import TONES
from ..kernels import inlined, kernel
from .circles import circle_of, half_of_ring, place_circle
from .images import place_image
from .items import is_upright, set_color, set_corners
from .lines import place_line
from .pens import find_stroke, has_inverse
from .thin import ALL_SIDES, FILLED_ENDS, FILLED_SIDES, LONG, STROKED_ENDS, trace_thinned
from .trace import RECT_POINTS, RECT_VERBS, count_stream, measure_use, trace_rect, trace_use
from .unseen import has_arc, is_unseen, window_of

LEAST_MITER = 1.4143
"""The least miter limit that keeps the corners of right angles: a little over the square root of 2."""
REPLACE = np.uint32(OP_REPLACE << STYLE_OP_SHIFT)
OVER = np.uint32(OVER_STYLE)
FACTORS = np.array(TONES, np.float32)
CLOSE_TO, RELATIVE = 1e-8, 1e-5
"""Absolute and relative tolerance of equal scales, as in `numpy.isclose`."""


@inlined
def covers_all(command, states, solid, special, width, height):
    """Returns whether a rectangle command hides everything under it, everywhere on the surface."""
    kind = np.int64(command.kind)
    if kind != FILL_RECT and kind != CLEAR_RECT:
        return False
    state = states[np.int64(command.state)]
    if state.clip != 0:
        return False
    if kind == FILL_RECT:
        paint = np.int64(command.paint)
        hides = state.op in HIDING_STYLES and state.alpha >= 1.0
        if not hides or (len(special) > 0 and special[paint]) or solid[paint, 3] < 1.0:
            return False
    m, v = state.matrix, command.v
    if not is_upright(m):
        return False
    x, y, qx, qy = v[0], v[1], v[0] + v[2], v[1] + v[3]
    ax, ay = m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]
    bx, by = m[0] * qx + m[2] * qy + m[4], m[1] * qx + m[3] * qy + m[5]
    covers = min(ax, bx) <= 0.0 and min(ay, by) <= 0.0 and max(ax, bx) >= width and max(ay, by) >= height
    # A rectangle that is not finite covers nothing.
    return covers and np.isfinite(ax + ay + bx + by)


@inlined
def range_of(paths, index):
    """Returns the first verb of a path, the number of its verbs, and its first coordinate."""
    row = index * PATH_NUMBERS
    if index == 0:
        return np.int64(0), paths[0], np.int64(0)
    return paths[row - PATH_NUMBERS], paths[row] - paths[row - PATH_NUMBERS], paths[row - PATH_NUMBERS + 1]


@inlined
def end_of(paths, index):
    """Returns the place behind the last coordinate of a path."""
    return paths[index * PATH_NUMBERS + 1]


@kernel
def survey_commands(commands, states, solid, special, streams, width, height):
    """Find the last rectangle that hides everything under it, and the table sizes for the commands from it on.

    Parameters
    ----------
    commands, states
        COMMAND and STATE records.
    solid, special
        (P, 4) float32, straight colours by paint; and (P,) bool, which paints are no solid colour; empty for none.
    streams
        The outlines: PATH_NUMBERS of each in a row, verbs and coordinates.
    width, height
        Size of the surface, pixels.

    Returns
    -------
    (int, int, int, int, int, int, int)
        The first command to draw; whether it hides all before it, 1 or 0; how many outlines there may be, and the verbs
        and points of their traces; how many commands are batches; and how many are images or layers.
    """
    paths, verbs, coords = streams
    first = covers = uses = traced = points = batches = images = 0
    for k in range(len(commands) - 1, -1, -1):
        if covers_all(commands[k], states, solid, special, width, height):
            first, covers = k, 1
            break
    for k in range(first, len(commands)):
        command = commands[k]
        kind = np.int64(command.kind)
        if kind in (FILL_PATH, STROKE_PATH):
            path, count, number = range_of(paths, np.int64(command.extra))
            v, p = count_stream(verbs, coords, path, count, number)
            uses, traced, points = uses + 1, traced + v, points + p
        elif kind in (FILL_RECT, CLEAR_RECT, STROKE_RECT):
            if kind == STROKE_RECT or not is_upright(states[np.int64(command.state)].matrix):
                uses, traced, points = uses + 1, traced + RECT_VERBS, points + RECT_POINTS
        elif kind == BATCH:
            batches += 1
        else:
            images += 1
            if kind == DRAW_IMAGE and not is_upright(states[np.int64(command.state)].matrix):
                uses, traced, points = uses + 1, traced + RECT_VERBS, points + RECT_POINTS
    return first, covers, uses, traced, points, batches, images


@inlined
def clear_draw(draw):
    """A draw of zeros."""
    draw.style = draw.paint = draw.clip = draw.path = np.uint32(0)
    draw.x0 = draw.y0 = draw.x1 = draw.y1 = draw.size = np.float32(0.0)
    draw.r = draw.g = draw.b = draw.a = np.float32(0.0)


@inlined
def set_tone(draw, tone):
    """Store the factors of an outline's tone."""
    draw.x0, draw.y0, draw.x1 = FACTORS[tone, 0], FACTORS[tone, 1], FACTORS[tone, 2]


@inlined
def cut_rect(draw, box):
    """Intersect a draw's rectangle with a box (left, top, right, bottom)."""
    x0, y0 = max(draw.x0, np.float32(box[0])), max(draw.y0, np.float32(box[1]))
    draw.x0, draw.y0 = x0, y0
    draw.x1, draw.y1 = max(min(draw.x1, np.float32(box[2])), x0), max(min(draw.y1, np.float32(box[3])), y0)


@inlined
def place_rect(draw, m, v):
    """Store the corners of a rectangle (x, y, width, height) that a transform keeps upright."""
    x, y = v[0], v[1]
    qx, qy = x + v[2], y + v[3]
    set_corners(
        draw,
        m[0] * x + m[2] * y + m[4],
        m[1] * x + m[3] * y + m[5],
        m[0] * qx + m[2] * qy + m[4],
        m[1] * qx + m[3] * qy + m[5],
    )


@inlined
def is_same(a, b):
    """Returns whether two scales are equal except for rounding."""
    return a == b or (np.isfinite(b) and abs(a - b) <= CLOSE_TO + RELATIVE * abs(b))


@inlined
def half_of_frame(m, v, pen):
    """Returns half the line width, pixels, of a frame with a rectangular hole; negative where there is no such hole."""
    scale = max(max(abs(m[0]), abs(m[1])), max(abs(m[2]), abs(m[3])))
    even = is_same(abs(m[0]) + abs(m[1]) + abs(m[2]) + abs(m[3]), 2.0 * scale)
    square = pen[4] == 0.0 and pen[3] == JOIN_MITER and pen[1] >= LEAST_MITER
    if is_upright(m) and even and square and v[2] != 0.0 and v[3] != 0.0:
        return min(pen[0] * scale / 2.0, LARGEST)
    return -1.0


@inlined
def is_finite(m):
    """Whether all six numbers of a matrix are finite."""
    linear = np.isfinite(m[0]) and np.isfinite(m[1]) and np.isfinite(m[2]) and np.isfinite(m[3])
    return linear and np.isfinite(m[4]) and np.isfinite(m[5])


@inlined
def draws_nothing(kind, state, v, verbs):
    """Returns whether a command draws nothing at all, so that an unbounded operator must not clear for it either.

    That is so where the outline has no verbs (``verbs`` is 0), the transform that applies to the shape has no inverse,
    or a filled rectangle has zero width or height (HTML, "drawing rectangles to the bitmap", and Chromium, where the
    standard is silent). The host's half of the rule, for recording, is pipeline/nothing.py.
    """
    m = state.matrix
    outlined = kind in (FILL_PATH, STROKE_PATH)
    if outlined and verbs == 0:
        return True
    if kind == FILL_RECT and (v[2] == 0.0 or v[3] == 0.0):
        return True
    shaped = kind != FILL_PATH or v[2] == PATH_IS_LOCAL
    return shaped and not (is_finite(m) and has_inverse(m[0], m[1], m[2], m[3]))


@inlined
def operator_of(kind, state, v, verbs):
    """Returns a command's operator as its part of Draw.style."""
    if kind == CLEAR_RECT:
        return REPLACE
    if state.op & STYLE_UNBOUNDED != 0 and draws_nothing(kind, state, v, verbs):
        return OVER
    return state.op


@inlined
def write_rect(draw, op, state, v, slots):
    """Write shape, clip and corners of a filled or cleared upright rectangle.

    Where the only clip is the slot of its canvas, whose edges are pixel edges, the rectangle is cut to the slot instead
    and gets no clip.
    """
    draw.style = np.uint32(SHAPE_RECT) | op
    draw.clip = state.clip
    place_rect(draw, state.matrix, v)
    if op & STYLE_UNBOUNDED == 0 and state.clip == state.slot and 0 < state.slot <= len(slots):
        cut_rect(draw, slots[np.int64(state.slot) - 1])
        draw.clip = np.uint32(0)


@inlined
def write_image(draw, kind, state, v):
    """Write shape, clip and corners of a drawn image that stays upright; returns whether it does."""
    m = state.matrix
    matrix = m[0], m[1], m[2], m[3], m[4], m[5]
    draw.style, draw.clip = np.uint32(SHAPE_RECT) | state.op, state.clip
    if kind == PUT_IMAGE:
        matrix = 1.0, 0.0, 0.0, 1.0, state.origin[0], state.origin[1]
        draw.style, draw.clip = np.uint32(SHAPE_RECT) | REPLACE, np.uint32(state.slot)
    upright = is_upright(matrix)
    if upright:
        place_image(draw, matrix, v)
    return upright


@kernel
def write_commands(recorded, starts, traces, strokes, firsts, size, draws, left):
    """Write the draws of commands, and trace their outlines.

    Parameters
    ----------
    recorded
        Commands, states, solid colours and streams as for `survey_commands`; slots (S, 4) float64: left, top, right and
        bottom of clips 1 .. S, which are slots; and pens (N, PEN_NUMBERS) float64.
    starts
        (C,) int64, the first draw of each command; empty where each command has one draw.
    traces
        Traces of outlines, written: as the ``tables`` of `trace_uses`.
    strokes
        Stroke records, STROKE_NUMBERS of each, and (N,) int64 working memory. There is room for a stroke per outline.
    firsts
        The number of strokes so far, and the index of the first Path.
    size
        (width, height) of the surface, pixels: an outline wholly outside becomes an empty one.
    draws
        Written, except the draws of batches and the paints of images; the draws of layers are zeroed.
    left
        (U, 2) int64, written: the commands whose outlines are left to the caller, and the stroke of each, or FILL.

    Returns
    -------
    (int, int, int, int, int, int, int)
        The number of strokes; the first stroke wider than WIDEST, or -1; the number of commands in ``left``; and the
        numbers of uses traced, vertices, curves and subpaths.
    """
    commands, states, solid, streams, slots, pens = recorded
    paths, verbs, coords = streams
    traced, points, pieces, made, bounds = traces
    records, numbers, newest = strokes
    stroke_count, first_path = firsts
    at = pair = uses = vertices = curves = subpaths = left_count = 0
    newest[:] = -1
    for k in range(len(commands)):
        command = commands[k]
        kind = np.int64(command.kind)
        if kind == BATCH:
            continue
        draw = draws[starts[k] if len(starts) > 0 else k]
        clear_draw(draw)
        if kind > PUT_IMAGE:
            continue
        state, v = states[np.int64(command.state)], command.v
        m = state.matrix
        if kind != CLEAR_RECT:
            set_color(draw, solid[np.int64(command.paint)], state.alpha)
        if kind >= DRAW_IMAGE and write_image(draw, kind, state, v):
            continue
        pen = -1
        if kind in (STROKE_RECT, STROKE_PATH):
            pen = np.int64(command.extra) if kind == STROKE_RECT else np.int64(v[0])
        first = count = number = behind = np.int64(0)
        if kind in (FILL_PATH, STROKE_PATH):
            first, count, number = range_of(paths, np.int64(command.extra))
            behind = end_of(paths, np.int64(command.extra))
        op = operator_of(kind, state, v, count)
        if (kind in (FILL_RECT, CLEAR_RECT)) and is_upright(m):
            write_rect(draw, op, state, v, slots)
            continue
        draw.clip = state.clip
        if kind == STROKE_RECT:
            half = half_of_frame(m, v, pens[pen])
            if half >= 0.0:
                draw.style = np.uint32(SHAPE_FRAME) | op
                place_rect(draw, m, v)
                draw.size = np.float32(half)
                continue
        is_rect = kind != FILL_PATH and kind != STROKE_PATH
        matrix = 1.0, 0.0, 0.0, 1.0, state.origin[0], state.origin[1]
        if is_rect or v[2] == PATH_IS_LOCAL:
            matrix = m[0], m[1], m[2], m[3], m[4], m[5]
        if not is_rect and op & STYLE_TONED == 0:
            x, y, radius = circle_of(verbs, coords, first, count, number, matrix)
            half = half_of_ring(pens[pen], m, count == 3) if pen >= 0 else -1.0
            if radius > 0.0 and (half >= 0.0 or pen < 0) and place_circle(draw, op, x, y, radius, half):
                continue
            if pen >= 0 and count == 2 and place_line(draw, op, verbs, coords, first, number, matrix, pens[pen], m):
                continue
        draw.style = np.uint32(SHAPE_PATH) | op
        if op & STYLE_TONED != 0:
            set_tone(draw, np.int64(op) >> STYLE_TONE_SHIFT)
        nothing = not is_finite(matrix) or (pen >= 0 and not has_inverse(m[0], m[1], m[2], m[3]))
        stroke, end, last, reach = np.int64(FILL), at, pair, 0.0
        window = 0.0, 0.0, 0.0, 0.0
        if not nothing and pen >= 0:
            stroke, stroke_count = find_stroke(
                pens, pen, m[0], m[1], m[2], m[3], records, numbers, newest, stroke_count
            )
            reach = numbers[stroke, 1]
        if not nothing and not is_rect:
            window = window_of(state, slots, size, reach)
            nothing = is_unseen(verbs, coords, first, count, number, behind, matrix, window)
        near = nothing or pen < 0 or pens[pen, 4] == 0.0
        if near and not nothing:
            if is_rect:
                end, last, near = trace_rect(v[0], v[1], v[2], v[3], matrix, traced, points, at, pair)
            elif count >= LONG and not has_arc(verbs, first, count):
                rule = (ALL_SIDES, STROKED_ENDS, False) if pen >= 0 else (FILLED_SIDES, FILLED_ENDS, False)
                end, last, near = trace_thinned(
                    verbs, coords, first, count, number, matrix, window, rule, traced, points, at, pair
                )
            else:
                end, last, near = trace_use(verbs, coords, first, count, number, matrix, traced, points, at, pair)
        if not near:
            left[left_count, 0], left[left_count, 1] = k, stroke
            left_count += 1
            continue
        widths = (numbers[stroke, 0], numbers[stroke, 2]) if stroke >= 0 else (0.0, 0.0)
        n, c, s = measure_use(traced, points, at, end, pair, last, widths, pieces, bounds[uses])
        vertices, curves, subpaths = vertices + n, curves + c, subpaths + s
        made[uses, 0], made[uses, 1] = end - at, stroke
        made[uses, 2] = np.int64(v[0]) if kind == FILL_PATH else RULE_NONZERO
        draw.path = np.uint32(first_path + uses)
        at, pair, uses = end, last, uses + 1
    wide = -1
    for k in range(stroke_count - 1, firsts[0] - 1, -1):
        # Negated, so that NaN counts as too wide.
        if not numbers[k, 0] <= WIDEST / 2:
            wide = k
    return stroke_count, wide, left_count, uses, vertices, curves, subpaths
