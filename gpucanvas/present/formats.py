"""formats: encodes pixels as a PNG, JPEG or WebP file; png.py writes PNG, Pillow all others.

    suffix or name --format_of--> "PNG" --Options.check--> png.py, or Pillow --> bytes

All arguments are checked before the work starts, and before a canvas draws. Other formats that Pillow writes (BMP,
GIF, ...) are supported without options.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from errno import EISDIR
from os import PathLike, fspath
from os.path import isdir, splitext
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import LimitError
from ..geometry.numbers import Number, Whole, as_float, shown
from ..images.colorspace import ColorSpace
from ..images.imagedata import space_of_array
from ..sight.spans import ENCODERS, span
from .png import write_bands, write_png

if TYPE_CHECKING:
    from PIL.Image import Image

CURE_OF_FORMAT = "give 'png', 'webp' or 'jpeg'"
CURE = f"end the name in .png, .webp or .jpg, or as format= {CURE_OF_FORMAT}"


class Format(NamedTuple):
    """The limits and options of a file format."""

    max_side: int | None = None
    quality: range | None = None
    lossless: bool = False
    compress_level: range | None = None
    background: bool = False
    dpi: bool = False


FORMATS: dict[str, Format] = {
    "PNG": Format(2**31 - 1, compress_level=range(10), dpi=True),
    "JPEG": Format(
        65500,  # The limit of libjpeg; that of the format is 65535.
        quality=range(1, 101),
        background=True,
        dpi=True,
    ),
    "WEBP": Format(16383, quality=range(101), lossless=True),
    "TIFF": Format(dpi=True),
    "PDF": Format(dpi=True),
}
"""The formats with options; `max_side` in pixels; None for those that are not advised for large pictures."""

PROFILED = frozenset(("PNG", "JPEG", "WEBP", "TIFF", "AVIF"))
"""Formats whose files can have an ICC profile. For others, pictures in display-p3 are converted to sRGB."""
MOST_DPI = 65535
"""Most pixels an inch that a JPEG file can say."""
METRES_PER_INCH = 0.0254
VIDEOS = frozenset(("MP4", "M4V", "MOV", "MKV", "WEBM", "AVI"))
"""Suffixes of films, for an error; `film.writer` has those that are written."""
_ALIASES = {"JPG": "JPEG", "JPE": "JPEG"}
_ARRAY_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


@dataclass(frozen=True, slots=True)
class Options:
    """Options of encoding; None is the format's default.

    Parameters
    ----------
    quality
        JPEG 1 to 100, WebP 0 to 100: larger is better. With ``lossless`` it is the effort of compression.
    lossless
        WebP: whether to keep every pixel exactly, also the colour of transparent ones.
    compress_level
        PNG 0 (none) to 9 (smallest); by default the quickest that makes files of about the usual size.
    background
        JPEG, which has no alpha: the opaque colour behind the picture, in any form that `fill_style` takes; white by
        default.
    dpi
        PNG, JPEG, TIFF and PDF: pixels an inch, by which word processors and printers choose a size. By default none is
        said, and a pixel of a PDF is 1/72 of an inch.
    """

    quality: Whole | None = None
    lossless: bool | None = None
    compress_level: Whole | None = None
    background: Any = None
    dpi: Number | None = None

    def check(self, kind: str) -> None:
        """Refuse an option that the format does not have, or a value outside its range.

        Raises
        ------
        TypeError, ValueError
            The text names the option, its value and what to give instead.
        """
        known = FORMATS.get(kind, Format())
        for field in fields(self):
            value, allowed = getattr(self, field.name), getattr(known, field.name)
            if value is None:
                continue
            if not allowed:
                having = [name for name, format in FORMATS.items() if getattr(format, field.name)]
                raise ValueError(f"{kind} has no {field.name}: leave it out, or save as {_any_of(having)}")
            if isinstance(allowed, range):
                _check_whole(kind, field.name, value, allowed)
        if self.lossless is not None and not isinstance(self.lossless, bool | np.bool_):
            raise TypeError(f"{kind} lossless is {self.lossless!r}: give True or False")
        if self.background is not None:
            _opaque_color(self.background)
        if self.dpi is not None and not 1 <= as_float(kind, "dpi", self.dpi) <= MOST_DPI:
            raise ValueError(f"{kind} dpi is {shown(self.dpi)}: give 1 to {MOST_DPI}")

    def for_pillow(self, kind: str) -> dict[str, Any]:
        """The keyword arguments of Pillow's `save`."""
        given = {"quality": self.quality, "lossless": self.lossless}
        # Converted to Python numbers: Pillow accepts no NumPy numbers.
        plain = {"lossless": bool}
        settings: dict[str, Any] = {}
        settings |= {name: plain.get(name, int)(value) for name, value in given.items() if value is not None}
        if kind == "WEBP" and self.lossless:
            settings["exact"] = True  # Keeps the colour of transparent pixels.
        if self.dpi is not None:
            settings["dpi"] = (float(self.dpi), float(self.dpi))
        return settings


