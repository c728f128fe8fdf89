"""TextSettings: the text properties of a context. Their values are kept in one immutable `TextStyle`.

https://html.spec.whatwg.org/multipage/canvas.html#text-styles
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from ..geometry.numbers import Number
from .filtersettings import FilterSettings
from .words import one_of

if TYPE_CHECKING:
    from ..text.textstyle import TextStyle

TextAlign = Literal["start", "end", "left", "right", "center"]
TextBaseline = Literal["top", "hanging", "middle", "alphabetic", "ideographic", "bottom"]
Direction = Literal["ltr", "rtl", "inherit"]
Kerning = Literal["auto", "normal", "none"]
Stretch = Literal[
    "ultra-condensed", "extra-condensed", "condensed", "semi-condensed", "normal", "semi-expanded", "expanded",
    "extra-expanded", "ultra-expanded",
]  # fmt: skip
Caps = Literal["normal", "small-caps", "all-small-caps", "petite-caps", "all-petite-caps", "unicase", "titling-caps"]
Rendering = Literal["auto", "optimizeSpeed", "optimizeLegibility", "geometricPrecision"]


@cache
def styles() -> Any:
    """The module of text styles, loaded on first use."""
    from ..text import textstyle

    return textstyle


class TextSettings(FilterSettings):
    """The text styles of a context. Invalid values raise, or are ignored with ``on_invalid="ignore"``."""

    __slots__ = ()

    @property
    def _text_style(self) -> TextStyle:
        style: TextStyle = self._state.text or styles().DEFAULT
        return style

    def _set_text(self, name: str, value: Any) -> None:
        self._state.text = styles().changed(self._text_style, name, value)

    def _set_word(self, name: str, value: object) -> None:
        """Set a field that is an enumeration."""
        words = styles().SETTINGS[name]
        if not isinstance(value, str) or value not in words:
            return self._invalid(name, value, one_of(words, value))
        if getattr(self._text_style, name) != value:
            self._set_text(name, value)

    # -- fonts -------------------------------------------------------------------------------------------------

    @property
    def font(self) -> str:
        """The font in CSS syntax: style, weight, size and families. It reads back with the size in px.

        Relative sizes are relative to 10px. A family is one that `gpucanvas.fonts` has, registered by the program or
        installed in the system, or a generic one: ``"italic bold 16px 'Noto Serif', serif"``. A font sets
        `font_variant_caps` and `font_stretch`, too: to ``"normal"`` where it does not name them.
        """
        return str(self._text_style.shown_font)

    @font.setter
    def font(self, value: str) -> None:
        style = self._state.text
        if style is not None and style.font_text == value:
            return
        if not isinstance(value, str):
            return self._invalid("font", value, "give a text such as '16px sans-serif'")
        try:
            self._state.text = styles().with_font(self._text_style, value)
        except ValueError:
            if self._strict:
                raise
            return
        use = self._state.filter
        if use.is_relative:
            self._state.filter = use._replace(effects=self._effects_of(use.given))
            self._changed()

    @property
    def font_kerning(self) -> Kerning:
        """Whether pairs of letters are kerned: auto, normal or none."""
        return self._text_style.font_kerning  # type: ignore[return-value]

    @font_kerning.setter
    def font_kerning(self, value: Kerning) -> None:
        self._set_word("font_kerning", value)

    @property
    def font_stretch(self) -> Stretch:
        """The width of the face to select, from ultra-condensed to ultra-expanded."""
        return self._text_style.font_stretch  # type: ignore[return-value]

    @font_stretch.setter
    def font_stretch(self, value: Stretch) -> None:
        self._set_word("font_stretch", value)

    @property
    def font_variant_caps(self) -> Caps:
        """Capitals: normal, small-caps, all-small-caps, petite-caps, all-petite-caps, unicase or titling-caps.

        For a font without small capitals, they are scaled down from its capitals.
        """
        return self._text_style.font_variant_caps  # type: ignore[return-value]

    @font_variant_caps.setter
    def font_variant_caps(self, value: Caps) -> None:
        self._set_word("font_variant_caps", value)

    @property
    def font_feature_settings(self) -> dict[str, int]:
        """OpenType features by tag, 1 for on and 0 for off: ``{"ss01": 1, "liga": 0}``. Not in the standard."""
        return dict(self._text_style.features)

    @font_feature_settings.setter
    def font_feature_settings(self, value: Mapping[str, int | bool]) -> None:
        pairs = styles().tagged(value, int)
        if pairs is None:
            cure = "give a dictionary of tags of four characters and numbers of 0 or more, as {'ss01': 1}"
            return self._invalid("font_feature_settings", value, cure)
        self._set_text("features", pairs)

    @property
    def font_variation_settings(self) -> dict[str, float]:
        """Axis values of variable fonts by tag: ``{"wght": 450}``. They override `font`. Not in the standard."""
        return dict(self._text_style.variations)

    @font_variation_settings.setter
    def font_variation_settings(self, value: Mapping[str, float]) -> None:
        pairs = styles().tagged(value, float)
        if pairs is None:
            cure = "give a dictionary of tags of four characters, as {'wght': 450}"
            return self._invalid("font_variation_settings", value, cure)
        self._set_text("variations", pairs)

    @property
    def text_rendering(self) -> Rendering:
        """auto, optimizeSpeed (no kerning, no ligatures), optimizeLegibility or geometricPrecision (no hinting)."""
        return self._text_style.text_rendering  # type: ignore[return-value]

    @text_rendering.setter
    def text_rendering(self, value: Rendering) -> None:
        self._set_word("text_rendering", value)

    # -- where text goes ---------------------------------------------------------------------------------------

    @property
    def text_align(self) -> TextAlign:
        """The point of a text's line that is at x: start or end (by the direction), left, right or center."""
        return self._text_style.text_align  # type: ignore[return-value]

    @text_align.setter
    def text_align(self, value: TextAlign) -> None:
        self._set_word("text_align", value)

    @property
    def text_baseline(self) -> TextBaseline:
        """The font's baseline that is at y: top, hanging, middle, alphabetic, ideographic or bottom."""
        return self._text_style.text_baseline  # type: ignore[return-value]

    @text_baseline.setter
    def text_baseline(self, value: TextBaseline) -> None:
        self._set_word("text_baseline", value)

    @property
    def direction(self) -> Direction:
        """The direction of text: ltr, rtl, or inherit, which means ltr as there is no page to inherit from."""
        return self._text_style.direction  # type: ignore[return-value]

    @direction.setter
    def direction(self, value: Direction) -> None:
        self._set_word("direction", value)

    @property
    def letter_spacing(self) -> str:
        """Space added after each cluster of characters: a CSS length, ``"2px"`` or ``"0.1em"``, or a number of px."""
        return self._text_style.letter_spacing

    @letter_spacing.setter
    def letter_spacing(self, value: str | Number) -> None:
        self._set_spacing("letter_spacing", value)

    @property
    def word_spacing(self) -> str:
        """Space added after each space character: a CSS length, ``"2px"`` or ``"0.1em"``, or a number of px."""
        return self._text_style.word_spacing

    @word_spacing.setter
    def word_spacing(self, value: str | Number) -> None:
        self._set_spacing("word_spacing", value)

    def _set_spacing(self, name: str, value: object) -> None:
        spacing = styles().spacing_of(value)
        if spacing is None:
            return self._invalid(name, value, "give a length such as '2px' or '0.1em', or a number of px")
        self._set_text(name, spacing)

    @property
    def lang(self) -> str:
        """The language as a BCP 47 tag such as ``"tr"``; ``"inherit"`` is none. Some fonts have glyphs for it."""
        return self._text_style.lang

    @lang.setter
    def lang(self, value: str) -> None:
        if not isinstance(value, str):
            return self._invalid("lang", value, "give a language tag such as 'en', or 'inherit'")
        self._set_text("lang", value)
