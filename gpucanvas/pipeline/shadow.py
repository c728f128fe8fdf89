"""shadow: a command by itself, in a recording of its own: what a shadow is thrown by, and what a filter is done to.

Its opacity and operator are those of the shadow, or of the result, and its clip cuts that, not what is filtered.
"""

from __future__ import annotations

from dataclasses import replace
from struct import unpack_from
from typing import Final

from ..contract.operators import OVER_STYLE
from ..contract.tones import TONE_BITS
from ..geometry.affine import IDENTITY, Affine, invert
from ..paint.effects import ConvolveMatrix, DropShadow
from . import record as r

__all__ = ["alone", "apart", "draws_nothing", "filtered"]

BLACK: r.Solid = (0.0, 0.0, 0.0, 1.0)
TILT: Final = 2.0**-40
"""Of a pixel's side: an image of 32,768 pixels is turned by less than a millionth of a pixel."""
LEAST_MOVE: Final = 1 / 256
"""Pixels: what is moved by less looks the same."""


def alone(
    recording: r.Commands,
    state: int,
    command: tuple[int, int, int],
    numbers: tuple[float, float, float, float],
    moved: tuple[float, float],
) -> r.Commands:
    """A recording of one command (kind, paint, extra) of another, opaque, source-over and without a clip.

    ``state`` is the index of the command's state, of which only the transform counts. ``moved`` is how far it is moved,
    across and down, half a pixel at most.
    """
    kind, paint, extra = command
    out = r.Commands()
    a, b, c, d, e, f, _, op = unpack_from("<7dI", recording.states, r.STATE.itemsize * state)
    x, y = moved if abs(moved[0]) <= 0.5 and abs(moved[1]) <= 0.5 else (0.0, 0.0)
    is_image = kind == r.DRAW_IMAGE or (kind == r.BATCH and recording.batches[extra].kind == "images")
    if is_image and (x or y):
        a, b, c, d = tilted(a, b, c, d)
    # Outlines that are on the canvas already are moved by the origin.
    out.states += r.pack_state(a, b, c, d, e + x, f + y, 1.0, OVER_STYLE | op & TONE_BITS, 0, x, y, 0)
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
        extra = r.append_path(out.path_tables(), verbs, coords)
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
        pen, image = batch.pen, batch.image
        if pen >= 0:
            pen = out.add_pen(recording.pens[pen])
        if image >= 0:
            out.images.append(recording.images[image])
            image = len(out.images) - 1
        is_same = pen == batch.pen and image == batch.image
        extra = out.add_batch(batch if is_same else replace(batch, pen=pen, image=image))
    out.commands += r.pack_command(kind, 0, 0, extra, *numbers)
    return out


def tilted(a: float, b: float, c: float, d: float) -> tuple[float, float, float, float]:
    """A transform that keeps nothing upright, and else is the same.

    An upright image ends at whole pixels, wherever a part of a pixel moves it; one that is not has soft edges.
    """
    if b == 0.0 and c == 0.0:
        return a, TILT * a, c, d
    return (TILT * b, b, c, d) if a == 0.0 and d == 0.0 else (a, b, c, d)


def apart(use: r.LayerUse) -> tuple[r.LayerUse, r.LayerUse] | None:
    """A layer's shadow and the layer itself, as two; None where one layer is enough for both.

    Layers are moved by whole pixels. For the rest of the way of a shadow, each pixel is shared out among neighbours.
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
    """The convolution that moves pixels by less than one, linearly."""
    across, down = ((max(way, 0.0), 1.0 - abs(way), max(-way, 0.0)) for way in (x, y))
    columns = tuple(across)
    weights = tuple(row * column for row in down for column in columns)
    return ConvolveMatrix(3, 3, weights, 1, 1, 0.0, "none", False)


def draws_nothing(
    recording: r.Commands, matrix: Affine, kind: int, extra: int, numbers: tuple[float, float, float, float]
) -> bool:
    """Whether a command does nothing at all; as of the same name in stages/commands.py."""
    if kind in (r.FILL_PATH, r.STROKE_PATH) and _ends(recording, extra)[0] == _ends(recording, extra - 1)[0]:
        return True
    if kind == r.FILL_RECT and 0.0 in numbers[2:]:
        return True
    return (kind != r.FILL_PATH or numbers[2] == r.PATH_IS_LOCAL) and invert(matrix) is None


def _ends(recording: r.Commands, path: int) -> tuple[int, int]:
    """Where the verbs and the coordinates of a path end."""
    if path < 0:
        return 0, 0
    verbs, coords = unpack_from("<2q", recording.paths, r.PATH_BYTES * path)
    return verbs, coords


def filtered(use: r.LayerUse) -> r.LayerUse:
    """The same layer, drop shadows among its effects made shadows of layers inside of it.

    effects a, drop-shadow, b   -->   a layer with effect b, that holds one with effect a and the shadow
    """
    for i, effect in enumerate(use.effects):
        if isinstance(effect, DropShadow):
            shadow = r.Shadow(effect.color, effect.sigma_x, effect.sigma_y, effect.dx, effect.dy, effect.follows)
            inner = r.LayerUse(use.commands, use.effects[:i], shadow)
            return filtered(replace(use, commands=_holding(inner), effects=use.effects[i + 1 :]))
    return use


def _holding(layer: r.LayerUse) -> r.Commands:
    """A recording that draws a layer over its shadow."""
    out = r.Commands()
    state, paint, index = out.add_state(IDENTITY, 1.0, OVER_STYLE, None), out.add_solid(BLACK), out.add_layer(layer)
    for drawn in (r.SHADOW, r.LAYER):
        out.commands += r.pack_command(r.DRAW_LAYER, state, paint, index, float(drawn), 0.0, 0.0, 0.0)
    return out
