"""derived: reads ``alpha()``, ``light-dark()`` and ``contrast-color()``, each of which is another colour, or nearly so.

    alpha(from lab(50 20 30) / 0.5)  -->  the same channels in the same space, another alpha
    light-dark(red, blue)            -->  red: a canvas has no page around it, so its colour scheme is light
    contrast-color(navy)             -->  white or black, whichever stands out more

https://www.w3.org/TR/css-color-5/#relative-alpha, #light-dark and #contrast-color
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ..css.calc import split_at_commas
from ..css.quantities import InvalidCss
from .channels import read_number
from .models import MODELS, Color, convert
from .relative import is_relative
from .spaces import ALPHA

__all__ = ["read_alpha", "read_contrast", "read_light"]

_MEDIUM: Final = (0.05 * 1.05) ** 0.5 - 0.05
"""The luminance that has the same contrast with white and with black, by WCAG 2.1."""


def read_light(token: Any, read_color: Callable[[Any], Any]) -> Any:
    """Read ``light-dark()``: its first colour, as ``read_color`` gives it. Both must be colours.

    Raises
    ------
    InvalidCss
        The function breaks the grammar.
    """
    colors = [_only(group) for group in split_at_commas(token.arguments)]
    if len(colors) != 2:
        raise InvalidCss("light-dark() has two colours")
    light, _ = map(read_color, colors)
    return light


def read_contrast(token: Any, read_color: Callable[[Any], Color]) -> float:
    """Read ``contrast-color()``: the grey level 1 of white, or 0 of black. Its colour's alpha does not count.

    Raises
    ------
    InvalidCss
        The function breaks the grammar.
    """
    luminance = convert(read_color(_only(token.arguments)), MODELS["xyz-d65"]).channels[1]
    return 1.0 if (luminance or 0.0) <= _MEDIUM else 0.0


def read_alpha(
    arguments: list[Any], read_color: Callable[[Any], Any], alpha_of: Callable[[Any], float | None]
) -> tuple[Any, float | None]:
    """Read ``alpha(from <color> [ / <alpha> ]?)``.

    Parameters
    ----------
    arguments
        Tokens of tinycss2, without white space.
    read_color
        Reads the token of a colour, or raises `InvalidCss`.
    alpha_of
        Returns the alpha of a colour that ``read_color`` gave; None for a missing one.

    Returns
    -------
    origin, alpha
        The colour, and the alpha that it gets.

    Raises
    ------
    InvalidCss
        The function breaks the grammar.
    """
    if len(arguments) not in (2, 4) or not is_relative(arguments):
        raise InvalidCss("alpha() has 'from', a colour, and an alpha after a slash")
    # Read once: each of nested functions would double the time otherwise.
    origin = read_color(arguments[1])
    own = alpha_of(origin)
    if len(arguments) == 2:
        return origin, own
    if arguments[2] != "/":
        raise InvalidCss("there is no slash before alpha")
    token = arguments[3]
    if token.type == "ident" and token.lower_value == "alpha":
        return origin, own
    alpha = read_number(token, ALPHA, {"alpha": own or 0.0})
    return origin, None if alpha is None else min(max(alpha, 0.0), 1.0)


def _only(tokens: list[Any]) -> Any:
    """The only token besides white space."""
    tokens = [token for token in tokens if token.type not in ("whitespace", "comment")]
    if len(tokens) != 1:
        raise InvalidCss("there is not one colour")
    return tokens[0]
