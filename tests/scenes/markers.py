"""Markers: one path at many places, ellipses, round rectangles, and lines of many widths, each in one call."""

from __future__ import annotations

from math import pi

import numpy as np

import gpucanvas

from .batches import hues, sunflower
from .registry import Context, scene

STAR = "M0 -6 L1.8 -1.8 6 -1.8 2.9 1.2 4 6 0 3.2 -4 6 -2.9 1.2 -6 -1.8 -1.8 -1.8 Z"
PIN = "M0 0 C-2 -5 -6 -7 -6 -12 A6 6 0 1 1 6 -12 C6 -7 2 -5 0 0 Z M0 -9.5 A2.5 2.5 0 1 0 0 -14.5 2.5 2.5 0 1 0 0 -9.5 Z"


@scene(96, 96, topics=("batches", "markers"))
def marker_stars_of_a_scatter_plot(ctx: Context, width: int, height: int) -> None:
    """Sixty stars in a spiral, turned and growing outwards, translucent."""
    x, y = sunflower(60, 96)
    ctx.fill_paths(STAR, x, y, scale=np.linspace(0.3, 1.4, 60), angle=np.arange(60) / 5, color=hues(60, 0.8))


@scene(96, 96, topics=("batches", "markers", "transforms"))
def marker_pins_under_a_transform(ctx: Context, width: int, height: int) -> None:
    """Pins with holes, by the even-odd rule, mirrored and stretched, under a slanted transform; then their outlines."""
    ctx.transform(1.1, 0.2, -0.3, 0.9, 10, 8)
    x, y = np.meshgrid(np.arange(4) * 24.0 + 8, np.arange(3) * 30.0 + 22)
    scale = np.stack([np.tile([1, -0.6, 1.3], 4), np.repeat([1, 0.5, -1.0], 4)], 1)
    ctx.fill_paths(PIN, x.ravel(), y.ravel(), scale=scale, fill_rule="evenodd", color=hues(12))
    ctx.line_width = 1.2
    ctx.stroke_paths(gpucanvas.Path2D(PIN), x.ravel(), y.ravel(), scale=scale, color=[0, 0, 0, 0.7])


@scene(96, 96, topics=("batches", "markers", "strokes"))
def marker_crosses_of_one_width(ctx: Context, width: int, height: int) -> None:
    """Crosses whose lines stay as wide when they grow; below such whose lines grow with them; then of many widths."""
    x, scale = np.linspace(9, 86, 8), np.linspace(0.4, 2.4, 8)
    ctx.line_width, ctx.line_cap = 1.5, "round"
    cross = "M-4 -4 L4 4 M4 -4 L-4 4"
    ctx.stroke_paths(cross, x, 16, scale=scale, color=hues(8))
    ctx.stroke_paths(cross, x, 46, scale=scale, angle=0.3, scale_width=True, color=hues(8))
    ctx.stroke_paths(cross, x, 78, scale=1.2, line_width=np.linspace(0.25, 5, 8))


@scene(96, 96, topics=("batches", "markers"))
def marker_arrows_of_a_field(ctx: Context, width: int, height: int) -> None:
    """A field that turns around the middle: arrows as long as it is strong."""
    x, y = (each.ravel() for each in np.meshgrid(np.arange(6, 96, 12.0), np.arange(6, 96, 12.0)))
    u, v = 48 - y, x - 48
    arrow = "M-5 -0.5 H2 V-2.5 L6 0 2 2.5 V0.5 H-5 Z"
    ctx.fill_paths(arrow, x, y, scale=np.hypot(u, v) / 55, angle=np.arctan2(v, u), color=hues(64))


