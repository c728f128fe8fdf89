"""svgglyphs: glyphs that are SVG: one element of a document of the font, drawn by resvg.

    document --parsed, kept--> elements --the glyph's element and those around it, the rest as definitions--> markup
    markup --resvg, in the size of the screen--> pixels

An em of the font is the document's viewport, whose origin is on the baseline. ``currentColor`` is the fill style, and
the font's palette is there as ``var(--color0)`` and so on.

https://learn.microsoft.com/typography/opentype/spec/svg
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import Element, tostring

import numpy as np
from numpy.typing import NDArray

from ..errors import LimitError
from ..svgfile.document import SVG, parsed, unpacked, without_links
from ..svgfile.raster import drawn_markup
from .color import Rgba
from .instance import Instance
from .paintgraph import palette_of
from .registry import emptied_on_removal

__all__ = ["drawn_glyph", "has_svg"]

Box = tuple[float, float, float, float]
VARIABLE: Final = re.compile(rb"var\(\s*--color(\d{1,5})\s*(?:,([^()]*(?:\([^()]*\))?[^()]*))?\)")
"""A colour of the palette, and the one to take where there is none."""
DEFINING: Final = frozenset((f"{SVG}defs", f"{SVG}style"))
"""Elements that draw nothing by themselves, and apply where they are."""
OVERHANG: Final = 0.25
"""Room around a glyph's advance, ascent and outline, of an em: its picture may be larger."""
MOST_PX: Final = 4096
"""Most pixels each way."""


def has_svg(instance: Instance, glyph: int) -> bool:
    """Whether a glyph is SVG that can be read."""
    return bool(_markup(instance, glyph))


def drawn_glyph(instance: Instance, glyph: int, size: int, color: Rgba) -> tuple[NDArray[np.uint8], Box] | None:
    """Draw a glyph that is SVG at ``size`` pixels per em.

    Returns
    -------
    tuple
        Straight RGBA8 (H, W, 4) and its box: left, top, width and height in font units, y
        down from the baseline. None for a glyph that has no picture.
    """
    inner = _markup(instance, glyph)
    if not inner:
        return None
    unit = size / instance.upem
    # Whole pixels, so that the box is exact.
    left, top, right, bottom = (round(each * unit) for each in _room(instance, glyph))
    width, height = min(max(right - left, 1), MOST_PX), min(max(bottom - top, 1), MOST_PX)
    rgb = ",".join(f"{round(255 * each)}" for each in color[:3])
    markup = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" color="rgb({rgb})" '
        f'viewBox="{left / unit!r} {top / unit!r} {width / unit!r} {height / unit!r}">{inner}</svg>'
    )
    try:
        pixels = drawn_markup(markup, width, height, f"glyph {glyph}")
    except ValueError:
        return None
    rows, columns = (np.flatnonzero(pixels[..., 3].any(axis)) for axis in (1, 0))
    if not rows.size:
        return None
    # One transparent pixel is left around the picture, so that its edges stay soft where it is drawn scaled.
    x, y = max(int(columns[0]) - 1, 0), max(int(rows[0]) - 1, 0)
    pixels = pixels[y : rows[-1] + 2, x : columns[-1] + 2]
    return pixels, ((left + x) / unit, (top + y) / unit, pixels.shape[1] / unit, pixels.shape[0] / unit)


def _room(instance: Instance, glyph: int) -> Box:
    """Where a glyph's picture may be: left, top, right and bottom, font units, y down."""
    upem, coords = instance.upem, instance.outline(glyph).coords
    xs, ys = (coords[0::2], coords[1::2]) if coords.size else (np.zeros(1), np.zeros(1))
    over = OVERHANG * upem
    right = max(instance.advance(glyph), float(xs.max()), upem)
    return (
        *(min(0.0, float(xs.min())) - over, min(-upem, float(ys.min())) - over),
        *(right + over, max(0.25 * upem, float(ys.max())) + over),
    )


@lru_cache(4096)
def _markup(instance: Instance, glyph: int) -> str:
    """The SVG of one glyph, in font units; empty where there is none that can be read."""
    face = instance.face
    with instance.lock:
        blob = face.get_glyph_color_svg(glyph)
        data = b"" if blob is None else bytes(blob.data)
        table = bytes(face.reference_table("CPAL").data) if data else b""
    if not data:
        return ""
    try:
        root, parents = _document(data, tuple(palette_of(table, 0)))
        wanted = f"glyph{glyph}"
        found = next((each for each in root.iter() if each.get("id") == wanted), None)
        if found is None:
            return ""
        shown = _copied(found)
        while found is not root:
            shown, found = _with_only(parents[found], found, shown), parents[found]
        shown.attrib.update(x="0", y="0", width=f"{instance.upem}", height=f"{instance.upem}", overflow="visible")
        return tostring(shown, "unicode")
    except (ValueError, LimitError):
        return ""


@lru_cache(8)
def _document(data: bytes, palette: tuple[Rgba, ...]) -> tuple[Element, dict[Element, Element]]:
    """The root of a document, and the parent of each element."""

    def color_of(variable: re.Match[bytes]) -> bytes:
        index = int(variable[1])
        if index >= len(palette):
            return variable[2] or b"currentColor"
        *rgb, alpha = palette[index]
        return f"rgba({','.join(str(round(255 * each)) for each in rgb)},{alpha:.3f})".encode()

    root = parsed(VARIABLE.sub(color_of, unpacked(data, "a font's document")), "a font's document")
    without_links(root)
    return root, {child: parent for parent in root.iter() for child in parent}


emptied_on_removal(_markup.cache_clear)
emptied_on_removal(_document.cache_clear)


def _copied(element: Element) -> Element:
    """An element with attributes of its own, and the same children."""
    copy = Element(element.tag, dict(element.attrib))
    copy.extend(element)
    return copy


def _with_only(parent: Element, child: Element, shown: Element) -> Element:
    """An element that draws ``shown`` in the place of one of its children; the others are there to be referred to."""
    copy = Element(parent.tag, dict(parent.attrib))
    for each in parent:
        if each is child:
            copy.append(shown)
        elif each.tag in DEFINING:
            copy.append(each)
        else:
            hidden = Element(f"{SVG}defs")
            hidden.append(each)
            copy.append(hidden)
    return copy
