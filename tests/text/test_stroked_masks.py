"""Stroked text as masks: the outlines' strokes, drawn once for each glyph."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from script_fonts import register

import gpucanvas
from compare import assert_same
from gpucanvas.backends.glyph_pen import CELLS, GlyphPen
from gpucanvas.contract.commands import BATCH, COMMAND, STROKE_PATH
from gpucanvas.text.strike import Strike

Pixels = np.ndarray
ALMOST = 0.9999
"""An alpha at which strokes are outlines, because they would show through each other; it makes no byte different."""


def canvas(backend: str = "cpu", width: int = 200, height: int = 60, **settings: Any) -> gpucanvas.Canvas:
    made = gpucanvas.Canvas(width, height, backend=backend)  # type: ignore[arg-type]
    ctx = made.get_context("2d")
    ctx.font = f"20px '{register('Latin')}'"
    for name, value in settings.items():
        setattr(ctx, name, value)
    return made


def pixels(drawn: gpucanvas.Canvas) -> Pixels:
    return np.array(drawn.to_numpy())


def kinds(recording: gpucanvas.Recording) -> list[int]:
    """The kinds of a recording's commands."""
    found: list[int] = np.frombuffer(bytes(recording.get_context("2d")._recording.commands), COMMAND)["kind"].tolist()
    return found


PENS = (
    {"line_width": 1.0},
    {"line_width": 0.4, "line_join": "bevel"},
    {"line_width": 3.0, "line_join": "round"},
    {"line_width": 5.0, "line_join": "miter"},
    {"line_width": 4.0, "miter_limit": 1.5, "line_cap": "round"},
    {"line_width": 16.0, "line_join": "round"},
    {"line_width": 2.0, "text_rendering": "geometricPrecision"},
)


@pytest.mark.parametrize("pen", PENS, ids=str)
@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (200, 40, 20)], ids=str)
def test_a_mask_is_the_stroke_of_the_outline(backend: str, pen: dict[str, Any], color: Any, tmp_path: Any) -> None:
    """One letter at quarters of a pixel, where masks and outlines are at the same place.

    Pixels in which a stroke meets itself are sampled: with float32 places a few samples fall on the other side.
    """
    masks, outlines = canvas(backend, 400), canvas(backend, 400)
    for drawn, alpha in ((masks, 1.0), (outlines, ALMOST)):
        ctx = drawn.get_context("2d")
        for name, value in {**pen, "stroke_style": (*(c / 255 for c in color), alpha)}.items():
            setattr(ctx, name, value)
        for i, letter in enumerate("AgMe%iWx"):
            ctx.stroke_text(letter, 20 + 45 * i + i / 4, 40)
    assert_same(pixels(masks), pixels(outlines), max_difference=6, names=("masks", "outlines"), folder=tmp_path)
    one, other = (pixels(each)[..., 3].astype(int) for each in (masks, outlines))
    assert (np.abs(one - other) > 1).sum() <= 3


def test_a_stroke_is_near_where_it_was_asked_for() -> None:
    """Glyphs move by an eighth of a pixel at most, so that a word covers what its outlines cover."""
    # Apart, so that no strokes of two letters share a pixel.
    masks, outlines = (canvas(line_width=2.0, letter_spacing="4px") for _ in range(2))
    masks.get_context("2d").stroke_text("Where?", 20.1, 30.3)
    outlines.get_context("2d").stroke_style = (0, 0, 0, ALMOST)
    outlines.get_context("2d").stroke_text("Where?", 20.1, 30.3)
    one, other = (pixels(each)[..., 3].astype(float) for each in (masks, outlines))
    assert abs(one.sum() / other.sum() - 1) < 0.01
    assert np.abs(one - other).max() <= 0.125 * 255 + 2


def test_both_backends_draw_the_same(tmp_path: Any) -> None:
    pictures = []
    for backend in ("cpu", "gl"):
        drawn = canvas(backend, line_width=3.0, stroke_style="navy", line_join="round")
        ctx = drawn.get_context("2d")
        ctx.stroke_text("Both", 10, 40)
        ctx.fill_style = "gold"
        ctx.fill_text("Both", 10, 40)
        pictures.append(pixels(drawn))
    assert_same(*pictures, max_difference=1, names=("cpu", "gl"), folder=tmp_path)


