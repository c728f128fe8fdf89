"""Context2D: the HTML CanvasRenderingContext2D in snake_case. Wide and shallow: each verb checks, then appends.

The other verbs and the properties are in the other files of this folder.

https://html.spec.whatwg.org/multipage/canvas.html#2dcontext
"""

from __future__ import annotations

from functools import cache
from math import isfinite
from typing import Any, Literal, Protocol, Self, overload
from weakref import ref as weakref

from .. import memory
from ..contract.commands import FILL_PATH, STROKE_PATH
from ..contract.outlines import WIDEST
from ..copies import Uncopied
from ..errors import InvalidStateError
from ..geometry.affine import IDENTITY, Matrix, as_tuple, multiply, sine_and_cosine
from ..geometry.builder import PathBuilder
from ..geometry.matrix import DOMMatrix
from ..geometry.numbers import Number, as_float
from ..geometry.path import Path2D
from ..names import STANDARD, KnownNames, named_for_programs
from ..pipeline import record as r
from .batches import BatchVerbs
from .indices import DRAW_ERRORS, UNREAD_COORDS
from .paints import PaintVerbs
from .paths import PathVerbs
from .pictures import PictureVerbs
from .sprites import SpriteVerbs
from .state import RULES, FillRule
from .texts import TextVerbs


class DrawnOn(Protocol):
    """The owner of a context, which it draws on: a `Canvas` or a `Recording`."""

    @property
    def width(self) -> int:
        """Width, pixels."""

    @property
    def height(self) -> int:
        """Height, pixels."""

    def get_context(self, kind: Literal["2d"] = "2d") -> Context2D:
        """The context."""

    def _clear(self) -> None:
        """Forget everything drawn."""

    def _all_settings(self) -> dict[str, Any]:
        """The settings of the context."""


memory.add_kind(Path2D, "path")
pack_fill_rect, pack_command = r.pack_fill_rect, r.pack_command


