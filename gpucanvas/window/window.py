"""Window: a view on the desktop, by glfw.

    the loop, on the main thread:  events --> handlers;   a frame is due --> draw(ctx, frame) --> recording
    the canvas's frame thread:     recording --> surface --Screen--> the window's framebuffer, swap

Methods are for the main thread, except `request_draw`, `submit_event` and what only reads.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from math import inf
from os import PathLike
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from .. import config
from ..backends.choose import BackendName
from ..canvas import Canvas
from ..errors import BackendError, ClosedError, LostContextError
from ..frames import Policy
from ..paint.color import to_rgba
from ..surface import Surface
from ..ticket import Ticket
from . import system
from .desktop import desktop
from .events import Event, OnError
from .input import Input
from .loop import loop
from .pacing import FrameTimes, Pacer
from .screen import Look, Screen
from .view import View

if TYPE_CHECKING:
    from ..sight.monitor import FrameMonitor

__all__ = ["Window"]

SOFTWARE: Final = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software", "basic render")
IN_FLIGHT: Final = 2
"""Frames of a window on their way: one is shown while the next is drawn."""


class Window(View):
    """A window with a canvas of its own.

    Parameters
    ----------
    width, height
        Size in logical pixels: on a display of content scale 2 the canvas has twice as many pixels a side.
    title
        What the title bar says.
    backend
        ``"cpu"``, ``"gl"``, or ``"auto"``: gl where there is hardware for it. `configure` sets the default.
    continuous
        True draws frame after frame, False only when asked for by `request_draw`. None, the default, draws on as long
        as the draw function asks the frame for its time, delta or index.
    fps
        Frames a second at most; the display's rate if None.
    vsync
        Whether frames wait for the display's refresh, so that none is torn.
    in_flight, policy
        How many frames may be drawn and shown while the next is recorded, 1 or more, and what happens where that many
        are: ``"block"`` records the next when one is done, ``"drop_oldest"`` and ``"drop_newest"`` keep to the rate and
        drop pictures (not drawing: the next frame draws it, too). As for `Canvas.submit`.
    resizable
        Whether the user may change the size.
    fullscreen
        Cover the whole monitor.
    transparent
        Whether what lies behind the window is seen through what is not opaque, where the system can.
    background
        The opaque colour that translucent pixels are laid on in a window that is not ``transparent``.
    always_on_top
        Keep the window above others.
    position
        Where the upper left corner of its content is, in the system's screen coordinates; None leaves it to the system.
    monitor
        Number of the monitor to open on, from 0 on; None for the system's choice.
    visible
        False opens it hidden.
    on_error
        What becomes of an exception in the draw function or a handler: ``"show"`` prints its traceback and the window
        lives on; ``"raise"`` raises it from `run`, which closes all windows.

    Raises
    ------
    BackendError
        Where no window can be opened, or the asked backend cannot draw in one; the text names the cure.

    Examples
    --------
    ::

        window = gpucanvas.Window(400, 300, title="hello")

        @window.draw
        def draw(ctx, frame):
            ctx.clear_rect(0, 0, frame.width, frame.height)
            ctx.fill_rect(100 + 50 * math.sin(frame.time), 100, 80, 80)

        window.run()
    """

    def __init__(
        self,
        width: float = 800,
        height: float = 600,
        *,
        title: str = "gpucanvas",
        backend: BackendName | None = None,
        continuous: bool | None = None,
        fps: float | None = None,
        vsync: bool = True,
        in_flight: int = IN_FLIGHT,
        policy: Policy | None = None,
        resizable: bool = True,
        fullscreen: bool = False,
        transparent: bool = False,
        background: Any = "white",
        always_on_top: bool = False,
        position: tuple[int, int] | None = None,
        monitor: int | None = None,
        visible: bool = True,
        on_error: OnError = "show",
    ) -> None:
        if fps is not None and not fps > 0:
            raise ValueError(
                f"Window: fps is {fps!r}: give more than 0 frames a second, or None for the display's rate"
            )
        self._fps, self._vsync, self._policy, self._in_flight = fps, vsync, policy, in_flight
        self._handle: Any = None
        self._closed = False
        self._ticket_error: BaseException | None = None
        self._frames_ended = 0
        self._desktop = desktop()
        self._background = (0, 0, 0, 0) if transparent else _bytes_of(background)
        self._handle = system.open_window(
            self._desktop, width, height, title, resizable, transparent, always_on_top, fullscreen, monitor, position
        )
        try:
            self._framebuffer, logical, ratio = system.sizes_of(self._handle)
            super().__init__(*logical, ratio, backend=backend, continuous=continuous, on_error=on_error)
            self._screen = Screen(self._desktop, self._handle)
            self._pacer = Pacer(fps or system.refresh_rate_of(self._handle) or 60.0)
        except BaseException:
            system.destroy(self._desktop, self._handle)
            raise
        self._title = title
        self._cursor = "default"
        self._input = Input(self._handle, self._events.submit, partial(system.to_logical, self._handle))
        system.watch(self._handle, self._damaged)
        loop().windows.append(self)
        if visible:
            self.visible = True

    def _make_canvas(self, width: int, height: int, backend: BackendName | None) -> Canvas:
        return Canvas(width, height, _backend_for_windows(self._desktop, backend))

    # -- running -----------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Draw, and tell handlers of events, until every window of the program is closed.

        Raises
        ------
        KeyboardInterrupt
            At Ctrl-C, when all windows are closed.
        RuntimeError
            Where the windows run already.
        """
        self._check_open()
        loop().run()

    async def run_async(self) -> None:
        """As `run`, while other tasks of the running event loop go on."""
        self._check_open()
        await loop().run_async()

    def close(self) -> None:
        """Close the window; its handlers are told of it with a ``close`` event. Closing twice is harmless."""
        if self._closed:
            return
        self._closed = True
        self._events.emit(Event("close"))
        loop().windows[:] = [each for each in loop().windows if each is not self]
        self._input.detach()
        system.unwatch(self._handle)
        self.canvas.close()  # It waits for the frames on their way: nobody draws into the window any more.
        with suppress(LostContextError):
            self._desktop.run(self._screen.release)
        handle, self._handle = self._handle, None
        system.destroy(self._desktop, handle)

    @property
    def closed(self) -> bool:
        """Whether the window is closed."""
        return self._closed

    def __enter__(self) -> Window:
        return self

    def __exit__(self, *what: object) -> None:
        self.close()

    # -- what it looks like ------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """What the title bar says."""
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
        """Where the upper left corner of the content is, in the system's screen coordinates."""
        self._check_open()
        return system.position_of(self._handle)

    @position.setter
    def position(self, value: tuple[int, int]) -> None:
        self._check_open()
        system.set_position(self._handle, *value)

    def resize(self, width: float, height: float) -> None:
        """Ask the system for another size, in logical pixels; a ``resize`` event tells when it is so."""
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
        """Bring the window to the front and give it the keyboard, where the system allows it."""
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
        return system.clipboard(self._handle)

    @clipboard.setter
    def clipboard(self, text: str) -> None:
        self._check_open()
        system.set_clipboard(self._handle, text)

    def set_icon(self, *pictures: Any) -> None:
        """Give the window an icon: one picture, or several sizes of it, of which the system takes what fits.

        Parameters
        ----------
        pictures
            What `gpucanvas.Image` takes: arrays (H, W, 4), canvases, Pillow images. None at all: the system's icon.
        """
        from ..image import Image

        self._check_open()
        made = [each if isinstance(each, Image) else Image(each) for each in pictures]
        system.set_icon(self._handle, [each.pixels.view(np.uint8).reshape(each.height, each.width, 4) for each in made])

    # -- what is known of its frames ---------------------------------------------------------------------------

    @property
    def frame_times(self) -> FrameTimes:
        """How smoothly frames follow one another: how many were shown, how many late, percentiles of the intervals."""
        return self._pacer.times

    @property
    def monitor(self) -> FrameMonitor | None:
        """The `FrameMonitor` that tells which frames took longer than a refresh, and why; None for none."""
        return self.canvas.monitor

    @monitor.setter
    def monitor(self, value: FrameMonitor | None) -> None:
        self.canvas.monitor = value

    def pixels(self) -> NDArray[np.uint8]:
        """What the window shows: (height, width, 4) uint8, straight RGBA, laid on its background."""
        self._check_open()
        return _laid_on(self.canvas.to_numpy(), self._background)

    def screenshot(self, path: str | PathLike[str]) -> None:
        """Write what the window shows to a picture file; the suffix names the format.

        Raises
        ------
        OSError, ValueError
            As for `Canvas.save`.
        """
        from ..present.encode import Options, encode, format_of
        from ..present.sink import write

        options = Options()
        write(path, encode(self.pixels(), format_of(path, None), options), timeout=None)

    # -- what the loop does ------------------------------------------------------------------------------------

    def _check_open(self) -> None:
        if self._closed:
            raise ClosedError("the window is closed: open a new one with gpucanvas.Window(...)")

    def _wake(self) -> None:
        loop().wake()

    def _start_task(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        loop().start_task(coroutine, lambda error: self._events.report(error, "an async handler failed"))

    def _damaged(self) -> None:
        """The system has lost what the window shows."""
        self._requested = True
        # There the system keeps the loop until the user lets go of the window's border.
        if sys.platform in ("win32", "darwin"):
            loop().draw_due()

    def _take_events(self) -> None:
        """After a poll: take in what has changed, and tell the handlers."""
        stop, self._input.interrupted = self._input.interrupted, None
        if stop is not None:
            raise stop
        self._input.settle()
        self._framebuffer, logical, ratio = system.sizes_of(self._handle)
        if self._framebuffer[0] and self._framebuffer[1]:  # An iconified window has no pixels, and keeps its size.
            try:
                self._set_size(*logical, ratio)
            except (ValueError, MemoryError) as error:
                self._complain(error)
        self._events.flush()
        if not self._closed and system.should_close(self._handle):
            self._ask_to_close()
        failure, self._ticket_error = self._ticket_error, None
        if failure is not None and not self._closed:
            self._recover(failure)

    def _ask_to_close(self) -> None:
        """The user wants the window closed: a handler of ``close`` may set ``prevent_default``."""
        event = Event("close", prevent_default=False)
        self._events.emit(event)
        if event.prevent_default:
            system.keep_open(self._handle)
        else:
            self._close_silently()

    def _close_silently(self) -> None:
        """Close without another ``close`` event."""
        for entry in [*self._events._handlers]:
            self._events.remove(entry[3], "close")
        self.close()

    def _recover(self, error: BaseException) -> None:
        """A frame could not be drawn or shown: say why; where the context is lost, go on with another."""
        self._complain(error)

    def _time_left(self, now: float) -> float:
        """Seconds until a frame is due; infinite while none is wanted or there is no room for one."""
        if self._closed or not self._wants_frame:
            return inf
        frames = self.canvas._frames
        policy = self._policy or config.current().policy
        if frames is not None and frames.must_wait(policy, self._in_flight):
            return inf  # The end of a frame wakes the loop.
        return self._pacer.left(now)

    def _draw_frame(self) -> None:
        """Record a frame and have it drawn and shown."""
        now = time.perf_counter()
        if not self.continuous:
            self._pacer.rested()
        self._pacer.began(now)
        self._paint(now)
        if self._closed:
            return
        look = Look(*self._framebuffer, self._background, int(self._vsync and loop().windows[0] is self))
        ticket = self.canvas._submit(self._policy, self._in_flight, None, partial(self._show, look))
        ticket.add_done_callback(partial(self._ended, ticket))

    def _show(self, look: Look, surface: Surface) -> None:
        """On the canvas's frame thread."""
        surface.present(self._screen, look)
        self._pacer.shown()

    def _ended(self, ticket: Ticket) -> None:
        """On the thread that ended the frame."""
        self._frames_ended += 1
        if ticket.state == "failed":
            ticket._unread = False
            self._ticket_error = ticket._error
        loop().wake()

    def __repr__(self) -> str:
        state = ", closed" if self._closed else ""
        return f"<Window {self._title!r}, {self.width:g}x{self.height:g} at {self.pixel_ratio:g}{state}>"


def _backend_for_windows(found: Any, name: BackendName | None) -> BackendName:
    """The backend that draws a window's canvas, made ready on the windows' context."""
    asked = config.current().backend if name is None else name
    hardware = not any(word in found.renderer.lower() for word in SOFTWARE)
    if asked == "gl" and found.version < 430:
        raise BackendError(
            f"windows have OpenGL {found.version / 100:.1f} here ({found.renderer}), and the gl backend needs 4.3: "
            'use backend="cpu", whose pictures can be shown'
        )
    if asked == "gl" or (asked == "auto" and hardware and found.version >= 430):
        from ..backends.gl import share

        share(found.owner)
        return "gl"
    return "cpu" if asked == "auto" else asked


def _bytes_of(color: Any) -> tuple[int, int, int, int]:
    """An opaque colour as four bytes."""
    red, green, blue, alpha = (round(each * 255) for each in to_rgba(color))
    if alpha != 255:
        raise ValueError(f"Window: background is {color!r}: give an opaque colour, or transparent=True")
    return red, green, blue, alpha


def _laid_on(pixels: NDArray[np.uint8], background: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    """Straight pixels laid on an opaque background; as they are where it is transparent."""
    if not background[3]:
        return pixels
    alpha = pixels[..., 3:].astype(np.uint32)
    # Premultiplied as a canvas keeps them, then as present.frag lays them on.
    top = (pixels[..., :3] * alpha * 2 + 255) // 510
    laid = top + (np.array(background[:3], np.uint32) * (255 - alpha) + 127) // 255
    return np.concatenate([laid.astype(np.uint8), np.full_like(pixels[..., 3:], 255)], axis=2)
