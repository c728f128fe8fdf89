"""textstyle: the text properties of a context's state, in one immutable value.

    ctx.font = "16px serif"  --changed(style, "font", ...)-->  another TextStyle, or the one made before

`save` keeps a reference to it, and texts are looked up by it. So its hash is computed once, and setting the same values
again (each label's font, in each frame) gives the same objects again.

https://html.spec.whatwg.org/multipage/canvas.html#text-styles
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from math import isfinite
from typing import Any, Final

from ..css.fontunits import FontUnits
from ..css.quantities import LENGTH
from ..recent import Recent
from .font import LONGEST_KEPT, Font, parse_font
from .lengths import DEFAULT_UNITS, quantity_of
from .shorthand import STRETCHES

__all__ = ["DEFAULT", "SETTINGS", "Features", "TextStyle", "changed", "spacing_of", "spacing_px", "tagged", "with_font"]

Features = tuple[tuple[str, int], ...]
"""OpenType features as pairs of a tag and a value; 0 is off."""

SETTINGS: Final[dict[str, tuple[str, ...]]] = {
    "text_align": ("start", "end", "left", "right", "center"),
    "text_baseline": ("top", "hanging", "middle", "alphabetic", "ideographic", "bottom"),
    "direction": ("ltr", "rtl", "inherit"),
    "font_kerning": ("auto", "normal", "none"),
    "font_stretch": tuple(sorted({*STRETCHES, "normal"})),
    "font_variant_caps": (
        *("normal", "small-caps", "all-small-caps", "petite-caps", "all-petite-caps", "unicase", "titling-caps"),
    ),
    "text_rendering": ("auto", "optimizeSpeed", "optimizeLegibility", "geometricPrecision"),
}
"""The words that each property accepts."""
NORMAL_STRETCH: Final = 100.0
STRETCH_NAMES: Final = {NORMAL_STRETCH: "normal"} | {percent: name for name, percent in STRETCHES.items()}
"""The values of `font_stretch` by the percentages of a `Font`."""
GLYPH_UNITS: Final = ("ex", "ch", "cap", "ic", "lh")
"""Units that depend on a font's glyphs and lines; also the ends of the root-relative ones, which do not."""
LARGEST_PX: Final = 1e7
"""Largest spacing, px: with more, nothing would be on any canvas."""
LARGEST_SETTING: Final = 1 << 24
"""Limit of the values of OpenType features and axes."""


