"""viewers: other programs' drawings of SVG and PDF documents, as straight RGBA pixels."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import pypdfium2
import resvg_py
from PIL import Image

__all__ = ["draw_pdf", "draw_svg"]

Pixels = npt.NDArray[np.uint8]
CLEAR = (0, 0, 0, 0)


def draw_svg(text: str) -> Pixels:
    """An SVG document at its own size, as resvg draws it."""
    png = bytes(resvg_py.svg_to_bytes(svg_string=text))
    return np.array(Image.open(io.BytesIO(png)).convert("RGBA"))


def draw_pdf(data: bytes, scale: float = 1.0) -> Pixels:
    """The one page of a PDF document, as PDFium draws it; ``scale`` is pixels a point."""
    document = pypdfium2.PdfDocument(data)
    try:
        assert len(document) == 1
        drawn = document[0].render(scale=scale, fill_color=CLEAR, rev_byteorder=True, maybe_alpha=True)
        pixels = np.array(drawn.to_numpy())
    finally:
        document.close()
    if pixels.shape[2] == 4:
        return pixels
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
