"""Fonts built for tests, a few glyphs each, so that what they say is known to the unit."""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from collections.abc import Iterable
from typing import Any

from fontTools.colorLib.builder import buildCOLR, buildCPAL
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable
from fontTools.ttLib.tables.S_V_G_ import SVGDocument
from fontTools.ttLib.tables.sbixGlyph import Glyph as BitmapGlyph
from fontTools.ttLib.tables.sbixStrike import Strike

UPEM = 1000
WIDTH_CLASSES = {50.0: 1, 62.5: 2, 75.0: 3, 87.5: 4, 100.0: 5, 112.5: 6, 125.0: 7, 150.0: 8, 200.0: 9}
"""usWidthClass by percent, as OpenType's specification lists them."""


def square(left: int, bottom: int, right: int, top: int) -> Any:
    """A rectangle's glyph, clockwise in y up."""
    pen = TTGlyphPen(None)
    pen.moveTo((left, bottom))
    pen.lineTo((left, top))
    pen.lineTo((right, top))
    pen.lineTo((right, bottom))
    pen.closePath()
    return pen.glyph()


def cubic_square(side: int, advance: int) -> Any:
    """A square's charstring, whose upper edge is a curve."""
    pen = T2CharStringPen(advance, None)
    pen.moveTo((0, 0))
    pen.lineTo((0, side))
    pen.curveTo((side // 5, side), (4 * side // 5, side), (side, side))
    pen.lineTo((side, 0))
    pen.closePath()
    return pen.getCharString()


def picture_table(pictures: dict[str, dict[int, bytes]], names: list[str]) -> Any:
    """The table ``sbix`` of PNG files."""
    table = newTable("sbix")
    table.version, table.flags, table.strikes = 1, 1, {}
    for ppem in sorted({ppem for sizes in pictures.values() for ppem in sizes}):
        strike = Strike(ppem=ppem, resolution=72)
        for name in names:
            strike.glyphs[name] = BitmapGlyph(glyphName=name)
        for character, sizes in pictures.items():
            name = glyph_name(character)
            if ppem in sizes:
                strike.glyphs[name] = BitmapGlyph(glyphName=name, graphicType="png ", imageData=sizes[ppem])
        table.strikes[ppem] = strike
    return table


def document_table(documents: dict[str, str | bytes], names: list[str]) -> Any:
    """The table ``SVG``."""
    table = newTable("SVG ")
    table.docList = []
    for characters, document in documents.items():
        first, last = (names.index(glyph_name(each)) for each in (characters[0], characters[-1]))
        # fontTools packs documents by itself, and takes text alone.
        packed = isinstance(document, bytes)
        text = gzip.decompress(document).decode() if isinstance(document, bytes) else document
        table.docList.append(SVGDocument(text, first, last, packed))
    return table


def build_font(
    family: str = "Built",
    *,
    characters: Iterable[str] = "AB",
    weight: int = 400,
    width: float = 100.0,
    italic: bool = False,
    oblique: bool = False,
    axes: Iterable[tuple[str, float, float, float]] = (),
    advance: int = 600,
    ascent: int = 900,
    descent: int = 250,
    colors: dict[str, Any] | None = None,
    palettes: list[list[tuple[float, float, float, float]]] | None = None,
    pictures: dict[str, dict[int, bytes]] | None = None,
    svg: dict[str, str | bytes] | None = None,
    cff: bool = False,
    rules: str = "",
) -> bytes:
    """The bytes of a font whose every glyph is a square of 500 units that stands on the baseline.

    Parameters
    ----------
    axes
        Tag, least, default and most; a square grows with none of them.
    colors, palettes
        What `fontTools.colorLib.builder` takes, glyphs by the name of `glyph_name`.
    pictures
        PNG files, by character and pixels an em, for the table ``sbix``.
    svg
        Documents of the table ``SVG``, each by the characters whose glyphs it has, which lie side by side.
    cff
        Whether outlines are cubic.
    rules
        Substitutions and kerning, as feature files have them, glyphs by the name of `glyph_name`.
    """
    names = [".notdef", *(glyph_name(each) for each in characters)]
    builder = FontBuilder(UPEM, isTTF=not cff)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(each): glyph_name(each) for each in characters})
    if cff:
        builder.setupCFF(family, {}, dict.fromkeys(names, cubic_square(500, advance)), {})
    else:
        builder.setupGlyf({name: square(0, 0, 500, 500) for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (advance, 0)))
    builder.setupHorizontalHeader(ascent=ascent, descent=-descent)
    style = " ".join(word for word, is_so in (("Italic", italic), ("Oblique", oblique)) if is_so) or "Regular"
    builder.setupNameTable({"familyName": family, "styleName": style, "fullName": f"{family} {style}"})
    builder.setupOS2(
        usWeightClass=weight,
        usWidthClass=WIDTH_CLASSES[width],
        fsSelection=0x1 * italic | 0x200 * oblique,
        sTypoAscender=800,
        sTypoDescender=-200,
        sxHeight=480,
        sCapHeight=700,
        version=4,
    )
    builder.setupPost()
    if axes:
        builder.setupFvar([(*each, each[0]) for each in axes], [])
    if colors is not None:
        builder.font["CPAL"] = buildCPAL(palettes or [[(1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 0.5)]])
        builder.font["COLR"] = buildCOLR(colors, glyphMap={name: at for at, name in enumerate(names)})
    if svg is not None:
        if palettes is not None and colors is None:
            builder.font["CPAL"] = buildCPAL(palettes)
        builder.font["SVG "] = document_table(svg, names)
    if pictures is not None:
        builder.font["sbix"] = picture_table(pictures, names)
    if rules:
        addOpenTypeFeaturesFromString(builder.font, rules)
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def glyph_name(character: str) -> str:
    """The name of a character's glyph."""
    return f"u{ord(character):04X}"


def png(width: int, height: int) -> bytes:
    """A red PNG file, written by hand."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\xff\0\0\xff" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
