"""fontunits: CSS lengths that depend on a font, in px.

    1.5em, calc(1ex + 2px)  --FontUnits: px of an em, an ex, ...-->  px

https://www.w3.org/TR/css-values-4/#relative-lengths
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

__all__ = ["FALLBACKS", "NO_WINDOW", "ROOT", "FontUnits", "in_px", "is_of_window"]

FALLBACKS: Final = {"em": 1.0, "ic": 1.0, "ex": 0.5, "ch": 0.5, "cap": 0.7, "lh": 1.2}
"""Font-relative units in em, where no font is asked: CSS's fallback values."""
ROOT: Final = {f"r{unit}": 16.0 * ems for unit, ems in FALLBACKS.items()}
"""Root-relative units, px: a page's default font has 16px."""

NO_WINDOW: Final = "depends on the size of a page's window, which a canvas does not have: compute it, and give px"
"""Why units such as ``vw`` are refused."""
_OF_WINDOW: Final = re.compile(r"[0-9.](?:[sld]?v|cq)(?:[whib]|min|max)\b", re.IGNORECASE)


class FontUnits(NamedTuple):
    """The px of a font's units.

    >>> FontUnits.of(20.0)
    FontUnits(em=20.0, ex=10.0, ch=10.0, cap=14.0, ic=20.0, lh=24.0)
    """

    em: float
    ex: float
    ch: float
    cap: float
    ic: float
    lh: float

    @classmethod
    def of(cls, em_px: float, ems: Mapping[str, float] = FALLBACKS) -> FontUnits:
        """The units of a font of this size, by their lengths in em."""
        return cls(*(em_px * ems[unit] for unit in cls._fields))

    def px_of(self, unit: str) -> float | None:
        """The px of a font-relative or root-relative unit, in lower case; None for others."""
        own: float | None = getattr(self, unit) if unit in FALLBACKS else ROOT.get(unit)
        return own


def is_of_window(token: Any) -> bool:
    """Whether a token of tinycss2 has units of a viewport or a container: vw, dvmin, cqh and the like."""
    return _OF_WINDOW.search(token.serialize()) is not None


def in_px(token: Any, font: FontUnits, percent_px: float | None = None) -> Any:
    """Return a token of tinycss2 with relative lengths replaced by px, also inside functions and parentheses.

    Percentages are replaced, too, where the px of 100% are given.
    """
    from tinycss2.ast import DimensionToken, FunctionBlock, ParenthesesBlock

    where = token.source_line, token.source_column
    if token.type == "function":
        return FunctionBlock(*where, token.name, [in_px(each, font, percent_px) for each in token.arguments])
    if token.type == "() block":
        return ParenthesesBlock(*where, [in_px(each, font, percent_px) for each in token.content])
    px = None
    if token.type == "percentage" and percent_px is not None:
        px = token.value * percent_px / 100.0
    elif token.type == "dimension":
        one = font.px_of(token.lower_unit)
        px = None if one is None else token.value * one
    return token if px is None else DimensionToken(*where, px, None, repr(px), "px")
