"""xserver: an X server that nobody sees, for the windows of tests.

Display() --Xvfb--> name, environment --DISPLAY--> programs;   Hands(name, window)
"""

from __future__ import annotations

import os
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from programs import DEADLINE
from xdo import Hands

__all__ = ["Display"]


class Display:
    """An X server that nobody sees, of 1280x1024 pixels."""

    def __init__(self) -> None:
        reading, writing = os.pipe()
        # Without -noreset it forgets its properties whenever the last program leaves it.
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x1024x24", "-noreset", "-nolisten", "tcp"],
            pass_fds=(writing,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(writing)
        with os.fdopen(reading) as answers:
            ready, _, _ = select.select([answers], [], [], DEADLINE)
            number = answers.readline().strip() if ready else ""
        if not number:
            self.end()
            pytest.fail(f"Xvfb did not start within {DEADLINE:g} s")
        self.name = f":{number}"
        """What DISPLAY is to be."""
        Hands(self.name, 0).repeat(False)

    @property
    def environment(self) -> dict[str, str | None]:
        """What programs need to open their windows here."""
        return {
            "DISPLAY": self.name,
            "WAYLAND_DISPLAY": None,
            "XDG_SESSION_TYPE": "x11",
            "PYGLFW_LIBRARY_VARIANT": "x11",
            "LC_ALL": "C.UTF-8",
        }

    @contextmanager
    def scaled(self, scale: float) -> Iterator[None]:
        """Tell programs that start meanwhile that the content scale is another: 2 for a display of high density."""
        self._set_dpi(round(96 * scale))
        try:
            yield
        finally:
            self._set_dpi(96)

    def _set_dpi(self, dpi: int) -> None:
        words = ["xprop", "-root", "-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER", f"Xft.dpi:\t{dpi}"]
        environment = {**os.environ, "DISPLAY": self.name}
        subprocess.run(words, env=environment, check=True, capture_output=True, timeout=DEADLINE)

    def end(self) -> None:
        """Stop the server."""
        self._server.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._server.wait(10)
        if self._server.poll() is None:
            self._server.kill()
            self._server.wait(DEADLINE)
