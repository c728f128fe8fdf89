"""script: loads a Python file that defines draw(ctx, frame) and optionally setup(view), for `render` and `watch`.

FILE.py --run, with its folder on sys.path--> draw, setup
        --an error-->                         the traceback from the file's own first stack frame on
"""

from __future__ import annotations

import importlib
import os
import runpy
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from .. import later
from .view import DrawFunction, as_draw_function

__all__ = ["Drawing", "NoDrawingError", "forget_modules", "load_drawing", "modules_beside", "own_traceback"]


class NoDrawingError(TypeError):
    """The file defines no draw function; the text says what to write."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """The functions of a file.

    Parameters
    ----------
    draw
        The draw function: ``draw(ctx, frame)``.
    setup
        Called once with the view, before the first frame; None where the file has none.
    """

    draw: DrawFunction
    setup: Callable[[Any], object] | None = None


def load_drawing(path: Path) -> Drawing:
    """Run a file as ``python FILE.py`` does, but with another ``__name__``, and return its functions.

    The file's folder is added to sys.path.

    Raises
    ------
    NoDrawingError
        Where the file defines no draw function, or another object by that name.
    Exception
        The error of the file.
    """
    folder = str(path.parent.resolve())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    found = later.call(partial(runpy.run_path, str(path)))
    if not callable(found.get("draw")):
        forms = "def draw(ctx, width, height): ... or def draw(ctx, frame): ..."
        raise NoDrawingError(f"{path} defines no draw: write {forms}")
    setup = found.get("setup")
    if setup is not None and not callable(setup):
        raise NoDrawingError(f"{path} defines setup as {setup!r:.80}: write def setup(view): ...")
    try:
        return Drawing(as_draw_function(found["draw"]), setup)
    except TypeError as error:
        raise NoDrawingError(f"{path}: {error}") from None


def own_traceback(error: BaseException, path: Path) -> bool:
    """Cut a traceback to begin with the file's first stack frame; returns whether the error is the file's.

    A syntax error names file and line itself. Any other error without a stack frame of the file is left whole.
    """
    frame = error.__traceback__
    while frame is not None and Path(frame.tb_frame.f_code.co_filename) != path:
        frame = frame.tb_next
    if frame is not None or isinstance(error, SyntaxError):
        error.__traceback__ = frame
        return True
    return False


def modules_beside(path: Path, before: frozenset[str]) -> dict[str, Path]:
    """The modules that a file has imported from its own folder, and their files.

    Parameters
    ----------
    path
        The file.
    before
        Names of the modules that were loaded before it.
    """
    folder = str(path.parent.resolve()) + os.sep
    found = {}
    for name, module in [*sys.modules.items()]:
        place = getattr(module, "__file__", None)
        if name in before or name.partition(".")[0] == __name__.partition(".")[0] or not isinstance(place, str):
            continue
        place = os.path.abspath(place)
        # A virtual environment may be in the same folder: its packages are not watched.
        if (
            place.startswith(folder)
            and place.endswith(".py")
            and not {"site-packages", "dist-packages"} & {*Path(place).parts}
        ):
            found[name] = Path(place)
    return found


def forget_modules(names: list[str]) -> None:
    """Unload modules, so that the next import loads them again."""
    for each in names:
        sys.modules.pop(each, None)
    importlib.invalidate_caches()
