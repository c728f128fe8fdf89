"""textend: the texts of a command, and what another text needs to have in common with them to be recorded alike.

    a text --> command --noted--> TextEnd: look, label book, columns    --same look--> the next text, without a look-up

A context keeps the end of its last command, to which texts are appended, and those of the last commands that filled and
stroked labels, which the next label is recorded like if other shapes have been drawn since.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from ..geometry.affine import Affine
    from ..pipeline.entries import Pen
    from ..pipeline.glyphrows import GlyphRows, TextColumns
    from ..text.labels import LabelBook
    from ..text.shape import Setting
    from ..text.strike import MaskKey, Turn
    from .state import Style

__all__ = ["Look", "Masks", "TextEnd", "masks"]

NO_STYLE: Final = object()
"""In place of a style when no text can be appended to the last command without checking its style."""


class Masks(NamedTuple):
    """Functions and classes for masks of text, loaded with the first text."""

    masks_of: Any
    whole_of: Any
    key: type[MaskKey]
    columns: type[TextColumns]
    glyph_bytes: int
    book_of: Any
    generations: list[int]


@cache
def masks() -> Masks:
    """Return the functions and classes for masks, their batches and label books, imported on first use."""
    from ..pipeline.glyphrows import TextColumns
    from ..text.glyphtexts import GLYPH_BYTES, masks_of
    from ..text.labels import book_of
    from ..text.registry import generations
    from ..text.strike import MaskKey
    from ..text.wholes import whole_of

    return Masks(masks_of, whole_of, MaskKey, TextColumns, GLYPH_BYTES, book_of, generations)


class Look(NamedTuple):
    """A text's style, its paint, its pen, None if it is filled, and its scale and turn (`_mask_place`).

    ``matrix`` is its state's transform, None where its letters overlap; ``operator`` is its state's, too.
    """

    text_style: object
    paint: Style
    pen: Pen | None
    place: tuple[float, Turn | None]
    matrix: Affine | None
    operator: str


class TextEnd:
    """The texts of a command, and what another text needs to have in common with its last one to be recorded like it.

    Attributes
    ----------
    rows : GlyphRows
        The texts.
    state_index, stream_end : int
        The index of the command's state, and the end of the command in the stream.
    columns, firsts, texts, spans, corners, colors : TextColumns, list, list, array, array, array
        The columns of the rows and what they have, for `fill_text` in C.
    text_style, fill, pen, place
        The last text's style and paint, its pen, None if it is filled, and its scale and turn.
    matrix, operator
        Its transform, None where its letters overlap, and its operator. A text that is only moved looks like it.
    style
        The style again, where `fill_texts` may append; else `NO_STYLE`.
    book, labels, number, anchor, baseline
        Its book and the book's labels, the number of its colour, and its alignment.
    generation, generations : int, list of int
        The registry's generation of the book, and of now.
    """

    __slots__ = (
        *("anchor", "baseline", "book", "colors", "columns", "corners", "fill", "firsts", "generation", "generations"),
        *("labels", "matrix", "number", "operator", "pen", "place", "rows", "spans", "state_index", "stream_end"),
        *("style", "text_style", "texts"),
    )

    def __init__(self, rows: GlyphRows, state_index: int, stream_end: int) -> None:
        self.rows, self.state_index, self.stream_end = rows, state_index, stream_end
        self.columns = columns = rows.columns
        self.firsts, self.texts, self.spans = columns.firsts, columns.texts, columns.spans
        self.corners, self.colors = columns.corners, columns.color_of_text
        self.style: object = NO_STYLE

    def take(self, look: Look, book: LabelBook, setting: Setting, number: int) -> None:
        """Note the last text's look, its label book and setting, and the number of its colour."""
        self.text_style, self.fill, self.pen, self.place, self.matrix, self.operator = look
        self.style = NO_STYLE if self.pen is not None else self.text_style
        self.book, self.labels, self.number = book, book.labels, number
        self.generation, self.generations = setting.generation, masks().generations
        self.anchor, self.baseline = setting.anchor_part, setting.baseline_px
