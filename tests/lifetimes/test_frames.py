"""Frames in the background: every way a ticket can end, and that nothing is left behind by any of them."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable

import numpy as np
import pytest

import gpucanvas
from gpucanvas import frames
from gpucanvas.errors import DeadlineError, FrameCancelledError, FrameDroppedError, FrameError
from gpucanvas.frames import FrameQueue
from gpucanvas.pipeline.record import Commands

RED, GREEN, BLUE = (1.0, 0.0, 0.0, 1.0), (0.0, 1.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0)


class Gate:
    """A stand-in for drawing: each frame waits until the test lets it go, and looks whether it was stopped."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()
        self.drawn: list[list[Commands]] = []
        self.error: BaseException | None = None

    def __call__(self, commands: list[Commands], stop: Callable[[], bool]) -> np.ndarray:
        self.entered.release()
        while not self.open.wait(0.001):
            if stop():
                raise FrameCancelledError("stopped")
        if self.error is not None:
            raise self.error
        self.drawn.append(list(commands))
        return np.full((1, 1, 4), len(self.drawn), np.uint8)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture(autouse=True)
def no_thread_left() -> None:
    """No test leaves a thread of a queue behind."""
    yield
    for thread in threading.enumerate():
        if thread.name == "gpucanvas-frames":
            thread.join(30)
            assert not thread.is_alive()


def submit(queue: FrameQueue, policy: frames.Policy = "block", in_flight: int = 2, timeout: float | None = 30.0):
    commands = Commands()
    return queue.submit(commands, policy, in_flight, timeout), commands


