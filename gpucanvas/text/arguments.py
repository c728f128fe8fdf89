"""arguments: the checks of what `layout_text` is given."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, isfinite, isnan
from operator import index
from typing import Any, Final, NamedTuple

from ..geometry.numbers import as_float, no_number, shown
from ..paint.color import to_rgba
from ..paint.special import Special
from .font import Font
from .lengths import NotFont
from .shorthand import read_shorthand
from .span import TextSpan
from .textstyle import TextStyle, changed, spacing_of, tagged, with_font

__all__ = [
    *("EXAMPLE_FONT", "LineHeight", "check_word", "checked_line_count", "checked_line_height", "checked_spacing"),
    *("checked_text", "checked_width", "span_style", "spans_of"),
]

EXAMPLE_FONT: Final = "16px sans-serif"


def spans_of(text: Any) -> list[TextSpan]:
    given = [text] if isinstance(text, str | TextSpan) else list(text) if isinstance(text, Iterable) else [None]
    spans = []
    for each in given:
        if not isinstance(each, str | TextSpan):
            raise TypeError(f"layout_text: the text is {shown(text)}: give a str, or a list of str and TextSpan")
        spans.append(checked_span(each) if isinstance(each, TextSpan) else TextSpan(each))
    return [span for span in spans if span.text] or [TextSpan("", spans[0].font if spans else None)]


def checked_span(span: TextSpan) -> TextSpan:
    """Return a span, whose colours are read here: an error where it is drawn would not say which span is wrong."""
    if not isinstance(span.text, str):
        raise TypeError(f"layout_text: the text of a span is {shown(span.text)}: give a str")
    if span.font is not None:
        checked_text("font of a span", span.font, EXAMPLE_FONT)
    for name, color in (("color", span.color), ("background", span.background)):
        # The theme may be another one when the layout is drawn.
        if color is None or isinstance(color, Special) or (isinstance(color, str) and color.startswith("var(")):
            continue
        try:
            to_rgba(color)
        except (TypeError, ValueError) as error:
            raise type(error)(f"layout_text: {name} of the span {shown(span.text)}: {error}") from None
    return span


def checked_width(width: Any) -> float:
    if width is None:
        return inf
    if isinstance(width, bool):
        raise no_number("layout_text", "width", width)
    number = as_float("layout_text", "width", width)
    if isnan(number) or number < 0.0:
        raise ValueError(f"layout_text: width is {shown(width)}: give a number of px of 0 or more, or None")
    return number


def checked_line_count(max_lines: Any) -> int | None:
    if max_lines is None:
        return None
    try:
        count = -1 if isinstance(max_lines, bool) else index(max_lines)
    except TypeError:
        raise TypeError(f"layout_text: max_lines is {shown(max_lines)}: give a whole number, or None") from None
    if count < 1:
        raise ValueError(f"layout_text: max_lines is {shown(max_lines)}: give 1 or more, or None")
    return count


def checked_text(name: str, value: Any, example: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"layout_text: {name} is {shown(value)}: give a text such as {example!r}")
    return value


def check_word(name: str, value: object, words: tuple[str, ...]) -> None:
    if value not in words:
        raise ValueError(f"layout_text: {name} is {shown(value)}: give one of {', '.join(words)}")


class LineHeight(NamedTuple):
    """The distance of lines: a multiple of the font size, and px."""

    of_size: float
    px: float


def checked_line_height(value: float | str | None, font: Font) -> LineHeight | None:
    if value is None:
        return None if font.line_height is None else LineHeight(0.0, font.line_height)
    cure = "give a multiple of the font size such as 1.4, or a length such as '20px'"
    if isinstance(value, str):
        try:
            found = read_shorthand(f"{font.size_px}px/{value} any").line_height
        except NotFont:
            raise ValueError(f"layout_text: line_height is {shown(value)}: {cure}") from None
        return None if found is None else LineHeight(0.0, found)
    try:
        multiple = as_float("layout_text", "line_height", value)
    except (TypeError, ValueError):
        multiple = -1.0
    if not (isfinite(multiple) and multiple >= 0.0):
        raise ValueError(f"layout_text: line_height is {shown(value)}: {cure}")
    return LineHeight(multiple, 0.0)


def checked_spacing(value: str | float) -> str:
    spacing = spacing_of(value)
    if spacing is None:
        raise ValueError(f"letter_spacing is {shown(value)}: give a length such as '2px' or '0.1em', or a number of px")
    return spacing


def span_style(span: TextSpan, style: TextStyle) -> TextStyle:
    if span.letter_spacing is not None:
        style = changed(style, "letter_spacing", checked_spacing(span.letter_spacing))
    if span.font_feature_settings is not None:
        features = tagged(span.font_feature_settings, int)
        if features is None:
            cure = "give a dictionary of tags of four characters and numbers of 0 or more, as {'frac': 1}"
            raise ValueError(f"font_feature_settings is {shown(span.font_feature_settings)}: {cure}")
        style = changed(style, "features", features)
    return style if span.font is None else with_font(style, span.font)
