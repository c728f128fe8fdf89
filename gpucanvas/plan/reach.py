"""reach: bounding boxes of commands and clips on the canvas, and the distance that filters reach.

Boxes are rows of left, top, right and bottom, pixels, the last two exclusive; an empty one has left >= right.
"""

from __future__ import annotations

from math import ceil, isfinite

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import BLUR_REACH
from ..geometry.affine import Affine, apply
from ..paint import effects as e
from ..pipeline import record as r
from ..pipeline.glyphrows import GlyphRows, boxes_of_glyphs
from ..pipeline.itemize import boxes_of_items, is_itemized
from ..pipeline.merge import Joined
from ..stages.bounds import bound_commands
from ..stages.layers import FARTHEST, nest_clips

__all__ = [
    "EVERYWHERE",
    "Boxes",
    "bound",
    "boxes_of_clips",
    "reach_of",
    "reach_of_effect",
]

Boxes = NDArray[np.int64]
NO_PENS = np.empty((0, r.PEN_NUMBERS))


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


def bound(joined: Joined, boxes: NDArray[np.float64]) -> None:
    """Write the box on the canvas of each command (C, 4) of recordings that are not moved yet, but of layers."""
    out = joined.out
    streams = np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0)
    pens = NO_PENS
    if not out.has_only_rects:
        streams = np.frombuffer(out.paths, np.int64), np.frombuffer(out.verbs, np.uint8), np.frombuffer(out.coords)
        pens = np.frombuffer(out.pen_numbers).reshape(-1, r.PEN_NUMBERS)
    bound_commands(joined.commands, joined.states, streams, pens, boxes)
    if not out.has_only_rects and out.batches:
        _bound_batches(joined, np.flatnonzero(joined.commands["kind"] == r.BATCH), boxes)


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
    boxes = np.empty((count + 1, 4), np.int64)
    nest_clips(np.array([parent for parent, _ in clips], np.int64), found, boxes)
    return boxes
