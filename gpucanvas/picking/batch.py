"""batch: finds the topmost item of a batch at a point in user space, with NumPy over all items.

Rectangles, discs, rings, lines and filled arcs are tested by a formula. Other items (polygons, polylines, stroked
rectangles and arcs, dashed shapes, paths, lines with widths of their own) are first tested by their boxes, and then one
by one, from the last on.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from math import pi
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import CAP_ROUND, CAP_SQUARE, RULE_EVENODD
from ..geometry.builder import ARC, CLOSE, MOVE
from ..pipeline.itemize import SingleItem, boxes_of_items, is_itemized, single_items
from ..pipeline.record import Batch, Pen
from .outline import Outline

__all__ = ["BatchIndex"]

Found = NDArray[np.bool_]
Floats = NDArray[np.float64]
ON_EDGE: Final = 1e-9
"""Tolerance for a point on an edge, relative to the size of the coordinates."""


class BatchIndex:
    """The items of one batch, prepared for picking."""

    def __init__(self, batch: Batch, pens: list[Pen]) -> None:
        self._batch = batch
        self._items: Floats = np.asarray(batch.items, np.float64)
        stroked = batch.kind not in ("rects", "circles", "polygons") and batch.pen >= 0
        self._pen = pens[batch.pen] if stroked else None
        self._boxes: Floats | None = None
        self._singles: list[SingleItem] | None = None

    def top(self, x: float, y: float) -> int | None:
        """The index, in the program's arrays, of the last item that contains a point in user space, or None."""
        found, origins = self._top(x, y), self._batch.origins
        return found if found is None or origins is None else int(origins[found])

    def _top(self, x: float, y: float) -> int | None:
        if not self._batch.count:
            return None
        kind, pen = self._batch.kind, self._pen
        is_tested_singly = is_itemized(self._batch) or (pen is not None and bool(pen.dash))
        formula = None if is_tested_singly else FORMULAS.get(kind if pen or kind != "arcs" else "sectors")
        if formula is not None:
            found = np.flatnonzero(formula(self._items, pen, x, y))
            return int(found[-1]) if len(found) else None
        for i in np.flatnonzero(self._boxes_hold(x, y))[::-1].tolist():
            if self._holds(i, x, y):
                return int(i)
        return None

    def _boxes_hold(self, x: float, y: float) -> Found:
        """Which items' boxes contain a point."""
        if self._boxes is None:
            self._boxes = self._make_boxes()
        left, top, right, bottom = self._boxes.T
        return np.asarray((left <= x) & (x <= right) & (top <= y) & (y <= bottom))

    def _make_boxes(self) -> Floats:
        items, kind, starts = self._items, self._batch.kind, self._batch.starts
        if is_itemized(self._batch):
            return boxes_of_items(self._batch, self._pen)
        if starts is not None:
            boxes = np.full((len(starts) - 1, 4), (np.inf, np.inf, -np.inf, -np.inf))
            some = np.flatnonzero(np.diff(starts) > 0)
            if len(some):
                boxes[some, :2] = np.minimum.reduceat(items, starts[some])
                boxes[some, 2:] = np.maximum.reduceat(items, starts[some])
        elif kind == "frames":
            ends = items[:, :2] + items[:, 2:]
            boxes = np.concatenate([np.minimum(items[:, :2], ends), np.maximum(items[:, :2], ends)], 1)
        elif kind == "segments":
            boxes = np.concatenate([np.minimum(items[:, :2], items[:, 2:]), np.maximum(items[:, :2], items[:, 2:])], 1)
        else:
            boxes = np.concatenate([items[:, :2] - items[:, 2:3], items[:, :2] + items[:, 2:3]], 1)
        if self._pen is not None:
            reach = 0.5 * self._pen.width * max(self._pen.miter_limit, 1.5) * (1 + ON_EDGE)
            boxes += (-reach, -reach, reach, reach)
        return boxes

    def _holds(self, i: int, x: float, y: float) -> bool:
        """Whether an item contains a point, by its outline."""
        if is_itemized(self._batch):
            return self._single_holds(i, x, y)
        outline = self._outline(i)
        return outline.is_filled_at(x, y) if self._pen is None else outline.is_stroked_at(x, y, self._pen)

    def _single_holds(self, i: int, x: float, y: float) -> bool:
        """Whether an item that is drawn as a command of its own contains a point."""
        if self._singles is None:
            self._singles = [*single_items(self._batch, self._pen)]
        item, marker = self._singles[i], self._batch.marker
        outline = Outline(item.verbs, item.coords)
        if item.pen is None:
            return outline.is_filled_at(x, y, marker is not None and marker.rule == RULE_EVENODD, item.matrix)
        return outline.is_stroked_at(x, y, item.pen, item.matrix)

    def _outline(self, i: int) -> Outline:
        batch, items = self._batch, self._items
        if batch.starts is not None:
            points = items[batch.starts[i] : batch.starts[i + 1]]
            return Outline.of_points(points.tobytes(), len(points), batch.closed)
        if batch.kind == "frames":
            return Outline.of_rect(*items[i].tolist())
        if batch.kind == "segments":
            return Outline.of_points(items[i].tobytes(), 2, False)
        x, y, radius, *angles = items[i].tolist()
        start, sweep = angles or (0.0, 2 * pi)
        first = x + radius * np.cos(start), y + radius * np.sin(start)
        verbs = bytes((MOVE, ARC)) + bytes((CLOSE,)) * (batch.kind == "rings")
        return Outline(verbs, array("d", (*first, x, y, radius, 0.0, 0.0, radius, start, sweep)))


