"""strike: the glyphs of a font at one size, as masks that are drawn on first use.

    glyph --outline_of--> outline, pixels --first use at a quarter-pixel offset and a tone--> mask, filled or stroked

`strike_of` caches the strikes used last, by font and size. Other strikes live as long as the recordings that refer to
them. A strike with a pen has the masks of stroked glyphs. masktable.py keeps the masks.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import MASK_GAP
from ..contract.tones import TONE_COUNT
from ..geometry.builder import COORD_COUNT
from ..recent import RecentGrowing
from ..stages.masks import PHASES, SLOTS, draw_masks
from .extent import EMPTY, NO_GLYPH
from .instance import Instance, Outline
from .masktable import Mask, MaskTable
from .registry import emptied_on_removal

if TYPE_CHECKING:
    from .line import PlacedRun

__all__ = ["LARGEST_EM", "MOVED", "MaskKey", "Move", "Pen", "Strike", "Turn", "steps_of", "strike_of", "strike_of_run"]

SIZE_STEPS: Final = 64
"""Steps per pixel to which sizes are rounded down, as in browsers: letters grow by a row of pixels at a whole step."""
SIZE_ERROR: Final = 1e-6
"""Steps. A size that is smaller than a whole step by less is that step: it comes from rounding errors."""
MOST_BYTES: Final = 32 << 20
"""Most bytes of all cached strikes."""
MOVED: Final = 0.5
"""Pixels. The most that glyphs are moved to lie at whole pixels and quarters of them."""
LARGEST_EM: Final = 64.0
"""Largest size of an em on the canvas, pixels, that is drawn with masks: larger text is drawn as outlines."""
LARGEST_MASK: Final = 256.0
"""Largest distance of a mask's ink from its glyph's origin, pixels; glyphs with a larger one have no masks."""

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
OutlinesOf = Callable[[Sequence[int]], Sequence[Outline]]
Move = tuple[float, float]
"""A move to the right and down by parts of a pixel."""
Turn = tuple[float, float, float, float]
"""How glyphs are turned and stretched on the canvas: where one pixel along the baseline of upright glyphs of the same
height comes to lie, and one pixel down."""


class Pen(Protocol):
    """How glyphs are stroked. Equal pens are one: strikes are cached by their pens."""

    @property
    def reach(self) -> float:
        """How far the ink may be from an outline, pixels."""

    def masks(self, outlines: Sequence[Outline], moves: Sequence[Move], tones: Sequence[int]) -> list[Mask]:
        """Stroke outlines, given in pixels, each moved by its part of a pixel, and toned by its tone."""


def is_vertical(turn: Turn | None) -> bool:
    """Return whether baselines are vertical on the canvas."""
    return turn is not None and turn[0] == 0.0


class MaskKey(NamedTuple):
    """How masks are made: the pixels per px of their height, whether glyphs are hinted, their pen and turn, if any."""

    scale: float
    is_hinted: bool
    pen: Pen | None = None
    turn: Turn | None = None

    @property
    def is_vertical(self) -> bool:
        """Whether baselines are vertical on the canvas."""
        return is_vertical(self.turn)


class Strike(MaskTable[int]):
    """The masks of one font's glyphs at one size.

    Parameters
    ----------
    outlines_of
        Returns the outlines of glyphs, pixels, y down.
    pen
        Strokes the outlines; without it they are filled.
    is_vertical
        Whether the outlines are those of text with a vertical baseline.
    """

    def __init__(self, outlines_of: OutlinesOf, pen: Pen | None = None, is_vertical: bool = False) -> None:
        self._outlines_of, self._pen = outlines_of, pen
        self._verbs, self._coords = bytearray(), array("d")
        self._outlines: list[tuple[int, int, int]] = []
        self._too_large: set[int] = set()
        super().__init__(is_vertical)

    def numbers_of(self, glyphs: Sequence[int]) -> list[int] | None:
        """Return each glyph's number in this strike, which locates its slots; None if one is too large for a mask."""
        found = self.numbered(glyphs)
        return found if self._too_large.isdisjoint(found) else None

    def outlines(self, glyphs: Sequence[int]) -> list[Outline]:
        """Return the outlines of glyphs, pixels, y down; they may be too large for a mask."""
        numbers = self.numbered(glyphs)
        with self._lock:
            return [self._outline(number) for number in numbers]

    def _outline(self, number: int) -> Outline:
        first, count, start = self._outlines[number]
        verbs = bytes(self._verbs[first : first + count])
        return Outline(verbs, np.array(self._coords[start : start + sum(map(COORD_COUNT.__getitem__, verbs))]))

    def _add(self, new: list[int]) -> Floats:
        drawn = [glyph for glyph in new if glyph != NO_GLYPH]
        found = dict(zip(drawn, self._outlines_of(drawn), strict=True))
        outlines, first = [found.get(glyph, EMPTY) for glyph in new], len(self._numbers)
        # A call that was interrupted may have left glyphs without numbers.
        del self._outlines[first:]
        self._too_large.difference_update(range(first, first + len(new)))
        for verbs, coords in outlines:
            self._outlines.append((len(self._verbs), len(verbs), len(self._coords)))
            self._verbs += verbs
            self._coords.frombytes(coords.tobytes())
        bounds = bounds_of([each.coords for each in outlines])
        if self._pen is not None:
            bounds += np.array((-1.0, -1.0, 1.0, 1.0)) * self._pen.reach
        # Written as `~ <=`, so that NaN counts as too large.
        is_large = ~(np.abs(bounds) <= LARGEST_MASK).all(axis=1)
        self._too_large.update(first + k for k in np.flatnonzero(is_large).tolist() if len(outlines[k].coords))
        return bounds

    def _draw(self, rows: NDArray[np.int64]) -> None:
        if self._pen is None:
            self._fill(rows)
            return
        outlines = [self._outline(number) for number in (rows // SLOTS).tolist()]
        phases, tones = (rows % PHASES / PHASES).tolist(), (rows // PHASES % TONE_COUNT).tolist()
        moves = [(0.0, phase) if self.is_vertical else (phase, 0.0) for phase in phases]
        self._store(rows, self._pen.masks(outlines, moves, tones))

    def _fill(self, rows: NDArray[np.int64]) -> None:
        box = self.bounds[rows // SLOTS]
        has_ink = box[:, 0] <= box[:, 2]
        wide = np.where(has_ink, box[:, 2] - box[:, 0], 0.0) + 3.0
        high = np.where(has_ink, box[:, 3] - box[:, 1], 0.0) + 3.0
        self._make_room(ceil(float((high * (wide + MASK_GAP)).sum())))
        sums = np.empty(ceil(float(((wide + 2) * (high + 1)).max())))
        verbs, coords = np.frombuffer(self._verbs, np.uint8), np.frombuffer(self._coords or array("d", [0.0]))
        outlines = np.array(self._outlines, np.int64), self.is_vertical
        self._used = draw_masks(rows, verbs, coords, *outlines, self.slots, sums, self._room.bytes, self._used)


_strikes: RecentGrowing[tuple[Instance, int, bool, Pen | None, Turn | None], Strike]
_strikes = RecentGrowing(MOST_BYTES, lambda strike: strike.nbytes)
emptied_on_removal(_strikes.clear)


def strike_of(
    instance: Instance, size: int, is_hinted: bool, pen: Pen | None = None, turn: Turn | None = None
) -> Strike:
    """Return the strike of a font at a size in 1 / SIZE_STEPS px, filled or stroked. Text is hinted by default."""
    key = instance, size, is_hinted, pen, turn
    found = _strikes.get(key)
    if found is None:
        outlines_of = _outlines_of(instance, size / SIZE_STEPS, is_hinted)
        if turn is not None:
            outlines_of = partial(_turned, outlines_of, turn)
        found = Strike(outlines_of, pen, is_vertical(turn))
        _strikes.add(key, found)
    return found


def strike_of_run(one: PlacedRun, key: MaskKey) -> Strike:
    """Return the strike of a run's font."""
    scale, is_hinted, pen, turn = key
    return strike_of(one.run.instance, steps_of(one.unit_px * one.run.instance.upem * scale), is_hinted, pen, turn)


def steps_of(em_px: float) -> int:
    """Return the size of a strike for an em of this size, pixels, in 1 / SIZE_STEPS px.

    >>> steps_of(14.0), steps_of(13.9999999999), steps_of(14.95), steps_of(0.001)
    (896, 896, 956, 1)
    """
    return max(int(em_px * SIZE_STEPS + SIZE_ERROR), 1)


def _outlines_of(instance: Instance, size_px: float, is_hinted: bool) -> OutlinesOf:
    def outlines_of(glyphs: Sequence[int]) -> list[Outline]:
        found: list[Outline | None] = [None] * len(glyphs)
        if is_hinted:
            from .hinting import hinted_outlines

            found = hinted_outlines(instance, size_px, glyphs)
        return [_scaled(glyph) if each is None else each for glyph, each in zip(glyphs, found, strict=True)]

    def _scaled(glyph: int) -> Outline:
        outline = instance.outline(glyph)
        return Outline(outline.verbs, outline.coords * (size_px / instance.upem))

    return outlines_of


def _turned(outlines_of: OutlinesOf, turn: Turn, glyphs: Sequence[int]) -> list[Outline]:
    """Return the outlines of upright glyphs, turned and stretched."""
    a, b, c, d = turn
    found = []
    for verbs, coords in outlines_of(glyphs):
        turned = np.empty(len(coords))
        turned[0::2] = a * coords[0::2] + c * coords[1::2]
        turned[1::2] = b * coords[0::2] + d * coords[1::2]
        found.append(Outline(verbs, turned))
    return found


def bounds_of(outlines: Sequence[Floats]) -> Floats:
    """Return left, top, right and bottom of the points of outlines, (G, 4); inverted for an empty outline."""
    counts = np.array([len(each) >> 1 for each in outlines])
    bounds = np.empty((len(counts), 4))
    bounds[:, :2], bounds[:, 2:] = np.inf, -np.inf
    some = counts > 0
    if some.any():
        points = np.concatenate(outlines).reshape(-1, 2)
        starts = (np.cumsum(counts) - counts)[some]
        bounds[some, :2] = np.minimum.reduceat(points, starts)
        bounds[some, 2:] = np.maximum.reduceat(points, starts)
    return bounds
