"""Markers and lines of many widths in pictures, in their bytes, and in picking."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.pipeline import record as r
from marked import COUNT, PATHS, all_verbs, pixels, turned
from pictures.tampering import HEADER, fate, sealed

VERBS = ("fill_paths", "stroke_paths", "stroke_scaled", "fill_ellipses", "stroke_ellipses", "fill_round_rects")
VERBS += ("stroke_round_rects", "segments", "rects", "circles", "polygons")


@pytest.mark.parametrize("prefix", VERBS)
def test_picking_names_the_item(prefix: str) -> None:
    order = np.flatnonzero(np.arange(COUNT) % 3 > 0)
    with gpucanvas.Canvas(100, 100, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.hit_id = 7
        turned(ctx)
        all_verbs(ctx, order, prefix)
        with gpucanvas.Canvas(100, 100, backend="cpu") as single:
            other = single.get_context("2d")
            turned(other)
            for k in range(len(order)):
                other.hit_id = 100 + k
                all_verbs(other, order[k : k + 1], prefix)
            seen = set()
            for x, y in np.random.default_rng(5).random((400, 2)) * 100:
                wanted, got = single.pick(x, y), canvas.pick(x, y)
                assert got == (None if wanted is None else gpucanvas.Hit(7, wanted.id - 100))
                seen.add(wanted)
            assert len(seen) > 5


def test_picking_names_the_item_of_the_program_where_some_are_left_out() -> None:
    with gpucanvas.Canvas(90, 30, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.hit_id = 1
        x = np.ma.array([15.0, 45.0, 75.0], mask=[0, 1, 0])
        ctx.fill_paths("M-9 -9 H9 V9 H-9 Z", x, 15)
        ctx.stroke_line_segments([[[9, 2], [9, 28]], [[45, 2], [45, 28]], [[60, 2], [60, 28]]], line_width=[4, 0, 8])
        assert [canvas.pick(px, 15) for px in (15, 45, 75, 62)] == [(1, 0), None, (1, 2), (1, 2)]


def test_pictures_replay_and_are_read_again_as_they_were_drawn() -> None:
    recording = gpucanvas.Recording(100, 100)
    all_verbs(recording.get_context("2d"))
    picture = recording.freeze()
    data = picture.to_bytes()
    assert data[8] == 7
    wanted = pixels(all_verbs)
    for each_picture in (picture, gpucanvas.Picture.from_bytes(data)):
        assert np.array_equal(pixels(lambda ctx, drawn=each_picture: ctx.draw_picture(drawn)), wanted)
    # Replayed after others, so that pens and outlines have other indices.
    twice = pixels(lambda ctx: (ctx.set_line_dash([2, 1]), ctx.stroke_rect(3, 3, 5, 5), ctx.draw_picture(picture)))
    assert np.array_equal(twice[20:], wanted[20:])
    assert gpucanvas.Picture.from_bytes(data).to_bytes() == data


def test_damaged_bytes_of_markers_are_refused_or_drawn() -> None:
    recording = gpucanvas.Recording(48, 48)
    all_verbs(recording.get_context("2d"), slice(0, 4))
    data = recording.freeze().to_bytes()
    rng, fates = np.random.default_rng(8), set()
    for _ in range(400):
        changed = bytearray(data)
        for _ in range(rng.integers(1, 4)):
            changed[rng.integers(HEADER, len(data))] = rng.choice([0, 1, 2, 4, 8, 127, 255, rng.integers(256)])
        fates.add(fate(sealed(changed)))
    assert {"refused", "drawn"} <= fates


ONE_LINE = array("d", (0, 0, 1, 1))
FORGED: list[tuple[dict[str, Any], str]] = [
    ({"widths": np.array([1.0, -1.0])}, "has a width that is not above 0"),
    ({"widths": np.array([np.nan, 1.0])}, "has a width that is not above 0"),
    ({"pen": -1}, "has widths of lines, and is not stroked"),
    ({"pen": 5}, "has a batch with a pen that is not there"),
    ({"marker": r.Marker(bytes((1, 1)), ONE_LINE)}, "a subpath that does not begin with a point"),
    ({"marker": r.Marker(bytes((0,)), ONE_LINE)}, "another number of coordinates than their verbs"),
    ({"marker": r.Marker(bytes((0, 1)), ONE_LINE, 9)}, "has the fill rule 9"),
    ({"items": np.full((2, 6), np.inf)}, "has a number that is not finite"),
    ({"kind": "round_rects", "items": np.full((2, 8), -1.0), "marker": None}, "has a negative radius"),
]


@pytest.mark.parametrize(("changes", "text"), [({}, ""), *FORGED], ids=str)
def test_bytes_with_what_no_context_records_are_refused(changes: dict[str, Any], text: str) -> None:
    recording = gpucanvas.Recording(20, 20)
    recording.get_context("2d").stroke_paths(PATHS["star"], [3, 9], 5, line_width=[1, 2])
    batches = recording._commands.batches
    batches[0] = replace(batches[0], **changes)
    data = recording.freeze().to_bytes()
    if not text:
        assert fate(data) == "drawn"
        return
    with pytest.raises(ValueError, match=text):
        gpucanvas.Picture.from_bytes(data)
