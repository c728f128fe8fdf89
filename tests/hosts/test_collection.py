"""The tests of other programs' canvases are found, and skipped, where the extra `test-hosts` is not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HIDDEN = ("PySide6", "shiboken6", "IPython", "ipykernel", "jupyterlab", "anywidget", "simplejpeg")
"""What the extra `test-hosts` installs besides `test`."""
COLLECT = f"""
import sys
sys.modules.update(dict.fromkeys({HIDDEN!r}))
import pytest
sys.exit(pytest.main(["--collect-only", "-q", "-n0", "-p", "no:cacheprovider", "tests/hosts"]))
"""


def test_the_tests_are_collected_without_the_extra() -> None:
    root = Path(__file__).parents[2]
    found = subprocess.run([sys.executable, "-c", COLLECT], cwd=root, capture_output=True, text=True, timeout=120)
    assert found.returncode == 0, found.stdout[-2000:] + found.stderr[-2000:]
