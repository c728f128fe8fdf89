"""Drawn text against the same outlines, read with fontTools and filled as paths; and what the standard says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from script_fonts import font_file, register

import gpucanvas
from compare import assert_same
from gpucanvas.contract.tones import GREY_TONE, TONES, tone_of

SIZE = 30
NAN, INF = float("nan"), float("inf")


@pytest.fixture(scope="session")  # One of a module is made twice: pytest runs all tests on cpu, then those on gl.
def outlines() -> TTFont:
    """The Latin font at the default of its axes."""
    font = TTFont(font_file("Latin"))
    return instantiateVariableFont(font, {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes})


def svg_of(font: TTFont, text: str, x: float, y: float, size: float, steps: int = 0) -> str:
    """SVG path data of a text without kerning, by fontTools; each glyph at the nearest of so many steps of a pixel."""
    scale, names, glyphs = size / font["head"].unitsPerEm, font.getBestCmap(), font.getGlyphSet()
    parts = []
    for letter in text:
        glyph = glyphs[names[ord(letter)]]
        pen = SVGPathPen(glyphs)
        place = np.floor(x * steps + 0.5) / steps if steps else x
        glyph.draw(TransformPen(pen, (scale, 0, 0, -scale, place, y)))
        parts.append(pen.getCommands())
        x += glyph.width * scale
    return " ".join(parts)


def canvas(backend: str = "cpu", width: int = 160, height: int = 50, **options: object) -> gpucanvas.Canvas:
    made = gpucanvas.Canvas(width, height, backend=backend, **options)  # type: ignore[arg-type]
    ctx = made.get_context("2d")
    ctx.font = f"{SIZE}px '{register('Latin')}'"
    return made


def pixels(drawn: gpucanvas.Canvas) -> np.ndarray:
    return np.array(drawn.to_numpy())


def toned(picture: np.ndarray, tone: int) -> np.ndarray:
    """One solid colour on nothing, covering pixels as text of a tone does."""
    first, second, third = TONES[tone]
    c = picture[..., 3] / 255
    out = picture.copy()
    out[..., 3] = np.floor((c + c * (1 - c) * (first + c * (second + c * third))) * 255 + 0.5)
    return out


def ink(drawn: gpucanvas.Canvas) -> int:
    return int(pixels(drawn)[..., 3].sum(dtype=np.int64))


def test_text_is_the_outlines_of_its_font(backend: str, outlines: TTFont, tmp_path: Path) -> None:
    ours, theirs = canvas(backend), canvas(backend)
    ctx = ours.get_context("2d")
    ctx.font_kerning, ctx.fill_style, ctx.text_rendering = "none", "navy", "geometricPrecision"
    ctx.fill_text("Angle, g&y", 5.3, 35)
    other = theirs.get_context("2d")
    other.fill_style = "navy"
    other.fill(gpucanvas.Path2D(svg_of(outlines, "Angle, g&y", 5.3, 35, SIZE, steps=4)))
    assert ink(ours) > 50_000
    expected = toned(pixels(theirs), tone_of(0, 0, 0.5))
    # Paths are flattened to 1 / 64 px, masks to less: 4 levels, which a tone makes a third larger at most.
    assert_same(pixels(ours), expected, max_difference=5, max_fraction=1.0, folder=tmp_path)


@pytest.mark.parametrize("color", ["black", "white", "#808080"])
def test_turned_text_has_the_tone_of_its_colour(backend: str, outlines: TTFont, color: str, tmp_path: Path) -> None:
    ours, theirs = canvas(backend), canvas(backend)
    for ctx in (ours.get_context("2d"), theirs.get_context("2d")):
        ctx.font_kerning, ctx.fill_style = "none", color
        ctx.rotate(0.1)
    ours.get_context("2d").fill_text("Turned", 20, 30)
    theirs.get_context("2d").fill(gpucanvas.Path2D(svg_of(outlines, "Turned", 20, 30, SIZE)))
    assert ink(ours) > 50_000
    expected = toned(pixels(theirs), {"black": 0, "white": 7, "#808080": 4}[color])
    assert_same(pixels(ours), expected, max_difference=3, max_fraction=1.0, folder=tmp_path)


@pytest.mark.parametrize(("y", "whole"), [(34.6, 35), (35.4, 35), (35.5, 36), (-0.2, 0)])
def test_the_baseline_of_upright_text_is_a_whole_pixel(y: float, whole: float, tmp_path: Path) -> None:
    ours, theirs = canvas(), canvas()
    for drawn, place in ((ours, y), (theirs, whole)):
        ctx = drawn.get_context("2d")
        ctx.scale(1, 1.25)
        ctx.fill_text("pixel", 5.25, place / 1.25)
        gradient = ctx.create_linear_gradient(0, 0, 100, 0)
        gradient.add_color_stop(0, "red")
        gradient.add_color_stop(1, "blue")
        ctx.fill_style = gradient
        ctx.fill_text("pixel", 85, place / 1.25)
    assert_same(pixels(ours), pixels(theirs), max_difference=1, names=("between", "whole"), folder=tmp_path)


def test_text_that_is_turned_or_very_large_is_where_it_is() -> None:
    for turn, size in ((0.01, 30), (0.0, 300)):
        pictures = []
        for y in (30.0, 30.4):
            drawn = canvas(height=60)
            ctx = drawn.get_context("2d")
            ctx.rotate(turn)
            ctx.font = f"{size}px sans-serif"
            ctx.fill_text("place", 5, y)
            pictures.append(pixels(drawn))
        assert not np.array_equal(*pictures)


def test_stroked_text_is_the_stroked_outlines(backend: str, outlines: TTFont, tmp_path: Path) -> None:
    ours, theirs = canvas(backend), canvas(backend)
    for ctx in (ours.get_context("2d"), theirs.get_context("2d")):
        ctx.font_kerning, ctx.line_width, ctx.line_join, ctx.stroke_style = "none", 1.5, "round", "darkred"
        ctx.set_line_dash([4, 2])
        ctx.rotate(0.1)
    ours.get_context("2d").stroke_text("Loop", 20, 30)
    theirs.get_context("2d").stroke(gpucanvas.Path2D(svg_of(outlines, "Loop", 20, 30, SIZE)))
    assert ink(ours) > 20_000
    expected = toned(pixels(theirs), tone_of(139 / 255, 0, 0))
    assert_same(pixels(ours), expected, max_difference=3, max_fraction=1.0, folder=tmp_path)


@pytest.mark.parametrize("align", ["start", "end", "left", "right", "center"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_text_lies_at_its_point_as_it_is_aligned(align: str, direction: str, tmp_path: Path) -> None:
    ours, theirs = canvas(), canvas()
    ctx = ours.get_context("2d")
    ctx.text_align, ctx.direction = align, direction  # type: ignore[assignment]
    width = ctx.measure_text("word").width
    ctx.fill_text("word", 80, 35)
    right = align == "right" or align == ("end" if direction == "ltr" else "start")
    theirs.get_context("2d").fill_text("word", 80 - (width if right else width / 2 if align == "center" else 0), 35)
    assert_same(pixels(ours), pixels(theirs), max_difference=1, names=("aligned", "moved"), folder=tmp_path)


@pytest.mark.parametrize("baseline", ["top", "hanging", "middle", "ideographic", "bottom"])
def test_text_lies_at_its_point_by_its_baseline(baseline: str, tmp_path: Path) -> None:
    ours, theirs = canvas(), canvas()
    ctx = ours.get_context("2d")
    ctx.text_baseline = baseline  # type: ignore[assignment]
    ctx.fill_text("Ag", 20, 20)
    theirs.get_context("2d").fill_text("Ag", 20, 20 - ctx.measure_text("").alphabetic_baseline)
    assert_same(pixels(ours), pixels(theirs), max_difference=1, names=("baseline", "moved"), folder=tmp_path)


def test_a_gradient_stays_where_it_is_when_text_is_drawn_with_it(backend: str, tmp_path: Path) -> None:
    """The text in a grey of its tone, and the gradient over all of it, source-in: the same picture."""
    ours, theirs = canvas(backend), canvas(backend)
    for ctx in (ours.get_context("2d"), theirs.get_context("2d")):
        ctx.scale(1.25, 1.0)
        gradient = ctx.create_linear_gradient(10, 0, 110, 20)
        gradient.add_color_stop(0, "red")
        gradient.add_color_stop(1, "blue")
        if ctx is not ours.get_context("2d"):
            ctx.fill_style = "#7f7f7f"
            assert tone_of(*[0x7F / 255] * 3) == GREY_TONE
            ctx.fill_text("gradient", 10, 35, 80)
            ctx.global_composite_operation = "source-in"
            ctx.fill_style = gradient
            ctx.fill_rect(0, 0, 160, 50)
        else:
            ctx.fill_style = gradient
            ctx.fill_text("gradient", 10, 35, 80)
    assert_same(pixels(ours), pixels(theirs), max_difference=2, names=("text", "source-in"), folder=tmp_path)


def test_text_wider_than_max_width_is_condensed_to_it() -> None:
    drawn = canvas()
    ctx = drawn.get_context("2d")
    box = ctx.measure_text("condensed")
    assert box.width > 60
    ctx.fill_text("condensed", 50, 35, 60)
    columns = np.flatnonzero(pixels(drawn)[..., 3].any(axis=0))
    scale = 60 / box.width
    assert columns[0] == int(50 - box.actual_bounding_box_left * scale)
    assert columns[-1] == int(50 + box.actual_bounding_box_right * scale)
    other = canvas()
    other.get_context("2d").fill_text("wide", 50, 35, 1000)
    plain = canvas()
    plain.get_context("2d").fill_text("wide", 50, 35)
    assert np.array_equal(pixels(other), pixels(plain)), "a text that fits is left alone"


@pytest.mark.parametrize("arguments", [(NAN, 0), (0, INF), (0, 20, NAN), (0, 20, INF)])
@pytest.mark.parametrize("verb", ["fill_text", "stroke_text"])
def test_a_place_that_is_not_finite_draws_nothing_or_raises(verb: str, arguments: tuple[float, ...]) -> None:
    lenient = canvas(on_invalid="ignore")
    getattr(lenient.get_context("2d"), verb)("text", *arguments)
    assert ink(lenient) == 0
    with pytest.raises(ValueError, match=f"{verb}.*give a finite number"):
        getattr(canvas().get_context("2d"), verb)("text", *arguments)


@pytest.mark.parametrize("limit", [0, -1, -0.0])
def test_a_max_width_of_nothing_draws_nothing(limit: float) -> None:
    drawn = canvas()
    drawn.get_context("2d").fill_text("text", 0, 35, limit)
    assert ink(drawn) == 0


def test_a_size_of_nothing_draws_nothing() -> None:
    drawn = canvas()
    ctx = drawn.get_context("2d")
    ctx.font = "0px sans-serif"
    ctx.fill_text("text", 10, 35)
    ctx.stroke_text("text", 10, 35)
    assert ink(drawn) == 0
    assert ctx.measure_text("text").width == 0


def test_text_leaves_the_current_path_alone(tmp_path: Path) -> None:
    ours, theirs = canvas(), canvas()
    for ctx in (ours.get_context("2d"), theirs.get_context("2d")):
        ctx.rect(10, 10, 30, 30)
        if ctx is ours.get_context("2d"):
            ctx.fill_style = "transparent"
            ctx.fill_text("text", 10, 35)
            ctx.fill_style = "black"
        ctx.fill()
    assert_same(pixels(ours), pixels(theirs), max_difference=0, names=("with", "without"), folder=tmp_path)


def test_save_and_restore_bring_all_styles_of_text_back() -> None:
    ctx = canvas().get_context("2d")
    values = {
        "font": "italic 12px serif", "text_align": "center", "text_baseline": "top", "direction": "rtl",
        "letter_spacing": "2px", "word_spacing": "1em", "font_kerning": "none", "font_stretch": "condensed",
        "font_variant_caps": "small-caps", "text_rendering": "geometricPrecision", "lang": "tr",
        "font_feature_settings": {"ss01": 1}, "font_variation_settings": {"wght": 300.0},
    }  # fmt: skip
    before = {name: getattr(ctx, name) for name in values}
    ctx.save()
    for name, value in values.items():
        setattr(ctx, name, value)
    assert {name: getattr(ctx, name) for name in values} == values | {"font": "italic small-caps 12px serif"}
    ctx.restore()
    assert {name: getattr(ctx, name) for name in values} == before
    for name, value in values.items():
        setattr(ctx, name, value)
    ctx.reset()
    new = canvas().get_context("2d")
    new.font = "10px sans-serif"
    assert {name: getattr(ctx, name) for name in values} == {name: getattr(new, name) for name in values}


def test_a_font_sets_capitals_and_stretch_whether_it_names_them_or_not() -> None:
    """As in Chromium, whose getters after each line are these; what is not part of the shorthand stays."""
    ctx = canvas().get_context("2d")

    def seen() -> tuple[str, str, str]:
        return ctx.font_variant_caps, ctx.font_stretch, ctx.font

    ctx.font_kerning, ctx.letter_spacing = "none", "3px"
    ctx.font = "small-caps expanded 20px serif"
    assert seen() == ("small-caps", "expanded", "small-caps 20px serif")
    ctx.font_variant_caps = "all-small-caps"
    assert seen() == ("all-small-caps", "expanded", "20px serif")
    ctx.font = "20px serif"
    assert seen() == ("normal", "normal", "20px serif")
    ctx.font_variant_caps, ctx.font_stretch = "small-caps", "condensed"
    assert seen() == ("small-caps", "condensed", "small-caps 20px serif")
    ctx.save()
    ctx.font = "20px serif"
    assert seen() == ("normal", "normal", "20px serif"), "the same text resets them, too"
    ctx.restore()
    with pytest.raises(ValueError, match="font"):
        ctx.font = "nonsense"
    assert seen() == ("small-caps", "condensed", "small-caps 20px serif")
    assert (ctx.font_kerning, ctx.letter_spacing) == ("none", "3px")


def test_capitals_of_the_font_can_be_taken_back() -> None:
    ctx = canvas().get_context("2d")
    ctx.font = "20px serif"
    plain = ctx.measure_text("hello").width
    ctx.font = "small-caps 20px serif"
    assert ctx.measure_text("hello").width != plain
    ctx.font_variant_caps = "normal"
    assert ctx.measure_text("hello").width == plain


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text_align", "middle"), ("text_baseline", "Top"), ("direction", "auto"), ("font_kerning", "off"),
        ("font_stretch", "90%"), ("font_variant_caps", "caps"), ("text_rendering", "fast"), ("font", "bold"),
        ("font", 12), ("lang", None),
    ],
)  # fmt: skip
def test_a_style_that_is_none_raises_or_is_ignored(name: str, value: object) -> None:
    ctx = canvas().get_context("2d")
    before = getattr(ctx, name)
    with pytest.raises(ValueError, match=name):
        setattr(ctx, name, value)
    lenient = canvas(on_invalid="ignore").get_context("2d")
    setattr(lenient, name, value)
    assert getattr(ctx, name) == getattr(lenient, name) == before


def test_text_as_a_path_clips_and_is_hit(tmp_path: Path) -> None:
    ours, theirs = canvas(), canvas()
    ctx = ours.get_context("2d")
    path = ctx.text_path("Hit", 20, 35)
    ctx.save()
    ctx.clip(path)
    ctx.fill_rect(0, 0, 160, 50)
    ctx.restore()
    other = theirs.get_context("2d")
    other.fill(other.text_path("Hit", 20, 35))
    assert_same(pixels(ours), pixels(theirs), max_difference=2, names=("clipped", "filled"), folder=tmp_path)
    inside = [(x, y) for y in range(50) for x in range(160) if pixels(theirs)[y, x, 3] == 255]
    assert inside
    assert all(ctx.is_point_in_path(path, x + 0.5, y + 0.5) for x, y in inside[::20])
    assert not ctx.is_point_in_path(path, 5, 5)


def test_text_on_an_opaque_canvas_keeps_it_opaque(backend: str) -> None:
    drawn = gpucanvas.Canvas(80, 40, backend=backend)
    ctx = drawn.get_context("2d", alpha=False)
    ctx.fill_style, ctx.font = "white", "24px sans-serif"
    ctx.fill_text("in", 5, 30)
    ctx.global_composite_operation = "destination-out"
    ctx.fill_text("out", 35, 30)
    found = pixels(drawn)
    assert (found[..., 3] == 255).all()
    assert found[..., 0].max() == 255


def test_many_texts_at_once_are_those_of_single_calls(backend: str, tmp_path: Path) -> None:
    texts, x, y = ["one", "two", "three", "two"], [5.0, 40.5, 80.0, 10.0], np.array([20, 22, 24, 45], np.float32)
    colors = ["red", (0.0, 0.5, 0.0), "#00f8", "black"]
    ours, theirs = canvas(backend), canvas(backend)
    for drawn in (ours, theirs):
        drawn.get_context("2d").font = "18px sans-serif"
    ours.get_context("2d").fill_texts(texts, x, y, color=colors)
    ctx = theirs.get_context("2d")
    for text, left, top, color in zip(texts, x, y, colors, strict=True):
        ctx.fill_style = color
        ctx.fill_text(text, left, float(top))
    assert_same(pixels(ours), pixels(theirs), max_difference=0, names=("at once", "one by one"), folder=tmp_path)
    assert ours.get_context("2d").fill_style == "#000000"


@pytest.mark.parametrize(
    "color",
    [
        np.array([[1, 0, 0], [0, 0, 1]], np.float32), np.array([[255, 0, 0, 255], [0, 0, 255, 255]], np.uint8),
        [(1, 0, 0), "blue"], ["red", np.array([0.0, 0.0, 1.0])],
    ],
)  # fmt: skip
def test_colours_of_many_texts_are_taken_in_all_their_forms(color: object) -> None:
    drawn = canvas()
    ctx = drawn.get_context("2d")
    ctx.fill_texts(["MM", "MM"], [5, 90], 35, color=color)  # type: ignore[arg-type]
    left, right = pixels(drawn)[:, :75], pixels(drawn)[:, 85:]
    assert (left[left[..., 3] == 255] == (255, 0, 0, 255)).all()
    assert (right[right[..., 3] == 255] == (0, 0, 255, 255)).all()
    assert (left[..., 3] == 255).any()
    assert (right[..., 3] == 255).any()


def test_many_texts_of_other_lengths_are_refused() -> None:
    ctx = canvas().get_context("2d")
    with pytest.raises(ValueError, match=r"x has shape \(3,\): give \(2,\)"):
        ctx.fill_texts(["a", "b"], [1, 2, 3], 0)
    with pytest.raises(ValueError, match="color has 3 entries for 2 texts"):
        ctx.fill_texts(["a", "b"], 0, 0, color=["red"] * 3)
    with pytest.raises(ValueError, match="color has 3 entries for 2 texts"):
        ctx.fill_texts(["a", "b"], 0, 0, color=np.ma.masked_less(np.eye(3), 0.5))
    with pytest.raises(TypeError, match="strings is 'ab': give a list"):
        ctx.fill_texts("ab", 0, 0)


def test_turned_text_drawn_again_is_one_command_and_no_more_path() -> None:
    """Counted: the second frame holds one path for a hundred texts alike."""
    ctx = canvas().get_context("2d")
    ctx.rotate(0.1)
    ctx.fill_text("again", 0, 10)
    commands = ctx._recording
    assert commands is not None
    verbs, count = len(commands.verbs), len(commands)
    for i in range(100):
        ctx.fill_text("again", i, 10)
    assert len(commands.verbs) == verbs
    assert len(commands) == count + 100


@pytest.mark.parametrize(
    ("number", "text"),
    [(5, "5"), (2.0, "2"), (-2.5, "-2.5"), (np.int64(7), "7"), (np.float32(1.5), "1.5"), (1e21, "1e+21"),
     (float("nan"), "NaN"), (10**400, "Infinity"), (True, "true"), (False, "false"), (None, "null")],
)  # fmt: skip
def test_a_number_is_a_text_as_in_javascript_where_invalid_values_are_ignored(number: object, text: str) -> None:
    found = []
    for value in (number, text):
        with gpucanvas.Canvas(80, 80, backend="cpu", on_invalid="ignore") as canvas:
            ctx = canvas.get_context("2d")
            ctx.fill_text(value, 5, 20)
            ctx.stroke_text(value, 5, 40)
            ctx.fill_texts(["a", value], 5, [60, 75])
            found.append((ctx.measure_text(value).width, canvas.to_numpy()))
    (width, drawn), (wanted_width, wanted) = found
    assert width == wanted_width > 0
    assert np.array_equal(drawn, wanted)
    strict = gpucanvas.Recording(80, 80).get_context("2d")
    with pytest.raises(TypeError, match="give a str"):
        strict.fill_text(number, 1, 1)


@pytest.mark.parametrize("operator", ["copy", "source-in", "destination-in", "source-out", "destination-atop"])
@pytest.mark.parametrize("text", ["", " ", "\u200b"])
@pytest.mark.parametrize("verb", ["fill_text", "stroke_text"])
def test_a_text_without_ink_clears_what_its_operator_clears(operator: Any, text: str, verb: str, backend: str) -> None:
    """As in Chromium; one of no size, or at no place, does nothing."""
    drawn = canvas(backend, 8, 4)
    ctx = drawn.get_context("2d")
    ctx.fill_rect(0, 0, 8, 4)
    ctx.global_composite_operation = operator
    getattr(ctx, verb)(text, 2, 2, 0)
    assert pixels(drawn)[..., 3].min() == 255
    getattr(ctx, verb)(text, 2, 2)
    assert not pixels(drawn).any()
    ctx.global_composite_operation = "source-over"
    ctx.fill_rect(0, 0, 8, 4)
    ctx.global_composite_operation = "source-atop"
    getattr(ctx, verb)(text, 2, 2)
    assert pixels(drawn)[..., 3].min() == 255
