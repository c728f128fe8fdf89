"""Recording: draw commands with a size and a context, without a surface. `Canvas` is a recording with one.

Recording --get_context--> Context2D --records--> Commands
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypedDict, Unpack

import numpy as np

from . import config
from .contract.formats import RGBA8, RGBA16F, PixelFormat
from .copies import Uncopied
from .errors import InvalidStateError
from .geometry.numbers import Number, Whole, as_float, shown
from .geometry.path import OnInvalid
from .images.colorspace import COLOR_SPACES, ColorSpace, UnknownWordError
from .names import Guarded, named_for_programs, snake
from .picture import Picture
from .pipeline.record import Commands
from .verbs.context import Context2D, describe
from .verbs.opaque import fill_black

if TYPE_CHECKING:
    from .picking.index import Hit
    from .picking.picker import Picker

__all__ = ["MAX_SIDE", "ContextSettings", "OnInvalid", "Recording", "check_side"]

MAX_SIDE = 32768


def check_side(name: str, value: object, owner: str = "Canvas", least: int = 0) -> int:
    """A width or height in pixels, checked, of a canvas or another owner; raises TypeError or ValueError.

    A float is accepted if it is whole, such as 10.0, which a division gives. Type checkers refuse it: it may be 10.5.
    """
    if isinstance(value, float | np.floating) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{owner} {name} is {value!r:.80}: give a whole number of pixels")
    if not least <= value <= MAX_SIDE:
        raise ValueError(f"{owner} {name} is {shown(value)}: give {least} to {MAX_SIDE} pixels")
    return int(value)


class ContextSettings(TypedDict, total=False):
    """Settings of a context: the standard's CanvasRenderingContext2DSettings, in both spellings."""

    alpha: bool
    desynchronized: bool
    color_space: ColorSpace
    colorSpace: ColorSpace
    color_type: Literal["unorm8", "float16"]
    colorType: Literal["unorm8", "float16"]
    will_read_frequently: bool
    willReadFrequently: bool


NO_SETTINGS: Final[Mapping[str, Any]] = MappingProxyType({})
DEFAULTS: Final = {
    "alpha": True,
    "desynchronized": False,
    "color_space": "srgb",
    "color_type": "unorm8",
    "will_read_frequently": False,
}
SETTINGS: Final = tuple(DEFAULTS)
COLOR_TYPES: Final = {"unorm8": RGBA8, "float16": RGBA16F}
"""The standard's color types, and the pixel format of each."""
VALUES: Final = {"color_space": COLOR_SPACES, "color_type": tuple(COLOR_TYPES)}
"""Settings that are an enumeration, with their values."""


def read_settings(settings: Mapping[str, Any] | None, more: Mapping[str, Any], strict: bool = True) -> dict[str, Any]:
    """The settings of a context by Python's names; errors as `Recording.get_context` says."""
    if settings is not None and not isinstance(settings, Mapping):
        raise TypeError(f"get_context: settings is {settings!r:.80}: give a dict, such as {{'alpha': False}}")
    known = {}
    for name, value in {**(settings or {}), **more}.items():
        key = snake(name) if isinstance(name, str) else name
        if key not in SETTINGS:
            if not strict:
                continue  # WebIDL ignores unknown members of a dictionary.
            raise TypeError(f"get_context: {name!r} is no setting: the settings are {', '.join(SETTINGS)}")
        if key in VALUES and (not isinstance(value, str) or value not in VALUES[key]):
            raise UnknownWordError(f"get_context: {name} is {value!r:.80}: give {' or '.join(map(repr, VALUES[key]))}")
        known[key] = value
    return known


