"""vectors: renders a script's picture as SVG or PDF, from the commands that it recorded.

    script --draw--> the canvas's recording --freeze--> Picture --save--> out.svg, out.pdf

A canvas that has drawn a frame no longer has its commands: a script that reads pixels gets an error that says so,
and one that resets its canvas, too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from ..canvas import Canvas
from ..picture import Picture
from ..recording import Recording

__all__ = ["VECTORS", "NoCommandsError", "save_vector"]

VECTORS: Final = (".svg", ".pdf")
"""Suffixes of files that are written from commands, not from pixels."""


class NoCommandsError(ValueError):
    """A canvas was drawn or read before its picture was complete."""


def save_vector(canvas: Canvas, draw: Callable[[], object], output: Path, background: Any = None) -> None:
    """Write what ``draw`` records on a canvas, on a background.

    Raises
    ------
    NoCommandsError
        Where the canvas was drawn or read before the end.
    ValueError
        For a background that is no colour, or pixels that were put on the canvas.
    OSError
        From the system.
    """
    picture = _picture_of(canvas, draw, output)
    if background is not None:
        recording = Recording(canvas.width, canvas.height)
        ctx = recording.get_context("2d")
        ctx.fill_style = background
        ctx.fill_rect(0, 0, canvas.width, canvas.height)
        ctx.draw_picture(picture)
        picture = recording.freeze()
    picture.save(output)


def _picture_of(canvas: Canvas, draw: Callable[[], object], output: Path) -> Picture:
    from ..errors import InvalidStateError
    from ..pipeline.replay import freeze

    cure = f"{output.suffix} is written from what is drawn: draw without that, or end the name in .png"
    recorded = canvas._commands
    draw()
    # A canvas that is drawn, read or reset begins another recording.
    if canvas._commands is not recorded or canvas.stats.total.frames:
        raise NoCommandsError(f"the script reads, flushes or resets its canvas; {cure}")
    try:
        commands = freeze(canvas._commands)
    except InvalidStateError as error:
        raise NoCommandsError(f"the script puts pixels on its canvas; {cure}") from error
    space, is_extended = canvas._color_space, canvas._format.is_extended
    return Picture._of(commands, canvas.width, canvas.height, space, is_extended)
