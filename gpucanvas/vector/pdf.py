"""pdf: writes nodes as a PDF document of one page: https://www.iso.org/standard/51502.html (ISO 32000-1).

    Shape   path operators; gradients are shadings, and one whose opacity varies has a soft mask of another shading
    Marks   form XObjects of paths, for parts that are found again, and path operators
    Bitmap  an image XObject, with its alpha as a soft mask
    Group   a transparency group: a form XObject with a content stream of its own
    clip    W n, between q and Q
    Words   text that nobody sees, over all of the picture: pdftext.py

The page shows one transparency group, whose space is that of the picture: pixels, y down. Shadings are placed by the
space of the form they are used in, so that gradients need no other transform than their own.

PDF has no filters: layers with effects, and shadows with a blur, are bitmaps.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import RULE_EVENODD
from ..contract.verbs import CLOSE, CUBIC, LINE, MOVE
from ..geometry.affine import IDENTITY, Affine
from ..pipeline.entries import ClipNode, Pen, Solid
from .nodes import Bitmap, Composite, Gradient, Group, Marks, Node, Part, Shape, Tiles
from .outlines import cubic_pieces, dashes_of, drawn, even_scale, width_of, with_area
from .pdffile import Objects, Reference, dictionary, number, numbers, text
from .pdftext import text_layer
from .pixels import WrittenPixels
from .words import Words

__all__ = ["supports", "write_pdf"]

POINTS_AN_INCH: Final = 72.0
OPERATORS: Final = {MOVE: "m", LINE: "l", CUBIC: "c", CLOSE: "h"}
BLENDS: Final = {
    "normal": "/Normal",
    "multiply": "/Multiply",
    "screen": "/Screen",
    "overlay": "/Overlay",
    "darken": "/Darken",
    "lighten": "/Lighten",
    "color-dodge": "/ColorDodge",
    "color-burn": "/ColorBurn",
    "hard-light": "/HardLight",
    "soft-light": "/SoftLight",
    "difference": "/Difference",
    "exclusion": "/Exclusion",
    "hue": "/Hue",
    "saturation": "/Saturation",
    "color": "/Color",
    "luminosity": "/Luminosity",
}
COLORS, GREY = "/DeviceRGB", "/DeviceGray"
BOX_MARGIN: Final = 1.0
STEP_ROOM: Final = 1 / 128
"""The part of a gradient's line beyond a step at its end: programs compute 256 colours of a gradient."""


def supports(node: Node) -> bool:
    """Whether PDF can express a node."""
    if isinstance(node, Group):
        return not node.effects
    paint = node.paint if isinstance(node, Shape) else None
    if isinstance(paint, Tiles):
        # Programs show seams between the tiles of a tiling pattern.
        return False
    return not isinstance(paint, Gradient) or paint.kind == "linear" or paint.is_nested


def write_pdf(
    nodes: list[Node], words: list[Words], width: int, height: int, dpi: float, title: str | None = None
) -> bytes:
    """Nodes, and what their texts say, as a document of a size in pixels, of which ``dpi`` are an inch."""
    objects = Objects()
    unit = POINTS_AN_INCH / dpi
    catalog, pages, page = objects.reserve(), objects.reserve(), objects.reserve()
    form = Content(objects, (width, height)).form(nodes)
    content = f"q {numbers(unit, 0, 0, -unit, 0, height * unit)} cm /X Do Q"
    resources: dict[str, Any] = {"XObject": {"X": form}}
    if words:
        lines, resources["Font"] = text_layer(objects, words, height)
        content += f"\nq {numbers(unit, 0, 0, unit, 0, 0)} cm {lines} Q"
    # A page without width or height is not valid.
    box = [0, 0, max(width * unit, unit), max(height * unit, unit)]
    group = {"S": "/Transparency", "CS": COLORS, "I": True}
    shown = objects.add_stream(content.encode())
    entries = {"MediaBox": box, "Group": group, "Resources": resources, "Contents": shown}
    objects.set(page, dictionary(Type="/Page", Parent=pages, **entries))
    objects.set(pages, dictionary(Type="/Pages", Kids=[page], Count=1))
    objects.set(catalog, dictionary(Type="/Catalog", Pages=pages))
    info = objects.add(dictionary(Producer=text("gpucanvas"), Title=text(title) if title else None))
    return objects.finish(catalog, info)


