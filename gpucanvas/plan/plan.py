"""Plan: the steps of a frame in order, and when they use which target."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..pipeline.scene import Scene
from .steps import Draw, Read, Step, read_by
from .targets import SURFACE, Target

__all__ = ["Plan", "Uses"]


@dataclass(frozen=True, slots=True)
class Uses:
    """The lifetime of a target: the first step that writes it, and the last that writes or reads it."""

    target: Target
    first: int
    last: int


@dataclass(slots=True)
class Plan:
    """The steps of a frame. ``print(plan)`` shows a line for each.

    Attributes
    ----------
    steps : list of Step
        The steps, in order.
    """

    steps: list[Step] = field(default_factory=list)

    @property
    def scenes(self) -> list[Scene]:
        """The scenes of all steps."""
        return [step.scene for step in self.steps if isinstance(step, Draw)]

    @property
    def last_draw(self) -> Step | None:
        """The last step that changes the surface, if it is a Draw."""
        for step in reversed(self.steps):
            if step.target.number == SURFACE and not isinstance(step, Read):
                return step if isinstance(step, Draw) else None
        return None

    @property
    def surface_draws(self) -> int:
        """How many steps draw on the surface."""
        return sum(isinstance(step, Draw) and step.target.number == SURFACE for step in self.steps)

    @property
    def is_read(self) -> bool:
        """Whether a step reads the pixels."""
        return any(isinstance(step, Read) for step in self.steps)

    def uses(self) -> list[Uses]:
        """First and last use of every target, in order of the first."""
        found: dict[int, tuple[Target, int, int]] = {}
        for i, step in enumerate(self.steps):
            for target in (step.target, read_by(step)):
                if target is not None:
                    widest, first, _ = found.get(target.number, (target, i, i))
                    if target.width * target.height > widest.width * widest.height:
                        widest = target
                    found[target.number] = widest, first, i
        return [Uses(*each) for each in found.values()]

    def scratch(self) -> list[Uses]:
        """`uses` of the scratch targets only."""
        return [each for each in self.uses() if each.target.number != SURFACE]

    def drawn(self) -> None:
        """Note that all steps have been run for the last time: other scenes may reuse the scenes' tables."""
        for step in self.steps:
            if type(step) is Draw:
                step.scene.drawn()

    def release(self) -> None:
        """Count the scenes' memory off."""
        for step in self.steps:
            if type(step) is Draw and step.scene.holding is not None:
                step.scene.holding.release()

    def __str__(self) -> str:
        lines = [f"{i:3} {step}" for i, step in enumerate(self.steps)]
        lines += [f"    {use.target}, steps {use.first} to {use.last}" for use in self.scratch()]
        return "\n".join(lines)
