"""opaque: adapts commands for a canvas without alpha (``alpha=False``), so that every pixel keeps an alpha of 1.

Such a canvas begins as opaque black, and commands that would clear pixels draw black (HTML, "alpha"). On a backdrop
with an alpha of 1, each operator reduces to a simpler one, so that no backend needs to know of opaque canvases:

    clear_rect                         -->  a black rectangle, source-over, opaque
    put_image_data                     -->  the same pixels with an alpha of 255
    source-atop                        -->  the shape, source-over
    copy, source-in                    -->  black over the whole clip region, then the shape, source-over
    source-out                         -->  black over the whole clip region
    destination-out, xor               -->  the shape in black of the same alpha, source-over
    destination-over                   -->  nothing
    destination-in, destination-atop   -->  the shape, destination-in, then black under all of the canvas
    lighter, blend modes               -->  unchanged: alpha stays 1
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..contract import operators as o
from ..contract.constants import FACTOR_ALPHA, FACTOR_INVERSE, FACTOR_ONE, FACTOR_ZERO
from ..geometry.affine import IDENTITY, Affine
from ..memory import Holding
from ..pipeline import record as r
from ..pipeline.nothing import draws_nothing, empty_items

__all__ = ["adapted_style", "append_adapted", "fill_black", "is_adapted"]

BLACK: Final = (0.0, 0.0, 0.0, 1.0)
ALPHA: Final = np.uint32(0xFF000000)
"""The alpha byte of an RGBA8 pixel."""
BLUE_HALF: Final = np.uint32(0x0000FFFF)
"""The blue channel in the second word of a float16 pixel."""
OPAQUE_HALF: Final = np.uint32(0x3C000000)
"""An alpha of 1 in the second word of a float16 pixel."""


def row_of(name: str) -> o.Operator:
    """The row of an operator; for "clear", which has none, that of the operator it is drawn by."""
    return o.OPERATORS["destination-out" if name == o.CLEARING else name]


def shows_source(row: o.Operator) -> bool:
    """Whether the source's colour shows on an opaque backdrop."""
    return row.source in (FACTOR_ONE, FACTOR_ALPHA) or bool(row.blends)


def is_adapted(name: str) -> bool:
    """Whether a draw with this operator needs other commands on an opaque canvas, not only another operator."""
    row = row_of(name)
    return not shows_source(row) or row.backdrop == FACTOR_ZERO


def adapted_style(name: str) -> int:
    """The bits of Draw.style that are recorded for an operator on an opaque canvas."""
    row = row_of(name)
    if row.backdrop == FACTOR_ALPHA:
        return o.OPERATORS["destination-in"].style
    stays = row.blends or row.backdrop == FACTOR_ONE
    return row.style if stays else o.OVER_STYLE


def fill_black(
    recording: r.Commands, size: tuple[int, int], clip: r.ClipNode | None = None, style: int = o.OVER_STYLE
) -> None:
    """Append a black rectangle over the whole canvas, inside a clip, with an operator (source-over by default)."""
    state, paint = recording.add_state(IDENTITY, 1.0, style, clip), recording.add_solid(BLACK)
    recording.commands += r.pack_command(r.FILL_RECT, state, paint, 0, 0.0, 0.0, float(size[0]), float(size[1]))


def append_adapted(
    recording: r.Commands,
    drawing: Any,
    size: tuple[int, int],
    command: tuple[int, int, int, int],
    numbers: tuple[float, float, float, float],
) -> None:
    """Append a command (kind, state, paint, extra), adapted; ``drawing`` is the context's state."""
    kind, state, paint, extra = command
    if kind == r.PUT_IMAGE:
        extra = _other_pixels(recording, extra, _made_opaque)
    elif kind == r.CLEAR_RECT:
        kind, paint, extra = r.FILL_RECT, recording.add_solid(BLACK), 0
        state = recording.add_state(drawing.matrix, 1.0, o.OVER_STYLE, drawing.clip)
    elif is_adapted(drawing.operator):
        _adapt_drawing(recording, drawing, size, command, numbers)
        return
    recording.commands += r.pack_command(kind, state, paint, extra, *numbers)


