"""render_many: draws many small recordings in one pass of the pipeline, each in a slot of a shared surface."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from . import config
from .backends.base import Backend
from .backends.choose import BackendName
from .canvas import Canvas
from .errors import LimitError
from .frames.surface import Surface
from .pipeline.record import Commands
from .recording import Recording
from .sight.spans import ENCODE, count, span

SURFACE_SIDE = 2048
"""Side of the shared surfaces, pixels; a larger recording gets a surface of its own."""
NONE: NDArray[np.uint8] = np.zeros((0, 0, 4), np.uint8)


def render_many(recordings: Iterable[Recording], backend: BackendName | None = None) -> list[NDArray[np.uint8]]:
    """Render recordings, each on a transparent surface of its own size.

    Parameters
    ----------
    recordings
        What to render; each stays as it is and can be rendered again.
    backend
        As for `Canvas`.

    Returns
    -------
    list of uint8 arrays
        (height, width, 4) straight RGBA, in the order of the recordings, each in its own colour space: those in
        display-p3 are `ImageData`. Arrays of one pass share their memory: ``copy()`` one to keep it without the others.

    Raises
    ------
    LimitError
        For a command beyond a limit; the text names it and its recording.
    TypeError
        For an item that is no `Recording`: a `Canvas` has pixels of its own, `Canvas.to_numpy` reads them.

    Examples
    --------
    >>> import gpucanvas
    >>> icons = [gpucanvas.Recording(8, 8) for _ in range(3)]
    >>> [icon.get_context("2d").fill_rect(0, 0, 4, 8) for icon in icons]
    [None, None, None]
    >>> [picture[0, :, 3].tolist() for picture in gpucanvas.render_many(icons)][2]
    [255, 255, 255, 255, 0, 0, 0, 0]
    """
    from .backends.choose import get_backend

    if isinstance(recordings, Canvas | Recording):
        raise TypeError(f"render_many: recordings is {recordings!r:.80}: give a list of Recording objects")
    recordings = list(recordings)
    for i, recording in enumerate(recordings):
        if isinstance(recording, Canvas):
            raise TypeError(f"render_many: item {i} is {recording!r:.80}: read it with to_numpy(), or give a Recording")
        if not isinstance(recording, Recording):
            raise TypeError(f"render_many: item {i} is {recording!r:.80}: give Recording objects")
        recording._check_layers()
    chosen = get_backend(config.current().backend if backend is None else backend)
    # NONE is replaced below; recordings without pixels are not drawn.
    out = [
        NONE if each._width and each._height else np.zeros((each._height, each._width, 4), np.uint8)
        for each in recordings
    ]
    alike: dict[tuple[bool, str, str], list[int]] = {}
    for i, recording in enumerate(recordings):
        alike.setdefault((recording._opaque, recording._format.name, recording._color_space), []).append(i)
    for indices in alike.values():
        _render(recordings, indices, chosen, out)
    return out


def _render(recordings: list[Recording], indices: list[int], backend: Backend, out: list[NDArray[np.uint8]]) -> None:
    """Render some of the recordings, with the same settings, into their places of ``out``."""
    from .pipeline.merge import merge
    from .plan.slots import place

    some = [recordings[i] for i in indices]
    sizes = [(each._width, each._height) for each in some]
    # Recordings with layers are not merged: the commands in a layer keep the coordinates of their own canvas.
    alone = [bool(each._commands.has_layers) for each in some]
    together = [(0, 0) if single else size for single, size in zip(alone, sizes, strict=True)]
    groups = [(*size, [(i, 0, 0, *size)]) for i, size in enumerate(sizes) if alone[i] and all(size)]
    for width, height, slots in chain(place(together, SURFACE_SIDE), groups):
        with span("merge", ENCODE, recordings=len(slots)):
            parts = [some[slot[0]]._commands for slot in slots]
            commands = _own(parts[0]) if alone[slots[0][0]] else merge(parts, slots)
        made, batches = commands.counts()
        for name, number in (("frames", 1), ("commands", made), ("batches", batches)):
            count(name, number)
        surface = Surface(backend, width, height, some[0]._format)
        surface.opaque, surface.color_space = some[0]._opaque, some[0]._color_space
        try:
            pixels = surface.draw([commands], read=True)
            if pixels is None:
                pixels = surface.to_numpy()
        except LimitError:
            _name_item(recordings, [indices[slot[0]] for slot in slots], backend)
            raise
        finally:
            surface.close()
        for item, x, y, wide, high in slots:
            out[indices[item]] = pixels[y : y + high, x : x + wide]


def _own(commands: Commands) -> Commands:
    """A copy of a recording's commands and layers: drawing takes a command that is beyond a limit out of the copy."""
    own = copy(commands)
    own.commands = bytearray(own.commands)
    if own.has_layers:
        own.layers = [replace(use, commands=_own(use.commands)) for use in own.layers]
    return own


def _name_item(recordings: list[Recording], indices: list[int], backend: Backend) -> None:
    """Raise LimitError with the index of the first recording that is beyond a limit by itself."""
    for i in indices:
        recording = recordings[i]
        surface = Surface(backend, recording._width, recording._height, recording._format)
        try:
            surface.draw([_own(recording._commands)])
        except LimitError as error:
            text = f"render_many: item {i}: {error}"
        else:
            continue
        finally:
            surface.close()
        raise LimitError(text)
