"""Small scenes are drawn by two kernels: they show what the stages one by one show, whatever the tables' sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.backends import list_runner, stage_runner
from gpucanvas.backends import small as hosts
from gpucanvas.backends.cpu import CPUBackend
from gpucanvas.backends.small import SMALL_DRAWS, SmallTables, room_for_draws
from gpucanvas.backends.stage_runner import StageRunner
from gpucanvas.pipeline.encode import encode
from gpucanvas.pipeline.scene import Scene
from gpucanvas.stages.fast import small

Draw = Callable[[gpucanvas.Context2D], None]


def scene_of(draw: Draw, width: int = 100, height: int = 70) -> Scene:
    recording = gpucanvas.Recording(width, height)
    draw(recording.get_context("2d"))
    return encode(recording._commands, width, height)


def some_of_all(seed: int) -> Draw:
    """Rectangles and paths, filled and stroked, some clipped, some turned, some by operators that reach everywhere."""

    def draw(ctx: gpucanvas.Context2D) -> None:
        rng = np.random.default_rng(seed)
        for k in range(14):
            ctx.save()
            ctx.fill_style = ctx.stroke_style = (*rng.random(3).tolist(), float(rng.choice([0.4, 1.0])))
            x, y, w, h = (rng.random(4) * [90, 60, 60, 60] - [10, 10, 0, 0]).tolist()
            if seed % 3 and rng.random() < 0.2:
                ctx.begin_path()
                ctx.arc(x, y, w, 0, 6)
                ctx.clip()
            if rng.random() < 0.2:
                ctx.rotate(rng.random())
            if rng.random() < 0.1:
                ctx.global_composite_operation = ["copy", "source-in", "destination-out", "multiply"][k % 4]
            ctx.line_width = 0.1 + 6 * rng.random()
            ctx.begin_path()
            ctx.move_to(x, y)
            ctx.bezier_curve_to(y, w, w, h, h, x)
            ctx.arc(x, y, w / 4, 0, 5)
            if k % 4 < 2:
                (ctx.fill, ctx.stroke)[k % 4]()
            else:
                (ctx.fill_rect, ctx.stroke_rect)[k % 4 - 2](x, y, w, h)
            ctx.restore()

    return draw


def pixels(scene: Scene, word: int | None, by_stages: bool, backend: CPUBackend | None = None) -> np.ndarray:
    """What a scene makes of a surface that holds something, and straight, (2, H * W) words."""
    surface = np.full((scene.height, scene.width), 0x80402010, np.uint32)
    straight = np.zeros(surface.size, np.int32)
    with (backend or CPUBackend(2)).workers.runner() as runner, pytest.MonkeyPatch.context() as patch:
        if by_stages:
            patch.setattr(stage_runner, "room_for_draws", lambda scene: 0)
        else:
            patch.setattr(StageRunner, "_draw_by_stages", lambda *a: pytest.fail("it is small"))
        runner.draw(scene, surface, word, straight)
    return np.stack([surface.reshape(-1), straight.view(np.uint32)])


@pytest.mark.parametrize("word", [None, 0, 0xFF8040C0])
@pytest.mark.parametrize("seed", range(6))
def test_small_scenes_show_what_the_stages_show(seed: int, word: int | None) -> None:
    scene = scene_of(some_of_all(seed))
    assert room_for_draws(scene)
    expected = pixels(scene, word, by_stages=True)
    assert len(np.unique(expected)) > 100
    np.testing.assert_array_equal(pixels(scene, word, by_stages=False), expected)


def test_small_tables_that_are_too_short_grow_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is made of one item to begin with; the second frame makes none."""
    one = {table: (*entry[:3], max(entry[2], 1)) for table, entry in hosts._TABLES.items()}
    monkeypatch.setattr(hosts, "_TABLES", one)
    asked: list[int] = []
    run = small.list_small

    def watched(*arguments: Any) -> tuple[int, int]:
        found = run(*arguments)
        asked.append(found[0])
        return found

    monkeypatch.setattr(hosts, "list_small_held", watched)
    monkeypatch.setattr(hosts.Scratch, "take", short_take)
    backend = CPUBackend(1)
    for seed in (0, 1):  # By tiles, and, where something is clipped, by bins.
        scene = scene_of(some_of_all(seed))
        expected = pixels(scene, 0, by_stages=True)
        asked.clear()
        np.testing.assert_array_equal(pixels(scene, 0, False, backend), expected)
        assert len(asked) > 5
        asked.clear()
        np.testing.assert_array_equal(pixels(scene, 0, False, backend), expected)
        assert asked == [small.DONE]


