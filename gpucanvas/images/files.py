"""files: decodes picture files with Pillow, and caches the pixels of files that are drawn directly.

path, bytes, open file --Pillow--> image --EXIF--> upright --> pixels        every error names the file

draw_image(Path, ...)  --key (path, time, size)--> cached pixels, or decode
draw_image(bytes, ...) --key (the bytes)---------> cached pixels, or decode
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

from ..errors import LimitError
from ..memory import Holding, add_cache
from ..pipeline.mips import KeptPixels
from .colorspace import ColorSpace
from .icc import is_display_p3
from .pillow import words_of_picture

__all__ = ["FileCache", "Source", "decode", "file_pixels", "name_of", "opened", "space_of_picture", "upright"]

Source = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes]
"""A picture file: its path, its bytes, or an open file."""
RUN_BY_OTHERS: Final = frozenset(("EPS", "WMF"))
"""Formats that Pillow hands to Ghostscript or to the system. They are refused: files may come from an untrusted source.
"""
KEPT_BYTES: Final = 256 << 20
"""Most bytes of pixels and file contents in the cache; the last file is kept whatever its size."""
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
    from io import BytesIO

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
            f"{name} is no picture that is read here: give a PNG, JPEG, WebP, GIF or AVIF file that is complete"
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


def decode(source: Source, *, oriented: bool = True) -> KeptPixels:
    """Read a picture file; of an animation, the first frame.

    Parameters
    ----------
    source
        A path, the file's bytes, or an open file.
    oriented
        Whether to rotate the picture by its EXIF orientation.

    Raises
    ------
    OSError, ValueError, LimitError
        As `opened` says.
    MemoryBudgetError
        Where the budget has no room for the pixels; they are not decoded then.
    """
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
    """The decoded pixels of files given to `draw_image`; drops the least recently used ones above a limit in bytes."""

    def __init__(self, limit: int = KEPT_BYTES) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._kept: dict[Any, tuple[KeptPixels, int]] = {}
        self._nbytes = 0
        add_cache(self.evict)

    def get(self, source: bytes | bytearray | memoryview | os.PathLike[str]) -> KeptPixels:
        """The pixels of a file; decoded again where the file at the path has changed."""
        key: Any
        if isinstance(source, bytes | bytearray | memoryview):
            # A bytes object caches its hash, and is compared with itself by identity: both are fast.
            key = source = bytes(source)
        else:
            path = os.path.abspath(source)
            stat = os.stat(path)
            key = path, stat.st_mtime_ns, stat.st_size
        with self._lock:
            kept = self._kept.pop(key, None)
            if kept is not None:
                self._kept[key] = kept
                return kept[0]
        pixels = decode(source)
        nbytes = pixels.pixels.nbytes + (len(key) if isinstance(key, bytes) else 0)
        with self._lock:
            self._kept[key] = pixels, nbytes
            self._nbytes = sum(each for _, each in self._kept.values())
            while self._nbytes > self._limit and len(self._kept) > 1:
                self._nbytes -= self._kept.pop(next(iter(self._kept)))[1]
        return pixels

    def evict(self) -> int:
        """Drop all files; returns the bytes freed."""
        with self._lock:
            freed, self._nbytes = self._nbytes, 0
            self._kept.clear()
        return freed


_cache: FileCache | None = None
_cache_lock = threading.Lock()


def file_pixels(source: bytes | bytearray | memoryview | os.PathLike[str]) -> KeptPixels:
    """The pixels of a file that is drawn, from the cache or decoded."""
    global _cache
    with _cache_lock:
        _cache = _cache or FileCache()
    return _cache.get(source)
