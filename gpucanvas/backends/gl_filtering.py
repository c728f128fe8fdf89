"""gl_filtering: filters on the gl backend, many boxes in each dispatch.

    surface --halve--> values --halve ..--> values --blur across--> values --blur down--> values --expand--> surface
            `---- boxes that are not halved: -----------^                  `-------------------------------^

`blur_passes.py` plans the passes of blurs. Tinted boxes, whose values have only one channel, are blurred in passes of
their own. Each Recolor, Convolve and Turbulence step is one dispatch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import memory
from ..contract import constants as c
from ..contract.formats import PixelFormat
from ..errors import LimitError
from ..gl.buffers import Buffers
from ..gl.program import Programs
from ..gl.texture_surface import TextureSurface
from ..gl.transfer import Transfers
from ..sight.spans import count, span
from . import pixel_filters
from .blur_passes import Pass, parts, plan
from .blurs import axes, checked

GROUPS_ACROSS = 1 << 14
"""Work groups in a row of a dispatch; OpenGL guarantees 65,535, and as many rows."""


class ValueImage:
    """The texture that holds the values between passes, BLUR_TEXELS a row. It grows by half, and shrinks in `trim`.

    Parameters
    ----------
    context
        The OpenGL context.
    channels
        4 for colours, 1 for alphas; 4 bytes each.
    """

    def __init__(self, context: Any, channels: int) -> None:
        self._context, self._channels = context, channels
        self._texture: Any = None
        self._holding = memory.Holding("buffer")
        self._most_rows = int(context.info["GL_MAX_TEXTURE_SIZE"])
        self._needed_rows = 0

    def trim(self) -> None:
        """Free the texture where less than a quarter of it was used since the last trim."""
        if self._texture is not None and 4 * self._needed_rows < self._texture.height:
            self._texture.release()
            self._texture = None
            self._holding.release()
        self._needed_rows = 0

    def take(self, values: int) -> Any:
        """The texture with room for ``values``, its content undefined. LimitError above the driver's limit."""
        rows = -(-values // c.BLUR_TEXELS)
        self._needed_rows = max(self._needed_rows, rows)
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
            # The attribute is cleared first: should the new texture fail, the next blur makes it again.
            old_texture, self._texture = self._texture, None
            old_texture.release()
        self._texture = self._context.texture((c.BLUR_TEXELS, rows), self._channels, dtype="f4")
        count("allocations")
        return self._texture


class Filters:
    """The filters of one context. Every method runs on the thread that owns it.

    Parameters
    ----------
    context, programs, buffers, transfers
        Those of the backend.

    Attributes
    ----------
    dispatches : int
        Number of dispatches so far.
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
            Blur items. A result may overlap its own source, but no other item's source or result.

        Raises
        ------
        ValueError
            A box is not inside the surface, or a sigma is negative or not finite.
        LimitError
            The values of one box (one a pixel where it is not halved) do not fit in the driver's largest texture.
        """
        items = checked(items, *surface.size)
        if not len(items):
            return
        with span("filter", blurs=len(items)):
            tinted = items["tinted"] != 0
            for channels, chosen in ((4, items[~tinted]), (1, items[tinted])):
                for part in parts(chosen, 4 * channels):
                    self._blur(surface, part, channels)

    def trim(self) -> None:
        """Free memory that the blurs of the last frames used little of."""
        for image in self._images.values():
            image.trim()

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

    def recolor(
        self, surface: TextureSurface, items: NDArray[np.void], steps: NDArray[np.void], tables: NDArray[np.int32]
    ) -> None:
        """Change the colours of boxes of a surface, as `pixel_filters.recolor` does."""
        items = pixel_filters.checked(items, *surface.size)
        if len(items):
            with span("recolor", boxes=len(items)):
                # A buffer of no bytes cannot be bound.
                read = (("color_steps", steps), ("color_tables", tables if len(tables) else np.zeros(1, np.int32)))
                self._run_boxes(surface, "filter_recolor", items, read, c.BLUR_RUN)

    def convolve(self, surface: TextureSurface, items: NDArray[np.void], weights: NDArray[np.float32]) -> None:
        """Convolve boxes of a surface, as `pixel_filters.convolve` does."""
        items = pixel_filters.checked(items, *surface.size)
        if len(items):
            with span("convolve", boxes=len(items)):
                self._run_boxes(surface, "filter_convolve", items, (("convolve_weights", weights),), 1)

    def turbulence(
        self,
        surface: TextureSurface,
        items: NDArray[np.void],
        permutations: NDArray[np.int32],
        gradients: NDArray[np.float32],
    ) -> None:
        """Fill boxes of a surface with noise, as `pixel_filters.turbulence` does."""
        items = pixel_filters.checked(items, *surface.size)
        if len(items):
            with span("turbulence", boxes=len(items)):
                read = (("noise_gradients", gradients), ("noise_permutations", permutations))
                self._run_boxes(surface, "filter_turbulence", items, read, 1)

    def _run_boxes(
        self,
        surface: TextureSurface,
        shader: str,
        items: NDArray[np.void],
        read: tuple[tuple[str, NDArray[Any]], ...],
        run: int,
    ) -> None:
        """Run a shader over boxes, with ``run`` pixels of a row in each thread, and the tables that it reads."""
        items = items.copy()
        threads_a_row = -(-(items["x1"].astype(np.int64) - items["x0"]) // run)
        groups = -(-threads_a_row * (items["y1"].astype(np.int64) - items["y0"]) // c.FILTER_GROUP)
        items["group_start"] = np.cumsum(groups) - groups
        for binding, (name, table) in enumerate((("filter_items", items), *read)):
            self._upload(name, table)
            self._buffers.bind(name, binding)
        surface.texture().bind_to_image(0, read=True, write=True)
        self._dispatch(Pass(shader, 0, items, int(groups.sum())), 0, 0, surface.format)

    def _upload(self, name: str, table: NDArray[Any]) -> None:
        data = np.ascontiguousarray(table).view(np.uint8).reshape(-1)
        self._transfers.upload(self._buffers.take(name, len(data)), len(data), lambda memory: np.copyto(memory, data))

    def _dispatch(self, each: Pass, first: int, features: int, format: PixelFormat) -> None:
        program = self._programs.get(each.shader, features | each.features, format)
        program["first_item"], program["last_item"] = first, first + len(each.items)
        wide = min(each.groups, GROUPS_ACROSS)
        self._programs.run(program, wide, -(-each.groups // wide))
        self._context.memory_barrier()
        self.dispatches += 1
