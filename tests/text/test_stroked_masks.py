"""Stroked text as masks: the outlines' strokes, drawn once for each glyph."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from script_fonts import register

import gpucanvas
from compare import assert_same
from gpucanvas.backends.glyph_pen import CELLS, GlyphPen
from gpucanvas.contract.commands import BATCH, COMMAND, FILL_PATH, STROKE_PATH
from gpucanvas.text import wholes
from gpucanvas.text.masktable import MaskTable
from gpucanvas.text.strike import Strike
from gpucanvas.verbs.labeldraw import NO_MASKS, LabelDrawing

Pixels = np.ndarray


@contextmanager
def without_masks() -> Iterator[None]:
    """In this block text is recorded as outlines."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LabelDrawing, "_mask_place", lambda self: NO_MASKS)
        yield


def in_both_ways(draw: Any, backend: str = "cpu", **settings: Any) -> tuple[Pixels, Pixels]:
    """What is drawn with masks, and with outlines."""
    masks = canvas(backend, **settings)
    draw(masks.get_context("2d"))
    assert STROKE_PATH not in kinds(masks) and FILL_PATH not in kinds(masks)
    outlines = canvas(backend, **settings)
    with without_masks():
        draw(outlines.get_context("2d"))
    assert BATCH not in kinds(outlines)
    return pixels(masks), pixels(outlines)


def canvas(backend: str = "cpu", width: int = 200, height: int = 60, **settings: Any) -> gpucanvas.Canvas:
    made = gpucanvas.Canvas(width, height, backend=backend)  # type: ignore[arg-type]
    ctx = made.get_context("2d")
    ctx.font = f"20px '{register('Latin')}'"
    for name, value in settings.items():
        setattr(ctx, name, value)
    return made


def pixels(drawn: gpucanvas.Canvas) -> Pixels:
    return np.array(drawn.to_numpy())


def kinds(recording: Any) -> list[int]:
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

    def draw(ctx: Any) -> None:
        for i, letter in enumerate("AgMe%iWx"):
            ctx.stroke_text(letter, 20 + 45 * i + i / 4, 40)

    found = in_both_ways(draw, backend, width=400, stroke_style=tuple(c / 255 for c in color), **pen)
    assert_same(*found, max_difference=6, names=("masks", "outlines"), folder=tmp_path)
    one, other = (each[..., 3].astype(int) for each in found)
    assert (np.abs(one - other) > 1).sum() <= 3


def test_a_stroke_is_near_where_it_was_asked_for() -> None:
    """Glyphs move by an eighth of a pixel at most, so that a word covers what its outlines cover."""
    # Apart, so that no strokes of two letters share a pixel.
    draw = lambda ctx: ctx.stroke_text("Where?", 20.1, 30.3)  # noqa: E731
    found = in_both_ways(draw, line_width=2.0, letter_spacing="4px")
    one, other = (each[..., 3].astype(float) for each in found)
    assert abs(one.sum() / other.sum() - 1) < 0.01
    assert np.abs(one - other).max() <= 0.125 * 255 * 1.2 + 2


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
    ctx.line_width = 17
    ctx.stroke_text("outlines", 10, 200)
    ctx.line_width = 2
    ctx.set_line_dash([3])
    ctx.stroke_text("outlines", 10, 200)
    ctx.set_line_dash([])
    ctx.rotate(0.1)
    ctx.stroke_text("outlines", 10, 200)
    ctx.reset_transform()
    ctx.scale(1, 1.5)
    ctx.stroke_text("outlines", 10, 200)
    assert kinds(recording)[2:] == [STROKE_PATH] * 4


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


@pytest.mark.parametrize("setting", ["color", "alpha", "gradient", "operator"])
def test_letters_that_show_through_each_other_are_one_mask(setting: str, backend: str, tmp_path: Any) -> None:
    def draw(ctx: Any) -> None:
        ctx.fill_style = "#88aadd"
        ctx.fill_rect(0, 0, 200, 60)
        if setting == "alpha":
            ctx.global_alpha = 0.5
        elif setting == "operator":
            ctx.global_composite_operation = "multiply"
        ctx.stroke_style = "rgb(200 30 90 / 0.5)" if setting == "color" else "rgb(200 30 90)"
        if setting == "gradient":
            gradient = ctx.create_linear_gradient(0, 0, 200, 0)
            gradient.add_color_stop(0, "rgb(255 0 0 / 0.8)")
            gradient.add_color_stop(1, "rgb(0 0 255 / 0.2)")
            ctx.stroke_style = gradient
        ctx.stroke_text("HIM", 20, 40)

    found = in_both_ways(draw, backend, line_width=9.0, letter_spacing="-6px")
    # Where edges of two letters share a pixel, their coverage is not known exactly.
    assert_same(*found, max_difference=64, max_mean=0.35, names=("masks", "outlines"), folder=tmp_path)
    _, opaque = in_both_ways(lambda ctx: ctx.stroke_text("HIM", 20, 40), line_width=9.0, letter_spacing="-6px")
    covered = opaque[..., 3] == 255
    assert covered.sum() > 500
    assert np.abs(found[0].astype(int) - found[1]).max(2)[covered].max() <= 1


