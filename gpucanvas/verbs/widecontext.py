"""The contexts of canvases of display-p3 and of float16. They convert colours and images when they are recorded.

    canvas                  context               colours
    display-p3, bytes       WideContext2D         in display-p3, clipped
    sRGB, float16           FloatContext2D        in sRGB, not clipped
    display-p3, float16     WideFloatContext2D    in display-p3, not clipped

    fill_style = "rgb(50 100 150)"           --> (0.243, 0.388, 0.572), the paint that is recorded
    fill_style = "color(display-p3 1 0 0)"   --> (1, 0, 0)
    fill_circles(..., color=array)           --> an array in display-p3
    draw_image(an image of sRGB)             --> its pixels in display-p3, kept with the image

The later stages need not know the colour space: compositing is the same in both. A context of sRGB in bytes does
without all of this.

https://html.spec.whatwg.org/multipage/canvas.html#colour-spaces-and-colour-correction
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..images.colorspace import ColorSpace
from ..images.imagedata import space_of_array
from ..paint.color import parse, to_rgba, to_rgba_array
from ..paint.effects import DropShadow, Effect
from ..paint.gamut import convert_colors
from ..paint.gradient import CanvasGradient
from ..paint.pattern import CanvasPattern
from ..paint.special import Special
from ..paint.wide import WideColor, to_extended, to_p3
from ..pipeline.record import Commands, Shadow
from .context import Context2D
from .state import AnyStyle, Solid, Style

if TYPE_CHECKING:
    from ..text.pictures import GlyphPixels

__all__ = ["FloatContext2D", "WideContext2D", "WideFloatContext2D"]

PLAIN: Any = Context2D
"""Untyped, for its properties: the class may have quicker ones by the time that they are used (`verbs/quick`)."""


class WideContext2D(Context2D):
    """The drawing context of a canvas of display-p3: a `Context2D`, with the same members."""

    __slots__ = ()
    _known_as: ClassVar[str] = "Context2D"
    _space: ClassVar[ColorSpace] = "display-p3"

    # -- styles ------------------------------------------------------------------------------------------------

    @property
    def fill_style(self) -> str | CanvasGradient | CanvasPattern:
        """The fill paint: a CSS colour, floats (r, g, b[, a]) 0 to 1 of sRGB, a gradient or a pattern."""
        return super().fill_style

    @fill_style.setter
    def fill_style(self, value: AnyStyle) -> None:
        style = self._color_of(value)
        if style is not None:
            self._state.fill, self._fill, self._stale = style, -1, True

    @property
    def stroke_style(self) -> str | CanvasGradient | CanvasPattern:
        """The stroke paint, as `fill_style`."""
        return super().stroke_style

    @stroke_style.setter
    def stroke_style(self, value: AnyStyle) -> None:
        style = self._color_of(value)
        if style is not None:
            self._state.stroke, self._stroke, self._stale = style, -1, True

    def _own_color(self, color: Solid) -> Solid:
        return to_extended(color, self._space) if self._is_extended else to_p3(color)

    def _find_paint(self, recording: Commands, index: int, style: Style) -> int:
        if index < 0 and not isinstance(style, Special):
            style = self._own_color(style)
        return super()._find_paint(recording, index, style)

    # -- colours other than the styles --------------------------------------------------------------------------

    def _recorded_shadow(self) -> Shadow | None:
        shadow = super()._recorded_shadow()
        return None if shadow is None else shadow._replace(color=self._own_color(self._state.shadow.color))

    def _effects_of(self, value: Any) -> tuple[Effect, ...]:
        return tuple(
            replace(effect, color=self._own_color(effect.color)) if isinstance(effect, DropShadow) else effect
            for effect in super()._effects_of(value)
        )

    def _add_glyph_pixels(self, recording: Commands, found: GlyphPixels) -> int:
        from ..pipeline.converted import converted

        kept = converted(found, found.pixels, "srgb", self._space)
        return recording.add_image(kept.pixels, kept)

    def _batch_colors(self, color: Any, count: int) -> NDArray[Any]:
        found = self._texts_as_colors(color, count)
        if found is not None:
            return found
        if space_of_array(color) == self._space:
            return to_rgba_array(color, count)
        if isinstance(color, np.ndarray) and color.shape == (count, 4) and color.dtype == np.uint8:
            return convert_colors(np.asarray(color), "srgb", self._space)
        if np.ndim(color) == 1:
            return to_rgba_array(to_p3(to_rgba(color)), count)
        return convert_colors(to_rgba_array(color, count), "srgb", self._space)

    def _texts_as_colors(self, color: Any, count: int) -> NDArray[np.float32] | None:
        """(count, 4) colours of a text, or of a list of so many texts, in the canvas's space; None for numbers."""
        if isinstance(color, np.ndarray) and color.dtype.kind == "U":
            color = color.tolist()
        if isinstance(color, str):
            return np.tile(np.array(self._own_color(parse(str(color))), np.float32), (count, 1))
        if not isinstance(color, list | tuple) or not color or not all(isinstance(each, str) for each in color):
            return None
        if len(color) not in (1, count):
            return to_rgba_array(color, count)  # Raises the error.
        found = np.array([self._own_color(parse(str(each))) for each in color], np.float32)
        return np.broadcast_to(found, (count, 4)).copy()


class FloatContext2D(WideContext2D):
    """The drawing context of a canvas of float16 in sRGB: a `Context2D`, with the same members."""

    __slots__ = ()
    _space: ClassVar[ColorSpace] = "srgb"
    _is_extended: ClassVar[bool] = True

    # The setters of a `Context2D` find the paint of a colour in sRGB, which is the right one unless it was clipped.

    @property
    def fill_style(self) -> str | CanvasGradient | CanvasPattern:
        """The fill paint: a CSS colour, floats (r, g, b[, a]) 0 to 1 of sRGB, a gradient or a pattern."""
        return super().fill_style

    @fill_style.setter
    def fill_style(self, value: AnyStyle) -> None:
        PLAIN.fill_style.__set__(self, value)
        if type(self._state.fill) is WideColor:
            self._fill, self._stale = -1, True

    @property
    def stroke_style(self) -> str | CanvasGradient | CanvasPattern:
        """The stroke paint, as `fill_style`."""
        return super().stroke_style

    @stroke_style.setter
    def stroke_style(self, value: AnyStyle) -> None:
        PLAIN.stroke_style.__set__(self, value)
        if type(self._state.stroke) is WideColor:
            self._stroke, self._stale = -1, True

    def _add_glyph_pixels(self, recording: Commands, found: GlyphPixels) -> int:
        return Context2D._add_glyph_pixels(self, recording, found)

    def _batch_colors(self, color: Any, count: int) -> NDArray[Any]:
        found = self._texts_as_colors(color, count)
        return Context2D._batch_colors(self, color, count) if found is None else found


class WideFloatContext2D(WideContext2D):
    """The drawing context of a canvas of float16 in display-p3: a `Context2D`, with the same members."""

    __slots__ = ()
    _is_extended: ClassVar[bool] = True
