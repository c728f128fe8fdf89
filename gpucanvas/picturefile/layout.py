"""layout: the binary format of pictures, as described in docs/pictures.md. All numbers are little-endian.

header    magic, version, width, height, colour space, number of images and of recordings, CRC-32 of all other bytes
images    width, height, pixels as straight RGBA
recordings, the picture's own first, then those of its layers, each after the one it is drawn in:
    counts    the length of each of TABLES, from version TEXTS on of each of TEXT_TABLES, too
    tables    in the same order
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
    "MARKER",
    "MARKERS",
    "MIXED_IMAGES",
    "NOISE",
    "PATTERN",
    "PEN",
    "SHADOW_MOVE",
    "SHARP_SHADOWS",
    "TABLES",
    "TEXTS",
    "TEXT_COUNTS",
    "TEXT_TABLES",
    "TRANSFERS",
    "VERSIONS",
    "WORDING",
    "BatchFlags",
    "Effects",
    "Paints",
]

MAGIC: Final = b"\x89gcpic\r\n"
"""As for PNG: the first byte is no text, and a conversion of line ends would damage the last two."""
VERSIONS: Final = (1, 2, 3, 4, 5, 6, 7)
"""Versions that can be read. A picture is written in the lowest version that can express it, for older releases."""
HEADER: Final = struct.Struct("<8s7I")
CRC_BYTES: Final = 4
IMAGE: Final = struct.Struct("<2I")
PEN: Final = struct.Struct("<3d3I")
"""Line width, miter limit and dash offset; cap, join, and the number of dash lengths that follow (f64)."""
CLIP: Final = struct.Struct("<4I6d")
"""Parent clip (counted from 1; 0: none), fill rule, numbers of verbs and of coordinates that follow; the matrix."""
PATTERN: Final = struct.Struct("<4I6d")
"""Index of the image in the recording; whether it repeats across, and down, and is smoothed; its matrix."""
BATCH: Final = struct.Struct("<4Bi2I")
"""Kind, bytes of a number (4, 8), index in COLOR_TYPES, whether it is closed; pen or -1; number of rows, and of items
where an item is a run of rows. The numbers follow, then the colours, then the end of each run (i64). For images, the
fields "closed" and "pen" are whether they are smoothed, and the index of the image in the recording. Where there are
several, from version MIXED_IMAGES on, the indices of the others are in the place of the ends, and each row has a number
more: which of the images it shows. From version MARKERS on, the field "closed" has the bits of BatchFlags: behind the
rest follow the outline of paths, a MARKER with its verbs and coordinates, and the width of each item (f64)."""
MIXED_IMAGES: Final = 5
MARKERS: Final = 7
MARKER: Final = struct.Struct("<3I")
"""Fill rule, and the numbers of verbs and of coordinates that follow."""
SHARP_SHADOWS: Final = 6
"""From this version on, a state may be moved by any shadow's offset: before, by SHADOW_MOVE at most."""
SHADOW_MOVE: Final = 1.0
"""Most pixels that the shape of a shadow is moved inside its layer."""
LAYER: Final = struct.Struct("<4I")
"""The recording of its content; whether there is a shadow (2: one that follows the transform of a replay, from version
2 on), and a tint; the number of effects. Shadow and tint follow (f64), then the effects."""

NOISE: Final = struct.Struct("<2dIi2B6d")
"""Frequencies across and down, octaves, seed; whether it is fractal, and follows a replay's transform; a matrix."""

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
TEXTS: Final = 7
"""From this version on, recordings have TEXT_TABLES behind the others: what their texts say."""
TEXT_TABLES: Final = ("wordings", "texts")
TEXT_COUNTS: Final = struct.Struct(f"<{len(TEXT_TABLES)}I")
WORDING: Final = struct.Struct("<3I2d")
"""Bytes of the text in UTF-8, number of letters, whether it begins with text that runs to the left; baseline and size
of an em. The text follows, then the first character of each letter from left to right (u32), and its edges (2 f64)."""
FIXED: Final = {
    "commands": COMMAND,
    "states": STATE,
    "hits": np.dtype([("state", "<i8"), ("id", "<i8")]),
    "paths": np.dtype([("verbs_end", "<i8"), ("coords_end", "<i8")]),
    "verbs": np.dtype("<u1"),
    "coords": np.dtype("<f8"),
    "images": np.dtype([("pixels", "<u4"), ("left", "<u4"), ("top", "<u4")]),
    "uses": USE,
    "texts": np.dtype([("path", "<u4"), ("wording", "<u4"), ("scale", "<f8"), ("x", "<f8"), ("y", "<f8")]),
}
"""Tables whose entries have a fixed size. An image of a recording is an index of the file's images, and its position in
the image that it was cut from. Flags of a use: 1 for smoothed, 2 for float16 pixels of two words each. A text is a
path's index, what it says, and where that is in the path's coordinates."""


class Paints:
    """Kinds of paints; the table of paints begins with the kinds of all entries (u1)."""

    SOLID: Final = 0
    """Straight RGBA, f64. All solid paints come first. From version 3 on, colours may be outside of 0 to 1."""
    LINEAR, RADIAL, CONIC = 1, 2, 3
    """Number of stops (u32), the numbers of `CanvasGradient` (f64), and the stops: offset and straight RGBA, f32."""
    PATTERN: Final = 4


GRADIENT_NUMBERS: Final = {"linear": 4, "radial": 6, "conic": 3}
"""Number of coordinates of each kind of gradient, in the order of the kinds' codes, from 1."""
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
    "paths": 6,
    "ellipses": 6,
    "round_rects": 8,
}
"""Kinds of batches in the order of their codes, and the count of numbers in a row."""
BATCH_KINDS: Final = {1: 8, **dict.fromkeys(VERSIONS[1:], 9), MARKERS: 12}
"""Number of the kinds of batches in each version."""


class BatchFlags:
    """Bits of a batch's field "closed"."""

    CLOSED: Final = 1
    WIDTHS: Final = 2
    """The width of each item follows; only of stroked kinds."""
    SCALES_PEN: Final = 4
    """The transforms of paths apply to the pen, too."""
    ALL: Final = 7


COLOR_TYPES: Final = (None, np.dtype("<u1"), np.dtype("<f4"))


class Effects:
    """Kinds of effects (u1), and the data of each."""

    BLUR: Final = 1
    """Two standard deviations, f64."""
    MATRIX: Final = 2
    """20 numbers, f64."""
    TRANSFER: Final = 3
    """Four functions: index in TRANSFERS (u1), count of numbers (u32), the numbers (f64)."""
    CONVOLVE: Final = 4
    """Columns, rows, target x and y (4 u32), edge mode, preserve alpha (2 u1), bias and the weights (f64)."""
    FOLLOWING_BLUR: Final = 5
    """As BLUR, but scaled by the transform of a replay; from version 2 on."""
    TURBULENCE: Final = 6
    """NOISE; from version 4 on."""


TRANSFERS: Final = ("identity", "table", "discrete", "linear", "gamma")
EDGE_MODES: Final = ("none", "duplicate", "wrap")
