"""Canvases of float16: what they keep that bytes lose, what leaves them, what they cost, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from math import erf, sqrt
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray

import gpucanvas
from gpucanvas import Canvas, Context2D, Recording, memory, render_many

BACKENDS = ("cpu", "gl")
HALF_STEP = 2.0**-12
"""No number between 0 and 1 is further than this from the nearest half."""
Kind = Literal["unorm8", "float16"]


def drawn(
    backend: Any, kind: Kind, draw: Callable[[Context2D], None], width: int = 40, height: int = 24
) -> NDArray[Any]:
    """What a canvas holds in the end: float64 (H, W, 4), straight, as exactly as it can be read."""
    with Canvas(width, height, backend=backend) as canvas:
        draw(canvas.get_context("2d", color_type=kind))
        return canvas.to_numpy(pixel_format="rgba-float16").astype(np.float64)


def trail(count: int, alpha: float) -> Callable[[Context2D], None]:
    """A drawing that is white as far as many faint fills make it, each a frame of its own."""

    def draw(ctx: Context2D) -> None:
        ctx.fill_style = "black"
        ctx.fill_rect(0, 0, 40, 24)
        ctx.fill_style, ctx.global_alpha = "white", alpha
        for _ in range(count):
            ctx.fill_rect(0, 0, 40, 24)
            ctx.canvas.flush()

    return draw


@pytest.mark.parametrize("backend", BACKENDS)
def test_many_faint_fills_add_up_on_a_canvas_of_float16(backend: str) -> None:
    exact = 255 * (1 - (1 - 0.004) ** 300)
    half = 255 * drawn(backend, "float16", trail(300, 0.004))[3, 5, 0]
    byte = 255 * drawn(backend, "unorm8", trail(300, 0.004))[3, 5, 0]
    assert abs(half - exact) < 1
    # The reason for float16: each fill was rounded to a byte.
    assert abs(byte - exact) > 40


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_faint_layer_is_kept_that_is_less_than_half_a_byte(backend: str) -> None:
    def draw(ctx: Context2D) -> None:
        for _ in range(100):
            with ctx.layer(alpha=0.0015):
                ctx.fill_style = "rgb(255 0 0)"
                ctx.fill_rect(4, 4, 20, 10)
            ctx.canvas.flush()

    exact = 1 - (1 - 0.0015) ** 100
    half = drawn(backend, "float16", draw)
    assert abs(half[6, 8, 3] - exact) < 100 * HALF_STEP / 8
    assert half[6, 8, 0] == pytest.approx(1, abs=2 * HALF_STEP / exact)
    assert not half[20:, :].any()
    assert not drawn(backend, "unorm8", draw).any()


@pytest.mark.parametrize("backend", BACKENDS)
def test_stacked_colours_are_as_exact_as_halves_are(backend: str) -> None:
    colors = np.random.default_rng(5).random((12, 4))

    def draw(ctx: Context2D) -> None:
        for color in colors:
            ctx.fill_style = tuple(color.tolist())
            ctx.fill_rect(0, 0, 40, 24)
            ctx.canvas.flush()

    exact = np.zeros(4)
    for color in colors:
        source = np.append(color[:3], 1) * color[3]
        exact = source + (1 - color[3]) * exact
    straight = np.append(exact[:3] / exact[3], exact[3])
    half = abs(drawn(backend, "float16", draw)[11, 17] - straight).max()
    byte = abs(drawn(backend, "unorm8", draw)[11, 17] - straight).max()
    # What a fill rounds is scaled down by those above it.
    assert half < 4 * HALF_STEP
    assert byte > 4 * half


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_blurred_edge_follows_the_gaussian_more_closely_than_bytes_can(backend: str) -> None:
    def draw(ctx: Context2D) -> None:
        with ctx.layer("blur(3px)", alpha=0.25):
            ctx.fill_style = "white"
            ctx.fill_rect(-200, -200, 260, 600)

    half, byte = (drawn(backend, kind, draw, 120, 40)[20, :, 3] for kind in ("float16", "unorm8"))  # type: ignore[arg-type]
    # The pixel at x is the mean from x to x + 1: near enough to its centre for this sigma.
    exact = np.array([0.125 * (1 - erf((x + 0.5 - 60) / (3 * sqrt(2)))) for x in range(120)])
    assert abs(half - exact).max() < 0.5 / 255
    assert len(np.unique(half)) > len(np.unique(byte))
    assert (np.diff(half) <= 0).all()


def picture(ctx: Context2D) -> None:
    """A bit of everything that loads, stores and composes pixels."""
    ctx.fill_style = "#204060"
    ctx.fill_rect(0, 0, 97, 50)
    gradient = ctx.create_linear_gradient(0, 0, 97, 0)
    gradient.add_color_stop(0, "red")
    gradient.add_color_stop(1, "rgba(0, 0, 255, 0.3)")
    ctx.fill_style = gradient
    ctx.begin_path()
    ctx.arc(40, 30, 25, 0, 7)
    ctx.fill()
    ctx.canvas.flush()
    with ctx.layer("blur(3px)", alpha=0.7):
        ctx.fill_style = "lime"
        ctx.fill_rect(50, 10, 30, 33)
        with ctx.layer("blur(20px)"):
            ctx.stroke_style = "white"
            ctx.line_width = 3
            ctx.stroke_rect(30, 20, 50, 30)
    ctx.save()
    ctx.shadow_color, ctx.shadow_blur = "black", 8
    ctx.fill_style = "rgba(255, 255, 0, 0.5)"
    ctx.fill_rect(10, 40, 20, 20)
    ctx.restore()
    ctx.global_composite_operation = "hard-light"
    ctx.draw_image(np.full((5, 5, 3), (200, 90, 10), np.uint8), 60, 5, 30, 9)


def test_both_backends_agree_on_canvases_of_float16() -> None:
    cpu, gl = (drawn(backend, "float16", picture, 97, 61) for backend in BACKENDS)
    assert cpu.any()
    # Not to the bit: the GPU may add up a blur in another order.
    assert abs(cpu - gl).max() <= 4 * HALF_STEP


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_picture_is_the_same_in_both_types_but_for_rounding(backend: str) -> None:
    shown = []
    for kind in ("unorm8", "float16"):
        with Canvas(97, 61, backend=backend) as canvas:  # type: ignore[arg-type]
            picture(canvas.get_context("2d", color_type=kind))  # type: ignore[arg-type]
            pixels = canvas.to_numpy().astype(float)
            # Premultiplied: a faint pixel of bytes says little of its colour.
            pixels[..., :3] *= pixels[..., 3:] / 255
            shown.append(pixels)
    assert abs(shown[0] - shown[1]).max() <= 3
    assert abs(shown[0] - shown[1]).mean() < 0.3


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("width", [1, 15, 16, 33])
def test_edges_of_any_width_are_loaded_and_stored(backend: str, width: int) -> None:
    with Canvas(width, 19, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d", color_type="float16")
        ctx.fill_style = "rgb(0 128 255 / 0.25)"
        for _ in range(2):
            ctx.fill_rect(0, 0, width, 18.5)
            canvas.flush()
        pixels = canvas.to_numpy(pixel_format="rgba-float16").astype(float)
    assert pixels.shape == (19, width, 4)
    assert pixels[:18] == pytest.approx(np.broadcast_to([0, 128 / 255, 1, 0.4375], (18, width, 4)), abs=2e-3)
    assert pixels[18, :, 3] == pytest.approx(1 - 0.875**2, abs=1e-3)


def test_straight_bytes_are_the_nearest_of_what_is_held() -> None:
    with Canvas(64, 3, backend="cpu") as canvas:
        ctx = canvas.get_context("2d", color_type="float16")
        for x in range(64):
            ctx.fill_style = (x / 63, 0.3, 1 - x / 63, (x / 63) ** 2)
            ctx.fill_rect(x, 0, 1, 3)
        canvas.flush()
        half, byte = canvas.to_numpy(pixel_format="rgba-float16").astype(float), canvas.to_numpy()
    seen = half[..., 3] > 0.5 / 255
    assert not byte[~seen].any()
    assert abs(byte[seen] - 255 * half[seen]).max() <= 0.5 + 255 * HALF_STEP


def test_image_data_of_halves_is_cut_at_the_canvas_and_padded() -> None:
    with Canvas(8, 8, backend="cpu") as canvas:
        ctx = canvas.get_context("2d", color_type="float16")
        ctx.fill_style = (0.123, 0.5, 1, 0.321)
        ctx.fill_rect(0, 0, 8, 8)
        data = ctx.get_image_data(6, 7, 4, 3, pixel_format="rgba-float16")
        assert (data.dtype, data.shape) == (np.float16, (3, 4, 4))
        assert data[0, :2] == pytest.approx(np.array([[0.123, 0.5, 1, 0.321]] * 2), abs=1e-3)
        assert not data[1:].any() and not data[:, 2:].any()
        assert not ctx.get_image_data(20, 20, 2, 2, pixel_format="rgba-float16").any()
        with pytest.raises(ValueError, match="pixel_format is 'rgba-float32': give 'rgba-unorm8' or 'rgba-float16'"):
            ctx.get_image_data(0, 0, 1, 1, pixel_format="rgba-float32")  # type: ignore[call-overload]
        with pytest.raises(ValueError, match="to_numpy: pixel_format is None"):
            canvas.to_numpy(pixel_format=None)  # type: ignore[call-overload]


def test_bytes_can_be_read_as_halves_too() -> None:
    with Canvas(2, 2, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style = "rgb(255 0 51)"
        ctx.fill_rect(0, 0, 1, 2)
        pixels = canvas.to_numpy(pixel_format="rgba-float16")
    assert pixels[0].tolist() == [[1, 0, np.float16(0.2), 1], [0, 0, 0, 0]]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_pixel_of_float16_is_counted_as_eight_bytes(backend: str) -> None:
    def held() -> int:
        surfaces = memory.snapshot().kinds.get("surface")
        return surfaces.host_bytes + surfaces.device_bytes if surfaces else 0

    before = held()
    with Canvas(100, 50, backend=backend) as canvas:  # type: ignore[arg-type]
        assert held() - before == 4 * 100 * 50
        canvas.get_context("2d", color_type="float16")
        assert held() - before == 8 * 100 * 50
        canvas.width = 200
        assert held() - before == 8 * 200 * 50
    assert held() == before


def test_a_canvas_without_alpha_stays_opaque() -> None:
    with Canvas(20, 20, backend="cpu") as canvas:
        ctx = canvas.get_context("2d", color_type="float16", alpha=False)
        ctx.fill_style = "rgb(255 255 255 / 0.3)"
        ctx.fill_rect(0, 0, 10, 20)
        ctx.clear_rect(0, 0, 5, 20)
        pixels = canvas.to_numpy(pixel_format="rgba-float16")
        assert canvas.to_numpy()[0, 7].tolist() == [77, 77, 77, 255]
    assert (pixels[..., 3] == 1).all()
    assert not pixels[:, :5, :3].any()


def test_recordings_of_both_types_are_rendered_together() -> None:
    recordings = []
    for kind in ("unorm8", "float16", "unorm8", "float16"):
        recording = Recording(9, 9)
        ctx = recording.get_context("2d", color_type=kind)  # type: ignore[arg-type]
        ctx.fill_style = "rgb(200 100 50 / 0.02)"
        ctx.fill_rect(0, 0, 9, 9)
        recordings.append(recording)
    pixels = [picture[4, 4].tolist() for picture in render_many(recordings, backend="cpu")]
    # Of a faint pixel of bytes, the colour is one of 5 steps.
    assert pixels == [[204, 102, 51, 5], [200, 100, 50, 5]] * 2


def test_a_context_says_its_settings() -> None:
    assert Recording(2, 2).get_context("2d").get_context_attributes() == {
        "alpha": True,
        "desynchronized": False,
        "color_space": "srgb",
        "color_type": "unorm8",
        "will_read_frequently": False,
    }
    with Canvas(2, 2, backend="cpu") as canvas:
        ctx = canvas.get_context("2d", {"colorType": "float16", "alpha": 0, "willReadFrequently": True})
        said = ctx.get_context_attributes()
        canvas.width = 3
        ctx.reset()
        assert ctx.get_context_attributes() == said
        assert canvas.get_context("2d", color_type="unorm8").get_context_attributes() == said
    assert (said["alpha"], said["color_type"], said["will_read_frequently"]) == (False, "float16", True)


def test_what_is_drawn_again_after_a_reset_is_of_the_same_type() -> None:
    with Canvas(40, 24, backend="cpu") as canvas:
        ctx = canvas.get_context("2d", color_type="float16")
        trail(3, 0.5)(ctx)
        ctx.reset()
        trail(50, 0.002)(ctx)
        value = canvas.to_numpy(pixel_format="rgba-float16")[0, 0, 0]
    assert value == pytest.approx(1 - 0.998**50, abs=2e-3)


def test_a_frame_in_the_background_and_a_file_take_the_same_picture() -> None:
    for backend in BACKENDS:
        with Canvas(97, 61, backend=backend) as canvas:  # type: ignore[arg-type]
            ctx = canvas.get_context("2d", color_type="float16")
            ctx.fill_rect(0, 0, 50, 30)
            submitted = canvas.submit().result(timeout=120)
            assert (submitted == canvas.to_numpy()).all()
            assert (np.asarray(gpucanvas.Image(canvas)) == submitted).all()
