"""apng: writes animated PNG files, with pictures encoded by Pillow.

https://w3c.github.io/png/#apng-frame-based-animation

    signature IHDR acTL (number of pictures, written last)   fcTL IDAT   fcTL fdAT   fcTL fdAT ...   IEND

Its durations are fractions, so that any frame rate is kept exactly.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from fractions import Fraction
from functools import partial

import numpy as np

from .animation import Animation, Box
from .writer import Pixels

__all__ = ["AnimatedPng"]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
ACTL_PLACE = len(SIGNATURE) + 25
"""Offset of the acTL chunk, which has the number of pictures, bytes."""
COMPRESS_LEVEL = 4  # Measured on drawings of 1280x720: 6 takes 1.5 times as long for files a third smaller.


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The types and data of a PNG file's chunks."""
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def delay_of(seconds: Fraction) -> tuple[int, int]:
    """A duration as the format's fraction: numerator and denominator of 16 bits each.

    >>> delay_of(Fraction(1001, 30000)), delay_of(Fraction(100_001, 3))
    ((1001, 30000), (33334, 1))
    """
    if max(seconds.numerator, seconds.denominator) > 0xFFFF:
        seconds = seconds.limit_denominator(max(int(0xFFFF / max(float(seconds), 1.0)) - 1, 1))
    return min(seconds.numerator, 0xFFFF), seconds.denominator


class AnimatedPng(Animation):
    """An animated PNG, lossless and with alpha."""

    max_ticks = 1 << 30  # One tick is a frame; `delay_of` rounds a duration that the format cannot represent.

    def _choose_ticks(self) -> Fraction:
        return self.fps

    def _head(self) -> bytes:
        self._sequence = 0
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 6, 0, 0, 0)
        return SIGNATURE + chunk(b"IHDR", header) + self._control()

    def _control(self) -> bytes:
        return chunk(b"acTL", struct.pack(">II", self.pictures, self._loop))

    def _plan(self, picture: Pixels, shown: Pixels | None, ticks: int, following: Pixels | None) -> partial[bytes]:
        box = self._box(picture, shown)
        delay = delay_of(ticks / self.fps)
        first = self._sequence
        self._sequence += 1 if shown is None else 2
        return partial(_encode, picture, box, delay, first)

    def _tail(self) -> bytes:
        return chunk(b"IEND", b"")

    def _complete(self) -> None:
        self._file.seek(ACTL_PLACE)
        self._file.write(self._control())


def _encode(picture: Pixels, box: Box, delay: tuple[int, int], sequence: int) -> bytes:
    from PIL import Image

    left, top, right, bottom = box
    out = io.BytesIO()
    cut = np.ascontiguousarray(picture[top:bottom, left:right])
    Image.fromarray(cut).save(out, "PNG", compress_level=COMPRESS_LEVEL)
    data = b"".join(data for kind, data in chunks(out.getvalue()) if kind == b"IDAT")
    # Dispose 0: the picture stays; blend 0: it replaces the pixels below, alpha included.
    control = struct.pack(">IIIIIHHBB", sequence, right - left, bottom - top, left, top, *delay, 0, 0)
    picture_chunk = chunk(b"fdAT", struct.pack(">I", sequence + 1) + data) if sequence else chunk(b"IDAT", data)
    return chunk(b"fcTL", control) + picture_chunk
