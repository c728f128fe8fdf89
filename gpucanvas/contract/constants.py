"""Numbers that the host, the kernels and the shaders must agree on.

Each module-level integer or float written in capitals here becomes a ``#define`` of the same name.
"""

from __future__ import annotations

from typing import Final

TILE: Final = 16
"""Width and height of a tile, in pixels."""
BIN: Final = 16
"""Width and height of a bin, in tiles."""
SUBPIXEL: Final = 1024
"""Steps per pixel of the fixed-point grid that outlines are snapped to."""
SUBPIXEL_SHIFT: Final = SUBPIXEL.bit_length() - 1
"""log2(SUBPIXEL)."""
TILE_SUBPIXELS: Final = TILE * SUBPIXEL
TILE_SHIFT: Final = TILE_SUBPIXELS.bit_length() - 1
"""log2(TILE_SUBPIXELS)."""
FAR_LINE: Final = 524288.0
"""Lines are cut at this distance from the origin, pixels, so that differences on the grid fit into 32 bits."""
TO_PIXEL: Final = 1.0 / SUBPIXEL
"""A step of the subpixel grid, pixels."""
AREA_ONE: Final = 65536
"""Fixed-point coverage of a fully covered pixel. It is an integer, so that sums do not depend on their order."""
EDGE_FLAG: Final = 32768
"""Set in a segment's x where its end lies on the tile's left edge because the outline crosses that edge."""
X_MASK: Final = EDGE_FLAG - 1
"""The bits of a segment's x without EDGE_FLAG."""
ACCUMULATOR_COLUMNS: Final = TILE + 4
"""Columns of the accumulator for a row of a tile's pixels: the tile's, and some to its right that no pixel reads."""

# Lengths of lines and shapes, pixels.
THIN: Final = 1e-6
"""Least divisor for lengths and slopes."""
ASIDE: Final = 1e-3
"""Least distance in x and in y to the nearest point of a disc, so that no half plane is exactly upright."""
SMALL_RADIUS: Final = 2.0
"""For discs and rings below this radius, pixels are divided into 4 x 4 parts."""
SAG: Final = 1.0 / 24.0
"""Divided by the radius, the mean distance across a pixel between a disc's arc and its tangent."""
SQRT2: Final = 1.4142135
"""Distance of the corner of a line's square end from that end, in half line widths."""
SMOOTH_COS: Final = 0.9
"""A turn inside a curve with at least this cosine needs no join."""
SEAM_COS: Final = 0.9975
"""A turn at a curve's end with at least this cosine counts as smooth: tangents may be off by a quarter of the turn."""
TIGHT: Final = 0.625
"""A turn times half the pen's width, over the lengths of both segments, beyond which a curve is narrower than the pen:
their mean length over the turn is the radius, which is less than 1 / (2 TIGHT) of half the width."""
BACK: Final = 0.76923077
"""10 / 13. A circle's chords turn by an angle t a piece. The first chord ends at a vertex that was moved outwards by
r t^2 / 12: it leaves the tangent by 5/12 t, and the second leaves the first by 13/12 t."""
GENTLE: Final = 0.25
"""Half the pen's width times 1 less the cosine of a turn inside a curve, pixels. Up to here the inner corner is shared,
however wide the pen: it lies no further than a quarter of this beyond where the pen ends."""
CURVE_INSIDE: Final = 1
"""A vertex inside a curve."""
CURVE_TIP: Final = 2
"""A vertex inside a curve beside one of its ends: the line from that end to this vertex is the curve's tangent."""
TIP_START: Final = 1
"""A curve has a tip behind its start."""
TIP_END: Final = 2
"""A curve has a tip before its end."""
TIP_LENGTH: Final = 0.03125
"""Distance of a tip from the curve's end, pixels: enough for its direction in float32, and too short to be seen."""
LEAST_TIP: Final = 0.00390625
"""Distance of a tip where the curve turns at once, pixels: the tip must not lie behind the turn."""
SHORT_LEG: Final = 1e-3
"""A control point gives the tangent at a curve's end only where it is at least this far away, pixels."""
APART: Final = 1e-12
"""Points closer than this are one point."""
FLAT_OFFSET: Final = 0.015625
"""A turn whose offset points differ by less than this needs no join."""
LOBE_OVERLAP: Final = 0.00390625
"""Pixels, four subpixels, by which the triangle behind a side that runs backwards is longer than the side."""
FARTHEST_TEXEL: Final = 1e9
"""Places in an image are clamped to this distance from its corner, so that they fit into 32-bit integers."""
TEXEL_TIE: Final = 2.0**-14
"""Texels. A pixel whose centre is so near to the border of two texels, or on it, shows the one before the border, as in
browsers, and not the one that rounding errors choose. Images that are not smoothed are often drawn at halves."""
BASELINE_TIE: Final = 2e-5
"""Pixels. A baseline that is above the middle of a pixel by less moves to the pixel below, as from the middle: it comes
from rounding errors, with which a line of text would jump, and browsers compute it in single precision."""

