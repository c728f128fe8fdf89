"""Picture: a recording that changes no more: drawn any number of times, under any transform, and kept as bytes.

Recording --freeze--> Picture --ctx.draw_picture--> its commands, in another recording    (pipeline/replay.py)
                         |  ^
                  to_bytes  from_bytes                                                    (picturefile.py)
"""

from __future__ import annotations

from functools import cached_property
from math import floor
from typing import Any, Self

import numpy as np

from .colorspace import ColorSpace
from .contract.operators import OPERATORS
from .contract.tones import TONE_BITS
from .geometry.affine import Affine
from .names import Guarded
from .opaque import adapted_style, is_adapted
from .pipeline import record as r

__all__ = ["Picture"]

KEPT_ON_OPAQUE = frozenset(
    row.style for name, row in OPERATORS.items() if not is_adapted(name) and adapted_style(name) == row.style
)
"""Operators that do on a canvas without alpha what they do on any other."""
UPRIGHT = (1.0, 0.0, 0.0, 1.0)


class Picture(Guarded):
    """What a `Recording` was told, frozen: `Recording.freeze` makes one, ``ctx.draw_picture`` draws it.

    A picture is a value: it never changes, it may be drawn on any thread, in other pictures too, and copies and pickles
    as any value does. It holds everything that it needs: texts are glyphs, images and what was drawn of other
    canvases are pixels.

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

    _elsewhere = {"draw": "ctx.draw_picture(picture)", "save": "to_bytes", "get_context": "ctx.draw_picture(picture)"}
    # The dictionary is for cached properties.
    __slots__ = ("__dict__", "__weakref__", "_color_space", "_commands", "_converted", "_height", "_rasters", "_width")
    _commands: r.Commands
    _width: int
    _height: int
    _color_space: ColorSpace
    # The same in the other colour space, once it was drawn there.
    _converted: r.Commands | None
    # Its pixels, once it was drawn with cached=True: `rasters.py`.
    _rasters: Any

    def __init__(self) -> None:
        raise TypeError("a Picture is made by Recording.freeze() or Picture.from_bytes(): record something first")

    @classmethod
    def _of(cls, commands: r.Commands, width: int, height: int, color_space: ColorSpace) -> Self:
        """A picture of commands that nobody else has."""
        picture = object.__new__(cls)
        picture._commands, picture._width, picture._height = commands, width, height
        picture._color_space, picture._converted, picture._rasters = color_space, None, None
        return picture

    @property
    def width(self) -> int:
        """Width of the recording that it was made of, pixels. What is drawn beyond is drawn, too."""
        return self._width

    @property
    def height(self) -> int:
        """Height of the recording that it was made of, pixels."""
        return self._height

    @property
    def color_space(self) -> ColorSpace:
        """The colour space of the recording that it was made of; on a canvas of another one it is converted."""
        return self._color_space

    def _under(self, matrix: Affine, space: ColorSpace) -> r.Commands:
        """What it draws under a transform, in a colour space.

        Texts are drawn with their masks where a transform moves these by whole pixels.
        """
        x, y = matrix[4:]
        is_whole = matrix[:4] == UPRIGHT and x == floor(x) and y == floor(y)
        return self._commands if is_whole and space == self._color_space else self._in_space(space)

    @cached_property
    def _outlined(self) -> r.Commands:
        """What it draws, its texts as outlines."""
        from .pipeline.replay import outlined

        return outlined(self._commands)

    def _in_space(self, space: ColorSpace) -> r.Commands:
        """What it draws, in a colour space, its texts as outlines."""
        if space == self._color_space:
            return self._outlined
        if self._converted is None:
            from .pipeline.recolor import recolored

            self._converted = recolored(self._outlined, self._color_space, space)
        return self._converted

    @property
    def command_count(self) -> int:
        """How many commands it draws, those in layers included; a batch is one."""
        return self._commands.counts()[0]

    @property
    def nbytes(self) -> int:
        """Bytes of its streams, and of its batches and images, each counted once."""
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
        """How many layers lie in one another at most."""
        from .pipeline.replay import depth_of

        return depth_of(self._commands)

    @cached_property
    def _has_ids(self) -> bool:
        """Whether something in it can be picked."""
        from .pipeline.replay import every_of

        return any(each.has_hits for each in every_of(self._commands))

    @cached_property
    def _changes_alpha(self) -> bool:
        """Whether it does what a canvas without alpha does in another way, so that it is drawn there as a whole."""
        commands = np.frombuffer(bytes(self._commands.commands), r.COMMAND)
        used = np.unique(np.frombuffer(bytes(self._commands.states), r.STATE)["op"][commands["state"]])
        used &= np.uint32(~TONE_BITS & 0xFFFFFFFF)
        return bool((commands["kind"] == r.CLEAR_RECT).any()) or not KEPT_ON_OPAQUE.issuperset(used.tolist())

    def to_bytes(self) -> bytes:
        """The picture as bytes that `from_bytes` reads, in this version and in later ones.

        They hold all of it, and nothing of Python: docs/pictures.md says byte by byte what. They are not compressed.
        """
        from .picturefile.write import write

        return write(self._outlined, self._width, self._height, self._color_space)

    @classmethod
    def from_bytes(cls, data: bytes | bytearray | memoryview) -> Self:
        """The picture that `to_bytes` wrote.

        The bytes may come from anyone: what they say is checked before anything is made of it, and no memory is taken
        that they do not fill.

        Raises
        ------
        TypeError
            For what is no bytes.
        ValueError
            For bytes that are no picture, or one that is damaged, cut off or says what no picture says; the text says
            which, and where.
        LimitError
            For layers more than 256 in one another.
        """
        from .picturefile.read import read

        return cls._of(*read(data))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, tuple[bytes]]:
        return type(self).from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        return f"<Picture {self._width}x{self._height} of {self.command_count} commands>"
