"""Picture files: read as Pillow reads them and as browsers turn them; what is wrong with one is said with its name."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pictures

import gpucanvas
from gpucanvas import memory
from gpucanvas.images import files

RNG = np.random.default_rng(2)
PIXELS = RNG.integers(0, 256, (6, 9, 4)).astype(np.uint8)
SMOOTH = np.dstack([np.tile(np.linspace(0, 255, 48), (32, 1))] * 3 + [np.full((32, 48), 255)]).astype(np.uint8)
ORIENTATION = 0x0112


def file_of(pixels: Any, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image = Pictures.fromarray(pixels)
    (image.convert("RGB") if kind == "JPEG" else image).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_a_file_without_loss_has_its_pixels(kind: str, tmp_path: Path) -> None:
    data = file_of(PIXELS, kind, **({"lossless": True, "exact": True} if kind == "WEBP" else {}))
    path = tmp_path / "picture"
    path.write_bytes(data)
    with path.open("rb") as opened:
        for source in (path, str(path), data, bytearray(data), memoryview(data), io.BytesIO(data), opened):
            image = gpucanvas.Image.open(source)
            assert np.array_equal(image.to_numpy(), PIXELS)
        assert not opened.closed


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF"])
def test_a_lossy_file_is_near_its_picture(kind: str) -> None:
    found = gpucanvas.Image.open(file_of(SMOOTH, kind)).to_numpy()
    assert np.abs(found.astype(int) - SMOOTH).max() <= 12


def test_palettes_greys_and_16_bits_are_read() -> None:
    grey = Pictures.fromarray(SMOOTH[..., 0])
    for image in (grey, grey.convert("P"), grey.convert("LA")):
        out = io.BytesIO()
        image.save(out, "PNG")
        assert np.array_equal(gpucanvas.Image.open(out.getvalue()).to_numpy(), SMOOTH)
    out = io.BytesIO()
    Pictures.fromarray(SMOOTH[..., 0].astype(np.uint16) * 257).save(out, "PNG")
    assert np.array_equal(gpucanvas.Image.open(out.getvalue()).to_numpy(), SMOOTH)


UPRIGHT = {
    1: lambda p: p,
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.transpose(1, 0, 2),
    6: lambda p: p.transpose(1, 0, 2)[:, ::-1],
    7: lambda p: p[::-1, ::-1].transpose(1, 0, 2),
    8: lambda p: p.transpose(1, 0, 2)[::-1],
}
"""How a camera's rows and columns become a picture's (Exif 2.32, 4.6.4 A, "Orientation")."""


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_is_turned_as_its_exif_orientation_says(kind: str, orientation: int) -> None:
    exif = Pictures.Exif()
    exif[ORIENTATION] = orientation
    corners = np.zeros((32, 48, 4), np.uint8)
    corners[..., 3] = 255
    corners[:16, :16, 0] = corners[:16, 32:, 1] = corners[16:, :16, 2] = 255
    data = file_of(corners, kind, exif=exif, **({} if kind == "PNG" else {"quality": 100}))
    found = gpucanvas.Image.open(data).to_numpy()
    expected = UPRIGHT[orientation](corners)
    assert found.shape == expected.shape
    assert (np.abs(found.astype(int) - expected) > 100).mean() < 0.005
    as_it_lies = gpucanvas.create_image_bitmap(data, image_orientation="none").to_numpy()
    assert as_it_lies.shape == corners.shape
    assert (np.abs(as_it_lies.astype(int) - corners) > 100).mean() < 0.005


# Pillow warns of some damage, and reads on.
@pytest.mark.filterwarnings("ignore")
def test_damaged_exif_data_do_not_spoil_a_picture() -> None:
    data = file_of(SMOOTH, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    assert gpucanvas.Image.open(data).width == 48


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF", "TIFF", "BMP"])
def test_a_file_cut_off_anywhere_is_refused_or_read_never_a_crash(kind: str) -> None:
    noise = RNG.integers(0, 256, (40, 40, 4)).astype(np.uint8)
    data = file_of(noise, kind)
    refused = 0
    for length in sorted({0, 1, 8, 20, 60, *range(100, len(data) - 1, max(1, len(data) // 12)), len(data) // 2}):
        try:
            image = gpucanvas.Image.open(data[:length])
        except ValueError as error:
            refused += 1
            assert str(error).startswith(f"the file of {length} bytes is ")
            assert "give a" in str(error)
        else:
            assert image.width == 40
    assert refused >= 5


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF", "TIFF"])
def test_a_file_with_wrong_bytes_is_refused_or_read_never_a_crash(kind: str) -> None:
    data = file_of(RNG.integers(0, 256, (24, 24, 4)).astype(np.uint8), kind)
    for seed in range(40):
        rng = np.random.default_rng(seed)
        broken = bytearray(data)
        for at in rng.integers(0, min(len(data), 400), 4):
            broken[at] = rng.integers(0, 256)
        try:
            files.decode(broken)
        except (ValueError, TypeError, gpucanvas.LimitError) as error:
            assert "the file of" in str(error) or "the image" in str(error)


def giant_png(width: int, height: int) -> bytes:
    """A file of some bytes that says that it is so large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(giant_png(60_000, 60_000))
    for use in (gpucanvas.Image.open, gpucanvas.Image, gpucanvas.create_image_bitmap, gpucanvas.AnimatedImage.open):
        with pytest.raises(gpucanvas.LimitError, match=r"bomb\.png' has more than \d+ pixels.*MAX_IMAGE_PIXELS"):
            use(path)


