"""picker: keeps the recordings of a canvas's last frames for picking, besides the present recording.

frame drawn --keep--> a copy of its recording without images --pick--> an index, made on first use
a frame that clears or covers everything --keep--> all earlier frames are dropped
"""

from __future__ import annotations

from collections import deque
from typing import Final

from ..pipeline import record as r
from ..pipeline.glyphpaths import outline_glyphs
from ..pipeline.replay import copied, every_of
from .cover import last_cover
from .index import CLEARED, Hit, PickIndex

__all__ = ["MOST_KEPT", "Picker"]

MOST_KEPT: Final = 1 << 20
"""Most commands of all kept frames, about 150 MB: without a limit, a canvas that is never cleared would fill memory."""


class Kept:
    """A finished recording, with an index made on first use."""

    __slots__ = ("_first", "_index", "commands")

    def __init__(self, commands: r.Commands, first: int) -> None:
        self.commands, self._first = commands, first
        self._index: PickIndex | None = None

    def index(self) -> PickIndex:
        """The index of the recording."""
        if self._index is None:
            # Glyph outlines are made only now: they take long, and most frames are never picked.
            for each in every_of(self.commands):
                outline_glyphs(each, is_joined=True)
            self._index = PickIndex(self.commands, self._first)
        return self._index


class Picker:
    """The draws of one canvas or recording that can be picked."""

    def __init__(self) -> None:
        self._kept: deque[Kept] = deque()
        self._count = 0  # Commands of all kept frames.
        self._newest: Kept | None = None
        # The recording that the newest copy was made of, and its length then.
        self._seen: tuple[r.Commands, int] | None = None
        self._hides = False

    def see(self, commands: r.Commands, width: int, height: int) -> None:
        """Include the present, undrawn recording; it is copied again when it has grown."""
        seen = commands, len(commands)
        if self._seen is not None and self._seen[0] is commands and self._seen[1] == len(commands):
            return
        first = last_cover(commands, width, height) if seen[1] else None
        self._newest = Kept(copied(commands, with_images=False), first or 0) if seen[1] else None
        self._seen, self._hides = seen, first is not None

    def keep(self, commands: r.Commands, width: int, height: int) -> None:
        """Keep the recording of a drawn frame, and drop the frames that it hides."""
        self.see(commands, width, height)
        if self._hides:
            self._kept.clear()
            self._count = 0
        if self._newest is not None:
            self._kept.append(self._newest)
            self._count += len(self._newest.commands)
        while len(self._kept) > 1 and self._count > MOST_KEPT:
            self._count -= len(self._kept.popleft().commands)
        self._newest, self._seen, self._hides = None, None, False

    def pick(self, x: float, y: float) -> Hit | None:
        """The topmost shape at a point of the canvas."""
        newest = [] if self._newest is None else [self._newest]
        for kept in [*newest, *([] if self._hides else reversed(self._kept))]:
            found = kept.index().pick(x, y)
            if found is not None:
                return None if found == CLEARED else found  # type: ignore[return-value]
        return None
