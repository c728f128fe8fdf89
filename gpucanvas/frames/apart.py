"""apart: draws a frame that is beyond a limit as a whole in parts, and leaves out single commands beyond a limit.

    recordings --too much at once--> halves --> halves --> ... --> one command: drawn, or named and left out
               --heavy--> parts of `MOST_POINTS`

`pipeline/blame.py` finds commands whose limit is known before drawing. This module is for limits that show only while
drawing: images, layers or tables for which the driver has no memory. And for recordings whose paths are drawn so many
times that the lines of all, made at once, would fill the memory.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..errors import LimitError
from ..pipeline import record as r
from ..pipeline.record import Commands
from ..pipeline.shadow import are_shadows

__all__ = ["draw_apart", "is_beyond", "is_heavy"]

Draw = Callable[[list[Commands]], object]
MOST_POINTS: Final = 1 << 20
"""Points of paths that are drawn at once; a path counts each time that it is drawn. A point takes 100 bytes to a
kilobyte: as a line, as a join, and in each tile that the line crosses."""


def is_beyond(error: BaseException | None) -> bool:
    """Whether an error says that a frame as a whole is beyond a limit, and not beyond the memory budget."""
    return isinstance(error, LimitError) and not isinstance(error, MemoryError) and not error.kept


def draw_apart(draw: Draw, recordings: list[Commands]) -> None:
    """Draw recordings, in order, in parts as large as can be drawn.

    Parameters
    ----------
    draw
        Draws recordings, or raises LimitError and draws nothing of them.
    recordings
        What to draw. After an error the list holds the recordings that were not drawn.

    Raises
    ------
    LimitError
        For commands that are beyond a limit by themselves, after all others have been drawn.
    """
    told: list[str] = []
    while recordings:
        _draw_one(draw, recordings[0], told)
        recordings.pop(0).release_readings()
    if told:
        others = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
        error = LimitError(told[0] + others)
        error.add_note("What else the frame draws has been drawn.")
        error.kept = True
        raise error


def _draw_one(draw: Draw, commands: Commands, told: list[str]) -> None:
    """Draw a recording in parts; after an error other than a limit, the undrawn commands remain in it."""
    from ..pipeline.blame import name_of

    size, whole = r.COMMAND.itemsize, copy(commands)
    whole.commands = bytearray(commands.commands)
    # A stack: the part to draw next is its last item.
    parts = light_parts(whole)[::-1]
    while parts:
        first, last = parts.pop()
        part = copy(whole)
        part.commands = whole.commands[first * size : last * size]
        try:
            _draw_part(draw, part, told)
        except LimitError as error:
            if isinstance(error, MemoryError):
                raise
            middle = _middle(whole, first, last)
            if middle is None:
                told.append(f"{name_of(whole, whole, last - 1)}: {error}")
            else:
                parts += [(middle, last), (first, middle)]
                continue
        commands.commands = whole.commands[last * size :]


def _draw_part(draw: Draw, part: Commands, told: list[str]) -> None:
    """Draw a part, dropping commands that turn out to be beyond a limit."""
    while True:
        try:
            draw([part])
        except LimitError as error:
            if not error.kept:
                raise
            told.append(str(error))
        else:
            return


def is_heavy(commands: Commands) -> bool:
    """Whether a recording has so many points of paths that it is drawn in parts."""
    if commands.has_only_rects or len(commands) * (len(commands.coords) >> 1) <= MOST_POINTS:
        return False
    return bool(points_of(commands).sum() > MOST_POINTS)


def points_of(commands: Commands) -> NDArray[np.int64]:
    """Returns the points of the path that each command draws, (C,)."""
    rows = np.frombuffer(commands.commands, r.COMMAND)
    ends = np.frombuffer(commands.paths, np.int64).reshape(-1, 2)[:, 1]
    counts = np.diff(ends, prepend=0) >> 1
    out = np.zeros(len(rows), np.int64)
    drawn = (rows["kind"] == r.FILL_PATH) | (rows["kind"] == r.STROKE_PATH)
    out[drawn] = counts[rows["extra"][drawn]]
    return out


def light_parts(commands: Commands) -> list[tuple[int, int]]:
    """Returns ranges of commands with at most `MOST_POINTS` points each, or of one command; all where it is light."""
    if not is_heavy(commands):
        return [(0, len(commands))]
    ends, is_shadow = np.cumsum(points_of(commands)), are_shadows(commands)
    parts, first, before = [], 0, 0
    while first < len(commands):
        last = max(int(np.searchsorted(ends, before + MOST_POINTS, "right")), first + 1)
        # A shadow stays with what throws it.
        while last < len(commands) and is_shadow[last - 1]:
            last += 1
        parts.append((first, last))
        first, before = last, int(ends[last - 1])
    return parts


def _middle(commands: Commands, first: int, last: int) -> int | None:
    """Where to cut commands in two; None for a single command, with or without the shadow before it."""
    cuts = np.arange(first + 1, last)
    cuts = cuts[~are_shadows(commands)[cuts - 1]]
    return int(cuts[len(cuts) // 2]) if len(cuts) else None
