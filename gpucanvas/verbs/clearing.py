"""clearing: the operator "clear", which makes transparent what a draw covers, whatever its colour and opacity.

    shapes, strokes, text    -->  the same in opaque black, by destination-out
    images, sprites          -->  their rectangles in opaque black
    layers, and draws with a filter or a shadow  -->  all of the clip region, as in browsers

Compositing and Blending Level 1, "clear"; browsers take it for a bounded operator.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..memory import Holding
from ..pipeline import record as r

__all__ = ["BLACK", "covering"]

BLACK: r.Solid = (0.0, 0.0, 0.0, 1.0)
OPACITY: int = 14
"""The column of a sprite's opacity in a batch of images, the last where there is one image."""
BLACK_PIXEL: NDArray[np.uint32] = np.array([[0xFF000000]], np.uint32)


def covering(recording: r.Commands, kind: int, extra: int) -> tuple[int, int]:
    """Returns the kind and index of a command that covers the same pixels as another, with the paint `BLACK`."""
    if kind == r.DRAW_IMAGE:
        return r.FILL_RECT, 0
    if kind == r.BATCH:
        recording.batches[extra] = _opaque_batch(recording, recording.batches[extra])
    return kind, extra


def _opaque_batch(recording: r.Commands, batch: r.Batch) -> r.Batch:
    if not batch.images:
        return replace(batch, colors=None)
    recording.images.append(r.RecordedImage(BLACK_PIXEL, Holding("image", BLACK_PIXEL.nbytes), 0, 0))
    items = batch.items[:, : OPACITY + 1].copy()
    items[:, :4], items[:, OPACITY] = (0.0, 0.0, 1.0, 1.0), 1.0
    return replace(batch, items=items, images=(len(recording.images) - 1,))
