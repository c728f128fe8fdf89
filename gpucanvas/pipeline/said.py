"""said: which outlines of a recording are texts, and what these say; drawing reads none of it.

    texts of a recording    {path: Said, first path: texts of a picture that it draws, ...}  --texts_of--> {path: Said}

A picture's texts are appended as one entry, however many there are: a replay does no work for each. While texts are
recorded, nothing is done for most of them, either: their outlines know what they say, and are looked up by `freeze`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .entries import TEXT_KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..text.glyphs import PlacedRun
    from ..text.glyphtexts import Runs
    from ..text.wording import Wording

__all__ = ["Said", "TextTable", "known_texts", "texts_of", "wordings_of"]

TextTable = dict[int, Any]
"""For the index of a path its `Said`, if it is a text; for that of a picture's first path the picture's own table."""


class Said(NamedTuple):
    """What an outline says, and where: ``x``, ``y`` and ``scale`` place the wording in the outline's coordinates.

    ``scale`` condenses it along its baseline. ``source`` is the wording, or the runs that it is read from, or a
    function that returns these; texts that say the same have the same source.
    """

    source: Wording | Sequence[PlacedRun] | Runs
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0


def wordings_of(texts: dict[int, Said]) -> dict[int, Wording | None]:
    """Returns what the texts of these paths say; None for those that are nothing but space."""
    from ..text.wording import Wording, wording_of

    known: dict[int, Wording | None] = {}
    found: dict[int, Wording | None] = {}
    for path, (source, *_) in texts.items():
        key = id(source)
        if key not in known:
            if isinstance(source, Wording):
                known[key] = source
            else:
                known[key] = wording_of(source() if callable(source) else source)
        found[path] = known[key]
    return found


def known_texts(known: dict[Any, Any]) -> TextTable:
    """Returns the texts among what a recording knows: outlines that it found by a TEXT_KEY."""
    # Keys of other types are pens.
    found = [value for key, value in known.items() if type(key) is tuple and key[0] == TEXT_KEY]
    return {index: Said(outline.says) for _, index, outline in found}


def texts_of(table: TextTable) -> dict[int, Said]:
    """Returns the texts of a recording by their paths' indices."""
    found: dict[int, Said] = {}
    left = [(0, table)]
    while left:
        first, entries = left.pop()
        for path, entry in entries.items():
            if isinstance(entry, Said):
                found[first + path] = entry
            else:
                left.append((first + path, entry))
    return found
