"""Glyphs with colours of their own, of fonts built here: COLR 0 and 1, and PNG pictures, against what was built in."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from built_fonts import UPEM, build_font
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables import otTables
from fontTools.ttLib.tables.sbixGlyph import Glyph
from fontTools.ttLib.tables.sbixStrike import Strike
from PIL import Image

import gpucanvas
from compare import assert_same

RED, BLUE = (255, 0, 0), (0, 0, 255)
PALETTES = [[(1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0), (0.0, 1.0, 0.0, 0.5)]]
FOREGROUND = 0xFFFF


def paint_glyph(glyph: str, paint: dict[str, object]) -> dict[str, object]:
    return {"Format": otTables.PaintFormat.PaintGlyph, "Glyph": glyph, "Paint": paint}


def linear() -> dict[str, object]:
    """From red on the left of the square to blue on its right."""
    stops = [{"StopOffset": 0.0, "PaletteIndex": 0}, {"StopOffset": 1.0, "PaletteIndex": 1}]
    places = {"x0": 0, "y0": 0, "x1": 500, "y1": 0, "x2": 0, "y2": 500}
    return {"Format": otTables.PaintFormat.PaintLinearGradient, "ColorLine": {"ColorStop": stops}, **places}


def png_font() -> bytes:
    """A font whose A is a picture of 64 x 64 pixels at 64 pixels an em: red above, blue below."""
    picture = np.zeros((64, 64, 4), np.uint8)
    picture[:32], picture[32:] = (*RED, 255), (*BLUE, 255)
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    font = TTFont(io.BytesIO(build_font("Built PNG", advance=UPEM)))
    sbix = newTable("sbix")
    strike = Strike(ppem=64, resolution=72)
    for name in font.getGlyphOrder():
        given = {"graphicType": "png ", "imageData": file.getvalue()} if name == "u0041" else {}
        strike.glyphs[name] = Glyph(glyphName=name, **given)
    sbix.strikes = {64: strike}
    font["sbix"] = sbix
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def fonts(font_folder: Path) -> None:
    register = gpucanvas.fonts.register
    layers = {"u0041": [("u0041", 0), ("u0042", 1)], "u0043": [("u0043", FOREGROUND)], "u0044": [("u0044", 2)]}
    register(build_font("Built Layers", characters="ABCD", colors=layers, palettes=PALETTES), family="Built Layers")
    graph = {"u0041": paint_glyph("u0041", linear())}
    register(build_font("Built Graph", colors=graph, palettes=PALETTES), family="Built Graph")
    register(png_font(), family="Built PNG")


def drawn(backend: str, font: str, text: str, **styles: object) -> np.ndarray:
    canvas = gpucanvas.Canvas(64, 48, backend=backend)
    ctx = canvas.get_context("2d")
    ctx.font = font
    for name, value in styles.items():
        setattr(ctx, name, value)
    ctx.fill_text(text, 10, 40)
    return np.array(canvas.to_numpy())


def test_layers_are_drawn_in_order_in_their_colours(backend: str) -> None:
    """All glyphs are the same square: the last layer hides the first."""
    pixels = drawn(backend, "40px 'Built Layers'", "A", fill_style="green")
    assert (pixels[21:39, 11:29] == (*BLUE, 255)).all()
    assert not pixels[:19].any()


def test_a_layer_without_a_colour_takes_the_fill_style(backend: str) -> None:
    pixels = drawn(backend, "40px 'Built Layers'", "C", fill_style="rgb(10 20 30)")
    assert (pixels[21:39, 11:29] == (10, 20, 30, 255)).all()


def test_a_layer_keeps_its_own_alpha(backend: str) -> None:
    pixels = drawn(backend, "40px 'Built Layers'", "D")
    assert np.abs(pixels[21:39, 11:29].astype(int) - (0, 255, 0, 128)).max() <= 1


@pytest.mark.parametrize("styles", [{"global_alpha": 0.5}, {"fill_style": (0, 0, 0, 0.5)}])
def test_layers_do_not_show_each_other_through(backend: str, styles: dict[str, object]) -> None:
    pixels = drawn(backend, "40px 'Built Layers'", "A", **styles)
    assert np.abs(pixels[21:39, 11:29].astype(int) - (*BLUE, 128)).max() <= 1


def test_layers_are_one_source_for_an_operator(backend: str) -> None:
    """Drawn one by one, the second layer would cut the first out again."""
    pixels = drawn(backend, "40px 'Built Layers'", "A", global_composite_operation="xor")
    assert (pixels[21:39, 11:29] == (*BLUE, 255)).all()


def test_a_gradient_of_a_glyph_is_the_gradient_of_a_canvas(backend: str, tmp_path: object) -> None:
    canvas = gpucanvas.Canvas(64, 48, backend=backend)
    ctx = canvas.get_context("2d")
    gradient = ctx.create_linear_gradient(10, 0, 30, 0)
    gradient.add_color_stop(0, "red")
    gradient.add_color_stop(1, "blue")
    ctx.fill_style = gradient
    ctx.fill_rect(10, 20, 20, 20)
    ours = drawn(backend, "40px 'Built Graph'", "A")
    assert_same(ours, np.array(canvas.to_numpy()), max_difference=4, max_fraction=1.0, folder=tmp_path)


@pytest.mark.parametrize("size", [16, 32, 40])
def test_a_picture_of_a_glyph_is_scaled_to_its_size(backend: str, size: int) -> None:
    pixels = drawn(backend, f"{size}px 'Built PNG'", "A", fill_style="green")
    middle = 40 - size // 2
    assert (pixels[40 - size + 1 : middle - 1, 11 : 10 + size - 1] == (*RED, 255)).all()
    assert (pixels[middle + 1 : 39, 11 : 10 + size - 1] == (*BLUE, 255)).all()
    assert not pixels[: max(40 - size - 1, 0)].any()


def test_glyphs_without_colours_beside_them_take_the_fill_style(backend: str) -> None:
    pixels = drawn(backend, "20px 'Built PNG'", "AB", fill_style="lime")
    assert (pixels[32:39, 31:39] == (0, 255, 0, 255)).all()
    assert (pixels[22:29, 11:29] == (*RED, 255)).all()


def test_a_picture_follows_the_transform(backend: str) -> None:
    canvas = gpucanvas.Canvas(64, 64, backend=backend)
    ctx = canvas.get_context("2d")
    ctx.font = "20px 'Built PNG'"
    ctx.translate(10, 10)
    ctx.rotate(np.pi / 2)
    ctx.scale(2, 2)
    ctx.fill_text("A", 0, 0)
    pixels = canvas.to_numpy()
    assert (pixels[12:48, 12:28] == (*BLUE, 255)).all(), "what was below is on the left"
    assert (pixels[12:48, 32:48] == (*RED, 255)).all()


def test_a_damaged_picture_of_a_glyph_draws_nothing() -> None:
    data = png_font()
    at = data.index(b"IHDR")
    gpucanvas.fonts.register(data[:at] + b"XXXX" + data[at + 4 :], family="Built Damaged")
    assert not drawn("cpu", "20px 'Built Damaged'", "A").any()


def test_a_picture_is_made_once_for_each_size() -> None:
    from gpucanvas.text import pictures

    drawn("cpu", "21px 'Built PNG'", "A")
    before = pictures.decoded
    pictures.decoded = None  # type: ignore[assignment]
    try:
        drawn("cpu", "21px 'Built PNG'", "A")
        with pytest.raises(TypeError):
            drawn("cpu", "22px 'Built PNG'", "A")
    finally:
        pictures.decoded = before


@pytest.mark.parametrize("family", ["Built Layers", "Built Graph", "Built PNG"])
def test_the_box_that_is_measured_is_where_its_colours_are(backend: str, family: str) -> None:
    drawn_at = np.argwhere(drawn(backend, f"40px '{family}'", "A")[..., 3])
    top, left = drawn_at.min(axis=0).tolist()
    bottom, right = (drawn_at.max(axis=0) + 1).tolist()
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    ctx.font = f"40px '{family}'"
    box = ctx.measure_text("A")
    assert abs(10 - box.actual_bounding_box_left - left) <= 1
    assert abs(10 + box.actual_bounding_box_right - right) <= 1
    assert abs(40 - box.actual_bounding_box_ascent - top) <= 1
    assert abs(40 + box.actual_bounding_box_descent - bottom) <= 1


@pytest.mark.parametrize("operator", ["copy", "source-in"])
@pytest.mark.parametrize("way", ["fill", "stroke"])
def test_an_operator_that_clears_around_takes_text_with_colours_as_one_shape(
    backend: str, operator: str, way: str, tmp_path: Path
) -> None:
    """Over what is opaque everywhere, both leave the text alone, however many glyphs have colours of their own."""
    ours, theirs = (gpucanvas.Canvas(90, 48, backend=backend) for _ in range(2))
    for canvas in (ours, theirs):
        ctx = canvas.get_context("2d")
        ctx.font = "20px 'Built PNG'"
        ctx.stroke_style = ctx.fill_style = "teal"
        if canvas is ours:
            ctx.fill_rect(0, 0, 90, 48)
            ctx.global_composite_operation = operator
        (ctx.fill_text if way == "fill" else ctx.stroke_text)("BABA", 5, 40)
    assert_same(np.array(ours.to_numpy()), np.array(theirs.to_numpy()), max_difference=1, folder=tmp_path)