def _any_of(names: list[str]) -> str:
    return " or ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _check_whole(kind: str, name: str, value: object, allowed: range) -> None:
    span = f"{allowed[0]} to {allowed[-1]}"
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{kind} {name} is {value!r:.80}: give a whole number, {span}")
    if value not in allowed:
        raise ValueError(f"{kind} {name} is {value}: give {span}")


def _opaque_color(color: Any, space: ColorSpace = "srgb") -> tuple[int, int, int]:
    from ..paint.color import to_rgba
    from ..paint.wide import to_p3

    r, g, b, a = to_rgba(color) if space == "srgb" else to_p3(to_rgba(color))
    if a < 1:
        raise ValueError(f"background is {color!r:.80}, which is translucent: JPEG has no alpha, give an opaque colour")
    return round(r * 255), round(g * 255), round(b * 255)


def format_of(target: object, format: str | None = None) -> str:
    """Pillow's name of the format to write.

    Parameters
    ----------
    target
        A path gives the format by its suffix; anything else gets PNG.
    format
        ``"png"``, ``"jpeg"``, ``"jpg"``, ``"webp"``, or another that Pillow writes, in any case; overrides the suffix.

    Raises
    ------
    TypeError, ValueError
        For a format that is no string, unknown, or missing from this Pillow.

    Examples
    --------
    >>> format_of("sunset.jpg"), format_of("sunset.jpg", "webp")
    ('JPEG', 'WEBP')
    """
    if format is not None and not isinstance(format, str):
        raise TypeError(f"format is {format!r:.80}: give 'png', 'webp' or 'jpeg'")
    if _is_png(target, format):
        return "PNG"
    from PIL import Image

    # preinit loads Pillow's plugins for the common formats. Loading all of them is slow: only for other formats.
    Image.preinit()
    if format is None and isinstance(target, str | PathLike):
        path = str(fspath(target))
        suffix = splitext(path)[1].lower()
        if not suffix and isdir(path):
            raise IsADirectoryError(EISDIR, "is a folder: give a file's name in it, such as 'picture.png'", path)
        if not suffix:
            raise ValueError(f"{path!r:.200} has no suffix that names a format: {CURE}")
        if suffix not in Image.EXTENSION:
            Image.init()
        kind, what = Image.EXTENSION.get(suffix, suffix[1:].upper()), f"{path!r:.200} ends in {suffix!r}, which"
        cure = CURE
    else:
        name = "png" if format is None else format
        kind, what, cure = name.upper().removeprefix("."), f"format {name!r:.80}", CURE_OF_FORMAT
    kind = _ALIASES.get(kind, kind)
    if kind not in Image.SAVE:
        Image.init()
    if kind in Image.SAVE:
        return kind
    if kind in FORMATS:
        raise ValueError(f"{what} cannot be written: this Pillow was built without {kind}; save as PNG")
    if kind == "SVG":
        raise ValueError(f"{what} is not of pixels: draw on a gpucanvas.Recording, and save what freeze() returns")
    if kind in VIDEOS:
        raise ValueError(f"{what} is a film: gpucanvas.render_film(draw, path, seconds=...) writes films")
    raise ValueError(f"{what} is no picture format that can be written: {cure}")


def _is_png(target: object, format: str | None) -> bool:
    """Whether the format is PNG, the most common one, found out without loading Pillow's plugins."""
    if format is not None:
        return format.lower() in ("png", ".png")
    return not isinstance(target, str | PathLike) or splitext(str(fspath(target)))[1].lower() == ".png"


def check_size(kind: str, width: int, height: int) -> None:
    """Refuse a picture without pixels, or one larger than the format can hold.

    Raises
    ------
    ValueError
        For a width or height of 0.
    LimitError
        For a side beyond the format's limit.
    """
    if not width or not height:
        raise ValueError(
            f"a picture of {width}x{height} pixels has nothing to write as {kind}: give it a width and height"
        )
    limit, side = FORMATS.get(kind, Format()).max_side, max(width, height)
    if limit is not None and side > limit:
        others = [name for name, format in FORMATS.items() if (format.max_side or 0) >= side]
        cure = f"save as {_any_of(others)}, or in parts" if others else "save it in parts"
        raise LimitError(f"{kind} holds at most {limit} pixels a side, the picture is {width}x{height}: {cure}")


