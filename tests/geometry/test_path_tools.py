"""Path tools: lengths and bounds in closed form and by dense sampling; data read back; areas by counting points."""

from __future__ import annotations

import builtins
import copy
import pickle
from math import asinh, cos, dist, hypot, inf, isclose, nan, pi, sin, sqrt
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas import Path2D
from gpucanvas.geometry.path import ARC, CLOSE, CUBIC, LINE, MOVE, QUAD
from gpucanvas.geometry.query import contains


def circle(x: float = 0, y: float = 0, radius: float = 10) -> Path2D:
    path = Path2D()
    path.arc(x, y, radius, 0, 2 * pi)
    return path


def rect(*numbers: float) -> Path2D:
    path = Path2D()
    path.rect(*numbers)
    return path


def random_path(seed: int, arcs: bool = True) -> Path2D:
    rng = np.random.default_rng(seed)
    path = Path2D()
    for _ in range(3):
        path.move_to(*rng.uniform(-50, 50, 2))
        for kind in rng.integers(0, 5 if arcs else 3, 4):
            if kind == 0:
                path.line_to(*rng.uniform(-50, 50, 2))
            elif kind == 1:
                path.quadratic_curve_to(*rng.uniform(-50, 50, 4))
            elif kind == 2:
                path.bezier_curve_to(*rng.uniform(-50, 50, 6))
            else:
                path.ellipse(*rng.uniform(-50, 50, 2), *rng.uniform(0.1, 40, 2), *rng.uniform(-7, 7, 3), bool(kind % 2))
        if rng.random() < 0.5:
            path.close_path()
    if arcs:
        skewed = Path2D()
        skewed.add_path(path, [1.2, 0.3, -0.8, 0.9, 5, -7])
        return skewed
    return path


def sampled(path: Path2D, count: int = 4000) -> list[Any]:
    """Each subpath as many points, by the formulas of its curves, from the stream."""
    lines: list[list[Any]] = []
    at, here = 0, np.zeros(2)
    t = np.linspace(0, 1, count)[:, None]
    for verb in path.verbs:
        size = (2, 2, 4, 6, 0, 8)[verb]
        n = np.array(path.coords[at : at + size])
        at += size
        if verb == 0:
            lines.append([n[None]])
        elif verb == 1:
            lines[-1].append(n[None])
        elif verb == 2:
            a, b = n[:2], n[2:]
            lines[-1].append((1 - t) ** 2 * here + 2 * t * (1 - t) * a + t**2 * b)
        elif verb == 3:
            a, b, c = n[:2], n[2:4], n[4:]
            lines[-1].append((1 - t) ** 3 * here + 3 * t * (1 - t) ** 2 * a + 3 * t**2 * (1 - t) * b + t**3 * c)
        elif verb == 4:
            lines[-1].append(lines[-1][0])
        else:
            angle = n[6] + t * n[7]
            lines[-1].append(n[:2] + n[2:4] * np.cos(angle) + n[4:6] * np.sin(angle))
        here = lines[-1][-1][-1]
    return [np.concatenate(line) for line in lines if len(line) > 1]


def length_of(points: Any) -> float:
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


# -- bounds and length -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (rect(10, 20, -4, 6), (6, 20, 4, 6)),
        (circle(5, 6, 10), (-5, -4, 20, 20)),
        (Path2D("M0 0 C 0 100 100 100 100 0"), (0, 0, 100, 75)),
        (Path2D("M0 0 C 100 0 -100 10 0 10"), (-100 / 6 * sqrt(3), 0, 200 / 6 * sqrt(3), 10)),
        (Path2D("M0 0 L1 1 M500 500"), (0, 0, 1, 1)),
        (Path2D("M3 4 Z"), (3, 4, 0, 0)),
        (Path2D("M0 0 L5 0"), (0, 0, 5, 0)),
    ],
)
def test_bounds_are_tight(path: Path2D, expected: tuple[float, ...]) -> None:
    assert path.bounds() == pytest.approx(expected)


