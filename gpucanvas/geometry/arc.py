"""arc: the standards' rules for arcs: direction, sweep, the tangent points of arc_to, and SVG's arcs by end points.

start  --sweep (radians, signed)-->  start + sweep        clockwise on a canvas is positive: y points down
"""

from __future__ import annotations

from math import atan2, cos, fmod, hypot, isfinite, pi, sin, sqrt
from typing import Final

__all__ = ["FAR_ANGLE", "TWO_PI", "arc_sweep", "center_arc", "near_angle", "tangent_arc"]

TWO_PI: Final = 2.0 * pi
FAR_ANGLE: Final = 1000.0
"""Angles of more radians are reduced by whole turns."""
_COLLINEAR: Final = 1e-10
"""Sine of the angle below which arc_to's three points count as one line: mapping back and forth costs digits."""


def arc_sweep(start: float, end: float, counterclockwise: bool) -> float:
    """Return the signed angle that ``arc`` and ``ellipse`` cover, in radians.

    A request of 2 pi or more in the arc's own direction is the whole circumference; everything else is taken
    modulo 2 pi. https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-ellipse

    >>> arc_sweep(0.0, 1.0, False), arc_sweep(0.0, 9.0, False) == TWO_PI
    (1.0, True)
    """
    if not isfinite(end - start):
        start, end = start % TWO_PI, end % TWO_PI
    delta = start - end if counterclockwise else end - start
    # A whole number of turns against the arc's direction is a full circle in every browser.
    sweep = TWO_PI if delta >= TWO_PI or (delta < 0 and delta % TWO_PI == 0) else delta % TWO_PI
    return -sweep if counterclockwise else sweep


def near_angle(angle: float) -> float:
    """A large angle reduced by whole turns, so that adding a sweep to it loses no precision.

    >>> near_angle(7.0), near_angle(2000 * pi + 1.0) < 7.0
    (7.0, True)
    """
    return angle if abs(angle) < FAR_ANGLE else fmod(angle, TWO_PI)


def tangent_arc(
    x0: float, y0: float, x1: float, y1: float, x2: float, y2: float, radius: float
) -> tuple[float, float, float, float, float] | None:
    """Return the arc of ``arc_to`` between the half-lines from (x1, y1) to (x0, y0) and to (x2, y2).

    Returns
    -------
    tuple of 5 float or None
        Centre (cx, cy), the vector (ux, uy) from it to the start tangent point, and the signed sweep in radians.
        None where the standard asks for a straight line to (x1, y1).
    """
    ax, ay, bx, by = x0 - x1, y0 - y1, x2 - x1, y2 - y1
    a_length, b_length = hypot(ax, ay), hypot(bx, by)
    if radius == 0.0 or a_length == 0.0 or b_length == 0.0:
        return None
    ax, ay, bx, by = ax / a_length, ay / a_length, bx / b_length, by / b_length
    cross, dot = ax * by - ay * bx, ax * bx + ay * by
    # The negation also catches NaN, from coordinates whose differences overflow.
    if not abs(cross) > _COLLINEAR:
        return None
    reach = radius * (1.0 + dot) / abs(cross)
    side = 1.0 if cross > 0.0 else -1.0
    ux, uy = side * radius * ay, -side * radius * ax
    sweep = -side * (pi - atan2(abs(cross), dot))
    return x1 + ax * reach - ux, y1 + ay * reach - uy, ux, uy, sweep


def center_arc(
    x0: float, y0: float, rx: float, ry: float, turn: float, large: bool, sweep: bool, x: float, y: float
) -> tuple[float, float, float, float, float, float, float, float] | None:
    """Return (cx, cy, ux, uy, vx, vy, start, sweep) of SVG's arc from (x0, y0) to (x, y); None for a straight line.

    https://svgwg.org/svg2-draft/implnote.html#ArcConversionEndpointToCenter
    """
    if rx == 0.0 or ry == 0.0:
        return None
    c, s = cos(turn), sin(turn)
    half_x, half_y = 0.5 * (x0 - x), 0.5 * (y0 - y)
    # The start on the unit circle's scale; the end is opposite, the chord's middle is the origin.
    px, py = (c * half_x + s * half_y) / rx, (c * half_y - s * half_x) / ry
    squared = px * px + py * py
    if not isfinite(squared) or squared == 0.0:
        return None
    if squared > 1.0:
        # Radii too small to reach the end point are scaled up.
        grow = sqrt(squared)
        rx, ry, px, py, squared = rx * grow, ry * grow, px / grow, py / grow, 1.0
    off = sqrt(max(0.0, 1.0 / squared - 1.0)) * (1.0 if large != sweep else -1.0)
    unit_cx, unit_cy = off * py, -off * px
    start = atan2(py - unit_cy, px - unit_cx)
    span = atan2(-py - unit_cy, -px - unit_cx) - start
    if sweep and span < 0.0:
        span += TWO_PI
    elif not sweep and span > 0.0:
        span -= TWO_PI
    ux, uy, vx, vy = rx * c, rx * s, -ry * s, ry * c
    cx = ux * unit_cx + vx * unit_cy + 0.5 * (x0 + x)
    cy = uy * unit_cx + vy * unit_cy + 0.5 * (y0 + y)
    arc = (cx, cy, ux, uy, vx, vy, start, span)
    return arc if all(map(isfinite, arc)) else None
