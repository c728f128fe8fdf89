"""PaintVerbs: gradients and patterns, to be assigned to a context's styles."""

from __future__ import annotations

from typing import Any

from . import memory
from .geometry.numbers import Number
from .paint.gradient import CanvasGradient
from .paint.pattern import CanvasPattern, Repetition
from .recorder import Recorder
from .sources import as_pixels, is_canvas, space_of

__all__ = ["PaintVerbs"]


class PaintVerbs(Recorder):
    """The paints of a context: they lie in user space of what is drawn with them, and know no canvas."""

    __slots__ = ()

    def create_linear_gradient(self, x0: Number, y0: Number, x1: Number, y1: Number) -> CanvasGradient:
        """A gradient along the line from (x0, y0) to (x1, y1), user space; add stops with ``add_color_stop``.

        Its ends' colours go on beyond them; between two equal points it paints nothing. HTML, "fill and stroke styles".

        Raises
        ------
        TypeError
            For a coordinate that is no finite number.
        """
        return CanvasGradient.make("linear", x0, y0, x1, y1)

    def create_radial_gradient(
        self, x0: Number, y0: Number, r0: Number, x1: Number, y1: Number, r1: Number
    ) -> CanvasGradient:
        """A gradient from the circle of radius r0 around (x0, y0) to that of r1 around (x1, y1), user space.

        It paints the circles between them, and those that follow before and after with the ends' colours, as long as
        their radius is above 0; what no circle comes by stays as it is. Where several do, the one nearest to the second
        circle, or farthest beyond it, is seen. Between two equal circles it paints nothing. HTML, "fill and stroke
        styles".

        Raises
        ------
        TypeError
            For what is no finite number.
        IndexSizeError
            For a negative radius.
        """
        return CanvasGradient.make("radial", x0, y0, r0, x1, y1, r1)

    def create_conic_gradient(self, start_angle: Number, x: Number, y: Number) -> CanvasGradient:
        """A gradient once around (x, y), user space, clockwise from an angle in radians; 0 is to the right.

        Stop 0 and stop 1 meet in the first ray. HTML, "fill and stroke styles".

        Raises
        ------
        TypeError
            For what is no finite number.
        """
        return CanvasGradient.make("conic", start_angle, x, y)

    def create_pattern(self, image: Any, repetition: Repetition | None = "repeat") -> CanvasPattern:
        """A picture that repeats itself, as it is now. HTML, "fill and stroke styles".

        Parameters
        ----------
        image
            What `draw_image` takes: an array of shape (H, W, 4), (H, W, 3) or (H, W), a Canvas, a Pillow image, an
            `Image`. Its pixels are copied, but for those of an `Image`, which cannot change.
        repetition
            ``"repeat"``, ``"repeat-x"``, ``"repeat-y"`` or ``"no-repeat"``; ``""`` and None are the first.

        Raises
        ------
        TypeError
            For an image of another form.
        ValueError
            For another repetition (its ``name`` is ``SyntaxError``), and for an image without pixels
            (``InvalidStateError``).
        """
        pixels = as_pixels(image)
        fixed = hasattr(image, "pinned_bytes")
        holding = image.holding if fixed else memory.Holding("image", pixels.nbytes)
        if not fixed:
            # Pixels that were read from a canvas belong to nobody else.
            pixels = pixels if is_canvas(image) else pixels.copy()
            pixels.flags.writeable = False
        return CanvasPattern(pixels, holding, repetition, image if fixed else None, self._strict, space_of(image))
