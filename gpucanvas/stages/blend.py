"""Operators and blend modes of Compositing and Blending Level 1, premultiplied. Twin: shaders/shared/blend.glsl.

    source factor, backdrop factor  --porter_duff-->   s * factor + d * factor
    blend_NAME                      --blend_mode-->    s * (1 - da) + d * (1 - sa) + blend_NAME

A channel is a number, or a row of a tile: sixteen pixels at once. A `blend_` function returns the blended colour where
source and backdrop overlap, times both alphas: of one channel, from (s, sa, d, da); or of a whole pixel, from the three
channels of the source times da, those of the backdrop times sa, and their common upper bound sa * da.

Colours may be outside of 0..alpha, as in canvases of float16: only `lighter` is limited to 1, and the modes that divide
or keep a luminosity to what is between black and white. No operator changes a backdrop where the source is empty.

Divisors are at least LEAST_SHARE of their largest possible value. Colours that are black, white or grey except for
rounding are thus treated as such, and both backends agree although their divisions may differ in the last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..contract import constants
from ..contract.constants import (
    LEAST_DIVISOR,
    LEAST_SHARE,
    OP_BACKDROP_SHIFT,
)
from ..contract.operators import OP_LIGHTER, OPERATORS
from ..kernels import inlined
from ..kernels.row import greater, lesser, magnitude, root, where_less

F0 = np.float32(0.0)
F1 = np.float32(1.0)
F2 = np.float32(2.0)
F4 = np.float32(4.0)
F12 = np.float32(12.0)
F16 = np.float32(16.0)
QUARTER = np.float32(0.25)
NO_LIMIT = np.float32(constants.NO_LIMIT)
SHARE = np.float32(LEAST_SHARE)
DIVISOR = np.float32(LEAST_DIVISOR)
RED_LIGHT = np.float32(constants.RED_LUMINOSITY)
GREEN_LIGHT = np.float32(constants.GREEN_LUMINOSITY)
BLUE_LIGHT = np.float32(constants.BLUE_LUMINOSITY)
"""The channels' shares in a colour's luminosity (Compositing and Blending, "non-separable blend modes")."""


# -- Porter and Duff -----------------------------------------------------------------------------------------------


@inlined
def factor_of(factor):
    """Returns a FACTOR_* as (constant, slope): the factor is constant + slope * alpha."""
    constant = np.float32(factor & 1)
    return constant, np.float32(factor >> 1) * (F1 - F2 * constant)


@inlined
def factors_of(op):
    """Returns the factors of an operator of Porter and Duff, as four numbers, and the upper limit of its result."""
    source, source_slope = factor_of(op & 3)
    backdrop, backdrop_slope = factor_of(op >> OP_BACKDROP_SHIFT)
    return source, source_slope, backdrop, backdrop_slope, F1 if op == OP_LIGHTER else NO_LIMIT


@inlined
def porter_duff(factors, s, sa, d, da):
    """Returns one channel of `source op backdrop`; with s = sa and d = da, the alpha.

    A backdrop above the limit stays: else `lighter` would cut it where the shape does not cover the pixel.
    """
    source, source_slope, backdrop, backdrop_slope, limit = factors
    return lesser(s * (source + source_slope * da) + d * (backdrop + backdrop_slope * sa), greater(d, limit))


# -- blend modes of one channel ------------------------------------------------------------------------------------


@inlined
def blend_multiply(s, sa, d, da):
    """The product."""
    return s * d


@inlined
def blend_screen(s, sa, d, da):
    """The product of the complements, complemented."""
    return s * da + d * sa - s * d


@inlined
def blend_overlay(s, sa, d, da):
    """Multiplied or screened, depending on the backdrop."""
    return blend_hard_light(d, da, s, sa)


@inlined
def blend_darken(s, sa, d, da):
    """The darker one."""
    return lesser(s * da, d * sa)


@inlined
def blend_lighten(s, sa, d, da):
    """The lighter one."""
    return greater(s * da, d * sa)


@inlined
def blend_color_dodge(s, sa, d, da):
    """The backdrop made brighter."""
    dark = greater(greater(sa - s, SHARE * sa), DIVISOR)
    return sa * greater(lesser(da, d * sa / dark), F0)


@inlined
def blend_color_burn(s, sa, d, da):
    """The backdrop made darker."""
    light = greater(greater(s, SHARE * sa), DIVISOR)
    return sa * (da - greater(lesser(da, (da - d) * sa / light), F0))


@inlined
def blend_hard_light(s, sa, d, da):
    """Multiplied or screened, depending on the source."""
    return where_less(sa, F2 * s, sa * da - F2 * (da - d) * (sa - s), F2 * s * d)


@inlined
def blend_soft_light(s, sa, d, da):
    """Darkened or lightened, depending on the source."""
    m = greater(lesser(d / greater(da, DIVISOR), F1), F0)
    darker = d * (sa - (sa - F2 * s) * (F1 - m))
    curve = where_less(QUARTER, m, root(m), ((F16 * m - F12) * m + F4) * m)
    lighter = d * sa + (F2 * s - sa) * (da * curve - d)
    return where_less(sa, F2 * s, lighter, darker)


@inlined
def blend_difference(s, sa, d, da):
    """The absolute difference."""
    return magnitude(s * da - d * sa)


@inlined
def blend_exclusion(s, sa, d, da):
    """The difference with less contrast."""
    return s * da + d * sa - F2 * s * d


# -- blend modes of a whole pixel ----------------------------------------------------------------------------------


@inlined
def luminosity_of(r, g, b):
    """Returns a colour's luminosity."""
    return RED_LIGHT * r + GREEN_LIGHT * g + BLUE_LIGHT * b


