"""Which outlines are known to go round no point more than once: convex ones, and texts whose glyphs do not overlap."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from math import cos, pi, sin

import numpy as np
import pytest

import gpucanvas
from gpucanvas.contract import constants as c
from gpucanvas.geometry.single import goes_round_once, winding_of
from gpucanvas.pipeline.encode import encode
from gpucanvas.text.strike import LARGEST_EM
from scenes.registry import Context


def rules(draw: Callable[[Context], object]) -> list[int]:
    """The rule of each path of a scene."""
    recording = gpucanvas.Recording(100, 100)
    draw(recording.get_context("2d"))
    found: list[int] = encode(recording._commands, 100, 100).paths["rule"].tolist()
    return found


def filled(data: str, rule: str = "nonzero") -> Callable[[Context], None]:
    return lambda ctx: ctx.fill(gpucanvas.Path2D(data), rule)


CONVEX = {
    "triangle": "M10 10L50 20L30 60Z",
    "not closed": "M10 10L50 20L30 60",
    "the other way round": "M10 10L30 60L50 20Z",
    "corners in line": "M10 10H30H50V40H10Z",
    "a corner twice": "M10 10H50V40V40H10Z",
    "curves": "M10 30C10 10 50 10 50 30Q50 60 30 60Q10 60 10 30Z",
    "an arc": "M10 30A20 20 0 0 1 50 30Z",
}
NOT_CONVEX = {
    "a dent": "M10 10L50 10L30 20L30 60Z",
    "twice round": "M10 10H50V40H10V10H50V40H10Z",
    "a star": "M50 5L75 80L5 35L95 35L25 80Z",
    "crossed": "M10 10L50 50L50 10L10 50Z",
    "two": "M10 10H20V20H10Z M30 10H40V20H30Z",
    "a curve with a loop": "M10 50C90 0 10 0 70 50Z",
}


@pytest.mark.parametrize("rule", ["nonzero", "evenodd"])
@pytest.mark.parametrize("name", CONVEX)
def test_a_convex_outline_goes_round_once(name: str, rule: str) -> None:
    assert rules(filled(CONVEX[name], rule)) == [c.RULE_SINGLE]


@pytest.mark.parametrize("name", NOT_CONVEX)
def test_other_outlines_keep_their_rule(name: str) -> None:
    assert rules(filled(NOT_CONVEX[name])) == [c.RULE_NONZERO]
    assert rules(filled(NOT_CONVEX[name], "evenodd")) == [c.RULE_EVENODD]


def test_ellipses_turned_rectangles_and_polygons_go_round_once() -> None:
    def draw(ctx: Context) -> None:
        ctx.begin_path()
        ctx.ellipse(40, 40, 20, 15, 0, 0, 2 * pi)
        ctx.fill("evenodd")
        ctx.begin_path()
        ctx.ellipse(40, 40, 20, 9, 0.3, 0, 2 * pi)
        ctx.clip()
        ctx.begin_path()
        ctx.round_rect(10, 10, 50, 40, 8)
        ctx.fill()
        ctx.rotate(0.2)
        ctx.fill_rect(20, 20, 30, 30)
        ctx.fill_polygons([[[10, 10], [30, 10], [20, 30]], [[10, 10], [30, 10], [10, 30]]])

    assert rules(draw) == [c.RULE_SINGLE] * 6


def test_an_arc_that_runs_over_itself_and_strokes_keep_their_rule() -> None:
    def draw(ctx: Context) -> None:
        ctx.arc(40, 40, 20, 0, 2.25 * pi)
        ctx.arc(40, 40, 10, 2.25 * pi, 0, True)
        ctx.fill()
        ctx.stroke(gpucanvas.Path2D(CONVEX["triangle"]))
        ctx.fill_polygons([[[10, 10], [50, 50], [50, 10], [10, 50]]])

    assert rules(draw) == [c.RULE_NONZERO] * 3


def stream(data: str) -> bool:
    path = gpucanvas.Path2D(data)
    return goes_round_once(bytearray(path.verbs), array("d", path.coords))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("M0 0H10V10H0Z", True),
        ("M0 0H10V10H0Z M20 0H30V10H20Z", True),
        ("M0 0H10V10H0Z M2 2V8H8V2Z", True),  # A hole.
        ("M0 0H10V10H0Z M2 2V8H8V2Z M3 3H7V7H3Z", True),  # An island in it.
        ("M0 0H10V10H0Z M2 2H8V8H2Z", False),  # Nested, the same way round.
        ("M0 0H10V10H0Z M20 0V10H30V0Z", False),  # Apart, but in opposite directions.
        ("M0 0H10V10H0Z M5 5H15V15H5Z", False),  # They overlap.
        ("M0 0H10V10H0Z M10 0H20V10H10Z", False),  # They touch.
        ("M0 0H10V10H0Z M0 0H10V10H0Z", False),  # Twice.
        ("M0 0L10 10H0L10 0Z", False),  # An hourglass.
        ("M0 0H10V10H5L5 3L4 10H0Z", True),  # A notch.
        ("M0 5C0 -2 10 -2 10 5C10 12 0 12 0 5Z M2 5C2 9 8 9 8 5C8 1 2 1 2 5Z", True),  # The letter o.
        ("M0 0Q20 5 0 10Q5 5 0 0Z", True),
        ("", True),
    ],
)
def test_an_outline_is_looked_at_edge_by_edge(data: str, expected: bool) -> None:
    assert stream(data) is expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("M0 0H10V10H0Z", 1),
        ("M0 0V10H10V0Z", -1),
        ("M0 0H10V10H0Z M2 2V8H8V2Z", 1),
        ("M0 0V.001H.001V0Z", -1),
        ("M0 0H10V10H0Z M2 2H8V8H2Z", 0),
        ("M0 0H10V10H0Z M20 0V10H30V0Z", 0),
    ],
)
def test_the_winding_of_an_outline_has_a_sign(data: str, expected: int) -> None:
    path = gpucanvas.Path2D(data)
    assert winding_of(bytearray(path.verbs), array("d", path.coords)) == expected


@pytest.mark.parametrize("seed", range(40))
def test_random_outlines_are_judged_as_their_windings_say(seed: int) -> None:
    """Windings are counted at many points, which sees every overlap that is not tiny: none of these is."""
    rng = np.random.default_rng(seed)
    contours = []
    for _ in range(int(rng.integers(1, 5))):
        count, (x, y), size = int(rng.integers(3, 8)), rng.uniform(10, 90, 2), rng.uniform(3, 25)
        angles = (np.arange(count) + rng.uniform(0, 0.6, count)) * (2 * pi / count)
        angles *= 1 if seed % 3 else rng.choice([-1, 1])
        contours.append([(float(x + size * cos(t)), float(y + size * sin(t))) for t in angles])
    verbs, coords = bytearray(), array("d")
    for contour in contours:
        verbs += bytes([0] + [1] * (len(contour) - 1) + [4])
        for point in contour:
            coords.extend(point)
    gx, gy = (np.arange(0, 100, 0.17) + 0.0713 for _ in range(2))
    winding = np.zeros((len(gy), len(gx)), np.int64)
    for contour in contours:
        for (ax, ay), (bx, by) in zip(contour, contour[1:] + contour[:1], strict=True):
            crosses = (ay <= gy) != (by <= gy)
            x = ax + (gy - ay) * (bx - ax) / (by - ay if by != ay else 1.0)
            winding += np.where(crosses[:, None] & (gx >= x[:, None]), 1 if by > ay else -1, 0)
    found = set(np.unique(winding).tolist())
    if goes_round_once(verbs, coords):
        assert found <= {0, 1} or found <= {0, -1}
    else:
        assert not (found <= {0, 1} or found <= {0, -1})


def test_latin_text_goes_round_once_and_overlapping_letters_do_not() -> None:
    def draw(ctx: Context) -> None:
        # Smaller text is drawn with masks, and has no outlines.
        assert LARGEST_EM < 80
        ctx.font = "80px sans-serif"
        ctx.fill_text("Quick brown AVATAR, 0123!", 5, 40)
        ctx.letter_spacing = "-32px"
        ctx.fill_text("mmmm", 5, 70)

    assert rules(draw) == [c.RULE_SINGLE, c.RULE_NONZERO]
