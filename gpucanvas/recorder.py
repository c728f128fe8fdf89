"""Recorder: what every verb of a context needs to append to a recording: state, styles, number checks.

The streams hold small integers for state and styles. They are looked up again only when something changed (`_stale`),
so that a plain ``fill_rect`` is one check and one append.
"""

from __future__ import annotations

import struct
from collections import deque
from contextlib import suppress
from math import isfinite
from typing import Any, NoReturn

from . import config
from .errors import ClosedError
from .geometry.affine import IDENTITY, Affine
from .geometry.builder import PathBuilder
from .paint.color import to_rgba
from .paint.gradient import CanvasGradient
from .pipeline.record import STATE_SHIFT, Commands, PathTables, Pen, pack_command
from .state import BLACK, OPERATORS, Solid, State

NOWHERE: Any = deque(maxlen=0)
"""Where styles go while there is no recording: it stays empty."""
DRAW_ERRORS = (TypeError, struct.error, OverflowError)


class Recorder:
    """The part of a context that writes to a recording."""

    def __init__(self, strict: bool) -> None:
        self._strict = strict
        self._closed = False
        self._state = State()
        self._path: PathBuilder | None = None
        self._forget()

    def _begin(self) -> Commands:
        """The recording to append to."""
        raise NotImplementedError

    # -- the recording -----------------------------------------------------------------------------------------

    def _forget(self) -> None:
        """Know nothing of the recording: everything is looked up again."""
        self._config: config.Config | None = None
        self._recording: Commands | None = None
        self._stream = bytearray()
        self._colors: dict[Any, int] = {}
        self._paints = NOWHERE
        self._state_index = -1
        self._shifted_state = 0
        self._fill = self._stroke = -1
        self._pen_index = -1
        # The version of the current path that the recording has, and where.
        self._path_version = self._path_known = -1
        self._path_tables: PathTables | None = None
        self._stale = True

    def _sync(self) -> Commands:
        """Make the indices of state and fill style current; returns the recording."""
        if self._closed:
            raise ClosedError("the canvas is closed: nothing can be drawn on it any more; make a new Canvas")
        recording = self._recording
        if recording is None:
            recording = self._recording = self._begin()
            self._theme()
            self._stream, self._paints = recording.commands, recording.paints
            self._fill = self._stroke = -1
        state = self._state
        if self._state_index < 0:
            operator = OPERATORS[state.operator]
            self._state_index = recording.add_state(state.matrix, state.alpha, operator, state.clip)
            self._shifted_state = self._state_index << STATE_SHIFT
        self._fill = self._find_paint(recording, self._fill, state.fill)
        # A gradient may get another stop before the next draw.
        self._stale = isinstance(state.fill, CanvasGradient)
        return recording

    def _sync_stroke(self) -> Commands:
        """Make the indices of state, stroke style and pen current; returns the recording."""
        recording = self._sync()
        self._stroke = self._find_paint(recording, self._stroke, self._state.stroke)
        if self._pen_index < 0:
            self._pen_index = recording.add_pen(self._state.pen)
        if isinstance(self._state.stroke, CanvasGradient):
            self._stale = True
        return recording

    def _find_paint(self, recording: Commands, index: int, style: Solid | CanvasGradient) -> int:
        if isinstance(style, CanvasGradient):
            return recording.add_gradient(style)
        if index >= 0:
            return index
        found = self._colors.get(style)
        if found is None:
            found = self._colors[style] = recording.add_solid(style)
        return found

    def _add(self, kind: int, paint: int, extra: int, a: float, b: float, c: float, d: float) -> None:
        """Append a command; call `_sync` first."""
        self._stream += pack_command(kind, self._state_index, paint, extra, a, b, c, d)

    def _close(self) -> None:
        """Nothing can be drawn any more."""
        self._closed = True
        self._forget()

    # -- state -------------------------------------------------------------------------------------------------

    def _changed(self) -> None:
        """Transform, alpha, operator or clip changed."""
        self._state_index = -1
        self._stale = True

    def _new_path(self) -> PathBuilder:
        """The current path, of a context that had none yet: most of ten thousand small recordings never have."""
        path = self._path = PathBuilder(strict=self._strict)
        self._move_path()
        return path

    def _move_path(self) -> None:
        """Points of the current path are mapped by the transform from here on."""
        if self._path is not None:
            matrix = self._state.matrix
            self._path.matrix = None if matrix == IDENTITY else matrix

    def _set_matrix(self, matrix: Affine) -> None:
        self._state.matrix = matrix
        self._move_path()
        self._changed()

    def _set_pen(self, pen: Pen) -> None:
        self._state.pen = pen
        self._pen_index = -1

    def _restore(self, state: State) -> None:
        self._state = state
        self._move_path()
        self._state_index = self._fill = self._stroke = self._pen_index = -1
        self._stale = True

    def _color_of(self, style: object) -> Solid | CanvasGradient | None:
        """What a style assigned to fill_style or stroke_style stands for; None where it is to be ignored."""
        if isinstance(style, CanvasGradient):
            return style
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
        """The configuration that what is being recorded began with: no picture is drawn half with another."""
        if self._config is None:
            self._config = config.current()
        return self._config

    def _add_color(self, style: Any, rgba: Solid) -> int:
        """Index of a colour in the recording, remembered under the style as it was given; -1 without a recording."""
        recording = self._recording
        if recording is None:
            return -1
        found = self._colors.get(rgba, -1)
        if found < 0:
            found = self._colors[rgba] = recording.add_solid(rgba)
        if type(style) is str or type(style) is tuple:
            # A tuple may hold what has no hash: NumPy's arrays of one number.
            with suppress(TypeError):
                self._colors[style] = found
        return found

    def _reset_state(self) -> None:
        self._restore(State())
        if self._path is not None:
            self._path.clear()

    # -- numbers -----------------------------------------------------------------------------------------------

    def _refused(self, verb: str, names: str, *values: Any) -> bool:
        """Whether a call with these numbers does nothing (some are not finite, and the canvas ignores that).

        Raises TypeError for what is no number, ValueError for what is not finite on a strict canvas.
        """
        for name, value in zip(names.split(), values, strict=False):
            try:
                fine = isfinite(value)
            except TypeError:
                raise TypeError(f"{verb}: {name} is {value!r}: give a number, in pixels of user space") from None
            except OverflowError:
                fine = False
            if not fine:
                if self._strict:
                    raise ValueError(f'{verb}: {name} is {value!r}: give a finite number, or use on_invalid="ignore"')
                return True
        return False

    def _invalid(self, name: str, value: object, cure: str) -> None:
        """Refuse a value of a setting: raise on a strict canvas, else leave the setting alone."""
        if self._strict:
            raise ValueError(f"{name} is {value!r}: {cure}")

    def _wrong(self, verb: str, error: Exception) -> NoReturn:
        raise TypeError(f"{verb}: {error}: give numbers, in pixels of user space") from None


__all__ = ["BLACK", "DRAW_ERRORS", "Recorder"]