def test_texts_in_one_style_are_one_command_and_others_paths() -> None:
    recording = gpucanvas.Recording(300, 300)
    ctx = recording.get_context("2d")
    ctx.font, ctx.line_width = f"20px '{register('Latin')}'", 3
    for i in range(5):
        ctx.stroke_style = ("red", "blue")[i % 2]
        ctx.stroke_text(f"label {i}", 10, 30 * i + 20)
    assert kinds(recording) == [BATCH]
    ctx.line_width = 2
    ctx.stroke_text("another pen", 10, 180)
    assert kinds(recording) == [BATCH, BATCH]
    for name, value in (("stroke_style", "rgb(0 0 0 / 0.5)"), ("global_alpha", 0.5), ("line_width", 17)):
        before = getattr(ctx, name)
        setattr(ctx, name, value)
        ctx.stroke_text("outlines", 10, 200)
        assert kinds(recording)[-1] == STROKE_PATH, name
        setattr(ctx, name, before)
    ctx.set_line_dash([3])
    ctx.stroke_text("outlines", 10, 200)
    ctx.set_line_dash([])
    ctx.rotate(0.1)
    ctx.stroke_text("outlines", 10, 200)
    ctx.reset_transform()
    gradient = ctx.create_linear_gradient(0, 0, 10, 0)
    ctx.stroke_style = gradient
    ctx.stroke_text("outlines", 10, 200)
    assert kinds(recording)[2:] == [STROKE_PATH] * 6


def test_a_filled_text_after_a_stroked_one_is_filled(tmp_path: Any) -> None:
    """Also where its style is that of the last filled text, and the other way round. A flush rounds to bytes."""
    turns, apart = canvas(height=100), canvas(height=100)
    for drawn, pause in ((turns, lambda: None), (apart, apart.flush)):
        ctx = drawn.get_context("2d")
        ctx.line_width, ctx.stroke_style, ctx.fill_style = 4, "green", "orange"
        for i in range(3):
            ctx.stroke_text("turns", 10, 25 + 30 * i)
            pause()
            ctx.fill_text("turns", 10, 25 + 30 * i)
            pause()
            ctx.fill_texts(["a", "b"], 100, [20, 40])
            pause()
            ctx.stroke_text("turns", 80, 25 + 30 * i)
            pause()
    assert_same(pixels(turns), pixels(apart), max_difference=3, names=("turns", "apart"), folder=tmp_path)


def test_strokes_of_translucent_letters_do_not_show_through_each_other() -> None:
    drawn = canvas(line_width=9.0, stroke_style="rgb(0 0 0 / 0.5)", letter_spacing="-6px")
    drawn.get_context("2d").stroke_text("HHH", 20, 40)
    assert pixels(drawn)[..., 3].max() in (127, 128)


def test_texts_of_several_fonts_are_stroked_as_masks(backend: str, tmp_path: Any) -> None:
    families = register("Latin"), register("Hebrew")
    masks, outlines = canvas(backend), canvas(backend)
    for drawn, alpha in ((masks, 1.0), (outlines, ALMOST)):
        ctx = drawn.get_context("2d")
        ctx.font, ctx.line_width = f"20px '{families[0]}', '{families[1]}'", 2.0
        ctx.stroke_style = (0, 0, 0, alpha)
        ctx.stroke_text("ab \u05d0\u05d1", 20, 40)
    one, other = pixels(masks)[..., 3].astype(float), pixels(outlines)[..., 3].astype(float)
    assert abs(one.sum() / other.sum() - 1) < 0.01
    assert np.abs(one - other).max() <= 0.125 * 255 + 2


