"""relative: reads relative colours, ``rgb(from red r g calc(b + 10))``, computed from channels of an origin colour.

    the origin --converted--> its channels by name --each argument--> a number, a keyword, or a math function of them

https://www.w3.org/TR/css-color-5/#relative-colors
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..css.quantities import InvalidCss
from .channels import bound, read_number
from .models import MODELS, Color, Model, Triple, convert, settle
from .spaces import ALPHA, COLOR_SPACES, FUNCTIONS, Units, cut

__all__ = ["is_relative", "read_relative"]


def is_relative(arguments: list[Any]) -> bool:
    """Whether a function with these arguments has an origin colour."""
    return bool(arguments) and arguments[0].type == "ident" and arguments[0].lower_value == "from"


def read_relative(name: str, arguments: list[Any], read_color: Callable[[Any], Color]) -> Color:
    """Read a colour function with an origin colour.

    Parameters
    ----------
    name
        The name of the function, in lower case.
    arguments
        Tokens of tinycss2, without white space.
    read_color
        Reads the token of a colour, or raises `InvalidCss`.

    Raises
    ------
    InvalidCss
        The function breaks the grammar.
    """
    if len(arguments) < 2:
        raise InvalidCss("there is no colour to start from")
    origin, arguments = read_color(arguments[1]), arguments[2:]
    model = _read_model(name, arguments)
    origin = convert(origin, model)
    if len(arguments) == 5 and arguments[3] == "/":
        del arguments[3]
    elif len(arguments) != 3:
        raise InvalidCss("a colour has three channels, and alpha after a slash")
    keywords = dict(zip(model.keywords, origin.channels, strict=True)) | {"alpha": origin.alpha}
    names = {keyword: value or 0.0 for keyword, value in keywords.items()}
    x, y, z = (
        _read_channel(argument, units, keywords, names)
        for argument, units in zip(arguments[:3], model.units, strict=True)
    )
    alpha = origin.alpha if len(arguments) == 3 else _read_channel(arguments[3], ALPHA, keywords, names)
    return settle(Color(model, _within(model, (x, y, z)), None if alpha is None else min(max(alpha, 0.0), 1.0)))


def _read_model(name: str, arguments: list[Any]) -> Model:
    """The model of a function; for ``color()`` its name is taken from the arguments."""
    if name == "color" and arguments and arguments[0].type == "ident":
        name = arguments.pop(0).lower_value
        if name in COLOR_SPACES:
            return MODELS[name]
    elif name in FUNCTIONS:
        return MODELS[name]
    raise InvalidCss("there is no such colour space")


def _read_channel(
    token: Any, units: Units, keywords: Mapping[str, float | None], names: Mapping[str, float]
) -> float | None:
    """Read one argument. A single keyword is missing where the origin's channel is missing."""
    if token.type == "ident" and token.lower_value in keywords:
        return keywords[token.lower_value]
    return read_number(token, units, names)


def _within(model: Model, channels: Triple) -> Triple:
    """Clamp channels to the model's bounds; in sRGB, whose gamut is no bound here, to what conversions accept."""
    if not model.is_srgb:
        return bound(channels, model)
    x, y, z = (None if v is None else cut(v) for v in channels)
    return x, y, z
