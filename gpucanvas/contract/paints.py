"""The paints: a row each, with the record that a scene holds of one. All else about a paint follows from its row.

    row --code--> PAINT_* of both halves, the low bits of Draw.paint
        --record--> what lies in the scene's stream of paints; both halves load it by itself
        --name--> NAME_rows in stages/, NAME_color or NAME_quad in shaders/shared/; dispatchers made from here call them

    Draw.paint = code | place in the stream, words, << PAINT_KIND_BITS      0: the draw's own solid colour

The stream holds records of all kinds, the stops of gradients, and the nodes of shadows. An affine map
(xx xy dx / yx yy dy) takes a pixel's centre on the surface to the paint's own space, which the host chooses so that
little is left to compute.

A new paint is a row here and a function on each side; who encodes it appends its record (pipeline/paintcode.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .constants import PAINT_KIND_BITS
from .records import Field, Record, f32, i32, record, u32

__all__ = ["PAINTS", "PaintKind", "ShadowNode", "Stop"]


@dataclass(frozen=True)
class PaintKind:
    """One row: a kind of paint.

    Parameters
    ----------
    name
        What its functions are called.
    code
        The low bits of Draw.paint; 0 is a solid colour, which has no record.
    record
        What the scene's stream holds of each paint of this kind.
    has_quads
        Whether the shader has four neighbours' colours at once, by NAME_quad, and not each by NAME_color.
    """

    name: str
    code: int
    record: Record
    has_quads: bool = False

    def word(self, place: int) -> int:
        """Draw.paint of a paint whose record lies at this word of the stream."""
        return self.code | place << PAINT_KIND_BITS


def _map(x: str, y: str) -> dict[str, Field]:
    """The fields of an affine map from the surface."""
    return {
        "xx": f32(f"{x} from x"),
        "xy": f32(f"{x} from y"),
        "dx": f32(f"{x} at the surface's origin"),
        "yx": f32(f"{y} from x"),
        "yy": f32(f"{y} from y"),
        "dy": f32(f"{y} at the surface's origin"),
    }


def _stops() -> dict[str, Field]:
    """The fields of what all gradients have."""
    return {
        "stops": u32("first word of the stops, from the stream's own"),
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
    "Texels of an image; the source rectangle's border goes on outside of it.",
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
    "Texels of an image that repeats itself, or is transparent outside.",
    flags=u32("IMAGE_SMOOTH | REPEAT_X | REPEAT_Y"),
    **_map("column", "row"),
    image=u32("index of the Image"),
    width=u32("columns"),
    height=u32("rows"),
    alpha=f32("global alpha"),
)

ShadowNode: Final = record(
    "ShadowNode",
    "A height at which a rounded rectangle is narrower than in its middle, above and below that.",
    half_width=f32("of the rectangle there, pixels"),
    height=f32("from the middle, pixels"),
    weight=f32("of a bell curve of height 1 around it"),
)

BoxShadowPaint: Final = record(
    "BoxShadowPaint",
    "A colour as far as a rounded rectangle, blurred, covers a pixel: what corners lack is taken off a rectangle's.",
    x=f32("the middle, pixels of the surface"),
    y=f32("the middle"),
    half_width=f32("pixels"),
    half_height=f32("pixels"),
    scale=f32("1 / (sigma * sqrt(2)), of the blur and a pixel's own width"),
    nodes=u32("first word of the ShadowNodes, from the stream's own"),
    count=u32("of them"),
    r=f32("premultiplied red"),
    g=f32("premultiplied green"),
    b=f32("premultiplied blue"),
    a=f32("alpha"),
)

LayerPaint: Final = record(
    "LayerPaint",
    "Premultiplied pixels of another target, moved by whole pixels.",
    dx=i32("from a pixel's column to that of the target that is read"),
    dy=i32("the same of rows"),
    alpha=f32("global alpha"),
)

_RECORDS: Final = {
    "linear": LinearPaint,
    "image": ImagePaint,
    "radial": RadialPaint,
    "conic": ConicPaint,
    "pattern": PatternPaint,
    "layer": LayerPaint,
    "half_image": ImagePaint,  # Of which a texel is four halves, two words side by side, and not four bytes.
    "box_shadow": BoxShadowPaint,
}
_QUADS: Final = {"box_shadow"}
PAINTS: Final[dict[str, PaintKind]] = {
    name: PaintKind(name, code, row, name in _QUADS) for code, (name, row) in enumerate(_RECORDS.items(), 1)
}
"""Every kind of paint but the solid colour, by name."""
