"""The backend contract: the few methods that run plans. `null.py` is the shortest implementation."""

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
"""Returns whether the frame was cancelled."""


class HaltedError(FrameError):
    """An earlier frame was not drawn, so this one has not been begun: draw the earlier one first, or give it up."""


def check(stop: Stop | None) -> None:
    """Raise FrameCancelledError where the frame was cancelled."""
    if stop is not None and stop():
        raise FrameCancelledError("the frame was cancelled")


class Backend(Protocol):
    """An executor of plans.

    A surface is whatever the backend returns from `new_surface`: ``height x width`` premultiplied pixels of a format,
    transparent at first. ``memory`` says where they are, ``most_layer_side`` is a layer's greatest width and height.
    """

    name: str
    memory: Literal["host", "device"]
    most_layer_side: int

    @property
    def staging(self) -> StagingPool:
        """The pool of staging memory, whose arrays are drawn without a copy on the host."""

    def check_surface(self, width: int, height: int) -> None:
        """Raise LimitError where a surface of this size is too large."""

    def new_surface(self, width: int, height: int, format: PixelFormat = RGBA8) -> Any:
        """A transparent surface of a pixel format."""

    def run(
        self,
        plan: Plan,
        surface: Any,
        stop: Stop | None = None,
        out_straight_rgba: NDArray[np.int32] | None = None,
    ) -> bool:
        """Run all steps of a plan on a surface. Where a buffer is too small, it grows, and the step runs again.

        Where ``stop()`` turns true in time, FrameCancelledError is raised. After any error the surface is unchanged.

        ``out_straight_rgba`` (H * W,) may be filled with the surface's straight pixels, where that is faster now than
        later; returns whether it was.
        """

    def read(self, surface: Any, box: Box) -> tuple[Pixels, Box]:
        """An array of the surface's pixels, and the box in it that holds those of ``box``, which is not empty.

        The array is ``(height, width)``, premultiplied, in the surface's format. Do not write to it.
        """

    def snapshot(self, surface: Any, box: Box, opaque: bool, halves: bool = False) -> DevicePixels | None:
        """A straight copy of the present pixels of ``box`` in device memory; None where the backend draws on the host.

        With ``opaque`` their alpha becomes 1; with ``halves`` they are float16, two words a pixel.
        """

    def drop_surface(self, surface: Any, now: bool = True) -> None:
        """Release a surface; with ``now=False`` later, for finalisers, which may run inside any other call."""

    def counters(self) -> dict[str, int]:
        """Running totals: frames, growths, allocations, uploads, bytes_uploaded, compiles."""
