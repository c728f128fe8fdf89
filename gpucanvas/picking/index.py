"""index: the draws of a recording with their boxes, which finds the topmost draw at a point.

The boxes are computed once, by the kernel that also bounds layers. A query compares all boxes with the point at once,
and then tests the shapes, clips and layers of the few draws whose box contains it.
"""

from __future__ import annotations

from array import array
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.commands import PEN_NUMBERS
from ..contract.constants import RULE_EVENODD
from ..geometry.affine import IDENTITY, Affine, apply, invert
from ..pipeline import record as r
from ..stages.bounds import bound_commands
from .batch import BatchIndex
from .outline import Outline

__all__ = ["CLEARED", "Hit", "PickIndex"]

CLEARED: Final = "cleared"
"""The result where the topmost draw at a point is a cleared rectangle."""
NEAR: Final = 1e-6
"""Tolerance of boxes, in pixels and relative to the size of the coordinates."""


class Hit(NamedTuple):
    """The topmost shape at a point.

    Attributes
    ----------
    id : int
        The ``hit_id`` that it was drawn with.
    item : int or None
        Index of the item in a batch; None for a single shape.
    """

    id: int
    item: int | None = None


Found = Hit | str | None
Command = tuple[int, int, int, list[float], Affine, int]
"""Kind, state, extra, four numbers, transform and clip."""


