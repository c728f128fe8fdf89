"""decorations: the backgrounds of spans, the lines along their text, and how far spans are raised.

    TextSpan --span_look--> SpanLook --decorations_of, with the runs of a line--> Decoration: a rectangle and its colour

      overline      ______     behind the text
      line-through  -Text-     over it
      underline     ______     behind it

Lines have the position and thickness that the font gives. Contexts move the edges of decorations to whole pixels, so
that lines are sharp and those of neighbouring spans meet.

https://drafts.csswg.org/css-text-decor-4/ and https://drafts.csswg.org/css-inline-3/#baseline-shift-property
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..geometry.affine import Affine
from ..geometry.numbers import shown
from .fontlines import font_units
from .shape import Setting
from .textstyle import spacing_of, spacing_px

if TYPE_CHECKING:
    from .span import TextSpan

__all__ = ["Decoration", "SpanLook", "decorations_of", "span_look"]

UNDERLINE, OVERLINE, LINE_THROUGH = "underline", "overline", "line-through"
LINES: Final = (UNDERLINE, OVERLINE, LINE_THROUGH)
SHIFTS: Final = {"super": 1 / 3, "sub": -1 / 5, "baseline": 0.0}
"""How far a word of `TextSpan.baseline_shift` raises text, as a part of the size of the layout's font."""
THINNEST_PX: Final = 1.0
"""The least thickness of a line along text."""


class SpanLook(NamedTuple):
    """How a span looks, apart from its glyphs.

    ``color`` and ``background`` are as in `TextSpan`, ``lines`` are words of its ``text_decoration``, and ``raised_px``
    is how far its baseline is above that of the line.
    """

    color: Any
    background: Any
    lines: frozenset[str]
    raised_px: float


class Decoration(NamedTuple):
    """A rectangle behind or over the text of a line.

    ``left`` and ``right`` are px from the layout's left edge, ``top`` and ``bottom`` px down from the line's baseline.
    A ``color`` of None is the fill style.
    """

    left: float
    top: float
    right: float
    bottom: float
    color: Any
    is_over_text: bool

    def placed(self, x: float, baseline: float, matrix: Affine) -> tuple[float, float, float, float]:
        """Return its x, y, width and height, user space, for a layout at ``x`` and a baseline.

        Under a matrix that keeps rectangles upright, its edges are on whole pixels, and it is one pixel high at least.
        """
        left, top, right, bottom = x + self.left, baseline + self.top, x + self.right, baseline + self.bottom
        a, b, c, d, e, f = matrix
        first, last = sorted((a * left + e, a * right + e))
        low, high = sorted((d * top + f, d * bottom + f))
        if b == c == 0.0 != a * d and all(map(isfinite, (first, last, low, high))):
            first, last, low, height = round(first), round(last), round(low), max(round(high - low), 1)
            left, right, top, bottom = (first - e) / a, (last - e) / a, (low - f) / d, (low + height - f) / d
        return left, top, right - left, bottom - top


def span_look(span: TextSpan, setting: Setting, base_px: float) -> SpanLook:
    """Return the look of a span whose resolved style is ``setting``, in a layout with a font of ``base_px``.

    Raises
    ------
    ValueError
        A word of the decoration is none, or the shift is not a length.
    """
    return SpanLook(span.color, span.background, lines_of(span.text_decoration), raised_px(span, setting, base_px))


def lines_of(decoration: object) -> frozenset[str]:
    """Return the words of a ``text_decoration``."""
    words = decoration.lower().split() if isinstance(decoration, str) else [""]
    if words == ["none"]:
        words = []
    if not all(word in LINES for word in words):
        raise ValueError(f"text_decoration is {shown(decoration)}: give one or more of {', '.join(LINES)}")
    return frozenset(words)


def raised_px(span: TextSpan, setting: Setting, base_px: float) -> float:
    """Return how far a span's ``baseline_shift`` raises its text, px."""
    shift = span.baseline_shift
    if isinstance(shift, str) and shift.lower() in SHIFTS:
        return SHIFTS[shift.lower()] * base_px
    # 0 has no unit in CSS.
    length = spacing_of(0 if shift == "0" else shift)
    if length is None:
        cure = "give 'super', 'sub', a length such as '0.3em', or a number of px"
        raise ValueError(f"baseline_shift is {shown(shift)}: {cure}")
    return spacing_px(length, font_units(setting.first, setting.style.font.size_px))


def decorations_of(
    extents: Sequence[tuple[int, float, float]], settings: Sequence[Setting], looks: Sequence[SpanLook]
) -> tuple[Decoration, ...]:
    """Return the decorations of a line in painter's order: all backgrounds, then the lines along the text.

    Parameters
    ----------
    extents
        The span, left end and right end, px, of each run of the line, from left to right.
    settings, looks
        The resolved style and the look of each span.
    """
    if not any(looks[span].lines or looks[span].background is not None for span, _, _ in extents):
        return ()
    parts = list(joined_extents(extents))
    backgrounds = [
        Decoration(left, -lines.ascent - look.raised_px, right, lines.descent - look.raised_px, look.background, False)
        for span, left, right in parts
        for look, lines in [(looks[span], settings[span].lines)]
        if look.background is not None
    ]
    rules = [
        Decoration(left, top, right, bottom, looks[span].color, word == LINE_THROUGH)
        for span, left, right in parts
        for word in LINES
        if word in looks[span].lines
        for top, bottom in [line_of(word, settings[span], looks[span].raised_px)]
    ]
    return tuple(backgrounds + rules)


def joined_extents(extents: Iterable[tuple[int, float, float]]) -> Iterator[tuple[int, float, float]]:
    """Yield the spans with the left and right end of each, neighbouring runs of a span as one."""
    current: tuple[int, float, float] | None = None
    for span, left, right in extents:
        if current is not None and current[0] == span:
            current = span, current[1], right
            continue
        if current is not None:
            yield current
        current = span, left, right
    if current is not None:
        yield current


def line_of(word: str, setting: Setting, raised: float) -> tuple[float, float]:
    """Return the top and bottom of a line along text, px down from the baseline of the text's line."""
    metrics, size_px = setting.first.metrics, setting.style.font.size_px
    if word == LINE_THROUGH:
        middle, thickness = metrics.strikeout_position * size_px, metrics.strikeout_thickness * size_px
    else:
        middle, thickness = metrics.underline_position * size_px, metrics.underline_thickness * size_px
    thickness = max(thickness, THINNEST_PX)
    if word == OVERLINE:
        middle = setting.lines.ascent - thickness / 2
    top = -middle - thickness / 2 - raised
    return top, top + thickness
