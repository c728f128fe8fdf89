"""watched: a recording of a canvas that a frame monitor watches. It also remembers which images it was given.

It takes the place of `Commands`, so that recording without a monitor pays nothing; what it finds out is looked for
when the frame is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isclose, pi
from struct import unpack_from
from typing import Any, Final
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from ..geometry.stream import ARC, CLOSE, LINE, MOVE
from . import record as r

RECT_METHODS: Final = {r.FILL_RECT: "fill_rects", r.STROKE_RECT: "stroke_rects"}
BATCH_METHODS: Final = {
    "rects": "fill_rects",
    "frames": "stroke_rects",
    "circles": "fill_circles",
    "rings": "stroke_circles",
    "segments": "stroke_line_segments",
    "polygons": "fill_polygons",
    "images": "draw_images",
}


class WatchedCommands(r.Commands):
    """Commands that know their images' sources."""

    __slots__ = ("sources",)

    def __init__(self) -> None:
        super().__init__()
        self.sources: list[ref[Any]] = []

    def add_image(self, pixels: NDArray[np.uint32], source: object) -> int:
        """Keep a snapshot, and a weak reference to what it was made of."""
        self._note_source(source)
        return super().add_image(pixels, source)

    def add_canvas(
        self, canvas: object, stamp: object, part: tuple[int, ...], read: Callable[[], r.RecordedImage]
    ) -> int:
        """Keep pixels of a canvas, and a weak reference to it."""
        self._note_source(canvas)
        return super().add_canvas(canvas, stamp, part, read)

    def _note_source(self, source: object) -> None:
        origin = source
        while isinstance(origin, np.ndarray) and origin.base is not None:
            origin = origin.base
        # What cannot be referred to weakly (a list of lists) cannot be recognised either.
        if type(origin).__weakrefoffset__ and not any(known() is origin for known in self.sources):
            self.sources.append(ref(origin))

    def new_images(self, before: list[ref[Any]]) -> int:
        """How many of the images, those in layers included, were not among those of the recording before."""
        old = {id(source) for known in before if (source := known()) is not None}
        return sum(id(known()) not in old for known in self.all_sources())

    def all_sources(self) -> list[ref[Any]]:
        """The sources of images, those in layers included."""
        return [known for each in self.with_layers() if isinstance(each, WatchedCommands) for known in each.sources]

    def runs(self) -> dict[str, int]:
        """By the batch method that would do it at once, the longest run of single commands in one state and layer."""
        out: dict[str, int] = {}
        for each in self.with_layers():
            if isinstance(each, WatchedCommands):
                each._find_runs(out)
        return out

    def _find_runs(self, out: dict[str, int]) -> None:
        before: tuple[object, ...] = ()
        length = 0
        commands = np.frombuffer(self.commands, r.COMMAND)
        rows = zip(*(commands[name].tolist() for name in ("kind", "state", "extra", "v")), strict=True)
        for kind, state, extra, values in rows:
            method = self._method(kind, extra, values)
            pen = extra if kind == r.STROKE_RECT else values[0]
            key = (method, state, pen if method.startswith("stroke") and kind != r.BATCH else 0)
            length = length + 1 if key == before else 1
            before = key
            if method and length > 1:
                out[method] = max(out.get(method, 0), length)

    def _method(self, kind: int, extra: int, values: list[float]) -> str:
        """The batch method that draws such a command, or nothing."""
        if kind == r.BATCH:
            return BATCH_METHODS.get(self.batches[extra].kind, "")
        if kind not in (r.FILL_PATH, r.STROKE_PATH):
            return RECT_METHODS.get(kind, "")
        if kind == r.FILL_PATH and values[0]:
            return ""  # Batches fill by the nonzero rule.
        verb = "fill" if kind == r.FILL_PATH else "stroke"
        verb_end, coord_end = unpack_from("<2q", self.paths, extra * r.PATH_BYTES)
        first, start = unpack_from("<2q", self.paths, (extra - 1) * r.PATH_BYTES) if extra else (0, 0)
        shape = path_shape(bytes(self.verbs[first:verb_end]), self.coords[start:coord_end].tolist())
        if verb == "fill" and shape in ("lines", "line_segments"):
            shape = "polygons"
        return f"{verb}_{shape}" if shape else ""


def path_shape(verbs: bytes, coords: list[float]) -> str:
    """``"line_segments"`` or ``"arcs"`` for one, ``"lines"``, ``"polygons"`` (closed), ``"circles"``; else nothing."""
    verbs = verbs.rstrip(bytes((MOVE,)))  # Where the next subpath would begin.
    closed = verbs.endswith(bytes((CLOSE,)))
    inner = verbs[1:-1] if closed else verbs[1:]
    if not verbs or verbs[0] != MOVE or not inner:
        return ""
    if set(inner) == {LINE}:
        return "polygons" if closed else "lines" if len(inner) > 1 else "line_segments"
    if inner != bytes((ARC,)):
        return ""
    ux, uy, vx, vy, _, sweep = coords[4:10]
    round_ = isclose(ux * ux + uy * uy, vx * vx + vy * vy) and abs(ux * vx + uy * vy) <= 1e-9 * (ux * ux + uy * uy)
    if not round_:
        return ""
    if abs(sweep) >= 2 * pi - 1e-3:
        return "circles"
    return "" if closed else "arcs"
