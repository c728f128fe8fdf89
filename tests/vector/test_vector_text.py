"""Texts of SVG and PDF documents are found, selected and copied: other programs read the strings that were drawn."""

from __future__ import annotations

import io
import re
import struct
import xml.etree.ElementTree as ET
import zlib
from array import array
from collections.abc import Callable, Iterator
from math import pi
from typing import Any, NamedTuple

import numpy as np
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

import gpucanvas
from gpucanvas.geometry.affine import IDENTITY
from gpucanvas.text import registry
from gpucanvas.text.wording import Wording
from gpucanvas.vector.emptyfont import empty_font
from gpucanvas.vector.pdftext import Writer
from gpucanvas.vector.words import Words
from text.built_fonts import build_font, glyph_name
from text.script_fonts import register
from vector.viewers import draw_pdf, draw_svg

Draw = Callable[[Any], None]
WIDTH, HEIGHT = 240, 120
SVG = "{http://www.w3.org/2000/svg}"
ENDS = "\u202a\u202b\u202c\u200e\u200f"
"""Marks of direction, which readers may add."""


@pytest.fixture(autouse=True)
def own_fonts() -> Iterator[None]:
    """Fonts that a test registers are its own."""
    before = set(registry.registered())
    yield
    registry.remove(set(registry.registered()) - before)


def picture_of(draw: Draw, width: int = WIDTH, height: int = HEIGHT) -> gpucanvas.Picture:
    """What a function draws, frozen."""
    recording = gpucanvas.Recording(width, height)
    ctx = recording.get_context("2d")
    ctx.font = "16px sans-serif"
    draw(ctx)
    return recording.freeze()


class Character(NamedTuple):
    """A character that PDFium finds, and its box: left, top, right and bottom, pixels of the picture."""

    text: str
    box: tuple[float, ...]


def read_pdf(picture: gpucanvas.Picture) -> tuple[str, list[Character]]:
    """The text of a document as PDFium reads it, and its characters."""
    document = pypdfium2.PdfDocument(picture.to_pdf(dpi=72))
    page = document[0]
    found = page.get_textpage()
    characters = []
    for index in range(found.count_chars()):
        left, bottom, right, top = found.get_charbox(index, loose=True)
        box = left, picture.height - top, right, picture.height - bottom
        characters.append(Character(found.get_text_range(index, 1), box))
    text = found.get_text_range()
    for each in (found, page, document):
        each.close()
    return text.strip("\r\n"), characters


def lines_of_pdf(picture: gpucanvas.Picture) -> list[str]:
    """The lines of text that PDFium reads."""
    return [line.strip(f"{ENDS} ") for line in read_pdf(picture)[0].splitlines()]


def lines_of_svg(picture: gpucanvas.Picture) -> list[str]:
    """The strings of the text elements of a document."""
    return ["".join(each.itertext()) for each in ET.fromstring(picture.to_svg()).iter(f"{SVG}text")]


def assert_says(draw: Draw, *lines: str) -> gpucanvas.Picture:
    """Both documents say these lines in this order; returns the picture."""
    picture = picture_of(draw)
    assert lines_of_svg(picture) == [*lines]
    assert lines_of_pdf(picture) == [*lines]
    return picture


# -- strings -------------------------------------------------------------------------------------------------------


LABELS = {
    "Latin": "office fluffy AVATAR To. fi 12 %",
    "marks": "cafe\u0301 nai\u0308ve A\u030a",
    "Hebrew": "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd",
    "Arabic": "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u0644\u0627",
    "Thai": "\u0e17\u0e35\u0e48\u0e19\u0e35\u0e48 \u0e2b\u0e19\u0e31\u0e07\u0e2a\u0e37\u0e2d",
    "Devanagari": "\u0928\u092e\u0938\u094d\u0924\u0947 \u0915\u094d\u0937\u093f",
    "CJK": "\u6f22\u5b57\u3068\u4eee\u540d",
    "beyond the basic plane": "ab \U0001f600 \U0001d54f c",
}


