"""characters: what is known of each character of a text, found once for all texts of the same pattern.

    LMRHS MLWE, 12   characters, here with capitals in place of Hebrew letters
    aaaaabaaaacbdd   --str.translate--> tokens: bidi class, bracket, script, and whether it makes an emoji
    a    ba   cbd    --runs of one token--> the pattern, and the end of each run
    1    11   112    --bidi.py, resolved, cached--> level and script of each run

Texts of one language have few patterns, since words of any length are the same run. A character that the bidirectional
algorithm does not treat like its equal neighbour, such as a bracket, is a run of its own.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import count, groupby
from typing import Final, NamedTuple, TypeVar

from ..recent import Recent
from . import bidi

__all__ = [
    *("COMMON", "EMOJI_STYLE", "KEYCAP", "LATIN", "Pattern", "emoji_tables", "is_within", "pattern_of", "resolve"),
    *("script_of", "spread"),
]

COMMON: Final = "Zyyy"
"""The tag of characters that many scripts share."""
LATIN: Final = "Latn"
JAPANESE: Final = frozenset(("Hira", "Kana", "Hani", "Bopo"))
"""Scripts that alternate within words and that fonts treat alike: together they make one item."""
EMOJI_STYLE, KEYCAP = "\ufe0f", "\u20e3"
ALONE: Final = bidi.EMBEDDINGS | bidi.ISOLATES | {"PDF", "PDI", "ES", "CS"}
"""Bidi classes of characters that are runs of their own: each control counts, and one separator joins numbers."""
FIRST_ALONE: Final = 0x1000
"""The first token of characters that are runs of their own."""
MOST_TOKENS: Final = 8192
"""How many characters' tokens are cached, at about 100 bytes each."""
MOST_BYTES: Final = 2 << 20
"""Most bytes of all cached patterns."""
MOST_RUNS: Final = 1000
"""Most runs of a pattern that is cached: longer paragraphs have patterns of their own."""
PATTERN_BYTES, RUN_BYTES = 500, 100
"""Approximate bytes of a pattern and of each of its runs."""

T = TypeVar("T")


# -- tables --------------------------------------------------------------------------------------------------------


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


def is_within(table: list[tuple[int, int]], character: str) -> bool:
    """Whether a character is in one of the ranges."""
    code = ord(character)
    row = bisect_right(table, (code, 0x110000)) - 1
    return row >= 0 and code <= table[row][1]


def script_of(character: str) -> str:
    """Return the ISO 15924 tag of a character's script; `COMMON` if scripts share the character.

    >>> script_of("a"), script_of("\\u0905"), script_of(" ")
    ('Latn', 'Deva', 'Zyyy')
    """
    firsts, lasts, tags = script_table()
    code = ord(character)
    row = bisect_right(firsts, code) - 1
    return tags[row] if row >= 0 and code <= lasts[row] else COMMON


# -- tokens --------------------------------------------------------------------------------------------------------


class Kind(NamedTuple):
    """The properties of a token's characters.

    They have a bidi class, a bracket's number (see `bidi.Brackets`) and a script. A text is without emoji if none of
    its characters has ``is_emoji``.
    """

    bidi_class: str
    bracket: int
    script: str
    is_emoji: bool


def kind_of(character: str) -> Kind:
    """Return the kind of a character."""
    bidi_class = unicodedata.bidirectional(character) or "L"
    bracket = bidi.bracket_of(character) if bidi_class == "ON" else 0
    is_emoji = character in (EMOJI_STYLE, KEYCAP) or is_within(emoji_tables()[0], character)
    return Kind(bidi_class, bracket, script_of(character), is_emoji)


class Tokens(dict[int, int]):
    """The token of each character's code, for `str.translate`; a kind keeps its token."""

    def __init__(self) -> None:
        self._tokens: Final[dict[Kind, int]] = {}
        self._next = count(), count(FIRST_ALONE)
        self.kinds: Final[dict[str, Kind]] = {}

    def __missing__(self, code: int) -> int:
        kind = kind_of(chr(code))
        is_alone = bool(kind.bracket) or kind.bidi_class in ALONE
        # Two threads may come here at once: the second takes the token of the first.
        token = self._tokens.setdefault(kind, next(self._next[is_alone]))
        self.kinds[chr(token)] = kind
        if len(self) >= MOST_TOKENS:
            self.clear()
        self[code] = token
        return token


_tokens: Final = Tokens()


@cache
def runs_pattern() -> re.Pattern[str]:
    """Return the pattern of a run of tokens. It is made on first use: that takes a millisecond."""
    return re.compile("([\0-\u0fff])\\1*|[^\0-\u0fff]")


# -- patterns ------------------------------------------------------------------------------------------------------


class Pattern(NamedTuple):
    """The level and the script of each run of a text, and whether the text may have emoji.

    ``groups`` has, for each group of runs of one level and script, the number of its last run, its level and its
    script.
    """

    levels: tuple[int, ...]
    scripts: tuple[str, ...]
    has_emoji: bool
    groups: tuple[tuple[int, int, str], ...]


_patterns: Recent[tuple[str, int | None], Pattern] = Recent(MOST_BYTES)


def pattern_of(text: str, base: int | None) -> tuple[Pattern, list[int]]:
    """Return the pattern of one paragraph and the end of each run in it.

    ``base`` is the paragraph's level, 0 or 1; None takes it from the first strong character (UAX 9, P2 and P3).
    """
    tokens = text.translate(_tokens)
    ends = [run.end() for run in runs_pattern().finditer(tokens)]
    key = "".join([tokens[end - 1] for end in ends]), base
    found = _patterns.get(key)
    if found is None:
        found = _new_pattern(*key)
        if len(ends) > MOST_RUNS:
            return found, ends
        _patterns.put(key, found, PATTERN_BYTES + RUN_BYTES * len(ends))
    return found, ends


def _new_pattern(tokens: str, base: int | None) -> Pattern:
    kinds = [*map(_tokens.kinds.__getitem__, tokens)]
    levels = bidi.levels_of([each.bidi_class for each in kinds], [each.bracket for each in kinds], base)[0]
    scripts = resolved([each.script for each in kinds])
    groups, last = [], -1
    for (level, script), group in groupby(zip(levels, scripts, strict=True)):
        last += sum(1 for _ in group)
        groups.append((last, level, script))
    return Pattern(tuple(levels), tuple(scripts), any(each.is_emoji for each in kinds), tuple(groups))


def resolved(scripts: Sequence[str]) -> list[str]:
    """Return the scripts that common characters take: a neighbour's, or Latin if there is none."""
    tags = list(scripts)
    current = next((tag for tag in tags if tag != COMMON), LATIN)
    for i, tag in enumerate(tags):
        if tag == COMMON or (tag in JAPANESE and current in JAPANESE):
            tags[i] = current
        else:
            current = tag
    return tags


def spread(values: Sequence[T], ends: Sequence[int]) -> list[T]:
    """Return the value of each character, from the value of each run."""
    found: list[T] = []
    for value, end in zip(values, ends, strict=True):
        found += [value] * (end - len(found))
    return found


def resolve(text: str, base: int | None = None) -> bidi.Levels:
    """Return the bidi level of each character of one paragraph; ``base`` as in `pattern_of`.

    >>> resolve("a\\u05d0\\u05d1 1")
    [0, 1, 1, 1, 2]
    """
    pattern, ends = pattern_of(text, base)
    return spread(pattern.levels, ends)
