"""The command line: what works on this machine, what can be made ready, and a picture from a script.

    python -m gpucanvas info                       which backends run here; for the others why not, and the cure
    python -m gpucanvas warm                       compile now what the first pictures would wait for
    python -m gpucanvas render FILE.py -o out.png  FILE.py defines draw(ctx, width, height)

Exit status: 0 done; 1 the script or the drawing failed, with its traceback; 2 the arguments are wrong or a backend
cannot run here. Nothing of a backend is imported before a command needs it, so that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import importlib
import platform
import re
import runpy
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .gl.context import Probe

OK, FAILED, USAGE = 0, 1, 2
DEFAULT_SIZE = (800, 600)
REINSTALL = "install the package again: python -m pip install --force-reinstall gpucanvas"
NO_KERNELS = "python -m pip install 'gpucanvas[jit]'; then, in a checkout, python -m gpucanvas.kernels.aot"
MESA = "on Debian and Ubuntu: apt-get install libegl1 libgl1 libgl1-mesa-dri"


@dataclass(frozen=True)
class Answer:
    """Whether one backend runs here: lines of text for `info`.

    Parameters
    ----------
    name
        The backend's name, as `gpucanvas.Canvas` takes it.
    ok
        Whether it runs here.
    detail
        What it runs on, or why it does not run.
    cure
        What to do about it; empty where it runs.
    hardware
        Whether a GPU does the work.
    """

    name: str
    ok: bool
    detail: str
    cure: str = ""
    hardware: bool = False


class UsageError(Exception):
    """The arguments cannot be followed; the text says which, why, and what to write instead."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        Words after the program's name; those of the process where left out.

    Returns
    -------
    int
        The exit status: 0, 1 or 2 as the module says.

    Raises
    ------
    SystemExit
        For ``--help`` (status 0), and for words that `argparse` refuses (status 2).
    """
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except UsageError as error:
        print(f"gpucanvas: {error}", file=sys.stderr)
        return USAGE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gpucanvas", description="The HTML Canvas 2D API for Python.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    info = commands.add_parser("info", help="which backends run on this machine, and the cure for those that do not")
    info.set_defaults(command=_info)
    warm = commands.add_parser("warm", help="compile and load now what the first pictures would wait for")
    warm.set_defaults(command=_warm)
    render = commands.add_parser("render", help="draw a script's picture into a file")
    render.add_argument("script", type=Path, metavar="FILE.py", help="a script that defines draw(ctx, width, height)")
    render.add_argument("-o", "--output", type=Path, required=True, metavar="out.png", help="the picture to write")
    render.add_argument("--backend", choices=("auto", "cpu", "gl"), default="auto", help="what draws (default: auto)")
    render.add_argument("--size", type=_size, default=DEFAULT_SIZE, metavar="WxH", help="units that draw() sees")
    render.add_argument("--scale", type=_scale, default=1.0, metavar="S", help="pixels a unit (default: 1)")
    render.set_defaults(command=_render)
    return parser


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)x(\d+)", text)
    if found is None or not (width := int(found[1])) or not (height := int(found[2])):
        raise argparse.ArgumentTypeError(f"the size is {text!r}: give WIDTHxHEIGHT in whole units, e.g. 1200x640")
    return width, height


def _scale(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 64:
        raise argparse.ArgumentTypeError(f"the scale is {text!r}: give a number above 0, at most 64, e.g. 2")
    return value


# -- info ------------------------------------------------------------------------------------------------------


def _info(options: argparse.Namespace) -> int:
    """Print what runs here. Succeeds also where no GPU does: the question was answered."""
    from . import __version__

    print(f"gpucanvas {__version__}, Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    answers = [probe_cpu(), probe_gl()]
    for answer in answers:
        print(f"{answer.name:4} {'works' if answer.ok else 'does not work here'}: {answer.detail}")
        if answer.cure:
            print(f"     cure: {answer.cure}")
    working = {answer.name: answer for answer in answers if answer.ok}
    if not working:
        print("auto cannot choose: no backend works here")
        return FAILED
    chosen = "gl" if "gl" in working and working["gl"].hardware else "cpu"
    print(f"auto chooses {chosen}")
    return OK


def probe_cpu() -> Answer:
    """Whether the CPU backend runs here, and with which kernels, without compiling one.

    Returns
    -------
    Answer
        What runs it, or what is missing and the cure.
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
    except (ImportError, ValueError) as error:  # The environment asks for a way that there is not.
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
    except (ImportError, OSError) as error:  # A binding that is there, but finds no libGL or libEGL.
        return Answer("gl", False, f"an OpenGL library cannot be loaded ({error})", MESA)
    found: Probe = context.probe()
    if not found.ok:
        return Answer("gl", False, found.reason, found.cure or MESA)
    kind = "a GPU" if found.hardware else "software: slower than backend cpu, right for tests"
    return Answer("gl", True, f"{found.renderer}, OpenGL {found.version} ({kind})", "", found.hardware)


