"""Clips: every rule, nested, restored, soft-edged, empty, under transforms."""

from __future__ import annotations

from math import pi

import gpucanvas

from .fills import star
from .registry import Context, scene


def stripes(ctx: Context, width: int, height: int) -> None:
    """Cover everything with slanted stripes, so that a clip's shape is seen."""
    ctx.fill_style = "moccasin"
    ctx.fill_rect(0, 0, width, height)
    ctx.fill_style = "darkcyan"
    ctx.begin_path()
    for x in range(-height, width, 12):
        ctx.move_to(x, 0)
        ctx.line_to(x + 6, 0)
        ctx.line_to(x + 6 + height, height)
        ctx.line_to(x + height, height)
        ctx.close_path()
    ctx.fill()


@scene(96, 96, topics=("clips",))
def clip_to_a_disc(ctx: Context, width: int, height: int) -> None:
    """Stripes in a disc with soft edges."""
    ctx.begin_path()
    ctx.arc(48, 48, 40, 0, 2 * pi)
    ctx.clip()
    stripes(ctx, width, height)


@scene(96, 96, topics=("clips", "rules"))
def clip_to_a_star_evenodd(ctx: Context, width: int, height: int) -> None:
    """Stripes in the five points of a star, none in its middle."""
    star(ctx, 48, 50, 44)
    ctx.clip("evenodd")
    stripes(ctx, width, height)


@scene(96, 96, topics=("clips", "rules"))
def clip_nested_in_both_rules(ctx: Context, width: int, height: int) -> None:
    """A star's points (evenodd), within a disc (nonzero), within a rectangle between pixels."""
    star(ctx, 48, 50, 46)
    ctx.clip("evenodd")
    ctx.begin_path()
    ctx.arc(48, 48, 34, 0, 2 * pi)
    ctx.clip("nonzero")
    ctx.begin_path()
    ctx.rect(20.5, 10.25, 70, 60.5)
    ctx.clip()
    stripes(ctx, width, height)


@scene(96, 96, topics=("clips",))
def clip_nested_circles(ctx: Context, width: int, height: int) -> None:
    """A lens: what two circles have in common."""
    for x in (34, 62):
        ctx.begin_path()
        ctx.arc(x, 48, 34, 0, 2 * pi)
        ctx.clip()
    stripes(ctx, width, height)


@scene(96, 64, topics=("clips", "state"))
def clip_ends_with_restore(ctx: Context, width: int, height: int) -> None:
    """Three clips one after the other; the last bar crosses the whole picture unclipped."""
    for i, colour in enumerate(("crimson", "gold", "royalblue")):
        ctx.save()
        ctx.begin_path()
        ctx.arc(18 + 30 * i, 26, 14, 0, 2 * pi)
        ctx.clip()
        ctx.fill_style = colour
        ctx.fill_rect(0, 0, width, height)
        ctx.restore()
    ctx.fill_style = "black"
    ctx.fill_rect(0, 48, width, 6)


@scene(64, 64, topics=("clips", "empty"))
def clip_to_nothing_hides_everything(ctx: Context, width: int, height: int) -> None:
    """An empty path clips all; only the green square from before is seen, no red."""
    ctx.fill_style = "green"
    ctx.fill_rect(16, 16, 32, 32)
    ctx.begin_path()
    ctx.clip()
    ctx.fill_style = "red"
    ctx.fill_rect(0, 0, width, height)


@scene(64, 64, topics=("clips", "empty"))
def clip_areas_that_do_not_meet(ctx: Context, width: int, height: int) -> None:
    """Two clips apart leave nothing: the green square stays."""
    ctx.fill_style = "green"
    ctx.fill_rect(16, 16, 32, 32)
    for x in (0, 40):
        ctx.begin_path()
        ctx.rect(x, 0, 20, 64)
        ctx.clip()
    ctx.fill_style = "red"
    ctx.fill_rect(0, 0, width, height)


@scene(96, 96, topics=("clips", "transforms"))
def clip_stays_while_the_transform_moves(ctx: Context, width: int, height: int) -> None:
    """A turned square clips stripes; the transform that was set afterwards turns only the stripes."""
    ctx.translate(48, 48)
    ctx.rotate(0.4)
    ctx.begin_path()
    ctx.rect(-30, -30, 60, 60)
    ctx.clip()
    ctx.rotate(0.9)
    ctx.translate(-48, -48)
    stripes(ctx, width, height)


@scene(96, 96, topics=("clips", "strokes"))
def clip_cuts_strokes(ctx: Context, width: int, height: int) -> None:
    """Wide rings cut by a Path2D in the form of a ticket."""
    ticket = gpucanvas.Path2D("M 8 20 H 88 V 38 A 10 10 0 0 0 88 58 V 76 H 8 V 58 A 10 10 0 0 0 8 38 Z")
    ctx.clip(ticket)
    for radius in range(8, 70, 12):
        ctx.line_width = 6
        ctx.stroke_style = f"hsl({radius * 5} 80% 45%)"
        ctx.begin_path()
        ctx.arc(48, 48, radius, 0, 2 * pi)
        ctx.stroke()


@scene(96, 96, topics=("clips",))
def clip_twenty_deep(ctx: Context, width: int, height: int) -> None:
    """Twenty ever smaller discs, each clipped by all before it: an eccentric target."""
    for i in range(20):
        ctx.begin_path()
        ctx.arc(48 + 0.6 * i, 48 - 0.4 * i, 44 - 2 * i, 0, 2 * pi)
        ctx.clip()
        ctx.fill_style = ("ivory", "firebrick")[i % 2]
        ctx.fill_rect(0, 0, width, height)


@scene(96, 64, topics=("clips", "edges"))
def clip_and_fill_share_a_soft_edge(ctx: Context, width: int, height: int) -> None:
    """A half-covered clip edge under a half-covered fill edge: a column of a quarter, beside one of a half."""
    ctx.begin_path()
    ctx.rect(0, 0, 48.5, 64)
    ctx.clip()
    ctx.fill_style = "black"
    ctx.fill_rect(10, 4, 38.5, 26)
    ctx.fill_rect(10, 34, 60, 26)
