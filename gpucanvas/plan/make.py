"""make: the planner, which turns recordings into a plan.

    recordings, the last first --encode--> scenes, until one hides all before it --> Clear, Draw on the surface
    layers, the deepest first  --slots, merge, encode--> Clear, Draw, Filter on scratch targets

All layers of a depth are drawn in one pass, side by side on one scratch target, which the depth above reads. So the
number of passes is the depth of the layers, not their number. Layers that do not fit on one target are drawn in several
rounds. In each round, the layers above are drawn as far as their children have been drawn:

    round 1   children a, b -> scratch0     parent up to b, reads scratch0
    round 2   children c    -> scratch0     the rest of the parent
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy

import numpy as np

from ..contract.formats import RGBA8, PixelFormat
from ..errors import LimitError
from ..pipeline import record as r
from ..pipeline.encode import encode, first_seen
from ..pipeline.scene import Scene
from ..stages.layers import place_rows
from .beyond import MOST_SIDE, Culprit, LayersBeyondError, check_sizes
from .filtering import filter_steps
from .plan import Plan
from .slots import Slot, place
from .steps import Clear, Draw, Read, Step, Upload
from .targets import SURFACE, Target
from .tree import Depth, find_layers

__all__ = ["make_plan"]

SIDE = 4096
"""Greatest width and height of a scratch target, pixels, 64 MiB as RGBA8; a larger layer gets its own target."""
Piece = tuple[int, int, int]
"""A range of a layer's commands: the layer, the first command, and the end (exclusive)."""
Group = tuple[list[tuple[int, Slot]], int, int]
"""Layers with their slots on one target, and its width and height."""
Encode = Callable[[r.Commands, int, int], Scene]
Blame = Callable[[r.Commands, int, int, Sequence[Culprit], str], None]


def make_plan(
    recordings: Sequence[r.Commands],
    width: int,
    height: int,
    *,
    format: PixelFormat = RGBA8,
    encode_root: Encode = encode,
    blame: Blame | None = None,
    most_side: int = MOST_SIDE,
    check: Callable[[], None] | None = None,
    is_read: bool = False,
) -> Plan:
    """The plan of a frame that draws recordings, in order, over the content of a surface.

    Parameters
    ----------
    recordings
        The recordings to draw. Commands that later ones hide completely are left out of the plan.
    width, height
        Size of the surface, pixels.
    format
        Pixel format of the surface.
    encode_root
        Makes the scene of a recording without layers.
    blame
        Called where a recording with layers is beyond a limit, with the commands known to be the cause, and the reason;
        raises LimitError for the command to blame.
    most_side
        Greatest width and height of a layer, pixels.
    check
        Called between recordings; raises where the frame was cancelled.
    is_read
        Whether to add a Read step at the end.

    Raises
    ------
    LimitError
        For commands beyond a limit.
    """
    surface, found = Target(SURFACE, width, height, format), []
    try:
        for commands in reversed(recordings):
            if not commands.commands or not width or not height:
                continue
            if check is not None:
                check()
            if not commands.has_layers:
                steps, covers = draw_surface(encode_root(commands, width, height), surface)
            else:
                steps, covers = plan_layers(commands, surface, blame, most_side)
            found.append(steps)
            if covers:
                break
    except BaseException:
        Plan([step for steps in found for step in steps]).release()
        raise
    steps = found[0] if len(found) == 1 else [step for each in reversed(found) for step in each]
    if any(type(step) is Draw and (step.scene.images or step.scene.masks) for step in steps):
        steps = with_uploads(steps)
    if is_read:
        steps.append(Read(surface))
    return Plan(steps)


