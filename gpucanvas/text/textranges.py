"""textranges: answers about parts of a measured text: boxes, the character at an offset, and clusters to draw.

    TextMetrics --get_selection_rects, get_actual_bounding_box--> DOMRect
                --get_text_clusters--> TextCluster --ctx.fill_text_cluster(cluster, x, y)--> drawn as in the whole text

Positions are px from the text's anchor point, which `text_align` and `text_baseline` chose when it was measured.
Indices count the characters of the text: Python's, not the UTF-16 units of JavaScript.

The proposal is https://github.com/whatwg/html/pull/11000 (enhanced TextMetrics).
"""

from __future__ import annotations

from operator import index
from typing import Any, Final, NamedTuple

from ..copies import Uncopied
from ..errors import IndexSizeError, InvalidStateError
from ..geometry.numbers import shown
from ..geometry.rect import DOMRect
from ..images.colorspace import UnknownWordError
from ..names import Hinted
from .clusters import Cluster, clusters_on, edge_of, index_near, merged, units_on
from .extent import box_of, enclosing
from .fontlines import FontLines, baseline_of
from .line import Line, PlacedRun, PlacedText
from .shape import Setting
from .textstyle import SETTINGS, TextStyle

__all__ = ["TextCluster", "TextPlace", "actual_box", "index_at", "selection_rects", "text_clusters"]

ALIGN_PARTS: Final = {"left": 0.0, "center": 0.5, "right": 1.0}
"""The part of a width that is to the left of the anchor point."""


class TextPlace(NamedTuple):
    """A line, and where its anchor point is: right of the line's left end and above its alphabetic baseline, px."""

    line: Line
    setting: Setting
    anchor: float
    baseline: float


class TextCluster(Hinted, Uncopied):
    """Characters of a measured text that are drawn together: a letter with its marks, a ligature, an emoji.

    ``ctx.fill_text_cluster(cluster, x, y)`` draws it as ``ctx.fill_text(text, x, y)`` would draw it in the whole text.

    Attributes
    ----------
    start, end : int
        The range of its characters in the text.
    x, y : float
        Its own anchor point, px from that of the text: `align` and `baseline` choose this point.
    align : str
        ``"left"``, ``"center"`` or ``"right"``.
    baseline : str
        A value of `text_baseline`.
    """

    _copy_cure = "it holds glyphs of fonts; measure the text again, and take get_text_clusters()"
    __slots__ = ("_lines", "_placed", "_style", "_width", "align", "baseline", "end", "start", "x", "y")

    start: int
    end: int
    x: float
    y: float
    align: str
    baseline: str

    def __init__(self, first: int, end: int, x: float, y: float, align: str, baseline: str) -> None:
        self.start, self.end, self.x, self.y, self.align, self.baseline = first, end, x, y, align, baseline
        self._placed = PlacedText(())
        self._width = 0.0
        self._lines: FontLines | None = None
        self._style: TextStyle | None = None

    def __repr__(self) -> str:
        return f"<TextCluster {self.start}..{self.end} at ({self.x:g}, {self.y:g}), {self.align} {self.baseline}>"

    def _glyphs_by(self, align: str | None, baseline: str | None) -> tuple[PlacedText, TextStyle, float, float]:
        """Return its glyphs, its style, and where their origin is, px from an anchor point chosen by these words."""
        style, lines = self._style, self._lines
        if style is None or lines is None:
            raise InvalidStateError("this TextCluster was not made by measure_text(...).get_text_clusters()")
        part = ALIGN_PARTS[resolved_align(self.align if align is None else align, style)]
        checked = self.baseline if baseline is None else checked_word("text_baseline", baseline)
        return self._placed, style, -part * self._width, baseline_of(lines, checked)


def checked_word(name: str, value: object) -> str:
    """Return a word that a text property accepts; raises ValueError for others."""
    words = SETTINGS[name]
    if not isinstance(value, str) or value not in words:
        raise UnknownWordError(f"{name.removeprefix('text_')} is {shown(value)}: give one of {', '.join(words)}")
    return value


def resolved_align(value: object, style: TextStyle) -> str:
    """Return an alignment as left, right or center."""
    word = checked_word("text_align", value)
    if word in ("start", "end"):
        return "right" if (word == "start") == style.is_rtl else "left"
    return word


