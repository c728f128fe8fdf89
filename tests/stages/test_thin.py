"""Points of long polylines beside the picture are left out, and pictures stay the same to the byte."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.contract import constants as c
from gpucanvas.pipeline.encode import Encoder
from gpucanvas.pipeline.record import Commands
from gpucanvas.pipeline.scene import Scene
from gpucanvas.stages.thin import LONG

WIDTH, HEIGHT = 90, 70


def walk(rng: np.random.Generator, count: int, step: float) -> np.ndarray:
    """A random walk that returns to the picture again and again, in which some points coincide with the one before."""
    points = np.cumsum(rng.normal(size=(count, 2)) * step, 0)
    points[rng.random(count) < 0.05] = 0.0
    points += np.array([45.0, 35.0])
    again = np.flatnonzero(rng.random(count - 1) < 0.1) + 1
    points[again] = points[again - 1]
    return points


def paths_of(rng: np.random.Generator, step: float) -> list[gpucanvas.Path2D]:
    """Long polylines, open and closed, some with curves in them, some of several subpaths."""
    paths = []
    for k in range(4):
        path = gpucanvas.Path2D(walk(rng, int(rng.integers(LONG, 6 * LONG)), step))
        if k == 1:
            path.close_path()
        if k == 2:
            for x, y in walk(rng, LONG, step).tolist():
                if rng.random() < 0.2:
                    path.bezier_curve_to(x, y, x + step, y, x, y - step)
                path.line_to(x, y)
        if k == 3:
            path.add_path(gpucanvas.Path2D(walk(rng, LONG, step)))
        paths.append(path)
    return paths


def drawn(seed: int, step: float, is_thinned: bool, backend: Any = "cpu") -> np.ndarray:
    """Paths filled and stroked; an arc to the right of the picture keeps an outline from being thinned."""
    rng = np.random.default_rng(seed)
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        for path in paths_of(rng, step):
            if not is_thinned:
                path.move_to(500, 500)
                path.arc(500, 500, 5, 0, 3)
            ctx.fill_style = ctx.stroke_style = (*rng.random(3).tolist(), 0.6)
            ctx.line_width, ctx.miter_limit = float(rng.choice([0.5, 2.0, 9.0])), float(rng.choice([2.0, 20.0]))
            ctx.line_join = ("miter", "round", "bevel")[rng.integers(3)]
            ctx.line_cap = ("butt", "round", "square")[rng.integers(3)]
            ctx.stroke(path)
            ctx.fill(path, ("nonzero", "evenodd")[rng.integers(2)])
        return canvas.to_numpy()


@pytest.mark.parametrize("step", [8.0, 40.0, 300.0, 20000.0])
@pytest.mark.parametrize("seed", range(8))
def test_pictures_are_the_same_near_and_far(seed, step):
    assert np.array_equal(drawn(seed, step, True), drawn(seed, step, False))


def series(zoom: float, verb: str) -> Commands:
    """A series of ten thousand values, of which one in ``zoom`` is in the picture."""
    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    ctx = recording.get_context("2d")
    x = np.linspace(-45.0, 45.0, 10000)
    path = gpucanvas.Path2D(np.stack([x, 20 * np.sin(40 * x)], 1))
    ctx.set_transform(zoom, 0, 0, 1, 45, 35)
    ctx.line_width = 1 / zoom
    getattr(ctx, verb)(path)
    return recording._commands


def scene_of(commands: Commands) -> Scene:
    return Encoder(commands, WIDTH, HEIGHT).scene()


@pytest.mark.parametrize("zoom", [100.0, 5000.0])
def test_a_stroke_has_only_the_vertices_near_the_picture(zoom):
    # A far line is cut at some distance from the picture only.
    scene = scene_of(series(zoom, "stroke"))
    assert 0 < len(scene.vertices) < 10000 * max(1.2 / zoom, 0.05)
    assert set(scene.subpaths["kind"]) == {c.SUBPATH_STROKE_OPEN}


@pytest.mark.parametrize("zoom", [1.0, 100.0, 5000.0])
def test_a_fill_has_all_vertices_to_the_left_and_few_to_the_right(zoom):
    count = len(scene_of(series(zoom, "fill")).vertices)
    assert count == 10000 if zoom == 1.0 else count < 6000


def test_a_closed_outline_around_the_picture_covers_it():
    angle = np.linspace(0, 2 * np.pi, 1000)
    for radius in (300.0, 1e6):
        path = gpucanvas.Path2D(np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1))
        path.close_path()
        with gpucanvas.Canvas(WIDTH, HEIGHT, backend="cpu") as canvas:
            canvas.get_context("2d").fill(path)
            assert (canvas.to_numpy()[..., 3] == 255).all()
