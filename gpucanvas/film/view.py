"""view: a host without a window: time is told, nobody waits, and frames go into a file.

    FilmView.next_frame: paint at index / fps -> submit --Ticket--> EncoderThread: read -> encode -> write

Drawing frame n + 2, reading frame n + 1 and encoding frame n overlap; each queue between them is short, so that memory
does not grow with the film.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine, Iterator
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from .. import later
from ..backends.choose import BackendName
from ..geometry.numbers import Whole
from ..window.events import OnError
from ..window.tasks import is_inside_asyncio
from ..window.view import View
from .encoder import EncoderThread
from .open import open_film
from .writer import FilmWriter, check_film, rate_of

if TYPE_CHECKING:
    from ..ticket import Ticket

__all__ = ["FilmView", "Progress", "render_film", "write_film"]

Progress = Callable[[int, int], object]
"""``progress(written, frames)``."""


class FilmView(View):
    """A view that nobody looks at: it draws frame after frame, as fast as it can, at times that it is told.

    Parameters
    ----------
    width, height
        What the draw function draws in, logical pixels.
    pixel_ratio
        Pixels of the film for one logical pixel.
    fps
        Frames a second: frame n is at ``start + n / fps``.
    start
        The time of the first frame, seconds.
    backend
        As for `Canvas`.
    on_error
        What becomes of an exception of the draw function or a handler: ``"raise"`` or ``"show"``.

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
        super().__init__(width, height, pixel_ratio, backend=backend, on_error=on_error)
        # The clock's zero is the film's, so that a film that starts later sees the same times.
        self._began, self._last_time = 0.0, self._start

    def next_frame(self) -> Ticket:
        """Draw the next frame in the background: ``result()`` gives its pixels."""
        self.paint_next()
        return self.canvas.submit(policy="block")

    def frames(self, count: int) -> Iterator[Ticket]:
        """The next frames, each submitted when it is asked for."""
        for _ in range(count):
            yield self.next_frame()

    def close(self) -> None:
        """Tell the handlers of ``close``, and let the canvas go."""
        from ..window.events import Event

        if not self.canvas._closed:
            self._events.emit(Event("close"))
            self.canvas.close()

    def __enter__(self) -> FilmView:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def paint_next(self) -> None:
        """Draw the next frame on the canvas, and nothing more."""
        self._events.flush()
        self._paint(self._start + float(self._index / self.fps))

    def _start_task(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run what an ``async`` handler returned to its end: the film's time stands still meanwhile."""
        import asyncio

        if not is_inside_asyncio():
            later.call(partial(asyncio.run, coroutine))
            return
        # In a notebook, say, whose loop cannot be waited for here.
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, coroutine).result()


def write_film(view: FilmView, writer: FilmWriter, frames: int, progress: Progress | None = None) -> None:
    """Draw the next frames of a view into a film, and close it; the film is discarded where anything fails.

    Parameters
    ----------
    view
        What is drawn.
    writer
        Where it goes; of the size of the view's canvas.
    frames
        How many.
    progress
        Called as ``progress(written, frames)``, on this thread, as frames come to be in the film.
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


def render_film(
    draw: Callable[..., object],
    path: str | os.PathLike[str],
    *,
    frames: Whole,
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
        The file; its suffix says which kind of film it is, as in `gpucanvas.film.open_film`: .mp4, .webm, .mkv, .mov
        (with PyAV), .gif, .webp, .png; or stills, as ``frame_%04d.png``. It is there when it is complete.
    frames
        How many frames, at least 1.
    width, height
        What is drawn in, logical pixels.
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
        Called as ``progress(written, frames)``, on this thread.

    Raises
    ------
    TypeError, ValueError, LimitError
        For an argument that cannot be followed.
    ModuleNotFoundError
        For a video, where PyAV is not installed.
    Exception
        What ``draw`` or ``setup`` raises. No file is written then, but for stills that are complete.

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
    if isinstance(frames, bool) or not hasattr(frames, "__index__"):
        raise TypeError(f"frames is {frames!r:.80}: give a whole number, at least 1")
    if frames < 1:
        raise ValueError(f"frames is {frames}: give at least 1")
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
