"""Face: one face of one font file, and the instances made of it.

    path or bytes --load--> hb.Face --instance(variations, bold, slant)--> Instance: hb.Font, outlines, colours

A face of a file is opened on first use: matching needs only its `FaceInfo`. A file is mapped into memory, so that no
more of it is read than is used; what a program registers is copied instead, since the program may write to it.

HarfBuzz checks every table it reads, so a hostile file gives empty glyphs, not crashes. HarfBuzz's library is built
without locks and its calls hold Python's; calls that come back into Python in between hold the face's own.
"""

from __future__ import annotations

from pathlib import Path
from threading import RLock
from typing import Any, Final

from .describe import ColorKind, FaceInfo, describe
from .instance import Instance
from .metrics import FaceMetrics
from .sfnt import check_file, mapped

__all__ = ["Face", "load", "load_file"]

Variations = tuple[tuple[str, float], ...]
MOST_INSTANCES: Final = 64
"""Instances that a face keeps, the last used."""


class Face:
    """One face of a font.

    Parameters
    ----------
    info
        What it is, as matching sees it. A registered face may say other names and styles than its file.
    path
        The file, or None.
    data
        The file's contents, where they are kept in memory.
    index
        Which face of a collection.

    Attributes
    ----------
    hb : uharfbuzz.Face
        Opened on first use.
    """

    __slots__ = ("_data", "_hb", "_instances", "index", "info", "lock", "path")

    def __init__(self, info: FaceInfo, *, path: str | None = None, data: bytes | None = None, index: int = 0) -> None:
        self.info, self.path, self.index = info, path, index
        self._data, self._hb = data, None
        self.lock = RLock()
        self._instances: dict[tuple[Variations, float, float], Instance] = {}

    def __repr__(self) -> str:
        names = self.info.families
        return f"<Face {names[0] if names else '?'} {self.info.full_name!r} of {self.path or 'memory'}>"

    @property
    def data(self) -> bytes:
        """The file's contents. Raises OSError where the file is gone."""
        return Path(self.path or "").read_bytes() if self._data is None else self._data

    @property
    def hb(self) -> Any:
        """The face of HarfBuzz's. Raises OSError or ValueError where the file is gone, or is another by now."""
        if self._hb is None:
            with self.lock:
                if self._hb is None:
                    self._hb = _map(self.path, self.index) if self._data is None else _open(self._data, self.index)
        return self._hb

    def opens(self) -> bool:
        """Whether the file is still there, and still a font."""
        try:
            return self.hb is not None
        except (OSError, ValueError):
            return False

    def renamed(self, info: FaceInfo) -> Face:
        """The same face under another info."""
        other = Face(info, path=self.path, data=self._data, index=self.index)
        other._hb = self._hb
        return other

    @property
    def upem(self) -> int:
        """Font units of an em."""
        return int(self.hb.upem)

    @property
    def color_kind(self) -> ColorKind:
        """How the face says colours: ``"none"``, ``"colr0"``, ``"colr1"`` or ``"png"``."""
        return self.info.color_kind

    def has(self, codepoint: int) -> bool:
        """Whether the face has a glyph for a character."""
        return codepoint in self.info.coverage

    def metrics(self, size_px: float, variations: Variations = ()) -> FaceMetrics:
        """Its metrics in px, not rounded."""
        return self.instance(variations).metrics.scaled(size_px)

    def instance(self, variations: Variations = (), bold: float = 0.0, slant: float = 0.0) -> Instance:
        """The face at one point of its axes.

        Parameters
        ----------
        variations
            Pairs of an axis' tag and a value; other axes are at their defaults.
        bold
            How much wider stems are made, in em: synthetic bold.
        slant
            The tangent by which it is slanted: synthetic oblique.
        """
        key = (variations, bold, slant)
        found = self._instances.get(key)
        if found is None:
            hb = self.hb
            with self.lock:
                found = self._instances.get(key)
                if found is None:
                    file = self.path, self._data, self.index
                    found = self._instances[key] = Instance(hb, self.lock, variations, bold, slant, file)
                    if len(self._instances) > MOST_INSTANCES:
                        del self._instances[next(iter(self._instances))]
        return found


def load(data: bytes, index: int = 0) -> Face:
    """Make a face of a font file's contents.

    Raises
    ------
    ValueError
        It is no font that can be drawn, is damaged, or has no face of this index.
    """
    return _made(_open(data, index), None, data, index)


def load_file(path: str) -> Face:
    """Make a face of a font file, which has to stay. Raises OSError or ValueError as `load`."""
    return _made(_map(path, 0), path, None, 0)


def _made(hb: Any, path: str | None, data: bytes | None, index: int) -> Face:
    face = Face(describe(hb), path=path, data=data, index=index)
    face._hb = hb
    return face


def _open(data: bytes, index: int) -> Any:
    import uharfbuzz as hb

    check_file(data, index)
    return hb.Face(hb.Blob(data), index)


def _map(path: str | None, index: int) -> Any:
    """Open a face of a file that is not read as a whole: those of East Asia have 20 MB, and several faces."""
    import uharfbuzz as hb

    with mapped(path or "") as data:
        check_file(data, index)
        try:
            return hb.Face(hb.Blob.from_file_path(path), index)
        except hb.HarfBuzzError as error:
            raise OSError(f"{path} cannot be read: {error}") from None
