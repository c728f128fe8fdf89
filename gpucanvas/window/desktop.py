"""desktop: glfw, and the one OpenGL context that shows all windows; platform differences are handled here.

    main thread:  glfw.init, hidden window, windows, events
    owner thread: the hidden window's context --bind(window)--> draws into that window --swap--> bind(hidden)

glfw makes a context for each window, but objects such as vertex arrays are not shared between contexts. On Linux, with
EGL, the hidden window's context is bound to each window's surface instead, so that one context is enough. Elsewhere,
and where that fails, a window has its own context, which shares only textures. The hidden window lives as long as the
process, since the gl backend of windows uses its context.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable
from typing import Any, Final

from .. import config
from ..backends.choose import NAMES, BackendName
from ..errors import BackendError
from ..gl.context import Probe, is_hardware, tell
from ..gl.owner import Owner
from ..gl.program import Programs

__all__ = ["Desktop", "backend_for", "desktop"]

VERSIONS: Final = ((4, 3), (3, 3))
"""OpenGL versions to request, in order: the first runs the gl backend, the second only shows pixels of the cpu backend.
"""
APIS: Final = ("egl", "native")
NO_DISPLAY: Final = (
    "set DISPLAY (or WAYLAND_DISPLAY) to that of a desktop, start the program as `xvfb-run -a python ...`, or draw "
    "without a window: gpucanvas.Canvas, `python -m gpucanvas render`"
)
NO_GL: Final = "install OpenGL: on Debian or Ubuntu `apt-get install libegl1 libgl1 libgl1-mesa-dri`; windows need 3.3"


class NoWindowsError(BackendError):
    """No window can be opened on this machine."""

    def __init__(self, reason: str, cure: str) -> None:
        super().__init__(f"{reason}: {cure}")
        self.reason, self.cure = reason, cure


class Host:
    """The object by which moderngl wraps the current context."""

    def load_opengl_function(self, name: str) -> int:
        """The address of an OpenGL function; 0 for none."""
        import glfw

        return ctypes.cast(glfw.get_proc_address(name), ctypes.c_void_p).value or 0

    def __enter__(self) -> None:
        pass

    def __exit__(self, *what: object) -> None:
        pass

    def release(self) -> None:
        """Do nothing: the context is destroyed with its window."""


class Desktop:
    """glfw, and the context of all windows. Made on the main thread, once.

    Attributes
    ----------
    owner : Owner
        The thread that draws into windows.
    version : int
        The OpenGL version in moderngl's form; 430 and above run the gl backend.
    renderer : str
        The driver's name of the renderer.

    Raises
    ------
    BackendError
        Where there is no display, or no OpenGL.
    """

    def __init__(self) -> None:
        self._process = os.getpid()
        self._errors: list[str] = []
        _start_glfw(self._errors)
        self.hidden, self._egl = self._make_hidden()
        self.owner = Owner(self._create, self._leave)
        self._programs: Programs | None = None
        self.version = int(self.owner.context.version_code)
        self.renderer = str(self.owner.run(lambda: self.owner.context.info["GL_RENDERER"]))

    # -- the hidden window -------------------------------------------------------------------------------------

    def _make_hidden(self) -> tuple[Any, EGL | None]:
        """Make the hidden window, and the `EGL` object that binds its context to other windows, if possible."""
        import glfw

        wanted = os.environ.get("GPUCANVAS_WINDOW_API", "egl" if sys.platform.startswith("linux") else "native")
        if wanted not in APIS:
            raise ValueError(f"GPUCANVAS_WINDOW_API is {wanted!r}: give one of {', '.join(APIS)}, or unset it")
        for api in APIS[APIS.index(wanted) :]:
            for version in VERSIONS:
                self.api, self.asked = api, version
                self.set_hints(visible=False)
                handle = glfw.create_window(1, 1, "gpucanvas", None, None)
                if handle:
                    return handle, EGL(handle) if api == "egl" else None
        raise NoWindowsError(f"no window with OpenGL can be made here: {self.last_error()}", NO_GL)

    def set_hints(self, **also: Any) -> None:
        """Set all of glfw's hints for the next window: hints are global, and other libraries may have changed them."""
        import glfw

        glfw.default_window_hints()
        major, minor = self.asked
        hints = {
            "context_version_major": major,
            "context_version_minor": minor,
            "opengl_profile": glfw.OPENGL_CORE_PROFILE,
            "opengl_forward_compat": True,
            "context_creation_api": glfw.EGL_CONTEXT_API if self.api == "egl" else glfw.NATIVE_CONTEXT_API,
            "depth_bits": 0,
            "stencil_bits": 0,
            **also,
        }
        for name, value in hints.items():
            glfw.window_hint(getattr(glfw, name.upper()), value)

    def _create(self) -> Any:
        """Wrap the hidden window's context, on the owner thread."""
        import glfw
        import moderngl

        glfw.make_context_current(self.hidden)
        # Any: moderngl's type stubs want a str for each setting.
        make: Any = moderngl.create_context
        return make(context=Host(), require=self.asked[0] * 100 + self.asked[1] * 10)

    def _leave(self) -> None:
        """Make the context not current, on the owner thread, before glfw destroys it."""
        import glfw

        glfw.make_context_current(None)

    def last_error(self) -> str:
        """The last error message of glfw."""
        return self._errors[-1] if self._errors else "glfw gives no reason"

    # -- windows -----------------------------------------------------------------------------------------------

    def can_share(self, handle: Any) -> bool:
        """Whether the shared context can draw into a window; call it on the owner thread.

        It cannot where the system needs a context for each window, or the window has another pixel format, as a
        transparent one. Such a window is drawn with its own context.
        """
        if self._egl is None:
            return False
        try:
            self._egl.bind(handle)
        except BackendError:
            return False
        return True

    def bind(self, handle: Any, own: bool = False) -> None:
        """Bind the shared context, or the window's own, to a window; call it on the owner thread.

        Raises
        ------
        BackendError
            Where the system refuses.
        """
        import glfw

        if self._egl is not None and not own:
            self._egl.bind(handle)
        else:
            glfw.make_context_current(handle)

    def unbind_own(self) -> None:
        """Unbind a window's own context before the window is destroyed; call it on the owner thread.

        glfw remembers the window that it bound last on a thread, and reads from it when it binds the next one there. It
        does not see that EGL binds the hidden window in between.
        """
        import glfw

        glfw.make_context_current(None)

    def forget(self, handle: Any) -> None:
        """Drop the state of a window that is about to be destroyed."""
        if self._egl is not None:
            self._egl.forget(handle)

    def bind_hidden(self) -> None:
        """Bind the shared context to the hidden window, as other users of the context expect."""
        self.bind(self.hidden)

    def swap(self, handle: Any, interval: int, own: bool = False) -> None:
        """Swap the bound window's buffers, at the ``interval``-th next refresh of the display."""
        import glfw

        if self._egl is not None and not own:
            self._egl.swap(handle, interval)
        else:
            glfw.swap_interval(interval)
            glfw.swap_buffers(handle)

    def programs(self) -> Programs:
        """The shaders of the context; call it on the owner thread."""
        if self._programs is None:
            self._programs = Programs(self.owner.context)
        return self._programs

    def run(self, work: Callable[[], Any]) -> Any:
        """Run work on the owner thread, and wait for it."""
        return self.owner.run(work)


