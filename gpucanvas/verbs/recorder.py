"""Recorder: the base of all parts of a context: it appends commands to a recording and checks their numbers.

A command refers to the drawing state, the paint and the pen by index. The indices are cached here and found again only
after a change (`_stale`), so that a plain ``fill_rect`` is one check and one append.
"""

from __future__ import annotations

import struct
import sys
from collections import deque
from math import hypot, isfinite
from typing import Any, ClassVar, NamedTuple

from .. import config
from ..contract.outlines import WIDEST
from ..errors import ClosedError, LimitError
from ..geometry.affine import IDENTITY, Affine, invert
from ..geometry.builder import PathBuilder
from ..geometry.numbers import Number, all_finite, shown
from ..images.colorspace import ColorSpace
from ..paint.color import to_rgba
from ..paint.gradient import CanvasGradient
from ..paint.pattern import CanvasPattern
from ..paint.special import Special
from ..pipeline.record import (
    CLEAR_RECT,
    DRAW_LAYER,
    LAYER,
    PUT_IMAGE,
    SHADOW,
    STATE_BYTES,
    STATE_REST_BYTES,
    STATE_SHIFT,
    Commands,
    LayerUse,
    PathTables,
    Pen,
    Shadow,
    pack_command,
    pack_moved_state,
)
from .opaque import adapted_style, append_adapted, is_adapted
from .state import BLACK, NO_FILTER, NO_SHADOW, STYLES, Solid, State, Style

PAINT_SINK: Any = deque(maxlen=0)
"""Stands for the paint list while there is no recording: it drops what is appended, so style setters need no check."""
MAX_CACHED_COLORS = 256
"""Colours of a recording whose paint index is cached. Any other colour adds a paint each time it is set."""
UNREAD_BYTES = 3 << 20
"""Most bytes of undrawn commands, 65,536 commands: frames drawn in parts of this size take no longer."""
UNREAD_COORDS = 8 << 20
UNREAD_TEXTS = 1 << 16
"""Most texts that are appended to one undrawn command."""
UNREAD_KEPT_BYTES = 64 << 20
"""Most undrawn coordinates of paths, and bytes of undrawn batches and snapshots of images."""
NO_LIMIT = sys.maxsize
TRANSFORM_CHANGED = -2
"""Value of `Recorder._state_index` where only transform or alpha differ from the last recorded state; -1: unknown."""
DRAW_ERRORS = (TypeError, struct.error, OverflowError)


class CachedImage(NamedTuple):
    """An image that the recording holds: the object, its index there, its size, and the indices of its uses.

    ``uses`` has two dictionaries, not smoothed and smoothed, from a part (x, y, width, height; None: all) to a use.
    """

    image: Any
    image_index: int
    width: float
    height: float
    uses: tuple[dict[Any, int], dict[Any, int]]


