"""Frames in the background: every way a ticket can end, and that nothing is left behind by any of them."""

from __future__ import annotations

import asyncio
import functools
import gc
import threading
import time
import traceback
import weakref
from collections.abc import Callable

import numpy as np
import pytest

import gpucanvas
from gpucanvas.backends.base import HaltedError
from gpucanvas.errors import DeadlineError, FrameCancelledError, FrameDroppedError, LimitError
from gpucanvas.frames import queue as frames
from gpucanvas.frames.queue import FrameQueue
from gpucanvas.pipeline.record import Commands

RED, GREEN, BLUE = (1.0, 0.0, 0.0, 1.0), (0.0, 1.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0)


class Gate:
    """A stand-in for drawing: each frame waits until the test lets it go, and looks whether it was stopped."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()
        self.drawn: list[list[Commands]] = []
        self.error: BaseException | None = None
        self.deaf = False

    def __call__(self, commands: list[Commands], recorded: frames.Recorded, stop: Callable[[], bool]) -> np.ndarray:
        self.entered.release()
        while not self.open.wait(0.001):
            if stop() and not self.deaf:
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
    join_threads()


def join_threads() -> None:
    """Wait for the threads of all queues."""
    for thread in threading.enumerate():
        if thread.name.startswith("gpucanvas-frames"):
            thread.join(30)
            assert not thread.is_alive()


def submit(queue: FrameQueue, policy: frames.Policy = "block", in_flight: int = 2, timeout: float | None = 30.0):
    commands = Commands()
    return queue.submit(commands, (0, 0), policy, in_flight, timeout), commands


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
    assert queued.cancel() is True
    assert queued.state == "cancelled" and queue.cancelled == 1
    with pytest.raises(FrameCancelledError, match="frame 2 was cancelled: nothing of it was drawn"):
        queued.result(0)
    assert queued.cancel() is True, "as of concurrent.futures"
    assert queue.cancelled == 1
    gate.open.set()
    assert running.wait(30)
    assert running.cancel() is False
    assert gate.drawn == [[a]]


def test_a_running_frame_is_cancelled_between_bands(gate: Gate) -> None:
    queue = FrameQueue(gate)
    running, _ = submit(queue)
    gate.entered.acquire()
    assert running.cancel() is True
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
    ticket, failed = submit(queue)
    depths = set()
    for _ in range(3):
        with pytest.raises(MemoryError, match="no room") as caught:
            ticket.result(30)
        depths.add(len(list(traceback.walk_tb(caught.value.__traceback__))))
    assert ticket.state == "failed" and queue.failed == 1 and len(depths) == 1
    gate.error = None
    following, commands = submit(queue)
    assert following.result(30).shape == (1, 1, 4)
    assert gate.drawn == [[failed, commands]]


class Reads:
    """A stand-in for drawing where pixels are read after it: drawing is at once, each reading waits for the test."""

    def __init__(self) -> None:
        self.drawn = 0
        self.open = threading.Semaphore(0)
        self.error: BaseException | None = None

    def __call__(self, commands: list[Commands], recorded: frames.Recorded, stop: Callable[[], bool]) -> frames.Read:
        self.drawn += 1
        return functools.partial(self.read, self.drawn)

    def read(self, number: int) -> np.ndarray:
        assert self.open.acquire(timeout=30)
        if self.error is not None:
            raise self.error
        return np.full((1, 1, 4), number, np.uint8)


def until(told: Callable[[], bool]) -> None:
    """Wait for what another thread brings about."""
    end = time.monotonic() + 30
    while not told():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_frames_are_drawn_while_others_are_read_and_end_in_order() -> None:
    reads = Reads()
    queue = FrameQueue(reads)
    tickets = [submit(queue, in_flight=9)[0] for _ in range(6)]
    # READS are waiting to be read, and one more is drawn already.
    until(lambda: reads.drawn == frames.READS + 1)
    time.sleep(0.02)
    assert reads.drawn == frames.READS + 1 and queue.count == 6 and queue.oldest() is tickets[0]
    threading.Timer(0.05, reads.open.release).start()
    assert tickets[0].cancel() is False
    for _ in range(5):
        reads.open.release()
    assert [int(ticket.result(30)[0, 0, 0]) for ticket in tickets] == [1, 2, 3, 4, 5, 6]
    queue.drain()
    assert queue.finished == 6 and queue.count == 0


def test_a_frame_that_cannot_be_read_fails_and_is_drawn_all_the_same() -> None:
    reads = Reads()
    queue = FrameQueue(reads)
    reads.error = MemoryError("no room")
    reads.open.release()
    ticket, _ = submit(queue)
    with pytest.raises(MemoryError, match="no room"):
        ticket.result(30)
    assert ticket.state == "failed" and queue.take_left_over() == []


class Landings:
    """A stand-in for a GPU: frames land when the test says so; one fails, and halts those behind it until resumed.

    Where it ``posts``, nobody knows when a frame is begun that it is halted: only when it lands.
    """

    def __init__(self, failing: int, error: BaseException, posts: bool = False) -> None:
        self.failing, self.error, self.posts = failing, error, posts
        self.begins: Callable[[int], object] = lambda number: None
        self.begun = 0
        self.halted = False
        self.drawn: list[list[Commands]] = []
        self.open = threading.Event()

    def __call__(self, commands: list[Commands], recorded: frames.Recorded, stop: Callable[[], bool]) -> frames.Landing:
        self.begun += 1
        number = self.begun
        self.begins(number)
        if self.halted and not self.posts:
            raise HaltedError("halted")
        return ScriptedLanding(self, commands, number == self.failing)


class ScriptedLanding(frames.Landing):
    """A frame of theirs."""

    def __init__(self, of: Landings, commands: list[Commands], fails: bool) -> None:
        self.of, self.commands, self.fails = of, commands, fails

    def __call__(self) -> np.ndarray:
        assert self.of.open.wait(30)
        if self.fails:
            self.of.halted = True
            raise self.of.error
        if self.of.halted:
            raise HaltedError("halted")
        self.is_drawn = True
        self.of.drawn.append(list(self.commands))
        self.commands.clear()
        return np.full((1, 1, 4), len(self.of.drawn), np.uint8)

    def resume(self) -> None:
        self.of.halted = False


@pytest.mark.parametrize("failing", [1, 2, 3, 6])
@pytest.mark.parametrize("keeps", [True, False], ids=["kept", "beyond a limit"])
@pytest.mark.parametrize("posts", [True, False], ids=["posted", "begun"])
def test_frames_behind_one_that_fails_in_flight_are_drawn_again_in_order(
    failing: int, keeps: bool, posts: bool
) -> None:
    error = MemoryError("no room") if keeps else LimitError("too large")
    landings = Landings(failing, error, posts)
    queue = FrameQueue(landings)
    tickets, commands = zip(*[submit(queue, in_flight=9) for _ in range(6)], strict=True)
    until(lambda: landings.begun >= frames.READS + 1)
    landings.open.set()
    queue.drain()
    assert [ticket.state for ticket in tickets] == ["failed" if n == failing else "done" for n in range(1, 7)]
    with pytest.raises(type(error)):
        tickets[failing - 1].result(0)
    assert submit(queue)[0].wait(30)
    flat = [each for drawn in landings.drawn for each in drawn]
    wanted = [each for n, each in enumerate(commands, 1) if keeps or n != failing]
    assert flat[: len(wanted)] == wanted and len(flat) == len(wanted) + 1, "all that is kept, once, in order"
    assert queue.take_left_over() == []


def test_a_frame_posted_while_one_fails_is_drawn_behind_what_that_one_left() -> None:
    landings = Landings(1, MemoryError("no room"), posts=True)
    posting, go_on = threading.Event(), threading.Event()
    landings.begins = lambda number: number == 2 and (posting.set(), go_on.wait(30))
    queue = FrameQueue(landings)
    tickets, commands = zip(*[submit(queue, in_flight=9) for _ in range(3)], strict=True)
    assert posting.wait(30)
    landings.open.set()
    until(lambda: tickets[0].done)
    go_on.set()
    queue.drain()
    assert [ticket.state for ticket in tickets] == ["failed", "done", "done"]
    assert landings.drawn == [[commands[0], commands[1]], [commands[2]]]
    with pytest.raises(MemoryError):
        tickets[0].result(0)


def test_a_posted_frame_is_told_to_stop() -> None:
    landings = Landings(0, MemoryError(), posts=True)
    stops: list[Callable[[], bool]] = []

    def draw(commands: list[Commands], recorded: frames.Recorded, stop: Callable[[], bool]) -> frames.Landing:
        stops.append(stop)
        return landings(commands, recorded, stop)

    queue = FrameQueue(draw)
    ticket, _ = submit(queue)
    until(lambda: landings.begun == 1 and ticket in [each for each, _ in queue._frames.reading])
    assert not stops[0]()
    assert not queue.cancel(ticket, wait=False)
    assert stops[0](), "the GPU may not have been given all of it"
    landings.open.set()
    ticket.wait(30)
    assert not queue._frames.stopping


def test_closing_waits_for_what_is_read() -> None:
    reads = Reads()
    queue = FrameQueue(reads)
    tickets = [submit(queue, in_flight=9)[0] for _ in range(5)]
    until(lambda: reads.drawn == frames.READS + 1)
    for _ in range(5):
        reads.open.release()
    queue.close(30)
    assert all(ticket.done for ticket in tickets) and queue.count == 0


def test_a_failed_frame_that_nobody_asks_for_warns(gate: Gate) -> None:
    queue = FrameQueue(gate)
    gate.error = MemoryError("no room")
    gate.open.set()
    text = r"frame 1 failed and nobody asked for its result: MemoryError\('no room'\)"
    with pytest.warns(RuntimeWarning, match=text):
        submit(queue)
        queue.drain()
        join_threads()
        gc.collect()


def test_what_is_left_over_keeps_its_order_when_frames_are_cancelled(gate: Gate) -> None:
    queue = FrameQueue(gate)
    left = Commands()
    queue.give_back([left])
    running, _ = submit(queue)
    gate.entered.acquire()
    _, dropped = submit(queue, "drop_oldest")
    newest, _ = submit(queue, "drop_oldest")
    newest.cancel()
    running.cancel()
    assert queue.take_left_over() == [left, dropped]


def test_a_frame_cancelled_among_others_passes_its_leftovers_to_the_one_behind_it(gate: Gate) -> None:
    queue = FrameQueue(gate)
    _, a = submit(queue, in_flight=9)
    gate.entered.acquire()
    _, b = submit(queue, in_flight=9)
    middle, c = submit(queue, in_flight=9)
    _, d = submit(queue, in_flight=9)
    middle._commands.insert(0, c)
    middle.cancel()
    gate.open.set()
    queue.drain()
    assert gate.drawn == [[a], [b], [c, d]]


def test_drop_oldest_drops_until_there_is_room(gate: Gate) -> None:
    queue = FrameQueue(gate)
    tickets = [submit(queue, in_flight=4)[0] for _ in range(4)]
    gate.entered.acquire()
    submit(queue, "drop_oldest", in_flight=2)
    assert queue.count == 2 and [ticket.state for ticket in tickets] == ["running"] + ["dropped"] * 3
    gate.open.set()
    queue.drain()


def test_an_error_in_a_callback_is_reported_and_frames_go_on(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(threading, "excepthook", lambda args: seen.append(args.exc_value))
    queue = FrameQueue(gate)
    ticket, _ = submit(queue)

    def callback() -> None:
        # Not under the queue's lock: another thread may ask it meanwhile.
        asked = threading.Thread(target=lambda: queue.oldest())
        asked.start()
        asked.join(30)
        assert not asked.is_alive()
        raise RuntimeError("loop closed")

    ticket.add_done_callback(callback)
    gate.open.set()
    queue.drain()
    assert submit(queue)[0].wait(30)
    assert [str(error) for error in seen] == ["loop closed"]


def test_a_callback_that_waits_for_the_next_frame_is_refused(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(threading, "excepthook", lambda args: seen.append(str(args.exc_value)))
    queue = FrameQueue(gate)
    first, _ = submit(queue)
    second, _ = submit(queue)
    first.add_done_callback(lambda: second.result())
    first.add_done_callback(queue.drain)
    gate.open.set()
    assert second.wait(30)
    assert [text[:46] for text in seen] == ["a done callback waits for a later frame, which"] * 2


def test_a_thread_that_cannot_be_started_leaves_the_queue_as_it_was(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = FrameQueue(gate)
    left = Commands()
    queue.give_back([left])

    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="can't start"):
            submit(queue)
    assert queue.count == 0 and queue.submitted == 0
    gate.open.set()
    ticket, commands = submit(queue)
    assert ticket.wait(30) and gate.drawn == [[left, commands]]


def test_a_kept_ticket_keeps_no_queue(gate: Gate) -> None:
    queue = FrameQueue(gate)
    gate.open.set()
    gate.error = ValueError("wrong")
    ticket, _ = submit(queue)
    ticket.wait(30)
    join_threads()
    seen = weakref.ref(queue)
    gc.disable()
    try:
        del queue
        assert seen() is None
    finally:
        gc.enable()
    with pytest.raises(ValueError, match="wrong"):
        ticket.result()
    assert ticket.cancel() is False


@pytest.mark.parametrize("timeout", [float("inf"), 1e12])
def test_very_long_timeouts_are_none(gate: Gate, timeout: float) -> None:
    queue = FrameQueue(gate)
    gate.open.set()
    assert submit(queue)[0].wait(timeout)


def test_a_frame_that_does_not_fit_keeps_its_drawing(backend: str) -> None:
    with gpucanvas.Canvas(256, 256, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        for submitted in (False, True):
            ctx.fill_style = GREEN if submitted else RED
            for _ in range(20000):
                ctx.fill_rect(0, 0, 200, 200)
            gc.collect()
            gpucanvas.memory._ledger.evict()
            ledger = gpucanvas.memory._ledger
            ledger.settle()
            gpucanvas.memory.set_budget(host_bytes=ledger.host_bytes + 1000, device_bytes=ledger.device_bytes + 1000)
            try:
                with pytest.raises(gpucanvas.MemoryBudgetError):
                    if submitted:
                        canvas.submit().result(60)
                    else:
                        canvas.flush()
            finally:
                gpucanvas.memory.set_budget()
            ctx.fill_style = BLUE
            ctx.fill_rect(0, 0, 4, 4)
            pixels = canvas.to_numpy()
            assert pixels[0, 0].tolist() == [0, 0, 255, 255]
            assert pixels[9, 9].tolist() == ([0, 255, 0, 255] if submitted else [255, 0, 0, 255])
        assert canvas.stats.total.failed == 1


@pytest.mark.parametrize("submitted", [False, True])
def test_a_call_beyond_a_limit_is_named_and_taken_out_and_the_rest_is_drawn(backend: str, submitted: bool) -> None:
    with gpucanvas.Canvas(64, 64, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style = RED
        ctx.set_line_dash([4, 3])
        ctx.stroke_lines(np.array([[-1e30, 0.0], [50.0, 9.0], [9.0, 50.0]]))
        ctx.fill_rect(0, 0, 64, 60)
        ctx.stroke_lines(np.array([[5.0, 62.0], [50.0, 62.0]]))
        with pytest.raises(gpucanvas.LimitError, match=r"stroke_lines\(\) number 1 of this frame: .*dashes of period"):
            if submitted:
                canvas.submit().result(60)
            else:
                canvas.flush()
        ctx.clear_rect(0, 0, 32, 20)
        pixels = canvas.to_numpy()
        assert pixels[9, :, 0].tolist() == [0] * 32 + [255] * 32
        assert pixels[62, :, 3].any()
        assert canvas.stats.total.failed == submitted


def test_a_frame_of_several_parts_that_fails_draws_none_of_them(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with gpucanvas.Canvas(64, 64, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(0, 0, 9, 9)
        before = canvas.to_numpy()
        parts = []
        for color in ("red", "lime", "blue"):
            part = gpucanvas.Recording(64, 64)
            part.get_context("2d").fill_style = color
            part.get_context("2d").fill_rect(5, 5, 50, 50)
            parts.append(part._commands)
        whole = canvas._backend._draw

        def fail_at_the_third(*arguments: object) -> None:
            calls.append(arguments)
            if len(calls) == 3:
                raise MemoryError("no room")
            whole(*arguments)

        calls: list[object] = []
        monkeypatch.setattr(canvas._backend, "_draw", fail_at_the_third)
        with pytest.raises(MemoryError, match="no room"):
            canvas._surface.draw(parts)
        assert len(calls) == 3 and (canvas.to_numpy() == before).all()


def read(canvas: gpucanvas.Canvas, ends: list[object]) -> None:
    """Note the pixels' shape, or that the canvas is closed."""
    try:
        ends.append(canvas.to_numpy().shape)
    except gpucanvas.ClosedError as error:
        ends.append(error)


