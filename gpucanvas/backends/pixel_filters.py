"""pixel_filters: colour filters, convolutions, noise: checks for both backends, and how the cpu backend runs them.

    Recolor, Convolve, Turbulence items --checked--> --cut_bands: rows of boxes--> one kernel call a part, on threads

The result of a pixel does not depend on the cut into bands: any number of threads gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract.filters import ColorStep, Convolve, Recolor, Turbulence
from ..contract.formats import Pixels
from ..sight.spans import span
from .host_surface import words_of

Records = NDArray[np.void]
Run = Callable[[int, Callable[[int], None]], None]
"""``run(parts, work)`` calls ``work(part)`` for every part."""
Bands = tuple[NDArray[np.int64], list[int]]
"""(n, 3) bands: item, first row, end of rows; and the indices that cut the bands into parts."""
PARTS = 4
"""Number of parts for each thread, so that threads end at about the same time."""
SMALL_WORK = 1 << 14
"""Pixels that one thread changes in less time than it takes to wake other threads."""


def checked(items: Records, width: int, height: int) -> Records:
    """The items whose boxes are not empty. ValueError for a box that is not inside the surface."""
    x0, y0, x1, y1 = (items[name].astype(np.int64) for name in ("x0", "y0", "x1", "y1"))
    low_x, low_y, high_x, high_y = x0, y0, x1, y1
    if items.dtype == Convolve.dtype:
        to_x, to_y = items["to_x"].astype(np.int64), items["to_y"].astype(np.int64)
        low_x, low_y = np.minimum(x0, to_x), np.minimum(y0, to_y)
        high_x, high_y = np.maximum(x1, to_x + x1 - x0), np.maximum(y1, to_y + y1 - y0)
    inside = (low_x >= 0) & (low_y >= 0) & (high_x <= width) & (high_y <= height) & (x0 <= x1) & (y0 <= y1)
    if not inside.all():
        k = int(np.argmin(inside))
        box = f"({x0[k]}, {y0[k]}) to ({x1[k]}, {y1[k]})"
        raise ValueError(f"filter {k} is of the box {box}: give boxes inside the surface of {width}x{height}")
    left: Records = items[(x0 < x1) & (y0 < y1)]
    return left


def cut_bands(items: Records, pixel_cost: NDArray[np.int64], threads: int) -> Bands:
    """Cut boxes into bands of rows, in parts of about equal cost."""
    wide, high = items["x1"].astype(np.int64) - items["x0"], items["y1"].astype(np.int64) - items["y0"]
    cost = (wide + c.TILE) * pixel_cost
    total = int((cost * high).sum())
    parts = threads * PARTS if total > SMALL_WORK and threads > 1 else 1
    share = max(total // parts, 1)
    # The number of rows of each box that make up one share of the cost.
    rows = np.clip(share // cost, 1, high)
    counts = -(-high // rows)
    bands = np.empty((int(counts.sum()), 3), np.int64)
    bands[:, 0] = np.repeat(np.arange(len(items)), counts)
    bands[:, 1] = (np.arange(len(bands)) - np.repeat(np.cumsum(counts) - counts, counts)) * rows[bands[:, 0]]
    bands[:, 2] = np.minimum(bands[:, 1] + rows[bands[:, 0]], high[bands[:, 0]])
    ends = np.cumsum((bands[:, 2] - bands[:, 1]) * cost[bands[:, 0]])
    marks = np.searchsorted(ends, np.arange(1, parts) * total // parts)
    return bands, [0, *np.unique(marks[(marks > 0) & (marks < len(bands))]).tolist(), len(bands)]


def recolor(
    surface: Pixels, items: Records, steps: Records, tables: NDArray[np.int32], run: Run, threads: int = 1
) -> None:
    """Change the colours of boxes of a surface.

    Where ``run`` raises, some rows may have been changed already.

    Parameters
    ----------
    surface
        (H, W) premultiplied pixels of either format, contiguous.
    items
        Recolor items, whose boxes do not overlap.
    steps, tables
        ColorStep items, and the (n,) tables that they refer to.
    run, threads
        ``run(parts, work)`` calls ``work(part)`` for every part; about how many of them run in parallel.

    Raises
    ------
    ValueError
        A box is not inside the surface.
    """
    from ..stages.filter_recolor import recolor_boxes, recolor_half_boxes

    assert items.dtype == Recolor.dtype and steps.dtype == ColorStep.dtype
    height, width = surface.shape
    items = checked(items, width, height)
    if not len(items):
        return
    with span("recolor", boxes=len(items)):
        pixels = words_of(surface)
        bands, marks = cut_bands(items, items["step_end"].astype(np.int64) - items["step_start"] + 1, threads)

        def work(part: int) -> None:
            edge = np.empty((c.TILE, *pixels.shape[1:]), np.int32)
            run_boxes = recolor_boxes if pixels.ndim == 1 else recolor_half_boxes
            run_boxes(pixels, width, items, bands, marks[part], marks[part + 1], steps, tables, edge)

        run(len(marks) - 1, work)


def convolve(surface: Pixels, items: Records, weights: NDArray[np.float32], run: Run, threads: int = 1) -> None:
    """Convolve boxes of a surface; parameters and errors as for `recolor`.

    Parameters
    ----------
    surface, run, threads
        As for `recolor`.
    items
        Convolve items. A result must not overlap any source or other result.
    weights
        (n,) float32.
    """
    from ..stages.filter_convolve import convolve_boxes, convolve_half_boxes

    assert items.dtype == Convolve.dtype
    height, width = surface.shape
    items = checked(items, width, height)
    if not len(items):
        return
    with span("convolve", boxes=len(items)):
        pixels = words_of(surface)
        bands, marks = cut_bands(items, 4 * items["order_x"].astype(np.int64) * items["order_y"], threads)

        def work(part: int) -> None:
            edge = np.empty((c.TILE, *pixels.shape[1:]), np.int32)
            run_boxes = convolve_boxes if pixels.ndim == 1 else convolve_half_boxes
            run_boxes(pixels, width, items, bands, marks[part], marks[part + 1], weights, edge)

        run(len(marks) - 1, work)


def turbulence(
    surface: Pixels,
    items: Records,
    permutations: NDArray[np.int32],
    gradients: NDArray[np.float32],
    run: Run,
    threads: int = 1,
) -> None:
    """Fill boxes of a surface with noise; parameters and errors as for `recolor`.

    Parameters
    ----------
    surface, run, threads
        As for `recolor`.
    items
        Turbulence items, whose boxes do not overlap.
    permutations, gradients
        The tables of `plan.steps.Turbulence`.
    """
    from ..stages.filter_turbulence import fill_boxes, fill_half_boxes

    assert items.dtype == Turbulence.dtype
    height, width = surface.shape
    items = checked(items, width, height)
    if not len(items):
        return
    with span("turbulence", boxes=len(items)):
        pixels, slopes = words_of(surface), gradients.view(np.int32)
        bands, marks = cut_bands(items, 16 * items["octaves"].astype(np.int64) + 1, threads)

        def work(part: int) -> None:
            edge = np.empty((c.TILE, *pixels.shape[1:]), np.int32)
            run_boxes = fill_boxes if pixels.ndim == 1 else fill_half_boxes
            run_boxes(pixels, width, items, bands, marks[part], marks[part + 1], permutations, slopes, edge)

        run(len(marks) - 1, work)
