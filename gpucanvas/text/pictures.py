"""pictures: colour glyphs, as outlines to fill or as pixels to draw.

    COLR 0                   --> ColorLayer: one outline and colour after another
    COLR 1                   --HarfBuzz, in the size of the screen-->  GlyphPixels
    SVG                      --resvg, likewise-->                      GlyphPixels     where it is installed
    CBDT, sbix: a PNG        --decoded, scaled down with filtering-->  GlyphPixels

Pixels are cached by font, glyph and size. Above 64 px pictures are made only in steps of size and drawn scaled between
them, so that an animated size does not make a picture each frame.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..memory import Holding
from ..recent import Recent
from ..svgfile.installed import is_installed
from .color import ColorLayer, Rgba
from .instance import SUBUNITS, Instance
from .registry import emptied_on_removal

__all__ = ["GlyphPixels", "has_colors", "is_colored", "layers_of", "pixels_of"]

MOST_BYTES: Final = 32 << 20
"""Most bytes of all cached pixels."""
LARGEST_PX: Final = 1024
"""Largest size of a picture, pixels per em; larger text draws it scaled."""
EXACT_PX, STEP_PX = 64, 16
"""Up to EXACT_PX a picture is made for each whole number of pixels per em, above it in steps of STEP_PX."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class GlyphPixels:
    """A glyph's picture, drawn as an image that does not change.

    Attributes
    ----------
    pixels : uint32 array (H, W)
        Straight RGBA8, red in the low byte, read-only.
    box : tuple of float
        Left, top, width and height of the picture, font units, y down from the baseline.
    """

    pixels: NDArray[np.uint32]
    box: tuple[float, float, float, float]
    holding: Holding

    @property
    def pinned_bytes(self) -> int:
        """Bytes of memory that this object keeps in use."""
        return self.pixels.nbytes


_painting = Lock()
_pixels: Recent[tuple[Any, ...], GlyphPixels | tuple[()]] = Recent(MOST_BYTES)
emptied_on_removal(_pixels.clear)


@lru_cache(1024)
def has_colors(instance: Instance) -> bool:
    """Whether a font has colour glyphs."""
    face = instance.face
    return bool(face.has_color_layers or face.has_color_paint or face.has_color_png or _draws_svg(instance))


@lru_cache(16_384)
def is_colored(instance: Instance, glyph: int) -> bool:
    """Whether a glyph is a colour glyph."""
    face = instance.face
    if face.has_color_paint and face.glyph_has_color_paint(glyph):
        return True
    if face.has_color_layers and face.get_glyph_color_layers(glyph):
        return True
    if _draws_svg(instance) and svgglyphs().has_svg(instance, glyph):
        return True
    return bool(face.has_color_png) and len(instance.font.get_glyph_color_png(glyph)) > 0


def _draws_svg(instance: Instance) -> bool:
    """Whether a font has glyphs that are SVG, and they can be drawn."""
    return bool(instance.face.has_color_svg) and is_installed()


def svgglyphs() -> Any:
    """The module `svgglyphs`, which loads a parser of XML."""
    from . import svgglyphs

    return svgglyphs


emptied_on_removal(has_colors.cache_clear)
emptied_on_removal(is_colored.cache_clear)


def layers_of(instance: Instance, glyph: int) -> tuple[ColorLayer, ...]:
    """Return the layers of a COLR 0 glyph, the lowest first; empty for colour glyphs of another format."""
    face = instance.face
    if not face.has_color_layers or (face.has_color_paint and face.glyph_has_color_paint(glyph)):
        return ()
    return instance.color_layers(glyph)


