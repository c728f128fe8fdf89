"""raster: draws SVG documents with resvg, a library for static SVG, which gives PNG files.

https://github.com/linebender/resvg
"""

from __future__ import annotations

import io
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

from .document import SvgDocument
from .installed import is_installed
from .worker import WorkerError, png_of

__all__ = ["DocumentFonts", "drawn", "drawn_markup"]

CURE: Final = 'which is not installed: python -m pip install "gpucanvas[svg]"'


class DocumentFonts(NamedTuple):
    """The fonts for a document's text beside the system's: files, and a family for each of CSS's generic ones."""

    files: tuple[str, ...]
    serif: str
    sans_serif: str
    monospace: str


def drawn(document: SvgDocument, width: int, height: int, name: str, fonts: DocumentFonts | None) -> NDArray[np.uint8]:
    """Draw a document, stretched to a size in pixels.

    Parameters
    ----------
    name
        What errors call the file.
    fonts
        None for a document without text.

    Returns
    -------
    uint8 array (height, width, 4)
        Straight RGBA.

    Raises
    ------
    ImportError
        Where resvg is not installed.
    ValueError
        For a document that it refuses.
    """
    style = f"style={quoteattr(f'background-color:{document.background}')}" if document.background else ""
    markup = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" preserveAspectRatio="none" '
        f'viewBox="0 0 {document.width!r} {document.height!r}" {style}>{document.markup}</svg>'
    )
    return drawn_markup(markup, width, height, name, fonts)


def drawn_markup(
    markup: str, width: int, height: int, name: str, fonts: DocumentFonts | None = None
) -> NDArray[np.uint8]:
    """Draw a document that says its size in pixels."""
    if not is_installed():
        raise ImportError(f"{name} is SVG, which is drawn by resvg, {CURE}", name="resvg_py")
    from PIL import Image

    options: dict[str, Any] = {"skip_system_fonts": True}
    if fonts is not None:
        options = {
            "font_files": list(fonts.files),
            "font_family": fonts.sans_serif,
            "serif_family": fonts.serif,
            "sans_serif_family": fonts.sans_serif,
            "cursive_family": fonts.sans_serif,
            "fantasy_family": fonts.sans_serif,
            "monospace_family": fonts.monospace,
        }
    try:
        png = png_of(markup, width, height, options)
    except WorkerError as error:
        raise ValueError(f"{name} cannot be drawn by resvg ({error!s:.200}): simplify it, or give a PNG") from None
    with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
        return np.array(picture.convert("RGBA"))
