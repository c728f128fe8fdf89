"""reach: bounding boxes of commands, clips and layers on the canvas, and the distance that filters reach.

Boxes are rows of left, top, right and bottom, pixels, the last two exclusive; an empty one has left >= right.
"""

from __future__ import annotations

from math import ceil, isfinite

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import BLUR_REACH, STYLE_UNBOUNDED
from ..geometry.affine import Affine, apply
from ..paint import effects as e
from ..pipeline import record as r
from ..pipeline.glyphrows import GlyphRows, boxes_of_glyphs
from ..pipeline.itemize import boxes_of_items, is_itemized
from ..pipeline.merge import Joined
from ..stages.bounds import bound_commands

__all__ = [
    "EVERYWHERE",
    "Boxes",
    "boxes_of_clips",
    "boxes_of_commands",
    "cut",
    "erases_outside",
    "hull",
    "is_empty",
    "reach_of",
    "reach_of_effect",
    "shifted",
    "whole",
    "widened",
]

Boxes = NDArray[np.int64]
NO_PENS = np.empty((0, r.PEN_NUMBERS))
SOFT_EDGE = 1
"""Pixels that an antialiased edge may extend beyond its shape, rounding included."""


def reach_of(sigma: float) -> int:
    """The distance that a blur reaches, pixels."""
    return ceil(min(BLUR_REACH * sigma, FARTHEST))


def reach_of_effect(effect: e.Effect) -> tuple[int, int]:
    """The distance that an effect reaches across and down, pixels. Drop shadows have none here: `pipeline.shadow`."""
    if isinstance(effect, e.GaussianBlur):
        return reach_of(effect.sigma_x), reach_of(effect.sigma_y)
    if isinstance(effect, e.ConvolveMatrix):
        across = max(effect.target_x, effect.order_x - 1 - effect.target_x)
        return across, max(effect.target_y, effect.order_y - 1 - effect.target_y)
    return 0, 0


def cut(boxes: Boxes, others: Boxes) -> Boxes:
    """The intersections of boxes with others."""
    low, high = np.maximum(boxes[:, :2], others[:, :2]), np.minimum(boxes[:, 2:], others[:, 2:])
    return np.concatenate([low, high], 1)


def hull(boxes: Boxes, others: Boxes) -> Boxes:
    """The smallest boxes that hold both; empty ones are ignored. (0, 0, 0, 0) where both are empty."""
    low, high = np.minimum(boxes[:, :2], others[:, :2]), np.maximum(boxes[:, 2:], others[:, 2:])
    both = np.concatenate([low, high], 1)
    first, second = is_empty(boxes)[:, None], is_empty(others)[:, None]
    return np.where(first, np.where(second, 0, others), np.where(second, boxes, both))


def is_empty(boxes: Boxes) -> NDArray[np.bool_]:
    """Which boxes hold no pixel."""
    empty: NDArray[np.bool_] = (boxes[:, 0] >= boxes[:, 2]) | (boxes[:, 1] >= boxes[:, 3])
    return empty


def widened(boxes: Boxes, reach: NDArray[np.int64]) -> Boxes:
    """Boxes enlarged on all sides by a reach (N, 2) across and down; empty ones stay empty."""
    wide = boxes + np.concatenate([-reach, reach], 1)
    return np.where(is_empty(boxes)[:, None], boxes, wide)


def shifted(boxes: Boxes, offsets: NDArray[np.int64]) -> Boxes:
    """Boxes moved by (N, 2)."""
    moved: Boxes = boxes + np.concatenate([offsets, offsets], 1)
    return moved


def boxes_of_commands(joined: Joined, of_layers: NDArray[np.float64]) -> Boxes:
    """A box that holds everything each joined recording draws, (N, 4).

    Parameters
    ----------
    joined
        The recordings, not moved yet.
    of_layers
        (C, 4) the boxes of commands that draw layers; the rows of other commands are ignored.
    """
    out = joined.out
    boxes = of_layers.copy()
    streams = np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0)
    pens = NO_PENS
    if not out.has_only_rects:
        streams = np.frombuffer(out.paths, np.int64), np.frombuffer(out.verbs, np.uint8), np.frombuffer(out.coords)
        pens = np.frombuffer(out.pen_numbers).reshape(-1, r.PEN_NUMBERS)
    bound_commands(joined.commands, joined.states, streams, pens, boxes)
    rows = np.flatnonzero(joined.commands["kind"] == r.BATCH)
    if len(rows):
        _bound_batches(joined, rows, boxes)
    count = len(joined.parts)
    ends = np.cumsum(np.bincount(joined.part_of_command, minlength=count))
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
    found = np.empty((count, 4))
    found[:, :2], found[:, 2:] = np.inf, -np.inf
    some = np.flatnonzero(ends > starts)
    if len(some):
        found[some, :2] = np.minimum.reduceat(boxes[:, :2], starts[some])
        found[some, 2:] = np.maximum.reduceat(boxes[:, 2:], starts[some])
    return whole(found)


def _bound_batches(joined: Joined, rows: NDArray[np.int64], boxes: NDArray[np.float64]) -> None:
    """Write the boxes of commands that draw batches."""
    out, glyphs = joined.out, []
    matrices = joined.states["matrix"][joined.commands["state"][rows]]
    batches = [out.batches[index] for index in joined.commands["extra"][rows].tolist()]
    # Coordinates may overflow; such a box becomes infinite.
    with np.errstate(over="ignore", invalid="ignore"):
        for i, (row, batch) in enumerate(zip(rows.tolist(), batches, strict=True)):
            if isinstance(batch.items, GlyphRows) and batch.count:
                glyphs.append(i)
            else:
                boxes[row] = box_of_batch(out, batch, matrices[i])
        if glyphs:
            boxes[rows[glyphs]] = boxes_of_glyphs([batches[i].items for i in glyphs], matrices[glyphs])


