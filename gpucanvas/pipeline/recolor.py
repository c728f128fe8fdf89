"""recolor: converts a frozen recording to another colour space: colours and images are copied, geometry is shared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..images.colorspace import ColorSpace
from ..memory import Holding
from ..paint.gamut import convert_colors, convert_words
from . import record as r
from .replay import shared

__all__ = ["recolored"]


def recolored(part: r.Commands, source: ColorSpace, target: ColorSpace) -> r.Commands:
    """Returns a frozen recording with its colours and images converted. Filters work on the converted numbers."""
    out = shared(part)
    rows = [paint if isinstance(paint, tuple) else (0.0, 0.0, 0.0, 0.0) for paint in part.paints]
    solids: list[Any] = convert_colors(np.array(rows, np.float64).reshape(-1, 4), source, target).tolist()
    out.paints = [
        tuple(solid) if isinstance(paint, tuple) else _converted_paint(paint, source, target)
        for paint, solid in zip(part.paints, solids, strict=True)
    ]
    if part.has_only_rects:
        return out
    out.images = [_converted_image(image, source, target) for image in part.images]
    out.batches = [
        batch if batch.colors is None else replace(batch, colors=convert_colors(batch.colors, source, target))
        for batch in part.batches
    ]
    for use in part.layers:
        out.layers.append(_converted_layer(use, source, target))
    return out


def _converted_paint(paint: Any, source: ColorSpace, target: ColorSpace) -> Any:
    if isinstance(paint, r.PatternUse):
        return paint
    return paint.with_colors(convert_colors(paint.stops[:, 1:], source, target))


def _converted_image(image: r.RecordedImage, source: ColorSpace, target: ColorSpace) -> r.RecordedImage:
    pixels = convert_words(image.pixels, source, target)
    return r.RecordedImage(pixels, Holding("image", pixels.nbytes), image.left, image.top)


def _converted_layer(use: r.LayerUse, source: ColorSpace, target: ColorSpace) -> r.LayerUse:
    shadow, tint = use.shadow, use.tint
    if shadow is not None:
        shadow = shadow._replace(color=_converted_color(shadow.color, source, target))
    if tint is not None:
        tint = _converted_color(tint, source, target)
    return replace(use, commands=recolored(use.commands, source, target), shadow=shadow, tint=tint)


def _converted_color(color: r.Solid, source: ColorSpace, target: ColorSpace) -> r.Solid:
    found: Any = convert_colors(np.array([color]), source, target)[0].tolist()
    return tuple(found)
