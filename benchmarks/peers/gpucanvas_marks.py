"""gpucanvas's side of `markers` and `weighted_lines`."""

from __future__ import annotations

import os
from typing import Any

from marks import CORNERS, edges, stars

import gpucanvas

STAR = "M" + " L".join(f"{x} {y}" for x, y in CORNERS) + " Z"


def canvas() -> tuple[gpucanvas.Canvas, Any]:
    made = gpucanvas.Canvas(800, 600, backend=os.environ.get("GPUCANVAS_BACKEND", "cpu"))
    return made, made.get_context("2d")


def markers() -> Any:
    c, ctx = canvas()
    star = gpucanvas.Path2D(STAR)
    for x, y, scale, angle, _, color in stars().rows:
        ctx.save()
        ctx.translate(x, y)
        ctx.rotate(angle)
        ctx.scale(scale, scale)
        ctx.fill_style = color
        ctx.fill(star)
        ctx.restore()
    return c.to_numpy()


def markers_batch() -> Any:
    c, ctx = canvas()
    s = stars()
    ctx.fill_paths(STAR, s.x, s.y, scale=s.scale, angle=s.angle, color=s.colors)
    return c.to_numpy()


def weighted_lines() -> Any:
    c, ctx = canvas()
    for (x0, y0, x1, y1), width, color in edges().rows:
        ctx.stroke_style, ctx.line_width = color, width
        ctx.begin_path()
        ctx.move_to(x0, y0)
        ctx.line_to(x1, y1)
        ctx.stroke()
    return c.to_numpy()


def weighted_lines_batch() -> Any:
    c, ctx = canvas()
    s = edges()
    ctx.stroke_line_segments(s.segments, color=s.colors, line_width=s.widths)
    return c.to_numpy()
