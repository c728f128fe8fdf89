"""hinting: outlines whose heights FreeType has fitted to whole pixels, as text is drawn on Linux by default.

    font, size --FreeType's light autohinter--> outline, pixels: the same across, x-height and baseline on whole ones

Widths stay as the font has them. FreeType is asked for outlines alone, and is loaded with the first of them: how much
of a pixel they cover is computed as for any other shape.
"""

from __future__ import annotations

import ctypes
import weakref
from array import array
from collections import deque
from functools import cache
from threading import Lock
from typing import Any, Final

import numpy as np

from ..geometry.builder import CLOSE, CUBIC, LINE, MOVE, QUAD
from .instance import Instance, Outline
from .recent import Recent

__all__ = ["hinted_outline"]

UNITS: Final = 64
"""FreeType's units in a pixel."""
FIXED_ONE: Final = 65536
LOAD_NO_BITMAP: Final = 8
LOAD_TARGET_LIGHT: Final = 1 << 16
ON_CURVE, IS_CUBIC = 1, 2
"""Bits of a point's tag."""
MOST_FACES: Final = 64

_lock = Lock()
"""FreeType's library may be used by one thread at a time."""
_done: deque[tuple[Any, Any]] = deque()
"""Faces that nobody has any more, to be closed."""


class OpenFace:
    """A face of FreeType's, and the memory that it reads."""

    def __init__(self, handle: Any, kept: Any) -> None:
        self.handle, self._kept = handle, kept
        # The collector may run in the middle of a call: the face is only queued, with the memory that it reads.
        weakref.finalize(self, _done.append, (handle, kept)).atexit = False


@cache
def library() -> Any:
    """FreeType's functions."""
    from freetype import raw

    return raw


@cache
def started() -> Any:
    """The one library object."""
    raw = library()
    handle = raw.FT_Library()
    raw.FT_Init_FreeType(ctypes.byref(handle))
    return handle


_faces: Recent[Instance, OpenFace | tuple[()]] = Recent(MOST_FACES)


def hinted_outline(instance: Instance, size_px: float, glyph: int) -> Outline | None:
    """A glyph's outline in pixels, y down, fitted to them; None where FreeType cannot.

    Made bold or slanted fonts are not fitted: browsers do not fit slanted ones either.
    """
    if instance.bold or instance.slant:
        return None
    with _lock:
        while _done:
            library().FT_Done_Face(_done.popleft()[0])
        face = _faces.get(instance)
        if face is None:
            face = _open(instance) or ()
            _faces.put(instance, face)
        if not face:
            return None
        raw = library()
        if raw.FT_Set_Char_Size(face.handle, 0, round(size_px * UNITS), 72, 72):
            return None
        if raw.FT_Load_Glyph(face.handle, glyph, LOAD_NO_BITMAP | LOAD_TARGET_LIGHT):
            return None
        return read_outline(face.handle.contents.glyph.contents.outline)


def _open(instance: Instance) -> OpenFace | None:
    raw, face = library(), library().FT_Face()
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


def read_outline(outline: Any) -> Outline | None:
    """An outline of FreeType's as a path; None for one that is damaged."""
    count, contours = int(outline.n_points), int(outline.n_contours)
    if not count or not contours:
        return Outline(b"", np.empty(0))
    longs = np.ctypeslib.as_array(ctypes.cast(outline.points, ctypes.POINTER(ctypes.c_long)), (count, 2))
    points = (longs * np.array([1.0 / UNITS, -1.0 / UNITS])).tolist()
    tags = ctypes.string_at(outline.tags, count)
    ends = ctypes.cast(outline.contours, ctypes.POINTER(ctypes.c_short))[:contours]
    verbs, coords, first = bytearray(), array("d"), 0
    for end in ends:
        if not first <= end < count:
            return None
        if not add_contour(points[first : end + 1], tags[first : end + 1], verbs, coords):
            return None
        first = end + 1
    return Outline(bytes(verbs), np.array(coords))


def add_contour(points: list[list[float]], tags: bytes, verbs: bytearray, coords: array[float]) -> bool:
    """Add a contour to a path; between two control points of quadratics lies a point of it. False for a damaged one."""
    if not tags[0] & ON_CURVE:
        if tags[0] & IS_CUBIC:
            return False
        # It begins off the curve: at the last point, where that is on it, else half way between both.
        if tags[-1] & ON_CURVE:
            points, tags = [points[-1], *points[:-1]], tags[-1:] + tags[:-1]
        else:
            (ax, ay), (bx, by) = points[0], points[-1]
            points, tags = [[(ax + bx) / 2, (ay + by) / 2], *points], bytes([ON_CURVE]) + tags
    start = points[0]
    verbs.append(MOVE)
    coords.extend(start)
    at, count = 1, len(points)
    while at < count:
        tag, point = tags[at], points[at]
        if tag & ON_CURVE:
            verbs.append(LINE)
            coords.extend(point)
            at += 1
        elif tag & IS_CUBIC:
            if at + 1 >= count:
                return False
            verbs.append(CUBIC)
            end = points[at + 2] if at + 2 < count else start
            coords.extend((*point, *points[at + 1], *end))
            at += 3
        else:
            following = points[at + 1] if at + 1 < count else start
            is_on = at + 1 >= count or tags[at + 1] & ON_CURVE
            end = following if is_on else [(point[0] + following[0]) / 2, (point[1] + following[1]) / 2]
            verbs.append(QUAD)
            coords.extend((*point, *end))
            at += 2 if is_on else 1
    verbs.append(CLOSE)
    return True
