"""A chart of a million samples that goes on: an electrocardiogram, overview above and a window of it below.

python examples/live_chart.py     drag: pan; wheel: zoom; click above: go there; L: follow the samples that arrive
python -m gpucanvas render examples/live_chart.py -o live_chart.png --size 1200x640         its first frame

    values --minima and maxima of 8, 64, 512, ...--> levels --two a pixel column--> polyline: any zoom costs the same
"""

from __future__ import annotations

from math import ceil, exp, floor
from pathlib import Path

import numpy as np

import gpucanvas

DATA = Path(__file__).parent / "data" / "ecg.npz"
RATE, MINUTES, FOLD = 360, 50, 8
"""Samples a second, minutes that are there at the start, and samples of one level that are one of the next."""
INK, AMBER, DARK = "#5eead4", "#fbbf24", "#0a1220"


class Series:
    """Samples, and for each level the lowest and the highest of FOLD of the level below."""

    def __init__(self, capacity):
        self.count = 0
        lengths = [capacity // FOLD**level + 1 for level in range(7)]
        self.levels = [np.zeros((2, length), np.float32) for length in lengths]

    def append(self, values):
        """Take in samples at the end."""
        first, self.count = self.count, min(self.count + len(values), self.levels[0].shape[1])
        self.levels[0][:, first : self.count] = values[: self.count - first]
        last = self.count
        for below, level in zip(self.levels, self.levels[1:], strict=False):
            first, last = first // FOLD, last // FOLD
            folded = below[:, first * FOLD : last * FOLD].reshape(2, -1, FOLD)
            level[0, first:last], level[1, first:last] = folded[0].min(1), folded[1].max(1)

    def line(self, first, last, pixels):
        """Points (index, value) of the samples from one index to another: all, or two a column of pixels."""
        first, last, pixels = max(first, 0), min(last, self.count), max(pixels, 1)
        if last - first < 4 * pixels:
            index = np.arange(floor(first), ceil(last))
            return np.stack([index, self.levels[0][0, index]], 1)
        level = max(k for k in range(7) if FOLD**k * 2 <= (last - first) / pixels)
        edges = (np.linspace(first, last, int(pixels) + 1) / FOLD**level).astype(int)
        low, high = self.levels[level][:, edges[0] : edges[-1]]
        starts = edges[:-1] - edges[0]
        both = np.stack([np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)], 1)
        both[1::2] = both[1::2, ::-1]
        return np.stack([np.repeat((edges[:-1] + edges[1:]) * FOLD**level / 2, 2), both.ravel()], 1)


class Chart:
    """What is seen: the window begins at ``seconds`` and is ``span`` seconds long; and where both are going."""

    def __init__(self):
        recorded = (np.load(DATA)["ecg"].astype(np.float32) - 1024) / 200
        self.low, self.high = recorded.min() - 0.2, recorded.max() + 0.2
        self.recorded, self.series = recorded, Series(4 * 3600 * RATE)
        self.series.append(recorded)
        rng = np.random.default_rng(3)
        for _ in range(
            MINUTES * 60 * RATE // len(recorded) - 1
        ):  # The same heart later: a little weaker, cut elsewhere.
            self.series.append(np.roll(recorded, rng.integers(len(recorded))) * rng.uniform(0.75, 1))
        self.extent = len(recorded) / RATE  # Seconds in the overview; it grows to all that is there.
        self.seconds, self.span, self.wanted_span = 150.0, 8.0, 8.0
        self.goal, self.anchor, self.pointer, self.dragged = None, None, None, None
        self.speed, self.owed, self.live, self.moving, self.size = 0.0, 0.0, False, False, (1, 1)

    def step(self, delta):
        """Let so many seconds go by: samples arrive, and what moves goes on."""
        self.owed += delta * RATE
        at = self.series.count % len(self.recorded)
        self.series.append(self.recorded[at : at + int(self.owed)])
        self.owed %= 1
        total, near = self.series.count / RATE, 1 - exp(-12 * delta)
        self.extent += (total - self.extent) * (1 - exp(-3 * delta))
        self.span += (self.wanted_span - self.span) * near
        if self.anchor is not None:
            at, part = self.anchor
            self.seconds = at - part * self.span
        if self.live:
            self.seconds += delta
            self.goal = total - self.span
        if self.goal is not None:
            self.seconds += (self.goal - self.seconds) * near
        if self.dragged is None:
            self.seconds += self.speed * delta
            self.speed *= exp(-4 * delta)
        self.seconds = min(max(self.seconds, 0.0), total - self.span)

    def boxes(self):
        """The overview and the window: x, y, width, height."""
        width, height = self.size
        gap = min(width, height) * 0.045
        top = (gap, gap, width - 2 * gap, (height - 3 * gap) * 0.34)
        return top, (gap, 2 * gap + top[3], width - 2 * gap, (height - 3 * gap) * 0.66)

    def place(self, line, box, seconds, span):
        """Points (index, value) as points in a box: the first of so many seconds at its left, the last at its right."""
        x, y, width, height = box
        across = x + width * (line[:, 0] - seconds * RATE) / (span * RATE - 1)
        return np.stack([across, y + height * (1 - (line[:, 1] - self.low) / (self.high - self.low))], 1)


