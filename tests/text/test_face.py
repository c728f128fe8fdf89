"""Faces: outlines, advances and metrics are FreeType's and the file's own numbers."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from typing import Any

import freetype
import numpy as np
import pytest
from built_fonts import UPEM, build_font

from gpucanvas.geometry.builder import CLOSE, CUBIC, LINE, MOVE, QUAD
from gpucanvas.text import registry
from gpucanvas.text.describe import Coverage
from gpucanvas.text.face import Face, load
from gpucanvas.text.instance import Instance, Outline

Segment = tuple[int, tuple[float, ...]]
TEXT = "Hamburgefonstiv &@%§ÄÇñß ΩЖя देव 0123456789"


def segments(outline: Outline) -> list[Segment]:
    """The verbs of an outline, each with its points, y up; without lines that close a subpath on its start."""
    counts = {MOVE: 2, LINE: 2, QUAD: 4, CUBIC: 6, CLOSE: 0}
    found: list[Segment] = []
    at, start, here = 0, (0.0, 0.0), (0.0, 0.0)
    for verb in outline.verbs:
        points = tuple(outline.coords[at : at + counts[verb]] * np.resize([1.0, -1.0], counts[verb]))
        at += counts[verb]
        if verb == MOVE:
            start = points
        if verb == CLOSE and found[-1] == (LINE, start) and here != start:
            found.pop()
        if verb == LINE:
            here = found[-1][1][-2:]
        found.append((verb, points))
    assert at == len(outline.coords)
    return found


def segments_of_freetype(face: Any, glyph: int) -> list[Segment]:
    """The same from FreeType, in font units."""
    face.load_glyph(glyph, freetype.FT_LOAD_NO_SCALE | freetype.FT_LOAD_NO_HINTING)
    found: list[Segment] = []
    start: list[tuple[float, ...]] = [()]

    def move(to: Any, _: Any) -> None:
        close()
        start[0] = (to.x, to.y)
        found.append((MOVE, start[0]))

    def close() -> None:
        if found:
            if found[-1] == (LINE, start[0]):
                found.pop()
            found.append((CLOSE, ()))

    def line(to: Any, _: Any) -> None:
        found.append((LINE, (to.x, to.y)))

    def conic(a: Any, to: Any, _: Any) -> None:
        found.append((QUAD, (a.x, a.y, to.x, to.y)))

    def cubic(a: Any, b: Any, to: Any, _: Any) -> None:
        found.append((CUBIC, (a.x, a.y, b.x, b.y, to.x, to.y)))

    face.glyph.outline.decompose(None, move, line, conic, cubic)
    close()
    return found


def shipped_pair(variations: tuple[tuple[str, float], ...]) -> tuple[Face, Any]:
    """The upright shipped face, and FreeType's face of it at some values of its axes, in the order of its axes."""
    face = next(each for each in registry.shipped() if each.info.slant == "normal")
    other = freetype.Face(face.path)
    values = dict(variations)
    other.set_var_design_coords([values.get(axis.tag, axis.default) for axis in face.info.axes])
    return face, other


@pytest.mark.parametrize("variations", [(), (("wght", 700.0),), (("wdth", 80.0), ("wght", 250.0))], ids=str)
def test_outlines_and_advances_are_those_of_freetype(variations: tuple[tuple[str, float], ...]) -> None:
    """FreeType has whole units: it cuts the middle of two points, and what varies is rounded once a component."""
    face, other = shipped_pair(variations)
    instance = face.instance(variations)
    tolerance = 2.0 if variations else 0.5
    for character in TEXT.replace(" ", ""):
        glyph = int(instance.font.get_nominal_glyph(ord(character)))
        assert glyph == other.get_char_index(character)
        mine, theirs = segments(instance.outline(glyph)), segments_of_freetype(other, glyph)
        assert [verb for verb, _ in mine] == [verb for verb, _ in theirs], character
        for (_, ours), (_, wanted) in zip(mine, theirs, strict=True):
            assert np.abs(np.subtract(ours, wanted)).max(initial=0.0) <= tolerance, character
        assert abs(instance.advance(glyph) - other.glyph.advance.x) <= (0.5 if variations else 0.0), character


def test_cubic_outlines_are_those_of_freetype() -> None:
    data = build_font(cff=True)
    instance = load(data).instance()
    other = freetype.Face(io.BytesIO(data))
    assert [verb for verb, _ in segments(instance.outline(1))] == [MOVE, LINE, CUBIC, LINE, CLOSE]
    assert segments(instance.outline(1)) == segments_of_freetype(other, 1)
    assert instance.advance(1) == other.glyph.advance.x == 600.0


def test_an_outline_is_that_of_the_file_with_y_down() -> None:
    outline = load(build_font()).instance().outline(1)
    assert outline.verbs == bytes((MOVE, LINE, LINE, LINE, LINE, CLOSE))
    corners = {tuple(point) for point in outline.coords.reshape(-1, 2)}
    assert corners == {(0.0, 0.0), (0.0, -500.0), (500.0, -500.0), (500.0, 0.0)}


def test_a_glyph_that_there_is_not_has_an_empty_outline() -> None:
    instance = load(build_font()).instance()
    assert instance.outline(60_000).verbs == b""
    assert instance.outline(60_000).coords.shape == (0,)


def box(outline: Outline) -> tuple[float, ...]:
    points = outline.coords.reshape(-1, 2)
    return (*points.min(0), *points.max(0))


