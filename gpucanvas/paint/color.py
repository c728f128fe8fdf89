"""Colours: CSS Color 4 strings, float tuples and uint8 arrays become straight RGBA floats."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rgba = tuple[float, float, float, float]


@lru_cache(4096)
def parse(text: str) -> Rgba:
    """A CSS colour as straight sRGB floats 0 to 1."""
    from tinycss2.color4 import parse_color

    found = parse_color(text)
    if found == "currentcolor":
        return 0.0, 0.0, 0.0, 1.0
    if found is None:
        raise ValueError(f"{text!r} is no CSS colour: write e.g. 'red', '#ff0000' or 'rgb(255 0 0 / 50%)'")
    r, g, b, a = found.to("srgb")
    return tuple(min(max(float(v), 0.0), 1.0) for v in (r, g, b, a))  # type: ignore[return-value]


def to_rgba(value: Any) -> Rgba:
    """Any form of one colour."""
    if isinstance(value, str):
        return parse(value)
    v = [float(x) for x in value]
    if len(v) == 3:
        v.append(1.0)
    if len(v) != 4:
        raise ValueError(f"{value!r} is no colour: give (r, g, b) or (r, g, b, a)")
    if isinstance(value, np.ndarray) and value.dtype == np.uint8:
        v = [x / 255 for x in v]
    if not all(0 <= x <= 1 for x in v):
        raise ValueError(f"{value!r}: give floats 0 to 1 (write r/255)")
    return tuple(v)  # type: ignore[return-value]


def to_rgba_array(value: Any, count: int) -> NDArray[np.float32]:
    """Colours of items."""
    a = np.asarray(value)
    if a.dtype.kind in "US" or a.ndim == 1:
        return np.broadcast_to(np.array(to_rgba(value), np.float32), (count, 4)).copy()
    out = np.ones((count, 4), np.float32)
    out[:, : a.shape[1]] = a / 255 if a.dtype == np.uint8 else a
    return out


def serialize(rgba: Rgba) -> str:
    """The standard's serialisation."""
    r, g, b = (round(v * 255) for v in rgba[:3])
    return f"#{r:02x}{g:02x}{b:02x}" if rgba[3] >= 1 else f"rgba({r}, {g}, {b}, {round(rgba[3], 2):g})"
