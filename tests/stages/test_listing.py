"""Scenes of many small draws are listed in a way of their own: it must show what binning and coarse show."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gpucanvas
from compositing import OPERATORS
from gpucanvas.backends import stage_runner
from gpucanvas.backends.cpu import CPUBackend
from gpucanvas.backends.list_runner import FEW_DRAWS, WORDS_A_DRAW
from gpucanvas.backends.stage_runner import StageRunner
from gpucanvas.contract import constants as c
from gpucanvas.pipeline.encode import encode
from gpucanvas.pipeline.scene import Scene

Draw = Callable[[gpucanvas.Context2D], None]
INDEX_SHIFT = c.COMMAND_BITS


def scene_of(draw: Draw, width: int = 200, height: int = 130) -> Scene:
    recording = gpucanvas.Recording(width, height)
    draw(recording.get_context("2d"))
    return encode(recording._commands, width, height)


def listed(runner: StageRunner, scene: Scene) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    return runner.list_draws(scene, runner.outline_tiles(scene)[0])


def pixels(scene: Scene, monkeypatch: pytest.MonkeyPatch, by_bins: bool) -> np.ndarray:
    """What a scene makes of a surface that holds something, as (H, W, 4) premultiplied bytes."""
    surface = np.full((scene.height, scene.width), 0x80402010, np.uint32)
    with monkeypatch.context() as patch, CPUBackend(2).workers.runner() as runner:
        if by_bins:
            patch.setattr(StageRunner, "list_draws", lambda self, *scene_and_tiles: None)
        else:
            assert listed(runner, scene) is not None
        patch.setattr(stage_runner, "room_for_draws", lambda scene: 0)
        runner.draw(scene, surface, None)
    return surface.view(np.uint8).reshape(scene.height, scene.width, 4)


def many_shapes(seed: int, count: int, opaque: float, sizes: float) -> Draw:
    """Rectangles, discs, rings, frames, segments and outlines, a share of them opaque."""

    def draw(ctx: gpucanvas.Context2D) -> None:
        rng = np.random.default_rng(seed)

        def colors() -> np.ndarray:
            rgba = rng.random((count, 4))
            rgba[:, 3] = np.where(rng.random(count) < opaque, 1.0, rgba[:, 3])
            return rgba

        x, y = rng.random((2, count)) * [[260], [190]] - 30
        w, h = rng.random((2, count)) * sizes
        # Some end on a tile's edge, or are exactly a tile.
        on_edge = rng.random(count) < 0.3
        x, y, w, h = (np.where(on_edge, np.round(v / c.TILE) * c.TILE, v) for v in (x, y, w, h))
        ctx.fill_rects(x, y, w, h, color=colors())
        ctx.fill_circles(x, y, w / 2, color=colors())
        ctx.line_width = 3.5
        ctx.stroke_circles(y, x, h / 2, color=colors())
        ctx.stroke_rects(y, x, w, h, color=colors())
        ctx.stroke_line_segments(np.stack([x, y, x + w, y - h], 1).reshape(-1, 2, 2), color=colors())
        ctx.clear_rect(20, 20, 70, 40)
        turns = rng.random((count, 5, 2)) * sizes + np.stack([x, y], 1)[:, np.newaxis]
        ctx.fill_polygons(list(turns), color=colors())
        ctx.global_composite_operation = "multiply"
        ctx.fill_rects(x + 40, y, w, h, color=colors())

    return draw


@pytest.mark.parametrize("opaque", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("sizes", [5.0, 30.0, 60.0])
def test_listing_shows_what_coarse_shows(monkeypatch: pytest.MonkeyPatch, opaque: float, sizes: float) -> None:
    scene = scene_of(many_shapes(3, 1500, opaque, sizes))
    assert len(scene.draws) > FEW_DRAWS
    directly, by_bins = (pixels(scene, monkeypatch, way).astype(int) for way in (False, True))
    assert len(np.unique(by_bins)) > 100
    # Coarse folds covers into one map, which is another order of the same sums.
    difference = abs(directly - by_bins)
    assert difference.max() <= 1
    assert (difference.max(axis=2) > 0).mean() < 0.005


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1 << 20), count=st.integers(1, 40), width=st.integers(1, 90), height=st.integers(1, 90))
def test_listing_shows_what_coarse_shows_on_small_surfaces(seed: int, count: int, width: int, height: int) -> None:
    scene = scene_of(many_shapes(seed, count, 0.5, 30.0), width, height)
    with pytest.MonkeyPatch.context() as patch:
        directly, by_bins = (pixels(scene, patch, way).astype(int) for way in (False, True))
    assert abs(directly - by_bins).max() <= 1


@pytest.mark.parametrize("operator", OPERATORS)
def test_listing_knows_every_operator(monkeypatch: pytest.MonkeyPatch, operator: str) -> None:
    def draw(ctx: gpucanvas.Context2D) -> None:
        gradient = ctx.create_linear_gradient(0, 0, 60, 0)
        gradient.add_color_stop(0, "teal")
        gradient.add_color_stop(1, "rgb(255 200 0 / 60%)")
        ctx.fill_style = "rgb(40 80 160 / 80%)"
        ctx.fill_rect(2, 3, 41, 35)
        ctx.global_composite_operation = operator
        ctx.fill_style = gradient
        ctx.fill_circles([20, 30], [20, 12], [26, 19])
        ctx.fill_polygons(np.array([[1, 2], [45, -20], [46, 50], [7, 39]]))
        ctx.fill_style = "rgb(200 0 100)"
        ctx.fill_rect(10, 10, 35, 30)
        ctx.fill_polygons(np.array([[0, 0], [40, 0], [40, 40], [0, 40], [20, 20]]))

    scene = scene_of(draw, 48, 40)
    directly, by_bins = (pixels(scene, monkeypatch, way).astype(int) for way in (False, True))
    assert len(np.unique(by_bins)) > 3
    assert abs(directly - by_bins).max() <= 1


def lists(scene: Scene, threads: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    with CPUBackend(threads).workers.runner() as runner:
        found = listed(runner, scene)
        assert found is not None
        starts, ends, words = found
        tiles = int(np.prod(scene.size_in_tiles))
        return starts[:, :tiles].copy(), ends[:, :tiles].copy(), words.copy()


def grid(count: int) -> Draw:
    """Squares of one pixel, in painter's order over tile after tile."""

    def draw(ctx: gpucanvas.Context2D) -> None:
        k = np.arange(count)
        ctx.fill_rects(k % 12 * 16 + 4, k // 12 % 8 * 16 + 4, 1, 1, color=(1, 0, 0, 0.5))

    return draw


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_listing_keeps_the_order_whatever_the_bands(threads: int) -> None:
    count = 5 * FEW_DRAWS + 3
    starts, ends, words = lists(scene_of(grid(count)), threads)
    assert len(starts) == threads
    seen = 0
    for tile in range(starts.shape[1]):
        runs = [words[starts[k, tile] : ends[k, tile]] for k in range(threads)]
        draws = np.concatenate(runs) >> INDEX_SHIFT
        assert (np.diff(draws.astype(int)) > 0).all()
        assert (draws % 12 == tile % 13).all()
        seen += len(draws)
    assert seen == count


def test_listing_begins_with_what_hides_the_rest() -> None:
    def draw(ctx: gpucanvas.Context2D) -> None:
        ctx.fill_rects(np.arange(900) % 30 * 6, np.arange(900) // 30 * 4, 5, 3, color=(1, 0, 0, 0.5))
        ctx.fill_style = "blue"
        ctx.fill_rect(16, 0, 60, 130)
        ctx.fill_circles(24, 24, 3, color="yellow")

    (starts,), (ends,), words = lists(scene_of(draw), 1)
    # Tile (1, 1) shows the blue cover and the disc; (2, 3) only the cover; (4, 3) is covered in part.
    assert [int(word) for word in words[starts[14] : ends[14]]] == [
        900 << INDEX_SHIFT | c.COMMAND_FULL,
        901 << INDEX_SHIFT | c.COMMAND_SHAPE,
    ]
    assert ends[13 * 3 + 2] - starts[13 * 3 + 2] == 1
    assert ends[13 * 3 + 4] - starts[13 * 3 + 4] > 1


def test_listing_hides_what_another_band_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(ctx: gpucanvas.Context2D) -> None:
        grid(2 * FEW_DRAWS)(ctx)
        ctx.fill_style = "lime"
        ctx.fill_rect(0, 0, 200, 64)
        grid(FEW_DRAWS)(ctx)

    scene = scene_of(draw)
    starts, _, _ = lists(scene, 2)
    assert len(starts) == 2
    directly = pixels(scene, monkeypatch, False)
    np.testing.assert_array_equal(directly, pixels(scene, monkeypatch, True))
    assert directly[0, 0].tolist() == [0, 255, 0, 255]
    assert directly[129, 199].tolist() == [0x10, 0x20, 0x40, 0x80]


def test_listing_leaves_large_draws_and_clips_to_coarse() -> None:
    def large(ctx: gpucanvas.Context2D) -> None:
        for _ in range(4):
            ctx.fill_rect(1, 1, 5 * c.TILE, 5 * c.TILE)

    def outline(ctx: gpucanvas.Context2D) -> None:
        ctx.fill_polygons(np.array([[1, 2], [9 * c.TILE, 4], [5, 12 * c.TILE]]))

    def clipped(ctx: gpucanvas.Context2D) -> None:
        ctx.begin_path()
        ctx.rect(3, 3, 20, 20)
        ctx.clip()
        ctx.fill_rect(0, 0, 30, 30)

    assert WORDS_A_DRAW < 36
    for draw in (large, outline, clipped):
        with CPUBackend(1).workers.runner() as runner:
            assert listed(runner, scene_of(draw)) is None


def opaque_gradients(ctx: gpucanvas.Context2D) -> None:
    rng = np.random.default_rng(4)
    for i in range(60):
        x, y, r = (rng.random(3) * [200, 130, 60]).tolist()
        gradient = ctx.create_linear_gradient(x, y, x + r, y + r)
        gradient.add_color_stop(0, tuple(rng.random(3).tolist()))
        gradient.add_color_stop(1, (*rng.random(3).tolist(), 0.4 if i % 6 == 0 else 1.0))
        ctx.global_composite_operation = "multiply" if i % 4 == 0 else "source-over"
        ctx.fill_style = gradient
        if i % 3:
            ctx.fill_rect(x - r, y - r, 2 * r, 2 * r)
        else:
            ctx.fill_circles([x, y], [y, x], [r, 9])
            # Scenes of large draws alone are not listed this way.
            ctx.fill_circles(rng.random(99) * 200, rng.random(99) * 130, 2)
            ctx.fill_polygons(np.array([[x, y - r], [x + r, y + r], [x - r, y + r]]))


def test_listing_shows_what_coarse_shows_of_opaque_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = scene_of(opaque_gradients)
    assert (scene.draws["style"] & c.STYLE_HIDES).any()
    directly, by_bins = (pixels(scene, monkeypatch, way).astype(int) for way in (False, True))
    # Nothing of what a tile held before is left, so that the order of no sum differs.
    assert len(np.unique(by_bins)) > 100
    assert abs(directly - by_bins).max() <= 1


def words_of(scene: Scene, by_bins: bool) -> int:
    """Words of the middle one of 3 x 3 tiles, from what is seen on."""
    with CPUBackend(1).workers.runner() as runner:
        path_tiles = runner.outline_tiles(scene)[0]
        if by_bins:
            starts, ends, _ = runner.list_commands(scene, path_tiles, *runner.bin_draws(scene))
        else:
            found = listed(runner, scene)
            assert found is not None
            starts, ends, _ = found
        return int((ends - starts)[..., 4].sum())


Change = Callable[[gpucanvas.Context2D], object]
HIDING: dict[str, tuple[bool, str, Change]] = {
    "linear": (True, "linear", lambda ctx: None),
    "concentric": (True, "radial", lambda ctx: None),
    "of a circle inside another": (True, "focal", lambda ctx: None),
    "conic": (True, "conic", lambda ctx: None),
    "copied": (True, "linear", lambda ctx: setattr(ctx, "global_composite_operation", "copy")),
    "of circles side by side, which leave pixels out": (False, "circles", lambda ctx: None),
    "faded": (False, "linear", lambda ctx: setattr(ctx, "global_alpha", 0.999)),
    "with a stop that is seen through": (False, "translucent", lambda ctx: None),
    "multiplied": (False, "linear", lambda ctx: setattr(ctx, "global_composite_operation", "multiply")),
    "atop, which shows only what is there": (
        False,
        "linear",
        lambda ctx: setattr(ctx, "global_composite_operation", "source-atop"),
    ),
    "not over all of the tile": (False, "linear", lambda ctx: ctx.translate(20, 0)),
}


@pytest.mark.parametrize("by_bins", [False, True], ids=["listed", "by bins"])
@pytest.mark.parametrize(("hides", "kind", "change"), HIDING.values(), ids=HIDING)
def test_an_opaque_gradient_hides_what_is_under_it(hides: bool, kind: str, change: Change, by_bins: bool) -> None:
    def draw(ctx: gpucanvas.Context2D) -> None:
        gradient = {
            "linear": lambda: ctx.create_linear_gradient(0, 0, 16, 9),
            "translucent": lambda: ctx.create_linear_gradient(0, 0, 16, 9),
            "radial": lambda: ctx.create_radial_gradient(5, 6, 2, 5, 6, 9),
            "focal": lambda: ctx.create_radial_gradient(5, 6, 0, 7, 6, 9),
            "circles": lambda: ctx.create_radial_gradient(5, 6, 2, 9, 6, 2),
            "conic": lambda: ctx.create_conic_gradient(1, 4, 4),
        }[kind]()
        gradient.add_color_stop(0, "red")
        gradient.add_color_stop(0.5, "rgb(0 0 255 / 99%)" if kind == "translucent" else "blue")
        gradient.add_color_stop(1, "lime")
        ctx.fill_circles([20, 24, 27], [22, 24, 26], 6)
        change(ctx)
        ctx.fill_style = gradient
        ctx.fill_rect(0, 0, 48, 48)
        ctx.set_transform(1, 0, 0, 1, 0, 0)
        ctx.fill_circles(24, 24, 3)

    assert (words_of(scene_of(draw, 48, 48), by_bins) == 2) is hides
