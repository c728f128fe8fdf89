"""Labels: texts joined from pieces are HarfBuzz's whole texts to the byte, and nothing is shaped that need not be."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from built_fonts import build_font, glyph_name
from script_fonts import PACKAGES, register

import gpucanvas
from gpucanvas.geometry import single
from gpucanvas.pipeline.glyphrows import TextColumns, columns_of, groups_of
from gpucanvas.text import glyphs, hinting, pieces
from gpucanvas.text import labels as module
from gpucanvas.text import line as line_module
from gpucanvas.text.glyphtexts import masks_of
from gpucanvas.text.labels import LabelBook, book_of
from gpucanvas.text.line import Line, line_of
from gpucanvas.text.shape import setting_of, shape_text
from gpucanvas.text.strike import MaskKey
from gpucanvas.text.textstyle import DEFAULT, TextStyle, changed, with_font
from gpucanvas.verbs import labeldraw, recorder
from gpucanvas.verbs.quick import in_python

WORDS = ("score", "AV To", "fi ff", "P.", "T", "speed", "fluffy", "11:45", "--", "1/2")
PRINTABLE = [chr(code) for code in range(32, 127)]
LOOKS_AHEAD = """
    feature calt { sub 0' 3 4 5 by 9; sub 6 7' by 8; } calt;
    feature liga { sub f f i by 8; sub f i by 7; } liga;
    feature kern { pos 4 4 -70; pos 7 . -120; pos . space -33; } kern;
"""
"""Rules over digits: with a lookahead of three, a backtrack, ligatures, and kerning with a space."""


def with_names(rules: str) -> str:
    """Rules with the names of glyphs in place of their characters."""
    words = {"space": " ", **{each: each for each in "0123456789.fi"}}
    return re.sub(r"(?<![\w-])(space|[0-9.fi])(?![\w.])", lambda found: glyph_name(words[found[1]]), rules)


def texts(count: int) -> list[str]:
    """Numbers, words with numbers, and noise."""
    rng = random.Random(7)
    found = []
    for number in range(count):
        digits = "".join(rng.choices(string.digits + "0123456789.,- %f", k=rng.randint(1, 12)))
        labelled = f"{rng.choice(WORDS)} {rng.random() * 1000:.3f} {rng.choice(WORDS)}"
        noise = "".join(rng.choices(PRINTABLE, k=rng.randint(1, 14)))
        found.append((digits, labelled, noise)[number % 3])
    return found


def styles_of(family: str) -> list[TextStyle]:
    """Sizes, features, axes and languages."""
    plain = with_font(DEFAULT, f"14px '{family}'")
    return [
        plain,
        with_font(DEFAULT, f"italic bold 21.3px '{family}'"),
        changed(plain, "font_kerning", "none"),
        changed(plain, "features", (("frac", 1), ("liga", 0))),
        changed(plain, "lang", "tr"),
        changed(plain, "letter_spacing", "1.5px"),
        changed(plain, "direction", "rtl"),
        changed(plain, "font_variant_caps", "small-caps"),
    ]


def check(style: TextStyle, count: int = 150) -> tuple[int, LabelBook]:
    """Hold the labels of a style to its lines; returns how many of them were joined, and their book."""
    known, joined = book_of(style, 1.0), 0
    assert known is not None
    book, setting = known
    assert setting is setting_of(style)
    for text in texts(count):
        line = Line(shape_text(text, setting), setting)
        masked = masks_of(line, MaskKey(1.0, True))
        only = masked and masked.only
        # The second time, more of its pieces are known.
        for _ in range(3):
            label = book.make(text)
            if only is None or only.strike is not book.strike:
                assert label is None
                continue
            assert label is not None
            assert label.glyphs == only.glyphs, text
            assert (label.width, label.size) == (line.width, only.size)
            assert label.outline()[0] == only.outline()[0]
        if label is not None and book._alphabet is not None:
            joined += len(pieces.pieces_of(text, book._alphabet, setting) or ()) > 1
        check_line(line_of(text, setting), line)
    return joined, book


def check_line(line: Line, whole: Line) -> None:
    """Hold a line that may be joined from pieces to the line of the same text shaped as a whole."""
    assert (line.text, line.width, line.ink, line.missing) == (whole.text, whole.width, whole.ink, whole.missing)
    for one, other in zip(line.placed, whole.placed, strict=True):
        # The marks of joined pieces are not known.
        values, shaped = (*one[1:], *one.run[:-1]), (*other[1:], *other.run[:-1])
        for value, expected in zip(values, shaped, strict=True):
            assert np.array_equal(value, expected) if isinstance(expected, np.ndarray) else value == expected


@pytest.mark.parametrize("script", list(PACKAGES))
def test_labels_joined_from_pieces_are_texts_that_are_shaped_whole(script: str) -> None:
    found = [check(style) for style in styles_of(register(script))]
    assert found[0][0] > 20
    alphabet = found[0][1]._alphabet
    assert alphabet is not None
    assert alphabet._pieces


@pytest.mark.parametrize("rules", [LOOKS_AHEAD, ""], ids=["rules over digits", "no rules"])
def test_labels_of_fonts_with_rules_that_look_across_characters(rules: str) -> None:
    data = build_font("Rules", characters=PRINTABLE, rules=with_names(rules))
    gpucanvas.fonts.register(data, family="Rules")
    style = with_font(DEFAULT, "14px Rules")
    assert check(style, 600)[0] > 100
    assert (line_of("44", setting_of(style)).width < 2 * line_of("4", setting_of(style)).width) == bool(rules)


def test_numbers_never_seen_are_shaped_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted: most pieces of a number have been shaped with numbers before it."""
    shaped: list[str] = []
    way = pieces.shape_marked

    def counted(text: str, *rest: Any, **named: Any) -> Any:
        shaped.append(text)
        return way(text, *rest, **named)

    monkeypatch.setattr(pieces, "shape_marked", counted)
    ctx = gpucanvas.Recording(400, 400).get_context("2d")
    ctx.font = f"14px '{register('Latin')}'"
    counts = []
    for first in range(0, 4000, 1000):
        for number in range(first, first + 1000):
            ctx.fill_text(f"{number * 7919:08d}", 5, 20)
        counts.append(len(shaped))
        shaped.clear()
    # A zero of this font looks at its neighbours: pieces with one are of up to four characters.
    assert counts[0] < 800
    assert counts[-1] < 200


