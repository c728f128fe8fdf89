"""check: validates the tables of a recording that was read, since kernels trust their indices and numbers.

Each function raises ValueError with the fault.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite, pi
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract.formats import LARGEST_HALF
from ..contract.operators import OPERATORS
from ..contract.verbs import ARC, CLOSE, COORD_COUNT, MOVE
from ..paint.filter_objects import LARGEST, MOST_OCTAVES
from ..paint.lattice import LARGEST_SEED
from ..pipeline import record as r
from .layout import SHADOW_MOVE, SHARP_SHADOWS

__all__ = [
    "MOST_SIDE",
    "RULES",
    "batch",
    "colors",
    "convolution",
    "finite",
    "gradient",
    "noise",
    "outlines",
    "pen",
    "recording",
    "sprites",
    "texts",
    "that",
    "use",
    "wording",
]

MOST_SIDE: Final = 32768
"""Greatest width and height of a recording, pixels."""
LARGEST_SWEEP: Final = 2 * pi * (1 + 1e-9)
"""Greatest sweep of an arc, radians: a full circle, with rounding."""
LARGEST_ANGLE: Final = 1e6
"""Greatest start angle of an arc, radians: beyond it, floats are too coarse to add a sweep."""
STYLES: Final = np.array(sorted({row.style for row in OPERATORS.values()}), np.uint32)
FARTHEST_SHADOW: Final = 1e10
"""Most pixels that a shadow without a layer is moved, from version `layout.SHARP_SHADOWS` on."""
PLAIN: Final = 0.0
EITHER: Final = frozenset(("arcs", "paths", "ellipses", "round_rects"))
"""Kinds of batches that are filled where they have no pen, and stroked where they have one."""
STROKED: Final = EITHER | {"frames", "rings", "segments", "polylines"}
MOST_MARKED: Final = 1 << 27
"""Most coordinates of the outlines of all paths of a recording's batches, once for each item."""
RULES: Final = (c.RULE_NONZERO, c.RULE_EVENODD, c.RULE_SINGLE)


def that(holds: bool, otherwise: str) -> None:
    """Raise ValueError with the text ``otherwise`` unless a condition holds."""
    if not holds:
        raise ValueError(f"Picture.from_bytes: {otherwise}: the bytes are damaged, or no picture's")


def finite(numbers: Iterable[float], what: str) -> None:
    """Check that numbers are finite."""
    that(all(map(isfinite, numbers)), f"{what} has a number that is not finite")


def colors(rgba: NDArray[Any], what: str, version: int) -> None:
    """Check that colours (..., 4) are what a canvas holds: from 0 to 1, or from version 3 on in the range of halves."""
    low, high = (-LARGEST_HALF, LARGEST_HALF) if version >= 3 else (0.0, 1.0)
    that(bool(((rgba >= low) & (rgba <= high)).all()), f"{what} has a colour that is not from {low:g} to {high:g}")
    alphas = rgba[..., 3]
    that(bool(((alphas >= 0) & (alphas <= 1)).all()), f"{what} has an alpha that is not from 0 to 1")


def pen(found: r.Pen, what: str) -> None:
    """Check that a context could have a pen."""
    finite((found.width, found.miter_limit, found.dash_offset), what)
    that(found.width > 0 and found.miter_limit > 0, f"{what} has a width or miter limit that is not above 0")
    known = found.cap in (c.CAP_BUTT, c.CAP_ROUND, c.CAP_SQUARE) and found.join <= c.JOIN_BEVEL
    that(known, f"{what} has an unknown cap or join")
    that(len(found.dash) % 2 == 0 and min(found.dash, default=0) >= 0, f"{what} has a dash pattern that is none")


def gradient(kind: str, numbers: tuple[float, ...], stops: NDArray[np.float32], what: str, version: int) -> None:
    """Check that a context could make a gradient."""
    that(kind != "radial" or min(numbers[2], numbers[5]) >= 0, f"{what} has a gradient with a negative radius")
    offsets = stops[:, 0]
    that(bool(((offsets >= 0) & (offsets <= 1)).all()), f"{what} has a gradient with an offset that is not from 0 to 1")
    colors(stops[:, 1:], what, version)
    that(bool((np.diff(stops[:, 0]) >= 0).all()), f"{what} has a gradient whose stops are not in order")