def test_a_canvas_closed_while_it_is_drawn_shows_nothing_of_it_in_another(backend: str) -> None:
    rng = np.random.default_rng(0)
    circles = rng.random((4, 20000 if backend == "cpu" else 4000)) * 256
    for _ in range(3):
        canvas = gpucanvas.Canvas(256, 256, backend=backend)
        canvas.get_context("2d").fill_circles(circles[0], circles[1], 40.0)
        ends: list[object] = []
        thread = threading.Thread(target=read, args=(canvas, ends))
        thread.start()
        canvas.close()
        with gpucanvas.Canvas(256, 256, backend=backend) as other:
            thread.join(60)
            assert len(ends) == 1
            assert not other.to_numpy().any()


def test_a_deadline_does_not_block_the_loop_while_a_frame_ends(gate: Gate) -> None:
    queue = FrameQueue(gate)

    async def main() -> None:
        ticket, _ = submit(queue)
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.001)

        other = asyncio.create_task(tick())
        gate.deaf = True
        task = asyncio.create_task(ticket.result_async(0.01))
        await asyncio.sleep(0.1)
        assert ticks > 10 and not task.done()
        gate.open.set()
        with pytest.raises(DeadlineError, match=r"took more than 0.01 s; it could not be stopped and is drawn"):
            await task
        other.cancel()

    asyncio.run(main())


