"""svgplain: a fast parser for SVG path data without errors; `svg` parses all other data.

    "M1 2L3 4L5 6z"  --one expression for the whole grammar--> M (1 2), L (3 4 5 6), z --> verbs, coords

It reads a run of equal commands at a time. Numbers are summed in the same order as in `svg`, so that they are equal to
the last bit.
"""

from __future__ import annotations

import re
from array import array
from itertools import accumulate
from math import isfinite, radians
from operator import add
from typing import Final

from ..contract.verbs import ARC, CLOSE, CUBIC, LINE, MOVE, QUAD
from .arc import center_arc

__all__ = ["BLANK", "NUMBER", "SEPARATOR", "PlainPath", "plain_path"]

SPACE: Final = r"[ \t\n\f\r]"
# Possessive quantifiers: without them a long run of blanks or digits is scanned again from each of its characters.
BLANK: Final = rf"{SPACE}*+"
SEPARATOR: Final = rf"{SPACE}*+(?:,{SPACE}*+)?+"
# Atomic: "+0.5" is always one number, never +0 and .5, even where the expression after it fails.
NUMBER: Final = r"(?>[+-]?(?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)"
_FEW_NUMBERS: Final = 24
"""Numbers of a run up to which its segments are made absolute one by one, which takes less time than by columns."""
_COUNTS: Final = {"M": 2, "L": 2, "T": 2, "H": 1, "V": 1, "S": 4, "Q": 4, "C": 6}


_FLAG: Final = "[01]"


def _command(letters: str, *numbers: str) -> str:
    """Return an expression for a command of these letters, repeated with these numbers each."""
    segment = SEPARATOR.join(numbers)
    return rf"[{letters}]{BLANK}{segment}(?:{SEPARATOR}{segment})*+{BLANK}"


_ARC_NUMBERS: Final = [NUMBER] * 3 + [_FLAG] * 2 + [NUMBER] * 2
_DATA: Final = re.compile(
    rf"{BLANK}(?:(?=[Mm])(?:{_command('MmLlTt', *[NUMBER] * 2)}|{_command('HhVv', NUMBER)}|"
    rf"{_command('Cc', *[NUMBER] * 6)}|{_command('SsQq', *[NUMBER] * 4)}|{_command('Aa', *_ARC_NUMBERS)}|"
    rf"[Zz]{BLANK})++)?+"
)
_LETTER: Final = "[A-DF-Za-df-z]"
_OTHERS: Final = "[^A-DF-Za-df-z]*+"
_RUN: Final = re.compile(rf"([MmZz])({_OTHERS})|({_LETTER})({_OTHERS}(?:\3{_OTHERS})*+)")
"""A run of commands of one letter. M and Z make no runs: after M's first point, lines follow."""
_NUMBERS: Final = re.compile(NUMBER)
_ARCS: Final = re.compile(SEPARATOR.join(f"({number})" for number in _ARC_NUMBERS))


def plain_path(text: str) -> PlainPath | None:
    """Return the path of path data without errors, the same as `svg` makes; None for other data."""
    if _DATA.fullmatch(text) is None:
        return None
    path = PlainPath()
    for single, its_numbers, letter, numbers in _RUN.findall(text):
        if single:
            path.draw(single, _floats(its_numbers))
        elif letter == "A" or letter == "a":
            if not path.draw_arcs(_ARCS.findall(numbers), letter == "a"):
                return None
        else:
            path.draw(letter, _floats(numbers.replace(letter, " ")))
    # A sum is finite only if all its numbers are.
    return path if isfinite(sum(path.coords)) else None


def _floats(text: str) -> list[float]:
    """Return the numbers of a correct text, which blanks, commas, signs or points separate."""
    spaced = text.replace(",", " ")
    if "-" in spaced:
        spaced = spaced.replace("-", " -").replace("e -", "e-").replace("E -", "E-")
    try:
        return [*map(float, spaced.split())]
    except ValueError:  # Such as 1.5.5, which is 1.5 and .5, or 1+2.
        return [*map(float, _NUMBERS.findall(text))]


