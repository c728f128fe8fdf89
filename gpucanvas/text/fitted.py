"""fitted: the hinted outline of a text, fitted to whole pixels as its masks are, so that strokes and fills line up.

Text that is too large for masks is fitted, too, up to `LARGEST_FITTED`.

    PlacedText, pixels of a px down --strike's glyphs, hinted--> one path in px, kept

Hinting moves points only across the baseline. So text that is condensed along its baseline can be fitted too, and so
can vertical text.
"""

from __future__ import annotations

from array import array
from typing import Final

from ..recent import Recent
from .line import PackedOutline, PlacedRun, PlacedText, plain_glyphs
from .registry import emptied_on_removal
from .strike import MaskKey, strike_of_run

__all__ = ["fitted_outline"]

LARGEST_FITTED: Final = 256.0
"""Largest size of an em on the canvas, pixels, that is fitted to pixels, as in browsers."""
MOST_BYTES: Final = 16 << 20
"""Most bytes of all cached outlines."""
OUTLINE_BYTES: Final = 500
"""Approximate bytes of an outline without its coordinates."""
_outlines: Recent[tuple[PlacedText, float], PackedOutline] = Recent(MOST_BYTES)
emptied_on_removal(_outlines.clear)


def fitted_outline(text: PlacedText, scale: float) -> PackedOutline | None:
    """Return the outlines of all glyphs without colours as one path, px; None if the text is too large.

    ``scale`` is the height of one px in pixels.
    """
    key = text, scale
    found = _outlines.get(key)
    if found is None:
        found = PackedOutline(bytearray(), array("d"), says=text.placed)
        for one in text.placed:
            if not one.unit_px * one.run.instance.upem * scale <= LARGEST_FITTED:
                return None
            _add(found, one, scale)
        _outlines.put(key, found, len(found.verbs) + 8 * len(found.coords) + OUTLINE_BYTES)
    return found


def _add(path: PackedOutline, one: PlacedRun, scale: float) -> None:
    """Append a run's glyphs to a path."""
    outlines = strike_of_run(one, MaskKey(scale, True)).outlines(plain_glyphs(one.run))
    for outline, left, top in zip(outlines, one.x.tolist(), one.y.tolist(), strict=True):
        path.verbs += outline.verbs
        coords = outline.coords / scale
        coords[0::2] += left
        coords[1::2] += top
        path.coords.frombytes(coords.tobytes())
