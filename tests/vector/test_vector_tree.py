"""How commands become nodes: operators that formats lack, bitmaps, and pictures that are deep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.vector import svg
from gpucanvas.vector.nodes import Bitmap, Group, Node, Shape
from gpucanvas.vector.rasters import Rasteriser
from gpucanvas.vector.tree import LARGEST_BATCH, nodes_of
from vector.viewers import draw_pdf, draw_svg

Draw = Callable[[Any], None]


def recorded(draw: Draw, width: int = 60, height: int = 40) -> gpucanvas.Recording:
    recording = gpucanvas.Recording(width, height)
    draw(recording.get_context("2d"))
    return recording


def nodes(draw: Draw, scale: float = 1.0) -> list[Node]:
    """The nodes for an SVG document of what a function draws."""
    picture = recorded(draw).freeze()
    return nodes_of(picture._in_space("srgb", False), Rasteriser((0, 0, 60, 40), scale), svg.supports)


def two_rects(ctx: Any, operator: str) -> None:
    ctx.fill_style = "red"
    ctx.fill_rect(0, 0, 30, 30)
    ctx.global_composite_operation = operator
    ctx.fill_style = "rgb(0 0 255 / 50%)"
    ctx.fill_rect(10, 10, 40, 20)


@pytest.mark.parametrize("operator", ["source-atop", "destination-in", "xor", "lighter"])
def test_tree_flattens_below_an_operator_that_formats_lack(operator: str) -> None:
    def draw(ctx: Any) -> None:
        two_rects(ctx, operator)
        ctx.global_composite_operation = "source-over"
        ctx.fill_rect(50, 0, 5, 5)

    below, above = nodes(draw)
    assert isinstance(below, Bitmap)
    assert isinstance(above, Shape)


def test_tree_puts_destination_over_below_all_others() -> None:
    first, rest = nodes(lambda ctx: two_rects(ctx, "destination-over"))
    assert isinstance(first, Shape)
    assert first.paint == pytest.approx((0, 0, 1, 0.5), abs=0.01)
    assert isinstance(rest, Group)


def test_tree_forgets_what_copy_replaces() -> None:
    (only,) = nodes(lambda ctx: two_rects(ctx, "copy"))
    assert isinstance(only, Shape)
    assert only.composite.blend == "normal"


def test_tree_draws_nothing_for_an_operator_that_needs_a_backdrop() -> None:
    def draw(ctx: Any) -> None:
        ctx.global_composite_operation = "source-atop"
        ctx.fill_rect(0, 0, 30, 30)
        ctx.clear_rect(0, 0, 5, 5)

    assert nodes(draw) == []


def test_tree_cuts_out_what_is_cleared() -> None:
    def draw(ctx: Any) -> None:
        ctx.fill_rect(0, 0, 40, 40)
        ctx.clear_rect(10.5, 10, 10, 10)

    (group,) = nodes(draw)
    assert isinstance(group, Group)
    ours = gpucanvas.render_many([recorded(draw)], "cpu")[0]
    drawn = draw_svg(recorded(draw).freeze().to_svg())
    assert np.abs(ours[..., 3].astype(int) - drawn[..., 3]).max() <= 2
    assert (drawn[15, 15, 3], drawn[5, 5, 3]) == (0, 255)


def test_tree_joins_commands_that_need_a_bitmap() -> None:
    def draw(ctx: Any) -> None:
        around = ctx.create_conic_gradient(0, 20, 20)
        around.add_color_stop(0, "red")
        around.add_color_stop(1, "blue")
        for style in (around, around, "teal", around):
            ctx.fill_style = style
            ctx.fill_rect(4, 4, 30, 30)

    kinds = [type(each) for each in nodes(draw)]
    assert kinds == [Bitmap, Shape, Bitmap]


def test_tree_makes_bitmaps_without_margins_at_their_scale() -> None:
    def draw(ctx: Any) -> None:
        around = ctx.create_conic_gradient(0, 20, 20)
        around.add_color_stop(0, "red")
        ctx.fill_style = around
        ctx.fill_rect(10, 20, 8, 4)

    (bitmap,) = nodes(draw, scale=3)
    assert isinstance(bitmap, Bitmap)
    assert bitmap.pixels.shape == (12, 24)
    assert bitmap.matrix == pytest.approx((1 / 3, 0, 0, 1 / 3, 10, 20))


@pytest.mark.parametrize("scale", [1, 2, 5])
def test_tree_scales_blurs_and_shadows_of_bitmaps(scale: int) -> None:
    """A shadow's lengths are pixels, and follow no transform of a replay: but a bitmap's pixels are smaller."""

    def draw(ctx: Any) -> None:
        ctx.shadow_color, ctx.shadow_blur = "black", 6
        ctx.shadow_offset_x, ctx.shadow_offset_y = 7.5, 4
        ctx.fill_style = "orange"
        ctx.fill_rect(10, 8, 20, 12)
        ctx.shadow_blur = 0
        ctx.fill_circles([44], 12, 5)

    recording = recorded(draw)
    ours = gpucanvas.render_many([recording], "cpu")[0][..., 3].astype(float)
    fine = draw_pdf(recording.freeze().to_pdf(dpi=72, bitmap_scale=scale), scale)[..., 3].astype(float)
    drawn = fine.reshape(40, scale, 60, scale).mean((1, 3))
    assert np.abs(ours - drawn).max() <= 20
    assert np.abs(ours - drawn).mean() <= 0.7


def test_tree_has_no_shape_for_each_of_a_very_large_batch() -> None:
    x = np.linspace(0, 60, LARGEST_BATCH + 1)

    def circles(ctx: Any) -> None:
        ctx.fill_circles(x, 20, 1)

    def sprites(ctx: Any) -> None:
        targets = np.stack(np.broadcast_arrays(x, 20, 4, 4), 1)
        ctx.draw_images(np.full((2, 2, 4), 255, np.uint8), dst_rects=targets)

    for draw in (circles, sprites):
        (bitmap,) = nodes(draw)
        assert isinstance(bitmap, Bitmap)


def test_tree_of_many_clears_is_not_as_deep() -> None:
    def draw(ctx: Any) -> None:
        for i in range(1500):
            ctx.fill_rect(i % 50, 0, 10, 40)
            ctx.clear_rect(i % 55, 5, 2, 20)

    recording = recorded(draw)
    ours = gpucanvas.render_many([recording], "cpu")[0]
    drawn = draw_svg(recording.freeze().to_svg(bitmap_scale=1))
    assert np.abs(ours[..., 3].astype(int) - drawn[..., 3]).mean() < 1


def test_tree_of_clips_in_clips_needs_no_recursion() -> None:
    def draw(ctx: Any) -> None:
        for _ in range(1500):
            ctx.begin_path()
            ctx.rect(5, 5, 50, 30)
            ctx.clip()
        ctx.fill_rect(0, 0, 60, 40)

    picture = recorded(draw).freeze()
    assert picture.to_svg().count("<clipPath") == 1500
    assert draw_pdf(picture.to_pdf(dpi=72))[20, 30, 3] == 255


def test_tree_of_layers_in_layers_ends_in_a_bitmap() -> None:
    def draw(ctx: Any) -> None:
        for _ in range(200):
            ctx.begin_layer()
        ctx.fill_rect(10, 10, 20, 20)
        for _ in range(200):
            ctx.end_layer()

    drawn = draw_svg(recorded(draw).freeze().to_svg())
    assert (drawn[20, 20, 3], drawn[5, 5, 3]) == (255, 0)


def test_tree_leaves_out_numbers_that_are_not_finite() -> None:
    def draw(ctx: Any) -> None:
        ctx.scale(1e300, 1)
        ctx.fill_circles([10], [10], 1e20)
        ctx.scale(1e300, 1)
        ctx.fill_rect(0, 0, 9, 9)
        ctx.set_transform(0, 0, 0, 0, 5, 5)
        ctx.fill_rect(0, 0, 9, 9)

    text = recorded(draw).freeze().to_svg()
    assert text.count("<") == 2
    assert "nan" not in text
    assert "inf" not in text


def drawn_alike(draw: Draw, most: float = 26.0, width: int = 60, height: int = 40) -> None:
    """Fail where a drawing's documents are drawn further from our pixels than by edges."""
    recording = recorded(draw, width, height)
    picture = recording.freeze()
    svg_text, pdf_data = picture.to_svg(bitmap_scale=1), picture.to_pdf(bitmap_scale=1, dpi=72)
    documents = {"svg": draw_svg(svg_text), "pdf": draw_pdf(pdf_data)}
    ours = gpucanvas.render_many([recording], "cpu")[0].astype(float)
    ours[..., :3] *= ours[..., 3:] / 255
    for name, found in documents.items():
        theirs = found.astype(float)
        theirs[..., :3] *= theirs[..., 3:] / 255
        off = (np.abs(ours - theirs).max(2) > most).sum()
        assert off <= 8, f"{name}: {off} pixels"


