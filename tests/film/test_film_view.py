"""FilmView and render_film: times that are told, frames in order, errors that leave no file."""

from __future__ import annotations

import asyncio
import threading
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import gpucanvas
from gpucanvas.film import EncoderThread, FilmView, FilmWriter, open_film


class Collected(FilmWriter):
    """A film in memory."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__("nowhere", width, height, 30, None)
        self.reds: list[int] = []
        self.ended: str | None = None
        self.gate = threading.Event()
        self.gate.set()
        self._closed = False

    def _add(self, pixels: np.ndarray, count: int) -> None:
        self.gate.wait()
        self.reds.append(int(pixels[0, 0, 0]))

    def _finish(self) -> None:
        self.ended = "finished"

    def _give_up(self) -> None:
        self.ended = "given up"


def shade(level: int) -> np.ndarray:
    return np.full((2, 2, 4), level, np.uint8)


def draw_index(ctx: gpucanvas.Context2D, frame: gpucanvas.Frame) -> None:
    ctx.fill_style = (10 * frame.index / 255, 0, 0)
    ctx.fill_rect(0, 0, *frame.size)


# -- FilmView --------------------------------------------------------------------------------------------------


def test_frames_are_told_the_films_time(backend: str) -> None:
    told = []
    with FilmView(20, 10, 2.0, fps=Fraction(30000, 1001), start=2.0, backend=backend) as view:

        @view.draw
        def draw(ctx: gpucanvas.Context2D, frame: gpucanvas.Frame) -> None:
            told.append((frame.index, frame.time, frame.delta, frame.size, frame.pixel_ratio))

        for ticket in view.frames(3):
            assert ticket.result().shape == (20, 40, 4)
    assert [index for index, *_ in told] == [0, 1, 2]
    assert [time for _, time, *_ in told] == pytest.approx([2, 2 + 1001 / 30000, 2 + 2002 / 30000])
    assert [delta for _, _, delta, *_ in told] == pytest.approx([0, 1001 / 30000, 1001 / 30000])
    assert {each[3:] for each in told} == {((20.0, 10.0), 2.0)}


def test_drawing_goes_to_the_edge_where_its_pixels_are_rounded() -> None:
    with FilmView(35, 5, 0.5, backend="cpu") as view:
        view.draw(lambda ctx, width, height: ctx.fill_rect(0, 0, width, height))
        pixels = view.next_frame().result()
    assert pixels.shape == (2, 18, 4)
    assert (pixels[..., 3] == 255).all()


def test_a_draw_of_three_arguments_counts_in_whole_numbers() -> None:
    with FilmView(20, 10, backend="cpu") as view:
        told = []
        view.draw(lambda ctx, width, height: told.append((type(width), [*range(height)][-1])))
        view.next_frame().result()
    assert told == [(int, 9)]


def test_a_frame_s_whole_sizes_are_ints() -> None:
    with FilmView(20, 10.0, 0.5, backend="cpu") as view:
        told = []
        view.draw(lambda ctx, frame: told.append([*map(type, frame.size), [*range(frame.width)][-1]]))
        view.next_frame().result()
    assert told == [[int, int, 19]]


def test_canvas_keeps_what_was_drawn_from_frame_to_frame() -> None:
    with FilmView(4, 1, backend="cpu") as view:
        view.draw(lambda ctx, frame: ctx.fill_rect(frame.index, 0, 1, 1))
        alphas = [ticket.result()[0, :, 3].tolist() for ticket in view.frames(3)]
    assert alphas == [[255, 0, 0, 0], [255, 255, 0, 0], [255, 255, 255, 0]]


def test_events_are_told_before_the_frame_they_come_before() -> None:
    seen = []
    with FilmView(4, 1, fps=10, backend="cpu") as view:
        view.draw(lambda ctx, frame: seen.append("draw"))

        @view.on("animate")
        async def animate(event: gpucanvas.Event) -> None:
            seen.append(f"animate {event.step:g}")

        view.on("key_down")(lambda event: seen.append(event.key))
        view.on("close")(lambda event: seen.append("close"))
        view.submit_event(gpucanvas.Event("key_down", key="a"))
        for ticket in view.frames(2):
            ticket.result()
    assert seen == ["a", "animate 0", "draw", "animate 0.1", "draw", "close"]


def test_moves_before_a_frame_are_one_event_with_all_places() -> None:
    told = []
    with FilmView(4, 1, backend="cpu") as view:
        view.on("pointer_move")(lambda event: told.append([each.x for each in event.coalesced]))
        for x in range(60):
            view.submit_event(gpucanvas.Event("pointer_move", x=x, y=0, button=0, buttons=(1,), modifiers=()))
        view.next_frame().result()
    assert told == [[*range(60)]]


def told_by(view: FilmView) -> list[str]:
    told: list[str] = []
    view.on("*")(lambda event: told.append(event.type))
    return told


def test_a_closed_view_calls_no_handler_and_draws_no_frame() -> None:
    view = FilmView(4, 1, backend="cpu")
    told = told_by(view)
    view.submit_event(gpucanvas.Event("key_down", key="a"))  # Too late: no frame follows.
    view.close()
    view.submit_event(gpucanvas.Event("key_down", key="b"))
    for draw in (view.next_frame, view.paint_next, lambda: list(view.frames(1))):
        with pytest.raises(gpucanvas.ClosedError, match=r"^the film view is closed: .* make another FilmView"):
            draw()
    view.close()
    assert told == ["close"]


def test_a_handler_that_closes_the_view_is_the_last() -> None:
    view = FilmView(4, 1, backend="cpu")
    view.on("key_down")(lambda event: view.close())
    told = told_by(view)
    for key in "ab":
        view.submit_event(gpucanvas.Event("key_down", key=key))
    with pytest.raises(gpucanvas.ClosedError, match="the film view is closed"):
        view.next_frame()
    assert told == ["close"]


def test_a_handler_of_close_may_close_the_view_again() -> None:
    view = FilmView(4, 1, backend="cpu")
    view.on("close")(lambda event: view.close())
    told = told_by(view)
    view.close()
    assert told == ["close"]


def test_a_handler_of_close_that_fails_leaves_no_canvas_open() -> None:
    view = FilmView(4, 1, backend="cpu")

    @view.on("close")
    def fail(event: gpucanvas.Event) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        view.close()
    with pytest.raises(gpucanvas.ClosedError):
        view.canvas.to_numpy()


def test_a_view_whose_canvas_was_closed_calls_no_handler() -> None:
    with FilmView(4, 1, backend="cpu") as view:
        told = told_by(view)
        view.canvas.close()
        with pytest.raises(gpucanvas.ClosedError):
            view.next_frame()
        assert told == []
    assert told == ["close"]


def test_async_handlers_run_to_their_end_inside_asyncio_too() -> None:
    seen = []

    async def render() -> None:
        with FilmView(4, 1, backend="cpu") as view:
            view.draw(lambda ctx, frame: seen.append("draw"))

            @view.on("before_draw")
            async def before(event: gpucanvas.Event) -> None:
                await asyncio.sleep(0)
                seen.append("before")

            view.next_frame().result()

    asyncio.run(render())
    assert seen == ["before", "draw"]


# -- EncoderThread ---------------------------------------------------------------------------------------------


def test_frames_are_written_in_order_and_the_film_is_closed() -> None:
    film = Collected(2, 2)
    encoder = EncoderThread(film)
    for level in range(20):
        encoder.put(shade(level))
    told: list[int] = []
    encoder.finish(told.append)
    assert film.reds == [*range(20)]
    assert film.ended == "finished"
    assert told == sorted(told)
    assert told[-1] == encoder.written == 20


def test_who_draws_waits_for_a_slow_film() -> None:
    film = Collected(2, 2)
    film.gate.clear()
    encoder = EncoderThread(film, capacity=3)
    put: list[int] = []

    def feed() -> None:
        for level in range(10):
            encoder.put(shade(level))
            put.append(level)

    feeder = threading.Thread(target=feed)
    feeder.start()
    feeder.join(0.3)
    # One is being written, three wait.
    assert feeder.is_alive()
    assert len(put) <= 4
    film.gate.set()
    feeder.join()
    encoder.finish()
    assert film.reds == [*range(10)]


def test_error_of_the_film_comes_out_of_the_next_call_and_nobody_hangs() -> None:
    film = Collected(2, 2)

    def fail(pixels: np.ndarray, count: int) -> None:
        raise OSError("the disk is full")

    film._add = fail  # type: ignore[method-assign]
    encoder = EncoderThread(film, capacity=1)
    with pytest.raises(OSError, match="the disk is full"):
        for _ in range(50):
            encoder.put(shade(1))
        encoder.finish()
    assert film.ended == "given up"
    with pytest.raises(OSError, match="the disk is full"):
        encoder.finish()


def test_stopping_discards_the_film() -> None:
    film = Collected(2, 2)
    encoder = EncoderThread(film)
    encoder.put(shade(1))
    encoder.stop()
    assert film.ended == "given up"
    with pytest.raises(RuntimeError, match="was stopped"):
        encoder.put(shade(2))
    encoder.stop()


# -- render_film -----------------------------------------------------------------------------------------------


def frames_of(path: Path) -> list[np.ndarray]:
    with Image.open(path) as film:
        found = []
        for index in range(film.n_frames):
            film.seek(index)
            found.append(np.asarray(film.convert("RGBA")))
        return found


def test_film_has_each_frame_as_it_was_drawn(tmp_path: Path, backend: str) -> None:
    gpucanvas.render_film(
        draw_index, tmp_path / "a.png", frames=15, width=20, height=10, fps=25, scale=2, backend=backend
    )
    found = frames_of(tmp_path / "a.png")
    assert [int(each[5, 5, 0]) for each in found] == [*range(0, 150, 10)]
    assert {each.shape for each in found} == {(20, 40, 4)}
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_setup_is_called_once_before_the_first_frame_and_progress_on_the_way(tmp_path: Path) -> None:
    calls: list[object] = []

    def draw(ctx: gpucanvas.Context2D, frame: gpucanvas.Frame) -> None:
        calls.append("draw")
        draw_index(ctx, frame)

    gpucanvas.render_film(
        draw,
        tmp_path / "a.gif",
        frames=9,
        width=20,
        height=10,
        setup=lambda view: calls.append(view.size),
        progress=lambda written, frames: calls.append((written, frames)),
        backend="cpu",
    )
    assert calls[0] == (20.0, 10.0)
    told = [each for each in calls[1:] if isinstance(each, tuple)]
    assert told[0] == (0, 9)
    assert told[-1] == (9, 9)
    assert told == sorted(told)
    assert calls.count("draw") == 9


@pytest.mark.parametrize("name", ["a.mp4", "a.gif", "a.png"])
def test_error_of_the_draw_function_is_raised_and_leaves_no_file(tmp_path: Path, name: str) -> None:
    def draw(ctx: gpucanvas.Context2D, frame: gpucanvas.Frame) -> None:
        draw_index(ctx, frame)
        if frame.index == 7:
            raise ZeroDivisionError("frame seven")

    threads = {each.name for each in threading.enumerate() if "film" in each.name}
    with pytest.raises(ZeroDivisionError, match="frame seven"):
        gpucanvas.render_film(draw, tmp_path / name, frames=9, width=20, height=10, backend="cpu")
    assert [*tmp_path.iterdir()] == []
    assert {each.name for each in threading.enumerate() if "film" in each.name} == threads


def test_ctrl_c_while_it_draws_leaves_no_file(tmp_path: Path) -> None:
    def draw(ctx: gpucanvas.Context2D, frame: gpucanvas.Frame) -> None:
        if frame.index == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gpucanvas.render_film(draw, tmp_path / "a.gif", frames=9, width=20, height=10, backend="cpu")
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"frames": 0}, ValueError, "frames is 0: give at least 1"),
        ({"frames": 2.5}, TypeError, "frames is 2.5: give a whole number"),
        ({"seconds": 2}, TypeError, "as frames=120 or as seconds=2, one of the two"),
        ({"frames": None}, TypeError, "as frames=120 or as seconds=2"),
        ({"frames": None, "seconds": 0}, ValueError, "seconds is 0: give a number above 0"),
        ({"frames": None, "seconds": float("nan")}, ValueError, "seconds is nan"),
        ({"frames": None, "seconds": "2"}, ValueError, "seconds is '2'"),
        ({"path": "a.jpg"}, ValueError, "each frame would write over the last"),
        ({"fps": -1}, ValueError, "fps is -1"),
        ({"draw": 3}, TypeError, "the draw function is 3"),
        ({"quality": 3}, ValueError, "GIF has no quality"),
    ],
)
def test_argument_that_cannot_be_followed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: dict, error: type[Exception], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"draw": draw_index, "path": "a.gif", "frames": 2, "width": 20, "height": 10, "backend": "cpu"}
    with pytest.raises(error, match=message):
        gpucanvas.render_film(**{**given, **arguments})
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(("seconds", "count"), [(0.5, 5), (0.26, 3), (0.001, 1), (1, 10)])
def test_the_length_of_a_film_may_be_a_time(tmp_path: Path, seconds: float, count: int) -> None:
    gpucanvas.render_film(draw_index, tmp_path / "a.png", seconds=seconds, fps=10, width=20, height=10, backend="cpu")
    assert len(frames_of(tmp_path / "a.png")) == count


def test_stills_of_a_film_are_the_frames_of_its_view(tmp_path: Path) -> None:
    gpucanvas.render_film(draw_index, tmp_path / "%02d.png", frames=3, width=8, height=4, backend="cpu")
    with FilmView(8, 4, backend="cpu") as view:
        view.draw(draw_index)
        for index, ticket in enumerate(view.frames(3)):
            with Image.open(tmp_path / f"{index:02}.png") as still:
                assert (np.asarray(still) == ticket.result()).all()


def test_film_takes_tickets_of_any_canvas(tmp_path: Path) -> None:
    with gpucanvas.Canvas(8, 4, backend="cpu") as canvas, open_film(tmp_path / "a.gif", 8, 4, 10) as film:
        ctx = canvas.get_context("2d")
        for color in ("red", "lime"):
            ctx.fill_style = color
            ctx.fill_rect(0, 0, 8, 4)
            film.add(canvas.submit().result())
    assert [tuple(each[0, 0, :3]) for each in frames_of(tmp_path / "a.gif")] == [(255, 0, 0), (0, 255, 0)]
