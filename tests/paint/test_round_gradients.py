"""Radial and conic gradients are those of the HTML standard, on each backend, in all of their degenerate cases."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gpucanvas
from paints_reference import NOWHERE, Stops, colors, conic_places, points, premultiplied, radial_places

WIDTH, HEIGHT = 61, 47
STOPS: Stops = [
    (0.0, (1.0, 0.0, 0.0, 1.0)),
    (0.4, (0.0, 1.0, 0.0, 0.7)),
    (0.4, (1.0, 1.0, 1.0, 1.0)),
    (0.4, (0.0, 0.0, 0.0, 1.0)),
    (0.9, (0.0, 0.2, 1.0, 0.3)),
]
HALF_A_STEP = 0.5
STRAIGHT_STEP = 0.5
"""Straight colours are kept in 8 bits, too: that moves a premultiplied one by no more."""
LIMIT = HALF_A_STEP + STRAIGHT_STEP + 0.05
STRANGERS = 3
"""Pixels whose centre lies so near to a border between two colours that float32 says otherwise."""


def with_stops(gradient: gpucanvas.CanvasGradient, stops: Stops = STOPS) -> gpucanvas.CanvasGradient:
    for offset, color in stops:
        gradient.add_color_stop(offset, color)
    return gradient


def filled(backend: Any, style: Any, matrix: tuple[float, ...] = (1, 0, 0, 1, 0, 0)) -> Any:
    """What a canvas shows that was filled with a style all over."""
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.rect(-1, -1, WIDTH + 2, HEIGHT + 2)
        ctx.set_transform(*matrix)
        ctx.fill_style = style
        ctx.fill()
        return canvas.to_numpy()


def new(kind: str, *numbers: float) -> gpucanvas.CanvasGradient:
    ctx = gpucanvas.Recording(1, 1).get_context("2d")
    made: gpucanvas.CanvasGradient = getattr(ctx, f"create_{kind}_gradient")(*numbers)
    return made


def assert_shows(picture: Any, expected: Any) -> None:
    gap = abs(premultiplied(picture) - expected).max(-1)
    assert (gap > LIMIT).sum() <= STRANGERS, f"{(gap > LIMIT).sum()} pixels, most {gap.max()}"


CIRCLES = {
    "one centre, growing": (30, 22, 3, 30, 22, 25),
    "one centre, shrinking": (30, 22, 25, 30, 22, 3),
    "one centre, to a point": (30, 22, 20, 30, 22, 0),
    "one inside the other": (25, 20, 4, 32, 24, 24),
    "the other inside": (32, 24, 24, 25, 20, 4),
    "nearly one centre": (30, 22, 10, 30.001, 22, 20),
    "a point near the border": (12.2, 22.3, 0, 30, 22, 18),
    "touching inside, growing": (20, 22, 6, 34, 22, 20),
    "touching inside, shrinking": (34, 22, 20, 20, 22, 6),
    "a point on the border": (20.3, 15.9, 0, 32.3, 24.9, 15),
    "outside, growing": (12, 20, 3, 45, 25, 9),
    "outside, shrinking": (12, 20, 9, 45, 25, 3),
    "outside, to a point": (12, 20, 9, 45, 25, 0),
    "touching outside": (15, 22, 8, 35, 22, 12),
    "overlapping": (22, 20, 12, 34, 25, 15),
    "equal radii": (14, 18, 9, 45, 28, 9),
    "nearly equal radii": (14, 18, 9, 45, 28, 9.0005),
    "two points": (14, 18, 0, 45, 28, 0),
    "the same circle": (30, 22, 9, 30, 22, 9),
    "the same point": (30, 22, 0, 30, 22, 0),
    "far away": (9030, 22, 9000, 9050, 22, 9000),
    "larger than the canvas": (30, 22, 2000, 35, 25, 3000),
}


@pytest.mark.parametrize("circles", CIRCLES.values(), ids=CIRCLES)
def test_radial_shows_the_last_circle_through_each_pixel(circles: tuple[float, ...], backend: str) -> None:
    places = radial_places(circles, *points(WIDTH, HEIGHT))
    assert_shows(filled(backend, with_stops(new("radial", *circles))), colors(places, STOPS))


MATRICES = {
    "moved": (1, 0, 0, 1, 7.3, -4.2),
    "stretched": (2.5, 0, 0, 0.4, -20, 9),
    "mirrored and turned": (-0.6, 0.8, 0.9, 0.5, 30, -9),
}


@pytest.mark.parametrize("matrix", MATRICES.values(), ids=MATRICES)
@pytest.mark.parametrize("circles", [(25, 20, 4, 32, 24, 24), (12, 20, 3, 45, 25, 9)], ids=["inside", "outside"])
def test_radial_lies_in_user_space(circles: tuple[float, ...], matrix: tuple[float, ...], backend: str) -> None:
    places = radial_places(circles, *points(WIDTH, HEIGHT, matrix))
    assert_shows(filled(backend, with_stops(new("radial", *circles)), matrix), colors(places, STOPS))


@pytest.mark.parametrize("seed", range(8))
def test_radial_of_random_circles(seed: int, backend: str) -> None:
    rng = np.random.default_rng(seed)
    x, y, r = rng.uniform(-20, 70, 2), rng.uniform(-20, 60, 2), rng.uniform(0, 40, 2)
    circles = (x[0], y[0], r[0], x[1], y[1], r[1])
    places = radial_places(circles, *points(WIDTH, HEIGHT))
    assert_shows(filled(backend, with_stops(new("radial", *circles))), colors(places, STOPS))


@pytest.mark.parametrize("start", [0.0, 0.7, -2.0, 9.0, 40.0])
@pytest.mark.parametrize("matrix", [(1, 0, 0, 1, 0, 0), *MATRICES.values()])
def test_conic_goes_once_around_from_the_first_ray(start: float, matrix: tuple[float, ...], backend: str) -> None:
    places = conic_places(start, 28.3, 21.7, *points(WIDTH, HEIGHT, matrix))
    assert_shows(filled(backend, with_stops(new("conic", start, 28.3, 21.7)), matrix), colors(places, STOPS))


def test_conic_in_the_middle_of_a_pixel_has_a_colour_there(backend: str) -> None:
    picture = filled(backend, with_stops(new("conic", 0, 30.5, 20.5)))
    assert picture[20, 30, 3] > 0


@pytest.mark.parametrize("gradient", [("radial", 5, 5, 0, 30, 20, 60), ("conic", 1, 30, 20), ("linear", 0, 0, 60, 9)])
def test_without_stops_nothing_is_painted(gradient: tuple[Any, ...], backend: str) -> None:
    assert not filled(backend, new(*gradient)).any()


@pytest.mark.parametrize("offset", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("gradient", [("radial", 5, 5, 0, 30, 20, 60), ("conic", 1, 30, 20), ("linear", 0, 0, 60, 9)])
def test_one_stop_is_its_colour_everywhere(gradient: tuple[Any, ...], offset: float, backend: str) -> None:
    picture = filled(backend, with_stops(new(*gradient), [(offset, (0.2, 0.4, 0.6, 1.0))]))
    assert (picture == (51, 102, 153, 255)).all()


def test_a_cone_of_one_stop_is_transparent_where_no_circle_comes_by(backend: str) -> None:
    circles = (12, 20, 3, 45, 25, 9)
    picture = filled(backend, with_stops(new("radial", *circles), [(0.5, (0.2, 0.4, 0.6, 1.0))]))
    seen = radial_places(circles, *points(WIDTH, HEIGHT)) != NOWHERE
    assert 0.1 < seen.mean() < 0.9
    assert ((picture[..., 3] == 255) != seen).sum() <= STRANGERS


@pytest.mark.parametrize("count", [3, 40, 1000])
def test_any_number_of_stops(count: int, backend: str) -> None:
    rng = np.random.default_rng(count)
    offsets = np.sort(rng.random(count).round(2 if count < 100 else 5))
    stops: Stops = [(float(at), (*rng.random(3).tolist(), 1.0)) for at in offsets]
    x, y = points(WIDTH, HEIGHT)
    for kind, numbers, places in (
        ("radial", (30, 20, 0, 30, 20, 900), radial_places((30, 20, 0, 30, 20, 900), x, y)),
        ("conic", (1, 30.2, 20.3), conic_places(1, 30.2, 20.3, x, y)),
    ):
        picture = filled(backend, with_stops(new(kind, *numbers), stops))
        gap = abs(premultiplied(picture) - colors(places, stops)).max(-1)
        # Where stops are close to each other, so are borders between colours.
        assert np.median(gap) <= 0.6 and (gap > 1.5).mean() <= 0.05


@pytest.mark.parametrize(
    "circles",
    [(1e300, 0, 1, 0, 0, 2), (0, 0, 1e308, 1e308, 0, 0), (0, 0, 1e-300, 0, 0, 2e-300), (1e9, 1e9, 1, 0, 0, 2)],
)
def test_radial_of_extreme_numbers_draws_something_or_nothing(circles: tuple[float, ...], backend: str) -> None:
    picture = filled(backend, with_stops(new("radial", *circles), [(0, (0, 0, 1, 1)), (1, (0, 0, 1, 1))]))
    assert {tuple(each) for each in picture.reshape(-1, 4).tolist()} <= {(0, 0, 0, 0), (0, 0, 255, 255)}


@pytest.mark.parametrize("value", [np.nan, np.inf, None, "1", 10**400])
@pytest.mark.parametrize(
    ("kind", "names"), [("radial", ("x0", "y0", "r0", "x1", "y1", "r1")), ("conic", ("start_angle", "x", "y"))]
)
def test_what_is_no_finite_number_is_named(kind: str, names: tuple[str, ...], value: Any) -> None:
    for i, name in enumerate(names):
        numbers: list[Any] = [1] * len(names)
        numbers[i] = value
        with pytest.raises(TypeError, match=f"create_{kind}_gradient: {name} is .*: give a (finite )?number"):
            new(kind, *numbers)


@pytest.mark.parametrize("on_invalid", ["raise", "ignore"])
def test_a_negative_radius_is_refused_on_every_canvas(on_invalid: Any) -> None:
    ctx = gpucanvas.Canvas(4, 4, backend="cpu", on_invalid=on_invalid).get_context("2d")
    for circles, name in (((0, 0, -1, 0, 0, 1), "r0"), ((0, 0, 1, 0, 0, -0.5), "r1")):
        with pytest.raises(gpucanvas.IndexSizeError, match=f"{name} is -.*: give a radius of at least 0"):
            ctx.create_radial_gradient(*circles)


def test_a_gradient_under_a_transform_without_inverse_paints_nothing(backend: str) -> None:
    for kind, numbers in (("radial", (30, 20, 0, 30, 20, 30)), ("conic", (0, 30, 20))):
        assert not filled(backend, with_stops(new(kind, *numbers)), (1, 1, 1, 1, 0, 0)).any()


def test_copy_with_a_gradient_clears_where_no_circle_comes_by(backend: str) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(0, 0, WIDTH, HEIGHT)
        ctx.global_composite_operation = "copy"
        ctx.fill_style = with_stops(new("radial", 12, 20, 3, 45, 25, 9))
        ctx.fill_rect(0, 0, WIDTH, HEIGHT)
        picture = canvas.to_numpy()
    expected = colors(radial_places((12, 20, 3, 45, 25, 9), *points(WIDTH, HEIGHT)), STOPS)
    assert_shows(picture, expected)


@pytest.mark.parametrize("count", [1700, 5000, 12_000])
def test_thousands_of_gradients_of_many_stops_over_one_another(count: int, backend: Any) -> None:
    """Software OpenGL leaves a shader's loop after 65,535 iterations in all: such frames are drawn in parts."""
    stops: Stops = [(i / 249, (i % 2, 0.5, i / 250, 0.01)) for i in range(250)]
    with gpucanvas.Canvas(16, 16, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style = with_stops(new("linear", 0, 0, 16, 0), stops)
        for _ in range(count):
            ctx.fill_rect(0, 0, 16, 16)
        ctx.fill_style = "red"
        ctx.fill_rect(4, 4, 8, 8)
        picture = canvas.to_numpy()
    assert (picture[4:12, 4:12] == (255, 0, 0, 255)).all()
    # So many layers leave nothing of what is below: each pixel is its own colour, opaque.
    places = (np.arange(16) + 0.5) / 16
    expected = colors(places[None, :], [(at, (*color[:3], 1.0)) for at, color in stops])[0]
    assert (abs(picture[0].astype(float) - expected) <= 1.0).all()
