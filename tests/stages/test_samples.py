"""The samples of stages/samples.py, tile by tile, against windings that are counted one sample at a time.

A sample's winding is counted here without a division: products of whole numbers say on which side of a segment it lies.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas
from compare import assert_same
from gpucanvas.backends.cpu import CPUBackend
from gpucanvas.contract import constants as c
from gpucanvas.kernels import kernel
from gpucanvas.kernels.row import set_row
from gpucanvas.pipeline.encode import encode
from gpucanvas.stages.coverage import cover_winding
from gpucanvas.stages.fast.winding import FLOATS, accumulate, touched_rows, winding_row
from gpucanvas.stages.samples import INTS, sample_rows
from gpucanvas.stages.tile import COVER, SCRATCH
from gpucanvas.stages.uneven import DENSE_SEGMENTS, uneven_rows
from scenes import SCENES
from scenes.meetings import SLIT, add_line, add_polygons, chart, spirograph

ALL_ROWS = (1 << c.TILE) - 1
ONE = c.AREA_ONE
Draw = Callable[[Any], object]


@kernel
def cover_tile(tiles: Any, index: Any, segments: Any, rule: Any, rows: Any, px: Any, ints: Any, floats: Any) -> Any:
    """Sum a tile's segments up and sample ``rows``, or those that are uneven where that is -1; returns the latter.

    Of rows that turn out to need no samples, the mean winding tells the coverage.
    """
    accumulate(ints, floats, tiles[index], segments)
    uneven = uneven_rows(ints, tiles[index], segments, rule)
    wanted = uneven if rows < 0 else rows
    if wanted != 0:
        left = wanted & ~sample_rows(px, COVER, ints, tiles[index], segments, rule, wanted)
        for y in range(np.uint64(c.TILE)):
            if left >> np.int64(y) & 1:
                row = cover_winding(winding_row(ints, tiles[index], y), rule)
                set_row(px, COVER + y * np.uint64(c.TILE), row)
    return uneven


def draw_slit(ctx: Any) -> None:
    add_polygons(ctx, SLIT)


def draw_spirograph(ctx: Any) -> None:
    add_line(ctx, spirograph(64, 11, 300))


def draw_chart(ctx: Any) -> None:
    add_line(ctx, chart(80, 40))


def draw_rects(ctx: Any) -> None:
    """Edges on rows, on columns and on tiles, some of them twice."""
    for x, y, w, h in ((0, 0, 32, 16), (16, 16, 16, 16), (16, 16, 16.5, 20), (3.25, 5, 20, 9), (3.25, 5, 20, 9)):
        ctx.rect(x, y, w, h)
        ctx.rect(x + 0.5, y, w - 1, h - 1)


def draw_tangle(ctx: Any) -> None:
    """Random polygons, some of which begin left of the canvas: the backdrops of tiles are no zeros."""
    rng = np.random.default_rng(11)
    for count in (3, 5, 9, 40):
        points = rng.uniform(-20, 60, (count, 2))
        add_polygons(ctx, [[tuple(map(float, point)) for point in points]])


def draw_many_rects(ctx: Any) -> None:
    for _ in range(700):
        ctx.rect(2.25, 2.5, 10, 10)


OUTLINES = [draw_slit, draw_spirograph, draw_chart, draw_rects, draw_tangle, draw_many_rects]


class Tiles:
    """A path's tiles and their segments, and what kernels make of one of them."""

    def __init__(self, draw: Draw, stroked: bool, rule: int) -> None:
        recording = gpucanvas.Recording(64, 64)
        ctx = recording.get_context("2d")
        ctx.line_width = 1.5
        draw(ctx)
        ctx.stroke() if stroked else ctx.fill("evenodd" if rule == c.RULE_EVENODD else "nonzero")
        scene = encode(recording._commands, 64, 64)
        with CPUBackend(1).workers.runner() as runner:
            runner.flatten_curves(scene)
            tiles, segments = runner.outline_tiles(scene)
            self.tiles, self.segments = tiles[: scene.path_tile_count].copy(), segments.copy()
        self.rule = rule
        self.px = np.zeros(SCRATCH, np.float32)
        self.ints, self.floats = np.zeros(INTS, np.int32), np.zeros(FLOATS, np.float32)

    def chosen(self) -> list[int]:
        """Tiles of two segments or more."""
        found = np.flatnonzero(self.tiles["segment_count"] >= 2).tolist()
        assert found
        return found

    def of(self, index: int) -> np.ndarray:
        tile = self.tiles[index]
        return self.segments[tile["segment_start"] :][: tile["segment_count"]]

    def cover(self, index: int, rows: int, segments: np.ndarray | None = None) -> tuple[np.ndarray, int]:
        """The coverages of a tile where ``rows`` are sampled, -1 elsewhere; and which rows are uneven."""
        start = int(COVER)
        self.px[start : start + 256] = -1.0
        given = self.segments if segments is None else segments
        uneven = cover_tile(self.tiles, index, given, self.rule, rows, self.px, self.ints, self.floats)
        return self.px[start : start + 256].reshape(16, 16).copy(), int(uneven)

    def mean(self, index: int) -> np.ndarray:
        """The mean windings of the tile that was covered last, in 1 / AREA_ONE."""
        changes = self.ints[: 16 * c.ACCUMULATOR_COLUMNS].reshape(16, -1)[:, :16]
        return changes.astype(np.int64).cumsum(1) + int(self.tiles[index]["backdrop"]) * ONE


