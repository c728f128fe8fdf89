"""Blurred boxes are held to a gaussian in float64, cpu and gl to each other, and both to their boxes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpucanvas.backends import blur_passes, gl_filtering
from gpucanvas.backends.blurs import axes, blurs
from gpucanvas.backends.cpu import CPUBackend
from gpucanvas.backends.filtering import blur
from gpucanvas.backends.scratch import Scratch
from gpucanvas.contract import constants as c
from gpucanvas.contract.filters import Blur
from gpucanvas.errors import LimitError

ROUNDING = 0.5
ERROR = 0.9
"""Levels that blurred pixels may be off before they are rounded: what stages/filter.py promises of any picture."""
SIGMAS = (0.0, 1e-6, 0.3, 0.7, 1.0, 2.5, 3.99, 4.0, 4.01, 6.0, 8.1, 13.0, 20.0, 40.0, 100.0, 700.0)
CLEAR = (0.0, 0.0, 0.0, 0.0)
TINT = (0.1, 0.3, 0.6, 0.7)

Item = tuple[float, ...]
Run = Callable[[np.ndarray, list[Item]], np.ndarray]


def item(box: tuple[int, int, int, int], sigma: Any, to: Any = None, tint: tuple[float, ...] | None = None) -> Item:
    """A blur of a box, stored at a corner or in place."""
    x, y = sigma if isinstance(sigma, tuple) else (sigma, sigma)
    return (*box, *(to or box[:2]), x, y, float(tint is not None), *(tint or CLEAR))


def in_turn(parts: int, work: Callable[[int], None]) -> None:
    for part in range(parts):
        work(part)


def on_cpu(pixels: np.ndarray, items: list[Item], run: Any = in_turn, threads: int = 1) -> np.ndarray:
    surface = pixels.copy().view(np.uint32)[..., 0]
    blur(surface, blurs(items), Scratch(), run, threads)
    return surface.view(np.uint8).reshape(pixels.shape)


class OnGL:
    """Blurs pixels on the gl backend."""

    def __init__(self) -> None:
        from gpucanvas.backends import gl

        self.backend = backend = gl.shared()
        parts = backend._context, backend._programs, backend._buffers, backend.transfers
        self.filters = backend._owner.run(lambda: gl_filtering.Filters(*parts))

    def __call__(self, pixels: np.ndarray, items: list[Item]) -> np.ndarray:
        height, width = pixels.shape[:2]
        surface = self.backend.new_surface(width, height)

        def work() -> None:
            surface.texture().write(pixels.tobytes())
            self.filters.blur(surface, blurs(items))

        try:
            self.backend._owner.run(work)
            return self.backend.read(surface, (0, 0, width, height))[0].view(np.uint8).reshape(pixels.shape).copy()
        finally:
            self.backend.drop_surface(surface)


@pytest.fixture(scope="module")
def on_gl(gl: str) -> OnGL:
    return OnGL()


@pytest.fixture(params=["cpu", "gl"])
def run(request: pytest.FixtureRequest) -> Run:
    found: Run = on_cpu if request.param == "cpu" else request.getfixturevalue("on_gl")
    return found


def gaussian(values: np.ndarray, sigma: float, axis: int) -> np.ndarray:
    """A blur in float64: a gaussian at whole numbers, as far as it goes, nothing around the values."""
    if sigma < 0.01:
        return values
    places = np.arange(values.shape[axis])
    reach = np.arange(-int(9 * sigma) - 2, int(9 * sigma) + 3)
    matrix = np.exp(-(((places[:, np.newaxis] - places) / sigma) ** 2) / 2) / np.exp(-((reach / sigma) ** 2) / 2).sum()
    return np.moveaxis(np.tensordot(matrix, values, (1, axis)), 0, axis)


def expected(box: np.ndarray, sigma: Any, tint: tuple[float, ...] | None = None) -> np.ndarray:
    """What becomes of a box of pixels, in levels, not rounded."""
    x, y = sigma if isinstance(sigma, tuple) else (sigma, sigma)
    blurred = gaussian(gaussian(box.astype(float), x, 1), y, 0)
    return blurred if tint is None else blurred[..., 3:] * tint


def noise(width: int, height: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)


def edges(width: int, height: int) -> np.ndarray:
    """White squares, lines and points on black."""
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[height // 5 : height // 2, width // 7 : width // 2] = 255
    pixels[::9, 3 * width // 4 :] = 255
    pixels[3 * height // 4 :, width // 2] = 255
    pixels[3 * height // 4, width // 5] = 255
    return pixels


@pytest.mark.parametrize("picture", [noise, edges])
@pytest.mark.parametrize("sigma", SIGMAS)
def test_a_blur_is_a_gaussian(run: Run, picture: Any, sigma: float) -> None:
    pixels = picture(97, 83)
    for sigmas in ((sigma, sigma), (sigma, sigma / 3), (0.0, sigma)):
        got = run(pixels, [item((0, 0, 97, 83), sigmas)])
        assert abs(got - expected(pixels, sigmas)).max() <= ERROR + ROUNDING


@pytest.mark.parametrize("sigma", SIGMAS)
def test_a_blur_of_smooth_pixels_is_off_by_less_than_a_level(run: Run, sigma: float) -> None:
    y, x = np.mgrid[:90, :110]
    alpha = np.round(255 * np.exp(-(((x - 50) / 25) ** 2) - ((y - 40) / 20) ** 2)).astype(np.uint8)
    pixels = np.repeat(alpha[..., np.newaxis], 4, 2)
    assert abs(run(pixels, [item((0, 0, 110, 90), sigma)]) - expected(pixels, sigma)).max() <= 1


@pytest.mark.parametrize("sigma", [0.0, 1.0, 4.0, 9.0, 50.0])
def test_a_tint_takes_the_blurred_alpha(run: Run, sigma: float) -> None:
    pixels = noise(60, 45)
    got = run(pixels, [item((5, 3, 52, 44), sigma, tint=TINT)])
    want = pixels.astype(float)
    want[3:44, 5:52] = expected(pixels[3:44, 5:52], sigma, TINT)
    assert abs(got - want).max() <= ERROR + ROUNDING


@pytest.mark.parametrize("sigma", [1.0, 4.0, 5.5, 20.0, 100.0])
@pytest.mark.parametrize("level", [255, 30])
def test_an_edge_becomes_no_steps(run: Run, sigma: float, level: int) -> None:
    """What becomes of a half plane never falls, rises by no more than a gaussian does, and is alike in every row."""
    pixels = np.zeros((40, 400, 4), np.uint8)
    pixels[:, 203:] = level
    got = run(pixels, [item((0, 0, 400, 40), (sigma, 0.0))])
    assert (got == got[:1]).all()
    # Further right the box's end is near, and what is blurred falls again.
    rises = np.diff(got[20, :280, 3].astype(int))
    assert rises.min() >= 0
    assert rises.max() <= 1 + level / (np.sqrt(2 * np.pi) * sigma)


@pytest.mark.parametrize("sigma", [0.5, 3.0, 4.5, 9.0, 17.0])
def test_the_inside_of_a_wide_box_stays_as_it_is(run: Run, sigma: float) -> None:
    pixels = np.full((160, 170, 4), 255, np.uint8)
    pixels[..., 1] = 97
    got = run(pixels, [item((0, 0, 170, 160), sigma)])
    assert got[75:85, 80:90].reshape(-1, 4).tolist() == [[255, 97, 255, 255]] * 100


@pytest.mark.parametrize("sigma", [0.6, 2.0, 5.0, 33.0])
def test_no_colour_exceeds_its_alpha(run: Run, sigma: float) -> None:
    pixels = noise(70, 50)
    pixels[..., :3] = np.minimum(pixels[..., :3], pixels[..., 3:])
    got = run(pixels, [item((0, 0, 70, 50), sigma)])
    assert (got[..., :3] <= got[..., 3:]).all()


@pytest.mark.parametrize("sigma", [1e6, 1e12, 3e38])
def test_a_huge_sigma_leaves_nothing(run: Run, sigma: float) -> None:
    pixels = np.full((30, 40, 4), 255, np.uint8)
    got = run(pixels, [item((2, 3, 30, 20), sigma)])
    assert not got[3:20, 2:30].any()
    assert got.sum() == 4 * 255 * (30 * 40 - 28 * 17)


@pytest.mark.parametrize(
    "box", [(3, 4, 4, 5), (0, 7, 30, 8), (9, 0, 10, 20), (29, 19, 30, 20), (5, 5, 5, 9), (7, 7, 7, 7)]
)
@pytest.mark.parametrize("sigma", [0.0, 0.4, 3.0, 5.0, 60.0])
def test_thin_and_empty_boxes_are_boxes(run: Run, box: tuple[int, int, int, int], sigma: float) -> None:
    pixels = noise(30, 20)
    x0, y0, x1, y1 = box
    want = pixels.astype(float)
    want[y0:y1, x0:x1] = expected(pixels[y0:y1, x0:x1], sigma)
    assert abs(run(pixels, [item(box, sigma)]) - want).max() <= ERROR + ROUNDING


def test_without_sigma_a_box_is_copied(run: Run) -> None:
    pixels = noise(50, 40)
    got = run(pixels, [item((2, 3, 20, 33), 0.0, to=(25, 5)), item((45, 1, 49, 9), 1e-9, to=(45, 20))])
    want = pixels.copy()
    want[5:35, 25:43] = pixels[3:33, 2:20]
    want[20:28, 45:49] = pixels[1:9, 45:49]
    np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("sigma", [0.8, 4.0, 4.5, 19.0])
def test_a_result_is_the_same_wherever_it_is_stored(run: Run, sigma: float) -> None:
    pixels = noise(150, 60)
    in_place = run(pixels, [item((3, 2, 68, 57), sigma)])
    got = run(pixels, [item((3, 2, 68, 57), sigma, to=(80, 4))])
    np.testing.assert_array_equal(got[4:59, 80:145], in_place[2:57, 3:68])
    got[4:59, 80:145] = pixels[4:59, 80:145]
    np.testing.assert_array_equal(got, pixels)


@pytest.mark.parametrize("sigma", [2.0, 9.0, 70.0])
def test_nothing_outside_the_box_is_read_or_written(run: Run, sigma: float) -> None:
    box, alone = (17, 13, 60, 49), np.zeros((70, 90, 4), np.uint8)
    inside = np.s_[13:49, 17:60]
    alone[inside] = noise(43, 36)
    crowded = np.full_like(alone, 255)
    crowded[inside] = alone[inside]
    got = run(crowded, [item(box, sigma)])
    np.testing.assert_array_equal(got[inside], run(alone, [item(box, sigma)])[inside])
    got[inside] = 255
    assert (got == 255).all()


def random_items(seed: int, cells: int = 6, size: int = 40) -> list[Item]:
    """Boxes of all sizes in the cells of a grid; some are stored in cells that no box is in."""
    rng = np.random.default_rng(seed)
    places = [(int(x) * size, int(y) * size) for x, y in rng.permutation(np.indices((cells, cells)).reshape(2, -1).T)]
    items = []
    while places:
        left, top = places.pop()
        wide, high = (int(side) for side in rng.integers(1, size + 1, 2))
        x, y = left + int(rng.integers(0, size - wide + 1)), top + int(rng.integers(0, size - high + 1))
        to = places.pop() if places and rng.random() < 0.3 else (x, y)
        sigmas = tuple(
            float(sigma) for sigma in rng.choice([0, 0.5, 3, 4.2, 9, 18, 35, 90], 2) * rng.uniform(0.8, 1.2, 2)
        )
        tint = tuple(rng.random(4).tolist()) if rng.random() < 0.4 else None
        items.append(item((x, y, x + wide, y + high), sigmas, to, tint))
    return items


def reference(pixels: np.ndarray, items: list[Item]) -> np.ndarray:
    want = pixels.astype(float)
    for x0, y0, x1, y1, to_x, to_y, sigma_x, sigma_y, tinted, *tint in items:
        box = pixels[int(y0) : int(y1), int(x0) : int(x1)]
        stored = np.s_[int(to_y) : int(to_y) + box.shape[0], int(to_x) : int(to_x) + box.shape[1]]
        want[stored] = expected(box, (sigma_x, sigma_y), tuple(tint) if tinted else None)
    return want


@settings(max_examples=8)
@given(seed=st.integers(0, 1 << 20))
def test_many_boxes_at_once_are_each_a_gaussian(seed: int) -> None:
    pixels, items = noise(240, 240, seed), random_items(seed)
    assert abs(on_cpu(pixels, items) - reference(pixels, items)).max() <= ERROR + ROUNDING


@pytest.mark.parametrize("seed", range(4))
def test_both_backends_make_the_same_of_many_boxes(on_gl: OnGL, seed: int) -> None:
    pixels, items = noise(240, 240, seed), random_items(seed)
    host, device = on_cpu(pixels, items).astype(int), on_gl(pixels, items).astype(int)
    assert abs(host - pixels).max() > 100
    assert abs(host - device).max() <= 1
    # Rounding differs where a level and a half lies between what both compute: that is seldom.
    assert (host != device).mean() < 1e-3


@pytest.mark.parametrize("seed", range(3))
def test_any_threads_make_the_same_bytes(seed: int) -> None:
    pixels, items = noise(240, 240, seed), random_items(seed)
    items += [item((0, 240, 240, 640), (3.0, 11.0)), item((0, 640, 240, 1000), 30.0, tint=TINT)]
    pixels = np.concatenate([pixels, noise(240, 760, seed)])
    want = on_cpu(pixels, items)
    for threads in (2, 3, 8):
        np.testing.assert_array_equal(on_cpu(pixels, items, CPUBackend(threads).workers.run, threads), want)

    def backwards(parts: int, work: Callable[[int], None]) -> None:
        for part in reversed(range(parts)):
            work(part)

    np.testing.assert_array_equal(on_cpu(pixels, items, backwards, 5), want)


def test_every_run_on_gl_makes_the_same_bytes(on_gl: OnGL) -> None:
    pixels, items = noise(240, 240), random_items(5)
    np.testing.assert_array_equal(on_gl(pixels, items), on_gl(pixels, items))


def dots(count: int) -> tuple[np.ndarray, list[Item]]:
    """So many boxes of 9x8 pixels, all alike, that are blurred in turn by one of three sigmas."""
    across = 125
    box = noise(9, 8)
    pixels = np.tile(box, (count // across, across, 1))
    corners = [(k % across * 9, k // across * 8) for k in range(count)]
    return pixels, [item((x, y, x + 9, y + 8), (0.7, 3.0, 6.0)[k % 3]) for k, (x, y) in enumerate(corners)]


def test_ten_thousand_boxes_are_a_few_dispatches(on_gl: OnGL) -> None:
    pixels, items = dots(10_000)
    before = on_gl.filters.dispatches
    got = on_gl(pixels, items)
    # Halve, across twice, down twice, expand: halved boxes and those that are not have shaders of their own.
    assert on_gl.filters.dispatches - before == 6
    assert abs(got.astype(int) - on_cpu(pixels, items)).max() <= 1


def test_ten_thousand_boxes_are_one_run_on_the_cpu() -> None:
    pixels, items = dots(10_000)
    runs: list[int] = []
    names: set[str] = set()

    def run(parts: int, work: Callable[[int], None]) -> None:
        runs.append(parts)
        names.add(threading.current_thread().name)
        in_turn(parts, work)

    got = on_cpu(pixels, items, run, 2)
    assert len(runs) == 1
    for k in (0, 1, 2, 5000, 9999):
        x0, y0, x1, y1, *_ = (int(number) for number in items[k])
        want = expected(pixels[y0:y1, x0:x1], items[k][6])
        assert abs(got[y0:y1, x0:x1] - want).max() <= ERROR + ROUNDING


def test_a_steady_blur_grows_nothing(on_gl: OnGL) -> None:
    pixels, items = noise(240, 240), random_items(9)
    on_gl(pixels, items)
    before = on_gl.backend.counters()
    images = [image._texture.glo for image in on_gl.filters._images.values()]
    on_gl(pixels, items)
    after = on_gl.backend.counters()
    assert {name: after[name] for name in ("growths", "allocations", "compiles")} == {
        name: before[name] for name in ("growths", "allocations", "compiles")
    }
    assert images == [image._texture.glo for image in on_gl.filters._images.values()]


def test_boxes_that_need_too_many_values_take_turns(on_gl: OnGL, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels, items = noise(240, 240), random_items(11)
    counts = [on_gl.filters.dispatches]
    want = on_gl(pixels, items)
    counts.append(on_gl.filters.dispatches)
    monkeypatch.setattr(blur_passes, "VALUE_BYTES", 40_000)
    np.testing.assert_array_equal(on_gl(pixels, items), want)
    counts.append(on_gl.filters.dispatches)
    assert counts[2] - counts[1] > counts[1] - counts[0]


def test_a_blur_is_the_same_however_many_pixels_a_thread_makes(on_gl: OnGL, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells of one pixel to sixteen, across and down; then all by the shader for cells of any width."""
    sigmas = [(x, y) for x in (0.0, 3.0, 6.0, 13.0, 20.0, 40.0) for y in (0.0, 6.0, 40.0)]
    items = [item((20 * i, 0, 20 * i + 19, 30), sigma) for i, sigma in enumerate(sigmas)]
    pixels = noise(20 * len(sigmas), 30)
    want = on_gl(pixels, items)
    passes, _ = blur_passes.plan(blurs(items), *axes(blurs(items))[:2])
    expanding = [each for each in passes if each.shader == "filter_expand"]
    assert len(expanding) == 3

    def by_one_shader(made: np.ndarray) -> list[blur_passes.Pass]:
        return [blur_passes.counted("filter_expand", c.BLUR_TO_IMAGE, made, c.BLUR_RUN, 1)]

    monkeypatch.setattr(blur_passes, "expansions", by_one_shader)
    np.testing.assert_array_equal(on_gl(pixels, items), want)