def test_translucent_texts_drawn_again_are_not_joined_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    way = wholes.Wholes._joined
    monkeypatch.setattr(
        wholes.Wholes, "_joined", lambda self, number, slot: (made.append(number), way(self, number, slot))[1]
    )
    drawn = canvas(line_width=2.5625, stroke_style="rgb(0 0 0 / 0.5)")
    ctx = drawn.get_context("2d")
    for _ in range(3):
        for k in range(4):
            ctx.stroke_text("joined", 10 + 30 * k, 40)
        drawn.flush()
    assert made == [0]
    assert kinds_before_flush(ctx) == [BATCH]


def kinds_before_flush(ctx: Any) -> list[int]:
    """The kinds of the commands that four translucent strokes in a row are."""
    for k in range(4):
        ctx.stroke_text("joined", 10 + 30 * k, 40)
    return kinds(ctx.canvas)


def test_texts_that_count_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wholes, "FULL_BYTES", 20_000)
    tables: set[int] = set()
    drawn = canvas(line_width=2.53125, stroke_style="rgb(0 0 0 / 0.5)")
    ctx = drawn.get_context("2d")
    for k in range(60):
        ctx.clear_rect(0, 0, 200, 60)
        ctx.stroke_text(f"{k} frames", 10, 40)
        table = ctx._recording.batches[-1].items.strike  # type: ignore[union-attr]
        tables.add(id(table))
        assert table.nbytes < 60_000
        drawn.flush()
    assert len(tables) > 2


def test_long_translucent_texts_are_outlines() -> None:
    drawn = canvas(stroke_style="rgb(0 0 0 / 0.5)")
    ctx = drawn.get_context("2d")
    ctx.stroke_text("a word", 10, 40)
    ctx.stroke_text("a text that goes on and on " * 4, 10, 40)
    assert kinds(drawn) == [BATCH, STROKE_PATH]


def test_letters_that_join_are_one_mask_where_they_are_translucent(backend: str, tmp_path: Any) -> None:
    family = register("Arabic")

    def draw(ctx: Any) -> None:
        ctx.font, ctx.fill_style = f"24px '{family}'", "rgb(0 0 0 / 0.5)"
        ctx.fill_text("\u0628\u0645\u0628\u0645", 20.25, 35)

    found = in_both_ways(draw, backend)
    one, other = (each[..., 3].astype(float) for each in found)
    assert one.max() in (127, 128)
    assert abs(one.sum() / other.sum() - 1) < 0.01


def test_texts_of_several_fonts_are_stroked_as_masks(backend: str, tmp_path: Any) -> None:
    families = register("Latin"), register("Hebrew")

    def draw(ctx: Any) -> None:
        ctx.font, ctx.line_width = f"20px '{families[0]}', '{families[1]}'", 2.0
        ctx.stroke_text("ab \u05d0\u05d1", 20, 40)

    one, other = (each[..., 3].astype(float) for each in in_both_ways(draw, backend))
    assert abs(one.sum() / other.sum() - 1) < 0.01
    assert np.abs(one - other).max() <= 0.125 * 255 * 1.2 + 2


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

    def draw(ctx: Any) -> None:
        ctx.begin_path()
        ctx.rect(0, 0, 200, 36)
        ctx.clip()
        ctx.shadow_color, ctx.shadow_offset_x, ctx.shadow_blur = "black", 8, 3
        ctx.line_width, ctx.stroke_style = 3, "red"
        ctx.stroke_text("A", 20, 40)

    assert_same(*in_both_ways(draw, backend), max_difference=2, names=("masks", "outlines"), folder=tmp_path)


