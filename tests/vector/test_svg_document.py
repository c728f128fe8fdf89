"""What a picture's SVG document consists of: elements, attributes and what they refer to."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.vector import svg
from vector.viewers import draw_svg

NAMESPACE = "{http://www.w3.org/2000/svg}"
Draw = Callable[[Any], None]


def svg_of(draw: Draw, width: int = 60, height: int = 40, **options: Any) -> ET.Element:
    """The document of what a function draws, parsed."""
    recording = gpucanvas.Recording(width, height)
    draw(recording.get_context("2d"))
    return ET.fromstring(recording.freeze().to_svg(**options))


def tags(root: ET.Element) -> list[str]:
    """The names of the elements below the root, in document order."""
    return [each.tag.removeprefix(NAMESPACE) for each in root.iter()][1:]


def only(root: ET.Element, tag: str) -> ET.Element:
    found = list(root.iter(NAMESPACE + tag))
    assert len(found) == 1, tags(root)
    return found[0]


def test_svg_has_the_pictures_size_and_title() -> None:
    root = svg_of(lambda ctx: None, 12, 7, title="a < b & c")
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("12", "7", "0 0 12 7")
    assert only(root, "title").text == "a < b & c"


def test_svg_title_is_xml_whatever_the_text() -> None:
    assert only(svg_of(lambda ctx: None, title="a\x00b\ud800c"), "title").text == "a\ufffdb\ufffdc"
    assert gpucanvas.Recording(9, 9).freeze().to_pdf(title="a\ud800")


def test_svg_of_simple_shapes_has_their_elements() -> None:
    def draw(ctx: Any) -> None:
        ctx.translate(2, 1)
        ctx.fill_style = "rgb(255 0 0 / 50%)"
        ctx.fill_rect(1, 2, 30, 4)
        ctx.begin_path()
        ctx.arc(20, 20, 5, 0, 7)
        ctx.fill()
        ctx.begin_path()
        ctx.ellipse(40, 20, 9, 5, 0, 0, 7)
        ctx.stroke()
        ctx.begin_path()
        ctx.round_rect(1, 30, 20, 8, 3)
        ctx.fill()

    root = svg_of(draw)
    assert tags(root) == ["rect", "circle", "ellipse", "rect"]
    rect, circle, ellipse, rounded = root
    place = {"x": "3", "y": "3", "width": "30", "height": "4"}
    assert rect.attrib == place | {"fill": "#ff0000", "fill-opacity": "0.5"}
    assert (circle.get("cx"), circle.get("cy"), circle.get("r")) == ("22", "21", "5")
    assert (ellipse.get("rx"), ellipse.get("ry"), ellipse.get("fill")) == ("9", "5", "none")
    assert (rounded.get("rx"), rounded.get("ry")) == ("3", "3")


def test_svg_of_a_stroke_has_its_pen_scaled_with_an_even_transform() -> None:
    def draw(ctx: Any) -> None:
        ctx.rotate(0.5)
        ctx.scale(2, 2)
        ctx.line_width, ctx.line_cap, ctx.line_join = 3, "round", "bevel"
        ctx.set_line_dash([4, 1])
        ctx.line_dash_offset = 2
        ctx.stroke_line_segments([[[1, 1], [9, 5]]])

    path = only(svg_of(draw), "path")
    assert path.get("stroke-width") == "6"
    assert (path.get("stroke-linecap"), path.get("stroke-linejoin")) == ("round", "bevel")
    assert (path.get("stroke-dasharray"), path.get("stroke-dashoffset")) == ("8 2", "4")
    assert path.get("transform") is None


def test_svg_of_a_pen_that_the_transform_distorts_is_in_user_space() -> None:
    def draw(ctx: Any) -> None:
        ctx.scale(4, 1)
        ctx.line_width = 3
        ctx.begin_path()
        ctx.move_to(2, 10)
        ctx.line_to(12, 30)
        ctx.stroke()

    path = only(svg_of(draw), "path")
    assert path.get("transform") == "matrix(4 0 0 1 0 0)"
    assert (path.get("d"), path.get("stroke-width")) == ("M2 10 L12 30", "3")


def test_svg_writes_a_gradient_once_and_its_transform() -> None:
    def draw(ctx: Any) -> None:
        fade = ctx.create_radial_gradient(10, 10, 8, 10, 10, 2)
        fade.add_color_stop(0, "red")
        fade.add_color_stop(0.25, "rgb(0 0 255 / 40%)")
        ctx.fill_style = fade
        ctx.scale(2, 2)
        ctx.fill_rect(0, 0, 10, 20)
        ctx.fill_rect(12, 0, 10, 20)

    root = svg_of(draw)
    gradient = only(root, "radialGradient")
    # The circle around the other one is the end.
    assert [gradient.get(name) for name in ("r", "fr", "gradientTransform")] == ["8", "2", "matrix(2 0 0 2 0 0)"]
    assert [(stop.get("offset"), stop.get("stop-color"), stop.get("stop-opacity")) for stop in gradient] == [
        ("0.75", "#0000ff", "0.4"),
        ("1", "#ff0000", None),
    ]
    assert [rect.get("fill") for rect in root.iter(NAMESPACE + "rect")] == ["url(#g0)"] * 2


def test_svg_of_a_gradient_that_paints_nothing_is_empty() -> None:
    def draw(ctx: Any) -> None:
        same = ctx.create_linear_gradient(5, 5, 5, 5)
        same.add_color_stop(0, "red")
        for style in (same, ctx.create_linear_gradient(0, 0, 9, 0)):
            ctx.fill_style = style
            ctx.fill_rect(0, 0, 10, 10)

    assert tags(svg_of(draw)) == []


def test_svg_of_nested_clips_refers_from_one_to_the_next() -> None:
    def draw(ctx: Any) -> None:
        for x in (0, 10):
            ctx.begin_path()
            ctx.rect(x, 0, 30, 30)
            ctx.clip()
        ctx.fill_rect(0, 0, 60, 40)
        ctx.fill_circles([20, 25], 20, 3)

    root = svg_of(draw)
    outer, inner = root.iter(NAMESPACE + "clipPath")
    assert outer.get("clip-path") is None
    assert inner.get("clip-path") == f"url(#{outer.get('id')})"
    group = only(root, "g")
    assert group.get("clip-path") == f"url(#{inner.get('id')})"
    assert tags(group) == ["rect", "circle", "circle"]


def test_svg_has_the_clip_and_the_blend_mode_on_one_element() -> None:
    def draw(ctx: Any) -> None:
        ctx.fill_rect(0, 0, 60, 40)
        ctx.rect(5, 5, 20, 20)
        ctx.clip()
        ctx.global_composite_operation = "multiply"
        ctx.fill_rect(0, 0, 60, 40)

    root = svg_of(draw)
    isolated, blended = root.iter(NAMESPACE + "g")
    assert isolated.get("style") == "isolation:isolate"
    assert blended.get("style") == "mix-blend-mode:multiply"
    assert blended.get("clip-path") is not None


def test_svg_of_text_is_outlines() -> None:
    def draw(ctx: Any) -> None:
        ctx.font = "20px sans-serif"
        ctx.fill_text("Ag", 4, 30)

    root = svg_of(draw, text="outlines")
    assert tags(root) == ["path"]
    assert "Q" in (root[0].get("d") or "") or "C" in (root[0].get("d") or "")


def test_svg_embeds_an_image_once() -> None:
    image = gpucanvas.Image(np.full((2, 2, 4), 200, np.uint8))

    def draw(ctx: Any) -> None:
        ctx.draw_image(image, 1, 1)
        ctx.image_smoothing_enabled = False
        ctx.draw_image(image, 10, 10, 20, 20)

    root = svg_of(draw)
    assert (only(root, "image").get("href") or "").startswith("data:image/png;base64,")
    first, second = root.iter(NAMESPACE + "use")
    assert (first.get("transform"), first.get("style")) == ("translate(1 1)", None)
    assert (second.get("transform"), second.get("style")) == ("matrix(10 0 0 10 10 10)", "image-rendering:pixelated")


def test_svg_writes_the_pixels_of_sprites_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []
    real = svg.write_png

    def counted(*arguments: Any) -> bytes:
        calls.append(arguments)
        return real(*arguments)

    monkeypatch.setattr(svg, "write_png", counted)
    image = gpucanvas.Image(np.full((8, 8, 4), 90, np.uint8))
    root = svg_of(lambda ctx: ctx.draw_images(image, (0, 0, 8, 8), np.tile([[4, 4, 8, 8]], (50, 1))))
    assert len(list(root.iter(NAMESPACE + "use"))) == 50
    assert len(calls) == 1


def test_svg_of_a_part_of_an_image_is_cut_to_it() -> None:
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[:, :2], pixels[:, 2:] = (255, 0, 0, 255), (0, 0, 255, 255)

    def draw(ctx: Any) -> None:
        ctx.image_smoothing_enabled = False
        ctx.draw_image(gpucanvas.Image(pixels), 1.5, 0, 1, 4, 0, 0, 40, 40)

    drawn = draw_svg(ET.tostring(svg_of(draw, 40, 40), encoding="unicode"))
    assert drawn[20, 5].tolist() == [255, 0, 0, 255]
    assert drawn[20, 35].tolist() == [0, 0, 255, 255]


def test_svg_of_a_shadow_and_of_filters_has_them_as_filters() -> None:
    def draw(ctx: Any) -> None:
        ctx.shadow_color, ctx.shadow_blur, ctx.shadow_offset_x = "rgb(0 0 0 / 50%)", 8, 3
        ctx.fill_style = "gold"
        ctx.begin_path()
        ctx.move_to(10, 10)
        ctx.line_to(40, 20)
        ctx.line_to(20, 34)
        ctx.fill()
        ctx.shadow_color = "transparent"
        with ctx.layer(filter="blur(2px) sepia(1)"):
            ctx.fill_rect(40, 5, 10, 10)

    root = svg_of(draw)
    names = [[each.tag.removeprefix(NAMESPACE) for each in found] for found in root.iter(NAMESPACE + "filter")]
    assert names == [["feGaussianBlur", "feColorMatrix"], ["feGaussianBlur", "feColorMatrix"]]
    assert [group.get("transform") for group in root.iter(NAMESPACE + "g")] == ["translate(3 0)", None]
    shadow = next(root.iter(NAMESPACE + "filter"))
    assert shadow[0].get("stdDeviation") == "4 4"
    assert shadow.get("color-interpolation-filters") == "sRGB"


def test_svg_of_a_stroke_without_length_has_no_caps() -> None:
    def draw(ctx: Any) -> None:
        ctx.line_width, ctx.line_cap = 10, "round"
        ctx.begin_path()
        ctx.move_to(20, 20)
        ctx.line_to(20, 20)
        ctx.move_to(40, 20)
        ctx.line_to(40, 20)
        ctx.line_to(45, 20)
        ctx.stroke()

    assert only(svg_of(draw), "path").get("d") == "M40 20 L45 20"


@pytest.mark.parametrize("operator", ["color-dodge", "luminosity"])
def test_svg_of_a_group_isolates_the_blend_modes_in_it(operator: str) -> None:
    def draw(ctx: Any) -> None:
        ctx.fill_style = "teal"
        ctx.fill_rect(0, 0, 60, 40)
        with ctx.layer():
            ctx.fill_style = "orange"
            ctx.global_composite_operation = operator
            ctx.fill_rect(10, 10, 20, 20)

    recording = gpucanvas.Recording(60, 40)
    draw(recording.get_context("2d"))
    ours = gpucanvas.render_many([recording], "cpu")[0]
    drawn = draw_svg(recording.freeze().to_svg())
    # Where nothing lies below it in its layer, a blend mode shows its source.
    assert ours[20, 20].tolist() == [255, 165, 0, 255]
    assert drawn[20, 20].tolist() == [255, 165, 0, 255]


def test_svg_of_a_pattern_repeats_its_image() -> None:
    pixels = np.zeros((3, 4, 4), np.uint8)
    pixels[1:, :2] = (200, 30, 90, 255)

    def draw(ctx: Any) -> None:
        ctx.fill_style = ctx.create_pattern(pixels, "repeat")
        ctx.global_alpha = 0.5
        ctx.fill_circles([20], [20], 15)
        ctx.translate(3, 2)
        ctx.fill_rect(36, 10, 15, 25)

    root = svg_of(draw)
    first, second = root.iter(NAMESPACE + "pattern")
    assert (first.get("width"), first.get("height"), first.get("patternTransform")) == ("4", "3", None)
    assert second.get("patternTransform") == "translate(3 2)"
    assert [each.get("href") for each in root.iter(NAMESPACE + "use")] == ["#i0", "#i0"]
    assert [each.tag.removeprefix(NAMESPACE) for each in root[1:]] == ["circle", "rect"]
    recording = gpucanvas.Recording(60, 40)
    draw(recording.get_context("2d"))
    ours = gpucanvas.render_many([recording], "cpu")[0].astype(int)
    drawn = draw_svg(recording.freeze().to_svg()).astype(int)
    # At the circle's edge, resvg rounds the coverage of a pattern.
    assert (np.abs(ours[..., 3] - drawn[..., 3]) > 6).sum() <= 30
    assert np.abs(ours[12:36, 42:54] - drawn[12:36, 42:54]).max() <= 2


@pytest.mark.parametrize("change", ["scale", "rotate", "shift", "repeat-x", "minify"])
def test_svg_of_a_pattern_between_pixels_is_a_bitmap(change: str) -> None:
    def draw(ctx: Any) -> None:
        repetition = "repeat-x" if change == "repeat-x" else "repeat"
        ctx.fill_style = ctx.create_pattern(np.full((9, 9, 4), 90, np.uint8), repetition)
        if change == "rotate":
            ctx.rotate(0.5)
        elif change == "shift":
            ctx.translate(0.5, 0)
        elif change != "repeat-x":
            ctx.scale(*((3, 3) if change == "scale" else (0.2, 0.2)))
        ctx.fill_rect(5, 5, 10, 10)

    assert list(svg_of(draw).iter(NAMESPACE + "pattern")) == []


@pytest.mark.parametrize(("limit", "written"), [(10, None), (1.2, "1.2"), (0.5, "1")])
def test_svg_rectangles_have_a_miter_limit_where_it_cuts_their_corners(limit: float, written: str | None) -> None:
    def draw(ctx: Any) -> None:
        ctx.miter_limit = limit
        ctx.stroke_rect(10, 10, 20, 20)

    assert only(svg_of(draw), "rect").get("stroke-miterlimit") == written
