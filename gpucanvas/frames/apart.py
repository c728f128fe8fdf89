"""apart: draws a frame that is beyond a limit as a whole in parts, and leaves out single commands beyond a limit.

    recordings --too much at once--> halves --> halves --> ... --> one command: drawn, or named and left out

`pipeline/blame.py` finds commands whose limit is known before drawing. This module is for limits that show only while
drawing: images, layers or tables for which the driver has no memory.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy

import numpy as np

from ..errors import LimitError
from ..pipeline import record as r
from ..pipeline.record import Commands

__all__ = ["draw_apart", "is_beyond"]

Draw = Callable[[list[Commands]], object]


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
    parts = [(0, len(whole))]
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


def _middle(commands: Commands, first: int, last: int) -> int | None:
    """Where to cut commands in two; None for a single command, with or without the shadow before it."""
    rows = np.frombuffer(bytes(commands.commands), r.COMMAND)
    is_shadow = (rows["kind"] == r.DRAW_LAYER) & (rows["v"][:, 0] == r.SHADOW)
    cuts = np.arange(first + 1, last)
    cuts = cuts[~is_shadow[cuts - 1]]
    return int(cuts[len(cuts) // 2]) if len(cuts) else None