def test_bounds_of_nothing_are_none() -> None:
    assert Path2D().bounds() is None and Path2D("M5 5").bounds() is None


@pytest.mark.parametrize("seed", range(30))
def test_bounds_are_those_of_many_points(seed: int) -> None:
    path = random_path(seed)
    points = np.concatenate(sampled(path))
    low, size = points.min(0), np.ptp(points, axis=0)
    assert path.bounds() == pytest.approx((*low, *size), abs=1e-3)


def parabola(b: float) -> float:
    """The length of y = x^2 from 0 to b."""
    return (2 * b * sqrt(1 + 4 * b * b) + asinh(2 * b)) / 4


def ellipse_perimeter(a: float, b: float) -> float:
    """By the arithmetic-geometric mean (Gauss)."""
    total, weight, x, y = (a * a + b * b) / 2, 1.0, (a + b) / 2, sqrt(a * b)
    while abs(x - y) > 1e-15 * x:
        total -= weight * (a - b) ** 2 / 4
        weight, a, b = 2 * weight, x, y
        x, y = (a + b) / 2, sqrt(a * b)
    return 2 * pi * (total - weight * (a - b) ** 2 / 4) / x


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (rect(1, 2, 30, 40), 140),
        (circle(0, 0, 7), 14 * pi),
        (Path2D("M0 0 Q 1.5 0 3 9"), parabola(3)),
        (Path2D("M0 0 H10 M100 100 V103"), 13),
        (Path2D("M0 0 L3 4"), 5),
        (Path2D("M0 0 C 0 0 10 0 10 0"), 10),
        # It goes to 25 / 4 and comes back to 0.
        (Path2D("M0 0 Q 12.5 0 0 0"), 12.5),
        (Path2D(), 0),
        (Path2D("M1 1 L1 1 Z"), 0),
    ],
)
def test_length_is_the_closed_form_s(path: Path2D, expected: float) -> None:
    assert path.length() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("axes", [(10, 10), (10, 3), (100, 0.5)])
def test_length_of_an_ellipse_is_gauss_s(axes: tuple[float, float]) -> None:
    path = Path2D()
    path.ellipse(3, 4, *axes, 0.7, 1, 1 + 2 * pi)
    assert path.length() == pytest.approx(ellipse_perimeter(*axes), rel=1e-8)


@pytest.mark.parametrize("seed", range(20))
def test_length_is_that_of_many_chords(seed: int) -> None:
    path = random_path(seed)
    assert path.length() == pytest.approx(sum(map(length_of, sampled(path))), rel=1e-5)


# -- along the path --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_a_distance_leads_to_where_so_many_chords_lead(seed: int) -> None:
    path = random_path(seed)
    lines = sampled(path, 20_000)
    total = path.length()
    for fraction in np.random.default_rng(seed).uniform(0, 1, 12):
        left = fraction * total
        for points in lines:
            steps = np.hypot(*np.diff(points, axis=0).T)
            if left <= steps.sum() or points is lines[-1]:
                ends = np.concatenate([[0], np.cumsum(steps)])
                expected = [np.interp(left, ends, axis) for axis in points.T]
                break
            left -= steps.sum()
        found = path.point_at_length(fraction * total)
        assert hypot(found[0] - expected[0], found[1] - expected[1]) < 0.02
        tangent = path.tangent_at_length(fraction * total)
        assert isclose(hypot(*tangent), 1)


def test_points_and_tangents_of_a_circle_are_exact() -> None:
    path = circle(5, 6, 10)
    for angle in np.linspace(0, 6.28, 40):
        assert path.point_at_length(10 * angle) == pytest.approx((5 + 10 * cos(angle), 6 + 10 * sin(angle)), abs=1e-9)
        assert path.tangent_at_length(10 * angle) == pytest.approx((-sin(angle), cos(angle)), abs=1e-9)


def test_equal_distances_are_equal_steps_on_a_curve() -> None:
    path = Path2D("M0 0 C 100 0 0 100 300 100")
    points = np.array([path.point_at_length(d) for d in np.linspace(0, path.length(), 2001)])
    steps = np.hypot(*np.diff(points, axis=0).T)
    assert steps.max() / steps.min() < 1.001