def in_rects(items: Floats, pen: Pen | None, x: float, y: float) -> Found:
    """Rectangles (x, y, width, height); an empty one contains no point."""
    x0, y0, w, h = items.T
    across = (np.minimum(x0, x0 + w) <= x) & (x <= np.maximum(x0, x0 + w))
    down = (np.minimum(y0, y0 + h) <= y) & (y <= np.maximum(y0, y0 + h))
    return np.asarray(across & down & (w != 0) & (h != 0))


def in_circles(items: Floats, pen: Pen | None, x: float, y: float) -> Found:
    """Discs (x, y, radius)."""
    return np.asarray((np.hypot(x - items[:, 0], y - items[:, 1]) <= items[:, 2]) & (items[:, 2] > 0))


def in_rings(items: Floats, pen: Pen | None, x: float, y: float) -> Found:
    """Circles (x, y, radius), stroked."""
    assert pen is not None
    distance = np.hypot(x - items[:, 0], y - items[:, 1])
    return np.asarray(np.abs(distance - items[:, 2]) <= 0.5 * pen.width)


def in_segments(items: Floats, pen: Pen | None, x: float, y: float) -> Found:
    """Lines (x0, y0, x1, y1); one without length contains no point."""
    assert pen is not None
    half = 0.5 * pen.width
    x0, y0, x1, y1 = items.T
    dx, dy = x1 - x0, y1 - y0
    length = np.hypot(dx, dy)
    there = length > 0
    dx, dy = np.divide(dx, length, where=there, out=dx), np.divide(dy, length, where=there, out=dy)
    along, across = (x - x0) * dx + (y - y0) * dy, np.abs((y - y0) * dx - (x - x0) * dy)
    beyond = half if pen.cap == CAP_SQUARE else 0.0
    found = (across <= half) & (along >= -beyond) & (along <= length + beyond)
    if pen.cap == CAP_ROUND:
        found |= (np.hypot(x - x0, y - y0) <= half) | (np.hypot(x - x1, y - y1) <= half)
    return np.asarray(found & there)


def in_sectors(items: Floats, pen: Pen | None, x: float, y: float) -> Found:
    """Filled arcs (x, y, radius, start, sweep): the part of the disc on the arc's side of its chord."""
    cx, cy, radius, start, sweep = items.T
    middle, half = start + sweep / 2, np.abs(sweep) / 2
    towards = (x - cx) * np.cos(middle) + (y - cy) * np.sin(middle)
    inside = np.hypot(x - cx, y - cy) <= radius
    return np.asarray(inside & ((towards >= radius * np.cos(half)) | (half >= pi)) & (half > 0) & (radius > 0))


def in_images(items: Floats, pen: Pen | None, x: float, y: float) -> Found:
    """Images: target rectangles under matrices of their own (columns 4 to 13); a singular one contains no point."""
    a, b, c, d, e, f = items[:, 8:14].T
    det = a * d - b * c
    there = det != 0
    dx, dy = x - e, y - f
    u = np.divide(d * dx - c * dy, det, where=there, out=np.zeros_like(det))
    v = np.divide(a * dy - b * dx, det, where=there, out=np.zeros_like(det))
    left, top, w, h = items[:, 4:8].T
    return np.asarray(there & (left <= u) & (u <= left + w) & (top <= v) & (v <= top + h))


FORMULAS: Final[dict[str, Callable[[Floats, Any, float, float], Found]]] = {
    "rects": in_rects,
    "circles": in_circles,
    "rings": in_rings,
    "segments": in_segments,
    "sectors": in_sectors,
    "images": in_images,
}
"""The function that tests all items of a kind; ``"sectors"`` are filled arcs."""
