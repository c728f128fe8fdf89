"""nesting: limits the depth of brackets in CSS, whose readers are recursive."""

from __future__ import annotations

from typing import Final

__all__ = ["DEEPEST", "is_too_deep"]

DEEPEST: Final = 64
"""Greatest depth of brackets. Each takes several calls of the thousand that Python allows."""


def is_too_deep(text: str) -> bool:
    """Whether more brackets of CSS are open at once than `DEEPEST`.

    >>> is_too_deep("calc(" * 65), is_too_deep("calc(1)" * 65), is_too_deep("[" * 65)
    (True, False, True)
    """
    if sum(map(text.count, "([{")) <= DEEPEST:
        return False
    depth = deepest = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return deepest > DEEPEST
