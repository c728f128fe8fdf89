"""PixelVerbs: reads and writes image data: H x W x 4 arrays of straight RGBA, uint8 or float16."""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from ..contract.formats import RGBA16F
from ..errors import InvalidStateError
from ..geometry.numbers import Number
from ..images.colorspace import ColorSpace, check_color_space
from ..images.datasize import check_pixel_format, check_size, whole
from ..images.imagedata import ImageData, space_of_array, tagged
from ..images.sources import as_halves
from ..images.words import missing_pixels
from ..masked import mask_of, without_mask
from ..pipeline import record as r
from .drawimage import ImageVerbs
from .inspace import convert_read


class PixelVerbs(ImageVerbs):
    """The verbs of a context that read and write pixels."""

    __slots__ = ()

    @overload
    def create_image_data(
        self,
        width: Any,
        height: Number | None = None,
        *,
        color_space: ColorSpace | None = None,
        pixel_format: Literal["rgba-unorm8"] | None = None,
    ) -> ImageData[np.uint8]: ...
    @overload
    def create_image_data(
        self,
        width: Any,
        height: Number | None = None,
        *,
        color_space: ColorSpace | None = None,
        pixel_format: Literal["rgba-float16"],
    ) -> ImageData[np.float16]: ...
    def create_image_data(
        self,
        width: Any,
        height: Number | None = None,
        *,
        color_space: ColorSpace | None = None,
        pixel_format: Literal["rgba-unorm8", "rgba-float16"] | None = None,
    ) -> ImageData[Any]:
        """Transparent pixels ``(height, width, 4)``, of a given size or that of another array. HTML, "createImageData".

        Parameters
        ----------
        width, height
            Size, pixels; or an array whose size and colour space to use.
        color_space
            ``"srgb"`` or ``"display-p3"``; None is that of the canvas, or of the array.
        pixel_format
            ``"rgba-unorm8"``: uint8; ``"rgba-float16"``: float16; None is uint8, or that of the array.

        Raises
        ------
        IndexSizeError
            For a width or height of 0.
        ValueError
            For another colour space or pixel format.
        """
        space = self._space if color_space is None else check_color_space("create_image_data", color_space)
        is_half = pixel_format is not None and check_pixel_format("create_image_data", pixel_format) == "rgba-float16"
        if height is None:
            if not hasattr(width, "shape"):
                raise TypeError(f"create_image_data takes (width, height) or an array, not {width!r}")
            space = space_of_array(width) if color_space is None else space
            is_half |= pixel_format is None and getattr(width, "dtype", None) == np.float16
            w, h = width.shape[1::-1]
        else:
            w, h = whole("create_image_data", self._strict, width=width, height=height)
            check_size("create_image_data", w, h)
        return tagged(np.zeros((abs(h), abs(w), 4), np.float16 if is_half else np.uint8), space, not self._strict)

    @overload
    def get_image_data(
        self,
        x: Number,
        y: Number,
        width: Number,
        height: Number,
        *,
        color_space: ColorSpace | None = None,
        pixel_format: Literal["rgba-unorm8"] = ...,
    ) -> ImageData[np.uint8]: ...
    @overload
    def get_image_data(
        self,
        x: Number,
        y: Number,
        width: Number,
        height: Number,
        *,
        color_space: ColorSpace | None = None,
        pixel_format: Literal["rgba-float16"],
    ) -> ImageData[np.float16]: ...
    def get_image_data(
        self,
        x: Number,
        y: Number,
        width: Number,
        height: Number,
        *,
        color_space: ColorSpace | None = None,
        pixel_format: Literal["rgba-unorm8", "rgba-float16"] = "rgba-unorm8",
    ) -> ImageData[np.uint8] | ImageData[np.float16]:
        """A copy of the pixels of a rectangle, canvas pixels: (height, width, 4), straight RGBA.

        What lies outside the canvas is transparent. HTML, "pixel manipulation".

        Parameters
        ----------
        x, y, width, height
            The rectangle, canvas pixels.
        color_space
            ``"srgb"`` or ``"display-p3"``: the pixels are converted to it; None, the default, is the canvas's own.
            The returned array has it as an attribute: see `ImageData`.
        pixel_format
            ``"rgba-unorm8"``: uint8; ``"rgba-float16"``: float16, with the full precision of a float16 canvas, and its
            colours outside of 0 to 1.

        Raises
        ------
        IndexSizeError
            For a width or height of 0.
        ValueError
            For a colour space or a pixel format that is not supported.
        """
        space = self._space if color_space is None else check_color_space("get_image_data", color_space)
        is_half = check_pixel_format("get_image_data", pixel_format) == "rgba-float16"
        dtype: Any = np.float16 if is_half else np.uint8
        left, top, w, h = whole("get_image_data", self._strict, x=x, y=y, width=width, height=height)
        check_size("get_image_data", w, h)
        if w < 0:
            left, w = left + w, -w
        if h < 0:
            top, h = top + h, -h
        canvas = self.canvas
        if not hasattr(canvas, "to_numpy"):
            raise TypeError("get_image_data: a Recording has no pixels yet: draw it with render_many, or use a Canvas")
        x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + w, canvas.width), min(top + h, canvas.height)
        if x0 >= x1 or y0 >= y1:
            # The rectangle is outside the canvas: nothing needs to be drawn.
            canvas._check_open()
            return tagged(np.zeros((h, w, 4), dtype), space, not self._strict)
        # A float16 canvas is converted before it is rounded to bytes, which keeps its precision.
        as_halves = is_half or (space != self._space and canvas._format is RGBA16F)
        read = canvas._read_halves if as_halves else canvas._read
        pixels: NDArray[np.uint8] | NDArray[np.float16] = read((x0, y0, x1, y1), ends=False)
        if space != self._space:
            pixels = convert_read(pixels, self._space, space, dtype)
        out: NDArray[Any] = pixels
        if pixels.shape[:2] != (h, w):
            out = np.zeros((h, w, 4), dtype)
            out[y0 - top : y1 - top, x0 - left : x1 - left] = pixels
        found: ImageData[Any] = tagged(out, space, not self._strict)
        return found

    def put_image_data(
        self,
        image: Any,
        dx: Number,
        dy: Number,
        dirty_x: Number | None = None,
        dirty_y: Number = 0,
        dirty_width: Number = 0,
        dirty_height: Number = 0,
    ) -> None:
        """Replace pixels: transform, clip, alpha and operator do not apply. HTML, "pixel manipulation".

        Parameters
        ----------
        image
            Array (H, W, 4), straight RGBA: uint8, or float 0 to 1. A float16 canvas keeps floats as float16, also
            colours outside of 0 to 1; others clip them. An `ImageData` in another colour space than the canvas's is
            converted; a plain array is sRGB. A NaN is put as 0, and a pixel masked by `numpy.ma` as transparent.
        dx, dy
            Position of its upper left corner, canvas pixels.
        dirty_x, dirty_y, dirty_width, dirty_height
            The part of the array to write, array pixels; all of it by default.
        """
        if self._layers:
            raise InvalidStateError("put_image_data: a layer is open, and pixels go to the canvas: end_layer() first")
        array, mask = np.asarray(without_mask(image)), mask_of(image)
        if mask is not None and array.ndim == 3:
            array = np.where(missing_pixels(mask)[..., None], array.dtype.type(0), array)
        is_half = array.dtype.kind == "f"
        if array.ndim != 3 or array.shape[2] != 4 or not (is_half or array.dtype == np.uint8):
            raise TypeError(
                f"put_image_data: the image is {array.dtype} {array.shape}: give (H, W, 4), uint8 or float 0 to 1"
            )
        left, top = whole("put_image_data", self._strict, dx=dx, dy=dy)
        height, width = array.shape[:2]
        x, y, w, h = 0, 0, width, height
        if dirty_x is not None:
            dirty = {"dirty_x": dirty_x, "dirty_y": dirty_y, "dirty_width": dirty_width, "dirty_height": dirty_height}
            x, y, w, h = whole("put_image_data", self._strict, **dirty)
        if w < 0:
            x, w = x + w, -w
        if h < 0:
            y, h = y + h, -h
        x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + w, width), min(y + h, height)
        if x0 >= x1 or y0 >= y1:
            return
        recording = self._sync()
        part = np.ascontiguousarray(array[y0:y1, x0:x1])
        if is_half:
            part = as_halves(part, self._is_extended)
        source = space_of_array(image)
        if source != self._space:
            # Bytes, too, may have colours that the canvas's space has only outside of 0 to 1.
            is_half = is_half or self._is_extended
            part = convert_read(part, source, self._space, np.float16 if is_half else np.uint8)
            part = np.clip(part, 0, 1) if is_half and not self._is_extended else part
        # The array itself stands for all of its pixels, so that they are copied only where they have changed. An array
        # in staging memory does not: its pixels would be read when the recording is drawn.
        is_array = type(image) is np.ndarray or type(image) is ImageData
        owner = image if is_array and (x1 - x0, y1 - y0) == (width, height) else part
        index = recording.add_image(part.view(np.uint32).reshape(y1 - y0, -1), owner)
        use = recording.add_use(r.ImageUse(index, (0.0, 0.0, float(x1 - x0), float(y1 - y0)), False, is_half))
        self._add(r.PUT_IMAGE, self._fill, use, left + x0, top + y0, x1 - x0, y1 - y0)