def test_beyond_the_ends_are_the_ends() -> None:
    path = Path2D("M0 0 H10 M20 20 V30")
    assert path.point_at_length(-5) == path.point_at_length(-inf) == (0, 0)
    assert path.point_at_length(100) == path.point_at_length(inf) == (20, 30)
    assert path.point_at_length(10) == (20, 20), "where two meet, the later begins"
    assert path.tangent_at_length(99) == (0, 1)


@pytest.mark.parametrize(
    "text", ["M0 0 C 0 0 0 0 10 0", "M0 0 C 0 0 10 0 10 0", "M0 0 Q 0 0 10 0", "M0 0 C 10 0 10 0 10 0"]
)
def test_where_control_points_coincide_there_is_a_tangent(text: str) -> None:
    path = Path2D(text)
    for distance in (0, 5, 10):
        assert path.tangent_at_length(distance) == pytest.approx((1, 0))


def test_what_is_measured_follows_the_path() -> None:
    path = Path2D("M0 0 H10")
    assert path.length() == 10
    path.line_to(10, 5)
    assert path.length() == 15 and path.point_at_length(15) == (10, 5)
    for again in (copy.copy(path), copy.deepcopy(path), pickle.loads(pickle.dumps(path))):
        again.line_to(0, 5)
        assert (again.length(), path.length()) == (25, 15)


@pytest.mark.parametrize("seed", range(12))
def test_many_distances_give_the_points_and_tangents_of_each(seed: int) -> None:
    path = random_path(seed)
    total = path.length()
    distances = np.random.default_rng(seed).uniform(-0.1 * total, 1.1 * total, 60)
    distances[:5] = (0, total, -inf, inf, 0)
    points, tangents = path.point_at_length(distances), path.tangent_at_length(distances)
    assert points.shape == tangents.shape == (60, 2)
    assert points == pytest.approx(np.array([path.point_at_length(d) for d in distances]), abs=1e-8 * total)
    assert tangents == pytest.approx(np.array([path.tangent_at_length(d) for d in distances]), abs=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "M0 0C100 100 0 100 100 0",
        "M0 0C100 100.001 0 100.001 100 0",
        "M0 0C30 0 -20 0 10 0",
        "M0 0Q100 0.001 0 0",
        "M0 0C 0 0 0 0 10 0",
    ],
)
def test_a_point_at_a_cusp_or_a_turn_is_at_its_distance(text: str) -> None:
    path = Path2D(text)
    total = path.length()
    distances = np.linspace(0, total, 101)[:-1]
    for found in (path.point_at_length(distances), [path.point_at_length(d) for d in distances]):
        for distance, each in zip(distances, found, strict=True):
            # At a cusp the quadrature of the part ends at other bisections than that of the whole.
            assert path.trim(0, distance).length() == pytest.approx(distance, abs=1e-7 * total)
            assert dist(each, path.trim(distance, inf).point_at_length(0)) < 1e-8 * total


def test_distances_are_taken_in_any_form_of_an_array() -> None:
    path = Path2D("M0 0 H10 V10")
    expected = [[5, 0], [10, 5]]
    for given in ([5, 15], (5.0, 15.0), np.array([5, 15], np.uint8), np.array([5, 15], np.float32)):
        assert path.point_at_length(given).tolist() == expected
    assert path.point_at_length(np.array(5)) == path.point_at_length(np.float32(5)) == (5, 0)
    assert path.point_at_length([]).shape == path.tangent_at_length(np.zeros(0)).shape == (0, 2)
    many = path.point_at_length(np.linspace(0, 20, 20_001))
    assert many[10_000].tolist() == [10, 0] and many[-1].tolist() == [10, 10]
    path.line_to(0, 10)
    assert path.point_at_length([25]).tolist() == [[5, 10]]


