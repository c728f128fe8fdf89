"""svg: reads SVG path data into a path stream: the whole grammar of SVG 1.1 and 2.

    text --scan--> command letter + numbers --absolute, repeated--> PathBuilder verbs

The standard's rule is that an error ends the path at the last complete segment and raises nothing
(https://svgwg.org/svg2-draft/paths.html#PathDataErrorHandling). A strict reader says where and why the data end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite, radians
from typing import TYPE_CHECKING, Final, NoReturn

from ..recent import Recent
from .arc import center_arc
from .svgplain import BLANK, NUMBER, SEPARATOR, PlainPath, plain_path

if TYPE_CHECKING:
    from .builder import PathBuilder

__all__ = ["append_svg"]

_BLANK: Final = re.compile(BLANK)
_SEPARATOR: Final = re.compile(SEPARATOR)
_NUMBER: Final = re.compile(NUMBER)
_ARGUMENT_COUNT: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
_FLAGS: Final = (3, 4)
"""Positions of an arc's two one-digit flags."""
_NEITHER: Final = "no command and no number: commands are M L H V C S Q T A Z, large or small"
_DOCUMENT: Final = (
    "this is a document: give the d attribute of one of its path elements; ctx.draw_image draws all of it, given its "
    "pathlib.Path"
)
_SHOWN: Final = 12
"""Number of characters after an error that its message shows."""


_LONGEST_KNOWN: Final = 1 << 12
"""Most characters of a text whose path is kept for the next time: icons and symbols are parsed again in each frame."""
_KNOWN_BYTES: Final = 4 << 20
"""Most bytes of all texts and paths that are kept."""
_ENTRY_BYTES: Final = 600
"""About the bytes of Python's objects for a path that is kept, without its text and numbers."""
_known: Final[Recent[str, PlainPath]] = Recent(_KNOWN_BYTES)


class _Fault(Exception):
    """An error in path data, with its position."""

    def __init__(self, position: int, why: str) -> None:
        super().__init__()
        self.position, self.why = position, why


def append_svg(builder: PathBuilder, text: str, strict: bool = False) -> None:
    """Append the segments of SVG path data to ``builder``.

    Parameters
    ----------
    builder
        Receives absolute segments; its matrix, if any, maps them.
    text
        The ``d`` attribute, see https://svgwg.org/svg2-draft/paths.html#PathDataBNF.
    strict
        Whether to raise for an error in the data, instead of ending the path there.

    Raises
    ------
    ValueError
        For an error in the data, with its position and text.

    >>> from gpucanvas.geometry.path import PathBuilder
    >>> path = PathBuilder()
    >>> append_svg(path, "m1 1 2 0a1 1 0 00.5.5 L oops")
    >>> list(path.verbs)
    [0, 1, 5]
    """
    if not builder.verbs and builder.matrix is None and _append_plain(builder, text):
        return
    pen = _Pen(builder)
    try:
        for command, numbers, position in _segments(text):
            if not pen.draw(command, numbers):
                raise _Fault(position, "these numbers lead beyond the range of float64")
    except _Fault as fault:
        if strict:
            _refuse(text, fault)


def _append_plain(builder: PathBuilder, text: str) -> bool:
    """Append data that have no errors to an empty path; False for others."""
    path = _known.get(text)
    if path is None:
        path = plain_path(text)
        if path is None:
            return False
        if len(text) <= _LONGEST_KNOWN:
            _known.put(text, path, _ENTRY_BYTES + len(text) + len(path.verbs) + 8 * len(path.coords))
    builder._take(path.verbs, path.coords, path.move_index, path.start if path.verbs and not path.is_open else None)
    return True


def _refuse(text: str, fault: _Fault) -> NoReturn:
    rest = text[fault.position :]
    there = repr(rest[:_SHOWN]) + ("..." if len(rest) > _SHOWN else "") if rest else "the end"
    raise ValueError(
        f"SVG path data, position {fault.position}, at {there}: {fault.why}; correct it there, or use "
        'on_invalid="ignore" to draw what comes before'
    ) from None


