"""Upright text as masks: hinted by default, at quarters of a pixel, one command for many texts, nothing lost."""

from __future__ import annotations

import gc
import sys
import threading
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from script_fonts import font_file, register

import gpucanvas
from compare import assert_same
from gpucanvas.pipeline import glyphrows
from gpucanvas.recent import Recent, RecentGrowing
from gpucanvas.text import glyphtexts, labels, wholes
from gpucanvas.text import line as lines
from gpucanvas.text import strike as strikes
from gpucanvas.text.face import load_file
from gpucanvas.text.hinting import hinted_outlines
from gpucanvas.text.instance import Outline
from gpucanvas.text.labels import LabelBook
from gpucanvas.text.line import Line
from gpucanvas.text.strike import Strike
from gpucanvas.verbs.texts import TextVerbs

Pixels = np.ndarray


def canvas(backend: str = "cpu", width: int = 200, height: int = 60, size: float = 20) -> gpucanvas.Canvas:
    made = gpucanvas.Canvas(width, height, backend=backend)  # type: ignore[arg-type]
    made.get_context("2d").font = f"{size}px '{register('Latin')}'"
    return made


def pixels(drawn: gpucanvas.Canvas) -> Pixels:
    return np.array(drawn.to_numpy())


def drawn_at(x: float, y: float, **settings: Any) -> Pixels:
    drawn = canvas()
    ctx = drawn.get_context("2d")
    for name, value in settings.items():
        setattr(ctx, name, value)
    ctx.fill_text("quarter", x, y)
    return pixels(drawn)


# -- where glyphs are -----------------------------------------------------------------------------------------------


def test_text_moves_across_by_quarters_of_a_pixel() -> None:
    """Each of its glyphs is rounded by itself: one letter shows it."""

    def letter(x: float) -> Pixels:
        drawn = canvas()
        drawn.get_context("2d").fill_text("g", x, 30)
        return pixels(drawn)

    for place, nearest in ((10.1, 10.0), (10.13, 10.25), (10.37, 10.25), (10.4, 10.5), (10.88, 11.0), (-0.1, 0.0)):
        assert np.array_equal(letter(place), letter(nearest))
    quarters = [letter(10 + i / 4).tobytes() for i in range(4)]
    assert len(set(quarters)) == 4
    assert np.array_equal(np.roll(letter(10.25), 3, axis=1), letter(13.25))


def test_text_moves_down_by_whole_pixels() -> None:
    for place, nearest in ((30.4, 30), (29.5, 30), (29.49, 29)):
        assert np.array_equal(drawn_at(10, place), drawn_at(10, nearest))


# -- hinting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [9.0, 11.0, 13.5, 16.0])
def test_hinting_puts_x_height_and_baseline_on_whole_pixels(size: float) -> None:
    instance = load_file(str(font_file("Latin"))).instance()
    glyph = instance.font.get_nominal_glyph(ord("x"))
    plain = instance.outline(glyph).coords.reshape(-1, 2) * (size / instance.upem)
    (hinted,) = hinted_outlines(instance, size, [glyph])
    assert hinted is not None
    points = hinted.coords.reshape(-1, 2)
    assert points[:, 1].max() == 0.0
    assert points[:, 1].min() == round(points[:, 1].min())
    assert abs(points[:, 1].min() - plain[:, 1].min()) < 1.0
    assert plain[:, 1].min() != round(plain[:, 1].min()), "or there is nothing to see"
    # Across, nothing is fitted: FreeType's own steps of a 64th apart.
    assert abs(points[:, 0].min() - plain[:, 0].min()) < 0.04
    assert abs(points[:, 0].max() - plain[:, 0].max()) < 0.04


def test_geometric_precision_is_not_hinted() -> None:
    hinted, plain = drawn_at(10, 30), drawn_at(10, 30, text_rendering="geometricPrecision")
    assert not np.array_equal(hinted, plain)
    assert np.array_equal(hinted, drawn_at(10, 30, text_rendering="optimizeLegibility"))