def test_no_ink_lies_outside_the_bounds_of_a_strike(monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer is as large as the bounds say: sharp miters must not be cut."""
    strikes: list[MaskTable[Any]] = []
    for table in (Strike, wholes.Wholes):

        def noted(self: Any, rows: Any, way: Any = table._draw) -> None:
            strikes.append(self)
            way(self, rows)

        monkeypatch.setattr(table, "_draw", noted)
    for pen in PENS:
        for alpha in (1.0, 0.5):
            drawn = canvas(**{**pen, "line_width": pen["line_width"] + 0.03125}, global_alpha=alpha)
            drawn.get_context("2d").stroke_text("AWM", 20, 40)
            drawn.flush()
    assert len(set(map(type, strikes))) == 2
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


@pytest.mark.parametrize("size", [20, 64, 66, 100])
@pytest.mark.parametrize("verb", ["fill_text", "fill_texts", "stroke_text"])
def test_letters_that_are_moved_over_one_another_are_one_shape_at_any_size(size: int, verb: str) -> None:
    drawn = canvas(width=300, height=120, letter_spacing=f"-{size * 0.3}px", line_width=size / 10)
    ctx: Any = drawn.get_context("2d")
    ctx.font = f"{size}px '{register('Latin')}'"
    ctx.fill_text("o", 260, 110)  # Opaque, and in the same style.
    ctx.fill_style = ctx.stroke_style = "rgb(0 0 0 / 0.5)"
    if verb == "fill_texts":
        ctx.fill_texts(["HHHH"], [10], 100, color=["rgb(0 0 0 / 0.5)"])
    else:
        getattr(ctx, verb)("HHHH", 10, 100)
    assert pixels(drawn)[:, :240, 3].max() in (127, 128)


@pytest.mark.parametrize("verb", ["fill_text", "stroke_text"])
def test_a_glyph_too_large_for_a_mask_spoils_no_text_before_it(verb: str) -> None:
    drawn = canvas(width=600, height=80, letter_spacing="-1px", global_alpha=0.5)
    ctx: Any = drawn.get_context("2d")
    ctx.font = f"40.078125px '{register('Latin')}'"
    draw = getattr(ctx, verb)
    ctx.scale(8, 1)
    draw("i.", 1, 50)
    ctx.reset_transform()
    draw("i.", 1, 50)
    ctx.scale(8, 1)
    draw("W", 10, 50)
    assert pixels(drawn).any()


def test_a_glyph_too_large_for_a_mask_changes_no_text_after_it() -> None:
    found = []
    for large in ("", "W"):
        gpucanvas.fonts.unregister(register("Latin"))  # No mask is kept from before.
        drawn = canvas(width=600, height=80)
        ctx: Any = drawn.get_context("2d")
        ctx.font = f"40px '{register('Latin')}'"
        ctx.scale(8, 1)
        ctx.fill_text(large, 50, 50)
        ctx.fill_text("i.", 1.03, 50.3)
        found.append(pixels(drawn)[:, :300])
    assert found[0].any()
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize(
    ("verb", "settings"),
    [
        ("stroke_text", {"line_width": 8}),
        ("fill_text", {"letter_spacing": "-12px"}),
        ("fill_text", {"word_spacing": "-38px"}),
        ("stroke_text", {"line_width": 8, "global_alpha": 0.5}),
    ],
)
def test_letters_do_not_show_through_each_other_in_shadows(verb: str, settings: dict[str, Any]) -> None:
    drawn = canvas(width=300, height=60, **settings)
    ctx: Any = drawn.get_context("2d")
    ctx.font = f"30px '{register('Latin')}'"
    ctx.shadow_color, ctx.shadow_offset_y = "rgb(0 0 0 / 0.5)", 200
    getattr(ctx, verb)("WW W W", 5, -160)
    assert pixels(drawn)[..., 3].max() in ((127, 128) if "global_alpha" not in settings else (63, 64))


def test_a_changing_pen_and_text_do_not_fill_the_memory() -> None:
    import gc

    drawn = canvas(stroke_style="rgb(0 0 0 / 0.5)")
    ctx: Any = drawn.get_context("2d")
    for k in range(2600):
        ctx.line_width = 2 + k * 1e-4
        ctx.stroke_text(f"{k % 700}", 10, 40)
        if k % 100 == 0:
            drawn.flush()
    drawn.flush()
    gc.collect()
    # Not by isinstance, which asks proxies of objects that are gone.
    tables = [each for each in gc.get_objects() if issubclass(type(each), MaskTable)]
    # 13,000 lines are kept, which must not each keep a table.
    assert sum(each.nbytes for each in tables) < 160 << 20
    assert len([each for each in tables if type(each) is wholes.Wholes]) < 1300
