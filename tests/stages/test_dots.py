"""Small shapes on the cpu backend touch few pixels; the bytes are those of the formula at every pixel of their tiles.

discs and rings   against NumPy's float32, at all pixels, part by part: coverage.glsl's `small_disc_coverage`
segments          as they are in parts of rows, against whole rows, which shapes under a clip have; and in which tiles
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import gpucanvas
from gpucanvas.backends.cpu import CPUBackend
from gpucanvas.contract.constants import SHAPE_SEGMENT, TILE
from gpucanvas.pipeline.encode import encode
from gpucanvas.pipeline.record import Commands
from gpucanvas.pipeline.scene import Scene
from gpucanvas.plan.make import make_plan
from gpucanvas.stages.tile_cover import NONE, cover_of_shape

Floats = NDArray[np.float32]
WIDTH, HEIGHT = 44, 37
"""Neither is a multiple of a tile: some tiles reach over the edge."""
COUNT = 1200
f = np.float32
GROUNDS = {"empty": (0.0, 0.0, 0.0, 0.0), "opaque": (1.0, 1.0, 1.0, 1.0), "translucent": (0.2, 0.6, 1.0, 0.5)}


def radii(rng: np.random.Generator) -> NDArray[np.float64]:
    """Radii from 0.01 to 3, most of them small; some of none."""
    spread = np.exp(rng.uniform(np.log(0.01), np.log(3), COUNT))
    return np.where(rng.random(COUNT) < 0.02, 0, spread)


def anywhere(rng: np.random.Generator) -> tuple[NDArray[np.float64], ...]:
    """Sub-pixel places all over the picture and a little outside."""
    return rng.uniform(-3, WIDTH + 3, COUNT), rng.uniform(-3, HEIGHT + 3, COUNT), radii(rng)


def at_borders(rng: np.random.Generator) -> tuple[NDArray[np.float64], ...]:
    """Places within two pixels of a corner of tiles."""
    x = TILE * rng.integers(0, 4, COUNT) + rng.uniform(-2, 2, COUNT)
    return x, TILE * rng.integers(0, 4, COUNT) + rng.uniform(-2, 2, COUNT), radii(rng)


def on_the_grid(rng: np.random.Generator) -> tuple[NDArray[np.float64], ...]:
    """Places and radii that make edges of discs edges of pixels and of their parts, or just not."""
    x, y = rng.integers(0, 4 * WIDTH, COUNT) / 4, rng.integers(0, 4 * HEIGHT, COUNT) / 4
    return x + rng.integers(-2, 3, COUNT) * 1e-6, y, rng.integers(1, 12, COUNT) / 4


PLACES = [anywhere, at_borders, on_the_grid]


def scene_of(draw: Callable[[gpucanvas.Context2D], None]) -> Scene:
    """The draws of a picture."""
    return encode(recorded(draw), WIDTH, HEIGHT)


def recorded(draw: Callable[[gpucanvas.Context2D], None]) -> Commands:
    """A picture's commands."""
    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    draw(recording.get_context("2d"))
    return recording._commands


def pixels_of(draw: Callable[[gpucanvas.Context2D], None]) -> NDArray[np.uint32]:
    """The picture on the cpu backend, premultiplied."""
    backend = CPUBackend(2)
    surface = backend.new_surface(WIDTH, HEIGHT)
    backend.run(make_plan([recorded(draw)], WIDTH, HEIGHT), surface)
    return surface.pixels.copy()


def half_plane(d: Floats, nx: Floats, ny: Floats) -> Floats:
    """Area of unit squares inside half planes."""
    hi = np.maximum(abs(nx), abs(ny))
    lo = np.maximum(np.minimum(abs(nx), abs(ny)), f(1e-6))
    w, v = f(0.5) * (hi + lo), f(0.5) * (hi - lo)
    s = np.minimum(abs(d), w)
    e = np.maximum(s - v, f(0))
    return f(0.5) + np.copysign((s * lo - f(0.5) * e * e) / (hi * lo), d)