def test_a_font_that_freetype_does_not_open_is_drawn_unhinted(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = drawn_at(10, 30, text_rendering="geometricPrecision")
    monkeypatch.setattr("gpucanvas.text.hinting._open", lambda instance: None)
    monkeypatch.setattr("gpucanvas.text.hinting._faces", Recent(8))
    strikes._strikes.clear()
    try:
        assert np.array_equal(drawn_at(10, 30), plain)
    finally:
        strikes._strikes.clear()


# -- no visible switch ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("color", ["black", "white"])
def test_the_weight_of_text_does_not_change_when_it_turns(color: str) -> None:
    """Upright it is drawn with masks, turned by a hair as outlines."""
    inks = []
    for turn in (0.0, 1e-5):
        drawn = canvas(width=400)
        ctx = drawn.get_context("2d")
        ctx.text_rendering, ctx.fill_style = "geometricPrecision", color
        ctx.rotate(turn)
        ctx.fill_text("No visible switch, 0123", 10, 30)
        inks.append(int(pixels(drawn)[..., 3].sum()))
    assert inks[0] > 50_000
    assert abs(inks[0] / inks[1] - 1) < 0.01


@pytest.mark.parametrize("sizes", [(64.0, 64.2), (256.0, 256.2)])
def test_the_weight_of_text_does_not_change_where_it_becomes_outlines(sizes: tuple[float, float]) -> None:
    inks = []
    for size in sizes:
        drawn = canvas(width=800, height=300, size=size)
        ctx = drawn.get_context("2d")
        ctx.fill_text("Hop", 10, 240)
        inks.append(pixels(drawn)[..., 3].sum() / size**2)
    assert abs(inks[0] / inks[1] - 1) < 0.02


# -- what is recorded -----------------------------------------------------------------------------------------------


def test_texts_that_follow_one_another_are_one_command(backend: str, tmp_path: Path) -> None:
    """Of one font and size, whatever their colours; and they are what single frames of them draw."""
    ours, theirs = canvas(backend), canvas(backend)
    ctx, other = ours.get_context("2d"), theirs.get_context("2d")
    for i, color in enumerate(("red", "#0080ff", "rgba(0, 0, 0, 0.5)")):
        for each in (ctx, other):
            each.fill_style = color
            each.fill_text(f"text {i}", 5 + 60 * i, 20.2 + 10 * i)
        theirs.flush()
    assert ctx._recording is not None
    assert len(ctx._recording) == 1
    assert_same(pixels(ours), pixels(theirs), max_difference=1, folder=tmp_path)


def test_a_text_whose_scripts_take_turns_is_one_command_a_font(backend: str, tmp_path: Path) -> None:
    """And its letters are where each is drawn alone."""
    ours, theirs = canvas(backend), canvas(backend)
    ctx, other = ours.get_context("2d"), theirs.get_context("2d")
    ctx.font = other.font = f"20px '{register('Latin')}', '{register('Thai')}'"
    text = "a\u0e01b\u0e02c\u0e04d"
    ctx.fill_text(text, 10, 30)
    assert ctx._recording is not None
    assert len(ctx._recording) == 2
    x = 10.0
    for letter in text:
        other.fill_text(letter, x, 30)
        x += other.measure_text(letter).width
    assert_same(pixels(ours), pixels(theirs), max_difference=0, folder=tmp_path)


def test_what_is_drawn_between_texts_stays_between(tmp_path: Path) -> None:
    drawn = canvas()
    ctx = drawn.get_context("2d")
    ctx.fill_text("under", 10, 30)
    ctx.fill_style = "white"
    ctx.fill_rect(0, 0, 200, 60)
    ctx.fill_style = "black"
    ctx.fill_text("over", 10, 30)
    ctx.global_alpha = 0.5
    ctx.fill_text("pale", 80, 30)
    ctx.global_alpha = 1.0
    assert ctx._recording is not None
    assert len(ctx._recording) == 4
    alone = canvas()
    other = alone.get_context("2d")
    other.fill_style = "white"
    other.fill_rect(0, 0, 200, 60)
    other.fill_style = "black"
    other.fill_text("over", 10, 30)
    other.global_alpha = 0.5
    other.fill_text("pale", 80, 30)
    assert np.array_equal(pixels(drawn), pixels(alone))


def test_no_python_is_run_a_glyph_of_texts_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted: strikes are asked for numbers, and draw masks, in the first frame alone."""
    asked: list[int] = []
    drawn = canvas(width=900)
    ctx = drawn.get_context("2d")
    for frame in range(2):
        for line in range(20):
            ctx.fill_text("fifty letters of text to draw once more, and again", 3, 12 + line)
        drawn.flush()
        if not frame:
            monkeypatch.setattr(Strike, "numbers_of", lambda self, glyphs: asked.append(len(glyphs)))
            monkeypatch.setattr(Strike, "draw", lambda self, rows: asked.append(len(rows)))
    assert not asked


def test_texts_drawn_again_join_the_last_command_by_one_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever their alignment; and they lie where they lay, in the colours that they had."""
    made: list[str] = []
    way = LabelBook.make

    def counted(book: LabelBook, text: str) -> Any:
        made.append(text)
        return way(book, text)

    monkeypatch.setattr(LabelBook, "make", counted)
    frames, counts = [], []
    for _ in range(2):
        recording = gpucanvas.Recording(400, 400)
        ctx = recording.get_context("2d")
        ctx.text_align, ctx.text_baseline = "right", "middle"
        for number in range(20):
            ctx.fill_text(f"joined {number}", 200.3, 10 * number)
        ctx.fill_texts(["joined 3", "joined 4", "joined 5"], [9, 8, 7.5], 300, color=["red", "blue", "red"])
        ctx.text_align = "center"
        ctx.fill_text("joined 3", np.float32(100), 320)
        ctx.fill_text("joined 4", 100, 340)
        (batch,) = recording._commands.batches
        frames.append(glyphrows.columns_of(glyphrows.groups_of([batch.items])))
        counts.append(len(made))
        made.clear()
    assert counts == [20, 0]
    for before, after in zip(*frames, strict=True):
        assert np.array_equal(before, after)


def test_texts_of_another_font_than_the_first_join_the_last_command_too(
    monkeypatch: pytest.MonkeyPatch, backend: str, tmp_path: Path
) -> None:
    """Drawn again they are not looked at as lines; and they are what that font draws where it is the first."""
    placed: list[str] = []
    way = TextVerbs._place

    def counted(ctx: Any, verb: str, text: str, *place: Any) -> Any:
        placed.append(text)
        return way(ctx, verb, text, *place)

    hebrew = ["".join(chr(0x5D0 + (number + i) % 20) for i in range(4)) for number in range(12)]
    families = f"'{register('Latin')}', '{register('Hebrew')}'", f"'{register('Hebrew')}'"
    drawn = [canvas(backend) for _ in families]
    for made, family in zip(drawn, families, strict=True):
        ctx = made.get_context("2d")
        ctx.font = f"12px {family}"
        for frame in range(2):
            ctx.reset()
            ctx.font = f"12px {family}"
            if frame:
                monkeypatch.setattr(TextVerbs, "_place", counted)
            for number, text in enumerate(hebrew):
                ctx.fill_text(text, 10 + 40 * (number % 4), 15 + 15 * (number // 4))
            assert ctx._recording is not None
            assert len(ctx._recording.batches) == 1
            made.flush()
            monkeypatch.undo()
    assert not placed
    assert_same(pixels(drawn[0]), pixels(drawn[1]), max_difference=0, folder=tmp_path)


def test_texts_of_fonts_that_take_turns_are_each_drawn_in_theirs(tmp_path: Path) -> None:
    """One font after another, as texts whose font is the first of their style."""
    ours, theirs = canvas(), canvas()
    both = f"'{register('Latin')}', '{register('Hebrew')}'"
    one, two = "\u05d0\u05d7\u05ea", "\u05e9\u05ea"
    words = ["one", one, "two", two, "one", one, "a \u05d0", two, two]
    for _ in range(2):
        for each in (ours, theirs):
            each.get_context("2d").reset()
        ours.get_context("2d").font = f"12px {both}"
        for number, word in enumerate(words):
            place = 10 + 40 * (number % 4), 15 + 15 * (number // 4)
            ours.get_context("2d").fill_text(word, *place)
            family = both if " " in word else "'Test Latin'" if word.isascii() else "'Test Hebrew'"
            theirs.get_context("2d").font = f"12px {family}"
            theirs.get_context("2d").fill_text(word, *place)
        assert_same(pixels(ours), pixels(theirs), max_difference=0, folder=tmp_path)


@pytest.mark.parametrize("operator", ["copy", "source-in", "destination-in", "source-out", "destination-atop"])
def test_operators_that_clear_around_text_take_it_as_one_shape(operator: str, backend: str, tmp_path: Path) -> None:
    """As the text in a layer, which is one shape for certain. The layer's text has a tone, too."""
    pictures = []
    for layered in (False, True):
        drawn = canvas(backend)
        ctx = drawn.get_context("2d")
        ctx.text_rendering = "geometricPrecision"
        ctx.rotate(0.0)
        ctx.fill_style = "orange"
        ctx.fill_rect(0, 0, 60, 40)
        ctx.fill_style = "navy"
        ctx.global_composite_operation = operator  # type: ignore[assignment]
        if layered:
            with ctx.layer():
                ctx.fill_text("both of us", 10, 30)
        else:
            ctx.fill_text("both of us", 10, 30)
        pictures.append(pixels(drawn).astype(int))
    # Outlines lie where they are, masks at the nearest quarter of a pixel: a 1/8 pixel changes edges by 32 levels.
    assert np.abs(pictures[0][..., 3] - pictures[1][..., 3]).mean() < 3
    assert pictures[0][..., 3].max() > 200


def test_text_that_is_half_transparent_does_not_show_where_letters_join() -> None:
    """Arabic letters overlap where they join."""
    drawn = canvas(size=40)
    ctx = drawn.get_context("2d")
    ctx.font = f"40px '{register('Arabic')}'"
    ctx.global_alpha = 0.5
    ctx.fill_text("سلام", 20, 45)
    alpha = pixels(drawn)[..., 3]
    assert alpha.max() == 128


# -- masks of a strike ----------------------------------------------------------------------------------------------


def squares_of(glyphs: Sequence[int]) -> list[Outline]:
    """Squares as large as the glyphs' numbers."""
    verbs = bytes((0, 1, 1, 1, 4))
    return [Outline(verbs, side * np.array([0.0, 0, 1, 0, 1, -1, 0, -1])) for side in glyphs]


def test_masks_that_outgrow_their_memory_stay_what_they_were() -> None:
    """More glyphs, tones and bytes than there is room for at first."""
    strike = Strike(squares_of)
    found = strike.numbers_of(list(range(1, 200)))
    assert found is not None
    numbers = np.array(found)
    for tone in (0, 7):
        strike.draw(((numbers[::2].astype(np.int64) * 8 + tone) * 4) + 2)
        strike.draw(((numbers.astype(np.int64) * 8 + tone) * 4) + 2)
    for glyph, number in enumerate(numbers.tolist(), 1):
        start, left, top, wide, high = strike.slots[(number * 8 + 7) * 4 + 2].tolist()
        assert (left, top, wide, high) == (0, -glyph, glyph + 1, glyph)
        mask = np.lib.stride_tricks.as_strided(strike.masks[start:], (high, wide), (wide + 16, 1))
        gaps = np.lib.stride_tricks.as_strided(strike.masks[start - 16 :], (high + 1, 16), (wide + 16, 1))
        assert not gaps.any()
        assert (mask[:, 1:-1] == 255).all()
        # A half is covered, of which white text has more: 0.5 ** (1 / 1.2).
        assert (np.abs(mask[:, [0, -1]].astype(int) - 143) <= 2).all()
    assert (strike.slots[:, 0] >= 0).sum() == 2 * 199


def test_an_error_while_glyphs_are_loaded_changes_no_glyph_loaded_later(monkeypatch: pytest.MonkeyPatch) -> None:
    strike = Strike(squares_of)

    def fail(outlines: Sequence[np.ndarray]) -> np.ndarray:
        raise KeyboardInterrupt

    assert strike.numbers_of([3]) is not None
    for failing in ("gpucanvas.text.strike.bounds_of", "numpy.concatenate"):
        monkeypatch.setattr(failing, fail)
        with pytest.raises(KeyboardInterrupt):
            strike.numbers_of([5, 300])
        monkeypatch.undo()
    assert strike.numbers_of([7, 9]) is not None
    assert [outline.coords.max() for outline in strike.outlines([3, 7, 9])] == [3.0, 7.0, 9.0]
    assert strike.bounds[:, 2].tolist() == [3.0, 7.0, 9.0]


def test_glyphs_that_go_too_far_have_no_masks() -> None:
    strike = Strike(squares_of)
    assert strike.numbers_of([20, 256]) is not None
    assert strike.numbers_of([257]) is None
    assert Strike(lambda glyphs: [Outline(b"\0\1", np.array([0.0, 0.0, np.nan, 1.0]))]).numbers_of([1]) is None


def test_strikes_are_forgotten_and_their_recordings_are_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hundreds of sizes, with room for a few: nothing is missing, and what was recorded before is still drawn."""
    monkeypatch.setattr(strikes, "_strikes", RecentGrowing(100_000, strikes._strikes._weigh))
    ours, theirs = canvas(height=600), canvas(height=600)
    for drawn, flushes in ((ours, False), (theirs, True)):
        ctx = drawn.get_context("2d")
        for i in range(100):
            ctx.font = f"{8 + i / 10}px '{register('Latin')}'"
            ctx.fill_text("eviction", 5 + i % 3 * 60, 10 + 5 * i)
            if flushes:
                drawn.flush()
    assert len(strikes._strikes) < 60
    assert_same(pixels(ours), pixels(theirs), max_difference=1, folder=tmp_path)
    assert (pixels(ours)[..., 3].reshape(120, -1).sum(1)[1:98] > 0).all()


@pytest.mark.parametrize("letter_spacing", ["0px", "1px"])  # Labels, and texts that are shaped as a whole.
def test_text_that_is_zoomed_takes_no_more_memory_than_there_is_room_for(
    letter_spacing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A size a frame, each used once: what the strikes that are alive take lies within the rooms of the caches."""
    room = 1_000_000
    before = [each for each in gc.get_objects() if type(each) is Strike]
    monkeypatch.setattr(strikes, "_strikes", RecentGrowing(room, strikes._strikes._weigh))
    monkeypatch.setattr("gpucanvas.text.labels._books", RecentGrowing(room, labels._books._weigh))
    monkeypatch.setattr("gpucanvas.text.glyphtexts._masked", RecentGrowing(room, glyphtexts._masked._weigh))
    with canvas() as drawn:
        ctx = drawn.get_context("2d")
        ctx.letter_spacing = letter_spacing
        for i in range(250):
            ctx.reset_transform()
            ctx.clear_rect(0, 0, 200, 60)
            ctx.scale(0.4 + i / 160, 0.4 + i / 160)
            ctx.fill_text("zoom", 5, 40)
            ctx.fill_text("ABCDEFGHIJKLM", 5, 20)
            drawn.flush()
    alive = [each for each in gc.get_objects() if type(each) is Strike and each not in before]
    assert 1 <= len(alive) < 200
    assert sum(each.slots.nbytes + len(each.written().room.bytes) for each in alive) <= 2 * room


def test_long_texts_are_not_kept_by_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_lines", Recent(1))
    with canvas(size=4) as drawn:
        ctx = drawn.get_context("2d")
        for i in range(150):
            ctx.fill_text(f"{i} " + "abcd efgh " * 380, 5, 40)
            drawn.flush()
        gc.collect()
        alive = [each for each in gc.get_objects() if type(each) is Line and len(each.text) > 3800]
    assert len(alive) < 100


def test_texts_of_many_styles_take_no_more_memory_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each style has its own book of labels, which grows long after it was made."""
    monkeypatch.setattr("gpucanvas.text.labels._books", RecentGrowing(1_000_000, labels._books._weigh))
    ctx = canvas().get_context("2d")
    for size in range(10, 25):
        ctx.font = f"{size}px '{register('Latin')}'"
        ctx.fill_texts([f"{size} {i}" for i in range(1000)], 5, 40)
    gc.collect()
    alive = [each for each in gc.get_objects() if type(each) is LabelBook and len(each.labels) > 500]
    assert sum(each.nbytes for each in alive) < 2_000_000


def test_colors_of_texts_are_not_kept_by_the_number_of_frames() -> None:
    made = np.random.default_rng(1).random((40, 1000, 4)).tolist()
    for colors in made:
        glyphrows.colors_of(tuple(map(tuple, colors)))
    held = [colors for part in (glyphrows._toned._young, glyphrows._toned._old) for colors in part]
    assert sum(map(len, held)) <= glyphrows.MOST_COLORS


def test_strikes_are_weighed_while_another_thread_adds_some() -> None:
    interval = sys.getswitchinterval()
    kept, faults, is_done = glyphtexts.KeptStrikes(), list[str](), threading.Event()
    parts = [(glyphtexts.GlyphText.packed(Strike(lambda glyphs: []), array("d"), 0.0, None),) for _ in range(2000)]
    for part in parts[:1000]:
        kept.take(part)

    def weigh() -> None:
        try:
            while not is_done.is_set():
                assert kept.nbytes >= 0
        except RuntimeError as fault:
            faults.append(str(fault))

    threads = [threading.Thread(target=weigh) for _ in range(2)]
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for part in parts[1000:]:
            kept.take(part)
    finally:
        is_done.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)
    assert not faults


def test_texts_with_a_large_strike_are_not_joined_again(monkeypatch: pytest.MonkeyPatch) -> None:
    joined: list[Any] = []
    own = wholes.Wholes._joined
    monkeypatch.setattr(wholes.Wholes, "_joined", lambda *given: joined.append(given[1:]) or own(*given))
    monkeypatch.setattr(wholes, "FULL_BYTES", 100_000)
    drawn = canvas(size=60)
    ctx = drawn.get_context("2d")
    ctx.letter_spacing = "-1px"
    texts = ["abcdef", "ghijkl", "mnopqr", "stuvwx"]
    for color in ("black", "white", "red"):
        ctx.fill_style = color
        ctx.fill_texts(texts, 5, 50)
    drawn.flush()
    ctx.fill_style = "rgb(0 0 0 / 0.5)"
    for _ in range(3):
        ctx.fill_texts(texts, 5, 50)
        drawn.flush()
    assert len(joined) == len(texts)


# -- where recordings go --------------------------------------------------------------------------------------------


def test_a_picture_holds_the_outlines_of_texts(tmp_path: Path) -> None:
    """Under any transform, and as bytes: what was drawn by masks is drawn as paths."""
    recording = gpucanvas.Recording(200, 60)
    ctx = recording.get_context("2d")
    font = f"20px '{register('Latin')}', '{register('Thai')}'"
    ctx.font, text = font, "fro\u0e01z\u0e02en"
    ctx.fill_rect(0, 50, 200, 4)
    for x, color in ((10, "red"), (90, "rgba(0, 0, 255, 0.5)")):
        ctx.fill_style = color
        ctx.fill_text(text, x, 30)
    ctx.fill_rect(0, 40, 200, 4)
    picture = gpucanvas.Picture.from_bytes(recording.freeze().to_bytes())
    ours, theirs = canvas(), canvas()
    for drawn in (ours, theirs):
        drawn.get_context("2d").rotate(0.1)
        drawn.get_context("2d").scale(1.2, 1.2)
    ours.get_context("2d").draw_picture(picture)
    other = theirs.get_context("2d")
    other.font = font
    other.fill_rect(0, 50, 200, 4)
    for x, color in ((10, "red"), (90, "rgba(0, 0, 255, 0.5)")):
        other.fill_style = color
        other.fill(other.text_path(text, x, 30))
    other.fill_rect(0, 40, 200, 4)
    assert_same(pixels(ours), pixels(theirs), max_difference=2, max_fraction=1.0, folder=tmp_path)


def test_recordings_that_are_drawn_together_are_what_each_draws(backend: str, tmp_path: Path) -> None:
    recordings, alone = [], []
    for i in range(3):
        recording, drawn = gpucanvas.Recording(90, 40), canvas(backend, 90, 40)
        for ctx in (recording.get_context("2d"), drawn.get_context("2d")):
            ctx.font = f"{14 + i % 2}px '{register('Latin')}'"
            ctx.fill_style = ("black", "white", "teal")[i]
            ctx.fill_text(f"part {i}, cut off", 4.3, 20)
        recordings.append(recording)
        alone.append(pixels(drawn))
    for mine, theirs in zip(gpucanvas.render_many(recordings, backend=backend), alone, strict=True):  # type: ignore[arg-type]
        assert_same(np.array(mine), theirs, max_difference=0, folder=tmp_path)


def test_text_that_can_be_picked_is_hit_where_its_letters_are() -> None:
    recording, drawn = gpucanvas.Recording(200, 60), canvas()
    for ctx in (recording.get_context("2d"), drawn.get_context("2d")):
        ctx.font, ctx.text_rendering = f"bold 50px '{register('Latin')}'", "geometricPrecision"
        ctx.hit_id = 7
        ctx.fill_text("I", 20, 50)
        assert recording.pick(30, 30) is not None
        assert recording.pick(130, 30) is None or ctx is not recording.get_context("2d")
        ctx.fill_text("I", 120, 50)
        with ctx.layer():
            ctx.fill_text("I", 70, 50)
    seen = pixels(drawn)[::2, ::2, 3]
    xs, ys = range(0, 200, 2), range(0, 60, 2)
    found = np.array([[recording.pick(x + 0.5, y + 0.5) is not None for x in xs] for y in ys])
    assert found[seen == 255].all()
    assert not found[seen == 0].any()
    assert all((seen[:, low : low + 20] == 255).any() for low in (5, 30, 55))
