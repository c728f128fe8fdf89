"""worker: a thread that makes blocking calls, one at a time, for a caller with a deadline.

    free --Worker()--> idle --call--> busy --returned in time--> idle --end--> gone
                                        +----too late: end----> stuck --the call returns--> gone

Python cannot interrupt a running call, only abandon it: a stuck worker keeps the function, one chunk and one of the
`MAX_WORKERS` slots until the call returns. It is a daemon thread, so that it never keeps the interpreter from exiting.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any

from .. import forks
from ..errors import DeadlineError
from .transfer import Transfer

MAX_WORKERS = 8
"""Most workers of the process at the same time, stuck ones included."""

_Call = tuple[Callable[..., Any], tuple[Any, ...]]
_Result = tuple[Any, BaseException | None]

_slots = threading.BoundedSemaphore(MAX_WORKERS)


@forks.in_child
def _forked() -> None:
    """In a forked child, free all slots: the parent's threads do not exist here."""
    global _slots
    _slots = threading.BoundedSemaphore(MAX_WORKERS)


class Worker:
    """A thread for calls, until `end`.

    Parameters
    ----------
    transfer
        Its deadline limits the wait for a free slot.

    Raises
    ------
    DeadlineError
        Where no slot became free in time.
    """

    def __init__(self, transfer: Transfer) -> None:
        slots = _slots
        _take(slots, transfer)
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._results: SimpleQueue[_Result] = SimpleQueue()
        self._busy = False
        self._thread = threading.Thread(
            target=_serve, args=(self._calls, self._results, slots), name="gpucanvas-writer", daemon=True
        )
        try:
            self._thread.start()
        except BaseException:
            slots.release()
            raise

    def call(self, patience: Callable[[], float], function: Callable[..., Any], *arguments: Any) -> Any:
        """Make a call on the thread and wait for it.

        Parameters
        ----------
        patience
            Returns the most seconds of the next wait, or raises: `Transfer.pause`.
        function, arguments
            The call.

        Returns
        -------
        object
            The result of the call.

        Raises
        ------
        BaseException
            The error of the call; or the error of `patience`, after which the call goes on unattended.
        """
        patience()  # Raises before the call is made, where no wait is allowed.
        self._busy = True
        self._calls.put((function, arguments))
        del function, arguments
        while True:
            try:
                value, error = self._results.get(timeout=patience())
            except Empty:
                continue
            self._busy = False
            if error is not None:
                raise error
            return value

    def end(self) -> None:
        """End the thread: at once where it is idle, else when its call returns."""
        self._calls.put(None)
        if not self._busy:
            self._thread.join()


def _take(slots: threading.BoundedSemaphore, transfer: Transfer) -> None:
    if slots.acquire(blocking=False):
        return
    try:
        while not slots.acquire(timeout=transfer.pause()):
            continue
    except DeadlineError:
        why = f"{MAX_WORKERS} earlier writes have not returned: end what their files wait for"
        raise transfer.late(why) from None


def _serve(calls: SimpleQueue[_Call | None], results: SimpleQueue[_Result], slots: threading.BoundedSemaphore) -> None:
    """Make calls until None comes, without keeping references between calls."""
    try:
        while (call := calls.get()) is not None:
            function, arguments = call
            del call
            try:
                result: _Result = function(*arguments), None
            except BaseException as error:
                result = None, error
            del function, arguments
            results.put(result)
            del result
    finally:
        slots.release()


__all__ = ["MAX_WORKERS", "Worker"]
