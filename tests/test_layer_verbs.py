"""Layers, shadows and their filter by the public verbs: pictures against formulas of their own, states, and errors."""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import gpucanvas
from compositing import composite
from gpucanvas.contract.operators import OPERATORS

WIDTH, HEIGHT = 64, 48
Floats = NDArray[np.float64]


def premultiplied(pixels: NDArray[np.uint8]) -> Floats:
    """(H, W, 4) float64, 0 to 1."""
    values = pixels.astype(np.float64) / 255
    values[..., :3] *= values[..., 3:]
    return values


def backdrop(ctx: Any) -> None:
    ctx.fill_style = "rgba(200, 120, 30, 0.7)"
    ctx.fill_rect(4, 4, 40, 36)
    ctx.fill_style = "rgb(20, 90, 160)"
    ctx.fill_rect(20, 10, 12, 30)


def group(ctx: Any) -> None:
    ctx.fill_style = "rgba(220, 30, 90, 0.8)"
    ctx.begin_path()
    ctx.arc(34, 24, 15.5, 0, 2 * pi)
    ctx.fill()
    ctx.fill_style = "gold"
    ctx.fill_rect(8.5, 18, 26, 12)


def straight(draw: Any, backend: str) -> Floats:
    """What a function draws on an empty canvas, (H, W, 4), 0 to 1."""
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        draw(canvas.get_context("2d"))
        return canvas.to_numpy() / 255.0


def alone(draw: Any, backend: str) -> Floats:
    """The same, premultiplied."""
    values = straight(draw, backend)
    values[..., :3] *= values[..., 3:]
    return values


def gaussian(values: Floats, sigma: float) -> Floats:
    """A blur in float64, by a window of six sigma to each side, with nothing around the picture."""
    reach = int(np.ceil(6 * sigma))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    padded = np.pad(values, ((reach, reach), (reach, reach), (0, 0)))
    across = sum(w * padded[:, k : k + values.shape[1]] for k, w in enumerate(weights))
    return np.asarray(sum(w * across[k : k + values.shape[0]] for k, w in enumerate(weights)))


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.usefixtures("all_blend_modes")
def test_a_layer_meets_what_is_there_as_the_formula_of_its_operator_says(operator: str, backend: str) -> None:
    below, source = straight(backdrop, backend), straight(group, backend)
    source[..., 3] *= 0.75
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        backdrop(ctx)
        with ctx.layer(alpha=0.75, operator=operator):  # type: ignore[arg-type]
            group(ctx)
        found = premultiplied(canvas.to_numpy())
    expected = composite(operator, source, below)
    # Both pictures that the formula is given are rounded to 8 bits, straight; modes that divide make more of that.
    assert np.abs(found - expected).max() <= 6 / 255
    assert np.abs(found - expected).mean() <= 0.7 / 255


def test_a_blurred_layer_is_a_gaussian(backend: str) -> None:
    source = alone(group, backend)
    for sigma in (1.0, 2.5, 6.0):
        with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
            ctx = canvas.get_context("2d")
            with ctx.layer(f"blur({sigma}px)"):
                group(ctx)
            found = premultiplied(canvas.to_numpy())
        assert np.abs(found - gaussian(source, sigma)).max() <= 3 / 255


def test_a_shadow_is_the_blurred_alpha_in_its_colour_under_the_shape(backend: str) -> None:
    def shape(ctx: Any) -> None:
        ctx.fill_style = "rgba(250, 220, 10, 0.6)"
        ctx.fill_rect(14, 12, 25, 17)

    source = alone(shape, backend)
    color = np.array([0.2, 0.4, 1.0, 1.0]) * 0.8
    color[3] = 0.8
    for blur in (0.0, 4.0, 9.0):
        with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
            ctx = canvas.get_context("2d")
            ctx.shadow_color, ctx.shadow_blur = (0.2, 0.4, 1.0, 0.8), blur
            ctx.shadow_offset_x, ctx.shadow_offset_y = 6, 5
            shape(ctx)
            found = premultiplied(canvas.to_numpy())
        alpha = source[..., 3:]
        soft = gaussian(alpha, blur / 2) if blur else alpha
        shadow = np.zeros((HEIGHT, WIDTH, 4))
        shadow[5:, 6:] = soft[:-5, :-6] * color
        expected = source + (1 - alpha) * shadow
        assert np.abs(found - expected).max() <= 3 / 255


