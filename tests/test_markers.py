"""Batches of paths, ellipses and round rectangles, and lines of many widths: the pixels of the calls they stand for."""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas import Path2D
from marked import (
    ANGLES,
    AXES,
    COLORS,
    COUNT,
    PATHS,
    RADII,
    SCALES,
    SEGMENTS,
    SIDES,
    STATES,
    STROKES,
    WIDTHS,
    Ctx,
    Draw,
    X,
    Y,
    all_verbs,
    assert_equal,
    each,
    moved,
    pixels,
    placed,
    row,
)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", ["star", "curves", "disc"])
def test_filled_paths_are_the_fills_of_a_loop(name: str, state: str) -> None:
    for rule in ("nonzero", "evenodd"):
        assert_equal(
            lambda ctx, rule=rule: ctx.fill_paths(
                PATHS[name], X, Y, scale=SCALES, angle=ANGLES, fill_rule=rule, color=COLORS
            ),
            each(lambda ctx, i, rule=rule: placed(ctx, i, lambda: ctx.fill(PATHS[name], rule)), "fill_style"),
            state,
        )


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", ["star", "curves", "disc", "line"])
def test_stroked_paths_are_the_strokes_of_a_loop(name: str, state: str) -> None:
    path, where = PATHS[name], {"scale": SCALES, "angle": ANGLES, "color": COLORS}
    assert_equal(
        lambda ctx: ctx.stroke_paths(path, X, Y, **where),
        each(lambda ctx, i: ctx.stroke(moved(path, i)), "stroke_style"),
        state,
    )
    assert_equal(
        lambda ctx: ctx.stroke_paths(path, X, Y, **where, line_width=WIDTHS),
        each(lambda ctx, i: ctx.stroke(moved(path, i)), "stroke_style", True),
        state,
    )
    assert_equal(
        lambda ctx: ctx.stroke_paths(path, X, Y, **where, scale_width=True, line_width=WIDTHS),
        each(lambda ctx, i: placed(ctx, i, lambda: ctx.stroke(path)), "stroke_style", True),
        state,
    )


def test_a_path_may_be_scaled_across_and_down_and_mirrored() -> None:
    scales = np.stack([SCALES, -SCALES[::-1]], 1)

    def one(ctx: Ctx, i: int) -> None:
        with ctx.save():
            ctx.translate(X[i], Y[i])
            ctx.scale(*scales[i])
            ctx.fill(PATHS["curves"])

    assert_equal(
        lambda ctx: ctx.fill_paths(PATHS["curves"], X, Y, scale=scales, color=COLORS), each(one, "fill_style"), "turned"
    )
    wide = pixels(lambda ctx: ctx.fill_paths("M0 0 H4 V4 H0 Z", [10, 50], 10, scale=[[5, 2]]))
    assert wide.any(2).sum() == 2 * 20 * 8


@pytest.mark.parametrize("style", ["gradient", "pattern"])
def test_a_gradient_or_pattern_moves_with_filled_paths(style: str) -> None:
    image = gpucanvas.Image(np.random.default_rng(3).integers(0, 255, (5, 4, 4)).astype(np.uint8))

    def prepare(ctx: Ctx) -> None:
        if style == "gradient":
            ctx.fill_style = ctx.create_linear_gradient(-4, -4, 4, 4)
            ctx.fill_style.add_color_stop(0, "red")
            ctx.fill_style.add_color_stop(1, "#00f8")
        else:
            ctx.image_smoothing_enabled = False
            ctx.fill_style = ctx.create_pattern(image, "repeat")

    def loop(ctx: Ctx) -> None:
        prepare(ctx)
        for i in range(COUNT):
            placed(ctx, i, lambda: ctx.fill(PATHS["star"]))

    def batch(ctx: Ctx) -> None:
        prepare(ctx)
        ctx.fill_paths(PATHS["star"], X, Y, scale=SCALES, angle=ANGLES)

    assert np.array_equal(pixels(batch), pixels(loop))


