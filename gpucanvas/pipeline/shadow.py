"""shadow: draws a shadow without blur, and isolates one command as the input of its shadow or filter.

    command, shadow of no blur --sharp_shadow--> the same command, moved, in the shadow's colour
    command, any other         --isolated_command--> a recording of its own, for a layer

The command's operator and clip apply to the shadow or the filtered result, not to this input; so does its opacity,
except under filters that would give another picture then.
"""

from __future__ import annotations

from dataclasses import replace
from struct import unpack_from
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.operators import OVER_STYLE
from ..contract.tones import TONE_BITS
from ..geometry.affine import IDENTITY
from ..paint.effects import ConvolveMatrix, DropShadow
from . import record as r

__all__ = ["SharpShadow", "are_shadows", "isolated_command", "nest_drop_shadows", "sharp_shadow", "split_shadow"]

BLACK: r.Solid = (0.0, 0.0, 0.0, 1.0)
TILT: Final = 2.0**-40
"""Slope of a tilted image's side: over 32,768 pixels it rises by less than a millionth of a pixel."""
LEAST_MOVE: Final = 1 / 256
"""Pixels. A smaller move cannot be seen in 8-bit pixels."""


class SharpShadow(NamedTuple):
    """What a command's shadow has in place of the command's own: the state, the paint, and the batch of glyphs."""

    state: int
    paint: int
    extra: int


def sharp_shadow(
    recording: r.Commands, state: int, command: tuple[int, int, int], shadow: r.Shadow
) -> SharpShadow | None:
    """Adds to a recording what the shadow of a command needs to be a command; None where it needs a layer.

    It is for shadows without blur of one shape in one colour, and for texts. The shapes of a batch might lie over each
    other, and throw one shadow.
    """
    kind, paint, extra = command
    color = recording.paints[paint]
    if kind not in (r.FILL_RECT, r.STROKE_RECT, r.FILL_PATH, r.STROKE_PATH, r.BATCH) or not isinstance(color, tuple):
        return None
    x, y = shadow.offset_x, shadow.offset_y
    red, green, blue, seen = shadow.color
    if kind == r.BATCH:
        batch = recording.batches[extra]
        if batch.kind != "glyphs" or (seen < 1.0 and batch.items.overlaps):
            return None
        extra = recording.add_batch(r.Batch("glyphs", batch.items.colored(shadow.color), pen=batch.pen))
    a, b, c, d, e, f, alpha, op, clip = unpack_from("<7dII", recording.states, r.STATE.itemsize * state)
    recording.states += r.pack_state(a, b, c, d, e + x, f + y, alpha, op, clip, x, y, 0)
    moved = len(recording.states) // r.STATE.itemsize - 1
    return SharpShadow(moved, recording.add_solid((red, green, blue, seen * color[3])), extra)


def are_shadows(commands: r.Commands) -> NDArray[np.bool_]:
    """Returns which commands (N,) draw the shadow of the command behind them."""
    rows, states = np.frombuffer(bytes(commands.commands), r.COMMAND), np.frombuffer(bytes(commands.states), r.STATE)
    layered = (rows["kind"] == r.DRAW_LAYER) & (rows["v"][:, 0] == r.SHADOW)
    # Only a shadow is moved by an origin, in a recording that has no place on a target yet.
    sharp = (states["origin"] != 0.0).any(1)[rows["state"]]
    return np.asarray(layered | sharp)


