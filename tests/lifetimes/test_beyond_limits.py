"""What is beyond a limit is refused with its name, once, and takes nothing else of its frame along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas import memory
from gpucanvas.pipeline import paintcode

WIDTH, HEIGHT = 90, 60
EVERYWHERE = -1e6, -1e6, 2e6, 2e6


def far_blur(ctx: Any) -> None:
    ctx.filter = "blur(20000px)"
    ctx.fill_rect(*EVERYWHERE)


def far_shadow(ctx: Any) -> None:
    ctx.shadow_color, ctx.shadow_blur = "red", 40_000
    ctx.fill_style = "rgb(0 0 0 / 50%)"
    ctx.fill_rect(*EVERYWHERE)


def far_drop_shadow(ctx: Any) -> None:
    ctx.filter = "drop-shadow(0 0 20000px red)"
    ctx.begin_path()
    ctx.rect(*EVERYWHERE)
    ctx.fill()


def far_layer(ctx: Any) -> None:
    ctx.begin_layer("blur(20000px)")
    ctx.fill_rect(0, 0, 5, 5)
    ctx.fill_rect(*EVERYWHERE)
    ctx.end_layer()


CALLS = {
    far_blur: r"fill_rect\(\) number 3 of",
    far_shadow: r"fill_rect\(\) number 3 of",
    far_drop_shadow: r"fill\(\) number 1 of",
    far_layer: r"end_layer\(\) number 1 of",
}
each_call = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)


def scene(ctx: Any, call: Callable[[Any], None] | None, in_layer: bool = False) -> None:
    """Something before a call and something behind it, both in a layer with it or not."""
    if in_layer:
        ctx.begin_layer("opacity(50%)")
    ctx.fill_style = "blue"
    ctx.fill_rect(2, 3, 20, 20)
    ctx.fill_rect(12, 13, 20, 20)
    if call is not None:
        ctx.save()
        call(ctx)
        ctx.restore()
    ctx.shadow_color, ctx.shadow_offset_x, ctx.shadow_blur = "lime", 6, 2
    ctx.fill_rect(50, 30, 20, 20)
    if in_layer:
        ctx.end_layer()


def expected(backend: str, in_layer: bool = False) -> np.ndarray:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:  # type: ignore[arg-type]
        scene(canvas.get_context("2d"), None, in_layer)
        return np.array(canvas.to_numpy())


@each_call
@pytest.mark.parametrize("in_layer", [False, True], ids=["", "in a layer"])
@pytest.mark.parametrize("is_submitted", [False, True], ids=["read", "submitted"])
def test_a_layer_beyond_the_limit_takes_nothing_else_along(
    backend: str, call: Callable[[Any], None], in_layer: bool, is_submitted: bool
) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        scene(ctx, call, in_layer)
        with pytest.raises(gpucanvas.LimitError, match=f"^{CALLS[call]}.*: blur less, or clip") as caught:
            canvas.submit().result(60) if is_submitted else canvas.to_numpy()
        assert caught.value.kept
        if is_submitted:
            ctx.reset_transform()  # What is submitted next has nothing of its own.
            ctx.clear_rect(0, 0, 0, 0)
            found = canvas.submit().result(60)
        else:
            found = canvas.to_numpy()
        np.testing.assert_array_equal(found, expected(backend, in_layer))


@each_call
def test_frames_behind_one_with_a_layer_beyond_the_limit_are_drawn(backend: str, call: Callable[[Any], None]) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        scene(ctx, call)
        tickets = [canvas.submit()]
        for x in (70, 80):
            ctx.reset_transform()
            ctx.shadow_color = "transparent"
            ctx.fill_rect(x, 0, 5, 5)
            tickets.append(canvas.submit())
        with pytest.raises(gpucanvas.LimitError):
            tickets[0].result(60)
        wanted = expected(backend)
        for ticket, x in zip(tickets[1:], (70, 80), strict=True):
            wanted[:5, x : x + 5] = 0, 0, 255, 255
            np.testing.assert_array_equal(ticket.result(60), wanted)


@each_call
def test_render_many_names_the_item_and_renders_the_others(backend: str, call: Callable[[Any], None]) -> None:
    icons = [gpucanvas.Recording(WIDTH, HEIGHT) for _ in range(3)]
    for i, icon in enumerate(icons):
        scene(icon.get_context("2d"), call if i == 1 else None)
    for _ in range(2):
        with pytest.raises(gpucanvas.LimitError, match=rf"^render_many: item 1: {CALLS[call]}"):
            gpucanvas.render_many(icons, backend=backend)  # type: ignore[arg-type]
    for found in gpucanvas.render_many(icons[::2], backend=backend):  # type: ignore[arg-type]
        np.testing.assert_array_equal(found, expected(backend))


@each_call
def test_a_picture_with_a_layer_beyond_the_limit_stays_as_it_is(backend: str, call: Callable[[Any], None]) -> None:
    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    scene(recording.get_context("2d"), call)
    picture = recording.freeze()
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        for _ in range(2):
            ctx.clear_rect(0, 0, WIDTH, HEIGHT)
            ctx.draw_picture(picture, 0, 0)
            with pytest.raises(gpucanvas.LimitError, match=CALLS[call].split(" of")[0]):
                canvas.flush()
            np.testing.assert_array_equal(canvas.to_numpy(), expected(backend))


def test_several_layers_beyond_the_limit_are_told_at_once(backend: str) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:  # type: ignore[arg-type]
        scene(canvas.get_context("2d"), lambda ctx: [far_blur(ctx), far_blur(ctx), far_drop_shadow(ctx)])
        with pytest.raises(gpucanvas.LimitError, match=r"of this frame, and 2 more: "):
            canvas.flush()
        np.testing.assert_array_equal(canvas.to_numpy(), expected(backend))


def test_a_layer_wider_than_the_drivers_textures_is_refused_alone(gl: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=gl) as canvas:  # type: ignore[arg-type]
        monkeypatch.setattr(canvas._backend, "most_layer_side", 80)

        def wide(ctx: Any) -> None:
            ctx.filter = "blur(9px)"
            ctx.fill_rect(0, 0, WIDTH, HEIGHT)

        scene(canvas.get_context("2d"), wide)
        with pytest.raises(gpucanvas.LimitError, match=r"^fill_rect\(\) number 3 of .* the limit is 80 a side"):
            canvas.flush()
        np.testing.assert_array_equal(canvas.to_numpy(), expected(gl))


def too_many_colors(ctx: Any) -> None:
    """More words of gradients than may be in one scene, where a few are the limit."""
    for i in range(12):
        gradient = ctx.create_linear_gradient(0, i, 1, i)
        gradient.add_color_stop(0, "red")
        ctx.fill_style = gradient
        ctx.fill_rect(3 * i, 55, 3, 3)


@pytest.mark.parametrize("is_submitted", [False, True], ids=["read", "submitted"])
def test_a_frame_beyond_a_limit_as_a_whole_is_drawn_in_parts(
    backend: str, monkeypatch: pytest.MonkeyPatch, is_submitted: bool
) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        scene(ctx, too_many_colors)
        wanted = np.array(canvas.to_numpy())
        ctx.reset()
        scene(ctx, too_many_colors)
        monkeypatch.setattr(paintcode, "MOST_WORDS", 200)
        found = canvas.submit().result(60) if is_submitted else canvas.to_numpy()
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("is_submitted", [False, True], ids=["read", "submitted"])
def test_an_image_beyond_the_driver_is_refused_alone_and_frames_behind_it_are_drawn(
    gl: str, monkeypatch: pytest.MonkeyPatch, is_submitted: bool
) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=gl) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        canvas.flush()
        memory._ledger.evict()
        pages: Any = canvas._backend.texels  # type: ignore[attr-defined]
        count = max(pages.resident.pages.count, 1)
        monkeypatch.setattr(pages, "_most_pages", count)
        large = np.full((1024 * count + 1, 1024, 4), 255, np.uint8)
        scene(ctx, lambda ctx: ctx.draw_image(large, 0, 0))
        if is_submitted:
            first = canvas.submit()
            ctx.shadow_color = "transparent"
            ctx.fill_rect(80, 0, 5, 5)
            second = canvas.submit()
        match = r"^draw_image\(\) number 1 of this frame: an image of 1024x\d+ pixels is beyond this driver's"
        with pytest.raises(gpucanvas.LimitError, match=match) as caught:
            first.result(60) if is_submitted else canvas.flush()
        assert caught.value.kept
        assert caught.value.__notes__[0] == "What else the frame draws has been drawn."
        wanted = expected(gl)
        np.testing.assert_array_equal(canvas.to_numpy()[:, :75], wanted[:, :75])
        if is_submitted:
            wanted[:5, 80:85] = 0, 0, 255, 255
            np.testing.assert_array_equal(second.result(60), wanted)
