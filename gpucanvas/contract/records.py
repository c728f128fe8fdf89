"""The structs that host, kernels and shaders share: one declaration each, with the meaning of every field.

Every field is a 32-bit word. So a record has no padding under any layout rule, kernels index arrays of its NumPy dtype,
and a shader reads it from an array of ``uint``. Vectors are declared as scalars (``x0, y0``), so that both halves of a
stage write ``draw.x0``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from struct import Struct
from typing import Final

import numpy as np

__all__ = ["RECORDS", "Field", "Record", "f32", "i32", "record", "u32"]


@dataclass(frozen=True)
class Field:
    """A field of a record: one 32-bit word."""

    kind: str
    meaning: str
    name: str = ""


def u32(meaning: str) -> Field:
    """Declare an unsigned field."""
    return Field("u4", meaning)


def i32(meaning: str) -> Field:
    """Declare a signed field."""
    return Field("i4", meaning)


def f32(meaning: str) -> Field:
    """Declare a float field."""
    return Field("f4", meaning)


@dataclass(frozen=True)
class Record:
    """A declared struct: its fields in order, the NumPy dtype, and the number of words it takes."""

    name: str
    meaning: str
    fields: tuple[Field, ...]
    dtype: np.dtype[np.void]

    @property
    def words(self) -> int:
        """32-bit words per item."""
        return len(self.fields)

    @property
    def pack(self) -> Callable[..., bytes]:
        """A function that takes the fields, in order, and returns an item's bytes."""
        return Struct("<" + "".join(STRUCT_CODES[field.kind] for field in self.fields)).pack


RECORDS: Final[dict[str, Record]] = {}
STRUCT_CODES: Final = {"u4": "I", "i4": "i", "f4": "f"}
"""The codes of a field's kind in Python's module struct."""


def record(name: str, meaning: str, **fields: Field) -> Record:
    """Declare a struct and register it for the generator.

    Raises
    ------
    TypeError
        A field was not made with u32(), i32() or f32(): only 32-bit words leave no gaps.
    """
    for field_name, field in fields.items():
        if not isinstance(field, Field):
            raise TypeError(f"{name}.{field_name} is {field!r}: declare it with u32(), i32() or f32()")
    dtype = np.dtype([(field_name, "<" + field.kind) for field_name, field in fields.items()])
    named = tuple(Field(field.kind, field.meaning, field_name) for field_name, field in fields.items())
    made = Record(name, meaning, named, dtype)
    RECORDS[name] = made
    return made


Config: Final = record(
    "Config",
    "The first words of the scene: sizes, and the beginning of each section of the scene, words.",
    width=u32("surface width, pixels"),
    height=u32("surface height, pixels"),
    width_in_tiles=u32("surface width, tiles"),
    height_in_tiles=u32("surface height, tiles"),
    width_in_bins=u32("surface width, bins"),
    draw_count=u32("draws"),
    path_count=u32("paths"),
    subpath_count=u32("subpaths"),
    vertex_count=u32("vertices"),
    curve_count=u32("curves"),
    path_tile_count=u32("path tiles"),
    draw_start=u32("first word of the draws"),
    path_start=u32("first word of the paths"),
    subpath_start=u32("first word of the subpaths"),
    curve_start=u32("first word of the curves"),
    stroke_start=u32("first word of the strokes"),
    clip_start=u32("first word of the clips"),
    paint_start=u32("first word of the stream of paints"),
    image_start=u32("first word of the images"),
    bin_count=u32("bins of the surface"),
    first_bin=u32("first of the bins that list draws; they form whole rows"),
    fine_left=u32("first column of tiles that fine is run for"),
    fine_top=u32("first row of tiles that fine is run for"),
    clears=u32("1: every pixel starts as `ground`, whatever the target holds"),
    ground=u32("a premultiplied pixel of the target's format: its first word, red in the low bits"),
    ground_high=u32("the second word of a pixel that has two"),
    line_capacity=u32("lines the line buffer holds"),
    crossing_capacity=u32("crossings the crossing buffer holds"),
    binned_capacity=u32("draw indices the bin lists hold"),
    word_capacity=u32("words the command buffer holds"),
)

Draw: Final = record(
    "Draw",
    "One shape in painter's order.",
    style=u32("SHAPE_* | OP_* << STYLE_OP_SHIFT | STYLE_UNBOUNDED | STYLE_TONED | tone << STYLE_TONE_SHIFT"),
    paint=u32("0: the solid colour below; else PAINT_* | place in the stream of paints, words, << PAINT_KIND_BITS"),
    clip=u32("index of a Clip; 0 is no clip"),
    path=u32("SHAPE_PATH: index of a Path; SHAPE_GLYPH: offset of the mask's first byte, in the scene or the pages"),
    x0=f32("left; circle: centre x; segment: start x; toned path: first factor"),
    y0=f32("top; circle: centre y; segment: start y; toned path: second factor"),
    x1=f32("right; circle: outer radius; segment: end x; toned path: third factor"),
    y1=f32("bottom; circle: inner radius, negative for a disc; segment: end y"),
    size=f32("frame and segment: half the line width, pixels"),
    r=f32("red, premultiplied by a"),
    g=f32("green, premultiplied by a"),
    b=f32("blue, premultiplied by a"),
    a=f32("opacity, global alpha included"),
)

