"""Scene: a recording as columnar arrays of contract records, the one thing that a backend is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contract import records

Records = NDArray[Any]
"""A structured array of a contract record."""


def no_records(record: records.Record) -> Records:
    """An empty table of a record."""
    return np.zeros(0, record.dtype)


@dataclass(slots=True)
class Scene:
    """One frame's input, in painter's order.

    Attributes
    ----------
    width, height : int
        Size of the surface, pixels.
    draws, paths, subpaths, vertices, curves, strokes, clips, paints, stops : structured arrays
        Tables of the records of the same name. ``clips[0]`` stands for no clip.
    texels : uint32 array
        The pixels of all images, straight RGBA8, red in the low byte.
    path_tile_count : int
        Tiles in all paths' boxes together.
    covers : bool
        Whether nothing that was on the surface before can be seen.
    """

    width: int
    height: int
    draws: Records = field(default_factory=lambda: no_records(records.Draw))
    paths: Records = field(default_factory=lambda: no_records(records.Path))
    subpaths: Records = field(default_factory=lambda: no_records(records.Subpath))
    vertices: Records = field(default_factory=lambda: no_records(records.Vertex))
    curves: Records = field(default_factory=lambda: no_records(records.Curve))
    strokes: Records = field(default_factory=lambda: no_records(records.Stroke))
    clips: Records = field(default_factory=lambda: np.zeros(1, records.Clip.dtype))
    paints: Records = field(default_factory=lambda: no_records(records.Paint))
    stops: Records = field(default_factory=lambda: no_records(records.Stop))
    texels: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(0, np.uint32))
    path_tile_count: int = 0
    covers: bool = False

    @property
    def nbytes(self) -> int:
        """Bytes of all tables."""
        return sum(getattr(self, name).nbytes for name in TABLES)


TABLES = ("draws", "paths", "subpaths", "vertices", "curves", "strokes", "clips", "paints", "stops", "texels")
