"""pdftext: text of a PDF page that nobody sees: readers search, select and copy it over the outlines of the picture.

    Words --letters--> codes of a font without ink, with the letters' widths; ToUnicode says what each code is

A letter is a grapheme cluster: readers select what a person takes for a letter. Letters are written from left to right,
as most PDF files have them: readers restore the order of Arabic and Hebrew. They ignore that of an ActualText, or
reverse it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any, Final

from ..geometry.affine import Affine, apply
from ..text.wording import Letter
from .emptyfont import ASCENT, DESCENT, UNITS_PER_EM, empty_font
from .pdffile import Objects, Reference, dictionary, number, numbers
from .words import Words

__all__ = ["text_layer"]

NAME: Final = "/GPUCNV+Invisible"
"""A font's name begins with six letters where the file has only a part of the font."""
MOST_CODES: Final = 0xFFF0
"""Most letters of a font: codes have 16 bits, and so has the number of its glyphs."""
MOST_CHARACTERS: Final = 100
"""Most characters of a code: its entry in ToUnicode may have 512 bytes."""
MOST_PARTS: Final = 16
"""Most codes of a letter."""
LETTERS_AT_ONCE: Final = 500
"""Most letters that are shown at once: they fit a font of their own."""
CODES_AT_ONCE: Final = 100
"""Most entries between "beginbfchar" and "endbfchar"."""
WIDEST: Final = 30_000
"""Most units of a letter's width: programs may keep it in 16 bits."""
DRIFT: Final = 20
"""Units by which a letter may lie beside its place before the next is moved: widths are whole units."""
HUNDREDTHS: Final = 100
"""Parts of a pixel in which places are written."""
UPRIGHT: Final = (1.0, 0.0, 0.0, 1.0)
CMAP: Final = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{}endcmap
CMapName currentdict /CMap defineresource pop
end
end"""
SPACE: Final = 0.25
"""Em of a space behind a line."""
Glyph = tuple[str, int]
"""A letter and its width, thousandths of an em."""


def text_layer(objects: Objects, words: list[Words], height: int) -> tuple[str, dict[str, Reference]]:
    """The operators that place texts on a page of pixels with y up, and the fonts that they name."""
    writer = Writer(height)
    for each, following in zip_longest(words, words[1:]):
        writer.add(each, is_last=following is None or not each.is_followed_by(following))
    fonts = {f"F{index}": _font(objects, codes) for index, codes in enumerate(writer.fonts)}
    return "\n".join(["BT 3 Tr", *writer.lines, "ET"]), fonts


class Writer:
    """Writes texts, and collects the codes of their letters.

    Attributes
    ----------
    lines : list of str
        The operators.
    fonts : list of dict
        For each font the codes of its letters, in order from 1.
    """

    def __init__(self, height: int) -> None:
        self.lines: list[str] = []
        self.fonts: list[dict[Glyph, int]] = [{}]
        self._height = height
        self._shape: tuple[float, ...] | None = None
        self._place = 0, 0
        self._font: tuple[int, str] | None = None

    def add(self, words: Words, is_last: bool) -> None:
        """Append a text, with a space behind the last one of a slanted line, which readers might join with others."""
        said = words.wording
        letters = list(said.letters())
        if is_last and words.is_slanted and not letters[-1].text.isspace():
            letters.append(Letter(" ", said.right, said.right + SPACE * said.em_px))
        for first in range(0, len(letters), LETTERS_AT_ONCE):
            self._show(words, letters[first : first + LETTERS_AT_ONCE])

    def _show(self, words: Words, letters: list[Letter]) -> None:
        """Append letters that are side by side."""
        said = words.wording
        unit, left = said.em_px / UNITS_PER_EM, letters[0].left
        if len(self.fonts[-1]) + MOST_PARTS * len(letters) > MOST_CODES:
            self.fonts.append({})
        font = len(self.fonts) - 1, number(said.em_px, None)
        if font != self._font:
            self.lines.append(f"/F{font[0]} {font[1]} Tf")
            self._font = font
        self.lines.append(self._moved(words.matrix, apply(words.matrix, left, said.baseline)))
        ends = [*(each.left for each in letters[1:]), letters[-1].right]
        strings, at = [""], 0.0
        for letter, end in zip(letters, ends, strict=True):
            # Where the next letter begins, from the first one.
            place = (end - left) / unit
            width = min(max(round((end - letter.left) / unit), 0), WIDEST)
            strings[-1] += "".join(f"{code:04x}" for code in self._codes(letter.text, width))
            at += width
            if abs(place - at) >= DRIFT:
                strings += [f"{number(at - place, 0)}", ""]
                at = place
        self.lines.append(_shown(strings))

    def _codes(self, text: str, width: int) -> Iterator[int]:
        """The codes of a letter: several for one with very many marks, of which the last ones are left out."""
        codes = self.fonts[-1]
        for first in range(0, min(len(text), MOST_PARTS * MOST_CHARACTERS), MOST_CHARACTERS):
            glyph = text[first : first + MOST_CHARACTERS], 0 if first else width
            yield codes.setdefault(glyph, len(codes) + 1)

    def _moved(self, matrix: Affine, origin: tuple[float, float]) -> str:
        """The operator that begins a text at a point."""
        a, b, c, d, _, _ = matrix
        shape = a, -b, -c, d
        x, y = round(origin[0] * HUNDREDTHS), round((self._height - origin[1]) * HUNDREDTHS)
        before, self._place = self._place, (x, y)
        if shape == UPRIGHT and self._shape in (UPRIGHT, None):
            self._shape = shape
            return f"{numbers((x - before[0]) / HUNDREDTHS, (y - before[1]) / HUNDREDTHS, digits=2)} Td"
        self._shape = shape
        return f"{numbers(*shape, digits=None)} {numbers(x / HUNDREDTHS, y / HUNDREDTHS, digits=2)} Tm"


def _shown(strings: list[str]) -> str:
    """The operator that shows strings of codes, with a move behind each but the last."""
    if len(strings) == 1:
        return f"<{strings[0]}> Tj"
    parts = [f"<{each}>" if index % 2 == 0 else each for index, each in enumerate(strings)]
    return f"[{''.join(each for each in parts if each != '<>')}] TJ"


def _font(objects: Objects, codes: dict[Glyph, int]) -> Reference:
    """The font of some letters."""
    widths = sorted({width for _, width in codes})
    made, glyphs = empty_font(widths), {width: glyph for glyph, width in enumerate(widths, 1)}
    file = objects.add_stream(made, Length1=len(made))
    box = [0, DESCENT, UNITS_PER_EM, ASCENT]
    heights = {"FontBBox": box, "ItalicAngle": 0, "Ascent": ASCENT, "Descent": DESCENT, "CapHeight": ASCENT}
    # Flags 4: its characters are not those of a Latin font.
    descriptor = dictionary(Type="/FontDescriptor", FontName=NAME, Flags=4, **heights, StemV=80, FontFile2=file)
    descendant = dictionary(
        Type="/Font",
        Subtype="/CIDFontType2",
        BaseFont=NAME,
        CIDSystemInfo={"Registry": "(Adobe)", "Ordering": "(Identity)", "Supplement": 0},
        FontDescriptor=objects.add(descriptor),
        CIDToGIDMap=objects.add_stream(struct.pack(f">{len(codes) + 1}H", 0, *(glyphs[width] for _, width in codes))),
        W=[1, [width for _, width in codes]],
    )
    meanings = objects.add_stream(_unicode_of([letter for letter, _ in codes]).encode())
    entries: dict[str, Any] = {"Encoding": "/Identity-H", "DescendantFonts": [objects.add(descendant)]}
    return objects.add(dictionary(Type="/Font", Subtype="/Type0", BaseFont=NAME, **entries, ToUnicode=meanings))


def _unicode_of(letters: list[str]) -> str:
    """The map of codes from 1 to letters (ISO 32000-1, 9.10.3)."""
    rows = [f"<{code:04x}> <{letter.encode('utf-16-be').hex()}>\n" for code, letter in enumerate(letters, 1)]
    parts: Iterable[list[str]] = (rows[i : i + CODES_AT_ONCE] for i in range(0, len(rows), CODES_AT_ONCE))
    return CMAP.format("".join(f"{len(part)} beginbfchar\n{''.join(part)}endbfchar\n" for part in parts))
