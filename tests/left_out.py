"""left_out: what tests need of the machine, and that a run says so where it was not there.

    a test needs it --> is it there? --yes--> it runs
                            +--------no--> skipped with the cure, or FAILED where its variable is 1
                                              +--> the last lines of the run name what was left out

A machine without a display or OpenGL must never look as if it had tested them.
"""

from __future__ import annotations

import os
from typing import NamedTuple

import pytest


class Need(NamedTuple):
    """Something that a machine may lack.

    ``variable`` is what turns its absence into a failure, ``cure`` where it comes from.
    """

    what: str
    variable: str
    cure: str

    @property
    def mark(self) -> str:
        """What the reason of each skipped test begins with."""
        return f"{self.what} was not tested"

    def missing(self, reason: str) -> None:
        """Skip the running test, or fail it where the thing was promised."""
        if os.environ.get(self.variable) == "1":
            pytest.fail(f"{self.variable}=1, but {reason}; {self.cure}", pytrace=False)
        pytest.skip(f"{self.mark}: {reason}; {self.cure}")


GL = Need(
    "backend 'gl'", "GPUCANVAS_REQUIRE_GL", "on Debian and Ubuntu: apt-get install libegl1 libgl1 libgl1-mesa-dri"
)
WINDOWS = Need(
    "what windows do",
    "GPUCANVAS_REQUIRE_WINDOWS",
    "on Debian and Ubuntu: apt-get install xvfb xdotool x11-utils x11-xkb-utils x11-xserver-utils imagemagick; "
    "pip install glfw",
)
HOSTS = Need(
    "a canvas in other programs",
    "GPUCANVAS_REQUIRE_WINDOWS",
    "pip install 'gpucanvas[test-hosts]'; apt-get install chromium",
)
CHROMIUM = Need("agreement with Chromium", "GPUCANVAS_REQUIRE_CHROMIUM", "apt-get install chromium")
GLSLANG = Need("the shaders' text", "GPUCANVAS_REQUIRE_GL", "on Debian and Ubuntu: apt-get install glslang-tools")
NEEDS = (GL, GLSLANG, WINDOWS, HOSTS, CHROMIUM)


def summarise(reporter: pytest.TerminalReporter) -> None:
    """Say plainly what was not run, and how to get it."""
    reasons = [
        report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else str(report.longrepr)
        for report in reporter.stats.get("skipped", [])
    ]
    found = {need: [reason for reason in reasons if need.mark in reason] for need in NEEDS}
    if any(found.values()):
        reporter.section("NOT TESTED", sep="=", yellow=True)
    for need, skipped in found.items():
        if skipped:
            reporter.write_line(f"{len(skipped)} tests were skipped: {skipped[0]}")
            reporter.write_line(f"Set {need.variable}=1 to make this a failure.")
