"""blend2d-python's side of `markers` and `weighted_lines`."""

from __future__ import annotations

from typing import Any

import blend2d as b2
from marks import CORNERS, edges, stars


def surface() -> tuple[Any, Any]:
    image = b2.BLImage(800, 600, b2.BLFormat.PRGB32)
    ctx = b2.BLContext(image)
    ctx.clear_all()
    return image, ctx


def pixels(image: Any, ctx: Any) -> Any:
    ctx.flush()
    return image.getDataAsNumPy()


def markers() -> Any:
    image, ctx = surface()
    star = b2.BLPath()
    star.move_to(*CORNERS[0])
    for corner in CORNERS[1:]:
        star.line_to(*corner)
    star.close()
    for _, _, _, _, matrix, color in stars().rows:
        ctx.reset_transform()
        ctx.transform(b2.Matrix2D(*matrix))
        ctx.set_fill_style(color)
        ctx.fill_path(star)
    return pixels(image, ctx)


def weighted_lines() -> Any:
    image, ctx = surface()
    for (x0, y0, x1, y1), width, color in edges().rows:
        ctx.set_stroke_style(color)
        ctx.stroke_width = width
        line = b2.BLPath()
        line.move_to(x0, y0)
        line.line_to(x1, y1)
        ctx.stroke_path(line)
    return pixels(image, ctx)
