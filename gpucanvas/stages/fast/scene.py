"""scene: encodes a small recording into the tables of its scene in one kernel call. Both backends use it: no twin.

    commands --survey_commands, write_commands--> draws, strokes, traces --write_outlines--> vertices, curves, paths
                                                  dashed and far outlines --write_lines--> vertices, paths

It replaces separate calls of commands, trace and outlines. The modules of these stages do the work and define the
tables; this module only calls one after another. With separate calls, Python allocates each table at its exact size
between two of them, which takes longer than encoding a small recording. tests/pipeline/test_small_scene.py compares
both ways.
"""

from __future__ import annotations

import numpy as np

from ...contract.constants import TILE
from ...kernels import kernel
from ..commands import survey_commands, write_commands
from ..outlines import write_outlines
from .lines import write_lines

NOTHING = 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
"""Returned instead of the tables' counts where the caller must encode the recording stage by stage."""


@kernel
def write_scene(recorded, special, size, starts, dashed_by, tables):
    """Write all tables of a recording that consists of rectangles, outlines, layers and texts.

    The draws of texts are not written, and those of layers are zeroed.

    Parameters
    ----------
    recorded
        As for `write_commands`.
    special
        As for `survey_commands`.
    size
        (width, height) of the surface, pixels.
    starts
        As for `write_commands`, where there are texts: then there are as many draws as the memory has room for.
    dashed_by
        As for `write_lines`.
    tables
        The memory to write to: draws; the traces, strokes and remaining commands of `write_commands`; vertices, curves,
        subpaths and paths; and the working memory of `write_lines`.

    Returns
    -------
    tuple of 10 int
        The numbers of draws, paths, vertices, curves, subpaths, strokes, layers and path tiles; 1 if the first draw
        hides everything before it, else 0; and 1. All zeros where a table is too short, or where a command is of
        another kind, or wider than strokes may be, or where texts are hidden. Images count as layers: the caller
        gives none.
    """
    commands, states, solid, streams, slots, pens = recorded
    draws, traces, strokes, left, vertices, curves, subpaths, paths, work = tables
    traced, points, pieces, made, bounds = traces
    records, numbers, newest = strokes
    width, height = size
    first, covers, uses, verbs, pairs, batches, layers = survey_commands(
        commands, states, solid, special, streams, width, height
    )
    count = len(draws) if len(starts) > 0 else len(commands) - first
    if len(starts) > 0 and first > 0 or len(starts) == 0 and batches > 0:
        return NOTHING
    if count > len(draws) or verbs > len(traced) or pairs > len(points):
        return NOTHING
    if uses > min(len(paths), len(records)) or len(pens) > len(newest):
        return NOTHING
    seen = commands[first:], states, solid, streams, slots, pens
    stroke_count, wide, others, used, vertex_count, curve_count, subpath_count = write_commands(
        seen, starts, traces, (records, numbers, newest[: len(pens)]), (0, 0), size, draws, left
    )
    if wide >= 0:
        return NOTHING
    if vertex_count > len(vertices) or curve_count > len(curves) or subpath_count > len(subpaths):
        return NOTHING
    tiles = np.int64(0)
    if used > 0:
        in_tiles = (width + TILE - 1) // TILE, (height + TILE - 1) // TILE
        tiles = write_outlines(traces, used, numbers, (0, 0, 0), in_tiles, vertices, curves, subpaths, paths)
    if others > 0:
        firsts = np.int64(vertex_count), np.int64(used), tiles
        rest = vertices[vertex_count:], subpaths[subpath_count:], paths[used:], bounds[used:]
        more, runs, more_tiles, done = write_lines(
            seen, starts, left[:others], dashed_by, numbers, size, firsts, work, draws, rest
        )
        if done == 0:
            return NOTHING
        vertex_count, subpath_count, tiles = vertex_count + more, subpath_count + runs, tiles + more_tiles
        used += others
    return count, used, vertex_count, curve_count, subpath_count, stroke_count, layers, tiles, covers, 1
