"""Gradients and images by rows of sixteen pixels show, to the byte, what the formula for one pixel gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import gpucanvas
from gpucanvas.contract.constants import IMAGE_SMOOTH, PAINT_KIND_BITS, TEXEL_TIE
from gpucanvas.contract.paints import PAINTS, Stop
from gpucanvas.pipeline.encode import encode
from gpucanvas.pipeline.scene import Scene

WIDTH, HEIGHT = 83, 45
Draw = Callable[[gpucanvas.Context2D], None]
Colors = NDArray[np.float32]
F = np.float32


def shown(draw: Draw) -> NDArray[np.uint8]:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend="cpu") as canvas:
        draw(canvas.get_context("2d"))
        return canvas.to_numpy()


def scene_of(draw: Draw) -> Scene:
    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    draw(recording.get_context("2d"))
    return encode(recording._commands, WIDTH, HEIGHT)


def straight(colors: Colors) -> NDArray[np.uint8]:
    """What a transparent canvas shows of premultiplied colours that were drawn onto it."""
    whole = (np.clip(colors, F(0), F(1)) * F(255) + F(0.5)).astype(np.int64)
    alpha = whole[..., 3:]
    out = np.minimum((255 * whole[..., :3] + alpha // 2) // np.maximum(alpha, 1), 255)
    return np.concatenate([np.where(alpha > 0, out, 0), alpha], -1).astype(np.uint8)


def mapped(a: Any, b: Any, offset: Any) -> Colors:
    """a * x + b * y + offset of every pixel's centre, in float32."""
    x, y = np.arange(WIDTH, dtype=F) + F(0.5), np.arange(HEIGHT, dtype=F)[:, None] + F(0.5)
    return np.asarray(a * x + b * y + offset, F)


def paint_of(scene: Scene, kind: str) -> Any:
    """The record of what the scene's first draw is painted with, of this kind."""
    word = int(scene.draws["paint"][0])
    row = PAINTS[kind]
    assert word & ((1 << PAINT_KIND_BITS) - 1) == row.code
    return scene.paints[word >> PAINT_KIND_BITS :][: row.record.words].view(row.record.dtype)[0]


def gradient_colors(scene: Scene) -> Colors:
    """The colours of the scene's only gradient, each pixel by itself."""
    paint = paint_of(scene, "linear")
    stops = scene.paints[int(paint["stops"]) :][: int(paint["count"]) * Stop.words].view(Stop.dtype)
    t = mapped(paint["xx"], paint["xy"], paint["dx"])
    after = np.searchsorted(stops["offset"], t, side="right")
    lo, hi = stops[np.maximum(after - 1, 0)], stops[np.minimum(after, len(stops) - 1)]
    span = hi["offset"] - lo["offset"]
    f = np.clip((t - lo["offset"]) / np.where(span > 0, span, F(1)), F(0), F(1)) * (span > 0)
    a = (lo["a"] + f * (hi["a"] - lo["a"])) * paint["alpha"]
    return np.stack([(lo[each] + f * (hi[each] - lo[each])) * a for each in "rgb"] + [a], -1)


def texel_colors(scene: Scene, x: Any, y: Any) -> Colors:
    """The premultiplied texels of the scene's only image at whole coordinates, clamped."""
    paint = paint_of(scene, "image")
    column, row = np.clip(x, paint["x0"], paint["x1"]), np.clip(y, paint["y0"], paint["y1"])
    image = scene.images[int(paint["image"])]
    words = image.pixels[row.astype(np.int64) - image.top, column.astype(np.int64) - image.left]
    channels = (words[..., None] >> np.array([0, 8, 16, 24], np.uint32) & 255).astype(F)
    a = channels[..., 3:] * F(1 / 255)
    return np.asarray(np.concatenate([channels[..., :3] * (a * F(1 / 255)), a], -1), F)


def image_colors(scene: Scene) -> Colors:
    """The colours of the scene's only image, each pixel by itself."""
    paint = paint_of(scene, "image")
    u, v = mapped(paint["xx"], paint["xy"], paint["dx"]), mapped(paint["yx"], paint["yy"], paint["dy"])
    if not paint["flags"] & IMAGE_SMOOTH:
        column, row = (np.ceil(each - F(TEXEL_TIE)) - 1 for each in (u, v))
        return np.asarray(texel_colors(scene, column, row) * paint["alpha"], F)
    x, y = np.floor(u - F(0.5)), np.floor(v - F(0.5))
    fu, fv = (u - F(0.5) - x)[..., None], (v - F(0.5) - y)[..., None]
    rows = []
    for line in (y, y + 1):
        left, right = texel_colors(scene, x, line), texel_colors(scene, x + 1, line)
        rows.append(left + fu * (right - left))
    return np.asarray((rows[0] + fv * (rows[1] - rows[0])) * paint["alpha"], F)


