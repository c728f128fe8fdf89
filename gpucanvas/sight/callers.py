"""Who called: warnings are put at the line of the program that they are about, however deep they are found."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Final

__all__ = ["callers_level"]

PACKAGE: Final = str(Path(__file__).parents[1])
"""The folder of this package's files."""


def callers_level() -> int:
    """The ``stacklevel`` that puts a warning of the calling function at the first line outside this package."""
    level = 1
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith((PACKAGE, contextlib.__file__)):
        frame = frame.f_back
        level += 1
    return level
