"""transfer: uploads and downloads between host and GPU, through staging memory.

    host --write--> lease --copy on the GPU--> buffer          picture --copy on the GPU--> lease --view--> host
                      `------ held until the fence behind the copy has signalled ------'

Large uploads are cut into pieces, so that a steady scene of any size reuses the same blocks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import memory
from ..contract.formats import RGBA8, PixelFormat, Pixels
from ..errors import LostContextError
from .owner import owns_a_context
from .staging import Lease, Place, StagingPool
from .sync import Block, CopiedGL, Status, SyncGL, open_sync

BLOCK_BYTES = 16 << 20
"""Size of a block: a picture of 1920x1080, or four pieces of an upload."""
PIECE_BYTES = 4 << 20
FREE_BYTES = 64 << 20
PATIENCE = 5.0
"""Seconds of one wait for a fence, which is repeated until it has signalled."""


class Counted:
    """A `SyncGL` whose blocks are counted in the memory ledger, and wrapped once each for moderngl."""

    def __init__(self, gl: SyncGL, context: Any) -> None:
        self._gl = gl
        self._context = context
        self._wrapped: dict[int, tuple[Any, memory.Holding]] = {}
        self.fence, self.wait, self.delete_fence, self.flush = gl.fence, gl.wait, gl.delete_fence, gl.flush

    def new_block(self, nbytes: int) -> Block:
        """Make a block, if the budget has room for it."""
        holding = memory.Holding("staging", nbytes)
        try:
            block = self._gl.new_block(nbytes)
            try:
                self._wrapped[block.name] = self._context.external_buffer(block.name, block.nbytes), holding
            except BaseException:
                self._gl.drop_block(block)
                raise
        except BaseException:
            holding.release()
            raise
        return block

    def drop_block(self, block: Block) -> None:
        """Delete a block, its wrapper first: OpenGL may reuse the name for another buffer."""
        wrapped = self._wrapped.pop(block.name, None)
        self._gl.drop_block(block)
        if wrapped is not None:
            wrapped[1].release()

    def buffer(self, block: Block) -> Any:
        """The block as a moderngl buffer."""
        return self._wrapped[block.name][0]


class Transfers:
    """The uploads and downloads of one context. All methods run on the thread that owns it.

    Attributes
    ----------
    pool : StagingPool
        The staging memory; `Canvas.staging_array` leases from it, too.
    reads : bool
        Whether the GPU can write to staging memory, and the host read it there.
    """

    def __init__(self, context: Any, run: Callable[[Callable[[], Any]], Any]) -> None:
        self._context = context
        self._owner = threading.get_ident()
        gl = open_sync(context)
        self.reads = not isinstance(gl, CopiedGL)
        self.missed_error = gl.missed_error
        self._gl = Counted(gl, context)
        self.pool = StagingPool(self._gl, run=run, block_bytes=BLOCK_BYTES, free_bytes=FREE_BYTES)
        memory.add_cache(self._evict)

    def _evict(self) -> int:
        if owns_a_context() and threading.get_ident() != self._owner:
            # The owner threads of two contexts would deadlock evicting each other's blocks.
            return 0
        try:
            return self.pool.trim(0)
        except LostContextError:
            # The blocks were lost with the context, or belong to the parent process.
            return 0

    def upload(self, target: Any, nbytes: int, write: Callable[[NDArray[np.uint8]], None]) -> None:
        """Upload the first ``nbytes`` of a buffer; ``write`` fills an array of that size."""
        if nbytes <= PIECE_BYTES:
            with self.pool.lease(nbytes) as lease:
                write(lease.array(nbytes, np.uint8))
                self.pool.submit([lease], lambda: self._copy(lease, target, 0, nbytes))
            return
        whole = np.empty(nbytes, np.uint8)
        write(whole)
        for first in range(0, nbytes, PIECE_BYTES):
            piece = whole[first : first + PIECE_BYTES]
            with self.pool.lease(len(piece)) as lease:
                lease.array(len(piece), np.uint8)[:] = piece
                self.pool.submit([lease], self._copier(lease, target, first, len(piece)))

    def has(self, array: NDArray[Any]) -> bool:
        """Whether an array is contiguous in this context's staging memory."""
        return self.reads and bool(array.flags.c_contiguous) and self._place_of(array) is not None

    def copy_staged(self, array: NDArray[Any], copy: Callable[[int, int], None]) -> None:
        """Copy an array in staging memory on the GPU: nothing is copied on the host.

        ``copy`` is called with the OpenGL name of its buffer and the offset in bytes. The memory is held until the
        fence after the copy has signalled, whatever happens to the recording.
        """
        place = self._place_of(array)
        assert place is not None
        self.pool.submit_place(place, lambda: copy(place.block.name, place.offset))

    def send(
        self, nbytes: int, write: Callable[[NDArray[np.uint32]], None], copy: Callable[[int, int], None]
    ) -> None:
        """Fill ``nbytes`` of staging memory by ``write``, and copy them on the GPU by ``copy``: see `copy_staged`.

        The memory is held until the fence after the copy has signalled.
        """
        with self.pool.lease(nbytes) as lease:
            write(lease.array(nbytes // 4, np.uint32))
            self.pool.submit([lease], lambda: copy(lease.block.name, lease.offset))

    def _place_of(self, array: NDArray[Any]) -> Place | None:
        return self.pool.find(int(array.__array_interface__["data"][0]))

    def _copier(self, lease: Lease, target: Any, at: int, nbytes: int) -> Callable[[], None]:
        return lambda: self._copy(lease, target, at, nbytes)

    def _copy(self, lease: Lease, target: Any, at: int, nbytes: int) -> None:
        source = self._gl.buffer(lease.block)
        self._context.copy_buffer(target, source, nbytes, read_offset=lease.offset, write_offset=at)

    def copy_into(self, lease: Lease, source: Any, nbytes: int, at: int) -> None:
        """Issue a copy of a buffer's first bytes into a held lease, to be read after its fence."""
        target = self._gl.buffer(lease.block)
        self._context.copy_buffer(target, source, nbytes, read_offset=0, write_offset=lease.offset + at)

    def read_into(self, lease: Lease, framebuffer: Any, size: tuple[int, int], format: PixelFormat) -> None:
        """Issue a copy of a framebuffer's pixels into a held lease, to be read after its fence."""
        target = self._gl.buffer(lease.block)
        part: dict[str, Any] = {"viewport": (0, 0, *size), "components": format.words, "dtype": "u4"}
        framebuffer.read_into(target, write_offset=lease.offset, **part)

    def read(self, framebuffer: Any, box: tuple[int, int, int, int], format: PixelFormat = RGBA8) -> Pixels:
        """The pixels of a box (left, top, right, bottom) of a framebuffer, (height, width).

        The array is over staging memory, which it keeps alive, or over ordinary memory where the GPU cannot write to
        staging memory.
        """
        left, top, right, bottom = box
        width, height = right - left, bottom - top
        part: dict[str, Any] = {"viewport": (left, top, width, height), "components": format.words}
        part["dtype"] = "u4"
        if not self.reads:
            # Not read into bytes: compiled kernels accept no read-only array.
            copied: Pixels = np.empty((height, width), format.dtype)
            framebuffer.read_into(copied, **part)
            return copied
        with self.pool.lease(format.nbytes * width * height) as lease:
            target = self._gl.buffer(lease.block)
            submission = self.pool.submit(
                [lease], lambda: framebuffer.read_into(target, write_offset=lease.offset, **part)
            )
            status = Status.TIMEOUT
            while status is Status.TIMEOUT:
                status = self.pool.wait(submission, PATIENCE)
            if status is Status.FAILED:
                raise LostContextError("the driver cannot say whether a picture was read: make a new canvas")
            pixels: Pixels = lease.array((height, width), format.dtype)
            return pixels

    def close(self) -> None:
        """Wait for transfers in flight, then drop every block."""
        self.pool.close()
