"""Colour glyphs: layers, paint graphs and pictures come out as the file says them, y down."""

from __future__ import annotations

import math
import struct
from typing import Any

import pytest
from built_fonts import build_font, glyph_name, png
from fontTools.ttLib.tables import otTables as ot

from gpucanvas.contract.operators import OPERATORS
from gpucanvas.text import color
from gpucanvas.text.color import (
    ClipGlyph,
    Fill,
    FillGlyph,
    LinearGradient,
    PopClip,
    PopGroup,
    PopTransform,
    PushGroup,
    PushTransform,
    RadialGradient,
    Stop,
    SweepGradient,
)
from gpucanvas.text.face import load
from gpucanvas.text.paintgraph import palette_of

P = ot.PaintFormat
A, B = glyph_name("A"), glyph_name("B")
RED, BLUE = (1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 128 / 255)
LINE = {
    "Extend": "reflect",
    "ColorStop": [
        {"StopOffset": 0.25, "PaletteIndex": 0, "Alpha": 1.0},
        {"StopOffset": 1.0, "PaletteIndex": 0xFFFF, "Alpha": 0.5},
    ],
}
STOPS = (Stop(0.25, RED, False), Stop(1.0, (0.0, 0.0, 0.0, 128 / 255), True))
RED_PAINT = {"Format": P.PaintSolid, "PaletteIndex": 0, "Alpha": 1.0}


def commands(paint: dict[str, Any], **more: Any) -> tuple[color.ColorCommand, ...]:
    """What comes of a paint of the glyph A."""
    return load(build_font(colors={A: paint}, **more)).instance().color_commands(1)


def glyph_paint(paint: dict[str, Any]) -> dict[str, Any]:
    return {"Format": P.PaintGlyph, "Glyph": B, "Paint": paint}


def test_layers_are_glyphs_with_colours_of_the_palette() -> None:
    palettes = [[RED, BLUE], [(0.0, 1.0, 0.0, 1.0), (1.0, 1.0, 1.0, 1.0)]]
    face = load(build_font(colors={A: [(B, 1), (A, 0xFFFF), (B, 0)]}, palettes=palettes))
    instance = face.instance()
    assert face.color_kind == "colr0"
    assert instance.color_layers(1) == ((2, pytest.approx(BLUE)), (1, None), (2, RED))
    assert instance.color_layers(1, palette=1)[2].color == (0.0, 1.0, 0.0, 1.0)
    assert instance.color_layers(1, palette=7) == instance.color_layers(1), "there is no such palette"
    assert instance.color_layers(2) == ()


