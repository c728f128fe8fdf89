"""sharing: finds parts that filled outlines have in common, such as the letters of texts, so that each is written once.

    shapes --cut where nothing lies above one another--> parts --those found again--> Marks

A part is one or more contours of an outline. Contours whose boxes overlap from left to right stay together: so a hole
stays in its letter, and the fill rule sees the same windings as before.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.verbs import ARC, COORD_COUNT, MOVE
from .nodes import Group, Marks, Node, Part, Shape
from .outlines import drawn

__all__ = ["shared"]

LEAST_VERBS: Final = 8
"""Verbs of a part from which a reference to it is shorter than the part."""
MOST_CONTOURS: Final = 10_000
"""Contours up to which an outline is cut."""
UNITS: Final = 1e4
"""Parts are the same whose coordinates are the same in units of a pixel's ten thousandth."""
POINTS: Final = np.array(COORD_COUNT, np.int64) // 2
"""Number of points of each verb."""
Key = tuple[bytes, bytes]
"""Verbs, and rounded coordinates from the first point."""


class Piece(NamedTuple):
    """A part as it was found in an outline: its verbs, and its points (N, 2), pixels of the picture."""

    verbs: bytes
    points: NDArray[np.float64]

    @property
    def key(self) -> Key:
        """The same for pieces that are the same but for their place."""
        return self.verbs, np.rint((self.points - self.points[0]) * UNITS).astype(np.int64).tobytes()


def shared(nodes: list[Node]) -> list[Node]:
    """Nodes in which shapes with parts that are found again are `Marks`."""
    pieces = {shape: [(piece.key, piece) for piece in _pieces_of(shape)] for shape in _candidates(nodes)}
    counts = Counter(key for found in pieces.values() for key, _ in found)
    again = {key for key, count in counts.items() if count > 1 and len(key[0]) >= LEAST_VERBS}
    parts: dict[Key, Part] = {}
    made: dict[Shape, Marks] = {}
    for shape, found in pieces.items():
        if any(key in again for key, _ in found):
            places = [(_part_of(parts, key, piece, key in again), *piece.points[0].tolist()) for key, piece in found]
            assert isinstance(shape.paint, tuple)
            made[shape] = Marks(shape.composite, shape.paint, shape.is_evenodd, places)
    return list(_replaced(nodes, made)) if made else nodes


def _candidates(nodes: Iterable[Node]) -> Iterator[Shape]:
    """Shapes that are filled with a colour, of lines and curves only, those in groups included."""
    for node in nodes:
        if isinstance(node, Group):
            yield from _candidates(node.children)
        elif isinstance(node, Shape) and _is_cut(node):
            yield node


def _is_cut(shape: Shape) -> bool:
    is_plain = shape.pen is None and isinstance(shape.paint, tuple)
    return is_plain and len(shape.verbs) >= LEAST_VERBS and ARC not in shape.verbs


def _replaced(nodes: Iterable[Node], made: dict[Shape, Marks]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, Group):
            yield replace(node, children=list(_replaced(node.children, made)))
        else:
            yield made.get(node, node) if isinstance(node, Shape) else node


def _part_of(parts: dict[Key, Part], key: Key, piece: Piece, is_shared: bool) -> Part:
    """The part of a key, the same one for all pieces that share it."""
    found = parts.get(key)
    if found is None:
        coords = array("d", (piece.points - piece.points[0]).tobytes())
        found = parts[key] = Part(piece.verbs, coords, is_shared)
    return found


def _pieces_of(shape: Shape) -> Iterator[Piece]:
    """Cut a shape's outline between contours with nothing of it above or below one another."""
    verbs, coords = drawn(shape, shape.matrix)
    codes, points = np.frombuffer(verbs, np.uint8), np.array(coords).reshape(-1, 2)
    starts = np.flatnonzero(codes == MOVE)
    if not 0 < len(starts) <= MOST_CONTOURS or starts[0] != 0:
        return
    before = np.concatenate([[0], np.cumsum(POINTS[codes])])
    firsts = before[starts]
    lefts, rights = np.minimum.reduceat(points[:, 0], firsts), np.maximum.reduceat(points[:, 0], firsts)
    order = np.argsort(lefts, kind="stable")
    gaps = np.flatnonzero(lefts[order][1:] > np.maximum.accumulate(rights[order])[:-1]) + 1
    ends = [*starts[1:].tolist(), len(codes)]
    for group in np.split(order, gaps):
        contours = [(int(starts[i]), ends[i]) for i in np.sort(group).tolist()]
        own = b"".join(verbs[first:last] for first, last in contours)
        yield Piece(own, np.concatenate([points[before[first] : before[last]] for first, last in contours]))
