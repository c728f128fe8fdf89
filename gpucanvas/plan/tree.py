"""tree: the layers of a recording, depth by depth; where each can be seen, and how much room it needs.

    recording --find--> depth 1 --find--> depth 2 ...        who is drawn in whom
              <-- boxes, from the deepest on --              a layer is as large as what is drawn in it
              -- what can be seen, from the canvas on -->    and no larger than what its parent shows of it

All coordinates are the canvas's own. Only a plan's slots are elsewhere, and there layers are moved by whole pixels, so
that nothing is resampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import TILE
from ..pipeline import record as r
from ..pipeline.merge import Joined
from .reach import (
    Boxes,
    boxes_of_clips,
    boxes_of_commands,
    cut,
    has_unbounded,
    hull,
    is_empty,
    reach_of,
    shifted,
    widened,
)

__all__ = ["Depth", "find_layers"]


NOWHERE = np.inf, np.inf, -np.inf, -np.inf


class Depth:
    """All layers of one depth: what is drawn in them, one after another, and their children, one depth below.

    Attributes
    ----------
    uses : sequence of LayerUse
        The layers (N). The canvas itself, at depth 0, is one without blurs and shadow.
    joined : Joined
        What is drawn in them, as one recording, not moved.
    starts : int64 array (N + 1,)
        The first command of each layer in it.
    rows : int64 array (R,)
        Commands that draw a child or its shadow.
    child_of_row, is_shadow : int64 and bool arrays (R,)
        Which child of the next depth, and whether it is the shadow.
    shown : int64 array (N, 4)
        Boxes of the canvas in which each layer's result is seen.
    slots : int64 array (N, 4)
        Boxes of the canvas that each layer is kept of: what is drawn in it, and what its filters make of that. Empty
        for a layer of which nothing is seen.
    offset : int64 array (N, 2)
        How far the shadow is moved, pixels.
    has_shadow, is_drawn, is_cut : bool arrays (N,)
        Whether it throws a shadow; whether it is drawn itself, not only its shadow; and whether what is drawn in it may
        go beyond its slot.
    places : float64 array (C, 4)
        Once planned: for commands that draw layers, the rectangle that is filled (x, y, width, height).
    sources : uint32 array (C,)
        And where the next depth's target has it: x | y << LAYER_TOP_SHIFT.
    """

    def __init__(
        self, uses: Sequence[r.LayerUse], shown: Boxes | None = None, is_drawn: NDArray[np.bool_] | None = None
    ) -> None:
        self.uses = uses
        self.joined = Joined([use.commands for use in uses])
        counts = [len(use.commands) for use in uses]
        self.starts: NDArray[np.int64] = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        self.shown = np.zeros((len(uses), 4), np.int64) if shown is None else shown
        self.slots = self.shown
        self.is_cut = np.ones(len(uses), np.bool_)
        self.has_shadow = np.array([use.shadow is not None for use in uses], np.bool_)
        self.is_drawn = np.ones(len(uses), np.bool_) if is_drawn is None else is_drawn
        self.offset = np.zeros((len(uses), 2), np.int64)
        # How far each of the blurs carries, and then the shadow's.
        self._reaches = np.zeros((max(len(use.blurs) for use in uses), len(uses), 2), np.int64)
        self._shadow_reach = np.zeros((len(uses), 2), np.int64)
        for i, use in enumerate(uses):
            self._measure(i, use)
        commands = self.joined.commands
        self.places = np.zeros((len(commands), 4))
        self.sources = np.zeros(len(commands), np.uint32)
        self.rows = np.flatnonzero(commands["kind"] == r.DRAW_LAYER)
        self.is_shadow = commands["v"][self.rows, 0] == r.SHADOW
        self.child_of_row = np.zeros(len(self.rows), np.int64)

    def _measure(self, i: int, use: r.LayerUse) -> None:
        """How far one layer's blurs and shadow carry."""
        for turn, (across, down) in enumerate(use.blurs):
            self._reaches[turn, i] = reach_of(across), reach_of(down)
        if use.shadow is not None:
            self._shadow_reach[i] = reach_of(use.shadow.sigma)
            self.offset[i] = use.shadow.whole_offset

    def children(self) -> Depth | None:
        """The next depth; None where no layer is drawn in these."""
        if not len(self.rows):
            return None
        commands = self.joined.commands
        uses: list[r.LayerUse] = []
        known: dict[tuple[int, int], int] = {}
        parts = self.joined.part_of_command[self.rows].tolist()
        for k, (part, index) in enumerate(zip(parts, commands["extra"][self.rows].tolist(), strict=True)):
            child = self.child_of_row[k] = known.setdefault((part, index), len(known))
            if child == len(uses):
                uses.append(self.uses[part].commands.layers[index])
        # Of a child that is drawn by two commands, the clip is the same.
        first = np.unique(self.child_of_row, return_index=True)[1]
        is_drawn = np.zeros(len(uses), np.bool_)
        is_drawn[self.child_of_row[~self.is_shadow]] = True
        return Depth(uses, self._shown_of(self.rows[first]), is_drawn)

    def _shown_of(self, rows: NDArray[np.int64]) -> Boxes:
        """What can be seen of the results that commands draw."""
        states, clips = self.joined.states[self.joined.commands["state"][rows]], np.zeros(len(rows), np.int64)
        parts = self.joined.part_of_command[rows]
        boxes: list[Boxes] = [boxes_of_clips([])]
        firsts: dict[int, int] = {}
        count = len(boxes[0])
        for part in np.unique(parts[states["clip"] > 0]).tolist():
            firsts[part] = count
            boxes.append(boxes_of_clips(self.uses[part].commands.clips))
            count += len(boxes[-1])
        for k, (part, clip) in enumerate(zip(parts.tolist(), states["clip"].tolist(), strict=True)):
            clips[k] = firsts[part] + clip if clip else 0
        return cut(self.content_shown()[parts], np.concatenate(boxes)[clips])

    def content_shown(self) -> Boxes:
        """Where what is drawn in each layer can be seen, or changes what can be seen by way of its filters."""
        return widened(self._blurred_shown(), self._reaches.sum(0))

    def _blurred_shown(self) -> Boxes:
        """The same of what its blurs have made of it, which throws the shadow."""
        near, thrown = self.shown.copy(), widened(shifted(self.shown, -self.offset), self._shadow_reach)
        near[~self.is_drawn] = thrown[~self.has_shadow] = 0
        return hull(near, thrown)

    def _room_of_filters(self, drawn: Boxes) -> Boxes:
        """Boxes that hold what is drawn, and what each filter makes of it, as far as that is of use for what is seen.

        So the room is not what a filter reaches: shadows may be blurred by far more than the size of their canvas.
        """
        room, left = drawn, self._reaches.sum(0)
        seen = self._blurred_shown()
        for reach in self._reaches:
            drawn, left = widened(drawn, reach), left - reach
            room = hull(room, cut(drawn, widened(seen, left)))
        thrown = cut(widened(drawn, self._shadow_reach), shifted(self.shown, -self.offset))
        thrown[~self.has_shadow] = 0
        return hull(room, thrown)

    def shadow_places(self) -> NDArray[np.int64]:
        """Where each shadow is kept, from the corner of its slot (N, 2): in place of a layer that is not drawn itself.

        Else it lies under the layer, or to its right where the layer is higher than wide.
        """
        sizes = -(-(self.slots[:, 2:] - self.slots[:, :2]) // TILE) * TILE
        is_beside = sizes[:, 1] > sizes[:, 0]
        sizes[:, 0] *= is_beside
        sizes[:, 1] *= ~is_beside
        sizes[~(self.has_shadow & self.is_drawn)] = 0
        return sizes

    def fit(self, children: Depth | None) -> None:
        """Find each layer's slot; those of its children are known."""
        of_layers = np.zeros((len(self.joined.commands), 4))
        if children is not None:
            filled = self.filled_by(children)
            of_layers[self.rows] = np.where(is_empty(filled)[:, None], NOWHERE, filled)
        drawn, shown = boxes_of_commands(self.joined, of_layers), self.content_shown()
        seen = cut(drawn, shown)
        seen[is_empty(seen)] = 0
        self.is_cut = (seen != drawn).any(1) | has_unbounded(self.joined)
        self.slots = self._room_of_filters(seen)

    def filled_by(self, children: Depth) -> NDArray[np.int64]:
        """The rectangle that each of `rows` fills on the canvas, (R, 4) left, top, right and bottom."""
        child = self.child_of_row
        boxes = children.slots[child]
        boxes = np.where(self.is_shadow[:, None], shifted(boxes, children.offset[child]), boxes)
        boxes = cut(boxes, children.shown[child])
        boxes[is_empty(boxes)] = 0
        return boxes

    def parts(self, pieces: Sequence[tuple[int, int, int]]) -> tuple[Joined, NDArray[np.int64]]:
        """Some commands of some layers, each (layer, first, last), as one recording; and which commands they are."""
        rows = np.concatenate([np.arange(first, last) for _, first, last in pieces] or [np.zeros(0, np.int64)])
        if len(rows) == len(self.joined.commands) and len(pieces) == len(self.uses):
            joined = self.joined
        else:
            size, some = r.COMMAND.itemsize, []
            for layer, first, last in pieces:
                whole, start = self.uses[layer].commands, int(self.starts[layer])
                part = copy(whole)
                part.commands = whole.commands[(first - start) * size : (last - start) * size]
                some.append(part)
            joined = Joined(some)
        drawn = joined.commands["kind"] == r.DRAW_LAYER
        joined.commands["v"][drawn] = self.places[rows[drawn]]
        joined.commands["extra"][drawn] = self.sources[rows[drawn]]
        return joined, rows


def find_layers(commands: r.Commands, width: int, height: int) -> list[Depth]:
    """The layers of a recording on a canvas of this size, from the canvas itself, depth 0, to the deepest."""
    depths = [Depth([r.LayerUse(commands)], np.array([[0, 0, width, height]]))]
    while (below := depths[-1].children()) is not None:
        depths.append(below)
    for i in range(len(depths) - 1, 0, -1):
        depths[i].fit(depths[i + 1] if i + 1 < len(depths) else None)
    return depths
