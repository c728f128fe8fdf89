"""registry: the fonts that programs register in this process, and the font that comes with the package.

    register(bytes) --load--> Face --by family--> match          generation += 1: cached matches are stale
    unregister --remove--> caches of texts and glyphs are emptied: they would keep the font's file in memory

Family names are compared without regard to case. Registered faces come before all other faces of their family.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Final

from .face import Face, load_file

__all__ = [
    *("add", "emptied_on_removal", "folded", "generation", "generations", "registered", "registered_family", "remove"),
    *("shipped", "touch"),
]

SHIPPED: Final = "fontpkg_noto_sans"
"""The package with the shipped font: Noto Sans, upright and italic, all weights and widths."""
_lock = Lock()
_faces: list[Face] = []
_families: dict[str, tuple[Face, ...]] = {}
generations: Final = [0]
"""How often fonts were added or removed in this process: one number. Caches of matches have it in their keys."""
_clears: list[Callable[[], object]] = []


def folded(family: str) -> str:
    """Return a family's name in the form in which names are compared."""
    return family.casefold()


def generation() -> int:
    """Return how often fonts were added or removed in this process."""
    return generations[0]


def registered() -> tuple[Face, ...]:
    """Return all registered faces, in the order of registration."""
    return tuple(_faces)


def registered_family(family: str) -> Sequence[Face]:
    """Return the registered faces of a family, in the order of registration; none for an unknown name."""
    return _families.get(folded(family), ())


def add(face: Face) -> Face:
    """Register a face under the names of its info. Returns it, or an equal face that is registered already."""
    with _lock:
        for other in _faces:
            if other.index == face.index and other.info.is_same(face.info) and other.data == face.data:
                return other
        _faces.append(face)
        _renew()
    return face


def remove(faces: Sequence[Face]) -> int:
    """Unregister faces; returns how many were registered. Recorded text that uses them is not affected.

    Caches whose entries refer to fonts are emptied. The faces' files leave the memory with the last recorded text.
    """
    gone = {id(face) for face in faces}
    with _lock:
        count = len(_faces)
        _faces[:] = [face for face in _faces if id(face) not in gone]
        count -= len(_faces)
        if count:
            _renew()
    for clear in _clears if count else ():
        clear()
    return count


def emptied_on_removal(clear: Callable[[], object]) -> None:
    """Have ``clear`` called, on any thread, when faces are unregistered: it empties a cache that refers to faces."""
    _clears.append(clear)


def touch() -> None:
    """Note that fonts outside the registry were added or removed."""
    with _lock:
        generations[0] += 1


def _renew() -> None:
    global _families
    families: dict[str, list[Face]] = {}
    for face in _faces:
        for name in dict.fromkeys(map(folded, face.info.families)):
            families.setdefault(name, []).append(face)
    _families = {name: tuple(each) for name, each in families.items()}
    generations[0] += 1


# -- the shipped font ------------------------------------------------------------------------------------------


@cache
def shipped() -> tuple[Face, ...]:
    """Return the faces of the shipped font; none if its package is not installed."""
    spec = find_spec(SHIPPED)
    if spec is None or not spec.submodule_search_locations:
        return ()
    files = sorted(Path(spec.submodule_search_locations[0]).glob("**/*.ttf"))
    return tuple(load_file(str(file)) for file in files)
