"""writer: `FilmWriter`, the base of all films: frames of one size at a constant rate.

open_film("out.mp4", ...) --> FilmWriter --add(pixels)--> ... --close()--> out.mp4
                                         --discard(), or an error-->       the old file, if any
"""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from ..errors import ClosedError, LimitError
from ..geometry.numbers import Whole
from ..images.imagedata import space_of_array
from ..recording import check_side

__all__ = ["ANIMATIONS", "VIDEOS", "FilmWriter", "Pixels", "check_film", "number_of"]

Pixels = NDArray[np.uint8]
"""(height, width, 4) uint8, straight RGBA."""

VIDEOS: Final = (".mp4", ".m4v", ".mov", ".mkv", ".webm")
ANIMATIONS: Final = (".gif", ".webp", ".png", ".apng")
NUMBER: Final = re.compile(r"%(0?)(\d*)d")
MAX_RATE: Final = 1000
"""Most frames a second: WebP and WebM count milliseconds."""


def number_of(path: str | os.PathLike[str]) -> re.Match[str] | None:
    """The place for the frame's number in a name of stills, as in ``frame_%04d.png``; None for any other name."""
    return NUMBER.search(os.path.basename(os.fspath(path)).replace("%%", "  "))


def rate_of(fps: object) -> Fraction:
    """Frames a second as a fraction: 29.97 stays 2997/100."""
    if isinstance(fps, bool) or not isinstance(fps, int | float | Fraction | np.number):
        raise TypeError(f"fps is {fps!r}: give frames a second, such as 60")
    if not 0 < fps <= MAX_RATE:
        raise ValueError(f"fps is {fps}: give frames a second, above 0 and at most {MAX_RATE}")
    return max(Fraction(fps if isinstance(fps, Fraction) else float(fps)).limit_denominator(1001), Fraction(1, 1001))


