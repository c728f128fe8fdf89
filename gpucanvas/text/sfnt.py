"""sfnt: checks the container of a font file before HarfBuzz opens it.

    'true', 'OTTO', 'ttcf'   header --> directory: tag, checksum, offset, length --> tables

HarfBuzz accepts any bytes and makes an empty font of a file that it does not understand. So the container is read here,
and the errors say what is wrong with the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mmap import mmap

__all__ = ["check_file", "face_count", "mapped"]

SINGLE: Final = frozenset((b"\x00\x01\x00\x00", b"OTTO", b"true", b"typ1"))
OTHERS: Final = {
    b"wOFF": "a WOFF file: unpack it to .ttf or .otf, for instance with fontTools",
    b"wOF2": "a WOFF2 file: unpack it to .ttf or .otf, for instance with fontTools",
    b"%!PS": "a PostScript Type 1 font: convert it to .otf",
    b"\x80\x01": "a PostScript Type 1 font: convert it to .otf",
    b"<?xm": "an XML or SVG file: give a .ttf, .otf or .ttc",
    b"<svg": "an SVG file: give a .ttf, .otf or .ttc",
    b"PK\x03\x04": "a zip archive: unpack it and give a .ttf, .otf or .ttc",
    b"\x1f\x8b": "a gzip file: unpack it and give a .ttf, .otf or .ttc",
}
"""File types that are given by mistake, by their first bytes."""
RECORD: Final = 16
"""Bytes of a table's directory entry."""


@contextmanager
def mapped(path: str) -> Iterator[mmap]:
    """Map a file into memory. Raises OSError if it cannot be read, or ValueError if it is empty."""
    import mmap

    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        yield data


def face_count(data: bytes | mmap) -> int:
    """Return the number of faces in a file: 1, or those of a collection. Raises ValueError if it is not a font file."""
    tag = data[:4]
    if tag in SINGLE:
        return 1
    if tag == b"ttcf":
        if len(data) < 12:
            raise ValueError(f"it is cut short: a collection of {len(data)} bytes")
        return int(struct.unpack_from(">I", data, 8)[0])
    for start, kind in OTHERS.items():
        if tag.startswith(start):
            raise ValueError(f"it is {kind}")
    if not tag:
        raise ValueError("it is empty: give a .ttf, .otf or .ttc")
    raise ValueError(f"it is no font: it begins with {tag!r}; give a .ttf, .otf or .ttc")


def check_file(data: bytes | mmap, index: int) -> None:
    """Raise ValueError if a file is not a font, is cut short, or has no face of this index."""
    count = face_count(data)
    if not 0 <= index < count:
        raise ValueError(f"it has {count} faces, none of index {index}: give 0 to {count - 1}")
    start = 0
    if data[:4] == b"ttcf":
        if len(data) < 16 + 4 * index:
            raise ValueError(f"it is cut short: {len(data)} bytes end in the list of its faces")
        start = struct.unpack_from(">I", data, 12 + 4 * index)[0]
    if len(data) < start + 12:
        raise ValueError(f"it is cut short: {len(data)} bytes end before the list of its tables")
    table_count = struct.unpack_from(">H", data, start + 4)[0]
    if len(data) < start + 12 + RECORD * table_count:
        raise ValueError(f"it is cut short: {len(data)} bytes end in the list of its {table_count} tables")
    for number in range(table_count):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, start + 12 + RECORD * number)
        if offset + length > len(data):
            name = tag.decode("latin-1")
            raise ValueError(f"it is cut short: table {name!r} ends at byte {offset + length} of {len(data)}")
