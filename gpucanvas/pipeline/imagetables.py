"""imagetables: the images of a recording, and the draws of them.

    pixels and their source --add_image--> RecordedImage, once for each source --add_use--> USE: image, part, smoothing
    a canvas's picture      --add_canvas-----^
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..contract.commands import USE, USE_HALVES, USE_SMOOTH
from ..memory import Holding
from ..resources.snapshots import snapshot_of
from .entries import IMAGE_KEY, LEVELS_KEY, FixedPixels, ImageUse, RecordedImage

__all__ = ["USE_BYTES", "ImageTables"]

USE_BYTES: Final = USE.itemsize
pack_use = struct.Struct("<II4d").pack
"""A USE: image, flags, x, y, width, height."""
unpack_use = struct.Struct("<II4d").unpack_from


class ImageTables:
    """The part of a recording that holds images."""

    __slots__ = ("_known", "images", "kept_bytes", "readings", "uses")

    images: list[RecordedImage]
    # A USE of each drawn image.
    uses: bytearray
    # Locks on staging memory that was drawn with: it must not change until the recording is drawn or dropped.
    readings: list[Any]
    # Approximate bytes of batches and of images' snapshots.
    kept_bytes: int
    # Interned entries by (kind, id of the source object); pens by their value.
    _known: dict[Any, Any]

    def add_image(self, pixels: NDArray[np.uint32], source: object) -> int:
        """Add an image; returns its index.

        Pixels that cannot change are referred to. Of other pixels a snapshot is taken, or the last one reused while the
        pixels are the same. An array in staging memory is locked until the recording is drawn.
        """
        known: tuple[int, object] | None = self._known.get((IMAGE_KEY, id(source)))
        views: Any = getattr(source, "_views", None)
        staged = views is not None and bool(views.covers(pixels))
        fixed = staged or (not pixels.flags.writeable and isinstance(source, FixedPixels))
        if not fixed:
            snapshot = snapshot_of(pixels, source)
            return self._keep_image(snapshot.pixels, snapshot, snapshot.holding)
        if known is not None and known[1] is source:
            return known[0]
        if staged:
            self.readings.append(views.read())
            self.images.append(RecordedImage(pixels, None, may_change=True))
        elif isinstance(source, FixedPixels):
            self.images.append(RecordedImage(pixels, source.holding))
        index = len(self.images) - 1
        # A reference to the source keeps its id from being reused.
        self._known[IMAGE_KEY, id(source)] = (index, source)
        return index

    def levels_of(self, image: int, make: Callable[[NDArray[np.uint32]], Any]) -> Any:
        """Returns the halved copies of a recorded image, made by ``make`` (`mips.Levels`) at the first call."""
        known = self._known.get((LEVELS_KEY, image))
        if known is None:
            known = self._known[LEVELS_KEY, image] = make(self.images[image].pixels)
        return known

    def add_canvas(
        self, canvas: object, stamp: object, part: tuple[int, ...], read: Callable[[], RecordedImage]
    ) -> int:
        """Add a box of a canvas's pixels, unless it is here already; returns the index of the image.

        Parameters
        ----------
        canvas
            The canvas that is drawn from.
        stamp
            An object that stands for the canvas's current picture; any change of the picture makes another one.
        part
            The box, and whatever else distinguishes snapshots.
        read
            Returns a snapshot of the box.
        """
        known = self._known.get((IMAGE_KEY, id(stamp), part))
        if known is not None:
            return int(known[0])
        self.images.append(read())
        index = len(self.images) - 1
        # A reference to the stamp keeps its id from being reused.
        self._known[IMAGE_KEY, id(stamp), part] = index, stamp
        return index

    def add_use(self, use: ImageUse) -> int:
        """Append a drawn image; returns its index."""
        self.uses += pack_use(use.image, USE_SMOOTH * use.smooth | USE_HALVES * use.halves, *use.source)
        return len(self.uses) // USE_BYTES - 1

    def use_at(self, index: int) -> ImageUse:
        """Returns the drawn image at an index."""
        image, flags, x, y, width, height = unpack_use(self.uses, USE_BYTES * index)
        return ImageUse(image, (x, y, width, height), bool(flags & USE_SMOOTH), bool(flags & USE_HALVES))

    def add_uses(self, part: ImageTables, images: int) -> None:
        """Append the drawn images of another recording, with their image indices larger by ``images``."""
        uses = np.frombuffer(bytes(part.uses), USE).copy()
        uses["image"] += images
        self.uses += uses.tobytes()

    def _keep_image(self, pixels: NDArray[np.uint32], owner: object, holding: Holding) -> int:
        """Add an image of pixels that cannot change, once for each owner; returns the index of the image."""
        known: tuple[int, object] | None = self._known.get((IMAGE_KEY, id(owner)))
        if known is not None and known[1] is owner and self.images[known[0]].pixels is pixels:
            return known[0]
        self.images.append(RecordedImage(pixels, holding))
        self.kept_bytes += pixels.nbytes
        self._known[IMAGE_KEY, id(owner)] = (len(self.images) - 1, owner)
        return len(self.images) - 1
