"""Commands that draw glyphs become draws: all commands of one strike at once, wherever they stand in the recording.

    BATCH commands of glyphs --by strike--> columns of all their texts --one kernel--> draws, missing masks
                                                  ^                                                |
                                                  +--------------- masks are drawn <---------------+

Text in the cells of a table has a clip per cell, and each shadow has a state of its own: a kernel call for each command
would cost more than its glyphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..text.masktable import MaskTable
from .batchcode import SceneTables, exempt_empty_items
from .glyphrows import TextGroup, columns_of, groups_of
from .record import Batch
from .uses import Ints

__all__ = ["TextCommands", "encode_glyphs"]


class TextCommands(NamedTuple):
    """Commands that draw texts: their rows in the recording, their batches, and their texts by columns."""

    rows: Ints
    batches: Sequence[Batch]
    groups: Sequence[TextGroup]

    @classmethod
    def of(cls, rows: Ints, batches: Sequence[Batch]) -> TextCommands:
        """Find the texts of some commands."""
        return cls(rows, batches, groups_of([batch.items for batch in batches]))


def encode_glyphs(encoder: SceneTables, texts: TextCommands) -> None:
    """Write the draws of commands that draw texts."""
    of_strike: dict[MaskTable[Any], list[TextGroup]] = {}
    for group in texts.groups:
        of_strike.setdefault(group.columns.strike, []).append(group)
    for strike, groups in of_strike.items():
        at = groups[0].at if len(groups) == 1 else np.concatenate([group.at for group in groups])
        _write_glyphs(encoder, strike, groups, texts.rows[at], [texts.batches[i] for i in at.tolist()])


def _write_glyphs(
    encoder: SceneTables, strike: MaskTable[Any], groups: Sequence[TextGroup], rows: Ints, batches: Sequence[Batch]
) -> None:
    """Write glyphs as masks; recording has made sure that the transform allows masks."""
    from ..stages.items import write_glyph_items

    columns = columns_of(groups)
    texts = columns.spans, columns.corners, columns.chosen, columns.owners
    recorded = encoder.commands, encoder.states, encoder.starts, encoder.paints.solid
    given = texts, (columns.tones, columns.colors), (rows, *_paints_of(encoder, rows, batches)), recorded
    counts = np.concatenate([group.counts for group in groups])
    missing = np.empty(int(counts.sum()), np.int64)
    while lacking := write_glyph_items(*given, strike.is_vertical, strike.slots, encoder.draws, missing):
        strike.draw(missing[:lacking])
    encoder.masks.add(strike, encoder.starts[rows], counts)
    _exempt_empty_items(encoder, rows, batches)


def _paints_of(
    encoder: SceneTables, rows: Ints, batches: Sequence[Batch]
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Returns for each command Draw.paint, 0 for a solid colour, and the bits to add to Draw.style."""
    paints, hides = np.zeros((2, len(rows)), np.uint32)
    if encoder.paints.any_special:
        for i, (row, batch) in enumerate(zip(rows.tolist(), batches, strict=True)):
            if not batch.items.has_colors:
                paints[i], hides[i] = encoder.paint_of_batch(row)
    return paints, hides


def _exempt_empty_items(encoder: SceneTables, rows: Ints, batches: Sequence[Batch]) -> None:
    """Call `exempt_empty_items` for every command whose operator is unbounded."""
    if not (encoder.states["op"] & c.STYLE_UNBOUNDED).any():
        return
    states = encoder.commands["state"][rows]
    unbounded = encoder.states["op"][states] & c.STYLE_UNBOUNDED
    for i in np.flatnonzero(unbounded).tolist():
        start, matrix = int(encoder.starts[rows[i]]), encoder.states["matrix"][states[i]]
        exempt_empty_items(encoder, slice(start, start + batches[i].count), batches[i], tuple(matrix.tolist()))
