"""matrix: `DOMMatrix`, the public matrix class, which is 2D until an operation makes it 3D.

    DOMMatrix   a b c d e f   + ten numbers, or None while it is a map of the plane (is_2d)
                affine.py       projective.py                     transforms.py reads CSS

Every operation is written once, in place (``translate_self``); the form that returns a new matrix (``translate``)
copies and calls it. While a matrix is 2D only the six numbers are computed with.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import atan2, isfinite, nan, radians, tan
from typing import Any, Final, Self, overload

import numpy as np
from numpy.typing import NDArray

from ..names import Hinted
from .affine import IDENTITY, Affine, AffineNumbers, Matrix, apply, as_tuple, invert, multiply, rotation
from .numbers import Number, as_float, as_in_javascript
from .point import DOMPoint, Point
from .projective import (
    FLAT,
    IDENTITY_16,
    IN_PLANE,
    NAMES,
    OFF_PLANE,
    Sixteen,
    apply_16,
    as_sixteen,
    invert_16,
    multiply_16,
    rotation_about,
    sixteen_of,
)

__all__ = ["DOMMatrix"]

NO_NUMBER: Final[Affine] = (nan,) * 6


class _InPlane:
    """A descriptor for the long name of one of a to f, such as ``m41`` for ``e``."""

    def __init__(self, short: str) -> None:
        self.short = short

    def __get__(self, matrix: Any, kind: type) -> float:
        return self if matrix is None else getattr(matrix, self.short)  # type: ignore[return-value]

    def __set__(self, matrix: DOMMatrix, value: Number) -> None:
        setattr(matrix, self.short, as_float("DOMMatrix", self.short, value))


class _OffPlane:
    """A descriptor for one of the ten other numbers, such as ``m43``; setting it may make the matrix 3D."""

    def __init__(self, name: str) -> None:
        self.name, self.index = name, [NAMES[i] for i in OFF_PLANE].index(name)

    def __get__(self, matrix: Any, kind: type) -> float:
        return self if matrix is None else (matrix._rest or FLAT)[self.index]  # type: ignore[return-value]

    def __set__(self, matrix: DOMMatrix, value: Number) -> None:
        number = as_float("DOMMatrix", self.name, value)
        if matrix._rest is not None or number != FLAT[self.index]:
            rest = list(matrix._rest or FLAT)
            rest[self.index] = number
            matrix._rest = tuple(rest)


class DOMMatrix(AffineNumbers, Hinted):
    """A matrix: the ``DOMMatrix`` of the Geometry Interfaces standard. https://drafts.fxtf.org/geometry/#dommatrix

    A canvas uses only its 2D numbers. Angles are DEGREES here, as in the standard.

    Parameters
    ----------
    init
        Nothing (the identity); six numbers ``[a, b, c, d, e, f]``, or whatever else `affine.as_tuple` takes; sixteen
        numbers, column after column, or an array of shape (4, 4), which make a 3D matrix; a CSS transform list such
        as ``"matrix(1, 0, 0, 1, 5, 6)"`` or ``"translate(5px) rotate(30deg)"``.

    Attributes
    ----------
    a, b, c, d, e, f : float
        x' = a x + c y + e, y' = b x + d y + f. They are ``m11``, ``m12``, ``m21``, ``m22``, ``m41``, ``m42``, too.
    m11, m12, ... m44 : float
        All sixteen numbers, ``m`` and then column and row.

    Raises
    ------
    TypeError, ValueError
        For an invalid matrix.

    >>> DOMMatrix([1, 0, 0, 1, 10, 20]) @ DOMMatrix([2, 0, 0, 2, 0, 0])
    DOMMatrix([2.0, 0.0, 0.0, 2.0, 10.0, 20.0])
    >>> str(DOMMatrix("translate(1in, 5px)"))
    'matrix(1, 0, 0, 1, 96, 5)'
    """

    __slots__ = ()

    m11, m12, m21, m22, m41, m42 = map(_InPlane, "abcdef")
    m13, m14, m23, m24, m31, m32, m33, m34, m43, m44 = map(_OffPlane, (NAMES[i] for i in OFF_PLANE))

    def __init__(self, init: Matrix | str | None = None) -> None:
        self._rest = None
        if init is None:
            self._take(IDENTITY)
        elif isinstance(init, str):
            self.set_matrix_value(init)
        elif isinstance(init, tuple) and len(init) == 6:
            self._take(as_tuple(init))
        else:
            self._take_16(*as_sixteen(init))

    @classmethod
    def from_matrix(cls, other: Matrix | None = None) -> Self:
        """A matrix of a DOMMatrix, or of a mapping with the keys of the standard's ``DOMMatrixInit``."""
        return cls(other)

    @classmethod
    def from_float32_array(cls, array: NDArray[Any]) -> Self:
        """A matrix of an array of 6 or 16 numbers (the standard's ``fromFloat32Array``)."""
        numbers = np.asarray(array)
        if numbers.shape not in ((6,), (16,)):
            raise TypeError(f"DOMMatrix: the array has shape {numbers.shape}: give 6 or 16 numbers")
        return cls(numbers)

    from_float64_array = from_float32_array

    # -- numbers -----------------------------------------------------------------------------------------------

    def _take(self, six: Affine) -> Self:
        self.a, self.b, self.c, self.d, self.e, self.f = six
        return self

    def _take_16(self, numbers: Sixteen, in_plane: bool) -> Self:
        self.a, self.b, self.c, self.d, self.e, self.f = (numbers[i] for i in IN_PLANE)
        self._rest = None if in_plane else tuple(numbers[i] for i in OFF_PLANE)
        return self

    def _sixteen(self) -> Sixteen:
        return sixteen_of(as_tuple(self), self._rest)

    def _copy(self) -> Self:
        copied = type(self).__new__(type(self))
        copied._rest = self._rest
        return copied._take(as_tuple(self))

    @property
    def is_2d(self) -> bool:
        """Whether this is a 2D matrix; a 3D operation makes it 3D for good."""
        return self._rest is None

    @property
    def is_identity(self) -> bool:
        """Whether this map leaves every point where it is.

        >>> DOMMatrix().is_identity
        True
        """
        return self._sixteen() == IDENTITY_16

    # -- products ----------------------------------------------------------------------------------------------

    def multiply(self, other: Matrix | None = None) -> Self:
        """Return this map after ``other`` (any spelling of a matrix): ``other`` applies first."""
        return self._copy().multiply_self(other)

    def multiply_self(self, other: Matrix | None = None) -> Self:
        """Make this map what `multiply` returns."""
        if other is None:
            return self
        numbers, in_plane = as_sixteen(other)
        if in_plane and self._rest is None:
            return self._take(multiply(as_tuple(self), as_tuple(other)))
        return self._take_16(multiply_16(self._sixteen(), numbers), False)

    def pre_multiply_self(self, other: Matrix | None = None) -> Self:
        """Make this map ``other`` after this map: this map applies first."""
        if other is None:
            return self
        numbers, in_plane = as_sixteen(other)
        if in_plane and self._rest is None:
            return self._take(multiply(as_tuple(other), as_tuple(self)))
        return self._take_16(multiply_16(numbers, self._sixteen()), False)

    def __matmul__(self, other: Matrix) -> Self:
        return self.multiply(other)

    def _after(self, six: Affine) -> Self:
        """Make this map itself after an affine map of the plane."""
        if self._rest is None:
            return self._take(multiply(as_tuple(self), six))
        return self._take_16(multiply_16(self._sixteen(), sixteen_of(six)), False)

    # -- shift and scale ---------------------------------------------------------------------------------------

    def translate(self, tx: Number = 0.0, ty: Number = 0.0, tz: Number = 0.0) -> Self:
        """Return this map after a shift by (tx, ty, tz).

        >>> DOMMatrix().translate(3, 4)
        DOMMatrix([1.0, 0.0, 0.0, 1.0, 3.0, 4.0])
        """
        return self._copy().translate_self(tx, ty, tz)

    def translate_self(self, tx: Number = 0.0, ty: Number = 0.0, tz: Number = 0.0) -> Self:
        """Make this map what `translate` returns."""
        x, y, z = as_float("translate", "tx", tx), as_float("translate", "ty", ty), as_float("translate", "tz", tz)
        if z == 0.0:
            return self._after((1.0, 0.0, 0.0, 1.0, x, y))
        return self._take_16(multiply_16(self._sixteen(), (*IDENTITY_16[:12], x, y, z, 1.0)), False)

    def scale(
        self,
        sx: Number = 1.0,
        sy: Number | None = None,
        sz: Number = 1.0,
        origin_x: Number = 0.0,
        origin_y: Number = 0.0,
        origin_z: Number = 0.0,
    ) -> Self:
        """Return this map after a scale by (sx, sy, sz) about an origin; sy defaults to sx.

        >>> DOMMatrix().scale(2)
        DOMMatrix([2.0, 0.0, 0.0, 2.0, 0.0, 0.0])
        """
        return self._copy().scale_self(sx, sy, sz, origin_x, origin_y, origin_z)

    def scale_self(
        self,
        sx: Number = 1.0,
        sy: Number | None = None,
        sz: Number = 1.0,
        origin_x: Number = 0.0,
        origin_y: Number = 0.0,
        origin_z: Number = 0.0,
    ) -> Self:
        """Make this map what `scale` returns."""
        x, z = as_float("scale", "sx", sx), as_float("scale", "sz", sz)
        y = x if sy is None else as_float("scale", "sy", sy)
        ox, oy = as_float("scale", "origin_x", origin_x), as_float("scale", "origin_y", origin_y)
        oz = as_float("scale", "origin_z", origin_z)
        self.translate_self(ox, oy, oz)
        if z == 1.0:
            self._after((x, 0.0, 0.0, y, 0.0, 0.0))
        else:
            scaled = (x, 0.0, 0.0, 0.0, 0.0, y, 0.0, 0.0, 0.0, 0.0, z, 0.0, 0.0, 0.0, 0.0, 1.0)
            self._take_16(multiply_16(self._sixteen(), scaled), False)
        return self.translate_self(-ox, -oy, -oz) if ox or oy or oz else self

    def scale_3d(
        self, scale: Number = 1.0, origin_x: Number = 0.0, origin_y: Number = 0.0, origin_z: Number = 0.0
    ) -> Self:
        """Return this map after a scale by one factor in all three directions, about an origin."""
        return self._copy().scale_3d_self(scale, origin_x, origin_y, origin_z)

    def scale_3d_self(
        self, scale: Number = 1.0, origin_x: Number = 0.0, origin_y: Number = 0.0, origin_z: Number = 0.0
    ) -> Self:
        """Make this map what `scale_3d` returns."""
        return self.scale_self(scale, scale, scale, origin_x, origin_y, origin_z)

    def flip_x(self) -> Self:
        """Return this map after a mirroring of x: (x, y) becomes (-x, y)."""
        return self._copy()._after((-1.0, 0.0, 0.0, 1.0, 0.0, 0.0))

    def flip_y(self) -> Self:
        """Return this map after a mirroring of y: (x, y) becomes (x, -y)."""
        return self._copy()._after((1.0, 0.0, 0.0, -1.0, 0.0, 0.0))

    # -- turn and skew -----------------------------------------------------------------------------------------

    def rotate(self, rot_x: Number = 0.0, rot_y: Number | None = None, rot_z: Number | None = None) -> Self:
        """Return this map after a rotation by DEGREES: about z for one angle, else about z, y and x, each its own.

        >>> DOMMatrix().rotate(90).transform_point(1, 0)[1]
        1.0
        """
        return self._copy().rotate_self(rot_x, rot_y, rot_z)

    def rotate_self(self, rot_x: Number = 0.0, rot_y: Number | None = None, rot_z: Number | None = None) -> Self:
        """Make this map what `rotate` returns."""
        x, y = as_float("rotate", "rot_x", rot_x), as_float("rotate", "rot_y", 0.0 if rot_y is None else rot_y)
        z = as_float("rotate", "rot_z", 0.0 if rot_z is None else rot_z)
        if rot_y is None and rot_z is None:
            x, z = 0.0, x
        if x == 0.0 and y == 0.0:
            return self._after(rotation(radians(z)) if isfinite(z) else NO_NUMBER)
        for axis, angle in (((0.0, 0.0, 1.0), z), ((0.0, 1.0, 0.0), y), ((1.0, 0.0, 0.0), x)):
            self.rotate_axis_angle_self(*axis, angle)
        return self

    def rotate_from_vector(self, x: Number = 0.0, y: Number = 0.0) -> Self:
        """Return this map after the rotation that turns (1, 0) into the direction of (x, y); none for (0, 0)."""
        return self._copy().rotate_from_vector_self(x, y)

    def rotate_from_vector_self(self, x: Number = 0.0, y: Number = 0.0) -> Self:
        """Make this map what `rotate_from_vector` returns."""
        right, down = as_float("rotate_from_vector", "x", x), as_float("rotate_from_vector", "y", y)
        # atan2 would turn (-0, 0) by half a turn.
        return self._after(rotation(atan2(down, right) if right or down else 0.0))

    def rotate_axis_angle(self, x: Number = 0.0, y: Number = 0.0, z: Number = 0.0, angle: Number = 0.0) -> Self:
        """Return this map after a rotation about the axis (x, y, z) by ``angle`` DEGREES."""
        return self._copy().rotate_axis_angle_self(x, y, z, angle)

    def rotate_axis_angle_self(self, x: Number = 0.0, y: Number = 0.0, z: Number = 0.0, angle: Number = 0.0) -> Self:
        """Make this map what `rotate_axis_angle` returns."""
        verb = "rotate_axis_angle"
        axis = as_float(verb, "x", x), as_float(verb, "y", y), as_float(verb, "z", z)
        turn = as_float(verb, "angle", angle)
        turned = rotation_about(*axis, radians(turn)) if isfinite(turn) else (nan,) * 16
        in_plane = self._rest is None and axis[0] == axis[1] == 0.0
        return self._take_16(multiply_16(self._sixteen(), turned), in_plane)

    def skew_x(self, sx: Number = 0.0) -> Self:
        """Return this map after a skew along x by ``sx`` DEGREES."""
        return self._copy().skew_x_self(sx)

    def skew_x_self(self, sx: Number = 0.0) -> Self:
        """Make this map what `skew_x` returns."""
        angle = as_float("skew_x", "sx", sx)
        return self._after((1.0, 0.0, tan(radians(angle)) if isfinite(angle) else nan, 1.0, 0.0, 0.0))

    def skew_y(self, sy: Number = 0.0) -> Self:
        """Return this map after a skew along y by ``sy`` DEGREES."""
        return self._copy().skew_y_self(sy)

    def skew_y_self(self, sy: Number = 0.0) -> Self:
        """Make this map what `skew_y` returns."""
        angle = as_float("skew_y", "sy", sy)
        return self._after((1.0, tan(radians(angle)) if isfinite(angle) else nan, 0.0, 1.0, 0.0, 0.0))

    # -- inverse and points ------------------------------------------------------------------------------------

    def inverse(self) -> Self:
        """Return the inverse map; where there is none, a 3D matrix of NaN, as the standard has it.

        >>> DOMMatrix([2, 0, 0, 2, 4, 0]).inverse()
        DOMMatrix([0.5, 0.0, 0.0, 0.5, -2.0, 0.0])
        """
        return self._copy().invert_self()

    def invert_self(self) -> Self:
        """Make this map what `inverse` returns."""
        if self._rest is None:
            inverse = invert(as_tuple(self))
            return self._take_16((nan,) * 16, False) if inverse is None else self._take(inverse)
        return self._take_16(invert_16(self._sixteen()) or (nan,) * 16, False)

    @overload
    def transform_point(self, x: Number, y: Number, /) -> tuple[float, float]: ...
    @overload
    def transform_point(self, point: Point | None = None, /) -> DOMPoint: ...
    def transform_point(self, *point: Any) -> DOMPoint | tuple[float, float]:
        """Return the mapped point: a `DOMPoint` of a point, a pair of two numbers.

        >>> DOMMatrix([2, 0, 0, 2, 1, 0]).transform_point(10, 10)
        (21.0, 20.0)
        >>> DOMMatrix().translate(0, 0, 5).transform_point(DOMPoint(1, 2))
        DOMPoint(1.0, 2.0, 5.0, 1.0)
        """
        if len(point) == 2:
            return apply(
                as_tuple(self), *(as_float("transform_point", *each) for each in zip("xy", point, strict=True))
            )
        if len(point) > 2:
            raise TypeError(f"transform_point takes a point or two numbers, not {len(point)} arguments")
        given = DOMPoint.from_point(*point)
        return DOMPoint(*apply_16(self._sixteen(), (given.x, given.y, given.z, given.w)))

    # -- other forms -------------------------------------------------------------------------------------------

    def set_matrix_value(self, transform_list: str) -> Self:
        """Set this matrix from a CSS transform list.

        Raises
        ------
        ValueError
            For an invalid list, and for relative lengths.
        """
        if not isinstance(transform_list, str):
            raise TypeError(f"set_matrix_value: {transform_list!r:.80} is no text: give a CSS transform list")
        # Imported here: few programs have transforms as text.
        from .transforms import parse_transforms

        return self._take_16(*parse_transforms(transform_list))

    def to_numpy(self) -> NDArray[np.float64]:
        """Return the matrix as float64 that multiplies column vectors: (3, 3) where it is 2D, else (4, 4)."""
        if self._rest is not None:
            return np.array(self._sixteen()).reshape(4, 4).T
        return np.array([[self.a, self.c, self.e], [self.b, self.d, self.f], [0.0, 0.0, 1.0]])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """For NumPy, as `to_numpy`; it is always a copy."""
        if copy is False:
            raise ValueError("a DOMMatrix keeps its numbers in no array: leave out copy=False")
        return self.to_numpy().astype(dtype or np.float64, copy=False)

    def to_float32_array(self) -> NDArray[np.float32]:
        """Return all sixteen numbers, column after column, as float32."""
        return np.array(self._sixteen(), np.float32)

    def to_float64_array(self) -> NDArray[np.float64]:
        """Return all sixteen numbers, column after column, as float64."""
        return np.array(self._sixteen())

    def to_json(self) -> dict[str, float | bool]:
        """All numbers by name, with ``is2D`` and ``isIdentity``, as JavaScript's ``JSON.stringify`` has them."""
        long = dict(zip(NAMES, self._sixteen(), strict=True))
        return {
            **dict(zip("abcdef", as_tuple(self), strict=True)),
            **long,
            "is2D": self.is_2d,
            "isIdentity": self.is_identity,
        }

    def __iter__(self) -> Iterator[float]:
        return iter(as_tuple(self) if self._rest is None else self._sixteen())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DOMMatrix):
            return NotImplemented
        return self._sixteen() == other._sixteen()

    # Attributes can be assigned, as in JavaScript, so a matrix is not hashable.
    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        """The matrix in CSS syntax; the repr where it has NaN or infinity, which CSS lacks."""
        numbers = list(self)
        if not all(map(isfinite, numbers)):
            return repr(self)
        return f"{'matrix' if self.is_2d else 'matrix3d'}({', '.join(map(as_in_javascript, numbers))})"

    def __repr__(self) -> str:
        return f"DOMMatrix({list(self)})"
