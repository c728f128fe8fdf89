"""tree: the layers of a recording by nesting depth, with the box of each that has to be drawn.

    recording --find--> depth 1 --find--> depth 2 ...        the layers, and those drawn in them
              <-- bounding boxes, from the deepest on --     a layer is as large as its content
              -- visible boxes, from the canvas on -->       and no larger than its parent shows of it

All coordinates are canvas coordinates. Only slots on targets are elsewhere: a layer is moved there by whole pixels, so
that nothing is resampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..paint import effects as e
from ..pipeline import record as r
from ..pipeline.merge import Joined
from ..pipeline.shadow import split_shadow
from ..stages.layers import INTS, fill_rows, fit_layers, show_layers
from .box_shadows import box_of, box_shadow_of
from .reach import Boxes, bound, boxes_of_clips, reach_of, reach_of_effect

__all__ = ["Depth", "find_layers"]

Ints = NDArray[np.int64]
NOWHERE: Final = np.inf, np.inf, -np.inf, -np.inf
NO_COLOR: Final = 0.0, 0.0, 0.0, 0.0
NO_ROWS: Final[Ints] = np.empty(0, np.int64)
NO_OWNERS: Final[Ints] = np.empty((0, 2), np.int64)
DRAWS, SHADOWS = 1, 2
"""How a layer is drawn by its parent's commands: by itself, as its shadow, or both."""


