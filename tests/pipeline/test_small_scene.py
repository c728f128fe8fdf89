"""The scene of a small recording is made in memory that was there before: the same tables, and nobody else's."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import numpy as np
import pytest

import gpucanvas
from drawn import Draw, commands_of
from gpucanvas.contract.constants import PAINT_KIND_BITS
from gpucanvas.contract.formats import RGBA8
from gpucanvas.contract.paints import PAINTS
from gpucanvas.pipeline import small
from gpucanvas.pipeline.encode import Encoder
from gpucanvas.pipeline.record import Commands
from gpucanvas.pipeline.scene import TABLES, Scene
from gpucanvas.pipeline.small import Pool, encode_small
from gpucanvas.plan import make
from gpucanvas.stages.flatten import flatten_curves

WIDTH, HEIGHT = 90, 70


@pytest.fixture(autouse=True)
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    """A pool of this test's alone."""
    fresh = Pool()
    monkeypatch.setattr(small, "_pool", fresh)
    yield fresh
    fresh.evict()


def assert_same(scene: Scene | None, other: Scene) -> None:
    assert scene is not None
    for each in (scene, other):  # The vertices of curves are flatten's to write.
        flatten_curves(each.curves, each.vertices, 0, len(each.curves))
    for name in TABLES:
        assert np.array_equal(getattr(scene, name), getattr(other, name)), name
    assert (scene.path_tile_count, scene.covers) == (other.path_tile_count, other.covers)


def some(seed: int) -> Draw:
    """Rectangles and paths of all kinds of verbs, filled and stroked, some turned, some under a cover."""

    def draw(ctx: gpucanvas.Context2D) -> None:
        rng = np.random.default_rng(seed)
        for k in range(16):
            x, y, w, h = (rng.random(4) * 60).tolist()
            ctx.save()
            ctx.fill_style = ctx.stroke_style = (*rng.random(3).tolist(), 0.5)
            ctx.line_width, ctx.line_join = 1.0 + k % 3, "round"
            if rng.random() < 0.3:
                ctx.rotate(rng.random())
            ctx.begin_path()
            ctx.move_to(x, y)
            ctx.quadratic_curve_to(y, w, h, x)
            ctx.bezier_curve_to(x, h, w, w, y, y)
            ctx.arc(x, y, w / 3, 0, 5)
            ctx.close_path()
            ctx.round_rect(x, y, w, h, 4.0)
            (ctx.fill, ctx.stroke)[k % 2]()
            (ctx.fill_rect, ctx.stroke_rect, ctx.clear_rect)[k % 3](x, y, w, h)
            if seed % 2 and k == 5:
                ctx.reset_transform()
                ctx.clear_rect(0, 0, WIDTH, HEIGHT)
            ctx.restore()

    return draw


@pytest.mark.parametrize("seed", range(6))
def test_the_tables_are_those_of_the_way_step_by_step(seed):
    commands = commands_of(some(seed), WIDTH, HEIGHT)
    assert_same(encode_small(commands, WIDTH, HEIGHT), Encoder(commands, WIDTH, HEIGHT).scene())


def labelled(ctx: gpucanvas.Context2D) -> None:
    """Texts of two sizes and colours, before, between and behind shapes; one of them is stroked, one is empty."""
    for k in range(6):
        ctx.font = f"{11 + 5 * (k % 2)}px sans-serif"
        ctx.fill_style = ("black", "rgba(255, 0, 0, 0.5)", "navy")[k % 3]
        ctx.fill_text(f"no. {k}", 3 + k, 12 * k)
        if k % 2:
            ctx.fill_rect(5 * k, 3, 4, 4)
            ctx.begin_path()
            ctx.ellipse(40, 30, 20, 10, 0, 0, 5)
            ctx.stroke()
    ctx.translate(0.25, 7)
    ctx.stroke_text("edge", 10, 50)
    ctx.fill_text(" ", 10, 50)