def test_new_texts_at_an_angle_shape_and_test_only_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted: texts are shaped in pieces, and whether an outline winds round twice is known of each glyph."""
    counts = {"shaped": 0, "tested": 0}

    def counted(name: str, way: Any) -> Any:
        def count(*given: Any, **named: Any) -> Any:
            counts[name] += 1
            return way(*given, **named)

        return count

    monkeypatch.setattr(glyphs, "shape_buffer", counted("shaped", glyphs.shape_buffer))
    monkeypatch.setattr(single, "goes_round_once", counted("tested", single.goes_round_once))
    monkeypatch.setattr(line_module, "goes_round_once", counted("tested", line_module.goes_round_once))
    ctx = gpucanvas.Recording(400, 400).get_context("2d")
    ctx.font = f"14px '{register('Latin')}'"
    ctx.rotate(-0.785)
    for first in (0, 300):
        counts.update(shaped=0, tested=0)
        for number in range(first, first + 300):
            ctx.fill_text(f"{number * 7919:08d}", 5, 20)
    # As in the test above, pieces with a zero are longer.
    assert counts["shaped"] < 200
    assert counts["tested"] < 10


def test_a_new_size_shapes_nothing_and_loads_its_glyphs_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ctx = gpucanvas.Recording(400, 400).get_context("2d")
    family = register("Latin")
    text = "Level 12: begin"
    for size in range(5, 15):
        ctx.font = f"{size}px '{family}'"
        ctx.fill_text(text, 5, 20)
    loads: list[int] = []
    way = hinting.hinted_outlines
    monkeypatch.setattr(pieces, "shape_marked", None)
    monkeypatch.setattr(hinting, "hinted_outlines", lambda *given: [loads.append(len(given[2])), way(*given)][1])
    for size in range(15, 25):
        ctx.font = f"{size}px '{family}'"
        ctx.fill_text(text, 5, 20)
    assert loads == [len(set(text))] * 10


def test_texts_in_turn_of_alignments_and_colours_are_one_command() -> None:
    recording = gpucanvas.Recording(400, 400)
    ctx = recording.get_context("2d")
    ctx.font = f"14px '{register('Latin')}'"
    for number in range(30):
        ctx.text_align = "center" if number % 2 else "right"
        ctx.fill_style = "red" if number % 3 else "navy"
        ctx.fill_text(str(number), 50, 10 * number)
    (batch,) = recording._commands.batches
    assert len(batch.items) == 10 + 2 * 20
    assert len(recording._commands) == 1


def test_labels_clipped_each_by_itself_look_for_their_book_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells of a table; and another size, or another font of the name, is another book."""
    asked: list[float] = []
    way = module._book_of
    monkeypatch.setattr(module, "_book_of", lambda *given: [asked.append(given[1]), way(*given)][1])
    ctx = gpucanvas.Recording(400, 400).get_context("2d")
    ctx.font = f"14px '{register('Latin')}'"

    def cells() -> None:
        for number in range(50):
            ctx.save()
            ctx.begin_path()
            ctx.rect(0, 7 * number, 60, 7)
            ctx.clip()
            ctx.fill_text(f"cell {number}", 0, 7 * number + 7)
            ctx.restore()

    cells()
    assert len(asked) == 1
    ctx.scale(2, 2)
    cells()
    assert asked == [1.0, 2.0]
    gpucanvas.fonts.register(build_font("Unrelated"), family="Unrelated")
    cells()
    assert asked == [1.0, 2.0, 2.0]


