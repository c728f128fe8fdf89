"""paragraph: shapes a paragraph of styled text once, breaks it into lines, and shapes each line.

    text, spans --parts, shaped--> advance of each character --UAX 14--> breaks --greedy--> (start, end) of lines
    start..end --parts cut, or shaped again, reordered--> runs from left to right

The letters at a line's ends have lost their neighbours: no ligature or kerning pair may cross a line break. Where
HarfBuzz marks none there, the glyphs of the line are those of the paragraph; else the line is shaped again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import bidi
from .glyphs import GlyphRun
from .itemize import Item, clusters_of, itemize
from .line import run_advances
from .shape import Part, Setting, parts_of, shape_part_of
from .trim import has_pairs, is_pair

__all__ = ["LineRange", "Paragraph", "StyledRun", "base_level"]

SOFT_HYPHEN, HYPHENS = "\xad", "\u2010-"
"""The soft hyphen, where a word may be broken, and the hyphens shown there, in order of preference."""
LINE_ENDS: Final = "\n\x0b\x0c\x85\u2028\u2029 \t"
"""Characters that have no width at the end of a line."""
EPSILON: Final = 1e-6
"""Tolerance of a line's width, px, since it is a sum of rounded numbers."""


class LineRange(NamedTuple):
    """A line of a paragraph: its range of characters, the end of the visible ones, and whether a hyphen is added."""

    start: int
    end: int
    shown_end: int
    hyphen: bool


class StyledRun(NamedTuple):
    """A run, and the span that it belongs to."""

    run: GlyphRun
    span: int


class StyledPart(NamedTuple):
    """A part to be shaped, and the span that it belongs to."""

    part: Part
    span: int


def base_level(text: str, direction: str) -> int:
    """Return a paragraph's level: 0 for ``"ltr"``, 1 for ``"rtl"``, by its first strong character for ``"auto"``."""
    if direction != "auto":
        return int(direction == "rtl")
    return bidi.paragraph_level(text)


