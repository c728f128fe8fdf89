"""webp: writes animated WebP files, with pictures encoded by Pillow.

https://developers.google.com/speed/webp/docs/riff_container

    RIFF (size, written last) WEBP   VP8X   ANIM   ANMF(box, time, [ALPH] VP8 | VP8L)   ANMF ...

Its durations are milliseconds.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from fractions import Fraction
from functools import partial

import numpy as np

from ..geometry.numbers import Whole
from ..present.formats import Options
from .animation import Animation, Box
from .writer import Pixels

__all__ = ["WebP"]

ANIMATED, HAS_ALPHA = 0x02, 0x10
REPLACE, STAYS = 0x02, 0x00
"""Frame flags: a picture replaces the pixels below, alpha included, and stays."""
METHOD = 2  # Measured on drawings of 1280x720: as fast as 1, and as small as 4, which takes 2.5 times as long.
LOSSLESS_EFFORT = 20
DEFAULT_QUALITY = 80


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a RIFF file, padded to an even number of bytes."""
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def chunks(riff: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The types and data of a RIFF file's chunks."""
    at = 12
    while at < len(riff):
        (length,) = struct.unpack_from("<I", riff, at + 4)
        yield riff[at : at + 4], riff[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def int24(value: int) -> bytes:
    """A number as three bytes, little-endian."""
    return value.to_bytes(3, "little")


class WebP(Animation):
    """An animated WebP, which keeps alpha."""

    max_side = 16383
    max_ticks = 0xFFFFFF

    def __init__(
        self,
        path: str | os.PathLike[str],
        width: Whole,
        height: Whole,
        fps: object,
        background: tuple[int, int, int] | None,
        loop: int,
        options: Options,
    ) -> None:
        from PIL import features

        if not features.check("webp"):
            raise ValueError(f"{os.fspath(path)!r}: this Pillow was built without WebP: end the name in .png or .gif")
        if options.lossless:
            quality = LOSSLESS_EFFORT if options.quality is None else int(options.quality)
            self._settings = {"lossless": True, "exact": True, "method": METHOD, "quality": quality}
        else:
            quality = DEFAULT_QUALITY if options.quality is None else int(options.quality)
            self._settings = {"quality": quality, "method": METHOD}
        super().__init__(path, width, height, fps, background, loop)

    def _choose_ticks(self) -> Fraction:
        return Fraction(1000)

    def _head(self) -> bytes:
        flags = ANIMATED | (HAS_ALPHA if self._background is None else 0)
        size = int24(self.width - 1) + int24(self.height - 1)
        head = chunk(b"VP8X", bytes((flags, 0, 0, 0)) + size)
        return b"RIFF\0\0\0\0WEBP" + head + chunk(b"ANIM", bytes(4) + struct.pack("<H", self._loop))

    def _plan(self, picture: Pixels, shown: Pixels | None, ticks: int, following: Pixels | None) -> partial[bytes]:
        left, top, right, bottom = self._box(picture, shown)
        # The format stores a box's left and top in units of two pixels.
        return partial(_encode, picture, (left & ~1, top & ~1, right, bottom), ticks, self._settings)

    def _complete(self) -> None:
        nbytes = self._file.tell() - 8
        self._file.seek(4)
        self._file.write(struct.pack("<I", nbytes))


def _encode(picture: Pixels, box: Box, ticks: int, settings: dict[str, int | bool]) -> bytes:
    from PIL import Image

    left, top, right, bottom = box
    out = io.BytesIO()
    cut = Image.fromarray(np.ascontiguousarray(picture[top:bottom, left:right]))
    if picture[top:bottom, left:right, 3].min() == 255:
        cut = cut.convert("RGB")
    cut.save(out, "WEBP", **settings)
    place = int24(left // 2) + int24(top // 2) + int24(right - left - 1) + int24(bottom - top - 1)
    parts = [chunk(kind, data) for kind, data in chunks(out.getvalue()) if kind in (b"ALPH", b"VP8 ", b"VP8L")]
    return chunk(b"ANMF", place + int24(ticks) + bytes((REPLACE | STAYS,)) + b"".join(parts))
