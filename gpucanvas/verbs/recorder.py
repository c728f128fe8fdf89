"""Recorder: appends commands to the recording, with the layers that shadows and filters need, and changes the state.

    a verb --numbers--> _floats, _pair --> _add --> the command                           `_add_plain`
                                            |-----> its shadow before it                  `_add_shadow`, or
                                            |                                             `_add_sharp_shadow`
                                            |-----> or a filtered layer that holds it     `_add_filtered`
                                            +-----> or what clears the same pixels        `_add_clearing`
"""

from __future__ import annotations

from math import isfinite
from struct import pack_into
from typing import Final

from ..contract.operators import CLEARING, OVER_STYLE
from ..geometry.affine import IDENTITY, Affine
from ..geometry.builder import PathBuilder
from ..geometry.numbers import Number, finite_floats, shown
from ..paint.color import to_rgba
from ..paint.special import Special
from ..pipeline.record import (
    CLEAR_RECT,
    DRAW_LAYER,
    FILL_PATH,
    FILL_RECT,
    LAYER,
    PUT_IMAGE,
    SHADOW,
    STATE_BYTES,
    STROKE_PATH,
    STROKE_RECT,
    LayerUse,
    Pen,
    Shadow,
    pack_command,
)
from .indices import DRAW_ERRORS, MAX_CACHED_COLORS, TRANSFORM_CHANGED, Indices
from .opaque import append_adapted, fill_black
from .state import STYLES, Solid, State, Style

__all__ = ["Recorder"]

ONE_SHAPE: Final = FILL_RECT, STROKE_RECT, FILL_PATH, STROKE_PATH
"""The commands that draw one shape in one paint."""
OPACITY_AT: Final = 48
"""The byte of a STATE where its alpha begins, after six numbers of its transform."""
UNREAD_KEPT_BYTES = 64 << 20
"""Most bytes of undrawn batches and snapshots of images."""