@pytest.mark.parametrize("operator", ["destination-over", "multiply", "xor", "copy", "source-out"])
def test_tree_composites_the_shapes_of_a_batch_with_one_another(operator: str) -> None:
    def draw(ctx: Any) -> None:
        ctx.global_composite_operation = operator
        colors = np.array([[255, 200, 0, 255], [0, 200, 255, 255]], np.uint8)
        ctx.fill_rects([10, 25], [10, 15], [25, 25], [15, 15], color=colors)

    drawn_alike(draw)


@pytest.mark.parametrize("operator", ["multiply", "destination-over"])
def test_tree_composites_a_batch_that_needs_a_bitmap(operator: str) -> None:
    def draw(ctx: Any) -> None:
        ctx.fill_style = "gold"
        ctx.fill_rect(0, 0, 30, 40)
        ctx.global_composite_operation = operator
        ctx.fill_style = ctx.create_pattern(np.full((2, 2, 4), (90, 160, 200, 255), np.uint8), "repeat")
        ctx.fill_rects([10, 25], [10, 15], [25, 25], [15, 15])

    drawn_alike(draw)


def test_tree_of_a_gradient_without_stops_has_no_shape_of_a_batch() -> None:
    def draw(ctx: Any) -> None:
        ctx.fill_style = ctx.stroke_style = ctx.create_linear_gradient(0, 0, 9, 0)
        ctx.fill_circles([20], [20], 9)
        ctx.stroke_lines([[[1, 1], [30, 30]]])

    assert nodes(draw) == []
    assert recorded(draw).freeze().to_pdf()


