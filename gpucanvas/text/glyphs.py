"""glyphs: HarfBuzz shapes a part of a text in one font; what comes out is read as arrays.

    text, start..end, script, direction, language, features --shape_part--> GlyphRun, from left to right

Reading HarfBuzz's objects one by one takes longer than shaping: eight times, for 50 glyphs. Where its library exports
its C functions (Linux, macOS), they give the whole table; a check against the objects, once, says whether they can.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Sequence
from threading import local
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .instance import Instance
from .textstyle import Features

__all__ = ["GlyphRun", "Tables", "shape_marked", "shape_part"]

Ints = NDArray[np.int32]

ROW: Final = 5
"""Numbers of 32 bits in an hb_glyph_info_t (glyph, mask, cluster, two more) and in an hb_glyph_position_t (advances of
x and y, offsets of x and y, one more)."""
ROW_BYTES: Final = 4 * ROW
POINTER_BYTES: Final = ctypes.sizeof(ctypes.c_void_p)
DEFAULT_LANGUAGE: Final = "en"
CONTEXT: Final = 16
"""Characters around a part that its letters may join with: HarfBuzz looks at 5."""


class GlyphRun(NamedTuple):
    """Glyphs of one font, from left to right. Lengths are in 1/64 of the font's units, y up.

    Parameters
    ----------
    instance
        The font.
    start, end
        The characters of the text that it is of.
    level
        Its bidi level: from right to left where it is odd.
    scale
        Size of the glyphs in the text's size: below 1 for small capitals that are made of large ones.
    glyphs, clusters
        Each glyph's number, and the first character of its cluster.
    advances, x_offsets, y_offsets
        How far each moves what follows, and how far it is itself away from there.
    is_cursive
        Whether its script joins letters, so that no space goes between them.
    """

    instance: Instance
    start: int
    end: int
    level: int
    scale: float
    glyphs: Ints
    clusters: Ints
    advances: Ints
    x_offsets: Ints
    y_offsets: Ints
    is_cursive: bool

    @property
    def advance(self) -> int:
        """How far the whole run goes."""
        return int(self.advances.sum())


CURSIVE: Final = frozenset(("Arab", "Syrc", "Mong", "Nkoo", "Phag", "Mand", "Adlm", "Rohg", "Mani", "Sogd", "Ougr"))
"""Scripts whose letters join (CSS Text 3, "cursive scripts")."""


class _Buffers(local):
    """A thread's buffer, used again for each run."""

    def __init__(self) -> None:
        from uharfbuzz import Buffer

        self.buffer = Buffer()


_buffers: _Buffers | None = None


def buffer_here() -> Any:
    """This thread's buffer, empty."""
    global _buffers
    if _buffers is None:
        _buffers = _Buffers()
    buffer = _buffers.buffer
    buffer.reset()
    return buffer


def shape_part(
    text: str,
    start: int,
    end: int,
    instance: Instance,
    *,
    script: str,
    level: int = 0,
    language: str = "",
    features: Features = (),
    scale: float = 1.0,
    halves: Sequence[tuple[int, int]] = (),
) -> GlyphRun:
    """Shape the characters from ``start`` to ``end`` of a text, which letters around them join with.

    Parameters
    ----------
    script
        An ISO 15924 tag.
    level
        The bidi level; the other parameters are as in `GlyphRun`.
    language
        A BCP 47 tag; empty where it is not known.
    features
        What is switched on or off beside the usual.
    halves
        Characters that are set in half their width, (start, end) each.
    """
    buffer = buffer_here()
    # A few characters around are enough to join with: all of a long text would be read again for each of its parts.
    first = max(start - CONTEXT, 0)
    near = text[first : end + CONTEXT] if len(text) > end - start + 2 * CONTEXT else text
    first = first if near is not text else 0
    buffer.add_str(near, start - first, end - start)
    ranges = [(low - first, high - first, 1) for low, high in halves]
    glyphs, clusters, advances, x, y, _ = shape_buffer(buffer, instance, script, level, language, features, ranges)
    if first:
        clusters = clusters + np.int32(first)
    return GlyphRun(instance, start, end, level, scale, glyphs, clusters, advances, x, y, script in CURSIVE)


def shape_marked(text: str, instance: Instance, *, script: str, language: str, features: Features) -> Tables:
    """Shape a whole text from left to right, and have the marks of what its rules looked at across two characters.

    The marks are HarfBuzz's UNSAFE_TO_BREAK and UNSAFE_TO_CONCAT: two texts may be joined between two characters
    without either, and broken there, and all of it is as if it had been shaped at once.
    """
    from uharfbuzz import BufferFlags

    buffer = buffer_here()
    buffer.flags = BufferFlags.PRODUCE_UNSAFE_TO_CONCAT
    buffer.add_str(text)
    return shape_buffer(buffer, instance, script, 0, language, features)