def test_distances_that_are_none_are_refused() -> None:
    path = Path2D("M0 0 H10")
    for verb in ("point_at_length", "tangent_at_length"):
        use = getattr(path, verb)
        with pytest.raises(ValueError, match=f"{verb}: distance 1 of 3 is nan: give a distance along the path"):
            use([0, nan, 2])
        with pytest.raises(ValueError, match=f"{verb}: distance 2 of 3 is nan"):
            use(np.ma.array([1, 2, 3], mask=[0, 0, 1]))
        with pytest.raises(TypeError, match=rf"{verb}: distance is float64 \(2, 2\): give a number, or an array"):
            use(np.zeros((2, 2)))
        with pytest.raises(TypeError, match="give a number, or an array"):
            use(["1", "2"])
        with pytest.raises(TypeError, match="give a number, or an array"):
            use([[1], [1, 2]])


def test_a_path_without_length_has_no_points() -> None:
    for path in (Path2D(), Path2D("M1 1 L1 1"), Path2D("M5 5")):
        for verb in ("point_at_length", "tangent_at_length"):
            with pytest.raises(gpucanvas.InvalidStateError, match=f"{verb}: the path has no length: give it a line"):
                getattr(path, verb)(0)


# -- trim ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(15))
def test_a_trimmed_path_is_as_long_as_asked_and_runs_where_the_path_runs(seed: int) -> None:
    path = random_path(seed)
    total = path.length()
    start, end = sorted(np.random.default_rng(seed).uniform(0, total, 2))
    cut = path.trim(start, end)
    assert cut.length() == pytest.approx(end - start, abs=1e-6)
    for d in np.linspace(1e-6, end - start - 1e-6, 17):
        assert cut.point_at_length(d) == pytest.approx(path.point_at_length(start + d), abs=1e-4)


def test_trim_keeps_curves_and_closed_subpaths() -> None:
    path = Path2D("M0 0 H10 V10 Z M20 20 Q 30 20 30 30")
    whole = path.trim(-1, 1e9)
    assert whole.to_svg() == "M0 0 L10 0 L10 10 Z M20 20 Q30 20 30 30"
    assert path.trim(0, 20 + 10 * sqrt(2)).to_svg() == "M0 0 L10 0 L10 10 Z"
    assert path.trim(5, 25).to_svg().startswith("M5 0 L10 0 L10 10 L6.46446609406726")
    assert "Z" not in path.trim(0, 30).to_svg()
    assert len(circle().trim(0, 10).verbs) == 2, "a part of an arc is an arc"
    for start, end in ((5, 5), (6, 5), (-3, -1), (1e9, 2e9)):
        assert path.trim(start, end).to_svg() == ""


def test_the_parts_of_a_path_are_the_path() -> None:
    path = random_path(3)
    total = path.length()
    parts = [path.trim(total * i / 7, total * (i + 1) / 7) for i in range(7)]
    assert sum(each.length() for each in parts) == pytest.approx(total)
    for before, after in zip(parts, parts[1:], strict=False):
        assert before.point_at_length(inf) == pytest.approx(after.point_at_length(0), abs=1e-6)


def test_a_trimmed_path_goes_on_where_it_ends() -> None:
    cut = Path2D("M0 0 H10 V10").trim(0, 15)
    assert cut.current_point == (10, 5)
    cut.line_to(0, 5)
    assert cut.to_svg() == "M0 0 L10 0 L10 5 L0 5"
    closed = Path2D("M1 2 H10 V10 Z").trim(0, 1e3)
    closed.line_to(0, 0)
    assert closed.to_svg() == "M1 2 L10 2 L10 10 Z M1 2 L0 0"


# -- flatten and simplify --------------------------------------------------------------------------------------------


def farthest(points: Any, lines: list[Any]) -> float:
    """How far the farthest of many points is from polylines."""
    best = np.full(len(points), inf)
    for line in lines:
        for a, b in zip(line, line[1:], strict=False):
            d = b - a
            t = np.clip((points - a) @ d / max(d @ d, 1e-300), 0, 1)
            best = np.minimum(best, np.hypot(*(points - a - t[:, None] * d).T))
    return float(best.max())


