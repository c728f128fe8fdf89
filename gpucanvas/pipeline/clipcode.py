"""clipcode: the clips of a recording become Clip records: upright rectangles, and outlines for all other shapes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract import records
from ..contract.outlines import FARTHEST_CORNER
from ..geometry.builder import CLOSE, LINE, MOVE
from . import record as r
from .outline import FILL, Outlines
from .scene import Records
from .small import clips_of_slots
from .uses import Ints, Uses

__all__ = ["encode_clips"]

NO_RECT = 0.0, 0.0, 0.0, 0.0


def encode_clips(recording: r.Commands, outlines: Outlines) -> Records:
    """Returns the Clip records of a recording, of its slots first; their outlines are added to ``outlines``."""
    nodes = [] if recording.has_only_rects else recording.clips
    slots: NDArray[np.float64] = recording.slots
    if not nodes:
        return clips_of_slots(slots)
    first = len(slots) + 1
    # Lists first: storing one number in a field of an array takes as long as encoding a clip.
    rects, parents = [NO_RECT, *map(tuple, slots.tolist())], [0] * first
    outlined: dict[int, r.ClipNode] = {}
    for i, (parent, node) in enumerate(nodes, first):
        rect = clip_rect(node)
        if rect is None:
            outlined[i], rect = node, NO_RECT
        elif parent and parent not in outlined:
            x0, y0, x1, y1 = rect
            left, top, right, bottom = rects[parent]
            rect, parent = (max(x0, left), max(y0, top), min(x1, right), min(y1, bottom)), parents[parent]
        rects.append(rect)
        parents.append(parent)
    clips = np.zeros(len(rects), records.Clip.dtype)
    clips["path"], clips["parent"] = c.NO_PATH, parents
    clips["x0"], clips["y0"], clips["x1"], clips["y1"] = np.array(rects).T
    if outlined:
        _outline_clips(outlines, clips, np.array(list(outlined)), list(outlined.values()))
    return clips


def _outline_clips(outlines: Outlines, clips: Records, at: Ints, nodes: list[r.ClipNode]) -> None:
    uses = Uses(
        np.frombuffer(b"".join(node.verbs for node in nodes), np.uint8),
        np.concatenate([np.asarray(node.coords) for node in nodes]),
        np.array([len(node.verbs) for node in nodes]),
        np.array([len(node.coords) for node in nodes]),
        np.array([node.matrix for node in nodes]),
        np.full(len(nodes), FILL),
        np.array([node.rule for node in nodes]),
    )
    paths = outlines.add(uses)
    clips["path"][at] = paths
    bounds = outlines.bounds()[paths]
    empty = ~(bounds[:, 0] <= bounds[:, 2])
    bounds[empty] = 0.0
    for k, name in enumerate(("x0", "y0", "x1", "y1")):
        clips[name][at] = np.clip(bounds[:, k], -FARTHEST_CORNER, FARTHEST_CORNER)


def clip_rect(node: r.ClipNode) -> tuple[float, float, float, float] | None:
    """Returns the upright rectangle on the canvas that a clip's outline is, or None where it is another shape."""
    verbs = node.verbs
    if len(verbs) not in (5, 6) or verbs[:5] != bytes((MOVE, LINE, LINE, LINE, CLOSE)):
        return None
    if len(verbs) == 6 and verbs[5] != MOVE:
        return None
    a, b, cc, d, e, f = node.matrix
    co = node.coords
    pts = [(a * co[i] + cc * co[i + 1] + e, b * co[i] + d * co[i + 1] + f) for i in (0, 2, 4, 6)]
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = pts
    across = y0 == y1 and x1 == x2 and y2 == y3 and x3 == x0
    if not across and not (x0 == x1 and y1 == y2 and x2 == x3 and y3 == y0):
        return None
    left, top, right, bottom = (min(max(v, -FARTHEST_CORNER), FARTHEST_CORNER) for v in (x0, y0, x2, y2))
    return min(left, right), min(top, bottom), max(left, right), max(top, bottom)
