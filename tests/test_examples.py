"""The examples draw a picture, move, react to events; the still ones write a file when they are run as programs."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import gpucanvas
from gpucanvas.window.view import as_draw_function

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))
STILL = {"world_map", "scatter", "seed_fills", "typography", "filters"}
"""Those that draw one picture; the others open a window."""
MOVING = [path for path in EXAMPLES if path.stem not in STILL]
FRAME = 1 / 60


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Driven:
    """An example on a bare view: its time is told, its events are made here."""

    def __init__(self, name: str, width: int = 800, height: int = 600, pixel_ratio: float = 1.0) -> None:
        self.module = load(EXAMPLES[0].parent / f"{name}.py")
        self.view = gpucanvas.View(width, height, pixel_ratio, backend="cpu", on_error="raise")
        self.view.draw(self.module.draw)
        if hasattr(self.module, "setup"):
            self.module.setup(self.view)
        self.now = 100.0

    def tell(self, event_type: str, **fields: Any) -> None:
        if event_type.startswith(("pointer", "wheel")):
            fields = {"button": 0, "buttons": (), "modifiers": (), "ntouches": 0, **fields}
        elif event_type.startswith("key"):
            fields = {"modifiers": (), **fields}
        self.view.submit_event(gpucanvas.Event(event_type, **fields, time_stamp=self.now))
        self.view._events.flush()

    def drag(self, *places: tuple[float, float]) -> None:
        """Press at the first place and lead the pointer over the others, a frame each; it stays down."""
        x, y = places[0]
        self.tell("pointer_down", x=x, y=y, button=1, buttons=(1,))
        self.frames(1)
        for x, y in places[1:]:
            self.tell("pointer_move", x=x, y=y, buttons=(1,))
            self.frames(1)

    def release(self, x: float, y: float) -> None:
        self.tell("pointer_up", x=x, y=y, button=1)
        self.frames(1)

    def frames(self, count: int, delta: float = FRAME) -> None:
        for _ in range(count):
            self.view._paint(self.now)
            self.view.canvas.flush()
            self.now += delta

    @property
    def pixels(self) -> NDArray[np.uint8]:
        return self.view.canvas.to_numpy().copy()


Drive = Callable[..., Driven]


@pytest.fixture
def drive() -> Any:
    """Opens an example on a view, and closes the canvas after the test."""
    driven: list[Driven] = []

    def opened(*arguments: Any, **named: Any) -> Driven:
        driven.append(Driven(*arguments, **named))
        return driven[-1]

    yield opened
    for each in driven:
        each.view.canvas.close()


# -- all of them -----------------------------------------------------------------------------------------------


def test_examples_are_all_there() -> None:
    moving = {"live_chart", "paint", "particles", "boids", "game", "clock", "rose_window"}
    assert {path.stem for path in EXAMPLES} >= STILL | moving


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_draws_a_picture(path: Path, drive: Drive) -> None:
    example = drive(path.stem, 300, 200)
    for _ in range(1 if path.stem in STILL else 3):
        example.frames(1)
        pixels = example.pixels
        assert (pixels[..., 3] == 255).all(), "an example covers its canvas"
        assert len(np.unique(pixels.reshape(-1, 4), axis=0)) > 100


@pytest.mark.parametrize("path", [path for path in EXAMPLES if path.stem in STILL], ids=lambda path: path.stem)
def test_still_example_run_as_a_program_writes_the_file_it_is_given(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", [str(path), str(tmp_path / "picture.png")])
    load(path).main()
    with Image.open(tmp_path / "picture.png") as picture:
        assert min(picture.size) > 300


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_reads_each_array_of_its_data_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compressed file of arrays decompresses one each time that it is asked for it."""
    reads: dict[str, int] = {}
    archive = type(np.load(next((path.parent / "data").glob("*.npz"))))
    read = archive.__getitem__

    def count(self: object, key: str) -> object:
        reads[key] = reads.get(key, 0) + 1
        return read(self, key)

    monkeypatch.setattr(archive, "__getitem__", count)
    draw = as_draw_function(load(path).draw)
    for index in range(2):
        context = gpucanvas.Recording(300, 200).get_context("2d")
        draw(context, gpucanvas.Frame(index * FRAME, index * FRAME, index, 300, 200))
        # What draws one picture may read its data for each.
        assert max(reads.values(), default=0) <= (index + 1 if path.stem in STILL else 1), reads


