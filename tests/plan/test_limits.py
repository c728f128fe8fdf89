"""Layers and shadows at their limits: what is far, wide, deep, cancelled or beyond what can be drawn."""

from __future__ import annotations

import threading
import warnings
from math import pi
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.errors import FrameCancelledError
from gpucanvas.plan.steps import Draw, Filter

from .trees import plan_of

WIDTH, HEIGHT = 120, 90


def picture(draw: Any, backend: str, in_layer: bool = False) -> np.ndarray:
    """What a function draws, premultiplied, 0 to 255."""
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend, on_invalid="ignore") as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        ctx.fill_style, ctx.stroke_style = "rgba(30, 60, 200, 0.8)", "rgba(200, 60, 20, 0.7)"
        if in_layer:
            with ctx.layer():
                draw(ctx)
        else:
            draw(ctx)
        values = canvas.to_numpy().astype(np.float64)
    values[..., :3] *= values[..., 3:] / 255
    return values


def long_miter(ctx: Any) -> None:
    ctx.line_width, ctx.miter_limit = 8, 40
    ctx.begin_path()
    for x, y in ((10, 85), (60, 60), (14, 85)):
        ctx.line_to(x, y)
    ctx.stroke()


def wide_pen_beside_the_canvas(ctx: Any) -> None:
    ctx.line_width = 300
    ctx.begin_path()
    ctx.move_to(-100, 45)
    ctx.line_to(-100, 60)
    ctx.stroke()


def parts_of_ellipses(ctx: Any) -> None:
    ctx.begin_path()
    ctx.ellipse(60, 45, 50, 10, 0.7, 0.3, 4)
    ctx.stroke()
    ctx.begin_path()
    ctx.arc(60, 45, 30, 1, 5)
    ctx.fill()


def mirrored_and_singular(ctx: Any) -> None:
    ctx.save()
    ctx.transform(-1, 0.3, 0.2, -1.2, 110, 80)
    ctx.fill_rect(10, 10, 50, 30)
    ctx.stroke_circles(np.array([60.0]), np.array([20.0]), 15.0)
    ctx.set_transform(1, 1, 1, 1, 0, 0)
    ctx.fill_rect(3, 3, 9, 9)
    ctx.stroke_rect(3, 3, 9, 9)
    ctx.restore()


def far_rectangles(ctx: Any) -> None:
    ctx.fill_rect(-1e9, 10, 2e9, 5)
    ctx.fill_rect(-1e300, 20, 2e300, 5)
    ctx.stroke_rect(-1e9, 30, 2e9, 20)
    ctx.fill_rects(np.array([-1e308, 3]), np.array([60.0, 70]), np.array([1.7e308, 5]), np.array([4.0, 4]))


def batches_with_what_is_no_number(ctx: Any) -> None:
    x = np.array([10, np.nan, 30, np.inf])
    ctx.fill_rects(x, x, 5.0, 5.0)
    ctx.stroke_line_segments(np.array([[[0, 0], [50, 50]], [[np.nan, 1], [2, 3]], [[np.inf, 0], [3, 3]]]))


def staged_batch(ctx: Any) -> None:
    points = ctx.canvas.staging_array((40, 2))
    points[:] = np.random.default_rng(1).uniform(0, 90, (40, 2))
    ctx.fill_circles(points[:, 0], points[:, 1], 3.0)
    ctx.stroke_arcs(points[:, 0], points[:, 1], 9.0, 1.0, 5.0)


def dashes(ctx: Any) -> None:
    ctx.line_width = 6
    ctx.set_line_dash([9, 4])
    ctx.begin_path()
    ctx.move_to(-50, 45)
    ctx.line_to(500, 50)
    ctx.stroke()


def round_clips(ctx: Any) -> None:
    ctx.save()
    for path in ("M10 45 Q60 -60 110 45 T60 90z", "M0 30H1e9V70H0z"):
        ctx.clip(gpucanvas.Path2D(path))
    ctx.fill_rect(0, 0, WIDTH, HEIGHT)
    ctx.restore()


SHAPES = [
    long_miter,
    wide_pen_beside_the_canvas,
    parts_of_ellipses,
    mirrored_and_singular,
    far_rectangles,
    batches_with_what_is_no_number,
    staged_batch,
    dashes,
    round_clips,
]


@pytest.mark.parametrize("draw", SHAPES, ids=lambda draw: draw.__name__)
def test_a_layer_cuts_nothing_of_what_is_drawn_in_it(draw: Any, backend: str) -> None:
    expected = picture(draw, backend)
    assert expected.any()
    # Where shapes meet, each is rounded to 8 bits, in the layer as on the canvas, and then the layer once more.
    assert np.abs(picture(draw, backend, in_layer=True) - expected).max() <= 2


