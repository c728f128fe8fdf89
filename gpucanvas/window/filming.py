"""filming: records a film of a window while it is shown.

    a frame is shown at t --> the frame before it is repeated until t, at the film's rate --> EncoderThread --> file

A film has a constant frame rate, a window has not: each frame of the film is the frame that the window showed at that
time. Where the encoder cannot keep up, frames are left out, and the window does not wait.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..film import EncoderThread, open_film

__all__ = ["WindowFilm"]


class WindowFilm:
    """A film that is being recorded, made by `Window.record`.

    Parameters
    ----------
    path
        The file; its suffix is the format: .mp4, .webm, .gif, .webp, ...
    size
        Width and height of the film, pixels. After a change of the window's size, frames are cropped or get a margin.
    background
        Colour of the margin, RGBA, 0 to 255.
    fps
        Frames a second.
    quality
        As for `open_film`.
    ended
        Called when the film is closed.

    Attributes
    ----------
    left_out : int
        Number of the window's frames that are not in the film, since the encoder was busy.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        size: tuple[int, int],
        background: tuple[int, int, int, int],
        fps: float,
        quality: int | None,
        ended: Callable[[WindowFilm], None],
    ) -> None:
        self.left_out = 0
        self._fps, self._size, self._background, self._ended = fps, size, background, ended
        self._encoder = EncoderThread(open_film(path, *size, fps=fps, quality=quality))
        self._lock = threading.Lock()
        self._began: float | None = None
        self._last: NDArray[np.uint8] | None = None
        self._written = 0
        self.closed = False

    def take(self, read: Callable[[], NDArray[np.uint8]]) -> None:
        """Add a frame that was just shown; ``read`` returns its pixels, (H, W, 4) uint8. Called on any thread."""
        now = time.perf_counter()
        with self._lock:
            if self.closed:
                return
            if self._encoder.is_full:
                self.left_out += 1
                return
            self._repeat_until(now)
            self._last = self._fitted(read())

    def close(self) -> None:
        """Complete the file. Closing twice is harmless.

        Raises
        ------
        OSError
            Where the file could not be written.
        """
        with self._lock:
            if self.closed:
                return
            self.closed = True
            self._repeat_until(time.perf_counter(), least=1)
        self._ended(self)
        self._encoder.finish()

    def __enter__(self) -> WindowFilm:
        return self

    def __exit__(self, *what: object) -> None:
        self.close()

    def _repeat_until(self, now: float, least: int = 0) -> None:
        """Write the last frame as often as its time on the screen requires."""
        if self._began is None:
            self._began = now
        if self._last is None:
            return
        count = max(round((now - self._began) * self._fps) - self._written, 0 if self._written else least)
        if count:
            self._encoder.put(self._last, count)
            self._written += count

    def _fitted(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A frame cropped or padded to the film's size."""
        width, height = self._size
        if pixels.shape[:2] == (height, width):
            return pixels
        out: NDArray[Any] = np.empty((height, width, 4), np.uint8)
        out[:] = self._background
        seen = pixels[:height, :width]
        out[: seen.shape[0], : seen.shape[1]] = seen
        return out
