"""Boxes with changed colours, convolved, or filled with noise: held to float64, cpu and gl to each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import filtering as f
from gpucanvas.backends import gl_filtering, pixel_filters
from gpucanvas.backends.cpu import CPUBackend
from gpucanvas.backends.pixel_filters import convolve, recolor, turbulence
from gpucanvas.contract import constants as c
from gpucanvas.contract.filters import ColorStep, Convolve, Recolor, Turbulence
from gpucanvas.paint.lattice import lattice_of

ERROR = 0.51
"""Levels that a pixel may be off: it is rounded once."""
MATRICES: dict[str, Any] = {
    "sepia": f.sepia(1),
    "half grey": f.grayscale(0.5),
    "hue": f.hue_rotate(77),
    "colourful": f.saturate(3),
    "negative": f.linear(-1, 1),
    "bright": f.linear(2.5, 0),
    "to alpha": [[0] * 5] * 3 + [[0.2126, 0.7152, 0.0722, 0, 0]],
    "all": [[0.3, -0.2, 0.5, 0.2, 0.1], [1, 1, -1, 0, 0], [0, 0.5, 0, 0.5, -0.2], [0.2, 0.1, 0, 0.5, 0.1]],
    "huge": [[1e6, -1e6, 0, 0, 0.5]] * 3 + [[0, 0, 0, 1, 0]],
}
Runs = Callable[[str, np.ndarray, tuple[Any, ...]], np.ndarray]


def noise(width: int, height: int, seed: int = 1) -> np.ndarray:
    """Premultiplied pixels of all alphas, some of them 0 and 255."""
    rng = np.random.default_rng(seed)
    alpha = np.clip(rng.integers(-80, 336, (height, width, 1)), 0, 255)
    color = np.round(rng.random((height, width, 3)) * alpha)
    return np.concatenate([color, alpha], 2).astype(np.uint8)


def in_turn(parts: int, work: Callable[[int], None]) -> None:
    for part in range(parts):
        work(part)


def on_cpu(kind: str, pixels: np.ndarray, told: tuple[Any, ...], run: Any = in_turn, threads: int = 1) -> np.ndarray:
    surface = pixels.copy().view(np.uint32)[..., 0]
    getattr(pixel_filters, kind)(surface, *told, run, threads)
    return surface.view(np.uint8).reshape(pixels.shape)


@pytest.fixture(scope="module")
def on_gl(gl: str) -> Runs:
    from gpucanvas.backends import gl as module

    backend = module.shared()
    parts = backend._context, backend._programs, backend._buffers, backend.transfers
    filters = backend._owner.run(lambda: gl_filtering.Filters(*parts))

    def run(kind: str, pixels: np.ndarray, told: tuple[Any, ...]) -> np.ndarray:
        height, width = pixels.shape[:2]
        surface = backend.new_surface(width, height)

        def work() -> None:
            surface.texture().write(pixels.tobytes())
            getattr(filters, kind)(surface, *told)

        try:
            backend._owner.run(work)
            return backend.read(surface, (0, 0, width, height))[0].view(np.uint8).reshape(pixels.shape).copy()
        finally:
            backend.drop_surface(surface)

    return run


@pytest.fixture(params=["cpu", "gl"])
def run(request: pytest.FixtureRequest) -> Runs:
    found: Runs = on_cpu if request.param == "cpu" else request.getfixturevalue("on_gl")
    return found


def recolored(boxes: list[tuple[int, ...]], steps: list[Any], table: Any = ()) -> tuple[Any, ...]:
    """What `recolor` is told: boxes with their first and last step; steps are matrices, or None for the table."""
    items = np.array([(0, *box) for box in boxes], Recolor.dtype)
    rows = [(0, *[0.0] * 20) if step is None else (-1, *np.ravel(step)) for step in steps]
    return items, np.array(rows, ColorStep.dtype), np.round(np.array(table) * c.COLOR_UNIT).astype(np.int32)


def levels(values: np.ndarray) -> np.ndarray:
    """Straight colours as premultiplied levels, not rounded."""
    return f.premultiplied(values) * 255


@pytest.mark.parametrize("name", MATRICES)
def test_a_matrix_is_that_of_the_formula(run: Runs, name: str) -> None:
    pixels = noise(61, 47)
    found = run("recolor", pixels, recolored([(0, 0, 61, 47, 0, 1)], [MATRICES[name]]))
    wanted = levels(f.by_matrix(f.straight(pixels), MATRICES[name]))
    off = abs(found - wanted)
    # Where a factor is a million, float32 has less than a level left of a difference of two colours.
    assert np.mean(off > ERROR) <= (0.02 if name == "huge" else 0)


def test_steps_are_cut_between_and_rounded_once(run: Runs) -> None:
    pixels, steps = noise(50, 40), [f.linear(3, 0), f.linear(0.2, 0.1), f.sepia(0.8), f.hue_rotate(200)]
    values = f.straight(pixels)
    for step in steps:
        values = f.by_matrix(values, step)
    found = run("recolor", pixels, recolored([(0, 0, 50, 40, 0, 4)], steps))
    assert abs(found - levels(values)).max() <= ERROR
    joined = f.by_matrix(f.straight(pixels), f.linear(0.6, 0.1))
    assert abs(levels(joined) - levels(f.by_matrix(f.by_matrix(f.straight(pixels), steps[0]), steps[1]))).max() > 20


def test_a_table_has_a_value_for_each_level(run: Runs) -> None:
    pixels = noise(64, 64)
    pixels[..., 3] = 255
    pixels[..., :3] = np.arange(64 * 64 * 3).reshape(64, 64, 3) % 256
    levels_of = np.random.default_rng(4).random((4, 256))
    levels_of[3] = 1
    found = run("recolor", pixels, recolored([(0, 0, 64, 64, 0, 1)], [None], levels_of.ravel()))
    wanted = np.stack([levels_of[k][pixels[..., k]] for k in range(4)], 2) * 255
    assert abs(found - wanted).max() <= ERROR


def test_boxes_take_their_own_steps_and_leave_what_is_around_them(run: Runs) -> None:
    pixels = noise(90, 70)
    boxes = [
        (1, 2, 18, 30, 0, 1),
        (20, 0, 21, 70, 1, 3),
        (25, 5, 90, 9, 2, 3),
        (40, 40, 40, 60, 0, 1),
        (33, 50, 60, 51, 0, 3),
    ]
    steps = [f.sepia(1), f.linear(-1, 1), f.saturate(2)]
    wanted = pixels.astype(float)
    for x0, y0, x1, y1, first, last in boxes:
        values = f.straight(pixels[y0:y1, x0:x1])
        for step in steps[first:last]:
            values = f.by_matrix(values, step)
        wanted[y0:y1, x0:x1] = levels(values)
    assert abs(run("recolor", pixels, recolored(boxes, steps)) - wanted).max() <= ERROR


KERNELS: dict[str, tuple[Any, dict[str, Any]]] = {
    "edges": ([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]], {}),
    "mean": ([[1, 1, 1], [1, 1, 1], [1, 1, 1]], {}),
    "emboss": ([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], {"preserve_alpha": True}),
    "one row": ([[1, 2, 3, 4]], {"target": (0, 0), "divisor": 7.0}),
    "one column": ([[1], [2]], {"target": (0, 1), "bias": 0.2}),
    "biased": ([[0.2, -0.7], [0.4, 0.3]], {"bias": -0.15, "divisor": 1.0}),
    "straight and biased": ([[0.2, -0.7], [0.4, 0.3]], {"bias": 0.4, "divisor": 1.0, "preserve_alpha": True}),
    "duplicate": ([[3, 0, 0], [0, 0, 0], [0, 0, 1]], {"edge": "duplicate"}),
    "wrap": ([[3, 0, 0, 0, 0], [0, 0, 0, 0, 1], [0, 1, 0, 0, 0]], {"edge": "wrap"}),
    "straight wrap": ([[3, 0, 1], [0, -1, 0]], {"edge": "wrap", "preserve_alpha": True}),
}
EDGES = {"none": c.EDGE_NONE, "duplicate": c.EDGE_DUPLICATE, "wrap": c.EDGE_WRAP}


def told(kernel: Any, options: dict[str, Any], boxes: list[tuple[int, int, int, int, int, int]]) -> tuple[Any, ...]:
    """What `convolve` is told: one kernel for all boxes; the frame is the box."""
    kernel = np.array(kernel, np.float64)
    order_y, order_x = kernel.shape
    target = options.get("target") or (order_x // 2, order_y // 2)
    weights = np.flip(kernel).ravel() / (options.get("divisor") or kernel.sum() or 1.0)
    how = options.get("bias", 0.0), options.get("preserve_alpha", False), EDGES[options.get("edge", "none")]
    rows = [(0, *box, 0, order_x, order_y, *target, *how, *box[:4]) for box in boxes]
    return np.array(rows, Convolve.dtype), weights.astype(np.float32)


@pytest.mark.parametrize("name", KERNELS)
def test_a_convolution_is_that_of_the_formula(run: Runs, name: str) -> None:
    kernel, options = KERNELS[name]
    pixels = np.zeros((60, 70, 4), np.uint8)
    pixels[3:26, 5:44] = box = noise(39, 23)
    found = run("convolve", pixels, told(kernel, options, [(5, 3, 44, 26, 9, 32)]))
    np.testing.assert_array_equal(found[:30], pixels[:30])
    wanted = f.convolved(f.straight(box), kernel, **options) * 255
    assert abs(found[32:55, 9:48] - wanted).max() <= ERROR
    found[32:55, 9:48] = 0
    np.testing.assert_array_equal(found, pixels)


SEEDS = 5, 0, -9
NOISES: dict[str, tuple[int, int, bool, tuple[float, ...]]] = {
    "plain": (1, 0, False, (0.5, 0.05, 0, 0.5, 0, 0.07)),
    "fractal": (3, 1, True, (12.25, 0.03, 0.01, 255.5, -0.02, 0.1)),
    "many octaves": (16, 2, False, (0, 0.013, 0, 3.75, 0, 0.017)),
    "on corners of the lattice": (2, 1, True, (7, 1, 0, 9, 0, 1)),
    "even": (2, 0, True, (7.25, 0, 0, 9.75, 0, 0)),
    "none": (0, 0, False, (0, 0, 0, 0, 0, 0)),
}
"""Octaves, index in SEEDS, whether it is fractal; places across and down and their changes."""


def noises(names: Any, boxes: list[tuple[int, int, int, int]]) -> tuple[Any, ...]:
    """What `turbulence` is told: a box of each name."""
    rows = []
    for name, box in zip(names, boxes, strict=True):
        octaves, seed, fractal, places = NOISES[name]
        rows.append((0, *box, 256 * seed, octaves, fractal, *places))
    found = [lattice_of(seed) for seed in SEEDS]
    tables = np.concatenate([each.permutation for each in found]), np.concatenate([each.gradients for each in found])
    return np.array(rows, Turbulence.dtype), *tables


def noise_of(name: str, width: int, height: int) -> np.ndarray:
    """Premultiplied noise by the standard's formula, 0 to 255."""
    octaves, seed, fractal, (u0, ux, uy, v0, vx, vy) = NOISES[name]
    y, x = np.mgrid[:height, :width]
    u, v = u0 + ux * x + uy * y, v0 + vx * x + vy * y
    return levels(f.turbulence(u, v, (1, 1), octaves=octaves, seed=SEEDS[seed], fractal=fractal))


