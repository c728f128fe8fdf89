"""svgtext: the text of an SVG document that nobody sees: browsers find, select and read it over the outlines.

    Words of one size --> <g font-size=...>     Words --> <text>     a line of several styles --> <text> of <tspan>

Its fill is transparent. With a fill of "none" browsers would not let a pointer select it. ``textLength`` gives it the
width of the outlines, whatever font a reader has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from math import hypot
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from ..geometry.affine import Affine, apply
from .svgvalues import matrix_of, number
from .words import Words

__all__ = ["NOT_XML", "text_lines"]

NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that an XML document cannot contain."""
DECIMALS: Final = 2
"""Decimals of places and lengths: a hundredth of a pixel."""
HEAD: Final = '<g fill-opacity="0" font-family="sans-serif" xml:space="preserve">'


class Text(NamedTuple):
    """A text in the attributes of SVG: its transform, None where x and y are in the picture, and its numbers there."""

    matrix: Affine | None
    size: float
    x: float
    y: float
    length: float
    text: str
    is_rtl: bool

    @classmethod
    def of(cls, words: Words) -> Text:
        """A text."""
        said, matrix = words.wording, words.matrix
        a, b, c, d, _, _ = matrix
        left, right = said.left, said.right
        text = NOT_XML.sub("\ufffd", said.text)
        if b == c == 0 and a > 0 and d > 0:
            x, y = apply(matrix, right if said.is_rtl else left, said.baseline)
            return cls(None, said.em_px * d, x, y, (right - left) * a, text, said.is_rtl)
        # Lengths are those of the picture, so that few decimals are enough.
        unit = hypot(c, d)
        turned: Affine = (a / unit, b / unit, c / unit, d / unit, *matrix[4:])
        x = (right if said.is_rtl else left) * unit
        return cls(turned, said.em_px * unit, x, said.baseline * unit, (right - left) * unit, text, said.is_rtl)

    @property
    def font_size(self) -> str:
        """Its font size as it is written."""
        return number(self.size)

    def goes_on(self, before: Text) -> bool:
        """Whether it may be in one element with a text before it."""
        return before.matrix == self.matrix and not (before.is_rtl or self.is_rtl)

    def attributes(self, around: Text | None = None) -> str:
        """Its place and length, and its size where it has not that of the element around it."""
        length = f' textLength="{number(self.length, DECIMALS)}"' if self.length > 0 and len(self.text) > 1 else ""
        direction = ' direction="rtl"' if self.is_rtl else ""
        size = "" if around is None or self.font_size == around.font_size else f' font-size="{self.font_size}"'
        return f' x="{number(self.x, DECIMALS)}" y="{number(self.y, DECIMALS)}"{size}{length}{direction}'


def text_lines(words: list[Words]) -> list[str]:
    """The elements of texts, lines of the document."""
    out = [HEAD]
    for size, rows in groupby(_rows(words), key=lambda row: row[0].font_size):
        out += [f'<g font-size="{size}">', *map(_element, rows), "</g>"]
    return [*out, "</g>"]


def _rows(words: list[Words]) -> Iterator[list[Text]]:
    """Texts that go on where the one before ends, in the same direction."""
    row: list[Text] = []
    before: Words | None = None
    for each in words:
        text = Text.of(each)
        if before is not None and not (before.is_followed_by(each) and text.goes_on(row[-1])):
            yield row
            row = []
        row.append(text)
        before = each
    if row:
        yield row


def _element(row: list[Text]) -> str:
    first = row[0]
    moved = "" if first.matrix is None else f' transform="{matrix_of(first.matrix)}"'
    if len(row) == 1:
        return f"<text{first.attributes()}{moved}>{escape(first.text)}</text>"
    spans = "".join(f"<tspan{each.attributes(first)}>{escape(each.text)}</tspan>" for each in row)
    return f"<text{moved}>{spans}</text>"
