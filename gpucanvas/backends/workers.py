"""workers: the process's helper threads, which run kernels, and a pool of scratches for frames.

    runner()  --a scratch-->  StageRunner  --run(parts, work)-->  this thread and helpers (team.py) take parts in turn

The cpu backend draws with them. The gl backend counts segments with them for software OpenGL (llvmpipe.py).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from .. import forks, memory
from ..sight import spans
from .bands import available_cores
from .base import Stop, check
from .only import Only
from .scratch import Scratch

if TYPE_CHECKING:
    from .stage_runner import StageRunner
    from .team import Team


class Workers:
    """Helper threads, and a scratch for each frame that is being drawn.

    Parameters
    ----------
    threads : int, optional
        Number of threads, the calling one included; by default, the number of cores that this process may use.
    """

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads or available_cores()
        self._team: Team | None = None
        # Reentrant: a finaliser that runs while the lock is held may take it again.
        self._lock = threading.RLock()
        self._free: deque[Scratch] = deque()
        self._scratches: WeakSet[Scratch] = WeakSet()
        self._drawing = 0
        memory.add_cache(self._evict)
        forks.in_child(self._forked)

    @contextmanager
    def runner(self, stop: Stop | None = None) -> Iterator[StageRunner]:
        """A ``with`` block with a runner for the stages of a frame; ``stop`` is called between bands."""
        runner = self.begin(stop)
        try:
            yield runner
        finally:
            self.end(runner)

    def begin(self, stop: Stop | None = None) -> StageRunner:
        """As `runner`, without the ``with`` block, which is slow for small pictures: always call `end`."""
        made = stage_runner().StageRunner
        scratch = self._take_scratch()
        with self._lock:
            self._drawing += 1
        runner: StageRunner = made(scratch, self.threads, lambda parts, work: self.run(parts, work, stop), stop)
        return runner

    def end(self, runner: StageRunner) -> None:
        """Return a frame's scratch to the pool."""
        with self._lock:
            self._drawing -= 1
        runner.scratch.settle()
        self._free.append(runner.scratch)

    @property
    def growths(self) -> int:
        """How often an array of a scratch was replaced by a larger one."""
        return sum(scratch.growths for scratch in self._scratches)

    def run(self, parts: int, work: Callable[[int], None], stop: Stop | None = None) -> None:
        """Call ``work(part)`` for every part; the calling thread and helpers each take the next part when free."""
        # Frames drawn at the same time share the cores: each gets fewer helpers.
        hands = min(self.threads // max(self._drawing, 1), parts)
        if hands <= 1:
            for part in range(parts):
                check(stop)
                work(part)
            return
        left = iter(range(parts))

        def take() -> None:
            # All threads share one iterator: next() on a range iterator is atomic under the interpreter's lock.
            for part in left:
                check(stop)
                work(part)

        team = self._take_team()
        if team is None:
            take()
        else:
            team.run(take, hands - 1, spans.bound(take))

    def _take_team(self) -> Team | None:
        """The helper threads; None at the interpreter's exit, when no thread can be started."""
        if self._team is None:
            from .team import Team

            with self._lock, suppress(RuntimeError):
                if self._team is None:
                    self._team = Team(self.threads - 1)
        return self._team

    def _take_scratch(self) -> Scratch:
        """A scratch that no frame uses, or a new one."""
        try:
            return self._free.pop()
        except IndexError:
            scratch = Scratch()
            self._scratches.add(scratch)
            return scratch

    def _evict(self) -> int:
        """Drop the arrays of every scratch that no frame uses; returns the bytes freed."""
        freed = 0
        for _ in range(len(self._free)):
            try:
                scratch = self._free.popleft()
            except IndexError:
                break
            freed += scratch.clear()
            self._free.append(scratch)
        return freed

    def _forked(self) -> None:
        """In a forked child, forget the helpers, which exist only in the parent; the next frame starts new ones."""
        self._team, self._lock, self._drawing = None, threading.RLock(), 0


@cache
def stage_runner() -> Any:
    """The module stage_runner, whose kernels are loaded with the first picture."""
    from . import stage_runner as module

    return module


shared: Final = Only(Workers)
"""Returns the process's workers."""
