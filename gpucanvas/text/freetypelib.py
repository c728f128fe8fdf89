"""freetypelib: FreeType's functions for hinting.py, from the library that freetype-py has brought along.

    freetype-py's folder --libfreetype.so there--> loaded by itself
                         --none there--> its module `freetype.raw`, which finds the system's library

Importing freetype-py takes 40 ms, half of the time until a program's first text: it looks for programs, and makes all
of FreeType's structures. These here are as FreeType's headers declare them; tests compare them with freetype-py's.
"""

from __future__ import annotations

import ctypes
import os
import sys
from ctypes import POINTER, Structure, c_char_p, c_int, c_long, c_short, c_ubyte, c_uint, c_ushort, c_void_p
from functools import cache
from importlib.util import find_spec
from typing import Any, Final

__all__ = ["Face", "library"]

NAMES: Final = {"win32": "libfreetype.dll", "darwin": "libfreetype.dylib"}
"""The file's name by `sys.platform`; elsewhere `NAME`."""
NAME: Final = "libfreetype.so"


class OutlineRec(Structure):
    """FT_Outline."""

    _fields_ = (
        ("n_contours", c_short),
        ("n_points", c_short),
        ("points", c_void_p),
        ("tags", c_void_p),
        ("contours", c_void_p),
        ("flags", c_int),
    )


class BitmapRec(Structure):
    """FT_Bitmap."""

    _fields_ = (
        ("rows", c_uint),
        ("width", c_uint),
        ("pitch", c_int),
        ("buffer", c_void_p),
        ("num_grays", c_ushort),
        ("pixel_mode", c_ubyte),
        ("palette_mode", c_ubyte),
        ("palette", c_void_p),
    )


class SlotRec(Structure):
    """FT_GlyphSlotRec, up to the outline."""

    _fields_ = (
        ("library", c_void_p),
        ("face", c_void_p),
        ("next", c_void_p),
        ("glyph_index", c_uint),
        ("generic", c_void_p * 2),
        ("metrics", c_long * 8),
        ("linear_advances", c_long * 2),
        ("advance", c_long * 2),
        ("format", c_int),
        ("bitmap", BitmapRec),
        ("bitmap_left", c_int),
        ("bitmap_top", c_int),
        ("outline", OutlineRec),
    )


class FaceRec(Structure):
    """FT_FaceRec, up to the glyph slot."""

    _fields_ = (
        ("numbers_and_flags", c_long * 5),
        ("names", c_char_p * 2),
        ("num_fixed_sizes", c_int),
        ("available_sizes", c_void_p),
        ("num_charmaps", c_int),
        ("charmaps", c_void_p),
        ("generic", c_void_p * 2),
        ("bbox", c_long * 4),
        ("metrics", c_short * 8),
        ("glyph", POINTER(SlotRec)),
    )


Face: Final = POINTER(FaceRec)
ARGUMENTS: Final[dict[str, tuple[Any, ...]]] = {
    "FT_Init_FreeType": (POINTER(c_void_p),),
    "FT_New_Face": (c_void_p, c_char_p, c_long, POINTER(Face)),
    "FT_New_Memory_Face": (c_void_p, c_char_p, c_long, c_long, POINTER(Face)),
    "FT_Done_Face": (Face,),
    "FT_Set_Char_Size": (Face, c_long, c_long, c_uint, c_uint),
    "FT_Set_Var_Design_Coordinates": (Face, c_uint, POINTER(c_long)),
    "FT_Load_Glyph": (Face, c_uint, c_int),
}


def bundled() -> Any:
    """Return the library in freetype-py's folder; None if there is none that can be loaded."""
    spec = find_spec("freetype")
    if spec is None or spec.origin is None:
        return None
    file = os.path.join(os.path.dirname(spec.origin), NAMES.get(sys.platform, NAME))
    try:
        found = ctypes.CDLL(file) if os.path.exists(file) else None
        for name, types in ARGUMENTS.items() if found else ():
            getattr(found, name).argtypes = types
    except (OSError, AttributeError):
        return None
    return found


@cache
def library() -> Any:
    """Return FreeType's functions."""
    found = bundled()
    if found is not None:
        return found
    from freetype import raw

    return raw