def test_what_the_memory_budget_has_no_room_for_is_not_decoded() -> None:
    data = giant_png(5000, 5000)
    # No more than the image, whatever earlier tests have left in caches that would give their room to it.
    limit = memory.set_budget(host_bytes=90_000_000)
    try:
        with pytest.raises(gpucanvas.MemoryBudgetError, match="an image of 100000000 bytes does not fit"):
            gpucanvas.Image.open(data)
    finally:
        memory.set_budget(host_bytes=limit.host_bytes, device_bytes=limit.device_bytes)
    with pytest.raises(ValueError, match="is damaged or cut off"):
        gpucanvas.Image.open(giant_png(50, 50))


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n", giant_png(0, 5)])
def test_what_is_no_picture_is_refused_with_the_formats_that_are(data: bytes) -> None:
    with pytest.raises(ValueError, match=rf"the file of {len(data)} bytes is .*: give a"):
        gpucanvas.Image.open(data)


def test_what_pillow_would_give_to_another_program_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostScript is a program, and Pillow has Ghostscript run it: a file may come from anyone."""
    from PIL import EpsImagePlugin

    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *given, **more: pytest.fail("it was run"))
    data = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n%%EndComments\nshowpage\n"
    for use in (gpucanvas.Image.open, gpucanvas.create_image_bitmap, gpucanvas.AnimatedImage.open):
        with pytest.raises(ValueError, match=r"the file of \d+ bytes is no picture that is read here: give a PNG"):
            use(data)


def test_paths_that_cannot_be_read_raise_the_system_s_error_with_their_name(tmp_path: Path) -> None:
    ctx = gpucanvas.Recording(4, 4).get_context("2d")
    with pytest.raises(FileNotFoundError, match=r"nothing\.png"):
        gpucanvas.Image.open(tmp_path / "nothing.png")
    with pytest.raises(FileNotFoundError, match=r"nothing\.png"):
        ctx.draw_image(tmp_path / "nothing.png", 0, 0)
    with pytest.raises(IsADirectoryError):
        gpucanvas.Image.open(tmp_path)
    with pytest.raises(TypeError, match="5 is no file: give a path, its bytes, or an open file"):
        gpucanvas.Image.open(5)  # type: ignore[arg-type]


def test_text_is_no_image_and_the_error_says_what_is() -> None:
    ctx = gpucanvas.Recording(4, 4).get_context("2d")
    with pytest.raises(TypeError, match=r"the image is 'photo.png': give .*Image\.open\(\.\.\.\) or its pathlib\.Path"):
        ctx.draw_image("photo.png", 0, 0)


def test_files_are_drawn_and_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_cache", files.FileCache())
    decoded: list[Any] = []
    real = files.decode
    monkeypatch.setattr(files, "decode", lambda source, **rest: decoded.append(source) or real(source, **rest))
    path = tmp_path / "picture.png"
    opaque = np.dstack([PIXELS[..., :3], np.full((6, 9), 255, np.uint8)])
    data = file_of(opaque, "PNG")
    path.write_bytes(data)
    with gpucanvas.Canvas(9, 6, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        for source in (path, data):
            for _ in range(3):
                ctx.reset()
                ctx.draw_image(source, 0, 0)
                assert np.array_equal(canvas.to_numpy(), opaque)
        assert len(decoded) == 2
        monkeypatch.chdir(tmp_path)
        ctx.draw_image(Path("picture.png"), 0, 0)
        assert len(decoded) == 2, "the same file by another path"
        path.write_bytes(file_of(255 - opaque[..., :3], "PNG"))
        os.utime(path, ns=(1, 1))
        ctx.draw_image(path, 0, 0)
        assert np.array_equal(canvas.to_numpy()[..., :3], 255 - opaque[..., :3]), "another file of that name"
        assert len(decoded) == 3
    assert np.array_equal(gpucanvas.Image(path).to_numpy()[..., :3], 255 - opaque[..., :3])


def test_the_files_least_recently_drawn_are_forgotten_and_the_budget_forgets_all() -> None:
    blank = [file_of(np.full((10, 10, 4), shade, np.uint8), "PNG") for shade in (1, 2, 3, 4)]
    cache = files.FileCache(limit=3 * 400 + 3 * 200)
    first, *_ = [cache.get(data) for data in blank[:3]]
    assert cache.get(blank[0]) is first
    cache.get(blank[3])
    assert cache.get(blank[0]) is first
    assert len(cache._kept) == 3
    tiny = files.FileCache(limit=10)
    assert tiny.get(blank[0]) is tiny.get(blank[0]), "the last file stays, whatever its size"
    freed = cache.evict()
    assert freed >= 1200 and cache.evict() == 0
    assert cache.get(blank[0]) is not first


@pytest.mark.parametrize(
    ("suffix", "blank"), [("tiff", (0, 0, 0, 0)), ("gif", (0, 0, 0, 0)), ("bmp", (0, 0, 0, 255)), ("pdf", None)]
)
def test_other_formats_of_pillow_are_written(tmp_path: Path, suffix: str, blank: Any) -> None:
    """As `Canvas.encode` says: a GIF has alpha, a BMP is black where the canvas is transparent."""
    path = tmp_path / f"picture.{suffix}"
    with gpucanvas.Canvas(20, 10, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style = "red"
        ctx.fill_rect(0, 0, 10, 10)
        canvas.save(path)
    if blank is None:
        assert path.read_bytes().startswith(b"%PDF-")
        return
    with Pictures.open(path) as picture:
        pixels = np.asarray(picture.convert("RGBA"))
    assert pixels[5, 5].tolist() == [255, 0, 0, 255] and tuple(pixels[5, 15].tolist()) == blank
