"""TextDrawing: placed glyphs become commands, one of each kind for a text without colours of its own.

    PlacedText --masks----> one BATCH for all texts that follow one another: upright, filled, up to 64 px; most of them
                            come as labels (labeldraw.py), and not here
               --outline--> one STATE, one FILL_PATH or STROKE_PATH      the matrix places it; a gradient stays behind
               --colors---> a FILL_PATH a layer, or a DRAW_IMAGE a glyph

No work is done a glyph: its masks are kept, and the outline of a text is kept as one path.
"""

from __future__ import annotations

from array import array
from functools import cache
from math import floor, hypot, isfinite
from typing import TYPE_CHECKING, Any, Final

from ..contract.commands import BATCH, DRAW_IMAGE, FILL_PATH, PATH_IS_LOCAL
from ..contract.tones import GREY_TONE, style_of_tone, tone_of
from ..geometry.affine import Affine, apply, invert, multiply
from ..geometry.path import transform_coords
from ..pipeline.record import Batch, Commands, ImageUse, append_path
from .labeldraw import LabelDrawing, masks
from .state import BLACK

if TYPE_CHECKING:

    from ..text.line import ColorGlyph, PackedOutline, PlacedText
    from ..text.pictures import GlyphPixels
    from ..text.strike import MaskedText
    from .state import Style

MANY_GLYPHS: Final = 4000
"""Texts of more glyphs than these are cut to what is on the canvas: their outlines would fill the memory."""
LARGEST_SNAPPED: Final = 256.0
"""Size of an em on the canvas, pixels, up to which baselines are put on whole pixels, and text has a tone."""
TURNED: Final = 1e-12
"""Sine of an angle that is none: those of quarters of a turn are not exact."""
UPRIGHT: Final = (1.0, 0.0, 0.0, 1.0)
FARTHEST_EM: Final = 16.0
"""How far the ink of a glyph is from its place at most, em: the longest ligatures are 12 em wide."""


@cache
def pictures() -> Any:
    """The module of colour glyphs' pictures: most texts have none."""
    from ..text import pictures

    return pictures


@cache
def fitted() -> Any:
    """What fits outlines to pixels."""
    from ..text.fitted import fitted_outline

    return fitted_outline


def is_level(matrix: Affine) -> bool:
    """Whether text runs from left to right, or the other way."""
    a, b, c, d, _, _ = matrix
    return abs(b) <= TURNED * abs(a) and abs(c) <= TURNED * abs(d)


def _along(matrix: Affine) -> float:
    """How many pixels a px of height of upright text is, or of text that runs straight up or down; else 0.

    Negative where heights go to the left, or up.
    """
    a, b, c, d, _, _ = matrix
    if is_level(matrix):
        return d
    return c if abs(a) <= TURNED * abs(b) and abs(d) <= TURNED * abs(c) else 0.0


