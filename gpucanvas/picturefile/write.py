"""write: writes a frozen recording as bytes. The recordings of its layers follow, one for each layer."""

from __future__ import annotations

import struct
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ..images.colorspace import COLOR_SPACES, ColorSpace
from ..paint import effects as e
from ..pipeline import record as r
from ..pipeline.itemize import is_itemized
from ..pipeline.said import Said, texts_of, wordings_of
from ..text.wording import Wording
from . import layout as at

__all__ = ["write"]


Text = tuple[int, Said, Wording]
"""A path's index, what it says, and its wording."""


def write(commands: r.Commands, width: int, height: int, space: ColorSpace, *, has_texts: bool = True) -> bytes:
    """The bytes of a frozen recording of this size and colour space; ``has_texts`` keeps what its texts say."""
    recordings = [commands]
    for each in recordings:
        if each.has_layers:
            recordings += [use.commands for use in each.layers]
    images: dict[int, tuple[int, r.RecordedImage]] = {}
    texts = [_texts(each) if has_texts else [] for each in recordings]
    version = at.TEXTS if any(texts) else _version(recordings)
    written, next_layer = [], 1
    for each, said in zip(recordings, texts, strict=True):
        written.append(_recording(each, images, next_layer, said if version >= at.TEXTS else None))
        next_layer += len(each.layers) if each.has_layers else 0
    body = b"".join([*(_image(image) for _, image in images.values()), *written])
    fields = width, height, COLOR_SPACES.index(space), len(images), len(recordings)
    header = at.HEADER.pack(at.MAGIC, version, *fields, 0)[: -at.CRC_BYTES]
    return header + struct.pack("<I", crc32(body, crc32(header))) + body


def _version(recordings: list[r.Commands]) -> int:
    """The lowest version of the format that can express the recordings, without what their texts say."""
    if any(map(_has_markers, recordings)):
        return at.MARKERS
    if any(map(_has_sharp_shadows, recordings)):
        return at.SHARP_SHADOWS
    if any(map(_has_mixed_images, recordings)):
        return at.MIXED_IMAGES
    if any(map(_has_noise, recordings)):
        return 4
    if any(map(_is_extended, recordings)):
        return 3
    more = [each for each in recordings if not each.has_only_rects]
    has_images = any(batch.images for each in more for batch in each.batches)
    has_images |= any((np.frombuffer(bytes(each.uses), r.USE)["flags"] & r.USE_HALVES).any() for each in more)
    return 2 if has_images or any(_follows(use) for each in more for use in each.layers) else 1


def _has_markers(commands: r.Commands) -> bool:
    """Whether a batch of a recording, without those of its layers, has paths or widths of its own."""
    return not commands.has_only_rects and any(map(is_itemized, commands.batches))


def _has_sharp_shadows(commands: r.Commands) -> bool:
    """Whether a recording, without those of its layers, has shadows that need no layer."""
    return bool((np.abs(np.frombuffer(bytes(commands.states), r.STATE)["origin"]) > at.SHADOW_MOVE).any())


def _has_mixed_images(commands: r.Commands) -> bool:
    """Whether a batch of a recording, without those of its layers, has several images."""
    return not commands.has_only_rects and any(len(batch.images) > 1 for batch in commands.batches)


def _has_noise(commands: r.Commands) -> bool:
    """Whether a filter of a recording's layers makes noise."""
    uses = commands.layers if commands.has_layers else ()
    return any(isinstance(effect, e.Turbulence) for use in uses for effect in use.effects)


def _is_extended(commands: r.Commands) -> bool:
    """Whether a recording, without those of its layers, has colours outside of 0 to 1."""
    # Colours are compared as plain numbers: an array of each takes most of the time of writing a picture.
    if any(min(paint) < 0 or max(paint) > 1 for paint in commands.paints if isinstance(paint, tuple)):
        return True
    numbers: list[Any] = [paint.stops for paint in commands.paints if isinstance(paint, r.GradientUse)]
    if not commands.has_only_rects:
        numbers += [batch.colors for batch in commands.batches if batch.colors is not None]
        numbers += [use.shadow.color for use in commands.layers if use.shadow is not None]
        uses = np.frombuffer(bytes(commands.uses), r.USE)
        for index in set(uses["image"][uses["flags"] & r.USE_HALVES != 0].tolist()):
            numbers.append(commands.images[index].pixels.view(np.float16))
    floats = [each for each in map(np.asarray, numbers) if each.size and each.dtype != np.uint8]
    return any(bool(each.min() < 0 or each.max() > 1) for each in floats)


