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
"""Steps a pixel in the fixed-point grid that outlines are snapped to."""
SUBPIXEL_SHIFT: Final = SUBPIXEL.bit_length() - 1
"""log2(SUBPIXEL)."""
TILE_SUBPIXELS: Final = TILE * SUBPIXEL
TILE_SHIFT: Final = TILE_SUBPIXELS.bit_length() - 1
"""log2(TILE_SUBPIXELS)."""
FAR_LINE: Final = 524288.0
"""Lines are cut this far from the origin, pixels: differences of what is left stay within 32 bits on the grid."""
TO_PIXEL: Final = 1.0 / SUBPIXEL
"""A step of that grid, pixels."""
AREA_ONE: Final = 65536
"""Fixed-point coverage of one fully covered pixel: sums of integers do not depend on their order."""
EDGE_FLAG: Final = 32768
"""Set in a segment's x where its end lies on the tile's left edge because the outline crosses that edge."""
X_MASK: Final = EDGE_FLAG - 1
"""The bits of a segment's x without that flag."""
ACCUMULATOR_COLUMNS: Final = TILE + 4
"""Columns in which the winding of a row of a tile's pixels is summed up: the tile's, and some to its right that no
pixel reads."""

# How lines and shapes are measured: lengths in pixels.
THIN: Final = 1e-6
"""Lengths and slopes are divided by no less than this."""
ASIDE: Final = 1e-3
"""How far aside the nearest point of a disc is at least, in x and in y: no half plane is quite upright."""
SMALL_RADIUS: Final = 2.0
"""Discs below this radius are cut into 4 x 4 parts a pixel, as rings are."""
SAG: Final = 1.0 / 24.0
"""Over the radius, the mean distance across a pixel between a disc's arc and its tangent."""
SQRT2: Final = 1.4142135
"""How far the corner of a line's square end lies from that end, in half line widths."""
SMOOTH_COS: Final = 0.9
"""A turn inside a curve up to this cosine needs no join."""
SEAM_COS: Final = 0.9975
"""A turn from a curve into what follows is none up to this cosine: tangents are known to a quarter of a turn in it."""
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
"""A vertex inside a curve beside one of its ends: the way from there to here is the curve's tangent."""
TIP_START: Final = 1
"""A curve has a tip behind its start."""
TIP_END: Final = 2
"""A curve has a tip before its end."""
TIP_LENGTH: Final = 0.03125
"""How far a tip lies from the curve's end, pixels: float32 still tells its direction, and nobody sees the detour."""
LEAST_TIP: Final = 0.00390625
"""The same where the curve turns at once: the tip is not to lie behind the turn."""
SHORT_LEG: Final = 1e-3
"""A curve's control point is no closer to its end than this, pixels, where it tells the tangent there."""
APART: Final = 1e-12
"""Points closer than this are one point."""
FLAT_OFFSET: Final = 0.015625
"""A turn whose offset points differ by less than this needs no join."""
LOBE_OVERLAP: Final = 0.00390625
"""By so much the triangle behind a side that runs backwards is longer than the side: four subpixels."""
FARTHEST_TEXEL: Final = 1e9
"""Places in an image are held this near its corner: what lies further away has no whole number of 32 bits."""

# What covers pixels: the low byte of Draw.style.
SHAPE_PATH: Final = 0
SHAPE_RECT: Final = 1
SHAPE_FRAME: Final = 2
SHAPE_CIRCLE: Final = 3
SHAPE_SEGMENT: Final = 4
SHAPE_EVERYWHERE: Final = 5
SHAPE_GLYPH: Final = 6
"""A mask of coverages, placed on whole pixels: the corners say where, Draw.path where its first byte lies."""
MASK_GAP: Final = 16
"""Bytes of no coverage behind each row of a mask, and before the first: a row of a tile may begin or end there."""

# How source and backdrop meet: the second byte of Draw.style. The operators themselves are a table, operators.py.
FACTOR_ZERO: Final = 0
FACTOR_ONE: Final = 1
FACTOR_ALPHA: Final = 2
"""The other one's alpha."""
FACTOR_INVERSE: Final = 3
"""1 less the other one's alpha."""
OP_BACKDROP_SHIFT: Final = 2
"""An operator of Porter and Duff is its source's factor, and its backdrop's factor from this bit on."""
OP_REPLACE: Final = 16
"""Not in the standard: the source replaces the backdrop under the shape only (clear_rect, put_image_data)."""
OP_FIRST_BLEND: Final = 17
"""From this code on, an operator has a function of its own."""
LEAST_SHARE: Final = 0.0000152587890625
"""1 / 65536: blend modes divide by no less than this share of what a divisor may be. Colours of 8 bits are further
apart; nearer ones differ by rounding, which a division would blow up."""
LEAST_DIVISOR: Final = 1e-20
"""Blend modes divide by no less: where alpha is 0, so is what is divided."""
NO_LIMIT: Final = 3e38
"""More than any sum of colours: operators whose sums are not cut off are cut off here."""
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
"""From this bit on, the number of that tone, of which the host makes x0, y0 and x1."""
STYLE_HIDES: Final = 1073741824
"""Set in Draw.style where a paint, by this operator, lets nothing be seen of what was there where it covers in full."""

RULE_NONZERO: Final = 0
RULE_EVENODD: Final = 1
RULE_SINGLE: Final = 2
"""Both are the same: the outline is known to go round no point more than once."""

