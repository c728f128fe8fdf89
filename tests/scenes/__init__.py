"""Small pictures that every backend must draw alike; one module a topic, all of them in `SCENES`."""

from __future__ import annotations

from . import (
    batches,
    clips,
    dashes,
    fills,
    filters,
    gradients,
    image_data,
    images,
    layers,
    operators,
    paths,
    patterns,
    pictures,
    round_gradients,
    shadows,
    state,
    strokes,
    texts,
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
    "filters",
    "gradients",
    "image_data",
    "images",
    "layers",
    "operators",
    "paths",
    "patterns",
    "pictures",
    "round_gradients",
    "scene",
    "shadows",
    "state",
    "strokes",
    "texts",
    "thin_and_huge",
    "transforms",
]
