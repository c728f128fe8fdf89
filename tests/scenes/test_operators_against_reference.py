"""Every operator's soft edges: coverage of the exact rasteriser, composited by the specification's formula."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

import gpucanvas
import reference as ref
from compare import assert_same
from compositing import OPERATORS, composite

WIDTH, HEIGHT = 48, 40
SQUARE, DISC = (0.12, 0.35, 0.86, 0.8), (0.94, 0.7, 0.08, 0.7)
ALPHA = 0.9
CLIP = [(2.5, 38.0), (46.0, 3.0), (44.0, 37.0)]


@cache
def coverages() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How much of each pixel the square, the disc and the clip cover."""
    full = {"width": WIDTH, "height": HEIGHT, "samples": 32}
    square = ref.fill_coverage([ref.polyline([(4.5, 4.5), (30.25, 4.5), (30.25, 28), (4.5, 28)], closed=True)], **full)
    disc = ref.fill_coverage([ref.curve(ref.arc_points(27, 22, 14.5), closed=True)], **full)
    mask = ref.fill_coverage([ref.polyline(CLIP, closed=True)], **full)
    return square, disc, mask


def by_formula(operator: str) -> np.ndarray:
    """A square, and a disc by the operator inside a triangle, as straight RGBA8."""
    square, disc, mask = coverages()
    backdrop = np.concatenate([np.full((HEIGHT, WIDTH, 3), SQUARE[:3]), square[..., None] * SQUARE[3]], 2)
    out = composite(operator, (*DISC[:3], DISC[3] * ALPHA), backdrop, disc, mask)
    alpha = out[..., 3:]
    straight = np.concatenate([out[..., :3] / np.where(alpha > 0, alpha, 1), alpha], 2)
    return np.asarray(np.rint(np.clip(straight, 0, 1) * 255), np.uint8)


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.usefixtures("all_blend_modes")
def test_operator_has_the_edges_of_the_reference(operator: str, backend: str, tmp_path: Path) -> None:
    canvas = gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend)
    ctx = canvas.get_context("2d")
    ctx.fill_style = SQUARE
    ctx.fill_rect(4.5, 4.5, 25.75, 23.5)
    for x, y in CLIP:
        ctx.line_to(x, y)
    ctx.clip()
    ctx.begin_path()
    ctx.arc(27, 22, 14.5, 0, 7)
    ctx.global_composite_operation, ctx.global_alpha, ctx.fill_style = operator, ALPHA, DISC
    ctx.fill()
    assert_same(
        canvas.to_numpy(),
        by_formula(operator),
        max_difference=3,
        max_mean=0.5,
        names=(backend, "formula"),
        folder=tmp_path,
    )
