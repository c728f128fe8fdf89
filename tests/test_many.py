"""render_many: every recording looks as if it had been drawn alone, wherever its slot lies."""

from __future__ import annotations

import numpy as np
import pytest

import gpucanvas
from compare import assert_same
from compositing import PORTER_DUFF
from gpucanvas.pipeline.encode import encode
from gpucanvas.pipeline.merge import merge
from gpucanvas.plan.slots import place


def draw(ctx: gpucanvas.Context2D, seed: int) -> None:
    """Everything that depends on where the canvas lies: paths, clips, gradients, images, image data, batches."""
    rng = np.random.default_rng(seed)
    for color in rng.random((8, 4)).tolist():
        ctx.fill_style = tuple(color)
        ctx.fill_rect(*(rng.random(4) * 40 - 8).tolist())
    ctx.save()
    ctx.translate(12, 9)
    ctx.rotate(0.3)
    ctx.begin_path()
    ctx.arc(20, 20, 14, 0, 6)
    fade = ctx.create_linear_gradient(0, 0, 40, 40)
    fade.add_color_stop(0, "teal")
    fade.add_color_stop(1, "gold")
    ctx.fill_style = fade
    ctx.fill()
    ctx.line_width = 3
    ctx.stroke()
    ctx.draw_image((rng.random((6, 6, 4)) * 255).astype(np.uint8), 20, -4, 20, 20)
    ctx.restore()
    ctx.save()
    ctx.begin_path()
    ctx.rect(5, 5.5, 40, 30)
    ctx.clip()
    ctx.clip(gpucanvas.Path2D("M 0 0 L 60 10 L 30 60 Z"))
    ctx.set_line_dash([7, 3])
    ctx.line_width = 6
    ctx.stroke_rect(10, 10, 90, 20)
    ctx.fill_circles([20, 44], [30, 12], [9, 6], color=["red", "blue"])
    ctx.restore()
    ctx.put_image_data((rng.random((9, 9, 4)) * 255).astype(np.uint8), 40, 44)
    ctx.global_composite_operation = "destination-out"
    ctx.fill_circles(8, 40, 12)


def test_many_look_as_if_each_were_alone(backend: str) -> None:
    sizes = [(50 + 7 * (i % 4), 48 + 5 * (i % 3)) for i in range(12)]
    recordings = []
    for i, size in enumerate(sizes):
        recording = gpucanvas.Recording(*size)
        draw(recording.get_context("2d"), i)
        recordings.append(recording)
    pictures = gpucanvas.render_many(recordings, backend)
    for i, size in enumerate(sizes):
        canvas = gpucanvas.Canvas(*size, backend=backend)
        draw(canvas.get_context("2d"), i)
        assert pictures[i].shape == (size[1], size[0], 4)
        assert_same(canvas.to_numpy(), pictures[i], max_difference=1, max_fraction=0.01, names=("alone", "among many"))


def draw_rects(ctx: gpucanvas.Context2D, seed: int, operator: str) -> None:
    """Rectangles that leave the canvas on all sides, some far outside, some turned, some outlined, some cleared."""
    rng = np.random.default_rng(seed)
    fade = ctx.create_linear_gradient(0, 0, 50, 30)
    fade.add_color_stop(0, "teal")
    fade.add_color_stop(1, "#fd08")
    styles = [*map(tuple, rng.random((12, 4)).tolist()), fade]
    for k, style in enumerate(styles):
        ctx.fill_style = ctx.stroke_style = style
        x, y, w, h = (rng.random(4) * 120 - 40).tolist()
        ctx.global_alpha = 0.5 + 0.5 * (k % 2)
        ctx.fill_rect(x, y, w, h)
        ctx.fill_rect(x + 300, y, w, h)
        ctx.clear_rect(y, x, w / 3, h / 3)
        ctx.stroke_rect(h, w, x, y)
    ctx.fill_style = "navy"
    ctx.rotate(0.2)
    ctx.fill_rect(-20, 30, 100, 9)
    ctx.reset_transform()
    ctx.global_composite_operation = operator
    ctx.fill_rect(9, 9, 100, 11)


@pytest.mark.parametrize("operator", [*PORTER_DUFF, "multiply", "hue"])
def test_many_rectangles_are_cut_at_the_edges(backend: str, operator: str) -> None:
    sizes = [(33 + 7 * (i % 4), 41 + 5 * (i % 3)) for i in range(12)]
    recordings = []
    for i, size in enumerate(sizes):
        recording = gpucanvas.Recording(*size)
        draw_rects(recording.get_context("2d"), i, operator)
        recordings.append(recording)
    pictures = gpucanvas.render_many(recordings, backend)
    for i, size in enumerate(sizes):
        canvas = gpucanvas.Canvas(*size, backend=backend)
        draw_rects(canvas.get_context("2d"), i, operator)
        assert_same(canvas.to_numpy(), pictures[i], max_difference=1, max_fraction=0.01, names=("alone", "among many"))


def test_many_plain_rectangles_need_no_clip() -> None:
    recordings = []
    for i in range(9):
        recording = gpucanvas.Recording(20, 20)
        ctx = recording.get_context("2d")
        ctx.fill_style = (i / 9, 0.5, 0.25, 0.75)
        ctx.fill_rect(-5.5, 3.25, 40, 30)
        ctx.fill_rect(40, 40, 5, 5)
        recordings.append(recording)
    ((width, height, slots),) = place([(20, 20)] * 9, 96)
    scene = encode(merge([each._commands for each in recordings], slots), width, height)
    assert len(scene.clips) == 1
    assert not scene.draws["clip"].any()
    for i, picture in enumerate(gpucanvas.render_many(recordings, "cpu")):
        canvas = gpucanvas.Canvas(20, 20, backend="cpu")
        ctx = canvas.get_context("2d")
        ctx.fill_style = (i / 9, 0.5, 0.25, 0.75)
        ctx.fill_rect(-5.5, 3.25, 40, 30)
        np.testing.assert_array_equal(picture, canvas.to_numpy())


def test_many_fill_more_than_one_surface() -> None:
    recordings = [gpucanvas.Recording(600, 500) for _ in range(20)]
    for i, recording in enumerate(recordings):
        ctx = recording.get_context("2d")
        ctx.fill_style = (i / 20, 0.0, 1.0, 1.0)
        ctx.fill_rect(i, 0, 600, 500)
    for i, picture in enumerate(gpucanvas.render_many(recordings, "cpu")):
        assert picture[250, 300].tolist() == [int(i / 20 * 255 + 0.5), 0, 255, 255]
        assert (picture[:, :i, 3] == 0).all()


def test_many_take_recordings_of_no_size_and_render_again() -> None:
    recordings = [gpucanvas.Recording(0, 5), gpucanvas.Recording(3, 3)]
    recordings[1].get_context("2d").fill_rect(0, 0, 3, 3)
    for _ in range(2):
        empty, full = gpucanvas.render_many(recordings, "cpu")
        assert empty.shape == (5, 0, 4)
        assert (full[..., 3] == 255).all()


def test_many_refuse_what_is_no_recording() -> None:
    with pytest.raises(TypeError, match="item 0 is 5: give Recording objects"):
        gpucanvas.render_many([5])  # type: ignore[list-item]


def test_a_single_recording_is_refused_with_the_cure() -> None:
    with pytest.raises(TypeError, match="recordings is <Recording .*: give a list of Recording objects"):
        gpucanvas.render_many(gpucanvas.Recording(4, 4))  # type: ignore[arg-type]
