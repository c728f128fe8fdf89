"""Fonts of full-width punctuation for tests, with half widths or without; their ink is where a test wants it."""

from __future__ import annotations

import io

from built_fonts import UPEM, glyph_name, square
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder

Box = tuple[int, int, int, int]
LEFT, RIGHT, MIDDLE, WHOLE = (80, 0, 380, 800), (620, 0, 920, 800), (350, 200, 650, 500), (50, 0, 950, 800)
OPENING = "\u300c\u300e\uff08\uff3b\uff5b\u3008\u300a\u3010\u3014\u3016\u3018\u301a\u301d\uff5f\u2018\u201c"
CLOSING = "\u300d\u300f\uff09\uff3d\uff5d\u3009\u300b\u3011\u3015\u3017\u3019\u301b\u301f\uff60\u2019\u201d"
DOTS, CENTRED = "\u3001\u3002\uff0c\uff0e", "\u30fb\uff1a\uff1b"
QUOTES = "\u2018\u2019\u201c\u201d"
OTHER = "\u3042\u6f22\uff01\uff1f\u3000\u2014\u2026"
NARROW = "()[]a1 ,."
NARROW_WIDTH = 300
SCRIPTS = "".join(f"languagesystem {script} dflt;\n" for script in ("DFLT", "hani", "kana", "latn"))


def cjk_font(
    family: str,
    *,
    boxes: dict[str, Box] | None = None,
    narrow: str = NARROW,
    narrow_quotes: str = "",
    halves: bool = True,
    contextual: bool = False,
) -> bytes:
    """The bytes of a font; ``boxes`` are where the ink of characters is that are not as usual.

    ``narrow_quotes`` are quotation marks that are not of full width; ``halves`` and ``contextual`` say whether the font
    has the features `halt` and `chws`.
    """
    sides = {LEFT: CLOSING + DOTS, RIGHT: OPENING, MIDDLE: CENTRED, WHOLE: OTHER}
    places = {each: box for box, characters in sides.items() for each in characters} | (boxes or {})
    names = [".notdef", *map(glyph_name, (*places, *narrow))]
    builder = FontBuilder(UPEM, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(each): glyph_name(each) for each in (*places, *narrow)})
    glyphs = {glyph_name(each): square(*box) for each, box in places.items()}
    builder.setupGlyf({name: glyphs.get(name) or square(50, 0, 250, 500) for name in names})
    widths = dict.fromkeys(names, (NARROW_WIDTH, 50))
    widths |= {glyph_name(each): (UPEM, box[0]) for each, box in places.items() if each not in narrow_quotes}
    builder.setupHorizontalMetrics(widths)
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "fullName": family})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, version=4)
    builder.setupPost()
    rules = SCRIPTS
    if halves:
        moved = {RIGHT: -UPEM // 2, MIDDLE: -UPEM // 4}
        full = [each for each in OPENING + CLOSING + DOTS + CENTRED if each not in narrow_quotes]
        lines = [f"pos {glyph_name(each)} <{moved.get(places[each], 0)} 0 {-UPEM // 2} 0>;" for each in full]
        rules += f"feature halt {{ {' '.join(lines)} }} halt;\n"
    if contextual:
        opening, closing = (" ".join(map(glyph_name, each)) for each in (OPENING, CLOSING))
        rules += f"feature chws {{ pos [{closing}]' <0 0 {-UPEM // 2} 0> [{opening} {closing}]; }} chws;\n"
    addOpenTypeFeaturesFromString(builder.font, rules)
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()
