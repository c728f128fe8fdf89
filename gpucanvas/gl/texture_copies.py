"""texture_copies: copies into and between array textures, which moderngl does not expose, by the context's loader."""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

from .sync import GLenum, GLsizei, GLuint, load

TEXTURE_2D, TEXTURE_2D_ARRAY = 0x0DE1, 0x8C1A
PIXEL_UNPACK_BUFFER = 0x88EC
UNPACK_ALIGNMENT = 0x0CF5
RED_INTEGER, UNSIGNED_INT = 0x8D94, 0x1405
GLint = ctypes.c_int32
SIGNATURES: dict[str, tuple[Any, ...]] = {
    "glBindBuffer": (None, GLenum, GLuint),
    "glPixelStorei": (None, GLenum, GLint),
    "glTexSubImage3D": (None, *[GLenum], *[GLint] * 4, *[GLsizei] * 3, GLenum, GLenum, ctypes.c_void_p),
    "glCopyImageSubData": (None, *([GLuint, GLenum] + [GLint] * 4) * 2, *[GLsizei] * 3),
}


class Part(NamedTuple):
    """A rectangle of a layer, in texels."""

    layer: int
    x: int
    y: int
    width: int
    height: int


class TextureCopies:
    """The copies of one context. Every method runs on the thread that owns it."""

    def __init__(self, context: Any) -> None:
        self._gl = load(context, SIGNATURES)

    def from_buffer(self, texture: Any, part: Part, buffer: int, offset: int) -> None:
        """Copy words of a buffer, given by its OpenGL name, into a part of a moderngl.TextureArray."""
        texture.use(0)
        self._gl["glBindBuffer"](PIXEL_UNPACK_BUFFER, buffer)
        self._gl["glPixelStorei"](UNPACK_ALIGNMENT, 4)
        box = part.x, part.y, part.layer, part.width, part.height, 1
        self._gl["glTexSubImage3D"](TEXTURE_2D_ARRAY, 0, *box, RED_INTEGER, UNSIGNED_INT, offset)
        # Unbound again: with a bound buffer, uploads of moderngl from host memory would read from it instead.
        self._gl["glBindBuffer"](PIXEL_UNPACK_BUFFER, 0)

    def layers(self, source: Any, target: Any, count: int) -> None:
        """Copy the first ``count`` layers of a moderngl.TextureArray to another."""
        width, height = source.width, source.height
        ends = (source.glo, TEXTURE_2D_ARRAY, 0, 0, 0, 0), (target.glo, TEXTURE_2D_ARRAY, 0, 0, 0, 0)
        self._gl["glCopyImageSubData"](*ends[0], *ends[1], width, height, count)

    def to_texture(self, source: Any, part: Part, target: Any) -> None:
        """Copy a part of a layer to the corner of a moderngl.Texture."""
        first = source.glo, TEXTURE_2D_ARRAY, 0, part.x, part.y, part.layer
        self._gl["glCopyImageSubData"](*first, target.glo, TEXTURE_2D, 0, 0, 0, 0, part.width, part.height, 1)
