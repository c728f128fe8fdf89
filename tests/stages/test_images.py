"""The stage that places drawn images, by the maps of `geometry.affine`, and by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gpucanvas.contract import constants as c
from gpucanvas.contract import records
from gpucanvas.contract.commands import COMMAND, DRAW_IMAGE, FILL_RECT, PUT_IMAGE, STATE, USE, USE_HALVES, USE_SMOOTH
from gpucanvas.contract.operators import OPERATORS, OVER_STYLE
from gpucanvas.contract.paints import PAINTS
from gpucanvas.geometry.affine import invert, multiply
from gpucanvas.stages.images import INTS, mark_images, place_images, write_image_items

PAINT = PAINTS["image"].record
BASE = 40
IN = OPERATORS["source-in"].style


def tables(matrices: Any, rects: Any, sources: Any, flags: Any = USE_SMOOTH, kinds: Any = DRAW_IMAGE) -> Any:
    """Commands, states and uses of images that are drawn one after another, each image 1 of two."""
    count = len(matrices)
    commands, states, uses = np.zeros(count, COMMAND), np.zeros(count, STATE), np.zeros(count, USE)
    commands["kind"], commands["state"], commands["extra"] = kinds, np.arange(count), np.arange(count)
    commands["v"], states["matrix"], states["alpha"], states["op"] = rects, matrices, 0.5, IN
    states["origin"] = 7, 9
    uses["image"], uses["flags"], uses["source"] = 1, flags, sources
    return commands, states, uses


def place(commands: Any, states: Any, uses: Any, box: tuple[int, int, int, int] = (0, 0, 64, 64)) -> tuple[Any, Any]:
    """The draws and records of images; image 1 has number 3 in the scene and this box of the picture."""
    drawn = np.zeros(2, np.bool_)
    count = mark_images(commands, uses, drawn)
    images = np.zeros((2, INTS), np.int64)
    images[1] = 3, *box
    draws, found = np.zeros(len(commands), records.Draw.dtype), np.empty(count, PAINT.dtype)
    draws["style"] = IN | c.SHAPE_PATH
    place_images(commands, states, np.empty(0, np.int64), draws, uses, images, found, BASE)
    return draws, found


def test_one_image_by_hand() -> None:
    commands, states, uses = tables([(2, 0, 0, 2, 10, 20)], [(1, 2, 8, 4)], [(16, 32, 8, 4)])
    draws, found = place(commands, states, uses)
    assert found.tolist() == [(c.IMAGE_SMOOTH, 0.5, 0.0, 10.0, 0.0, 0.5, 20.0, 3, 15, 31, 24, 36, 0.5)]
    assert draws["paint"].tolist() == [PAINTS["image"].word(BASE)]
    assert draws["a"].tolist() == [1.0] and draws["style"].tolist() == [IN | c.SHAPE_PATH]


def test_what_is_not_smoothed_reads_no_texel_beside_its_part() -> None:
    commands, states, uses = tables([(1, 0, 0, 1, 0, 0)], [(0, 0, 8, 4)], [(16, 32, 8, 4)], 0)
    record = place(commands, states, uses)[1][0]
    assert (record["flags"], record["x0"], record["y0"], record["x1"], record["y1"]) == (0, 16, 32, 23, 35)


def test_texels_are_those_of_the_part_of_the_picture_that_is_here() -> None:
    commands, states, uses = tables([(1, 0, 0, 1, 0, 0)], [(0, 0, 8, 4)], [(16, 32, 8, 4)])
    record = place(commands, states, uses, (16, 32, 20, 36))[1][0]
    assert (record["x0"], record["y0"], record["x1"], record["y1"]) == (16, 32, 19, 35)


def test_an_image_of_halves_has_two_words_a_texel() -> None:
    commands, states, uses = tables([(1, 0, 0, 1, 0, 0)], [(0, 0, 8, 4)], [(16, 32, 8, 4)], USE_SMOOTH | USE_HALVES)
    draws, found = place(commands, states, uses, (32, 32, 40, 36))
    assert draws["paint"].tolist() == [PAINTS["half_image"].word(BASE)]
    assert (found[0]["x0"], found[0]["x1"]) == (16, 19)


def test_image_data_goes_to_its_place_whatever_the_transform() -> None:
    commands, states, uses = tables([(3, 1, 2, 3, 5, 6)], [(4, 5, 8, 4)], [(0, 0, 8, 4)], 0, PUT_IMAGE)
    record = place(commands, states, uses)[1][0]
    assert [record[name] for name in ("xx", "xy", "dx", "yx", "yy", "dy", "alpha")] == [1, 0, -11, 0, 1, -14, 1]


@pytest.mark.parametrize("matrix", [(0, 0, 0, 0, 3, 4), (1, 2, 2, 4, 0, 0), (1e200, 0, 0, 1e200, 0, 0)])
def test_without_an_inverse_nothing_is_drawn_and_nothing_is_cleared(matrix: tuple[float, ...]) -> None:
    draws, found = place(*tables([matrix], [(0, 0, 8, 4)], [(0, 0, 8, 4)]))
    assert draws["style"].tolist() == [OVER_STYLE | c.SHAPE_PATH]
    assert [found[0][name] for name in ("xx", "xy", "dx", "yx", "yy", "dy")] == [0] * 6


def test_only_images_that_commands_draw_are_marked() -> None:
    commands, _, uses = tables([(1, 0, 0, 1, 0, 0)] * 3, [(0, 0, 8, 4)] * 3, [(0, 0, 8, 4)] * 3)
    commands["kind"][0], uses["image"] = FILL_RECT, [0, 1, 3]
    drawn = np.zeros(5, np.bool_)
    assert mark_images(commands, uses, drawn) == 2
    assert drawn.tolist() == [False, True, False, True, False]


def test_thousands_have_the_maps_of_the_affine_module() -> None:
    rng = np.random.default_rng(5)
    matrices, rects = rng.normal(size=(3000, 6)) * 3, rng.random((3000, 4)) * 50 + 1
    sources = rng.random((3000, 4)) * 30 + 1
    _, found = place(*tables(matrices, rects, sources))
    expected = []
    for matrix, (x, y, w, h), (sx, sy, sw, sh) in zip(matrices.tolist(), rects.tolist(), sources.tolist(), strict=True):
        inverse = invert(tuple(matrix))
        assert inverse is not None
        kx, ky = sw / w, sh / h
        a, b, cc, d, e, f = multiply((kx, 0.0, 0.0, ky, sx - x * kx, sy - y * ky), inverse)
        expected.append((a, cc, e, b, d, f))
    got = np.stack([found[name] for name in ("xx", "xy", "dx", "yx", "yy", "dy")], 1)
    np.testing.assert_allclose(got, np.array(expected), rtol=1e-6, atol=1e-6)


def test_items_of_a_batch_are_as_commands_and_say_which_are_turned() -> None:
    rng = np.random.default_rng(6)
    items = np.zeros((500, 15))
    items[:, :8], items[:, 14] = rng.random((500, 8)) * 30 + 1, rng.random(500)
    items[:, 8:14] = rng.normal(size=(500, 6))
    items[::2, 9:11] = 0
    shared = (0.5, 0.0, 0.0, 2.0, 3.0, 4.0)
    draws, found = np.zeros(500, records.Draw.dtype), np.empty(500, PAINT.dtype)
    turned, matrices = np.empty(500, np.int64), np.empty((500, 6))
    images = np.array([[3, 0, 0, 64, 64]])
    odd = write_image_items(items, shared, 0.5, USE_SMOOTH, images, draws, found, BASE, turned, matrices)
    assert turned[:odd].tolist() == list(range(1, 500, 2))
    every = [multiply(shared, tuple(row)) for row in items[:, 8:14].tolist()]
    assert matrices[:odd].tolist() == [list(matrix) for matrix in every[1::2]]
    commands, states, uses = tables(every, items[:, 4:8], items[:, :4])
    states["alpha"] = 0.5 * items[:, 14]
    singly, records_of_singles = place(commands, states, uses)
    assert found.tobytes() == records_of_singles.tobytes()
    assert draws["paint"].tolist() == singly["paint"].tolist()


def test_an_upright_image_fills_the_pixels_whose_centres_it_covers() -> None:
    items = np.zeros((3, 15))
    items[:, :8], items[:, 14] = (0, 0, 8, 8, 0, 0, 8, 8), 1
    items[:, 8:14] = [(1, 0, 0, 1, 2.4, 3.6), (-1, 0, 0, 1, 10, 0), (0.1, 0, 0, 1, 5.3, 0)]
    draws, found = np.zeros(3, records.Draw.dtype), np.empty(3, PAINT.dtype)
    work = np.empty(3, np.int64), np.empty((3, 6))
    images = np.array([[0, 0, 0, 8, 8]])
    assert write_image_items(items, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), 1.0, 0, images, draws, found, 0, *work) == 0
    corners = np.stack([draws[name] for name in ("x0", "y0", "x1", "y1")], 1)
    # A side of less than a pixel stays where it is.
    np.testing.assert_allclose(corners, [(2, 4, 10, 12), (2, 0, 10, 8), (5.3, 0, 6.1, 8)], rtol=1e-6)