class EGL:
    """Binds one context to the surfaces of other windows."""

    def __init__(self, hidden: Any) -> None:
        import glfw

        self._lib = ctypes.CDLL("libEGL.so.1")
        pointer = ctypes.c_void_p
        for name, kinds in (
            ("eglMakeCurrent", (pointer, pointer, pointer, pointer)),
            ("eglSwapBuffers", (pointer, pointer)),
            ("eglSwapInterval", (pointer, ctypes.c_int)),
        ):
            function = getattr(self._lib, name)
            function.argtypes, function.restype = kinds, ctypes.c_uint
        self._lib.eglGetError.restype = ctypes.c_int
        raw = glfw._glfw  # pyGLFW's own wrappers of these functions do not declare their types.
        self._surface_of = raw.glfwGetEGLSurface
        self._surface_of.argtypes, self._surface_of.restype = (pointer,), pointer
        raw.glfwGetEGLContext.argtypes, raw.glfwGetEGLContext.restype = (pointer,), pointer
        raw.glfwGetEGLDisplay.restype = pointer
        self._display = raw.glfwGetEGLDisplay()
        self._context = raw.glfwGetEGLContext(ctypes.cast(hidden, pointer))
        self._intervals: dict[int, int] = {}

    def _surface(self, handle: Any) -> int:
        return int(self._surface_of(ctypes.cast(handle, ctypes.c_void_p)))

    def bind(self, handle: Any) -> None:
        """Bind the context to a window."""
        surface = self._surface(handle)
        if not self._lib.eglMakeCurrent(self._display, surface, surface, self._context):
            raise BackendError(f"the window cannot be drawn into: EGL error 0x{self._lib.eglGetError():x}")

    def swap(self, handle: Any, interval: int) -> None:
        """Swap a window's buffers."""
        surface = self._surface(handle)
        # EGL keeps an interval for each surface.
        if self._intervals.get(surface) != interval:
            self._lib.eglSwapInterval(self._display, interval)
            self._intervals[surface] = interval
        if not self._lib.eglSwapBuffers(self._display, surface):
            raise BackendError(f"the window cannot be shown: EGL error 0x{self._lib.eglGetError():x}")

    def forget(self, handle: Any) -> None:
        """Drop the interval of a window's surface, whose handle may be reused."""
        self._intervals.pop(self._surface(handle), None)


