"""PixelVerbs: images in, image data out. Arrays are H x W x 4 straight RGBA8; other forms are converted on entry."""

from __future__ import annotations

from functools import partial
from math import hypot, isfinite
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from .colorspace import ColorSpace, UnknownWordError, check_color_space
from .contract.formats import RGBA16F
from .errors import IndexSizeError, InvalidStateError, LimitError
from .geometry.numbers import Number, shown
from .imagedata import ImageData, space_of_array, tagged
from .inspace import convert_read, in_space, snapshot_in
from .pipeline import record as r
from .pipeline.record import DRAW_IMAGE, pack_command
from .recorder import DRAW_ERRORS, DrawnBefore, Recorder

MAX_DATA_PIXELS = 1 << 28
PIXEL_FORMATS = ("rgba-unorm8", "rgba-float16")
"""The standard's names of what pixels are read as (ImageDataPixelFormat)."""
FOUND_PARTS = 4096
"""Parts of an image whose use is found again in a recording. Any others are another use each time they are drawn."""
Rect = tuple[float, float, float, float]
"""x, y, width and height."""


class PixelVerbs(Recorder):
    """The image verbs of a context."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def canvas(self) -> Any:
            """The canvas or recording drawn on."""

    @overload
    def draw_image(self, image: Any, dx: Number, dy: Number, /) -> None: ...
    @overload
    def draw_image(self, image: Any, dx: Number, dy: Number, dw: Number, dh: Number, /) -> None: ...
    @overload
    def draw_image(
        self,
        image: Any,
        sx: Number,
        sy: Number,
        sw: Number,
        sh: Number,
        dx: Number,
        dy: Number,
        dw: Number,
        dh: Number,
        /,
    ) -> None: ...
    def draw_image(self, image: Any, *place: Number) -> None:
        """Draw an image: ``(image, dx, dy[, dw, dh])`` or ``(image, sx, sy, sw, sh, dx, dy, dw, dh)``.

        Parameters
        ----------
        image
            An array of shape (H, W, 4), (H, W, 3) or (H, W), uint8 or float 0 to 1, straight alpha; a Canvas; or
            a Pillow image of any mode but ``I`` (16 bits are divided by 257; ``F`` is 0 to 1), or anything else that
            NumPy can read. It is copied when it is drawn; a `gpucanvas.Image` is not, since it cannot change.
            A picture file as its bytes or a `pathlib.Path` is decoded once, and again when the file is another.
        place
            Where it goes, user space; with nine arguments also which part of it, image pixels.

        Raises
        ------
        TypeError
            For another number of arguments, or an image of another form.
        OSError, ValueError, LimitError
            For a file, as `gpucanvas.Image.open` says.
        """
        drawn = self._drawn.get(id(image))
        if drawn is not None and self._draw_again(drawn, place):
            return
        if len(place) not in (2, 4, 8):
            raise TypeError(f"draw_image takes an image and 2, 4 or 8 numbers, not {len(place)}")
        if self.canvas._format is RGBA16F and self._draw_halves(image, place):
            return
        given = image
        (width, height), pixels, image = self._picture(image)
        recording = self._sync()
        cut = self._cut(place, width, height)
        if cut is None:
            return
        halved = self._halvings(cut[0], cut[1], width, height)
        if pixels is None:
            recording, index = self._add_canvas(image, r.sampled_box(cut[0], width, height, self._state.smoothing))
        elif halved is not None and isinstance(image, r.FixedPixels):
            index = -1
        else:
            index = recording.add_image(pixels, image)
        if halved is None:
            use = r.ImageUse(index, cut[0], self._state.smoothing)
            if isinstance(given, r.FixedPixels) and drawn is None:
                self._note_drawn(recording, given, index, width, height)
        else:
            from .pipeline.mips import Levels

            levels = image.levels if index < 0 else recording.levels_of(index, Levels)
            use = halved_use(recording, index, cut[0], levels.level(*halved), halved)
        self._add(r.DRAW_IMAGE, self._fill, recording.add_use(use), *cut[1])

    def _draw_halves(self, image: Any, place: tuple[Number, ...]) -> bool:
        """Draw an image of more than bytes on a canvas of halves; returns False where it is an image of bytes.

        What is drawn smaller in a better quality than ``"low"`` is halved as bytes.
        """
        found = halves_of(image)
        if found is None:
            return False
        height, width = found if isinstance(found, tuple) else found.shape[:2]
        cut = self._cut(place, width, height)
        if cut is None or self._halvings(*cut, width, height) is not None:
            return cut is None
        smooth = self._state.smoothing
        if isinstance(found, tuple):
            box = r.sampled_box(cut[0], width, height, smooth)
            recording, index = self._add_canvas(image, box, halves=True)
        else:
            space = space_of_array(image)
            pixels = found if space == self._space else convert_read(found, space, self._space, np.float16)
            recording = self._sync()
            index = recording.add_image(pixels.view(np.uint32).reshape(height, -1), image)
        self._add(r.DRAW_IMAGE, self._fill, recording.add_use(r.ImageUse(index, cut[0], smooth, True)), *cut[1])
        return True

    def _cut(self, place: tuple[Number, ...], width: int, height: int) -> tuple[Rect, Rect] | None:
        """The part of an image that is drawn and where it goes, from the numbers of `draw_image`; None for nothing."""
        names = {2: "dx dy", 4: "dx dy dw dh", 8: "sx sy sw sh dx dy dw dh"}[len(place)]
        numbers = self._floats("draw_image", names, *place)
        if numbers is None:
            return None
        source: Any = (0.0, 0.0, float(width), float(height)) if len(place) < 8 else numbers[:4]
        target = (*numbers, width, height) if len(place) == 2 else numbers[-4:]
        return cut_source(source, target, width, height)

    def _note_drawn(self, recording: r.Commands, image: r.FixedPixels, index: int, width: int, height: int) -> None:
        """Keep what `_draw_again` asks for of an image that cannot change."""
        whole = 0.0, 0.0, float(width), float(height)
        uses = [recording.add_use(r.ImageUse(index, whole, smooth)) for smooth in (False, True)]
        self._drawn[id(image)] = DrawnBefore(image, index, *whole[2:], ({None: uses[0]}, {None: uses[1]}))

    def _draw_again(self, drawn: DrawnBefore, place: tuple[Any, ...]) -> bool:
        """Draw an image that the recording has. False, and nothing is drawn, where more is asked for than to place it.

        That is a layer around it, a halved copy, a part that is not inside of it, or numbers that are none.
        """
        if self._stale:
            self._sync()
        if self._shifted_state < 0:
            return False
        image, index, width, height, uses = drawn
        # It may be closed.
        image.pixels  # noqa: B018
        smooth = self._state.smoothing
        try:
            part: Any = None
            if len(place) == 2:
                (x, y), w, h = place, width, height
            elif len(place) == 4:
                x, y, w, h = place
            else:
                sx, sy, sw, sh, x, y, w, h = place
                part = sx, sy, sw, sh
            if not (w > 0.0 and h > 0.0 and isfinite(x + y + w + h)):
                return False
            use = uses[smooth].get(part)
            if use is None:
                if not (sx >= 0.0 and sy >= 0.0 and sx + sw <= width and sy + sh <= height and sw > 0.0 and sh > 0.0):
                    return False
                assert self._recording is not None
                use = self._recording.add_use(r.ImageUse(index, part, smooth))
                if len(uses[smooth]) < FOUND_PARTS:
                    uses[smooth][part] = use
            if smooth and self._state.smoothing_quality != "low":
                source = (0.0, 0.0, width, height) if part is None else part
                if self._halvings(source, (x, y, w, h), int(width), int(height)) is not None:
                    return False
            self._stream += pack_command(DRAW_IMAGE, self._state_index, self._fill, use, x, y, w, h)
        except (*DRAW_ERRORS, ValueError):
            return False
        return True

    def _picture(self, image: Any) -> tuple[tuple[int, int], NDArray[np.uint32] | None, Any]:
        """Width and height of an image, its pixels, None for a canvas, and what they are pixels of: files are read."""
        if is_file(image):
            image = kept_file(image)
        if is_canvas(image) and image.width and image.height:
            image._check_open()
            return (image.width, image.height), None, image
        pixels = as_pixels(image)
        space = space_of(image)
        if space != self._space:
            image, pixels = in_space(image, pixels, space, self._space)
        return pixels.shape[::-1], pixels, image

    def _halvings(self, source: Rect, target: Rect, width: int, height: int) -> tuple[int, int] | None:
        """How often an image is halved across and down before it is drawn; None for not at all.

        With a quality of ``"low"`` it never is: the pixels it then reads are those that Chromium reads.
        """
        state = self._state
        if not state.smoothing or state.smoothing_quality == "low":
            return None
        from .pipeline.mips import halvings

        a, b, c, d, _, _ = state.matrix
        if a * d == b * c:
            return None  # Nothing is drawn.
        across = halvings(hypot(a, b) * target[2] / source[2], width)
        down = halvings(hypot(c, d) * target[3] / source[3], height)
        return (across, down) if across or down else None

    def _add_canvas(self, canvas: Any, box: r.Box, halves: bool = False) -> tuple[r.Commands, int]:
        """Keep what a box of a canvas shows now, and no more of it: the recording, and the image's index in it."""
        with canvas._drawn_frame():
            canvas.flush()
            # It may have been this canvas, which then has another recording.
            recording = self._sync()
            read = partial(snapshot_in, canvas, box, self._space, halves)
            return recording, recording.add_canvas(canvas, canvas._surface.stamp, (*box, halves), read)

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
        """Transparent pixels ``(height, width, 4)``; or as many as another array has. HTML, "createImageData".

        Parameters
        ----------
        width, height
            Size, pixels; or an array, whose size and colour space are taken.
        color_space
            ``"srgb"`` or ``"display-p3"``; None is that of the canvas, or of the array.
        pixel_format
            ``"rgba-unorm8"``: uint8; ``"rgba-float16"``: float16, 0 to 1; None is uint8, or that of the array.

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
            w, h = whole("create_image_data", width=width, height=height)
            _check_size("create_image_data", w, h)
        return tagged(np.zeros((abs(h), abs(w), 4), np.float16 if is_half else np.uint8), space)

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
            ``"srgb"`` or ``"display-p3"``: what the numbers are converted to; None, the default, is the canvas's own.
            The array that is returned knows it: `ImageData`.
        pixel_format
            ``"rgba-unorm8"``: uint8; ``"rgba-float16"``: float16, 0 to 1: all that a canvas of float16 holds.

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
        left, top, w, h = whole("get_image_data", x=x, y=y, width=width, height=height)
        _check_size("get_image_data", w, h)
        if w < 0:
            left, w = left + w, -w
        if h < 0:
            top, h = top + h, -h
        canvas = self.canvas
        if not hasattr(canvas, "to_numpy"):
            raise TypeError("get_image_data: a Recording has no pixels yet: draw it with render_many, or use a Canvas")
        x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + w, canvas.width), min(top + h, canvas.height)
        if x0 >= x1 or y0 >= y1:
            # Nothing of it is on the canvas: it would only be drawn to be checked for errors.
            canvas._check_open()
            return tagged(np.zeros((h, w, 4), dtype), space)
        # A canvas of halves has more than bytes can tell: it is converted before it is rounded.
        as_halves = is_half or (space != self._space and canvas._format is RGBA16F)
        read = canvas._read_halves if as_halves else canvas._read
        pixels: NDArray[np.uint8] | NDArray[np.float16] = read((x0, y0, x1, y1), ends=False)
        if space != self._space:
            pixels = convert_read(pixels, self._space, space, dtype)
        out: NDArray[Any] = pixels
        if pixels.shape[:2] != (h, w):
            out = np.zeros((h, w, 4), dtype)
            out[y0 - top : y1 - top, x0 - left : x1 - left] = pixels
        found: ImageData[Any] = tagged(out, space)
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
        """Write pixels as they are: transform, clip, alpha and operator do not apply. HTML, "pixel manipulation".

        Parameters
        ----------
        image
            Array (H, W, 4), straight RGBA: uint8, or float 0 to 1, of which a canvas of float16 keeps float16. Of an
            `ImageData` in another colour space than the canvas's, the pixels are converted; an array that names none
            is sRGB.
        dx, dy
            Where its corner goes, canvas pixels.
        dirty_x, dirty_y, dirty_width, dirty_height
            The part of it that is written, all of it where they are left out.
        """
        if self._layers:
            raise InvalidStateError("put_image_data: a layer is open, and pixels go to the canvas: end_layer() first")
        array = np.asarray(image)
        is_half = array.dtype.kind == "f"
        if array.ndim != 3 or array.shape[2] != 4 or not (is_half or array.dtype == np.uint8):
            raise TypeError(
                f"put_image_data: the image is {array.dtype} {array.shape}: give (H, W, 4), uint8 or float 0 to 1"
            )
        left, top = whole("put_image_data", dx=dx, dy=dy)
        height, width = array.shape[:2]
        x, y, w, h = 0, 0, width, height
        if dirty_x is not None:
            dirty = {"dirty_x": dirty_x, "dirty_y": dirty_y, "dirty_width": dirty_width, "dirty_height": dirty_height}
            x, y, w, h = whole("put_image_data", **dirty)
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
            part = as_halves(part)
        if space_of_array(image) != self._space:
            part = convert_read(part, space_of_array(image), self._space, part.dtype)
        index = recording.add_image(part.view(np.uint32).reshape(y1 - y0, -1), part)
        use = recording.add_use(r.ImageUse(index, (0.0, 0.0, float(x1 - x0), float(y1 - y0)), False, is_half))
        self._add(r.PUT_IMAGE, self._fill, use, left + x0, top + y0, x1 - x0, y1 - y0)


def as_halves(array: NDArray[Any]) -> NDArray[np.float16]:
    """Numbers as float16, cut off at 0 and 1; what is none is 0."""
    halves: NDArray[np.float16] = np.clip(np.nan_to_num(array, posinf=1.0, neginf=0.0), 0.0, 1.0).astype(np.float16)
    return halves


def halves_of(image: Any) -> NDArray[np.float16] | tuple[int, int] | None:
    """The pixels of an array of floats, as halves; of a canvas of halves height and width; None for anything else."""
    if isinstance(image, np.ndarray):
        grey_or_color = image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (3, 4))
        if image.dtype.kind != "f" or not image.size or not grey_or_color:
            return None
        color = np.asarray(image)
        color = np.stack([color] * 3, 2) if color.ndim == 2 else color
        out = np.ones((*color.shape[:2], 4), np.float16)
        out[..., : color.shape[2]] = as_halves(color)
        return out
    if is_canvas(image) and image._format is RGBA16F and image.width and image.height:
        image._check_open()
        return image.height, image.width
    return None


def check_pixel_format(verb: str, value: object) -> str:
    """The standard's name of a pixel format; ValueError for another."""
    if not isinstance(value, str) or value not in PIXEL_FORMATS:
        raise UnknownWordError(f"{verb}: pixel_format is {value!r:.80}: give {' or '.join(map(repr, PIXEL_FORMATS))}")
    return value


