"""Plans, looked at without a pixel: targets are written before they are read, slots do not meet, passes are few."""

from __future__ import annotations

import random

import numpy as np
import pytest

import gpucanvas
from gpucanvas.plan import make
from gpucanvas.plan.plan import Plan
from gpucanvas.plan.slots import place
from gpucanvas.plan.steps import Clear, Draw, Filter, Read, read_by
from gpucanvas.plan.targets import SURFACE

from .trees import HEIGHT, WIDTH, draw_tree, plan_of

SEEDS = range(25)


def tree(seed: int) -> tuple[gpucanvas.Recording, list[int]]:
    recording, counts = gpucanvas.Recording(WIDTH, HEIGHT), [0, 0, 0, 0]
    draw_tree(recording.get_context("2d"), random.Random(seed), 4, counts)
    return recording, counts


def boxes_written(step: Draw) -> np.ndarray:
    """Left, top, right and bottom of the slots that a step draws in: those of its clips that are rectangles."""
    clips = step.scene.clips[1:]
    return np.stack([clips["x0"], clips["y0"], clips["x1"], clips["y1"]], 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_target_is_cleared_before_it_is_drawn_on_and_drawn_on_before_it_is_read(seed: int) -> None:
    recording, _ = tree(seed)
    state: dict[int, str] = {}
    for step in plan_of(recording).steps:
        if isinstance(step, Clear):
            state[step.target.number] = "clear"
        elif isinstance(step, Draw):
            if step.target.number != SURFACE:
                assert state.get(step.target.number) in ("clear", "drawn")
            if step.reads is not None:
                assert step.reads.number != step.target.number, "no target is read while it is written"
                assert state.get(step.reads.number) == "drawn"
            state[step.target.number] = "drawn"
        else:
            assert state.get(step.target.number) == "drawn"


@pytest.mark.parametrize("seed", SEEDS)
def test_there_is_one_draw_a_depth_however_many_layers_there_are(seed: int) -> None:
    recording, counts = tree(seed)
    drawn = [step for step in plan_of(recording).steps if isinstance(step, Draw)]
    seen_depths = sum(count > 0 for count in counts)
    assert len(drawn) == seen_depths + 1
    assert [step.slots for step in drawn if step.slots] == [count for count in reversed(counts) if count]


@pytest.mark.parametrize("seed", SEEDS)
def test_first_and_last_use_enclose_every_use_of_a_target(seed: int) -> None:
    recording, _ = tree(seed)
    plan = plan_of(recording)
    for use in plan.uses():
        at = [
            i
            for i, step in enumerate(plan.steps)
            if use.target.number in {target.number for target in (step.target, read_by(step)) if target}
        ]
        assert (use.first, use.last) == (at[0], at[-1])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_is_the_same_when_it_is_made_again(seed: int) -> None:
    recording, _ = tree(seed)
    first, second = plan_of(recording), plan_of(recording)
    assert str(first) == str(second)
    for one, other in zip(first.scenes, second.scenes, strict=True):
        for name in ("draws", "clips", "paths", "vertices", "paints"):
            assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


def test_sizes_at_random_get_slots_that_do_not_meet_and_lie_on_tile_borders() -> None:
    rng = random.Random(7)
    sizes = [(rng.randint(0, 300), rng.randint(0, 120)) for _ in range(400)]
    placed = set()
    for width, height, slots in place(sizes, 1024):
        taken = np.zeros((height, width), np.int32)
        for item, x, y, wide, high in slots:
            assert (x % 16, y % 16) == (0, 0)
            assert (wide, high) == sizes[item]
            assert x + wide <= width <= 1024 + 300
            taken[y : y + -(-high // 16) * 16, x : x + -(-wide // 16) * 16] += 1
            placed.add(item)
        assert taken.max() == 1
    assert placed == {i for i, (wide, high) in enumerate(sizes) if wide and high}


def test_ten_thousand_sibling_layers_are_one_draw() -> None:
    recording = gpucanvas.Recording(2000, 2000)
    ctx = recording.get_context("2d")
    for i in range(10_000):
        with ctx.layer(alpha=0.5):
            ctx.fill_rect(i % 100 * 20, i // 100 * 20, 10, 10)
    steps = plan_of(recording).steps
    assert [type(step) for step in steps] == [Clear, Draw, Draw]
    assert steps[1].slots == 10_000


def test_ten_thousand_shadows_are_one_draw_and_one_filter() -> None:
    recording = gpucanvas.Recording(2000, 2000)
    ctx = recording.get_context("2d")
    ctx.shadow_color, ctx.shadow_blur = "black", 3
    for i in range(10_000):
        ctx.fill_rect(i % 100 * 20, i // 100 * 20, 10, 10)
    kinds = [type(step) for step in plan_of(recording).steps]
    assert sorted(kind.__name__ for kind in set(kinds)) == ["Clear", "Draw", "Filter"]
    assert kinds.count(Draw) == 2 * kinds.count(Filter), "a round has a draw of layers and one of what shows them"
    assert kinds.count(Filter) <= 2


def test_layers_that_do_not_fit_one_target_are_drawn_in_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "SIDE", 128)
    recording = gpucanvas.Recording(400, 400)
    ctx = recording.get_context("2d")
    with ctx.layer():
        for i in range(12):
            with ctx.layer(alpha=0.5):
                ctx.fill_rect(i * 30, 10, 60, 60)
    plan = plan_of(recording)
    drawn = [step for step in plan.steps if isinstance(step, Draw)]
    assert len(drawn) > 4
    assert sum(step.slots for step in drawn if step.target.number and step.reads is None) >= 12
    live: dict[int, bool] = {}
    for step in plan.steps:
        if isinstance(step, Clear) and step.target.number:
            assert step.target.width <= 400
            live[step.target.number] = True
    assert len(live) == 2, "the parent keeps its target while its children take turns on another"


def test_a_layer_of_which_nothing_is_seen_is_not_in_the_plan() -> None:
    recording = gpucanvas.Recording(50, 50)
    ctx = recording.get_context("2d")
    with ctx.layer(alpha=0.5):
        ctx.fill_rect(100, 100, 10, 10)
        with ctx.layer():
            ctx.fill_rect(-40, -40, 10, 10)
    assert [type(step) for step in plan_of(recording).steps] == [Draw]


def test_a_layer_is_no_larger_than_its_clip_shows() -> None:
    recording = gpucanvas.Recording(500, 500)
    ctx = recording.get_context("2d")
    ctx.rect(100, 100, 20, 20)
    ctx.clip()
    with ctx.layer("blur(2px)"):
        ctx.fill_rect(0, 0, 500, 500)
    [target] = [use.target for use in plan_of(recording).scratch()]
    # The clip, with what its soft edges and twice three sigma of the blur reach.
    assert target.width <= 64
    assert target.height <= 64


def test_what_hides_all_before_it_is_a_clear() -> None:
    recording = gpucanvas.Recording(50, 50)
    ctx = recording.get_context("2d")
    ctx.fill_rect(3, 3, 5, 5)
    ctx.fill_style = "#102030"
    ctx.fill_rect(0, 0, 50, 50)
    assert [str(step) for step in plan_of(recording).steps] == ["clear    surface    #102030ff"]
    ctx.fill_rect(3, 3, 5, 5)
    assert [type(step) for step in plan_of(recording).steps] == [Clear, Draw]


def test_what_is_hidden_by_a_later_recording_is_not_in_the_plan() -> None:
    first, second = gpucanvas.Recording(50, 50), gpucanvas.Recording(50, 50)
    with first.get_context("2d").layer("blur(3px)"):
        first.get_context("2d").fill_rect(3, 3, 5, 5)
    second.get_context("2d").fill_rect(0, 0, 50, 50)
    plan = make.make_plan([first._commands, second._commands], 50, 50, is_read=True)
    assert [type(step) for step in plan.steps] == [Clear, Read]


def test_a_plan_prints_a_line_a_step() -> None:
    recording = gpucanvas.Recording(200, 100)
    ctx = recording.get_context("2d")
    ctx.fill_style = "white"
    ctx.fill_rect(0, 0, 200, 100)
    with ctx.layer(alpha=0.5):
        ctx.fill_rect(10, 10, 40, 40)
        with ctx.layer("blur(4px)"):
            ctx.fill_rect(20, 20, 30, 10)
    ctx.fill_rect(100, 10, 20, 20)
    kinds = [line.split()[1:3] for line in str(plan_of(recording)).splitlines()]
    assert kinds[:7] == [
        ["clear", "scratch0"],
        ["draw", "scratch0"],
        ["filter", "scratch0"],
        ["clear", "scratch1"],
        ["draw", "scratch1"],
        ["clear", "surface"],
        ["draw", "surface"],
    ]
    assert "reads scratch0" in str(plan_of(recording)).splitlines()[4]


def test_an_empty_plan_has_no_steps() -> None:
    assert make.make_plan([], 10, 10).steps == Plan().steps
    assert plan_of(gpucanvas.Recording(0, 10)).steps == []


def test_a_filter_says_how_far_it_blurs() -> None:
    recording = gpucanvas.Recording(100, 100)
    with recording.get_context("2d").layer("blur(5px)"):
        recording.get_context("2d").fill_rect(20, 20, 30, 30)
    [step] = [step for step in plan_of(recording).steps if isinstance(step, Filter)]
    assert str(step) == "filter   scratch0   1 slot  blur up to 5 px"