class Depth:
    """All layers of one depth: their commands, joined into one recording, and their children, one depth below.

    Attributes
    ----------
    uses : sequence of LayerUse
        The layers (N). The canvas itself, at depth 0, is one without effects and shadow.
    canvas : (int, int)
        Width and height of the canvas, pixels.
    joined : Joined
        The commands of all layers, as one recording, in canvas coordinates.
    starts : int64 array (N + 1,)
        The first command of each layer in ``joined``, and the end of the last.
    rows : int64 array (R,)
        Commands that draw a child or its shadow.
    owners : int64 array (R, 2)
        Which child of the next depth, and 1 for its shadow, else 0.
    numbers, reaches : int64 arrays (N, INTS) and (K, 2)
        The layers, and how far their effects reach, for `stages/layers.py`.
    shown : int64 array (N, 4)
        Boxes of the canvas in which each layer's result is visible.
    contents : int64 array (N, 4)
        Boxes in which each layer's unfiltered content affects visible pixels.
    slots : int64 array (N, 4)
        Boxes of the canvas that each layer has pixels for: its content, and the results of its filters. Empty for an
        invisible layer.
    seconds, sizes : int64 arrays (N, 2)
        The offset of each layer's second place from its slot, (0, 0) where it has none; and the width and height that
        it takes on a target with it. A shadow is written there, or the result of an effect that is not made in place.
    is_cut : bool array (N,)
        Whether a layer's content may extend beyond its slot.
    filled : int64 array (R, 4)
        Once the next depth is fitted, the rectangle that each command of ``rows`` fills on the canvas: left, top, right
        and bottom.
    places : float64 array (C, 4)
        Once planned, for each command that draws a layer: the rectangle it fills (x, y, width, height).
    sources : uint32 array (C,)
        Once planned, the rectangle's position on the next depth's target: x | y << LAYER_TOP_SHIFT; NO_LAYER for a
        shadow that needs no layer.
    box_shadows : dict of int to BoxShadowUse
        The paints of the shadows that need no layer, by command.
    """

    def __init__(
        self,
        uses: Sequence[r.LayerUse],
        canvas: tuple[int, int],
        shown: Boxes | None = None,
        drawn_as: Sequence[int] = (DRAWS,),
    ) -> None:
        self.uses, self.canvas, count = uses, canvas, len(uses)
        self.joined = Joined([use.commands for use in uses])
        self.starts = self.joined.starts
        self.shown = np.array([[0, 0, *canvas]], np.int64) if shown is None else shown
        self.numbers, self.reaches = _measured(uses, drawn_as)
        self.contents, self._results, self.slots = np.empty((3, count, 4), np.int64)
        self.seconds, self.sizes = np.zeros((2, count, 2), np.int64)
        self.is_cut = np.ones(count, np.bool_)
        show_layers(self.numbers, self.reaches, canvas, self.shown, self._results, self.contents)
        commands = self.joined.commands
        self.places, self.sources = np.zeros((len(commands), 4)), np.zeros(len(commands), np.uint32)
        self.box_shadows: dict[int, r.BoxShadowUse] = {}
        self.rows, self.owners, self._children = NO_ROWS, NO_OWNERS, list[tuple[int, int, bool]]()
        if any(use.commands.has_layers for use in uses):
            self._find_rows()
        self.filled = np.empty((len(self.rows), 4), np.int64)

    @property
    def fitted(self) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
        """What `fit_layers` writes."""
        return self.slots, self.seconds, self.sizes, self.is_cut

    def _find_rows(self) -> None:
        """Find the commands that draw layers, and the shadows that need none: a paint draws these in a known box."""
        commands = self.joined.commands
        rows: list[int] = np.flatnonzero(commands["kind"] == r.DRAW_LAYER).tolist()
        parts, layers = self.joined.part_of_command[rows].tolist(), commands["extra"][rows].tolist()
        kinds = (commands["v"][rows, 0] == r.SHADOW).tolist()
        kept: list[int] = []
        for row, part, index, is_shadow in zip(rows, parts, layers, kinds, strict=True):
            made = box_shadow_of(self.uses[part].commands.layers[index]) if is_shadow else None
            if made is None:
                kept.append(row)
                self._children.append((part, index, is_shadow))
                continue
            left, top, right, bottom = box_of(made)
            self.box_shadows[row] = made
            self.places[row], self.sources[row] = (left, top, right - left, bottom - top), r.NO_LAYER
        self.rows = np.array(kept, np.int64)

    def children(self) -> Depth | None:
        """The next depth; None where these layers contain no layers."""
        if not self._children:
            return None
        uses: list[r.LayerUse] = []
        drawn_as: list[int] = []
        first: list[int] = []
        owners: list[tuple[int, bool]] = []
        known: dict[tuple[int, int, bool], int] = {}
        is_shown = {(part, index) for part, index, is_shadow in self._children if not is_shadow}
        for k, (part, index, is_shadow) in enumerate(self._children):
            use = self.uses[part].commands.layers[index]
            # A layer drawn only for its shadow is not split: it may be placed where its shadow needs it.
            two = split_shadow(use) if (part, index) in is_shown else None
            child = known.setdefault((part, index, two is not None and is_shadow), len(known))
            owners.append((child, is_shadow))
            if child == len(uses):
                uses.append(use if two is None else two[0 if is_shadow else 1])
                drawn_as.append(0)
                # Both commands of a child, layer and shadow, have the same clip.
                first.append(k)
            drawn_as[child] |= SHADOWS if is_shadow else DRAWS
        self.owners = np.array(owners, np.int64)
        return Depth(uses, self.canvas, self._shown_of(self.rows[first]), drawn_as)

    def _shown_of(self, rows: Ints) -> Boxes:
        """The visible boxes of the layers that commands draw."""
        parts = self.joined.part_of_command[rows]
        shown: Boxes = self.contents[parts]
        if not any(use.commands.clips for use in self.uses if not use.commands.has_only_rects):
            return shown
        index = self.joined.states["clip"][self.joined.commands["state"][rows]].astype(np.int64)
        boxes: list[Boxes] = [boxes_of_clips([])]
        count = len(boxes[0])
        for part in np.unique(parts[index > 0]).tolist():
            index[(parts == part) & (index > 0)] += count
            boxes.append(boxes_of_clips(self.uses[part].commands.clips))
            count += len(boxes[-1])
        clips = np.concatenate(boxes)[index]
        low, high = np.maximum(shown[:, :2], clips[:, :2]), np.minimum(shown[:, 2:], clips[:, 2:])
        return np.concatenate([low, high], 1)

    def fit(self, children: Depth | None) -> None:
        """Find each layer's slot, after those of its children."""
        joined = self.joined
        boxes = np.empty((len(joined.commands), 4))
        if children is not None:
            self.fill(children)
            empty = (self.filled[:, 0] >= self.filled[:, 2])[:, None]
            boxes[self.rows] = np.where(empty, NOWHERE, self.filled)
        for row in self.box_shadows:
            x, y, width, height = self.places[row].tolist()
            boxes[row] = x, y, x + width, y + height
        bound(joined, boxes)
        recorded = joined.commands, joined.states, joined.part_of_state, self.starts
        fit_layers(self.numbers, self.reaches, recorded, boxes, (self.shown, self._results, self.contents), self.fitted)

    def fill(self, children: Depth) -> None:
        """Find the rectangle that each command of ``rows`` fills on the canvas."""
        fill_rows(self.owners, children.numbers, children.shown, children.slots, self.filled)

    def parts(self, pieces: Sequence[tuple[int, int, int]]) -> tuple[Joined, NDArray[np.int64]]:
        """Pieces (layer, first, last) of this depth joined into one recording, and the indices of their commands."""
        if len(pieces) == len(self.uses) and sum(last - first for _, first, last in pieces) == self.starts[-1]:
            joined, rows = self.joined, np.arange(self.starts[-1])
        else:
            rows = np.concatenate([np.arange(first, last) for _, first, last in pieces] or [NO_ROWS])
            size, some = r.COMMAND.itemsize, []
            for layer, first, last in pieces:
                whole, start = self.uses[layer].commands, int(self.starts[layer])
                part = copy(whole)
                part.commands = whole.commands[(first - start) * size : (last - start) * size]
                some.append(part)
            joined = Joined(some)
        if len(self.rows) or self.box_shadows:
            self._point_at_layers(joined, rows)
        return joined, rows

    def _point_at_layers(self, joined: Joined, rows: Ints) -> None:
        """Make joined commands, which are ``rows`` of the depth, draw layers from where these have been placed."""
        at = np.flatnonzero(joined.commands["kind"] == r.DRAW_LAYER)
        joined.commands["v"][at] = self.places[rows[at]]
        joined.commands["extra"][at] = self.sources[rows[at]]
        if self.box_shadows:
            own = at[self.sources[rows[at]] == r.NO_LAYER]
            first = len(joined.out.paints)
            joined.out.paints += [NO_COLOR] * len(own)
            joined.out.box_shadows = {first + i: self.box_shadows[row] for i, row in enumerate(rows[own].tolist())}
            joined.commands["paint"][own] = np.arange(first, first + len(own))