def isolated_command(
    recording: r.Commands,
    state: int,
    command: tuple[int, int, int],
    numbers: tuple[float, float, float, float],
    moved: tuple[float, float],
    alpha: float = 1.0,
) -> r.Commands:
    """Returns a recording of one command (kind, paint, extra) of another, source-over and without a clip.

    ``state`` is the index of the command's state, of which only transform and tone are used. ``moved`` is a move across
    and down, pixels; it is ignored where it exceeds half a pixel. ``alpha`` is the opacity of the command.
    """
    kind, paint, extra = command
    out = r.Commands()
    a, b, c, d, e, f, _, op = unpack_from("<7dI", recording.states, r.STATE.itemsize * state)
    x, y = moved if abs(moved[0]) <= 0.5 and abs(moved[1]) <= 0.5 else (0.0, 0.0)
    is_image = kind == r.DRAW_IMAGE or (kind == r.BATCH and recording.batches[extra].kind == "images")
    if is_image and (x or y):
        a, b, c, d = tilted(a, b, c, d)
    # The matrix does not apply to outlines in canvas coordinates: the origin moves them.
    out.states += r.pack_state(a, b, c, d, e + x, f + y, alpha, OVER_STYLE | op & TONE_BITS, 0, x, y, 0)
    found = recording.paints[paint]
    if isinstance(found, r.PatternUse):
        out.images.append(recording.images[found.image])
        found = replace(found, image=0)
    out.paints.append(found)
    out.has_special_paints = not isinstance(found, tuple)
    if kind in (r.FILL_PATH, r.STROKE_PATH):
        first_verb, first_coord = _ends(recording, extra - 1)
        last_verb, last_coord = _ends(recording, extra)
        verbs, coords = recording.verbs[first_verb:last_verb], recording.coords[first_coord:last_coord]
        said = recording.texts.get(extra)
        extra = r.append_path(out.path_tables(), verbs, coords)
        if said is not None:
            out.texts[extra] = said
    if kind == r.STROKE_PATH:
        numbers = float(out.add_pen(recording.pens[int(numbers[0])])), *numbers[1:]
    elif kind == r.STROKE_RECT:
        extra = out.add_pen(recording.pens[extra])
    elif kind == r.DRAW_IMAGE:
        use = recording.use_at(extra)
        out.images.append(recording.images[use.image])
        extra = out.add_use(use._replace(image=len(out.images) - 1))
    elif kind == r.BATCH:
        batch = recording.batches[extra]
        pen, images = batch.pen, batch.images
        if pen >= 0:
            pen = out.add_pen(recording.pens[pen])
        if images:
            first = len(out.images)
            out.images += [recording.images[image] for image in images]
            images = tuple(range(first, len(out.images)))
        is_same = pen == batch.pen and images == batch.images
        extra = out.add_batch(batch if is_same else replace(batch, pen=pen, images=images))
    out.commands += r.pack_command(kind, 0, 0, extra, *numbers)
    return out


def tilted(a: float, b: float, c: float, d: float) -> tuple[float, float, float, float]:
    """Returns an upright transform turned imperceptibly, so that it no longer counts as upright.

    The edges of an upright image snap to whole pixels, which would undo a move by part of a pixel. The edges of other
    images are antialiased.
    """
    if b == 0.0 and c == 0.0:
        return a, TILT * a, c, d
    return (TILT * b, b, c, d) if a == 0.0 and d == 0.0 else (a, b, c, d)


def split_shadow(use: r.LayerUse) -> tuple[r.LayerUse, r.LayerUse] | None:
    """Returns a layer's shadow and the layer itself as two layers; None where one layer serves for both.

    Layers move by whole pixels only. Where a shadow's offset has a fraction, a convolution distributes each pixel over
    its neighbours, which the layer itself must not undergo.
    """
    shadow = use.shadow
    if shadow is None:
        return None
    whole_x, whole_y = shadow.whole_offset
    x, y = shadow.offset_x - whole_x, shadow.offset_y - whole_y
    if abs(x) > 0.5 or abs(y) > 0.5 or (abs(x) < LEAST_MOVE and abs(y) < LEAST_MOVE):
        return None
    return replace(use, effects=(*use.effects, _shift(x, y))), replace(use, shadow=None)


def _shift(x: float, y: float) -> ConvolveMatrix:
    """Returns the convolution that moves a picture by less than a pixel, with linear interpolation."""
    across, down = ((max(way, 0.0), 1.0 - abs(way), max(-way, 0.0)) for way in (x, y))
    columns = tuple(across)
    weights = tuple(row * column for row in down for column in columns)
    return ConvolveMatrix(3, 3, weights, 1, 1, 0.0, "none", False)


def _ends(recording: r.Commands, path: int) -> tuple[int, int]:
    """Returns where the verbs and the coordinates of a path end in their streams; 0, 0 for index -1."""
    if path < 0:
        return 0, 0
    verbs, coords = unpack_from("<2q", recording.paths, r.PATH_BYTES * path)
    return verbs, coords


def nest_drop_shadows(use: r.LayerUse) -> r.LayerUse:
    """Returns a layer whose drop-shadow effects are replaced by shadows of nested layers.

    effects a, drop-shadow, b   -->   a layer with effect b, which contains a layer with effect a and the shadow
    """
    for i, effect in enumerate(use.effects):
        if isinstance(effect, DropShadow):
            shadow = r.Shadow(effect.color, effect.sigma_x, effect.sigma_y, effect.dx, effect.dy, effect.follows)
            inner = r.LayerUse(use.commands, use.effects[:i], shadow)
            return nest_drop_shadows(replace(use, commands=_layer_over_shadow(inner), effects=use.effects[i + 1 :]))
    return use


def _layer_over_shadow(layer: r.LayerUse) -> r.Commands:
    """Returns a recording that draws a layer over its shadow."""
    out = r.Commands()
    state, paint, index = out.add_state(IDENTITY, 1.0, OVER_STYLE, None), out.add_solid(BLACK), out.add_layer(layer)
    for drawn in (r.SHADOW, r.LAYER):
        out.commands += r.pack_command(r.DRAW_LAYER, state, paint, index, float(drawn), 0.0, 0.0, 0.0)
    return out
