"""layout: text of many lines and styles, and the positions of its characters. `typeset` makes it. Not in the standard.

    layout_text("...", 300) --> TextLayout: lines --ctx.fill_layout(layout, x, y)--> drawn
                                     `-- index_at, caret, selection: answers for a pointer and a keyboard

Coordinates are px from the layout's top left corner; y runs down. Indices count the characters of the given text, all
spans together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from operator import index as as_index
from typing import Any, ClassVar

from ..copies import Shared
from ..geometry.numbers import as_float, shown
from .clusters import Cluster, edge_of, index_near, merged
from .decorations import Decoration
from .line import PlacedText

__all__ = ["Cluster", "LayoutLine", "TextLayout"]

Rect = tuple[float, float, float, float]
"""x, y, width and height."""


@dataclass(frozen=True, eq=False)
class LayoutLine(Shared):
    """One line of a `TextLayout`.

    Attributes
    ----------
    start, end : int
        The range of its characters, invisible spaces and the line end included.
    x, baseline : float
        Its left end and its alphabetic baseline, px.
    top, height : float
        Its top and its height, px.
    ascent, descent : float
        How far its fonts reach up and down from the baseline, px.
    width : float
        Its width, px.
    is_rtl : bool
        Whether its paragraph runs right to left.
    pieces : tuple
        Pairs of placed glyphs, from the layout's left edge, and their colour; None for the fill style.
    decorations : tuple
        The backgrounds of its text and the lines along it, in the order in which they are drawn.
    find_clusters : function
        Computes `clusters` on first use.
    """

    start: int
    end: int
    x: float
    baseline: float
    top: float
    height: float
    ascent: float
    descent: float
    width: float
    is_rtl: bool
    pieces: tuple[tuple[PlacedText, Any], ...]
    decorations: tuple[Decoration, ...]
    find_clusters: Callable[[], list[Cluster]] = field(repr=False)
    _copy_cure: ClassVar[str] = "it does not change, so it may be shared; make another with layout_text"

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """The line's clusters, from left to right; a caret stands between two clusters."""
        return tuple(self.find_clusters())

    def __repr__(self) -> str:
        return f"<LayoutLine {self.start}..{self.end} at ({self.x:g}, {self.baseline:g}), {self.width:g} px wide>"


@dataclass(frozen=True, eq=False)
class TextLayout(Shared):
    """Lines of text, to draw with ``ctx.fill_layout`` and to query; see `layout_text`.

    Attributes
    ----------
    text : str
        All characters of all spans.
    lines : tuple of LayoutLine
        The lines from the top down; at least one.
    width, height : float
        The size of the layout, px: ``width`` is the requested width, or that of the widest line.
    is_cut : bool
        Whether text was left out because of ``max_lines``.
    """

    text: str
    lines: tuple[LayoutLine, ...]
    width: float
    height: float
    is_cut: bool
    _copy_cure: ClassVar[str] = "it does not change, so it may be shared; make another with layout_text"

    def __repr__(self) -> str:
        return f"<TextLayout of {len(self.lines)} lines, {self.width:g}x{self.height:g} px>"

    def line_at(self, y: float) -> int:
        """Return the number of the line at a height in px; the first or last line for a height outside the layout."""
        tops = [line.top for line in self.lines]
        return max(bisect_right(tops, checked_px("line_at", "y", y)) - 1, 0)

    def index_at(self, x: float, y: float) -> int:
        """Return the index of the character before which a caret at (x, y), px, stands."""
        line = self.lines[self.line_at(checked_px("index_at", "y", y))]
        return index_near(line.clusters, checked_px("index_at", "x", x), line.start)

    def caret(self, index: int) -> tuple[float, float, float]:
        """Return the caret before a character: its x, top and height, px.

        Raises
        ------
        IndexError
            The index is neither that of a character nor the end of the text.
        """
        index = whole("caret", "index", index)
        if not 0 <= index <= len(self.text):
            raise IndexError(f"caret: index is {index}: give one from 0 to {len(self.text)}")
        line = self.lines[max(bisect_right([each.start for each in self.lines], index) - 1, 0)]
        edge = edge_of(line.clusters, index)
        if edge is None:
            edge = line.x + (line.width if line.is_rtl else 0.0)
        return edge, line.top, line.height

    def selection(self, start: int, end: int) -> list[Rect]:
        """Return the rectangles (x, y, width, height), px, behind the characters from ``start`` to ``end``."""
        start, end = whole("selection", "start", start), whole("selection", "end", end)
        rects: list[Rect] = []
        for line in self.lines:
            if line.start >= end or line.end <= start:
                continue
            spans = [(each.left, each.right) for each in line.clusters if each.start < end and each.end > start]
            for left, right in merged(spans):
                rects.append((left, line.top, right - left, line.height))
        return rects


def checked_px(verb: str, name: str, value: object) -> float:
    """Return a position, px."""
    number = as_float(verb, name, value)
    if not isfinite(number):
        raise ValueError(f"{verb}: {name} is {shown(value)}: give a finite number of px")
    return number


def whole(verb: str, name: str, value: object) -> int:
    """Return the index of a character."""
    try:
        return as_index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{verb}: {name} is {shown(value)}: give a whole number") from None
