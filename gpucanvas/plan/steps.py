"""Steps: what a backend does, one after another. Small frozen records that print as a line each.

Clear     all pixels of a target become one colour
Draw      the stages run on a target: flatten, binning, coarse, fine
Filter    slots of a target are blurred, tinted, or copied
Recolor   colours in slots of a target are changed, each pixel by itself
Convolve  pixels in slots of a target become sums of their neighbours
Read      the surface's pixels are wanted, straight
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..contract import filters as f
from ..pipeline.scene import Records, Scene
from .targets import Target

__all__ = ["Clear", "Convolve", "Draw", "Filter", "Read", "Recolor", "Step"]


@dataclass(frozen=True, slots=True)
class Clear:
    """Every pixel of a target becomes one colour, whatever it was: nothing before this step is seen on it.

    Attributes
    ----------
    color : int
        A premultiplied pixel, red in the low byte.
    """

    target: Target
    color: int

    @property
    def reads(self) -> Target | None:
        """What is read: nothing."""
        return None

    def __str__(self) -> str:
        channels = "".join(f"{self.color >> shift & 255:02x}" for shift in (0, 8, 16, 24))
        return f"clear    {self.target.name:9}  #{channels}"


@dataclass(frozen=True, slots=True)
class Draw:
    """A scene is drawn over what a target holds.

    Attributes
    ----------
    scene : Scene
        The draws of all slots, in painter's order.
    slots : int
        How many layers are drawn side by side; 0 on the surface.
    reads : Target or None
        The target that holds the layers which these draws compose.
    """

    target: Target
    scene: Scene
    slots: int = 0
    reads: Target | None = None

    def __str__(self) -> str:
        where = f" in {_many(self.slots, 'slot')}" if self.slots else ""
        read = f"  reads {self.reads.name}" if self.reads else ""
        return f"draw     {self.target.name:9}  {_many(len(self.scene.draws), 'draw')}{where}{read}"


@dataclass(frozen=True, slots=True)
class Filter:
    """Slots of a target are blurred, in place or into slots of their own (shadows).

    Attributes
    ----------
    items : Blur records
        What is blurred, where the result goes, how far, and in which colour.
    """

    target: Target
    items: Records

    @property
    def reads(self) -> Target | None:
        """What is read: the target itself."""
        return self.target

    def __str__(self) -> str:
        widest = max(float(self.items["sigma_x"].max()), float(self.items["sigma_y"].max()))
        return f"filter   {self.target.name:9}  {_many(len(self.items), 'slot')}  blur up to {widest:g} px"

    def __post_init__(self) -> None:
        assert self.items.dtype == f.Blur.dtype


@dataclass(frozen=True, slots=True)
class Recolor:
    """Colours in slots of a target are changed by matrices and tables.

    Attributes
    ----------
    items : Recolor records
        Which boxes, and which steps change them.
    steps : ColorStep records
        What the steps do.
    tables : int32 array
        What their tables hold.
    """

    target: Target
    items: Records
    steps: Records
    tables: NDArray[np.int32]

    @property
    def reads(self) -> Target | None:
        """What is read: the target itself."""
        return self.target

    def __str__(self) -> str:
        return f"recolor  {self.target.name:9}  {_many(len(self.items), 'slot')}  {_many(len(self.steps), 'step')}"

    def __post_init__(self) -> None:
        assert self.items.dtype == f.Recolor.dtype and self.steps.dtype == f.ColorStep.dtype


@dataclass(frozen=True, slots=True)
class Convolve:
    """Pixels in slots of a target become weighted sums of their neighbours, in slots of their own.

    Attributes
    ----------
    items : Convolve records
        Which boxes, where the results go, and which weights are for them.
    weights : float32 array
        The weights of all.
    """

    target: Target
    items: Records
    weights: NDArray[np.float32]

    @property
    def reads(self) -> Target | None:
        """What is read: the target itself."""
        return self.target

    def __str__(self) -> str:
        most = int((self.items["order_x"] * self.items["order_y"]).max())
        return f"convolve {self.target.name:9}  {_many(len(self.items), 'slot')}  up to {_many(most, 'weight')}"

    def __post_init__(self) -> None:
        assert self.items.dtype == f.Convolve.dtype


@dataclass(frozen=True, slots=True)
class Read:
    """The pixels of a target are wanted, straight, once all steps before have been run."""

    target: Target

    @property
    def reads(self) -> Target | None:
        """What is read."""
        return self.target

    def __str__(self) -> str:
        return f"read     {self.target.name}"


Step = Clear | Draw | Filter | Recolor | Convolve | Read


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
