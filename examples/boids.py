"""A murmuration: three thousand starlings at dusk, each of which looks at its neighbours only; the pointer is a hawk.

python examples/boids.py              move the pointer, and the flock flees from it
python -m gpucanvas render examples/boids.py -o boids.png --size 800x600
"""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np

import gpucanvas

COUNT = 3000
REACH = 15.0
"""How far a bird sees others, pixels."""
DUSK = ((0, "#1b2450"), (0.35, "#5b4a86"), (0.62, "#c96f86"), (0.82, "#f6a877"), (1, "#ffdfa3"))
WING = np.array([1, -0.1 + 0.13j, -0.5 + 1j, -0.45 + 0.1j, -0.95, -0.45 - 0.1j, -0.5 - 1j, -0.1 - 0.13j])
"""The outline of a bird of length 2 that flies along x: places in the plane are complex numbers, x + iy."""


def cells(place):
    """A number for the square of side REACH that each bird is in, row by row, and how many there are in a row."""
    column = ((place.real - place.real.min()) // REACH).astype(np.int32)
    row = ((place.imag - place.imag.min()) // REACH).astype(np.int32)
    stride = column.max() + 3
    return row * stride + column + 1, stride


def pairs(place, cell, stride):
    """Pairs (i, j) of birds nearer than REACH, each once. Birds come sorted by cell, so three cells are one slice."""
    one, other = [], []
    own = np.arange(len(place))
    for first, last in ((0, 1), (stride - 1, stride + 1)):
        begin = own + 1 if first == 0 else np.searchsorted(cell, cell + first)
        count = np.searchsorted(cell, cell + last, "right") - begin
        i = np.repeat(own, count)
        one.append(i)
        other.append(np.arange(len(i)) + (begin - np.cumsum(count) + count).take(i))
    i, j = np.concatenate(one), np.concatenate(other)
    near = np.flatnonzero(np.abs(place.take(i) - place.take(j)) < REACH)
    return i.take(near), j.take(near)


def total(i, values):
    """The sum of the values of each bird in ``i``."""
    return np.bincount(i, values.real, COUNT) + 1j * np.bincount(i, values.imag, COUNT)


class Flock:
    """Birds: where they are, where they fly to; and the hawk."""

    def __init__(self):
        rng = np.random.default_rng(5)
        turn = np.exp(2j * pi * rng.random(COUNT))
        spread = turn * np.sqrt(rng.random(COUNT))
        self.place = 400 + 250j + 210 * spread.real + 110j * spread.imag
        self.speed = 110 + 60j * turn
        self.size = rng.uniform(2.2, 4.4, COUNT)
        self.phase = rng.uniform(0, 2 * pi, COUNT)
        self.hawk, self.heading, self.pointer = -200 + 120j, 1 + 0j, None

    def step(self, width, height, time, delta):
        """Fly on for some seconds."""
        cell, stride = cells(self.place)
        order = np.argsort(cell, kind="stable")
        for name in ("place", "speed", "size", "phase"):
            setattr(self, name, getattr(self, name)[order])
        i, j = pairs(self.place, cell[order], stride)
        seen = np.maximum(np.bincount(i, minlength=COUNT) + np.bincount(j, minlength=COUNT), 1)

        # Not too near, not too far, and as fast as those around; then home, off the edges, and away from the hawk.
        apart = self.place.take(i) - self.place.take(j)
        distance = np.maximum(np.abs(apart), 0.5)
        apart *= 420 / distance * (1 - distance / REACH) ** 2 - 5 / seen.take(i)
        push = total(i, apart) - total(j, apart)
        differ = 3.6 * (self.speed.take(j) - self.speed.take(i))
        push += (total(i, differ) - total(j, differ)) / seen
        home = width * (0.5 + 0.24 * sin(0.53 * time)) + 1j * height * (0.38 + 0.13 * sin(0.83 * time + 1))
        push += 0.9 * (home - self.place)
        inside = np.clip(self.place.real, 40, width - 40) + 1j * np.clip(self.place.imag, 40, height * 0.84)
        push += 18 * (inside - self.place)
        away = self.place - self.hawk
        push += away / (np.abs(away) + 1) * 1300 * np.exp(-((np.abs(away) / 65) ** 2))

        self.speed += push * delta
        pace = np.abs(self.speed)
        self.speed *= np.clip(pace, 80, 210) / np.maximum(pace, 1)
        self.place += self.speed * delta
        self.phase += delta * (14 + 0.03 * pace)
        self.fly_hawk(width, height, time, delta)

    def fly_hawk(self, width, height, time, delta):
        """The hawk glides after the pointer; by itself it circles."""
        circle = width * (0.5 + 0.42 * cos(0.41 * time + 2.6)) + 1j * height * (0.42 + 0.32 * sin(0.67 * time + 2.6))
        way = ((circle if self.pointer is None else self.pointer) - self.hawk) * min(5 * delta, 1)
        self.hawk += way
        if abs(way) > 0.05:
            self.heading = way / abs(way)


flock = Flock()


def outlines(place, heading, size, flap):
    """The outline of each bird (N, 8, 2): turned, sized, the wings raised by ``flap``, 0 to 1."""
    outline = place[:, None] + (size * heading)[:, None] * (WING.real + 1j * WING.imag * flap[:, None])
    return outline.view(np.float64).reshape(*outline.shape, 2)


def landscape(ctx, width, height):
    """The sky, the sun that has just set, and hills in haze."""
    sky = ctx.create_linear_gradient(0, 0, 0, height)
    for at, color in DUSK:
        sky.add_color_stop(at, color)
    ctx.fill_style = sky
    ctx.fill_rect(0, 0, width, height)
    radius = height * np.linspace(0.5, 0.08, 48)
    ctx.fill_circles(width * 0.68, height * 0.86, radius, color=(1, 0.9, 0.62, 0.015))
    ctx.fill_style = "#fff0c4"
    ctx.fill_circles(width * 0.68, height * 0.86, height * 0.075)
    x = np.linspace(0, width, 200)
    for level, color in ((0.83, "#a0617c"), (0.89, "#5f4168"), (0.95, "#2a2344")):
        y = height * (level - 0.035 * np.sin(x / 97 + 9 * level) - 0.02 * np.sin(x / 41 + 70 * level))
        y -= height * 0.004 * np.abs(np.sin(x / 3.1 + level)) * (level > 0.9)
        ctx.fill_style = color
        ctx.fill_polygons(np.concatenate([np.stack([x, y], 1), [[width, height], [0, height]]]))


def draw(ctx, frame):
    """Fly on, and draw sky, flock and hawk."""
    for _ in range(150 if frame.index == 0 else 1):
        flock.step(*frame.size, frame.time, 1 / 60 if frame.index == 0 else min(frame.delta, 1 / 30))
    landscape(ctx, *frame.size)
    ctx.fill_style = "rgb(24 16 44 / 90%)"
    flap = 0.55 + 0.45 * np.sin(flock.phase)
    ctx.fill_polygons(outlines(flock.place, flock.speed / np.abs(flock.speed), flock.size, flap))
    ctx.fill_style = "#120b22"
    hawk, beat = np.array([[flock.hawk], [flock.heading]]), np.array([0.9 + 0.1 * sin(3 * frame.time)])
    ctx.fill_polygons(outlines(*hawk, 17.0, beat))


def setup(view):
    """Let the pointer be the hawk."""

    @view.on("pointer_move", "pointer_down")
    def chase(event):
        flock.pointer = complex(event.x, event.y)

    @view.on("pointer_leave")
    def leave(event):
        flock.pointer = None


def main():
    """Open a window."""
    gpucanvas.show(draw, 800, 600, title="A murmuration", setup=setup)


if __name__ == "__main__":
    main()
