"""Small pictures that every backend must draw alike; one module a topic, all of them in `SCENES`."""

from __future__ import annotations

from . import (
    batches,
    clips,
    dashes,
    fills,
    gradients,
    image_data,
    images,
    operators,
    paths,
    patterns,
    round_gradients,
    state,
    strokes,
    thin_and_huge,
    transforms,
)
from .registry import SCENES, Scene, scene

__all__ = [
    "SCENES",
    "Scene",
    "batches",
    "clips",
    "dashes",
    "fills",
    "gradients",
    "image_data",
    "images",
    "operators",
    "paths",
    "patterns",
    "round_gradients",
    "scene",
    "state",
    "strokes",
    "thin_and_huge",
    "transforms",
]
