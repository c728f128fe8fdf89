"""Tells the user about compiling that takes long: silence for a minute looks like a program that hangs.

After two seconds of it one line on stderr says why there is anything to compile, and grows by a dot a kernel.
"""

from __future__ import annotations

import sys
import time
from typing import Final

from .ways import REASON

PATIENCE: Final = 2.0
"""Seconds of compiling before the user is told."""


class Notice:
    """The line, and how many kernels were compiled in this process."""

    def __init__(self) -> None:
        self.compiles = 0
        self._since = 0.0
        self._told = False

    def begin(self) -> None:
        """A kernel begins to compile."""
        self._since = self._since or time.perf_counter()

    def compiled(self) -> None:
        """A kernel is compiled."""
        self.compiles += 1
        self.tell()

    def tell(self) -> None:
        """Show that something is done, or goes on, where it has taken long."""
        if not self._since or time.perf_counter() - self._since < PATIENCE:
            return
        if not self._told:
            self._told = True
            why = f": {REASON}" if REASON else ""
            sys.stderr.write(f"gpucanvas compiles its CPU kernels, which takes a minute or two{why} ")
        sys.stderr.write(".")
        sys.stderr.flush()

    def settle(self) -> None:
        """A picture is done: end the line."""
        if self._told:
            sys.stderr.write(" done\n")
            sys.stderr.flush()
        self._told, self._since = False, 0.0


notice: Final = Notice()