def small_disc(x: Floats, y: Floats, cx: Floats, cy: Floats, radius: Floats) -> Floats:
    """Coverage by discs, each pixel in 4 x 4 parts, all of them looked at."""
    total = np.zeros(np.broadcast_shapes(x.shape, y.shape, cx.shape), np.float32)
    r = radius * f(4)
    for j in range(4):
        for i in range(4):
            dx = (x + f(i) * f(0.25) + f(0.125) - cx) * f(4)
            dy = (y + f(j) * f(0.25) + f(0.125) - cy) * f(4)
            distance = np.maximum(np.sqrt(dx * dx + dy * dy), f(1e-6))
            inverse = f(1) / distance
            area = half_plane(r - distance - f(1 / 24) / np.maximum(r, f(0.5)), dx * inverse, dy * inverse)
            total = total + np.where(np.maximum(abs(dx), abs(dy)) < r + f(0.5), area, f(0))
    return np.where(r > 0, total, f(0)) * f(0.0625)


def large_disc(x: Floats, y: Floats, cx: Floats, cy: Floats, radius: Floats) -> Floats:
    """Coverage by discs of a radius of 2 and more."""
    dx, dy = abs(x + f(0.5) - cx), abs(y + f(0.5) - cy)
    ax, ay = np.maximum(dx, f(1e-3)), np.maximum(dy, f(1e-3))
    distance = np.sqrt(ax * ax + ay * ay)
    d = (radius - f(1 / 24) / radius - distance) * distance
    lo, w = np.minimum(ax, ay), f(0.5) * ax + f(0.5) * ay
    s = np.minimum(abs(d), w)
    e = np.maximum(s - (w - lo), f(0))
    area = f(0.5) + np.copysign((s * lo - f(0.5) * e * e) / (ax * ay), d)
    return np.where(np.maximum(dx, dy) < radius + f(0.5), area, f(0))


