"""The command line, run as its user runs it: what it prints, what it writes, and its exit status."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import threading
import tomllib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from gpucanvas import BackendError, __version__, cli
from gpucanvas.commands.progress import ProgressBar
from gpucanvas.film import FilmView
from gpucanvas.gl.context import Probe

HALF_RED = """
def draw(ctx, width, height):
    ctx.fill_style = "red"
    ctx.fill_rect(0, 0, width / 2, height)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "picture.py"
    path.write_text(HALF_RED, encoding="utf-8")
    return path


def render(script: Path, output: Path, *more: str) -> int:
    return cli.main(["render", str(script), "-o", str(output), "--backend", "cpu", "--size", "20x10", *more])


def test_render_writes_the_picture_and_names_the_backend(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = script.with_name("out.png")
    assert render(script, output) == 0
    assert capsys.readouterr().out == f"{output}: 20x10 pixels, drawn by backend cpu\n"
    pixels = np.asarray(Image.open(output))
    assert pixels.shape == (10, 20, 4)
    assert (pixels[:, :10] == (255, 0, 0, 255)).all()
    assert not pixels[:, 10:].any()


def test_render_scale_makes_more_pixels_of_the_same_picture(script: Path) -> None:
    output = script.with_name("out.png")
    assert render(script, output, "--scale", "2.5") == 0
    pixels = np.asarray(Image.open(output))
    assert pixels.shape == (25, 50, 4)
    assert (pixels[:, :25, 3] == 255).all()
    assert not pixels[:, 25:].any()


def test_render_finds_modules_and_data_beside_the_script(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    script.with_name("picture_part.py").write_text(HALF_RED, encoding="utf-8")
    text = "from pathlib import Path\nfrom picture_part import draw\nassert Path(__file__).exists()\n"
    script.write_text(text, encoding="utf-8")
    assert render(script, script.with_name("out.png")) == 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("def draw(ctx, width, height):\n    ctx.fill_rectangle(0)\n", "ctx.fill_rectangle(0)"),
        ("def draw(ctx, width, height):\n    ctx.line_width = -1\n", "line_width"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("def draw(ctx, width, height:\n", "SyntaxError"),
    ],
)
def test_render_shows_a_failing_scripts_traceback(
    script: Path, capsys: pytest.CaptureFixture[str], text: str, shown: str
) -> None:
    script.write_text(text, encoding="utf-8")
    output = script.with_name("out.png")
    assert render(script, output) == 1
    error = capsys.readouterr().err
    assert shown in error
    assert str(script) in error
    assert "commands" not in error
    assert "view.py" not in error
    assert not output.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["missing.py", "-o", "out.png"], "missing.py is no file: give a Python script that defines draw"),
        (["logo.svg", "-o", "out.png"], "logo.svg is a picture: give a Python script that defines draw"),
        (["no_draw.py", "-o", "out.png"], "no_draw.py defines no draw: write def draw(ctx, width, height)"),
        (["picture.py", "-o", "out.xyz"], "'.xyz' is no picture format: end the name in .png"),
        (["picture.py", "-o", "nowhere/out.png"], "there is no folder nowhere: make it first"),
        (["picture.py", "-o", "."], "is a folder: give a file's name"),
        (["picture.py", "-o", "out.png", "--size", "9000x1", "--scale", "4"], "is 36000x4 pixels: make each side 1 to"),
        (["picture.py", "-o", "out.png", "--size", "12"], "the size is '12': give WIDTHxHEIGHT"),
        (["picture.py", "-o", "out.png", "--size", "0x5"], "the size is '0x5': give WIDTHxHEIGHT"),
        (["picture.py", "-o", "out.png", "--scale", "-1"], "the scale is '-1': give a number above 0"),
        (["picture.py", "-o", "out.png", "--backend", "metal"], "invalid choice: 'metal'"),
        (["picture.py", "-o", "out.mp4"], "'.mp4' is a film: give --frames N"),
        (["picture.py", "-o", "out_%03d.png"], "has a place for a frame's number: give --frames N"),
        (["picture.py", "-o", "out.png", "--time", "soon"], "the time is 'soon': give seconds"),
        (["picture.py", "-o", "out.png", "--quality", "9"], "PNG has no quality"),
        (["picture.py", "-o", "out.gif", "--frames", "0"], "the number of frames is '0': give a whole number"),
        (["picture.py", "-o", "out.gif", "--frames", "2", "--fps", "0"], "the rate is '0': give frames a second"),
        (["picture.py", "-o", "out.jpg", "--frames", "2"], "write out_%04d.jpg for a file a frame"),
        (["picture.py", "-o", "out.gif", "--frames", "2", "--quality", "9"], "GIF has no quality"),
        (["picture.py", "-o", "out.gif", "--frames", "2", "--background", "reddish"], "'reddish'"),
        (["one_argument.py", "-o", "out.png"], "write def draw(ctx, frame): ... or def draw(ctx, width, height)"),
        (["odd_setup.py", "-o", "out.png"], "defines setup as 3: write def setup(view)"),
        (["picture.py"], "required: -o"),
    ],
)
def test_render_wrong_arguments_are_status_2_with_the_cure(
    script: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str], message: str
) -> None:
    monkeypatch.chdir(script.parent)
    Path("logo.svg").write_text("<svg/>", encoding="utf-8")
    Path("no_draw.py").write_text("paint = None\n", encoding="utf-8")
    Path("one_argument.py").write_text("def draw(ctx):\n    pass\n", encoding="utf-8")
    Path("odd_setup.py").write_text("def draw(ctx, frame):\n    pass\nsetup = 3\n", encoding="utf-8")
    before = set(script.parent.rglob("*"))
    try:
        status = cli.main(["render", *words])
    except SystemExit as left:
        status = int(left.code or 0)
    assert status == 2
    assert message in capsys.readouterr().err
    assert not [path for path in set(script.parent.rglob("*")) - before if path.is_file() and path.suffix != ".pyc"]


