"""GPU timers: how long the GPU itself took for a group of dispatches, by timer queries, while somebody wants to know.

A query is read after the frame's fence has passed, when the GPU is done anyway, and is used again. The GPU's clock says
how long a group took, not when: the groups are laid one after another, none before its dispatch.
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
        """Time the dispatches inside."""
        if not gpu_on():
            return NOTHING
        query: AbstractContextManager[Any] = self._free.pop() if self._free else self._context.query(time=True)
        self._used.append((name, perf_counter_ns(), query))
        return query

    def take(self) -> list[tuple[str, int, Any]]:
        """The groups since the last time: `report` them once the GPU is done with them."""
        used, self._used = self._used, []
        return used

    def report(self, used: list[tuple[str, int, Any]]) -> None:
        """Report groups; waits for those that still run."""
        end = 0
        for name, dispatched, query in used:
            start = max(dispatched, end)
            end = start + int(query.elapsed)
            emit(name, GPU, start, end, {})
            self._free.append(query)