class Recorder(Indices):
    """The part of a context that writes to a recording."""

    __slots__ = ()

    # -- commands ----------------------------------------------------------------------------------------------

    def _add(self, kind: int, paint: int, extra: int, a: float, b: float, c: float, d: float) -> None:
        """Append a command with its shadow and filter; call `_sync` first."""
        if self._is_indirect and kind not in (CLEAR_RECT, PUT_IMAGE):
            effects, is_shadowed = self._state.filter.effects, self._state.shadow.is_seen
            clears = self._state.operator == CLEARING
            filtered = self._filtered_paint(kind, paint) if effects and not is_shadowed else -1
            if filtered >= 0:
                return self._add_plain(kind, filtered, extra, a, b, c, d)
            numbers = a, b, c, d
            is_sharp = is_shadowed and not effects and self._add_sharp_shadow(kind, paint, extra, numbers)
            if (effects or is_shadowed) and not is_sharp and not self._draws_nothing(kind, extra, numbers):
                if clears:
                    return self._clear_clip()
                if effects:
                    return self._add_filtered(kind, paint, extra, numbers)
                self._add_shadow(kind, paint, extra, numbers)
            if clears:
                return self._add_clearing(kind, extra, a, b, c, d)
        self._add_plain(kind, paint, extra, a, b, c, d)
        recording = self._recording
        if recording is not None and not recording.has_only_rects and recording.kept_bytes > UNREAD_KEPT_BYTES:
            self._limit_unread()

    def _filtered_paint(self, kind: int, paint: int) -> int:
        """Return the paint that draws a command's shape as the filter would show it; -1 where there is none."""
        recording, state = self._recording, self._state
        assert recording is not None
        color = recording.paints[paint]
        if kind not in ONE_SHAPE or type(color) is not tuple or state.operator != "source-over":
            return -1
        if not self._keeps_colors or self._is_extended:
            return -1
        from ..paint.effects import filtered_color

        found = filtered_color(color, state.filter.effects)
        return -1 if found is None else self._find_paint(recording, -1, found)

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

    def _add_sharp_shadow(
        self, kind: int, paint: int, extra: int, numbers: tuple[float, float, float, float]
    ) -> bool:
        """Append the shadow of a command as a command; returns False, and appends nothing, where it needs a layer."""
        if self._state.shadow.blur or self._state.operator != "source-over":
            return False
        from ..pipeline.shadow import sharp_shadow

        recording, shadow, own = self._recording, self._recorded_shadow(), self._state_index
        assert recording is not None
        assert shadow is not None
        found = sharp_shadow(recording, own, (kind, paint, extra), shadow)
        if found is None:
            return False
        self._state_index = found.state
        self._add_plain(kind, found.paint, found.extra, *numbers)
        self._state_index = own
        return True

    def _add_filtered(self, kind: int, paint: int, extra: int, numbers: tuple[float, float, float, float]) -> None:
        """Append a filtered layer that holds only a command. The shadow is that of the filtered result."""
        from ..pipeline.shadow import isolated_command

        recording = self._recording
        assert recording is not None
        alpha = self._state.alpha if self._fades_first() else 1.0
        drawn = isolated_command(recording, self._state_index, (kind, paint, extra), numbers, (0.0, 0.0), alpha)
        self._add_layer(paint, LayerUse(drawn, self._state.filter.effects, self._recorded_shadow()))

    def _fades_first(self) -> bool:
        """Whether `global_alpha` applies before the filter, and not to its result.

        Browsers do so, and web-platform-tests (2d.filter.drop-shadow-globalAlpha); in HTML's drawing model it comes
        after the filter. It is done where the results differ.
        """
        state = self._state
        if state.alpha == 1.0 or not state.filter.effects:
            return False
        from ..paint.effects import keeps_opacity

        return not all(map(keeps_opacity, state.filter.effects))

    def _add_clearing(self, kind: int, extra: int, a: float, b: float, c: float, d: float) -> None:
        """Append a command under the operator "clear"."""
        from .clearing import BLACK, covering

        recording, index = self._recording, self._state_index
        assert recording is not None
        kind, extra = covering(recording, kind, extra)
        self._state_index = self._opaque_state()
        self._add_plain(kind, recording.add_solid(BLACK), extra, a, b, c, d)
        self._state_index = index

    def _opaque_state(self) -> int:
        """Return the index of a state that is like the present one, with an opacity of 1."""
        recording, index = self._recording, self._state_index
        assert recording is not None
        if self._state.alpha == 1.0:
            return index
        state = bytearray(recording.states[STATE_BYTES * index : STATE_BYTES * (index + 1)])
        pack_into("<d", state, OPACITY_AT, 1.0)
        recording.states += state
        index = len(recording.states) // STATE_BYTES - 1
        if self._state.hit is not None:
            recording.hits.extend((index, self._state.hit))
        return index

    def _clear_clip(self) -> None:
        """Clear all of the clip region: what a layer does under the operator "clear"."""
        assert self._recording is not None
        fill_black(self._recording, self._size(), self._state.clip, OVER_STYLE if self._opaque else STYLES[CLEARING])
        self._check_unread()

    def _recorded_shadow(self) -> Shadow | None:
        """The state's shadow as a recording holds it; None where it is invisible."""
        return self._state.shadow.recorded()

    def _add_layer(self, paint: int, use: LayerUse) -> None:
        """Append a layer, and its shadow before it; call `_sync` first."""
        if self._state.operator == CLEARING:
            return self._clear_clip()
        if use.effects:
            from ..pipeline.shadow import nest_drop_shadows

            use = nest_drop_shadows(use)
        recording, state = self._recording, self._state_index
        assert recording is not None
        index = recording.add_layer(use)
        if self._fades_first():
            self._state_index = self._opaque_state()
        for drawn in (LAYER,) if use.shadow is None else (SHADOW, LAYER):
            self._add_plain(DRAW_LAYER, paint, index, drawn, 0.0, 0.0, 0.0)
        self._state_index = state

    def _add_plain(self, kind: int, paint: int, extra: int, a: float, b: float, c: float, d: float) -> None:
        """Append a command without shadow and filter, rewritten where the target is opaque."""
        state = self._state_index
        if self._opaque and self._recording is not None:
            append_adapted(self._recording, self._state, self._size(), (kind, state, paint, extra), (a, b, c, d))
        else:
            self._stream += pack_command(kind, state, paint, extra, a, b, c, d)
        self._check_unread()

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
        """A colour of the theme, ``var(--name[, fallback])`` (CSS Custom Properties, "using cascading variables")."""
        name, comma, fallback = style[4:].rstrip().removesuffix(")").partition(",")
        colors = self._theme().colors
        found: Solid | None = colors.get(name.strip().removeprefix("--"))
        if found is not None:
            return found
        if comma:
            fallback = fallback.strip()
            return self._theme_color(fallback) if fallback.startswith("var(") else to_rgba(fallback)
        known = ", ".join(colors) or "none"
        raise ValueError(f"the theme has no colour for {style!r} but {known}: give it one with gpucanvas.configure")

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

        On a strict canvas a value that is no number raises TypeError, and one that is not finite ValueError.
        """
        try:
            if all(map(isfinite, values)):
                return tuple(map(float, values))
        except (TypeError, OverflowError):
            pass
        return finite_floats(verb, names, values, self._strict)

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