@pytest.mark.parametrize("draw", [labelled, lambda ctx: ctx.fill_text("alone", 3, 20)])
def test_texts_between_shapes_have_the_tables_of_the_way_step_by_step(draw):
    commands = commands_of(draw, WIDTH, HEIGHT)
    scene, other = encode_small(commands, WIDTH, HEIGHT), Encoder(commands, WIDTH, HEIGHT).scene()
    assert_same(scene, other)
    assert scene.masks and scene.masks == other.masks


def nested(ctx: gpucanvas.Context2D) -> None:
    """A shadow without a layer; layers with shapes, texts and layers, empty, faded, and beside the canvas."""
    ctx.shadow_color, ctx.shadow_blur = "navy", 12
    ctx.fill_rect(2, 2, 30, 30)
    ctx.shadow_color = "transparent"
    with ctx.layer(alpha=0.5):
        labelled(ctx)
        with ctx.layer("blur(2px)"):
            some(3)(ctx)
        with ctx.layer():
            pass
    ctx.set_transform(1, 0, 0, 1, 200, 0)
    with ctx.layer(alpha=0.3):
        ctx.fill_rect(5, 5, 5, 5)


def test_layers_have_the_tables_of_the_way_step_by_step(monkeypatch):
    met = []

    def note(commands, width, height):
        met.append((encode_small(commands, width, height), Encoder(commands, width, height).scene()))
        return met[-1][1]

    monkeypatch.setattr(make, "encode", note)
    make.make_plan([commands_of(nested, WIDTH, HEIGHT)], WIDTH, HEIGHT)
    assert len(met) == 3
    for scene, other in met:
        assert_same(scene, other)
    assert len(met[0][0].clips) > 1, "the innermost layers are cut to their slots"
    kinds = {int(paint) & (1 << PAINT_KIND_BITS) - 1 for paint in met[2][0].draws["paint"]}
    assert {PAINTS["layer"].code, PAINTS["box_shadow"].code} <= kinds


def test_a_recording_without_paths_and_one_without_commands_have_scenes_too():
    commands = commands_of(lambda ctx: ctx.fill_rect(3, 4, 5, 6), WIDTH, HEIGHT)
    assert_same(encode_small(commands, WIDTH, HEIGHT), Encoder(commands, WIDTH, HEIGHT).scene())
    scene = encode_small(Commands(), WIDTH, HEIGHT)
    assert scene is not None and not len(scene.draws) and not scene.covers


def test_two_scenes_share_no_memory_until_one_is_drawn():
    commands, others = commands_of(some(0), WIDTH, HEIGHT), commands_of(some(2), WIDTH, HEIGHT)
    one = encode_small(commands, WIDTH, HEIGHT)
    two = encode_small(others, WIDTH, HEIGHT)
    assert one is not None and two is not None
    assert not any(np.shares_memory(getattr(one, name), getattr(two, name)) for name in ("draws", "vertices", "paths"))
    assert_same(one, Encoder(commands, WIDTH, HEIGHT).scene())
    one.drawn()
    three = encode_small(others, WIDTH, HEIGHT)
    assert three is not None and np.shares_memory(one.draws, three.draws)


def test_tables_are_given_back_once(pool):
    scene = encode_small(commands_of(some(0), WIDTH, HEIGHT), WIDTH, HEIGHT)
    assert scene is not None
    scene.split(RGBA8)[1].drawn()
    scene.drawn()
    scene.drawn()
    assert len(pool._free) == 1


def long_path(ctx: gpucanvas.Context2D) -> None:
    ctx.move_to(0, 0)
    for k in range(small.SMALL_VERBS):
        ctx.line_to(k % 60, k % 50)
    ctx.fill()


def wide_curves(ctx: gpucanvas.Context2D) -> None:
    for k in range(200):
        ctx.move_to(0, k)
        ctx.bezier_curve_to(9000, k, 0, 9000, 9000, 8000)
    ctx.fill()


def many_rects(ctx: gpucanvas.Context2D) -> None:
    for k in range(small.SMALL_COMMANDS + 1):
        ctx.fill_rect(k % 60, k % 50, 5, 5)