@pytest.mark.parametrize("angle", [0.0, 0.3])
@pytest.mark.parametrize("script", LABELS)
@pytest.mark.filterwarnings("ignore::gpucanvas.fonts.MissingGlyphWarning")
def test_text_is_what_was_drawn_in_every_script(script: str, angle: float) -> None:
    text = LABELS[script]
    family = register(script) if script in ("Latin", "Hebrew", "Arabic", "Thai") else "sans-serif"

    def draw(ctx: Any) -> None:
        ctx.font = f"16px '{family}', sans-serif"
        ctx.translate(20, 30)
        ctx.rotate(angle)
        ctx.fill_text(text, 0, 0)

    assert_says(draw, text)


# -- ways of drawing -----------------------------------------------------------------------------------------------


def gradient(ctx: Any) -> Any:
    found = ctx.create_linear_gradient(0, 0, 100, 0)
    found.add_color_stop(0, "red")
    found.add_color_stop(1, "blue")
    return found


def with_gradient(ctx: Any) -> None:
    ctx.fill_style = gradient(ctx)
    ctx.fill_text("Gradient fill", 10, 20, 60)
    ctx.stroke_style = gradient(ctx)
    ctx.stroke_text("Gradient stroke", 10, 60)


def with_transforms(ctx: Any) -> None:
    ctx.fill_text("Level", 10, 20)
    ctx.translate(20, 100)
    ctx.rotate(-pi / 2)
    ctx.fill_text("Upwards", 0, 0)
    ctx.rotate(pi / 2)
    ctx.scale(3, 1.5)
    ctx.fill_text("Stretched", 10, -20)
    ctx.scale(-0.5, 1)
    ctx.transform(1, 0, 0.4, 1, 0, 0)
    ctx.fill_text("Mirrored", -130, 10)


def with_effects(ctx: Any) -> None:
    ctx.global_alpha = 0.3
    ctx.fill_text("Faint words", 10, 20)
    ctx.filter = "blur(1px)"
    ctx.fill_text("Blurred words", 10, 40)
    ctx.filter, ctx.shadow_color, ctx.shadow_blur = "none", "black", 2
    ctx.fill_text("Shadowed words", 10, 60)
    ctx.shadow_blur, ctx.shadow_offset_x = 0, 20.5
    ctx.fill_text("Moved shadows", 10, 80)
    ctx.shadow_color = "transparent"
    with ctx.layer("drop-shadow(9px 9px 2px red)", alpha=0.5), ctx.layer():
        ctx.rotate(0.1)
        ctx.fill_text("Layered words", 20, 95)


def in_a_picture(ctx: Any) -> None:
    inner = picture_of(lambda ctx: (ctx.fill_text("Inner words", 0, 20), ctx.rotate(0.2), ctx.fill_text("More", 0, 60)))
    outer = picture_of(lambda ctx: (ctx.fill_text("Outer", 0, 20), ctx.draw_picture(inner, 80.5, 0)))
    ctx.fill_text("First", 0, 20)
    ctx.draw_picture(outer, 0, 30, 220, 60)


@pytest.mark.parametrize(
    ("draw", "lines"),
    [
        (with_gradient, ["Gradient fill", "Gradient stroke"]),
        (with_transforms, ["Level", "Upwards", "Stretched", "Mirrored"]),
        (with_effects, ["Faint words", "Blurred words", "Shadowed words", "Moved shadows", "Layered words"]),
        (in_a_picture, ["First", "Outer", "Inner words", "More"]),
    ],
)
def test_text_is_found_however_it_is_drawn(draw: Draw, lines: list[str]) -> None:
    picture = picture_of(draw)
    assert lines_of_svg(picture) == lines
    # PDFium joins what lies side by side.
    assert sorted(" ".join(lines_of_pdf(picture)).split()) == sorted(" ".join(lines).split())


def test_text_of_a_batch_is_found_label_by_label() -> None:
    assert_says(lambda ctx: ctx.fill_texts(["ten", "20 %", "ten"], [10, 90, 10], [20, 50, 80]), "ten", "20 %", "ten")


def test_text_with_a_halo_is_found_once() -> None:
    def draw(ctx: Any) -> None:
        ctx.stroke_style, ctx.line_width = "white", 4
        for angle in (0.0, 0.2):
            ctx.rotate(angle)
            ctx.stroke_text("Halo", 10, 20)
            ctx.fill_text("Halo", 10, 20)
            ctx.fill_text("Thrown", 11, 41)
            ctx.fill_text("Thrown", 10, 40)
            ctx.translate(30, 50)

    assert_says(draw, "Halo", "Thrown", "Halo", "Thrown")


