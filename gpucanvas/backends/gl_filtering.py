"""gl_filtering: blurs on the gl backend, many boxes in each dispatch.

    surface --halve--> values --halve ..--> values --blur across--> values --blur down--> values --expand--> surface
            `---- boxes that are not halved: -----------^                  `-------------------------------^

There are as many dispatches as passes, whatever the number of boxes, unless their values need more than VALUE_BYTES:
then some boxes are blurred after the others. Tinted boxes, which have values of one channel, are blurred by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import memory
from ..contract import constants as c
from ..contract.filters import BlurPass
from ..contract.formats import PixelFormat
from ..errors import LimitError
from ..gl.buffers import Buffers
from ..gl.program import Programs
from ..gl.texture_surface import TextureSurface
from ..gl.transfer import Transfers
from ..sight.spans import count, span
from .blurs import Axis, Ints, axes, checked

VALUE_BYTES = 64 << 20
"""Values of some boxes take no more, unless one box alone needs it."""
GROUPS_ACROSS = 1 << 14
"""Work groups of a row of them: OpenGL promises 65,535, and as many rows."""


class Grid(NamedTuple):
    """The values of some boxes after so many halvings.

    Attributes
    ----------
    wide, high
        Size, values; those are included that the halving adds on each side.
    border_x, border_y
        1 where there are such.
    """

    wide: Ints
    high: Ints
    border_x: Ints
    border_y: Ints

    @classmethod
    def halved(cls, wide: Ints, high: Ints, shift_x: Ints, shift_y: Ints) -> Grid:
        """The grid of boxes of so many pixels."""
        border_x, border_y = (shift_x > 0).astype(np.int64), (shift_y > 0).astype(np.int64)
        return cls((-(-wide >> shift_x)) + 2 * border_x, (-(-high >> shift_y)) + 2 * border_y, border_x, border_y)

    @property
    def count(self) -> Ints:
        """Values of each box."""
        return self.wide * self.high

    def of(self, which: NDArray[Any]) -> Grid:
        """The grid of some of the boxes."""
        return Grid(*(numbers[which] for numbers in self))


class Pass(NamedTuple):
    """One dispatch: a shader, its features, what it does for each box, and the work groups of all."""

    shader: str
    features: int
    items: NDArray[np.void]
    groups: int


class ValueImage:
    """The texture that holds the values between passes, BLUR_TEXELS a row; it grows by half and lives on.

    Parameters
    ----------
    context
        What it is made in.
    channels
        4 for colours, 1 for alphas; 4 bytes each.
    """

    def __init__(self, context: Any, channels: int) -> None:
        self._context, self._channels = context, channels
        self._texture: Any = None
        self._holding = memory.Holding("buffer")
        self._most_rows = int(context.info["GL_MAX_TEXTURE_SIZE"])

    def take(self, values: int) -> Any:
        """The texture with room for so many values, its content undefined. LimitError where the driver has none."""
        rows = -(-values // c.BLUR_TEXELS)
        old = 0 if self._texture is None else self._texture.height
        if rows <= old:
            return self._texture
        if rows > self._most_rows:
            raise LimitError(
                f"a blur needs {values} values at once, this driver's textures hold {self._most_rows * c.BLUR_TEXELS}: "
                "blur a smaller box"
            )
        rows = min(rows + rows // 2, self._most_rows)
        self._holding.resize(0, rows * c.BLUR_TEXELS * self._channels * 4)
        if self._texture is not None:
            count("growths")
            # Its name goes at once: should the new one fail, the next blur makes it again.
            old_texture, self._texture = self._texture, None
            old_texture.release()
        self._texture = self._context.texture((c.BLUR_TEXELS, rows), self._channels, dtype="f4")
        count("allocations")
        return self._texture


class Filters:
    """The blurs of one context. Every method runs on the thread that owns it.

    Parameters
    ----------
    context, programs, buffers, transfers
        What the backend draws with.

    Attributes
    ----------
    dispatches : int
        Running total.
    """

    def __init__(self, context: Any, programs: Programs, buffers: Buffers, transfers: Transfers) -> None:
        self._context, self._programs = context, programs
        self._buffers, self._transfers = buffers, transfers
        self._images = {channels: ValueImage(context, channels) for channels in (1, 4)}
        self.dispatches = 0

    def blur(self, surface: TextureSurface, items: NDArray[np.void]) -> None:
        """Blur boxes of a surface.

        Parameters
        ----------
        items
            Blur items. A result may lie where its own source is, or where no item's source or result is.

        Raises
        ------
        ValueError
            A box is not inside the surface, or a sigma is negative or not finite.
        LimitError
            The values of one box, one a pixel where it is not halved, are more than the driver's largest texture has.
        """
        items = checked(items, *surface.size)
        if not len(items):
            return
        with span("filter", blurs=len(items)):
            tinted = items["tinted"] != 0
            for channels, chosen in ((4, items[~tinted]), (1, items[tinted])):
                for part in parts(chosen, 4 * channels):
                    self._blur(surface, part, channels)

    def _blur(self, surface: TextureSurface, items: NDArray[np.void], channels: int) -> None:
        across, down, weights = axes(items)
        passes, values = plan(items, across, down)
        self._upload("blur_weights", weights)
        self._upload("blur_items", np.concatenate([each.items for each in passes]))
        self._buffers.bind("blur_items", 0)
        self._buffers.bind("blur_weights", 1)
        surface.texture().bind_to_image(0, read=True, write=True)
        self._images[channels].take(values).bind_to_image(1, read=True, write=True)
        first = 0
        for each in passes:
            self._dispatch(each, first, c.BLUR_ALPHA_ONLY if channels == 1 else 0, surface.format)
            first += len(each.items)

    def _upload(self, name: str, table: NDArray[Any]) -> None:
        data = np.ascontiguousarray(table).view(np.uint8).reshape(-1)
        self._transfers.upload(self._buffers.take(name, len(data)), len(data), lambda memory: np.copyto(memory, data))

    def _dispatch(self, each: Pass, first: int, features: int, format: PixelFormat) -> None:
        program = self._programs.get(each.shader, features | each.features, format)
        program["first_item"], program["last_item"] = first, first + len(each.items)
        wide = min(each.groups, GROUPS_ACROSS)
        program.run(wide, -(-each.groups // wide), 1)
        self._context.memory_barrier()
        self.dispatches += 1


def parts(items: NDArray[np.void], nbytes: int) -> Iterator[NDArray[np.void]]:
    """Cut blurs into lists whose values, of so many bytes each, take VALUE_BYTES at most; or a list of one."""
    if len(items):
        across, down, _ = axes(items)
        ends = np.cumsum(room(items, across, down)) * nbytes
        first = 0
        while first < len(items):
            done = int(ends[first - 1]) if first else 0
            last = max(int(np.searchsorted(ends, done + VALUE_BYTES, "right")), first + 1)
            yield items[first:last]
            first = last


def size(items: NDArray[np.void]) -> tuple[Ints, Ints]:
    """Width and height of boxes, pixels."""
    wide = items["x1"].astype(np.int64) - items["x0"]
    return wide, items["y1"].astype(np.int64) - items["y0"]


def room(items: NDArray[np.void], across: Axis, down: Axis) -> Ints:
    """Values that each blur needs: one list for each halving, one for each direction."""
    box = size(items)
    halvings = np.maximum(across.shift, down.shift)
    total = Grid.halved(*box, across.shift, down.shift).count * (1 + (halvings > 0))
    for level in range(1, int(halvings.max()) + 1):
        grid = Grid.halved(*box, np.minimum(across.shift, level), np.minimum(down.shift, level))
        total += np.where(halvings >= level, grid.count, 0)
    return total


def plan(items: NDArray[np.void], across: Axis, down: Axis) -> tuple[list[Pass], int]:
    """The passes that blur boxes, in their order, and how many values there are between them."""
    wide, high = size(items)
    halvings = np.maximum(across.shift, down.shift)
    ends = np.cumsum(room(items, across, down))
    start, passes = ends - room(items, across, down), []
    grid, source = Grid.halved(wide, high, 0 * wide, 0 * wide), start
    for level in range(1, int(halvings.max()) + 1):
        shift_x, shift_y = np.minimum(across.shift, level), np.minimum(down.shift, level)
        halved, which = Grid.halved(wide, high, shift_x, shift_y), halvings >= level
        target = start.copy() if level == 1 else np.where(which, source + grid.count, source)
        made = between(items, grid, source, halved, target)
        for axis, goes_on, border in (
            ("x", across.shift >= level, grid.border_x),
            ("y", down.shift >= level, grid.border_y),
        ):
            made["step_" + axis], made["offset_" + axis] = 1 + goes_on, np.where(goes_on, border - 3, 0)
        passes.append(counted("filter_halve", c.BLUR_FROM_IMAGE if level == 1 else 0, made[which], 1, 1))
        grid, source = halved, target
    halved, direct = halvings > 0, halvings == 0
    grid = Grid.halved(wide, high, across.shift, down.shift)
    target = np.where(halved, source + grid.count, start)
    made = between(items, grid, source, grid, target)
    made["radius"], made["weight"] = across.radius, across.weight
    for which, features in ((halved, 0), (direct, c.BLUR_FROM_IMAGE)):
        passes.append(counted("filter_blur", c.BLUR_ACROSS | features, made[which], c.BLUR_RUN, 1))
    source, target = target, target + grid.count
    made = between(items, grid, source, grid, target)
    made["radius"], made["weight"] = down.radius, down.weight
    for which, features in ((halved, 0), (direct, c.BLUR_TO_IMAGE)):
        passes.append(counted("filter_blur", features, made[which], 1, c.BLUR_RUN))
    made = between(items, grid, target, Grid(wide, high, 0 * wide, 0 * wide), target)
    made["step_x"], made["step_y"] = across.shift, down.shift
    passes.append(counted("filter_expand", c.BLUR_TO_IMAGE, made[halved], c.BLUR_RUN, 1))
    return [each for each in passes if len(each.items)], int(ends[-1])


def between(items: NDArray[np.void], source: Grid, source_start: Ints, target: Grid, start: Ints) -> NDArray[np.void]:
    """What a pass from one grid of values to another does; either may be pixels of the surface instead."""
    made = np.zeros(len(items), BlurPass.dtype)
    made["source_wide"], made["source_high"] = source.wide, source.high
    made["source_x"], made["source_y"] = items["x0"], items["y0"]
    made["wide"], made["high"] = target.wide, target.high
    made["source_start"], made["target_start"] = source_start, start
    for name in ("to_x", "to_y", "r", "g", "b", "a"):
        made[name] = items[name]
    return made


def counted(shader: str, features: int, items: NDArray[np.void], run_x: int, run_y: int) -> Pass:
    """A pass whose threads make so many neighbours in a row, or in a column."""
    wide, high = items["wide"].astype(np.int64), items["high"].astype(np.int64)
    groups = -(-(-(-wide // run_x) * -(-high // run_y)) // c.BLUR_GROUP)
    ends = np.cumsum(groups)
    items["group_start"] = ends - groups
    return Pass(shader, features, items, int(groups.sum()))
