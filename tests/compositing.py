"""Compositing and Blending Level 1 in float64, written from the specification: what every operator must give.

It shares no line with the library and never imports it. Colours are straight, as the specification has them:

    Cs = (1 - ab) Cs + ab B(Cb, Cs)                     blending
    co = as Fa Cs + ab Fb Cb,   ao = as Fa + ab Fb      compositing, co premultiplied

A shape's coverage counts as the source's alpha, and a clip's as how much of the result is taken ("clipping").
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = ["BLEND_MODES", "OPERATORS", "PORTER_DUFF", "UNBOUNDED", "composite"]

Floats = npt.NDArray[np.float64]

PORTER_DUFF: dict[str, Callable[[Floats, Floats], tuple[Floats | float, Floats | float]]] = {
    "copy": lambda s, b: (1.0, 0.0),
    "source-over": lambda s, b: (1.0, 1.0 - s),
    "destination-over": lambda s, b: (1.0 - b, 1.0),
    "source-in": lambda s, b: (b, 0.0),
    "destination-in": lambda s, b: (0.0, s),
    "source-out": lambda s, b: (1.0 - b, 0.0),
    "destination-out": lambda s, b: (0.0, 1.0 - s),
    "source-atop": lambda s, b: (b, 1.0 - s),
    "destination-atop": lambda s, b: (1.0 - b, s),
    "xor": lambda s, b: (1.0 - b, 1.0 - s),
    "lighter": lambda s, b: (1.0, 1.0),
}
"""Fa and Fb from the alphas of source and backdrop (section 9.1)."""


def _hard_light(b: Floats, s: Floats) -> Floats:
    return np.where(s <= 0.5, b * 2 * s, b + (2 * s - 1) - b * (2 * s - 1))


def _color_dodge(b: Floats, s: Floats) -> Floats:
    with np.errstate(all="ignore"):
        return np.where(b == 0, 0.0, np.where(s == 1, 1.0, np.minimum(1.0, b / (1 - s))))


def _color_burn(b: Floats, s: Floats) -> Floats:
    with np.errstate(all="ignore"):
        return np.where(b == 1, 1.0, np.where(s == 0, 0.0, 1 - np.minimum(1.0, (1 - b) / s)))


def _soft_light(b: Floats, s: Floats) -> Floats:
    d = np.where(b <= 0.25, ((16 * b - 12) * b + 4) * b, np.sqrt(b))
    return np.where(s <= 0.5, b - (1 - 2 * s) * b * (1 - b), b + (2 * s - 1) * (d - b))


def _lum(c: Floats) -> Floats:
    return c @ np.array([0.3, 0.59, 0.11])


def _sat(c: Floats) -> Floats:
    return c.max(-1) - c.min(-1)


def _clip_color(c: Floats) -> Floats:
    light, low, high = (v[..., None] for v in (_lum(c), c.min(-1), c.max(-1)))
    with np.errstate(all="ignore"):
        c = np.where(low < 0, light + (c - light) * light / (light - low), c)
        return np.where(high > 1, light + (c - light) * (1 - light) / (high - light), c)


def _set_lum(c: Floats, light: Floats) -> Floats:
    return _clip_color(c + (light - _lum(c))[..., None])


def _set_sat(c: Floats, saturation: Floats) -> Floats:
    low, spread = c.min(-1, keepdims=True), _sat(c)[..., None]
    with np.errstate(all="ignore"):
        return np.where(spread > 0, (c - low) * saturation[..., None] / spread, 0.0)


BLEND_MODES: dict[str, Callable[[Floats, Floats], Floats]] = {
    "multiply": lambda b, s: b * s,
    "screen": lambda b, s: b + s - b * s,
    "overlay": lambda b, s: _hard_light(s, b),
    "darken": np.minimum,
    "lighten": np.maximum,
    "color-dodge": _color_dodge,
    "color-burn": _color_burn,
    "hard-light": _hard_light,
    "soft-light": _soft_light,
    "difference": lambda b, s: abs(b - s),
    "exclusion": lambda b, s: b + s - 2 * b * s,
    "hue": lambda b, s: _set_lum(_set_sat(s, _sat(b)), _lum(b)),
    "saturation": lambda b, s: _set_lum(_set_sat(b, _sat(s)), _lum(b)),
    "color": lambda b, s: _set_lum(s, _lum(b)),
    "luminosity": lambda b, s: _set_lum(b, _lum(s)),
}
"""B(Cb, Cs) of straight colours (..., 3) (section 10)."""
OPERATORS = (*PORTER_DUFF, *BLEND_MODES)
"""The 26 values of globalCompositeOperation."""
UNBOUNDED = ("copy", "source-in", "source-out", "destination-in", "destination-atop")
"""Operators that clear the backdrop where there is no source: Fb is 0 for a source of alpha 0."""


def composite(
    operator: str,
    source: npt.ArrayLike,
    backdrop: npt.ArrayLike,
    coverage: npt.ArrayLike = 1.0,
    mask: npt.ArrayLike = 1.0,
) -> Floats:
    """Return the premultiplied colours that ``operator`` makes.

    Parameters
    ----------
    operator : str
        One of OPERATORS.
    source, backdrop : array-like, (..., 4)
        Straight red, green, blue and alpha, 0 to 1.
    coverage, mask : array-like, (...)
        How much of each pixel the shape covers, and how much of it the clip lets through; 0 to 1.

    Returns
    -------
    ndarray, (..., 4) float64
        0 to 1.
    """
    source, backdrop = np.broadcast_arrays(np.asarray(source, np.float64), np.asarray(backdrop, np.float64))
    s, b = source[..., 3:] * np.asarray(coverage)[..., None], backdrop[..., 3:]
    color = source[..., :3]
    fa, fb = PORTER_DUFF["source-over" if operator in BLEND_MODES else operator](s, b)
    if operator in BLEND_MODES:
        color = (1 - b) * color + b * BLEND_MODES[operator](backdrop[..., :3], color)
    before = np.concatenate([backdrop[..., :3] * b, b], -1)
    after = np.concatenate([color * s, s], -1) * fa + before * fb
    share = np.asarray(mask)[..., None]
    return np.asarray(np.minimum(after, 1.0) * share + before * (1 - share))