class Content:
    """Writes nodes as content streams of one file."""

    def __init__(self, objects: Objects, size: tuple[int, int]) -> None:
        self._objects, self._size = objects, size
        self._images: WrittenPixels[Reference] = WrittenPixels()
        self._clips: dict[ClipNode, list[str]] = {}
        self._masks: dict[Reference, Reference] = {}
        self._parts: dict[tuple[Part, bool], Reference] = {}

    def form(self, nodes: Iterable[Node]) -> Reference:
        """A transparency group of nodes."""
        stream = Stream(self)
        stream.draw(nodes)
        return self.add_form(stream)

    def add_form(self, stream: Stream, color_space: str = COLORS) -> Reference:
        """A transparency group of a content stream."""
        width, height = self._size
        box = [-BOX_MARGIN, -BOX_MARGIN, width + BOX_MARGIN, height + BOX_MARGIN]
        group = {"S": "/Transparency", "CS": color_space, "I": True}
        data = "\n".join(stream.lines).encode("ascii")
        entries = {"BBox": box, "Group": group, "Resources": stream.resources}
        return self._objects.add_stream(data, Type="/XObject", Subtype="/Form", **entries)

    def state(self, **entries: Any) -> Reference:
        """A graphics state; the same entries are written once."""
        return self._objects.share(dictionary(Type="/ExtGState", **entries))

    def image(self, pixels: NDArray[np.uint32], is_smooth: bool) -> Reference:
        """An image; the same pixels are written once."""
        return self._images.name(pixels, lambda rgba: self._new_image(rgba, is_smooth), is_smooth)

    def _new_image(self, rgba: NDArray[np.uint8], is_smooth: bool) -> Reference:
        height, width, _ = rgba.shape
        size = {"Width": width, "Height": height, "BitsPerComponent": 8}
        entries = {"Type": "/XObject", "Subtype": "/Image", **size, "Interpolate": is_smooth}
        mask = None
        if (rgba[..., 3] != 255).any():
            mask = self._objects.add_stream(rgba[..., 3].tobytes(), ColorSpace=GREY, **entries)
        color = rgba[..., :3].tobytes()
        return self._objects.add_stream(color, ColorSpace=COLORS, SMask=mask, **entries)

    def clip(self, clip: ClipNode) -> list[str]:
        """The operators that intersect the clip with another one, without its parents."""
        found = self._clips.get(clip)
        if found is None:
            shape = Shape(Composite(), bytes(clip.verbs), clip.coords, clip.matrix, (0, 0, 0, 1))
            # A clip without an area hides everything: so does a rectangle without a size.
            found = self._clips[clip] = _path(shape, clip.matrix) or ["0 0 0 0 re"]
            found.append("W* n" if clip.rule == RULE_EVENODD else "W n")
        return found

    def part(self, part: Part, is_evenodd: bool) -> Reference:
        """A form that fills a part of an outline in the colour of its use; written once."""
        found = self._parts.get((part, is_evenodd))
        if found is None:
            points = np.array(part.coords).reshape(-1, 2)
            box = [*(points.min(0) - BOX_MARGIN).tolist(), *(points.max(0) + BOX_MARGIN).tolist()]
            data = "\n".join(_filled(part, IDENTITY, is_evenodd)).encode("ascii")
            found = self._objects.add_stream(data, Type="/XObject", Subtype="/Form", BBox=box, Resources={})
            self._parts[part, is_evenodd] = found
        return found

    def shading(self, paint: Gradient, *, of_alpha: bool) -> Reference:
        """A pattern of a gradient's colours, or of its alpha as grey."""
        values = paint.stops[:, 4:] if of_alpha else paint.stops[:, 1:4]
        low, high = _domain(paint)
        shading = {
            "ShadingType": 2 if paint.kind == "linear" else 3,
            "ColorSpace": GREY if of_alpha else COLORS,
            "Coords": numbers_list(_numbers_within(paint, low, high), None),
            "Domain": [low, high],
            "Function": _function(paint.stops[:, 0].tolist(), np.clip(values, 0, 1).tolist(), low, high),
            "Extend": [True, True],
        }
        matrix = numbers_list(paint.matrix, None)
        return self._objects.share(dictionary(Type="/Pattern", PatternType=2, Matrix=matrix, Shading=shading))

    def alpha_mask(self, paint: Gradient) -> Reference:
        """A graphics state whose soft mask is a gradient's alpha; written once for each gradient."""
        shading = self.shading(paint, of_alpha=True)
        found = self._masks.get(shading)
        if found is None:
            found = self._masks[shading] = self._new_mask(shading)
        return found

    def _new_mask(self, shading: Reference) -> Reference:
        stream = Stream(self)
        pattern = stream.resource("Pattern", shading)
        width, height = self._size
        box = numbers(-BOX_MARGIN, -BOX_MARGIN, width + 2 * BOX_MARGIN, height + 2 * BOX_MARGIN)
        stream.lines.append(f"/Pattern cs {pattern} scn {box} re f")
        form = self.add_form(stream, GREY)
        return self.state(SMask={"Type": "/Mask", "S": "/Luminosity", "G": form})


