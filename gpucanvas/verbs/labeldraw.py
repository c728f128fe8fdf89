"""labeldraw: records most texts, as labels: texts that are drawn with the masks of one strike.

    like the last filled or stroked text -> TextEnd.labels --> text --+
    fill_text, others in one colour ------> LabelBook -> text --------+--> added to the last command if that is a BATCH
    fill_texts, many at once -------------> LabelBook -> texts -------+    of the same strike, else to a new BATCH
    stroke_text, with another pen --------> LabelBook -> text --------+

textdraw.py records all other texts. Recording a label needs no work per glyph.
"""

from __future__ import annotations

from array import array
from functools import cache
from math import isfinite
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from ..contract.commands import BATCH
from ..contract.constants import STYLE_UNBOUNDED
from ..contract.operators import CLEARING
from ..geometry.numbers import Number
from ..pipeline.record import Batch
from .indices import UNREAD_TEXTS
from .opaque import is_adapted
from .state import STYLES
from .textend import Look, TextEnd, masks
from .textsettings import TextSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..backends.glyph_pen import GlyphPen
    from ..pipeline.entries import Pen, Solid
    from ..pipeline.glyphrows import GlyphRows, TextColumns
    from ..text.glyphtexts import GlyphText
    from ..text.labels import LabelBook
    from ..text.masktable import MaskTable
    from ..text.shape import Setting
    from ..text.strike import Turn
    from .state import Style

FoundLabel = tuple["GlyphText", "LabelBook", "Setting"]
"""A text's label, its book and the resolved style."""
FIRST_CHUNK, CHUNK_GROWTH, MOST_CHUNK = 32, 8, 1024
"""Fewest and most texts that are looked up at once, few if the last texts used several strikes, and how they grow."""
width_of = attrgetter("width")
SINE_TOLERANCE: Final = 1e-12
"""Largest sine that counts as 0: the sines of quarter turns are not exact."""
NO_MASKS: Final = 0.0, None
"""In place of a scale and a turn where outlines must be drawn."""


@cache
def pens() -> Any:
    """Return the module of pens for glyphs, imported with the first stroked text."""
    from ..backends import glyph_pen

    return glyph_pen


def _is_place(x: Number, y: Number) -> bool:
    """Whether two numbers are finite, and so both are numbers."""
    try:
        return isfinite(0.0 + x + y)  # type: ignore[operator]
    except (TypeError, OverflowError):
        return False


def count_finite(places: NDArray[np.float64]) -> int:
    """Return the index of the first of some positions (N, 2) that is not finite, N where all are."""
    finite = np.isfinite(places)
    # All at once first: to look at each row takes ten times as long.
    return len(places) if finite.all() else int(finite.all(1).argmin())


class Texts(NamedTuple):
    """Texts to draw, their positions in user space, (N, 2) float64, and the fill style of each or of all."""

    texts: list[str]
    places: NDArray[np.float64]
    styles: Sequence[Style]

    def style(self, index: int) -> Style:
        """Return the fill style of a text."""
        return self.styles[index if len(self.styles) > 1 else 0]