def test_colours_of_many_texts_are_read_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    way = recorder.to_rgba
    monkeypatch.setattr(recorder, "to_rgba", lambda color: [read.append(color), way(color)][1])
    ctx = gpucanvas.Recording(400, 400).get_context("2d")
    texts = [str(number) for number in range(100)]
    ctx.fill_texts(texts, 5, 20, color="#1234ab")
    ctx.fill_texts(texts, 5, 20, color=["#1234ac", "navy"] * 50)
    ctx.fill_texts(texts, 5, 20, color=(0.5, 0.25, 0.0))
    assert read == ["#1234ab", "#1234ac", "navy", (0.5, 0.25, 0.0)]


def test_a_book_that_is_full_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BOOK_BYTES", 50_000)
    known = book_of(with_font(DEFAULT, f"14px '{register('Latin')}'"), 1.0)
    assert known is not None
    book, _ = known
    for number in range(1000):
        assert book.make(str(number)) is book.labels[str(number)] is not None
        assert book.nbytes <= 50_000 + 600


def test_many_texts_stop_at_what_is_no_number_or_no_text() -> None:
    """Texts before what is no text are drawn, in a batch as by calls; places are looked at before any is drawn."""
    recording = gpucanvas.Recording(400, 400)
    ctx = recording.get_context("2d")
    ctx.font = f"14px '{register('Latin')}'"
    with pytest.raises(ValueError, match="fill_texts: text 2 is at .nan, 20.0.: give finite numbers"):
        ctx.fill_texts(["one", "two", "three"], [1, 2, float("nan")], 20)
    assert len(recording._commands) == 0
    with pytest.raises(TypeError, match="give a str"):
        ctx.fill_texts(["one", 2, "three"], 1, 20)  # type: ignore[list-item]
    with pytest.raises(TypeError, match="give a str"):
        ctx.fill_texts(["one", ["a"]], 1, 20)  # type: ignore[list-item]
    (batch,) = recording._commands.batches
    assert len(batch.items) == 6


def mixed_draws(seed: int) -> list[Callable[[Any], object]]:
    """Random draws of labels, filled and stroked, with shapes and changes of the state between them."""
    rng = random.Random(seed)
    draws: list[Callable[[Any], object]] = []
    for _ in range(120):
        x, y, number = rng.uniform(-10, 150), rng.uniform(0, 90), rng.randrange(30)
        draws.append(
            rng.choice(
                (
                    lambda ctx, x=x, y=y, number=number: ctx.fill_text(f"n{number}", x, y),
                    lambda ctx, x=x, y=y, number=number: ctx.fill_text(f"n{number}", x, y),
                    lambda ctx, x=x, y=y, number=number: ctx.stroke_text(f"n{number}", x, y),
                    lambda ctx, x=x, y=y: ctx.fill_rect(x, y, 7, 5),
                    lambda ctx, x=x: setattr(ctx, "fill_style", ("red", "black", "rgb(0 0 255 / 50%)")[int(x) % 3]),
                    lambda ctx, x=x: setattr(ctx, "stroke_style", ("white", "rgb(0 255 0 / 50%)")[int(x) % 2]),
                    lambda ctx, x=x: setattr(ctx, "line_width", 1 + int(x) % 3),
                    lambda ctx, x=x: setattr(ctx, "global_alpha", (1.0, 0.5)[int(x) % 2]),
                    lambda ctx, x=x: setattr(ctx, "letter_spacing", ("0px", "-4px")[int(x) % 2]),
                    lambda ctx, x=x, y=y: ctx.set_transform(1, 0, 0, 1, x / 9, y / 9),
                    lambda ctx, x=x: ctx.set_transform(0, 1, -1, 0, 100, x),
                    lambda ctx, x=x: setattr(ctx, "text_align", ("left", "center")[int(x) % 2]),
                    lambda ctx, x=x: setattr(ctx, "shadow_offset_x", (0, 3)[int(x) % 2]),
                    lambda ctx, x=x: setattr(ctx, "hit_id", (None, 3)[int(x) % 2]),
                )
            )
        )
    return draws


