"""svgdata: writes a path stream as SVG path data, with arcs as arcs. `svg` reads them.

MOVE LINE QUAD CUBIC CLOSE  -->  M L Q C Z
ARC                         -->  A rx ry turn 0 sweep x y, in pieces of less than half a turn
"""

from __future__ import annotations

from array import array
from math import ceil, degrees, pi

import numpy as np

from ..contract.verbs import ARC, CLOSE, COORD_COUNT, CUBIC, LINE, MOVE, QUAD
from .segments import Arc

__all__ = ["svg_data"]

LETTERS = {MOVE: "M", LINE: "L", QUAD: "Q", CUBIC: "C", CLOSE: "Z"}
FLAT = 1e-9
"""An ellipse whose axes have this ratio is a line: SVG draws an arc without a radius as a line to its end."""


def svg_data(verbs: bytes | bytearray, coords: array[float], digits: int | None) -> str:
    """Return a stream as path data; ``digits`` is the most decimals of a number, None for all."""
    parts: list[str] = []
    at = 0
    for verb in verbs:
        numbers = coords[at : at + COORD_COUNT[verb]].tolist()
        at += COORD_COUNT[verb]
        if verb == ARC:
            parts += arc_data(Arc(*numbers), digits)
        else:
            parts.append(LETTERS[verb] + " ".join(written(number, digits) for number in numbers))
    # A MOVE at the end draws nothing.
    if len(verbs) > 1 and verbs[-1] == MOVE:
        parts.pop()
    return " ".join(parts)


def written(number: float, digits: int | None) -> str:
    """A number in SVG syntax."""
    if digits is not None:
        number = round(number, digits)
    # Adding 0.0 avoids -0.0.
    return repr(number + 0.0).removesuffix(".0")


def arc_data(arc: Arc, digits: int | None) -> list[str]:
    """An arc as commands."""
    turned, radii, _ = np.linalg.svd(np.array([[arc.ux, arc.vx], [arc.uy, arc.vy]]))
    if radii[1] <= FLAT * radii[0]:
        return [f"L{written(x, digits)} {written(y, digits)}" for x, y in _turns(arc)]
    clockwise = (arc.ux * arc.vy - arc.uy * arc.vx > 0) == (arc.sweep > 0)
    turn = degrees(np.arctan2(turned[1, 0], turned[0, 0]))
    shape = " ".join(written(float(number), digits) for number in (*radii, turn))
    # Pieces of less than half a turn: for more, the end points would not determine the arc's side.
    count = ceil(abs(arc.sweep) / (0.75 * pi))
    ends = [arc.at(arc.angle + arc.sweep * (i + 1) / count) for i in range(count)]
    return [f"A{shape} 0 {int(clockwise)} {written(x, digits)} {written(y, digits)}" for x, y in ends]


def _turns(arc: Arc) -> list[tuple[float, float]]:
    """The turning points of an arc with collinear axes, and its end."""
    low, high = sorted((arc.angle, arc.angle + arc.sweep))
    x_first = abs(arc.ux) + abs(arc.vx) >= abs(arc.uy) + abs(arc.vy)
    a, b = (arc.ux, arc.vx) if x_first else (arc.uy, arc.vy)
    turning = float(np.arctan2(b, a))
    angles = [turning + k * pi for k in range(ceil((low - turning) / pi), ceil((high - turning) / pi))]
    return [arc.at(t) for t in (angles if arc.sweep > 0 else reversed(angles))] + [arc.end]