def places() -> list[tuple[int, list[int], bool]]:
    """The samples of a pixel: y and all x of each sub-row, in subpixels, and whether they count."""
    inner = [(128 * k + 64, [(96 * k + 16) % 256 + 256 * m for m in range(4)], True) for k in range(8)]
    return [(0, [0, 1023], False), *inner, (1023, [0, 1023], False)]


def windings(segments: np.ndarray, backdrop: int) -> tuple[np.ndarray, np.ndarray]:
    """The winding at each sample that counts, (16, 16, 32), and at the corners, (16, 16, 4), of a tile's pixels."""
    start, end = segments["start"].astype(np.int64), segments["end"].astype(np.int64)
    ends = [np.stack([point & c.X_MASK, point >> 16], 1) for point in (start, end)]
    up = ends[1][:, 1] < ends[0][:, 1]
    top, bottom = np.where(up[:, None], ends[1], ends[0]), np.where(up[:, None], ends[0], ends[1])
    counted: list[np.ndarray] = []
    corners: list[np.ndarray] = []
    for dy, xs, counts in places():
        y = np.arange(16)[:, None] * 1024 + dy
        crosses = (top[:, 1] <= y) & (y < bottom[:, 1])
        left = backdrop - ((start & c.EDGE_FLAG != 0) & (start >> 16 <= y)).sum(1)
        left = left + ((end & c.EDGE_FLAG != 0) & (end >> 16 <= y)).sum(1)
        for dx in xs:
            x = np.arange(16)[None, :, None] * 1024 + dx
            right_of = (x - top[:, 0]) * (bottom[:, 1] - top[:, 1]) >= ((y - top[:, 1]) * (bottom[:, 0] - top[:, 0]))[
                :, None
            ]
            found = (np.where(up, -1, 1) * (crosses[:, None] & right_of)).sum(2) + left[:, None]
            (counted if counts else corners).append(found)
    return np.stack(counted, 2), np.stack(corners, 2)


def inside(w: np.ndarray, rule: int) -> np.ndarray:
    return w % 2 if rule == c.RULE_EVENODD else (w != 0).astype(np.int64)


def is_linear(lo: np.ndarray, hi: np.ndarray, rule: int) -> np.ndarray:
    return (hi - lo <= 1) | ((rule == c.RULE_NONZERO) & ((lo >= 1) | (hi <= -1)))


def by_mean(mean: np.ndarray, rule: int) -> np.ndarray:
    """Coverages, in 1 / AREA_ONE, where the mean winding tells."""
    w = np.abs(mean)
    if rule == c.RULE_EVENODD:
        return np.minimum(w % (2 * ONE), 2 * ONE - w % (2 * ONE))
    return np.minimum(w, ONE)


