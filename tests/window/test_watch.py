"""Reloading: a file is loaded again when it is saved; what goes wrong is drawn, and the drawing goes on afterwards."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import gpucanvas
from gpucanvas.film import FilmView
from gpucanvas.window.error_picture import error_picture
from gpucanvas.window.script import modules_beside
from gpucanvas.window.watch import Reloading

FILL = """
def draw(ctx, frame):
    ctx.fill_style = {color!r}
    ctx.fill_rect(0, 0, frame.width, frame.height)
"""


class Bench:
    """A file, a view that draws by it, and what is printed."""

    def __init__(self, path: Path, text: str, before: Callable[[FilmView], object] = lambda view: None) -> None:
        self.path, self.said = path, io.StringIO()
        self.write(text)
        self.view = FilmView(300, 200, fps=10, backend="cpu", on_error="raise")
        before(self.view)
        self.reloading = Reloading(path, self.view, stream=self.said)

    def write(self, text: str, path: Path | None = None) -> None:
        """Save a file; the time of its saving is another one, however fast the test is."""
        path = path or self.path
        before = path.stat().st_mtime_ns if path.exists() else 0
        path.write_text(text, encoding="utf-8")
        after = path.stat().st_mtime_ns
        if after <= before:
            os.utime(path, ns=(before + 1_000_000, before + 1_000_000))

    def save(self, text: str, path: Path | None = None) -> None:
        """Save a file, and have the change seen."""
        self.write(text, path)
        assert not self.reloading.check(), "a change that has only just been seen may not be all of it"
        assert self.reloading.check()

    def frame(self) -> np.ndarray:
        return self.view.next_frame().result()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Bench]]:
    monkeypatch.setattr(sys, "path", [*sys.path])
    made: list[Bench] = []

    def make(text: str, *more: Callable[[FilmView], object]) -> Bench:
        made.append(Bench(tmp_path / "drawing.py", text, *more))
        return made[-1]

    before = frozenset(sys.modules)
    yield make
    for each in made:
        each.reloading.close()
        each.view.close()
        for name in modules_beside(each.path, before):
            del sys.modules[name]


def corner(pixels: np.ndarray) -> tuple[int, ...]:
    return tuple(int(each) for each in pixels[2, 2])


def test_saved_file_is_drawn_by_from_the_next_frame_on(bench: Callable[..., Bench]) -> None:
    it = bench(FILL.format(color="red"))
    assert corner(it.frame()) == (255, 0, 0, 255)
    it.save(FILL.format(color="blue"))
    assert corner(it.frame()) == (0, 0, 255, 255)
    assert it.said.getvalue() == ""


def test_time_goes_on_and_the_files_variables_begin_anew(bench: Callable[..., Bench]) -> None:
    text = "told = []\ndef draw(ctx, frame):\n    told.append((frame.time, len(told)))\n    ctx.told = told\n"
    text = text.replace(
        "    ctx.told = told\n", "    ctx.canvas.get_context('2d')\n    import sys\n    sys.told = told\n"
    )
    it = bench(text)
    it.frame(), it.frame()
    it.save(text + "\n")
    it.frame()
    told = sys.told  # type: ignore[attr-defined]
    del sys.told  # type: ignore[attr-defined]
    assert told == [(pytest.approx(0.2), 0)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def draw(ctx, frame:\n", "SyntaxError"),
        ("import no_such_module_of_mine\n", "ModuleNotFoundError: No module named 'no_such_module_of_mine'"),
        ("raise SystemExit(3)\n", "SystemExit: 3"),
        ("paint = 1\n", "defines no draw: write def draw(ctx, width, height): ... or def draw(ctx, frame): ..."),
        ("def draw():\n    pass\n", "takes 0 arguments: write def draw(ctx, frame): ..."),
        ("def draw(ctx, frame):\n    pass\ndef setup(view):\n    1 / 0\n", "ZeroDivisionError"),
        ("def draw(ctx, frame):\n    ctx.fill_rectangle(0)\n", "has no attribute 'fill_rectangle'"),
        ("def draw(ctx, frame):\n    ctx.line_width = -1\n", "line_width"),
    ],
)
def test_error_is_drawn_over_the_last_good_picture_and_printed(
    bench: Callable[..., Bench], text: str, said: str
) -> None:
    it = bench(FILL.format(color="lime"))
    good = it.frame()
    it.save(text)
    shown = it.frame()
    assert corner(shown) == corner(good) == (0, 255, 0, 255)
    assert shown[-1, 5].max() == 255 and shown[-1, 5, :3].max() < 100, "a dark panel along the lower edge"
    assert len(np.unique(shown[-60:, :, 0])) > 20, "with letters on it"
    assert said in it.said.getvalue()
    assert it.reloading.error is not None
    it.save(FILL.format(color="blue"))
    assert (it.frame() == (0, 0, 255, 255)).all()
    assert it.reloading.error is None
    assert "is good again" in it.said.getvalue()


def test_traceback_begins_with_the_files_own_line(bench: Callable[..., Bench]) -> None:
    it = bench("def draw(ctx, frame):\n    ctx.line_width = 'wide'\n")
    it.frame()
    printed = it.said.getvalue()
    assert printed.splitlines()[1].strip() == f'File "{it.path}", line 2, in draw'
    assert "watch.py" not in printed
    assert "failed in frame 0" in printed


def test_half_of_a_failing_frame_is_not_shown(bench: Callable[..., Bench]) -> None:
    it = bench(FILL.format(color="red"))
    it.frame()
    it.save(FILL.format(color="blue") + "    ctx.save()\n    ctx.scale(9, 9)\n    1 / 0\n")
    assert corner(it.frame()) == (255, 0, 0, 255)
    assert corner(it.frame()) == (255, 0, 0, 255)
    assert it.said.getvalue().count("ZeroDivisionError") == 1, "a function that failed is not called again"
    it.save("def draw(ctx, frame):\n    ctx.fill_rect(0, 0, 10, 10)\n")
    pixels = it.frame()
    assert corner(pixels) == (0, 0, 0, 255)
    assert corner(pixels[10:, 10:]) != (0, 0, 0, 255), "the state that the failing frame left is gone"


def test_module_beside_the_file_is_watched_and_loaded_anew(bench: Callable[..., Bench], tmp_path: Path) -> None:
    part = tmp_path / "palette_of_mine.py"
    part.write_text("COLOR = 'red'\n", encoding="utf-8")
    text = "from palette_of_mine import COLOR\n" + FILL.replace("{color!r}", "COLOR")
    it = bench(text)
    assert corner(it.frame()) == (255, 0, 0, 255)
    it.save("COLOR = 'aqua'\n", part)
    assert corner(it.frame()) == (0, 255, 255, 255)
    # As long as before, and within the second: a compiled module would look as if it were up to date.
    it.save("COLOR = 'navy'\n", part)
    assert corner(it.frame()) == (0, 0, 128, 255)


def test_module_that_is_imported_while_drawing_is_watched(bench: Callable[..., Bench], tmp_path: Path) -> None:
    part = tmp_path / "late_part_of_mine.py"
    part.write_text("COLOR = 'red'\n", encoding="utf-8")
    text = FILL.replace("    ctx.fill_style", "    from late_part_of_mine import COLOR\n    ctx.fill_style")
    it = bench(text.replace("{color!r}", "COLOR"))
    assert corner(it.frame()) == (255, 0, 0, 255)
    it.save("COLOR = 'lime'\n", part)
    assert corner(it.frame()) == (0, 255, 0, 255)


def test_handlers_that_setup_adds_are_taken_away_with_it(bench: Callable[..., Bench]) -> None:
    text = (
        FILL.format(color="red") + "def setup(view):\n    view.on('key_down')(lambda event: heard.append({name!r}))\n"
    )
    heard: list[str] = []
    import builtins

    builtins.heard = heard  # type: ignore[attr-defined]
    try:
        own = lambda view: view.on("key_down")(lambda event: heard.append("the program's own"))  # noqa: E731
        it = bench(text.format(name="first"), own)
        it.view.submit_event(gpucanvas.Event("key_down", key="a"))
        it.frame()
        assert heard == ["the program's own", "first"], "setup comes before the first frame"
        heard.clear()
        it.save(text.format(name="second"))
        it.frame()
        it.view.submit_event(gpucanvas.Event("key_down", key="a"))
        it.frame()
    finally:
        del builtins.heard  # type: ignore[attr-defined]
    assert heard == ["the program's own", "second"]


def test_file_that_is_gone_for_a_moment_is_waited_for(bench: Callable[..., Bench]) -> None:
    it = bench(FILL.format(color="red"))
    it.frame()
    it.path.unlink()
    assert [it.reloading.check() for _ in range(3)] == [False] * 3
    assert corner(it.frame()) == (255, 0, 0, 255)
    it.path.write_text(FILL.format(color="blue"), encoding="utf-8")
    it.reloading.check()
    assert it.reloading.check()
    assert corner(it.frame()) == (0, 0, 255, 255)


def test_error_picture_fits_a_view_that_has_changed_its_size(bench: Callable[..., Bench]) -> None:
    it = bench("def draw(ctx, frame):\n    1 / 0\n")
    it.frame()
    it.view._set_size(120, 80, 2.0)
    pixels = it.frame()
    assert pixels.shape == (160, 240, 4)
    assert pixels[-1, -1, 3] > 200


def test_thread_sees_a_change_and_asks_for_a_frame(bench: Callable[..., Bench]) -> None:
    it = bench(FILL.format(color="red"))
    it.frame()
    assert not it.view._requested
    with it.reloading:
        it.write(FILL.format(color="blue"))
        deadline = time.monotonic() + 20
        while not it.view._requested and time.monotonic() < deadline:
            time.sleep(0.02)
    assert corner(it.frame()) == (0, 0, 255, 255)


def test_modules_of_an_environment_beside_the_file_are_no_part_of_it(tmp_path: Path) -> None:
    def module(name: str, place: Path) -> None:
        sys.modules[name] = type(sys)(name)
        sys.modules[name].__file__ = str(place)

    before = frozenset(sys.modules)
    try:
        module("mine", tmp_path / "mine.py")
        module("theirs", tmp_path / ".venv" / "lib" / "site-packages" / "theirs.py")
        module("elsewhere", tmp_path.parent / "elsewhere.py")
        module("compiled", tmp_path / "compiled.so")
        assert modules_beside(tmp_path / "drawing.py", before) == {"mine": tmp_path / "mine.py"}
    finally:
        for name in ("mine", "theirs", "elsewhere", "compiled"):
            del sys.modules[name]


def error_of(text: str) -> Exception:
    try:
        exec(compile(text, "drawing.py", "exec"))
    except Exception as error:
        return error
    raise AssertionError("the text is right")


def test_error_picture_is_as_wide_as_the_view_and_no_higher() -> None:
    long = "raise ValueError('a word ' * 400 + '_' * 4000 + '\\u4e2d\\u6587')"
    for width, height in ((400, 300), (1, 1), (37, 500), (2000, 20)):
        picture = error_picture(error_of(long), "drawing.py", width, height, 1.0)
        assert picture.shape[1] == width
        assert 1 <= picture.shape[0] <= height


def test_letters_are_larger_where_a_logical_pixel_is() -> None:
    small, large = (error_picture(error_of("1 / 0"), "drawing.py", 800 * ratio, 600 * ratio, ratio) for ratio in (1, 2))
    assert large.shape[0] == pytest.approx(2 * small.shape[0], abs=4)
