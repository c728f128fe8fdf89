"""What is picked at a point is what is seen there: held against the pixels of each draw alone."""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas import Canvas, Hit, Recording
from gpucanvas.errors import ClosedError, InvalidStateError
from scenes.images import photo
from scenes.pictures import badge

SIDE = 96
Draw = Callable[[Any], None]


def clipped_fill(ctx: Any) -> None:
    ctx.save()
    ctx.begin_path()
    ctx.arc(60, 40, 22, 0, 2 * pi)
    ctx.clip()
    ctx.begin_path()
    ctx.rect(60, 0, 40, 96)
    ctx.clip("evenodd")
    ctx.rotate(0.2)
    ctx.fill_rect(20, 0, 70, 90)
    ctx.restore()


def ring(ctx: Any) -> None:
    ctx.begin_path()
    ctx.arc(40, 60, 30, 0, 2 * pi)
    ctx.arc(40, 60, 15, 0, 2 * pi)
    ctx.fill("evenodd")


def thick_stroke(ctx: Any) -> None:
    ctx.save()
    ctx.translate(10, 10)
    ctx.scale(1.5, 0.8)
    ctx.line_width, ctx.line_join = 9, "round"
    ctx.begin_path()
    ctx.move_to(5, 80)
    ctx.bezier_curve_to(30, -40, 40, 120, 50, 10)
    ctx.stroke()
    ctx.restore()


def dashes(ctx: Any) -> None:
    ctx.save()
    ctx.line_width = 8
    ctx.set_line_dash([14, 10])
    ctx.begin_path()
    ctx.move_to(4, 12)
    ctx.line_to(90, 30)
    ctx.stroke(gpucanvas.Path2D("M4 90 L90 70"))
    ctx.stroke()
    ctx.restore()


def frame(ctx: Any) -> None:
    ctx.save()
    ctx.line_width = 7
    ctx.rotate(-0.1)
    ctx.stroke_rect(12, 20, 50, 60)
    ctx.restore()


def text(ctx: Any) -> None:
    ctx.save()
    ctx.font = "bold 60px sans-serif"
    ctx.fill_text("B8", 4, 80)
    ctx.restore()


def precise_text(ctx: Any) -> None:
    ctx.save()
    ctx.text_rendering = "geometricPrecision"
    text(ctx)
    ctx.restore()


def image(ctx: Any) -> None:
    ctx.save()
    ctx.rotate(0.3)
    ctx.draw_image(photo(10, 10), 40, 10, 30, 40)
    ctx.restore()


def in_layer(ctx: Any) -> None:
    ctx.begin_path()
    ctx.rect(0, 0, 70, 96)
    ctx.save()
    ctx.clip()
    ctx.begin_layer()
    ctx.fill_rect(50, 50, 40, 20)
    ctx.clear_rect(54, 54, 8, 8)
    ctx.end_layer()
    ctx.restore()


def picture(ctx: Any) -> None:
    recording = Recording(20, 20)
    inner = recording.get_context("2d")
    inner.begin_path()
    inner.move_to(0, 0)
    inner.line_to(20, 10)
    inner.line_to(0, 20)
    inner.fill()
    outer = Recording(40, 40)
    outer.get_context("2d").draw_picture(recording.freeze(), 0, 0, 40, 40)
    ctx.save()
    ctx.rotate(0.5)
    ctx.draw_picture(outer.freeze(), 40, 0, 50, 50)
    ctx.restore()


BATCHES: dict[str, Draw] = {
    "rects": lambda ctx: ctx.fill_rects([5, 50], [60, 8], [30, -20], [20, 30]),
    "frames": lambda ctx: ctx.stroke_rects([5, 40], [40, 8], [30, 40], [40, 60]),
    "circles": lambda ctx: ctx.fill_circles([20, 60, 40], [20, 60, 80], [15, 20, 9]),
    "rings": lambda ctx: ctx.stroke_circles([30, 60], [30, 60], [20, 25]),
    "sectors": lambda ctx: ctx.fill_arcs([30, 60], [30, 60], [25, 25], [0, 1], [2, 0.2]),
    "arcs": lambda ctx: ctx.stroke_arcs([30, 60], [30, 60], [20, 25], [0, 1], [4, 2.5]),
    "polygons": lambda ctx: ctx.fill_polygons([[[5, 5], [40, 10], [10, 60]], [[50, 90], [90, 40], [92, 92], [60, 60]]]),
    "outlines": lambda ctx: ctx.stroke_polygons([[[12, 12], [60, 20], [20, 70]]]),
    "lines": lambda ctx: ctx.stroke_lines([[[10, 10], [60, 20], [20, 70]], [[90, 10], [50, 90]]]),
    "segments": lambda ctx: ctx.stroke_line_segments([[[10, 80], [80, 70]], [[80, 10], [20, 30]]]),
}


