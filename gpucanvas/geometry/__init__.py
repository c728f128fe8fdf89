"""geometry: affine maps, paths, SVG data, dashes and queries. Values only: no I/O, no GPU, NumPy at most."""

from __future__ import annotations

from .matrix import DOMMatrix
from .path import Path2D, PathBuilder

__all__ = ["DOMMatrix", "Path2D", "PathBuilder"]
