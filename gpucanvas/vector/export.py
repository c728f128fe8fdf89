"""export: a picture's commands as a file's text or bytes: checks arguments, and joins the parts of this package.

    commands --nodes_of--> nodes --shared--> nodes --write_svg, write_pdf--> a file
             --words_of--> what the texts say ---------^
"""

from __future__ import annotations

from math import isfinite
from typing import Any, Final, NamedTuple

from ..geometry.numbers import as_float
from ..pipeline.record import Commands
from . import pdf, svg
from .rasters import Rasteriser
from .sharing import shared
from .svgtext import NOT_XML
from .tree import nodes_of
from .words import checked_text, words_of

__all__ = ["FORMATS", "Settings", "encode", "format_of"]

FORMATS: Final = ("svg", "pdf", "png")
FINEST: Final = 32.0
"""Most pixels of a bitmap for a pixel of the picture."""
DPI: Final = 1.0, 9600.0
"""Least and most pixels an inch."""


class Settings(NamedTuple):
    """How a picture is written.

    Attributes
    ----------
    bitmap_scale : float
        Pixels of bitmaps for each pixel of the picture.
    dpi : float
        Pixels of the picture that are an inch.
    title : str or None
        The document's title.
    text : str
        ``"searchable"`` or ``"outlines"``.
    """

    bitmap_scale: float
    dpi: float
    title: str | None
    text: str

    @classmethod
    def checked(cls, verb: str, bitmap_scale: Any, dpi: Any, title: Any, text: Any) -> Settings:
        """Settings of a call; raises TypeError and ValueError."""
        scale, inch = as_float(verb, "bitmap_scale", bitmap_scale), as_float(verb, "dpi", dpi)
        if not (isfinite(scale) and 0 < scale <= FINEST):
            raise ValueError(f"{verb}: bitmap_scale is {bitmap_scale!r}: give a number above 0, at most {FINEST:g}")
        if not (isfinite(inch) and DPI[0] <= inch <= DPI[1]):
            raise ValueError(f"{verb}: dpi is {dpi!r}: give pixels an inch, {DPI[0]:g} to {DPI[1]:g}")
        if title is not None and not isinstance(title, str):
            raise TypeError(f"{verb}: title is {title!r:.80}: give a text, or None")
        shown = None if title is None else NOT_XML.sub("\ufffd", title)
        return cls(scale, inch, shown, checked_text(verb, text))


def encode(commands: Commands, size: tuple[int, int], format: str, settings: Settings) -> bytes:
    """A frozen recording without texts, in sRGB, as a file of a format."""
    rasteriser = Rasteriser((0, 0, *size), settings.bitmap_scale)
    words = words_of(commands, size) if settings.text == "searchable" else []
    if format == "svg":
        nodes = shared(nodes_of(commands, rasteriser, svg.supports))
        return svg.write_svg(nodes, words, *size, settings.title).encode()
    nodes = shared(nodes_of(commands, rasteriser, pdf.supports))
    return pdf.write_pdf(nodes, words, *size, settings.dpi, settings.title)


def format_of(target: object, format: object) -> str:
    """The format of a picture's file: that which is named, or else the name's suffix; ValueError for another one."""
    found = format
    if format is None:
        name = str(target) if isinstance(target, str) or hasattr(target, "__fspath__") else ""
        found = name.rpartition(".")[2].lower() if "." in name else ""
    if found not in FORMATS:
        what = f"format is {format!r:.80}" if format is not None else f"target is {target!r:.80}"
        names = "end the name in .svg, .pdf or .png, or give format='svg', 'pdf' or 'png'"
        raise ValueError(f"Picture.save: {what}: {names}; for others, draw the picture on a Canvas and save that")
    return str(found)
