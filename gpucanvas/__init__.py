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
from .frames.ticket import Ticket
from .geometry.matrix import DOMMatrix
from .geometry.path import Path2D
from .geometry.point import DOMPoint
from .geometry.rect import DOMRect
from .images.image import Image
from .images.imagedata import ImageData
from .many import render_many
from .paint.gradient import CanvasGradient
from .paint.pattern import CanvasPattern
from .picture import Picture
from .recording import Recording
from .verbs.context import Context2D

if TYPE_CHECKING:
    from . import fonts
    from .film.view import render_film
    from .images.animated import AnimatedImage
    from .images.bitmap import ImageBitmap, create_image_bitmap
    from .picking.index import Hit
    from .sight.monitor import FrameMonitor, PerformanceWarning
    from .sight.stats import FrameStats, stats
    from .sight.trace import trace
    from .text.layout import LayoutLine, TextLayout
    from .text.span import TextSpan
    from .text.textmetrics import TextMetrics
    from .text.textranges import TextCluster
    from .text.typeset import layout_text
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
    "CanvasPattern",
    "ClosedError",
    "Config",
    "Context2D",
    "DOMMatrix",
    "DOMPoint",
    "DOMRect",
    "DeadlineError",
    "Event",
    "Frame",
    "FrameCancelledError",
    "FrameDroppedError",
    "FrameError",
    "FrameMonitor",
    "FrameStats",
    "Hit",
    "HostedView",
    "Image",
    "ImageBitmap",
    "ImageData",
    "IndexSizeError",
    "InvalidStateError",
    "LayoutLine",
    "LimitError",
    "LostContextError",
    "MemoryBudgetError",
    "Path2D",
    "PerformanceWarning",
    "Picture",
    "Recording",
    "TextCluster",
    "TextLayout",
    "TextMetrics",
    "TextSpan",
    "Ticket",
    "View",
    "Window",
    "__version__",
    "configure",
    "create_image_bitmap",
    "fonts",
    "layout_text",
    "memory",
    "render_film",
    "render_many",
    "show",
    "stats",
    "trace",
]

_LAZY = {
    "AnimatedImage": "images.animated",
    "Event": "window.events",
    "Frame": "window.frame",
    "FrameMonitor": "sight.monitor",
    "FrameStats": "sight.stats",
    "Hit": "picking.index",
    "HostedView": "window.hosted",
    "ImageBitmap": "images.bitmap",
    "LayoutLine": "text.layout",
    "PerformanceWarning": "sight.monitor",
    "TextCluster": "text.textranges",
    "TextLayout": "text.layout",
    "TextMetrics": "text.textmetrics",
    "TextSpan": "text.span",
    "View": "window.view",
    "Window": "window.window",
    "create_image_bitmap": "images.bitmap",
    "fonts": "fonts",
    "layout_text": "text.typeset",
    "render_film": "film.view",
    "show": "window.show",
    "stats": "sight.stats",
    "trace": "sight.trace",
}


def __getattr__(name: str) -> Any:
    """Load a name of `_LAZY` on first use: few programs need these modules."""
    if name not in _LAZY:
        from .names import missing

        raise missing(__name__, name, __all__)
    from importlib import import_module

    module = import_module(f"{__name__}.{_LAZY[name]}")
    found = globals()[name] = module if name == _LAZY[name] else getattr(module, name)
    return found


def __dir__() -> list[str]:
    """The public names: completion in a shell shows no module of the package, which programs do not need."""
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
