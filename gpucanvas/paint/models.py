"""models: colours in the space they were written in, for mixing and for relative colours.

    (model, three channels, alpha) --convert--> the same colour in another model

None is a missing channel: it was written ``none``, or is the hue of a grey converted from another model. In a mix it is
taken from the other colour.

https://www.w3.org/TR/css-color-4/#missing and https://www.w3.org/TR/css-color-4/#interpolation-missing
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isnan
from typing import Final, NamedTuple

from .inverse import FROM_SRGB, from_hsl, from_hwb
from .named import Rgba
from .spaces import COLOR_SPACES, FUNCTIONS, Channels, Convert, Units, clip, cut

__all__ = ["MODELS", "Color", "Model", "Triple", "convert", "settle", "to_rgba"]

Triple = tuple[float | None, float | None, float | None]
Bounds = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]


class Model(NamedTuple):
    """A colour model: the meaning of three channels.

    Attributes
    ----------
    name
        The name in CSS.
    keywords
        Names of the channels in relative colours.
    roles
        Meanings of the channels: channels of two models with equal roles are analogous.
    units
        The units that each channel may have.
    bounds
        Minimum and maximum of each channel, to which written colours are clamped.
    to_srgb, from_srgb
        Conversions without clamping to sRGB's gamut.
    is_grey
        Whether three channels are a grey, whose hue is meaningless.
    """

    name: str
    keywords: tuple[str, str, str]
    roles: tuple[str, str, str]
    units: tuple[Units, Units, Units]
    bounds: Bounds
    to_srgb: Convert
    from_srgb: Convert
    is_grey: Callable[[float, float, float], bool]

    @property
    def is_srgb(self) -> bool:
        """Whether this is another form of sRGB. Results of calculations in it are not clamped."""
        return self.name in ("rgb", "hsl", "hwb")


class Color(NamedTuple):
    """Channels of a model, clamped to what conversions accept, and alpha 0 to 1. None is a missing channel."""

    model: Model
    channels: Triple
    alpha: float | None


_ANY: Final = (-inf, inf)
_POSITIVE: Final = (0.0, inf)
_NO_BOUNDS: Final[Bounds] = (_ANY, _ANY, _ANY)
_RGB: Final = ("r", "g", "b")
_RGB_ROLES: Final = ("red", "green", "blue")
"""Also those of x, y and z."""
_XYZ: Final = ("x", "y", "z")
_LAB: Final = ("l", "a", "b")
_LCH: Final = ("l", "c", "h")
_LAB_ROLES: Final = ("lightness", "a", "b")
_LCH_ROLES: Final = ("lightness", "colorfulness", "hue")


def _never(x: float, y: float, z: float) -> bool:
    return False


def _function(
    name: str,
    keywords: tuple[str, str, str],
    roles: tuple[str, str, str],
    bounds: Bounds,
    is_grey: Callable[[float, float, float], bool] = _never,
    to_srgb: Convert | None = None,
) -> Model:
    space = FUNCTIONS[name]
    return Model(name, keywords, roles, space.units, bounds, to_srgb or space.to_srgb, FROM_SRGB[name], is_grey)


def _color_space(name: str) -> Model:
    keywords, space = _XYZ if name.startswith("xyz") else _RGB, COLOR_SPACES[name]
    return Model(name, keywords, _RGB_ROLES, space.units, _NO_BOUNDS, space.to_srgb, FROM_SRGB[name], _never)


_LIGHTNESS: Final = (0.0, 100.0)
# The thresholds for greys are those that CSS Color 4 recommends for each space.
MODELS: Final = {
    model.name: model
    for model in (
        _function("rgb", _RGB, _RGB_ROLES, ((0.0, 255.0),) * 3),
        _function(
            "hsl",
            ("h", "s", "l"),
            ("hue", "colorfulness", "lightness"),
            (_ANY, _POSITIVE, _ANY),
            lambda h, s, l: s <= 0.001,  # noqa: E741
            from_hsl,
        ),
        _function(
            "hwb",
            ("h", "w", "b"),
            ("hue", "whiteness", "blackness"),
            (_ANY, _POSITIVE, _POSITIVE),
            lambda h, w, b: w + b >= 99.999,
            from_hwb,
        ),
        _function("lab", _LAB, _LAB_ROLES, (_LIGHTNESS, _ANY, _ANY)),
        _function("lch", _LCH, _LCH_ROLES, (_LIGHTNESS, _POSITIVE, _ANY), lambda l, c, h: c <= 0.0015),  # noqa: E741
        _function("oklab", _LAB, _LAB_ROLES, ((0.0, 1.0), _ANY, _ANY)),
        _function("oklch", _LCH, _LCH_ROLES, ((0.0, 1.0), _POSITIVE, _ANY), lambda l, c, h: c <= 0.000004),  # noqa: E741
        *map(_color_space, COLOR_SPACES),
    )
}
"""Models by name, in lower case. ``rgb`` is for written colours, ``srgb`` for mixing."""
MODELS["rgba"], MODELS["hsla"], MODELS["xyz"] = MODELS["rgb"], MODELS["hsl"], MODELS["xyz-d65"]


def fill(channels: Triple) -> Channels:
    """Replace missing channels by 0."""
    x, y, z = channels
    return x or 0.0, y or 0.0, z or 0.0


def to_rgba(color: Color) -> Rgba:
    """Convert a colour to straight sRGB, clamped to 0..1."""
    return clip(*color.model.to_srgb(*fill(color.channels)), color.alpha or 0.0)


def convert(color: Color, model: Model) -> Color:
    """Convert a colour to another model; a missing channel with an analogous one stays missing.

    So do all the channels without analogous ones, if all of them are missing: ``a`` and ``b`` of Lab are the chroma and
    hue of LCH.
    """
    if color.model is model:
        return color
    numbers = model.from_srgb(*color.model.to_srgb(*fill(color.channels)))
    found = dict(zip(model.roles, (0.0 if isnan(v) else cut(v) for v in numbers), strict=True))
    missing = {role for role, v in zip(color.model.roles, color.channels, strict=True) if v is None}
    others = set(color.model.roles) - found.keys()
    if others and others <= missing:
        missing |= found.keys() - set(color.model.roles)
    if model.is_grey(*found.values()):
        missing.add("hue")
    x, y, z = (None if role in missing else v for role, v in found.items())
    return Color(model, (x, y, z), color.alpha)


def settle(color: Color) -> Color:
    """Convert the result of a calculation in HSL or HWB to sRGB, unless channels are missing."""
    if color.model.is_srgb and None not in color.channels:
        return convert(color, MODELS["srgb"])
    return color