def short_take(self: Any, name: str, count: int, dtype: Any, kept: int = 0) -> np.ndarray:
    """`Scratch.take` without a word of room to spare."""
    array = self.arrays.get(name)
    if array is None or len(array) < count:
        self.changes += 1
        grown = np.zeros(count, dtype)
        # Counted as `Scratch.take` counts it: dropping the array counts it off, in whichever test that is.
        self._holding.resize(self._holding.host_bytes + grown.nbytes - (0 if array is None else array.nbytes))
        if array is not None:
            grown[:kept] = array[:kept]
        array = self.arrays[name] = grown
    return array


def test_small_is_left_to_the_stages_where_bins_hold_many_draws() -> None:
    def covers(ctx: gpucanvas.Context2D) -> None:
        ctx.fill_style = (0, 0, 1, 0.01)
        for _ in range(300):
            ctx.fill_rect(1, 1, 1020, 1020)

    scene = scene_of(covers, 1024, 1024)
    assert room_for_draws(scene)
    surface = np.zeros((1024, 1024), np.uint32)
    with CPUBackend(2).workers.runner() as runner:
        tables = SmallTables(runner.scratch, 8)
        assert tables.list(scene, room_for_draws(scene), stage_runner.WORDS_A_DRAW) is None
        runner.draw(scene, surface, 0)
    by_stages = pixels(scene, 0, by_stages=True)[0]
    np.testing.assert_array_equal(surface.reshape(-1), by_stages)


def test_small_ends_where_several_threads_begin() -> None:
    few = scene_of(lambda ctx: ctx.fill_rects(np.zeros(SMALL_DRAWS - 9), 0.0, 5.0, 5.0))
    many = scene_of(lambda ctx: ctx.fill_rects(np.zeros(SMALL_DRAWS), 0.0, 5.0, 5.0))
    assert room_for_draws(few)
    assert not room_for_draws(many)


def icon() -> gpucanvas.Canvas:
    canvas = gpucanvas.Canvas(64, 64, backend="cpu")
    some_of_all(0)(canvas.get_context("2d"))
    return canvas


def calls_of_kernels(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of kernels that are called from Python from now on."""
    from gpucanvas.backends import cpu
    from gpucanvas.pipeline import encode as host
    from gpucanvas.pipeline import outline
    from gpucanvas.pipeline import small as small_host

    called: list[str] = []

    def watch(module: Any, name: str) -> None:
        kernel = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *a: (called.append(name), kernel(*a))[1])

    for module, names in (
        (host, ("survey_commands", "write_commands", "survey_commands_held", "write_commands_held")),
        (small_host, ("write_scene_held",)),
        (outline, ("write_outlines", "write_outlines_held")),
        (outline, ("trace_uses", "count_stream", "measure_pens", "place_paths", "write_runs")),
        (hosts, ("list_small_held",)),
        (stage_runner, ("shade_tiles_held",)),
        (stage_runner.shade, ("shade_tiles", "cut_tiles")),
        (list_runner.binning, ("count_crossings", "sum_path_tiles", "place_segments", "count_draws", "list_draws")),
        (list_runner.coarse, ("log_bins", "sort_words")),
        (list_runner.listing, ("count_tiles", "sum_tiles", "list_tiles")),
        (list_runner.flatten, ("flatten_curves",)),
    ):
        for name in names:
            watch(module, name)
    monkeypatch.setattr(cpu, "present", lambda *a: pytest.fail("pixels are straight already"))
    return called


def test_small_frames_with_paths_are_three_calls_of_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs as much as a stage of such a frame; none gives other threads their turn."""
    icon().to_numpy()
    canvas = icon()
    called = calls_of_kernels(monkeypatch)
    canvas.to_numpy()
    assert called == ["write_scene_held", "list_small_held", "shade_tiles_held"]


def test_small_frames_are_drawn_stage_by_stage_for_who_listens() -> None:
    expected = icon().to_numpy()
    gpucanvas.stats(timers=True)
    try:
        canvas = icon()
        np.testing.assert_array_equal(canvas.to_numpy(), expected)
    finally:
        gpucanvas.stats(timers=False)
    last = canvas.stats.last
    assert last is not None
    assert last.timed
    assert {"flatten", "binning", "coarse", "fine"} <= set(last.stage_ms)


def test_small_steady_scenes_make_no_arrays() -> None:
    icon().to_numpy()
    before = gpucanvas.stats()
    for _ in range(200):  # More frames than arrays that nobody uses are kept for.
        icon().to_numpy()
    after = gpucanvas.stats()
    assert (after.allocations, after.growths) == (before.allocations, before.growths)
