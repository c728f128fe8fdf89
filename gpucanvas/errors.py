"""The exception classes of the library.

    Exception
    ├── ValueError
    │   ├── IndexSizeError      a size or radius outside what the standard allows
    │   └── LimitError          the request is beyond a documented limit; nothing was allocated
    │       └── MemoryBudgetError   the request is beyond the user's own budget (also a MemoryError)
    ├── RuntimeError
    │   ├── ClosedError         the canvas was closed
    │   ├── InvalidStateError   a call out of order: a layer left open, or closed twice
    │   ├── BackendError        a backend cannot run here (the text says why, and the cure)
    │   │   └── LostContextError    the OpenGL context is gone: reset by the driver, or left behind by a fork
    │   └── FrameError          a submitted frame has no pixels
    │       ├── FrameCancelledError     it was cancelled
    │       └── FrameDroppedError       a later frame took its place
    └── OSError
        └── TimeoutError
            └── DeadlineError   the time limit of a write or of a frame has passed

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
        Whether the frame is kept without the call that the text names, so that the rest can still be drawn.
    """

    kept = False


class ClosedError(RuntimeError):
    """The canvas was closed; make a new one."""

    name = "InvalidStateError"


class InvalidStateError(RuntimeError):
    """A call is out of order (DOMException ``InvalidStateError``): for instance a layer is open, or none is."""

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
    """The frame was dropped for a later one, which draws its commands first."""


class DeadlineError(TimeoutError):
    """A time limit has passed; the message says how far the work had come. The resources of the call are free again.

    Attributes
    ----------
    target
        The target that was written to, as text; empty where the limit was not one of writing.
    written, total
        Bytes written, and bytes in all. A file given by its path is left unchanged.
    timeout
        The time limit, seconds; None where the error is not about writing.
    """

    name = "TimeoutError"

    def __init__(
        self, message: str, *, target: str = "", written: int = 0, total: int = 0, timeout: float | None = None
    ) -> None:
        super().__init__(message)
        self.target, self.written, self.total, self.timeout = target, written, total, timeout
