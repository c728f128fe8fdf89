"""tree: turns a picture's commands into nodes, and what a format cannot express into bitmaps.

    commands, one after another     nodes so far     the node of the command
    --------------------------------------------------------------------------------
    source-over, a blend mode       a, b             c          -->  a, b, c
    destination-over                a, b             c          -->  c, (a, b)
    copy, over everything           a, b             c          -->  c
    clear_rect, inside a, b                                     -->  (a, b) outside of the rectangle
    lighter, where all lie side by side     a, b     c          -->  a, b, c
    any other operator              a, b             c          -->  a bitmap of everything up to here
    a paint or an effect that the format lacks                  -->  a, b, a bitmap of this command

Consecutive commands that need a bitmap get one together. Bitmaps are drawn at the end: what a later bitmap or a copy
replaces is never drawn.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from itertools import repeat
from math import isfinite
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import RULE_EVENODD
from ..contract.operators import OPERATORS, OVER_STYLE
from ..geometry.affine import IDENTITY, Affine, invert, multiply
from ..geometry.path import transform_coords
from ..geometry.upright import upright_rect
from ..paint.effects import GaussianBlur
from ..pipeline import record as r
from ..pipeline.itemize import is_itemized, single_items
from ..pipeline.nothing import draws_nothing
from . import outlines
from .apart import lie_apart
from .nodes import Bitmap, Composite, Gradient, Group, Node, Paint, Shape, Silhouette, Tiles
from .rasters import Rasteriser, part_of, shadow_offset

__all__ = ["nodes_of"]

Supports = Callable[[Node], bool]
NAMES: Final = {row.style: row.name for row in OPERATORS.values()}
BLENDS: Final = frozenset(row.name for row in OPERATORS.values() if row.blends)
SHOWN_ALONE: Final = frozenset(
    ("source-over", "source-out", "destination-over", "destination-atop", "lighter", "copy", "xor")
) | BLENDS
"""Operators that draw the source where nothing has been drawn yet; the others draw nothing there."""
DEEPEST: Final = 32
"""Layers inside layers down to which they are groups; a deeper one is a bitmap."""
LARGEST_BATCH: Final = 50_000
"""Most shapes of a batch: the files of more take programs minutes to open, where they open them at all."""
MOST_WRAPS: Final = 32
"""Groups inside groups from clear_rect and destination-over up to which they are groups; then all becomes a bitmap.
Half as many in a layer, and so on: programs that read the file go down all of them."""
OUTSIDE: Final = 1e5
"""Pixels around a picture of the rectangle in which a cleared one is cut out: beyond any canvas."""
FILLED: Final = frozenset(("rects", "circles", "polygons"))
"""Kinds of batches that are filled whatever their pen."""


class State(NamedTuple):
    """A row of the states."""

    matrix: Affine
    alpha: float
    operator: str
    clip: r.ClipNode | None
    origin: tuple[float, float]


def _straight(colors: NDArray[Any]) -> list[Any]:
    """The colours of a batch, straight RGBA of 1."""
    levels = 255.0 if colors.dtype == np.uint8 else 1.0
    return [*map(tuple, (np.asarray(colors, np.float64) / levels).tolist())]


def nodes_of(commands: r.Commands, rasteriser: Rasteriser, supports: Supports) -> list[Node]:
    """The nodes of a frozen recording without texts, in painter's order.

    Parameters
    ----------
    rasteriser
        Draws bitmaps.
    supports
        Whether the format can express a node. Its children can be, and nodes without a gradient or effects.
    """
    return Tree(commands, rasteriser, supports, 0).nodes()


class Undrawn(NamedTuple):
    """Commands that get a bitmap: it is drawn once all commands have been read, and only where it is still needed.

    ``is_all`` says that the bitmap takes the place of everything before, so that operators see what they see in the
    picture. Other commands are drawn on their own, by source-over.
    """

    first: int
    last: int
    composite: Composite = Composite()
    is_all: bool = False


class Tree:
    """Builds the nodes of one recording; each layer has a tree of its own."""

    def __init__(self, commands: r.Commands, rasteriser: Rasteriser, supports: Supports, depth: int) -> None:
        self._commands, self._rasteriser, self._supports, self._depth = commands, rasteriser, supports, depth
        self._rows = np.frombuffer(bytes(commands.commands), r.COMMAND)
        self._states = np.frombuffer(bytes(commands.states), r.STATE)
        self._found: list[Any] = []
        """The nodes so far, and bitmaps that are not drawn yet."""
        self._wraps: list[Group] = []
        """The groups that the nodes so far were put into, one after another."""
        self._most_wraps = MOST_WRAPS >> depth
        self._chains: dict[int, r.ClipNode | None] = {0: None}
        self._are_apart: bool | None = None
        """Whether draws that are added up lie side by side; None before that is asked."""

    def nodes(self) -> list[Node]:
        """All nodes."""
        for at, row in enumerate(self._rows.tolist()):
            self._add(at, *row)
        for group in self._wraps:
            group.children[:] = self._drawn(group.children)
        return self._drawn(self._found)

    # -- operators -------------------------------------------------------------------------------------------------

    def _add(self, at: int, kind: int, state_index: int, paint: int, extra: int, v: list[float]) -> None:
        state = self._state(state_index)
        if draws_nothing(self._commands, state.matrix, kind, extra, (v[0], v[1], v[2], v[3])):
            return None
        if kind == r.CLEAR_RECT:
            return self._clear(at, state, v)
        operator = state.operator
        # The shapes of a batch are composited with one another, too.
        is_one = kind != r.BATCH or self._commands.batches[extra].count == 1
        if not self._found:
            if operator not in SHOWN_ALONE:
                return None
            operator = "source-over" if is_one else operator
        elif operator == "copy" and state.clip is None and is_one:
            self._forget()
            operator = "source-over"
        is_below = operator == "destination-over" and len(self._wraps) < self._most_wraps
        if operator not in BLENDS and operator != "source-over" and not is_below:
            return self._flatten(at)
        composite = Composite(state.alpha, operator if operator in BLENDS else "normal", state.clip)
        nodes: list[Any] | None = self._nodes(state, composite, kind, paint, extra, v)
        if nodes is None:
            if operator == "source-over":
                return self._put_off(at)
            if not is_one:
                return self._flatten(at)
            nodes = [Undrawn(at, at + 1, Composite(blend=composite.blend))]
        if is_below:
            # The shapes of a batch go below one another, too.
            self._found = [*reversed(nodes), *self._as_group(Composite())]
        else:
            self._found += nodes
        return None

    def _as_group(self, composite: Composite) -> list[Node]:
        """Everything so far as a group; nothing where there is nothing."""
        if not self._found:
            return []
        self._wraps.append(Group(composite, self._found))
        return [self._wraps[-1]]

    def _clear(self, at: int, state: State, v: list[float]) -> None:
        """Cut a rectangle out of everything before, in place of a command that clears it."""
        if not self._found or not v[2] or not v[3]:
            return None
        is_whole = self._rasteriser.is_all_in(upright_rect(v[0], v[1], v[2], v[3], state.matrix))
        if is_whole and state.clip is None:
            return self._forget()
        if state.clip is not None or len(self._wraps) >= self._most_wraps:
            return self._flatten(at)
        verbs, coords = outlines.of_rect(*v)
        frame, around = outlines.of_rect(-OUTSIDE, -OUTSIDE, 3 * OUTSIDE, 3 * OUTSIDE)
        around.frombytes(transform_coords(verbs, coords, state.matrix).tobytes())
        outside = r.ClipNode(None, frame + verbs, around, IDENTITY, RULE_EVENODD)
        self._found = self._as_group(Composite(clip=outside))
        return None

    # -- bitmaps ---------------------------------------------------------------------------------------------------

    def _forget(self) -> None:
        """Forget everything so far, which the next command replaces."""
        self._found, self._wraps = [], []

    def _flatten(self, at: int) -> None:
        """Replace everything so far, and the command at an index, by one bitmap."""
        self._forget()
        self._found.append(Undrawn(0, at + 1, is_all=True))

    def _put_off(self, at: int) -> None:
        """Leave a command for a bitmap, together with those just before that get one."""
        before = self._found[-1] if self._found else None
        if isinstance(before, Undrawn) and before.composite == Composite():
            self._found[-1] = before._replace(last=at + 1)
        else:
            self._found.append(Undrawn(at, at + 1))

    def _drawn(self, found: list[Any]) -> list[Node]:
        """Nodes, with their bitmaps drawn."""
        nodes: list[Node] = []
        for each in found:
            made = self._bitmap_of(each) if isinstance(each, Undrawn) else each
            nodes += [] if made is None else [made]
        return nodes

    def _bitmap_of(self, undrawn: Undrawn) -> Bitmap | None:
        states = None if undrawn.is_all else self._states.copy()
        if states is not None:
            states["op"] = OVER_STYLE
        part = part_of(self._commands, self._rows[undrawn.first : undrawn.last], states)
        return self._rasteriser.draw(part, undrawn.composite)

    # -- commands --------------------------------------------------------------------------------------------------

    def _nodes(
        self, state: State, composite: Composite, kind: int, paint: int, extra: int, v: list[float]
    ) -> list[Node] | None:
        """The nodes of a command; None where it needs a bitmap."""
        if kind == r.DRAW_LAYER:
            return self._layer(composite, extra, v[0] == r.SHADOW)
        if kind == r.DRAW_IMAGE:
            return self._image(state, composite, extra, v)
        batch = self._commands.batches[extra] if kind == r.BATCH else None
        if batch is not None and batch.count > LARGEST_BATCH:
            return None
        if batch is not None and batch.kind == "images":
            return self._sprites(state, composite, batch)
        if (batch is None or batch.colors is None) and self._paints_nothing(paint, state.matrix):
            return []
        if batch is not None:
            return self._batch(state, composite, paint, batch)
        found = self._paint(paint, state.matrix)
        if found is None:
            return None
        shape = self._shape(state, composite, found, kind, extra, v)
        return [shape] if self._supports(shape) else None

    def _shape(
        self, state: State, composite: Composite, paint: Paint, kind: int, extra: int, v: list[float]
    ) -> Shape:
        commands = self._commands
        if kind in (r.FILL_RECT, r.STROKE_RECT):
            pen = commands.pens[extra] if kind == r.STROKE_RECT else None
            return Shape(composite, *outlines.of_rect(*v), state.matrix, paint, pen=pen)
        verbs, coords = outlines.of_path(commands, extra)
        pen = commands.pens[int(v[0])] if kind == r.STROKE_PATH else None
        is_evenodd = pen is None and int(v[0]) == RULE_EVENODD
        matrix = state.matrix
        if v[2] != r.PATH_IS_LOCAL:
            # Canvas coordinates: a stroke needs user space, in which its pen is.
            moved: Affine = (1.0, 0.0, 0.0, 1.0, *state.origin)
            if pen is None:
                matrix = moved
            else:
                inverse = invert(matrix)
                assert inverse is not None
                coords = array("d", transform_coords(verbs, coords, multiply(inverse, moved)).tobytes())
        return Shape(composite, verbs, coords, matrix, paint, is_evenodd, pen)

    def _batch(self, state: State, composite: Composite, paint: int, batch: r.Batch) -> list[Node] | None:
        pen = self._commands.pens[batch.pen] if batch.pen >= 0 and batch.kind not in FILLED else None
        if is_itemized(batch):
            return self._items(state, composite, paint, batch, pen)
        if batch.colors is None:
            found = self._paint(paint, state.matrix)
            if found is None:
                return None
            paints: Any = repeat(found)
        else:
            paints = _straight(batch.colors)
        shapes: list[Node] = [
            Shape(composite, verbs, coords, state.matrix, color, pen=pen)
            for (verbs, coords), color in zip(outlines.of_batch(batch), paints, strict=False)
            if verbs
        ]
        return shapes if not shapes or self._supports(shapes[0]) else None

    def _items(
        self, state: State, composite: Composite, paint: int, batch: r.Batch, pen: r.Pen | None
    ) -> list[Node] | None:
        """The shapes of a batch whose items are commands of their own, each under its transform."""
        is_evenodd = batch.marker is not None and pen is None and batch.marker.rule == RULE_EVENODD
        colors = None if batch.colors is None else _straight(batch.colors)
        shapes: list[Node] = []
        for i, item in enumerate(single_items(batch, pen)):
            matrix = multiply(state.matrix, item.matrix)
            found = self._paint(paint, matrix) if colors is None else colors[i]
            if found is None:
                return None
            is_seen = item.verbs and invert(matrix) is not None
            if is_seen and not (colors is None and self._paints_nothing(paint, matrix)):
                shapes.append(Shape(composite, item.verbs, item.coords, matrix, found, is_evenodd, item.pen))
        return shapes if all(map(self._supports, shapes)) else None

    def _image(self, state: State, composite: Composite, index: int, v: list[float]) -> list[Node] | None:
        use = self._commands.use_at(index)
        if use.halves:
            return None
        bitmap = self._bitmap(state.matrix, composite, use.image, use.source, v, use.smooth)
        return [] if bitmap is None else [bitmap]

    def _sprites(self, state: State, composite: Composite, batch: r.Batch) -> list[Node] | None:
        found: list[Node] = []
        for row in np.asarray(batch.items, np.float64).tolist():
            source, place, own, alpha = row[:4], row[4:8], tuple(row[8:14]), row[14]
            image = batch.images[int(row[15])] if len(row) > 15 else batch.images[0]
            look = composite._replace(alpha=composite.alpha * alpha)
            bitmap = self._bitmap(multiply(state.matrix, own), look, image, source, place, batch.smooth)
            if bitmap is not None:
                found.append(bitmap)
        return found

    def _bitmap(
        self, matrix: Affine, composite: Composite, index: int, source: Any, place: Any, is_smooth: bool
    ) -> Bitmap | None:
        """A part of an image, cut at whole pixels; one that is not of whole pixels has its neighbours, and a clip."""
        image = self._commands.images[index]
        sx, sy, sw, sh = source
        x, y, width, height = place
        if not (sw and sh and width and height and all(map(isfinite, (*source, *place)))):
            return None
        wide, high = image.size[0] + image.left, image.size[1] + image.top
        part = left, top, right, bottom = r.sampled_box((sx, sy, sw, sh), wide, high, False)
        is_whole = part == (sx, sy, sx + sw, sy + sh)
        if is_smooth and not is_whole:
            left, top, right, bottom = r.sampled_box((sx, sy, sw, sh), wide, high, True)
        kx, ky = width / sw, height / sh
        placed = multiply(matrix, (kx, 0.0, 0.0, ky, x + (left - sx) * kx, y + (top - sy) * ky))
        if not is_whole:
            verbs, coords = outlines.of_rect(x, y, width, height)
            composite = composite._replace(clip=r.ClipNode(composite.clip, verbs, coords, matrix, 0))
        pixels = image.pixels[top - image.top : bottom - image.top, left - image.left : right - image.left]
        return Bitmap(composite, pixels, placed, is_smooth)

    def _layer(self, composite: Composite, index: int, is_shadow: bool) -> list[Node] | None:
        if index == r.NO_LAYER or self._depth >= DEEPEST:
            return None
        use = self._commands.layers[index]
        effects: list[Any] = list(use.effects)
        if use.tint is not None:
            effects.append(Silhouette(use.tint))
        if is_shadow and use.shadow is not None:
            shadow = use.shadow
            effects += [GaussianBlur(shadow.sigma_x, shadow.sigma_y), Silhouette(shadow.color, *shadow_offset(use))]
        made = Group(composite, [], tuple(effects), self._rasteriser.box)
        if not self._supports(made):
            return None
        below = self._rasteriser.below(effects)
        made.children.extend(Tree(use.commands, below, self._supports, self._depth + 1).nodes())
        return [made] if made.children else []

    # -- tables ----------------------------------------------------------------------------------------------------

    def _state(self, index: int) -> State:
        row = self._states[index]
        matrix, origin = tuple(row["matrix"].tolist()), tuple(row["origin"].tolist())
        operator = NAMES.get(int(row["op"]), "")
        if operator == "lighter":
            if self._are_apart is None:
                self._are_apart = lie_apart(self._commands, self._rasteriser)
            operator = "source-over" if self._are_apart else operator
        return State(matrix, float(row["alpha"]), operator, self._chain(int(row["clip"])), origin)

    def _chain(self, index: int) -> r.ClipNode | None:
        """The clip at an index, with its parents; they are apart in a recording's table."""
        missing = []
        while index not in self._chains:
            missing.append(index)
            index = self._commands.clips[index - 1][0]
        found = self._chains[index]
        for each in reversed(missing):
            node = self._commands.clips[each - 1][1]
            found = self._chains[each] = r.ClipNode(found, node.verbs, node.coords, node.matrix, node.rule)
        return found

    def _paints_nothing(self, index: int, matrix: Affine) -> bool:
        """Whether a paint is a gradient or a pattern that paints nothing."""
        paint = self._paint(index, matrix)
        return isinstance(paint, Gradient | Tiles) and paint.paints_nothing

    def _paint(self, index: int, matrix: Affine) -> Paint | None:
        """A paint; None for a pattern that does not repeat in both directions."""
        paint = self._commands.paints[index]
        if isinstance(paint, tuple):
            return paint
        if isinstance(paint, r.GradientUse):
            return Gradient(paint.kind, paint.numbers, paint.stops, matrix)
        if all(paint.repeats):
            return Tiles(self._commands.images[paint.image].pixels, paint.matrix, matrix, paint.smooth)
        return None
