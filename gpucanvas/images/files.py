"""files: decodes picture files with Pillow, and caches the pixels of files that are drawn directly.

path, bytes, open file --Pillow--> image --EXIF--> upright --> pixels        every error names the file

draw_image(Path, ...)  --key (path, time, size)--> cached pixels, or decode
draw_image(bytes, ...) --key (the bytes)---------> cached pixels, or decode

An SVG file has no pixels of its own: it is kept as it is, and besides the pixels of each size in which it was drawn.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, Final

from ..errors import LimitError
from ..memory import Holding, add_cache
from ..pipeline.mips import KeptPixels
from .colorspace import ColorSpace
from .icc import is_display_p3
from .pillow import words_of_picture

if TYPE_CHECKING:
    from .svgpixels import SvgFile

__all__ = [
    *("FileCache", "Source", "decode", "file_at", "file_pixels", "name_of", "opened", "read_svg", "space_of_picture"),
    "upright",
]

Source = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes]
"""A picture file: its path, its bytes, or an open file."""
RUN_BY_OTHERS: Final = frozenset(("EPS", "WMF"))
"""Formats that Pillow hands to Ghostscript or to the system. They are refused: files may come from an untrusted source.
"""
KEPT_BYTES: Final = 256 << 20
"""Most bytes of pixels and file contents in the cache; the last file is kept whatever its size."""
HEAD_BYTES: Final = 4096
"""Bytes at the beginning of a file that tell whether it is SVG."""
ORIENTATION: Final = 0x0112
"""The EXIF tag of the orientation."""


def name_of(source: object) -> str:
    """The name of a file in error messages."""
    if isinstance(source, bytes | bytearray | memoryview):
        return f"the file of {len(source)} bytes"
    path = os.fspath(source) if isinstance(source, str | os.PathLike) else getattr(source, "name", None)
    return f"the file {path!r:.200}" if isinstance(path, str | bytes) else "the open file"


@contextmanager
def opened(source: Source) -> Iterator[Any]:
    """Open the file as a Pillow image; errors of the decoder are raised again with the file's name and the cure.

    Raises
    ------
    OSError
        For a path that cannot be read, with its name.
    ValueError
        For a file that is no picture, has a format that this Pillow lacks, or is truncated or damaged.
    LimitError
        For a picture with more pixels than Pillow's limit: it may be a decompression bomb.
    """
    from PIL import Image, UnidentifiedImageError

    name = name_of(source)
    if isinstance(source, str | os.PathLike):
        # Opened here, so that an error of opening is not mistaken for one of decoding.
        file: Any = open(source, "rb")  # noqa: SIM115
    else:
        file = BytesIO(source) if isinstance(source, bytes | bytearray | memoryview) else source
        if not hasattr(file, "read"):
            raise TypeError(f"Image.open: {source!r:.80} is no file: give a path, its bytes, or an open file")
    try:
        # Image.open reads only the header: no external program has run yet.
        with Image.open(file) as picture:
            if picture.format in RUN_BY_OTHERS:
                raise UnidentifiedImageError(f"{picture.format} is run, not read")
            yield picture
    except (MemoryError, LimitError, Warning):
        raise
    except Image.DecompressionBombError as bomb:
        raise LimitError(
            f"{name} has more than {2 * (Image.MAX_IMAGE_PIXELS or 0)} pixels, and may be a decompression bomb: if you "
            "trust it raise PIL.Image.MAX_IMAGE_PIXELS, or give a smaller one"
        ) from bomb
    except UnidentifiedImageError as unknown:
        raise ValueError(
            f"{name} is no picture that is read here: give a PNG, JPEG, WebP, GIF, AVIF or SVG file that is complete"
        ) from unknown
    # Decoders raise all kinds of exceptions for damaged files.
    except Exception as error:
        # An error of `pillow.rgba_of` about the image's mode is complete already.
        if isinstance(error, ValueError | TypeError) and str(error).startswith("the image"):
            raise
        text = f"{name} is damaged or cut off ({error!s:.200}): give a complete one, or save it anew"
        raise ValueError(text) from error
    finally:
        if file is not source:
            file.close()


def upright(picture: Any) -> Any:
    """The picture rotated by its EXIF orientation, as browsers show it; unchanged where it has none."""
    from PIL import Image

    turns = Image.Transpose
    ways = {
        2: turns.FLIP_LEFT_RIGHT,
        3: turns.ROTATE_180,
        4: turns.FLIP_TOP_BOTTOM,
        5: turns.TRANSPOSE,
        6: turns.ROTATE_270,
        7: turns.TRANSVERSE,
        8: turns.ROTATE_90,
    }
    try:
        way = ways.get(picture.getexif().get(ORIENTATION))
    # The orientation is optional: damaged EXIF data must not make a picture unreadable.
    except Exception:
        return picture
    return picture if way is None else picture.transpose(way)


def read_svg(source: Source) -> SvgFile | None:
    """Read an SVG file; None for a file that is none, of which nothing is read then."""
    from ..svgfile.document import is_svg

    if isinstance(source, str | os.PathLike):
        if isinstance(source, str) and source.lstrip()[:1] == "<" and not os.path.exists(source):
            raise ValueError(f"Image.open: {source!r:.40}... is SVG itself, not a path: give its bytes, text.encode()")
        with open(source, "rb") as file:
            head = file.read(HEAD_BYTES)
            data = head + file.read() if is_svg(head) else None
    elif isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source) if is_svg(bytes(source[:HEAD_BYTES])) else None
    else:
        # An open file, which Pillow, too, reads from its beginning.
        if not hasattr(source, "read") or not hasattr(source, "seek"):
            return None
        source.seek(0)
        head = source.read(HEAD_BYTES)
        if isinstance(head, str):
            raise TypeError(f"Image.open: {name_of(source)} is open for text: open it with the mode 'rb'")
        data = head + source.read() if is_svg(head) else None
    if data is None:
        return None
    from .svgpixels import SvgFile

    return SvgFile(data, name_of(source))


def decode(source: Source, *, oriented: bool = True, size: tuple[int | None, int | None] = (None, None)) -> KeptPixels:
    """Read a picture file; of an animation, the first frame.

    Parameters
    ----------
    source
        A path, the file's bytes, or an open file.
    oriented
        Whether to rotate the picture by its EXIF orientation.
    size
        Width and height of an SVG file's pixels, as `SvgFile.size_of` takes them; for other files without effect.

    Raises
    ------
    OSError, ValueError, LimitError
        As `opened` says.
    ImportError
        For an SVG file where resvg is not installed.
    MemoryBudgetError
        Where the budget has no room for the pixels; they are not decoded then.
    """
    drawing = read_svg(source)
    if drawing is not None:
        return drawing.pixels(*drawing.size_of(*size))
    with opened(source) as picture:
        width, height = picture.size
        holding = Holding("image", 4 * width * height)
        picture.load()
        pixels = words_of_picture(upright(picture) if oriented else picture)
        return KeptPixels(pixels, holding, space_of_picture(picture))


def space_of_picture(picture: Any) -> ColorSpace:
    """The colour space of a Pillow image: display-p3 where it has that profile, else srgb; others are ignored."""
    return "display-p3" if is_display_p3(picture.info.get("icc_profile")) else "srgb"


class FileCache:
    """What was read of files given to `draw_image`; drops the least recently used above a limit in bytes.

    Kept are the pixels of a file, or an SVG file; and its pixels, with their size in the key.
    """

    def __init__(self, limit: int = KEPT_BYTES) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._kept: dict[Any, tuple[KeptPixels | SvgFile, int]] = {}
        self._nbytes = 0
        add_cache(self.evict)

    def get(self, source: bytes | bytearray | memoryview | os.PathLike[str]) -> KeptPixels | SvgFile:
        """The pixels of a file, or an SVG file; read again where the file at the path has changed."""
        key = _key_of(source)
        return self._get(key, lambda: read_svg(key if isinstance(key, bytes) else source) or decode(source))

    def sized(self, source: bytes | bytearray | memoryview | os.PathLike[str], file: SvgFile, size: Any) -> KeptPixels:
        """The pixels of an SVG file in a size."""
        found = self._get((_key_of(source), size), lambda: file.pixels(*size))
        assert isinstance(found, KeptPixels)
        return found

    def _get(self, key: Any, read: Callable[[], KeptPixels | SvgFile]) -> KeptPixels | SvgFile:
        with self._lock:
            kept = self._kept.pop(key, None)
            if kept is not None:
                self._kept[key] = kept
                return kept[0]
        found = read()
        nbytes = found.pixels.nbytes if isinstance(found, KeptPixels) else 2 * len(found.document.markup)
        nbytes += len(key) if isinstance(key, bytes) else 0
        with self._lock:
            self._kept[key] = found, nbytes
            self._nbytes = sum(each for _, each in self._kept.values())
            while self._nbytes > self._limit and len(self._kept) > 1:
                self._nbytes -= self._kept.pop(next(iter(self._kept)))[1]
        return found

    def evict(self) -> int:
        """Drop all files; returns the bytes freed."""
        with self._lock:
            freed, self._nbytes = self._nbytes, 0
            self._kept.clear()
        return freed


def _key_of(source: bytes | bytearray | memoryview | os.PathLike[str]) -> Any:
    """What a file is found by, as long as it does not change."""
    if isinstance(source, bytes | bytearray | memoryview):
        # A bytes object caches its hash, and is compared with itself by identity: both are fast.
        return bytes(source)
    path = os.path.abspath(source)
    stat = os.stat(path)
    return path, stat.st_mtime_ns, stat.st_size


_cache: FileCache | None = None
_cache_lock = threading.Lock()


def _files() -> FileCache:
    global _cache
    with _cache_lock:
        _cache = _cache or FileCache()
    return _cache


def file_at(source: bytes | bytearray | memoryview | os.PathLike[str]) -> KeptPixels | SvgFile:
    """What was read of a file that is drawn: its pixels, or an SVG file."""
    return _files().get(source)


def file_pixels(
    source: bytes | bytearray | memoryview | os.PathLike[str], size: tuple[int, int] | None = None
) -> KeptPixels:
    """The pixels of a file that is drawn, from the cache or decoded; of an SVG file in a size, or its own."""
    found = file_at(source)
    if isinstance(found, KeptPixels):
        return found
    return _files().sized(source, found, size or found.own_size)
