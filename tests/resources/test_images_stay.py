"""Images stay where they are drawn from: what a frame copies, right pictures however many, and faults in the middle."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas import memory
from gpucanvas.backends import gl_flight
from gpucanvas.sight import spans

WIDTH, HEIGHT = 320, 240


def picture(number: int, width: int = 16, height: int = 16) -> np.ndarray:
    """An opaque picture that no other number has."""
    out = np.random.default_rng(number).integers(0, 256, (height, width, 4), dtype=np.uint8)
    out[..., 3] = 255
    return out


def totals() -> dict[str, int]:
    """What the process has counted so far."""
    return dict(spans.totals())


def counted(before: dict[str, int]) -> dict[str, int]:
    """What was counted since."""
    return {name: value - before.get(name, 0) for name, value in totals().items() if value != before.get(name, 0)}


@pytest.fixture
def canvas(backend: str) -> Iterator[gpucanvas.Canvas]:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as made:
        yield made


SPRITES = {
    "images": lambda: [gpucanvas.Image(picture(i)) for i in range(30)],
    "arrays": lambda: [picture(i) for i in range(30)],
    "crops of a sheet": lambda: [
        gpucanvas.Image(picture(1, 64, 64)).crop(x, y, 16, 16) for y in (0, 16, 32) for x in (0, 16, 32)
    ],
}


@pytest.mark.parametrize("kind", SPRITES)
def test_a_steady_scene_of_300_sprites_uploads_no_texel(canvas: gpucanvas.Canvas, kind: str) -> None:
    sprites = SPRITES[kind]()
    ctx = canvas.get_context("2d")
    found = []
    for _ in range(4):
        ctx.clear_rect(0, 0, WIDTH, HEIGHT)
        before = totals()
        for i in range(300):
            ctx.draw_image(sprites[i % len(sprites)], i % 20 * 16, i // 20 * 16)
        canvas.flush()
        found.append(counted(before))
        last = canvas.stats.last
        assert last is not None
        assert last.texel_bytes_uploaded == found[-1].get("texel_bytes_uploaded", 0)
    for frame in found[1:]:
        assert not frame.get("texel_bytes_uploaded")
        assert not frame.get("allocations")
        assert not frame.get("bytes_copied"), "on the host, too, nothing is copied"
    pixels = canvas.to_numpy()
    for i in range(300):
        x, y = i % 20 * 16, i // 20 * 16
        sprite = sprites[i % len(sprites)]
        wanted = sprite.to_numpy() if isinstance(sprite, gpucanvas.Image) else sprite
        np.testing.assert_array_equal(pixels[y : y + 16, x : x + 16], wanted)


def test_a_first_frame_uploads_each_image_once(gl: str) -> None:
    with gpucanvas.Canvas(64, 64, backend=gl) as canvas:
        ctx = canvas.get_context("2d")
        image = gpucanvas.Image(picture(77))
        for _ in range(10):
            ctx.draw_image(image, 3, 5)
        canvas.flush()
        assert canvas.stats.last.texel_bytes_uploaded == 16 * 16 * 4


def test_an_array_that_was_changed_is_drawn_as_it_is_then(canvas: gpucanvas.Canvas) -> None:
    array, ctx = picture(1), canvas.get_context("2d")
    drawn = []
    for i in range(6):
        array[7, 9] = (i, 2 * i, 3 * i, 255)
        ctx.draw_image(array, 16 * i, 0)
        drawn.append(array.copy())
        if i == 3:
            canvas.flush()
    pixels = canvas.to_numpy()
    for i, wanted in enumerate(drawn):
        np.testing.assert_array_equal(pixels[:16, 16 * i : 16 * i + 16], wanted)


@pytest.mark.parametrize("make", [np.array, gpucanvas.ImageData], ids=["array", "image data"])
def test_an_array_that_is_put_and_then_changed_stays_put_as_it_was(canvas: gpucanvas.Canvas, make: Any) -> None:
    array, ctx = make(picture(1)), canvas.get_context("2d")
    wanted = []
    for i in range(6):
        array[7, 9] = (i, 2 * i, 3 * i, 255)
        ctx.put_image_data(array, 16 * i, 0)
        ctx.put_image_data(array, 16 * i, 16, 4, 4, 8, 8)
        ctx.draw_image(array, 16 * i, 32)
        wanted.append(np.array(array))
        if i == 3:
            canvas.flush()
    array[:] = 0
    pixels = canvas.to_numpy()
    for i, each in enumerate(wanted):
        column = pixels[:, 16 * i : 16 * i + 16]
        np.testing.assert_array_equal(column[:16], each)
        np.testing.assert_array_equal(column[20:28, 4:12], each[4:12, 4:12])
        assert not column[16:20].any()
        np.testing.assert_array_equal(column[32:48], each)


def test_an_array_that_is_put_again_and_again_is_copied_once(canvas: gpucanvas.Canvas) -> None:
    array, ctx = picture(1, 100, 100), canvas.get_context("2d")
    before = totals()
    for i in range(50):
        ctx.put_image_data(array, i, i)
        if i == 20:
            canvas.flush()
    canvas.flush()
    assert counted(before)["bytes_copied"] == array.nbytes
    assert counted(before).get("texel_bytes_uploaded", array.nbytes) == array.nbytes


def test_a_staging_array_that_is_put_may_change_at_once(canvas: gpucanvas.Canvas) -> None:
    array, ctx = canvas.staging_array((16, 16, 4), np.uint8), canvas.get_context("2d")
    for i in range(4):
        array[:] = picture(i)
        ctx.put_image_data(array, 16 * i, 8)
    array[:] = 0
    for i in range(4):
        np.testing.assert_array_equal(canvas.to_numpy()[8:24, 16 * i : 16 * i + 16], picture(i))


def test_an_array_that_changes_in_every_frame_leaves_nothing_behind(canvas: gpucanvas.Canvas) -> None:
    array, ctx = picture(1, 200, 200), canvas.get_context("2d")
    sizes = []
    for i in range(12):
        array[0, 0] = (i, i, i, 255)
        ctx.draw_image(array, 0, 0)
        assert canvas.to_numpy()[0, 0].tolist() == [i, i, i, 255]
        gc.collect()
        found = memory.snapshot().kinds
        kinds = [found[kind] for kind in ("image", "texels") if kind in found]
        sizes.append([each.host_bytes + each.device_bytes for each in kinds])
    assert sizes[4:] == [sizes[4]] * 8


def test_a_staging_array_is_drawn_as_it_is_in_each_frame(canvas: gpucanvas.Canvas) -> None:
    array, ctx = canvas.staging_array((16, 16, 4), np.uint8), canvas.get_context("2d")
    for i in range(4):
        wanted = array[:] = picture(i)
        ctx.draw_image(array, 8, 8)
        np.testing.assert_array_equal(canvas.to_numpy()[8:24, 8:24], wanted)


@pytest.mark.parametrize("alpha", [True, False])
@pytest.mark.parametrize("color_type", ["unorm8", "float16"])
def test_a_canvas_drawn_on_another_never_leaves_the_gpu(gl: str, alpha: bool, color_type: str) -> None:
    with (
        gpucanvas.Canvas(64, 48, backend=gl) as sprite,
        gpucanvas.Canvas(WIDTH, HEIGHT, backend=gl) as canvas,
    ):
        options: Any = {"alpha": alpha, "color_type": color_type}
        pen, ctx = sprite.get_context("2d", **options), canvas.get_context("2d")
        for i in range(5):
            pen.fill_style = f"rgba({40 * i}, 120, {255 - 40 * i}, 0.{i + 3})"
            pen.fill_circles([20, 44], [24, 20], [15, 9.5])
            ctx.draw_image(sprite, 60 * i, 7)
            before = totals()
            canvas.flush()
            found = counted(before)
            assert not found.get("texel_bytes_uploaded") and not found.get("bytes_presented")
        before = totals()
        for i in range(3):
            ctx.draw_image(sprite, 60 * i, 100)
            canvas.flush()
        found = counted(before)
        assert not found.get("bytes_downloaded") and not found.get("readbacks")
        assert not found.get("texel_bytes_uploaded") and not found.get("bytes_presented")
        pixels = canvas.to_numpy()
        wanted = sprite.to_numpy()
        drawn = np.where(wanted[..., 3:] > 0, wanted, 0).astype(int)
        part = pixels[100:148, 0:64].astype(int)
        # Twice from premultiplied to straight: by no more than the rounding of that.
        slack = np.ceil(255 / np.maximum(drawn[..., 3:], 1))
        assert (abs(part - drawn) <= slack).all()
        assert (part[..., 3] == drawn[..., 3]).all()


def test_a_snapshot_is_what_reading_the_canvas_gives(gl: str) -> None:
    with gpucanvas.Canvas(70, 50, backend=gl) as sprite:
        ctx = sprite.get_context("2d")
        gradient = ctx.create_linear_gradient(0, 0, 70, 50)
        gradient.add_color_stop(0, "rgba(255, 30, 7, 0)")
        gradient.add_color_stop(1, "rgba(3, 200, 250, 1)")
        ctx.fill_style = gradient
        ctx.fill_rect(0, 0, 70, 50)
        wanted = sprite.to_numpy()
        taken = sprite._snapshot((3, 5, 60, 44)).pixels
        np.testing.assert_array_equal(taken.view(np.uint8).reshape(39, 57, 4), wanted[5:44, 3:60])


def test_a_canvas_drawn_on_itself_is_as_it_was(canvas: gpucanvas.Canvas) -> None:
    ctx = canvas.get_context("2d")
    ctx.draw_image(picture(1, 40, 40), 0, 0)
    for i in range(1, 5):
        ctx.draw_image(canvas, (i - 1) * 40, 0, 40, 40, i * 40, 0, 40, 40)
    pixels = canvas.to_numpy()
    for i in range(5):
        np.testing.assert_array_equal(pixels[:40, 40 * i : 40 * i + 40], picture(1, 40, 40))


def test_a_canvas_is_drawn_on_one_of_another_backend(gl: str) -> None:
    for names in (("gl", "cpu"), ("cpu", "gl")):
        with gpucanvas.Canvas(20, 20, backend=names[0]) as source, gpucanvas.Canvas(40, 40, backend=names[1]) as target:
            source.get_context("2d").draw_image(picture(5, 20, 20), 0, 0)
            target.get_context("2d").draw_image(source, 10, 10)
            np.testing.assert_array_equal(target.to_numpy()[10:30, 10:30], picture(5, 20, 20))


def test_a_canvas_that_was_drawn_may_change_or_go_before_it_is_shown(canvas: gpucanvas.Canvas, backend: str) -> None:
    ctx = canvas.get_context("2d")
    with gpucanvas.Canvas(20, 20, backend=backend) as source:
        pen = source.get_context("2d")
        pen.draw_image(picture(5, 20, 20), 0, 0)
        ctx.draw_image(source, 0, 0)
        pen.draw_image(picture(6, 20, 20), 0, 0)
        ctx.draw_image(source, 30, 0)
        pen.reset()
    pixels = canvas.to_numpy()
    np.testing.assert_array_equal(pixels[:20, :20], picture(5, 20, 20))
    np.testing.assert_array_equal(pixels[:20, 30:50], picture(6, 20, 20))


def test_an_image_closed_or_dropped_before_the_frame_is_still_drawn(canvas: gpucanvas.Canvas) -> None:
    ctx = canvas.get_context("2d")
    image = gpucanvas.Image(picture(3))
    ctx.draw_image(image, 0, 0)
    image.close()
    ctx.draw_image(picture(4), 20, 0)
    gc.collect()
    pixels = canvas.to_numpy()
    np.testing.assert_array_equal(pixels[:16, :16], picture(3))
    np.testing.assert_array_equal(pixels[:16, 20:36], picture(4))
    with pytest.raises(gpucanvas.ClosedError, match="the image is closed"):
        ctx.draw_image(image, 0, 0)


def test_four_thousand_different_images_in_a_frame(backend: str) -> None:
    sprites = np.random.default_rng(3).integers(0, 256, (4000, 12, 10, 4), dtype=np.uint8)
    sprites[..., 3] = 255
    with gpucanvas.Canvas(800, 600, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        for i, sprite in enumerate(sprites):
            ctx.draw_image(gpucanvas.Image(sprite), i % 80 * 10, i // 80 * 12)
        pixels = canvas.to_numpy()
    tiles = pixels.reshape(50, 12, 80, 10, 4).swapaxes(1, 2).reshape(4000, 12, 10, 4)
    np.testing.assert_array_equal(tiles, sprites)


@pytest.mark.parametrize("size", [(1024, 1024), (1025, 3), (3, 1025), (2500, 1300), (1, 5000), (5000, 1)])
def test_an_image_larger_than_a_page_is_drawn_whole(backend: str, size: tuple[int, int]) -> None:
    width, height = size
    large = picture(8, width, height)
    with gpucanvas.Canvas(width, height, backend=backend) as canvas:
        canvas.get_context("2d").draw_image(large, 0, 0)
        np.testing.assert_array_equal(canvas.to_numpy(), large)
        # And read back from where it is: a snapshot of the canvas has the same size.
        canvas.get_context("2d").draw_image(canvas, 0, 0)
        np.testing.assert_array_equal(canvas.to_numpy(), large)


def test_images_beyond_a_drivers_largest_block_are_drawn(gl: str) -> None:
    """160 MiB: the largest storage block of Mesa's software OpenGL has 128."""
    large = [gpucanvas.Image(np.full((2048, 2048, 4), (40 * i, 9, 9, 255), np.uint8)) for i in range(1, 6)]
    large += [gpucanvas.Image(np.full((4096, 5120, 4), (7, 8, 9, 255), np.uint8))]
    with gpucanvas.Canvas(64, 16, backend=gl) as canvas:
        ctx = canvas.get_context("2d")
        for i, image in enumerate(large):
            ctx.draw_image(image, image.width - 8, image.height - 8, 8, 8, 8 * i, 0, 8, 8)
        row = canvas.to_numpy()[4, 4:48:8, 0].tolist()
    assert row == [40, 80, 120, 160, 200, 7]


