"""glyphtexts: texts as the glyphs of strikes, ready to be recorded.

    PlacedText --its runs, by font and size--> strikes, numbers of glyphs, places: one GlyphText for each strike

All texts that are drawn alike are cached in one table, which keeps their strikes.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import chain
from struct import Struct
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.commands import GLYPH_NUMBERS
from ..recent import RecentGrowing
from .masktable import MaskTable
from .registry import emptied_on_removal
from .strike import LARGEST_EM, MaskKey, Strike, strike_of_run

if TYPE_CHECKING:
    from .line import PlacedRun, PlacedText
    from .wording import Wording

__all__ = ["GLYPH_BYTES", "GlyphText", "MaskedText", "Runs", "masks_of"]

MOST_BYTES: Final = 32 << 20
"""Most bytes of all cached texts. Those of one key may use half of them."""
TEXT_BYTES, MASKED_BYTES = 2000, 100
"""Approximate bytes of a text without its glyphs, and of each of its glyphs, with those of the `PlacedText`."""
GLYPH_BYTES: Final = 8 * GLYPH_NUMBERS
"""Bytes of a glyph's place and number."""
FEW_STRIKES: Final = 16
"""Strikes that a table of texts may keep, whatever their size."""

pack_span = Struct("qq").pack
Floats = NDArray[np.float64]
Runs = Callable[[], "Sequence[PlacedRun]"]
"""Returns the runs of a text."""


