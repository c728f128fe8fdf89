"""The process's helper threads, which run kernels, and the scratches that frames use in turn.

    runner()  --a scratch-->  StageRunner  --run(parts, work)-->  this thread and helpers (team.py) take parts in turn

The cpu backend draws with them; where software OpenGL has to know what the shaders will meet, kernels count with them.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from .. import memory
from ..sight import spans
from .bands import available_cores
from .base import Stop, check
from .only import Only
from .scratch import Scratch

if TYPE_CHECKING:
    from .stage_runner import StageRunner
    from .team import Team


class Workers:
    """Some threads, and a scratch for each frame that is drawn at the same time as others.

    Parameters
    ----------
    threads : int, optional
        How many, the calling one included; by default, as many as this process may use cores.
    """

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads or available_cores()
        self._team: Team | None = None
        # A finaliser that the collector runs while it is held may come back for it.
        self._lock = threading.RLock()
        self._free: deque[Scratch] = deque()
        self._scratches: WeakSet[Scratch] = WeakSet()
        self._drawing = 0
        memory.add_cache(self._evict)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forked)

    @contextmanager
    def runner(self, stop: Stop | None = None) -> Iterator[StageRunner]:
        """The runner by which this thread runs the stages of a frame; ``stop`` is asked between bands."""
        runner = self.begin(stop)
        try:
            yield runner
        finally:
            self.end(runner)

    def begin(self, stop: Stop | None = None) -> StageRunner:
        """As `runner`, without the block, which takes longer than some pictures' stages: call `end`, come what may."""
        made = stage_runner().StageRunner
        scratch = self._take_scratch()
        with self._lock:
            self._drawing += 1
        runner: StageRunner = made(scratch, self.threads, lambda parts, work: self.run(parts, work, stop), stop)
        return runner

    def end(self, runner: StageRunner) -> None:
        """Let others have what a frame was drawn with."""
        with self._lock:
            self._drawing -= 1
        runner.scratch.settle()
        self._free.append(runner.scratch)

    @property
    def growths(self) -> int:
        """How often an array of a scratch was replaced by a larger one."""
        return sum(scratch.growths for scratch in self._scratches)

    def run(self, parts: int, work: Callable[[int], None], stop: Stop | None = None) -> None:
        """Call ``work(part)`` for every part; the calling thread and helpers take the next part as they get free."""
        # Frames that are drawn at the same time share the cores: helpers between them would only pass work around.
        hands = min(self.threads // max(self._drawing, 1), parts)
        if hands <= 1:
            for part in range(parts):
                check(stop)
                work(part)
            return
        left = iter(range(parts))

        def take() -> None:
            # One iterator for all: next() on a range iterator is one step under the interpreter's lock.
            for part in left:
                check(stop)
                work(part)

        team = self._take_team()
        if team is None:
            take()
        else:
            team.run(take, hands - 1, spans.bound(take))

    def _take_team(self) -> Team | None:
        """The helper threads; None where the interpreter is ending: no thread begins any more."""
        if self._team is None:
            from .team import Team

            with self._lock, suppress(RuntimeError):
                if self._team is None:
                    self._team = Team(self.threads - 1)
        return self._team

    def _take_scratch(self) -> Scratch:
        """One that no frame uses; there are as many as there ever were frames at the same time."""
        try:
            return self._free.pop()
        except IndexError:
            scratch = Scratch()
            self._scratches.add(scratch)
            return scratch

    def _evict(self) -> int:
        """Drop the arrays of every scratch that no frame uses; returns how many bytes they had."""
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
        """In a forked child: the helpers are the parent's; the next frame starts its own."""
        self._team, self._lock, self._drawing = None, threading.RLock(), 0


@cache
def stage_runner() -> Any:
    """The module that runs stages: its kernels are loaded with the first picture."""
    from . import stage_runner as module

    return module


shared: Final = Only(Workers)
"""Gives the process's own."""
