"""Filters in float64, written from the standard alone: the matrices of Filter Effects, its convolution, its transfers.

Pictures are (H, W, 4) straight, 0 to 1.

https://drafts.fxtf.org/filter-effects/
"""

from __future__ import annotations

from math import cos, pi, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def straight(pixels: NDArray[np.uint8]) -> Floats:
    """Premultiplied bytes as straight colours."""
    values = pixels.astype(np.float64) / 255
    alpha = values[..., 3:]
    return np.concatenate(
        [np.divide(values[..., :3], alpha, out=np.zeros_like(values[..., :3]), where=alpha > 0), alpha], 2
    )


def premultiplied(values: Floats) -> Floats:
    return np.concatenate([values[..., :3] * values[..., 3:], values[..., 3:]], 2)


def by_matrix(values: Floats, rows: Any) -> Floats:
    """Colours by four rows of five, cut to 0..1."""
    matrix = np.array(rows, np.float64).reshape(4, 5)
    made = np.clip(values @ matrix[:, :4].T + matrix[:, 4], 0, 1)
    return np.where(made[..., 3:] > 0, made, 0)


def colors(rows: Any) -> list[list[float]]:
    """A matrix of three by three, in one of four by five."""
    return [[*row, 0, 0] for row in rows] + [[0, 0, 0, 1, 0]]


def grayscale(s: float) -> Any:
    a = 1 - s
    return colors(
        [
            [0.2126 + 0.7874 * a, 0.7152 - 0.7152 * a, 0.0722 - 0.0722 * a],
            [0.2126 - 0.2126 * a, 0.7152 + 0.2848 * a, 0.0722 - 0.0722 * a],
            [0.2126 - 0.2126 * a, 0.7152 - 0.7152 * a, 0.0722 + 0.9278 * a],
        ]
    )


def sepia(s: float) -> Any:
    a = 1 - s
    return colors(
        [
            [0.393 + 0.607 * a, 0.769 - 0.769 * a, 0.189 - 0.189 * a],
            [0.349 - 0.349 * a, 0.686 + 0.314 * a, 0.168 - 0.168 * a],
            [0.272 - 0.272 * a, 0.534 - 0.534 * a, 0.131 + 0.869 * a],
        ]
    )


def saturate(s: float) -> Any:
    return colors(
        [
            [0.213 + 0.787 * s, 0.715 - 0.715 * s, 0.072 - 0.072 * s],
            [0.213 - 0.213 * s, 0.715 + 0.285 * s, 0.072 - 0.072 * s],
            [0.213 - 0.213 * s, 0.715 - 0.715 * s, 0.072 + 0.928 * s],
        ]
    )


def hue_rotate(degrees: float) -> Any:
    c, s = cos(degrees * pi / 180), sin(degrees * pi / 180)
    return colors(
        [
            [0.213 + c * 0.787 - s * 0.213, 0.715 - c * 0.715 - s * 0.715, 0.072 - c * 0.072 + s * 0.928],
            [0.213 - c * 0.213 + s * 0.143, 0.715 + c * 0.285 + s * 0.140, 0.072 - c * 0.072 - s * 0.283],
            [0.213 - c * 0.213 - s * 0.787, 0.715 - c * 0.715 + s * 0.715, 0.072 + c * 0.928 + s * 0.072],
        ]
    )


def linear(slope: float, intercept: float) -> Any:
    return [[slope if i == k else 0 for k in range(4)] + [intercept] for i in range(3)] + [[0, 0, 0, 1, 0]]


def transferred(values: Floats, channel: int, function: Any) -> Floats:
    """One channel by a function, cut to 0..1."""
    made = values.copy()
    made[..., channel] = np.clip(np.vectorize(function, otypes=[float])(values[..., channel]), 0, 1)
    return np.where(made[..., 3:] > 0, made, 0)


