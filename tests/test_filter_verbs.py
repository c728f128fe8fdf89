"""The filter property and filtered layers by the public verbs: pictures against formulas, states, errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import filtering as f
import gpucanvas
from gpucanvas.plan.make import make_plan
from gpucanvas.plan.steps import Convolve, Draw, Filter, Recolor

WIDTH, HEIGHT = 64, 48
Floats = NDArray[np.float64]


COLOR = 230 / 255, 60 / 255, 110 / 255


def shape(ctx: Any) -> None:
    """One draw, with soft edges, half transparent."""
    ctx.fill_style = "rgba(230, 60, 110, 0.75)"
    ctx.begin_path()
    ctx.ellipse(30, 22, 19.5, 14, 0.3, 0, 7)
    ctx.fill()


def group(ctx: Any) -> None:
    shape(ctx)
    ctx.fill_style = "gold"
    ctx.fill_rect(8.5, 18, 26, 12)


def backdrop(ctx: Any) -> None:
    ctx.fill_style = "rgb(20, 90, 160)"
    ctx.fill_rect(20, 0, 24, 48)


def drawn(draw: Any, backend: str, color_type: Any = "unorm8") -> Floats:
    """What a function draws, (H, W, 4) premultiplied, 0 to 1."""
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        draw(canvas.get_context("2d", color_type=color_type))
        if color_type == "float16":
            return f.premultiplied(canvas.to_numpy(pixel_format="rgba-float16").astype(np.float64))
        return f.premultiplied(canvas.to_numpy() / 255.0)


def unpremultiplied(values: Floats) -> Floats:
    alpha = values[..., 3:]
    colors = np.divide(values[..., :3], alpha, out=np.zeros_like(values[..., :3]), where=alpha > 0)
    return np.concatenate([np.minimum(colors, 1), alpha], 2)


def shape_pixels(backend: str) -> Floats:
    """The straight pixels of `shape`: its colour, which premultiplied bytes do not keep, where it covers anything."""
    alpha = drawn(shape, backend)[..., 3:]
    return np.concatenate([np.where(alpha > 0, COLOR, 0.0), alpha], 2)


def through(value: Any, draw: Any = shape) -> Any:
    def work(ctx: Any) -> None:
        ctx.filter = value
        draw(ctx)

    return work


def over(source: Floats, below: Floats) -> Floats:
    return source + below * (1 - source[..., 3:])


MATRICES: dict[Any, Any] = {
    "brightness(40%)": f.linear(0.4, 0),
    "brightness(2)": f.linear(2, 0),
    "contrast(0)": f.linear(0, 0.5),
    "contrast(300%)": f.linear(3, -1),
    "grayscale()": f.grayscale(1),
    "grayscale(7)": f.grayscale(1),
    "grayscale(.3)": f.grayscale(0.3),
    "hue-rotate(70deg)": f.hue_rotate(70),
    "hue-rotate(-0.25turn)": f.hue_rotate(-90),
    "hue-rotate(0)": f.linear(1, 0),
    "invert()": f.linear(-1, 1),
    "invert(25%)": f.linear(0.5, 0.25),
    "saturate()": f.linear(1, 0),
    "saturate(0)": f.saturate(0),
    "saturate(calc(1 + 2))": f.saturate(3),
    "sepia()": f.sepia(1),
    "sepia(60%)": f.sepia(0.6),
    "opacity()": f.linear(1, 0),
    "opacity(25%)": [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0.25, 0]],
}


@pytest.mark.parametrize("value", MATRICES)
def test_a_function_of_css_is_its_matrix(value: str, backend: str) -> None:
    def image(ctx: Any) -> None:
        ctx.draw_image(np.full((9, 9, 4), (200, 120, 30, 180), np.uint8), 4.5, 5)

    for draw, pixels in ((shape, shape_pixels(backend)), (image, unpremultiplied(drawn(image, backend)))):
        wanted = f.premultiplied(f.by_matrix(pixels, MATRICES[value]))
        assert np.abs(drawn(through(value, draw), backend) - wanted).max() <= 2.5 / 255


def test_functions_are_taken_one_after_another_and_cut_between(backend: str) -> None:
    values = unpremultiplied(drawn(shape, backend))
    for matrix in (f.linear(3, 0), f.linear(0.25, 0), f.hue_rotate(120)):
        values = f.by_matrix(values, matrix)
    found = drawn(through("brightness(3) brightness(25%) hue-rotate(120deg)"), backend)
    assert np.abs(found - f.premultiplied(values)).max() <= 2.5 / 255


TRANSFERS: dict[str, tuple[dict[str, Any], Any]] = {
    "identity": ({"type": "identity"}, lambda v: v),
    "table": ({"type": "table", "tableValues": [0.9, 0.1, 0.4]}, lambda v: np.interp(v, [0, 0.5, 1], [0.9, 0.1, 0.4])),
    "empty table": ({"type": "table"}, lambda v: v),
    "discrete": (
        {"type": "discrete", "tableValues": [1, 0.25, 0.5]},
        lambda v: [1, 0.25, 0.5, 0.5][int(v * 3 + 1e-9)],
    ),
    "linear": ({"type": "linear", "slope": -1.5, "intercept": 1.2}, lambda v: 1.2 - 1.5 * v),
    "gamma": ({"type": "gamma", "amplitude": 1.1, "exponent": 2.5, "offset": -0.05}, lambda v: 1.1 * v**2.5 - 0.05),
}


@pytest.mark.parametrize("name", TRANSFERS)
@pytest.mark.parametrize("channel", range(4))
def test_a_component_transfer_is_that_of_the_formula(name: str, channel: int, backend: str) -> None:
    told, function = TRANSFERS[name]
    pixels = np.zeros((16, 16, 4), np.uint8)
    pixels[..., :3] = np.arange(256).reshape(16, 16, 1)
    pixels[..., 3] = pixels[..., 0] if channel == 3 else 255
    if channel == 3:
        pixels[..., :3] = 255
        # A transparent pixel has no colour.
        pixels[0, 0] = 0
    value = {"name": "componentTransfer", "func" + "RGBA"[channel]: told}
    with gpucanvas.Canvas(16, 16, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.filter = value
        ctx.draw_image(pixels, 0, 0)
        found = f.premultiplied(canvas.to_numpy() / 255.0)
    wanted = f.premultiplied(f.transferred(pixels / 255.0, channel, function))
    assert np.abs(found - wanted).max() <= 0.6 / 255


OBJECTS: list[tuple[Any, Any]] = [
    ({"name": "colorMatrix", "type": "saturate", "values": 0.3}, f.saturate(0.3)),
    ({"name": "colorMatrix", "type": "saturate", "values": [2.5]}, f.saturate(2.5)),
    ({"name": "colorMatrix", "type": "hueRotate", "values": 40}, f.hue_rotate(40)),
    ({"name": "colorMatrix", "type": "luminanceToAlpha"}, [[0] * 5] * 3 + [[0.2126, 0.7152, 0.0722, 0, 0]]),
    ({"name": "colorMatrix", "values": [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0.1, 0, 0, 0, 0.5, 0]},
     [[0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [1, 0, 0, 0, 0.1], [0, 0, 0, 0.5, 0]]),
]  # fmt: skip


@pytest.mark.parametrize(("value", "matrix"), OBJECTS)
def test_a_color_matrix_is_that_of_the_formula(value: Any, matrix: Any, backend: str) -> None:
    # Where the colour makes alpha, the shape is a layer of bytes first, and the colour of faint pixels is not kept.
    has_layer = any(matrix[3][:3])
    pixels = unpremultiplied(drawn(shape, backend)) if has_layer else shape_pixels(backend)
    wanted = f.premultiplied(f.by_matrix(pixels, matrix))
    assert np.abs(drawn(through(value), backend) - wanted).max() <= 2.5 / 255


FOLDED = ("grayscale(40%) contrast(2)", "hue-rotate(90deg) saturate(3)", "sepia() opacity(40%)", "invert(0.3)")


@pytest.mark.parametrize("value", FOLDED)
def test_a_filtered_shape_in_one_colour_needs_no_layer_and_looks_as_in_one(value: str, backend: str) -> None:
    def layered(ctx: Any) -> None:
        with ctx.layer(value):
            shape(ctx)

    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    through(value)(recording.get_context("2d"))
    assert not recording._commands.has_layers
    assert np.abs(drawn(through(value), backend) - drawn(layered, backend)).max() <= 3 / 255


def test_what_makes_transparent_pixels_opaque_fills_the_clip(backend: str) -> None:
    """A matrix that adds to alpha: the bitmap that is filtered has no end (HTML, "drawing model")."""
    value = {"name": "colorMatrix", "values": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]}

    def draw(ctx: Any) -> None:
        ctx.rect(10, 5, 40, 30)
        ctx.clip()
        ctx.filter = value
        ctx.fill_rect(20, 20, 2, 2)

    found = np.round(drawn(draw, backend) * 255)
    assert (found[5:35, 10:50] == (0, 128, 255, 255)).all()
    found[5:35, 10:50] = 0
    assert not found.any()

    def again(ctx: Any) -> None:
        ctx.filter = [value, "blur(3px)"]
        ctx.fill_rect(20, 20, 2, 2)

    assert (np.round(drawn(again, backend) * 255)[..., 3] == 255).all(), "nothing is transparent around the canvas"


KERNELS: list[tuple[dict[str, Any], Any, dict[str, Any]]] = [
    ({"kernelMatrix": [[1, 2, 1], [2, 4, 2], [1, 2, 1]]}, [[1, 2, 1], [2, 4, 2], [1, 2, 1]], {}),
    ({"kernelMatrix": [1, 0, 0, 0, 0, 0, 0, 0, 0]}, [[1, 0, 0], [0, 0, 0], [0, 0, 0]], {}),
    ({"kernelMatrix": [1, 2, 0, 3], "order": 2, "targetX": 0, "targetY": 1}, [[1, 2], [0, 3]], {"target": (0, 1)}),
    ({"kernelMatrix": [1, -1, 3], "order": [3, 1], "divisor": 2, "bias": 0.25}, [[1, -1, 3]],
     {"divisor": 2, "bias": 0.25}),
    ({"kernelMatrix": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]], "preserveAlpha": True},
     [[0, -1, 0], [-1, 5, -1], [0, -1, 0]], {"preserve_alpha": True}),
]  # fmt: skip


@pytest.mark.parametrize(("color_type", "error"), [("unorm8", 5 / 255), ("float16", 1 / 255)])
@pytest.mark.parametrize("edge", ["none", "duplicate", "wrap"])
@pytest.mark.parametrize(("told", "kernel", "options"), KERNELS)
def test_a_convolution_is_that_of_the_formula(
    told: Any, kernel: Any, options: Any, edge: str, color_type: str, error: float, backend: str
) -> None:
    def to_the_edges(ctx: Any) -> None:
        shape(ctx)
        ctx.fill_rect(0, 30, 12, 18)
        ctx.fill_rect(50, 0, 14, 9)

    value = {"name": "convolveMatrix", "edgeMode": edge, **told}

    def draw(ctx: Any) -> None:
        with ctx.layer(value):
            to_the_edges(ctx)

    source = unpremultiplied(drawn(to_the_edges, backend, color_type))
    wanted = f.convolved(source, kernel, edge=edge, **options)
    assert np.abs(drawn(draw, backend, color_type) - wanted).max() <= error


def test_a_drop_shadow_lies_under_what_throws_it(backend: str) -> None:
    source = drawn(shape, backend)
    color = np.array([0.2, 0.4, 1.0, 1.0]) * np.array([0.8, 0.8, 0.8, 0.8])
    shadow = np.zeros_like(source)
    shadow[5:, 6:] = source[:-5, :-6, 3:] * color
    wanted = over(source, shadow)
    for value in (
        "drop-shadow(6px 5px rgba(51, 102, 255, 0.8))",
        "drop-shadow(#3366ffcc 6px 5px 0)",
        {"name": "dropShadow", "dx": 6, "dy": 5, "stdDeviation": 0, "floodColor": "#36f", "floodOpacity": 0.8},
    ):
        assert np.abs(drawn(through(value), backend) - wanted).max() <= 2 / 255
    grey = f.premultiplied(f.by_matrix(unpremultiplied(wanted), f.grayscale(1)))
    found = drawn(through("drop-shadow(6px 5px rgba(51, 102, 255, 0.8)) grayscale()"), backend)
    assert np.abs(found - grey).max() <= 3 / 255


def test_a_blurred_drop_shadow_is_a_shadow(backend: str) -> None:
    def thrown(ctx: Any) -> None:
        ctx.shadow_color, ctx.shadow_blur, ctx.shadow_offset_x, ctx.shadow_offset_y = "navy", 7, -4, 6
        shape(ctx)

    # With alpha 1 and source-over these are the same; a filter's result is rounded to 8 bits once more, and is straight
    # in the end.
    found = drawn(through("drop-shadow(-4px 6px 3.5px navy)"), backend)
    assert np.abs(found - drawn(thrown, backend)).max() <= 2 / 255


def test_filter_comes_first_then_shadow_then_alpha_operator_and_clip(backend: str) -> None:
    def draw(ctx: Any) -> None:
        backdrop(ctx)
        ctx.rect(0, 0, 40, 40)
        ctx.clip()
        ctx.filter = "opacity(50%) invert()"
        ctx.shadow_color, ctx.shadow_offset_x, ctx.shadow_offset_y = "red", 5, 4
        ctx.global_alpha, ctx.global_composite_operation = 0.6, "source-atop"
        shape(ctx)

    below = drawn(backdrop, backend)
    values = unpremultiplied(drawn(shape, backend))
    values[..., 3] *= 0.5
    values[..., :3] = 1 - values[..., :3]
    source = f.premultiplied(values)
    shadow = np.zeros_like(source)
    shadow[4:, 5:] = source[:-4, :-5, 3:] * np.array([1.0, 0, 0, 1])
    wanted = below.copy()
    for layer in (shadow * 0.6, source * 0.6):
        wanted = layer * wanted[..., 3:] + wanted * (1 - layer[..., 3:])
    wanted[40:], wanted[:, 40:] = below[40:], below[:, 40:]
    assert np.abs(drawn(draw, backend) - wanted).max() <= 3 / 255


def test_a_filtered_layer_is_filtered_as_a_whole(backend: str) -> None:
    def draw(ctx: Any) -> None:
        ctx.filter = "invert()"
        ctx.begin_layer("opacity(0.5)")
        assert ctx.filter == "none"
        group(ctx)
        ctx.end_layer()
        assert ctx.filter == "invert()"

    values = unpremultiplied(drawn(group, backend))
    values[..., :3] = 1 - values[..., :3]
    values[..., 3] *= 0.5
    assert np.abs(drawn(draw, backend) - f.premultiplied(values)).max() <= 2.5 / 255


def test_a_batch_is_filtered_as_one_draw(backend: str) -> None:
    x, y = np.array([5, 12, 30]), np.array([4, 9, 20])

    def draw(ctx: Any) -> None:
        ctx.fill_rects(x, y, 14, 12, color=["red", "lime", "rgba(0, 0, 255, 0.5)"])

    wanted = f.premultiplied(f.by_matrix(unpremultiplied(drawn(draw, backend)), f.hue_rotate(90)))
    assert np.abs(drawn(through("hue-rotate(90deg)", draw), backend) - wanted).max() <= 2.5 / 255


def test_neither_cleared_rectangles_nor_image_data_are_filtered(backend: str) -> None:
    def draw(ctx: Any) -> None:
        ctx.fill_style = "red"
        ctx.fill_rect(0, 0, WIDTH, HEIGHT)
        ctx.filter = "invert() blur(5px)"
        ctx.clear_rect(10, 10, 5, 5)
        data = ctx.create_image_data(4, 4)
        data[:] = (0, 255, 0, 255)
        ctx.put_image_data(data, 30, 30)

    found = np.round(drawn(draw, backend) * 255)
    assert not found[10:15, 10:15].any()
    assert (found[30:34, 30:34] == (0, 255, 0, 255)).all()
    found[10:15, 10:15] = found[30:34, 30:34] = (255, 0, 0, 255)
    assert (found == (255, 0, 0, 255)).all()


def test_an_opaque_canvas_stays_opaque(backend: str) -> None:
    for operator in ("source-over", "copy", "destination-out", "xor"):
        with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
            ctx = canvas.get_context("2d", {"alpha": False})
            ctx.filter, ctx.global_composite_operation = "drop-shadow(3px 3px 2px red) invert(50%)", operator
            group(ctx)
            assert (canvas.to_numpy()[..., 3] == 255).all()


def plan(draw: Any, width: int = WIDTH, height: int = HEIGHT) -> Any:
    recording = gpucanvas.Recording(width, height)
    draw(recording.get_context("2d"))
    return make_plan([recording._commands], width, height)


def test_no_filter_costs_nothing() -> None:
    def draw(ctx: Any) -> None:
        ctx.filter = "blur(3px)"
        ctx.filter = "none"
        group(ctx)
        ctx.filter = []
        group(ctx)

    steps = plan(draw).steps
    assert len(steps) == 1 and isinstance(steps[0], Draw)


def test_a_run_of_colours_is_one_step_for_all_layers() -> None:
    def draw(ctx: Any) -> None:
        for i in range(40):
            with ctx.layer(f"sepia({i / 40}) brightness(2) invert()"):
                ctx.fill_rect(i, i, 9, 9)

    filters = [step for step in plan(draw).steps if isinstance(step, Filter | Recolor | Convolve)]
    assert [type(step) for step in filters] == [Recolor]
    assert len(filters[0].items) == 40


def test_a_slot_is_no_larger_than_what_can_be_seen_of_it(backend: str) -> None:
    for value in ("blur(9000px)", "drop-shadow(90000px 0 red)", "drop-shadow(0 -20px 8000px red) blur(2px)"):
        steps = plan(through(value)).steps
        assert max(step.target.width * step.target.height for step in steps) < 16 * WIDTH * HEIGHT
        drawn(through(value), backend)
    # What is cut off would have been seen by nobody: the same picture in the middle of a larger one.
    mean = {"name": "convolveMatrix", "kernelMatrix": [[1] * 5] * 3, "edgeMode": "none"}
    value = ["blur(5px)", "drop-shadow(9px 7px 3px red)", mean]
    found = drawn(through(value), backend)
    with gpucanvas.Canvas(WIDTH + 160, HEIGHT + 160, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.translate(80, 80)
        through(value)(ctx)
        larger = f.premultiplied(canvas.to_numpy() / 255.0)
    assert np.abs(found - larger[80:-80, 80:-80]).max() <= 2 / 255


def test_a_layer_that_comes_from_outside_the_canvas_is_seen(backend: str) -> None:
    def draw(ctx: Any) -> None:
        ctx.filter = "drop-shadow(60px 4px 0 blue) drop-shadow(0 50px 0 red)"
        ctx.fill_rect(-50, -40, 20, 12)

    found = np.round(drawn(draw, backend) * 255)
    assert (found[14:26, 10:30] == (255, 0, 0, 255)).all()
    found[14:26, 10:30] = 0
    assert not found.any()


def test_the_property_reads_back_saves_and_resets() -> None:
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    assert ctx.filter == "none"
    ctx.filter = " sepia( 1 ) "
    ctx.save()
    ctx.filter = {"name": "gaussianBlur", "stdDeviation": 2}
    assert ctx.filter == {"name": "gaussianBlur", "stdDeviation": 2}
    ctx.restore()
    assert ctx.filter == " sepia( 1 ) "
    ctx.reset()
    assert ctx.filter == "none"


def test_a_filter_that_cannot_be_read_is_refused_or_ignored() -> None:
    strict, lenient = (
        gpucanvas.Recording(10, 10, on_invalid=how).get_context("2d")  # type: ignore[arg-type]
        for how in ("raise", "ignore")
    )
    for ctx in (strict, lenient):
        ctx.filter = "invert()"
    for value, error in (("blur(-1px)", ValueError), ("inherit", ValueError), ("", ValueError), (7, TypeError)):
        with pytest.raises(error):
            strict.filter = value
        lenient.filter = value  # type: ignore[assignment]
        assert strict.filter == lenient.filter == "invert()"
    with pytest.raises(TypeError, match="filter is None: give a CSS string such as"):
        strict.filter = None  # type: ignore[assignment]


def test_an_object_that_is_no_filter_is_refused_where_texts_are_ignored() -> None:
    """The standard ignores a text that it cannot read; of an object, the constructor raises."""
    ctx = gpucanvas.Recording(10, 10, on_invalid="ignore").get_context("2d")
    ctx.filter = {"name": "dropShadow", "dx": "3", "stdDeviation": True}
    wrong: Any
    shadow = {"name": "dropShadow", "dy": {}}
    for wrong in ({"name": "dropShadow", "dx": "far"}, [{"name": "colorMatrix"}], ["invert()", shadow]):
        with pytest.raises(ValueError, match="filter"):
            ctx.filter = wrong
        with pytest.raises(ValueError, match="filter"):
            ctx.begin_layer(wrong)
    assert ctx.filter == {"name": "dropShadow", "dx": "3", "stdDeviation": True}
    ctx.begin_layer("frob(1)")
    ctx.end_layer()
    with pytest.raises(ValueError, match="'frob' is no filter"):
        gpucanvas.Recording(10, 10).get_context("2d").begin_layer("frob(1)")


NAMELESS = (
    {},
    {"name": "frob"},
    {"name": "displacementMap"},
    {"name": None},
    {"name": 5},
    [],
    [{}],
    [[]],
    [{"name": "frob"}],
)


@pytest.mark.parametrize("value", NAMELESS)
def test_an_object_with_an_unknown_name_is_no_filter_where_invalid_values_are_ignored(value: Any) -> None:
    """As in Chromium, which says so in its console; the proposal's tests have it for layers."""
    ctx = gpucanvas.Recording(10, 10, on_invalid="ignore").get_context("2d")
    for given in (value, {"filter": value}):
        ctx.begin_layer(given)
        assert ctx._state.layer is not None and ctx._state.layer.effects == ()
        ctx.end_layer()
    ctx.filter = value
    assert ctx._state.filter.effects == ()


