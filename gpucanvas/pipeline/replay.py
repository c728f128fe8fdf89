"""replay: appends a frozen recording to another one under a transform, without a Python loop over its commands.

    Commands --freeze--> Commands that never change --append--> the same commands in another recording

Commands refer to table entries by index. A picture's tables are appended once to each recording, however often the
picture is replayed there. Commands and states are copied as arrays, and their indices grow by the number of entries
before.

    state of the picture   matrix m                            clip c, cut with its parents
    in the recording       T(o) matrix T(-o) m                 clip c under the matrix, cut with the clip of the replay

where o is the origin by which a shadow's shape was moved. Outlines in canvas coordinates have no matrix: their points
are mapped.
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidStateError, LimitError
from ..geometry.affine import IDENTITY, Affine, multiply
from ..memory import Holding
from ..paint.effects import offset_under, sigmas_under, under
from . import record as r
from .columns import Columns
from .glyphpaths import has_texts, outline_glyphs
from .glyphrows import GlyphRows
from .mapped import canvas_outlines, map_outlines, map_states
from .merge import append_tables
from .said import known_texts

__all__ = ["MOST_COMMANDS", "append", "copied", "depth_of", "every_of", "freeze", "outlined", "shared"]

PICTURE: Final = "picture"
SHARED_TABLES: Final = (
    *("verbs", "coords", "paths", "pens", "pen_numbers", "clips", "images", "uses", "batches", "hits", "texts"),
)
MOST_COMMANDS: Final = 1 << 24
"""Most commands of one recording with its pictures, 0.8 GB: pictures of pictures multiply their commands."""


# -- freezing ------------------------------------------------------------------------------------------------------


def freeze(commands: r.Commands) -> r.Commands:
    """Returns a copy of a recording that shares no stream with it, and no writable memory.

    Raises
    ------
    InvalidStateError
        Where the recording puts pixels (put_image_data): they ignore the transform and belong to a canvas.
    """
    out = copied(commands)
    for each in every_of(out):
        _normalise(each)
    return out


def outlined(part: r.Commands) -> r.Commands:
    """Returns a frozen recording with outlines in place of its texts; the same object where it has no texts."""
    if not any(map(has_texts, every_of(part))):
        return part
    out = copied(part)
    for each in every_of(out):
        outline_glyphs(each)
        _normalise(each)
    return out


def every_of(commands: r.Commands) -> list[r.Commands]:
    """Returns a recording and those of all layers in it, at any depth, shadows included."""
    found = [commands]
    for each in found:
        if each.has_layers:
            found += [use.commands for use in each.layers]
    return found


def copied(commands: r.Commands, with_images: bool = True) -> r.Commands:
    """Returns a copy of a recording and its layers with streams of their own; without images it serves only picking."""
    out = r.Commands()
    out.commands, out.states = bytearray(commands.commands), bytearray(commands.states)
    out.paints, out.has_special_paints = list(commands.paints), commands.has_special_paints
    if commands.has_only_rects:
        return out
    out.path_tables()  # Makes the tables.
    out.verbs, out.coords, out.paths = bytearray(commands.verbs), array("d", commands.coords), bytearray(commands.paths)
    out.pens, out.pen_numbers = list(commands.pens), array("d", commands.pen_numbers)
    out.clips, out.uses, out.hits = list(commands.clips), bytearray(commands.uses), array("q", commands.hits)
    if with_images:
        out.texts = known_texts(commands._known) | commands.texts
        out.images = [_own_image(image) for image in commands.images]
    out.batches = [_own_batch(batch) for batch in commands.batches]
    # No comprehension, which would add a call to each of up to 256 nested layers.
    for use in commands.layers:
        out.layers.append(replace(use, commands=copied(use.commands, with_images)))
    return out


def _own_image(image: r.RecordedImage) -> r.RecordedImage:
    """Returns an image with the same pixels, copied where they lie in staging memory, which the program will reuse."""
    if image.holding is not None:
        return image
    return r.RecordedImage(image.pixels.copy(), Holding("image", image.pixels.nbytes), image.left, image.top)


def _own_batch(batch: r.Batch) -> r.Batch:
    """Returns a batch with the same numbers, copied where they lie in staging memory; texts are copied as of now."""
    items: Any = batch.items
    if isinstance(items, GlyphRows):
        return replace(batch, items=items.copy())
    staged = isinstance(items, Columns) or hasattr(items, "_views")
    if not staged and not hasattr(batch.colors, "_views"):
        return batch
    items = np.array(items) if staged else items
    colors = None if batch.colors is None else np.array(batch.colors)
    own = replace(batch, items=items, colors=colors)
    return replace(own, holding=Holding("batch", own.nbytes))


def _normalise(out: r.Commands) -> None:
    """Rewrite a frozen recording in place to an equivalent one that replays fastest."""
    commands, states = np.frombuffer(out.commands, r.COMMAND), np.frombuffer(out.states, r.STATE)
    if (commands["kind"] == r.PUT_IMAGE).any():
        raise InvalidStateError(
            "freeze: put_image_data writes pixels of a canvas, and a picture has none: draw them with draw_image"
        )
    # Numbers that are not finite draw nothing. They become zeros, which draw nothing under any transform either.
    states["matrix"][~np.isfinite(states["matrix"]).all(1)] = 0.0
    commands["v"][~np.isfinite(commands["v"]).all(1) & (commands["kind"] == r.DRAW_IMAGE)] = 0.0
    if not out.has_only_rects:
        out.batches = list(map(_within_range, out.batches))
    # Under the identity, canvas coordinates are user space. Outlines in user space need no mapping of their points.
    same = (states["matrix"] == IDENTITY).all(1) & (states["origin"] == 0.0).all(1)
    outlined = (commands["kind"] == r.FILL_PATH) | (commands["kind"] == r.STROKE_PATH)
    commands["v"][outlined & same[commands["state"]], 2] = r.PATH_IS_LOCAL


def _within_range(batch: r.Batch) -> r.Batch:
    """Returns a batch in which images with numbers that are not finite have a target of size 0."""
    if batch.kind != "images" or np.isfinite(batch.items).all():
        return batch
    items = np.array(batch.items)
    items[~np.isfinite(items).all(1), 4:8] = 0.0
    return replace(batch, items=items)


def depth_of(commands: r.Commands) -> int:
    """Returns the depth to which layers are nested, those of shadows and filters included."""
    depth, level = 0, [commands]
    while level := [use.commands for each in level if each.has_layers for use in each.layers]:
        depth += 1
    return depth


# -- replaying -----------------------------------------------------------------------------------------------------


def append(out: r.Commands, part: r.Commands, matrix: Affine, clip: r.ClipNode | None, hit: int | None = None) -> None:
    """Append a frozen recording to another one, under a transform and intersected with a clip.

    Parameters
    ----------
    out
        The recording to append to.
    part
        A recording from `freeze`.
    matrix, clip
        The transform from the canvas of ``part`` to that of ``out``, and the clip on the latter.
    hit
        Id by which every draw of ``part`` is picked; None keeps the ids of its draws.

    Raises
    ------
    LimitError
        Where ``out`` would have more than MOST_COMMANDS commands.
    """
    if len(out) + len(part) > MOST_COMMANDS:
        raise LimitError(
            f"draw_picture: the recording would have {len(out) + len(part)} commands, the limit is {MOST_COMMANDS}: "
            "draw it in parts, or draw pictures with cached=True"
        )
    if not len(part):
        return
    before = _append_part(out, part)
    commands = np.frombuffer(bytearray(part.commands), r.COMMAND)
    states = bytearray(part.states)
    first_state = len(out.states) // r.STATE_BYTES
    if not part.has_only_rects:
        _move_extra(commands, before, len(out.layers))
        if matrix != IDENTITY:
            map_outlines(out, part, commands, matrix)
        out.layers += [_placed_layer(use, matrix) for use in part.layers]
    if matrix != IDENTITY:
        map_states(states, matrix)
    if clip is not None or not part.has_only_rects:
        _append_clips(out, part, states, matrix, 0 if clip is None else out.add_clip(clip))
    _append_hits(out, part, first_state, len(states) // r.STATE_BYTES, hit)
    commands["state"] += np.uint32(first_state)
    commands["paint"] += np.uint32(before["paints"])
    out.states += states
    out.commands += commands.tobytes()


def _append_part(out: r.Commands, part: r.Commands) -> dict[str, int]:
    """Append the tables that a transform does not change, once; returns how many entries each table had before."""
    # The one command of a shadow's or a filter's layer may be a rectangle with a gradient.
    out.has_special_paints |= part.has_special_paints
    if part.has_only_rects and out.has_only_rects:
        before = {"paints": len(out.paints)}
        out.paints += part.paints
        return before
    known = out._known.get((PICTURE, id(part)))
    if known is not None:
        found: dict[str, int] = known[0]
        return found
    before = {"paints": len(out.paints)}
    if part.has_only_rects:
        out.paints += part.paints
    else:
        before |= {"paths": len(out.paths) // r.PATH_BYTES, "pens": len(out.pens)}
        before |= {"uses": len(out.uses) // r.USE_BYTES, "batches": len(out.batches)}
        append_tables(out, part)
    # A reference to the part keeps its id from being reused.
    out._known[PICTURE, id(part)] = before, part
    return before


def _move_extra(commands: NDArray[Any], before: dict[str, int], layers: int) -> None:
    """Add the table offsets to each command's `extra`, and to a STROKE_PATH's pen index."""
    kinds, extra = commands["kind"], commands["extra"]
    for kind, start in (
        (r.FILL_PATH, before["paths"]),
        (r.STROKE_PATH, before["paths"]),
        (r.STROKE_RECT, before["pens"]),
        (r.DRAW_IMAGE, before["uses"]),
        (r.BATCH, before["batches"]),
        (r.DRAW_LAYER, layers),
    ):
        if start:
            extra[kinds == kind] += np.uint32(start)
    if before["pens"]:
        commands["v"][kinds == r.STROKE_PATH, 0] += before["pens"]


def _append_clips(out: r.Commands, part: r.Commands, states: bytearray, matrix: Affine, root: int) -> None:
    """Append the clips of a part, intersected with the clip ``root`` that the part is drawn in."""
    clips = [] if part.has_only_rects else part.clips
    if root == 0 and not clips:
        return
    start = len(out.clips)
    out.clips += [(start + parent if parent else root, _placed_clip(node, matrix)) for parent, node in clips]
    own = np.frombuffer(states, r.STATE)
    of = own["clip"]
    own["clip"] = np.where(of == 0, np.uint32(root), of + np.uint32(start))


def _placed_clip(node: r.ClipNode, matrix: Affine) -> r.ClipNode:
    """Returns a clip under a transform."""
    if matrix == IDENTITY:
        return node
    return r.ClipNode(None, node.verbs, node.coords, multiply(matrix, node.matrix), node.rule)


def _append_hits(out: r.Commands, part: r.Commands, first_state: int, states: int, hit: int | None) -> None:
    """Append the pick ids of a part's states; ``hit`` replaces them."""
    if hit is not None:
        rows = np.empty((states, 2), np.int64)
        rows[:, 0], rows[:, 1] = np.arange(first_state, first_state + states), hit
        out.hits.frombytes(rows.tobytes())
    elif part.has_hits:
        rows = np.array(part.hits, np.int64).reshape(-1, 2)
        rows[:, 0] += first_state
        out.hits.frombytes(rows.tobytes())


