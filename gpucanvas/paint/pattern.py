"""pattern: `CanvasPattern`, an image that is repeated as a paint. A value, independent of rendering.

https://html.spec.whatwg.org/multipage/canvas.html#canvaspattern
"""

from __future__ import annotations

from typing import Any, Final, Literal, overload

import numpy as np
from numpy.typing import NDArray

from ..geometry.affine import IDENTITY, Affine, Matrix, as_tuple
from ..geometry.numbers import Number, finite_floats, shown
from ..images.colorspace import ColorSpace
from ..memory import Holding
from ..names import KnownNames
from .special import Special

__all__ = ["REPETITIONS", "CanvasPattern", "Repetition", "RepetitionSyntaxError"]

Repetition = Literal["repeat", "repeat-x", "repeat-y", "no-repeat", ""]
REPETITIONS: Final[dict[str, tuple[bool, bool]]] = {
    "repeat": (True, True),
    "repeat-x": (True, False),
    "repeat-y": (False, True),
    "no-repeat": (False, False),
}
"""Whether a pattern repeats horizontally, and vertically."""


class RepetitionSyntaxError(ValueError):
    """The repetition of a pattern is none of the four keywords (DOMException ``SyntaxError``)."""

    name = "SyntaxError"


class CanvasPattern(Special, metaclass=KnownNames):
    """A repeated image: make one with ``ctx.create_pattern``, assign it to a style.

    Its pixels do not change after it was made. Its corner is at the origin of the user space of each draw, with a unit
    for each pixel, unless `set_transform` changes that.

    Attributes
    ----------
    repetition : str
        ``"repeat"``, ``"repeat-x"``, ``"repeat-y"`` or ``"no-repeat"``. Outside the repeated area it is transparent.
    """

    _elsewhere = {
        "set_matrix": "set_transform",
        "matrix": "set_transform",
        "smoothing": "ctx.image_smoothing_enabled",
        "image_smoothing_enabled": "ctx.image_smoothing_enabled",
    }
    __slots__ = (
        "__weakref__",
        "_holding",
        "_levels",
        "_matrix",
        "_pixels",
        "_is_filtered",
        "_source",
        "_space",
        "_strict",
        "_version",
        "repetition",
    )

    def __init__(
        self,
        pixels: NDArray[np.uint32],
        holding: Holding,
        repetition: str | None,
        source: object = None,
        strict: bool = True,
        space: ColorSpace = "srgb",
        filtered: bool = False,
    ) -> None:
        if repetition is not None and not isinstance(repetition, str):
            raise TypeError(f"create_pattern: repetition is {shown(repetition)}: give one of {', '.join(REPETITIONS)}")
        self.repetition = repetition or "repeat"
        if self.repetition not in REPETITIONS:
            raise RepetitionSyntaxError(
                f"create_pattern: repetition is {shown(repetition)}: give one of {', '.join(REPETITIONS)}"
            )
        self._pixels, self._holding = pixels, holding
        # The owner of the pixels: a recording stores the pixels of one owner only once. It is not the pattern itself:
        # with a reference to itself it would keep its pixels until the garbage collector runs.
        self._source = holding if source is None else source
        self._strict, self._space = strict, space
        # Whether the image is filtered where it is drawn small with a quality of "low", too, as images are.
        self._is_filtered = filtered
        self._matrix: Affine = IDENTITY
        self._version = 0
        self._levels: Any = None
        """The reduced copies of the pixels, once drawn with (`pipeline.mips.levels_of`)."""

    @property
    def width(self) -> int:
        """Width of the repeated image, pixels."""
        return int(self._pixels.shape[1])

    @property
    def height(self) -> int:
        """Height of the repeated image, pixels."""
        return int(self._pixels.shape[0])

    @overload
    def set_transform(self, a: Number, b: Number, c: Number, d: Number, e: Number, f: Number, /) -> None: ...
    @overload
    def set_transform(self, matrix: Matrix = ..., /) -> None: ...
    def set_transform(self, *matrix: Any) -> None:
        """Place the pattern in user space: HTML, "CanvasPattern", ``setTransform``.

        Parameters
        ----------
        matrix
            Six numbers a to f, one matrix (a DOMMatrix, a 6-tuple, a 3x3 array), or nothing for the identity. It maps
            the image's pixels to user space. With a singular matrix the pattern paints nothing.

        Raises
        ------
        TypeError
            For another number of arguments, or an invalid matrix.
        ValueError
            For a number that is not finite, unless the canvas ignores invalid values.
        """
        if len(matrix) not in (0, 1, 6):
            raise TypeError(f"set_transform takes six numbers, one matrix or nothing, not {len(matrix)} arguments")
        values = IDENTITY if not matrix else as_tuple(matrix[0]) if len(matrix) == 1 else matrix
        numbers = finite_floats("set_transform", "a b c d e f", values, self._strict)
        if numbers is not None:
            self._matrix = numbers  # type: ignore[assignment]
            self._version += 1

    def __copy__(self) -> CanvasPattern:
        # The pixels never change, so copies share them.
        made = self._pixels, self._holding, self.repetition, self._source, self._strict, self._space, self._is_filtered
        other = CanvasPattern(*made)
        other._matrix = self._matrix
        return other

    def __deepcopy__(self, memo: dict[int, Any]) -> CanvasPattern:
        return self.__copy__()

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        # The ledger's entry for the pixels belongs to this process.
        return _unpickled, (self._pixels, self.repetition, self._strict, self._matrix, self._space)

    def __repr__(self) -> str:
        return f"<CanvasPattern {self.repetition} of {self.width}x{self.height}>"


def _unpickled(
    pixels: NDArray[np.uint32], repetition: str, strict: bool, matrix: Affine, space: ColorSpace = "srgb"
) -> CanvasPattern:
    pixels.flags.writeable = False
    pattern = CanvasPattern(pixels, Holding("image", pixels.nbytes), repetition, None, strict, space)
    pattern._matrix = matrix
    return pattern
