"""Steps: the operations of a plan, which a backend runs in order. Small tuples that print as a line each.

Upload    make images and glyph masks resident until the frame has ended
Clear     set all pixels of a target to one colour
Draw      run the stages on a target: flatten, binning, coarse, fine
Filter    blur, tint or copy slots of a target
Recolor   change colours in slots of a target, each pixel by itself
Convolve  replace pixels in slots of a target by weighted sums of their neighbours
Turbulence  fill slots of a target with noise
Read      read the surface's pixels, straight
Present   show a target in a window
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ..contract.formats import PixelFormat
from ..images.colorspace import ColorSpace
from ..pipeline.record import RecordedImage
from ..pipeline.scene import Records, Scene
from ..resources.growing import Written
from .targets import Target

__all__ = [
    *("Clear", "Convolve", "Draw", "Filter", "Present", "Read", "Recolor", "ShowsTextures", "Step", "Turbulence"),
    *("Upload", "read_by"),
]


class Upload(NamedTuple):
    """Make images and glyph masks resident in the backend's memory until the frame has ended.

    Images and masks that are resident already are not uploaded again.

    Attributes
    ----------
    target : Target
        The target of the first Draw that uses them.
    images : tuple of RecordedImage
        The images.
    masks : tuple of Written
        The glyph masks.
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
    """Set every pixel of a target to one colour. It hides everything drawn before.

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
    """Draw a scene over the content of a target.

    Attributes
    ----------
    scene : Scene
        The draws of all slots, in painter's order.
    slots : int
        Number of layers drawn side by side; 0 on the surface.
    reads : Target or None
        The target with the layers that the scene composites.
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
    """Blur slots of a target, in place or into other slots (shadows).

    Attributes
    ----------
    items : Blur records
        Source box, position of the result, sigmas and tint of each blur.
    """

    target: Target
    items: Records

    def __str__(self) -> str:
        widest = max(float(self.items["sigma_x"].max()), float(self.items["sigma_y"].max()))
        return f"filter   {self.target.name:9}  {_many(len(self.items), 'slot')}  blur up to {widest:g} px"


class Recolor(NamedTuple):
    """Change colours in slots of a target by matrices and tables.

    Attributes
    ----------
    items : Recolor records
        The boxes, and the range of steps for each.
    steps : ColorStep records
        The colour steps.
    tables : int32 array
        The tables that the steps refer to.
    """

    target: Target
    items: Records
    steps: Records
    tables: NDArray[np.int32]

    def __str__(self) -> str:
        return f"recolor  {self.target.name:9}  {_many(len(self.items), 'slot')}  {_many(len(self.steps), 'step')}"


class Convolve(NamedTuple):
    """Convolve slots of a target, into other slots.

    Attributes
    ----------
    items : Convolve records
        Source box, position of the result, and range of weights of each convolution.
    weights : float32 array
        The weights of all convolutions.
    """

    target: Target
    items: Records
    weights: NDArray[np.float32]

    def __str__(self) -> str:
        most = int((self.items["order_x"] * self.items["order_y"]).max())
        return f"convolve {self.target.name:9}  {_many(len(self.items), 'slot')}  up to {_many(most, 'weight')}"


class Turbulence(NamedTuple):
    """Fill slots of a target with noise.

    Attributes
    ----------
    items : Turbulence records
        The boxes, and the noise of each.
    permutations : int32 array
        The permutations of all lattices that the items refer to.
    gradients : float32 array (4 * len(permutations), 2)
        The gradients of all lattices.
    """

    target: Target
    items: Records
    permutations: NDArray[np.int32]
    gradients: NDArray[np.float32]

    def __str__(self) -> str:
        most = int(self.items["octaves"].max())
        return f"noise    {self.target.name:9}  {_many(len(self.items), 'slot')}  up to {_many(most, 'octave')}"


class Read(NamedTuple):
    """Read the pixels of a target, straight, after all steps before."""

    target: Target

    def __str__(self) -> str:
        return f"read     {self.target.name}"


class ShowsTextures(Protocol):
    """A window, as a backend on the GPU sees it."""

    def show_texture(
        self, texture: Any, format: PixelFormat, opaque: bool, look: Any, color_space: ColorSpace
    ) -> None:
        """Show a texture of premultiplied pixels. Called on the thread of the window's context."""


class Present(NamedTuple):
    """Show a target in a window, after all steps before.

    Attributes
    ----------
    window : ShowsTextures
        The window.
    is_opaque : bool
        Whether to ignore the target's alpha.
    look : object
        Arguments for the window, passed through: its size, and the colour behind the picture.
    color_space : str
        Colour space of the target.
    """

    target: Target
    window: ShowsTextures
    is_opaque: bool
    look: Any
    color_space: ColorSpace

    def __str__(self) -> str:
        return f"present  {self.target.name}"


Step = Upload | Clear | Draw | Filter | Recolor | Convolve | Turbulence | Read | Present


def read_by(step: Step) -> Target | None:
    """The target that a step reads, if it is not the one that it writes."""
    return step.reads if isinstance(step, Draw) else None


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
