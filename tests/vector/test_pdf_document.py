"""What a picture's PDF document consists of, and that programs find their way in it."""

from __future__ import annotations

import re
import zlib
from typing import Any

import numpy as np
import pypdfium2
import pytest

import gpucanvas
from gpucanvas.vector.pdffile import number
from vector.viewers import draw_pdf


def picture_of(draw: Any, width: int = 60, height: int = 40) -> gpucanvas.Picture:
    """What a function draws, frozen."""
    recording = gpucanvas.Recording(width, height)
    draw(recording.get_context("2d"))
    return recording.freeze()


def streams(data: bytes) -> list[bytes]:
    """All streams of a document, unpacked."""
    found = re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)
    return [zlib.decompress(each) for each in found]


def simple(ctx: Any) -> None:
    ctx.fill_style = "rgb(0 128 255)"
    ctx.fill_rect(10, 10, 20, 20)


def test_pdf_table_says_where_each_object_is() -> None:
    data = picture_of(simple).to_pdf()
    start = int(data.rstrip().splitlines()[-2])
    head, *rows = data[start:].splitlines()
    count = int(rows[0].split()[1])
    assert head == b"xref"
    assert count > 5
    for index in range(1, count):
        place = int(rows[1 + index].split()[0])
        assert data[place:].startswith(b"%d 0 obj\n" % index)


def test_pdf_of_the_same_picture_is_the_same() -> None:
    picture = picture_of(simple)
    assert picture.to_pdf() == picture.to_pdf()


@pytest.mark.parametrize(("dpi", "size"), [(72, (60, 40)), (96, (45, 30)), (300, (14.4, 9.6))])
def test_pdf_pages_have_the_size_of_the_picture_in_inches(dpi: float, size: tuple[float, float]) -> None:
    document = pypdfium2.PdfDocument(picture_of(simple).to_pdf(dpi=dpi))
    assert document[0].get_size() == pytest.approx(size)
    document.close()


def test_pdf_has_a_title() -> None:
    document = pypdfium2.PdfDocument(picture_of(simple).to_pdf(title="Größe (π)"))
    found = document.get_metadata_dict()
    document.close()
    assert (found["Title"], found["Producer"]) == ("Größe (π)", "gpucanvas")


def test_pdf_shapes_are_paths_and_their_pens() -> None:
    def draw(ctx: Any) -> None:
        ctx.line_width, ctx.line_cap, ctx.line_join, ctx.miter_limit = 2.5, "square", "miter", 7
        ctx.set_line_dash([3, 1])
        ctx.line_dash_offset = -1
        ctx.stroke_style = "#ff8000"
        ctx.begin_path()
        ctx.move_to(1, 2)
        ctx.line_to(30, 20)
        ctx.stroke()

    (form,) = (each for each in streams(picture_of(draw).to_pdf()) if b" l" in each)
    text = form.decode()
    assert "1 0.50196 0 RG" in text
    assert "2.5 w 2 J 0 j 7 M [3 1] 3 d" in text
    assert "1 2 m\n30 20 l\nS" in text


@pytest.mark.parametrize("dash", [[0, 0], [1e-9, 1e-9]])
def test_pdf_pens_with_dashes_of_no_length_are_solid(dash: list[float]) -> None:
    def draw(ctx: Any) -> None:
        ctx.line_width = 6
        ctx.set_line_dash(dash)
        ctx.stroke_rect(10, 10, 30, 20)

    drawn = draw_pdf(picture_of(draw).to_pdf(dpi=72))
    assert drawn[10, 25, 3] == 255


def test_pdf_outlines_of_strokes_are_exact_under_any_scale() -> None:
    def draw(ctx: Any) -> None:
        ctx.scale(1e6, 2e6)
        ctx.line_width = 4e-6
        ctx.begin_path()
        ctx.move_to(10.4e-6, 5e-6)
        ctx.line_to(10.4e-6, 15e-6)
        ctx.stroke()

    picture = picture_of(draw)
    text = next(each for each in streams(picture.to_pdf()) if b" l" in each).decode()
    assert "0.0000104 0.000005 m\n0.0000104 0.000015 l" in text
    row = draw_pdf(picture.to_pdf(dpi=72), 5)[100, :, 3]
    assert np.flatnonzero(row > 127).tolist() == list(range(42, 62))


def test_pdf_numbers_have_no_exponents_and_are_no_large_integers() -> None:
    assert number(1.5e-7, None) == "0.00000015"
    assert number(-3e10, None) == "-30000000000.0"
    assert number(3e10) == "30000000000.0"
    assert [number(v, None) for v in (-0.0, 1.0, 0.1 + 0.2)] == ["0", "1", "0.3"]


