"""opaque: what is recorded on a canvas without alpha (``alpha=False``): what keeps every pixel's alpha at 1.

Such a canvas begins as opaque black, and what would make pixels transparent draws black (HTML, "alpha"). With the alpha
below at 1, each such operation is a source-over of other colours, so that no backend knows of opaque canvases:

    clear_rect         -->  a black rectangle, source-over, opaque
    copy, source-in    -->  black over the whole clip, then the shape, source-over
    destination-out    -->  the shape in black of the same alpha, source-over
    put_image_data     -->  the same pixels with an alpha of 255
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .contract import constants as c
from .geometry.affine import IDENTITY, Affine
from .memory import Holding
from .pipeline import record as r

__all__ = ["AS_OVER", "adapt", "lay_black"]

AS_OVER: Final = frozenset(("copy", "source-in", "destination-out"))
"""Operators that are recorded as source-over."""
BLACK: Final = (0.0, 0.0, 0.0, 1.0)
ALPHA: Final = np.uint32(0xFF000000)


def lay_black(recording: r.Commands, size: tuple[int, int], clip: r.ClipNode | None = None) -> None:
    """Make the whole of a canvas, inside a clip, opaque black."""
    state, paint = plain_state(recording, IDENTITY, clip), recording.add_solid(BLACK)
    recording.commands += r.pack_command(r.FILL_RECT, state, paint, 0, 0.0, 0.0, float(size[0]), float(size[1]))


def plain_state(recording: r.Commands, matrix: Affine, clip: r.ClipNode | None) -> int:
    """Index of a state that draws opaquely over what is there."""
    return recording.add_state(matrix, 1.0, c.OP_SOURCE_OVER, clip)


def adapt(
    recording: r.Commands, drawing: Any, size: tuple[int, int], command: tuple[int, int, int, int]
) -> tuple[int, int, int, int]:
    """What to record in place of a command (kind, state, paint, extra); ``drawing`` is the context's state."""
    kind, state, paint, extra = command
    if kind == r.PUT_IMAGE:
        return kind, state, paint, _other_pixels(recording, extra, lambda pixels: pixels | ALPHA)
    if kind == r.CLEAR_RECT:
        return r.FILL_RECT, plain_state(recording, drawing.matrix, drawing.clip), recording.add_solid(BLACK), 0
    if drawing.operator == "destination-out":
        if kind == r.DRAW_IMAGE:
            extra = _other_pixels(recording, extra, lambda pixels: pixels & ALPHA)
        elif kind == r.BATCH:
            _blacken_batch(recording, extra)
        return kind, state, _blackened(recording, paint), extra
    if drawing.operator in AS_OVER:
        lay_black(recording, size, drawing.clip)
        if kind == r.BATCH:
            recording.batches[extra] = _last_of(recording.batches[extra])
    return command


def _other_pixels(recording: r.Commands, use: int, change: Any) -> int:
    """Another use of a drawn image, with other pixels."""
    old = recording.uses[use]
    pixels: NDArray[np.uint32] = change(recording.images[old.image].pixels)
    recording.images.append(r.Image(pixels, Holding("image", pixels.nbytes)))
    return recording.add_use(replace(old, image=len(recording.images) - 1))


def _blacken_batch(recording: r.Commands, index: int) -> None:
    batch = recording.batches[index]
    if batch.colors is not None:
        colors = batch.colors.copy()
        colors[:, :3] = 0
        recording.batches[index] = replace(batch, colors=colors)


def _last_of(batch: r.Batch) -> r.Batch:
    """The last shape of a batch: each of them would make all that was there black."""
    if batch.count < 2:
        return batch
    colors = None if batch.colors is None else batch.colors[-1:].copy()
    if batch.starts is None:
        return replace(batch, items=np.array(batch.items[-1:]), colors=colors)
    first, end = batch.starts[-2:]
    return replace(batch, items=batch.items[first:end].copy(), colors=colors, starts=np.array([0, end - first]))


def _blackened(recording: r.Commands, paint: int) -> int:
    """Index of a paint like this one, in black of the same alpha."""
    old = recording.paints[paint]
    if isinstance(old, tuple):
        return recording.add_solid((0.0, 0.0, 0.0, old[3]))
    stops = old.stops.copy()
    stops[:, 1:4] = 0
    recording.paints.append(replace(old, stops=stops))
    return len(recording.paints) - 1
