"""layers: the boxes of layers: what is visible of each, its pixels on a target, what it fills. Both backends: no twin.

    boxes that are shown  --show_layers-->  visible boxes of results and contents      from the canvas on
    boxes of commands     --fit_layers-->   slots                                      from the deepest layers on
    slots                 --fill_rows-->    rectangles that commands fill              --place_rows--> and their sources
    commands              --draw_layers-->  draws of rectangles, and the paints that read the layers

A box is a row of left, top, right and bottom, whole pixels of the canvas, the last two exclusive; an empty one has
left >= right or top >= bottom. Most frames have one layer: a NumPy call for each of these operations takes longer than
all of them for a hundred layers.
"""

from __future__ import annotations

import numpy as np

from ..contract.commands import CLEAR_RECT, DRAW_LAYER, LAYER_TOP_SHIFT, NO_LAYER
from ..contract.constants import PAINT_KIND_BITS, SHAPE_RECT, STYLE_UNBOUNDED, TILE
from ..contract.paints import PAINTS
from ..kernels import inlined, kernel
from .items import set_color, set_corners

FIRST_REACH, END_REACH, ACROSS, DOWN, OFFSET_X, OFFSET_Y = range(6)
"""Numbers of a layer: the range of its effects' reaches; how far its shadow's blur reaches, and the shadow's offset."""
HAS_SHADOW, IS_DRAWN, HAS_SECOND, FILLS, WRAPS = range(6, 11)
"""Whether it has a shadow; whether it is drawn itself, not only its shadow; whether it takes a second place on a
target; whether its effects change transparent pixels, and whether they read pixels from the opposite edge of the
canvas."""
INTS = 11
SOFT_EDGE = 1
"""Pixels that an antialiased edge may extend beyond its shape, rounding included."""
FARTHEST = 1e9
"""Greatest coordinate of a box, pixels: far beyond any canvas, and inside the range of int64."""
NO_PIXELS = 0, 0, 0, 0
CODE, WORDS = PAINTS["layer"].code, PAINTS["layer"].record.words
LEFT_MASK = (1 << LAYER_TOP_SHIFT) - 1


@inlined
def box_at(boxes, k):
    """A row of boxes as a tuple."""
    return boxes[k, 0], boxes[k, 1], boxes[k, 2], boxes[k, 3]


@inlined
def put_box(boxes, k, box):
    """Write a row of boxes."""
    boxes[k, 0], boxes[k, 1], boxes[k, 2], boxes[k, 3] = box[0], box[1], box[2], box[3]


@inlined
def is_empty(box):
    """Whether a box holds no pixel."""
    return box[0] >= box[2] or box[1] >= box[3]


@inlined
def cut(box, other):
    """The intersection of two boxes."""
    return max(box[0], other[0]), max(box[1], other[1]), min(box[2], other[2]), min(box[3], other[3])


@inlined
def hull(box, other):
    """The smallest box that holds both; an empty one is ignored. NO_PIXELS where both are empty."""
    if is_empty(box):
        return NO_PIXELS if is_empty(other) else other
    if is_empty(other):
        return box
    return min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3])


@inlined
def widened(box, across, down):
    """A box enlarged on all sides; an empty one stays empty."""
    if is_empty(box):
        return box
    return box[0] - across, box[1] - down, box[2] + across, box[3] + down


@inlined
def shifted(box, x, y):
    """A box moved."""
    return box[0] + x, box[1] + y, box[2] + x, box[3] + y


@inlined
def total_reach(layer, reaches):
    """The distance that all effects of a layer reach together, across and down."""
    across = down = np.int64(0)
    for i in range(layer[FIRST_REACH], layer[END_REACH]):
        across, down = across + reaches[i, 0], down + reaches[i, 1]
    return across, down


@kernel
def show_layers(layers, reaches, canvas, shown, results, contents):
    """Find what is visible of each layer.

    Parameters
    ----------
    layers
        (N, INTS) int64.
    reaches
        (R, 2) int64: how far effects reach across and down, pixels.
    canvas
        (width, height), pixels.
    shown
        (N, 4) int64: boxes in which each layer is visible, drawn with its effects.
    results, contents
        (N, 4) int64, written: boxes in which the filtered result is visible, by itself or in its shadow; and boxes in
        which the unfiltered content affects visible pixels.
    """
    for k in range(len(layers)):
        layer, box = layers[k], box_at(shown, k)
        result = box if layer[IS_DRAWN] != 0 else NO_PIXELS
        if layer[HAS_SHADOW] != 0:
            thrown = shifted(box, -layer[OFFSET_X], -layer[OFFSET_Y])
            result = hull(result, widened(thrown, layer[ACROSS], layer[DOWN]))
        if layer[WRAPS] != 0 and not is_empty(result):
            result = hull(result, (np.int64(0), np.int64(0), canvas[0], canvas[1]))
        across, down = total_reach(layer, reaches)
        put_box(results, k, result)
        put_box(contents, k, widened(result, across, down))


