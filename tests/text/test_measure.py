"""TextMetrics against the tables of the font file, read with fontTools, and against outlines that HarfBuzz drew."""

from __future__ import annotations

import pickle
import random
import string
from math import floor
from typing import Any

import pytest
import uharfbuzz as hb
from built_fonts import build_font
from fontTools.ttLib import TTFont
from script_fonts import font_file, register

import gpucanvas
from gpucanvas.text import glyphs
from gpucanvas.text.line import line_of
from gpucanvas.text.measure import MeasuredText, measured
from gpucanvas.text.shape import setting_of
from gpucanvas.text.textmetrics import TextMetrics

FIELDS = (
    "width", "actual_bounding_box_left", "actual_bounding_box_right", "actual_bounding_box_ascent",
    "actual_bounding_box_descent", "font_bounding_box_ascent", "font_bounding_box_descent", "em_height_ascent",
    "em_height_descent", "hanging_baseline", "alphabetic_baseline", "ideographic_baseline",
)  # fmt: skip
BASELINES = ("top", "hanging", "middle", "alphabetic", "ideographic", "bottom")


def context(font: str) -> gpucanvas.Context2D:
    ctx = gpucanvas.Recording(100, 100).get_context("2d")
    ctx.font = font
    return ctx


def test_measures_are_those_of_the_tables_of_the_font() -> None:
    font = TTFont(font_file("Latin"))
    size, em = 23, font["head"].unitsPerEm
    metrics = context(f"{size}px '{register('Latin')}'").measure_text("x")
    assert metrics.font_bounding_box_ascent == floor(font["hhea"].ascent * size / em + 0.5)
    assert metrics.font_bounding_box_descent == floor(-font["hhea"].descent * size / em + 0.5)
    top, bottom = font["OS/2"].sTypoAscender, -font["OS/2"].sTypoDescender
    assert metrics.em_height_ascent == pytest.approx(size * top / (top + bottom), abs=1 / 64)
    assert metrics.em_height_ascent + metrics.em_height_descent == size
    assert metrics.alphabetic_baseline == 0
    assert metrics.width == pytest.approx(font["hmtx"]["x"][0] * size / em)


def test_measures_under_geometric_precision_round_descents_up() -> None:
    """So does Chromium: 0.293 * 20 px is 5.86, which is 6 either way; 0.293 * 15 px is 4.395, which is 4 or 5."""
    font = TTFont(font_file("Latin"))
    em = font["head"].unitsPerEm
    for size in (20, 15):
        ctx = context(f"{size}px '{register('Latin')}'")
        plain = ctx.measure_text("x")
        ctx.text_rendering = "geometricPrecision"
        precise = ctx.measure_text("x")
        cut = int(plain.font_bounding_box_descent < -font["hhea"].descent * size / em)
        assert cut == (size == 15)
        assert precise.font_bounding_box_descent == plain.font_bounding_box_descent + cut
        assert precise.font_bounding_box_ascent == plain.font_bounding_box_ascent - cut


def test_measures_of_a_font_without_baselines_take_the_standards_stand_ins() -> None:
    gpucanvas.fonts.register(build_font("Built Plain", ascent=900, descent=250), family="Built Plain")
    metrics = context("100px 'Built Plain'").measure_text("A")
    assert (metrics.font_bounding_box_ascent, metrics.font_bounding_box_descent) == (90, 25)
    assert (metrics.hanging_baseline, metrics.ideographic_baseline) == (72, -25)
    assert (metrics.em_height_ascent, metrics.em_height_descent) == (80, 20)
    box = [getattr(metrics, f"actual_bounding_box_{side}") for side in ("left", "right", "ascent", "descent")]
    assert box == pytest.approx([0, 50, 50, 0])
    assert metrics.width == 60


@pytest.mark.parametrize("baseline", BASELINES)
def test_all_heights_count_from_the_baseline_that_is_set(baseline: str) -> None:
    ctx = context("20px sans-serif")
    plain = {name: getattr(ctx.measure_text("Ag"), name) for name in FIELDS}
    ctx.text_baseline = baseline  # type: ignore[assignment]
    metrics = ctx.measure_text("Ag")
    up = {
        "top": plain["em_height_ascent"],
        "bottom": -plain["em_height_descent"],
        "middle": (plain["em_height_ascent"] - plain["em_height_descent"]) / 2,
        "alphabetic": 0.0,
        "hanging": plain["hanging_baseline"],
        "ideographic": plain["ideographic_baseline"],
    }[baseline]
    for name in FIELDS:
        sign = 0 if name == "width" or name.endswith(("left", "right")) else 1 if name.endswith("descent") else -1
        assert getattr(metrics, name) == pytest.approx(plain[name] + sign * up), name
    own = {"alphabetic": "alphabetic_baseline", "hanging": "hanging_baseline", "ideographic": "ideographic_baseline"}
    if baseline in own:
        assert getattr(metrics, own[baseline]) == 0


