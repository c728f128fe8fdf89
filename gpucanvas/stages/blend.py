"""How a source meets the backdrop: Compositing and Blending Level 1, premultiplied. Twin: shaders/shared/blend.glsl."""

from __future__ import annotations

import numpy as np

from ..contract.constants import (
    OP_COPY,
    OP_DESTINATION_OUT,
    OP_MULTIPLY,
    OP_REPLACE,
    OP_SOURCE_IN,
)
from ..kernels import inlined

F0 = np.float32(0.0)
F1 = np.float32(1.0)


@inlined
def composite(op, s, sa, d, da):
    """One channel of `source op backdrop`; s and d are premultiplied, and s = sa gives the alpha."""
    if op == OP_COPY:
        return s
    if op == OP_SOURCE_IN:
        return s * da
    if op == OP_DESTINATION_OUT:
        return d * (F1 - sa)
    if op == OP_MULTIPLY:
        return s * (F1 - da) + d * (F1 - sa) + s * d
    return s + d * (F1 - sa)


@inlined
def composite_alpha(op, sa, da):
    """The alpha channel of `source op backdrop`."""
    if op == OP_MULTIPLY:
        return sa + da - sa * da
    return composite(op, sa, sa, da, da)


@inlined
def blend(op, s, sa, d, da, coverage, mask):
    """One channel after a source with coverage, under a clip mask."""
    if op == OP_REPLACE:
        return d + coverage * mask * (s - d)
    return d + mask * (composite(op, s * coverage, sa * coverage, d, da) - d)


@inlined
def blend_alpha(op, sa, da, coverage, mask):
    """The alpha channel after a source with coverage, under a clip mask."""
    if op == OP_REPLACE:
        return da + coverage * mask * (sa - da)
    return da + mask * (composite_alpha(op, sa * coverage, da) - da)