@pytest.mark.parametrize("path", MOVING, ids=lambda path: path.stem)
def test_moving_example_asks_for_frames_only_where_it_moves(path: Path, drive: Drive) -> None:
    example = drive(path.stem, 300, 200)
    example.frames(2)
    assert example.view.continuous == (path.stem != "paint")
    before = example.pixels
    example.frames(3)
    assert (example.pixels != before).any() == (path.stem != "paint")


@pytest.mark.parametrize("path", MOVING, ids=lambda path: path.stem)
def test_moving_example_begins_with_the_same_picture_each_time(path: Path, drive: Drive) -> None:
    first, second = drive(path.stem, 300, 200), drive(path.stem, 300, 200)
    for example in (first, second):
        example.frames(1)
    assert (first.pixels == second.pixels).all()


@pytest.mark.parametrize("path", MOVING, ids=lambda path: path.stem)
def test_moving_example_covers_a_canvas_that_becomes_new(path: Path, drive: Drive) -> None:
    """A view of another size, and one of the same size on a display of more pixels."""
    example = drive(path.stem, 300, 200)
    example.frames(2)
    for width, height, pixel_ratio in ((420, 330, 1.0), (420, 330, 2.0), (260, 400, 1.0)):
        example.view._set_size(width, height, pixel_ratio)
        example.frames(1)
        assert example.pixels.shape == (height * pixel_ratio, width * pixel_ratio, 4)
        assert (example.pixels[..., 3] == 255).all()
        assert len(np.unique(example.pixels.reshape(-1, 4), axis=0)) > 100


@pytest.mark.parametrize("path", MOVING, ids=lambda path: path.stem)
def test_moving_example_lives_through_a_window_of_one_pixel(path: Path, drive: Drive) -> None:
    """Its view raises what its drawing raises."""
    example = drive(path.stem, 300, 200)
    for width, height in ((300, 200), (1, 1), (300, 1), (1, 200), (300, 200)):
        example.view._set_size(width, height, 1.0)
        example.frames(1)
    assert (example.pixels[..., 3] == 255).all()


# -- paint -----------------------------------------------------------------------------------------------------

UNDO = {"key": "z", "modifiers": ("Control",)}
REDO = {"key": "Z", "modifiers": ("Control", "Shift")}
STROKE = tuple((120 + 9.0 * k, 120 + 60 * np.sin(0.2 * k)) for k in range(36))


def sheet(paint: Driven) -> NDArray[np.uint8]:
    """The painting without the bar at the left."""
    return paint.pixels[:, paint.module.BAR :]


def test_paint_undo_gives_back_the_picture_before_to_the_byte_and_redo_the_one_after(drive: Drive) -> None:
    paint = drive("paint")
    paint.frames(1)
    pictures = [sheet(paint)]
    for shift in (0, 70, 140):
        paint.drag(*((x, y + shift) for x, y in STROKE))
        paint.release(STROKE[-1][0], STROKE[-1][1] + shift)
        pictures.append(sheet(paint))
        assert (pictures[-1] != pictures[-2]).any()
    for key, order in ((UNDO, (2, 1, 0)), (REDO, (1, 2, 3))):
        for number in order:
            paint.tell("key_down", **key)
            paint.frames(1)
            assert (sheet(paint) == pictures[number]).all()


def test_paint_draws_a_wet_stroke_about_as_it_will_be_dry(drive: Drive) -> None:
    paint = drive("paint")
    paint.tell("key_down", key="Delete")
    paint.frames(1)
    empty = sheet(paint)
    paint.drag(*STROKE)
    wet = sheet(paint)
    paint.release(*STROKE[-1])
    painted = (sheet(paint) != empty).any(-1)
    assert 2_000 < painted.sum() < 20_000
    missed = (np.abs(sheet(paint).astype(int) - wet) > 60).any(-1)
    assert missed.sum() < 0.15 * painted.sum(), "all but where the brush was last"