def convolution(order_x: int, order_y: int, target_x: int, target_y: int, edge_mode: int, what: str) -> None:
    """Check that a filter could have a convolution."""
    fits = 1 <= order_x <= c.CONVOLVE_SIDE and 1 <= order_y <= c.CONVOLVE_SIDE
    that(fits and target_x < order_x and target_y < order_y, f"{what} has a convolution of {order_x}x{order_y}")
    that(edge_mode <= 2, f"{what} has a convolution with an unknown edge mode")


def noise(frequencies: tuple[float, float], octaves: int, seed: int, matrix: list[float], what: str) -> None:
    """Check that a filter could have noise."""
    finite((*frequencies, *matrix), what)
    fits = min(frequencies) >= 0 and max(frequencies) <= LARGEST
    fits &= octaves <= MOST_OCTAVES and abs(seed) <= LARGEST_SEED
    that(fits, f"{what} has noise that no filter makes")


def use(found: r.ImageUse, image: r.RecordedImage, where: str) -> None:
    """Check that a use of an image lies inside the image."""
    finite(found.source, f"an image of {where}")
    height, width = image.pixels.shape
    if found.halves:
        that(width % 2 == 0 and image.left == 0, f"an image of {where} has half a pixel of halves")
        width //= 2
    right, bottom = image.left + width, image.top + height
    x0, y0, x1, y1 = r.sampled_box(found.source, right, bottom, found.smooth)
    there = max(x0, image.left) < x1 and max(y0, image.top) < y1 and found.source[2] > 0 and found.source[3] > 0
    that(there, f"an image of {where} is drawn from outside of it")


def sprites(found: r.Batch, images: list[r.RecordedImage], where: str) -> None:
    """Check that the images of a batch lie inside their image, as `use`."""
    items = np.asarray(found.items)
    is_there = all(0 <= index < len(images) for index in found.images)
    that(is_there, f"{where} has a batch of an image that is not there")
    boxes = np.array([box_of(images[index]) for index in found.images])
    if len(boxes) > 1:
        chosen = items[:, 15]
        that(bool(np.isin(chosen, np.arange(len(boxes))).all()), f"{where} has a batch of an image that is not there")
        boxes = boxes[chosen.astype(np.intp)]
    x, y, w, h = items[:, :4].T
    left, top, right, bottom = boxes.T
    reach = 0.5 if found.smooth else 0.0
    there = (w > 0) & (h > 0)
    for low, size, least, limit in ((x, w, left, right), (y, h, top, bottom)):
        first, last = np.floor(low - reach), np.maximum(np.ceil(low + size + reach), np.floor(low - reach) + 1)
        there &= np.maximum(first, least) < np.minimum(last, limit)
    that(bool(there.all()), f"an image of {where} is drawn from outside of it")