@named_for_programs
class Recording(Guarded, Uncopied):
    """Draw commands without a backend: made on any thread, drawn later by `render_many`.

    Parameters
    ----------
    width, height
        Size in pixels, 0 to 32768.
    on_invalid
        ``"raise"`` (ValueError for invalid values, TypeError for what is no number) or ``"ignore"`` (the HTML rules:
        such calls do nothing, after what is no number was converted as in JavaScript); `configure` sets the default,
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

    # A slot, since a context shares the `__dict__`, and must not refer to itself: see `Context2D.canvas`.
    __slots__ = ("__dict__", "__weakref__", "_context")
    _leads_to = 'get_context("2d")', Context2D
    _elsewhere = {
        **dict.fromkeys(("to_numpy", "to_pil", "pixels"), "gpucanvas.render_many([recording]), which gives its pixels"),
        **dict.fromkeys(("to_png", "encode"), "gpucanvas.Canvas, whose pixels can be saved"),
        "save": "freeze().save for SVG and PDF, or gpucanvas.Canvas, whose pixels can be saved",
        **{f"to_{format}": f"freeze().to_{format}" for format in ("svg", "pdf")},
        "to_bytes": "freeze().to_bytes",
        "draw": "ctx.draw_picture(recording.freeze())",
    }
    _copy_cure = "make another Recording and draw the same; render_many draws one any number of times"
    _width: int
    _height: int
    _on_invalid: OnInvalid
    _commands: Commands
    _opaque: bool
    _format: PixelFormat = RGBA8
    _color_space: ColorSpace = "srgb"
    _settings: Mapping[str, Any] = NO_SETTINGS
    if TYPE_CHECKING:
        _context: Context2D | None

    def __init__(self, width: Whole, height: Whole, *, on_invalid: OnInvalid | None = None) -> None:
        on_invalid = on_invalid or config.current().on_invalid
        if on_invalid not in ("raise", "ignore"):
            raise ValueError(f"on_invalid is {on_invalid!r}: give 'raise' or 'ignore'")
        # Written to the `__dict__`, without the attribute check of `Guarded`: programs make thousands of recordings.
        memory = self.__dict__
        name = type(self).__name__
        memory["_width"], memory["_height"] = check_side("width", width, name), check_side("height", height, name)
        memory["_on_invalid"] = on_invalid
        memory["_commands"] = Commands()
        memory["_opaque"] = False
        keep_context(self, None)

    @property
    def width(self) -> int:
        """Width, pixels."""
        return self._width

    @property
    def height(self) -> int:
        """Height, pixels."""
        return self._height

    def get_context(
        self, kind: Literal["2d"] = "2d", settings: ContextSettings | None = None, **more: Unpack[ContextSettings]
    ) -> Context2D:
        """The context that draws here; the same one each time, with the settings of the first time.

        Parameters
        ----------
        kind
            ``"2d"``.
        settings, more
            The standard's settings, as a dict or by name, in its spelling (``colorSpace``) or Python's:

            - ``alpha``: False makes the canvas opaque. It begins black, and cleared pixels become black.
            - ``color_type``: ``"unorm8"``, bytes; ``"float16"``: each channel is a float of 16 bits, so that many faint
              layers add up without rounding to bytes, and colours outside of 0 to 1 are kept. A pixel takes 8 bytes
              instead of 4.
            - ``color_space``: ``"srgb"``, or ``"display-p3"``: pixels are composed and kept in Display P3, which has
              more saturated colours. Colours and images are converted when they are drawn.
            - ``desynchronized``, ``will_read_frequently``: hints without effect here.

        Raises
        ------
        TypeError
            For an unknown setting; with ``on_invalid="ignore"`` it is ignored.
        ValueError
            For a kind that is not supported; with ``on_invalid="ignore"`` there is None for it, as in the standard.
            For the value of a setting that is not supported.
        """
        is_strict = self._on_invalid == "raise"
        if kind != "2d":
            if is_strict or not isinstance(kind, str):
                raise ValueError(f"get_context: the kind is {kind!r}: give '2d'")
            # By its type only "2d" is asked for: a checked program gets no None.
            return None
        known = read_settings(settings, more, is_strict) if settings is not None or more else NO_SETTINGS
        context = self._context
        if context is None:
            opaque = not known.get("alpha", True)
            if known.get("color_type", "unorm8") != "unorm8":
                self._set_format(COLOR_TYPES[known["color_type"]])
            if known:
                self.__dict__["_settings"] = known
            if known.get("color_space", "srgb") != "srgb":
                self._set_color_space(known["color_space"])
            context = kind_of_context(self._color_space, self._format)(self, is_strict, opaque)
            keep_context(self, context)
            if known:
                self.__dict__["_settings"] = known
            if self.__dict__.get("_closed"):
                # A canvas that was closed before its context was first asked for.
                context._close()
            elif opaque:
                self._set_opaque(opaque)
                self._fill_background()
        return context

    def freeze(self) -> Picture:
        """What has been recorded so far, as a `Picture` that is drawn with ``ctx.draw_picture``.

        The recording is left as it is: it can be drawn on, and frozen again.

        Raises
        ------
        InvalidStateError
            Where a layer is open, and where `put_image_data` was called: a picture has no pixels.
        TypeError
            For a Canvas, which keeps pixels, not commands.

        Examples
        --------
        >>> import gpucanvas
        >>> recording = gpucanvas.Recording(8, 8)
        >>> recording.get_context("2d").fill_rect(0, 0, 4, 4)
        >>> recording.freeze()
        <Picture 8x8 of 1 commands>
        """
        from .pipeline.replay import freeze

        self._check_layers()
        space, is_extended = self._color_space, self._format.is_extended
        return Picture._of(freeze(self._commands), self._width, self._height, space, is_extended)

    def pick(self, x: Number, y: Number) -> Hit | None:
        """The topmost shape at a point, among those drawn with a `hit_id`.

        Shapes are tested, not pixels: transparent shapes are found, edges belong to their shape, and shadows and
        filters are not tested. Draws without an id hide nothing, with two exceptions: a cleared rectangle hides the
        shapes under it, and a rectangle that clears or opaquely covers the whole canvas hides all earlier shapes.

        Parameters
        ----------
        x, y
            The point, pixels of the canvas. Events are in logical pixels: `View.pick` takes their ``x`` and ``y``.

        Returns
        -------
        Hit or None
            Its ``id``, and for a batch ``item``, the index of the shape; None where there is nothing.

        Raises
        ------
        InvalidStateError
            Where a layer is open.

        Examples
        --------
        >>> import gpucanvas
        >>> plan = gpucanvas.Recording(40, 20)
        >>> ctx = plan.get_context("2d")
        >>> ctx.hit_id = 7
        >>> ctx.fill_circles([10, 30], 10, 8)
        >>> plan.pick(29, 11)
        Hit(id=7, item=1)
        >>> plan.pick(20, 10) is None
        True
        """
        self._check_layers()
        point = as_float("pick", "x", x), as_float("pick", "y", y)
        if self._context is None or not self._context._has_ids:
            return None
        return self._picker().pick(*point)

    def _picker(self) -> Picker:
        """The picker for all that was drawn here."""
        from .picking.picker import Picker

        found: Picker | None = self.__dict__.get("_known_picker")
        if found is None:
            found = self.__dict__["_known_picker"] = Picker()
        found.see(self._commands, self._width, self._height)
        return found

    def __repr__(self) -> str:
        return f"<{describe(type(self), self.__dict__)}, {len(self._commands)} commands recorded>"

    def _check_layers(self) -> None:
        """Raise InvalidStateError where a layer is open: its content is no part of the picture yet."""
        if self._context is not None and self._context._layers:
            count = len(self._context._layers)
            are_open = "a layer of the context is open" if count == 1 else f"{count} layers of the context are open"
            raise InvalidStateError(f"{are_open}: a picture is drawn, read and shown after end_layer()")

    def _set_opaque(self, opaque: bool) -> None:
        self._opaque = opaque

    def _all_settings(self) -> dict[str, Any]:
        """The settings of the context, those that were left out included."""
        return DEFAULTS | {name: bool(value) if name not in VALUES else value for name, value in self._settings.items()}

    def _set_format(self, format: PixelFormat) -> None:
        self.__dict__["_format"] = format

    def _set_color_space(self, space: ColorSpace) -> None:
        self.__dict__["_color_space"] = space

    def _fill_background(self) -> None:
        """Draw the initial content of a canvas: nothing, or opaque black where it has no alpha."""
        if self._opaque:
            fill_black(self._commands, (self._width, self._height))

    @classmethod
    def _from_attributes(cls, memory: dict[str, Any], context: Context2D) -> Self:
        """A new canvas or recording object that shares these attributes: see `Context2D.canvas`."""
        canvas = cls.__new__(cls)
        canvas.__dict__ = memory
        keep_context(canvas, context)
        return canvas

    def _clear(self) -> None:
        """Forget everything drawn."""
        self._commands.release_readings()
        self.__dict__.pop("_known_picker", None)
        self._commands = self._new_commands()
        if self._context is not None:
            self._context._forget()
        self._fill_background()

    def _new_commands(self) -> Commands:
        return Commands()


def kind_of_context(space: ColorSpace, format: PixelFormat) -> type[Context2D]:
    """The class of contexts for a colour space and a format; those that few programs need are loaded on first use."""
    if space == "srgb" and not format.is_extended:
        return Context2D
    from .verbs import widecontext as wide

    if not format.is_extended:
        return wide.WideContext2D
    return wide.FloatContext2D if space == "srgb" else wide.WideFloatContext2D


keep_context: Final = Recording.__dict__["_context"].__set__
"""Sets the context of a recording without the attribute check of `Guarded`, which takes several times as long."""
