"""Gradients in other spaces than sRGB, held to another library, and to what Chromium 156 draws."""

from __future__ import annotations

import copy
import pickle
from typing import Any, get_args

import numpy as np
import pytest
from coloraide import Color
from hypothesis import given, settings
from hypothesis import strategies as st

import gpucanvas
from gpucanvas.paint import mix
from gpucanvas.paint.gradient import CanvasGradient
from gpucanvas.paint.ways import ColorInterpolation, HueInterpolation

SPACES = get_args(ColorInterpolation)
POLAR = ["hsl", "hwb", "lch", "oklch"]
METHODS = get_args(HueInterpolation)
QUARTER = 0.25 / 255
"""A quarter of a byte's step."""
# Far enough from grey that no rounding decides whether there is a hue.
COLORS = st.tuples(st.integers(0, 90), st.integers(110, 160), st.integers(180, 255), st.sampled_from([1.0, 0.8, 0.25]))


def made(*stops: tuple[float, Any], space: str = "", hue: str = "") -> CanvasGradient:
    gradient = CanvasGradient.make("linear", 0, 0, 100, 0)
    for stop in stops:
        gradient.add_color_stop(*stop)
    if space:
        gradient.color_interpolation_method = space  # type: ignore[assignment]
    if hue:
        gradient.hue_interpolation_method = hue  # type: ignore[assignment]
    return gradient


def colors_at(gradient: CanvasGradient, places: Any, space: Any = "srgb", is_extended: bool = False) -> Any:
    """Straight RGBA at places from 0 to 1: straight lines between the stops that a backend gets."""
    stops = np.frombuffer(gradient._stops_bytes(space, is_extended), np.float32).reshape(-1, 5).astype(float)
    return np.stack([np.interp(places, stops[:, 0], stops[:, k]) for k in range(1, 5)], axis=-1)


def written(color: tuple[float, ...]) -> str:
    r, g, b, a = color
    return f"color(srgb {r / 255!r} {g / 255!r} {b / 255!r} / {a})"


# -- the numbers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("space", "hue"), [(s, m) for s in SPACES for m in (METHODS if s in POLAR else [""])])
@settings(max_examples=5)
@given(COLORS, COLORS.map(lambda c: (c[2], c[0], c[1], c[3])), st.sampled_from(["srgb", "display-p3"]))
def test_every_place_is_within_a_quarter_of_a_byte_of_another_librarys(
    space: str, hue: str, one: tuple[float, ...], other: tuple[float, ...], canvas: str
) -> None:
    gradient = made((0, written(one)), (1, written(other)), space=space, hue=hue)
    places = np.linspace(0, 1, 42)
    ends = [Color("srgb", [v / 255 for v in color[:3]], color[3]) for color in (one, other)]
    theirs = Color.interpolate(
        ends, space="xyz-d65" if space == "xyz" else space, hue=hue or "shorter", premultiplied=False
    )
    colors = [theirs(t).convert(canvas) for t in places]
    expected = np.array([[*color.coords(nans=False), color.alpha()] for color in colors])
    assert np.abs(colors_at(gradient, places, canvas, True) - expected).max() <= QUARTER * max(1, expected.max())
    clipped = np.clip(expected, 0, 1)
    assert np.abs(colors_at(gradient, places, canvas) - clipped).max() <= QUARTER


CHROMIUM: list[tuple[tuple[tuple[float, str], ...], list[int], list[list[int]]]] = [
    (
        ((0, "color(srgb 1 0 0)"), (1, "blue")),
        [25, 50, 75],
        [[197, 74, 110, 255], [139, 83, 163, 255], [80, 71, 211, 255]],
    ),
    (
        ((0, "color(srgb 1 0 0 / 0)"), (1, "blue")),
        [25, 50, 75],
        [[196, 75, 110, 65], [138, 83, 162, 129], [79, 71, 210, 193]],
    ),
    (
        ((0, "oklch(0.7 0.2 100)"), (1, "oklch(0.7 0.2 300)")),
        [25, 50, 75],
        [[183, 156, 78, 255], [179, 150, 150, 255], [178, 140, 209, 255]],
    ),
    (((0, "hsl(100 50% 50%)"), (1, "blue")), [25], [[79, 143, 113, 255]]),
    (
        ((0, "red"), (0.5, "lime"), (1, "color(srgb 0 0 1)")),
        [12, 25, 37, 75],
        [[236, 115, 0, 255], [207, 171, 1, 255], [160, 214, 1, 255], [0, 168, 193, 255]],
    ),
    # A hard border, and a pixel between its sides.
    (
        ((0, "color(srgb 1 0 0)"), (0.5, "lime"), (0.5, "blue"), (1, "yellow")),
        [25, 50, 75],
        [[207, 170, 0, 255], [0, 19, 254, 255], [111, 173, 197, 255]],
    ),
]
"""Stops along 100 pixels; and pixels in Chromium 156, where those of translucent colours are rounded twice."""