LINES = {
    "to the right": (7.3, 0, 71, 0),
    "to the left": (80, 3, 2.5, 3),
    "down": (0, 4, 0, 39.2),
    "up": (5, 50, 5, -3),
    "across": (-4, -9, 77, 61),
    "short": (40, 20, 40.5, 20.25),
    "of no length to speak of": (40, 20, 40 + 1e-9, 20),
    "long": (-1e7, 20, 1e7, 21),
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
@pytest.mark.parametrize("count", [1, 2, 3, 8, 60])
def test_paint_gradients_are_those_of_single_pixels(count: int, line: tuple[float, float, float, float]) -> None:
    rng = np.random.default_rng(count)
    # Some stops share a place, and not all gradients have stops at both ends.
    places = np.sort(np.round(rng.random(count), 2 if count % 2 else 1))
    colors = rng.random((count, 4))

    def draw(ctx: gpucanvas.Context2D) -> None:
        ctx.global_alpha = 0.8
        gradient = ctx.create_linear_gradient(*line)
        for place, color in zip(places.tolist(), colors.tolist(), strict=True):
            gradient.add_color_stop(place, tuple(color))
        ctx.fill_style = gradient
        ctx.fill_rect(0, 0, WIDTH, HEIGHT)

    np.testing.assert_array_equal(shown(draw), straight(gradient_colors(scene_of(draw))))


PLACES = {
    "moved by whole pixels": (1, 0, 0, 1, -6, -3),
    "moved by half a pixel": (1, 0, 0, 1, -6.5, -3.5),
    "moved by a little": (1, 0, 0, 1, -6.2, -3),
    "smaller": (0.9, 0, 0, 0.7, -1, 0),
    "larger": (3.3, 0, 0, 2.1, -4, -2),
    "mirrored": (-1, 0, 0, 1, 100, 0),
    "turned": (0.8, 1.3, -1.3, 0.8, 50, -60),
}


@pytest.mark.parametrize("smooth", [False, True], ids=["nearest", "smooth"])
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("source", [(0, 0, 130, 90), (9, 5, 110, 72)], ids=["whole", "part"])
def test_paint_images_are_those_of_single_pixels(
    source: tuple[float, ...], place: tuple[float, ...], smooth: bool
) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (90, 130, 4), np.uint8)
    x, y, w, h = source

    def draw(ctx: gpucanvas.Context2D) -> None:
        ctx.image_smoothing_enabled = smooth
        ctx.global_alpha = 0.9
        ctx.transform(*place)
        ctx.draw_image(gpucanvas.Image(pixels), x, y, w, h, 0, 0, w, h)

    found, expected = shown(draw), straight(image_colors(scene_of(draw)))
    # What the image covers in part, or not at all, is not looked at.
    inside = image_is_all(scene_of(draw))
    assert inside.sum() > 500
    np.testing.assert_array_equal(found[inside], expected[inside])


def image_is_all(scene: Scene) -> NDArray[np.bool_]:
    """Where the scene's only image covers pixels in full: its edge is three texels or more away."""
    paint = paint_of(scene, "image")
    u, v = mapped(paint["xx"], paint["xy"], paint["dx"]), mapped(paint["yx"], paint["yy"], paint["dy"])
    across = (u > paint["x0"] + 3) & (u < paint["x1"] - 2)
    return np.asarray(across & (v > paint["y0"] + 3) & (v < paint["y1"] - 2))


@pytest.mark.parametrize("operation", ["color-burn", "color-dodge", "source-over", "xor"])
def test_paint_gradients_change_nothing_outside_of_circles(operation: Any) -> None:
    def draw(ctx: gpucanvas.Context2D, circles: bool) -> None:
        ctx.fill_style = (0.93, 0.53, 0.86, 0.72)
        ctx.fill_rect(0, 0, WIDTH, HEIGHT)
        ctx.global_composite_operation = operation
        gradient = ctx.create_linear_gradient(0, 0, WIDTH, 0)
        gradient.add_color_stop(0, (0.6, 0.47, 0.25))
        gradient.add_color_stop(1, (0.5, 0.6, 0.2))
        ctx.fill_style = gradient
        if circles:
            ctx.fill_circles([20.224, 54.3145], [24.3145, 14.9891], [9, 20])

    x, y = np.arange(WIDTH) + 0.5, np.arange(HEIGHT)[:, None] + 0.5
    outside = np.minimum(np.hypot(x - 20.224, y - 24.3145) - 9, np.hypot(x - 54.3145, y - 14.9891) - 20) > 1
    before, after = shown(lambda ctx: draw(ctx, False)), shown(lambda ctx: draw(ctx, True))
    np.testing.assert_array_equal(after[outside], before[outside])
    assert (after != before).any()
