"""Pictures draw what their calls would, to the byte; as a whole where the context asks for it; and never change."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import gpucanvas
from calls_made import calls_made
from gpucanvas import Canvas, Picture, Recording
from gpucanvas.contract.commands import FILL_PATH
from gpucanvas.errors import InvalidStateError, LimitError
from gpucanvas.pipeline import replay
from gpucanvas.verbs.textdraw import TextDrawing
from scenes import SCENES, Scene

PUT = ("put_image_data", "get_image_data")
OWN_WORLD = ("set_transform", "reset", "fill_text", "stroke_text", "layout", "get_transform", *PUT)
"""What counts from the canvas's corner, not from where the transform is: these scenes are not what they were, moved."""


def source_of(scene: Scene) -> str:
    """What a scene's function says."""
    return inspect.getsource(scene.draw)


def recorded(scene: Scene) -> Recording:
    recording = Recording(scene.width, scene.height)
    scene.draw(recording.get_context("2d"), scene.width, scene.height)
    return recording


def is_plain(recording: Recording) -> bool:
    """Whether a recording has no settings: those are of a canvas."""
    return not recording._opaque and (recording._format.name, recording._color_space) == ("rgba8", "srgb")


def drawn(
    draw: Callable[[Any], None], width: int, height: int, place: Callable[[Any], None] | None = None
) -> NDArray[np.uint8]:
    with Canvas(width, height, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        if place is not None:
            ctx.fill_style = "#cde"
            ctx.fill_rect(0, 0, 90, 70)
            ctx.fill_style = "#000"
            place(ctx)
        draw(ctx)
        return canvas.to_numpy()


REPLAYED = [
    pytest.param(scene, id=name)
    for name, scene in sorted(SCENES.items())
    if not any(word in source_of(scene) for word in PUT) and "pixels_" not in name
]
MOVED = [
    pytest.param(scene, id=name)
    for name, scene in sorted(SCENES.items())
    if not any(word in source_of(scene) for word in OWN_WORLD)
    and "pixels_" not in name
    and name != "state_restore_without_save"  # It takes back the transform that it is placed by.
    # The halved copy that an image is drawn from is chosen when it is recorded.
    and name not in ("image_checkerboard_reduced_by_half", "image_reduced_smooth_and_nearest")
]


def turned(ctx: Any) -> None:
    ctx.translate(40.25, 5)
    ctx.rotate(0.4)
    ctx.scale(1.1, 0.9)


def clipped(ctx: Any) -> None:
    ctx.begin_path()
    ctx.arc(50, 40, 38, 0, 6.3)
    ctx.clip()
    ctx.begin_path()
    ctx.translate(4, 3)


@pytest.mark.parametrize("scene", REPLAYED)
def test_replay_is_what_the_calls_draw_to_the_byte(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = recorded(scene)
    if not is_plain(recording):
        pytest.skip("the scene makes its own canvas")
    picture = recording.freeze()
    replayed = drawn(lambda ctx: ctx.draw_picture(picture), scene.width, scene.height)
    assert np.array_equal(replayed, scene.render("cpu"))
    read = Picture.from_bytes(picture.to_bytes())
    assert read.to_bytes() == picture.to_bytes()
    replayed = drawn(lambda ctx: ctx.draw_picture(read), scene.width, scene.height)
    if picture._outlined is picture._commands:
        assert np.array_equal(replayed, scene.render("cpu"))
        return
    # The bytes hold texts as outlines, without masks and tones: to the byte what the calls draw without these.
    place_of, fitted = TextDrawing._mask_place, TextDrawing._fitted

    def unfitted(ctx: TextDrawing, kind: int, text: Any, matrix: Any) -> Any:
        """What would have been masks is not fitted to pixels; other strokes are, when they are recorded."""
        has_masks = kind == FILL_PATH or not ctx._state.pen.dash
        is_masked = has_masks and place_of(ctx)[0] and matrix[:4] == (1.0, 0.0, 0.0, 1.0)
        return None if is_masked else fitted(ctx, kind, text, matrix)

    monkeypatch.setattr(TextDrawing, "_fitted", unfitted)
    monkeypatch.setattr(TextDrawing, "_mask_place", lambda self: (0.0, None))
    monkeypatch.setattr(TextDrawing, "_tone", lambda self, *given: 0)
    outlined = drawn(lambda ctx: scene.draw(ctx, scene.width, scene.height), scene.width, scene.height)
    assert np.array_equal(replayed, outlined)


def whole_pixels(ctx: Any) -> None:
    ctx.translate(31, 17)


TEXTS = [
    pytest.param(scene, id=name)
    for name, scene in sorted(SCENES.items())
    if name.startswith("text_") and "set_transform" not in source_of(scene)
]


@pytest.mark.parametrize("scene", TEXTS)
def test_texts_moved_by_whole_pixels_are_what_the_calls_draw_there(scene: Scene) -> None:
    picture = recorded(scene).freeze()
    size = scene.width + 50, scene.height + 50
    direct = drawn(lambda ctx: scene.draw(ctx, scene.width, scene.height), *size, whole_pixels)
    assert np.array_equal(drawn(lambda ctx: ctx.draw_picture(picture), *size, whole_pixels), direct)
    assert np.array_equal(
        drawn(lambda ctx: ctx.draw_picture(picture, 3, 7), *size, lambda ctx: ctx.translate(28, 10)), direct
    )
    # In a picture that is a part of another, too.
    outer = Recording(*size)
    outer.get_context("2d").draw_picture(picture, 11, 2)
    twice = outer.freeze()
    assert np.array_equal(
        drawn(lambda ctx: ctx.draw_picture(twice, 20, 15), *size, lambda ctx: None),
        drawn(lambda ctx: ctx.draw_picture(picture, 31, 17), *size, lambda ctx: None),
    )


def with_label(texts: list[str]) -> Recording:
    recording = Recording(90, 30)
    ctx = recording.get_context("2d")
    ctx.font, ctx.fill_style = "13px sans-serif", "navy"
    for row, text in enumerate(texts):
        ctx.fill_text(text, 4, 12 + 12 * row)
    return recording


def test_texts_that_follow_are_not_in_the_picture() -> None:
    recording = with_label(["before"])
    picture = recording.freeze()
    recording.get_context("2d").fill_text("after", 4, 24)
    alone = with_label(["before"]).freeze()
    assert np.array_equal(*(drawn(lambda ctx, each=each: ctx.draw_picture(each), 90, 30) for each in (picture, alone)))
    assert picture.to_bytes() == alone.to_bytes()
    both = with_label(["before", "after"]).freeze()
    assert recording.freeze().to_bytes() == both.to_bytes() != alone.to_bytes()


@pytest.mark.parametrize("place", [(0.5, 0.0, 1.0), (0.0, 0.25, 1.0), (0.0, 0.0, 1.5)], ids=str)
def test_texts_that_are_scaled_or_between_pixels_are_outlines(place: tuple[float, float, float]) -> None:
    picture = with_label(["label"]).freeze()
    x, y, scale = place

    def at(ctx: Any, picture: Picture) -> None:
        ctx.draw_picture(picture, x, y, 90 * scale, 30 * scale)

    read = Picture.from_bytes(picture.to_bytes())
    found, expected = (drawn(lambda ctx, each=each: at(ctx, each), 140, 50) for each in (picture, read))
    assert found.any()
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("place", [turned, clipped])
@pytest.mark.parametrize("scene", MOVED)
def test_replay_under_a_transform_is_what_the_calls_draw_there(scene: Scene, place: Callable[[Any], None]) -> None:
    recording = recorded(scene)
    if not is_plain(recording):
        pytest.skip("the scene makes its own canvas")
    picture = recording.freeze()
    size = scene.width + 50, scene.height + 50
    direct = drawn(lambda ctx: scene.draw(ctx, scene.width, scene.height), *size, place)
    assert np.array_equal(drawn(lambda ctx: ctx.draw_picture(picture), *size, place), direct)


def two_squares() -> Picture:
    recording = Recording(12, 8)
    ctx = recording.get_context("2d")
    ctx.fill_rect(0, 0, 8, 8)
    ctx.fill_rect(4, 0, 8, 8)
    return recording.freeze()


def test_alpha_is_that_of_the_whole() -> None:
    picture = two_squares()

    def draw(ctx: Any) -> None:
        ctx.global_alpha = 0.5
        ctx.draw_picture(picture)

    assert drawn(draw, 12, 8)[4, :, 3].tolist() == [128] * 12


@pytest.mark.parametrize(
    "setting",
    [
        ("global_composite_operation", "xor"),
        ("filter", "invert()"),
        ("shadow_color", "red"),
        ("global_alpha", 0.3),
    ],
    ids=lambda setting: setting[0],
)
def test_a_whole_picture_is_what_a_layer_of_its_calls_is(setting: tuple[str, Any]) -> None:
    scene = SCENES["layers_nested"]
    picture = recorded(scene).freeze()
    size = scene.width, scene.height

    def prepare(ctx: Any) -> None:
        ctx.fill_rect(0, 0, 30, 30)
        ctx.shadow_offset_x = 5
        setattr(ctx, *setting)

    def direct(ctx: Any) -> None:
        ctx.begin_layer()
        scene.draw(ctx, *size)
        ctx.end_layer()

    whole = drawn(lambda ctx: ctx.draw_picture(picture), *size, prepare)
    assert np.array_equal(whole, drawn(direct, *size, prepare))


def test_the_state_of_the_context_neither_counts_nor_changes() -> None:
    picture = two_squares()
    with Canvas(12, 8, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style = "red"
        ctx.draw_picture(picture, 0, 0)
        assert canvas.to_numpy()[0, 0].tolist() == [0, 0, 0, 255]
        assert ctx.fill_style == "#ff0000"
        assert ctx.get_transform().is_identity
        ctx.fill_rect(0, 0, 1, 1)
        assert canvas.to_numpy()[0, 0].tolist() == [255, 0, 0, 255]


def test_width_and_height_scale_the_picture() -> None:
    recording = Recording(4, 2)
    recording.get_context("2d").fill_rect(1, 0, 2, 1)
    picture = recording.freeze()
    pixels = drawn(lambda ctx: ctx.draw_picture(picture, 2, 1, 8, 6), 12, 8)
    assert np.argwhere(pixels[..., 3])[[0, -1]].tolist() == [[1, 4], [3, 7]]
    assert set(np.unique(pixels[..., 3])) == {0, 255}


def test_a_picture_does_not_change_with_what_it_was_made_of() -> None:
    recording = Recording(16, 16)
    ctx = recording.get_context("2d")
    image = np.full((4, 4, 4), 255, np.uint8)
    x = np.array([2.0, 10.0])
    fade = ctx.create_linear_gradient(0, 0, 16, 0)
    fade.add_color_stop(0, "red")
    ctx.fill_style = fade
    ctx.fill_rect(0, 0, 16, 4)
    ctx.draw_image(image, 0, 8)
    ctx.fill_circles(x, 12, 2)
    picture = recording.freeze()
    before = drawn(lambda ctx: ctx.draw_picture(picture), 16, 16)
    data = picture.to_bytes()
    image[:], x[:] = 0, 100
    fade.add_color_stop(1, "blue")
    ctx.fill_rect(0, 0, 16, 16)
    assert picture.to_bytes() == data
    assert np.array_equal(drawn(lambda ctx: ctx.draw_picture(picture), 16, 16), before)
    assert recording.freeze().command_count == picture.command_count + 1


def test_staging_memory_is_copied() -> None:
    with Canvas(8, 8, backend="cpu") as canvas:
        columns = canvas.staging_array((2, 3))
        columns[:] = [[2, 2, 2], [6, 6, 2]]
        recording = Recording(8, 8)
        recording.get_context("2d").fill_circles(columns[:, 0], columns[:, 1], columns[:, 2])
        picture = recording.freeze()
        before = drawn(lambda ctx: ctx.draw_picture(picture), 8, 8)
        assert before[..., 3].any()
        render = gpucanvas.render_many([recording])[0]
        assert np.array_equal(render, before)
        recording._clear()
        columns[:] = 0
        assert np.array_equal(drawn(lambda ctx: ctx.draw_picture(picture), 8, 8), before)


def test_pictures_in_pictures_are_what_their_calls_are() -> None:
    inner = two_squares()
    recording = Recording(40, 40)
    ctx = recording.get_context("2d")
    ctx.rotate(0.2)
    for k in range(3):
        ctx.draw_picture(inner, 4 + 6 * k, 3 * k)
    outer = recording.freeze()
    assert outer.command_count == 6

    def direct(ctx: Any) -> None:
        ctx.scale(1.5, 1.5)
        ctx.rotate(0.2)
        for k in range(3):
            ctx.fill_rect(4 + 6 * k, 3 * k, 8, 8)
            ctx.fill_rect(8 + 6 * k, 3 * k, 8, 8)

    def nested(ctx: Any) -> None:
        ctx.scale(1.5, 1.5)
        ctx.draw_picture(outer)

    # Matrices are multiplied in another order: the last bit of a corner may differ, no pixel by more than one.
    difference = np.abs(drawn(nested, 60, 60).astype(int) - drawn(direct, 60, 60))
    assert difference.max() <= 1


def test_outlines_are_kept_once_however_often_a_picture_is_replayed() -> None:
    recording = Recording(20, 20)
    ctx = recording.get_context("2d")
    ctx.begin_path()
    ctx.arc(10, 10, 8, 0, 6)
    ctx.fill()
    picture = recording.freeze()
    other = Recording(200, 200)
    ctx = other.get_context("2d")
    for k in range(50):
        ctx.draw_picture(picture, 3 * k, 2 * k)
    assert len(other._commands) == 50
    assert len(other._commands.verbs) == len(recording._commands.verbs)


def many(count: int) -> Picture:
    recording = Recording(64, 64)
    ctx = recording.get_context("2d")
    fade = ctx.create_linear_gradient(0, 0, 9, 9)
    for k in range(count):
        ctx.fill_style = (k % 256 / 255, 0.5, 0.5)
        ctx.fill_rect(k % 60, k // 60, 2, 2)
        ctx.global_alpha = 0.5 + k % 7 / 14
        ctx.rotate(0.1)
        ctx.begin_path()
        ctx.move_to(k % 50, 3)
        ctx.line_to(k % 30, 40)
        ctx.line_to(3, k % 40)
        ctx.stroke_style = fade
        ctx.stroke()
    return recording.freeze()


@pytest.mark.parametrize("place", [(), (3.5, 2, 40, 50)])
def test_a_replay_costs_no_work_in_python_for_each_command(place: tuple[float, ...]) -> None:
    small, large = many(20), many(2000)
    ctx = Recording(64, 64).get_context("2d")
    ctx.draw_picture(many(5), *place)  # The first loads modules.
    few, lots = (
        len(calls_made(ctx.draw_picture, picture, *place, events=("call", "c_call"))) for picture in (small, large)
    )
    assert lots == few


def test_a_singular_transform_draws_nothing() -> None:
    picture = recorded(SCENES["layers_nested"]).freeze()

    def draw(ctx: Any) -> None:
        ctx.draw_picture(picture, 0, 0, 0, 50)
        ctx.scale(1, 0)
        ctx.draw_picture(picture)

    assert not drawn(draw, 50, 50).any()


def test_numbers_out_of_range_are_nowhere() -> None:
    recording = Recording(8, 8)
    ctx = recording.get_context("2d")
    ctx.scale(1e200, 1)
    ctx.begin_path()
    ctx.rect(1e-200, 0, 1e90, 1e300)
    ctx.scale(1e-200, 1)
    ctx.fill()
    ctx.stroke()
    ctx.scale(1e308, 1e308)
    ctx.fill_rect(1, 1, 1, 1)
    ctx.scale(1e308, 1e308)
    ctx.fill_rect(1, 1, 1, 1)
    with ctx.layer():
        ctx.fill()
    picture = recording.freeze()
    assert Picture.from_bytes(picture.to_bytes()).to_bytes() == picture.to_bytes()

    def draw(ctx: Any) -> None:
        ctx.draw_picture(picture)
        ctx.draw_picture(picture, 0, 0, 1e300, 1e300)
        ctx.fill_style = "red"
        ctx.fill_rect(4, 4, 1, 1)

    assert drawn(draw, 8, 8)[4, 4].tolist() == [255, 0, 0, 255]


@pytest.mark.parametrize("cached", [False, True])
@pytest.mark.parametrize(("source", "target"), [("srgb", "display-p3"), ("display-p3", "srgb")])
def test_a_picture_is_converted_to_the_colour_space_of_the_canvas(source: Any, target: Any, cached: bool) -> None:
    """Colours, stops, images, batches and shadows, by the conversion of pixels that `to_numpy` has."""

    def draw(ctx: Any) -> None:
        fade = ctx.create_linear_gradient(0, 0, 40, 0)
        fade.add_color_stop(0, "tomato")
        fade.add_color_stop(1, "tomato")
        for k, style in enumerate(("seagreen", fade)):
            ctx.fill_style = style
            ctx.fill_rect(0, 8 * k, 40, 8)
        ctx.draw_image(np.full((8, 8, 4), (90, 140, 60, 255), np.uint8), 0, 16, 40, 8)
        ctx.fill_rects([0, 20], 24, 20, 8, color=np.array([[0.2, 0.4, 0.3], [0.6, 0.5, 0.4]]))
        ctx.shadow_color, ctx.shadow_offset_y = "rgb(90 120 60)", 8
        ctx.fill_rect(0, 32, 40, 8)

    recording = Recording(40, 48)
    draw(recording.get_context("2d", color_space=source))
    picture = Picture.from_bytes(recording.freeze().to_bytes())
    assert picture.color_space == source
    with Canvas(40, 48, backend="cpu") as canvas:
        draw(canvas.get_context("2d", color_space=source))
        expected = np.asarray(canvas.to_numpy(color_space=target)).astype(int)
    with Canvas(40, 48, backend="cpu") as canvas:
        canvas.get_context("2d", color_space=target).draw_picture(picture, cached=cached)
        found = np.asarray(canvas.to_numpy()).astype(int)
    assert len(np.unique(found.reshape(-1, 4), axis=0)) == 6
    assert np.abs(found - expected).max() <= 1


def test_a_canvas_without_alpha_stays_so() -> None:
    recording = Recording(8, 8)
    ctx = recording.get_context("2d")
    ctx.fill_rect(0, 0, 8, 8)
    ctx.clear_rect(2, 2, 4, 4)
    ctx.global_composite_operation = "destination-out"
    ctx.fill_rect(0, 0, 1, 8)
    picture = recording.freeze()
    with Canvas(8, 8, backend="cpu") as canvas:
        ctx = canvas.get_context("2d", alpha=False)
        ctx.fill_style = "red"
        ctx.fill_rect(0, 0, 8, 8)
        ctx.draw_picture(picture)
        pixels = canvas.to_numpy()
    # The hole shows what is below: the picture was drawn as a whole.
    assert pixels[3, 3].tolist() == pixels[5, 0].tolist() == [255, 0, 0, 255]
    assert pixels[0, 2].tolist() == [0, 0, 0, 255]


def test_a_picture_is_a_value() -> None:
    picture = two_squares()
    assert copy.copy(picture) is picture
    assert copy.deepcopy(picture) is picture
    again = pickle.loads(pickle.dumps(picture))
    assert again.to_bytes() == picture.to_bytes()
    assert (again.width, again.height, again.command_count) == (12, 8, 2)
    assert repr(again) == "<Picture 12x8 of 2 commands>"
    assert again.nbytes == picture.nbytes > 0


def test_what_is_no_picture_is_refused() -> None:
    ctx = Recording(8, 8).get_context("2d")
    with pytest.raises(TypeError, match=r"is no Picture: make one with Recording.freeze\(\)"):
        ctx.draw_picture(Recording(4, 4))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="takes \\(picture, x, y\\) or"):
        ctx.draw_picture(two_squares(), 0, 0, 5)
    with pytest.raises(ValueError, match="y is nan"):
        ctx.draw_picture(two_squares(), 0, float("nan"))
    with pytest.raises(TypeError, match="made by Recording.freeze"):
        Picture()


def test_what_cannot_be_frozen_says_so() -> None:
    recording = Recording(8, 8)
    ctx = recording.get_context("2d")
    ctx.begin_layer()
    with pytest.raises(InvalidStateError, match="a layer of the context is open"):
        recording.freeze()
    ctx.end_layer()
    ctx.put_image_data(np.zeros((2, 2, 4), np.uint8), 0, 0)
    with pytest.raises(InvalidStateError, match="draw them with draw_image"):
        recording.freeze()
    with Canvas(4, 4, backend="cpu") as canvas, pytest.raises(TypeError, match="keeps pixels"):
        canvas.freeze()


def nested(depth: int) -> Picture:
    recording = Recording(8, 8)
    ctx = recording.get_context("2d")
    for _ in range(depth):
        ctx.begin_layer()
    ctx.fill_rect(0, 0, 4, 4)
    for _ in range(depth):
        ctx.end_layer()
    return recording.freeze()


def test_layers_are_nested_up_to_the_limit() -> None:
    picture = nested(256)
    assert drawn(lambda ctx: ctx.draw_picture(picture, 1, 1), 8, 8)[..., 3].sum() == 16 * 255
    again = Picture.from_bytes(picture.to_bytes())
    assert drawn(lambda ctx: ctx.draw_picture(again), 8, 8)[..., 3].sum() == 16 * 255
    ctx = Recording(8, 8).get_context("2d")
    ctx.begin_layer()
    with pytest.raises(LimitError, match="1 layers are open and the picture has 256 in one another: the limit is 256"):
        ctx.draw_picture(picture)
    ctx.end_layer()
    ctx.global_alpha = 0.5
    with pytest.raises(LimitError, match="the limit is 256"):
        ctx.draw_picture(picture)


def test_pictures_of_pictures_grow_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "MOST_COMMANDS", 1000)
    picture = two_squares()
    with pytest.raises(LimitError, match="would have 1024 commands, the limit is 1000: draw it in parts"):
        for _ in range(12):
            recording = Recording(12, 8)
            ctx = recording.get_context("2d")
            ctx.draw_picture(picture)
            ctx.draw_picture(picture)
            picture = recording.freeze()


def test_a_command_beyond_a_limit_is_taken_out_of_the_frame_and_not_of_the_picture() -> None:
    recording = Recording(8, 8)
    ctx = recording.get_context("2d")
    with ctx.layer():
        ctx.fill_rect(0, 0, 4, 4)
        ctx.line_width = 1e5
        ctx.begin_path()
        ctx.move_to(0, 0)
        ctx.line_to(8, 8)
        ctx.stroke()
    picture = recording.freeze()
    data = picture.to_bytes()
    with Canvas(8, 8, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.draw_picture(picture, 0, 0, 8e7, 8e7)
        with pytest.raises(LimitError, match=r"stroke\(\) number 1"):
            canvas.flush()
        canvas.flush()
    assert picture.to_bytes() == data
