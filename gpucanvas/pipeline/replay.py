"""replay: a recording that changes no more, appended to another under a transform; nothing is done for each command.

    Commands --freeze--> Commands that nobody writes to --append--> the same commands in another recording

Everything a command refers to is an index. The tables it points to are appended once for each recording, however
often a picture is replayed there; the commands and states are copied as arrays, and their indices moved by what stands
before.

    state of the picture   matrix m                            clip c, cut with its parents
    in the recording       T(o) matrix T(-o) m                 clip c under the matrix, cut with the clip of the replay

where o is the origin by which a shadow's shape was moved already. Outlines that lie on the canvas, not in user space,
are mapped themselves.
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..contract.commands import PATH_NUMBERS
from ..errors import InvalidStateError, LimitError
from ..geometry.affine import IDENTITY, Affine, multiply
from ..geometry.path import transform_coords
from ..memory import Holding
from ..paint.effects import offset_under, sigmas_under, under
from . import record as r
from .columns import Columns
from .glyphpaths import has_texts, outline_glyphs
from .glyphrows import GlyphRows
from .merge import append_tables
from .uses import ranges

__all__ = ["MOST_COMMANDS", "append", "copied", "depth_of", "every_of", "freeze", "outlined", "shared"]

PICTURE: Final = "picture"
MOST_COMMANDS: Final = 1 << 24
"""Commands of one recording that pictures may add up to: pictures of pictures grow fast. They take 0.8 GB."""


# -- freezing ------------------------------------------------------------------------------------------------------


def freeze(commands: r.Commands) -> r.Commands:
    """A copy of a recording that shares no stream with it, and no memory that anyone may write to.

    Raises
    ------
    InvalidStateError
        For pixels that were put: they lie on a canvas, whatever the transform, and a picture has none.
    """
    out = copied(commands)
    for each in every_of(out):
        _normalise(each)
    return out


def outlined(part: r.Commands) -> r.Commands:
    """A frozen recording with outlines in place of its texts, for any transform; the same one where it has no texts."""
    if not any(map(has_texts, every_of(part))):
        return part
    out = copied(part)
    for each in every_of(out):
        outline_glyphs(each)
        _normalise(each)
    return out


def every_of(commands: r.Commands) -> list[r.Commands]:
    """A recording and those of all layers in it, shadows' included."""
    found = [commands]
    for each in found:
        if each.has_layers:
            found += [use.commands for use in each.layers]
    return found


def copied(commands: r.Commands, with_images: bool = True) -> r.Commands:
    """A copy of a recording with streams of its own, and of its layers; without images it can only be picked from."""
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
        out.images = [_own_image(image) for image in commands.images]
    out.batches = [_own_batch(batch) for batch in commands.batches]
    # A loop: layers may be 256 in one another, and each comprehension is a call more.
    for use in commands.layers:
        out.layers.append(replace(use, commands=copied(use.commands, with_images)))
    return out


def _own_image(image: r.RecordedImage) -> r.RecordedImage:
    """The same pixels; a copy of those in staging memory, which are the program's again some time."""
    if image.holding is not None:
        return image
    return r.RecordedImage(image.pixels.copy(), Holding("image", image.pixels.nbytes), image.left, image.top)


def _own_batch(batch: r.Batch) -> r.Batch:
    """The same numbers, copied out of staging memory; and the texts so far, where more may follow."""
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
    """Make a frozen recording say the same in the form that replays best."""
    commands, states = np.frombuffer(out.commands, r.COMMAND), np.frombuffer(out.states, r.STATE)
    if (commands["kind"] == r.PUT_IMAGE).any():
        raise InvalidStateError(
            "freeze: put_image_data writes pixels of a canvas, and a picture has none: draw them with draw_image"
        )
    # What leaves the range of numbers draws nothing, as what a matrix of zeros maps, and as an image of no size.
    states["matrix"][~np.isfinite(states["matrix"]).all(1)] = 0.0
    commands["v"][~np.isfinite(commands["v"]).all(1) & (commands["kind"] == r.DRAW_IMAGE)] = 0.0
    if not out.has_only_rects:
        out.batches = list(map(_within_range, out.batches))
    # On the canvas and in user space are the same thing here, and in user space nothing needs to be mapped.
    same = (states["matrix"] == IDENTITY).all(1) & (states["origin"] == 0.0).all(1)
    outlined = (commands["kind"] == r.FILL_PATH) | (commands["kind"] == r.STROKE_PATH)
    commands["v"][outlined & same[commands["state"]], 2] = r.PATH_IS_LOCAL


