"""null: a backend that draws nothing. It keeps the plans it was given, and its fences signal when a test says so.

It is the shortest possible backend, and so documents the contract:

    run --> the plan is kept; its bytes are in staging memory, behind a fence --fence.signal()--> the memory is free

Nothing here needs OpenGL or a kernel, so plans and lifetimes can be tested without a pixel.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..contract.commands import LAYER_TOP_SHIFT
from ..contract.formats import RGBA8, PixelFormat
from ..gl.staging import StagingPool
from ..gl.sync import HostMemory, Status
from ..pipeline.record import Box
from ..plan.plan import Plan
from .base import Stop, check

__all__ = ["NullBackend"]


class Fences(HostMemory):
    """Host memory, with fences that a test signals."""

    def __init__(self) -> None:
        super().__init__()
        self._given = self._signalled = 0

    def signal(self) -> None:
        """Signal all fences made so far, as if the GPU had read the memory."""
        self._signalled = self._given

    def fence(self) -> int:
        """A new fence behind everything issued so far."""
        self._given += 1
        return self._given

    def wait(self, sync: int, timeout_ns: int, flush: bool) -> Status:
        """Whether a fence has signalled; never waits."""
        return Status.SIGNALLED if sync <= self._signalled else Status.TIMEOUT


class NullSurface:
    """A surface without pixels: its size."""

    __slots__ = ("height", "width")

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height


class NullBackend:
    """Runs plans by keeping them.

    Attributes
    ----------
    plans : list of Plan
        The plans to run, in order.
    fence : Fences
        ``fence.signal()`` says that the imagined GPU has read everything.

    Examples
    --------
    >>> import gpucanvas
    >>> from gpucanvas.backends.null import NullBackend
    >>> from gpucanvas.frames.surface import Surface
    >>> null, recording = NullBackend(), gpucanvas.Recording(8, 8)
    >>> recording.get_context("2d").fill_rect(2, 2, 4, 4)
    >>> surface = Surface(null, 8, 8)
    >>> surface.draw([recording._commands])
    >>> print(null.plans[0])
      0 draw     surface    1 draw
    >>> null.fence.signal()
    >>> surface.close()
    >>> null.close()
    """

    name = "null"
    memory: Literal["host", "device"] = "host"
    most_layer_side = 1 << LAYER_TOP_SHIFT

    def __init__(self) -> None:
        self.plans: list[Plan] = []
        self.fence = Fences()
        self._pool = StagingPool(self.fence)
        self._bytes_uploaded = 0

    @property
    def staging(self) -> StagingPool:
        """The pool of staging memory."""
        return self._pool

    def check_surface(self, width: int, height: int) -> None:
        """Accept every size."""

    def new_surface(self, width: int, height: int, format: PixelFormat = RGBA8) -> NullSurface:
        """A surface without pixels."""
        return NullSurface(width, height)

    def run(
        self,
        plan: Plan,
        surface: NullSurface,
        stop: Stop | None = None,
        out_straight_rgba: NDArray[np.int32] | None = None,
    ) -> bool:
        """Keep the plan, and its scenes' bytes in staging memory until the fence signals."""
        check(stop)
        self._pool.poll()
        nbytes = sum(scene.nbytes for scene in plan.scenes)
        if nbytes:
            with self._pool.lease(nbytes) as lease:
                self._pool.submit([lease], lambda: None)
        self._bytes_uploaded += nbytes
        self.plans.append(plan)
        return False

    def read(self, surface: NullSurface, box: Box) -> tuple[NDArray[np.uint32], Box]:
        """Transparent pixels."""
        x0, y0, x1, y1 = box
        return np.zeros((y1 - y0, x1 - x0), np.uint32), (0, 0, x1 - x0, y1 - y0)

    def snapshot(self, surface: NullSurface, box: Box, opaque: bool, halves: bool = False) -> None:
        """None: there are no pixels."""

    def drop_surface(self, surface: NullSurface, now: bool = True) -> None:
        """Do nothing: there is nothing to release."""

    def close(self) -> None:
        """Signal every fence, and free the staging memory."""
        self.fence.signal()
        self._pool.close()

    def counters(self) -> dict[str, int]:
        """Running totals."""
        return {"frames": len(self.plans), "bytes_uploaded": self._bytes_uploaded}
