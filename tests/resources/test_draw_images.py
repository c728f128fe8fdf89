"""draw_images: one command that draws what as many draw_image do, to the byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import gpucanvas

WIDTH, HEIGHT = 200, 150


def sheet() -> np.ndarray:
    """A sheet of four frames of 24x24, soft at the edges, each another colour."""
    y, x = np.mgrid[:24, :24]
    alpha = np.clip(255 * (12.5 - np.hypot(x - 11.5, y - 11.5)), 0, 255).astype(np.uint8)
    colors = [(255, 40, 0), (0, 200, 60), (20, 80, 255), (240, 220, 0)]
    frames = []
    for color in colors:
        frame = np.empty((24, 24, 4), np.uint8)
        frame[..., :3] = color
        frame[..., 1] += (x * 2).astype(np.uint8)
        frame[..., 3] = alpha
        frames.append(frame)
    return np.concatenate(frames, 1)


def rows(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Sources, targets, transforms and alphas of sprites: upright and turned, outside of the image, mirrored."""
    rng = np.random.default_rng(5)
    src = np.stack([rng.integers(0, 4, count) * 24, np.zeros(count), np.full(count, 24), np.full(count, 24)], 1)
    src = src + rng.uniform(-6, 6, (count, 4)) * (rng.random((count, 1)) < 0.3)
    dst = np.stack([rng.uniform(-20, 20, count), rng.uniform(-20, 20, count)] + [rng.uniform(-40, 40, count)] * 2, 1)
    angle = rng.uniform(0, 6.3, count) * (rng.random(count) < 0.7)
    scale = rng.uniform(0.3, 1.6, count)
    c, s = np.cos(angle) * scale, np.sin(angle) * scale
    at = rng.uniform(0, WIDTH, count), rng.uniform(0, HEIGHT, count)
    return src, dst, np.stack([c, s, -s, c, *at], 1), rng.uniform(0, 1, count)


