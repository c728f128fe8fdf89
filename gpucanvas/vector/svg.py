"""svg: writes nodes as an SVG document: https://www.w3.org/TR/SVG2/, with blend modes and filters of CSS.

    Shape   <path>, with a gradient or pattern in <defs> where it has one
    Marks   <g> of <use>, for parts in <defs>, and of <path>
    Bitmap  <image> with a PNG file in its text; <use> where its pixels are drawn again
    Group   <g>, with a <filter> in <defs> where it has effects
    clip    <clipPath> in <defs>, which refers to the one that it is cut with
    Words   <text> that nobody sees, over all of the picture: svgtext.py

A gradient between circles that do not contain each other, one around a point, and a pattern that repeats in one
direction or not at all have no counterpart in SVG, and programs sample turned and scaled patterns in their own ways:
shapes painted with them are bitmaps, and so is everything below an operator other than source-over or a blend mode.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from typing import Any, Final
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import RULE_EVENODD
from ..geometry.affine import IDENTITY
from ..paint.effects import ColorMatrix, ComponentTransfer, GaussianBlur
from ..pipeline.entries import ClipNode
from ..present.png import write_png
from .nodes import Bitmap, Composite, Gradient, Group, Marks, Node, Part, Shape, Silhouette, Tiles, seen_through
from .outlines import even_scale
from .pixels import WrittenPixels
from .svgtext import text_lines
from .svgvalues import (
    DECIMALS,
    color_of,
    data_of,
    geometry_of,
    matrix_of,
    moved_by,
    number,
    painted,
    path_data,
    pen_of,
    primitives_of,
    stop_of,
)
from .words import Words

__all__ = ["supports", "write_svg"]

GRADIENTS: Final = {
    "linear": ("linearGradient", ("x1", "y1", "x2", "y2")),
    "radial": ("radialGradient", ("fx", "fy", "fr", "cx", "cy", "r")),
}
"""The element of each kind of gradient, and the attributes for its numbers."""
EVENODD: Final = ' fill-rule="evenodd"'
PIXELATED: Final = ' style="image-rendering:pixelated"'
EFFECTS: Final = (GaussianBlur, ColorMatrix, ComponentTransfer, Silhouette)


def supports(node: Node) -> bool:
    """Whether SVG can express a node."""
    if isinstance(node, Group):
        return all(isinstance(effect, EFFECTS) and not _fills(effect) for effect in node.effects)
    paint = node.paint if isinstance(node, Shape) else None
    if isinstance(paint, Tiles):
        return paint.is_on_pixels
    return not isinstance(paint, Gradient) or paint.kind == "linear" or paint.is_nested


def _fills(effect: Any) -> bool:
    """Whether an effect changes transparent pixels: it would end at the filter's region, not at the canvas's edge."""
    return isinstance(effect, ColorMatrix | ComponentTransfer) and effect.fills


def write_svg(nodes: list[Node], words: list[Words], width: int, height: int, title: str | None = None) -> str:
    """Nodes, and what their texts say, as an SVG document of a size, CSS pixels."""
    writer = Writer()
    body = writer.nodes(nodes)
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        *([f"<title>{escape(title)}</title>"] if title else []),
        *(["<defs>", *writer.definitions, "</defs>"] if writer.definitions else []),
    ]
    # Blend modes see only the picture, not the page that it is on.
    around = ['<g style="isolation:isolate">', "</g>"] if writer.blends else []
    said = text_lines(words) if words else []
    return "\n".join([*head, *around[:1], *body, *around[1:], *said, "</svg>", ""])


class Writer:
    """Writes nodes as elements, and collects what they refer to.

    Attributes
    ----------
    definitions : list of str
        The elements that others refer to, in order.
    blends : bool
        Whether any element has a blend mode.
    """

    def __init__(self) -> None:
        self.definitions: list[str] = []
        self.blends = False
        self._names: dict[str, str] = {}
        """The names of gradients, clips and filters, by their elements."""
        self._clips: dict[ClipNode, str] = {}
        self._parts: dict[Part, str] = {}
        self._images: WrittenPixels[str] = WrittenPixels()

    def nodes(self, nodes: Iterable[Node]) -> list[str]:
        """The elements of nodes; those that follow one another in the same clip are in one group."""
        out: list[str] = []
        clip: ClipNode | None = None
        for node in nodes:
            own = node.composite.clip if node.composite.blend == "normal" else None
            if own is not clip:
                out += ["</g>"] * (clip is not None)
                out += [] if own is None else [f"<g{self._clip_attribute(own)}>"]
                clip = own
            out += self._element(node)
        return out + ["</g>"] * (clip is not None)

    def _element(self, node: Node) -> list[str]:
        """The lines of a node's element; it is in a group with its clip already, unless it has a blend mode."""
        blend, own = node.composite.blend, node.composite.clip
        made = self._plain(node)
        if blend == "normal":
            return made
        # The clip of a blended node is on the element with the blend mode: a clip isolates what is in it.
        self.blends = True
        cut = "" if own is None else self._clip_attribute(own)
        return [f'<g{cut} style="mix-blend-mode:{blend}">', *made, "</g>"]

    def _plain(self, node: Node) -> list[str]:
        if isinstance(node, Shape):
            return self._shape(node)
        if isinstance(node, Marks):
            return self._marks(node)
        if isinstance(node, Bitmap):
            return [self._bitmap(node)]
        look = self._opacity(node.composite)
        if node.effects:
            look += f' filter="url(#{self._filter(node)})"{moved_by(node.effects[-1])}'
        elif not look and not self._has_blends(node.children):
            return self.nodes(node.children)
        else:
            look += ' style="isolation:isolate"'
        return [f"<g{look}>", *self.nodes(node.children), "</g>"]

    @staticmethod
    def _has_blends(nodes: list[Node]) -> bool:
        return any(node.composite.blend != "normal" for node in nodes)

    @staticmethod
    def _opacity(composite: Composite) -> str:
        return "" if composite.alpha == 1 else f' opacity="{number(composite.alpha, 4)}"'

    # -- shapes ----------------------------------------------------------------------------------------------------

    def _shape(self, node: Shape) -> list[str]:
        pen = node.pen
        scale = 1.0 if pen is None else even_scale(node.matrix)
        # A pen that the transform distorts is drawn in user space.
        is_local = scale is None
        shape = geometry_of(node, IDENTITY if is_local else node.matrix, None if is_local else DECIMALS)
        if not shape:
            return []
        paint = node.paint
        if isinstance(paint, Gradient):
            color, alpha = f"url(#{self._gradient(paint, is_local)})", 1.0
        elif isinstance(paint, Tiles):
            color, alpha = f"url(#{self._tiles(paint, is_local)})", 1.0
        else:
            color, alpha = color_of(paint), min(max(paint[3], 0.0), 1.0)
        look = painted("fill" if pen is None else "stroke", color, alpha * node.composite.alpha)
        if pen is None:
            return [f"<{shape}{look}{EVENODD if node.is_evenodd else ''}/>"]
        look += pen_of(pen, scale or 1.0, has_corners=shape.startswith("path"))
        look += f' transform="{matrix_of(node.matrix)}"' if is_local else ""
        return [f'<{shape} fill="none"{look}/>']

    def _marks(self, node: Marks) -> list[str]:
        alpha = min(max(node.paint[3], 0.0), 1.0) * node.composite.alpha
        look = painted("fill", color_of(node.paint), alpha) + (EVENODD if node.is_evenodd else "")
        if len(node.places) == 1:
            return [self._mark(*node.places[0], look)]
        return [f"<g{look}>", *(self._mark(*place) for place in node.places), "</g>"]

    def _mark(self, part: Part, x: float, y: float, look: str = "") -> str:
        if not part.is_shared:
            return f'<path d="{data_of(part, (1.0, 0.0, 0.0, 1.0, x, y))}"{look}/>'
        name = self._parts.get(part)
        if name is None:
            name = self._parts[part] = f"s{len(self._parts)}"
            self.definitions.append(f'<path id="{name}" d="{data_of(part, IDENTITY)}"/>')
        return f'<use href="#{name}" x="{number(x)}" y="{number(y)}"{look}/>'

    def _gradient(self, paint: Gradient, is_local: bool) -> str:
        """The name of a gradient; a shape in user space has its transform already."""
        tag, names = GRADIENTS[paint.kind]
        numbers, stops = paint.numbers, paint.stops.tolist()
        if paint.kind == "radial" and numbers[2] > numbers[5]:
            # The circle around the other one is the end in SVG.
            numbers = *numbers[3:], *numbers[:3]
            stops = [[1 - offset, *color] for offset, *color in reversed(stops)]
        shape = " ".join(f'{name}="{number(v, None)}"' for name, v in zip(names, numbers, strict=True))
        is_placed = is_local or paint.matrix == IDENTITY
        moved = "" if is_placed else f' gradientTransform="{matrix_of(paint.matrix)}"'
        head = f'<{tag} {shape} gradientUnits="userSpaceOnUse"{moved}'
        return self._define("g", tag, [head, *map(stop_of, stops)])

    def _tiles(self, paint: Tiles, is_local: bool) -> str:
        """The name of a pattern; a shape in user space has its transform already."""
        height, width = paint.pixels.shape
        matrix = paint.own if is_local else paint.placed
        moved = "" if matrix == IDENTITY else f' patternTransform="{matrix_of(matrix)}"'
        head = f'<pattern width="{width}" height="{height}" patternUnits="userSpaceOnUse"{moved}'
        return self._define("p", "pattern", [head, f'<use href="#{self._image(paint.pixels)}"/>'])

    def _define(self, letter: str, tag: str, lines: list[str]) -> str:
        """The name of an element, written once for all that refer to it; its first line lacks the end."""
        key = "\n".join(lines)
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = f"{letter}{len(self._names)}"
            first = lines[0].replace(f"<{tag}", f'<{tag} id="{name}"', 1)
            self.definitions += [f"{first}>", *lines[1:], f"</{tag}>"]
        return name

    # -- clips -----------------------------------------------------------------------------------------------------

    def _clip_attribute(self, clip: ClipNode) -> str:
        return f' clip-path="url(#{self._clip(clip)})"'

    def _clip(self, clip: ClipNode) -> str:
        """The name of a clip; its parents come before it."""
        chain = []
        node: ClipNode | None = clip
        while node is not None and node not in self._clips:
            chain.append(node)
            node = node.parent
        for each in reversed(chain):
            self._clips[each] = self._define_clip(each)
        return self._clips[clip]

    def _define_clip(self, clip: ClipNode) -> str:
        parent = "" if clip.parent is None else self._clip_attribute(clip.parent)
        rule = ' clip-rule="evenodd"' if clip.rule == RULE_EVENODD else ""
        shape = Shape(Composite(), bytes(clip.verbs), clip.coords, clip.matrix, (0, 0, 0, 1))
        # A clip without an area hides everything; an empty path in a clipPath does too.
        outline = f'<path d="{path_data(shape, clip.matrix)}"{rule}/>'
        return self._define("c", "clipPath", [f"<clipPath{parent}", outline])

    # -- bitmaps and filters ---------------------------------------------------------------------------------------

    def _bitmap(self, node: Bitmap) -> str:
        look = self._opacity(node.composite)
        look += "" if node.is_smooth else PIXELATED
        name = self._image(node.pixels)
        return f'<use href="#{name}" transform="{matrix_of(node.matrix)}"{look}/>'

    def _image(self, pixels: NDArray[np.uint32]) -> str:
        """The name of an image; the same pixels are written once."""
        return self._images.name(pixels, self._define_image)

    def _define_image(self, rgba: NDArray[np.uint8]) -> str:
        name = f"i{len(self._images)}"
        height, width, _ = rgba.shape
        source = f"data:image/png;base64,{b64encode(write_png(rgba, None, ())).decode()}"
        size = f'width="{width}" height="{height}" preserveAspectRatio="none"'
        self.definitions.append(f'<image id="{name}" {size} href="{source}"/>')
        return name

    def _filter(self, node: Group) -> str:
        """The name of a group's filter."""
        lines = [line for effect in node.effects for line in primitives_of(effect)]
        x, y, wide, high = (number(side, 1) for side in seen_through(node.effects, node.seen))
        region = f'filterUnits="userSpaceOnUse" x="{x}" y="{y}" width="{wide}" height="{high}"'
        return self._define("f", "filter", [f'<filter {region} color-interpolation-filters="sRGB"', *lines])
