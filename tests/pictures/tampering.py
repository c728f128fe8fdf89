"""Bytes of pictures that were changed: with the checksum that they should have, and what becomes of them."""

from __future__ import annotations

import struct
from zlib import crc32

from gpucanvas import Canvas, Picture
from gpucanvas.errors import LimitError
from gpucanvas.picturefile import layout

HEADER = layout.HEADER.size


def sealed(data: bytes | bytearray) -> bytes:
    """The same bytes with the checksum that they should have: so that what is behind it is tested, too."""
    data = bytes(data)
    return data[: HEADER - 4] + struct.pack("<I", crc32(data[: HEADER - 4] + data[HEADER:])) + data[HEADER:]


def fate(data: bytes) -> str:
    """What becomes of bytes: read and drawn, or refused in a way that is documented."""
    try:
        picture = Picture.from_bytes(data)
    except (ValueError, LimitError) as error:
        assert str(error).startswith("Picture.from_bytes: "), error
        return "refused"
    with Canvas(48, 48, backend="cpu") as canvas:
        canvas.get_context("2d").draw_picture(picture, 0, 0)
        try:
            canvas.to_numpy()
        except LimitError:
            return "beyond a limit"
    return "drawn"
