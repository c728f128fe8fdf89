"""Surface: the pixels of one canvas, drawn, read and shown by one thread at a time, and counted in `memory`.

Surface.draw  --plan--> backend.run    drawn when the call returns
Surface.begin --plan--> backend.begin  returns a SurfaceLanding at once; calling that waits for the GPU
"""

from __future__ import annotations

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

from .. import forks, memory
from ..backends.base import Backend, HaltedError, Stop, check
from ..backends.cpu import present
from ..backends.scratch import lend
from ..contract.formats import RGBA8, PixelFormat, Pixels
from ..errors import ClosedError, FrameError, LimitError
from ..images.colorspace import ColorSpace
from ..images.imagedata import Scalar, tagged
from ..memory import Holding
from ..pipeline.record import Box, Commands, RecordedImage
from ..plan.plan import Plan
from ..plan.steps import Present
from ..plan.targets import SURFACE, Target
from ..sight.spans import count
from .apart import draw_apart, is_beyond, is_heavy
from .ticket import Landing

__all__ = ["Surface"]


@cache
def planner() -> Callable[..., Plan]:
    """The function that makes plans, imported once: an import statement takes longer than some kernels run."""
    from ..pipeline.blame import encode_or_blame, find_beyond
    from ..plan.make import make_plan

    return partial(make_plan, encode_root=encode_or_blame, blame=find_beyond)


class ShowsPixels(Protocol):
    """A screen that shows surfaces. Call ``show_texture`` and ``show_words`` only from work given to ``run``."""

    def run(self, work: Callable[[], None]) -> None:
        """Run a function on the thread of the screen's OpenGL context."""

    def show_texture(self, texture: Any, format: PixelFormat, opaque: bool, look: Any, space: ColorSpace) -> None:
        """Show a texture of premultiplied pixels of a colour space."""

    def show_words(self, words: NDArray[np.uint32], box: Box, look: Any, space: ColorSpace) -> None:
        """Show a box of premultiplied pixels, one uint32 each, of a colour space."""


