"""mix: reads ``color-mix()``, which interpolates two colours in any space.

    two colours --> converted to one space --> missing channels filled in --> hues adjusted for the direction
    --> premultiplied --> weighted sum --> straight

https://www.w3.org/TR/css-color-5/#color-mix and https://www.w3.org/TR/css-color-4/#interpolation
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, Final

from ..css.calc import split_at_commas
from ..css.quantities import InvalidCss
from .channels import is_math, unit_of
from .models import MODELS, Color, Model, convert, settle

__all__ = ["HUE_METHODS", "SPACES", "fill_in", "read_mix", "turn"]

SPACES: Final = {name: model for name, model in MODELS.items() if name not in ("rgb", "rgba", "hsla")}
"""The spaces that colours are mixed in, by name."""
HUE_METHODS: Final = frozenset(("shorter", "longer", "increasing", "decreasing"))
"""The ways from one hue to another."""


def read_mix(token: Any, read_color: Callable[[Any], Color]) -> Color:
    """Read the token of a ``color-mix()``.

    Parameters
    ----------
    token
        A token of tinycss2.
    read_color
        Reads the token of a colour, or raises `InvalidCss`.

    Raises
    ------
    InvalidCss
        The token breaks the grammar.
    """
    groups = [[item for item in group if item.type != "whitespace"] for group in split_at_commas(token.arguments)]
    model, method = MODELS["oklab"], "shorter"
    if groups[0] and groups[0][0].type == "ident" and groups[0][0].lower_value == "in":
        model, method = _read_method(groups.pop(0))
    if len(groups) != 2:
        raise InvalidCss("color-mix() mixes two colours")
    (one, one_share), (other, other_share) = (_read_part(group, read_color) for group in groups)
    if one_share is None:
        one_share = 50.0 if other_share is None else 100.0 - other_share
    if other_share is None:
        other_share = 100.0 - one_share
    total = one_share + other_share
    weight = other_share / total if total else 0.5
    mixed = _interpolate(convert(one, model), convert(other, model), weight, method)
    if mixed.alpha is not None and total < 100.0:
        mixed = mixed._replace(alpha=mixed.alpha * total / 100.0)
    return settle(mixed)


def _read_method(tokens: list[Any]) -> tuple[Model, str]:
    """Read ``in oklch longer hue``: the space, and the method of hue interpolation."""
    words = [token.lower_value if token.type == "ident" else "" for token in tokens]
    model = SPACES.get(words[1]) if len(words) > 1 else None
    if model is None or len(words) not in (2, 4):
        raise InvalidCss("color-mix() does not know this space")
    if len(words) == 2:
        return model, "shorter"
    if "hue" not in model.roles or words[2] not in HUE_METHODS or words[3] != "hue":
        raise InvalidCss("color-mix() does not know this way between two hues")
    return model, words[2]


def _read_part(tokens: list[Any], read_color: Callable[[Any], Color]) -> tuple[Color, float | None]:
    """Read a colour and its percentage, which may be before or after it, or missing."""
    if len(tokens) == 1:
        return read_color(tokens[0]), None
    if len(tokens) != 2:
        raise InvalidCss("color-mix() mixes colours, each with a percentage or none")
    share, color = tokens if tokens[0].type == "percentage" or is_math(tokens[0]) else tokens[::-1]
    percent, unit = unit_of(share)
    if unit != "%" or share.type == "percentage" and not 0.0 <= percent <= 100.0:
        raise InvalidCss("a share is 0% to 100%")
    return read_color(color), min(max(percent, 0.0), 100.0)


def _interpolate(one: Color, other: Color, weight: float, method: str) -> Color:
    """Interpolate two colours of the same model; ``weight`` is that of the second."""
    alphas = fill_in(one.alpha, other.alpha)
    alpha = None if alphas is None else _between(*alphas, weight)
    channels: list[float | None] = []
    for role, x, y in zip(one.model.roles, one.channels, other.channels, strict=True):
        ends = fill_in(x, y)
        if ends is None:
            channels.append(None)
        elif role == "hue":
            channels.append(_between(*turn(*ends, method), weight) % 360.0)
        elif alphas is None:
            channels.append(_between(*ends, weight))
        else:
            premultiplied = _between(ends[0] * alphas[0], ends[1] * alphas[1], weight)
            channels.append(premultiplied / alpha if alpha else premultiplied)
    first, second, third = channels
    return Color(one.model, (first, second, third), alpha)


def _between(x: float, y: float, weight: float) -> float:
    return x * (1.0 - weight) + y * weight


def fill_in(x: float | None, y: float | None) -> tuple[float, float] | None:
    """Two channel values, with a missing one replaced by the other; None where both are missing."""
    if x is None:
        return None if y is None else (y, y)
    return (x, x) if y is None else (x, y)


_SPANS: Final = {"increasing": (0.0, 360.0), "decreasing": (-360.0, 0.0), "shorter": (-180.0, 180.0)}
"""The range of the difference of the second hue to the first, degrees, for each method."""


def turn(x: float, y: float, method: str) -> tuple[float, float]:
    """Add 360 degrees to one of two hues where the method requires it."""
    x, y = x % 360.0, y % 360.0
    if method == "longer":
        if 0.0 < y - x < 180.0:
            return x + 360.0, y
        return (x, y + 360.0) if -180.0 < y - x <= 0.0 else (x, y)
    least, most = _SPANS.get(method, (-inf, inf))
    return x + 360.0 if y - x > most else x, y + 360.0 if y - x < least else y
