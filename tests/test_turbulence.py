"""Noise by the public verbs: against the standard's formula, Chromium's pixels, and replays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import filtering as f
import gpucanvas
from gpucanvas.paint import effects as e
from gpucanvas.paint.effects import following
from gpucanvas.plan.make import make_plan
from gpucanvas.plan.steps import Turbulence

WIDTH, HEIGHT = 64, 48
Floats = NDArray[np.float64]
NOISE = {"name": "turbulence", "baseFrequency": 0.05}
FRACTAL = {**NOISE, "type": "fractalNoise"}
RED_SHADOW = {"name": "dropShadow", "dx": 8, "dy": 0, "stdDeviation": 0, "floodColor": "red"}


def drawn(draw: Any, backend: str, **settings: Any) -> NDArray[Any]:
    """What a function draws, straight."""
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        draw(canvas.get_context("2d", **settings))
        if settings.get("color_type") == "float16":
            return np.array(canvas.to_numpy(pixel_format="rgba-float16")).astype(np.float64)
        return np.array(canvas.to_numpy())


def layer(value: Any, *transform: float) -> Any:
    """A function that draws an empty layer with a filter, under a transform."""

    def work(ctx: Any) -> None:
        if transform:
            ctx.set_transform(*transform)
        with ctx.layer(value):
            pass

    return work


def rect(ctx: Any) -> None:
    ctx.fill_rect(10, 10, 20, 15)


def through(value: Any, draw: Any = rect) -> Any:
    def work(ctx: Any) -> None:
        ctx.filter = value
        draw(ctx)

    return work


def formula(value: dict[str, Any], inverse: Any = ((1, 0, 0), (0, 1, 0))) -> Floats:
    """Premultiplied noise of a canvas, 0 to 255; ``inverse`` maps pixels to user space."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    (a, c, e), (b, d, g) = inverse
    frequency = np.broadcast_to(value.get("baseFrequency", 0), 2)
    kind = value.get("type") == "fractalNoise"
    how: dict[str, Any] = {"octaves": value.get("numOctaves", 1), "seed": value.get("seed", 0), "fractal": kind}
    made = f.turbulence(a * x + c * y + e + 0.5, b * x + d * y + g + 0.5, frequency, **how)
    return f.premultiplied(made) * 255


def levels(pixels: NDArray[np.uint8]) -> Floats:
    return f.premultiplied(pixels / 255.0) * 255


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"type": "fractalNoise"},
        {"baseFrequency": [0.03, 0.11], "numOctaves": 4, "seed": -5},
        {"baseFrequency": [0, 0.2], "type": "fractalNoise", "seed": 99},
        {"baseFrequency": 0.7, "numOctaves": 10},
        {"baseFrequency": 0, "type": "fractalNoise"},
        {"numOctaves": 0, "type": "fractalNoise"},
    ],
)
def test_noise_is_that_of_the_formula(more: dict[str, Any], backend: str) -> None:
    value = NOISE | more
    found = levels(drawn(layer(value), backend))
    # A straight colour is rounded, too, when it is read.
    assert abs(found - formula(value)).max() <= 1.01


def test_float16_keeps_more_of_the_noise(backend: str) -> None:
    found = drawn(layer(FRACTAL), backend, color_type="float16")
    assert abs(f.premultiplied(found) * 255 - formula(FRACTAL)).max() <= 0.3