@pytest.fixture
def device_budget(gl: str) -> Iterator[Any]:
    """Sets a budget of so many bytes more than are in use."""

    def limit(more: int) -> None:
        gc.collect()
        memory.set_budget(device_bytes=memory.snapshot().device_bytes + more)

    yield limit
    memory.set_budget()


def test_images_beyond_the_budget_take_turns(gl: str, device_budget: Any) -> None:
    with gpucanvas.Canvas(1024, 1024, backend=gl) as canvas:
        ctx = canvas.get_context("2d")
        ctx.draw_image(picture(0), 0, 0)
        canvas.flush()
        memory._ledger.evict()
        device_budget(9 << 20)
        images = [gpucanvas.Image(picture(i, 1024, 1024)) for i in range(4)]
        for image in images + images:
            ctx.draw_image(image, 0, 0)
            np.testing.assert_array_equal(canvas.to_numpy(), image.to_numpy())


def test_a_frame_whose_images_are_beyond_the_budget_says_so_and_is_kept(gl: str, device_budget: Any) -> None:
    with gpucanvas.Canvas(256, 256, backend=gl) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(0, 0, 1, 1)
        canvas.flush()
        memory._ledger.evict()
        device_budget(9 << 20)
        images = [gpucanvas.Image(picture(i, 1024, 1024)) for i in range(4)]
        ctx.image_smoothing_enabled = False  # Smoothed, they would be drawn from small copies.
        for i, image in enumerate(images):
            ctx.draw_image(image, 64 * i, 0, 64, 64)
        with pytest.raises(gpucanvas.MemoryBudgetError, match="texels of .* bytes does not fit"):
            canvas.flush()
        memory.set_budget()
        pixels = canvas.to_numpy()
    with gpucanvas.Canvas(256, 256, backend=gl) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(0, 0, 1, 1)
        ctx.image_smoothing_enabled = False
        for i, image in enumerate(images):
            ctx.draw_image(image, 64 * i, 0, 64, 64)
        np.testing.assert_array_equal(pixels, canvas.to_numpy())


