"""svg: the path data grammar, its error rule, and arcs by their end point."""

from __future__ import annotations

import time
from math import cos, hypot, pi, radians, sin
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpucanvas.geometry import svg
from gpucanvas.geometry.path import ARC, CLOSE, COORD_COUNT, CUBIC, LINE, MOVE, QUAD, PathBuilder
from gpucanvas.geometry.svg import append_svg
from gpucanvas.recent import Recent


def steps(text):
    path = PathBuilder()
    append_svg(path, text)
    numbers = list(path.coords)
    result = []
    for verb in path.verbs:
        result.append((verb, *numbers[: COORD_COUNT[verb]]))
        del numbers[: COORD_COUNT[verb]]
    return result


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("M1 2L3 4", [(MOVE, 1, 2), (LINE, 3, 4)]),
        ("  \n\tM1,2 , 3 , 4 5 6", [(MOVE, 1, 2), (LINE, 3, 4), (LINE, 5, 6)]),
        ("m1 2 3 4 5 6", [(MOVE, 1, 2), (LINE, 4, 6), (LINE, 9, 12)]),
        ("M1-2.5.5-.5e1+6", [(MOVE, 1, -2.5), (LINE, 0.5, -5)]),
        ("M1e2 1E-2 l1.0 .5", [(MOVE, 100, 0.01), (LINE, 101, 0.51)]),
        ("M1 2H5h5V7v7", [(MOVE, 1, 2), (LINE, 5, 2), (LINE, 10, 2), (LINE, 10, 7), (LINE, 10, 14)]),
        ("M1 2H5 6", [(MOVE, 1, 2), (LINE, 5, 2), (LINE, 6, 2)]),
        ("M1 2L5 5zl1 1", [(MOVE, 1, 2), (LINE, 5, 5), (CLOSE,), (MOVE, 1, 2), (LINE, 2, 3)]),
        ("m1 1l5 5zm1 1", [(MOVE, 1, 1), (LINE, 6, 6), (CLOSE,), (MOVE, 2, 2)]),
        ("M0 0C1 2 3 4 5 6", [(MOVE, 0, 0), (CUBIC, 1, 2, 3, 4, 5, 6)]),
        ("M1 1c1 2 3 4 5 6", [(MOVE, 1, 1), (CUBIC, 2, 3, 4, 5, 6, 7)]),
        ("M0 0C0 5 5 5 5 0S9 9 8 0", [(MOVE, 0, 0), (CUBIC, 0, 5, 5, 5, 5, 0), (CUBIC, 5, -5, 9, 9, 8, 0)]),
        ("M1 1S2 2 3 3", [(MOVE, 1, 1), (CUBIC, 1, 1, 2, 2, 3, 3)]),
        ("M0 0Q1 2 3 0t3 0T9 0", [(MOVE, 0, 0), (QUAD, 1, 2, 3, 0), (QUAD, 5, -2, 6, 0), (QUAD, 7, 2, 9, 0)]),
        ("M0 0Q1 2 3 0S4 4 5 5", [(MOVE, 0, 0), (QUAD, 1, 2, 3, 0), (CUBIC, 3, 0, 4, 4, 5, 5)]),
        ("M0 0T3 3", [(MOVE, 0, 0), (QUAD, 0, 0, 3, 3)]),
        ("M0 0A0 5 0 0 1 9 9", [(MOVE, 0, 0), (LINE, 9, 9)]),
        ("M0 0A5 5 0 0 1 0 0L1 1", [(MOVE, 0, 0), (LINE, 1, 1)]),
    ],
)
def test_grammar_of_each_command(text, expected):
    assert steps(text) == [pytest.approx(step) for step in expected]