def pixels_of(instance: Instance, glyph: int, pixels_per_em: float, foreground: Rgba) -> GlyphPixels | None:
    """Return a glyph's picture for a size on the canvas; None if it has none.

    Parameters
    ----------
    pixels_per_em
        The size of an em on the canvas, pixels.
    foreground
        The colour to use for the fill style.
    """
    size = min(max(ceil(pixels_per_em), 1), LARGEST_PX)
    if size > EXACT_PX:
        size = ceil(size / STEP_PX) * STEP_PX
    face = instance.face
    is_painted, is_svg = face.has_color_paint or face.has_color_layers, _draws_svg(instance)
    color = tuple(round(channel * 255) for channel in foreground) if is_painted or is_svg else ()
    key = instance, glyph, size, color
    found = _pixels.get(key)
    if found is None:
        made = painted(instance, glyph, size, color) if is_painted else None
        if made is None and is_svg:
            picture = svgglyphs().drawn_glyph(instance, glyph, size, foreground)
            made = None if picture is None else frozen(*picture)
        found = made or decoded(instance, glyph, size) or ()
        _pixels.put(key, found, found.pixels.nbytes + 500 if found else 500)
    return found or None


def frozen(pixels: NDArray[np.uint8], box: tuple[float, float, float, float]) -> GlyphPixels:
    """Make a picture of straight RGBA8 pixels (H, W, 4), which it makes read-only."""
    words = np.ascontiguousarray(pixels).view(np.uint32)[..., 0]
    words.flags.writeable = False
    return GlyphPixels(words, box, Holding("image", words.nbytes))


# -- making pictures -----------------------------------------------------------------------------------------------


@cache
def painter() -> Any:
    """Return HarfBuzz's painter of colour glyphs; its calls hold the interpreter's lock."""
    from uharfbuzz import RasterPaint

    return RasterPaint()


def painted(instance: Instance, glyph: int, size: int, color: tuple[int, ...]) -> GlyphPixels | None:
    """Return a COLR glyph painted at ``size`` pixels per em."""
    import uharfbuzz as hb

    scale = size / (SUBUNITS * instance.upem)
    with _painting, instance.lock:
        paint = painter()
        paint.reset()
        paint.transform = (scale, 0.0, 0.0, scale, 0.0, 0.0)
        paint.foreground = hb.Color(*color)
        extents = instance.font.get_glyph_extents(glyph)
        if extents is None or not paint.set_glyph_extents(extents):
            return None
        wanted = paint.extents
        if wanted is None or not 0 < wanted.width <= 4 * LARGEST_PX or not 0 < wanted.height <= 4 * LARGEST_PX:
            return None
        if not paint.paint_glyph_or_fail(instance.font, glyph):
            return None
        image = paint.render()
        if image is None:
            return None
        is_at = image.extents
        rows = np.frombuffer(image.buffer, np.uint8).reshape(is_at.height, is_at.stride)
        bgra = rows[::-1, : 4 * is_at.width].reshape(is_at.height, is_at.width, 4)
        rgba = straight(bgra[..., [2, 1, 0, 3]])
    unit = size / instance.upem
    box = is_at.x_origin / unit, -(is_at.y_origin + is_at.height) / unit, is_at.width / unit, is_at.height / unit
    return frozen(rgba, box)


def straight(premultiplied: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Convert premultiplied RGBA8 to straight RGBA8."""
    alpha = premultiplied[..., 3:].astype(np.float32)
    scale = np.divide(255.0, alpha, out=np.zeros_like(alpha), where=alpha > 0)
    out = premultiplied.copy()
    out[..., :3] = np.minimum(premultiplied[..., :3] * scale + 0.5, 255.0)
    return out


def decoded(instance: Instance, glyph: int, size: int) -> GlyphPixels | None:
    """Return a PNG glyph, scaled down to about ``size`` pixels per em."""
    from PIL import Image

    found = instance.color_image(glyph, size)
    if found is None:
        return None
    try:
        with Image.open(io.BytesIO(found.png), formats=("PNG",)) as opened:
            if max(opened.size) > 4 * LARGEST_PX:
                return None
            picture = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    width, height = (max(ceil(each * size / instance.upem), 1) for each in (found.width, found.height))
    if width < picture.width and height < picture.height:
        picture = picture.resize((width, height), Image.Resampling.HAMMING)
    return frozen(np.array(picture), (found.x, found.y, found.width, found.height))
