"""Picture: a frozen recording. It can be drawn any number of times, under any transform, and saved as bytes.

Recording --freeze--> Picture --ctx.draw_picture--> its commands, in another recording    (pipeline/replay.py)
                         |  ^
                  to_bytes  from_bytes                                                    (picturefile/)
                         |
                  to_svg, to_pdf, to_png, save                                            (vector/)
"""

from __future__ import annotations

from functools import cached_property
from math import floor
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np

from .contract.operators import OPERATORS
from .contract.tones import TONE_BITS
from .geometry.affine import Affine
from .geometry.numbers import Number, Whole, as_float
from .images.colorspace import ColorSpace
from .names import Guarded
from .pipeline import record as r
from .verbs.opaque import adapted_style, is_adapted

if TYPE_CHECKING:
    from .present.sink import Target

__all__ = ["Picture"]

KEPT_ON_OPAQUE = frozenset(
    row.style for name, row in OPERATORS.items() if not is_adapted(name) and adapted_style(name) == row.style
)
"""Operators that an opaque canvas records unchanged (`verbs/opaque.py`)."""
SHOWN_PIXELS = 1 << 24
"""Most pixels of a picture that notebooks show."""
TextForm = Literal["searchable", "outlines"]
"""Whether vector files have the strings of texts, too, or only their outlines."""
UPRIGHT = (1.0, 0.0, 0.0, 1.0)


