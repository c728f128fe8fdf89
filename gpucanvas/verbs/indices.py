"""Indices: the base of all parts of a context: the recording, and the indices by which commands refer to its tables.

A command refers to the drawing state, the paint and the pen by index. The indices are cached here and found again only
after a change (`_stale`), so that a plain ``fill_rect`` is one check and one append.
"""

from __future__ import annotations

import struct
import sys
from collections import deque
from math import hypot
from typing import Any, ClassVar, NamedTuple

from .. import config
from ..contract.constants import STYLE_UNBOUNDED
from ..contract.operators import CLEARING
from ..contract.outlines import WIDEST
from ..errors import ClosedError, LimitError
from ..geometry.affine import Affine, invert, multiply
from ..geometry.builder import PathBuilder
from ..images.colorspace import ColorSpace
from ..paint.gradient import CanvasGradient
from ..paint.pattern import CanvasPattern
from ..paint.special import Special
from ..pipeline.record import (
    STATE_BYTES,
    STATE_REST_BYTES,
    STATE_SHIFT,
    Commands,
    PathTables,
    Pen,
    pack_moved_state,
)
from .opaque import adapted_style, is_adapted
from .state import NO_FILTER, NO_SHADOW, STYLES, Solid, State, Style

__all__ = [
    *("DRAW_ERRORS", "MAX_CACHED_COLORS", "TRANSFORM_CHANGED", "UNREAD_COORDS", "UNREAD_TEXTS"),
    *("CachedImage", "Indices"),
]

PAINT_SINK: Any = deque(maxlen=0)
"""Stands for the paint list while there is no recording: it drops what is appended, so style setters need no check."""
MAX_CACHED_COLORS = 256
"""Colours of a recording whose paint index is cached. Any other colour adds a paint each time it is set."""
UNREAD_BYTES = 3 << 20
"""Most bytes of undrawn commands, 65,536 commands: frames drawn in parts of this size take no longer."""
UNREAD_COORDS = 8 << 20
"""Most undrawn coordinates of paths."""
UNREAD_TEXTS = 1 << 16
"""Most texts that are appended to one undrawn command."""
NO_LIMIT = sys.maxsize
TRANSFORM_CHANGED = -2
"""Value of `Indices._state_index` where only transform, alpha or hit id differ from the last state; -1: unknown."""
DRAW_ERRORS = (TypeError, struct.error, OverflowError)


class CachedImage(NamedTuple):
    """An image that the recording holds: the object, its index there, its size, and the indices of its uses.

    ``uses`` has two dictionaries, not smoothed and smoothed, from a part (x, y, width, height; None: all) to a use.
    Where one is of a mip level, its key is (source, halvings). ``halves`` is as of `ImageUse`. ``filtered`` says
    whether the image is filtered where it is drawn small, whatever the quality.
    """

    image: Any
    image_index: int
    width: float
    height: float
    uses: tuple[dict[Any, int], dict[Any, int]]
    halves: bool = False
    filtered: bool = False


