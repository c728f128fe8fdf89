"""present: the surface's premultiplied pixels become straight RGBA8, the form that leaves the library.

It runs on the host for both backends: what is read back is premultiplied everywhere.
"""

from __future__ import annotations

import numpy as np

from .jit import kernel

MASK8 = np.uint32(255)
SHIFT8 = np.uint32(8)
SHIFT16 = np.uint32(16)
SHIFT24 = np.uint32(24)
OPAQUE = np.uint32(0xFF000000)

BLOCK = 64


@kernel
def straight(word):
    """One pixel, premultiplied to straight."""
    a = word >> SHIFT24
    if a == 0:
        return np.uint32(0)
    half = a >> np.uint32(1)
    r = min(((word & MASK8) * MASK8 + half) // a, MASK8)
    g = min(((word >> SHIFT8 & MASK8) * MASK8 + half) // a, MASK8)
    b = min(((word >> SHIFT16 & MASK8) * MASK8 + half) // a, MASK8)
    return r | g << SHIFT8 | b << SHIFT16 | a << SHIFT24


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
                    if source[x] < OPAQUE:
                        target[x] = straight(source[x])
