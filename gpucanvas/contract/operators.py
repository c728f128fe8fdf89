"""The operators of Compositing and Blending Level 1, one row each. Everything else about an operator follows from it.

    row --code--> OP_* constants of both halves, the operator's part of Draw.style
        --name--> a value of `global_composite_operation`
        --function--> blend_NAME in stages/blend.py and shaders/shared/blend.glsl; their dispatchers are generated

With premultiplied colours s and d, and their alphas sa and da, an operator of Porter and Duff is

    s * source factor of da  +  d * backdrop factor of sa

and its code consists of the two factors: `source | backdrop << OP_BACKDROP_SHIFT`. Kernels and shaders therefore need
no table: a factor is (factor & 1) + slope * alpha, with a slope of 0, 1 or -1. A blend mode mixes the colours where
source and backdrop overlap, and keeps both where they do not, like source-over:

    s * (1 - da)  +  d * (1 - sa)  +  blend_NAME

A new operator needs a row here, its name in `OperatorName`, and, for a blend mode, a function on each side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from .constants import (
    FACTOR_ALPHA,
    FACTOR_INVERSE,
    FACTOR_ONE,
    FACTOR_ZERO,
    OP_BACKDROP_SHIFT,
    OP_FIRST_BLEND,
    STYLE_OP_SHIFT,
    STYLE_UNBOUNDED,
)

OperatorName = Literal[
    "source-over",
    "source-in",
    "source-out",
    "source-atop",
    "destination-over",
    "destination-in",
    "destination-out",
    "destination-atop",
    "lighter",
    "copy",
    "xor",
    "multiply",
    "screen",
    "overlay",
    "darken",
    "lighten",
    "color-dodge",
    "color-burn",
    "hard-light",
    "soft-light",
    "difference",
    "exclusion",
    "hue",
    "saturation",
    "color",
    "luminosity",
    "clear",
]
"""The values of `global_composite_operation`. A type cannot be made from the table, so a test compares them."""
CLEARING: Final[OperatorName] = "clear"
"""The one operator without a row: kernels and shaders get a destination-out of an opaque shape, `verbs/clearing.py`."""


@dataclass(frozen=True)
class Operator:
    """A row of the table: an operator's name, its factors, and its blend function.

    Parameters
    ----------
    name
        The name in CSS and the canvas standard.
    source, backdrop
        FACTOR_*: the factor of the source, which depends on the backdrop's alpha, and vice versa.
    blends
        The arguments of the operator's blend function: single channels, or whole pixels; empty where it has none.
    code
        The operator's byte in Draw.style.
    """

    name: str
    source: int
    backdrop: int
    blends: Literal["", "channels", "pixels"]
    code: int

    @property
    def is_unbounded(self) -> bool:
        """Whether pixels outside the source, where its alpha is 0, change."""
        return self.backdrop in (FACTOR_ZERO, FACTOR_ALPHA)

    @property
    def style(self) -> int:
        """The operator's part of Draw.style."""
        return self.code << STYLE_OP_SHIFT | (STYLE_UNBOUNDED if self.is_unbounded else 0)

    @property
    def hides(self) -> bool:
        """Whether an opaque source replaces the backdrop, so that a full cover hides everything below it."""
        return self.source == FACTOR_ONE and self.backdrop in (FACTOR_ZERO, FACTOR_INVERSE) and not self.blends

    @property
    def identifier(self) -> str:
        """The name as an identifier of Python and GLSL."""
        return self.name.replace("-", "_")


def _porter_duff(name: str, source: int, backdrop: int) -> Operator:
    return Operator(name, source, backdrop, "", source | backdrop << OP_BACKDROP_SHIFT)


def _blends(takes: Literal["channels", "pixels"], first: int, *names: str) -> tuple[Operator, ...]:
    """Returns rows of blend modes with consecutive codes."""
    inverse = FACTOR_INVERSE
    return tuple(Operator(name, inverse, inverse, takes, first + i) for i, name in enumerate(names))


ZERO, ONE, ALPHA, INVERSE = FACTOR_ZERO, FACTOR_ONE, FACTOR_ALPHA, FACTOR_INVERSE
_PORTER_DUFF: Final = (
    #             name                source   backdrop
    _porter_duff("source-over",       ONE,     INVERSE),
    _porter_duff("source-in",         ALPHA,   ZERO),
    _porter_duff("source-out",        INVERSE, ZERO),
    _porter_duff("source-atop",       ALPHA,   INVERSE),
    _porter_duff("destination-over",  INVERSE, ONE),
    _porter_duff("destination-in",    ZERO,    ALPHA),
    _porter_duff("destination-out",   ZERO,    INVERSE),
    _porter_duff("destination-atop",  INVERSE, ALPHA),
    # Sums are clamped to 1: no other operator of two factors can exceed it.
    _porter_duff("lighter",           ONE,     ONE),
    _porter_duff("copy",              ONE,     ZERO),
    _porter_duff("xor",               INVERSE, INVERSE),
)  # fmt: skip
_CHANNELS: Final = _blends(
    "channels",
    OP_FIRST_BLEND,
    "multiply",
    "screen",
    "overlay",
    "darken",
    "lighten",
    "color-dodge",
    "color-burn",
    "hard-light",
    "soft-light",
    "difference",
    "exclusion",
)
_PIXELS: Final = _blends("pixels", OP_FIRST_BLEND + len(_CHANNELS), "hue", "saturation", "color", "luminosity")

OPERATORS: Final[dict[str, Operator]] = {row.name: row for row in (*_PORTER_DUFF, *_CHANNELS, *_PIXELS)}
"""All operators of the standard, by name."""

OP_SOURCE_OVER: Final = OPERATORS["source-over"].code
OP_LIGHTER: Final = OPERATORS["lighter"].code
OP_FIRST_PIXEL_BLEND: Final = _PIXELS[0].code
"""The first code of the blend modes that need all channels of a pixel."""
OVER_STYLE: Final = OPERATORS["source-over"].style
"""The style of source-over, also used for draws without effect: without coverage it changes no pixel."""
HIDING_STYLES: Final = tuple(row.style for row in OPERATORS.values() if row.hides)
"""Styles of the operators by which an opaque cover hides everything below it."""
