"""system: an index of all faces in the system's font folders, cached on disk.

    folders --walk, stat--> files --those that have changed: describe--> rows --write, rename--> cache file
                                   `--------- the others: as the cache file says --------'

The index is loaded once per process, by the first family that no registered or shipped font has; importing the package
scans nothing. A file that is not a font keeps an empty row, so that it is not read again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from . import fontconfig, registry
from .describe import Axis, Coverage, FaceInfo, describe
from .face import Face
from .sfnt import check_file, face_count, mapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SystemIndex", "cache_file", "folders", "index", "refresh"]

FORMAT: Final = 2
"""The version of the cache file; with another version, all fonts are scanned again."""
ENDINGS: Final = (".ttf", ".otf", ".ttc", ".otc")
FOLDERS_VARIABLE: Final = "GPUCANVAS_FONT_FOLDERS"
"""The environment variable that names the font folders instead of the usual ones."""
MOST_FACES: Final = 256
"""Most faces of one file that are read."""
DEEPEST: Final = 8
"""Deepest level of nested folders that is scanned."""
_lock = Lock()
_index: SystemIndex | None = None


def folders() -> tuple[str, ...]:
    """Return the folders that are scanned with their subfolders; some may not exist."""
    said = os.environ.get(FOLDERS_VARIABLE)
    if said is not None:
        return tuple(part for part in said.split(os.pathsep) if part)
    home = Path.home()
    if sys.platform == "darwin":
        found = ["/System/Library/Fonts", "/Library/Fonts", str(home / "Library/Fonts")]
    elif sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", str(home / "AppData/Local"))
        found = [os.path.join(os.environ.get("WINDIR", r"C:\Windows"), "Fonts")]
        found.append(os.path.join(local, "Microsoft", "Windows", "Fonts"))
    else:
        data = os.environ.get("XDG_DATA_HOME") or str(home / ".local/share")
        shared = (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
        found = [*(os.path.join(each, "fonts") for each in (data, *shared) if each), str(home / ".fonts")]
        found += fontconfig.folders()
    return tuple(dict.fromkeys(map(os.path.normpath, found)))


def cache_file() -> Path:
    """Return the path of the cache file."""
    import zlib

    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA", "~/AppData/Local")
    elif sys.platform == "darwin":
        root = "~/Library/Caches"
    else:
        root = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    said = os.environ.get(FOLDERS_VARIABLE)
    # Programs with other folders have cache files of their own.
    other = "" if said is None else f"-{zlib.crc32(os.fsencode(said)):08x}"
    return Path(root).expanduser() / "gpucanvas" / f"fonts-{FORMAT}{other}.npz"


def index() -> SystemIndex:
    """Return this process' index; the first call loads it and brings it up to date."""
    global _index
    found = _index
    if found is None:
        with _lock:
            if _index is None:
                _index = _load()
            found = _index
    return found


def refresh() -> None:
    """Drop the index: its next use scans the folders again."""
    global _index
    with _lock:
        _index = None
    registry.touch()


class SystemIndex:
    """The properties of the system's faces, without opening their files.

    Parameters
    ----------
    rows
        One row for each face: see `_row`.
    counts
        The number of character ranges of each face.
    ranges
        uint32 of shape (sum of counts, 2): the ranges of all faces in sequence.
    """

    def __init__(self, rows: Sequence[list[Any]], counts: NDArray[np.int64], ranges: NDArray[np.uint32]) -> None:
        self.rows = rows
        self.ends = np.cumsum(counts)
        self.ranges = ranges
        self.owners = np.repeat(np.arange(len(rows)), counts)
        self.starts_of, self.ends_of = np.ascontiguousarray(ranges[:, 0]), np.ascontiguousarray(ranges[:, 1])
        self._faces: dict[int, Face] = {}
        self._families: dict[str, list[int]] = {}
        for number, row in enumerate(rows):
            for name in dict.fromkeys(each.casefold() for each in row[ROW_FAMILIES]):
                self._families.setdefault(name, []).append(number)

    def __len__(self) -> int:
        """The number of faces."""
        return len(self.rows)

    def __iter__(self) -> Iterator[Face]:
        return map(self.face, range(len(self.rows)))

    def face(self, number: int) -> Face:
        """Return the face of a row, the same object each time."""
        found = self._faces.get(number)
        if found is None:
            row = self.rows[number]
            start = int(self.ends[number - 1]) if number else 0
            coverage = Coverage(self.ranges[start : int(self.ends[number])])
            face = Face(_info_of(row, coverage), path=row[ROW_PATH], index=row[ROW_INDEX])
            found = self._faces.setdefault(number, face)
        return found

    def family(self, name: str) -> list[Face]:
        """Return the faces of a family; none if the system does not have it."""
        return [self.face(number) for number in self._families.get(name.casefold(), ())]

    def covering(self, codepoints: Iterable[int]) -> list[Face]:
        """Return the faces that have all these characters."""
        left: NDArray[np.int64] | None = None
        for codepoint in codepoints:
            owners = self.owners[(self.starts_of <= codepoint) & (codepoint <= self.ends_of)]
            left = owners if left is None else np.intersect1d(left, owners)
        return [] if left is None else [self.face(int(number)) for number in left]


