"""Fallback: which face draws a cluster of characters that the wanted families may not have.

    cluster --> the font's choices --> registered --> shipped --> system --> none: .notdef of the first, told once
                `--- emoji: faces with colours first, in the same order ---'

A cluster stays together: a letter and its marks, or a family of emoji, come from one face or are cut to their first
character, which is what is looked for then. What was found is kept until fonts come or go.
"""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from . import registry
from .face import Face
from .font import Font
from .style import Choice, choose, settle

__all__ = ["MissingGlyphWarning", "fallback"]

MOST_KEPT: Final = 16_384
"""Clusters whose faces are kept."""
IGNORABLE: Final = frozenset(
    (0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0)
    + tuple(range(0x180B, 0x1810))
    + tuple(range(0x200B, 0x2010))
    + tuple(range(0x202A, 0x202F))
    + tuple(range(0x2060, 0x2070))
    + tuple(range(0xFE00, 0xFE10))
)
"""Characters that show nothing, and that a face needs no glyphs for."""
_found: dict[tuple[object, ...], Choice] = {}
_found_generation = -1
_told: set[str] = set()


class MissingGlyphWarning(UserWarning):
    """No font has a character that was to be drawn; a box stands in for it."""


def fallback(cluster: str, font: Font, choices: Sequence[Choice], lang: str = "", emoji: bool = False) -> Choice:
    """Find the face for a cluster.

    Parameters
    ----------
    cluster
        A grapheme cluster, not empty.
    font
        What is wanted.
    choices
        What `match` made of it.
    lang
        A BCP 47 language tag, or an empty text.
    emoji
        Whether it is shown as emoji, in colour if possible.

    Returns
    -------
    Choice
        The first of ``choices`` where no font has the cluster, after a `MissingGlyphWarning` for each once.
    """
    global _found_generation
    generation = registry.generation()
    if generation != _found_generation:
        _found.clear()
        _found_generation = generation
    key = (cluster, choices, font.style, font.angle, font.weight, font.stretch, lang, emoji)
    found = _found.get(key)
    if found is None:
        found = _find(cluster, font, choices, lang, emoji)
        if len(_found) >= MOST_KEPT:
            _found.clear()
        _found[key] = found
    return found


def needed(cluster: str) -> frozenset[int]:
    """The characters of a cluster that a face must have: those that show."""
    return frozenset(map(ord, cluster)) - IGNORABLE


def _find(cluster: str, font: Font, choices: Sequence[Choice], lang: str, emoji: bool) -> Choice:
    ways = [cluster]
    composed = unicodedata.normalize("NFC", cluster)
    if composed != cluster:
        ways.append(composed)
    if len(cluster) > 1:
        ways.append(cluster[0])
    for way in ways:
        characters = needed(way)
        if not characters:
            return choices[0]
        for choice in _candidates(font, choices, characters, lang, emoji):
            if all(map(choice.face.has, characters)):
                return choice
    if cluster not in _told:
        _told.add(cluster)
        names = " ".join(f"U+{ord(each):04X}" for each in cluster[:8])
        warnings.warn(
            f"no font has {names}, a box is drawn: register a font that has it, with gpucanvas.fonts.register",
            MissingGlyphWarning,
            stacklevel=2,
        )
    return choices[0]


def _candidates(
    font: Font, choices: Sequence[Choice], characters: frozenset[int], lang: str, emoji: bool
) -> Iterator[Choice]:
    if emoji:
        yield from (choice for choice in choices if choice.face.color_kind != "none")
        yield from _settled((face for face in registry.registered() if face.color_kind != "none"), font)
    yield from choices
    yield from _families(registry.registered(), font, characters)
    yield from _families(registry.shipped(), font, characters)


def _settled(faces: Iterable[Face], font: Font) -> Iterator[Choice]:
    return (settle(face, font) for face in faces)


def _families(faces: Sequence[Face], font: Font, characters: frozenset[int]) -> Iterator[Choice]:
    """For each family the face that comes nearest, of those that have the characters."""
    families: dict[str, list[Face]] = {}
    for face in faces:
        if all(map(face.has, characters)):
            families.setdefault(registry.folded((*face.info.families, "")[0]), []).append(face)
    return (choose(each, font) for each in families.values())
