"""Bricks: a small but whole game. Clear the wall; you have three balls.

python examples/game.py               mouse or arrow keys; a click or the space bar starts and serves
python -m gpucanvas render examples/game.py -o game.png --size 800x600
"""

from __future__ import annotations

from functools import lru_cache
from math import copysign, cos, exp, hypot, sin

import numpy as np

import gpucanvas

WIDTH, HEIGHT = 800, 600
ROWS, COLUMNS, CELL_WIDTH, CELL_HEIGHT, LEFT, TOP = 6, 12, 60, 26, 40, 84
COLORS = (
    np.array([[255, 92, 114], [255, 144, 84], [255, 206, 92], [126, 217, 130], [84, 178, 255], [164, 130, 255]]) / 255
)
BRICK, PADDLE, SHINE = gpucanvas.Path2D(), gpucanvas.Path2D(), gpucanvas.Path2D()
BRICK.round_rect(2, 2, CELL_WIDTH - 4, CELL_HEIGHT - 4, 5)
SHINE.round_rect(5, 4.5, CELL_WIDTH - 10, 5, 2.5)
PADDLE.round_rect(-52, -7, 104, 14, 7)
BALL, PADDLE_Y, REACH = 7, 556, 52
STEP = 1 / 240
"""Seconds of one move of the ball: however long frames are, the game is the same."""
LETTERS = (
    "A25755 B65656 C34443 E74647 G34553 I72227 K55655 L44447 M57755 N65555 O25552 P65644 R65655 S34216 T72222 U55557 "
    "V55552 W55775 Y55222 075557 126227 271747 371717 455711 574717 674757 771122 875757 975717"
)
FONT = {word[0]: word[1:] for word in LETTERS.split()}
"""Letters of 3 by 5 squares: an octal digit for each row."""


