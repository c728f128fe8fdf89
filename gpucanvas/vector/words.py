"""words: what the texts of a picture say, and where, for readers that search, select and copy.

    commands --texts that are seen, each once--> Words: a wording and its transform to the picture

Both formats draw texts as outlines, and say them in a layer of text that nobody sees. It is in the order in which the
texts were drawn.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from math import dist, floor, hypot, inf, isfinite, sqrt
from typing import Any, Final, NamedTuple

import numpy as np

from ..contract.operators import OPERATORS
from ..geometry.affine import Affine, apply, multiply
from ..geometry.path import transform_coords
from ..geometry.upright import upright_rect
from ..pipeline import record as r
from ..pipeline.said import texts_of, wordings_of
from ..pipeline.shadow import are_shadows
from ..text.wording import Wording
from .outlines import FARTHEST, cubic_pieces

__all__ = ["Words", "checked_text", "words_of"]

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom, pixels."""
TEXTS: Final = ("searchable", "outlines")
"""How texts are written: both as outlines, and the first one also as text that nobody sees."""
Square = tuple[int, int]
SQUARE: Final = 64.0
"""Pixels of a side of the squares by which texts are found again: a few words."""
NOWHERE: Final = inf, inf, -inf, -inf
RECTS: Final = r.FILL_RECT, r.CLEAR_RECT
OVER: Final = OPERATORS["source-over"].style
COPY: Final = OPERATORS["copy"].style
ASCENT, DESCENT = 0.8, 0.2
"""The height of a text's box above and below its baseline, em."""
SAME_PLACE: Final = 0.25
"""The height of a text between two drawings of it up to which they are one label, with a halo or a shadow, say."""
LEVEL: Final = 1e-6
"""Slope up to which a baseline counts as level."""
WORD_GAP: Final = 0.4
"""Em between two texts up to which they belong together."""
SMALLEST_EM: Final = 1e-3
"""Pixels of an em below which nobody reads a text."""


