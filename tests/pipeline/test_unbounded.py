"""Operators that change pixels outside their shape (copy, source-in) cost a clear there, and show what they should."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import gpucanvas
from gpucanvas.backends.cpu import CPUBackend
from gpucanvas.contract import constants as c
from gpucanvas.pipeline.encode import encode
from gpucanvas.pipeline.scene import Scene

WIDTH, HEIGHT = 330, 300
CLEARED = [c.COMMAND_AFFINE, 0, 0, 0, 0, 0]
FEW_MANY = [1, 3000]
"""Draws before the operator's: few are binned, many small ones are listed directly."""


def rect(ctx: gpucanvas.Context2D) -> None:
    ctx.fill_rect(20.5, 30.25, 45, 33)


def disc(ctx: gpucanvas.Context2D) -> None:
    ctx.fill_circles(60, 70, 25.5)


def ring(ctx: gpucanvas.Context2D) -> None:
    ctx.stroke_circles(60, 70, 25.5)


def frame(ctx: gpucanvas.Context2D) -> None:
    ctx.stroke_rect(20.5, 30.25, 45, 33)


def segment(ctx: gpucanvas.Context2D) -> None:
    ctx.stroke_line_segments([[[20, 30], [90, 61]]])


def outline(ctx: gpucanvas.Context2D) -> None:
    ctx.fill(gpucanvas.Path2D("M12 10 L90 40 L40 95 Z"))


def gradient(ctx: gpucanvas.Context2D) -> None:
    fade = ctx.create_linear_gradient(0, 0, 60, 0)
    fade.add_color_stop(0, "teal")
    fade.add_color_stop(1, "rgb(255 200 0 / 60%)")
    ctx.fill_style = fade
    ctx.fill_rect(20.5, 30.25, 45, 33)


def image(ctx: gpucanvas.Context2D) -> None:
    ctx.draw_image(np.random.default_rng(1).random((20, 30, 4)), 20, 30, 60, 40)


SHAPES = [rect, disc, ring, frame, segment, outline, gradient, image]


def background(ctx: gpucanvas.Context2D, count: int) -> None:
    """So many small rectangles all over the canvas."""
    rng = np.random.default_rng(2)
    ctx.fill_rects(rng.random(count) * WIDTH, rng.random(count) * HEIGHT, 9, 7, color=rng.random((count, 4)))


def picture(
    backend: str, shape: Callable[[gpucanvas.Context2D], None], operator: str, before: int, after: bool = False
) -> np.ndarray:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        if before:
            background(ctx, before)
        ctx.fill_style = ctx.stroke_style = (0.8, 0.3, 0.1, 0.6)
        ctx.line_width = 5
        ctx.save()
        ctx.global_composite_operation = operator
        shape(ctx)
        ctx.restore()
        if after:
            ctx.fill_rects([200, 2], [200, 2], [20, 120], [30, 110], color=(0, 1, 0, 0.25))
        return canvas.to_numpy().astype(int)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("before", FEW_MANY)
@pytest.mark.parametrize("shape", SHAPES)
def test_copy_shows_its_shape_alone(
    backend: str, shape: Callable[[gpucanvas.Context2D], None], before: int, after: bool
) -> None:
    alone = picture(backend, shape, "source-over", 0, after)
    copied = picture(backend, shape, "copy", before, after)
    assert len(np.unique(alone)) > 2
    # A pixel is mixed with what was there by way of a difference, which rounds.
    assert abs(alone - copied).max() <= 1


@pytest.mark.parametrize("before", FEW_MANY)
@pytest.mark.parametrize("shape", SHAPES)
def test_source_in_is_the_source_times_the_alpha_that_was_there(
    backend: str, shape: Callable[[gpucanvas.Context2D], None], before: int
) -> None:
    alone = picture(backend, shape, "source-over", 0)
    ground = picture(backend, lambda ctx: None, "source-over", before)
    found = picture(backend, shape, "source-in", before)
    assert abs(found[..., 3] - np.round(alone[..., 3] * ground[..., 3] / 255)).max() <= 1
    assert not found[(alone[..., 3] == 0) | (ground[..., 3] == 0)].any()


def test_an_unbounded_operator_clears_no_more_than_its_clip(backend: str) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style = "blue"
        ctx.fill_rect(0, 0, WIDTH, HEIGHT)
        ctx.begin_path()
        ctx.rect(40, 24, 200, 230)
        ctx.arc(140, 140, 60, 0, 7)
        ctx.clip("evenodd")
        ctx.global_composite_operation = "copy"
        ctx.fill_style = "red"
        ctx.fill_rect(64, 48, 30, 20)
        found = canvas.to_numpy()
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    inside = (x >= 40) & (x < 240) & (y >= 24) & (y < 254)
    from_centre = np.hypot(x - 139.5, y - 139.5)
    expected = np.full((HEIGHT, WIDTH, 4), (0, 0, 255, 255))
    expected[inside] = 0
    expected[48:68, 64:94] = (255, 0, 0, 255)
    expected[from_centre < 60] = (0, 0, 255, 255)
    sure = abs(from_centre - 60) > 1.5
    assert (found[sure] == expected[sure]).all()


def empty_path(ctx: gpucanvas.Context2D) -> None:
    ctx.fill()
    ctx.stroke(gpucanvas.Path2D())


def rect_without_width(ctx: gpucanvas.Context2D) -> None:
    ctx.fill_rect(20, 30, 0, 40)


def flattened(draw: Callable[[gpucanvas.Context2D], None]) -> Callable[[gpucanvas.Context2D], None]:
    def work(ctx: gpucanvas.Context2D) -> None:
        ctx.scale(0, 1)
        draw(ctx)

    return work


NOTHING = {"empty path": empty_path, "no width": rect_without_width}
NOTHING |= {f"flat {draw.__name__}": flattened(draw) for draw in (rect, disc, frame, segment, outline, image)}


@pytest.mark.parametrize("through", ["", "shadow", "filter"])
@pytest.mark.parametrize("operator", ["copy", "source-in", "destination-atop"])
@pytest.mark.parametrize("name", NOTHING)
def test_what_does_nothing_clears_nothing_whatever_it_is_drawn_through(
    backend: str, name: str, operator: str, through: str
) -> None:
    def draw(ctx: gpucanvas.Context2D) -> None:
        if through == "shadow":
            ctx.shadow_color, ctx.shadow_offset_x = "red", 5
        elif through == "filter":
            ctx.filter = "blur(2px)"
        NOTHING[name](ctx)

    assert np.array_equal(picture(backend, draw, operator, 1), picture(backend, lambda ctx: None, operator, 1))


# -- what it costs -------------------------------------------------------------------------------------------------


def scene_of(before: int) -> Scene:
    """Rectangles everywhere, and one small rectangle that shows itself alone."""
    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    ctx = recording.get_context("2d")
    background(ctx, before)
    ctx.global_composite_operation = "source-in"
    ctx.fill_rect(20, 30, 15, 9)
    return encode(recording._commands, WIDTH, HEIGHT)


def words_of_tiles(scene: Scene) -> list[list[int]]:
    """The command words of each tile, row by row, as binning and coarse list them."""
    with CPUBackend(1).workers.runner() as runner:
        path_tiles, _ = runner.outline_tiles(scene)
        (starts,), (ends,), words = runner.list_commands(scene, path_tiles, *runner.bin_draws(scene))
        return [words[start:end].tolist() for start, end in zip(starts, ends, strict=True)]


def touched_tiles(scene: Scene) -> set[int]:
    """The tiles that the rectangle of `scene_of` lies in."""
    wide = scene.size_in_tiles[0]
    return {ty * wide + tx for ty in (1, 2) for tx in (1, 2)}


@pytest.mark.parametrize("before", FEW_MANY)
def test_a_tile_outside_the_shape_holds_a_clear_and_nothing_before_it(before: int) -> None:
    scene = scene_of(before)
    tiles, touched = words_of_tiles(scene), touched_tiles(scene)
    assert all(words == CLEARED for t, words in enumerate(tiles) if t not in touched)
    # The last draw of the tiles that it touches is the rectangle's.
    assert {tiles[t][-1] for t in touched} == {(len(scene.draws) - 1) << c.COMMAND_BITS | c.COMMAND_SHAPE}


def test_a_tile_outside_the_shape_is_listed_from_its_clear_on() -> None:
    scene = scene_of(3000)
    with CPUBackend(1).workers.runner() as runner:
        lists = runner.list_draws(scene, runner.outline_tiles(scene)[0])
    assert lists is not None
    (starts,), (ends,), words = lists
    touched, tiles = touched_tiles(scene), int(np.prod(scene.size_in_tiles))
    clear = (len(scene.draws) - 1) << c.COMMAND_BITS | c.COMMAND_EMPTY
    for tile in set(range(tiles)) - touched:
        assert words[starts[tile] : ends[tile]].tolist() == [clear]
