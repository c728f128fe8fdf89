"""Recording: what is drawn on, before there are pixels.

Recording --get_context--> Context2D --records--> Commands
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from . import config
from .context import Context2D, describe
from .copies import Uncopied
from .geometry.path import OnInvalid
from .names import Guarded
from .pipeline.record import Commands

__all__ = ["MAX_SIDE", "OnInvalid", "Recording", "check_side"]

MAX_SIDE = 32768


def check_side(name: str, value: object) -> int:
    """A width or height, pixels; TypeError, ValueError for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"Canvas {name} is {value!r}: give a whole number of pixels")
    if not 0 <= value <= MAX_SIDE:
        raise ValueError(f"Canvas {name} is {value}: give 0 to {MAX_SIDE} pixels")
    return int(value)


class Recording(Guarded, Uncopied):
    """Draw commands without a backend: made on any thread, drawn later by `render_many`.

    Parameters
    ----------
    width, height
        Size in pixels, 0 to 32768.
    on_invalid
        ``"raise"`` (ValueError for invalid values) or ``"ignore"`` (the HTML rule); `configure` sets the default,
        which is ``"raise"``.

    Examples
    --------
    >>> import gpucanvas
    >>> icon = gpucanvas.Recording(16, 16)
    >>> ctx = icon.get_context("2d")
    >>> ctx.fill_style = "red"
    >>> ctx.fill_rect(0, 0, 8, 8)
    >>> gpucanvas.render_many([icon])[0][0, 0].tolist()
    [255, 0, 0, 255]
    """

    # Not among the attributes that a context shares: see `Context2D.canvas`.
    __slots__ = ("__dict__", "__weakref__", "_context")
    _copy_cure = "make another Recording and draw the same; render_many draws one any number of times"
    _width: int
    _height: int
    _on_invalid: OnInvalid
    _commands: Commands
    _opaque: bool

    def __init__(self, width: int, height: int, *, on_invalid: OnInvalid | None = None) -> None:
        on_invalid = on_invalid or config.current().on_invalid
        if on_invalid not in ("raise", "ignore"):
            raise ValueError(f"on_invalid is {on_invalid!r}: give 'raise' or 'ignore'")
        # An assignment asks first whether the attribute is known: programs make these by the thousand.
        self.__dict__ |= {
            "_width": check_side("width", width),
            "_height": check_side("height", height),
            "_on_invalid": on_invalid,
            "_commands": Commands(),
            "_opaque": False,
        }
        self._context: Context2D | None = None

    @property
    def width(self) -> int:
        """Width, pixels."""
        return self._width

    @property
    def height(self) -> int:
        """Height, pixels."""
        return self._height

    def get_context(self, kind: str = "2d", **settings: Any) -> Context2D:
        """The context that draws here; the same one each time.

        Parameters
        ----------
        kind
            ``"2d"``.
        settings
            ``alpha``, ``color_space`` and ``will_read_frequently`` of the HTML standard. ``alpha=False`` makes what
            leaves the canvas opaque; ``color_space`` must be ``"srgb"``.
        """
        if kind != "2d":
            raise ValueError(f"get_context: the kind is {kind!r}: give '2d'")
        for name, value in settings.items():
            if name not in ("alpha", "color_space", "will_read_frequently"):
                raise TypeError(f"get_context: {name!r} is no setting: give alpha, color_space, will_read_frequently")
            if name == "color_space" and value != "srgb":
                raise ValueError(f"get_context: color_space is {value!r}: only 'srgb' is supported")
        if self._context is None:
            self._settings(settings)
            self._context = Context2D(self, self._on_invalid == "raise")
        return self._context

    def __repr__(self) -> str:
        return f"<{describe(type(self), self.__dict__)}, {len(self._commands)} commands recorded>"

    def _settings(self, settings: dict[str, Any]) -> None:
        self._opaque = settings.get("alpha", True) is False

    @classmethod
    def _from_memory(cls, memory: dict[str, Any], context: Context2D) -> Self:
        """The canvas or recording that has these attributes, again."""
        canvas = cls.__new__(cls)
        canvas.__dict__, canvas._context = memory, context
        return canvas

    def _clear(self) -> None:
        """Forget everything drawn."""
        self._commands.release_readings()
        self._commands = self._new_commands()
        if self._context is not None:
            self._context._forget()

    def _new_commands(self) -> Commands:
        return Commands()