chart = Chart()


def find_beats(values):
    """Where the heart beats: samples that are the highest for a quarter of a second around, and stand out."""
    reach = RATE // 4
    padded = np.pad(values, reach, constant_values=-np.inf)
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(1)
    rest = np.median(values)
    found = np.flatnonzero((values == highest) & (values > rest + 0.4 * (values.max() - rest)))
    return found[np.diff(found, prepend=-reach) >= reach]  # Of samples equally high, the first.


def panel(ctx, x, y, width, height):
    """A dark panel with a soft edge."""
    ctx.begin_path()
    ctx.round_rect(x, y, width, height, 14)
    ctx.fill_style = ctx.create_linear_gradient(0, y, 0, y + height)
    ctx.fill_style.add_color_stop(0, "#16243a")
    ctx.fill_style.add_color_stop(1, "#0f1a2c")
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


def set_label(ctx, align="left", baseline="bottom", weight=400, alpha=55):
    """The style of labels, as large as the chart allows."""
    ctx.font = f"{weight} {min(max(min(chart.size) / 50, 8), 15):.1f}px 'Noto Sans', sans-serif"
    ctx.fill_style, ctx.text_align, ctx.text_baseline = f"rgb(255 255 255 / {alpha}%)", align, baseline


def clock(seconds, tick):
    """Seconds as minutes and seconds, with tenths where the ticks are so near."""
    minutes, rest = divmod(round(float(seconds), 1), 60)
    return f"{minutes:.0f}:{rest:04.1f}" if tick < 1 else f"{minutes:.0f}:{rest:02.0f}"


def draw_overview(ctx, box):
    """All there is, and where the window lies in it."""
    x, y, w, h = box
    panel(ctx, *box)
    grid(ctx, np.linspace(x, x + w, 11)[1:-1], [y + h / 2], *box)
    set_label(ctx, "center")
    places = np.linspace(0, 1, 11)[1:-1]
    ctx.fill_texts([clock(part * chart.extent, 1) for part in places], x + w * places, y + h - 4)
    ctx.stroke_style = "rgb(94 234 212 / 75%)"
    ctx.line_width = 0.5
    ctx.line_join = "round"
    columns = 8 * w if chart.moving else chart.series.count  # One picture, and no more, may show every sample.
    ctx.stroke_lines(chart.place(chart.series.line(0, chart.extent * RATE, columns), box, 0, chart.extent))
    wide = max(w * chart.span / chart.extent, 3)
    left = min(x + w * chart.seconds / chart.extent, x + w - wide)
    ctx.fill_style = "rgb(251 191 36 / 25%)"
    ctx.fill_rect(left, y, wide, h)
    ctx.stroke_style = AMBER
    ctx.line_width = 1
    ctx.stroke_rect(left, y + 0.5, wide, h - 1)
    set_label(ctx, baseline="top", weight=600, alpha=90)
    ctx.fill_text("Electrocardiogram", x + 14, y + 9)
    set_label(ctx, "right", "top")
    ctx.fill_text(f"{chart.series.count:,} samples", x + w - 14, y + 9, max(w - 200, 1))