def shape_buffer(
    buffer: Any,
    instance: Instance,
    script: str,
    level: int,
    language: str,
    features: Features,
    halves: Sequence[tuple[int, int, int]] = (),
) -> Tables:
    """Shape the text in a buffer; the parameters are `shape_part`'s, with a 1 behind each of ``halves``."""
    import uharfbuzz as hb

    buffer.direction = "rtl" if level & 1 else "ltr"
    buffer.script = script
    buffer.language = language or DEFAULT_LANGUAGE
    wanted: dict[str, Any] | None = dict(features) if features else None
    if halves:
        wanted = {**(wanted or {}), "halt": halves}
    hb.shape(instance.font, buffer, wanted)
    tables = read(buffer)
    glyphs = tables[0]
    if len(glyphs) and int(glyphs.min()) < 0:
        # Glyphs that a broken font names and cannot have: as those that it lacks.
        return (np.maximum(glyphs, 0), *tables[1:])
    return tables


# -- reading a buffer ----------------------------------------------------------------------------------------------

Tables = tuple[Ints, Ints, Ints, Ints, Ints, Ints]
"""Glyphs, clusters, advances, offsets of x and y, and marks (`shape_marked`)."""
MARKS: Final = 3
"""HarfBuzz's UNSAFE_TO_BREAK and UNSAFE_TO_CONCAT, bits of an hb_glyph_info_t's mask."""


def read_objects(buffer: Any) -> Tables:
    """Read a shaped buffer by its objects."""
    infos = [(each.codepoint, each.cluster, int(each.flags) & MARKS) for each in buffer.glyph_infos]
    rows = np.array(infos, np.int32).reshape(-1, 3)
    places = np.array([each.position for each in buffer.glyph_positions], np.int32).reshape(-1, 4)
    return rows[:, 0], rows[:, 1], places[:, 2], places[:, 0], places[:, 1], rows[:, 2]


def behind_header(buffer: Any) -> int:
    """The address where an object of uharfbuzz's holds its hb_buffer_t: behind what every Python object has."""
    return id(buffer) + object.__basicsize__


def read_by(library: ctypes.PyDLL) -> Callable[[Any], Tables]:
    """What reads a buffer by the C functions of HarfBuzz's library."""
    get_infos, get_positions = library.hb_buffer_get_glyph_infos, library.hb_buffer_get_glyph_positions
    for each in (get_infos, get_positions):
        each.argtypes, each.restype = (ctypes.c_void_p, ctypes.c_void_p), ctypes.c_void_p

    def read_tables(buffer: Any) -> Tables:
        # One a call: threads read at the same time.
        number = ctypes.c_uint(0)
        where = ctypes.addressof(number)
        pointer = ctypes.c_void_p.from_address(behind_header(buffer)).value
        address = get_infos(pointer, where)
        size = number.value * ROW_BYTES
        infos = np.frombuffer(ctypes.string_at(address, size) if size else b"", np.int32).reshape(-1, ROW)
        address = get_positions(pointer, where)
        places = np.frombuffer(ctypes.string_at(address, size) if size else b"", np.int32).reshape(-1, ROW)
        return infos[:, 0], infos[:, 2], places[:, 0], places[:, 2], places[:, 3], infos[:, 1] & MARKS

    return read_tables


_read: Callable[[Any], Tables] | None = None


def read(buffer: Any) -> Tables:
    """Read a shaped buffer, the quickest way that works here: the first one says which."""
    global _read
    if _read is None:
        quick = quick_reader()
        _read = quick if quick is not None and agrees(quick, buffer) else read_objects
    return _read(buffer)


def quick_reader() -> Callable[[Any], Tables] | None:
    """What reads by C functions, where HarfBuzz's library exports them and its objects are as expected."""
    import uharfbuzz as hb

    if sys.implementation.name != "cpython" or hb.Buffer.__basicsize__ < object.__basicsize__ + POINTER_BYTES:
        return None
    try:
        # PyDLL: its calls hold the interpreter's lock, as HarfBuzz is built without locks of its own.
        return read_by(ctypes.PyDLL(hb._harfbuzz.__file__))
    except (OSError, AttributeError):
        return None


def agrees(quick: Callable[[Any], Tables], buffer: Any) -> bool:
    """Whether a reader reads a shaped buffer as its objects say."""
    pairs = zip(quick(buffer), read_objects(buffer), strict=True)
    return all(np.array_equal(one, other) for one, other in pairs)
