"""arc: the HTML standard's rules for arcs: direction, sweep, and the tangent points of arc_to.

start  --sweep (radians, signed)-->  start + sweep        clockwise on a canvas is positive: y points down
"""

from __future__ import annotations

from math import atan2, fmod, hypot, isfinite, pi
from typing import Final

__all__ = ["FAR_ANGLE", "TWO_PI", "arc_sweep", "near_angle", "tangent_arc"]

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
