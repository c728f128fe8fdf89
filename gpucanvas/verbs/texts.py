"""texts: the text verbs. Text is placed by the transform; paints, clips and operators apply to it as to paths.

    fill_text("Ag", x, y) --line.py, cached--> outline, width --align, baseline, max_width--> matrix
                          --> textdraw.py and labeldraw.py: one or two commands per text, whatever its length

https://html.spec.whatwg.org/multipage/canvas.html#drawing-text-to-the-bitmap
"""

from __future__ import annotations

from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..contract.commands import FILL_PATH, STROKE_PATH
from ..geometry.affine import Affine
from ..geometry.numbers import Number, as_float, as_in_javascript, shown
from ..geometry.path import Path2D
from .layers import LayerVerbs
from .textdraw import MANY_GLYPHS, TextDrawing

if TYPE_CHECKING:
    from ..text.decorations import Decoration
    from ..text.layout import TextLayout
    from ..text.line import Line, PlacedText
    from ..text.shape import Setting
    from ..text.textmetrics import TextMetrics
    from ..text.textranges import TextCluster
    from ..text.textstyle import TextStyle
    from .state import Style


class Engine(NamedTuple):
    """The functions and modules that draw text, loaded with the first text."""

    line_of: Any
    setting_of: Any
    measures_of: Any


@cache
def engine() -> Engine:
    """Return the modules that shape and measure, imported on first use."""
    from ..text.line import line_of
    from ..text.shape import setting_of
    from ..text.textmetrics import measures_of

    return Engine(line_of, setting_of, measures_of)


