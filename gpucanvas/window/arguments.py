"""arguments: checks what a program, or the environment, asks of a window, before the window is opened."""

from __future__ import annotations

import os

import numpy as np

from .. import config
from ..frames.queue import check_flight

__all__ = ["check_arguments", "frames_to_live"]


def frames_to_live() -> int:
    """Number of frames after which windows close themselves, from an environment variable for tests; 0 for never."""
    told = os.environ.get("GPUCANVAS_WINDOW_FRAMES", "0")
    if not told.isdecimal():
        raise ValueError(f"GPUCANVAS_WINDOW_FRAMES is {told!r}: give a whole number of frames, or unset it")
    return int(told)


def check_arguments(title: object, fps: object, policy: str | None, in_flight: object, position: object) -> None:
    """Check the arguments of `Window` that neither the system nor the canvas checks."""
    if not isinstance(title, str):
        raise TypeError(f"Window title is {title!r:.80}: give a text")
    if fps is not None and not (isinstance(fps, int | float | np.number) and fps > 0):
        raise ValueError(f"Window fps is {fps!r}: give more than 0 frames a second, or None for the display's rate")
    check_flight("Window", policy or config.current().policy, in_flight)
    numbers = position if isinstance(position, tuple | list) else ()
    if position is not None and [isinstance(each, int | float | np.number) for each in numbers] != [True, True]:
        raise TypeError(f"Window position is {position!r:.80}: give (x, y) in screen coordinates, or None")
