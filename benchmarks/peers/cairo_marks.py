"""pycairo's side of `markers` and `weighted_lines`."""

from __future__ import annotations

from typing import Any

import cairo
import numpy as np
from marks import CORNERS, edges, stars


def surface() -> tuple[Any, Any]:
    made = cairo.ImageSurface(cairo.FORMAT_ARGB32, 800, 600)
    return made, cairo.Context(made)


def pixels(made: Any) -> Any:
    made.flush()
    return np.frombuffer(made.get_data(), np.uint8).reshape(600, 800, 4)


def markers() -> Any:
    made, ctx = surface()
    for corner in CORNERS:
        ctx.line_to(*corner)
    ctx.close_path()
    star = ctx.copy_path()
    ctx.new_path()
    for _, _, _, _, matrix, color in stars().rows:
        ctx.set_matrix(cairo.Matrix(*matrix))
        ctx.set_source_rgba(*color)
        ctx.append_path(star)
        ctx.fill()
    return pixels(made)


def weighted_lines() -> Any:
    made, ctx = surface()
    for (x0, y0, x1, y1), width, color in edges().rows:
        ctx.set_source_rgba(*color)
        ctx.set_line_width(width)
        ctx.move_to(x0, y0)
        ctx.line_to(x1, y1)
        ctx.stroke()
    return pixels(made)