class Stream:
    """One content stream, and the resources that it names.

    Attributes
    ----------
    lines : list of str
        The operators.
    resources : dict
        References by name, by category.
    """

    def __init__(self, content: Content) -> None:
        self._content = content
        self.lines: list[str] = []
        self.resources: dict[str, dict[str, Reference]] = {}
        self._names: dict[Reference, str] = {}

    def resource(self, category: str, reference: Reference) -> str:
        """The name of a resource in this stream."""
        found = self._names.get(reference)
        if found is None:
            found = f"{category[0]}{len(self._names)}"
            self.resources.setdefault(category, {})[found] = reference
            self._names[reference] = found
        return f"/{found}"

    def draw(self, nodes: Iterable[Node]) -> None:
        """Append nodes; those that follow one another in the same clip are between one pair of q and Q."""
        clip: ClipNode | None = None
        for node in nodes:
            own = node.composite.clip
            if own is not clip:
                self._clip(clip, own)
                clip = own
            self._node(node)
        self.lines += ["Q"] * (clip is not None)

    def _clip(self, before: ClipNode | None, clip: ClipNode | None) -> None:
        """Begin a clip in place of the one before: from that one, where it is a parent, else without any."""
        chain, node = [], clip
        while node is not None and node is not before:
            chain.append(node)
            node = node.parent
        if before is not None and node is None:
            self.lines.append("Q")
        if clip is not None and node is None:
            self.lines.append("q")
        for each in reversed(chain):
            self.lines += self._content.clip(each)

    def _node(self, node: Node) -> None:
        if isinstance(node, Shape):
            self._shape(node)
        elif isinstance(node, Marks):
            self._marks(node)
        elif isinstance(node, Bitmap):
            self._bitmap(node)
        else:
            form = self.resource("XObject", self._content.form(node.children))
            self.lines += ["q", *self._look(node.composite), f"{form} Do", "Q"]

    def _look(self, composite: Composite, alpha: float = 1.0) -> list[str]:
        """The graphics state for a node's opacity and blend mode, where it is not the usual one."""
        alpha *= composite.alpha
        blend = BLENDS[composite.blend]
        if alpha == 1 and blend == BLENDS["normal"]:
            return []
        return [self._state(ca=alpha, CA=alpha, BM=blend)]

    def _state(self, **entries: Any) -> str:
        return f"{self.resource('ExtGState', self._content.state(**entries))} gs"

    def _shape(self, node: Shape) -> None:
        pen = node.pen
        if pen is None:
            outline = _path(node, node.matrix)
            look = []
            paint = "f*" if node.is_evenodd else "f"
        elif (scale := even_scale(node.matrix)) is not None:
            outline, look, paint = _path(node, node.matrix), _pen(pen, scale), "S"
        else:
            # A pen that the transform distorts is in user space, and so is its path.
            outline, look, paint = _path(node, IDENTITY, None), _pen(pen, 1.0), "S"
            look = [f"{numbers(*node.matrix, digits=None)} cm", *look]
        if outline:
            self.lines += ["q", *self._color(node), *look, *outline, paint, "Q"]

    def _marks(self, node: Marks) -> None:
        self.lines += ["q", *self._solid(node.paint, node.composite, "rg")]
        for part, x, y in node.places:
            if part.is_shared:
                form = self.resource("XObject", self._content.part(part, node.is_evenodd))
                self.lines.append(f"q 1 0 0 1 {numbers(x, y)} cm {form} Do Q")
            else:
                self.lines += _filled(part, (1.0, 0.0, 0.0, 1.0, x, y), node.is_evenodd)
        self.lines.append("Q")

    def _solid(self, color: Solid, composite: Composite, operator: str) -> list[str]:
        """The operators that set a colour, with the operator for its three numbers."""
        red, green, blue, alpha = (min(max(channel, 0.0), 1.0) for channel in color)
        return [*self._look(composite, alpha), f"{numbers(red, green, blue)} {operator}"]

    def _color(self, node: Shape) -> list[str]:
        """The operators that set a shape's paint."""
        paint, is_stroked = node.paint, node.pen is not None
        assert not isinstance(paint, Tiles)
        if not isinstance(paint, Gradient):
            return self._solid(paint, node.composite, "RG" if is_stroked else "rg")
        look = self._look(node.composite)
        if (paint.stops[:, 4] != 1).any():
            look.append(f"{self.resource('ExtGState', self._content.alpha_mask(paint))} gs")
        pattern = self.resource("Pattern", self._content.shading(paint, of_alpha=False))
        return [*look, f"/Pattern CS {pattern} SCN" if is_stroked else f"/Pattern cs {pattern} scn"]

    def _bitmap(self, node: Bitmap) -> None:
        height, width = node.pixels.shape
        image = self.resource("XObject", self._content.image(node.pixels, node.is_smooth))
        # An image fills the unit square, its first row at the top, where y is 1.
        a, b, c, d, e, f = node.matrix
        placed = a * width, b * width, -c * height, -d * height, c * height + e, d * height + f
        self.lines += ["q", *self._look(node.composite), f"{numbers(*placed, digits=None)} cm {image} Do", "Q"]