@pytest.mark.parametrize("kind", ["linear", "radial", "radial inwards"])
@pytest.mark.parametrize("at", [0, 1])
def test_pdf_gradients_that_begin_or_end_with_a_step_have_its_outer_colour_beyond(kind: str, at: int) -> None:
    def draw(ctx: Any) -> None:
        if kind == "linear":
            made = ctx.create_linear_gradient(20, 0, 40, 0)
        else:
            radii = (20, 10) if "inwards" in kind else (10, 20)
            made = ctx.create_radial_gradient(30, 20, radii[0], 30, 20, radii[1])
        for color in ("red", "lime"):
            made.add_color_stop(at, color)
        ctx.fill_style = made
        ctx.fill_rect(0, 0, 60, 40)

    picture = picture_of(draw)
    recording = gpucanvas.Recording(60, 40)
    recording.get_context("2d").draw_picture(picture)
    ours = gpucanvas.render_many([recording], "cpu")[0].astype(int)
    drawn = draw_pdf(picture.to_pdf(dpi=72)).astype(int)
    assert (np.abs(ours - drawn).max(2) > 64).mean() < 0.05
    assert drawn[20, 2].tolist() == ours[20, 2].tolist()
    assert drawn[20, 30].tolist() == ours[20, 30].tolist()


def test_pdf_fills_of_outlines_without_area_draw_nothing() -> None:
    def draw(ctx: Any) -> None:
        ctx.fill_polygons([[[5, 5], [30, 30]], [[40, 5], [40, 30], [40, 10]], [[9, 9]]])
        ctx.fill_rect(10, 10, 40, 0)

    assert not draw_pdf(picture_of(draw).to_pdf(dpi=72))[..., 3].any()


def test_pdf_of_clips_in_clips_is_as_long_as_there_are_clips() -> None:
    def draw(ctx: Any) -> None:
        for i in range(300):
            ctx.begin_path()
            ctx.rect(0.1 * i, 0, 60, 40)
            ctx.clip()
            ctx.fill_rect(i % 50, 5, 9, 9)

    (form,) = (each for each in streams(picture_of(draw).to_pdf()) if b"W n" in each)
    assert form.count(b"W n") == 300


def test_pdf_is_transparent_where_nothing_is_drawn() -> None:
    drawn = draw_pdf(picture_of(simple).to_pdf(dpi=72))
    assert drawn.shape == (40, 60, 4)
    assert drawn[20, 20].tolist() == [0, 128, 255, 255]
    assert drawn[5, 5, 3] == 0


def test_pdf_gradients_keep_their_opacity() -> None:
    def draw(ctx: Any) -> None:
        fade = ctx.create_linear_gradient(0, 0, 60, 0)
        fade.add_color_stop(0, "rgb(255 0 0 / 0%)")
        fade.add_color_stop(1, "rgb(255 0 0)")
        ctx.fill_style = fade
        ctx.fill_rect(0, 0, 60, 40)

    alpha = draw_pdf(picture_of(draw).to_pdf(dpi=72))[20, :, 3].astype(int)
    assert np.abs(alpha - np.linspace(2, 253, 60)).max() <= 4


def test_pdf_images_keep_their_alpha_and_are_written_once() -> None:
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[:] = (255, 0, 0, 128)
    image = gpucanvas.Image(pixels)

    def draw(ctx: Any) -> None:
        ctx.draw_image(image, 0, 0, 20, 20)
        ctx.draw_image(image, 30, 0, 20, 20)

    data = picture_of(draw).to_pdf(dpi=72)
    assert data.count(b"/Subtype /Image") == 2  # Its colours, and its alpha.
    drawn = draw_pdf(data)
    assert drawn[10, [10, 40]].tolist() == [[255, 0, 0, 128]] * 2


def test_pdf_layers_are_groups() -> None:
    def draw(ctx: Any) -> None:
        ctx.global_alpha = 0.5
        with ctx.layer():
            ctx.global_alpha = 1
            ctx.fill_style = "black"
            ctx.fill_rect(0, 0, 40, 40)
            ctx.fill_rect(20, 0, 40, 40)

    drawn = draw_pdf(picture_of(draw).to_pdf(dpi=72))
    # One opacity for both: they do not add up where they overlap.
    assert np.abs(drawn[20, [10, 30, 50], 3].astype(int) - 128).max() <= 1


def test_pdf_of_an_empty_picture_is_a_page() -> None:
    document = pypdfium2.PdfDocument(gpucanvas.Recording(0, 0).freeze().to_pdf())
    assert len(document) == 1
    document.close()


@pytest.mark.parametrize(("radius", "count"), [(3, 4), (30, 8)])
def test_pdf_circles_have_as_many_curves_as_their_size_needs(radius: float, count: int) -> None:
    data = picture_of(lambda ctx: ctx.fill_circles([30], [20], radius)).to_pdf()
    (form,) = (each for each in streams(data) if b" c\n" in each)
    assert form.count(b" c\n") == count
