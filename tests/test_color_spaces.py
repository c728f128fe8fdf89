"""Canvases of display-p3: what enters is converted, what leaves says what it is; held to a formula in float64.

The formula is made of what defines both spaces, the chromaticities of their primaries and white (CSS Color 4,
"display-p3" and "srgb"), and of the transfer function that they share.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from coloraide import Color
from numpy.typing import NDArray

import gpucanvas
from gpucanvas import Canvas, Context2D, ImageData, Recording, render_many
from gpucanvas.film.open import open_film
from gpucanvas.window.composite import Backdrop, read_over

BACKENDS = ("cpu", "gl")
WHITE = (0.3127, 0.3290)
PRIMARIES = {
    "srgb": ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060)),
    "display-p3": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
HALF = 2.0**-11
"""A step of a half just below 1."""


def to_xyz(space: str) -> NDArray[np.float64]:
    """The matrix from linear light to XYZ: its columns are the primaries, scaled so that their sum is white."""

    def whole(x: float, y: float) -> list[float]:
        return [x / y, 1.0, (1 - x - y) / y]

    columns = np.array([whole(*xy) for xy in PRIMARIES[space]]).T
    return columns * np.linalg.solve(columns, whole(*WHITE))


def formula(colors: Any, source: str, target: str) -> NDArray[np.float64]:
    """Straight colours (..., 3 or 4), 0 to 1, in another space, clipped to 0..1; alpha stays."""
    given = np.asarray(colors, np.float64)
    rgb = given[..., :3]
    linear = np.where(abs(rgb) <= 0.04045, rgb / 12.92, np.sign(rgb) * ((abs(rgb) + 0.055) / 1.055) ** 2.4)
    mixed = linear @ (np.linalg.inv(to_xyz(target)) @ to_xyz(source)).T
    size = abs(mixed)
    encoded = np.sign(mixed) * np.where(size <= 0.0031308, 12.92 * size, 1.055 * size ** (1 / 2.4) - 0.055)
    return np.concatenate([np.clip(encoded, 0, 1), given[..., 3:]], -1)


def in_p3(*channels: int) -> NDArray[np.float64]:
    """Bytes of sRGB as bytes of display-p3, not rounded."""
    return 255 * formula(np.array(channels) / 255, "srgb", "display-p3")


def shown_of(*channels: int) -> NDArray[np.float64]:
    """Bytes of sRGB as they are shown by way of the bytes of a canvas of display-p3, whose steps are larger."""
    return 255 * formula(np.rint(in_p3(*channels)) / 255, "display-p3", "srgb")


@pytest.fixture(params=BACKENDS)
def wide(request: pytest.FixtureRequest) -> Iterator[Context2D]:
    """The context of a canvas of display-p3."""
    with Canvas(32, 16, backend=request.param) as canvas:
        yield canvas.get_context("2d", color_space="display-p3")


def pixel(ctx: Context2D, x: int = 8, y: int = 8) -> list[int]:
    found: list[int] = ctx.canvas.to_numpy()[y, x].tolist()  # type: ignore[attr-defined]
    return found


# -- the formula, and the settings -----------------------------------------------------------------------------


def test_the_formula_is_that_of_the_suite_of_browsers() -> None:
    assert np.rint(in_p3(50, 100, 150)).tolist() == [62, 99, 146]
    there = formula([0.2, 0.4, 0.6], "srgb", "display-p3")
    assert formula(there, "display-p3", "srgb") == pytest.approx([0.2, 0.4, 0.6])


def test_a_context_says_its_colour_space_and_keeps_it(wide: Context2D) -> None:
    assert wide.get_context_attributes()["color_space"] == "display-p3"
    wide.canvas.width = 20  # type: ignore[misc]
    wide.reset()
    assert wide.canvas.get_context("2d") is wide
    wide.fill_style = "color(display-p3 0 1 0)"
    wide.fill_rect(0, 0, 20, 20)
    assert pixel(wide) == [0, 255, 0, 255]


def test_another_colour_space_is_refused_with_those_that_there_are() -> None:
    with Canvas(2, 2, backend="cpu") as canvas:
        with pytest.raises(ValueError, match="color_space is 'rec2020': give 'srgb' or 'display-p3'"):
            canvas.get_context("2d", color_space="rec2020")  # type: ignore[call-overload]
        ctx = canvas.get_context("2d")
        for wrong in ("p3", 5, ["srgb"]):
            with pytest.raises(ValueError, match="get_image_data: color_space is .*: give 'srgb' or 'display-p3'"):
                ctx.get_image_data(0, 0, 1, 1, color_space=wrong)  # type: ignore[call-overload]
            with pytest.raises(ValueError, match="create_image_data: color_space is"):
                ctx.create_image_data(1, 1, color_space=wrong)  # type: ignore[arg-type]
            with pytest.raises(ValueError, match="to_numpy: color_space is"):
                canvas.to_numpy(color_space=wrong)  # type: ignore[call-overload]


# -- colours ---------------------------------------------------------------------------------------------------

STRINGS = [
    "#3264a0",
    "red",
    "rgb(10 200 30)",
    "hsl(200deg 80% 40%)",
    "hwb(120 10% 20%)",
    "color(display-p3 1 0 0)",
    "color(display-p3 0.3 0.9 0.1)",
    "color(display-p3-linear 0.3 0.9 0.1)",
    "color(srgb 1.05 -0.1 0.2)",
    "color(srgb-linear 0.2 0.5 0.7)",
    "color(a98-rgb 0.2 0.8 0.3)",
    "color(prophoto-rgb 0.4 0.5 0.3)",
    "color(rec2020 0.2 0.7 0.3)",
    "color(xyz 0.3 0.4 0.2)",
    "color(xyz-d50 0.3 0.4 0.2)",
    "lab(60 60 50)",
    "lch(70 90 140)",
    "oklab(0.7 0.1 0.15)",
    "oklch(0.75 0.25 145)",
    "color(display-p3 none 0.9 20%)",
    "color-mix(in display-p3, color(display-p3 1 0 0), color(display-p3 0 1 0))",
    "color(from color(display-p3 0 1 0) display-p3 r calc(g * 0.9) b)",
]


@pytest.mark.parametrize(
    ("given", "hue"),
    [("-30", "330"), ("750deg", "30"), ("0.5turn", "180"), ("360", "0"), ("none", "none"), ("-0", "0")],
)
def test_a_hue_reads_back_from_0_to_360(given: str, hue: str) -> None:
    """CSS Color 4, "hue": it is normalised to the range [0, 360)."""
    ctx = gpucanvas.Recording(1, 1).get_context("2d")
    for function in ("lch(50 20", "oklch(0.5 0.1"):
        ctx.fill_style = f"{function} {given})"
        assert ctx.fill_style == f"{function} {hue})"


@pytest.mark.parametrize("text", STRINGS)
def test_a_colour_is_kept_out_of_srgb(text: str) -> None:
    """What another library converts to display-p3, and clips there."""
    # Colours that are made of others, which the other library does not read, by hand.
    made = {"color-mix": "color(display-p3 0.5 0.5 0)", "color(from": "color(display-p3 0 0.9 0)"}
    theirs = Color(made.get(text[:9], made.get(text[:10], text))).convert("display-p3").coords(nans=False)
    expected = np.clip(theirs, 0, 1) * 255
    for backend in BACKENDS:
        with Canvas(32, 16, backend=backend) as canvas:  # type: ignore[arg-type]
            ctx = canvas.get_context("2d", color_space="display-p3")
            ctx.fill_style = ctx.stroke_style = text
            ctx.fill_rect(0, 0, 16, 16)
            ctx.line_width = 16
            ctx.stroke_rect(16, 0, 16, 16)
            found = canvas.to_numpy().astype(float)
        assert found[8, 8, :3] == pytest.approx(expected, abs=0.51)
        assert (found[8, 30] == found[8, 8]).all()


@pytest.mark.parametrize("text", [text for text in STRINGS if not text.startswith("color-mix") and "from" not in text])
def test_a_style_reads_back_as_the_same_colour(text: str) -> None:
    pixels = []
    for kind in ("srgb", "display-p3"):
        with Canvas(4, 4, backend="cpu") as canvas:
            ctx = canvas.get_context("2d", color_space=kind)  # type: ignore[call-overload]
            for _ in range(2):
                ctx.fill_style = ctx.shadow_color = text
                ctx.fill_rect(0, 0, 4, 4)
                pixels.append(canvas.to_numpy()[1, 1].tolist())
                said = ctx.fill_style
                assert said == ctx.shadow_color
                text = said
    assert pixels[0] == pixels[1] and pixels[2] == pixels[3]


def test_a_style_is_written_down_as_the_standard_has_it() -> None:
    ctx = Recording(2, 2).get_context("2d")
    for text, written in {
        "color(display-p3 1 50% 0)": "color(display-p3 1 0.5 0)",
        "color(DISPLAY-P3 1 0 none / 50%)": "color(display-p3 1 0 none / 0.5)",
        "color(xyz 0.1 0.2 0.3)": "color(xyz-d65 0.1 0.2 0.3)",
        "lab(50% 40 59.5)": "lab(50 40 59.5)",
        "oklch(70% 0.1 120 / .25)": "oklch(0.7 0.1 120 / 0.25)",
        "color-mix(in srgb, red, blue)": "color(srgb 0.5 0 0.5)",
        "hsl(120 100% 50%)": "#00ff00",
        "rgb(300 0 0)": "#ff0000",
    }.items():
        ctx.fill_style = text
        assert ctx.fill_style == written


@pytest.mark.parametrize("give", [tuple, list, np.array], ids=["tuple", "list", "array"])
def test_floats_and_bytes_are_srgb(wide: Context2D, give: Callable[[Any], Any]) -> None:
    expected = in_p3(20, 200, 40)
    wide.fill_style = give((20 / 255, 200 / 255, 40 / 255))
    wide.fill_rect(0, 0, 32, 16)
    assert pixel(wide)[:3] == pytest.approx(expected, abs=0.51)
    wide.fill_style = np.array((20, 200, 40), np.uint8)
    wide.fill_rect(0, 0, 32, 16)
    assert pixel(wide)[:3] == pytest.approx(expected, abs=0.51)


def test_greys_stay_what_they_are(wide: Context2D) -> None:
    for grey in (0, 1, 17, 128, 254, 255):
        wide.fill_style = (grey / 255,) * 3
        wide.fill_rect(0, 0, 32, 16)
        assert pixel(wide) == [grey] * 3 + [255]
        wide.draw_image(np.full((16, 32, 3), grey, np.uint8), 0, 0)
        assert pixel(wide) == [grey] * 3 + [255]


GREEN = "color(display-p3 0.2 0.8 0.4)"
SEEN = [51, 204, 102, 255]


def draw_shadow(ctx: Context2D) -> None:
    ctx.shadow_color, ctx.shadow_offset_x = GREEN, 100
    ctx.fill_rect(-100, 0, 32, 16)


def draw_layer_with_shadow(ctx: Context2D) -> None:
    ctx.shadow_color, ctx.shadow_offset_x = GREEN, 100
    with ctx.layer():
        ctx.fill_rect(-100, 0, 32, 16)


def draw_in_layer(ctx: Context2D) -> None:
    with ctx.layer():
        ctx.fill_style = GREEN
        ctx.fill_rect(0, 0, 32, 16)


def draw_filter(ctx: Context2D) -> None:
    ctx.filter = f"drop-shadow(100px 0 {GREEN})"
    ctx.fill_rect(-100, 0, 32, 16)


def draw_filter_object(ctx: Context2D) -> None:
    with ctx.layer({"name": "dropShadow", "dx": 100, "dy": 0, "stdDeviation": 0, "floodColor": GREEN}):
        ctx.fill_rect(-100, 0, 32, 16)


def draw_filtered_with_shadow(ctx: Context2D) -> None:
    ctx.filter = "opacity(1)"
    draw_shadow(ctx)


def draw_gradient(ctx: Context2D) -> None:
    gradient = ctx.create_linear_gradient(0, 0, 32, 0)
    gradient.add_color_stop(0, GREEN)
    gradient.add_color_stop(1, GREEN)
    ctx.fill_style = gradient
    ctx.fill_rect(0, 0, 32, 16)


def draw_batch(ctx: Context2D) -> None:
    ctx.fill_rects([0, 16], 0, 16, 16, color=[GREEN, "red"])


def draw_batch_of_one_colour(ctx: Context2D) -> None:
    ctx.fill_rects([0, 16], 0, 16, 16, color=GREEN)


def draw_batch_of_a_style(ctx: Context2D) -> None:
    ctx.fill_style = GREEN
    ctx.fill_rects([0, 16], 0, 16, 16)


def draw_texts(ctx: Context2D) -> None:
    ctx.font = "60px sans-serif"
    ctx.fill_texts(["\u2588"], -10, 40, color=GREEN)


def draw_theme(ctx: Context2D) -> None:
    ctx.fill_style = "var(--leaf)"
    ctx.fill_rect(0, 0, 32, 16)


def draw_clipped(ctx: Context2D) -> None:
    ctx.clip(gpucanvas.Path2D("M0 0H32V16H0z"))
    ctx.stroke_style, ctx.line_width = GREEN, 40
    ctx.stroke_line_segments(np.array([[[0, 8], [32, 8]]]))


def draw_image_data(ctx: Context2D) -> None:
    data = ctx.create_image_data(32, 16)
    data[:] = SEEN
    ctx.put_image_data(data, 0, 0)


def draw_mask(ctx: Context2D) -> None:
    ctx.fill_style = GREEN
    ctx.draw_mask(np.full((16, 32), 255, np.uint8), 0, 0)


def draw_picture(ctx: Context2D) -> None:
    recording = Recording(32, 16)
    draw_batch(recording.get_context("2d", color_space="display-p3"))
    ctx.draw_picture(recording.freeze())


WAYS = [
    *(draw_shadow, draw_layer_with_shadow, draw_in_layer, draw_filter, draw_filter_object, draw_filtered_with_shadow),
    *(
        draw_gradient,
        draw_batch,
        draw_batch_of_one_colour,
        draw_batch_of_a_style,
        draw_texts,
        draw_theme,
        draw_clipped,
    ),
    *(draw_image_data, draw_mask, draw_picture),
]


@pytest.mark.parametrize("draw", WAYS, ids=lambda draw: draw.__name__)
def test_a_colour_is_whole_on_every_way_in(wide: Context2D, draw: Callable[[Context2D], None]) -> None:
    """A green that sRGB has not, and whose numbers are others in sRGB."""
    gpucanvas.configure(colors={"leaf": GREEN})
    try:
        draw(wide)
        assert pixel(wide) == SEEN
    finally:
        gpucanvas.configure(colors={"leaf": None})


@pytest.mark.parametrize("many", [False, True])
def test_small_text_that_is_drawn_by_masks_has_its_colour(wide: Context2D, many: bool) -> None:
    wide.font = "13px sans-serif"
    if many:
        wide.fill_texts(["HH", "HH"], [0, 16], 12, color=["rgb(20 200 40)"] * 2)
    else:
        wide.fill_style = "rgb(20 200 40)"
        wide.fill_text("HHH", 0, 12)
    canvas: Any = wide.canvas
    assert [batch.kind for batch in canvas._commands.batches] == ["glyphs"]
    pixels = canvas.to_numpy().astype(float)
    covered = pixels[pixels[..., 3] > 240][:, :3]
    assert len(covered) and abs(covered - in_p3(20, 200, 40)).max() <= 1.01


def test_a_filter_and_a_shadow_of_srgb_are_converted_too(wide: Context2D) -> None:
    expected = in_p3(20, 200, 40)
    for use in ("shadow", "filter"):
        wide.reset()
        if use == "shadow":
            wide.shadow_color, wide.shadow_offset_x = "rgb(20 200 40)", 100
        else:
            wide.filter = "drop-shadow(100px 0 rgb(20 200 40))"
        wide.fill_rect(-100, 0, 32, 16)
        assert pixel(wide)[:3] == pytest.approx(expected, abs=0.51)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
@pytest.mark.parametrize("width", [3, 4])
def test_colours_of_batches_are_srgb(wide: Context2D, dtype: Any, width: int) -> None:
    bytes_ = np.random.default_rng(2).integers(0, 256, (16, 4), np.uint8)
    bytes_[:, 3] = 255
    colors = bytes_[:, :width] if dtype is np.uint8 else (bytes_[:, :width] / 255).astype(dtype)
    wide.fill_rects(np.arange(16) * 2, 0, 2, 16, color=colors)
    found = wide.canvas.to_numpy()[8, ::2, :3]  # type: ignore[attr-defined]
    assert abs(found - 255 * formula(bytes_[:, :3] / 255, "srgb", "display-p3")).max() <= 0.51


def test_colours_of_a_batch_in_staging_memory_stay_what_they_are(wide: Context2D) -> None:
    canvas: Any = wide.canvas
    colors = canvas.staging_array((2, 4), np.uint8)
    colors[:] = (20, 200, 40, 255)
    wide.fill_rects([0, 16], 0, 16, 16, color=colors)
    assert pixel(wide)[:3] == pytest.approx(in_p3(20, 200, 40), abs=0.51)
    assert colors.flags.writeable and colors.tolist() == [[20, 200, 40, 255]] * 2


# -- composition -----------------------------------------------------------------------------------------------


def paint_all(ctx: Context2D, color: Callable[[float, float, float, float], Any], space: Any) -> None:
    """A bit of everything that is composed, in colours that are made of numbers of a canvas's space."""
    ctx.fill_style = color(0.1, 0.2, 0.4, 1)
    ctx.fill_rect(0, 0, 64, 40)
    gradient = ctx.create_radial_gradient(20, 20, 2, 24, 20, 25)
    gradient.add_color_stop(0, color(1, 0.2, 0, 1))
    gradient.add_color_stop(1, color(0, 0.9, 0.3, 0.3))
    gradient.color_interpolation_method = space
    ctx.fill_style = gradient
    ctx.begin_path()
    ctx.arc(24, 20, 17, 0, 7)
    ctx.fill()
    ctx.shadow_color, ctx.shadow_blur = color(0.9, 0, 0.8, 0.8), 6
    ctx.stroke_style, ctx.line_width = color(0.2, 1, 0.1, 0.6), 4
    ctx.stroke_rect(30.5, 5.25, 25, 20)
    ctx.shadow_color = "transparent"
    for number, operator in enumerate(("multiply", "screen", "hue", "luminosity", "lighter", "xor")):
        ctx.global_composite_operation = operator  # type: ignore[assignment]
        ctx.fill_style = color(0.8, 0.1 * number, 0.3, 0.7)
        ctx.fill_rect(8 * number, 20, 12, 15)
    ctx.global_composite_operation = "source-over"
    with ctx.layer("blur(2px) saturate(1.5)", alpha=0.8):
        ctx.fill_style = color(0, 1, 1, 1)
        ctx.fill_rect(40, 25, 16, 10)


