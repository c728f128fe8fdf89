"""A picture through the filters of CSS and of the layers proposal, a cell each.

python -m gpucanvas render examples/filters.py -o filters.png --size 600x400
"""

from __future__ import annotations

import sys
from math import pi

import gpucanvas

SHARPEN = {"name": "convolveMatrix", "kernelMatrix": [[0, -2, 0], [-2, 9, -2], [0, -2, 0]], "preserveAlpha": True}
POSTER = {"type": "discrete", "tableValues": [0.1, 0.5, 0.9]}
FILTERS = (
    "none",
    "blur(3px)",
    "sepia()",
    "grayscale() contrast(1.6)",
    "hue-rotate(120deg)",
    "invert()",
    "saturate(3)",
    "brightness(1.5) opacity(70%)",
    "drop-shadow(4px 6px 3px rgb(0 0 0 / 0.6))",
    "drop-shadow(0 0 4px gold) drop-shadow(0 0 8px crimson)",
    SHARPEN,
    {"name": "componentTransfer", "funcR": POSTER, "funcG": POSTER, "funcB": POSTER},
)
WIDTH, HEIGHT, COLUMNS, ROWS = 150.0, 133.0, 4, 3


def lighthouse(ctx):
    """A lighthouse at dusk, 100 wide and 90 high."""
    sky = ctx.create_linear_gradient(0, 0, 0, 70)
    sky.add_color_stop(0, "#23395d")
    sky.add_color_stop(0.7, "#e07a5f")
    sky.add_color_stop(1, "#f2cc8f")
    ctx.fill_style = sky
    ctx.begin_path()
    ctx.round_rect(0, 0, 100, 90, 12)
    ctx.fill()
    ctx.fill_style = "#fff3b0"
    ctx.begin_path()
    ctx.arc(26, 44, 10, 0, 2 * pi)
    ctx.fill()
    ctx.fill_style = "#1b4965"
    ctx.begin_path()
    ctx.round_rect(0, 62, 100, 28, [0, 0, 12, 12])
    ctx.fill()
    for i in range(4):
        ctx.fill_style = "#e63946" if i % 2 else "#f1faee"
        ctx.begin_path()
        ctx.move_to(66 - i, 26 + 12 * i)
        ctx.line_to(78 + i, 26 + 12 * i)
        ctx.line_to(79 + i, 38 + 12 * i)
        ctx.line_to(65 - i, 38 + 12 * i)
        ctx.fill()
    ctx.fill_style = "#ffd166"
    ctx.fill_rect(67, 16, 10, 10)
    ctx.fill_style = "#2b2d42"
    ctx.fill_rect(63, 26, 18, 3)
    ctx.fill_rect(64, 12, 16, 4)


def draw(ctx, width, height):
    """Twelve lighthouses, each as a layer through a filter."""
    ctx.fill_style = "#f4f1de"
    ctx.fill_rect(0, 0, width, height)
    ctx.scale(width / (COLUMNS * WIDTH), height / (ROWS * HEIGHT))
    for i, value in enumerate(FILTERS):
        ctx.save()
        ctx.translate(i % COLUMNS * WIDTH + 25, i // COLUMNS * HEIGHT + 22)
        with ctx.layer(value):
            lighthouse(ctx)
        ctx.restore()


def main():
    """Write the picture to the file named on the command line."""
    canvas = gpucanvas.Canvas(600, 400)
    draw(canvas.get_context("2d"), canvas.width, canvas.height)
    canvas.save(sys.argv[1] if len(sys.argv) > 1 else "filters.png")


if __name__ == "__main__":
    main()