class Surface:
    """A backend's surface with its `Holding`. Threads that draw on it, read it or close it take turns.

    Attributes
    ----------
    format : PixelFormat
        Memory layout of a pixel.
    pixels : object
        What `Backend.new_surface` returned; None once closed.
    size : (int, int)
        Width and height, pixels.
    color_space : str
        Colour space of the pixels; arrays read from the surface are tagged with it where it is not sRGB.
    opaque : bool
        Whether pixels read from the surface get an alpha of 1.
    stamp : object
        Identity of the present pixels: a new object whenever they may have changed.
    is_apart : bool
        Whether a frame begun by `begin` was beyond a limit, so that `draw` has to draw it in parts.
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
        """Draw recordings in order; commands hidden completely by later ones are not even encoded.

        Returns the pixels where ``read`` is set and the backend yields them while drawing, else None: call `to_numpy`.

        Raises FrameCancelledError where ``stop()`` returns True in time. After any error the list holds what has not
        been drawn: all recordings, or, where they were beyond a limit and drawn in parts, the rest.
        """
        self.is_apart = False
        # A GPU's backend cuts heavy scenes by itself.
        if self._backend.memory != "host" or not any(map(is_heavy, recordings)):
            try:
                return self._draw_at_once(recordings, stop, read)
            except LimitError as error:
                if not is_beyond(error):
                    raise
        # After the `except` block: inside it the error's traceback would keep the scenes' tables alive.
        draw_apart(partial(self._draw_at_once, stop=None, read=False), recordings)
        return None

    def _draw_at_once(self, recordings: list[Commands], stop: Stop | None, read: bool) -> NDArray[np.uint8] | None:
        """Draw recordings with one plan. After any error nothing has been drawn."""
        plan = self._plan(recordings, stop, read)
        on_the_way = read and not self.opaque and self._backend.memory == "host"
        width, height = self.size
        out_straight_rgba = lend(height * width) if on_the_way else None
        try:
            with self._take_turn():
                self.stamp, self._snapshot = object(), None
                done = self._backend.run(plan, self._open(), stop, out_straight_rgba)
            # Only on success: after an error a backend thread may still read the tables.
            plan.drawn()
        finally:
            plan.release()
        if out_straight_rgba is None or not done:
            return None
        return self.tagged(out_straight_rgba.view(np.uint8).reshape(height, width, 4))

    def _plan(self, recordings: list[Commands], stop: Stop | None, read: bool) -> Plan:
        """The plan that draws recordings on this surface."""
        width, height = self.size
        asks = None if stop is None else partial(check, stop)
        most = self._backend.most_layer_side
        return planner()(recordings, width, height, format=self.format, most_side=most, check=asks, is_read=read)

    def tagged(self, pixels: NDArray[Scalar]) -> NDArray[Scalar]:
        """The pixels as an `ImageData` where they are not sRGB, else as they are."""
        return pixels if self.color_space == "srgb" else tagged(pixels, self.color_space)

    @property
    def overlaps(self) -> bool:
        """Whether the GPU can have several frames of this surface in flight, by `begin`."""
        return self._backend.memory == "device" and not self.is_apart

    def begin(self, recordings: list[Commands], stop: Stop | None = None, read: bool = True) -> SurfaceLanding:
        """Have the GPU draw recordings, and copy the pixels to the host where ``read`` is set; do not wait.

        Errors in the recordings are raised here; later errors are raised by calling the returned landing.
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
        """The pixels of a box, or of the whole surface: a new (height, width, 4) uint8 array, straight RGBA."""
        with self._take_turn():
            return self.tagged(present(*self._read(box)))

    def _read(self, box: Box | None) -> tuple[Pixels, Box]:
        """An array of premultiplied pixels, and the box in it that holds the requested box (None: all of it)."""
        pixels = self._open()
        x0, y0, x1, y1 = box = (0, 0, *self.size) if box is None else box
        if x0 >= x1 or y0 >= y1:
            return np.zeros((y1 - y0, x1 - x0), self.format.dtype), (0, 0, x1 - x0, y1 - y0)
        words, box = self._backend.read(pixels, box)
        return self.leaving(words, box)

    def leaving(self, words: Pixels, box: Box) -> tuple[Pixels, Box]:
        """Pixels read from the backend, made opaque where the surface is, and the requested box's place in them."""
        if not self.opaque:
            return words, box
        x0, y0, x1, y1 = box
        return self.format.made_opaque(words[y0:y1, x0:x1]), (0, 0, x1 - x0, y1 - y0)

    def snapshot(self, box: Box, halves: bool = False) -> RecordedImage:
        """The pixels of a box as an image to draw; the last image is returned again while the pixels are unchanged.

        With ``halves`` the image has float16 channels: two words a pixel.
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
        """Whether the last snapshot, as bytes, shows the whole surface as it is now."""
        known = self._snapshot
        return known is not None and known[0] is self.stamp and known[1:3] == ((0, 0, *self.size), False)

    def begin_read(self) -> NDArray[np.uint8] | Callable[[], NDArray[np.uint8]]:
        """The present pixels: an array, or, where they are in GPU memory, a function that returns the array."""
        if self._backend.memory == "host":
            return self.to_numpy()
        with self._take_turn():
            pixels, box = self._read(None)
            return lambda: self.tagged(present(pixels, box))

    def present(self, screen: ShowsPixels, look: Any) -> None:
        """Show the pixels on a screen: from GPU memory where they are there, else by an upload."""
        with self._take_turn():
            pixels = self._open()
            if self._backend.memory == "device":
                step = Present(Target(SURFACE, *self.size, self.format), screen, self.opaque, look, self.color_space)
                self._backend.run(Plan([step]), pixels)
            else:
                words, box = self._read_words()
                screen.run(lambda: screen.show_words(words, box, look, self.color_space))

    def read_words(self) -> tuple[NDArray[np.uint32], Box]:
        """All pixels as premultiplied sRGB RGBA8 words, red in the low byte, and the surface's box in that array."""
        if self.color_space == "srgb":
            return self._read_words()
        from ..paint.gamut import convert_premultiplied

        words, (x0, y0, x1, y1) = self._read_words()
        return convert_premultiplied(words[y0:y1, x0:x1], self.color_space, "srgb"), (0, 0, x1 - x0, y1 - y0)

    def _read_words(self) -> tuple[NDArray[np.uint32], Box]:
        """As `read_words`, in the surface's own colour space."""
        pixels, box = self._read(None)
        if self.format is RGBA8:
            return np.asarray(pixels, np.uint32), box
        return present(pixels, box, is_straight=False).view(np.uint32)[..., 0], (0, 0, *self.size)

    def to_halves(self, box: Box | None = None) -> NDArray[np.float16]:
        """The pixels of a box, or of all: a new (height, width, 4) float16 array, straight RGBA."""
        with self._take_turn():
            return self.tagged(self._read_halves(box))

    def _read_halves(self, box: Box | None) -> NDArray[np.float16]:
        from ..present.halves import straight_halves

        pixels, (x0, y0, x1, y1) = self._read(box)
        return straight_halves(pixels[y0:y1, x0:x1], self.format)

    def _take_turn(self) -> threading.RLock:
        """The surface's lock. FrameError where this thread holds it already: a finaliser runs inside a draw."""
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
        """Free the pixels, once no other thread uses them. Closing twice is harmless."""
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
        # The Holding is not released here: a finaliser may not take the ledger's lock. It counts itself off when freed.
        self._backend.drop_surface(self.pixels, False)


