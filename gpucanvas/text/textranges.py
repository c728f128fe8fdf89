"""textranges: answers about parts of a measured text: boxes, the character at an offset, and clusters to draw.

    TextMetrics --get_selection_rects, get_actual_bounding_box--> DOMRect
                --get_text_clusters--> TextCluster --ctx.fill_text_cluster(cluster, x, y)--> drawn as in the whole text

Positions are px from the text's anchor point, which `text_align` and `text_baseline` chose when it was measured.
Indices count the characters of the text: Python's, not the UTF-16 units of JavaScript.

The proposal is https://github.com/whatwg/html/pull/11000 (enhanced TextMetrics).
"""

from __future__ import annotations

from itertools import chain, groupby
from operator import index
from typing import Any, Final, NamedTuple

from ..copies import Shared
from ..errors import IndexSizeError, InvalidStateError
from ..geometry.numbers import shown
from ..geometry.rect import DOMRect
from ..images.colorspace import UnknownWordError
from ..names import Hinted
from ..recent import Recent
from .clusters import SAME_EDGE, Cluster, Unit, clusters_on, edge_of, index_near, merged, units_on
from .extent import box_of, enclosing
from .fallback import needed
from .fontlines import FontLines, baseline_of
from .line import Line, PlacedRun, PlacedText
from .registry import emptied_on_removal
from .shape import Setting
from .textstyle import SETTINGS, TextStyle

__all__ = ["TextCluster", "TextPlace", "actual_box", "index_at", "selection_rects", "text_clusters"]

Span = tuple[float, float]
"""A left and a right end, px."""
ALIGN_PARTS: Final = {"left": 0.0, "center": 0.5, "right": 1.0}
"""The part of a width that is to the left of the anchor point."""
MOST_CHARACTERS: Final = 200_000
"""Most characters of all lines whose clusters are kept: an editor asks about the same text again and again."""


class TextPlace(NamedTuple):
    """A line, and where its anchor point is: right of the line's left end and above its alphabetic baseline, px."""

    line: Line
    setting: Setting
    anchor: float
    baseline: float


