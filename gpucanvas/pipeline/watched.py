"""watched: the recording of a canvas with a frame monitor. It also remembers the sources of its images.

It is used in place of `Commands`, so that a canvas without a monitor pays nothing. The recording is analysed when the
frame is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isclose, pi
from struct import unpack_from
from typing import Any, Final
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import STYLE_TONED
from ..geometry.stream import ARC, CLOSE, LINE, MOVE
from . import record as r
from .blame import BATCH_VERBS

RECT_METHODS: Final = {r.FILL_RECT: "fill_rects", r.STROKE_RECT: "stroke_rects"}
PATH_METHODS: Final = {r.FILL_PATH: "fill_paths", r.STROKE_PATH: "stroke_paths"}
BATCH_METHODS: Final = {kind: verb for kind, verb in BATCH_VERBS.items() if kind != "glyphs"}


class WatchedCommands(r.Commands):
    """Commands that know their images' sources."""

    __slots__ = ("sources",)

    def __init__(self) -> None:
        super().__init__()
        self.sources: list[ref[Any]] = []

    def add_image(self, pixels: NDArray[np.uint32], source: object) -> int:
        """Add an image, and keep a weak reference to its source."""
        self._note_source(source)
        return super().add_image(pixels, source)

    def add_canvas(
        self, canvas: object, stamp: object, part: tuple[int, ...], read: Callable[[], r.RecordedImage]
    ) -> int:
        """Add pixels of a canvas, and keep a weak reference to the canvas."""
        self._note_source(canvas)
        return super().add_canvas(canvas, stamp, part, read)

    def _note_source(self, source: object) -> None:
        origin = source
        while isinstance(origin, np.ndarray) and origin.base is not None:
            origin = origin.base
        # A source without weak references (a list of lists) is not counted.
        if type(origin).__weakrefoffset__ and not any(known() is origin for known in self.sources):
            self.sources.append(ref(origin))

    def new_images(self, before: list[ref[Any]]) -> int:
        """Returns how many image sources, those in layers included, were not among the previous recording's."""
        old = {id(source) for known in before if (source := known()) is not None}
        return sum(id(known()) not in old for known in self.all_sources())

    def all_sources(self) -> list[ref[Any]]:
        """Returns the sources of all images, those in layers included."""
        return [known for each in self.with_layers() if isinstance(each, WatchedCommands) for known in each.sources]

    def runs(self) -> dict[str, int]:
        """Returns for each batch method the longest run of commands, in one layer, that it could replace.

        All commands of a run have one state, but those of one path at many places.
        """
        out: dict[str, int] = {}
        for each in self.with_layers():
            if isinstance(each, WatchedCommands):
                each._find_runs(out)
        return out

    def _find_runs(self, out: dict[str, int]) -> None:
        before: tuple[object, ...] = ()
        length = places = 0
        last: tuple[int, int, int] = (-1, -1, -1)
        commands = np.frombuffer(self.commands, r.COMMAND)
        is_text = np.frombuffer(self.states, r.STATE)["op"] & STYLE_TONED != 0
        rows = zip(*(commands[name].tolist() for name in ("kind", "state", "extra", "v")), strict=True)
        for kind, state, extra, values in rows:
            # One path at many places has a state for each.
            is_placed = kind in PATH_METHODS and values[2] == r.PATH_IS_LOCAL and not is_text[state]
            is_next = is_placed and (kind, extra) == (last[0], last[2]) and state != last[1]
            places, last = places + 1 if is_next else 1, (kind, state, extra)
            if is_next:
                out[PATH_METHODS[kind]] = max(out.get(PATH_METHODS[kind], 0), places)
            method = self._method(kind, extra, values)
            pen = extra if kind == r.STROKE_RECT else values[0]
            key = (method, state, pen if method.startswith("stroke") and kind != r.BATCH else 0)
            length = length + 1 if key == before else 1
            before = key
            if method and length > 1:
                out[method] = max(out.get(method, 0), length)

    def _method(self, kind: int, extra: int, values: list[float]) -> str:
        """Returns the batch method that could draw a command; an empty string where none could."""
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
    """Returns the batch kind of a path of one subpath; an empty string where no batch draws it.

    One line is ``"line_segments"``, several are ``"lines"`` or, closed, ``"polygons"``; one arc is ``"circles"`` or
    ``"arcs"``.
    """
    verbs = verbs.rstrip(bytes((MOVE,)))  # A trailing move only says where the next subpath would begin.
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
