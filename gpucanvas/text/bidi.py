"""bidi: the Unicode bidirectional algorithm (UAX 9). It turns character classes into levels, and levels into an order.

    classes --explicit (X1-X8)--> levels --sequences (X9-X10)--> weak (W) --> brackets (N0) --> neutral (N1-N2)
            --implicit (I1-I2)--> --whitespace (L1)--> levels --reorder (L2)--> visual order

Even levels run left to right, odd levels right to left. Only text that has a character of a class in `NEEDS_BIDI`, or
that is in a right-to-left paragraph, needs the algorithm. HarfBuzz does the mirroring (L4) when it shapes.
characters.py asks for the levels of runs of equal characters, once for all texts of the same pattern.

https://www.unicode.org/reports/tr9/
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

__all__ = ["EMBEDDINGS", "ISOLATES", "Brackets", "Levels", "bracket_of", "levels_of", "paragraph_level", "reorder"]

MAX_DEPTH: Final = 125
"""Deepest explicit level (BD2)."""
MAX_OPEN_BRACKETS: Final = 63
"""How many brackets may be open at once. Beyond this N0 pairs no further brackets (BD16)."""
ISOLATES: Final = frozenset(("LRI", "RLI", "FSI"))
EMBEDDINGS: Final = frozenset(("LRE", "RLE", "LRO", "RLO"))
REMOVED: Final = EMBEDDINGS | {"PDF", "BN"}
"""Classes that rule X9 removes: later rules skip their characters."""
NEUTRAL: Final = frozenset(("B", "S", "WS", "ON", "PDI")) | ISOLATES
NEEDS_BIDI: Final = frozenset(("R", "AL", "AN", "PDF", "PDI")) | EMBEDDINGS | ISOLATES
FIRST_OF_BIDI: Final = "\u0590"
"""The first character whose class may be in `NEEDS_BIDI`: scripts before it, Latin to Armenian, are left to right."""

Levels = list[int]
Brackets = Sequence[int]
"""One number per character: the number of its bracket pair, negative for a closing bracket, 0 for other characters."""


class Status(NamedTuple):
    """An entry of the directional status stack (X1)."""

    level: int
    override: str | None
    is_isolate: bool


class IsolatingRun(NamedTuple):
    """An isolating run sequence (BD13): its characters' indices, their level, and the classes before and after it."""

    indices: list[int]
    level: int
    before: str
    after: str


# -- text ----------------------------------------------------------------------------------------------------------


def paragraph_level(text: str) -> int:
    """Return the level of a paragraph by its first strong character (P2, P3); 0 if it has none.

    >>> paragraph_level("12 \\u05d0"), paragraph_level("12")
    (1, 0)
    """
    if not text or max(text) < FIRST_OF_BIDI:
        return 0
    classes = list(map(unicodedata.bidirectional, text))
    return max(first_strong(classes, 0, len(classes), match_isolates(classes)), 0)


BRACKET_BLOCKS: Final = (0x28, 0x7C), (0xF00, 0xF80), (0x1680, 0x16A0), (0x2000, 0x3100), (0xFE00, 0x10000)
"""Ranges of the characters among which all brackets are: looking at each character takes 20 ms."""


@cache
def bracket_partners() -> dict[str, int]:
    """Return the number of each bracket's pair (BD14, BD15), negative for the closing bracket."""
    opening = [
        chr(code)
        for first, end in BRACKET_BLOCKS
        for code in range(first, end)
        if unicodedata.category(chr(code)) == "Ps" and unicodedata.mirrored(chr(code))
    ]
    numbers: dict[str, int] = {}
    for one in opening:
        if unicodedata.bidirectional(one) == "ON":
            # U+2329 is U+3008 under another name.
            code = ord(unicodedata.normalize("NFD", one))
            numbers[one], numbers[CLOSING.get(one, chr(ord(one) + 1))] = code, -code
    return numbers


CLOSING: Final = {
    "[": "]",
    "{": "}",
    "\uff3b": "\uff3d",
    "\uff5b": "\uff5d",
    "\u298d": "\u2990",
    "\u298f": "\u298e",
}
"""Brackets whose partner is not the next character."""


def bracket_of(character: str) -> int:
    """Return the number of a bracket's pair, negative for a closing bracket; 0 for other characters.

    >>> bracket_of("(") == -bracket_of(")"), bracket_of("a")
    (True, 0)
    """
    return bracket_partners().get(character, 0)


# -- levels --------------------------------------------------------------------------------------------------------


def levels_of(classes: Sequence[str], brackets: Brackets, base: int | None = None) -> tuple[Levels, int]:
    """Return the level of each character and of the paragraph, from bidirectional classes.

    Parameters
    ----------
    classes
        ``"L"``, ``"R"``, ``"AL"``, ``"EN"`` ... of each character.
    brackets
        See `Brackets`.
    base
        The paragraph's level, 0 or 1; None takes it from the first strong character.
    """
    if base == 0 and NEEDS_BIDI.isdisjoint(classes):
        return [0] * len(classes), 0
    partners = match_isolates(classes)
    if base is None:
        base = max(first_strong(classes, 0, len(classes), partners), 0)
    levels, seen = explicit(classes, partners, base)
    for run in sequences(classes, levels, partners, base):
        types = [seen[i] for i in run.indices]
        weak(types, run.before)
        pair_brackets(run, types, [seen[i] for i in run.indices], [brackets[i] for i in run.indices])
        neutral(types, run)
        for i, kind in zip(run.indices, types, strict=True):
            levels[i] = implicit(run.level, kind)
    whitespace(classes, levels, base)
    return levels, base


