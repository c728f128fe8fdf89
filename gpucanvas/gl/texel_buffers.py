"""texel_buffers: buffer textures, which moderngl does not expose, by ctypes from the context's loader.

llvmpipe reads a word of a storage buffer in a loop over the threads of a SIMD group, but a texel of a texture without
one. `llvmpipe.fetches` says where this is used; a GPU does not need it.
"""

from __future__ import annotations

import ctypes
from typing import Any

from .sync import GLenum, GLsizei, GLuint, load

TEXTURE_0, TEXTURE_BUFFER, WORDS = 0x84C0, 0x8C2A, 0x8236  # The last one is GL_R32UI.
SIGNATURES: dict[str, tuple[Any, ...]] = {
    "glGenTextures": (None, GLsizei, ctypes.c_void_p),
    "glDeleteTextures": (None, GLsizei, ctypes.c_void_p),
    "glActiveTexture": (None, GLenum),
    "glBindTexture": (None, GLenum, GLuint),
    "glTexBuffer": (None, GLenum, GLenum, GLuint),
}


class TexelBuffers:
    """The buffer textures of one context. All methods run on the thread that owns it."""

    def __init__(self, context: Any) -> None:
        self._gl = load(context, SIGNATURES)
        # The buffer object is kept too: OpenGL may reuse the name of a deleted buffer.
        self._textures: dict[str, tuple[int, Any]] = {}

    def bind(self, name: str, buffer: Any, unit: int) -> None:
        """Bind the texture of a moderngl.Buffer; it is made again where another buffer now has this name."""
        self._gl["glActiveTexture"](TEXTURE_0 + unit)
        texture, shown = self._textures.get(name, (0, None))
        if shown is buffer:
            self._gl["glBindTexture"](TEXTURE_BUFFER, texture)
            return
        made = GLuint(texture)
        if not texture:
            self._gl["glGenTextures"](1, ctypes.byref(made))
        self._gl["glBindTexture"](TEXTURE_BUFFER, made.value)
        self._gl["glTexBuffer"](TEXTURE_BUFFER, WORDS, buffer.glo)
        self._textures[name] = made.value, buffer