def encode(
    pixels: NDArray[np.uint8],
    format: str = "png",
    options: Options | None = None,
    *,
    check: Callable[[], None] | None = None,
) -> bytes:
    """Encode pixels as a picture file.

    Parameters
    ----------
    pixels
        Shape (H, W, 4) straight RGBA, (H, W, 3) RGB, (H, W, 1) or (H, W) grey; uint8. The file of an `ImageData` in
        display-p3 gets that profile.
    format
        As for `format_of`.
    options
        Options of encoding.
    check
        Called between pieces of the file (PNG and JPEG have many, WebP one); an error that it raises ends the work.

    Returns
    -------
    bytes
        The whole file.

    Raises
    ------
    TypeError, ValueError
        For pixels of another shape or type, or an unknown format or option.
    LimitError
        For a picture larger than the format can hold.

    Examples
    --------
    >>> import numpy as np
    >>> encode(np.zeros((2, 2, 4), np.uint8))[1:4]
    b'PNG'
    """
    kind, options = format_of(None, format), options or Options()
    options.check(kind)
    space = space_of_array(pixels)
    if space != "srgb" and kind not in PROFILED:
        from ..paint.gamut import convert_bytes

        pixels, space = convert_bytes(pixels, space, "srgb"), "srgb"
    pixels = _checked(kind, pixels)
    if kind == "PNG":
        level = None if options.compress_level is None else int(options.compress_level)
        with span(kind, ENCODERS, width=pixels.shape[1], height=pixels.shape[0]):
            return write_png(pixels, level, [*_png_profile(space), *_png_density(options.dpi)], check)
    image = _opaque_image(pixels) if kind == "JPEG" and _is_opaque(pixels) else _as_image(pixels)
    del pixels
    if kind == "JPEG" and image.mode == "RGBA":
        image = _flatten(image, options.background, space)
    out = _Bytes(check)
    try:
        with span(kind, ENCODERS, width=image.width, height=image.height):
            image.save(out, kind, **options.for_pillow(kind), **_profile_of(space))
    except OSError as error:
        if "cannot write mode" not in str(error):
            raise
        raise ValueError(f"{kind} cannot hold pixels of mode {image.mode}: save as PNG or WEBP") from error
    return out.getvalue()


def encode_bands(
    bands: Iterable[NDArray[np.uint8]], size: tuple[int, int], space: ColorSpace, options: Options
) -> bytes:
    """Encode RGBA pixels that come in bands, from the top down, as a PNG file, whose width and height are ``size``."""
    level = None if options.compress_level is None else int(options.compress_level)
    width, height = size
    with span("PNG", ENCODERS, width=width, height=height):
        return write_bands(bands, (height, width, 4), level, [*_png_profile(space), *_png_density(options.dpi)])


def _checked(kind: str, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return pixels as a contiguous array (H, W, channels) that the format can hold."""
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8:
        form = pixels.dtype if isinstance(pixels, np.ndarray) else type(pixels).__name__
        raise TypeError(f"pixels are {form}: give a uint8 array, 0 to 255")
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.ndim != 3 or pixels.shape[2] not in _ARRAY_MODES:
        raise TypeError(f"pixels have shape {pixels.shape}: give (H, W, 4) RGBA, (H, W, 3) RGB or (H, W) grey")
    height, width, channels = pixels.shape
    check_size(kind, width, height)
    return np.ascontiguousarray(pixels)


def _as_image(pixels: NDArray[np.uint8]) -> Image:
    from PIL import Image

    return Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)


def _is_opaque(pixels: NDArray[np.uint8]) -> bool:
    """Whether contiguous pixels (H, W, 4) all have an alpha of 255."""
    if pixels.shape[2] != 4:
        return False
    every = np.bitwise_and.reduce(pixels.view(np.uint32), axis=None)
    return bool(every.tobytes()[3] == 255)


def _opaque_image(pixels: NDArray[np.uint8]) -> Image:
    """RGBA pixels as an image of the mode RGBX, which has the same bytes and which Pillow's JPEG takes as RGB."""
    from PIL import Image

    return Image.frombuffer("RGBX", (pixels.shape[1], pixels.shape[0]), pixels, "raw", "RGBX", 0, 1)


def _profile_of(space: ColorSpace) -> dict[str, Any]:
    """Pillow's arguments for a colour space; none for sRGB, the default of pictures without a profile."""
    if space == "srgb":
        return {}
    from ..images.icc import display_p3_profile

    return {"icc_profile": display_p3_profile()}


def _png_profile(space: ColorSpace) -> list[tuple[bytes, bytes]]:
    """The chunks of a PNG file for a colour space: the exact one for readers of PNG's third edition, and a profile."""
    if space == "srgb":
        return []
    from ..images.icc import CICP, display_p3_profile

    return [(b"cICP", CICP), (b"iCCP", b"Display P3\0\0" + zlib.compress(display_p3_profile()))]


def _png_density(dpi: Number | None) -> list[tuple[bytes, bytes]]:
    """The chunk of a PNG file that says how many pixels are in a metre, across and down."""
    if dpi is None:
        return []
    per_metre = round(float(dpi) / METRES_PER_INCH)
    return [(b"pHYs", struct.pack(">2IB", per_metre, per_metre, 1))]


def _flatten(image: Image, background: Any, space: ColorSpace) -> Image:
    """Composite a picture over a colour."""
    from PIL import Image

    color = _opaque_color("white" if background is None else background, space)
    flat = Image.new("RGB", image.size, color)
    flat.paste(image, mask=image.getchannel("A"))
    return flat


class _Bytes(io.BytesIO):
    """A BytesIO that calls a check at each write: the only way to cancel an encoding by Pillow."""

    def __init__(self, check: Callable[[], None] | None) -> None:
        super().__init__()
        self._check = check

    def write(self, data: Any, /) -> int:
        if self._check is not None:
            self._check()
        return super().write(data)


__all__ = ["FORMATS", "Format", "Options", "check_size", "encode", "encode_bands", "format_of"]
