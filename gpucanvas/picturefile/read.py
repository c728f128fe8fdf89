"""read: reads recordings from bytes of an untrusted source. Everything is checked before it is used.

    bytes --Reader: checks bounds--> tables --check.py: checks references and numbers--> Commands

Memory is allocated only for items whose bytes are there, not for a count in the file. The recording of a layer has a
higher number than its own, and belongs to no other layer: so no recording contains itself, and none is drawn twice.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ..errors import LimitError
from ..images.colorspace import COLOR_SPACES, ColorSpace
from ..memory import Holding
from ..paint import effects as e
from ..pipeline import record as r
from ..pipeline.said import Said
from ..text.wording import Wording
from . import check
from . import layout as at

__all__ = ["MOST_NESTED", "read"]

MOST_NESTED = 256
"""Greatest depth of nested layers, the limit of `begin_layer`."""
KNOWN: Final = f"{at.VERSIONS[0]} to {at.VERSIONS[-1]}"


class Reader:
    """Reads the bytes from front to back; ValueError where they are too short.

    Attributes
    ----------
    version : int
        Version of the format, once the header has been read.
    """

    def __init__(self, data: memoryview) -> None:
        self._data, self._place = data, 0
        self.version = 0

    def take(self, nbytes: int, what: str) -> memoryview:
        """The next bytes."""
        left = len(self._data) - self._place
        if nbytes > left:
            raise ValueError(
                f"Picture.from_bytes: {what} would take {nbytes} bytes, and {left} are left: it is cut off"
            )
        self._place += nbytes
        return self._data[self._place - nbytes : self._place]

    def unpack(self, form: struct.Struct, what: str) -> tuple[Any, ...]:
        """The next numbers."""
        return form.unpack(self.take(form.size, what))

    def array(self, dtype: np.dtype[Any], count: int, what: str) -> NDArray[Any]:
        """The next numbers, copied to an array in the machine's byte order."""
        data = self.take(count * dtype.itemsize, what)
        found: NDArray[Any] = np.frombuffer(data, dtype).astype(dtype.newbyteorder("="))
        return found

    def doubles(self, count: int, what: str) -> tuple[float, ...]:
        """The next numbers; ValueError where one is not finite."""
        found = struct.unpack(f"<{count}d", self.take(8 * count, what))
        check.finite(found, what)
        return found

    def end(self) -> None:
        """Raise ValueError unless all bytes have been read."""
        if self._place != len(self._data):
            raise ValueError(f"Picture.from_bytes: {len(self._data) - self._place} bytes are left over at the end")


def read(data: bytes | bytearray | memoryview) -> tuple[r.Commands, int, int, ColorSpace, bool]:
    """The frozen recording in the bytes, its size and colour space, and whether colours may be outside of 0 to 1.

    Errors are as for `Picture.from_bytes`.
    """
    try:
        # A copy, since checked bytes must not change before they are used.
        view = memoryview(bytes(memoryview(data)))
    except TypeError:
        raise TypeError(f"Picture.from_bytes: {data!r:.80} is no bytes: give what to_bytes() gave") from None
    reader = Reader(view)
    if bytes(view[: len(at.MAGIC)]) != at.MAGIC:
        raise ValueError(f"Picture.from_bytes: the bytes begin with {bytes(view[:8])!r}: that is no picture")
    _, version, width, height, space, image_count, count, crc = reader.unpack(at.HEADER, "the header")
    if version not in at.VERSIONS:
        raise ValueError(f"Picture.from_bytes: version {version} is not known: this release reads {KNOWN}")
    reader.version = version
    if crc32(view[at.HEADER.size :], crc32(view[: at.HEADER.size - at.CRC_BYTES])) != crc:
        raise ValueError("Picture.from_bytes: the checksum is wrong: the bytes are damaged or cut off")
    check.that(max(width, height) <= check.MOST_SIDE, f"its size is {width}x{height}")
    check.that(space < len(COLOR_SPACES), f"its colour space is {space}")
    check.that(count > 0, "it has no recording")
    images = [_image(reader, i) for i in _counted(image_count)]
    recordings: list[r.Commands] = []
    depths = [0]
    for number in _counted(count):
        check.that(number < len(depths), f"recording {number} is no layer's")
        commands, children = _recording(reader, number, images, len(depths))
        recordings.append(commands)
        if children and depths[number] == MOST_NESTED:
            raise LimitError(f"Picture.from_bytes: more than {MOST_NESTED} layers are in one another")
        depths += [depths[number] + 1] * children
        check.that(len(depths) <= count, f"recording {number} has layers of recordings that are not there")
    reader.end()
    _link(recordings)
    return recordings[0], width, height, COLOR_SPACES[space], version >= 3