def test_text_of_a_layout_is_found_in_lines() -> None:
    spans = ["Plain words, then ", gpucanvas.TextSpan("red ones", color="red"), " and an ending."]

    def draw(ctx: Any) -> None:
        layout = gpucanvas.layout_text(spans, font="16px sans-serif", width=120)
        assert len(layout.lines) == 3
        ctx.fill_layout(layout, 10, 10)

    picture = picture_of(draw)
    for lines in (lines_of_pdf(picture), lines_of_svg(picture)):
        assert [line.strip() for line in lines] == ["Plain words,", "then red ones", "and an ending."]


def test_text_that_is_not_seen_is_not_found() -> None:
    def draw(ctx: Any) -> None:
        ctx.fill_text("replaced", 10, 20)
        ctx.global_composite_operation = "copy"
        ctx.fill_rect(100, 100, 9, 9)
        ctx.global_composite_operation = "source-over"
        ctx.fill_text("cleared", 10, 20)
        ctx.clear_rect(0, 0, 100, 40)
        ctx.fill_text("painted over", 10, 20)
        ctx.fill_style = "white"
        ctx.fill_rect(0, 0, 200, 40)
        ctx.fill_style = "black"
        ctx.fill_text("beyond", 10, -20)
        with ctx.save():
            ctx.begin_path()
            ctx.rect(0, 50, 50, 40)
            ctx.clip()
            ctx.fill_text("cut off", 80, 70)
            ctx.fill_text("within", 5, 70)
        ctx.fill_text("  ", 10, 20)
        ctx.scale(0, 1)
        ctx.fill_text("flat", 10, 20)

    assert_says(draw, "within")


@pytest.mark.parametrize("kind", ["layers", "pictures"])
def test_text_of_colour_glyphs_is_found(kind: str) -> None:
    """Alone, and beside others; with masks, and with outlines."""
    file = io.BytesIO()
    Image.new("RGBA", (16, 16), "red").save(file, "PNG")
    layers = {"colors": {glyph_name("A"): [(glyph_name("B"), 0)]}, "palettes": [[(1.0, 0.0, 0.0, 1.0)]]}
    looks: dict[str, Any] = layers if kind == "layers" else {"pictures": {"A": {16: file.getvalue()}}}
    gpucanvas.fonts.register(build_font("Colours", characters="AB", **looks), family="Colours")

    def draw(ctx: Any) -> None:
        ctx.font = "16px Colours"
        for angle in (0.0, 0.2):
            ctx.rotate(angle)
            ctx.fill_text("AA", 20, 20)
            ctx.fill_text("AB", 20, 50)
            ctx.translate(100, 30)

    picture = picture_of(draw)
    assert lines_of_svg(picture) == ["AA", "AB", "AA", "AB"]
    # PDFium joins slanted lines, with a space between them.
    assert " ".join(lines_of_pdf(picture)).split() == ["AA", "AB", "AA", "AB"]


# -- places --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spacing", ["0px", "5px", "-2px"])
@pytest.mark.parametrize("squeeze", [1.0, 0.6])
def test_text_lies_over_its_letters(spacing: str, squeeze: float) -> None:
    text = "Wide iiii AVA"
    places: list[float] = []

    def draw(ctx: Any) -> None:
        ctx.letter_spacing = spacing
        metrics = ctx.measure_text(text)
        places[:] = [12 + squeeze * each.x for each in metrics.get_text_clusters()] + [12 + squeeze * metrics.width]
        ctx.fill_text(text, 12, 40, squeeze * metrics.width)

    picture = picture_of(draw)
    _, characters = read_pdf(picture)
    assert "".join(each.text for each in characters) == text
    for index, (_, (left, top, right, bottom)) in enumerate(characters):
        assert left == pytest.approx(places[index], abs=0.6)
        assert right == pytest.approx(max(places[index], places[index + 1]), abs=0.6)
        assert top == pytest.approx(40 - 12.8, abs=1)
        assert bottom == pytest.approx(40 + 3.2, abs=1)
    (found,) = ET.fromstring(picture.to_svg()).iter(f"{SVG}text")
    assert (float(found.get("x", 0)), float(found.get("y", 0))) == (12, 40)
    assert float(found.get("textLength", 0)) == pytest.approx(places[-1] - places[0], abs=0.02)


