"""blur_passes: plans the shader passes that blur boxes on gl. A "value" is a filtered pixel in working memory.

                      halve     halve       blur across      blur down        expand
    shift 0   pixels ----------------------------> values ----------> pixels
    shift 1   pixels --> values ---------------> values ----------> values --> pixels
    shift 2   pixels --> values --> values ----> values ----------> values --> pixels

The number of passes is that of the box with the largest sigma. Where the values of all boxes take more than
VALUE_BYTES, the boxes are blurred in several groups. Each box has values of its own in every pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract.filters import BlurPass
from .blurs import Axis, Ints, axes

VALUE_BYTES = 64 << 20
"""Most bytes of values of a group of boxes; a single box may need more."""


class Grid(NamedTuple):
    """The grids of values of some boxes after a number of halvings.

    Attributes
    ----------
    wide, high
        Size, values, including the border that halving adds on each side.
    border_x, border_y
        1 where there is such a border, else 0.
    """

    wide: Ints
    high: Ints
    border_x: Ints
    border_y: Ints

    @property
    def room(self) -> Ints:
        """Values of each box."""
        return self.wide * self.high


class Pass(NamedTuple):
    """One dispatch: a shader, its BLUR_* features, a record for each box, and the number of work groups."""

    shader: str
    features: int
    items: NDArray[np.void]
    groups: int


class Boxes:
    """Blurs, and the layout of their values.

    Parameters
    ----------
    items
        Blur items.
    across, down
        Halvings and weights in each direction.

    Attributes
    ----------
    wide, high
        Pixels of each box.
    halvings
        Number of passes that halve each box.
    room
        Number of values that each box needs: a grid for each halving and for each direction.
    """

    def __init__(self, items: NDArray[np.void], across: Axis, down: Axis) -> None:
        self.items, self.across, self.down = items, across, down
        self.wide = items["x1"].astype(np.int64) - items["x0"]
        self.high = items["y1"].astype(np.int64) - items["y0"]
        self.halvings = np.maximum(across.shift, down.shift)
        self.room = self.grid(self.most).room * (1 + (self.halvings > 0))
        for level in range(1, self.most + 1):
            self.room += np.where(self.halvings >= level, self.grid(level).room, 0)

    @property
    def most(self) -> int:
        """The greatest number of halvings."""
        return int(self.halvings.max())

    def grid(self, level: int) -> Grid:
        """The grids of the boxes after ``level`` halvings, or fewer where a box has fewer."""
        shift_x, shift_y = np.minimum(self.across.shift, level), np.minimum(self.down.shift, level)
        border_x, border_y = (shift_x > 0).astype(np.int64), (shift_y > 0).astype(np.int64)
        wide, high = -(-self.wide >> shift_x), -(-self.high >> shift_y)
        return Grid(wide + 2 * border_x, high + 2 * border_y, border_x, border_y)

    def between(self, source: Grid, source_start: Ints, target: Grid, target_start: Ints) -> NDArray[np.void]:
        """The records of a pass from one grid to another; either may be pixels of the surface instead of values."""
        made = np.zeros(len(self.items), BlurPass.dtype)
        made["source_wide"], made["source_high"] = source.wide, source.high
        made["source_x"], made["source_y"] = self.items["x0"], self.items["y0"]
        made["wide"], made["high"] = target.wide, target.high
        made["source_start"], made["target_start"] = source_start, target_start
        for name in ("to_x", "to_y", "r", "g", "b", "a"):
            made[name] = self.items[name]
        return made


def parts(items: NDArray[np.void], nbytes: int) -> Iterator[NDArray[np.void]]:
    """Cut blurs into groups whose values, of ``nbytes`` each, take at most VALUE_BYTES, or which are a single box."""
    if len(items):
        across, down, _ = axes(items)
        ends = np.cumsum(Boxes(items, across, down).room) * nbytes
        first = 0
        while first < len(items):
            done = int(ends[first - 1]) if first else 0
            last = max(int(np.searchsorted(ends, done + VALUE_BYTES, "right")), first + 1)
            yield items[first:last]
            first = last


def plan(items: NDArray[np.void], across: Axis, down: Axis) -> tuple[list[Pass], int]:
    """The passes that blur boxes, in order, and the number of values in working memory."""
    boxes = Boxes(items, across, down)
    ends = np.cumsum(boxes.room)
    halving, at = halvings(boxes, ends - boxes.room)
    passes = [*halving, *directions(boxes, at)]
    return [each for each in passes if len(each.items)], int(ends[-1])


def halvings(boxes: Boxes, start: Ints) -> tuple[list[Pass], Ints]:
    """The halving passes, and the start of each box's result; boxes not halved keep ``start``."""
    passes: list[Pass] = []
    grid, source = boxes.grid(0), start
    for level in range(1, boxes.most + 1):
        halved, goes_on = boxes.grid(level), boxes.halvings >= level
        target = start if level == 1 else np.where(goes_on, source + grid.room, source)
        made = boxes.between(grid, source, halved, target)
        for axis, shift, border in (("x", boxes.across.shift, grid.border_x), ("y", boxes.down.shift, grid.border_y)):
            made["step_" + axis] = np.where(shift >= level, 2, 1)
            made["offset_" + axis] = np.where(shift >= level, border - 3, 0)
        source_is, both = c.BLUR_FROM_IMAGE if level == 1 else 0, (made["step_x"] == 2) & (made["step_y"] == 2)
        passes += [
            counted("filter_halve", source_is | c.BLUR_BOTH_WAYS, made[goes_on & both], c.BLUR_RUN, 1),
            counted("filter_halve", source_is, made[goes_on & ~both], 1, 1),
        ]
        grid, source = halved, target
    return passes, source


