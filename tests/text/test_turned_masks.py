"""Text with a vertical baseline, stretched and mirrored text is drawn with masks, too: what its outlines cover."""

from __future__ import annotations

from math import pi
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from script_fonts import register

import gpucanvas
from compare import assert_same
from gpucanvas.contract.commands import BATCH, COMMAND, FILL_PATH
from gpucanvas.verbs.labeldraw import NO_MASKS, LabelDrawing

Pixels = np.ndarray
Transform = tuple[float, ...]

TURNS: dict[str, Transform] = {
    "up": (0, -1, 1, 0),
    "down": (0, 1, -1, 0),
    "upside_down": (-1, 0, 0, -1),
    "mirrored": (-1, 0, 0, 1),
    "flipped": (1, 0, 0, -1),
    "condensed": (0.6, 0, 0, 1),
    "tall": (1, 0, 0, 2.25),
    "wide": (2.5, 0, 0, 1),
    "up_and_wide": (0, -1.5, 1, 0),
    "down_mirrored": (0, 1.5, 1.5, 0),
    "up_small": (0, -0.45, 0.45, 0),
}


def canvas(backend: str = "cpu", turn: Transform = (1, 0, 0, 1), x: float = 80, y: float = 80) -> Any:
    made = gpucanvas.Canvas(160, 160, backend=backend)  # type: ignore[arg-type]
    ctx: Any = made.get_context("2d")
    ctx.set_transform(*turn, x, y)
    ctx.font = f"20px '{register('Latin')}'"
    return made, ctx


def pixels(drawn: gpucanvas.Canvas) -> Pixels:
    return np.array(drawn.to_numpy())


def kinds(ctx: Any) -> list[int]:
    found: list[int] = np.frombuffer(bytes(ctx._recording.commands), COMMAND)["kind"].tolist()
    return found


def with_outlines(patch: pytest.MonkeyPatch) -> None:
    """Draw outlines in place of masks from now on."""
    patch.setattr(LabelDrawing, "_mask_place", lambda self: NO_MASKS)


