"""Images of frames in flight: what a frame reads stays where it is until the frame is over, however often it runs."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from flight_lab import SIDE, Draw, Lab, assert_glazed, end, glaze, shapes, squeeze
from scripted_sync import ScriptedSync, scripted

import gpucanvas
from gpucanvas import memory
from gpucanvas.backends.base import HaltedError
from gpucanvas.backends.gl import GLBackend
from gpucanvas.errors import LostContextError
from gpucanvas.frames.surface import Surface
from gpucanvas.gl import transfer
from gpucanvas.resources.residency import Pin
from need_gl import need_gl

WIDE, HIGH = 1000, 32
"""Pixels: wide enough that such images lie one below the other in a page, each where one that went was."""


def picture(number: int) -> np.ndarray:
    """An opaque picture that no other number has."""
    out = np.random.default_rng(number).integers(0, 256, (HIGH, WIDE, 4), dtype=np.uint8)
    out[..., 3] = 255
    return out


def shown(image: gpucanvas.Image, crowded: bool = False) -> Draw:
    """An image at the top of the canvas; where ``crowded``, with more below than buffers hold."""

    def draw(ctx: gpucanvas.Context2D) -> None:
        if crowded:
            shapes("words")(ctx)
        ctx.draw_image(image, 0, 0)

    return draw


def pins(lab: Lab) -> int:
    """How many times entries are kept where they are."""
    resident = lab.backend.texels.resident
    resident.settle()
    return sum(entry.pins for entry in resident._entries.values())


def crowd_out(lab: Lab, number: int) -> None:
    """Evict all that may go, and have another image take the places that are free."""

    def work() -> None:
        lab.backend.texels.evict()
        for n in range(3):
            recording = gpucanvas.Recording(8, 8)
            recording.get_context("2d").draw_image(picture(number + n), 0, 0)
            lab.backend.texels.require(recording._commands.images).release()

    lab.backend._owner.run(work)


def shows_its_image_when_it_runs_again(lab: Lab, patch: pytest.MonkeyPatch) -> bool:
    """Two frames fly, both are drawn again, and images came and went meanwhile: whether both show their own."""
    images = [gpucanvas.Image(picture(number)) for number in (1, 2)]
    wanted = [picture(number)[:, :SIDE] for number in (1, 2)]
    squeeze(patch, ("words",))
    lab.sync.holds = True
    landings = [lab.begin(shown(images[0], crowded=True)), lab.begin(shown(images[1]))]
    lab.settle_posts()
    crowd_out(lab, 50)
    lab.release()
    pixels = [landing() for landing in landings]
    assert lab.replays == 1
    return all(np.array_equal(each[:HIGH], one) for each, one in zip(pixels, wanted, strict=True))


def test_an_eviction_takes_nothing_that_a_frame_in_flight_reads(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shows_its_image_when_it_runs_again(lab, monkeypatch)
    assert pins(lab) == 0


def without_pins(patch: pytest.MonkeyPatch) -> None:
    """Entries are evicted whatever reads them."""
    patch.setattr(Pin, "add", lambda self, entry: None)


def with_pins_that_end_too_early(patch: pytest.MonkeyPatch) -> None:
    """A frame keeps what it reads only until it has been issued."""
    run_step = GLBackend.run_step

    def run(self: GLBackend, frame: Any, index: int) -> None:
        run_step(self, frame, index)
        while frame.releases:
            frame.releases.pop()()

    patch.setattr(GLBackend, "run_step", run)


@pytest.mark.parametrize("mutate", [without_pins, with_pins_that_end_too_early])
def test_without_pins_a_frame_that_runs_again_shows_another_image(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, mutate: Callable[[pytest.MonkeyPatch], None]
) -> None:
    """A test of the test above."""
    mutate(monkeypatch)
    with pytest.raises(AssertionError):
        assert shows_its_image_when_it_runs_again(lab, monkeypatch)


def test_an_upload_of_images_that_fails_in_flight_leaves_the_others_as_they_were(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = [gpucanvas.Image(picture(number)) for number in range(4)]
    pages = lab.backend.texels
    lab.sync.holds = True
    first = lab.begin(shown(images[0]))
    lab.settle_posts()
    copy, copied, resident = pages._copies.from_buffer, [], len(pages.resident)

    def failing(*args: Any) -> None:
        copied.append(args)
        if len(copied) == 2:
            raise RuntimeError("the driver is out of order")
        copy(*args)

    def many(ctx: gpucanvas.Context2D) -> None:
        for number, image in enumerate(images):
            ctx.draw_image(image, 0, HIGH * (number % 3))

    with monkeypatch.context() as patch:
        patch.setattr(pages._copies, "from_buffer", failing)
        with lab.busy():
            failed, behind = lab.begin(many), lab.begin(shown(images[1]))
        with pytest.raises(RuntimeError, match="out of order"):
            failed()
    assert len(copied) == 2 and len(pages.resident) == resident
    with pytest.raises(HaltedError):
        behind()
    lab.release()
    np.testing.assert_array_equal(first()[:HIGH], picture(0)[:, :SIDE])
    assert pins(lab) == 0
    failed.resume()
    pixels = lab.begin(many)()
    for row, number in enumerate((3, 1, 2)):
        np.testing.assert_array_equal(pixels[HIGH * row : HIGH * (row + 1)], picture(number)[:, :SIDE])


def test_a_frame_in_flight_keeps_images_and_canvases_that_go_meanwhile(lab: Lab) -> None:
    other = Surface(lab.backend, SIDE, HIGH)
    recording = gpucanvas.Recording(SIDE, HIGH)
    recording.get_context("2d").draw_image(picture(5), 0, 0)
    other.begin([recording._commands])()
    images = [gpucanvas.Image(picture(6))]
    lab.sync.holds = True

    def both(ctx: gpucanvas.Context2D) -> None:
        ctx.draw_image(images[0], 0, HIGH)
        ctx.draw_image(gpucanvas.Image(picture(7)), 0, 2 * HIGH)

    landing = lab.begin(both)
    lab.settle_posts()
    images.pop().close()
    other.close()
    gc.collect()
    crowd_out(lab, 60)
    lab.release()
    pixels = landing()
    for row, number in enumerate((6, 7), 1):
        np.testing.assert_array_equal(pixels[HIGH * row : HIGH * (row + 1)], picture(number)[:, :SIDE])
    assert pins(lab) == 0


@pytest.mark.parametrize("fault", ["lost", "failing wait"])
def test_a_context_lost_in_flight_takes_its_pages_along(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    need_gl()
    made: list[ScriptedSync] = []
    monkeypatch.setattr(transfer, "open_sync", lambda context: scripted(context, made))
    images = [gpucanvas.Image(picture(number)) for number in range(2)]
    gc.collect()
    before = memory.snapshot()
    lab = Lab(GLBackend(), made.pop())
    lab.begin(glaze(0))()
    lab.sync.holds = True
    landings = [lab.begin(shown(image)) for image in images]
    lab.settle_posts()
    assert (memory.snapshot() - before).kinds["texels"].device_bytes > 0
    if fault == "lost":
        lab.backend._owner.lost = "the driver lost its OpenGL context"
    else:
        lab.sync.failing_waits = 100
    lab.release()
    for landing in landings:
        with pytest.raises(LostContextError):
            landing()
        assert not landing.is_drawn
    assert lab.backend.lost and lab.held()[0] == 0 and lab.backend._flight.count == 0
    lab.surface.close()
    end(lab.backend)
    del lab, landings, landing
    gc.collect()
    left = (memory.snapshot() - before).kinds
    assert not any(item.device_bytes for item in left.values()), left
    with gpucanvas.Canvas(SIDE, SIDE, backend="gl") as canvas:
        canvas.get_context("2d").draw_image(images[1], 0, 0)
        np.testing.assert_array_equal(canvas.to_numpy()[:HIGH], picture(1)[:, :SIDE])


def test_the_counts_of_a_frame_in_flight_are_its_own(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gpucanvas.backends.gl._shared", lab.backend)
    image = gpucanvas.Image(picture(8))
    nbytes = 4 * WIDE * HIGH
    with gpucanvas.Canvas(SIDE, SIDE, backend="gl") as canvas:
        ctx = canvas.get_context("2d")
        found = []
        for draws in (True, False, True):
            if draws:
                ctx.draw_image(image, 0, 0)
            else:
                glaze(1)(ctx)
            canvas.submit().result(30)
            found.append(canvas.stats.last.texel_bytes_uploaded)
        assert found == [nbytes, 0, 0]
        assert canvas.stats.total.texel_bytes_uploaded == nbytes
        assert canvas.stats.total.frames == 3
    assert_glazed(lab.begin(glaze(0))(), [0])
