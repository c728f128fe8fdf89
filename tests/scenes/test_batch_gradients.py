"""Every shape of a batch takes the gradient, as single calls do."""

from __future__ import annotations

import numpy as np

import gpucanvas


def test_a_batch_with_a_gradient_is_the_same_as_single_calls(backend: str) -> None:
    pictures = []
    for batch in (True, False):
        with gpucanvas.Canvas(64, 16, backend=backend) as canvas:
            ctx = canvas.get_context("2d")
            gradient = ctx.create_linear_gradient(0, 0, 64, 0)
            gradient.add_color_stop(0, "red")
            gradient.add_color_stop(1, "blue")
            ctx.fill_style = gradient
            x = np.arange(0, 64, 8.0)
            if batch:
                ctx.fill_rects(x, 2.0, 6.0, 12.0)
            else:
                for each in x.tolist():
                    ctx.fill_rect(each, 2.0, 6.0, 12.0)
            pictures.append(canvas.to_numpy())
    assert (pictures[0] == pictures[1]).all()
    assert pictures[0][8, 60, 2] > 200