def with_pen(draw: Draw, **pen: Any) -> Draw:
    def drawn(ctx: Any) -> None:
        ctx.save()
        ctx.line_width = 8
        for name, value in pen.items():
            setattr(ctx, name, value)
        if pen.get("line_cap") == "square":
            ctx.rotate(0.1)
            ctx.scale(1.2, 0.8)
        draw(ctx)
        ctx.restore()

    return drawn


DRAWS: dict[str, Draw] = {
    "rectangle": lambda ctx: ctx.fill_rect(20, 30, 40, 25),
    "clipped": clipped_fill,
    "ring": ring,
    "stroke": thick_stroke,
    "dashes": dashes,
    "frame": frame,
    "text": text,
    "precise text": precise_text,
    "image": image,
    "layer": in_layer,
    "picture": picture,
    **{f"batch of {name}": with_pen(draw) for name, draw in BATCHES.items()},
    **{f"skewed {name}": with_pen(draw, line_cap="square") for name, draw in BATCHES.items()},
    **{f"round {name}": with_pen(draw, line_cap="round", line_join="round") for name, draw in BATCHES.items()},
}


def alphas(draw: Draw) -> np.ndarray:
    with Canvas(SIDE, SIDE, backend="cpu") as canvas:
        draw(canvas.get_context("2d"))
        return canvas.to_numpy()[..., 3]


