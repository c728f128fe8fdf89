"""Outlines of level and upright text are fitted to whole pixels as masks are; capitals that a font lacks."""

from __future__ import annotations

import math

import freetype
import numpy as np
import pytest
from built_fonts import build_font, glyph_name
from script_fonts import font_file, register

import gpucanvas
from gpucanvas.text import fitted
from gpucanvas.text.line import line_of
from gpucanvas.text.shape import setting_of
from gpucanvas.text.textstyle import DEFAULT, changed, with_font

Alphas = np.ndarray


def drawn(
    text: str = "E", turn: float = 0.0, width: float | None = None, stroked: bool = False, **settings: str
) -> Alphas:
    """The alphas of a text at 15 px, where hinting moves the top of a capital by a third of a pixel."""
    with gpucanvas.Canvas(60, 60, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.font = f"15px '{register('Latin')}'"
        ctx.line_width = 2
        for name, value in settings.items():
            setattr(ctx, name, value)
        ctx.translate(30.3, 30.4)
        ctx.rotate(turn)
        (ctx.stroke_text if stroked else ctx.fill_text)(text, 0.0, 0.0, width)
        return np.array(canvas.to_numpy()[..., 3])


def edges(alphas: Alphas) -> tuple[int, int]:
    """The first and the last row of a picture that has any ink, and how dark they are: the darkest pixel of each."""
    rows = np.flatnonzero(alphas.any(axis=1))
    return int(alphas[rows[0]].max()), int(alphas[rows[-1]].max())


def test_strokes_lie_around_the_text_that_is_filled() -> None:
    """A line of two pixels around a letter that is hinted: one row more above and below, each covered in full."""
    filled, stroked = drawn(), drawn(stroked=True)
    rows, around = (np.flatnonzero(each.any(axis=1)) for each in (filled, stroked))
    assert (around[0], around[-1]) == (rows[0] - 1, rows[-1] + 1)
    assert edges(filled) == edges(stroked) == (255, 255)
    assert edges(drawn(stroked=True, text_rendering="geometricPrecision")) != (255, 255)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_text_that_runs_straight_up_or_down_is_as_sharp_as_level_text(turns: int) -> None:
    turned = np.rot90(drawn(turn=-turns * math.pi / 2), -turns)
    assert edges(turned) == (255, 255)
    assert edges(np.rot90(drawn(turn=-turns * math.pi / 2 + 0.01), -turns)) != (255, 255)


def test_text_that_is_squeezed_stays_sharp() -> None:
    squeezed = drawn("EEEE", width=20)
    assert edges(squeezed) == (255, 255)
    columns = np.flatnonzero(squeezed.any(axis=0))
    assert columns[-1] - columns[0] < 20


FITTED = [48, 64, 65, 90, 99.5, 110, 151, 200, 255, 256]


def height(size: float, **settings: str) -> float:
    """The height of the stem of an E above a baseline at 290.3, pixels."""
    with gpucanvas.Canvas(300, 300, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.font = f"{size}px '{register('Latin')}'"
        for name, value in settings.items():
            setattr(ctx, name, value)
        ctx.fill_text("E", 20, 290.3)
        column = canvas.to_numpy()[:, 20 + round(size * 0.13), 3]
    rows = np.flatnonzero(column)
    assert set(column[rows[1:]].tolist()) == {255} and rows[-1] == 289
    return len(rows) - 1 + float(column[rows[0]]) / 255


def height_by_freetype(size: float) -> float:
    face = freetype.Face(str(font_file("Latin")))
    face.set_char_size(0, round(size * 64))
    face.load_char("E", freetype.FT_LOAD_TARGET_LIGHT | freetype.FT_LOAD_NO_BITMAP)
    return float(max(y for _, y in face.glyph.outline.points) / 64)


@pytest.mark.parametrize("size", FITTED)
def test_text_of_all_sizes_up_to_256_px_is_as_high_as_freetype_makes_it(size: float) -> None:
    """As in Chromium. Above 64 px text is drawn as outlines: it must not be seen where that begins."""
    # The tone of black text changes the ink of a partly covered row.
    assert abs(height(size) - height_by_freetype(size)) < 0.15


def test_geometric_precision_is_not_fitted_at_any_size() -> None:
    """Noto Sans has capitals of 714 units of 1000."""
    for size in FITTED:
        assert abs(height(size, text_rendering="geometricPrecision") - 0.714 * size) < 0.15
    assert sum(abs(height_by_freetype(size) - 0.714 * size) > 0.2 for size in FITTED) >= 4


SKEWED = [(1, 0, -0.33, 1), (0.9, 0, -0.33, 0.9), (1, 0, 0.33, 1), (1, 0, 0, -1), (0, 1, 1, 0.33), (0, -1, 1, 0.2)]


@pytest.mark.parametrize("stroked", [False, True])
@pytest.mark.parametrize("matrix", SKEWED, ids=str)
def test_a_level_baseline_is_on_a_whole_pixel_also_where_letters_are_skewed(
    matrix: tuple[float, ...], stroked: bool
) -> None:
    """Fake italics: every place that rounds to the same pixel shows the same picture."""

    def at(place: float) -> Alphas:
        with gpucanvas.Canvas(90, 90, backend="cpu") as canvas:
            ctx = canvas.get_context("2d")
            ctx.font = f"16px '{register('Latin')}'"
            ctx.set_transform(*matrix, *((40.25, place) if matrix[0] else (place, 40.25)))
            (ctx.stroke_text if stroked else ctx.fill_text)("EHxz", 0, 0)
            return np.array(canvas.to_numpy())

    assert at(40).any()
    for place in (39.5, 39.6, 40.45, 40.4999):
        np.testing.assert_array_equal(at(place), at(40))
    assert (at(40.5) != at(40)).any()


@pytest.mark.parametrize("way", ["masks", "outlines", "skewed", "picture"])
def test_rounding_errors_do_not_move_a_baseline(way: str) -> None:
    """0.1 * 205 - 1e-9 is meant to be 20.5: a line of text must not jump there."""

    def at(y: float) -> Alphas:
        recording = gpucanvas.Recording(60, 40)
        ctx = recording.get_context("2d")
        ctx.font = f"15px '{register('Latin')}'"
        if way == "skewed":
            ctx.transform(1, 0, -0.3, 1, 0.3 * y, 0)
        (ctx.stroke_text if way == "outlines" else ctx.fill_text)("EH", 5, y)
        with gpucanvas.Canvas(60, 40, backend="cpu") as canvas:
            canvas.get_context("2d").draw_picture(recording.freeze())
            return np.array(canvas.to_numpy())

    np.testing.assert_array_equal(at(20.5 - 1e-9), at(20.5))
    np.testing.assert_array_equal(at(20.499999), at(20.5))
    assert (at(20.499) != at(20.5)).any()


def test_a_text_is_fitted_once_for_each_size(monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[float] = []
    way = fitted._add

    def counted(path: object, one: object, scale: float) -> None:
        added.append(scale)
        way(path, one, scale)  # type: ignore[arg-type]

    monkeypatch.setattr(fitted, "_add", counted)
    ctx = gpucanvas.Recording(90, 90).get_context("2d")
    ctx.font = f"15px '{register('Latin')}'"
    ctx.set_line_dash([5])  # Other strokes are masks.
    for _ in range(3):
        ctx.stroke_text("once", 10, 20)
        ctx.stroke_text("once", 10, 20, 12)
    ctx.scale(2, 2)
    ctx.stroke_text("once", 10, 20)
    assert added == [1.0, 2.0]


# -- capitals -------------------------------------------------------------------------------------------------------


SMALL = "feature smcp { sub u0061 by u0030; } smcp;"
"""a becomes 0."""
LARGE = "feature c2sc { sub u0041 by u0031; } c2sc;"
"""A becomes 1."""


@pytest.mark.parametrize(
    ("caps", "rules", "letters", "scales"),
    [
        ("petite-caps", SMALL, "A0", [1.0]),
        ("petite-caps", "", "AA", [1.0, 0.7]),
        ("all-petite-caps", SMALL + LARGE, "10", [1.0]),
        ("all-petite-caps", SMALL, "AA", [0.7]),
        ("all-small-caps", SMALL, "AA", [0.7]),
        ("unicase", LARGE, "1a", [1.0]),
        ("unicase", SMALL, "Aa", [0.7, 1.0]),
        ("titling-caps", SMALL, "Aa", [1.0]),
    ],
)
def test_capitals_that_a_font_lacks_are_others_that_it_has_or_made(
    caps: str, rules: str, letters: str, scales: list[float]
) -> None:
    """CSS Fonts 4, "font-variant-caps": petite ones become small ones, and those of unicase small ones of large."""
    gpucanvas.fonts.register(build_font("Capitals", characters="Aa01", rules=rules), family="Capitals")
    style = changed(with_font(DEFAULT, "20px Capitals"), "font_variant_caps", caps)
    runs = [one.run for one in line_of("Aa", setting_of(style)).placed]
    names = [".notdef", *map(glyph_name, "Aa01")]
    assert [names[glyph] for run in runs for glyph in run.glyphs.tolist()] == [*map(glyph_name, letters)]
    assert [run.scale for run in runs] == scales