@pytest.mark.parametrize("name", TURNS)
def test_a_mask_covers_what_the_outline_covers(
    name: str, backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter at each quarter of a pixel along its baseline, and between two pixels across it.

    The curves of stretched outlines are not cut at the same points as those of masks.
    """
    pictures = []
    for kind in (BATCH, FILL_PATH):
        if kind == FILL_PATH:
            with_outlines(monkeypatch)
        drawn, ctx = canvas(backend)
        for k, letter in enumerate("gMk"):
            a, b, c, d = TURNS[name]
            along, beside = 50 * k + 30 + k / 4, 80.4
            ctx.set_transform(a, b, c, d, *((along, beside) if a else (beside, along)))
            ctx.fill_text(letter, 0, 0)
        assert kinds(ctx) == [kind] * 3
        pictures.append(pixels(drawn))
    assert_same(*pictures, max_difference=4, max_mean=0.01, names=("masks", "outlines"), folder=tmp_path)
    assert pictures[0].any()


@pytest.mark.parametrize("name", TURNS)
def test_words_are_where_their_outlines_are(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each letter is moved by an eighth of a pixel at most."""
    pictures = []
    for masked in (True, False):
        if not masked:
            with_outlines(monkeypatch)
        drawn, ctx = canvas("cpu", TURNS[name], 80.3, 80.6)
        ctx.text_align = "center"
        ctx.fill_text("a word", 0, 5)
        pictures.append(pixels(drawn)[..., 3].astype(float))
    ours, theirs = pictures
    assert ours.sum() == pytest.approx(theirs.sum(), rel=0.01)
    # Stems on both sides of a pixel, and the tone.
    assert np.abs(ours - theirs).max() <= 0.125 * 255 * 1.5 + 2
    assert theirs.max() > 100


def test_vertical_text_moves_along_by_quarters_and_across_by_whole_pixels() -> None:
    def letter(x: float, y: float) -> Pixels:
        drawn, ctx = canvas("cpu", TURNS["up"], x, y)
        ctx.fill_text("g", 0, 0)
        return pixels(drawn)

    for place, nearest in ((80.1, 80.0), (80.13, 80.25), (80.4, 80.5), (80.88, 81.0)):
        assert np.array_equal(letter(80, place), letter(80, nearest))
        assert np.array_equal(letter(place, 80), letter(round(place), 80))
    assert len({letter(80, 80 + k / 4).tobytes() for k in range(4)}) == 4


def test_the_sine_of_half_a_turn_need_not_be_exact(tmp_path: Path) -> None:
    pictures = []
    for exact in (True, False):
        for quarters in (1, 2, 3):
            drawn, ctx = canvas()
            if exact:
                ctx.transform(*{1: (0, 1, -1, 0), 2: (-1, 0, 0, -1), 3: (0, -1, 1, 0)}[quarters], 0, 0)
            else:
                ctx.rotate(quarters * pi / 2)
            ctx.fill_text("turned", -30, 5)
            assert kinds(ctx) == [BATCH]
            pictures.append(pixels(drawn))
    assert_same(np.hstack(pictures[:3]), np.hstack(pictures[3:]), max_difference=0, folder=tmp_path)


def test_strokes_turn_with_the_text_and_stretched_ones_are_outlines(
    backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stroked(turn: Transform) -> tuple[list[int], Pixels]:
        drawn, ctx = canvas(backend, turn, 80.25, 80.25)
        ctx.line_width = 2.5
        ctx.stroke_text("g", 0, 5.75 if turn[0] else 4.75)
        return kinds(ctx), pixels(drawn)

    masks = {name: stroked(TURNS[name]) for name in ("up", "mirrored", "up_small", "down_mirrored", "wide")}
    assert [found == [BATCH] for found, _ in masks.values()] == [True, True, True, True, False]
    with_outlines(monkeypatch)
    for name, (_, ours) in masks.items():
        assert_same(ours, stroked(TURNS[name])[1], max_difference=36, max_mean=0.12, folder=tmp_path)


def test_consecutive_vertical_labels_are_one_command() -> None:
    _, ctx = canvas("cpu", TURNS["up"])
    for k in range(5):
        ctx.fill_style = ("red", "blue")[k % 2]
        ctx.fill_text(f"label {k}", -40, 12 * k - 30)
    assert kinds(ctx) == [BATCH]


@pytest.mark.parametrize("turn", [(0.8, 0.6, -0.6, 0.8), (1, 0, 0.3, 1), (0, 0, 0, 0), (1, 0, 0, 0)], ids=str)
def test_other_transforms_draw_outlines_or_nothing(turn: Transform) -> None:
    drawn, ctx = canvas("cpu", turn)
    ctx.fill_text("oblique", -30, 5)
    assert BATCH not in kinds(ctx)
    assert pixels(drawn).any() == (turn[0] * turn[3] != 0)


def test_pictures_keep_turned_texts(backend: str, tmp_path: Path) -> None:
    """As outlines, with baselines on whole pixels."""
    recording = gpucanvas.Recording(160, 160)
    ctx: Any = recording.get_context("2d")
    ctx.font = f"20px '{register('Latin')}'"
    ctx.text_rendering = "geometricPrecision"
    ctx.set_transform(0, -1, 1, 0, 40.4, 120)
    ctx.fill_text("up", 0, 0)
    ctx.set_transform(2, 0, 0, 1, 60, 80.4)
    ctx.fill_text("wide", 0, 0)
    picture = recording.freeze()
    drawn, direct = (gpucanvas.Canvas(160, 160, backend=backend) for _ in range(2))  # type: ignore[arg-type]
    drawn.get_context("2d").draw_picture(gpucanvas.Picture.from_bytes(picture.to_bytes()))
    target: Any = direct.get_context("2d")
    for turn, word, x, y in (((0, -1, 1, 0), "up", 40, 120), ((2, 0, 0, 1), "wide", 60, 80)):
        target.set_transform(*turn, x, y)
        target.fill(ctx.text_path(word, 0, 0))
    assert_same(pixels(drawn), pixels(direct), max_difference=1, names=("picture", "paths"), folder=tmp_path)


def test_layers_hold_all_of_turned_texts(backend: str, tmp_path: Path) -> None:
    pictures = []
    for layered in (True, False):
        drawn, ctx = canvas(backend, TURNS["down_mirrored"], 60, 40)
        if layered:
            ctx.begin_layer()
        ctx.fill_text("jump", 0, 0)
        if layered:
            ctx.end_layer()
        pictures.append(pixels(drawn))
    assert_same(*pictures, max_difference=1, names=("layer", "plain"), folder=tmp_path)


def test_turned_texts_are_picked() -> None:
    drawn, ctx = canvas("cpu", TURNS["up"], 80, 120)
    ctx.font = f"60px '{register('Latin')}'"
    ctx.hit_id = 3
    ctx.fill_text("I", 0, 0)
    ys, xs = np.nonzero(pixels(drawn)[..., 3] == 255)
    assert drawn.pick(float(xs.mean()), float(ys.mean())) is not None
    assert drawn.pick(float(xs.mean()), float(ys.max()) + 20) is None
