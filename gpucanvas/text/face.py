"""face: one face of one font file, and the instances made of it.

    path or bytes --load--> hb.Face --instance(variations, bold, slant)--> Instance: hb.Font, outlines, colours

A face's file is opened on first use: font matching needs only its `FaceInfo`. The file is mapped into memory, so that
only the parts in use are read. Bytes that a program registers are copied, since the program may write to them.

HarfBuzz checks every table it reads, so a hostile file gives empty glyphs, not crashes. HarfBuzz is built without
locks. Its calls hold the interpreter's lock; calls with callbacks into Python also hold the face's lock.
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
"""How many instances a face keeps: those used last."""


class Face:
    """One face of a font.

    Parameters
    ----------
    info
        Its properties for font matching. A registered face may have other names and styles than its file.
    path
        The font file's path, or None.
    data
        The file's contents, if they are kept in memory.
    index
        The index of the face in a collection.

    Attributes
    ----------
    hb : uharfbuzz.Face
        The HarfBuzz face, opened on first use.
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
        """The file's contents. Raises OSError if the file is gone."""
        return Path(self.path or "").read_bytes() if self._data is None else self._data

    @property
    def hb(self) -> Any:
        """The HarfBuzz face. Raises OSError or ValueError if the file is gone or has been replaced."""
        if self._hb is None:
            with self.lock:
                if self._hb is None:
                    self._hb = _map(self.path, self.index) if self._data is None else _open(self._data, self.index)
        return self._hb

    def opens(self) -> bool:
        """Whether the file still exists and still is a font."""
        try:
            return self.hb is not None
        except (OSError, ValueError):
            return False

    def renamed(self, info: FaceInfo) -> Face:
        """Return the same face with another info."""
        other = Face(info, path=self.path, data=self._data, index=self.index)
        other._hb = self._hb
        return other

    @property
    def upem(self) -> int:
        """Font units per em."""
        return int(self.hb.upem)

    @property
    def color_kind(self) -> ColorKind:
        """The format of its colour glyphs: ``"none"``, ``"colr0"``, ``"colr1"``, ``"svg"`` or ``"png"``."""
        return self.info.color_kind

    def has(self, codepoint: int) -> bool:
        """Whether the face has a glyph for a character."""
        return codepoint in self.info.coverage

    def metrics(self, size_px: float, variations: Variations = ()) -> FaceMetrics:
        """Return its metrics in px, not rounded."""
        return self.instance(variations).metrics.scaled(size_px)

    def instance(self, variations: Variations = (), bold: float = 0.0, slant: float = 0.0) -> Instance:
        """Return the face with these values of its axes.

        Parameters
        ----------
        variations
            Pairs of an axis' tag and its value; other axes keep their defaults.
        bold
            How much stems are widened, in em (synthetic bold).
        slant
            The tangent of the angle of slant (synthetic oblique).
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
    """Make a face from a font file's contents.

    Raises
    ------
    ValueError
        The contents are not a font that can be drawn, are damaged, or have no face of this index.
    """
    return _made(_open(data, index), None, data, index)


def load_file(path: str) -> Face:
    """Make a face from a font file, which must stay in place. Raises OSError, or ValueError as `load` does."""
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
    """Open a face of a file by mapping it: East Asian font files have 20 MB and several faces."""
    import uharfbuzz as hb

    with mapped(path or "") as data:
        check_file(data, index)
        try:
            return hb.Face(hb.Blob.from_file_path(path), index)
        except hb.HarfBuzzError as error:
            raise OSError(f"{path} cannot be read: {error}") from None
