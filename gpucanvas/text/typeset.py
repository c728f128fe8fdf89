"""typeset: breaks spans of text into the lines of a `TextLayout`.

spans --paragraphs--> Paragraph --lines--> Draft --align, justify, ellipsis--> LayoutLine
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Final, Literal, NamedTuple

import numpy as np

from .arguments import (
    EXAMPLE_FONT,
    LineHeight,
    check_word,
    checked_line_count,
    checked_line_height,
    checked_spacing,
    checked_text,
    checked_width,
    span_style,
    spans_of,
)
from .clusters import Cluster, clusters_on
from .decorations import SpanLook, decorations_of, span_look
from .itemize import clean
from .layout import LayoutLine, TextLayout
from .line import PlacedRun, PlacedText, place
from .paragraph import HYPHENS, LineRange, Paragraph, StyledRun, advances_of, base_level
from .shape import Setting, setting_of
from .span import TextSpan
from .textstyle import DEFAULT, changed, with_font

__all__ = ["layout_text"]

Align = Literal["start", "end", "left", "right", "center", "justify"]
Direction = Literal["ltr", "rtl", "auto"]
ALIGNS: Final = ("start", "end", "left", "right", "center", "justify")
DIRECTIONS: Final = ("ltr", "rtl", "auto")
PARAGRAPH_END: Final = re.compile("\r\n|[\n\x0b\x0c\r\x85\u2028\u2029]")
STRETCHED: Final = " \xa0"
"""The spaces that justification widens."""


def layout_text(
    text: str | TextSpan | Sequence[str | TextSpan],
    width: float | None = None,
    *,
    font: str = "16px sans-serif",
    align: Align = "start",
    direction: Direction = "auto",
    line_height: float | str | None = None,
    letter_spacing: str | float = 0,
    lang: str = "",
    max_lines: int | None = None,
    ellipsis: str = "\u2026",
) -> TextLayout:
    """Break text into lines and place them.

    Parameters
    ----------
    text
        A text, or spans of text with their own styles. Line ends end paragraphs. A soft hyphen (U+00AD) is where a word
        may be broken, and is shown only if it is broken there.
    width
        The greatest width of a line, px; None breaks lines at line ends only.
    font
        A CSS font.
    align
        ``"start"``, ``"end"`` (by the direction), ``"left"``, ``"right"``, ``"center"``, or ``"justify"``, which widens
        the spaces of all lines but the last of a paragraph.
    direction
        ``"ltr"``, ``"rtl"``, or ``"auto"``, which takes each paragraph's direction from its first letter.
    line_height
        The distance of lines: a multiple of the font size such as 1.4, or a CSS length such as ``"20px"``; None takes
        that of the CSS font, as in ``"16px/20px sans-serif"``, or else the font's own.
    letter_spacing
        A CSS length, or a number of px.
    lang
        A BCP 47 language tag.
    max_lines
        The greatest number of lines; if text is left out, the last line ends with the ``ellipsis``.

    Raises
    ------
    TypeError, ValueError
        An argument is of a wrong type, or out of range.

    >>> import gpucanvas
    >>> layout = gpucanvas.layout_text("one two three", 70, font="16px sans-serif")
    >>> [layout.text[line.start : line.end] for line in layout.lines]
    ['one two ', 'three']
    """
    spans = spans_of(text)
    limit = checked_width(width)
    check_word("align", align, ALIGNS)
    check_word("direction", direction, DIRECTIONS)
    most_lines = checked_line_count(max_lines)
    checked_text("ellipsis", ellipsis, "...")
    spacing = checked_spacing(letter_spacing)
    style = with_font(changed(DEFAULT, "letter_spacing", spacing), checked_text("font", font, EXAMPLE_FONT))
    if checked_text("lang", lang, "en"):
        style = changed(style, "lang", lang)
    height = checked_line_height(line_height, style.font)
    settings = [setting_of(span_style(span, style)) for span in spans]
    base_px = style.font.size_px
    looks = [span_look(span, setting, base_px) for span, setting in zip(spans, settings, strict=True)]
    drafts, is_cut = draft_lines(spans, settings, limit, direction, most_lines)
    if is_cut and ellipsis:
        drafts[-1] = with_ellipsis(drafts[-1], limit, ellipsis)
    widths = [draft.width for draft in drafts]
    room = max(widths) if limit == inf else limit
    lines, top = [], 0.0
    extents: dict[frozenset[int], Extents] = {}
    for draft, drawn in zip(drafts, widths, strict=True):
        spans_here = draft.spans
        if spans_here not in extents:
            extents[spans_here] = extents_of([(settings[span], looks[span]) for span in spans_here], height)
        lines.append(finish(draft, looks, drawn, room, align, extents[spans_here], top))
        top += lines[-1].height
    whole = "".join(span.text for span in spans)
    return TextLayout(whole, tuple(lines), room, top, is_cut)


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A line that is not placed yet: its paragraph, that paragraph's start, and the line's runs from left to right.

    A line with ``ends_paragraph`` is not justified.
    """

    paragraph: Paragraph
    offset: int
    line: LineRange
    end: int
    runs: tuple[StyledRun, ...]
    ends_paragraph: bool

    @property
    def width(self) -> float:
        """The line's width, px."""
        text, settings = self.paragraph.text, self.paragraph.settings
        return float(sum(advances_of(each.run, text, settings[each.span]).sum() for each in self.runs))

    @property
    def spans(self) -> frozenset[int]:
        """The numbers of its visible spans or, if none is visible, of the span at its start."""
        return frozenset(each.span for each in self.runs) or frozenset((self.paragraph.span_at(self.line.start),))