def _measured(uses: Sequence[r.LayerUse], drawn_as: Sequence[int]) -> tuple[Ints, Ints]:
    """Layers, and how far their effects reach, as `stages/layers.py` takes them."""
    rows: list[tuple[int, ...]] = []
    reaches: list[tuple[int, int]] = []
    for use, drawn in zip(uses, drawn_as, strict=True):
        first, shadow = len(reaches), use.shadow
        has_second, fills, wraps = shadow is not None and drawn & DRAWS, False, False
        for effect in use.effects:
            reaches.append(reach_of_effect(effect))
            if isinstance(effect, e.ColorMatrix | e.ComponentTransfer | e.Turbulence):
                fills |= effect.fills
            elif isinstance(effect, e.ConvolveMatrix):
                has_second = True
                wraps |= effect.edge_mode == "wrap"
        thrown = (0, 0, 0, 0)
        if shadow is not None:
            thrown = reach_of(shadow.sigma_x), reach_of(shadow.sigma_y), *shadow.whole_offset
        rows.append((first, len(reaches), *thrown, shadow is not None, drawn & DRAWS, has_second, fills, wraps))
    return np.array(rows, np.int64).reshape(-1, INTS), np.array(reaches, np.int64).reshape(-1, 2)


def find_layers(commands: r.Commands, width: int, height: int) -> list[Depth]:
    """The layers of a recording on a canvas of this size, by depth; depth 0 is the canvas itself."""
    depths = [Depth([r.LayerUse(commands)], (width, height))]
    while (below := depths[-1].children()) is not None:
        depths.append(below)
    for i in range(len(depths) - 1, 0, -1):
        depths[i].fit(depths[i + 1] if i + 1 < len(depths) else None)
    if len(depths) > 1:
        depths[0].fill(depths[1])
    return depths
