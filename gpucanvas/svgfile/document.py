"""document: reads an SVG document: how large it is, and markup for `raster`, which loads nothing from elsewhere.

bytes --unpacked (.svgz)--> XML --parsed--> elements --SvgDocument.of--> size in CSS pixels, markup

The size is that of an image in a web page: its width and height, else those that its viewBox has room for in 300x150.
https://www.w3.org/TR/css-images-3/#default-sizing and https://www.w3.org/TR/SVG2/coords.html#SizingSVGInCSS
"""

from __future__ import annotations

import re
import zlib
from typing import Final, NamedTuple, Self
from xml.etree import ElementTree

from ..css.quantities import LENGTH, UNITS
from ..errors import LimitError

__all__ = ["SVG", "SvgDocument", "is_svg", "parsed", "unpacked", "without_links"]

SVG: Final = "{http://www.w3.org/2000/svg}"
LINKS: Final = ("href", "{http://www.w3.org/1999/xlink}href")
LOADING: Final = frozenset((f"{SVG}image", f"{SVG}feImage"))
"""The elements whose link is a picture."""
MOST_BYTES: Final = 64 << 20
"""Most bytes of a document, unpacked."""
DEEPEST: Final = 200
"""Elements inside elements, for which resvg has room. Real files have some ten."""
GZIP: Final = b"\x1f\x8b"
DEFAULT: Final = (300.0, 150.0)
"""Width and height of an image that has none, CSS pixels."""
FONT_PX: Final = {"em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0}
"""Pixels of the units that depend on a font, which is CSS's default outside of a web page."""
BACKGROUND: Final = re.compile(r"(?:^|;)\s*background(?:-color)?\s*:([^;]*)")
NUMBER: Final = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"


class SvgDocument(NamedTuple):
    """An SVG document to draw.

    Attributes
    ----------
    width, height : float
        Its size, CSS pixels; above 0.
    markup : str
        Its root element, of that size, without the prolog.
    background : str
        The colour behind it, as CSS; empty for none.
    has_text : bool
        Whether fonts are needed: whether it has text that is seen.
    """

    width: float
    height: float
    markup: str
    background: str
    has_text: bool

    @classmethod
    def of(cls, data: bytes, name: str) -> Self:
        """Read a document.

        Parameters
        ----------
        data
            The file's bytes, also packed by gzip (.svgz).
        name
            What errors call the file.

        Raises
        ------
        ValueError
            For bytes that are no SVG document, and for a document without width or height.
        LimitError
            For one of more than 64 MiB.
        """
        root = parsed(unpacked(data, name), name)
        width, height = size_of(root)
        if not (0.0 < width < 1e9 and 0.0 < height < 1e9):
            error = ValueError(f"{name} is {width:g}x{height:g} large: give its svg element a width and a height")
            error.name = "InvalidStateError"  # type: ignore[attr-defined]
            raise error
        without_links(root)
        has_text = shows_text(root)
        found = BACKGROUND.search(root.get("style", ""))
        background = "" if found is None else found[1].strip()
        root.attrib.update(x="0", y="0", width=f"{width!r}", height=f"{height!r}")
        return cls(width, height, ElementTree.tostring(root, "unicode"), background, has_text)


def is_svg(head: bytes) -> bool:
    """Whether a file is an SVG document, by its first few thousand bytes."""
    if head[:2] == GZIP:
        try:
            head = zlib.decompressobj(31).decompress(head, 4096)
        except zlib.error:
            return False
    # UTF-16 has a zero in every second byte of this.
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text[:1] == b"<" and re.search(rb"<(?:[\w.-]+:)?svg[\s/>]", head) is not None


def unpacked(data: bytes, name: str) -> bytes:
    """The bytes of a document, which may be packed by gzip."""
    if data[:2] == GZIP:
        packed = zlib.decompressobj(31)
        try:
            data = packed.decompress(data, MOST_BYTES + 1)
        except zlib.error as error:
            raise ValueError(f"{name} is damaged or cut off ({error}): give a complete one, or save it anew") from None
        if not packed.eof and len(data) <= MOST_BYTES:
            raise ValueError(f"{name} is cut off: give a complete one, or save it anew")
    if len(data) > MOST_BYTES:
        raise LimitError(f"{name} has more than {MOST_BYTES} bytes of SVG: give a smaller one")
    return data


def parsed(data: bytes, name: str) -> ElementTree.Element:
    """The root element of a document; expat, which reads it, bounds what entities expand to."""
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise ValueError(f"{name} is no SVG document: {error}: save it anew") from None
    level, depth = [root], 0
    while level:
        level, depth = [child for each in level for child in each], depth + 1
        if depth > DEEPEST:
            raise ValueError(f"{name} has elements nested over {DEEPEST} deep: simplify it")
    if root.tag == "svg":
        raise ValueError(f'{name} is SVG without its namespace: write <svg xmlns="http://www.w3.org/2000/svg" ...>')
    if root.tag != f"{SVG}svg":
        raise ValueError(f"{name} is no SVG document: its outermost element is {root.tag!r:.80}")
    return root


def shows_text(root: ElementTree.Element) -> bool:
    """Whether a document has text, but for text without opacity, which is there to be searched."""
    left = [root]
    while left:
        element = left.pop()
        if element.get("fill-opacity") != "0":
            if element.tag == f"{SVG}text":
                return True
            left.extend(element)
    return False


def without_links(root: ElementTree.Element) -> None:
    """Remove the links to pictures in other files from a document: as in browsers, an image loads nothing else."""
    for element in root.iter():
        for link in LINKS if element.tag in LOADING else ():
            # The document may come from anybody, and name files of this machine.
            if not element.get(link, "data:").lstrip().lower().startswith(("data:", "#")):
                del element.attrib[link]


def size_of(root: ElementTree.Element) -> tuple[float, float]:
    """Width and height of a document, CSS pixels."""
    width, height = (pixels_of(root.get(side)) for side in ("width", "height"))
    ratio = ratio_of(root.get("viewBox"))
    if width is not None and height is not None:
        return width, height
    if ratio is None:
        return width if width is not None else DEFAULT[0], height if height is not None else DEFAULT[1]
    if width is not None:
        return width, width / ratio
    if height is not None:
        return height * ratio, height
    return (DEFAULT[0], DEFAULT[0] / ratio) if ratio >= DEFAULT[0] / DEFAULT[1] else (DEFAULT[1] * ratio, DEFAULT[1])


def pixels_of(length: str | None) -> float | None:
    """A length in pixels; None for none, and for a part of a page that is not there."""
    found = re.fullmatch(rf"\s*({NUMBER})([a-zA-Z]*)\s*", length or "")
    if found is None:
        return None
    unit = found[2].lower() or "px"
    quantity = UNITS.get(unit)
    scale = quantity.value if quantity is not None and quantity.powers == LENGTH else FONT_PX.get(unit)
    return None if scale is None else float(found[1]) * scale


def ratio_of(box: str | None) -> float | None:
    """Width by height of a viewBox; None where it has no area."""
    numbers = re.findall(NUMBER, box or "")
    if len(numbers) != 4:
        return None
    width, height = float(numbers[2]), float(numbers[3])
    return width / height if width > 0.0 and height > 0.0 else None
