"""itemize: cuts a text where its direction, script or emoji presentation changes. Each item is shaped separately.

    text --clean--> --bidi.py--> levels --scripts--> tags --emoji--> Item(start, end, level, script, emoji)

Common and inherited characters (spaces, digits, marks) take the script before them, or at the start the script after
them. A cluster is shown as emoji by the rules of UTS 51: its first character, U+FE0E and U+FE0F, and its joiners.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache, lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from . import bidi

__all__ = ["COMMON", "Item", "clean", "clusters_of", "is_emoji", "itemize", "script_of", "scripts_of"]

COMMON: Final = "Zyyy"
"""The tag of characters that many scripts share."""
LATIN: Final = "Latn"
JAPANESE: Final = frozenset(("Hira", "Kana", "Hani", "Bopo"))
"""Scripts that alternate within words and that fonts treat alike: together they make one item."""
TEXT_STYLE, EMOJI_STYLE, JOINER, KEYCAP = "\ufe0e", "\ufe0f", "\u200d", "\u20e3"
FIRST_EMOJI: Final = "\u200d"
"""A text with only characters below this one has no emoji: digits and (c) need U+FE0F or U+20E3 to be emoji."""
LONGEST: Final = 20_000
"""Most characters of an item: HarfBuzz exceeds its own memory limit with hundreds of thousands."""
WHITE_SPACE: Final = dict.fromkeys(b"\t\n\x0c\r", " ")
"""The standard's white space, which becomes spaces; other control characters are unchanged."""
SURROGATES: Final = re.compile("[\ud800-\udfff]")


class Item(NamedTuple):
    """A part of a text with one direction, script and presentation, from ``start`` to ``end``, exclusive."""

    start: int
    end: int
    level: int
    script: str
    emoji: bool


def clean(text: str) -> str:
    """Return a text ready for shaping: white space becomes spaces, lone surrogates become U+FFFD.

    This is HTML's "text preparation algorithm". Other control characters are visible: the font's glyph for them, or its
    box for missing glyphs (CSS Text 3, "white space and control characters"). The number of characters is unchanged.

    >>> clean("a\\tb\\ud800")
    'a b\\ufffd'
    """
    if text.isprintable():
        return text
    return SURROGATES.sub("\ufffd", text.translate(WHITE_SPACE))


def itemize(text: str, base: int = 0) -> list[Item]:
    """Return the items of a clean text in logical order. The paragraph's level ``base`` is 0, or 1 for right to left.

    >>> [(item.start, item.end, item.level, item.script) for item in itemize("ab \\u05d0\\u05d1")]
    [(0, 3, 0, 'Latn'), (3, 5, 1, 'Hebr')]
    """
    if not text:
        return []
    levels = bidi.resolve(text, base) if base or bidi.needs_bidi(text) else [0]
    if len(set(levels)) == 1 and text.isascii():
        return divided(text, Item(0, len(text), levels[0], LATIN, False))
    if len(levels) < len(text):
        levels = levels * len(text)
    keys = zip(levels, scripts_of(text), emoji_of(text), strict=True)
    items, start = [], 0
    for (level, script, emoji), group in groupby(keys):
        end = start + sum(1 for _ in group)
        items += divided(text, Item(start, end, level, script, emoji))
        start = end
    return items


def divided(text: str, item: Item) -> list[Item]:
    """Divide an item into parts of at most `LONGEST` characters, if possible after a space."""
    if item.end - item.start <= LONGEST:
        return [item]
    parts, start = [], item.start
    while item.end - start > LONGEST:
        space = text.rfind(" ", start, start + LONGEST) + 1
        end = space if space > start else start + LONGEST
        parts.append(item._replace(start=start, end=end))
        start = end
    return [*parts, item._replace(start=start)]


# -- scripts -------------------------------------------------------------------------------------------------------


def ranges_of(text: str) -> list[tuple[int, int]]:
    """Return the first and last number of each range of a table."""
    found = []
    for word in text.split():
        first, _, last = word.partition("-")
        found.append((int(first, 16), int(last or first, 16)))
    return found


@cache
def script_table() -> tuple[list[int], list[int], list[str]]:
    """Return the first and last characters of all script ranges, in ascending order, and their tags."""
    from .tables import SCRIPTS

    rows = sorted((first, last, tag) for tag, text in SCRIPTS.items() for first, last in ranges_of(text))
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


@cache
def emoji_tables() -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the ranges of characters that are emoji by default, and of those that U+FE0F makes emoji."""
    from .tables import EMOJI_PRESENTATION, PICTOGRAPHIC

    return ranges_of(EMOJI_PRESENTATION), ranges_of(PICTOGRAPHIC)


def script_of(character: str) -> str:
    """Return the ISO 15924 tag of a character's script; `COMMON` if scripts share the character.

    >>> script_of("a"), script_of("\\u0905"), script_of(" ")
    ('Latn', 'Deva', 'Zyyy')
    """
    firsts, lasts, tags = script_table()
    code = ord(character)
    row = bisect_right(firsts, code) - 1
    return tags[row] if row >= 0 and code <= lasts[row] else COMMON


def scripts_of(text: str) -> list[str]:
    """Return the script of each character. Common characters take a neighbour's script, or Latin if there is none."""
    known = {character: script_of(character) for character in set(text)}
    tags = [known[character] for character in text]
    current = next((tag for tag in tags if tag != COMMON), LATIN)
    for i, tag in enumerate(tags):
        if tag == COMMON or (tag in JAPANESE and current in JAPANESE):
            tags[i] = current
        else:
            current = tag
    return tags


# -- emoji ---------------------------------------------------------------------------------------------------------


def is_within(table: list[tuple[int, int]], character: str) -> bool:
    """Whether a character is in one of the ranges."""
    code = ord(character)
    row = bisect_right(table, (code, 0x110000)) - 1
    return row >= 0 and code <= table[row][1]


@lru_cache(4096)
def is_emoji(cluster: str) -> bool:
    """Whether a grapheme cluster shows as emoji (UTS 51, "presentation").

    >>> is_emoji("\\U0001f600"), is_emoji("\\u2764"), is_emoji("\\u2764\\ufe0f"), is_emoji("1\\ufe0f\\u20e3")
    (True, False, True, True)
    """
    presented, pictographic = emoji_tables()
    if len(cluster) == 1:
        return is_within(presented, cluster)
    if cluster[1] == TEXT_STYLE:
        return False
    if is_within(presented, cluster[0]) or EMOJI_STYLE in cluster or KEYCAP in cluster:
        return True
    # A skin tone or a joined emoji makes a text symbol an emoji.
    return is_within(pictographic, cluster[0]) and any(is_within(presented, each) for each in cluster[1:])


def emoji_of(text: str) -> list[bool]:
    """Return for each character whether its cluster is shown as emoji."""
    if max(text) < FIRST_EMOJI:
        return [False] * len(text)
    shown: list[bool] = []
    for cluster in clusters_of(text):
        shown += [is_emoji(cluster)] * len(cluster)
    return shown


def clusters_of(text: str) -> list[str]:
    """Return the grapheme clusters of a clean text (UAX 29)."""
    if text.isascii():
        return list(text)
    from unicode_segmentation_rs import graphemes

    found: list[str] = graphemes(text, True)
    return found
