"""picker: what can be picked on a canvas: what its last frames drew, and what has been recorded since.

frame drawn --keep--> a copy of its recording without images --pick--> an index, made when it is first asked
a frame that clears or covers all --keep--> all before it goes
"""

from __future__ import annotations

from collections import deque
from typing import Final

from ..pipeline import record as r
from ..pipeline.encode import first_hidden
from ..pipeline.glyphpaths import outline_glyphs
from ..pipeline.replay import copied, every_of
from .index import CLEARED, Hit, PickIndex

__all__ = ["MOST_KEPT", "Picker"]

MOST_KEPT: Final = 1 << 20
"""Commands of frames that are kept: a canvas that is never cleared would fill the memory. They take 150 MB, about."""


class Kept:
    """A recording that is not drawn on any more; its index is made when it is first asked."""

    __slots__ = ("_first", "_index", "commands")

    def __init__(self, commands: r.Commands, first: int) -> None:
        self.commands, self._first = commands, first
        self._index: PickIndex | None = None

    def index(self) -> PickIndex:
        """What is picked from."""
        if self._index is None:
            # Not before: most frames are never asked, and outlines of texts take longer to make than to copy the texts.
            for each in every_of(self.commands):
                outline_glyphs(each, is_joined=True)
            self._index = PickIndex(self.commands, self._first)
        return self._index


class Picker:
    """What can be picked on one canvas or recording."""

    def __init__(self) -> None:
        self._kept: deque[Kept] = deque()
        self._newest: Kept | None = None
        # What the newest is a copy of, and how much of it.
        self._seen: tuple[r.Commands, int] | None = None
        self._hides = False

    def see(self, commands: r.Commands, width: int, height: int) -> None:
        """What has been recorded and not drawn yet: it is looked at again when there is more of it."""
        seen = commands, len(commands)
        if self._seen is not None and self._seen[0] is commands and self._seen[1] == len(commands):
            return
        first = first_hidden(commands, width, height) if seen[1] else None
        self._newest = Kept(copied(commands, with_images=False), first or 0) if seen[1] else None
        self._seen, self._hides = seen, first is not None

    def keep(self, commands: r.Commands, width: int, height: int) -> None:
        """A frame is drawn: keep it, and forget what it hides."""
        self.see(commands, width, height)
        if self._hides:
            self._kept.clear()
        if self._newest is not None:
            self._kept.append(self._newest)
        while len(self._kept) > 1 and sum(len(each.commands) for each in self._kept) > MOST_KEPT:
            self._kept.popleft()
        self._newest, self._seen, self._hides = None, None, False

    def pick(self, x: float, y: float) -> Hit | None:
        """The topmost thing at a point of the canvas."""
        newest = [] if self._newest is None else [self._newest]
        for kept in [*newest, *([] if self._hides else reversed(self._kept))]:
            found = kept.index().pick(x, y)
            if found is not None:
                return None if found == CLEARED else found  # type: ignore[return-value]
        return None