class LabelDrawing(TextSettings):
    """Records labels."""

    __slots__ = ()

    def _mask_place(self) -> tuple[float, Turn | None]:
        """Return the pixels per px of height, and the turn, of text that may be drawn with masks; else NO_MASKS.

        Baselines must be horizontal or vertical: at other angles quarters of a pixel would be seen to jump. Glyphs are
        drawn one after another, so an operator that clears around each shape requires outlines.
        """
        a, b, c, d, e, f = self._state.matrix
        if not isfinite(a + b + c + d + e + f) or self._clears_around():
            return NO_MASKS
        if not b and not c and a == d and a > 0.0:
            return a, None
        if abs(b) <= SINE_TOLERANCE * abs(a) and abs(c) <= SINE_TOLERANCE * abs(d):
            scale = abs(d)
            return (scale, (a / scale, 0.0, 0.0, d / scale)) if a and d else NO_MASKS
        if abs(a) <= SINE_TOLERANCE * abs(b) and abs(d) <= SINE_TOLERANCE * abs(c):
            scale = abs(c)
            return (scale, (0.0, b / scale, c / scale, 0.0)) if b and c else NO_MASKS
        return NO_MASKS

    def _clears_around(self) -> bool:
        """Whether the operator clears the pixels around a shape, or draws with no colour of its own."""
        operator = self._state.operator
        if operator == CLEARING or STYLES[operator] & STYLE_UNBOUNDED:
            return True
        return self._opaque and is_adapted(operator)

    def _overlaps(self) -> bool:
        """Whether the style moves letters over one another."""
        return bool(self._text_style.is_tight)

    def _is_opaque_fill(self) -> bool:
        """Whether overlapping shapes in the fill style look like one shape."""
        state, fill = self._state, self._state.fill
        return isinstance(fill, tuple) and fill[3] * state.alpha >= 1.0 and state.operator == "source-over"

    def _open_text_end(self) -> TextEnd | None:
        """Return the texts of the last command if a text in this state may be appended to them, else None."""
        end: TextEnd | None = self._text_end
        if end is None or end.state_index != self._state_index or end.stream_end != len(self._stream):
            return None
        if len(end.texts) >= UNREAD_TEXTS:
            self._limit_unread()
            return None
        return end

    def _note_text_end(self, rows: GlyphRows) -> TextEnd:
        """Make the `TextEnd` of the last command, and note it if other texts may be appended."""
        end = TextEnd(rows, self._state_index, len(self._stream))
        self._text_end = end if rows.has_colors and self._is_open() else None
        return end

    def _is_open(self) -> bool:
        """Whether other texts in the present state may be appended to a command.

        A negative state means that each text has a shadow or a filter of its own. A text with a `hit_id` is always a
        new command: picking copies a recording again only when it has more commands.
        """
        return self._shifted_state >= 0 and self._state.hit is None

    def _fill_like_last(self, text: str, x: Number, y: Number) -> bool:
        """Record a filled text like the last one; returns whether it could."""
        return self._is_recorded_like(self._last_filled, self._state.fill, None, text, x, y)

    def _stroke_like_last(self, text: str, x: Number, y: Number) -> bool:
        """Record a stroked text like the last one; returns whether it could."""
        state = self._state
        return self._is_recorded_like(self._last_stroked, state.stroke, state.pen, text, x, y)

    def _is_recorded_like(
        self, end: TextEnd | None, paint: Style, pen: Pen | None, text: str, x: Number, y: Number
    ) -> bool:
        """Record a text like the last one of ``end``, if it has the same look; returns whether it could.

        It is appended to the last command, or a new one if other shapes have been drawn since, or the state is another.
        """
        if end is None or end.text_style is not self._state.text or end.fill is not paint or end.pen is not pen:
            return False
        if type(text) is not str or len(end.texts) >= UNREAD_TEXTS or end.generation != end.generations[0]:
            return False
        has_state = end.state_index == self._state_index
        if not _is_place(x, y) or not (has_state or self._fits(end)):
            return False
        label = end.labels.get(text) or end.book.make(text)
        if label is None:
            return False
        is_new = not has_state or end is not self._text_end or end.stream_end != len(self._stream)
        if is_new:
            if self._stale or pen is not None:
                self._sync() if pen is None else self._sync_stroke()
            if end is not (self._last_filled if pen is None else self._last_stroked):
                return False  # The recording was drawn, and this is another one.
            end.rows = end.rows.columns.begin()
        end.rows.append(label, float(x) - end.anchor * label.width, float(y) + end.baseline, end.number)
        if is_new:
            self._add_rows(end.rows, is_stroked=pen is not None)
            end.state_index, end.stream_end = self._state_index, len(self._stream)
            self._text_end = end if self._is_open() else None
        return True

    def _fits(self, end: TextEnd) -> bool:
        """Whether a text in the present state may be drawn as those of ``end``, whose state is another one."""
        if self._mask_place() != end.place:
            return False
        if end.pen is not None:
            return self._opaque_stroke() is not None
        return not end.rows.overlaps or self._is_opaque_fill()

    def _draw_label(self, text: str, x: Number, y: Number) -> bool:
        """Record a text in one colour as a label; returns False, and records nothing, if it cannot be a label."""
        state, place = self._state, self._mask_place()
        fill = state.fill
        if not place[0] or type(text) is not str or not isinstance(fill, tuple) or not _is_place(x, y):
            return False
        if self._overlaps() and not self._is_opaque_fill():
            return False
        found = self._label_of(text, place, None)
        if found is None:
            return False
        overlaps = self._overlaps()
        look = Look(state.text, fill, None, place, None if overlaps else state.matrix, state.operator)
        self._last_filled = self._add_label(found, look, self._own_color(fill), overlaps, (x, y))
        return True

    def _stroke_label(self, text: str, x: Number, y: Number) -> bool:
        """Record a stroked text as a label; returns False, and records nothing, if it cannot be a label."""
        state, pen, color = self._state, self._glyph_pen(), self._opaque_stroke()
        if pen is None or color is None or type(text) is not str or not _is_place(x, y):
            return False
        place = self._mask_place()
        found = self._label_of(text, place, pen)
        if found is None:
            return False
        look = Look(state.text, state.stroke, state.pen, place, None, state.operator)
        self._last_stroked = self._add_label(found, look, color, True, (x, y))
        return True

    def _add_label(
        self, found: FoundLabel, look: Look, color: Solid, overlaps: bool, at: tuple[Number, Number]
    ) -> TextEnd | None:
        """Append a label to the last command, or record a new one; returns its end, None after a flush."""
        label, book, setting = found
        is_stroked = look.pen is not None
        end = self._text_end_of(book.strike)
        if end is None:
            self._sync_stroke() if is_stroked else self._sync()
        rows = self._new_rows(book.strike, overlaps) if end is None else end.rows
        number = rows.number_of(color)
        left = float(at[0]) - setting.anchor_part * label.width
        rows.append(label, left, float(at[1]) + setting.baseline_px, number)
        if end is None:
            self._add_rows(rows, is_stroked=is_stroked)
            end = self._note_text_end(rows)
        end.take(look, book, setting, number)
        return end

    def _new_rows(self, strike: MaskTable[Any], overlaps: bool, *, has_colors: bool = True) -> GlyphRows:
        """Begin the texts of a new command, in the recording's columns for texts of their kind; call `_sync` before."""
        kind = strike, overlaps, has_colors
        columns: TextColumns | None = self._text_columns.get(kind)
        if columns is None or len(columns.texts) >= UNREAD_TEXTS:
            columns = self._text_columns[kind] = masks().columns(strike, overlaps)
        return columns.begin()

    def _add_filled(self, rows: GlyphRows) -> None:
        """Record a command of filled texts; call `_sync` before."""
        self._add_rows(rows, is_stroked=False)
        self._note_text_end(rows)

    def _add_stroked(self, rows: GlyphRows) -> None:
        """Record a command of stroked texts; call `_sync_stroke` before."""
        self._add_rows(rows, is_stroked=True)
        self._note_text_end(rows)

    def _add_rows(self, rows: GlyphRows, *, is_stroked: bool) -> None:
        """Record a command of one text; call `_sync` or `_sync_stroke` before."""
        recording = self._recording
        assert recording is not None
        paint, pen = (self._stroke, self._pen_index) if is_stroked else (self._fill, -1)
        nbytes = masks().glyph_bytes * rows.columns.texts[-1].size
        index = recording.add_batch(Batch("glyphs", rows, None, pen), nbytes)
        self._add(BATCH, paint, index, 0.0, 0.0, 0.0, 0.0)

    def _text_end_of(self, strike: MaskTable[Any]) -> TextEnd | None:
        """Return the texts of the last command if one that is drawn with this strike may be appended to them."""
        end = self._open_text_end()
        return end if end is not None and end.rows.strike is strike else None

    def _label_of(self, text: str, place: tuple[float, Turn | None], pen: GlyphPen | None) -> FoundLabel | None:
        """Return a text's label, its book and the resolved style; None if it cannot be a label."""
        scale, turn = place
        known: tuple[LabelBook, Setting] | None = masks().book_of(self._text_style, scale, pen, turn)
        if known is None:
            return None
        book, setting = known
        label = book.labels.get(text) or book.make(text)
        if label is None:
            other = book.other(text)
            if other is None:
                return None
            book = other
            label = book.labels.get(text) or book.make(text)
        return None if label is None else (label, book, setting)

    def _opaque_stroke(self) -> Solid | None:
        """Return the colour of strokes that may be drawn letter by letter; else None.

        The strokes of neighbouring letters overlap, and would show through each other where they are not opaque.
        """
        state, stroke = self._state, self._state.stroke
        if not isinstance(stroke, tuple) or stroke[3] * state.alpha < 1.0 or state.operator != "source-over":
            return None
        return self._own_color(stroke)

    def _glyph_pen(self) -> GlyphPen | None:
        """Return the pen of stroked masks; None if strokes are dashed, wide or stretched, or need outlines."""
        pen, (scale, turn) = self._state.pen, self._mask_place()
        if pen.dash or not scale or not 0.0 < pen.width * scale <= pens().WIDEST_PEN:
            return None
        # Stretched text has a stretched pen.
        if turn is not None and abs(abs(turn[0] + turn[1]) - 1.0) > SINE_TOLERANCE:
            return None
        made: GlyphPen = pens().GlyphPen(pen.width * scale, pen.cap, pen.join, pen.miter_limit)
        return made

    def _append_texts(self, texts: Texts, first: int) -> int:
        """Append texts from ``first`` on that match the last one except in colour; returns the first that is left."""
        chunk = FIRST_CHUNK
        while first < len(texts.texts):
            last = min(first + chunk, len(texts.texts))
            done = self._append_chunk(texts, first, last)
            if done < last:
                return done
            first, chunk = last, min(CHUNK_GROWTH * chunk, MOST_CHUNK)
        return first

    def _append_chunk(self, texts: Texts, first: int, last: int) -> int:
        """Append those of the texts from ``first`` up to ``last``, exclusive; returns the first that is left."""
        end = self._open_text_end()
        if end is None or end.style is not self._state.text or end.generation != end.generations[0]:
            return first
        if self._overlaps():  # Each text's own colour decides.
            return first
        strings = texts.texts[first:last]
        try:
            labels: list[Any] = [*map(end.labels.get, strings)]
        except TypeError:  # One is no text, and cannot be looked up.
            labels = [None]
        if not all(labels):
            labels = []
            for text in strings:
                label = (end.labels.get(text) or end.book.make(text)) if type(text) is str else None
                if label is None:
                    break
                labels.append(label)
        if not labels:
            return first
        numbers = self._color_numbers(end, texts, first, len(labels))
        places = texts.places[first : first + len(numbers)]
        count = count_finite(places)
        if count:
            drawn = labels[:count]
            corners = places[:count] + (0.0, end.baseline)
            if end.anchor:
                corners[:, 0] -= end.anchor * np.fromiter(map(width_of, drawn), np.float64, count)
            end.rows.extend(drawn, corners, numbers[:count])
        return first + count

    def _color_numbers(self, end: TextEnd, texts: Texts, first: int, count: int) -> array[int]:
        """Return the number of each text's colour in the last command, up to the first text without a single colour."""
        numbers, last, number = array("q"), end.fill, end.number
        if len(texts.styles) == 1:
            style = texts.styles[0]
            if style is not last:
                if type(style) is not tuple:
                    return numbers
                number = end.rows.number_of(self._own_color(style))
            return array("q", [number]) * count
        for style in texts.styles[first : first + count]:
            if style is not last:
                if type(style) is not tuple:
                    break
                last, number = style, end.rows.number_of(self._own_color(style))
            numbers.append(number)
        return numbers