@inlined
def saturation_of(r, g, b):
    """Returns a colour's saturation: its greatest channel less its least."""
    return greater(greater(r, g), b) - lesser(lesser(r, g), b)


@inlined
def with_saturation(r, g, b, saturation, bound):
    """Returns a colour with a given saturation and a least channel of 0; a grey becomes black."""
    least = lesser(lesser(r, g), b)
    k = saturation / greater(greater(greater(greater(r, g), b) - least, SHARE * bound), DIVISOR)
    return (r - least) * k, (g - least) * k, (b - least) * k


@inlined
def with_luminosity(r, g, b, light, bound):
    """Returns a colour with a given luminosity, moved towards grey until each channel is between 0 and the bound."""
    light = lesser(greater(light, F0), bound)
    change = light - luminosity_of(r, g, b)
    r, g, b = r + change, g + change, b + change
    below = light - lesser(lesser(r, g), b)
    above = greater(greater(r, g), b) - light
    # The share of each channel's distance from grey that is kept: 1, unless the channel leaves the range.
    k = where_less(light, below, light / greater(below, DIVISOR), F1)
    room = bound - light
    k = lesser(k, where_less(room, above, greater(room, F0) / greater(above, DIVISOR), F1))
    return light + (r - light) * k, light + (g - light) * k, light + (b - light) * k


@inlined
def blend_hue(sr, sg, sb, dr, dg, db, bound):
    """The source's hue, the backdrop's saturation and luminosity."""
    r, g, b = with_saturation(sr, sg, sb, saturation_of(dr, dg, db), bound)
    return with_luminosity(r, g, b, luminosity_of(dr, dg, db), bound)


@inlined
def blend_saturation(sr, sg, sb, dr, dg, db, bound):
    """The source's saturation, the backdrop's hue and luminosity."""
    r, g, b = with_saturation(dr, dg, db, saturation_of(sr, sg, sb), bound)
    return with_luminosity(r, g, b, luminosity_of(dr, dg, db), bound)


@inlined
def blend_color(sr, sg, sb, dr, dg, db, bound):
    """The source's hue and saturation, the backdrop's luminosity."""
    return with_luminosity(sr, sg, sb, luminosity_of(dr, dg, db), bound)


@inlined
def blend_luminosity(sr, sg, sb, dr, dg, db, bound):
    """The source's luminosity, the backdrop's hue and saturation."""
    return with_luminosity(dr, dg, db, luminosity_of(sr, sg, sb), bound)


# -- dispatch on an operator's code --------------------------------------------------------------------------------


def _choice_of_channels(code: int, blend: Callable[..., Any], otherwise: Any) -> Any:
    """Returns a function that blends three channels by `blend` for operator `code`, else calls `otherwise`."""
    if otherwise is None:

        @inlined
        def chosen(op, sr, sg, sb, sa, dr, dg, db, da):
            return blend(sr, sa, dr, da), blend(sg, sa, dg, da), blend(sb, sa, db, da)

        return chosen

    @inlined
    def choose(op, sr, sg, sb, sa, dr, dg, db, da):
        if op == code:
            return blend(sr, sa, dr, da), blend(sg, sa, dg, da), blend(sb, sa, db, da)
        return otherwise(op, sr, sg, sb, sa, dr, dg, db, da)

    return choose


def _choice_of_pixels(code: int, blend: Callable[..., Any], otherwise: Any) -> Any:
    """Returns the same for a blend mode that needs all channels of a pixel."""

    @inlined
    def choose(op, sr, sg, sb, sa, dr, dg, db, da):
        if op == code:
            return blend(sr * da, sg * da, sb * da, dr * sa, dg * sa, db * sa, sa * da)
        return otherwise(op, sr, sg, sb, sa, dr, dg, db, da)

    return choose


def _dispatcher() -> Any:
    """Returns a function of (op, sr, sg, sb, sa, dr, dg, db, da) that calls the `blend_` function of the table's row.

    The compiler turns the chain of comparisons into one jump.
    """
    found = None
    for row in OPERATORS.values():
        if row.blends:
            make = _choice_of_channels if row.blends == "channels" else _choice_of_pixels
            found = make(row.code, globals()[f"blend_{row.identifier}"], found)
    return found


blends = _dispatcher()


@inlined
def blend_mode(op, sr, sg, sb, sa, dr, dg, db, da):
    """Returns the pixel (r, g, b, a) of `source op backdrop`, for an operator with a function of its own."""
    r, g, b = blends(op, sr, sg, sb, sa, dr, dg, db, da)
    keep, show = F1 - da, F1 - sa
    return sr * keep + dr * show + r, sg * keep + dg * show + g, sb * keep + db * show + b, sa + da - sa * da
