"""svgpixels: SVG files as images: pixels in the size in which one is shown, so that it is sharp at any scale.

    draw_image(logo.svg, ...) --scale of the transform, SvgFile.size_for--> width x height --resvg--> pixels
    Image.open(logo.svg, width=...) --SvgFile.size_of----------------------'
"""

from __future__ import annotations

from math import hypot
from typing import Final

import numpy as np

from ..errors import LimitError
from ..geometry.affine import Affine
from ..memory import Holding
from ..pipeline.mips import KeptPixels
from ..svgfile.document import SvgDocument
from ..svgfile.raster import DocumentFonts, drawn

__all__ = ["SvgFile"]

MOST_DRAWN: Final = 4096 * 4096
"""Most pixels that a draw makes; one that shows more is drawn of so many, interpolated."""
MOST_PIXELS: Final = 1 << 26
"""Most pixels of all, 256 MiB."""
Rect = tuple[float, float, float, float]


class SvgFile:
    """An SVG file that was read, in no size yet."""

    __slots__ = ("document", "name")

    def __init__(self, data: bytes, name: str) -> None:
        self.document, self.name = SvgDocument.of(data, name), name

    @property
    def own_size(self) -> tuple[int, int]:
        """Width and height that it has by itself, whole pixels."""
        return self.size_of(None, None)

    def size_of(self, width: int | None, height: int | None) -> tuple[int, int]:
        """The size in pixels for a width, a height, or both; one that is None keeps the aspect ratio."""
        own_width, own_height = self.document.width, self.document.height
        if width is None:
            width = max(round(own_width * (1.0 if height is None else height / own_height)), 1)
            return width, max(round(own_height), 1) if height is None else height
        return width, max(round(own_height * width / own_width), 1) if height is None else height

    def size_for(self, source: Rect, target: Rect, matrix: Affine) -> tuple[int, int]:
        """The size in pixels in which it shows, where a part of it is drawn to a rectangle.

        Parameters
        ----------
        source
            The part, as x, y, width and height in pixels of `own_size`.
        target
            Where it goes, user space.
        matrix
            Maps user space to pixels of the canvas.
        """
        a, b, c, d, _, _ = matrix
        width, height = self.own_size
        scales = abs(target[2] / source[2]) * hypot(a, b), abs(target[3] / source[3]) * hypot(c, d)
        # A scale may overflow, or be that of a transform which is not finite.
        shown = [min(MOST_DRAWN, side * scale) for side, scale in zip((width, height), scales, strict=True)]
        # Beyond this it is enlarged, both ways alike.
        less = min((MOST_DRAWN / max(shown[0] * shown[1], 1.0)) ** 0.5, 1.0)
        # A rounding error must not make another size.
        across, down = (max(int(np.ceil(each * less - 1e-3)), 1) for each in shown)
        return min(across, MOST_DRAWN), min(down, MOST_DRAWN)

    def pixels(self, width: int, height: int) -> KeptPixels:
        """Its pixels in a size.

        Raises
        ------
        ImportError
            Where resvg is not installed.
        ValueError
            For a document that resvg refuses.
        LimitError, MemoryBudgetError
            For more than 2^26 pixels, or more than there is room for.
        """
        if width * height > MOST_PIXELS:
            raise LimitError(f"{self.name} at {width}x{height} has more than {MOST_PIXELS} pixels: make it smaller")
        holding = Holding("image", 4 * width * height)
        rgba = drawn(self.document, width, height, self.name, _fonts() if self.document.has_text else None)
        return KeptPixels(rgba.view(np.uint32)[..., 0], holding)


def _fonts() -> DocumentFonts:
    """The fonts that texts here have, for those of a document."""
    from ..text.match import family_faces
    from ..text.registry import registered, shipped

    families = []
    for generic in ("serif", "sans-serif", "monospace"):
        faces = family_faces(generic)
        families.append(faces[0].info.families[0] if faces else "")
    files = (face.path for face in (*shipped(), *registered()))
    return DocumentFonts(tuple(dict.fromkeys(path for path in files if path)), *families)
