"""skia-python's side of `markers` and `weighted_lines`, on a surface of `skia_peer`."""

from __future__ import annotations

from typing import Any

import skia
from marks import CORNERS, edges, stars


def markers(ctx: Any) -> None:
    star = skia.Path()
    star.addPoly([skia.Point(*corner) for corner in CORNERS], True)
    for _, _, _, _, (a, b, c, d, e, f), color in stars().rows:
        ctx.setMatrix(skia.Matrix.MakeAll(a, c, e, b, d, f, 0, 0, 1))
        ctx.drawPath(star, skia.Paint(AntiAlias=True, Color4f=skia.Color4f(*color)))


def weighted_lines(ctx: Any) -> None:
    stroke = skia.Paint.kStroke_Style
    for row, width, color in edges().rows:
        pen = skia.Paint(AntiAlias=True, Color4f=skia.Color4f(*color), Style=stroke, StrokeWidth=width)
        ctx.drawLine(*row, pen)
