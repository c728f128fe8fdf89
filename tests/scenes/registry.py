"""The list of scenes: a scene is a function that draws one small picture through the public API.

@scene(96, 96, topics=("clips",))
def clip_nested_circles(ctx, width, height): ...      SCENES["clip_nested_circles"].render("cpu") -> (H, W, 4)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

import gpucanvas

__all__ = ["SCENES", "Context", "Draw", "Scene", "scene"]

# Scenes are written against the documented verbs, not against the class that happens to offer them.
Context: TypeAlias = Any
Draw: TypeAlias = Callable[[Context, int, int], None]


@dataclass(frozen=True)
class Scene:
    """One picture: its name, how to draw it, its size in pixels and what it is about."""

    name: str
    draw: Draw
    width: int
    height: int
    topics: tuple[str, ...]

    def render(self, backend: str) -> npt.NDArray[np.uint8]:
        """Return the picture that ``backend`` draws, (height, width, 4) straight RGBA8."""
        canvas = gpucanvas.Canvas(self.width, self.height, backend=backend)
        self.draw(canvas.get_context("2d"), self.width, self.height)
        return np.array(canvas.to_numpy())


SCENES: dict[str, Scene] = {}


def scene(width: int, height: int, *, topics: tuple[str, ...]) -> Callable[[Draw], Draw]:
    """Register the decorated function as a scene of ``width`` x ``height`` pixels.

    Raises
    ------
    ValueError
        A second scene of that name, or a scene without a topic.
    """

    def register(draw: Draw) -> Draw:
        name = draw.__name__
        if name in SCENES:
            raise ValueError(f"scene {name!r} exists in {SCENES[name].draw.__module__}: choose another name")
        if not topics:
            raise ValueError(f"scene {name!r} has no topic: name at least one")
        SCENES[name] = Scene(name, draw, width, height, topics)
        return draw

    return register
