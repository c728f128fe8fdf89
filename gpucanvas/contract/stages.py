"""The stages of a frame and the buffers between them: one declaration each.

    scene, vertices --flatten_*--> lines --binning_*--> segments, binned --coarse--> words, tiles --fine--> surface

From a declaration follow the lines of its shader that say how many threads a group has and which buffer lies where
(shaders/generated/NAME.glsl), and what the executor of the gl backend binds and dispatches. A buffer's binding is its
place among those that its stage names: so no stage needs more bindings than the eight that every driver has.

The kernels of the cpu backend go by the same names, but are called with arrays: they have no bindings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from . import constants as c
from . import records
from .records import Record


@dataclass(frozen=True)
class Buffer:
    """Storage that a stage leaves for another, or the host for all.

    Parameters
    ----------
    name
        What host and shaders call it; in a shader it is an array of words.
    meaning
        What it holds.
    item
        The record that it is an array of; None for plain words.
    counter, capacity
        Where shaders decide how many items there are: the COUNTER_* that counts them, and the field of Config that says
        how many there is room for.
    """

    name: str
    meaning: str
    item: Record | None = None
    counter: int | None = None
    capacity: str = ""

    @property
    def words(self) -> int:
        """32-bit words an item takes."""
        return 1 if self.item is None else self.item.words


BUFFERS: Final = {
    buffer.name: buffer
    for buffer in (
        Buffer("scene", "all that the host uploads but vertices: Config, then every table"),
        Buffer("vertices", "outlines, flattened", records.Vertex),
        Buffer("lines", "edges of all outlines", records.Line, c.COUNTER_LINES, "line_capacity"),
        Buffer("crossings", "lines cut at tiles, unsorted", records.Crossing, c.COUNTER_CROSSINGS, "crossing_capacity"),
        Buffer("path_tiles", "the tiles of every path", records.PathTile),
        Buffer("segments", "crossings, sorted by tile", records.Segment, c.COUNTER_CROSSINGS, "crossing_capacity"),
        Buffer("boxes", "the tiles that each draw may change", records.Box),
        Buffer(
            "binned",
            "of each bin, where its draws are listed and how many; then the lists",
            None,
            c.COUNTER_BINNED,
            "binned_capacity",
        ),
        Buffer("words", "the command lists of tiles", None, c.COUNTER_WORDS, "word_capacity"),
        Buffer("tiles", "where each tile's commands are", records.Tile),
        Buffer("counters", "COUNTER_*: how much of each buffer is needed"),
    )
}
SURFACE: Final = "surface"
LAYERS: Final = "layers"
IMAGES: Final = (SURFACE, LAYERS)
"""Images that fine reads and writes: the target, and the target that layers are read from. Image bindings, in this
order, are counted separately from those of buffers."""
TEXELS: Final = "texels"
"""The pages of texels that fine reads: an array texture, bound to unit 0."""


def texel_unit(binding: int) -> int:
    """Returns the texture unit for the buffer of a binding, in shaders that read buffers as textures."""
    return 1 + binding


@dataclass(frozen=True)
class Stage:
    """One shader, shaders/NAME.comp.

    Parameters
    ----------
    name
        `flatten_curves` belongs to the step `flatten`: traces and timers go by steps.
    reads, writes
        Names of buffers. What is in both is seen by all threads while it changes.
    group
        Threads a work group.
    per_group
        Whether a work group does an item of work, or each thread does one.
    takes_turns
        Whether it does every so many-th item, so that there may be more items than threads or groups.
    features
        The FEATURE_* bits that the shader is compiled for, where a driver profits from that; 0 where it does not ask.
    small_group
        Threads a work group where a shader is compiled for few threads; 0 where that makes no difference.
    """

    name: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    group: int
    per_group: bool = False
    takes_turns: bool = True
    features: int = 0
    small_group: int = 0

    @property
    def step(self) -> str:
        """What traces and timers call it."""
        return self.name.partition("_")[0]

    @property
    def buffers(self) -> tuple[str, ...]:
        """The buffers it is bound to; the index of each is its binding."""
        both = dict.fromkeys((*self.reads, *self.writes))
        return tuple(name for name in both if name not in IMAGES and name != TEXELS)

    @property
    def fetched(self) -> frozenset[str]:
        """The buffers that a shader reads as textures, where TEXEL_BUFFERS is defined: those that it does not change.

        Counters are none of them: they stay bound, and are read once.
        """
        return frozenset(self.buffers) - frozenset((*self.writes, "counters"))

    def groups(self, items: int, at_most: int) -> int:
        """How many work groups do so many items of work."""
        groups = items if self.per_group else -(-items // self.group)
        return min(groups, at_most) if self.takes_turns else groups


STAGES: Final = (
    Stage("flatten_curves", reads=("scene",), writes=("vertices",), group=64),
    Stage(
        "flatten_outlines",
        reads=("scene", "vertices", "counters"),
        writes=("lines", "counters"),
        group=64,
        features=c.FEATURE_STROKES,
    ),
    Stage(
        "binning_crossings",
        reads=("scene", "lines", "path_tiles", "counters"),
        writes=("crossings", "path_tiles", "counters"),
        group=64,
    ),
    Stage(
        "binning_tiles",
        reads=("scene", "path_tiles", "counters"),
        writes=("path_tiles", "counters"),
        group=64,
        per_group=True,
    ),
    Stage("binning_segments", reads=("scene", "crossings", "path_tiles", "counters"), writes=("segments",), group=64),
    Stage("binning_boxes", reads=("scene",), writes=("boxes",), group=64),
    Stage(
        "binning_draws",
        reads=("scene", "boxes", "counters"),
        writes=("binned", "counters"),
        group=256,
        per_group=True,
        takes_turns=False,
    ),
    Stage(
        "coarse",
        reads=("scene", "boxes", "path_tiles", "binned", "counters"),
        writes=("words", "tiles", "counters"),
        group=c.BIN * c.BIN,
        per_group=True,
        takes_turns=False,
        # The same shader for all operators.
        features=(1 << c.FEATURE_MODE_SHIFT)
        - 1
        - (c.FEATURE_STROKES | c.FEATURE_UNEVEN | c.FEATURE_GLYPHS | c.FEATURE_TONES),
    ),
    Stage(
        "fine",
        reads=("scene", "path_tiles", "segments", "words", "tiles", "counters", SURFACE, LAYERS, TEXELS),
        writes=("counters", SURFACE),
        group=64,
        per_group=True,
        takes_turns=False,
        features=(1 << c.FEATURE_KIND_SHIFT + (1 << c.PAINT_KIND_BITS)) - 1 - c.FEATURE_STROKES,
        small_group=16,
    ),
)
"""In the order in which they run."""
STAGE: Final = {stage.name: stage for stage in STAGES}
