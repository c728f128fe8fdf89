"""show: opens a window, or shows a drawing in a notebook, in one call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..geometry.numbers import Whole
    from .view import View

__all__ = ["show"]


def show(
    draw: Callable[..., object],
    width: Whole = 800,
    height: Whole = 600,
    *,
    setup: Callable[[View], object] | None = None,
    title: str | None = None,
    **options: Any,
) -> View | None:
    """Open a window that a function draws, and return when it is closed; in a notebook, return a view for the cell.

    Parameters
    ----------
    draw
        ``draw(ctx, frame)``, or ``draw(ctx, width, height)``.
    width, height
        Size in logical pixels.
    setup
        Called once as ``setup(view)``, before the first frame, for instance to add event handlers.
    title
        Text of the title bar; the name of the program's file if None.
    options
        Other parameters of `Window`: ``backend``, ``continuous``, ``fps``, ``background``, ...

    Returns
    -------
    View or None
        In a notebook a view, live where the packages for it are installed; elsewhere None.

    Raises
    ------
    BackendError
        Where no window can be opened; the text names the cure.
    """
    from .notebook import in_notebook, show_in_notebook

    if in_notebook():
        return show_in_notebook(draw, width, height, setup, title=title, **options)
    from .window import Window

    window = Window(width, height, title=_program() if title is None else title, **options)
    with window:
        window.draw(draw)
        if setup is not None:
            setup(window)
        window.run()
    return None


def _program() -> str:
    import sys

    name = Path(sys.argv[0]).stem if sys.argv and sys.argv[0] not in ("", "-c") else ""
    return name.replace("_", " ") or "gpucanvas"