def box_of(image: r.RecordedImage) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the part of a picture that an image holds."""
    height, width = image.pixels.shape
    return image.left, image.top, image.left + width, image.top + height


def batch(found: r.Batch, what: str, version: int) -> None:
    """Check that a context could record a batch."""
    items: Any = found.items
    that(bool(np.isfinite(items).all()), f"{what} has a number that is not finite")
    if found.kind == "images":
        alphas = items[:, 14]
        that(found.colors is None, f"{what} has colours, as images have not")
        that(bool(((alphas >= 0) & (alphas <= 1)).all()), f"{what} has an alpha that is not from 0 to 1")
    if found.colors is not None and found.colors.dtype != np.uint8:
        colors(found.colors, what, version)
    if found.kind in ("circles", "rings", "arcs"):
        that(bool((items[:, 2] >= 0).all()), f"{what} has a negative radius")
    if found.kind == "round_rects":
        that(bool((items[:, 4:] >= 0).all()), f"{what} has a negative radius")
    if found.widths is not None:
        that(found.pen >= 0 and found.kind in STROKED, f"{what} has widths of lines, and is not stroked")
        that(bool((np.isfinite(found.widths) & (found.widths > 0)).all()), f"{what} has a width that is not above 0")
    if found.kind == "arcs":
        fine = (np.abs(items[:, 3]) <= LARGEST_ANGLE).all() and (np.abs(items[:, 4]) <= LARGEST_SWEEP).all()
        that(bool(fine), f"{what} has an arc that is too long")
    if found.starts is not None:
        steps = np.diff(found.starts)
        that(
            bool((steps >= 0).all()) and found.starts[-1] == len(items), f"{what} has runs of points that are not there"
        )


def outlines(ends: NDArray[np.int64], verbs: NDArray[np.uint8], coords: NDArray[np.float64], what: str) -> None:
    """Check that `PathBuilder` could write outlines; ``ends`` (P, 2): the ends of the verbs and coordinates of each."""
    last = ends[-1].tolist() if len(ends) else [0, 0]
    that(last == [len(verbs), len(coords)], f"{what} end elsewhere than their verbs and coordinates")
    starts = np.concatenate([np.zeros((1, 2), np.int64), ends[:-1]])[: len(ends)]
    that(bool((ends >= starts).all()) and bool((starts >= 0).all()), f"{what} are not one after another")
    that(bool((verbs < len(COORD_COUNT)).all()), f"{what} have an unknown verb")
    owned = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.array(COORD_COUNT)[verbs])])
    that(bool((owned[ends[:, 0]] == ends[:, 1]).all()), f"{what} have another number of coordinates than their verbs")
    is_first = np.zeros(len(verbs) + 1, np.bool_)
    is_first[starts[:, 0]] = is_first[len(verbs)] = True
    after_close = np.flatnonzero(verbs == CLOSE) + 1
    is_first[after_close] = True
    that(bool((verbs[is_first[:-1]] == MOVE).all()), f"{what} have a subpath that does not begin with a point")
    that(bool(np.isfinite(coords).all()), f"{what} have a number that is not finite")
    at = owned[:-1][verbs == ARC]
    if len(at):
        fine = (np.abs(coords[at + 6]) <= LARGEST_ANGLE).all() and (np.abs(coords[at + 7]) <= LARGEST_SWEEP).all()
        that(bool(fine), f"{what} have an arc that is too long")


def recording(out: r.Commands, found: dict[str, Any], where: str, version: int) -> None:
    """Check that the tables of a recording are consistent."""
    commands, states, paths = found["commands"], found["states"], found["paths"]
    ends = np.stack([paths["verbs_end"], paths["coords_end"]], 1)
    outlines(ends, found["verbs"], found["coords"], f"the paths of {where}")
    _states(states, len(found["clips"]), FARTHEST_SHADOW if version >= SHARP_SHADOWS else SHADOW_MOVE, where)
    _references(out, found, where)
    _commands(commands, found, len(out.paints), where)


def wording(text: str, starts: NDArray[np.uint32], is_rtl: int, sizes: tuple[float, float], what: str) -> None:
    """Check that letters divide a text, each once, and that it has a size."""
    finite(sizes, what)
    that(is_rtl <= 1 and sizes[1] > 0, f"{what} has no size, or an unknown direction")
    in_order = np.sort(starts.astype(np.int64))
    fine = len(in_order) > 0 and in_order[0] == 0 and in_order[-1] < len(text) and bool((np.diff(in_order) > 0).all())
    that(fine, f"{what} has letters that are not those of its text")


def texts(found: NDArray[Any], paths: int, wordings: int, where: str) -> None:
    """Check that texts are paths with a wording and a place."""
    are_there = (found["path"] < paths) & (found["wording"] < wordings)
    that(bool(are_there.all()), f"{where} has a text without its path or wording")
    are_placed = np.isfinite(found["x"]) & np.isfinite(found["y"]) & (found["scale"] > 0) & np.isfinite(found["scale"])
    that(bool(are_placed.all()), f"{where} has a text without a place")


def _states(states: NDArray[Any], clips: int, farthest: float, where: str) -> None:
    that(bool(np.isfinite(states["matrix"]).all()), f"{where} has a transform that is not finite")
    that(bool(((states["alpha"] >= 0) & (states["alpha"] <= 1)).all()), f"{where} has an alpha that is not from 0 to 1")
    that(bool(np.isin(states["op"], STYLES).all()), f"{where} has an unknown operator")
    that(bool((states["clip"] <= clips).all()), f"{where} has a clip that is not there")
    that(bool((np.abs(states["origin"]) <= farthest).all()), f"{where} is moved too far")
    that(bool((states["slot"] == 0).all()), f"{where} lies in a slot")


def _references(out: r.Commands, found: dict[str, Any], where: str) -> None:
    """Check the references of all tables but the commands."""
    hits, images = found["hits"], len(found["images"])
    fine = ((hits["state"] >= 0) & (hits["state"] < len(found["states"]))).all()
    that(bool(fine), f"{where} has an id for a state that is not there")
    for i, (parent, _) in enumerate(found["clips"]):
        that(parent <= i, f"{where} has a clip that is cut with a later one, or with itself")
    for paint in out.paints if out.has_special_paints else ():
        if isinstance(paint, r.PatternUse):
            that(paint.image < images, f"{where} has a pattern of an image that is not there")
    marked = sum(each.count * len(each.marker.coords) for each in found["batches"] if each.marker is not None)
    that(marked <= MOST_MARKED, f"{where} has batches of paths with {marked} coordinates, above {MOST_MARKED}")
    for each in found["batches"]:
        if each.kind == "images":
            sprites(each, out.images, where)
            continue
        stroked = each.kind in STROKED and not (each.kind in EITHER and each.pen == -1)
        least = 0 if stroked else -1
        that(least <= each.pen < len(found["pens"]), f"{where} has a batch with a pen that is not there")


def _commands(commands: NDArray[Any], found: dict[str, Any], paints: int, where: str) -> None:
    """Check the kinds and references of commands."""
    kinds, extra, v = commands["kind"], commands["extra"], commands["v"]
    known = (kinds <= r.DRAW_LAYER) & (kinds != r.PUT_IMAGE)
    that(bool(known.all()), f"{where} has a command of an unknown kind")
    that(bool((commands["state"] < len(found["states"])).all()), f"{where} has a command in a state that is not there")
    that(bool((commands["paint"] < paints).all()), f"{where} has a command with a paint that is not there")
    that(bool(np.isfinite(v).all()), f"{where} has a command with a number that is not finite")
    tables = (
        ((r.FILL_PATH, r.STROKE_PATH), "paths"),
        ((r.STROKE_RECT,), "pens"),
        ((r.DRAW_IMAGE,), "uses"),
        ((r.BATCH,), "batches"),
        ((r.DRAW_LAYER,), "layers"),
    )
    for some, table in tables:
        rows = np.isin(kinds, some)
        that(bool((extra[rows] < len(found[table])).all()), f"{where} has a command without its {table}")
    filled, stroked = kinds == r.FILL_PATH, kinds == r.STROKE_PATH
    first = v[:, 0]
    that(bool(np.isin(first[filled], RULES).all()), f"{where} has an unknown fill rule")
    pens = first[stroked]
    fine = ((pens >= 0) & (pens < len(found["pens"])) & (pens == np.floor(pens))).all()
    that(bool(fine), f"{where} has a stroke with a pen that is not there")
    local = v[filled | stroked, 2]
    that(bool(np.isin(local, (PLAIN, r.PATH_IS_LOCAL)).all()), f"{where} has an outline in an unknown space")
    _layers(commands[kinds == r.DRAW_LAYER], found["layers"], where)


def _layers(drawn: NDArray[Any], layers: list[r.LayerUse], where: str) -> None:
    """Check that each layer is drawn once, with its shadow, if any, in the same state."""
    first = drawn["v"][:, 0]
    that(bool(np.isin(first, (r.LAYER, r.SHADOW)).all()), f"{where} draws a layer in an unknown way")
    ways: set[tuple[int, float]] = set()
    states: dict[int, int] = {}
    for index, state, way in zip(drawn["extra"].tolist(), drawn["state"].tolist(), first.tolist(), strict=True):
        that(way == r.LAYER or layers[index].shadow is not None, f"{where} draws a shadow that is not there")
        that((index, way) not in ways, f"{where} draws a layer twice")
        that(states.setdefault(index, state) == state, f"{where} draws a layer and its shadow in two states")
        ways.add((index, way))
