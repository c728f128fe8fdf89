"""shorthand: parses CSS's ``font`` shorthand, on the tokens of tinycss2.

    italic bold 12px/30px "Noto Sans", serif
    `---------' `--' `--' `----------------'
     style,     size  line  families
     variant,         height
     weight,
     stretch: in any order, each at most once

https://www.w3.org/TR/css-fonts-4/#font-prop
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

from ..css.fontunits import FontUnits
from ..css.nesting import is_too_deep
from ..css.quantities import ANGLE, LENGTH, NUMBER
from .lengths import BASE_PX, DEFAULT_UNITS, NotFont, is_math, quantity_of, read_length

__all__ = ["CSS_WIDE", "DEFAULT_ANGLE", "GENERICS", "LARGEST_PX", "Shorthand", "quoted", "read_shorthand"]

GENERICS: Final = frozenset(
    (
        *("serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "math", "emoji", "fangsong"),
        *("ui-serif", "ui-sans-serif", "ui-monospace", "ui-rounded"),
    )
)
"""CSS's generic families. https://www.w3.org/TR/css-fonts-4/#generic-font-families"""
# fmt: off
STRETCHES: Final = {
    "ultra-condensed": 50.0, "extra-condensed": 62.5, "condensed": 75.0, "semi-condensed": 87.5,
    "semi-expanded": 112.5, "expanded": 125.0, "extra-expanded": 150.0, "ultra-expanded": 200.0,
}
# fmt: on
"""Width keywords, in percent."""
WEIGHTS: Final = {"bold": 700.0, "bolder": 700.0, "lighter": 100.0}
"""Weight keywords; the relative ones are relative to 400."""
# fmt: off
SIZES: Final = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0,
    "xx-large": 32.0, "xxx-large": 48.0, "smaller": BASE_PX / 1.2, "larger": BASE_PX * 1.2, "math": BASE_PX,
}
# fmt: on
"""Size keywords, in px, as in browsers."""
LARGEST_PX: Final = 10_000.0
"""Largest size, px, as in Chromium."""
SYSTEM_FONTS: Final = frozenset(("caption", "icon", "menu", "message-box", "small-caption", "status-bar"))
SYSTEM_PX: Final = 16.0
"""The size of all system fonts, px, as in Chromium on Linux."""
CSS_WIDE: Final = frozenset(("inherit", "initial", "unset", "revert", "revert-layer", "default"))
DEFAULT_ANGLE: Final = 14.0
"""The angle of ``oblique``, in degrees."""


class Shorthand(NamedTuple):
    """The values of a shorthand: see `gpucanvas.text.font.Font`."""

    families: tuple[str, ...]
    size_px: float
    style: str = "normal"
    angle: float = 0.0
    variant_caps: str = "normal"
    weight: float = 400.0
    stretch: float = 100.0
    line_height: float | None = None


NOT_FAMILIES = frozenset(("normal", "italic", "oblique", "small-caps", *WEIGHTS, *STRETCHES, *SIZES))
"""Words that may follow a weight; another word would be a family, and the number before it a size without a unit."""
UNITS = frozenset(("px", "pt", "em", "rem", "pc", "in", "cm", "mm", "ex", "ch"))
"""Units that are read as a word if a blank is before them."""


def quoted(family: str) -> str:
    """Return a family's name in quotation marks, with CSS's escapes."""
    return f'"{"".join(map(_escaped, family))}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return f"\\{ord(character):x} " if character < " " or character == "\x7f" else character


def read_shorthand(text: str) -> Shorthand:
    """Parse a CSS ``font``. Raises `NotFont`, which says what is wrong and what would be right."""
    from tinycss2 import parse_component_value_list

    if is_too_deep(text):
        raise NotFont("there are too many brackets: give a size and a family, as in '16px sans-serif'")
    try:
        tokens = [each for each in parse_component_value_list(text, skip_comments=True) if not _is_nothing(each)]
    except ValueError:  # Python refuses to read an integer of thousands of digits.
        raise NotFont("a number has thousands of digits: give one of fewer") from None
    if len(tokens) == 1 and _word(tokens[0]) in SYSTEM_FONTS:
        return Shorthand(("system-ui",), SYSTEM_PX)
    reader = _Reader(tokens)
    reader.read_styles()
    size_px = reader.read_size()
    line_height = reader.read_line_height(size_px)
    return Shorthand(reader.read_families(), size_px, line_height=line_height, **reader.styles)


def _is_nothing(token: Any) -> bool:
    """Whether a token is white space, or an unclosed quotation at the text's end, which CSS accepts."""
    return bool(token.type == "whitespace" or (token.type == "error" and token.kind == "eof-in-string"))


def _word(token: Any) -> str:
    """Return an identifier token in lower case; an empty string for other tokens."""
    return str(token.lower_value) if token.type == "ident" else ""


def _is_zero(token: Any) -> bool:
    return bool(token.type == "number" and token.value == 0)


def _check_weight(number: str, after: Any) -> None:
    """Raise `NotFont` where a number was meant as a size, as the token after it tells."""
    if after is None:
        raise NotFont(f"{number!r} has no unit, and there is no family: write '{number}px sans-serif'")
    word = _word(after)
    if word in UNITS:
        raise NotFont(f"'{number} {word}' is no size: write it without the blank, {number}{word}")
    if after.type == "string" or (word and word not in NOT_FAMILIES):
        raise NotFont(f"{number!r} has no unit: write {number}px")


