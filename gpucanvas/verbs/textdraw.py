"""textdraw: records placed glyphs as commands; a text without colour glyphs needs one or two.

    PlacedText --masks----> one BATCH for all consecutive texts: level or upright, up to 64 px, filled or stroked by a
                            thin pen; most of these are recorded as labels (labeldraw.py) instead
               --outline--> one STATE, one FILL_PATH or STROKE_PATH      placed by the matrix; a gradient is not moved
               --colors---> one FILL_PATH per layer, or one DRAW_IMAGE per glyph

Repeated texts need no work per glyph: masks are cached, and the outline of a text is cached as one path.
"""

from __future__ import annotations

from array import array
from functools import cache
from math import floor, hypot, isfinite
from typing import TYPE_CHECKING, Any, Final

from ..contract.commands import DRAW_IMAGE, FILL_PATH, PATH_IS_LOCAL
from ..contract.constants import BASELINE_TIE, RULE_NONZERO
from ..contract.tones import GREY_TONE, style_of_tone, tone_of
from ..contract.verbs import MOVE
from ..geometry.affine import Affine, apply, invert, multiply
from ..geometry.path import transform_coords
from ..pipeline.entries import TEXT_KEY
from ..pipeline.record import Commands, ImageUse, append_path
from ..pipeline.said import Said
from .labeldraw import SINE_TOLERANCE, LabelDrawing
from .state import BLACK
from .textend import masks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..backends.glyph_pen import GlyphPen
    from ..pipeline.glyphrows import GlyphRows
    from ..text.glyphtexts import GlyphText, MaskedText
    from ..text.line import ColorGlyph, PackedOutline, PlacedText
    from ..text.pictures import GlyphPixels
    from .state import Style

MANY_GLYPHS: Final = 4000
"""Texts with more glyphs than this are cut to their part on the canvas: whole outlines would take too much memory."""
LARGEST_SNAPPED: Final = 256.0
"""Largest size of an em on the canvas, pixels, with baselines on whole pixels and a tone for text."""
UPRIGHT: Final = (1.0, 0.0, 0.0, 1.0)
FARTHEST_EM: Final = 16.0
"""Largest distance of a glyph's ink from its origin, em: the longest ligatures are 12 em wide."""


@cache
def pictures() -> Any:
    """Return the module of colour glyphs' pictures, imported on first use: most texts have no colour glyphs."""
    from ..text import pictures

    return pictures


@cache
def fitted() -> Any:
    """Return the function that fits outlines to pixels, imported on first use."""
    from ..text.fitted import fitted_outline

    return fitted_outline


def is_level(matrix: Affine) -> bool:
    """Whether the baseline of text is horizontal on the canvas, and its letters are upright."""
    a, b, c, d, _, _ = matrix
    return abs(b) <= SINE_TOLERANCE * abs(a) and abs(c) <= SINE_TOLERANCE * abs(d)


def _pixels_per_height(matrix: Affine) -> float:
    """Return the pixels per px of height, for text that is horizontal or vertical on the canvas; else 0.

    It is negative where y runs to the left or up.
    """
    a, b, c, d, _, _ = matrix
    if is_level(matrix):
        return d
    return c if abs(a) <= SINE_TOLERANCE * abs(b) and abs(d) <= SINE_TOLERANCE * abs(c) else 0.0


