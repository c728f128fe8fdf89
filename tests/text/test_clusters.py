"""Parts of a measured text beside Chromium's numbers, in the same font files, and clusters in the present state.

The proposal: https://github.com/whatwg/html/pull/11000. `test_ranges.py` tests the same by the measures of the parts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from built_fonts import build_font
from chromium_clusters import CHROMIUM, FONT, Answers
from script_fonts import PACKAGES, register

import gpucanvas

APART = 0.03
"""How far numbers may be apart, px: Chromium adds up sixty-fourths of a pixel, and the table has two digits."""
ROUNDED = 2.0
"""How much a side of Chromium's box of ink may be further out, px: it is that of the pixels that glyphs may touch."""


def measured(answers: Answers) -> gpucanvas.TextMetrics:
    for script in PACKAGES:
        register(script)
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    ctx.font, ctx.text_rendering = FONT, "geometricPrecision"
    for name, value in answers.settings.items():
        setattr(ctx, name, value)
    return ctx.measure_text(answers.text)


def near(numbers: Any) -> Any:
    return pytest.approx(numbers, abs=APART)


@pytest.fixture(params=CHROMIUM, ids=str)
def answers(request: pytest.FixtureRequest) -> Answers:
    return CHROMIUM[request.param]


def test_clusters_are_those_of_chromium(answers: Answers) -> None:
    found = measured(answers).get_text_clusters()
    assert [(each.start, each.end) for each in found] == [each[:2] for each in answers.clusters]
    assert [each.x for each in found] == near([each[2] for each in answers.clusters])
    align, baseline, y = answers.words
    assert {(each.align, each.baseline) for each in found} == {(align, baseline)}
    assert [each.y for each in found] == near([y] * len(found))


def test_selected_rectangles_are_those_of_chromium(answers: Answers) -> None:
    metrics = measured(answers)
    for (start, end), wanted in answers.rects.items():
        found = metrics.get_selection_rects(start, end)
        assert len(found) == len(wanted), (start, end)
        for rect, (x, width) in zip(found, wanted, strict=True):
            assert (rect.x, rect.width) == near((x, width)), (start, end)
            assert (rect.y, rect.height) == near(answers.top_and_height)


def test_indices_at_offsets_are_those_of_chromium(answers: Answers) -> None:
    metrics = measured(answers)
    offsets = [-metrics.width + k / 20 * metrics.width + 0.013 for k in range(-5, 46)]
    assert "".join(f"{metrics.get_index_from_offset(each):x}" for each in offsets) == answers.indices


def test_boxes_of_ink_are_inside_those_of_chromium(answers: Answers) -> None:
    metrics = measured(answers)
    for (start, end), (x, y, width, height) in answers.boxes.items():
        box = metrics.get_actual_bounding_box(start, end)
        outwards = box.left - x, box.top - y, x + width - box.right, y + height - box.bottom
        assert min(outwards) >= -APART, (start, end)
        assert max(outwards) <= (ROUNDED if width else APART), (start, end)


def drawing(backend: str) -> tuple[gpucanvas.Canvas, gpucanvas.Context2D, list[gpucanvas.TextCluster]]:
    """Return a canvas and the clusters of "AB" in a font of squares: 50 px wide and high, every 60 px."""
    gpucanvas.fonts.register(build_font("Built Squares"), family="Built Squares")
    canvas = gpucanvas.Canvas(200, 200, backend=backend)
    ctx = canvas.get_context("2d")
    ctx.font = "100px 'Built Squares'"
    clusters = ctx.measure_text("AB").get_text_clusters()
    ctx.font = "9px sans-serif"
    return canvas, ctx, clusters


def test_clusters_are_drawn_in_the_measured_font_and_the_present_state(backend: str) -> None:
    canvas, ctx, (_, second) = drawing(backend)
    with canvas:
        ctx.fill_style, ctx.global_alpha = "#ff0000", 0.6
        ctx.translate(150, 0)
        ctx.rotate(np.pi / 2)
        ctx.fill_text_cluster(second, 20, 100)
        # The square is at x from 80 to 130 and y from 50 to 100 before it is turned.
        expected = np.zeros((200, 200, 4), np.uint8)
        expected[80:130, 50:100] = 255, 0, 0, 153
        np.testing.assert_array_equal(canvas.to_numpy(), expected)


def test_clusters_are_stroked_with_the_present_pen(backend: str) -> None:
    canvas, ctx, (first, _) = drawing(backend)
    with canvas:
        ctx.stroke_style, ctx.line_width = "#0000ff", 8
        ctx.stroke_text_cluster(first, 50, 150, align="right", baseline="alphabetic", offset=(60, 10))
        # The cluster's width, 60 px, ends at x = 110; the square is at x from 50 to 100 and y from 110 to 160.
        expected = np.zeros((200, 200, 4), np.uint8)
        expected[106:164, 46:104] = 0, 0, 255, 255
        expected[114:156, 54:96] = 0
        np.testing.assert_array_equal(canvas.to_numpy(), expected)


def test_a_cluster_says_by_which_words_it_is_placed() -> None:
    """As given; those with which the text was measured are left, center or right."""
    gpucanvas.fonts.register(build_font("Built Squares"), family="Built Squares")
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    ctx.font, ctx.direction = "100px 'Built Squares'", "rtl"
    metrics = ctx.measure_text("AB")
    assert {(each.align, each.baseline) for each in metrics.get_text_clusters()} == {("right", "alphabetic")}
    for align, x in (("start", -60), ("end", -120), ("center", -90)):
        first = metrics.get_text_clusters(align=align, baseline="middle")[0]
        assert (first.align, first.baseline, first.x) == (align, "middle", pytest.approx(x))
