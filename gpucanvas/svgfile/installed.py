"""installed: whether SVG can be drawn here, asked without loading anything."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

__all__ = ["is_installed"]


@cache
def is_installed() -> bool:
    """Whether resvg is there."""
    return find_spec("resvg_py") is not None