def test_tree_fills_a_path_whatever_the_transform_is_now() -> None:
    def draw(ctx: Any) -> None:
        ctx.begin_path()
        ctx.rect(10, 10, 20, 20)
        ctx.scale(0, 1)
        ctx.fill()

    drawn_alike(draw)


def test_tree_of_a_copy_of_nothing_keeps_what_is_there() -> None:
    def draw(ctx: Any) -> None:
        ctx.fill_rect(0, 0, 30, 30)
        ctx.global_composite_operation = "copy"
        ctx.fill_rect(10, 10, 0, 10)

    drawn_alike(draw)


def test_tree_forgets_what_is_cleared_everywhere() -> None:
    def draw(ctx: Any) -> None:
        ctx.fill_rect(0, 0, 30, 30)
        ctx.clear_rect(0, 0, 60, 40)
        ctx.fill_rect(5, 5, 10, 10)

    (shape,) = nodes(draw)
    assert isinstance(shape, Shape)


def test_tree_draws_only_bitmaps_that_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[object] = []
    real = Rasteriser.draw

    def counted(rasteriser: Rasteriser, *arguments: Any) -> Any:
        drawn.append(arguments)
        return real(rasteriser, *arguments)

    monkeypatch.setattr(Rasteriser, "draw", counted)

    def draw(ctx: Any) -> None:
        for i in range(20):
            ctx.global_composite_operation = "lighter"
            ctx.fill_rect(i, 0, 10, 10)
            ctx.global_composite_operation = "source-over"
            ctx.fill_rect(i, 20, 10, 10)

    assert [type(each) for each in nodes(draw)] == [Bitmap, Shape]
    assert len(drawn) == 1


