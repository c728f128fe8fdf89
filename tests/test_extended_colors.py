"""Colours outside of 0 to 1 on canvases of float16. Numbers of "Chromium" are what Chromium 156 reads from its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import gpucanvas

HALVES: dict[str, Any] = {"pixel_format": "rgba-float16"}
STEP = 2.0**-10
"""No number up to 4 is further than this from the nearest half."""
BEYOND = "color(srgb 1.5 -0.25 0.25)"
Pixel = tuple[float, float, float, float]


def canvas_of(
    backend: str, width: int = 1, height: int = 1, color_type: str = "float16", **settings: Any
) -> tuple[gpucanvas.Canvas, Any]:
    canvas = gpucanvas.Canvas(width, height, backend=backend)  # type: ignore[arg-type]
    return canvas, canvas.get_context("2d", color_type=color_type, **settings)


def read(canvas: gpucanvas.Canvas, **how: Any) -> NDArray[np.float64]:
    return np.asarray(canvas.to_numpy(**HALVES, **how), np.float64)


def drawn(
    backend: str, draw: Callable[[Any], object], width: int = 1, height: int = 1, **settings: Any
) -> NDArray[np.float64]:
    canvas, ctx = canvas_of(backend, width, height, **settings)
    with canvas:
        draw(ctx)
        return read(canvas)


def filled(ctx: Any, color: Any, *operators: str) -> None:
    """Fill the canvas once, and again with each operator."""
    ctx.fill_style = color
    for operator in operators or ("source-over",):
        ctx.global_composite_operation = operator
        ctx.fill_rect(0, 0, ctx.canvas.width, ctx.canvas.height)


# -- colours ---------------------------------------------------------------------------------------------------------

COLORS: dict[str, Pixel] = {
    "color(srgb 1.5 -0.2 0.3)": (1.5, -0.199951, 0.300049, 1),
    "color(srgb 1.5 -0.2 0.3 / 0.5)": (1.5, -0.199951, 0.300049, 0.5),
    "color(srgb 3 0 0 / 1.5)": (3, 0, 0, 1),
    "color(display-p3 0 1 0)": (-0.511719, 1.01855, -0.310791, 1),
    "color(rec2020 0 1 0)": (-0.790527, 1.05664, -0.350098, 1),
    "color(srgb-linear 2 -0.1 0.5)": (1.35352, -0.349121, 0.735352, 1),
    "lab(100 100 0)": (1.6582, 0.595215, 1.02148, 1),
    "oklch(0.9 0.4 140)": (-0.392822, 1.08203, -0.464355, 1),
    "rgb(300 -20 128)": (1, 0, 0.501953, 1),
    "hsl(120 200% 50%)": (0, 1, 0, 1),
    "color-mix(in srgb, color(srgb 2 0 0), blue)": (1, 0, 0.5, 1),
}
"""Chromium: what a fill of each colour is read as."""


@pytest.mark.parametrize("color", COLORS)
def test_fills_are_those_of_chromium(backend: str, color: str) -> None:
    found = drawn(backend, lambda ctx: filled(ctx, color))[0, 0]
    assert found == pytest.approx(np.array(COLORS[color]), abs=STEP)


def test_display_p3_is_not_clipped_either(backend: str) -> None:
    canvas, ctx = canvas_of(backend, color_space="display-p3")
    with canvas:
        filled(ctx, "color(srgb 1.5 -0.2 0.3)")
        # Chromium.
        assert read(canvas)[0, 0] == pytest.approx(np.array([1.37695, 0.253174, 0.361816, 1]), abs=STEP)
        assert read(canvas, color_space="srgb")[0, 0] == pytest.approx(np.array([1.5, -0.2, 0.3, 1]), abs=2 * STEP)
    canvas, ctx = canvas_of(backend)
    with canvas:
        filled(ctx, "color(srgb 1.5 -0.2 0.3)")
        data = ctx.get_image_data(0, 0, 1, 1, color_space="display-p3")
        # Chromium: converted, then clipped.
        assert data[0, 0].tolist() == [255, 65, 92, 255]
        assert canvas.to_numpy()[0, 0].tolist() == [255, 0, 77, 255]


def test_a_color_beyond_halves_is_the_largest_half(backend: str) -> None:
    found = drawn(backend, lambda ctx: filled(ctx, "color(srgb 100000 -100000 0)"))
    assert found[0, 0].tolist() == [65504, -65504, 0, 1]


def test_every_way_to_use_a_colour_keeps_it(backend: str) -> None:
    def draw(ctx: Any) -> None:
        ctx.stroke_style = ctx.fill_style = BEYOND
        ctx.fill_rect(0, 0, 8, 8)
        ctx.line_width = 8
        ctx.stroke_rect(12, -4, 0, 16)
        ctx.begin_path()
        ctx.move_to(16, 0)
        ctx.line_to(24, 0)
        ctx.line_to(24, 9)
        ctx.line_to(16, 8)
        ctx.fill()
        ctx.fill_rects([24], [0], [8], [8], color=[BEYOND])
        ctx.fill_rects([32], [0], [8], [8], color=BEYOND)
        ctx.fill_style = "red"
        ctx.save()
        ctx.fill_style = BEYOND
        ctx.save()
        ctx.fill_style = "blue"
        ctx.fill_rect(40, 0, 1, 1)
        ctx.restore()
        ctx.fill_rect(40, 0, 8, 8)
        ctx.restore()
        assert ctx.fill_style == "#ff0000"
        ctx.fill_style = BEYOND
        assert ctx.fill_style == "color(srgb 1.5 -0.25 0.25)"
        ctx.font = "60px monospace"
        ctx.fill_text("\u2588" * 3, 48, 30)

    found = drawn(backend, draw, 80, 8)
    assert (found[:, :48] == [1.5, -0.25, 0.25, 1]).all()
    assert (found[:, 56:72] == [1.5, -0.25, 0.25, 1]).all()


def test_the_same_text_is_another_colour_on_a_canvas_of_bytes(backend: str) -> None:
    canvas, ctx = canvas_of(backend)
    other, elsewhere = canvas_of(backend, color_type="unorm8")
    with canvas, other:
        for each in (ctx, elsewhere, ctx, elsewhere):
            filled(each, "color(srgb 2 0 0)")
            # Within one frame: bytes are clipped before the next fill, too.
            filled(each, "rgb(0 0 0 / 0.5)")
        assert read(canvas)[0, 0, 0] == 1
        assert other.to_numpy()[0, 0].tolist() == [128, 0, 0, 255]


@pytest.mark.parametrize("blur", [0, 4])
def test_shadows_keep_their_colour(backend: str, blur: int) -> None:
    def draw(ctx: Any) -> None:
        ctx.shadow_color, ctx.shadow_offset_x, ctx.shadow_blur = BEYOND, 100, blur
        ctx.fill_rect(-140, -40, 100, 100)

    assert drawn(backend, draw, 9, 9)[4, 4] == pytest.approx(np.array([1.5, -0.25, 0.25, 1]), abs=STEP)


def test_stops_of_gradients_keep_their_colours(backend: str) -> None:
    def draw(ctx: Any) -> None:
        for y, (start, end) in enumerate(((0.5, 4.5), (0, 1))):
            gradient = ctx.create_linear_gradient(start, 0, end, 0)
            gradient.add_color_stop(0, "color(srgb 2 -1 0)")
            gradient.add_color_stop(1, "color(srgb 0 1 2 / 0.5)")
            gradient.color_interpolation_method = "srgb"
            ctx.fill_style = gradient
            ctx.fill_rect(0, y, 5, 1)

    found = drawn(backend, draw, 5, 2)
    for x in range(5):
        # HTML, "fill and stroke styles": colours and alpha are interpolated linearly, here in sRGB.
        expected = np.array([2, -1, 0, 1]) * (1 - x / 4) + np.array([0, 1, 2, 0.5]) * x / 4
        assert found[0, x] == pytest.approx(expected, abs=2 * STEP)
    assert found[1, 3] == pytest.approx(np.array([0, 1, 2, 0.5]), abs=STEP)


# -- compositing -----------------------------------------------------------------------------------------------------

OPERATORS: dict[str, tuple[Pixel, Pixel]] = {
    "source-over": ((1.5, -0.25, 0.25, 1), (1.07129, 0.714355, -0.0714111, 0.875)),
    "source-in": ((1.5, -0.25, 0.25, 1), (1.5, -0.25, 0.25, 0.375)),
    "source-out": ((0, 0, 0, 0), (1.5, -0.25, 0.25, 0.125)),
    "source-atop": ((1.5, -0.25, 0.25, 1), (1, 0.875, -0.125, 0.75)),
    "destination-over": ((0.5, 2, -0.5, 1), (0.643066, 1.67871, -0.392822, 0.875)),
    "destination-in": ((0.5, 2, -0.5, 1), (0.5, 2, -0.5, 0.375)),
    "destination-out": ((0, 0, 0, 0), (0.5, 2, -0.5, 0.375)),
    "destination-atop": ((0.5, 2, -0.5, 1), (0.75, 1.4375, -0.3125, 0.5)),
    "copy": ((1.5, -0.25, 0.25, 1), (1.5, -0.25, 0.25, 0.5)),
    "xor": ((0, 0, 0, 0), (0.75, 1.4375, -0.3125, 0.5)),
    "multiply": ((0.75, -0.5, -0.125, 1), (0.75, 0.606934, -0.232178, 0.875)),
    "screen": ((1.25, 2.25, -0.125, 1), (0.964355, 1.78613, -0.232178, 0.875)),
    "overlay": ((1.5, 3.5, -0.25, 1), (1.07129, 2.32227, -0.285645, 0.875)),
    "darken": ((0.5, -0.25, -0.5, 1), (0.643066, 0.714355, -0.392822, 0.875)),
    "lighten": ((1.5, 2, 0.25, 1), (1.07129, 1.67871, -0.0714111, 0.875)),
    "hard-light": ((1.5, -1, -0.25, 1), (1.07129, 0.392822, -0.285645, 0.875)),
    "difference": ((1, 2.25, 0.75, 1), (0.856934, 1.78613, 0.142822, 0.875)),
    "exclusion": ((0.5, 2.75, 0, 1), (0.643066, 2, -0.178589, 0.875)),
}
"""Chromium: `BEYOND` over color(srgb 0.5 2 -0.5), both opaque; and with alphas of 0.5 and 0.75."""
BOUNDED = ("color-dodge", "color-burn", "hue", "saturation", "color", "luminosity")


@pytest.mark.parametrize("operator", OPERATORS)
def test_compositing_is_that_of_chromium(backend: str, operator: str) -> None:
    opaque, translucent = OPERATORS[operator]

    def draw(ctx: Any, source: str, backdrop: str) -> None:
        filled(ctx, backdrop)
        filled(ctx, source, operator)

    found = drawn(backend, lambda ctx: draw(ctx, BEYOND, "color(srgb 0.5 2 -0.5)"))[0, 0]
    assert found == pytest.approx(np.array(opaque), abs=STEP)
    pair = "color(srgb 1.5 -0.25 0.25 / 0.5)", "color(srgb 0.5 2 -0.5 / 0.75)"
    found = drawn(backend, lambda ctx: draw(ctx, *pair))[0, 0]
    assert found == pytest.approx(np.array(translucent), abs=2 * STEP)


@pytest.mark.parametrize("operator", BOUNDED)
def test_modes_that_divide_or_keep_a_luminosity_stay_between_black_and_white(backend: str, operator: str) -> None:
    levels = ("-3", "-0.1", "0", "0.4", "1", "1.2", "5")

    def draw(ctx: Any) -> None:
        for x, level in enumerate(levels):
            for y, other in enumerate(levels):
                ctx.global_composite_operation = "source-over"
                ctx.fill_style = f"color(srgb {level} 0.5 {other})"
                ctx.fill_rect(x, y, 1, 1)
                ctx.global_composite_operation = operator
                ctx.fill_style = f"color(srgb {other} {level} 0.7)"
                ctx.fill_rect(x, y, 1, 1)

    found = drawn(backend, draw, len(levels), len(levels))
    assert found.min() >= -STEP and found.max() <= 1 + STEP
    assert len(np.unique(found)) > 3


def test_every_operator_leaves_a_backdrop_beside_the_shape(backend: str) -> None:
    for operator in (*OPERATORS, *BOUNDED, "lighter", "soft-light"):
        if operator in ("source-in", "source-out", "destination-in", "destination-atop", "copy"):
            continue  # They clear around the shape.

        def draw(ctx: Any, operator: str = operator) -> None:
            filled(ctx, "color(srgb 3 -2 0.5)")
            ctx.global_composite_operation = operator
            ctx.fill_style = "color(srgb 0.5 2 -1)"
            ctx.begin_path()
            ctx.arc(8, 8, 5, 0, 7)
            ctx.fill()

        found = drawn(backend, draw, 16, 16)
        assert (found[0] == [3, -2, 0.5, 1]).all(), operator
        assert (found[:, 15] == [3, -2, 0.5, 1]).all(), operator


def test_lighter_stops_at_one_and_takes_nothing_from_what_is_above(backend: str) -> None:
    # Compositing and Blending Level 1: min(1, source + backdrop); Chromium reads the same.
    thrice = drawn(backend, lambda ctx: filled(ctx, "color(srgb 2 -1 0.5)", *["lighter"] * 3))
    assert thrice[0, 0].tolist() == [1, -3, 1, 1]

    def draw(ctx: Any) -> None:
        filled(ctx, "color(srgb 2 -1 0.5)")
        filled(ctx, "rgb(128 128 128)", "lighter")

    assert drawn(backend, draw)[0, 0] == pytest.approx(np.array([2, -1 + 128 / 255, 1, 1]), abs=STEP)


def test_coverage_and_opacity_scale_a_colour(backend: str) -> None:
    def draw(ctx: Any) -> None:
        ctx.fill_style = "color(srgb 2 -1 0.5)"
        ctx.fill_rect(0, 0, 0.5, 1)
        ctx.global_alpha = 0.25
        ctx.fill_rect(1, 0, 1, 1)
        ctx.global_alpha = 0.5
        with ctx.layer():
            ctx.fill_rect(2, 0, 1, 1)

    found = drawn(backend, draw, 3)
    assert found[0] == pytest.approx(np.array([[2, -1, 0.5, 0.5], [2, -1, 0.5, 0.25], [2, -1, 0.5, 0.5]]), abs=STEP)


# -- pixels ----------------------------------------------------------------------------------------------------------


def test_every_finite_half_is_put_got_and_drawn_as_it_was(backend: str) -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    every = every[np.isfinite(every)]
    pixels = np.ones((256, 256, 4), np.float16)
    pixels[..., 1].reshape(-1)[: len(every)] = every
    canvas, ctx = canvas_of(backend, 256, 256)
    other, elsewhere = canvas_of(backend, 256, 256)
    with canvas, other:
        ctx.put_image_data(pixels, 0, 0)
        assert np.array_equal(np.asarray(ctx.get_image_data(0, 0, 256, 256, **HALVES)), pixels)
        elsewhere.draw_image(canvas, 0, 0)
        assert np.array_equal(other.to_numpy(**HALVES), pixels)
        elsewhere.clear_rect(0, 0, 256, 256)
        elsewhere.draw_image(pixels, 0, 0)
        assert np.array_equal(other.to_numpy(**HALVES), pixels)


def test_what_is_no_colour_is_put_as_the_nearest(backend: str) -> None:
    pixels = [np.nan, np.inf, -np.inf, 1], [1e9, -1e9, 2, 1.5], [2, 2, 2, -1], [2, 2, 2, np.nan]
    given = np.array([pixels], np.float32)
    found = drawn(backend, lambda ctx: ctx.put_image_data(given, 0, 0), 4)
    assert found[0, 0].tolist() == [0, 65504, -65504, 1]
    assert found[0, 1].tolist() == [65504, -65504, 2, 1]
    assert not found[0, 2:].any()


def test_a_canvas_of_bytes_clips_what_is_put_and_drawn(backend: str) -> None:
    data = np.array([[[2, -1, 0.5, 1], [2, -1, 0.5, 0.5]]], np.float16)
    canvas, ctx = canvas_of(backend, 2)
    other, elsewhere = canvas_of(backend, 2, 2, color_type="unorm8")
    with canvas, other, pytest.warns(UserWarning, match="floats up to 2"):
        ctx.put_image_data(data, 0, 0)
        elsewhere.draw_image(canvas, 0, 0)
        elsewhere.put_image_data(data, 0, 1)
        elsewhere.fill_style = "rgb(0 0 0 / 0.5)"
        elsewhere.fill_rect(0, 0, 1, 2)
        found = other.to_numpy()
    assert found[:, 0].tolist() == [[128, 0, 64, 255]] * 2
    assert found[:, 1].tolist() == [[255, 0, 128, 128]] * 2


def test_a_smoothed_image_is_interpolated_unclipped(backend: str) -> None:
    data = np.array([[[2, -1, 0, 1], [0, 1, 3, 1]]], np.float16)

    def draw(ctx: Any) -> None:
        ctx.draw_image(data, 0, 0, 4, 1)

    assert drawn(backend, draw, 4)[0, 1] == pytest.approx(np.array([1.5, -0.5, 0.75, 1]), abs=STEP)


def test_other_colour_spaces_are_converted_unclipped(backend: str) -> None:
    green = np.array([-0.511719, 1.01855, -0.310791, 1])  # Chromium, for each of these.
    halves = gpucanvas.ImageData(np.array([[[0, 1, 0, 1]]], np.float16), color_space="display-p3")
    bytes_ = gpucanvas.ImageData(np.array([[[0, 255, 0, 255]]], np.uint8), color_space="display-p3")
    for data in (halves, bytes_):
        for verb in ("put_image_data", "draw_image"):
            found = drawn(backend, lambda ctx, data=data, verb=verb: getattr(ctx, verb)(data, 0, 0))  # type: ignore[misc]
            assert found[0, 0] == pytest.approx(green, abs=STEP)
    for color_type in ("float16", "unorm8"):
        canvas, ctx = canvas_of(backend, color_type=color_type, color_space="display-p3")
        with canvas:
            filled(ctx, "color(display-p3 0 1 0)")
            found = drawn(backend, lambda other, canvas=canvas: other.draw_image(canvas, 0, 0))  # type: ignore[misc]
            assert found[0, 0] == pytest.approx(green, abs=STEP)
            assert read(canvas, color_space="srgb")[0, 0] == pytest.approx(green, abs=STEP)
    canvas, ctx = canvas_of(backend, color_type="unorm8")
    with canvas:
        ctx.put_image_data(halves, 0, 0)
        assert canvas.to_numpy()[0, 0].tolist() == [0, 255, 0, 255]


def test_bytes_for_windows_never_exceed_their_alpha(backend: str) -> None:
    canvas, ctx = canvas_of(backend)
    with canvas:
        filled(ctx, "color(srgb 1.5 -1 0.5 / 0.5)")
        canvas.flush()
        words, (x, y, _, _) = canvas._surface.read_words()
    assert words[y : y + 1, x : x + 1].view(np.uint8)[0].tolist() == [128, 0, 64, 128]


# -- filters ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # Chromium clips before these, too.
        ("brightness(0.5)", (0.5, 0, 0.125, 1)),
        ("invert(1)", (0, 1, 0.75, 1)),
        ("contrast(2)", (1, 0, 0, 1)),
        ("sepia(1)", (0.44043, 0.391113, 0.304932, 1)),
    ],
)
def test_filters_of_colours_clip(backend: str, given: str, expected: Pixel) -> None:
    def draw(ctx: Any) -> None:
        ctx.filter = given
        filled(ctx, BEYOND)

    # Chromium's filters have bytes.
    assert drawn(backend, draw, 3, 3)[1, 1] == pytest.approx(np.array(expected), abs=1.5 / 255)


def test_a_blur_is_linear_and_clips_nothing(backend: str) -> None:
    def draw(ctx: Any) -> None:
        ctx.filter = "blur(3px)"
        ctx.fill_style = BEYOND
        ctx.fill_rect(-50, -50, 200, 200)

    assert drawn(backend, draw, 40, 40)[20, 20] == pytest.approx(np.array([1.5, -0.25, 0.25, 1]), abs=2 * STEP)


# -- pictures --------------------------------------------------------------------------------------------------------


def everything(ctx: Any) -> None:
    """Extended colours of every kind that a recording holds."""
    ctx.fill_style = "color(srgb 2 -1 0.5)"
    ctx.fill_rect(0, 0, 4, 4)
    gradient = ctx.create_linear_gradient(0, 0, 1, 0)
    gradient.add_color_stop(0, "color(srgb 2 -1 0.5)")
    gradient.add_color_stop(1, "color(srgb 2 -1 0.5)")
    ctx.fill_style = gradient
    ctx.fill_rect(4, 0, 4, 4)
    ctx.fill_rects([8], [0], [4], [4], color=["color(srgb 2 -1 0.5)"])
    ctx.draw_image(np.full((4, 4, 4), (2, -1, 0.5, 1), np.float16), 12, 0)
    ctx.shadow_color, ctx.shadow_offset_x = "color(srgb 2 -1 0.5)", 100
    ctx.fill_rect(-84, 0, 4, 4)


@pytest.mark.parametrize("scale", [1, 2])
def test_a_picture_keeps_extended_colours_where_they_can_be_kept(backend: str, scale: int) -> None:
    recording = gpucanvas.Recording(20, 4)
    everything(recording.get_context("2d", color_type="float16"))
    picture = recording.freeze()
    end = 20 if scale == 1 else 16 * scale  # The offset of a shadow is not scaled.
    for each in (picture, gpucanvas.Picture.from_bytes(picture.to_bytes())):
        for color_type in ("float16", "unorm8"):
            canvas, ctx = canvas_of(backend, 20 * scale, 4 * scale, color_type)
            with canvas:
                ctx.scale(scale, scale)
                ctx.draw_picture(each)
                ctx.fill_style = "rgb(0 0 0 / 0.5)"
                ctx.fill_rect(0, 0, 20, 4)
                if color_type == "float16":
                    assert np.abs(read(canvas)[:, :end] - [1, -0.5, 0.25, 1]).max() <= STEP
                else:
                    assert (canvas.to_numpy()[:, :end] == [128, 0, 64, 255]).all()


def test_a_picture_of_float16_is_drawn_in_the_other_colour_space(backend: str) -> None:
    recording = gpucanvas.Recording(20, 4)
    everything(recording.get_context("2d", color_type="float16"))
    picture = recording.freeze()
    canvas, ctx = canvas_of(backend, 20, 4, color_space="display-p3")
    with canvas:
        ctx.draw_picture(picture)
        found = read(canvas, color_space="srgb")
    assert found == pytest.approx(np.broadcast_to([2, -1, 0.5, 1], (4, 20, 4)), abs=4 * STEP)


def test_only_a_picture_with_extended_colours_needs_the_newest_version() -> None:
    versions = []
    for color in ("red", "color(srgb 2 0 0)"):
        recording = gpucanvas.Recording(2, 2)
        filled(recording.get_context("2d", color_type="float16"), color)
        data = recording.freeze().to_bytes()
        versions.append(int.from_bytes(data[8:12], "little"))
        assert gpucanvas.Picture.from_bytes(data).to_bytes() == data
    assert versions == [1, 3]


# -- both backends ---------------------------------------------------------------------------------------------------


def test_both_backends_agree_outside_of_0_to_1() -> None:
    operators = [*OPERATORS, *BOUNDED, "lighter", "soft-light"]

    def draw(ctx: Any) -> None:
        random = np.random.default_rng(3)
        for i, operator in enumerate(operators):
            ctx.save()
            ctx.begin_path()
            ctx.rect(12 * i, 0, 12, 50)
            ctx.clip()
            for _ in range(6):
                ctx.global_composite_operation = "source-over"
                r, g, b = random.uniform(-1, 2, 3)
                ctx.fill_style = f"color(srgb {r:.3f} {g:.3f} {b:.3f} / 0.8)"
                ctx.fill_rect(12 * i, 0, 12, 50)
                ctx.global_composite_operation = operator
                r, g, b = random.uniform(-1, 2, 3)
                ctx.fill_style = f"color(srgb {r:.3f} {g:.3f} {b:.3f} / 0.7)"
                ctx.begin_path()
                ctx.arc(12 * i + 6, random.uniform(5, 45), 12, 0, 7)
                ctx.fill()
                ctx.canvas.flush()
            ctx.restore()

    cpu, gl = (drawn(backend, draw, 12 * len(operators), 50) for backend in ("cpu", "gl"))
    assert cpu.min() < -0.5 and cpu.max() > 1.5
    # Pixels are rounded again in each frame, where the last bit of float32 may decide.
    assert abs(cpu - gl).max() <= 4 * STEP
