"""glyph_pen: the masks of stroked glyphs, which the stages draw like any other stroke.

    outlines, parts of a pixel, tones --one cell of a small picture each--> cells --trimmed--> masks

    text/strike.py keeps them beside the masks of filled glyphs; a label with a halo is two texts of masks.

Filled glyphs have kernels of their own (stages/masks.py). A stroke winds round its corners more than once, which only
the whole pipeline draws right; the cost is that of the same stroke drawn once.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from math import ceil, floor
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.commands import PATH_IS_LOCAL, STROKE_PATH
from ..contract.constants import JOIN_MITER
from ..contract.operators import OPERATORS
from ..contract.tones import style_of_tone
from ..geometry.affine import IDENTITY
from ..pipeline.encode import encode
from ..pipeline.record import Commands, Pen, append_path, pack_command
from ..text.instance import Outline
from ..text.masktable import Mask
from ..text.strike import Move
from . import workers

__all__ = ["WIDEST_PEN", "GlyphPen"]

WIDEST_PEN: Final = 16.0
"""Widest line of a mask, pixels: the masks of wider ones would be large, and such text is seldom repeated."""
COLUMNS: Final = 8
"""Cells of a row of a picture."""
CELLS: Final = 64
"""Cells of a picture, at most."""
SQUARE_CAP: Final = 1.5
"""How many times half the line width a square cap or a bevel reaches at most."""
WHITE: Final = 1.0, 1.0, 1.0, 1.0
OVER: Final = OPERATORS["source-over"].style


class GlyphPen(NamedTuple):
    """How the glyphs of a strike are stroked; lengths in pixels. `Pen` describes the other fields."""

    width: float
    cap: int
    join: int
    miter_limit: float

    @property
    def reach(self) -> float:
        """How far the ink may be from an outline, pixels."""
        return 0.5 * self.width * max(self.miter_limit if self.join == JOIN_MITER else 0.0, SQUARE_CAP)

    def masks(self, outlines: Sequence[Outline], moves: Sequence[Move], tones: Sequence[int]) -> list[Mask]:
        """Stroke outlines, given in pixels, each moved by its part of a pixel, and toned by its tone.

        Returns
        -------
        list of Mask
            One for each outline, without blank rows and columns around the ink.
        """
        found: list[Mask] = []
        for first in range(0, len(outlines), CELLS):
            some = slice(first, first + CELLS)
            found += self._drawn(outlines[some], moves[some], tones[some])
        return found

    def _drawn(self, outlines: Sequence[Outline], moves: Sequence[Move], tones: Sequence[int]) -> list[Mask]:
        """Draw up to `CELLS` outlines as one picture."""
        # A pixel for the phase, and one for each antialiased edge.
        reach = ceil(self.reach) + 1
        corners, sides = [], [1]
        for outline in outlines:
            xs, ys = outline.coords[0::2], outline.coords[1::2]
            left, top = (floor(xs.min()) - reach, floor(ys.min()) - reach) if len(xs) else (0, 0)
            corners.append((left, top))
            sides += [ceil(xs.max()) + reach + 1 - left, ceil(ys.max()) + reach + 1 - top] if len(xs) else []
        side = max(sides)
        out = Commands()
        paint, pen = out.add_solid(WHITE), out.add_pen(Pen(*self))
        states = {tone: out.add_state(IDENTITY, 1.0, OVER | style_of_tone(tone), None) for tone in dict.fromkeys(tones)}
        tables = out.path_tables()
        for i, (outline, (right, down), tone) in enumerate(zip(outlines, moves, tones, strict=True)):
            coords = outline.coords.reshape(-1, 2) - corners[i]
            coords += (i % COLUMNS * side + right, i // COLUMNS * side + down)
            path = append_path(tables, bytearray(outline.verbs), array("d", coords.tobytes()))
            out.commands += pack_command(STROKE_PATH, states[tone], paint, path, float(pen), 0.0, PATH_IS_LOCAL, 0.0)
        wide, high = COLUMNS * side, ceil(len(outlines) / COLUMNS) * side
        pixels = np.zeros((high, wide), np.uint32)
        with workers.shared().runner() as runner:
            runner.draw(encode(out, wide, high), pixels, 0)
        cells = (pixels >> 24).astype(np.uint8).reshape(-1, side, COLUMNS, side).swapaxes(1, 2).reshape(-1, side, side)
        return [trimmed(cell, *corner) for cell, corner in zip(cells, corners, strict=False)]


def trimmed(cell: NDArray[np.uint8], left: int, top: int) -> Mask:
    """Returns a cell's ink as a mask; ``left`` and ``top`` are those of the cell."""
    rows, columns = np.flatnonzero(cell.any(1)), np.flatnonzero(cell.any(0))
    if not len(rows):
        return Mask(0, 0, cell[:0, :0])
    y0, y1, x0, x1 = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    return Mask(left + int(x0), top + int(y0), cell[y0:y1, x0:x1])