def spacing_of(value: object) -> str | None:
    """Return a spacing in stored form, a number with its unit; None if it is not a length.

    >>> spacing_of("1EM"), spacing_of("2.50PX"), spacing_of(3), spacing_of("3")
    ('1em', '2.5px', '3px', None)
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value}px"
    if not isinstance(value, str):
        return None
    token = length_token(value)
    if token is None:
        return None
    # Adding 0 makes 0 of negative zero, which CSS does not write.
    return f"{token.value + 0.0:.6g}{token.lower_unit}"


def length_token(text: str) -> Any:
    """Return the tinycss2 token of a text that is a finite length; None for other texts."""
    from tinycss2 import parse_component_value_list

    if len(text) > 100:
        return None
    tokens = [each for each in parse_component_value_list(text) if each.type != "whitespace"]
    if len(tokens) != 1 or tokens[0].type != "dimension":
        return None
    return tokens[0] if measured(tokens[0], DEFAULT_UNITS) is not None else None


def measured(token: Any, font: FontUnits) -> float | None:
    """Return a length in px, at most `LARGEST_PX`; None if the token is not a length."""
    try:
        found = quantity_of(token, font, 0.0)
    except ValueError:
        return None
    if found is None or found.powers != LENGTH or not isfinite(found.value):
        return None
    return min(max(found.value, -LARGEST_PX), LARGEST_PX)


def spacing_px(text: str, font: FontUnits) -> float:
    """Return a stored spacing in px."""
    if text == "0px":
        return 0.0
    token = length_token(text)
    return 0.0 if token is None else measured(token, font) or 0.0


def tagged(value: object, kind: type[int] | type[float]) -> tuple[tuple[str, Any], ...] | None:
    """Return a dictionary of OpenType tags as pairs; None for an invalid value."""
    if not isinstance(value, Mapping):
        return None
    pairs = []
    least = 0 if kind is int else -LARGEST_SETTING
    for tag, number in value.items():
        fine = isinstance(tag, str) and len(tag) == 4 and tag.isascii() and tag.isprintable()
        if not fine or not isinstance(number, int | float) or not least <= number < LARGEST_SETTING:
            return None
        pairs.append((tag, kind(number)))
    return tuple(pairs)


@dataclass(frozen=True, slots=True, eq=False)
class TextStyle:
    """A style of text. Each field holds the value of a property of the context, except these attributes.

    Attributes
    ----------
    letter_px, word_px : float
        The space added after each cluster and after each space, px. Units that depend on the font's glyphs have CSS's
        fallback values, except in the style of a `Setting`.
    font_text : str
        The text by which the program last set this style's font.
    """

    font: Font = Font()
    text_align: str = "start"
    text_baseline: str = "alphabetic"
    direction: str = "inherit"
    letter_spacing: str = "0px"
    word_spacing: str = "0px"
    font_kerning: str = "auto"
    font_stretch: str = "normal"
    font_variant_caps: str = "normal"
    text_rendering: str = "auto"
    lang: str = "inherit"
    features: Features = ()
    variations: tuple[tuple[str, float], ...] = ()
    letter_px: float = field(init=False, default=0.0)
    word_px: float = field(init=False, default=0.0)
    font_text: str = field(init=False, default="")
    _hash: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash(self._values()))
        self._space(FontUnits.of(self.font.size_px))

    def _space(self, font: FontUnits) -> None:
        object.__setattr__(self, "letter_px", spacing_px(self.letter_spacing, font))
        object.__setattr__(self, "word_px", spacing_px(self.word_spacing, font))

    @property
    def is_tight(self) -> bool:
        """Whether its spacing moves letters over one another."""
        return self.letter_px < 0.0 or self.word_px < 0.0

    @property
    def needs_font(self) -> bool:
        """Whether a spacing is in a unit that only the font knows, such as ``ex``."""
        return self.letter_spacing.endswith(GLYPH_UNITS) or self.word_spacing.endswith(GLYPH_UNITS)

    def spaced_by(self, font: FontUnits) -> TextStyle:
        """Return an equal style whose spacings in px are those of a font."""
        other = replace(self)
        other._space(font)
        return other

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in NAMES)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, TextStyle) and self._hash == other._hash and self._values() == other._values()

    @property
    def is_rtl(self) -> bool:
        """Whether paragraphs run right to left. ``"inherit"`` is left to right: there is no page to inherit from."""
        return self.direction == "rtl"

    @property
    def language(self) -> str:
        """The language, a BCP 47 tag; empty if it is unknown or not a tag."""
        return self.lang if self.lang != "inherit" and self.lang.isascii() else ""

    @property
    def caps(self) -> str:
        """The variant of capitals: the context's, or else the font's."""
        return self.font.variant_caps if self.font_variant_caps == "normal" else self.font_variant_caps

    @property
    def shown_font(self) -> Font:
        """The font with the variant of capitals, as `font` reads back."""
        return replace(self.font, variant_caps="small-caps") if self.font_variant_caps == "small-caps" else self.font

    @property
    def wanted(self) -> Font:
        """The font to match, with the context's stretch and variations."""
        font = self.font
        if self.font_stretch != "normal":
            font = replace(font, stretch=STRETCHES[self.font_stretch])
        return replace(font, variations=self.variations) if self.variations else font


NAMES: Final = tuple(each.name for each in fields(TextStyle) if each.init)
DEFAULT: Final = TextStyle()
"""The style of a new context: 10px sans-serif."""
_by_text: Recent[tuple[TextStyle, str], TextStyle] = Recent(1024)
_styles: Recent[tuple[TextStyle, str, Any], TextStyle] = Recent(1024)
_equals: Recent[TextStyle, TextStyle] = Recent(1024)
"""One object for all equal styles: equal ones that are two objects are compared field by field at each look-up."""


def with_font(style: TextStyle, text: str) -> TextStyle:
    """Return this style with a CSS font, which sets capitals and stretch, too. Raises ValueError if it is not a font.

    In browsers, too, the shorthand sets these two whether it names them or not (CSS Fonts 4, "font").
    """
    found = _by_text.get((style, text))
    if found is None:
        font = parse_font(text)
        caps, stretch = font.variant_caps, STRETCH_NAMES[font.stretch]
        plain = replace(font, variant_caps="normal", stretch=NORMAL_STRETCH)
        found = _shared(replace(style, font=plain, font_variant_caps=caps, font_stretch=stretch))
        if len(text) <= LONGEST_KEPT:
            _by_text.put((style, text), found)
            object.__setattr__(found, "font_text", text)
    return found


def changed(style: TextStyle, name: str, value: Any) -> TextStyle:
    """Return this style with another value of a field; the same object for equal styles, while it is cached."""
    key = style, name, value
    found = _styles.get(key)
    if found is None:
        found = _shared(replace(style, **{name: value}))
        _styles.put(key, found)
    return found


def _shared(made: TextStyle) -> TextStyle:
    """Return the one object for all styles that equal this one, while it is cached."""
    found = _equals.get(made)
    if found is None:
        found = made
        _equals.put(made, made)
    return found
