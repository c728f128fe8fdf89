"""animation: the base of animated image files: a sequence of pictures with durations, of which changes are written.

    add --> held back --while frames are equal, its duration grows--> encode on a thread --> append, in order
                      --else only the box that differs from the screen-->

A GIF counts hundredths of a second, and browsers slow down frames shorter than `shortest`. Frames are then shown a
little late, and a frame is left out when the next one would be late by a whole frame. So the film keeps its length.

Pillow's own writers keep all frames in memory, and some need an input that can be read twice. So Pillow encodes each
frame as a single picture here, and this package writes the file around them.
"""

from __future__ import annotations

import os
from abc import abstractmethod
from fractions import Fraction
from functools import partial
from typing import ClassVar

import numpy as np

from ..geometry.numbers import Whole
from .file import begin_file, open_file
from .ordered import OrderedPool
from .writer import FilmWriter, Pixels

__all__ = ["Animation", "Box", "changed_box"]

Box = tuple[int, int, int, int]
"""Left, top, right, bottom; pixels."""


def changed_box(before: Pixels, after: Pixels) -> Box | None:
    """The smallest box that contains all differences of two pictures; None where they are equal."""
    differs = before.view(np.uint32)[..., 0] != after.view(np.uint32)[..., 0]
    rows = np.flatnonzero(differs.any(1))
    if not len(rows):
        return None
    columns = np.flatnonzero(differs[rows[0] : rows[-1] + 1].any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


class Animation(FilmWriter):
    """A file of pictures with durations.

    A subclass defines the ticks in a second, the bytes of a picture, and the head and tail of the file.
    """

    shortest: ClassVar[Fraction] = Fraction(11, 1000)
    """Least duration of a picture, seconds: browsers show pictures of 10 ms or less for 100 ms."""
    max_ticks: ClassVar[int] = 0xFFFF
    """Greatest duration of a picture, ticks; for a longer one, the picture is written again."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        width: Whole,
        height: Whole,
        fps: object,
        background: tuple[int, int, int] | None,
        loop: int,
    ) -> None:
        super().__init__(path, width, height, fps, background)
        self._loop = loop
        self._ticks_a_second = self._choose_ticks()
        self._least = max(1, -(-self.shortest * self._ticks_a_second // 1))
        self._shown: Pixels | None = None
        self._held: Pixels | None = None
        self._held_since = 0
        self.pictures = 0
        """Number of pictures in the file so far; equal frames are one."""
        self._new = begin_file(self.path)
        self._file = open_file(self._new)
        self._pool: OrderedPool[bytes] = OrderedPool()
        self._closed = False
        try:
            self._file.write(self._head())
        except BaseException:
            self.discard()
            raise

    # -- times -------------------------------------------------------------------------------------------------

    def _ticks(self, frames: int) -> int:
        """The begin of a frame, rounded to ticks."""
        return round(frames / self.fps * self._ticks_a_second)

    def _add(self, pixels: Pixels, count: int) -> None:
        pixels = self._as_shown(pixels)
        if self._held is None:
            self._held = pixels.copy()
            return
        due = self._ticks(self.frames)
        if changed_box(self._held, pixels) is None:
            return
        end = max(due, self._held_since + self._least)
        if end - due < self._ticks_a_second / self.fps:
            self._write(self._held, end - self._held_since, pixels)
            self._held_since = end
        self._held = pixels.copy()

    def _finish(self) -> None:
        assert self._held is not None
        end = max(self._ticks(self.frames), self._held_since + self._least)
        self._write(self._held, end - self._held_since, None)
        self._pool.close()
        self._file.write(self._tail())
        self._complete()
        self._file.close()
        self._new.take_place()

    def _give_up(self) -> None:
        self._pool.discard()
        self._file.close()
        self._new.give_up()

    def _write(self, picture: Pixels, ticks: int, following: Pixels | None) -> None:
        """Encode and append a picture; ``following`` decides which pixels must be cleared after it."""
        while ticks > self.max_ticks:
            self._write_once(picture, self.max_ticks, picture)
            ticks -= self.max_ticks
        self._write_once(picture, ticks, following)

    def _write_once(self, picture: Pixels, ticks: int, following: Pixels | None) -> None:
        self._pool.submit(self._plan(picture, self._shown, ticks, following), self._append)
        self._shown = self._left_by(picture, following)
        self.pictures += 1

    def _append(self, data: bytes) -> None:
        self._file.write(data)

    def _box(self, picture: Pixels, shown: Pixels | None) -> Box:
        """The box of a picture to write: the changes, or all of the first picture."""
        if shown is None:
            return 0, 0, self.width, self.height
        return changed_box(shown, picture) or (0, 0, 1, 1)

    # -- for subclasses ----------------------------------------------------------------------------------------

    @abstractmethod
    def _choose_ticks(self) -> Fraction:
        """The number of ticks in a second."""

    @abstractmethod
    def _head(self) -> bytes:
        """The head of the file."""

    @abstractmethod
    def _plan(self, picture: Pixels, shown: Pixels | None, ticks: int, following: Pixels | None) -> partial[bytes]:
        """A function that makes a picture's bytes. It runs on another thread; nobody writes to its arrays."""

    def _left_by(self, picture: Pixels, following: Pixels | None) -> Pixels | None:
        """The pixels on the screen when the next picture comes; None for an empty screen."""
        return picture

    def _as_shown(self, pixels: Pixels) -> Pixels:
        """A frame reduced to what the format can show, for comparisons."""
        return np.ascontiguousarray(pixels)

    def _tail(self) -> bytes:
        """The tail of the file."""
        return b""

    def _complete(self) -> None:
        """Fill in fields of the head that are known only at the end."""
