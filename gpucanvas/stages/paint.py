"""Calls the function that colours rows of a tile for a paint's kind. Twin: shaders/shared/paint.glsl.

    Draw.paint --kind--> NAME_rows (gradients.py, textures.py, ...) --put_row--> pixels, or the source's planes
              --place--> its record in the stream

The kind is looked up once per tile. The function of a kind either draws each row as it is made (`put_row`), or stores
all rows in the source's planes and then calls `over_rows`, which takes less time to compile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..contract.constants import PAINT_KIND_BITS
from ..contract.paints import PAINTS, PaintKind
from ..kernels import inlined, kernel
from ..kernels.instructions import record_at
from .box_shadow import box_shadow_rows
from .gradients import conic_rows, linear_rows, radial_rows
from .layer import layer_rows
from .textures import half_image_rows, image_rows, pattern_rows

ROWS: dict[str, Callable[..., Any]] = {
    "linear": linear_rows,
    "image": image_rows,
    "radial": radial_rows,
    "conic": conic_rows,
    "pattern": pattern_rows,
    "layer": layer_rows,
    "half_image": half_image_rows,
    "box_shadow": box_shadow_rows,
}
"""For each name in the table of paints: the function of (px, record, tables, how, x0, y0, first, last)."""


def _choice(row: PaintKind, rows: Callable[..., Any], otherwise: Any) -> Any:
    """Returns a function that calls ``rows`` where the paint is of this kind, else `otherwise`."""
    code, kind = row.code, row.record.dtype
    if otherwise is None:

        @inlined
        def chosen(px, found, at, tables, how, x0, y0, first, last):
            if found == code:
                rows(px, record_at(tables[0], at, kind), tables, how, x0, y0, first, last)

        return chosen

    @inlined
    def choose(px, found, at, tables, how, x0, y0, first, last):
        if found == code:
            rows(px, record_at(tables[0], at, kind), tables, how, x0, y0, first, last)
        else:
            otherwise(px, found, at, tables, how, x0, y0, first, last)

    return choose


def _dispatcher() -> Any:
    """Returns a function of (px, kind, place, tables, how, x0, y0, first, last) that calls the kind's function."""
    found = None
    for name, row in PAINTS.items():
        found = _choice(row, ROWS[name], found)
    return found


rows_of_kind = _dispatcher()


@kernel
def paint_rows(px, paint, tables, how, x0, y0, first, last):
    """Draw rows of the tile at (x0, y0) with a paint that is no solid colour, or fill rows of planes with its colours.

    ``paint`` is Draw.paint; ``tables`` are the scene's stream of paints, its images, and the pixels of the target
    that layers are read from, with its width. ``how`` is (over, covered, masked, plane). With ``over``, the rows are
    drawn source-over, weighted by the coverage plane if ``covered`` and by the mask if ``masked``. Otherwise the planes
    from ``plane`` on are filled: SOURCE or RED.
    """
    word = np.int64(paint)
    kind, at = word & ((1 << PAINT_KIND_BITS) - 1), word >> PAINT_KIND_BITS
    rows_of_kind(px, kind, at, tables, how, x0, y0, first, last)