def with_uploads(steps: list[Step]) -> list[Step]:
    """Steps, with an Upload before each Draw that uses images or glyph masks for the first time in the plan."""
    out: list[Step] = []
    known: set[int] = set()
    # Glyph masks grow: a later scene may use more bytes of the same buffer.
    written: dict[int, int] = {}
    for step in steps:
        if type(step) is Draw:
            images = {id(image.key): image for image in step.scene.images if id(image.key) not in known}
            masks = [part for part in step.scene.masks if written.get(id(part.room), 0) < part.nbytes]
            if images or masks:
                known.update(images)
                written.update({id(part.room): part.nbytes for part in masks})
                out.append(Upload(step.target, tuple(images.values()), tuple(masks)))
        out.append(step)
    return out


def draw_surface(scene: Scene, surface: Target, reads: Target | None = None) -> tuple[list[Step], bool]:
    """The steps that draw a scene on the surface, and whether they hide all of its previous content.

    Only here is it decided that the previous content is hidden. The rectangle that hides it becomes a Clear instead of
    a draw, unless its colour cannot be represented exactly in a pixel.
    """
    if not scene.covers:
        return [Draw(surface, scene, 0, reads)] if len(scene.draws) else [], False
    only = scene.clear_color(surface.format)
    if only is not None:
        scene.drawn()
        if scene.holding is not None:
            scene.holding.release()
        return [Clear(surface, only)], True
    ground, rest = scene.split(surface.format)
    draw = Draw(surface, rest, 0, reads)
    return ([draw] if ground is None else [Clear(surface, ground), draw]), True


def plan_layers(commands: r.Commands, surface: Target, blame: Blame | None, most_side: int) -> tuple[list[Step], bool]:
    """The steps of a recording with layers, and whether they hide all previous content of the surface."""
    try:
        plan = LayerPlan(commands, surface, most_side)
        try:
            return plan.steps()
        except BaseException:
            plan.release()
            raise
    except LimitError as error:
        if isinstance(error, MemoryError) or blame is None:
            raise
        beyond = error.with_traceback(None)
    # After the `except` block: inside it the first error's traceback would keep the scenes' tables alive.
    culprits = beyond.culprits if isinstance(beyond, LayersBeyondError) else []
    blame(commands, surface.width, surface.height, culprits, str(beyond))
    raise beyond