class Paragraph:
    """A paragraph of styled text.

    Parameters
    ----------
    text
        The text after `clean`, without line ends inside.
    spans
        The index of each span's first character, ascending from 0.
    settings
        The resolved style of each span.
    base
        The level, 0 or 1.
    """

    def __init__(self, text: str, spans: Sequence[int], settings: Sequence[Setting], base: int) -> None:
        self.text, self.settings, self.base = text, settings, base
        self._spans = spans
        self._parts = [styled for item in itemize(text, base) for styled in self._styled(item)]
        self._starts = [styled.part.item.start for styled in self._parts]
        self._runs = [self._shaped(styled) for styled in self._parts]
        # Other runs depend on the line: punctuation at its ends has another width, and capitals are not in the text.
        self._may_cut = [
            each.part.text is None and not has_pairs(text, each.part.item.start, each.part.item.end)
            for each in self._parts
        ]
        advances = np.zeros(len(text) + 1)
        for run, styled in zip(self._runs, self._parts, strict=True):
            np.add.at(advances, run.clusters + 1, advances_of(run, text, settings[styled.span]))
        self.ends: list[float] = np.cumsum(advances).tolist()
        """The width of the text before each character, px."""

    def span_at(self, index: int) -> int:
        """Return the number of a character's span."""
        return max(bisect_right(self._spans, index) - 1, 0)

    def _styled(self, item: Item) -> list[StyledPart]:
        """Cut an item at spans and where its font changes."""
        found, start = [], item.start
        while start < item.end:
            span = self.span_at(start)
            end = min(item.end, self._spans[span + 1]) if span + 1 < len(self._spans) else item.end
            piece = item._replace(start=start, end=end)
            found += [StyledPart(part, span) for part in parts_of(self.text, piece, self.settings[span])]
            start = end
        return found

    def _shaped(self, styled: StyledPart, first: int = 0) -> GlyphRun:
        return shape_part_of(self.text, styled.part, self.settings[styled.span], first)

    # -- lines -------------------------------------------------------------------------------------------------

    def lines(self, width: float) -> list[LineRange]:
        """Break the paragraph into lines of at most this width, px: where UAX 14 allows it, else between clusters."""
        text, ends = self.text, self.ends
        if not text:
            return [LineRange(0, 0, 0, False)]
        breaks = breaks_of(text)
        shown = [shown_end(text, end) for end in breaks]
        # The hyphen of a break adds to the width of the line before the break.
        reaches = [
            ends[seen] + (self.hyphen_width(seen) if text[seen - 1 : seen] == SOFT_HYPHEN else 0.0) for seen in shown
        ]
        found, start, first = [], 0, 0
        while start < len(text):
            limit = ends[start] + width - self.widening(start) + EPSILON
            last = first
            while last < len(breaks) and reaches[last] <= limit:
                last += 1
            if last > first:
                end, seen = breaks[last - 1], shown[last - 1]
                first = last
            else:
                end = seen = self._forced_end(start, limit, breaks[first])
                if end == breaks[first]:
                    seen, first = shown[first], first + 1
            hyphen = end < len(text) and text[seen - 1 : seen] == SOFT_HYPHEN
            found.append(LineRange(start, end, max(seen, start), hyphen))
            start = end
        return found

    def widening(self, start: int) -> float:
        """Return how much wider a character is at a line's start, px: after some characters it is set at half width."""
        if not is_pair(self.text, start):
            return 0.0
        taken = self.ends[start + 1] - self.ends[start]
        (whole,) = self.runs(start, start + 1)
        return float(advances_of(whole.run, self.text, self.settings[whole.span]).sum()) - taken

    def _forced_end(self, start: int, limit: float, end: int) -> int:
        """Return where to break a word wider than a line: after the clusters that fit, and at least one cluster."""
        at = start
        for cluster in clusters_of(self.text[start : self.fitting(start, limit, end)]):
            if at > start and self.ends[at + len(cluster)] > limit:
                break
            at += len(cluster)
        return at

    def fitting(self, start: int, limit: float, end: int) -> int:
        """Return an index shortly after the last character between ``start`` and ``end`` that fits below the limit."""
        return min(bisect_right(self.ends, limit, start, end) + 32, end)

    def cut(self, start: int, limit: float, end: int) -> int:
        """Return the end of the last cluster between ``start`` and ``end`` that fits below a limit of `ends`."""
        at = start
        for cluster in clusters_of(self.text[start : self.fitting(start, limit, end)]):
            if self.ends[at + len(cluster)] > limit:
                break
            at += len(cluster)
        return at

    def hyphen_width(self, index: int) -> float:
        """Return the width of the hyphen that a break before a character would show, px."""
        setting = self.settings[self.span_at(max(index - 1, 0))]
        return float(advances_of(self.mark(HYPHENS, index, 0).run, "", setting).sum())

    # -- runs --------------------------------------------------------------------------------------------------

    def runs(self, start: int, end: int, marks: Sequence[StyledRun] = ()) -> list[StyledRun]:
        """Return the runs from ``start`` to ``end`` with the marks after them, in visual order from left to right."""
        found: list[StyledRun] = []
        first = max(bisect_right(self._starts, start) - 1, 0)
        for number in range(first, len(self._parts)):
            styled = self._parts[number]
            item = styled.part.item
            if item.start >= end:
                break
            low, high = max(item.start, start), min(item.end, end)
            if low >= high:
                continue
            found.append(StyledRun(self._cut(number, low, high, start), styled.span))
        found += marks
        if len(found) == 1:
            return found
        order = bidi.reorder([each.run.level for each in found])
        return [found[i] for i in order]

    def _cut(self, number: int, low: int, high: int, first: int) -> GlyphRun:
        """Return a part's glyphs for a range of characters, on a line whose first character is ``first``."""
        styled, run = self._parts[number], self._runs[number]
        item = styled.part.item
        if (low, high) != (item.start, item.end) or (low == first and is_pair(self.text, first)):
            cut = run.cut(low, high) if self._may_cut[number] else None
            if cut is not None:
                return cut
            part = styled.part._replace(item=item._replace(start=low, end=high))
            if part.text is not None:
                part = part._replace(text=self.text[low:high].upper())
            return self._shaped(StyledPart(part, styled.span), first)
        return run

    def mark(self, texts: str, index: int, level: int) -> StyledRun:
        """Return a run of the first of ``texts`` that the font has, in the style of the character before ``index``."""
        span = self.span_at(max(index - 1, 0))
        setting = self.settings[span]
        face = setting.choices[0].face
        sign = next((each for each in texts if face.has(ord(each))), texts[-1])
        part = parts_of(sign, Item(0, 1, level, "Latn", False), setting)[0]
        run = shape_part_of(sign, part, setting)
        return StyledRun(run._replace(start=index, end=index, clusters=run.clusters + index), span)


def advances_of(run: GlyphRun, text: str, setting: Setting) -> NDArray[np.float64]:
    """Return the advance of each glyph, with spacing, px."""
    style = setting.style
    return run_advances(run, text, style.font.size_px * run.scale, style.letter_px, style.word_px)


def breaks_of(text: str) -> list[int]:
    """Return the indices where lines may end (UAX 14), ascending; the last is the end of the text."""
    from unicode_segmentation_rs import line_break_units

    return list(accumulate(map(len, line_break_units(text))))


def shown_end(text: str, end: int) -> int:
    """Return the end of a line's visible characters: before its trailing spaces and line end."""
    while end and text[end - 1] in LINE_ENDS:
        end -= 1
    return end
