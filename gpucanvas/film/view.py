"""view: renders films: a view without a window, whose time is set, and whose frames are written to a file.

    FilmView.next_frame: paint at index / fps -> submit --Ticket--> EncoderThread: read -> encode -> write

Drawing frame n + 2, reading frame n + 1 and encoding frame n overlap. The queues between them are short, so that memory
does not grow with the length of the film.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Callable, Coroutine, Iterator
from fractions import Fraction
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Any

from .. import later
from ..backends.choose import BackendName
from ..errors import ClosedError
from ..geometry.numbers import Whole
from ..window.events import Event, OnError
from ..window.tasks import is_inside_asyncio
from ..window.view import View
from ..window.words import FILM_WORDS
from .encoder import EncoderThread
from .open import open_film
from .writer import FilmWriter, check_film, rate_of

if TYPE_CHECKING:
    from ..frames.ticket import Ticket

__all__ = ["FilmView", "Progress", "render_film", "write_film"]

Progress = Callable[[int, int], object]
"""``progress(written, frames)``."""


class FilmView(View):
    """A view without a window. It draws frame after frame as fast as it can, at the times of the film.

    Parameters
    ----------
    width, height
        Size, logical pixels.
    pixel_ratio
        Pixels of the film for one logical pixel.
    fps
        Frames a second: frame n is at ``start + n / fps``.
    start
        The time of the first frame, seconds.
    backend
        As for `Canvas`.
    on_error
        How to treat an exception of the draw function or a handler: ``"raise"`` or ``"show"``.

    Examples
    --------
    >>> from gpucanvas.film import FilmView
    >>> view = FilmView(40, 30, fps=10, backend="cpu")
    >>> @view.draw
    ... def draw(ctx, frame):
    ...     ctx.fill_rect(0, 0, 100 * frame.time, 30)
    >>> [int((ticket.result()[0, :, 3] == 255).sum()) for ticket in view.frames(4)]
    [0, 10, 20, 30]
    >>> view.close()
    """

    _elsewhere = FILM_WORDS

    def __init__(
        self,
        width: float,
        height: float,
        pixel_ratio: float = 1.0,
        *,
        fps: float | Fraction = 60,
        start: float = 0.0,
        backend: BackendName | None = None,
        on_error: OnError = "raise",
    ) -> None:
        self.fps = rate_of(fps)
        self._start = float(start)
        self._closed = False
        super().__init__(width, height, pixel_ratio, backend=backend, on_error=on_error)
        # Time 0 is that of the animation, so that a film with a later ``start`` shows the same frames at equal times.
        self._began, self._last_time = 0.0, self._start

    def next_frame(self) -> Ticket:
        """Draw the next frame in the background; ``result()`` of the ticket returns its pixels.

        Raises
        ------
        ClosedError
            After the view was closed, also by a handler of this frame.
        """
        self.paint_next()
        return self.canvas.submit(policy="block")

    def frames(self, count: int) -> Iterator[Ticket]:
        """An iterator over the next frames, each submitted on demand."""
        for _ in range(count):
            yield self.next_frame()

    def close(self) -> None:
        """Call the handlers of ``close``, and close the canvas. Closing twice is harmless.

        Afterwards no handler is called: submitted events are dropped, as by a closed window.
        """
        if self._closed:
            return
        self._closed = True
        try:
            self._events.emit(Event("close"))
        finally:
            self._events.close()
            self.canvas.close()

    def __enter__(self) -> FilmView:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def paint_next(self) -> None:
        """Record the next frame on the canvas, without submitting it."""
        self._check_open()
        self._events.flush()
        self._check_open()  # A handler may have closed the view.
        self._paint(self._start + float(self._index / self.fps))

    def _check_open(self) -> None:
        if self._closed or self.canvas._closed:
            raise ClosedError("the film view is closed: draw its frames before close(), or make another FilmView(...)")

    def _start_task(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run the coroutine of an ``async`` handler to its end; the film's time stands still meanwhile."""
        import asyncio

        if not is_inside_asyncio():
            later.call(partial(asyncio.run, coroutine))
            return
        # An event loop runs on this thread already, as in a notebook: use another thread.
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, coroutine).result()