@named_for_programs
class Context2D(
    PictureVerbs, PaintVerbs, PathVerbs, BatchVerbs, SpriteVerbs, TextVerbs, Uncopied, metaclass=KnownNames
):
    """Draws on a canvas, or into a recording. Get one from ``get_context("2d")``.

    Coordinates are pixels of user space, y downwards; angles are radians. Nothing is drawn until pixels are asked for:
    every verb only records.
    """

    __slots__ = ("__weakref__", "_canvas_kind", "_canvas_memory", "_last_canvas")
    _not_yet = STANDARD
    _copy_cure = (
        "it draws on its one canvas, and save() and restore() keep its state; another canvas has a context of its own"
    )

    def __init__(self, canvas: DrawnOn, strict: bool, opaque: bool = False) -> None:
        quicken()
        super().__init__(strict, opaque)
        self._canvas_kind: Any = type(canvas)
        self._canvas_memory = canvas.__dict__
        self._last_canvas = weakref(canvas)

    @property
    def canvas(self) -> DrawnOn:
        """The canvas or recording drawn on."""
        # The context holds the canvas's attributes, not the canvas itself. Without a reference cycle both are freed as
        # soon as the program drops them, not at the next garbage collection.
        canvas = self._last_canvas()
        if canvas is None:
            canvas = self._canvas_kind._from_attributes(self._canvas_memory, self)
            self._last_canvas = weakref(canvas)
        return canvas

    def __repr__(self) -> str:
        memory = self._canvas_memory
        state = "closed" if self._closed else f"{len(memory['_commands'])} commands recorded"
        return f"<Context2D of a {describe(self._canvas_kind, memory)}, {state}>"

    def _size(self) -> tuple[int, int]:
        memory = self._canvas_memory
        return memory["_width"], memory["_height"]

    def _begin(self) -> r.Commands:
        memory = self._canvas_memory
        if "_book" in memory:
            memory["_book"].begin_recording()
        if self._layers:
            layer = self._layers[-1].layer
            assert layer is not None
            return layer.commands
        commands: r.Commands = memory["_commands"]
        return commands

    # -- state -------------------------------------------------------------------------------------------------

    def save(self) -> Self:
        """Push the drawing state. HTML, "the canvas state".

        Returns
        -------
        Context2D
            The context itself: ``with ctx.save():`` pops the state again where the block ends, however it ends.

        Examples
        --------
        >>> import gpucanvas
        >>> ctx = gpucanvas.Recording(10, 10).get_context("2d")
        >>> with ctx.save():
        ...     ctx.global_alpha = 0.5
        >>> ctx.global_alpha
        1.0
        """
        self._state = self._state.push()
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        # A layer that an exception left open is told of by that exception, not by another one in its place.
        if kind is None or self._state.layer is None:
            self.restore()

    def restore(self) -> None:
        """Pop the drawing state; does nothing without a `save` before it. HTML, "the canvas state".

        Raises
        ------
        InvalidStateError
            Where a layer was begun since the last `save`.
        """
        if self._state.layer is not None:
            raise InvalidStateError("restore: a layer was begun since the last save(): end_layer() comes first")
        if self._state.below is not None:
            self._restore(self._state.below)

    def reset(self) -> None:
        """Clear the canvas and the state, as if it were new. HTML, "reset"."""
        self._sync()
        self._reset_state()
        self.canvas._clear()

    def is_context_lost(self) -> bool:
        """Whether what drew here is gone: the OpenGL context of a gl canvas was lost (see LostContextError).

        HTML, "isContextLost". A canvas whose context is lost stays so: make a new one.
        """
        return bool(getattr(self._canvas_memory.get("_backend"), "lost", False))

    def get_context_attributes(self) -> dict[str, Any]:
        """The settings that the context was made with, by Python's names. HTML, "getContextAttributes".

        Examples
        --------
        >>> import gpucanvas
        >>> ctx = gpucanvas.Recording(4, 4).get_context("2d", color_type="float16")
        >>> ctx.get_context_attributes()["color_type"]
        'float16'
        """
        return self.canvas._all_settings()

    # -- transforms --------------------------------------------------------------------------------------------

    def translate(self, x: Number, y: Number) -> None:
        """Move the origin to (x, y). HTML, "transformations"."""
        if not (type(x) is float and type(y) is float and isfinite(x + y)):
            numbers = self._pair("translate", x, y)
            if numbers is None:
                return
            x, y = numbers
        a, b, c, d, e, f = self._state.matrix
        self._set_matrix((a, b, c, d, a * x + c * y + e, b * x + d * y + f))

    def rotate(self, angle: Number) -> None:
        """Turn by an angle, radians, clockwise."""
        if not (type(angle) is float and isfinite(angle)):
            numbers = self._floats("rotate", "angle", angle)
            if numbers is None:
                return
            angle = numbers[0]
        # As `multiply` with `rotation(angle)`.
        a, b, c, d, e, f = self._state.matrix
        s, k = sine_and_cosine(angle)
        e, f = a * 0.0 + c * 0.0 + e, b * 0.0 + d * 0.0 + f
        self._set_matrix((a * k + c * s, b * k + d * s, a * -s + c * k, b * -s + d * k, e, f))

    def scale(self, x: Number, y: Number) -> None:
        """Scale by x and y."""
        numbers = self._pair("scale", x, y)
        if numbers is not None:
            sx, sy = numbers
            a, b, c, d, e, f = self._state.matrix
            self._set_matrix((a * sx, b * sx, c * sy, d * sy, e, f))

    def transform(self, a: Number, b: Number, c: Number, d: Number, e: Number, f: Number) -> None:
        """Multiply the transform by the matrix (a c e / b d f / 0 0 1)."""
        numbers = self._floats("transform", "a b c d e f", a, b, c, d, e, f)
        if numbers is not None:
            self._set_matrix(multiply(self._state.matrix, numbers))  # type: ignore[arg-type]

    @overload
    def set_transform(self, a: Number, b: Number, c: Number, d: Number, e: Number, f: Number, /) -> None: ...
    @overload
    def set_transform(self, matrix: Matrix = ..., /) -> None: ...
    def set_transform(self, *matrix: Any) -> None:
        """Replace the transform: six numbers a to f, one matrix (a DOMMatrix, a 6-tuple, a 3x3 array), or nothing.

        Raises
        ------
        TypeError
            For another number of arguments.
        ValueError
            For a number that is not finite, unless the canvas ignores invalid values.
        """
        if len(matrix) == 6:
            try:
                a, b, c, d, e, f = matrix
                total = 0.0 + a + b + c + d + e + f
                # A sum that is a finite float has only finite floats or Python integers as its terms.
                if type(total) is float and isfinite(total):
                    self._set_matrix((1.0 * a, 1.0 * b, 1.0 * c, 1.0 * d, 1.0 * e, 1.0 * f))
                    return
            except DRAW_ERRORS:
                pass
        if len(matrix) not in (0, 1, 6):
            raise TypeError(f"set_transform takes six numbers, one matrix or nothing, not {len(matrix)} arguments")
        values = IDENTITY if not matrix else as_tuple(matrix[0]) if len(matrix) == 1 else matrix
        numbers = self._floats("set_transform", "a b c d e f", *values)
        if numbers is not None:
            self._set_matrix(numbers)  # type: ignore[arg-type]

    def get_transform(self) -> DOMMatrix:
        """The transform, as a `DOMMatrix`."""
        return DOMMatrix()._take(self._state.matrix)

    def reset_transform(self) -> None:
        """Make the transform the identity."""
        self._set_matrix(IDENTITY)

    # -- rectangles --------------------------------------------------------------------------------------------

    def fill_rect(self, x: Number, y: Number, width: Number, height: Number) -> None:
        """Fill a rectangle with the fill style. HTML, "drawing rectangles to the bitmap"."""
        if self._stale:
            self._sync()
        try:
            # The sum starts with 0.0 because NumPy's integers would overflow.
            if isfinite(0.0 + x + y + width + height):  # type: ignore[operator]
                self._stream += pack_fill_rect(self._shifted_state, self._fill, x, y, width, height)
                return self._check_unread()
        except DRAW_ERRORS:
            pass
        numbers = self._floats("fill_rect", "x y width height", x, y, width, height)
        if numbers is not None:
            self._add(r.FILL_RECT, self._fill, 0, *numbers)

    def stroke_rect(self, x: Number, y: Number, width: Number, height: Number) -> None:
        """Stroke a rectangle's outline with the stroke style."""
        if self._stale or self._stroke < 0 or self._pen_index < 0:
            self._sync_stroke()
        numbers = self._floats("stroke_rect", "x y width height", x, y, width, height)
        if numbers is not None and (numbers[2] != 0 or numbers[3] != 0):
            self._add(r.STROKE_RECT, self._stroke, self._pen_index, *numbers)

    def clear_rect(self, x: Number, y: Number, width: Number, height: Number) -> None:
        """Make a rectangle transparent."""
        if self._stale:
            self._sync()
        numbers = self._floats("clear_rect", "x y width height", x, y, width, height)
        if numbers is not None:
            self._add_plain(r.CLEAR_RECT, self._fill, 0, *numbers)
            if len(self._stream) > self._unread_limit:
                # At once, not before the next verb: the commands that this rectangle hides need not be drawn.
                self._begin_recording()

    def _draw_unread(self) -> None:
        # hasattr asks the class: on an object, a missing name starts a slow search for similar names (`names.py`).
        if hasattr(type(self.canvas), "flush"):
            self.canvas.flush()  # type: ignore[attr-defined]

    # -- paths -------------------------------------------------------------------------------------------------

    def fill(self, path: Path2D | FillRule | None = None, fill_rule: FillRule = "nonzero") -> None:
        """Fill a path, or the current one, with the fill style.

        Parameters
        ----------
        path
            A `Path2D`; the current path where it is left out. The fill rule may take its place.
        fill_rule
            ``"nonzero"`` or ``"evenodd"``.
        """
        rule = 0
        if path is not None or fill_rule != "nonzero":
            path, rule = self._path_and_rule("fill", path, fill_rule)
        recording = self._recording
        if self._stale or recording is None:
            recording = self._sync()
        local = 0.0
        if path is None:
            current = self._path or self._new_path()
            version = current._cleared + len(current.verbs)
            index = self._path_index if version == self._path_version else self._append_path(current, version)
        else:
            index, local = recording.add_path(path, path.version, path.verbs, path.coords), r.PATH_IS_LOCAL
        if self._is_indirect:
            return self._add(FILL_PATH, self._fill, index, rule, 0.0, local, 0.0)
        self._stream += pack_command(FILL_PATH, self._state_index, self._fill, index, rule, 0.0, local, 0.0)
        self._check_unread()

    def stroke(self, path: Path2D | None = None) -> None:
        """Stroke a path, or the current one, with the stroke style."""
        if path is not None and not isinstance(path, Path2D):
            raise TypeError(f"stroke takes a Path2D or nothing, not {path!r}")
        recording = self._recording
        if self._stale or self._stroke < 0 or recording is None:
            recording = self._sync_stroke()
        elif self._pen_index < 0:
            self._pen_index = recording.add_pen(self._state.pen)
        state = self._state
        if state.matrix is not IDENTITY or state.pen[0] > WIDEST:
            self._check_pen("stroke")
        local = 0.0
        if path is None:
            current = self._path or self._new_path()
            version = current._cleared + len(current.verbs)
            index = self._path_index if version == self._path_version else self._append_path(current, version)
        else:
            index, local = recording.add_path(path, path.version, path.verbs, path.coords), r.PATH_IS_LOCAL
        if self._is_indirect:
            return self._add(STROKE_PATH, self._stroke, index, self._pen_index, 0.0, local, 0.0)
        self._stream += pack_command(
            STROKE_PATH, self._state_index, self._stroke, index, self._pen_index, 0.0, local, 0.0
        )
        self._check_unread()

    def clip(self, path: Path2D | FillRule | None = None, fill_rule: FillRule = "nonzero") -> None:
        """Cut the clip with a path, or with the current one, until `restore`."""
        path, rule = self._path_and_rule("clip", path, fill_rule)
        if self._recording is None:
            self._sync()
        outline = self._path or self._new_path() if path is None else path
        matrix = IDENTITY if path is None else self._state.matrix
        node = r.ClipNode(self._state.clip, bytes(outline.verbs), outline.coords[:], matrix, rule)
        self._state.clip = node
        self._changed()

    def _path_and_rule(self, verb: str, path: Any, rule: Any) -> tuple[Path2D | None, int]:
        if isinstance(path, str):
            path, rule = None, path
        if path is not None and not isinstance(path, Path2D):
            raise TypeError(f"{verb}: {path!r} is no Path2D: make one with gpucanvas.Path2D(...)")
        if not isinstance(rule, str) or rule not in RULES:
            raise TypeError(f"{verb}: the fill rule is {rule!r}: give 'nonzero' or 'evenodd'")
        return path, RULES[rule]

    def _append_path(self, current: PathBuilder, version: int) -> int:
        """Append the current path, of this version, to the recording; returns its index."""
        tables = self._path_tables
        if tables is None:
            assert self._recording is not None
            tables = self._path_tables = self._recording.path_tables()
        self._path_version = version
        index = self._path_index = r.append_path(tables, current.verbs, current.coords)
        if len(tables[2]) > UNREAD_COORDS or len(self._stream) > self._unread_limit:
            self._limit_unread()
        return index

    # -- hit tests ---------------------------------------------------------------------------------------------

    @overload
    def is_point_in_path(self, x: Number, y: Number, fill_rule: FillRule = ..., /) -> bool: ...
    @overload
    def is_point_in_path(self, path: Path2D, x: Number, y: Number, fill_rule: FillRule = ..., /) -> bool: ...
    def is_point_in_path(self, *arguments: Any) -> bool:
        """Whether (x, y), canvas pixels, is inside a path or on its outline.

        Called as ``(x, y[, fill_rule])`` or ``(path, x, y[, fill_rule])``; the transform does not apply to x and y.
        """
        path, x, y, rest = self._point_arguments("is_point_in_path", arguments)
        rule = rest[0] if rest else "nonzero"
        if not isinstance(rule, str) or rule not in RULES:
            raise TypeError(f"is_point_in_path: the fill rule is {rule!r}: give 'nonzero' or 'evenodd'")
        if path is not None:
            return bool(queries().is_in_fill(path, x, y, rule == "evenodd", self._state.matrix))
        return self._path is not None and bool(queries().is_in_fill(self._path, x, y, rule == "evenodd"))

    @overload
    def is_point_in_stroke(self, x: Number, y: Number, /) -> bool: ...
    @overload
    def is_point_in_stroke(self, path: Path2D, x: Number, y: Number, /) -> bool: ...
    def is_point_in_stroke(self, *arguments: Any) -> bool:
        """Whether (x, y), canvas pixels, is inside the stroke of a path. Called as ``([path,] x, y)``."""
        path, x, y, rest = self._point_arguments("is_point_in_stroke", arguments)
        if rest:
            raise TypeError("is_point_in_stroke takes ([path,] x, y)")
        owner = self._path if path is None else path
        if owner is None:
            return False
        pen, matrix = self._state.pen, self._state.matrix
        style = pen.width, pen.cap, pen.join, pen.miter_limit
        return bool(queries().is_in_stroke(owner, x, y, style, pen.dash, pen.dash_offset, matrix, path is not None))

    def _point_arguments(self, verb: str, arguments: tuple[Any, ...]) -> tuple[Path2D | None, float, float, Any]:
        path = None
        if arguments and isinstance(arguments[0], Path2D):
            path, arguments = arguments[0], arguments[1:]
        if not 2 <= len(arguments) <= 3:
            raise TypeError(f"{verb} takes ([path,] x, y[, fill_rule])")
        x, y, *rest = arguments
        return path, as_float(verb, "x", x), as_float(verb, "y", y), rest


@cache
def quicken() -> None:
    """Give contexts the verbs in C: once, when the first context is made, since the library takes a while to load."""
    from .quick import quicken

    quicken(Context2D)


@cache
def queries() -> Any:
    """The module of hit tests, loaded on first use: few programs need it."""
    from ..geometry import query

    return query


def describe(kind: type, memory: dict[str, Any]) -> str:
    """The repr of a canvas or recording, from its attributes: class, size and backend."""
    backend = f" on {memory['_backend'].name}" if "_backend" in memory else ""
    return f"{kind.__name__} {memory['_width']}x{memory['_height']}{backend}"


__all__ = ["Context2D"]
