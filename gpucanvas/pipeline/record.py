"""record: the commands of a canvas as append-only streams. Nothing here knows a GPU, takes a lock or draws.

commands  one COMMAND record for each draw, in painter's order
states    one STATE record per change of transform, alpha, operator or clip
verbs, coords, paths   the outlines that commands refer to by index
paints, pens, clips, images, batches   tables that commands refer to by index
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from ..contract.commands import (
    BATCH,
    CLEAR_RECT,
    COMMAND,
    DRAW_IMAGE,
    DRAW_LAYER,
    FILL_PATH,
    FILL_RECT,
    LAYER,
    LAYER_TOP_SHIFT,
    NO_LAYER,
    PATH_IS_LOCAL,
    PATH_NUMBERS,
    PEN_NUMBERS,
    PUT_IMAGE,
    SHADOW,
    STATE,
    STROKE_PATH,
    STROKE_RECT,
    USE,
    USE_HALVES,
    USE_SMOOTH,
)
from ..geometry.affine import Affine
from ..images.colorspace import ColorSpace
from ..memory import add_kind
from ..paint.gradient import CanvasGradient
from ..paint.pattern import REPETITIONS, CanvasPattern
from .entries import (
    CLIP_KEY,
    FARTHEST_OFFSET,
    PATH_KEY,
    STYLE_KEY,
    Batch,
    Box,
    BoxShadowUse,
    ClipNode,
    DevicePixels,
    FixedPixels,
    GradientUse,
    ImageUse,
    Marker,
    PatternUse,
    Pen,
    RecordedImage,
    Shadow,
    Solid,
    sampled_box,
)
from .imagetables import USE_BYTES, ImageTables
from .said import TextTable

if TYPE_CHECKING:
    from ..paint.effects import Effect

__all__ = [
    "BATCH",
    "CLEAR_RECT",
    "COMMAND",
    "DRAW_IMAGE",
    "DRAW_LAYER",
    "FARTHEST_OFFSET",
    "FILL_PATH",
    "FILL_RECT",
    "LAYER",
    "LAYER_TOP_SHIFT",
    "NO_LAYER",
    "PATH_IS_LOCAL",
    "PEN_NUMBERS",
    "PUT_IMAGE",
    "SHADOW",
    "STATE",
    "STROKE_PATH",
    "STROKE_RECT",
    "USE",
    "USE_BYTES",
    "USE_HALVES",
    "USE_SMOOTH",
    "Batch",
    "Box",
    "BoxShadowUse",
    "ClipNode",
    "Commands",
    "DevicePixels",
    "FixedPixels",
    "GradientUse",
    "ImageUse",
    "LayerUse",
    "Marker",
    "PatternUse",
    "Pen",
    "RecordedImage",
    "Shadow",
    "Solid",
    "sampled_box",
]

pack_command = struct.Struct("<IIIIdddd").pack
pack_fill_rect = struct.Struct("<QQdddd").pack
"""A FILL_RECT packed as six numbers, which is faster than eight: (state << 32 | kind 0), paint, x, y, width, height."""
COMMAND_BYTES: Final = COMMAND.itemsize
STATE_SHIFT: Final = 32
pack_state = struct.Struct("<6ddIIddQ").pack
STATE_BYTES: Final = STATE.itemsize
STATE_REST_BYTES: Final = STATE_BYTES - 56
"""Bytes of a STATE without its transform and alpha."""
pack_moved_state = struct.Struct(f"<6dd{STATE_REST_BYTES}s").pack
pack_pen = struct.Struct(f"{PEN_NUMBERS}d").pack
pack_path = struct.Struct(f"<{PATH_NUMBERS}q").pack
PATH_BYTES: Final = 8 * PATH_NUMBERS

NO_BOX_SHADOWS: Final[Mapping[int, BoxShadowUse]] = {}
NO_SLOTS: Final[NDArray[np.float64]] = np.zeros((0, 4))


@dataclass(frozen=True, slots=True, eq=False)
class LayerUse:
    """A layer, drawn as a whole: its commands, and the effects that are applied to their picture.

    Attributes
    ----------
    commands : Commands
        The layer's commands, in the canvas's coordinates.
    effects : tuple of Effect
        Effects, applied in this order. Drop shadows are nested layers instead (`shadow.py`).
    shadow : Shadow or None
        The layer's shadow.
    tint : tuple of four floats or None
        Straight RGBA that replaces all colours of the layer.
    is_begun : bool
        Whether ``begin_layer`` made it, not a filter or a shadow of one command.
    """

    commands: Commands
    effects: tuple[Effect, ...] = ()
    shadow: Shadow | None = None
    tint: Solid | None = None
    is_begun: bool = False

    @property
    def keeps_places(self) -> bool:
        """Whether each pixel of the layer is drawn only where it is."""
        return not self.effects and self.shadow is None


LATE_TABLES: Final = frozenset(
    ("verbs", "coords", "paths", "pens", "pen_numbers", "clips", "images", "uses", "batches", "layers", "hits")
) | {"texts", "_known", "kept_bytes", "readings"}
"""Tables that a recording makes together when one of them is first used."""
PathTables = tuple[bytearray, bytearray, "array[float]"]
"""The ends of each path in the streams, int64; all verbs; all coordinates."""


def append_path(tables: PathTables, verbs: bytearray, coords: array[float]) -> int:
    """Append an outline to a recording's; returns its index."""
    paths, all_verbs, all_coords = tables
    all_verbs += verbs
    all_coords += coords
    paths += pack_path(len(all_verbs), len(all_coords))
    return len(paths) // PATH_BYTES - 1