def test_a_frame_of_strokes_that_were_drawn_before_draws_no_masks(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, made = canvas(line_width=2.75), []
    way = GlyphPen.masks

    def counted(pen: GlyphPen, outlines: Any, phases: Any, tones: Any) -> Any:
        made.append(len(outlines))
        return way(pen, outlines, phases, tones)

    monkeypatch.setattr(GlyphPen, "masks", counted)
    ctx = drawn.get_context("2d")
    for _ in range(3):
        ctx.stroke_text("ooooo steady", 10, 40)
        drawn.flush()
    assert len(made) == 1
    assert made[0] < 4 * len(set("o steady"))


def test_many_new_glyphs_are_drawn_in_parts(tmp_path: Any) -> None:
    """More than fit one picture: each mask is the one that its glyph has alone."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789&%$?!"
    assert len(letters) > CELLS
    together, alone = (canvas(width=1500, line_width=width) for width in (2.0625, 2.0625))
    together.get_context("2d").stroke_text(letters, 10, 40)
    ctx = alone.get_context("2d")
    ctx.line_width = 2.0625000001
    for i, letter in enumerate(letters):
        ctx.stroke_text(letter, 10 + ctx.measure_text(letters[:i]).width, 40)
        alone.flush()
    ours, theirs = pixels(together), pixels(alone)
    assert_same(ours, theirs, max_difference=1, max_fraction=0.02, names=("together", "alone"), folder=tmp_path)


def test_a_picture_keeps_strokes_under_any_transform_and_as_bytes(tmp_path: Any) -> None:
    recording = gpucanvas.Recording(100, 60)
    ctx = recording.get_context("2d")
    ctx.font, ctx.line_width, ctx.stroke_style = f"20px '{register('Latin')}'", 2, "teal"
    ctx.stroke_text("pen", 10, 30)
    picture = recording.freeze()
    expected = canvas(line_width=2.0, stroke_style="teal", text_rendering="geometricPrecision")
    expected.get_context("2d").scale(1.5, 1.5)
    expected.get_context("2d").rotate(0.05)
    expected.get_context("2d").stroke(ctx.text_path("pen", 10, 30))
    for kept in (picture, gpucanvas.Picture.from_bytes(picture.to_bytes())):
        drawn = canvas()
        drawn.get_context("2d").scale(1.5, 1.5)
        drawn.get_context("2d").rotate(0.05)
        drawn.get_context("2d").draw_picture(kept)
        assert_same(pixels(drawn), pixels(expected), max_difference=1, names=("kept", "path"), folder=tmp_path)


def test_strokes_are_picked_where_they_are_drawn() -> None:
    drawn = canvas(line_width=6.0)
    ctx = drawn.get_context("2d")
    ctx.hit_id = 7  # type: ignore[attr-defined]
    ctx.font = f"60px '{register('Latin')}'"
    ctx.stroke_text("O", 10, 52)
    ink = pixels(drawn)[30, :, 3]
    hit = np.array([drawn.pick(x + 0.5, 30.5) is not None for x in range(200)])
    assert (ink == 255).sum() > 10
    assert hit[ink == 255].all()
    assert not hit[ink == 0].any()


def test_shadows_and_clips_apply(backend: str, tmp_path: Any) -> None:
    masks, outlines = canvas(backend), canvas(backend)
    for drawn, alpha in ((masks, 1.0), (outlines, ALMOST)):
        ctx = drawn.get_context("2d")
        ctx.begin_path()
        ctx.rect(0, 0, 200, 36)
        ctx.clip()
        ctx.shadow_color, ctx.shadow_offset_x, ctx.shadow_blur = "black", 8, 3
        ctx.line_width, ctx.stroke_style = 3, (1.0, 0.0, 0.0, alpha)
        ctx.stroke_text("A", 20, 40)
    assert_same(pixels(masks), pixels(outlines), max_difference=2, names=("masks", "outlines"), folder=tmp_path)


def test_no_ink_lies_outside_the_bounds_of_a_strike(monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer is as large as the bounds say: sharp miters must not be cut."""
    strikes: list[Strike] = []
    way = Strike._stroke
    monkeypatch.setattr(Strike, "_stroke", lambda self, rows, pen: (strikes.append(self), way(self, rows, pen))[1])
    for pen in PENS:
        drawn = canvas(**{**pen, "line_width": pen["line_width"] + 0.03125})
        drawn.get_context("2d").stroke_text("AWM", 20, 40)
        drawn.flush()
    assert strikes
    for strike in strikes:
        for number in range(len(strike.bounds)):
            left, top, right, bottom = strike.bounds[number]
            for slot in strike.slots[number * 32 : (number + 1) * 32]:
                if slot[0] >= 0 and slot[3]:
                    assert left - 1 <= slot[1]
                    assert slot[1] + slot[3] <= right + 2
                    assert top - 1 <= slot[2]
                    assert slot[2] + slot[4] <= bottom + 1


def test_a_space_has_no_ink() -> None:
    drawn = canvas(line_width=2.0)
    drawn.get_context("2d").stroke_text(" ", 20, 40)
    drawn.get_context("2d").stroke_text("a b", 20, 40)
    assert pixels(drawn).any()