@pytest.mark.parametrize("offset", [(0.5, 0.25), (-3.25, 2.75), (0.75, -0.5), (1.5, 2.5)])
def test_a_sharp_shadow_lies_at_a_fraction_of_a_pixel(offset: tuple[float, float], backend: str) -> None:
    def shape(ctx: Any) -> None:
        ctx.begin_path()
        ctx.arc(60, 45, 20.3, 0, 2 * pi)
        ctx.fill()
        ctx.fill_rect(10, 10, 9, 7)
        ctx.fill(gpucanvas.Path2D("M90 10h20v5z"))
        ctx.fill_circles(np.array([100.0]), np.array([70.0]), 8.0)

    def by_shadow(ctx: Any) -> None:
        # The shape itself is far to the left of the canvas.
        ctx.shadow_color, ctx.shadow_offset_x, ctx.shadow_offset_y = "red", offset[0] + 500, offset[1]
        ctx.translate(-500, 0)
        ctx.fill_style = "black"
        shape(ctx)

    def moved(ctx: Any) -> None:
        ctx.fill_style = "red"
        ctx.translate(*offset)
        shape(ctx)

    assert np.abs(picture(by_shadow, backend) - picture(moved, backend)).max() <= 1


def test_a_fraction_of_an_offset_moves_outlines_that_are_on_the_canvas_already(backend: str) -> None:
    def by_shadow(ctx: Any) -> None:
        ctx.shadow_color, ctx.shadow_offset_x = "red", 40.5
        ctx.rotate(0.3)
        ctx.rect(30, 10, 20, 20)
        ctx.reset_transform()
        ctx.line_width = 5
        ctx.stroke()

    def moved(ctx: Any) -> None:
        ctx.line_width = 5
        for x, color in ((40.5, "red"), (0, "rgba(200, 60, 20, 0.7)")):
            ctx.stroke_style = color
            ctx.begin_path()
            ctx.translate(x, 0)
            ctx.rotate(0.3)
            ctx.rect(30, 10, 20, 20)
            ctx.reset_transform()
            ctx.global_alpha = 0.7 if x else 1
            ctx.stroke()

    assert np.abs(picture(by_shadow, backend) - picture(moved, backend)).max() <= 1


@pytest.mark.parametrize("blur", [5000, 1e6, 1e300])
def test_a_shadow_that_is_blurred_beyond_its_canvas_takes_no_more_room_than_what_is_seen(blur: float) -> None:
    recording = gpucanvas.Recording(100, 80)
    ctx = recording.get_context("2d")
    ctx.shadow_color, ctx.shadow_blur = "red", blur
    ctx.fill_rect(10, 10, 60, 30)
    with ctx.layer():
        ctx.fill_rect(10, 10, 60, 30)
    ctx.shadow_color = "transparent"
    with ctx.layer("blur(900px) blur(2px)"):
        ctx.fill_rect(10, 10, 60, 30)
    for use in plan_of(recording).scratch():
        assert max(use.target.width, use.target.height) <= 400


def test_blurs_that_follow_one_another_are_a_wider_one(backend: str) -> None:
    def two(ctx: Any) -> None:
        with ctx.layer("blur(16px) blur(12px)"):
            ctx.fill_rect(-60, 20, 70, 30)

    def one(ctx: Any) -> None:
        with ctx.layer("blur(20px)"):
            ctx.fill_rect(-60, 20, 70, 30)

    assert np.abs(picture(two, backend) - picture(one, backend)).max() <= 2


@pytest.mark.parametrize("offset", [1e12, -1e300, 3e9])
def test_a_shadow_that_is_moved_out_of_the_world_is_not_seen(offset: float, backend: str) -> None:
    def draw(ctx: Any) -> None:
        ctx.shadow_color, ctx.shadow_blur, ctx.shadow_offset_x = "red", 3, offset
        ctx.fill_rect(10, 10, 60, 30)
        with ctx.layer():
            ctx.fill_rect(80, 10, 20, 30)

    def without(ctx: Any) -> None:
        ctx.fill_rect(10, 10, 60, 30)
        ctx.fill_rect(80, 10, 20, 30)

    np.testing.assert_array_equal(picture(draw, backend), picture(without, backend))


def test_a_shadow_alone_is_blurred_in_place() -> None:
    recording = gpucanvas.Recording(100, 3000)
    ctx = recording.get_context("2d")
    ctx.shadow_color, ctx.shadow_blur = "red", 3
    ctx.fill_rect(10, 0, 80, 3000)
    [use] = plan_of(recording).scratch()
    assert use.target.height < 3200