def match_isolates(classes: Sequence[str]) -> dict[int, int]:
    """Return the index of the matching PDI for each isolate initiator that has one (BD9)."""
    partners: dict[int, int] = {}
    waiting: list[int] = []
    for i, kind in enumerate(classes):
        if kind in ISOLATES:
            waiting.append(i)
        elif kind == "PDI" and waiting:
            partners[waiting.pop()] = i
    return partners


def first_strong(classes: Sequence[str], start: int, end: int, partners: dict[int, int]) -> int:
    """Return the level, 0 or 1, of the first strong character outside isolates; -1 if there is none (P2)."""
    i = start
    while i < end:
        kind = classes[i]
        if kind == "L":
            return 0
        if kind in ("R", "AL"):
            return 1
        if kind in ISOLATES:
            i = partners.get(i, end)
        i += 1
    return -1


def next_level(level: int, to_odd: bool) -> int:
    """Return the least odd or even level above this level."""
    return (level + 1) | 1 if to_odd else (level + 2) & ~1


def explicit(classes: Sequence[str], partners: dict[int, int], base: int) -> tuple[Levels, list[str]]:
    """Apply rules X1 to X8: return each character's explicit level, and its class with overrides applied."""
    stack = [Status(base, None, False)]
    levels, seen = [base] * len(classes), list(classes)
    lost_isolates = lost_embeddings = isolates = 0
    for i, kind in enumerate(classes):
        top = stack[-1]
        levels[i] = top.level
        if kind in EMBEDDINGS:
            level = next_level(top.level, kind[0] == "R")
            if level <= MAX_DEPTH and not lost_isolates and not lost_embeddings:
                stack.append(Status(level, kind[0] if kind[2] == "O" else None, False))
            elif not lost_isolates:
                lost_embeddings += 1
        elif kind in ISOLATES:
            seen[i] = top.override or kind
            to_odd = kind == "RLI"
            if kind == "FSI":
                to_odd = first_strong(classes, i + 1, partners.get(i, len(classes)), partners) == 1
            level = next_level(top.level, to_odd)
            if level <= MAX_DEPTH and not lost_isolates and not lost_embeddings:
                isolates += 1
                stack.append(Status(level, None, True))
            else:
                lost_isolates += 1
        elif kind == "PDI":
            if lost_isolates:
                lost_isolates -= 1
            elif isolates:
                lost_embeddings, isolates = 0, isolates - 1
                while not stack.pop().is_isolate:
                    pass
            levels[i], seen[i] = stack[-1].level, stack[-1].override or kind
        elif kind == "PDF":
            if not lost_isolates:
                if lost_embeddings:
                    lost_embeddings -= 1
                elif not top.is_isolate and len(stack) > 1:
                    stack.pop()
        elif kind == "B":
            levels[i] = base
        elif kind != "BN" and top.override:
            seen[i] = top.override
    return levels, seen


def sequences(classes: Sequence[str], levels: Levels, partners: dict[int, int], base: int) -> list[IsolatingRun]:
    """Apply rule X10: return a paragraph's isolating run sequences, without the characters that X9 removes."""
    kept = [i for i, kind in enumerate(classes) if kind not in REMOVED]
    runs: list[list[int]] = []
    for i in kept:
        if runs and levels[runs[-1][-1]] == levels[i]:
            runs[-1].append(i)
        else:
            runs.append([i])
    run_at = {run[0]: number for number, run in enumerate(runs)}
    matched = set(partners.values())
    found = []
    for number, run in enumerate(runs):
        if classes[run[0]] == "PDI" and run[0] in matched:
            continue  # This run continues the sequence of its isolate initiator.
        indices, last = list(run), number
        while classes[indices[-1]] in ISOLATES and indices[-1] in partners:
            last = run_at[partners[indices[-1]]]
            indices += runs[last]
        level = levels[run[0]]
        before = levels[runs[number - 1][-1]] if number else base
        after = base
        if classes[indices[-1]] not in ISOLATES and last + 1 < len(runs):
            after = levels[runs[last + 1][0]]
        found.append(IsolatingRun(indices, level, side(max(level, before)), side(max(level, after))))
    return found


def side(level: int) -> str:
    """Return the direction of a level as a class: L or R."""
    return "R" if level & 1 else "L"


# -- the rules within a sequence -----------------------------------------------------------------------------------