def is_canvas(image: Any) -> bool:
    """Whether an image is a Canvas: a Recording has no pixels."""
    # An Image is asked first: what it does not have it looks for a name for, which takes longer than the draw.
    return not isinstance(image, r.FixedPixels) and hasattr(image, "to_numpy") and hasattr(image, "get_context")


def is_file(image: Any) -> bool:
    """Whether an image is a picture file: its path or its bytes. Text is neither: it may be a URL, or a slip."""
    if isinstance(image, r.FixedPixels | np.ndarray):
        return False
    return isinstance(image, bytes | bytearray | memoryview) or hasattr(image, "__fspath__")


def kept_file(source: Any) -> r.FixedPixels:
    """The pixels of a picture file, decoded the first time."""
    # Not at the top: few programs give files to a verb.
    from .files import file_pixels

    return file_pixels(source)


def space_of(image: Any) -> ColorSpace:
    """The colour space of an image: sRGB where it says nothing."""
    if type(image) is np.ndarray:
        return "srgb"
    if isinstance(image, r.FixedPixels):
        return image.color_space
    if is_canvas(image):
        canvas_space: ColorSpace = image._color_space
        return canvas_space
    if is_file(image):
        return kept_file(image).color_space
    if hasattr(image, "getbands") and hasattr(image, "info"):
        from .files import space_of_picture

        return space_of_picture(image)
    return space_of_array(image)