def test_synthetic_bold_grows_a_glyph_by_half_on_each_side_and_keeps_its_advance() -> None:
    face = load(build_font())
    bold = face.instance(bold=0.04)
    assert box(bold.outline(1)) == pytest.approx((-20.0, -520.0, 520.0, 20.0), abs=0.1)
    assert bold.advance(1) == face.instance().advance(1) == 600.0


def test_synthetic_slant_moves_the_top_to_the_right_and_keeps_the_baseline() -> None:
    outline = load(build_font()).instance(slant=0.25).outline(1)
    corners = {tuple(point) for point in outline.coords.reshape(-1, 2)}
    assert corners == {(0.0, 0.0), (125.0, -500.0), (625.0, -500.0), (500.0, 0.0)}


def test_outlines_are_kept_and_cannot_be_written_to() -> None:
    instance = load(build_font()).instance()
    assert instance.outline(1) is instance.outline(1)
    with pytest.raises(ValueError, match="read-only"):
        instance.outline(1).coords[0] = 1.0


def test_instances_are_kept_up_to_a_bound() -> None:
    from gpucanvas.text import face as module

    face = load(build_font())
    assert face.instance() is face.instance()
    for number in range(3 * module.MOST_INSTANCES):
        face.instance(bold=number / 10_000)
    assert len(face._instances) == module.MOST_INSTANCES


def test_metrics_are_those_of_the_tables() -> None:
    metrics = load(build_font(ascent=900, descent=250)).metrics(20.0)
    assert (metrics.ascent, metrics.descent, metrics.line_gap) == pytest.approx((18.0, 5.0, 0.0))
    assert (metrics.em_ascent, metrics.em_descent) == pytest.approx((16.0, 4.0))
    assert (metrics.x_height, metrics.cap_height) == pytest.approx((9.6, 14.0))
    assert metrics.hanging is None
    assert metrics.ideographic is None


def test_without_a_horizontal_header_the_typographic_metrics_are_taken() -> None:
    metrics = load(build_font(ascent=0, descent=0)).metrics(10.0)
    assert (metrics.ascent, metrics.descent) == pytest.approx((8.0, 2.0))


def test_metrics_of_the_shipped_font_are_freetypes() -> None:
    face, other = shipped_pair(())
    metrics = face.metrics(float(face.upem))
    assert (metrics.ascent, metrics.descent) == (other.ascender, -other.descender)
    assert face.upem == other.units_per_EM


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, {"weight": (400.0, 400.0), "width": (100.0, 100.0), "slant": "normal", "angles": (0.0, 0.0)}),
        ({"weight": 250, "width": 62.5}, {"weight": (250.0, 250.0), "width": (62.5, 62.5)}),
        ({"weight": 7}, {"weight": (700.0, 700.0)}),  # Some old fonts count from 1 to 9.
        ({"italic": True}, {"slant": "italic", "angles": (0.0, 0.0)}),
        ({"oblique": True}, {"slant": "oblique", "angles": (14.0, 14.0)}),
        ({"axes": (("wght", 100, 400, 900),)}, {"weight": (100.0, 900.0), "slant": "normal"}),
        ({"axes": (("wdth", 50, 100, 200),)}, {"width": (50.0, 200.0)}),
        ({"axes": (("slnt", -10, 0, 3),)}, {"slant": "normal", "angles": (-3.0, 10.0)}),
        ({"family": "Some Family"}, {"families": ("Some Family",), "full_name": "Some Family Regular"}),
        ({}, {"color_kind": "none", "is_monospaced": False, "axes": ()}),
        ({"colors": {"u0041": [("u0042", 0)]}}, {"color_kind": "colr0"}),
    ],
)
def test_a_face_is_described_as_its_tables_say(said: dict[str, Any], expected: dict[str, Any]) -> None:
    info = load(build_font(**said)).info
    assert {name: getattr(info, name) for name in expected} == expected


def test_coverage_joins_neighbours_to_ranges() -> None:
    info = load(build_font(characters="ABCXYZ\U0001f600")).info
    assert info.coverage.ranges.tolist() == [[65, 67], [88, 90], [0x1F600, 0x1F600]]
    assert [code for code in range(60, 95) if code in info.coverage] == [65, 66, 67, 88, 89, 90]
    assert 0x1F600 in info.coverage
    assert 0x1F601 not in info.coverage
    assert len(info.coverage) == 7


@pytest.mark.parametrize("codes", [[], [5], [0, 1, 2], [0, 2, 4, 5, 9]])
def test_coverage_has_exactly_its_characters(codes: Sequence[int]) -> None:
    coverage = Coverage.of(codes, len(codes))
    assert [code for code in range(12) if code in coverage] == list(codes)
    assert len(coverage) == len(codes)


def test_threads_that_draw_from_one_face_get_the_same_outlines() -> None:
    face, _ = shipped_pair(())
    expected = [face.renamed(face.info).instance().outline(glyph).coords.tobytes() for glyph in range(300)]
    found: list[list[bytes]] = []
    shared: Instance = face.renamed(face.info).instance()
    ready = threading.Barrier(4)

    def draw() -> None:
        ready.wait()
        found.append([shared.outline(glyph).coords.tobytes() for glyph in range(300)])

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4
    assert load(build_font()).upem == UPEM


def test_synthetic_bold_does_not_change_the_metrics() -> None:
    face = load(build_font())
    assert face.instance(bold=0.04).metrics == face.instance().metrics