@pytest.fixture(params=["low", "high", "none"])
def quality(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def drawn(backend: str, draw: Any, quality: str = "low", **options: Any) -> np.ndarray:
    """What a call draws on a canvas that holds something, under a transform and an alpha."""
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        ctx = canvas.get_context("2d", **options)
        ctx.fill_style = "rgb(90, 120, 150)"
        ctx.fill_rect(10, 10, 150, 100)
        ctx.image_smoothing_enabled = quality != "none"
        ctx.image_smoothing_quality = quality if quality != "none" else "low"
        ctx.global_alpha = 0.9
        ctx.transform(1.1, 0.2, -0.1, 0.8, 3.25, 4.5)
        draw(ctx)
        return canvas.to_numpy()


def by_calls(ctx: Any, image: Any, src: np.ndarray, dst: np.ndarray, transforms: np.ndarray, alpha: np.ndarray) -> None:
    """The same by single calls."""
    before = ctx.global_alpha
    for s, d, t, a in zip(src, dst, transforms, alpha, strict=True):
        ctx.save()
        ctx.transform(*t)
        ctx.global_alpha = before * float(a)
        ctx.draw_image(image, *s, *d)
        ctx.restore()


MAKE = {"bitmap": gpucanvas.create_image_bitmap, "image": gpucanvas.Image, "array": np.copy}
"""Sources that are drawn small as they are, or from halved copies."""


@pytest.mark.parametrize("source", MAKE)
def test_draw_images_draws_what_single_calls_draw(backend: str, quality: str, source: str) -> None:
    image, args = MAKE[source](sheet()), rows(60)
    batch = drawn(backend, lambda ctx: ctx.draw_images(image, *args), quality)
    calls = drawn(backend, lambda ctx: by_calls(ctx, image, *args), quality)
    assert len(np.unique(batch.reshape(-1, 4), axis=0)) > 500
    np.testing.assert_array_equal(batch, calls)


OPERATORS = ["copy", "source-in", "destination-out", "xor", "lighter", "multiply"]


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("alpha", [True, False])
@pytest.mark.parametrize("source", ["bitmap", "image"])
def test_draw_images_is_by_any_operator(backend: str, operator: str, alpha: bool, source: str) -> None:
    image, args = MAKE[source](sheet()), rows(4)

    def run(draw: Any) -> Any:
        def both(ctx: Any) -> None:
            ctx.global_composite_operation = operator
            draw(ctx)

        return both

    batch = drawn(backend, run(lambda ctx: ctx.draw_images(image, *args)), alpha=alpha)
    calls = drawn(backend, run(lambda ctx: by_calls(ctx, image, *args)), alpha=alpha)
    np.testing.assert_array_equal(batch, calls)


def test_draw_images_of_one_rectangle_or_one_matrix_is_for_all(backend: str) -> None:
    image = gpucanvas.create_image_bitmap(sheet())
    dst = np.array([[0, 0, 24, 24], [50, 10, 30, 30], [100, 60, 12, 40]])
    batch = drawn(backend, lambda ctx: ctx.draw_images(image, [24, 0, 24, 24], dst, alpha=0.5))

    def calls(ctx: Any) -> None:
        ctx.global_alpha = 0.9 * 0.5
        for d in dst:
            ctx.draw_image(image, 24, 0, 24, 24, *d)

    np.testing.assert_array_equal(batch, drawn(backend, calls))
    moves = np.array([[1, 0, 0, 1, 20, 30], [0.5, 0, 0, 0.5, 70, 60]])
    batch = drawn(backend, lambda ctx: ctx.draw_images(image, transforms=moves))

    def moved(ctx: Any) -> None:
        for move in moves:
            ctx.save()
            ctx.transform(*move)
            ctx.draw_image(image, 0, 0)
            ctx.restore()

    np.testing.assert_array_equal(batch, drawn(backend, moved))


@pytest.mark.parametrize("what", ["shadow_blur", "filter", "layer", "recording"])
def test_draw_images_goes_through_layers_and_recordings(backend: str, what: str) -> None:
    image = gpucanvas.Image(sheet())
    dst = [[20, 20, 24, 24], [100, 70, 30, 24]]

    def scene(draw: Any) -> Any:
        def run(ctx: Any) -> None:
            if what == "shadow_blur":
                ctx.shadow_color, ctx.shadow_blur, ctx.shadow_offset_x = "black", 6, 4
            if what == "filter":
                ctx.filter = "blur(2px)"
            if what == "layer":
                ctx.begin_layer()
                ctx.draw_image(sheet()[:, 24:48], 60, 3)
            draw(ctx)
            if what == "layer":
                ctx.end_layer()

        return run

    def batch(ctx: Any) -> None:
        ctx.draw_images(image, [0, 0, 24, 24], dst)

    def calls(ctx: Any) -> None:
        for d in dst:
            ctx.draw_image(image, 0, 0, 24, 24, *d)

    if what == "recording":
        found = []
        for draw in (batch, calls):
            recordings = [gpucanvas.Recording(WIDTH, HEIGHT) for _ in range(2)]
            for recording in recordings:
                draw(recording.get_context("2d"))
            found.append(np.stack(gpucanvas.render_many(recordings, backend=backend)))
        np.testing.assert_array_equal(*found)
        return
    found, wanted = (drawn(backend, scene(draw)).astype(int) for draw in (batch, calls))
    # A layer of all of them has another box than those of each, so that float32 rounds elsewhere.
    assert abs(found - wanted).max() <= 1
    assert (found != wanted).mean() < 0.001
    assert (found != drawn(backend, lambda ctx: None)).mean() > 0.02


def test_draw_images_of_a_canvas_is_what_it_shows(backend: str) -> None:
    dst = [[0, 0, 24, 24], [60, 40, 48, 48]]
    with gpucanvas.Canvas(96, 24, backend=backend) as source:
        source.get_context("2d").draw_image(sheet(), 0, 0)

        def calls(ctx: Any) -> None:
            for d in dst:
                ctx.draw_image(source, 48, 0, 24, 24, *d)

        batch = drawn(backend, lambda ctx: ctx.draw_images(source, [48, 0, 24, 24], dst))
        np.testing.assert_array_equal(batch, drawn(backend, calls))


def test_sprites_of_all_sizes_are_filtered_in_one_command(backend: str) -> None:
    """Black and white pixels are grey from afar, however far away each sprite is."""
    board = gpucanvas.Image((np.indices((256, 512)).sum(0) % 2)[:, :256] * 1.0)
    sides = [200, 3, 100, 12, 50, 6, 25]
    dst = [[x, 0, side, side] for x, side in zip(np.cumsum([0, *sides]).tolist(), sides, strict=False)]
    with gpucanvas.Canvas(sum(sides), 200, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.draw_images(board, [0, 0, 256, 256], dst)
        levels = len(board.levels._known)
        ctx.draw_images(board, [0, 0, 256, 256], dst)
        assert len(board.levels._known) == levels == 6
        canvas.flush()
        last = canvas.stats.last
        assert last is not None and (last.commands, last.batches) == (2, 2)
        pixels = canvas.to_numpy()
    for (x, _, side, _), _ in zip(dst[1:], sides[1:], strict=True):
        assert abs(pixels[:side, x : x + side, 0].astype(int) - 127).max() <= 2


def test_ten_thousand_sprites_are_one_command(backend: str) -> None:
    image, count = gpucanvas.Image(sheet()), 10_000
    with gpucanvas.Canvas(400, 300, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        rng = np.random.default_rng(1)
        dst = np.stack([rng.uniform(0, 400, count), rng.uniform(0, 300, count), [4] * count, [4] * count], 1)
        ctx.draw_images(image, [0, 0, 24, 24], dst)
        canvas.flush()
        last = canvas.stats.last
        assert last is not None
        assert (last.commands, last.batches) == (1, 1)
        assert (canvas.to_numpy()[..., 3] > 0).mean() > 0.5


@pytest.fixture(params=["raise", "ignore"])
def recording(request: pytest.FixtureRequest) -> Iterator[gpucanvas.Recording]:
    yield gpucanvas.Recording(20, 20, on_invalid=request.param)


BAD = {
    "src_rects": ([1, 2, 3], ValueError, r"src_rects has shape \(3,\): give \(N, 4\) or \(4,\)"),
    "dst_rects": (np.zeros((2, 5)), ValueError, r"dst_rects has shape \(2, 5\): give \(N, 4\) or \(4,\)"),
    "transforms": (np.zeros((1, 1, 6)), ValueError, r"transforms has shape \(1, 1, 6\)"),
    "alpha": ([[0.5]], ValueError, r"alpha has shape \(1, 1\): give a number or \(N,\)"),
    "text": ("all", TypeError, "src_rects is 'all': give an array of numbers"),
    "ragged": ([[1, 2, 3, 4], [1, 2]], TypeError, "give an array of numbers"),
    "none in it": ([None, 1, 2, 3], TypeError, "give an array of numbers"),
}


@pytest.mark.parametrize("name", BAD)
def test_draw_images_names_what_is_wrong_with_an_argument(recording: gpucanvas.Recording, name: str) -> None:
    value, error, text = BAD[name]
    argument = name if name in ("src_rects", "dst_rects", "transforms", "alpha") else "src_rects"
    with pytest.raises(error, match=f"draw_images: .*{text}"):
        recording.get_context("2d").draw_images(sheet(), **{argument: value})


MOVE = (2.0, 0.5, 0.0, 1.0, 5.0, 6.0)
SPELLINGS = {
    "DOMMatrix": gpucanvas.DOMMatrix(MOVE),
    "3x3": gpucanvas.DOMMatrix(MOVE).to_numpy(),
    "2x3": gpucanvas.DOMMatrix(MOVE).to_numpy()[:2],
    "mapping": dict(zip("abcdef", MOVE, strict=True)),
    "lists": gpucanvas.DOMMatrix(MOVE).to_numpy().tolist(),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_draw_images_takes_the_matrices_that_set_transform_takes(name: str) -> None:
    matrix: Any = SPELLINGS[name]
    wanted = drawn("cpu", lambda ctx: ctx.draw_images(sheet(), transforms=[MOVE, MOVE], alpha=[0.5, 0.2]))
    for given in (matrix, [matrix, matrix]):
        arguments = (None, None, given, [0.5, 0.2])
        assert np.array_equal(drawn("cpu", lambda ctx, a=arguments: ctx.draw_images(sheet(), *a)), wanted)
    if name != "lists":
        pair = [matrix, MOVE] if name in ("DOMMatrix", "mapping") else np.array([matrix, matrix])
        assert np.array_equal(drawn("cpu", lambda ctx: ctx.draw_images(sheet(), None, None, pair, [0.5, 0.2])), wanted)


def test_a_masked_matrix_of_an_array_is_left_out() -> None:
    matrices = np.ma.array([gpucanvas.DOMMatrix(MOVE).to_numpy(), np.eye(3)], mask=np.zeros((2, 3, 3)))
    matrices[1, 0, 0] = np.ma.masked
    matrices.data[1] = 7
    wanted = drawn("cpu", lambda ctx: ctx.draw_images(sheet(), transforms=MOVE))
    assert np.array_equal(drawn("cpu", lambda ctx: ctx.draw_images(sheet(), transforms=matrices)), wanted)


def test_a_matrix_with_perspective_is_refused(recording: gpucanvas.Recording) -> None:
    with pytest.raises(ValueError, match=r"the bottom row of a matrix is \[0.0, 2.0, 1.0\], not \[0, 0, 1\]"):
        ctx: Any = recording.get_context("2d")
        ctx.draw_images(sheet(), transforms=[np.eye(3), [[1, 0, 0], [0, 1, 0], [0, 2, 1]]])


def test_draw_images_of_lengths_that_do_not_fit_says_which(recording: gpucanvas.Recording) -> None:
    with pytest.raises(ValueError, match=r"src_rects \(3, 4\), dst_rects \(2, 4\).* do not fit together"):
        recording.get_context("2d").draw_images(sheet(), np.ones((3, 4)), np.ones((2, 4)))


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"dst_rects": [[0, 0, 4, 4], [np.nan, 0, 4, 4]]}, "sprite 1 is .*nan"),
        ({"transforms": [[1, 0, 0, 1, np.inf, 0], [1, 0, 0, 1, 0, 0]]}, "sprite 0 is .*inf"),
        ({"src_rects": [[0, 0, np.inf, 4], [0, 0, 4, 4]]}, "sprite 0 is .*inf"),
        ({"alpha": [0.5, 1.5]}, "alpha 1 is 1.5: give 0 to 1"),
    ],
)
def test_draw_images_refuses_numbers_or_leaves_them_out(
    recording: gpucanvas.Recording, arguments: Any, text: str
) -> None:
    ctx = recording.get_context("2d")
    if ctx._strict:
        with pytest.raises(ValueError, match=text):
            ctx.draw_images(sheet(), **arguments)
        assert len(recording._commands) == 0
    else:
        ctx.draw_images(sheet(), **arguments)
        assert recording._commands.batches[0].count == 1