def test_a_palette_may_be_large() -> None:
    """Those of emoji fonts have a thousand colours and more, of which layers take any."""
    palettes = [[(i % 256 / 255, i // 256 / 255, 0.0, 1.0) for i in range(600)]]
    face = load(build_font(colors={A: [(B, 127), (B, 128), (B, 599)]}, palettes=palettes))
    assert [layer.color for layer in face.instance().color_layers(1)] == [
        pytest.approx((127 / 255, 0.0, 0.0, 1.0)),
        pytest.approx((128 / 255, 0.0, 0.0, 1.0)),
        pytest.approx((87 / 255, 2 / 255, 0.0, 1.0)),
    ]


def test_a_palette_that_is_cut_short_has_the_colours_that_are_there() -> None:
    header = struct.pack(">HHHHIHH", 0, 3, 2, 6, 16, 0, 3)
    table = header + bytes((0, 0, 255, 255, 0, 255, 0, 255))
    assert palette_of(table, 0) == [(1.0, 0.0, 0.0, 1.0), (0.0, 1.0, 0.0, 1.0)]
    assert palette_of(table, 1) == []
    assert [palette_of(table[:length], 0) for length in range(16)] == [[]] * 16


def test_layers_are_commands_as_well() -> None:
    found = load(build_font(colors={A: [(B, 0), (A, 0xFFFF)]})).instance().color_commands(1)
    assert found == (FillGlyph(2, RED, False), FillGlyph(1, (0.0, 0.0, 0.0, 1.0), True))


def test_a_glyph_without_colours_has_no_commands() -> None:
    instance = load(build_font(colors={A: glyph_paint(RED_PAINT)})).instance()
    assert instance.color_commands(2) == ()
    assert instance.color_commands(9999) == ()


def test_a_solid_paint_fills_a_glyph() -> None:
    assert commands(glyph_paint(RED_PAINT)) == (FillGlyph(2, RED, False),)
    own = {"Format": P.PaintSolid, "PaletteIndex": 0xFFFF, "Alpha": 0.5}
    assert commands(glyph_paint(own)) == (FillGlyph(2, (0.0, 0.0, 0.0, 128 / 255), True),)


def test_gradients_have_their_points_with_y_down() -> None:
    linear = {"Format": P.PaintLinearGradient, "ColorLine": LINE, "x0": 1, "y0": 2, "x1": 3, "y1": 4, "x2": 5, "y2": 6}
    assert commands(glyph_paint(linear)) == (
        ClipGlyph(2),
        LinearGradient(STOPS, "reflect", (1.0, -2.0), (3.0, -4.0), (5.0, -6.0)),
        PopClip(),
    )
    radial = {"Format": P.PaintRadialGradient, "ColorLine": LINE, "x0": 1, "y0": 2, "r0": 3, "x1": 4, "y1": 5, "r1": 6}
    assert commands(glyph_paint(radial))[1] == RadialGradient(STOPS, "reflect", (1.0, -2.0), 3.0, (4.0, -5.0), 6.0)
    sweep = {"Format": P.PaintSweepGradient, "ColorLine": LINE}
    sweep |= {"centerX": 7, "centerY": 8, "startAngle": 45, "endAngle": 90}
    found = commands(glyph_paint(sweep))[1]
    assert isinstance(found, SweepGradient)
    assert (found.center, found.stops) == ((7.0, -8.0), STOPS)
    assert (found.start_angle, found.end_angle) == pytest.approx((-math.pi / 4, -math.pi / 2), abs=1e-3)


def test_transforms_map_points_with_y_down() -> None:
    """(x, y up) -> (2 x + 4 y + 6, 3 x + 5 y + 7) seen with y down."""
    matrix = {"xx": 2.0, "yx": 3.0, "xy": 4.0, "yy": 5.0, "dx": 6.0, "dy": 7.0}
    found = commands({"Format": P.PaintTransform, "Transform": matrix, "Paint": glyph_paint(RED_PAINT)})
    push, fill, pop = found
    assert isinstance(push, PushTransform)
    x, y_up = 11.0, 13.0
    mapped = (push.a * x + push.c * -y_up + push.e, push.b * x + push.d * -y_up + push.f)
    assert mapped == pytest.approx((2 * x + 4 * y_up + 6, -(3 * x + 5 * y_up + 7)))
    assert fill == FillGlyph(2, RED, False)
    assert pop == PopTransform()


def test_composites_are_groups_with_operators_of_the_canvas() -> None:
    paint = {
        "Format": P.PaintComposite,
        "SourcePaint": glyph_paint(RED_PAINT),
        "CompositeMode": "src_in",
        "BackdropPaint": RED_PAINT,
    }
    assert commands(paint) == (
        PushGroup(),
        Fill(RED, False),
        PushGroup(),
        FillGlyph(2, RED, False),
        PopGroup("source-in"),
        PopGroup("source-over"),
    )


def test_every_composite_mode_has_an_operator() -> None:
    """All but two are the canvas's own: a table of this module, and one of the contract."""
    import uharfbuzz as hb

    assert set(color.OPERATORS) == set(hb.PaintCompositeMode.__members__)
    assert set(color.OPERATORS.values()) - {"clear", "destination"} == set(OPERATORS)


def test_a_picture_is_that_of_the_nearest_size_with_its_place_in_font_units() -> None:
    small, large = png(10, 20), png(50, 100)
    face = load(build_font(pictures={"A": {20: small, 100: large}}))
    instance = face.instance()
    assert face.color_kind == "png"
    image = instance.color_image(1, 20)
    assert image is not None
    assert image.png == small
    assert (image.width, image.height) == pytest.approx((500.0, 1000.0)), "10 and 20 px of 20 an em"
    assert image.y == pytest.approx(-1000.0), "it stands on the baseline"
    other = instance.color_image(1, 90)
    assert other is not None
    assert other.png == large
    assert (other.x, other.y, other.width, other.height) == pytest.approx((image.x, image.y, 500.0, 1000.0))


def test_a_glyph_without_a_picture_has_none() -> None:
    instance = load(build_font(pictures={"A": {20: png(4, 4)}})).instance()
    assert instance.color_image(2, 20) is None
    assert load(build_font()).instance().color_image(1, 20) is None


def test_colours_are_kept_up_to_a_bound() -> None:
    from gpucanvas.text import instance as module

    instance = load(build_font(colors={A: glyph_paint(RED_PAINT)})).instance()
    assert instance.color_commands(1) is instance.color_commands(1)
    for palette in range(3 * module.MOST_COLORS):
        instance.color_layers(1, palette)
    assert len(instance._colors) == module.MOST_COLORS
