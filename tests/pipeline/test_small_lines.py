"""Dashed and far outlines are the same records, made in one call or step by step."""

from __future__ import annotations

import numpy as np
import pytest

import gpucanvas
from drawn import Draw, commands_of
from gpucanvas.pipeline import leftcode, small
from gpucanvas.pipeline.encode import Encoder
from gpucanvas.pipeline.record import Commands
from gpucanvas.pipeline.scene import Scene
from gpucanvas.pipeline.small import Pool, encode_small
from gpucanvas.stages.flatten import flatten_curves

WIDTH, HEIGHT = 90, 70


def step_by_step(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> Scene:
    with monkeypatch.context() as patch:
        patch.setattr(leftcode, "encode_few", lambda encoder, left: False)
        return Encoder(commands, WIDTH, HEIGHT).scene()


def outlines_of(scene: Scene) -> list[tuple[bytes, ...]]:
    """For each draw of an outline: its record but for the index, its path's box and rule, and its subpaths."""
    found = []
    flatten_curves(scene.curves, scene.vertices, 0, len(scene.curves))  # It writes the vertices of curves.
    for draw in scene.draws:
        index = int(draw["path"])
        path = scene.paths[index]
        rows = [draw["style"].tobytes(), *(path[name].tobytes() for name in ("tx0", "ty0", "tx1", "ty1", "rule"))]
        for subpath in scene.subpaths[scene.subpaths["path"] == index]:
            start, count = int(subpath["vertex_start"]), int(subpath["vertex_count"])
            rows += [subpath["kind"].tobytes(), scene.vertices[start : start + count].tobytes()]
            rows += [scene.strokes[int(subpath["stroke"])].tobytes()] if len(scene.strokes) else []
        found.append(tuple(rows))
    return found


def dashed(seed: int) -> Draw:
    """Dashed outlines of all kinds of verbs, some closed, some under a transform, and an undashed one between."""

    def draw(ctx: gpucanvas.Context2D) -> None:
        rng = np.random.default_rng(seed)
        for k in range(7):
            x, y, w, h = (rng.random(4) * 60).tolist()
            ctx.save()
            if rng.random() < 0.5:
                ctx.transform(*rng.normal(size=6).tolist())
            ctx.set_line_dash([[4, 2], [3], [0, 5], [5, 0], [7, 2, 1, 2], [1, 0, 2, 3]][rng.integers(6)])
            ctx.line_dash_offset = float(rng.normal() * 9)
            ctx.line_width, ctx.line_cap = 1.0 + k % 3, ("butt", "round", "square")[k % 3]
            ctx.begin_path()
            ctx.move_to(x, y)
            ctx.line_to(w, h)
            ctx.bezier_curve_to(x, h, w, w, y, y)
            ctx.arc(x, y, 1 + w / 3, 0, 5)
            if k % 2:
                ctx.close_path()
            ctx.rect(x, y, w, h)
            ctx.stroke()
            ctx.stroke_rect(x, y, w, h)
            ctx.set_line_dash([])
            (ctx.stroke, ctx.fill)[k % 2]()
            ctx.restore()

    return draw


def far(ctx: gpucanvas.Context2D) -> None:
    """Outlines and rectangles that reach far beyond the surface, filled, stroked and dashed."""
    path = gpucanvas.Path2D("M -30000 -5 L 9 9 C 30 20 300 90 90 60 L 30000 50 L 60 0 Q 50 60 20 -80 z")
    ctx.fill(path)
    ctx.fill(path, "evenodd")
    ctx.stroke(path)
    ctx.rotate(0.3)
    ctx.fill_rect(-1e6, 10, 2e6, 20)
    ctx.set_line_dash([30, 20])
    ctx.stroke(gpucanvas.Path2D("M -200000 -5 L 3000 20 L 300 90000 L 90 60 L 200000 50 z"))
    ctx.stroke_rect(-1e5, 20, 2e5, 9)


@pytest.mark.parametrize("draw", [*map(dashed, range(8)), far])
def test_the_records_are_those_of_the_way_step_by_step(draw, monkeypatch):
    commands = commands_of(draw, WIDTH, HEIGHT)
    expected = step_by_step(commands, monkeypatch)
    encoder = Encoder(commands, WIDTH, HEIGHT)
    scene = encoder.scene()
    assert outlines_of(scene) == outlines_of(expected)
    assert scene.path_tile_count == expected.path_tile_count
    assert len(encoder.outlines.bounds()) == len(scene.paths)


@pytest.mark.parametrize("draw", [*map(dashed, range(8)), far])
def test_a_small_scene_with_dashes_has_the_same_records(draw, monkeypatch):
    commands = commands_of(draw, WIDTH, HEIGHT)
    scene = encode_small(commands, WIDTH, HEIGHT)
    assert scene is not None
    assert outlines_of(scene) == outlines_of(step_by_step(commands, monkeypatch))
    assert scene.path_tile_count == step_by_step(commands, monkeypatch).path_tile_count


def finest(ctx: gpucanvas.Context2D) -> None:
    ctx.set_line_dash([0.001, 0.002])
    ctx.stroke_rect(3, 3, 40, 30)


def long(ctx: gpucanvas.Context2D) -> None:
    ctx.set_line_dash([3, 2])
    ctx.move_to(3, 3)
    for k in range(2 * small.SMALL_POINTS):
        ctx.line_to(3 + k % 50, 3 + k % 40)
    ctx.stroke()


def dotted(ctx: gpucanvas.Context2D) -> None:
    ctx.set_line_dash([0.02, 0.02])
    ctx.stroke_rect(3, 3, 80, 60)


@pytest.mark.parametrize("draw", [finest, long, dotted])
def test_what_does_not_fit_or_is_too_fine_is_left_to_the_way_step_by_step(draw, monkeypatch):
    commands = commands_of(draw, WIDTH, HEIGHT)
    assert encode_small(commands, WIDTH, HEIGHT) is None
    scene = Encoder(commands, WIDTH, HEIGHT).scene()
    assert len(scene.vertices)
    assert outlines_of(scene) == outlines_of(step_by_step(commands, monkeypatch))


def test_too_many_dashes_are_refused():
    def draw(ctx: gpucanvas.Context2D) -> None:
        ctx.scale(1e-3, 1e3)
        ctx.set_line_dash([1e-3, 1e-3])
        ctx.stroke_rect(3, 0.003, 70000, 0.06)

    with pytest.raises(gpucanvas.LimitError, match="dash"):
        Encoder(commands_of(draw, WIDTH, HEIGHT), WIDTH, HEIGHT).scene()


def test_the_working_memory_is_made_once_counted_and_evicted(monkeypatch):
    pool = Pool()
    monkeypatch.setattr(small, "_pool", pool)
    before = gpucanvas.memory.snapshot().host_bytes
    for _ in range(2):
        scene = encode_small(commands_of(dashed(1), WIDTH, HEIGHT), WIDTH, HEIGHT)
        assert scene is not None
        scene.drawn()
    held = gpucanvas.memory.snapshot().host_bytes - before
    assert held > 0 and pool.evict() == held
    assert gpucanvas.memory.snapshot().host_bytes == before
