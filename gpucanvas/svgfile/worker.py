"""worker: resvg in processes of their own. A document may come from anybody, and one that takes resvg down, or keeps it
busy for ever, must not do so to the program.

    png_of(request) --an idle process, or a new one--> child.py --> PNG
                    --it ends, or takes too long------------------> ValueError; the next request has a new process

A process is started when the first document is drawn, some 50 ms, and kept for the next. Python's lock is free
meanwhile. Where no process can be started, as in a program that is one file, resvg is called here.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock, Timer
from typing import IO, Any, Final

from .. import forks
from .child import READY

__all__ = ["WorkerError", "png_of"]

MOST_IDLE: Final = 2
"""Most processes that wait for the next document."""
SECONDS: Final = 30.0
"""The longest that a document of up to a megapixel may take; for each megapixel more it is a second longer."""
START_SECONDS: Final = 30.0
"""The longest that a process may take to start."""
MEMORY: Final = 2 << 30
"""Most bytes that a process may use, for a picture without pixels."""
PIXEL_BYTES: Final = 24
"""More bytes for each pixel: a picture with a few layers."""


class WorkerError(Exception):
    """A document was not drawn; the text says why."""


def png_of(markup: str, width: int, height: int, options: dict[str, Any]) -> bytes:
    """Draw a document of a size in pixels, with options of resvg; returns a PNG file.

    Raises
    ------
    WorkerError
        Where resvg refuses the document, ends, or takes too long.
    """
    if not sys.executable or getattr(sys, "frozen", False):
        return _png_here(markup, options)
    memory = MEMORY + PIXEL_BYTES * width * height
    request = json.dumps({"svg_string": markup, "memory": memory, **options}).encode()
    seconds = SECONDS + width * height / 1e6
    with _lock:
        worker = _idle.pop() if _idle else None
    try:
        worker = worker or Worker()
    except OSError:
        return _png_here(markup, options)
    try:
        answer = worker.answer(request, seconds)
    except BaseException:
        worker.close()
        raise
    with _lock:
        keeps = len(_idle) < MOST_IDLE
        if keeps:
            _idle.append(worker)
    if not keeps:
        worker.close()
    if answer[:1] == b"-":
        raise WorkerError(answer[1:].decode("utf-8", "replace"))
    return answer[1:]


def _png_here(markup: str, options: dict[str, Any]) -> bytes:
    import resvg_py

    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=markup, **options))
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    # Beside ValueError, resvg may panic, which Python sees as a BaseException of a class that it cannot import.
    except BaseException as error:
        raise WorkerError(str(error)) from error


class Worker:
    """A process that draws documents, one after another."""

    def __init__(self) -> None:
        import resvg_py

        folder = Path(resvg_py.__file__ or "").resolve().parent.parent
        # Without the environment's variables and site packages, which it does not need, it starts in half the time. In
        # a session of its own, it does not get the Ctrl-C that is meant for the program.
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("child.py")), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._is_late = False
        try:
            # In a server the executable may be the server, and no Python.
            is_ready = self._within(START_SECONDS, lambda source, sink: source.read(len(READY))) == READY
        except BaseException:
            self.close()
            raise
        if not is_ready:
            self.close()
            raise OSError(f"{sys.executable} runs no program of Python's")

    def answer(self, request: bytes, seconds: float) -> bytes:
        """Send a request, and wait for the answer."""

        def ask(source: IO[bytes], sink: IO[bytes]) -> bytes:
            sink.write(len(request).to_bytes(8, "little") + request)
            sink.flush()
            count = int.from_bytes(source.read(8), "little")
            answer = source.read(count)
            return answer if len(answer) == count else b""

        answer = self._within(seconds, ask)
        if not answer:
            why = (
                f"it takes over {seconds:.0f} s"
                if self._is_late
                else "it is nested too deeply, or needs too much memory"
            )
            raise WorkerError(why)
        return answer

    def _within(self, seconds: float, talk: Callable[[IO[bytes], IO[bytes]], bytes]) -> bytes:
        """Talk with the process, which is killed after some seconds; returns nothing where it has ended."""
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        watch = Timer(seconds, process.kill)
        watch.daemon = True
        watch.start()
        try:
            return talk(process.stdout, process.stdin)
        except OSError:
            return b""
        finally:
            self._is_late = not watch.is_alive()
            watch.cancel()

    def close(self) -> None:
        """End the process."""
        process = self._process
        for pipe in (process.stdin, process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                pass
        process.kill()
        process.wait()

    def forget(self) -> None:
        """Close a copy of the pipes, in a forked child: the process is its parent's."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        # Nobody waits for the process here, and nobody must warn of that.
        self._process.returncode = 0


_lock = Lock()
_idle: list[Worker] = []


@forks.in_child
def _forget_workers() -> None:
    global _lock
    _lock = Lock()
    while _idle:
        _idle.pop().forget()


@atexit.register
def _close_workers() -> None:
    while _idle:
        _idle.pop().close()
