"""emptyfont: a TrueType font of glyphs without ink: PDF shows text with fonts, and readers want these in the file.

https://learn.microsoft.com/en-us/typography/opentype/spec/otff

The outlines of texts are in the page. The text over them, which is searched and copied, has a glyph for each width of a
letter: some readers take widths from the PDF, others from the font. A glyph is a line there and back, since PDFium does
not read vertical text whose glyphs have no height.
"""

from __future__ import annotations

import struct
from typing import Final

__all__ = ["ASCENT", "DESCENT", "UNITS_PER_EM", "empty_font"]

UNITS_PER_EM: Final = 1000
ASCENT: Final = 800
"""Height of letters above the baseline, by which readers choose the height of a selection, font units."""
DESCENT: Final = -200
VERSION: Final = 0x10000
CHECKSUM_OF_ALL: Final = 0xB1B0AFBA
ADJUSTMENT_AT: Final = 8
"""Where in the table "head" the checksum of the whole file is adjusted."""


def empty_font(widths: list[int]) -> bytes:
    """The font file; glyph 1 has the first width, and so on. Glyph 0, the missing one, is empty."""
    metrics, widest, count = (ASCENT, DESCENT, 0), max(widths), len(widths) + 1
    # One contour of two points, as many as its last number says; no instructions; both on the curve; x and y.
    box = 0, DESCENT, 0, ASCENT
    line = struct.pack(">5h2H2B4h", 1, *box, 1, 0, 1, 1, 0, 0, DESCENT, ASCENT - DESCENT)
    places = [0, *range(0, len(line) * count, len(line))]
    tables = {
        b"glyf": line * len(widths),
        # Versions, checksum, magic number, flags, units; two dates; box; style, least size, direction, long places.
        b"head": struct.pack(
            ">4I2H2Q4h2H3h", VERSION, VERSION, 0, 0x5F0F3CF5, 0, UNITS_PER_EM, 0, 0, *box, 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(">I3hH11hH", VERSION, *metrics, widest, *([0] * 11), count),
        # The advance and the left side bearing of each glyph.
        b"hmtx": struct.pack(f">{2 * count}H", 0, 0, *(each for width in widths for each in (width, 0))),
        b"loca": struct.pack(f">{count + 1}I", *places),
        # Glyphs of at most two points in one contour; two zones, the least that is valid.
        b"maxp": struct.pack(">I14H", VERSION, count, 2, 1, 0, 0, 2, *([0] * 8)),
    }
    return _joined(tables)


def _joined(tables: dict[bytes, bytes]) -> bytes:
    """The file of some tables, in the order of their names."""
    count = len(tables)
    power = count.bit_length() - 1
    head = struct.pack(">I4H", VERSION, count, 16 << power, power, 16 * count - (16 << power))
    rows, body, place = b"", b"", len(head) + 16 * count
    for name, data in tables.items():
        padded = data + bytes(-len(data) % 4)
        rows += name + struct.pack(">3I", _checksum(padded), place + len(body), len(data))
        body += padded
    made = bytearray(head + rows + body)
    adjusted = struct.pack(">I", (CHECKSUM_OF_ALL - _checksum(made)) & 0xFFFFFFFF)
    at = made.index(struct.pack(">2I", VERSION, VERSION)) + ADJUSTMENT_AT
    made[at : at + 4] = adjusted
    return bytes(made)


def _checksum(data: bytes | bytearray) -> int:
    total: int = sum(struct.unpack(f">{len(data) // 4}I", data))
    return total & 0xFFFFFFFF
