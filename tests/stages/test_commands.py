"""Commands become draws: a counting pass and a writing pass, by hand and at random against NumPy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import gpucanvas
from gpucanvas.contract import constants as c
from gpucanvas.contract.commands import PATH_NUMBERS
from gpucanvas.contract.operators import OVER_STYLE
from gpucanvas.pipeline import record as r
from gpucanvas.pipeline.encode import Encoder, encode
from gpucanvas.stages.commands import survey_commands

Draw = Callable[[gpucanvas.Context2D], None]
FAR = 1e7


def recorded(draw: Draw) -> r.Commands:
    recording = gpucanvas.Recording(100, 80)
    draw(recording.get_context("2d"))
    return recording._commands


def survey(draw: Draw) -> tuple[int, ...]:
    e = Encoder(recorded(draw), 100, 80)
    found: tuple[int, ...] = survey_commands(e.commands, e.states, e.paints.solid, e.paints.special, e.streams, 100, 80)
    return found


def test_commands_are_counted_from_the_last_cover_on() -> None:
    def draw(ctx: gpucanvas.Context2D) -> None:
        ctx.arc(10, 10, 5, 0, 7)
        ctx.fill()
        ctx.fill_rect(0, 0, 100, 80)  # Hides the arc.
        ctx.fill()
        ctx.stroke_rect(1, 2, 3, 4)
        ctx.fill_circles([1.0], [1.0], [1.0])
        ctx.draw_image(np.zeros((2, 2, 4), np.uint8), 0, 0)
        ctx.rotate(1)
        ctx.clear_rect(1, 2, 3, 4)

    # The arc is a MOVE and 8 cubics; the two rectangles have 5 verbs and 4 points each.
    assert survey(draw) == (1, 1, 3, 9 + 5 + 5, 25 + 4 + 4, 1, 1)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda ctx: ctx.rotate(0.1),
        lambda ctx: ctx.translate(0.5, 0),
        lambda ctx: setattr(ctx, "global_alpha", 0.5),
        lambda ctx: setattr(ctx, "fill_style", "rgba(0, 0, 0, 0.9)"),
        lambda ctx: setattr(ctx, "fill_style", ctx.create_linear_gradient(0, 0, 1, 1)),
        lambda ctx: setattr(ctx, "global_composite_operation", "multiply"),
        lambda ctx: (ctx.rect(0, 0, 50, 50), ctx.clip()),
    ],
)
def test_commands_are_not_hidden_by_what_covers_less(spoil: Draw) -> None:
    def draw(ctx: gpucanvas.Context2D) -> None:
        ctx.fill_rect(1, 1, 2, 2)
        spoil(ctx)
        ctx.fill_rect(0, 0, 100, 80)

    assert survey(draw)[:2] == (0, 0)


def test_commands_of_rectangles_are_draws_of_their_own_unless_a_transform_turns_them() -> None:
    def draw(ctx: gpucanvas.Context2D) -> None:
        ctx.fill_style = (1, 0.5, 0.25, 0.5)
        ctx.scale(2, 3)
        ctx.fill_rect(5, 6, -2, 4)
        ctx.clear_rect(1, 1, 1, 1)
        ctx.rotate(0.5)
        ctx.fill_rect(5, 6, 2, 4)

    scene = encode(recorded(draw), 100, 80)
    first, second, third = scene.draws
    assert first["style"] == c.SHAPE_RECT | OVER_STYLE
    assert [first[name].item() for name in ("x0", "y0", "x1", "y1")] == [6, 18, 10, 30]
    assert [first[name].item() for name in "rgba"] == [0.5, 0.25, 0.125, 0.5]
    assert second["style"] == c.SHAPE_RECT | c.OP_REPLACE << c.STYLE_OP_SHIFT
    assert [second[name].item() for name in "rgba"] == [0, 0, 0, 0]
    assert [third[name].item() for name in ("style", "path")] == [c.SHAPE_PATH | OVER_STYLE, 0]
    assert len(scene.paths) == 1
    corners = np.array([[5, 6], [7, 6], [7, 10], [5, 10]]) @ np.array(
        [[np.cos(0.5), np.sin(0.5)], [-np.sin(0.5), np.cos(0.5)]]
    )
    np.testing.assert_allclose(np.stack([scene.vertices["x"], scene.vertices["y"]], 1), corners * [2, 3], rtol=1e-6)


@pytest.mark.parametrize(
    ("prepare", "shape"),
    [
        (lambda ctx: None, c.SHAPE_FRAME),
        (lambda ctx: ctx.scale(-2, 2), c.SHAPE_FRAME),
        (lambda ctx: ctx.set_transform(0, 2, -2, 0, 50, 50), c.SHAPE_FRAME),
        (lambda ctx: ctx.scale(2, 2.1), c.SHAPE_PATH),
        (lambda ctx: ctx.rotate(0.1), c.SHAPE_PATH),
        (lambda ctx: setattr(ctx, "line_join", "round"), c.SHAPE_PATH),
        (lambda ctx: setattr(ctx, "miter_limit", 1.4), c.SHAPE_PATH),
        (lambda ctx: ctx.set_line_dash([3, 2]), c.SHAPE_PATH),
    ],
)
def test_commands_of_frames_are_draws_of_their_own_where_the_hole_is_a_rectangle(prepare: Draw, shape: int) -> None:
    def draw(ctx: gpucanvas.Context2D) -> None:
        ctx.line_width = 3
        prepare(ctx)
        ctx.stroke_rect(10, 10, 8, 9)

    scene = encode(recorded(draw), 100, 80)
    assert scene.draws["style"].tolist() == [shape | OVER_STYLE]
    assert len(scene.paths) == (shape == c.SHAPE_PATH)
    if shape == c.SHAPE_FRAME:
        assert scene.draws["size"][0] in (1.5, 3.0)


def test_commands_of_a_frame_without_a_side_are_an_outline() -> None:
    scene = encode(recorded(lambda ctx: ctx.stroke_rect(10, 10, 0, 9)), 100, 80)
    assert (scene.draws["style"] & 255).tolist() == [c.SHAPE_PATH]


@pytest.mark.parametrize("matrix", [(1, 0, 0, 0, 0, 0), (1, 1, 1, 1, 0, 0), (1e300, 0, 0, 1e300, 0, 0)])
def test_commands_under_a_matrix_without_an_inverse_stroke_nothing(matrix: tuple[float, ...]) -> None:
    def draw(ctx: gpucanvas.Context2D) -> None:
        path = gpucanvas.Path2D("M1 1 L20 30")
        ctx.set_transform(*matrix)
        ctx.stroke(path)

    scene = encode(recorded(draw), 100, 80)
    assert scene.path_tile_count == 0
    assert len(scene.vertices) == 0


def test_commands_with_one_pen_under_one_matrix_share_a_stroke() -> None:
    def draw(ctx: gpucanvas.Context2D) -> None:
        for k in range(6):
            ctx.line_width = 1 + k % 2
            ctx.begin_path()
            ctx.move_to(k, 0)
            ctx.line_to(50, 60)
            ctx.stroke()

    scene = encode(recorded(draw), 100, 80)
    assert len(scene.strokes) == 2
    assert scene.subpaths["stroke"].tolist() == [0, 1, 0, 1, 0, 1]


def test_commands_that_are_far_or_dashed_come_after_the_others_and_are_shown() -> None:
    def draw(ctx: gpucanvas.Context2D) -> None:
        ctx.begin_path()
        ctx.move_to(-1e6, 40)
        ctx.line_to(1e6, 40)
        ctx.stroke()
        ctx.fill_rect(0, 0, 10, 10)
        ctx.begin_path()
        ctx.ellipse(50, 40, 20, 15, 0, 0, 7)
        ctx.fill()
        ctx.set_line_dash([4])
        ctx.stroke()

    scene = encode(recorded(draw), 100, 80)
    assert (scene.draws["style"] & 255).tolist() == [c.SHAPE_PATH, c.SHAPE_RECT, c.SHAPE_PATH, c.SHAPE_PATH]
    assert scene.draws["path"][[0, 2, 3]].tolist() == [1, 0, 2]
    assert np.bincount(scene.subpaths["path"], minlength=3)[2] > 5


def test_commands_of_batches_and_others_keep_their_order() -> None:
    def draw(ctx: gpucanvas.Context2D) -> None:
        ctx.fill_rect(0, 0, 1, 1)
        ctx.fill_circles(np.arange(3.0), 5.0, 1.0)
        ctx.rect(2, 2, 5, 5)
        ctx.fill()
        ctx.fill_rects(np.arange(2.0), 5.0, 1.0, 1.0)
        ctx.fill_rect(7, 0, 1, 1)

    shapes = (encode(recorded(draw), 100, 80).draws["style"] & 255).tolist()
    assert shapes == [c.SHAPE_RECT, *[c.SHAPE_CIRCLE] * 3, c.SHAPE_PATH, *[c.SHAPE_RECT] * 3]


@pytest.mark.parametrize("seed", range(5))
def test_commands_of_random_rectangles_are_what_numpy_makes_of_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = 200
    v = rng.normal(size=(count, 4)) * 10.0 ** rng.integers(0, 9, (count, 1))
    scales, moves, colors = rng.normal(size=(count, 2)), rng.normal(size=(count, 2)) * 100, rng.random((count, 4))
    alphas = rng.random(count)

    def draw(ctx: gpucanvas.Context2D) -> None:
        for k in range(count):
            ctx.set_transform(scales[k, 0], 0, 0, scales[k, 1], *moves[k])
            ctx.global_alpha = alphas[k]
            ctx.fill_style = tuple(colors[k].tolist())
            ctx.fill_rect(*v[k])

    draws = encode(recorded(draw), 100, 80).draws
    p = v[:, :2] * scales + moves
    q = (v[:, :2] + v[:, 2:]) * scales + moves
    low, high = np.clip(np.minimum(p, q), -FAR, FAR), np.clip(np.maximum(p, q), -FAR, FAR)
    expected = np.concatenate([low, high], 1).astype(np.float32)
    found = np.stack([draws[name] for name in ("x0", "y0", "x1", "y1")], 1)
    np.testing.assert_array_equal(found, expected)
    a = (colors[:, 3].astype(np.float32) * alphas).astype(np.float32)
    np.testing.assert_array_equal(draws["a"], a)
    for k, name in enumerate("rgb"):
        np.testing.assert_array_equal(draws[name], colors[:, k].astype(np.float32) * a)


def test_commands_paths_are_kept_once_for_as_long_as_they_do_not_change() -> None:
    def draw(ctx: gpucanvas.Context2D) -> None:
        ctx.rect(1, 2, 3, 4)
        ctx.fill()
        ctx.stroke()
        ctx.line_to(5, 5)
        ctx.stroke()
        path = gpucanvas.Path2D()
        path.move_to(0, 0)
        path.line_to(5, 5)
        ctx.stroke(path)
        ctx.stroke(path)

    commands = recorded(draw)
    rows = np.frombuffer(commands.paths, np.int64).reshape(-1, PATH_NUMBERS)
    assert rows.tolist() == [[5, 8], [12, 20], [14, 24]]
    assert np.frombuffer(commands.commands, r.COMMAND)["extra"].tolist() == [0, 0, 1, 2, 2]