def draft_lines(
    spans: Sequence[TextSpan], settings: Sequence[Setting], limit: float, direction: str, max_lines: int | None
) -> tuple[list[Draft], bool]:
    """Return the lines of a text, and whether there would be more than ``max_lines``."""
    text = "".join(span.text for span in spans)
    firsts = np.cumsum([0, *(len(span.text) for span in spans)])[:-1]
    drafts: list[Draft] = []
    start = 0
    while True:
        if max_lines is not None and len(drafts) >= max_lines:
            return drafts, True
        found = PARAGRAPH_END.search(text, start)
        end = found.start() if found else len(text)
        piece = clean(text[start:end])
        paragraph = Paragraph(piece, (firsts - start).tolist(), settings, base_level(piece, direction))
        lines = paragraph.lines(limit)
        for line in lines:
            if max_lines is not None and len(drafts) >= max_lines:
                return drafts, True
            marks = [paragraph.mark(HYPHENS, line.shown_end, last_level(paragraph, line))] if line.hyphen else []
            runs = tuple(paragraph.runs(line.start, line.shown_end, marks))
            is_last = line is lines[-1]
            last = found.end() if found and is_last else start + line.end
            drafts.append(Draft(paragraph, start, line, last, runs, is_last))
        if found is None:
            return drafts, False
        start = found.end()


def last_level(paragraph: Paragraph, line: LineRange) -> int:
    """Return the level of the last visible character of a line."""
    runs = paragraph.runs(max(line.shown_end - 1, line.start), line.shown_end)
    return runs[0].run.level if runs else paragraph.base


def with_ellipsis(draft: Draft, limit: float, ellipsis: str) -> Draft:
    """Cut a line so that an ellipsis fits after it, and add the ellipsis."""
    paragraph, line = draft.paragraph, draft.line
    marks = [paragraph.mark(each, line.shown_end, paragraph.base) for each in ellipsis]
    taken = sum(advances_of(each.run, "", paragraph.settings[each.span]).sum() for each in marks)
    end = line.shown_end
    if limit < inf:
        room = paragraph.ends[line.start] + limit - paragraph.widening(line.start) - float(taken)
        end = paragraph.cut(line.start, room, line.shown_end)
        while end > line.start and paragraph.text[end - 1] in STRETCHED:
            end -= 1
    marks = [paragraph.mark(each, end, paragraph.base) for each in ellipsis]
    runs = tuple(paragraph.runs(line.start, end, marks))
    return Draft(paragraph, draft.offset, line._replace(shown_end=end), draft.end, runs, True)


