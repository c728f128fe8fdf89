"""entries: the values in a recording's tables: paints, pens, clips, images and batches, as they were when drawn.

No entry changes once it is in a table. Only where its memory lies may change: pixels are downloaded, or released.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from math import ceil, floor
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ..geometry.affine import Affine
from ..images.colorspace import ColorSpace
from ..memory import Holding
from ..paint.gradient import Kind

__all__ = [
    "CLIP_KEY",
    "FARTHEST_OFFSET",
    "IMAGE_KEY",
    "LEVELS_KEY",
    "PATH_KEY",
    "STYLE_KEY",
    "TEXT_KEY",
    "Batch",
    "Box",
    "BoxShadowUse",
    "ClipNode",
    "DevicePixels",
    "FixedPixels",
    "GradientUse",
    "ImageUse",
    "Marker",
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
PATH_KEY, STYLE_KEY, CLIP_KEY, IMAGE_KEY, LEVELS_KEY, TEXT_KEY = range(6)
"""The first items of the keys by which a recording finds entries again: their kinds."""


class GradientUse:
    """A gradient as it was when drawn with. Immutable; no frozen dataclass, which is slow to make by the thousand.

    Attributes
    ----------
    kind : str
        ``"linear"``, ``"radial"`` or ``"conic"``.
    numbers : tuple of float
        The geometry in user space: see `CanvasGradient`.
    packed : bytes
        The stops in order, five float32 each: offset and straight RGBA.
    """

    __slots__ = ("kind", "numbers", "packed")

    def __init__(self, kind: Kind, numbers: tuple[float, ...], packed: bytes) -> None:
        self.kind, self.numbers, self.packed = kind, numbers, packed

    @property
    def stops(self) -> NDArray[np.float32]:
        """The stops as a read-only array (n, 5)."""
        return np.frombuffer(self.packed, np.float32).reshape(-1, 5)

    def with_colors(self, colors: NDArray[Any]) -> GradientUse:
        """Returns the same gradient with other colours (n, 4)."""
        stops = np.concatenate([self.stops[:, :1], colors], axis=1, dtype=np.float32)
        return GradientUse(self.kind, self.numbers, stops.tobytes())


@dataclass(frozen=True, slots=True, eq=False)
class PatternUse:
    """A pattern as it was when drawn with: the image's index, its matrix to user space, and how it is sampled."""

    image: int
    matrix: Affine
    repeats: tuple[bool, bool]
    smooth: bool


class Pen(NamedTuple):
    """How outlines are stroked; lengths in user space. A tuple is fast to make: programs may set a width per line."""

    width: float
    cap: int
    join: int
    miter_limit: float
    dash: tuple[float, ...] = ()
    dash_offset: float = 0.0


class Marker(NamedTuple):
    """The outline that all items of a batch of paths show, each under a transform of its own.

    ``scales_pen`` says that an item's transform applies to the pen as well, and not to the outline alone.
    """

    verbs: bytes
    coords: array[float]
    rule: int = 0
    scales_pen: bool = False


class ClipNode:
    """One clip call: an outline under a matrix, intersected with the clip before it (``parent``).

    Immutable; no frozen dataclass, which is slow to make for each widget of a program.
    """

    __slots__ = ("coords", "matrix", "parent", "rule", "verbs")

    def __init__(self, parent: ClipNode | None, verbs: bytes, coords: array[float], matrix: Affine, rule: int) -> None:
        self.parent, self.verbs, self.coords = parent, verbs, coords
        self.matrix, self.rule = matrix, rule


class FixedPixels:
    """Base of pixels that never change, so that recordings refer to them without a copy, as of `gpucanvas.Image`."""

    __slots__ = ()
    _closed: bool = False
    """Whether the pixels have been released."""
    is_filtered: bool = False
    """Whether pixels that are drawn small are filtered also with a quality of "low", as images are in browsers."""

    @property
    def pixels(self) -> NDArray[np.uint32]:
        """(H, W) uint32, straight RGBA8, red in the low byte, read-only."""
        raise NotImplementedError

    @property
    def color_space(self) -> ColorSpace:
        """The colour space of the pixels."""
        raise NotImplementedError

    @property
    def holding(self) -> Holding:
        """The `Holding` that counts the pixels as memory."""
        raise NotImplementedError

    @property
    def levels(self) -> Any:
        """The halved copies of the pixels: `mips.Levels`."""
        raise NotImplementedError

    @property
    def halves(self) -> FixedPixels | None:
        """The same pixels as float16, two words each, where bytes cannot hold them; canvases of float16 draw these."""
        return None


class DevicePixels(Protocol):
    """Pixels that only a GPU holds."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""

    def is_in(self, pages: object) -> bool:
        """Whether the OpenGL context with these texel pages holds the pixels."""

    def download(self) -> NDArray[np.uint32]:
        """Returns the pixels (H, W) uint32, straight RGBA8, red in the low byte."""


class RecordedImage:
    """Pixels as they were when drawn, (H, W) uint32, straight RGBA8, red in the low byte; and their holding.

    Where the pixels are only a part of a picture, ``left`` and ``top`` are the part's corner in it, pixels.

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
        """An object that identifies the pixels and lives as long as they do.

        It is the pixel array, which no one can change. Pixels that may change after this frame are identified by this
        recorded image, for one frame. It is no stored attribute: a reference to itself would keep the pixels until the
        garbage collector runs.
        """
        return self if self._may_change else self._pixels

    def in_pages(self, pages: object) -> RecordedImage:
        """Returns this image for the context with these texel pages; the host copies another context's pixels."""
        held = self._pixels
        if isinstance(held, np.ndarray) or held.is_in(pages):
            return self
        if self._elsewhere is None:
            self._elsewhere = RecordedImage(self.pixels, None, self.left, self.top)
        return self._elsewhere

    @property
    def pixels(self) -> NDArray[np.uint32]:
        """The pixels. A GPU's pixels are downloaded at the first call."""
        if isinstance(self._pixels, np.ndarray):
            return self._pixels
        if self._downloaded is None:
            self._downloaded = self._pixels.download()
            self.holding = Holding("image", self._downloaded.nbytes)
        return self._downloaded


