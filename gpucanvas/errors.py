"""Every exception the library raises on purpose.

    Exception
    ├── ValueError
    │   ├── IndexSizeError      a size or radius outside what the standard allows
    │   └── LimitError          the request is beyond a documented limit; nothing was allocated
    ├── RuntimeError
    │   ├── ClosedError         the canvas was closed
    │   └── BackendError        a backend cannot run here (the text says why, and the cure)
    └── OSError
        └── TimeoutError
            └── DeadlineError   a target took no more bytes before its deadline

``name`` carries the DOMException name of the HTML standard where there is one, so that ports of
JavaScript code can tell them apart.
"""

from __future__ import annotations

__all__ = ["BackendError", "ClosedError", "DeadlineError", "IndexSizeError", "LimitError"]


class IndexSizeError(ValueError):
    """A size, radius or index is outside what the HTML standard allows (DOMException ``IndexSizeError``)."""

    name = "IndexSizeError"


class LimitError(ValueError):
    """The request is beyond a documented limit; it was refused before any memory was taken."""


class ClosedError(RuntimeError):
    """The canvas was closed; make a new one."""

    name = "InvalidStateError"


class BackendError(RuntimeError):
    """A backend cannot run here; the message says why and names the cure."""


class DeadlineError(TimeoutError):
    """A target took no more bytes before its deadline; the pixels and the bytes were let go.

    Attributes
    ----------
    target
        What was written to, as text.
    written, total
        Bytes that the target took, of how many. A path never keeps a part: there, nothing has changed.
    timeout
        The seconds it had; None where the error has no transfer of its own.
    """

    name = "TimeoutError"

    def __init__(
        self, message: str, *, target: str = "", written: int = 0, total: int = 0, timeout: float | None = None
    ) -> None:
        super().__init__(message)
        self.target, self.written, self.total, self.timeout = target, written, total, timeout
