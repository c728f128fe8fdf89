"""stills: writes a film as numbered pictures: frame_%04d.png becomes frame_0000.png, frame_0001.png, ..."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

from ..geometry.numbers import Whole
from ..present.formats import Options, check_size, encode, format_of
from ..present.sink import write
from .ordered import OrderedPool
from .writer import FilmWriter, Pixels, number_of

__all__ = ["Stills", "name_still"]


def name_still(pattern: str, index: int) -> str:
    """The name of one picture.

    >>> name_still("out/frame_%04d.png", 7)
    'out/frame_0007.png'
    """
    folder, name = os.path.split(pattern)
    found = number_of(name)
    assert found is not None
    before, after = name[: found.start()], name[found.end() :]
    number = format(index, f"{found[1]}{found[2]}d")
    return os.path.join(folder, before.replace("%%", "%") + number + after.replace("%%", "%"))


class Stills(FilmWriter):
    """Pictures numbered from 0, each written atomically. Those already written stay when the film is discarded."""

    def __init__(
        self, path: str | os.PathLike[str], width: Whole, height: Whole, fps: object, options: Options
    ) -> None:
        super().__init__(path, width, height, fps, None)
        found = number_of(path)
        assert found is not None
        if number_of(os.path.basename(self.path)[found.end() :]) is not None:
            raise ValueError(f"{self.path!r} has more than one place for the frame's number: leave one %d")
        kind = format_of(name_still(self.path, 0))
        options.check(kind)
        check_size(kind, self.width, self.height)
        folder = os.path.dirname(self.path) or "."
        if not os.path.isdir(folder):
            raise FileNotFoundError(f"the folder {folder!r} does not exist: make it first")
        self._kind, self._options, self._next = kind, options, 0
        self._pool: OrderedPool[bytes] = OrderedPool()
        self._closed = False

    def _add(self, pixels: Pixels, count: int) -> None:
        names = [name_still(self.path, self._next + each) for each in range(count)]
        self._next += count
        work: Callable[[], bytes] = partial(encode, pixels.copy(), self._kind, self._options)
        self._pool.submit(work, partial(_write, names))

    def _finish(self) -> None:
        self._pool.close()

    def _give_up(self) -> None:
        self._pool.discard()


def _write(names: list[str], data: bytes) -> None:
    for each in names:
        write(each, data)
