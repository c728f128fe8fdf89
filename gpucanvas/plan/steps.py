"""Steps: what a backend does, one after another. Small tuples that print as a line each.

Upload    images and masks of glyphs have a place from here on, until the frame is over
Clear     all pixels of a target become one colour
Draw      the stages run on a target: flatten, binning, coarse, fine
Filter    slots of a target are blurred, tinted, or copied
Recolor   colours in slots of a target are changed, each pixel by itself
Convolve  pixels in slots of a target become sums of their neighbours
Read      the surface's pixels are wanted, straight
Present   a target is shown in a window
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ..colorspace import ColorSpace
from ..contract.formats import PixelFormat
from ..pipeline.record import RecordedImage
from ..pipeline.scene import Records, Scene
from ..resources.growing import Written
from .targets import Target

__all__ = [
    *("Clear", "Convolve", "Draw", "Filter", "Present", "Read", "Recolor", "ShowsTextures", "Step", "Upload"),
    "read_by",
]


class Upload(NamedTuple):
    """Images and the masks of glyphs have a place where the backend draws from, until the frame is over.

    Those that have one are kept.

    Attributes
    ----------
    target : Target
        The first that is drawn on with them.
    images : tuple of RecordedImage
        Which images.
    masks : tuple of Written
        Which masks.
    """

    target: Target
    images: tuple[RecordedImage, ...]
    masks: tuple[Written, ...] = ()

    def __str__(self) -> str:
        texels = sum(image.size[0] * image.size[1] for image in self.images)
        parts = [f"{_many(len(self.images), 'image')} of {_many(texels, 'texel')}"] if self.images else []
        if self.masks:
            parts.append(f"masks of {_many(len(self.masks), 'strike')}")
        return f"upload   {self.target.name:9}  {', '.join(parts)}"


class Clear(NamedTuple):
    """Every pixel of a target becomes one colour, whatever it was: nothing before this step is seen on it.

    Attributes
    ----------
    color : int
        A premultiplied pixel of the target's format, red in the low bits.
    """

    target: Target
    color: int

    def __str__(self) -> str:
        digits = self.target.format.channel_bits // 4
        channels = "".join(f"{bits:0{digits}x}" for bits in self.target.format.split(self.color))
        return f"clear    {self.target.name:9}  #{channels}"


class Draw(NamedTuple):
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


class Filter(NamedTuple):
    """Slots of a target are blurred, in place or into slots of their own (shadows).

    Attributes
    ----------
    items : Blur records
        What is blurred, where the result goes, how far, and in which colour.
    """

    target: Target
    items: Records

    def __str__(self) -> str:
        widest = max(float(self.items["sigma_x"].max()), float(self.items["sigma_y"].max()))
        return f"filter   {self.target.name:9}  {_many(len(self.items), 'slot')}  blur up to {widest:g} px"


class Recolor(NamedTuple):
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

    def __str__(self) -> str:
        return f"recolor  {self.target.name:9}  {_many(len(self.items), 'slot')}  {_many(len(self.steps), 'step')}"


class Convolve(NamedTuple):
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

    def __str__(self) -> str:
        most = int((self.items["order_x"] * self.items["order_y"]).max())
        return f"convolve {self.target.name:9}  {_many(len(self.items), 'slot')}  up to {_many(most, 'weight')}"


class Read(NamedTuple):
    """The pixels of a target are wanted, straight, once all steps before have been run."""

    target: Target

    def __str__(self) -> str:
        return f"read     {self.target.name}"


class ShowsTextures(Protocol):
    """A window, as a backend on the GPU sees it."""

    def show_texture(
        self, texture: Any, format: PixelFormat, opaque: bool, look: Any, color_space: ColorSpace
    ) -> None:
        """Show a texture of premultiplied pixels; called where the window's context is."""


class Present(NamedTuple):
    """A target is shown in a window, once all steps before have been run.

    Attributes
    ----------
    window : ShowsTextures
        Where.
    is_opaque : bool
        Whether the target's alpha does not count.
    look : object
        What the window is to know of this frame: its size, what it is laid on.
    color_space : str
        Of the target's colours.
    """

    target: Target
    window: ShowsTextures
    is_opaque: bool
    look: Any
    color_space: ColorSpace

    def __str__(self) -> str:
        return f"present  {self.target.name}"


Step = Upload | Clear | Draw | Filter | Recolor | Convolve | Read | Present


def read_by(step: Step) -> Target | None:
    """The target that a step reads, if it is another than the one that it writes."""
    return step.reads if isinstance(step, Draw) else None


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
