"""hosted: `HostedView`, a view in a canvas of rendercanvas (Qt, wx, Jupyter, a web page, offscreen).

    host --its events--> EventTranslator --our events--> handlers
      |
      +--a frame is due--> View._paint --> canvas --pixels over the background--> bitmap --> host

The host decides the event loop, the size and the frame rate; gpucanvas draws the canvas and hands over opaque pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from ..backends.choose import BackendName
from ..errors import BackendError, LostContextError
from .composite import Backdrop, read_over
from .events import Event
from .hosted_events import EventTranslator
from .tasks import SteppedTasks, is_inside_asyncio
from .view import View
from .words import HOSTED_WORDS

__all__ = ["HostedView"]

CURE = "pip install 'gpucanvas[hosts]'"
STEP = 0.01
"""Seconds between two steps of ``async`` handlers where the host's event loop is not asyncio's."""


class HostedView(View):
    """A view on a canvas of rendercanvas: in a Qt or wx program, a notebook, a web page, or offscreen.

    The host decides the size and the times of frames, and sends events; configure it by rendercanvas' own parameters
    (``update_mode``, ``max_fps``, ...). A ``continuous`` view requests a frame after each frame.

    Parameters
    ----------
    host
        The canvas or widget of rendercanvas: ``rendercanvas.qt.QRenderWidget(parent)``, for example.
    draw
        The draw function, ``draw(ctx, frame)``. It can be set later, by ``@view.draw``.
    setup
        Called once as ``setup(view)``, to add handlers: at once where the host has a size, else before the first frame.
    backend, continuous
        As for `Canvas` and `View`.
    background
        The opaque colour behind transparent pixels.

    Attributes
    ----------
    host
        The canvas of rendercanvas; None after Qt has deleted it.

    Raises
    ------
    TypeError
        For a host that is no canvas of rendercanvas, or that something else draws on already.
    BackendError
        Where rendercanvas is missing, and for a host that shows no bitmaps, such as rendercanvas' glfw canvas: the text
        names the cure.

    Examples
    --------
    >>> import gpucanvas
    >>> from rendercanvas.offscreen import OffscreenRenderCanvas
    >>> def draw(ctx, frame):
    ...     ctx.fill_style = "red"
    ...     ctx.fill_rect(0, 0, frame.width / 2, frame.height)
    >>> host = OffscreenRenderCanvas(size=(4, 1))
    >>> view = gpucanvas.HostedView(host, draw, backend="cpu")
    >>> host.draw()[0, :, 2].tolist()
    [0, 0, 255, 255]
    >>> view.close()
    """

    _elsewhere = HOSTED_WORDS

    def __init__(
        self,
        host: Any,
        draw: Callable[..., object] | None = None,
        setup: Callable[[View], object] | None = None,
        *,
        backend: BackendName | None = None,
        continuous: bool | None = None,
        background: Any = "white",
    ) -> None:
        self._backdrop = Backdrop(background)
        context = take_over(host)
        self.host: Any = host
        self._closed = False
        self._translator, self._stepped, self._is_stepping = EventTranslator(), SteppedTasks(), False
        self._title, self._cursor = "", "default"
        width, height = host.get_logical_size()
        super().__init__(width, height, host.get_pixel_ratio(), backend=backend, continuous=continuous)
        context.view = self
        self._setup = setup
        host.add_event_handler(self._hear, "*")
        host.request_draw(self._draw_frame)
        on_destroyed = getattr(getattr(host, "destroyed", None), "connect", None)
        if on_destroyed is not None:  # A Qt signal: rendercanvas does not notice that a widget was deleted.
            on_destroyed(self._host_gone)
        if draw is not None:
            self.draw(draw)
        if host.get_physical_size() != (1, 1):  # rendercanvas reports (1, 1) while the size is unknown.
            self._set_up()

    # -- for the program ---------------------------------------------------------------------------------------

    @property
    def closed(self) -> bool:
        """Whether the host has closed its canvas, or `close` was called."""
        return self._closed

    def close(self) -> None:
        """Close the host's canvas, which cannot show anything else, and free the pixels. Closing twice is harmless."""
        if not self._closed:
            self.host.close()
            self._host_closed()

    @property
    def title(self) -> str:
        """The title of the host's window, if it has one, as last set here."""
        return self._title

    @title.setter
    def title(self, title: str) -> None:
        self.host.set_title(title)
        self._title = title

    @property
    def cursor(self) -> str:
        """The shape of the pointer over the canvas: a CSS name that rendercanvas supports."""
        return self._cursor

    @cursor.setter
    def cursor(self, cursor: str) -> None:
        self.host.set_cursor(cursor)
        self._cursor = cursor

    # -- called by the host ------------------------------------------------------------------------------------

    def _set_up(self) -> None:
        setup, self._setup = self._setup, None
        if setup is not None:
            setup(self)

    def _wake(self) -> None:
        if not self._closed:
            self.host.request_draw()

    def _follow_host(self) -> None:
        """Take the host's size."""
        width, height = self.host.get_logical_size()
        self._set_size(width, height, self.host.get_pixel_ratio())

    def _draw_frame(self) -> None:
        """Draw a frame; called when the host wants one."""
        if self._closed:
            return
        try:
            self._follow_host()
            self._set_up()
            self._events.flush()
            if self._host_loop is None:
                self._stepped.step()
            if not self._closed:
                self._paint()
        except Exception as error:
            self._complain(error)
        if self.continuous:
            self._wake()

    def _bitmap(self) -> dict[str, Any]:
        """The picture for the host: rendercanvas' record of a bitmap, or of none."""
        if not self._closed:
            try:
                return {"method": "bitmap", "data": read_over(self.canvas, self._backdrop), "format": "rgba-u8"}
            except LostContextError as error:
                self._complain(error, "the context was lost: the view goes on with another")
                self.canvas._rehost()
                self.request_draw()
            except Exception as error:  # Not raised: rendercanvas would wait for this frame without end.
                self._complain(error)
        return {"method": "skip"}

    def _hear(self, told: Mapping[str, Any]) -> None:
        """Pass on an event of the host."""
        if told["event_type"] == "close":
            self._host_closed()
        elif told["event_type"] == "resize":
            self._follow_host()
        for event in self._translator.take(told):
            self._events.submit(event)
        self._events.flush()

    def _host_gone(self, *_: object) -> None:
        """Close the view after Qt has deleted the widget."""
        with suppress(RuntimeError):  # "Internal C++ object already deleted"
            self.host.close()
        self._host_closed()
        self.host = None  # Otherwise rendercanvas would close it again at exit, and fail.

    def _host_closed(self) -> None:
        """Call the handlers of ``close`` once, while the canvas is still open, and then free everything."""
        if self._closed:
            return
        self._closed = True
        self._events.flush()
        self._events.emit(Event("close"))
        self._events.close()
        self._stepped.close()
        self.canvas.close()

    # -- async handlers ----------------------------------------------------------------------------------------

    @property
    def _host_loop(self) -> Any:
        """The rendercanvas loop of the host; None where it has none, as offscreen."""
        # A Qt or wx window contains the widget that has the loop.
        group = getattr(self.host, "_subwidget", self.host)._rc_canvas_group
        return None if group is None else group.get_loop()

    def _start_task(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        from rendercanvas.asyncio import AsyncioLoop

        async def awaited() -> None:
            await coroutine

        loop = self._host_loop
        if isinstance(loop, AsyncioLoop):
            loop.add_task(awaited)
        elif is_inside_asyncio():
            super()._start_task(coroutine)
        else:
            self._stepped.start(coroutine)
            if loop is not None and not self._is_stepping:
                self._is_stepping = True
                loop.add_task(self._step_tasks)

    async def _step_tasks(self) -> None:
        """Step the ``async`` handlers on an event loop that is not asyncio's."""
        from rendercanvas.utils.asyncs import sleep

        try:
            while self._stepped.step():
                await sleep(STEP)
        finally:
            self._is_stepping = False

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """What a notebook shows for a cell's value: the live widget, where the host is one."""
        if not self._is_widget():
            return {}
        shown = self.host._repr_mimebundle_(include=include, exclude=exclude)
        if isinstance(shown, dict):
            shown["text/plain"] = repr(self)
        return shown

    def _repr_png_(self) -> tuple[bytes, dict[str, float]] | None:
        return None if self._is_widget() else super()._repr_png_()

    def __repr__(self) -> str:
        state = ", closed" if self._closed else ""
        return f"<HostedView {self.width:g}x{self.height:g} in {type(self.host).__name__}{state}>"

    def _is_widget(self) -> bool:
        return not self._closed and hasattr(self.host, "_repr_mimebundle_")


def take_over(host: Any) -> Any:
    """Make and return the context that shows gpucanvas' pictures in a host."""
    if not hasattr(host, "get_context") or not hasattr(host, "request_draw"):
        raise TypeError(f"host is {host!r:.80}: give a canvas of rendercanvas, as rendercanvas.qt.QRenderWidget()")
    name, kind = type(host).__name__, context_class()
    try:
        context = host.get_context(kind)
    except TypeError as error:
        if "bitmap" not in str(error):
            raise
        raise BackendError(
            f"{name} of {type(host).__module__} shows no bitmaps: make a gpucanvas.Window, which needs no "
            "rendercanvas, or a canvas of rendercanvas.qt"
        ) from error
    except RuntimeError as error:
        raise TypeError(f"{name} shows something else already: make another canvas for this view ({error})") from error
    if context.view is not None:
        raise TypeError(f"{name} has a view already: make another canvas, or set the drawing with view.draw(...)")
    return context


@cache
def context_class() -> type:
    """The class of contexts for rendercanvas, made on first use, since it needs rendercanvas as its base."""
    try:
        from rendercanvas.contexts import BaseContext
    except ImportError as error:
        raise BackendError(f"rendercanvas >= 2.7 is missing: {CURE} ({error})") from error

    class GpucanvasContext(BaseContext):  # type: ignore[misc]  # rendercanvas has no type annotations.
        """Shows a view's pictures as bitmaps."""

        present_methods = ["bitmap"]  # rendercanvas requires a list.
        view: HostedView | None = None

        def _rc_present(self, *, force_sync: bool = False) -> dict[str, Any]:
            return {"method": "skip"} if self.view is None else self.view._bitmap()

        def _rc_close(self) -> None:
            view, self.view = self.view, None
            if view is not None:
                view._host_closed()

    return GpucanvasContext