def halved_use(
    recording: r.Commands, index: int, source: Rect, level: r.FixedPixels, halved: tuple[int, int]
) -> r.ImageUse:
    """The use of an image's level in the image's place; ``index`` is -1 where the whole image is not kept."""
    left, top = (0, 0) if index < 0 else (recording.images[index].left, recording.images[index].top)
    kx, ky = 0.5 ** halved[0], 0.5 ** halved[1]
    x, y, w, h = source
    place = recording.add_image(level.pixels, level)
    return r.ImageUse(place, ((x - left) * kx, (y - top) * ky, w * kx, h * ky), True)


def as_pixels(image: Any) -> NDArray[np.uint32]:
    """An image as (H, W) uint32, straight RGBA8, red in the low byte."""
    if isinstance(image, r.FixedPixels):
        return image.pixels
    if is_canvas(image):
        image = image.to_numpy()
    elif hasattr(image, "convert") and hasattr(image, "getbands"):
        from .pillow import rgba_of

        image = rgba_of(image)
    elif is_file(image):
        return kept_file(image).pixels
    if hasattr(image, "get_context"):
        raise TypeError(f"the image is {image!r:.80}: it has no pixels yet; draw what render_many makes of it")
    if image is None or isinstance(image, str):
        raise TypeError(
            f"the image is {image!r:.80}: give an array, a Canvas, a Pillow image, or of a file gpucanvas.Image.open("
            "...) or its pathlib.Path"
        )
    try:
        array = np.asarray(image)
    except ValueError as ragged:
        raise TypeError(f"the image is {image!r:.80}, and no array of numbers: {ragged}") from None
    if array.ndim == 2:
        array = np.stack([array] * 3, 2)
    if array.ndim != 3 or array.shape[2] not in (3, 4):
        raise TypeError(f"the image has shape {array.shape}: give (H, W, 4), (H, W, 3) or (H, W)")
    if array.dtype.kind == "f":
        array = (np.clip(np.nan_to_num(array), 0, 1) * 255 + 0.5).astype(np.uint8)
    if array.dtype != np.uint8:
        raise TypeError(f"the image has dtype {array.dtype}: give uint8, or float 0 to 1")
    if 0 in array.shape:
        error = ValueError(f"the image has shape {array.shape}: it has no pixels to draw")
        error.name = "InvalidStateError"  # type: ignore[attr-defined]
        raise error
    if array.shape[2] == 3:
        array = np.concatenate([array, np.full((*array.shape[:2], 1), 255, np.uint8)], 2)
    return np.ascontiguousarray(array).view(np.uint32)[..., 0]


