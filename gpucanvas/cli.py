"""The command line: report what works on this machine, compile ahead of time, render or watch a script.

    python -m gpucanvas info                       which backends run here, or the cure; windows, fonts and extras
    python -m gpucanvas warm                       compile kernels and shaders now instead of at the first picture
    python -m gpucanvas render FILE.py -o out.png  FILE.py defines draw(ctx, width, height) or draw(ctx, frame)
    python -m gpucanvas render FILE.py --frames 120 -o out.mp4
    python -m gpucanvas watch FILE.py              a window that loads the file again when it is saved
    python -m gpucanvas --version

Exit status: 0 done; 1 the script or the drawing failed, with its traceback; 2 the arguments are wrong or a backend
cannot run here; 130 stopped by Ctrl-C; 141 the reader of its output has gone, as in ``gpucanvas info | head -1``.
`render` and `watch` are in the package `commands`. A backend is imported only when a command needs it, so that
``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

from .commands.render import add_render
from .commands.scripts import FAILED, OK, STOPPED, UNREAD, USAGE, UsageError
from .commands.watch import add_watch

if TYPE_CHECKING:
    from .gl.context import Probe

REINSTALL = "install the package again: python -m pip install --force-reinstall gpucanvas"
NO_KERNELS = "python -m pip install 'gpucanvas[jit]'; then, in a checkout, python -m gpucanvas.kernels.aot"
EXTRAS = {
    "svg": ("resvg_py", "SVG files as images"),
    "video": ("av", "videos"),
    "pathops": ("pathops", "paths combined"),
    "jupyter": ("anywidget", "live canvases in notebooks"),
    "hosts": ("rendercanvas", "other programs' windows"),
}
"""For each extra of the package, a module of it, and what it is for."""
MESA = "on Debian and Ubuntu: apt-get install libegl1 libgl1 libgl1-mesa-dri"


@dataclass(frozen=True)
class Answer:
    """Whether a backend, windows or fonts work here, with text for `info`.

    Parameters
    ----------
    name
        The backend's name, as `gpucanvas.Canvas` takes it, or "windows" or "fonts".
    ok
        Whether it works here.
    detail
        The hardware or software that it runs on, or why it does not work.
    cure
        What to do about it; empty where it works.
    hardware
        Whether a GPU is used.
    """

    name: str
    ok: bool
    detail: str
    cure: str = ""
    hardware: bool = False

    def print(self) -> None:
        """Print the answer."""
        print(f"{self.name:4} {'works' if self.ok else 'does not work here'}: {self.detail}")
        if self.cure:
            print(f"     cure: {self.cure}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        Arguments after the program's name; those of the process by default.

    Returns
    -------
    int
        The exit status, 0, 1, 2, 130 or 141: see the head of this module.

    Raises
    ------
    SystemExit
        For ``--help`` (status 0), and for arguments that `argparse` refuses (status 2).
    """
    try:
        try:
            return _run(arguments)
        finally:
            # Here, not at the interpreter's end, where a reader that has gone is no error that can be caught.
            print(end="", flush=True)
    except BrokenPipeError:
        _discard_output()
        return UNREAD


