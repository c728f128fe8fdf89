"""Commands that draw glyphs become draws: all commands of one strike at once, wherever they stand in the recording.

    BATCH commands of glyphs --by strike--> columns of all their texts --one kernel--> draws, missing masks
                                                  ^                                                |
                                                  +--------------- masks are drawn <---------------+

Text in the cells of a table has a clip per cell, and each shadow has a state of its own: a kernel call for each command
would cost more than its glyphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..kernels import holding_lock
from ..stages.items import write_glyph_items
from ..text.masktable import MaskTable
from .batchcode import SceneTables, exempt_empty_items
from .glyphrows import SceneMasks, TextGroup, columns_of, groups_of
from .record import Batch
from .scene import Records
from .uses import Ints

__all__ = ["TextCommands", "encode_glyphs", "write_glyphs"]

Looks = NDArray[np.uint32]
"""(2, B): Draw.paint of each command, 0 for a solid colour, and the bits to add to Draw.style."""
HELD_GLYPHS: Final = 1024
"""At most so many glyphs are written with the GIL held: releasing it would take longer."""
write_glyph_items_held: Any = holding_lock(write_glyph_items)


class TextCommands(NamedTuple):
    """Commands that draw texts: their rows in the recording, their batches, and their texts by columns."""

    rows: Ints
    batches: Sequence[Batch]
    groups: Sequence[TextGroup]

    @classmethod
    def of(cls, rows: Ints, batches: Sequence[Batch]) -> TextCommands:
        """Find the texts of some commands."""
        return cls(rows, batches, groups_of([batch.items for batch in batches]))

    def count_into(self, counts: Ints) -> None:
        """Write how many glyphs the commands have among the numbers of draws of all commands."""
        for group in self.groups:
            counts[self.rows[group.at]] = group.counts


def encode_glyphs(encoder: SceneTables, texts: TextCommands) -> None:
    """Write the draws of commands that draw texts."""
    recorded = encoder.commands, encoder.states, encoder.starts, encoder.paints.solid
    looks = _paints_of(encoder, texts) if encoder.paints.any_special else None
    write_glyphs(texts, recorded, encoder.draws, encoder.masks, looks)
    _exempt_empty_items(encoder, texts.rows, texts.batches)


def write_glyphs(
    texts: TextCommands,
    recorded: tuple[Records, Records, Ints, NDArray[np.float32]],
    draws: Records,
    masks: SceneMasks,
    looks: Looks | None = None,
) -> None:
    """Write glyphs as masks; recording has made sure that the transform allows masks.

    ``recorded`` is as for `write_glyph_items`; ``masks`` notes what the scene draws with. Without ``looks`` all
    commands have solid colours.
    """
    if looks is None:
        looks = np.zeros((2, len(texts.rows)), np.uint32)
    of_strike: dict[MaskTable[Any], list[TextGroup]] = {}
    for group in texts.groups:
        of_strike.setdefault(group.columns.strike, []).append(group)
    for strike, groups in of_strike.items():
        at = groups[0].at if len(groups) == 1 else np.concatenate([group.at for group in groups])
        counts = groups[0].counts if len(groups) == 1 else np.concatenate([group.counts for group in groups])
        columns, rows = columns_of(groups), texts.rows[at]
        given = (
            (columns.spans, columns.corners, columns.chosen, columns.owners),
            (columns.tones, columns.colors),
            (rows, looks[0][at], looks[1][at]),
            recorded,
        )
        missing = np.empty(int(counts.sum()), np.int64)
        write = write_glyph_items_held if len(missing) <= HELD_GLYPHS else write_glyph_items
        while lacking := write(*given, strike.is_vertical, strike.slots, draws, missing):
            strike.draw(missing[:lacking])
        masks.add(strike, recorded[2][rows], counts)


def _paints_of(encoder: SceneTables, texts: TextCommands) -> Looks:
    """Returns for each command Draw.paint, 0 for a solid colour, and the bits to add to Draw.style."""
    looks = np.zeros((2, len(texts.rows)), np.uint32)
    for i, (row, batch) in enumerate(zip(texts.rows.tolist(), texts.batches, strict=True)):
        if not batch.items.has_colors:
            looks[0, i], looks[1, i] = encoder.paint_of_batch(row)
    return looks


def _exempt_empty_items(encoder: SceneTables, rows: Ints, batches: Sequence[Batch]) -> None:
    """Call `exempt_empty_items` for every command whose operator is unbounded."""
    if not (encoder.states["op"] & c.STYLE_UNBOUNDED).any():
        return
    states = encoder.commands["state"][rows]
    unbounded = encoder.states["op"][states] & c.STYLE_UNBOUNDED
    for i in np.flatnonzero(unbounded).tolist():
        start, matrix = int(encoder.starts[rows[i]]), encoder.states["matrix"][states[i]]
        exempt_empty_items(encoder, slice(start, start + batches[i].count), batches[i], tuple(matrix.tolist()))