@pytest.mark.parametrize(("stops", "columns", "expected"), CHROMIUM)
def test_bytes_are_as_in_chromium(backend: str, stops: Any, columns: list[int], expected: list[list[int]]) -> None:
    with gpucanvas.Canvas(100, 2, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        ctx.fill_style = made(*stops)
        ctx.fill_rect(0, 0, 100, 2)
        assert np.abs(canvas.to_numpy()[1, columns].astype(int) - expected).max() <= 1.01


MISSING: list[tuple[str, str, str, list[list[float]]]] = [
    ("color(srgb none 0 0)", "color(srgb 1 1 0)", "srgb", [[1, 0.0050, 0, 1], [1, 0.5049, 0, 1]]),
    ("oklab(none 0.1 0.1)", "oklab(.8 -.1 .1)", "oklab", [[1.0332, 0.6226, 0.4299, 1], [0.8394, 0.7349, 0.4390, 1]]),
    ("oklch(.7 .2 none)", "oklch(.7 .1 200)", "oklch", [[-0.4910, 0.7510, 0.8110, 1], [-0.3142, 0.7241, 0.7642, 1]]),
    # Lightness, chroma and hue are analogous to those of other spaces.
    ("oklab(none 0.1 0.1)", "oklab(.8 -.1 .1)", "hsl", [[0.1934, 0.1559, 1.1143, 1], [0.3025, 0.9683, 0.8555, 1]]),
    ("oklch(none .2 100)", "oklch(.7 .1 200)", "lch", [[0.5615, 0.6665, 0.3535, 1], [0.3450, 0.6978, 0.5322, 1]]),
    ("lch(50 none none)", "lch(70 50 100)", "lab", [[0.4807, 0.4805, 0.0907, 1], [0.5864, 0.5811, 0.2004, 1]]),
    # A missing channel without an analogous one is 0.
    ("oklch(.7 .2 none)", "oklch(.7 .1 200)", "oklab", [[0.9834, 0.3655, 0.6016, 1], [0.7168, 0.5708, 0.6597, 1]]),
    # A legacy function with a missing channel is no legacy colour.
    ("rgb(255 none 0)", "lime", "", [[0.9990, 0.0390, 0, 1], [0.8135, 0.6641, 0.0018, 1]]),
    ("hsl(none 100% 50%)", "blue", "hsl", [[0, 0, 1, 1], [0, 0, 1, 1]]),
    ("rgb(255 0 0 / none)", "rgb(0 0 255 / .5)", "", [[0.9956, 0.0234, 0.0332, 0.5], [0.5459, 0.3257, 0.6406, 0.5]]),
    (
        "color(srgb 1 0 0 / none)",
        "color(srgb 0 0 1 / none)",
        "",
        [[0.9956, 0.0234, 0.0332, 0], [0.5459, 0.3257, 0.6406, 0]],
    ),
    # Black has no hue.
    ("transparent", "color(srgb 1 0 0)", "oklch", [[0, 0, 0, 0.0050], [0.3943, 0, 0, 0.5049]]),
]
"""Two colours, the space, and pixels 0 and 50 of 100 as Chromium 156 draws them on a canvas of float16."""


@pytest.mark.parametrize(("one", "other", "space", "expected"), MISSING)
def test_missing_channels_are_taken_from_the_other_colour(one: str, other: str, space: str, expected: Any) -> None:
    found = colors_at(made((0, one), (1, other), space=space), np.array([0.5, 50.5]) / 100, "srgb", True)
    assert found == pytest.approx(np.array(expected), abs=0.004)


def test_a_missing_channel_is_taken_from_either_neighbour() -> None:
    """Chromium, pixels 49 and 50 of 100: the hue is red's on the left and blue's on the right."""
    stops = (0, "color(srgb 1 0 0)"), (0.5, "oklch(.5 .1 none)"), (1, "color(srgb 0 0 1)")
    found = colors_at(made(*stops, space="oklch"), np.array([49.5, 50.5]) / 100, "srgb", True)
    assert found[:, :3] == pytest.approx(np.array([[0.5835, 0.2935, 0.2534], [0.2703, 0.3809, 0.6167]]), abs=0.004)


LEGACY = ["#f00", "red", "rgb(255 0 0)", "rgba(255,0,0,1)", "hsl(0 100% 50%)", "hwb(0 0% 0%)", "alpha(from red / 1)"]
OTHERS = [
    *("color(srgb 1 0 0)", "rgb(from red r g b)", "hsl(from red h s l)", "color-mix(in srgb, red, red)"),
    *("rgb(255 none 0)", "hsl(none 100% 50%)", "hwb(none 0% 0%)"),
]


@pytest.mark.parametrize("color", LEGACY)
def test_legacy_colours_are_interpolated_in_srgb_and_need_no_more_stops(color: str) -> None:
    gradient = made((0, color), (1, "lime"))
    assert gradient.stops_array().tolist() == [[0, 1, 0, 0, 1], [1, 0, 1, 0, 1]]


@pytest.mark.parametrize("color", OTHERS)
def test_one_other_colour_makes_a_gradient_oklab(color: str) -> None:
    # Chromium: rgb(207, 169, 0) at pixel 50 of 100.
    assert 255 * colors_at(made((0, color), (1, "lime")), 0.505)[:3] == pytest.approx([207, 169, 0], abs=1)


def test_legacy_functions_with_missing_channels_are_written_as_before() -> None:
    ctx = gpucanvas.Recording(1, 1).get_context("2d")
    for text, expected in (
        ("rgb(255 none 0)", "#ff0000"),
        ("hsl(none 100% 50%)", "#ff0000"),
        ("rgb(none 300 0)", "#00ff00"),
    ):
        ctx.fill_style = text
        assert ctx.fill_style == expected
        assert made((0, text))._stops_bytes("srgb", True) == made((0, expected))._stops_bytes()


def test_legacy_colours_are_interpolated_in_srgb_on_canvases_of_display_p3() -> None:
    # Chromium: pixels 0, 25, 50 of 100 on a canvas of display-p3.
    expected = [[232, 51, 35, 255], [176, 74, 30, 255], [126, 128, 38, 255]]
    for space in ("", "srgb"):
        gradient = made((0, "red"), (1, "lime"), space=space)
        found = colors_at(gradient, np.array([0.5, 25.5, 50.5]) / 100, "display-p3")
        assert np.abs(255 * found - expected).max() <= 1.01


def test_colours_outside_of_0_to_1_survive(backend: str) -> None:
    """A grey is scaled in Oklab as its light's cube root: CSS Color 4, "Oklab"."""
    with gpucanvas.Canvas(5, 1, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d", color_type="float16")
        gradient = ctx.create_linear_gradient(0.5, 0, 4.5, 0)
        gradient.add_color_stop(0, "color(srgb-linear 8 8 8)")
        gradient.add_color_stop(1, "color(srgb-linear 0 0 0)")
        ctx.fill_style = gradient
        ctx.fill_rect(0, 0, 5, 1)
        pixels = canvas.to_numpy(pixel_format="rgba-float16")[0, :, 0].astype(float)
    light = (2 * np.array([1, 0.75, 0.5, 0.25, 0])) ** 3
    expected = np.where(light > 0.0031308, 1.055 * light ** (1 / 2.4) - 0.055, 12.92 * light)
    assert pixels == pytest.approx(expected, abs=0.004)


def test_clipped_channels_have_their_corners() -> None:
    """On canvases of bytes the colour is clipped, not the stops: 2 becomes 1 in the middle of the way to 0."""
    gradient = made((0, "color(srgb 2 0 0)"), (1, "color(srgb 0 0 0)"), space="srgb")
    places = np.linspace(0, 1, 65)
    assert np.abs(colors_at(gradient, places)[:, 0] - np.clip(2 - 2 * places, 0, 1)).max() <= QUARTER


# -- the stops ---------------------------------------------------------------------------------------------------------


def test_stops_at_one_place_keep_their_order_and_colours() -> None:
    colors = ["color(srgb 1 0 0)", "color(srgb 0 1 0)", "white", "color(srgb 0 0 1)", "color(srgb 1 1 0)"]
    stops = made(*zip([0, 0.5, 0.5, 0.5, 1], colors, strict=True)).stops_array()
    assert (np.diff(stops[:, 0]) >= 0).all()
    assert stops[stops[:, 0] == 0.5, 1:4].tolist() == [[0, 1, 0], [1, 1, 1], [0, 0, 1]]
    alone = made((0.5, "color(srgb 1 0 0)"))
    assert alone.stops_array().tolist() == [[0.5, 1, 0, 0, 1]]
    pair = made((0.5, "color(srgb 1 0 0)"), (0.5, "color(srgb 0 0 1)"))
    assert pair.stops_array().tolist() == [[0.5, 1, 0, 0, 1], [0.5, 0, 0, 1, 1]]
    assert len(CanvasGradient.make("linear", 0, 0, 1, 0).stops_array()) == 0


def test_equal_colours_need_no_more_stops_and_stay_equal() -> None:
    stops = made((0.25, "oklch(0.7 0.1 30)"), (0.75, "oklch(0.7 0.1 30)")).stops_array()
    assert stops[:, 0].tolist() == [0.25, 0.75]
    assert (stops[0, 1:] == stops[1, 1:]).all()


def test_an_opaque_gradient_has_only_opaque_stops() -> None:
    assert (made((0, "color(display-p3 0.1 0.7 0.3)"), (1, "lab(40 30 -70)")).stops_array()[:, 4] == 1).all()


@pytest.mark.parametrize("space", ["", "a98-rgb", "oklch"])
def test_absurd_colours_have_a_bounded_number_of_finite_stops(space: str) -> None:
    gradient = made((0, "color(srgb 1e9 0.6 -1e9)"), (1, "oklch(0.2 -0.6 1e9)"), space=space)
    for is_extended in (False, True):
        stops = np.frombuffer(gradient._stops_bytes("display-p3", is_extended), np.float32).reshape(-1, 5)
        assert len(stops) <= 1100 and np.isfinite(stops).all()


# -- the attributes ----------------------------------------------------------------------------------------------------


def test_the_attributes_have_the_spaces_and_methods_of_css() -> None:
    assert set(SPACES) == set(mix.SPACES)
    assert set(METHODS) == mix.HUE_METHODS


def test_the_attributes_say_srgb_and_shorter_until_they_are_set() -> None:
    gradient = made((0, "color(srgb 1 0 0)"), (1, "blue"))
    assert (gradient.color_interpolation_method, gradient.hue_interpolation_method) == ("srgb", "shorter")
    for space in SPACES:
        gradient.color_interpolation_method = space
        assert gradient.color_interpolation_method == space
    for method in METHODS:
        gradient.hue_interpolation_method = method
        assert (gradient.color_interpolation_method, gradient.hue_interpolation_method) == (SPACES[-1], method)


def test_setting_either_attribute_ends_the_choice_by_the_colours() -> None:
    stops = (0, "color(srgb 1 0 0)"), (1, "color(srgb 0 0 1)")
    for given_ in ({"space": "srgb"}, {"hue": "longer"}):
        assert colors_at(made(*stops, **given_), 0.5) == pytest.approx([0.5, 0, 0.5, 1])


@pytest.mark.parametrize(
    "value", ["SRGB", " srgb", "", "none", "oklch longer hue", "rgb", None, 3, ["srgb"], np.array(["lab"])]
)
def test_another_value_is_refused_or_ignored(value: Any) -> None:
    for strict in (True, False):
        gradient = CanvasGradient.make("linear", 0, 0, 1, 0, strict=strict)
        gradient.color_interpolation_method, gradient.hue_interpolation_method = "lab", "increasing"
        for name in ("color_interpolation_method", "hue_interpolation_method"):
            if strict:
                with pytest.raises(ValueError, match=f"{name} is .*: give one of (srgb|shorter), "):
                    setattr(gradient, name, value)
            else:
                setattr(gradient, name, value)
        assert (gradient.color_interpolation_method, gradient.hue_interpolation_method) == ("lab", "increasing")


def test_a_canvas_that_ignores_invalid_values_makes_gradients_that_do() -> None:
    with gpucanvas.Canvas(1, 1, on_invalid="ignore", backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        for gradient in (
            ctx.create_linear_gradient(0, 0, 1, 0),
            ctx.create_radial_gradient(0, 0, 0, 1, 0, 1),
            ctx.create_conic_gradient(0, 0, 0),
        ):
            gradient.color_interpolation_method = "nonsense"  # type: ignore[assignment]
            assert gradient.color_interpolation_method == "srgb"


def test_a_change_applies_to_the_draws_after_it(backend: str) -> None:
    with gpucanvas.Canvas(100, 6, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        ctx.fill_style = gradient = made((0, "color(srgb 1 0 0)"), (1, "color(srgb 0 1 0)"))
        ctx.fill_rect(0, 0, 100, 1)
        gradient.color_interpolation_method = "srgb"
        ctx.fill_rect(0, 1, 100, 1)
        gradient.color_interpolation_method = "hsl"
        ctx.fill_rect(0, 2, 100, 1)
        gradient.hue_interpolation_method = "longer"
        ctx.fill_rect(0, 3, 100, 1)
        gradient.add_color_stop(0.5, "blue")
        ctx.fill_rect(0, 4, 100, 1)
        gradient.color_interpolation_method = "oklab"
        ctx.fill_rect(0, 5, 100, 1)
        column = canvas.to_numpy()[:, 50, :3].astype(int)
    # Chromium, pixel 50 of 100.
    expected = [[207, 169, 0], [126, 129, 0], [252, 255, 0], [0, 5, 255], [10, 0, 255]]
    assert np.abs(column[:5] - expected).max() <= 1.01
    mixed = Color("blue").mix("lime", 0.01, space="oklab", out_space="srgb").coords()
    assert column[5] == pytest.approx(255 * np.clip(mixed, 0, 1), abs=1.01)


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_a_copy_is_interpolated_in_the_same_way(way: Any) -> None:
    gradient = made((0, "red"), (1, "lime"), space="lch", hue="longer")
    again = way(gradient)
    assert again._stops_bytes() == gradient._stops_bytes()
    again.hue_interpolation_method = "shorter"
    assert gradient.hue_interpolation_method == "longer"
    assert again._stops_bytes() != gradient._stops_bytes()


def test_stops_are_computed_once_and_pairs_of_colours_are_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    gradient = made((0, "color(srgb 1 0.25 0)"), (1, "blue"))
    kept = gradient._stops_bytes()
    assert gradient._stops_bytes() is kept
    from gpucanvas.paint import interpolation

    before = interpolation._interval.cache_info().misses
    assert made((0, "color(srgb 1 0.25 0)"), (1, "blue"))._stops_bytes() == kept
    assert interpolation._interval.cache_info().misses == before


# -- every kind, and pictures ------------------------------------------------------------------------------------------


def test_all_kinds_of_gradients_have_the_same_colours(backend: str) -> None:
    # Chromium on a canvas of float16, for stops red as color(srgb 1 0 0) and blue: pixels right of the radial one's
    # centre, and below, left of and above the conic one's.
    expected = {
        "radial": [
            [0.9912, 0.0463, 0.0625],
            [0.7759, 0.2864, 0.4272],
            [0.5415, 0.3254, 0.6440],
            [0.0201, 0.0420, 0.9932],
        ],
        "conic": [[0.7773, 0.2859, 0.4258], [0.5518, 0.3257, 0.6353], [0.3149, 0.2783, 0.8232]],
    }
    with gpucanvas.Canvas(100, 100, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d", color_type="float16")
        radial, conic = ctx.create_radial_gradient(50, 0.5, 0, 50, 0.5, 50), ctx.create_conic_gradient(0, 50, 50)
        found = {}
        for kind, gradient, places in (
            ("radial", radial, [(50, 0), (62, 0), (75, 0), (99, 0)]),
            ("conic", conic, [(50, 99), (0, 50), (50, 0)]),
        ):
            gradient.add_color_stop(0, "color(srgb 1 0 0)")
            gradient.add_color_stop(1, "blue")
            ctx.fill_style = gradient
            ctx.fill_rect(0, 0, 100, 100)
            pixels = canvas.to_numpy(pixel_format="rgba-float16")
            found[kind] = [pixels[y, x, :3].tolist() for x, y in places]
    for kind, colors in expected.items():
        assert np.array(found[kind]) == pytest.approx(np.array(colors), abs=0.004)


@pytest.mark.parametrize("color_type", ["unorm8", "float16"])
def test_a_picture_keeps_how_its_gradients_are_interpolated(backend: str, color_type: Any) -> None:
    def draw(ctx: Any) -> None:
        ctx.fill_style = made((0, "color(display-p3 1 0 0)"), (1, "blue"), space="oklch", hue="longer")
        ctx.fill_rect(0, 0, 100, 4)

    recording = gpucanvas.Recording(100, 4)
    draw(recording.get_context("2d", color_type=color_type))
    picture = gpucanvas.Picture.from_bytes(recording.freeze().to_bytes())
    found = []
    for play in (draw, lambda ctx: ctx.draw_picture(picture)):
        with gpucanvas.Canvas(100, 4, backend=backend) as canvas:  # type: ignore[arg-type]
            play(canvas.get_context("2d", color_type=color_type))
            found.append(np.asarray(canvas.to_numpy(pixel_format="rgba-float16")).astype(float))
    assert np.abs(found[0] - found[1]).max() <= 0.002