def write_film(view: FilmView, writer: FilmWriter, frames: int, progress: Progress | None = None) -> None:
    """Draw the next frames of a view into a film, and close it; the film is discarded where anything fails.

    Parameters
    ----------
    view
        The view to draw.
    writer
        The film, of the size of the view's canvas.
    frames
        Number of frames.
    progress
        Called on this thread as ``progress(written, frames)`` as frames are written.
    """
    encoder = EncoderThread(writer)
    told = 0
    try:
        if progress is not None:
            later.call(partial(progress, 0, frames))
        for ticket in view.frames(frames):
            encoder.put(ticket)
            if progress is not None and encoder.written != told:
                told = encoder.written
                later.call(partial(progress, told, frames))
        tell = None if progress is None else lambda written: later.call(partial(progress, written, frames))
        encoder.finish(tell)
    finally:
        encoder.stop()


def _frame_count(frames: Whole | None, seconds: float | None, fps: Fraction) -> int:
    """The number of frames of a film whose length is given as one of the two."""
    if (frames is None) == (seconds is None):
        raise TypeError("render_film: give the length as frames=120 or as seconds=2, one of the two")
    if seconds is not None:
        if isinstance(seconds, str | bytes) or not (isfinite(seconds) and seconds > 0.0):
            raise ValueError(f"seconds is {seconds!r:.80}: give a number above 0")
        return max(round(seconds * fps), 1)
    if frames is None or isinstance(frames, bool) or not hasattr(frames, "__index__"):
        raise TypeError(f"frames is {frames!r:.80}: give a whole number, at least 1")
    count = operator.index(frames)
    if count < 1:
        raise ValueError(f"frames is {frames}: give at least 1")
    return count


def render_film(
    draw: Callable[..., object],
    path: str | os.PathLike[str],
    *,
    frames: Whole | None = None,
    seconds: float | None = None,
    width: float = 800,
    height: float = 600,
    fps: float | Fraction = 60,
    scale: float = 1.0,
    backend: BackendName | None = None,
    setup: Callable[[View], object] | None = None,
    start: float = 0.0,
    background: Any = None,
    quality: Whole | None = None,
    lossless: bool | None = None,
    loop: Whole = 0,
    progress: Progress | None = None,
) -> None:
    """Draw an animation into a file, as fast as the machine can, without a window.

    Parameters
    ----------
    draw
        ``draw(ctx, frame)``, where ``frame.time`` is ``start + frame.index / fps``; or ``draw(ctx, width, height)``.
    path
        The file; its suffix is the format, as for `gpucanvas.film.open_film`: .mp4, .webm, .mkv, .mov (with PyAV),
        .gif, .webp, .png; or stills, as ``frame_%04d.png``. It gets its name when it is complete.
    frames, seconds
        Length of the film: the number of frames, at least 1, or the time that they take. Give one of the two.
    width, height
        Size, logical pixels.
    fps
        Frames a second.
    scale
        Pixels of the film for one logical pixel.
    backend
        As for `Canvas`.
    setup
        Called once as ``setup(view)``, before the first frame.
    start
        The time of the first frame, seconds.
    background, quality, lossless, loop
        As for `gpucanvas.film.open_film`.
    progress
        Called on this thread as ``progress(written, frames)``.

    Raises
    ------
    TypeError, ValueError, LimitError
        For an invalid argument.
    ModuleNotFoundError
        For a video, where PyAV is not installed.
    Exception
        The error of ``draw`` or ``setup``. No file is written then, except stills that are complete.

    Examples
    --------
    >>> import tempfile, gpucanvas
    >>> def draw(ctx, frame):
    ...     ctx.fill_style = "teal"
    ...     ctx.fill_rect(frame.time * 30, 10, 20, 20)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     gpucanvas.render_film(draw, f"{folder}/slide.gif", frames=5, fps=10, width=64, height=40)
    """
    check_film(path)
    frames = _frame_count(frames, seconds, rate_of(fps))
    with FilmView(width, height, scale, fps=fps, start=start, backend=backend) as view:
        view.draw(draw)
        if setup is not None:
            later.call(partial(setup, view))
        canvas = view.canvas
        writer = open_film(
            path,
            canvas.width,
            canvas.height,
            view.fps,
            background=background,
            quality=quality,
            lossless=lossless,
            loop=loop,
        )
        write_film(view, writer, int(frames), progress)
