"""sync: fences and persistently mapped buffers, which moderngl does not expose, by ctypes from the context's loader.

Besides `texture_copies.py` and `texel_buffers.py`, the only file that uses ctypes for OpenGL. The staging pool depends
only on the protocol `SyncGL`, so that tests can simulate a misbehaving driver. All methods run on the thread that owns
the context.

    open_sync(context) -> MappedGL   host and GPU share the block's memory: the host must not write before the fence
                       -> CopiedGL   no ARB_buffer_storage: host memory, uploaded by `flush` before the commands
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from itertools import count
from typing import Any, Protocol

from ..errors import BackendError
from ..memory import Holding

SYNC_GPU_COMMANDS_COMPLETE = 0x9117
SYNC_FLUSH_COMMANDS_BIT = 0x1
ALREADY_SIGNALED, TIMEOUT_EXPIRED, CONDITION_SATISFIED = 0x911A, 0x911B, 0x911C  # WAIT_FAILED is all else.
COPY_WRITE_BUFFER = 0x8F37  # No drawing command reads this binding, so nothing of moderngl's is disturbed.
STREAM_DRAW = 0x88E0
MAP_FLAGS = 0x01 | 0x02 | 0x40 | 0x80  # read, write, persistent, coherent
LONGEST_NS = (1 << 63) - 1
ERRORS = {
    0x0500: "GL_INVALID_ENUM",
    0x0501: "GL_INVALID_VALUE",
    0x0502: "GL_INVALID_OPERATION",
    0x0505: "GL_OUT_OF_MEMORY",
    0x0506: "GL_INVALID_FRAMEBUFFER_OPERATION",
    0x0507: "GL_CONTEXT_LOST",
}
ERRORS_AT_MOST = 16  # A lost context reports its error for ever.

GLenum, GLuint, GLbitfield = ctypes.c_uint32, ctypes.c_uint32, ctypes.c_uint32
GLsizei, GLsizeiptr, GLsync, GLuint64 = ctypes.c_int32, ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_uint64
SIGNATURES: dict[str, tuple[Any, ...]] = {  # name: what it returns, what it takes
    "glGetError": (GLenum,),
    "glFenceSync": (GLsync, GLenum, GLbitfield),
    "glClientWaitSync": (GLenum, GLsync, GLbitfield, GLuint64),
    "glDeleteSync": (None, GLsync),
    "glGenBuffers": (None, GLsizei, ctypes.c_void_p),
    "glBindBuffer": (None, GLenum, GLuint),
    "glDeleteBuffers": (None, GLsizei, ctypes.c_void_p),
}
MAPPED_SIGNATURES: dict[str, tuple[Any, ...]] = {
    "glBufferStorage": (None, GLenum, GLsizeiptr, ctypes.c_void_p, GLbitfield),
    "glMapBufferRange": (ctypes.c_void_p, GLenum, GLsizeiptr, GLsizeiptr, GLbitfield),
    "glUnmapBuffer": (ctypes.c_uint8, GLenum),
}
COPIED_SIGNATURES: dict[str, tuple[Any, ...]] = {
    "glBufferData": (None, GLenum, GLsizeiptr, ctypes.c_void_p, GLenum),
    "glBufferSubData": (None, GLenum, GLsizeiptr, GLsizeiptr, ctypes.c_void_p),
}


class Status(Enum):
    """The result of waiting for a fence."""

    SIGNALLED = "signalled"
    TIMEOUT = "timeout"
    FAILED = "failed"


@dataclass(frozen=True, eq=False)
class Block:
    """Memory that the GPU can read.

    Attributes
    ----------
    name : int
        The GL buffer's name; ``context.external_buffer(name, nbytes)`` wraps it for moderngl.
    nbytes : int
        Size in bytes.
    memory : memoryview
        Its memory on the host: writable bytes.
    """

    name: int
    nbytes: int
    memory: memoryview


class SyncGL(Protocol):
    """The OpenGL calls that a staging pool needs."""

    def fence(self) -> int:
        """Insert a fence after all commands issued so far; 0 when the driver gives none."""
        ...

    def wait(self, sync: int, timeout_ns: int, flush: bool) -> Status:
        """Wait for a fence, at most ``timeout_ns``; with ``flush``, flush commands to the GPU first."""
        ...

    def delete_fence(self, sync: int) -> None:
        """Delete a fence."""
        ...

    def new_block(self, nbytes: int) -> Block:
        """Make a block of zeros. MemoryError when the driver refuses."""
        ...

    def drop_block(self, block: Block) -> None:
        """Delete a block with its host memory: no array over it may be alive."""
        ...

    def flush(self, block: Block, first: int, last: int) -> None:
        """Make bytes ``first`` to ``last`` (excluded) visible to commands issued from now on."""
        ...


class _Driver:
    """The common part of `MappedGL` and `CopiedGL`: fences and buffer names."""

    def __init__(self, context: Any, signatures: dict[str, tuple[Any, ...]]) -> None:
        self._context = context
        self._missed = 0
        self._gl = load(context, SIGNATURES | signatures)

    def fence(self) -> int:
        """Insert a fence; 0 when the driver gives none."""
        return int(self._gl["glFenceSync"](SYNC_GPU_COMMANDS_COMPLETE, 0) or 0)

    def wait(self, sync: int, timeout_ns: int, flush: bool) -> Status:
        """Wait for a fence, at most ``timeout_ns``."""
        flags = SYNC_FLUSH_COMMANDS_BIT if flush else 0
        found = self._gl["glClientWaitSync"](sync, flags, min(timeout_ns, LONGEST_NS))
        if found in (ALREADY_SIGNALED, CONDITION_SATISFIED):
            return Status.SIGNALLED
        return Status.TIMEOUT if found == TIMEOUT_EXPIRED else Status.FAILED

    def delete_fence(self, sync: int) -> None:
        """Delete a fence."""
        self._gl["glDeleteSync"](sync)

    def _new_name(self) -> int:
        """A new buffer, bound. Earlier GL errors are noted and cleared, so that the next error belongs to it."""
        error = self._error()
        self._missed = self._missed or error
        name = GLuint(0)
        self._gl["glGenBuffers"](1, ctypes.byref(name))
        self._gl["glBindBuffer"](COPY_WRITE_BUFFER, name)
        return int(name.value)

    def _delete_name(self, name: int) -> None:
        self._gl["glDeleteBuffers"](1, ctypes.byref(GLuint(name)))

    def _refused(self, nbytes: int, error: int) -> MemoryError:
        return MemoryError(
            f"OpenGL refused a staging block of {nbytes} bytes (error 0x{error:04x}): release leases or draw less"
        )

    def missed_error(self) -> str:
        """The first cleared error of another command, returned once; empty for none."""
        error, self._missed = self._missed, 0
        return ERRORS.get(error, f"error 0x{error:04x}") if error else ""

    def _error(self) -> int:
        """Fetch and clear all GL errors; returns the first, 0 for none."""
        first = 0
        for _ in range(ERRORS_AT_MOST):
            error = int(self._gl["glGetError"]())
            if not error:
                break
            first = first or error
        return first


class MappedGL(_Driver):
    """Blocks that host and GPU share (ARB_buffer_storage), mapped for as long as they live.

    Parameters
    ----------
    context : moderngl.Context
        The context, current on the calling thread. A reference to a block's memory keeps the context alive.
    """

    def __init__(self, context: Any) -> None:
        super().__init__(context, MAPPED_SIGNATURES)

    def new_block(self, nbytes: int) -> Block:
        """Make a block of zeros. MemoryError when the driver refuses."""
        name = self._new_name()
        try:
            self._gl["glBufferStorage"](COPY_WRITE_BUFFER, nbytes, None, MAP_FLAGS)
            address = self._gl["glMapBufferRange"](COPY_WRITE_BUFFER, 0, nbytes, MAP_FLAGS)
            if not address:
                raise self._refused(nbytes, self._error())
            # Drivers may return the memory of a deleted buffer with its old content.
            ctypes.memset(address, 0, nbytes)
            raw: Any = (ctypes.c_ubyte * nbytes).from_address(address)
            raw.context = self._context  # Deleting the context would unmap what arrays still read.
            return Block(name, nbytes, memoryview(raw).cast("B"))
        except BaseException:
            self._delete_name(name)
            raise

    def drop_block(self, block: Block) -> None:
        """Delete a block."""
        self._gl["glBindBuffer"](COPY_WRITE_BUFFER, block.name)
        self._gl["glUnmapBuffer"](COPY_WRITE_BUFFER)
        self._delete_name(block.name)

    def flush(self, block: Block, first: int, last: int) -> None:
        """Do nothing: the mapping is coherent."""


class CopiedGL(_Driver):
    """Blocks of ordinary host memory, copied into a GL buffer: for drivers without ARB_buffer_storage.

    Parameters
    ----------
    context : moderngl.Context
        The context, current on the calling thread.
    """

    def __init__(self, context: Any) -> None:
        super().__init__(context, COPIED_SIGNATURES)

    def new_block(self, nbytes: int) -> Block:
        """Make a block of zeros. MemoryError when the driver or the host refuses."""
        memory = memoryview(bytearray(nbytes))
        name = self._new_name()
        try:
            self._gl["glBufferData"](COPY_WRITE_BUFFER, nbytes, None, STREAM_DRAW)
            error = self._error()
            if error:
                raise self._refused(nbytes, error)
            return Block(name, nbytes, memory)
        except BaseException:
            self._delete_name(name)
            raise

    def drop_block(self, block: Block) -> None:
        """Delete a block."""
        self._delete_name(block.name)

    def flush(self, block: Block, first: int, last: int) -> None:
        """Copy bytes ``first`` to ``last`` (excluded) to the GPU's side."""
        if last <= first:
            return
        source = (ctypes.c_ubyte * (last - first)).from_buffer(block.memory, first)
        self._gl["glBindBuffer"](COPY_WRITE_BUFFER, block.name)
        self._gl["glBufferSubData"](COPY_WRITE_BUFFER, first, last - first, source)


