"""screen: shows a surface in a window. All methods but `run` are called on the thread that owns the context.

gl:  the surface's texture --------------------present.frag----+
cpu: the surface --upload--> a texture --present_upload.frag---+--> the window's framebuffer --swap--> shown
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.formats import RGBA8, PixelFormat
from ..gl.program import Programs
from ..images.colorspace import ColorSpace
from ..paint.gamut import linear_matrix
from ..pipeline.record import Box
from .desktop import Desktop, Host

__all__ = ["Look", "Screen"]


class Look(NamedTuple):
    """How a frame is shown. It is fixed when the frame is recorded, since the window may change meanwhile."""

    width: int
    """Size of the window's framebuffer, pixels."""
    height: int
    background: tuple[int, int, int, int]
    """The colour behind translucent pixels, premultiplied RGBA, 0 to 255."""
    interval: int
    """The refresh of the display at which the frame is shown: 1 is the next one, 0 at once."""


class Screen:
    """A window's framebuffer.

    Parameters
    ----------
    desktop
        The desktop, whose context draws into the window.
    handle
        glfw's window.
    """

    def __init__(self, desktop: Desktop, handle: Any) -> None:
        self._desktop, self._handle = desktop, handle
        self._context: Any = None
        self._programs: Programs | None = None
        self.has_own_context = False
        self._uploaded: Any = None
        self._shared: dict[int, Any] = {}

    def run(self, work: Callable[[], None]) -> None:
        """Run work on the thread that owns the context, and wait for it. The only method for other threads."""
        self._desktop.run(work)

    def show_texture(
        self, texture: Any, format: PixelFormat, opaque: bool, look: Look, space: ColorSpace = "srgb"
    ) -> None:
        """Show a texture of premultiplied pixels of a colour space."""
        if self.has_own_context:
            self._desktop.owner.context.finish()  # Another context sees only completed commands.
        triangle = self._bind("present", format)
        triangle.program["opaque"] = opaque
        self._present(triangle, self._own(texture, format), look, space)

    def show_words(self, words: NDArray[np.uint32], box: Box, look: Look, space: ColorSpace = "srgb") -> None:
        """Show the pixels in a box of an array (H, W) uint32 of premultiplied RGBA8 pixels of a colour space."""
        triangle = self._bind("present_upload")
        x0, y0, x1, y1 = box
        size = x1 - x0, y1 - y0
        if self._uploaded is None or self._uploaded.size != size:
            if self._uploaded is not None:
                self._uploaded.release()
            self._uploaded = self._context.texture(size, 4)
            self._uploaded.filter = self._context.NEAREST, self._context.NEAREST
        self._uploaded.write(np.ascontiguousarray(words[y0:y1, x0:x1]))
        self._present(triangle, self._uploaded, look, space)

    def release(self) -> None:
        """Free the window's OpenGL objects, and unbind the window."""
        if self._context is None:
            return
        self._desktop.bind(self._handle, self.has_own_context)
        for each in (self._uploaded, *self._shared.values()):
            if each is not None:
                each.release()
        self._shared.clear()
        self._uploaded = None
        if self._programs is not None and self.has_own_context:
            self._programs.release()
            self._context.release()
        if self.has_own_context:
            self._desktop.unbind_own()
        self._programs = self._context = None
        self._desktop.bind_hidden()

    # -- inside ------------------------------------------------------------------------------------------------

    def _bind(self, shader: str, format: PixelFormat = RGBA8) -> Any:
        """Bind the window; returns the full-screen triangle of a shader."""
        if self._programs is None:
            self.has_own_context = not self._desktop.can_share(self._handle)
        self._desktop.bind(self._handle, self.has_own_context)
        if self._programs is None:
            if self.has_own_context:
                self._context = context_here()
                self._programs = Programs(self._context)
            else:
                self._context, self._programs = self._desktop.owner.context, self._desktop.programs()
        return self._programs.triangle(shader, format)

    def _own(self, texture: Any, format: PixelFormat) -> Any:
        """A texture of the hidden window's context, wrapped for this window's own context."""
        if not self.has_own_context:
            return texture
        if texture.glo not in self._shared:
            for each in self._shared.values():
                each.release()
            own = self._context.external_texture(texture.glo, texture.size, format.words, 0, "u4")
            self._shared = {texture.glo: own}
        return self._shared[texture.glo]

    def _present(self, triangle: Any, texture: Any, look: Look, space: ColorSpace) -> None:
        context, program = self._context, triangle.program
        screen = context.detect_framebuffer(0)
        screen.use()
        # moderngl keeps the size of the window's first frame: set the present one.
        context.viewport = 0, 0, look.width, look.height
        texture.use(0)
        program["background"] = tuple(each / 255 for each in look.background)
        program["rows"] = look.height
        program["converts"] = space != "srgb"
        if space != "srgb":
            # OpenGL stores matrices in column-major order.
            program["to_srgb"] = tuple(linear_matrix(space, "srgb").T.ravel().tolist())
        triangle.render(vertices=3)
        self._desktop.swap(self._handle, look.interval, self.has_own_context)
        self._desktop.bind_hidden()


def context_here() -> Any:
    """A moderngl context for the current OpenGL context."""
    import moderngl

    make: Any = moderngl.create_context
    context = make(context=Host(), require=330)
    context.gc_mode = None  # All objects are released explicitly.
    return context
