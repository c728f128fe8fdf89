"""encoder: a thread that reads submitted frames and writes them into a film, while the next ones are drawn.

    put(ticket) --at most `capacity` wait--> ticket.result() -> writer.add        finish(): all are written, film closed
                                                                                  stop(): the film is discarded

An error of the film is raised by the next call of `put` or `finish`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial

from .. import later
from ..changes import Changes
from ..frames.ticket import Ticket
from .writer import FilmWriter, Pixels

__all__ = ["EncoderThread"]


class EncoderThread:
    """Writes frames into a film on a thread of its own.

    Parameters
    ----------
    writer
        The film; nothing else may use it meanwhile.
    capacity
        Most frames that may wait, at least 1. A waiting frame holds its pixels.
    """

    def __init__(self, writer: FilmWriter, capacity: int = 4) -> None:
        self.writer = writer
        self._capacity = max(int(capacity), 1)
        self._changed = Changes()
        self._waiting: deque[tuple[Ticket | Pixels, int]] = deque()
        self._written = 0
        self._is_last = self._stopped = self._ended = False
        self._error: BaseException | None = None
        self._thread = later.Thread(target=self._work, name="gpucanvas-film", daemon=True)
        self._thread.start()

    @property
    def written(self) -> int:
        """Number of frames in the film so far."""
        return self._written

    @property
    def is_full(self) -> bool:
        """Whether `put` would wait."""
        return len(self._waiting) >= self._capacity

    def put(self, frame: Ticket | Pixels, count: int = 1) -> None:
        """Queue a frame: a ticket, or pixels, which must not be changed afterwards; waits for room.

        Raises
        ------
        Exception
            The error of drawing or writing an earlier frame; the film has been discarded.
        """
        with self._changed.lock:
            self._changed.wait_for(lambda: not self.is_full or self._ended)
            self._raise()
            self._waiting.append((frame, count))
            self._changed.notify_all()

    def finish(self, progress: Callable[[int], object] | None = None) -> None:
        """Wait until all frames are written, and close the film. ``progress(written)`` is called meanwhile.

        Raises
        ------
        Exception
            As `put`.
        """
        with self._changed.lock:
            self._is_last = True
            self._changed.notify_all()
            told = self._written
        while progress is not None:
            with self._changed.lock:
                self._changed.wait_for(partial(self._is_beyond, told))
                told, ended = self._written, self._ended
            if self._error is None:
                progress(told)
            if ended:
                break
        self._thread.join()
        self._raise()

    def stop(self) -> None:
        """Discard the film, after the frame that is being written. Does nothing after `finish`."""
        with self._changed.lock:
            self._stopped = True
            self._waiting.clear()
            self._changed.notify_all()
        self._thread.join()

    def _is_beyond(self, written: int) -> bool:
        return self._ended or self._written != written

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error
        if self._ended and not self._is_last:
            raise RuntimeError("the film's thread was stopped: nothing more is written")

    def _work(self) -> None:
        try:
            while (item := self._take()) is not None:
                frame, count = item
                self.writer.add(frame.result() if isinstance(frame, Ticket) else frame, count)
                del frame, item
                with self._changed.lock:
                    self._written += count
                    self._changed.notify_all()
            if not self._stopped:
                self.writer.close()
        except BaseException as error:
            self._error = error
        finally:
            self.writer.discard()
            with self._changed.lock:
                self._waiting.clear()
                self._ended = True
                self._changed.notify_all()

    def _take(self) -> tuple[Ticket | Pixels, int] | None:
        """The next frame, or None at the end."""
        with self._changed.lock:
            self._changed.wait_for(lambda: self._waiting or self._is_last or self._stopped)
            if self._stopped or not self._waiting:
                return None
            self._changed.notify_all()
            return self._waiting.popleft()
