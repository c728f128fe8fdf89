"""render: renders a script's picture to a file or, with ``--frames``, a film.

    script --load--> draw, setup --FilmView--+-- one moment  --Canvas.save--> out.png, or standard output
                                             |               --save_vector--> out.svg, out.pdf
                                             +-- --frames N  --write_film---> out.mp4, out.gif, frame_%04d.png

Arguments are checked before the script runs. An incomplete film leaves no file.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import Any, Final

from ..film.open import open_film
from ..film.view import FilmView, write_film
from ..film.writer import VIDEOS, FilmWriter, check_film, number_of, rate_of
from ..window.script import Drawing
from .progress import ProgressBar
from .scripts import (
    DEFAULT_SIZE,
    FAILED,
    OK,
    STOPPED,
    ScriptFailed,
    UsageError,
    backend_error,
    check_script,
    load,
    read_scale,
    read_size,
    read_time,
    show_failure,
)
from .vectors import VECTORS, save_vector

__all__ = ["add_render", "render"]

STANDARD_OUTPUT: Final = Path("-")
"""The output that stands for standard output, to which a picture is written as PNG."""


def add_render(commands: Any) -> None:
    """Add the command to a parser's commands."""
    parser = commands.add_parser("render", help="draw a script's picture, or its film, into a file")
    script = "a script that defines draw(ctx, width, height) or draw(ctx, frame), and perhaps setup(view)"
    parser.add_argument("script", type=Path, metavar="FILE.py", help=script)
    output = (
        "the file to write: out.png, .webp, .jpg, .svg, .pdf, or - for PNG to standard output; with --frames out.mp4, "
        ".webm, .gif, .webp, .png, or frame_%%04d.png"
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="out.png", help=output)
    parser.add_argument("--backend", choices=("auto", "cpu", "gl"), default="auto", help="what draws (default: auto)")
    parser.add_argument("--size", type=read_size, default=DEFAULT_SIZE, metavar="WxH", help="units that draw() sees")
    parser.add_argument("--scale", type=read_scale, default=1.0, metavar="S", help="pixels a unit (default: 1)")
    parser.add_argument("--frames", type=_frames, metavar="N", help="make a film of so many frames")
    parser.add_argument("--fps", type=_fps, default=60.0, metavar="F", help="a film's frames a second (default: 60)")
    parser.add_argument(
        "--time", type=read_time, default=0.0, metavar="T", help="the picture's moment, or a film's first, seconds"
    )
    parser.add_argument("--quality", type=int, metavar="Q", help="of video, WebP and JPEG: 0 to 100")
    parser.add_argument("--background", metavar="COLOR", help="lay the picture on a colour, e.g. white")
    parser.set_defaults(command=render)


def _frames(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"the number of frames is {text!r}: give a whole number, at least 1")
    return int(text)


def _fps(text: str) -> float:
    try:
        rate_of(float(text))
    except ValueError:
        message = f"the rate is {text!r}: give frames a second, above 0 and at most 1000"
        raise argparse.ArgumentTypeError(message) from None
    return float(text)


def render(options: argparse.Namespace) -> int:
    """Load the script, draw, save. The traceback of a failing script is shown without this library's stack frames."""
    pixels = _pixels(options)
    _check_output(options.output, options.frames)
    check_script(options.script)
    # The script's own output must not get into the picture.
    with redirect_stdout(sys.stderr) if options.output == STANDARD_OUTPUT else nullcontext():
        return _render(options, pixels)


def _render(options: argparse.Namespace, pixels: tuple[int, int]) -> int:
    try:
        drawing = load(options.script)
        with _open_view(options, pixels) as view:
            view.draw(drawing.draw)
            _set_up(options.script, drawing, view)
            return _draw_picture(options, view) if options.frames is None else _draw_film(options, view)
    except ScriptFailed:
        return FAILED


def _pixels(options: argparse.Namespace) -> tuple[int, int]:
    from ..recording import MAX_SIDE

    width, height = options.size
    pixels = round(width * options.scale), round(height * options.scale)
    if not all(1 <= side <= MAX_SIDE for side in pixels):
        given = f"--size {width}x{height} with --scale {options.scale:g}"
        raise UsageError(f"{given} is {pixels[0]}x{pixels[1]} pixels: make each side 1 to {MAX_SIDE}")
    return pixels


def _check_output(output: Path, frames: int | None) -> None:
    """Check the output's name before drawing, since writing to it would fail only afterwards."""
    from PIL import Image

    if output == STANDARD_OUTPUT:
        if frames is not None:
            raise UsageError("-o - writes one picture to standard output: with --frames give a name, e.g. out.mp4")
        return
    if not output.parent.is_dir():
        raise UsageError(f"-o {output}: there is no folder {output.parent}: make it first")
    if output.is_dir():
        raise UsageError(f"-o {output} is a folder: give a file's name, e.g. {output / 'out.png'}")
    if frames is not None:
        try:
            check_film(output)
        except ValueError as error:
            raise UsageError(f"-o {error}") from error
        return
    suffix = output.suffix.lower()
    if suffix in VIDEOS:
        raise UsageError(f"-o {output}: {suffix!r} is a film: give --frames N, or end the name in .png for a picture")
    if number_of(output) is not None:
        raise UsageError(f"-o {output} has a place for a frame's number: give --frames N, or a name without %d")
    if suffix in VECTORS:
        return
    Image.preinit()
    if suffix not in Image.EXTENSION:
        Image.init()
    if Image.EXTENSION.get(suffix) not in Image.SAVE:
        raise UsageError(f"-o {output}: {output.suffix!r} is no picture format: end the name in .png, .webp or .jpg")


