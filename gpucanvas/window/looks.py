"""looks: the properties of a window that the desktop shows: title, position, size, pointer, icon; and the clipboard."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..geometry.numbers import Number
from . import system

__all__ = ["Looks"]


class Looks:
    """The part of a window for its appearance on the desktop."""

    _handle: Any
    _title: str
    _cursor: str
    _closed: bool
    _requested: bool

    def _check_open(self) -> None:
        raise NotImplementedError

    @property
    def title(self) -> str:
        """The text of the title bar."""
        return self._title

    @title.setter
    def title(self, value: str) -> None:
        self._check_open()
        system.set_title(self._handle, value)
        self._title = value

    @property
    def visible(self) -> bool:
        """Whether the window is shown."""
        return not self._closed and system.is_visible(self._handle)

    @visible.setter
    def visible(self, value: bool) -> None:
        self._check_open()
        system.set_visible(self._handle, value)
        self._requested = True

    @property
    def position(self) -> tuple[int, int]:
        """Position of the content's upper left corner, in the system's screen coordinates."""
        self._check_open()
        return system.position_of(self._handle)

    @position.setter
    def position(self, value: tuple[int, int]) -> None:
        self._check_open()
        system.set_position(self._handle, *value)

    def resize(self, width: Number, height: Number) -> None:
        """Request another size, in logical pixels; a ``resize`` event follows when it has changed."""
        self._check_open()
        system.resize(self._handle, width, height)

    @property
    def fullscreen(self) -> bool:
        """Whether the window covers its whole monitor."""
        return not self._closed and system.is_fullscreen(self._handle)

    @fullscreen.setter
    def fullscreen(self, value: bool) -> None:
        self._check_open()
        system.set_fullscreen(self._handle, value)

    def focus(self) -> None:
        """Bring the window to the front and give it the keyboard focus, where the system allows it."""
        self._check_open()
        system.focus(self._handle)

    @property
    def cursor(self) -> str:
        """The pointer's shape, by CSS's names: ``"default"``, ``"pointer"``, ``"crosshair"``, ``"none"``, ..."""
        return self._cursor

    @cursor.setter
    def cursor(self, value: str) -> None:
        self._check_open()
        system.set_cursor(self._handle, value)
        self._cursor = value

    @property
    def clipboard(self) -> str:
        """The text of the system's clipboard; empty where there is none."""
        self._check_open()
        return system.clipboard()

    @clipboard.setter
    def clipboard(self, text: str) -> None:
        self._check_open()
        system.set_clipboard(text)

    def set_icon(self, *pictures: Any) -> None:
        """Set the window's icon: one picture, or several sizes of it, from which the system chooses.

        Parameters
        ----------
        pictures
            As for `gpucanvas.Image`: arrays (H, W, 4), canvases, Pillow images. Without any: the system's icon.
        """
        from ..images.image import Image

        self._check_open()
        made = [each if isinstance(each, Image) else Image(each) for each in pictures]
        system.set_icon(self._handle, [each.pixels.view(np.uint8).reshape(each.height, each.width, 4) for each in made])