def test_the_shadow_of_a_high_layer_lies_beside_it(backend: str) -> None:
    recording = gpucanvas.Recording(40, 3000)
    ctx = recording.get_context("2d")
    ctx.shadow_color, ctx.shadow_offset_x = "red", 5
    with ctx.layer():
        ctx.fill_rect(3, 0, 20, 3000)
    [use] = plan_of(recording).scratch()
    assert use.target.height < 3200
    [found] = gpucanvas.render_many([recording], backend=backend)  # type: ignore[arg-type]
    assert found[1500, [2, 10, 25, 28]].tolist() == [[0, 0, 0, 0], [0, 0, 0, 255], [255, 0, 0, 255], [0, 0, 0, 0]]


def test_a_layer_that_needs_too_many_pixels_is_refused(backend: str) -> None:
    with gpucanvas.Canvas(100, 80, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        ctx.begin_layer({"name": "gaussianBlur", "stdDeviation": 1e6})
        ctx.fill_rect(-1e8, -1e8, 2e8, 2e8)
        ctx.end_layer()
        with pytest.raises(gpucanvas.LimitError, match="^end_layer.* needs .* pixels .*: blur less, or clip"):
            canvas.flush()
        assert not canvas.to_numpy().any()


def test_recordings_with_layers_are_drawn_by_render_many_as_on_a_canvas(backend: str) -> None:
    def plain(ctx: Any) -> None:
        ctx.fill_rect(5, 5, 20, 20)

    def layered(ctx: Any) -> None:
        plain(ctx)
        ctx.shadow_color, ctx.shadow_offset_x, ctx.shadow_blur = "red", 30, 4
        ctx.fill_rect(10, 40, 30, 30)
        with ctx.layer("blur(2px)", alpha=0.5):
            ctx.fill_rect(60, 10, 30, 30)

    recordings = [gpucanvas.Recording(WIDTH, HEIGHT) for _ in range(4)]
    draws = [plain, layered, plain, layered]
    for recording, draw in zip(recordings, draws, strict=True):
        draw(recording.get_context("2d"))
    for _ in range(2):
        found = gpucanvas.render_many(recordings, backend=backend)  # type: ignore[arg-type]
        for pixels, draw in zip(found, draws, strict=True):
            with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:  # type: ignore[arg-type]
                draw(canvas.get_context("2d"))
                np.testing.assert_array_equal(pixels, canvas.to_numpy())


def endless(ctx: Any) -> None:
    """More dashes than there may be, which is known when they are counted."""
    ctx.save()
    ctx.set_line_dash([4, 3])
    ctx.begin_path()
    for x, y in ((-1e30, 0), (50, 9), (9, 50)):
        ctx.line_to(x, y)
    ctx.stroke()
    ctx.restore()


def nested_with_limits(ctx: Any, is_limited: bool) -> None:
    ctx.stroke_rect(1, 1, 5, 5)
    with ctx.layer("blur(1px)"):
        ctx.begin_path()
        ctx.rect(30, 30, 9, 9)
        ctx.stroke()
        with ctx.layer(alpha=0.5):
            ctx.shadow_color, ctx.shadow_blur = "red", 3
            if is_limited:
                endless(ctx)
            ctx.fill_rect(50, 50, 5, 5)
    if is_limited:
        endless(ctx)


def test_a_call_in_a_layer_that_is_beyond_a_limit_is_named_and_the_rest_drawn(backend: str) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:  # type: ignore[arg-type]
        nested_with_limits(canvas.get_context("2d"), True)
        for number in (3, 2):
            with pytest.raises(gpucanvas.LimitError, match=rf"^stroke\(\) number {number} of this frame: ") as caught:
                canvas.flush()
            assert caught.value.kept
        found = canvas.to_numpy()
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:  # type: ignore[arg-type]
        nested_with_limits(canvas.get_context("2d"), False)
        np.testing.assert_array_equal(found, canvas.to_numpy())


def test_render_many_names_a_call_in_a_layer_and_leaves_the_recording_as_it_is() -> None:
    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    nested_with_limits(recording.get_context("2d"), True)
    for _ in range(2):
        with pytest.raises(gpucanvas.LimitError, match=r"item 1: stroke\(\) number 3 of this frame: "):
            gpucanvas.render_many([gpucanvas.Recording(9, 9), recording], backend="cpu")


def test_layers_in_one_another_have_a_limit_and_as_many_are_drawn(backend: str) -> None:
    with gpucanvas.Canvas(40, 30, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        for i in range(256):
            ctx.begin_layer()
            ctx.fill_rect(i % 40, i % 30, 2, 2)
        with pytest.raises(gpucanvas.LimitError, match="256 layers are open"):
            ctx.begin_layer()
        for _ in range(256):
            ctx.end_layer()
        assert canvas.to_numpy()[29, 29, 3] == 255


def test_a_frame_that_is_cancelled_anywhere_leaves_the_canvas_as_it_was(backend: str) -> None:
    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    ctx = recording.get_context("2d")
    ctx.fill_style = "red"
    ctx.fill_rect(0, 0, 30, 30)
    with ctx.layer("blur(3px)"):
        ctx.fill_rect(50, 50, 40, 30)
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:  # type: ignore[arg-type]
        canvas.get_context("2d").fill_rect(0, 0, 50, 50)
        before = canvas.to_numpy()
        for allowed in range(200):
            asked = iter(range(allowed))
            try:
                canvas._surface.draw([recording._commands], lambda asked=asked: next(asked, None) is None, read=True)
            except FrameCancelledError:
                np.testing.assert_array_equal(canvas._surface.to_numpy(), before)
            else:
                break
        assert allowed >= 3, "it was asked before each step"
        assert (canvas._surface.to_numpy() != before).any()


def test_threads_that_draw_layers_on_canvases_of_their_own_do_not_meet(backend: str) -> None:
    found: dict[int, list[np.ndarray]] = {}

    def draw(ctx: Any, k: int) -> None:
        ctx.clear_rect(0, 0, WIDTH, HEIGHT)
        ctx.fill_style = f"hsl({40 * k} 90% 50%)"
        ctx.shadow_color, ctx.shadow_blur = "black", 3 + k
        with ctx.layer("blur(2px)", alpha=0.9):
            ctx.fill_rect(10 * k, 5, 40, 40)
            with ctx.layer(alpha=0.5):
                ctx.fill_rect(50, 30, 5 * k + 5, 40)

    def work(k: int) -> None:
        with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:  # type: ignore[arg-type]
            for _ in range(6):
                draw(canvas.get_context("2d"), k)
                found.setdefault(k, []).append(canvas.to_numpy())

    threads = [threading.Thread(target=work, args=(k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k in range(6):
        with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:  # type: ignore[arg-type]
            draw(canvas.get_context("2d"), k)
            expected = canvas.to_numpy()
        assert len(found[k]) == 6
        for pixels in found[k]:
            np.testing.assert_array_equal(pixels, expected)


def test_layers_that_a_later_rectangle_hides_are_not_drawn(backend: str) -> None:
    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    ctx = recording.get_context("2d")
    for _ in range(3):
        ctx.fill_style = "white"
        ctx.fill_rect(0, 0, WIDTH, HEIGHT)
        ctx.fill_style = "red"
        with ctx.layer("blur(2px)"):
            ctx.fill_rect(30, 30, 40, 40)
    drawn = [step for step in plan_of(recording).steps if isinstance(step, Draw)]
    assert [step.slots for step in drawn] == [1, 0]
    [found] = gpucanvas.render_many([recording], backend=backend)  # type: ignore[arg-type]
    assert found[[5, 50], [5, 50]].tolist() == [[255, 255, 255, 255], [255, 0, 0, 255]]


def test_stats_and_monitors_see_what_is_drawn_in_layers() -> None:
    with gpucanvas.Canvas(60, 50, backend="cpu") as canvas:
        gpucanvas.FrameMonitor().watch(canvas)
        ctx = canvas.get_context("2d")
        with ctx.layer():
            for i in range(300):
                ctx.fill_rect(i % 50, 1, 2, 3)
            ctx.fill_circles(np.ones(3), np.ones(3), 1.0)
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            canvas.flush()
        assert (canvas.stats.last.commands, canvas.stats.last.batches) == (302, 1)
        assert [str(each.message).count("fill_rects") for each in seen] == [1]


def test_scratch_textures_that_frames_do_not_need_any_more_go(gl: str) -> None:
    def frame(size: int) -> None:
        with ctx.layer("blur(2px)"):
            ctx.fill_rect(0, 0, size, size)
        canvas.flush()

    def scratch_bytes() -> int:
        kinds = gpucanvas.memory.snapshot().kinds
        return sum(int(kinds[kind].device_bytes) for kind in ("scratch", "buffer") if kind in kinds)

    with gpucanvas.Canvas(1500, 1500, backend=gl) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        for _ in range(130):
            frame(30)
        small = scratch_bytes()
        frame(1500)
        # A pixel has four bytes, and sixteen while it is blurred.
        assert scratch_bytes() >= small + 20 * 1400 * 1400
        for _ in range(130):
            frame(30)
        # Tables of a larger scene may have grown meanwhile.
        assert scratch_bytes() <= small + (1 << 20)


def test_plans_of_layers_and_shadows_filter_no_more_than_once_each() -> None:
    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    ctx = recording.get_context("2d")
    ctx.shadow_color, ctx.shadow_blur = "red", 3
    with ctx.layer("blur(2px)"):
        ctx.fill_rect(10, 10, 20, 20)
    ctx.fill_rect(50, 50, 20, 20)
    steps = plan_of(recording).steps
    assert sum(isinstance(step, Filter) for step in steps) == 2
    assert sum(isinstance(step, Draw) for step in steps) == 2