def checked_range(verb: str, place: TextPlace, start: Any, end: Any, last_start: int) -> tuple[int, int]:
    """Return a range of characters; raises IndexSizeError beyond the text."""
    try:
        first, last = index(start), index(end)
    except TypeError:
        raise TypeError(f"{verb}: the range is {shown(start)}..{shown(end)}: give whole numbers") from None
    length = len(place.line.text)
    if not 0 <= first <= last_start or not 0 <= last <= length:
        raise IndexSizeError(f"{verb}: the range is {first}..{last}, and the text has {length} characters: stay in it")
    return first, last


def clusters_of(place: TextPlace) -> list[Cluster]:
    """Return all clusters of a line, from left to right."""
    line = place.line
    return [each for one in line.placed for each in clusters_on(one, line.text, *line.spacing_px)]


def selection_rects(place: TextPlace, start: Any, end: Any) -> list[DOMRect]:
    """Return the rectangles behind a range of characters; for an empty range, one without width at its caret."""
    first, last = checked_range("get_selection_rects", place, start, end, len(place.line.text))
    clusters = clusters_of(place)
    lines = place.setting.lines
    top, height = place.baseline - lines.ascent, lines.ascent + lines.descent
    if first < last:
        spans = merged((each.left, each.right) for each in clusters if each.start < last and each.end > first)
    else:
        edge = edge_of(clusters, min(first, last))
        spans = [] if edge is None else [(edge, edge)]
    return [DOMRect(left - place.anchor, top, right - left, height) for left, right in spans]


def actual_box(place: TextPlace, start: Any, end: Any) -> DOMRect:
    """Return the box of the ink of a range of characters; without ink, an empty one at the text's left end."""
    first, last = checked_range("get_actual_bounding_box", place, start, end, len(place.line.text) - 1)
    boxes = []
    for one in place.line.placed:
        inside = (one.run.clusters >= first) & (one.run.clusters < last)
        glyphs = one.run.glyphs[inside].tolist()
        box = box_of(one.run.instance, glyphs, one.x[inside], one.y[inside], one.unit_px) if glyphs else None
        if box is not None:
            boxes.append(box)
    if not boxes:
        return DOMRect(-place.anchor, place.baseline, 0.0, 0.0)
    left, top, right, bottom = enclosing(boxes)
    return DOMRect(left - place.anchor, top + place.baseline, right - left, bottom - top)


def index_at(place: TextPlace, offset: float) -> int:
    """Return the index of the character before which the caret nearest to an offset from the anchor point stands."""
    return index_near(clusters_of(place), offset + place.anchor)


def text_clusters(place: TextPlace, start: Any, end: Any, align: str | None, baseline: str | None) -> list[TextCluster]:
    """Return the clusters of a range of characters, in the order of the text."""
    line, setting = place.line, place.setting
    last = len(line.text) if end is None else end
    first, last = checked_range("get_text_clusters", place, 0 if start is None else start, last, len(line.text))
    style = setting.style
    align = resolved_align(style.text_align if align is None else align, style)
    baseline = style.text_baseline if baseline is None else checked_word("text_baseline", baseline)
    y = place.baseline - baseline_of(setting.lines, baseline)
    found = []
    for one in line.placed:
        for unit in units_on(one, line.text, *line.spacing_px):
            if unit.start < last and unit.end > first:
                width = unit.right - unit.left
                x = unit.left - place.anchor + ALIGN_PARTS[align] * width
                cluster = TextCluster(unit.start, unit.end, x, y, align, baseline)
                cluster._placed, cluster._width = _alone(one, unit.glyphs, unit.left), width
                cluster._lines, cluster._style = setting.lines, style
                found.append(cluster)
    return sorted(found, key=lambda cluster: cluster.start)


def _alone(one: PlacedRun, glyphs: slice, left: float) -> PlacedText:
    """Return some glyphs of a run as a text of its own, moved so that ``left`` is 0."""
    run = one.run._replace(glyphs=one.run.glyphs[glyphs], clusters=one.run.clusters[glyphs])
    return PlacedText((one._replace(run=run, x=one.x[glyphs] - left, y=one.y[glyphs]),))
