"""present: the surface's premultiplied pixels become straight RGBA8, the form that leaves the library.

It runs on the host for both backends: what is read back is premultiplied everywhere.
"""

from __future__ import annotations

import numpy as np

from .jit import kernel


@kernel
def unpremultiply(surface, out, first, last):
    """Write rows first to last of ``surface`` (H, W) uint32 premultiplied to ``out`` (H, W) uint32 straight."""
    for y in range(first, last):
        for x in range(surface.shape[1]):
            word = surface[y, x]
            a = word >> np.uint32(24)
            if a == 255 or a == 0:
                out[y, x] = word if a == 255 else np.uint32(0)
            else:
                half = a >> np.uint32(1)
                r = min(((word & np.uint32(255)) * np.uint32(255) + half) // a, np.uint32(255))
                g = min(((word >> np.uint32(8) & np.uint32(255)) * np.uint32(255) + half) // a, np.uint32(255))
                b = min(((word >> np.uint32(16) & np.uint32(255)) * np.uint32(255) + half) // a, np.uint32(255))
                out[y, x] = r | g << np.uint32(8) | b << np.uint32(16) | a << np.uint32(24)