def test_a_layer_is_cut_by_the_clip_of_its_beginning_and_not_by_the_alpha_twice(backend: str) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.global_alpha = 0.5
        ctx.rect(0, 0, 20, HEIGHT)
        ctx.clip()
        ctx.begin_layer()
        assert (ctx.global_alpha, ctx.global_composite_operation) == (1, "source-over")
        ctx.fill_style = "red"
        ctx.fill_rect(0, 0, WIDTH, HEIGHT)
        ctx.fill_rect(0, 0, WIDTH, HEIGHT)
        ctx.end_layer()
        assert ctx.global_alpha == 0.5
        assert ctx.fill_style == "#000000", "the state is that before the layer"
        pixels = canvas.to_numpy()
    assert pixels[5, 5].tolist() == [255, 0, 0, 128]
    assert not pixels[:, 20:].any()


def test_a_layer_of_one_opaque_draw_is_that_draw(backend: str) -> None:
    pictures = []
    for in_layer in (False, True):
        with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
            ctx = canvas.get_context("2d")
            backdrop(ctx)
            ctx.fill_style = "teal"
            if in_layer:
                with ctx.layer():
                    ctx.fill_rect(3, 5, 30, 20)
            else:
                ctx.fill_rect(3, 5, 30, 20)
            pictures.append(canvas.to_numpy())
    np.testing.assert_array_equal(*pictures)


@pytest.mark.parametrize("operator", ["destination-in", "copy", "source-in"])
def test_a_layer_without_a_pixel_clears_what_its_operator_clears(operator: str, backend: str) -> None:
    """An empty clip lets nothing be seen, of the shadow either; where nothing is cut, nothing is left."""
    for is_cut in (True, False):
        with gpucanvas.Canvas(70, 50, backend=backend) as canvas:
            ctx = canvas.get_context("2d")
            ctx.fill_style = "teal"
            ctx.fill_rect(0, 0, 70, 50)
            if is_cut:
                ctx.move_to(45, 4)
                ctx.line_to(-20, 0)
                ctx.clip()
            ctx.global_composite_operation = operator
            ctx.shadow_color, ctx.shadow_offset_y = "rgba(30, 20, 150, 0.1)", 4
            ctx.stroke_lines(np.array([[[-90.0, -90.0], [-80.0, -95.0], [-70.0, -90.0]]]))
            assert (canvas.to_numpy() == ((0, 128, 128, 255) if is_cut else 0)).all()