class HostMemory:
    """Blocks of ordinary memory for the cpu backend. Its fences have always signalled."""

    def __init__(self) -> None:
        self._holdings: dict[int, Holding] = {}
        self._names = count(1)

    def fence(self) -> int:
        """A new fence."""
        return 1

    def wait(self, sync: int, timeout_ns: int, flush: bool) -> Status:
        """SIGNALLED."""
        return Status.SIGNALLED

    def delete_fence(self, sync: int) -> None:
        """Do nothing."""

    def new_block(self, nbytes: int) -> Block:
        """Make a block of zeros. MemoryError when there is no memory."""
        holding = Holding("staging", nbytes)  # First: a budget refuses before anything is allocated.
        try:
            memory = memoryview(bytearray(nbytes))
        except BaseException:
            holding.release()
            raise
        name = next(self._names)
        self._holdings[name] = holding
        return Block(name, nbytes, memory)

    def drop_block(self, block: Block) -> None:
        """Count the block off: Python frees the memory."""
        self._holdings.pop(block.name).release()

    def flush(self, block: Block, first: int, last: int) -> None:
        """Do nothing."""


def open_sync(context: Any) -> MappedGL | CopiedGL:
    """`MappedGL` where the context supports it, else `CopiedGL`.

    Parameters
    ----------
    context : moderngl.Context
        The context, current on the calling thread.
    """
    # By version and extension: Mesa's loader returns an address for any function name, existing or not.
    if context.version_code >= 440 or "GL_ARB_buffer_storage" in context.extensions:
        return MappedGL(context)
    return CopiedGL(context)


def load(context: Any, signatures: dict[str, tuple[Any, ...]]) -> dict[str, Callable[..., Any]]:
    """Load functions of the context's driver by name. BackendError when one is missing."""
    loader = context.mglo._context.load_opengl_function
    functions: dict[str, Callable[..., Any]] = {}
    for name, (result, *arguments) in signatures.items():
        address = loader(name)
        if not address:
            raise BackendError(f"the driver lacks {name}: gpucanvas needs OpenGL 4.3, update the graphics driver")
        functions[name] = ctypes.CFUNCTYPE(result, *arguments)(address)
    return functions
