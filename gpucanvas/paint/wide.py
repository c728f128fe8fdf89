"""wide: `WideColor`, a colour written in another space than sRGB, possibly outside sRGB's gamut, or with ``none``.

    "color(display-p3 1 0 0)" --parse--> WideColor: as a tuple: clamped sRGB       for canvases of sRGB
                                                    .p3: clamped display-p3        for canvases of display-p3
                                                    .extended(space): not clamped  for canvases of float16
                                                    .css: as it was written        for reading a style back

So a canvas of sRGB has no extra cost: every colour is a tuple of four floats.

https://www.w3.org/TR/css-color-4/#serializing-color-values
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from ..contract.formats import LARGEST_HALF
from ..images.colorspace import ColorSpace
from .named import Rgba
from .spaces import COLOR_SPACES, FUNCTIONS, Channels, Convert, clip

__all__ = ["LEGACY", "WideColor", "drawn", "extended_channels", "faded", "to_extended", "to_p3"]

LEGACY: Final = frozenset(("rgb", "rgba", "hsl", "hsla", "hwb"))
"""Functions whose colours are in sRGB, and so plain `Rgba` tuples, unless a channel is ``none``."""
DIGITS: Final = 6
"""Significant digits of a written channel, enough to restore 16 bits."""
Numbers = tuple[float | None, float | None, float | None]


class WideColor(tuple[float, float, float, float]):
    """A colour that a tuple of sRGB says too little about. As a tuple it is straight sRGB, clamped to 0..1.

    Attributes
    ----------
    model : str
        The name of its function, or of the colour space of ``color()``.
    channels : tuple of three floats or None
        The channels in the units of CSS; None is a missing one.
    alpha : float or None
        0 to 1.
    """

    model: str
    channels: Numbers
    alpha: float | None
    _p3: Rgba | None = None
    _extended: Rgba | None = None
    _extended_space: ColorSpace = "srgb"

    def __new__(
        cls, rgba: Rgba, model: str = "srgb", channels: Numbers | None = None, alpha: float | None = 1.0
    ) -> Any:
        """Make a colour; ``rgba`` is its value in sRGB, clamped."""
        color = tuple.__new__(cls, rgba)
        color.model, color.alpha, color.channels = model, alpha, rgba[:3] if channels is None else channels
        return color

    @property
    def p3(self) -> Rgba:
        """Straight display-p3, clipped to 0..1."""
        if self._p3 is None:
            self._p3 = clip(*self._channels_in("display-p3"), self.alpha or 0.0)
        return self._p3

    def extended(self, space: ColorSpace) -> Rgba:
        """Straight RGBA of a colour space; only what a half cannot hold is clipped."""
        if self._extended is None or self._extended_space != space:
            r, g, b = map(_finite_half, self._channels_in(space))
            self._extended, self._extended_space = (r, g, b, clip(0.0, 0.0, 0.0, self.alpha or 0.0)[3]), space
        return self._extended

    def _channels_in(self, space: ColorSpace) -> Channels:
        """Red, green and blue in a canvas's colour space, unclipped."""
        x, y, z = self.channels
        numbers = x or 0.0, y or 0.0, z or 0.0
        if self.model == space:
            return numbers
        # Legacy colours are clamped where they are read.
        srgb = self[:3] if self.model in LEGACY else _srgb_of(self.model, numbers)
        return srgb if space == "srgb" else p3_of_srgb()(*srgb)

    @property
    def css(self) -> str:
        """The colour in CSS syntax."""
        from .channels import bound
        from .models import MODELS

        model = MODELS[self.model]
        channels = zip(bound(self.channels, model), model.roles, strict=True)
        numbers = " ".join(_written(v % 360.0 if role == "hue" and v is not None else v) for v, role in channels)
        alpha = self.alpha if self.alpha is None else min(max(self.alpha, 0.0), 1.0)
        end = ")" if alpha == 1.0 else f" / {_written(alpha)})"
        return f"{model.name}({numbers}{end}" if self.model in FUNCTIONS else f"color({model.name} {numbers}{end}"

    def __reduce__(self) -> tuple[Any, ...]:
        return WideColor, (tuple(self), self.model, self.channels, self.alpha)


@cache
def p3_of_srgb() -> Convert:
    """The conversion from sRGB to display-p3, loaded on first use."""
    from .inverse import FROM_SRGB

    return FROM_SRGB["display-p3"]


def _srgb_of(name: str, numbers: Channels) -> Channels:
    """Channels of a model as sRGB, unclamped."""
    return (FUNCTIONS.get(name) or COLOR_SPACES[name]).to_srgb(*numbers)


def _written(value: float | None) -> str:
    if value is None:
        return "none"
    text = f"{value:.{DIGITS}g}"
    if "e" in text:
        text = f"{value:.{DIGITS}f}".rstrip("0").rstrip(".")
    # Negative zero is written as 0.
    return "0" if text == "-0" else text


def to_p3(color: Rgba) -> Rgba:
    """A colour in straight display-p3, clipped to 0..1.

    >>> [round(255 * channel) for channel in to_p3((50 / 255, 100 / 255, 150 / 255, 1.0))]
    [62, 99, 146, 255]
    """
    if type(color) is WideColor:
        return color.p3
    r, g, b, a = color
    return clip(*p3_of_srgb()(r, g, b), a)


def to_extended(color: Rgba, space: ColorSpace) -> Rgba:
    """A colour in straight RGBA of a colour space, unclipped: what a canvas of float16 draws with.

    >>> from gpucanvas.paint.color import parse
    >>> [round(channel, 3) for channel in to_extended(parse("color(display-p3 0 1 0)"), "srgb")]
    [-0.512, 1.018, -0.311, 1.0]
    """
    if type(color) is WideColor:
        return color.extended(space)
    return color if space == "srgb" else to_p3(color)


def drawn(color: Rgba, space: ColorSpace, is_extended: bool) -> Rgba:
    """A colour in straight RGBA of a canvas's colour space, clipped unless the canvas keeps extended colours."""
    if is_extended:
        return to_extended(color, space)
    return color if space == "srgb" else to_p3(color)


def extended_channels(r: float, g: float, b: float, a: float, space: ColorSpace) -> Rgba:
    """Channels of sRGB, which need not be in its gamut, in straight RGBA of a colour space, as `to_extended`."""
    if space != "srgb":
        r, g, b = p3_of_srgb()(r, g, b)
    return _finite_half(r), _finite_half(g), _finite_half(b), clip(0.0, 0.0, 0.0, a)[3]


def _finite_half(channel: float) -> float:
    """A channel clipped to what a half can hold."""
    return min(max(channel, -LARGEST_HALF), LARGEST_HALF) + 0.0


def faded(color: Rgba, opacity: float) -> Rgba:
    """The same colour with its alpha multiplied by an opacity."""
    r, g, b, a = color
    if type(color) is not WideColor:
        return r, g, b, a * opacity
    found: Rgba = WideColor((r, g, b, a * opacity), color.model, color.channels, (color.alpha or 0.0) * opacity)
    return found