def test_a_frame_has_the_pixels_of_what_was_recorded_before_it(backend: str) -> None:
    with gpucanvas.Canvas(8, 8, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style = RED
        ctx.fill_rect(0, 0, 8, 8)
        first = canvas.submit()
        ctx.fill_style = BLUE
        ctx.fill_rect(0, 0, 4, 8)
        second = canvas.submit()
        assert first.result(60)[0, 0].tolist() == [255, 0, 0, 255]
        assert second.result(60)[0, :, 2].tolist() == [255] * 4 + [0] * 4
        assert first.done and first.state == "done" and first.number == 1 and second.number == 2
        assert (canvas.to_numpy() == second.result()).all()


def test_settings_outlive_a_submit(backend: str) -> None:
    with gpucanvas.Canvas(8, 8, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style = GREEN
        ctx.translate(4, 0)
        canvas.submit()
        ctx.fill_rect(0, 0, 4, 8)
        assert canvas.submit().result(60)[0, :, 1].tolist() == [0] * 4 + [255] * 4


def test_block_waits_for_a_place_and_gives_up_at_its_timeout(gate: Gate) -> None:
    queue = FrameQueue(gate)
    first, _ = submit(queue)
    second, _ = submit(queue)
    with pytest.raises(DeadlineError, match=r"2 frames are still in flight after 0.01 s"):
        submit(queue, timeout=0.01)
    gate.open.set()
    third, _ = submit(queue)
    assert third.wait(30) and first.done and second.done
    assert queue.finished == queue.submitted == 3


def test_drop_newest_gives_up_the_new_frame(gate: Gate) -> None:
    queue = FrameQueue(gate)
    submit(queue), submit(queue)
    ticket, _ = submit(queue, "drop_newest")
    assert ticket.state == "dropped" and queue.dropped == 1 and queue.count == 2
    with pytest.raises(FrameDroppedError, match="frame 3 was dropped: 2 were in flight"):
        ticket.result(0)
    gate.open.set()
    queue.drain()


def test_drop_oldest_keeps_its_drawing_for_the_next_frame(gate: Gate) -> None:
    queue = FrameQueue(gate)
    running, a = submit(queue)
    gate.entered.acquire()
    oldest, b = submit(queue)
    newest, c = submit(queue, "drop_oldest")
    assert oldest.state == "dropped"
    with pytest.raises(FrameDroppedError, match="take that one's pixels"):
        oldest.result(0)
    gate.open.set()
    assert newest.wait(30) and running.wait(30)
    assert gate.drawn == [[a], [b, c]]


@pytest.mark.parametrize("policy", ["drop_oldest", "drop_newest"])
def test_dropped_frames_lose_no_drawing(backend: str, policy: frames.Policy) -> None:
    with gpucanvas.Canvas(64, 4, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        tickets = []
        for x in range(64):
            ctx.fill_style = (x / 64, 0.0, 0.0, 1.0)
            ctx.fill_rect(x, 0, 1, 4)
            tickets.append(canvas.submit(policy=policy, in_flight=1))
        expected = np.floor(np.arange(64) / 64 * 255 + 0.5)
        assert (canvas.to_numpy()[0, :, 0] == expected).all()
        assert (canvas.to_numpy()[..., 3] == 255).all()
        assert {ticket.state for ticket in tickets} <= {"done", "dropped"}


def test_a_queued_frame_is_cancelled_at_once(gate: Gate) -> None:
    queue = FrameQueue(gate)
    running, a = submit(queue)
    gate.entered.acquire()
    queued, _ = submit(queue)
    queued.cancel()
    assert queued.state == "cancelled" and queue.cancelled == 1
    with pytest.raises(FrameCancelledError, match="frame 2 was cancelled: nothing of it was drawn"):
        queued.result(0)
    with pytest.raises(FrameError, match="frame 2 is cancelled already: there is nothing to cancel"):
        queued.cancel()
    gate.open.set()
    assert running.wait(30)
    assert gate.drawn == [[a]]


def test_a_running_frame_is_cancelled_between_bands(gate: Gate) -> None:
    queue = FrameQueue(gate)
    running, _ = submit(queue)
    gate.entered.acquire()
    running.cancel()
    assert running.state == "cancelled" and queue.count == 0 and gate.drawn == []


def test_a_cancelled_frame_leaves_the_surface_as_it_was() -> None:
    canvas = gpucanvas.Canvas(640, 480, backend="cpu")
    ctx = canvas.get_context("2d")
    ctx.fill_style = RED
    ctx.fill_rect(0, 0, 640, 480)
    before = canvas.to_numpy()
    asked = 0

    def stop_late() -> bool:
        nonlocal asked
        asked += 1
        return asked > last

    rng = np.random.default_rng(3)
    for last in range(40):
        asked = 0
        recording = gpucanvas.Recording(640, 480)
        recording.get_context("2d").fill_rects(
            rng.random(5000) * 640, rng.random(5000) * 480, 9, 9, color=rng.random((5000, 4))
        )
        try:
            canvas._surface.draw([recording._commands], stop_late)
        except FrameCancelledError:
            assert (canvas.to_numpy() == before).all(), f"stopped at question {last}"
        else:
            break
    assert 4 <= last < 39, "the frame should be stoppable at several places, and end at last"
    canvas.close()


def test_an_error_in_a_frame_reaches_its_result_and_the_next_frame_runs(gate: Gate) -> None:
    queue = FrameQueue(gate)
    gate.error = MemoryError("no room")
    gate.open.set()
    ticket, _ = submit(queue)
    with pytest.raises(MemoryError, match="no room"):
        ticket.result(30)
    assert ticket.state == "failed" and queue.failed == 1
    gate.error = None
    assert submit(queue)[0].result(30).shape == (1, 1, 4)


def test_result_gives_up_at_its_timeout_and_the_frame_goes_on(gate: Gate) -> None:
    queue = FrameQueue(gate)
    ticket, _ = submit(queue)
    assert ticket.wait(0) is False
    with pytest.raises(DeadlineError, match=r"frame 1 is (queued|running) after 0 s"):
        ticket.result(0)
    gate.open.set()
    assert ticket.result(30) is not None


@pytest.mark.parametrize("end", ["done", "cancelled", "dropped", "failed"])
def test_a_frame_that_has_ended_holds_nothing(gate: Gate, end: str) -> None:
    class Kept(Commands):
        __slots__ = ("__weakref__",)

    queue = FrameQueue(gate)
    submit(queue)
    gate.entered.acquire()
    commands = Kept()
    seen = weakref.ref(commands)
    ticket = queue.submit(commands, "block", 2, 1.0)
    del commands
    if end == "cancelled":
        ticket.cancel()
    elif end == "dropped":
        submit(queue, "drop_oldest")
    gate.error = ValueError("wrong") if end == "failed" else None
    gate.open.set()
    queue.drain()
    gate.drawn.clear()
    gc.collect()
    assert ticket.state == end
    assert seen() is None


def test_closing_a_canvas_ends_its_frames(backend: str) -> None:
    canvas = gpucanvas.Canvas(256, 256, backend=backend)
    ctx = canvas.get_context("2d")
    tickets = []
    for _ in range(6):
        ctx.fill_rect(0, 0, 200, 200)
        tickets.append(canvas.submit(in_flight=10))
    canvas.close()
    assert all(ticket.done for ticket in tickets)
    canvas.close()
    with pytest.raises(gpucanvas.ClosedError, match="the canvas is closed"):
        canvas.submit()


def test_render_async_gives_the_pixels_while_other_tasks_run(backend: str) -> None:
    async def main() -> tuple[np.ndarray, int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0)

        other = asyncio.create_task(tick())
        with gpucanvas.Canvas(64, 64, backend=backend) as canvas:
            ctx = canvas.get_context("2d")
            ctx.fill_style = GREEN
            for _ in range(5):
                ctx.fill_rect(0, 0, 64, 64)
                pixels = await canvas.render_async(timeout=60, in_flight=1)
        other.cancel()
        return pixels, ticks

    pixels, ticks = asyncio.run(main())
    assert pixels[5, 5].tolist() == [0, 255, 0, 255]
    assert ticks > 5


def test_a_cancelled_task_cancels_its_frame(gate: Gate) -> None:
    queue = FrameQueue(gate)

    async def main() -> None:
        ticket, _ = submit(queue)
        task = asyncio.create_task(ticket.result_async(30))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ticket.state == "cancelled"
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_an_awaited_frame_that_is_late_is_cancelled(gate: Gate) -> None:
    queue = FrameQueue(gate)

    async def main() -> None:
        ticket, _ = submit(queue)
        with pytest.raises(DeadlineError, match=r"took more than 0.01 s and was cancelled"):
            await ticket.result_async(0.01)
        assert ticket.state == "cancelled"

    asyncio.run(main())


@pytest.mark.parametrize("timeout", [-1, float("nan"), "1", True])
def test_a_timeout_that_is_none_is_refused(gate: Gate, timeout: object) -> None:
    queue = FrameQueue(gate)
    gate.open.set()
    ticket, _ = submit(queue)
    with pytest.raises((ValueError, TypeError), match=r"timeout is .*give"):
        ticket.wait(timeout)
    with gpucanvas.Canvas(4, 4, backend="cpu") as canvas:
        with pytest.raises((ValueError, TypeError), match="submit: timeout is"):
            canvas.submit(timeout=timeout)
        with pytest.raises(ValueError, match="policy is 'newest'"):
            canvas.submit(policy="newest")
        with pytest.raises(ValueError, match="in_flight is 0"):
            canvas.submit(in_flight=0)