# -- render: moments and films -----------------------------------------------------------------------------------

GROWING = """
def setup(view):
    view.on("before_draw")(lambda event: grown.append(1))

grown = []

def draw(ctx, frame):
    ctx.fill_style = "blue"
    ctx.fill_rect(0, 0, frame.time * 10, frame.height)
    assert len(grown) == frame.index + 1
"""


@pytest.fixture
def growing(script: Path) -> Path:
    script.write_text(GROWING, encoding="utf-8")
    return script


def blue_columns(pixels: np.ndarray) -> int:
    return int((pixels[0, :, 3] == 255).sum())


def test_render_time_says_which_moment_a_picture_shows(growing: Path) -> None:
    output = growing.with_name("out.png")
    for words, columns in ([], 0), (["--time", "1.5"], 15):
        assert render(growing, output, *words) == 0
        with Image.open(output) as picture:
            assert blue_columns(np.asarray(picture)) == columns


@pytest.mark.parametrize("name", ["out.gif", "out.png", "out.webp"])
def test_render_frames_makes_a_film(growing: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    output = growing.with_name(name)
    assert render(growing, output, "--frames", "4", "--fps", "10", "--time", "0.5") == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"{output}: 4 frames of 20x10 pixels, 10 a second, drawn by backend cpu in ")
    assert said.err == "", "no progress where nobody looks"
    with Image.open(output) as film:
        found = []
        for index in range(film.n_frames):
            film.seek(index)
            columns = blue_columns(np.asarray(film.convert("RGBA")))
            found.append((film.info["duration"], columns))
    assert found == [(100, 5), (100, 6), (100, 7), (100, 8)]


def test_render_frames_makes_videos_and_stills(script: Path) -> None:
    """Of a script whose draw takes a width and a height, too."""
    import av

    assert render(script, script.with_name("out.mp4"), "--frames", "3", "--quality", "90") == 0
    with av.open(str(script.with_name("out.mp4"))) as film:
        assert len(list(film.decode(video=0))) == 3
    assert render(script, script.with_name("still_%02d.png"), "--frames", "3") == 0
    stills = sorted(script.parent.glob("still_*.png"))
    assert [path.name for path in stills] == ["still_00.png", "still_01.png", "still_02.png"]
    with Image.open(stills[2]) as still:
        assert (np.asarray(still)[:, :10] == (255, 0, 0, 255)).all()


