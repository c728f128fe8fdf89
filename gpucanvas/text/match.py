"""match: finds the faces for a font.

    Font --families, most wanted first--> registered, shipped, system --style--> Choices
    cluster --fallback: choices, then any face that has all of its characters--> Choice

Results are cached until fonts are added or removed.
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
"""How many fonts' choices are cached."""
DEFAULT: Final = "sans-serif"
"""The family that is tried after all families of a font."""
_matches: dict[tuple[object, ...], tuple[Choice, ...]] = {}
_matched_generation = -1
registry.emptied_on_removal(_matches.clear)


def match(font: Font) -> tuple[Choice, ...]:
    """Return the faces for a font, most wanted first: one of each installed family, and the default family's last.

    Raises
    ------
    RuntimeError
        There is no font at all: the shipped font's package is not installed, and the system has no fonts.
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
        # Without the shipped font and the usual families, any font of the system is taken.
        choice = first_that_opens(list(system.index()), font)
        if choice is None:
            raise RuntimeError("there is no font to draw text with: python -m pip install fontpkg-noto-sans")
        choices[choice] = None
    return tuple(choices)


def family_faces(family: str) -> Sequence[Face]:
    """Return the faces of a family, by its name as in a `Font`; none if the family is not installed."""
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
    """Return the faces of a generic family. Sans-serif is the shipped font, for equal pictures on every machine."""
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
    """Choose a face whose file still exists and still is a font; returns None if there is none."""
    left = list(faces)
    while left:
        choice = choose(left, font)
        if choice.face.opens():
            return choice
        left.remove(choice.face)
    return None
