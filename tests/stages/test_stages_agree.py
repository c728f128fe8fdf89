"""Each stage by itself: the kernels and the shaders make the same lines, segments, bins and commands of one scene."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.backends.cpu import CPUBackend
from gpucanvas.contract import constants as c
from gpucanvas.contract import records
from gpucanvas.pipeline.encode import encode
from gpucanvas.pipeline.scene import Scene, lines_a_vertex
from gpucanvas.plan.make import make_plan
from gpucanvas.stages.flatten import flatten_outlines

WIDTH, HEIGHT = 600, 420


def triangle(ctx: gpucanvas.Context2D) -> None:
    ctx.fill_polygons(np.array([[10.3, 12.7], [330.1, 60.2], [120.9, 300.4]]))


def strokes(ctx: gpucanvas.Context2D) -> None:
    ctx.line_width = 14
    for i, (cap, join) in enumerate((a, b) for a in ("butt", "round", "square") for b in ("miter", "round", "bevel")):
        ctx.line_cap, ctx.line_join = cap, join
        ctx.begin_path()
        ctx.move_to(20 + 60 * i, 30)
        ctx.line_to(60 + 60 * i, 200)
        ctx.line_to(25 + 60 * i, 210)
        ctx.bezier_curve_to(90 + 60 * i, 300, -50 + 60 * i, 300, 40 + 60 * i, 390)
        ctx.stroke()


def clipped(ctx: gpucanvas.Context2D) -> None:
    ctx.begin_path()
    ctx.arc(300, 200, 170, 0, 7)
    ctx.clip()
    ctx.clip(gpucanvas.Path2D("M100 50H500V380H100Z M200 100H400V300H200Z"), "evenodd")
    ctx.fill_style = (1.0, 0.0, 0.0, 0.5)
    ctx.fill_rect(0, 0, WIDTH, HEIGHT)
    ctx.global_composite_operation = "source-in"
    ctx.fill_circles(300, 200, 90)


def random_things(ctx: gpucanvas.Context2D) -> None:
    rng = np.random.default_rng(5)
    ctx.fill_rects(*(rng.random((4, 3000)) * [[600], [420], [40], [40]]), color=rng.random((3000, 4)))
    ctx.fill_circles(*(rng.random((2, 2000)) * [[600], [420]]), rng.random(2000) * 9, color=rng.random((2000, 4)))
    ctx.line_width = 2.5
    for points in rng.random((200, 9, 2)) * [WIDTH, HEIGHT]:
        ctx.begin_path()
        ctx.move_to(*points[0].tolist())
        for a, b, e in zip(points[1::3].tolist(), points[2::3].tolist(), points[3::3].tolist(), strict=False):
            ctx.bezier_curve_to(*a, *b, *e)
        ctx.stroke()
    ctx.fill_style = "white"
    ctx.fill_rect(100, 100, 300, 200)
    for alpha in (0.5, 0.25):
        ctx.fill_style = (0.0, 0.0, 0.0, alpha)
        ctx.fill_rect(0, 0, WIDTH, HEIGHT)


def nested_clips(ctx: gpucanvas.Context2D) -> None:
    """Neighbouring tiles under clips of different depth, that reject, let through or cut; covers that hide others."""
    rng = np.random.default_rng(6)
    for i in range(500):
        ctx.save()
        for depth in range(int(rng.integers(0, 4))):
            x, y, r = (rng.random(3) * [WIDTH, HEIGHT, 250]).tolist()
            ctx.begin_path()
            if (i + depth) % 3:
                ctx.arc(x, y, r, 0, 7)
            else:
                ctx.rect(x - r, y - r, 2 * r, 2 * r)
            ctx.clip()
        x, y, r = (rng.random(3) * [WIDTH, HEIGHT, 200]).tolist()
        ctx.fill_style = (*rng.random(3).tolist(), 1.0 if i % 2 else 0.5)
        if i % 5 == 0:
            ctx.fill(gpucanvas.Path2D(f"M{x} {y - r} L{x + r} {y + r} H{x - r}Z"))
        elif i % 5 == 1:
            ctx.fill_circles(x, y, 0.3 * r)
        else:
            ctx.fill_rect(x - r, y - r, 2 * r, 2 * r)
        ctx.restore()


def growing_clips(ctx: gpucanvas.Context2D) -> None:
    """Each clip lies in the one before; some draws miss tiles of their clip, or hide what is there."""
    for i in range(40):
        if i % 8 == 7:
            ctx.restore()
        ctx.save()
        ctx.begin_path()
        if i % 3:
            ctx.ellipse(WIDTH / 2 + 3 * i, HEIGHT / 2, WIDTH / 2 - 2 * i, HEIGHT / 2 - i, 0, 0, 7)
        else:
            ctx.rect(3 * i + 0.5, 2 * i + 0.5, WIDTH - 4 * i, HEIGHT - 3 * i)
        ctx.clip()
        ctx.fill_style = (i / 40, 0.5, 0.25, 1.0 if i % 4 == 0 else 0.5)
        ctx.fill_rect(40 * (i % 5), 30 * (i % 4), WIDTH, HEIGHT)


def unbounded(ctx: gpucanvas.Context2D) -> None:
    """Shapes of every kind that show themselves alone, freely and under clips, with something before and after each."""
    rng = np.random.default_rng(7)
    ctx.line_width = 5
    for i in range(12):
        ctx.save()
        ctx.fill_style = ctx.stroke_style = (*rng.random(3).tolist(), 0.7)
        ctx.fill_circles(rng.random(20) * WIDTH, rng.random(20) * HEIGHT, 30)
        ctx.begin_path()
        ctx.rect(30 + 3 * i, 20, 400, 300) if i % 2 else ctx.arc(300, 200, 230 - i, 0, 7)
        if i % 3:
            ctx.clip()
        ctx.global_composite_operation = "copy" if i % 4 == 3 else "source-in"
        x, y, r = (rng.random(3) * [WIDTH, HEIGHT, 150]).tolist()
        shapes = (
            lambda x=x, y=y, r=r: ctx.fill_rect(x - r, y - r, 2 * r, r),
            lambda x=x, y=y, r=r: ctx.stroke_rect(x - r, y - r, 2 * r, r),
            lambda x=x, y=y, r=r: ctx.fill_circles(x, y, r),
            lambda x=x, y=y, r=r: ctx.stroke_line_segments([[[x - r, y], [x + r, y + r]]]),
            lambda x=x, y=y, r=r: ctx.fill(gpucanvas.Path2D(f"M{x} {y - r} L{x + r} {y + r} H{x - r}Z")),
        )
        shapes[i % 5]()
        ctx.restore()
        ctx.fill_rects(rng.random(9) * WIDTH, rng.random(9) * HEIGHT, 40, 40, color=(0, 0, 1, 0.5))


def opaque_gradients(ctx: gpucanvas.Context2D) -> None:
    """Gradients that hide what is under them, and nearly such ones, over folded covers, freely and under clips."""
    rng = np.random.default_rng(8)
    for i in range(120):
        x, y, r = (rng.random(3) * [WIDTH, HEIGHT, 160]).tolist()
        gradient = (
            ctx.create_linear_gradient(x, y, x + r, y),
            ctx.create_radial_gradient(x, y, 0, x + i % 3, y, r + 4),
            ctx.create_radial_gradient(x, y, 9, x + 90, y, 9),
            ctx.create_conic_gradient(x, x, y),
        )[i % 4]
        gradient.add_color_stop(0, tuple(rng.random(3).tolist()))
        gradient.add_color_stop(1, (*rng.random(3).tolist(), 0.5 if i % 5 == 0 else 1.0))
        ctx.save()
        if i % 3 == 0:
            ctx.begin_path()
            ctx.rect(x - 90, y - 90, 200, 200) if i % 2 else ctx.arc(x, y, 150, 0, 7)
            ctx.clip()
        ctx.fill_style = (*rng.random(3).tolist(), 0.5)
        ctx.fill_rect(x - r, y - r, r, 2 * r)
        ctx.fill_style = gradient
        ctx.global_alpha = 0.5 if i % 7 == 0 else 1.0
        ctx.global_composite_operation = ("source-over", "source-over", "multiply", "source-atop", "copy")[
            4 if i == 40 else i % 4
        ]
        if i % 4 == 0:
            ctx.fill(gpucanvas.Path2D(f"M{x} {y - r} L{x + r} {y + r} H{x - r}Z"))
        else:
            ctx.fill_rects([x - r, x], y - r, 2 * r, 2 * r) if i % 4 == 1 else ctx.fill_rect(x - r, y - r, 2 * r, r)
        ctx.restore()


SCENES = [triangle, strokes, clipped, nested_clips, growing_clips, random_things, unbounded, opaque_gradients]


def flatten(scene: Scene) -> np.ndarray:
    """All lines, in order of their vertices: what the cpu backend makes a few at a time."""
    lines = np.empty(len(scene.vertices) * lines_a_vertex(scene), records.Line.dtype)
    count = flatten_outlines(scene.subpaths, scene.vertices, scene.strokes, lines, 0, len(scene.vertices))
    return lines[:count]


class Stages:
    """What the stages of both backends leave for one scene."""

    def __init__(self, draw: Callable[[gpucanvas.Context2D], None], for_hardware: bool) -> None:
        recording = gpucanvas.Recording(WIDTH, HEIGHT)
        draw(recording.get_context("2d"))
        self.scene = encode(recording._commands, WIDTH, HEIGHT)
        with CPUBackend(2).workers.runner() as runner:
            runner.flatten_curves(self.scene)
            self.lines = flatten(self.scene)
            self.path_tiles, self.segments = runner.outline_tiles(self.scene)
            self.boxes, self.binned, self.bin_starts = runner.bin_draws(self.scene)
            self.commands = runner.list_commands(self.scene, self.path_tiles, self.boxes, self.binned, self.bin_starts)
        canvas = gpucanvas.Canvas(WIDTH, HEIGHT, backend="gl")
        self.gl: Any = canvas._backend
        with pytest.MonkeyPatch.context() as patch:
            if for_hardware:
                patch.setattr(self.gl, "_software", False)
            self.gl.run(make_plan([recording._commands], WIDTH, HEIGHT), canvas._surface.pixels)
        self.counters = self.words("counters")

    def words(self, name: str) -> np.ndarray:
        """A working buffer of the gl backend."""
        return np.frombuffer(self.gl._owner.run(lambda: self.gl._buffers._buffers[name].read()), np.uint32)

    def records(self, name: str, record: records.Record, count: int) -> np.ndarray:
        """The first items of a working buffer of records."""
        return self.words(name)[: count * record.words].view(record.dtype)


@pytest.fixture(scope="module", params=[False, True], ids=["software", "hardware"])
def for_hardware(request: pytest.FixtureRequest) -> bool:
    """Whether to run what a GPU gets: software OpenGL has shaders without what a scene lacks."""
    return bool(request.param)


@pytest.fixture(scope="module", params=SCENES, ids=lambda draw: draw.__name__)
def stages(request: pytest.FixtureRequest, gl: str, for_hardware: bool) -> Stages:
    return Stages(request.param, for_hardware)


def in_order(lines: np.ndarray) -> np.ndarray:
    """Lines as rows (path, x0, y0, x1, y1), rounded enough to be sorted alike on both sides."""
    rows = np.stack([lines[name].astype(np.float64) for name in ("path", "x0", "y0", "x1", "y1")], 1)
    return rows[np.lexsort(np.round(rows * 64).T[::-1])]


def paired(theirs: np.ndarray, ours: np.ndarray, most: float) -> np.ndarray:
    """Our rows in the order of theirs: the rows are the same, each once, and those further apart than this paired anew.

    Rows that nearly agree are not always sorted alike: where a side runs backwards, lines as short as what they are
    rounded to lie beside one another.
    """
    ours = ours.copy()
    apart = np.flatnonzero(np.abs(theirs - ours).max(1, initial=0) > most)
    left = ours[apart]
    for i in apart:
        nearest = int(np.abs(left - theirs[i]).max(1).argmin())
        ours[i] = left[nearest]
        left = np.delete(left, nearest, 0)
    return ours


def matched(theirs: np.ndarray, ours: np.ndarray, most: float) -> np.ndarray:
    """Our rows, each once, in an order in which none is further than this from theirs; as they are, if there is none.

    Rows that nearly agree are not always sorted alike: where a side runs backwards, lines as short as what they are
    rounded to lie beside one another.
    """
    if np.abs(theirs - ours).max(initial=0) <= most:
        return ours
    near = [np.flatnonzero(np.abs(ours - row).max(1) <= most).tolist() for row in theirs]
    partner: dict[int, int] = {}

    def pair(row: int, seen: set[int]) -> bool:
        """Find a partner for one of their rows, where need be by giving other rows another one."""
        for other in near[row]:
            if other not in seen:
                seen.add(other)
                if other not in partner or pair(partner[other], seen):
                    partner[other] = row
                    return True
        return False

    if not all(pair(row, set()) for row in range(len(theirs))):
        return ours
    return ours[sorted(partner, key=partner.__getitem__)]


def test_flatten_makes_the_same_lines(stages: Stages) -> None:
    count = int(stages.counters[c.COUNTER_LINES])
    assert count == len(stages.lines)
    theirs = in_order(stages.records("lines", records.Line, count))
    ours = paired(theirs, in_order(stages.lines), 1 / 512)
    assert np.abs(theirs - ours).max(initial=0) <= 1 / 512


def test_binning_gives_tiles_the_same_segments(stages: Stages) -> None:
    count = stages.scene.path_tile_count
    ours, theirs = stages.path_tiles[:count], stages.records("path_tiles", records.PathTile, count)
    assert (ours["backdrop"] == theirs["backdrop"]).all()
    assert (ours["segment_count"] == theirs["segment_count"]).all()
    total = int(ours["segment_count"].sum())
    assert total == stages.counters[c.COUNTER_SEGMENTS]
    segments = stages.records("segments", records.Segment, total)
    for mine, other in zip(ours[ours["segment_count"] > 0], theirs[ours["segment_count"] > 0], strict=True):
        a = corners(stages.segments[mine["segment_start"] :][: mine["segment_count"]])
        b = corners(segments[other["segment_start"] :][: other["segment_count"]])
        assert np.abs(matched(b, a, 1) - b).max() <= 1, "segments differ by more than a subpixel"


def corners(segments: np.ndarray) -> np.ndarray:
    """Segments of a tile as sorted rows (flags, x0, y0, x1, y1)."""
    start, end = segments["start"].astype(np.int64), segments["end"].astype(np.int64)
    mask = c.EDGE_FLAG - 1
    flags = (start & c.EDGE_FLAG) + 2 * (end & c.EDGE_FLAG)
    rows = np.stack([flags, start & mask, start >> 16, end & mask, end >> 16], 1)
    return rows[np.lexsort((np.round(rows / 8)).T[::-1])]


def test_binning_lists_the_same_draws_in_order(stages: Stages) -> None:
    theirs = stages.words("binned")
    bins = len(stages.bin_starts) - 1
    for b in range(bins):
        start, count = theirs[2 * b : 2 * b + 2]
        mine = stages.binned[stages.bin_starts[b] : stages.bin_starts[b + 1]]
        assert count == len(mine)
        assert (theirs[2 * bins + start :][:count] == mine).all()


def test_coarse_lists_the_same_commands(stages: Stages) -> None:
    (starts,), (ends,), words = stages.commands
    tiles = stages.words("tiles")[: 2 * len(starts)].reshape(-1, 2)
    theirs = stages.words("words")
    assert (tiles[:, 1] == ends - starts).all()
    for tile in np.flatnonzero(ends > starts):
        mine = words[starts[tile] : ends[tile]]
        other = theirs[tiles[tile, 0] :][: len(mine)]
        # Folded colours are floats: nearly equal bits; everything else is equal to the bit.
        different = np.flatnonzero(mine != other)
        close = np.isclose(mine.view(np.float32)[different], other.view(np.float32)[different], atol=1e-6)
        assert close.all()
