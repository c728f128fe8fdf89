"""Surface: the pixels of one canvas and who pays for them; freed when closed, or when nothing holds it any more."""

from __future__ import annotations

import os
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Protocol
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from . import memory
from .apart import draw_apart, is_beyond
from .backends.base import Backend, HaltedError, Stop, check
from .backends.cpu import present
from .backends.scratch import lend
from .colorspace import ColorSpace
from .contract.formats import RGBA8, PixelFormat, Pixels
from .errors import ClosedError, FrameError, LimitError
from .imagedata import Scalar, tagged
from .memory import Holding
from .pipeline.record import Box, Commands, RecordedImage
from .plan.plan import Plan
from .plan.steps import Present
from .plan.targets import SURFACE, Target
from .sight.spans import count
from .ticket import Landing

__all__ = ["Surface"]


@cache
def planner() -> Callable[..., Plan]:
    """What makes plans, found once: finding a module takes longer than some kernels, which it loads."""
    from .pipeline.blame import encode_or_blame, find_beyond
    from .plan.make import make_plan

    return partial(make_plan, encode_root=encode_or_blame, blame=find_beyond)


class ShowsPixels(Protocol):
    """What a surface is shown on. It may only be asked to show something by what it is given to `run`."""

    def run(self, work: Callable[[], None]) -> None:
        """Do this where the screen's context is."""

    def show_texture(self, texture: Any, format: PixelFormat, opaque: bool, look: Any, space: ColorSpace) -> None:
        """Show a texture of premultiplied pixels of a colour space."""

    def show_words(self, words: NDArray[np.uint32], box: Box, look: Any, space: ColorSpace) -> None:
        """Show a box of premultiplied words of a colour space."""