class Commands(ImageTables):
    """The streams of one recording; its public face is `gpucanvas.Recording`."""

    __slots__ = (
        "batches",
        "box_shadows",
        "clips",
        "commands",
        "coords",
        "has_only_rects",
        "has_special_paints",
        "hits",
        "layers",
        "paints",
        "paths",
        "pen_numbers",
        "pens",
        "slots",
        "states",
        "texts",
        "verbs",
    )

    verbs: bytearray
    coords: array[float]
    # PATH_NUMBERS of each path, int64, and PEN_NUMBERS of each pen, for the kernels.
    paths: bytearray
    pens: list[Pen]
    pen_numbers: array[float]
    clips: list[tuple[int, ClipNode]]
    batches: list[Batch]
    layers: list[LayerUse]
    # Pairs of a state's index and the id by which draws in that state are picked.
    hits: array[int]
    # Which paths are texts, and what these say; those that `_known` has a TEXT_KEY for are added by `freeze`.
    texts: TextTable

    def __init__(self) -> None:
        self.commands = bytearray()
        self.states = bytearray()
        self.paints: list[Solid | GradientUse | PatternUse] = []
        # Whether any paint is a gradient or a pattern.
        self.has_special_paints = False
        self.slots: NDArray[np.float64] = NO_SLOTS
        # Only of a plan's recordings: the shadows without a layer that a DRAW_LAYER with this paint draws.
        self.box_shadows: Mapping[int, BoxShadowUse] = NO_BOX_SHADOWS
        self.has_only_rects = True

    def __getattr__(self, name: str) -> Any:
        # Made on first use: most small recordings only fill and clear rectangles (`has_only_rects`) and need none of
        # these tables. All are made at once: drawing a recording with a path reads the others as well, and each look-up
        # that ends here takes a microsecond.
        if name not in LATE_TABLES:
            raise AttributeError(f"Commands has no attribute {name!r}")
        self.verbs, self.coords, self.paths = bytearray(), array("d"), bytearray()
        self.pens, self.pen_numbers = [], array("d")
        self.clips, self.images, self.batches, self.layers, self.readings, self.texts = [], [], [], [], [], {}
        self.hits, self.uses, self._known, self.kept_bytes = array("q"), bytearray(), {}, 0
        self.has_only_rects = False
        return object.__getattribute__(self, name)

    def __len__(self) -> int:
        return len(self.commands) // COMMAND_BYTES

    def add_state(self, matrix: Affine, alpha: float, op: int, clip: ClipNode | None) -> int:
        """Append a state; returns its index."""
        self.states += pack_state(*matrix, alpha, op, 0 if clip is None else self.add_clip(clip), 0.0, 0.0, 0)
        return len(self.states) // STATE_BYTES - 1

    def add_path(
        self, owner: Any, version: int, verbs: bytearray, coords: array[float], kind: int = PATH_KEY
    ) -> int:
        """Append an outline, unless the same version of the owner's is here already; returns its index.

        ``kind`` is PATH_KEY, or TEXT_KEY for an outline of a text, whose owner says what it ``says``.
        """
        key = kind, id(owner)
        known = self._known.get(key)
        if known is not None and known[0] == version:
            return int(known[1])
        index = append_path(self.path_tables(), verbs, coords)
        # A reference to the owner keeps its id from being reused.
        self._known[key] = (version, index, owner)
        return index

    def path_tables(self) -> PathTables:
        """Returns the tables that `append_path` appends to."""
        return self.paths, self.verbs, self.coords

    def add_solid(self, rgba: Solid) -> int:
        """Append a straight RGBA colour; returns the index of the paint."""
        self.paints.append(rgba)
        return len(self.paints) - 1

    def add_gradient(self, style: CanvasGradient, space: ColorSpace = "srgb", is_extended: bool = False) -> int:
        """Intern a gradient as it is now, in the target's colour space; returns the index of the paint."""
        key = STYLE_KEY, id(style)
        # As `style.version`, without the call of a property: this runs for every draw with a gradient.
        version = len(style._numbers) + style._changes
        known: tuple[int, int, object] | None = self._known.get(key)
        if known is not None and known[0] == version:
            return known[1]
        use = GradientUse(style.kind, style.numbers, style._stops_bytes(space, is_extended))
        return self._keep_paint(key, version, style, use)

    def add_pattern(
        self, style: CanvasPattern, smooth: bool, kept: FixedPixels | None = None, halved: tuple[int, int] = (0, 0)
    ) -> int:
        """Intern a pattern as it is now, smoothed or not; returns the index of the paint.

        ``kept`` are the pixels to draw with if they are not the pattern's own: converted to the target's colour space,
        or the level that is ``halved`` so often across and down (`mips.Levels.fitted`).
        """
        key = STYLE_KEY, id(style)
        version = style._version, smooth, halved
        known: tuple[object, int, object] | None = self._known.get(key)
        if known is not None and known[0] == version:
            return known[1]
        if kept is None:
            image = self._keep_image(style._pixels, style._source, style._holding)
        else:
            image = self._keep_image(kept.pixels, kept, kept.holding)
        height, width = self.images[image].pixels.shape
        a, b, c, d, e, f = style._matrix
        kx, ky = style.width / width, style.height / height
        use = PatternUse(image, (a * kx, b * kx, c * ky, d * ky, e, f), REPETITIONS[style.repetition], smooth)
        return self._keep_paint(key, version, style, use)

    def _keep_paint(self, key: tuple[int, int], version: object, style: object, use: GradientUse | PatternUse) -> int:
        """Append a gradient or pattern; returns the index of the paint."""
        index = len(self.paints)
        self.paints.append(use)
        self.has_special_paints = True
        # A reference to the style keeps its id from being reused.
        self._known[key] = version, index, style
        return index

    def add_pen(self, pen: Pen) -> int:
        """Intern a pen; returns its index."""
        pens = self.pens
        index: int = self._known.setdefault(pen, len(pens))
        if index == len(pens):
            pens.append(pen)
            self.pen_numbers.frombytes(pack_pen(pen.width, pen.miter_limit, pen.cap, pen.join, bool(pen.dash)))
        return index

    def add_clip(self, clip: ClipNode | None) -> int:
        """Intern a clip and its parents; returns its index, 0 for none."""
        chain: list[ClipNode] = []
        while clip is not None and (CLIP_KEY, id(clip)) not in self._known:
            chain.append(clip)
            clip = clip.parent
        index: int = 0 if clip is None else self._known[CLIP_KEY, id(clip)]
        for node in reversed(chain):
            self.clips.append((index, node))
            index = self._known[CLIP_KEY, id(node)] = len(self.clips)
        return index

    def release_readings(self) -> None:
        """Release the staging memory that was drawn with: this recording has been drawn for the last time."""
        if self.has_only_rects:
            return
        readings, self.readings = self.readings, []
        for reading in readings:
            reading.release()
        for layer in self.layers:
            layer.commands.release_readings()

    def add_batch(self, batch: Batch, nbytes: int | None = None) -> int:
        """Append a batch; returns its index. ``nbytes`` are its bytes, if they are known."""
        self.batches.append(batch)
        self.kept_bytes += batch.nbytes if nbytes is None else nbytes
        return len(self.batches) - 1

    def add_layer(self, use: LayerUse) -> int:
        """Append a layer; returns its index."""
        self.layers.append(use)
        return len(self.layers) - 1

    @property
    def has_layers(self) -> bool:
        """Whether there are layers or shadows."""
        return not self.has_only_rects and bool(self.layers)

    @property
    def has_hits(self) -> bool:
        """Whether the recording has draws that can be picked, not counting its layers."""
        return not self.has_only_rects and bool(self.hits)

    def with_layers(self) -> Iterator[Commands]:
        """Yields this recording and those of all layers drawn in it, at any depth; layers of shadows are left out."""
        left = [self]
        while left:
            commands = left.pop()
            yield commands
            if commands.has_layers:
                rows = np.frombuffer(bytes(commands.commands), COMMAND)
                found = rows["extra"][(rows["kind"] == DRAW_LAYER) & (rows["v"][:, 0] == LAYER)]
                left += [commands.layers[index].commands for index in sorted(set(found.tolist()))]

    def counts(self) -> tuple[int, int]:
        """Returns the number of commands, those in layers included, and how many of them are batches."""
        if self.has_only_rects:
            return len(self), 0
        if not self.layers:
            return len(self), len(self.batches)
        every = list(self.with_layers())
        return sum(map(len, every)), sum(0 if each.has_only_rects else len(each.batches) for each in every)

    @property
    def nbytes(self) -> int:
        """Host bytes of the streams; images and batches have ledger entries of their own."""
        own = len(self.commands) + len(self.states)
        return own if self.has_only_rects else own + len(self.verbs) + 8 * len(self.coords) + len(self.uses)


add_kind(Commands, "recording")