def test_tree_of_many_clears_in_layers_in_layers_needs_no_recursion() -> None:
    def draw(ctx: Any) -> None:
        for _ in range(30):
            ctx.begin_layer()
        for i in range(30):
            for j in range(30):
                ctx.fill_rect(j, i, 10, 10)
                ctx.clear_rect(j, i + 2, 2, 2)
            ctx.end_layer()

    picture = recorded(draw).freeze()
    assert draw_svg(picture.to_svg(bitmap_scale=1))[..., 3].any()
    assert draw_pdf(picture.to_pdf(bitmap_scale=1))[..., 3].any()


@pytest.mark.parametrize("effect", ["blur(1px)", "conic"])
def test_tree_makes_a_bitmap_of_a_rectangle_with_a_gradient_in_a_layer(effect: str) -> None:
    def draw(ctx: Any) -> None:
        around = ctx.create_conic_gradient(0, 20, 20)
        around.add_color_stop(0, "red")
        around.add_color_stop(1, "blue")
        ctx.fill_style = around
        ctx.filter = "blur(1px)" if effect != "conic" else "none"
        ctx.shadow_color, ctx.shadow_offset_x = ("black", 5) if effect == "conic" else ("transparent", 0)
        ctx.fill_rect(10, 10, 20, 20)

    drawn_alike(draw, 40)


def test_tree_keeps_the_neighbours_of_a_part_that_is_not_of_whole_pixels() -> None:
    pixels = np.full((4, 4, 4), 255, np.uint8)
    pixels[:, :2], pixels[:, 2:] = (255, 0, 0, 255), (0, 0, 255, 255)

    def draw(ctx: Any) -> None:
        ctx.draw_image(gpucanvas.Image(pixels), 1.2, 0, 0.7, 4, 0, 0, 60, 40)

    ours = gpucanvas.render_many([recorded(draw)], "cpu")[0].astype(int)
    drawn = draw_svg(recorded(draw).freeze().to_svg()).astype(int)
    assert np.abs(ours - drawn)[20].max() <= 20


def test_tree_cuts_rectangles_that_reach_far_beyond_the_picture() -> None:
    drawn_alike(lambda ctx: ctx.fill_rect(-1e20, -1e20, 2e20, 2e20))


def test_tree_has_bitmaps_and_blurs_beside_the_picture_that_a_shadow_shows() -> None:
    def draw(ctx: Any) -> None:
        around = ctx.create_conic_gradient(0, -80, 20)
        around.add_color_stop(0, "red")
        ctx.fill_style = around
        ctx.shadow_color, ctx.shadow_offset_x = "teal", 100
        ctx.fill_rect(-90, 10, 20, 20)
        ctx.shadow_color = "transparent"
        with ctx.layer(filter="drop-shadow(100px 0 0 purple)"), ctx.layer(filter="blur(0.5px)"):
            ctx.fill_style = "black"
            ctx.fill_rect(-60, 10, 15, 20)

    drawn_alike(draw, 40)


def test_tree_shows_the_shadow_of_a_shape_far_beside_the_picture() -> None:
    def draw(ctx: Any) -> None:
        ctx.shadow_color, ctx.shadow_blur, ctx.shadow_offset_x = "navy", 4, 2000
        ctx.begin_path()
        for x, y in ((10, 5), (50, 10), (30, 35)):
            ctx.line_to(x - 2000, y)
        ctx.fill()

    drawn_alike(draw)
