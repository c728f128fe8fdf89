"""notebook: shows a drawing in a notebook: a live widget with rendercanvas and anywidget, else a still picture.

    show --> packages installed? --yes--> HostedView on rendercanvas' widget, with animation and events
                                 --no---> View with its first frame drawn: a picture, and a message with the cure

When a cell is run again, its earlier widgets are closed: otherwise they would live on in the kernel.
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
"""Default limit of frames a second; the browser requests no more than it can show."""
OF_WINDOWS: Final = frozenset(
    ("vsync", "in_flight", "policy", "fullscreen", "transparent", "always_on_top", "position", "monitor")
    + ("visible", "on_error")
)
"""Parameters of `Window` that are ignored in a notebook."""


@dataclass
class Cell:
    """The views of a notebook cell.

    Parameters
    ----------
    run
        Identifier of the cell's last run.
    views
        The views that this run has shown.
    """

    run: str
    views: list[HostedView] = field(default_factory=list)


_cells: dict[str, Cell] = {}


def in_notebook() -> bool:
    """Whether the program runs in a Jupyter kernel."""
    shell = _shell()
    return shell is not None and getattr(shell, "kernel", None) is not None


def _shell() -> Any:
    """The IPython shell that runs the program, or None. IPython is not imported for this."""
    # Another thread may just import it: then it has no function yet.
    shell = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return None if shell is None else shell()


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
    """A view that a notebook shows as the value of a cell, or by ``IPython.display.display``.

    Parameters
    ----------
    draw, setup, backend, continuous, background
        As for `HostedView`.
    width, height
        Initial size, CSS pixels.
    fps
        Most frames a second; 60 by default.
    title
        Text of its title bar; without it there is no title bar.
    resizable
        Whether it has a handle for resizing.
    of_windows
        Other parameters of `Window`, which are ignored, so that the same call can open a window elsewhere.

    Returns
    -------
    HostedView or View
        A live view or, without the packages for it, a still picture, with a message on stderr that gives the cure.

    Raises
    ------
    TypeError
        For a parameter that `Window` does not have.
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
    """A class derived from rendercanvas' widget, with a fix for closing it."""
    from anywidget import AnyWidget
    from rendercanvas.anywidget import AnywidgetRenderCanvas

    class NotebookCanvas(AnywidgetRenderCanvas):  # type: ignore[misc]  # rendercanvas has no type annotations.
        """A widget that reports closing only once: closing that of rendercanvas 2.7.2 recurses without end."""

        def _rc_close(self) -> None:
            if not self.get_closed():
                self._is_closed = True
                self._rfb_cancel_lossless_draw()
                layout = self.layout  # A separate widget, which has to be closed too.
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
    """A view with its first frame drawn, for a still picture."""
    view = View(width, height, backend=backend)
    view.draw(draw)
    if setup is not None:
        setup(view)
    view._paint(0.0)
    return view


def _belongs_to_cell(view: HostedView) -> None:
    """Close the views of earlier runs of this cell."""
    shell = _shell()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = parent.get("metadata", {}).get("cellId")
    if cell is None:  # The front end does not tell which cell runs: the program must close its views itself.
        return
    run = parent["header"]["msg_id"]
    before = _cells.get(cell)
    if before is None or before.run != run:
        for old in before.views if before is not None else ():
            old.close()
        _cells[cell] = Cell(run)
    _cells[cell].views.append(view)
