"""svgvalues: outlines, colours, pens, transforms and effects in the syntax of SVG. `svg` puts elements together."""

from __future__ import annotations

from math import isclose
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from ..geometry.affine import IDENTITY, Affine
from ..geometry.svgdata import svg_data
from ..geometry.upright import upright_outline
from ..paint.effects import ColorMatrix, ComponentTransfer, GaussianBlur, TransferFunction
from ..pipeline.entries import Pen
from .nodes import Composite, Part, Shape, Silhouette
from .outlines import FARTHEST, dashes_of, drawn, width_of

__all__ = [
    "DECIMALS",
    "color_of",
    "data_of",
    "geometry_of",
    "matrix_of",
    "moved_by",
    "number",
    "painted",
    "path_data",
    "pen_of",
    "primitives_of",
    "stop_of",
]

CAPS: Final = ("butt", "round", "square")
JOINS: Final = ("miter", "round", "bevel")
DECIMALS: Final = 3
"""Decimals of coordinates: a thousandth of a pixel, which stays invisible where a picture is enlarged fifty times."""
RIGHT_ANGLE_MITER: Final = 1.5
"""Above this limit, no corner of a right angle is cut, as with SVG's own limit, which is 4: its miter is 2 ** 0.5."""


def geometry_of(shape: Shape, matrix: Affine, digits: int | None) -> str:
    """The tag and the geometry of a shape's element; empty where it draws nothing."""
    # Dashes begin at the outline's first point, which is that of a path only.
    is_solid = shape.pen is None or not shape.pen.dash
    found = upright_outline(shape.verbs, shape.coords, matrix) if is_solid else None
    if found is None:
        data = path_data(shape, matrix, digits)
        return f'path d="{data}"' if data else ""
    left, top, right, bottom = (min(max(side, -FARTHEST), FARTHEST) for side in found[:4])
    rx, ry = found.radius_x, found.radius_y
    wide, high = right - left, bottom - top
    if not wide or not high:
        return f'path d="{path_data(shape, matrix, digits)}"' if shape.pen is not None else ""
    if isclose(2 * rx, wide, rel_tol=1e-9) and isclose(2 * ry, high, rel_tol=1e-9):
        is_round = isclose(rx, ry, rel_tol=1e-9)
        tag, radii = ("circle", {"r": rx}) if is_round else ("ellipse", {"rx": rx, "ry": ry})
        values = {"cx": left + rx, "cy": top + ry, **radii}
    else:
        tag, radii = "rect", {"rx": rx, "ry": ry} if rx and ry else {}
        values = {"x": left, "y": top, "width": wide, "height": high, **radii}
    return tag + "".join(f' {name}="{number(value, digits)}"' for name, value in values.items())


def path_data(shape: Shape, matrix: Affine, digits: int | None = DECIMALS) -> str:
    """A shape's outline under a transform as path data; ``digits`` is None for all."""
    return svg_data(*drawn(shape, matrix), digits)


def data_of(part: Part, matrix: Affine) -> str:
    """A part's outline under a transform as path data."""
    return path_data(Shape(Composite(), part.verbs, part.coords, matrix, (0, 0, 0, 1)), matrix)


def painted(name: str, color: str, alpha: float) -> str:
    """The attributes of a fill or stroke."""
    return f' {name}="{color}"' + ("" if alpha == 1 else f' {name}-opacity="{number(alpha, 4)}"')


def number(value: float, digits: int | None = DECIMALS) -> str:
    """A number in SVG syntax: at most ``digits`` decimals, None for nine digits in all."""
    text = f"{value:.9g}" if digits is None else f"{value:.{digits}f}"
    if "e" in text or "." not in text:
        return text
    text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def matrix_of(matrix: Affine) -> str:
    """A transform in SVG syntax."""
    if matrix[:4] == IDENTITY[:4]:
        return f"translate({number(matrix[4], None)} {number(matrix[5], None)})"
    return f"matrix({' '.join(number(v, None) for v in matrix)})"


def color_of(color: Any) -> str:
    """A colour without its opacity."""
    red, green, blue = (round(255 * min(max(channel, 0.0), 1.0)) for channel in color[:3])
    return f"#{red:02x}{green:02x}{blue:02x}"


def stop_of(stop: list[float]) -> str:
    """The element of a gradient's stop: offset and straight RGBA."""
    offset, *color = stop
    shown = "" if color[3] == 1 else f' stop-opacity="{number(color[3], 4)}"'
    return f'<stop offset="{number(offset, 6)}" stop-color="{color_of(color)}"{shown}/>'


def pen_of(pen: Pen, scale: float, has_corners: bool) -> str:
    """The attributes of a pen; ``has_corners`` says whether corners may be sharper than right angles."""
    text = f' stroke-width="{number(width_of(pen, scale), None)}"'
    if pen.cap:
        text += f' stroke-linecap="{CAPS[pen.cap]}"'
    if pen.join:
        text += f' stroke-linejoin="{JOINS[pen.join]}"'
    elif has_corners or pen.miter_limit < RIGHT_ANGLE_MITER:
        # SVG's miter limit begins at 1: below that, every corner is cut, as with a limit of 1.
        text += f' stroke-miterlimit="{number(max(pen.miter_limit, 1.0), None)}"'
    dashes, begin = dashes_of(pen, scale)
    if dashes:
        text += f' stroke-dasharray="{" ".join(number(length, None) for length in dashes)}"'
        text += f' stroke-dashoffset="{number(begin, None)}"' if begin else ""
    return text


def primitives_of(effect: Any) -> list[str]:
    """The elements of a filter for an effect."""
    if isinstance(effect, GaussianBlur):
        if not effect.sigma_x and not effect.sigma_y:
            return []
        return [f'<feGaussianBlur stdDeviation="{number(effect.sigma_x, 4)} {number(effect.sigma_y, 4)}"/>']
    if isinstance(effect, ColorMatrix):
        return [f'<feColorMatrix values="{" ".join(number(v, None) for v in effect.values)}"/>']
    if isinstance(effect, ComponentTransfer):
        functions = (_function(channel, each) for channel, each in zip("RGBA", effect.functions, strict=True))
        return ["<feComponentTransfer>", *functions, "</feComponentTransfer>"]
    red, green, blue, alpha = effect.color
    rows = "".join(f"0 0 0 0 {number(v, 5)} " for v in (red, green, blue))
    return [f'<feColorMatrix values="{rows}0 0 0 {number(alpha, 5)} 0"/>']


def moved_by(effect: Any) -> str:
    """The transform of a group whose last effect moves the result.

    The group is moved instead of its filtered pixels: by parts of a pixel, too, and from beyond the picture's edge,
    where some programs draw nothing.
    """
    is_moved = isinstance(effect, Silhouette) and (effect.x or effect.y)
    return f' transform="{matrix_of((1.0, 0.0, 0.0, 1.0, effect.x, effect.y))}"' if is_moved else ""


def _function(channel: str, function: TransferFunction) -> str:
    numbers = [number(v, None) for v in function.numbers]
    names = {"linear": ("slope", "intercept"), "gamma": ("amplitude", "exponent", "offset")}.get(function.kind)
    if names is None:
        text = f" tableValues={quoteattr(' '.join(numbers))}" if numbers else ""
    else:
        text = "".join(f' {name}="{each}"' for name, each in zip(names, numbers, strict=True))
    return f'<feFunc{channel} type="{function.kind}"{text}/>'
