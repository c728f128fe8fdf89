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
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import TILE
from ..paint import effects as e
from ..pipeline import record as r
from ..pipeline.merge import Joined
from ..pipeline.shadow import split_shadow
from .box_shadows import box_of, box_shadow_of
from .reach import (
    Boxes,
    boxes_of_clips,
    boxes_of_commands,
    cut,
    erases_outside,
    hull,
    is_empty,
    reach_of,
    reach_of_effect,
    shifted,
    widened,
)

__all__ = ["Depth", "find_layers"]


NOWHERE = np.inf, np.inf, -np.inf, -np.inf


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
        The first command of each layer in ``joined``.
    rows : int64 array (R,)
        Commands that draw a child or its shadow.
    child_of_row, is_shadow : int64 and bool arrays (R,)
        Which child of the next depth, and whether it is the shadow.
    shown : int64 array (N, 4)
        Boxes of the canvas in which each layer's result is visible.
    slots : int64 array (N, 4)
        Boxes of the canvas that each layer has pixels for: its content, and the results of its filters. Empty for an
        invisible layer.
    reaches : int64 array (K, N, 2)
        The distance that each effect reaches, pixels; effects without reach are left out.
    shadow_reach, offset : int64 arrays (N, 2)
        The distance that the shadow's blur reaches; and the shadow's offset.
    has_shadow, is_drawn, is_cut : bool arrays (N,)
        Whether it has a shadow; whether the layer itself is drawn, not only its shadow; and whether its content may
        extend beyond its slot.
    has_second_place : bool array (N,)
        Whether it takes two places on a target, for a shadow or for an effect that is not made in place.
    fills, wraps : bool arrays (N,)
        Whether effects change transparent pixels; and whether they read pixels from the opposite edge of the canvas.
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
        is_drawn: NDArray[np.bool_] | None = None,
    ) -> None:
        self.uses, self.canvas = uses, canvas
        self.joined = Joined([use.commands for use in uses])
        counts = [len(use.commands) for use in uses]
        self.starts: NDArray[np.int64] = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        self.shown = np.array([[0, 0, *canvas]], np.int64) if shown is None else shown
        self.slots = self.shown
        self.is_cut = np.ones(len(uses), np.bool_)
        self.has_shadow = np.array([use.shadow is not None for use in uses], np.bool_)
        self.is_drawn = np.ones(len(uses), np.bool_) if is_drawn is None else is_drawn
        self.has_second_place = self.has_shadow & self.is_drawn
        self.fills, self.wraps = np.zeros((2, len(uses)), np.bool_)
        self.shadow_reach, self.offset = np.zeros((2, len(uses), 2), np.int64)
        self.reaches = np.zeros((0, len(uses), 2), np.int64)
        self._measure()
        commands = self.joined.commands
        self.places = np.zeros((len(commands), 4))
        self.sources = np.zeros(len(commands), np.uint32)
        self.rows = np.flatnonzero(commands["kind"] == r.DRAW_LAYER)
        self.box_shadows: dict[int, r.BoxShadowUse] = {}
        if len(self.rows):
            self._find_box_shadows()
        self.is_shadow = commands["v"][self.rows, 0] == r.SHADOW
        self.child_of_row = np.zeros(len(self.rows), np.int64)

    def _find_box_shadows(self) -> None:
        """Take out shadows that need no layer: they are drawn by a paint, and their rectangles are known."""
        commands = self.joined.commands[self.rows]
        found = zip(self.rows.tolist(), self.joined.part_of_command[self.rows].tolist(), strict=True)
        numbers = zip(commands["extra"].tolist(), (commands["v"][:, 0] == r.SHADOW).tolist(), strict=True)
        for (row, part), (index, is_shadow) in zip(found, numbers, strict=True):
            made = box_shadow_of(self.uses[part].commands.layers[index]) if is_shadow else None
            if made is not None:
                left, top, right, bottom = box_of(made)
                self.box_shadows[row] = made
                self.places[row] = left, top, right - left, bottom - top
        if self.box_shadows:
            own = list(self.box_shadows)
            self.sources[own] = r.NO_LAYER
            self.rows = self.rows[self.sources[self.rows] != r.NO_LAYER]

    def _measure(self) -> None:
        """Find the distances that the layers' effects and shadows reach."""
        found: dict[int, list[tuple[int, int]]] = {}
        for i, use in enumerate(self.uses):
            if use.effects:
                found[i] = [reach for effect in use.effects if (reach := reach_of_effect(effect)) != (0, 0)]
                self._note_effects(i, use.effects)
            if use.shadow is not None:
                self.shadow_reach[i] = reach_of(use.shadow.sigma_x), reach_of(use.shadow.sigma_y)
                self.offset[i] = use.shadow.whole_offset
        self.reaches = np.zeros((max(map(len, found.values()), default=0), len(self.uses), 2), np.int64)
        for i, reaches in found.items():
            self.reaches[: len(reaches), i] = np.array(reaches, np.int64).reshape(-1, 2)

    def _note_effects(self, i: int, effects: tuple[e.Effect, ...]) -> None:
        """Note what a layer's effects need besides their reach."""
        for effect in effects:
            if isinstance(effect, e.ColorMatrix | e.ComponentTransfer | e.Turbulence):
                self.fills[i] |= effect.fills
            elif isinstance(effect, e.ConvolveMatrix):
                self.has_second_place[i] = True
                self.wraps[i] |= effect.edge_mode == "wrap"

    def children(self) -> Depth | None:
        """The next depth; None where these layers contain no layers."""
        if not len(self.rows):
            return None
        commands = self.joined.commands
        uses: list[r.LayerUse] = []
        first: list[int] = []
        known: dict[tuple[int, int, bool], int] = {}
        parts = self.joined.part_of_command[self.rows].tolist()
        found = list(zip(parts, commands["extra"][self.rows].tolist(), self.is_shadow.tolist(), strict=True))
        is_shown = {(part, index) for part, index, is_shadow in found if not is_shadow}
        for k, (part, index, is_shadow) in enumerate(found):
            use = self.uses[part].commands.layers[index]
            # A layer drawn only for its shadow is not split: it may be placed where its shadow needs it.
            two = split_shadow(use) if (part, index) in is_shown else None
            child = self.child_of_row[k] = known.setdefault((part, index, two is not None and is_shadow), len(known))
            if child == len(uses):
                uses.append(use if two is None else two[0 if is_shadow else 1])
                # Both commands of a child, layer and shadow, have the same clip.
                first.append(k)
        is_drawn = np.zeros(len(uses), np.bool_)
        is_drawn[self.child_of_row[~self.is_shadow]] = True
        return Depth(uses, self.canvas, self._shown_of(self.rows[first]), is_drawn)

    def _shown_of(self, rows: NDArray[np.int64]) -> Boxes:
        """The visible boxes of the layers that commands draw."""
        parts = self.joined.part_of_command[rows]
        states = self.joined.states.take(self.joined.commands["state"][rows])
        if not states["clip"].any():
            return self.content_shown[parts]
        clips = np.zeros(len(rows), np.int64)
        boxes: list[Boxes] = [boxes_of_clips([])]
        firsts: dict[int, int] = {}
        count = len(boxes[0])
        for part in np.unique(parts[states["clip"] > 0]).tolist():
            firsts[part] = count
            boxes.append(boxes_of_clips(self.uses[part].commands.clips))
            count += len(boxes[-1])
        for k, (part, clip) in enumerate(zip(parts.tolist(), states["clip"].tolist(), strict=True)):
            clips[k] = firsts[part] + clip if clip else 0
        return cut(self.content_shown[parts], np.concatenate(boxes)[clips])

    @cached_property
    def _result_shown(self) -> Boxes:
        """Boxes in which each layer's filtered result is visible, by itself or in its shadow."""
        thrown = widened(shifted(self.shown, -self.offset), self.shadow_reach)
        shown = np.where(self.is_drawn[:, None], self.shown, 0)
        shown = np.where(self.has_shadow[:, None], hull(shown, thrown), shown)
        if self.wraps.any():
            canvas = np.tile([0, 0, *self.canvas], (len(shown), 1))
            shown = np.where((self.wraps & ~is_empty(shown))[:, None], hull(shown, canvas), shown)
        return shown

    @cached_property
    def content_shown(self) -> Boxes:
        """Boxes in which each layer's unfiltered content affects visible pixels."""
        return widened(self._result_shown, self.reaches.sum(0))

    @cached_property
    def second_places(self) -> NDArray[np.int64]:
        """The offset of each fitted layer's second place from its slot (N, 2); (0, 0) where it has none.

        It is below the layer, or to its right where the layer is higher than wide. A shadow without its layer is made
        in place.
        """
        sizes = -(-(self.slots[:, 2:] - self.slots[:, :2]) // TILE) * TILE
        is_beside = sizes[:, 1] > sizes[:, 0]
        sizes[:, 0] *= is_beside
        sizes[:, 1] *= ~is_beside
        sizes[~self.has_second_place] = 0
        return sizes

    def fit(self, children: Depth | None) -> None:
        """Find each layer's slot, after those of its children."""
        of_layers = np.zeros((len(self.joined.commands), 4))
        if children is not None:
            filled = self.filled_by(children)
            of_layers[self.rows] = np.where(is_empty(filled)[:, None], NOWHERE, filled)
        for row in self.box_shadows:
            x, y, width, height = self.places[row]
            of_layers[row] = x, y, x + width, y + height
        drawn, shown = boxes_of_commands(self.joined, of_layers), self.content_shown
        seen = np.where(self.fills[:, None], shown, cut(drawn, shown))
        seen[is_empty(seen)] = 0
        self.is_cut = (seen != drawn).any(1) | erases_outside(self.joined)
        self.slots = self._grown(seen)
        self.slots[is_empty(self.slots)] = 0

    def _grown(self, seen: Boxes) -> Boxes:
        """The boxes of content, effects and shadow, as far as they affect visible pixels: the slots.

        Pixels outside a slot are transparent, or do not affect visible pixels.
        """
        result, box, carried = self._result_shown, seen, np.zeros_like(self.offset)
        left = self.reaches.sum(0)
        for reach in self.reaches:
            carried, left = carried + reach, left - reach
            box = hull(box, cut(widened(seen, carried), widened(result, left)))
        thrown = cut(widened(seen, carried + self.shadow_reach), shifted(self.shown, -self.offset))
        return np.where(self.has_shadow[:, None], hull(box, thrown), box)

    def filled_by(self, children: Depth) -> NDArray[np.int64]:
        """The rectangle that each command of `rows` fills on the canvas, (R, 4) left, top, right and bottom."""
        child = self.child_of_row
        boxes = children.slots[child]
        boxes = np.where(self.is_shadow[:, None], shifted(boxes, children.offset[child]), boxes)
        boxes = cut(boxes, children.shown[child])
        boxes[is_empty(boxes)] = 0
        return boxes

    def parts(self, pieces: Sequence[tuple[int, int, int]]) -> tuple[Joined, NDArray[np.int64]]:
        """Pieces (layer, first, last) of this depth joined into one recording, and the indices of their commands."""
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
        if self.box_shadows:
            own = np.flatnonzero(drawn & (self.sources[rows] == r.NO_LAYER))
            first = len(joined.out.paints)
            # BoxShadowUse paints exist only in this plan's scenes, not in recordings.
            paints: list[Any] = joined.out.paints
            paints += [self.box_shadows[row] for row in rows[own].tolist()]
            joined.out.has_special_paints |= len(own) > 0
            joined.commands["paint"][own] = np.arange(first, first + len(own))
        return joined, rows


def find_layers(commands: r.Commands, width: int, height: int) -> list[Depth]:
    """The layers of a recording on a canvas of this size, by depth; depth 0 is the canvas itself."""
    depths = [Depth([r.LayerUse(commands)], (width, height))]
    while (below := depths[-1].children()) is not None:
        depths.append(below)
    for i in range(len(depths) - 1, 0, -1):
        depths[i].fit(depths[i + 1] if i + 1 < len(depths) else None)
    return depths