def finish(
    draft: Draft, looks: Sequence[SpanLook], width: float, room: float, align: str, extents: Extents, top: float
) -> LayoutLine:
    """Place a line of this width: return it with its position and alignment."""
    paragraph, line = draft.paragraph, draft.line
    extra = 0.0
    if align == "justify" and not draft.ends_paragraph and width < room < inf:
        spaces = sum(map(paragraph.text[line.start : line.shown_end].count, STRETCHED))
        extra = (room - width) / spaces if spaces else 0.0
        width = room if spaces else width
    left = indent(align, bool(paragraph.base), room - width)
    x = left
    placed: dict[int, list[PlacedRun]] = {}
    spaced: list[tuple[PlacedRun, float, float]] = []
    for run, span in draft.runs:
        style = paragraph.settings[span].style
        word_px = style.word_px + extra
        one = place(run, paragraph.text, style.font.size_px, style.letter_px, word_px, x)
        if looks[span].raised_px:
            one = one._replace(y=one.y - looks[span].raised_px)
        placed.setdefault(span, []).append(one)
        spaced.append((one, style.letter_px, word_px))
        x = one.right
    height, rise, ascent, descent = extents
    pieces = tuple(
        (PlacedText(tuple(runs), paragraph.settings[span].style.is_tight), looks[span].color)
        for span, runs in placed.items()
    )
    ends = [(span, one.left, one.right) for (_, span), (one, _, _) in zip(draft.runs, spaced, strict=True)]
    decorations = decorations_of(ends, paragraph.settings, looks)
    start, is_rtl = draft.offset + line.start, bool(paragraph.base)
    places = left, top + rise, top, height, ascent, descent, width

    def find() -> list[Cluster]:
        text, offset = paragraph.text, draft.offset
        return [each for one, letter, word in spaced for each in clusters_on(one, text, letter, word, offset)]

    return LayoutLine(start, draft.end, *places, is_rtl, pieces, decorations, find)


def indent(align: str, is_rtl: bool, free: float) -> float:
    """Return the left end of a line, px, by the free part of the width."""
    if align == "center":
        return free / 2
    is_right = align == "right" or (align in ("start", "justify") and is_rtl) or (align == "end" and not is_rtl)
    return free if is_right else 0.0


class Extents(NamedTuple):
    """A line's height, its baseline's distance from its top, and its fonts' ascent and descent, all px."""

    height: float
    rise: float
    ascent: float
    descent: float


def extents_of(spans: Sequence[tuple[Setting, SpanLook]], line_height: LineHeight | None) -> Extents:
    """Return the extents of a line with some spans.

    Raised text makes a line higher only if no ``line_height`` was given. With one, lines with and without it are alike.
    """
    settings, raised = [setting for setting, _ in spans], [look.raised_px for _, look in spans]
    ascent = max(setting.lines.ascent + up for setting, up in zip(settings, raised, strict=True))
    descent = max(setting.lines.descent - up for setting, up in zip(settings, raised, strict=True))
    if line_height is None:
        gap = max(setting.first.metrics.line_gap * setting.style.font.size_px for setting in settings)
        return Extents(ascent + descent + gap, gap / 2 + ascent, ascent, descent)
    height = line_height.px + line_height.of_size * max(setting.style.font.size_px for setting in settings)
    level_ascent = max(setting.lines.ascent for setting in settings)
    level_descent = max(setting.lines.descent for setting in settings)
    return Extents(height, (height - level_ascent - level_descent) / 2 + level_ascent, ascent, descent)
