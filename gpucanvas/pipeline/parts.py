"""Splits a scene into parts, in painter's order, where a driver's buffers cannot hold it at once.

draws 0 .. n  --halves-->  draws 0 .. n/2, draws n/2 .. n   each with the outlines of its own paths and clips
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..contract import constants as c
from .scene import Scene


def halves(scene: Scene) -> tuple[Scene, Scene] | None:
    """Returns the first and second half of a scene's draws, in painter's order; None where there is only one draw.

    Each half keeps only the subpaths, vertices and curves of its own paths and clips. The other paths stay in the table
    with an empty box.
    """
    count = len(scene.draws)
    if count < 2:
        return None
    return part_of(scene, 0, count // 2), part_of(scene, count // 2, count)


def part_of(scene: Scene, first: int, last: int) -> Scene:
    """Returns the draws first .. last - 1 as a scene."""
    draws = scene.draws[first:last]
    used = np.zeros(len(scene.paths), np.bool_)
    outlined = (draws["style"] & 255) == c.SHAPE_PATH
    used[draws["path"][outlined]] = True
    clip_paths = scene.clips["path"]
    used[clip_paths[clip_paths != c.NO_PATH]] = True
    paths = scene.paths.copy()
    paths["tx1"] = np.where(used, paths["tx1"], paths["tx0"])
    areas = (paths["tx1"] - paths["tx0"]).astype(np.int64) * (paths["ty1"] - paths["ty0"])
    paths["tile_start"] = np.cumsum(areas) - areas
    keep = used[scene.subpaths["path"]]
    subpaths = scene.subpaths[keep].copy()
    sizes = scene.subpaths["vertex_count"].astype(np.int64)
    kept_vertex = np.repeat(keep, sizes)
    new_index = np.cumsum(kept_vertex) - 1
    subpaths["vertex_start"] = np.cumsum(sizes[keep]) - sizes[keep]
    curves = scene.curves
    if len(curves):
        curves = curves[kept_vertex[curves["vertex_start"]]].copy()
        curves["vertex_start"] = new_index[curves["vertex_start"]]
    return replace(
        scene,
        draws=draws,
        paths=paths,
        subpaths=subpaths,
        vertices=scene.vertices[kept_vertex],
        curves=curves,
        path_tile_count=int(areas.sum()),
    )
