"""buffers: the working storage buffers of the stages, by name. They grow by half, and are kept from frame to frame."""

from __future__ import annotations

from typing import Any

from .. import memory
from ..errors import LimitError
from ..sight.spans import count
from .texel_buffers import TexelBuffers

SMALLEST = 1 << 12


class Buffers:
    """The storage buffers of one context.

    Attributes
    ----------
    growths, allocations : int
        How often a buffer was replaced by a larger one; how often a buffer was made.
    """

    def __init__(self, context: Any) -> None:
        self._context = context
        self._buffers: dict[str, Any] = {}
        self._texels: TexelBuffers | None = None
        self._holding = memory.Holding("buffer")
        self.limit = int(context.info["GL_MAX_SHADER_STORAGE_BLOCK_SIZE"])
        self.growths = 0
        self.allocations = 0

    def take(self, name: str, nbytes: int) -> Any:
        """The named buffer with room for ``nbytes``, its content undefined. LimitError above the driver's limit."""
        buffer = self._buffers.get(name)
        if buffer is not None and buffer.size >= nbytes:
            return buffer
        if nbytes > self.limit:
            raise LimitError(
                f"the {name} buffer needs {nbytes} bytes, this driver allows {self.limit}: draw less at once"
            )
        room = min(max(nbytes + nbytes // 2, SMALLEST) + 3 & ~3, self.limit & ~3)
        old = 0 if buffer is None else buffer.size
        self._holding.resize(0, self._holding.device_bytes + room - old)
        if buffer is not None:
            self.growths += 1
            count("growths")
            # The entry is removed first: should the new buffer fail, the next frame makes it again.
            del self._buffers[name]
            buffer.release()
        buffer = self._buffers[name] = self._context.buffer(reserve=room)
        self.allocations += 1
        count("allocations")
        return buffer

    def bind(self, name: str, binding: int) -> None:
        """Bind a buffer that has been taken."""
        self._buffers[name].bind_to_storage_buffer(binding)

    def bind_texels(self, name: str, unit: int) -> None:
        """Bind a buffer that has been taken as a buffer texture of words."""
        if self._texels is None:
            self._texels = TexelBuffers(self._context)
        self._texels.bind(name, self._buffers[name], unit)

    def capacity(self, name: str, words: int) -> int:
        """The number of items of ``words`` words each that the buffer holds."""
        return int(self._buffers[name].size) // (4 * words)
