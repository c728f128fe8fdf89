"""entries: what the tables of a recording hold: paints, pens, clips, images and batches, as they were when drawn.

Values, or as good as that: nothing here changes once it is in a table, but where memory may be read back or let go.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ..geometry.affine import Affine
from ..images.colorspace import ColorSpace
from ..memory import Holding
from ..paint.gradient import Kind

if TYPE_CHECKING:
    pass

__all__ = [
    "FARTHEST_OFFSET",
    "Batch",
    "Box",
    "BoxShadowUse",
    "ClipNode",
    "DevicePixels",
    "FixedPixels",
    "GradientUse",
    "ImageUse",
    "PatternUse",
    "Pen",
    "RecordedImage",
    "Shadow",
    "Solid",
    "sampled_box",
]

Solid = tuple[float, float, float, float]
Box = tuple[int, int, int, int]
"""A part of a picture: left, top, right and bottom, pixels; the last two are exclusive."""


class GradientUse:
    """A gradient as it was when it was drawn with. Immutable, but not by a dataclass: a picture may have thousands.

    Attributes
    ----------
    kind : str
        ``"linear"``, ``"radial"`` or ``"conic"``.
    numbers : tuple of float
        In user space: see `CanvasGradient`.
    packed : bytes
        Its stops in order, five float32 each: offset and straight RGBA.
    """

    __slots__ = ("kind", "numbers", "packed")

    def __init__(self, kind: Kind, numbers: tuple[float, ...], packed: bytes) -> None:
        self.kind, self.numbers, self.packed = kind, numbers, packed

    @property
    def stops(self) -> NDArray[np.float32]:
        """The stops as an array (n, 5) that cannot be written to."""
        return np.frombuffer(self.packed, np.float32).reshape(-1, 5)

    def with_colors(self, colors: NDArray[Any]) -> GradientUse:
        """The same gradient with other colours (n, 4)."""
        stops = np.concatenate([self.stops[:, :1], colors], axis=1, dtype=np.float32)
        return GradientUse(self.kind, self.numbers, stops.tobytes())


@dataclass(frozen=True, slots=True, eq=False)
class PatternUse:
    """A pattern as it was when it was drawn with: which image, its place in user space, and how it is sampled."""

    image: int
    matrix: Affine
    repeats: tuple[bool, bool]
    smooth: bool


class Pen(NamedTuple):
    """How outlines are stroked; lengths in user space. A tuple, because programs set a new width for each line."""

    width: float
    cap: int
    join: int
    miter_limit: float
    dash: tuple[float, ...] = ()
    dash_offset: float = 0.0


class ClipNode:
    """One clip call: an outline under a matrix, cut with what was clipped before.

    Immutable, but not by a dataclass: programs clip for each of their widgets.
    """

    __slots__ = ("coords", "matrix", "parent", "rule", "verbs")

    def __init__(self, parent: ClipNode | None, verbs: bytes, coords: array[float], matrix: Affine, rule: int) -> None:
        self.parent, self.verbs, self.coords = parent, verbs, coords
        self.matrix, self.rule = matrix, rule


class FixedPixels:
    """What is drawn with and never changes, so that nothing of it is copied: `gpucanvas.Image`."""

    __slots__ = ()
    _closed: bool = False
    """Whether the pixels are gone."""

    @property
    def pixels(self) -> NDArray[np.uint32]:
        """(H, W) uint32, straight RGBA8, red in the low byte, read-only."""
        raise NotImplementedError

    @property
    def color_space(self) -> ColorSpace:
        """The colour space that they are in."""
        raise NotImplementedError

    @property
    def holding(self) -> Holding:
        """What counts them."""
        raise NotImplementedError

    @property
    def levels(self) -> Any:
        """Their halved copies: `mips.Levels`."""
        raise NotImplementedError


class DevicePixels(Protocol):
    """Pixels that a GPU holds, and nobody else does."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""

    def is_in(self, pages: object) -> bool:
        """Whether the context with these pages holds them."""

    def download(self) -> NDArray[np.uint32]:
        """(H, W) uint32, straight RGBA8, red in the low byte."""


