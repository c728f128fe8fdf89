"""animated: animated image files (GIF, WebP, APNG, AVIF) as sequences of images with their durations.

file --decode--> frame 0, 1, 2 ...   each one a complete picture, composed with the frames before it
shown from          0    0.1  0.3    frame_at(0.2) is frame 1; the file says how often it is repeated
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, Self, overload

import numpy as np

from ..errors import LimitError
from ..geometry.numbers import Number, as_float
from ..memory import Holding
from ..names import Guarded
from .datasize import MAX_DATA_PIXELS
from .image import Image

if TYPE_CHECKING:
    from .files import Source

__all__ = ["AnimatedImage"]

SHORTEST: Final = 0.011
"""Frames with a shorter duration, seconds, are shown for `INSTEAD`, as in browsers: it is not meant literally."""
INSTEAD: Final = 0.1
MOST_FRAMES: Final = 1 << 16
"""Most frames of a file. Each costs a kilobyte and 40 us, however small, and a GIF of 23 MB can have a million."""


class AnimatedImage(Guarded):
    """The decoded frames of an animated image file; a still image is one frame.

    It is a sequence of (`Image`, seconds).

    Attributes
    ----------
    images : tuple of Image
        The frames, each a complete picture.
    durations : tuple of float
        How long each is shown, seconds.
    loops : int or None
        How often the animation is played; None for endless.

    Examples
    --------
    A canvas's ``frame.time`` says which frame is due::

        spinner = gpucanvas.AnimatedImage.open("spinner.gif")
        def draw(ctx, frame):
            ctx.draw_image(spinner.frame_at(frame.time), 0, 0)
    """

    __slots__ = ("__weakref__", "_ends", "durations", "images", "loops")

    def __init__(self, images: Any, durations: Any, loops: int | None = None) -> None:
        self.images: tuple[Image, ...] = tuple(images)
        self.durations = tuple(as_float("AnimatedImage", "a duration", each) for each in durations)
        if not self.images or len(self.images) != len(self.durations):
            raise ValueError(
                f"AnimatedImage: {len(self.images)} images, {len(self.durations)} durations: give as many, at least 1"
            )
        for index, (image, seconds) in enumerate(zip(self.images, self.durations, strict=True)):
            if not isinstance(image, Image):
                raise TypeError(f"AnimatedImage: image {index} is {image!r:.80}: give a gpucanvas.Image")
            if not 0.0 < seconds < float("inf"):
                raise ValueError(f"AnimatedImage: duration {index} is {seconds}: give seconds, more than 0")
        if loops is not None and (isinstance(loops, bool) or not isinstance(loops, int) or loops < 1):
            raise ValueError(f"AnimatedImage: loops is {loops!r:.80}: give 1 or more, or None for ever")
        self.loops = loops
        self._ends: list[float] = np.cumsum(self.durations).tolist()

    @classmethod
    def open(cls, source: Source) -> AnimatedImage:
        """Read all frames of a picture file.

        Parameters
        ----------
        source
            A path, the file's bytes, or an open file.

        Raises
        ------
        OSError, ValueError
            As for `Image.open`.
        LimitError
            Where all frames together have more pixels than 2^28, a GiB, and for more than 65,536 frames.
        """
        from .files import name_of, opened, read_svg

        if read_svg(source) is not None:
            raise ValueError(f"{name_of(source)} is SVG, which stands still here: give it to Image.open or draw_image")
        with opened(source) as picture:
            count = getattr(picture, "n_frames", 1)
            # The first picture of an APNG may be a still for viewers without animation, and no frame.
            first = 1 if count > 1 and getattr(picture, "default_image", False) else 0
            if count - first > MOST_FRAMES:
                raise LimitError(f"{name_of(source)} has {count} frames, more than {MOST_FRAMES}: make a film of it")
            loops, frames = _loops_of(picture), []
            left = MAX_DATA_PIXELS
            for index in range(first, count):
                # Only the pages of a TIFF differ in size; for other formats Pillow knows the size without decoding.
                picture.seek(index)
                width, height = picture.size
                more = 1 if picture.format == "TIFF" else count - index
                if width * height * more > left:
                    raise LimitError(
                        f"{name_of(source)} has {count} frames of {width}x{height}, more than {MAX_DATA_PIXELS} "
                        "pixels: make a film of it, or a smaller file"
                    )
                left -= width * height
                frames.append(_frame_of(picture))
        return cls([image for image, _ in frames], [seconds for _, seconds in frames], loops)

    @property
    def duration(self) -> float:
        """Duration of one pass through all frames, seconds."""
        return self._ends[-1]

    @property
    def width(self) -> int:
        """Width, pixels."""
        return self.images[0].width

    @property
    def height(self) -> int:
        """Height, pixels."""
        return self.images[0].height

    def frame_at(self, seconds: Number) -> Image:
        """The frame shown at a time, seconds from the beginning; the last frame after the last repetition.

        Raises
        ------
        TypeError, ValueError
            For a time that is no finite number. A negative time gives the first frame.
        """
        time = as_float("frame_at", "seconds", seconds)
        if not isfinite(time):
            raise ValueError(f"frame_at: seconds is {time}: give a finite number")
        if time <= 0.0:
            return self.images[0]
        if self.loops is not None and time >= self.loops * self.duration:
            return self.images[-1]
        # Rounding may give an index behind the last frame.
        return self.images[min(bisect_right(self._ends, time % self.duration), len(self.images) - 1)]

    def close(self) -> None:
        """Free the pixels of all frames, as the end of a ``with`` block does; closing twice is harmless."""
        for image in self.images:
            image.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *of_error: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self.images)

    def __iter__(self) -> Iterator[tuple[Image, float]]:
        return iter(zip(self.images, self.durations, strict=True))

    @overload
    def __getitem__(self, index: int) -> tuple[Image, float]: ...
    @overload
    def __getitem__(self, index: slice) -> list[tuple[Image, float]]: ...
    def __getitem__(self, index: int | slice) -> tuple[Image, float] | list[tuple[Image, float]]:
        return list(self)[index]

    def __repr__(self) -> str:
        played = "for ever" if self.loops is None else f"{self.loops} times"
        return f"<AnimatedImage of {len(self)} frames, {self.duration:g} s, played {played}>"


def _frame_of(picture: Any) -> tuple[Image, float]:
    """The current frame of a Pillow image, and its duration in seconds."""
    from .files import space_of_picture, upright
    from .pillow import words_of_picture

    width, height = picture.size
    holding = Holding("image", 4 * width * height)
    picture.load()
    # Pillow gives milliseconds; a still image has none.
    seconds = float(picture.info.get("duration") or 0.0) / 1000.0
    # A copy: Pillow composes the next frame in the same memory.
    pixels = words_of_picture(upright(picture))
    return Image._owning(pixels, holding, space_of_picture(picture)), INSTEAD if seconds < SHORTEST else seconds


def _loops_of(picture: Any) -> int | None:
    """How often a file is played; None for endless. A GIF counts repetitions after the first pass, 0 is endless."""
    said = picture.info.get("loop")
    if picture.format == "GIF":
        return 1 if said is None else said + 1 if said else None
    return said or None
