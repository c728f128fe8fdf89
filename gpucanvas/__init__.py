"""gpucanvas: the HTML Canvas 2D API for Python, on the GPU, with a CPU backend that gives the same picture.

>>> import gpucanvas
>>> canvas = gpucanvas.Canvas(80, 60)
>>> ctx = canvas.get_context("2d")
>>> ctx.fill_style = "oklch(70% 0.15 40)"
>>> ctx.fill_rect(10, 10, 40, 30)
>>> canvas.to_numpy().shape
(60, 80, 4)
"""

from __future__ import annotations

from .canvas import Canvas, Recording
from .context import Context2D
from .errors import BackendError, ClosedError, DeadlineError, IndexSizeError, LimitError
from .geometry.affine import DOMMatrix
from .geometry.path import Path2D
from .many import render_many
from .paint.gradient import CanvasGradient

__version__ = "0.1.0"

__all__ = [
    "BackendError",
    "Canvas",
    "CanvasGradient",
    "ClosedError",
    "Context2D",
    "DOMMatrix",
    "DeadlineError",
    "IndexSizeError",
    "LimitError",
    "Path2D",
    "Recording",
    "__version__",
    "render_many",
]
