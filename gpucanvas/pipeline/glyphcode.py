"""Commands that draw glyphs become draws: all commands of one strike at once, wherever they stand in the recording.

    BATCH commands of glyphs --by strike--> columns of all their texts --one kernel--> draws, missing masks
                                                  ^                                                |
                                                  +--------------- masks are drawn <---------------+

Text in the cells of a table has a clip per cell, and each shadow has a state of its own: a kernel call for each command
would cost more than its glyphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..text.masktable import MaskTable
from .batchcode import SceneTables, exempt_empty_items
from .glyphrows import GlyphRows, columns_of
from .record import Batch
from .uses import Ints, ranges

__all__ = ["encode_glyphs"]


def encode_glyphs(encoder: SceneTables, commands: Sequence[tuple[int, Batch]]) -> None:
    """Write the draws of glyph commands, given as (row of the command, its batch)."""
    if not commands:
        return
    of_strike: dict[MaskTable[Any], tuple[list[int], list[Batch]]] = {}
    counts = np.diff(encoder.starts, append=len(encoder.draws))[[row for row, _ in commands]]
    for (row, batch), count in zip(commands, counts.tolist(), strict=True):
        if count:
            rows, batches = of_strike.setdefault(batch.items.columns.strike, ([], []))
            rows.append(row)
            batches.append(batch)
    for strike, (rows, batches) in of_strike.items():
        _write_glyphs(encoder, strike, np.array(rows), batches)


def _write_glyphs(encoder: SceneTables, strike: MaskTable[Any], rows: Ints, batches: Sequence[Batch]) -> None:
    """Write glyphs as masks; recording has made sure that the transform allows masks."""
    from ..stages.items import write_glyph_items

    items: list[GlyphRows] = [batch.items for batch in batches]
    columns = columns_of(items)
    glyphs = columns.places, columns.numbers
    texts = columns.sizes, columns.corners, columns.chosen, columns.owners
    recorded = encoder.commands, encoder.states, encoder.starts, encoder.paints.solid
    given = glyphs, texts, (columns.tones, columns.colors), (rows, *_paints_of(encoder, rows, items)), recorded
    missing = np.empty(len(columns.numbers), np.int64)
    while lacking := write_glyph_items(*given, strike.is_vertical, strike.slots, encoder.draws, missing):
        strike.draw(missing[:lacking])
    starts, counts = encoder.starts[rows], np.bincount(columns.owners, columns.sizes, len(items)).astype(np.int64)
    first = int(starts[0])
    at = slice(first, first + int(counts[0])) if len(rows) == 1 else ranges(starts, counts)
    encoder.masks.add(strike, at)
    _exempt_empty_items(encoder, rows, batches)


def _paints_of(
    encoder: SceneTables, rows: Ints, items: Sequence[GlyphRows]
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Returns for each command Draw.paint, 0 for a solid colour, and the bits to add to Draw.style."""
    paints, hides = np.zeros((2, len(rows)), np.uint32)
    if encoder.paints.any_special:
        for i, (row, each) in enumerate(zip(rows.tolist(), items, strict=True)):
            if not each.has_colors:
                paints[i], hides[i] = encoder.paint_of_batch(row)
    return paints, hides


def _exempt_empty_items(encoder: SceneTables, rows: Ints, batches: Sequence[Batch]) -> None:
    """Call `exempt_empty_items` for every command whose operator is unbounded."""
    states = encoder.commands["state"][rows]
    unbounded = encoder.states["op"][states] & c.STYLE_UNBOUNDED
    if not unbounded.any():
        return
    for i in np.flatnonzero(unbounded).tolist():
        start, matrix = int(encoder.starts[rows[i]]), encoder.states["matrix"][states[i]]
        exempt_empty_items(encoder, slice(start, start + batches[i].count), batches[i], tuple(matrix.tolist()))
