"""In plain Python the kernels make the same bytes: a debugger can step through them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

SCENE = """
import sys
import numpy as np
import gpucanvas

canvas = gpucanvas.Canvas(40, 33, backend="cpu")
ctx = canvas.get_context("2d")
ctx.fill_style = (1.0, 0.5, 0.2, 0.8)
ctx.fill_rect(3.3, 2.2, 20.7, 17.1)
ctx.begin_path()
ctx.arc(20, 18, 11, 0, 7)
ctx.clip()
ctx.fill_style = (0.0, 0.5, 1.0, 0.5)
ctx.fill_rect(0, 0, 40, 33)
ctx.line_width = 3
ctx.begin_path()
ctx.move_to(2, 5)
ctx.bezier_curve_to(40, 4, -3, 30, 38, 29)
ctx.line_to(3, 17.2)
ctx.stroke()
ctx.fill_circles([10, 20], [10, 20], [4, 1.2], color=(0, 0, 0))
ctx.global_composite_operation = "multiply"
ctx.fill(gpucanvas.Path2D("M0 0L39 5L4 30Z M8 8L20 10L12 20Z"), "evenodd")

# Shapes only: each tile's commands are listed in another way.
shapes = gpucanvas.Canvas(40, 33, backend="cpu")
ctx = shapes.get_context("2d")
ctx.fill_style = "navy"
ctx.fill_rect(0, 0, 33, 40)
ctx.fill_circles([9, 22, 30], [12, 18, 5], [17.2, 3, 1.5], color=[[1, 0, 0], [1, 1, 0], [0, 1, 0.5]])
ctx.stroke_rect(5.5, 4, 28, 20)
np.save(sys.argv[1], np.concatenate([canvas.to_numpy(), shapes.to_numpy()]))
"""


def test_kernels_in_plain_python_make_the_same_bytes(tmp_path: Path) -> None:
    script = tmp_path / "scene.py"
    script.write_text(SCENE)
    pictures = []
    for way in ({}, {"GPUCANVAS_KERNELS": "python"}, {"NUMBA_DISABLE_JIT": "1"}):
        out = tmp_path / "picture.npy"
        subprocess.run([sys.executable, script, out], check=True, env={**os.environ, **way})
        pictures.append(np.load(out))
    assert len(np.unique(pictures[0])) > 50
    np.testing.assert_array_equal(pictures[1], pictures[0])
    np.testing.assert_array_equal(pictures[2], pictures[0])
