"""open: `open_film`, which chooses the writer by a file's suffix."""

from __future__ import annotations

import os
from fractions import Fraction
from typing import Any

import numpy as np

from ..geometry.numbers import Whole
from ..present.formats import Options
from .writer import VIDEOS, FilmWriter, check_film

__all__ = ["open_film"]


def open_film(
    path: str | os.PathLike[str],
    width: Whole,
    height: Whole,
    fps: float | Fraction = 60,
    *,
    background: Any = None,
    quality: Whole | None = None,
    lossless: bool | None = None,
    loop: Whole = 0,
) -> FilmWriter:
    """Begin a film; the suffix of the name is its format.

    ========================= ============================================= ==================================
    name                      format                                        alpha
    ========================= ============================================= ==================================
    .mp4, .m4v, .mov, .mkv    H.264, by PyAV                                over ``background``
    .webm                     VP9, by PyAV                                  over ``background``
    .gif                      256 colours a frame, at most 50 frames a      on or off
                              second: at higher rates, some are left out
    .webp                     animated WebP                                 kept
    .png, .apng               animated PNG, lossless                        kept
    frame_%04d.png            a picture for each frame, from 0, in any      kept where the format can
                              format of `Canvas.save`
    ========================= ============================================= ==================================

    Parameters
    ----------
    path
        The file's name; for stills with ``%d`` or ``%04d`` in place of the frame's number (``%%`` is a percent sign).
    width, height
        Size of a frame, pixels. A video has even sides: at an odd side the last row or column is repeated.
    fps
        Frames a second, above 0, at most 1000.
    background
        The opaque colour behind frames, in any form that ``fill_style`` takes. With None, videos and JPEG have white,
        and other formats keep their alpha.
    quality
        Videos and WebP: 0 to 100, larger is better; 80 if None. JPEG as in `Canvas.save`.
    lossless
        WebP: whether to keep every pixel exactly.
    loop
        GIF, WebP and PNG: how often the film is shown; 0 is endless.

    Returns
    -------
    FilmWriter
        Call ``add(pixels)`` for each frame, then ``close()``.

    Raises
    ------
    TypeError, ValueError, LimitError
        For an invalid argument.
    ModuleNotFoundError
        For a video, where PyAV is not installed.
    OSError
        Where the file cannot be made.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> from gpucanvas.film import open_film
    >>> with tempfile.TemporaryDirectory() as folder, open_film(f"{folder}/grey.gif", 4, 2, fps=10) as film:
    ...     for level in range(5):
    ...         film.add(np.full((2, 4, 4), 50 * level + 5, np.uint8), count=2)
    ...     film.frames, film.seconds
    (10, 1.0)
    """
    kind = check_film(path)
    if kind == "stills":
        from .stills import Stills

        return Stills(path, width, height, fps, Options(quality, lossless, background=background))
    color = _opaque(background)
    if kind in VIDEOS:
        if lossless is not None:
            raise ValueError(f"{kind} has no lossless: leave it out, or write .png or .webp")
        from .video import Video

        return Video(path, width, height, fps, color or (255, 255, 255), quality)
    if isinstance(loop, bool) or not isinstance(loop, int | np.integer):
        raise TypeError(f"loop is {loop!r}: give how many times the film is shown, 0 for ever")
    if not 0 <= loop < 65536:
        raise ValueError(f"loop is {loop}: give how many times the film is shown, up to 65535; 0 for ever")
    options = Options(quality, lossless)
    options.check({".apng": "PNG"}.get(kind, kind[1:].upper()))
    if kind == ".gif":
        from .gif import Gif

        return Gif(path, width, height, fps, color, int(loop))
    if kind == ".webp":
        from .webp import WebP

        return WebP(path, width, height, fps, color, int(loop), options)
    from .apng import AnimatedPng

    return AnimatedPng(path, width, height, fps, color, int(loop))


def _opaque(color: Any) -> tuple[int, int, int] | None:
    """An opaque colour, 0 to 255 each; None for None."""
    if color is None:
        return None
    from ..paint.color import to_rgba

    r, g, b, a = to_rgba(color)
    if a < 1:
        raise ValueError(f"background is {color!r:.80}, which is translucent: give an opaque colour")
    return round(r * 255), round(g * 255), round(b * 255)
