"""plan: how a Scene is cut into passes where a backend's buffers cannot hold it at once."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import acos, ceil, pi

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract import records
from .scene import Records, Scene

SHAPE_STEPS = 2
"""Loop iterations that a simple shape costs a thread of fine, with one to spare."""
RING_STEPS = 16
"""The same where there are rings or small discs, which are cut into 4 x 4 parts (measured: 7.3 for a small disc)."""
DENSE_STEPS = 160
"""The same for an outline whose segments are shared out (measured: 80 for a few segments), with some to spare."""
BIN_DRAWS = 65536
"""Draws of a bin that coarse gets through (measured: more than 68,000, fewer than 136,000)."""
SMALL_RADIUS = 2.0
"""Discs below this radius, pixels, are computed as rings are."""
DENSE_LINES = 160
"""From here on an outline's segments are shared out among threads: it then costs fewer iterations."""
CHUNK = 256
"""Draws that stay together, at most; fewer where each costs much."""


def passes(scene: Scene, steps: int) -> list[Scene]:
    """A scene in parts that cost a thread no more than about so many loop iterations.

    Software OpenGL (Mesa's llvmpipe) leaves every loop of a shader after 65,535 iterations in all, and says nothing.
    """
    count = len(scene.draws)
    depths = clip_depths(scene)
    if count * max(DENSE_STEPS, DENSE_LINES) * (1 + int(depths.max())) <= steps and count <= BIN_DRAWS:
        return [scene]
    needs = features(scene)
    path_steps = DENSE_STEPS if needs & c.FEATURE_DENSE else most_lines(scene) + 1
    shape_steps = RING_STEPS if needs & c.FEATURE_RINGS else SHAPE_STEPS
    from ..stages.binning import count_draws

    wide, high = -(-scene.width // c.TILE), -(-scene.height // c.TILE)
    bins = -(-wide // c.BIN) * -(-high // c.BIN)
    boxes = np.empty(count, records.Box.dtype)
    # A draw costs its own outline, and those of all clips that it is under.
    outlines = ((scene.draws["style"] & 255) == c.SHAPE_PATH) + depths[scene.draws["clip"]]
    bin_draws = np.zeros(bins, np.int64)
    tile_steps = np.zeros((high, wide), np.int64)
    cuts = [0]
    worst = max(path_steps * int(outlines.max()), shape_steps)
    chunk = min(max(steps // (2 * worst), 1), CHUNK)
    for first in range(0, count, chunk):
        last = min(first + chunk, count)
        before = bin_draws.copy()
        count_draws(scene.draws, first, last, scene.paths, scene.clips, wide, high, boxes, bin_draws)
        steps_each = max(path_steps * int(outlines[first:last].max()), shape_steps)
        added = _draws_of_tiles(boxes[first:last], wide, high) * steps_each
        full = (tile_steps + added).max() > steps or bin_draws.max() > BIN_DRAWS
        if full and first > cuts[-1]:
            cuts.append(first)
            bin_draws -= before
            tile_steps[:] = 0
        tile_steps += added
    if len(cuts) == 1:
        return [scene]
    return [_part(scene, first, last) for first, last in pairwise([*cuts, count])]


def _draws_of_tiles(boxes: Records, wide: int, high: int) -> NDArray[np.int64]:
    """(high, wide) how many boxes hold each tile."""
    across, down = boxes["across"].astype(np.int64), boxes["down"].astype(np.int64)
    left, right, top, bottom = across & 0xFFFF, across >> 16, down & 0xFFFF, down >> 16
    corners = np.zeros((high + 1) * (wide + 1), np.int64)
    for x, y, sign in ((left, top, 1), (right, top, -1), (left, bottom, -1), (right, bottom, 1)):
        corners += sign * np.bincount(y * (wide + 1) + x, minlength=len(corners))
    held: NDArray[np.int64] = corners.reshape(high + 1, wide + 1).cumsum(0).cumsum(1)[:high, :wide]
    return held


def features(scene: Scene) -> int:
    """What fine needs for a scene: FEATURE_* bits."""
    draws = scene.draws
    kinds = np.bincount(draws["style"] & 0xFFFF)
    styles = np.flatnonzero(kinds)
    shapes, operators = set((styles & 255).tolist()), set((styles >> c.STYLE_OP_SHIFT).tolist())
    found = 0
    if len(scene.subpaths):
        found |= c.FEATURE_PATHS
        if most_lines(scene) > DENSE_LINES:
            found |= c.FEATURE_DENSE
    if len(scene.clips) > 1:
        found |= c.FEATURE_CLIPS
    if c.SHAPE_RECT in shapes:
        found |= c.FEATURE_RECTS
    if c.SHAPE_CIRCLE in shapes:
        circles = draws[(draws["style"] & 255) == c.SHAPE_CIRCLE]
        found |= c.FEATURE_CIRCLES
        if circles["x1"].min() < SMALL_RADIUS or circles["y1"].max() > 0:
            found |= c.FEATURE_RINGS
    if c.SHAPE_FRAME in shapes:
        found |= c.FEATURE_FRAMES
    if c.SHAPE_SEGMENT in shapes:
        found |= c.FEATURE_SEGMENTS
    if len(scene.paints):
        found |= c.FEATURE_PAINTS | c.FEATURE_BLENDS
    if operators - {c.OP_SOURCE_OVER}:
        found |= c.FEATURE_BLENDS
    return found


def clip_depths(scene: Scene) -> NDArray[np.int64]:
    """How many outlines the mask of each clip is made of."""
    depths = np.zeros(len(scene.clips), np.int64)
    for i, (parent, path) in enumerate(zip(scene.clips["parent"].tolist(), scene.clips["path"].tolist(), strict=True)):
        if i:
            depths[i] = depths[parent] + (path != c.NO_PATH)
    return depths


def lines_a_vertex(scene: Scene) -> int:
    """No vertex gives more lines than this: two fans of the pen with the smallest steps, and some single lines."""
    if not len(scene.strokes):
        return 1
    smallest = acos(min(float(scene.strokes["step_cos"].max()), 0.99999))
    return 6 + 2 * (min(ceil(pi / smallest), c.MAX_FAN_STEPS) + 3)


def most_lines(scene: Scene) -> int:
    """No outline has more lines than this."""
    if not len(scene.subpaths):
        return 0
    kinds = scene.subpaths["kind"]
    stroked = (kinds == c.SUBPATH_STROKE_OPEN) | (kinds == c.SUBPATH_STROKE_CLOSED)
    lines = scene.subpaths["vertex_count"] * np.where(stroked, lines_a_vertex(scene), 1)
    return int(np.bincount(scene.subpaths["path"], lines).max())


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
