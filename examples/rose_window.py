"""A rose window whose panes light up under the pointer, and stay lit when they are clicked: picking by id.

python examples/rose_window.py      move over the panes; click: light a pane, or put it out
python -m gpucanvas render examples/rose_window.py -o rose_window.png --size 600x600

Each ring of panes turns at its own pace, and is one batch of polygons with its own `hit_id`: `pick` says which ring
lies under the pointer, and which of its panes, turned as they are drawn. No list of shapes is kept beside the picture.
"""

from __future__ import annotations

from math import pi, sin

import numpy as np

import gpucanvas

LEAD = "#0d0b14"
RINGS = (
    # Panes, inner and outer radius, turns a minute, and the colours that go round.
    (48, 0.86, 0.985, 0.6, ("#1d3f8f", "#2a64b8", "#7a2048")),
    (24, 0.62, 0.85, -1.0, ("#b3272d", "#d9772b", "#8d1f3d")),
    (24, 0.43, 0.61, 1.4, ("#146c5f", "#2b8f6a", "#1b4f8a")),
    (12, 0.20, 0.42, -2.0, ("#e0a526", "#c8502b", "#e9c75a")),
    (6, 0.03, 0.19, 3.0, ("#5b2a86", "#9a3f9e")),
)
LIT = np.array((1.0, 0.95, 0.78, 1.0))


def panes(count, inner, outer):
    """Outlines (count, 26, 2) of pointed panes around the middle, with lead between them."""
    way = np.linspace(0, 1, 14)
    # Wide at the shoulders and pointed at both ends, like the glass of a gothic window.
    half = (pi / count * 0.93) * np.sin(pi * way**0.8) ** 0.55
    radius = inner + (outer - inner) * way
    angle = np.concatenate([half, -half[-2:0:-1]])
    radius = np.concatenate([radius, radius[-2:0:-1]])
    turned = angle + np.arange(count)[:, None] * 2 * pi / count
    return radius[:, None] * np.stack([np.cos(turned), np.sin(turned)], 2)


class Window:
    """The panes of each ring, what they are coloured, which are lit, and where the pointer is."""

    def __init__(self):
        self.outlines = [panes(count, inner, outer) for count, inner, outer, _, _ in RINGS]
        self.colors = []
        for count, *_, names in RINGS:
            colors = np.array([[int(name[k : k + 2], 16) / 255 for k in (1, 3, 5)] + [1] for name in names])
            shade = 0.86 + 0.14 * np.sin(np.arange(count) * 2.4)
            self.colors.append(np.tile(colors, (count // len(names) + 1, 1))[:count] * [*[1] * 3, 1])
            self.colors[-1][:, :3] *= shade[:, None]
        self.lit = [np.zeros(count, bool) for count, *_ in RINGS]
        self.pointer = self.hit = None


window = Window()


def draw_ring(ctx, ring, time):
    """The glass of a ring, one batch, and the lead around it."""
    _, _, _, pace, _ = RINGS[ring]
    ctx.save()
    ctx.rotate(2 * pi * pace * time / 60)
    glow = 0.06 * sin(1.3 * time + ring)
    colors = window.colors[ring].copy()
    colors[window.lit[ring]] = 0.35 * colors[window.lit[ring]] + 0.65 * LIT
    colors[:, :3] = np.clip(colors[:, :3] * (1 + glow), 0, 1)
    ctx.hit_id = ring
    ctx.fill_polygons(window.outlines[ring], color=colors)
    ctx.hit_id = None
    ctx.line_width, ctx.line_join, ctx.stroke_style = 0.008, "round", LEAD
    ctx.stroke_polygons(window.outlines[ring])
    ctx.restore()


def draw_hit(ctx, hit, time):
    """Light falls through the pane under the pointer."""
    with ctx.save():
        ctx.rotate(2 * pi * RINGS[hit.id][3] * time / 60)
        outline = window.outlines[hit.id][hit.item : hit.item + 1]
        ctx.shadow_color, ctx.shadow_blur = "rgba(255, 236, 190, 0.9)", 24
        ctx.fill_polygons(outline, color=(*LIT[:3], 0.75))


def draw(ctx, frame):
    """Draw the window as large as fits, then ask it what is under the pointer, and light that."""
    width, height = frame.size
    ctx.fill_style = LEAD
    ctx.fill_rect(0, 0, width, height)
    side = min(width, height) * 0.48
    ctx.save()
    ctx.translate(width / 2, height / 2)
    stone = ctx.create_radial_gradient(0, 0, 0.9 * side, 0, 0, 1.6 * side)
    stone.add_color_stop(0, "#3a3540")
    stone.add_color_stop(1, "#17141c")
    ctx.fill_style = stone
    ctx.fill_rect(-width / 2, -height / 2, width, height)
    ctx.scale(side, side)
    ctx.fill_style = LEAD
    ctx.fill_circles(0, 0, 1.0)
    for ring in range(len(RINGS)):
        draw_ring(ctx, ring, frame.time)
    window.hit = None
    if window.pointer is not None:
        x, y = window.pointer
        window.hit = window.pick(x, y)
    if window.hit is not None:
        draw_hit(ctx, window.hit, frame.time)
    ctx.restore()


def setup(view):
    """Follow the pointer; a click lights a pane of the picture that is seen, or puts it out."""
    window.pick = view.pick

    @view.on("pointer_move")
    def move(event):
        window.pointer = event.x, event.y

    @view.on("pointer_down")
    def click(event):
        hit = view.pick(event.x, event.y)
        if hit is not None:
            window.lit[hit.id][hit.item] ^= True

    @view.on("pointer_leave")
    def leave(event):
        window.pointer = None


def main():
    """Open a window."""
    gpucanvas.show(draw, 700, 700, title="Rose window", setup=setup)


if __name__ == "__main__":
    main()
