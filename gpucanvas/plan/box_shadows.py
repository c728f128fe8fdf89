"""box_shadows: shadows without a layer: of one axis-aligned rectangle, rounded rectangle or ellipse of uniform alpha.

    LayerUse that is only a shadow --box_shadow_of--> BoxShadowUse, a paint for the rectangle that the blur reaches

Most shadows in programs are those of cards, bars, buttons and dots. Their gaussian blur has a closed form
(stages/box_shadow.py), which is evaluated only for visible pixels and hidden by opaque draws above. All other shadows,
and those whose closed form would take too long, need a layer.
"""

from __future__ import annotations

from array import array
from math import ceil, sqrt
from struct import Struct
from typing import Final

from ..contract.operators import OVER_STYLE
from ..geometry.affine import Affine
from ..geometry.upright import Upright, upright_outline, upright_rect
from ..pipeline import record as r
from ..pipeline.entries import BoxShadowUse
from .reach import reach_of

__all__ = ["box_of", "box_shadow_of"]

LEAST_SIGMA: Final = 2.0
"""Smallest blur, sigma in pixels: with a narrower one, differences in the antialiasing of edges are visible."""
MOST_RADIUS: Final = 12.0
"""Largest corner radius, in sigmas: a larger one would need too many integration nodes."""
FARTHEST: Final = 30_000.0
"""Largest coordinate, pixels: up to here float32 resolves hundredths of a pixel."""
PIXEL_VARIANCE: Final = 1.0 / 12.0
"""Variance of the box filter of a pixel, by which antialiasing widens the blur, pixels squared."""
ONE = r.COMMAND.itemsize
unpack_command = Struct("<4I4d").unpack
unpack_state = Struct("<7dII2d").unpack_from


def box_shadow_of(use: r.LayerUse) -> BoxShadowUse | None:
    """The paint that draws a shadow without a layer; None where it needs a layer."""
    shadow = use.shadow
    if shadow is None or use.effects or use.tint is not None or len(use.commands.commands) != ONE:
        return None
    if shadow.sigma_x != shadow.sigma_y or shadow.sigma_x < LEAST_SIGMA:
        return None
    kind, state, paint, extra, *numbers = unpack_command(use.commands.commands)
    *matrix, alpha, op, clip, moved_x, moved_y = unpack_state(use.commands.states, r.STATE.itemsize * state)
    if op != OVER_STYLE or clip:
        return None
    opacity = opacity_of(use.commands.paints[paint])
    shape = shape_of(use.commands, kind, extra, numbers, tuple(matrix), (moved_x, moved_y))
    if opacity is None or shape is None:
        return None
    sigma = sqrt(shadow.sigma_x * shadow.sigma_x + PIXEL_VARIANCE)
    if not max(shape.radius_x, shape.radius_y) <= MOST_RADIUS * sigma:
        return None
    x, y = shadow.whole_offset
    box = shape.left + x, shape.top + y, shape.right + x, shape.bottom + y
    if not max(map(abs, box)) <= FARTHEST:
        return None
    red, green, blue, seen = shadow.color
    return BoxShadowUse(box, (shape.radius_x, shape.radius_y), sigma, (red, green, blue, seen * opacity * alpha))


def box_of(use: BoxShadowUse) -> tuple[int, int, int, int]:
    """The box of pixels that the blur reaches: left, top, right and bottom."""
    left, top, right, bottom = use.box
    reach = reach_of(use.sigma)
    return int(left // 1) - reach, int(top // 1) - reach, ceil(right) + reach, ceil(bottom) + reach


def opacity_of(paint: r.Solid | r.GradientUse | r.PatternUse) -> float | None:
    """The uniform alpha of a paint; None where it varies, or may vary."""
    if isinstance(paint, tuple):
        return paint[3]
    # A radial gradient may leave parts of the plane unpainted.
    if isinstance(paint, r.GradientUse) and paint.kind != "radial" and len(paint.packed):
        alphas = paint.stops[:, 4]
        return float(alphas[0]) if (alphas == alphas[0]).all() else None
    return None


def shape_of(
    commands: r.Commands,
    kind: int,
    path: int,
    numbers: list[float],
    matrix: Affine,
    moved: tuple[float, float],
) -> Upright | None:
    """The axis-aligned rectangle, rounded rectangle or ellipse that a command fills; None for any other command."""
    if kind == r.FILL_RECT:
        x, y, width, height = numbers
        return upright_rect(x, y, width, height, matrix)
    if kind != r.FILL_PATH:
        return None
    ends = array("q", commands.paths[: r.PATH_BYTES * (path + 1)])
    verb, coord = (ends[2 * path - 2], ends[2 * path - 1]) if path else (0, 0)
    verbs, coords = commands.verbs[verb : ends[2 * path]], commands.coords[coord : ends[2 * path + 1]]
    # An outline in canvas coordinates is only translated.
    under = matrix if numbers[2] == r.PATH_IS_LOCAL else (1.0, 0.0, 0.0, 1.0, *moved)
    return upright_outline(verbs, coords, under)
