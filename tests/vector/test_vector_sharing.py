"""Parts of outlines that are found again are written once: letters of texts, and marks of a plot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.vector import svg
from gpucanvas.vector.nodes import Group, Marks, Node, Shape
from gpucanvas.vector.rasters import Rasteriser
from gpucanvas.vector.sharing import shared
from gpucanvas.vector.tree import nodes_of
from vector.viewers import draw_pdf, draw_svg

Draw = Callable[[Any], None]
WIDTH, HEIGHT = 120, 60
STAR = "M0 -10 L3 -3 L10 -3 L4 2 L6 10 L0 5 L-6 10 L-4 2 L-10 -3 L-3 -3 Z"


def recorded(draw: Draw) -> gpucanvas.Recording:
    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    draw(recording.get_context("2d"))
    return recording


def nodes(draw: Draw) -> list[Node]:
    commands = recorded(draw).freeze()._in_space("srgb", False)
    return shared(nodes_of(commands, Rasteriser((0, 0, WIDTH, HEIGHT), 1.0), svg.supports))


def text(ctx: Any, words: str, x: float, y: float) -> None:
    ctx.font = "20px sans-serif"
    ctx.fill_text(words, x, y)


def assert_drawn_alike(draw: Draw) -> None:
    """Both documents show what the pixels show."""
    recording = recorded(draw)
    ours = gpucanvas.render_many([recording], "cpu")[0].astype(float)
    picture = recording.freeze()
    for drawn in (draw_svg(picture.to_svg()), draw_pdf(picture.to_pdf(dpi=72))):
        assert np.abs(ours - drawn).mean() < 3.0


def test_sharing_writes_each_letter_once() -> None:
    def draw(ctx: Any) -> None:
        text(ctx, "B8 8B", 5, 25)
        text(ctx, "88B", 5.25, 50)

    first, second = nodes(draw)
    assert isinstance(first, Marks)
    assert isinstance(second, Marks)
    assert len(first.places) == 4
    assert len({part for part, _, _ in (*first.places, *second.places)}) == 2
    picture = recorded(draw).freeze()
    assert picture.to_svg().count("<path") == 2
    assert picture.to_svg().count("<use") == 7
    assert_drawn_alike(draw)


def test_sharing_keeps_holes_in_their_letters() -> None:
    def draw(ctx: Any) -> None:
        for rule in ("nonzero", "evenodd"):
            path = gpucanvas.Path2D()
            for x in (10, 50, 90):
                path.move_to(x, 10)
                for corner in ((x + 20, 10), (x + 20, 30), (x, 30), (x - 3, 22)):
                    path.line_to(*corner)
                path.close_path()
                path.rect(x + 5, 15, 10, 10)
            ctx.fill(path, rule)
            ctx.translate(0, 28)

    solid, holed = nodes(draw)
    assert isinstance(solid, Marks)
    assert isinstance(holed, Marks)
    assert (solid.is_evenodd, holed.is_evenodd) == (False, True)
    assert len(solid.places) == len(holed.places) == 3
    assert_drawn_alike(draw)


def test_sharing_leaves_single_shapes_and_short_parts_as_they_are() -> None:
    def draw(ctx: Any) -> None:
        text(ctx, "abc", 5, 25)
        text(ctx, "|| ||", 5, 50)
        ctx.fill_rect(60, 5, 10, 10)
        ctx.fill_rect(80, 5, 10, 10)

    assert {type(each) for each in nodes(draw)} == {Shape}


@pytest.mark.parametrize("operator", ["source-over", "multiply"])
def test_sharing_keeps_colours_opacity_and_blend_modes(operator: str) -> None:
    def draw(ctx: Any) -> None:
        ctx.fill_style = "khaki"
        ctx.fill_rect(0, 0, WIDTH, HEIGHT)
        ctx.global_composite_operation = operator
        for i in range(4):
            with ctx.save():
                ctx.fill_style, ctx.global_alpha = f"hsl({90 * i} 80% 40%)", 0.4 + 0.2 * i
                ctx.translate(20 + 25.5 * i, 30)
                ctx.fill(gpucanvas.Path2D(STAR))

    picture = recorded(draw).freeze()
    assert picture.to_svg().count("<path") == 1
    assert_drawn_alike(draw)


def test_sharing_looks_into_layers() -> None:
    def draw(ctx: Any) -> None:
        ctx.translate(30, 30)
        ctx.fill(gpucanvas.Path2D(STAR))
        ctx.global_alpha = 0.5
        with ctx.layer():
            ctx.translate(50, 0)
            ctx.fill(gpucanvas.Path2D(STAR))

    mark, group = nodes(draw)
    assert isinstance(mark, Marks)
    assert isinstance(group, Group)
    (inner,) = group.children
    assert isinstance(inner, Marks)
    assert inner.places[0][0] is mark.places[0][0]
    assert_drawn_alike(draw)


def test_sharing_tells_parts_of_other_sizes_apart() -> None:
    def draw(ctx: Any) -> None:
        for scale in (1, 1.01):
            with ctx.save():
                ctx.translate(20 + 50 * scale, 30)
                ctx.scale(scale, scale)
                ctx.fill(gpucanvas.Path2D(STAR))

    assert {type(each) for each in nodes(draw)} == {Shape}
