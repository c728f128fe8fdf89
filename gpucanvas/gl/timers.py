"""timers: measures the GPU time of groups of dispatches with timer queries, while a trace listens.

A query is read after the frame's fence has passed, and then reused. It gives a duration, not a time: in traces the
groups are placed one after another, none before its dispatch.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from time import perf_counter_ns
from typing import Any

from ..sight.spans import GPU, NOTHING, emit, gpu_on


class GPUTimers:
    """The timer queries of one context."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._free: list[Any] = []
        self._used: list[tuple[str, int, Any]] = []

    def time(self, name: str) -> AbstractContextManager[Any]:
        """A ``with`` block whose dispatches are timed."""
        if not gpu_on():
            return NOTHING
        query: AbstractContextManager[Any] = self._free.pop() if self._free else self._context.query(time=True)
        self._used.append((name, perf_counter_ns(), query))
        return query

    def take(self) -> list[tuple[str, int, Any]]:
        """Take the groups timed since the last call; `report` them once the GPU has run them."""
        used, self._used = self._used, []
        return used

    def report(self, used: list[tuple[str, int, Any]]) -> None:
        """Report the times of groups; waits for groups that still run."""
        end = 0
        for name, dispatched, query in used:
            start = max(dispatched, end)
            end = start + int(query.elapsed)
            emit(name, GPU, start, end, {})
            self._free.append(query)
