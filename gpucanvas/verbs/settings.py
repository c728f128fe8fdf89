"""Settings: the properties of a context: styles, pens, compositing and smoothing.

Getters give what the HTML standard says a getter gives (``ctx.fill_style = "red"`` reads ``"#ff0000"``).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from math import inf, isfinite
from operator import index
from typing import Any

from numpy.typing import NDArray

from ..geometry.numbers import Number, as_float, shown
from ..paint.color import KNOWN, Rgba, recall, serialize
from ..paint.gradient import CanvasGradient
from ..paint.pattern import CanvasPattern
from ..paint.special import Special
from ..pipeline.record import Pen
from .filtersettings import FilterSettings
from .indices import MAX_CACHED_COLORS, TRANSFORM_CHANGED
from .state import (
    CAPS,
    JOINS,
    QUALITIES,
    STYLES,
    AnyStyle,
    LineCap,
    LineJoin,
    Operator,
    Quality,
    Shadow,
)
from .words import one_of

TEXT = (str, bytes)
"""Types that can be iterated over but are no list of numbers."""
COLOR_ERRORS = (TypeError, ValueError, OverflowError)
"""Errors that a tuple which is no colour raises on the quick path."""


class Settings(FilterSettings):
    """The settable part of a context. Invalid values raise, or are ignored with ``on_invalid="ignore"``."""

    __slots__ = ()

    # -- fill and stroke styles --------------------------------------------------------------------------------

    # The setters of both styles are written out. A function for the part that they share would make a new colour 20 %
    # slower, and a gradient 40 %: programs set a style for every draw.

    @property
    def fill_style(self) -> str | CanvasGradient | CanvasPattern:
        """The fill paint: a CSS colour, floats (r, g, b[, a]) 0 to 1, a gradient or a pattern (HTML, "fill styles")."""
        style = self._state.fill
        return style if isinstance(style, Special) else serialize(style)

    @fill_style.setter
    def fill_style(self, value: AnyStyle) -> None:
        if type(value) is tuple:
            # The quick path for three or four floats 0 to 1: no look-up and no call. Comparisons are not chained, since
            # the interpreter runs chains slower. A sum with 0.0 that is a float has only floats or Python integers as
            # its terms.
            try:
                r, g, b, a = rgba = (*value, 1.0) if len(value) == 3 else value
                if (
                    type(0.0 + r + g + b + a) is float
                    and (r >= 0.0 and r <= 1.0 and g >= 0.0 and g <= 1.0)
                    and (b >= 0.0 and b <= 1.0 and a >= 0.0 and a <= 1.0)
                ):
                    self._state.fill = rgba
                    paints = self._paints
                    self._fill = len(paints)
                    paints.append(rgba)
                    return
            except COLOR_ERRORS:
                pass
        elif type(value) is str:
            index = self._colors.get(value, -1)
            if index >= 0:
                self._state.fill = self._paints[index]
                self._fill = index
                return
            color = KNOWN.get(value) or recall(value)
            if color is not None and self._recording is not None:
                self._state.fill = color
                index = self._fill = len(self._paints)
                self._paints.append(color)
                if len(self._colors) < MAX_CACHED_COLORS:
                    self._colors[value] = index
                return
        elif isinstance(value, Special):
            # The index of its paint is found when something is drawn with it.
            self._state.fill = value
            self._fill = -1
            self._stale = True
            return
        style = self._color_of(value)
        if style is None:
            return
        self._state.fill = style
        self._fill = self._add_style(value, style)
        if self._fill < 0:
            self._stale = True

    @property
    def stroke_style(self) -> str | CanvasGradient | CanvasPattern:
        """The stroke paint, as `fill_style`."""
        style = self._state.stroke
        return style if isinstance(style, Special) else serialize(style)

    @stroke_style.setter
    def stroke_style(self, value: AnyStyle) -> None:
        if type(value) is tuple:
            rgba = _four_floats(value)
            if rgba is not None:
                self._state.stroke = rgba
                self._stroke = len(self._paints)
                self._paints.append(rgba)
                return
        elif type(value) is str:
            index = self._colors.get(value, -1)
            if index >= 0:
                self._state.stroke = self._paints[index]
                self._stroke = index
                return
            color = KNOWN.get(value) or recall(value)
            if color is not None and self._recording is not None:
                self._state.stroke = color
                index = self._stroke = len(self._paints)
                self._paints.append(color)
                if len(self._colors) < MAX_CACHED_COLORS:
                    self._colors[value] = index
                return
        elif isinstance(value, Special):
            # The index of its paint is found when something is drawn with it.
            self._state.stroke = value
            self._stroke = -1
            self._stale = True
            return
        style = self._color_of(value)
        if style is None:
            return
        self._state.stroke = style
        self._stroke = self._add_style(value, style)
        if self._stroke < 0:
            self._stale = True

    # -- compositing -------------------------------------------------------------------------------------------

    @property
    def global_alpha(self) -> float:
        """Opacity of everything drawn, 0 to 1."""
        return self._state.alpha

    @global_alpha.setter
    def global_alpha(self, value: Number) -> None:
        if not (type(value) is float and value >= 0.0 and value <= 1.0):
            number = as_float("", "global_alpha", value, self._strict)
            if not 0.0 <= number <= 1.0:
                return self._invalid("global_alpha", value, "give a number from 0 to 1")
            value = number
        if value == self._state.alpha:
            return
        self._state.alpha = value
        if self._state_index >= 0:
            self._state_index = TRANSFORM_CHANGED
        self._stale = True

    @property
    def global_composite_operation(self) -> Operator:
        """How the source is composited with the canvas: one of the 27 operators of Compositing and Blending Level 1.

        ``"source-over"``, ``"source-in"``, ``"source-out"``, ``"source-atop"``, ``"destination-over"``,
        ``"destination-in"``, ``"destination-out"``, ``"destination-atop"``, ``"lighter"``, ``"copy"``, ``"xor"``,
        ``"multiply"``, ``"screen"``, ``"overlay"``, ``"darken"``, ``"lighten"``, ``"color-dodge"``, ``"color-burn"``,
        ``"hard-light"``, ``"soft-light"``, ``"difference"``, ``"exclusion"``, ``"hue"``, ``"saturation"``, ``"color"``,
        ``"luminosity"`` or ``"clear"``. The unbounded ones (source-in, source-out, destination-in, destination-atop,
        copy) also clear the clip region outside the drawn shape. ``"clear"`` makes transparent what a shape or an image
        covers, whatever its colour, and for a layer, or a draw with a filter or a shadow, all of the clip region.
        """
        return self._state.operator

    @global_composite_operation.setter
    def global_composite_operation(self, value: Operator) -> None:
        if not _among(value, STYLES):
            return self._invalid("global_composite_operation", value, one_of(STYLES, value))
        if value != self._state.operator:
            self._state.operator = value
            self._changed()

    # -- shadows -----------------------------------------------------------------------------------------------

    @property
    def shadow_color(self) -> str:
        """The colour of shadows, a CSS colour or floats (r, g, b[, a]); transparent, the default, draws none.

        HTML, "shadows": a shadow is drawn where its colour is not transparent and `shadow_blur` or an offset is not 0.
        """
        return serialize(self._state.shadow.color)

    @shadow_color.setter
    def shadow_color(self, value: str | Sequence[Number] | NDArray[Any]) -> None:
        if isinstance(value, Special):
            raise TypeError(f"shadow_color is {value!r:.80}: give a colour")
        color = self._color_of(value)
        if color is not None:
            self._set_shadow(self._state.shadow._replace(color=color))  # type: ignore[arg-type]

    @property
    def shadow_blur(self) -> float:
        """How soft shadows are: twice the standard deviation of their blur, pixels of the canvas."""
        return self._state.shadow.blur

    @shadow_blur.setter
    def shadow_blur(self, value: Number) -> None:
        blur = as_float("", "shadow_blur", value, self._strict)
        if not 0.0 <= blur < inf:
            return self._invalid("shadow_blur", value, "give a finite number of at least 0")
        self._set_shadow(self._state.shadow._replace(blur=blur))

    @property
    def shadow_offset_x(self) -> float:
        """How far to the right shadows are moved, pixels of the canvas, whatever the transform."""
        return self._state.shadow.offset_x

    @shadow_offset_x.setter
    def shadow_offset_x(self, value: Number) -> None:
        offset = as_float("", "shadow_offset_x", value, self._strict)
        if not isfinite(offset):
            return self._invalid("shadow_offset_x", value, "give a finite number")
        self._set_shadow(self._state.shadow._replace(offset_x=offset))

    @property
    def shadow_offset_y(self) -> float:
        """How far down shadows are moved, pixels of the canvas, whatever the transform."""
        return self._state.shadow.offset_y

    @shadow_offset_y.setter
    def shadow_offset_y(self, value: Number) -> None:
        offset = as_float("", "shadow_offset_y", value, self._strict)
        if not isfinite(offset):
            return self._invalid("shadow_offset_y", value, "give a finite number")
        self._set_shadow(self._state.shadow._replace(offset_y=offset))

    def _set_shadow(self, shadow: Shadow) -> None:
        self._state.shadow = shadow
        self._changed()

    # -- lines -------------------------------------------------------------------------------------------------

    @property
    def line_width(self) -> float:
        """Width of strokes, user space."""
        return self._state.pen.width

    @line_width.setter
    def line_width(self, value: Number) -> None:
        if type(value) is not float or not 0.0 < value < inf:
            number = as_float("", "line_width", value, self._strict)
            if not 0.0 < number < inf:
                return self._invalid("line_width", value, "give a finite number above 0")
            value = number
        state = self._state
        if value == state.pen[0]:
            return
        # Programs set a new width for each line: `tuple.__new__` takes half the time of calling the class.
        state.pen = tuple.__new__(Pen, (value, *state.pen[1:]))
        self._pen_index = -1

    @property
    def line_cap(self) -> LineCap:
        """Ends of lines: butt, round or square."""
        return next(name for name, number in CAPS.items() if number == self._state.pen.cap)

    @line_cap.setter
    def line_cap(self, value: LineCap) -> None:
        if not _among(value, CAPS):
            return self._invalid("line_cap", value, "give butt, round or square")
        pen = self._state.pen
        self._set_pen(Pen(pen.width, CAPS[value], pen.join, pen.miter_limit, pen.dash, pen.dash_offset))

    @property
    def line_join(self) -> LineJoin:
        """Corners of lines: miter, round or bevel."""
        return next(name for name, number in JOINS.items() if number == self._state.pen.join)

    @line_join.setter
    def line_join(self, value: LineJoin) -> None:
        if not _among(value, JOINS):
            return self._invalid("line_join", value, "give miter, round or bevel")
        pen = self._state.pen
        self._set_pen(Pen(pen.width, pen.cap, JOINS[value], pen.miter_limit, pen.dash, pen.dash_offset))

    @property
    def miter_limit(self) -> float:
        """A miter longer than this times half the line width becomes a bevel."""
        return self._state.pen.miter_limit

    @miter_limit.setter
    def miter_limit(self, value: Number) -> None:
        limit = as_float("", "miter_limit", value, self._strict)
        if not 0.0 < limit < inf:
            return self._invalid("miter_limit", value, "give a finite number above 0")
        pen = self._state.pen
        self._set_pen(Pen(pen.width, pen.cap, pen.join, limit, pen.dash, pen.dash_offset))

    def set_line_dash(self, segments: Iterable[Number]) -> None:
        """Set the lengths of dashes and gaps, user space; an odd list is repeated, an empty one means solid lines."""
        try:
            given = list(segments)
        except TypeError:
            given = None
        if given is None or isinstance(segments, TEXT):
            raise TypeError(f"set_line_dash: segments is {shown(segments)}: give a list of numbers, empty for solid")
        try:
            fine = all(map(isfinite, given))
            values = tuple(map(float, given)) if fine else ()
        except (TypeError, OverflowError):
            names = [f"segments[{i}]" for i in range(len(given))]
            values = tuple(as_float("set_line_dash", *each, self._strict) for each in zip(names, given, strict=True))
            fine = all(map(isfinite, values))
        if not fine or (values and min(values) < 0.0):
            return self._invalid("set_line_dash", given, "give finite numbers of at least 0")
        pen, dash = self._state.pen, values * 2 if len(values) % 2 else values
        self._set_pen(Pen(pen.width, pen.cap, pen.join, pen.miter_limit, dash, pen.dash_offset))

    def get_line_dash(self) -> list[float]:
        """The lengths of dashes and gaps, an even number of them."""
        return list(self._state.pen.dash)

    @property
    def line_dash_offset(self) -> float:
        """Where in the dash pattern a line begins, user space."""
        return self._state.pen.dash_offset

    @line_dash_offset.setter
    def line_dash_offset(self, value: Number) -> None:
        offset = as_float("", "line_dash_offset", value, self._strict)
        if not isfinite(offset):
            return self._invalid("line_dash_offset", value, "give a finite number")
        pen = self._state.pen
        self._set_pen(Pen(pen.width, pen.cap, pen.join, pen.miter_limit, pen.dash, offset))

    # -- picking -----------------------------------------------------------------------------------------------

    @property
    def hit_id(self) -> int | None:
        """The id by which ``canvas.pick(x, y)`` finds draws: a whole number of 64 bits, or None. Not in the standard.

        It is a part of the state: `save` keeps it, `restore` brings it back. Draws made while it is None, the default,
        are not found. Raises TypeError for another type, ValueError for a number beyond 64 bits.
        """
        return self._state.hit

    @hit_id.setter
    def hit_id(self, value: int | None) -> None:
        if value is not None:
            try:
                value = index(value)
            except TypeError:
                raise TypeError(f"hit_id is {shown(value)}: give a whole number, or None") from None
            if not -(1 << 63) <= value < 1 << 63:
                raise ValueError(f"hit_id is {value}: give a whole number of 64 bits")
            self._has_ids = True
        self._state.hit = value
        if self._state_index >= 0:
            # The state as it is recorded stays the same. It is recorded again, because ids are found by states.
            self._state_index = TRANSFORM_CHANGED
        self._stale = True

    # -- images ------------------------------------------------------------------------------------------------

    @property
    def image_smoothing_enabled(self) -> bool:
        """Whether images are interpolated (bilinear) or take the nearest pixel."""
        return self._state.smoothing

    @image_smoothing_enabled.setter
    def image_smoothing_enabled(self, value: bool) -> None:
        self._state.smoothing = bool(value)

    @property
    def image_smoothing_quality(self) -> Quality:
        """How what is drawn small is smoothed: low, medium or high. The last two average the pixels of all sources.

        With ``"low"``, the default, this is done for images and their patterns only, as in Chromium, and not for
        canvases, for what `create_image_bitmap` makes, and for the sprites of `draw_images`.
        """
        return self._state.smoothing_quality

    @image_smoothing_quality.setter
    def image_smoothing_quality(self, value: Quality) -> None:
        if not _among(value, QUALITIES):
            return self._invalid("image_smoothing_quality", value, "give low, medium or high")
        self._state.smoothing_quality = value


def _four_floats(value: Any) -> Rgba | None:
    """The colour of a tuple of three or four floats 0 to 1, as in the setter of `fill_style`; None for other tuples."""
    try:
        r, g, b, a = rgba = (*value, 1.0) if len(value) == 3 else value
        if (
            type(0.0 + r + g + b + a) is float
            and (r >= 0.0 and r <= 1.0 and g >= 0.0 and g <= 1.0)
            and (b >= 0.0 and b <= 1.0 and a >= 0.0 and a <= 1.0)
        ):
            return rgba
    except COLOR_ERRORS:
        pass
    return None


def _among(value: object, names: Container[str]) -> bool:
    return isinstance(value, str) and value in names
