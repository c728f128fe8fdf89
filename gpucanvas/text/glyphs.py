"""glyphs: HarfBuzz shapes a part of a text in one font; its glyphs are read as arrays.

    text, start..end, script, direction, language, features --shape_part--> GlyphRun, from left to right

Reading uharfbuzz's objects one by one takes eight times as long as shaping (measured with 50 glyphs). Where its library
exports HarfBuzz's C functions (Linux, macOS), these give the whole table at once. The first run is read both ways, and
the C functions are used only if the results agree.
"""

from __future__ import annotations

import ctypes
import sys
from bisect import bisect_left
from collections.abc import Callable, Sequence
from threading import local
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .instance import SUBUNITS, Instance
from .textstyle import Features

__all__ = ["GlyphRun", "PlacedRun", "Tables", "shape_marked", "shape_part"]

Ints = NDArray[np.int32]

ROW: Final = 5
"""32-bit numbers in an hb_glyph_info_t (glyph, mask, cluster, two private) and in an hb_glyph_position_t (x and y
advance, x and y offset, one private)."""
ROW_BYTES: Final = 4 * ROW
POINTER_BYTES: Final = ctypes.sizeof(ctypes.c_void_p)
DEFAULT_LANGUAGE: Final = "en"
CONTEXT: Final = 16
"""Characters of context given to HarfBuzz on each side of a part. HarfBuzz looks at 5."""


class GlyphRun(NamedTuple):
    """Glyphs of one font, from left to right. Lengths are in 1/64 font units, y up.

    Parameters
    ----------
    instance
        The font.
    start, end
        The range of the text's characters that it draws.
    level
        Its bidi level; odd levels run right to left.
    scale
        Size of the glyphs relative to the text's size: below 1 for small capitals made from capitals.
    glyphs, clusters
        Each glyph's number, and the first character of its cluster.
    advances, x_offsets, y_offsets
        Each glyph's advance, and its offset from the pen position.
    is_cursive
        Whether its script joins letters, so that letter spacing is not added between them.
    text
        The text whose characters ``start``, ``end`` and ``clusters`` count; that of a mark which a layout adds to a
        line, such as a hyphen, is the mark alone, and its range is empty.
    marks
        HarfBuzz's marks of each glyph, see `shape_marked`; None where they are not known.
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
    text: str
    marks: Ints | None = None

    @property
    def advance(self) -> int:
        """The advance of the whole run."""
        # Half the time of `sum` for few glyphs.
        return int(np.add.reduce(self.advances, dtype=np.int64))

    def cut(self, start: int, end: int) -> GlyphRun | None:
        """Return the glyphs of some of its characters; None if these may be shaped differently by themselves."""
        first, last = self._index_at(start), self._index_at(end)
        if first is None or last is None:
            return None
        return self.part(slice(last, first) if self.level & 1 else slice(first, last), start, end)

    def part(self, glyphs: slice, start: int, end: int) -> GlyphRun:
        """Return some of its glyphs, which draw the characters from ``start`` to ``end``."""
        x, y = self.x_offsets[glyphs], self.y_offsets[glyphs]
        arrays = self.glyphs[glyphs], self.clusters[glyphs], self.advances[glyphs], x, y
        return GlyphRun(self.instance, start, end, self.level, self.scale, *arrays, self.is_cursive, self.text)

    def _index_at(self, index: int) -> int | None:
        """Return the place among its glyphs where it may be cut before a character; None if it may not be cut there."""
        count = len(self.clusters)
        if index in (self.start, self.end):
            return 0 if (index == self.start) != bool(self.level & 1) else count
        clusters = self.clusters[::-1] if self.level & 1 else self.clusters
        # Not `searchsorted`, which copies a column of a table before it searches it.
        at = bisect_left(clusters, index)
        if self.marks is None or at == count or clusters[at] != index:
            return None
        number = count - 1 - at if self.level & 1 else at
        return None if self.marks[number] & UNSAFE_TO_BREAK else number + (self.level & 1)


class PlacedRun(NamedTuple):
    """A run on a line: its glyphs' positions, its start and end, px, and the size of a font unit in px."""

    run: GlyphRun
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    left: float
    right: float
    unit_px: float

    def pen(self, number: int) -> float:
        """Where the advance of a glyph begins, px; the end of the run for the number behind the last glyph."""
        if number >= len(self.x):
            return self.right
        return float(self.x[number] - self.run.x_offsets[number] * (self.unit_px / SUBUNITS))

    def cut(self, glyphs: slice) -> PlacedRun:
        """Return some of its glyphs, at least one, where they are."""
        run, count = self.run, len(self.x)
        first, last, _ = glyphs.indices(count)
        # In the order of the text, the next glyph is on the right, or on the left where it runs to the left.
        following = first - 1 if run.level & 1 else last
        start, final = sorted((int(run.clusters[first]), int(run.clusters[last - 1])))
        end = max(int(run.clusters[following]), final + 1) if 0 <= following < count else run.end
        part = run.part(glyphs, start, end)
        return PlacedRun(part, self.x[glyphs], self.y[glyphs], self.pen(first), self.pen(last), self.unit_px)