def _within_range(batch: r.Batch) -> r.Batch:
    """A batch whose images lie in the range of numbers."""
    if batch.kind != "images" or np.isfinite(batch.items).all():
        return batch
    items = np.array(batch.items)
    items[~np.isfinite(items).all(1), 4:8] = 0.0
    return replace(batch, items=items)


def depth_of(commands: r.Commands) -> int:
    """How many layers lie in one another at most, those of shadows and filters included."""
    depth, level = 0, [commands]
    while level := [use.commands for each in level if each.has_layers for use in each.layers]:
        depth += 1
    return depth


# -- replaying -----------------------------------------------------------------------------------------------------


def append(out: r.Commands, part: r.Commands, matrix: Affine, clip: r.ClipNode | None, hit: int | None = None) -> None:
    """Append what a frozen recording draws, under a transform and cut with a clip.

    Parameters
    ----------
    out
        What is appended to.
    part
        What `freeze` returned.
    matrix, clip
        From the canvas of the part to that of ``out``; and the clip there.
    hit
        What all of it is picked by; None keeps what each of its draws is picked by.

    Raises
    ------
    LimitError
        Where the commands would be too many.
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
    states = np.frombuffer(bytearray(part.states), r.STATE)
    first_state = len(out.states) // r.STATE.itemsize
    if not part.has_only_rects:
        _move_extra(commands, before, len(out.layers))
        if matrix != IDENTITY:
            _map_outlines(out, part, commands, before, matrix)
        out.layers += [_placed_layer(use, matrix) for use in part.layers]
    if matrix != IDENTITY:
        _map_states(states, matrix)
    if clip is not None or not part.has_only_rects:
        _append_clips(out, part, states, matrix, 0 if clip is None else out.add_clip(clip))
    _append_hits(out, part, first_state, len(states), hit)
    commands["state"] += np.uint32(first_state)
    commands["paint"] += np.uint32(before["paints"])
    out.states += states.tobytes()
    out.commands += commands.tobytes()


def _append_part(out: r.Commands, part: r.Commands) -> dict[str, int]:
    """Append the tables that a transform does not change, once; returns how many entries each had before."""
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
    # The part is held, so that its identity stays its own.
    out._known[PICTURE, id(part)] = before, part
    return before


def _move_extra(commands: NDArray[Any], before: dict[str, int], layers: int) -> None:
    """Move the index that a command's kind gives a meaning to."""
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


def _map_states(states: NDArray[Any], matrix: Affine) -> None:
    """Put the transform of a replay before that of each state."""
    a, b, c, d, e, f = matrix
    old, origin = states["matrix"], states["origin"]
    with np.errstate(over="ignore", invalid="ignore"):
        new = np.empty_like(old)
        # The same sums as of `multiply`, so that a picture is what its calls would be.
        new[:, 0], new[:, 1] = a * old[:, 0] + c * old[:, 1], b * old[:, 0] + d * old[:, 1]
        new[:, 2], new[:, 3] = a * old[:, 2] + c * old[:, 3], b * old[:, 2] + d * old[:, 3]
        x, y = old[:, 4] - origin[:, 0], old[:, 5] - origin[:, 1]
        new[:, 4], new[:, 5] = a * x + c * y + e + origin[:, 0], b * x + d * y + f + origin[:, 1]
    states["matrix"] = new


def _map_outlines(
    out: r.Commands, part: r.Commands, commands: NDArray[Any], before: dict[str, int], matrix: Affine
) -> None:
    """Give the commands whose outlines lie on the canvas the outlines under a transform, appended to ``out``."""
    kinds = commands["kind"]
    outlined = (kinds == r.FILL_PATH) | (kinds == r.STROKE_PATH)
    rows = np.flatnonzero(outlined & (commands["v"][:, 2] != r.PATH_IS_LOCAL))
    if not len(rows):
        return
    used, place = np.unique(commands["extra"][rows].astype(np.int64) - before["paths"], return_inverse=True)
    ends = np.frombuffer(part.paths, np.int64).reshape(-1, PATH_NUMBERS)
    starts = np.concatenate([np.zeros((1, PATH_NUMBERS), np.int64), ends[:-1]])
    first, counts = starts[used], (ends - starts)[used]
    verbs = np.frombuffer(part.verbs, np.uint8)[ranges(first[:, 0], counts[:, 0])].tobytes()
    coords = np.frombuffer(part.coords, np.float64)[ranges(first[:, 1], counts[:, 1])]
    with np.errstate(over="ignore", invalid="ignore"):
        mapped = transform_coords(verbs, array("d", coords.tobytes()), matrix)
    moved = np.cumsum(counts, 0) + (len(out.verbs), len(out.coords))
    commands["extra"][rows] = len(out.paths) // r.PATH_BYTES + place.reshape(-1)
    out.paths += moved.astype(np.int64).tobytes()
    out.verbs += verbs
    # What leaves the range of numbers is nowhere.
    out.coords.frombytes(np.nan_to_num(mapped, nan=0.0).tobytes())