def coverage(x: Floats, y: Floats, cx: Floats, cy: Floats, outer: Floats, inner: Floats) -> Floats:
    """Coverage by discs, and by rings, whose inner radius is above 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        cover = np.where(outer >= 2, large_disc(x, y, cx, cy, outer), small_disc(x, y, cx, cy, outer))
        hole = np.where(inner >= 2, large_disc(x, y, cx, cy, inner), small_disc(x, y, cx, cy, inner))
    return np.where(inner > 0, np.maximum(cover - hole, f(0)), cover)


def expected(scene: Scene) -> NDArray[np.uint32]:
    """A ground and circles over it, one after another, at every pixel of every tile that a circle comes near."""
    draws = np.asarray(scene.draws)
    ground, circles = draws[0], draws[1:]
    down, across = -(-HEIGHT // TILE), -(-WIDTH // TILE)
    pixels = np.empty((down, across, 4, TILE, TILE), np.float32)
    pixels[:] = np.array([ground[name] for name in "rgba"], np.float32)[:, None, None]
    steps = np.arange(TILE, dtype=np.float32)
    for ty, tx in np.ndindex(down, across):
        left, top = f(tx * TILE), f(ty * TILE)
        cx, cy = circles["x0"] - left, circles["y0"] - top
        reach = circles["x1"] + 1
        near = (cx > -reach) & (cx < TILE + reach) & (cy > -reach) & (cy < TILE + reach)
        columns = [values[near][:, None, None] for values in (cx, cy, circles["x1"], circles["y1"])]
        covers = coverage(steps[None, None, :], steps[None, :, None], *columns)
        tile = pixels[ty, tx]
        for circle, c in zip(circles[near], covers, strict=True):
            keep = f(1) - circle["a"] * c
            for channel, name in enumerate("rgba"):
                tile[channel] = circle[name] * c + keep * tile[channel]
    whole = pixels.transpose(2, 0, 3, 1, 4).reshape(4, down * TILE, across * TILE)[:, :HEIGHT, :WIDTH]
    numbers = (np.clip(whole, f(0), f(1)) * f(255) + f(0.5)).astype(np.uint32)
    return np.asarray(numbers[0] | numbers[1] << 8 | numbers[2] << 16 | numbers[3] << 24)


def colors_of(rng: np.random.Generator) -> NDArray[np.float64]:
    """A colour each; often half transparent, where a byte is nearest to being another."""
    colors = rng.random((COUNT, 4))
    colors[:, 3] = rng.choice([1, 0.5, 128 / 255, 0.25, 0.01], COUNT)
    return colors


def on_ground(ground: str, draw: Callable[[gpucanvas.Context2D], Any]) -> Callable[[gpucanvas.Context2D], None]:
    """The same picture with something behind it."""

    def both(ctx: gpucanvas.Context2D) -> None:
        ctx.fill_style = GROUNDS[ground]
        ctx.fill_rect(0, 0, WIDTH, HEIGHT)
        draw(ctx)

    return both


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("places", PLACES, ids=lambda places: places.__name__)
def test_dots_are_to_the_byte_what_all_their_pixels_say(places: Callable[..., Any], ground: str) -> None:
    rng = np.random.default_rng(81)
    x, y, r = places(rng)
    colors = colors_of(rng)
    picture = on_ground(ground, lambda ctx: ctx.fill_circles(x, y, r, color=colors))
    np.testing.assert_array_equal(pixels_of(picture), expected(scene_of(picture)))


@pytest.mark.parametrize("line_width", [0.3, 1, 2.5])
@pytest.mark.parametrize("places", PLACES, ids=lambda places: places.__name__)
def test_small_rings_are_to_the_byte_what_all_their_pixels_say(places: Callable[..., Any], line_width: float) -> None:
    rng = np.random.default_rng(82)
    x, y, r = places(rng)
    colors = colors_of(rng)

    def rings(ctx: gpucanvas.Context2D) -> None:
        ctx.line_width = line_width
        ctx.stroke_circles(x, y, r, color=colors)

    picture = on_ground("translucent", rings)
    np.testing.assert_array_equal(pixels_of(picture), expected(scene_of(picture)))


def test_every_dot_by_itself_is_to_the_byte_what_all_its_pixels_say() -> None:
    """Where one lies on another, a pixel too much may not be seen."""
    rng = np.random.default_rng(83)
    for r in np.append(rng.uniform(0.01, 3, 120), np.arange(1, 13) / 4):
        x, y = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT)
        picture = on_ground("opaque", lambda ctx, x=x, y=y, r=r: ctx.fill_circles(x, y, r, color=(0.0, 0.2, 0.4, 0.5)))
        np.testing.assert_array_equal(pixels_of(picture), expected(scene_of(picture)), err_msg=f"{x}, {y}, {r}")


def clipped_and_free(draw: Callable[[gpucanvas.Context2D], Any]) -> None:
    """Inside a clip whose edges are edges of pixels in all tiles, a picture is the same to the byte as without it."""
    left, top, right, bottom = 3, 5, WIDTH - 4, HEIGHT - 2

    def clipped(ctx: gpucanvas.Context2D) -> None:
        ctx.begin_path()
        ctx.rect(left, top, right - left, bottom - top)
        for x in (16, 32):
            # A hole in each tile: else a clip is none in the middle ones.
            ctx.rect(x + 7, 8, 1, HEIGHT)
        ctx.clip("evenodd")
        draw(ctx)

    with_clip, free = (pixels_of(on_ground("translucent", each)) for each in (clipped, draw))
    behind = pixels_of(on_ground("translucent", lambda ctx: None))
    inside = np.zeros((HEIGHT, WIDTH), bool)
    inside[top:bottom, left:right] = True
    for x in (16, 32):
        inside[8:, x + 7] ^= True
    np.testing.assert_array_equal(with_clip, np.where(inside, free, behind))
    assert (free != behind)[inside].mean() > 0.2


@pytest.mark.parametrize("longer", [1, 20, 5000], ids=["short", "long", "far"])
@pytest.mark.parametrize("places", PLACES, ids=lambda places: places.__name__)
def test_segments_are_to_the_byte_what_whole_rows_say(places: Callable[..., Any], longer: float) -> None:
    rng = np.random.default_rng(84)
    x, y, r = places(rng)
    angle = np.where(rng.random(COUNT) < 0.3, rng.integers(0, 8, COUNT) * np.pi / 4, rng.uniform(0, 7, COUNT))
    away = np.stack([np.cos(angle), np.sin(angle)], 1) * (longer * r * rng.choice([0.3, 1, 2], COUNT))[:, None]
    ends = np.stack([np.stack([x, y], 1) - away, np.stack([x, y], 1) + away], 1)
    colors = colors_of(rng)

    def segments(ctx: gpucanvas.Context2D) -> None:
        for k, width in enumerate((0.2, 1, 2.5, 5)):
            ctx.line_width = width
            ctx.stroke_line_segments(ends[k::4], color=colors[k::4])

    clipped_and_free(segments)


def covered(ends: NDArray[np.float64], half_width: float, x: Any, y: Any) -> NDArray[np.bool_]:
    """Whether pixels, given by their corners, are less than their own reach from a segment, along and across."""
    (x0, y0), (x1, y1) = ends
    length = np.hypot(x1 - x0, y1 - y0)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    px, py = x + 0.5 - (x0 + x1) / 2, y + 0.5 - (y0 + y1) / 2
    reach = (abs(ux) + abs(uy)) / 2
    across, along = abs(uy * px - ux * py), abs(ux * px + uy * py)
    return (across < half_width + reach) & (along < length / 2 + reach)


def test_a_segment_is_listed_in_the_tiles_that_it_covers_and_in_few_others() -> None:
    """Of the tiles in its box, most lie aside of a long one."""
    rng = np.random.default_rng(86)
    size = 40 * TILE
    rows, columns = np.mgrid[:size, :size]
    for _ in range(12):
        ends = rng.uniform(-200, size + 200, (2, 2))
        half = float(rng.choice([0.1, 0.5, 2, 30]))
        length = float(np.hypot(*(ends[1] - ends[0])))
        wide = covered(ends, half, columns, rows).reshape(40, TILE, 40, TILE).any((1, 3))
        numbers = [f(number) for number in (*ends.reshape(-1), half)]
        listed = np.zeros((40, 40), np.bool_)
        for ty, tx in np.ndindex(40, 40):
            box = f(tx * TILE), f(ty * TILE), f((tx + 1) * TILE), f((ty + 1) * TILE)
            listed[ty, tx] = cover_of_shape(SHAPE_SEGMENT, *numbers, *box) != NONE
        assert not (wide & ~listed).any()
        assert (listed & ~wide).sum() <= 2 * length / TILE + 20


@pytest.mark.parametrize("cap, length", [("butt", 0), ("butt", 1e-30), ("butt", 1e-7), ("square", 0)])
def test_a_segment_whose_ends_are_one_point_covers_nothing(backend: str, cap: str, length: float) -> None:
    canvas = gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend)
    ctx = canvas.get_context("2d")
    ctx.fill_style = GROUNDS["translucent"]
    ctx.fill_rect(0, 0, WIDTH, HEIGHT)
    before = canvas.to_numpy()
    ctx.line_width, ctx.line_cap = 2.5, cap
    points = np.array([[0.0, 0.0], [16.5, 25.5], [5.3, 5.0], [32.0, 16.0], [20.3, 11.2]])
    ctx.stroke_line_segments(np.stack([points, points + [length, 0]], 1))
    np.testing.assert_array_equal(canvas.to_numpy(), before)


@pytest.mark.parametrize("places", PLACES, ids=lambda places: places.__name__)
def test_dots_and_rings_are_the_same_to_the_byte_inside_a_clip(places: Callable[..., Any]) -> None:
    rng = np.random.default_rng(85)
    x, y, r = places(rng)
    colors = colors_of(rng)

    def dots_and_rings(ctx: gpucanvas.Context2D) -> None:
        ctx.fill_circles(x, y, r, color=colors)
        ctx.stroke_circles(x[::3], y[::3], r[::3], color=colors[::3])

    clipped_and_free(dots_and_rings)
