"""A style is read the same whether it takes the short way (a tuple of four floats) or the long one (`to_rgba`)."""

from __future__ import annotations

import warnings
from fractions import Fraction

import numpy as np
import pytest

import gpucanvas
from gpucanvas.paint import color
from gpucanvas.paint.color import serialize, to_rgba
from gpucanvas.verbs import indices

STYLES = [
    (0.2, 0.4, 0.6, 0.8),
    (1, 0, 0, 1),
    (1, 0, 0, 1.0),
    (True, 0, 0.5, 1),
    (0.5, 0.5, 0.5),
    (np.float64(0.5), 0.0, 0.0, 1.0),
    (np.float32(0.5), 0.0, 0.0, 1.0),
    (np.uint8(200), np.uint8(100), np.uint8(0), np.uint8(255)),
    (np.uint8(1), 0.0, 0.0, 1.0),
    (Fraction(1, 2), 0.0, 0.0, 1.0),
    (np.array(0.25), 0.0, 0.0, 1.0),
]


@pytest.mark.parametrize("style", STYLES, ids=repr)
def test_a_tuple_means_the_same_on_every_way(style: tuple[object, ...]) -> None:
    with gpucanvas.Canvas(2, 2, backend="cpu") as canvas, warnings.catch_warnings():
        warnings.simplefilter("error")
        ctx = canvas.get_context("2d")
        for _ in range(2):
            ctx.fill_style = style
            ctx.fill_rect(0, 0, 2, 2)
            expected = to_rgba(style)
            assert ctx.fill_style == serialize(expected)
            # A translucent colour is rounded once more, when it is premultiplied.
            assert canvas.to_numpy()[0, 0] == pytest.approx(np.array(expected) * 255, abs=1)
            ctx.clear_rect(0, 0, 2, 2)


@pytest.mark.parametrize(
    "style",
    [
        (float("nan"), 0.0, 0.0, 1.0),
        (0.0, 0.0, 0.0, 1.5),
        (-0.1, 0.0, 0.0, 1.0),
        (10**400, 0.0, 0.0, 1.0),
        (1j, 0, 0, 1.0),
    ],
    ids=str,
)
def test_a_tuple_that_is_no_colour_leaves_the_style(style: tuple[object, ...]) -> None:
    with gpucanvas.Canvas(2, 2, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style = (0.0, 1.0, 0.0, 1.0)
        with pytest.raises((ValueError, TypeError), match="colo"):
            ctx.fill_style = style
        ctx.fill_rect(0, 0, 2, 2)
        assert canvas.to_numpy()[0, 0].tolist() == [0, 255, 0, 255]


@pytest.mark.parametrize("name", ["fill_style", "stroke_style"])
def test_a_string_is_one_paint_however_often_it_is_set(name: str) -> None:
    recording = gpucanvas.Recording(4, 4)
    ctx = recording.get_context("2d")
    ctx.fill_rect(0, 0, 1, 1)
    for _ in range(3):
        for text in ("red", "rgb(0 0 255)", "#12345678"):
            setattr(ctx, name, text)
            assert getattr(ctx, name) == serialize(to_rgba(text))
    assert len(recording._commands.paints) == 1 + 3


def test_more_colours_than_are_remembered_are_all_drawn() -> None:
    texts = [f"rgb({i % 256}, {i // 256}, 77)" for i in range(3000)]
    with gpucanvas.Canvas(100, 30, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        for frame in (texts, texts[::-1]):
            for i, text in enumerate(frame):
                ctx.fill_style = text
                ctx.fill_rect(i % 100, i // 100, 1, 1)
            expected = [(*(int(v * 255 + 0.5) for v in to_rgba(text)),) for text in frame]
            assert canvas.to_numpy().reshape(-1, 4).tolist() == [list(rgba) for rgba in expected]
            assert len(ctx._colors) <= indices.MAX_CACHED_COLORS


def test_what_is_remembered_of_colours_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(color, "KNOWN_COUNT", 100)
    color.KNOWN.clear()
    for i in range(1000):
        # One of them is used all the time, and stays.
        assert to_rgba("lch(1 2 3)") and to_rgba(f"rgb({i} 1 2 / 0.123)") == (
            min(i / 255, 1.0),
            1 / 255,
            2 / 255,
            0.123,
        )
        assert "lch(1 2 3)" in color.KNOWN or "lch(1 2 3)" in color._OLDER
    assert len(color.KNOWN) <= 100 and len(color._OLDER) <= 100
    long = "rgb(1 2 3" + " " * 500 + ")"
    assert to_rgba(long) == to_rgba("rgb(1 2 3)") and long not in color.KNOWN


@pytest.mark.parametrize("name", ["fill_style", "stroke_style"])
@pytest.mark.parametrize(
    "text", ["", "nocolor", "#12", "rgb(1, 2", "rgb(1,2)", "var(--none)", "#", ")", "rgb(1, 2, 3)x"]
)
def test_a_string_that_is_no_colour_leaves_the_style_each_time(name: str, text: str) -> None:
    strict, lax = (gpucanvas.Recording(4, 4, on_invalid=mode).get_context("2d") for mode in ("raise", "ignore"))
    for ctx in (strict, lax):
        for _ in range(2):
            setattr(ctx, name, "teal")
            if ctx is strict:
                with pytest.raises(ValueError, match="colour"):
                    setattr(ctx, name, text)
            else:
                setattr(ctx, name, text)
            assert getattr(ctx, name) == "#008080"
            ctx.fill_rect(0, 0, 1, 1)


def test_a_string_of_another_class_is_read_as_a_string() -> None:
    class Odd(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = str.__hash__

    ctx = gpucanvas.Recording(4, 4).get_context("2d")
    for style, expected in ((np.str_("rgb(1 2 3)"), "#010203"), (Odd("#040506"), "#040506"), (Odd("blue"), "#0000ff")):
        ctx.fill_style = ctx.stroke_style = style
        ctx.fill_rect(0, 0, 1, 1)
        assert ctx.fill_style == ctx.stroke_style == expected
    assert all(type(text) is str for text in color.KNOWN)


@pytest.mark.parametrize(
    "style", [*STYLES, [0.1, 0.2, 0.3], np.array([0.1, 0.2, 0.3, 0.4]), np.array([1, 2, 3], np.uint8)], ids=repr
)
def test_strokes_read_styles_as_fills_do(style: object) -> None:
    ctx = gpucanvas.Recording(4, 4).get_context("2d")
    for _ in range(2):
        ctx.fill_style = ctx.stroke_style = style
        assert ctx._state.fill == ctx._state.stroke == to_rgba(style)
        ctx.stroke_rect(0, 0, 1, 1)
