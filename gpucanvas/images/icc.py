"""icc: writes the ICC profile of Display P3 into picture files, and recognises it in files that are read.

    header, 128 bytes | number of tags | tag, offset, size ... | the tags' data: white, primaries, curves, words

Primaries lie in the profile connection space, whose white is D50 (ICC.1:2022, "basic types" and "matrix TRC").

https://www.color.org/specification/ICC.1-2022-05.pdf and https://www.w3.org/TR/png-3/#cICP-chunk
"""

from __future__ import annotations

import struct
from functools import cache
from typing import Final

__all__ = ["CICP", "display_p3_profile", "is_display_p3"]

CICP: Final = bytes((12, 13, 0, 1))
"""A PNG's cICP chunk: primaries of Display P3 (SMPTE EG 432-1), the transfer function of sRGB, RGB, full range."""
WHITE: Final = 0.9642, 1.0, 0.8249
"""D50, as the standard writes it."""
PRIMARIES: Final = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}
"""XYZ of the primaries of Display P3, adapted to D50 by the Bradford transform; they add up to the white."""
ADAPTATION: Final = 1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168
"""The matrix from D65 to D50."""
CURVE: Final = 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045
"""The transfer function of sRGB: exponent, and the numbers a to d of the standard's third form."""
CLOSE: Final = 0.003
"""Tolerance in XYZ when a profile's primaries are compared: profiles round and adapt them differently."""
HEADER_BYTES: Final = 128
MOST_TAGS: Final = 100


def _fixed(*values: float) -> bytes:
    """Numbers as signed 16.16 fixed point, big-endian."""
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _text(words: str) -> bytes:
    data = words.encode("utf-16-be")
    return b"mluc" + struct.pack(">4xII2s2sII", 1, 12, b"en", b"US", len(data), 28) + data


@cache
def display_p3_profile() -> bytes:
    """The profile's bytes, ICC version 4."""
    curve = b"para" + struct.pack(">4xHxx", 3) + _fixed(*CURVE)
    tags = {
        b"desc": _text("Display P3"),
        b"cprt": _text("No copyright, use freely"),
        b"wtpt": b"XYZ \0\0\0\0" + _fixed(*WHITE),
        b"chad": b"sf32\0\0\0\0" + _fixed(*ADAPTATION),
        **{name: b"XYZ \0\0\0\0" + _fixed(*xyz) for name, xyz in PRIMARIES.items()},
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, data = struct.pack(">I", len(tags)), b""
    first, placed = HEADER_BYTES + 4 + 12 * len(tags), dict[bytes, int]()
    for name, content in tags.items():
        # Tags with equal content share it.
        if content not in placed:
            placed[content] = first + len(data)
            data += content + b"\0" * (-len(content) % 4)
        table += name + struct.pack(">II", placed[content], len(content))
    header = struct.pack(
        ">I4xI4s4s4s6H4s4xI4xI8xI12s",
        *(first + len(data), 0x04300000, b"mntr", b"RGB ", b"XYZ ", 2026, 1, 1, 0, 0, 0, b"acsp"),
        *(0, 0, 0, _fixed(*WHITE)),
    )
    return header.ljust(HEADER_BYTES, b"\0") + table + data


def is_display_p3(profile: object) -> bool:
    """Whether an ICC profile is Display P3, by its primaries and the middle of its curves."""
    if not isinstance(profile, bytes) or len(profile) < HEADER_BYTES + 4 or profile[16:20] != b"RGB ":
        return False
    try:
        (count,) = struct.unpack_from(">I", profile, HEADER_BYTES)
        rows = [struct.unpack_from(">4sII", profile, HEADER_BYTES + 4 + 12 * i) for i in range(min(count, MOST_TAGS))]
        tags = {name: profile[start : start + size] for name, start, size in rows}
        for name, expected in PRIMARIES.items():
            found = [value / 65536 for value in struct.unpack_from(">3i", tags[name], 8)]
            if max(abs(a - b) for a, b in zip(found, expected, strict=True)) > CLOSE:
                return False
        # 0.5 is 0.2140 in linear light by sRGB's curve, and 0.2176 by a pure gamma of 2.2.
        return all(abs(_middle(tags[name]) - 0.214) < 0.002 for name in (b"rTRC", b"gTRC", b"bTRC"))
    except (struct.error, KeyError, OverflowError, ZeroDivisionError, ValueError):
        # The profile is damaged, or not a matrix profile.
        return False


def _middle(tag: bytes) -> float:
    """The value of a tone curve at 0.5."""
    if tag[:4] == b"para":
        (form,) = struct.unpack_from(">H", tag, 8)
        count = (1, 3, 4, 5, 7)[form] if form < 5 else 0
        numbers: list[float] = [value / 65536 for value in struct.unpack_from(f">{count}i", tag, 12)]
        exponent, *rest = numbers
        a, b = (rest[0], rest[1]) if rest else (1.0, 0.0)
        added = rest[2] if form == 2 else rest[4] if form == 4 else 0.0
        return float(max(a * 0.5 + b, 0.0) ** exponent + added)
    (count,) = struct.unpack_from(">I", tag, 8)
    if tag[:4] != b"curv" or count == 0:
        return 0.5
    if count == 1:
        return float(0.5 ** (struct.unpack_from(">H", tag, 12)[0] / 256))
    values: tuple[int, ...] = struct.unpack_from(f">{count}H", tag, 12)
    return float(values[(count - 1) // 2] + values[count // 2]) / 2 / 65535
