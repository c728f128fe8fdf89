"""The kinds of paint, one row each, with their records in a scene. Everything else about a paint follows from its row.

    row --code--> PAINT_* of both halves, the low bits of Draw.paint
        --record--> the paint's record in the scene's stream of paints; the code that loads it is generated
        --name--> NAME_rows in stages/, NAME_color or NAME_quad in shaders/shared/; their dispatchers are generated

    Draw.paint = code | place in the stream, words, << PAINT_KIND_BITS      0: the draw's own solid colour

The stream holds the records of all kinds, the stops of gradients, and the nodes of shadows. An affine map
(xx xy dx / yx yy dy) transforms a pixel's centre on the surface to the paint's own space, which the host chooses so
that pixels need little arithmetic.

A new paint needs a row here, a function on each side, and code in pipeline/paintcode.py that writes its record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .constants import PAINT_KIND_BITS
from .records import Field, Record, f32, i32, record, u32

__all__ = ["PAINTS", "PaintKind", "ShadowNode", "Stop"]


@dataclass(frozen=True)
class PaintKind:
    """A row of the table: a kind of paint.

    Parameters
    ----------
    name
        The first part of its functions' names.
    code
        The low bits of Draw.paint; 0 is a solid colour, which has no record.
    record
        The record that the scene's stream holds for each paint of this kind.
    has_quads
        Whether the shader computes the colours of four neighbours at once, with NAME_quad instead of NAME_color.
    """

    name: str
    code: int
    record: Record
    has_quads: bool = False

    def word(self, place: int) -> int:
        """Returns Draw.paint for a paint whose record begins at this word of the stream."""
        return self.code | place << PAINT_KIND_BITS


def _map(x: str, y: str) -> dict[str, Field]:
    """Returns the fields of an affine map from the surface."""
    return {
        "xx": f32(f"{x} from x"),
        "xy": f32(f"{x} from y"),
        "dx": f32(f"{x} at the surface's origin"),
        "yx": f32(f"{y} from x"),
        "yy": f32(f"{y} from y"),
        "dy": f32(f"{y} at the surface's origin"),
    }


def _stops() -> dict[str, Field]:
    """Returns the fields that all gradients have."""
    return {
        "stops": u32("first word of the stops, counted from the stream's first"),
        "count": u32("stops, at least 1"),
        "alpha": f32("global alpha"),
    }


Stop: Final = record(
    "Stop",
    "A gradient's colour stop, straight alpha.",
    offset=f32("0 to 1, not decreasing"),
    r=f32("red"),
    g=f32("green"),
    b=f32("blue"),
    a=f32("alpha"),
)

LinearPaint: Final = record(
    "LinearPaint",
    "A gradient along a line: 0 at its start, 1 at its end.",
    xx=f32("place on the line from x"),
    xy=f32("place on the line from y"),
    dx=f32("place on the line at the surface's origin"),
    **_stops(),
)

RadialPaint: Final = record(
    "RadialPaint",
    "A gradient between two circles. Its space has the first centre as origin, the second to the right of it, and the "
    "greater of their distance and the change of radius as 1.",
    **_map("x", "y"),
    along=f32("distance of the centres, 0 to 1"),
    growth=f32("change of the radius, -1 to 1"),
    radius=f32("first radius"),
    square=f32("square of the first radius"),
    middle=f32("radius * growth"),
    reach=f32("radius * along"),
    curve=f32("along^2 - growth^2; 0 where one circle touches the other from inside, negative where it lies inside"),
    root=f32("1 or -1: which of the two circles through a point is seen"),
    **_stops(),
)

ConicPaint: Final = record(
    "ConicPaint",
    "A gradient around a point. Its space has the point as origin and the first ray to the right.",
    **_map("x", "y"),
    **_stops(),
)

ImagePaint: Final = record(
    "ImagePaint",
    "Texels of an image; outside the source rectangle, the texels of its border continue.",
    flags=u32("IMAGE_SMOOTH"),
    **_map("column", "row"),
    image=u32("index of the Image"),
    x0=i32("least column sampled"),
    y0=i32("least row sampled"),
    x1=i32("greatest column sampled"),
    y1=i32("greatest row sampled"),
    alpha=f32("global alpha"),
)

PatternPaint: Final = record(
    "PatternPaint",
    "Texels of an image that is repeated in x, in y, in both or not at all; transparent elsewhere.",
    flags=u32("IMAGE_SMOOTH | REPEAT_X | REPEAT_Y"),
    **_map("column", "row"),
    image=u32("index of the Image"),
    width=u32("columns"),
    height=u32("rows"),
    alpha=f32("global alpha"),
)

ShadowNode: Final = record(
    "ShadowNode",
    "A height, above and below a rounded rectangle's middle, at which the rectangle is narrower than in the middle.",
    half_width=f32("half the rectangle's width at this height, pixels"),
    height=f32("distance from the middle, pixels"),
    weight=f32("weight of a bell curve of height 1 around this height"),
)

BoxShadowPaint: Final = record(
    "BoxShadowPaint",
    "A colour times a blurred rounded rectangle's coverage: a rectangle's, less the part that the corners lack.",
    x=f32("the rectangle's centre: x, pixels of the surface"),
    y=f32("the rectangle's centre: y"),
    half_width=f32("half the width, pixels"),
    half_height=f32("half the height, pixels"),
    scale=f32("1 / (sigma * sqrt(2)), of the blur and a pixel's own width"),
    nodes=u32("first word of the ShadowNodes, counted from the stream's first"),
    count=u32("ShadowNodes"),
    r=f32("premultiplied red"),
    g=f32("premultiplied green"),
    b=f32("premultiplied blue"),
    a=f32("alpha"),
)

LayerPaint: Final = record(
    "LayerPaint",
    "Premultiplied pixels of another target, shifted by whole pixels.",
    dx=i32("column in the target that is read, less the column of the pixel"),
    dy=i32("row in the target that is read, less the row of the pixel"),
    alpha=f32("global alpha"),
)

_RECORDS: Final = {
    "linear": LinearPaint,
    "image": ImagePaint,
    "radial": RadialPaint,
    "conic": ConicPaint,
    "pattern": PatternPaint,
    "layer": LayerPaint,
    "half_image": ImagePaint,  # A texel is four halves in two consecutive words, instead of four bytes.
    "box_shadow": BoxShadowPaint,
}
_QUADS: Final = {"box_shadow"}
PAINTS: Final[dict[str, PaintKind]] = {
    name: PaintKind(name, code, row, name in _QUADS) for code, (name, row) in enumerate(_RECORDS.items(), 1)
}
"""All kinds of paint except the solid colour, by name."""
