"""A clock with a second hand that sweeps. Click, and night falls.

python examples/clock.py              the time of day
python -m gpucanvas render examples/clock.py -o clock.png --size 600x600      a picture: 10:08:42
"""

from __future__ import annotations

from datetime import datetime
from math import cos, exp, pi, sin

import numpy as np

import gpucanvas

DAY = {
    "back": ((233, 228, 220), (203, 195, 186)),
    "face": ((255, 254, 251), (242, 238, 231)),
    "rim": ((255, 255, 255), (189, 180, 170)),
    "ink": (38, 40, 48),
    "faint": (178, 172, 164),
    "accent": (232, 88, 54),
}
NIGHT = {
    "back": ((30, 33, 46), (12, 13, 21)),
    "face": ((42, 46, 62), (26, 29, 41)),
    "rim": ((78, 84, 106), (14, 15, 23)),
    "ink": (232, 230, 222),
    "faint": (98, 104, 126),
    "accent": (255, 138, 76),
}
HANDS = ((12 * 3600, 0.50, 0.057), (3600, 0.74, 0.034))
"""Seconds a turn, length and width, in radii of the face."""


class Clock:
    """The time of the first frame, seconds since midnight, and how far night has fallen."""

    begin = 10 * 3600 + 8 * 60 + 42.0
    night, wanted = 0.0, 0.0


clock = Clock()


def blend(name, alpha=1.0):
    """A colour between day and night, or a pair of them."""
    day, night = np.array(DAY[name]), np.array(NIGHT[name])
    mixed = (day + (night - day) * clock.night) / 255
    return [(*rgb, alpha) for rgb in mixed] if mixed.ndim == 2 else (*mixed, alpha)


def shade(ctx, y0, y1, name):
    """A gradient from one of a pair of colours down to the other."""
    gradient = ctx.create_linear_gradient(0, y0, 0, y1)
    for at, color in enumerate(blend(name)):
        gradient.add_color_stop(at, f"rgb({' '.join(f'{255 * part:.1f}' for part in color[:3])})")
    return gradient


def face(ctx):
    """The shadow, the dial, its rim and its marks, in a circle of radius 1."""
    ctx.fill_circles(0, np.linspace(0.13, 0.03, 20), np.linspace(1.16, 1.05, 20), color=(0.1, 0.07, 0.1, 0.02))
    ctx.fill_style = shade(ctx, -1, 1, "face")
    ctx.fill_circles(0, 0, 1.03)
    ctx.stroke_style = shade(ctx, -1.06, 1.06, "rim")
    ctx.line_width = 0.04
    ctx.stroke_circles(0, 0, 1.04)
    turn = np.arange(60) * 2 * pi / 60
    spoke = np.stack([np.sin(turn), -np.cos(turn)], 1)
    hours = np.arange(60) % 5 == 0
    ctx.line_cap = "round"
    ctx.line_width = 0.008
    ctx.stroke_line_segments(np.stack([0.92, 0.945])[:, None] * spoke[~hours][:, None], color=blend("faint"))
    ctx.line_width = 0.022
    ctx.stroke_line_segments(np.stack([0.83, 0.94])[:, None] * spoke[hours][:, None], color=blend("ink"))


def tail(ctx, seconds):
    """Where the second hand has been: an arc that fades over a quarter of a minute."""
    ends = (seconds - np.linspace(15, 0, 61)) * 2 * pi / 60 - pi / 2
    fade = np.tile(blend("accent"), (60, 1))
    fade[:, 3] = np.linspace(0, 0.85, 60) ** 1.6
    ctx.line_cap = "butt"
    ctx.line_width = 0.018
    ctx.stroke_arcs(0, 0, 0.975, ends[:-1], ends[1:], color=fade)


def hand(ctx, turn, back, length, width, color):
    """A hand that points at a part of the circle, over its own soft shadow."""
    ctx.line_cap = "round"
    way = np.array([sin(2 * pi * turn), -cos(2 * pi * turn)])
    line = np.array([-back * way, length * way])
    spread = np.array([0.034, 0.022, 0.012, 0.004])
    ctx.stroke_lines([line + [0.006, 0.022]] * 4, color=(0.06, 0.04, 0.08, 0.07), line_width=width + spread)
    ctx.line_width = width
    ctx.stroke_lines(line, color=color)


def draw(ctx, frame):
    """Draw the clock as large as fits."""
    clock.night += (clock.wanted - clock.night) * (1 - exp(-6 * frame.delta))
    seconds = clock.begin + frame.time
    width, height = frame.size
    ctx.fill_style = shade(ctx, 0, height, "back")
    ctx.fill_rect(0, 0, width, height)
    ctx.translate(width / 2, height / 2)
    ctx.scale(min(width, height) * 0.39, min(width, height) * 0.39)
    face(ctx)
    tail(ctx, seconds)
    for period, length, thick in HANDS:
        hand(ctx, seconds / period, 0.0, length, thick, blend("ink"))
    hand(ctx, seconds / 60, 0.2, 0.9, 0.012, blend("accent"))
    ctx.fill_circles(0, 0, [0.052, 0.02], color=[blend("accent"), blend("face")[0]])


def setup(view):
    """A click turns day to night, and back."""

    @view.on("pointer_down")
    def turn(event):
        clock.wanted = 1.0 - clock.wanted


def main():
    """Open a window that shows the time of day."""
    now = datetime.now()
    clock.begin = (now - now.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
    gpucanvas.show(draw, 600, 600, title="Clock", setup=setup)


if __name__ == "__main__":
    main()
