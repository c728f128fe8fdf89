"""`Picture.to_svg`, `to_pdf` and `save`: arguments, files, and `gpucanvas render -o out.svg`."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

import gpucanvas
from gpucanvas import cli


@pytest.fixture
def picture() -> gpucanvas.Picture:
    recording = gpucanvas.Recording(30, 20)
    recording.get_context("2d").fill_rect(2, 2, 10, 10)
    return recording.freeze()


@pytest.mark.parametrize(("name", "head"), [("out.svg", b"<svg "), ("OUT.PDF", b"%PDF-")])
def test_save_takes_the_format_from_the_suffix(
    picture: gpucanvas.Picture, tmp_path: Path, name: str, head: bytes
) -> None:
    picture.save(tmp_path / name)
    picture.save(str(tmp_path / "again"), "svg" if "svg" in name else "pdf")
    written = (tmp_path / name).read_bytes()
    assert written.startswith(head)
    assert (tmp_path / "again").read_bytes() == written


def test_save_writes_to_an_open_file(picture: gpucanvas.Picture) -> None:
    file = io.BytesIO()
    picture.save(file, "svg", title="bars")
    assert file.getvalue().decode() == picture.to_svg(title="bars")


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (("out.jpg",), {}, "Picture.save: target is 'out.jpg': end the name in .svg, .pdf or .png"),
        (("out",), {}, "draw the picture on a Canvas and save that"),
        ((io.BytesIO(),), {}, "give format='svg', 'pdf' or 'png'"),
        (("out.svg", "jpeg"), {}, "format is 'jpeg'"),
        (("out.svg",), {"bitmap_scale": 0}, "save: bitmap_scale is 0: give a number above 0, at most 32"),
        (("out.pdf",), {"dpi": float("nan")}, "save: dpi is nan: give pixels an inch, 1 to 9600"),
    ],
)
def test_save_says_what_is_wrong_with_an_argument(
    picture: gpucanvas.Picture, arguments: tuple[Any, ...], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        picture.save(*arguments, **options)


def test_a_title_is_a_text(picture: gpucanvas.Picture) -> None:
    wrong: Any = 5
    with pytest.raises(TypeError, match="to_svg: title is 5: give a text, or None"):
        picture.to_svg(title=wrong)


def test_a_recording_says_how_it_is_saved(tmp_path: Path) -> None:
    recording: Any = gpucanvas.Recording(3, 3)
    with pytest.raises(AttributeError, match="freeze\\(\\).save for SVG and PDF"):
        recording.save(tmp_path / "out.svg")


def test_a_canvas_says_how_svg_is_written(tmp_path: Path) -> None:
    with (
        gpucanvas.Canvas(3, 3, backend="cpu") as canvas,
        pytest.raises(ValueError, match="is not of pixels: draw on a gpucanvas.Recording, and save what freeze"),
    ):
        canvas.save(tmp_path / "out.svg")


def render(tmp_path: Path, code: str, name: str, *more: str) -> int:
    script = tmp_path / "script.py"
    script.write_text(code, encoding="utf-8")
    return cli.main(["render", str(script), "-o", str(tmp_path / name), "--size", "30x20", *more])


DRAWS = "def draw(ctx, width, height):\n    ctx.fill_rect(2, 2, width / 2, height / 2)\n"


def test_render_writes_svg_and_pdf(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert render(tmp_path, DRAWS, "out.svg", "--background", "white") == 0
    assert capsys.readouterr().out == f"{tmp_path / 'out.svg'}: 30x20 units, as shapes\n"
    text = (tmp_path / "out.svg").read_text(encoding="utf-8")
    assert text.count("<rect") == 2
    assert 'fill="#ffffff"' in text
    assert render(tmp_path, DRAWS, "out.pdf", "--scale", "2") == 0
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ctx.get_image_data(0, 0, 1, 1)", "the script reads, flushes or resets its canvas"),
        ("ctx.canvas.submit()", "the script reads, flushes or resets its canvas"),
        ("ctx.reset()", "the script reads, flushes or resets its canvas"),
        ("ctx.put_image_data(ctx.create_image_data(2, 2), 0, 0)", "the script puts pixels on its canvas"),
    ],
)
def test_render_says_which_scripts_have_no_shapes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, message: str
) -> None:
    assert render(tmp_path, f"{DRAWS}    {line}\n", "out.svg") == 2
    assert f"{message}; .svg is written from what is drawn" in capsys.readouterr().err
    assert not (tmp_path / "out.svg").exists()


def test_render_refuses_a_quality_for_shapes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert render(tmp_path, DRAWS, "out.svg", "--quality", "80") == 2
    assert "--quality is of pixels: leave it out for .svg" in capsys.readouterr().err