@inlined
def hull_of_rows(boxes, first, end):
    """The smallest box, float64, that holds some rows; NaN where one of them has one."""
    left = top = np.inf
    right = bottom = -np.inf
    for k in range(first, end):
        x0, y0, x1, y1 = box_at(boxes, k)
        left = x0 if x0 < left or x0 != x0 else left
        top = y0 if y0 < top or y0 != y0 else top
        right = x1 if x1 > right or x1 != x1 else right
        bottom = y1 if y1 > bottom or y1 != y1 else bottom
    return left, top, right, bottom


@inlined
def within(value):
    """A coordinate, at most FARTHEST from the origin."""
    return min(max(value, -FARTHEST), FARTHEST)


@inlined
def whole(box):
    """A box rounded outwards to whole pixels and antialiased edges; NO_PIXELS for an empty one."""
    left, top, right, bottom = box
    # Negated, so that NaN counts as empty.
    if not (left <= right and top <= bottom):
        return NO_PIXELS
    return (
        np.int64(np.floor(within(left))) - SOFT_EDGE,
        np.int64(np.floor(within(top))) - SOFT_EDGE,
        np.int64(np.ceil(within(right))) + SOFT_EDGE,
        np.int64(np.ceil(within(bottom))) + SOFT_EDGE,
    )


@inlined
def grown(layer, reaches, seen, shown, result):
    """The box of content, effects and shadow, as far as they affect visible pixels: the slot.

    Pixels outside a slot are transparent, or do not affect visible pixels.
    """
    box, across, down = seen, np.int64(0), np.int64(0)
    left_across, left_down = total_reach(layer, reaches)
    for i in range(layer[FIRST_REACH], layer[END_REACH]):
        across, down = across + reaches[i, 0], down + reaches[i, 1]
        left_across, left_down = left_across - reaches[i, 0], left_down - reaches[i, 1]
        box = hull(box, cut(widened(seen, across, down), widened(result, left_across, left_down)))
    if layer[HAS_SHADOW] != 0:
        thrown = widened(seen, across + layer[ACROSS], down + layer[DOWN])
        box = hull(box, cut(thrown, shifted(shown, -layer[OFFSET_X], -layer[OFFSET_Y])))
    return NO_PIXELS if is_empty(box) else box


@inlined
def second_place(layer, box):
    """The offset of a layer's second place from its slot; (0, 0) where it has none.

    It is below the layer, or to its right where the layer is higher than wide.
    """
    wide, high = (box[2] - box[0] + TILE - 1) // TILE * TILE, (box[3] - box[1] + TILE - 1) // TILE * TILE
    if layer[HAS_SECOND] == 0:
        return np.int64(0), np.int64(0)
    return (wide, np.int64(0)) if high > wide else (np.int64(0), high)


@kernel
def fit_layers(layers, reaches, recorded, boxes, visible, fitted):
    """Find each layer's slot, and what it takes on a target.

    Parameters
    ----------
    layers, reaches
        As for `show_layers`.
    recorded
        COMMAND and STATE records; (S,) int64, the layer of each state; (N + 1,) int64, the first command of each layer.
    boxes
        (C, 4) float64: the box that each command draws in, pixels; left > right where it draws nothing.
    visible
        ``shown``, ``results`` and ``contents`` of `show_layers`.
    fitted
        Written: slots (N, 4) int64, the boxes that layers have pixels for; seconds (N, 2) int64, the offset of a second
        place; sizes (N, 2) int64, width and height on a target, the second place included; and is_cut (N,) bool,
        whether the content may extend beyond the slot, because it is larger, or because it erases outside of its own
        boxes: unbounded operators do, and cleared rectangles, which have no box.
    """
    commands, states, part_of_state, starts = recorded
    shown, results, contents = visible
    slots, seconds, sizes, is_cut = fitted
    is_cut[:] = False
    for i in range(len(states)):
        if states[i].op & STYLE_UNBOUNDED != 0:
            is_cut[part_of_state[i]] = True
    for k in range(len(layers)):
        layer, content = layers[k], box_at(contents, k)
        for i in range(starts[k], starts[k + 1]):
            if commands[i].kind == CLEAR_RECT:
                is_cut[k] = True
        drawn = whole(hull_of_rows(boxes, starts[k], starts[k + 1]))
        seen = content if layer[FILLS] != 0 else cut(drawn, content)
        if is_empty(seen):
            seen = NO_PIXELS
        same = seen[0] == drawn[0] and seen[1] == drawn[1] and seen[2] == drawn[2] and seen[3] == drawn[3]
        is_cut[k] = is_cut[k] or not same
        box = grown(layer, reaches, seen, box_at(shown, k), box_at(results, k))
        put_box(slots, k, box)
        seconds[k, 0], seconds[k, 1] = second_place(layer, box)
        sizes[k, 0], sizes[k, 1] = box[2] - box[0] + seconds[k, 0], box[3] - box[1] + seconds[k, 1]


