"""What a function draws on a context: its commands, its shapes, its pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

import gpucanvas
from gpucanvas.pipeline.encode import encode
from gpucanvas.pipeline.record import Commands

__all__ = ["SIZE", "Draw", "commands_of", "pixels_of", "shapes_of"]

SIZE = 100
"""Pixels of a side."""
Draw: TypeAlias = Callable[[Any], Any]


def commands_of(draw: Draw, width: int, height: int) -> Commands:
    """The commands that are recorded."""
    recording = gpucanvas.Recording(width, height)
    draw(recording.get_context("2d"))
    return recording._commands


def shapes_of(draw: Draw, size: int = SIZE) -> list[int]:
    """The SHAPE_* of each draw, on a square."""
    scene = encode(commands_of(draw, size, size), size, size)
    return [int(style) & 255 for style in scene.draws["style"]]


def pixels_of(backend: Any, draw: Draw, size: int = SIZE) -> npt.NDArray[np.uint8]:
    """The pixels on a square canvas."""
    with gpucanvas.Canvas(size, size, backend=backend) as canvas:
        draw(canvas.get_context("2d"))
        return np.array(canvas.to_numpy())
