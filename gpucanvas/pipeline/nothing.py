"""nothing: tells which commands, and which items of batches, draw nothing at all.

An operator such as ``copy`` clears the canvas outside the drawn shape, except where nothing is drawn: for rectangles
and images without width or height (HTML, "drawing rectangles to the bitmap", "drawing images"), and, as in Chromium,
for empty paths and transforms without inverse. Such a draw also gets no shadow or filter, since composing their layer
would clear the canvas.

The functions serve single commands while they are recorded, and all items of a batch. Single commands are judged again,
by the same rule, when a kernel encodes them: `draws_nothing` in stages/commands.py.
"""

from __future__ import annotations

from struct import unpack_from
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..geometry.affine import Affine, invert
from . import record as r

__all__ = ["draws_nothing", "empty_items"]

OUTLINES: Final = (r.FILL_PATH, r.STROKE_PATH)


def draws_nothing(
    recording: r.Commands, matrix: Affine, kind: int, extra: int, numbers: tuple[float, float, float, float]
) -> bool:
    """Returns whether a command with these numbers, under this transform, draws nothing at all."""
    if kind == r.DRAW_LAYER:
        return False
    if kind == r.BATCH:
        return bool(empty_items(recording.batches[extra], matrix).all())
    if kind in OUTLINES and _last_verb(recording, extra) == _last_verb(recording, extra - 1):
        return True
    if kind == r.FILL_RECT and 0.0 in numbers[2:]:
        return True
    # The transform does not apply to filled outlines in canvas coordinates.
    return (kind != r.FILL_PATH or numbers[2] == r.PATH_IS_LOCAL) and invert(matrix) is None


def _last_verb(recording: r.Commands, path: int) -> int:
    """Returns where the verbs of a path end in their stream; 0 for index -1."""
    end: int = unpack_from("<q", recording.paths, r.PATH_BYTES * path)[0] if path >= 0 else 0
    return end


def empty_items(batch: r.Batch, m: Affine) -> NDArray[np.bool_]:
    """Returns which items of a batch draw nothing at all.

    These are all items where the transform has no inverse, filled rectangles of zero width or height, framed rectangles
    of zero width and height, images and filled paths whose own transform has no inverse, lines and polygons without
    points, and empty paths.
    """
    if invert(m) is None or (batch.marker is not None and not batch.marker.verbs):
        return np.ones(batch.count, np.bool_)
    if batch.kind == "images":
        a, b, c, d = batch.items[:, 8:12].T
        return np.asarray(a * d == b * c)
    if batch.kind in ("paths", "ellipses") and (batch.pen < 0 or (batch.marker and batch.marker.scales_pen)):
        a, b, c, d = batch.items[:, :4].T
        return np.asarray(a * d == b * c)
    if batch.starts is not None:
        return np.asarray(np.diff(batch.starts) == 0)
    if batch.kind in ("rects", "frames"):
        sizes = np.asarray(batch.items)[:, 2:4] == 0
        return np.asarray(sizes.any(1) if batch.kind == "rects" else sizes.all(1))
    return np.zeros(batch.count, np.bool_)
