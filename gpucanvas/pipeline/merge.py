"""merge: joins many small recordings into one, each moved to its slot of a common surface and clipped to it.

    recordings, slots (plan/slots.py) --merge--> one recording

Commands refer to table entries by index. A merged table is the concatenation of the tables, and each index grows by the
number of entries before its recording's own. Streams are changed as arrays, never command by command.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contract.commands import PATH_NUMBERS
from . import record as r

NOTHING, PATHS, PENS, USES, BATCHES = range(5)
"""The tables of a recording that a command refers to by `extra`."""
NO_TABLES = (0,) * 5
TABLE_OF_KIND = np.full(256, NOTHING)
TABLE_OF_KIND[[r.FILL_PATH, r.STROKE_PATH]] = PATHS
TABLE_OF_KIND[r.STROKE_RECT] = PENS
TABLE_OF_KIND[[r.DRAW_IMAGE, r.PUT_IMAGE]] = USES
TABLE_OF_KIND[r.BATCH] = BATCHES
Slot = tuple[int, int, int, int, int]
"""Index of a recording, and its slot on the common surface: x, y, width and height, pixels."""


def merge(parts: Sequence[r.Commands], slots: Sequence[Slot]) -> r.Commands:
    """Returns one recording that draws every part in its slot, the corner of its canvas in the slot's corner."""
    joined = Joined(parts)
    joined.move(np.array([slot[1:] for slot in slots], np.float64).reshape(-1, 4))
    return joined.out


