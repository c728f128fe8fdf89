"""An image is sampled half a row at a time, where that is covered: to the bit what the formula gives for each pixel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gpucanvas.contract.constants import IMAGE_SMOOTH, TILE
from gpucanvas.contract.paints import PAINTS
from gpucanvas.contract.records import Image
from gpucanvas.stages.textures import mapped_image_rows
from gpucanvas.stages.tile import COVER, MASK, PLANE, SCRATCH, SOURCE

F = np.float32
Floats = NDArray[np.float32]
KIND = PAINTS["image"].record.dtype


def plane(px: Floats, start: Any, count: int = 1) -> Floats:
    """Some planes of a tile, as a view (count, TILE, TILE)."""
    return px[int(start) : int(start) + count * int(PLANE)].reshape(count, TILE, TILE)


def texture(rng: np.random.Generator, width: int, height: int) -> tuple[NDArray[np.int32], NDArray[Any]]:
    """Random texels (height, width), and their record; they end where their memory does."""
    texels = rng.integers(0, 1 << 32, (height, width), np.uint32).view(np.int32)
    image = np.zeros(1, Image.dtype)
    address = texels.ctypes.data
    image["low"], image["high"] = address & 0xFFFFFFFF, address >> 32
    image["stride"], image["count"] = width, texels.size
    return texels, image


def paint_of(rng: np.random.Generator, box: tuple[int, int, int, int], smooth: bool, scale: float) -> NDArray[Any]:
    """A paint that shows a box of texels in the middle of the tile, turned or mirrored."""
    paint = np.zeros(1, KIND)
    turn = rng.random() * 7
    xx, xy, yx, yy = np.array([np.cos(turn), np.sin(turn), -np.sin(turn), np.cos(turn)]) * scale
    if rng.random() < 0.5:
        xx, yx = -xx, -yx
    paint["xx"], paint["xy"], paint["yx"], paint["yy"] = xx, xy, yx, yy
    paint["dx"] = (box[0] + box[2] + 1) / 2 - 8 * (xx + xy) + rng.random()
    paint["dy"] = (box[1] + box[3] + 1) / 2 - 8 * (yx + yy) + rng.random()
    paint["x0"], paint["y0"], paint["x1"], paint["y1"] = box
    paint["flags"], paint["alpha"] = IMAGE_SMOOTH * smooth, rng.random()
    return paint


def colors_of(texels: NDArray[np.int32], paint: Any, column: Any, line: Any) -> Floats:
    """Premultiplied texels, clamped to the paint's box: (4, TILE, TILE)."""
    words = texels[np.clip(line, paint["y0"], paint["y1"]), np.clip(column, paint["x0"], paint["x1"])]
    red, green, blue, alpha = ((words.view(np.uint32) >> shift & 255).astype(F) for shift in (0, 8, 16, 24))
    alpha = alpha * F(1 / 255)
    k = alpha * F(1 / 255)
    return np.stack([red * k, green * k, blue * k, alpha])


def sampled(texels: NDArray[np.int32], paint: Any, x0: int, y0: int) -> Floats:
    """The image's colours of all pixels of a tile, times its alpha."""
    x, y = np.arange(TILE, dtype=F) + F(x0) + F(0.5), (np.arange(TILE, dtype=F) + F(y0) + F(0.5))[:, None]
    u = paint["xx"] * x + paint["xy"] * y + paint["dx"]
    v = paint["yx"] * x + paint["yy"] * y + paint["dy"]
    if not paint["flags"] & IMAGE_SMOOTH:
        return colors_of(texels, paint, np.floor(u).astype(int), np.floor(v).astype(int)) * paint["alpha"]
    u, v = u - F(0.5), v - F(0.5)
    column, line = np.floor(u), np.floor(v)
    fu, fv = u - column, v - line
    i, j = column.astype(int), line.astype(int)
    rows = []
    for k in (j, j + 1):
        left, right = colors_of(texels, paint, i, k), colors_of(texels, paint, i + 1, k)
        rows.append(left + fu * (right - left))
    return (rows[0] + fv * (rows[1] - rows[0])) * paint["alpha"]


def over(px: Floats, source: Floats, covered: bool, masked: bool) -> Floats:
    """Source-over of a tile's pixels with colours."""
    pixels = plane(px, 0, 4).copy()
    if covered:
        source = source * np.maximum(plane(px, COVER), F(0))
    value = source + (F(1) - source[3]) * pixels
    return pixels + (plane(px, MASK) if masked else F(1)) * (value - pixels)


def tile(rng: np.random.Generator) -> Floats:
    """A tile's planes: coverage is that of a band that is nowhere in some half rows, and may be less than nothing."""
    px = rng.random(SCRATCH).astype(F)
    x, y = np.arange(TILE), np.arange(TILE)[:, None]
    turn = rng.random() * 7
    away = np.cos(turn) * (x - 7.5) + np.sin(turn) * (y - 7.5) + rng.uniform(-4, 4)
    plane(px, COVER)[0] = np.clip(rng.uniform(1, 5) - np.abs(away), 0, 1)
    plane(px, COVER)[0][rng.random((TILE, TILE)) < 0.02] = -1e-8
    return px


BOXES = {
    "all": (0, 0, 19, 12),
    "a part": (3, 2, 9, 8),
    "the last column": (19, 0, 19, 12),
    "two columns": (18, 3, 19, 12),
    "the last row": (2, 12, 19, 12),
    "the last texel": (19, 12, 19, 12),
}


@pytest.mark.parametrize("smooth", [False, True], ids=["nearest", "smooth"])
@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
def test_image_rows_are_those_of_single_pixels(box: tuple[int, int, int, int], smooth: bool) -> None:
    rng = np.random.default_rng(sum(box) + smooth)
    texels, images = texture(rng, 20, 13)
    tables = np.zeros(1, np.uint32), images, (np.empty(0, np.int32), 0)
    for scale in (0.05, 0.4, 0.9, 1.7):
        for over_it, covered, masked in [(1, 1, 0), (1, 1, 1), (1, 0, 0), (1, 0, 1), (0, 1, 1)]:
            px, paint = tile(rng), paint_of(rng, box, smooth, scale)
            paint["dx"] -= paint["xx"] * F(32) + paint["xy"] * F(16)
            paint["dy"] -= paint["yx"] * F(32) + paint["yy"] * F(16)
            how = np.bool_(over_it), np.bool_(covered), np.bool_(masked), SOURCE
            source, before = sampled(texels, paint[0], 32, 16), px.copy()
            mapped_image_rows(px, paint[0], tables, how, 32, 16, np.uint64(1), np.uint64(15))
            if over_it:
                expected = plane(before, 0, 4).copy()
                expected[:, 1:15] = over(before, source, bool(covered), bool(masked))[:, 1:15]
                np.testing.assert_array_equal(plane(px, 0, 4), expected)
            else:
                np.testing.assert_array_equal(plane(px, 0, 4), plane(before, 0, 4))
                seen = plane(px, COVER)[0, 1:15] > 0
                assert seen.any()
                found = plane(px, SOURCE, 4)[:, 1:15]
                np.testing.assert_array_equal(found[:, seen], source[:, 1:15][:, seen])
                # What nobody sees is multiplied by a coverage of 0: it must be a number.
                assert np.isfinite(found).all()