def test_text_lies_over_the_ink_of_turned_letters() -> None:
    """Each letter's box has its ink: as seen in the picture, where each letter has a colour of its own."""
    text, turn = "HIMX", (0.8, 0.6, -0.6, 0.8)

    def draw(ctx: Any, only: str | None = None) -> None:
        ctx.font = "24px sans-serif"
        ctx.set_transform(*turn, 60, 30)
        if only is None:
            ctx.fill_text(text, 0, 0)
            return
        (cluster,) = [each for each in ctx.measure_text(text).get_text_clusters() if text[each.start] == only]
        ctx.fill_text_cluster(cluster, 0, 0)

    _, characters = read_pdf(picture_of(draw))
    assert "".join(each.text for each in characters) == f"{text} "
    for character, (left, top, right, bottom) in characters[:-1]:
        recording = gpucanvas.Recording(WIDTH, HEIGHT)
        draw(recording.get_context("2d"), character)
        (pixels,) = gpucanvas.render_many([recording], "cpu")
        rows, columns = np.nonzero(pixels[..., 3] > 127)
        assert left - 1 <= columns.min() <= columns.max() <= right + 1
        assert top - 1 <= rows.min() <= rows.max() <= bottom + 1
        assert (right - left) - (columns.max() - columns.min()) < 14


def test_text_of_an_svg_document_has_its_size_and_transform() -> None:
    def draw(ctx: Any) -> None:
        ctx.scale(2, 2)
        ctx.fill_text("Twice", 10, 20)
        ctx.set_transform(0, 1, -1, 0, 50, 5)
        ctx.fill_text("Down", 3, 4)

    picture = picture_of(draw)
    groups = [each for each in ET.fromstring(picture.to_svg()).iter(f"{SVG}g") if each.get("font-size")]
    assert [each.get("font-size") for each in groups] == ["32", "16"]
    first, second = (each[0] for each in groups)
    assert (first.get("x"), first.get("y"), first.get("transform")) == ("20", "40", None)
    assert (second.get("x"), second.get("y"), second.get("transform")) == ("0", "0", "matrix(0 1 -1 0 46 8)")


# -- documents -----------------------------------------------------------------------------------------------------


def test_text_that_nobody_sees_changes_no_pixel() -> None:
    picture = picture_of(with_effects)
    assert np.array_equal(draw_svg(picture.to_svg()), draw_svg(picture.to_svg(text="outlines")))
    assert np.array_equal(draw_pdf(picture.to_pdf()), draw_pdf(picture.to_pdf(text="outlines")))


def test_text_may_be_left_out(tmp_path: Any) -> None:
    picture = picture_of(lambda ctx: ctx.fill_text("secret", 10, 20))
    assert "secret" in picture.to_svg()
    assert "<text" not in picture.to_svg(text="outlines")
    assert b"/Font" in picture.to_pdf()
    assert b"/Font" not in picture.to_pdf(text="outlines")
    picture.save(tmp_path / "a.svg", text="outlines")
    assert "secret" not in (tmp_path / "a.svg").read_text()
    with pytest.raises(ValueError, match="to_pdf: text is 'none': give 'searchable', or 'outlines' to leave"):
        picture.to_pdf(text="none")  # type: ignore[arg-type]


def test_text_with_more_letters_than_one_map_holds_is_found() -> None:
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 350)))

    def draw(ctx: Any) -> None:
        for row in range(7):
            ctx.fill_text(letters[50 * row : 50 * row + 50], 0, 16 + 16 * row)

    picture = picture_of(draw, 900)
    assert "".join(lines_of_pdf(picture)) == letters