@scene(96, 96, topics=("batches", "markers", "gradients"))
def marker_takes_a_gradient_along(ctx: Context, width: int, height: int) -> None:
    """Beads: the gradient of the fill lies in each item's own space; that of the outlines in user space."""
    bead = ctx.create_radial_gradient(-2, -2, 0, 0, 0, 7)
    bead.add_color_stop(0, "white")
    bead.add_color_stop(1, "crimson")
    ctx.fill_style = bead
    drop = "M0 -8 C3 -3 6 -1 6 2.5 A6 6 0 0 1 -6 2.5 C-6 -1 -3 -3 0 -8 Z"
    x, y = sunflower(24, 96)
    ctx.fill_paths(drop, x, y, scale=np.linspace(0.6, 1.2, 24), angle=np.linspace(0, 2 * pi, 24))
    ramp = ctx.create_linear_gradient(0, 0, 96, 0)
    ramp.add_color_stop(0, "navy")
    ramp.add_color_stop(1, "gold")
    ctx.stroke_style = ramp
    ctx.stroke_paths(drop, x, y, scale=np.linspace(0.6, 1.2, 24), angle=np.linspace(0, 2 * pi, 24))


@scene(96, 96, topics=("batches", "widths"))
def batch_network_of_weighted_edges(ctx: Context, width: int, height: int) -> None:
    """Edges of twelve nodes, each as wide as its weight; rings of nodes; frames and polygons of many widths."""
    angle = np.arange(12) * pi / 6
    nodes = 48 + 36 * np.stack([np.cos(angle), np.sin(angle)], 1)
    first, second = np.triu_indices(12, 1)
    weights = (first * 7 + second * 3) % 11 / 4
    ctx.stroke_line_segments(
        np.stack([nodes[first], nodes[second]], 1), color=hues(66, 0.6), line_width=np.where(weights < 0.3, 0, weights)
    )
    ctx.line_cap = "round"
    ctx.stroke_circles(nodes[:, 0], nodes[:, 1], 5, line_width=np.linspace(0.5, 4, 12), color=hues(12))
    ctx.stroke_rects(2.5, 2.5, [10, 20, 30], [10, 20, 30], line_width=[3, 2, 1])
    ctx.stroke_arcs(48, 48, [42, 45], 0.2, [2, 5], line_width=[2, 1])
    ctx.stroke_polygons([[(80, 80), (92, 80), (86, 92)], [(4, 80), (14, 82), (8, 92)]], line_width=[1, 3])


@scene(96, 96, topics=("batches", "widths", "dashes"))
def batch_rivers_with_dashes_of_many_widths(ctx: Context, width: int, height: int) -> None:
    """Rivers that widen downstream, then the same dashed."""
    t = np.linspace(0, 1, 20)
    rivers = [np.stack([6 + 84 * t, 10 + 12 * k + 5 * np.sin(7 * t + k)], 1) for k in range(7)]
    ctx.line_join = "round"
    ctx.stroke_lines(rivers[:4], line_width=[1, 2, 4, 6], color=hues(4))
    ctx.set_line_dash([6, 4])
    ctx.stroke_lines(rivers[4:], line_width=[1, 2.5, 5], color=hues(3))


@scene(96, 96, topics=("batches", "ellipses"))
def batch_confidence_ellipses(ctx: Context, width: int, height: int) -> None:
    """Ellipses at all angles, from circles to slits, filled and outlined."""
    x, y = sunflower(20, 84)
    tall = np.linspace(1, 9, 20)
    ctx.fill_ellipses(x + 6, y + 6, 9, tall, np.arange(20) / 3, color=hues(20, 0.4))
    ctx.stroke_ellipses(x + 6, y + 6, 9, tall, np.arange(20) / 3, color=hues(20), line_width=np.linspace(0.5, 2, 20))


@scene(96, 96, topics=("batches", "round_rects"))
def batch_bars_with_round_corners(ctx: Context, width: int, height: int) -> None:
    """Bars, round above; below them pills whose radii overlap, a plain one, and one drawn from right to left."""
    x, tall = 4 + 11.5 * np.arange(8), 10 + 6.5 * np.arange(8)
    ctx.fill_round_rects(x, 66 - tall, 8.5, tall, [[4, 4, 0, 0]], color=hues(8))
    ctx.stroke_round_rects(x, 66 - tall, 8.5, tall, [[4, 4, 0, 0]], line_width=0.8)
    ctx.fill_round_rects([4, 30, 92], 74, [20, 20, -34], 18, [30, 0, 5], color=hues(3))
