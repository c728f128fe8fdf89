"""wording: the characters that drawn glyphs stand for, and where each is, so that saved texts can be found and copied.

    PlacedRuns --their texts and clusters--> Wording: text, and its letters from left to right

A recording keeps glyphs. Their runs know the text that they were shaped from, so that only a picture that is saved as
SVG, PDF or bytes takes the time to look.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .clusters import divided
from .glyphs import PlacedRun
from .instance import SUBUNITS

__all__ = ["Letter", "Wording", "wording_of"]


class Letter(NamedTuple):
    """A grapheme cluster, and its left and right edges, px."""

    text: str
    left: float
    right: float


class Wording(NamedTuple):
    """A text that is drawn at once, in the coordinates of its outline: px, y down.

    Attributes
    ----------
    text
        Its characters, in the order in which they are read.
    starts
        The first character of each letter, from left to right.
    edges
        The left and right edge of each letter, from left to right.
    baseline
        The height of its baseline.
    em_px
        The size of its font.
    is_rtl
        Whether it begins with text that runs to the left.
    """

    text: str
    starts: array[int]
    edges: array[float]
    baseline: float
    em_px: float
    is_rtl: bool

    @property
    def left(self) -> float:
        """Its left edge."""
        return self.edges[0]

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.edges[-1]

    def letters(self) -> Iterator[Letter]:
        """Yield its letters from left to right."""
        order = sorted(self.starts)
        ends = dict(zip(order, [*order[1:], len(self.text)], strict=True))
        for number, start in enumerate(self.starts):
            yield Letter(self.text[start : ends[start]], self.edges[2 * number], self.edges[2 * number + 1])


def wording_of(placed: Sequence[PlacedRun]) -> Wording | None:
    """Return what runs on one line say; None where that is nothing but space."""
    # Letters from left to right, each with its place in the text: a mark of a layout comes before the next character.
    found = [each for one in placed for each in _letters_of(one)]
    if not any(letter.text.strip() for _, letter in found):
        return None
    in_order = sorted(range(len(found)), key=lambda number: found[number][0])
    starts, text = array("I", bytes(4 * len(found))), ""
    for number in in_order:
        starts[number] = len(text)
        text += found[number][1].text
    edges = array("d", [edge for _, letter in found for edge in letter[1:]])
    em_px = max(one.unit_px * one.run.instance.upem for one in placed)
    is_rtl = any(one.run.level & 1 and one.run.start == found[in_order[0]][0][0] for one in placed)
    return Wording(text, starts, edges, _baseline_of(placed), em_px, is_rtl)


def _baseline_of(placed: Sequence[PlacedRun]) -> float:
    """The height of the baseline, px: that of the first glyph, without its own offset."""
    one = next(each for each in placed if len(each.y))
    return float(one.y[0] + one.run.y_offsets[0] * (one.unit_px / SUBUNITS))


def _letters_of(one: PlacedRun) -> Iterator[tuple[tuple[int, int], Letter]]:
    """Yield the letters of a run from left to right, each with its place in the text."""
    run = one.run
    clusters = run.clusters.tolist()
    if run.start >= run.end or not clusters:
        if clusters:
            yield (run.start, 0), Letter(run.text, one.left, one.right)
        return
    pens: list[float] = [*(one.x - run.x_offsets * (one.unit_px / SUBUNITS)).tolist(), one.right]
    order = sorted(set(clusters))
    ends = dict(zip(order, [*order[1:], run.end], strict=True))
    firsts = [at for at, each in enumerate(clusters) if not at or clusters[at - 1] != each]
    for at, following in zip(firsts, [*firsts[1:], len(clusters)], strict=True):
        start = clusters[at]
        letters = run.text[start : ends[start]]
        if len(letters) == 1:
            yield (start, 1), Letter(letters, pens[at], pens[following])
        elif letters:
            for each in divided(letters, start, pens[at], pens[following], bool(run.level & 1)):
                yield (each.start, 1), Letter(run.text[each.start : each.end], each.left, each.right)
