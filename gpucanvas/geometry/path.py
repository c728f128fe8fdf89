"""path: `Path2D`, the public path class, and affine maps of path streams.

The verbs of streams are defined in `stream`, and re-exported here for convenience.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from ..names import KnownNames, named_for_programs
from .affine import Affine, Matrix, apply, as_tuple
from .builder import ARC, CLOSE, COORD_COUNT, CUBIC, LINE, MOVE, QUAD, PathBuilder
from .tools import PathTools

__all__ = [
    "ARC",
    "CLOSE",
    "COORD_COUNT",
    "CUBIC",
    "LINE",
    "MOVE",
    "QUAD",
    "OnInvalid",
    "Path2D",
    "PathBuilder",
    "take_default_from",
    "transform_coords",
]


OnInvalid = Literal["raise", "ignore"]


def _default_on_invalid() -> OnInvalid:
    return "raise"


def take_default_from(default: Callable[[], OnInvalid]) -> None:
    """Set the function that returns the default of ``on_invalid``, since geometry must not import the configuration."""
    global _default_on_invalid
    _default_on_invalid = default


@named_for_programs
class Path2D(PathTools, metaclass=KnownNames):
    """A path independent of any canvas: build it once, then fill, stroke, clip or query it any number of times.

    https://html.spec.whatwg.org/multipage/canvas.html#path2d-objects. Beyond the standard it can be measured, cut,
    simplified and combined: see `tools.PathTools`.

    Parameters
    ----------
    source
        Nothing (an empty path), a Path2D (copied), SVG path data, or points: an array of shape (V, 2) or (N, V, 2), or
        a list of arrays (V, 2), each of which becomes an open subpath of lines. After a point that `numpy.ma` masks, or
        with "ignore" one that is not finite, another subpath begins.
    on_invalid : {"raise", "ignore"}
        How to treat an error in the path data and infinite or NaN arguments: "raise" raises ValueError; "ignore" is the
        standard's rule: path data are used up to the first error, and the call does nothing; and what is given for a
        number is converted as in JavaScript. `gpucanvas.configure` sets the default, which is "raise".

    Raises
    ------
    TypeError
        The source is something else.
    ValueError
        An error in the path data, with its position and text; or a point that is not finite.

    >>> Path2D(np.array([[0, 0], [30, 0], [30, 40]])).length()
    70.0
    >>> path = Path2D("M 10 10 h 80 v 80 L oops", on_invalid="ignore")
    >>> path.move_to(float("nan"), 0)
    >>> path.current_point
    (90.0, 90.0)
    """

    _elsewhere = {
        "fill": "ctx.fill(path)",
        "stroke": "ctx.stroke(path)",
        "clip": "ctx.clip(path)",
        "is_point_in_path": "ctx.is_point_in_path(path, x, y)",
        "contains": "ctx.is_point_in_path(path, x, y)",
        "transform": "add_path(path, matrix) of another path",
        "translate": "add_path(path, DOMMatrix().translate(x, y)) of another path",
        "scale": "add_path(path, DOMMatrix().scale(x, y)) of another path",
        "rotate": "add_path(path, DOMMatrix().rotate(degrees)) of another path",
        "copy": "gpucanvas.Path2D(path)",
    }
    __slots__ = ()

    def __init__(
        self,
        source: Path2D | str | NDArray[Any] | Sequence[Any] | None = None,
        *,
        on_invalid: OnInvalid | None = None,
    ) -> None:
        if on_invalid is None:
            on_invalid = _default_on_invalid()
        if on_invalid not in ("ignore", "raise"):
            raise ValueError(f"Path2D: on_invalid is {on_invalid!r}: pass 'ignore' or 'raise'")
        super().__init__(strict=on_invalid == "raise")
        self._measured = None
        if isinstance(source, PathBuilder):
            self._copy(source)
        elif isinstance(source, str):
            # Imported here: few programs have paths as text.
            from .svg import append_svg

            append_svg(self, source, self.strict)
            self._begin_at_current_point(self)
        elif source is not None:
            from .points import append_points

            append_points(self.verbs, self.coords, source, self.strict)
            self._find_ends()

    def add_path(self, path: Path2D, transform: Matrix | None = None) -> None:
        """Add every subpath of ``path``, mapped by ``transform``, and begin a new subpath where it ended.

        https://html.spec.whatwg.org/multipage/canvas.html#dom-path2d-addpath

        Parameters
        ----------
        path
            May be this path itself.
        transform
            Any spelling of a matrix (see ``affine.as_tuple``). One that is not finite, or maps beyond float64,
            adds nothing.

        Raises
        ------
        TypeError
            ``path`` is no path, or ``transform`` is no matrix.

        >>> path = Path2D()
        >>> path.add_path(Path2D("M0 0 h1"), [1, 0, 0, 1, 10, 20])
        >>> path.current_point
        (11.0, 20.0)
        """
        if not isinstance(path, PathBuilder):
            raise TypeError(f"add_path: {path!r} is no path: pass a Path2D")
        matrix = None if transform is None else as_tuple(transform)
        if not path.verbs:
            return
        if matrix is not None and not all(map(isfinite, matrix)):
            if self.strict:
                raise ValueError(f"add_path: transform {matrix} is not finite: pass finite numbers")
            return
        mapped = Path2D(path)
        if matrix is not None:
            mapped._map(matrix)
            if not all(map(isfinite, mapped._restart)) or not np.isfinite(mapped.coords).all():
                if self.strict:
                    raise ValueError(f"add_path: transform {matrix} maps beyond float64: draw closer to the origin")
                return
        self._move_index = len(self.coords) + mapped._move_index
        self.verbs += mapped.verbs
        self.coords.extend(mapped.coords)
        self._begin_at_current_point(mapped)

    def __copy__(self) -> Self:
        # Not through __init__, which may have other parameters in a program's subclass.
        again = self._like(b"", self.coords[:0])
        again._copy(self)
        vars_of(again).update(vars_of(self))
        return again

    def _like(self, verbs: bytes | bytearray, coords: array[float]) -> Self:
        again = type(self).__new__(type(self))
        PathBuilder.__init__(again, strict=self.strict)
        again._measured = None
        again.verbs, again.coords = bytearray(verbs), coords
        again._find_ends()
        return again

    def _find_ends(self) -> None:
        """Find the start of the last subpath, and whether it is open, from the stream."""
        last = self.verbs.rfind(MOVE)
        if last < 0:
            return
        rest = self.verbs[last:]
        self._move_index = len(self.coords) - sum(n * rest.count(verb) for verb, n in enumerate(COORD_COUNT))
        self._restart = self.coords[self._move_index], self.coords[self._move_index + 1]
        self._open = self.verbs[-1] != CLOSE

    def __repr__(self) -> str:
        return f"<Path2D of {len(self.verbs) - self.verbs.count(MOVE)} segments>"

    def _copy(self, source: PathBuilder) -> None:
        self.verbs[:] = source.verbs
        self.coords = array("d", source.coords)
        self._open, self._restart, self._move_index = source._open, source._restart, source._move_index

    def _map(self, matrix: Affine) -> None:
        # An overflow gives numbers that are not finite, which the caller checks.
        with np.errstate(over="ignore", invalid="ignore"):
            self.coords = array("d", transform_coords(self.verbs, self.coords, matrix).tobytes())
        self._restart = apply(matrix, *self._restart)

    def _begin_at_current_point(self, ended: PathBuilder) -> None:
        point = ended.current_point
        if point is not None:
            self.move_to(*point)


def vars_of(path: Path2D) -> dict[str, Any]:
    """The attributes that a program's subclass gave a path."""
    return getattr(path, "__dict__", {})


