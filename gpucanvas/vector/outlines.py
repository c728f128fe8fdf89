"""outlines: the outlines of a picture's commands, as path streams; one for each shape of a batch.

    a rectangle, the rows of a batch, a path of the recording  -->  (verbs, coords)
    a shape  --drawn-->  its stream under a transform  --cubic_pieces-->  moves, lines, cubics and closes
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from math import cos, pi, sin
from typing import Any, Final

import numpy as np

from ..contract.verbs import ARC, CLOSE, COORD_COUNT, CUBIC, LINE, MOVE, QUAD
from ..geometry.affine import Affine
from ..geometry.path import transform_coords
from ..geometry.segments import Arc, arc_points
from ..pipeline import record as r
from .nodes import Shape

__all__ = ["Outline", "cubic_pieces", "drawn", "of_batch", "of_path", "of_rect"]

Outline = tuple[bytes, "array[float]"]
Piece = tuple[int, tuple[float, ...]]
"""A verb and its points."""
RECT: Final = bytes((MOVE, LINE, LINE, LINE, CLOSE))
SEGMENT: Final = bytes((MOVE, LINE))
DISC: Final = bytes((MOVE, ARC))
RING: Final = bytes((MOVE, ARC, CLOSE))
STEP: Final = pi / 4
"""Most radians of a cubic for an arc: it is off by less than 5 millionths of the radius."""
NOTHING: Final[Outline] = (b"", array("d"))


def of_rect(x: float, y: float, width: float, height: float) -> Outline:
    """A rectangle."""
    return RECT, array("d", (x, y, x + width, y, x + width, y + height, x, y + height))


def of_path(commands: r.Commands, index: int) -> Outline:
    """A path of a recording."""
    ends = np.frombuffer(commands.paths, np.int64).reshape(-1, 2)
    (first, start), (last, end) = (0, 0) if index == 0 else ends[index - 1].tolist(), ends[index].tolist()
    return bytes(commands.verbs[first:last]), commands.coords[start:end]


def of_batch(batch: r.Batch) -> Iterator[Outline]:
    """The shapes of a batch, in order; not for images."""
    items: Any = np.asarray(batch.items, np.float64)
    if batch.starts is not None:
        return _runs(items, batch.starts.tolist(), batch.closed or batch.kind == "polygons")
    if batch.kind in ("rects", "frames"):
        return (of_rect(*row) for row in items.tolist())
    if batch.kind == "segments":
        return ((SEGMENT, array("d", row)) for row in items.tolist())
    verbs = RING if batch.kind == "rings" else DISC
    return ((verbs, _arc(*row)) for row in items.tolist())


def _runs(points: Any, starts: list[int], is_closed: bool) -> Iterator[Outline]:
    for first, last in zip(starts, starts[1:], strict=False):
        if first == last:
            yield NOTHING
        else:
            verbs = bytes((MOVE,)) + bytes((LINE,)) * (last - first - 1) + bytes((CLOSE,)) * is_closed
            yield verbs, array("d", points[first:last].tobytes())


def _arc(x: float, y: float, radius: float, start: float = 0.0, sweep: float = 2 * pi) -> array[float]:
    first = x + radius * cos(start), y + radius * sin(start)
    return array("d", (*first, x, y, radius, 0.0, 0.0, radius, start, sweep))


def drawn(shape: Shape, matrix: Affine) -> Outline:
    """What is drawn of a shape's outline, under a transform; without a verb where that is nothing, or not finite.

    The standard leaves out lines without a length. SVG and PDF would draw the caps of a subpath that has no other, so
    that strokes come without them here.
    """
    verbs, coords = shape.verbs, shape.coords
    if shape.pen is not None:
        verbs, coords = _with_length(verbs, coords)
    if len(verbs) < 2:
        return NOTHING
    with np.errstate(over="ignore", invalid="ignore"):
        mapped = transform_coords(verbs, coords, matrix)
    return (verbs, array("d", mapped.tobytes())) if np.isfinite(mapped).all() else NOTHING


def _with_length(verbs: bytes, coords: array[float]) -> Outline:
    """An outline without pieces that have no length, and without subpaths that have no others."""
    kept, numbers = bytearray(), array("d")
    at, here = 0, coords[:2]
    for verb in verbs:
        own = coords[at : at + COORD_COUNT[verb]]
        at += COORD_COUNT[verb]
        if verb == MOVE and kept and kept[-1] == MOVE:
            kept.pop()
            del numbers[-2:]
        if verb == CLOSE:
            is_drawn = kept[-1:] != bytes((MOVE,))
        else:
            is_drawn = verb in (MOVE, ARC) or own != here * (len(own) // 2)
        if is_drawn:
            kept.append(verb)
            numbers += own
        if verb != CLOSE:
            here = array("d", Arc(*own).end) if verb == ARC else own[-2:]
    if kept and kept[-1] == MOVE:
        kept.pop()
        del numbers[-2:]
    return bytes(kept), numbers


def cubic_pieces(verbs: bytes, coords: array[float]) -> Iterator[Piece]:
    """An outline as moves, lines, cubics and closes, with their points; the rest becomes cubics."""
    at, here, first = 0, (0.0, 0.0), (0.0, 0.0)
    for verb in verbs:
        own = tuple(coords[at : at + COORD_COUNT[verb]])
        at += COORD_COUNT[verb]
        if verb == ARC:
            for a, b, c in arc_points(Arc(*own), STEP):
                yield CUBIC, (*a, *b, *c)
                here = c
            continue
        yield (CUBIC, _raised(here, own)) if verb == QUAD else (verb, own)
        here = first if verb == CLOSE else (own[-2], own[-1])
        first = here if verb == MOVE else first


def _raised(here: tuple[float, float], quad: tuple[float, ...]) -> tuple[float, ...]:
    """The points of a cubic that is the same curve as a quadratic one."""
    (x0, y0), (x1, y1, x2, y2) = here, quad
    return (x0 + 2 * x1) / 3, (y0 + 2 * y1) / 3, (x2 + 2 * x1) / 3, (y2 + 2 * y1) / 3, x2, y2