Path: Final = record(
    "Path",
    "An outline that is filled, stroked or used as a clip; its tiles are a dense box of PathTiles.",
    tx0=i32("box of touched tiles: left"),
    ty0=i32("box of touched tiles: top"),
    tx1=i32("box of touched tiles: right, exclusive"),
    ty1=i32("box of touched tiles: bottom, exclusive"),
    tile_start=u32("index of the box's first PathTile; rows follow one another"),
    rule=u32("RULE_*"),
)

Subpath: Final = record(
    "Subpath",
    "A run of vertices of one path.",
    vertex_start=u32("index of the first vertex"),
    vertex_count=u32("vertices"),
    path=u32("index of the Path"),
    kind=u32("SUBPATH_*"),
    stroke=u32("index of the Stroke, where the kind is a stroke"),
)

Vertex: Final = record(
    "Vertex",
    "A point of a flattened outline, in device pixels.",
    x=f32("x, pixels"),
    y=f32("y, pixels"),
    curved=u32("CURVE_* inside a curve, where a turn gets no join; else 0"),
)

Curve: Final = record(
    "Curve",
    "A cubic that writes vertices, its start excluded and its end included: one per piece, and one per tip.",
    x0=f32("start x"),
    y0=f32("start y"),
    x1=f32("first control x"),
    y1=f32("first control y"),
    x2=f32("second control x"),
    y2=f32("second control y"),
    x3=f32("end x"),
    y3=f32("end y"),
    vertex_start=u32("index of the first vertex written"),
    piece_count=u32("pieces, at least 1"),
    tips=u32("TIP_*: the ends that get another vertex close to them"),
)

Stroke: Final = record(
    "Stroke",
    "A pen: offsets are computed in user space and transformed by the 2x2 matrix (xx xy / yx yy).",
    xx=f32("matrix: x from x"),
    xy=f32("matrix: x from y"),
    yx=f32("matrix: y from x"),
    yy=f32("matrix: y from y"),
    ixx=f32("inverse matrix: x from x"),
    ixy=f32("inverse matrix: x from y"),
    iyx=f32("inverse matrix: y from x"),
    iyy=f32("inverse matrix: y from y"),
    half_width=f32("half the line width, user space"),
    miter_limit=f32("longest miter over line width"),
    cap=u32("CAP_*"),
    join=u32("JOIN_*"),
    step_cos=f32("cosine of one step of a round join or cap"),
    step_sin=f32("sine of one step"),
)

Line: Final = record(
    "Line",
    "A directed edge in device pixels.",
    x0=f32("start x"),
    y0=f32("start y"),
    x1=f32("end x"),
    y1=f32("end y"),
    path=u32("index of the Path"),
)

Crossing: Final = record(
    "Crossing",
    "The part of a line inside a path tile, before sorting; coordinates are subpixels from the tile's corner.",
    tile=u32("index of the PathTile"),
    rank=u32("place among the tile's segments"),
    start=u32("x | y << 16, x with EDGE_FLAG"),
    end=u32("x | y << 16, x with EDGE_FLAG"),
)

Segment: Final = record(
    "Segment",
    "The part of a line inside a path tile, after sorting: the segments of a tile are consecutive.",
    start=u32("x | y << 16, x with EDGE_FLAG"),
    end=u32("x | y << 16, x with EDGE_FLAG"),
)

PathTile: Final = record(
    "PathTile",
    "A tile of a path's box.",
    backdrop=i32("winding at the tile's top left corner"),
    segment_count=u32("segments"),
    segment_start=u32("index of the first Segment"),
)

Clip: Final = record(
    "Clip",
    "A node of the clip tree: the intersection of a path or a rectangle with its parent.",
    parent=u32("index of the parent Clip; 0 is no clip"),
    path=u32("index of a Path, or NO_PATH for the rectangle below"),
    x0=f32("rectangle: left; path: left of its bounds"),
    y0=f32("top"),
    x1=f32("right"),
    y1=f32("bottom"),
)

Image: Final = record(
    "Image",
    "The location of an image's texels: in the pages of the GPU, or in the host's memory.",
    start=u32("offset of the whole picture's texel (0, 0) in the pages or the memory, texels, modulo 2^32"),
    stride=u32("texels from a row to the next"),
    count=u32("host: texels of the memory"),
    low=u32("host: the memory's address, low half"),
    high=u32("host: the memory's address, high half"),
)

Box: Final = record(
    "Box",
    "The tiles that a draw may change.",
    across=u32("left | right << 16, tiles; right is exclusive"),
    down=u32("top | bottom << 16, tiles; bottom is exclusive"),
)

Tile: Final = record(
    "Tile",
    "A tile's command list.",
    word_start=u32("index of the first command word"),
    word_count=u32("command words"),
)
