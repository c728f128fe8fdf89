"""hinting: outlines fitted to whole pixels in height by FreeType, as is the default for text on Linux.

    font, size --FreeType's light autohinter--> pixels: x unchanged, x-height and baseline on whole pixels

Widths are unchanged. FreeType is used only for outlines, and is loaded with the first of them: their coverage is
computed as for any other shape.
"""

from __future__ import annotations

import ctypes
import weakref
from collections import deque
from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any, Final, NamedTuple

import numpy as np

from ..recent import Recent
from .freetypelib import Face, library
from .instance import Instance, Outline
from .registry import emptied_on_removal

__all__ = ["hinted_outlines"]

UNITS: Final = 64
"""FreeType's units per pixel."""
FIXED_ONE: Final = 65536
LOAD_NO_BITMAP: Final = 8
LOAD_TARGET_LIGHT: Final = 1 << 16
LONG: Final = np.dtype(ctypes.c_long)
POINT_BYTES: Final = 2 * LONG.itemsize
SHORT_BYTES: Final = 2
MOST_FACES: Final = 64

_lock = Lock()
"""Held during every call of FreeType: its library may be used by one thread at a time."""
_done: deque[tuple[Any, Any]] = deque()
"""Unused FreeType faces that are still to be closed."""


class Loaded(NamedTuple):
    """An outline in FreeType's form: its points, their tags, and the index of each contour's last point."""

    points: bytes
    tags: bytes
    ends: bytes


NOTHING: Final = Loaded(b"", b"", b"")


class OpenFace:
    """A FreeType face, and the font data that it reads."""

    def __init__(self, handle: Any, kept: Any) -> None:
        self.handle, self._kept = handle, kept
        # A FreeType face has one glyph slot, which holds the glyph that was loaded last.
        self._outline = handle.contents.glyph.contents.outline
        # The garbage collector may run during a FreeType call: the face and its data are only queued for closing.
        weakref.finalize(self, _done.append, (handle, kept)).atexit = False

    def load(self, glyph: int) -> Loaded | None:
        """Return a hinted glyph at the face's current size; None if it has no outline."""
        if library().FT_Load_Glyph(self.handle, glyph, LOAD_NO_BITMAP | LOAD_TARGET_LIGHT):
            return None
        outline = self._outline
        count, contours = outline.n_points, outline.n_contours
        if count <= 0 or contours <= 0:
            return NOTHING
        return Loaded(
            ctypes.string_at(outline.points, count * POINT_BYTES),
            ctypes.string_at(outline.tags, count),
            ctypes.string_at(outline.contours, contours * SHORT_BYTES),
        )


@cache
def started() -> Any:
    """Return FreeType's library object, made on the first call."""
    handle = ctypes.c_void_p()
    library().FT_Init_FreeType(ctypes.byref(handle))
    return handle


_faces: Recent[Instance, OpenFace | tuple[()]] = Recent(MOST_FACES)


def _clear() -> None:
    """Drop all FreeType faces, and close those that nobody uses any more: they keep their font's data."""
    _faces.clear()
    with _lock:
        _close_unused()


emptied_on_removal(_clear)


def hinted_outlines(instance: Instance, size_px: float, glyphs: Sequence[int]) -> list[Outline | None]:
    """Return hinted outlines of glyphs in pixels, y down; None for each glyph that FreeType cannot load.

    Synthetic bold and oblique fonts are not hinted; browsers do not hint synthetic oblique either.
    """
    found: list[Loaded | None] = []
    if not (instance.bold or instance.slant):
        with _lock:
            face = _face_of(instance)
            if face is not None and not library().FT_Set_Char_Size(face.handle, 0, round(size_px * UNITS), 72, 72):
                found = [face.load(glyph) for glyph in glyphs]
    return read_outlines(found) if any(found) else [None] * len(glyphs)


def _close_unused() -> None:
    while _done:
        library().FT_Done_Face(_done.popleft()[0])


def _face_of(instance: Instance) -> OpenFace | None:
    _close_unused()
    face = _faces.get(instance)
    if face is None:
        face = _open(instance) or ()
        _faces.put(instance, face)
    return face or None


def _open(instance: Instance) -> OpenFace | None:
    raw, face = library(), Face()
    path, data, index = instance.file
    if data is not None:
        error = raw.FT_New_Memory_Face(started(), data, len(data), index, ctypes.byref(face))
    elif path is not None:
        error = raw.FT_New_Face(started(), path.encode("utf-8", "surrogateescape"), index, ctypes.byref(face))
    else:
        return None
    if error:
        return None
    opened = OpenFace(face, data)
    if instance.variations:
        wanted = dict(instance.variations)
        values = [wanted.get(axis.tag, axis.default_value) for axis in instance.face.axis_infos]
        coordinates = (ctypes.c_long * len(values))(*(round(value * FIXED_ONE) for value in values))
        if raw.FT_Set_Var_Design_Coordinates(face, len(values), coordinates):
            return None
    return opened


def read_outlines(loaded: list[Loaded | None]) -> list[Outline | None]:
    """Convert FreeType outlines to paths; None for a damaged outline."""
    from ..stages.contours import CONTOUR_NUMBERS, CONTOUR_VERBS, POINT_NUMBERS

    whole = [NOTHING if each is None else each for each in loaded]
    all_points, all_tags, all_ends = (bytearray().join(parts) for parts in zip(*whole, strict=True))
    points = np.frombuffer(all_points, LONG).astype(np.int64, copy=False).reshape(-1, 2)
    tags, ends = np.frombuffer(all_tags, np.uint8), np.frombuffer(all_ends, np.int16).astype(np.int64)
    sizes = np.array([(len(each.tags), len(each.ends) // SHORT_BYTES) for each in whole], np.int64)
    verbs = np.empty(len(points) + CONTOUR_VERBS * len(ends), np.uint8)
    coords = np.empty(POINT_NUMBERS * len(points) + CONTOUR_NUMBERS * len(ends))
    counts = np.empty((len(whole), 2), np.int64)
    reader()(points, tags, ends, sizes, verbs, coords, counts)
    found: list[Outline | None] = []
    verb = number = 0
    for each, (verb_count, number_count) in zip(loaded, counts.tolist(), strict=True):
        if each is None or verb_count < 0:
            found.append(None)
            continue
        numbers = coords[number : number + number_count]
        found.append(Outline(verbs[verb : verb + verb_count].tobytes(), numbers))
        verb, number = verb + verb_count, number + number_count
    return found


@cache
def reader() -> Any:
    from ..kernels import holding_lock
    from ..stages.contours import read_contours

    return holding_lock(read_contours)
