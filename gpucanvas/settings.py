"""Settings: the properties of a context: styles, pens, compositing and smoothing.

Getters give what the HTML standard says a getter gives (``ctx.fill_style = "red"`` reads ``"#ff0000"``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import isfinite
from typing import Any

from .paint.color import serialize
from .paint.gradient import CanvasGradient
from .pipeline.record import Pen
from .recorder import Recorder
from .state import CAPS, JOINS, OPERATORS, QUALITIES

COLOR_ERRORS = (TypeError, ValueError, OverflowError)
"""What reading four numbers that are none may raise."""


class Settings(Recorder):
    """The settable part of a context. Invalid values raise, or are ignored with ``on_invalid="ignore"``."""

    # -- fill and stroke styles --------------------------------------------------------------------------------

    @property
    def fill_style(self) -> str | CanvasGradient:
        """What fills: a CSS Color 4 string, floats (r, g, b[, a]) 0 to 1, or a gradient (HTML, "fill styles")."""
        style = self._state.fill
        return style if isinstance(style, CanvasGradient) else serialize(style)

    @fill_style.setter
    def fill_style(self, value: Any) -> None:
        if type(value) is tuple:
            # Four floats 0 to 1 are what programs that draw much assign: no look-up, no call, and no comparisons in
            # chains, which the interpreter has no fast way for. Where a sum from 0.0 is a float, so are its parts, or
            # they are Python's integers.
            try:
                r, g, b, a = value
                if (
                    type(0.0 + r + g + b + a) is float
                    and (r >= 0.0 and r <= 1.0 and g >= 0.0 and g <= 1.0)
                    and (b >= 0.0 and b <= 1.0 and a >= 0.0 and a <= 1.0)
                ):
                    self._state.fill = value
                    paints = self._paints
                    self._fill = len(paints)
                    paints.append(value)
                    return
            except COLOR_ERRORS:
                pass
        try:
            index = self._colors.get(value, -1)
        except TypeError:
            index = -1
        if index >= 0:
            self._fill = index
            self._state.fill = self._recording.paints[index]  # type: ignore[union-attr, assignment]
            return
        style = self._color_of(value)
        if style is None:
            return
        self._state.fill = style
        self._fill = -1 if isinstance(style, CanvasGradient) else self._add_color(value, style)
        if self._fill < 0:
            self._stale = True

    @property
    def stroke_style(self) -> str | CanvasGradient:
        """What strokes, as `fill_style`."""
        style = self._state.stroke
        return style if isinstance(style, CanvasGradient) else serialize(style)

    @stroke_style.setter
    def stroke_style(self, value: Any) -> None:
        style = self._color_of(value)
        if style is None:
            return
        self._state.stroke = style
        self._stroke = -1 if isinstance(style, CanvasGradient) else self._add_color(value, style)
        if self._stroke < 0:
            self._stale = True

    # -- compositing -------------------------------------------------------------------------------------------

    @property
    def global_alpha(self) -> float:
        """Opacity of everything drawn, 0 to 1."""
        return self._state.alpha

    @global_alpha.setter
    def global_alpha(self, value: float) -> None:
        if not _in_range(value, 0.0, 1.0):
            return self._invalid("global_alpha", value, "give a number from 0 to 1")
        self._state.alpha = float(value)
        self._changed()

    @property
    def global_composite_operation(self) -> str:
        """How what is drawn meets what is there: source-over, copy, source-in, destination-out or multiply."""
        return self._state.operator

    @global_composite_operation.setter
    def global_composite_operation(self, value: str) -> None:
        if value not in OPERATORS:
            return self._invalid("global_composite_operation", value, f"give one of {', '.join(OPERATORS)}")
        self._state.operator = value
        self._changed()

    # -- lines -------------------------------------------------------------------------------------------------

    @property
    def line_width(self) -> float:
        """Width of strokes, user space."""
        return self._state.pen.width

    @line_width.setter
    def line_width(self, value: float) -> None:
        if not _positive(value):
            return self._invalid("line_width", value, "give a finite number above 0")
        pen = self._state.pen
        self._set_pen(Pen(float(value), pen.cap, pen.join, pen.miter_limit, pen.dash, pen.dash_offset))

    @property
    def line_cap(self) -> str:
        """Ends of lines: butt, round or square."""
        return next(name for name, number in CAPS.items() if number == self._state.pen.cap)

    @line_cap.setter
    def line_cap(self, value: str) -> None:
        if value not in CAPS:
            return self._invalid("line_cap", value, "give butt, round or square")
        self._set_pen(replace(self._state.pen, cap=CAPS[value]))

    @property
    def line_join(self) -> str:
        """Corners of lines: miter, round or bevel."""
        return next(name for name, number in JOINS.items() if number == self._state.pen.join)

    @line_join.setter
    def line_join(self, value: str) -> None:
        if value not in JOINS:
            return self._invalid("line_join", value, "give miter, round or bevel")
        self._set_pen(replace(self._state.pen, join=JOINS[value]))

    @property
    def miter_limit(self) -> float:
        """A miter longer than this times half the line width becomes a bevel."""
        return self._state.pen.miter_limit

    @miter_limit.setter
    def miter_limit(self, value: float) -> None:
        if not _positive(value):
            return self._invalid("miter_limit", value, "give a finite number above 0")
        self._set_pen(replace(self._state.pen, miter_limit=float(value)))

    def set_line_dash(self, segments: Iterable[float]) -> None:
        """Set the lengths of dashes and gaps, user space; an odd number of them is repeated; none means solid."""
        values = tuple(float(v) for v in segments)
        if not all(isfinite(v) and v >= 0 for v in values):
            return self._invalid("set_line_dash", list(values), "give finite numbers of at least 0")
        self._set_pen(replace(self._state.pen, dash=values * 2 if len(values) % 2 else values))

    def get_line_dash(self) -> list[float]:
        """The lengths of dashes and gaps, an even number of them."""
        return list(self._state.pen.dash)

    @property
    def line_dash_offset(self) -> float:
        """Where in the dash pattern a line begins, user space."""
        return self._state.pen.dash_offset

    @line_dash_offset.setter
    def line_dash_offset(self, value: float) -> None:
        if not _number(value):
            return self._invalid("line_dash_offset", value, "give a finite number")
        self._set_pen(replace(self._state.pen, dash_offset=float(value)))

    # -- images ------------------------------------------------------------------------------------------------

    @property
    def image_smoothing_enabled(self) -> bool:
        """Whether images are interpolated (bilinear) or take the nearest pixel."""
        return self._state.smoothing

    @image_smoothing_enabled.setter
    def image_smoothing_enabled(self, value: bool) -> None:
        self._state.smoothing = bool(value)

    @property
    def image_smoothing_quality(self) -> str:
        """low, medium or high; all are bilinear for now."""
        return self._state.smoothing_quality

    @image_smoothing_quality.setter
    def image_smoothing_quality(self, value: str) -> None:
        if value not in QUALITIES:
            return self._invalid("image_smoothing_quality", value, "give low, medium or high")
        self._state.smoothing_quality = value


def _number(value: Any) -> bool:
    try:
        return isfinite(value)
    except (TypeError, OverflowError):
        return False


def _positive(value: Any) -> bool:
    return _number(value) and value > 0


def _in_range(value: Any, low: float, high: float) -> bool:
    return _number(value) and low <= value <= high
