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

Words = NDArray[np.uint32]
"""Pixels, each one number: its four bytes, red in the lowest."""

STAYS, CLEARED = 1, 2
"""Disposal methods: a picture stays, or is cleared to transparent, after its duration."""
FACTOR = 0x9E3779B1
"""An odd number, near the golden ratio's part of 2**32, as Knuth has it."""
RGB, OPAQUE = np.uint32(0xFFFFFF), np.uint32(0xFF000000)
"""The colour of a pixel that is a number, and its alpha."""
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
    cut = _words(picture)[top:bottom, left:right]
    holes = cut == 0
    if shown is not None:
        holes |= _words(shown)[top:bottom, left:right] == cut
    # Some readers clear to transparent only where the picture has a transparent colour.
    with_holes = disposal == CLEARED or bool(holes.any())
    image, hole = _quantized(cut, holes, with_holes)
    table, data = _parts(image)
    control = struct.pack("<BBBBHBB", 0x21, 0xF9, 4, disposal << 2 | with_holes, ticks, hole, 0)
    local_table = 0x80 | (len(table) // 3).bit_length() - 2
    place = struct.pack("<BHHHHB", 0x2C, left, top, right - left, bottom - top, local_table)
    return control + place + table + data


def _words(pixels: Pixels) -> Words:
    """Each pixel as one number, red in the lowest byte; a transparent pixel is 0."""
    return pixels.view("<u4")[..., 0]


def _quantized(cut: Words, holes: NDArray[np.bool_], with_holes: bool) -> tuple[Image, int]:
    """The picture with a palette, and the index of its holes; ``with_holes`` reserves one for them."""
    from PIL import Image

    if with_holes:
        # Holes must not use up colours of the palette: they get the colour of some other pixel.
        cut = np.where(holes, cut.flat[np.argmin(holes)] | OPAQUE, cut)
    most = 255 if with_holes else 256
    image = Image.fromarray(np.ascontiguousarray(cut).view(np.uint8).reshape(*cut.shape, 4), "RGBA")
    colors = image.getcolors(most)
    if colors is not None:
        return _with_exact_colors(cut, holes, np.array([color for _, color in colors], np.uint8))
    image = image.convert("RGB")
    method = Image.Quantize
    if image.getcolors(FLAT_COLORS) is not None:
        found = image.quantize(most, method.MEDIANCUT, dither=Image.Dither.NONE)
    else:
        found = image.quantize(palette=image.quantize(most, method.FASTOCTREE), dither=Image.Dither.FLOYDSTEINBERG)
    if not with_holes:
        return found, 0
    return _with_palette(np.where(holes, np.uint8(most), np.asarray(found)), found.getpalette() or [], 256), most


def _with_exact_colors(cut: Words, holes: NDArray[np.bool_], colors: Pixels) -> tuple[Image, int]:
    """A picture of few colours, which are its palette, and after them the index of its holes."""
    keys = _words(colors) & RGB
    factor = _factor_of(keys)
    index_of_slot = np.zeros(1 << 16, np.uint8)
    index_of_slot[_slots(keys, factor)] = np.arange(len(colors))
    index = np.take(index_of_slot, _slots(cut & RGB, factor))
    hole = min(len(colors), 255)  # Without holes there may be 256 colours.
    index[holes] = hole
    # A table has a power of two of entries; one more than the colours is enough, with or without holes.
    entries = min(1 << len(colors).bit_length(), 256)
    return _with_palette(index, colors[:, :3].ravel().tolist(), entries), hole


def _slots(keys: Words, factor: np.uint32) -> Words:
    """The place of each colour in a table of 2**16 entries: multiplicative hashing."""
    return np.asarray(keys * factor >> np.uint32(16))


def _factor_of(keys: Words) -> np.uint32:
    """A factor by which up to 256 colours all have places of their own: more than half of all factors are such."""
    factor = FACTOR
    while len(np.unique(_slots(keys, np.uint32(factor)))) < len(keys):
        factor = (factor + 2 * FACTOR) & 0xFFFFFFFF
    return np.uint32(factor)


def _with_palette(index: NDArray[np.uint8], palette: list[int], entries: int) -> Image:
    """A picture of palette indices, and its table: ``palette``, padded to so many entries."""
    from PIL import Image

    image = Image.fromarray(index, "L")
    image.putpalette((palette + [0] * (3 * entries))[: 3 * entries])
    return image


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
