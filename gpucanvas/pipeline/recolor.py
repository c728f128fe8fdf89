"""recolor: converts a frozen recording for a canvas of another colour space, or for one that keeps no extended colours.

Colours and images are copied, geometry is shared.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.formats import LARGEST_HALF
from ..images.colorspace import ColorSpace
from ..memory import Holding
from ..paint.gamut import convert_extended, convert_words
from . import record as r
from .replay import shared

__all__ = ["Recoloring", "recolored"]


class Recoloring(NamedTuple):
    """How to change colours: the colour spaces, and whether the result may be outside of 0 to 1 (`Picture`)."""

    source: ColorSpace
    target: ColorSpace
    is_extended: bool

    def colors(self, colors: NDArray[Any]) -> NDArray[Any]:
        """Returns straight colours (..., 4), uint8 or floats, changed."""
        if self.source != self.target:
            colors = convert_extended(colors, self.source, self.target)
        if colors.dtype == np.uint8:
            return colors
        low, high = (-LARGEST_HALF, LARGEST_HALF) if self.is_extended else (0.0, 1.0)
        clipped: NDArray[Any] = np.clip(colors, low, high)
        return clipped

    def color(self, color: r.Solid) -> r.Solid:
        """Returns one colour changed."""
        found: Any = self.colors(np.array([color]))[0].tolist()
        return tuple(found)

    def image(self, image: r.RecordedImage, halves: bool) -> r.RecordedImage:
        """Returns an image changed; with ``halves`` its pixels are float16, two words each."""
        if not halves and self.source == self.target:
            return image
        if halves:
            wide = image.pixels.view(np.float16).reshape(len(image.pixels), -1, 4)
            pixels = self.colors(wide).astype(np.float16).reshape(len(wide), -1).view(np.uint32)
        else:
            pixels = convert_words(image.pixels, self.source, self.target)
        return r.RecordedImage(pixels, Holding("image", pixels.nbytes), image.left, image.top)


def recolored(part: r.Commands, change: Recoloring) -> r.Commands:
    """Returns a frozen recording with its colours and images changed. Filters work on the changed numbers."""
    out = shared(part)
    rows = [paint if isinstance(paint, tuple) else (0.0, 0.0, 0.0, 0.0) for paint in part.paints]
    solids: list[Any] = change.colors(np.array(rows, np.float64).reshape(-1, 4)).tolist()
    out.paints = [
        tuple(solid) if isinstance(paint, tuple) else _changed_paint(paint, change)
        for paint, solid in zip(part.paints, solids, strict=True)
    ]
    if part.has_only_rects:
        return out
    uses = np.frombuffer(bytes(part.uses), r.USE)
    halves = set(uses["image"][uses["flags"] & r.USE_HALVES != 0].tolist())
    out.images = [change.image(image, i in halves) for i, image in enumerate(part.images)]
    out.batches = [
        batch if batch.colors is None else replace(batch, colors=change.colors(batch.colors)) for batch in part.batches
    ]
    for use in part.layers:
        out.layers.append(_changed_layer(use, change))
    return out


def _changed_paint(paint: Any, change: Recoloring) -> Any:
    return paint if isinstance(paint, r.PatternUse) else paint.with_colors(change.colors(paint.stops[:, 1:]))


def _changed_layer(use: r.LayerUse, change: Recoloring) -> r.LayerUse:
    shadow = None if use.shadow is None else use.shadow._replace(color=change.color(use.shadow.color))
    tint = None if use.tint is None else change.color(use.tint)
    return replace(use, commands=recolored(use.commands, change), shadow=shadow, tint=tint)
