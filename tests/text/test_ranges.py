"""Parts of a measured text (https://github.com/whatwg/html/pull/11000), by the measures of those parts alone."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from script_fonts import register

import gpucanvas
from gpucanvas import DOMRect

ALIGNS = {"left": 0.0, "center": 0.5, "right": 1.0}
BASELINES = ("top", "hanging", "middle", "alphabetic", "ideographic", "bottom")


def context(font: str = "20px sans-serif") -> gpucanvas.Context2D:
    ctx = gpucanvas.Recording(100, 100).get_context("2d")
    ctx.font = font
    return ctx


def near(*numbers: float) -> Any:
    return pytest.approx(numbers, abs=1e-4)


@pytest.mark.parametrize("align", ALIGNS)
@pytest.mark.parametrize("baseline", BASELINES)
def test_ranges_are_selected_from_the_anchor_point_as_high_as_the_font(align: Any, baseline: Any) -> None:
    ctx = context()
    ctx.text_align, ctx.text_baseline = align, baseline
    # Digits neither join nor kern, so that the parts are as wide as they are alone.
    text, measured = "012345", ctx.measure_text("012345")
    left = -ALIGNS[align] * measured.width
    height = measured.font_bounding_box_ascent + measured.font_bounding_box_descent
    for start in range(len(text) + 1):
        for end in range(start, len(text) + 1):
            (rect,) = measured.get_selection_rects(start, end)
            assert isinstance(rect, DOMRect)
            before, inside = ctx.measure_text(text[:start]).width, ctx.measure_text(text[start:end]).width
            assert rect == near(left + before, -measured.font_bounding_box_ascent, inside, height)
    ctx.direction = "rtl"
    ctx.text_align = "start"
    assert ctx.measure_text(text).get_selection_rects(0, 1)[0].x == pytest.approx(-measured.width)


@pytest.mark.parametrize("align", ALIGNS)
@pytest.mark.parametrize("baseline", BASELINES)
def test_ranges_have_the_ink_of_their_characters(align: Any, baseline: Any) -> None:
    ctx = context()
    ctx.text_align, ctx.text_baseline = align, baseline
    measured = ctx.measure_text("0 16")
    ctx.text_align = "left"
    shift = -ALIGNS[align] * measured.width
    for start, end in ((0, 1), (2, 3), (2, 4), (0, 4)):
        alone = ctx.measure_text("0 16"[start:end])
        x = shift + ctx.measure_text("0 16"[:start]).width - alone.actual_bounding_box_left
        width = alone.actual_bounding_box_left + alone.actual_bounding_box_right
        height = alone.actual_bounding_box_ascent + alone.actual_bounding_box_descent
        box = measured.get_actual_bounding_box(start, end)
        assert box == near(x, -alone.actual_bounding_box_ascent, width, height)
    for start, end in ((1, 2), (2, 2), (3, 1)):
        assert measured.get_actual_bounding_box(start, end)[2:] == (0, 0)


@pytest.mark.parametrize("align", ALIGNS)
def test_ranges_know_the_caret_nearest_to_an_offset(align: Any) -> None:
    ctx = context()
    ctx.text_align = align
    measured = ctx.measure_text("0123")
    step, left = measured.width / 4, -ALIGNS[align] * measured.width
    for tenths in range(-10, 60):
        if tenths % 10 != 5:
            offset = left + step * tenths / 10
            assert measured.get_index_from_offset(offset) == min(max(round(tenths / 10), 0), 4)


def test_ranges_of_both_directions_are_selected_apart() -> None:
    ctx = context(f"20px '{register('Latin')}', '{register('Hebrew')}'")
    measured = ctx.measure_text("ab\u05d0\u05d1 cd")
    a, b, alef, bet = (ctx.measure_text(letter).width for letter in "ab\u05d0\u05d1")
    found = [(rect.left, rect.right) for rect in measured.get_selection_rects(1, 3)]
    assert found == [near(a, a + b), near(a + b + bet, a + b + bet + alef)]
    # A pointer at the edge of both directions means the letter that runs in the text's direction, as in Chromium.
    assert measured.get_index_from_offset(a + b - 1) == 2
    assert measured.get_index_from_offset(a + b + 1) == 2
    clusters = measured.get_text_clusters()
    assert [(cluster.start, cluster.end) for cluster in clusters] == [(i, i + 1) for i in range(7)]
    assert [cluster.x for cluster in clusters[1:4]] == near(a, a + b + bet, a + b)


def test_ranges_of_a_ligature_and_of_a_mark_cannot_be_drawn_apart() -> None:
    ctx = context()
    measured = ctx.measure_text("fie\u0301")
    assert [(each.start, each.end) for each in measured.get_text_clusters()] == [(0, 2), (2, 4)]
    ligature = ctx.measure_text("fi").width
    assert measured.get_selection_rects(1, 2)[0][::2] == near(ligature / 2, ligature / 2)
    assert measured.get_selection_rects(3, 4) == measured.get_selection_rects(2, 4)


def test_ranges_count_letter_spacing() -> None:
    ctx = context()
    ctx.letter_spacing = "5px"
    measured = ctx.measure_text("012")
    assert measured.get_selection_rects(1, 2)[0][::2] == near(measured.width / 3, measured.width / 3)
    assert [cluster.x for cluster in measured.get_text_clusters()] == near(
        0, measured.width / 3, measured.width * 2 / 3
    )


@pytest.mark.parametrize("kind", ["fill", "stroke"])
@pytest.mark.parametrize(
    ("align", "baseline", "direction", "text"),
    [
        ("left", "alphabetic", "ltr", "AVAWAT fi"),
        ("center", "top", "ltr", "Te\u0301"),
        ("start", "middle", "rtl", "ab 12"),
    ],
)
def test_clusters_draw_what_the_whole_text_draws(
    align: Any, baseline: Any, direction: Any, text: str, kind: str, backend: str
) -> None:
    pictures = []
    for how in ("whole", "as measured", "by another point"):
        with gpucanvas.Canvas(180, 60, backend=backend) as canvas:
            ctx = canvas.get_context("2d")
            ctx.font = "italic 24px sans-serif"
            # No two letters touch: overlapping strokes are one shape in a whole text.
            ctx.letter_spacing = "4px"
            ctx.text_align, ctx.text_baseline, ctx.direction = align, baseline, direction
            measured = ctx.measure_text(text)
            if how == "whole":
                getattr(ctx, f"{kind}_text")(text, 80.3, 30)
            else:
                # The style is that in which the text was measured; the paint is the context's.
                ctx.font, ctx.letter_spacing, ctx.text_align, ctx.text_baseline = "9px serif", "0px", "end", "bottom"
                by = {} if how == "as measured" else {"align": "center", "baseline": "hanging"}
                for cluster in measured.get_text_clusters(**by):  # type: ignore[arg-type]
                    getattr(ctx, f"{kind}_text_cluster")(cluster, 80.3, 30)
                assert (ctx.font, ctx.letter_spacing) == ("9px serif", "0px")
            pictures.append(canvas.to_numpy())
    assert pictures[0].any()
    for other in pictures[1:]:
        np.testing.assert_array_equal(other, pictures[0])


def test_clusters_go_where_they_are_told(backend: str) -> None:
    """``offset`` replaces the cluster's x and y, ``align`` and ``baseline`` the point that is placed there."""
    with gpucanvas.Canvas(60, 60, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.font = "20px sans-serif"
        measured = ctx.measure_text("01")
        cluster = measured.get_text_clusters(1, 2)[0]
        ctx.fill_text_cluster(cluster, 10, 10, align="right", baseline="top", offset=(20, 5))
        found = canvas.to_numpy()
        ctx.reset()
        ctx.font, ctx.text_align, ctx.text_baseline = "20px sans-serif", "right", "top"
        ctx.fill_text("1", 30, 15)
        np.testing.assert_array_equal(found, canvas.to_numpy())
        assert found.any()


def test_clusters_say_what_is_wrong() -> None:
    ctx = context()
    measured = ctx.measure_text("abc")
    cluster = measured.get_text_clusters()[0]
    for call in (
        lambda: measured.get_selection_rects(0, 4),
        lambda: measured.get_selection_rects(4, 4),
        lambda: measured.get_selection_rects(-1, 2),
        lambda: measured.get_actual_bounding_box(3, 3),
        lambda: measured.get_text_clusters(0, 99),
        lambda: measured.get_text_clusters(3),
    ):
        with pytest.raises(gpucanvas.IndexSizeError, match=r"the range is .*3 characters: .*stay in it"):
            call()
    for offset in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match=f"offset is {offset}"):
            measured.get_index_from_offset(offset)
    with pytest.raises(TypeError, match="offset is 'x': give a number"):
        measured.get_index_from_offset("x")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="give whole numbers"):
        measured.get_selection_rects("a", 1)  # type: ignore[arg-type]
    for refused in ({"align": "middle"}, {"baseline": "center"}):
        with pytest.raises(ValueError, match="give one of") as caught:
            measured.get_text_clusters(**refused)  # type: ignore[arg-type]
        assert caught.value.name == "TypeError"  # type: ignore[attr-defined]
        with pytest.raises(ValueError, match="give one of"):
            ctx.fill_text_cluster(cluster, 0, 0, **refused)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="give one of get_text_clusters"):
        ctx.fill_text_cluster("abc", 0, 0)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="give a pair of numbers"):
        ctx.fill_text_cluster(cluster, 0, 0, offset=3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="x is nan"):
        ctx.stroke_text_cluster(cluster, float("nan"), 0)
    with pytest.raises(gpucanvas.InvalidStateError, match="measure the text again"):
        pickle.loads(pickle.dumps(measured)).get_selection_rects(0, 1)


def test_ranges_of_no_text_are_none() -> None:
    measured = context().measure_text("")
    assert measured.get_selection_rects(0, 0) == []
    assert measured.get_text_clusters() == []
    assert measured.get_index_from_offset(9) == 0
    assert context().measure_text("abc").get_text_clusters(2, 1) == []
