"""tree: turns a picture's commands into nodes, and what a format cannot express into bitmaps.

    commands, one after another     nodes so far     the node of the command
    --------------------------------------------------------------------------------
    source-over, a blend mode       a, b             c          -->  a, b, c
    destination-over                a, b             c          -->  c, (a, b)
    copy, over everything           a, b             c          -->  c
    clear_rect, inside a, b                                     -->  (a, b) outside of the rectangle
    any other operator              a, b             c          -->  a bitmap of everything up to here
    a paint or an effect that the format lacks                  -->  a, b, a bitmap of this command

Consecutive commands that need a bitmap get one together.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from itertools import repeat
from math import isfinite
from typing import Any, Final, NamedTuple

import numpy as np

from ..contract.constants import RULE_EVENODD
from ..contract.operators import OPERATORS, OVER_STYLE
from ..geometry.affine import IDENTITY, Affine, invert, multiply
from ..geometry.path import transform_coords
from ..paint.effects import GaussianBlur
from ..pipeline import record as r
from . import outlines
from .nodes import Bitmap, Composite, Gradient, Group, Node, Paint, Shape, Silhouette
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
"""Groups inside groups from clear_rect and destination-over up to which they are groups; then all becomes a bitmap."""
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


class Tree:
    """Builds the nodes of one recording; each layer has a tree of its own."""

    def __init__(self, commands: r.Commands, rasteriser: Rasteriser, supports: Supports, depth: int) -> None:
        self._commands, self._rasteriser, self._supports, self._depth = commands, rasteriser, supports, depth
        self._rows = np.frombuffer(bytes(commands.commands), r.COMMAND)
        self._states = np.frombuffer(bytes(commands.states), r.STATE)
        self._found: list[Node] = []
        self._alone: tuple[int, int] = (0, 0)
        """The first command of those that get a bitmap together, and the one after the last."""
        self._wraps = 0
        """How often the nodes so far were put into a group."""
        self._chains: dict[int, r.ClipNode | None] = {0: None}

    def nodes(self) -> list[Node]:
        """All nodes."""
        for at, row in enumerate(self._rows.tolist()):
            self._add(at, *row)
        self._flush_alone()
        return self._found

    # -- operators -------------------------------------------------------------------------------------------------

    def _add(self, at: int, kind: int, state_index: int, paint: int, extra: int, v: list[float]) -> None:
        state = self._state(state_index)
        if kind == r.CLEAR_RECT:
            return self._clear(at, state, v)
        operator = state.operator
        is_first = not self._found and self._alone == (0, 0)
        if is_first:
            if operator not in SHOWN_ALONE:
                return None
            operator = "source-over"
        elif operator == "copy" and state.clip is None:
            self._found, self._alone, self._wraps, operator = [], (0, 0), 0, "source-over"
        is_below = operator == "destination-over" and self._wraps < MOST_WRAPS
        if operator not in BLENDS and operator != "source-over" and not is_below:
            return self._flatten(at + 1)
        composite = Composite(state.alpha, operator if operator in BLENDS else "normal", state.clip)
        nodes = self._nodes(state, composite, kind, paint, extra, v)
        if nodes is not None:
            self._flush_alone()
            self._place(nodes, operator)
        elif operator == "source-over":
            self._put_off(at)
        else:
            self._flush_alone()
            self._place(self._bitmaps(at, at + 1, Composite(blend=composite.blend)), operator)
        return None

    def _place(self, nodes: list[Node], operator: str) -> None:
        if operator == "destination-over":
            # The shapes of a batch go below one another, too.
            self._found = [*reversed(nodes), *self._as_group(Composite())]
        else:
            self._found += nodes

    def _as_group(self, composite: Composite) -> list[Node]:
        """Everything so far as a group; nothing where there is nothing."""
        self._wraps += 1
        return [Group(composite, self._found)] if self._found else []

    def _clear(self, at: int, state: State, v: list[float]) -> None:
        """Cut a rectangle out of everything before, in place of a command that clears it."""
        if not self._found and self._alone == (0, 0):
            return None
        if state.clip is not None or self._wraps >= MOST_WRAPS:
            return self._flatten(at + 1)
        self._flush_alone()
        verbs, coords = outlines.of_rect(*v)
        frame, around = outlines.of_rect(-OUTSIDE, -OUTSIDE, 3 * OUTSIDE, 3 * OUTSIDE)
        inverse = invert(state.matrix)
        if inverse is None or not v[2] or not v[3]:
            return None
        around.frombytes(transform_coords(verbs, coords, state.matrix).tobytes())
        outside = r.ClipNode(None, frame + verbs, around, IDENTITY, RULE_EVENODD)
        self._found = self._as_group(Composite(clip=outside))
        return None

    # -- bitmaps ---------------------------------------------------------------------------------------------------

    def _put_off(self, at: int) -> None:
        """Leave a command for a bitmap, together with those put off just before."""
        first, last = self._alone
        if first == last:
            self._alone = at, at + 1
        else:
            self._alone = first, at + 1

    def _flush_alone(self) -> None:
        first, last = self._alone
        self._alone = 0, 0
        if first < last:
            self._found += self._bitmaps(first, last, Composite())

    def _flatten(self, last: int) -> None:
        """Replace all nodes so far by a bitmap of the commands up to the one before ``last``."""
        self._found, self._alone, self._wraps = [], (0, 0), 0
        part = part_of(self._commands, self._rows[:last])
        bitmap = self._rasteriser.draw(part, Composite())
        self._found = [] if bitmap is None else [bitmap]

    def _bitmaps(self, first: int, last: int, composite: Composite) -> list[Node]:
        """Commands as a bitmap, as source-over onto nothing."""
        states = self._states.copy()
        states["op"] = OVER_STYLE
        bitmap = self._rasteriser.draw(part_of(self._commands, self._rows[first:last], states), composite)
        return [] if bitmap is None else [bitmap]

    # -- commands --------------------------------------------------------------------------------------------------

    def _nodes(
        self, state: State, composite: Composite, kind: int, paint: int, extra: int, v: list[float]
    ) -> list[Node] | None:
        """The nodes of a command; None where it needs a bitmap."""
        if not all(map(isfinite, state.matrix)) or invert(state.matrix) is None:
            return []
        if kind == r.DRAW_LAYER:
            return self._layer(composite, extra, v[0] == r.SHADOW)
        if kind == r.DRAW_IMAGE:
            return self._image(state, composite, extra, v)
        if kind == r.BATCH and self._commands.batches[extra].kind == "images":
            return self._sprites(state, composite, self._commands.batches[extra])
        if kind == r.BATCH:
            return self._batch(state, composite, paint, self._commands.batches[extra])
        found = self._paint(paint, state.matrix)
        if found is None:
            return None
        if isinstance(found, Gradient) and found.paints_nothing:
            return []
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
        if batch.count > LARGEST_BATCH:
            return None
        pen = self._commands.pens[batch.pen] if batch.pen >= 0 and batch.kind not in FILLED else None
        if batch.colors is None:
            found = self._paint(paint, state.matrix)
            if found is None:
                return None
            paints: Any = repeat(found)
        else:
            levels = 255.0 if batch.colors.dtype == np.uint8 else 1.0
            paints = map(tuple, (np.asarray(batch.colors, np.float64) / levels).tolist())
        shapes: list[Node] = [
            Shape(composite, verbs, coords, state.matrix, color, pen=pen)
            for (verbs, coords), color in zip(outlines.of_batch(batch), paints, strict=False)
            if verbs
        ]
        return shapes if not shapes or self._supports(shapes[0]) else None

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
        """A part of an image, cut at whole pixels, and clipped where the part is not of whole pixels."""
        image = self._commands.images[index]
        sx, sy, sw, sh = source
        x, y, width, height = place
        if not (sw and sh and width and height and all(map(isfinite, (*source, *place)))):
            return None
        wide, high = image.size[0] + image.left, image.size[1] + image.top
        left, top, right, bottom = r.sampled_box((sx, sy, sw, sh), wide, high, False)
        kx, ky = width / sw, height / sh
        placed = multiply(matrix, (kx, 0.0, 0.0, ky, x + (left - sx) * kx, y + (top - sy) * ky))
        if (left, top, right, bottom) != (sx, sy, sx + sw, sy + sh):
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
        empty = Group(composite, [], tuple(effects))
        if not self._supports(empty):
            return None
        children = Tree(use.commands, self._rasteriser, self._supports, self._depth + 1).nodes()
        return [Group(composite, children, tuple(effects))] if children else []

    # -- tables ----------------------------------------------------------------------------------------------------

    def _state(self, index: int) -> State:
        row = self._states[index]
        matrix, origin = tuple(row["matrix"].tolist()), tuple(row["origin"].tolist())
        operator = NAMES.get(int(row["op"]), "")
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

    def _paint(self, index: int, matrix: Affine) -> Paint | None:
        """A paint; None for a pattern."""
        paint = self._commands.paints[index]
        if isinstance(paint, tuple):
            return paint
        if isinstance(paint, r.GradientUse):
            return Gradient(paint.kind, paint.numbers, paint.stops, matrix)
        return None
