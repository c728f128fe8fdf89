"""PaintVerbs: gradients and patterns, to be assigned to a context's styles."""

from __future__ import annotations

from typing import Any

from .. import memory
from ..geometry.numbers import Number
from ..images.sources import as_pixels, is_canvas, space_of
from ..paint.gradient import CanvasGradient
from ..paint.pattern import CanvasPattern, Repetition
from ..pipeline.record import FixedPixels
from .recorder import Recorder

__all__ = ["PaintVerbs"]


class PaintVerbs(Recorder):
    """Makes gradients and patterns. They belong to no canvas, and lie in the user space of the draws that use them."""

    __slots__ = ()

    def create_linear_gradient(self, x0: Number, y0: Number, x1: Number, y1: Number) -> CanvasGradient:
        """A gradient along the line from (x0, y0) to (x1, y1), user space; add stops with ``add_color_stop``.

        Beyond its ends it has their colours; between two equal points it paints nothing. HTML, "fill and stroke
        styles".

        Raises
        ------
        TypeError
            For a coordinate that is no finite number.
        """
        return CanvasGradient.make("linear", x0, y0, x1, y1, strict=self._strict)

    def create_radial_gradient(
        self, x0: Number, y0: Number, r0: Number, x1: Number, y1: Number, r1: Number
    ) -> CanvasGradient:
        """A gradient from the circle of radius r0 around (x0, y0) to that of r1 around (x1, y1), user space.

        The circles between the two have interpolated colours. The series goes on before the first and after the second
        circle, in the colours of the ends, while the radius is above 0. Points on no circle are not painted; a point on
        several has the colour of the last of them in the series. Between two equal circles nothing is painted. HTML,
        "fill and stroke styles".

        Raises
        ------
        TypeError
            For an argument that is no finite number.
        IndexSizeError
            For a negative radius.
        """
        return CanvasGradient.make("radial", x0, y0, r0, x1, y1, r1, strict=self._strict)

    def create_conic_gradient(self, start_angle: Number, x: Number, y: Number) -> CanvasGradient:
        """A gradient once around (x, y), user space, clockwise from an angle in radians; 0 is to the right.

        Offsets 0 and 1 meet at that angle. HTML, "fill and stroke styles".

        Raises
        ------
        TypeError
            For an argument that is no finite number.
        """
        return CanvasGradient.make("conic", start_angle, x, y, strict=self._strict)

    def create_pattern(self, image: Any, repetition: Repetition | None = "repeat") -> CanvasPattern:
        """A pattern that repeats an image, with the pixels that it has now. HTML, "fill and stroke styles".

        Parameters
        ----------
        image
            As for `draw_image`: an array of shape (H, W, 4), (H, W, 3) or (H, W), a Canvas, a Pillow image, an
            `Image`. Its pixels are copied, except those of an `Image`, which cannot change.
        repetition
            ``"repeat"``, ``"repeat-x"``, ``"repeat-y"`` or ``"no-repeat"``; ``""`` and None mean ``"repeat"``.

        Raises
        ------
        TypeError
            For an image of another form.
        ValueError
            For another repetition (its ``name`` is ``SyntaxError``), and for an image without pixels
            (``InvalidStateError``).
        """
        pixels = as_pixels(image)
        own = image if isinstance(image, FixedPixels) else None
        holding = memory.Holding("image", pixels.nbytes) if own is None else own.holding
        if own is None:
            # Pixels read from a canvas are a fresh array: no copy is needed.
            pixels = pixels if is_canvas(image) else pixels.copy()
            pixels.flags.writeable = False
        filtered = not is_canvas(image) and getattr(image, "is_filtered", True)
        return CanvasPattern(pixels, holding, repetition, own, self._strict, space_of(image), filtered)
