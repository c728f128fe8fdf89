"""The settings of get_context; a canvas without alpha is opaque, black to begin with, whatever is drawn on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.contract.operators import OPERATORS

SIZE = 12
BOTH: Any = [((), {"alpha": False}), (({"alpha": False},), {})]


@pytest.mark.parametrize(("positional", "named"), BOTH, ids=["by name", "a dict"])
def test_a_canvas_without_alpha_begins_black_and_is_black_again(backend: str, positional: Any, named: Any) -> None:
    with gpucanvas.Canvas(SIZE, SIZE, backend=backend) as canvas:
        ctx = canvas.get_context("2d", *positional, **named)
        black = np.full((SIZE, SIZE, 4), [0, 0, 0, 255])
        assert np.array_equal(canvas.to_numpy(), black)
        ctx.fill_style = "red"
        ctx.fill_rect(0, 0, SIZE, SIZE)
        assert canvas.to_numpy()[3, 3].tolist() == [255, 0, 0, 255]
        ctx.reset()
        assert np.array_equal(canvas.to_numpy(), black)
        canvas.width = SIZE
        assert np.array_equal(canvas.to_numpy(), black)
        assert canvas.get_context("2d") is ctx


def gradient(ctx: Any) -> Any:
    made = ctx.create_linear_gradient(0, 0, SIZE, 0)
    made.add_color_stop(0, "rgb(255 0 0 / 20%)")
    made.add_color_stop(1, "rgb(0 0 255 / 90%)")
    return made


def rect(ctx: Any) -> None:
    ctx.fill_rect(2, 2, 6, 6)


def circle(ctx: Any) -> None:
    ctx.begin_path()
    ctx.arc(6, 6, 4, 0, 7)
    ctx.fill()


def shaded(ctx: Any) -> None:
    ctx.fill_style = gradient(ctx)
    ctx.fill_rect(1, 1, 9, 9)


def image(ctx: Any) -> None:
    ctx.draw_image(np.full((5, 5, 4), [250, 100, 50, 128], np.uint8), 3, 3)


def colored_batch(ctx: Any) -> None:
    ctx.fill_rects([1, 5], [1, 5], 4, color=[(0.2, 0.4, 0.6, 0.5), (0.9, 0.1, 0.3, 1.0)])


def polygons(ctx: Any) -> None:
    triangles = [[(1, 1), (6, 2), (2, 7)], [(4, 4), (10, 5), (9, 10), (5, 9)]]
    ctx.fill_polygons([np.array(each, float) for each in triangles], color=[(0.2, 0.4, 0.6, 0.5), (0.9, 0.1, 0.3, 1.0)])


def lines(ctx: Any) -> None:
    ctx.stroke_style = "rgb(200 100 0 / 60%)"
    ctx.line_width = 3
    ctx.stroke_lines([(1, 1), (10, 8)])


def outline(ctx: Any) -> None:
    ctx.line_width = 2
    ctx.stroke_rect(3, 3, 6, 6)


def clear(ctx: Any) -> None:
    ctx.clear_rect(2.5, 2, 5, 6)


SHAPES: dict[str, Callable[[Any], None]] = {
    each.__name__: each for each in (rect, circle, shaded, image, colored_batch, polygons, lines, outline, clear)
}


def scene(ctx: Any, shape: str, operator: str) -> None:
    """Something below, a shape by an operator inside a clip and a transform, and something multiplied with all."""
    ctx.fill_style = "rgb(40 160 80)"
    ctx.fill_rect(0, 0, 9, SIZE)
    ctx.save()
    ctx.begin_path()
    ctx.rect(1, 1, 9.5, 10)
    ctx.clip()
    ctx.scale(1.1, 0.9)
    ctx.global_alpha = 0.75
    ctx.fill_style = "rgb(240 120 10 / 60%)"
    ctx.global_composite_operation = operator
    SHAPES[shape](ctx)
    ctx.restore()
    ctx.global_composite_operation = "multiply"
    ctx.fill_style = "rgb(200 255 100 / 50%)"
    ctx.fill_rect(0, 4, SIZE, 4)


@cache
def on_black(shape: str, operator: str) -> Any:
    """The same by the rule: alpha is 1 before each step, so a canvas with alpha is flattened on black after each."""
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")

        class Steps:
            """The context, whose canvas is laid on black before and after each call that draws."""

            def __getattr__(self, name: str) -> Any:
                found = getattr(ctx, name)
                if name.startswith(("fill_rect", "stroke", "draw", "clear", "put")) or name == "fill":
                    return lambda *a, **k: (flatten(), found(*a, **k), flatten())
                return found

            def __setattr__(self, name: str, value: Any) -> None:
                setattr(ctx, name, value)

        def flatten() -> None:
            pixels = canvas.to_numpy()
            pixels[..., :3] = np.rint(pixels[..., :3] * (pixels[..., 3:] / 255.0))
            pixels[..., 3] = 255
            ctx.put_image_data(pixels, 0, 0)

        scene(Steps(), shape, operator)
        flatten()
        return canvas.to_numpy().astype(int)


ALIKE = {"source-in": "copy", "destination-atop": "destination-in", "xor": "destination-out"}
"""Operators that are the same where the alpha below is 1."""
AS_IF_OPAQUE = sorted(set(OPERATORS) - {"source-out"})


def assert_as_on_black(pixels: Any, shape: str, operator: str) -> None:
    assert (pixels[..., 3] == 255).all(), (shape, operator)
    # The other way has no alpha of 1 below between the shapes of a batch: where that counts, another one is the same.
    operator = ALIKE.get(operator, operator)
    # Each step of the other one is rounded to eight bits.
    assert np.abs(pixels - on_black(shape, operator)).max() <= 3, (shape, operator)


@pytest.mark.parametrize("operator", AS_IF_OPAQUE)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_operator_draws_as_if_alpha_were_always_1(shape: str, operator: str) -> None:
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        scene(canvas.get_context("2d", alpha=False), shape, operator)
        pixels = canvas.to_numpy().astype(int)
    assert_as_on_black(pixels, shape, operator)


def test_every_operator_draws_as_if_alpha_were_always_1_on_gl(gl: str) -> None:
    """All in one picture: software OpenGL would compile shaders for each by itself, which takes a second and more."""
    with gpucanvas.Canvas(SIZE * len(AS_IF_OPAQUE), SIZE * len(SHAPES), backend=gl) as canvas:
        ctx = canvas.get_context("2d", alpha=False)
        for row, shape in enumerate(SHAPES):
            for column, operator in enumerate(AS_IF_OPAQUE):
                ctx.save()
                ctx.translate(SIZE * column, SIZE * row)
                scene(ctx, shape, operator)
                ctx.restore()
        pixels = canvas.to_numpy().astype(int)
    for row, shape in enumerate(SHAPES):
        for column, operator in enumerate(AS_IF_OPAQUE):
            cell = pixels[SIZE * row :][:SIZE, SIZE * column :][:, :SIZE]
            assert_as_on_black(cell, shape, operator)


@pytest.mark.parametrize("shape", sorted(set(SHAPES) - {"clear"}))
def test_source_out_blackens_the_clip_where_alpha_is_always_1(backend: str, shape: str) -> None:
    with gpucanvas.Canvas(SIZE, SIZE, backend=backend) as canvas:
        ctx = canvas.get_context("2d", alpha=False)
        ctx.fill_style = "white"
        ctx.fill_rect(0, 0, SIZE, SIZE)
        ctx.rect(2, 3, 4, 5)
        ctx.clip()
        ctx.global_composite_operation = "source-out"
        SHAPES[shape](ctx)
        pixels = canvas.to_numpy()
    expected = np.full((SIZE, SIZE, 4), 255, np.uint8)
    expected[3:8, 2:6, :3] = 0
    assert (pixels == expected).all()


def test_pixels_put_on_a_canvas_without_alpha_keep_their_colour(backend: str) -> None:
    with gpucanvas.Canvas(2, 1, backend=backend) as canvas:
        ctx = canvas.get_context("2d", alpha=False)
        ctx.put_image_data(np.array([[[200, 100, 50, 0]]], np.uint8), 0, 0)
        assert canvas.to_numpy().tolist() == [[[200, 100, 50, 255], [0, 0, 0, 255]]]


def test_recordings_without_alpha_are_black_among_others_with_it() -> None:
    icons = [gpucanvas.Recording(3, 2) for _ in range(4)]
    for i, icon in enumerate(icons):
        ctx = icon.get_context("2d", {"alpha": i % 2 == 0})
        ctx.global_composite_operation = "copy"
        ctx.fill_style = "lime"
        ctx.fill_rect(0, 0, 1, 1)
    for i, picture in enumerate(gpucanvas.render_many(icons, backend="cpu")):
        assert picture[0, 0].tolist() == [0, 255, 0, 255]
        assert picture[1, 2].tolist() == [0, 0, 0, 0 if i % 2 == 0 else 255]


def test_a_refused_call_lays_nothing_black() -> None:
    with gpucanvas.Canvas(3, 3, backend="cpu") as canvas:
        ctx = canvas.get_context("2d", alpha=False)
        ctx.fill_style = "white"
        ctx.fill_rect(0, 0, 3, 3)
        ctx.global_composite_operation = "copy"
        for call in (ctx.fill_rect, ctx.stroke_rect):
            with pytest.raises(ValueError, match="give a finite number"):
                call(0, 0, float("nan"), 1)
        assert (canvas.to_numpy() == 255).all()


@pytest.mark.parametrize(
    "settings",
    [
        {"desynchronized": True},
        {"colorSpace": "srgb"},
        {"color_space": "srgb"},
        {"willReadFrequently": True, "alpha": True},
        {"will_read_frequently": False},
        {"colorType": "unorm8"},
        {"colorType": "float16"},
        {"color_type": "float16", "alpha": False},
        {},
        None,
    ],
)
def test_the_standard_s_settings_are_taken_in_both_spellings(settings: Any) -> None:
    for make in (lambda: gpucanvas.Recording(2, 2), lambda: gpucanvas.Canvas(2, 2, backend="cpu")):
        ctx = make().get_context("2d", settings)
        assert ctx is ctx.canvas.get_context("2d", **(settings or {}))


@pytest.mark.parametrize(
    ("settings", "kind", "text"),
    [
        ({"alfa": False}, TypeError, "'alfa' is no setting: the settings are alpha, desynchronized, color_space"),
        ({5: False}, TypeError, "5 is no setting"),
        ({"colorSpace": "rec2020"}, ValueError, "colorSpace is 'rec2020': give 'srgb' or 'display-p3'"),
        ({"color_type": "float32"}, ValueError, "color_type is 'float32': give 'unorm8' or 'float16'"),
        ({"colorType": ["float16"]}, ValueError, r"colorType is \['float16'\]: give 'unorm8' or 'float16'"),
        ([("alpha", False)], TypeError, "settings is .*: give a dict"),
        (False, TypeError, "settings is False: give a dict"),
    ],
)
def test_other_settings_are_refused_with_those_that_there_are(settings: Any, kind: Any, text: str) -> None:
    canvas = gpucanvas.Canvas(2, 2, backend="cpu")
    with pytest.raises(kind, match=f"^get_context: {text}"):
        canvas.get_context("2d", settings)
    assert not canvas.to_numpy().any()
    canvas.get_context("2d", alpha=False)
    assert canvas.to_numpy()[0, 0].tolist() == [0, 0, 0, 255]


def test_another_kind_of_context_is_refused() -> None:
    with pytest.raises(ValueError, match="the kind is 'webgl': give '2d'"):
        gpucanvas.Canvas(2, 2, backend="cpu").get_context("webgl")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["webgl", "webgl2", "bitmaprenderer", "webgpu", "2D", " 2d", "", "nonsense"])
def test_there_is_no_context_of_another_kind(kind: str) -> None:
    """HTML, "getContext": null for an unsupported or an unknown name, which makes no context."""
    canvas = gpucanvas.Canvas(2, 2, backend="cpu", on_invalid="ignore")
    assert canvas.get_context(kind, {"alpha": False}) is None  # type: ignore[arg-type]
    assert canvas.get_context("2d").get_context_attributes()["alpha"] is True


def test_unknown_settings_are_left_out_where_the_standard_s_rules_count() -> None:
    """Unknown members of a dictionary have no effect in JavaScript; a wrong word in a known one is an error."""
    ctx = gpucanvas.Recording(4, 4, on_invalid="ignore").get_context("2d", {"antialias": True, "alpha": False})
    assert ctx.get_context_attributes()["alpha"] is False
    for wrong in ({"colorSpace": "rec2020"}, {"colorType": "float32"}):
        with pytest.raises(ValueError, match="is '") as caught:
            gpucanvas.Recording(4, 4, on_invalid="ignore").get_context("2d", wrong)
        assert caught.value.name == "TypeError"  # type: ignore[attr-defined]
