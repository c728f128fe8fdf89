"""Glyphs that are SVG: the element of a glyph alone, in the em of the font, with the palette and the fill style."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from built_fonts import build_font

import gpucanvas
from gpucanvas.text import describe, pictures
from gpucanvas.text.face import load

NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
RED, GREEN, BLUE = [255, 0, 0, 255], [0, 128, 0, 255], [0, 0, 255, 255]
TOP = '<g id="glyph1"><rect x="100" y="-600" width="400" height="600" fill="red"/></g>'
"""A is a red rectangle of 400 by 600 that stands on the baseline; its outline is a square of 500."""


@pytest.fixture(autouse=True)
def _no_font_stays() -> Iterator[None]:
    yield
    gpucanvas.fonts.unregister("Glyphs")


def drawn(documents: dict[str, str | bytes] | str, text: str = "A", style: str = "black", **font: Any) -> Any:
    """A text at 100 px an em, from (20, 120) on, with a font whose glyphs are SVG."""
    if isinstance(documents, str):
        documents = {"AB": f"<svg {NAMESPACE}>{documents}</svg>"}
    gpucanvas.fonts.register(build_font("Glyphs", svg=documents, **font), family="Glyphs")
    with gpucanvas.Canvas(240, 180, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.font = "100px Glyphs"
        ctx.fill_style = style
        ctx.fill_text(text, 20, 120)
        return canvas.to_numpy()


def box_of(pixels: Any) -> tuple[int, int, int, int]:
    ys, xs = np.nonzero(pixels[..., 3] > 127)
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


def test_a_glyph_is_its_element_in_font_units_from_the_baseline() -> None:
    pixels = drawn(TOP)
    assert box_of(pixels) == (30, 60, 70, 120)
    assert pixels[90, 50].tolist() == RED


def test_only_the_glyph_is_drawn_and_the_rest_can_be_referred_to() -> None:
    pixels = drawn(
        '<linearGradient id="paint"><stop stop-color="blue"/></linearGradient>'
        '<rect width="900" height="900"/>'
        '<g fill="lime"><rect id="glyph2" x="0" y="-500" width="100" height="100"/>'
        '<g id="glyph1"><use href="#glyph2" x="200"/>'
        '<rect y="-100" width="100" height="100" fill="url(#paint)"/></g></g>'
    )
    assert pixels[75, 45].tolist() == [0, 255, 0, 255] and pixels[115, 25].tolist() == BLUE
    assert not pixels[75, 25].any() and not pixels[150, 25].any(), "neither the other glyph nor the square"


def test_groups_around_a_glyph_move_and_style_it() -> None:
    pixels = drawn(
        '<style>.a { fill: green }</style><g transform="translate(100 -200)"><g class="a">'
        '<rect id="glyph1" width="300" height="200"/></g></g>'
    )
    assert box_of(pixels) == (30, 100, 60, 120)
    assert pixels[110, 45].tolist() == GREEN


def test_the_outermost_element_may_be_the_glyph() -> None:
    root = f'<svg {NAMESPACE} id="glyph1" width="7" height="9"><rect x="100" y="-600" width="400" height="600"/></svg>'
    assert box_of(drawn({"A": root})) == (30, 60, 70, 120)


def test_a_view_box_is_scaled_to_the_em() -> None:
    root = (
        f'<svg {NAMESPACE} viewBox="0 20 20 20"><rect id="glyph1" x="2" y="8" width="8" height="12" fill="red"/></svg>'
    )
    assert box_of(drawn({"A": root})) == (30, 60, 70, 120)


def test_a_document_may_be_packed() -> None:
    assert box_of(drawn({"A": gzip.compress(f"<svg {NAMESPACE}>{TOP}</svg>".encode())})) == (30, 60, 70, 120)


def test_current_color_is_the_fill_style() -> None:
    pixels = drawn(TOP.replace("red", "currentColor"), style="rgb(10 200 90)")
    assert pixels[90, 50].tolist() == [10, 200, 90, 255]
    assert drawn(TOP.replace("red", "currentColor"), style="rgb(10 200 90 / 50%)")[90, 50, 3] in (127, 128)


def test_variables_are_the_palette() -> None:
    palettes = [[(0.0, 0.0, 1.0, 1.0), (1.0, 0.0, 0.0, 0.5)]]
    for fill, wanted in (
        ("var(--color0, red)", BLUE),
        ("var(--color0)", BLUE),
        ("var(--color1)", [255, 0, 0, 128]),
        ("var(--color7, green)", GREEN),
        ("var(--color7, rgb(0, 128, 0))", GREEN),
    ):
        pixels = drawn(TOP.replace("red", fill), palettes=palettes)
        assert np.abs(pixels[90, 50].astype(int) - wanted).max() <= 1, fill


def test_what_is_larger_than_the_em_is_drawn_as_far_as_a_quarter_of_it() -> None:
    pixels = drawn('<rect id="glyph1" x="-150" y="-1100" width="1300" height="1300"/>')
    assert box_of(pixels) == (5, 10, 135, 140)


@pytest.mark.parametrize(
    "bad",
    ["<g id='glyph1'>", '<rect id="other" width="500" height="500"/>', "", "<g>" * 3000 + TOP + "</g>" * 3000],
    ids=["cut off", "without the glyph", "empty", "nested deeply"],
)
def test_a_glyph_without_a_picture_is_its_outline(bad: str) -> None:
    pixels = drawn(bad)
    assert box_of(pixels) == (20, 70, 70, 120) and pixels[100, 40].tolist() == [0, 0, 0, 255]


def test_without_the_library_glyphs_are_outlines(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (describe, pictures):
        monkeypatch.setattr(module, "is_installed", lambda: False)
    face = load(build_font("Glyphs", svg={"A": f"<svg {NAMESPACE}>{TOP}</svg>"}))
    assert face.color_kind == "svg" and not face.info.has_colors
    pixels = drawn(TOP)
    assert box_of(pixels) == (20, 70, 70, 120) and pixels[100, 40].tolist() == [0, 0, 0, 255]


def test_the_font_is_known_to_have_colours() -> None:
    gpucanvas.fonts.register(build_font("Glyphs", svg={"A": f"<svg {NAMESPACE}>{TOP}</svg>"}), family="Glyphs")
    (font,) = (font for font in gpucanvas.fonts.list() if font.family == "Glyphs")
    assert font.has_colors


def test_every_size_has_pixels_of_its_own_and_moves_with_the_transform() -> None:
    gpucanvas.fonts.register(build_font("Glyphs", svg={"A": f"<svg {NAMESPACE}>{TOP}</svg>"}), family="Glyphs")
    with gpucanvas.Canvas(120, 120, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.font = "20px Glyphs"
        ctx.scale(5, 5)
        ctx.fill_text("A", 2, 20)
        assert box_of(canvas.to_numpy()) == (20, 40, 60, 100)
