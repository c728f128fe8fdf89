"""filtering: blurs of many boxes on the cpu backend, on a few threads.

    Blur items --tasks--> small boxes: each gathered and spread by one thread, some boxes a part
                          large boxes: all gathered in bands of rows; then all spread in bands of rows

"Gather" halves pixels to cells and blurs them across, "spread" blurs cells down and doubles them to pixels. The result
of a row does not depend on the cut into bands: any number of threads gives the same bytes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract.filters import BlurTask
from ..contract.formats import Pixels
from ..sight.spans import span
from ..stages import filter as stage
from .blurs import axes, checked
from .host_surface import words_of
from .scratch import Scratch

Run = Callable[[int, Callable[[int], None]], None]
"""Calls ``work(part)`` for every part."""
Band = tuple[int, int, tuple[int, int], tuple[int, int]]
"""The first task and the end of the tasks; the rows of cells to gather, and the rows of pixels to spread."""
ALL_ROWS = 1 << 30
NO_ROWS = (0, 0)
PARTS = 4
"""Number of parts for each thread, so that threads end at about the same time."""
SMALL_WORK = 1 << 14
"""Values that one thread blurs in less time than it takes to wake other threads."""
BAND_ROWS = 16
"""Least rows of pixels in a band: each band computes some rows of cells of its own first."""


def blur(surface: Pixels, items: NDArray[np.void], scratch: Scratch, run: Run, threads: int = 1) -> None:
    """Blur boxes of a surface.

    Where ``run`` raises, some boxes may have been blurred already.

    Parameters
    ----------
    surface
        (H, W) premultiplied pixels, contiguous.
    items
        Blur items. A result may overlap its own source, but no other item's source or result.
    scratch
        Working arrays: for each thread, and for each large box, 16 bytes a pixel of a box (4 where it is tinted) and
        some rows; a quarter of that for each halving.
    run
        ``run(parts, work)`` calls ``work(part)`` for every part, in parallel where possible.
    threads
        About how many parts run in parallel.

    Raises
    ------
    ValueError
        A box is not inside the surface, or a sigma is negative or not finite; or the surface has gaps.
    """
    height, width = surface.shape
    if not surface.flags.c_contiguous:
        raise ValueError("the surface is a part of a larger array: give all of it, and boxes inside it")
    items = checked(items, width, height)
    if not len(items):
        return
    with span("filter", blurs=len(items)):
        tasks, weights = make_tasks(items)
        job = Job(words_of(surface), width, weights, scratch, run)
        cost = costs(tasks)
        if int(cost.sum()) <= SMALL_WORK:
            job.blur_small(tasks, [0, len(tasks)])
            return
        # Boxes so large that several threads share each.
        large = (cost > SMALL_WORK) & (cost * 2 * threads > cost.sum()) & (threads > 1)
        if large.any():
            job.blur_large(tasks[large], threads)
        if not large.all():
            job.blur_small(tasks[~large], cut(cost[~large], threads * PARTS))


def make_tasks(items: NDArray[np.void]) -> tuple[NDArray[np.void], NDArray[np.float32]]:
    """The tasks for the kernels, and the table of weights."""
    across, down, weights = axes(items)
    tasks = np.zeros(len(items), BlurTask.dtype)
    stage.lay_out(items, tuple(across), tuple(down), tasks)
    return tasks, weights


def sizes(tasks: NDArray[np.void]) -> NDArray[np.int64]:
    """Number of values that each task needs."""
    row = stage.LEAD + tasks["planes"].astype(np.int64) * tasks["stride"]
    values: NDArray[np.int64] = tasks["rows"] * row
    return values


def costs(tasks: NDArray[np.void]) -> NDArray[np.int64]:
    """The cost of each task, in values, with a constant part for each box."""
    pixels = (tasks["wide"].astype(np.int64) + c.TILE) * (tasks["high"] + 1)
    values: NDArray[np.int64] = pixels * tasks["planes"]
    return values


def cut(cost: NDArray[np.int64], parts: int) -> list[int]:
    """The indices that cut tasks into parts of about equal cost."""
    ends = np.cumsum(cost)
    marks = np.searchsorted(ends, np.arange(1, parts) * int(ends[-1]) // parts)
    return [0, *np.unique(marks[(marks > 0) & (marks < len(cost))]).tolist(), len(cost)]


class Job:
    """Blurs on one surface.

    Parameters
    ----------
    pixels
        The surface, as `stages/tile.py` has it.
    width
        Pixels in a row of the surface.
    weights, scratch, run
        As for `blur`.
    """

    def __init__(
        self, pixels: NDArray[np.int32], width: int, weights: NDArray[np.float32], scratch: Scratch, run: Run
    ) -> None:
        self._pixels, self._width, self._weights = pixels, width, weights
        self._scratch, self._run = scratch, run
        self._hands = count()
        self._free: deque[int] = deque()

    def blur_small(self, tasks: NDArray[np.void], marks: list[int]) -> None:
        """Blur boxes, each on one thread, which reuses its values for the next box. ``marks`` cut them into parts."""
        bands = [(first, last, (0, ALL_ROWS), (0, ALL_ROWS)) for first, last in zip(marks, marks[1:], strict=False)]
        room = int(sizes(tasks).max())
        self._blur(tasks, bands, lambda hand: self._scratch.take(f"blur values {hand}", room, np.float32))

    def blur_large(self, tasks: NDArray[np.void], threads: int) -> None:
        """Blur large boxes together, with the rows of each shared among threads."""
        ends = np.cumsum(sizes(tasks))
        tasks["start"] = ends - sizes(tasks)
        values = self._scratch.take("blur values", int(ends[-1]), np.float32)
        parts = threads * PARTS
        gather = [
            (k, k + 1, band, NO_ROWS) for k, rows in enumerate(tasks["rows"]) for band in bands_of(rows, parts, 1)
        ]
        self._blur(tasks, gather, lambda hand: values)
        rows_high = enumerate(tasks["high"])
        spread = [(k, k + 1, NO_ROWS, band) for k, rows in rows_high for band in bands_of(rows, parts, BAND_ROWS)]
        self._blur(tasks, spread, lambda hand: values)

    def _blur(self, tasks: NDArray[np.void], bands: list[Band], values: Callable[[int], NDArray[Any]]) -> None:
        """Run the kernel for every band, each with working memory of its own."""
        # The number of values in a line must agree with `line_room` of the kernels.
        room = stage.LINES * (4 * int(tasks["wide"].max()) + stage.LINE_ROOM)

        blur_boxes = stage.blur_boxes if self._pixels.ndim == 1 else stage.blur_half_boxes

        def work(part: int) -> None:
            try:
                hand = self._free.pop()
            except IndexError:
                hand = next(self._hands)
            lines = self._scratch.take(f"blur lines {hand}", room, np.float32)
            edge = self._scratch.take(f"blur edge {hand}", 2 * c.TILE, np.int32)[: 2 * c.TILE]
            if self._pixels.ndim == 2:
                edge = edge.reshape(c.TILE, 2)
            first, last, rows, pixels = bands[part]
            blur_boxes(
                self._pixels, self._width, tasks, first, last, rows, pixels, self._weights, values(hand), lines, edge
            )
            self._free.append(hand)

        self._run(len(bands), work)


def bands_of(rows: int, parts: int, least: int) -> Iterator[tuple[int, int]]:
    """Cut rows into ``parts`` bands, or fewer where they would have less than ``least`` rows."""
    bands = max(min(parts, int(rows) // least), 1)
    marks = [band * int(rows) // bands for band in range(bands + 1)]
    yield from zip(marks, marks[1:], strict=False)