@pytest.mark.parametrize(
    ("text", "verbs"),
    [
        ("", ""),
        ("L1 1", ""),
        ("Z", ""),
        ("M", ""),
        ("M1", ""),
        ("M,1 2", ""),
        ("M1 2x", "M"),
        ("M1 2 3", "M"),
        ("M1 2L", "M"),
        ("M1 2,L3 4", "M"),
        ("M1 2L3 4,", "ML"),
        ("M1 2L3,,4", "M"),
        ("M1 2L3 4 5 6 7 oops L8 8", "MLL"),
        ("M1 2L3 4z z5", "MLZ"),
        ("M1 2C1 2 3 4 5", "M"),
        ("M1 2A5 5 0 2 1 9 9", "M"),
        ("M1 2L1e999 0L5 5", "M"),
        ("M1e308 0l1e308 0", "M"),
        ("M1 2L3 4\u00a0L5 5", "ML"),
        ("M1 2L\u0663 4", "M"),
        # SVG 2: a digit follows the point of a number. In SVG 1.1 none needed to.
        ("M1. 2L3 4", ""),
        ("M1 2L3 4L5 6.", "MLL"),
        ("M1 2L3 4L5. 6", "ML"),
        ("M1 2L3 4L5.e1 6", "ML"),
    ],
)
def test_an_error_ends_the_path_at_the_last_good_segment(text, verbs):
    assert [step[0] for step in steps(text)] == ["MLQCZA".index(letter) for letter in verbs]


def ends_of(arc):
    cx, cy, ux, uy, vx, vy, start, sweep = arc[1:]
    return [(cx + ux * cos(t) + vx * sin(t), cy + uy * cos(t) + vy * sin(t)) for t in (start, start + sweep)]


def test_arc_flags_may_touch_their_neighbours():
    compact, spaced = steps("M0 0a1 1 0 00.5.5 1 1 0 0130-.5"), steps("M0 0 a1,1,0,0,0,.5,.5 1 1 0 0 1 30 -.5")
    assert compact == spaced
    assert [step[0] for step in compact] == [MOVE, ARC, ARC]
    assert steps("M0 0a1 1 0 0110 10") == steps("M0 0 a 1 1 0 0 1 10 10") == steps("M0 0A1,1,0,01,10,10")


@pytest.mark.parametrize(
    ("flags", "center", "sweep"),
    [("0 1", (10, 0), pi / 2), ("1 1", (0, 10), 3 * pi / 2), ("0 0", (0, 10), -pi / 2), ("1 0", (10, 0), -3 * pi / 2)],
)
def test_arc_flags_pick_one_of_four(flags, center, sweep):
    arc = steps(f"M10 10A10 10 0 {flags} 0 0")[-1]
    assert ends_of(arc) == [pytest.approx((10, 10)), pytest.approx((0, 0), abs=1e-9)]
    assert arc[1:3] == pytest.approx(center)
    assert arc[-1] == pytest.approx(sweep)


def test_arc_radii_too_small_grow_to_a_half_turn():
    arc = steps("M0 0A1 -2 0 0 1 100 0")[-1]
    assert arc[1:3] == pytest.approx((50, 0))
    assert (hypot(*arc[3:5]), hypot(*arc[5:7]), arc[-1]) == pytest.approx((50, 100, pi))


radius = st.floats(0.1, 500)
position = st.floats(-200, 200)


@settings(deadline=None)
@given(radius, radius, st.floats(-360, 360), st.booleans(), st.booleans(), position, position)
def test_an_arc_joins_its_end_points_on_an_ellipse_of_the_given_shape(rx, ry, turn, large, sweep, x, y):
    if hypot(x, y) < 1e-3:
        return
    arc = steps(f"M0 0A{rx!r} {ry!r} {turn!r} {large:d} {sweep:d} {x!r} {y!r}")[-1]
    begin, end = ends_of(arc)
    scale = max(rx, ry, 200)
    assert begin == pytest.approx((0, 0), abs=1e-6 * scale)
    assert end == pytest.approx((x, y), abs=1e-6 * scale)
    assert (arc[-1] > 0) == sweep
    ux, uy, vx, vy = arc[3:7]
    assert hypot(ux, uy) / hypot(vx, vy) == pytest.approx(rx / ry)
    assert hypot(ux, uy) >= rx * (1 - 1e-9)
    assert ux * sin(radians(turn)) == pytest.approx(uy * cos(radians(turn)), abs=1e-6 * scale)
    if hypot(ux, uy) == pytest.approx(rx, rel=1e-6) and abs(abs(arc[-1]) - pi) > 1e-3:
        assert (abs(arc[-1]) > pi) == large


