"""span: a piece of a layout's text with its own style. Not in the standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["TextSpan"]


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A piece of text with its own style.

    Parameters
    ----------
    text
        The characters.
    font
        A CSS font; if left out, the layout's.
    color
        A colour, as `fill_style` takes it; if left out, the fill style with which the layout is drawn.
    letter_spacing
        A CSS length or a number of px; if left out, the layout's.
    background
        A colour behind the text, from the ascent of its font to the descent; if left out, there is none.
    text_decoration
        Lines along the text, in its colour: ``"underline"``, ``"overline"``, ``"line-through"``, or several of them
        with spaces between.
    baseline_shift
        How far the text is raised: a CSS length or a number of px, less than 0 to lower it; or ``"super"`` or
        ``"sub"``, a third and a fifth of the size of the layout's font up and down.
    font_feature_settings
        OpenType features by tag, 1 for on and 0 for off, as of a context: ``{"frac": 1}``.

    See https://drafts.csswg.org/css-text-decor-4/ and https://drafts.csswg.org/css-inline-3/ for the names.
    """

    text: str
    font: str | None = None
    color: Any = None
    letter_spacing: str | float | None = None
    background: Any = None
    text_decoration: str = ""
    baseline_shift: str | float = 0
    font_feature_settings: Mapping[str, int] | None = None
