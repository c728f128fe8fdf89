"""blame: finds the command that is beyond a limit, where only encoding the recording shows that one is.

    encode raises LimitError --binary search, log2(n) encodes--> last such command --removed--> the rest can be drawn

Limits of a whole frame (a driver's buffers, memory budgets) have no single cause and are not handled here.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Final

import numpy as np

from ..errors import LimitError
from . import encode as stage
from . import record as r
from .scene import Scene
from .shadow import are_shadows

__all__ = ["encode_or_blame", "find_beyond", "name_of", "take_out"]

VERBS: Final = {
    r.FILL_RECT: "fill_rect",
    r.STROKE_RECT: "stroke_rect",
    r.CLEAR_RECT: "clear_rect",
    r.FILL_PATH: "fill",
    r.STROKE_PATH: "stroke",
    r.DRAW_IMAGE: "draw_image",
    r.PUT_IMAGE: "put_image_data",
    r.DRAW_LAYER: "end_layer",
}
BATCH_VERBS: Final = {
    "rects": "fill_rects",
    "frames": "stroke_rects",
    "circles": "fill_circles",
    "rings": "stroke_circles",
    "segments": "stroke_line_segments",
    "polygons": "fill_polygons",
    "images": "draw_images",
    "glyphs": "fill_text",
}


FILLED_OR_STROKED: Final = frozenset(("arcs", "paths", "ellipses", "round_rects"))
"""Kinds of batches that are named like their verbs, and filled where they have no pen."""


def encode_or_blame(commands: r.Commands, width: int, height: int) -> Scene:
    """Returns the Scene of a recording.

    Raises
    ------
    LimitError
        Where a command is beyond a limit. The text names the command, which has been removed from the recording; the
        error's ``kept`` says that the remaining commands can be drawn.
    """
    try:
        return stage.encode(commands, width, height)
    except LimitError as error:
        if isinstance(error, MemoryError):
            raise
        index = _last_beyond(commands, width, height)
        if index is None:
            raise
        text = f"{name_of(commands, commands, index)}: {error}"
        take_out(commands, index)
    # Raised outside of the handler: the first error's traceback would keep the scene's tables alive.
    raise _removal_error(text)


def find_beyond(
    commands: r.Commands,
    width: int,
    height: int,
    culprits: Sequence[tuple[r.Commands, int]] = (),
    reason: str = "",
) -> None:
    """Find the command that is beyond a limit in a recording or in one of its layers, and remove it.

    Commands already known to be beyond a limit are given as ``culprits``, pairs of the recording (or a layer's) and
    the command's index. They are removed, and ``reason`` completes the error's text.

    Raises
    ------
    LimitError
        As `encode_or_blame` does. Nothing is raised where no single recording is beyond a limit.
    """
    text = ""
    if culprits:
        names = [name_of(commands, *each) for each in culprits]
        # From the last to the first, so that the indices of the remaining ones stay valid.
        for culprit in sorted(culprits, key=lambda culprit: -culprit[1]):
            take_out(*culprit)
        others = f", and {len(names) - 1} more" if len(names) > 1 else ""
        raise _removal_error(f"{names[0]}{others}: {reason}")
    for each in commands.with_layers():
        try:
            _release(stage.encode(each, width, height))
        except MemoryError:
            return
        except LimitError as error:
            index = _last_beyond(each, width, height)
            if index is None:
                return
            text = f"{name_of(commands, each, index)}: {error}"
            take_out(each, index)
            break
    if text:
        raise _removal_error(text)


def _removal_error(text: str) -> LimitError:
    """Returns the error to raise for a command that was removed."""
    told = LimitError(text)
    told.add_note("Nothing of the frame has been drawn. What else it draws is kept, and drawn with the next one.")
    told.kept = True
    return told


def _release(scene: Scene) -> None:
    """Release the memory count of a scene that will not be drawn."""
    if scene.holding is not None:
        scene.holding.release()


def _last_beyond(commands: r.Commands, width: int, height: int) -> int | None:
    """Returns the index of the last command that is beyond a limit: all commands behind it can be encoded."""
    # Every part searched ends with the last command: encode skips the same covered commands as in the whole recording.
    fails, fine = 0, len(commands)
    while fine - fails > 1:
        middle = (fails + fine) // 2
        part = copy(commands)
        part.commands = commands.commands[middle * r.COMMAND.itemsize :]
        try:
            scene = stage.encode(part, width, height)
        except MemoryError:
            return None
        except LimitError:
            fails = middle
        else:
            fine = middle
            _release(scene)
    return fails


def name_of(commands: r.Commands, of: r.Commands, index: int) -> str:
    """Returns a command's name for error texts: the method, and which call of that method it was in the frame.

    ``of`` is the recording that holds the command: ``commands`` or that of one of its layers.
    """
    names: list[str] = []
    _add_names(names, commands, of, index)
    number = names.count(names[-1])
    return f"{names[-1]}() number {number} of this frame"


def _add_names(names: list[str], commands: r.Commands, of: r.Commands, index: int) -> bool:
    """Append the methods of all commands up to the wanted one, a layer's before its end_layer; returns if found."""
    shadows = are_shadows(commands).tolist()
    for k, row in enumerate(np.frombuffer(bytes(commands.commands), r.COMMAND)):
        if row["kind"] == r.DRAW_LAYER:
            if row["v"][0] == r.SHADOW:
                continue
            layer = commands.layers[row["extra"]]
            if _add_names(names, layer.commands, of, index):
                return True
            if not layer.is_begun:
                # The layer stands for one filtered or shadowed command, which has been named already.
                if commands is of and k == index:
                    return True
                continue
        elif shadows[k] and not (commands is of and k == index):
            continue
        names.append(_verb(commands, row))
        if commands is of and k == index:
            return True
    return False


def _verb(commands: r.Commands, row: np.void) -> str:
    if row["kind"] != r.BATCH:
        return VERBS[int(row["kind"])]
    batch = commands.batches[row["extra"]]
    if batch.kind in FILLED_OR_STROKED:
        return f"{'fill' if batch.pen < 0 else 'stroke'}_{batch.kind}"
    if batch.kind == "polylines":
        return "stroke_polygons" if batch.closed else "stroke_lines"
    if batch.kind == "glyphs" and batch.pen >= 0:
        return "stroke_text"
    return BATCH_VERBS[batch.kind]


def take_out(commands: r.Commands, index: int) -> None:
    """Remove a command and its shadow, which is the command before it; of either of the two."""
    size, old, shadows = r.COMMAND.itemsize, commands.commands, are_shadows(commands)
    first = index - 1 if index and shadows[index - 1] else index
    last = index + 1 if shadows[index] else index
    # A new bytearray: arrays of the failed encoding still refer to the old one's memory.
    commands.commands = old[: first * size] + old[(last + 1) * size :]