number = st.floats(-1e6, 1e6)
segment = st.one_of(
    st.tuples(st.just("M"), number, number),
    st.tuples(st.just("L"), number, number),
    st.tuples(st.just("Q"), *[number] * 4),
    st.tuples(st.just("C"), *[number] * 6),
)
WORDS = {"M": "move_to", "L": "line_to", "Q": "quadratic_curve_to", "C": "bezier_curve_to"}


@settings(deadline=None)
@given(st.tuples(number, number), st.lists(segment))
def test_written_segments_are_read_back(start, segments):
    path = PathBuilder()
    path.move_to(*start)
    for letter, *numbers in segments:
        getattr(path, WORDS[letter])(*numbers)
    text = " ".join([f"M{start[0]!r},{start[1]!r}"] + [f"{letter}{' '.join(map(repr, n))}" for letter, *n in segments])
    again = PathBuilder()
    append_svg(again, text)
    assert (again.verbs, again.coords) == (path.verbs, path.coords)


@settings(deadline=None)
@given(st.text("MmLlHhVvCcSsQqTtAaZz0123456789.,-+eE \n\u00e9", max_size=80))
def test_any_text_is_taken_without_an_exception(text):
    path = PathBuilder()
    append_svg(path, text)
    assert len(path.coords) == sum(COORD_COUNT[verb] for verb in path.verbs)


@pytest.mark.parametrize(
    "text", ["M0 0" + " " * 200_000 + "x", "M0 0L" + "1" * 200_000, "M0 0L1" + "," * 200_000, "M0 0" + "z " * 50_000]
)
def test_hostile_text_takes_linear_time(text):
    begin = time.perf_counter()
    steps(text)
    assert time.perf_counter() - begin < 2.0


@pytest.mark.parametrize(
    ("text", "position", "why"),
    [
        ("M0 0 L10 10 L oops", 14, r"at 'oops': L takes 2 numbers, and number 1 is missing"),
        ("M0 0 L10 10 oops", 12, r"at 'oops': no command and no number"),
        ("L1 2", 0, r"at 'L1 2': the data begin with L"),
        ("M1", 2, r"at the end: M takes 2 numbers, and number 2 is missing"),
        ("M1 2 H", 6, r"at the end: H takes 1 number, and number 1 is missing"),
        ("M0 0A5 5 0 2 1 9 9", 11, r"at '2 1 9 9': number 4 of A is a flag: write 0 or 1"),
        ("M0 0L1 2, L3 4", 8, r"at ', L3 4': a comma that no number follows"),
        ("M0 0Z5 5", 5, r"at '5 5': no command and no number"),
        ("M1 2L3. 4", 6, r"at '. 4': L takes 2 numbers, and number 2 is missing"),
        ("M1e999 0", 1, r"beyond the range of float64"),
    ],
)
def test_a_strict_reader_says_where_and_why_and_a_lax_one_draws_what_comes_before(text, position, why):
    with pytest.raises(ValueError, match=rf"position {position}, .*{why}.*on_invalid=\"ignore\""):
        append_svg(PathBuilder(), text, strict=True)
    lax = steps(text)
    assert lax == steps(text[:position]), "the same as of the data up to the error"


@given(st.text("MmLlHhVvCcSsQqTtAaZz0123456789 .,-+eE\n", max_size=40))
def test_a_strict_reader_and_a_lax_one_give_the_same_path_of_data_without_an_error(text):
    strict, lax = PathBuilder(), PathBuilder()
    append_svg(lax, text)
    try:
        append_svg(strict, text, strict=True)
    except ValueError as error:
        assert "position" in str(error)
    assert (bytes(strict.verbs), list(strict.coords)) == (bytes(lax.verbs), list(lax.coords))


COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 0, "A": 7}
FORMS = ("%d", "%.2f", "%g", "%.1f", "%+.3f", "%e", "%E")


def some_number(random):
    value = random.choice(
        (random.uniform(-10, 10), random.uniform(-1, 1), random.uniform(-1e3, 1e3), 0.0, -0.0, 1e-320)
    )
    if random.random() < 0.002:
        value = random.choice((1e308, -1.7e308))
    text = random.choice(FORMS) % value
    return text[1:] if text.startswith("0.") and len(text) > 2 else text


