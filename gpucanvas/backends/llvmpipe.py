"""llvmpipe: adapts scenes to Mesa's software OpenGL, llvmpipe.

    scene --parts-->     scenes that need no more loop iterations a thread than llvmpipe runs
          --features-->  FEATURE_* bits: shaders are compiled without code that the scene does not need
          --fetches-->   whether those shaders read buffers as textures

llvmpipe silently leaves the loops of a shader after 65,535 iterations in all. It executes both sides of every branch,
and has few threads: shaders/shared/features.glsl says how shaders use that.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract import records
from ..contract.operators import OP_SOURCE_OVER
from ..contract.paints import PAINTS
from ..contract.stages import STAGE
from ..pipeline.parts import part_of
from ..pipeline.scene import Records, Scene, lines_a_vertex

MOST_STEPS = 55_000
"""Loop iterations of a thread allowed for a part, below llvmpipe's limit of 65,535."""
SHAPE_STEPS = 2
"""Loop iterations of fine for a simple shape, with one to spare."""
RING_STEPS = 16
"""Loop iterations of fine for rings and small discs, cut into 4 x 4 parts (measured: 7.3 for a small disc)."""
DENSE_STEPS = 90
DENSE_ROUND = 70
"""Loop iterations of fine for an outline whose segments are shared among threads, and for each round of segments
(measured: 80, and 50 to 66)."""
SAMPLED_LOOKS, SAMPLED_BEGIN = 2, 24
"""Loop iterations of fine for a segment of an outline that may meet itself inside a pixel, and for the outline: its
segments are summed and tested, and then run through once for each sub-row, SEGMENTS_A_TURN at a time."""
SEGMENTS_A_TURN = 2
"""Must agree with shaders/shared/samples.glsl."""
DENSE_SAMPLED_STEPS = 210
DENSE_SAMPLED_ROUND = 60
"""Added to DENSE_STEPS and DENSE_ROUND for an outline that may meet itself inside a pixel."""
BIN_STEPS = 80000
"""Draws of a bin that cover the whole surface which coarse may process (measured: llvmpipe stops at 88,609)."""
SMALL_BIN_STEPS = 3
LARGE_BIN_STEPS = 6
"""Cost in coarse of a draw of up to SMALL_TILES tiles, and of a larger one (measured: 2.8 for 9 tiles; 3.2 to 5.4)."""
SMALL_TILES = 16
DENSE_LINES = 32
FEW_LINES = 2048
"""Lines a tile from which an outline's segments are shared among threads, unless the outline has fewer than FEW_LINES
lines in all, most of which may lie outside the canvas."""
MANY_LINES = 16384
MANY_SAMPLED_LINES = 4096
"""Lines of an outline, and of one that may meet itself inside a pixel, from which a single tile may have too many of
them, whatever the mean."""
LIKELY_LINES = 4
"""Typical number of lines for a vertex of a stroke."""
PIXELS_A_QUAD = 4
CHUNK = 256
"""Most draws that are kept together in a part; fewer where each costs much."""
COUNT_OF_STOPS = {
    row.code: [field.name for field in row.record.fields].index("count")
    for row in PAINTS.values()
    if "stops" in [field.name for field in row.record.fields]
}
"""Index of the word with the number of stops in a gradient's record, by the paint kind's code."""
BOX_SHADOW = PAINTS["box_shadow"]
COUNT_OF_NODES = [field.name for field in BOX_SHADOW.record.fields].index("count")