POINTS = ((3, 5), (20, 11), (37, 30), (50, 44), (61, 7))
CHROMIUM: dict[str, tuple[Any, Any]] = {
    "plain": (
        layer(NOISE),
        [(49, 29, 10, 26), (5, 88, 33, 93), (30, 26, 86, 59), (85, 113, 96, 45), (0, 85, 85, 18)],
    ),
    "scaled": (
        layer(NOISE, 2, 0, 0, 2, 0, 0),
        [(39, 0, 23, 33), (37, 106, 25, 41), (12, 64, 32, 64), (12, 62, 6, 82), (0, 0, 28, 9)],
    ),
    "scaled and moved": (
        layer(NOISE, 2, 0, 0, 1, 5, 7),
        [(18, 0, 18, 14), (0, 0, 0, 1), (32, 16, 80, 16), (24, 16, 24, 32), (23, 0, 46, 11)],
    ),
    "rotated": (
        layer(NOISE, *gpucanvas.DOMMatrix().rotate(np.degrees(0.3))),
        [(44, 44, 0, 23), (21, 41, 21, 62), (45, 30, 37, 68), (51, 85, 119, 15), (79, 55, 6, 42)],
    ),
    "mirrored": (
        layer(NOISE, -1, 0, 0, 1, 64, 0),
        [(0, 46, 70, 11), (31, 62, 31, 49), (12, 43, 31, 65), (75, 19, 44, 41), (49, 24, 12, 21)],
    ),
    "skewed": (
        layer(FRACTAL, 2, 0.3, -0.4, 1.3, 7, 3),
        [(143, 140, 117, 137), (150, 87, 134, 126), (123, 108, 140, 106), (133, 160, 125, 169), (102, 134, 104, 133)],
    ),
    "octaves": (
        layer({**NOISE, "baseFrequency": [0.03, 0.11], "seed": -5, "numOctaves": 4}),
        [(68, 121, 53, 120), (75, 196, 134, 82), (40, 59, 141, 139), (54, 37, 47, 76), (108, 39, 85, 33)],
    ),
    "fractal": (
        layer({**FRACTAL, "seed": 3, "numOctaves": 3}),
        [(143, 129, 78, 130), (83, 93, 115, 113), (114, 116, 181, 103), (119, 151, 123, 157), (141, 112, 196, 148)],
    ),
    "a seed's fraction is cut off": (
        layer({**NOISE, "seed": -1.5}),
        [(24, 36, 49, 21), (45, 76, 31, 90), (128, 64, 64, 4), (49, 16, 4, 63), (36, 73, 0, 7)],
    ),
    "stitched, which changes nothing": (
        layer({**FRACTAL, "baseFrequency": [0.051, 0.07], "stitchTiles": "stitch", "numOctaves": 2, "seed": 7}),
        [(116, 89, 178, 86), (104, 114, 169, 137), (125, 119, 97, 129), (113, 120, 156, 191), (141, 104, 174, 110)],
    ),
    "of a draw, in pixels": (
        through(NOISE, lambda ctx: (ctx.scale(2, 2), ctx.translate(3, 3), rect(ctx))),
        [(49, 29, 10, 26), (5, 88, 33, 93), (30, 26, 86, 59), (85, 113, 96, 45), (0, 85, 85, 18)],
    ),
}


@pytest.mark.parametrize("name", CHROMIUM)
def test_noise_is_that_of_chromium(name: str, backend: str) -> None:
    """Chromium 156, ``beginLayer({filter})`` and ``ctx.filter``, both by its switches; its gradients have 16 bits."""
    draw, wanted = CHROMIUM[name]
    pixels = drawn(draw, backend)
    found = np.array([[pixels[y, x] for x, y in POINTS]])
    assert abs(levels(found) - levels(np.array([wanted], np.uint8))).max() <= 1.5


def test_values_are_those_of_the_canvas_s_own_colour_space(backend: str) -> None:
    """Chromium draws the same bytes on a canvas of Display P3."""
    wide = drawn(layer(FRACTAL), backend, color_space="display-p3")
    np.testing.assert_array_equal(wide, drawn(layer(FRACTAL), backend))


def text(ctx: Any) -> None:
    ctx.fill_text("hi", 10, 30)


def image(ctx: Any) -> None:
    ctx.draw_image(np.zeros((9, 9, 4), np.uint8), 3, 3)


def outside(ctx: Any) -> None:
    ctx.fill_rect(100, 100, 5, 5)


