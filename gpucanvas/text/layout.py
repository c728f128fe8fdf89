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
from math import inf
from typing import Any, ClassVar, NamedTuple

from ..copies import Uncopied
from .line import PlacedText

__all__ = ["Cluster", "LayoutLine", "TextLayout", "TextSpan"]

Rect = tuple[float, float, float, float]
"""x, y, width and height."""


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A piece of text with its own style.

    Parameters
    ----------
    text
        The characters.
    font
        A CSS font; if left out, the layout's.
    color
        A colour, as `fill_style` takes it; if left out, the fill style with which the layout is drawn.
    letter_spacing
        A CSS length or a number of px; if left out, the layout's.
    """

    text: str
    font: str | None = None
    color: Any = None
    letter_spacing: str | float | None = None


class Cluster(NamedTuple):
    """Characters between which a caret cannot stand, and their position on a line, px."""

    start: int
    end: int
    left: float
    right: float
    is_rtl: bool


@dataclass(frozen=True, eq=False)
class LayoutLine:
    """One line of a layout.

    Attributes
    ----------
    start, end : int
        The range of its characters, invisible spaces and the line end included.
    x, baseline : float
        Its left end and its alphabetic baseline, px.
    top, height : float
        Its top and its height, px.
    ascent, descent : float
        The ascent and descent of its fonts, px up and down from the baseline.
    width : float
        Its width, px.
    is_rtl : bool
        Whether its paragraph runs right to left.
    pieces : tuple
        Pairs of placed glyphs, from the layout's left edge, and their colour; None for the fill style.
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
    find_clusters: Callable[[], list[Cluster]] = field(repr=False)

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """The line's clusters, from left to right; a caret stands between two clusters."""
        return tuple(self.find_clusters())

    def __repr__(self) -> str:
        return f"<LayoutLine {self.start}..{self.end} at ({self.x:g}, {self.baseline:g}), {self.width:g} px wide>"


@dataclass(frozen=True, eq=False)
class TextLayout(Uncopied):
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
        return max(bisect_right(tops, y) - 1, 0)

    def index_at(self, x: float, y: float) -> int:
        """Return the index of the character before which a caret at (x, y), px, stands."""
        line = self.lines[self.line_at(y)]
        # Where directions meet, an edge belongs to two indices: the index whose caret is shown there is returned.
        leading = {cluster.start: _leading(cluster) for cluster in line.clusters}
        last = max(line.clusters, key=lambda cluster: cluster.end, default=None)
        nearest = line.start, inf, False
        for cluster in line.clusters:
            for index, edge in ((cluster.start, _leading(cluster)), (cluster.end, _trailing(cluster))):
                away, elsewhere = abs(x - edge), leading.get(index, edge if cluster is last else inf) != edge
                if (away, elsewhere) < nearest[1:]:
                    nearest = index, away, elsewhere
        return nearest[0]

    def caret(self, index: int) -> tuple[float, float, float]:
        """Return the caret before a character: its x, top and height, px.

        Raises
        ------
        IndexError
            The index is neither that of a character nor the end of the text.
        """
        if not 0 <= index <= len(self.text):
            raise IndexError(f"caret: index is {index}: give one from 0 to {len(self.text)}")
        line = self.lines[max(bisect_right([each.start for each in self.lines], index) - 1, 0)]
        return self._edge(line, index), line.top, line.height

    def selection(self, start: int, end: int) -> list[Rect]:
        """Return the rectangles (x, y, width, height), px, behind the characters from ``start`` to ``end``."""
        rects: list[Rect] = []
        for line in self.lines:
            spans = [(each.left, each.right) for each in line.clusters if each.start < end and each.end > start]
            for left, right in _merged(spans):
                rects.append((left, line.top, right - left, line.height))
        return rects

    def _edge(self, line: LayoutLine, index: int) -> float:
        """Return the x of a caret before a character on its line, px."""
        for cluster in line.clusters:
            if cluster.start <= index < cluster.end:
                return _leading(cluster)
        before = [cluster for cluster in line.clusters if cluster.end <= index]
        if before:
            return _trailing(max(before, key=lambda cluster: cluster.end))
        return line.x + (line.width if line.is_rtl else 0.0)


def _leading(cluster: Cluster) -> float:
    return cluster.right if cluster.is_rtl else cluster.left


def _trailing(cluster: Cluster) -> float:
    return cluster.left if cluster.is_rtl else cluster.right


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return intervals with those that touch merged."""
    out: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if out and left <= out[-1][1] + 0.01:
            out[-1] = out[-1][0], max(out[-1][1], right)
        else:
            out.append((left, right))
    return out
