"""Match: which faces set a font, and which of them a cluster of characters.

    Font --families, most wanted first--> registered, shipped, system --style--> Choices
    cluster --choices, then any face that has all of it--> Choice

What was found is kept until fonts come or go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from . import registry, system
from .face import Face
from .font import GENERICS, Font, is_quoted
from .generic import generic_families, stand_ins
from .style import Choice, choose

__all__ = ["first_that_opens", "match"]

MOST_KEPT: Final = 4096
"""Fonts whose choices are kept."""
DEFAULT: Final = "sans-serif"
"""The family behind all others of a font."""
_matches: dict[tuple[object, ...], tuple[Choice, ...]] = {}
_matched_generation = -1


def match(font: Font) -> tuple[Choice, ...]:
    """The faces that set a font, most wanted first: one of each family that is there, and the default last.

    Raises
    ------
    RuntimeError
        There is no font at all: the package of the shipped one has been taken away, and nothing else is there.
    """
    global _matched_generation
    generation = registry.generation()
    if generation != _matched_generation:
        _matches.clear()
        _matched_generation = generation
    key = (generation, font.families, font.style, font.angle, font.weight, font.stretch, font.variations)
    found = _matches.get(key)
    if found is None:
        found = _match(font)
        if len(_matches) >= MOST_KEPT:
            _matches.clear()
        _matches[key] = found
    return found


def _match(font: Font) -> tuple[Choice, ...]:
    choices: dict[Choice, None] = {}
    for family in (*font.families, DEFAULT):
        choice = first_that_opens(family_faces(family), font)
        if choice is not None:
            choices[choice] = None
    if not choices:
        # The shipped font is gone and the system has none of the usual names: any of its fonts, then.
        choice = first_that_opens(list(system.index()), font)
        if choice is None:
            raise RuntimeError("there is no font to draw text with: python -m pip install fontpkg-noto-sans")
        choices[choice] = None
    return tuple(choices)


def family_faces(family: str) -> Sequence[Face]:
    """The faces of a family, by its name as it stands in a `Font`: none where it is nowhere."""
    if family in GENERICS:
        return _generic_faces(family)
    name = family[1:-1] if is_quoted(family) else family
    found = registry.registered_family(name) or _shipped_family(name) or system.index().family(name)
    for other in () if found else stand_ins(name):
        found = _shipped_family(other) or system.index().family(other)
        if found:
            return found
    return found


def _generic_faces(generic: str) -> Sequence[Face]:
    """The faces of a generic family. For sans-serif it is the shipped font: the same picture on every machine."""
    if generic == DEFAULT and registry.shipped():
        return registry.shipped()
    for name in generic_families(generic):
        found = system.index().family(name) or _shipped_family(name)
        if found:
            return found
    return ()


def _shipped_family(name: str) -> Sequence[Face]:
    folded = name.casefold()
    return [face for face in registry.shipped() if folded in map(str.casefold, face.info.families)]


def first_that_opens(faces: Sequence[Face], font: Font) -> Choice | None:
    """Choose one of the faces whose file is still there and still a font."""
    left = list(faces)
    while left:
        choice = choose(left, font)
        if choice.face.opens():
            return choice
        left.remove(choice.face)
    return None