def parts(scene: Scene) -> list[Scene]:
    """Cut a scene into parts that cost a thread at most about MOST_STEPS loop iterations.

    Segments are counted only where a cheap upper bound is too high. A single draw that costs more cannot be cut.
    """
    count = len(scene.draws)
    needs = features(scene)
    shape_steps = max(RING_STEPS if needs & c.FEATURE_RINGS else SHAPE_STEPS, paint_steps(scene))
    dense = bool(needs & c.FEATURE_DENSE)
    depths = clip_depths(scene)
    sampled = are_sampled(scene)
    worst = int(outline_steps(np.array(most_lines(scene)), dense, np.any(sampled)))
    worst = max(worst * (1 + int(np.max(depths))), shape_steps)
    clipped = 1 + int(np.max(clip_lengths(scene)))
    if count * worst <= MOST_STEPS and count * LARGE_BIN_STEPS * clipped <= BIN_STEPS:
        return [scene]
    from ..stages.binning import count_draws

    wide, high = scene.size_in_tiles
    boxes = np.empty(count, records.Box.dtype)
    bin_steps = np.zeros(prod(scene.size_in_bins), np.int64)
    # The cost of a draw includes its own outline and those of all its clips.
    outlined = bool((((scene.draws["style"] & 255) == c.SHAPE_PATH) | (depths[scene.draws["clip"]] > 0)).any())
    chunk = 1 if outlined else CHUNK
    count_draws(scene.draws, 0, count, scene.paths, scene.clips, wide, high, boxes, bin_steps)
    few_draws = bool(np.max(bin_steps) * LARGE_BIN_STEPS * clipped <= BIN_STEPS)

    def few_steps(dearest: NDArray[np.int64]) -> bool:
        steps_of_draws = shape_steps + _steps_of_outlines(scene, dearest)
        return bool(np.max(_sum_of_tiles(boxes, steps_of_draws, wide, high)) <= MOST_STEPS)

    # Draws need not be examined one by one where the number of lines of each outline, or the number in its fullest
    # tile, is small enough.
    if few_draws and few_steps(outline_steps(lines_of_paths(scene, lines_a_vertex(scene)), dense, sampled)):
        return [scene]
    costs = np.zeros(0, np.int64)
    if outlined:
        costs = outline_steps(count_segments(scene)["segment_count"], dense, np.repeat(sampled, tiles_of_paths(scene)))
    if few_draws and few_steps(_dearest_tiles(scene, costs)):
        return [scene]
    bin_steps[:] = 0
    tile_steps = np.zeros((high, wide), np.int64)
    cuts = [0]
    for first in range(0, count, chunk):
        last = min(first + chunk, count)
        added_draws = np.zeros_like(bin_steps)
        count_draws(scene.draws, first, last, scene.paths, scene.clips, wide, high, boxes, added_draws)
        tiles = _box_sizes(boxes[first:last])
        whole = np.count_nonzero(tiles == wide * high)
        large = bool(((tiles > SMALL_TILES) & (tiles < wide * high)).any())
        added_steps = (added_draws - whole) * (LARGE_BIN_STEPS if large else SMALL_BIN_STEPS) + whole
        added_steps *= clipped
        if chunk == 1:
            added = _steps_of_draw(scene, first, boxes[first], costs, shape_steps, tile_steps.shape)
        else:
            added = _sum_of_tiles(boxes[first:last], np.full(last - first, shape_steps), wide, high)
        full = np.max(tile_steps + added) > MOST_STEPS or np.max(bin_steps + added_steps) > BIN_STEPS
        if full and first > cuts[-1]:
            cuts.append(first)
            bin_steps[:] = 0
            tile_steps[:] = 0
        bin_steps += added_steps
        tile_steps += added
    if len(cuts) == 1:
        return [scene]
    return [part_of(scene, first, last) for first, last in pairwise([*cuts, count])]


def count_segments(scene: Scene) -> Records:
    """Every path's tiles with the number of segments in each, counted by the cpu kernels."""
    from .workers import shared

    with shared().runner() as runner:
        runner.flatten_curves(scene)
        return runner.outline_tiles(scene)[0][: scene.path_tile_count].copy()


