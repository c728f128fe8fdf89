"""instance: a face with fixed axis values and synthetic bold or slant. Text is shaped and drawn with it.

    hb.Font at 64 * upem --draw_glyph--> verbs, coords in font units, y down --> cached

Text is shaped at 64 units per font unit, whatever its size in px: advances of static fonts are exact, those of variable
fonts keep fractions, and a run that is shaped once serves all sizes.
"""

from __future__ import annotations

from array import array
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import numpy as np

from ..geometry.builder import CLOSE, CUBIC, LINE, MOVE, QUAD
from .metrics import FaceMetrics, read_metrics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .color import ColorCommand, ColorImage, ColorLayer

__all__ = ["SUBUNITS", "Instance", "Outline"]

SUBUNITS: Final = 64
"""Units of an instance's hb.Font per font unit."""
MOST_KEPT: Final = 4096
"""How many outlines an instance caches."""
MOST_COLORS: Final = 512
"""How many results about colour glyphs an instance caches."""


class Outline(NamedTuple):
    """A glyph's outline: a path stream as `gpucanvas.geometry.builder` writes it.

    Parameters
    ----------
    verbs
        MOVE, LINE, QUAD, CUBIC and CLOSE, a byte each.
    coords
        float64 of shape (n,): the points of the verbs, in font units, y down from the baseline.
    """

    verbs: bytes
    coords: NDArray[np.float64]


class Instance:
    """A face to shape and draw with; `Face.instance` makes and caches instances.

    Attributes
    ----------
    font : uharfbuzz.Font
        Its scale is ``64 * upem``. It is shared, so it must not be changed.
    upem : int
        Font units per em.
    variations, bold, slant
        The arguments of `Face.instance`.
    file : tuple
        The face's path, its contents if it has no path, and its index there.
    """

    def __init__(
        self,
        face: Any,
        lock: RLock,
        variations: tuple[tuple[str, float], ...],
        bold: float,
        slant: float,
        file: tuple[str | None, bytes | None, int] = (None, None, 0),
    ) -> None:
        import uharfbuzz as hb

        self.upem = int(face.upem)
        self.face = face
        self.lock = lock
        self.file = file
        self.variations, self.bold, self.slant = variations, bold, slant
        self.font = hb.Font(face)
        self.font.scale = (SUBUNITS * self.upem, SUBUNITS * self.upem)
        if variations:
            self.font.set_variations(dict(variations))
        if bold:
            self.font.synthetic_bold = (bold, bold, True)
        if slant:
            self.font.synthetic_slant = slant
        self._outlines: dict[int, Outline] = {}
        self._colors: dict[tuple[str, int, int], Any] = {}

    @cached_property
    def metrics(self) -> FaceMetrics:
        """The instance's metrics for an em of 1; synthetic bold does not change them, as in browsers."""
        if not self.bold:
            return read_metrics(self.font)
        import uharfbuzz as hb

        plain = hb.Font(self.face)
        plain.scale = self.font.scale
        if self.variations:
            plain.set_variations(dict(self.variations))
        return read_metrics(plain)

    def advance(self, glyph: int) -> float:
        """Return a glyph's advance in font units."""
        return int(self.font.get_glyph_h_advance(glyph)) / SUBUNITS

    def outline(self, glyph: int) -> Outline:
        """Return a glyph's outline; an empty outline for a space or for a glyph that the face does not have."""
        found = self._outlines.get(glyph)
        if found is None:
            with self.lock:
                found = self._draw(glyph)
                self._outlines[glyph] = found
                if len(self._outlines) > MOST_KEPT:
                    del self._outlines[next(iter(self._outlines))]
        return found

    def color_layers(self, glyph: int, palette: int = 0) -> tuple[ColorLayer, ...]:
        """Return the layers of a COLR 0 glyph, the lowest first; empty if the glyph has no layers."""
        return self._color("layers", glyph, palette)  # type: ignore[no-any-return]

    def color_commands(self, glyph: int, palette: int = 0) -> tuple[ColorCommand, ...]:
        """Return the commands of a COLR 0 or 1 glyph in painter's order; empty if the glyph has no colours."""
        return self._color("commands", glyph, palette)  # type: ignore[no-any-return]

    def color_image(self, glyph: int, ppem: int) -> ColorImage | None:
        """Return a glyph's picture in the size nearest to ``ppem`` pixels per em; None if the glyph has no picture."""
        return self._color("image", glyph, ppem)  # type: ignore[no-any-return]

    def _color(self, kind: Literal["layers", "commands", "image"], glyph: int, which: int) -> Any:
        from .paintgraph import read_commands, read_image, read_layers

        key = (kind, glyph, which)
        if key not in self._colors:
            with self.lock:
                if kind == "layers":
                    found: Any = read_layers(self.face, glyph, which)
                elif kind == "commands":
                    found = read_commands(self.face, self.variations, glyph, which)
                else:
                    found = read_image(self.face, glyph, which)
                self._colors[key] = found
                if len(self._colors) > MOST_COLORS:
                    del self._colors[next(iter(self._colors))]
                return found
        return self._colors[key]

    def _draw(self, glyph: int) -> Outline:
        verbs, numbers = bytearray(), array("d")
        self.font.draw_glyph(glyph, _draw_funcs(), (verbs, numbers))
        coords = np.frombuffer(numbers, np.float64).copy() if numbers else np.empty(0)
        coords /= SUBUNITS
        # HarfBuzz emboldens upwards from the baseline: the shift makes the outline grow equally on all sides.
        coords[1::2] = self.bold * self.upem / 2 - coords[1::2]
        coords.flags.writeable = False
        return Outline(bytes(verbs), coords)


# -- callbacks for HarfBuzz's outlines -------------------------------------------------------------------------

Pen = tuple[bytearray, "array[float]"]
_funcs: Any = None


def _draw_funcs() -> Any:
    global _funcs
    if _funcs is None:
        from uharfbuzz import DrawFuncs

        funcs = DrawFuncs()
        funcs.set_move_to_func(_move)
        funcs.set_line_to_func(_line)
        funcs.set_quadratic_to_func(_quad)
        funcs.set_cubic_to_func(_cubic)
        funcs.set_close_path_func(_close)
        _funcs = funcs
    return _funcs


def _move(x: float, y: float, pen: Pen) -> None:
    pen[0].append(MOVE)
    pen[1].extend((x, y))


def _line(x: float, y: float, pen: Pen) -> None:
    pen[0].append(LINE)
    pen[1].extend((x, y))


def _quad(cx: float, cy: float, x: float, y: float, pen: Pen) -> None:
    pen[0].append(QUAD)
    pen[1].extend((cx, cy, x, y))


def _cubic(ax: float, ay: float, bx: float, by: float, x: float, y: float, pen: Pen) -> None:
    pen[0].append(CUBIC)
    pen[1].extend((ax, ay, bx, by, x, y))


def _close(pen: Pen) -> None:
    pen[0].append(CLOSE)
