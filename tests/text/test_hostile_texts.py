"""Texts that nobody writes: pictures or errors, no crash and no end of waiting."""

from __future__ import annotations

import random
import sys
import threading
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from script_fonts import register

import gpucanvas
from compare import assert_same
from gpucanvas.recent import Recent


def drawn(text: str, size: int = 20) -> np.ndarray:
    canvas = gpucanvas.Canvas(200, 60, backend="cpu")
    ctx = canvas.get_context("2d")
    ctx.font = f"{size}px '{register('Latin')}'"
    ctx.fill_text(text, 10, 40)
    ctx.stroke_text(text, 10, 40)
    ctx.measure_text(text).actual_bounding_box_left  # noqa: B018
    return np.array(canvas.to_numpy())


def test_lone_surrogates_show_as_replacement_characters() -> None:
    assert np.array_equal(drawn("a\ud800b\udfff"), drawn("a\ufffdb\ufffd"))
    assert drawn("a\ud800b").any()


@pytest.mark.parametrize("code", [0x01, 0x07, 0x0B, 0x1C, 0x1F, 0x7F, 0x80, 0x85, 0x9F])
def test_a_control_character_is_seen(code: int) -> None:
    # CSS Text 3, "white space and control characters": "must be rendered as a visible glyph".
    ctx = gpucanvas.Recording(9, 9).get_context("2d")
    ctx.font = f"20px '{register('Latin')}'"
    assert ctx.measure_text(f"a{chr(code)}b").width > ctx.measure_text("ab").width
    assert (drawn(f"a{chr(code)}") != drawn("a")).any()
    assert ctx.measure_text(f"a{chr(code)}b").missing == chr(code)


@pytest.mark.parametrize("code", [0x09, 0x0A, 0x0C, 0x0D])
def test_white_space_is_a_space(code: int) -> None:
    # HTML, "text preparation algorithm": "replace all ASCII whitespace in text with U+0020 SPACE characters".
    assert np.array_equal(drawn(f"a{chr(code)}b"), drawn("a b"))
    assert not np.array_equal(drawn("a b"), drawn("ab"))


def test_ten_thousand_combining_marks_are_one_cluster() -> None:
    text = "e" + "\u0301" * 10_000
    assert drawn(text).any()
    ctx = gpucanvas.Recording(9, 9).get_context("2d")
    ctx.font = f"20px '{register('Latin')}'"
    plain = ctx.measure_text(text).width
    ctx.letter_spacing = 10
    assert ctx.measure_text(text).width == pytest.approx(plain + 10)


def test_a_million_characters_are_drawn() -> None:
    assert drawn("word " * 200_000).any()


def test_a_long_text_is_drawn_where_it_is_seen_and_only_there(tmp_path: Path) -> None:
    """The middle of a text of ten thousand letters, turned, is that of a short one."""
    register("Latin")
    pictures = []
    for count, first in ((10_000, 5000), (60, 20)):
        canvas = gpucanvas.Canvas(200, 60, backend="cpu")
        ctx = canvas.get_context("2d")
        ctx.font, ctx.font_kerning = "20px 'Test Latin'", "none"
        ctx.rotate(0.05)
        ctx.fill_text("n" * count, 5 - first * ctx.measure_text("n").width, 30)
        commands = ctx._recording
        assert commands is not None
        assert len(commands.coords) < 60_000
        pictures.append(np.array(canvas.to_numpy()))
    assert pictures[0].any()
    assert_same(*pictures, max_difference=2, max_fraction=1.0, names=("long", "short"), folder=tmp_path)


@pytest.mark.parametrize("how", ["shadow", "filter", "layer", "picture"])
def test_letters_of_a_long_text_beyond_the_canvas_are_drawn_where_they_are_moved_onto_it(how: str) -> None:
    pictures = []
    for count in (3900, 4100):  # From 4000 letters on, those beyond the canvas are left out.
        canvas = gpucanvas.Canvas(300, 60, backend="cpu")
        ctx = canvas.get_context("2d")
        target = gpucanvas.Recording(300, 60).get_context("2d") if how == "picture" else ctx
        target.font, target.font_kerning = f"20px '{register('Latin')}'", "none"
        if how in ("shadow", "layer"):
            target.shadow_color, target.shadow_offset_x = "black", 2000
        elif how == "filter":
            target.filter = "drop-shadow(2000px 0px black)"
        if how == "layer":
            target.begin_layer()
        target.fill_text("n" * count, -1950, 30)
        if how == "layer":
            target.end_layer()
        elif how == "picture":
            ctx.draw_picture(target.canvas.freeze(), 2000, 0)
        pictures.append(np.array(canvas.to_numpy()))
    assert pictures[0][:, 60:, 3].any()
    np.testing.assert_array_equal(*pictures)


