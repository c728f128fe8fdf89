"""SteppedTasks: coroutines of asyncio on a loop that somebody turns by hand."""

from __future__ import annotations

import asyncio

from gpucanvas.window.tasks import SteppedTasks


def test_a_coroutine_goes_on_by_a_step_at_a_time_and_never_makes_the_caller_wait() -> None:
    tasks, seen = SteppedTasks(), []

    async def count() -> None:
        for number in range(3):
            seen.append(number)
            await asyncio.sleep(0)
        await asyncio.sleep(3600)

    tasks.start(count())
    assert seen == []
    for number in range(3):
        assert tasks.step()
        assert seen == [*range(number + 1)]
    assert tasks.step()
    tasks.close()
    assert not tasks.step()


def test_without_coroutines_a_step_makes_no_loop() -> None:
    tasks = SteppedTasks()
    assert not tasks.step()
    assert tasks._loop is None
    tasks.close()


def test_closing_lets_coroutines_clean_up_however_deep_they_wait() -> None:
    tasks, seen = SteppedTasks(), []

    async def wait(depth: int) -> None:
        try:
            await (asyncio.gather(wait(depth - 1)) if depth else asyncio.sleep(3600))
        finally:
            seen.append(depth)

    tasks.start(wait(3))
    for _ in range(8):
        tasks.step()
    tasks.close()
    assert seen == [0, 1, 2, 3]


def test_a_coroutine_may_close_them_itself() -> None:
    tasks, seen = SteppedTasks(), []

    async def close() -> None:
        tasks.close()
        seen.append("closed")
        await asyncio.sleep(3600)
        seen.append("went on")

    tasks.start(close())
    assert not tasks.step()
    assert tasks._loop is None
    assert seen == ["closed"]


def test_a_step_inside_asyncio_waits_for_one_outside() -> None:
    tasks, seen = SteppedTasks(), []

    async def note() -> None:
        seen.append(True)

    async def inside() -> bool:
        tasks.start(note())
        return tasks.step()

    assert asyncio.run(inside())
    assert seen == []
    tasks.step()
    assert seen == [True]
    tasks.close()
