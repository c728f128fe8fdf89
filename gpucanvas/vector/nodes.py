"""nodes: what a vector file consists of: shapes, bitmaps and groups, each composited onto those before it.

    Shape    an outline, filled or stroked with a colour or a gradient
    Marks    parts of a filled outline, some of which are found again elsewhere
    Bitmap   pixels under a transform
    Group    other nodes, drawn apart from the rest, with effects applied to the result

All coordinates lead to the picture's pixels: x to the right, y down.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, hypot
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.affine import IDENTITY, Affine, invert, multiply
from ..paint.effects import Effect, GaussianBlur
from ..pipeline.entries import ClipNode, Pen, Solid

__all__ = [
    "Bitmap",
    "Composite",
    "Gradient",
    "Group",
    "Marks",
    "Node",
    "Paint",
    "Part",
    "Seen",
    "Shape",
    "Silhouette",
    "Tiles",
    "seen_through",
]

Seen = tuple[int, int, int, int]
"""A part of the picture's plane: left, top, width and height, pixels."""
BLUR_REACH: Final = 3.0
"""Standard deviations that a blur reaches."""


class Composite(NamedTuple):
    """How a node is composited: its opacity, its blend mode in CSS, and its clip."""

    alpha: float = 1.0
    blend: str = "normal"
    clip: ClipNode | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Gradient:
    """A gradient.

    Attributes
    ----------
    kind : str
        ``"linear"``, ``"radial"`` or ``"conic"``.
    numbers : tuple of float
        The geometry: two points, two circles (x, y, radius), or an angle and a point.
    stops : float32 array (n, 5)
        Offset and straight RGBA, in order.
    matrix : Affine
        The transform of the geometry to the picture.
    """

    kind: str
    numbers: tuple[float, ...]
    stops: NDArray[np.float32]
    matrix: Affine

    @property
    def paints_nothing(self) -> bool:
        """Whether it is a gradient without stops, from a point or circle to the same one, or under no inverse."""
        middle = len(self.numbers) // 2
        is_flat = self.kind != "conic" and self.numbers[:middle] == self.numbers[middle:]
        return is_flat or not len(self.stops) or invert(self.matrix) is None

    @property
    def is_nested(self) -> bool:
        """Whether it is radial, and one of its circles lies inside the other: programs differ in the other cases."""
        if self.kind != "radial":
            return False
        x0, y0, r0, x1, y1, r1 = self.numbers
        return hypot(x1 - x0, y1 - y0) < abs(r1 - r0)


@dataclass(frozen=True, slots=True, eq=False)
class Tiles:
    """A pattern that repeats pixels, (H, W) uint32 straight RGBA, in both directions.

    ``own`` is the transform of the pixels to user space, ``matrix`` that of user space to the picture.
    """

    pixels: NDArray[np.uint32]
    own: Affine
    matrix: Affine
    is_smooth: bool

    @property
    def placed(self) -> Affine:
        """The transform of the pixels to the picture."""
        return multiply(self.matrix, self.own)

    @property
    def paints_nothing(self) -> bool:
        """Whether its transform has no inverse."""
        return invert(self.placed) is None

    @property
    def is_on_pixels(self) -> bool:
        """Whether its pixels are those of the picture, moved by whole ones: all programs sample such patterns alike."""
        _, _, _, _, x, y = placed = self.placed
        return placed[:4] == IDENTITY[:4] and x.is_integer() and y.is_integer()


Paint = Solid | Gradient | Tiles


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """An outline that is filled, or stroked where it has a pen.

    ``matrix`` is the transform of the outline and the pen to the picture.
    """

    composite: Composite
    verbs: bytes
    coords: array[float]
    matrix: Affine
    paint: Paint
    is_evenodd: bool = False
    pen: Pen | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Contours of an outline, from its first point on: a letter, say. ``is_shared`` says that others refer to it."""

    verbs: bytes
    coords: array[float]
    is_shared: bool


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """A shape in one colour that is cut into parts: each with the place of its first point in the picture."""

    composite: Composite
    paint: Solid
    is_evenodd: bool
    places: list[tuple[Part, float, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Bitmap:
    """Pixels, (H, W) uint32 straight RGBA; ``matrix`` is the transform of a pixel's coordinates to the picture."""

    composite: Composite
    pixels: NDArray[np.uint32]
    matrix: Affine
    is_smooth: bool = True


@dataclass(frozen=True, slots=True)
class Silhouette:
    """An effect: all colours are replaced by one, straight RGBA, and the result is moved."""

    color: Solid
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Nodes that are drawn on a transparent ground of their own; effects are applied to the result in order.

    ``seen`` is the part of the result that is seen, where there are effects.
    """

    composite: Composite
    children: list[Node]
    effects: tuple[Effect | Silhouette, ...] = ()
    seen: Seen = (0, 0, 0, 0)


Node = Shape | Marks | Bitmap | Group


def seen_through(effects: Sequence[object], box: Seen) -> Seen:
    """The part of a group's children that shows, where a box of the result of its effects is seen."""
    left, top, width, height = box
    for effect in reversed(effects):
        if isinstance(effect, Silhouette):
            left, top = left - ceil(effect.x), top - ceil(effect.y)
            width, height = width + 1, height + 1
        elif isinstance(effect, GaussianBlur):
            x, y = ceil(BLUR_REACH * effect.sigma_x), ceil(BLUR_REACH * effect.sigma_y)
            left, top, width, height = left - x, top - y, width + 2 * x, height + 2 * y
    return left, top, width, height