@pytest.mark.parametrize("seed", range(12))
def test_labels_between_other_draws_are_drawn_as_if_alone(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels that are recorded like an earlier one are those that are looked up anew, each with columns of its own."""
    pictures = []
    for is_alone in (False, True):
        if is_alone:
            drawing = labeldraw.LabelDrawing
            monkeypatch.setattr(drawing, "_is_recorded_like", lambda *_: False)
            monkeypatch.setattr(drawing, "_text_end_of", lambda *_: None)
            monkeypatch.setattr(drawing, "_new_rows", lambda _, *way, **_ways: TextColumns(*way).begin())
        with gpucanvas.Canvas(160, 100, backend="cpu") as canvas:
            ctx = canvas.get_context("2d")
            ctx.font, ctx.shadow_color = f"14px '{register('Latin')}'", "gray"
            for draw in mixed_draws(seed):
                draw(ctx)
                if is_alone:
                    # `fill_text` in C records nothing then.
                    ctx._text_end = ctx._last_filled = ctx._last_stroked = None
            pictures.append(np.array(canvas.to_numpy()))
    assert pictures[0].any()
    assert (pictures[0] == pictures[1]).all()


def test_labels_between_other_shapes_share_their_columns() -> None:
    """Each is a command of its own, and all of them are one range of the columns that are encoded together."""
    recording = gpucanvas.Recording(400, 400)
    ctx = recording.get_context("2d")
    ctx.font = f"14px '{register('Latin')}'"
    for number in range(20):
        ctx.fill_rect(9 * number, 9, 5, 5)
        ctx.fill_text(f"n{number}", 9 * number, 30)
        ctx.save()
        ctx.translate(3, number)
        ctx.fill_text("moved", 0, 50)
        ctx.restore()
    batches = recording._commands.batches
    assert [batch.count for batch in batches] == [count for k in range(20) for count in (len(f"n{k}"), len("moved"))]
    (group,) = groups_of([batch.items for batch in batches])
    assert group.counts.tolist() == [batch.count for batch in batches]


def test_commands_of_texts_may_be_in_any_order_and_come_again() -> None:
    recording = gpucanvas.Recording(400, 400)
    ctx = recording.get_context("2d")
    ctx.font = f"14px '{register('Latin')}'"
    for number in range(5):
        ctx.fill_rect(9 * number, 9, 5, 5)
        ctx.fill_texts(["n"] * number + ["name"], 9 * number, 30)
    items = [batch.items for batch in recording._commands.batches]
    order = [4, 1, 1, 3]
    (group,) = groups_of([items[i] for i in order])
    columns = columns_of([group])
    alone = [columns_of(groups_of([items[i]])) for i in order]
    assert group.counts.tolist() == [4 + i for i in order]
    assert columns.owners.tolist() == [k for k, i in enumerate(order) for _ in range(i + 1)]
    assert columns.spans.tolist() == [span for each in alone for span in each.spans.tolist()]
    assert columns.corners.tolist() == [corner for each in alone for corner in each.corners.tolist()]


def test_a_recording_begins_new_columns_when_they_are_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labeldraw, "UNREAD_TEXTS", 10)
    recording = gpucanvas.Recording(400, 400)
    ctx = recording.get_context("2d")
    ctx.font = f"14px '{register('Latin')}'"
    # `fill_text` in C has read the constant before.
    fill_text = in_python.get("fill_text", type(ctx).fill_text)
    for number in range(35):
        ctx.fill_rect(9 * number, 9, 5, 5)
        fill_text(ctx, "n", 9 * number, 30)
    sizes = {id(batch.items.columns): len(batch.items.columns.texts) for batch in recording._commands.batches}
    assert sorted(sizes.values()) == [5, 10, 10, 10]
