"""textmetrics: the result of `measure_text`. All measures but the width are computed on first use.

            emHeight, fontBoundingBox              ascents count up from the line that `text_baseline` names,
    ~~~~~~~~~~~~ hanging                           descents down from it; lefts count to the left of the point that
    Ag  actualBoundingBox                          `text_align` names, rights to the right. All are CSS px.
    ~~~~~~~~~~~~ alphabetic
    ~~~~~~~~~~~~ ideographic

https://html.spec.whatwg.org/multipage/canvas.html#textmetrics
The verbs about parts of a text are those of the proposal https://github.com/whatwg/html/pull/11000.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from ..errors import InvalidStateError
from ..geometry.numbers import Number, finite_floats
from ..names import Hinted
from .extent import Box
from .fontlines import FontLines
from .line import Line
from .measure import MeasuredText, measured
from .shape import Setting

if TYPE_CHECKING:
    from ..geometry.rect import DOMRect
    from .textranges import TextCluster, TextPlace

__all__ = ["TextMetrics", "measures_of"]


class Copied(NamedTuple):
    """The values of a line that a text's measures need."""

    text: str
    width: float
    ink: Box | None
    missing: str


class TextMetrics(Hinted):
    """The measures of a text, px, which do not change.

    >>> import gpucanvas
    >>> ctx = gpucanvas.Recording(10, 10).get_context("2d")
    >>> ctx.font = "20px sans-serif"
    >>> ctx.measure_text("").width
    0.0
    """

    __slots__ = ("_anchor", "_baseline", "_line", "_lines", "_setting", "width")
    _elsewhere = {
        "height": "font_bounding_box_ascent + font_bounding_box_descent, of lines, or actual_bounding_box_ascent + "
        "actual_bounding_box_descent, of the ink",
        "ascent": "font_bounding_box_ascent",
        "descent": "font_bounding_box_descent",
        "size": "width",
        "advance": "width",
        "x_advance": "width",
    }

    _line: Line | MeasuredText | Copied
    _setting: Setting | None

    width: float
    """The text's width: the sum of its glyphs' advances and of spacing."""

    def __init__(self, line: Line | MeasuredText, setting: Setting) -> None:
        self.width = line.width
        self._line = line
        self._anchor = setting.anchor_part * line.width
        self._lines = setting.lines
        self._baseline = setting.baseline_px
        self._setting = setting

    def __reduce__(self) -> tuple[Any, ...]:
        # A line refers to fonts, which cannot be pickled: a copy has the measured values instead.
        line = self._line
        return _restored, (
            Copied(line.text, self.width, line.ink, line.missing),
            self._anchor,
            self._lines,
            self._baseline,
        )

    def __copy__(self) -> TextMetrics:
        return self

    def __deepcopy__(self, memo: object) -> TextMetrics:
        return self

    def __repr__(self) -> str:
        return f"<TextMetrics of {self._line.text!r:.40}, width {self.width:g}>"

    # Hidden from type checkers, which report the error themselves.
    if not TYPE_CHECKING:

        def __getitem__(self, name: object) -> NoReturn:
            raise TypeError(f"measure_text(...)[{name!r}]: a TextMetrics has attributes, as measure_text(...).width")

    @property
    def missing(self) -> str:
        """The characters that no font has; boxes are drawn for them. Not in the standard."""
        return self._line.missing

    # -- of the text -------------------------------------------------------------------------------------------

    @property
    def actual_bounding_box_left(self) -> float:
        """Distance to the left edge of the ink."""
        ink = self._line.ink
        return 0.0 if ink is None else self._anchor - ink[0]

    @property
    def actual_bounding_box_right(self) -> float:
        """Distance to the right edge of the ink."""
        ink = self._line.ink
        return 0.0 if ink is None else ink[2] - self._anchor

    @property
    def actual_bounding_box_ascent(self) -> float:
        """Distance up to the top of the ink."""
        ink = self._line.ink
        return 0.0 if ink is None else -ink[1] - self._baseline

    @property
    def actual_bounding_box_descent(self) -> float:
        """Distance down to the bottom of the ink."""
        ink = self._line.ink
        return 0.0 if ink is None else ink[3] + self._baseline

    # -- of the font -------------------------------------------------------------------------------------------

    @property
    def font_bounding_box_ascent(self) -> float:
        """Distance up to the font's ascent."""
        return self._lines.ascent - self._baseline

    @property
    def font_bounding_box_descent(self) -> float:
        """Distance down to the font's descent."""
        return self._lines.descent + self._baseline

    @property
    def em_height_ascent(self) -> float:
        """Distance up to the top of the em box."""
        return self._lines.em_ascent - self._baseline

    @property
    def em_height_descent(self) -> float:
        """Distance down to the bottom of the em box."""
        return self._lines.em_descent + self._baseline

    @property
    def hanging_baseline(self) -> float:
        """Distance up to the hanging baseline."""
        return self._lines.hanging - self._baseline

    @property
    def alphabetic_baseline(self) -> float:
        """Distance up to the alphabetic baseline."""
        return 0.0 - self._baseline

    @property
    def ideographic_baseline(self) -> float:
        """Distance up to the ideographic baseline; usually negative, as it is below the alphabetic baseline."""
        return self._lines.ideographic - self._baseline

    # -- of parts of the text ----------------------------------------------------------------------------------

    def get_selection_rects(self, start: int, end: int) -> list[DOMRect]:
        """Return the rectangles behind the characters from ``start`` to ``end``, from left to right.

        They are as high as the font. Where directions mix there may be several: one for each run of characters of one
        direction. For an empty range they have no width, and there are two where its caret may be in two places.

        Raises
        ------
        IndexSizeError
            The range is not in the text.
        """
        return _ranges().selection_rects(self._place(), start, end)  # type: ignore[no-any-return]

    def get_actual_bounding_box(self, start: int, end: int) -> DOMRect:
        """Return the box of the ink of the characters from ``start`` to ``end``; a ligature is its first character's.

        A range without ink has an empty box.

        Raises
        ------
        IndexSizeError
            The range is not in the text, or starts at its end.
        """
        return _ranges().actual_box(self._place(), start, end)  # type: ignore[no-any-return]

    def get_index_from_offset(self, offset: Number) -> int:
        """Return the index of the character before which the caret nearest to an offset stands.

        The offset is px to the right of the text's anchor point. Where directions meet, a caret has two indices: this
        is that of the characters which run in the direction of the whole text.

        Raises
        ------
        ValueError
            The offset is not finite.
        """
        finite_floats("get_index_from_offset", "offset", (offset,), True)
        return _ranges().index_at(self._place(), float(offset))  # type: ignore[no-any-return]

    def get_text_clusters(
        self, start: int | None = None, end: int | None = None, *, align: str | None = None, baseline: str | None = None
    ) -> list[TextCluster]:
        """Return the clusters of the characters from ``start`` to ``end``, which ``ctx.fill_text_cluster`` draws.

        They are in the order of the text. An invisible character is part of the cluster before it.

        Parameters
        ----------
        start, end
            A range of characters; by default all.
        align, baseline
            Values of `text_align` and `text_baseline` that choose the anchor points of the clusters; by default those
            with which the text was measured.

        Raises
        ------
        IndexSizeError
            The range is not in the text, or starts at its end.
        ValueError
            An unknown word.
        """
        return _ranges().text_clusters(self._place(), start, end, align, baseline)  # type: ignore[no-any-return]

    def _place(self) -> TextPlace:
        if isinstance(self._line, Copied) or self._setting is None:
            raise InvalidStateError("this TextMetrics comes from a pickle, which has no glyphs: measure the text again")
        place: TextPlace = _ranges().TextPlace(self._line.line, self._setting, self._anchor, self._baseline)
        return place


@cache
def _ranges() -> Any:
    """The module of parts of texts, loaded on first use."""
    from . import textranges

    return textranges


def measures_of(text: str, setting: Setting) -> TextMetrics:
    """Return the measures of a text in a style."""
    return TextMetrics(measured(text, setting), setting)


def _restored(copied: Copied, anchor: float, lines: FontLines, baseline: float) -> TextMetrics:
    """Make measures again from a pickle."""
    metrics = TextMetrics.__new__(TextMetrics)
    metrics.width, metrics._line = copied.width, copied
    metrics._anchor, metrics._lines, metrics._baseline, metrics._setting = anchor, lines, baseline, None
    return metrics
