"""view: `View`, the common part of all hosts: a canvas, a draw function that draws its frames, and events.

request_draw --> host: a frame is due --> _paint: before_draw, save, scale, draw(ctx, frame), restore --> canvas
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload
from weakref import ref

from .. import later
from ..backends.choose import BackendName
from ..canvas import Canvas
from ..copies import Uncopied
from ..errors import InvalidStateError
from ..geometry.numbers import Number, as_float
from ..names import Hinted, named_for_programs
from ..verbs.context import Context2D
from ..verbs.state import State
from .events import Event, EventHub, Handler, OnError, as_event
from .fields import complete
from .frame import Frame
from .overlay import StatsOverlay
from .words import VIEW_WORDS

if TYPE_CHECKING:
    from ..picking.index import Hit

__all__ = ["DrawFunction", "View", "as_draw_function"]

STATS_KEY: Final = "F3"
"""The key that shows the stats overlay, as in many games."""
MOST_COMPLAINTS: Final = 5
"""Most errors with different texts that are shown for one line of a draw function."""
DrawFunction = Callable[[Context2D, Frame], object]
"""``draw(ctx, frame)``; ``draw(ctx, width, height)`` is accepted as well."""
F = TypeVar("F", bound=Callable[..., object])
H = TypeVar("H", bound=Handler)
R = TypeVar("R")


def as_draw_function(function: Callable[..., object]) -> DrawFunction:
    """A draw function with the parameters ``(ctx, frame)``, from one with these or ``(ctx, width, height)``.

    Raises
    ------
    TypeError
        For a function with other parameters, and for coroutines and generators, which do not draw when called.
    """
    if not callable(function):
        raise TypeError(f"the draw function is {function!r:.80}: give def draw(ctx, frame): ...")
    name = f"{getattr(function, '__name__', function)!s:.80}"
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        raise TypeError(
            f"the draw function {name} is a coroutine or a generator, which would draw when the frame is over: "
            "write def draw(ctx, frame): ... without async and yield"
        )
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # Some callables written in C have no signature.
        return function
    by_place = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    by_name = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty]
    if by_name:
        raise TypeError(
            f"the draw function {name} needs {', '.join(by_name)} by name, and is called as draw(ctx, frame): "
            "give a default, or functools.partial"
        )
    needed = sum(p.default is p.empty for p in by_place)
    starred = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    if needed <= 2 and (len(by_place) >= 2 or starred) and not (len(by_place) > 2 and by_place[1].name == "width"):
        return function
    if needed <= 3 <= len(by_place):
        return lambda ctx, frame: function(ctx, plain(frame.width), plain(frame.height))
    raise TypeError(
        f"the draw function {name} takes {needed} argument{'s' * (needed != 1)}: "
        "write def draw(ctx, frame): ... or def draw(ctx, width, height): ..."
    )


def plain(length: float) -> float:
    """A length as an int where it is whole, so that programs can write ``range(frame.width)``; else as a float."""
    exact = float(length)
    return int(exact) if exact.is_integer() else exact


@named_for_programs
class View(Hinted, Uncopied):
    """A canvas that is drawn frame by frame: the base class of `Window`, `HostedView` and `FilmView`.

    Attributes
    ----------
    canvas : Canvas
        The canvas, of ``width * pixel_ratio`` by ``height * pixel_ratio`` pixels. It keeps its pixels between frames,
        as in a browser: begin a frame with ``clear_rect`` or a filled rectangle to remove them. A change of the view's
        size clears the canvas.
    stats_key : str or None
        The key that shows and hides the stats overlay, by its name in events; None for none.
    """

    _leads_to = "canvas", Canvas
    _elsewhere = VIEW_WORDS
    _copy_cure = "it is a canvas with handlers, shown in one place: make another, with the same draw function and setup"

    def __init__(
        self,
        width: float,
        height: float,
        pixel_ratio: float = 1.0,
        *,
        backend: BackendName | None = None,
        continuous: bool | None = None,
        on_error: OnError = "show",
    ) -> None:
        self._events = EventHub(self._start_task, on_error)
        self.stats_key: str | None = STATS_KEY
        self._overlay: StatsOverlay | None = None
        self._events.add(_toggle_of(ref(self)), "key_down")
        self._size, self._pixel_ratio = (plain(width), plain(height)), float(pixel_ratio)
        self._continuous = continuous
        self._function: DrawFunction | None = None
        self._moves = False
        self._requested = True
        self._began: float | None = None
        self._last_time = 0.0
        self._index = 0
        self._complaints: dict[tuple[str, int], set[str]] = {}
        self._asyncio_tasks: set[Any] = set()
        self.canvas = self._make_canvas(*self._pixels(), backend)

    def _make_canvas(self, width: int, height: int, backend: BackendName | None) -> Canvas:
        return Canvas(width, height, backend)

    def _pixels(self) -> tuple[int, int]:
        width, height = self._size
        return max(round(width * self._pixel_ratio), 1), max(round(height * self._pixel_ratio), 1)

    # -- for the program ---------------------------------------------------------------------------------------

    def draw(self, function: F) -> F:
        """Set the draw function: a decorator.

        It is called as ``function(ctx, frame)``, or ``function(ctx, width, height)`` if it takes three arguments. The
        context begins each call with the same state, scaled so that it draws in logical pixels.

        An animation reads ``frame.time``, ``frame.delta`` or ``frame.index``: then frames follow one another. One that
        moves by `time.time()` or a counter of its own needs ``continuous=True``; else it is drawn only on request.

        Raises
        ------
        TypeError
            For a function that takes other arguments.
        """
        self._function = as_draw_function(function)
        self.request_draw()
        return function

    def request_draw(self) -> None:
        """Request a frame; several requests before it make only one. May be called on any thread."""
        self._requested = True
        self._wake()

    @property
    def continuous(self) -> bool:
        """Whether frames are drawn one after another without requests.

        Unless it was set, it is whether the draw function has read time, delta or index of the last frame.
        """
        return self._moves if self._continuous is None else self._continuous

    @continuous.setter
    def continuous(self, value: bool | None) -> None:
        self._continuous = value
        self._wake()

    @property
    def stats_overlay(self) -> bool:
        """Whether statistics are drawn over each frame: frames a second, p99 of times, draws, batches, bytes uploaded.

        The key `stats_key`, F3 by default, toggles it. It is drawn on the canvas itself, so that it stays on a canvas
        that is never cleared.
        """
        return self._overlay is not None

    @stats_overlay.setter
    def stats_overlay(self, value: bool) -> None:
        if bool(value) != self.stats_overlay:
            self._overlay = StatsOverlay() if value else None
            self.request_draw()

    @property
    def width(self) -> float:
        """Width in logical pixels: an int where it is whole, as of most views, else a float."""
        return self._size[0]

    @property
    def height(self) -> float:
        """Height in logical pixels: an int where it is whole, else a float."""
        return self._size[1]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in logical pixels, as in the draw function and in events; ints where they are whole."""
        return self._size

    @property
    def pixel_ratio(self) -> float:
        """Pixels of the canvas for one logical pixel: 2 on many high-density displays."""
        return self._pixel_ratio

    @overload
    def add_event_handler(
        self, handler: Callable[[Event], R], /, *types: str, order: float = 0
    ) -> Callable[[Event], R]: ...
    @overload
    def add_event_handler(self, first_type: str, /, *types: str, order: float = 0) -> Callable[[H], H]: ...
    def add_event_handler(self, *args: Any, order: float = 0) -> Any:
        """Add an event handler: ``view.add_event_handler(handler, "pointer_down", "pointer_up")``.

        Without a handler it is a decorator, ``@view.add_event_handler("key_down")``, or in short
        ``@view.on("key_down")``. A handler takes one `Event`; it may be ``async``. An exception in it is printed, and
        the view goes on, unless it was made with ``on_error="raise"``.

        Parameters
        ----------
        args
            The handler, if any, and the types of events; ``"*"`` stands for all.
        order
            Handlers of a lower order are called first; those of equal order in the order in which they were added.
        """
        return self._events.add(*args, order=order)

    on = add_event_handler

    def remove_event_handler(self, handler: Handler, *types: str) -> None:
        """Remove an event handler for these types; for all types where none is given."""
        self._events.remove(handler, *types)

    def submit_event(self, event: Mapping[str, Any]) -> None:
        """Submit an event, or a dict with its fields, to the handlers. May be called on any thread.

        Fields with a usual value may be left out: ``modifiers`` are none then, and a press is of the left button. After
        the view was closed, events are dropped: another thread cannot know of that in time.

        Raises
        ------
        ValueError
            For an event of an unknown type, or without a field that has no usual value, such as ``x`` or ``key``.
        """
        self._events.submit(complete(as_event(event)))
        self._wake()

    def pick(self, x: Number, y: Number) -> Hit | None:
        """The topmost shape at a point, among those drawn with a `hit_id`: `Canvas.pick` in logical pixels.

        Parameters
        ----------
        x, y
            The point in logical pixels, as events have it: ``view.pick(event.x, event.y)``.

        Returns
        -------
        Hit or None
            Its ``id``, and for a batch ``item``, the index of the shape; None where there is nothing.

        Raises
        ------
        ClosedError
            After the view was closed.
        InvalidStateError
            Where a layer is open.
        """
        across, down = self._scale()
        return self.canvas.pick(as_float("pick", "x", x) * across, as_float("pick", "y", y) * down)

    def _repr_png_(self) -> tuple[bytes, dict[str, float]] | None:
        """The picture that a notebook shows for a cell's value, in the size of its logical pixels."""
        found = self.canvas._repr_png_()
        return None if found is None else (found, {"width": self.width, "height": self.height})

    # -- for the host ------------------------------------------------------------------------------------------

    def _wake(self) -> None:
        """Make the host check whether a frame is wanted."""

    def _start_task(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run the coroutine of an ``async`` handler on the running event loop."""
        import asyncio

        try:
            task = asyncio.get_running_loop().create_task(coroutine)
        except RuntimeError:
            raise RuntimeError(
                "an async handler needs asyncio, which does not run here: run the view by asyncio, or make the handler "
                "a plain function"
            ) from None
        self._asyncio_tasks.add(task)  # asyncio holds tasks only weakly.
        task.add_done_callback(self._asyncio_tasks.discard)

    def _set_size(self, width: float, height: float, pixel_ratio: float) -> bool:
        """Set the size, resize the canvas, and submit a resize event; returns whether anything changed."""
        if ((float(width), float(height)), float(pixel_ratio)) == (self._size, self._pixel_ratio):
            return False
        self._size, self._pixel_ratio = (plain(width), plain(height)), float(pixel_ratio)
        if self._pixels() != (self.canvas.width, self.canvas.height):
            self.canvas._resize(*self._pixels())
        self._events.submit(Event("resize", width=self.width, height=self.height, pixel_ratio=self.pixel_ratio))
        self._requested = True
        return True

    @property
    def _wants_frame(self) -> bool:
        """Whether a frame is to be drawn; without a draw function, whether there are recorded commands to show."""
        return self._requested or self.continuous

    def _paint(self, now: float | None = None) -> Frame:
        """Record one frame on the canvas, by the draw function; ``now`` is its time, seconds of any clock."""
        now = time.perf_counter() if now is None else now
        if self._began is None:
            self._began, self._last_time = now, 0.0
        at = now - self._began
        frame = Frame(at, at - self._last_time, self._index, *self._size, self._pixel_ratio)
        self._last_time = at
        self._index += 1
        self._requested = False
        if self._events.wants("animate"):
            self._events.emit(Event("animate", step=frame.delta, catch_up=False))
        if self._events.wants("before_draw"):
            self._events.emit(Event("before_draw"))
        self._call_draw(frame)
        if self._overlay is not None and not self.canvas._closed:
            self._draw_overlay(self._overlay, now)
        return frame

    def _call_draw(self, frame: Frame) -> None:
        if self._function is None or self.canvas._closed:
            return
        frame.moves = False
        ctx = self.canvas.get_context("2d")
        before = ctx._state
        ctx.save()
        ctx._state.below = None  # A surplus restore() in the draw function must not remove the scale.
        ctx.scale(*self._scale())
        try:
            later.call(partial(self._function, ctx, frame))
            self._moves = frame.moves
            if ctx._layers:
                raise InvalidStateError("the draw function left a layer open: end_layer() is missing")
        except Exception as error:
            # An animation goes on, since the error may concern only this frame.
            self._moves = self._moves or frame.moves
            self._complain(error)
        finally:
            if not self.canvas._closed:
                if ctx._layers:
                    ctx._end_down_to(ctx._layers[0])
                ctx._restore(before)

    def _draw_overlay(self, overlay: StatsOverlay, now: float) -> None:
        overlay.began(now)
        ctx = self.canvas.get_context("2d")
        before = ctx._state
        ctx._restore(State())
        try:
            overlay.draw(ctx, self._scale(), self.canvas.stats.last)
        finally:
            ctx._restore(before)

    def _scale(self) -> tuple[float, float]:
        """Pixels for a logical pixel, across and down, such that the view fills the canvas despite its rounded size."""
        width, height = self._size
        ratio = self._pixel_ratio
        wide, high = self.canvas.width, self.canvas.height
        if abs(wide - width * ratio) < 1e-6 and abs(high - height * ratio) < 1e-6:
            return ratio, ratio
        return wide / (width or 1), high / (height or 1)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.width:g}x{self.height:g} at {self.pixel_ratio:g}>"

    def _complain(self, error: BaseException, what: str = "the draw function failed") -> None:
        """Print an error of a frame, once for each line and text, since many frames may raise it."""
        shown = self._complaints.setdefault(origin(error.__traceback__), set())
        text = repr(error)
        is_news = text not in shown and len(shown) < MOST_COMPLAINTS
        if is_news:
            shown.add(text)
        if is_news or self._events.on_error == "raise":
            self._events.report(error, f"{what} in frame {self._index - 1}")


def origin(traceback: TracebackType | None) -> tuple[str, int]:
    """The file and line where an exception was raised."""
    if traceback is None:
        return "", 0
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback.tb_frame.f_code.co_filename, traceback.tb_lineno


def _toggle_of(known: ref[View]) -> Handler:
    """A handler that toggles a view's stats overlay at its key; it does not keep the view alive."""

    def toggle(event: Event) -> None:
        view = known()
        if view is not None and view.stats_key is not None and event.get("key") == view.stats_key:
            view.stats_overlay = not view.stats_overlay

    return toggle
