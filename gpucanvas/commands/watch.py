"""watch: shows a script's drawing in a window, and reloads it, or shows its errors, whenever the file is saved."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .scripts import DEFAULT_SIZE, OK, UsageError, check_script, read_size

__all__ = ["add_watch", "watch"]


def add_watch(commands: Any) -> None:
    """Add the command to a parser's commands."""
    parser = commands.add_parser("watch", help="show a script's drawing in a window, and reload it when it is saved")
    script = "a script that defines draw(ctx, frame) or draw(ctx, width, height), and perhaps setup(view)"
    parser.add_argument("script", type=Path, metavar="FILE.py", help=script)
    parser.add_argument("--backend", choices=("auto", "cpu", "gl"), default="auto", help="what draws (default: auto)")
    parser.add_argument("--size", type=read_size, default=DEFAULT_SIZE, metavar="WxH", help="the window's size")
    parser.add_argument("--on-top", action="store_true", help="keep the window above others")
    parser.set_defaults(command=watch)


def watch(options: argparse.Namespace) -> int:
    """Open the window, and return when it is closed."""
    check_script(options.script)
    from .. import BackendError, LimitError
    from ..window.watch import Reloading
    from ..window.window import Window

    try:
        window = Window(*options.size, title=options.script.stem, backend=options.backend, always_on_top=options.on_top)
    except (BackendError, LimitError, ImportError) as error:
        raise UsageError(f"no window can be opened: {error}") from error
    with window, Reloading(options.script, window):
        window.run()
    return OK
