"""GlyphRows: the items of a batch of glyphs, text by text: which glyphs of a strike, where, and in which colour.

    fill_text --PlacedText's glyphs, kept--> GlyphText, x, y, colour --columns--> places, numbers, texts, tones, colours

Texts of one strike that follow one another in one state are one batch, so that a thousand labels are encoded at once.
No work is done a glyph here that is not NumPy's.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.tones import GREY_TONE, tone_of
from ..resources.growing import Written
from ..text.strike import GlyphText, Strike

__all__ = ["GlyphRows", "SceneMasks"]

Floats = NDArray[np.float64]
Color = tuple[float, float, float, float]
MOVED = 0.5
"""Pixels that a glyph is moved by at most."""


class Columns(NamedTuple):
    """Texts as arrays, as `write_glyph_items` takes them.

    Of all glyphs: places (N, 2), from where the text begins, and numbers (N,). Of all texts: how many glyphs each has
    (T,), where it begins (T, 2), and which colour it has (T,). Of all colours: tones (C,), and themselves (C, 4).
    """

    places: Floats
    numbers: NDArray[np.int32]
    sizes: NDArray[np.int64]
    corners: Floats
    chosen: NDArray[np.int64]
    tones: NDArray[np.int32]
    colors: NDArray[np.float32]


class GlyphRows:
    """Texts to draw with one strike; it grows until it is encoded.

    Attributes
    ----------
    strike : Strike
        What all of them are drawn with.
    """

    def __init__(self, strike: Strike) -> None:
        self.strike = strike
        self._texts: list[GlyphText] = []
        self._corners = array("d")
        # Each colour once, and which of them each text has; empty where the batch's paint is theirs.
        self._colors: dict[Color, int] = {}
        self._color_of_text = array("q")
        self._counted, self._count = 0, 0

    def __len__(self) -> int:
        if self._counted < len(self._texts):
            self._count += sum(text.size for text in self._texts[self._counted :])
            self._counted = len(self._texts)
        return self._count

    @property
    def nbytes(self) -> int:
        """About what the places take; the glyphs are kept with the texts."""
        return 24 * len(self)

    @property
    def has_colors(self) -> bool:
        """Whether texts have colours of their own."""
        return bool(self._colors)

    def add(self, text: GlyphText, x: float, y: float, color: Color | None) -> None:
        """Append a text that begins at (x, y), user space; without a colour, it is painted by the batch's paint."""
        self._texts.append(text)
        self._corners.extend((x, y))
        if color is not None:
            self._color_of_text.append(self.number_of(color))

    def number_of(self, color: Color) -> int:
        """The number of a colour among those of all texts."""
        return self._colors.setdefault(color, len(self._colors))

    def append(self, text: GlyphText, x: float, y: float, color: int) -> None:
        """Append a text that begins at (x, y), user space, and has a colour of this number."""
        self._texts.append(text)
        self._corners.extend((x, y))
        self._color_of_text.append(color)

    def extend(self, texts: Sequence[GlyphText], corners: Floats, colors: array[int]) -> None:
        """Append texts: x and y of each (N, 2), and its colour's number."""
        self._corners.frombytes(corners.tobytes())
        self._color_of_text.extend(colors)
        self._texts.extend(texts)

    def copy(self) -> GlyphRows:
        """The same texts; what is added to one from here on is not in the other."""
        made = GlyphRows(self.strike)
        made._texts, made._corners = list(self._texts), self._corners[:]
        made._colors, made._color_of_text = dict(self._colors), self._color_of_text[:]
        return made

    def texts(self) -> Iterator[tuple[GlyphText, float, float, Color | None]]:
        """What was added."""
        colors: list[Color | None] = [*self._colors]
        for i, text in enumerate(self._texts):
            color = colors[self._color_of_text[i]] if colors else None
            yield text, self._corners[2 * i], self._corners[2 * i + 1], color

    def columns(self) -> Columns:
        """All of it as arrays."""
        texts = self._texts
        colors, tones = colors_of(tuple(self._colors))
        _, all_numbers, all_places, sizes, _ = zip(*texts, strict=True)
        places = np.frombuffer(b"".join(all_places)).reshape(-1, 2)
        numbers = np.frombuffer(b"".join(all_numbers), np.int32)
        # Copies: the arrays may not grow while others look into their memory.
        corners = np.array(self._corners).reshape(-1, 2)
        chosen = np.array(self._color_of_text) if self.has_colors else np.zeros(len(texts), np.int64)
        return Columns(places, numbers, np.array(sizes, np.int64), corners, chosen, tones, colors)

    def box(self, matrix: Floats) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of all glyphs under a transform, which scales and moves alone, pixels."""
        columns = self.columns()
        places = columns.places + np.repeat(columns.corners, columns.sizes, 0)
        places = places * matrix[[0, 3]] + matrix[4:]
        bounds = self.strike.bounds[columns.numbers] + np.tile(places, 2)
        (left, top), (right, bottom) = bounds[:, :2].min(0).tolist(), bounds[:, 2:].max(0).tolist()
        # Glyphs are moved to the nearest quarter of a pixel across, and to the nearest pixel down.
        return left - MOVED, top - MOVED, right + MOVED, bottom + MOVED


@lru_cache(256)
def colors_of(colors: tuple[Color, ...]) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Colours (C, 4) and their tones (C,); the tone of gradients where there are none."""
    if not colors:
        return np.zeros((1, 4), np.float32), np.array([GREY_TONE], np.int32)
    return np.array(colors, np.float32), np.array([tone_of(*color[:3]) for color in colors], np.int32)


class SceneMasks:
    """The masks of a scene: those of each strike that it draws with, as if one behind another."""

    def __init__(self) -> None:
        self._uses: dict[Strike, list[slice]] = {}

    def add(self, strike: Strike, at: slice) -> None:
        """Some draws show masks of a strike, whose places among its bytes they hold."""
        self._uses.setdefault(strike, []).append(at)

    def settle(self, draws: NDArray[np.void]) -> tuple[Written, ...]:
        """The bytes of each strike; the draws hold their places among all of them from here on."""
        parts: list[Written] = []
        start = 0
        for strike, uses in self._uses.items():
            part = strike.written()._replace(start=start)
            for at in uses if start else ():
                draws["path"][at] += np.uint32(start)
            parts.append(part)
            start += len(part.bytes)
        return tuple(parts)