@pytest.mark.parametrize("name", NOISES)
def test_noise_is_that_of_the_formula(run: Runs, name: str) -> None:
    pixels = noise(90, 50)
    found = run("turbulence", pixels, noises([name], [(7, 3, 60, 41)]))
    assert abs(found[3:41, 7:60] - noise_of(name, 53, 38)).max() <= ERROR
    found[3:41, 7:60] = pixels[3:41, 7:60]
    np.testing.assert_array_equal(found, pixels)


def test_boxes_are_filled_with_their_own_noise(run: Runs) -> None:
    boxes = [(0, 0, 30, 20), (30, 0, 33, 50), (40, 10, 90, 11), (0, 20, 29, 50), (60, 20, 80, 50), (84, 30, 90, 50)]
    found = run("turbulence", noise(90, 50), noises(NOISES, boxes))
    for name, (x0, y0, x1, y1) in zip(NOISES, boxes, strict=True):
        assert abs(found[y0:y1, x0:x1] - noise_of(name, x1 - x0, y1 - y0)).max() <= ERROR


def test_both_backends_make_the_same_of_everything(on_gl: Runs) -> None:
    pixels = noise(160, 120)
    jobs: list[tuple[str, tuple[Any, ...]]] = [
        ("recolor", recolored([(0, 0, 160, 120, 0, len(MATRICES) - 1)], list(MATRICES.values())[:-1]))
    ]
    jobs += [("recolor", recolored([(3, 4, 150, 100, 0, 1)], [matrix])) for matrix in MATRICES.values()]
    jobs += [("convolve", told(*KERNELS[name], [(0, 0, 80, 60, 80, 60), (0, 60, 80, 119, 80, 0)])) for name in KERNELS]
    jobs += [("turbulence", noises([name], [(3, 4, 150, 100)])) for name in NOISES]
    for kind, what in jobs:
        host, device = on_cpu(kind, pixels, what).astype(int), on_gl(kind, pixels, what).astype(int)
        assert (host != pixels).any()
        assert abs(host - device).max() <= 1
        assert (host != device).mean() < 1e-3