def _segments(text: str) -> Iterator[tuple[str, list[float], int]]:
    """Yield (command letter, its numbers, where they begin) for each complete segment; _Fault at the first error."""
    position = _skip(_BLANK, text, 0)
    first = True
    while position < len(text):
        command = text[position]
        argument_count = _ARGUMENT_COUNT.get(command.upper())
        if argument_count is None:
            raise _Fault(position, _DOCUMENT if text[position : position + 1] == "<" else _NEITHER)
        if first and command not in "Mm":
            raise _Fault(position, f"the data begin with {command}: they must begin with M or m")
        first = False
        position = _skip(_BLANK, text, position + 1)
        if argument_count == 0:
            yield command, [], position
            continue
        repeated = False
        while True:
            begin = position
            numbers, position = _scan_numbers(text, position, argument_count, command in "Aa")
            if len(numbers) < argument_count:
                raise _Fault(position, _missing(command, len(numbers), argument_count, repeated))
            yield command, numbers, begin
            repeated = True
            command = {"M": "L", "m": "l"}.get(command, command)
            after_blank = _skip(_BLANK, text, position)
            following = _skip(_SEPARATOR, text, position)
            if following >= len(text) or text[following] in "MmLlHhVvCcSsQqTtAaZz":
                # A comma may only stand between numbers.
                if following != after_blank:
                    raise _Fault(after_blank, "a comma that no number follows")
                position = following
                break
            position = following


def _missing(command: str, count: int, wanted: int, repeated: bool) -> str:
    if repeated and count == 0:
        return _NEITHER
    if command in "Aa" and count in _FLAGS:
        return f"number {count + 1} of {command} is a flag: write 0 or 1"
    return f"{command} takes {wanted} number{'s' * (wanted > 1)}, and number {count + 1} is missing"


def _skip(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    assert match is not None
    return match.end()


def _scan_numbers(text: str, position: int, argument_count: int, arc: bool) -> tuple[list[float], int]:
    """Return up to `argument_count` numbers from `position` on, and where the last one ends."""
    numbers: list[float] = []
    while True:
        if arc and len(numbers) in _FLAGS:
            if text[position : position + 1] not in ("0", "1"):
                return numbers, position
            numbers.append(float(text[position]))
            position += 1
        else:
            match = _NUMBER.match(text, position)
            if match is None:
                return numbers, position
            numbers.append(float(match[0]))
            position = match.end()
        if len(numbers) == argument_count:
            return numbers, position
        position = _skip(_SEPARATOR, text, position)


class _Pen:
    """Where SVG's current point, subpath start and last control point are while segments are drawn."""

    def __init__(self, builder: PathBuilder) -> None:
        self.builder = builder
        self.x = self.y = 0.0
        self.start_x = self.start_y = 0.0
        self.control_x = self.control_y = 0.0
        self.previous = ""

    def draw(self, command: str, numbers: list[float]) -> bool:
        """Draw one segment. False where its numbers are beyond float64, which ends the path."""
        letter = command.upper()
        if letter == "Z":
            self.builder.close_path()
            self.x, self.y = self.start_x, self.start_y
            self.previous = letter
            return True
        values = self._absolute(letter, numbers) if command != letter else numbers
        if not all(map(isfinite, values)):
            return False
        if letter in "CSQT":
            self._draw_curve(letter, values)
        elif letter == "A":
            self._draw_arc(*values)
        else:
            self._draw_line(letter, values)
        self.previous = letter
        return True

    def _absolute(self, letter: str, numbers: list[float]) -> list[float]:
        if letter == "H":
            return [self.x + numbers[0]]
        if letter == "V":
            return [self.y + numbers[0]]
        if letter == "A":
            return [*numbers[:5], self.x + numbers[5], self.y + numbers[6]]
        return [value + (self.y if index % 2 else self.x) for index, value in enumerate(numbers)]

    def _draw_line(self, letter: str, values: list[float]) -> None:
        x = self.x if letter == "V" else values[0]
        y = self.y if letter == "H" else values[-1]
        if letter == "M":
            self.builder.move_to(x, y)
            self.start_x, self.start_y = x, y
        else:
            self.builder.line_to(x, y)
        self.x, self.y = x, y

    def _draw_curve(self, letter: str, values: list[float]) -> None:
        if letter in "ST":
            # The first control point mirrors the last one, if the segment before was of the same kind.
            mirrors = self.previous in ("CS" if letter == "S" else "QT") and self.previous != ""
            x = 2.0 * self.x - self.control_x if mirrors else self.x
            y = 2.0 * self.y - self.control_y if mirrors else self.y
            values = [x, y, *values]
        self.control_x, self.control_y = values[-4], values[-3]
        self.x, self.y = values[-2], values[-1]
        if letter in "CS":
            self.builder.bezier_curve_to(*values)
        else:
            self.builder.quadratic_curve_to(*values)

    def _draw_arc(self, rx: float, ry: float, degrees: float, large: float, sweep: float, x: float, y: float) -> None:
        """Draw an arc by its end point."""
        x0, y0, self.x, self.y = self.x, self.y, x, y
        if (x0, y0) == (x, y):
            return
        arc = center_arc(x0, y0, abs(rx), abs(ry), radians(degrees), bool(large), bool(sweep), x, y)
        if arc is None:
            self.builder.line_to(x, y)
        else:
            self.builder.append_arc("arc", *arc, join=False)