class Words(NamedTuple):
    """What a text says; ``matrix`` is the transform of the wording's coordinates to the picture."""

    wording: Wording
    matrix: Affine

    @property
    def corners(self) -> list[Point]:
        """The corners of its box in the picture."""
        said = self.wording
        low, high = said.baseline - ASCENT * said.em_px, said.baseline + DESCENT * said.em_px
        left, right = min(said.edges), max(said.edges)
        return [apply(self.matrix, x, y) for x, y in ((left, low), (right, low), (right, high), (left, high))]

    @property
    def start(self) -> Point:
        """The left end of its baseline in the picture."""
        return apply(self.matrix, self.wording.left, self.wording.baseline)

    @property
    def end(self) -> Point:
        """The right end of its baseline in the picture."""
        return apply(self.matrix, self.wording.right, self.wording.baseline)

    @property
    def is_slanted(self) -> bool:
        """Whether its baseline is neither horizontal nor vertical."""
        a, b, c, d, _, _ = self.matrix
        return max(min(abs(a), abs(b)), min(abs(c), abs(d))) > LEVEL

    def is_followed_by(self, other: Words) -> bool:
        """Whether another text goes on where this one ends: a part in another style, say."""
        reach = WORD_GAP * self.wording.em_px * hypot(*self.matrix[2:4])
        return dist(self.end, other.start) <= reach

    @property
    def box(self) -> Box:
        """Its box in the picture."""
        xs, ys = zip(*self.corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def checked_text(verb: str, text: Any) -> str:
    """The argument ``text`` of a call; raises ValueError."""
    if text not in TEXTS:
        raise ValueError(f"{verb}: text is {text!r:.80}: give 'searchable', or 'outlines' to leave the strings out")
    return str(text)


def words_of(commands: r.Commands, size: tuple[int, int]) -> list[Words]:
    """The texts of a frozen recording without glyph masks that are on a page of this size, each label once."""
    page = 0.0, 0.0, float(size[0]), float(size[1])
    return list(_once(Reading(commands, page).words()))


class Seen:
    """Texts that are seen so far, in order, and by the square in which their middle lies.

    A table may have as many rectangles as texts: each looks only at the texts near it.
    """

    def __init__(self) -> None:
        self._all: dict[int, Words] = {}
        self._squares: dict[Square, dict[int, Box]] = {}
        self._count = 0

    def words(self) -> list[Words]:
        """The texts."""
        return [*self._all.values()]

    def add(self, words: Words, box: Box) -> None:
        """Append a text with its box."""
        square = _square_of((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        self._squares.setdefault(square, {})[self._count] = box
        self._all[self._count] = words
        self._count += 1

    def hide(self, left: float, top: float, right: float, bottom: float) -> None:
        """Remove the texts that lie in a rectangle."""
        (x0, y0), (x1, y1) = _square_of(left, top), _square_of(right, bottom)
        if (x1 - x0 + 1) * (y1 - y0 + 1) < len(self._squares):
            squares = [(x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1) if (x, y) in self._squares]
        else:
            squares = [(x, y) for x, y in self._squares if x0 <= x <= x1 and y0 <= y <= y1]
        for square in squares:
            boxes = self._squares[square]
            hidden = [number for number, box in boxes.items() if _is_in(box, (left, top, right, bottom))]
            for number in hidden:
                del boxes[number], self._all[number]
            if not boxes:
                del self._squares[square]


class Reading:
    """Collects the texts of one recording; each layer is read apart."""

    def __init__(self, commands: r.Commands, page: Box) -> None:
        self._commands, self._page = commands, page
        self._rows = np.frombuffer(bytes(commands.commands), r.COMMAND)
        self._states = np.frombuffer(bytes(commands.states), r.STATE)
        self._boxes: dict[int, Box] = {0: page}

    def words(self) -> list[Words]:
        """The texts that are seen, in the order of the commands."""
        if self._commands.has_only_rects:
            return []
        seen, texts = Seen(), texts_of(self._commands.texts)
        wordings = wordings_of(texts)
        kinds, paths = self._rows["kind"], self._rows["extra"]
        says = np.isin(kinds, (r.FILL_PATH, r.STROKE_PATH)) & np.isin(paths, np.array([*texts], np.int64))
        is_layer = kinds == r.DRAW_LAYER
        replaces = (self._states["op"] == COPY)[self._rows["state"]] & (self._states["clip"] == 0)[self._rows["state"]]
        matters = says | is_layer | replaces | np.isin(kinds, RECTS)
        for at in np.flatnonzero(matters & ~are_shadows(self._commands)).tolist():
            state, path = self._states[self._rows["state"][at]], int(paths[at])
            matrix: Affine = tuple(state["matrix"].tolist())
            made: list[Words] = []
            if replaces[at]:
                seen = Seen()
            if says[at]:
                said = texts[path]
                wording = wordings[path]
                if wording is not None:
                    made = [Words(wording, multiply(matrix, (said.scale, 0.0, 0.0, 1.0, said.x, said.y)))]
            elif is_layer[at]:
                if path != r.NO_LAYER:
                    made = Reading(self._commands.layers[path].commands, self._page).words()
            elif not state["clip"] and kinds[at] in RECTS and self._hides(at, state):
                x, y, width, height = self._rows["v"][at].tolist()
                rect = upright_rect(x, y, width, height, matrix)
                if rect is not None and all(map(isfinite, rect)):
                    seen.hide(*rect[:4])
            for each in made:
                box = each.box
                if _is_legible(each, box) and _meets(box, self._clip_box(int(state["clip"]))):
                    seen.add(each, box)
        return seen.words()

    def _hides(self, at: int, state: Any) -> bool:
        """Whether a rectangle hides what it covers: it clears that, or paints it over."""
        if self._rows["kind"][at] == r.CLEAR_RECT:
            return True
        paint = self._commands.paints[int(self._rows["paint"][at])]
        is_opaque = isinstance(paint, tuple) and paint[3] * float(state["alpha"]) >= 1.0
        return is_opaque and int(state["op"]) == OVER

    def _clip_box(self, index: int) -> Box:
        """The box of a clip, cut with those of its parents and with the page."""
        missing = []
        while index not in self._boxes:
            missing.append(index)
            index = self._commands.clips[index - 1][0]
        box = self._boxes[index]
        for each in reversed(missing):
            node = self._commands.clips[each - 1][1]
            own = _box_of_points([point for _, points in cubic_pieces(*_outline(node), True) for point in points])
            box = max(box[0], own[0]), max(box[1], own[1]), min(box[2], own[2]), min(box[3], own[3])
            self._boxes[each] = box
        return box


def _square_of(x: float, y: float) -> Square:
    """The square in which a point lies; points far away count as less far."""
    return floor(min(max(x, -FARTHEST), FARTHEST) / SQUARE), floor(min(max(y, -FARTHEST), FARTHEST) / SQUARE)


def _outline(node: r.ClipNode) -> tuple[bytes, array[float]]:
    """A clip's outline in the picture."""
    return bytes(node.verbs), array("d", transform_coords(node.verbs, node.coords, node.matrix).tobytes())


def _box_of_points(numbers: list[float]) -> Box:
    """The box of points (x, y, x, y, ...); an empty one without points."""
    if not numbers:
        return NOWHERE
    xs, ys = numbers[::2], numbers[1::2]
    return min(xs), min(ys), max(xs), max(ys)


def _meets(one: Box, other: Box) -> bool:
    """Whether two boxes have a point in common."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _is_in(one: Box, other: tuple[float, ...]) -> bool:
    """Whether a box lies in another one."""
    return other[0] <= one[0] and other[1] <= one[1] and one[2] <= other[2] and one[3] <= other[3]


def _is_legible(words: Words, box: Box) -> bool:
    """Whether a text has a size and a place in numbers that programs read."""
    a, b, c, d, _, _ = words.matrix
    if not all(isfinite(each) and abs(each) <= FARTHEST for each in (*words.matrix, *box)):
        return False
    return bool(sqrt(abs(a * d - b * c)) * words.wording.em_px >= SMALLEST_EM)


def _once(words: Iterable[Words]) -> Iterator[Words]:
    """Those of some texts that do not lie over the same text."""
    known: dict[tuple[str, int, int], list[list[Point]]] = {}
    for each in words:
        corners, text = each.corners, each.wording.text
        reach = SAME_PLACE * dist(corners[0], corners[3])
        x, y = (floor(place / reach) for place in corners[0])
        near = (known.get((text, x + i, y + j), ()) for i in (-1, 0, 1) for j in (-1, 0, 1))
        if not any(_are_near(corners, other, reach) for others in near for other in others):
            known.setdefault((text, x, y), []).append(corners)
            yield each


def _are_near(some: list[Point], others: list[Point], reach: float) -> bool:
    return all(dist(one, other) <= reach for one, other in zip(some, others, strict=True))
