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

from typing import TYPE_CHECKING, Any

from . import memory
from .canvas import Canvas
from .config import Config, configure
from .context import Context2D
from .errors import (
    BackendError,
    ClosedError,
    DeadlineError,
    FrameCancelledError,
    FrameDroppedError,
    FrameError,
    IndexSizeError,
    InvalidStateError,
    LimitError,
    LostContextError,
    MemoryBudgetError,
)
from .geometry.matrix import DOMMatrix
from .geometry.path import Path2D
from .geometry.point import DOMPoint
from .image import Image
from .many import render_many
from .paint.gradient import CanvasGradient
from .recording import Recording
from .ticket import Ticket

if TYPE_CHECKING:
    from .animated import AnimatedImage
    from .bitmap import ImageBitmap, create_image_bitmap
    from .film.view import render_film
    from .sight.monitor import FrameMonitor, PerformanceWarning
    from .sight.stats import FrameStats, stats
    from .sight.trace import trace
    from .window.events import Event
    from .window.frame import Frame
    from .window.hosted import HostedView
    from .window.show import show
    from .window.view import View
    from .window.window import Window

__version__ = "0.1.0"

__all__ = [
    "AnimatedImage",
    "BackendError",
    "Canvas",
    "CanvasGradient",
    "ClosedError",
    "Config",
    "Context2D",
    "DOMMatrix",
    "DOMPoint",
    "DeadlineError",
    "Event",
    "Frame",
    "FrameCancelledError",
    "FrameDroppedError",
    "FrameError",
    "FrameMonitor",
    "FrameStats",
    "HostedView",
    "Image",
    "ImageBitmap",
    "IndexSizeError",
    "InvalidStateError",
    "LimitError",
    "LostContextError",
    "MemoryBudgetError",
    "Path2D",
    "PerformanceWarning",
    "Recording",
    "Ticket",
    "View",
    "Window",
    "__version__",
    "configure",
    "create_image_bitmap",
    "memory",
    "render_film",
    "render_many",
    "show",
    "stats",
    "trace",
]

_LAZY = {
    "AnimatedImage": "animated",
    "Event": "window.events",
    "Frame": "window.frame",
    "FrameMonitor": "sight.monitor",
    "FrameStats": "sight.stats",
    "HostedView": "window.hosted",
    "ImageBitmap": "bitmap",
    "PerformanceWarning": "sight.monitor",
    "View": "window.view",
    "Window": "window.window",
    "create_image_bitmap": "bitmap",
    "render_film": "film.view",
    "show": "window.show",
    "stats": "sight.stats",
    "trace": "sight.trace",
}


def __getattr__(name: str) -> Any:
    """Load what few programs need when it is asked for."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
