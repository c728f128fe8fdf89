"""color: the layers, paint graphs and pictures of colour glyphs, as values.

    COLR 0: layers, a glyph and a colour each        --Instance.color_layers-->   ColorLayer ...
    COLR 1: a graph of transforms, clips and paints  --Instance.color_commands--> ColorCommand ... in painter's order
    CBDT, sbix: a PNG a glyph and size               --Instance.color_image-->    ColorImage

All coordinates are font units, y down from the baseline, like those of outlines. HarfBuzz walks the paint graph and
stops where the graph is too deep or has a cycle. A glyph with more than `MOST_COMMANDS` commands is not painted.

https://learn.microsoft.com/typography/opentype/spec/colr
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

__all__ = [
    *("ClipGlyph", "ClipRect", "ColorCommand", "ColorImage", "ColorLayer", "Fill", "FillGlyph", "LinearGradient"),
    *("PopClip", "PopGroup", "PopTransform", "PushGroup", "PushTransform", "RadialGradient", "Stop", "SweepGradient"),
    *("EXTENDS", "FOREGROUND", "MOST_COMMANDS", "OPERATORS", "Extend", "Rgba"),
]

MOST_COMMANDS: Final = 50_000
"""Most commands of one glyph. The flags of real fonts have up to 10,045."""
FOREGROUND: Final = 0xFFFF
"""The palette index that means the fill style in a layer."""
Rgba = tuple[float, float, float, float]
"""Straight sRGB, 0 to 1."""
Extend = Literal["pad", "repeat", "reflect"]
EXTENDS: Final[tuple[Extend, ...]] = ("pad", "repeat", "reflect")


# fmt: off
OPERATORS: Final = {
    "CLEAR": "clear", "SRC": "copy", "DEST": "destination", "SRC_OVER": "source-over", "PLUS": "lighter",
    "DEST_OVER": "destination-over", "SRC_IN": "source-in", "DEST_IN": "destination-in", "XOR": "xor",
    "SRC_OUT": "source-out", "DEST_OUT": "destination-out", "SRC_ATOP": "source-atop",
    "DEST_ATOP": "destination-atop", "SCREEN": "screen", "OVERLAY": "overlay", "DARKEN": "darken",
    "LIGHTEN": "lighten", "COLOR_DODGE": "color-dodge", "COLOR_BURN": "color-burn", "HARD_LIGHT": "hard-light",
    "SOFT_LIGHT": "soft-light", "DIFFERENCE": "difference", "EXCLUSION": "exclusion", "MULTIPLY": "multiply",
    "HSL_HUE": "hue", "HSL_SATURATION": "saturation", "HSL_COLOR": "color", "HSL_LUMINOSITY": "luminosity",
}
# fmt: on
"""The canvas's operator for each of HarfBuzz's composite modes; it has none for ``clear`` and ``destination``."""


class ColorLayer(NamedTuple):
    """A glyph filled with a colour; ``color`` is None for the fill style."""

    glyph: int
    color: Rgba | None


class ColorImage(NamedTuple):
    """A glyph's picture: a PNG file, and the rectangle that the picture fills, in font units, y down."""

    png: bytes
    x: float
    y: float
    width: float
    height: float


class Stop(NamedTuple):
    """A stop of a gradient. If ``is_foreground``, it has the fill style's colour with the alpha of ``color``."""

    offset: float
    color: Rgba
    is_foreground: bool


class PushTransform(NamedTuple):
    """Maps the commands up to its PopTransform by (x, y) -> (a x + c y + e, b x + d y + f)."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float


class PopTransform(NamedTuple):
    """Ends the last PushTransform."""


class ClipGlyph(NamedTuple):
    """Clips the commands up to its PopClip to a glyph's outline."""

    glyph: int


class ClipRect(NamedTuple):
    """Clips the commands up to its PopClip to a rectangle."""

    x0: float
    y0: float
    x1: float
    y1: float


class PopClip(NamedTuple):
    """Ends the last ClipGlyph or ClipRect."""


class PushGroup(NamedTuple):
    """Draws the commands up to its PopGroup on a separate layer."""


class PopGroup(NamedTuple):
    """Composites the last layer onto the picture below it with a CSS operator such as ``source-in``."""

    operator: str


class Fill(NamedTuple):
    """Fills the clip with a colour. If ``is_foreground``, it is the fill style's colour with the alpha of ``color``."""

    color: Rgba
    is_foreground: bool


class FillGlyph(NamedTuple):
    """Fills a glyph's outline with a colour; the fields are those of `Fill`."""

    glyph: int
    color: Rgba
    is_foreground: bool


class LinearGradient(NamedTuple):
    """Fills the clip with a gradient from p0 to p1. Its lines of equal colour are parallel to p0-p2."""

    stops: tuple[Stop, ...]
    extend: Extend
    p0: tuple[float, float]
    p1: tuple[float, float]
    p2: tuple[float, float]


class RadialGradient(NamedTuple):
    """Fills the clip with a gradient between two circles."""

    stops: tuple[Stop, ...]
    extend: Extend
    center0: tuple[float, float]
    radius0: float
    center1: tuple[float, float]
    radius1: float


class SweepGradient(NamedTuple):
    """Fills the clip with a gradient around a point; angles in radians, clockwise from the x axis."""

    stops: tuple[Stop, ...]
    extend: Extend
    center: tuple[float, float]
    start_angle: float
    end_angle: float


ColorCommand = (
    PushTransform | PopTransform | ClipGlyph | ClipRect | PopClip | PushGroup | PopGroup | Fill | FillGlyph
    | LinearGradient | RadialGradient | SweepGradient
)  # fmt: skip
