"""context: makes the process's OpenGL context, on a thread of its own (owner.py), and finds out whether OpenGL works.

OpenGL is probed in a separate process, so that a broken driver cannot crash this one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

REQUIRED = 430
PROBE_SECONDS = 20.0
SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software", "basic render")
CURE = (
    "install OpenGL: on Debian or Ubuntu `apt-get install libegl1 libgl1 libgl1-mesa-dri`, "
    "with a GPU also its vendor's driver; gpucanvas needs OpenGL 4.3"
)


@dataclass(frozen=True)
class Probe:
    """What was found out about OpenGL on this machine.

    Attributes
    ----------
    ok : bool
        Whether the gl backend works.
    renderer, version : str
        The driver's names of renderer and version.
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
    """Probe OpenGL in a separate process, once for this process. Never raises, hangs or crashes."""
    return ask("from gpucanvas.gl.context import report; report()")


def ask(program: str) -> Probe:
    """The `Probe` that a program prints with `tell`, run in a separate process. Never raises, hangs or crashes."""
    command = [sys.executable, "-c", program]
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
    """Try OpenGL in this process. `probe` runs it in a separate one."""
    try:
        context = create()
        renderer = str(context.info["GL_RENDERER"])
        found = Probe(True, renderer, str(context.info["GL_VERSION"]), is_hardware(renderer))
    except Exception as error:
        found = Probe(False, reason=str(error) or type(error).__name__, cure=CURE)
    tell(found)


def tell(found: Probe) -> None:
    """Print a `Probe` as JSON, for `ask`."""
    print(json.dumps(asdict(found)), flush=True)


def is_hardware(renderer: str) -> bool:
    """Whether a renderer of this name is hardware, not software."""
    return not any(name in renderer.lower() for name in SOFTWARE)


def create() -> Any:
    """A new standalone context; errors of the driver are passed on."""
    import moderngl

    # Any: moderngl's type stubs declare ``backend`` as a dict.
    make: Any = moderngl.create_context
    if sys.platform.startswith("linux"):
        return make(standalone=True, backend="egl", require=REQUIRED)
    return make(standalone=True, require=REQUIRED)
