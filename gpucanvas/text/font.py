"""font: reads and writes CSS's ``font`` shorthand.

    "BOLD 12PX Noto Sans" --parse_font--> Font(weight=700, size_px=12, families=("Noto Sans",))
                                              `--serialize--> 'bold 12px "Noto Sans"'

A `Font` is a request: `match` decides which font files fulfil it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .lengths import NotFont
from .shorthand import CSS_WIDE, DEFAULT_ANGLE, GENERICS, LARGEST_PX, quoted, read_shorthand

__all__ = ["GENERICS", "Font", "is_quoted", "parse_font", "serialize"]

MOST_KEPT: Final = 1024
"""How many texts' fonts are cached."""
LONGEST_KEPT: Final = 1000
"""Most characters of a text whose font is cached."""
# The characters beyond ASCII as what is not in it: compiling them as a range takes 5 ms.
_IDENTIFIER: Final = re.compile(r"-?(?:[a-zA-Z_]|[^\0-\x7f])(?:[-\w]|[^\0-\x7f])*\Z", re.ASCII)
_USUAL: Final = re.compile(
    r"(?:(italic) )?(?:(bold|[1-9]00) )?([0-9]{1,5}(?:\.[0-9]{1,20})?)px ([a-zA-Z\"'].*)", re.DOTALL
)
"""The usual form of a font: style, weight, a size in px, and families."""
_kept: dict[str, Font] = {}
_kept_families: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class Font:
    """A font as CSS describes it: a list of families with a style and a size.

    Parameters
    ----------
    families
        Names, most wanted first. A generic family is its CSS word (``serif``). A family of that name in a font file is
        written with quotation marks (``"serif"``, the marks included).
    size_px
        The size of an em in px, 0 to 10,000.
    style
        ``"normal"``, ``"italic"`` or ``"oblique"``.
    angle
        The angle of ``"oblique"`` in degrees, positive to the right; else 0.
    variant_caps
        ``"normal"`` or ``"small-caps"``; the context's ``font_variant_caps`` has the other values.
    weight
        1 to 1000; 400 is normal, 700 bold.
    stretch
        The width in percent; 100 is normal.
    line_height
        In px; None for CSS's ``normal``.
    variations
        Values for axes of variable fonts: pairs of tag and value. They override the values from style and size.
    """

    families: tuple[str, ...] = ("sans-serif",)
    size_px: float = 10.0
    style: str = "normal"
    angle: float = 0.0
    variant_caps: str = "normal"
    weight: float = 400.0
    stretch: float = 100.0
    line_height: float | None = None
    variations: tuple[tuple[str, float], ...] = ()

    def __str__(self) -> str:
        return serialize(self)


def parse_font(text: str) -> Font:
    """Read a CSS ``font``; relative sizes and weights are relative to 10px sans-serif.

    https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-font

    Raises
    ------
    TypeError, ValueError
        The text is not a CSS font.

    >>> parse_font("italic bold 12pt/1.5 'Noto Sans', serif").families
    ('Noto Sans', 'serif')
    """
    found = _kept.get(text)
    return _parse(text) if found is None else found


def _parse(text: str) -> Font:
    if not isinstance(text, str):
        raise TypeError(f"the font is {text!r:.80}: give a CSS font such as '16px sans-serif'")
    try:
        font = _quick(text) or Font(**read_shorthand(text)._asdict())
    except NotFont as error:
        shown = text if len(text) <= 80 else f"{text[:77]}..."
        raise ValueError(f"font {shown!r}: {error}") from None
    if len(text) <= LONGEST_KEPT:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[text] = font
    return font


def _quick(text: str) -> Font | None:
    """Read a font of the usual form whose families were read before; None if it needs the full parser.

    An animated size makes a new text each frame in which only the number is new.
    """
    found = _USUAL.match(text)
    if found is None:
        return None
    style, weight, size, written = found.groups()
    families = _kept_families.get(written)
    if families is None:
        families = read_shorthand(f"1px {written}").families
        if len(written) > LONGEST_KEPT:
            return None
        if len(_kept_families) >= MOST_KEPT:
            _kept_families.clear()
        _kept_families[written] = families
    size_px = min(float(size), LARGEST_PX)
    return Font(families, size_px, style=style or "normal", weight=700.0 if weight == "bold" else float(weight or 400))


def serialize(font: Font) -> str:
    """Return a font as a canvas serialises it: sizes in px, without stretch and line height.

    >>> serialize(parse_font("400 1IN Noto Sans , SERIF"))
    '96px "Noto Sans", serif'
    """
    words = []
    if font.style == "oblique" and font.angle != DEFAULT_ANGLE:
        words.append(f"oblique {number(font.angle)}deg")
    elif font.style != "normal":
        words.append(font.style)
    if font.variant_caps == "small-caps":
        words.append(font.variant_caps)
    if font.weight != 400.0:
        words.append("bold" if font.weight == 700.0 else number(font.weight))
    words.append(f"{number(font.size_px)}px")
    return f"{' '.join(words)} {', '.join(map(_family, font.families))}"


def number(value: float) -> str:
    """Return a number as CSS writes it: up to six digits, no exponent."""
    text = f"{value:.6g}"
    if "e" in text:
        text = f"{value:.6f}".rstrip("0").rstrip(".")
    return text


def is_quoted(family: str) -> bool:
    """Whether a family of a `Font` is a font file's family with the name of a generic one."""
    return family[1:-1].lower() in GENERICS and family == quoted(family[1:-1])


def _family(name: str) -> str:
    if name in GENERICS or is_quoted(name):
        return name
    return name if _IDENTIFIER.match(name) and name.lower() not in CSS_WIDE else quoted(name)