@pytest.mark.filterwarnings("ignore::gpucanvas.fonts.MissingGlyphWarning")
def test_text_of_any_characters_is_valid_xml_and_pdf() -> None:
    text = 'a<b & "c"\x01\ufffe (d) \\ ]]>\ud800'
    picture = picture_of(lambda ctx: ctx.fill_text(text, 10, 20))
    assert lines_of_svg(picture) == ['a<b & "c"\ufffd\ufffd (d) \\ ]]>\ufffd']
    assert "(d) \\ ]]>" in lines_of_pdf(picture)[0]


def test_the_font_without_ink_has_a_glyph_of_each_width() -> None:
    widths = [0, 250, 556]
    font = TTFont(io.BytesIO(empty_font(widths)))
    names = font.getGlyphOrder()
    assert [font["hmtx"][name][0] for name in names] == [0, *widths]
    assert [font["glyf"][name].numberOfContours for name in names] == [0, 1, 1, 1]
    assert {(font["glyf"][name].yMin, font["glyf"][name].yMax) for name in names[1:]} == {(-200, 800)}
    assert font["head"].unitsPerEm == 1000


def test_readers_that_ask_the_font_get_the_widths_of_the_document() -> None:
    """MuPDF does, for one; PDFium asks the document."""
    data = picture_of(lambda ctx: ctx.fill_text("Wide 12", 10, 20)).to_pdf()
    streams = [zlib.decompress(each) for each in re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)]
    (file,) = (each for each in streams if each.startswith(b"\0\1\0\0"))
    (places,) = (each for each in streams if len(each) == 2 * (len("Wide 12") + 1))
    (written,) = re.findall(rb"/W \[1 \[([\d ]+)\]\]", data)
    font = TTFont(io.BytesIO(file))
    glyphs = struct.unpack(f">{len(places) // 2}H", places)
    assert [font["hmtx"][font.getGlyphName(each)][0] for each in glyphs[1:]] == [*map(int, written.split())]


@pytest.mark.parametrize("angle", [0.0, pi / 2])
def test_text_of_a_tiny_font_on_a_large_scale_lies_over_its_letters(angle: float) -> None:
    def draw(ctx: Any) -> None:
        ctx.font = "0.0016px sans-serif"
        ctx.translate(40, 40)
        ctx.rotate(angle)
        ctx.scale(10_000, 10_000)
        ctx.fill_text("Tiny", 0, 0)

    picture = picture_of(draw)
    width = picture_width("Tiny")
    text, characters = read_pdf(picture)
    boxes = np.array([each.box for each in characters])
    left, top, right, bottom = boxes[:, 0].min(), boxes[:, 1].min(), boxes[:, 2].max(), boxes[:, 3].max()
    assert text == "Tiny"
    along, across = (right - left, bottom - top) if not angle else (bottom - top, right - left)
    assert (along, across) == (pytest.approx(width, abs=0.5), pytest.approx(16, abs=0.5))
    (found,) = ET.fromstring(picture.to_svg()).iter(f"{SVG}text")
    assert float(found.get("textLength", 0)) == pytest.approx(width, abs=0.1)


def picture_width(text: str) -> float:
    """The width of a text of 16 px."""
    ctx = gpucanvas.Recording(1, 1).get_context("2d")
    ctx.font = "16px sans-serif"
    return float(ctx.measure_text(text).width)


def test_text_of_more_letters_than_a_font_has_codes_takes_several_fonts() -> None:
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 90_000) if not 0xD800 <= code < 0xE000]
    count = len(letters)
    edges = array("d", [0.5 * ((place + 1) // 2) for place in range(2 * count)])
    wording = Wording("".join(letters), array("I", range(count)), edges, 0.0, 1.0, False)
    writer = Writer(100)
    writer.add(Words(wording, IDENTITY), is_last=True)
    assert len(writer.fonts) == 2
    assert sum(map(len, writer.fonts)) == count
    assert max(max(codes.values()) for codes in writer.fonts) < 2**16


def test_text_of_a_letter_with_very_many_marks_is_found() -> None:
    text = "a" + 300 * "\u0301" + "b"
    picture = picture_of(lambda ctx: ctx.fill_text(text, 10, 60))
    assert lines_of_svg(picture) == [text]
    (line,) = lines_of_pdf(picture)
    # PDFium leaves out what it takes for the same marks drawn again.
    assert line.startswith("a" + 99 * "\u0301")
    assert line.endswith("\u0301b")
