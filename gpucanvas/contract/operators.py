"""The operators of Compositing and Blending Level 1, a row each; all else about an operator follows from its row.

    row --code--> OP_* constants of both halves, the operator's part of Draw.style
        --name--> what `global_composite_operation` takes
        --function--> blend_NAME in stages/blend.py and shaders/shared/blend.glsl, called by dispatchers made from here

With premultiplied colours s and d, and their alphas sa and da, an operator of Porter and Duff is

    s * source factor of da  +  d * backdrop factor of sa

and its code is its two factors: `source | backdrop << OP_BACKDROP_SHIFT`. So no kernel and no shader looks anything up:
a factor is (factor & 1) + slope * alpha, with a slope of 0, 1 or -1. A blend mode mixes the colours where source and
backdrop overlap, and lies over what is left of them like source-over:

    s * (1 - da)  +  d * (1 - sa)  +  blend_NAME

A new operator is a row here, its name in `OperatorName`, and, if it is a blend mode, a function on each side.
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
]
"""What `global_composite_operation` takes: a type cannot be made from the table, so a test compares them."""


@dataclass(frozen=True)
class Operator:
    """One row: an operator's CSS name, its factors, and what it blends.

    Parameters
    ----------
    name
        As CSS and the canvas standard write it.
    source, backdrop
        FACTOR_*: what the source is multiplied with, by the backdrop's alpha, and the other way round.
    blends
        What the operator's own function takes: one channel at a time, whole pixels, or that there is none.
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
        """Whether pixels outside the source change: there, the source's alpha is 0."""
        return self.backdrop in (FACTOR_ZERO, FACTOR_ALPHA)

    @property
    def style(self) -> int:
        """The operator's part of Draw.style."""
        return self.code << STYLE_OP_SHIFT | (STYLE_UNBOUNDED if self.is_unbounded else 0)

    @property
    def hides(self) -> bool:
        """Whether an opaque source replaces the backdrop, so that a cover hides what is below."""
        return self.source == FACTOR_ONE and self.backdrop in (FACTOR_ZERO, FACTOR_INVERSE) and not self.blends

    @property
    def identifier(self) -> str:
        """The name as programs write it."""
        return self.name.replace("-", "_")


def _porter_duff(name: str, source: int, backdrop: int) -> Operator:
    return Operator(name, source, backdrop, "", source | backdrop << OP_BACKDROP_SHIFT)


def _blends(takes: Literal["channels", "pixels"], first: int, *names: str) -> tuple[Operator, ...]:
    """Rows of blend modes; their codes follow one another."""
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
    # Sums are cut off at 1: the only operator of two factors that can exceed it.
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
"""Every operator that the standard names, by name."""

OP_SOURCE_OVER: Final = OPERATORS["source-over"].code
OP_LIGHTER: Final = OPERATORS["lighter"].code
OP_FIRST_PIXEL_BLEND: Final = _PIXELS[0].code
"""From this code on, blend modes need all channels of a pixel."""
OVER_STYLE: Final = OPERATORS["source-over"].style
"""Also the style of what does nothing at all: without coverage, this operator changes no pixel."""
HIDING_STYLES: Final = tuple(row.style for row in OPERATORS.values() if row.hides)
"""Styles of the operators by which an opaque cover hides what is below it."""
