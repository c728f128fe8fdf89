"""scripts: shared by commands that draw a script: parsing arguments, loading the script, showing its errors."""

from __future__ import annotations

import argparse
import re
import sys
import traceback
from math import isfinite
from pathlib import Path
from typing import Final

from ..window.script import Drawing, NoDrawingError, load_drawing, own_traceback

__all__ = [
    "DEFAULT_SIZE",
    "FAILED",
    "OK",
    "STOPPED",
    "UNREAD",
    "USAGE",
    "ScriptFailed",
    "UsageError",
    "backend_error",
    "check_script",
    "load",
    "read_scale",
    "read_size",
    "read_time",
    "show_failure",
]

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2
STOPPED: Final = 130
"""The exit status of a program ended by Ctrl-C, as in shells: 128 plus the signal's number."""
UNREAD: Final = 141
"""The exit status of a program whose output nobody reads any longer, likewise: 128 plus the number of SIGPIPE."""
DEFAULT_SIZE: Final = (800, 600)
PICTURES: Final = frozenset((".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".pdf"))
"""Endings of files that are no scripts."""


class UsageError(Exception):
    """An argument is invalid; the text says which, why, and what to write instead."""


class ScriptFailed(Exception):
    """The script has raised an exception, which was shown already."""


def read_size(text: str) -> tuple[int, int]:
    """``WIDTHxHEIGHT``, whole units."""
    found = re.fullmatch(r"(\d+)x(\d+)", text)
    if found is None or not (width := int(found[1])) or not (height := int(found[2])):
        raise argparse.ArgumentTypeError(f"the size is {text!r}: give WIDTHxHEIGHT in whole units, e.g. 1200x640")
    return width, height


def read_scale(text: str) -> float:
    """Pixels a unit."""
    value = _number(text)
    if not 0 < value <= 64:
        raise argparse.ArgumentTypeError(f"the scale is {text!r}: give a number above 0, at most 64, e.g. 2")
    return value


def read_time(text: str) -> float:
    """Seconds of a drawing's time."""
    value = _number(text)
    if not isfinite(value):
        raise argparse.ArgumentTypeError(f"the time is {text!r}: give seconds, e.g. 1.5")
    return value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def check_script(script: Path) -> None:
    """Raise UsageError unless the script is a file, and none of another kind."""
    what = "is no file" if not script.is_file() else "is a picture" if script.suffix.lower() in PICTURES else ""
    if what:
        forms = "def draw(ctx, width, height): ... or def draw(ctx, frame): ..."
        raise UsageError(f"{script} {what}: give a Python script that defines draw: {forms}")


def load(script: Path) -> Drawing:
    """Run a script and return its functions; its errors are shown.

    Raises
    ------
    UsageError
        Where the script defines no draw function.
    ScriptFailed
        Where the script raises an exception.
    """
    try:
        return load_drawing(script)
    except NoDrawingError as error:
        raise UsageError(str(error)) from error
    except Exception as error:
        show_failure(error, script, "could not be run")
        raise ScriptFailed from error


def show_failure(error: BaseException, script: Path, how: str) -> None:
    """Print the traceback of an error, from the script's first stack frame on."""
    own_traceback(error, script)
    traceback.print_exception(error)
    print(f"gpucanvas: {script} {how}", file=sys.stderr)


def backend_error(backend: str, pixels: tuple[int, int], error: Exception) -> UsageError:
    """The error for a backend that cannot draw here."""
    what = f"--backend {backend} cannot draw {pixels[0]}x{pixels[1]} pixels here"
    cure = "`python -m gpucanvas info` says what runs here; --backend cpu needs no GPU"
    return UsageError(f"{what}: {error}; {cure}")
