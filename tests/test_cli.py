"""The command line, run as its user runs it: what it prints, what it writes, and its exit status."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from gpucanvas import cli
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
    assert "cli.py" not in error
    assert not output.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["missing.py", "-o", "out.png"], "missing.py is no file: give a Python script that defines draw"),
        (["no_draw.py", "-o", "out.png"], "no_draw.py defines no draw: write def draw(ctx, width, height)"),
        (["picture.py", "-o", "out.xyz"], "'.xyz' is no picture format: end the name in .png"),
        (["picture.py", "-o", "nowhere/out.png"], "there is no folder nowhere: make it first"),
        (["picture.py", "-o", "."], "is a folder: give a file's name"),
        (["picture.py", "-o", "out.png", "--size", "9000x1", "--scale", "4"], "is 36000x4 pixels: make each side 1 to"),
        (["picture.py", "-o", "out.png", "--size", "12"], "the size is '12': give WIDTHxHEIGHT"),
        (["picture.py", "-o", "out.png", "--size", "0x5"], "the size is '0x5': give WIDTHxHEIGHT"),
        (["picture.py", "-o", "out.png", "--scale", "-1"], "the scale is '-1': give a number above 0"),
        (["picture.py", "-o", "out.png", "--backend", "metal"], "invalid choice: 'metal'"),
        (["picture.py"], "required: -o"),
    ],
)
def test_render_wrong_arguments_are_status_2_with_the_cure(
    script: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str], message: str
) -> None:
    monkeypatch.chdir(script.parent)
    Path("no_draw.py").write_text("paint = None\n", encoding="utf-8")
    try:
        status = cli.main(["render", *words])
    except SystemExit as left:
        status = int(left.code or 0)
    assert status == 2
    assert message in capsys.readouterr().err


def test_info_says_what_works_and_what_auto_chooses(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["info"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("gpucanvas ")
    assert re.match(r"cpu  works: (kernels compiled for|numba [\d.]+ compiles the kernels)", lines[1])
    assert lines[2].startswith("gl   ")
    (chosen,) = [number for number, line in enumerate(lines) if line in ("auto chooses cpu", "auto chooses gl")]
    assert ("does not work here" in lines[2]) == lines[3].startswith("     cure: ")
    windows = lines[chosen + 1 :]
    assert windows[0].startswith("windows ")
    assert ("does not work here" in windows[0]) == (len(windows) == 2 and windows[1].startswith("     cure: "))


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
