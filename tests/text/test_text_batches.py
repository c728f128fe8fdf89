"""`fill_texts` and `stroke_texts` with an angle or an alignment for each text draw what loops of single calls draw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import gpucanvas

Ctx = Any
TEXTS = ["Ag", "Monday", "12.5", "fi", "", "Wednesday", "0", "Á"]
COUNT = len(TEXTS)
RNG = np.random.default_rng(17)
X, Y = 20 + 80 * RNG.random((2, COUNT))
ANGLES = np.array([0, np.pi / 4, -np.pi / 2, 1.1, 2, np.pi / 4, np.pi / 4, 5])
ALIGNS: Any = ["left", "right", "center", "start", "end", "center", "center", "right"]
COLORS = np.concatenate([RNG.random((COUNT, 3)), np.ones((COUNT, 1))], 1)


def pixels(draw: Callable[[Ctx], object], backend: Any = "cpu", **settings: Any) -> NDArray[np.uint8]:
    with gpucanvas.Canvas(120, 120, backend=backend, **settings) as canvas:
        ctx = canvas.get_context("2d")
        ctx.font = "14px sans-serif"
        draw(ctx)
        return canvas.to_numpy()


def turned(ctx: Ctx) -> None:
    ctx.transform(1.2, 0.1, -0.2, 0.9, 4, 2)


def ramp(ctx: Ctx) -> None:
    ctx.fill_style = ctx.stroke_style = ctx.create_linear_gradient(0, 0, 60, 30)
    ctx.fill_style.add_color_stop(0, "red")
    ctx.fill_style.add_color_stop(1, "blue")


STATES: dict[str, Callable[[Ctx], object]] = {
    "plain": lambda ctx: None,
    "turned": turned,
    "translucent": lambda ctx: setattr(ctx, "global_alpha", 0.4),
    "wide and dashed": lambda ctx: (setattr(ctx, "line_width", 3), ctx.set_line_dash([4, 2])),
    "shadowed": lambda ctx: setattr(ctx, "shadow_color", "green") or setattr(ctx, "shadow_offset_x", 3),
    "xor": lambda ctx: setattr(ctx, "global_composite_operation", "xor"),
    "large": lambda ctx: setattr(ctx, "font", "80px serif"),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", ["fill", "stroke"])
@pytest.mark.parametrize("own", [("angle",), ("align",), ("angle", "align"), ()], ids=str)
def test_texts_are_those_of_a_loop(own: tuple[str, ...], verb: str, state: str) -> None:
    def loop(ctx: Ctx) -> None:
        STATES[state](ctx)
        for i, text in enumerate(TEXTS):
            setattr(ctx, f"{verb}_style", tuple(COLORS[i]))
            with ctx.save():
                if "align" in own:
                    ctx.text_align = ALIGNS[i]
                if "angle" in own:
                    ctx.translate(X[i], Y[i])
                    ctx.rotate(ANGLES[i])
                    getattr(ctx, f"{verb}_text")(text, 0, 0)
                else:
                    getattr(ctx, f"{verb}_text")(text, X[i], Y[i])

    def batch(ctx: Ctx) -> None:
        STATES[state](ctx)
        given = {name: value for name, value in (("angle", ANGLES), ("align", ALIGNS)) if name in own}
        getattr(ctx, f"{verb}_texts")(TEXTS, X, Y, color=COLORS, **given)

    wanted = pixels(loop)
    assert wanted.any()
    assert np.array_equal(pixels(batch), wanted)


@pytest.mark.parametrize("verb", ["fill_texts", "stroke_texts"])
def test_one_angle_and_alignment_are_for_all_and_for_this_call_alone(verb: str, backend: str) -> None:
    def one(ctx: Ctx) -> None:
        ramp(ctx)
        getattr(ctx, verb)(TEXTS, X, Y, angle=0.5, align="center")
        getattr(ctx, verb)(["x"], 60, 60)
        assert (ctx.text_align, ctx.get_transform().is_identity) == ("start", True)

    def each(ctx: Ctx) -> None:
        ramp(ctx)
        getattr(ctx, verb)(TEXTS, X, Y, angle=[0.5] * COUNT, align=["center"] * COUNT)
        getattr(ctx, verb)(["x"], [60], [60])

    first = pixels(one, backend)
    assert first.any()
    assert np.array_equal(pixels(each, backend), first)


def test_the_context_is_as_before_after_an_error() -> None:
    ctx: Any = gpucanvas.Recording(50, 50).get_context("2d")
    ctx.stroke_style, ctx.text_align = "red", "right"
    ctx.line_width = 1e9
    with pytest.raises(gpucanvas.LimitError):
        ctx.stroke_texts(["a", "b"], 5, 5, color="blue", angle=1, align="left")
    assert (ctx.stroke_style, ctx.text_align, ctx.get_transform().is_identity) == ("#ff0000", "right", True)


def test_masked_texts_are_left_out() -> None:
    mask = np.arange(COUNT) % 3 == 1
    keep = np.flatnonzero(~mask)
    some = [TEXTS[i] for i in keep]
    wanted = pixels(
        lambda ctx: ctx.stroke_texts(
            some, X[keep], Y[keep], color=COLORS[keep], angle=ANGLES[keep], align=[ALIGNS[i] for i in keep]
        )
    )
    for name in ("x", "angle"):
        given = {"x": X, "angle": ANGLES}
        given[name] = np.ma.array(given[name], mask=mask)
        x = given.pop("x")
        got = pixels(lambda ctx, x=x, given=given: ctx.stroke_texts(TEXTS, x, Y, color=COLORS, align=ALIGNS, **given))
        assert np.array_equal(got, wanted)
        if name == "angle":
            holed = np.where(mask, np.nan, ANGLES)
            got = pixels(
                lambda ctx, angle=holed: ctx.stroke_texts(TEXTS, X, Y, color=COLORS, align=ALIGNS, angle=angle),
                on_invalid="ignore",
            )
            assert np.array_equal(got, wanted)


BAD: dict[str, tuple[Callable[[Ctx], object], type[Exception], str]] = {
    "a text": (lambda c: c.stroke_texts("ab", 1, 1), TypeError, "stroke_texts: strings is 'ab': .* call stroke_text"),
    "a number": (lambda c: c.stroke_texts(["a", 3], 1, 1), TypeError, "stroke_texts: the text is 3: give a str"),
    "an angle of text": (lambda c: c.fill_texts(["a"], 1, 1, angle="up"), TypeError, "fill_texts: angle is 'up': give"),
    "angles": (lambda c: c.fill_texts(["a"], 1, 1, angle=[1, 2]), ValueError, r"angle has shape \(2,\): give \(1,\)"),
    "nan": (
        lambda c: c.fill_texts(["a", "b"], 1, 1, angle=[1, np.nan]),
        ValueError,
        "fill_texts: angle 1 is nan: give",
    ),
    "a place": (lambda c: c.stroke_texts(["a"], np.inf, 1), ValueError, "stroke_texts: text 0 is at .inf, 1.0.: give"),
    "a word": (
        lambda c: c.fill_texts(["a"], 1, 1, align="middle"),
        ValueError,
        "align 0 is 'middle': give one of .*left",
    ),
    "words": (lambda c: c.fill_texts(["a"], 1, 1, align=["left"] * 2), ValueError, "align has 2 entries for 1 texts"),
    "colors": (
        lambda c: c.stroke_texts(["a"], 1, 1, color=["red"] * 2),
        ValueError,
        "stroke_texts: color has 2 entries",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_by_name_and_nothing_is_recorded(name: str) -> None:
    call, kind, text = BAD[name]
    recording = gpucanvas.Recording(20, 20)
    with pytest.raises(kind, match=text):
        call(recording.get_context("2d"))
    assert len(recording._commands) == 0


def test_no_texts_draw_nothing() -> None:
    assert not pixels(lambda ctx: (ctx.stroke_texts([], [], []), ctx.fill_texts([], 1, 1, angle=1, align=[]))).any()


def test_an_invalid_alignment_is_that_of_the_context_where_it_is_ignored() -> None:
    wanted = pixels(lambda ctx: ctx.fill_texts(["ab", "cd"], 30, [30, 60], align=["start", "right"]))
    got = pixels(lambda ctx: ctx.fill_texts(["ab", "cd"], 30, [30, 60], align=["no", "right"]), on_invalid="ignore")
    assert np.array_equal(got, wanted)