def _start_glfw(errors: list[str]) -> None:
    """Initialise glfw, with its errors collected in a list."""
    try:
        import glfw
    except ImportError as error:
        raise BackendError(f"windows need glfw, which cannot be loaded ({error}): pip install glfw") from error

    def note(code: int, text: bytes) -> None:
        errors.append(text.decode(errors="replace") if isinstance(text, bytes) else str(text))
        del errors[:-10]

    glfw.set_error_callback(note)
    if not glfw.init():
        reason = errors[-1] if errors else "no display was found"
        raise NoWindowsError(f"no window can be opened here: {reason}", NO_DISPLAY)


_desktop: Desktop | None = None


def desktop() -> Desktop:
    """The process's desktop, made with the first window, and again where its context was lost.

    Raises
    ------
    BackendError
        On another thread than the main one, whether or not there is a desktop already, and in a forked process.
    """
    global _desktop
    if threading.current_thread() is not threading.main_thread():
        raise BackendError(
            "windows belong to the main thread, as systems ask for it: make them there, and draw and compute on "
            f"others (this is thread {threading.current_thread().name!r})"
        )
    if _desktop is not None and _desktop._process != os.getpid():
        raise BackendError("this process was forked from one that has windows: open them in one process only")
    if _desktop is None or _desktop.owner.lost:
        _desktop = Desktop()
    return _desktop


def backend_for(found: Desktop, name: BackendName | None) -> BackendName:
    """The backend for a window's canvas; gl is set up on the windows' context."""
    asked = config.current().backend if name is None else name
    if asked not in NAMES:
        raise ValueError(f"backend is {asked!r}: give one of {', '.join(NAMES)}")
    hardware = is_hardware(found.renderer)
    if asked == "gl" and found.version < 430:
        raise BackendError(
            f"windows have OpenGL {found.version / 100:.1f} here ({found.renderer}), and the gl backend needs 4.3: "
            'use backend="cpu", whose pictures can be shown'
        )
    if asked == "gl" or (asked == "auto" and hardware and found.version >= 430):
        from ..backends.gl import share

        share(found.owner)
        return "gl"
    return "cpu" if asked == "auto" else asked


def report() -> None:
    """Open a hidden window in this process, and print a `Probe`. ``gpucanvas info`` runs it in a separate process."""
    try:
        found = Desktop()
        version = f"{found.version / 100:.1f}"
        tell(Probe(True, found.renderer, version, is_hardware(found.renderer)))
    except NoWindowsError as error:
        tell(Probe(False, reason=error.reason, cure=error.cure))
