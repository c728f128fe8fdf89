"""The stages of a frame and the buffers between them: one declaration each.

    scene, vertices --flatten_*--> lines --binning_*--> segments, binned --coarse--> words, tiles --fine--> surface

A declaration determines the group size and the buffer bindings of its shader (shaders/generated/NAME.glsl), and the
bindings and dispatches of the gl backend. A buffer's binding is its index among the stage's own buffers, so that no
stage needs more than the eight bindings that every driver has.

The kernels of the cpu backend have the same names, but no bindings: they are called with arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from . import constants as c
from . import records
from .records import Record


@dataclass(frozen=True)
class Buffer:
    """Storage that a stage fills for another stage, or the host for all stages.

    Parameters
    ----------
    name
        The name on the host and in shaders, where it is an array of words.
    meaning
        A description of its contents, for the generated shader text.
    item
        The record of its items; None for plain words.
    counter, capacity
        For buffers that shaders append to: the COUNTER_* that counts the items, and the field of Config with the
        number of items that fit.
    """

    name: str
    meaning: str
    item: Record | None = None
    counter: int | None = None
    capacity: str = ""

    @property
    def words(self) -> int:
        """32-bit words per item."""
        return 1 if self.item is None else self.item.words


BUFFERS: Final = {
    buffer.name: buffer
    for buffer in (
        Buffer("scene", "everything that the host uploads except vertices: Config, then every table"),
        Buffer("vertices", "outlines, flattened", records.Vertex),
        Buffer("lines", "edges of all outlines", records.Line, c.COUNTER_LINES, "line_capacity"),
        Buffer("crossings", "lines cut at tiles, unsorted", records.Crossing, c.COUNTER_CROSSINGS, "crossing_capacity"),
        Buffer("path_tiles", "the tiles of every path", records.PathTile),
        Buffer("segments", "crossings, sorted by tile", records.Segment, c.COUNTER_CROSSINGS, "crossing_capacity"),
        Buffer("boxes", "the tiles that each draw may change", records.Box),
        Buffer(
            "binned",
            "the beginning and the length of each bin's list of draws; then the lists",
            None,
            c.COUNTER_BINNED,
            "binned_capacity",
        ),
        Buffer("words", "the command lists of tiles", None, c.COUNTER_WORDS, "word_capacity"),
        Buffer("tiles", "the place of each tile's commands", records.Tile),
        Buffer("counters", "COUNTER_*: the items that each buffer needs"),
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
    """A compute shader, shaders/NAME.comp.

    Parameters
    ----------
    name
        The shader's name; its first part is the step, for example `flatten` in `flatten_curves`.
    reads, writes
        Names of buffers. All threads see changes of a buffer that is in both.
    group
        Threads per work group.
    per_group
        Whether an item of work is done by a work group, or by a thread.
    takes_turns
        Whether a thread or group does several items, at equal distances, so that there may be more items than threads.
    features
        The FEATURE_* bits that the shader depends on, for drivers with specialised shaders; 0 for none.
    small_group
        Threads per work group where the shader is compiled for few threads; 0 where that makes no difference.
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
        """The name in traces and timers."""
        return self.name.partition("_")[0]

    @property
    def buffers(self) -> tuple[str, ...]:
        """The stage's buffers; the index of each is its binding."""
        both = dict.fromkeys((*self.reads, *self.writes))
        return tuple(name for name in both if name not in IMAGES and name != TEXELS)

    @property
    def fetched(self) -> frozenset[str]:
        """The buffers that a shader reads as textures where TEXEL_BUFFERS is defined: all that it does not change.

        The counters are excluded: they stay bound, and are read only once.
        """
        return frozenset(self.buffers) - frozenset((*self.writes, "counters"))

    def groups(self, items: int, at_most: int) -> int:
        """Returns the number of work groups for a number of items."""
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
        # Without the bits of operators: one shader serves them all.
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
"""The stages in the order in which they run."""
STAGE: Final = {stage.name: stage for stage in STAGES}
