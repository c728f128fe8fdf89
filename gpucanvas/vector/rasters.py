"""rasters: pixels for the parts of a picture that a vector format cannot express.

    some commands --drawn at a scale--> pixels --without empty margins--> Bitmap
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..backends.choose import get_backend
from ..frames.surface import Surface
from ..geometry.affine import IDENTITY
from ..geometry.upright import Upright
from ..paint.effects import following
from ..pipeline import record as r
from ..pipeline.replay import append, shared
from .nodes import Bitmap, Composite, Seen, seen_through

__all__ = ["Rasteriser", "part_of", "scale_origins", "shadow_offset", "with_following_blurs"]

LARGEST: Final = 1 << 26
"""Most pixels of a bitmap, 256 MiB: larger pictures are drawn at a smaller scale."""
WIDEST: Final = 32768
"""Most pixels of a side of a bitmap."""

LEAST_ALPHA: Final = np.uint32(1 << 24)
"""The least pixel that is not transparent: its alpha is in the high bits."""


class Rasteriser:
    """Draws commands of a picture as bitmaps.

    Parameters
    ----------
    box
        What is seen of the commands: left, top, width and height, pixels of the picture.
    scale
        Pixels of a bitmap for each pixel of the picture; less where it would be too large.
    """

    def __init__(self, box: Seen, scale: float) -> None:
        self.box = box
        self._asked = scale
        width, height = max(box[2], 1), max(box[3], 1)
        self._scale = min(scale, WIDEST / max(width, height), (LARGEST / (width * height)) ** 0.5)

    def below(self, effects: Sequence[object]) -> Rasteriser:
        """The rasteriser for commands that are seen through effects: shadows show what lies beside the picture."""
        return Rasteriser(seen_through(effects, self.box), self._asked) if effects else self

    def is_all_in(self, found: Upright | None) -> bool:
        """Whether a rectangle contains all that is seen."""
        left, top, width, height = self.box
        return found is not None and (
            found.left <= left and found.top <= top and found.right >= left + width and found.bottom >= top + height
        )

    def draw(self, commands: r.Commands, composite: Composite) -> Bitmap | None:
        """The commands as a bitmap, without its transparent margins; None where they draw nothing."""
        pixels = self.pixels(commands)
        shows = pixels >= LEAST_ALPHA
        rows = np.flatnonzero(shows.any(1))
        if not len(rows):
            return None
        top, bottom = rows[0], rows[-1] + 1
        columns = np.flatnonzero(shows[top:bottom].any(0))
        left, right = columns[0], columns[-1] + 1
        part = np.s_[top:bottom, left:right]
        # The colour of a transparent pixel is arbitrary.
        shown = np.where(shows[part], pixels[part], np.uint32(0))
        unit = 1.0 / self._scale
        x, y = self.box[0] + float(left) * unit, self.box[1] + float(top) * unit
        matrix = unit, 0.0, 0.0, unit, x, y
        return Bitmap(composite, shown, matrix)

    def pixels(self, commands: r.Commands) -> NDArray[np.uint32]:
        """All pixels of the box (H, W), straight RGBA8."""
        scale = self._scale
        width, height = (max(round(side * scale), 1) for side in self.box[2:])
        drawn = r.Commands()
        placed = scale, 0.0, 0.0, scale, -scale * self.box[0], -scale * self.box[1]
        append(drawn, with_following_blurs(commands), placed, None)
        scale_origins(drawn, scale)
        surface = Surface(get_backend("cpu"), width, height)
        try:
            found = surface.draw([drawn], read=True)
            pixels = surface.to_numpy() if found is None else found
        finally:
            surface.close()
        return np.ascontiguousarray(pixels).view(np.uint32)[..., 0]


def part_of(commands: r.Commands, rows: NDArray[np.void], states: NDArray[np.void] | None = None) -> r.Commands:
    """A recording of some rows of commands, and of other states, which shares all tables with a frozen one."""
    part = shared(commands)
    part.commands = bytearray(rows.tobytes())
    if states is not None:
        part.states = bytearray(states.tobytes())
    if commands.has_layers:
        part.layers += commands.layers
    return part


def shadow_offset(use: r.LayerUse) -> tuple[float, float]:
    """The offset of a layer's shadow, pixels: only whole ones where its shape was moved by the rest."""
    assert use.shadow is not None
    is_moved = (np.frombuffer(bytes(use.commands.states), r.STATE)["origin"] != 0.0).any()
    return use.shadow.whole_offset if is_moved else (use.shadow.offset_x, use.shadow.offset_y)


def with_following_blurs(commands: r.Commands) -> r.Commands:
    """A recording whose blurs and shadows are scaled with it; those of a picture keep their width in pixels."""
    if not commands.has_layers:
        return commands
    out = part_of(commands, np.frombuffer(bytes(commands.commands), r.COMMAND))
    out.layers = [_following_layer(use) for use in commands.layers]
    return out


def _following_layer(use: r.LayerUse) -> r.LayerUse:
    shadow = use.shadow
    if shadow is not None:
        x, y = shadow_offset(use)
        shadow = shadow._replace(offset_x=x, offset_y=y, follows=True)
    commands, effects = with_following_blurs(use.commands), following(use.effects, IDENTITY)
    return replace(use, commands=commands, effects=effects, shadow=shadow)


def scale_origins(commands: r.Commands, scale: float) -> None:
    """Scale the moves of shadows' shapes, which a replay keeps in pixels, in a recording and its layers."""
    states = np.frombuffer(commands.states, r.STATE)
    states["matrix"][:, 4:] += (scale - 1.0) * states["origin"]
    states["origin"] *= scale
    if commands.has_layers:
        for use in commands.layers:
            scale_origins(use.commands, scale)
