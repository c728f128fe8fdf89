"""Cached pictures are made once for each scale, and seen in the stats; masks are held against a formula."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gpucanvas
from compare import assert_same
from gpucanvas import Canvas, Hit, Recording, memory
from gpucanvas.images.rasters import KEPT_SCALES
from scenes.pictures import badge


def counts(canvas: Canvas) -> tuple[int, int]:
    last = canvas.stats.last
    assert last is not None
    return last.pictures_rasterised, last.pictures_reused


def test_cached_pixels_are_those_of_the_picture(backend: str, tmp_path: Path) -> None:
    picture = badge()
    found = []
    for cached in (False, True):
        with Canvas(120, 80, backend=backend) as canvas:  # type: ignore[arg-type]
            ctx = canvas.get_context("2d")
            ctx.fill_style = "khaki"
            ctx.fill_rect(0, 20, 120, 20)
            ctx.draw_picture(picture, 3, 2, cached=cached)
            ctx.scale(1.5, 1.5)
            ctx.draw_picture(picture, 32, 2, cached=cached)
            found.append(canvas.to_numpy())
    # The pixels are rounded once more, in between.
    assert_same(*found, max_difference=1, max_fraction=0.02, names=("replayed", "cached"), folder=tmp_path)
    assert found[1][..., 3].any()


def test_pixels_are_made_once_for_each_scale_and_counted() -> None:
    picture = badge()
    with Canvas(100, 100, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        for k in range(3):
            ctx.draw_picture(picture, 5 * k, 0, cached=True)
        ctx.draw_picture(picture, 0, 0, 96, 96, cached=True)
        canvas.flush()
        assert counts(canvas) == (2, 2)
        ctx.draw_picture(picture, 1, 1, cached=True)
        ctx.draw_picture(picture, 1, 1)
        canvas.flush()
        assert counts(canvas) == (0, 1)
        assert (canvas.stats.total.pictures_rasterised, canvas.stats.total.pictures_reused) == (2, 3)


def test_pixels_go_when_memory_is_short_and_are_made_again() -> None:
    picture = badge()
    with Canvas(100, 100, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.draw_picture(picture, cached=True)
        canvas.flush()
        memory._ledger.evict()
        ctx.draw_picture(picture, cached=True)
        canvas.flush()
        assert counts(canvas) == (1, 0)


def test_only_the_scales_drawn_last_are_kept() -> None:
    picture = badge()
    with Canvas(100, 100, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        for side in range(10, 10 + 2 * KEPT_SCALES):
            ctx.draw_picture(picture, 0, 0, side, side, cached=True)
        assert len(picture._rasters._known) == KEPT_SCALES
        ctx.draw_picture(picture, 0, 0, side, side, cached=True)
        canvas.flush()
        assert counts(canvas) == (2 * KEPT_SCALES, 1)


def test_a_picture_too_large_to_keep_is_drawn_all_the_same() -> None:
    recording = Recording(4, 4)
    recording.get_context("2d").fill_rect(0, 0, 4, 4)
    picture = recording.freeze()
    with Canvas(4, 4, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.draw_picture(picture, 0, 0, 20_000, 20_000, cached=True)
        assert (canvas.to_numpy()[..., 3] == 255).all()
        assert counts(canvas) == (0, 0)


def test_the_context_composes_a_cached_picture() -> None:
    recording = Recording(4, 4)
    recording.get_context("2d").fill_rect(0, 0, 4, 4)
    picture = recording.freeze()
    with Canvas(8, 4, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.global_alpha, ctx.hit_id, ctx.image_smoothing_enabled = 0.5, 3, False
        ctx.translate(2, 0)
        ctx.draw_picture(picture, 1, 0, cached=True)
        assert canvas.to_numpy()[0, :, 3].tolist() == [0, 0, 0, 128, 128, 128, 128, 0]
        assert canvas.pick(4, 2) == Hit(3)
        assert not ctx.image_smoothing_enabled
        assert ctx.get_transform().e == 2


# -- masks ---------------------------------------------------------------------------------------------------------


RAMP = np.linspace(0, 255, 12).round().astype(np.uint8).reshape(3, 4)


def masked(mask: Any, prepare: Any = lambda ctx: None, place: tuple[float, ...] = (1, 2)) -> np.ndarray:
    with Canvas(8, 8, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style = "red"
        prepare(ctx)
        ctx.draw_mask(mask, *place)
        return canvas.to_numpy()


@pytest.mark.parametrize(
    "mask",
    [
        RAMP,
        RAMP / 255,
        (RAMP / 255).astype(np.float32),
        np.dstack([RAMP * 0, RAMP * 0 + 9, RAMP * 0, RAMP]),
        gpucanvas.Image(np.dstack([RAMP * 0 + 1, RAMP * 0, RAMP * 0, RAMP])),
        np.asfortranarray(RAMP),
    ],
    ids=["bytes", "floats", "halves of floats", "rgba", "image", "columns"],
)
def test_a_mask_is_the_alpha_of_the_fill_style(mask: Any) -> None:
    expected = np.zeros((8, 8, 4), np.uint8)
    expected[2:5, 1:5, 3] = RAMP
    expected[2:5, 1:5, 0] = np.where(RAMP > 0, 255, 0)
    assert np.array_equal(masked(mask), expected)


def test_booleans_are_a_mask() -> None:
    alpha = masked(RAMP > 100)[2:5, 1:5, 3]
    assert np.array_equal(alpha, np.where(RAMP > 100, 255, 0))


def test_the_alpha_of_style_and_context_count() -> None:
    def prepare(ctx: Any) -> None:
        ctx.fill_style = (0.0, 1.0, 0.0, 0.5)
        ctx.global_alpha = 0.5

    pixels = masked(RAMP, prepare)[2:5, 1:5, 3].astype(int)
    assert np.abs(pixels - RAMP / 4).max() <= 1


def test_a_mask_on_a_canvas_of_display_p3_has_its_colours() -> None:
    with Canvas(4, 4, backend="cpu") as canvas:
        ctx = canvas.get_context("2d", color_space="display-p3")
        ctx.fill_style = "color(display-p3 1 0.2 0)"
        ctx.draw_mask(np.full((4, 4), 255, np.uint8), 0, 0)
        assert np.asarray(canvas.to_numpy())[0, 0].tolist() == [255, 51, 0, 255]


def test_the_style_is_what_it_was_afterwards() -> None:
    with Canvas(8, 8, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.global_alpha = 0.5
        ctx.draw_mask(RAMP, 0, 0)
        assert ctx.global_alpha == 0.5
        ctx.fill_rect(5, 5, 1, 1)
        assert canvas.to_numpy()[5, 5, 3] == 128


@pytest.mark.parametrize("place", [(1, 2), (1, 2, 6, 5), (7, 2, -6, 5)])
def test_gradients_and_patterns_shine_through(place: tuple[float, ...]) -> None:
    """The alpha is that of a mask in black; the colour that of the style there."""

    def gradient(ctx: Any) -> None:
        fade = ctx.create_linear_gradient(0, 0, 8, 0)
        fade.add_color_stop(0, "blue")
        fade.add_color_stop(1, "lime")
        ctx.fill_style = fade

    def pattern(ctx: Any) -> None:
        ctx.fill_style = ctx.create_pattern(np.full((2, 2, 4), (10, 200, 30, 255), np.uint8))

    alpha = masked(RAMP, place=place)[..., 3]
    for prepare in (gradient, pattern):
        pixels = masked(RAMP, prepare, place).astype(int)
        assert np.abs(pixels[..., 3] - alpha).max() <= 1
        with Canvas(8, 8, backend="cpu") as canvas:
            ctx = canvas.get_context("2d")
            prepare(ctx)
            ctx.fill_rect(0, 0, 8, 8)
            style = canvas.to_numpy().astype(int)
        opaque = alpha > 200
        assert opaque.sum() > 2
        assert np.abs(pixels[opaque][:, :3] - style[opaque][:, :3]).max() <= 2


@pytest.mark.parametrize(
    ("mask", "text"),
    [
        (np.zeros((2, 2, 3), np.uint8), r"shape \(2, 2, 3\)"),
        (np.zeros((0, 2), np.uint8), r"shape \(0, 2\)"),
        (np.zeros((2, 2), np.int32), "dtype int32"),
        (np.zeros(4, np.uint8), r"shape \(4,\)"),
        ("mask.png", "give an array"),
    ],
)
def test_what_is_no_mask_is_refused(mask: Any, text: str) -> None:
    ctx = Recording(8, 8).get_context("2d")
    with pytest.raises(TypeError, match=text):
        ctx.draw_mask(mask, 0, 0)
    with pytest.raises(TypeError, match="takes \\(mask, x, y\\) or"):
        ctx.draw_mask(RAMP, 0, 0, 5)
