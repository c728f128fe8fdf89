"""merge: many small recordings become one, each moved to its slot of a common surface and cut there.

    sizes --place--> slots, on tile borders      recordings, slots --merge--> one recording

Everything a command refers to is an index; a merged table is the tables one after another, and an index moves by what
stands before its own. The streams are moved as arrays, never command by command.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contract.commands import PATH_NUMBERS
from ..contract.constants import TILE
from . import record as r

Slot = tuple[int, int, int, int, int]
"""Which of several recordings it is, and where it lies on the common surface: x, y, width and height, pixels."""


def place(sizes: Sequence[tuple[int, int]], side: int) -> Iterator[tuple[int, int, list[Slot]]]:
    """Surfaces (width, height, slots) for rectangles of these sizes, in rows, every slot on a tile border."""
    slots: list[Slot] = []
    x = y = row = width = 0
    for i, (w, h) in enumerate(sizes):
        if not w or not h:
            continue
        wide, high = -(-w // TILE) * TILE, -(-h // TILE) * TILE
        if x + wide > side and x:
            x, y, row = 0, y + row, 0
        if y + high > side and slots:
            yield width, y + row, slots
            slots, x, y, row, width = [], 0, 0, 0, 0
        slots.append((i, x, y, w, h))
        x += wide
        row = high if high > row else row
        width = x if x > width else width
    if slots:
        yield width, y + row, slots


def merge(parts: Sequence[r.Commands], slots: Sequence[Slot]) -> r.Commands:
    """One recording that draws every part in its slot."""
    out = r.Commands()
    count = len(parts)
    out.slots = np.array([slot[1:] for slot in slots], np.float64).reshape(-1, 4)
    out.slots[:, 2:] += out.slots[:, :2]
    # Arrays over the merged streams themselves: what is moved in them need not be copied back.
    out.commands = bytearray().join([part.commands for part in parts])
    out.states = bytearray().join([part.states for part in parts])
    commands, states = np.frombuffer(out.commands, r.COMMAND), np.frombuffer(out.states, r.STATE)
    part_of_command = np.repeat(np.arange(count), [len(part) for part in parts])
    state_counts = np.array([len(part.states) // r.STATE.itemsize for part in parts])
    part_of_state = np.repeat(np.arange(count), state_counts)

    commands["state"] += _before(state_counts)[part_of_command]
    commands["paint"] += _before([len(part.paints) for part in parts])[part_of_command]
    if not all(part.plain for part in parts):
        _move_extra(commands, part_of_command, parts)
    clip_starts = _before([0 if part.plain else len(part.clips) for part in parts]) + count
    origin = out.slots[part_of_state, :2]
    states["matrix"][:, 4:] += origin
    states["origin"] = origin
    states["slot"] = part_of_state + 1
    # A canvas without a clip is cut to its slot.
    moved = states["clip"] + clip_starts[part_of_state]
    states["clip"] = np.where(states["clip"] == 0, part_of_state + 1, moved)
    _append_tables(out, parts, clip_starts)
    return out


def _before(counts: Sequence[int] | NDArray[np.int64]) -> NDArray[np.uint32]:
    """How many items stand before each part's own."""
    sizes = np.asarray(counts, np.int64)
    return (np.cumsum(sizes) - sizes).astype(np.uint32)


def _move_extra(commands: NDArray[np.void], part_of: NDArray[np.int64], parts: Sequence[r.Commands]) -> None:
    """Move the index that a command's kind gives a meaning to."""
    tables = {
        (r.FILL_PATH, r.STROKE_PATH): _before([0 if part.plain else len(part.paths) // r.PATH_BYTES for part in parts]),
        (r.STROKE_RECT,): _before([0 if part.plain else len(part.pens) for part in parts]),
        (r.DRAW_IMAGE, r.PUT_IMAGE): _before([0 if part.plain else len(part.uses) for part in parts]),
        (r.BATCH,): _before([0 if part.plain else len(part.batches) for part in parts]),
    }
    pens = tables[(r.STROKE_RECT,)]
    for kinds, starts in tables.items():
        rows = np.flatnonzero(np.isin(commands["kind"], kinds))
        commands["extra"][rows] += starts[part_of[rows]]
    rows = np.flatnonzero(commands["kind"] == r.STROKE_PATH)
    commands["v"][rows, 0] += pens[part_of[rows]]


def _append_tables(out: r.Commands, parts: Sequence[r.Commands], clip_starts: NDArray[np.uint32]) -> None:
    """Append the tables of all parts, with what they say of each other moved."""
    for i, part in enumerate(parts):
        out.has_special_paints |= part.has_special_paints
        if part.plain:
            out.paints += part.paints
            continue
        verbs, coords, pens, images = len(out.verbs), len(out.coords), len(out.pens), len(out.images)
        out.paints += _moved_paints(part.paints, images) if part.has_special_paints else part.paints
        moved = np.frombuffer(part.paths, np.int64).reshape(-1, PATH_NUMBERS) + (verbs, coords)
        out.paths += moved.tobytes()
        out.verbs += part.verbs
        out.coords += part.coords
        out.pens += part.pens
        out.pen_numbers += part.pen_numbers
        out.images += part.images
        out.uses += [replace(use, image=use.image + images) for use in part.uses]
        out.batches += [replace(batch, pen=batch.pen + pens if batch.pen >= 0 else -1) for batch in part.batches]
        x, y = out.slots[i, :2].tolist()
        start = int(clip_starts[i])
        for parent, node in part.clips:
            a, b, c, d, e, f = node.matrix
            out.clips.append((start + parent if parent else i + 1, replace(node, matrix=(a, b, c, d, e + x, f + y))))


def _moved_paints(paints: list[r.Solid | r.GradientUse | r.PatternUse], images: int) -> list[Any]:
    """Paints whose images come after so many others."""
    return [replace(each, image=each.image + images) if isinstance(each, r.PatternUse) else each for each in paints]