def _counted(count: int) -> Any:
    """The indices below a count from the file. It is an iterator, since a forged count may be huge."""
    return range(count)


def _image(reader: Reader, i: int) -> r.RecordedImage:
    what = f"image {i}"
    width, height = reader.unpack(at.IMAGE, what)
    check.that(width > 0 and height > 0, f"{what} is {width}x{height}")
    pixels = reader.array(np.dtype("<u4"), width * height, what).reshape(height, width)
    pixels.flags.writeable = False
    return r.RecordedImage(pixels, Holding("image", pixels.nbytes))


def _recording(reader: Reader, number: int, images: list[r.RecordedImage], next_layer: int) -> tuple[r.Commands, int]:
    """One recording, without the recordings of its layers, and its number of layers."""
    where = f"recording {number}"
    counts: dict[str, int] = dict(zip(at.TABLES, reader.unpack(at.COUNTS, where), strict=True))
    if reader.version >= at.TEXTS:
        counts |= zip(at.TEXT_TABLES, reader.unpack(at.TEXT_COUNTS, where), strict=True)
    out = r.Commands()
    found: dict[str, Any] = {}
    if any(counts[name] for name in counts if name not in ("commands", "states", "paints")):
        out.path_tables()  # Makes the tables of paths.
    for name in counts:
        what = f"{name} of {where}"
        if name in at.FIXED:
            found[name] = reader.array(at.FIXED[name], counts[name], what)
        elif name == "paints":
            out.paints = _paints(reader, counts[name], what)
        else:
            entries = [READERS[name](reader, f"{what}, number {i},") for i in _counted(counts[name])]
            if name == "layers":
                own = all(number == next_layer + i for i, (number, _) in enumerate(entries))
                check.that(own, f"a layer of {where} has a recording that is not its own")
                entries = [use for _, use in entries]
            found[name] = entries
            if entries and name in at.TABLES:
                setattr(out, name, entries)
    out.has_special_paints = any(not isinstance(paint, tuple) for paint in out.paints)
    if out.has_special_paints:
        out.path_tables()
    out.commands, out.states = bytearray(found["commands"].tobytes()), bytearray(found["states"].tobytes())
    if not out.has_only_rects:
        _set_tables(out, found, images, where, reader.version)
    check.recording(out, found, where, reader.version)
    return out, counts["layers"]


def _set_tables(
    out: r.Commands, found: dict[str, Any], images: list[r.RecordedImage], where: str, version: int
) -> None:
    """Set the tables of fixed entries, and check all tables."""
    out.hits = array("q", found["hits"].tobytes())
    out.paths, out.verbs = bytearray(found["paths"].tobytes()), bytearray(found["verbs"].tobytes())
    out.coords = array("d", found["coords"].tobytes())
    for pen in out.pens:
        out.pen_numbers.frombytes(r.pack_pen(pen.width, pen.miter_limit, pen.cap, pen.join, bool(pen.dash)))
    if "texts" in found:
        rows = found["texts"]
        check.texts(rows, len(found["paths"]), len(found["wordings"]), where)
        out.texts = {path: Said(found["wordings"][i], *place) for path, i, *place in rows.tolist()}
    for index, left, top in found["images"].tolist():
        check.that(index < len(images), f"{where} has image {index} of {len(images)}")
        check.that(max(left, top) <= check.MOST_SIDE, f"an image of {where} lies at ({left}, {top})")
        image = images[index]
        out.images.append(r.RecordedImage(image.pixels, image.holding, left, top))
    for index, flags, source in found["uses"].tolist():
        check.that(flags < (2 if version == 1 else 4), f"an image of {where} has flags {flags}")
        check.that(index < len(out.images), f"{where} draws image {index} of {len(out.images)}")
        use = r.ImageUse(index, tuple(source), bool(flags & r.USE_SMOOTH), bool(flags & r.USE_HALVES))
        check.use(use, out.images[index], where)
        out.add_use(use)


def _link(recordings: list[r.Commands]) -> None:
    """Assign each layer its recording."""
    left = iter(recordings[1:])
    for commands in recordings:
        if commands.has_layers:
            commands.layers = [replace(use, commands=next(left)) for use in commands.layers]


def _pen(reader: Reader, what: str) -> r.Pen:
    width, miter_limit, offset, cap, join, count = reader.unpack(at.PEN, what)
    pen = r.Pen(width, cap, join, miter_limit, reader.doubles(count, what), offset)
    check.pen(pen, what)
    return pen