def test_the_other_filters_of_a_list_with_an_unknown_name_are_applied() -> None:
    """Chromium makes rgb(43, 43, 43) of rgb(200, 0, 0) by this list, as by its second item alone."""
    grey = {"name": "colorMatrix", "type": "saturate", "values": 0}
    with gpucanvas.Canvas(4, 4, backend="cpu", on_invalid="ignore") as canvas:
        ctx = canvas.get_context("2d")
        ctx.begin_layer([{"name": "frob"}, grey])
        ctx.fill_style = "rgb(200, 0, 0)"
        ctx.fill_rect(0, 0, 4, 4)
        ctx.end_layer()
        assert abs(canvas.to_numpy()[1, 1].astype(int) - [43, 43, 43, 255]).max() <= 1


@pytest.mark.parametrize("value", [{"name": "frob"}, [{}], ["invert()", {"name": "displacementMap"}]])
def test_an_unknown_name_is_refused_by_default(value: Any) -> None:
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    with pytest.raises(ValueError, match="give one of gaussianBlur, colorMatrix"):
        ctx.begin_layer(value)
    with pytest.raises(ValueError, match="give one of gaussianBlur, colorMatrix"):
        ctx.filter = value


def test_shadows_of_any_size_read_back_and_draw_something_or_nothing(backend: str) -> None:
    with gpucanvas.Canvas(20, 20, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.shadow_color = "red"
        for blur, offset in ((1e6, 3.0), (2.0, 1e300), (1e308, -1e308)):
            ctx.shadow_blur, ctx.shadow_offset_x = blur, offset
            assert (ctx.shadow_blur, ctx.shadow_offset_x) == (blur, offset)
            ctx.fill_rect(5, 5, 4, 4)
            assert canvas.to_numpy()[6, 6].tolist() == [0, 0, 0, 255]


def test_an_em_is_the_size_of_the_font_when_it_is_drawn(backend: str) -> None:
    """HTML, "filters": font-relative lengths count from the font at the time of the draw, not of the assignment."""

    def work(ctx: Any) -> None:
        ctx.font = "40px sans-serif"
        ctx.filter = ["drop-shadow(0.1em 0 0 red)", "blur(0.05em)"]
        ctx.save()
        ctx.font = "20px sans-serif"
        shape(ctx)
        ctx.restore()
        ctx.translate(5, 9)
        shape(ctx)
        with ctx.layer("blur(0.1em)"):
            ctx.fill_rect(0, 0, 9, 9)

    def in_pixels(ctx: Any) -> None:
        ctx.filter = "drop-shadow(2px 0 0 red) blur(1px)"
        shape(ctx)
        ctx.filter = "drop-shadow(4px 0 0 red) blur(2px)"
        ctx.translate(5, 9)
        shape(ctx)
        with ctx.layer("blur(4px)"):
            ctx.fill_rect(0, 0, 9, 9)

    assert np.array_equal(drawn(work, backend), drawn(in_pixels, backend))


def test_a_font_that_is_refused_leaves_the_filter() -> None:
    ctx = gpucanvas.Recording(5, 5, on_invalid="ignore").get_context("2d")
    ctx.filter = "blur(1em)"
    ctx.font = "nothing"
    assert ctx._state.filter.effects[0].sigma_x == 10  # type: ignore[union-attr]


@pytest.mark.parametrize("options", [{}, {"filter": None}, {"filter": []}, {"filter": "none"}, None, []])
def test_options_without_a_filter_begin_a_plain_layer(options: Any, backend: str) -> None:
    def work(ctx: Any) -> None:
        ctx.global_alpha = 0.5
        ctx.begin_layer(options)
        group(ctx)
        ctx.end_layer()

    def plain(ctx: Any) -> None:
        with ctx.layer(alpha=0.5):
            group(ctx)

    assert np.array_equal(drawn(work, backend), drawn(plain, backend))


MANY = 20_000
LOOP: list[Any] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("blur(" + "calc(" * MANY + "1px" + ")" * MANY + ")", "more than 64 brackets are in one another"),
        ("blur(" + "[" * MANY, "more than 64 brackets are in one another"),
        (f"blur({'9' * MANY}px)", "a number has thousands of digits"),
        (LOOP, "more than 64 lists in one another: give one list"),
        ({"name": "colorMatrix", "values": LOOP}, "more than 8 lists in one another: give a list of numbers"),
        ({"name": "convolveMatrix", "kernelMatrix": LOOP}, "more than 8 lists in one another: give a list of numbers"),
    ],
    ids=["calc", "brackets", "digits", "lists", "matrix", "kernel"],
)
def test_what_nests_without_end_is_refused(value: Any, text: str) -> None:
    ctx = gpucanvas.Recording(5, 5).get_context("2d")
    with pytest.raises(ValueError, match=text):
        ctx.filter = value
    with pytest.raises(ValueError, match=text):
        ctx.begin_layer(value)
    assert ctx.filter == "none"
    ctx.fill_rect(0, 0, 1, 1)


