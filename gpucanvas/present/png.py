"""png: writes PNG files, quickly: of the time to draw and save a chart, half was that of its file.

    pixels --the filter that suits a sample--> rows, strip by strip --deflate--> IDAT chunks

Canvases are flat colours, edges and repeated glyphs, which compress best unfiltered; photos and gradients want the
difference of neighbours. ISA-L's deflate is many times faster than zlib's, with files of about the same size. It has no
fine levels: where a level is asked for, or ISA-L is not there, zlib compresses.

PNG specification, third edition: https://www.w3.org/TR/png-3/
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["write_bands", "write_png"]

Bytes = NDArray[np.uint8]
Chunk = tuple[bytes, bytes]

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
COLOR_TYPES: Final = {1: 0, 3: 2, 4: 6}
"""The colour type of grey, RGB and RGBA, by the number of channels."""
NONE, SUB, UP, AVERAGE = range(4)
"""Filters: the bytes themselves, or their differences from the pixel on the left, above, or from the mean of both. The
fifth filter of the standard takes longer, and made no smaller files."""
QUICK_LEVEL: Final = 2
"""ISA-L's level: its others make larger files, or take longer."""
PLAIN_LEVEL: Final = 1
"""zlib's level where ISA-L is not there: higher levels take three times as long and more."""
STRIP_BYTES: Final = 1 << 18
"""Bytes of rows that are filtered and compressed at once; an error of ``check`` ends the work between two strips."""
SAMPLES, SAMPLE_ROWS = 8, 8
"""Strips in which the filters are compared, and rows of each."""


def write_png(
    pixels: Bytes, level: int | None, chunks: Sequence[Chunk], check: Callable[[], None] | None = None
) -> bytes:
    """Encode pixels (H, W, 1), (H, W, 3) or (H, W, 4), grey, RGB or straight RGBA, as a PNG file.

    Parameters
    ----------
    level
        zlib's level, 0 to 9; None for the quickest that makes files of about the usual size.
    chunks
        The names and contents of chunks before the pixels, such as colour profiles.
    check
        Called between strips of the picture; an error that it raises ends the work.
    """
    return write_bands((pixels,), pixels.shape, level, chunks, check)


def write_bands(
    bands: Iterable[Bytes],
    shape: tuple[int, ...],
    level: int | None,
    chunks: Sequence[Chunk],
    check: Callable[[], None] | None = None,
) -> bytes:
    """Encode pixels that come in bands from the top down, of which one is looked at once, as a PNG file.

    Parameters
    ----------
    bands
        Contiguous arrays (rows, width, channels), as of `write_png`; together they have the height.
    shape
        The height, width and number of channels of the picture.
    level, chunks, check
        As for `write_png`.
    """
    height, width, channels = shape
    header = struct.pack(">2I5B", width, height, 8, COLOR_TYPES[channels], 0, 0, 0)
    parts = [SIGNATURE, _chunk(b"IHDR", header), *(_chunk(*each) for each in chunks)]
    deflate = _deflate(level)
    before: Bytes | None = None
    for pixels in bands:
        rows = pixels.reshape(len(pixels), width * channels)
        kind = NONE if level == 0 else _best_filter(rows, channels, level)
        for strip in _strips(rows, before, channels, kind):
            if check is not None:
                check()
            data = deflate.compress(strip)
            if data:
                parts.append(_chunk(b"IDAT", data))
        before = rows[-1].copy()
    parts += [_chunk(b"IDAT", deflate.flush()), _chunk(b"IEND", b"")]
    return b"".join(parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))


@cache
def _quick() -> Any:
    """Return ISA-L's replacement of zlib; None where it is not installed, as for processors that it is not made for."""
    try:
        from isal import isal_zlib
    except ImportError:
        return None
    return isal_zlib


def _deflate(level: int | None) -> Any:
    """Return an object that compresses: ISA-L's without a level, or zlib's."""
    if level is not None:
        return zlib.compressobj(level)
    quick = _quick()
    return zlib.compressobj(PLAIN_LEVEL) if quick is None else quick.compressobj(QUICK_LEVEL)


def _best_filter(rows: Bytes, channels: int, level: int | None) -> int:
    """Return the filter that makes the smallest file of some strips, spread over the picture."""
    firsts = np.arange(0, len(rows), max(len(rows) // SAMPLES, SAMPLE_ROWS))
    places = (firsts[:, None] + np.arange(SAMPLE_ROWS)).reshape(-1)
    places = places[places < len(rows)]
    # All strips at once: the calls for each strip took most of the time of a small picture.
    here, above = rows[places], rows[places - 1]
    above[0] = 0
    sizes = []
    for kind in (NONE, SUB, UP, AVERAGE):
        deflate = _deflate(level)
        size = len(deflate.compress(_filtered(here, above, channels, kind)))
        sizes.append(size + len(deflate.flush()))
    return sizes.index(min(sizes))


def _strips(rows: Bytes, before: Bytes | None, channels: int, kind: int) -> Iterator[Bytes]:
    """Yield all rows, filtered, in strips. ``before`` is the row above the first; None at the picture's top."""
    step = max(STRIP_BYTES // (rows.shape[1] + 1), 1)
    for first in range(0, len(rows), step):
        here = above = rows[first : first + step]
        if kind in (UP, AVERAGE):
            above = np.empty_like(here)
            over = rows[first - 1] if first else before
            above[0], above[1:] = 0 if over is None else over, here[:-1]
        yield _filtered(here, above, channels, kind)


def _filtered(here: Bytes, above: Bytes, channels: int, kind: int) -> Bytes:
    """Return rows with the byte of their filter before each, as bytes. ``above`` has the row above each."""
    out = np.empty((len(here), here.shape[1] + 1), np.uint8)
    out[:, 0] = kind
    if kind == NONE:
        out[:, 1:] = here
    elif kind == SUB:
        out[:, 1 : channels + 1] = here[:, :channels]
        np.subtract(here[:, channels:], here[:, :-channels], out=out[:, channels + 1 :])
    else:
        if kind == AVERAGE:
            left = np.zeros_like(here)
            left[:, channels:] = here[:, :-channels]
            # The mean of two bytes, rounded down, without a ninth bit.
            above = (left & above) + ((left ^ above) >> 1)
        np.subtract(here, above, out=out[:, 1:])
    return out.reshape(-1)
