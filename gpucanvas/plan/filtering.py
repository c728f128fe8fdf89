"""filtering: the steps that apply the effects and shadows of layers, for all layers of a depth together.

    effects of each layer --turns--> 1st of all layers: blurs in one step, colours in one, convolutions in one
                                     2nd of all layers: ...

A turn of a layer is one blur, one convolution, or a run of colour effects. A result that cannot be made in place is
written to the layer's second place: a shadow stays there, a convolution is copied back.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract.filters import Blur, ColorStep, Convolve, Recolor, Turbulence
from ..geometry.affine import invert
from ..paint import effects as e
from ..paint.lattice import lattice_of
from ..pipeline.merge import Slot
from ..pipeline.record import Solid
from .steps import Convolve as ConvolveStep
from .steps import Filter, Step
from .steps import Recolor as RecolorStep
from .steps import Turbulence as TurbulenceStep
from .targets import Target
from .tree import Depth

__all__ = ["filter_steps"]

NO_TINT: Final = 0, 0.0, 0.0, 0.0, 0.0
NO_MATRIX: Final = (0.0,) * 20
NOWHERE: Final = (0.0,) * 6
FARTHEST_PLACE: Final = 1e15
"""Cells of a lattice; beyond them, float64 has no fractions of a cell."""
EDGES: Final = {"none": c.EDGE_NONE, "duplicate": c.EDGE_DUPLICATE, "wrap": c.EDGE_WRAP}
ColorEffect = e.ColorMatrix | e.ComponentTransfer


def filter_steps(here: Depth, target: Target, some: list[tuple[int, Slot]]) -> list[Step]:
    """The steps that filter layers of a depth in their slots of a target."""
    turns: list[Turn] = []
    seconds = here.seconds.tolist()
    for layer, (_, x, y, _, _) in some:
        use = here.uses[layer]
        if not use.effects and use.shadow is None and use.tint is None:
            continue
        right, below = seconds[layer]
        for number, (kind, item) in enumerate(_items_of(here, layer, (x, y), (x + right, y + below))):
            if number == len(turns):
                turns.append(Turn())
            turns[number].add(kind, item)
    return [step for turn in turns for step in turn.steps(target)]


def _items_of(
    here: Depth, layer: int, place: tuple[int, int], second: tuple[int, int]
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The turns of one layer, in order: the kind of step, and the arguments of its item."""
    x, y = place
    use, (left, top, right, bottom) = here.uses[layer], here.slots[layer].tolist()
    box = x, y, x + right - left, y + bottom - top
    box_of_second = *second, second[0] + right - left, second[1] + bottom - top
    for is_color, group in groupby(use.effects, lambda effect: isinstance(effect, ColorEffect)):
        if is_color:
            yield "recolor", (box, tuple(group))
            continue
        for effect in group:
            if isinstance(effect, e.GaussianBlur):
                yield "blur", (*box, x, y, effect.sigma_x, effect.sigma_y, *NO_TINT)
            elif isinstance(effect, e.ConvolveMatrix):
                wide, high = here.canvas
                frame = x - left, y - top, x - left + wide, y - top + high
                yield "convolve", (effect, box, second, frame)
                yield "blur", (*box_of_second, x, y, 0.0, 0.0, *NO_TINT)
            elif isinstance(effect, e.Turbulence):
                yield "turbulence", (effect, box, (left, top))
    if use.tint is not None:
        yield "blur", (*box, x, y, 0.0, 0.0, *_tint(use.tint))
    if use.shadow is not None:
        yield "blur", (*box, *second, use.shadow.sigma_x, use.shadow.sigma_y, *_tint(use.shadow.color))


class Turn:
    """The items of one turn of all layers, by kind of step."""

    def __init__(self) -> None:
        self._items: dict[str, list[tuple[Any, ...]]] = {}

    def add(self, kind: str, item: tuple[Any, ...]) -> None:
        """Add the item of one layer."""
        self._items.setdefault(kind, []).append(item)

    def steps(self, target: Target) -> Iterator[Step]:
        """A step for each kind."""
        if "recolor" in self._items:
            yield _recolor(target, self._items["recolor"])
        if "convolve" in self._items:
            yield _convolve(target, self._items["convolve"])
        if "turbulence" in self._items:
            yield _turbulence(target, self._items["turbulence"])
        if "blur" in self._items:
            yield Filter(target, np.array(self._items["blur"], Blur.dtype))


