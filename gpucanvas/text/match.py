"""Match: which faces set a font, and which of them a cluster of characters.

    Font --families, most wanted first--> registered, shipped, system --style--> Choices
    cluster --choices, then any face that has all of it--> Choice

What was found is kept until fonts come or go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from . import registry
from .face import Face
from .font import GENERICS, Font
from .style import Choice, choose

__all__ = ["match"]

MOST_KEPT: Final = 4096
"""Fonts whose choices are kept."""
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
    key = (font.families, font.style, font.angle, font.weight, font.stretch, font.variations)
    found = _matches.get(key)
    if found is None:
        found = _match(font)
        if len(_matches) >= MOST_KEPT:
            _matches.clear()
        _matches[key] = found
    return found


def _match(font: Font) -> tuple[Choice, ...]:
    choices: dict[Choice, None] = {}
    for family in (*font.families, "sans-serif"):
        faces = family_faces(family)
        if faces:
            choices[choose(faces, font)] = None
    if not choices:
        raise RuntimeError("there is no font to draw text with: python -m pip install fontpkg-noto-sans")
    return tuple(choices)


def family_faces(family: str) -> Sequence[Face]:
    """The faces of a family, by its name as it stands in a `Font`."""
    if family in GENERICS:
        return registry.shipped()
    return registry.registered_family(family) or registry.shipped_family(family)
