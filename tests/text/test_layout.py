"""Layouts: lines no wider than asked and broken where UAX 14 allows, alignment, carets and selections."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from script_fonts import register
from unicode_files import UNICODE

import gpucanvas
from compare import assert_same
from gpucanvas import TextLayout, TextSpan, layout_text

TEXT = "The quick brown fox jumps over the lazy dog and runs away from what it has done there."
HEBREW = "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd"


@pytest.fixture
def font() -> str:
    register("Hebrew")
    return f"16px '{register('Latin')}', 'Test Hebrew'"


def shown(layout: TextLayout) -> list[str]:
    return [layout.text[line.start : line.end] for line in layout.lines]


def width_of(text: str, font: str) -> float:
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    ctx.font = font
    return ctx.measure_text(text).width


@pytest.mark.parametrize("width", [60, 100, 233.5, 1000])
def test_lines_hold_all_of_the_text_and_as_many_words_as_fit(font: str, width: float) -> None:
    layout = layout_text(TEXT, width, font=font)
    lines = shown(layout)
    assert "".join(lines) == TEXT
    words = [line.split() for line in lines]
    for number, line in enumerate(layout.lines):
        assert line.width == pytest.approx(width_of(lines[number].rstrip(), font))
        assert line.width <= width + 1e-6
        if number + 1 < len(lines):
            assert width_of(" ".join([*words[number], words[number + 1][0]]), font) > width, "one more would not fit"


def test_lines_without_a_width_end_where_the_text_says_so(font: str) -> None:
    layout = layout_text("one\ntwo\r\n\nfour\u2028five\n", font=font)
    assert shown(layout) == ["one\n", "two\r\n", "\n", "four\u2028", "five\n", ""]
    assert layout.width == pytest.approx(max(width_of(each, font) for each in ("one", "two", "four", "five")))
    assert layout.height == pytest.approx(6 * layout.lines[0].height)


def test_a_word_wider_than_a_line_is_broken_between_clusters(font: str) -> None:
    word = "e\u0301" * 30
    layout = layout_text(word, 40, font=font)
    assert len(layout.lines) > 3
    for line in layout.lines:
        assert line.width <= 40
        assert line.start % 2 == 0, "an accent stays with its letter"
    assert shown(layout_text("WWW", 1, font=font)) == ["W", "W", "W"], "one cluster a line at least"


def test_a_soft_hyphen_shows_only_where_a_line_ends(font: str) -> None:
    whole = layout_text("extra\u00adordinary", font=font)
    assert whole.lines[0].width == pytest.approx(width_of("extraordinary", font))
    layout = layout_text("extra\u00adordinary", width_of("extraordin", font), font=font)
    assert shown(layout) == ["extra\u00ad", "ordinary"]
    assert layout.lines[0].width == pytest.approx(width_of("extra\u2010", font))
    narrow = layout_text("ab extra\u00adordinary", width_of("ab extra", font) + 0.5, font=font)
    assert shown(narrow)[0] == "ab ", "the hyphen would not fit"


@pytest.mark.parametrize("align", ["start", "end", "left", "right", "center"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_lines_lie_where_they_are_aligned(font: str, align: str, direction: str) -> None:
    layout = layout_text(TEXT, 200, font=font, align=align, direction=direction)  # type: ignore[arg-type]
    right = align == "right" or align == ("end" if direction == "ltr" else "start")
    for line in layout.lines:
        free = 200 - line.width
        assert line.x == pytest.approx(free if right else free / 2 if align == "center" else 0)


def test_justified_lines_fill_the_width_but_for_the_last(font: str) -> None:
    layout = layout_text(f"{TEXT}\n{TEXT}", 150, font=font, align="justify")
    last = {number for number, line in enumerate(shown(layout)) if line.endswith(("\n", "there."))}
    assert len(last) == 2
    for number, line in enumerate(layout.lines):
        edges = [edge for cluster in line.clusters for edge in (cluster.left, cluster.right)]
        assert max(edges) == pytest.approx(line.x + line.width)
        if number in last:
            assert line.width == pytest.approx(width_of(shown(layout)[number].rstrip(), font))
        elif " " in shown(layout)[number].rstrip():
            assert line.width == pytest.approx(150)


def test_the_last_of_too_many_lines_ends_with_an_ellipsis_that_fits(font: str) -> None:
    layout = layout_text(TEXT, 100, font=font, max_lines=2)
    assert layout.is_cut
    assert len(layout.lines) == 2
    assert layout.lines[1].width <= 100
    assert layout.lines[1].width > 100 - width_of("W", font)
    assert not layout_text("short", 100, font=font, max_lines=2).is_cut
    plain = layout_text(TEXT, 100, font=font, max_lines=2, ellipsis="")
    assert shown(plain) == shown(layout_text(TEXT, 100, font=font))[:2]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"line_height": "20px"}, 20),
        ({"line_height": "150%"}, 24),
        ({"line_height": "1.25"}, 20),
        ({"line_height": "2em"}, 32),
        ({"shorthand": "16px/30px"}, 30),
        ({"shorthand": "16px/1.5"}, 24),
        ({"shorthand": "16px/30px", "line_height": 2}, 32),
    ],
    ids=str,
)
def test_line_height_is_read_as_in_css(font: str, given: dict[str, Any], expected: float) -> None:
    given = dict(given)
    family = font.split(" ", 1)[1]
    layout = layout_text("one\ntwo", font=f"{given.pop('shorthand', '16px')} {family}", **given)
    assert [line.height for line in layout.lines] == [expected, expected]


def test_line_height_is_the_distance_of_baselines(font: str) -> None:
    layout = layout_text(TEXT, 100, font=font, line_height=1.5)
    baselines = [line.baseline for line in layout.lines]
    assert np.diff(baselines) == pytest.approx(24)
    assert layout.height == pytest.approx(24 * len(layout.lines))
    normal = layout_text("x", font=font).lines[0]
    assert normal.height == pytest.approx(normal.ascent + normal.descent)


def test_spans_have_fonts_and_spacing_of_their_own(font: str) -> None:
    spans = ["ab", TextSpan("cd", font=font.replace("16px", "40px")), TextSpan("ef", letter_spacing=5)]
    layout = layout_text(spans, font=font)
    expected = width_of("ab", font) + width_of("cd", font.replace("16px", "40px")) + width_of("ef", font) + 10
    assert layout.lines[0].width == pytest.approx(expected)
    assert layout.lines[0].height == layout_text("x", font=font.replace("16px", "40px")).lines[0].height


@pytest.mark.parametrize("text", [TEXT, f"mixed {HEBREW} 123 end", f"{HEBREW} abc {HEBREW}", "ffi fjord\nfi", ""])
def test_a_caret_set_where_a_caret_is_stays_there(font: str, text: str) -> None:
    layout = layout_text(text, 120, font=font)
    for index in range(len(text) + 1):
        x, top, height = layout.caret(index)
        found = layout.index_at(x, top + height / 2)
        assert layout.caret(found)[:2] == pytest.approx((x, top)), f"at {index}, found {found}"
    with pytest.raises(IndexError, match=f"index is {len(text) + 1}: give one from 0 to {len(text)}"):
        layout.caret(len(text) + 1)


def test_a_selection_covers_its_characters_and_no_others(font: str) -> None:
    layout = layout_text(TEXT, 150, font=font)
    rects = layout.selection(0, len(TEXT))
    assert len(rects) == len(layout.lines)
    for line, (x, y, width, height) in zip(layout.lines, rects, strict=True):
        assert (x, y, width, height) == pytest.approx((line.x, line.top, line.width, line.height))
    ((x, _, width, _),) = layout.selection(4, 9)
    assert x == pytest.approx(width_of("The ", font), abs=0.5)
    assert width == pytest.approx(width_of("quick", font), abs=0.5)
    assert layout.selection(5, 5) == []


def test_a_selection_across_directions_is_of_several_parts(font: str) -> None:
    layout = layout_text(f"abc {HEBREW} def", font=font)
    assert len(layout.selection(2, 7)) == 2


def test_a_layout_is_drawn_as_its_lines_are_by_single_calls(font: str, backend: str, tmp_path: object) -> None:
    """Whole-pixel heights of lines, so that both are at the same places."""
    layout = layout_text(TEXT, 150, font=font, align="center")
    pictures = []
    for one_by_one in (False, True):
        canvas = gpucanvas.Canvas(160, 160, backend=backend)
        ctx = canvas.get_context("2d")
        ctx.fill_style = "seagreen"
        ctx.font = font
        if one_by_one:
            for line in layout.lines:
                ctx.fill_text(layout.text[line.start : line.end].rstrip(), 5 + line.x, 3 + line.baseline)
        else:
            ctx.fill_layout(layout, 5, 3)
            assert ctx.fill_style == "#2e8b57"
        pictures.append(np.array(canvas.to_numpy()))
    assert_same(pictures[0], pictures[1], max_difference=2, names=("layout", "lines"), folder=tmp_path)


def test_a_span_is_drawn_in_its_colour(font: str) -> None:
    canvas = gpucanvas.Canvas(200, 40, backend="cpu")
    ctx = canvas.get_context("2d")
    layout = layout_text(["MM", TextSpan("MM", color="red"), TextSpan("MM", color=(0.0, 0.0, 1.0))], font=font)
    ctx.fill_layout(layout, 0, 0)
    pixels = canvas.to_numpy()
    for index, color in enumerate(([0, 0, 0], [255, 0, 0], [0, 0, 255])):
        left, right = (round(layout.caret(2 * index + end)[0]) for end in (0, 2))
        part = pixels[:, left + 1 : right - 1]
        assert (part[part[..., 3] == 255][:, :3] == color).all()


def drawn(layout: TextLayout, x: float, y: float, scale: float = 1.0) -> np.ndarray[Any, Any]:
    with gpucanvas.Canvas(240, 80, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.scale(scale, scale)
        ctx.fill_layout(layout, x, y)
        return np.array(canvas.to_numpy())


@pytest.mark.parametrize("scale", [1.0, 1.7])
@pytest.mark.parametrize("word", ["underline", "overline", "line-through"])
def test_a_line_along_text_is_sharp_from_end_to_end_and_has_no_seams(font: str, word: str, scale: float) -> None:
    bold = font.replace("16px", "italic 16px")
    spans = [
        TextSpan("aa \u05e9 b", color="red", text_decoration=word),
        TextSpan("ccc", font=bold, color="red", text_decoration=word),
    ]
    layout = layout_text(["a", *spans, "a"], font=font)
    pixels = drawn(layout, 10.3, 8.4, scale)
    is_red = (pixels == [255, 0, 0, 255]).all(-1)
    left, right = (round(scale * (10.3 + layout.caret(index)[0])) for index in (1, 10))
    rows = np.flatnonzero(is_red[:, left:right].all(1))
    baseline = scale * (8.4 + layout.lines[0].baseline)
    bounds = {"underline": (0, 4), "overline": (-18, -13), "line-through": (-8, -3)}[word]
    assert len(rows) >= 1
    assert scale * bounds[0] <= rows[0] - baseline <= rows[-1] - baseline <= scale * bounds[1] + 1
    reds = is_red[rows[0]] if word != "line-through" else pixels[rows[0], :, 0] == 255
    assert np.flatnonzero(reds).tolist() == [*range(left, right)]


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_decorations_under_a_matrix_that_overflows_or_vanishes_are_no_error(font: str, scale: float) -> None:
    """Device edges may be infinite, NaN or 0; what is seen then is only the layout that is drawn after it."""
    layout = layout_text(TextSpan("abc", color="red", text_decoration="underline", background="yellow"), font=font)
    wanted = drawn(layout, 0, 0)
    with gpucanvas.Canvas(240, 80, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        for x in (0.0, -30.0):
            with ctx.save():
                ctx.scale(scale, scale)
                ctx.scale(scale, scale)
                ctx.fill_layout(layout, x, 5)
        ctx.clear_rect(0, 0, 240, 80)
        ctx.fill_layout(layout, 0, 0)
        assert np.array_equal(canvas.to_numpy(), wanted)


def test_backgrounds_are_behind_the_text_and_all_of_its_font_high(font: str) -> None:
    blue = [0, 0, 255, 255]
    inked = (drawn(layout_text(TextSpan("gjl", color="blue"), font=font), 0, 0) == blue).all(-1)
    layout = layout_text(TextSpan("gjl", color="blue", background="yellow"), font=font)
    pixels = drawn(layout, 0, 0)
    assert inked.any()
    assert (pixels[inked] == blue).all()
    rows = np.flatnonzero(pixels[..., 3].any(1))
    assert len(rows) == layout.lines[0].ascent + layout.lines[0].descent
    assert (pixels[rows, : round(layout.width), 3] == 255).all()


def test_of_the_lines_along_text_only_the_one_through_it_is_over_it(font: str) -> None:
    """Glyphs in colour show the order."""
    span = TextSpan("ab", text_decoration="line-through overline underline", background="yellow", color="red")
    decorations = layout_text(["x", span], font=font).lines[0].decorations
    assert [(each.color, each.is_over_text) for each in decorations] == [
        ("yellow", False),
        ("red", False),
        ("red", False),
        ("red", True),
    ]


def heights_of(layout: TextLayout) -> list[np.ndarray[Any, Any]]:
    return [one.y for line in layout.lines for piece, _ in line.pieces for one in piece.placed]


@pytest.mark.parametrize(
    ("shift", "up"), [("super", 16 / 3), ("sub", -16 / 5), (2.5, 2.5), ("-3px", -3.0), ("0.5em", 5.0), ("0", 0.0)]
)
def test_a_span_is_raised_by_its_baseline_shift(font: str, shift: str | float, up: float) -> None:
    small = font.replace("16px", "10px")
    level, raised = (
        layout_text(["x", TextSpan("2", font=small, baseline_shift=each)], font=font) for each in (0, shift)
    )
    before, after = heights_of(level), heights_of(raised)
    assert (after[0] == before[0]).all()
    assert after[1] == pytest.approx(before[1] - up)
    assert [c.left for c in raised.lines[0].clusters] == [c.left for c in level.lines[0].clusters]


def test_raised_text_makes_a_line_higher_unless_the_line_height_is_given(font: str) -> None:
    spans = ["a", TextSpan("b", baseline_shift=40), "\nplain"]
    level, free = layout_text(["ab\nplain"], font=font), layout_text(spans, font=font)
    assert free.lines[0].height == level.lines[0].height + 40
    assert free.lines[0].baseline == level.lines[0].baseline + 40
    assert free.lines[0].ascent == level.lines[0].ascent + 40
    assert free.lines[1].height == level.lines[1].height
    fixed = layout_text(spans, font=font, line_height=1.5)
    assert [line.baseline for line in fixed.lines] == [
        line.baseline for line in layout_text("ab\nplain", font=font, line_height=1.5).lines
    ]


def test_a_span_has_font_features_of_its_own() -> None:
    latin = "16px 'Noto Sans'"
    with gpucanvas.Canvas(80, 40, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.font, ctx.font_feature_settings = latin, {"frac": 1}
        layout = layout_text(TextSpan("1/2", font_feature_settings={"frac": 1}), font=latin)
        ctx.fill_text("1/2", 4, layout.lines[0].baseline)
        expected = np.array(canvas.to_numpy())
        ctx.reset()
        ctx.fill_layout(layout, 4, 0)
        assert (canvas.to_numpy() == expected).all()
        ctx.reset()
        ctx.fill_layout(layout_text("1/2", font=latin), 4, 0)
        assert (canvas.to_numpy() != expected).any()


@pytest.mark.parametrize(
    ("style", "message"),
    [
        ({"text_decoration": "strike"}, "text_decoration is 'strike': give one or more of underline, overline"),
        ({"text_decoration": None}, "text_decoration is None: give"),
        ({"baseline_shift": "high"}, "baseline_shift is 'high': give 'super', 'sub', a length"),
        ({"baseline_shift": "3"}, "baseline_shift is '3': give"),
        ({"font_feature_settings": {"small": 1}}, "font_feature_settings is .*: give a dictionary of tags"),
    ],
)
def test_a_style_of_a_span_that_is_wrong_is_named(style: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        layout_text(["a", TextSpan("b", **style)])


@pytest.mark.parametrize("has_shadow", [False, True])
def test_translucent_letters_that_a_layout_moves_over_one_another_are_one_shape(has_shadow: bool) -> None:
    layout = layout_text(["HHHH", TextSpan(" MMMM", letter_spacing=-8)], font=f"24px '{register('Latin')}'")
    canvas = gpucanvas.Canvas(300, 120, backend="cpu")
    ctx = canvas.get_context("2d")
    if has_shadow:
        ctx.shadow_color, ctx.shadow_offset_y = "rgb(0 0 0 / 0.5)", 60
    else:
        ctx.fill_style = "rgb(0 0 0 / 0.5)"
    ctx.fill_layout(layout, 5, 5)
    assert canvas.to_numpy()[60 * has_shadow :, :, 3].max() in (127, 128)


def test_a_layout_with_a_wrong_colour_leaves_the_fill_style() -> None:
    ctx = gpucanvas.Recording(200, 40).get_context("2d")
    with pytest.raises(ValueError, match="no colour for 'var"):
        ctx.fill_layout(layout_text([TextSpan("MM", color="red"), TextSpan("MM", color="var(--no)")]), 0, 0)
    assert ctx.fill_style == "#000000"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"width": float("nan")}, "width is nan: give a number of px of 0 or more"),
        ({"width": -1}, "width is -1: give"),
        ({"align": "middle"}, "align is 'middle': give one of start"),
        ({"direction": "up"}, "direction is 'up': give one of ltr"),
        ({"line_height": -1}, "line_height is -1: give a multiple of the font size such as 1.4, or a length"),
        ({"line_height": "tall"}, "line_height is 'tall': give a multiple of the font size such as 1.4, or a length"),
        ({"line_height": [2]}, "line_height is .2.: give a multiple of the font size"),
        ({"max_lines": 0}, "max_lines is 0: give 1 or more"),
        ({"max_lines": True}, "max_lines is True: give 1 or more"),
        ({"font": "bold"}, "font 'bold'"),
        ({"letter_spacing": "3"}, "letter_spacing is '3': give a length"),
    ],
)
def test_an_argument_out_of_range_is_named(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        layout_text("text", **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"width": "100"}, "layout_text: width is '100': give a number"),
        ({"width": True}, "layout_text: width is True: give a number"),
        ({"font": None}, "layout_text: font is None: give a text such as '16px sans-serif'"),
        ({"lang": 5}, "layout_text: lang is 5: give a text such as 'en'"),
        ({"max_lines": "2"}, "layout_text: max_lines is '2': give a whole number, or None"),
        ({"max_lines": 1.5}, "layout_text: max_lines is 1.5: give a whole number, or None"),
        ({"ellipsis": 5}, "layout_text: ellipsis is 5: give a text such as '...'"),
        ({"text": [TextSpan(5)]}, "layout_text: the text of a span is 5: give a str"),  # type: ignore[arg-type]
        ({"text": TextSpan("a", font=5)}, "layout_text: font of a span is 5: give"),  # type: ignore[arg-type]
        ({"text": TextSpan("a", color=5)}, "layout_text: color of the span 'a': 5 is no colour: give a CSS string"),
    ],
)
def test_an_argument_of_another_type_is_named(arguments: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        layout_text(**({"text": "text"} | arguments))


def test_colours_of_spans_are_read_where_the_layout_is_made() -> None:
    for name in ("color", "background"):
        with pytest.raises(ValueError, match=f"layout_text: {name} of the span 'a': 'rd' is no CSS colour.* 'red'"):
            layout_text(["b", TextSpan("a", **{name: "rd"})])
    ctx = gpucanvas.Recording(9, 9).get_context("2d")
    gradient = ctx.create_linear_gradient(0, 0, 9, 9)
    for color in (gradient, ctx.create_pattern(np.zeros((2, 2, 4), np.uint8), "repeat"), "var(--accent)", (1, 0, 0)):
        layout_text([TextSpan("a", color=color, background=color)])


def test_a_font_that_is_no_text_is_named() -> None:
    with pytest.raises(TypeError, match="the font is 5: give a CSS font such as '16px sans-serif'"):
        gpucanvas.fonts.match(5)  # type: ignore[arg-type]


def test_questions_to_a_layout_are_checked() -> None:
    layout: Any = layout_text("some text", 40)
    nan = float("nan")
    for ask, said in (
        (lambda: layout.line_at(nan), "line_at: y is nan: give a finite number of px"),
        (lambda: layout.index_at(nan, 0), "index_at: x is nan"),
        (lambda: layout.index_at(0, nan), "index_at: y is nan"),
    ):
        with pytest.raises(ValueError, match=said):
            ask()
    for ask, said in (
        (lambda: layout.line_at("0"), "line_at: y is '0': give a number"),
        (lambda: layout.caret(1.5), "caret: index is 1.5: give a whole number"),
        (lambda: layout.selection(0, 1.5), "selection: end is 1.5: give a whole number"),
    ):
        with pytest.raises(TypeError, match=said):
            ask()
    assert layout.caret(np.int64(2)) == layout.caret(2)


def test_what_is_no_text_is_named() -> None:
    for text in (None, 3, ["a", 3]):
        with pytest.raises(TypeError, match="give a str, or a list of str and TextSpan"):
            layout_text(text)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="fill_layout: the layout is 'text'"):
        gpucanvas.Recording(9, 9).get_context("2d").fill_layout("text", 0, 0)  # type: ignore[arg-type]


@pytest.mark.skipif(not UNICODE.exists(), reason="Unicode's files are not here: apt-get install unicode-data")
def test_lines_end_where_unicodes_own_cases_have_them() -> None:
    """All but the cases that the library of segments is known to break in another way: wide brackets, newer data."""
    from gpucanvas.text.paragraph import breaks_of

    wrong, count = 0, 0
    for line in (UNICODE / "auxiliary" / "LineBreakTest.txt").read_text(encoding="utf-8").splitlines():
        signs = line.split("#")[0].split()
        if not signs:
            continue
        text, expected = "", []
        for sign in signs:
            if sign == "\u00f7":
                expected.append(len(text))
            elif sign != "\u00d7":
                text += chr(int(sign, 16))
        count += 1
        wrong += breaks_of(text) != [end for end in expected if end]
    assert count > 7000
    assert wrong <= 60


def test_a_paragraph_of_a_quarter_million_characters_is_laid_out() -> None:
    register("Latin")
    register("Hebrew")
    text = ("word " * 40 + HEBREW + " ") * 1200
    layout = layout_text(text, 50_000, font="16px 'Test Latin', 'Test Hebrew'")
    assert len(text) > 250_000
    assert "".join(shown(layout)) == text
