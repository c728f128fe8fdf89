"""Drawn images become draws: any number at once, whether each was a command or all were one batch.

    uses, rectangles, matrices --> records of paints, one call of NumPy a column
                               --> upright: a rectangle of whole pixels; turned: an outline
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract.operators import OVER_STYLE
from .outline import FILL
from .paintcode import PaintTable
from .placing import whole_sides
from .scene import Records
from .uses import Floats, Ints

__all__ = ["DrawnImages", "rect_corners", "write_images"]

Bools = NDArray[np.bool_]


class DrawnImages(NamedTuple):
    """N drawn images.

    Attributes
    ----------
    images : int64 array (N,)
        Which of the recording's images.
    sources : float64 array (N, 4)
        x, y, width and height of the part that is drawn, in the whole picture.
    smooth : bool array (N,)
        Whether they are smoothed.
    halves : bool array (N,)
        Whether their texels are halves.
    rects : float64 array (N, 4)
        Where the part goes: x, y, width, height.
    matrices : float64 array (N, 6)
        From these rectangles to the surface.
    alphas : float64 array (N,)
        Opacity, global alpha included.
    """

    images: Ints
    sources: Floats
    smooth: Bools
    halves: Bools
    rects: Floats
    matrices: Floats
    alphas: NDArray[np.float64]


class Drawn(Protocol):
    """What images are written to: the `Encoder` of a recording."""

    draws: Records
    paints: PaintTable

    def place_rects(self, at: Any, corners: Any) -> None:
        """Write the corners of upright rectangles."""

    def outline_rects(self, at: Ints, m: Floats, v: Floats, pens: Ints) -> None:
        """Draw the outlines of rectangles."""


def write_images(encoder: Drawn, at: Ints | slice, drawn: DrawnImages) -> None:
    """Write shapes and paints of the draws at ``at``, which have their style and clip already."""
    to_texels, has_none = texel_matrices(drawn)
    draws = encoder.draws
    draws["paint"][at] = encoder.paints.images(*drawn[:4], to_texels, drawn.alphas)
    draws["a"][at] = 1.0
    if has_none.any():
        # What has no inverse does nothing, and clears nothing.
        styles = draws["style"][at]
        styles[has_none] = c.SHAPE_RECT | OVER_STYLE
        draws["style"][at] = styles
    (left, top, right, bottom), upright = rect_corners(drawn.matrices, drawn.rects)
    (left, right), (top, bottom) = whole_sides(left, right), whole_sides(top, bottom)
    encoder.place_rects(at, (left, top, right, bottom))
    odd = np.flatnonzero(~upright)
    if len(odd):
        places = np.arange(at.start, at.stop) if isinstance(at, slice) else at
        pens = np.full(len(odd), FILL)
        encoder.outline_rects(places[odd], drawn.matrices[odd], drawn.rects[odd], pens)


def texel_matrices(drawn: DrawnImages) -> tuple[tuple[NDArray[np.float64], ...], Bools]:
    """The six columns of the maps from the surface to texels; and which have none: zeros.

    The sums are those of `geometry.affine`, in the same order.
    """
    a, b, cc, d, e, f = drawn.matrices.T
    x, y, w, h = drawn.rects.T
    sx, sy, sw, sh = drawn.sources.T
    with np.errstate(all="ignore"):
        det = a * d - b * cc
        inverse = (d / det, -b / det, -cc / det, a / det, (cc * f - d * e) / det, (b * e - a * f) / det)
        kx, ky = sw / w, sh / h
        na, nb, nc, nd, ne, nf = inverse
        ox, oy = sx - x * kx, sy - y * ky
        out = kx * na, ky * nb, kx * nc, ky * nd, kx * ne + ox, ky * nf + oy
        fine = (det != 0) & np.isfinite(det) & (w != 0) & (h != 0)
        for column in (*inverse, *out):
            fine &= np.isfinite(column)
    if not fine.all():
        out = tuple(np.where(fine, column, 0.0) for column in out)  # type: ignore[assignment]
    return out, ~fine


Corners = tuple[Floats, Floats, Floats, Floats]


def rect_corners(m: Floats, v: Floats) -> tuple[Corners, Bools]:
    """Least x, y and greatest x, y of mapped rectangles (x, y, w, h), and which of them stay upright."""
    x, y, w, h = v[:, 0], v[:, 1], v[:, 2], v[:, 3]
    px, py = m[:, 0] * x + m[:, 2] * y + m[:, 4], m[:, 1] * x + m[:, 3] * y + m[:, 5]
    x, y = x + w, y + h
    qx, qy = m[:, 0] * x + m[:, 2] * y + m[:, 4], m[:, 1] * x + m[:, 3] * y + m[:, 5]
    return (np.minimum(px, qx), np.minimum(py, qy), np.maximum(px, qx), np.maximum(py, qy)), is_upright(m)


def is_upright(m: Floats) -> Bools:
    """Which matrices (N, 6) keep upright rectangles upright."""
    upright: Bools = ((m[:, 1] == 0) & (m[:, 2] == 0)) | ((m[:, 0] == 0) & (m[:, 3] == 0))
    return upright