def by_samples(mean: np.ndarray, counted: np.ndarray, lo: np.ndarray, hi: np.ndarray, rule: int) -> np.ndarray:
    """The samples' mean and the slope of the rule times what they miss, in 1 / AREA_ONE: rounded down at each step."""
    missed = (mean * 32 - counted.sum(2) * ONE) // 32
    missed = np.clip(missed, -4 * ONE, 4 * ONE) // 16
    slope = inside(hi, rule) - inside(lo, rule)
    term = slope * (missed * (ONE // np.maximum(hi - lo, 2)) // 4096)
    return np.clip(inside(counted, rule).sum(2) * (ONE // 32) + np.where(hi - lo > 255, 0, term), 0, ONE)


CASES = [(draw, stroked, rule) for draw in OUTLINES for stroked, rule in ((False, 0), (False, 1), (True, 0))]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0].__name__}-{case[1]:d}{case[2]}")
def tiles(request: pytest.FixtureRequest) -> Tiles:
    return Tiles(*request.param)


def test_coverage_is_that_of_samples_counted_one_by_one(tiles: Tiles) -> None:
    for index in tiles.chosen():
        cover, _ = tiles.cover(index, ALL_ROWS)
        counted, corners = windings(tiles.of(index), int(tiles.tiles[index]["backdrop"]))
        every = np.concatenate([counted, corners], 2)
        lo, hi, mean = every.min(2), every.max(2), tiles.mean(index)
        expected = np.where(
            is_linear(lo, hi, tiles.rule),
            by_mean(mean, tiles.rule),
            by_samples(mean, counted, lo, hi, tiles.rule),
        )
        assert (np.rint(cover * ONE) == expected).all()


def test_rows_that_are_not_uneven_need_no_samples(tiles: Tiles) -> None:
    spared = 0
    for index in tiles.chosen():
        _, uneven = tiles.cover(index, -1)
        counted, corners = windings(tiles.of(index), int(tiles.tiles[index]["backdrop"]))
        every = np.concatenate([counted, corners], 2)
        linear = is_linear(every.min(2), every.max(2), tiles.rule).all(1)
        assert all(linear[row] for row in range(16) if not uneven >> row & 1)
        spared += 16 - uneven.bit_count()
    assert spared > 0 or max(map(len, map(tiles.of, tiles.chosen()))) > DENSE_SEGMENTS


def test_the_order_of_segments_changes_no_bit(tiles: Tiles) -> None:
    rng = np.random.default_rng(2)
    for index in tiles.chosen():
        first, uneven = tiles.cover(index, -1)
        shuffled, tile = tiles.segments.copy(), tiles.tiles[index]
        part = slice(int(tile["segment_start"]), int(tile["segment_start"] + tile["segment_count"]))
        shuffled[part] = shuffled[part][rng.permutation(part.stop - part.start)]
        second, again = tiles.cover(index, -1, shuffled)
        assert uneven == again
        assert (first == second).all()


@pytest.mark.parametrize("for_hardware", [False, True], ids=["software", "hardware"])
@pytest.mark.parametrize("name", sorted(name for name, scene in SCENES.items() if "meetings" in scene.topics))
def test_both_backends_draw_the_same_where_outlines_meet(gl: str, name: str, for_hardware: bool) -> None:
    """Also by the shader that hardware gets, whose threads share out the segments of a tile."""
    scene = SCENES[name]
    canvas = gpucanvas.Canvas(scene.width, scene.height, backend=gl)
    with pytest.MonkeyPatch.context() as patch:
        if for_hardware:
            patch.setattr(canvas._backend, "_software", False)
        scene.draw(canvas.get_context("2d"), scene.width, scene.height)
        theirs = np.array(canvas.to_numpy())
    assert_same(scene.render("cpu"), theirs, max_difference=1, max_fraction=0.005, names=("cpu", gl))


@kernel
def rows_of_tile(tiles: Any, index: Any, segments: Any) -> Any:
    return touched_rows(tiles[index], segments)


@pytest.mark.parametrize("draw", OUTLINES)
def test_rows_that_an_outline_does_not_touch_have_no_winding(draw: Draw) -> None:
    tiles, left_out = Tiles(draw, stroked=False, rule=c.RULE_NONZERO), 0
    for index in tiles.chosen():
        tiles.cover(index, 0)
        first, last = map(int, rows_of_tile(tiles.tiles, index, tiles.segments))
        outside = np.ones(16, bool)
        outside[first:last] = False
        assert not tiles.mean(index)[outside].any()
        left_out += int(outside.sum())
    # These two have many segments in every tile, whose rows are not looked for.
    assert left_out or draw in (draw_chart, draw_many_rects)