@pytest.mark.parametrize("settings", [{"in_flight": 0}, {"in_flight": "2"}, {"policy": "newest"}])
def test_render_async_refuses_what_submit_does(settings: dict[str, object]) -> None:
    async def main() -> None:
        with gpucanvas.Canvas(8, 8, backend="cpu") as canvas:
            await canvas.render_async()
            with pytest.raises(ValueError, match="render_async: (in_flight|policy) is"):
                await canvas.render_async(**settings)

    asyncio.run(main())


def test_recording_time_belongs_to_the_frame_that_was_recorded(gate: Gate) -> None:
    with gpucanvas.Canvas(8, 8, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(0, 0, 8, 8)
        time.sleep(0.05)
        first = canvas.submit()
        ctx.fill_rect(0, 0, 8, 8)
        first.wait(60)
        last = canvas.stats.last
        assert last is not None and last.record_ms >= 50


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
    before, _ = submit(queue)
    gate.entered.acquire()
    commands = Kept()
    seen = weakref.ref(commands)
    ticket = queue.submit(commands, (0, 0), "block", 2, 1.0)
    del commands
    if end == "cancelled":
        ticket.cancel()
    elif end == "dropped":
        submit(queue, "drop_oldest")
    gate.error = ValueError("wrong") if end == "failed" else None
    gate.open.set()
    queue.drain()
    gate.drawn.clear()
    if end == "failed":
        for each in (before, ticket):
            with pytest.raises(ValueError, match="wrong"):
                each.result()
        # Its pixels are lost, its drawing is not.
        assert [each is seen() for each in queue.take_left_over()] == [False, True]
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


def test_frames_a_callback_that_submits_to_a_full_queue_is_told(backend: str) -> None:
    with gpucanvas.Canvas(8, 8, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        told: list[BaseException | None] = []
        ready = threading.Event()

        def submit() -> None:
            ready.wait(10)
            try:
                ctx.fill_rect(0, 0, 1, 1)
                canvas.submit(policy="block", in_flight=1)
                told.append(None)
            except gpucanvas.FrameError as error:
                told.append(error)

        ctx.fill_rect(0, 0, 8, 8)
        first = canvas.submit()
        first.add_done_callback(submit)
        ctx.fill_rect(0, 0, 8, 8)
        second = canvas.submit()
        ready.set()
        assert second.wait(20)
        canvas.flush()
        assert len(told) == 1


def test_frames_a_callback_that_cancels_does_not_wait_for_itself(backend: str) -> None:
    with gpucanvas.Canvas(64, 64, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        tickets = []
        ready = threading.Event()

        def cancel() -> None:
            ready.wait(10)
            for ticket in tickets[1:]:
                ticket.cancel()

        for k in range(3):
            ctx.fill_rect(0, 0, 64, 64)
            tickets.append(canvas.submit())
            if not k:
                tickets[0].add_done_callback(cancel)
        ready.set()
        assert all(ticket.wait(20) for ticket in tickets)


def test_frames_that_fail_after_drawing_are_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from gpucanvas.frames.surface import Surface

    with gpucanvas.Canvas(8, 8, backend="cpu") as canvas:
        # An opaque canvas is drawn first, and then read.
        ctx = canvas.get_context("2d", alpha=False)
        ctx.fill_style = (1.0, 1.0, 1.0, 0.3)
        ctx.fill_rect(0, 0, 8, 8)
        with monkeypatch.context() as patch:
            patch.setattr(Surface, "begin_read", lambda self: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                canvas.submit().result(20)
        assert canvas.to_numpy()[4, 4].tolist() == [77, 77, 77, 255]