@pytest.mark.parametrize("kind", ["unorm8", "float16"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_numbers_are_composed_as_on_a_canvas_of_srgb(backend: Any, kind: Any) -> None:
    def p3(r: float, g: float, b: float, a: float) -> str:
        return f"color(display-p3 {r} {g} {b} / {a})"

    pictures = []
    for space, color in (("srgb", lambda *rgba: rgba), ("display-p3", p3)):
        with Canvas(64, 40, backend=backend) as canvas:
            paint_all(canvas.get_context("2d", color_space=space, color_type=kind), color, space)  # type: ignore
            pictures.append(np.asarray(canvas.to_numpy(pixel_format="rgba-float16")))
    assert pictures[0].any() and np.array_equal(*pictures)


def test_both_backends_draw_the_same() -> None:
    def css(r: float, g: float, b: float, a: float) -> str:
        return f"rgb({r * 100}% {g * 100}% {b * 100}% / {a})"

    pictures = []
    for backend in BACKENDS:
        with Canvas(64, 40, backend=backend) as canvas:  # type: ignore[arg-type]
            ctx = canvas.get_context("2d", color_space="display-p3")
            paint_all(ctx, css, "display-p3")
            ctx.image_smoothing_quality = "high"
            ctx.draw_image(np.random.default_rng(3).integers(0, 256, (30, 40, 4), np.uint8), 2, 2, 11, 9)
            pictures.append(canvas.to_numpy().astype(int))
    apart = abs(pictures[0] - pictures[1])
    assert pictures[0].any() and apart.max() <= 1 and (apart > 0).any(-1).mean() <= 0.005


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_canvas_of_halves_keeps_colours_as_exactly_as_halves_are(backend: Any) -> None:
    colors = np.random.default_rng(4).random((32, 3))
    with Canvas(32, 2, backend=backend) as canvas:
        ctx = canvas.get_context("2d", color_space="display-p3", color_type="float16")
        ctx.fill_rects(np.arange(32), 0, 1, 2, color=colors)
        own = canvas.to_numpy(pixel_format="rgba-float16")
        back = canvas.to_numpy(pixel_format="rgba-float16", color_space="srgb")
        data = ctx.get_image_data(0, 0, 32, 1, color_space="srgb")
    assert own.color_space == "display-p3"  # type: ignore[attr-defined]
    assert abs(own[0, :, :3] - formula(colors, "srgb", "display-p3")).max() <= HALF
    # Near 0 the curve is steep: a step of a half there is several here.
    assert abs(back[0, :, :3] - colors).max() <= 8 * HALF
    assert abs(data[0, :, :3] - 255 * colors).max() <= 0.5 + 255 * 4 * HALF


def test_a_canvas_without_alpha_is_black_and_opaque(wide: Context2D) -> None:
    with Canvas(8, 8, backend=wide.canvas.backend) as canvas:  # type: ignore[attr-defined]
        ctx = canvas.get_context("2d", color_space="display-p3", alpha=False)
        assert canvas.to_numpy()[0, 0].tolist() == [0, 0, 0, 255]
        ctx.fill_style = "color(display-p3 0 1 0 / 0.5)"
        ctx.fill_rect(0, 0, 8, 8)
        assert canvas.to_numpy()[0, 0].tolist() == [0, 128, 0, 255]


# -- values that two canvases share ----------------------------------------------------------------------------


def test_gradients_and_patterns_are_right_on_canvases_of_both_spaces() -> None:
    for backend in BACKENDS:
        with Canvas(8, 8, backend=backend) as one, Canvas(8, 8, backend=backend) as other:  # type: ignore[arg-type]
            srgb, wide = one.get_context("2d"), other.get_context("2d", color_space="display-p3")
            gradient = wide.create_linear_gradient(0, 0, 8, 0)
            gradient.add_color_stop(0, "rgb(90 160 110)")
            gradient.add_color_stop(1, "rgb(90 160 110)")
            image = np.full((4, 4, 4), (90, 160, 110, 255), np.uint8)
            of_p3 = np.full((4, 4, 4), np.rint([*in_p3(90, 160, 110), 255]), np.uint8)
            patterns = [
                srgb.create_pattern(image),
                wide.create_pattern(gpucanvas.Image(image)),
                wide.create_pattern(ImageData(of_p3, color_space="display-p3")),
                pickle.loads(pickle.dumps(wide.create_pattern(ImageData(of_p3, color_space="display-p3")))),
            ]
            for style in (gradient, *patterns):
                for ctx, expected in ((srgb, [90, 160, 110]), (wide, in_p3(90, 160, 110)), (srgb, [90, 160, 110])):
                    ctx.fill_style = style
                    ctx.fill_rect(0, 0, 8, 8)
                    assert pixel(ctx, 3, 3)[:3] == pytest.approx(expected, abs=1.01)


@pytest.mark.parametrize("cached", [False, True])
def test_pictures_are_right_on_canvases_of_both_spaces(cached: bool) -> None:
    """Every kind of colour that a recording holds, in a picture and in what its bytes give back."""

    def draw(ctx: Context2D) -> None:
        color = "rgb(90 160 110)"
        gradient = ctx.create_linear_gradient(0, 0, 8, 0)
        gradient.add_color_stop(0, color)
        gradient.add_color_stop(1, color)
        image = np.full((4, 8, 4), (90, 160, 110, 255), np.uint8)
        ctx.fill_style = color
        ctx.fill_rect(0, 0, 8, 4)
        ctx.fill_style = gradient
        ctx.fill_rect(0, 4, 8, 4)
        ctx.draw_image(image, 0, 8)
        ctx.fill_rects([0], 12, 8, 4, color=np.array([[90, 160, 110]], np.uint8))
        ctx.fill_style = ctx.create_pattern(image)
        ctx.fill_rect(0, 16, 8, 4)
        ctx.shadow_color, ctx.shadow_offset_x = color, 100
        ctx.fill_rect(-100, 20, 8, 4)
        ctx.shadow_color = "transparent"
        with ctx.layer():
            ctx.fill_style = color
            ctx.fill_rect(0, 24, 8, 4)

    for source in ("srgb", "display-p3"):
        recording = Recording(8, 28)
        draw(recording.get_context("2d", color_space=source))  # type: ignore[call-overload]
        picture = recording.freeze()
        for each in (picture, gpucanvas.Picture.from_bytes(picture.to_bytes())):
            for target, expected in (("srgb", [90, 160, 110]), ("display-p3", in_p3(90, 160, 110))):
                with Canvas(8, 28, backend="cpu") as canvas:
                    ctx = canvas.get_context("2d", color_space=target)  # type: ignore[call-overload]
                    ctx.draw_picture(each, 0, 0, cached=cached)
                    found = canvas.to_numpy()[2::4, 4].astype(float)
                assert abs(found - [*expected, 255]).max() <= 1.01


# -- images ----------------------------------------------------------------------------------------------------


def bytes_of(count: int, seed: int) -> NDArray[np.uint8]:
    """A row of pixels of all alphas, the first half opaque."""
    pixels = np.random.default_rng(seed).integers(0, 256, (4, count, 4), np.uint8)
    pixels[:, : count // 2, 3] = 255
    return pixels


@pytest.mark.parametrize("kind", ["array", "Image", "crop", "bitmap", "Pillow", "floats"])
def test_an_image_of_srgb_is_converted(wide: Context2D, kind: str) -> None:
    from PIL import Image as Pictures

    pixels = bytes_of(32, 5)
    pixels[..., 3] = 255
    image: Any = {
        "array": pixels,
        "Image": gpucanvas.Image(pixels),
        "crop": gpucanvas.Image(np.concatenate([pixels[:, ::-1], pixels])).crop(0, 4, 32, 4),
        "bitmap": gpucanvas.create_image_bitmap(pixels),
        "Pillow": Pictures.fromarray(pixels),
        "floats": pixels / 255,
    }[kind]
    for _ in range(2):
        wide.draw_image(image, 0, 0)
        found = wide.canvas.to_numpy()[:4, :, :3]  # type: ignore[attr-defined]
        assert abs(found - 255 * formula(pixels[..., :3] / 255, "srgb", "display-p3")).max() <= 0.52


def test_translucent_pixels_keep_their_alpha(wide: Context2D) -> None:
    pixels = bytes_of(32, 6)
    wide.draw_image(pixels, 0, 0)
    found = wide.canvas.to_numpy()[:4].astype(float)  # type: ignore[attr-defined]
    assert (found[..., 3] == pixels[..., 3]).all()
    expected = 255 * formula(pixels[..., :3] / 255, "srgb", "display-p3")
    # Rounded when it is converted, when it is premultiplied, and when it is read, straight.
    near = 0.52 + 0.5 * 255 / np.maximum(pixels[..., 3:], 1) + 0.5
    assert (abs(found[..., :3] - expected) <= near)[pixels[..., 3] > 0].all()


def test_a_canvas_is_drawn_into_one_of_another_space_and_back(wide: Context2D) -> None:
    colors = bytes_of(32, 7)
    colors[..., 3] = 255
    backend = wide.canvas.backend  # type: ignore[attr-defined]
    with Canvas(32, 16, backend=backend) as plain:
        srgb = plain.get_context("2d")
        srgb.draw_image(colors, 0, 0)
        wide.draw_image(plain, 0, 0)
        there = wide.canvas.to_numpy()[:4, :, :3]  # type: ignore[attr-defined]
        assert abs(there - 255 * formula(colors[..., :3] / 255, "srgb", "display-p3")).max() <= 0.52
        srgb.draw_image(wide.canvas, 0, 0)
        back = plain.to_numpy()[:4, :, :3].astype(int)
        # A step of display-p3 is up to 1.3 of sRGB, and more for dark channels beside bright ones.
        assert abs(back - 255 * formula(there / 255, "display-p3", "srgb")).max() <= 0.52
        srgb.fill_style = srgb.create_pattern(wide.canvas)
        srgb.fill_rect(0, 0, 32, 16)
        assert np.array_equal(plain.to_numpy()[:4, :, :3], back)
        # Into one of its own space nothing is converted.
        with Canvas(32, 16, backend=backend) as other:
            ctx = other.get_context("2d", color_space="display-p3")
            ctx.draw_image(wide.canvas, 0, 0)
            assert np.array_equal(other.to_numpy(), wide.canvas.to_numpy())  # type: ignore[attr-defined]


def test_a_canvas_drawn_into_itself_is_not_converted(wide: Context2D) -> None:
    wide.fill_style = GREEN
    wide.fill_rect(0, 0, 16, 16)
    wide.draw_image(wide.canvas, 16, 0)
    assert pixel(wide, 24) == pixel(wide) == SEEN


def test_a_small_image_of_high_quality_is_converted_too(wide: Context2D) -> None:
    wide.image_smoothing_quality = "high"
    large = np.full((256, 512, 3), (20, 200, 40), np.uint8)
    for image in (large, gpucanvas.Image(large)):
        wide.draw_image(image, 0, 0, 32, 16)
        assert pixel(wide)[:3] == pytest.approx(in_p3(20, 200, 40), abs=0.52)


def test_an_image_is_converted_once_and_what_it_became_goes_with_it() -> None:
    def held() -> int:
        kinds = gpucanvas.memory.snapshot().kinds
        return kinds["image"].host_bytes if "image" in kinds else 0

    image = gpucanvas.Image(np.zeros((100, 100, 4), np.uint8))
    with Canvas(8, 8, backend="cpu") as canvas:
        ctx = canvas.get_context("2d", color_space="display-p3")
        before = held()
        for _ in range(3):
            ctx.draw_image(image, 0, 0)
            canvas.flush()
            assert held() == before + 40_000
        image.close()
        assert held() == before - 40_000


def test_an_image_of_a_wide_canvas_keeps_its_space(wide: Context2D) -> None:
    wide.fill_style = GREEN
    wide.fill_rect(0, 0, 32, 16)
    image = gpucanvas.Image(wide.canvas)
    for each in (image, image.crop(0, 0, 4, 4), image.copy(), pickle.loads(pickle.dumps(image))):
        assert each.color_space == "display-p3"
        wide.clear_rect(0, 0, 32, 16)
        wide.draw_image(each, 0, 0, 32, 16)
        assert pixel(wide) == SEEN
    assert gpucanvas.Image(np.asarray(image)).color_space == "srgb"


# -- image data ------------------------------------------------------------------------------------------------


def test_image_data_says_its_space_and_is_converted_on_demand(wide: Context2D) -> None:
    wide.fill_style = "rgb(20 200 40)"
    wide.fill_rect(0, 0, 32, 16)
    own = wide.get_image_data(2, 2, 3, 2)
    assert (own.color_space, own.width, own.height) == ("display-p3", 3, 2)
    assert own[0, 0, :3] == pytest.approx(in_p3(20, 200, 40), abs=0.51)
    for half in (False, True):
        kind: Any = "rgba-float16" if half else "rgba-unorm8"
        data = wide.get_image_data(-1, 0, 3, 2, color_space="srgb", pixel_format=kind)
        assert (data.color_space, data.dtype) == ("srgb", np.float16 if half else np.uint8)
        expected = formula(own[0, 0] / 255, "display-p3", "srgb")
        assert data[1, 1] / (1 if half else 255) == pytest.approx(expected, abs=1e-3 if half else 0.53 / 255)
        assert not data[:, 0].any()
    assert wide.get_image_data(99, 99, 1, 1).color_space == "display-p3"


def test_image_data_comes_back_as_it_was_taken(wide: Context2D) -> None:
    pixels = bytes_of(32, 8)
    wide.put_image_data(ImageData(pixels, color_space="display-p3"), 0, 0)
    data = wide.get_image_data(0, 0, 32, 4)
    assert np.array_equal(data[..., 3], pixels[..., 3]) and np.array_equal(data[:, :16], pixels[:, :16])
    wide.clear_rect(0, 0, 32, 16)
    wide.put_image_data(data, 0, 0)
    assert np.array_equal(wide.get_image_data(0, 0, 32, 4), data)


def test_image_data_of_another_space_is_converted_when_it_is_put(wide: Context2D) -> None:
    pixels = bytes_of(32, 9)
    pixels[..., 3] = 255
    for given in (pixels, ImageData(pixels)):
        wide.put_image_data(given, 0, 0)
        found = wide.get_image_data(0, 0, 32, 4)[..., :3]
        assert abs(found - 255 * formula(pixels[..., :3] / 255, "srgb", "display-p3")).max() <= 0.52
    with Canvas(32, 16, backend=wide.canvas.backend) as plain:  # type: ignore[attr-defined]
        ctx = plain.get_context("2d")
        ctx.put_image_data(ImageData(pixels, color_space="display-p3"), 0, 0)
        found = ctx.get_image_data(0, 0, 32, 4)[..., :3]
        assert abs(found - 255 * formula(pixels[..., :3] / 255, "display-p3", "srgb")).max() <= 0.52


def test_made_image_data_is_of_the_canvas_or_of_what_it_is_like(wide: Context2D) -> None:
    assert wide.create_image_data(2, 3).color_space == "display-p3"
    assert wide.create_image_data(2, 3, color_space="srgb").color_space == "srgb"
    like = ImageData(np.zeros((2, 3, 4), np.uint8))
    assert wide.create_image_data(like).color_space == "srgb"
    made = Recording(4, 4).get_context("2d").create_image_data(wide.create_image_data(5, 6))
    assert (made.color_space, made.shape) == ("display-p3", (6, 5, 4))


def test_made_image_data_is_of_the_format_that_is_asked_for_or_of_what_it_is_like() -> None:
    ctx = Recording(4, 4).get_context("2d")
    halves = ctx.create_image_data(2, 3, pixel_format="rgba-float16")
    assert (halves.dtype, halves.shape, halves.any()) == (np.float16, (3, 2, 4), False)
    assert ctx.create_image_data(halves).dtype == np.float16
    assert ctx.create_image_data(halves, pixel_format="rgba-unorm8").dtype == np.uint8
    assert ctx.create_image_data(np.zeros((2, 2, 3), np.float32)).dtype == np.uint8
    with pytest.raises(ValueError, match="create_image_data: pixel_format is 'rgba-float32'"):
        ctx.create_image_data(1, 1, pixel_format="rgba-float32")  # type: ignore[call-overload]


def test_halves_are_put_as_the_bytes_that_they_are_nearest_to(wide: Context2D) -> None:
    colors = np.linspace(0, 1, 480).reshape(4, 30, 4).astype(np.float16)
    colors[0, :5, 0] = np.nan, np.inf, -np.inf, -0.25, 1.5
    colors[..., 3] = 1
    with Canvas(32, 16, backend=wide.canvas.backend) as plain:  # type: ignore[attr-defined]
        ctx = plain.get_context("2d")
        ctx.put_image_data(colors, 1, 2)
        found = ctx.get_image_data(1, 2, 30, 4)
        assert found[0, :5, 0].tolist() == [0, 255, 0, 0, 255]
        want = np.clip(np.nan_to_num(colors.astype(np.float64), nan=0.0), 0, 1)
        assert np.array_equal(found, np.floor(want * 255 + 0.5))
    own = ImageData(colors, color_space="display-p3")
    wide.put_image_data(own, 1, 2)
    assert np.array_equal(wide.get_image_data(1, 2, 30, 4), np.floor(want * 255 + 0.5))


def test_image_data_is_an_array_that_keeps_its_space() -> None:
    data = ImageData(np.arange(48, dtype=np.uint8).reshape(3, 4, 4), color_space="display-p3")
    for made in (data[1:, :2], data // 2, np.minimum(data, 9), data.copy(), data[::-1].astype(np.float16)):
        assert isinstance(made, ImageData) and made.color_space == "display-p3"
    assert pickle.loads(pickle.dumps(data)).color_space == "display-p3"
    assert type(data.sum()) is not ImageData and data.sum() == sum(range(48))
    assert type(data[1, 2, 3]) is np.uint8
    assert type(np.asarray(data)) is np.ndarray
    with pytest.raises(
        TypeError, match=r"ImageData: the pixels are float64 \(2, 2\): give uint8 or float16 \(H, W, 4\)"
    ):
        ImageData(np.zeros((2, 2)))  # type: ignore[type-var]
    with pytest.raises(ValueError, match="ImageData: color_space is 'p3': give 'srgb' or 'display-p3'"):
        ImageData(np.zeros((2, 2, 4), np.uint8), color_space="p3")  # type: ignore[arg-type]
    with pytest.raises(AttributeError, match="has no width"):
        _ = data[0].width


def test_what_leaves_a_canvas_of_srgb_is_what_it_was() -> None:
    with Canvas(4, 4, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style = "rgb(20 200 40)"
        ctx.fill_rect(0, 0, 4, 4)
        assert type(canvas.to_numpy()) is type(canvas.submit().result(timeout=60)) is np.ndarray
        assert ctx.get_image_data(0, 0, 1, 1).color_space == "srgb"
        p3 = canvas.to_numpy(color_space="display-p3")
        assert p3[0, 0, :3] == pytest.approx(in_p3(20, 200, 40), abs=0.51)
        assert p3.color_space == "display-p3"  # type: ignore[attr-defined]
        assert b"iCCP" not in canvas.to_png() and b"cICP" not in canvas.to_png()
        assert "icc_profile" not in canvas.to_pil().info


def test_a_frame_in_the_background_says_its_space(wide: Context2D) -> None:
    wide.fill_style = GREEN
    wide.fill_rect(0, 0, 32, 16)
    pixels = wide.canvas.submit().result(timeout=120)  # type: ignore[attr-defined]
    assert pixels.color_space == "display-p3" and pixels[8, 8].tolist() == SEEN


def test_recordings_are_rendered_each_in_its_space() -> None:
    recordings = []
    for space in ("srgb", "display-p3", "srgb", "display-p3"):
        recording = Recording(5, 5)
        ctx = recording.get_context("2d", color_space=space)  # type: ignore[call-overload]
        ctx.fill_style = "rgb(20 200 40)"
        ctx.fill_rect(0, 0, 5, 5)
        recordings.append(recording)
    for backend in BACKENDS:
        srgb, wide, *_ = pictures = render_many(recordings, backend=backend)  # type: ignore[arg-type]
        assert srgb[2, 2].tolist() == [20, 200, 40, 255] and type(srgb) is np.ndarray
        assert wide[2, 2, :3] == pytest.approx(in_p3(20, 200, 40), abs=0.51)
        assert [getattr(each, "color_space", "srgb") for each in pictures] == ["srgb", "display-p3"] * 2


# -- files and screens -----------------------------------------------------------------------------------------


@pytest.fixture
def green() -> Iterator[Canvas]:
    """A canvas of display-p3: half sRGB green, half green that sRGB has not."""
    with Canvas(16, 16, backend="cpu") as canvas:
        ctx = canvas.get_context("2d", color_space="display-p3")
        ctx.fill_style = "rgb(90 160 110)"
        ctx.fill_rect(0, 0, 16, 16)
        ctx.fill_style = GREEN
        ctx.fill_rect(8, 0, 8, 16)
        yield canvas


def test_a_png_says_its_space_in_both_ways(green: Canvas) -> None:
    data = green.to_png()
    # PNG, third edition, "cICP": primaries 12, transfer function 13, matrix 0, full range; before the pixels.
    assert data.count(b"\x00\x00\x00\x04cICP\x0c\x0d\x00\x01") == 1
    assert data.index(b"cICP") < data.index(b"IDAT") and data.index(b"iCCP") < data.index(b"IDAT")
    with Canvas(16, 16, backend="cpu") as again:
        ctx = again.get_context("2d", color_space="display-p3")
        ctx.draw_image(data, 0, 0)
        assert np.array_equal(again.to_numpy(), green.to_numpy())
    assert gpucanvas.Image.open(data).color_space == "display-p3"
    assert green.to_blob() == data and green.to_data_url().startswith("data:image/png;base64,")


@pytest.mark.parametrize("format", ["png", "jpeg", "webp", "tiff"])
def test_a_reader_of_profiles_sees_the_right_colours(green: Canvas, format: str) -> None:
    """Little CMS converts the file to sRGB, by the profile that is in it."""
    from PIL import Image as Pictures
    from PIL import ImageCms

    options: Any = {"quality": 100} if format in ("jpeg", "webp") else {}
    with Pictures.open(io.BytesIO(green.encode(format, **options))) as picture:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
        assert ImageCms.getProfileDescription(profile).strip() == "Display P3"
        shown: Any = ImageCms.profileToProfile(
            picture.convert("RGB"), profile, ImageCms.createProfile("sRGB"), ImageCms.Intent.RELATIVE_COLORIMETRIC
        )
    lossy = 4 if format in ("jpeg", "webp") else 0
    pixels = np.asarray(shown).astype(float)
    assert pixels[8, 3] == pytest.approx(shown_of(90, 160, 110), abs=1 + lossy)
    assert pixels[8, 12] == pytest.approx(255 * formula([0.2, 0.8, 0.4], "display-p3", "srgb"), abs=1 + lossy)


def test_a_format_without_profiles_is_written_in_srgb(green: Canvas) -> None:
    image = gpucanvas.Image.open(green.encode("bmp"))
    assert image.color_space == "srgb"
    assert image.to_numpy()[8, 3, :3].astype(float) == pytest.approx(shown_of(90, 160, 110), abs=0.53)


def test_a_background_of_jpeg_is_converted(green: Canvas) -> None:
    green.get_context("2d").clear_rect(0, 0, 16, 16)
    image = gpucanvas.Image.open(green.encode("jpeg", quality=100, background="rgb(90 160 110)"))
    assert image.to_numpy()[8, 8, :3] == pytest.approx(in_p3(90, 160, 110), abs=3)


def test_a_pillow_image_carries_the_profile_both_ways(green: Canvas) -> None:
    picture = green.to_pil()
    with Canvas(16, 16, backend="cpu") as again:
        again.get_context("2d", color_space="display-p3").draw_image(picture, 0, 0)
        assert np.array_equal(again.to_numpy(), green.to_numpy())


def test_a_profile_of_srgb_and_a_broken_one_change_nothing() -> None:
    from PIL import Image as Pictures
    from PIL import ImageCms

    from gpucanvas.images.icc import display_p3_profile

    good = display_p3_profile()
    profiles = [ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), b"", b"x" * 500, None, 5]
    profiles += [good[:length] for length in range(0, len(good), 7)] + [good[:128] + b"\xff" * 400]
    for profile in profiles:
        picture = Pictures.new("RGB", (2, 2), (90, 160, 110))
        picture.info["icc_profile"] = profile
        image = gpucanvas.Image(picture)
        assert image.color_space == "srgb" and image.to_numpy()[0, 0].tolist() == [90, 160, 110, 255]


def test_a_profile_of_another_program_is_known(green: Canvas) -> None:
    """Primaries as Apple's profile has them, the curve as a table: what other programs write."""
    import struct

    from gpucanvas.images.icc import display_p3_profile, is_display_p3

    curve = 255 * np.where((x := np.arange(1024) / 1023) <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    tables = {"srgb": curve / 255, "gamma": x**1.8}
    for name, values in tables.items():
        table = b"curv\0\0\0\0" + struct.pack(">I1024H", 1024, *np.rint(65535 * values).astype(int).tolist())
        profile = bytearray(display_p3_profile()) + table
        for index in range(struct.unpack_from(">I", profile, 128)[0]):
            if bytes(profile[132 + 12 * index :][1:4]) == b"TRC":
                struct.pack_into(">II", profile, 136 + 12 * index, len(profile) - len(table), len(table))
        assert is_display_p3(bytes(profile)) == (name == "srgb")


def test_what_a_screen_is_given_is_srgb(wide: Context2D) -> None:
    """As hosts, notebooks and screenshots of windows have it: laid on a colour, opaque."""
    wide.fill_style = "rgb(90 160 110)"
    wide.fill_rect(0, 0, 16, 16)
    wide.fill_style = "rgb(90 160 110 / 0.5)"
    wide.fill_rect(16, 0, 16, 16)
    shown = read_over(wide.canvas, Backdrop("white")).astype(float)  # type: ignore[arg-type]
    assert shown[8, 3] == pytest.approx([*shown_of(90, 160, 110), 255], abs=0.53)
    assert shown[8, 20] == pytest.approx([172.5, 207.5, 182.5, 255], abs=2)


def test_a_film_is_srgb(green: Canvas, tmp_path: Any) -> None:
    with open_film(tmp_path / "film_%d.png", 16, 16, fps=10) as film:
        film.add(green.to_numpy())
    image = gpucanvas.Image.open(next(tmp_path.iterdir()))
    assert image.color_space == "srgb"
    assert image.to_numpy()[8, 3].astype(float) == pytest.approx([*shown_of(90, 160, 110), 255], abs=0.53)
