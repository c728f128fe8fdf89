"""owner: the thread that owns the OpenGL context. Other threads post work to it, and may wait for the result.

post(work) --Call--> queue --owner: work()--> Call     in the order of posting; an error is the Call's
run(work) ---Call--> queue --owner: work()--> Call --result, error--> run returns, raises
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar
from weakref import WeakSet

from .. import later
from ..errors import BackendError, LostContextError
from ..sight.spans import bound
from .context import CURE, create

T = TypeVar("T")
LOST = ("GL_CONTEXT_LOST", "GL_UNKNOWN_ERROR")
"""moderngl's names of the error of a lost context; older versions report an unknown error."""
PATIENCE = 1.0
"""Seconds between checks, while waiting for the owner thread, that it still lives."""
ENDING = 5.0
"""Seconds that the interpreter's exit waits for the owner thread, which may hang in the driver."""


class Call:
    """Work for the owner thread, and its result or error."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.result: Any = None
        self.error: BaseException | None = None
        self._work = work
        self._over = threading.Lock()
        self._over.acquire()

    def run(self) -> None:
        """Do the work, on the owner thread."""
        try:
            self.result = self._work()
        except BaseException as error:
            self.error = error
        finally:
            self._over.release()

    def wait(self, owner: threading.Thread) -> None:
        """Wait for the result. Raises LostContextError where the owner thread has ended before."""
        while not self._over.acquire(timeout=PATIENCE):
            if not owner.is_alive() and not self._over.acquire(False):
                raise LostContextError(ENDED)


ENDED = 'the interpreter is ending, and the thread of the OpenGL context has: draw before that, or use backend="cpu"'
# SimpleQueue.put is reentrant: a finaliser that runs inside it may post work, too.
Calls = SimpleQueue[Call | None]


class OwnerThread(later.Thread):
    """A thread that owns a context."""

    owns_context = True


def owns_a_context() -> bool:
    """Whether the calling thread owns a context."""
    return isinstance(threading.current_thread(), OwnerThread)


def _serve(calls: Calls) -> None:
    """The loop of an owner thread."""
    while (call := calls.get()) is not None:
        call.run()
        del call


class Owner:
    """The thread that owns the context.

    Parameters
    ----------
    make
        Makes the context, on the new thread.
    release
        Called on the thread before it ends.
    """

    def __init__(self, make: Callable[[], Any] = create, release: Callable[[], None] | None = None) -> None:
        self._make, self._release = make, release
        self._calls: Calls = SimpleQueue()
        self._process = os.getpid()
        self.lost = ""
        self.context: Any = None
        self._ended = False
        self._thread = OwnerThread(target=_serve, args=(self._calls,), name="gpucanvas-gl", daemon=True)
        self._thread.start()
        _owners.add(self)
        self.run(self._create)

    def _create(self) -> None:
        try:
            self.context = self._make()
        except BackendError:
            raise
        except Exception as error:
            raise BackendError(f"the gl backend cannot run here: {error}: {CURE}") from error
        # All objects are released explicitly on this thread; moderngl's own collection fails for released objects.
        self.context.gc_mode = None

    def run(self, work: Callable[[], T]) -> T:
        """Run work on the owning thread and wait for its result. LostContextError where the context is gone."""
        self._check_alive()
        if threading.get_ident() == self._thread.ident:
            return work()
        call = self.post(work)
        call.wait(self._thread)
        if call.error is None:
            result: T = call.result
            return result
        try:
            raise call.error
        finally:
            # The error's traceback holds this stack frame: the cycle would be freed only by a garbage collection.
            call.error = None
            del call

    def post(self, work: Callable[[], Any]) -> Call:
        """Queue work for the owning thread, in order, and return at once.

        An error of the work is stored in the call's ``error``, and not raised: the work must report it by other means.
        Raises LostContextError where the context is known to be lost.
        """
        self._check_alive()
        if self._ended:
            raise LostContextError(ENDED)
        call = Call(bound(work))
        self._calls.put(call)
        return call

    def _check_alive(self) -> None:
        if os.getpid() != self._process:
            raise LostContextError(
                "this process was forked from the one that owns the OpenGL context: make gl canvases in one process, "
                'start the other with the "spawn" method, or use backend="cpu" here'
            )
        if self.lost:
            raise LostContextError(self.lost)

    def check(self, missed: str = "") -> None:
        """Raise an error that OpenGL reports, on the owning thread; note whether the context is lost.

        Parameters
        ----------
        missed : str
            An error that was fetched and cleared earlier, but belongs to another command.
        """
        found = self.context.error
        error = missed if found == "GL_NO_ERROR" else found
        if not error:
            return
        renderer = self.context.info.get("GL_RENDERER", "the driver")
        if error in LOST:
            self.lost = (
                f"{renderer} lost its OpenGL context (a reset, a removed device): what gl canvases held is gone; make "
                'new ones, or use backend="cpu"'
            )
            raise LostContextError(self.lost)
        raise BackendError(
            f"{renderer} reports {error} after a frame: please report this with the program that drew it"
        )

    def end(self) -> None:
        """End the thread, after all posted work."""
        self._ended = True
        if self._release is not None:
            self._calls.put(Call(self._release))
        self._calls.put(None)
        self._thread.join(ENDING)

    def __del__(self) -> None:
        calls = getattr(self, "_calls", None)
        if calls is not None:
            calls.put(None)


_owners: WeakSet[Owner] = WeakSet()


def _finish() -> None:
    """At exit, end owner threads: they must not call the driver while the interpreter is torn down."""
    for owner in list(_owners):
        if owner._process == os.getpid():
            owner.end()


later.at_exit(_finish)
