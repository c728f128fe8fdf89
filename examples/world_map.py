"""A map of the world: real coastlines and borders, an equal-earth projection, filled and stroked paths, and names.

python -m gpucanvas render examples/world_map.py -o world_map.png --size 1200x640
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np

import gpucanvas

DATA = Path(__file__).parent / "data" / "countries.npz"
LAND = ("#e8e0c9", "#dfe3c4", "#ecd9bd", "#d6ddbf", "#e6d3b8", "#dcdccb", "#efe3c2")
"""Fills of countries, taken in turn."""
OCEANS = (
    ("Pacific\nOcean", -140, 0), ("Atlantic\nOcean", -38, 26), ("Indian\nOcean", 78, -18), ("Southern Ocean", 20, -60),
    ("Pacific\nOcean", 165, 12),
)  # fmt: skip
CONTINENTS = (
    ("NORTH\nAMERICA", -101, 46), ("SOUTH\nAMERICA", -58, -10), ("EUROPE", 22, 51), ("AFRICA", 20, 10),
    ("ASIA", 92, 46), ("AUSTRALIA", 134, -25),
)  # fmt: skip
"""Names, and the longitude and latitude that they are written at, degrees."""


def equal_earth(longitude, latitude):
    """Project degrees to the plane, x within about 2.71 and y within about 1.32 (Savric, Patterson and Jenny, 2018)."""
    root3 = np.sqrt(3)
    theta = np.arcsin(root3 / 2 * np.sin(np.radians(latitude)))
    t2 = theta**2
    t6 = t2**3
    stretch = 1.340264 - 3 * 0.081106 * t2 + t6 * (7 * 0.000893 + 9 * 0.003796 * t2)
    x = 2 * root3 * np.radians(longitude) * np.cos(theta) / (3 * stretch)
    y = theta * (1.340264 - 0.081106 * t2 + t6 * (0.000893 + 0.003796 * t2))
    return x, y


def load_world():
    """Every arc in degrees, every ring as its arcs, and each ring's country."""
    # A file of arrays reads one anew, and decompresses it, each time that it is asked for it.
    world = dict(np.load(DATA))
    arcs = [
        world["origin"] + world["scale"] * np.cumsum(world["steps"][first:last], axis=0)
        for first, last in pairwise(world["arc_starts"])
    ]
    rings = [world["ring_arcs"][a:b] for a, b in pairwise(world["ring_starts"])]
    return arcs, rings, world["ring_country"]


def ring_outline(arcs, ring):
    """The outline of a ring, degrees: its arcs end to end."""
    outline = np.concatenate([arcs[k] if k >= 0 else arcs[~k][::-1] for k in ring.astype(int)])
    outline[:, 0] = np.unwrap(outline[:, 0], period=360)
    if abs(outline[-1, 0] - outline[0, 0]) > 180:
        # Once around the globe: Antarctica, closed along the pole.
        outline = np.concatenate([outline, [[outline[-1, 0], -90], [outline[0, 0], -90]]])
    return outline


def on_the_map(line):
    """A line in degrees, and again a turn of the globe away where it crosses the map's edge."""
    line = np.stack([np.unwrap(line[:, 0], period=360), line[:, 1]], 1)
    turns = [0] + [-360] * bool(line[:, 0].max() > 180) + [360] * bool(line[:, 0].min() < -180)
    return [line + [turn, 0] for turn in turns]


def trace(ctx, points):
    """Add a closed outline to the current path."""
    (x, y), *rest = points.tolist()
    ctx.move_to(x, y)
    for x, y in rest:
        ctx.line_to(x, y)
    ctx.close_path()