class RecordedImage:
    """Pixels as they were when drawn: (H, W) uint32, straight RGBA8, red in the low byte; and what counts them.

    Where they are only a part of a picture, ``left`` and ``top`` are where it begins there, pixels.

    Attributes
    ----------
    size : (int, int)
        Width and height.
    """

    __slots__ = ("__weakref__", "_downloaded", "_elsewhere", "_may_change", "_pixels", "holding", "left", "size", "top")

    def __init__(
        self,
        pixels: NDArray[np.uint32] | DevicePixels,
        holding: Holding | None,
        left: int = 0,
        top: int = 0,
        *,
        may_change: bool = False,
    ) -> None:
        self._pixels, self.holding, self.left, self.top = pixels, holding, left, top
        self._downloaded: NDArray[np.uint32] | None = None
        self._elsewhere: RecordedImage | None = None
        self._may_change = may_change
        self.size: tuple[int, int] = pixels.shape[::-1] if isinstance(pixels, np.ndarray) else pixels.size

    @property
    def key(self) -> object:
        """The pixels' identity: the same object for the same pixels, and never for others; it dies when they do.

        That is the array itself where nobody can change it. What may be written to after this frame is known for one
        frame only: an attribute that says so would keep the pixels until the collector comes by.
        """
        return self if self._may_change else self._pixels

    def in_pages(self, pages: object) -> RecordedImage:
        """This image, as the context with these pages has it: what another one's hold comes by way of the host."""
        held = self._pixels
        if isinstance(held, np.ndarray) or held.is_in(pages):
            return self
        if self._elsewhere is None:
            self._elsewhere = RecordedImage(self.pixels, None, self.left, self.top)
        return self._elsewhere

    @property
    def pixels(self) -> NDArray[np.uint32]:
        """The pixels; those that a GPU holds are read from there, the first time."""
        if isinstance(self._pixels, np.ndarray):
            return self._pixels
        if self._downloaded is None:
            self._downloaded = self._pixels.download()
            self.holding = Holding("image", self._downloaded.nbytes)
        return self._downloaded


class ImageUse(NamedTuple):
    """A drawn image: which, its source rectangle in the whole picture, and whether it is smoothed.

    Of an image of halves, each row holds the two words of a texel side by side: it has twice as many words as pixels.
    """

    image: int
    source: tuple[float, float, float, float]
    smooth: bool
    halves: bool = False


def sampled_box(source: tuple[float, float, float, float], width: int, height: int, smooth: bool) -> Box:
    """The pixels of a picture of this size that are sampled to draw a source rectangle (x, y, width, height) of it.

    Smooth ones are mixed with their neighbours, which may lie outside of the rectangle, but inside of the picture
    (HTML, "drawing images": "the value from the original image data must be used").
    """
    x, y, w, h = source
    reach = 0.5 if smooth else 0.0
    x0, y0 = floor(x - reach), floor(y - reach)
    x1, y1 = max(ceil(x + w + reach), x0 + 1), max(ceil(y + h + reach), y0 + 1)
    return max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Any number of like shapes in one command.

    Attributes
    ----------
    kind : str
        ``"rects"``, ``"frames"``, ``"circles"``, ``"rings"``, ``"arcs"``, ``"segments"``, ``"polygons"``,
        ``"polylines"``, ``"glyphs"`` or ``"images"``.
    items : float array
        (N, 4) rectangles or segments, (N, 3) circles; the (V, 2) points of polygons and polylines; (N, 6) arcs; the
        `GlyphRows` of texts; (N, 15) images: source (x, y, width, height), target, matrix, opacity.
    colors : float32 or uint8 array or None
        (N, 4) straight RGBA; None takes the command's paint.
    pen : int
        Index of the pen of stroked kinds.
    starts : int64 array or None
        (N + 1,) first point of each polygon or polyline.
    closed : bool
        Whether stroked polylines return to their first point.
    image : int
        Index of the image that all show; -1 for none.
    smooth : bool
        Whether it is smoothed.
    """

    kind: str
    items: Any
    colors: NDArray[Any] | None = None
    pen: int = 0
    starts: NDArray[np.int64] | None = None
    closed: bool = False
    holding: Holding | None = None
    image: int = -1
    smooth: bool = False

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        found = int(self.items.nbytes)
        if self.colors is not None:
            found += self.colors.nbytes
        return found if self.starts is None else found + self.starts.nbytes

    @property
    def count(self) -> int:
        """Shapes, which is draws."""
        return len(self.items) if self.starts is None else len(self.starts) - 1


@dataclass(frozen=True, slots=True, eq=False)
class BoxShadowUse:
    """What a plan has made of the shadow of a rounded rectangle: a paint for the rectangle that its blur reaches.

    The box is on the canvas: left, top, right and bottom; the corners' radii across and down, the blur's standard
    deviation, all in pixels; straight RGBA.
    """

    box: tuple[float, float, float, float]
    radii: tuple[float, float]
    sigma: float
    color: Solid


FARTHEST_OFFSET: Final = 1e10
"""Pixels: from no further away does a shadow come to any canvas."""


class Shadow(NamedTuple):
    """The shadow of what is drawn: straight RGBA, the blur's standard deviations, and how far it is moved, pixels.

    ``follows`` says whether it is of a layer's own filter: then it grows with a picture that is drawn larger.
    """

    color: Solid
    sigma_x: float
    sigma_y: float
    offset_x: float
    offset_y: float
    follows: bool = False

    @property
    def whole_offset(self) -> tuple[int, int]:
        """The offset in whole pixels, by which what is drawn already is moved."""
        x, y = min(max(self.offset_x, -FARTHEST_OFFSET), FARTHEST_OFFSET), self.offset_y
        return round(x), round(min(max(y, -FARTHEST_OFFSET), FARTHEST_OFFSET))