# Where an outline meets itself inside a pixel, the rule is applied to samples of the pixel: stages/samples.py.
SUBROWS: Final = 8
"""Sub-rows of a row of pixels whose samples count."""
SAMPLED_SUBROWS: Final = SUBROWS + 2
"""All sub-rows: the first and the last one have the pixels' corners, which only widen what windings are found."""
SUBROW_SHIFT: Final = 7
"""log2 of a sub-row's height, in subpixels."""
SAMPLE_STEP: Final = 256
"""Subpixels from a sample of a sub-row to the next: four a pixel."""
SAMPLE_TURN: Final = 96
"""Subpixels by which the samples of a sub-row lie to the right of those of the sub-row above, modulo SAMPLE_STEP."""
SAMPLE_FIRST: Final = 16
"""Where the first sample of a pixel is, in subpixels."""
SAMPLES: Final = 4 * SUBROWS
"""Samples of a pixel that count."""
MOST_CORRECTED: Final = 255
"""Windings in a pixel that are further apart than this are left to the samples alone: sums stay below 16 bits."""
MOST_SAMPLED: Final = 16384
"""A tile of more segments than this, 64 a pixel, is covered by its mean windings: a winding has 16 bits, and software
OpenGL a limit of loops."""

# What a run of vertices means to the flatten stage: Subpath.kind.
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

# What colours the covered pixels: Draw.paint. The kinds of paint are a table, paints.py.
PAINT_KIND_BITS: Final = 4
"""Low bits of Draw.paint that say which kind of paint it is; the other bits are where its record lies."""
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
"""The place on a gradient of what has none: far before its start."""
LEAST_LENGTH: Final = 1e-30
"""What an angle is measured at is divided by no less."""
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

# What stages need for a scene: software OpenGL's shaders are compiled without what the scene lacks.
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
"""Outlines that are stroked: of flatten's interest alone."""
FEATURE_CLIP_PATHS: Final = 2048
"""Clips that are outlines."""
FEATURE_UNEVEN: Final = 4096
"""Outlines that may meet themselves inside a pixel."""
FEATURE_GLYPHS: Final = 8192
"""Masks of glyphs."""
FEATURE_TONES: Final = 16384
"""Outlines of text."""
FEATURE_MODE_SHIFT: Final = 15
"""From this bit on, a bit for each blend mode that draws are by: of fine's interest alone."""
FEATURE_ALL: Final = 0x7FFFFFFF
FEATURE_KIND_SHIFT: Final = 31
"""From this bit on, a bit for each kind of paint, which shaders have as a number of its own."""

# Gaussian blurs: `filter`.
BLUR_SIGMA: Final = 4.0
"""The widest sigma, in cells, that is blurred without halving first: twice as wide ones are halved once, and so on."""
BLUR_REACH: Final = 3
"""A blur reaches so many sigmas: what lies further away would change no level."""
BLUR_RADIUS: Final = 12
"""Weights on each side of the middle one, at most: BLUR_REACH times BLUR_SIGMA."""
BLUR_WEIGHTS: Final = 32
"""Weights of one sigma in their table: room for BLUR_RADIUS on each side, and zeros around it."""
BLUR_MIDDLE: Final = 16
"""Where among them the middle one is."""
BLUR_GROUP: Final = 64
"""Threads a work group."""
BLUR_RUN: Final = 4
"""Neighbours that a thread of a shader computes."""
BLUR_WIDE_RUN: Final = 8
"""Neighbours that a thread expands where cells are that wide."""
BLUR_TEXELS: Final = 4096
"""Values that a shader finds in a row of the image of values."""
BLUR_ALPHA_ONLY: Final = 1
"""What a blur's shader is made for: values are alphas; without it, colours."""
BLUR_ACROSS: Final = 2
"""Sums of values in a row; without it, in a column."""
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
"""1 / 256 of a level: colours are made straight by no less an alpha, 0 to 255. Below, no colour can be seen."""
SMALLEST_ALPHA: Final = 255 * 2.0**-24
"""The least alpha but 0 that a pixel of halves has, 0 to 255. A neighbour's colour counts whatever its alpha is."""
COLOR_LEVELS: Final = 256
"""Levels of a channel that a transfer function has values for; colours between two take that of the nearer."""
COLOR_UNIT: Final = 1 << 20
"""What stands for 1 among these values, which are integers."""
CONVOLVE_SIDE: Final = 32
"""Columns, or rows, of weights of a convolution, at most."""
EDGE_NONE: Final = 0
"""Beyond the canvas a convolution finds what was drawn there."""
EDGE_DUPLICATE: Final = 1
"""Beyond the canvas it finds the nearest pixel of the canvas."""
EDGE_WRAP: Final = 2
"""Beyond the canvas it finds the canvas again."""
FILTER_GROUP: Final = 64
"""Threads a work group; each makes a pixel."""

# What a stage reports: words of the counters buffer.
COUNTER_LINES: Final = 0
COUNTER_CROSSINGS: Final = 1
COUNTER_SEGMENTS: Final = 2
COUNTER_BINNED: Final = 3
COUNTER_WORDS: Final = 4
COUNTER_OVERFLOW: Final = 5
"""Not a count: 1 from the first run of the stages that had no room on, until the host has made room. While it
is 1, targets stay as they are."""
COUNTER_COUNT: Final = 8
OVERFLOW_BINDING: Final = 7
"""Where shaders that are no stages find the counters: the last binding that every driver has, which no stage needs."""