class TextCluster(Hinted, Shared):
    """Characters of a measured text that are drawn together: a letter with its marks, a ligature, an emoji.

    ``ctx.fill_text_cluster(cluster, x, y)`` draws it as ``ctx.fill_text(text, x, y)`` would draw it in the whole text.

    Attributes
    ----------
    start, end : int
        The range of its characters in the text.
    x, y : float
        Its own anchor point, px from that of the text: `align` and `baseline` choose this point.
    align : str
        A value of `text_align`.
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
    """Return a range of characters; raises IndexSizeError beyond the text, or for a start beyond ``last_start``."""
    try:
        first, last = index(start), index(end)
    except TypeError:
        raise TypeError(f"{verb}: the range is {shown(start)}..{shown(end)}: give whole numbers") from None
    length = len(place.line.text)
    if not 0 <= first <= last_start or not 0 <= last <= length:
        cure = "stay in it" if last_start == length else "start at one of them, and stay in it"
        raise IndexSizeError(f"{verb}: the range is {first}..{last}, and the text has {length} characters: {cure}")
    return first, last


_runs: Recent[Line, list[list[Cluster]]] = Recent(MOST_CHARACTERS)
_units: Recent[Line, list[tuple[PlacedRun, Unit]]] = Recent(MOST_CHARACTERS)
emptied_on_removal(_runs.clear)
emptied_on_removal(_units.clear)


def level_runs(line: Line) -> list[list[Cluster]]:
    """Return the clusters of each run of one bidi level, all from left to right, kept for the lines used last."""
    found = _runs.get(line)
    if found is None:
        runs = [list(same) for _, same in groupby(line.placed, key=lambda one: one.run.level)]
        every = [[each for one in same for each in clusters_on(one, line.text, *line.spacing_px)] for same in runs]
        found = [clusters for clusters in every if clusters]
        _runs.put(line, found, len(line.text) + 1)
    return found


def selection_rects(place: TextPlace, start: Any, end: Any) -> list[DOMRect]:
    """Return the rectangles behind a range of characters; for an empty range, those without width at its carets."""
    first, last = checked_range("get_selection_rects", place, start, end, len(place.line.text))
    lines = place.setting.lines
    top, height = place.baseline - lines.ascent, lines.ascent + lines.descent
    runs = level_runs(place.line)
    spans = spans_of(runs, first, last) if first < last else carets_of(runs, last)
    return [DOMRect(left - place.anchor, top, right - left, height) for left, right in spans]


def spans_of(runs: list[list[Cluster]], first: int, last: int) -> list[Span]:
    """Return where a range of characters is, px: from left to right, those that touch as one within a direction."""
    found: list[Span] = []
    for _, same in groupby(chain.from_iterable(runs), key=lambda cluster: cluster.is_rtl):
        found += merged((each.left, each.right) for each in same if each.start < last and each.end > first)
    return found


def carets_of(runs: list[list[Cluster]], at: int) -> list[Span]:
    """Return the carets before a character as spans without width, px: two where runs meet that are apart."""
    edges: dict[float, float] = {}
    for clusters in runs:
        edge = edge_of(clusters, at) if at <= max(cluster.end for cluster in clusters) else None
        if edge is not None:
            edges.setdefault(round(edge, SAME_EDGE), edge)
    return [(edge, edge) for edge in edges.values()]


def actual_box(place: TextPlace, start: Any, end: Any) -> DOMRect:
    """Return the box of the ink of a range of characters.

    Without ink it is empty, where the first of their glyphs is or, if they have none, at the text's left end.
    """
    first, last = checked_range("get_actual_bounding_box", place, start, end, len(place.line.text) - 1)
    boxes, starts = [], []
    for one in place.line.placed:
        inside = (one.run.clusters >= first) & (one.run.clusters < last)
        if inside.any():
            x = one.x[inside]
            starts.append(float(x[0]))
            box = box_of(one.run.instance, one.run.glyphs[inside].tolist(), x, one.y[inside], one.unit_px)
            boxes += [] if box is None else [box]
    blank = min(starts, default=0.0)
    left, top, right, bottom = enclosing(boxes) if boxes else (blank, 0.0, blank, 0.0)
    return DOMRect(left - place.anchor, top + place.baseline, right - left, bottom - top)


def index_at(place: TextPlace, offset: float) -> int:
    """Return the index of the character before which the caret nearest to an offset from the anchor point stands."""
    clusters = list(chain.from_iterable(level_runs(place.line)))
    return index_near(clusters, offset + place.anchor, base_is_rtl=place.setting.style.is_rtl)


def text_clusters(place: TextPlace, start: Any, end: Any, align: str | None, baseline: str | None) -> list[TextCluster]:
    """Return the clusters of a range of characters, in the order of the text."""
    line, setting = place.line, place.setting
    length = len(line.text)
    start, last_start = (0, length) if start is None else (start, length - 1)
    first, last = checked_range("get_text_clusters", place, start, length if end is None else end, last_start)
    style = setting.style
    align = resolved_align(style.text_align, style) if align is None else checked_word("text_align", align)
    part = ALIGN_PARTS[resolved_align(align, style)]
    baseline = style.text_baseline if baseline is None else checked_word("text_baseline", baseline)
    y = place.baseline - baseline_of(setting.lines, baseline)
    found = []
    for one, unit in drawn_units(line):
        if unit.start < last and unit.end > first:
            width = unit.right - unit.left
            x = unit.left - place.anchor + part * width
            cluster = TextCluster(unit.start, unit.end, x, y, align, baseline)
            cluster._placed, cluster._width = _alone(one, unit, line.is_tight), width
            cluster._lines, cluster._style = setting.lines, style
            found.append(cluster)
    return found


def drawn_units(line: Line) -> list[tuple[PlacedRun, Unit]]:
    """Return the units of a line and their runs, in the order of the text, kept for the lines used last.

    Invisible characters belong to the unit before them in their run, or to none.
    """
    found = _units.get(line)
    if found is None:
        found = _find_units(line)
        _units.put(line, found, len(line.text) + 1)
    return found


def _find_units(line: Line) -> list[tuple[PlacedRun, Unit]]:
    pairs = [(one, unit) for one in line.placed for unit in units_on(one, line.text, *line.spacing_px)]
    found: list[tuple[PlacedRun, Unit]] = []
    for one, unit in sorted(pairs, key=lambda pair: pair[1].start):
        if needed(line.text[unit.start : unit.end]):
            found.append((one, unit))
        elif found and found[-1][0] is one:
            found[-1] = one, found[-1][1]._replace(end=unit.end)
    return found


def _alone(one: PlacedRun, unit: Unit, is_tight: bool) -> PlacedText:
    """Return the glyphs of a unit as a text of its own, moved so that its left end is 0."""
    run, x, y = one.run.part(unit.glyphs, unit.start, unit.end), one.x[unit.glyphs] - unit.left, one.y[unit.glyphs]
    return PlacedText((PlacedRun(run, x, y, 0.0, unit.right - unit.left, one.unit_px),), is_tight)