@pytest.mark.parametrize("state", STATES)
def test_ellipses_are_those_of_a_loop(state: str) -> None:
    def one(ctx: Ctx, i: int) -> None:
        ctx.begin_path()
        ctx.ellipse(X[i], Y[i], *AXES[:, i], ANGLES[i], 0, 2 * pi)

    assert_equal(
        lambda ctx: ctx.fill_ellipses(X, Y, *AXES, ANGLES, color=COLORS),
        each(lambda ctx, i: (one(ctx, i), ctx.fill()), "fill_style"),
        state,
    )
    assert_equal(
        lambda ctx: ctx.stroke_ellipses(X, Y, *AXES, ANGLES, color=COLORS, line_width=WIDTHS),
        each(lambda ctx, i: (one(ctx, i), ctx.close_path(), ctx.stroke()), "stroke_style", True),
        state,
    )


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("radii", [RADII, RADII[:, 0], 3.0, 0.0], ids=["four", "one", "the same", "none"])
def test_round_rects_are_those_of_a_loop(radii: Any, state: str) -> None:
    given = np.broadcast_to(np.asarray(radii).reshape(-1, 1), (COUNT, 4)) if np.ndim(radii) < 2 else radii

    def one(ctx: Ctx, i: int) -> None:
        ctx.begin_path()
        ctx.round_rect(X[i], Y[i], *SIDES[:, i], given[i].tolist())

    assert_equal(
        lambda ctx: ctx.fill_round_rects(X, Y, *SIDES, radii, color=COLORS),
        each(lambda ctx, i: (one(ctx, i), ctx.fill()), "fill_style"),
        state,
    )
    assert_equal(
        lambda ctx: ctx.stroke_round_rects(X, Y, *SIDES, radii, color=COLORS, line_width=WIDTHS),
        each(lambda ctx, i: (one(ctx, i), ctx.stroke()), "stroke_style", True),
        state,
    )


