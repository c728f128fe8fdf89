"""ImageData: an array of pixels that says in which colour space its numbers are. All else that it does is NumPy's.

    ctx.get_image_data(...) --> ImageData --slices, sums--> ImageData, of the same space --> put_image_data, draw_image
    numpy.zeros((4, 4, 4), numpy.uint8)     says nothing: sRGB

https://html.spec.whatwg.org/multipage/imagebitmap-and-animations.html#imagedata
"""

from __future__ import annotations

from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from .colorspace import COLOR_SPACES, ColorSpace, check_color_space

__all__ = ["ImageData", "Scalar", "space_of_array", "tagged"]

Scalar = TypeVar("Scalar", bound=np.generic)


class ImageData(np.ndarray[tuple[int, ...], np.dtype[Scalar]]):
    """Pixels, straight RGBA, with their colour space: what ``ctx.get_image_data`` gives. HTML, "ImageData".

    It is a NumPy array of shape (height, width, 4); what is made of it by slices and arithmetic is one, too.
    `numpy.asarray` makes it an array that says nothing of colour spaces, which is taken as sRGB.

    Parameters
    ----------
    pixels
        Shape (H, W, 4): uint8, or float16 of 0 to 1. They are not copied.
    color_space
        ``"srgb"`` or ``"display-p3"``: what their numbers mean. Nothing is converted.

    Attributes
    ----------
    color_space : str
        ``"srgb"`` or ``"display-p3"``.

    Raises
    ------
    TypeError
        For an array of another form.
    ValueError
        For another colour space.

    Examples
    --------
    >>> import gpucanvas, numpy as np
    >>> green = np.full((2, 3, 4), (0, 255, 0, 255), np.uint8)
    >>> data = gpucanvas.ImageData(green, color_space="display-p3")
    >>> data.width, data.height, data[:, :1].color_space
    (3, 2, 'display-p3')
    >>> data.data[1], len(data.data)
    (255, 24)
    """

    color_space: ColorSpace

    def __new__(cls, pixels: NDArray[Any], *, color_space: ColorSpace = "srgb") -> Self:
        space = check_color_space("ImageData", color_space)
        array = np.asarray(pixels)
        if array.ndim != 3 or array.shape[2] != 4 or array.dtype not in (np.uint8, np.float16):
            raise TypeError(f"ImageData: the pixels are {array.dtype} {array.shape}: give uint8 or float16 (H, W, 4)")
        return tagged(array, space)  # type: ignore[return-value]

    def __array_finalize__(self, source: Any) -> None:
        self.color_space = getattr(source, "color_space", COLOR_SPACES[0])

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        # One number is no picture.
        if array.ndim == 0:
            return array[()]
        return tagged(array, self.color_space)

    @property
    def data(self) -> memoryview:
        """The numbers one after another, as JavaScript has them: red of pixel (x, y) is ``data[4 * (y * width + x)]``.

        What is written there is written into the array. Numbers are Python's, so that sums of them do not wrap; one
        outside of 0 to 255 is refused. Of a slice, or of float16, it is what `numpy.ndarray` has.
        """
        own = super().data
        is_flat = self.dtype == np.uint8 and self.flags.c_contiguous and self.size > 0
        return own.cast("B") if is_flat else own

    @property
    def width(self) -> int:
        """Width, pixels."""
        return self._side(1)

    @property
    def height(self) -> int:
        """Height, pixels."""
        return self._side(0)

    def _side(self, axis: int) -> int:
        if self.ndim != 3:
            raise AttributeError(f"an ImageData of shape {self.shape} has no width and height: take its shape")
        return int(self.shape[axis])

    def __reduce__(self) -> tuple[Any, ...]:
        # NumPy's own would forget the colour space.
        return tagged, (np.array(self), self.color_space)


def tagged(pixels: NDArray[Scalar], space: ColorSpace) -> ImageData[Scalar]:
    """The same pixels, in the same memory, as those of a colour space."""
    data: ImageData[Scalar] = pixels.view(ImageData)
    data.color_space = space
    return data


def space_of_array(pixels: object) -> ColorSpace:
    """The colour space of an array: sRGB where it says nothing."""
    space = getattr(pixels, "color_space", COLOR_SPACES[0])
    return space if space in COLOR_SPACES else COLOR_SPACES[0]
