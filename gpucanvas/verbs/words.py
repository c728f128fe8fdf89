"""words: what an error about a word adds: the one that was probably meant, and which property takes a colour.

ctx.global_composite_operation = "add"   -->   ... give one of source-over, ...; did you mean 'lighter'?
ctx.fill("red")                          -->   ... give 'nonzero' or 'evenodd'; a colour is given as fill_style
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..names import CLOSE
from ..paint.color import read

__all__ = ["one_of", "where_colors_go"]

LONGEST: Final = 40
"""Characters of a longer text are not searched for: the search takes a time of their number squared."""

MEANT_WORDS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("add", "additive", "plus", "plus-lighter", "linear-dodge"), ("lighter",)),
    **dict.fromkeys(("normal", "over", "src-over", "source"), ("source-over",)),
    **dict.fromkeys(("erase", "dest-out", "dst-out"), ("destination-out",)),
    "middle": ("center",),
    "center": ("middle",),
    "centre": ("center", "middle"),
    "baseline": ("alphabetic",),
}
"""Words of other libraries and properties for operators and alignments, and the standard's for each."""


def one_of(words: Iterable[str], given: object) -> str:
    """Return the cure for a value that is none of the words: all of them, and the one that was probably meant.

    >>> one_of(["left", "center"], "middle"), one_of(["left", "right"], 5)
    ("give one of left, center; did you mean 'center'?", 'give one of left, right')
    """
    known = list(words)
    cure = f"give one of {', '.join(known)}"
    if not isinstance(given, str):
        return cure
    from difflib import get_close_matches

    wanted = given[:LONGEST].strip().lower().replace("_", "-")
    meant = [each for each in MEANT_WORDS.get(wanted, ()) if each in known]
    meant = meant or get_close_matches(wanted, known, 1, CLOSE)
    return f"{cure}; did you mean {meant[0]!r}?" if meant else cure


def where_colors_go(given: object, setting: str) -> str:
    """Return what an error adds where a verb is given a colour, which is set beforehand; else nothing.

    >>> where_colors_go("red", "fill_style"), where_colors_go("reed", "fill_style")
    ('; a colour is given as fill_style', '')
    """
    is_color = isinstance(given, str) and len(given) <= LONGEST and read(given) is not None
    return f"; a colour is given as {setting}" if is_color else ""
