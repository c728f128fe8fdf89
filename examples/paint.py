"""Paint with brushes that grow thin where the hand is quick.

python examples/paint.py      colours and tools at the left; wheel, [ and ]: size of the brush; Ctrl+Z, Ctrl+Shift+Z:
                              undo, redo; Delete: an empty sheet; Ctrl+S: save painting.png
python -m gpucanvas render examples/paint.py -o paint.png --size 800x600         the sheet it opens with

A frame draws only what is new: the canvas keeps what was painted. All is painted anew after undo, redo or a new size.
"""

from __future__ import annotations

from math import hypot

import numpy as np

import gpucanvas

PAPER = "#faf6ec"
COLORS = ("#26304a", "#e4572e", "#f3a712", "#6aa84f", "#2e86ab", "#7a5195", "#f2b8c6", PAPER)
BAR = 64
"""Width of the bar at the left."""
TOOLS = ("undo", "redo", "clear", "save")
ICONS = {
    "undo": "M4 -6 L-5 -6 M-2 -10 L-6 -6 L-2 -2 M-5 -6 H2 A6 6 0 0 1 2 6 H-4",
    "redo": "M-4 -6 L5 -6 M2 -10 L6 -6 L2 -2 M5 -6 H-2 A6 6 0 0 0 -2 6 H4",
    "clear": "M-7 -6 H7 M-3 -6 V-9 H3 V-6 M-5 -6 L-4 8 H4 L5 -6",
    "save": "M0 -9 V3 M-5 -2 L0 3 L5 -2 M-8 4 V8 H8 V4",
}
STEPS = np.linspace(0, 1, 9)[:, None]


class Painting:
    """Strokes: (colour, list of (x, y, width)); which of them are undone, and how far they are on the canvas."""

    def __init__(self):
        self.strokes, self.undone, self.wet = [], [], None
        self.color, self.brush = COLORS[0], 14.0
        self.sheet, self.done, self.time = None, 0, 0.0

    def begin(self, x, y, time):
        """Put the brush down."""
        self.wet, self.undone, self.done, self.time = [(x, y, self.brush * 0.8)], [], 0, time
        self.strokes.append((self.color, self.wet))

    def move(self, x, y, time):
        """Lead it on; it follows the hand a little late, which makes it smooth."""
        x0, y0, width = self.wet[-1]
        x, y = x0 + (x - x0) * 0.7, y0 + (y - y0) * 0.7
        speed = hypot(x - x0, y - y0) / max(time - self.time, 1e-3)
        if hypot(x - x0, y - y0) < 1:
            return
        wanted = self.brush * (0.3 + 0.9 / (1 + speed / 900))
        self.wet.append((x, y, width + (wanted - width) * 0.35))
        self.time = time

    def end(self):
        """Take it off: the stroke is dry, and all is painted as it will be after an undo."""
        if self.wet is not None:
            self.wet, self.sheet = None, None

    def use(self, tool):
        """Undo, redo or clear."""
        self.end()
        if tool == "undo" and self.strokes:
            self.undone.append(self.strokes.pop())
        elif tool == "redo" and self.undone:
            self.strokes.append(self.undone.pop())
        elif tool == "clear":
            self.undone, self.strokes = [*reversed(self.strokes)], []
        self.sheet = None


painting = Painting()


def ribbons(nodes):
    """Outlines (N, 18, 2) of a curve through the middles between nodes (x, y, width), and where its pieces meet."""
    nodes = np.array([nodes[0], *nodes, nodes[-1]])
    middle = (nodes[1:] + nodes[:-1]) / 2
    middle[0], middle[-1] = nodes[0], nodes[-1]
    start, control, end = middle[:-1, None], nodes[1:-1, None], middle[1:, None]
    curve = (1 - STEPS) ** 2 * start + 2 * STEPS * (1 - STEPS) * control + STEPS**2 * end
    along = np.gradient(curve[..., :2], axis=1)
    length = np.maximum(np.hypot(along[..., 0], along[..., 1]), 1e-6)[..., None]
    aside = np.stack([-along[..., 1], along[..., 0]], 2) / length * curve[..., 2:] / 2
    return np.concatenate([curve[..., :2] + aside, (curve[..., :2] - aside)[:, ::-1]], 1), middle


def paint(ctx, color, nodes, done=0, wet=False):
    """Paint a stroke; of one that is wet what is new, and not its last piece, which turns where the hand goes next."""
    first = max(done - 2, 0)
    outlines, meet = ribbons(nodes[first:])
    new = slice(max(done - 1, 0) - first, -1 if wet else None)
    ctx.fill_style = color
    ctx.fill_polygons(outlines[new])
    ctx.fill_circles(*meet[new, :2].T, meet[new, 2] / 2)


