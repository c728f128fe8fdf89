"""Every exception the library raises on purpose.

    Exception
    ├── ValueError
    │   ├── IndexSizeError      a size or radius outside what the standard allows
    │   └── LimitError          the request is beyond a documented limit; nothing was allocated
    │       └── MemoryBudgetError   ... beyond the user's own budget (also a MemoryError)
    ├── RuntimeError
    │   ├── ClosedError         the canvas was closed
    │   ├── InvalidStateError   a call that does not fit to those before it: a layer left open, or closed twice
    │   ├── BackendError        a backend cannot run here (the text says why, and the cure)
    │   │   └── LostContextError    the OpenGL context is gone: reset by the driver, or left behind by a fork
    │   └── FrameError          a submitted frame has no pixels
    │       ├── FrameCancelledError     it was cancelled
    │       └── FrameDroppedError       a later frame took its place
    └── OSError
        └── TimeoutError
            └── DeadlineError   a time limit has passed: of a target, of a frame

``name`` carries the DOMException name of the HTML standard where there is one, so that ports of
JavaScript code can tell them apart.
"""

from __future__ import annotations

__all__ = [
    "BackendError",
    "ClosedError",
    "DeadlineError",
    "FrameCancelledError",
    "FrameDroppedError",
    "FrameError",
    "IndexSizeError",
    "InvalidStateError",
    "LimitError",
    "LostContextError",
    "MemoryBudgetError",
]


class IndexSizeError(ValueError):
    """A size, radius or index is outside what the HTML standard allows (DOMException ``IndexSizeError``)."""

    name = "IndexSizeError"


class LimitError(ValueError):
    """The request is beyond a documented limit; it was refused before any memory was taken.

    Attributes
    ----------
    kept : bool
        Whether the frame that it was a part of is kept, without the call that the text names: it can still be drawn.
    """

    kept = False


class ClosedError(RuntimeError):
    """The canvas was closed; make a new one."""

    name = "InvalidStateError"


class InvalidStateError(RuntimeError):
    """A call does not fit to those before it (DOMException ``InvalidStateError``): a layer is open, or none is."""

    name = "InvalidStateError"


class BackendError(RuntimeError):
    """A backend cannot run here; the message says why and names the cure."""


class LostContextError(BackendError):
    """The OpenGL context is gone: the driver reset it, or this process was forked from the one that owns it."""


class MemoryBudgetError(LimitError, MemoryError):
    """The request is beyond the budget that ``gpucanvas.memory.set_budget`` set; nothing was allocated."""


class FrameError(RuntimeError):
    """A submitted frame has no pixels."""


class FrameCancelledError(FrameError):
    """The frame was cancelled; nothing of it was drawn."""


class FrameDroppedError(FrameError):
    """The frame gave way to a later one; what it drew is under that one's drawing."""


class DeadlineError(TimeoutError):
    """A time limit has passed; the message says how far the work had come. What waited holds nothing any more.

    Attributes
    ----------
    target
        What was written to, as text; empty where the limit was another's.
    written, total
        Bytes that the target took, of how many. A file given by its path keeps no part: there, nothing has changed.
    timeout
        The seconds it had; None where the error has no transfer of its own.
    """

    name = "TimeoutError"

    def __init__(
        self, message: str, *, target: str = "", written: int = 0, total: int = 0, timeout: float | None = None
    ) -> None:
        super().__init__(message)
        self.target, self.written, self.total, self.timeout = target, written, total, timeout