def test_lengths_in_units_of_the_font_are_its_own(backend: str) -> None:
    """CSS Values 4: an ex is the font's x-height; inside calc() relative lengths add up with others."""
    pictures = []
    with gpucanvas.Canvas(60, 40, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        for unit in ("ex", "px"):
            ctx.font = "40px sans-serif"
            # The x-height of the shipped Noto Sans is 536 of 1000.
            ctx.filter = (
                f"drop-shadow(calc(1ex + 4px) 0.5{unit} red)" if unit == "ex" else "drop-shadow(25.44px 10.72px red)"
            )
            ctx.fill_rect(2, 2, 20, 20)
            pictures.append(canvas.to_numpy())
            ctx.reset()
    assert pictures[0][:, 30:].any()
    np.testing.assert_array_equal(*pictures)


@pytest.mark.parametrize("text", ["url(#a)", 'url("a.svg#b") blur(2px)', "sepia(1) url(#a)"])
def test_a_filter_that_refers_to_nothing_is_none_where_invalid_values_are_ignored(text: str, backend: str) -> None:
    """It can be parsed and so is set (HTML); a reference to nothing makes its chain be ignored (Filter Effects)."""
    pictures = []
    for given in ("none", text):
        with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend, on_invalid="ignore") as canvas:
            ctx = canvas.get_context("2d")
            ctx.filter = given
            assert ctx.filter == given
            shape(ctx)
            pictures.append(canvas.to_numpy())
    np.testing.assert_array_equal(*pictures)
    ctx = gpucanvas.Recording(5, 5, on_invalid="ignore").get_context("2d")
    ctx.filter = "invert(1)"
    ctx.filter = f"{text} blur(2)"
    assert ctx.filter == "invert(1)", "the rest of the chain has to be valid"
    strict = gpucanvas.Recording(5, 5).get_context("2d")
    with pytest.raises(ValueError, match="url\\(\\) is not supported"):
        strict.filter = text


