"""itemize: a text is cut where its direction, its script or its presentation changes: each item is shaped by itself.

    text --clean--> --bidi.py--> levels --scripts--> tags --emoji--> Item(start, end, level, script, emoji)

Common and inherited characters (spaces, digits, marks) join the script before them; at the start, the one after them.
Whether a cluster shows as emoji follows UTS 51: by its first character, by U+FE0E and U+FE0F, and by its joiners.
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
"""The tag of characters of no script of their own."""
LATIN: Final = "Latn"
JAPANESE: Final = frozenset(("Hira", "Kana", "Hani", "Bopo"))
"""Scripts that alternate within words, and that fonts treat alike: together they are one item."""
TEXT_STYLE, EMOJI_STYLE, JOINER, KEYCAP = "\ufe0e", "\ufe0f", "\u200d", "\u20e3"
FIRST_EMOJI: Final = "\u200d"
"""A text without a character from here on has no emoji: digits and (c) need U+FE0F or U+20E3 to be one."""
LONGEST: Final = 20_000
"""Characters of an item: HarfBuzz runs out of memory of its own with hundreds of thousands at once."""
WHITE_SPACE: Final = dict.fromkeys(b"\t\n\x0c\r", " ")
"""What stands for the standard's white space; other control characters stay as they are."""
SURROGATES: Final = re.compile("[\ud800-\udfff]")


class Item(NamedTuple):
    """A part of a text that is shaped at once: from ``start`` to ``end``, exclusive."""

    start: int
    end: int
    level: int
    script: str
    emoji: bool


def clean(text: str) -> str:
    """A text as it is drawn: white space becomes spaces (HTML, "text preparation algorithm"), lone surrogates U+FFFD.

    Other control characters are seen, as what the font has for them, or its box for what it does not have (CSS Text 3,
    "white space and control characters"). No character becomes more or fewer than one.

    >>> clean("a\\tb\\ud800")
    'a b\\ufffd'
    """
    if text.isprintable():
        return text
    return SURROGATES.sub("\ufffd", text.translate(WHITE_SPACE))


def itemize(text: str, base: int = 0) -> list[Item]:
    """The items of a clean text, in logical order, in a paragraph of level ``base``: 0 runs left to right, 1 does not.

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
    """An item in parts that HarfBuzz takes: cut after a space, where there is one."""
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
    """First and last number of each range of a table."""
    found = []
    for word in text.split():
        first, _, last = word.partition("-")
        found.append((int(first, 16), int(last or first, 16)))
    return found


@cache
def script_table() -> tuple[list[int], list[int], list[str]]:
    """First and last character of every range of a script, in order, and its tag."""
    from .tables import SCRIPTS

    rows = sorted((first, last, tag) for tag, text in SCRIPTS.items() for first, last in ranges_of(text))
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


@cache
def emoji_tables() -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The ranges of characters that are emoji by themselves, and of those that U+FE0F makes so."""
    from .tables import EMOJI_PRESENTATION, PICTOGRAPHIC

    return ranges_of(EMOJI_PRESENTATION), ranges_of(PICTOGRAPHIC)


def script_of(character: str) -> str:
    """The ISO 15924 tag of a character's script; `COMMON` where it has none of its own.

    >>> script_of("a"), script_of("\\u0905"), script_of(" ")
    ('Latn', 'Deva', 'Zyyy')
    """
    firsts, lasts, tags = script_table()
    code = ord(character)
    row = bisect_right(firsts, code) - 1
    return tags[row] if row >= 0 and code <= lasts[row] else COMMON


def scripts_of(text: str) -> list[str]:
    """The script of each character, with common ones joined to their neighbours; Latin where there is nothing else."""
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
    # A skin tone or a joined picture makes a picture of a sign.
    return is_within(pictographic, cluster[0]) and any(is_within(presented, each) for each in cluster[1:])


def emoji_of(text: str) -> list[bool]:
    """Which characters belong to clusters that show as emoji."""
    if max(text) < FIRST_EMOJI:
        return [False] * len(text)
    shown: list[bool] = []
    for cluster in clusters_of(text):
        shown += [is_emoji(cluster)] * len(cluster)
    return shown


def clusters_of(text: str) -> list[str]:
    """The grapheme clusters of a clean text (UAX 29)."""
    if text.isascii():
        return list(text)
    from unicode_segmentation_rs import graphemes

    found: list[str] = graphemes(text, True)
    return found