class Game:
    """The whole state: ``scene`` is title, serve, play, won or lost."""

    def __init__(self):
        self.keys, self.rng, self.time, self.left_over = set(), np.random.default_rng(1), 0.0, 0.0
        self.start("title")

    def start(self, scene):
        """A new wall, three balls."""
        self.scene, self.score, self.lives, self.shake, self.flash = scene, 0, 3, 0.0, 0.0
        self.wall = np.ones((ROWS, COLUMNS), bool)
        self.paddle, self.ball, self.speed = WIDTH / 2, [WIDTH / 2, PADDLE_Y - 15.0], [0.0, 0.0]
        self.trail, self.sparks = [], np.zeros((0, 8))

    def act(self):
        """The space bar, or a click."""
        if self.scene in ("title", "won", "lost"):
            self.start("serve")
        elif self.scene == "serve":
            self.scene, self.speed = "play", [self.rng.uniform(-150, 150), -380.0]

    def burst(self, x, y, color, count=26):
        """Sparks: place, speed, colour, seconds left."""
        speed = self.rng.normal(0, 130, (count, 2)) + np.array(self.speed) * 0.25
        place = np.array([x, y]) + self.rng.uniform(-1, 1, (count, 2)) * [24, 8]
        life = self.rng.uniform(0.3, 0.9, (count, 1))
        self.sparks = np.concatenate([self.sparks, np.hstack([place, speed, np.tile(color, (count, 1)), life])])

    def advance(self, delta):
        """Let so many seconds go by."""
        self.time += delta
        self.shake *= exp(-7 * delta)
        self.flash *= exp(-5 * delta)
        self.sparks[:, :2] += self.sparks[:, 2:4] * delta
        self.sparks[:, 3] += 500 * delta
        self.sparks[:, 7] -= delta
        self.sparks = self.sparks[self.sparks[:, 7] > 0]
        turn = bool(self.keys & {"ArrowRight", "d"}) - bool(self.keys & {"ArrowLeft", "a"})
        self.paddle = min(max(self.paddle + 620 * turn * delta, REACH + 8), WIDTH - REACH - 8)
        self.left_over += delta
        while self.left_over >= STEP:
            self.left_over -= STEP
            if self.scene == "play":
                self.move_ball()
        if self.scene in ("title", "serve"):
            self.ball = [self.paddle, PADDLE_Y - 15.0]
        self.trail = [*self.trail[-13:], tuple(self.ball)]

    def move_ball(self):
        """One step along x, then y; it bounces off what it meets there."""
        for axis in (0, 1):
            self.ball[axis] += self.speed[axis] * STEP
            edge = [*self.ball]
            edge[axis] += copysign(BALL, self.speed[axis])
            column, row = int((edge[0] - LEFT) // CELL_WIDTH), int((edge[1] - TOP) // CELL_HEIGHT)
            hit = 0 <= row < ROWS and 0 <= column < COLUMNS and self.wall[row, column]
            if hit:
                self.wall[row, column] = False
                self.score += 10 * (ROWS - row)
                self.shake, self.flash = 5.0, 0.25
                self.burst(LEFT + (column + 0.5) * CELL_WIDTH, TOP + (row + 0.5) * CELL_HEIGHT, COLORS[row])
                faster = min(1.015, 640 / hypot(*self.speed))
                self.speed = [faster * part for part in self.speed]
            walls = ((8, WIDTH - 8), (8, HEIGHT * 2))[axis]
            if hit or edge[axis] < walls[0] or edge[axis] > walls[1]:
                self.speed[axis] = -self.speed[axis]
                self.ball[axis] += 2 * self.speed[axis] * STEP
        aside = (self.ball[0] - self.paddle) / (REACH + BALL)
        if self.speed[1] > 0 and abs(self.ball[1] - PADDLE_Y + 7) < 9 and abs(aside) < 1:
            pace = hypot(*self.speed)
            self.speed = [pace * sin(1.05 * aside), -pace * cos(1.05 * aside)]
            self.burst(self.ball[0], PADDLE_Y - 8, np.ones(3), 6)
        if not self.wall.any():
            self.scene = "won"
        elif self.ball[1] > HEIGHT + 20:
            self.lives -= 1
            self.shake = 14.0
            self.scene = "serve" if self.lives else "lost"


game = Game()


def write(ctx, text, x, y, unit, colors):
    """Write in squares, centred at x; each of the five rows has a colour."""
    x -= (4 * len(text) - 1) * unit / 2
    squares = [
        (x + (4 * at + column) * unit, y + row * unit, *colors[row])
        for at, letter in enumerate(text)
        for row, bits in enumerate(FONT.get(letter, "00000"))
        for column in range(3)
        if int(bits) & (4 >> column)
    ]
    columns = np.array(squares).T
    ctx.fill_rects(*columns[:2], unit * 0.9, color=columns[2:].T)


@lru_cache(maxsize=1)
def wall_paths(wall):
    """A path of the bricks of each row, and one of what shines on them: made when a brick has gone."""
    paths = [gpucanvas.Path2D() for _ in range(ROWS + 1)]
    for row, column in np.argwhere(np.frombuffer(wall, bool).reshape(ROWS, COLUMNS)).tolist():
        place = gpucanvas.DOMMatrix([1, 0, 0, 1, LEFT + column * CELL_WIDTH, TOP + row * CELL_HEIGHT])
        paths[row].add_path(BRICK, place)
        paths[-1].add_path(SHINE, place)
    return paths


def draw_field(ctx):
    """Wall, paddle, ball and sparks."""
    colors = [*COLORS.tolist(), (1, 1, 1, 0.28)]
    for color, path in zip(colors, wall_paths(game.wall.tobytes()), strict=True):
        ctx.fill_style = tuple(color)
        ctx.fill(path)
    ctx.fill_circles(*np.array(game.trail).T, np.linspace(1, BALL, len(game.trail)), color=(0.55, 0.75, 1, 0.16))
    ctx.fill_circles(*game.ball, [BALL + 6, BALL + 3, BALL], color=[(1, 1, 1, 0.1), (1, 1, 1, 0.2), (1, 1, 1, 1)])
    ctx.save()
    ctx.translate(game.paddle, PADDLE_Y)
    ctx.fill_style = "#eef2ff"
    ctx.fill(PADDLE)
    ctx.restore()
    if len(game.sparks):
        fade = np.clip(game.sparks[:, 7:] * 2, 0, 1)
        ctx.fill_circles(*game.sparks[:, :2].T, 3.2 * fade[:, 0], color=np.hstack([game.sparks[:, 4:7], fade]))


def draw(ctx, frame):
    """Let time go by, and draw: the field of 800 by 600, as large as fits, and what is to be read."""
    game.advance(min(frame.delta, 0.1))
    ctx.fill_style = "#0c0f1f"
    ctx.fill_rect(0, 0, *frame.size)
    scale = min(frame.width / WIDTH, frame.height / HEIGHT)
    ctx.translate((frame.width - WIDTH * scale) / 2, (frame.height - HEIGHT * scale) / 2)
    ctx.scale(scale, scale)
    ctx.translate(game.shake * sin(97 * game.time), game.shake * cos(83 * game.time))
    grid = np.arange(20, WIDTH, 40)
    ctx.fill_circles(*np.stack(np.meshgrid(grid, grid[:15])).reshape(2, -1), 1.1, color=(1, 1, 1, 0.10 + game.flash))
    ctx.stroke_style = "rgb(255 255 255 / 14%)"
    ctx.line_width = 2
    ctx.stroke_rect(7, 7, WIDTH - 14, HEIGHT + 40)
    draw_field(ctx)
    write(ctx, f"{game.score:05}", 96, 34, 5, [(1, 1, 1, 0.85)] * 5)
    lives = [(1, 1, 1, 0.9 if ball < game.lives else 0.15) for ball in range(3)]
    ctx.fill_circles(WIDTH - 100 + 24 * np.arange(3), 46, 7, color=lives)
    title = {"title": "BRICKS", "won": "YOU WIN", "lost": "GAME OVER"}.get(game.scene)
    if title:
        write(
            ctx, title, WIDTH / 2, 295 + 6 * sin(2 * game.time), 18, [(*color, 1) for color in COLORS[[0, 1, 2, 3, 4]]]
        )
    if title or game.scene == "serve":
        write(ctx, "CLICK TO PLAY", WIDTH / 2, 440, 5, [(1, 1, 1, 0.55 + 0.35 * sin(4 * game.time))] * 5)


def setup(view):
    """The mouse moves the paddle or the arrow keys do; a click or the space bar acts."""

    @view.on("pointer_move", "pointer_down")
    def point(event):
        scale = min(view.width / WIDTH, view.height / HEIGHT)
        game.paddle = (event.x - view.width / 2) / scale + WIDTH / 2
        if event.type == "pointer_down":
            game.act()

    @view.on("key_down", "key_up", "focus_out")
    def press(event):
        if event.type == "key_down":
            game.keys.add(event.key)
            if event.key in (" ", "Enter"):
                game.act()
        else:
            game.keys -= {event.get("key")} if event.type == "key_up" else game.keys


def main():
    """Open a window."""
    gpucanvas.show(draw, WIDTH, HEIGHT, title="Bricks", setup=setup)


if __name__ == "__main__":
    main()