def _append_clips(out: r.Commands, part: r.Commands, states: NDArray[Any], matrix: Affine, root: int) -> None:
    """Append the clips of a part, cut with the clip that the part is drawn in."""
    clips = [] if part.has_only_rects else part.clips
    if root == 0 and not clips:
        return
    start = len(out.clips)
    out.clips += [(start + parent if parent else root, _placed_clip(node, matrix)) for parent, node in clips]
    of = states["clip"]
    states["clip"] = np.where(of == 0, np.uint32(root), of + np.uint32(start))


def _placed_clip(node: r.ClipNode, matrix: Affine) -> r.ClipNode:
    """A clip under a transform."""
    if matrix == IDENTITY:
        return node
    return r.ClipNode(None, node.verbs, node.coords, multiply(matrix, node.matrix), node.rule)


def _append_hits(out: r.Commands, part: r.Commands, first_state: int, states: int, hit: int | None) -> None:
    """Say what the states of a part are picked by."""
    if hit is not None:
        rows = np.empty((states, 2), np.int64)
        rows[:, 0], rows[:, 1] = np.arange(first_state, first_state + states), hit
        out.hits.frombytes(rows.tobytes())
    elif part.has_hits:
        rows = np.array(part.hits, np.int64).reshape(-1, 2)
        rows[:, 0] += first_state
        out.hits.frombytes(rows.tobytes())


def shared(part: r.Commands) -> r.Commands:
    """Another recording with the streams and tables of a frozen one, but for its layers."""
    out = r.Commands()
    out.commands, out.states, out.paints = part.commands, part.states, part.paints
    out.has_special_paints = part.has_special_paints
    if not part.has_only_rects:
        out.path_tables()  # Makes the tables.
        for name in ("verbs", "coords", "paths", "pens", "pen_numbers", "clips", "images", "uses", "batches", "hits"):
            setattr(out, name, getattr(part, name))
    return out


def _placed(part: r.Commands, matrix: Affine) -> r.Commands:
    """A frozen recording under a transform, for a layer; what that does not change is shared.

    It is another object even where nothing changes: a command beyond a limit is taken out of it.
    """
    out = shared(part)
    if not part.has_only_rects:
        for use in part.layers:
            out.layers.append(_placed_layer(use, matrix))
    if matrix == IDENTITY:
        return out
    out.states = bytearray(part.states)
    _map_states(np.frombuffer(out.states, r.STATE), matrix)
    if not part.has_only_rects:
        if part.clips:
            out.clips = [(parent, _placed_clip(node, matrix)) for parent, node in part.clips]
        _place_outlines(out, part, matrix)
    return out


def _placed_layer(use: r.LayerUse, matrix: Affine) -> r.LayerUse:
    """A layer under a transform; its own filter's lengths follow it."""
    shadow = use.shadow
    if shadow is not None and shadow.follows:
        sigmas = sigmas_under(matrix, shadow.sigma_x, shadow.sigma_y)
        shadow = r.Shadow(shadow.color, *sigmas, *offset_under(matrix, shadow.offset_x, shadow.offset_y), True)
    return replace(use, commands=_placed(use.commands, matrix), effects=under(use.effects, matrix), shadow=shadow)


def _place_outlines(out: r.Commands, part: r.Commands, matrix: Affine) -> None:
    """Map the outlines of a part that lie on the canvas, in tables of its own."""
    kinds = np.frombuffer(part.commands, r.COMMAND)["kind"]
    local = np.frombuffer(part.commands, r.COMMAND)["v"][:, 2] == r.PATH_IS_LOCAL
    if not (((kinds == r.FILL_PATH) | (kinds == r.STROKE_PATH)) & ~local).any():
        return
    out.commands, out.verbs = bytearray(part.commands), bytearray(part.verbs)
    out.coords, out.paths = array("d", part.coords), bytearray(part.paths)
    _map_outlines(out, part, np.frombuffer(out.commands, r.COMMAND), {"paths": 0}, matrix)