def test_paint_keeps_all_places_of_a_hand_that_is_quicker_than_the_frames(drive: Drive) -> None:
    strokes = []
    for at_once in (False, True):
        paint = drive("paint")
        paint.tell("pointer_down", x=120.0, y=120.0, button=1, buttons=(1,))
        for number, (x, y) in enumerate(STROKE):
            event = gpucanvas.Event("pointer_move", x=x, y=y, buttons=(1,), time_stamp=100 + number / 120)
            paint.view.submit_event(event)
            if not at_once:
                paint.view._events.flush()
        paint.view._events.flush()
        strokes.append(paint.module.painting.wet)
    assert strokes[0] == strokes[1] and len(strokes[0]) == len(STROKE)


def test_paint_draws_only_what_is_new(drive: Drive) -> None:
    paint = drive("paint")
    paint.frames(1)
    whole = paint.view.canvas.stats.last.commands
    paint.drag(*STROKE)
    assert paint.view.canvas.stats.last.commands < whole
    paint.frames(1)
    resting = paint.view.canvas.stats.last.commands
    for _ in range(3):
        paint.drag(*STROKE)
        paint.release(*STROKE[-1])
    paint.frames(1)
    assert paint.view.canvas.stats.last.commands == resting, "however much has been painted"


def test_paint_brush_is_thinner_where_the_hand_is_quick(drive: Drive) -> None:
    paint = drive("paint")
    widths = []
    for step in (4.0, 60.0):
        paint.drag(*((90 + step * k, 300.0) for k in range(12)))
        widths.append(paint.module.painting.wet[-1][2])
        paint.release(90 + step * 11, 300.0)
    assert widths[1] < 0.7 * widths[0]


def test_paint_bar_takes_colours_and_tools_and_the_wheel_the_size(drive: Drive) -> None:
    paint = drive("paint")
    painting = paint.module.painting
    strokes = len(painting.strokes)
    for kind, what, x, y in paint.module.places(600):
        if kind == "color":
            paint.tell("pointer_down", x=x + 3, y=y - 3, button=1, buttons=(1,))
            assert painting.color == what
        elif what == "undo":
            paint.tell("pointer_down", x=x, y=y, button=1, buttons=(1,))
    assert len(painting.strokes) == strokes - 1, "undo was clicked, and the bar is no paper"
    before = painting.brush
    paint.tell("wheel", x=300.0, y=300.0, dx=0.0, dy=-100.0)
    assert painting.brush > before
    paint.tell("key_down", key="[")
    paint.tell("key_down", key="[")
    assert painting.brush < before


