"""Pictures as PNG files: the pixels of a canvas, in bands, at any scale, and of more pixels than a canvas may have."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import gpucanvas
from gpucanvas.vector import bands


def draw(ctx: gpucanvas.Context2D, blur: float = 6.0) -> None:
    """Shapes, a text, a layer and a shadow, all of which cross rows 16 and 32; ``blur`` is in pixels."""
    paint = ctx.create_linear_gradient(0, 0, 64, 48)
    paint.add_color_stop(0, "navy")
    paint.add_color_stop(1, "gold")
    ctx.fill_style = paint
    ctx.fill_rect(0, 0, 64, 48)
    ctx.fill_style = "crimson"
    ctx.begin_path()
    ctx.arc(20, 24, 15, 0, 7)
    ctx.fill()
    with ctx.save():
        ctx.shadow_color, ctx.shadow_blur, ctx.shadow_offset_y = "black", blur, blur / 2
        ctx.fill_style = "white"
        ctx.begin_path()
        ctx.ellipse(46, 22, 9, 13, 0.5, 0, 7)
        ctx.fill()
    with ctx.layer("blur(2px)", alpha=0.7):
        ctx.fill_rect(28, 4, 6, 40)
    ctx.font = "30px sans-serif"
    ctx.fill_text("Åg", 8, 40)


def picture(width: int = 64, height: int = 48) -> gpucanvas.Picture:
    recording = gpucanvas.Recording(width, height)
    draw(recording.get_context("2d"))
    return recording.freeze()


def pixels_of(data: bytes) -> NDArray[np.int16]:
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGBA")).astype(np.int16)


@pytest.mark.parametrize("rows", [1, 16, 29, 1000])
def test_bands_have_the_pixels_of_a_canvas(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(bands, "BAND_PIXELS", 64 * rows)
    with gpucanvas.Canvas(64, 48, backend="cpu") as canvas:
        draw(canvas.get_context("2d"))
        expected = canvas.to_numpy().astype(np.int16)
    # Coordinates in a band are smaller numbers, which float32 rounds less: a coverage may differ in its last bit.
    assert np.abs(pixels_of(picture().to_png()) - expected).max() <= (0 if rows == 1000 else 1)


def test_a_scale_makes_more_pixels_and_wider_blurs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bands, "BAND_PIXELS", 192 * 40)
    with gpucanvas.Canvas(192, 144, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.scale(3, 3)
        draw(ctx, blur=18.0)  # No transform applies to shadows; a layer's filter follows it.
        expected = canvas.to_numpy().astype(np.int16)
    found = pixels_of(picture().to_png(scale=3))
    assert found.shape == (144, 192, 4)
    # The canvas's letters are fitted to its pixels, the picture's are outlines.
    found[60:, 18:130] = expected[60:, 18:130]
    assert np.abs(found - expected).max() <= 1


@pytest.mark.parametrize(("scale", "size"), [(0.5, (32, 24)), (0.3, (20, 15)), (1e-9, (1, 1)), (2.01, (129, 97))])
def test_a_part_of_a_pixel_at_the_end_is_a_pixel(scale: float, size: tuple[int, int]) -> None:
    assert pixels_of(picture().to_png(scale=scale)).shape == (size[1], size[0], 4)


def test_a_print_is_drawn_in_bands_of_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[tuple[int, int]] = []

    class Counted(bands.Surface):
        def __init__(self, backend: Any, width: int, height: int) -> None:
            super().__init__(backend, width, height)
            sizes.append((width, height))

    monkeypatch.setattr(bands, "Surface", Counted)
    picture(2000, 1000).to_png(scale=5, compress_level=0)
    assert [width for width, _ in sizes] == [10_000] * len(sizes)
    assert sum(height for _, height in sizes) == 5000
    assert max(height for _, height in sizes) * 10_000 <= 1 << 24


def test_the_file_says_the_density_and_the_colour_space(tmp_path: Any) -> None:
    picture().save(tmp_path / "print.png", scale=2.5, dpi=120)
    with Image.open(tmp_path / "print.png") as image:
        assert image.size == (160, 120)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.02)
    with Image.open(io.BytesIO(picture().to_png())) as image:
        assert "dpi" not in image.info
    recording = gpucanvas.Recording(2, 2)
    ctx = recording.get_context("2d", color_space="display-p3")
    ctx.fill_style = "color(display-p3 0 1 0)"
    ctx.fill_rect(0, 0, 2, 2)
    data = recording.freeze().to_png()
    assert b"cICP" in data
    assert pixels_of(data)[0, 0].tolist() == [0, 255, 0, 255]


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        ({"scale": 0}, ValueError, "to_png: scale is 0: give a number above 0"),
        ({"scale": float("nan")}, ValueError, "to_png: scale is nan: give a number above 0"),
        ({"scale": "2"}, TypeError, "to_png: scale is '2': give a number"),
        (
            {"scale": 513},
            gpucanvas.LimitError,
            "at a scale of 513 the picture has 32832x24624 pixels: the limit is 32768",
        ),
        ({"dpi": 0}, ValueError, "PNG dpi is 0.0: give 1 to 65535"),
        ({"dpi": "72"}, TypeError, "to_png: dpi is '72': give a number"),
        ({"compress_level": 10}, ValueError, "PNG compress_level is 10: give 0 to 9"),
    ],
)
def test_a_wrong_argument_is_refused_before_anything_is_drawn(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], error: type[Exception], text: str
) -> None:
    monkeypatch.delattr(bands, "Surface")
    with pytest.raises(error, match=text):
        picture().to_png(**given)


def test_a_picture_without_pixels_is_no_file_and_vectors_have_no_scale(tmp_path: Any) -> None:
    with pytest.raises(ValueError, match="to_png: a picture of 0x3 pixels has nothing to write"):
        gpucanvas.Recording(0, 3).freeze().to_png()
    with pytest.raises(ValueError, match="save: PDF has no scale: leave it out"):
        picture().save(tmp_path / "out.pdf", scale=2)
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_shows_a_picture_unless_it_is_very_large_or_empty() -> None:
    shown = picture()._repr_png_()
    assert shown is not None
    assert pixels_of(shown).shape == (48, 64, 4)
    assert gpucanvas.Recording(5000, 5000).freeze()._repr_png_() is None
    assert gpucanvas.Recording(0, 3).freeze()._repr_png_() is None
