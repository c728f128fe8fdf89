"""pixels: finds the pixels again that a file already has, so that each image is written once.

    the same memory   -->  at once: sprites show one image many times
    the same content  -->  by a digest
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["WrittenPixels"]

Name = TypeVar("Name")


class WrittenPixels(Generic[Name]):
    """The names of the pixels that one file has."""

    def __init__(self) -> None:
        self._by_place: dict[Any, Name] = {}
        self._by_content: dict[Any, Name] = {}
        self._kept: list[NDArray[np.uint32]] = []
        """Arrays whose memory `_by_place` knows by its address."""

    def __len__(self) -> int:
        return len(self._by_content)

    def name(
        self, pixels: NDArray[np.uint32], write: Callable[[NDArray[np.uint8]], Name], look: bool = True
    ) -> Name:
        """The name of pixels, (H, W) uint32: ``write`` is called with (H, W, 4) bytes that the file does not have yet.

        ``look`` is how they are drawn, where that is written with them.
        """
        place = pixels.__array_interface__["data"][0], pixels.shape, pixels.strides, look
        found = self._by_place.get(place)
        if found is None:
            rgba = np.ascontiguousarray(pixels).view(np.uint8).reshape(*pixels.shape, 4)
            content = blake2b(rgba.data).digest(), pixels.shape, look
            found = self._by_content.get(content)
            if found is None:
                found = self._by_content[content] = write(rgba)
            self._by_place[place] = found
            self._kept.append(pixels)
        return found
