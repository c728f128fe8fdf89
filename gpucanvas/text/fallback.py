"""fallback: finds the face that draws a cluster of characters which the font's families may not have.

    cluster --> the font's choices --> registered --> shipped --> system --> none: .notdef of the first, warned once
                `--- emoji: faces with colours first, in the same order ---'

All characters of a cluster (a letter and its marks, an emoji sequence) come from one face. If no face has them all, the
face is chosen by the first character alone. Results are cached until fonts are added or removed.
"""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ..sight.callers import callers_level
from . import registry, system
from .face import Face
from .font import Font
from .generic import GROUPS, LAST, WHOLE_UNICODE, has_serifs, script_families
from .itemize import TEXT_STYLE
from .style import Choice, choose

__all__ = ["MissingGlyphWarning", "fallback"]

MOST_KEPT: Final = 16_384
"""How many clusters' faces are cached."""
IGNORABLE: Final = tuple(
    (first, last)
    for first, last in (
        *((0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160)),
        *((0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F)),
        *((0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8)),
        *((0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
    )
)
"""Control and default-ignorable characters: they are invisible, and a face needs no glyphs for them."""
SPACES: Final = frozenset((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000))
"""Spaces that HarfBuzz makes of a font's only one where it has no others."""
_found: dict[tuple[object, ...], Choice] = {}
_found_generation = -1
_told: set[str] = set()
"""The kinds of characters that were warned of."""
registry.emptied_on_removal(_found.clear)


class MissingGlyphWarning(UserWarning):
    """No font has a character of a drawn text; a box is drawn in its place."""


def fallback(cluster: str, font: Font, choices: Sequence[Choice], lang: str = "", emoji: bool = False) -> Choice:
    """Find the face for a cluster.

    Parameters
    ----------
    cluster
        A grapheme cluster, not empty.
    font
        The requested font.
    choices
        The faces that `match` chose for it.
    lang
        A BCP 47 language tag, or an empty string.
    emoji
        Whether the cluster is shown as emoji, in colour if possible.

    Returns
    -------
    Choice
        The first of ``choices`` if no font has the cluster, after one `MissingGlyphWarning` per kind of characters.
    """
    global _found_generation
    generation = registry.generation()
    if generation != _found_generation:
        _found.clear()
        _found_generation = generation
    key = (generation, cluster, choices, font.families, font.style, font.angle, font.weight, font.stretch, lang, emoji)
    found = _found.get(key)
    if found is None:
        found = _find(cluster, font, choices, lang, emoji)
        if len(_found) >= MOST_KEPT:
            _found.clear()
        _found[key] = found
    return found


def needed(text: str) -> frozenset[int]:
    """Return the characters of a text that a face must have: the visible ones."""
    return frozenset(code for code in map(ord, text) if not any(a <= code <= b for a, b in IGNORABLE))


def _find(cluster: str, font: Font, choices: Sequence[Choice], lang: str, emoji: bool) -> Choice:
    whole = needed(cluster)
    if not whole:
        return choices[0]
    for text in dict.fromkeys((cluster, unicodedata.normalize("NFC", cluster), cluster[0])):
        characters = needed(text)
        if not characters:
            continue
        candidates = _candidates(font, choices, characters, lang, emoji)
        if TEXT_STYLE in cluster:
            # Faces with colours come last for text, whatever family they are from (CSS Fonts 4, "cluster matching").
            candidates = iter(sorted(candidates, key=has_color_glyphs))
        for choice in candidates:
            if all(map(choice.face.has, characters)) and choice.face.opens():
                if text == cluster[0]:
                    _warn_missing(code for code in whole if not choice.face.has(code))
                return choice
    _warn_missing(whole)
    return choices[0]


def has_color_glyphs(choice: Choice) -> bool:
    """Whether a face has colour glyphs."""
    return choice.face.info.has_colors


def _warn_missing(missing: Iterable[int]) -> None:
    """Warn of characters that no font has, once per process and kind: a page of Chinese lacks hundreds."""
    visible = sorted(set(missing) - SPACES, reverse=True)
    new = {kind: code for code in visible if (kind := _kind_of(code)) not in _told}
    if not new:
        return
    _told.update(new)
    names = " ".join(f"U+{code:04X} {chr(code)}" for code in sorted(new.values()))
    warnings.warn(
        f"no font has {names}, a box is drawn: install or register a font that has it (gpucanvas.fonts.register); "
        "other characters of this kind are not reported",
        MissingGlyphWarning,
        stacklevel=callers_level(),
    )


def _kind_of(code: int) -> str:
    """Return the kind of a character: its script, as its name begins with it, or a word for symbols and punctuation."""
    letter = chr(code)
    if unicodedata.category(letter)[0] in "SP":
        return "symbol"
    return unicodedata.name(letter, f"U+{code >> 8:X}xx").split(" ")[0]


# -- candidates ------------------------------------------------------------------------------------------------


def _candidates(
    font: Font, choices: Sequence[Choice], characters: frozenset[int], lang: str, emoji: bool
) -> Iterator[Choice]:
    """Yield candidate faces, the most wanted first. Faces with colours come first for emoji and last for other text."""
    own = registry.registered()
    if emoji:
        yield from (choice for choice in choices if has_color_glyphs(choice))
        yield from _families([face for face in own if face.info.has_colors], font, characters)
        yield from _system(font, characters, lang, True)
    yield from choices
    yield from _families([face for face in own if not face.info.has_colors], font, characters)
    yield from _families(registry.shipped(), font, characters)
    if not emoji:
        yield from _families([face for face in own if face.info.has_colors], font, characters)
    yield from _system(font, characters, lang, False)


def _families(faces: Sequence[Face], font: Font, characters: frozenset[int]) -> Iterator[Choice]:
    """Yield each family's nearest face among its faces that have the characters."""
    return (choose(each, font) for each in _by_family(faces, characters).values())


def _by_family(faces: Sequence[Face], characters: frozenset[int]) -> dict[str, list[Face]]:
    families: dict[str, list[Face]] = {}
    for face in faces:
        if all(map(face.has, characters)):
            families.setdefault((*face.info.families, "")[0].casefold(), []).append(face)
    return families


def _system(font: Font, characters: frozenset[int], lang: str, with_colors: bool) -> Iterator[Choice]:
    """Yield the system's faces that have the characters, the best family first."""
    faces = system.index().covering(characters)
    if with_colors:
        faces = [face for face in faces if face.info.has_colors]
    families = _by_family(faces, characters)
    groups = script_families(max(characters), lang)
    wants = tuple(word in font.families for word in ("serif", "monospace"))

    def rank(name: str) -> tuple[object, ...]:
        of_family = families[name]
        is_colored = all(face.info.has_colors for face in of_family)
        language = next((at for at, names in enumerate(groups) if name in names), len(groups))
        has = has_serifs(name), all(face.info.is_monospaced for face in of_family) or "mono" in name
        order = groups[language] if language < len(groups) else WHOLE_UNICODE
        return (
            is_colored != with_colors,
            any(part in name for part in LAST),
            language,
            (has[0] != wants[0]) + (has[1] != wants[1]),
            not groups and any(name in names for names in GROUPS.values()),
            order.index(name) if name in order else len(order),
            name,
        )

    return (choose(families[name], font) for name in sorted(families, key=rank))