def test_rounds_of_layers_draw_what_one_round_draws(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from gpucanvas.plan import make

    def draw(ctx: Any) -> None:
        backdrop(ctx)
        with ctx.layer(alpha=0.8):
            for i in range(10):
                with ctx.layer(alpha=0.6, operator="xor" if i % 3 == 0 else None):
                    ctx.fill_style = f"hsl({i * 36} 90% 50%)"
                    ctx.fill_rect(i * 5, i * 3, 22, 17)
                    ctx.fill_rect(i * 5 + 8, i * 3 + 6, 22, 17)
        with ctx.layer("blur(2px)"):
            ctx.fill_rect(5, 5, 20, 20)

    whole = alone(draw, backend)
    monkeypatch.setattr(make, "SIDE", 48)
    # A parent is rounded to 8 bits after each round; here there are some ten.
    assert np.abs(alone(draw, backend) - whole).max() <= 4 / 255


def test_a_cleared_rectangle_erases_pixels_of_its_own_layer_only(backend: str) -> None:
    """Layers of one depth are side by side on one target; a clear of nothing beside a layer's draws changes nothing."""
    pictures = []
    for clears in (False, True):
        with gpucanvas.Canvas(100, 50, backend=backend) as canvas:
            ctx = canvas.get_context("2d")
            with ctx.layer(alpha=0.5):
                ctx.fill_rect(29, 28, 46, 30)
            with ctx.layer():
                if clears:
                    ctx.clear_rect(-200, -200, 400, 400)
                ctx.fill_style = "teal"
                ctx.fill_rect(46, 17, 22, 13)
            pictures.append(canvas.to_numpy())
    np.testing.assert_array_equal(*pictures)


@pytest.mark.parametrize("x", range(4, 12))
def test_a_layer_whose_shadow_alone_is_seen_is_drawn_wherever_it_is(x: int, backend: str) -> None:
    """The layer is outside the clip at every x, so that nothing but its shadow is drawn, moved by the offset."""
    with gpucanvas.Canvas(37, 90, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.rect(2, 85, 30, 5)
        ctx.clip()
        with ctx.layer("blur(0.5px)"):
            ctx.filter = "drop-shadow(0 20px red)"
            with ctx.layer("invert(1)"):
                ctx.translate(x - 19, 0)
                ctx.fill_rect(15, 60, 8, 8)
        pixels = canvas.to_numpy()
    assert pixels[86, x, :3].tolist() == [255, 0, 0]
    assert pixels[86, x, 3] == 255
    assert not pixels[:84].any()


def test_layers_on_an_opaque_canvas_leave_it_opaque(backend: str) -> None:
    for operator in OPERATORS:
        with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
            ctx = canvas.get_context("2d", {"alpha": False})
            backdrop(ctx)
            with ctx.layer(operator=operator):  # type: ignore[arg-type]
                group(ctx)
                ctx.clear_rect(20, 20, 8, 8)
            assert (canvas.to_numpy()[..., 3] == 255).all()


@pytest.mark.parametrize("operator", ["source-over", "xor", "copy", "destination-atop", "destination-out"])
def test_an_opaque_canvas_shows_what_a_black_ground_would_show(operator: str, backend: str) -> None:
    pictures = []
    for opaque in (True, False):
        with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
            ctx = canvas.get_context("2d", {"alpha": not opaque})
            ctx.fill_style = "black"
            ctx.fill_rect(0, 0, WIDTH, HEIGHT)
            backdrop(ctx)
            with ctx.layer(operator=operator, alpha=0.5):  # type: ignore[arg-type]
                group(ctx)
            found = premultiplied(canvas.to_numpy())
            pictures.append(found[..., :3])
    assert np.abs(pictures[0] - pictures[1]).max() <= 2 / 255


def test_wrong_orders_of_layers_and_states_are_refused() -> None:
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    with pytest.raises(gpucanvas.InvalidStateError, match="end_layer: no layer is open"):
        ctx.end_layer()
    ctx.begin_layer()
    with pytest.raises(gpucanvas.InvalidStateError, match="restore: a layer was begun"):
        ctx.restore()
    ctx.save()
    with pytest.raises(gpucanvas.InvalidStateError, match="a save\\(\\) in it has no restore"):
        ctx.end_layer()
    ctx.restore()
    ctx.end_layer()
    ctx.restore()  # Without a save() before it, this does nothing.


@pytest.mark.parametrize("read", ["to_numpy", "flush", "submit", "to_png"])
def test_a_canvas_with_an_open_layer_is_not_read(read: str) -> None:
    with gpucanvas.Canvas(10, 10, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.begin_layer()
        ctx.fill_rect(0, 0, 5, 5)
        with pytest.raises(gpucanvas.InvalidStateError, match="end_layer"):
            getattr(canvas, read)()
        with pytest.raises(gpucanvas.InvalidStateError, match="end_layer"):
            ctx.get_image_data(0, 0, 2, 2)
        with pytest.raises(gpucanvas.InvalidStateError, match="end_layer"):
            ctx.put_image_data(ctx.create_image_data(2, 2), 0, 0)
        with pytest.raises(gpucanvas.InvalidStateError, match="end_layer"):
            gpucanvas.Recording(5, 5).get_context("2d").draw_image(canvas, 0, 0)
        ctx.end_layer()
        assert canvas.to_numpy()[2, 2, 3] == 255


def test_a_recording_with_an_open_layer_is_not_rendered() -> None:
    recording = gpucanvas.Recording(10, 10)
    recording.get_context("2d").begin_layer()
    with pytest.raises(gpucanvas.InvalidStateError, match="end_layer"):
        gpucanvas.render_many([recording])


def test_reset_and_a_new_size_end_all_layers() -> None:
    with gpucanvas.Canvas(10, 10, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        for forget in (ctx.reset, lambda: setattr(canvas, "width", 12)):
            ctx.begin_layer()
            ctx.begin_layer()
            ctx.fill_rect(0, 0, 5, 5)
            forget()
            assert not canvas.to_numpy().any()
            ctx.fill_rect(0, 0, 2, 2)
            assert canvas.to_numpy()[1, 1, 3] == 255


def test_a_block_that_raises_ends_its_layer() -> None:
    with gpucanvas.Canvas(10, 10, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        with pytest.raises(KeyError), ctx.layer(alpha=0.5):
            ctx.save()
            ctx.begin_layer()
            ctx.fill_rect(0, 0, 5, 5)
            raise KeyError
        assert ctx.global_alpha == 1
        assert canvas.to_numpy()[2, 2, 3] == 128


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("blur(-1px)", "at least 0"),
        ("blur(4)", "no length"),
        ("blur 4px", "give functions"),
        ("frobnicate(1)", "is no filter"),
        ({"name": "displacementMap"}, "not supported"),
        ({"name": "gaussianBlur"}, "stdDeviation is None"),
        ({"name": "gaussianBlur", "stdDeviation": float("nan")}, "finite"),
        ({"name": "gaussianBlur", "stdDeviation": [1, 2, 3]}, "give a number, or two"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_and_begins_no_layer(given: Any, message: str) -> None:
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    with pytest.raises(ValueError, match=message):
        ctx.begin_layer(given)
    with pytest.raises(gpucanvas.InvalidStateError):
        ctx.end_layer()
    with pytest.raises(TypeError, match="give a CSS string"):
        ctx.begin_layer(3)  # type: ignore[arg-type]


def test_an_options_object_of_the_proposal_is_taken(backend: str) -> None:
    pictures = []
    for given in ("blur(2px)", {"filter": "blur(2px)"}, {"filter": {"name": "gaussianBlur", "stdDeviation": 2}}):
        with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
            ctx = canvas.get_context("2d")
            ctx.begin_layer(given)
            group(ctx)
            ctx.end_layer()
            pictures.append(canvas.to_numpy())
    np.testing.assert_array_equal(pictures[0], pictures[1])
    np.testing.assert_array_equal(pictures[0], pictures[2])


def test_shadow_settings_read_back_and_refuse_what_is_none() -> None:
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    assert ctx.shadow_color == "rgba(0, 0, 0, 0)"
    assert (ctx.shadow_blur, ctx.shadow_offset_x, ctx.shadow_offset_y) == (0, 0, 0)
    ctx.shadow_color, ctx.shadow_blur, ctx.shadow_offset_x, ctx.shadow_offset_y = "red", 3, -2.5, 4
    ctx.save()
    ctx.shadow_blur = 9
    ctx.restore()
    assert (ctx.shadow_color, ctx.shadow_blur, ctx.shadow_offset_x, ctx.shadow_offset_y) == ("#ff0000", 3, -2.5, 4)
    for name, value in (("shadow_blur", -1), ("shadow_blur", float("inf")), ("shadow_offset_x", float("nan"))):
        with pytest.raises(ValueError, match=name):
            setattr(ctx, name, value)
    lenient = gpucanvas.Recording(10, 10, on_invalid="ignore").get_context("2d")
    lenient.shadow_blur = -1
    lenient.shadow_color = "no colour"
    assert (lenient.shadow_blur, lenient.shadow_color) == (0, "rgba(0, 0, 0, 0)")


def test_a_blur_of_millions_of_pixels_reads_back() -> None:
    # HTML, "shadows": any finite number of at least 0 is kept as it is.
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    ctx.shadow_blur = 1e7
    assert ctx.shadow_blur == 1e7


def test_neither_cleared_rectangles_nor_image_data_throw_shadows(backend: str) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.shadow_color, ctx.shadow_offset_x = "red", 10
        ctx.clear_rect(0, 0, 5, 5)
        pixels = ctx.create_image_data(4, 4)
        pixels[:] = 255
        ctx.put_image_data(pixels, 30, 30)
        found = canvas.to_numpy()
    assert np.argwhere(found[..., 3]).min(0).tolist() == [30, 30]
    assert np.argwhere(found[..., 3]).max(0).tolist() == [33, 33]


def test_layers_in_many_recordings_are_those_of_each_canvas(backend: str) -> None:
    recordings = []
    for i in range(5):
        recording = gpucanvas.Recording(WIDTH, HEIGHT)
        ctx = recording.get_context("2d")
        backdrop(ctx)
        ctx.shadow_color, ctx.shadow_blur = "black", 2 * i
        with ctx.layer("blur(1px)" if i % 2 else None, alpha=0.5):
            group(ctx)
        recordings.append(recording)
    pictures = gpucanvas.render_many(recordings, backend=backend)  # type: ignore[arg-type]
    for picture, recording in zip(pictures, recordings, strict=True):
        [single] = gpucanvas.render_many([recording], backend=backend)  # type: ignore[arg-type]
        np.testing.assert_array_equal(picture, single)
        assert picture.any()


def test_a_steady_frame_of_layers_makes_nothing_new(backend: str) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        ctx = canvas.get_context("2d")

        def frame() -> None:
            ctx.fill_style = "white"
            ctx.fill_rect(0, 0, WIDTH, HEIGHT)
            ctx.shadow_color, ctx.shadow_blur = "black", 4
            with ctx.layer("blur(3px)", alpha=0.5):
                group(ctx)
                with ctx.layer(operator="multiply"):
                    group(ctx)
            canvas.flush()

        for _ in range(3):
            frame()
        before = canvas._backend.counters()
        for _ in range(5):
            frame()
        after = canvas._backend.counters()
        for name in ("growths", "allocations", "compiles"):
            assert after.get(name, 0) == before.get(name, 0), name
        stats = canvas.stats.last
        assert (stats.allocations, stats.growths) == (0, 0)


# -- a layer's own filter and the transform ------------------------------------------------------------------------


def filtered_layer(ctx: Any, filter: Any, corner: tuple[float, float], size: float) -> None:
    with ctx.layer(filter):
        ctx.fill_style = "teal"
        ctx.fill_rect(*corner, size, size)


WIDE_BLUR = {"name": "gaussianBlur"}
SHADOWS = "drop-shadow(3px 3px 1px navy)", "drop-shadow(6px 6px 2px navy)"


def seen(backend: str, draw: Any) -> Floats:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        draw(canvas.get_context("2d"))
        return premultiplied(canvas.to_numpy())


@pytest.mark.parametrize(
    ("matrix", "filter", "plain"),
    [
        ((2, 0, 0, 2, 0, 0), "blur(1.5px)", "blur(3px)"),
        ((2, 0, 0, 1, 0, 0), "blur(2px)", WIDE_BLUR | {"stdDeviation": [4, 2]}),
        ((0, 1, -1, 0, 40, 0), WIDE_BLUR | {"stdDeviation": [3, 0]}, WIDE_BLUR | {"stdDeviation": [0, 3]}),
        ((-1, 0, 0, 1, 44, 0), "drop-shadow(6px 4px 0 navy)", "drop-shadow(-6px 4px 0 navy)"),
        ((0, 2, -2, 0, 50, 2), "drop-shadow(3px 1px 1px navy)", "drop-shadow(-2px 6px 2px navy)"),
        ((2, 0, 0, 2, 0, 0), ["sepia()", SHADOWS[0] + "blur(1px)"], f"sepia() {SHADOWS[1]} blur(2px)"),
    ],
)  # fmt: skip
def test_the_transform_counts_for_a_layer_s_own_filter(backend: str, matrix: Any, filter: Any, plain: Any) -> None:
    def under(ctx: Any) -> None:
        ctx.set_transform(*matrix)
        filtered_layer(ctx, filter, (6, 4), 9)

    def placed(ctx: Any) -> None:
        with ctx.layer(plain):
            ctx.set_transform(*matrix)
            ctx.fill_style = "teal"
            ctx.fill_rect(6, 4, 9, 9)

    found = seen(backend, under)
    assert found[..., 3].any()
    assert np.array_equal(found, seen(backend, placed))


def test_the_transform_in_a_layer_and_that_of_the_property_do_not_count(backend: str) -> None:
    def scaled(ctx: Any) -> None:
        with ctx.layer("drop-shadow(6px 4px 0 navy)"):
            ctx.scale(2, 2)
            ctx.fill_rect(5, 4, 6, 6)

    def by_property(ctx: Any) -> None:
        ctx.scale(2, 2)
        ctx.filter = "drop-shadow(6px 4px 0 navy)"
        with ctx.layer():
            ctx.fill_rect(5, 4, 6, 6)

    def plain(ctx: Any) -> None:
        ctx.filter = "drop-shadow(6px 4px 0 navy)"
        ctx.fill_rect(10, 8, 12, 12)

    for draw in (scaled, by_property):
        assert np.array_equal(seen(backend, draw), seen(backend, plain))


def test_the_filter_of_a_layer_grows_with_a_picture_that_holds_it(backend: str) -> None:
    """As in the calls; and so it does in a picture of the picture, and in one that was read from bytes."""

    def calls(ctx: Any) -> None:
        filtered_layer(ctx, "drop-shadow(3px 2px 0.5px navy) blur(1px)", (4, 3), 7)
        with ctx.layer(["blur(1px)"]):
            ctx.filter = "drop-shadow(5px 0 0 red)"
            ctx.fill_rect(16, 8, 6, 4)

    def scaled(ctx: Any) -> None:
        ctx.scale(2, 2)
        calls(ctx)

    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    calls(recording.get_context("2d"))
    picture = recording.freeze()
    holder = gpucanvas.Recording(WIDTH, HEIGHT)
    holder.get_context("2d").draw_picture(picture, 0, 0, 2 * WIDTH, 2 * HEIGHT)
    wanted = seen(backend, scaled)
    read = gpucanvas.Picture.from_bytes(picture.to_bytes())
    for each in (picture, read):
        assert np.array_equal(seen(backend, lambda ctx, each=each: ctx.draw_picture(each, 0, 0, 128, 96)), wanted)
    assert np.array_equal(seen(backend, lambda ctx: ctx.draw_picture(holder.freeze())), wanted)
    assert not np.array_equal(seen(backend, calls), wanted)


@pytest.mark.parametrize("matrix", [(1e300, 0, 0, 1e300, 0, 0), (0, 0, 0, 0, 0, 0), (1e-300, 0, 0, 1, 0, 0)])
def test_a_filter_under_a_transform_beyond_all_measure_draws_or_says_why_not(backend: str, matrix: Any) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.set_transform(*matrix)
        filtered_layer(ctx, "drop-shadow(3px 2px 5px navy) blur(4px)", (0, 0), 7)
        if matrix[0] > 1:
            with pytest.raises(gpucanvas.LimitError, match="blur less, or clip what is drawn"):
                canvas.flush()
        ctx.reset_transform()
        ctx.fill_rect(0, 0, 2, 2)
        assert canvas.to_numpy()[:2, :2, 3].min() == 255


@pytest.mark.parametrize("operator", ["source-over", "copy", "source-in"])
@pytest.mark.parametrize("effects", [(), ("shadow", "filter")])
def test_a_layer_that_begins_under_a_transform_without_inverse_is_not_drawn(operator: Any, effects: Any) -> None:
    """As the proposal says, whatever transform is set inside it; draws after it appear."""

    def draw(ctx: Any, has_layer: bool) -> None:
        backdrop(ctx)
        with ctx.save():
            ctx.scale(1, 0)
            if "shadow" in effects:
                ctx.shadow_color, ctx.shadow_offset_y = "orange", 20
            if "filter" in effects:
                ctx.filter = "drop-shadow(3px 3px 0 blue)"
            ctx.global_composite_operation = operator
            if has_layer:
                ctx.begin_layer()
                ctx.fill_rect(0, 0, 30, 30)
                ctx.set_transform(1, 0, 0, 1, 0, 0)
                group(ctx)
                ctx.end_layer()
        ctx.fill_rect(50, 40, 5, 5)

    with_layer, without = (straight(lambda ctx, has=has: draw(ctx, has), "cpu") for has in (True, False))
    assert np.array_equal(with_layer, without)
    assert without[42, 52, 3] > 0