@pytest.mark.parametrize(
    ("align", "direction", "part"),
    [
        ("start", "ltr", 0), ("start", "rtl", 1), ("end", "ltr", 1), ("end", "rtl", 0), ("left", "rtl", 0),
        ("right", "ltr", 1), ("center", "ltr", 0.5), ("start", "inherit", 0),
    ],
)  # fmt: skip
def test_left_and_right_count_from_the_point_that_the_text_is_drawn_at(align: str, direction: str, part: float) -> None:
    ctx = context("20px sans-serif")
    plain = ctx.measure_text("word")
    ctx.text_align, ctx.direction = align, direction  # type: ignore[assignment]
    metrics = ctx.measure_text("word")
    assert metrics.actual_bounding_box_left == pytest.approx(plain.actual_bounding_box_left + part * plain.width)
    assert metrics.actual_bounding_box_right == pytest.approx(plain.actual_bounding_box_right - part * plain.width)


@pytest.mark.parametrize("letter", "AgQ@&\u00e9\u0436")
def test_the_box_of_a_letter_is_that_of_its_outline(letter: str) -> None:
    """Points of the curves, finely spaced, reach up to the box and not beyond it."""
    size = 100
    face = hb.Face(hb.Blob.from_file_path(str(font_file("Latin"))))
    font = hb.Font(face)
    points: list[tuple[float, float]] = []
    last = (0.0, 0.0)

    def line(x: float, y: float, _: None) -> None:
        nonlocal last
        last = (x, y)
        points.append(last)

    def quad(cx: float, cy: float, x: float, y: float, _: None) -> None:
        nonlocal last
        for t in (i / 64 for i in range(65)):
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
            points.append((a * last[0] + b * cx + c * x, a * last[1] + b * cy + c * y))
        last = (x, y)

    funcs = hb.DrawFuncs()
    funcs.set_move_to_func(line)
    funcs.set_line_to_func(line)
    funcs.set_quadratic_to_func(quad)
    font.draw_glyph(font.get_nominal_glyph(ord(letter)), funcs, None)
    scale = size / face.upem
    xs, ys = ([each * scale for each in axis] for axis in zip(*points, strict=True))
    metrics = context(f"{size}px '{register('Latin')}'").measure_text(letter)
    assert -metrics.actual_bounding_box_left == pytest.approx(min(xs), abs=0.02)
    assert metrics.actual_bounding_box_right == pytest.approx(max(xs), abs=0.02)
    assert metrics.actual_bounding_box_ascent == pytest.approx(max(ys), abs=0.02)
    assert -metrics.actual_bounding_box_descent == pytest.approx(min(ys), abs=0.02)


def test_text_without_ink_has_width_and_an_empty_box() -> None:
    metrics = context("20px sans-serif").measure_text("   ")
    assert metrics.width > 0
    assert metrics.actual_bounding_box_left == metrics.actual_bounding_box_ascent == 0
    assert context("20px sans-serif").measure_text("").width == 0


def test_tabs_and_line_ends_are_as_wide_as_spaces() -> None:
    ctx = context("20px sans-serif")
    assert ctx.measure_text("a\tb\nc\rd\x0ce").width == ctx.measure_text("a b c d e").width


def test_a_text_that_was_measured_is_found_again() -> None:
    """Counted, not timed: HarfBuzz is not asked a second time."""
    from gpucanvas.text import shape

    ctx = context("20px sans-serif")
    ctx.measure_text("found again")
    before = shape.shape_part
    shape.shape_part = None  # type: ignore[assignment]
    try:
        assert ctx.measure_text("found again").width > 0
        ctx.text_align, ctx.text_baseline, ctx.font = "center", "middle", "37px sans-serif"
        assert ctx.measure_text("found again").width > 0, "nor for another size"
    finally:
        shape.shape_part = before


def test_a_font_that_is_registered_later_is_used_from_then_on() -> None:
    ctx = context("100px 'Built Later', sans-serif")
    before = ctx.measure_text("A").width
    font = gpucanvas.fonts.register(build_font("Built Later", advance=123), family="Built Later")
    assert ctx.measure_text("A").width == pytest.approx(12.3)
    gpucanvas.fonts.unregister(font)
    assert ctx.measure_text("A").width == before


@pytest.mark.parametrize("text", [None, 3, b"bytes", ["a"]])
def test_what_is_no_text_is_refused_with_the_cure(text: object) -> None:
    ctx = context("20px sans-serif")
    for verb in (ctx.measure_text, lambda each: ctx.fill_text(each, 0, 0), lambda each: ctx.stroke_text(each, 0, 0)):
        with pytest.raises(TypeError, match="the text is .*: give a str"):
            verb(text)


# -- texts that are measured by their pieces ------------------------------------------------------------------------


def random_text(rng: random.Random) -> str:
    """Numbers, words with numbers, noise, spaces, and other scripts among them."""
    number = "".join(rng.choices(string.digits + "0123456789.,:- %", k=rng.randint(1, 14)))
    words = " ".join(rng.choices(("score", "AV To", "fluffy", "P.", "Level", "1/2", "fi", "--", "ffi"), k=3))
    noise = "".join(rng.choices(string.printable, k=rng.randint(0, 30)))
    other = rng.choice(("caf\u00e9", "\u0416", "\u201cx\u201d", "e\u0301", "\ud800", "\u00ad"))
    return rng.choice((number, f"{words} {number}", noise, f"{number}{other}", f"{other} {words}"))