def test_pages_are_seen_and_given_back(gl: str) -> None:
    with gpucanvas.Canvas(64, 64, backend=gl) as canvas:
        ctx = canvas.get_context("2d")
        image = gpucanvas.Image(picture(1, 2000, 2000))
        ctx.draw_image(image, 0, 0)
        canvas.flush()
        before = memory.snapshot().kinds["texels"].device_bytes
        assert before >= 4 * 2000 * 2000
        del image
        gc.collect()
        memory._ledger.evict()
        after = memory.snapshot().kinds.get("texels", memory.Item()).device_bytes
        assert after <= before - 4 * 2000 * 2000


def test_zero_sized_and_misshapen_images_are_refused(canvas: gpucanvas.Canvas) -> None:
    ctx = canvas.get_context("2d")
    for shape in ((0, 4, 4), (4, 0, 4)):
        with pytest.raises(ValueError, match="it has no pixels to draw"):
            ctx.draw_image(np.zeros(shape, np.uint8), 0, 0)
    ctx.draw_image(picture(1), 0, 0)
    assert canvas.to_numpy()[:16, :16].tolist() == picture(1).tolist()


def test_an_upload_that_fails_half_way_is_as_if_it_had_not_been(gl: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with gpucanvas.Canvas(128, 64, backend=gl) as canvas:
        ctx = canvas.get_context("2d")
        kept = gpucanvas.Image(picture(1))
        ctx.draw_image(kept, 0, 0)
        before = canvas.to_numpy()
        pages = canvas._backend.texels  # type: ignore[attr-defined]
        places, copy, calls = len(pages.resident), pages._copies.from_buffer, []

        def failing(*args: Any) -> None:
            calls.append(args)
            if len(calls) == 3:
                raise RuntimeError("the driver is out of order")
            copy(*args)

        monkeypatch.setattr(pages._copies, "from_buffer", failing)
        images = [gpucanvas.Image(picture(i)) for i in range(10, 15)]
        ctx.draw_image(kept, 0, 20)
        for i, image in enumerate(images):
            ctx.draw_image(image, 20 * i, 40)
        with pytest.raises(RuntimeError, match="out of order"):
            canvas.flush()
        assert len(pages.resident) == places
        assert not any(entry.pins for entry in pages.resident._entries.values())
        monkeypatch.undo()
        pixels = canvas.to_numpy()
        np.testing.assert_array_equal(pixels[:20], before[:20])
        for i in range(5):
            np.testing.assert_array_equal(pixels[40:56, 20 * i : 20 * i + 16], picture(10 + i))


def test_what_a_frame_reads_is_pinned_until_it_is_over(gl: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An eviction in the middle of a frame, between its upload and its draw, takes all but what the frame reads."""
    with gpucanvas.Canvas(64, 64, backend=gl) as canvas:
        ctx = canvas.get_context("2d")
        old, new = gpucanvas.Image(picture(20)), gpucanvas.Image(picture(21))
        ctx.draw_image(old, 0, 0)
        canvas.flush()
        backend = canvas._backend
        pages, draw = backend.texels, backend._draw  # type: ignore[attr-defined]
        pinned = []

        def evicting(*args: Any) -> None:
            pages.evict()
            pinned.append((pages.resident.find(new.pixels), pages.resident.find(old.pixels)))
            # Another image takes whatever place has been given up.
            other = gpucanvas.Image(picture(22, 900, 900))
            recording = gpucanvas.Recording(8, 8)
            recording.get_context("2d").draw_image(other, 0, 0)
            pages.require(recording._commands.images).release()
            draw(*args)

        monkeypatch.setattr(backend, "_draw", evicting)
        ctx.draw_image(new, 20, 20)
        canvas.flush()
        monkeypatch.undo()
        assert pinned[0][0] is not None
        assert pinned[0][1] is None
        np.testing.assert_array_equal(canvas.to_numpy()[20:36, 20:36], picture(21))
        pages.resident.settle()
        assert not any(entry.pins for entry in pages.resident._entries.values())


def test_a_frame_that_is_cancelled_gives_its_pins_back(gl: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with gpucanvas.Canvas(64, 64, backend=gl) as canvas:
        ctx = canvas.get_context("2d")
        image = gpucanvas.Image(picture(30))
        pages = canvas._backend.texels  # type: ignore[attr-defined]
        require, check, pinned = pages.require, gl_flight.check, threading.Event()

        def pinning(images: Any, masks: Any) -> Any:
            pin = require(images, masks)
            pinned.set()
            return pin

        def cancelled(stop: Callable[[], bool]) -> None:
            """Between two steps: once the image is pinned, the frame is not drawn before it is cancelled."""
            end = time.monotonic() + 10
            while pinned.is_set() and not stop() and time.monotonic() < end:
                time.sleep(0.001)
            check(stop)

        with monkeypatch.context() as patch:
            patch.setattr(pages, "require", pinning)
            patch.setattr(gl_flight, "check", cancelled)
            for _ in range(20):
                pinned.clear()
                ctx.draw_image(image, 1, 1)
                ticket = canvas.submit()
                assert pinned.wait(10)
                ticket.cancel()
        ctx.draw_image(image, 20, 20)
        pixels = canvas.to_numpy()
        np.testing.assert_array_equal(pixels[20:36, 20:36], picture(30))
        assert not pixels[:20].any(), "what was cancelled is not drawn"
        pages.resident.settle()
        assert not any(entry.pins for entry in pages.resident._entries.values())


def test_many_images_made_and_dropped_leave_nothing_behind(gl: str) -> None:
    with gpucanvas.Canvas(256, 256, backend=gl) as canvas:
        ctx = canvas.get_context("2d")
        pages = canvas._backend.texels  # type: ignore[attr-defined]
        resident = pages.resident
        rng, sizes = np.random.default_rng(9), []
        for frame in range(45):
            side = rng.integers(4, 300, 2).tolist()
            image = gpucanvas.Image(picture(frame, *side))
            ctx.draw_image(image, 0, 0)
            if frame % 3 == 0:
                ctx.draw_image(canvas, 10, 10)
            canvas.flush()
            del image
            gc.collect()
            sizes.append((len(resident), pages._holding.device_bytes))
        assert max(sizes[15:]) <= max(sizes[:15])
