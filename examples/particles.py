"""A hundred thousand particles in a flow that changes slowly, coloured by their speed, in one batch call a frame.

python examples/particles.py          move the pointer: they swirl around it; hold a button: they flee
python -m gpucanvas render examples/particles.py -o particles.png --size 800x600
"""

from __future__ import annotations

from math import exp, pi

import numpy as np

import gpucanvas

COUNT = 100_000
ROWS, COLUMNS = 72, 96
"""The grid on which the flow is known."""
TRAIL = 7
"""How fast a trail fades: to 1/e of itself in 1/TRAIL seconds."""
BACKGROUND = np.array([6, 7, 18]) / 255
PALETTE = np.array([[22, 24, 78], [50, 60, 176], [128, 66, 200], [232, 82, 146], [255, 158, 98], [255, 242, 214]])
"""From slow to fast."""


class Swarm:
    """Where the particles are, how fast they move, and what the pointer does to them."""

    def __init__(self):
        self.rng = np.random.default_rng(11)
        self.place = self.rng.random((2, COUNT), np.float32)
        self.speed = np.zeros((2, COUNT), np.float32)
        self.pointer, self.pushed = None, False
        self.size, self.canvas = None, None
        stops, levels = np.linspace(0, 1, len(PALETTE)), np.linspace(0, 1, 256)
        rgb = np.stack([np.interp(levels, stops, channel) for channel in PALETTE.T], 1)
        self.colors = np.concatenate([rgb, np.linspace(90, 255, 256)[:, None]], 1).astype(np.uint8)

    def flow(self, time):
        """Pixels a second along x and y on the grid: it turns around the hills of a landscape that repeats itself."""
        width, height = self.size
        y, x = (2 * pi * np.mgrid[0:ROWS, 0:COLUMNS] / [[[ROWS]], [[COLUMNS]]]).astype(np.float32)
        hill = (
            np.sin(2 * x + 0.21 * time) * np.cos(y - 0.17 * time)
            + 0.7 * np.sin(3 * x - 2 * y + 0.29 * time)
            + 0.5 * np.cos(2 * x + 3 * y - 0.23 * time)
            + 0.2 * np.sin(7 * x + 1 - 0.4 * time) * np.sin(6 * y + 0.5 * time)
        )
        down, across = (np.roll(hill, -1, axis) - np.roll(hill, 1, axis) for axis in (0, 1))
        return np.stack([down * ROWS, -across * COLUMNS]) * min(width, height) / 120

    def fit(self, width, height):
        """Take a new size of the picture."""
        first, self.size = self.size is None, (width, height)
        if first:
            self.place *= np.array([[width], [height]], np.float32)
            for _ in range(60):
                self.step(0, 1 / 60)

    def step(self, time, delta):
        """Move every particle by so many seconds."""
        width, height = self.size
        edges = np.array([[width], [height]], np.float32)
        np.mod(self.place, edges, out=self.place)
        field = self.flow(time)
        column, row = (self.place * np.array([[COLUMNS / width], [ROWS / height]], np.float32)).astype(np.int32)
        wanted = field.reshape(2, -1).take(row * COLUMNS + column, axis=1, mode="wrap")
        if self.pointer is not None:
            away = self.place - np.array(self.pointer, np.float32)[:, None]
            near = np.exp(-(away**2).sum(0) / 150**2) * 5
            outwards = 1.5 if self.pushed else -0.5
            wanted[0] += near * (outwards * away[0] - away[1])
            wanted[1] += near * (outwards * away[1] + away[0])
        self.speed += (wanted - self.speed) * (1 - exp(-1.6 * delta))
        self.place += self.speed * delta
        # A few begin anew somewhere else, so that there are some everywhere.
        reborn = self.rng.integers(0, COUNT, int(COUNT * 0.25 * delta))
        self.place[:, reborn] = self.rng.random((2, len(reborn)), np.float32) * edges
        self.speed[:, reborn] = 0


swarm = Swarm()


def draw(ctx, frame):
    """Move the particles on, and draw them over what is left of the frames before."""
    deltas = [min(frame.delta, 0.05)]
    canvas = (*frame.size, frame.pixel_ratio)
    if swarm.canvas != canvas:  # It is new, and empty.
        if swarm.canvas is None:
            deltas = [1 / 60] * 30  # The first picture has trails, too.
        swarm.canvas = canvas
        swarm.fit(*frame.size)
        ctx.fill_style = tuple(BACKGROUND)
        ctx.fill_rect(0, 0, *frame.size)
    for delta in deltas:
        swarm.step(frame.time, delta)
        ctx.fill_style = (*BACKGROUND, 1 - exp(-TRAIL * delta))
        ctx.fill_rect(0, 0, *frame.size)
        fast = np.hypot(*swarm.speed) * (540 / min(frame.size))
        color = swarm.colors[np.minimum(fast, 255).astype(np.uint8)]
        ctx.fill_rects(swarm.place[0], swarm.place[1], min(frame.size) / 500, color=color)


def setup(view):
    """Let the pointer stir."""

    @view.on("pointer_move", "pointer_down", "pointer_up")
    def stir(event):
        swarm.pointer, swarm.pushed = (event.x, event.y), bool(event.buttons)

    @view.on("pointer_leave")
    def rest(event):
        swarm.pointer = None


def main():
    """Open a window."""
    gpucanvas.show(draw, 800, 600, title="100,000 particles", setup=setup)


if __name__ == "__main__":
    main()