UNSAFE_TO_BREAK: Final = 1
"""HarfBuzz's mark of a glyph before whose cluster a text cannot be broken without shaping both parts again."""
CURSIVE: Final = frozenset(("Arab", "Syrc", "Mong", "Nkoo", "Phag", "Mand", "Adlm", "Rohg", "Mani", "Sogd", "Ougr"))
"""Scripts whose letters join (CSS Text 3, "cursive scripts")."""


class _Buffers(local):
    """One buffer per thread, reused for each run."""

    def __init__(self) -> None:
        from uharfbuzz import Buffer

        self.buffer = Buffer()


_buffers: _Buffers | None = None


def buffer_here() -> Any:
    """Return this thread's buffer, emptied."""
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
    """Shape the characters from ``start`` to ``end`` of a text; the characters around them are context.

    Parameters
    ----------
    script
        An ISO 15924 tag.
    level
        The bidi level.
    language
        A BCP 47 tag, or an empty string.
    features
        OpenType features that are switched on or off.
    halves
        Ranges (start, end) of characters that are set at half width.
    """
    buffer = buffer_here()
    # Only a few characters of context: with the whole text, HarfBuzz would read a long text again for each part.
    first = max(start - CONTEXT, 0)
    near = text[first : end + CONTEXT] if len(text) > end - start + 2 * CONTEXT else text
    first = first if near is not text else 0
    buffer.add_str(near, start - first, end - start)
    ranges = [(low - first, high - first, 1) for low, high in halves]
    glyphs, clusters, advances, x, y, marks = shape_buffer(buffer, instance, script, level, language, features, ranges)
    if first:
        clusters = clusters + np.int32(first)
    is_cursive = script in CURSIVE
    return GlyphRun(instance, start, end, level, scale, glyphs, clusters, advances, x, y, is_cursive, text, marks)


def shape_marked(text: str, instance: Instance, *, script: str, language: str, features: Features) -> Tables:
    """Shape a whole text from left to right, and return HarfBuzz's marks of unsafe breaks with its glyphs.

    The marks are UNSAFE_TO_BREAK and UNSAFE_TO_CONCAT. Between two characters with neither mark a text can be broken,
    or two texts joined, and the glyphs are the same as if the whole text had been shaped at once.
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
    """Shape the text in a buffer; parameters as in `shape_part`, but each of ``halves`` has a third item, 1."""
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
    if len(glyphs) and np.minimum.reduce(glyphs) < 0:
        # A broken font can give glyph numbers that do not exist: they become 0, the missing glyph.
        return (np.maximum(glyphs, 0), *tables[1:])
    return tables


# -- reading a buffer ----------------------------------------------------------------------------------------------

Tables = tuple[Ints, Ints, Ints, Ints, Ints, Ints]
"""Glyphs, clusters, advances, x offsets, y offsets, and marks (see `shape_marked`)."""
MARKS: Final = 3
"""HarfBuzz's UNSAFE_TO_BREAK and UNSAFE_TO_CONCAT, bits of an hb_glyph_info_t's mask."""


def read_objects(buffer: Any) -> Tables:
    """Read a shaped buffer through uharfbuzz's objects."""
    infos = [(each.codepoint, each.cluster, int(each.flags) & MARKS) for each in buffer.glyph_infos]
    rows = np.array(infos, np.int32).reshape(-1, 3)
    places = np.array([each.position for each in buffer.glyph_positions], np.int32).reshape(-1, 4)
    return rows[:, 0], rows[:, 1], places[:, 2], places[:, 0], places[:, 1], rows[:, 2]


def behind_header(buffer: Any) -> int:
    """Return the address at which a uharfbuzz object holds its hb_buffer_t pointer: after its Python object header."""
    return id(buffer) + object.__basicsize__


def read_by(library: ctypes.PyDLL) -> Callable[[Any], Tables]:
    """Return a function that reads a buffer by the C functions of HarfBuzz's library."""
    get_infos, get_positions = library.hb_buffer_get_glyph_infos, library.hb_buffer_get_glyph_positions
    for each in (get_infos, get_positions):
        each.argtypes, each.restype = (ctypes.c_void_p, ctypes.c_void_p), ctypes.c_void_p

    def read_tables(buffer: Any) -> Tables:
        # A new counter for each call, because several threads may read at once.
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
    """Read a shaped buffer by the C functions where they work; the first buffer decides this."""
    global _read
    if _read is None:
        quick = quick_reader()
        _read = quick if quick is not None and agrees(quick, buffer) else read_objects
    return _read(buffer)


def quick_reader() -> Callable[[Any], Tables] | None:
    """Return the reader by C functions, or None if the library does not export them."""
    import uharfbuzz as hb

    if sys.implementation.name != "cpython" or hb.Buffer.__basicsize__ < object.__basicsize__ + POINTER_BYTES:
        return None
    try:
        # PyDLL keeps the interpreter's lock during calls: HarfBuzz is built without locks.
        return read_by(ctypes.PyDLL(hb._harfbuzz.__file__))
    except (OSError, AttributeError):
        return None


def agrees(quick: Callable[[Any], Tables], buffer: Any) -> bool:
    """Whether a reader gives the same tables of a shaped buffer as uharfbuzz's objects."""
    pairs = zip(quick(buffer), read_objects(buffer), strict=True)
    return all(np.array_equal(one, other) for one, other in pairs)
