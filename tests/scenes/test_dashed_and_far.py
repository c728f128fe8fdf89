"""Dashed and far outlines: many at once are what they are one by one, and none is made where it cannot be seen."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas import Context2D, LimitError

SIZE = 64
Draw = Callable[[Context2D], None]


def picture(backend: str, draw: Draw) -> np.ndarray:
    with gpucanvas.Canvas(SIZE, SIZE, backend=backend) as canvas:
        draw(canvas.get_context("2d"))
        return canvas.to_numpy().astype(int)


def line(ctx: Context2D, *points: float) -> None:
    ctx.begin_path()
    for x, y in zip(points[::2], points[1::2], strict=True):
        ctx.line_to(x, y)
    ctx.stroke()


def columns(dashes: Callable[[int], bool]) -> list[bool]:
    return [dashes(x) for x in range(SIZE)]


def test_dashed_strokes_of_a_frame_are_cut_by_one_pair_of_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each stroke once had its own: a thousand took two seconds."""
    from gpucanvas.stages import dash, far, polylines

    calls: list[str] = []

    def count(module: ModuleType, name: str) -> None:
        kernel = getattr(module, name)

        def counted(*arguments: Any) -> Any:
            calls.append(name)
            return kernel(*arguments)

        monkeypatch.setattr(module, name, counted)

    count(polylines, "write_points")
    count(dash, "dash_lines")
    count(far, "store_lines")

    def strokes(ctx: Context2D) -> None:
        ctx.set_line_dash([5, 3])
        for i in range(200):
            ctx.line_dash_offset = i % 7
            line(ctx, 0, i % SIZE, SIZE, (i * 7) % SIZE)

    picture("cpu", strokes)
    assert sorted(calls) == ["dash_lines", "dash_lines", "store_lines", "store_lines", "write_points"]


@pytest.mark.parametrize("cap", ["butt", "round", "square"])
def test_dashed_strokes_together_are_what_they_are_alone(cap: str) -> None:
    shapes: list[Draw] = [
        lambda ctx: line(ctx, 4, 4, 60, 9),
        lambda ctx: line(ctx, 4, 14, 30, 20, 60, 14),
        lambda ctx: ctx.stroke_rect(6, 24, 22, 14),
        lambda ctx: ctx.stroke(gpucanvas.Path2D("M34 26 C 40 40 60 20 58 40")),
        lambda ctx: ctx.stroke(gpucanvas.Path2D("M20 61 a 8 8 0 1 1 0.1 0 z")),
        lambda ctx: ctx.stroke_rect(36, 46, 20, 12),
    ]
    patterns = [[6, 4], [3], [10, 2, 0, 2], [7, 5], [2, 2], []]

    def styled(ctx: Context2D, k: int) -> None:
        ctx.line_cap, ctx.line_width = cap, 1 + k % 2
        ctx.set_line_dash(patterns[k])
        ctx.line_dash_offset = -3 * k
        shapes[k](ctx)

    def together(ctx: Context2D) -> None:
        for k in range(len(shapes)):
            styled(ctx, k)

    whole = picture("cpu", together)
    parts = [picture("cpu", lambda ctx, k=k: styled(ctx, k)) for k in range(len(shapes))]
    assert all(part.any() for part in parts)
    np.testing.assert_array_equal(whole, np.max(parts, axis=0))


@pytest.mark.parametrize("far", [0, 1e5, 1e8, 1e10])
@pytest.mark.parametrize("offset", [0, 3, -5, 16e9 + 4, -16e9 - 1])
def test_far_dashes_are_where_their_length_says(backend: str, far: float, offset: float) -> None:
    """Of a line from the far left, the pattern's period divides the length: the canvas begins with a dash."""

    def draw(ctx: Context2D) -> None:
        ctx.line_width = 10
        ctx.set_line_dash([9, 7])
        ctx.line_dash_offset = offset
        line(ctx, -16 * far, 32, 16 * far + 64, 32)

    row = picture(backend, draw)[32, :, 3]
    assert (row > 127).tolist() == columns(lambda x: (x + offset) % 16 < 9)
    assert set(row.tolist()) == {0, 255}


def test_far_dashes_out_of_sight_are_not_made() -> None:
    """They once were made, and cut off: a line of this length has more than the limit."""
    from gpucanvas.pipeline.encode import encode

    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.set_line_dash([4, 4])
        line(ctx, -1e9, -1e9, 1e9, 1e9)
        line(ctx, -9000, 32, 9000, 32)
        line(ctx, 5000, 32, 9000, 32)
        ctx.stroke_rect(-3e7, 10, 6e7, 5e7)
        scene = encode(canvas._commands, SIZE, SIZE)
        assert 20 < len(scene.subpaths) < 200
        ctx.reset()


def test_far_dashes_go_on_behind_a_part_out_of_sight(backend: str) -> None:
    """The line leaves to the right, turns far away, and comes back: 64 to the turn, and 64 more, are whole periods."""
    far = 64 * 1000.0 + 64

    def draw(ctx: Context2D) -> None:
        ctx.line_width = 8
        ctx.set_line_dash([20, 12])
        line(ctx, 0, 10, far, 10, far, 42, 0, 42)

    alpha = picture(backend, draw)[..., 3]
    assert (alpha[10] > 127).tolist() == columns(lambda x: x % 32 < 20)
    length = far + 32
    assert (alpha[42] > 127).tolist() == columns(lambda x: (length + far - x - 0.5) % 32 < 20)


