"""What `markers` and `weighted_lines` draw: stars of a scatter plot, and edges of a network."""

from __future__ import annotations

from functools import lru_cache
from math import cos, pi, sin
from types import SimpleNamespace

import numpy as np

CORNERS = [
    (radius * sin(k * pi / 5), -radius * cos(k * pi / 5)) for k in range(10) for radius in ((1.6, 4.0)[k % 2 == 0],)
]
"""A star of 8 px about the origin."""


@lru_cache(1)
def stars() -> SimpleNamespace:
    """Return x, y, scale, angle (N,) and 8 bit straight ``colors`` (N, 4); ``rows``: these, a matrix and RGBA of 1."""
    rng = np.random.default_rng(33)
    s = SimpleNamespace()
    s.x, s.y = rng.random((2, 10_000)) * [[800], [600]]
    s.scale, s.angle = 0.75 + 0.5 * rng.random(10_000), 2 * pi * rng.random(10_000)
    s.colors = rng.integers(40, 220, (10_000, 4)).astype(np.uint8)
    turn = s.scale * np.cos(s.angle), s.scale * np.sin(s.angle)
    matrices = np.stack([turn[0], turn[1], -turn[1], turn[0], s.x, s.y], 1).tolist()
    rgba = [tuple(color) for color in (s.colors / 255).tolist()]
    s.rows = [*zip(s.x.tolist(), s.y.tolist(), s.scale.tolist(), s.angle.tolist(), matrices, rgba, strict=True)]
    return s


@lru_cache(1)
def edges() -> SimpleNamespace:
    """Return ``segments`` (N, 2, 2), ``widths`` (N,) and ``colors`` as of `stars`; ``rows``: these, and RGBA of 1."""
    rng = np.random.default_rng(34)
    s = SimpleNamespace()
    first = rng.random((10_000, 2)) * [800, 600]
    s.segments = np.stack([first, first + rng.normal(size=(10_000, 2)) * 25], 1)
    s.widths = 0.5 + 4.5 * rng.random(10_000) ** 2
    s.colors = rng.integers(40, 220, (10_000, 4)).astype(np.uint8)
    rgba = [tuple(color) for color in (s.colors / 255).tolist()]
    s.rows = [*zip(s.segments.reshape(-1, 4).tolist(), s.widths.tolist(), rgba, strict=True)]
    return s
