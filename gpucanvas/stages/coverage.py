"""The share of a pixel that a shape covers, 0 to 1, exact for straight edges. Twin: shaders/shared/coverage.glsl.

Functions compute a row of pixels: x are its columns, y is a number.

Discs use the exact area of the half plane at their nearest point, moved inwards by the mean sag of the arc across a
pixel, 1 / (24 r). Below a radius of 2 pixels, the pixel is first divided into 4 x 4 parts.
"""

from __future__ import annotations

import numpy as np

from ..contract import constants as c
from ..contract.constants import AREA_ONE, RULE_EVENODD, TILE
from ..kernels import inlined
from ..kernels.row import (
    as_float,
    get_bytes,
    greater,
    lesser,
    magnitude,
    quarters,
    root,
    where_less,
    with_sign,
)

F0 = np.float32(0.0)
HALF = np.float32(0.5)
F1 = np.float32(1.0)
FOUR = np.float32(4.0)
TWO = np.float32(2.0)
SIX = np.float32(6.0)
FTILE = np.float32(TILE)
QUARTER = np.float32(0.25)
EIGHTH = np.float32(0.125)
SIXTEENTH = np.float32(0.0625)
THIN = np.float32(c.THIN)
ASIDE = np.float32(c.ASIDE)
SMALL_RADIUS = np.float32(c.SMALL_RADIUS)
SAG = np.float32(c.SAG)
TO_UNIT = np.float32(1.0 / 255.0)
TO_COVERAGE = np.float32(1.0 / AREA_ONE)
NONE = np.int32(0)
ONE = np.int32(AREA_ONE)
TWICE = np.int32(2 * AREA_ONE)
TWICE_MASK = np.int32(2 * AREA_ONE - 1)


@inlined
def rect_coverage(x, y, x0, y0, x1, y1):
    """Area of the pixels inside a rectangle."""
    w = greater(lesser(x + F1, x1) - greater(x, x0), F0)
    h = greater(lesser(y + F1, y1) - greater(y, y0), F0)
    return w * h


@inlined
def half_plane_area(d, nx, ny):
    """Area of unit squares inside the half plane whose edge is at distance d (positive: centre inside)."""
    ax = magnitude(nx)
    ay = magnitude(ny)
    return area_beside(d, greater(ax, ay), lesser(ax, ay))


@inlined
def area_beside(d, hi, lo):
    """`half_plane_area` from the greater and the lesser absolute component of the normal."""
    lo = greater(lo, THIN)
    w = HALF * (hi + lo)
    v = HALF * (hi - lo)
    s = lesser(magnitude(d), w)
    e = greater(s - v, F0)
    part = (s * lo - HALF * e * e) / (hi * lo)
    return HALF + with_sign(part, d)


@inlined
def disc_coverage(x, y, cx, cy, radius):
    """Area of the pixels inside a disc of at least SMALL_RADIUS.

    The half plane at the nearest point has the normal (dx, dy) / distance; all values are scaled by the distance, which
    saves a division. The half plane reaches slightly into pixels outside the disc's box; their coverage is set to 0.
    """
    dx = magnitude(x + HALF - cx)
    dy = magnitude(y + HALF - cy)
    ax = greater(dx, ASIDE)
    ay = greater(dy, ASIDE)
    distance = root(ax * ax + ay * ay)
    d = (radius - SAG / radius - distance) * distance
    lo = lesser(ax, ay)
    w = HALF * ax + HALF * ay
    s = lesser(magnitude(d), w)
    e = greater(s - (w - lo), F0)
    part = (s * lo - HALF * e * e) / (ax * ay)
    return where_less(greater(dx, dy), radius + HALF, HALF + with_sign(part, d), F0)


@inlined
def small_disc_coverage(parts, y, cx, cy, radius):
    """Area of four pixels, or of two, inside a disc of any radius, in 4 x 4 parts.

    ``parts`` are the columns of the pixels' parts, from `part_columns`: a row of parts is computed at once. A row out
    of the disc's reach adds nothing.
    """
    total, _, _, _ = quarters(parts * F0)
    r = radius * FOUR
    reach = r + HALF
    dx = magnitude((parts - cx) * FOUR)
    if r <= F0:
        return total
    for j in range(4):
        dy = abs((y + np.float32(j) * QUARTER + EIGHTH - cy) * FOUR)
        if dy < reach:
            distance = greater(root(dx * dx + dy * dy), THIN)
            inverse = F1 / distance
            far = greater(dx, dy)
            area = area_beside(r - distance - SAG / max(r, HALF), far * inverse, lesser(dx, dy) * inverse)
            a, b, c, d = quarters(where_less(far, reach, area, F0))
            total = total + a + b + c + d
    return total * SIXTEENTH