def test_far_a_closed_outline_has_its_dash_across_the_seam(backend: str) -> None:
    """A square whose start is the corner in sight: on across it, if the length is a whole number of periods."""
    side = 40_000.0

    def draw(ctx: Context2D) -> None:
        ctx.line_width = 6
        ctx.set_line_dash([20, 20])
        ctx.line_dash_offset = 10
        ctx.begin_path()
        ctx.rect(32, 32, side, side)
        ctx.stroke()

    alpha = picture(backend, draw)[..., 3]
    assert alpha[29:35, 29:42].min() == 255, "10 to the right of the corner, which is a miter"
    assert alpha[29:42, 29:35].min() == 255, "10 below it"
    assert alpha[32, 44:60].max() == 0
    assert alpha[44:60, 32].max() == 0


def test_far_too_many_dashes_in_sight_are_refused_and_the_canvas_goes_on(backend: str) -> None:
    with gpucanvas.Canvas(SIZE, SIZE, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.set_line_dash([1 / 64, 1 / 64])
        line(ctx, *(0, 0, SIZE, SIZE) * 2500)
        with pytest.raises(LimitError, match="dashes of period 0.03125 on 4.52e.05 of outline.*use a longer pattern"):
            canvas.flush()
        ctx.fill_rect(0, 0, 10, 10)
        assert canvas.to_numpy()[5, 5, 3] == 255


@pytest.mark.parametrize(("pattern", "share"), [([1, 1], 0.5), ([3, 1], 0.75), ([1, 3, 1], 0.5), ([1, 4], 0.2)])
@pytest.mark.parametrize("length", [0.1, 0.01, 1e-3, 1e-4, 1e-7, 1e-12])
def test_dashes_much_shorter_than_a_pixel_cover_their_share_of_it(
    backend: str, pattern: list[float], share: float, length: float
) -> None:
    """Those below a thousandth of a pixel were drawn as dots of that length, and the line was solid, or too wide."""

    def draw(ctx: Context2D, dashed: bool) -> None:
        ctx.set_line_dash([part * length for part in pattern] if dashed else [])
        ctx.line_width = 6
        line(ctx, 0, 10, 64, 10)
        ctx.line_width = 3
        line(ctx, 4, 20, 60, 60)
        ctx.scale(1e-3, 1e-3)
        ctx.line_width = 3000
        ctx.set_line_dash([part * length * 1e3 for part in pattern] if dashed else [])
        line(ctx, 0, 30_500, 8_000, 60_000)

    found, solid = (picture(backend, lambda ctx, dashed=dashed: draw(ctx, dashed))[..., 3] for dashed in (True, False))
    inside = solid == 255
    assert inside.sum() > 300
    if length < 0.1:
        assert np.abs(found[inside] / 255 - share).max() < 0.04
    assert found.sum() / solid.sum() == pytest.approx(share, abs=0.01)


CURVED = "M 8 8 L 120 20 L 90 70 C 60 120 -60 90 20 40 Q 0 20 8 8 Z"
STRAIGHT = "M 8 8 L 120 20 L 90 70 L -60 50 L 30 40 Z"


@pytest.mark.parametrize(
    ("verb", "shape", "most"),
    [
        ("fill", STRAIGHT, 0),
        ("fill", CURVED, 6),
        ("clip", CURVED, 6),
        ("stroke", STRAIGHT, 0),
        ("dashed", STRAIGHT, 0),
        ("dashed", CURVED, 0),
    ],
)
def test_far_parts_of_a_path_do_not_change_what_is_near(backend: str, verb: str, shape: str, most: int) -> None:
    """The same outline, and a subpath so far away that all is cut in float64.

    Curves are chords within 1/64 of a pixel then, which lose area; those of the near one have it given back.
    """

    def draw(away: float) -> Draw:
        def drawn(ctx: Context2D) -> None:
            ctx.line_width, ctx.line_join = 5, "round"
            path = gpucanvas.Path2D(shape)
            path.rect(away, away, 50, 50)
            if verb == "fill":
                ctx.fill(path)
            elif verb == "clip":
                ctx.clip(path)
                ctx.fill_rect(0, 0, SIZE, SIZE)
            else:
                ctx.set_line_dash([9, 6] if verb == "dashed" else [])
                ctx.stroke(path)

        return drawn

    near = picture(backend, draw(10_000))
    assert near.any()
    for away in (30_000, 1e6, 1e12, 1e200):
        far = picture(backend, draw(away))
        assert np.abs(far - near).max() <= most, away


def test_far_curves_out_of_sight_are_single_lines() -> None:
    """They once became thousands of pieces, which were cut off."""
    from gpucanvas.pipeline.encode import encode

    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.begin_path()
        ctx.move_to(-10, 32)
        for k in range(50):
            ctx.bezier_curve_to(1e6 + k, 3e6, 2e6, -3e6, 3e6, 1e6 * (k % 3))
        ctx.line_to(-10, 40)
        ctx.fill()
        assert len(encode(canvas._commands, SIZE, SIZE).vertices) < 4000
        ctx.reset()


def test_far_strokes_under_a_transform_have_their_dashes_in_user_space(backend: str) -> None:
    def draw(ctx: Context2D) -> None:
        ctx.scale(4, 1)
        ctx.line_width = 2
        ctx.set_line_dash([3, 1])
        line(ctx, -4e6, 32, 4e6, 32)

    row = picture(backend, draw)[32, :, 3]
    assert (row > 127).tolist() == columns(lambda x: x % 16 < 12)