# The shape of a draw: the low byte of Draw.style.
SHAPE_PATH: Final = 0
SHAPE_RECT: Final = 1
SHAPE_FRAME: Final = 2
SHAPE_CIRCLE: Final = 3
SHAPE_SEGMENT: Final = 4
SHAPE_EVERYWHERE: Final = 5
SHAPE_GLYPH: Final = 6
"""A mask of coverages on whole pixels, between the corners; Draw.path is the offset of its first byte."""
MASK_GAP: Final = 16
"""Bytes of 0 behind each row of a mask, and before the first, where a row of a tile may begin or end."""

# The operator of a draw: the second byte of Draw.style. The operators are a table in operators.py.
FACTOR_ZERO: Final = 0
FACTOR_ONE: Final = 1
FACTOR_ALPHA: Final = 2
"""The alpha of the other one of source and backdrop."""
FACTOR_INVERSE: Final = 3
"""1 less the alpha of the other one of source and backdrop."""
OP_BACKDROP_SHIFT: Final = 2
"""An operator of Porter and Duff is its source's factor, and its backdrop's factor from this bit on."""
OP_REPLACE: Final = 16
"""Not in the standard: the source replaces the backdrop under the shape only (clear_rect, put_image_data)."""
OP_FIRST_BLEND: Final = 17
"""From this code on, an operator has a function of its own."""
LEAST_SHARE: Final = 0.0000152587890625
"""1 / 65536: least divisor of blend modes relative to its largest possible value. Colours of 8 bits differ by more;
smaller differences are rounding errors, which a division would amplify."""
LEAST_DIVISOR: Final = 1e-20
"""Least absolute divisor of blend modes: where alpha is 0, the dividend is 0 too."""
NO_LIMIT: Final = 3e38
"""The upper limit of operators whose sums are not clamped: more than any sum of colours."""
RED_LUMINOSITY: Final = 0.3
"""Shares of the channels in a colour's luminosity (Compositing and Blending Level 1, 10.2)."""
GREEN_LUMINOSITY: Final = 0.59
BLUE_LUMINOSITY: Final = 0.11

STYLE_OP_SHIFT: Final = 8
STYLE_UNBOUNDED: Final = 65536
"""Set in Draw.style where the operator also changes pixels outside the shape (copy, source-in, ...)."""
STYLE_TONED: Final = 131072
"""Set in Draw.style where the coverage of an outline is that of text: x0, y0 and x1 are its tone (tones.py)."""
STYLE_TONE_SHIFT: Final = 18
"""From this bit on, the number of the tone, from which the host computes x0, y0 and x1."""
STYLE_HIDES: Final = 1073741824
"""Set in Draw.style where paint and operator hide the backdrop completely under full coverage."""

RULE_NONZERO: Final = 0
RULE_EVENODD: Final = 1
RULE_SINGLE: Final = 2
"""Both rules are the same: the outline is known to wind round no point more than once."""

# Where an outline meets itself inside a pixel, the rule is applied to samples of the pixel: stages/samples.py.
SUBROWS: Final = 8
"""Sub-rows of a row of pixels whose samples are counted."""
SAMPLED_SUBROWS: Final = SUBROWS + 2
"""All sub-rows: the first and the last have the pixels' corners, which only widen the range of windings."""
SUBROW_SHIFT: Final = 7
"""log2 of a sub-row's height, in subpixels."""
SAMPLE_STEP: Final = 256
"""Subpixels from a sample of a sub-row to the next: four samples per pixel."""
SAMPLE_TURN: Final = 96
"""Subpixels by which the samples of a sub-row lie to the right of those of the sub-row above, modulo SAMPLE_STEP."""
SAMPLE_FIRST: Final = 16
"""Where the first sample of a pixel is, in subpixels."""
SAMPLES: Final = 4 * SUBROWS
"""Samples of a pixel that are counted."""
MOST_CORRECTED: Final = 255
"""Where windings in a pixel differ by more than this, only samples are used, so that sums stay below 16 bits."""
MOST_SAMPLED: Final = 16384
"""A tile with more segments than this, 64 per pixel, is covered by its mean windings: a winding has 16 bits, and
software OpenGL limits the turns of a loop."""

