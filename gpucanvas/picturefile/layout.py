"""layout: what lies where in the bytes of a picture. All numbers are little-endian; docs/pictures.md says the same.

header    magic, version, width, height, colour space, images, recordings, CRC-32 of all other bytes
images    width, height, pixels as straight RGBA
recordings, the picture's own first, then those of its layers, each behind the one it is drawn in:
    counts    how many of each of TABLES follow
    tables    in the order of TABLES
"""

from __future__ import annotations

import struct
from typing import Final

import numpy as np

from ..contract.commands import COMMAND, STATE
from ..pipeline.record import USE

__all__ = [
    "BATCH",
    "BATCH_KINDS",
    "CLIP",
    "COLOR_TYPES",
    "COUNTS",
    "CRC_BYTES",
    "EDGE_MODES",
    "FIXED",
    "GRADIENT_NUMBERS",
    "HEADER",
    "IMAGE",
    "KINDS",
    "LAYER",
    "MAGIC",
    "PATTERN",
    "PEN",
    "TABLES",
    "TRANSFERS",
    "VERSIONS",
    "Effects",
    "Paints",
]

MAGIC: Final = b"\x89gcpic\r\n"
"""As PNG's: the first byte is no text, and what changes line ends damages the last two."""
VERSIONS: Final = (1, 2)
"""Those that are read. What is written has the first that can say it, so that older releases read what they can."""
HEADER: Final = struct.Struct("<8s7I")
CRC_BYTES: Final = 4
IMAGE: Final = struct.Struct("<2I")
PEN: Final = struct.Struct("<3d3I")
"""Line width, miter limit and dash offset; cap, join, and how many numbers of the dash pattern follow (f64)."""
CLIP: Final = struct.Struct("<4I6d")
"""The clip that it is cut with (counted from 1; 0: none), rule, verbs and coordinates that follow; the matrix."""
PATTERN: Final = struct.Struct("<4I6d")
"""Image of the recording; whether it repeats across, and down, and is smoothed; its matrix."""
BATCH: Final = struct.Struct("<4Bi2I")
"""Kind, bytes of a number (4, 8), COLOR_TYPES, whether it is closed; pen or -1; rows, and items where these are runs of
rows. The numbers follow, then the colours, then where each run ends (i64). Images have whether they are smoothed in the
place of closed, and which of the recording's images they show in that of the pen."""
LAYER: Final = struct.Struct("<4I")
"""The recording of what is drawn in it; whether there is a shadow (2: one that follows the transform of a replay, from
version 2 on), and a tint; how many effects come behind these (f64)."""

TABLES: Final = (
    "commands",
    "states",
    "hits",
    "paths",
    "verbs",
    "coords",
    "pens",
    "clips",
    "images",
    "paints",
    "uses",
    "batches",
    "layers",
)
COUNTS: Final = struct.Struct(f"<{len(TABLES)}I")
FIXED: Final = {
    "commands": COMMAND,
    "states": STATE,
    "hits": np.dtype([("state", "<i8"), ("id", "<i8")]),
    "paths": np.dtype([("verbs_end", "<i8"), ("coords_end", "<i8")]),
    "verbs": np.dtype("<u1"),
    "coords": np.dtype("<f8"),
    "images": np.dtype([("pixels", "<u4"), ("left", "<u4"), ("top", "<u4")]),
    "uses": USE,
}
"""Tables whose entries are all of one size. An image of a recording is one of the file's, and where it lies in what it
was cut from. Flags of a use: 1 where it is smoothed, 2 where its pixels are halves, two words each."""


class Paints:
    """Kinds of paints; a table of them begins with the kinds of all (u1)."""

    SOLID: Final = 0
    """Straight RGBA, f64. Those of all solid paints come first, one after another."""
    LINEAR, RADIAL, CONIC = 1, 2, 3
    """How many stops (u32), the numbers of `CanvasGradient` (f64), and the stops: offset and straight RGBA, f32."""
    PATTERN: Final = 4


GRADIENT_NUMBERS: Final = {"linear": 4, "radial": 6, "conic": 3}
"""By kind, in the order of their numbers from 1 on."""
KINDS: Final = {
    "rects": 4,
    "frames": 4,
    "circles": 3,
    "rings": 3,
    "arcs": 5,
    "segments": 4,
    "polygons": 2,
    "polylines": 2,
    "images": 15,
}
"""Kinds of batches, in the order of their numbers, and the numbers of a row."""
BATCH_KINDS: Final = {1: 8, 2: 9}
"""By version, how many of these there are."""
COLOR_TYPES: Final = (None, np.dtype("<u1"), np.dtype("<f4"))


class Effects:
    """Kinds of effects (u1), and what follows."""

    BLUR: Final = 1
    """Two standard deviations, f64."""
    MATRIX: Final = 2
    """20 numbers, f64."""
    TRANSFER: Final = 3
    """Four functions: one of TRANSFERS (u1), how many numbers (u32), the numbers (f64)."""
    CONVOLVE: Final = 4
    """Columns, rows, target x and y (4 u32), edge mode, preserve alpha (2 u1), bias and the weights (f64)."""
    FOLLOWING_BLUR: Final = 5
    """As BLUR, and it follows the transform of a replay; from version 2 on."""


TRANSFERS: Final = ("identity", "table", "discrete", "linear", "gamma")
EDGE_MODES: Final = ("none", "duplicate", "wrap")