def _clip(reader: Reader, what: str) -> tuple[int, r.ClipNode]:
    parent, rule, verb_count, coord_count, *matrix = reader.unpack(at.CLIP, what)
    verbs = reader.array(at.FIXED["verbs"], verb_count, what)
    coords = reader.array(at.FIXED["coords"], coord_count, what)
    check.finite(matrix, what)
    check.outlines(np.array([[verb_count, coord_count]], np.int64), verbs, coords, what)
    check.that(rule in check.RULES, f"{what} has the fill rule {rule}")
    return parent, r.ClipNode(None, verbs.tobytes(), array("d", coords.tobytes()), tuple(matrix), rule)


def _paints(reader: Reader, count: int, what: str) -> list[Any]:
    kinds = reader.array(np.dtype("u1"), count, what)
    check.that(bool((kinds <= at.Paints.PATTERN).all()), f"{what} have a kind that is not known")
    solids = reader.array(np.dtype("<f8"), 4 * int((kinds == at.Paints.SOLID).sum()), what).reshape(-1, 4)
    check.colors(solids, what, reader.version)
    left = map(tuple, solids.tolist())
    return [next(left) if not kind else _special(reader, kind, what) for kind in kinds.tolist()]


def _special(reader: Reader, kind: int, what: str) -> r.GradientUse | r.PatternUse:
    if kind == at.Paints.PATTERN:
        image, across, down, smooth, *matrix = reader.unpack(at.PATTERN, what)
        check.finite(matrix, what)
        return r.PatternUse(image, tuple(matrix), (bool(across), bool(down)), bool(smooth))
    name = list(at.GRADIENT_NUMBERS)[kind - 1]
    (count,) = reader.unpack(struct.Struct("<I"), what)
    numbers = reader.doubles(at.GRADIENT_NUMBERS[name], what)
    stops = reader.array(np.dtype("<f4"), 5 * count, what).reshape(-1, 5)
    check.gradient(name, numbers, stops, what, reader.version)
    return r.GradientUse(name, numbers, stops.astype(np.float32).tobytes())  # type: ignore[arg-type]


def _batch(reader: Reader, what: str) -> r.Batch:
    kind, item_bytes, color_type, closed, pen, rows, runs = reader.unpack(at.BATCH, what)
    is_known = kind < at.BATCH_KINDS[reader.version] and item_bytes in (4, 8) and color_type <= 2
    check.that(is_known, f"{what} is of an unknown kind")
    name = list(at.KINDS)[kind]
    is_runs = name in ("polygons", "polylines")
    is_mixed = name == "images" and runs > 0 and reader.version >= at.MIXED_IMAGES
    check.that(is_runs or is_mixed or not runs, f"{what} has runs, as {name} have not")
    wide = at.KINDS[name] + is_mixed
    items = reader.array(np.dtype(f"<f{item_bytes}"), rows * wide, what).reshape(-1, wide)
    count, colors, dtype = runs if is_runs else rows, None, at.COLOR_TYPES[color_type]
    if dtype is not None:
        colors = reader.array(dtype, 4 * count, what).reshape(-1, 4)
    starts = None
    ends = reader.array(np.dtype("<i8"), runs, what)
    if is_runs:
        starts = np.concatenate([np.zeros(1, np.int64), ends])
    if name == "images":
        batch = r.Batch(name, items, colors, pen=-1, images=(pen, *ends.tolist()), smooth=bool(closed))
    else:
        batch = r.Batch(name, items, colors, pen, starts, bool(closed & at.BatchFlags.CLOSED))
        if reader.version >= at.MARKERS:
            batch = replace(batch, **_marker(reader, name, closed, count, what))
    check.batch(batch, what, reader.version)
    return replace(batch, holding=Holding("batch", batch.nbytes))


def _marker(reader: Reader, kind: str, flags: int, count: int, what: str) -> dict[str, Any]:
    """The outline of a batch of ``count`` paths, and the widths of a batch's items, as far as it has them."""
    check.that(flags <= at.BatchFlags.ALL, f"{what} has unknown flags")
    marker, widths = None, None
    if kind == "paths":
        rule, verb_count, coord_count = reader.unpack(at.MARKER, what)
        verbs = reader.array(at.FIXED["verbs"], verb_count, what)
        coords = reader.array(at.FIXED["coords"], coord_count, what)
        check.outlines(np.array([[verb_count, coord_count]], np.int64), verbs, coords, what)
        check.that(rule in check.RULES, f"{what} has the fill rule {rule}")
        scales_pen = bool(flags & at.BatchFlags.SCALES_PEN)
        marker = r.Marker(verbs.tobytes(), array("d", coords.tobytes()), rule, scales_pen)
    if flags & at.BatchFlags.WIDTHS:
        widths = reader.array(np.dtype("<f8"), count, what).astype(np.float64)
    return {"marker": marker, "widths": widths}


