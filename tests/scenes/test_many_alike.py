"""The same shape drawn many times: what one draw puts into a pixel that it does not reach would add up."""

from __future__ import annotations

import numpy as np
import pytest

import gpucanvas

COUNT = 900


@pytest.mark.parametrize("radius", [0.3, 0.8, 1.9, 2.0, 2.6, 5.3])
@pytest.mark.parametrize("verb", ["fill_circles", "stroke_circles"])
def test_many_discs_alike_stay_in_their_box(backend: str, verb: str, radius: float) -> None:
    cx, cy, width = 8.637, 8.27, 1.3
    with gpucanvas.Canvas(20, 20, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.line_width = width
        ctx.fill_style = ctx.stroke_style = (1.0, 0.0, 0.0, 0.5)
        getattr(ctx, verb)(np.full(COUNT, cx), cy, radius)
        alpha = canvas.to_numpy()[..., 3]
    reach = radius + (width / 2 if verb == "stroke_circles" else 0)
    y, x = np.mgrid[0:20, 0:20]
    outside = (x + 1 <= cx - reach) | (x >= cx + reach) | (y + 1 <= cy - reach) | (y >= cy + reach)
    assert not alpha[outside].any()
    assert alpha.max() == 255