def weak(types: list[str], before: str) -> None:
    """Apply rules W1 to W7 in place."""
    previous = strong = before
    for i, kind in enumerate(types):
        if kind == "NSM":  # W1
            kind = types[i] = "ON" if previous in ISOLATES or previous == "PDI" else previous
        previous = kind
    for i, kind in enumerate(types):
        if kind in ("L", "R", "AL"):
            strong = kind
            if kind == "AL":  # W3
                types[i] = "R"
        elif kind == "EN" and strong == "AL":  # W2
            types[i] = "AN"
    for i in range(1, len(types) - 1):  # W4
        left, kind, right = types[i - 1 : i + 2]
        if (kind in ("ES", "CS") and left == right == "EN") or (kind == "CS" and left == right == "AN"):
            types[i] = left
    terminators(types)
    strong = before
    for i, kind in enumerate(types):  # W7
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            types[i] = "L"


def terminators(types: list[str]) -> None:
    """Apply rules W5 and W6 in place: terminators beside European numbers become numbers, all others become neutral."""
    i = 0
    while i < len(types):
        end = i
        while end < len(types) and types[end] == "ET":
            end += 1
        if end > i:
            beside = (i > 0 and types[i - 1] == "EN") or (end < len(types) and types[end] == "EN")
            types[i:end] = ["EN" if beside else "ON"] * (end - i)
            i = end
        else:
            if types[i] in ("ES", "CS"):
                types[i] = "ON"
            i += 1


def bracket_pairs(types: list[str], brackets: Brackets) -> list[tuple[int, int]]:
    """Return the indices of each bracket pair, sorted by the opening bracket (BD16)."""
    pairs: list[tuple[int, int]] = []
    waiting: list[int] = []
    for i, number in enumerate(brackets):
        if number == 0 or types[i] != "ON":
            continue
        if number > 0:
            if len(waiting) == MAX_OPEN_BRACKETS:
                return []
            waiting.append(i)
            continue
        for depth in range(len(waiting) - 1, -1, -1):
            if brackets[waiting[depth]] == -number:
                pairs.append((waiting[depth], i))
                del waiting[depth:]
                break
    return sorted(pairs)


def strong_class(kind: str) -> str | None:
    """Return the direction, L or R, that a class counts as beside neutrals: numbers are R, neutrals are None."""
    if kind == "L":
        return "L"
    return "R" if kind in ("R", "EN", "AN") else None


def pair_brackets(run: IsolatingRun, types: list[str], original: list[str], brackets: Brackets) -> None:
    """Apply rule N0 in place: bracket pairs take the direction of the text inside them, or of the text before them."""
    if not any(brackets):
        return
    embedding = side(run.level)
    for start, end in bracket_pairs(types, brackets):
        inside = {strong_class(kind) for kind in types[start + 1 : end]} - {None}
        if not inside:
            continue
        kind = embedding
        if embedding not in inside:
            before = (strong_class(types[i]) for i in range(start - 1, -1, -1))
            if next((each for each in before if each), run.before) != embedding:
                kind = "R" if embedding == "L" else "L"
        for i in (start, end):
            types[i] = kind
            after = i + 1
            while after < len(types) and original[after] == "NSM":
                types[after] = kind
                after += 1


def neutral(types: list[str], run: IsolatingRun) -> None:
    """Apply rules N1 and N2 in place.

    Neutrals between two characters of one direction take it; all others take the embedding direction.
    """
    i = 0
    while i < len(types):
        end = i
        while end < len(types) and types[end] in NEUTRAL:
            end += 1
        if end == i:
            i += 1
            continue
        left = run.before if i == 0 else strong_class(types[i - 1])
        right = run.after if end == len(types) else strong_class(types[end])
        types[i:end] = [(left or "L") if left == right else side(run.level)] * (end - i)
        i = end


def implicit(level: int, kind: str) -> int:
    """Apply rules I1 and I2: return the level of a character of class L, R, EN or AN."""
    if level & 1:
        return level + (kind != "R")
    return level + (0 if kind == "L" else 1 if kind == "R" else 2)


def whitespace(classes: Sequence[str], levels: Levels, base: int) -> None:
    """Apply rule L1 in place. Characters that X9 removes take the level of the character before them."""
    for i, kind in enumerate(classes):
        if kind in REMOVED:
            levels[i] = levels[i - 1] if i else base
    trailing = True
    for i in range(len(classes) - 1, -1, -1):
        kind = classes[i]
        if kind in ("B", "S"):
            trailing = True
        elif not (kind == "WS" or kind == "PDI" or kind in ISOLATES or kind in REMOVED):
            trailing = False
        if trailing:
            levels[i] = base


def reorder(levels: Sequence[int]) -> list[int]:
    """Apply rule L2: return the indices of these levels in visual order, from left to right.

    >>> reorder([0, 1, 1, 0])
    [0, 2, 1, 3]
    """
    order = list(range(len(levels)))
    lowest = min((level for level in levels if level & 1), default=0)
    for least in range(max(levels, default=0), max(lowest, 1) - 1, -1):
        i = 0
        while i < len(order):
            end = i
            while end < len(order) and levels[order[end]] >= least:
                end += 1
            if end > i:
                order[i:end] = order[i:end][::-1]
            i = end + 1
    return order