def cut_source(
    source: Any, target: Any, width: int, height: int
) -> tuple[tuple[float, float, float, float], tuple[float, float, float, float]] | None:
    """Cut a source rectangle to the image, and its target likewise; negative sizes are turned round."""
    out = []
    for s, n, d, m, limit in zip(source[:2], source[2:], target[:2], target[2:], (width, height), strict=True):
        if n == 0 or m == 0:
            return None
        if n < 0:
            s, n = s + n, -n
        if m < 0:
            d, m = d + m, -m
        first, last = max(s, 0.0), min(s + n, float(limit))
        if first >= last:
            return None
        if first == s and last == s + n:
            # Not cut: rounding would move its sides by a hair.
            out.append((s, n, d, m))
            continue
        k = m / n
        out.append((first, last - first, d + (first - s) * k, (last - first) * k))
    (sx, sw, dx, dw), (sy, sh, dy, dh) = out
    return (sx, sy, sw, sh), (dx, dy, dw, dh)


def whole(verb: str, **values: Any) -> list[int]:
    """Numbers as the integers that WebIDL makes of them (towards zero)."""
    out = []
    for name, value in values.items():
        try:
            fine = isfinite(value)
        except (TypeError, OverflowError):
            fine = False
        if not fine:
            raise TypeError(f"{verb}: {name} is {shown(value)}: give a finite number of pixels")
        out.append(int(value))
    return out


def _check_size(verb: str, width: int, height: int) -> None:
    if width == 0 or height == 0:
        raise IndexSizeError(f"{verb}: the size is {width}x{height}: give a width and height other than 0")
    if abs(width) * abs(height) > MAX_DATA_PIXELS:
        raise LimitError(f"{verb}: {width}x{height} is more than {MAX_DATA_PIXELS} pixels: take it in parts")
