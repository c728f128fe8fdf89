"""tasks: coroutines of the program's on a loop that is not asyncio's (Qt's, wx's, none).

    start(coroutine) --> an asyncio loop that does not run
    step             --> it runs once: all that is due, without waiting; called by the host every few milliseconds

So ``async`` handlers are asyncio's in every host: ``asyncio.sleep`` and libraries that need asyncio work in each.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Task

__all__ = ["SteppedTasks"]

CLEANUPS = 10
"""Turns of the loop that cancelled coroutines get: each level of waiting takes one."""


class SteppedTasks:
    """Coroutines that run when `step` is called. Used on one thread."""

    def __init__(self) -> None:
        self._loop: AbstractEventLoop | None = None
        self._tasks: set[Task[Any]] = set()
        self._is_closing = False

    def start(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Take a coroutine; it begins with the next `step`."""
        if self._loop is None:
            import asyncio

            self._loop = asyncio.new_event_loop()
        task = self._loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def step(self) -> bool:
        """Run what is due. Whether any coroutine is left."""
        # Inside another asyncio loop, or one of its own coroutines, it cannot run now: the host steps again.
        if self._loop is not None and self._tasks and not is_inside_asyncio():
            self._run_once(self._loop)
            if self._is_closing:
                self.close()
        return bool(self._tasks)

    def close(self) -> None:
        """Cancel what is left, let it clean up, and close the loop; called by a coroutine of its own, after it."""
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
        loop.run_forever()


def is_inside_asyncio() -> bool:
    """Whether an asyncio loop runs on this thread."""
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