def test_any_threads_make_the_same_bytes() -> None:
    pixels = noise(300, 400)
    boxes = [(0, 0, 300, 200, 0, 1), *((x, 200, x + 9, 300, 0, 2) for x in range(0, 290, 9)), (0, 300, 300, 400, 1, 2)]
    jobs = (
        ("recolor", recolored(boxes, [f.sepia(0.7), f.hue_rotate(30)])),
        ("convolve", told(*KERNELS["biased"], [(0, 0, 300, 199, 0, 200)])),
        ("turbulence", noises(["fractal", "plain"], [(0, 0, 300, 299), (5, 300, 293, 400)])),
    )
    for kind, what in jobs:
        wanted = on_cpu(kind, pixels, what)
        for threads in (2, 3, 8):
            np.testing.assert_array_equal(on_cpu(kind, pixels, what, CPUBackend(threads).workers.run, threads), wanted)


@pytest.mark.parametrize("field", ["x1", "y1"])
def test_boxes_beyond_the_surface_are_refused(field: str) -> None:
    surface = np.zeros((30, 40), np.uint32)
    colors = recolored([(0, 0, 5, 5, 0, 1)], [f.sepia(1)])
    sums = told([[1]], {}, [(0, 0, 5, 5, 6, 6)])
    random = noises(["plain"], [(0, 0, 5, 5)])
    for run, what in ((recolor, colors), (convolve, sums), (turbulence, random)):
        what[0][field] = 41
        with pytest.raises(ValueError, match=r"filter 0 is of the box .* give boxes inside the surface of 40x30"):
            run(surface, *what, in_turn)  # type: ignore[operator]
    sums = told([[1]], {}, [(0, 0, 5, 5, 36, 6)])
    with pytest.raises(ValueError, match="inside the surface"):
        convolve(surface, *sums, in_turn)