def places(height):
    """Where the colours and the tools are: (kind, what, x, y)."""
    colors = [("color", color, BAR / 2, 36 + 36 * k) for k, color in enumerate(COLORS)]
    return colors + [("tool", tool, BAR / 2, height - 30 - 38 * k) for k, tool in enumerate(reversed(TOOLS))]


def draw_bar(ctx, height):
    """Colours, the brush in its size, tools."""
    ctx.fill_style = "#ece5d6"
    ctx.fill_rect(0, 0, BAR, height)
    ctx.line_width, ctx.line_cap, ctx.line_join = 1.8, "round", "round"
    for kind, what, x, y in places(height):
        if kind == "color":
            ctx.fill_circles(x, y, 12, color=what)
            ctx.stroke_style = "#26304a" if what == painting.color else "rgb(0 0 0 / 12%)"
            ctx.stroke_circles(x, y, 15.5 if what == painting.color else 12)
        else:
            ctx.save()
            ctx.translate(x, y)
            faded = (what == "undo" and not painting.strokes) or (what == "redo" and not painting.undone)
            ctx.stroke_style = "rgb(38 48 74 / 30%)" if faded else "#26304a"
            ctx.stroke(gpucanvas.Path2D(ICONS[what]))
            ctx.restore()
    ctx.fill_circles(BAR / 2, 36 * len(COLORS) + 50, painting.brush / 2, color=painting.color)


def draw(ctx, frame):
    """Paint what is new, or everything on a fresh sheet."""
    ctx.save()
    ctx.begin_path()
    ctx.rect(BAR, 0, frame.width - BAR, frame.height)
    ctx.clip()
    sheet = (*frame.size, frame.pixel_ratio)
    if painting.sheet != sheet:
        painting.sheet = sheet
        ctx.fill_style = PAPER
        ctx.fill_rect(0, 0, *frame.size)
        for color, nodes in painting.strokes:
            paint(ctx, color, nodes)
    elif painting.wet is not None and len(painting.wet) > painting.done:
        paint(ctx, *painting.strokes[-1], painting.done, wet=True)
    painting.done = len(painting.wet or ())
    ctx.restore()
    draw_bar(ctx, frame.height)


def setup(view):
    """Brush, bar and keys."""

    def use(tool):
        if tool == "save":
            view.canvas.save("painting.png")
        else:
            painting.use(tool)

    @view.on("pointer_down")
    def down(event):
        if event.x > BAR:
            painting.begin(event.x, event.y, event.time_stamp)
        for kind, what, x, y in places(view.height):
            if hypot(event.x - x, event.y - y) < 17:
                if kind == "tool":
                    use(what)
                else:
                    painting.color = what

    @view.on("pointer_move")
    def move(event):
        if painting.wet is not None:
            for each in event.coalesced:  # All moves since the last frame, so that a quick stroke is round.
                painting.move(each.x, each.y, each.time_stamp)

    @view.on("pointer_up")
    def up(event):
        move(event)
        painting.end()

    @view.on("wheel")
    def wheel(event):
        painting.brush = min(max(painting.brush * 1.1 ** (-event.dy / 100), 2), 56)

    @view.on("key_down")
    def key(event):
        if "Control" in event.modifiers or "Meta" in event.modifiers:
            shifted = "redo" if "Shift" in event.modifiers else "undo"
            tool = {"z": shifted, "y": "redo", "s": "save"}.get(event.key.lower())
        else:
            tool = {"Delete": "clear"}.get(event.key)
            painting.brush = min(max(painting.brush * {"[": 0.8, "]": 1.25}.get(event.key, 1), 2), 56)
        if tool:
            use(tool)

    view.on("pointer_down", "pointer_move", "pointer_up", "wheel", "key_down")(lambda event: view.request_draw())


def first_sheet():
    """What it opens with: a sun over the sea."""
    t = np.linspace(0, 1, 70)
    turn, around, swell = 15.5 * t, np.pi * t, np.sin(np.pi * t) ** 0.7
    x, y, width = 560 + 5.6 * turn * np.cos(turn), 170 + 5.6 * turn * np.sin(turn), 11 + 9 * t
    painting.strokes.append((COLORS[2], np.stack([x, y, width], 1).tolist()))
    for k, color in enumerate((6, 4, 5, 0, 1, 4, 0)):
        x, y = 95 + 670 * t, 300 + 42 * k + (30 - 2 * k) * np.sin(2.2 * around + 1.9 * k) * swell
        width = (12 + 5 * k) * (0.1 + swell * (0.75 + 0.3 * np.sin(3 * around + 2 * k)))
        painting.strokes.append((COLORS[color], np.stack([x, y, width], 1).tolist()))


first_sheet()


def main():
    """Open a window."""
    gpucanvas.show(draw, 800, 600, title="Paint", setup=setup)


if __name__ == "__main__":
    main()