@pytest.mark.parametrize("tolerance", [5.0, 0.5, 0.05])
@pytest.mark.parametrize("seed", range(4))
def test_flat_and_simplified_paths_stay_within_their_tolerance(seed: int, tolerance: float) -> None:
    path = random_path(seed)
    points = np.concatenate(sampled(path, 300))
    lines = path.flatten(tolerance)
    assert all(line.ndim == 2 and line.shape[1] == 2 and line.dtype == np.float64 for line in lines)
    assert farthest(points, lines) <= tolerance
    simple = path.simplify(tolerance)
    assert set(simple.verbs) <= {0, 1, 4}
    assert farthest(points, simple.flatten()) <= tolerance * 1.001
    assert len(simple.verbs) <= sum(map(len, path.flatten(tolerance / 2)))


def test_simplify_drops_what_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    path = Path2D()
    for x in np.linspace(0, 100, 500):
        path.line_to(x, rng.uniform(-0.1, 0.1))
    simple = path.simplify(0.5)
    assert len(simple.verbs) == 2 and simple.current_point == path.current_point
    assert rect(0, 0, 5, 5).simplify(0.1).to_svg() == "M0 0 L5 0 L5 5 L0 5 Z"
    assert Path2D().simplify(1).to_svg() == ""


def test_flatten_gives_each_subpath_and_closes_the_closed() -> None:
    lines = Path2D("M0 0 H4 V3 Z M10 10 L11 12 M50 50").flatten()
    assert [line.tolist() for line in lines] == [[[0, 0], [4, 0], [4, 3], [0, 0]], [[10, 10], [11, 12]]]
    assert Path2D().flatten() == []


# -- SVG -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_svg_data_are_read_back_as_the_same_path(seed: int) -> None:
    path = random_path(seed)
    again = Path2D(path.to_svg())
    assert again.length() == pytest.approx(path.length(), rel=1e-9)
    for d in np.linspace(0, path.length(), 50)[1:-1]:
        assert again.point_at_length(d) == pytest.approx(path.point_at_length(d), abs=1e-5)


def test_whole_circles_flat_arcs_and_both_directions_are_written() -> None:
    assert Path2D(circle().to_svg()).length() == pytest.approx(20 * pi)
    turned = Path2D()
    turned.arc(0, 0, 10, 1, 4, True)
    assert Path2D(turned.to_svg()).tangent_at_length(3) == pytest.approx(turned.tangent_at_length(3))
    flat = Path2D()
    flat.ellipse(0, 0, 10, 0, 0, 0, 2 * pi)
    assert Path2D(flat.to_svg()).bounds() == pytest.approx((-10, 0, 20, 0))
    assert Path2D(flat.to_svg()).length() == pytest.approx(40)


def test_digits_round_numbers() -> None:
    path = Path2D("M0.123456 -0.0001 L1e3 2")
    assert path.to_svg(2) == "M0.12 0 L1000 2" and path.to_svg(0) == "M0 0 L1000 2"
    assert path.to_svg() == "M0.123456 -0.0001 L1000 2"
    for digits, error in ((1.5, TypeError), (True, TypeError), (-1, ValueError), (18, ValueError)):
        with pytest.raises(error, match=f"to_svg: digits is {digits}: give"):
            path.to_svg(digits)  # type: ignore[arg-type]


# -- combinations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["nonzero", "evenodd"])
@pytest.mark.parametrize("name", ["union", "difference", "intersection", "xor"])
@pytest.mark.parametrize("seed", range(3))
def test_a_combination_fills_what_its_name_says(name: str, rule: Any, seed: int) -> None:
    pytest.importorskip("pathops")
    first, second = random_path(seed), random_path(seed + 50)
    combined = getattr(first, name)(second, rule)
    x, y = np.random.default_rng(seed).uniform(-70, 70, (2, 6000))
    a, b = contains(first, x, y, rule), contains(second, x, y, rule)
    expected = {"union": a | b, "difference": a & ~b, "intersection": a & b, "xor": a ^ b}[name]
    assert 0 < expected.sum() < len(x)
    # Skia works in float32, and arcs have become curves: points next to an outline may be on its other side.
    for filled_by in ("nonzero", "evenodd"):
        assert (contains(combined, x, y, filled_by) != expected).mean() < 0.003