def _follows(use: r.LayerUse) -> bool:
    """Whether an effect or the shadow of a layer is scaled by the transform of a replay."""
    is_blur = any(isinstance(effect, e.GaussianBlur) and effect.follows for effect in use.effects)
    return is_blur or (use.shadow is not None and use.shadow.follows)


def _image(image: r.RecordedImage) -> bytes:
    height, width = image.pixels.shape
    return at.IMAGE.pack(width, height) + np.ascontiguousarray(image.pixels, "<u4").tobytes()


def _texts(commands: r.Commands) -> list[Text]:
    """What the texts of a recording say, without those of its layers."""
    if commands.has_only_rects:
        return []
    texts = texts_of(commands.texts)
    wordings = sorted(wordings_of(texts).items())
    return [(path, texts[path], wording) for path, wording in wordings if wording is not None]


def _recording(
    commands: r.Commands,
    images: dict[int, tuple[int, r.RecordedImage]],
    next_layer: int,
    texts: list[Text] | None,
) -> bytes:
    """The counts and tables of one recording; ``next_layer`` is the number of its first layer's recording."""
    parts = dict.fromkeys(at.TABLES, b"")
    counts = dict.fromkeys(at.TABLES, 0)
    parts["commands"], parts["states"] = bytes(commands.commands), bytes(commands.states)
    parts["paints"], counts["paints"] = _paints(commands.paints), len(commands.paints)
    if not commands.has_only_rects:
        parts["hits"], parts["paths"] = commands.hits.tobytes(), bytes(commands.paths)
        parts["verbs"], parts["coords"] = bytes(commands.verbs), commands.coords.tobytes()
        parts["pens"] = b"".join(map(_pen, commands.pens))
        parts["clips"] = b"".join(_clip(parent, node) for parent, node in commands.clips)
        rows = [(images.setdefault(id(i.pixels), (len(images), i))[0], i.left, i.top) for i in commands.images]
        parts["images"] = np.array(rows, at.FIXED["images"]).tobytes()
        parts["uses"] = bytes(commands.uses)
        parts["batches"] = b"".join(map(_batch, commands.batches))
        parts["layers"] = b"".join(_layer(use, next_layer + i) for i, use in enumerate(commands.layers))
        counts |= {name: len(getattr(commands, name)) for name in ("pens", "clips", "batches", "layers")}
    counts |= {name: len(parts[name]) // at.FIXED[name].itemsize for name in at.TABLES if name in at.FIXED}
    tables = b"".join(parts[name] for name in at.TABLES)
    heads = at.COUNTS.pack(*(counts[name] for name in at.TABLES))
    if texts is not None:
        said, placed = _text_tables(texts)
        heads += at.TEXT_COUNTS.pack(len(said), len(placed))
        tables += b"".join(said) + placed.tobytes()
    return heads + tables


def _text_tables(texts: list[Text]) -> tuple[list[bytes], NDArray[np.void]]:
    """The wordings of texts, each once, and the rows that place them."""
    wordings: dict[int, tuple[int, Wording]] = {}
    rows = [
        (path, wordings.setdefault(id(said.source), (len(wordings), wording))[0], said.scale, said.x, said.y)
        for path, said, wording in texts
    ]
    return [_wording(wording) for _, wording in wordings.values()], np.array(rows, at.FIXED["texts"])


def _wording(wording: Wording) -> bytes:
    text = wording.text.encode()
    fields = len(text), len(wording.starts), wording.is_rtl, wording.baseline, wording.em_px
    starts = np.array(wording.starts, "<u4").tobytes()
    return at.WORDING.pack(*fields) + text + starts + _doubles(*wording.edges)


def _pen(pen: r.Pen) -> bytes:
    fields = pen.width, pen.miter_limit, pen.dash_offset, pen.cap, pen.join, len(pen.dash)
    return at.PEN.pack(*fields) + _doubles(*pen.dash)


def _clip(parent: int, node: r.ClipNode) -> bytes:
    fields = parent, node.rule, len(node.verbs), len(node.coords), *node.matrix
    return at.CLIP.pack(*fields) + bytes(node.verbs) + _doubles(*node.coords)


def _doubles(*numbers: float) -> bytes:
    return struct.pack(f"<{len(numbers)}d", *numbers)


def _paints(paints: list[r.Solid | r.GradientUse | r.PatternUse]) -> bytes:
    kinds, solids, others = bytearray(), [], []
    for paint in paints:
        if isinstance(paint, tuple):
            kinds.append(at.Paints.SOLID)
            solids.append(_doubles(*paint))
        elif isinstance(paint, r.PatternUse):
            kinds.append(at.Paints.PATTERN)
            others.append(at.PATTERN.pack(paint.image, *paint.repeats, paint.smooth, *paint.matrix))
        else:
            kinds.append(1 + list(at.GRADIENT_NUMBERS).index(paint.kind))
            stops = paint.stops.astype("<f4")
            others.append(struct.pack("<I", len(stops)) + _doubles(*paint.numbers) + stops.tobytes())
    return b"".join([bytes(kinds), *solids, *others])


def _batch(batch: r.Batch) -> bytes:
    items = np.asarray(batch.items)
    items = np.ascontiguousarray(items, "<f4" if items.dtype == np.float32 else "<f8")
    closed, pen, ends = batch.closed, batch.pen, [] if batch.starts is None else batch.starts[1:].tolist()
    if batch.images:
        closed, (pen, *ends) = batch.smooth, batch.images
    runs = np.array(ends, "<i8").tobytes()
    colors, color_type = b"", 0
    if batch.colors is not None:
        color_type = 1 if batch.colors.dtype == np.uint8 else 2
        colors = np.ascontiguousarray(batch.colors, at.COLOR_TYPES[color_type]).tobytes()
    kind, run_count = list(at.KINDS).index(batch.kind), len(runs) // 8
    more, flags = _marker(batch)
    fields = kind, items.itemsize, color_type, closed | flags, pen, len(items), run_count
    return at.BATCH.pack(*fields) + items.tobytes() + colors + runs + more


def _marker(batch: r.Batch) -> tuple[bytes, int]:
    """The outline of paths and the widths of items, as far as a batch has them, and its BatchFlags for them."""
    more, flags, marker = b"", 0, batch.marker
    if marker is not None:
        more += at.MARKER.pack(marker.rule, len(marker.verbs), len(marker.coords))
        more += marker.verbs + _doubles(*marker.coords)
        flags |= at.BatchFlags.SCALES_PEN * marker.scales_pen
    if batch.widths is not None:
        more, flags = more + batch.widths.astype("<f8").tobytes(), flags | at.BatchFlags.WIDTHS
    return more, flags


def _layer(use: r.LayerUse, recording: int) -> bytes:
    shadows = 0 if use.shadow is None else 1 + use.shadow.follows
    made = at.LAYER.pack(recording, shadows, use.tint is not None, len(use.effects))
    if use.shadow is not None:
        made += _doubles(*use.shadow.color, *use.shadow[1:5])
    if use.tint is not None:
        made += _doubles(*use.tint)
    return made + b"".join(map(_effect, use.effects))


def _effect(effect: e.Effect) -> bytes:
    if isinstance(effect, e.GaussianBlur):
        kind = at.Effects.FOLLOWING_BLUR if effect.follows else at.Effects.BLUR
        return bytes((kind,)) + _doubles(effect.sigma_x, effect.sigma_y)
    if isinstance(effect, e.ColorMatrix):
        return bytes((at.Effects.MATRIX,)) + _doubles(*effect.values)
    if isinstance(effect, e.ComponentTransfer):
        made = bytes((at.Effects.TRANSFER,))
        for function in effect.functions:
            made += struct.pack("<BI", at.TRANSFERS.index(function.kind), len(function.numbers))
            made += _doubles(*function.numbers)
        return made
    if isinstance(effect, e.Turbulence):
        how = effect.octaves, effect.seed, effect.is_fractal, effect.follows
        packed = at.NOISE.pack(effect.frequency_x, effect.frequency_y, *how, *effect.matrix)
        return bytes((at.Effects.TURBULENCE,)) + packed
    # Drop shadows are layers of their own in a recording: `shadow.nest_drop_shadows`.
    assert isinstance(effect, e.ConvolveMatrix)
    made = bytes((at.Effects.CONVOLVE,))
    made += struct.pack("<4I", effect.order_x, effect.order_y, effect.target_x, effect.target_y)
    made += bytes((at.EDGE_MODES.index(effect.edge_mode), effect.preserve_alpha))
    return made + _doubles(effect.bias, *effect.weights)