class LayerPlan:
    """Plans one recording that has layers."""

    def __init__(self, commands: r.Commands, surface: Target, most_side: int = MOST_SIDE) -> None:
        # Commands hidden by a later one, and their layers, are not drawn.
        whole, first = commands, first_seen(commands, surface.width, surface.height)
        if first:
            commands = copy(commands)
            commands.commands = whole.commands[first * r.COMMAND.itemsize :]
        self._commands, self._surface = commands, surface
        self._depths = find_layers(commands, surface.width, surface.height)
        try:
            check_sizes(self._depths, most_side)
        except LayersBeyondError as error:
            found = [(whole, first + k) if each is commands else (each, k) for each, k in error.culprits]
            raise LayersBeyondError(str(error), found) from None
        self._steps: list[Step] = []
        self._live: set[int] = set()

    def steps(self) -> tuple[list[Step], bool]:
        """The steps, and whether they hide all previous content of the surface."""
        root, covers = self._depths[0], False
        everything = [(0, 0, len(root.joined.commands))]
        for pieces, below in self._rounds(0, everything):
            reads = None if below is None else self._draw_layers(1, *below)
            joined, _ = root.parts(pieces)
            part = joined.out
            part.clips = self._commands.clips
            steps, hides = draw_surface(encode(part, self._surface.width, self._surface.height), self._surface, reads)
            self._steps += steps
            covers |= hides
            self._free(reads)
        return self._steps, covers

    def release(self) -> None:
        """Count the scenes' memory off, when planning failed."""
        Plan(self._steps).release()

    # -- rounds ------------------------------------------------------------------------------------------------

    def _rounds(self, depth: int, pieces: list[Piece]) -> Iterator[tuple[list[Piece], Group | None]]:
        """The rounds of a depth: the pieces to draw in each, and their children, which fit on one target."""
        here, children = self._depths[depth], self._children_of(depth, pieces)
        if not children:
            yield pieces, None
            return
        below = self._depths[depth + 1]
        sizes = below.sizes[[child for child, _ in children]]
        groups = list(place([(width, height) for width, height in sizes.tolist()], SIDE))
        for number, (width, height, slots) in enumerate(groups):
            some = [(children[slot[0]][0], slot) for slot in slots]
            if number == len(groups) - 1:
                now, pieces = pieces, []
            else:
                now, pieces = _cut_pieces(pieces, children[slots[-1][0]][1] + 1)
            self._place(here, below, some)
            yield now, (some, width, height)

    def _children_of(self, depth: int, pieces: list[Piece]) -> list[tuple[int, int]]:
        """The visible children that pieces draw, in order, each with the last command that draws it."""
        here = self._depths[depth]
        if depth + 1 == len(self._depths):
            return []
        slots = self._depths[depth + 1].slots
        seen = (slots[:, 0] < slots[:, 2]).tolist()
        last: dict[int, int] = {}
        children = list(zip(here.rows.tolist(), here.owners[:, 0].tolist(), strict=True))
        rows = here.rows
        for _, first, end in pieces:
            for row, child in children[np.searchsorted(rows, first) : np.searchsorted(rows, end)]:
                if seen[child]:
                    last[child] = row
        return list(last.items())

    def _place(self, here: Depth, below: Depth, some: list[tuple[int, Slot]]) -> None:
        """Write the rectangle and the source position of every command that draws one of these children."""
        corners = np.full((len(below.uses), 2), -1)
        for layer, (_, x, y, _, _) in some:
            corners[layer] = x, y
        place_rows(
            here.rows, here.owners, here.filled, below.numbers, below.fitted, corners, here.places, here.sources
        )

    # -- a depth -----------------------------------------------------------------------------------------------

    def _draw_layers(self, depth: int, some: list[tuple[int, Slot]], width: int, height: int) -> Target:
        """Draw layers of a depth in their slots of a new target, and filter them there."""
        here, target = self._depths[depth], None
        slot_of = dict(some)
        pieces = [(layer, int(here.starts[layer]), int(here.starts[layer + 1])) for layer, _ in sorted(some)]
        for now, below in self._rounds(depth, pieces):
            reads = None if below is None else self._draw_layers(depth + 1, *below)
            if target is None:
                target = self._take(width, height)
                self._steps.append(Clear(target, 0))
            self._steps.append(Draw(target, self._scene(here, now, slot_of, target), len(now), reads))
            self._free(reads)
        assert target is not None
        self._steps += filter_steps(here, target, some)
        return target

    def _scene(self, here: Depth, pieces: list[Piece], slot_of: dict[int, Slot], target: Target) -> Scene:
        joined, _ = here.parts(pieces)
        layers = [layer for layer, _, _ in pieces]
        slots = np.array([slot_of[layer][1:3] for layer in layers], np.float64).reshape(-1, 2)
        boxes = here.slots[layers]
        sizes = (boxes[:, 2:] - boxes[:, :2]).astype(np.float64)
        joined.move(np.concatenate([slots, sizes], 1), boxes[:, :2].astype(np.float64), here.is_cut[layers])
        return encode(joined.out, target.width, target.height)

    # -- targets -----------------------------------------------------------------------------------------------

    def _take(self, width: int, height: int) -> Target:
        number = next(each for each in range(SURFACE + 1, len(self._live) + 2) if each not in self._live)
        self._live.add(number)
        return Target(number, width, height, self._surface.format)

    def _free(self, target: Target | None) -> None:
        if target is not None:
            self._live.discard(target.number)


def _cut_pieces(pieces: list[Piece], row: int) -> tuple[list[Piece], list[Piece]]:
    """Cut pieces into those before and those from a command on; the command may lie in a piece, or between two."""
    before = [(layer, first, min(last, row)) for layer, first, last in pieces if first < row]
    after = [(layer, max(first, row), last) for layer, first, last in pieces if last > row]
    return before, after