# The kind of a run of vertices for the flatten stage: Subpath.kind.
SUBPATH_FILL: Final = 0
SUBPATH_STROKE_OPEN: Final = 1
SUBPATH_STROKE_CLOSED: Final = 2
SUBPATH_LINES: Final = 3
"""Vertices are pairs, each a line of its own (outlines clipped on the host because of huge coordinates)."""

CAP_BUTT: Final = 0
CAP_ROUND: Final = 1
CAP_SQUARE: Final = 2
JOIN_MITER: Final = 0
JOIN_ROUND: Final = 1
JOIN_BEVEL: Final = 2
MAX_FAN_STEPS: Final = 512
"""Lines that a round join or cap is made of, at most."""

# The paint of a draw: Draw.paint. The kinds of paint are a table in paints.py.
PAINT_KIND_BITS: Final = 4
"""Low bits of Draw.paint with the kind of paint; the other bits are its record's place, words."""
IMAGE_SMOOTH: Final = 1
"""Set in the flags of images and patterns for bilinear sampling; clear means nearest."""
REPEAT_X: Final = 2
"""Set in a pattern's flags where it repeats itself to the left and right."""
REPEAT_Y: Final = 4
"""Set in a pattern's flags where it repeats itself up and down."""

PAGE_SHIFT: Final = 10
"""log2(PAGE_SIDE)."""
PAGE_SIDE: Final = 1 << PAGE_SHIFT
"""Width and height of a page of texels on the GPU: 4 MiB."""

BEFORE_START: Final = -3e38
"""The place on a gradient for NaN: far before its start."""
LEAST_LENGTH: Final = 1e-30
"""Least divisor where an angle is computed."""
TURN_1: Final = 0.159151316
TURN_3: Final = -0.0529385656
TURN_5: Final = 0.0308029074
TURN_7: Final = -0.0185298491
TURN_9: Final = 0.00837908592
TURN_11: Final = -0.00186515832
"""Factors of q, q^3, q^5 .. whose sum is the angle with the tangent q, 0 to 1, in turns: wrong by 3e-7 turns at most,
in float32 (fitted so that the greatest error is least). No processor's or driver's arc tangent decides about a
picture."""
RISE_1: Final = 0.0705230784
RISE_2: Final = 0.0422820123
RISE_3: Final = 0.0092705272
RISE_4: Final = 0.0001520143
RISE_5: Final = 0.0002765672
RISE_6: Final = 0.0000430638
"""Factors of t, t^2, t^3 .. in the error function, 1 - 1 / (1 + their sum)^16, wrong by 3e-7 at most (Abramowitz and
Stegun, "Handbook of Mathematical Functions", 7.1.28). Nor does their error function."""
SHADOW_SEEN: Final = 2.7
"""Square roots of 2 sigmas: further away than this, a bell curve changes no level."""

# Commands of a tile: the low bits of a command word; the rest of the word is an index.
COMMAND_BITS: Final = 3
COMMAND_SHAPE: Final = 0
"""Draw index; the shape's coverage is computed analytically."""
COMMAND_PATH: Final = 1
"""Draw index, then a path tile's index; coverage comes from the outline's segments."""
COMMAND_FULL: Final = 2
"""Draw index; the whole tile is covered."""
COMMAND_AFFINE: Final = 3
"""Five floats r g b a k: every pixel becomes (r g b a) + k * pixel. Runs of full solid covers fold into one."""
AFFINE_WORDS: Final = 6
"""Words of that command, its numbers included."""
COMMAND_CLIP_NONE: Final = 4
"""The mask becomes 1 everywhere."""
COMMAND_CLIP_PATH: Final = 5
"""Path index, then a path tile's index; the mask is multiplied by its coverage."""
COMMAND_CLIP_RECT: Final = 6
"""Clip index; the mask is multiplied by the rectangle's coverage."""
COMMAND_EMPTY: Final = 7
"""Draw index; nothing of the tile is covered, but the operator is unbounded."""

NO_PATH: Final = 0xFFFFFFFF

