"""draw_image of an image that a recording has already takes a short way, and draws what the long one draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import gpucanvas

WIDTH, HEIGHT = 120, 90
Draw = Callable[[Any, Any], None]
INF, NAN = float("inf"), float("nan")


def pixels() -> np.ndarray:
    """24x16 pixels, no two alike."""
    return np.random.default_rng(3).integers(0, 256, (16, 24, 4)).astype(np.uint8)


PLACES: dict[str, tuple[Any, ...]] = {
    "at": (10.5, 20.25),
    "integers": (10, 20),
    "sized": (10, 20, 33.3, 41),
    "mirrored": (60, 70, -33, -41),
    "flat": (10, 20, 0, 30),
    "part": (3, 2, 8.5, 7, 10, 20, 33, 41),
    "all": (0, 0, 24, 16, 10, 20, 33, 41),
    "part turned round": (11, 9, -8, -7, 10, 20, 33, 41),
    "part beyond the image": (-5, 4, 40, 40, 10, 20, 33, 41),
    "part outside of the image": (30, 4, 40, 40, 10, 20, 33, 41),
    "empty part": (3, 2, 0, 7, 10, 20, 33, 41),
    "far": (1e300, 5, 1e300, 20),
    "infinite": (INF, 5),
    "not numbers": (1, 2, NAN, 8, 1, 1, 5, 5),
    "numpy": (np.float32(10.5), np.int64(20), np.float64(33), np.float64(41)),
}
SETTINGS: dict[str, Callable[[Any], None]] = {
    "plain": lambda ctx: None,
    "not smoothed": lambda ctx: setattr(ctx, "image_smoothing_enabled", False),
    "halved": lambda ctx: setattr(ctx, "image_smoothing_quality", "high"),
    "shadow": lambda ctx: [setattr(ctx, "shadow_color", "black"), setattr(ctx, "shadow_offset_x", 5)],
    "filter": lambda ctx: setattr(ctx, "filter", "invert(1)"),
    "copy": lambda ctx: setattr(ctx, "global_composite_operation", "copy"),
    "clip": lambda ctx: [ctx.rect(12, 12, 40, 40), ctx.clip()],
    "turned": lambda ctx: ctx.rotate(0.3),
    "small": lambda ctx: ctx.scale(0.3, 0.2),
    "squashed": lambda ctx: ctx.scale(1, 0),
}


@pytest.fixture(params=[False, True], ids=["opaque", "with alpha"])
def alpha(request: pytest.FixtureRequest) -> Iterator[bool]:
    yield request.param


def shown(first: Any, image: Any, alpha: bool, setting: str, place: tuple[Any, ...]) -> np.ndarray:
    """What is shown of an image, after another was drawn where nobody sees it."""
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend="cpu", on_invalid="ignore") as canvas:
        ctx = canvas.get_context("2d", alpha=alpha)
        ctx.fill_style = "rgb(200, 120, 40)"
        ctx.fill_rect(0, 0, 70, 60)
        ctx.draw_image(first, -500, -500)
        SETTINGS[setting](ctx)
        ctx.draw_image(image, *place)
        return canvas.to_numpy()


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("place", PLACES)
def test_an_image_that_was_drawn_before_is_drawn_as_if_it_were_not(place: str, setting: str, alpha: bool) -> None:
    image, other = gpucanvas.Image(pixels()), gpucanvas.Image(pixels())
    again = shown(image, image, alpha, setting, PLACES[place])
    assert np.array_equal(again, shown(other, image, alpha, setting, PLACES[place]))


@pytest.mark.parametrize("place", [(1,), (1, 2, 3), (1,) * 7, (1,) * 9])
def test_another_number_of_arguments_is_refused_each_time(place: tuple[int, ...]) -> None:
    ctx, image = gpucanvas.Recording(WIDTH, HEIGHT).get_context("2d"), gpucanvas.Image(pixels())
    for _ in range(2):
        with pytest.raises(TypeError, match="2, 4 or 8 numbers"):
            ctx.draw_image(image, *place)
        ctx.draw_image(image, 0, 0)


@pytest.mark.parametrize("bad", ["a", None, [1], 1j, np.zeros(3), 10**400])
@pytest.mark.parametrize("count", [2, 4, 8])
@pytest.mark.parametrize("at", [0, -1])
def test_what_is_no_number_is_refused_each_time_and_leaves_nothing(bad: Any, count: int, at: int) -> None:
    recording, image = gpucanvas.Recording(WIDTH, HEIGHT), gpucanvas.Image(pixels())
    ctx, errors = recording.get_context("2d"), []
    for _ in range(2):
        place: list[Any] = [1.0] * count
        place[at] = bad
        before = len(recording._commands)
        with pytest.raises((TypeError, ValueError)) as error:
            ctx.draw_image(image, *place)
        assert len(recording._commands) == before
        errors.append((type(error.value), str(error.value)))
        ctx.draw_image(image, 0, 0)
    assert errors[0] == errors[1]


def test_numbers_that_are_not_finite_raise_on_a_strict_canvas() -> None:
    ctx, image = gpucanvas.Recording(WIDTH, HEIGHT).get_context("2d"), gpucanvas.Image(pixels())
    ctx.draw_image(image, 0, 0)
    with pytest.raises(ValueError, match="dx is inf"):
        ctx.draw_image(image, INF, 0)


def test_an_image_that_was_closed_is_not_drawn_again() -> None:
    ctx, image = gpucanvas.Recording(WIDTH, HEIGHT).get_context("2d"), gpucanvas.Image(pixels())
    ctx.draw_image(image, 0, 0)
    image.close()
    with pytest.raises(gpucanvas.ClosedError, match="the image is closed"):
        ctx.draw_image(image, 0, 0)


def test_a_setting_in_between_counts() -> None:
    image = gpucanvas.Image(pixels())

    def draw(ctx: Any, images: Any) -> None:
        for k, angle in enumerate((0.1, 0.7, 1.3, 2.9)):
            ctx.save()
            ctx.translate(20 + 25 * k, 40)
            ctx.rotate(angle)
            ctx.image_smoothing_enabled = k % 2 == 0
            ctx.global_alpha = 1 - 0.2 * k
            ctx.draw_image(images(), -12, -8)
            ctx.restore()

    found = []
    for images in (lambda: image, lambda: gpucanvas.Image(pixels())):
        with gpucanvas.Canvas(WIDTH, HEIGHT, backend="cpu") as canvas:
            draw(canvas.get_context("2d"), images)
            found.append(canvas.to_numpy())
    assert np.array_equal(found[0], found[1])
    assert found[0][..., 3].any()


def test_the_next_frame_draws_the_image_anew() -> None:
    image = gpucanvas.Image(pixels())
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        for k in range(3):
            ctx.clear_rect(0, 0, WIDTH, HEIGHT)
            ctx.draw_image(image, 5 * k, 7)
            ctx.draw_image(image, 5 * k, 7)
            shown = canvas.to_numpy()
            assert not shown[:, : 5 * k].any()
            assert shown[7:23, 5 * k : 5 * k + 24].any()


def test_an_array_that_changes_is_seen_each_time() -> None:
    array = np.full((4, 4, 4), 255, np.uint8)
    with gpucanvas.Canvas(8, 4, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.draw_image(array, 0, 0)
        array[..., 0] = 7
        ctx.draw_image(array, 4, 0)
        assert canvas.to_numpy()[0, [0, 4], 0].tolist() == [255, 7]


def test_a_colour_set_before_save_is_that_after_restore() -> None:
    with gpucanvas.Canvas(30, 10, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style, ctx.stroke_style = "rgb(1, 2, 3)", "rgb(9, 8, 7)"
        ctx.fill_rect(0, 0, 5, 10)
        ctx.save()
        ctx.fill_style, ctx.stroke_style, ctx.line_width = "rgb(50, 60, 70)", "rgb(70, 60, 50)", 6
        ctx.fill_rect(5, 0, 5, 10)
        ctx.stroke_rect(15, -10, 10, 50)
        ctx.restore()
        ctx.fill_rect(10, 0, 2, 10)
        ctx.line_width = 2
        ctx.stroke_rect(28, -10, 40, 50)
        row = canvas.to_numpy()[5]
    assert row[[2, 7, 11, 13, 28], 0].tolist() == [1, 50, 1, 70, 9]


@pytest.mark.parametrize("numbers", [(1, 0, 0, 1, 5, 6), (1.0, -0.0, 0.0, 1.0, 5.0, 6.0), (True, 0, 0, 2, 1e300, 3)])
def test_transforms_are_floats_whatever_they_are_given_as(numbers: tuple[Any, ...]) -> None:
    ctx = gpucanvas.Recording(9, 9).get_context("2d")
    ctx.set_transform(*numbers)
    assert ctx._state.matrix == tuple(map(float, numbers))
    ctx.translate(np.float32(2), 3)
    ctx.scale(2, np.float64(0.5))
    ctx.rotate(1)
    assert {type(each) for each in ctx._state.matrix} == {float}
