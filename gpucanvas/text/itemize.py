"""itemize: cuts a text where its direction, script or emoji presentation changes. Each item is shaped separately.

    text --clean--> --characters.py--> levels and scripts of runs --emoji--> Item(start, end, level, script, emoji)

Common and inherited characters (spaces, digits, marks) take the script before them, or at the start the script after
them. A cluster is shown as emoji by the rules of UTS 51: its first character, U+FE0E and U+FE0F, and its joiners.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from .characters import EMOJI_STYLE, KEYCAP, LATIN, emoji_tables, is_within, pattern_of, spread

__all__ = ["LATIN", "Item", "clean", "clusters_of", "is_emoji", "itemize"]

TEXT_STYLE: Final = "\ufe0e"
BEYOND_LATIN: Final = re.compile("[^\0-\u02af]")
"""A character behind those that are Latin or common, and never emoji."""
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
    if not base and (text.isascii() or BEYOND_LATIN.search(text) is None):
        return divided(text, Item(0, len(text), 0, LATIN, False))
    pattern, ends = pattern_of(text, base)
    items, start = [], 0
    if not pattern.has_emoji:
        for last, level, script in pattern.groups:
            items += divided(text, Item(start, ends[last], level, script, False))
            start = ends[last]
        return items
    keys = zip(spread(pattern.levels, ends), spread(pattern.scripts, ends), emoji_of(text), strict=True)
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


# -- emoji ---------------------------------------------------------------------------------------------------------


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
