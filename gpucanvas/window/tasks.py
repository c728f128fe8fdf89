"""tasks: runs asyncio coroutines step by step in hosts with another event loop (Qt, wx, none).

    start(coroutine) --> an asyncio loop that is not running
    step             --> runs everything that is due once, without waiting; the host calls it every few milliseconds

So ``async`` handlers can use ``asyncio.sleep`` and libraries for asyncio in every host.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from .. import later

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Task

__all__ = ["SteppedTasks", "is_inside_asyncio"]

CLEANUPS = 10
"""Turns of the loop for cancelled coroutines to clean up: each level of awaiting takes one."""


class SteppedTasks:
    """Coroutines that run when `step` is called. Used on one thread."""

    def __init__(self) -> None:
        self._loop: AbstractEventLoop | None = None
        self._tasks: set[Task[Any]] = set()
        self._is_closing = False

    def start(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Add a coroutine; it begins with the next `step`."""
        if self._loop is None:
            import asyncio

            self._loop = asyncio.new_event_loop()
        task = self._loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def step(self) -> bool:
        """Run what is due; returns whether any coroutine is left."""
        # A loop cannot run inside another asyncio loop or its own coroutines: a later step runs it.
        if self._loop is not None and self._tasks and not is_inside_asyncio():
            self._run_once(self._loop)
            if self._is_closing:
                self.close()
        return bool(self._tasks)

    def close(self) -> None:
        """Cancel the remaining coroutines, let them clean up, and close the loop; from a coroutine, after it ends."""
        self._is_closing = True
        if self._loop is None or is_inside_asyncio():
            return
        for task in self._tasks:
            task.cancel()
        for _ in range(CLEANUPS):
            if self._tasks:
                self._run_once(self._loop)
        self._loop.close()
        self._loop = None

    def _run_once(self, loop: AbstractEventLoop) -> None:
        loop.call_soon(loop.stop)
        later.call(loop.run_forever)  # The loop runs coroutines of the program.


def is_inside_asyncio() -> bool:
    """Whether an asyncio loop runs on this thread."""
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