def test_draw_images_of_nothing_records_nothing() -> None:
    recording = gpucanvas.Recording(20, 20)
    ctx = recording.get_context("2d")
    ctx.draw_images(sheet(), np.zeros((0, 4)), np.zeros((0, 4)))
    ctx.draw_images(sheet(), [[200, 0, 4, 4], [0, 0, 0, 4]], [[0, 0, 4, 4], [0, 0, 4, 0]])
    assert len(recording._commands) == 0
    with pytest.raises(TypeError, match="the image is None"):
        ctx.draw_images(None)


def test_draw_images_under_a_matrix_without_inverse_draws_nothing(backend: str) -> None:
    flat = drawn(backend, lambda ctx: ctx.draw_images(sheet(), transforms=[[1, 2, 2, 4, 5, 5], [0, 0, 0, 0, 9, 9]]))
    np.testing.assert_array_equal(flat, drawn(backend, lambda ctx: None))


def test_draw_images_is_picked_by_its_sprites(backend: str) -> None:
    with gpucanvas.Canvas(120, 60, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.hit_id = 5
        turned = [0.6, 0.8, -0.8, 0.6, 80, 20]
        ctx.draw_images(sheet(), [0, 0, 24, 24], [0, 0, 24, 24], [[1, 0, 0, 1, 4, 4], turned, [0, 0, 0, 0, 9, 9]])
        found = [canvas.pick(x, y) for x, y in ((10, 10), (40, 10), (76, 40), (98, 22))]
    assert [hit and (hit.id, hit.item) for hit in found] == [(5, 0), None, (5, 1), None]


def test_draw_images_in_a_frozen_picture_replays(backend: str) -> None:
    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    image, dst = gpucanvas.Image(sheet()), [[20, 20, 24, 24], [100, 70, 30, 24]]
    recording.get_context("2d").draw_images(image, [24, 0, 24, 24], dst)
    picture = recording.freeze()
    replayed = drawn(backend, lambda ctx: (ctx.draw_image(sheet(), 0, 0), ctx.draw_picture(picture)))

    def calls(ctx: Any) -> None:
        ctx.draw_image(sheet(), 0, 0)
        for d in dst:
            ctx.draw_image(image, 24, 0, 24, 24, *d)

    assert abs(replayed.astype(int) - drawn(backend, calls)).max() <= 1
    kept = gpucanvas.Picture.from_bytes(picture.to_bytes())
    assert np.array_equal(replayed, drawn(backend, lambda ctx: (ctx.draw_image(sheet(), 0, 0), ctx.draw_picture(kept))))
