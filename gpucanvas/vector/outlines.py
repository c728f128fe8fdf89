"""outlines: the outlines of a picture's commands, as path streams; one for each shape of a batch.

    a rectangle, the rows of a batch, a path of the recording  -->  (verbs, coords)
    a shape  --drawn-->  its stream under a transform  --cubic_pieces-->  moves, lines, cubics and closes
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from math import cos, hypot, isclose, isfinite, pi, sin
from typing import Any, Final

import numpy as np

from ..contract.verbs import ARC, CLOSE, COORD_COUNT, CUBIC, LINE, MOVE, QUAD
from ..geometry.affine import IDENTITY, Affine
from ..geometry.path import transform_coords
from ..geometry.segments import Arc, arc_points
from ..pipeline import record as r
from .nodes import Shape

__all__ = [
    "FARTHEST",
    "Outline",
    "cubic_pieces",
    "dashes_of",
    "drawn",
    "even_scale",
    "of_batch",
    "of_path",
    "of_rect",
    "width_of",
    "with_area",
]

Outline = tuple[bytes, "array[float]"]
Piece = tuple[int, tuple[float, ...]]
"""A verb and its points."""
RECT: Final = bytes((MOVE, LINE, LINE, LINE, CLOSE))
SEGMENT: Final = bytes((MOVE, LINE))
DISC: Final = bytes((MOVE, ARC))
SIDES: Final = frozenset((MOVE, LINE, CLOSE))
BEGIN: Final = bytes((MOVE,))
END: Final = b"\xff"
"""A byte that is no verb."""
RING: Final = bytes((MOVE, ARC, CLOSE))
STEP: Final = pi / 4
"""Most radians of a cubic for an arc: it is off by less than 5 millionths of the radius."""
QUARTER: Final = pi / 2
"""Most radians of a cubic for a small arc: it is off by less than 280 millionths of the radius."""
SMALL_RADIUS: Final = 3.5
"""Pixels: up to this radius, a cubic for a quarter is off by less than a thousandth of a pixel."""
FARTHEST: Final = 1e8
"""Greatest coordinate that is written: programs that draw the files compute in float32, or with 32-bit integers."""
LEAST_PERIOD: Final = 1e-3
"""Pixels of a pattern of dashes: programs might be busy with the dashes of a shorter one for ever."""
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
    """The drawn part of a shape's outline under a transform; without a verb where nothing is, or it is not finite.

    The standard leaves out lines without a length. SVG and PDF would draw the caps of a subpath that has no other, so
    that strokes come without them here.
    """
    verbs, coords = shape.verbs, shape.coords
    if shape.pen is not None:
        verbs, coords = _with_length(verbs, coords)
    if len(verbs) < 2:
        return NOTHING
    with np.errstate(over="ignore", invalid="ignore"):
        mapped = np.array(coords) if matrix == IDENTITY else transform_coords(verbs, coords, matrix)
    if not np.isfinite(mapped).all():
        return NOTHING
    if ARC not in verbs:
        np.clip(mapped, -FARTHEST, FARTHEST, out=mapped)
    return verbs, array("d", mapped.tobytes())


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


def with_area(verbs: bytes, coords: array[float]) -> Outline:
    """An outline without subpaths of lines that have no area: some programs would fill them as thin lines."""
    kept, numbers = bytearray(), array("d")
    at = 0
    for subpath in filter(None, verbs.replace(BEGIN, END + BEGIN).split(END)):
        own = coords[at : (at := at + sum(map(COORD_COUNT.__getitem__, subpath)))]
        if not SIDES.issuperset(subpath) or _has_area(own):
            kept += subpath
            numbers += own
    return bytes(kept), numbers


def _has_area(points: array[float]) -> bool:
    """Whether points (x, y, x, y, ...) do not all lie on one line."""
    x0, y0 = points[:2]
    sides = [(x - x0, y - y0) for x, y in zip(points[::2], points[1::2], strict=True)]
    dx, dy = max(sides, key=lambda side: hypot(*side))
    return any(dx * y != dy * x for x, y in sides)


def even_scale(matrix: Affine) -> float | None:
    """The scale of a transform that keeps circles round; None for one that distorts them."""
    a, b, c, d, _, _ = matrix
    across, down = hypot(a, b), hypot(c, d)
    if not isclose(across, down, rel_tol=1e-9) or abs(a * c + b * d) > 1e-9 * across * down:
        return None
    return across


def width_of(pen: r.Pen, scale: float) -> float:
    """The width of a pen's line under a scale."""
    return min(pen.width * scale, FARTHEST)


def dashes_of(pen: r.Pen, scale: float) -> tuple[list[float], float]:
    """The dashes and gaps of a pen under a scale, and where in them lines begin; no dashes for a solid line."""
    lengths = [min(length * scale, FARTHEST) for length in pen.dash]
    period = sum(lengths)
    if period < LEAST_PERIOD:
        return [], 0.0
    begin = pen.dash_offset * scale % period
    return lengths, begin if isfinite(begin) else 0.0


def cubic_pieces(verbs: bytes, coords: array[float], is_in_pixels: bool) -> Iterator[Piece]:
    """An outline as moves, lines, cubics and closes, with their points; the rest becomes cubics.

    ``is_in_pixels`` says that lengths are those of the picture, so that small arcs need few cubics.
    """
    at, here, first = 0, (0.0, 0.0), (0.0, 0.0)
    for verb in verbs:
        own = tuple(coords[at : at + COORD_COUNT[verb]])
        at += COORD_COUNT[verb]
        if verb == ARC:
            is_small = is_in_pixels and max(map(abs, own[2:6])) <= SMALL_RADIUS
            for a, b, c in arc_points(Arc(*own), QUARTER if is_small else STEP):
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