def test_render_lays_a_picture_on_the_background_that_is_asked_for(script: Path) -> None:
    output = script.with_name("out.jpg")
    assert render(script, output, "--background", "lime", "--quality", "95") == 0
    with Image.open(output) as picture:
        red, green, blue = picture.getpixel((18, 5))
    assert (red < 40, green > 215, blue < 40) == (True, True, True)


@pytest.mark.parametrize("frames", [[], ["--frames", "5"]], ids=["picture", "film"])
@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("def draw(ctx, frame):\n    1 / (frame.index - 3) if {film} else 1 / 0\n", "failed in draw"),
        ("def draw(ctx, frame):\n    open('no/such/file')\n", "failed in draw"),
        ("def draw(ctx, frame):\n    pass\ndef setup(view):\n    1 / 0\n", "failed in setup(view)"),
    ],
)
def test_render_shows_what_a_frame_or_setup_raises(
    script: Path, capsys: pytest.CaptureFixture[str], frames: list[str], text: str, how: str
) -> None:
    script.write_text(text.replace("{film}", str(bool(frames))), encoding="utf-8")
    output = script.with_name("out.gif")
    assert render(script, output, *frames) == 1
    error = capsys.readouterr().err
    assert re.search(r"ZeroDivisionError|FileNotFoundError", error)
    assert f"gpucanvas: {script} {how}" in error
    assert error.splitlines()[1].strip().startswith(f'File "{script}", line ')
    assert [path.name for path in script.parent.iterdir() if path.is_file()] == [script.name]


