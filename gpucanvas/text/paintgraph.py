"""paintgraph: reads colour glyphs: HarfBuzz walks the paint graph, and its callbacks become a list of commands.

hb.Font.paint_glyph --callbacks, y up--> Recorder --> ColorCommand ..., y down, without identity transforms
"""

from __future__ import annotations

import struct
from typing import Any, Final

from .color import (
    EXTENDS,
    FOREGROUND,
    MOST_COMMANDS,
    OPERATORS,
    ClipGlyph,
    ClipRect,
    ColorCommand,
    ColorImage,
    ColorLayer,
    Fill,
    FillGlyph,
    LinearGradient,
    PopClip,
    PopGroup,
    PopTransform,
    PushGroup,
    PushTransform,
    RadialGradient,
    Rgba,
    Stop,
    SweepGradient,
)

__all__ = ["read_commands", "read_image", "read_layers"]

IDENTITY: Final = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read_layers(face: Any, glyph: int, palette: int = 0) -> tuple[ColorLayer, ...]:
    """Read the layers of a COLR 0 glyph, the lowest first; empty if it has none."""
    layers = face.get_glyph_color_layers(glyph)
    if not layers:
        return ()
    colors = palette_of(bytes(face.reference_table("CPAL").data), palette)
    found = []
    for layer in layers:
        index = int(layer.color_index)
        if index == FOREGROUND:
            found.append(ColorLayer(int(layer.glyph), None))
        elif index < len(colors):  # A layer whose palette index does not exist is invisible.
            found.append(ColorLayer(int(layer.glyph), colors[index]))
    return tuple(found)


def palette_of(table: bytes, palette: int) -> list[Rgba]:
    """Return the colours of a palette in a ``CPAL`` table; of the first palette if there is no such palette.

    The table is read here because uharfbuzz hangs on a palette of 128 colours or more.

    >>> palette_of(struct.pack(">HHHHIH4B", 0, 1, 1, 1, 14, 0, 0, 0, 255, 255), 0)
    [(1.0, 0.0, 0.0, 1.0)]
    """
    if len(table) < 12:
        return []
    _, size, count, records, start = struct.unpack_from(">HHHHI", table)
    place = 12 + 2 * (palette if 0 <= palette < count else 0)
    if not count or len(table) < place + 2:
        return []
    (first,) = struct.unpack_from(">H", table, place)
    size = max(min(size, records - first, (len(table) - start) // 4 - first), 0)
    rows = struct.iter_unpack("4B", table[start + 4 * first : start + 4 * (first + size)])
    return [(red / 255, green / 255, blue / 255, alpha / 255) for blue, green, red, alpha in rows]


def read_image(face: Any, glyph: int, ppem: int) -> ColorImage | None:
    """Read a glyph's picture in the size nearest to ``ppem`` pixels per em; None if it has none."""
    font = _unit_font(face, ())
    font.ppem = (ppem, ppem)
    png = font.get_glyph_color_png(glyph).data
    extents = font.get_glyph_extents(glyph)
    if not png or extents is None:
        return None
    x, y, width, height = map(float, extents)
    return ColorImage(bytes(png), x, -y, width, -height)


def read_commands(
    face: Any, variations: tuple[tuple[str, float], ...], glyph: int, palette: int = 0
) -> tuple[ColorCommand, ...]:
    """Read the commands of a COLR 0 or 1 glyph; empty if it has no colours, or more than `MOST_COMMANDS` commands."""
    import uharfbuzz as hb

    if not face.glyph_has_color_paint(glyph) and not face.get_glyph_color_layers(glyph):
        return ()
    recorder = Recorder()
    _unit_font(face, variations).paint_glyph(glyph, _paint_funcs(), recorder, palette, hb.Color(0, 0, 0, 255))
    return () if recorder.is_full else tuple(recorder.commands)


def _unit_font(face: Any, variations: tuple[tuple[str, float], ...]) -> Any:
    """Return a HarfBuzz font whose unit is one font unit."""
    import uharfbuzz as hb

    font = hb.Font(face)
    font.scale = (face.upem, face.upem)
    if variations:
        font.set_variations(dict(variations))
    return font


def _rgba(color: Any) -> Rgba:
    return color.red / 255, color.green / 255, color.blue / 255, color.alpha / 255


class Recorder:
    """Records HarfBuzz's paint callbacks.

    Attributes
    ----------
    commands : list of ColorCommand
        The commands so far.
    is_full : bool
        Whether commands were left out because there were too many.
    """

    __slots__ = ("commands", "is_full", "transforms")

    def __init__(self) -> None:
        self.commands: list[ColorCommand] = []
        self.is_full = False
        self.transforms: list[bool] = []  # For each open transform, whether it was recorded.

    def add(self, command: ColorCommand) -> None:
        """Record a command."""
        if len(self.commands) < MOST_COMMANDS:
            self.commands.append(command)
        else:
            self.is_full = True

    def push_transform(self, *values: float) -> None:
        """Record a transform in coordinates with y up."""
        a, b, c, d, e, f = values
        self.transforms.append(values != IDENTITY)
        if self.transforms[-1]:
            self.add(PushTransform(a, -b, -c, d, e, -f))

    def pop_transform(self) -> None:
        """End the last transform."""
        if self.transforms.pop():
            self.add(PopTransform())


def _stops(line: Any) -> tuple[Stop, ...]:
    return tuple(Stop(float(each.offset), _rgba(each.color), bool(each.is_foreground)) for each in line.color_stops)


def _linear(line: Any, x0: float, y0: float, x1: float, y1: float, x2: float, y2: float, to: Recorder) -> None:
    to.add(LinearGradient(_stops(line), EXTENDS[int(line.extend)], (x0, -y0), (x1, -y1), (x2, -y2)))


def _radial(line: Any, x0: float, y0: float, r0: float, x1: float, y1: float, r1: float, to: Recorder) -> None:
    to.add(RadialGradient(_stops(line), EXTENDS[int(line.extend)], (x0, -y0), r0, (x1, -y1), r1))


def _sweep(line: Any, x: float, y: float, start: float, end: float, to: Recorder) -> None:
    to.add(SweepGradient(_stops(line), EXTENDS[int(line.extend)], (x, -y), -start, -end))


_funcs: Any = None


def _paint_funcs() -> Any:
    global _funcs
    if _funcs is None:
        from uharfbuzz import PaintFuncs

        funcs = PaintFuncs()
        funcs.set_push_transform_func(lambda a, b, c, d, e, f, to: to.push_transform(a, b, c, d, e, f))
        funcs.set_pop_transform_func(lambda to: to.pop_transform())
        funcs.set_push_clip_glyph_func(lambda glyph, to: to.add(ClipGlyph(glyph)))
        funcs.set_push_clip_rectangle_func(lambda x0, y0, x1, y1, to: to.add(ClipRect(x0, -y1, x1, -y0)))
        funcs.set_pop_clip_func(lambda to: to.add(PopClip()))
        funcs.set_push_group_func(lambda to: to.add(PushGroup()))
        funcs.set_pop_group_func(lambda mode, to: to.add(PopGroup(OPERATORS[mode.name])))
        funcs.set_color_func(lambda color, own, to: to.add(Fill(_rgba(color), bool(own))))
        funcs.set_fill_glyph_func(lambda glyph, color, own, to: to.add(FillGlyph(glyph, _rgba(color), bool(own))))
        funcs.set_linear_gradient_func(_linear)
        funcs.set_radial_gradient_func(_radial)
        funcs.set_sweep_gradient_func(_sweep)
        _funcs = funcs
    return _funcs