def many_subpaths(ctx: gpucanvas.Context2D) -> None:
    for k in range(small.SMALL_SUBPATHS + 1):
        ctx.move_to(k % 60, 3)
        ctx.line_to(k % 50, 40)
    ctx.stroke()


def far(ctx: gpucanvas.Context2D) -> None:
    ctx.move_to(3, 3)
    ctx.line_to(1e6, 5e5)
    ctx.stroke()


def clipped(ctx: gpucanvas.Context2D) -> None:
    ctx.arc(20, 20, 15, 0, 6)
    ctx.clip()
    ctx.fill_rect(0, 0, 40, 40)


def batch(ctx: gpucanvas.Context2D) -> None:
    ctx.fill_circles([3, 9], [5, 8], 2.5)


def hidden_text(ctx: gpucanvas.Context2D) -> None:
    ctx.fill_text("hidden", 3, 20)
    ctx.fill_rect(0, 0, WIDTH, HEIGHT)


def many_letters(ctx: gpucanvas.Context2D) -> None:
    for k in range(200):
        ctx.fill_text("letters", 3, k)


def text_and_batch(ctx: gpucanvas.Context2D) -> None:
    ctx.fill_text("dots", 3, 20)
    batch(ctx)


def text_and_what_clears_around(ctx: gpucanvas.Context2D) -> None:
    ctx.fill_text("seen", 3, 20)
    ctx.global_composite_operation = "copy"
    ctx.fill_rect(3, 3, 5, 5)


def gradient(ctx: gpucanvas.Context2D) -> None:
    paint = ctx.create_linear_gradient(0, 0, 20, 0)
    paint.add_color_stop(0, "red")
    ctx.fill_style = paint
    ctx.fill_rect(0, 5, 20, 5)


@pytest.mark.parametrize(
    "draw",
    [
        *(long_path, wide_curves, many_rects, many_subpaths, far, clipped, batch, gradient),
        *(hidden_text, many_letters, text_and_batch, text_and_what_clears_around),
    ],
)
def test_what_does_not_fit_or_is_of_another_kind_is_left_to_the_way_step_by_step(draw):
    commands = commands_of(draw, WIDTH, HEIGHT)
    assert encode_small(commands, WIDTH, HEIGHT) is None
    assert len(Encoder(commands, WIDTH, HEIGHT).scene().draws)


def test_where_the_budget_has_no_room_the_tables_are_made_step_by_step(monkeypatch):
    def refuse(kind: str, nbytes: int) -> None:
        raise gpucanvas.MemoryBudgetError(f"no room for a {kind} of {nbytes} bytes")

    monkeypatch.setattr(small.memory, "Holding", refuse)
    assert encode_small(commands_of(some(0), WIDTH, HEIGHT), WIDTH, HEIGHT) is None


def test_the_tables_are_counted_and_evicted(pool):
    gc.collect()  # Of what tests before have left, nothing may go meanwhile.
    before = gpucanvas.memory.snapshot().host_bytes
    scene = encode_small(commands_of(some(0), WIDTH, HEIGHT), WIDTH, HEIGHT)
    assert scene is not None
    scene.drawn()
    held = gpucanvas.memory.snapshot().host_bytes - before
    assert held >= sum(getattr(scene, name).nbytes for name in ("draws", "vertices", "paths"))
    assert pool.evict() == held
    assert gpucanvas.memory.snapshot().host_bytes == before


def test_a_picture_that_could_not_be_drawn_keeps_its_tables(pool, monkeypatch):
    canvas = gpucanvas.Canvas(WIDTH, HEIGHT, backend="cpu")
    with canvas:
        canvas.get_context("2d").fill_rect(3, 4, 5, 6)

        def fail(*arguments):
            raise RuntimeError("on purpose")

        with monkeypatch.context() as patch, pytest.raises(RuntimeError, match="on purpose"):
            patch.setattr(type(canvas._backend), "run", fail)
            canvas.flush()
        assert not pool._free
        assert canvas.to_numpy()[5, 5].tolist() == [0, 0, 0, 255]
        assert len(pool._free) == 1
