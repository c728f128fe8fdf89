"""MaskVerbs: `draw_mask`, which paints the fill style through an alpha mask.

    a colour               --> an image of that colour with the mask's alpha
    a gradient, a pattern  --> a layer: the mask, and the style drawn over it by source-in
"""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..geometry.numbers import Number
from ..images.sources import as_pixels, warn_of_bytes
from ..images.words import bytes_of
from ..masked import mask_of, without_mask
from ..memory import Holding
from ..paint.wide import to_p3
from ..pipeline import record as r
from .layers import LayerVerbs
from .pixels import PixelVerbs

__all__ = ["MaskVerbs"]


class MaskVerbs(LayerVerbs, PixelVerbs):
    """The verb `draw_mask`."""

    __slots__ = ()

    if TYPE_CHECKING:

        def fill_rect(self, x: Number, y: Number, width: Number, height: Number) -> None:
            """Fill a rectangle with the fill style."""

    def draw_mask(
        self, mask: Any, x: Number, y: Number, width: Number | None = None, height: Number | None = None
    ) -> None:
        """Paint the fill style with its alpha multiplied by a mask. Not in the standard.

        The mask is drawn as an image is: under the transform, smoothed as `image_smoothing_enabled` says, with the
        alpha, operator, filter, shadow and clip of the context.

        Parameters
        ----------
        mask
            An array (H, W): uint8, floats 0 to 1, or booleans; or any image with four channels that `draw_image`
            takes, of which only the alpha is used. Where it is NaN, or masked by `numpy.ma`, nothing is painted.
        x, y
            Position of its upper left corner, user space.
        width, height
            Its size, user space; by default a unit for each pixel of the mask.

        Raises
        ------
        TypeError
            For an object that is no mask, and for a width without a height.

        Examples
        --------
        >>> import gpucanvas, numpy as np
        >>> with gpucanvas.Canvas(4, 1, backend="cpu") as canvas:
        ...     ctx = canvas.get_context("2d")
        ...     ctx.fill_style = "red"
        ...     ctx.draw_mask(np.array([[0, 0.2, 0.6, 1]]), 0, 0)
        ...     canvas.to_numpy()[0].tolist()
        [[0, 0, 0, 0], [255, 0, 0, 51], [255, 0, 0, 153], [255, 0, 0, 255]]
        """
        if (width is None) != (height is None):
            raise TypeError("draw_mask takes (mask, x, y) or (mask, x, y, width, height)")
        alpha = alpha_of(mask)
        size = alpha.shape[::-1] if width is None or height is None else (width, height)
        numbers = self._floats("draw_mask", "x y width height", x, y, *size)
        if numbers is None:
            return
        self._sync()
        style = self._state.fill
        if isinstance(style, tuple):
            self._draw_tinted(alpha, style, numbers)
            return
        self.begin_layer()
        try:
            self._draw_tinted(alpha, (0.0, 0.0, 0.0, 1.0), numbers)
            self.global_composite_operation = "source-in"
            # A canvas pixel more on each side: the mask has antialiased edges already.
            a, b, c, d, _, _ = self._state.matrix
            dx, dy = (1 / max(scale, 1e-9) for scale in (hypot(a, b), hypot(c, d)))
            left, top, wide, high = numbers
            left, wide = min(left, left + wide), abs(wide)
            top, high = min(top, top + high), abs(high)
            self.fill_rect(left - dx, top - dy, wide + 2 * dx, high + 2 * dy)
        finally:
            self.end_layer()

    def _draw_tinted(self, alpha: NDArray[np.uint8], color: r.Solid, place: tuple[float, ...]) -> None:
        """Draw a mask in one colour: an image of that colour with the mask's alpha."""
        from ..pipeline.mips import KeptPixels

        if self._space != "srgb":
            color = to_p3(color)
        red, green, blue = (round(255 * channel) for channel in color[:3])
        pixels = np.left_shift(alpha, 24, dtype=np.uint32)
        pixels |= np.uint32(red | green << 8 | blue << 16)
        image = KeptPixels(pixels, Holding("image", pixels.nbytes), self._space)
        state = self._state
        before, state.alpha = state.alpha, state.alpha * color[3]
        self._changed()
        try:
            self.draw_image(image, *place)
        finally:
            state.alpha = before
            self._changed()


def alpha_of(mask: Any) -> NDArray[np.uint8]:
    """The alpha of a mask: (H, W) uint8."""
    array = mask if isinstance(mask, np.ndarray) else None
    if array is None and isinstance(mask, list | tuple):
        array = np.asarray(mask)
    if array is None or array.ndim == 3:
        if array is not None and array.shape[2] != 4:
            raise TypeError(f"draw_mask: the mask has shape {array.shape}: give (H, W), or (H, W, 4) for its alpha")
        return np.right_shift(as_pixels(mask if array is None else array), 24).astype(np.uint8)
    if array.ndim != 2 or 0 in array.shape:
        raise TypeError(f"draw_mask: the mask has shape {array.shape}: give (H, W), each at least 1")
    if array.dtype.kind not in "fb" and array.dtype != np.uint8:
        raise TypeError(f"draw_mask: the mask has dtype {array.dtype}: give uint8, floats 0 to 1 or booleans")
    missing, numbers = mask_of(array), np.asarray(without_mask(array))
    if array.dtype.kind == "f":
        alpha, greatest, _ = bytes_of(numbers)
        warn_of_bytes(greatest, "mask", "opaque")
    else:
        alpha = numbers if array.dtype == np.uint8 else numbers * np.uint8(255)
    return alpha if missing is None else np.where(missing, np.uint8(0), alpha)
