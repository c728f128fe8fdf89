"""What the HTML standard says of gradients and patterns, pixel by pixel in float64, independent of the library.

https://html.spec.whatwg.org/multipage/canvas.html#fill-and-stroke-styles
"""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Stops = list[tuple[float, tuple[float, float, float, float]]]
NOWHERE = -np.inf
"""In place of a pixel's place on a gradient: nothing is painted there."""


def points(width: int, height: int, matrix: tuple[float, ...] = (1, 0, 0, 1, 0, 0)) -> tuple[Floats, Floats]:
    """The centres of all pixels in the space that the matrix (a, b, c, d, e, f) maps to the canvas."""
    a, b, c, d, e, f = matrix
    inverse = np.linalg.inv(np.array([[a, c, e], [b, d, f], [0, 0, 1]], np.float64))
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    mapped = inverse[:2] @ np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    return mapped[0].reshape(x.shape), mapped[1].reshape(x.shape)


def radial_places(circles: tuple[float, ...], x: Floats, y: Floats) -> Floats:
    """The greatest w whose circle goes through each point, of those with a radius above 0; NOWHERE without one.

    Circle w has the centre (x1 - x0) w + x0, (y1 - y0) w + y0 and the radius (r1 - r0) w + r0.
    """
    x0, y0, r0, x1, y1, r1 = circles
    if (x0, y0, r0) == (x1, y1, r1):
        return np.full(x.shape, NOWHERE)
    dx, dy, dr = x1 - x0, y1 - y0, r1 - r0
    squared = dx * dx + dy * dy - dr * dr
    linear = (x - x0) * dx + (y - y0) * dy + r0 * dr
    constant = (x - x0) ** 2 + (y - y0) ** 2 - r0 * r0
    with np.errstate(all="ignore"):
        if abs(squared) < 1e-9:
            roots = [constant / (2 * linear)]
        else:
            root = np.sqrt(linear * linear - squared * constant)
            roots = [(linear + root) / squared, (linear - root) / squared]
        found = np.full(x.shape, NOWHERE)
        for w in roots:
            found = np.where((r0 + w * dr > 0) & np.isfinite(w), np.maximum(found, w), found)
    return found


def conic_places(start: float, cx: float, cy: float, x: Floats, y: Floats) -> Floats:
    """The share of a turn, clockwise from the first ray, at each point."""
    return np.asarray((np.arctan2(y - cy, x - cx) - start) / (2 * pi) % 1.0, np.float64)


def colors(places: Floats, stops: Stops) -> Floats:
    """Premultiplied RGBA, 0 to 255: straight colours are interpolated; the first and the last go on."""
    out = np.zeros((*places.shape, 4))
    if not stops:
        return out
    for index in np.ndindex(places.shape):
        w = places[index]
        if w == NOWHERE:
            continue
        before = [stop for stop in stops if stop[0] <= w]
        after = [stop for stop in stops if stop[0] > w]
        if not before:
            color = np.array(after[0][1])
        elif not after:
            color = np.array(before[-1][1])
        else:
            (at, lo), (end, hi) = before[-1], after[0]
            color = np.array(lo) + (np.array(hi) - np.array(lo)) * (w - at) / (end - at)
        out[index] = (*color[:3] * color[3] * 255, color[3] * 255)
    return out


def pattern_colors(pixels: npt.NDArray[np.uint8], repetition: str, smooth: bool, x: Floats, y: Floats) -> Floats:
    """Premultiplied RGBA, 0 to 255, of a picture's copies at points given in its own pixels."""
    alpha = pixels[..., 3:] / 255
    texels = np.concatenate([pixels[..., :3] * alpha, pixels[..., 3:]], -1)
    height, width = texels.shape[:2]

    def texel(column: Floats, row: Floats) -> Any:
        across, down = repetition in ("repeat", "repeat-x"), repetition in ("repeat", "repeat-y")
        inside = (across | ((column >= 0) & (column < width))) & (down | ((row >= 0) & (row < height)))
        return texels[row.astype(int) % height, column.astype(int) % width] * inside[..., None]

    def nearest(place: Floats, size: int, repeats: bool) -> Any:
        # A border belongs to the texel before it, the border of all copies to the first texel.
        inside = (place >= 0) & (place < size)
        found = np.ceil(place) - 1
        return found if repeats else np.where(inside, np.maximum(found, 0), np.floor(place))

    if not smooth:
        column = nearest(x, width, repetition in ("repeat", "repeat-x"))
        return np.asarray(texel(column, nearest(y, height, repetition in ("repeat", "repeat-y"))))
    column, row = np.floor(x - 0.5), np.floor(y - 0.5)
    u, v = (x - 0.5 - column)[..., None], (y - 0.5 - row)[..., None]
    upper = texel(column, row) * (1 - u) + texel(column + 1, row) * u
    lower = texel(column, row + 1) * (1 - u) + texel(column + 1, row + 1) * u
    return np.asarray(upper * (1 - v) + lower * v)


def premultiplied(picture: npt.NDArray[np.uint8]) -> Floats:
    """A picture's premultiplied RGBA, 0 to 255."""
    return np.concatenate([picture[..., :3] * (picture[..., 3:] / 255.0), picture[..., 3:]], -1)
