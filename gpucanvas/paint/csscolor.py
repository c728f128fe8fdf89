"""csscolor: reads all CSS colours, with comments, escapes, unclosed brackets, ``none``, calculations and so on.

    text --tinycss2--> tokens --grammar--> a space, its channels --> sRGB
                                   `-- mix, relative, derived: colours made of others --^

tinycss2 makes the tokens; its own colour parser is less strict than the standard, so the grammar is implemented here.
This module is imported for the first text that `quick` cannot read.

https://www.w3.org/TR/css-color-4/ and https://www.w3.org/TR/css-color-5/
"""

from __future__ import annotations

from typing import Any

from ..css.nesting import is_too_deep
from ..css.quantities import InvalidCss
from .channels import bound, read_number, unit_of
from .derived import read_alpha, read_contrast, read_light
from .mix import read_mix
from .models import MODELS, Color, fill, to_rgba
from .named import SYSTEM_COLORS, Rgba
from .relative import is_relative, read_relative
from .spaces import ALPHA, COLOR_SPACES, FUNCTIONS, Space, clip
from .wide import LEGACY, WideColor

__all__ = ["read"]


def read(text: str) -> Rgba | None:
    """Read any CSS colour: straight sRGB, clipped to 0..1; None where the text is none."""
    from tinycss2 import parse_one_component_value

    if is_too_deep(text):
        return None
    try:
        return _read(parse_one_component_value(text, skip_comments=True))
    except ValueError:
        # The text is no colour, or has an integer of thousands of digits, which Python refuses to convert.
        return None


def _read(token: Any) -> Rgba:
    """Read a token that is a colour, as it is drawn and written."""
    if token.type != "function":
        return to_rgba(_read_color(token))
    if token.lower_name == "light-dark":
        found: Rgba = read_light(token, _read)
        return found
    if token.lower_name == "contrast-color":
        return to_rgba(_read_color(token))
    if token.lower_name == "alpha":
        return _read_alpha(token)
    if _is_made_of_others(token):
        return _widened(_read_color(token))
    name, (x, y, z, alpha) = _read_function(token)
    # The same bits as `quick` gives.
    rgba = clip(*_space(name).to_srgb(x or 0.0, y or 0.0, z or 0.0), alpha or 0.0)
    if name in LEGACY and None not in (x, y, z, alpha):
        return rgba
    # A missing channel counts in gradients, in any space.
    wide: Rgba = WideColor(rgba, name, (x, y, z), alpha)
    return wide


def _read_alpha(token: Any) -> Rgba:
    """Read ``alpha()``: of a legacy colour it is one, too, unless its alpha is missing."""
    color, alpha = read_alpha(_arguments(token), _read, lambda it: it.alpha if type(it) is WideColor else it[3])
    rgba = (*color[:3], alpha or 0.0)
    if type(color) is WideColor:
        return WideColor(rgba, color.model, color.channels, alpha)  # type: ignore[no-any-return]
    return rgba if alpha is not None else WideColor(rgba, "srgb", None, None)


def _widened(color: Color) -> Rgba:
    """The result of a colour made of others; HSL and HWB with a missing channel become sRGB (CSS Color 5)."""
    rgba, model, channels = to_rgba(color), color.model, color.channels
    if model.is_srgb:
        x, y, z = fill(channels)
        model, channels = MODELS["srgb"], model.to_srgb(x, y, z)
    found: Rgba = WideColor(rgba, model.name, channels, color.alpha)
    return found


def _arguments(token: Any) -> list[Any]:
    return [item for item in token.arguments if item.type not in ("whitespace", "comment")]


def _is_made_of_others(token: Any) -> bool:
    return token.lower_name == "color-mix" or is_relative(_arguments(token))


def _read_color(token: Any) -> Color:
    """Read a token that is a colour, in its own space."""
    if token.type == "function":
        if token.lower_name == "color-mix":
            return read_mix(token, _read_color)
        if token.lower_name == "light-dark":
            light: Color = read_light(token, _read_color)
            return light
        if token.lower_name == "contrast-color":
            grey = read_contrast(token, _read_color)
            return Color(MODELS["srgb"], (grey, grey, grey), 1.0)
        arguments = _arguments(token)
        if token.lower_name == "alpha":
            origin, alpha = read_alpha(arguments, _read_color, lambda it: it.alpha)
            faded: Color = origin._replace(alpha=alpha)
            return faded
        if is_relative(arguments):
            return read_relative(token.lower_name, arguments, _read_color)
        name, (x, y, z, alpha) = _read_function(token)
        model = MODELS[name]
        return Color(model, bound((x, y, z), model), None if alpha is None else min(max(alpha, 0.0), 1.0))
    if token.type not in ("ident", "hash"):
        raise InvalidCss("a colour is a function, a name or a hash")
    r, g, b, a = _read_word(token)
    return Color(MODELS["srgb"], (r, g, b), a)


def _read_word(token: Any) -> Rgba:
    """Read a name, or hexadecimal digits."""
    from tinycss2.color4 import parse_color

    if token.type == "ident" and token.lower_value in SYSTEM_COLORS:
        return SYSTEM_COLORS[token.lower_value]
    found = parse_color(token)
    if found is None:
        raise InvalidCss("there is no colour of this name")
    if found == "currentcolor":
        return 0.0, 0.0, 0.0, 1.0
    r, g, b = found.coordinates
    return clip(r, g, b, found.alpha)


def _space(name: str) -> Space:
    return FUNCTIONS.get(name) or COLOR_SPACES[name]


def _read_function(token: Any) -> tuple[str, tuple[float | None, ...]]:
    """Read a colour function without an origin colour: the name of its model, three channels and alpha."""
    arguments, name = _arguments(token), token.lower_name
    if name == "color" and arguments and arguments[0].type == "ident":
        name = arguments.pop(0).lower_value
        known = name in COLOR_SPACES
    else:
        known = name in FUNCTIONS
    if not known:
        raise InvalidCss("there is no such colour function")
    space = _space(name)
    if space in (FUNCTIONS["rgb"], FUNCTIONS["hsl"]) and any(item == "," for item in arguments):
        arguments = _read_legacy(space, arguments)
    elif len(arguments) == 5 and arguments[3] == "/":
        del arguments[3]
    elif len(arguments) != 3:
        raise InvalidCss("a colour has three channels, and alpha after a slash")
    numbers = [read_number(item, units) for item, units in zip(arguments, (*space.units, ALPHA), strict=False)]
    return name, (*numbers, 1.0)[:4]


def _read_legacy(space: Space, arguments: list[Any]) -> list[Any]:
    """Remove the commas from arguments of the legacy syntax, which allows no ``none`` and no mixed units."""
    if len(arguments) not in (5, 7) or any(item != "," for item in arguments[1::2]):
        raise InvalidCss("there is a comma between every two channels")
    arguments = arguments[::2]
    units = [unit_of(item)[1] for item in arguments]
    if units[1:3] != ["%", "%"] if space is FUNCTIONS["hsl"] else units[:3] not in (["", "", ""], ["%", "%", "%"]):
        raise InvalidCss("channels between commas are of one kind")
    return arguments