def directions(boxes: Boxes, source: Ints) -> list[Pass]:
    """The passes that blur across and down and expand halved boxes, from the start of each box's values."""
    halved, direct = boxes.halvings > 0, boxes.halvings == 0
    grid = boxes.grid(boxes.most)
    across = np.where(halved, source + grid.room, source)
    down = across + grid.room
    made = boxes.between(grid, source, grid, across)
    made["radius"], made["weight"] = boxes.across.radius, boxes.across.weight
    passes = [
        counted("filter_blur", c.BLUR_ACROSS, made[halved], c.BLUR_RUN, 1),
        counted("filter_blur", c.BLUR_ACROSS | c.BLUR_FROM_IMAGE, made[direct], c.BLUR_RUN, 1),
    ]
    made = boxes.between(grid, across, grid, down)
    made["radius"], made["weight"] = boxes.down.radius, boxes.down.weight
    passes += [
        counted("filter_blur", 0, made[halved], 1, c.BLUR_RUN),
        counted("filter_blur", c.BLUR_TO_IMAGE, made[direct], 1, c.BLUR_RUN),
    ]
    made = boxes.between(grid, down, boxes.grid(0), down)
    made["step_x"], made["step_y"] = boxes.across.shift, boxes.down.shift
    return [*passes, *expansions(made[halved])]


def expansions(made: NDArray[np.void]) -> list[Pass]:
    """The passes that expand halved boxes, grouped by the width of cells: a thread within one cell reads less."""
    wide = made["step_x"] >= c.BLUR_WIDE_RUN.bit_length() - 1
    narrow = made["step_x"] < c.BLUR_RUN.bit_length() - 1
    return [
        counted("filter_expand", c.BLUR_TO_IMAGE | c.BLUR_WIDE_CELLS, made[wide], c.BLUR_WIDE_RUN, 1),
        counted("filter_expand", c.BLUR_TO_IMAGE | c.BLUR_CELLS, made[~wide & ~narrow], c.BLUR_RUN, 1),
        counted("filter_expand", c.BLUR_TO_IMAGE, made[narrow], c.BLUR_RUN, 1),
    ]


def counted(shader: str, features: int, items: NDArray[np.void], run_x: int, run_y: int) -> Pass:
    """A pass whose threads each make ``run_x`` x ``run_y`` neighbouring results."""
    wide, high = items["wide"].astype(np.int64), items["high"].astype(np.int64)
    groups = -(-(-(-wide // run_x) * -(-high // run_y)) // c.BLUR_GROUP)
    items["group_start"] = np.cumsum(groups) - groups
    return Pass(shader, features, items, int(groups.sum()))
