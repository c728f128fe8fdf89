"""Encoding: a file gives back what to_numpy gave; what cannot be encoded is refused before anything is drawn."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image

import gpucanvas
from gpucanvas.present import Options, encode, format_of


def decode(data: bytes) -> tuple[str | None, NDArray[np.uint8]]:
    with Image.open(io.BytesIO(data)) as image:
        return image.format, np.asarray(image.convert("RGBA"))


def drawn(backend: str = "cpu", width: int = 40, height: int = 30) -> gpucanvas.Canvas:
    """A canvas with opaque, translucent and empty pixels."""
    canvas = gpucanvas.Canvas(width, height, backend=backend)
    ctx = canvas.get_context("2d")
    ctx.fill_style = "rgb(200 30 90)"
    ctx.fill_rect(0, 0, 20, 30)
    ctx.fill_style = "rgb(10 120 250 / 50%)"
    ctx.fill_rect(10, 5, 20, 10)
    return canvas


@pytest.mark.parametrize("level", [None, 0, 9])
def test_png_comes_back_as_it_was(backend: str, level: int | None) -> None:
    canvas = drawn(backend)
    kind, pixels = decode(canvas.to_png(compress_level=level))
    assert kind == "PNG"
    assert pixels.tolist() == canvas.to_numpy().tolist()


def test_lossless_webp_comes_back_as_it_was_with_the_colour_of_transparent_pixels() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (9, 7, 4), dtype=np.uint8)
    pixels[:3, :, 3] = 0
    kind, back = decode(encode(pixels, "webp", Options(lossless=True)))
    assert kind == "WEBP"
    assert back.tolist() == pixels.tolist()


def test_lossy_webp_is_close_and_quality_decides_its_size() -> None:
    canvas = drawn()
    small, large = (canvas.encode("webp", quality=quality) for quality in (5, 100))
    assert len(small) < len(large)
    near = np.abs(decode(large)[1].astype(int) - canvas.to_numpy())
    assert near[2:-2, 2:8].max() <= 12


@pytest.mark.parametrize(
    ("background", "rgb"), [(None, (255, 255, 255)), ("lime", (0, 255, 0)), ((0, 0, 1), (0, 0, 255))]
)
def test_jpeg_is_laid_on_a_background(background: Any, rgb: tuple[int, int, int]) -> None:
    kind, pixels = decode(drawn().encode("jpeg", quality=100, background=background))
    assert kind == "JPEG"
    assert np.abs(pixels[20:, 34:, :3].astype(int) - rgb).max() <= 6
    assert np.abs(pixels[20:, 2:8, :3].astype(int) - (200, 30, 90)).max() <= 6


def test_the_jpeg_of_opaque_pixels_is_that_of_their_colours() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (31, 47, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    opaque = encode(pixels, "jpeg", Options(background="red"))
    assert opaque == encode(pixels[..., :3], "jpeg") == encode(pixels[:, ::-1][:, ::-1], "jpeg")
    for alpha in (254, 0):
        pixels[30, 46] = (0, 0, 255, alpha)
        over = np.where(pixels[..., 3:] == 0, np.uint8([255, 0, 0]), pixels[..., :3])
        over[30, 46] = (1, 0, 254) if alpha else (255, 0, 0)
        assert encode(pixels, "jpeg", Options(background="red")) == encode(over, "jpeg")


@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 1), (4, 5, 3)])
@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_pixels_without_alpha_are_encoded(shape: tuple[int, ...], kind: str) -> None:
    _, pixels = decode(encode(np.full(shape, 77, np.uint8), kind))
    assert np.abs(pixels[..., :3].astype(int) - 77).max() <= 2


def test_pixels_in_any_order_of_memory_are_encoded() -> None:
    pixels = np.arange(240, dtype=np.uint8).reshape(5, 12, 4)
    flipped = pixels[::-1, ::2]
    assert decode(encode(flipped))[1].tolist() == flipped.tolist()


@pytest.mark.parametrize(
    ("suffix", "kind"), [(".png", "PNG"), (".JPG", "JPEG"), (".jpeg", "JPEG"), (".webp", "WEBP"), (".bmp", "BMP")]
)
def test_the_suffix_of_a_path_chooses_the_format(tmp_path: Path, suffix: str, kind: str) -> None:
    path = tmp_path / f"picture{suffix}"
    drawn().save(path)
    assert decode(path.read_bytes())[0] == kind
    drawn().save(str(path), "webp")
    assert decode(path.read_bytes())[0] == "WEBP"


def test_a_file_object_gets_png_unless_told_otherwise() -> None:
    for format, kind in ((None, "PNG"), ("jpg", "JPEG")):
        out = io.BytesIO()
        drawn().save(out, format)
        assert decode(out.getvalue())[0] == kind


@pytest.mark.parametrize("kind", ["png", "jpeg", "tiff"])
@pytest.mark.parametrize("dpi", [300, np.float32(72.5), 96.0])
def test_a_file_says_how_many_pixels_an_inch_has(kind: str, dpi: float) -> None:
    data = drawn().encode(kind, dpi=dpi)
    assert Image.open(io.BytesIO(data)).info["dpi"] == pytest.approx((dpi, dpi), abs=0.5 if kind == "jpeg" else 0.02)
    assert "dpi" not in Image.open(io.BytesIO(drawn().encode("png"))).info
    out = io.BytesIO()
    drawn().save(out, kind, dpi=dpi)
    assert out.getvalue() == data


def test_a_page_of_pixels_has_their_size_in_inches() -> None:
    width, height = drawn().width, drawn().height
    (page,) = pypdfium2.PdfDocument(drawn().encode("pdf", dpi=144))
    assert page.get_size() == pytest.approx((width / 2, height / 2))
    (page,) = pypdfium2.PdfDocument(drawn().encode("pdf"))
    assert page.get_size() == pytest.approx((width, height))


REFUSED: list[tuple[str, str, dict[str, Any], type[Exception], str]] = [
    ("an unknown suffix", "a.xyz", {}, ValueError, r"'a.xyz' ends in '.xyz', which is no picture format.*\.png"),
    ("a film", "a.mp4", {}, ValueError, r"'a.mp4' ends in '.mp4', which is a film: gpucanvas.render_film"),
    ("no suffix", "a", {}, ValueError, "'a' has no suffix that names a format: end the name in .png"),
    ("an unknown format", "a.png", {"format": "tga2"}, ValueError, "format 'tga2' is no picture format"),
    ("a format that is no text", "a.png", {"format": 3}, TypeError, "format is 3: give 'png'"),
    (
        "quality of png",
        "a.png",
        {"quality": 50},
        ValueError,
        "PNG has no quality: leave it out, or save as JPEG or WEBP",
    ),
    ("quality too large", "a.jpg", {"quality": 101}, ValueError, "JPEG quality is 101: give 1 to 100"),
    (
        "quality as text",
        "a.jpg",
        {"quality": "high"},
        TypeError,
        "JPEG quality is 'high': give a whole number, 1 to 100",
    ),
    ("lossless jpeg", "a.jpg", {"lossless": True}, ValueError, "JPEG has no lossless: leave it out, or save as WEBP"),
    ("lossless as a number", "a.webp", {"lossless": 1}, TypeError, "WEBP lossless is 1: give True or False"),
    ("a level too large", "a.png", {"compress_level": 10}, ValueError, "PNG compress_level is 10: give 0 to 9"),
    ("an unknown background", "a.jpg", {"background": "reddish"}, ValueError, "is no CSS colour"),
    ("a translucent background", "a.jpg", {"background": "#ff000080"}, ValueError, "translucent: JPEG has no alpha"),
    (
        "dpi of webp",
        "a.webp",
        {"dpi": 300},
        ValueError,
        "WEBP has no dpi: leave it out, or save as PNG, JPEG, TIFF or PDF",
    ),
    ("dpi of 0", "a.png", {"dpi": 0}, ValueError, "PNG dpi is 0: give 1 to 65535"),
    ("dpi as text", "a.jpg", {"dpi": "300"}, TypeError, "JPEG: dpi is '300': give a number"),
    ("dpi that is NaN", "a.jpg", {"dpi": float("nan")}, ValueError, "JPEG dpi is nan: give 1 to 65535"),
    ("options of other formats", "a.bmp", {"quality": 5}, ValueError, "BMP has no quality"),
]


@pytest.mark.parametrize(
    ("name", "options", "kind", "text"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_cannot_be_encoded_is_refused_before_anything_is_drawn(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    options: dict[str, Any],
    kind: type[Exception],
    text: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    canvas = drawn()
    monkeypatch.setattr(canvas, "flush", lambda: pytest.fail("it was drawn"))
    with pytest.raises(kind, match=text):
        canvas.save(name, **options)
    with pytest.raises(kind, match=text):
        canvas.save_async(name, **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0)])
@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "bmp"])
def test_a_picture_without_pixels_is_refused(size: tuple[int, int], kind: str) -> None:
    canvas = gpucanvas.Canvas(*size, backend="cpu")
    with pytest.raises(ValueError, match=f"a picture of {size[0]}x{size[1]} pixels has nothing to write"):
        canvas.encode(kind)
    assert canvas._repr_png_() is None


@pytest.mark.parametrize(
    ("kind", "side", "cure"), [("webp", 16384, "save as PNG or JPEG"), ("jpeg", 65501, "save as PNG, or in parts")]
)
def test_a_picture_beyond_the_format_is_refused(kind: str, side: int, cure: str) -> None:
    for shape in ((1, side), (side, 1)):
        with pytest.raises(
            gpucanvas.LimitError, match=f"{kind.upper()} holds at most {side - 1} pixels a side.*{cure}"
        ):
            encode(np.zeros((*shape, 4), np.uint8), kind)
    encode(np.zeros((1, side - 1, 4), np.uint8), kind)


@pytest.mark.parametrize(
    ("pixels", "text"),
    [
        (np.zeros((2, 2, 4)), "pixels are float64: give a uint8 array"),
        (np.zeros((2, 2, 2), np.uint8), r"pixels have shape \(2, 2, 2\): give \(H, W, 4\)"),
        (np.zeros(4, np.uint8), r"pixels have shape \(4,\)"),
        ([[0]], "pixels are list: give a uint8 array"),
    ],
)
def test_pixels_of_another_form_are_refused(pixels: Any, text: str) -> None:
    with pytest.raises(TypeError, match=text):
        encode(pixels)


def test_a_mode_that_a_format_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="XBM cannot hold pixels of mode RGBA: save as PNG or WEBP"):
        drawn().encode("xbm")


def test_a_format_that_pillow_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    Image.init()
    monkeypatch.delitem(Image.SAVE, "WEBP")
    with pytest.raises(ValueError, match=r"'a.webp' ends in '.webp', which cannot be written: this Pillow was built"):
        format_of("a.webp")


def test_an_encoding_can_be_ended_between_its_pieces() -> None:
    class Enough(Exception):
        pass

    calls = []

    def check() -> None:
        calls.append(1)
        if len(calls) == 5:
            raise Enough

    noise = np.random.default_rng(1).integers(0, 256, (600, 600, 4), dtype=np.uint8)
    with pytest.raises(Enough):
        encode(noise, "png", check=check)
    assert len(calls) == 5
