"""The backend contract: what runs plans, in a handful of methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ..contract.formats import RGBA8, PixelFormat, Pixels
from ..errors import FrameCancelledError, FrameError

if TYPE_CHECKING:
    from ..gl.staging import StagingPool
    from ..pipeline.record import Box, DevicePixels
    from ..plan.plan import Plan

Stop = Callable[[], bool]
"""Says whether a frame was cancelled."""


class HaltedError(FrameError):
    """A frame before this one was not drawn, so this one has not been begun: draw that one first, or give it up."""


def check(stop: Stop | None) -> None:
    """Raise FrameCancelledError where the frame was cancelled."""
    if stop is not None and stop():
        raise FrameCancelledError("the frame was cancelled")


class Backend(Protocol):
    """An executor of plans.

    A surface is whatever the backend returns from `new_surface`: ``height x width`` premultiplied pixels of a format,
    transparent at first. ``memory`` says where they lie, ``most_layer_side`` how many pixels a side a layer may need.
    """

    name: str
    memory: Literal["host", "device"]
    most_layer_side: int

    @property
    def staging(self) -> StagingPool:
        """Where arrays live that are drawn with without a copy on the host."""

    def check_surface(self, width: int, height: int) -> None:
        """Raise LimitError where a surface of this size cannot be made."""

    def new_surface(self, width: int, height: int, format: PixelFormat = RGBA8) -> Any:
        """A transparent surface with pixels of a format."""

    def run(
        self,
        plan: Plan,
        surface: Any,
        stop: Stop | None = None,
        out_straight_rgba: NDArray[np.int32] | None = None,
    ) -> bool:
        """Run the steps of a plan on a surface, completely: buffers too small grow, and the step runs again.

        Where ``stop()`` turns true in time, FrameCancelledError is raised. After any error the surface is as it was.

        ``out_straight_rgba`` (H * W,) is where the surface's pixels will be wanted next, straight: returns whether they
        are there already, which they are where that took less time than it would take later.
        """

    def read(self, surface: Any, box: Box) -> tuple[Pixels, Box]:
        """Pixels of the surface, and where those of ``box``, which is not empty, lie among them.

        They are ``(height, width)``, premultiplied, in the surface's format. Do not write to them.
        """

    def snapshot(self, surface: Any, box: Box, opaque: bool, halves: bool = False) -> DevicePixels | None:
        """The pixels of ``box``, straight, as they are now, kept where the backend draws; None where that is the host.

        ``opaque`` says that their alpha does not count; ``halves`` that they are kept as such, two words a pixel.
        """

    def drop_surface(self, surface: Any, now: bool = True) -> None:
        """Release a surface. Finalizers, which may run inside any other call, leave it for later with ``now=False``."""

    def counters(self) -> dict[str, int]:
        """Running totals: frames, growths, allocations, uploads, bytes_uploaded, compiles."""