class TextVerbs(TextDrawing, LayerVerbs):
    """The text verbs of a context."""

    __slots__ = ()

    if TYPE_CHECKING:

        def fill_rect(self, x: Number, y: Number, width: Number, height: Number) -> None:
            """Fill a rectangle with the fill style."""

    def fill_text(self, text: str, x: Number, y: Number, max_width: Number | None = None) -> None:
        """Fill a line of text with the fill style.

        Parameters
        ----------
        text
            Any characters; line breaks and tabs become spaces.
        x, y
            The position of the text's anchor point, user space: `text_align` and `text_baseline` choose this point.
        max_width
            A wider text is condensed to this width, user space. With 0 or less, nothing is drawn.
        """
        if max_width is not None or not (self._fill_like_last(text, x, y) or self._draw_label(text, x, y)):
            self._fill_text("fill_text", text, x, y, max_width)

    def _fill_text(self, verb: str, text: str, x: Number, y: Number, max_width: Number | None) -> None:
        placed = self._place(verb, text, x, y, max_width)
        if placed is not None:
            self._draw_whole(FILL_PATH, *placed)

    def stroke_text(self, text: str, x: Number, y: Number, max_width: Number | None = None) -> None:
        """Stroke the outlines of a line of text with the stroke style and the pen; arguments as for `fill_text`."""
        if max_width is None and (self._stroke_like_last(text, x, y) or self._stroke_label(text, x, y)):
            return
        placed = self._place("stroke_text", text, x, y, max_width)
        if placed is not None:
            self._sync_stroke()
            self._check_pen("stroke_text")
            self._draw_whole(STROKE_PATH, *placed)

    def measure_text(self, text: str) -> TextMetrics:
        """Return the measures of a line of text in the current style, user space; nothing is drawn."""
        text_engine = engine()
        if type(text) is not str:
            text = self._text_of("measure_text", text)
        metrics: TextMetrics = text_engine.measures_of(text, text_engine.setting_of(self._text_style))
        return metrics

    def fill_text_cluster(
        self,
        cluster: TextCluster,
        x: Number,
        y: Number,
        *,
        align: str | None = None,
        baseline: str | None = None,
        offset: tuple[Number, Number] | None = None,
    ) -> None:
        """Fill a cluster of a measured text with the fill style, in the font and style in which it was measured.

        Parameters
        ----------
        cluster
            One of ``ctx.measure_text(text).get_text_clusters()``.
        x, y
            The position of the whole text's anchor point, user space: as for ``fill_text(text, x, y)``.
        align, baseline
            In place of the cluster's own: which point of the cluster is placed.
        offset
            In place of ``(cluster.x, cluster.y)``: where that point is, from (x, y).
        """
        placed = self._place_cluster("fill_text_cluster", cluster, x, y, align, baseline, offset)
        if placed is not None:
            self._draw_cluster(FILL_PATH, *placed)

    def stroke_text_cluster(
        self,
        cluster: TextCluster,
        x: Number,
        y: Number,
        *,
        align: str | None = None,
        baseline: str | None = None,
        offset: tuple[Number, Number] | None = None,
    ) -> None:
        """Stroke the outlines of a cluster of a measured text; arguments as for `fill_text_cluster`."""
        placed = self._place_cluster("stroke_text_cluster", cluster, x, y, align, baseline, offset)
        if placed is not None:
            self._sync_stroke()
            self._check_pen("stroke_text_cluster")
            self._draw_cluster(STROKE_PATH, *placed)

    def _place_cluster(
        self, verb: str, cluster: Any, x: Number, y: Number, align: Any, baseline: Any, offset: Any
    ) -> tuple[PlacedText, TextStyle, Affine] | None:
        """Return a cluster's glyphs and style, and the matrix that maps them to user space."""
        if not hasattr(cluster, "_glyphs_by"):
            raise TypeError(f"{verb}: the cluster is {shown(cluster)}: give one of get_text_clusters()")
        text, style, left, down = cluster._glyphs_by(align, baseline)
        shift = (cluster.x, cluster.y) if offset is None else offset
        try:
            dx, dy = shift
        except (TypeError, ValueError):
            raise TypeError(f"{verb}: offset is {shown(shift)}: give a pair of numbers") from None
        numbers = self._floats(verb, "x y offset_x offset_y", x, y, dx, dy)
        if numbers is None:
            return None
        return text, style, (1.0, 0.0, 0.0, 1.0, numbers[0] + numbers[2] + left, numbers[1] + numbers[3] + down)

    def _draw_cluster(self, kind: int, text: PlacedText, style: TextStyle, matrix: Affine) -> None:
        """Record a cluster in the text style in which it was measured."""
        before = self._state.text
        self._state.text = style
        try:
            self._draw_whole(kind, text, matrix)
        finally:
            self._state.text = before

    def text_path(self, text: str, x: Number, y: Number, max_width: Number | None = None) -> Path2D:
        """Return the outlines of a line of text as a `Path2D`, to fill, stroke, clip or hit test. Not in the standard.

        Arguments as for `fill_text`; colour glyphs have no outlines.
        """
        path = Path2D(on_invalid="raise" if self._strict else "ignore")
        placed = self._place("text_path", text, x, y, max_width)
        if placed is not None:
            line, matrix = placed
            for part in line.parts(MANY_GLYPHS):
                outline, source = part.joined(), Path2D()
                source.verbs, source.coords = outline.verbs, outline.coords
                path.add_path(source, matrix)
        return path

    def fill_layout(self, layout: TextLayout, x: Number, y: Number) -> None:
        """Fill the lines of a `gpucanvas.layout_text`; (x, y) is the layout's top left corner, user space.

        Spans without a colour are filled with the fill style. `text_align` and `text_baseline` have no effect.
        """
        if not hasattr(layout, "lines"):
            raise TypeError(f"fill_layout: the layout is {shown(layout)}: make one with gpucanvas.layout_text")
        numbers = self._floats("fill_layout", "x y", x, y)
        if numbers is None:
            return
        before = self._state.fill
        left, top = numbers
        try:
            for line in layout.lines:
                baseline = top + line.baseline
                behind = [each for each in line.decorations if not each.is_over_text]
                self._fill_decorations(behind, left, baseline, before)
                for piece, color in line.pieces:
                    self._fill_with(before if color is None else self._color_of(color) or before)
                    self._draw_whole(FILL_PATH, piece, (1.0, 0.0, 0.0, 1.0, left, baseline))
                over = [each for each in line.decorations if each.is_over_text]
                self._fill_decorations(over, left, baseline, before)
        finally:
            self._fill_with(before)

    def _fill_decorations(self, decorations: list[Decoration], left: float, baseline: float, before: Style) -> None:
        """Fill backgrounds of a layout's line, or lines along its text; ``before`` is the fill style."""
        for each in decorations:
            self._fill_with(before if each.color is None else self._color_of(each.color) or before)
            self.fill_rect(*each.placed(left, baseline, self._state.matrix))

    def _fill_with(self, style: Any) -> None:
        """Set the fill style to a colour or gradient."""
        if style is not self._state.fill:
            self._state.fill = style
            self._fill = -1
            self._stale = True

    def _draw_whole(self, kind: int, text: PlacedText, matrix: Affine) -> None:
        """Record placed glyphs in the fill or stroke style, as one shape also if the operator clears around shapes."""
        # Each colour glyph is a separate command, which would clear the others.
        is_torn = self._clears_around() and text.count > 1 and bool(text.colors)
        if is_torn:
            self.begin_layer()
        try:
            if kind == FILL_PATH:
                self._sync()
                self._draw_placed(kind, self._fill, text, matrix)
            else:
                self._sync_stroke()
                self._draw_placed(kind, self._stroke, text, matrix)
        finally:
            if is_torn:
                self.end_layer()

    # -- from a text to a command ------------------------------------------------------------------------------

    def _text_of(self, verb: str, text: object) -> str:
        """Return a text; where invalid values are ignored also that of a number, a bool or None, as in JavaScript."""
        if isinstance(text, str):
            return text
        if not self._strict:
            if text is None or isinstance(text, bool):
                return "null" if text is None else "true" if text else "false"
            if isinstance(text, int | float | np.number):
                return as_in_javascript(as_float(verb, "text", text))
        cure = "give a str"
        if isinstance(text, bytes | bytearray):
            cure += ", as bytes.decode() makes of bytes"
        elif text is not None:
            cure += f", as str({shown(text)}) is one"
        raise TypeError(f"{verb}: the text is {shown(text)}: {cure}")

    def _line(self, verb: str, text: str) -> tuple[Line, Setting]:
        """Return a text's line, and the resolved style."""
        if type(text) is not str:
            text = self._text_of(verb, text)
        text_engine = engine()
        setting: Setting = text_engine.setting_of(self._text_style)
        return text_engine.line_of(text, setting), setting

    def _place(
        self, verb: str, text: str, x: Number, y: Number, max_width: Number | None
    ) -> tuple[Line, Affine] | None:
        """Return a text's line, and the matrix that maps it to user space; None if there is nothing to draw."""
        line, setting = self._line(verb, text)
        if not setting.style.font.size_px:
            return None
        numbers = self._floats(verb, "x y", x, y)
        if numbers is None:
            return None
        scale = 1.0
        if max_width is not None:
            limit = as_float(verb, "max_width", max_width, self._strict)
            if not isfinite(limit):
                self._invalid(f"{verb}: max_width", max_width, "give a finite number, or leave it out")
                return None
            if limit <= 0.0:
                return None
            if line.width > limit:
                scale = limit / line.width
        left = numbers[0] - setting.anchor_part * line.width * scale
        return line, (scale, 0.0, 0.0, 1.0, left, numbers[1] + setting.baseline_px)