def transform_coords(verbs: bytes | bytearray, coords: array[float], matrix: Affine) -> NDArray[np.float64]:
    """Return a stream's coordinates mapped by ``matrix``.

    Parameters
    ----------
    verbs, coords
        A path stream, see `builder`.

    Returns
    -------
    ndarray of float64, shape (len(coords),)
        An ARC's axes are mapped without the translation, its angles unchanged.

    >>> path = Path2D("M1 2 L3 4")
    >>> transform_coords(path.verbs[:2], path.coords[:4], (1, 0, 0, 1, 10, 0)).tolist()
    [11.0, 2.0, 13.0, 4.0]
    """
    a, b, c, d, e, f = matrix
    pairs = np.array(coords, dtype=np.float64).reshape(-1, 2)
    x, y = pairs.T
    mapped = np.column_stack((a * x + c * y, b * x + d * y))
    shift = np.full(pairs.shape, (e, f))
    if ARC in verbs:
        codes = np.frombuffer(verbs, dtype=np.uint8)
        pair_count = np.array(COORD_COUNT)[codes] // 2
        first = (np.cumsum(pair_count) - pair_count)[codes == ARC]
        mapped[first + 3] = pairs[first + 3]
        for vector in (1, 2, 3):
            shift[first + vector] = 0.0
    flat: NDArray[np.float64] = (mapped + shift).reshape(-1)
    return flat
