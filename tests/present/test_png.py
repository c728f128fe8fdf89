"""PNG files of our own: every pixel is in them, whatever the shape, level and filter, and they are not large."""

from __future__ import annotations

import io
import math
import struct
import subprocess
import sys
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

import gpucanvas
from gpucanvas.present import png
from gpucanvas.present.formats import Options, encode

Pixels = np.ndarray


def read(data: bytes) -> Pixels:
    with Image.open(io.BytesIO(data)) as opened:
        opened.verify()
    with Image.open(io.BytesIO(data)) as opened:
        return np.array(opened)


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], len(png.SIGNATURE)
    while at < len(data):
        (size,), name = struct.unpack_from(">I", data, at), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + size]
        assert struct.unpack_from(">I", data, at + 8 + size) == (zlib.crc32(name + body),)
        found.append((name, body))
        at += 12 + size
    return found


def filter_of(data: bytes) -> int:
    """The filter of a picture's first row."""
    return zlib.decompress(b"".join(body for name, body in chunks(data) if name == b"IDAT"))[0]


def chart() -> Pixels:
    """Lines and text on white."""
    with gpucanvas.Canvas(320, 200, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style = "white"
        ctx.fill_rect(0, 0, 320, 200)
        ctx.stroke_style, ctx.fill_style = "crimson", "black"
        for x in range(20, 300):
            ctx.line_to(x, 100 + 60 * math.sin(x / 20))
        ctx.stroke()
        for k in range(8):
            ctx.fill_text(f"label {k}", 4 + 40 * k, 190)
        return np.array(canvas.to_numpy())


def photo() -> Pixels:
    """Smooth colours with noise."""
    rng = np.random.default_rng(4)
    y, x = np.mgrid[:160, :200]
    smooth = np.stack([x * 0.9, y * 1.3, 200 - x * 0.5 - y * 0.3], 2) + rng.normal(size=(160, 200, 3)) * 2
    return np.dstack([smooth, np.full((160, 200), 255)]).clip(0, 255).astype(np.uint8)


SHAPES = ((1, 1, 4), (3, 5, 4), (40, 37, 3), (60, 50, 1), (97, 211, 4), (1, 500, 3), (500, 1, 4), (9, 9000, 4))


@pytest.mark.parametrize("level", [None, 0, 1, 6, 9])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_pixel_is_in_the_file(shape: tuple[int, ...], level: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "STRIP_BYTES", 5000)
    noise = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    for pixels in (noise, (np.indices(shape).sum(0) * 3 % 256).astype(np.uint8)):
        assert np.array_equal(read(encode(pixels, "png", Options(compress_level=level))).reshape(shape), pixels)


@pytest.mark.parametrize("kind", range(4))
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_filter_comes_back(shape: tuple[int, ...], kind: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "_best_filter", lambda rows, channels, level: kind)
    monkeypatch.setattr(png, "STRIP_BYTES", 5000)
    pixels = np.random.default_rng(2).integers(0, 256, shape, dtype=np.uint8)
    data = encode(pixels)
    assert filter_of(data) == kind
    assert np.array_equal(read(data).reshape(shape), pixels)


@pytest.mark.parametrize("height", [1, 9, 64, 65, 150, 1007])
def test_filters_are_compared_in_rows_with_the_row_above_each(height: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(3).integers(1, 256, (height, 50), dtype=np.uint8)
    place = {row.tobytes(): index for index, row in enumerate(rows)}
    kinds: list[int] = []
    real = png._filtered

    def note(here: Pixels, above: Pixels, channels: int, kind: int) -> Pixels:
        places = [place[row.tobytes()] for row in here]
        assert places[0] == 0 and not above[0].any()
        assert np.array_equal(above[1:], rows[np.array(places[1:], int) - 1])
        assert places == [*range(height)] if height <= 64 else 64 <= len(places) <= 72
        kinds.append(kind)
        return real(here, above, channels, kind)

    monkeypatch.setattr(png, "_filtered", note)
    png._best_filter(rows, 1, None)
    assert kinds == [png.NONE, png.SUB, png.UP, png.AVERAGE]


def test_a_picture_whose_rows_grow_is_written_by_the_rows_above() -> None:
    row = np.random.default_rng(3).integers(0, 256, (1, 50, 3), dtype=np.uint8)
    assert filter_of(encode((row + 3 * np.arange(100)[:, None, None]).astype(np.uint8))) == png.UP


def test_the_filter_suits_the_picture() -> None:
    assert filter_of(encode(chart())) == png.NONE
    assert filter_of(encode(photo())) != png.NONE


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("picture", [chart, photo], ids=lambda picture: picture.__name__)
def test_files_are_about_as_small_as_usual(picture: Any, quick: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not quick:
        monkeypatch.setattr(png, "_quick", lambda: None)
    pixels, usual = picture(), io.BytesIO()
    Image.fromarray(pixels).save(usual, "PNG")
    # zlib's quickest level makes larger files than ISA-L's.
    assert len(encode(pixels)) < (1.15 if quick else 1.25) * len(usual.getvalue())
    assert len(encode(pixels, "png", Options(compress_level=9))) < 1.05 * len(usual.getvalue())


def test_without_the_quick_library_zlib_writes_the_same_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "_quick", lambda: None)
    assert np.array_equal(read(encode(chart())), chart())


def test_an_error_ends_the_work_between_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "STRIP_BYTES", 20_000)
    calls: list[int] = []

    def check() -> None:
        calls.append(len(calls))
        if len(calls) == 3:
            raise TimeoutError("late")

    with pytest.raises(TimeoutError, match="late"):
        encode(chart(), check=check)
    assert len(calls) == 3


def test_a_file_has_the_chunks_of_the_standard_in_their_order() -> None:
    pixels = np.zeros((4, 6, 4), np.uint8)
    found = chunks(encode(pixels))
    assert [name for name, _ in found] == [b"IHDR", b"IDAT", b"IEND"]
    assert found[0][1] == struct.pack(">2I5B", 6, 4, 8, 6, 0, 0, 0)
    with gpucanvas.Canvas(4, 4, backend="cpu") as canvas:
        canvas.get_context("2d", color_space="display-p3")
        names = [name for name, _ in chunks(canvas.to_png())]
    assert names[0] == b"IHDR"
    assert set(names[1:3]) == {b"cICP", b"iCCP"}
    assert names[3:] == [b"IDAT", b"IEND"]


def test_writing_png_loads_no_pillow() -> None:
    code = (
        "import sys, gpucanvas; c = gpucanvas.Canvas(9, 9, backend='cpu'); c.get_context('2d').fill_rect(1, 1, 5, 5); "
        "c.to_png(); print(sorted(each for each in sys.modules if each.split('.')[0] == 'PIL'))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"