def _open_view(options: argparse.Namespace, pixels: tuple[int, int]) -> FilmView:
    from .. import BackendError, LimitError

    width, height = options.size
    try:
        return FilmView(width, height, options.scale, fps=options.fps, start=options.time, backend=options.backend)
    except (BackendError, LimitError, ImportError) as error:
        raise backend_error(options.backend, pixels, error) from error


def _set_up(script: Path, drawing: Drawing, view: FilmView) -> None:
    from .. import later

    setup = drawing.setup
    if setup is not None:
        _run(script, "failed in setup(view)", lambda: later.call(lambda: setup(view)))


def _run(script: Path, how: str, work: Callable[[], object]) -> None:
    """Run code of the script; an error is shown, and raised as ScriptFailed."""
    try:
        work()
    except Exception as error:
        show_failure(error, script, how)
        raise ScriptFailed from error


# -- a picture -------------------------------------------------------------------------------------------------


def _draw_picture(options: argparse.Namespace, view: FilmView) -> int:
    canvas, output = view.canvas, options.output
    if output.suffix.lower() in VECTORS:
        return _draw_vector(options, view)
    is_standard = output == STANDARD_OUTPUT
    target = sys.__stdout__.fileno() if is_standard and sys.__stdout__ else output

    def draw() -> None:
        view.paint_next()
        canvas.flush()

    _run(options.script, "failed in draw", draw)
    try:
        format = "png" if is_standard else None
        canvas.save(target, format, quality=options.quality, background=options.background)
    except OSError as error:
        if is_standard and isinstance(error, BrokenPipeError):
            raise  # The reader has gone: `cli` ends quietly.
        return _not_written(output, error)
    except ValueError as error:
        raise UsageError(f"-o {output}: {error}") from error
    print(f"{output}: {canvas.width}x{canvas.height} pixels, drawn by backend {canvas.backend}")
    return OK


def _draw_vector(options: argparse.Namespace, view: FilmView) -> int:
    canvas, output = view.canvas, options.output
    if options.quality is not None:
        raise UsageError(f"-o {output}: --quality is of pixels: leave it out for {output.suffix}")

    def draw() -> None:
        _run(options.script, "failed in draw", view.paint_next)

    try:
        save_vector(canvas, draw, output, options.background)
    except OSError as error:
        return _not_written(output, error)
    except ValueError as error:
        raise UsageError(f"-o {output}: {error}") from error
    print(f"{output}: {canvas.width}x{canvas.height} units, as shapes")
    return OK


def _not_written(output: Path, error: OSError) -> int:
    print(f"gpucanvas: -o {output} cannot be written: {error}", file=sys.stderr)
    return FAILED


# -- a film ----------------------------------------------------------------------------------------------------


def _draw_film(options: argparse.Namespace, view: FilmView) -> int:
    output, frames = options.output, options.frames
    writer = _open_writer(options, view)
    bar, began = ProgressBar(output.name), time.perf_counter()
    try:
        write_film(view, writer, frames, bar)
    except KeyboardInterrupt:
        bar.clear()
        left = f"{output} was not written" if number_of(output) is None else "those that are written are whole"
        print(f"gpucanvas: stopped after {bar.written} of {frames} frames; {left}", file=sys.stderr)
        return STOPPED
    except OSError as error:
        bar.clear()
        if _is_of(error, options.script):
            return _draw_failed(options, error)
        return _not_written(output, error)
    except Exception as error:
        bar.clear()
        return _draw_failed(options, error)
    bar.clear()
    took = time.perf_counter() - began
    size, rate = f"{writer.width}x{writer.height} pixels", f"{options.fps:g} a second"
    speed = f"in {took:.1f} s ({frames / took:.0f} a second)"
    print(f"{output}: {frames} frames of {size}, {rate}, drawn by backend {view.canvas.backend} {speed}")
    return OK


def _open_writer(options: argparse.Namespace, view: FilmView) -> FilmWriter:
    canvas, output = view.canvas, options.output
    try:
        return open_film(
            output,
            canvas.width,
            canvas.height,
            view.fps,
            background=options.background,
            quality=options.quality,
        )
    except (ValueError, TypeError, ImportError, OSError) as error:
        raise UsageError(f"-o {output}: {error}") from error


def _is_of(error: BaseException, script: Path) -> bool:
    """Whether an error was raised in the script's own code."""
    frame = error.__traceback__
    while frame is not None and Path(frame.tb_frame.f_code.co_filename) != script:
        frame = frame.tb_next
    return frame is not None


def _draw_failed(options: argparse.Namespace, error: Exception) -> int:
    show_failure(error, options.script, "failed in draw")
    return FAILED
