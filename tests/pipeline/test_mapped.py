"""mapped: states by plain numbers are those by arrays to the last bit, and outlines that are kept are mapped anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.pipeline import mapped
from gpucanvas.pipeline import record as r


def states(count: int) -> bytearray:
    """States with any numbers, some so large that they overflow."""
    random = np.random.default_rng(count)
    made = np.zeros(count, r.STATE)
    made["matrix"], made["origin"] = random.normal(size=(count, 6)), random.normal(size=(count, 2))
    made["matrix"][:: max(count // 2, 1)] = 1.7e308
    for name in ("alpha", "op", "clip", "slot"):
        made[name] = random.integers(0, 1000, count)
    return bytearray(made.tobytes())


@pytest.mark.parametrize("count", [1, 2, 7, mapped.FEW_STATES, mapped.FEW_STATES + 1, 30])
def test_few_states_are_mapped_as_many_are(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = (1.1, -0.2, 7.3, 2.0, 1e3 / 7, -0.1)
    few, many = states(count), states(count)
    monkeypatch.setattr(mapped, "FEW_STATES", 1000)
    mapped.map_states(few, matrix)
    monkeypatch.setattr(mapped, "FEW_STATES", -1)
    mapped.map_states(many, matrix)
    for name in ("matrix", "origin", "alpha", "op", "clip", "slot"):
        found = [np.frombuffer(each, r.STATE)[name] for each in (few, many, states(count))]
        np.testing.assert_array_equal(found[0], found[1])
        assert (name == "matrix") != np.array_equal(found[0], found[2])


def icon(ctx: Any, points: int = 5) -> None:
    """Outlines in canvas coordinates: their transform is reset before they are drawn, and one is drawn twice."""
    ctx.translate(3, 2)
    ctx.begin_path()
    ctx.arc(8, 8, 6, 0, 7)
    for k in range(points):
        ctx.line_to(2 + 12 * k / points, 3 + k % 2)
    ctx.translate(1, 0)
    ctx.fill_style = "teal"
    ctx.fill()
    ctx.stroke()
    ctx.fill_rect(0, 0, 3, 3)
    ctx.begin_path()
    ctx.round_rect(4, 12, 9, 4, 2)
    ctx.translate(-1, 0)
    ctx.fill_style = "rgb(200 0 0 / 50%)"
    ctx.fill()


PLACES = [(1, 0, 0, 1, 0, 0), (1, 0, 0, 1, 25, 4), (2, 0.3, -0.2, 1.5, 50.5, 30.25), (0.5, 0, 0, -0.5, 10, 90)]


@pytest.mark.parametrize("points", [5, mapped.MOST_KEPT_NUMBERS], ids=["kept", "too long to be kept"])
@pytest.mark.parametrize("in_a_layer", [False, True])
def test_a_picture_that_is_drawn_again_and_again_is_where_its_calls_draw(points: int, in_a_layer: bool) -> None:
    def draw(ctx: Any) -> None:
        if in_a_layer:
            ctx.begin_layer()
        icon(ctx, points)
        if in_a_layer:
            ctx.end_layer()

    recording = gpucanvas.Recording(20, 20)
    draw(recording.get_context("2d"))
    picture = recording.freeze()
    found = []
    for replays in (True, False):
        with gpucanvas.Canvas(120, 100, backend="cpu") as canvas:
            ctx = canvas.get_context("2d")
            for place in PLACES * 2:
                ctx.save()
                ctx.transform(*place)
                if replays:
                    ctx.draw_picture(picture)
                else:
                    draw(ctx)
                ctx.restore()
            found.append(np.array(canvas.to_numpy()))
    assert found[0].any()
    np.testing.assert_array_equal(found[0], found[1])


def test_a_cached_picture_is_the_same_at_a_place_and_under_a_transform() -> None:
    recording = gpucanvas.Recording(20, 20)
    icon(recording.get_context("2d"))
    picture = recording.freeze()
    found = []
    for by_place in (True, False):
        with gpucanvas.Canvas(120, 100, backend="cpu") as canvas:
            ctx = canvas.get_context("2d")
            for smoothing in (True, False):
                for place in PLACES:
                    ctx.save()
                    ctx.image_smoothing_enabled = smoothing
                    ctx.transform(*place)
                    if by_place:
                        ctx.draw_picture(picture, 4, 8, cached=True)
                    else:
                        ctx.draw_picture(picture, 4, 8, 20, 20, cached=True)
                    ctx.fill_rect(0, 0, 2, 2)
                    assert ctx.image_smoothing_enabled is smoothing
                    ctx.restore()
            found.append(np.array(canvas.to_numpy()))
    assert found[0].any()
    np.testing.assert_array_equal(found[0], found[1])