def some_numbers(random, count):
    text = ""
    for index in range(count):
        following = some_number(random)
        if index:
            # Nothing has to be between a number with a point, or an exponent, and one that begins with a point.
            apart = following[0] in "+-" or (following[0] == "." and ("." in text.split(" ")[-1].split(",")[-1]))
            text += random.choice((",", " ", ", ", "  ", "\n", " ,", *[""] * 4 * apart))
        text += following
    return text


def some_arc(random):
    """The numbers of an arc, often with nothing around its flags."""
    text = some_numbers(random, 3) + random.choice((",", " ", " , "))
    flags = random.choice(("", "", " ", ",")).join(random.choice("01") for _ in range(2))
    text += flags if random.random() < 0.99 else "02"
    return text + random.choice(("", "", " ", ",")) + some_numbers(random, 2)


def some_data(random):
    text = random.choice(("", " ", "\n"))
    for index in range(random.randint(0, 12)):
        letter = random.choice("MLHVCSQTZLLLCCZAA")
        letter = "M" if not index and random.random() < 0.97 else letter
        count = COUNTS[letter] * random.choice((1, 1, 2, 3)) if random.random() < 0.99 else random.randint(0, 7)
        text += random.choice((letter, letter.lower())) + random.choice(("", " "))
        if letter == "A" and count % 7 == 0:
            text += random.choice((" ", ",")).join(some_arc(random) for _ in range(count // 7))
        else:
            text += some_numbers(random, count)
        text += random.choice(("", "", " "))
    if random.random() < 0.08 and text:
        at = random.randrange(len(text))
        text = text[:at] + random.choice(("x", ",", "-", ".", "e", "1", "Z", "\x0b", "\u0663")) + text[at + 1 :]
    return text


def all_of(text, strict):
    """Everything that a path of these data is, and what is said of them."""
    path, said = PathBuilder(strict=strict), ""
    try:
        append_svg(path, text, strict)
    except ValueError as error:
        said = str(error)
    path_ends = path._open, path._move_index, path.current_point
    return bytes(path.verbs), path.coords.tobytes(), path_ends, said


def test_data_read_at_once_are_those_of_the_reader_of_single_segments_to_the_last_bit(monkeypatch):
    random = Random(5)
    texts = [some_data(random) for _ in range(4000)]
    quick = [[all_of(text, strict) for strict in (False, True)] for text in texts]
    at_once = sum(svg.plain_path(text) is not None for text in texts)
    monkeypatch.setattr(svg, "plain_path", lambda text: None)
    monkeypatch.setattr(svg, "_known", Recent(1))
    for text, found in zip(texts, quick, strict=True):
        assert found == [all_of(text, strict) for strict in (False, True)], repr(text)
    assert at_once > 2000, "the texts are of no use where few are read at once"


@pytest.mark.parametrize(
    "text",
    ["M0 0+0.5L1 1", "M1.5.5.5L1 1", "M1 2L3", "M1e5.5 7L1", "M1 2z3", "M0 0L1 2,", "l1 2", "M0 0a1 1 0 0210 10"],
)
def test_data_with_an_error_are_not_read_at_once(text):
    assert svg.plain_path(text) is None


@pytest.mark.parametrize(
    "text",
    ["", " ", "M1.5.5-.5e-3+2E5", "M0 0zl1 1", "m1 2,3 4Zh1-2V3", "M0 0t1 2s3 4 5 6q7 8 9 9", "M0 0a1 1 0 0110 10z"],
)
def test_plain_data_are_read_at_once(text):
    assert svg.plain_path(text) is not None


def test_a_path_of_known_data_is_its_own():
    text = "M1 2L3 4a1 1 0 0110 10"
    first, again, third = PathBuilder(), PathBuilder(), PathBuilder()
    append_svg(first, text)
    append_svg(again, text)
    first.line_to(9, 9)
    again.clear()
    append_svg(third, text)
    assert [step[0] for step in steps(text)] == list(third.verbs) == [MOVE, LINE, ARC]


def test_data_that_are_kept_are_bounded_by_bytes():
    for index in range(3000):
        append_svg(PathBuilder(), f"M{index} 0" + "h1" * 400)
    kept = [*svg._known._young.values(), *svg._known._old.values()]
    assert 0 < sum(8 * len(path.coords) for path, _ in kept) <= svg._KNOWN_BYTES
    long = "M0 0" + "h1" * 4000
    append_svg(PathBuilder(), long)
    assert svg._known.get(long) is None
