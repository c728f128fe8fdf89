"""A Python program in a process of its own: what a test that might hang, fork or crash runs."""

from __future__ import annotations

import subprocess
import sys

LONG = 60.0


def run(code: str) -> str:
    """What the program prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=LONG, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
