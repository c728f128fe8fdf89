"""Tells the user that kernels are being compiled: a minute of silence looks like a program that hangs.

After two seconds of compiling, a line on stderr gives the reason, and grows by a dot per kernel.
"""

from __future__ import annotations

import sys
import time
from typing import Final

from .ways import REASON

PATIENCE: Final = 2.0
"""Seconds of compiling before the line is written."""


class Notice:
    """The line on stderr, and the number of kernels compiled in this process."""

    def __init__(self) -> None:
        self.compiles = 0
        self._since = 0.0
        self._told = False

    def begin(self) -> None:
        """Note that a kernel's compilation begins."""
        self._since = self._since or time.perf_counter()

    def compiled(self) -> None:
        """Count a compiled kernel."""
        self.compiles += 1
        self.tell()

    def tell(self) -> None:
        """Write the line, or another dot, if compiling has taken longer than PATIENCE."""
        if not self._since or time.perf_counter() - self._since < PATIENCE:
            return
        if not self._told:
            self._told = True
            why = f": {REASON}" if REASON else ""
            sys.stderr.write(f"gpucanvas compiles its CPU kernels, which takes a minute or two{why} ")
        sys.stderr.write(".")
        sys.stderr.flush()

    def settle(self) -> None:
        """End the line: a picture is finished."""
        if self._told:
            sys.stderr.write(" done\n")
            sys.stderr.flush()
        self._told, self._since = False, 0.0


notice: Final = Notice()
