"""cover: the last draw of a recording that hides all before it: what is below can no longer be picked.

    solid rectangle, clear_rect        found by the survey that also spares the renderer hidden commands
    image, gradient, put_image_data    found here: a game draws its background so, in every frame

Only upright rectangles count that cover the whole canvas without a clip, in full opacity.
"""

from __future__ import annotations

from typing import Any, Final
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from ..contract.operators import OVER_STYLE
from ..pipeline import record as r
from ..pipeline.encode import first_hidden

__all__ = ["last_cover"]

OPAQUE: Final = 0xFF000000
_known: Final[dict[int, tuple[ref[Any], bool]]] = {}
"""Whether arrays of pixels are opaque, by their ids."""
MOST_KNOWN: Final = 256


def last_cover(commands: r.Commands, width: int, height: int) -> int | None:
    """Returns the index of the last command that covers or clears all of a canvas; None where none does."""
    found = first_hidden(commands, width, height)
    first = 0 if found is None else found + 1
    rows = np.frombuffer(commands.commands, r.COMMAND)[first:]
    kinds = rows["kind"]
    at = np.flatnonzero((kinds == r.FILL_RECT) | (kinds == r.DRAW_IMAGE) | (kinds == r.PUT_IMAGE))
    if not len(at):
        return found
    states = np.frombuffer(commands.states, r.STATE).take(rows["state"][at])
    is_put = kinds[at] == r.PUT_IMAGE
    fits = covers_all(states, rows["v"][at], is_put, width, height)
    fits &= is_put | ((states["op"] == OVER_STYLE) & (states["alpha"] == 1.0) & (states["clip"] == 0))
    for k in np.flatnonzero(fits)[::-1].tolist():
        row = rows[at[k]]
        if is_put[k] or is_opaque(commands, int(row["kind"]), int(row["paint"]), int(row["extra"])):
            return first + int(at[k])
    return found


def covers_all(
    states: NDArray[Any], rects: NDArray[np.float64], is_put: NDArray[np.bool_], width: int, height: int
) -> NDArray[np.bool_]:
    """Returns which rectangles (N, 4) cover a canvas under their states; pixels that are put have no transform."""
    a, b, c, d, e, f = np.where(is_put, 0.0, states["matrix"].T)
    a, d = a + is_put, d + is_put
    e, f = e + is_put * states["origin"][:, 0], f + is_put * states["origin"][:, 1]
    x, y, w, h = rects.T
    with np.errstate(over="ignore", invalid="ignore"):
        across, down = np.stack([a * x + e, a * (x + w) + e]), np.stack([d * y + f, d * (y + h) + f])
    fits = (b == 0.0) & (c == 0.0) & (across.min(0) <= 0.0) & (across.max(0) >= width)
    return np.asarray(fits & (down.min(0) <= 0.0) & (down.max(0) >= height))


def is_opaque(commands: r.Commands, kind: int, paint: int, extra: int) -> bool:
    """Returns whether what a command paints is known to be opaque everywhere."""
    if kind == r.DRAW_IMAGE:
        use = commands.use_at(extra)
        pixels = commands.images[use.image]._pixels
        return not use.halves and isinstance(pixels, np.ndarray) and are_opaque(pixels)
    found = commands.paints[paint]
    if isinstance(found, tuple):
        return found[3] >= 1.0
    # A radial gradient may leave parts of the plane unpainted, and so may a pattern.
    if isinstance(found, r.GradientUse) and found.kind != "radial" and len(found.packed):
        return bool((found.stops[:, 4] >= 1.0).all())
    return False


def are_opaque(pixels: NDArray[np.uint32]) -> bool:
    """Returns whether all pixels are opaque. They are looked at once: recorded pixels do not change."""
    known = _known.get(id(pixels))
    if known is None or known[0]() is not pixels:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        opaque = bool((pixels >= np.uint32(OPAQUE)).all())
        # Staging memory may change after the frame.
        if pixels.flags.writeable:
            return opaque
        known = _known[id(pixels)] = ref(pixels), opaque
    return known[1]