def sharp_of(name: str, alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where a draw covers pixels, and where it leaves them bare: soft edges are neither.

    Hinting moves the edges of text up or down, by up to a pixel; picking has those of the font: docs/picking.md.
    """
    if name != "text":
        return alpha == 255, alpha == 0
    column = np.stack([np.pad(alpha, ((1, 1), (0, 0)), mode="edge")[i : i + len(alpha)] for i in range(3)])
    return column.min(0) == 255, column.max(0) == 0


@pytest.mark.parametrize("name", DRAWS)
def test_a_draw_is_picked_where_its_pixels_are(name: str) -> None:
    recording = Recording(SIDE, SIDE)
    ctx = recording.get_context("2d")
    ctx.hit_id = 5
    DRAWS[name](ctx)
    alpha = alphas(DRAWS[name])
    covered, bare = sharp_of(name, alpha)
    assert covered.sum() > 50
    for y, x in np.argwhere(covered | bare)[::5].tolist():
        found = recording.pick(x + 0.5, y + 0.5)
        assert (found is not None) == bool(alpha[y, x]), (x, y, found)
        assert found is None or found.id == 5


@pytest.mark.parametrize("seed", range(8))
def test_the_topmost_of_many_is_picked(seed: int) -> None:
    chance = np.random.default_rng(seed)
    names = chance.choice(sorted(DRAWS), 8).tolist()
    recording = Recording(SIDE, SIDE)
    ctx = recording.get_context("2d")
    pictures = []
    for number, name in enumerate(names):
        moved = chance.uniform(-20, 20, 2).tolist()

        def draw(ctx: Any, name: str = name, moved: list[float] = moved) -> None:
            ctx.save()
            ctx.translate(*moved)
            DRAWS[name](ctx)
            ctx.restore()

        ctx.hit_id = 100 + number
        draw(ctx)
        pictures.append(alphas(draw))
    stack = np.stack(pictures)
    covered, bare = np.stack([sharp_of(name, alpha) for name, alpha in zip(names, pictures, strict=True)], 1)
    sharp = (covered | bare).all(0)
    seen = 0
    for y, x in np.argwhere(sharp)[::7].tolist():
        on_top = np.flatnonzero(stack[:, y, x])
        expected = 100 + int(on_top[-1]) if len(on_top) else None
        found = recording.pick(x + 0.5, y + 0.5)
        assert (None if found is None else found.id) == expected, (x, y, names)
        seen += expected is not None
    assert seen > 100


@pytest.mark.parametrize("name", BATCHES)
def test_the_item_of_a_batch_is_the_last_that_is_there(name: str) -> None:
    recording = Recording(SIDE, SIDE)
    ctx = recording.get_context("2d")
    ctx.hit_id, ctx.line_width = 3, 8
    BATCHES[name](ctx)
    batch = recording._commands.batches[0]
    # Each item alone, as a colour that says which it is.
    colors = np.zeros((batch.count, 4))
    colors[:, 3] = 1
    with Canvas(SIDE, SIDE, backend="cpu") as canvas:
        shown = canvas.get_context("2d")
        shown.line_width = 8
        call = {"rects": "fill_rects", "frames": "stroke_rects", "circles": "fill_circles", "rings": "stroke_circles"}
        assert name not in call or hasattr(shown, call[name])
        seen = set()
        for item in range(batch.count):
            found = [
                hit
                for y in range(0, SIDE, 3)
                for x in range(0, SIDE, 3)
                if (hit := recording.pick(x + 0.5, y + 0.5)) is not None and hit.item == item
            ]
            if found:
                seen.add(item)
                assert set(found) == {Hit(3, item)}
        assert seen == set(range(batch.count))


def test_a_later_item_is_above_an_earlier_one() -> None:
    recording = Recording(40, 20)
    ctx = recording.get_context("2d")
    ctx.hit_id = 1
    ctx.fill_rects([0, 10, 5], 0, [10, 10, 10], 20)
    assert [recording.pick(x, 10) for x in (2, 7, 12, 18)] == [Hit(1, 0), Hit(1, 2), Hit(1, 2), Hit(1, 1)]


@pytest.mark.parametrize("seed", range(4))
def test_ids_are_those_of_their_draws_whatever_else_changes_between_them(backend: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    changes: list[Callable[[Any, int], None]] = [
        lambda ctx, at: setattr(ctx, "hit_id", None),
        lambda ctx, at: setattr(ctx, "hit_id", 1000 + at),
        lambda ctx, at: setattr(ctx, "global_alpha", 0.5 + at % 5 / 10),
        lambda ctx, at: ctx.set_transform(1, 0, 0, 1, at % 7, 0),
        lambda ctx, at: setattr(ctx, "global_composite_operation", ("source-over", "xor")[at % 2]),
        lambda ctx, at: setattr(ctx, "fill_style", ("red", "lime", "blue")[at % 3]),
        lambda ctx, at: ctx.save(),
        lambda ctx, at: ctx.restore(),
    ]
    with gpucanvas.Canvas(160, 40, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        wanted = []
        for at in range(60):
            for number in random.integers(0, len(changes), random.integers(0, 4)):
                changes[number](ctx, at)
            e = ctx.get_transform().e
            ctx.fill_rect(at % 20 * 8 - e, at // 20 * 8, 8, 8)
            wanted.append(ctx.hit_id)
        found = [canvas.pick(at % 20 * 8 + 4, at // 20 * 8 + 4) for at in range(60)]
        assert [None if each is None else each.id for each in found] == wanted
        assert len({each for each in wanted if each is not None}) >= 5


def test_ids_are_a_part_of_the_state() -> None:
    recording = Recording(30, 10)
    ctx = recording.get_context("2d")
    assert ctx.hit_id is None
    ctx.hit_id = 1
    ctx.save()
    ctx.hit_id = -2
    ctx.fill_rect(0, 0, 10, 10)
    ctx.restore()
    assert ctx.hit_id == 1
    ctx.fill_rect(10, 0, 10, 10)
    ctx.hit_id = None
    ctx.fill_rect(20, 0, 10, 10)
    assert [recording.pick(x, 5) for x in (5, 15, 25)] == [Hit(-2), Hit(1), None]
    ctx.hit_id = np.int64(9)  # type: ignore[assignment]
    assert ctx.hit_id == 9
    ctx.reset()
    assert ctx.hit_id is None
    assert recording.pick(5, 5) is None


@pytest.mark.parametrize(("value", "error"), [("7", TypeError), (1.5, TypeError), (1 << 63, ValueError)])
def test_what_is_no_id_is_refused(value: Any, error: type[Exception]) -> None:
    ctx = Recording(4, 4).get_context("2d")
    with pytest.raises(error, match="hit_id is .*: give a whole number"):
        ctx.hit_id = value


def test_a_point_that_is_none_is_refused() -> None:
    recording = Recording(4, 4)
    recording.get_context("2d").hit_id = 1
    recording.get_context("2d").fill_rect(0, 0, 4, 4)
    with pytest.raises(TypeError, match="pick: x is"):
        recording.pick("left", 0)  # type: ignore[arg-type]
    assert recording.pick(float("nan"), 0) is None
    assert recording.pick(float("inf"), 0) is None


def test_a_layer_answers_for_what_in_it_has_no_id() -> None:
    recording = Recording(40, 10)
    ctx = recording.get_context("2d")
    ctx.hit_id = 1
    ctx.begin_layer()
    ctx.hit_id = None
    ctx.fill_rect(0, 0, 10, 10)
    ctx.hit_id = 2
    ctx.fill_rect(10, 0, 10, 10)
    with pytest.raises(InvalidStateError):
        recording.pick(5, 5)
    ctx.end_layer()
    assert [recording.pick(x, 5) for x in (5, 15, 25)] == [Hit(1), Hit(2), None]


def test_filters_and_shadows_do_not_count() -> None:
    recording = Recording(60, 60)
    ctx = recording.get_context("2d")
    ctx.hit_id = 4
    ctx.shadow_color, ctx.shadow_offset_x = "red", 30
    ctx.fill_rect(0, 0, 20, 20)
    ctx.shadow_color, ctx.filter = "transparent", "blur(5px) drop-shadow(20px 0 red)"
    ctx.fill_rect(0, 30, 20, 20)
    assert [recording.pick(*point) for point in ((10, 10), (40, 10), (10, 40), (30, 40))] == [
        Hit(4),
        None,
        Hit(4),
        None,
    ]


def test_pictures_have_the_id_of_the_call_or_their_own() -> None:
    recording = Recording(20, 10)
    inner = recording.get_context("2d")
    inner.hit_id = 11
    inner.fill_rect(0, 0, 10, 10)
    inner.hit_id = None
    inner.fill_rect(10, 0, 10, 10)
    picture = gpucanvas.Picture.from_bytes(recording.freeze().to_bytes())
    outer = Recording(40, 40)
    ctx = outer.get_context("2d")
    ctx.draw_picture(picture)
    ctx.hit_id = 5
    ctx.draw_picture(picture, 0, 10)
    ctx.hit_id, ctx.global_alpha = None, 0.5
    ctx.draw_picture(picture, 0, 20)
    points = (5, 5), (15, 5), (5, 15), (15, 15), (5, 25), (15, 25)
    assert [outer.pick(*point) for point in points] == [Hit(11), None, Hit(5), Hit(5), Hit(11), None]


def test_what_is_cleared_is_not_found() -> None:
    recording = Recording(20, 20)
    ctx = recording.get_context("2d")
    ctx.hit_id = 1
    ctx.fill_rect(0, 0, 20, 20)
    ctx.clear_rect(5, 5, 5, 5)
    assert [recording.pick(x, 7) for x in (2, 7, 12)] == [Hit(1), None, Hit(1)]
    ctx.clear_rect(0, 0, 20, 20)
    assert recording.pick(2, 2) is None
    ctx.fill_rect(0, 0, 4, 4)
    assert recording.pick(2, 2) == Hit(1)


def test_frames_are_found_until_one_covers_or_clears_them() -> None:
    with Canvas(20, 20, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.hit_id = 1
        ctx.fill_rect(0, 0, 10, 10)
        assert canvas.pick(5, 5) == Hit(1)
        canvas.flush()
        ctx.hit_id = 2
        ctx.fill_rect(5, 5, 10, 10)
        canvas.submit().result(timeout=60)
        assert [canvas.pick(*point) for point in ((2, 2), (7, 7))] == [Hit(1), Hit(2)]
        ctx.clear_rect(0, 0, 4, 4)
        canvas.flush()
        assert [canvas.pick(*point) for point in ((2, 2), (7, 7), (4.5, 4.5))] == [None, Hit(2), Hit(1)]
        ctx.hit_id, ctx.fill_style = None, "white"
        ctx.fill_rect(0, 0, 20, 20)
        canvas.flush()
        assert canvas.pick(7, 7) is None
        assert not canvas._picker()._kept[0].commands.has_hits
        assert len(canvas._picker()._kept) == 1
        ctx.hit_id = 3
        ctx.fill_rect(0, 0, 5, 5)
        canvas.flush()
        assert canvas.pick(2, 2) == Hit(3)
        canvas.width = 30
        assert canvas.pick(2, 2) is None


def opaque() -> np.ndarray:
    return np.full((20, 20, 4), 255, np.uint8)


def faded(ctx: Any, kind: str, last: str) -> None:
    gradient = ctx.create_conic_gradient(0, 3, 3) if kind == "conic" else ctx.create_linear_gradient(0, 0, 20, 0)
    gradient.add_color_stop(0, "red")
    gradient.add_color_stop(1, last)
    ctx.fill_style = gradient
    ctx.fill_rect(-1, 0, 22, 20)


def scaled(ctx: Any, angle: float) -> None:
    ctx.rotate(angle)
    ctx.scale(-2, 2)
    ctx.draw_image(opaque(), -15, -5)


COVERS: dict[str, Callable[[Any], object]] = {
    "image": lambda ctx: ctx.draw_image(gpucanvas.Image(opaque()), 0, 0),
    "array, larger and mirrored": lambda ctx: scaled(ctx, 0),
    "linear gradient": lambda ctx: faded(ctx, "linear", "blue"),
    "conic gradient": lambda ctx: faded(ctx, "conic", "blue"),
    "pixels": lambda ctx: ctx.put_image_data(np.zeros((20, 20, 4), np.uint8), 0, 0),
}
OTHERS: dict[str, Callable[[Any], object]] = {
    "a part": lambda ctx: ctx.draw_image(opaque(), 0.5, 0),
    "turned": lambda ctx: scaled(ctx, 0.1),
    "translucent image": lambda ctx: ctx.draw_image(opaque() // 2, 0, 0),
    "translucent stop": lambda ctx: faded(ctx, "linear", "transparent"),
    "alpha": lambda ctx: (setattr(ctx, "global_alpha", 0.9), ctx.draw_image(opaque(), 0, 0)),
    "operator": lambda ctx: (
        setattr(ctx, "global_composite_operation", "multiply"),
        ctx.draw_image(opaque(), 0, 0),
    ),
    "clip": lambda ctx: (ctx.rect(0, 0, 10, 20), ctx.clip(), ctx.draw_image(opaque(), 0, 0)),
    "some pixels": lambda ctx: ctx.put_image_data(np.zeros((20, 19, 4), np.uint8), 0, 0),
}


@pytest.mark.parametrize("name", [*COVERS, *OTHERS])
def test_a_background_hides_what_was_drawn_before(name: str) -> None:
    """A game draws its background in every frame, and must neither find what is below nor keep it."""
    with Canvas(20, 20, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        for frame in range(5):
            ctx.save()
            ctx.hit_id = None
            ctx.fill_rect(3, 3, 2, 2)
            (COVERS | OTHERS)[name](ctx)
            ctx.restore()
            ctx.hit_id = frame
            ctx.fill_rect(4 * frame, 0, 3, 3)
            canvas.flush()
        hides = name in COVERS
        assert canvas.pick(17, 1) == Hit(4)
        assert canvas.pick(1, 1) == (None if hides else Hit(0))
        kept = canvas._picker()
        assert len(kept._kept) == (1 if hides else 5)
        assert kept._count == sum(len(each.commands) for each in kept._kept)


def test_a_closed_canvas_is_not_asked() -> None:
    with Canvas(4, 4, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.hit_id = 1
        ctx.fill_rect(0, 0, 4, 4)
        assert canvas.pick(1, 1) == Hit(1)
    with pytest.raises(ClosedError):
        canvas.pick(1, 1)


def test_nothing_is_kept_without_an_id() -> None:
    with Canvas(20, 20, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(0, 0, 10, 10)
        canvas.flush()
        assert canvas.pick(5, 5) is None
        assert "_known_picker" not in canvas.__dict__


def test_no_more_is_kept_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gpucanvas.picking.picker.MOST_KEPT", 10)
    with Canvas(20, 20, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        for number in range(30):
            ctx.hit_id = number
            ctx.fill_rect(number % 10, 0, 1, 10)
            canvas.flush()
        assert len(canvas._picker()._kept) == 10
        assert canvas.pick(5.5, 5) == Hit(25)


def test_staging_memory_may_change_after_the_frame() -> None:
    with Canvas(20, 20, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.hit_id = 6
        points = canvas.staging_array((2, 2))
        points[:] = [[5, 5], [15, 15]]
        ctx.fill_circles(points[:, 0], points[:, 1], 4)
        canvas.flush()
        points[:] = 100
        assert canvas.pick(15, 15) == Hit(6, 1)


def test_ids_change_no_pixel() -> None:
    plain, marked = (np.zeros(0), np.zeros(0))
    for ids in (False, True):
        with Canvas(60, 60, backend="cpu") as canvas:
            ctx = canvas.get_context("2d")
            for number in range(4):
                if ids:
                    ctx.hit_id = number
                ctx.draw_picture(badge(), 4 * number, 4)
                ctx.fill_rect(5 * number, 0, 4, 4)
            pixels = canvas.to_numpy()
        plain, marked = (marked, pixels)
    assert np.array_equal(plain, marked)


def test_asking_is_one_look_at_all_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ten thousand draws, those whose box does not hold the point are not looked at one by one."""
    from gpucanvas.picking.index import PickIndex

    recording = Recording(1000, 1000)
    ctx = recording.get_context("2d")
    for number in range(10_000):
        ctx.hit_id = number
        ctx.begin_path()
        ctx.arc(5 + 10 * (number % 100), 5 + 10 * (number // 100), 4, 0, 2 * pi)
        ctx.fill()
    assert recording.pick(55, 45) == Hit(405)
    asked = []
    ask = PickIndex._ask
    monkeypatch.setattr(PickIndex, "_ask", lambda self, k, x, y: asked.append(k) or ask(self, k, x, y))
    assert recording.pick(995, 995) == Hit(9999)
    assert recording.pick(10, 10) is None
    assert len(asked) <= 5


def test_texts_of_frames_that_are_never_asked_are_not_made_outlines_of(monkeypatch: pytest.MonkeyPatch) -> None:
    from gpucanvas.text.glyphtexts import GlyphText

    made = []
    outline = GlyphText.outline
    monkeypatch.setattr(GlyphText, "outline", lambda self: made.append(self) or outline(self))
    with Canvas(200, 60, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.font, ctx.hit_id = "bold 40px sans-serif", 3
        for _ in range(4):
            ctx.clear_rect(0, 0, 200, 60)
            ctx.fill_text("II", 10, 50)
            canvas.flush()
        assert not made
        ctx.fill_text("I", 110, 50)
        drawn = canvas.to_numpy()[30, :, 3] == 255
        left, right = np.flatnonzero(drawn[:100])[0], 110 + np.flatnonzero(drawn[110:])[0]
        assert canvas.pick(left + 0.5, 30.5) == canvas.pick(right + 0.5, 30.5) == Hit(3)
        assert canvas.pick(105, 30) is None
        assert len(made) == 2


def test_batches_around_texts_keep_their_items() -> None:
    """Texts are batches that become paths: the others are numbered anew, and stay where they were in the order."""
    recording = Recording(200, 60)
    ctx = recording.get_context("2d")
    ctx.font = "bold 40px sans-serif"
    for number, draw in enumerate(
        (
            lambda: ctx.fill_circles([20, 61], [30, 30], 12),
            lambda: ctx.fill_text("I", 30, 50),
            lambda: ctx.fill_rect(100, 20, 20, 20),
            lambda: ctx.fill_text("I", 130, 50),
            lambda: ctx.fill_rects([50, 150], [20, 20], 20, 20),
        )
    ):
        ctx.hit_id = number
        draw()
    assert recording.pick(20, 30) == Hit(0, 0)
    assert recording.pick(71, 30) == Hit(0, 1)
    assert recording.pick(110, 30) == Hit(2)
    assert [recording.pick(x, 30) for x in (60, 160)] == [Hit(4, 0), Hit(4, 1)]
    texts = {recording.pick(x + 0.5, 30) for x in (*range(30, 48), *range(125, 150))}
    assert {Hit(1), Hit(3)} <= texts