class PickIndex:
    """The draws of a recording that can be picked, and those that hide them.

    Parameters
    ----------
    commands
        The recording. Nothing may be appended to it while this index is used.
    first
        The first command to include.
    inherited
        The id for draws without one: that of their layer.
    """

    def __init__(self, commands: r.Commands, first: int = 0, inherited: int | None = None) -> None:
        self._recording, self._inherited = commands, inherited
        rows = np.frombuffer(commands.commands, r.COMMAND)[first:]
        self._states = np.frombuffer(commands.states, r.STATE)
        ids: dict[int, int] = {}
        if commands.has_hits:
            pairs = np.array(commands.hits, np.int64).reshape(-1, 2)
            ids = dict(zip(pairs[:, 0].tolist(), pairs[:, 1].tolist(), strict=True))
        self._ids = ids
        kinds = rows["kind"]
        counts = (kinds == r.CLEAR_RECT) | ((kinds == r.DRAW_LAYER) & (rows["v"][:, 0] == r.LAYER))
        if inherited is not None:
            counts |= kinds != r.DRAW_LAYER
        elif ids:
            has_id = np.zeros(len(self._states), np.bool_)
            has_id[list(ids)] = True
            counts |= has_id[rows["state"]] & (kinds != r.DRAW_LAYER)
        self._rows = rows[counts & (kinds != r.PUT_IMAGE)]
        self._commands: dict[int, Command] = {}
        self._ends = np.zeros((0, 2), np.int64)
        self._boxes = self._find_boxes()
        self._outlines: dict[int, Outline] = {}
        self._clips: dict[int, Outline] = {}
        self._batches: dict[int, BatchIndex] = {}
        self._layers: dict[tuple[int, int | None], PickIndex] = {}

    def _find_boxes(self) -> NDArray[np.float64]:
        """(C, 4) left, top, right and bottom of each command's box; that of a layer is infinite."""
        recording, rows = self._recording, self._rows
        boxes = np.full((len(rows), 4), (-np.inf, -np.inf, np.inf, np.inf))
        if not len(rows):
            return boxes
        streams: tuple[Any, ...] = np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0)
        pens = np.empty((0, PEN_NUMBERS))
        if not recording.has_only_rects:
            self._ends = np.frombuffer(recording.paths, np.int64).reshape(-1, 2)
            streams = np.frombuffer(recording.paths, np.int64), np.frombuffer(recording.verbs, np.uint8)
            streams = *streams, np.frombuffer(recording.coords)
            pens = np.frombuffer(recording.pen_numbers).reshape(-1, PEN_NUMBERS)
        bound_commands(rows, self._states, streams, pens, boxes)
        # The kernel does not bound cleared rectangles and batches: they are tested in user space.
        boxes[rows["kind"] == r.CLEAR_RECT] = -np.inf, -np.inf, np.inf, np.inf
        return boxes

    def pick(self, x: float, y: float) -> Found:
        """The topmost draw at a point of the canvas: a Hit, CLEARED, or None."""
        near = NEAR * max(1.0, abs(x), abs(y))
        left, top, right, bottom = self._boxes.T
        inside = (left <= x + near) & (x - near <= right) & (top <= y + near) & (y - near <= bottom)
        for k in np.flatnonzero(inside)[::-1].tolist():
            found = self._ask(k, x, y)
            if found is not None:
                return found
        return None

    def _ask(self, k: int, x: float, y: float) -> Found:
        """The result of one command at a point."""
        kind, state, extra, v, matrix, clip = self._commands.get(k) or self._command(k)
        identity = self._ids.get(state, self._inherited)
        if kind == r.DRAW_LAYER:
            if clip and not self._is_in_clip(clip, x, y):
                return None
            found = self._layer(extra, identity).pick(x, y)
            return None if found == CLEARED else found
        item = None
        if kind == r.BATCH:
            inverse = invert(matrix)
            item = None if inverse is None else self._batch(extra).top(*apply(inverse, x, y))
            if item is None:
                return None
        elif not self._holds(kind, extra, v, matrix, x, y):
            return None
        if clip and not self._is_in_clip(clip, x, y):
            return None
        if kind == r.CLEAR_RECT:
            return CLEARED
        assert identity is not None
        return Hit(identity, item)

    def _holds(self, kind: int, extra: int, v: list[float], matrix: Affine, x: float, y: float) -> bool:
        """Whether the shape of a single command contains a point."""
        if kind in (r.FILL_PATH, r.STROKE_PATH):
            is_local = v[2] == r.PATH_IS_LOCAL
            outline = self._outline(extra)
            if kind == r.STROKE_PATH:
                return outline.is_stroked_at(x, y, self._recording.pens[int(v[0])], matrix, is_local)
            return outline.is_filled_at(x, y, v[0] == RULE_EVENODD, matrix if is_local else IDENTITY)
        inverse = invert(matrix)
        if inverse is None:
            return False
        if kind == r.STROKE_RECT:
            return Outline.of_rect(*v).is_stroked_at(x, y, self._recording.pens[extra], matrix)
        ux, uy = apply(inverse, x, y)
        left, top, width, height = v
        across = min(left, left + width) <= ux <= max(left, left + width)
        return bool(across and min(top, top + height) <= uy <= max(top, top + height) and width and height)

    def _is_in_clip(self, clip: int, x: float, y: float) -> bool:
        """Whether a point is in a clip and all its parents."""
        while clip:
            parent, node = self._recording.clips[clip - 1]
            outline = self._clips.get(clip)
            if outline is None:
                outline = self._clips[clip] = Outline(node.verbs, node.coords)
            if not outline.is_filled_at(x, y, node.rule == RULE_EVENODD, node.matrix):
                return False
            clip = parent
        return True

    # -- made on first use -------------------------------------------------------------------------------------

    def _command(self, k: int) -> Command:
        """A command as Python numbers: reading fields of a NumPy record takes longer than a test."""
        kind, state, _, extra, v = self._rows[k : k + 1].tolist()[0]
        place = self._states[state]
        found = self._commands[k] = kind, state, extra, v, tuple(place["matrix"].tolist()), int(place["clip"])
        return found

    def _outline(self, index: int) -> Outline:
        found = self._outlines.get(index)
        if found is None:
            first = self._ends[index - 1] if index else (0, 0)
            last, recording = self._ends[index], self._recording
            coords = np.frombuffer(recording.coords)[first[1] : last[1]]
            verbs = bytes(memoryview(recording.verbs)[first[0] : last[0]])
            found = self._outlines[index] = Outline(verbs, array("d", coords.tobytes()))
        return found

    def _batch(self, index: int) -> BatchIndex:
        found = self._batches.get(index)
        if found is None:
            found = self._batches[index] = BatchIndex(self._recording.batches[index], self._recording.pens)
        return found

    def _layer(self, index: int, inherited: int | None) -> PickIndex:
        found = self._layers.get((index, inherited))
        if found is None:
            commands = self._recording.layers[index].commands
            found = self._layers[index, inherited] = PickIndex(commands, 0, inherited)
        return found
