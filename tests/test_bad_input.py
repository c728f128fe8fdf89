"""Bad input: an error that names the thing, the value and the cure, and a canvas that still draws afterwards."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas

NAN, INF = float("nan"), float("inf")
Call = Callable[[Any], Any]

REFUSED: list[tuple[str, Call, type[Exception], str]] = [
    ("text for a number", lambda c: c.fill_rect("a", 0, 1, 1), TypeError, "fill_rect: x is 'a': give a number"),
    ("none for a number", lambda c: c.stroke_rect(0, None, 1, 1), TypeError, "stroke_rect: y is None"),
    ("nan", lambda c: c.fill_rect(0, 0, NAN, 1), ValueError, "fill_rect: width is nan: give a finite number"),
    ("infinity", lambda c: c.clear_rect(INF, 0, 1, 1), ValueError, "clear_rect: x is inf"),
    ("an enormous integer", lambda c: c.fill_rect(10**400, 0, 1, 1), ValueError, "fill_rect: x is 1000"),
    ("nan in a path", lambda c: c.line_to(NAN, 0), ValueError, "line_to"),
    ("nan in a transform", lambda c: c.translate(NAN, 0), ValueError, "translate: x is nan"),
    ("a matrix too short", lambda c: c.set_transform(1, 2), TypeError, "set_transform takes six numbers"),
    ("a negative radius", lambda c: c.arc(0, 0, -1, 0, 1), gpucanvas.IndexSizeError, "radius"),
    (
        "negative radii in a batch",
        lambda c: c.fill_circles([0, 1], 0, [1, -2]),
        gpucanvas.IndexSizeError,
        "the radius of item 1 is -2",
    ),
    ("lengths that differ", lambda c: c.fill_rects([0, 1], [0, 1, 2], 1), ValueError, "do not fit together"),
    ("nan in a batch", lambda c: c.fill_rects([0, NAN], 0, 1), ValueError, "item 1 is"),
    ("a shape for segments", lambda c: c.stroke_line_segments(np.zeros((3, 2))), ValueError, r"give \(N, 2, 2\)"),
    ("a shape for polygons", lambda c: c.fill_polygons(np.zeros((3, 3))), ValueError, "points has shape"),
    ("colours that do not fit", lambda c: c.fill_circles([0, 1], 0, 1, color=np.zeros((3, 4))), ValueError, "color"),
    ("an unknown colour", lambda c: setattr(c, "fill_style", "no colour"), ValueError, "is no CSS colour"),
    (
        "an unknown operator",
        lambda c: setattr(c, "global_composite_operation", "xyz"),
        ValueError,
        "give one of source-over",
    ),
    ("an unknown cap", lambda c: setattr(c, "line_cap", "flat"), ValueError, "give butt, round or square"),
    ("an alpha outside", lambda c: setattr(c, "global_alpha", 2), ValueError, "give a number from 0 to 1"),
    ("a width of nothing", lambda c: setattr(c, "line_width", 0), ValueError, "give a finite number above 0"),
    ("a negative dash", lambda c: c.set_line_dash([1, -1]), ValueError, "give finite numbers of at least 0"),
    ("an unknown rule", lambda c: c.fill("oddeven"), TypeError, "give 'nonzero' or 'evenodd'"),
    ("a path that is none", lambda c: c.fill(5), TypeError, "is no Path2D"),
    ("image data of no size", lambda c: c.get_image_data(0, 0, 0, 5), gpucanvas.IndexSizeError, "0x5"),
    ("an image that is none", lambda c: c.draw_image(np.zeros(5), 0, 0), TypeError, "the image has shape"),
    ("an image of integers", lambda c: c.draw_image(np.zeros((2, 2, 4), int), 0, 0), TypeError, "give uint8, or float"),
    ("an image without pixels", lambda c: c.draw_image(np.zeros((0, 4, 4), np.uint8), 0, 0), ValueError, "no pixels"),
    ("too few numbers", lambda c: c.draw_image(np.zeros((2, 2, 4), np.uint8), 0), TypeError, "2, 4 or 8 numbers"),
]


def still_draws(canvas: gpucanvas.Canvas) -> None:
    ctx = canvas.get_context("2d")
    ctx.fill_style = "lime"
    ctx.fill_rect(0, 0, 20, 10)
    assert (canvas.to_numpy() == [0, 255, 0, 255]).all()


@pytest.mark.parametrize(("call", "kind", "text"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_bad_input_is_refused_and_the_canvas_still_draws(
    backend: str, call: Call, kind: type[Exception], text: str
) -> None:
    canvas = gpucanvas.Canvas(20, 10, backend=backend)
    with pytest.raises(kind, match=text):
        call(canvas.get_context("2d"))
    still_draws(canvas)


def test_bad_input_is_ignored_where_the_canvas_is_told_to(backend: str) -> None:
    canvas = gpucanvas.Canvas(20, 10, backend=backend, on_invalid="ignore")
    ctx = canvas.get_context("2d")
    ctx.fill_rect(0, 0, NAN, 5)
    ctx.translate(INF, 0)
    ctx.line_to(NAN, NAN)
    ctx.fill_style = "no colour"
    ctx.line_cap = "flat"
    ctx.global_alpha = -1
    ctx.fill_rects([NAN, 30], 0, 1)
    assert ctx.fill_style == "#000000"
    assert (ctx.line_cap, ctx.global_alpha) == ("butt", 1.0)
    assert not canvas.to_numpy().any()
    still_draws(canvas)


def test_empty_input_draws_nothing(backend: str) -> None:
    canvas = gpucanvas.Canvas(20, 10, backend=backend)
    ctx = canvas.get_context("2d")
    for verb in (ctx.fill_polygons, ctx.stroke_polygons, ctx.stroke_lines):
        verb([])
        verb(np.zeros((0, 2)))
    ctx.fill_circles([], [], [])
    ctx.stroke_line_segments(np.zeros((0, 2, 2)))
    ctx.fill()
    ctx.stroke()
    assert not canvas.to_numpy().any()
    still_draws(canvas)


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0)])
def test_a_canvas_without_pixels_takes_every_call(backend: str, size: tuple[int, int]) -> None:
    canvas = gpucanvas.Canvas(*size, backend=backend)
    canvas.get_context("2d").fill_rect(0, 0, 5, 5)
    assert canvas.to_numpy().shape == (size[1], size[0], 4)


@pytest.mark.parametrize(
    ("size", "kind"), [((-1, 5), ValueError), ((40_000, 5), ValueError), ((1.5, 5), TypeError), (("a", 5), TypeError)]
)
def test_a_canvas_of_a_wrong_size_is_refused(backend: str, size: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind, match="Canvas width is"):
        gpucanvas.Canvas(*size, backend=backend)


def test_a_canvas_beyond_the_backend_is_refused_before_memory_is_taken(backend: str) -> None:
    with pytest.raises(gpucanvas.LimitError, match="draw it in parts"):
        gpucanvas.Canvas(32768, 32768, backend=backend)


@pytest.mark.parametrize("settings", [{}, {"alpha": False}, {"color_space": "display-p3"}], ids=str)
def test_a_context_that_is_taken_of_a_closed_canvas_draws_nothing(settings: Any) -> None:
    canvas = gpucanvas.Canvas(4, 4, backend="cpu")
    canvas.close()
    with pytest.raises(gpucanvas.ClosedError, match="the canvas is closed: nothing can be drawn on it any more"):
        canvas.get_context("2d", **settings).fill_rect(0, 0, 1, 1)


def test_a_closed_canvas_says_so_and_closes_twice(backend: str) -> None:
    canvas = gpucanvas.Canvas(20, 10, backend=backend)
    ctx = canvas.get_context("2d")
    canvas.close()
    canvas.close()
    for use in (lambda: ctx.fill_rect(0, 0, 1, 1), canvas.to_numpy, lambda: ctx.reset(), canvas.to_png):
        with pytest.raises(gpucanvas.ClosedError, match="the canvas is closed"):
            use()


def test_restore_without_save_and_ten_thousand_saves_are_harmless(backend: str) -> None:
    canvas = gpucanvas.Canvas(20, 10, backend=backend)
    ctx = canvas.get_context("2d")
    ctx.restore()
    for _ in range(10_000):
        ctx.save()
    still_draws(canvas)


def test_an_unknown_backend_is_refused() -> None:
    with pytest.raises(ValueError, match="backend is 'vulkan': give one of auto, cpu, gl"):
        gpucanvas.Canvas(5, 5, backend="vulkan")


@pytest.mark.parametrize("number", [float, np.float32, np.float64, np.int16])
def test_a_whole_float_is_a_number_of_pixels(number: Any) -> None:
    recording = gpucanvas.Recording(number(10), number(3))
    with gpucanvas.Canvas(number(10), number(3), backend="cpu") as canvas:
        canvas.width = number(12)  # A float is for programs that are not type-checked.
        assert (canvas.width, canvas.height, recording.width) == (12, 3, 10)
        assert type(canvas.width) is type(recording.height) is int
        assert canvas.to_numpy().shape == (3, 12, 4)
        for wrong in (10.5, float("nan"), float("inf")):
            with pytest.raises(TypeError, match=f"^Canvas height is {wrong}: give a whole number of pixels"):
                canvas.height = wrong  # type: ignore[assignment]


def test_a_canvas_without_a_height_is_said_to_be_a_canvas() -> None:
    with pytest.raises(TypeError, match=r"^Canvas\.__init__\(\) missing 1 required positional argument: 'height'$"):
        gpucanvas.Canvas((640, 480))  # type: ignore[call-arg, arg-type]


def test_what_is_no_image_is_refused_with_the_way_to_make_one() -> None:
    ctx = gpucanvas.Canvas(20, 10, backend="cpu").get_context("2d")
    opened = io.BytesIO(b"x"), r"gpucanvas\.Image\.open\(it\)"
    for given, cure in ((ctx, r"ctx\.canvas"), opened, ({}, "an array, a")):
        with pytest.raises(TypeError, match=f"^the image is .*: give .*{cure}"):
            ctx.draw_image(given, 0, 0)


@pytest.mark.parametrize("color_type", ["unorm8", "float16"])
@pytest.mark.parametrize("verb", ["draw_image", "put_image_data"])
def test_floats_that_must_be_bytes_are_warned_of_at_the_line_that_draws_them(verb: str, color_type: Any) -> None:
    ctx = gpucanvas.Canvas(20, 10, backend="cpu").get_context("2d", color_type=color_type)
    with pytest.warns(UserWarning, match="floats up to 200: they are taken as 0 to 1 .* divide it by 255") as caught:
        getattr(ctx, verb)(np.full((4, 4, 4), 200.0), 0, 0)
    assert caught[0].filename == __file__
    assert ctx.canvas.to_numpy()[2, 2].tolist() == [255, 255, 255, 255]
    # A little too far, and what is no number, is nothing to warn of: warnings are errors in these tests.
    getattr(ctx, verb)(np.array([[[1.2, -0.2, np.nan, 1.0]]]), 0, 0)
    # A pixel that is drawn with a NaN is transparent, and shows what is below it.
    assert ctx.canvas.to_numpy()[0, 0].tolist() == ([255] * 4 if verb == "draw_image" else [255, 0, 0, 255])
    # A NaN does not hide the others.
    with pytest.warns(UserWarning, match="floats up to 200"):
        getattr(ctx, verb)(np.array([[[0, 0, 0, np.nan], [0, 0, 0, 200.0]]]), 0, 0)


def test_a_mask_that_must_be_bytes_is_warned_of_as_an_image_is() -> None:
    ctx = gpucanvas.Canvas(20, 10, backend="cpu").get_context("2d")
    with pytest.warns(UserWarning, match="the mask has floats up to 3: .* makes most of it opaque") as caught:
        ctx.draw_mask(np.full((4, 4), 3.0), 0, 0)
    assert caught[0].filename == __file__
    ctx.draw_mask(np.full((4, 4), 1.5), 0, 0)


@pytest.mark.parametrize(
    ("given", "cure"),
    [
        (np.full((2, 2), 4095, np.uint16), r"dtype uint16: .* image\.astype\(numpy\.uint8\) .* image / 4095, which"),
        (np.full((2, 2, 3), 255), r"dtype int64: give uint8, or float 0 to 1: image\.astype\(numpy\.uint8\) if 255"),
        (np.zeros((2, 2), np.int32), r"dtype int32: .* image / 1, which"),
        (np.zeros((2, 2), complex), "dtype complex128: give uint8, or float 0 to 1$"),
        (gpucanvas.AnimatedImage([gpucanvas.Image(np.zeros((n, 2))) for n in (2, 3)], [1, 1]), r"frame_at\(t\)"),
        (gpucanvas.Recording(2, 2).freeze(), r"ctx\.draw_picture\(picture, x, y\)"),
        ([np.zeros((4, 4, 4), np.uint8)] * 2, "a list of 2 images: draw them one by one, or .*src_rects of its parts"),
        ([gpucanvas.Image(np.zeros((4, 4, 4), np.uint8))], "a list of 1 images"),
        (np.zeros((2, 4, 4, 4), np.uint8), r"an array of 2 images, of shape \(2, 4, 4, 4\): draw them one by one"),
    ],
)
@pytest.mark.parametrize("verb", ["draw_image", "draw_images"])
def test_an_image_of_another_form_is_refused_with_what_to_write(verb: str, given: Any, cure: str) -> None:
    ctx = gpucanvas.Recording(20, 10).get_context("2d")
    with pytest.raises(TypeError, match=cure):
        getattr(ctx, verb)(given, *([0, 0] if verb == "draw_image" else []))


def operator(name: str) -> Callable[[Any], object]:
    return lambda ctx: setattr(ctx, "global_composite_operation", name)


CURES: list[tuple[str, Callable[[Any], object], str]] = [
    ("NaN as a colour", lambda ctx: setattr(ctx, "fill_style", (float("nan"), 0, 0)), "has NaN, which is no"),
    ("NaN in a batch", lambda ctx: ctx.fill_rects(1, 2, 3, color=[[float("nan"), 0, 0, 1]]), "has NaN, which is no"),
    ("bytes as a text", lambda ctx: ctx.fill_text(b"abc", 1, 2), r"give a str, as bytes.decode\(\) makes of bytes"),
    ("None as a text", lambda ctx: ctx.fill_text(None, 1, 2), "the text is None: give a str$"),
    ("a number as a text", lambda ctx: ctx.fill_text(5, 1, 2), r"give a str, as str\(5\) is one"),
    ("hsl without %", lambda ctx: setattr(ctx, "fill_style", "hsl(120, 50, 50)"), r"did you mean 'hsl\(120 50 50\)'"),
    ("mixed rgb", lambda ctx: setattr(ctx, "fill_style", "rgb(10%, 20, 30)"), r"did you mean 'rgb\(10% 20 30\)'"),
    ("letters in another order", lambda ctx: setattr(ctx, "fill_style", "bleu"), "did you mean 'blue'"),
    ("a media type", lambda ctx: ctx.canvas.encode("image/jpeg"), "can be written: give 'png', 'webp' or 'jpeg'$"),
    ("another library's operator", operator("add"), r"give one of source-over, .*clear; did you mean 'lighter'\?$"),
    ("an operator in Python's spelling", operator("destination_out"), "clear; did you mean 'destination-out'"),
    ("an operator that is like none", operator("nothing-like-it"), "luminosity, clear$"),
    ("a baseline's word for an alignment", lambda ctx: setattr(ctx, "text_align", "middle"), "did you mean 'center'"),
    ("an alignment's word for a baseline", lambda ctx: setattr(ctx, "text_baseline", "center"), "mean 'middle'"),
    ("a colour for a fill", lambda ctx: ctx.fill("red"), "'nonzero' or 'evenodd'; a colour is given as fill_style$"),
    ("a colour for a stroke", lambda ctx: ctx.stroke("#f00"), "#f00.; a colour is given as stroke_style$"),
    ("another library's verb", lambda ctx: ctx.clear_canvas(), "did you mean clear_rect"),
    ("node-canvas's fonts", lambda ctx: gpucanvas.registerFont, "did you mean fonts.register"),
    ("node-canvas's images", lambda ctx: gpucanvas.loadImage, "did you mean Image.open"),
    ("node-canvas's canvases", lambda ctx: gpucanvas.createCanvas, "did you mean Canvas"),
]


@pytest.mark.parametrize(("call", "text"), [row[1:] for row in CURES], ids=[row[0] for row in CURES])
def test_an_error_names_the_cure(call: Callable[[Any], object], text: str) -> None:
    ctx = gpucanvas.Canvas(9, 9, backend="cpu").get_context("2d")
    with pytest.raises((ValueError, TypeError, AttributeError), match=text):
        call(ctx)


def test_a_staging_array_without_memory_names_its_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    with gpucanvas.Canvas(9, 9, backend="cpu") as canvas:

        def refuse(*arguments: Any) -> None:
            raise MemoryError

        monkeypatch.setattr(canvas._backend.staging, "array", refuse)
        with pytest.raises(MemoryError, match=r"no memory for an array of shape \(5, 2\) of float32: make a"):
            canvas.staging_array((5, 2))
