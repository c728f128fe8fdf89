"""fontlines: the baselines and extents of a font, and where `text_baseline` and `text_align` place a text.

https://html.spec.whatwg.org/multipage/canvas.html#text-preparation-algorithm
"""

from __future__ import annotations

from functools import lru_cache
from math import floor
from typing import Final, NamedTuple

from ..css.fontunits import FALLBACKS, FontUnits
from .instance import Instance
from .registry import emptied_on_removal
from .textstyle import TextStyle

__all__ = ["FontLines", "anchor_part", "baseline_of", "font_lines", "font_units"]

HANGING_PART: Final = 0.8
"""Height of the hanging baseline, as a part of the ascent, in a font that has no such baseline."""
EM_STEPS: Final = 64
"""Steps per px to which the em box is rounded, as in Chromium."""


class FontLines(NamedTuple):
    """The lines of a font at a size, px up from the alphabetic baseline; descents are px down from it."""

    ascent: float
    descent: float
    em_ascent: float
    em_descent: float
    hanging: float
    ideographic: float


@lru_cache(1024)
def font_lines(instance: Instance, size_px: float, is_precise: bool = False) -> FontLines:
    """Return a font's lines at a size, rounded as in Chromium; ``is_precise`` rounds as for geometricPrecision."""
    em = instance.metrics
    ascent, descent = floor(em.ascent * size_px + 0.5), floor(em.descent * size_px + 0.5)
    if is_precise and descent < em.descent * size_px and ascent >= 1:
        # A rounded-down descent would cut glyphs off: one px moves from the ascent to the descent.
        ascent, descent = ascent - 1, descent + 1
    em_ascent = floor(em.em_ascent * size_px * EM_STEPS + 0.5) / EM_STEPS
    hanging = HANGING_PART * ascent if em.hanging is None else em.hanging * size_px
    ideographic = -descent if em.ideographic is None else em.ideographic * size_px
    return FontLines(ascent, descent, em_ascent, size_px - em_ascent, hanging, ideographic)


@lru_cache(1024)
def font_units(instance: Instance, size_px: float) -> FontUnits:
    """Return the lengths of CSS's font-relative units in a font at a size."""
    em = instance.metrics
    ems = {"em": 1.0, "ex": em.x_height, "cap": em.cap_height, "lh": em.ascent + em.descent + em.line_gap}
    for unit, character in (("ch", "0"), ("ic", "\u6c34")):
        glyph = instance.font.get_nominal_glyph(ord(character))
        ems[unit] = instance.advance(glyph) / instance.upem if glyph else FALLBACKS[unit]
    return FontUnits.of(size_px, ems)


emptied_on_removal(font_lines.cache_clear)
emptied_on_removal(font_units.cache_clear)


def baseline_of(lines: FontLines, baseline: str) -> float:
    """Return the height of a baseline named as in `text_baseline`, px up from the alphabetic baseline."""
    if baseline == "alphabetic":
        return 0.0
    if baseline == "top":
        return lines.em_ascent
    if baseline == "bottom":
        return -lines.em_descent
    if baseline == "middle":
        return (lines.em_ascent - lines.em_descent) / 2
    return lines.hanging if baseline == "hanging" else lines.ideographic


def anchor_part(style: TextStyle) -> float:
    """Return the part of a text's width, 0, 1/2 or 1, that is to the left of the point at which it is drawn."""
    align = style.text_align
    if align == "center":
        return 0.5
    return float(align == "right" or align == ("start" if style.is_rtl else "end"))
