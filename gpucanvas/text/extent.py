"""extent: exact boxes of glyphs from their outlines, curves included, and the outlines of a run joined to one path.

glyphs --Instance.outline--> each one's path --scaled, shifted--> one path       and min, max of it, curve by curve

The box of a colour glyph is that of its layers or of its picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..geometry.builder import COORD_COUNT, CUBIC, QUAD
from ..recent import Recent
from .instance import SUBUNITS, Instance, Outline
from .pictures import has_colors, is_colored, layers_of
from .registry import emptied_on_removal

__all__ = ["Box", "box_of", "enclosing", "extent_of", "joined"]

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom; y runs down."""
NO_GLYPH: Final = -1
"""In place of a glyph's number: this glyph is not drawn."""
MOST_BOXES: Final = 20_000
_boxes: Recent[tuple[Instance, int], Box | tuple[()]] = Recent(MOST_BOXES)
emptied_on_removal(_boxes.clear)


def joined(instance: Instance, glyphs: Sequence[int], x: Floats, y: Floats, scale: float) -> tuple[bytes, Floats]:
    """Return the outlines of glyphs at (x, y), px, as one path; ``scale`` is the size of a font unit in px."""
    outline = instance.outline
    if not glyphs:
        return EMPTY
    verbs, parts = zip(*[EMPTY if glyph == NO_GLYPH else outline(glyph) for glyph in glyphs], strict=True)
    counts = [len(each) >> 1 for each in parts]
    coords: Floats = np.concatenate(parts)
    coords *= scale
    coords[0::2] += x.repeat(counts)
    coords[1::2] += y.repeat(counts)
    return b"".join(verbs), coords


EMPTY: Final = Outline(b"", np.empty(0))


def box_of(instance: Instance, glyphs: Sequence[int], x: Floats, y: Floats, scale: float) -> Box | None:
    """Return the box of glyphs at (x, y), px; None if none of them has ink."""
    boxes = [extent_of(instance, glyph) for glyph in glyphs]
    inked = [i for i, box in enumerate(boxes) if box]
    if not inked:
        return None
    rows = np.array([boxes[i] for i in inked]) * scale
    rows[:, 0::2] += x[inked, None]
    rows[:, 1::2] += y[inked, None]
    left, top = rows[:, :2].min(axis=0).tolist()
    right, bottom = rows[:, 2:].max(axis=0).tolist()
    return left, top, right, bottom


def extent_of(instance: Instance, glyph: int) -> Box | tuple[()]:
    """Return the box of a glyph in font units; an empty tuple if it has no ink."""
    key = instance, glyph
    found = _boxes.get(key)
    if found is None:
        is_plain = not has_colors(instance) or not is_colored(instance, glyph)
        found = outline_box(instance.outline(glyph)) if is_plain else colored_box(instance, glyph)
        _boxes.put(key, found)
    return found


def colored_box(instance: Instance, glyph: int) -> Box | tuple[()]:
    """Return the box of a colour glyph's layers or picture in font units; an empty tuple if it has no ink."""
    layers = layers_of(instance, glyph)
    if layers:
        boxes = [box for box in (outline_box(instance.outline(layer.glyph)) for layer in layers) if box]
        return enclosing(boxes) if boxes else ()
    with instance.lock:
        extents = instance.font.get_glyph_extents(glyph)
    if extents is None or not extents.width or not extents.height:
        return ()
    left, top = extents.x_bearing / SUBUNITS, -extents.y_bearing / SUBUNITS
    return left, top, left + extents.width / SUBUNITS, top - extents.height / SUBUNITS


def enclosing(boxes: Sequence[Box]) -> Box:
    """Return the smallest box around boxes."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def outline_box(outline: Outline) -> Box | tuple[()]:
    """Return the exact box of a path of lines and curves; an empty tuple for an empty path."""
    if len(outline.verbs) < 2:
        return ()
    points = outline.coords.reshape(-1, 2)
    low, high = points[0].copy(), points[0].copy()
    at = 0
    for verb in outline.verbs:
        count = COORD_COUNT[verb] >> 1
        if count:
            part = points[at : at + count]
            end = part[-1]
            low, high = np.minimum(low, end), np.maximum(high, end)
            if verb in (QUAD, CUBIC) and ((part < low).any() or (part > high).any()):
                for axis in (0, 1):
                    values = bulges([float(points[at - 1, axis]), *part[:, axis].tolist()])
                    low[axis], high[axis] = min(low[axis], *values), max(high[axis], *values)
            at += count
    (left, top), (right, bottom) = low.tolist(), high.tolist()
    return left, top, right, bottom


def bulges(values: list[float]) -> list[float]:
    """Return one coordinate of a curve at its inner extrema and at its end."""
    ends = [values[0], values[-1]]
    # The derivative is a polynomial of one degree less, by Bernstein coefficients.
    steps = [b - a for a, b in zip(values, values[1:], strict=False)]
    if len(steps) == 2:
        roots = [steps[0] / (steps[0] - steps[1])] if steps[0] != steps[1] else []
    else:
        a, b, c = steps[0] - 2 * steps[1] + steps[2], 2 * (steps[1] - steps[0]), steps[0]
        roots = [float(root.real) for root in np.roots([a, b, c]) if abs(root.imag) < 1e-12]
    return ends + [at_part(values, t) for t in roots if 0.0 < t < 1.0]


def at_part(values: list[float], t: float) -> float:
    """Return the value of a curve at its parameter ``t``, 0 to 1 (de Casteljau)."""
    while len(values) > 1:
        values = [a + (b - a) * t for a, b in zip(values, values[1:], strict=False)]
    return values[0]