class TextDrawing(LabelDrawing):
    """Records placed glyphs."""

    __slots__ = ()

    def _draw_placed(self, kind: int, paint: int, text: PlacedText, matrix: Affine) -> None:
        """Record placed glyphs, mapped to user space; call `_sync` first."""
        if text.count > MANY_GLYPHS and self._is_cut_off():
            text = self._glyphs_on_canvas(kind, text, matrix)
        if self._draw_masks(text, matrix) if kind == FILL_PATH else self._stroke_masks(text, matrix):
            if text.colors:
                self._draw_colors(kind, text, self._snapped(text, matrix))
            return
        matrix = self._snapped(text, matrix)
        outline = self._fitted(kind, text, matrix) or text.outline
        clears = self._clears_around()
        if outline.verbs:
            self._draw_packed(kind, paint, text, outline, matrix)
        elif clears and not text.colors:
            # A text without ink clears all pixels, as in browsers: it is composited like any other.
            self._add(FILL_PATH, paint, self._no_ink(), RULE_NONZERO, 0.0, 0.0, 0.0)
        elif text.colors and not clears:
            # What the text says is that of an outline: those of its glyphs may be pictures.
            index = self._no_ink(Said(text.placed, matrix[0], *matrix[4:]))
            self._add_plain(FILL_PATH, paint, index, RULE_NONZERO, 0.0, PATH_IS_LOCAL, 0.0)
        if text.colors:
            self._draw_colors(kind, text, matrix)

    def _no_ink(self, said: Said | None = None) -> int:
        """Append an outline without ink to the recording; returns its index."""
        recording = self._recording
        assert recording is not None
        index = append_path(recording.path_tables(), bytearray((MOVE,)), array("d", (0.0, 0.0)))
        if said is not None:
            recording.texts[index] = said
        return index

    def _draw_masks(self, text: PlacedText, matrix: Affine) -> bool:
        """Record the glyphs without colours as masks; returns False, and records nothing, if masks cannot draw them."""
        found = self._masks_of(text, matrix, None)
        overlaps = found is not None and (found.overlaps or text.is_tight)
        if overlaps and not self._is_opaque_fill():
            # Overlapping letters would show through each other.
            found, overlaps = self._masks_of(text, matrix, None, is_whole=True), False
        if found is not None:
            self._sync()
            self._add_parts(found.parts, matrix, self._state.fill, overlaps, self._add_filled)
        return found is not None

    def _stroke_masks(self, text: PlacedText, matrix: Affine) -> bool:
        """Record the stroked glyphs without colours as masks; returns False, and records nothing, if they have none."""
        pen, overlaps = self._glyph_pen(), self._opaque_stroke() is not None
        found = None if pen is None else self._masks_of(text, matrix, pen, is_whole=not overlaps)
        if found is not None:
            self._sync_stroke()
            self._add_parts(found.parts, matrix, self._state.stroke, overlaps, self._add_stroked)
        return found is not None

    def _add_parts(
        self,
        parts: Sequence[GlyphText],
        matrix: Affine,
        style: Style,
        overlaps: bool,
        add: Callable[[GlyphRows], object],
    ) -> None:
        """Append the parts of a text to the last command, or record them as new ones by ``add``."""
        color = self._own_color(style) if isinstance(style, tuple) else None
        for part in parts:
            end = self._text_end_of(part.strike) if color is not None else None
            rows = self._new_rows(part.strike, overlaps, has_colors=color is not None) if end is None else end.rows
            rows.add(part, *matrix[4:], color)
            if end is None:
                add(rows)

    def _masks_of(
        self, text: PlacedText, matrix: Affine, pen: GlyphPen | None, *, is_whole: bool = False
    ) -> MaskedText | None:
        """Return the masks of a text's glyphs, or one of the whole text; None where its outlines are drawn."""
        scale, turn = self._mask_place()
        if not scale or matrix[:4] != UPRIGHT or not isfinite(matrix[4] + matrix[5]):
            return None
        known = masks()
        key = known.key(scale, self._text_style.text_rendering != "geometricPrecision", pen, turn)
        found: MaskedText | None = known.whole_of(text, key) if is_whole else known.masks_of(text, key)
        return found

    def _snapped(self, text: PlacedText, matrix: Affine) -> Affine:
        """Return the matrix moved so that the baseline of text is on a whole pixel: horizontal stems stay sharp.

        As in browsers, this is for text with a horizontal or vertical baseline, upright or skewed, up to
        `LARGEST_SNAPPED`. Text that is otherwise rotated is not moved.
        """
        a, b, c, d, e, f = matrix
        if b or c or not text.placed:
            return matrix
        # The vectors of a px along the baseline and across it: what they have in the direction of the move, and beside.
        along_x, along_y, across_x, across_y, x, y = self._state.matrix
        if abs(along_y) <= SINE_TOLERANCE * abs(along_x):
            along, down, beside, origin = along_x, across_y, across_x, y
        elif abs(along_x) <= SINE_TOLERANCE * abs(along_y):
            along, down, beside, origin = along_y, across_x, across_y, x
        else:
            return matrix
        one, place = text.placed[0], down * f + origin
        if not down or not along or one.unit_px * one.run.instance.upem * abs(d * down) > LARGEST_SNAPPED:
            return matrix
        if not isfinite(place):
            return matrix
        move = (floor(place + (0.5 + BASELINE_TIE)) - place) / down
        # Along the baseline the text stays where it is, also where it is skewed.
        return a, b, c, d, e - move * beside / along, f + move

    def _glyphs_on_canvas(self, kind: int, text: PlacedText, matrix: Affine) -> PlacedText:
        """Return the glyphs of a long text that may be on the canvas."""
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
        """Return the tone of a text's outlines for Draw.style; 0 for large text, drawn like any other shape."""
        a, b, c, d, _, _ = multiply(self._state.matrix, matrix)
        one = text.placed[0]
        if not one.unit_px * one.run.instance.upem * max(hypot(a, b), hypot(c, d)) <= LARGEST_SNAPPED:
            return 0
        return style_of_tone(tone_of(*style[:3]) if isinstance(style, tuple) else GREY_TONE)

    def _fitted(self, kind: int, text: PlacedText, matrix: Affine) -> PackedOutline | None:
        """Return the outline of horizontal or vertical text, fitted to pixels as its masks are; None for other text."""
        placed = multiply(self._state.matrix, matrix)
        scale = abs(_pixels_per_height(placed))
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
            index = recording.add_path(outline, 0, outline.verbs, outline.coords, TEXT_KEY)
            if self._is_indirect:
                # The command may be isolated, with the outline alone.
                recording.texts[index] = Said(text.placed)
            self._state_index = self._add_state(recording, placed, self._tone(text, style, matrix))
        else:
            # A gradient is in user space, so the matrix is applied to the outline and not to the state.
            coords = array("d", transform_coords(outline.verbs, outline.coords, matrix).tobytes())
            index = append_path(recording.path_tables(), outline.verbs, coords)
            recording.texts[index] = Said(text.placed, matrix[0], *matrix[4:])
            self._state_index = self._add_state(recording, state.matrix, self._tone(text, style, matrix))
        self._add(kind, paint, index, extra, 0.0, PATH_IS_LOCAL, 0.0)
        self._state_index = plain

    def _draw_colors(self, kind: int, text: PlacedText, matrix: Affine) -> None:
        """Record colour glyphs. Of the paint only its alpha counts, and its colour for layers in the fill style."""
        state = self._state
        placed = multiply(state.matrix, matrix)
        if not all(map(isfinite, placed)):
            return
        given = state.fill if kind == FILL_PATH else state.stroke
        color = given if isinstance(given, tuple) else BLACK
        # With alpha, another operator or a shadow, layers drawn one by one would look different from the whole glyph:
        # the glyph is made one picture first.
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
        # The larger singular value: the greatest factor by which the transform lengthens a line.
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
        """Add a glyph's picture to the recording in its colour space; returns the image's index."""
        return recording.add_image(found.pixels, found)