class Indices:
    """The recording of a context, and its cached indices."""

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
        "_keeps_colors",
        "_last_filled",
        "_last_stroked",
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
        "_seen_size",
        "_shifted_state",
        "_staged",
        "_stale",
        "_state",
        "_state_index",
        "_state_rest",
        "_stream",
        "_strict",
        "_stroke",
        "_text_columns",
        "_text_end",
        "_unread_limit",
    )

    _space: ClassVar[ColorSpace] = "srgb"
    """The canvas's colour space. `WideContext2D` overrides it."""
    _is_extended: ClassVar[bool] = False
    """Whether the canvas keeps colours outside of 0 to 1, as those of float16 do."""

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
        # Width and height of the picture if nothing drawn beside it in the recorded state is ever seen, else None.
        self._seen_size: tuple[int, int] | None = None
        # Whether a colour's paint is the colour itself, in sRGB. The C verbs find no other paints.
        self._keeps_colors = self._space == "srgb"
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

    def _is_cut_off(self) -> bool:
        """Whether nothing that is drawn beyond these pixels is ever seen."""
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
        # The end of the last command if it draws text (textend.TextEnd): another text may be appended to it.
        self._text_end: Any = None
        # The same of the last commands that filled and stroked labels: another text may be recorded alike.
        self._last_filled: Any = None
        self._last_stroked: Any = None
        # The columns of the recording's texts (pipeline.glyphrows.TextColumns) by strike and kind.
        self._text_columns: dict[Any, Any] = {}
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
        if index == TRANSFORM_CHANGED:
            states = recording.states
            a, b, c, d, e, f = state.matrix
            states += pack_moved_state(a, b, c, d, e, f, state.alpha, self._state_rest)
            index = self._state_index = len(states) // STATE_BYTES - 1
            if state.hit is not None:
                recording.hits.extend((index, state.hit))
            if self._shifted_state >= 0:
                self._shifted_state = index << STATE_SHIFT
        elif index < 0:
            self._state_index = self._add_state(recording, state.matrix)
            self._state_rest = bytes(recording.states[-STATE_REST_BYTES:])
            layered = state.shadow is not NO_SHADOW and state.shadow.is_seen
            layered = layered or (state.filter is not NO_FILTER and bool(state.filter.effects))
            layered = layered or state.operator == CLEARING
            self._is_indirect = self._opaque or layered
            # -1 cannot be packed: the quick path of each verb fails with it and calls `_add`.
            goes_through_add = layered or (self._opaque and is_adapted(state.operator))
            self._shifted_state = -1 if goes_through_add else self._state_index << STATE_SHIFT
            clears_around = STYLES[state.operator] & STYLE_UNBOUNDED
            self._seen_size = self._size() if not clears_around and self._is_cut_off() else None
        # A gradient may get another stop before the next draw, and a pattern another transform.
        if isinstance(state.stroke, Special):
            self._stroke = -1
        if self._fill >= 0 and type(state.fill) is tuple:
            self._stale = False
            return recording
        fill = state.fill
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

    def _check_pen(self, verb: str, width: float | None = None) -> None:
        """Raise LimitError where the pen's width under the transform is above the widest line that can be drawn.

        ``width`` is one that is used in the place of the pen's own.
        """
        pen, matrix = self._state.pen, self._state.matrix
        if width is not None:
            pen = pen._replace(width=width)
        if self._checked_pen is not None and self._checked_pen[0] is pen and self._checked_pen[1] is matrix:
            return
        a, b, c, d, _, _ = matrix
        # The larger singular value of the transform: the most that it scales in any direction.
        wide = pen.width * (hypot(a + d, b - c) + hypot(a - d, b + c)) / 2
        if wide > WIDEST and invert(matrix) is not None:
            raise LimitError(
                f"{verb}: a line_width of {pen.width:g} is {wide:g} pixels under this transform: the limit is "
                f"{WIDEST:g}; fill a rectangle instead"
            )
        if width is None:
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
            return recording.add_gradient(style, self._space, self._is_extended)
        assert isinstance(style, CanvasPattern)
        kept, halved = None, (0, 0)
        if style._space != self._space:
            from ..pipeline.converted import converted

            kept = converted(style._source, style._pixels, style._space, self._space)
        state = self._state
        if state.smoothing and (style._is_filtered or state.smoothing_quality != "low"):
            from ..pipeline.mips import halvings_under, levels_of

            halved = halvings_under(multiply(state.matrix, style._matrix), style.width, style.height)
            if halved != (0, 0):
                kept = (levels_of(style) if kept is None else kept.levels).fitted(*halved)
        return recording.add_pattern(style, state.smoothing, kept, halved)

    def _theme(self) -> config.Config:
        """The configuration at the start of the recording: one picture is never drawn with two themes."""
        if self._config is None:
            self._config = config.current()
        return self._config