# Features of a scene: software OpenGL's shaders are compiled without the features that the scene lacks.
FEATURE_PATHS: Final = 1
"""Draws that are outlines."""
FEATURE_CLIP_RECTS: Final = 2
"""Clips that are rectangles along the axes."""
FEATURE_RECTS: Final = 4
FEATURE_CIRCLES: Final = 8
FEATURE_RINGS: Final = 16
"""Rings, and discs below a radius of 2 pixels."""
FEATURE_FRAMES: Final = 32
FEATURE_SEGMENTS: Final = 64
FEATURE_BLENDS: Final = 128
"""Draws that are not solid source-over."""
FEATURE_PAINTS: Final = 256
FEATURE_DENSE: Final = 512
"""Outlines of many vertices, which may all lie in one tile."""
FEATURE_STROKES: Final = 1024
"""Outlines that are stroked; only flatten uses this."""
FEATURE_CLIP_PATHS: Final = 2048
"""Clips that are outlines."""
FEATURE_UNEVEN: Final = 4096
"""Outlines that may meet themselves inside a pixel."""
FEATURE_GLYPHS: Final = 8192
"""Masks of glyphs."""
FEATURE_TONES: Final = 16384
"""Outlines of text."""
FEATURE_MODE_SHIFT: Final = 15
"""From this bit on, a bit for each blend mode that draws use; only fine uses these."""
FEATURE_ALL: Final = 0x7FFFFFFF
FEATURE_KIND_SHIFT: Final = 31
"""From this bit on, a bit for each kind of paint, which shaders have as a number of its own."""

# Gaussian blurs: `filter`.
BLUR_SIGMA: Final = 4.0
"""The largest sigma, in cells, that is blurred without halving; up to twice that, pixels are halved once, and so on."""
BLUR_REACH: Final = 3
"""Sigmas that a blur reaches: pixels further away would change no level."""
BLUR_RADIUS: Final = 12
"""Weights on each side of the middle one, at most: BLUR_REACH times BLUR_SIGMA."""
BLUR_WEIGHTS: Final = 32
"""Weights of one sigma in their table: room for BLUR_RADIUS on each side, and zeros around it."""
BLUR_MIDDLE: Final = 16
"""Index of the middle weight in the table."""
BLUR_GROUP: Final = 64
"""Threads per work group."""
BLUR_RUN: Final = 4
"""Neighbours that a thread of a shader computes."""
BLUR_WIDE_RUN: Final = 8
"""Neighbours that a thread expands where cells are that wide."""
BLUR_TEXELS: Final = 4096
"""Values that a shader finds in a row of the image of values."""
BLUR_ALPHA_ONLY: Final = 1
"""Feature of a blur's shader: values are alphas; without it, colours."""
BLUR_ACROSS: Final = 2
"""Feature of a blur's shader: sums of values in a row; without it, in a column."""
BLUR_FROM_IMAGE: Final = 4
"""The source is a box of the surface's pixels; without it, values."""
BLUR_TO_IMAGE: Final = 8
"""The result is a box of the surface's pixels; without it, values."""
BLUR_BOTH_WAYS: Final = 16
"""Halving: columns and rows, of all boxes; without it, some are halved in one direction only."""
BLUR_CELLS: Final = 32
"""Expanding: cells are at least BLUR_RUN pixels wide, so that a thread's pixels lie in one of them."""
BLUR_WIDE_CELLS: Final = 64
"""Expanding: they are at least BLUR_WIDE_RUN pixels wide."""

# Filters of colours and of neighbours: `filter`.
LEAST_ALPHA: Final = 0.00390625
"""1 / 256 of a level: least alpha, 0 to 255, by which colours are divided. Below, no colour can be seen."""
SMALLEST_ALPHA: Final = 255 * 2.0**-24
"""The least alpha above 0 of a pixel of halves, 0 to 255. A neighbour's colour counts whatever its alpha is."""
COLOR_LEVELS: Final = 256
"""Levels of a channel for which a transfer function has values; colours between two levels take the nearer one's."""
COLOR_UNIT: Final = 1 << 20
"""The integer that stands for 1 among the values of a transfer function."""
LATTICE_SIDE: Final = 256
"""Points of a turbulence's lattice along an axis, a power of 2; from there on, the lattice repeats."""
CONVOLVE_SIDE: Final = 32
"""Columns, or rows, of weights of a convolution, at most."""
EDGE_NONE: Final = 0
"""Beyond the canvas, a convolution reads the pixels that were drawn there."""
EDGE_DUPLICATE: Final = 1
"""Beyond the canvas, a convolution reads the nearest pixel of the canvas."""
EDGE_WRAP: Final = 2
"""Beyond the canvas, a convolution reads the canvas repeated."""
FILTER_GROUP: Final = 64
"""Threads per work group; each makes a pixel."""

# What a stage reports: words of the counters buffer.
COUNTER_LINES: Final = 0
COUNTER_CROSSINGS: Final = 1
COUNTER_SEGMENTS: Final = 2
COUNTER_BINNED: Final = 3
COUNTER_WORDS: Final = 4
COUNTER_OVERFLOW: Final = 5
"""Not a count: 1 after a run of the stages that had no room, until the host has made room. While it is 1, targets are
not changed."""
COUNTER_COUNT: Final = 8
OVERFLOW_BINDING: Final = 7
"""Binding of the counters in shaders that are no stages: the last that every driver has, and that no stage uses."""