@pytest.mark.parametrize("name", ["out.mp4", "out.gif"])
def test_ctrl_c_ends_a_film_cleanly_and_leaves_no_file(script: Path, name: str) -> None:
    script.write_text(
        "def draw(ctx, frame):\n    if frame.index == 3: print('drawing', flush=True)\n", encoding="utf-8"
    )
    output = script.with_name(name)
    # A shell's background jobs ignore the signal: this one shall not.
    code = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    code += "from gpucanvas.cli import main; sys.exit(main(sys.argv[1:]))"
    words = ["render", str(script), "-o", str(output), "--frames", "1000000", "--backend", "cpu"]
    running = subprocess.Popen(
        [sys.executable, "-c", code, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "drawing\n"
    running.send_signal(signal.SIGINT)
    _, error = running.communicate(timeout=60)
    assert running.returncode == 130
    assert re.fullmatch(
        rf"gpucanvas: stopped after \d+ of 1000000 frames; {re.escape(str(output))} was not written\n", error
    )
    assert [path.name for path in script.parent.iterdir() if path.is_file()] == [script.name]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_says_how_far_how_fast_and_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    now, stream = [0.0], Terminal()
    bar = ProgressBar("out.mp4", stream, lambda: now[0])
    for written in range(0, 101, 10):
        now[0] = written / 20
        bar(written, 100)
    lines = [line.removesuffix("\x1b[K") for line in stream.getvalue().split("\r")[1:]]
    assert len(lines) == 11
    half = lines[5]
    assert half.startswith("out.mp4 [####")
    assert half.endswith(" 50/100 frames, 50 %, 20.0 a second, 0:02 left")
    assert re.search(r"\[(#+)(\.+)\]", half)
    done, left = re.findall(r"[#.]{2,}", half)[0].split("#.")
    assert len(done) == len(left)
    assert max(map(len, lines)) < 100
    bar.clear()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_progress_is_shown_ten_times_a_second_at_most_and_the_last_always() -> None:
    now, stream = [0.0], Terminal()
    bar = ProgressBar("out.mp4", stream, lambda: now[0])
    for written in range(1001):
        now[0] = written / 1000
        bar(written, 1000)
    assert 5 <= stream.getvalue().count("\r") <= 12
    assert "1000/1000 frames, 100 %" in stream.getvalue()


def test_progress_is_short_where_the_terminal_is_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    stream = Terminal()
    ProgressBar("a_long_name_of_a_film.mp4", stream, lambda: 0.0)(5, 10)
    assert len(stream.getvalue()) <= 30 + len("\r\x1b[K")


def test_progress_is_silent_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    bar = ProgressBar("out.mp4", stream)
    bar(5, 10)
    bar.clear()
    assert stream.getvalue() == ""
    assert bar.written == 5


# -- watch -------------------------------------------------------------------------------------------------------


def test_watch_opens_a_window_that_draws_the_script(growing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    class FakeWindow(FilmView):
        def __init__(self, width: int, height: int, **options: object) -> None:
            seen.update(options, size=(width, height))
            super().__init__(width, height, start=1.0, backend="cpu")

        def run(self) -> None:
            seen["columns"] = blue_columns(self.next_frame().result())
            seen["threads"] = [each.name for each in threading.enumerate()]

    monkeypatch.setattr("gpucanvas.window.window.Window", FakeWindow)
    assert cli.main(["watch", str(growing), "--size", "40x30", "--backend", "cpu", "--on-top"]) == 0
    assert seen["size"] == (40, 30)
    assert (seen["title"], seen["backend"], seen["always_on_top"]) == ("picture", "cpu", True)
    assert seen["columns"] == 10
    assert "gpucanvas-watch" in seen["threads"]  # type: ignore[operator]
    assert "gpucanvas-watch" not in [each.name for each in threading.enumerate()]


def test_watch_without_a_display_or_a_file_is_status_2_with_the_cure(
    script: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BackendError("no display: set DISPLAY")

    monkeypatch.setattr("gpucanvas.window.window.Window", refuse)
    assert cli.main(["watch", str(script)]) == 2
    assert "no window can be opened: no display: set DISPLAY" in capsys.readouterr().err
    assert cli.main(["watch", str(script.with_name("missing.py"))]) == 2
    assert "missing.py is no file: give a Python script that defines draw" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["info", "render", "picture"])
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_reader_that_has_gone_is_status_141_and_no_traceback(script: Path, command: str, unbuffered: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    more = {"info": [], "render": [script, "-o", script.with_name("out.png")], "picture": [script, "-o", "-"]}[command]
    command = "info" if command == "info" else "render"
    arguments = [sys.executable, "-m", "gpucanvas", command, *more]
    environment = dict(os.environ, PYTHONUNBUFFERED=unbuffered)
    ended = subprocess.run(arguments, stdout=writing, stderr=subprocess.PIPE, env=environment, timeout=120, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr.decode()) == (141, "")


def test_ctrl_c_is_status_130_in_every_command(monkeypatch: pytest.MonkeyPatch, script: Path) -> None:
    script.write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    assert render(script, script.with_name("out.png")) == 130


# -- info --------------------------------------------------------------------------------------------------------


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"gpucanvas {__version__}\n"


def test_info_says_what_works_and_what_auto_chooses(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["info"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("gpucanvas ")
    assert re.match(r"cpu  works: (kernels compiled for|numba [\d.]+ compiles the kernels)", lines[1])
    assert lines[2].startswith("gl   ")
    (chosen,) = [number for number, line in enumerate(lines) if line in ("auto chooses cpu", "auto chooses gl")]
    assert ("does not work here" in lines[2]) == lines[3].startswith("     cure: ")
    (extras,) = [number for number, line in enumerate(lines) if line.startswith("extras installed: ")]
    windows, fonts = lines[chosen + 1 : extras - 1], lines[extras - 1]
    assert windows[0].startswith("windows ")
    assert ("does not work here" in windows[0]) == (len(windows) == 2 and windows[1].startswith("     cure: "))
    assert re.match(r"fonts works: Noto Sans, \d+ families of the system; sans-serif is Noto Sans, serif is ", fonts)


def test_info_names_the_extras_and_how_to_install_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "EXTRAS", {"here": ("json", "JSON"), "gone": ("no_such_module", "wonders")})
    assert cli.extras().splitlines() == [
        "extras installed: here (JSON)",
        "     not installed: gone (wonders): python -m pip install 'gpucanvas[gone]'",
    ]


def test_info_knows_the_extras_of_the_package() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = project["optional-dependencies"].keys() - {"test", "test-hosts", "jit"}
    assert cli.EXTRAS.keys() == own


def test_info_names_the_fonts_of_the_system_and_those_with_colours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parent / "text")
    from built_fonts import build_font

    (tmp_path / "serif.ttf").write_bytes(build_font("DejaVu Serif"))
    (tmp_path / "emoji.ttf").write_bytes(build_font("My Emoji", colors={"u0041": [("u0042", 0)]}))
    environment = os.environ | {"GPUCANVAS_FONT_FOLDERS": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", "from gpucanvas import cli; cli.probe_fonts().print()"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert done.stdout == (
        "fonts works: Noto Sans, 2 families of the system; sans-serif is Noto Sans, serif is DejaVu Serif, "
        "monospace is Noto Sans, in colour: My Emoji\n"
    )


def test_info_says_that_a_package_for_fonts_is_missing() -> None:
    code = "import sys; sys.modules['uharfbuzz'] = None; from gpucanvas import cli; cli.probe_fonts().print()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, cure = done.stdout.splitlines()
    assert first == "fonts does not work here: uharfbuzz is not installed"
    assert cure.startswith("     cure: install the package again")


@pytest.mark.parametrize(
    ("probe", "line"),
    [
        (Probe(True, "Shiny 9", "4.6", True), "gl   works: Shiny 9, OpenGL 4.6 (a GPU)\nauto chooses gl"),
        (
            Probe(True, "llvmpipe", "4.5", False),
            "gl   works: llvmpipe, OpenGL 4.5 (software: slower than backend cpu, right for tests)\nauto chooses cpu",
        ),
        (
            Probe(False, reason="no display", cure="apt-get install libegl1"),
            "gl   does not work here: no display\n     cure: apt-get install libegl1\nauto chooses cpu",
        ),
        (
            Probe(False, reason="no libEGL"),
            "gl   does not work here: no libEGL\n     cure: on Debian and Ubuntu: apt-get install libegl1",
        ),
    ],
)
def test_info_tells_gpu_from_software_from_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, probe: Probe, line: str
) -> None:
    import_module = cli.importlib.import_module
    module = SimpleNamespace(probe=lambda: probe)
    monkeypatch.setattr(cli, "probe_windows", lambda: cli.Answer("windows", True, "none"))
    stub = {"gpucanvas.gl.context": module, "gpucanvas.backends.gl": module}
    monkeypatch.setattr(cli.importlib, "import_module", lambda name: stub.get(name) or import_module(name))
    assert cli.main(["info"]) == 0
    assert line in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "reason", "cure"),
    [
        (ModuleNotFoundError("none", name="moderngl"), "moderngl is not installed", "install the package again"),
        (OSError("libGL.so.1: not found"), "cannot be loaded (libGL.so.1: not found)", "apt-get install libegl1"),
    ],
)
def test_info_names_what_is_missing(monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str, cure: str) -> None:
    def refuse(name: str) -> None:
        raise error

    monkeypatch.setattr(cli.importlib, "import_module", refuse)
    answer = cli.probe_gl()
    assert not answer.ok
    assert reason in answer.detail
    assert cure in answer.cure


def test_python_m_gpucanvas_is_the_command_line() -> None:
    done = subprocess.run([sys.executable, "-m", "gpucanvas", "--help"], capture_output=True, text=True, check=True)
    assert "render" in done.stdout
    assert subprocess.run([sys.executable, "-m", "gpucanvas"], capture_output=True, check=False).returncode == 2


def test_a_dash_writes_the_picture_to_standard_output_and_all_else_to_the_other(script: Path) -> None:
    script.write_text("print('loaded')\n" + script.read_text() + "\nprint('read')\n")
    arguments = [sys.executable, "-m", "gpucanvas", "render", script, "--size", "40x30", "--backend", "cpu", "-o"]
    ended = subprocess.run([*arguments, "-"], capture_output=True, timeout=120, check=True)
    subprocess.run([*arguments, script.with_name("out.png")], capture_output=True, timeout=120, check=True)
    assert ended.stdout == script.with_name("out.png").read_bytes()
    assert ended.stderr.decode().splitlines() == ["loaded", "read", "-: 40x30 pixels, drawn by backend cpu"]
    film = subprocess.run([*arguments, "-", "--frames", "2"], capture_output=True, text=True, timeout=120, check=False)
    assert (film.returncode, film.stdout) == (2, "")
    assert "-o - writes one picture to standard output: with --frames give a name" in film.stderr
