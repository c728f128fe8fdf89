"""The fonts of this process: those that programs register, and the one that comes with the package.

    register(bytes) --load--> Face --by family--> match          generation += 1: what was matched before is stale

A family's name is compared without regard to case. Registered faces stand before all others of their family.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Final

from .face import Face, load_file

__all__ = ["add", "folded", "generation", "registered", "registered_family", "remove", "shipped", "touch"]

SHIPPED: Final = "fontpkg_noto_sans"
"""The package whose files are the shipped font: Noto Sans, upright and italic, all weights and widths."""
_lock = Lock()
_faces: list[Face] = []
_families: dict[str, tuple[Face, ...]] = {}
_generation = 0


def folded(family: str) -> str:
    """A family's name as it is compared."""
    return family.casefold()


def generation() -> int:
    """How often fonts have come or gone in this process: caches of what was matched hold it in their keys."""
    return _generation


def registered() -> tuple[Face, ...]:
    """All registered faces, in their order."""
    return tuple(_faces)


def registered_family(family: str) -> Sequence[Face]:
    """The registered faces of a family, in their order; none where the name is unknown."""
    return _families.get(folded(family), ())


def add(face: Face) -> Face:
    """Register a face under the names of its info; the one that is there already where it is the same."""
    with _lock:
        for other in _faces:
            if other.index == face.index and other.info.is_same(face.info) and other.data == face.data:
                return other
        _faces.append(face)
        _renew()
    return face


def remove(faces: Sequence[Face]) -> int:
    """Take faces out again, and say how many were there. What has been drawn with them stays."""
    gone = {id(face) for face in faces}
    with _lock:
        count = len(_faces)
        _faces[:] = [face for face in _faces if id(face) not in gone]
        count -= len(_faces)
        if count:
            _renew()
    return count


def touch() -> None:
    """Say that fonts have come or gone that are not registered here."""
    global _generation
    with _lock:
        _generation += 1


def _renew() -> None:
    global _generation, _families
    families: dict[str, list[Face]] = {}
    for face in _faces:
        for name in dict.fromkeys(map(folded, face.info.families)):
            families.setdefault(name, []).append(face)
    _families = {name: tuple(each) for name, each in families.items()}
    _generation += 1


# -- the shipped font ------------------------------------------------------------------------------------------


@cache
def shipped() -> tuple[Face, ...]:
    """The faces of the font that comes with the package; none where its package has been taken away."""
    spec = find_spec(SHIPPED)
    if spec is None or not spec.submodule_search_locations:
        return ()
    files = sorted(Path(spec.submodule_search_locations[0]).glob("**/*.ttf"))
    return tuple(load_file(str(file)) for file in files)
