"""present: the surface's premultiplied pixels become straight RGBA8, the form that leaves the library.

It runs on the host for both backends: what is read back is premultiplied everywhere.
"""

from __future__ import annotations

import numpy as np

from .jit import inlined, kernel

MASK8 = np.uint32(255)
SHIFT8 = np.uint32(8)
SHIFT16 = np.uint32(16)
SHIFT24 = np.uint32(24)
ZERO = np.uint32(0)
ONE = np.uint32(1)
OPAQUE = np.uint32(0xFF000000)

BLOCK = 64


@inlined
def quotient(channel, half, a):
    """(255 * channel + half) / a, rounded down: a float32 division is exact enough for that, and is a vector one."""
    return min(np.uint32(np.int32(np.float32(np.int32(channel * MASK8 + half)) / a)), MASK8)


@inlined
def straight(word):
    """One pixel, premultiplied to straight."""
    alpha = word >> SHIFT24
    half = alpha >> ONE
    a = np.float32(np.int32(max(alpha, ONE)))
    r = quotient(word & MASK8, half, a)
    g = quotient(word >> SHIFT8 & MASK8, half, a)
    b = quotient(word >> SHIFT16 & MASK8, half, a)
    return r | g << SHIFT8 | b << SHIFT16 | alpha << SHIFT24 if alpha else ZERO


@kernel
def unpremultiply(surface, out, first, last):
    """Write rows first to last of ``surface`` (H, W) uint32 premultiplied to ``out`` (H, W) uint32 straight.

    Opaque and empty pixels stay what they are; blocks of nothing else are only copied.
    """
    width = surface.shape[1]
    for y in range(first, last):
        for start in range(0, width, BLOCK):
            source = surface[y, start : min(start + BLOCK, width)]
            target = out[y, start : min(start + BLOCK, width)]
            odd = 0
            for x in range(len(source)):
                odd += source[x] < OPAQUE and source[x] != 0
                target[x] = source[x]
            if odd:
                for x in range(len(source)):
                    target[x] = straight(source[x])