def convolved(
    values: Floats,
    kernel: Any,
    *,
    divisor: float | None = None,
    bias: float = 0,
    target: tuple[int, int] | None = None,
    edge: str = "none",
    preserve_alpha: bool = False,
) -> Floats:
    """feConvolveMatrix of a picture that is a whole canvas; straight in, straight or premultiplied out.

    Returns premultiplied colours.
    """
    kernel = np.array(kernel, np.float64)
    order_y, order_x = kernel.shape
    target_x, target_y = target or (order_x // 2, order_y // 2)
    divisor = divisor or kernel.sum() or 1.0
    mode: dict[str, Any] = {"none": {"mode": "constant"}, "duplicate": {"mode": "edge"}, "wrap": {"mode": "wrap"}}[edge]
    around = ((target_y, order_y - 1 - target_y), (target_x, order_x - 1 - target_x), (0, 0))
    source = np.pad(values if preserve_alpha else premultiplied(values), around, **mode)
    height, width = values.shape[:2]
    made = np.zeros_like(values)
    for i in range(order_y):
        for j in range(order_x):
            made += kernel[order_y - 1 - i, order_x - 1 - j] * source[i : i + height, j : j + width]
    made /= divisor
    alpha = values[..., 3:]
    if preserve_alpha:
        return np.concatenate([np.clip(made[..., :3] + bias, 0, 1) * alpha, alpha], 2)
    made = np.clip(made + bias * alpha, 0, 1)
    return np.minimum(made, made[..., 3:])


def lattice(seed: int) -> tuple[list[int], Floats]:
    """The permutation and the gradients (4, 256, 2) of feTurbulence, as the standard's code makes them."""

    def following(number: int) -> int:
        found = 16807 * (number % 127773) - 2836 * (number // 127773)
        return found if found > 0 else found + 2147483647

    number = min(seed if seed > 0 else -seed % 2147483646 + 1, 2147483646)
    gradients = np.zeros((4, 256, 2))
    for channel in range(4):
        for i in range(256):
            for k in range(2):
                number = following(number)
                gradients[channel, i, k] = (number % 512 - 256) / 256
    gradients /= np.linalg.norm(gradients, axis=2, keepdims=True)
    order = list(range(256))
    for i in range(255, 0, -1):
        number = following(number)
        k = number % 256
        order[i], order[k] = order[k], order[i]
    return order, gradients


def _dot(gradients: Floats, places: Any, x: Floats, y: Floats) -> Floats:
    """The dot products of gradients with offsets, (..., 4)."""
    vectors = np.moveaxis(gradients[:, places], 0, -2)
    return vectors[..., 0] * x[..., None] + vectors[..., 1] * y[..., None]


def turbulence(
    x: Floats, y: Floats, frequency: Any, *, octaves: int = 1, seed: int = 0, fractal: bool = False
) -> Floats:
    """feTurbulence of points of user space, straight."""
    order, gradients = lattice(seed)
    permuted = np.array(order * 2)
    u, v = np.asarray(x, float) * frequency[0], np.asarray(y, float) * frequency[1]
    made = np.zeros((*u.shape, 4))
    for octave in range(octaves):
        column, row = np.floor(u).astype(int), np.floor(v).astype(int)
        right, below = u - column, v - row

        first, second = permuted[column % 256], permuted[(column + 1) % 256]
        places = [[permuted[each + (row + k) % 256] for each in (first, second)] for k in (0, 1)]
        corners = [[_dot(gradients, places[k][i], right - i, below - k) for i in (0, 1)] for k in (0, 1)]
        across, down = ((t * t * (3 - 2 * t))[..., None] for t in (right, below))
        above, under = (left * (1 - across) + other * across for left, other in corners)
        noise = above * (1 - down) + under * down
        made += (noise if fractal else abs(noise)) / 2**octave
        u, v = u * 2, v * 2
    return np.clip((made + 1) / 2 if fractal else made, 0, 1)
