"""render_many: any number of small recordings in one pass of the pipeline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .canvas import Recording


def render_many(recordings: Sequence[Recording], backend: str = "auto") -> list[NDArray[np.uint8]]:
    """Render recordings, each on a transparent surface of its own size.

    Parameters
    ----------
    recordings
        What to render; each keeps what it holds and can be rendered again.
    backend
        As for `Canvas`.

    Returns
    -------
    list of uint8 arrays
        (height, width, 4) straight RGBA, in the order of the recordings.
    """
    from .backends.choose import get_backend
    from .backends.cpu import present
    from .pipeline.encode import encode

    chosen = get_backend(backend)
    out = []
    for recording in recordings:
        surface = chosen.new_surface(recording.width, recording.height)
        chosen.draw(encode(recording._commands, recording.width, recording.height), surface)
        out.append(present(chosen.read(surface)))
        chosen.drop_surface(surface)
    return out