def _wording(reader: Reader, what: str) -> Wording:
    nbytes, count, is_rtl, baseline, em_px = reader.unpack(at.WORDING, what)
    try:
        text = bytes(reader.take(nbytes, what)).decode()
    except UnicodeDecodeError:
        raise ValueError(f"Picture.from_bytes: {what} is no UTF-8: the bytes are damaged, or no picture's") from None
    starts = reader.array(np.dtype("<u4"), count, what)
    edges = reader.doubles(2 * count, what)
    check.wording(text, starts, is_rtl, (baseline, em_px), what)
    return Wording(text, array("I", starts.tolist()), array("d", edges), baseline, em_px, bool(is_rtl))


def _layer(reader: Reader, what: str) -> tuple[int, r.LayerUse]:
    """The number of a layer's recording, and the layer without it."""
    recording, has_shadow, has_tint, count = reader.unpack(at.LAYER, what)
    shadow: r.Shadow | None = None
    tint: Any = None
    check.that(has_shadow <= min(reader.version, 2), f"{what} has an unknown kind of shadow")
    if has_shadow:
        numbers = reader.doubles(8, what)
        color: Any = numbers[:4]
        sigma_x, sigma_y, x, y = numbers[4:]
        shadow = r.Shadow(color, sigma_x, sigma_y, x, y, has_shadow == 2)
        check.colors(np.array([shadow.color]), what, reader.version)
        check.that(min(shadow.sigma_x, shadow.sigma_y) >= 0, f"{what} has a shadow with a negative blur")
    if has_tint:
        tint = reader.doubles(4, what)
        check.colors(np.array([tint]), what, reader.version)
    effects = tuple(_effect(reader, what) for _ in _counted(count))
    return recording, r.LayerUse(r.Commands(), effects, shadow, tint)


def _effect(reader: Reader, what: str) -> e.Effect:
    (kind,) = reader.take(1, what)
    is_following = kind == at.Effects.FOLLOWING_BLUR and reader.version >= 2
    if kind == at.Effects.BLUR or is_following:
        sigma_x, sigma_y = reader.doubles(2, what)
        check.that(min(sigma_x, sigma_y) >= 0, f"{what} has a negative blur")
        return e.GaussianBlur(sigma_x, sigma_y, is_following)
    if kind == at.Effects.MATRIX:
        return e.ColorMatrix(reader.doubles(20, what))
    if kind == at.Effects.TRANSFER:
        return e.ComponentTransfer(tuple(_transfer(reader, what) for _ in range(4)))  # type: ignore[arg-type]
    if kind == at.Effects.TURBULENCE and reader.version >= 4:
        across, down, octaves, seed, is_fractal, follows, *matrix = reader.unpack(at.NOISE, what)
        check.noise((across, down), octaves, seed, matrix, what)
        return e.Turbulence(across, down, octaves, seed, bool(is_fractal), tuple(matrix), bool(follows))
    check.that(kind == at.Effects.CONVOLVE, f"{what} has an effect of kind {kind}")
    order_x, order_y, target_x, target_y = reader.unpack(struct.Struct("<4I"), what)
    edge_mode, preserve_alpha = reader.take(2, what)
    check.convolution(order_x, order_y, target_x, target_y, edge_mode, what)
    bias, *weights = reader.doubles(1 + order_x * order_y, what)
    target = target_x, target_y, bias
    mode: Any = at.EDGE_MODES[edge_mode]
    return e.ConvolveMatrix(order_x, order_y, tuple(weights), *target, mode, bool(preserve_alpha))


def _transfer(reader: Reader, what: str) -> e.TransferFunction:
    kind, count = reader.unpack(struct.Struct("<BI"), what)
    check.that(kind < len(at.TRANSFERS), f"{what} has a transfer function of kind {kind}")
    name: Any = at.TRANSFERS[kind]
    needed = {"linear": 2, "gamma": 3}.get(name)
    check.that(needed is None or count == needed, f"{what} has a {name} function of {count} numbers")
    return e.TransferFunction(name, reader.doubles(count, what))


READERS: Final[dict[str, Callable[[Reader, str], Any]]] = {
    "pens": _pen,
    "clips": _clip,
    "batches": _batch,
    "layers": _layer,
    "wordings": _wording,
}
"""The readers of tables whose entries vary in size."""