class Picture(Guarded):
    """The frozen commands of a `Recording`: `Recording.freeze` makes one, ``ctx.draw_picture`` draws it.

    A picture is a value: it never changes, can be drawn on any thread and in other pictures, copied and pickled. It
    contains everything it needs: text as glyphs, images and other canvases as pixels.

    Examples
    --------
    >>> import gpucanvas
    >>> recording = gpucanvas.Recording(2, 1)
    >>> recording.get_context("2d").fill_rect(0, 0, 1, 1)
    >>> dot = recording.freeze()
    >>> with gpucanvas.Canvas(6, 1, backend="cpu") as canvas:
    ...     ctx = canvas.get_context("2d")
    ...     ctx.draw_picture(dot)
    ...     ctx.draw_picture(dot, 3, 0)
    ...     canvas.to_numpy()[0, :, 3].tolist()
    [255, 0, 0, 255, 0, 0]
    """

    _elsewhere = {
        **dict.fromkeys(("draw", "get_context"), "ctx.draw_picture(picture)"),
        **dict.fromkeys(("to_numpy", "to_pil"), "ctx.draw_picture(picture) on a gpucanvas.Canvas"),
    }
    # `__dict__` is for cached properties.
    __slots__ = (
        *("__dict__", "__weakref__", "_color_space", "_commands", "_converted", "_height", "_is_extended", "_rasters"),
        "_width",
    )
    _commands: r.Commands
    _width: int
    _height: int
    _color_space: ColorSpace
    # Whether it was recorded for float16, so that its colours may be outside of 0 to 1.
    _is_extended: bool
    # The commands converted for other canvases, by colour space and whether colours may be outside of 0 to 1.
    _converted: dict[tuple[ColorSpace, bool], r.Commands]
    # Its pixels (`images/rasters.py`), made when first drawn with cached=True.
    _rasters: Any

    def __init__(self) -> None:
        raise TypeError("a Picture is made by Recording.freeze() or Picture.from_bytes(): record something first")

    @classmethod
    def _of(
        cls, commands: r.Commands, width: int, height: int, color_space: ColorSpace, is_extended: bool = False
    ) -> Self:
        """A picture that takes over commands: nobody else may change them."""
        picture = object.__new__(cls)
        picture._commands, picture._width, picture._height = commands, width, height
        picture._color_space, picture._is_extended = color_space, is_extended
        picture._converted, picture._rasters = {}, None
        return picture

    @property
    def width(self) -> int:
        """Width of its recording, pixels. Draws beyond it are not cut off."""
        return self._width

    @property
    def height(self) -> int:
        """Height of its recording, pixels."""
        return self._height

    @property
    def color_space(self) -> ColorSpace:
        """The colour space of its recording; the picture is converted on a canvas with another one."""
        return self._color_space

    def _under(self, matrix: Affine, space: ColorSpace, is_extended: bool) -> r.Commands:
        """The commands in a colour space, for drawing under a transform, with extended colours or without.

        Text keeps its glyph masks where the transform only translates by whole pixels, else it becomes outlines.
        """
        x, y = matrix[4:]
        is_whole = matrix[:4] == UPRIGHT and x == floor(x) and y == floor(y)
        fits = space == self._color_space and is_extended >= self._is_extended
        return self._commands if is_whole and fits else self._in_space(space, is_extended)

    @cached_property
    def _outlined(self) -> r.Commands:
        """The commands with text as outlines."""
        from .pipeline.replay import outlined

        return outlined(self._commands)

    def _in_space(self, space: ColorSpace, is_extended: bool) -> r.Commands:
        """The commands in a colour space, with text as outlines."""
        if space == self._color_space and is_extended >= self._is_extended:
            return self._outlined
        found = self._converted.get((space, is_extended))
        if found is None:
            from .pipeline.recolor import Recoloring, recolored

            change = Recoloring(self._color_space, space, is_extended)
            found = self._converted[space, is_extended] = recolored(self._outlined, change)
        return found

    @property
    def command_count(self) -> int:
        """Number of commands, those in layers included; a batch is one."""
        return self._commands.counts()[0]

    @property
    def nbytes(self) -> int:
        """Bytes of its commands, batches and images, each counted once."""
        from .pipeline.replay import every_of

        known: dict[int, int] = {}
        for each in every_of(self._commands):
            known[id(each)] = each.nbytes
            if not each.has_only_rects:
                known |= {id(batch): batch.nbytes for batch in each.batches}
                known |= {id(image.pixels): image.pixels.nbytes for image in each.images}
        return sum(known.values())

    @cached_property
    def _depth(self) -> int:
        """Greatest depth of nested layers."""
        from .pipeline.replay import depth_of

        return depth_of(self._commands)

    @cached_property
    def _has_ids(self) -> bool:
        """Whether any of its draws has a `hit_id`."""
        from .pipeline.replay import every_of

        return any(each.has_hits for each in every_of(self._commands))

    @cached_property
    def _changes_alpha(self) -> bool:
        """Whether it has commands that an opaque canvas would adapt, so that it is drawn there as a layer."""
        commands = np.frombuffer(bytes(self._commands.commands), r.COMMAND)
        used = np.unique(np.frombuffer(bytes(self._commands.states), r.STATE)["op"][commands["state"]])
        used &= np.uint32(~TONE_BITS & 0xFFFFFFFF)
        return bool((commands["kind"] == r.CLEAR_RECT).any()) or not KEPT_ON_OPAQUE.issuperset(used.tolist())

    def to_bytes(self, *, text: TextForm = "searchable") -> bytes:
        """The picture as bytes that `from_bytes` reads, in this version and in later ones.

        The format is described in docs/pictures.md. It contains no Python objects and is not compressed. Texts are
        outlines in it, with their strings for the SVG and PDF files that are made of it.

        Parameters
        ----------
        text
            ``"outlines"`` leaves the strings of the texts out.

        Raises
        ------
        ValueError
            For another ``text``.
        """
        from .picturefile.write import write
        from .vector.words import checked_text

        has_texts = checked_text("to_bytes", text) == "searchable"
        return write(self._outlined, self._width, self._height, self._color_space, has_texts=has_texts)

    @classmethod
    def from_bytes(cls, data: bytes | bytearray | memoryview) -> Self:
        """Read a picture that `to_bytes` wrote.

        The bytes may come from an untrusted source: everything is checked before it is used, and no more memory is
        allocated than the bytes fill.

        Raises
        ------
        TypeError
            For an argument of another type.
        ValueError
            For bytes that are no picture, or a damaged, truncated or invalid one; the text says which, and where.
        LimitError
            For layers nested more than 256 deep.
        """
        from .picturefile.read import read

        return cls._of(*read(data))

    def to_svg(
        self, *, bitmap_scale: Number = 2.0, title: str | None = None, text: TextForm = "searchable"
    ) -> str:
        """The picture as an SVG document, for web pages and drawing programs.

        Shapes, gradients, clips, blend modes, layers, blurs and shadows are SVG's own, so that they stay sharp at any
        size. Texts are outlines: no font is needed to show them. Over them is text that nobody sees, so that browsers
        find it, let it be copied, and read it out. What SVG cannot express is embedded as pixels (docs/pictures.md says
        what).

        Parameters
        ----------
        bitmap_scale
            Pixels of such an embedded bitmap for each pixel of the picture, above 0, at most 32.
        title
            The document's title.
        text
            ``"outlines"`` leaves the strings of the texts out of the file.

        Raises
        ------
        TypeError, ValueError
            For an argument of another type or out of range.
        LimitError
            Where a part that becomes pixels is beyond a limit of drawing, as on a canvas.

        Examples
        --------
        >>> import gpucanvas
        >>> recording = gpucanvas.Recording(40, 20)
        >>> ctx = recording.get_context("2d")
        >>> ctx.fill_style = "teal"
        >>> ctx.fill_rect(4, 4, 32, 12)
        >>> print(recording.freeze().to_svg())
        <svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 40 20">
        <rect x="4" y="4" width="32" height="12" fill="#008080"/>
        </svg>
        <BLANKLINE>
        """
        return self._encode("svg", "to_svg", bitmap_scale, 96, title, text).decode()

    def to_pdf(
        self,
        *,
        bitmap_scale: Number = 2.0,
        dpi: Number = 96,
        title: str | None = None,
        text: TextForm = "searchable",
    ) -> bytes:
        """The picture as a PDF document of one page, for print and papers.

        Shapes, gradients, clips, blend modes and layers are PDF's own; texts are outlines, with text over them that
        nobody sees, to be searched, selected and copied. What PDF cannot express, blurs among it, is embedded as pixels
        (docs/pictures.md says what).

        Parameters
        ----------
        bitmap_scale
            Pixels of such an embedded bitmap for each pixel of the picture, above 0, at most 32.
        dpi
            Pixels of the picture that are an inch of the page, 1 to 9600.
        title
            The document's title.
        text
            ``"outlines"`` leaves the strings of the texts out of the file.

        Raises
        ------
        TypeError, ValueError
            For an argument of another type or out of range.
        LimitError
            Where a part that becomes pixels is beyond a limit of drawing, as on a canvas.

        Examples
        --------
        >>> import gpucanvas
        >>> recording = gpucanvas.Recording(40, 20)
        >>> recording.get_context("2d").fill_rect(4, 4, 32, 12)
        >>> recording.freeze().to_pdf()[:8]
        b'%PDF-1.7'
        """
        return self._encode("pdf", "to_pdf", bitmap_scale, dpi, title, text)

    def to_png(self, *, scale: Number = 1.0, dpi: Number | None = None, compress_level: Whole | None = None) -> bytes:
        """The picture as a PNG file's bytes, of any size up to 32768x32768 pixels.

        It is drawn by the cpu backend, in bands, so that a print which is too large for a `Canvas` needs little memory
        beside its file. Its pixels are those of a canvas on which it is drawn.

        Parameters
        ----------
        scale
            Pixels for each pixel of the recording, across and down. Blurs and shadows follow it.
        dpi
            Pixels of the recording that are an inch, as for `to_pdf`; the file says ``scale`` times as many. By
            default it says nothing.
        compress_level
            0 (none) to 9 (smallest).

        Raises
        ------
        TypeError, ValueError
            For an argument of another type or out of range, or a picture without pixels.
        LimitError
            For more than 32768 pixels a side.

        Examples
        --------
        >>> import gpucanvas
        >>> recording = gpucanvas.Recording(40, 20)
        >>> recording.get_context("2d").fill_rect(4, 4, 32, 12)
        >>> large = recording.freeze().to_png(scale=10)
        >>> gpucanvas.Image(large).width
        400
        """
        return self._encode_png("to_png", scale, dpi, compress_level)

    def save(
        self,
        target: Target,
        format: Literal["svg", "pdf", "png"] | None = None,
        *,
        bitmap_scale: Number = 2.0,
        scale: Number = 1.0,
        dpi: Number | None = None,
        title: str | None = None,
        text: TextForm = "searchable",
    ) -> None:
        """Write the picture to a file as SVG, PDF or PNG.

        Parameters
        ----------
        target
            A path: its suffix is the format; an existing file is replaced only when the new one is complete. Or an open
            file, file descriptor or stream socket.
        format
            ``"svg"``, ``"pdf"`` or ``"png"``; overrides the suffix.
        bitmap_scale, dpi, title, text
            As for `to_svg`, `to_pdf` and `to_png`; an SVG document has no ``dpi``, and a PNG file only that.
        scale
            PNG: as for `to_png`. SVG and PDF are sharp at any size.

        Raises
        ------
        TypeError, ValueError
            For another format, or another argument of another type or out of range.
        LimitError
            As for `to_svg` and `to_png`.
        OSError
            From the system, with a note that names the target.
        """
        from .present.sink import check_target, write
        from .vector.export import format_of

        check_target(target)
        kind = format_of(target, format)
        if kind == "png":
            write(target, self._encode_png("save", scale, dpi, None))
            return
        if scale != 1.0:
            raise ValueError(f"save: {kind.upper()} has no scale: leave it out, shapes are sharp at any size")
        write(target, self._encode(kind, "save", bitmap_scale, 96 if dpi is None else dpi, title, text))

    def _encode_png(self, verb: str, scale: Number, dpi: Number | None, compress_level: Whole | None) -> bytes:
        from .present.formats import Options, encode_bands
        from .vector.bands import bands_of, pixel_size

        factor, width, height = pixel_size(verb, (self._width, self._height), scale)
        density = None if dpi is None else as_float(verb, "dpi", dpi) * factor
        options = Options(compress_level=compress_level, dpi=density)
        options.check("PNG")
        matrix = factor, 0.0, 0.0, factor, 0.0, 0.0
        commands = self._under(matrix, self._color_space, is_extended=False)
        bands = bands_of(commands, factor, (width, height), self._color_space)
        return encode_bands(bands, (width, height), self._color_space, options)

    def _repr_png_(self) -> bytes | None:
        """Show the picture in a notebook, as the value of a cell; one that is very large, or empty, as text."""
        return self.to_png() if 0 < self._width * self._height <= SHOWN_PIXELS else None

    def _encode(
        self, kind: str, verb: str, bitmap_scale: Number, dpi: Number, title: str | None, text: TextForm
    ) -> bytes:
        from .vector.export import Settings, encode

        settings = Settings.checked(verb, bitmap_scale, dpi, title, text)
        return encode(self._in_space("srgb", False), (self._width, self._height), kind, settings)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, tuple[bytes]]:
        return type(self).from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        return f"<Picture {self._width}x{self._height} of {self.command_count} commands>"