@pytest.mark.parametrize("cap", ["butt", "round", "square"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", STROKES)
def test_widths_are_those_of_the_context_in_a_loop(verb: str, state: str, cap: str) -> None:
    def batch(ctx: Ctx) -> None:
        ctx.line_cap = cap
        getattr(ctx, verb)(*STROKES[verb], color=COLORS, line_width=WIDTHS)

    def loop(ctx: Ctx) -> None:
        ctx.line_cap = cap
        each(lambda ctx, i: getattr(ctx, verb)(*row(STROKES[verb], i)), "stroke_style", True)(ctx)

    assert_equal(batch, loop, state)


@pytest.mark.parametrize("verb", STROKES)
def test_one_width_is_for_all_and_for_this_call_alone(verb: str) -> None:
    def same(ctx: Ctx) -> None:
        ctx.line_width = 3
        getattr(ctx, verb)(*STROKES[verb])
        ctx.line_width = 1
        getattr(ctx, verb)(*row(STROKES[verb], 9))

    def given(ctx: Ctx) -> None:
        getattr(ctx, verb)(*STROKES[verb], line_width=3)
        getattr(ctx, verb)(*row(STROKES[verb], 9))
        assert ctx.line_width == 1

    assert np.array_equal(pixels(given), pixels(same))
    assert np.array_equal(
        pixels(lambda ctx: getattr(ctx, verb)(*STROKES[verb], line_width=np.full(COUNT, 3, np.uint8))),
        pixels(lambda ctx: getattr(ctx, verb)(*STROKES[verb], line_width=[3])),
    )


@pytest.mark.parametrize(
    "settings", [{"alpha": False}, {"color_type": "float16"}, {"color_space": "display-p3"}], ids=str
)
def test_all_kinds_of_canvases_draw_what_the_loop_draws(settings: Any) -> None:
    assert_equal(
        lambda ctx: ctx.fill_paths(PATHS["star"], X, Y, scale=SCALES, angle=ANGLES, color=COLORS),
        each(lambda ctx, i: placed(ctx, i, lambda: ctx.fill(PATHS["star"])), "fill_style"),
        "plain",
        **settings,
    )


@pytest.mark.parametrize("operator", ["copy", "source-in", "destination-atop"])
def test_an_opaque_canvas_keeps_the_last_item_of_operators_that_clear(operator: Any) -> None:
    def prepare(ctx: Ctx) -> None:
        ctx.fill_rect(0, 0, 100, 100)
        ctx.global_composite_operation = operator

    def loop(ctx: Ctx) -> None:
        prepare(ctx)
        for i in range(COUNT):
            all_verbs(ctx, slice(i, i + 1), "stroke_paths")

    wanted = pixels(loop, alpha=False)
    assert np.array_equal(
        pixels(lambda ctx: (prepare(ctx), all_verbs(ctx, prefix="stroke_paths")), alpha=False), wanted
    )


def shadowed(ctx: Ctx) -> None:
    ctx.shadow_color, ctx.shadow_offset_x, ctx.shadow_blur = "#080", 3.5, 4


def blurred(ctx: Ctx) -> None:
    ctx.filter = "blur(2px) opacity(80%)"


@pytest.mark.parametrize("effect", [shadowed, blurred])
def test_shadows_and_filters_are_of_all_items_together(effect: Draw, backend: str) -> None:
    outline = Path2D()
    for i in range(COUNT):
        outline.add_path(moved(PATHS["star"], i))
    batch = pixels(
        lambda ctx: (effect(ctx), ctx.fill_paths(PATHS["star"], X, Y, scale=SCALES, angle=ANGLES)), backend
    ).astype(int)
    one = pixels(lambda ctx: (effect(ctx), ctx.fill(outline)), backend).astype(int)
    # Edges of items that lie over one another are blended in a batch, and joined in one outline.
    assert np.abs(batch - one).mean() < 1.0
    assert (batch[..., 3] > 0).sum() > (pixels(lambda ctx: ctx.fill(outline))[..., 3] > 0).sum() * 1.2


def test_a_batch_is_one_command() -> None:
    with gpucanvas.Canvas(50, 50, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_paths(PATHS["star"], np.arange(5000) % 50, 20)
        ctx.stroke_line_segments(SEGMENTS, line_width=WIDTHS)
        canvas.flush()
        assert (canvas.stats.last.commands, canvas.stats.last.batches) == (2, 2)


def test_the_path_and_the_arrays_are_those_of_the_call() -> None:
    path, x, widths = Path2D("M0 0 H9 V9 Z"), np.array([10.0, 30.0]), np.array([1.0, 4.0])
    wanted = pixels(lambda ctx: ctx.stroke_paths(path, x, 10, line_width=widths))

    def changed(ctx: Ctx) -> None:
        own, own_x, own_widths = Path2D(path), x.copy(), widths.copy()
        ctx.stroke_paths(own, own_x, 10, line_width=own_widths)
        own.line_to(90, 90)
        own_x[:] = own_widths[:] = 50

    assert np.array_equal(pixels(changed), wanted)


def test_staged_arrays_may_be_given() -> None:
    with gpucanvas.Canvas(100, 100, backend="cpu") as canvas:
        x, widths, colors = canvas.staging_array(3), canvas.staging_array(3), canvas.staging_array((3, 4), np.uint8)
        x[:], widths[:], colors[:] = (10, 40, 80), (1, 2, 3), 200
        ctx = canvas.get_context("2d")
        ctx.fill_paths(PATHS["star"], x, 20, color=colors)
        ctx.stroke_circles(x, 60, 9, line_width=widths)
        got = canvas.to_numpy()
    plain = np.full((3, 4), 200, np.uint8)
    wanted = pixels(
        lambda ctx: (
            ctx.fill_paths(PATHS["star"], [10, 40, 80], 20, color=plain),
            ctx.stroke_circles([10, 40, 80], 60, 9, line_width=[1, 2, 3]),
        )
    )
    assert np.array_equal(got, wanted)


def test_batches_longer_than_a_part_are_drawn_whole() -> None:
    count = 9001
    x, y = np.arange(count) % 100, np.arange(count) // 100
    color = np.random.default_rng(4).integers(0, 255, (count, 4)).astype(np.uint8)
    wanted = pixels(lambda ctx: ctx.fill_rects(x, y, 1, 1, color=color))
    assert np.array_equal(pixels(lambda ctx: ctx.fill_paths("M0 0 H1 V1 H0 Z", x, y, color=color)), wanted)
    lines = np.stack([x, y + 0.5, x + 1, y + 0.5], 1).reshape(-1, 2, 2)
    got = pixels(lambda ctx: ctx.stroke_lines(lines, line_width=np.ones(count), color=color))
    assert np.array_equal(got, wanted)


def test_a_scale_that_makes_a_line_too_wide_is_blamed_on_its_call() -> None:
    with gpucanvas.Canvas(20, 20, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(0, 0, 5, 5)
        ctx.stroke_paths(PATHS["line"], [1, 2], 3, scale=[1, 1e12], scale_width=True)
        with pytest.raises(
            gpucanvas.LimitError, match=r"^stroke_paths\(\) number 1 of this frame: a line_width of 1 is"
        ):
            canvas.to_numpy()
        assert canvas.to_numpy()[2, 2, 3] == 255
