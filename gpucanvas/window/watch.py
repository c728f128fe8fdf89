"""watch: a drawing that is loaded again whenever its file is saved; its errors are drawn, too.

    thread, every 0.1 s: has a file changed, and stopped changing? --stale, request_draw--> the view's next frame:
        load --good--> draw(ctx, frame): time, window and canvas go on as they were
             --error-> the traceback over the last good picture, and on the terminal, until the next save

The file is first loaded when `Reloading` is made, so that ``setup`` comes before the first frame, and later where
frames are drawn, on the view's own thread: never twice at a time, nor while it draws.
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
from ..context import Context2D
from .frame import Frame
from .script import Drawing, NoDrawingError, forget_modules, load_drawing, modules_beside, own_traceback
from .view import View

__all__ = ["Reloading"]

POLL_S: Final = 0.1
"""A change is taken when it has been there for one poll: editors empty a file before they fill it."""

Stamp = tuple[int, int, int] | None
"""When a file was last written, nanoseconds; its bytes; its inode. None where there is no file."""


class Reloading:
    """Draws a view by a file's ``draw``, and loads the file again when it, or a module beside it, is saved.

    What the file's ``setup(view)`` has added to the view is taken away before it is loaded again. Variables of the file
    begin anew; the view's time goes on.

    Parameters
    ----------
    path
        The file. It may have errors: they are drawn.
    view
        What is drawn on.
    stream
        Where errors are printed as well; the standard error if None.

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
        """What loading or drawing has raised, until the file is good again."""
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
        """Look for changes from now on, on a thread that sleeps between two looks."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="gpucanvas-watch", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Look no more; the view draws on with what is loaded."""
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
        """Look at the files once: where one has changed and rests, have it loaded with the next frame."""
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
        """Load the file anew, and what it imports from beside it; an error is kept."""
        with self._turn:
            self._stale = False
        forget_modules([*modules_beside(self.path, self._before)])
        self.view._events._handlers, self.view._continuous = [*self._handlers], self._continuous
        was_bad, wrote = self.error is not None, sys.dont_write_bytecode
        # A cached module is told by the second: one that is saved twice in a second would come out of the cache.
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
        """Watch what has been imported, too."""
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
                # What the frame has drawn so far would be half a picture.
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
        """The traceback over the last good picture."""
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
        """Keep an error to be drawn, with the picture that was there before, and print it."""
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