@pytest.mark.parametrize("draw", [rect, text, image, outside])
def test_any_draw_fills_the_canvas_with_noise(draw: Any, backend: str) -> None:
    np.testing.assert_array_equal(drawn(through(NOISE, draw), backend), drawn(layer(NOISE), backend))


@pytest.mark.parametrize("draw", [lambda ctx: ctx.fill_rect(5, 5, 0, 0), lambda ctx: (ctx.begin_path(), ctx.fill())])
def test_what_draws_nothing_makes_no_noise(draw: Any, backend: str) -> None:
    assert not drawn(through(NOISE, draw), backend).any()


@pytest.mark.parametrize("value", [NOISE, FRACTAL])
@pytest.mark.parametrize("matrix", [(0, 0, 0, 0, 0, 0), (0, 0, 0, 1, 0, 0), (1, 2, 2, 4, 3, 3)])
def test_a_transform_without_an_inverse_makes_no_noise(value: Any, matrix: Any, backend: str) -> None:
    assert not drawn(layer(value, *matrix), backend).any()


def test_noise_of_no_frequency_or_octave_is_transparent(backend: str) -> None:
    for value in ({"name": "turbulence"}, {**NOISE, "numOctaves": 0}):
        assert not drawn(layer(value), backend).any()


def test_noise_fills_the_clip_and_goes_on_beyond_it_for_what_follows(backend: str) -> None:
    """A shadow in the clip may be that of noise beside it."""

    def work(ctx: Any) -> None:
        ctx.rect(10, 10, 20, 20)
        ctx.clip()
        with ctx.layer([NOISE, RED_SHADOW]):
            rect(ctx)

    found = levels(drawn(work, backend))
    inside = np.zeros((HEIGHT, WIDTH), np.bool_)
    inside[10:30, 10:30] = True
    assert not found[~inside].any()
    noise = formula(NOISE)
    thrown = np.zeros_like(noise)
    thrown[:, 8:, 0] = thrown[:, 8:, 3] = noise[:, :-8, 3]
    wanted = noise + thrown * (1 - noise[..., 3:] / 255)
    assert abs(found - wanted)[inside].max() <= 1.6


def test_a_blur_of_noise_does_not_fade_at_the_edges_of_the_canvas(backend: str) -> None:
    """As in Chromium: the noise goes on beyond the canvas."""
    found = levels(drawn(through([NOISE, {"name": "gaussianBlur", "stdDeviation": [3, 0]}]), backend))
    y, x = np.mgrid[:HEIGHT, -15 : WIDTH + 15] + 1.0
    noise = f.premultiplied(f.turbulence(x, y, (0.05, 0.05))) * 255
    weights = np.exp(-(np.arange(-15, 16) ** 2) / 18)
    wanted = sum(weight * noise[:, k : k + WIDTH] for k, weight in enumerate(weights / weights.sum()))
    assert abs(found - wanted).max() <= 2


def test_what_comes_before_noise_does_not_matter(backend: str) -> None:
    alone = drawn(through(NOISE), backend)
    np.testing.assert_array_equal(drawn(through([{"name": "gaussianBlur", "stdDeviation": 3}, NOISE]), backend), alone)
    np.testing.assert_array_equal(drawn(through(["invert()", NOISE]), backend), alone)


def faded(alpha: float, draw: Any) -> Any:
    def work(ctx: Any) -> None:
        ctx.global_alpha = alpha
        draw(ctx)

    return work


def unseen(ctx: Any) -> None:
    ctx.fill_style = "transparent"
    rect(ctx)


def of_layer(ctx: Any) -> None:
    with ctx.layer():
        rect(ctx)