# -- warm ------------------------------------------------------------------------------------------------------


def _warm(options: argparse.Namespace) -> int:
    """Draw small pictures that need every kernel and shader: compilers keep what they have made."""
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


# -- render ----------------------------------------------------------------------------------------------------


def _render(options: argparse.Namespace) -> int:
    """Load the script, draw, save. A failing script shows its own traceback, without this file's frames."""
    from .recording import MAX_SIDE

    width, height = options.size
    pixels = round(width * options.scale), round(height * options.scale)
    if not all(1 <= side <= MAX_SIDE for side in pixels):
        given = f"--size {width}x{height} with --scale {options.scale:g}"
        raise UsageError(f"{given} is {pixels[0]}x{pixels[1]} pixels: make each side 1 to {MAX_SIDE}")
    _check_output(options.output)
    if not options.script.is_file():
        raise UsageError(f"{options.script} is no file: give a Python script that defines draw(ctx, width, height)")
    sys.path.insert(0, str(options.script.parent.resolve()))  # As `python FILE.py` does, for modules beside the script.
    try:
        draw = runpy.run_path(str(options.script)).get("draw")
    except Exception:
        return _script_failed(options.script, "could not be run")
    if not callable(draw):
        raise UsageError(f"{options.script} defines no draw: write def draw(ctx, width, height): ...")
    return _draw_to_file(options, draw, pixels)


def _check_output(output: Path) -> None:
    """Refuse what could only fail after the drawing is done."""
    from PIL import Image

    if not output.parent.is_dir():
        raise UsageError(f"-o {output}: there is no folder {output.parent}: make it first")
    if output.is_dir():
        raise UsageError(f"-o {output} is a folder: give a file's name, e.g. {output / 'out.png'}")
    Image.preinit()
    if output.suffix.lower() not in Image.EXTENSION:
        Image.init()
    if Image.EXTENSION.get(output.suffix.lower()) not in Image.SAVE:
        raise UsageError(f"-o {output}: {output.suffix!r} is no picture format: end the name in .png, .webp or .jpg")


def _draw_to_file(options: argparse.Namespace, draw: Callable[..., object], pixels: tuple[int, int]) -> int:
    from . import BackendError, Canvas, LimitError

    width, height = options.size
    try:
        canvas = Canvas(*pixels, backend=options.backend)
    except (BackendError, LimitError, ImportError) as error:
        what = f"--backend {options.backend} cannot draw {pixels[0]}x{pixels[1]} pixels here"
        cure = "`python -m gpucanvas info` says what runs here; --backend cpu needs no GPU"
        raise UsageError(f"{what}: {error}; {cure}") from error
    with canvas:
        ctx = canvas.get_context("2d")
        ctx.scale(pixels[0] / width, pixels[1] / height)
        try:
            draw(ctx, width, height)
            canvas.flush()
        except Exception:
            return _script_failed(options.script, "failed in draw(ctx, width, height)")
        try:
            canvas.save(options.output)
        except OSError as error:
            print(f"gpucanvas: -o {options.output} cannot be written: {error}", file=sys.stderr)
            return FAILED
        print(f"{options.output}: {pixels[0]}x{pixels[1]} pixels, drawn by backend {canvas.backend}")
    return OK


def _script_failed(script: Path, how: str) -> int:
    """Print the traceback of the error being handled, from the script's first frame on."""
    error = sys.exc_info()[1]
    frame = error.__traceback__ if error is not None else None
    while frame is not None and Path(frame.tb_frame.f_code.co_filename) != script:
        frame = frame.tb_next
    # A syntax error names file and line itself; any other without a frame of the script is ours, and is shown whole.
    if error is not None and (frame is not None or isinstance(error, SyntaxError)):
        error = error.with_traceback(frame)
    traceback.print_exception(error)
    print(f"gpucanvas: {script} {how}", file=sys.stderr)
    return FAILED


__all__ = ["main"]
