"""Scene: a recording as columnar arrays of contract records, the input of every backend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import acos, ceil, pi
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract import records
from ..contract.formats import PixelFormat
from ..memory import Holding
from ..resources.growing import Written
from .record import RecordedImage

Records = NDArray[Any]
"""A structured array of a contract record."""

NO_MASKS: NDArray[np.uint8] = np.empty(0, np.uint8)
LEAST_CHARGED = 1 << 16
"""Bytes. Smaller tables are not counted: taking the ledger's lock would cost more than it tells."""


NO_CLIPS: Records = np.zeros(1, records.Clip.dtype)
"""The clip table of a scene without clips: only entry 0, which stands for no clip."""
NO_CLIPS["path"] = c.NO_PATH


def no_records(record: records.Record) -> Records:
    """Returns an empty table of a record."""
    return np.zeros(0, record.dtype)


class Charge:
    """Counts the larger tables of a scene as memory before they are allocated, so that a budget can refuse them.

    Attributes
    ----------
    holding : Holding or None
        The ledger's entry; None while no table has been counted.
    """

    __slots__ = ("holding",)

    def __init__(self) -> None:
        self.holding: Holding | None = None

    def __call__(self, nbytes: int) -> None:
        """Count a table of so many bytes, which is about to be allocated."""
        if nbytes >= LEAST_CHARGED:
            if self.holding is None:
                self.holding = Holding("scene")
            self.holding.resize(self.holding.host_bytes + nbytes)


@dataclass(slots=True)
class Scene:
    """One frame's input, in painter's order.

    Attributes
    ----------
    width, height : int
        Size of the surface, pixels.
    draws, paths, subpaths, vertices, curves, strokes, clips : structured arrays
        Tables of the records of the same name. ``clips[0]`` stands for no clip.
    paints : uint32 array
        The stream of gradients, patterns, images and layers, and of gradients' stops: contract/paints.py.
    images : list of RecordedImage
        The images of paints, by number; a backend uploads them and knows where their texels are.
    masks : tuple of Written
        The masks of glyphs. MASK_GAP bytes of 0 follow each row and precede the first. Draws refer to a mask by its
        offset in the concatenated bytes.
    path_tile_count : int
        Number of tiles in all paths' boxes together.
    covers : bool
        Whether the first draw covers the surface, so that no earlier pixel can be seen.
    holding : Holding or None
        The ledger's entry for the larger tables.
    give_back : callable or None
        Returns the memory of the tables to the pool that the next scene takes it from. It is called by `drawn`.
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
    paints: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(0, np.uint32))
    images: list[RecordedImage] = field(default_factory=list)
    masks: tuple[Written, ...] = ()
    path_tile_count: int = 0
    covers: bool = False
    holding: Holding | None = None
    give_back: Callable[[], None] | None = None

    def drawn(self) -> None:
        """Say that the scene has been drawn for the last time: its tables may be reused by another scene."""
        give_back, self.give_back = self.give_back, None
        if give_back is not None:
            give_back()

    @property
    def size_in_tiles(self) -> tuple[int, int]:
        """(width, height) of the surface in tiles."""
        return -(-self.width // c.TILE), -(-self.height // c.TILE)

    @property
    def size_in_bins(self) -> tuple[int, int]:
        """(width, height) of the surface in bins of tiles."""
        wide, high = self.size_in_tiles
        return -(-wide // c.BIN), -(-high // c.BIN)

    def clear_color(self, format: PixelFormat) -> int | None:
        """Returns the pixel that fills the surface where the scene is one opaque rectangle over it, else None."""
        if not self.covers or len(self.draws) > 1:
            return None
        return format.pixel(self._ground())

    def split(self, format: PixelFormat) -> tuple[int | None, Scene]:
        """Returns the pixel with which the first draw fills the surface, and the scene without that draw.

        Returns None and the whole scene where the first draw does not cover the surface, or the format cannot store its
        colour.
        """
        if not self.covers:
            return None, self
        ground = self._ground()
        if not format.holds(ground):
            return None, self
        rest = Scene(
            self.width,
            self.height,
            self.draws[1:],
            self.paths,
            self.subpaths,
            self.vertices,
            self.curves,
            self.strokes,
            self.clips,
            self.paints,
            self.images,
            self.masks,
            self.path_tile_count,
            self.covers,
            self.holding,
            self.give_back,
        )
        return format.pixel(ground), rest

    def _ground(self) -> list[float]:
        """Returns the colour of the first draw, premultiplied."""
        return list(self.draws[["r", "g", "b", "a"]][0].item())

    @property
    def nbytes(self) -> int:
        """Bytes of all tables."""
        tables: int = sum(getattr(self, name).nbytes for name in TABLES)
        return tables + sum(len(part.bytes) for part in self.masks)

    def joined_masks(self) -> NDArray[np.uint8]:
        """Returns the bytes of all masks, concatenated."""
        parts = [part.bytes for part in self.masks]
        return parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else NO_MASKS


TABLES = ("draws", "paths", "subpaths", "vertices", "curves", "strokes", "clips", "paints")


def lines_a_vertex(scene: Scene) -> int:
    """Returns the most lines that a vertex can give: three fans of the pen with the smallest steps, and some lines."""
    if not len(scene.strokes):
        return 1
    smallest = acos(min(float(scene.strokes["step_cos"].max()), 0.99999))
    return 24 + 3 * (min(ceil(pi / smallest), c.MAX_FAN_STEPS) + 3)
