"""animation: pictures in one file, each with its time: only what has changed is written, and times add up.

    add --> held back --while frames are equal: its time grows--> encode on a thread --> append, in order
                      --else: the box that differs from what is shown-->

A GIF counts hundredths of a second and a browser slows down what is shorter than `shortest`: frames are then shown a
little late, and one is left out as soon as the next would be late by a frame's time. So a film keeps its length.

Pillow's own writers keep all frames in memory, and write one frame of what it cannot read twice (PNG), so that Pillow
encodes each frame here as a picture of its own, and the file around them is ours.
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
    """The smallest box outside which two pictures are equal; None where they are."""
    differs = before.view(np.uint32)[..., 0] != after.view(np.uint32)[..., 0]
    rows = np.flatnonzero(differs.any(1))
    if not len(rows):
        return None
    columns = np.flatnonzero(differs[rows[0] : rows[-1] + 1].any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


class Animation(FilmWriter):
    """A file of pictures, each with its time.

    A format says how many ticks a second has, makes the bytes of a picture, and what comes before and after them.
    """

    shortest: ClassVar[Fraction] = Fraction(11, 1000)
    """Seconds that a picture is shown at least: browsers show those of 10 ms or less for 100 ms."""
    max_ticks: ClassVar[int] = 0xFFFF
    """How long a picture is shown at most; for longer, it is written again."""

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
        """How many pictures the file has so far: equal frames are one."""
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
        """When a frame begins, to the nearest tick."""
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
        """Have a picture encoded and appended; the one that follows says what must be gone by then."""
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
        """What must be written; the first picture is whole."""
        if shown is None:
            return 0, 0, self.width, self.height
        return changed_box(shown, picture) or (0, 0, 1, 1)

    # -- what a format does ------------------------------------------------------------------------------------

    @abstractmethod
    def _choose_ticks(self) -> Fraction:
        """Ticks of the format in a second."""

    @abstractmethod
    def _head(self) -> bytes:
        """The file's beginning."""

    @abstractmethod
    def _plan(self, picture: Pixels, shown: Pixels | None, ticks: int, following: Pixels | None) -> partial[bytes]:
        """What makes a picture's bytes, on another thread, out of arrays that nobody writes to."""

    def _left_by(self, picture: Pixels, following: Pixels | None) -> Pixels | None:
        """What is on the screen when the next picture comes; None for nothing."""
        return picture

    def _as_shown(self, pixels: Pixels) -> Pixels:
        """A frame as the format can show it, for comparisons."""
        return np.ascontiguousarray(pixels)

    def _tail(self) -> bytes:
        """The file's end."""
        return b""

    def _complete(self) -> None:
        """Fill in what is known only at the end."""