class ImageUse(NamedTuple):
    """A drawn image: its index, its source rectangle in the whole picture, and whether it is smoothed.

    ``halves`` says that a texel is four float16: two words side by side, so that a row has twice as many words as
    pixels.
    """

    image: int
    source: tuple[float, float, float, float]
    smooth: bool
    halves: bool = False


def sampled_box(source: tuple[float, float, float, float], width: int, height: int, smooth: bool) -> Box:
    """Returns the box of pixels that drawing a source rectangle (x, y, width, height) of a picture samples.

    Smoothing also samples neighbours outside of the rectangle, but inside of the picture (HTML, "drawing images": "the
    value from the original image data must be used").
    """
    x, y, w, h = source
    reach = 0.5 if smooth else 0.0
    x0, y0 = floor(x - reach), floor(y - reach)
    x1, y1 = max(ceil(x + w + reach), x0 + 1), max(ceil(y + h + reach), y0 + 1)
    return max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)


# Not frozen, though it never changes: a frozen one takes five times as long to make, longer than to record its text.
@dataclass(slots=True, eq=False)
class Batch:
    """Any number of shapes of one kind in one command.

    Attributes
    ----------
    kind : str
        ``"rects"``, ``"frames"``, ``"circles"``, ``"rings"``, ``"arcs"``, ``"segments"``, ``"polygons"``,
        ``"polylines"``, ``"glyphs"``, ``"images"``, ``"paths"``, ``"ellipses"`` or ``"round_rects"``.
    items : float array
        (N, 4) rectangles or segments, (N, 3) circles; the (V, 2) points of polygons and polylines; (N, 6) arcs; the
        `GlyphRows` of texts; (N, 15) images: source (x, y, width, height), target, matrix, opacity; (N, 16) where there
        are several images: which of ``images`` the item shows; (N, 6) the transforms of paths, and of ellipses from the
        circle of radius 1; (N, 8) round rectangles: x, y, width, height and the corners' radii from the upper left one.
    colors : float32 or uint8 array or None
        (N, 4) straight RGBA; None takes the command's paint.
    pen : int
        Index of the pen of stroked kinds; -1 for arcs, paths, ellipses and round rectangles that are filled.
    starts : int64 array or None
        (N + 1,) first point of each polygon or polyline.
    closed : bool
        Whether stroked polylines return to their first point.
    images : tuple of int
        Indices of the images that items show.
    smooth : bool
        Whether the images are smoothed.
    origins : int64 array or None
        (N,) index that each item has in the program's arrays, where some were left out or divided; picking names it.
    marker : Marker or None
        The outline of paths.
    widths : float64 array or None
        (N,) the line width of each item, in the place of the pen's.
    """

    kind: str
    items: Any
    colors: NDArray[Any] | None = None
    pen: int = 0
    starts: NDArray[np.int64] | None = None
    closed: bool = False
    holding: Holding | None = None
    images: tuple[int, ...] = ()
    smooth: bool = False
    origins: NDArray[np.int64] | None = None
    marker: Marker | None = None
    widths: NDArray[np.float64] | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        found = int(self.items.nbytes)
        if self.colors is not None:
            found += self.colors.nbytes
        if self.widths is not None:
            found += self.widths.nbytes
        return found if self.starts is None else found + self.starts.nbytes

    @property
    def count(self) -> int:
        """Number of shapes; each is one draw."""
        return len(self.items) if self.starts is None else len(self.starts) - 1


@dataclass(frozen=True, slots=True, eq=False)
class BoxShadowUse:
    """The paint with which a plan draws the shadow of a rounded rectangle without a layer.

    ``box`` is the shadow before its blur on the canvas: left, top, right and bottom; ``radii`` those of the corners
    across and down; ``sigma`` the blur's standard deviation; all in pixels. ``color`` is straight RGBA.
    """

    box: tuple[float, float, float, float]
    radii: tuple[float, float]
    sigma: float
    color: Solid


FARTHEST_OFFSET: Final = 1e10
"""Pixels. A shadow that is moved this far, or farther, reaches no canvas; offsets are clamped to it."""


class Shadow(NamedTuple):
    """A shadow: straight RGBA, the blur's standard deviations, and the offset, pixels.

    ``follows`` says that it comes from a layer's own filter, whose lengths scale with a replayed picture.
    """

    color: Solid
    sigma_x: float
    sigma_y: float
    offset_x: float
    offset_y: float
    follows: bool = False

    @property
    def whole_offset(self) -> tuple[int, int]:
        """The offset in whole pixels, by which the drawn layer is moved."""
        x, y = min(max(self.offset_x, -FARTHEST_OFFSET), FARTHEST_OFFSET), self.offset_y
        return round(x), round(min(max(y, -FARTHEST_OFFSET), FARTHEST_OFFSET))