def test_combinations_of_rectangles_are_exact() -> None:
    pytest.importorskip("pathops")
    a, b = rect(0, 0, 10, 10), rect(5, 5, 10, 10)
    assert a.intersection(b).bounds() == (5, 5, 5, 5)
    assert a.union(b).bounds() == (0, 0, 15, 15)
    assert a.difference(a).bounds() is None
    assert rect(0, 0, 1, 1).intersection(rect(5, 5, 1, 1)).to_svg() == ""
    assert Path2D().union(a).bounds() == (0, 0, 10, 10)


def test_without_the_package_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "pathops":
            raise ModuleNotFoundError("No module named 'pathops'", name="pathops")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r'union of paths needs skia-pathops.*pip install "gpucanvas\[pathops\]"'):
        circle().union(circle())


def test_a_combination_keeps_lines_and_curves_of_each_degree() -> None:
    pytest.importorskip("pathops")
    far = "M0 0 L8 0 Q12 4 8 8 C6 12 2 12 0 8 Z M20 0 L30 0 L30 10 Z"
    found = Path2D(far).union(Path2D("M50 50 h4 v4 z"))
    assert set(found.verbs) == {MOVE, LINE, QUAD, CUBIC, CLOSE}
    assert found.length() == pytest.approx(Path2D(far).length() + 8 + sqrt(32), rel=1e-6)
    assert ARC not in circle().union(Path2D()).verbs


def test_what_is_wrong_is_refused() -> None:
    path = circle()
    with pytest.raises(TypeError, match="union: 5 is no path: give a Path2D"):
        path.union(5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="xor: fill_rule is 'odd': give 'nonzero' or 'evenodd'"):
        path.xor(path, "odd")  # type: ignore[arg-type]
    for use in (path.point_at_length, path.tangent_at_length, lambda x: path.trim(0, x), lambda x: path.trim(x, 5)):
        with pytest.raises(ValueError, match="is nan: give a distance along the path"):
            use(nan)
        with pytest.raises(TypeError, match="is '5': give a number"):
            use("5")
    for verb in (path.flatten, path.simplify):
        for tolerance in (0, -1, nan, inf):
            with pytest.raises(ValueError, match=f"tolerance is {tolerance}: give a length above 0"):
                verb(tolerance)
    pytest.importorskip("pathops")
    with pytest.raises(ValueError, match=r"union: a path has the coordinate 1e\+35"):
        rect(0, 0, 1e35, 1).union(path)


@pytest.mark.parametrize("seed", range(20))
def test_bounds_of_long_paths_are_those_of_their_parts(seed: int) -> None:
    """Long paths are bounded by arrays, and short ones segment by segment."""
    rng = np.random.default_rng(seed)
    whole, boxes = Path2D(), []
    for _ in range(60):
        part = Path2D()
        x, y, *more = rng.uniform(-50, 50, 8).tolist()
        part.move_to(x, y)
        match rng.integers(6):
            case 0:
                part.line_to(*more[:2])
            case 1:
                part.quadratic_curve_to(*more[:4])
            case 2:
                part.bezier_curve_to(*more)
                part.close_path()
            case 3:
                part.arc(*more[:2], abs(more[2]), *more[3:5])
            case 4:
                part.ellipse(*more[:2], abs(more[2]), abs(more[3]), *more[3:6])
            case 5:
                pass  # A move alone does not count.
        whole.add_path(part)
        if part.bounds() is not None:
            boxes.append(part.bounds())
    left, top, width, height = np.array(boxes).T
    x, y = left.min(), top.min()
    expected = x, y, (left + width).max() - x, (top + height).max() - y
    assert whole.bounds() == pytest.approx(expected, abs=1e-9)