class Surface:
    """A backend's surface with its `Holding`. What draws on it, reads it and closes it takes turns.

    Attributes
    ----------
    format : PixelFormat
        How a pixel lies in memory.
    pixels : object
        What `Backend.new_surface` returned; None once closed.
    size : (int, int)
        Width and height, pixels.
    color_space : str
        What the numbers of its pixels mean; arrays that leave it say so where it is not sRGB.
    opaque : bool
        Whether what leaves the surface has no alpha.
    stamp : object
        Another one whenever the pixels may have changed.
    is_apart : bool
        Whether a frame has turned out to be too much at once: it has to be drawn by `draw`.
    """

    __slots__ = (
        *("__weakref__", "_backend", "_holding", "_snapshot", "_turn"),
        *("color_space", "format", "is_apart", "opaque", "pixels", "size", "stamp"),
    )

    def __init__(self, backend: Backend, width: int, height: int, format: PixelFormat = RGBA8) -> None:
        self.pixels: Any = None
        self.format = format
        self._turn = threading.RLock()
        self._backend, self.size, self.opaque = backend, (width, height), False
        self.color_space: ColorSpace = "srgb"
        self.stamp, self.is_apart = object(), False
        self._snapshot: tuple[object, Box, bool, RecordedImage] | None = None
        nbytes = format.nbytes * width * height
        backend.check_surface(width, height)
        on_host = backend.memory == "host"
        self._holding = memory.Holding("surface", nbytes if on_host else 0, 0 if on_host else nbytes)
        try:
            self.pixels = backend.new_surface(width, height, format)
        except BaseException:
            self._holding.release()
            raise
        _surfaces.add(self)

    def draw(
        self, recordings: list[Commands], stop: Stop | None = None, read: bool = False
    ) -> NDArray[np.uint8] | None:
        """Draw recordings in order; what the last ones hide completely is not even encoded.

        Returns what `to_numpy` would, where it is to be read and that was to be had on the way, else None.

        Raises FrameCancelledError where ``stop()`` says so in time. Whatever is raised, what has not been drawn then is
        left among the recordings. That is all of it, but for what is too much at once, which is drawn in parts.
        """
        self.is_apart = False
        try:
            return self._draw_at_once(recordings, stop, read)
        except LimitError as error:
            if not is_beyond(error):
                raise
        # Outside: the error's traceback would keep the scenes' tables.
        draw_apart(partial(self._draw_at_once, stop=None, read=False), recordings)
        return None

    def _draw_at_once(self, recordings: list[Commands], stop: Stop | None, read: bool) -> NDArray[np.uint8] | None:
        """`draw`, of what one plan can draw; whatever is raised, nothing has been drawn then."""
        plan = self._plan(recordings, stop, read)
        on_the_way = read and not self.opaque and self._backend.memory == "host"
        width, height = self.size
        out_straight_rgba = lend(height * width) if on_the_way else None
        try:
            with self._take_turn():
                self.stamp, self._snapshot = object(), None
                done = self._backend.run(plan, self._open(), stop, out_straight_rgba)
            # Not where something was raised: then a thread of the backend may still read the tables.
            plan.drawn()
        finally:
            plan.release()
        if out_straight_rgba is None or not done:
            return None
        return self.tagged(out_straight_rgba.view(np.uint8).reshape(height, width, 4))

    def _plan(self, recordings: list[Commands], stop: Stop | None, read: bool) -> Plan:
        """The plan that draws recordings here."""
        width, height = self.size
        asks = None if stop is None else partial(check, stop)
        most = self._backend.most_layer_side
        return planner()(recordings, width, height, format=self.format, most_side=most, check=asks, is_read=read)

    def tagged(self, pixels: NDArray[Scalar]) -> NDArray[Scalar]:
        """Pixels that leave: an `ImageData` where they are not sRGB."""
        return pixels if self.color_space == "srgb" else tagged(pixels, self.color_space)

    @property
    def overlaps(self) -> bool:
        """Whether frames overlap: `begin` has the GPU draw one while others are on their way."""
        return self._backend.memory == "device" and not self.is_apart

    def begin(self, recordings: list[Commands], stop: Stop | None = None, read: bool = True) -> SurfaceLanding:
        """Have the GPU draw recordings, and copy the pixels to the host where they are to be read; wait for nothing.

        Raises what is wrong with the recordings; all that goes wrong later is raised by what is returned.
        """
        width, height = self.size
        plan = self._plan(recordings, stop, read and width * height > 0)
        backend: Any = self._backend
        try:
            with self._take_turn():
                self.stamp = object()
                pixels = self._open()
                frame = backend.begin(plan, pixels, stop)
        except BaseException:
            plan.release()
            raise
        return SurfaceLanding(self, plan, frame, recordings)

    def to_numpy(self, box: Box | None = None) -> NDArray[np.uint8]:
        """The pixels, or those of a box inside: a new (height, width, 4) uint8 array, straight RGBA."""
        with self._take_turn():
            return self.tagged(present(*self._read(box)))

    def _read(self, box: Box | None) -> tuple[Pixels, Box]:
        """Premultiplied pixels as they leave the surface, and where those of the box, or all, lie among them."""
        pixels = self._open()
        x0, y0, x1, y1 = box = (0, 0, *self.size) if box is None else box
        if x0 >= x1 or y0 >= y1:
            return np.zeros((y1 - y0, x1 - x0), self.format.dtype), (0, 0, x1 - x0, y1 - y0)
        words, box = self._backend.read(pixels, box)
        return self.leaving(words, box)

    def leaving(self, words: Pixels, box: Box) -> tuple[Pixels, Box]:
        """Premultiplied pixels of a box as they leave the surface, and where they lie among those that are returned."""
        if not self.opaque:
            return words, box
        x0, y0, x1, y1 = box
        return self.format.made_opaque(words[y0:y1, x0:x1]), (0, 0, x1 - x0, y1 - y0)

    def snapshot(self, box: Box, halves: bool = False) -> RecordedImage:
        """The pixels of a box inside, as an image to be drawn: the one of before while the surface shows the same.

        ``halves`` says that the image is one of halves: two words a pixel.
        """
        with self._take_turn():
            known = self._snapshot
            if known is not None and known[0] is self.stamp and known[1:3] == (box, halves):
                return known[3]
            self._snapshot = None
            held: Any = self._backend.snapshot(self._open(), box, self.opaque, halves)
            left, top = box[0] * (1 + halves), box[1]
            if held is None:
                count("readbacks")
                pixels = self._read_halves(box) if halves else present(*self._read(box))
                words = np.asarray(pixels).view(np.uint32).reshape(len(pixels), -1)
                made = RecordedImage(words, Holding("image", words.nbytes), left, top)
            else:
                made = RecordedImage(held, None, left, top)
            self._snapshot = self.stamp, box, halves, made
            return made

    @property
    def is_kept_whole(self) -> bool:
        """Whether there is an image of bytes of all that the surface shows."""
        known = self._snapshot
        return known is not None and known[0] is self.stamp and known[1:3] == ((0, 0, *self.size), False)

    def begin_read(self) -> NDArray[np.uint8] | Callable[[], NDArray[np.uint8]]:
        """The pixels as they are now: at once, or, where another memory keeps them, by a call that makes them."""
        if self._backend.memory == "host":
            return self.to_numpy()
        with self._take_turn():
            pixels, box = self._read(None)
            return lambda: self.tagged(present(pixels, box))

    def present(self, screen: ShowsPixels, look: Any) -> None:
        """Show the pixels on a screen: straight from the GPU where they are there, else by an upload."""
        with self._take_turn():
            pixels = self._open()
            if self._backend.memory == "device":
                step = Present(Target(SURFACE, *self.size, self.format), screen, self.opaque, look, self.color_space)
                self._backend.run(Plan([step]), pixels)
            else:
                words, box = self._read_words()
                screen.run(lambda: screen.show_words(words, box, look, self.color_space))

    def read_words(self) -> tuple[NDArray[np.uint32], Box]:
        """All pixels as they are shown, premultiplied bytes of sRGB, red in the low one; and where they lie therein."""
        if self.color_space == "srgb":
            return self._read_words()
        from .paint.gamut import convert_premultiplied

        words, (x0, y0, x1, y1) = self._read_words()
        return convert_premultiplied(words[y0:y1, x0:x1], self.color_space, "srgb"), (0, 0, x1 - x0, y1 - y0)

    def _read_words(self) -> tuple[NDArray[np.uint32], Box]:
        """All pixels as premultiplied bytes, red in the low one, and where they lie among those that are returned."""
        pixels, box = self._read(None)
        if self.format is RGBA8:
            return np.asarray(pixels, np.uint32), box
        return present(pixels, box, is_straight=False).view(np.uint32)[..., 0], (0, 0, *self.size)

    def to_halves(self, box: Box | None = None) -> NDArray[np.float16]:
        """The pixels, or those of a box inside: a new (height, width, 4) float16 array, straight RGBA, 0 to 1."""
        with self._take_turn():
            return self.tagged(self._read_halves(box))

    def _read_halves(self, box: Box | None) -> NDArray[np.float16]:
        pixels, (x0, y0, x1, y1) = self._read(box)
        return straight_halves(pixels[y0:y1, x0:x1], self.format)

    def _take_turn(self) -> threading.RLock:
        """The lock of who uses the surface. FrameError for a finaliser that the collector runs meanwhile."""
        turn: Any = self._turn
        if turn._is_owned():
            raise FrameError("a __del__ that ran while a canvas was drawn uses the same canvas: do it elsewhere")
        return self._turn

    def _open(self) -> Any:
        if self.pixels is None:
            raise ClosedError(
                "the canvas was closed or made new by another thread while this one used it: its pixels are gone"
            )
        return self.pixels

    def close(self) -> None:
        """Let the pixels go, after who is using them. Closing twice is harmless."""
        with self._take_turn():
            pixels, self.pixels, self._snapshot = self.pixels, None, None
        if pixels is not None:
            self._holding.release()
            self._backend.drop_surface(pixels)

    def __del__(self) -> None:
        if self.pixels is None or sys.is_finalizing():
            return
        where = f" made at {self._holding.origin}" if self._holding.origin else ""
        width, height = self.size
        warnings.warn(
            f"a Canvas of {width}x{height}{where} was never closed: use `with` or close() to free its pixels at once"
            + ("" if where else " (gpucanvas.memory.origins() notes where canvases are made)"),
            ResourceWarning,
            stacklevel=2,
        )
        # The holding counts itself off when it goes: a finalizer may not take the ledger's lock.
        self._backend.drop_surface(self.pixels, False)


