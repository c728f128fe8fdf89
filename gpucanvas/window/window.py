"""window: `Window`, a view in a window of the desktop, by glfw.

    the loop, on the main thread:  events --> handlers;   a frame is due --> draw(ctx, frame) --> recording
    the canvas's frame thread:     recording --> surface --Screen--> the window's framebuffer, swap

Methods must be called on the main thread, except `request_draw`, `submit_event` and those that only read.
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
from ..errors import ClosedError, LostContextError
from ..frames.queue import Policy
from ..frames.surface import OnScreen, Surface
from ..frames.ticket import Ticket
from ..geometry.numbers import Whole
from ..names import named_for_programs
from ..recording import check_side
from . import system
from .arguments import check_arguments, frames_to_live
from .composite import Backdrop, read_over, surface_over
from .desktop import backend_for, desktop
from .events import Event, OnError
from .input import Input
from .leftover import callers
from .looks import Looks
from .loop import loop
from .pacing import AHEAD, USUAL_RATE, FrameTimes, Pacer
from .screen import Look, Screen
from .view import View
from .words import WINDOW_WORDS

if TYPE_CHECKING:
    from ..sight.monitor import FrameMonitor
    from .filming import WindowFilm

__all__ = ["Window"]

IN_FLIGHT: Final = 2
"""Default number of frames in flight: one is shown while the next is drawn."""


@named_for_programs
class Window(Looks, View):
    """A window with a canvas of its own.

    Parameters
    ----------
    width, height
        Size in logical pixels, whole numbers: on a display of content scale 2 the canvas has twice as many pixels a
        side.
    title
        Text of the title bar.
    backend
        ``"cpu"``, ``"gl"``, or ``"auto"``: gl where there is hardware for it. `configure` sets the default.
    continuous
        True draws frame after frame, False only after `request_draw`. None, the default, draws frames as long as the
        draw function reads the frame's time, delta or index.
    fps
        Most frames a second; the display's rate if None.
    vsync
        Whether frames wait for the display's refresh, which avoids tearing.
    in_flight, policy
        Number of frames that may be drawn and shown while the next is recorded, at least 1, and what to do when there
        are as many: ``"block"`` waits until one is done, ``"drop_oldest"`` and ``"drop_newest"`` keep the rate and drop
        frames (not their commands: the next frame draws them). As for `Canvas.submit`.
    resizable
        Whether the user may change the size.
    fullscreen
        Whether to cover the whole monitor.
    transparent
        Whether the desktop shows through transparent pixels, where the system supports it.
    background
        The opaque colour behind translucent pixels in a window that is not ``transparent``.
    always_on_top
        Whether to keep the window above others.
    position
        Position of the content's upper left corner, in the system's screen coordinates; None is the system's choice.
    monitor
        Number of the monitor to open on, from 0; None is the system's choice.
    visible
        Whether the window is shown at once.
    on_error
        How to treat an exception in the draw function or a handler: ``"show"`` prints its traceback, and the window
        goes on; ``"raise"`` raises it from `run`, which closes all windows.

    Raises
    ------
    BackendError
        Where no window can be opened, or the backend cannot draw in one; the text names the cure.

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

    _elsewhere = WINDOW_WORDS

    def __init__(
        self,
        width: Whole = 800,
        height: Whole = 600,
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
        width, height = check_side("width", width, "Window", 1), check_side("height", height, "Window", 1)
        check_arguments(title, fps, policy, in_flight, position)
        self._fps, self.vsync, self._policy, self._in_flight = fps, vsync, policy, in_flight
        self._handle: Any = None
        self._closed = False
        self._ticket_error: BaseException | None = None
        self._films: list[WindowFilm] = []
        self._frames_left = frames_to_live()
        self._opened_by = callers()
        self._desktop = desktop()
        self._backdrop = None if transparent else Backdrop(background)
        self._handle = system.open_window(
            self._desktop, width, height, title, resizable, transparent, always_on_top, fullscreen, monitor, position
        )
        try:
            self._framebuffer, logical, ratio = system.sizes_of(self._handle)
            self._unit = system.logical_of(self._handle)
            super().__init__(*logical, ratio, backend=backend, continuous=continuous, on_error=on_error)
            self._screen = Screen(self._desktop, self._handle)
            self._pacer = Pacer(self._rate())
        except BaseException:
            system.destroy(self._desktop, self._handle)
            raise
        self._title = title
        self._cursor = "default"
        self._input = Input(self._handle, self._events.submit, lambda x, y: (x * self._unit, y * self._unit))
        self._has_moved = False
        system.watch(self._handle, self._moved, self._damaged)
        loop().windows.append(self)
        if visible:
            self.visible = True

    def _make_canvas(self, width: int, height: int, backend: BackendName | None) -> Canvas:
        return Canvas(width, height, backend_for(self._desktop, backend))

    @property
    def _rgba(self) -> tuple[int, int, int, int]:
        """The background's RGBA, 0 to 255; transparent where there is none."""
        return (0, 0, 0, 0) if self._backdrop is None else (*self._backdrop.rgb, 255)

    # -- running -----------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Draw frames and handle events until every window of the program is closed.

        In a session that continues after an exception, such as Python's prompt, windows of a program that an exception
        ended are closed first.

        Raises
        ------
        KeyboardInterrupt
            After Ctrl-C, when all windows have been closed.
        RuntimeError
            Where the loop is running already.
        """
        self._check_open()
        loop().run(self)

    async def run_async(self) -> None:
        """As `run`, while other tasks of the running event loop run."""
        self._check_open()
        await loop().run_async(self)

    def close(self) -> None:
        """Close the window, after a ``close`` event to its handlers. Closing twice is harmless."""
        if not self._closed:
            self._closed = True
            try:
                self._events.emit(Event("close"))
            finally:
                self._dismantle()

    def _dismantle(self) -> None:
        """Free everything, in an order such that no thread and no callback uses a freed object."""
        self._opened_by = ()
        loop().windows[:] = [each for each in loop().windows if each is not self]
        self._events.close()
        self._input.detach()
        system.unwatch(self._handle)
        for film in [*self._films]:
            try:
                film.close()
            except Exception as error:
                self._complain(error, "a film could not be written")
        self.canvas.close()  # Waits for frames in flight: afterwards no thread draws into the window.
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

    # -- frames and pixels -------------------------------------------------------------------------------------

    @property
    def frame_times(self) -> FrameTimes:
        """Statistics of frames: numbers of shown and of late frames, percentiles of the intervals."""
        return self._pacer.times

    @property
    def frame_monitor(self) -> FrameMonitor | None:
        """The `FrameMonitor` that finds frames which took longer than a refresh, and why; None for none."""
        return self.canvas.monitor

    @frame_monitor.setter
    def frame_monitor(self, value: FrameMonitor | None) -> None:
        self.canvas.monitor = value

    def pixels(self) -> NDArray[np.uint8]:
        """The window's pixels over its background: (height, width, 4) uint8, straight RGBA."""
        self._check_open()
        if self._backdrop is None:
            return self.canvas.to_numpy(color_space="srgb")
        return read_over(self.canvas, self._backdrop)

    def screenshot(self, path: str | PathLike[str]) -> None:
        """Write the window's pixels to a picture file; the suffix is the format.

        Raises
        ------
        OSError, ValueError
            As for `Canvas.save`.
        """
        from ..present.formats import Options, encode, format_of
        from ..present.sink import write

        options = Options()
        write(path, encode(self.pixels(), format_of(path, None), options), timeout=None)

    def record(self, path: str | PathLike[str], fps: float = 30, *, quality: int | None = None) -> WindowFilm:
        """Record a film of the window, from now until the film, or the window, is closed.

        Parameters
        ----------
        path
            The file; its suffix is the format: videos such as ``.mp4`` and ``.webm`` need PyAV
            (``pip install 'gpucanvas[video]'``), ``.gif``, ``.webp`` and ``.png`` (animated) do not.
        fps
            Frames a second of the film, independent of the window's rate.
        quality
            0 to 100; the format's default if None.

        Returns
        -------
        WindowFilm
            Its ``close()`` completes the file; it is a context manager, too.
        """
        from .filming import WindowFilm

        self._check_open()
        film = WindowFilm(path, self._framebuffer, self._rgba, fps, quality, self._films.remove)
        self._films.append(film)
        self.request_draw()
        return film

    # -- called by the loop ------------------------------------------------------------------------------------

    def _check_open(self) -> None:
        if self._closed:
            raise ClosedError("the window is closed: open a new one with gpucanvas.Window(...)")

    def _wake(self) -> None:
        loop().wake()

    def _start_task(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        loop().start_task(coroutine)

    def _moved(self) -> None:
        """Note a change of the window's position, size or scale, which is handled after the poll."""
        self._has_moved = True

    def _damaged(self) -> None:
        """Redraw the window, whose content the system has lost."""
        self._requested = True
        # On these systems the poll does not return until the user releases the window's border.
        if sys.platform in ("win32", "darwin"):
            try:
                loop().draw_due()
            except Exception as error:  # A glfw callback must not raise.
                self._ticket_error = error

    def _take_events(self) -> None:
        """After a poll: take over changes of the window, and call the handlers."""
        if self._input.interrupted:
            self._input.interrupted = False
            raise KeyboardInterrupt
        self._input.settle()
        if self._has_moved:
            self._has_moved = False
            self._look_where_it_is()
        self._events.flush()
        if not self._closed and system.should_close(self._handle):
            self._ask_to_close()
        failure, self._ticket_error = self._ticket_error, None
        if failure is not None and not self._closed:
            self._recover(failure)

    def _look_where_it_is(self) -> None:
        """Take over the window's size and scale, and its monitor's refresh rate."""
        self._framebuffer, logical, ratio = system.sizes_of(self._handle)
        if not self._framebuffer[0] or not self._framebuffer[1]:
            return  # A minimised window has no pixels; the canvas keeps its size.
        self._unit = system.logical_of(self._handle)
        self._pacer.set_rate(self._rate())
        try:
            self._set_size(*logical, ratio)
        except (ValueError, MemoryError) as error:
            self._complain(error, "the canvas cannot take the window's size")

    def _rate(self) -> float:
        """Frames a second: the limit ``fps``, else the display's refresh rate."""
        if self._fps is not None:
            return self._fps
        shown = system.refresh_rate_of(self._handle)
        # With vsync the rate is a little higher, so that the wait for the display sets the pace.
        return shown * (AHEAD if self.vsync else 1) if shown else USUAL_RATE

    def _ask_to_close(self) -> None:
        """Handle the user's request to close the window; a handler of ``close`` may set ``prevent_default``."""
        event = Event("close", prevent_default=False)
        self._events.emit(event)
        if event.prevent_default:
            system.keep_open(self._handle)
        else:
            self._closed = True
            self._dismantle()

    def _recover(self, error: BaseException) -> None:
        """Report a frame that could not be drawn or shown; where the context was lost, go on with a new one."""
        if not self._desktop.owner.lost or self._screen.has_own_context:
            self._complain(error, "a frame could not be drawn, shown or filmed")
            return
        print(f"gpucanvas: {error}; the window goes on with a new context, its canvas begins empty", file=sys.stderr)
        name: BackendName = "gl" if self.canvas.backend == "gl" else "cpu"
        self._desktop = desktop()
        backend_for(self._desktop, name)
        self._screen = Screen(self._desktop, self._handle)
        if name == "gl":
            self.canvas._rehost()
        self.request_draw()

    def _time_left(self, now: float) -> float:
        """Seconds until a frame is due; infinite while none is requested, or too many are in flight."""
        if self._closed or not (self._wants_frame or self._frames_left):
            return inf
        frames = self.canvas._frames
        policy = self._policy or config.current().policy
        if frames is not None and frames.must_wait(policy, self._in_flight):
            return inf  # The end of a frame will wake the loop.
        return self._pacer.left(now)

    def _draw_frame(self) -> None:
        """Record a frame, and submit it to be drawn and shown."""
        now = time.perf_counter()
        if not self.continuous:
            self._pacer.rested()
        self._pacer.began(now)
        self._paint(now)
        if self._closed:
            return
        look = Look(*self._framebuffer, self._rgba, int(loop().waits_for_display(self)))
        show = OnScreen(self._screen, look, self._shown, lambda: not self._films)
        ticket = self.canvas._submit(self._policy, self._in_flight, None, show)
        ticket.add_done_callback(partial(self._ended, ticket))
        if self._frames_left:
            self._frames_left -= 1
            if not self._frames_left:
                self.close()

    def _shown(self, surface: Surface) -> None:
        """Note that a frame was shown, on a thread of the frame queue. With films, the next one is not drawn yet."""
        self._pacer.shown()
        for film in [*self._films]:
            try:
                film.take(
                    lambda: surface.to_numpy() if self._backdrop is None else surface_over(surface, self._backdrop)
                )
            except Exception as error:  # For instance a full disk: the film is discarded, the window goes on.
                self._films.remove(film)
                self._ticket_error = error

    def _ended(self, ticket: Ticket) -> None:
        """Handle the end of a frame, on the thread that ended it."""
        if ticket.state == "failed":
            ticket._unread = False
            self._ticket_error = ticket._error
        loop().wake()

    def __repr__(self) -> str:
        state = ", closed" if self._closed else ""
        return f"<Window {self._title!r}, {self.width:g}x{self.height:g} at {self.pixel_ratio:g}{state}>"