def draw(ctx, width, height):
    """Draw the map on the whole canvas."""
    arcs, rings, countries = load_world()
    scale = min(width * 0.94 / (2 * 2.7066), height * 0.94 / (2 * 1.3173))

    def place(degrees):
        return np.stack(equal_earth(*degrees.T), 1) * [scale, -scale] + [width / 2, height / 2]

    ctx.fill_style = "#f6f3ea"
    ctx.fill_rect(0, 0, width, height)

    south_to_north = np.linspace(-90, 90, 91)
    west, east = (np.stack([np.full(91, x), south_to_north], 1) for x in (-180.0, 180.0))
    globe = place(np.concatenate([west, east[::-1]]))
    ocean = ctx.create_linear_gradient(0, globe[:, 1].min(), 0, globe[:, 1].max())
    for at, color in ((0, "#8fb3c9"), (0.5, "#c3dbe3"), (1, "#86abc4")):
        ocean.add_color_stop(at, color)
    ctx.begin_path()
    trace(ctx, globe)
    ctx.fill_style = ocean
    ctx.fill()

    ctx.stroke_style = "rgb(255 255 255 / 55%)"
    ctx.line_width = max(scale / 400, 0.5)
    meridians = [place(west + [180 + x, 0]) for x in range(-150, 180, 30)]
    parallels = [place(np.array([[-180.0, y], [180.0, y]])) for y in range(-60, 90, 30)]
    ctx.stroke_lines(meridians + parallels)

    # What crosses the map's edge is drawn on both sides of it, and cut there.
    ctx.save()
    ctx.clip()
    for country in np.unique(countries):
        ctx.begin_path()
        for ring in np.flatnonzero(countries == country):
            for outline in on_the_map(ring_outline(arcs, rings[ring])):
                trace(ctx, place(outline))
        ctx.fill_style = LAND[country % len(LAND)]
        ctx.fill("evenodd")

    uses = np.bincount(np.abs(np.concatenate(rings) + 0.5).astype(int), minlength=len(arcs))
    ctx.line_join = "round"
    ctx.line_width = max(scale / 500, 0.35)
    ctx.stroke_style = "rgb(120 100 80 / 55%)"
    ctx.stroke_lines([place(line) for arc, n in zip(arcs, uses, strict=True) if n == 2 for line in on_the_map(arc)])
    ctx.line_width = max(scale / 330, 0.5)
    ctx.stroke_style = "#4f7489"
    ctx.stroke_lines([place(line) for arc, n in zip(arcs, uses, strict=True) if n == 1 for line in on_the_map(arc)])
    ctx.restore()

    ctx.begin_path()
    trace(ctx, globe)
    ctx.line_width = max(scale / 150, 1)
    ctx.stroke_style = "#5d8299"
    ctx.stroke()
    write_names(ctx, place, scale)
    write_degrees(ctx, place, scale)


def write_names(ctx, place, scale):
    """Oceans, slanted and spaced, and continents."""
    ctx.text_align, ctx.text_baseline = "center", "middle"
    for names, size, spacing, font, color in (
        (OCEANS, 0.055, "0.18em", "italic 500", "rgb(60 105 135 / 85%)"),
        (CONTINENTS, 0.06, "0.3em", "600", "rgb(90 70 50 / 60%)"),
    ):
        ctx.font, ctx.letter_spacing = f"{font} {size * scale}px 'Noto Sans', sans-serif", spacing
        ctx.fill_style = color
        for name, longitude, latitude in names:
            ((x, y),) = place(np.array([[longitude, latitude]], float))
            for row, line in enumerate(name.split("\n")):
                ctx.fill_text(line, x, y + row * 1.3 * size * scale)
    ctx.letter_spacing, ctx.text_align, ctx.text_baseline = "0px", "left", "alphabetic"


def write_degrees(ctx, place, scale):
    """Degrees at the ends of the parallels, outside of the globe."""
    ctx.font, ctx.fill_style, ctx.text_baseline = f"{0.042 * scale}px 'Noto Sans', sans-serif", "#8a8577", "middle"
    for latitude in range(-60, 90, 30):
        (left, y), (right, _) = place(np.array([[-180.0, latitude], [180.0, latitude]]))
        label = f"{abs(latitude)}\N{DEGREE SIGN}{'N' if latitude > 0 else 'S' if latitude < 0 else ''}"
        ctx.text_align = "right"
        ctx.fill_text(label, left - 0.03 * scale, y)
        ctx.text_align = "left"
        ctx.fill_text(label, right + 0.03 * scale, y)
    ctx.text_baseline = "alphabetic"


def main():
    """Write the picture to the file named on the command line."""
    canvas = gpucanvas.Canvas(1200, 640)
    draw(canvas.get_context("2d"), canvas.width, canvas.height)
    canvas.save(sys.argv[1] if len(sys.argv) > 1 else "world_map.png")


if __name__ == "__main__":
    main()
