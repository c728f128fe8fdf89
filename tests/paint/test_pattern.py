"""Patterns are those of the HTML standard, on each backend: repetitions, places, what they keep, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

import gpucanvas
from paints_reference import pattern_colors, points, premultiplied

WIDTH, HEIGHT = 61, 47
PIXELS = np.random.default_rng(4).integers(0, 256, (9, 13, 4), np.uint8)
REPETITIONS = ("repeat", "repeat-x", "repeat-y", "no-repeat")
LIMIT = 1.05
"""Half a step of 8 bits for the premultiplied colour, half a step for the straight one."""
STRANGERS = 6
"""Pixels whose centre lies so near to a border between texels that float32 says otherwise."""
IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def context(backend: Any = "cpu", **settings: Any) -> Any:
    return gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend, **settings).get_context("2d")


def filled(ctx: Any, style: Any) -> Any:
    """What the canvas shows when it is filled with a style all over, whatever the transform."""
    ctx.save()
    matrix = ctx.get_transform()
    ctx.reset_transform()
    ctx.rect(-1, -1, WIDTH + 2, HEIGHT + 2)
    ctx.set_transform(matrix)
    ctx.fill_style = style
    ctx.fill()
    ctx.restore()
    return ctx.canvas.to_numpy()


MATRICES = {
    "as it is": IDENTITY,
    "moved up and to the left": (1.0, 0.0, 0.0, 1.0, -6.0, -4.0),
    "moved far": (1.0, 0.0, 0.0, 1.0, 26020.0, -18011.0),
    "moved by parts of pixels": (1.0, 0.0, 0.0, 1.0, 20.25, 17.5),
    "larger": (2.7131, 0.0, 0.0, 1.9173, 11.313, 8.2171),
    "smaller": (0.43127, 0.0, 0.0, 0.61319, 20.1173, 8.3391),
    "mirrored": (-1.0, 0.0, 0.0, 1.0, 33.0, 8.0),
    "turned and skewed": (1.3137, 0.7171, -0.4139, 1.6173, 25.0119, 10.0331),
}


@pytest.mark.parametrize("smooth", [True, False], ids=["smooth", "nearest"])
@pytest.mark.parametrize("matrix", MATRICES.values(), ids=MATRICES)
@pytest.mark.parametrize("repetition", REPETITIONS)
def test_every_copy_is_where_it_belongs(repetition: Any, matrix: tuple[float, ...], smooth: bool, backend: str) -> None:
    ctx = context(backend)
    ctx.image_smoothing_enabled = smooth
    ctx.set_transform(*matrix)
    # A bitmap is interpolated as it is, while an image that is drawn small is filtered.
    found = premultiplied(filled(ctx, ctx.create_pattern(gpucanvas.create_image_bitmap(PIXELS), repetition)))
    expected = pattern_colors(PIXELS, repetition, smooth, *points(WIDTH, HEIGHT, matrix))
    assert (abs(found - expected).max(-1) > LIMIT).sum() <= STRANGERS


def test_its_own_transform_comes_before_that_of_the_canvas(backend: str) -> None:
    own, outer = (1.5, 0.2, -0.3, 2.0, 4.0, -3.0), (0.8, 0.6, -0.6, 0.8, 20.0, 5.0)
    ctx = context(backend)
    ctx.set_transform(*outer)
    pattern = ctx.create_pattern(PIXELS, "repeat-x")
    pattern.set_transform(gpucanvas.DOMMatrix(own))
    both = tuple(gpucanvas.DOMMatrix(outer) @ gpucanvas.DOMMatrix(own))
    expected = pattern_colors(PIXELS, "repeat-x", True, *points(WIDTH, HEIGHT, both))
    assert (abs(premultiplied(filled(ctx, pattern)) - expected).max(-1) > LIMIT).sum() <= STRANGERS


@pytest.mark.parametrize(
    "spelled",
    [
        lambda p: p.set_transform(2, 0, 0, 3, 4, 5),
        lambda p: p.set_transform((2, 0, 0, 3, 4, 5)),
        lambda p: p.set_transform(gpucanvas.DOMMatrix([2, 0, 0, 3, 4, 5])),
        lambda p: p.set_transform({"a": 2, "d": 3, "e": 4, "f": 5}),
        lambda p: p.set_transform(np.array([[2, 0, 4], [0, 3, 5], [0, 0, 1]])),
    ],
)
def test_a_transform_is_taken_in_every_spelling(spelled: Any) -> None:
    ctx = context()
    pattern = ctx.create_pattern(PIXELS)
    spelled(pattern)
    expected = pattern_colors(PIXELS, "repeat", True, *points(WIDTH, HEIGHT, (2, 0, 0, 3, 4, 5)))
    assert (abs(premultiplied(filled(ctx, pattern)) - expected).max(-1) > LIMIT).sum() <= STRANGERS


@pytest.mark.parametrize("image", ["array", "array without alpha", "floats", "grey", "canvas", "Pillow", "Image"])
def test_everything_that_can_be_drawn_can_be_repeated(image: str, backend: str) -> None:
    opaque = PIXELS.copy()
    opaque[..., 3] = 255
    grey = opaque.copy()
    grey[...] = grey[..., :1]
    grey[..., 3] = 255
    canvas = gpucanvas.Canvas(13, 9, backend=backend)
    canvas.get_context("2d").put_image_data(opaque, 0, 0)
    given, pixels = {
        "array": (PIXELS, PIXELS),
        "array without alpha": (opaque[..., :3], opaque),
        "floats": (opaque / 255, opaque),
        "grey": (grey[..., 0], grey),
        "canvas": (canvas, opaque),
        "Pillow": (Image.fromarray(PIXELS), PIXELS),
        "Image": (gpucanvas.Image(PIXELS), PIXELS),
    }[image]
    ctx = context(backend)
    found = premultiplied(filled(ctx, ctx.create_pattern(given)))
    assert abs(found - pattern_colors(pixels, "repeat", False, *points(WIDTH, HEIGHT))).max() <= LIMIT


def test_a_pattern_keeps_the_pixels_it_was_made_of(backend: str) -> None:
    array = PIXELS.copy()
    canvas = gpucanvas.Canvas(13, 9, backend=backend)
    canvas.get_context("2d").put_image_data(array, 0, 0)
    image = gpucanvas.Image(PIXELS)
    ctx = context(backend)
    patterns = [ctx.create_pattern(each) for each in (array, canvas, image)]
    array[...] = 0
    canvas.get_context("2d").clear_rect(0, 0, 13, 9)
    image.close()
    expected = pattern_colors(PIXELS, "repeat", False, *points(WIDTH, HEIGHT))
    for pattern in patterns:
        ctx.clear_rect(0, 0, WIDTH, HEIGHT)
        assert abs(premultiplied(filled(ctx, pattern)) - expected).max() <= LIMIT


def test_a_canvas_can_be_filled_with_a_pattern_of_itself(backend: str) -> None:
    ctx = context(backend)
    ctx.fill_style = "red"
    ctx.fill_rect(0, 0, 5, 5)
    pattern = ctx.create_pattern(ctx.canvas)
    ctx.fill_style = "blue"
    ctx.fill_rect(0, 0, 5, 5)
    ctx.fill_style = pattern
    ctx.translate(20, 20)
    ctx.fill_rect(0, 0, 20, 20)
    picture = ctx.canvas.to_numpy()
    assert picture[2, 2].tolist() == [0, 0, 255, 255]
    assert picture[22, 22].tolist() == [255, 0, 0, 255]
    assert picture[30, 30].tolist() == [0, 0, 0, 0]


def test_what_is_drawn_keeps_the_transform_of_its_time(backend: str) -> None:
    ctx = context(backend)
    pattern = ctx.create_pattern(np.array([[[255, 0, 0, 255], [0, 0, 255, 255]]], np.uint8))
    ctx.fill_style = pattern
    ctx.fill_rect(0, 0, 1, 1)
    pattern.set_transform(1, 0, 0, 1, 1, 0)
    ctx.fill_rect(0, 1, 1, 1)
    ctx.image_smoothing_enabled = False
    pattern.set_transform(9, 0, 0, 9, 4.5, 0)
    ctx.fill_rect(0, 2, 30, 1)
    picture = ctx.canvas.to_numpy()
    assert picture[:2, 0].tolist() == [[255, 0, 0, 255], [0, 0, 255, 255]]
    assert {tuple(each) for each in picture[2, :30].tolist()} == {(255, 0, 0, 255), (0, 0, 255, 255)}


def test_without_an_inverse_nothing_is_painted(backend: str) -> None:
    ctx = context(backend)
    pattern = ctx.create_pattern(PIXELS)
    pattern.set_transform(1, 1, 1, 1, 0, 0)
    assert not filled(ctx, pattern).any()
    pattern.set_transform()
    ctx.set_transform(0, 0, 0, 0, 0, 0)
    assert not filled(ctx, pattern).any()


def test_a_transform_squeezed_to_a_hair_is_no_crash(backend: str) -> None:
    ctx = context(backend)
    pattern = ctx.create_pattern(np.full((3, 3, 4), 255, np.uint8))
    for matrix in ((1e-30, 0, 0, 1e-30, 0, 0), (1e30, 0, 0, 1e30, 5, 5), (1, 0, 0, 1, 1e300, -1e300)):
        pattern.set_transform(matrix)
        assert (filled(ctx, pattern) == 255).all()


@pytest.mark.parametrize("repetition", [None, "", "repeat"])
def test_repeating_both_ways_is_what_is_meant_by_nothing(repetition: Any) -> None:
    ctx = context()
    pattern = ctx.create_pattern(PIXELS, repetition)
    assert (pattern.repetition, pattern.width, pattern.height) == ("repeat", 13, 9)
    assert repr(pattern) == "<CanvasPattern repeat of 13x9>"


@pytest.mark.parametrize("on_invalid", ["raise", "ignore"])
@pytest.mark.parametrize("repetition", ["repeat-z", "Repeat", "repeat ", "null"])
def test_another_repetition_is_a_syntax_error_on_every_canvas(repetition: Any, on_invalid: Any) -> None:
    with pytest.raises(ValueError, match="give one of repeat, repeat-x, repeat-y, no-repeat") as caught:
        context(on_invalid=on_invalid).create_pattern(PIXELS, repetition)
    assert caught.value.name == "SyntaxError"  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [(0, 5), (5, 0)])
def test_a_canvas_without_pixels_is_an_invalid_state(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="has no pixels") as caught:
        context().create_pattern(gpucanvas.Canvas(*size, backend="cpu"))
    assert caught.value.name == "InvalidStateError"  # type: ignore[attr-defined]


@pytest.mark.parametrize("image", [None, 5, "picture.png", gpucanvas.Recording(4, 4), np.zeros((2, 2, 7))])
def test_what_is_no_image_is_a_type_error(image: Any) -> None:
    with pytest.raises(TypeError, match="the image"):
        context().create_pattern(image)
    with pytest.raises(TypeError, match="repetition is 5: give one of repeat"):
        context().create_pattern(PIXELS, 5)


def test_a_transform_that_is_not_finite_is_refused_or_ignored() -> None:
    pattern = context().create_pattern(PIXELS)
    with pytest.raises(ValueError, match="set_transform: e is nan: give a finite number"):
        pattern.set_transform(1, 0, 0, 1, np.nan, 0)
    for wrong in ((1, 2), ("x",), (None, 0, 0, 1, 0, 0)):
        with pytest.raises(TypeError):
            pattern.set_transform(*wrong)
    ctx = context(on_invalid="ignore")
    pattern = ctx.create_pattern(PIXELS)
    before = filled(ctx, pattern)
    pattern.set_transform(1, 0, 0, 1, np.inf, 0)
    assert (filled(context(), pattern) == before).all()


def test_the_style_reads_as_it_was_assigned() -> None:
    ctx = context()
    pattern, gradient = ctx.create_pattern(PIXELS), ctx.create_conic_gradient(0, 1, 1)
    ctx.fill_style, ctx.stroke_style = pattern, gradient
    assert ctx.fill_style is pattern and ctx.stroke_style is gradient
    ctx.save()
    ctx.fill_style = "red"
    ctx.restore()
    assert ctx.fill_style is pattern


def test_an_image_that_is_drawn_and_repeated_is_kept_once() -> None:
    image = gpucanvas.Image(PIXELS)
    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    ctx = recording.get_context("2d")
    ctx.fill_style = ctx.create_pattern(image)
    ctx.draw_image(image, 0, 0)
    ctx.fill_rect(0, 20, 9, 9)
    ctx.fill_rect(0, 30, 9, 9)
    assert len(recording._commands.images) == 1
    assert gpucanvas.memory.snapshot().host_bytes >= PIXELS.nbytes


def test_many_pictures_with_patterns_are_those_of_single_ones(backend: Any) -> None:
    recordings = []
    for k in range(5):
        recording = gpucanvas.Recording(20 + k, 18)
        ctx = recording.get_context("2d")
        other = np.ascontiguousarray(np.roll(PIXELS, 37 * k))
        ctx.fill_style = ctx.create_pattern(other, REPETITIONS[k % 4])
        ctx.translate(3, k)
        ctx.fill_rect(-3, -4, 40, 40)
        ctx.draw_image(other, 5, 5)
        recordings.append(recording)
    together = gpucanvas.render_many(recordings, backend=backend)
    for recording, picture in zip(recordings, together, strict=True):
        alone = gpucanvas.render_many([recording], backend=backend)[0]
        np.testing.assert_array_equal(picture, alone)
    assert np.asarray(together[0]).any()


@pytest.mark.parametrize("operator", ["destination-out", "xor"])
def test_on_a_canvas_without_alpha_what_a_pattern_takes_away_is_black(operator: str, backend: str) -> None:
    ctx = gpucanvas.Canvas(8, 8, backend=backend).get_context("2d", alpha=False)
    ctx.fill_style = "white"
    ctx.fill_rect(0, 0, 8, 8)
    ctx.global_composite_operation = operator
    ctx.fill_style = ctx.create_pattern(np.array([[[255, 0, 0, 255], [255, 0, 0, 0]]], np.uint8))
    ctx.fill_rect(0, 0, 8, 8)
    row = ctx.canvas.to_numpy()[3]
    assert row[:2].tolist() == [[0, 0, 0, 255], [255, 255, 255, 255]]