class GlyphText(NamedTuple):
    """Glyphs of one strike, which kernels read where they lie: drawing a text copies nothing.

    A whole text may stand in the place of a glyph: wholes.py.

    Attributes
    ----------
    strike
        The masks that the glyphs are drawn with.
    span
        The address of the glyphs in memory, and how many they are: two int64, as bytes, so that those of many texts are
        joined by joining bytes.
    width
        The text's width, px, if it is a label; else 0.
    glyphs
        For each glyph `GLYPH_NUMBERS` float64: its place relative to the text's origin, user space, and its number in
        the strike.
    runs
        Returns the glyphs' runs.
    said
        Returns the runs that `wording` is about, where they are others: the first part of a text stands for all.
    """

    strike: MaskTable[Any]
    span: bytes
    width: float
    glyphs: array[float]
    runs: Runs | None = None
    said: Runs | None = None

    @classmethod
    def of(
        cls,
        strike: MaskTable[Any],
        numbers: list[int],
        x: Floats,
        y: Floats,
        runs: Runs | None = None,
        said: Runs | None = None,
    ) -> GlyphText:
        """Make it from the numbers and places of its glyphs."""
        rows = np.empty((len(numbers), GLYPH_NUMBERS))
        rows[:, 0], rows[:, 1], rows[:, 2] = x, y, numbers
        return cls.packed(strike, array("d", rows.tobytes()), 0.0, runs, said)

    @classmethod
    def packed(
        cls, strike: MaskTable[Any], glyphs: array[float], width: float, runs: Runs | None, said: Runs | None = None
    ) -> GlyphText:
        """Make it from the attribute ``glyphs``, which nobody may change afterwards."""
        address, count = glyphs.buffer_info()
        return cls(strike, pack_span(address, count // GLYPH_NUMBERS), width, glyphs, runs, said)

    def __hash__(self) -> int:
        return hash(self.span)

    @property
    def rows(self) -> Floats:
        """The glyphs as an array (N, GLYPH_NUMBERS)."""
        return np.frombuffer(self.glyphs).reshape(-1, GLYPH_NUMBERS)

    @property
    def size(self) -> int:
        """The number of glyphs."""
        return len(self.glyphs) // GLYPH_NUMBERS

    def outline(self) -> tuple[bytes, Floats]:
        """Return the unhinted outlines of the glyphs as one path, px from the text's origin."""
        from .extent import joined
        from .line import plain_glyphs

        found = [
            joined(one.run.instance, plain_glyphs(one.run), one.x, one.y, one.unit_px)
            for one in (self.runs() if self.runs is not None else ())
        ]
        verbs = b"".join([verbs for verbs, _ in found])
        return verbs, np.concatenate([np.empty(0), *(coords for _, coords in found)])

    @property
    def says(self) -> Runs | None:
        """Returns the runs that `wording` is about."""
        return self.said or self.runs

    def wording(self) -> Wording | None:
        """Return what the text says, px from its origin; None for nothing but space, or where another part says it."""
        from .wording import wording_of

        return None if self.says is None else wording_of(self.says())


class MaskedText(NamedTuple):
    """The parts of a text, one per strike, and whether its letters overlap where they join.

    All runs of one strike make one part, which is one draw. ``only`` is the single part of a text that has no other
    part, no colour glyphs, and no overlapping letters; else None.
    """

    parts: tuple[GlyphText, ...]
    overlaps: bool
    only: GlyphText | None


class KeptStrikes:
    """The strikes that the texts of a table keep alive."""

    def __init__(self) -> None:
        self._all: set[MaskTable[Any]] = set()

    def take(self, parts: Sequence[GlyphText]) -> None:
        """Note the strikes of a text."""
        self._all.update(part.strike for part in parts)

    @property
    def nbytes(self) -> int:
        """Approximate bytes of all of them."""
        # Listed first: another thread may add a strike meanwhile.
        return sum(each.nbytes for each in list(self._all))

    @property
    def are_many(self) -> bool:
        """Whether a new table would keep fewer; texts of a few large strikes would only fill it again."""
        return len(self._all) > FEW_STRIKES and self.nbytes > MOST_BYTES // 4


class MaskedTexts:
    """All texts that are drawn with masks of one key.

    Attributes
    ----------
    texts : dict
        For each text its masks, or () if it is too large for masks.
    """

    def __init__(self) -> None:
        self.texts: dict[PlacedText, MaskedText | tuple[()]] = {}
        self._strikes = KeptStrikes()
        self._own_bytes = 0

    @property
    def nbytes(self) -> int:
        """Approximate bytes of the texts and of the strikes that they keep alive."""
        return self._own_bytes + self._strikes.nbytes

    @property
    def is_full(self) -> bool:
        """Whether more texts need a new table."""
        return self._own_bytes > MOST_BYTES // 2 or self._strikes.are_many

    def add(self, text: PlacedText, masked: MaskedText | None) -> None:
        """Add a text."""
        self._own_bytes += TEXT_BYTES + MASKED_BYTES * text.count
        if masked is not None:
            self._strikes.take(masked.parts)
        self.texts[text] = masked or ()


_masked: RecentGrowing[MaskKey, MaskedTexts] = RecentGrowing(MOST_BYTES, lambda texts: texts.nbytes)
"""Not kept with the texts: these are many, and each would keep its strikes."""
emptied_on_removal(_masked.clear)


def masks_of(text: PlacedText, key: MaskKey) -> MaskedText | None:
    """Return a text's glyphs without colours as masks, cached; None if the text is too large."""
    known = _masked.get(key)
    found = None if known is None else known.texts.get(text)
    if found is None:
        masked = _masks_of(text, key)
        if known is None or known.is_full:
            known = MaskedTexts()
            _masked.add(key, known)
        known.add(text, masked)
        _masked.put(key, known, known.nbytes)
        return masked
    return found or None


def _masks_of(text: PlacedText, key: MaskKey) -> MaskedText | None:
    from .line import plain_glyphs

    by_strike: dict[Strike, list[tuple[PlacedRun, list[int]]]] = {}
    for one in text.placed:
        if not one.unit_px * one.run.instance.upem * key.scale <= LARGEST_EM:
            return None
        strike = strike_of_run(one, key)
        numbers = strike.numbers_of(plain_glyphs(one.run))
        if numbers is None:
            return None
        if len(numbers):
            by_strike.setdefault(strike, []).append((one, numbers))
    placed = text.placed
    # What the text says is one wording, of its first part.
    said: list[Runs | None] = [lambda: placed, *[no_runs] * len(by_strike)] if len(by_strike) > 1 else [None]
    parts = [
        _part_of(strike, found, of_text) for (strike, found), of_text in zip(by_strike.items(), said, strict=False)
    ]
    overlaps = any(one.run.is_cursive for one in text.placed)
    only = parts[0] if len(parts) == 1 and not overlaps and not text.colors else None
    return MaskedText(tuple(parts), overlaps, only)


def _part_of(strike: Strike, found: list[tuple[PlacedRun, list[int]]], said: Runs | None) -> GlyphText:
    """Join the glyphs of all runs of a strike, each with the numbers of its glyphs."""
    runs, numbers = zip(*found, strict=True)
    x, y = np.concatenate([one.x for one in runs]), np.concatenate([one.y for one in runs])
    return GlyphText.of(strike, [*chain.from_iterable(numbers)], x, y, lambda: runs, said)


def no_runs() -> tuple[PlacedRun, ...]:
    """Return the runs of a part that another part stands for."""
    return ()