@pytest.mark.parametrize(
    "text",
    [
        "\x00a\x00", "\u202e\u202e\u2066" * 500, "\u2067" * 3000 + "a", "(" * 5000 + ")" * 5000,
        "\u200d" * 5000, "\ufe0f\u20e3" * 3000, "\U0001f468\u200d" * 3000, "\U0001f1eb" * 2001, "\xad" * 5000,
        "\U000e0001\U0010ffff\ufffe\uffff",
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::gpucanvas.fonts.MissingGlyphWarning")
def test_a_text_of_controls_ends(text: str) -> None:
    drawn(text)
    layout = gpucanvas.layout_text(text, 100, max_lines=100)
    layout.index_at(50, 5)


@pytest.mark.filterwarnings("ignore::gpucanvas.fonts.MissingGlyphWarning")
def test_random_characters_of_all_of_unicode_are_drawn_and_laid_out() -> None:
    chance = random.Random(7)
    for _ in range(30):
        text = "".join(chr(chance.randrange(chance.choice((0x250, 0x3100, 0x110000)))) for _ in range(40))
        drawn(text)
        layout = gpucanvas.layout_text(text, 60, align="justify")
        assert "".join(layout.text[line.start : line.end] for line in layout.lines) == text
        for index in range(len(text) + 1):
            layout.caret(index)


def test_sizes_and_spacings_at_the_ends_of_their_range_are_drawn() -> None:
    drawn("huge", 10_000)
    canvas = gpucanvas.Canvas(50, 50, backend="cpu")
    ctx = canvas.get_context("2d")
    for size, spacing, x in (("0.001px", "1e30px", 0.0), ("10000px", "-1e30px", 1e30), ("1px", "9999999px", -1e300)):
        ctx.font, ctx.letter_spacing = f"{size} sans-serif", spacing
        ctx.fill_text("abc", x, 25)
        ctx.fill_text("abc", x, 25, 1e-300)
        assert np.isfinite(ctx.measure_text("abc").width)
    canvas.to_numpy()


def test_languages_and_features_that_are_none_are_refused_or_without_effect() -> None:
    ctx = gpucanvas.Recording(9, 9).get_context("2d")
    ctx.font = "20px sans-serif"
    plain = ctx.measure_text("office").width
    for lang in ("", "x" * 5000, "\x00", "\U0001f642", "en\ud800", "-", "a-b-c-"):
        ctx.lang = lang
        assert ctx.lang == lang
        assert ctx.measure_text("office").width == plain
    for features in ({"liga": -1}, {"\x00\x00\x00\x00": 1}, {"lig": 1}, {"liga": float("nan")}, ["liga"]):
        with pytest.raises(ValueError, match="font_feature_settings is .*: give a dictionary"):
            ctx.font_feature_settings = features
    for axes in ({"wght": float("nan")}, {"wght": 1e300}, {7: 1.0}):
        with pytest.raises(ValueError, match="font_variation_settings is .*: give a dictionary"):
            ctx.font_variation_settings = axes


def test_a_transform_beyond_all_numbers_draws_nothing() -> None:
    canvas = gpucanvas.Canvas(50, 50, backend="cpu")
    ctx = canvas.get_context("2d")
    ctx.font = "20px sans-serif"
    for matrix in ((1e300, 0, 0, 1e300, 1e300, 0), (0, 0, 0, 0, 0, 0), (1e-300, 0, 0, 1, 0, 0)):
        ctx.set_transform(*matrix)
        ctx.fill_text("text", 1e200, 20)
        ctx.stroke_text("text", 1, 20)
    assert not canvas.to_numpy().any()


def test_threads_may_shape_at_once() -> None:
    """Each thread's widths are those of one thread alone."""
    register("Latin")
    texts = [f"text number {i} AVA" for i in range(200)]
    ctx = gpucanvas.Recording(9, 9).get_context("2d")
    ctx.font = "21px 'Test Latin'"
    found: list[list[float]] = []
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)

    def measure() -> None:
        own = gpucanvas.Recording(9, 9).get_context("2d")
        own.font = "21px 'Test Latin'"
        found.append([own.measure_text(text).width for text in texts])

    try:
        threads = [threading.Thread(target=measure) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert found == [[ctx.measure_text(text).width for text in texts]] * 4


def test_what_is_kept_of_texts_is_bounded() -> None:
    from gpucanvas.text import line, shape

    ctx = gpucanvas.Recording(9, 9).get_context("2d")
    ctx.font = "21px sans-serif"
    for number in range(700):
        ctx.measure_text(f"{number} " * 2000)
    for number in range(30_000):
        ctx.measure_text(f"{number:x}?")
    held = 0
    for table in (line._lines, shape._shaped):
        # An entry takes some kilobytes, however short its text is.
        held += sum(1900 + 40 * len(text) for part in (table._young, table._old) for text, _ in part)
    assert held < 4 * shape.MOST_BYTES


def test_a_table_forgets_what_was_not_used_for_longest() -> None:
    table: Recent[int, int] = Recent(10)
    for key in range(100):
        table.put(key, key)
        table.get(0)
        assert len(table) <= 10
    assert table.get(0) == 0
    assert table.get(99) == 99
    assert table.get(50) is None
    table.put(1000, 1, weight=1000)
    assert table.get(1000) == 1
    table.clear()
    assert table.get(1000) is None


@pytest.mark.parametrize("verb", ["fill_text", "stroke_text", "text_path"])
def test_a_long_text_takes_little_more_memory_than_what_is_made_of_it(verb: str) -> None:
    """Peaks of allocations; shaped, a character takes about 50 bytes, and an outline of one some 500."""
    ctx = gpucanvas.Recording(200, 60).get_context("2d")
    ctx.font = f"20px '{register('Latin')}'"
    text = "lorem ipsum " * 5000
    getattr(ctx, verb)("lorem ipsum ", 10, 40)
    tracemalloc.start()
    try:
        made = getattr(ctx, verb)(text, 10, 40)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    size = 0 if made is None else len(made.verbs) + 8 * len(made.coords)
    assert size > (10_000_000 if verb == "text_path" else -1)
    assert peak < 1.3 * size + 200 * len(text) + 5_000_000
