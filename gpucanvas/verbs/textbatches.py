"""textbatches: `fill_texts` and `stroke_texts`, any number of texts in one call, each in its place, colour and angle.

    level, filled, aligned alike --labeldraw.py, many at once--> texts of one command
    others ----------------------one after another-------------> what `fill_text` and `stroke_text` record
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..geometry.affine import multiply, sine_and_cosine
from ..geometry.numbers import shown
from ..masked import mask_of, rows_missing, without_mask
from .labeldraw import Texts, count_finite
from .state import AnyStyle
from .texts import TextVerbs
from .textsettings import styles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from .state import Style
    from .textsettings import TextAlign


def _spread(verb: str, name: str, value: Any, count: int) -> NDArray[np.float64]:
    """Return one number per text, from an array or from one number for all."""
    try:
        array = np.asarray(without_mask(value), np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{verb}: {name} is {shown(value)}: give numbers") from None
    if array.ndim and array.shape not in ((1,), (count,)):
        raise ValueError(f"{verb}: {name} has shape {array.shape}: give ({count},), one number a text, or one for all")
    return array


def _colors(verb: str, color: Any, count: int) -> list[Any]:
    """Return one colour per text, or a list of the one colour for all."""
    if hasattr(color, "tolist"):
        color = color / 255.0 if color.dtype == "uint8" else color
        color = tuple(color.tolist()) if color.ndim == 1 else list(map(tuple, color.tolist()))
    is_one = isinstance(color, str) or not isinstance(color, list | tuple) or _is_number(color[0] if color else None)
    if is_one:
        return [color]
    if len(color) not in (1, count):
        raise ValueError(f"{verb}: color has {len(color)} entries for {count} texts: give one each, or one for all")
    return list(color)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class GivenTexts(NamedTuple):
    """The texts of a call that are drawn, with what each of them has of its own: one value for all, or N."""

    labels: Texts
    angles: NDArray[np.float64] | None
    aligns: list[str] | None


class TextBatchVerbs(TextVerbs):
    """The batch verbs of texts."""

    __slots__ = ()

    def fill_texts(
        self,
        strings: Iterable[str],
        x: ArrayLike,
        y: ArrayLike,
        *,
        color: AnyStyle | Sequence[Any] | None = None,
        angle: ArrayLike | None = None,
        align: TextAlign | Sequence[TextAlign] | None = None,
    ) -> None:
        """Fill any number of texts, as one `fill_text` for each would. Not in the standard.

        Parameters
        ----------
        strings
            The texts.
        x, y
            The position of each text: (N,) numbers, or one for all. A text is left out whose position or angle, or
            colour in an array of them, is masked by `numpy.ma`.
        color
            A colour for each text, or an array (N, 3) or (N, 4) of numbers 0 to 1 or of uint8; or one colour for all;
            if left out, the fill style.
        angle
            (N,) or a number, radians, clockwise: each text is turned about its position, as by ``translate(x, y)`` and
            ``rotate(angle)``.
        align
            A `text_align` for each text, or one for all, in the place of the context's.

        Raises
        ------
        TypeError, ValueError
            An argument has a wrong type or length.
        """
        before = self._state.fill
        given = self._given_texts("fill_texts", strings, (x, y), (color, before), angle, align)
        if given.angles is not None or given.aligns is not None:
            return self._draw_each(given, is_stroked=False)
        labels, first = given.labels, 0
        texts, places = labels.texts, labels.places
        try:
            while (first := self._append_texts(labels, first)) < len(texts):
                self._fill_with(labels.style(first))
                text, (x_px, y_px) = texts[first], places[first].tolist()
                if not self._draw_label(text, x_px, y_px):
                    self._fill_text("fill_texts", text, x_px, y_px, None)
                first += 1
        finally:
            self._fill_with(before)

    def stroke_texts(
        self,
        strings: Iterable[str],
        x: ArrayLike,
        y: ArrayLike,
        *,
        color: AnyStyle | Sequence[Any] | None = None,
        angle: ArrayLike | None = None,
        align: TextAlign | Sequence[TextAlign] | None = None,
    ) -> None:
        """Stroke the outlines of any number of texts, as `fill_texts`: halos around labels. Not in the standard.

        None for ``color`` uses the stroke style; the lines are the context's.
        """
        given = self._given_texts("stroke_texts", strings, (x, y), (color, self._state.stroke), angle, align)
        self._draw_each(given, is_stroked=True)

    def _draw_each(self, given: GivenTexts, *, is_stroked: bool) -> None:
        """Draw texts one after another."""
        labels, angles, aligns = given
        state, own_align = self._state, self.text_align
        matrix, before = state.matrix, state.stroke if is_stroked else state.fill
        draw, paint = (self.stroke_text, self._stroke_with) if is_stroked else (self.fill_text, self._fill_with)
        try:
            for i, (text, place) in enumerate(zip(labels.texts, labels.places.tolist(), strict=True)):
                paint(labels.style(i))
                if aligns is not None:
                    self.text_align = aligns[i]  # type: ignore[assignment]
                if angles is None:
                    draw(text, *place)
                    continue
                # The matrices are those that `translate` and `rotate` would make.
                moved, (s, c) = multiply(matrix, (1.0, 0.0, 0.0, 1.0, *place)), sine_and_cosine(float(angles[i]))
                self._set_matrix(multiply(moved, (c, s, -s, c, 0.0, 0.0)))
                draw(text, 0.0, 0.0)
        finally:
            paint(before)
            self.text_align = own_align
            if angles is not None:
                self._set_matrix(matrix)

    # -- arguments ---------------------------------------------------------------------------------------------

    def _given_texts(
        self,
        verb: str,
        strings: Any,
        place: tuple[Any, Any],
        paint: tuple[Any, Style],
        angle: Any,
        align: Any,
    ) -> GivenTexts:
        """Read the arguments of a verb; ``paint`` are the colours given, and the style without them."""
        if isinstance(strings, str):
            one = verb.removesuffix("s")
            raise TypeError(f"{verb}: strings is {shown(strings)}: give a list of texts, or call {one}")
        texts, (x, y), (color, before) = list(strings), place, paint
        count = len(texts)
        places, angles = np.empty((count, 2)), None
        places[:, 0], places[:, 1] = _spread(verb, "x", x, count), _spread(verb, "y", y, count)
        found = [before] if color is None else self._styles_of(_colors(verb, without_mask(color), count), before)
        rows = [angle] if angle is not None and np.ndim(angle) else []
        rows += [color] if getattr(color, "ndim", 0) == 2 else []
        absent = rows_missing(count, x, y, *rows)
        if angle is not None:
            angles = np.array(np.broadcast_to(_spread(verb, "angle", angle, count), count))
            if not np.ndim(angle) and mask_of(angle) is not None:
                absent = np.ones(count, np.bool_)
        self._check_places(verb, places, absent)
        aligns = None if align is None else self._aligns(verb, align, count)
        if angles is not None:
            absent = self._without_bad_angles(verb, angles, absent)
        if angles is not None or aligns is not None or verb == "stroke_texts":
            texts = [text if type(text) is str else self._text_of(verb, text) for text in texts]
        if absent is not None:
            present = np.flatnonzero(~absent)
            texts, places = [texts[i] for i in present], places[present]
            found = [found[i] for i in present] if len(found) > 1 else found
            angles = None if angles is None else angles[present]
            aligns = None if aligns is None else [aligns[i] for i in present]
        return GivenTexts(Texts(texts, places, found), angles, aligns)

    def _check_places(self, verb: str, places: NDArray[np.float64], absent: NDArray[np.bool_] | None) -> None:
        """Raise for the first text whose position is not finite, where the canvas does not ignore it."""
        bad = count_finite(places if absent is None else np.where(absent[:, None], 0.0, places))
        if self._strict and bad < len(places):
            raise ValueError(
                f"{verb}: text {bad} is at {places[bad].tolist()}: give finite numbers; to leave it out, mask it "
                '(numpy.ma.masked_invalid) or use on_invalid="ignore"'
            )

    def _without_bad_angles(
        self, verb: str, angles: NDArray[np.float64], absent: NDArray[np.bool_] | None
    ) -> NDArray[np.bool_] | None:
        """Which texts are left out, those with an angle that is not finite among them, where the canvas ignores it."""
        bad = ~np.isfinite(angles) if absent is None else ~np.isfinite(angles) & ~absent
        if not bad.any():
            return absent
        if self._strict:
            first = int(np.argmax(bad))
            raise ValueError(
                f"{verb}: angle {first} is {angles[first]:g}: give finite numbers; to leave the text out, mask it "
                '(numpy.ma.masked_invalid) or use on_invalid="ignore"'
            )
        return bad if absent is None else absent | bad

    def _aligns(self, verb: str, align: Any, count: int) -> list[str]:
        """The alignment of each text."""
        given = [align] * count if isinstance(align, str) else list(align)
        if len(given) == 1:
            given *= count
        if len(given) != count:
            raise ValueError(f"{verb}: align has {len(given)} entries for {count} texts: give one each, or one for all")
        words, own = styles().SETTINGS["text_align"], self.text_align
        for i, word in enumerate(given):
            if not isinstance(word, str) or word not in words:
                if self._strict:
                    raise ValueError(f"{verb}: align {i} is {shown(word)}: give one of {', '.join(words)}")
                given[i] = own
        return given

    def _styles_of(self, colors: list[Any], before: Style) -> list[Style]:
        """Parse colours to styles, equal texts only once; an ignored invalid colour becomes the style ``before``."""
        known: dict[Any, Style] = {}
        styles = []
        for color in colors:
            is_kept = type(color) is str
            style = known.get(color) if is_kept else None
            if style is None:
                style = self._color_of(color) or before
                if is_kept:
                    known[color] = style
            styles.append(style)
        return styles

    def _stroke_with(self, style: Any) -> None:
        """Set the stroke style to a colour or gradient."""
        if style is not self._state.stroke:
            self._state.stroke = style
            self._stroke = -1
            self._stale = True