def purple(ctx: Any, how: str) -> None:
    """A rectangle of 60 x 30 at (10, 10)."""
    ctx.fill_style = ctx.stroke_style = "rgb(128, 0, 128)"
    if how == "fill":
        ctx.fill_rect(10, 10, 60, 30)
    elif how == "stroke":
        ctx.line_width = 30
        ctx.begin_path()
        ctx.move_to(10, 25)
        ctx.line_to(70, 25)
        ctx.stroke()
    elif how == "image":
        ctx.draw_image(np.full((30, 60, 4), (128, 0, 128, 255), np.uint8), 10, 10)
    elif how == "batch":
        ctx.fill_rects([10], [10], [60], [30])
    else:
        with ctx.layer():
            ctx.fill_rect(10, 10, 60, 30)


@pytest.mark.parametrize("how", ["fill", "stroke", "image", "batch", "layer"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # The shape alone, over its shadow, and the shadow alone: the shadow is seen through the shape.
        ("drop-shadow(10px 5px 0 rgb(255, 165, 0))", ((128, 0, 128, 128), (170, 54, 85, 192), (255, 165, 0, 128))),
        ("brightness(50%)", ((64, 0, 64, 128), (64, 0, 64, 128), (0, 0, 0, 0))),
        ("invert(1)", ((128, 255, 128, 128), (128, 255, 128, 128), (0, 0, 0, 0))),
        ("opacity(0.5)", ((128, 0, 128, 64), (128, 0, 128, 64), (0, 0, 0, 0))),
    ],
)
def test_opacity_comes_before_the_filter_as_in_chromium(value: str, expected: Any, how: str, backend: str) -> None:
    """The numbers are Chromium's."""
    with gpucanvas.Canvas(100, 50, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.filter, ctx.global_alpha = value, 0.5
        purple(ctx, how)
        assert ctx.global_alpha == 0.5
        found = canvas.to_numpy().astype(int)
        for (x, y), pixel in zip(((15, 12), (40, 25), (75, 42)), expected, strict=True):
            assert np.abs(found[y, x] - pixel).max() <= 1, (x, y, found[y, x])
        ctx.reset_transform()
        ctx.filter = "none"
        ctx.clear_rect(0, 0, 100, 50)
        ctx.fill_rect(0, 0, 5, 5)
        assert canvas.to_numpy()[2, 2, 3] == 128, "the state's opacity is as before"


def test_opacity_comes_between_the_filter_of_a_layer_and_that_of_the_context(backend: str) -> None:
    """By arithmetic: a half transparent shadow, seen through a half transparent shape that has its own solid shadow."""
    with gpucanvas.Canvas(100, 50, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.filter, ctx.global_alpha = "drop-shadow(0 20px 0 lime)", 0.5
        ctx.begin_layer("drop-shadow(20px 0 0 blue)")
        ctx.fill_style = "red"
        ctx.fill_rect(0, 0, 40, 10)
        ctx.end_layer()
        found = canvas.to_numpy().astype(int)
    for (x, y), pixel in {
        (10, 5): (255, 0, 0, 128), (30, 5): (255, 0, 0, 128), (50, 5): (0, 0, 255, 128), (50, 25): (0, 255, 0, 128)
    }.items():  # fmt: skip
        assert np.abs(found[y, x] - pixel).max() <= 1, (x, y, found[y, x])


def test_a_shadow_of_a_filtered_shape_has_the_opacity_once(backend: str) -> None:
    """Chromium's numbers for a shape with a drop shadow to its upper left and a shadow of both to the lower right."""
    with gpucanvas.Canvas(100, 50, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.shadow_color, ctx.shadow_offset_x, ctx.shadow_offset_y = "blue", 10, 5
        ctx.global_alpha, ctx.filter = 0.5, "drop-shadow(-10px -5px 0 orange)"
        ctx.fill_style = "purple"
        ctx.fill_rect(20, 10, 50, 30)
        found = canvas.to_numpy().astype(int)
    for (x, y), pixel in {
        (15, 10): (255, 165, 0, 128), (40, 25): (136, 44, 119, 240), (75, 42): (0, 0, 255, 128),
        (75, 20): (0, 0, 255, 128),
    }.items():  # fmt: skip
        assert np.abs(found[y, x] - pixel).max() <= 1, (x, y, found[y, x])


def test_a_text_of_several_commands_has_one_opacity_under_a_filter(backend: str) -> None:
    """Each command of it is filtered alone. As their shadows do not meet, all of them as a layer give the same."""
    found = []
    for as_layer in (False, True):
        with gpucanvas.Canvas(120, 80, backend=backend) as canvas:
            ctx = canvas.get_context("2d")
            ctx.font = "20px sans-serif"
            ctx.global_alpha, ctx.filter = 0.5, "drop-shadow(0 30px 0 blue)"
            if as_layer:
                ctx.begin_layer()
            ctx.fill_text("A\N{GRINNING FACE}b\N{GRINNING FACE}", 5, 25)
            if as_layer:
                ctx.end_layer()
            ctx.fill_rect(100, 5, 15, 15)
            found.append(canvas.to_numpy().astype(int))
    assert np.abs(found[0] - found[1]).max() <= 1
    assert found[0][10, 105].tolist() == [0, 0, 0, 128]