def _adapt_drawing(
    recording: r.Commands,
    drawing: Any,
    size: tuple[int, int],
    command: tuple[int, int, int, int],
    numbers: tuple[float, float, float, float],
) -> None:
    """Append the commands that replace a draw whose operator `is_adapted`."""
    kind, state, paint, extra = command
    row = row_of(drawing.operator)
    if row.backdrop == FACTOR_ONE:
        return
    if row.is_unbounded and draws_nothing(recording, drawing.matrix, kind, extra, numbers):
        return
    if row.backdrop == FACTOR_ZERO:
        fill_black(recording, size, drawing.clip)
        if not shows_source(row):
            return
        if kind == r.BATCH:
            # Each shape blackens everything before it: only the last one stays visible.
            recording.batches[extra] = _last_of(recording.batches[extra], drawing.matrix)
    elif row.backdrop == FACTOR_INVERSE:
        if kind == r.DRAW_IMAGE:
            extra = _other_pixels(recording, extra, _made_black)
        elif kind == r.BATCH:
            _blacken_batch(recording, extra)
        elif kind == r.DRAW_LAYER:
            extra = _black_layer(recording, extra)
        paint = _blackened(recording, paint)
    recording.commands += r.pack_command(kind, state, paint, extra, *numbers)
    if row.backdrop == FACTOR_ALPHA:
        # Over all of the canvas, not the clip: on the clip's antialiased edge, black would be added only in part.
        fill_black(recording, size, None, o.OPERATORS["destination-over"].style)


def _other_pixels(recording: r.Commands, use: int, change: Any) -> int:
    """Append a use of an image like an old one, with changed pixels; returns its index."""
    old = recording.use_at(use)
    image = _other_image(recording, old.image, lambda pixels: change(pixels, old.halves))
    return recording.add_use(old._replace(image=image))


def _made_opaque(pixels: NDArray[np.uint32], halves: bool) -> NDArray[np.uint32]:
    """RGBA8 pixels, or float16 pixels of two words, with an alpha of 1."""
    if not halves:
        return pixels | ALPHA
    out = pixels.copy()
    out[:, 1::2] = out[:, 1::2] & BLUE_HALF | OPAQUE_HALF
    return out


def _made_black(pixels: NDArray[np.uint32], halves: bool) -> NDArray[np.uint32]:
    """RGBA8 pixels, or float16 pixels of two words, in black with their own alpha."""
    if not halves:
        return pixels & ALPHA
    out = pixels.copy()
    out[:, ::2] = 0
    out[:, 1::2] &= ~BLUE_HALF
    return out


def _other_image(recording: r.Commands, image: int, change: Any) -> int:
    """Append a copy of an image with changed pixels; returns its index."""
    old = recording.images[image]
    pixels: NDArray[np.uint32] = change(old.pixels)
    recording.images.append(r.RecordedImage(pixels, Holding("image", pixels.nbytes), old.left, old.top))
    return len(recording.images) - 1


def _blacken_batch(recording: r.Commands, index: int) -> None:
    batch = recording.batches[index]
    if batch.images:
        images = [_other_image(recording, image, lambda pixels: pixels & ALPHA) for image in batch.images]
        recording.batches[index] = replace(batch, images=tuple(images))
    if batch.colors is not None:
        colors = batch.colors.copy()
        colors[:, :3] = 0
        recording.batches[index] = replace(batch, colors=colors)


def _black_layer(recording: r.Commands, index: int) -> int:
    """Append a use of a layer and its shadow in black of the same alpha; returns its index."""
    use = recording.layers[index]
    shadow = use.shadow if use.shadow is None else use.shadow._replace(color=(0.0, 0.0, 0.0, use.shadow.color[3]))
    return recording.add_layer(replace(use, tint=BLACK, shadow=shadow))


def _last_of(batch: r.Batch, matrix: Affine) -> r.Batch:
    """A batch of only the last visible shape of a batch."""
    if batch.count < 2:
        return batch
    last = int(np.flatnonzero(~empty_items(batch, matrix))[-1])
    colors = None if batch.colors is None else batch.colors[last : last + 1].copy()
    origins = np.array([last]) if batch.origins is None else batch.origins[last : last + 1]
    widths = None if batch.widths is None else batch.widths[last : last + 1].copy()
    batch = replace(batch, colors=colors, origins=origins, widths=widths)
    if batch.starts is None:
        return replace(batch, items=np.array(batch.items[last : last + 1]))
    first, end = batch.starts[last : last + 2]
    return replace(batch, items=batch.items[first:end].copy(), starts=np.array([0, end - first]))


def _blackened(recording: r.Commands, paint: int) -> int:
    """Append a paint in black of the same alpha; returns its index."""
    old = recording.paints[paint]
    if isinstance(old, tuple):
        return recording.add_solid((0.0, 0.0, 0.0, old[3]))
    if isinstance(old, r.PatternUse):
        recording.paints.append(replace(old, image=_other_image(recording, old.image, lambda pixels: pixels & ALPHA)))
    else:
        recording.paints.append(old.with_colors(old.stops[:, 1:] * (0, 0, 0, 1)))
    return len(recording.paints) - 1