def _recolor(target: Target, items: list[tuple[Any, ...]]) -> Step:
    """The step for runs of colour effects; equal runs share their tables."""
    starts: dict[tuple[ColorEffect, ...], tuple[int, int]] = {}
    table_of: dict[ColorEffect, int] = {}
    boxes: list[tuple[int, ...]] = []
    steps: list[tuple[float, ...]] = []
    tables: list[NDArray[np.int32]] = []
    for box, effects in items:
        if effects not in starts:
            first = len(steps)
            for effect in effects:
                if isinstance(effect, e.ColorMatrix):
                    steps.append((-1, *effect.values))
                    continue
                if effect not in table_of:
                    table_of[effect] = 4 * c.COLOR_LEVELS * len(tables)
                    tables.append(effect.table)
                steps.append((table_of[effect], *NO_MATRIX))
            starts[effects] = first, len(steps)
        boxes.append((0, *box, *starts[effects]))
    joined = np.concatenate(tables) if tables else np.zeros(0, np.int32)
    return RecolorStep(target, np.array(boxes, Recolor.dtype), np.array(steps, ColorStep.dtype), joined)


def _convolve(target: Target, items: list[tuple[Any, ...]]) -> Step:
    """The step for convolutions; equal weights are shared."""
    starts: dict[tuple[float, ...], int] = {}
    weights: list[float] = []
    boxes: list[tuple[Any, ...]] = []
    for effect, box, to, frame in items:
        if effect.weights not in starts:
            starts[effect.weights] = len(weights)
            weights += effect.weights
        order = effect.order_x, effect.order_y, effect.target_x, effect.target_y
        how = effect.bias, effect.preserve_alpha, EDGES[effect.edge_mode]
        boxes.append((0, *box, *to, starts[effect.weights], *order, *how, *frame))
    return ConvolveStep(target, np.array(boxes, Convolve.dtype), np.array(weights, np.float32))


def _turbulence(target: Target, items: list[tuple[Any, ...]]) -> Step:
    """The step for noise; equal seeds share their lattice."""
    starts: dict[int, int] = {}
    boxes: list[tuple[Any, ...]] = []
    for effect, box, corner in items:
        start = starts.setdefault(effect.seed, c.LATTICE_SIDE * len(starts))
        places = _places_of(effect, *corner)
        how = (0, False, *NOWHERE) if places is None else (effect.octaves, effect.is_fractal, *places)
        boxes.append((0, *box, start, *how))
    lattices = [lattice_of(seed) for seed in starts]
    permutations = np.concatenate([each.permutation for each in lattices])
    gradients = np.concatenate([each.gradients for each in lattices])
    return TurbulenceStep(target, np.array(boxes, Turbulence.dtype), permutations, gradients)


def _places_of(effect: e.Turbulence, left: int, top: int) -> tuple[float, ...] | None:
    """The place of a box's first pixel on the lattice and its changes, across and down; None where there is no noise.

    The standard has the noise of a point of user space; browsers take the centre of a pixel, and half a unit further.
    """
    inverse = invert(effect.matrix)
    if inverse is None:
        return None
    a, b, c_, d, x, y = inverse
    x, y = a * (left + 0.5) + c_ * (top + 0.5) + x + 0.5, b * (left + 0.5) + d * (top + 0.5) + y + 0.5
    across = effect.frequency_x * x, effect.frequency_x * a, effect.frequency_x * c_
    down = effect.frequency_y * y, effect.frequency_y * b, effect.frequency_y * d
    if max(map(abs, (*across, *down))) > FARTHEST_PLACE:
        return None
    # The lattice repeats, also that of each octave. Small numbers keep their fractions in float32.
    return across[0] % c.LATTICE_SIDE, *across[1:], down[0] % c.LATTICE_SIDE, *down[1:]


def _tint(color: Solid) -> tuple[float, ...]:
    """The tint fields of a Blur item for a straight colour."""
    red, green, blue, alpha = color
    return 1, red * alpha, green * alpha, blue * alpha, alpha