# -- values --------------------------------------------------------------------------------------------------------


def numbers_list(values: Iterable[float], digits: int | None = 5) -> str:
    """Numbers as an array."""
    return f"[{numbers(*values, digits=digits)}]"


def _path(shape: Shape, matrix: Affine, digits: int | None = 4) -> list[str]:
    """A shape's outline under a transform as path operators."""
    outline = drawn(shape, matrix)
    kept = outline if shape.pen is not None else with_area(*outline)
    pieces = cubic_pieces(*kept, digits is not None)
    return [f"{numbers(*points, digits=digits)} {OPERATORS[verb]}".lstrip() for verb, points in pieces]


def _filled(part: Part, matrix: Affine, is_evenodd: bool) -> list[str]:
    """The operators that fill a part of an outline under a transform; none where it has no area."""
    outline = _path(Shape(Composite(), part.verbs, part.coords, matrix, (0, 0, 0, 1)), matrix)
    return [*outline, "f*" if is_evenodd else "f"] if outline else []


def _pen(pen: Pen, scale: float) -> list[str]:
    """The operators that set a pen under a scale."""
    dashes, begin = dashes_of(pen, scale)
    dash = f" {numbers_list(dashes, None)} {number(begin, None)} d" if dashes else ""
    miter = "" if pen.join else f" {number(max(pen.miter_limit, 1.0))} M"
    return [f"{number(width_of(pen, scale), None)} w {pen.cap} J {pen.join} j{miter}{dash}"]


def _domain(paint: Gradient) -> tuple[float, float]:
    """The part of a gradient's line that its function is for: 0 to 1, and more where it ends with a step.

    What lies beyond has the colour at the end, which is that before the first step or after the last one.
    """
    offsets = paint.stops[:, 0].tolist()
    low, high = (-STEP_ROOM if offsets[:2] == [0.0, 0.0] else 0.0), (STEP_ROOM if offsets[-2:] == [1.0, 1.0] else 0.0)
    if paint.kind == "radial":
        # No circle has a negative radius; where one has none, nothing lies beyond.
        first, last = paint.numbers[2], paint.numbers[5]
        low, high = max(low, -first / max(last - first, first)), min(high, last / max(first - last, last))
    return low, 1.0 + high


def _numbers_within(paint: Gradient, low: float, high: float) -> list[float]:
    """A gradient's points or circles at two places of its line."""
    middle = len(paint.numbers) // 2
    ends = list(zip(paint.numbers[:middle], paint.numbers[middle:], strict=True))
    return [a + at * (b - a) for at in (low, high) for a, b in ends]


def _function(offsets: list[float], values: list[list[float]], low: float, high: float) -> dict[str, Any]:
    """A function of the place in a gradient: constant up to the first stop and from the last, linear between."""
    pieces = [(low, values[0])] if offsets[0] > low else []
    pieces += zip(offsets, values, strict=True)
    if pieces[-1][0] < high:
        pieces.append((high, values[-1]))
    # Two stops at one place are a step: there is no piece between them.
    spans = [(x0, x1, a, b) for (x0, a), (x1, b) in zip(pieces, pieces[1:], strict=False) if x1 > x0]
    functions = [{"FunctionType": 2, "Domain": [0, 1], "C0": a, "C1": b, "N": 1} for _, _, a, b in spans]
    bounds = [x1 for _, x1, _, _ in spans[:-1]]
    encode = [0, 1] * len(functions)
    return {"FunctionType": 3, "Domain": [low, high], "Functions": functions, "Bounds": bounds, "Encode": encode}