def random_style(rng: random.Random) -> dict[str, Any]:
    size, style = rng.uniform(1, 90), rng.choice(("", "bold ", "italic ", "italic 600 "))
    family = rng.choice(("sans-serif", "serif", "monospace", f"'{register('Latin')}'", "'No Such Family'"))
    settings: dict[str, Any] = {"font": f"{style}{size:.{rng.randint(0, 3)}f}px {family}"}
    choices: dict[str, tuple[Any, ...]] = {
        "letter_spacing": ("1.5px", "-0.3px"),
        "word_spacing": ("4px",),
        "font_kerning": ("none",),
        "font_variant_caps": ("small-caps",),
        "text_rendering": ("optimizeSpeed", "geometricPrecision"),
        "direction": ("rtl",),
        "text_align": ("left", "center", "end"),
        "text_baseline": BASELINES,
        "lang": ("tr",),
    }
    return settings | {name: rng.choice(values) for name, values in choices.items() if rng.random() < 0.15}


@pytest.mark.filterwarnings("ignore::gpucanvas.text.fallback.MissingGlyphWarning")
def test_measures_by_pieces_are_those_of_lines() -> None:
    """To the last digit, whatever is asked first."""
    rng = random.Random(41)
    by_pieces = 0
    for _ in range(30):
        ctx = context("10px serif")
        for name, value in random_style(rng).items():
            setattr(ctx, name, value)
        setting = setting_of(ctx._text_style)
        for _ in range(100):
            text = random_text(rng)
            found = measured(text, setting)
            wanted = TextMetrics(line_of(text, setting), setting)
            metrics = ctx.measure_text(text)
            fields = FIELDS[::-1] if rng.random() < 0.5 else FIELDS
            assert [getattr(metrics, name) for name in fields] == [getattr(wanted, name) for name in fields], text
            assert (metrics.missing, repr(metrics)) == (wanted.missing, repr(wanted))
            copied = pickle.loads(pickle.dumps(metrics))
            assert [getattr(copied, name) for name in FIELDS] == [getattr(wanted, name) for name in FIELDS]
            by_pieces += isinstance(found, MeasuredText)
    assert by_pieces > 100


def test_numbers_never_measured_are_not_shaped(monkeypatch: pytest.MonkeyPatch) -> None:
    ctx = context(f"14px '{register('Latin')}'")
    for number in range(1000):
        ctx.measure_text(f"score {number * 7919 % 10_000:04d} pts")
    shaped: list[object] = []
    way = glyphs.shape_buffer
    monkeypatch.setattr(glyphs, "shape_buffer", lambda *given: [shaped.append(given), way(*given)][1])
    for number in range(1000, 2000):
        assert ctx.measure_text(f"score {number * 7919 % 10_000:04d} pts").width > 0
    assert len(shaped) < 100
    ctx.measure_text("shaped as a whole, since it is new")
    assert shaped


def test_measures_that_other_libraries_have_lead_to_those_of_the_standard() -> None:
    measures: Any = gpucanvas.Recording(9, 9).get_context("2d").measure_text("a")
    with pytest.raises(AttributeError, match=r"no attribute 'height'.*font_bounding_box_ascent"):
        _ = measures.height
    with pytest.raises(AttributeError, match="did you mean width"):
        _ = measures.widht
    with pytest.raises(TypeError, match=r"has attributes, as measure_text\(\.\.\.\)\.width"):
        _ = measures["width"]
    assert not hasattr(measures, "ascent")


def test_spacing_in_units_of_the_font_is_as_its_tables_say() -> None:
    """CSS Values 4: an ex is the x-height of the font, a cap its capital height, a ch the advance of its 0."""
    font = TTFont(font_file("Latin"))
    size, em = 23, font["head"].unitsPerEm
    line = font["hhea"].ascent - font["hhea"].descent + font["hhea"].lineGap
    units = {"ex": font["OS/2"].sxHeight, "cap": font["OS/2"].sCapHeight, "ch": font["hmtx"]["zero"][0], "lh": line}
    ctx = context(f"{size}px '{register('Latin')}'")
    plain = ctx.measure_text("1 2").width
    for unit, length in {**units, "em": em, "ic": em}.items():
        for name, places in (("letter_spacing", 3), ("word_spacing", 1)):
            setattr(ctx, name, f"1.5{unit}")
            assert getattr(ctx, name) == f"1.5{unit}"
            assert ctx.measure_text("1 2").width == pytest.approx(plain + places * 1.5 * length * size / em)
            setattr(ctx, name, "0px")
    # The length follows the font, as one in em does.
    ctx.letter_spacing = "1ex"
    ctx.font = f"{2 * size}px '{register('Latin')}'"
    assert ctx.measure_text("1 2").width == pytest.approx(2 * (plain + 3 * units["ex"] * size / em))


def test_spacing_of_negative_zero_is_zero() -> None:
    ctx = context("20px sans-serif")
    ctx.letter_spacing = "-0px"
    assert ctx.letter_spacing == "0px"
