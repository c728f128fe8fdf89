"""watch: reloads a drawing whenever its file is saved, and draws its errors.

    thread, every 0.1 s: has a file changed, and stopped changing? --stale, request_draw--> the view's next frame:
        load --good--> draw(ctx, frame), with time, window and canvas unchanged
             --error-> the traceback over the last good picture, and on the terminal, until the next save

The file is first loaded when `Reloading` is made, so that ``setup`` runs before the first frame. Later it is loaded on
the view's own thread, between frames.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TextIO

import numpy as np
from numpy.typing import NDArray

from .. import later
from ..verbs.context import Context2D
from .frame import Frame
from .script import Drawing, NoDrawingError, forget_modules, load_drawing, modules_beside, own_traceback
from .view import View

__all__ = ["Reloading"]

POLL_S: Final = 0.1
"""Seconds between polls. A changed file is loaded after one poll without a change: editors write in several steps."""

Stamp = tuple[int, int, int] | None
"""Time of a file's last change, nanoseconds; its size in bytes; its inode. None where there is no file."""


class Reloading:
    """Draws a view by a file's ``draw``, and reloads the file when it, or a module in its folder, is saved.

    Handlers that the file's ``setup(view)`` has added to the view are removed before it is reloaded. The file's
    variables are reset; the view's time goes on.

    Parameters
    ----------
    path
        The file. If it has errors, they are drawn.
    view
        The view to draw.
    stream
        Where errors are printed, too; the standard error if None.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from gpucanvas.film import FilmView
    >>> from gpucanvas.window.watch import Reloading
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name, "blue.py")
    >>> _ = path.write_text("def draw(ctx, frame):\\n    ctx.fill_style = 'blue'\\n    ctx.fill_rect(0, 0, 9, 9)\\n")
    >>> with FilmView(9, 9, backend="cpu") as view, Reloading(path, view):
    ...     view.next_frame().result()[0, 0].tolist()
    [0, 0, 255, 255]
    >>> folder.cleanup()
    """

    def __init__(self, path: str | os.PathLike[str], view: View, *, stream: TextIO | None = None) -> None:
        self.path, self.view, self._stream = Path(path), view, stream
        self.error: BaseException | None = None
        """The error of loading or drawing, until the file works again."""
        self._drawing: Drawing | None = None
        self._last_good: NDArray[np.uint8] | None = None
        self._has_drawn = False
        self._before = frozenset(sys.modules)
        self._handlers, self._continuous = [*view._events._handlers], view._continuous
        self._turn = threading.Lock()
        self._seen: dict[Path, Stamp] = {self.path: _stamp(self.path)}
        self._loaded = dict(self._seen)
        self._stale = False
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._load()
        view.draw(self._draw)

    def start(self) -> None:
        """Start the thread that polls for changes."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="gpucanvas-watch", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop polling; the view goes on with the loaded file."""
        self._ended.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def check(self) -> bool:
        """Poll the files once; where one has changed and is stable, reload it with the next frame."""
        with self._turn:
            now = {path: _stamp(path) for path in self._loaded}
            rests, self._seen = now == self._seen, now
            if now == self._loaded or not rests or None in now.values():
                return False
            self._loaded, self._stale = now, True
        self.view.request_draw()
        return True

    def _watch(self) -> None:
        while not self._ended.wait(POLL_S):
            self.check()

    # -- loading -----------------------------------------------------------------------------------------------

    def _load(self) -> None:
        """Reload the file, and the modules from its folder; an error is kept."""
        with self._turn:
            self._stale = False
        forget_modules([*modules_beside(self.path, self._before)])
        self.view._events._handlers, self.view._continuous = [*self._handlers], self._continuous
        was_bad, wrote = self.error is not None, sys.dont_write_bytecode
        # No bytecode cache: its time stamps count seconds, so that it is stale after two saves within a second.
        sys.dont_write_bytecode = True
        try:
            self._drawing = load_drawing(self.path)
            if self._drawing.setup is not None:
                later.call(partial(self._drawing.setup, self.view))
            self.error, self._last_good = None, None
        except (Exception, SystemExit) as error:
            self._fail(error, "cannot be loaded")
        finally:
            sys.dont_write_bytecode = wrote
        if self.error is None and was_bad:
            self._say(f"{self.path} is good again")
        self._note_files()

    def _note_files(self) -> None:
        """Also watch the imported modules of the folder."""
        with self._turn:
            files = [self.path, *modules_beside(self.path, self._before).values()]
            self._loaded = {each: self._loaded.get(each) or _stamp(each) for each in files}

    # -- drawing -----------------------------------------------------------------------------------------------

    def _draw(self, ctx: Context2D, frame: Frame) -> None:
        if self._stale:
            self._has_drawn = False
            self._load()
        if self.error is None and self._drawing is not None:
            depth = ctx._state
            ctx.save()
            try:
                later.call(partial(self._drawing.draw, ctx, frame))
            except Exception as error:
                # Drop the commands of the incomplete frame.
                self.view.canvas._take_commands().release_readings()
                self._fail(error, f"failed in frame {frame._index}")
            finally:
                ctx._restore(depth)
            if self.error is None and not self._has_drawn:
                self._has_drawn = True
                self._note_files()
        if self.error is not None:
            self._draw_error(ctx, frame)

    def _draw_error(self, ctx: Context2D, frame: Frame) -> None:
        """Draw the traceback over the last good picture."""
        from .error_picture import error_picture

        assert self.error is not None
        canvas = self.view.canvas
        ctx.clear_rect(0, 0, frame.width, frame.height)
        if self._last_good is not None:
            ctx.draw_image(self._last_good, 0, 0, frame.width, frame.height)
        picture = error_picture(self.error, self.path.name, canvas.width, canvas.height, frame.pixel_ratio)
        height = frame.height * picture.shape[0] / canvas.height
        ctx.draw_image(picture, 0, frame.height - height, frame.width, height)

    def _fail(self, error: BaseException, how: str) -> None:
        """Keep an error, to draw it over the last good picture, and print it."""
        own_traceback(error, self.path)
        if self._last_good is None:
            self._last_good = self.view.canvas.to_numpy()
        self.error = error
        if isinstance(error, NoDrawingError):
            self._say(str(error))
        else:
            traceback.print_exception(error, file=self._stream or sys.stderr)
            self._say(f"{self.path} {how}; it is loaded again when it is saved")

    def _say(self, text: Any) -> None:
        print(f"gpucanvas: {text}", file=self._stream or sys.stderr, flush=True)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