def test_halving_both_ways_is_the_same_as_one_value_a_thread(on_gl: OnGL, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels, items = noise(240, 240), random_items(13)
    want = on_gl(pixels, items)
    counted, halvings = blur_passes.counted, []

    def one_a_thread(shader: str, features: int, items: np.ndarray, run_x: int, run_y: int) -> blur_passes.Pass:
        if features & c.BLUR_BOTH_WAYS:
            halvings.append(len(items))
            features, run_x = features & ~c.BLUR_BOTH_WAYS, 1
        return counted(shader, features, items, run_x, run_y)

    monkeypatch.setattr(blur_passes, "counted", one_a_thread)
    np.testing.assert_array_equal(on_gl(pixels, items), want)
    assert sum(halvings)


def test_a_box_beyond_the_largest_texture_is_refused(on_gl: OnGL, monkeypatch: pytest.MonkeyPatch) -> None:
    image = on_gl.filters._images[4]
    monkeypatch.setattr(image, "_most_rows", 2)
    monkeypatch.setattr(image, "_texture", None)
    with pytest.raises(LimitError, match="a blur needs 10000 values at once, this driver's textures hold 8192: blur a"):
        on_gl(noise(100, 100), [item((0, 0, 100, 100), 2.0)])


@settings(max_examples=30)
@given(seed=st.integers(0, 1 << 20))
def test_every_pass_reads_what_an_earlier_one_wrote(seed: int) -> None:
    """No value is read before it is written, and none is written twice."""
    items = blurs(random_items(seed))
    passes, room = blur_passes.plan(items, *axes(items)[:2])
    written = np.zeros(room, np.int64)
    pixels = 0
    for number, each in enumerate(passes, 1):
        wide, high = each.items["wide"].astype(int), each.items["high"].astype(int)
        if not each.features & c.BLUR_FROM_IMAGE:
            for one in each.items:
                values = written[one["source_start"] :][: one["source_wide"] * one["source_high"]]
                assert len(values) and (values > 0).all() and len(set(values.tolist())) == 1
        for one, size in zip(each.items, wide * high, strict=True):
            if each.features & c.BLUR_TO_IMAGE:
                pixels += size
            else:
                values = written[one["target_start"] :][:size]
                assert len(values) == size and not values.any()
                values[:] = number
    assert (written > 0).all()
    assert pixels == sum((one["x1"] - one["x0"]) * (one["y1"] - one["y0"]) for one in items)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"x1": 41}, r"blur 1 is of the box \(0, 0\) to \(41, 4\) that is stored at \(0, 0\): give boxes inside the"),
        ({"x0": 7}, r"blur 1 is of the box \(7, 0\) to \(5, 4\) .* inside the surface of 40x30"),
        ({"to_y": 27}, r"stored at \(0, 27\): give boxes inside"),
        ({"to_x": -1}, r"stored at \(-1, 0\): give boxes inside"),
        ({"x1": 2147483647}, r"to \(2147483647, 4\)"),
        ({"sigma_x": -1.0}, r"sigma_x of blur 1 is -1.0: give 0 or more pixels, and a finite number"),
        ({"sigma_y": np.nan}, r"sigma_y of blur 1 is nan"),
        ({"sigma_y": np.inf}, r"sigma_y of blur 1 is inf"),
    ],
)
def test_bad_blurs_are_refused_with_their_cure(bad: dict[str, float], message: str) -> None:
    items = blurs([item((1, 1, 5, 5), 2.0), item((0, 0, 5, 4), 2.0)])
    for name, value in bad.items():
        items[name][1] = value
    surface = np.zeros((30, 40), np.uint32)
    with pytest.raises(ValueError, match=message):
        blur(surface, items, Scratch(), in_turn)


def test_a_surface_with_gaps_is_refused() -> None:
    surface = np.zeros((30, 40), np.uint32)
    with pytest.raises(ValueError, match="the surface is a part of a larger array: give all of it"):
        blur(surface[:, :20], blurs([item((1, 1, 5, 5), 2.0)]), Scratch(), in_turn)


def test_no_blurs_are_nothing_to_do(run: Run) -> None:
    pixels = noise(9, 9)
    np.testing.assert_array_equal(run(pixels, []), pixels)
    assert blurs([]).dtype == Blur.dtype