def outline_steps(segments: NDArray[Any], dense: bool, sampled: Any) -> NDArray[np.int64]:
    """Loop iterations of a thread of fine for outlines with up to ``segments`` in a tile.

    ``sampled`` says, for each or for all, whether an outline may meet itself inside a pixel.
    """
    many = segments.astype(np.int64)
    if not dense:
        gone_through = c.SAMPLED_SUBROWS * -(-many // SEGMENTS_A_TURN)
        return np.where(sampled, SAMPLED_LOOKS * many + gone_through + SAMPLED_BEGIN, many + 2)
    # A tile with more segments is not sampled.
    rounds = -(-np.minimum(many, c.MOST_SAMPLED) // STAGE["fine"].group)
    added = np.where(sampled, DENSE_SAMPLED_STEPS + DENSE_SAMPLED_ROUND * rounds, 0)
    steps: NDArray[np.int64] = DENSE_STEPS + DENSE_ROUND * -(-many // STAGE["fine"].group) + added
    return steps


def are_sampled(scene: Scene) -> NDArray[np.bool_]:
    """Which paths may meet themselves inside a pixel."""
    sampled: NDArray[np.bool_] = scene.paths["rule"] != c.RULE_SINGLE
    return sampled


def tiles_of_paths(scene: Scene) -> NDArray[np.int64]:
    """Number of tiles in each path's box."""
    paths = scene.paths
    tiles: NDArray[np.int64] = (paths["tx1"] - paths["tx0"]).astype(np.int64) * (paths["ty1"] - paths["ty0"])
    return tiles


def _steps_of_draw(
    scene: Scene, index: int, box: Any, costs: NDArray[np.int64], shape_steps: int, shape: tuple[int, ...]
) -> NDArray[np.int64]:
    """(high, wide) the cost of one draw in each tile: its shape, its outline, and the outlines of its clips."""
    steps = np.zeros(shape, np.int64)
    across, down = int(box["across"]), int(box["down"])
    x0, x1, y0, y1 = across & 0xFFFF, across >> 16, down & 0xFFFF, down >> 16
    steps[y0:y1, x0:x1] = shape_steps
    draw = scene.draws[index]
    paths = [int(draw["path"])] if draw["style"] & 255 == c.SHAPE_PATH else []
    clip = int(draw["clip"])
    while clip:
        if scene.clips["path"][clip] != c.NO_PATH:
            paths.append(int(scene.clips["path"][clip]))
        clip = int(scene.clips["parent"][clip])
    for each in paths:
        path = scene.paths[each]
        left, top = int(path["tx0"]), int(path["ty0"])
        across_, down_ = int(path["tx1"]) - left, int(path["ty1"]) - top
        own = costs[int(path["tile_start"]) :][: across_ * down_].reshape(down_, across_)
        ax, bx = max(x0, left), min(x1, left + across_)
        ay, by = max(y0, top), min(y1, top + down_)
        if ax < bx and ay < by:
            steps[ay:by, ax:bx] += own[ay - top : by - top, ax - left : bx - left]
    return steps


def _dearest_tiles(scene: Scene, costs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cost of each outline in the tile where it is greatest."""
    sizes = tiles_of_paths(scene)
    dearest = np.zeros(len(sizes), np.int64)
    some = np.flatnonzero(sizes)
    if len(some):
        dearest[some] = np.maximum.reduceat(costs, scene.paths["tile_start"][some].astype(np.int64))
    return dearest


def _steps_of_outlines(scene: Scene, dearest: NDArray[np.int64]) -> NDArray[np.int64]:
    """The greatest cost of each draw's outline and its clips' outlines in a tile, from that of each outline."""
    dearest = np.append(dearest, 0)
    of_clip = np.zeros(len(scene.clips), np.int64)
    for i, (parent, path) in enumerate(zip(scene.clips["parent"].tolist(), scene.clips["path"].tolist(), strict=True)):
        if i:
            of_clip[i] = of_clip[parent] + (dearest[path] if path != c.NO_PATH else 0)
    outlined = (scene.draws["style"] & 255) == c.SHAPE_PATH
    total: NDArray[np.int64] = (
        of_clip[scene.draws["clip"]] + dearest[np.where(outlined, scene.draws["path"], len(dearest) - 1)]
    )
    return total


def _sum_of_tiles(boxes: Records, values: NDArray[np.int64], wide: int, high: int) -> NDArray[np.int64]:
    """(high, wide) sum of the values of all boxes that hold each tile."""
    across, down = boxes["across"].astype(np.int64), boxes["down"].astype(np.int64)
    left, right, top, bottom = across & 0xFFFF, across >> 16, down & 0xFFFF, down >> 16
    corners = np.zeros((high + 1) * (wide + 1))
    for x, y, sign in ((left, top, 1), (right, top, -1), (left, bottom, -1), (right, bottom, 1)):
        corners += sign * np.bincount(y * (wide + 1) + x, values, len(corners))
    held: NDArray[np.int64] = corners.reshape(high + 1, wide + 1).cumsum(0).cumsum(1)[:high, :wide].astype(np.int64)
    return held


def _box_sizes(boxes: Records) -> NDArray[np.int64]:
    """Number of tiles in each box."""
    across, down = boxes["across"].astype(np.int64), boxes["down"].astype(np.int64)
    sizes: NDArray[np.int64] = ((across >> 16) - (across & 0xFFFF)) * ((down >> 16) - (down & 0xFFFF))
    return sizes


def fetches(info: Mapping[str, Any], largest_buffer: int) -> bool:
    """Whether shaders compiled for features read buffers as textures: see gl/texel_buffers.py.

    ``info`` is that of the context: its largest buffer texture may be smaller than ``largest_buffer`` bytes.
    """
    return 4 * int(info["GL_MAX_TEXTURE_BUFFER_SIZE"]) >= largest_buffer


def features(scene: Scene) -> int:
    """The FEATURE_* bits of the code in coarse and fine that a scene needs."""
    draws = scene.draws
    kinds = np.bincount(draws["style"] & 0xFFFF)
    styles = np.flatnonzero(kinds)
    shapes, operators = set((styles & 255).tolist()), set((styles >> c.STYLE_OP_SHIFT).tolist())
    found = 0
    if len(scene.strokes):
        found |= c.FEATURE_STROKES
    if len(scene.subpaths) and is_dense(scene):
        found |= c.FEATURE_DENSE
    if c.SHAPE_PATH in shapes:
        found |= c.FEATURE_PATHS
    if are_sampled(scene).any():
        found |= c.FEATURE_UNEVEN
    if len(scene.clips) > 1:
        upright = scene.clips["path"][1:] == c.NO_PATH
        found |= c.FEATURE_CLIP_RECTS if upright.any() else 0
        found |= 0 if upright.all() else c.FEATURE_CLIP_PATHS
    if c.SHAPE_RECT in shapes:
        found |= c.FEATURE_RECTS
    if c.SHAPE_CIRCLE in shapes:
        circles = draws[(draws["style"] & 255) == c.SHAPE_CIRCLE]
        found |= c.FEATURE_CIRCLES
        if circles["x1"].min() < c.SMALL_RADIUS or circles["y1"].max() > 0:
            found |= c.FEATURE_RINGS
    if c.SHAPE_GLYPH in shapes:
        found |= c.FEATURE_GLYPHS
    if (draws["style"] & c.STYLE_TONED).any():
        found |= c.FEATURE_TONES
    if c.SHAPE_FRAME in shapes:
        found |= c.FEATURE_FRAMES
    if c.SHAPE_SEGMENT in shapes:
        found |= c.FEATURE_SEGMENTS
    if len(scene.paints):
        found |= c.FEATURE_PAINTS | c.FEATURE_BLENDS | kinds_of_paint(scene) << c.FEATURE_KIND_SHIFT
    if operators - {OP_SOURCE_OVER}:
        found |= c.FEATURE_BLENDS
    for op in operators:
        if op >= c.OP_FIRST_BLEND:
            found |= 1 << op - c.OP_FIRST_BLEND + c.FEATURE_MODE_SHIFT
    return found


def kinds_of_paint(scene: Scene) -> int:
    """A bit for each kind of paint that the draws use."""
    kinds = np.bincount(scene.draws["paint"] & ((1 << c.PAINT_KIND_BITS) - 1))
    return int(sum(1 << kind for kind in np.flatnonzero(kinds).tolist() if kind))


def paint_steps(scene: Scene) -> int:
    """Loop iterations of a thread for the most expensive paint: the search for stops, or the nodes of a shadow."""
    stops = nodes = 0
    for word in np.unique(scene.draws["paint"]).tolist() if len(scene.paints) else ():
        kind, at = word & ((1 << c.PAINT_KIND_BITS) - 1), word >> c.PAINT_KIND_BITS
        if kind in COUNT_OF_STOPS:
            stops = max(stops, int(scene.paints[at + COUNT_OF_STOPS[kind]]))
        elif kind == BOX_SHADOW.code:
            nodes = max(nodes, int(scene.paints[at + COUNT_OF_NODES]))
    # Each pixel of a quad does its own binary search for stops; nodes are evaluated for whole quads.
    return max(PIXELS_A_QUAD * (stops.bit_length() + 1) if stops else 0, nodes + 1 if nodes else 0)


def clip_lengths(scene: Scene) -> NDArray[np.int64]:
    """Number of nested clips of a draw under each clip."""
    lengths = np.zeros(len(scene.clips), np.int64)
    for i, parent in enumerate(scene.clips["parent"].tolist()):
        if i:
            lengths[i] = 1 + lengths[parent]
    return lengths


def clip_depths(scene: Scene) -> NDArray[np.int64]:
    """Number of outlines that make up each clip's mask."""
    depths = np.zeros(len(scene.clips), np.int64)
    for i, (parent, path) in enumerate(zip(scene.clips["parent"].tolist(), scene.clips["path"].tolist(), strict=True)):
        if i:
            depths[i] = depths[parent] + (path != c.NO_PATH)
    return depths


def most_lines(scene: Scene) -> int:
    """An upper bound of the number of lines of an outline."""
    return int(lines_of_paths(scene, lines_a_vertex(scene)).max(initial=0))


def lines_of_paths(scene: Scene, a_vertex: int) -> NDArray[Any]:
    """Number of lines of each path, with ``a_vertex`` lines for a vertex of a stroke."""
    kinds = scene.subpaths["kind"]
    stroked = (kinds == c.SUBPATH_STROKE_OPEN) | (kinds == c.SUBPATH_STROKE_CLOSED)
    lines = scene.subpaths["vertex_count"] * np.where(stroked, a_vertex, 1)
    return np.bincount(scene.subpaths["path"], lines, len(scene.paths))


def is_dense(scene: Scene) -> bool:
    """Whether an outline is likely to have many lines in a tile."""
    many = np.where(are_sampled(scene), MANY_SAMPLED_LINES, MANY_LINES)
    most = np.clip(DENSE_LINES * tiles_of_paths(scene), FEW_LINES, many)
    return bool((lines_of_paths(scene, LIKELY_LINES) > most).any())