class _Reader:
    """Reads tokens from left to right; ``at`` is the index of the next token."""

    def __init__(self, tokens: list[Any]) -> None:
        self.tokens, self.at = tokens, 0
        self.styles: dict[str, Any] = {}

    def peek(self, ahead: int = 0) -> Any:
        """Return the next token, or None after the last."""
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else None

    def read_styles(self) -> None:
        """Read style, variant, weight and stretch: up to four words, each of which may be ``normal``."""
        for _ in range(4):
            token = self.peek()
            if token is None:
                return
            if _word(token) != "normal":
                found = self._style(token)
                if not found:
                    return
                if token.type == "number":
                    _check_weight(token.serialize(), self.peek(1))
                if found.keys() & self.styles.keys():
                    raise NotFont(f"{token.serialize()!r} says again what an earlier word has said: leave one out")
                self.styles |= found
            self.at += 1

    def _style(self, token: Any) -> dict[str, Any]:
        """Return the value of the next word; empty if the size begins there."""
        word = _word(token)
        if word == "italic":
            return {"style": "italic", "angle": 0.0}
        if word == "oblique":
            return self._oblique()
        if word == "small-caps":
            return {"variant_caps": "small-caps"}
        if word in WEIGHTS:
            return {"weight": WEIGHTS[word]}
        if word in STRETCHES:
            return {"stretch": STRETCHES[word]}
        if token.type != "number" and not is_math(token):
            return {}
        if _is_zero(token):
            return {}  # The length 0 needs no unit.
        found = quantity_of(token, DEFAULT_UNITS, BASE_PX)
        if found is None or found.powers != NUMBER:
            return {}
        weight = min(max(found.value, 1.0), 1000.0) if is_math(token) else found.value
        if not 1.0 <= weight <= 1000.0:
            raise NotFont(f"weight {token.serialize()} is outside 1 to 1000; a size has a unit, as in '16px'")
        return {"weight": weight}

    def _oblique(self) -> dict[str, Any]:
        after = self.peek(1)
        angle = None
        if after is not None and (after.type == "dimension" or is_math(after)):
            found = quantity_of(after, DEFAULT_UNITS, BASE_PX)
            angle = found.value if found is not None and found.powers == ANGLE else None
        if angle is None:
            return {"style": "oblique", "angle": DEFAULT_ANGLE}
        if is_math(after):
            angle = 0.0 if math.isnan(angle) else min(max(angle, -90.0), 90.0)
        if not -90.0 <= angle <= 90.0:
            raise NotFont(f"oblique {after.serialize()} is outside -90deg to 90deg")
        self.at += 1
        return {"style": "oblique" if angle else "normal", "angle": angle}

    def read_size(self) -> float:
        """Read the size, in px."""
        token = self.peek()
        if token is None:
            raise NotFont("there is no size: give one before the family, as in '16px sans-serif'")
        size = 0.0 if _is_zero(token) else SIZES.get(_word(token))
        if size is None:
            size = read_length(token)
        if size is None:
            raise NotFont(f"{token.serialize()!r} is no size: give one of 0 or more with a unit, such as '16px'")
        self.at += 1
        return min(size, LARGEST_PX)

    def read_line_height(self, size_px: float) -> float | None:
        """Read the line height after a slash, in px; None if there is none or it is ``normal``."""
        if self.peek() != "/":
            return None
        token = self.peek(1)
        self.at += 2
        if token is None:
            raise NotFont("there is nothing behind '/': give a line height, as in '16px/1.5 sans-serif'")
        if _word(token) == "normal":
            return None
        found = quantity_of(token, FontUnits.of(size_px), size_px)
        height = math.nan
        if found is not None and found.powers == NUMBER:
            height = found.value * size_px
        elif found is not None and found.powers == LENGTH:
            height = found.value
        if is_math(token):
            height = max(height, 0.0)
        # The number itself is looked at: times a size of 0, a negative one is 0.
        if not 0.0 <= height < math.inf or (found is not None and found.value < 0.0 and not is_math(token)):
            raise NotFont(f"{token.serialize()!r} is no line height: give a number or length of 0 or more, or 'normal'")
        return height

    def read_families(self) -> tuple[str, ...]:
        """Read the family names, separated by commas, up to the end."""
        names: list[str] = []
        words: list[Any] = []
        for token in (*self.tokens[self.at :], None):
            if token is not None and token != ",":
                words.append(token)
                continue
            names.append(_family(words))
            words = []
        return tuple(names)


def _family(words: list[Any]) -> str:
    """Read one family: a quoted string, or words."""
    if not words:
        raise NotFont("a family is missing: give a name after the size and after each comma, as in '16px sans-serif'")
    if len(words) == 1 and words[0].type == "string":
        name = str(words[0].value)
        # A quoted generic name is the name of a font.
        return quoted(name) if name.lower() in GENERICS else name
    if any(word.type != "ident" for word in words):
        written = " ".join(word.serialize() for word in words)
        raise NotFont(f"{written!r} is no family: put it in quotation marks, and a comma between families")
    if len(words) == 1 and _word(words[0]) in CSS_WIDE:
        raise NotFont(f"{words[0].value!r} cannot stand here: a canvas has no style sheet; name a family")
    if len(words) == 1 and _word(words[0]) in GENERICS:
        return _word(words[0])
    return " ".join(word.value for word in words)