def _run(arguments: Sequence[str] | None) -> int:
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except UsageError as error:
        print(f"gpucanvas: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("gpucanvas: stopped", file=sys.stderr)
        return STOPPED


def _discard_output() -> None:
    """Let the standard output lead nowhere, so that what is left in its buffer can be written at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _parser() -> argparse.ArgumentParser:
    from . import __version__

    parser = argparse.ArgumentParser(prog="gpucanvas", description="The HTML Canvas 2D API for Python.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    info = commands.add_parser("info", help="which backends run on this machine, and the cure for those that do not")
    info.set_defaults(command=_info)
    warm = commands.add_parser("warm", help="compile and load now what the first pictures would wait for")
    warm.set_defaults(command=_warm)
    add_render(commands)
    add_watch(commands)
    return parser


# -- info ------------------------------------------------------------------------------------------------------


def _info(options: argparse.Namespace) -> int:
    """Print what works here. The exit status is 0 even without a GPU, since the question was answered."""
    from . import __version__

    print(f"gpucanvas {__version__}, Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    answers = [probe_cpu(), probe_gl()]
    for answer in answers:
        answer.print()
    working = {answer.name: answer for answer in answers if answer.ok}
    if not working:
        print("auto cannot choose: no backend works here")
        return FAILED
    chosen = "gl" if "gl" in working and working["gl"].hardware else "cpu"
    print(f"auto chooses {chosen}")
    probe_windows().print()
    probe_fonts().print()
    print(extras())
    return OK


def extras() -> str:
    """Which extras are installed, and how the others are."""
    here = {name: find_spec(module) is not None for name, (module, _) in EXTRAS.items()}
    found, missing = ([name for name in EXTRAS if here[name] is wanted] for wanted in (True, False))
    lines = [f"extras installed: {', '.join(f'{name} ({EXTRAS[name][1]})' for name in found) or 'none'}"]
    if missing:
        what = ", ".join(f"{name} ({EXTRAS[name][1]})" for name in missing)
        lines.append(f"     not installed: {what}: python -m pip install 'gpucanvas[{','.join(missing)}]'")
    return "\n".join(lines)


def probe_cpu() -> Answer:
    """Whether the CPU backend runs here, and with which kernels, without compiling one.

    Returns
    -------
    Answer
        The kernels and cores it uses, or what is missing and the cure.
    """
    from .backends.bands import available_cores

    threads = f"{available_cores()} threads"
    try:
        ways = importlib.import_module("gpucanvas.kernels.ways")
        if ways.WAY is ways.Way.LIBRARY:
            return Answer("cpu", True, f"kernels compiled for {ways.library.level}, {threads}")
        if ways.WAY is ways.Way.PYTHON:
            return Answer("cpu", True, f"kernels in plain Python, for debuggers: {ways.REASON}")
        numba = importlib.import_module("numba")
    except ModuleNotFoundError as error:
        return Answer("cpu", False, f"{ways.REASON}, and {error.name} is not installed", NO_KERNELS)
    except (ImportError, ValueError) as error:  # An environment variable asks for kernels that are not installed.
        return Answer("cpu", False, str(error), NO_KERNELS)
    how = f"numba {numba.__version__} compiles the kernels, once on this machine, since {ways.REASON}"
    return Answer("cpu", True, f"{how}; {threads}")


def probe_gl() -> Answer:
    """Whether the OpenGL backend runs here.

    Returns
    -------
    Answer
        The GPU's name and the OpenGL version, or why there is none and the cure.
    """
    try:
        context = importlib.import_module("gpucanvas.gl.context")
        importlib.import_module("gpucanvas.backends.gl")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("gpucanvas"):
            return Answer("gl", False, "this version of gpucanvas has no OpenGL backend", "use backend='cpu'")
        return Answer("gl", False, f"{error.name} is not installed", REINSTALL)
    except (ImportError, OSError) as error:  # The Python binding is installed, but finds no libGL or libEGL.
        return Answer("gl", False, f"an OpenGL library cannot be loaded ({error})", MESA)
    found: Probe = context.probe()
    if not found.ok:
        return Answer("gl", False, found.reason, found.cure or MESA)
    kind = "a GPU" if found.hardware else "software: slower than backend cpu, right for tests"
    return Answer("gl", True, f"{found.renderer}, OpenGL {found.version} ({kind})", "", found.hardware)


def probe_windows() -> Answer:
    """Whether windows can be opened here.

    Returns
    -------
    Answer
        The window system, or why there is none and the cure.
    """
    from .gl.context import ask

    found = ask("from gpucanvas.window.desktop import report; report()")
    if not found.ok:
        return Answer("windows", False, found.reason, found.cure)
    return Answer("windows", True, f"{found.renderer}, OpenGL {found.version}", "", found.hardware)


def probe_fonts() -> Answer:
    """Which fonts there are for text here.

    Returns
    -------
    Answer
        The number of faces and the matches for some families, or what is missing and the cure.
    """
    try:
        fonts = importlib.import_module("gpucanvas.fonts")
        faces = fonts.list()
        words = [f"{word} is {fonts.match(f'16px {word}').family}" for word in ("sans-serif", "serif", "monospace")]
    except ModuleNotFoundError as error:
        return Answer("fonts", False, f"{error.name} is not installed", REINSTALL)
    except RuntimeError as error:
        return Answer("fonts", False, str(error), REINSTALL)
    families = {face.family for face in faces if face.source == "system"}
    own = sorted({face.family for face in faces if face.source == "shipped"})
    emoji = sorted({face.family for face in faces if face.has_colors})
    words.append(f"in colour: {', '.join(emoji) or 'none, so that emoji are grey'}")
    system = f"{len(families)} families of the system"
    return Answer("fonts", True, f"{', '.join((*own, system))}; {', '.join(words)}")


# -- warm ------------------------------------------------------------------------------------------------------


def _warm(options: argparse.Namespace) -> int:
    """Draw small pictures that use every kernel and shader, whose compiled code is then cached on disk."""
    from .kernels.aot.pictures import draw_all

    gl = probe_gl()
    if not gl.ok:
        print(f"gl   does not work here, so that no shaders are compiled: {gl.detail}")
    backends: list[Literal["cpu", "gl"]] = ["cpu", "gl"] if gl.ok else ["cpu"]
    for backend in backends:
        started = time.perf_counter()
        draw_all(backend)
        what = "kernels" if backend == "cpu" else "shaders"
        print(f"{backend:4} {what} are ready, after {time.perf_counter() - started:.1f} s")
    return OK


__all__ = ["main"]
