"""transfer: all traffic between host and GPU, through staging memory.

    host --write--> lease --copy on the GPU--> buffer          picture --copy on the GPU--> lease --view--> host
                      `------ held until the fence behind the copy has signalled ------'

Uploads larger than a piece go in pieces, so that a steady scene reuses the same blocks whatever its size.
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
"""A block holds a picture of 1920x1080, or four pieces of an upload."""
PIECE_BYTES = 4 << 20
FREE_BYTES = 64 << 20
PATIENCE = 5.0
"""Seconds that one look at a fence may take; there are as many looks as it needs."""


class Counted:
    """A driver whose blocks are counted as memory and wrapped for moderngl, once each."""

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
        """Delete a block. Its name may come back as another's: the wrapper goes first."""
        wrapped = self._wrapped.pop(block.name, None)
        self._gl.drop_block(block)
        if wrapped is not None:
            wrapped[1].release()

    def buffer(self, block: Block) -> Any:
        """The block as a moderngl buffer."""
        return self._wrapped[block.name][0]


class Transfers:
    """The staging traffic of one context. Every method runs on the thread that owns it.

    Attributes
    ----------
    pool : StagingPool
        Where the memory comes from; also what `Canvas.staging_array` leases from.
    reads : bool
        Whether the GPU can write to the memory, and the host read that without asking for it.
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
            # Two contexts' threads that evict each other's blocks would wait for each other.
            return 0
        try:
            return self.pool.trim(0)
        except LostContextError:
            # What it held went with the context, or is the parent process's.
            return 0

    def upload(self, target: Any, nbytes: int, write: Callable[[NDArray[np.uint8]], None]) -> None:
        """Fill the first ``nbytes`` of a buffer with what ``write`` puts into an array of as many bytes."""
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
        """Whether an array lies in this context's staging memory, in one piece."""
        return self.reads and bool(array.flags.c_contiguous) and self._place_of(array) is not None

    def copy_staged(self, array: NDArray[Any], copy: Callable[[int, int], None]) -> None:
        """Copy an array in staging memory on the GPU: nothing is copied on the host.

        ``copy`` is given the OpenGL name of its buffer and the offset in it, bytes. The memory is held until the fence
        behind the copy has signalled, whatever becomes of the recording.
        """
        place = self._place_of(array)
        assert place is not None
        self.pool.submit_place(place, lambda: copy(place.block.name, place.offset))

    def send(
        self, nbytes: int, write: Callable[[NDArray[np.uint32]], None], copy: Callable[[int, int], None]
    ) -> None:
        """Have ``write`` fill so many bytes of staging memory, and ``copy`` copy them on the GPU: see `copy_staged`.

        The memory is held until the fence behind the copy has signalled.
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
        """Copy the first bytes of a buffer into a lease that is held: they are there when its fence has passed."""
        target = self._gl.buffer(lease.block)
        self._context.copy_buffer(target, source, nbytes, read_offset=0, write_offset=lease.offset + at)

    def read_into(self, lease: Lease, framebuffer: Any, size: tuple[int, int], format: PixelFormat) -> None:
        """Copy a framebuffer's pixels into a lease that is held: they are there when its fence has passed."""
        target = self._gl.buffer(lease.block)
        part: dict[str, Any] = {"viewport": (0, 0, *size), "components": format.words, "dtype": "u4"}
        framebuffer.read_into(target, write_offset=lease.offset, **part)

    def read(self, framebuffer: Any, box: tuple[int, int, int, int], format: PixelFormat = RGBA8) -> Pixels:
        """The pixels of a box (left, top, right, bottom) of a framebuffer, (height, width).

        It is an array over staging memory, of this size, that it keeps alive; over memory of its own, where the GPU
        cannot write there.
        """
        left, top, right, bottom = box
        width, height = right - left, bottom - top
        part: dict[str, Any] = {"viewport": (left, top, width, height), "components": format.words}
        part["dtype"] = "u4"
        if not self.reads:
            # Not bytes: compiled kernels take no array that is read-only.
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
        """Wait for what is in flight, then drop every block."""
        self.pool.close()
