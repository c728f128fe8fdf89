"""measure: the width of a text from the advances of shaped pieces, where possible without making its line.

text --measured or drawn before----------> MeasuredText or Line
     --pieces.py: sum of their advances--> MeasuredText, whose line is made when more than the width is needed
     --otherwise-------------------------> Line
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

from ..recent import Recent
from .extent import Box
from .instance import SUBUNITS
from .line import Line, find_line, line_of
from .pieces import alphabet_of, pieces_of
from .registry import emptied_on_removal
from .shape import RunKey, Setting

__all__ = ["MeasuredText", "measured"]

MOST_BYTES: Final = 4 << 20
"""Most bytes of all cached measured texts."""
TEXT_BYTES: Final = 400
"""Approximate bytes of a measured text without its characters."""


class MeasuredText:
    """A text whose width is known and whose line is made on first use.

    Attributes
    ----------
    text : str
        The text after `clean`.
    width : float
        The width, px.
    """

    def __init__(self, text: str, width: float, setting: Setting) -> None:
        self.text, self.width, self._setting = text, width, setting

    @cached_property
    def line(self) -> Line:
        """The text's line."""
        return line_of(self.text, self._setting)

    @property
    def ink(self) -> Box | None:
        """The box of the ink, as in `Line`."""
        return self.line.ink

    @property
    def missing(self) -> str:
        """The characters that no font has."""
        return self.line.missing


_measured: Recent[tuple[str, RunKey], MeasuredText] = Recent(MOST_BYTES)
emptied_on_removal(_measured.clear)


def measured(text: str, setting: Setting) -> MeasuredText | Line:
    """Return the object that has the measures of a text."""
    key = text, setting.line_key
    found: MeasuredText | Line | None = _measured.get(key) or find_line(key)
    if found is not None:
        return found
    alphabet = alphabet_of(setting) if text else None
    pieces = None if alphabet is None else pieces_of(text, alphabet, setting)
    if pieces is None:
        return line_of(text, setting, is_whole=True)
    # Multiplied in the same order as in a line, so that the widths are equal to the last bit.
    unit_px = setting.style.font.size_px * 1.0 / (SUBUNITS * setting.first.upem)
    made = MeasuredText(text, sum(piece.advance for piece in pieces) * unit_px, setting)
    _measured.put(key, made, TEXT_BYTES + len(text))
    return made
