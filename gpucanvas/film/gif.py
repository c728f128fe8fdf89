"""gif: writes animated GIF files, with pictures encoded by Pillow, each with a palette of its own.

    GIF89a screen NETSCAPE(loop)   control(duration, disposal) box palette LZW   control box palette LZW ...   ;

A pixel is opaque or transparent (a "hole"), by an alpha threshold of a half. Where the next picture has holes, a
picture is cleared after its duration. Otherwise it stays, and only the changed box of the next one is written, with
unchanged pixels as holes: these need no colour of the palette and compress well.

Up to 256 colours are kept exactly. A picture of flat colours with soft edges gets a median cut palette, which keeps the
flat colours. Pictures with more colours (gradients, photographs) get an octree palette with error diffusion: of
Pillow's methods it is the closest after low-pass filtering, by 8 dB and more, and the fastest except for the octree
without diffusion, which shows bands.
"""

from __future__ import annotations

import io
import struct
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .animation import Animation, Box
from .writer import Pixels

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Gif"]

STAYS, CLEARED = 1, 2
"""Disposal methods: a picture stays, or is cleared to transparent, after its duration."""
HOLE = 255
"""The palette index of holes."""
FLAT_COLORS = 4096
"""Most colours of a picture that counts as flat colours with soft edges."""


class Gif(Animation):
    """An animated GIF."""

    max_side = 65535
    shortest = Fraction(2, 100)

    def _choose_ticks(self) -> Fraction:
        return Fraction(100)

    def _head(self) -> bytes:
        screen = b"GIF89a" + struct.pack("<HHBBB", self.width, self.height, 0x70, 0, 0)
        if self._loop == 1:
            return screen
        # The number is that of repetitions after the first showing.
        again = self._loop - 1 if self._loop else 0
        return screen + b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<HB", again, 0)

    def _as_shown(self, pixels: Pixels) -> Pixels:
        solid = pixels[..., 3] >= 128
        if solid.all() and pixels[..., 3].min() == 255:
            return np.ascontiguousarray(pixels)
        cut = np.where(solid[..., None], pixels, 0).astype(np.uint8)
        cut[..., 3] = np.where(solid, 255, 0)
        return cut

    def _left_by(self, picture: Pixels, following: Pixels | None) -> Pixels | None:
        return None if _has_holes(following) else picture

    def _plan(self, picture: Pixels, shown: Pixels | None, ticks: int, following: Pixels | None) -> partial[bytes]:
        # Clearing affects only the picture's box: to clear older pictures too, the box is the whole screen.
        clear = _has_holes(following)
        box = (0, 0, self.width, self.height) if clear and shown is not None else self._box(picture, shown)
        return partial(_encode, picture, shown, box, ticks, CLEARED if clear else STAYS)

    def _tail(self) -> bytes:
        return b";"


def _has_holes(picture: Pixels | None) -> bool:
    return picture is not None and bool((picture[..., 3] == 0).any())


def _encode(picture: Pixels, shown: Pixels | None, box: Box, ticks: int, disposal: int) -> bytes:
    left, top, right, bottom = box
    cut = picture[top:bottom, left:right]
    holes = cut[..., 3] == 0
    if shown is not None:
        holes |= (shown[top:bottom, left:right] == cut).all(2)
    # Some readers clear to transparent only where the picture has a transparent colour.
    with_holes = disposal == CLEARED or bool(holes.any())
    image = _quantized(cut, holes, with_holes)
    table, data = _parts(image)
    control = struct.pack("<BBBBHBB", 0x21, 0xF9, 4, disposal << 2 | with_holes, ticks, HOLE, 0)
    local_table = 0x80 | (len(table) // 3).bit_length() - 2
    place = struct.pack("<BHHHHB", 0x2C, left, top, right - left, bottom - top, local_table)
    return control + place + table + data


def _quantized(cut: Pixels, holes: NDArray[np.bool_], with_holes: bool) -> Image:
    """The picture with a palette; ``with_holes`` reserves the index HOLE for holes."""
    from PIL import Image

    rgb = np.ascontiguousarray(cut[..., :3])
    if with_holes:
        # Holes must not use up colours of the palette: they get the colour of some other pixel.
        there = rgb[~holes]
        rgb[holes] = there[0] if len(there) else 0
    image = Image.fromarray(rgb)
    most = 255 if with_holes else 256
    method = Image.Quantize
    if image.getcolors(FLAT_COLORS) is not None:
        found = image.quantize(most, method.MEDIANCUT, dither=Image.Dither.NONE)
    else:
        found = image.quantize(palette=image.quantize(most, method.FASTOCTREE), dither=Image.Dither.FLOYDSTEINBERG)
    if not with_holes:
        return found
    index = np.array(found)
    index[holes] = HOLE
    pierced = Image.fromarray(index, "L")
    palette = (found.getpalette() or [])[: 3 * HOLE]
    pierced.putpalette(palette + [0] * (3 * 256 - len(palette)))
    return pierced


def _parts(image: Image) -> tuple[bytes, bytes]:
    """The colour table and the compressed pixels of a picture that Pillow encodes as a GIF file."""
    out = io.BytesIO()
    image.save(out, "GIF", optimize=False, interlace=False)
    gif = out.getvalue()
    flags, at = gif[10], 13
    table = gif[at : at + (3 << (flags & 7) + 1)] if flags & 0x80 else b""
    at += len(table)
    while gif[at] == 0x21:  # An extension: a series of blocks that ends with an empty one.
        at = _after_blocks(gif, at + 2)
    flags, at = gif[at + 9], at + 10
    if flags & 0x80:
        table = gif[at : at + (3 << (flags & 7) + 1)]
        at += len(table)
    return table, gif[at : _after_blocks(gif, at + 1)]


def _after_blocks(gif: bytes, at: int) -> int:
    while gif[at]:
        at += 1 + gif[at]
    return at + 1