@kernel
def nest_clips(parents, boxes, found):
    """Write the box of each clip, (N + 1, 4) int64, cut to those of its parents; row 0 stands for no clip.

    ``parents`` (N,) int64 are the row of each clip's parent. ``boxes`` (N + 1, 4) float64 are those of the clips'
    outlines, which are cut; row 0 is infinite.
    """
    for k in range(1, len(boxes)):
        parent = parents[k - 1]
        for i in range(2):
            boxes[k, i] = max(boxes[k, i], boxes[parent, i])
            boxes[k, 2 + i] = min(boxes[k, 2 + i], boxes[parent, 2 + i])
    for k in range(len(boxes)):
        put_box(found, k, whole(box_at(boxes, k)))


@kernel
def fill_rows(owners, layers, shown, slots, filled):
    """Write the rectangle that each command fills with a layer, (R, 4) int64 left, top, right and bottom.

    ``owners`` (R, 2) int64 are the layer of each command, and whether the command draws its shadow, 1 or 0. ``layers``,
    ``shown`` and ``slots`` are as for `fit_layers`.
    """
    for i in range(len(owners)):
        k = owners[i, 0]
        box = box_at(slots, k)
        if owners[i, 1] != 0:
            box = shifted(box, layers[k, OFFSET_X], layers[k, OFFSET_Y])
        box = cut(box, box_at(shown, k))
        put_box(filled, i, NO_PIXELS if is_empty(box) else box)


@kernel
def place_rows(rows, owners, filled, layers, fitted, corners, places, sources):
    """Write the rectangles and the source positions of commands that draw layers.

    Parameters
    ----------
    rows
        (R,) int64: the commands.
    owners, filled
        As for `fill_rows`.
    layers, fitted
        As for `fit_layers`.
    corners
        (N, 2) int64: where each layer's slot begins on the target; negative for a layer that is not placed.
    places, sources
        (C, 4) float64 and (C,) uint32, written for the commands of placed layers: x, y, width and height of the
        rectangle; and the corner to read, left | top << LAYER_TOP_SHIFT.
    """
    slots, seconds = fitted[0], fitted[1]
    for i in range(len(rows)):
        k, row = owners[i, 0], rows[i]
        if corners[k, 0] < 0:
            continue
        x0, y0, x1, y1 = box_at(filled, i)
        places[row, 0], places[row, 1], places[row, 2], places[row, 3] = x0, y0, x1 - x0, y1 - y0
        left, top = corners[k, 0] + x0 - slots[k, 0], corners[k, 1] + y0 - slots[k, 1]
        if owners[i, 1] != 0:
            # A shadow's pixels may be in the layer's second place, and are drawn with the shadow's offset.
            left, top = left - layers[k, OFFSET_X] + seconds[k, 0], top - layers[k, OFFSET_Y] + seconds[k, 1]
        # Nothing is read for an empty rectangle, whose source might be the number that means no layer.
        sources[row] = 0 if x0 >= x1 or y0 >= y1 else left | top << LAYER_TOP_SHIFT


@kernel
def draw_layers(commands, states, starts, solid, draws, records, base):
    """Write the draws of layers: rectangles painted with the target that holds the layers' pixels.

    Parameters
    ----------
    commands, states, starts, solid, draws
        As for `write_commands`. Only commands that draw layers are looked at; one without a layer, whose paint computes
        a shadow, gets no paint here.
    records
        LayerPaint records, written: one for each layer drawn.
    base
        The word of the scene's stream where the records will be appended.
    """
    at = 0
    for i in range(len(commands)):
        command = commands[i]
        if command.kind != DRAW_LAYER:
            continue
        state, v, draw = states[np.int64(command.state)], command.v, draws[starts[i] if len(starts) > 0 else i]
        x, y = v[0] + state.origin[0], v[1] + state.origin[1]
        draw.style, draw.clip, draw.paint = np.uint32(SHAPE_RECT) | state.op, state.clip, np.uint32(0)
        set_color(draw, solid[np.int64(command.paint)], state.alpha)
        draw.a = np.float32(1.0)
        set_corners(draw, x, y, x + v[2], y + v[3])
        source = np.int64(command.extra)
        if source == NO_LAYER:
            continue
        # An empty layer has no texture to read. It is drawn nonetheless, because its operator may clear.
        if v[2] > 0.0 and v[3] > 0.0:
            draw.paint = np.uint32(CODE | (base + at * WORDS) << PAINT_KIND_BITS)
        records[at].dx = np.int32((source & LEFT_MASK) - np.int64(x))
        records[at].dy = np.int32((source >> LAYER_TOP_SHIFT) - np.int64(y))
        records[at].alpha = np.float32(state.alpha)
        at += 1
