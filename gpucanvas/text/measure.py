"""measure: the width of a text without its line, where pieces that were shaped before say it.

text --measured before, or drawn---------> MeasuredText, or Line
     --pieces.py: sum of their advances--> MeasuredText, whose line is made when more than the width is asked for
     --else------------------------------> Line
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

from .extent import Box
from .instance import SUBUNITS
from .line import Line, find_line, line_of
from .pieces import alphabet_of, pieces_of
from .recent import Recent
from .shape import RunKey, Setting

__all__ = ["MeasuredText", "measured"]

MOST_BYTES: Final = 4 << 20
"""Bytes of all texts that are kept measured."""
TEXT_BYTES: Final = 400
"""About what one takes, without its characters."""


class MeasuredText:
    """A text of which the width is known.

    Attributes
    ----------
    text : str
        Clean, as it is shaped.
    width : float
        How far it goes, px.
    """

    def __init__(self, text: str, width: float, setting: Setting) -> None:
        self.text, self.width, self._setting = text, width, setting

    @cached_property
    def _line(self) -> Line:
        return line_of(self.text, self._setting)

    @property
    def ink(self) -> Box | None:
        """The box of all that is drawn, as a line has it."""
        return self._line.ink

    @property
    def missing(self) -> str:
        """The characters that no font has."""
        return self._line.missing


_measured: Recent[tuple[str, RunKey], MeasuredText] = Recent(MOST_BYTES)


def measured(text: str, setting: Setting) -> MeasuredText | Line:
    """What has the measures of a text."""
    key = text, setting.line_key
    found: MeasuredText | Line | None = _measured.get(key) or find_line(key)
    if found is not None:
        return found
    alphabet = alphabet_of(setting) if text else None
    pieces = None if alphabet is None else pieces_of(text, alphabet, setting)
    if pieces is None:
        return line_of(text, setting)
    # In the order in which a line is measured, to the last digit.
    unit_px = setting.style.font.size_px * 1.0 / (SUBUNITS * setting.first.upem)
    made = MeasuredText(text, sum(piece.advance for piece in pieces) * unit_px, setting)
    _measured.put(key, made, TEXT_BYTES + len(text))
    return made
