"""Rows of sixteen make the lines that flatten makes of vertex after vertex, to the last bit."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import gpucanvas
from gpucanvas.backends.cpu import CPUBackend
from gpucanvas.contract import constants as c
from gpucanvas.contract import records
from gpucanvas.pipeline.encode import encode
from gpucanvas.pipeline.scene import Scene, lines_a_vertex
from gpucanvas.stages.binning import count_crossings
from gpucanvas.stages.fast import runs
from gpucanvas.stages.flatten import flatten_outlines

SIZE = 200
Line = tuple[int, int, int, int]


def scene_of(seed: int, count: int, curves: float, spread: float, join: str, closed: bool, skewed: bool) -> Scene:
    """One path of random points, some of them twice, some ends of curves, stroked and filled."""
    rng = np.random.default_rng(seed)
    recording = gpucanvas.Recording(SIZE, SIZE)
    ctx = recording.get_context("2d")
    # An outline that is wholly beside the surface has no vertices.
    ctx.translate(SIZE, SIZE)
    if skewed:
        ctx.transform(1.3, 0.4, -0.2, 0.7, 10, 5)
    ctx.line_join, ctx.line_cap, ctx.line_width = join, "round", float(rng.choice([0.3, 1.5, 9.0]))
    ctx.miter_limit = float(rng.choice([1.0, 4.0, 10.0]))
    at = rng.random(2) * SIZE
    ctx.move_to(*at.tolist())
    for _ in range(count):
        points = at + rng.normal(size=(3, 2)) * spread
        if rng.random() < curves:
            ctx.bezier_curve_to(*points.reshape(-1).tolist())
        else:
            points[2] = at if rng.random() < 0.1 else np.round(points[2])
            ctx.line_to(*points[2].tolist())
        at = points[2]
    if closed:
        ctx.close_path()
    ctx.stroke()
    ctx.fill()
    return encode(recording._commands, 3 * SIZE, 3 * SIZE)


def one_by_one(scene: Scene, index: int) -> Counter[Line]:
    """What flatten makes of a subpath, on the grid."""
    s = scene.subpaths[index]
    first, last = int(s["vertex_start"]), int(s["vertex_start"] + s["vertex_count"])
    lines = np.zeros((last - first) * lines_a_vertex(scene) + 1, records.Line.dtype)
    n = flatten_outlines(scene.subpaths, scene.vertices, scene.strokes, lines, first, last)
    return on_grid(lines[:n])


def on_grid(lines: np.ndarray) -> Counter[Line]:
    ends = np.stack([lines[name] for name in ("x0", "y0", "x1", "y1")], 1)
    snapped = np.floor(ends * np.float32(c.SUBPIXEL) + np.float32(0.5)).astype(int)
    return counted(snapped)


def counted(lines: np.ndarray) -> Counter[Line]:
    """Those that have a length, however often."""
    some = lines[(lines[:, :2] != lines[:, 2:]).any(1)]
    return Counter(map(tuple, some.tolist()))


def by_rows(scene: Scene, index: int, run: int) -> Counter[Line]:
    """What rows make of a subpath, so many vertices at a time."""
    s = scene.subpaths[index]
    start, count = int(s["vertex_start"]), int(s["vertex_count"])
    floats, ints = np.full(runs.FLOATS, np.nan, np.float32), np.full(runs.INTS, -7, np.int32)
    found: Counter[Line] = Counter()
    for first in range(0, count, run):
        size = min(run, count - first)
        others = np.zeros(run * lines_a_vertex(scene) + 1, records.Line.dtype)
        slots = 1
        if s["kind"] == c.SUBPATH_FILL:
            runs.fill_run(scene.vertices, start, count, first, size, floats, ints)
        else:
            pen, closed = scene.strokes[int(s["stroke"])], s["kind"] == c.SUBPATH_STROKE_CLOSED
            n, rare = runs.stroke_run(
                scene.vertices, pen, start, count, bool(closed), first, size, s["path"], floats, ints, others
            )
            found += on_grid(others[:n])
            slots = runs.SLOTS if rare & runs.JOINED else 2
        for slot in range(slots):
            at = slot * runs.STRIDE
            ends = [ints[int(field) + at :][:size] for field in (runs.X0, runs.Y0, runs.X1, runs.Y1)]
            found += counted(np.stack(ends, 1))
    return found


@settings(max_examples=200, deadline=None)
@given(
    seed=st.integers(0, 1 << 20),
    count=st.integers(12, 80),
    curves=st.sampled_from([0.0, 0.3, 1.0]),
    spread=st.sampled_from([0.05, 2.0, 40.0]),
    join=st.sampled_from(["miter", "round", "bevel"]),
    closed=st.booleans(),
    skewed=st.booleans(),
    run=st.sampled_from([13, 16, 64, runs.RUN]),
)
def test_rows_make_the_lines_of_flatten(
    seed: int, count: int, curves: float, spread: float, join: str, closed: bool, skewed: bool, run: int
) -> None:
    scene = scene_of(seed, count, curves, spread, join, closed, skewed)
    with CPUBackend(1).workers.runner() as runner:
        runner.flatten_curves(scene)
    checked = 0
    for index, subpath in enumerate(scene.subpaths):
        if subpath["vertex_count"] >= 12:
            expected = one_by_one(scene, index)
            assert by_rows(scene, index, run) == expected
            checked += len(expected)
    assert checked


def crossings_of(scene: Scene, room: int, more: int) -> tuple[Counter[tuple[int, ...]], np.ndarray, np.ndarray]:
    """What binning makes of all lines, beginning with so much room, and given so much more whenever it asks."""
    lines = np.zeros(runs.RUN * lines_a_vertex(scene), records.Line.dtype)
    work = np.zeros(runs.FLOATS, np.float32), np.zeros(runs.INTS, np.int32), lines
    counts, backdrops = np.zeros((2, scene.path_tile_count), np.int32)
    outlines = scene.subpaths, scene.vertices, scene.strokes
    at = skip = n = 0
    crossings = np.zeros(room, records.Crossing.dtype)
    while True:
        at, skip, n = count_crossings(
            outlines, scene.paths, work, at, len(scene.vertices), skip, counts, backdrops, crossings, n
        )
        if at == len(scene.vertices):
            break
        crossings = np.append(crossings, np.zeros(more, records.Crossing.dtype))
    assert counts.sum() == n
    found = Counter(map(tuple, crossings[["tile", "start", "end"]][:n].tolist()))
    return found, counts, backdrops


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1 << 20), curves=st.sampled_from([0.0, 0.5]), join=st.sampled_from(["miter", "round"]))
def test_binning_goes_on_where_it_ran_out_of_room(seed: int, curves: float, join: str) -> None:
    scene = scene_of(seed, 40, curves, 30.0, join, False, False)
    with CPUBackend(1).workers.runner() as runner:
        runner.flatten_curves(scene)
    at_once = crossings_of(scene, 1 << 16, 0)
    assume(at_once[0].total() > 40)
    in_steps = crossings_of(scene, 8, 5)
    assert in_steps[0] == at_once[0]
    np.testing.assert_array_equal(in_steps[1], at_once[1])
    np.testing.assert_array_equal(in_steps[2], at_once[2])
