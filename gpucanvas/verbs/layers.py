"""LayerVerbs: draws between ``begin_layer`` and ``end_layer`` are composited with the canvas as one image.

    begin_layer --> a recording of its own, a clean state --> end_layer --> one command in the surrounding recording

Alpha, operator, shadow and clip at ``begin_layer`` apply to the layer as a whole, not to the draws in it.
The proposal is https://github.com/whatwg/html/pull/9537 (Canvas 2D layers).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from ..errors import InvalidStateError, LimitError
from ..geometry.numbers import Number
from ..pipeline import record as r
from .settings import Settings
from .state import NO_FILTER, NO_SHADOW, Operator, State

if TYPE_CHECKING:
    from ..paint.effects import Effect
    from ..paint.filters import FilterInput

__all__ = ["LayerVerbs"]

MOST_OPEN: Final = 256
"""Greatest depth of nested layers. It stops programs that never end a layer, and bounds the planner's recursion."""


class LayerVerbs(Settings):
    """The layer verbs of a context."""

    __slots__ = ()

    def begin_layer(self, filter: FilterInput | Mapping[str, Any] | None = None) -> None:
        """Begin a layer: draws up to `end_layer` are composited into one image, which is then drawn on the canvas.

        The present `global_alpha`, `global_composite_operation`, `filter`, shadow properties and clip apply to the
        layer as a whole. In the layer they begin as 1, ``"source-over"``, ``"none"``, no shadow and no clip; the
        transform and all other properties stay.

        Parameters
        ----------
        filter
            Filters applied to the whole layer, before those of the `filter` property: a CSS string,
            ``"sepia() blur(4px)"``; a filter of the proposal, ``{"name": "gaussianBlur", "stdDeviation": 4}``; a list
            of these, one after another; or the proposal's options, ``{"filter": ...}``. Lengths are in user space: the
            present transform scales them, unlike those of the property.

        Raises
        ------
        ValueError
            For a filter that cannot be read, or is not supported.
        TypeError
            For a value of another type.
        LimitError
            Where 256 layers are open already.
        ClosedError
            On a closed canvas.

        Examples
        --------
        >>> import gpucanvas
        >>> with gpucanvas.Canvas(4, 4, backend="cpu") as canvas:
        ...     ctx = canvas.get_context("2d")
        ...     ctx.global_alpha = 0.5
        ...     ctx.begin_layer()
        ...     ctx.fill_rect(0, 0, 3, 4)
        ...     ctx.fill_rect(1, 0, 3, 4)
        ...     ctx.end_layer()
        ...     canvas.to_numpy()[0, :, 3].tolist()
        [128, 128, 128, 128]
        """
        if isinstance(filter, Mapping) and (not filter or ("filter" in filter and "name" not in filter)):
            filter = filter.get("filter")
        effects: tuple[Effect, ...] = ()
        try:
            if filter is not None and filter != "":
                from ..paint.effects import following

                effects = following(self._effects_of(filter), self._state.matrix)
        except ValueError:
            if self._strict or not isinstance(filter, str):
                raise
        if len(self._layers) >= MOST_OPEN:
            raise LimitError(f"begin_layer: {MOST_OPEN} layers are open, which is the limit: end_layer() comes first")
        recording = self._sync()
        below = self._state
        state = below.push()
        # The same class as the outer recording: a monitored canvas records layers with a monitored class.
        if self._fades_first():
            from ..paint.effects import opacity

            effects += (opacity(below.alpha),)
        state.layer = r.LayerUse(
            type(recording)(), effects + below.filter.effects, self._recorded_shadow(), is_begun=True
        )
        state.alpha, state.operator, state.clip = 1.0, "source-over", None
        state.shadow, state.filter = NO_SHADOW, NO_FILTER
        self._layers.append(state)
        self._opaque = False
        self._switch_recording(state)

    def end_layer(self) -> None:
        """End the innermost layer and draw it; the state becomes that before `begin_layer`.

        Raises
        ------
        InvalidStateError
            Where no layer is open, or where a `save` in it has no `restore` yet.
        """
        use, below = self._state.layer, self._state.below
        if use is None or below is None:
            reason = "no layer is open: begin_layer() comes first"
            if self._layers:
                reason = "a save() in it has no restore() yet"
            raise InvalidStateError(f"end_layer: {reason}")
        self._layers.pop()
        self._opaque = self._is_opaque and not self._layers
        self._switch_recording(below)
        a, b, c, d, _, _ = below.matrix
        if a * d == b * c:
            # The proposal: a layer that begins under a transform without an inverse is not drawn at all.
            return
        self._sync()
        self._add_layer(self._fill, use)

    @contextmanager
    def layer(
        self,
        filter: FilterInput | Mapping[str, Any] | None = None,
        *,
        alpha: Number | None = None,
        operator: Operator | None = None,
    ) -> Iterator[None]:
        """A layer as a ``with`` block: it calls `begin_layer`, and `end_layer` however the block ends.

        Parameters
        ----------
        filter
            As for `begin_layer`.
        alpha, operator
            `global_alpha` and `global_composite_operation` of the layer.

        Examples
        --------
        >>> import gpucanvas
        >>> with gpucanvas.Canvas(4, 4, backend="cpu") as canvas:
        ...     ctx = canvas.get_context("2d")
        ...     with ctx.layer(alpha=0.5):
        ...         ctx.fill_rect(0, 0, 3, 4)
        ...         ctx.fill_rect(1, 0, 3, 4)
        ...     canvas.to_numpy()[0, :, 3].tolist()
        [128, 128, 128, 128]
        """
        self._state = self._state.push()
        outside = self._state
        try:
            if alpha is not None:
                self.global_alpha = alpha
            if operator is not None:
                self.global_composite_operation = operator
            self.begin_layer(filter)
            begun = self._state
            try:
                yield
            finally:
                self._end_down_to(begun)
        finally:
            if self._state is outside and outside.below is not None:
                self._restore(outside.below)

    def _end_down_to(self, begun: Any) -> None:
        """End a layer, and first all layers and saves inside it; do nothing where `reset` has ended it already."""
        if begun not in self._layers:
            return
        self._unwind_to(begun)
        self.end_layer()

    def _is_on_stack(self, state: State) -> bool:
        """Whether an entry of the state stack has not been popped yet."""
        entry: State | None = self._state
        while entry is not None and entry is not state:
            entry = entry.below
        return entry is not None

    def _unwind_to(self, state: State) -> None:
        """End all layers and pop all entries above an entry of the state stack."""
        while self._state is not state:
            if self._state.layer is not None:
                self.end_layer()
            elif self._state.below is not None:
                self._restore(self._state.below)