@inlined
def small_disc_columns(cx, radius):
    """Returns the columns (first, end) of a tile that a disc below SMALL_RADIUS may touch: two, four or six."""
    left = min(max(np.floor(cx - radius - ASIDE), F0), FTILE - TWO)
    wide = TWO
    # Whether the first parts of the next columns are within reach: see small_disc_coverage.
    while wide < SIX and left + wide < FTILE and (left + wide + EIGHTH - cx) * FOUR < radius * FOUR + HALF:
        wide += TWO
        left = min(left, FTILE - wide)
    return left, left + wide


@inlined
def ring_coverage(x, y, cx, cy, outer, inner):
    """Area of the pixels between the radii of a ring, both at least SMALL_RADIUS."""
    return greater(disc_coverage(x, y, cx, cy, outer) - disc_coverage(x, y, cx, cy, inner), F0)


@inlined
def small_ring_coverage(parts, y, cx, cy, outer, inner):
    """`small_disc_coverage` between the radii of a ring; of a disc where ``inner`` is not above 0."""
    cover = small_disc_coverage(parts, y, cx, cy, outer)
    if inner > F0:
        return greater(cover - small_disc_coverage(parts, y, cx, cy, inner), F0)
    return cover


@inlined
def segment_coverage(x, y, x0, y0, x1, y1, half_width):
    """Area of the pixels inside a line segment: exact along its sides."""
    dx = x1 - x0
    dy = y1 - y0
    length = max(np.sqrt(dx * dx + dy * dy), THIN)
    ux = dx / length
    uy = dy / length
    px = x + HALF - HALF * (x0 + x1)
    py = y + HALF - HALF * (y0 + y1)
    across = uy * px - ux * py
    along = ux * px + uy * py
    half_length = HALF * length
    sides = half_plane_area(half_width - across, ux, uy) + half_plane_area(half_width + across, ux, uy) - F1
    ends = half_plane_area(half_length - along, ux, uy) + half_plane_area(half_length + along, ux, uy) - F1
    return greater(sides, F0) * greater(ends, F0)


@inlined
def segment_columns(x0, y0, x1, y1, half_width):
    """Returns the columns (first, end) outside of which `segment_coverage` of a short segment is 0.

    It is above 0 where a pixel's centre is less than w from the segment, along and across.
    """
    dx = abs(x1 - x0)
    dy = abs(y1 - y0)
    length = max(np.sqrt(dx * dx + dy * dy), THIN)
    w = HALF * (dx + dy) / length
    reach = HALF * dx + half_width * dy / length + w * (w + w) + ASIDE
    middle = HALF * (x0 + x1) - HALF
    return np.ceil(middle - reach), np.floor(middle + reach) + F1


@inlined
def frame_coverage(x, y, x0, y0, x1, y1, h):
    """Area of the pixels inside the outline of a rectangle, h to either side of it."""
    outer = rect_coverage(x, y, x0 - h, y0 - h, x1 + h, y1 + h)
    return outer - rect_coverage(x, y, x0 + h, y0 + h, x1 - h, y1 - h)


@inlined
def mask_coverage(masks, at, like):
    """Returns a row of coverages from the bytes of a mask."""
    return get_bytes(masks, np.uint64(at), like) * TO_UNIT


@inlined
def toned(c, first, second, third):
    """Returns the coverage of text with its tone applied: see contract/tones.py."""
    return c + c * (F1 - c) * (first + c * (second + c * third))


@inlined
def cover_winding(winding, rule):
    """Coverages of a row of pixels from their mean winding in 1 / AREA_ONE."""
    w = greater(winding, NONE - winding)
    if rule == RULE_EVENODD:
        w = w & TWICE_MASK
        w = lesser(w, TWICE - w)
    # 32,768 stacked outlines overflow: the sum is the least int32, which has no positive counterpart.
    return as_float(where_less(w, NONE, ONE, lesser(w, ONE))) * TO_COVERAGE
