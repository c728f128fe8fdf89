"""Pens of very different widths in one scene: room for lines is that of the pen whose round joins have most of them."""

from __future__ import annotations

import numpy as np
import pytest

import gpucanvas
from gpucanvas.pipeline.encode import encode
from gpucanvas.pipeline.scene import lines_a_vertex
from gpucanvas.stages.flatten import flatten_outlines


@pytest.mark.parametrize("width", [0.5, 30.0, 400.0, 20_000.0])
def test_no_vertex_makes_more_lines_than_there_is_room_for(width: float) -> None:
    recording = gpucanvas.Recording(300, 300)
    ctx = recording.get_context("2d")
    ctx.line_join = ctx.line_cap = "round"
    for each in (0.5, width):
        ctx.line_width = each
        ctx.begin_path()
        for i in range(64):
            ctx.line_to(100 + (i % 2) * 50, 100 + i * 0.01)
        ctx.stroke()
        ctx.begin_path()
        ctx.move_to(10, 10)
        ctx.line_to(20, 20)
        ctx.stroke()
    scene = encode(recording._commands, 300, 300)
    from gpucanvas.contract import records

    room = lines_a_vertex(scene)
    lines = np.zeros(4 * 1040, records.Line.dtype)
    for vertex in range(len(scene.vertices)):
        made = flatten_outlines(scene.subpaths, scene.vertices, scene.strokes, lines, vertex, vertex + 1)
        assert made <= room, f"vertex {vertex} makes {made} lines, there is room for {room}"


def test_a_wide_pen_after_a_thin_one_is_drawn(backend: str) -> None:
    with gpucanvas.Canvas(300, 300, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.line_join = "round"
        for width in (0.5, 400.0):
            ctx.line_width = width
            ctx.begin_path()
            for i in range(256):
                ctx.line_to(100 + (i % 2) * 50, 100 + i * 0.01)
            ctx.stroke()
        assert (canvas.to_numpy()[:250, :250, 3] == 255).all()


@pytest.mark.parametrize("points", [4, 40])
def test_a_miter_of_millions_of_pixels_is_drawn(points: int, backend: str) -> None:
    """However many points lead to the turn: long subpaths have their lines made in another way."""
    with gpucanvas.Canvas(40, 400, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.line_width, ctx.miter_limit = 4000, 1400
        ctx.begin_path()
        for y in np.linspace(10, 185.5, points - 2):
            ctx.line_to(20, float(y))
        ctx.line_to(20, 190)
        ctx.line_to(20.0086, 185.5)
        ctx.stroke()
        alpha = canvas.to_numpy()[:, :, 3]
        assert (alpha[200:] == 255).all()
        assert (alpha[:9] == 0).all()


@pytest.mark.parametrize("points", [3, 44])
@pytest.mark.parametrize("miter_limit", [10.0, 1e6])
def test_a_line_to_a_point_millions_of_pixels_away_is_drawn(points: int, miter_limit: float, backend: str) -> None:
    """A limit that lets miters be long lets outlines be cut far from the surface, too."""
    with gpucanvas.Canvas(200, 100, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.line_width, ctx.miter_limit = 20, miter_limit
        ctx.begin_path()
        for x in np.linspace(50, 100, points - 1):
            ctx.line_to(float(x), 50)
        ctx.line_to(3e6, 30_050)  # A pixel down in a hundred across.
        for y in range(40_000, 60_000, 1000):
            ctx.line_to(3e6, y)
        ctx.stroke()
        alpha = canvas.to_numpy()[:, :, 3]
        assert (alpha[42:59, 51:] == 255).all()
        assert not alpha[:39].any()
        assert not alpha[62:].any()
        assert not alpha[:, :49].any()