@dataclass(frozen=True, slots=True)
class OnScreen:
    """What shows a surface on a screen.

    Attributes
    ----------
    screen, look
        Where, and what the screen is to know of the frame.
    shown
        Called with the surface once it has been shown.
    overlaps
        Says whether the next frame may be drawn before that.
    """

    screen: Any
    look: Any
    shown: Callable[[Surface], None]
    overlaps: Callable[[], bool]

    def __call__(self, surface: Surface) -> None:
        """Show it now."""
        surface.present(self.screen, self.look)
        self.shown(surface)


class SurfaceLanding(Landing):
    """A frame that the GPU draws on a surface.

    Parameters
    ----------
    surface
        What it is drawn on.
    plan, frame
        What is done, and how far it is.
    recordings
        What it draws; emptied when that is drawn.

    Attributes
    ----------
    landed : callable or None
        Told, once it has been drawn, when OpenGL's thread was busy with it: `GLFrame.issued`.
    """

    def __init__(self, surface: Surface, plan: Plan, frame: Any, recordings: list[Commands]) -> None:
        self._show_frame: Any = None
        self._show_error: BaseException | None = None
        self._show: OnScreen | None = None
        self._surface, self._plan, self._frame, self._recordings = surface, plan, frame, recordings
        self._backend: Any = surface._backend
        self._pixels = surface.pixels
        self.landed: Callable[[list[tuple[int, int]]], None] | None = None

    def __call__(self) -> NDArray[np.uint8]:
        """Wait until it has landed; the pixels, straight, where they are read."""
        frame, surface = self._frame, self._surface
        try:
            self._backend.wait(frame)
            self.is_drawn = frame.is_drawn
            if self.is_drawn:
                self._plan.drawn()
        finally:
            self._plan.release()
        if self.is_drawn:
            for each in self._recordings:
                each.release_readings()
            self._recordings.clear()  # They are not drawn again.
            if self.landed is not None:
                self.landed(frame.issued)
        if frame.error is not None:
            if not self.is_drawn and is_beyond(frame.error):
                # It is queued again, and drawn by `Surface.draw` next time.
                surface.is_apart = True
                frame.error = HaltedError("a frame was too much at once")
            frame.raise_error()
        if self._show_error is not None:
            raise self._show_error
        if self._show is not None:
            self._backend.wait(self._show_frame)
            if self._show_frame.error is not None:
                self._show_frame.raise_error()
            self._show.shown(surface)
        if frame.pixels is None:
            width, height = surface.size
            return UNREAD if width and height else surface.tagged(np.zeros((height, width, 4), np.uint8))
        height, width = frame.pixels.shape
        return surface.tagged(present(*surface.leaving(frame.pixels, (0, 0, width, height))))

    def show(self, show: OnScreen) -> None:
        """Have the GPU show the surface as it is after the frame, as soon as it has been drawn."""
        surface = self._surface
        target = Target(SURFACE, *surface.size, surface.format)
        step = Present(target, show.screen, surface.opaque, show.look, surface.color_space)
        try:
            self._show_frame = self._backend.begin(Plan([step]), self._pixels, None)
        except HaltedError:
            pass  # The frame was not drawn: that is raised when it lands.
        except BaseException as error:
            self._show_error = error  # Not now: the frame is being drawn all the same.
        else:
            self._show = show

    def resume(self) -> None:
        """Others may be drawn on the surface again."""
        self._backend.resume(self._pixels)


UNREAD: NDArray[np.uint8] = np.empty((0, 0, 4), np.uint8)
"""The pixels of a frame that was shown."""


def straight_halves(pixels: Pixels, format: PixelFormat) -> NDArray[np.float16]:
    """Premultiplied pixels (H, W) as straight halves (H, W, 4), 0 to 1; transparent black where there is no alpha."""
    pixels = pixels.copy()
    channels: NDArray[np.float32]
    if format is RGBA8:
        channels = pixels.view(np.uint8).astype(np.float32) * np.float32(1 / 255)
    else:
        channels = pixels.view(np.float16).astype(np.float32)
    channels = channels.reshape(*pixels.shape, 4)
    alpha = channels[..., 3:]
    np.divide(channels[..., :3], alpha, out=channels[..., :3], where=alpha > 0)
    halves: NDArray[np.float16] = np.minimum(channels, 1, out=channels).astype(np.float16)
    return halves


_surfaces: WeakSet[Surface] = WeakSet()


def _forked() -> None:
    """In a forked child: who had a turn in the parent will never end it here."""
    for surface in list(_surfaces):
        surface._turn = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