def check_film(path: str | os.PathLike[str]) -> str:
    """The kind of film that a name stands for: ``"stills"``, or the suffix in lower case.

    Raises
    ------
    ValueError
        For a name that no film can have; the text says what to write instead.
    """
    name, suffix = os.fspath(path), Path(path).suffix.lower()
    if number_of(path) is not None:
        if suffix in VIDEOS:
            raise ValueError(f"{name!r} asks for a video a frame: leave out the %d, or end the name in .png")
        return "stills"
    if suffix in VIDEOS or suffix in ANIMATIONS:
        return suffix
    stem = Path(path).stem or "frame"
    if suffix in (".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".avif", ".tga", ".ppm"):
        cure = f"write {stem}_%04d{suffix} for a file a frame, or end the name in .mp4, .gif, .webp or .png"
        raise ValueError(f"{name!r} holds one picture, and each frame would write over the last: {cure}")
    kinds = ", ".join((*VIDEOS, *ANIMATIONS))
    raise ValueError(f"{name!r} ends in {suffix!r}, which is no film: end it in {kinds}, or write {stem}_%04d.png")


class FilmWriter(ABC):
    """A film that is being written, made by `open_film`. As a context manager it closes itself.

    Where a frame cannot be written, or the ``with`` block is left by an exception, the film is discarded, and an older
    file of that name is unchanged.

    Attributes
    ----------
    path : str
        The file's name.
    width, height : int
        Size of the frames given to `add`, pixels.
    fps : fractions.Fraction
        Frames a second.
    frames : int
        Number of frames so far.
    """

    max_side: ClassVar[int] = 32768
    """Greatest width and height of the format, pixels."""

    def __init__(
        self, path: str | os.PathLike[str], width: Whole, height: Whole, fps: object, background: tuple[int, ...] | None
    ) -> None:
        self._closed = True
        self.path = os.fspath(path)
        self.width, self.height = check_side("width", width, "Film"), check_side("height", height, "Film")
        if not self.width or not self.height:
            raise ValueError(f"a film of {width}x{height} pixels has nothing to show: give it a width and height")
        if max(self.width, self.height) > self.max_side:
            suffix = Path(self.path).suffix
            raise LimitError(
                f"{suffix} holds at most {self.max_side} pixels a side, the film is {width}x{height}: make it smaller"
            )
        self.fps = rate_of(fps)
        self.frames = 0
        self._background = background

    def add(self, pixels: Pixels, count: Whole = 1) -> None:
        """Add a frame. The array may be changed when this returns.

        Parameters
        ----------
        pixels
            (height, width, 4) uint8, straight RGBA, of the film's size. Films are sRGB: an `ImageData` in display-p3
            is converted.
        count
            How many frame durations it is shown for, at least 1.

        Raises
        ------
        TypeError, ValueError
            For pixels of another shape or type; the film can go on.
        ClosedError
            After `close`, `discard`, or a frame that could not be written.
        OSError
            For instance where the disk is full; the film is discarded then.
        """
        if self._closed:
            raise ClosedError(f"the film {self.path!r} is closed: open another one")
        shape, form = getattr(pixels, "shape", None), getattr(pixels, "dtype", type(pixels).__name__)
        if form != np.uint8:
            raise TypeError(f"a frame's pixels are {form}: give a uint8 array of shape (height, width, 4)")
        if shape != (self.height, self.width, 4):
            raise ValueError(f"a frame has shape {shape}, the film {(self.height, self.width, 4)}: give it that size")
        if isinstance(count, bool) or not isinstance(count, int | np.integer):
            raise TypeError(f"a frame's count is {count!r}: give a whole number of frames, at least 1")
        if count < 1:
            raise ValueError(f"a frame's count is {count}: give at least 1")
        try:
            self._add(self._laid_on_background(_in_srgb(pixels)), int(count))
        except BaseException:
            self.discard()
            raise
        self.frames += int(count)

    def close(self) -> None:
        """Complete the film, and give the file its name. Closing twice is harmless.

        Raises
        ------
        ValueError
            For a film without frames; no file is written.
        OSError
            For instance where the disk is full; the film is discarded then.
        """
        if self._closed:
            return
        try:
            if not self.frames:
                raise ValueError(f"the film {self.path!r} has no frame: add one before close(), or discard() it")
            self._finish()
        except BaseException:
            self.discard()
            raise
        self._closed = True

    def discard(self) -> None:
        """Discard the film and its files, except complete stills. Does nothing after `close`."""
        if not self._closed:
            self._closed = True
            self._give_up()

    @property
    def closed(self) -> bool:
        """Whether no frame can be added any more."""
        return self._closed

    @property
    def seconds(self) -> float:
        """Length of the film so far."""
        return float(self.frames / self.fps)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self.discard()

    def __del__(self) -> None:
        if not getattr(self, "_closed", True):
            self.discard()

    def __repr__(self) -> str:
        state = ", closed" if self._closed else ""
        return f"<{type(self).__name__} {self.path!r}: {self.frames} frames of {self.width}x{self.height}{state}>"

    # -- for subclasses ----------------------------------------------------------------------------------------

    @abstractmethod
    def _add(self, pixels: Pixels, count: int) -> None:
        """Write a frame for ``count`` frame durations. The array may be the caller's own: copy it to keep it."""

    @abstractmethod
    def _finish(self) -> None:
        """Complete the film, and give the file its name."""

    @abstractmethod
    def _give_up(self) -> None:
        """Remove incomplete files."""

    def _laid_on_background(self, pixels: Pixels) -> Pixels:
        """The frame composited over the background, if there is one."""
        if self._background is None or pixels[..., 3].min() == 255:
            return pixels
        from PIL import Image

        below = Image.new("RGBA", (self.width, self.height), (*self._background, 255))
        below.alpha_composite(Image.fromarray(np.ascontiguousarray(pixels)))
        return np.asarray(below)


def _in_srgb(pixels: Pixels) -> Pixels:
    """A frame converted to sRGB."""
    space = space_of_array(pixels)
    if space == "srgb":
        return pixels
    from ..paint.gamut import convert_bytes

    return convert_bytes(pixels, space, "srgb")
