"""A chart of a real series: five minutes of an electrocardiogram, 108,000 samples, overview above and a window below.

python -m gpucanvas render examples/live_chart.py -o live_chart.png --size 1200x640
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import gpucanvas

DATA = Path(__file__).parent / "data" / "ecg.npz"
RATE = 360
"""Samples a second."""
INK = "#5eead4"


def load_millivolts():
    """The series, millivolts."""
    return (np.load(DATA)["ecg"].astype(float) - 1024) / 200


def panel(ctx, x, y, width, height):
    """A dark panel with a soft edge."""
    ctx.begin_path()
    ctx.round_rect(x, y, width, height, 14)
    shade = ctx.create_linear_gradient(0, y, 0, y + height)
    shade.add_color_stop(0, "#16243a")
    shade.add_color_stop(1, "#0f1a2c")
    ctx.fill_style = shade
    ctx.fill()
    ctx.stroke_style = "rgb(255 255 255 / 10%)"
    ctx.line_width = 1
    ctx.stroke()


def grid(ctx, xs, ys, x, y, width, height):
    """Hairlines at the given places."""
    ctx.stroke_style = "rgb(255 255 255 / 8%)"
    ctx.line_width = 1
    upright = [[(at, y), (at, y + height)] for at in xs]
    level = [[(x, at), (x + width, at)] for at in ys]
    ctx.stroke_line_segments(np.array(upright + level))


def plot(ctx, values, x, y, width, height, low, high):
    """Place a series in a box: (N, 2) points."""
    across = np.linspace(x, x + width, len(values))
    return np.stack([across, y + height * (1 - (values - low) / (high - low))], 1)


def find_beats(values):
    """Where the heart beats: samples that are the highest for a quarter of a second around, and stand out."""
    reach = RATE // 4
    padded = np.pad(values, reach, constant_values=-np.inf)
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(1)
    rest = np.median(values)
    found = np.flatnonzero((values == highest) & (values > rest + 0.4 * (values.max() - rest)))
    # Of samples equally high, the first.
    return found[np.diff(found, prepend=-reach) >= reach]


def draw(ctx, width, height, seconds=150.0, window=8.0):
    """Draw the chart; ``seconds`` is where the window begins."""
    values = load_millivolts()
    low, high = values.min() - 0.2, values.max() + 0.2
    ctx.fill_style = "#0a1220"
    ctx.fill_rect(0, 0, width, height)

    gap = min(width, height) * 0.045
    top = (gap, gap, width - 2 * gap, (height - 3 * gap) * 0.34)
    bottom = (gap, 2 * gap + top[3], width - 2 * gap, (height - 3 * gap) * 0.66)
    for box in (top, bottom):
        panel(ctx, *box)

    x, y, w, h = top
    grid(ctx, np.linspace(x, x + w, 11)[1:-1], [y + h / 2], x, y, w, h)
    ctx.stroke_style = "rgb(94 234 212 / 75%)"
    ctx.line_width = 0.5
    ctx.line_join = "round"
    ctx.stroke_lines(plot(ctx, values, x, y, w, h, low, high))
    duration = len(values) / RATE
    left, right = x + w * seconds / duration, x + w * (seconds + window) / duration
    ctx.fill_style = "rgb(251 191 36 / 25%)"
    ctx.fill_rect(left, y, right - left, h)
    ctx.stroke_style = "#fbbf24"
    ctx.line_width = 1
    ctx.stroke_rect(left, y + 0.5, right - left, h - 1)

    x, y, w, h = bottom
    ctx.save()
    ctx.begin_path()
    ctx.round_rect(x, y, w, h, 14)
    ctx.clip()
    grid(ctx, np.linspace(x, x + w, int(window * 5) + 1), np.linspace(y, y + h, 9), x, y, w, h)
    part = values[int(seconds * RATE) : int((seconds + window) * RATE)]
    line = plot(ctx, part, x, y, w, h, low, high)
    area = ctx.create_linear_gradient(0, y, 0, y + h)
    area.add_color_stop(0, "rgb(94 234 212 / 45%)")
    area.add_color_stop(1, "rgb(94 234 212 / 0%)")
    ctx.fill_style = area
    ctx.fill_polygons(np.concatenate([[[x, y + h]], line, [[x + w, y + h]]]))
    for line_width, alpha in ((9, 0.08), (5, 0.15), (1.8, 1.0)):
        ctx.global_alpha = alpha
        ctx.line_width = line_width
        ctx.stroke_style = INK
        ctx.stroke_lines(line)
    ctx.restore()

    beats = line[find_beats(part)]
    ctx.fill_style = "#0a1220"
    ctx.fill_circles(beats[:, 0], beats[:, 1], 5)
    ctx.stroke_style = "#fbbf24"
    ctx.line_width = 2
    ctx.stroke_circles(beats[:, 0], beats[:, 1], 5)


def main():
    """Write the picture to the file named on the command line."""
    canvas = gpucanvas.Canvas(1200, 640)
    draw(canvas.get_context("2d"), canvas.width, canvas.height)
    canvas.save(sys.argv[1] if len(sys.argv) > 1 else "live_chart.png")


if __name__ == "__main__":
    main()