@pytest.mark.parametrize("draw", [rect, text, image, unseen, of_layer])
@pytest.mark.parametrize("alpha", [0.0, 0.5])
def test_the_opacity_of_a_draw_comes_before_its_noise_and_so_does_not_matter(
    draw: Any, alpha: float, backend: str
) -> None:
    """As in Chromium."""
    plain = drawn(layer(NOISE), backend)
    np.testing.assert_array_equal(drawn(through(NOISE, faded(alpha, draw)), backend), plain)


def test_the_opacity_of_a_layer_comes_after_its_own_noise(backend: str) -> None:
    found = drawn(faded(0.5, layer(NOISE)), backend)
    assert abs(levels(found) - formula(NOISE) / 2).max() <= 1.01
    # Chromium's pixels.
    wanted = np.array([[(0, 113, 25, 61), (34, 26, 85, 30)]], np.uint8)
    assert abs(levels(found[[[12, 30]], [[12, 37]]]) - levels(wanted)).max() <= 1.01


def test_the_operator_comes_after_noise(backend: str) -> None:
    def work(ctx: Any) -> None:
        ctx.fill_style = "rgb(0, 0, 255)"
        ctx.fill_rect(0, 0, WIDTH, HEIGHT)
        ctx.filter, ctx.global_composite_operation = FRACTAL, "source-atop"
        rect(ctx)

    found = drawn(work, backend)
    noise = formula(FRACTAL)
    wanted = noise + np.array([0, 0, 255, 255]) * (1 - noise[..., 3:] / 255)
    assert abs(found - wanted).max() <= 1.5
    # Chromium's pixels.
    wanted = [(84, 63, 182, 255), (40, 27, 220, 255), (43, 44, 222, 255), (35, 75, 183, 255), (70, 89, 165, 255)]
    assert abs(np.array([found[y, x] for x, y in POINTS]).astype(int) - wanted).max() <= 1


def test_the_noise_of_a_layer_follows_a_replay_and_that_of_a_draw_does_not(backend: str) -> None:
    def picture(draw: Any) -> gpucanvas.Picture:
        recording = gpucanvas.Recording(WIDTH, HEIGHT)
        draw(recording.get_context("2d"))
        return recording.freeze()

    def replayed(made: gpucanvas.Picture) -> Any:
        def work(ctx: Any) -> None:
            ctx.set_transform(1.5, 0.2, -0.3, 1.2, 4, 3)
            ctx.draw_picture(made)

        return work

    own, together = picture(layer(NOISE, 2, 0, 0, 1, 5, 7)), gpucanvas.DOMMatrix([1.5, 0.2, -0.3, 1.2, 4, 3])
    together = together.multiply(gpucanvas.DOMMatrix([2, 0, 0, 1, 5, 7]))
    same = drawn(layer(NOISE, *together), backend)
    found = drawn(replayed(own), backend)
    is_inside = found.any(2)
    assert is_inside.mean() > 0.5
    assert abs(levels(found) - levels(same))[is_inside].max() <= 1.01
    of_draw = drawn(replayed(picture(through(NOISE))), backend)
    assert abs(levels(of_draw) - formula(NOISE))[of_draw.any(2)].max() <= 1.01


def test_a_transform_beyond_the_range_of_numbers_makes_no_noise() -> None:
    effects = following((e.Turbulence(1, 1, matrix=(1e200, 0, 0, 1e200, 0, 0)),), (1e200, 0, 0, 1, 0, 0))
    assert effects == (e.Turbulence(1, 1, matrix=(0, 0, 0, 0, 0, 0), follows=True),)


def test_layers_of_noise_share_a_step_and_a_seed_its_lattice() -> None:
    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    ctx = recording.get_context("2d")
    for seed in (1, 2, 1, 3, 2):
        layer({**NOISE, "seed": seed})(ctx)
    steps = make_plan([recording._commands], WIDTH, HEIGHT).steps
    (found,) = [step for step in steps if isinstance(step, Turbulence)]
    assert len(found.items) == 5 and len(found.permutations) == 3 * 256
    assert "noise    scratch0   5 slots  up to 1 octave" in str(found)