def whole(boxes: NDArray[np.float64]) -> Boxes:
    """Boxes rounded outwards to whole pixels and antialiased edges; (0, 0, 0, 0) for empty ones."""
    empty = ~((boxes[:, 0] <= boxes[:, 2]) & (boxes[:, 1] <= boxes[:, 3]))
    limited = np.clip(np.nan_to_num(boxes), -FARTHEST, FARTHEST)
    out = np.concatenate([np.floor(limited[:, :2]) - SOFT_EDGE, np.ceil(limited[:, 2:]) + SOFT_EDGE], 1)
    out[empty] = 0
    return out.astype(np.int64)


FARTHEST = 1e9
"""Greatest coordinate of a box, pixels: far beyond any canvas, and inside the range of int64."""
EVERYWHERE = -np.inf, -np.inf, np.inf, np.inf


def box_of_batch(out: r.Commands, batch: r.Batch, matrix: NDArray[np.float64]) -> tuple[float, ...]:
    """The box of a batch of anything but glyphs, on the canvas."""
    if not batch.count:
        return np.inf, np.inf, -np.inf, -np.inf
    items = np.asarray(batch.items, np.float64)
    if not len(items):
        return np.inf, np.inf, -np.inf, -np.inf
    if is_itemized(batch):
        boxes = boxes_of_items(batch, out.pens[batch.pen] if batch.pen >= 0 else None, tuple(matrix.tolist()))
        return *boxes[:, :2].min(0).tolist(), *boxes[:, 2:].max(0).tolist()
    reach = 0.0
    if batch.kind in ("rects", "frames"):
        x, y = np.concatenate([items[:, :2], items[:, :2] + items[:, 2:4]]).T
    elif batch.kind == "segments":
        x, y = items.reshape(-1, 2).T
    elif batch.kind in ("polygons", "polylines"):
        x, y = items.T
    elif batch.kind == "images":
        x, y = corners_of_images(items)
    else:
        x, y = items[:, :2].T
        reach = float(np.max(items[:, 2]))
    if batch.pen >= 0 and batch.kind not in ("rects", "circles", "polygons"):
        pen = out.pens[batch.pen]
        reach += 0.5 * pen.width * max(pen.miter_limit, 1.5)
    left, top, right, bottom = x.min() - reach, y.min() - reach, x.max() + reach, y.max() + reach
    affine: Affine = tuple(matrix.tolist())
    corners = [apply(affine, cx, cy) for cx in (left, right) for cy in (top, bottom)]
    if not all(map(isfinite, (value for corner in corners for value in corner))):
        return EVERYWHERE
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def corners_of_images(items: NDArray[np.float64]) -> NDArray[np.float64]:
    """x and y of all corners of the images of a batch, in user space (2, 4 N)."""
    x, y, w, h, a, b, c, d, e, f = items[:, 4:14].T
    across, down = np.concatenate([x, x + w, x, x + w]), np.concatenate([y, y, y + h, y + h])
    a, b, c, d, e, f = (np.tile(column, 4) for column in (a, b, c, d, e, f))
    return np.stack([a * across + c * down + e, b * across + d * down + f])


def boxes_of_clips(clips: list[tuple[int, r.ClipNode]]) -> Boxes:
    """The box of each clip of a recording, intersected with its parents'; row 0 stands for no clip."""
    count = len(clips)
    found = np.empty((count + 1, 4))
    found[0] = EVERYWHERE
    if count:
        nodes = [node for _, node in clips]
        commands, states = np.zeros(count, r.COMMAND), np.zeros(count, r.STATE)
        commands["kind"], commands["v"][:, 2] = r.FILL_PATH, r.PATH_IS_LOCAL
        commands["state"] = commands["extra"] = np.arange(count)
        states["matrix"] = [node.matrix for node in nodes]
        ends = np.cumsum([(len(node.verbs), len(node.coords)) for node in nodes], 0, np.int64).reshape(-1)
        verbs = np.frombuffer(b"".join([node.verbs for node in nodes]), np.uint8)
        coords = np.frombuffer(bytearray().join([node.coords for node in nodes]))
        bound_commands(commands, states, (ends, verbs, coords), NO_PENS, found[1:])
    for i, (parent, _) in enumerate(clips, 1):
        if parent:
            found[i, :2] = np.maximum(found[i, :2], found[parent, :2])
            found[i, 2:] = np.minimum(found[i, 2:], found[parent, 2:])
    return whole(found)


def erases_outside(joined: Joined) -> NDArray[np.bool_]:
    """Return which joined recordings may erase pixels outside the boxes of their commands.

    Unbounded operators do so, and cleared rectangles, which have no box: they draw nothing.
    """
    unbounded = joined.part_of_state[joined.states["op"] & STYLE_UNBOUNDED != 0]
    cleared = joined.part_of_command[joined.commands["kind"] == r.CLEAR_RECT]
    found: NDArray[np.bool_] = np.bincount(np.concatenate([unbounded, cleared]), minlength=len(joined.parts)) > 0
    return found
