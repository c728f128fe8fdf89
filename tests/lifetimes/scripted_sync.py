"""Real OpenGL whose fences a test signals by hand: frames stay in flight for as long as it likes.

fence --real fence--> held back: TIMEOUT --release()--> what the driver says
"""

from __future__ import annotations

from typing import Any

from gpucanvas.gl.sync import Block, MappedGL, Status


class ScriptedSync:
    """A `SyncGL` over a context's own.

    Attributes
    ----------
    holds : bool
        Whether fences are held back: looking finds TIMEOUT. A wait that may block lets all go, as a GPU gets done.
    null_fences, failing_waits : int
        So many fences come back null; so many looks fail.
    blocking_waits, fences : int
        How many waits might have blocked; how many fences there were.
    """

    def __init__(self, gl: MappedGL) -> None:
        self._gl = gl
        self.missed_error, self.delete_fence, self.flush = gl.missed_error, gl.delete_fence, gl.flush
        self.new_block, self.drop_block = gl.new_block, gl.drop_block
        self.holds = False
        self.null_fences = self.failing_waits = self.blocking_waits = self.fences = 0
        self.blocks: set[int] = set()

    def fence(self) -> int:
        """A fence of the driver's."""
        if self.null_fences:
            self.null_fences -= 1
            return 0
        self.fences += 1
        return self._gl.fence()

    def wait(self, sync: int, timeout_ns: int, flush: bool) -> Status:
        """What the driver says, unless it is held back."""
        self.blocking_waits += timeout_ns > 0
        if self.failing_waits and (timeout_ns or not self.holds):
            self.failing_waits -= 1
            return Status.FAILED
        if self.holds and not timeout_ns:
            return Status.TIMEOUT
        self.holds = False
        return self._gl.wait(sync, max(timeout_ns, 1_000_000_000), flush)

    def release(self) -> None:
        """The GPU has done all it was given."""
        self.holds = False


def scripted(context: Any, made: list[ScriptedSync]) -> ScriptedSync:
    """A scripted driver for a context, kept in a list, too."""
    made.append(ScriptedSync(MappedGL(context)))
    return made[-1]


__all__ = ["Block", "ScriptedSync", "scripted"]
