"""Software OpenGL reads buffers as textures: pictures are the same without, also where buffers have to grow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.backends import llvmpipe

LARGEST_BUFFER = 1 << 27
STRIPES = np.arange(64 * 4, dtype=np.uint8).reshape(8, 8, 4)


def picture(shapes: int) -> np.ndarray:
    """Outlines, an image, a gradient and a clip, and so many shapes more."""
    with gpucanvas.Canvas(160, 120, backend="gl") as canvas:
        ctx = canvas.get_context("2d")
        sky = ctx.create_linear_gradient(0, 0, 160, 120)
        sky.add_color_stop(0, "navy")
        sky.add_color_stop(1, "orange")
        ctx.fill_style = sky
        ctx.fill_rect(0, 0, 160, 120)
        ctx.begin_path()
        ctx.ellipse(80, 60, 70, 50, 0.3, 0, 6.2831853)
        ctx.clip()
        ctx.rotate(0.2)
        ctx.draw_image(gpucanvas.Image(STRIPES), 20, 10, 90, 70)
        ctx.fill_style = (0.2, 0.9, 0.4, 0.5)
        for i in range(shapes):
            ctx.begin_path()
            ctx.move_to(i % 50, 9)
            ctx.line_to(140, i % 70)
            ctx.line_to(60, 110)
            ctx.fill()
        return canvas.to_numpy()


@pytest.mark.parametrize("shapes", [3, 400])
def test_pictures_are_the_same_without_textures(gl: Any, shapes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    canvas = gpucanvas.Canvas(8, 8, backend=gl)
    backend: Any = canvas._backend
    monkeypatch.setattr(backend, "_software", True)
    want = picture(shapes)
    known = set(backend._programs._programs)
    monkeypatch.setattr(backend._stages, "_fetches", False)
    np.testing.assert_array_equal(picture(shapes), want)
    fetched = {key[0] for key in known if key[3]}
    assert {"flatten_outlines", "binning_segments", "coarse", "fine"} <= fetched
    assert {key[0] for key in backend._programs._programs if not key[3]} >= fetched


def test_textures_that_are_too_small_for_buffers_are_not_used() -> None:
    assert llvmpipe.fetches({"GL_MAX_TEXTURE_BUFFER_SIZE": LARGEST_BUFFER // 4}, LARGEST_BUFFER)
    assert not llvmpipe.fetches({"GL_MAX_TEXTURE_BUFFER_SIZE": 65536}, LARGEST_BUFFER)