# -- rows ------------------------------------------------------------------------------------------------------

ROW_PATH, ROW_INDEX, ROW_FAMILIES = 0, 1, 2


def _row(path: str, number: int, info: FaceInfo) -> list[Any]:
    """Return a face as a list for JSON."""
    return [
        *(path, number, list(info.families), info.full_name, list(info.weight)),
        *(list(info.width), info.slant, list(info.angles), [list(axis) for axis in info.axes]),
        *(info.color_kind, info.is_monospaced),
    ]


def _info_of(row: list[Any], coverage: Coverage) -> FaceInfo:
    _, _, families, full_name, weight, width, slant, angles, axes, color_kind, is_monospaced = row
    return FaceInfo(
        families=tuple(families),
        full_name=full_name,
        weight=(weight[0], weight[1]),
        width=(width[0], width[1]),
        slant=slant,
        angles=(angles[0], angles[1]),
        axes=tuple(Axis(*axis) for axis in axes),
        color_kind=color_kind,
        is_monospaced=is_monospaced,
        coverage=coverage,
    )


# -- scanning --------------------------------------------------------------------------------------------------

Stamp = tuple[int, int]
"""A file's modification time, in ns, and its size: they tell whether the file has changed."""
Scanned = list[tuple[list[Any], "NDArray[np.uint32]"]]
"""The rows of a file's faces, each with its character ranges."""


def _load() -> SystemIndex:
    """Read the cache file, scan changed font files, and write the cache file if there were any."""
    kept = _read(cache_file())
    files = dict(_walk(folders()))
    scanned: dict[str, tuple[Stamp, Scanned]] = {}
    has_changed = kept.keys() != files.keys()
    for path, stamp in files.items():
        if path in kept and kept[path][0] == stamp:
            scanned[path] = kept[path]
        else:
            scanned[path] = stamp, _scan(path)
            has_changed = True
    if has_changed:
        _write(cache_file(), scanned)
    faces = [each for _, found in scanned.values() for each in found]
    counts = np.array([len(ranges) for _, ranges in faces], np.int64)
    ranges = np.concatenate([ranges for _, ranges in faces]) if faces else np.empty((0, 2), np.uint32)
    return SystemIndex([row for row, _ in faces], counts, ranges)


def _walk(roots: Iterable[str]) -> Iterator[tuple[str, Stamp]]:
    """Yield the font files in folders and their subfolders, in a fixed order."""
    seen: set[str] = set()
    for root in roots:
        left = [(root, 0)]
        while left:
            folder, depth = left.pop()
            real = os.path.realpath(folder)
            if real in seen or depth > DEEPEST:
                continue
            seen.add(real)
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError:  # It does not exist, or may not be read.
                continue
            for entry in entries:
                with suppress(OSError):
                    if entry.is_dir():
                        left.append((entry.path, depth + 1))
                    elif entry.name.lower().endswith(ENDINGS) and entry.is_file():
                        stat = entry.stat()
                        yield entry.path, (stat.st_mtime_ns, stat.st_size)


def _scan(path: str) -> Scanned:
    """Describe the faces of a file; none if it is not a font, is damaged or cannot be read."""
    import uharfbuzz as hb

    found: Scanned = []
    try:
        with mapped(path) as data:
            blob = hb.Blob.from_file_path(path)
            for number in range(min(face_count(data), MOST_FACES)):
                check_file(data, number)
                info = describe(hb.Face(blob, number))
                if info.families:
                    found.append((_row(path, number, info), info.coverage.ranges))
    except (OSError, ValueError, hb.HarfBuzzError):
        pass
    return found


# -- the cache file --------------------------------------------------------------------------------------------


def _read(path: Path) -> dict[str, tuple[Stamp, Scanned]]:
    """Read the cache file's rows of each font file; empty if it does not exist or has another form."""
    import json

    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            files = json.loads(arrays["files"].tobytes())
            ranges, at = arrays["ranges"], 0
            kept: dict[str, tuple[Stamp, Scanned]] = {}
            for name, mtime, size, faces in files:
                scanned: Scanned = []
                for row, count in faces:
                    _info_of([name, *row], Coverage([]))
                    scanned.append(([name, *row], ranges[at : at + count]))
                    at += count
                kept[name] = (mtime, size), scanned
            return kept if ranges.shape == (at, 2) and ranges.dtype == np.uint32 else {}
    except Exception:  # Whatever is wrong with the file, scanning the folders replaces it.
        return {}


def _write(path: Path, scanned: dict[str, tuple[Stamp, Scanned]]) -> None:
    """Write the cache file beside the old one and replace that. A failure is ignored: the next process scans again."""
    import json
    import tempfile

    files = [
        [name, *stamp, [[row[1:], len(ranges)] for row, ranges in faces]] for name, (stamp, faces) in scanned.items()
    ]
    all_ranges = [ranges for _, faces in scanned.values() for _, ranges in faces]
    ranges = np.concatenate(all_ranges) if all_ranges else np.empty((0, 2), np.uint32)
    text = json.dumps(files, ensure_ascii=True, separators=(",", ":")).encode()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=path.stem, suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, files=np.frombuffer(text, np.uint8), ranges=ranges)
            os.replace(name, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise
