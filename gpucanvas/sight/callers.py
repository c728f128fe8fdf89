"""callers: finds the caller's line outside this package, for warnings."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Final

__all__ = ["callers_level"]

PACKAGE: Final = str(Path(__file__).parents[1])
"""The folder of this package's files."""


def callers_level() -> int:
    """The ``stacklevel`` for a warning of the calling function to point at the first line outside this package."""
    level = 1
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith((PACKAGE, contextlib.__file__)):
        frame = frame.f_back
        level += 1
    return level