def draw_window(ctx, box):
    """A part in full: the line over its glow, the beats, and the sample under the pointer."""
    x, y, w, h = box
    panel(ctx, *box)
    first, last = chart.seconds * RATE, (chart.seconds + chart.span) * RATE
    line = chart.place(chart.series.line(first, last, w), box, chart.seconds, chart.span)
    ctx.save()
    ctx.begin_path()
    ctx.round_rect(*box, 14)
    ctx.clip()
    tick = next(tick for tick in (0.2, 1, 5, 30, 120, 600, 3600) if chart.span / tick <= 60)
    ticks = np.arange(chart.seconds // tick, (chart.seconds + chart.span) / tick + 1) * tick
    across = x + w * (ticks - chart.seconds) / chart.span
    volts = np.arange(ceil(chart.low), chart.high)
    levels = y + h * (chart.high - volts) / (chart.high - chart.low)
    grid(ctx, across, levels, *box)
    set_label(ctx, "center")
    wide = ctx.measure_text("00:00.0 ").width
    named = np.round(ticks / tick) % ceil(wide * chart.span / (w * tick)) == 0
    named &= (across > x + wide / 2) & (across < x + w - wide / 2)
    ctx.fill_texts([clock(each, tick) for each in ticks[named]], across[named], y + h - 4)
    area = ctx.create_linear_gradient(0, y, 0, y + h)
    area.add_color_stop(0, "rgb(94 234 212 / 45%)")
    area.add_color_stop(1, "rgb(94 234 212 / 0%)")
    ctx.fill_style = area
    ctx.fill_polygons(np.concatenate([[[line[0, 0], y + h]], line, [[line[-1, 0], y + h]]]))
    ctx.stroke_style = INK
    for line_width, alpha in ((9, 0.08), (5, 0.15), (1.8, 1.0)) if chart.span < 40 else ((0.8, 0.9),):
        ctx.global_alpha, ctx.line_width = alpha, line_width
        ctx.stroke_lines(line)
    set_label(ctx)
    ctx.stroke_style, ctx.line_width, ctx.global_alpha = "#16243a", 4, 1  # The line must not cross out a label.
    for volt, level in zip(volts.tolist(), levels.tolist(), strict=True):
        sign = "" if not volt else "+" if volt > 0 else "\N{MINUS SIGN}"
        label = f"{sign}{abs(volt):g} mV"
        ctx.stroke_text(label, x + 10, level - 2)
        ctx.fill_text(label, x + 10, level - 2)
    ctx.restore()
    ctx.fill_style, ctx.stroke_style, ctx.line_width = DARK, AMBER, 2
    if chart.span < 20:
        index = np.arange(max(int(first), 0), min(int(last), chart.series.count))
        beats = index[find_beats(chart.series.levels[0][0, index])]
        points = np.stack([beats, chart.series.levels[0][0, beats]], 1)
        places = chart.place(points, box, chart.seconds, chart.span)
        ctx.fill_circles(*places.T, 5)
        ctx.stroke_circles(*places.T, 5)
    if chart.live:
        ctx.fill_circles(x + w - 22, y + 22, [10, 5], color=[(0.97, 0.3, 0.3, 0.25), (0.97, 0.3, 0.3, 1)])
    if chart.pointer and y < chart.pointer[1] < y + h and x < chart.pointer[0] < x + w:
        at = round((chart.seconds + chart.span * (chart.pointer[0] - x) / w) * RATE)
        at = min(max(at, 0), chart.series.count - 1)
        ((cx, cy),) = chart.place(np.array([[at, chart.series.levels[0][0, at]]]), box, chart.seconds, chart.span)
        ctx.stroke_style, ctx.line_width = "rgb(255 255 255 / 45%)", 1
        ctx.stroke_line_segments(np.array([[(cx, y + 1), (cx, y + h - 1)], [(x + 1, cy), (x + w - 1, cy)]]))
        ctx.fill_circles(cx, cy, [9, 4.5], color=[(1, 1, 1, 0.25), (1, 1, 1, 1)])


def draw(ctx, frame):
    """Draw the chart."""
    chart.size = frame.size
    chart.moving = frame.index > 0
    chart.step(frame.delta)
    ctx.fill_style = DARK
    ctx.fill_rect(0, 0, *frame.size)
    for part, box in zip((draw_overview, draw_window), chart.boxes(), strict=True):
        part(ctx, box)


def setup(view):
    """Pan, zoom, jump and follow."""

    @view.on("pointer_down")
    def down(event):
        (x, y, w, h), _ = chart.boxes()
        chart.live, chart.anchor, chart.speed = False, None, 0.0
        if event.y < y + h:
            chart.goal = (event.x - x) / w * chart.extent - chart.span / 2
        else:
            chart.goal, chart.dragged = None, (event.x, event.time_stamp)

    @view.on("pointer_move")
    def move(event):
        chart.pointer = (event.x, event.y)
        if chart.dragged is not None:
            before, time = chart.dragged
            way = -(event.x - before) / chart.boxes()[1][2] * chart.span
            chart.seconds += way
            chart.speed = 0.5 * (chart.speed + way / max(event.time_stamp - time, 1e-3))
            chart.dragged = (event.x, event.time_stamp)

    @view.on("pointer_up")
    def up(event):
        if chart.dragged is not None and event.time_stamp - chart.dragged[1] > 0.08:
            chart.speed = 0.0  # The hand had come to rest.
        chart.dragged = None

    @view.on("wheel")
    def wheel(event):
        x, _, w, _ = chart.boxes()[1]
        part = 1.0 if chart.live else (event.x - x) / w
        chart.anchor, chart.goal, chart.speed = (chart.seconds + part * chart.span, part), None, 0.0
        chart.wanted_span = min(max(chart.wanted_span * 1.0015**event.dy, 0.2), chart.series.count / RATE)

    @view.on("key_down")
    def key(event):
        if event.key.lower() == "l":
            chart.live, chart.anchor, chart.goal = not chart.live, None, None

    @view.on("pointer_leave")
    def leave(event):
        chart.pointer = None


def main():
    """Open a window."""
    gpucanvas.show(draw, 1200, 640, title="1,080,000 samples, and more arriving", setup=setup)


if __name__ == "__main__":
    main()