class PlainPath:
    """A path stream to which runs of segments are appended.

    Attributes
    ----------
    verbs, coords
        The stream: see `stream`.
    move_index : int
        Index of the last subpath's first number in ``coords``.
    is_open : bool
        Whether the last subpath is open, so that segments continue it.
    """

    __slots__ = ("control", "coords", "is_open", "move_index", "previous", "start", "verbs", "x", "y")

    def __init__(self) -> None:
        self.verbs, self.coords = bytearray(), array("d")
        self.move_index, self.is_open = 0, False
        self.x = self.y = 0.0
        self.start = self.control = 0.0, 0.0
        self.previous = ""

    def draw(self, command: str, numbers: list[float]) -> None:
        """Append the segments of a command with one or more groups of numbers."""
        letter = command.upper()
        if letter == "Z":
            self._close()
        elif letter in "HV":
            self._draw_straight(letter, numbers, command != letter)
        else:
            count = _COUNTS[letter]
            if command != letter:
                _make_absolute(numbers, count, self.x, self.y)
            if letter == "M":
                self._move(numbers)
            elif letter == "L":
                self._append(LINE, 2, numbers)
            else:
                self._draw_curves(letter, count, numbers)
        self.previous = letter

    def draw_arcs(self, arcs: list[tuple[str, ...]], is_relative: bool) -> bool:
        """Append arcs, each given as the texts of its seven numbers. False where one is beyond float64."""
        for rx, ry, turn, large, sweep, dx, dy in arcs:
            x, y = float(dx), float(dy)
            if is_relative:
                x, y = self.x + x, self.y + y
            wide, tall, degrees = abs(float(rx)), abs(float(ry)), float(turn)
            if not isfinite(wide + tall + degrees + x + y):
                return False
            x0, y0, self.x, self.y = self.x, self.y, x, y
            if x == x0 and y == y0:
                continue
            arc = center_arc(x0, y0, wide, tall, radians(degrees), large == "1", sweep == "1", x, y)
            if arc is None:
                self._append(LINE, 2, [x, y])
                continue
            if not isfinite(sum(map(abs, arc))):
                return False
            if not self.is_open:
                self._begin()
            if arc[-1] != 0.0:
                self.verbs.append(ARC)
                self.coords.extend(arc)
        self.previous = "A"
        return True

    def _close(self) -> None:
        if self.is_open:
            self.verbs.append(CLOSE)
            self.is_open = False
        self.x, self.y = self.start

    def _move(self, numbers: list[float]) -> None:
        self.start = self.x, self.y = numbers[0], numbers[1]
        self._begin()
        if len(numbers) > 2:
            self._append(LINE, 2, numbers[2:])

    def _begin(self) -> None:
        self.move_index, self.is_open = len(self.coords), True
        self.verbs.append(MOVE)
        self.coords.extend(self.start)

    def _append(self, verb: int, count: int, numbers: list[float]) -> None:
        if not self.is_open:
            self._begin()
        self.verbs += bytes((verb,)) * (len(numbers) // count)
        self.coords.extend(numbers)
        self.x, self.y = numbers[-2], numbers[-1]

    def _draw_straight(self, letter: str, numbers: list[float], is_relative: bool) -> None:
        first = 0 if letter == "H" else 1
        here = self.x, self.y
        if len(numbers) == 1:
            number = numbers[0] + here[first] if is_relative else numbers[0]
            self._append(LINE, 2, [here[0], number] if first else [number, here[1]])
            return
        points = [here[1 - first]] * (2 * len(numbers))
        points[first::2] = [*accumulate(numbers, initial=here[first])][1:] if is_relative else numbers
        self._append(LINE, 2, points)

    def _draw_curves(self, letter: str, count: int, numbers: list[float]) -> None:
        verb, width = (CUBIC, 6) if letter in "CS" else (QUAD, 4)
        if letter in "ST":
            numbers = self._with_mirrored(letter, count, numbers)
        self._append(verb, width, numbers)
        self.control = numbers[-4], numbers[-3]

    def _with_mirrored(self, letter: str, count: int, numbers: list[float]) -> list[float]:
        """Return S and T curves with their omitted first control points, mirrored from the curves before them."""
        mirrors = self.previous in (("C", "S") if letter == "S" else ("Q", "T"))
        (x, y), (control_x, control_y) = (self.x, self.y), self.control
        found: list[float] = []
        for at in range(0, len(numbers), count):
            found += (2.0 * x - control_x, 2.0 * y - control_y) if mirrors else (x, y)
            found += numbers[at : at + count]
            (control_x, control_y, x, y), mirrors = found[-4:], True
        return found


def _make_absolute(numbers: list[float], count: int, x: float, y: float) -> None:
    """Make relative segments of ``count`` numbers absolute: add to each the end of the segment before it."""
    if len(numbers) <= _FEW_NUMBERS:
        for at in range(0, len(numbers), count):
            numbers[at : at + count] = map(add, numbers[at : at + count], (x, y, x, y, x, y))
            x, y = numbers[at + count - 2 : at + count]
        return
    for axis, start in enumerate((x, y)):
        starts = [*accumulate(numbers[count - 2 + axis :: count], initial=start)]
        for at in range(axis, count, 2):
            numbers[at::count] = map(add, starts, numbers[at::count])