class Joined:
    """Several recordings concatenated to one, then each moved to its slot.

    Attributes
    ----------
    out : Commands
        The joined recording.
    commands, states : structured arrays
        Writable views of its streams.
    parts : sequence of Commands
        The recordings that were joined.
    part_of_command, part_of_state : int64 arrays
        For each command and state, the index of its recording.
    starts : int64 array (N + 1,)
        The first command of each recording, and the number of all.
    """

    def __init__(self, parts: Sequence[r.Commands]) -> None:
        self.out, self.parts = r.Commands(), parts
        count = len(parts)
        # Views of the joined streams, so that changed values need not be copied back.
        self.out.commands = bytearray().join([part.commands for part in parts])
        self.out.states = bytearray().join([part.states for part in parts])
        self.commands = np.frombuffer(self.out.commands, r.COMMAND)
        self.states = np.frombuffer(self.out.states, r.STATE)
        if count == 1:
            self.starts = np.array([0, len(self.commands)])
            self.part_of_command = np.zeros(len(self.commands), np.int64)
            self.part_of_state = np.zeros(len(self.states), np.int64)
        else:
            command_counts = [len(part) for part in parts]
            self.starts = np.cumsum([0, *command_counts])
            self.part_of_command = np.repeat(np.arange(count), command_counts)
            state_counts = np.array([len(part.states) // r.STATE.itemsize for part in parts], np.int64)
            self.part_of_state = np.repeat(np.arange(count), state_counts)
            self.commands["state"] += _before(state_counts)[self.part_of_command]
            self.commands["paint"] += _before([len(part.paints) for part in parts])[self.part_of_command]
            if not all(part.has_only_rects for part in parts):
                _move_extra(self.commands, self.part_of_command, parts)
        _append_tables(self.out, parts)

    def move(
        self,
        slots: NDArray[np.float64],
        corners: NDArray[np.float64] | None = None,
        is_cut: NDArray[np.bool_] | None = None,
    ) -> None:
        """Move every recording to its slot. Call it once.

        Parameters
        ----------
        slots
            (N, 4) left, top, width and height of each slot.
        corners
            (N, 2) the point of each recording's canvas that lands in its slot's corner; by default (0, 0).
        is_cut
            (N,) whether a recording may draw beyond its slot and is clipped to it; by default all are.
        """
        out, parts, count = self.out, self.parts, len(slots)
        out.slots = slots.copy()
        out.slots[:, 2:] += out.slots[:, :2]
        origins = out.slots[:, :2] if corners is None else out.slots[:, :2] - corners
        bounding = np.arange(1, count + 1)
        if is_cut is not None:
            bounding[~is_cut] = 0
        clip_starts = _before([0 if part.has_only_rects else len(part.clips) for part in parts]) + count
        # The states of a single part all take its values, without a copy of them for each.
        states, of = self.states, np.array(0) if count == 1 else self.part_of_state
        states["matrix"][:, 4:] += origins[of]
        states["origin"] += origins[of]
        states["slot"] = bounding[of]
        # A state without a clip is clipped to its slot.
        states["clip"] = np.where(states["clip"] == 0, bounding[of], states["clip"] + clip_starts[of])
        for i, part in enumerate(parts):
            if part.has_only_rects or not part.clips:
                continue
            (x, y), start, least = origins[i].tolist(), int(clip_starts[i]), int(bounding[i])
            for parent, node in part.clips:
                a, b, c, d, e, f = node.matrix
                matrix = a, b, c, d, e + x, f + y
                moved = r.ClipNode(node.parent, node.verbs, node.coords, matrix, node.rule)
                out.clips.append((start + parent if parent else least, moved))


def _before(counts: Sequence[int] | NDArray[np.int64]) -> NDArray[np.uint32]:
    """Returns for each part how many items the parts before it have."""
    sizes = np.asarray(counts, np.int64)
    return (np.cumsum(sizes) - sizes).astype(np.uint32)


def _move_extra(commands: NDArray[np.void], part_of: NDArray[np.int64], parts: Sequence[r.Commands]) -> None:
    """Add the table offsets of each command's part to `extra`, and to a STROKE_PATH's pen index."""
    sizes = np.array([NO_TABLES if part.has_only_rects else _table_sizes(part) for part in parts])
    starts = (np.cumsum(sizes, 0) - sizes).astype(np.uint32)
    commands["extra"] += starts[part_of, TABLE_OF_KIND[commands["kind"]]]
    rows = np.flatnonzero(commands["kind"] == r.STROKE_PATH)
    if len(rows):
        commands["v"][rows, 0] += starts[part_of[rows], PENS]


def _table_sizes(part: r.Commands) -> tuple[int, ...]:
    """Returns the number of entries in each table that commands refer to by `extra`."""
    return 0, len(part.paths) // r.PATH_BYTES, len(part.pens), len(part.uses) // r.USE_BYTES, len(part.batches)


def _append_tables(out: r.Commands, parts: Sequence[r.Commands]) -> None:
    """Append the tables of all parts except their clips, with indices between tables adjusted."""
    for part in parts:
        if part.has_only_rects:
            out.has_special_paints |= part.has_special_paints
            out.paints += part.paints
        else:
            append_tables(out, part)


def append_tables(out: r.Commands, part: r.Commands) -> None:
    """Append the tables of a recording except its clips, with indices between tables adjusted."""
    verbs, coords, pens, images = len(out.verbs), len(out.coords), len(out.pens), len(out.images)
    moves_paints = part.has_special_paints and images
    out.paints += [_moved_paint(paint, images) for paint in part.paints] if moves_paints else part.paints
    out.has_special_paints |= part.has_special_paints
    if part.texts:
        out.texts[len(out.paths) // r.PATH_BYTES] = part.texts
    if part.paths:
        ends = np.frombuffer(part.paths, np.int64).reshape(-1, PATH_NUMBERS)
        out.paths += (ends + (verbs, coords)).tobytes() if verbs or coords else part.paths
        out.verbs += part.verbs
        out.coords += part.coords
    if part.pens:
        out.pens += part.pens
        out.pen_numbers += part.pen_numbers
    if part.images:
        out.images += part.images
    if part.uses:
        out.add_uses(part, images)
    if part.batches:
        out.batches += [_moved_batch(batch, pens, images) for batch in part.batches]


def _moved_batch(batch: r.Batch, pens: int, images: int) -> r.Batch:
    """Returns a batch whose pen and image indices are larger by ``pens`` and ``images``."""
    if (batch.pen < 0 or not pens) and not (batch.images and images):
        return batch
    pen = batch.pen + pens if batch.pen >= 0 else -1
    return replace(batch, pen=pen, images=tuple(image + images for image in batch.images))


def _moved_paint(paint: Any, images: int) -> Any:
    """Returns a paint whose image index, if it has one, is larger by ``images``."""
    return replace(paint, image=paint.image + images) if isinstance(paint, r.PatternUse) else paint