def test_paint_saves_its_picture(drive: Drive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    paint = drive("paint", 300, 200)
    paint.frames(1)
    paint.tell("key_down", key="s", modifiers=("Control",))
    with Image.open(tmp_path / "painting.png") as picture:
        assert (np.asarray(picture.convert("RGBA")) == paint.pixels).all()


# -- the chart -------------------------------------------------------------------------------------------------


def sample_at(chart: Driven, x: float) -> float:
    """The number of the sample that the window shows at x."""
    left, _, width, _ = chart.module.chart.boxes()[1]
    shown = chart.module.chart
    return float((shown.seconds + shown.span * (x - left) / width) * chart.module.RATE)


def go_on(chart: Driven, frames: int) -> None:
    """Let time go by without drawing."""
    for _ in range(frames):
        chart.module.chart.step(FRAME)


def test_chart_drag_keeps_the_sample_under_the_pointer(drive: Drive) -> None:
    chart = drive("live_chart")
    chart.frames(1)
    held = sample_at(chart, 500)
    chart.drag((500.0, 400.0), (460.0, 410.0), (330.0, 420.0))
    assert sample_at(chart, 330) == pytest.approx(held, abs=1)
    chart.now += 1
    chart.release(330.0, 420.0)
    go_on(chart, 20)
    assert sample_at(chart, 330) == pytest.approx(held, abs=1), "a hand that had come to rest leaves it there"


def test_chart_thrown_goes_on_and_comes_to_rest(drive: Drive) -> None:
    chart = drive("live_chart")
    chart.frames(1)
    chart.drag((600.0, 400.0), (560.0, 400.0), (520.0, 400.0), (480.0, 400.0))
    left = chart.module.chart.seconds
    chart.release(480.0, 400.0)
    go_on(chart, 10)
    after = chart.module.chart.seconds
    assert after > left + 0.1
    go_on(chart, 200)
    rest = chart.module.chart.seconds
    go_on(chart, 10)
    assert after < rest < chart.module.chart.seconds + 0.001 < rest + 0.01


@pytest.mark.parametrize("turn", [-600.0, 900.0])
def test_chart_wheel_zooms_around_the_pointer(turn: float, drive: Drive) -> None:
    chart = drive("live_chart")
    chart.frames(1)
    held, span = sample_at(chart, 250), chart.module.chart.span
    chart.tell("wheel", x=250.0, y=400.0, dx=0.0, dy=turn)
    for _ in range(60):
        go_on(chart, 1)
        assert sample_at(chart, 250) == pytest.approx(held, abs=0.5)
    assert chart.module.chart.span == pytest.approx(span * 1.0015**turn, rel=0.01)


def test_chart_click_in_the_overview_goes_there(drive: Drive) -> None:
    chart = drive("live_chart")
    chart.frames(1)
    go_on(chart, 300)  # By then the overview shows all there is.
    left, top, width, height = chart.module.chart.boxes()[0]
    chart.tell("pointer_down", x=left + width * 0.75, y=top + height / 2, button=1, buttons=(1,))
    go_on(chart, 120)
    shown = chart.module.chart
    assert shown.seconds + shown.span / 2 == pytest.approx(0.75 * shown.extent, rel=0.01)


def test_chart_has_a_million_samples_and_follows_those_that_arrive(drive: Drive) -> None:
    chart = drive("live_chart")
    chart.frames(1)
    count = chart.module.chart.series.count
    assert count >= 1_000_000
    chart.tell("key_down", key="l")
    go_on(chart, 180)
    shown = chart.module.chart
    assert shown.series.count - count == pytest.approx(3 * chart.module.RATE, abs=2)
    assert shown.seconds + shown.span == pytest.approx(shown.series.count / chart.module.RATE, abs=0.01)


def test_chart_columns_hold_the_lowest_and_highest_of_their_samples(drive: Drive) -> None:
    """Beside NumPy's own minima, and after pieces of any length have been appended."""
    series = drive("live_chart").module.Series(400_000)
    rng = np.random.default_rng(4)
    values = rng.normal(size=300_000).astype(np.float32)
    for piece in np.split(values, np.sort(rng.integers(0, len(values), 60))):
        series.append(piece)
    assert series.count == len(values)
    for first, last, pixels in ((0, 300_000, 500), (1234, 250_001, 333), (77_777, 80_000, 100)):
        line = series.line(first, last, pixels)
        assert len(line) == 2 * pixels
        # A column's edge lies on a sample of its level, up to a column before where it would be.
        wide = (last - first) / pixels
        around = values[max(int(first - wide), 0) : last]
        assert around.min() <= line[:, 1].min() <= values[first : int(last - wide)].min()
        assert around.max() >= line[:, 1].max() >= values[first : int(last - wide)].max()
        for index, low_high in zip(line[::2, 0], line[:, 1].reshape(-1, 2), strict=True):
            near = values[max(int(index - 2 * wide), 0) : int(index + 2 * wide) + 1]
            assert set(low_high.tolist()) <= set(near.tolist())
    near = series.line(1000, 1300, 100)
    assert (near[:, 0] == np.arange(1000, 1300)).all() and (near[:, 1] == values[1000:1300]).all()


# -- the others ------------------------------------------------------------------------------------------------


def test_particles_swirl_around_the_pointer_and_flee_from_a_button(drive: Drive) -> None:
    def distance(buttons: tuple[int, ...] | None) -> float:
        example = drive("particles", 400, 300)
        example.frames(1)
        if buttons is not None:
            example.tell("pointer_move", x=200.0, y=150.0, buttons=buttons)
        for _ in range(30):
            example.module.swarm.step(1.0, FRAME)
        away = np.hypot(*(example.module.swarm.place - [[200.0], [150.0]]))
        return float((away < 60).sum())

    left_alone, drawn_in, pushed_out = distance(None), distance(()), distance((1,))
    assert pushed_out < 0.5 * left_alone < left_alone < drawn_in


def test_particles_stay_in_the_picture(drive: Drive) -> None:
    example = drive("particles", 400, 300)
    example.frames(5, delta=0.2)
    place = example.module.swarm.place
    assert place.shape == (2, 100_000) and np.isfinite(place).all()
    assert (place > -40).all() and (place < [[440], [340]]).all()


def test_boids_pairs_are_those_of_all_distances() -> None:
    boids = load(EXAMPLES[0].parent / "boids.py")
    rng = np.random.default_rng(2)
    place = rng.uniform(-50, 150, 400) + 1j * rng.uniform(0, 90, 400)
    cell, stride = boids.cells(place)
    order = np.argsort(cell, kind="stable")
    place = place[order]
    i, j = boids.pairs(place, cell[order], stride)
    found = {frozenset(pair) for pair in zip(i.tolist(), j.tolist(), strict=True)}
    assert len(found) == len(i), "each pair once"
    apart = np.abs(place[:, None] - place)
    wanted = {frozenset(pair) for pair in np.argwhere((apart < boids.REACH) & ~np.eye(400, dtype=bool)).tolist()}
    assert found == wanted and len(wanted) > 1000


def test_boids_flee_from_the_pointer(drive: Drive) -> None:
    example = drive("boids")
    example.frames(1)
    flock = example.module.flock
    for _ in range(60):
        middle = flock.place.mean()
        example.tell("pointer_move", x=middle.real, y=middle.imag)
        example.frames(1)
    near = (np.abs(flock.place - flock.hawk) < 25).sum()
    assert near < 20 and abs(flock.hawk - middle) < 120


def test_clock_shows_a_fixed_time_in_a_picture_and_moves_on(drive: Drive) -> None:
    clock = drive("clock", 300, 300)
    clock.frames(1)
    start = clock.pixels
    clock.frames(61)
    middle = clock.pixels
    assert (middle != start).any()
    clock.now += 59 - 1 / 60  # A minute later the second hand is back, the minute hand is not.
    clock.frames(1)
    back = (clock.pixels != start).any(-1).mean()
    assert 0 < back < (middle != start).any(-1).mean()


def test_clock_click_makes_night(drive: Drive) -> None:
    clock = drive("clock", 300, 300)
    clock.frames(1)
    day = clock.pixels[..., :3].mean()
    clock.tell("pointer_down", x=10.0, y=10.0, button=1, buttons=(1,))
    clock.frames(60)
    assert clock.pixels[..., :3].mean() < 0.4 * day


@pytest.mark.parametrize("pixel_ratio", [1.0, 2.0])
def test_rose_window_lights_the_pane_under_the_pointer_and_keeps_it_lit(pixel_ratio: float, drive: Drive) -> None:
    rose = drive("rose_window", 400, 300, pixel_ratio)
    rose.frames(120)
    window, (_, inner, outer, pace, _) = rose.module.window, rose.module.RINGS[1]
    turn = 2 * np.pi * (5 / 24 + pace * rose.view._last_time / 60)
    radius = 0.48 * 300 * (inner + outer) / 2
    x, y = 200 + radius * np.cos(turn), 150 + radius * np.sin(turn)
    before = rose.pixels[round(y * pixel_ratio), round(x * pixel_ratio)]
    rose.tell("pointer_move", x=x, y=y)
    rose.frames(1)
    assert window.hit == gpucanvas.Hit(id=1, item=5)
    assert rose.pixels[round(y * pixel_ratio), round(x * pixel_ratio)].sum() > before.sum() + 100
    rose.tell("pointer_down", x=x, y=y, button=1, buttons=(1,))
    assert [np.flatnonzero(lit).tolist() for lit in window.lit] == [[], [5], [], [], []]
    rose.tell("pointer_down", x=2.0, y=2.0, button=1, buttons=(1,))
    assert sum(lit.sum() for lit in window.lit) == 1
    rose.tell("pointer_down", x=x, y=y, button=1, buttons=(1,))
    rose.tell("pointer_leave", x=0.0, y=0.0)
    rose.frames(1)
    assert window.hit is None and not any(lit.any() for lit in window.lit)


# -- the game --------------------------------------------------------------------------------------------------


def serve(example: Driven) -> Any:
    """From the title to a ball in play, by a click and the space bar."""
    game = example.module.game
    assert game.scene == "title"
    example.tell("pointer_down", x=400.0, y=300.0, button=1, buttons=(1,))
    assert game.scene == "serve"
    example.tell("key_down", key=" ")
    assert game.scene == "play"
    return game


def test_game_is_won_when_the_wall_is_down(drive: Drive) -> None:
    example = drive("game")
    game = serve(example)
    rng, left = np.random.default_rng(8), int(game.wall.sum())
    for _ in range(60 * 600):
        # The paddle is always under the ball, now more, now less in its middle.
        if game.speed[1] < 0:
            aim = rng.uniform(-45, 45)
        example.tell("pointer_move", x=min(max(game.ball[0] + aim, 60), 740), y=300.0)
        game.advance(FRAME)
        if game.scene != "play":
            break
        assert game.wall.sum() <= left
        left = int(game.wall.sum())
    assert (game.scene, game.lives, game.score) == ("won", 3, 12 * 10 * (6 + 5 + 4 + 3 + 2 + 1))
    example.tell("key_down", key="Enter")
    assert (game.scene, game.score, game.wall.all()) == ("serve", 0, True)


def test_game_is_lost_with_the_third_ball(drive: Drive) -> None:
    example = drive("game")
    game = serve(example)
    for lives in (2, 1, 0):
        for _ in range(60 * 60):
            # The paddle flees from the ball.
            example.tell("pointer_move", x=740.0 if game.ball[0] < 400 else 60.0, y=300.0)
            game.advance(FRAME)
            if game.scene != "play":
                break
        assert (game.scene, game.lives) == ("serve" if lives else "lost", lives)
        example.tell("key_down", key=" ")
    assert (game.scene, game.lives) == ("serve", 3)


def test_game_paddle_is_moved_by_keys_as_long_as_they_are_held(drive: Drive) -> None:
    example = drive("game")
    game = example.module.game
    example.frames(1)
    start = game.paddle
    example.tell("key_down", key="ArrowLeft")
    example.frames(10)
    held = game.paddle
    assert held < start - 50
    example.tell("key_up", key="ArrowLeft")
    example.frames(10)
    assert game.paddle == held
    example.tell("key_down", key="d")
    example.tell("focus_out")
    example.frames(10)
    assert game.paddle == held, "nobody tells of the release of a key in another window"


def test_game_is_the_same_at_any_frame_rate(drive: Drive) -> None:
    balls = []
    for rate in (30, 120):
        game = serve(drive("game"))
        for _ in range(2 * rate):
            game.advance(1 / rate)
        balls.append((game.ball, game.score, game.wall.tolist()))
    assert balls[0] == balls[1]


def test_game_fits_its_field_into_a_window_of_any_shape(drive: Drive) -> None:
    example = drive("game", 1000, 300)
    example.tell("pointer_move", x=500.0 + 100.0, y=100.0)
    example.frames(1)
    assert example.module.game.paddle == pytest.approx(400 + 200)
