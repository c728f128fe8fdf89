"""Canvas.save and save_async: a stalled or cancelled save keeps no pixels, and the canvas still draws.

Errors are still alive where a test asks whether pixels are free: a traceback must not keep them.
"""

from __future__ import annotations

import asyncio
import io
import os
import select
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stalling import ENDED_S, PICTURE, Blocking, late

import gpucanvas
from gpucanvas.present import write
from gpucanvas.present.background import MAX_THREADS
from gpucanvas.present.transfer import Stopped

pytestmark = pytest.mark.skipif(not hasattr(select, "poll"), reason="pipes cannot be polled here")


@pytest.fixture
def noise(backend: str) -> Iterator[gpucanvas.Canvas]:
    """A canvas whose picture is larger than a pipe."""
    with gpucanvas.Canvas(256, 256, backend=backend) as canvas:
        pixels = np.random.default_rng(5).integers(0, 256, (256, 256, 4), dtype=np.uint8)
        pixels[..., 3] = 255
        canvas.get_context("2d").put_image_data(pixels, 0, 0)
        yield canvas


def watch(canvas: gpucanvas.Canvas, monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref[Any]]:
    """Weak references to every array that the canvas hands out."""
    read, seen = canvas.to_numpy, []

    def to_numpy() -> Any:
        pixels = read()
        seen.append(weakref.ref(pixels))
        return pixels

    monkeypatch.setattr(canvas, "to_numpy", to_numpy)
    return seen


def still_draws(canvas: gpucanvas.Canvas) -> None:
    ctx = canvas.get_context("2d")
    ctx.fill_style = "lime"
    ctx.fill_rect(0, 0, 256, 256)
    assert (canvas.to_numpy() == [0, 255, 0, 255]).all()


def test_a_save_that_timed_out_keeps_no_pixels_and_the_canvas_draws(
    noise: gpucanvas.Canvas, pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = watch(noise, monkeypatch)
    blocking = Blocking()
    errors = []
    for target in (pipe[1], blocking):
        with pytest.raises(gpucanvas.DeadlineError) as caught:
            noise.save(target, timeout=0.1)
        errors.append(caught)
    assert [pixels() for pixels in seen] == [None, None]
    still_draws(noise)
    blocking.go.set()


def test_the_bytes_are_let_go_while_the_error_lives(pipe: tuple[int, int]) -> None:
    data = PICTURE.copy()
    seen = weakref.ref(data)
    box = [data]
    del data
    with pytest.raises(gpucanvas.DeadlineError) as caught:
        write(pipe[1], box.pop(), timeout=0.1)
    assert seen() is None
    assert caught.value.written


def test_a_canvas_draws_while_its_save_stalls(noise: gpucanvas.Canvas, pipe: tuple[int, int]) -> None:
    data, stop = noise.to_png(), threading.Event()

    def stall() -> None:
        with pytest.raises(Stopped):
            write(pipe[1], data, stop=stop)

    thread = threading.Thread(target=stall)
    thread.start()
    still_draws(noise)
    assert thread.is_alive()
    stop.set()
    thread.join(ENDED_S)


def test_a_save_is_awaited_and_saves_the_picture_of_its_call(noise: gpucanvas.Canvas, tmp_path: Path) -> None:
    before = noise.to_png()

    async def main() -> None:
        saving = noise.save_async(tmp_path / "a.png", timeout=ENDED_S)
        still_draws(noise)
        await saving

    asyncio.run(main())
    assert (tmp_path / "a.png").read_bytes() == before


def test_an_awaited_save_ends_at_its_deadline(
    noise: gpucanvas.Canvas, pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = watch(noise, monkeypatch)

    async def main() -> None:
        with pytest.raises(gpucanvas.DeadlineError, match="file descriptor .* bytes were written"):
            await noise.save_async(pipe[1], timeout=0.1)
        assert [pixels() for pixels in seen] == [None]

    asyncio.run(main())
    still_draws(noise)


@pytest.mark.parametrize("kind", ["pipe", "object", "fifo"])
def test_a_cancelled_save_ends_and_frees_its_pixels(
    noise: gpucanvas.Canvas, pipe: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    seen, blocking = watch(noise, monkeypatch), Blocking()
    os.mkfifo(tmp_path / "fifo")
    target = {"pipe": pipe[1], "object": blocking, "fifo": tmp_path / "fifo"}[kind]

    async def main() -> None:
        task = asyncio.create_task(noise.save_async(target, "png"))
        await asyncio.sleep(0.2)
        assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert [pixels() for pixels in seen] == [None]

    asyncio.run(main())
    still_draws(noise)
    blocking.go.set()


def test_a_save_cancelled_while_it_encodes_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gpucanvas.present import background

    begun, encode = threading.Event(), background.encode

    def slow(pixels: Any, kind: str, options: Any, *, check: Callable[[], None]) -> bytes:
        begun.set()

        def wait() -> None:
            time.sleep(0.05)
            check()

        return encode(pixels, kind, options, check=wait)

    monkeypatch.setattr(background, "encode", slow)

    async def main() -> None:
        with gpucanvas.Canvas(300, 300, backend="cpu") as canvas:
            task = asyncio.create_task(canvas.save_async(tmp_path / "a.png"))
            while not begun.is_set():
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(main())
    assert list(tmp_path.iterdir()) == []


def test_saves_wait_for_a_turn_as_long_as_their_timeout(pipe: tuple[int, int]) -> None:
    late(pipe[1])

    async def main() -> None:
        with gpucanvas.Canvas(4, 4, backend="cpu") as canvas:
            stalled = [asyncio.create_task(canvas.save_async(pipe[1])) for _ in range(MAX_THREADS)]
            await asyncio.sleep(0.05)
            with pytest.raises(gpucanvas.DeadlineError, match="8 other saves were still writing"):
                await canvas.save_async(io.BytesIO(), timeout=0.05)
            out = io.BytesIO()
            waiting = [asyncio.create_task(canvas.save_async(out)) for _ in range(2)]
            await asyncio.sleep(0.05)
            waiting[0].cancel()
            for task in stalled:
                task.cancel()
            ends = await asyncio.gather(*stalled, *waiting, return_exceptions=True)
            assert [type(end) for end in ends] == [asyncio.CancelledError] * (MAX_THREADS + 1) + [type(None)]
            assert out.getvalue() == canvas.to_png()

    asyncio.run(main())


def test_work_that_is_stopped_says_so() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        write(io.BytesIO(), b"abc", stop=stop)
