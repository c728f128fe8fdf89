"""Feeds broken fonts to everything that reads fonts, in a process of its own: `test_hostile.py` sees whether it lives.

python hostile.py KIND < a font      prints how many were refused, and how many were read and drawn
"""

from __future__ import annotations

import random
import struct
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import uharfbuzz

from gpucanvas import fonts
from gpucanvas.text import registry
from gpucanvas.text.face import load
from gpucanvas.text.system import _scan

ROUNDS = 250


def directory(data: bytes) -> list[tuple[bytes, int, int]]:
    """The tables of a font: tag, offset and length."""
    count = struct.unpack_from(">H", data, 4)[0]
    rows = (struct.unpack_from(">4sIII", data, 12 + 16 * number) for number in range(count))
    return [(tag, offset, length) for tag, _, offset, length in rows]


def cut_anywhere(data: bytes) -> Iterator[bytes]:
    """The file cut short: at each byte of its head and directory, at each table's edges, and at many places between."""
    places = set(range(12 + 16 * len(directory(data)) + 2))
    for _, offset, length in directory(data):
        places |= {offset, offset + 1, offset + length // 2, offset + length - 1}
    places |= set(range(0, len(data), max(len(data) // 200, 1)))
    return (data[:place] for place in sorted(places) if place < len(data))


def with_tables_cut_short(data: bytes) -> Iterator[bytes]:
    """The lengths of tables in the directory made too small, too large or nothing, and tables left out."""
    for number, (_, offset, length) in enumerate(directory(data)):
        for wrong in (0, 1, 2, 3, length // 2, length - 1, length + 1, 0xFFFFFFFF):
            broken = bytearray(data)
            struct.pack_into(">I", broken, 12 + 16 * number + 12, wrong)
            yield bytes(broken)
        for wrong in (0, 1, offset + 1, len(data), 0xFFFFFFF0):
            broken = bytearray(data)
            struct.pack_into(">I", broken, 12 + 16 * number + 8, wrong)
            yield bytes(broken)
        broken = bytearray(data)
        broken[12 + 16 * number : 16 + 16 * number] = b"none"
        yield bytes(broken)


def with_random_bytes(data: bytes) -> Iterator[bytes]:
    """Some bytes of one table, or of any, replaced."""
    chance = random.Random(7)
    tables = directory(data)
    for number in range(ROUNDS):
        broken = bytearray(data)
        _, offset, length = tables[number % len(tables)] if number % 4 else (b"", 0, len(data))
        for _ in range(chance.choice((1, 4, 64))):
            if length:
                broken[offset + chance.randrange(length)] = chance.choice(
                    (0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256))
                )
        yield bytes(broken)


def of_nothing_but_noise(data: bytes) -> Iterator[bytes]:
    """Noise, with and without the first bytes of a font or a collection."""
    chance = random.Random(11)
    for number in range(ROUNDS):
        noise = chance.randbytes(chance.choice((0, 3, 40, 400, 4000)))
        start = (b"", b"\0\1\0\0", b"OTTO", b"ttcf\0\1\0\0\0\0\0\2", b"true", data[:60])[number % 6]
        yield start + noise


KINDS = {each.__name__: each for each in (cut_anywhere, with_tables_cut_short, with_random_bytes, of_nothing_but_noise)}


def read_all(data: bytes) -> None:
    """Ask everything of a font that may be hostile."""
    info = fonts.register(data, family="Hostile")
    face = info._face
    for instance in (
        face.instance(),
        face.instance(tuple((tag, most) for tag, (_, _, most) in info.axes.items()), 0.03),
    ):
        _ = instance.metrics.scaled(12.0)
        buffer = uharfbuzz.Buffer()
        buffer.add_str("ABBA fi नि שלום")
        buffer.guess_segment_properties()
        uharfbuzz.shape(instance.font, buffer)
        for glyph in (*range(12), 65535):
            instance.outline(glyph)
            instance.advance(glyph)
            instance.color_layers(glyph)
            instance.color_commands(glyph)
            instance.color_image(glyph, 20)
    fonts.match("italic bold 12px Hostile")
    fonts.unregister(info)


def main(folder: Path, kinds: list[str], data: bytes) -> None:
    """Feed all fonts of some kinds."""
    warnings.simplefilter("error")
    path = folder / "hostile.ttf"
    for kind in kinds:
        refused = read = 0
        for broken in KINDS[kind](data):
            try:
                read_all(broken)
                read += 1
            except ValueError as error:
                assert str(error).startswith(f"font of {len(broken)} bytes: "), error
                refused += 1
            path.write_bytes(broken)
            _scan(str(path))
        print(refused, read)
    assert registry.registered() == ()
    load(data)  # What is right is still read.


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:], sys.stdin.buffer.read())
