"""plan: how a Scene is cut into passes where a backend's buffers cannot hold it at once."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from ..contract import constants as c
from .scene import Scene

PATH_STEPS = 16
"""Loop iterations that a draw with an outline may cost a thread, about; a simple shape costs one."""
CHUNK = 1024
"""Draws that stay together."""


def passes(scene: Scene, steps: int) -> list[Scene]:
    """A scene in parts that cost a thread no more than about so many loop iterations, wherever in a bin its draws meet.

    Software OpenGL (Mesa's llvmpipe) leaves every loop of a shader after 65,535 iterations in all, and says nothing.
    """
    count = len(scene.draws)
    if count * PATH_STEPS * 2 <= steps:
        return [scene]
    from ..stages.binning import count_draws

    wide, high = -(-scene.width // c.TILE), -(-scene.height // c.TILE)
    bins = -(-wide // c.BIN) * -(-high // c.BIN)
    boxes = np.empty((count, 4), np.int32)
    outlined = (scene.draws["style"] & 255) == c.SHAPE_PATH
    outlined |= (scene.clips["path"] != c.NO_PATH)[scene.draws["clip"]]
    cost = np.zeros(bins, np.int64)
    cuts = [0]
    for first in range(0, count, CHUNK):
        last = min(first + CHUNK, count)
        counts = np.zeros(bins, np.int64)
        count_draws(scene.draws, first, last, scene.paths, scene.clips, wide, high, boxes, counts)
        added = counts * (PATH_STEPS if outlined[first:last].any() else 1)
        if first > cuts[-1] and (cost + added).max() > steps:
            cuts.append(first)
            cost[:] = 0
        cost += added
    if len(cuts) == 1:
        return [scene]
    return [_part(scene, first, last) for first, last in pairwise([*cuts, count])]


def halves(scene: Scene) -> tuple[Scene, Scene] | None:
    """The first and the second half of a scene's draws, in painter's order; None where there is only one draw.

    Each keeps only the subpaths, vertices and curves of its own paths and clips; the other paths stay in the table with
    an empty box.
    """
    count = len(scene.draws)
    if count < 2:
        return None
    return _part(scene, 0, count // 2), _part(scene, count // 2, count)


def _part(scene: Scene, first: int, last: int) -> Scene:
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
