"""FilterSettings: the filter property of a context.

https://html.spec.whatwg.org/multipage/canvas.html#filters
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .recorder import Recorder
from .state import NO_FILTER, FilterUse

if TYPE_CHECKING:
    from ..paint.effects import Effect
    from ..paint.filters import FilterInput


class FilterSettings(Recorder):
    """The filter of a context. An invalid one raises, or is ignored with ``on_invalid="ignore"``."""

    __slots__ = ()

    @property
    def filter(self) -> FilterInput:
        """The filters applied to each draw before it is composited, in order; ``"none"``, the default, is no filter.

        A CSS string of `blur`, `brightness`, `contrast`, `drop-shadow`, `grayscale`, `hue-rotate`, `invert`, `opacity`,
        `saturate` and `sepia`, ``"sepia(50%) blur(2px)"``; a filter of the layers proposal, a dict such as
        ``{"name": "gaussianBlur", "stdDeviation": 2}``; or a list of these. Lengths are pixels of the canvas, whatever
        the transform; colours are filtered as straight sRGB. `global_alpha` comes before it, as in browsers: the shadow
        of ``drop-shadow()`` is seen through a transparent shape. Shadow properties, operator and clip come after it
        (HTML, "drawing model"). A batch is one draw. `clear_rect` and `put_image_data` are not filtered.

        Raises ValueError for a string that cannot be read, unless the canvas ignores it; TypeError for another type.
        """
        return self._state.filter.given

    @filter.setter
    def filter(self, value: FilterInput) -> None:
        if value == "none":
            use = NO_FILTER
        else:
            from ..paint.filters import is_relative

            try:
                use = FilterUse(value, self._effects_of(value), is_relative(value))
            except (ValueError, TypeError):
                # The standard ignores an invalid string. It has a constructor for filter objects, which throws.
                if self._strict or isinstance(value, Mapping | list | tuple):
                    raise
                return
        self._state.filter = use
        self._changed()

    def _effects_of(self, value: Any) -> tuple[Effect, ...]:
        """The effects of a filter value; lengths in em and the like count in the present font."""
        from ..paint.filters import DEFAULT_FONT, needs_glyphs, read_filter

        if not self._strict:
            from ..paint.webidl import as_javascript

            value = as_javascript(value)
        style = self._state.text
        font = DEFAULT_FONT if style is None else DEFAULT_FONT.of(style.font.size_px)
        if needs_glyphs(value):
            from ..text.shape import units_of

            font = units_of(style)
        return read_filter(value, font, ignores_urls=not self._strict)
