"""Context2D: the HTML CanvasRenderingContext2D in snake_case. Wide and shallow: each verb checks, then appends.

Here are the state and the drawing of rectangles and paths; the rest is in the other files of this folder.

https://html.spec.whatwg.org/multipage/canvas.html#2dcontext
"""

from __future__ import annotations

from functools import cache
from math import isfinite
from typing import Any, Literal, Protocol, Self
from weakref import ref as weakref

from .. import memory
from ..contract.commands import FILL_PATH, STROKE_PATH
from ..contract.outlines import WIDEST
from ..copies import Uncopied
from ..errors import InvalidStateError
from ..geometry.affine import IDENTITY
from ..geometry.builder import PathBuilder
from ..geometry.controlbox import control_box, is_beside, reach_of
from ..geometry.numbers import Number
from ..geometry.path import Path2D
from ..names import STANDARD, KnownNames, named_for_programs
from ..pipeline import record as r
from .batches import BatchVerbs
from .indices import DRAW_ERRORS, UNREAD_COORDS
from .markers import MarkerVerbs
from .paints import PaintVerbs
from .paths import PathVerbs
from .pictures import PictureVerbs
from .points import PointVerbs
from .sprites import SpriteVerbs
from .state import RULES, FillRule, State
from .textbatches import TextBatchVerbs
from .transforms import TransformVerbs
from .words import where_colors_go


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
    PictureVerbs,
    PaintVerbs,
    PathVerbs,
    PointVerbs,
    TransformVerbs,
    BatchVerbs,
    MarkerVerbs,
    SpriteVerbs,
    TextBatchVerbs,
    Uncopied,
    metaclass=KnownNames,
):
    """Draws on a canvas, or into a recording. Get one from ``get_context("2d")``.

    Coordinates are pixels of user space, y downwards; angles are radians. Nothing is drawn until pixels are asked for:
    every verb only records.
    """

    __slots__ = ("__weakref__", "_blocks", "_canvas_kind", "_canvas_memory", "_last_canvas")
    _not_yet = STANDARD
    _copy_cure = (
        "it draws on its one canvas, and save() and restore() keep its state; another canvas has a context of its own"
    )

    def __init__(self, canvas: DrawnOn, strict: bool, opaque: bool = False) -> None:
        quicken()
        super().__init__(strict, opaque)
        # The entries that the open ``with ctx.save():`` blocks began with, the innermost last.
        self._blocks: list[State] = []
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

    def _is_cut_off(self) -> bool:
        # Shadows and filters move pixels onto the canvas, and the picture of a recording may be drawn anywhere.
        state = self._state
        if "_book" not in self._canvas_memory or state.shadow.is_seen or state.filter.effects:
            return False
        return all(below.layer is not None and below.layer.keeps_places for below in self._layers)

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
            The context itself. ``with ctx.save():`` brings the state back where the block ends, however it ends: it
            also pops what the block pushed, and ends the layers that the block left open.

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
        state = self._state
        if not state.is_as_pushed() or (self._blocks and self._blocks[-1] is state):
            raise InvalidStateError("with ctx: no save() comes just before it: write `with ctx.save():`")
        self._blocks.append(state)
        return self

    def __exit__(self, *exception: object) -> None:
        outside = self._blocks.pop().below
        # A restore() too many, or reset(), has removed the entry already: what the stack then holds is not the block's.
        if outside is not None and self._is_on_stack(outside):
            self._unwind_to(outside)

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
            if self._is_beside(path, 0.0):
                return None
            index, local = recording.add_path(path, path.version, path.verbs, path.coords), r.PATH_IS_LOCAL
        if self._is_indirect:
            return self._add(FILL_PATH, self._fill, index, rule, 0.0, local, 0.0)
        self._stream += pack_command(FILL_PATH, self._state_index, self._fill, index, rule, 0.0, local, 0.0)
        self._check_unread()

    def stroke(self, path: Path2D | None = None) -> None:
        """Stroke a path, or the current one, with the stroke style."""
        if path is not None and not isinstance(path, Path2D):
            colors = where_colors_go(path, "stroke_style")
            raise TypeError(f"stroke takes a Path2D or nothing, not {path!r}{colors}")
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
            if self._is_beside(path, reach_of(state.pen[0], state.pen[3], state.matrix)):
                return None
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
            colors = where_colors_go(rule, "fill_style")
            raise TypeError(f"{verb}: the fill rule is {rule!r}: give 'nonzero' or 'evenodd'{colors}")
        return path, RULES[rule]

    def _is_beside(self, path: Path2D, reach: float) -> bool:
        """Whether a path, grown by a reach in pixels, lies wholly beside the picture, so that it need not be recorded.

        A path with an id can be picked there.
        """
        size = self._seen_size
        if size is None or self._state.hit is not None:
            return False
        version, box = path.version, path._box
        if box is None or box[0] != version:
            box = path._box = version, *control_box(path.verbs, path.coords)
        return is_beside(box[1:], self._state.matrix, size, reach)

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


@cache
def quicken() -> None:
    """Give contexts the verbs in C: once, when the first context is made, since the library takes a while to load."""
    from .quick import quicken

    quicken(Context2D)


def describe(kind: type, memory: dict[str, Any]) -> str:
    """The repr of a canvas or recording, from its attributes: class, size and backend."""
    backend = f" on {memory['_backend'].name}" if "_backend" in memory else ""
    return f"{kind.__name__} {memory['_width']}x{memory['_height']}{backend}"


__all__ = ["Context2D"]
