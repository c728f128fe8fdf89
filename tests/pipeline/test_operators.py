"""Every operator against the specification's formula in float64 (tests/compositing.py), on both backends.

A row of pixels, one colour pair each: the backdrop is an image, and so is the source, unless a test says otherwise.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gpucanvas
from compositing import BLEND_MODES, OPERATORS, UNBOUNDED, composite
from gpucanvas.backends.llvmpipe import features
from gpucanvas.contract import constants as c
from gpucanvas.contract import operators as table
from gpucanvas.pipeline.encode import encode

SPECIAL = np.array([0, 1, 2, 63, 64, 127, 128, 254, 255])
STEP = 1 / 255
ROUNDINGS = 1.02 * STEP
"""Half a step for the surface's bytes, half a step for the straight bytes that are read, and a little for float32."""


def random_bytes(seed: int, count: int = 4000) -> np.ndarray:
    """(count, 4) straight RGBA8: half at random, half of the numbers where formulas have their corners."""
    rng = np.random.default_rng(seed)
    colors = np.concatenate([rng.integers(0, 256, (count // 2, 4)), rng.choice(SPECIAL, (count - count // 2, 4))])
    greys = rng.random(count) < 0.1
    colors[greys, :3] = colors[greys, :1]
    return colors.astype(np.uint8)


BACKDROP, SOURCE = random_bytes(1), random_bytes(2)
WIDTH = len(BACKDROP)


def floats(colors: np.ndarray) -> np.ndarray:
    return colors / 255.0


def canvas_with_backdrop(backend: str, alpha: bool = True) -> tuple[Any, Any]:
    canvas = gpucanvas.Canvas(WIDTH, 1, backend=backend)
    ctx = canvas.get_context("2d", alpha=alpha)
    ctx.image_smoothing_enabled = False
    ctx.draw_image(BACKDROP[None], 0, 0)
    return canvas, ctx


def premultiplied(canvas: Any) -> np.ndarray:
    pixels = canvas.to_numpy()[0] / 255.0
    pixels[:, :3] *= pixels[:, 3:]
    return np.asarray(pixels)


def assert_close(found: np.ndarray, expected: np.ndarray) -> None:
    error = abs(found - expected).max(-1)
    worst = int(error.argmax())
    assert error[worst] <= ROUNDINGS, (
        f"{SOURCE[worst]} on {BACKDROP[worst]} is {found[worst] * 255}, by the formula {expected[worst] * 255}"
    )


def test_the_table_has_the_operators_of_the_standard() -> None:
    assert set(table.OPERATORS) == set(OPERATORS)
    assert len(OPERATORS) == 26
    assert {name for name, row in table.OPERATORS.items() if row.is_unbounded} == set(UNBOUNDED)
    assert {name for name, row in table.OPERATORS.items() if row.blends} == set(BLEND_MODES)
    codes = {row.code for row in table.OPERATORS.values()}
    assert len(codes) == 26
    assert max(codes) < 256


@pytest.mark.parametrize("operator", OPERATORS)
def test_images_are_composited_by_the_formula(backend: str, operator: str) -> None:
    canvas, ctx = canvas_with_backdrop(backend)
    ctx.global_composite_operation = operator
    ctx.draw_image(SOURCE[None], 0, 0)
    assert_close(premultiplied(canvas), composite(operator, floats(SOURCE), floats(BACKDROP)))


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.usefixtures("all_blend_modes")
def test_alpha_coverage_and_clip_are_taken_in_by_the_formula(backend: str, operator: str) -> None:
    canvas, ctx = canvas_with_backdrop(backend)
    ctx.rect(0, 0, WIDTH, 0.625)
    ctx.clip()
    ctx.global_composite_operation, ctx.global_alpha = operator, 0.75
    ctx.draw_image(SOURCE[None], 0, 0, WIDTH, 0.4375)
    source = floats(SOURCE) * (1, 1, 1, 0.75)
    assert_close(premultiplied(canvas), composite(operator, source, floats(BACKDROP), 0.4375, 0.625))


@pytest.mark.parametrize(
    "color", [(0.9, 0.3, 0.1, 1.0), (0.2, 0.5, 0.8, 0.6), (0.0, 0.0, 0.0, 1.0), (1.0, 1.0, 1.0, 0.5)]
)
@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.usefixtures("all_blend_modes")
def test_solid_colours_are_composited_by_the_formula(backend: str, operator: str, color: Any) -> None:
    canvas, ctx = canvas_with_backdrop(backend)
    ctx.global_composite_operation, ctx.fill_style = operator, color
    # In full, in part, and, where the tile's row of pixels ends within it, by an outline.
    half, end = WIDTH // 2 // 16 * 16, WIDTH - 30.5
    ctx.rect(half, 0, end - half, 0.5)
    if operator in UNBOUNDED:
        ctx.rect(0, 0, half, 1)
    else:
        ctx.fill_rect(0, 0, half, 1)
    ctx.fill()
    coverage = np.ones(WIDTH)
    coverage[half:] = 0.5
    coverage[WIDTH - 31 :] = [0.25, *[0.0] * 30]
    assert_close(premultiplied(canvas), composite(operator, color, floats(BACKDROP), coverage))


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.usefixtures("all_blend_modes")
def test_gradients_are_composited_by_the_formula(backend: str, operator: str) -> None:
    canvas, ctx = canvas_with_backdrop(backend)
    first, last = np.array([1.0, 0.2, 0.0, 0.9]), np.array([0.0, 0.6, 1.0, 0.3])
    gradient = ctx.create_linear_gradient(0, 0, WIDTH, 0)
    gradient.add_color_stop(0, tuple(first))
    gradient.add_color_stop(1, tuple(last))
    ctx.global_composite_operation, ctx.fill_style = operator, gradient
    ctx.fill_rect(0, 0, WIDTH, 1)
    t = ((np.arange(WIDTH) + 0.5) / WIDTH)[:, None]
    assert_close(premultiplied(canvas), composite(operator, first + t * (last - first), floats(BACKDROP)))


@pytest.mark.parametrize("operator", sorted(set(OPERATORS) - set(UNBOUNDED)))
@pytest.mark.usefixtures("all_blend_modes")
def test_items_of_a_batch_are_composited_by_the_formula(backend: str, operator: str) -> None:
    canvas, ctx = canvas_with_backdrop(backend)
    ctx.global_composite_operation = operator
    ctx.fill_rects(np.arange(WIDTH), 0, 1, 1, color=SOURCE)
    assert_close(premultiplied(canvas), composite(operator, floats(SOURCE), floats(BACKDROP)))


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.usefixtures("all_blend_modes")
def test_a_second_source_meets_what_the_first_left(backend: str, operator: str) -> None:
    """Two full covers by one operator, of a colour each: those that fold into one map do."""
    canvas, ctx = canvas_with_backdrop(backend)
    ctx.global_composite_operation = operator
    expected = floats(BACKDROP)
    for color in ((0.8, 0.4, 0.1, 0.7), (0.1, 0.6, 0.9, 0.5)):
        ctx.fill_style = color
        ctx.fill_rect(-1, -1, WIDTH + 2, 3)
        expected = composite(operator, color, expected)
        alpha = expected[:, 3:]
        expected = np.concatenate([expected[:, :3] / np.where(alpha > 0, alpha, 1), alpha], 1)
    expected[:, :3] *= expected[:, 3:]
    assert_close(premultiplied(canvas), expected)


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.usefixtures("all_blend_modes")
def test_an_opaque_canvas_shows_the_result_on_black(backend: str, operator: str) -> None:
    canvas, ctx = canvas_with_backdrop(backend, alpha=False)
    ctx.global_composite_operation = operator
    ctx.draw_image(SOURCE[None], 0, 0)
    below = composite("source-over", floats(BACKDROP), (0, 0, 0, 1))
    expected = composite(operator, floats(SOURCE), below)
    expected[:, 3] = 1
    assert_close(premultiplied(canvas), expected)


CLEARED = {
    "rect": lambda ctx: ctx.fill_rect(10, 10, 20, 20),
    "path": lambda ctx: ctx.fill(gpucanvas.Path2D("M10 10h20v20h-20z")),
    "stroke": lambda ctx: ctx.stroke(gpucanvas.Path2D("M10 20h20")),
    "image": lambda ctx: ctx.draw_image(np.zeros((5, 5, 4), np.uint8), 10, 10, 20, 20),
    "part": lambda ctx: ctx.draw_image(np.zeros((5, 5, 4), np.uint8), 1, 1, 2, 2, 10, 10, 20, 20),
    "batch": lambda ctx: ctx.fill_rects([10, 20], [10, 10], [10, 10], [20, 20], color=[(1, 0, 1, 0.2), (0, 0, 0, 0)]),
    "sprites": lambda ctx: ctx.draw_images(np.zeros((5, 5, 4), np.uint8), dst_rects=[[10, 10, 20, 20]], alpha=0.5),
    "text": lambda ctx: ctx.fill_text("\N{FULL BLOCK}" * 9, 0, 30, 40),
}


@pytest.mark.parametrize("how", CLEARED)
@pytest.mark.parametrize("has_alpha", [True, False])
def test_clear_makes_transparent_what_is_covered_whatever_its_colour(backend: str, how: str, has_alpha: bool) -> None:
    """As in Chromium: neither colour nor opacity matters, and pixels around stay. Without alpha it draws black."""
    with gpucanvas.Canvas(40, 40, backend=backend) as canvas:
        ctx = canvas.get_context("2d", alpha=has_alpha)
        ctx.fill_style = "red"
        ctx.fill_rect(0, 0, 40, 40)
        ctx.global_composite_operation = "clear"
        assert ctx.global_composite_operation == "clear"
        ctx.fill_style, ctx.stroke_style, ctx.global_alpha, ctx.line_width = "#0f08", "transparent", 0.25, 20
        ctx.font = "40px sans-serif"
        CLEARED[how](ctx)
        ctx.global_composite_operation, ctx.global_alpha = "source-over", 1
        ctx.fill_style = "blue"
        ctx.fill_rect(0, 38, 2, 2)
        pixels = canvas.to_numpy()
    assert pixels[20, 20].tolist() == [0, 0, 0, 0 if has_alpha else 255]
    assert pixels[39, 1].tolist() == [0, 0, 255, 255], "what follows is drawn as ever"
    if how != "text":
        assert (pixels[10:30, 10:30] == pixels[20, 20]).all()
        assert pixels[9, 20].tolist() == pixels[20, 31].tolist() == [255, 0, 0, 255]


def test_clear_is_antialiased(backend: str) -> None:
    with gpucanvas.Canvas(4, 1, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(0, 0, 4, 1)
        ctx.global_composite_operation = "clear"
        ctx.fill_rect(1.25, 0, 1.5, 1)
        assert canvas.to_numpy()[0, :, 3].tolist() == [255, 64, 64, 255]


@pytest.mark.parametrize("how", ["layer", "filter", "shadow", "picture"])
def test_clear_of_a_layer_clears_the_clip_region(backend: str, how: str) -> None:
    """As in Chromium."""
    with gpucanvas.Canvas(40, 40, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(0, 0, 40, 40)
        ctx.begin_path()
        ctx.rect(0, 0, 20, 40)
        ctx.clip()
        ctx.global_composite_operation = "clear"
        if how == "filter":
            ctx.filter = "blur(2px)"
        elif how == "shadow":
            ctx.shadow_color, ctx.shadow_offset_x = "red", 5
        if how == "layer":
            ctx.begin_layer()
        if how == "picture":
            recording = gpucanvas.Recording(5, 5)
            recording.get_context("2d").fill_rect(0, 0, 5, 5)
            ctx.draw_picture(recording.freeze())
        else:
            ctx.fill_rect(0, 0, 5, 5)
        if how == "layer":
            ctx.end_layer()
        alpha = canvas.to_numpy()[..., 3]
    assert alpha[:, :20].max() == 0
    assert alpha[:, 20:].min() == 255


@pytest.mark.parametrize("name", ["plus-lighter", "plus-darker", "normal", "Multiply", "darker", "", "over"])
def test_other_names_are_refused_or_ignored(name: str) -> None:
    recording = gpucanvas.Recording(2, 2)
    ctx = recording.get_context("2d")
    ctx.global_composite_operation = "xor"
    with pytest.raises(ValueError, match="global_composite_operation is .*: give one of source-over, source-in"):
        ctx.global_composite_operation = name  # type: ignore[assignment]
    ignoring = gpucanvas.Recording(2, 2, on_invalid="ignore").get_context("2d")
    ignoring.global_composite_operation = "xor"
    ignoring.global_composite_operation = name  # type: ignore[assignment]
    assert ignoring.global_composite_operation == ctx.global_composite_operation == "xor"


@pytest.mark.parametrize("operator", OPERATORS)
def test_the_formula_leaves_the_backdrop_alone_outside_the_source_or_clears_it(operator: str) -> None:
    backdrop = floats(BACKDROP)
    kept = composite("source-over", (0, 0, 0, 0), backdrop)
    found = composite(operator, (0.5, 0.5, 0.5, 0.0), backdrop)
    np.testing.assert_allclose(found, 0 * kept if operator in UNBOUNDED else kept, atol=1e-12)


def test_the_comparison_sees_a_wrong_operator() -> None:
    right = composite("overlay", floats(SOURCE), floats(BACKDROP))
    with pytest.raises(AssertionError, match="by the formula"):
        assert_close(composite("hard-light", floats(SOURCE), floats(BACKDROP)), right)


def test_a_scene_needs_the_shaders_of_its_own_blend_modes_alone() -> None:
    found = []
    for operators in (("source-over", "xor"), ("multiply",), ("multiply", "hue"), tuple(BLEND_MODES)):
        recording = gpucanvas.Recording(9, 9)
        ctx = recording.get_context("2d")
        for operator in operators:
            ctx.global_composite_operation = operator  # type: ignore[assignment]
            ctx.fill_rect(1, 1, 5, 5)
        found.append(features(encode(recording._commands, 9, 9)) >> c.FEATURE_MODE_SHIFT)
    bits = [1 << table.OPERATORS[name].code - c.OP_FIRST_BLEND for name in BLEND_MODES]
    assert found == [0, bits[0], bits[0] | bits[list(BLEND_MODES).index("hue")], sum(bits)]
    assert sum(bits) << c.FEATURE_MODE_SHIFT | (1 << c.FEATURE_MODE_SHIFT) - 1 <= c.FEATURE_ALL


@pytest.mark.parametrize("operator", BLEND_MODES)
@pytest.mark.usefixtures("all_blend_modes")
def test_a_blend_mode_leaves_pixels_that_a_disc_does_not_touch(backend: str, operator: str) -> None:
    """Coverage that rounding leaves at less than nothing is divided by what is there: it must not be seen."""
    rng = np.random.default_rng(8)
    backdrop = rng.choice(SPECIAL, (120, 120, 4)).astype(np.uint8)
    with gpucanvas.Canvas(120, 120, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.put_image_data(backdrop, 0, 0)
        before = canvas.to_numpy()
        centers = rng.uniform(20, 100, (40, 2))
        radii = rng.uniform(2, 12, 40)
        ctx.global_composite_operation = operator
        ctx.fill_circles(centers[:, 0], centers[:, 1], radii, color=rng.uniform(0, 1, (40, 4)))
        after = canvas.to_numpy()
    y, x = np.mgrid[:120, :120] + 0.5
    outside = (np.hypot(x[..., None] - centers[:, 0], y[..., None] - centers[:, 1]) > radii + 1).all(axis=2)
    assert outside.sum() > 2000
    np.testing.assert_array_equal(after[outside], before[outside])