class Recorder:
    """The part of a context that writes to a recording."""

    # All slots of a context are declared here: a class cannot inherit from two bases with slots of their own.
    __slots__ = (
        "_closed",
        "_colors",
        "_config",
        "_cached_images",
        "_fill",
        "_has_ids",
        "_is_indirect",
        "_is_opaque",
        "_layers",
        "_checked_pen",
        "_opaque",
        "_paints",
        "_path",
        "_path_index",
        "_path_tables",
        "_path_version",
        "_pen_index",
        "_recording",
        "_shifted_state",
        "_staged",
        "_stale",
        "_state",
        "_state_index",
        "_state_rest",
        "_stream",
        "_strict",
        "_stroke",
        "_text_end",
        "_unread_limit",
    )

    _space: ClassVar[ColorSpace] = "srgb"
    """The canvas's colour space. `WideContext2D` overrides it."""

    def __init__(self, strict: bool, opaque: bool = False) -> None:
        # `_is_opaque` is the canvas's setting; `_opaque` that of the present target: a layer always has alpha.
        self._strict, self._opaque, self._is_opaque = strict, opaque, opaque
        # The first state of each open layer, the innermost last.
        self._layers: list[State] = []
        # Whether commands must go through `_add`: shadow, filter or an opaque target make one call several commands.
        self._is_indirect = False
        # The pen and the transform that `_check_pen` last accepted.
        self._checked_pen: tuple[Pen, Affine] | None = None
        # Whether any draw had a `hit_id`.
        self._has_ids = False
        self._closed = False
        self._state = State()
        self._path: PathBuilder | None = None
        # Views of the staging memory among the arguments of the batch verb that runs, or None for each other argument.
        self._staged: tuple[Any, ...] = ()
        self._forget()

    def _begin(self) -> Commands:
        """The recording to append to."""
        raise NotImplementedError

    def _size(self) -> tuple[int, int]:
        """Width and height of what is drawn on, pixels."""
        raise NotImplementedError

    # -- the recording -----------------------------------------------------------------------------------------

    def _forget(self) -> None:
        """Drop all cached indices, and the recording: the next command begins with what `_begin` returns."""
        self._config: config.Config | None = None
        self._recording: Commands | None = None
        self._stream = bytearray()
        self._colors: dict[str | Solid, int] = {}
        # Images of the recording by id(): drawing one of these again needs no conversion.
        self._cached_images: dict[int, CachedImage] = {}
        self._paints = PAINT_SINK
        self._state_index = -1
        # The bytes of the last recorded state after its transform and alpha.
        self._state_rest = b""
        self._shifted_state = 0
        self._fill = self._stroke = -1
        self._pen_index = -1
        # The end of the last command if it draws text (textdraw.TextEnd): another text may be appended to it.
        self._text_end: Any = None
        # Bytes of commands above which the recording is drawn before the next command.
        self._unread_limit = UNREAD_BYTES
        # The version of the current path that was last appended to the recording, and its index there.
        self._path_version = self._path_index = -1
        self._path_tables: PathTables | None = None
        self._stale = True

    def _begin_recording(self) -> Commands:
        """Begin to append to a recording; a canvas's recording that has grown beyond the limit is drawn first.

        So a program that draws frame after frame and never reads one does not record without end. A verb that looks up
        nothing, such as `fill_rect` with a cached state and paint, marks the indices as stale once the recording is
        beyond the limit, so that the next verb comes here.
        """
        if self._recording is not None:
            # Nothing can be drawn yet in an open layer, nor by a `Recording`: the limit is not looked at again.
            self._unread_limit = NO_LIMIT
            if not self._layers:
                self._draw_unread()
        if self._recording is not None:
            return self._recording
        if self._closed:
            raise ClosedError("the canvas is closed: nothing can be drawn on it any more; make a new Canvas")
        recording = self._recording = self._begin()
        self._theme()
        self._stream, self._paints = recording.commands, recording.paints
        self._fill = self._stroke = -1
        return recording

    def _draw_unread(self) -> None:
        """Draw what has been recorded, where there is a canvas to draw it on."""

    def _check_unread(self) -> None:
        """Have what has been recorded drawn before the next verb if it is beyond the limit."""
        if len(self._stream) > self._unread_limit:
            self._stale = True

    def _limit_unread(self) -> None:
        """Have what has been recorded drawn before the next verb: it takes more memory than unread commands may."""
        if self._unread_limit < NO_LIMIT:
            self._unread_limit, self._stale = -1, True

    def _sync(self) -> Commands:
        """Make the indices of state and fill style current; returns the recording."""
        recording = self._recording
        if recording is None or len(self._stream) > self._unread_limit:
            recording = self._begin_recording()
        state = self._state
        index = self._state_index
        if index == TRANSFORM_CHANGED and state.hit is None:
            states = recording.states
            a, b, c, d, e, f = state.matrix
            states += pack_moved_state(a, b, c, d, e, f, state.alpha, self._state_rest)
            index = self._state_index = len(states) // STATE_BYTES - 1
            if self._shifted_state >= 0:
                self._shifted_state = index << STATE_SHIFT
        elif index < 0:
            self._state_index = self._add_state(recording, state.matrix)
            self._state_rest = bytes(recording.states[-STATE_REST_BYTES:])
            layered = state.shadow is not NO_SHADOW and state.shadow.is_seen
            layered = layered or (state.filter is not NO_FILTER and bool(state.filter.effects))
            self._is_indirect = self._opaque or layered
            # -1 cannot be packed: the quick path of each verb fails with it and calls `_add`.
            goes_through_add = layered or (self._opaque and is_adapted(state.operator))
            self._shifted_state = -1 if goes_through_add else self._state_index << STATE_SHIFT
        if self._fill >= 0 and type(state.fill) is tuple:
            self._stale = False
            return recording
        fill = state.fill
        # A gradient may get another stop before the next draw, and a pattern another transform.
        self._stale = isinstance(fill, Special)
        if self._stale or self._fill < 0:
            self._fill = self._find_paint(recording, self._fill, fill)
        return recording

    def _add_state(self, recording: Commands, matrix: Affine, tone: int = 0) -> int:
        """Append the state with this transform; returns its index. ``tone`` is that of text: bits of Draw.style."""
        state = self._state
        style = adapted_style(state.operator) if self._opaque else STYLES[state.operator]
        index = recording.add_state(matrix, state.alpha, style | tone, state.clip)
        if state.hit is not None:
            recording.hits.extend((index, state.hit))
        return index

    def _sync_stroke(self) -> Commands:
        """Make the indices of state, stroke style and pen current; returns the recording."""
        recording = self._sync()
        self._stroke = self._find_paint(recording, self._stroke, self._state.stroke)
        if self._pen_index < 0:
            self._pen_index = recording.add_pen(self._state.pen)
        if isinstance(self._state.stroke, Special):
            self._stale = True
        return recording

    def _check_pen(self, verb: str) -> None:
        """Raise LimitError where the pen's width under the transform is above the widest line that can be drawn."""
        pen, matrix = self._state.pen, self._state.matrix
        if self._checked_pen is not None and self._checked_pen[0] is pen and self._checked_pen[1] is matrix:
            return
        a, b, c, d, _, _ = matrix
        # The larger singular value of the transform: the most that it scales in any direction.
        width = pen.width * (hypot(a + d, b - c) + hypot(a - d, b + c)) / 2
        if width > WIDEST and invert(matrix) is not None:
            raise LimitError(
                f"{verb}: a line_width of {pen.width:g} is {width:g} pixels under this transform: the limit is "
                f"{WIDEST:g}; fill a rectangle instead"
            )
        self._checked_pen = pen, matrix

    def _find_paint(self, recording: Commands, index: int, style: Style) -> int:
        # Of these classes only `Special` is asked for quickly: the others have a metaclass.
        if isinstance(style, Special):
            return self._add_special(recording, style)
        if index >= 0:
            return index
        found = self._colors.get(style)
        if found is None:
            found = recording.add_solid(style)
            if len(self._colors) < MAX_CACHED_COLORS:
                self._colors[style] = found
        return found

    def _add_special(self, recording: Commands, style: Special) -> int:
        if isinstance(style, CanvasGradient):
            return recording.add_gradient(style, self._space)
        assert isinstance(style, CanvasPattern)
        kept = None
        if style._space != self._space:
            from ..pipeline.converted import converted

            kept = converted(style._source, style._pixels, style._space, self._space)
        return recording.add_pattern(style, self._state.smoothing, kept)

    def _add(self, kind: int, paint: int, extra: int, a: float, b: float, c: float, d: float) -> None:
        """Append a command with its shadow and filter; call `_sync` first."""
        if self._is_indirect and kind not in (CLEAR_RECT, PUT_IMAGE):
            effects, is_shadowed = self._state.filter.effects, self._state.shadow.is_seen
            if (effects or is_shadowed) and not self._draws_nothing(kind, extra, (a, b, c, d)):
                if effects:
                    return self._add_filtered(kind, paint, extra, (a, b, c, d))
                self._add_shadow(kind, paint, extra, (a, b, c, d))
        self._add_plain(kind, paint, extra, a, b, c, d)
        recording = self._recording
        if recording is not None and not recording.has_only_rects and recording.kept_bytes > UNREAD_KEPT_BYTES:
            self._limit_unread()

    def _draws_nothing(self, kind: int, extra: int, numbers: tuple[float, float, float, float]) -> bool:
        """Whether a command draws nothing. It must not get a layer then: under an unbounded operator that clears."""
        from ..pipeline.nothing import draws_nothing

        assert self._recording is not None
        return draws_nothing(self._recording, self._state.matrix, kind, extra, numbers)

    def _add_shadow(self, kind: int, paint: int, extra: int, numbers: tuple[float, float, float, float]) -> None:
        """Append the shadow of a command (HTML, "drawing model"): a layer that holds only the command."""
        from ..pipeline.shadow import isolated_command

        recording = self._recording
        assert recording is not None
        shadow = self._recorded_shadow()
        assert shadow is not None
        # A layer is placed at whole pixels: the rest of the offset moves the shape inside the layer.
        whole_x, whole_y = shadow.whole_offset
        moved = shadow.offset_x - whole_x, shadow.offset_y - whole_y
        drawn = isolated_command(recording, self._state_index, (kind, paint, extra), numbers, moved)
        index = recording.add_layer(LayerUse(drawn, shadow=shadow))
        self._add_plain(DRAW_LAYER, paint, index, SHADOW, 0.0, 0.0, 0.0)

    def _add_filtered(self, kind: int, paint: int, extra: int, numbers: tuple[float, float, float, float]) -> None:
        """Append a filtered layer that holds only a command. The shadow is that of the filtered result."""
        from ..pipeline.shadow import isolated_command

        recording = self._recording
        assert recording is not None
        drawn = isolated_command(recording, self._state_index, (kind, paint, extra), numbers, (0.0, 0.0))
        self._add_layer(paint, LayerUse(drawn, self._state.filter.effects, self._recorded_shadow()))

    def _recorded_shadow(self) -> Shadow | None:
        """The state's shadow as a recording holds it; None where it is invisible."""
        return self._state.shadow.recorded()

    def _add_layer(self, paint: int, use: LayerUse) -> None:
        """Append a layer, and its shadow before it; call `_sync` first."""
        if use.effects:
            from ..pipeline.shadow import nest_drop_shadows

            use = nest_drop_shadows(use)
        recording = self._recording
        assert recording is not None
        index = recording.add_layer(use)
        for drawn in (LAYER,) if use.shadow is None else (SHADOW, LAYER):
            self._add_plain(DRAW_LAYER, paint, index, drawn, 0.0, 0.0, 0.0)

    def _add_plain(self, kind: int, paint: int, extra: int, a: float, b: float, c: float, d: float) -> None:
        """Append a command without shadow and filter, rewritten where the target is opaque."""
        state = self._state_index
        if self._opaque and self._recording is not None:
            append_adapted(self._recording, self._state, self._size(), (kind, state, paint, extra), (a, b, c, d))
            return
        self._stream += pack_command(kind, state, paint, extra, a, b, c, d)

    def _close(self) -> None:
        """Refuse all further drawing."""
        self._closed = True
        self._forget()

    # -- state -------------------------------------------------------------------------------------------------

    def _changed(self) -> None:
        """Note that the operator, clip, shadow, filter or hit id changed."""
        self._state_index = -1
        self._stale = True

    def _new_path(self) -> PathBuilder:
        """Make the current path, on first use: most small recordings draw no path."""
        path = self._path = PathBuilder(strict=self._strict)
        self._move_path()
        return path

    def _move_path(self) -> None:
        """Have points added to the current path from now on mapped by the present transform."""
        if self._path is not None:
            matrix = self._state.matrix
            self._path.matrix = None if matrix == IDENTITY else matrix

    def _set_matrix(self, matrix: Affine) -> None:
        self._state.matrix = matrix
        path = self._path
        if path is not None:
            path.matrix = None if matrix == IDENTITY else matrix
        if self._state_index >= 0:
            self._state_index = TRANSFORM_CHANGED
        self._stale = True

    def _set_pen(self, pen: Pen) -> None:
        self._state.pen = pen
        self._pen_index = -1

    def _restore(self, state: State) -> None:
        before = self._state
        self._state = state
        path = self._path
        if path is not None:
            path.matrix = None if state.matrix == IDENTITY else state.matrix
        # Most programs save and restore for the transform alone: keep the indices that stay valid.
        if state.fill is not before.fill:
            self._fill = -1
        if state.stroke is not before.stroke:
            self._stroke = -1
        if state.pen is not before.pen:
            self._pen_index = -1
        if self._state_index != -1:
            self._state_index = TRANSFORM_CHANGED if state.draws_like(before) else -1
        self._stale = True

    def _color_of(self, style: object) -> Style | None:
        """The paint for a value assigned to fill_style or stroke_style; None where the value is to be ignored."""
        if isinstance(style, Special):
            return style  # type: ignore[return-value]
        try:
            if isinstance(style, str) and style.startswith("var("):
                return self._theme_color(style)
            return to_rgba(style)
        except (ValueError, TypeError):
            if self._strict:
                raise
            return None

    def _theme_color(self, style: str) -> Solid:
        """A colour of the theme, ``var(--name)`` (CSS Custom Properties, "using cascading variables")."""
        name = style[4:].rstrip().removesuffix(")").strip().removeprefix("--")
        colors = self._theme().colors
        found: Solid | None = colors.get(name)
        if found is None:
            known = ", ".join(colors) or "none"
            raise ValueError(f"the theme has no colour for {style!r} but {known}: give it one with gpucanvas.configure")
        return found

    def _theme(self) -> config.Config:
        """The configuration at the start of the recording: one picture is never drawn with two themes."""
        if self._config is None:
            self._config = config.current()
        return self._config

    def _own_color(self, color: Solid) -> Solid:
        """A colour of the state in the canvas's colour space."""
        return color

    def _add_style(self, given: object, style: Style) -> int:
        """The index of a colour's paint; -1 without a recording, and for gradients and patterns, added when drawn."""
        if self._recording is None or isinstance(style, Special):
            return -1
        index = self._recording.add_solid(style)
        if type(given) is str and len(self._colors) < MAX_CACHED_COLORS:
            self._colors[given] = index
        return index

    def _switch_recording(self, state: State) -> None:
        """Go on in another recording, with its state: that of a layer, or of the content around a layer."""
        # The picture keeps its theme.
        theme = self._config
        self._forget()
        self._config = theme
        self._restore(state)

    def _reset_state(self) -> None:
        if self._layers:
            self._layers.clear()
            self._opaque = self._is_opaque
            self._forget()
        self._restore(State())
        if self._path is not None:
            self._path.clear()

    # -- numbers -----------------------------------------------------------------------------------------------

    def _floats(self, verb: str, names: str, *values: Number) -> tuple[float, ...] | None:
        """The numbers of a call as floats; None where one is not finite and the canvas ignores such calls.

        Raises TypeError for a value that is no number, and on a strict canvas ValueError for one that is not finite.
        """
        try:
            if all(map(isfinite, values)):
                return tuple(map(float, values))
        except (TypeError, OverflowError):
            pass
        return tuple(map(float, values)) if all_finite(verb, names, values, self._strict) else None

    def _pair(self, verb: str, x: Number, y: Number) -> tuple[float, ...] | None:
        """`_floats` for two numbers x and y, made faster."""
        try:
            total = 0.0 + x + y  # type: ignore[operator]
            # A sum that is a finite float has only finite floats or Python integers as its terms.
            if type(total) is float and isfinite(total):
                return 1.0 * x, 1.0 * y  # type: ignore[operator]
        except DRAW_ERRORS:
            pass
        return self._floats(verb, "x y", x, y)

    def _invalid(self, name: str, value: object, cure: str) -> None:
        """Refuse a value of a setting: raise on a strict canvas, else leave the setting as it is."""
        if self._strict:
            raise ValueError(f"{name} is {shown(value)}: {cure}")


__all__ = ["BLACK", "DRAW_ERRORS", "MAX_CACHED_COLORS", "TRANSFORM_CHANGED", "CachedImage", "Recorder"]