def shared(part: r.Commands) -> r.Commands:
    """Returns a new recording with the same streams and tables as a frozen one, except its layers."""
    out = r.Commands()
    out.commands, out.states, out.paints = part.commands, part.states, part.paints
    out.has_special_paints = part.has_special_paints
    if not part.has_only_rects:
        out.path_tables()  # Makes the tables.
        for name in SHARED_TABLES:
            setattr(out, name, getattr(part, name))
    return out


def _placed(part: r.Commands, matrix: Affine) -> r.Commands:
    """Returns a frozen recording of a layer under a transform; tables that do not change are shared.

    It is a new object even where nothing changes, because commands beyond a limit are removed from it.
    """
    out = shared(part)
    if not part.has_only_rects:
        for use in part.layers:
            out.layers.append(_placed_layer(use, matrix))
    if matrix == IDENTITY:
        return out
    out.states = bytearray(part.states)
    map_states(out.states, matrix)
    if not part.has_only_rects:
        if part.clips:
            out.clips = [(parent, _placed_clip(node, matrix)) for parent, node in part.clips]
        _place_outlines(out, part, matrix)
    return out


def _placed_layer(use: r.LayerUse, matrix: Affine) -> r.LayerUse:
    """Returns a layer under a transform; the lengths of its own filter are scaled with it."""
    shadow = use.shadow
    if shadow is not None and shadow.follows:
        sigmas = sigmas_under(matrix, shadow.sigma_x, shadow.sigma_y)
        shadow = r.Shadow(shadow.color, *sigmas, *offset_under(matrix, shadow.offset_x, shadow.offset_y), True)
    return replace(use, commands=_placed(use.commands, matrix), effects=under(use.effects, matrix), shadow=shadow)


def _place_outlines(out: r.Commands, part: r.Commands, matrix: Affine) -> None:
    """Map the outlines of a part that are in canvas coordinates, in tables that only ``out`` has."""
    if canvas_outlines(part) is None:
        return
    out.commands, out.verbs = bytearray(part.commands), bytearray(part.verbs)
    out.coords, out.paths = array("d", part.coords), bytearray(part.paths)
    map_outlines(out, part, np.frombuffer(out.commands, r.COMMAND), matrix)
