"""notebook: a drawing as the value of a notebook's cell: live where rendercanvas and anywidget are there, else still.

    show --> are the packages there? --yes--> HostedView on rendercanvas' widget: it moves, and hears mouse and keys
                                     --no---> View with its first frame drawn: a picture, and a line that gives the cure

A cell that is run again closes what it showed before: a widget lives in the kernel until somebody closes it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from ..backends.choose import BackendName
from ..geometry.numbers import Whole
from ..recording import check_side
from .hosted import HostedView
from .view import View

__all__ = ["in_notebook", "show_in_notebook"]

CURE: Final = "for a canvas that moves and hears mouse and keys: pip install 'gpucanvas[jupyter]'"
FPS: Final = 60
"""Frames a second at most, where the caller does not say: the browser asks for no more than it can show."""
OF_WINDOWS: Final = frozenset(
    ("vsync", "in_flight", "policy", "fullscreen", "transparent", "always_on_top", "position", "monitor")
    + ("visible", "on_error")
)
"""Parameters of `Window` that a canvas in a notebook does not have."""


@dataclass
class Cell:
    """What a cell has shown.

    Parameters
    ----------
    run
        The name of the cell's run: another one each time it is run.
    views
        What that run has shown.
    """

    run: str
    views: list[HostedView] = field(default_factory=list)


_cells: dict[str, Cell] = {}


def in_notebook() -> bool:
    """Whether the program runs in a Jupyter kernel, where the value of a cell is shown."""
    shell = _shell()
    return shell is not None and getattr(shell, "kernel", None) is not None


def _shell() -> Any:
    """IPython's shell that runs the program; None where there is none. IPython is never loaded for that."""
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()


def show_in_notebook(
    draw: Callable[..., object],
    width: Whole = 640,
    height: Whole = 480,
    setup: Callable[[View], object] | None = None,
    *,
    backend: BackendName | None = None,
    continuous: bool | None = None,
    fps: float | None = None,
    title: str | None = None,
    resizable: bool = True,
    background: Any = "white",
    **of_windows: Any,
) -> View:
    """A view that a notebook shows where it is the value of a cell, or given to ``IPython.display.display``.

    Parameters
    ----------
    draw, setup, backend, continuous, background
        As for `HostedView`.
    width, height
        Its first size, CSS pixels.
    fps
        Frames a second at most; 60 where it is None.
    title
        What its title bar says; without one it has no title bar.
    resizable
        Whether it has a handle to resize it.
    of_windows
        More of `Window`'s parameters, which mean nothing here: the same call opens a window elsewhere.

    Returns
    -------
    HostedView or View
        Live; or, without the packages for that, a still picture, after a line on stderr that says how to get them.

    Raises
    ------
    TypeError
        For a parameter that windows do not have either.
    """
    unknown = sorted(of_windows.keys() - OF_WINDOWS)
    if unknown:
        raise TypeError(f"show: {unknown[0]!r} is no parameter of a window: {', '.join(sorted(OF_WINDOWS))} are")
    width, height = check_side("width", width, "View", 1), check_side("height", height, "View", 1)
    try:
        make_widget = _widget_class()
    except ImportError as error:
        print(f"gpucanvas: {CURE} ({error})", file=sys.stderr)
        return _still(draw, width, height, setup, backend)
    host = make_widget(size=(width, height), title=title or "", max_fps=FPS if fps is None else fps)
    host.set_resizable(resizable)
    view = HostedView(host, draw, setup, backend=backend, continuous=continuous, background=background)
    _belongs_to_cell(view)
    return view


@cache
def _widget_class() -> Any:
    """rendercanvas' widget, which can be closed."""
    from anywidget import AnyWidget
    from rendercanvas.anywidget import AnywidgetRenderCanvas

    class NotebookCanvas(AnywidgetRenderCanvas):  # type: ignore[misc]  # It carries no types.
        """A widget that tells nobody twice that it is closed: rendercanvas 2.7.2 calls itself there without end."""

        def _rc_close(self) -> None:
            if not self.get_closed():
                self._is_closed = True
                self._rfb_cancel_lossless_draw()
                layout = self.layout  # A widget of its own, which would live on.
                AnyWidget.close(self)
                layout.close()

    return NotebookCanvas


def _still(
    draw: Callable[..., object],
    width: float,
    height: float,
    setup: Callable[[View], object] | None,
    backend: BackendName | None,
) -> View:
    """A view with its first frame drawn, which is all that is seen of it."""
    view = View(width, height, backend=backend)
    view.draw(draw)
    if setup is not None:
        setup(view)
    view._paint(0.0)
    return view


def _belongs_to_cell(view: HostedView) -> None:
    """Close what earlier runs of this cell have shown."""
    shell = _shell()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = parent.get("metadata", {}).get("cellId")
    if cell is None:  # Not every front end says which cell it runs: then it is the program that closes its views.
        return
    run = parent["header"]["msg_id"]
    before = _cells.get(cell)
    if before is None or before.run != run:
        for old in before.views if before is not None else ():
            old.close()
        _cells[cell] = Cell(run)
    _cells[cell].views.append(view)