class TextDrawing(LabelDrawing):
    """Records placed glyphs."""

    __slots__ = ()

    def _draw_placed(self, kind: int, paint: int, text: PlacedText, matrix: Affine) -> None:
        """Record placed glyphs, mapped to user space; call `_sync` first."""
        if text.count > MANY_GLYPHS:
            text = self._seen_of(kind, text, matrix)
        if kind == FILL_PATH and self._draw_masks(paint, text, matrix):
            if text.colors:
                self._draw_colors(kind, text, self._snapped(text, matrix))
            return
        matrix = self._snapped(text, matrix)
        outline = self._fitted(kind, text, matrix) or text.outline
        if outline.verbs:
            self._draw_packed(kind, paint, text, outline, matrix)
        if text.colors:
            self._draw_colors(kind, text, matrix)

    def _draw_masks(self, paint: int, text: PlacedText, matrix: Affine) -> bool:
        """Record the glyphs without colours of their own as masks; False, and nothing is recorded, if it cannot."""
        scale = self._mask_scale()
        x, y = matrix[4:]
        if not scale or matrix[:4] != UPRIGHT or not isfinite(x + y):
            return False
        mask_key = scale, self._text_style.text_rendering != "geometricPrecision"
        found: MaskedText | None = masks().masks_of(text, *mask_key)
        state = self._state
        if found is None:
            return False
        color = self._own_color(state.fill) if isinstance(state.fill, tuple) else None
        if found.overlaps and (color is None or color[3] * state.alpha < 1.0 or state.operator != "source-over"):
            # Letters that lie one over another would show each other through.
            return False
        for part in found.parts:
            end = self._end() if color is not None else None
            if end is not None and end.rows.strike is part.strike:
                end.rows.add(part, x, y, color)
            else:
                rows = masks().rows(part.strike)
                rows.add(part, x, y, color)
                recording = self._recording
                assert recording is not None
                self._add(BATCH, paint, recording.add_batch(Batch("glyphs", rows, pen=-1)), 0.0, 0.0, 0.0, 0.0)
                if color is not None:
                    self._begin_end(rows)
        return True

    def _snapped(self, text: PlacedText, matrix: Affine) -> Affine:
        """The matrix with the baseline of upright text on a whole pixel: stems that lie across stay sharp.

        As in browsers, up to `LARGEST_SNAPPED`; text that runs straight up or down, too. Text that is turned or skewed
        otherwise is left where it is.
        """
        a, b, c, d, e, f = matrix
        down = _along(self._state.matrix)
        if b or c or not down or not text.placed:
            return matrix
        one = text.placed[0]
        if one.unit_px * one.run.instance.upem * abs(d * down) > LARGEST_SNAPPED:
            return matrix
        outer = self._state.matrix
        place = outer[3] * f + outer[5] if is_level(outer) else outer[2] * f + outer[4]
        return (a, b, c, d, e, f + (floor(place + 0.5) - place) / down) if isfinite(place) else matrix

    def _seen_of(self, kind: int, text: PlacedText, matrix: Affine) -> PlacedText:
        """The glyphs of a long text that may be on the canvas."""
        inverse = invert(multiply(self._state.matrix, matrix))
        if inverse is None:
            return text
        width, height = self._size()
        xs = [apply(inverse, x, y)[0] for x in (0.0, width) for y in (0.0, height)]
        reach = FARTHEST_EM * max(one.unit_px * one.run.instance.upem for one in text.placed)
        if kind != FILL_PATH:
            pen = self._state.pen
            reach += pen.width * max(pen.miter_limit, 1.0) / max(abs(matrix[0]), 1e-9)
        return text.between(min(xs) - reach, max(xs) + reach)

    def _tone(self, text: PlacedText, style: Style, matrix: Affine) -> int:
        """The tone of a text's outlines, as Draw.style has it; 0 for large text, which has that of any shape."""
        a, b, c, d, _, _ = multiply(self._state.matrix, matrix)
        one = text.placed[0]
        if not one.unit_px * one.run.instance.upem * max(hypot(a, b), hypot(c, d)) <= LARGEST_SNAPPED:
            return 0
        return style_of_tone(tone_of(*style[:3]) if isinstance(style, tuple) else GREY_TONE)

    def _fitted(self, kind: int, text: PlacedText, matrix: Affine) -> PackedOutline | None:
        """The outline of text that is level or upright, fitted to pixels as its masks are; None where it has none."""
        placed = multiply(self._state.matrix, matrix)
        scale = abs(_along(placed))
        if not scale or not all(map(isfinite, placed)) or self._text_style.text_rendering == "geometricPrecision":
            return None
        outline: PackedOutline | None = fitted()(text, scale)
        return outline

    def _draw_packed(self, kind: int, paint: int, text: PlacedText, outline: PackedOutline, matrix: Affine) -> None:
        recording, state = self._recording, self._state
        assert recording is not None
        extra = outline.rule if kind == FILL_PATH else self._pen_index
        style = state.fill if kind == FILL_PATH else state.stroke
        plain = self._state_index
        if isinstance(style, tuple):
            placed = multiply(state.matrix, matrix)
            if not all(map(isfinite, placed)):
                return
            index = recording.add_path(outline, 0, outline.verbs, outline.coords)
            self._state_index = self._add_state(recording, placed, self._tone(text, style, matrix))
        else:
            # Gradients lie in user space: what is drawn with one is moved there by itself.
            coords = array("d", transform_coords(outline.verbs, outline.coords, matrix).tobytes())
            index = append_path(recording.path_tables(), outline.verbs, coords)
            self._state_index = self._add_state(recording, state.matrix, self._tone(text, style, matrix))
        self._add(kind, paint, index, extra, 0.0, PATH_IS_LOCAL, 0.0)
        self._state_index = plain

    def _draw_colors(self, kind: int, text: PlacedText, matrix: Affine) -> None:
        """Record glyphs with colours of their own: of the paint only its alpha counts, and it stands for itself."""
        state = self._state
        placed = multiply(state.matrix, matrix)
        if not all(map(isfinite, placed)):
            return
        given = state.fill if kind == FILL_PATH else state.stroke
        color = given if isinstance(given, tuple) else BLACK
        # Layers that show each other through, that an operator tells apart, or that would each throw a shadow, are made
        # one picture first.
        is_whole = state.alpha * color[3] == 1.0 and state.operator == "source-over" and not state.shadow.is_seen
        plain = self._state_index, state.matrix, state.alpha
        state.matrix, state.alpha = placed, state.alpha * color[3]
        try:
            for glyph in text.colors:
                if is_whole and glyph.layers:
                    self._draw_layers(glyph, color)
                else:
                    self._draw_picture(glyph, color)
        finally:
            self._state_index, state.matrix, state.alpha = plain

    def _draw_layers(self, glyph: ColorGlyph, color: tuple[float, float, float, float]) -> None:
        recording = self._recording
        assert recording is not None
        self._state_index = self._add_state(recording, self._state.matrix)
        for outline, own in glyph.layers:
            index = recording.add_path(outline, 0, outline.verbs, outline.coords)
            paint = self._find_paint(recording, -1, color if own is None else own)
            self._add(FILL_PATH, paint, index, outline.rule, 0.0, PATH_IS_LOCAL, 0.0)

    def _draw_picture(self, glyph: ColorGlyph, color: tuple[float, float, float, float]) -> None:
        recording, (a, b, c, d, _, _) = self._recording, self._state.matrix
        assert recording is not None
        # The larger singular value: how much the transform lengthens what it lengthens most.
        scale = (hypot(a + d, b - c) + hypot(a - d, b + c)) / 2
        upem = glyph.instance.upem
        foreground = (*color[:3], 1.0)
        found = pictures().pixels_of(glyph.instance, glyph.glyph, glyph.unit_px * upem * scale, foreground)
        if found is None:
            return
        height, width = found.pixels.shape
        image = self._add_glyph_pixels(recording, found)
        use = recording.add_use(ImageUse(image, (0.0, 0.0, float(width), float(height)), True))
        left, top, wide, high = (each * glyph.unit_px for each in found.box)
        self._state_index = self._add_state(recording, self._state.matrix)
        self._add(DRAW_IMAGE, 0, use, glyph.x + left, glyph.y + top, wide, high)

    def _add_glyph_pixels(self, recording: Commands, found: GlyphPixels) -> int:
        """Keep a glyph's picture as what is drawn on has it; returns the image's index."""
        return recording.add_image(found.pixels, found)
