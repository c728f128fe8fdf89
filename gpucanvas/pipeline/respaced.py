"""respaced: a frozen recording in another colour space: its colours and pixels converted, all else shared.

    Picture of sRGB --draw_picture on a canvas of display-p3--> its commands in display-p3, made once, kept with it

The alpha of a colour stays, so what is drawn and how does not change.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..colorspace import ColorSpace
from ..memory import Holding
from ..paint.gamut import convert_colors, convert_words
from ..paint.wide import convert_rgba
from . import record as r

__all__ = ["in_space"]

SHARED = ("verbs", "coords", "paths", "pens", "pen_numbers", "clips", "uses", "hits")
"""Tables without colours."""


def in_space(part: r.Commands, source: ColorSpace, target: ColorSpace) -> r.Commands:
    """The same drawing in another colour space. Neither may be written to."""
    out = r.Commands()
    out.commands, out.states = part.commands, part.states
    out.paints, out.has_special_paints = [], part.has_special_paints
    for paint in part.paints:
        out.paints.append(_paint(paint, source, target))
    if part.has_only_rects:
        return out
    out.path_tables()  # Makes the tables.
    for name in SHARED:
        setattr(out, name, getattr(part, name))
    for image in part.images:
        pixels = convert_words(image.pixels, source, target)
        out.images.append(replace(image, pixels=pixels, holding=Holding("image", pixels.nbytes)))
    for batch in part.batches:
        colors = None if batch.colors is None else convert_colors(np.asarray(batch.colors), source, target)
        out.batches.append(replace(batch, colors=colors))
    # A loop: layers may be 256 in one another, and each comprehension is a call more.
    for use in part.layers:
        shadow, tint = use.shadow, use.tint
        if shadow is not None:
            shadow = shadow._replace(color=convert_rgba(shadow.color, source, target))
        if tint is not None:
            tint = convert_rgba(tint, source, target)
        out.layers.append(replace(use, commands=in_space(use.commands, source, target), shadow=shadow, tint=tint))
    return out


def _paint(paint: Any, source: ColorSpace, target: ColorSpace) -> Any:
    """A paint in another space; the image of a pattern is converted with the others."""
    if isinstance(paint, tuple):
        return convert_rgba(paint, source, target)  # type: ignore[arg-type]
    if isinstance(paint, r.GradientUse):
        stops = paint.stops.copy()
        stops[:, 1:] = convert_colors(stops[:, 1:], source, target)
        return replace(paint, stops=stops)
    return paint
