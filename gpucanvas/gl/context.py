"""The OpenGL context: one for the process, made when first needed, owned by a thread of its own that runs all GL work.

Any thread may use a gl canvas: its work is posted to the owner and waited for. Whether OpenGL works at all is asked in
a process of its own, so that a broken driver cannot take this one down.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, TypeVar

from ..errors import BackendError, LostContextError
from ..sight.spans import bound

T = TypeVar("T")
REQUIRED = 430
PROBE_SECONDS = 20.0
LOST = ("GL_CONTEXT_LOST", "GL_UNKNOWN_ERROR")
"""What moderngl calls the error of a lost context; older versions have no name for it."""
SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software", "basic render")
CURE = (
    "install OpenGL: on Debian or Ubuntu `apt-get install libegl1 libgl1 libgl1-mesa-dri`, "
    "with a GPU also its vendor's driver; gpucanvas needs OpenGL 4.3"
)


@dataclass(frozen=True)
class Probe:
    """What OpenGL is like here.

    Attributes
    ----------
    ok : bool
        Whether the gl backend works.
    renderer, version : str
        What the driver calls itself.
    hardware : bool
        False for software rasterisers such as llvmpipe.
    reason, cure : str
        Why it does not work, and what to do about it.
    """

    ok: bool
    renderer: str = ""
    version: str = ""
    hardware: bool = False
    reason: str = ""
    cure: str = ""


@lru_cache(1)
def probe() -> Probe:
    """Ask what OpenGL is like here, once a process. Never raises, hangs or crashes."""
    command = [sys.executable, "-c", "from gpucanvas.gl.context import report; report()"]
    paths = os.pathsep.join(path for path in sys.path if path)
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            env={**os.environ, "PYTHONPATH": paths},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Probe(False, reason=f"making an OpenGL context took over {PROBE_SECONDS:.0f} s", cure=CURE)
    except OSError as error:
        return Probe(False, reason=f"no process could be started to try OpenGL: {error}", cure=CURE)
    try:
        return Probe(**json.loads(done.stdout.strip().splitlines()[-1]))
    except (ValueError, IndexError, TypeError):
        return Probe(False, reason=f"trying OpenGL ended with status {done.returncode}", cure=CURE)


def report() -> None:
    """Try OpenGL in this process and print a `Probe` as JSON: what `probe` runs in a process of its own."""
    try:
        context = create()
        renderer = str(context.info["GL_RENDERER"])
        hardware = not any(name in renderer.lower() for name in SOFTWARE)
        found = Probe(True, renderer, str(context.info["GL_VERSION"]), hardware)
    except Exception as error:
        found = Probe(False, reason=str(error) or type(error).__name__, cure=CURE)
    print(json.dumps(asdict(found)), flush=True)


def create() -> Any:
    """A new standalone context; raises whatever the driver does."""
    import moderngl

    # Its stubs call the backend a dict.
    make: Any = moderngl.create_context
    if sys.platform.startswith("linux"):
        return make(standalone=True, backend="egl", require=REQUIRED)
    return make(standalone=True, require=REQUIRED)


class Owner:
    """The thread that owns the context."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gpucanvas-gl")
        self._ident = 0
        self._process = os.getpid()
        self.lost = ""
        self.context: Any = None
        self.run(self._create)

    def _create(self) -> None:
        self._ident = threading.get_ident()
        try:
            self.context = create()
        except Exception as error:
            raise BackendError(f"the gl backend cannot run here: {error}: {CURE}") from error
        # Everything is released by name, on this thread; moderngl's own lists trip over what is released already.
        self.context.gc_mode = None

    def run(self, work: Callable[[], T]) -> T:
        """Run work on the owning thread and wait for its result. LostContextError where the context is gone."""
        if os.getpid() != self._process:
            raise LostContextError(
                "this process was forked from the one that owns the OpenGL context: make gl canvases in one process, "
                'start the other with the "spawn" method, or use backend="cpu" here'
            )
        if self.lost:
            raise LostContextError(self.lost)
        if threading.get_ident() == self._ident:
            return work()
        try:
            future = self._thread.submit(bound(work))
        except RuntimeError:
            raise LostContextError(
                "the interpreter is ending, and the thread of the OpenGL context has: draw before that, or use "
                'backend="cpu"'
            ) from None
        return future.result()

    def check(self) -> None:
        """Ask OpenGL how it is, on the owning thread. An error is raised; a lost context stays lost."""
        error = self.context.error
        if error == "GL_NO_ERROR":
            return
        renderer = self.context.info.get("GL_RENDERER", "the driver")
        if error in LOST:
            self.lost = (
                f"{renderer} lost its OpenGL context (a reset, a removed device): what gl canvases held is gone; make "
                'new ones, or use backend="cpu"'
            )
            raise LostContextError(self.lost)
        raise BackendError(
            f"{renderer} reports {error} after a frame: please report this with the program that drew it"
        )