@dataclass(frozen=True, slots=True)
class OnScreen:
    """A request to show a surface on a screen after its next frame.

    Attributes
    ----------
    screen, look
        The screen, and how it is to show the frame.
    shown
        Called with the surface once it has been shown.
    overlaps
        Returns whether the next frame may be drawn before this one has been shown.
    """

    screen: Any
    look: Any
    shown: Callable[[Surface], None]
    overlaps: Callable[[], bool]

    def __call__(self, surface: Surface) -> None:
        """Show the surface now."""
        surface.present(self.screen, self.look)
        self.shown(surface)


class SurfaceLanding(Landing):
    """A frame that the GPU draws on a surface.

    Parameters
    ----------
    surface
        The surface that is drawn on.
    plan, frame
        The plan, and the backend's record of its progress.
    recordings
        What the frame draws; emptied when it has been drawn.

    Attributes
    ----------
    landed : callable or None
        Called once the frame has been drawn, with the times at which OpenGL's thread worked on it (`GLFrame.issued`).
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
        """Wait until the GPU has drawn the frame; returns the straight pixels where they are read, else `UNREAD`."""
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
            self._recordings.clear()  # Drawn recordings must not be drawn again.
            if self.landed is not None:
                self.landed(frame.issued)
        if frame.error is not None:
            if not self.is_drawn and is_beyond(frame.error):
                # The frame is queued again, and `Surface.draw` draws it then.
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
        """Have the GPU show the surface right after this frame."""
        surface = self._surface
        target = Target(SURFACE, *surface.size, surface.format)
        step = Present(target, show.screen, surface.opaque, show.look, surface.color_space)
        try:
            self._show_frame = self._backend.begin(Plan([step]), self._pixels, None)
        except HaltedError:
            pass  # An earlier frame was not drawn, so neither is this one: its landing raises that.
        except BaseException as error:
            self._show_error = error  # Raised by the landing: the frame itself is being drawn.
        else:
            self._show = show

    def resume(self) -> None:
        """Let the GPU draw frames on the surface again."""
        self._backend.resume(self._pixels)


UNREAD: NDArray[np.uint8] = np.empty((0, 0, 4), np.uint8)
"""Stands for the pixels of a frame that was shown or not read."""


_surfaces: WeakSet[Surface] = WeakSet()


@forks.in_child
def _forked() -> None:
    """In a forked child, replace locks: a thread of the parent that held one does not exist here."""
    for surface in list(_surfaces):
        surface._turn = threading.RLock()
