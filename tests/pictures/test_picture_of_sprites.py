"""Whatever can be recorded can be saved: images in batches, and what leaves the range of numbers."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tampering import fate, sealed

from gpucanvas import Canvas, Picture, Recording
from gpucanvas.errors import InvalidStateError, LimitError
from gpucanvas.picturefile import layout

RNG = np.random.default_rng(22)
SHEET = RNG.integers(0, 256, (16, 24, 4)).astype(np.uint8)
PLACES = [[3, 4, 20, 12], [18, 10, 9.5, 20], [30, 2, -12, 30]]
PARTS = [[0, 0, 8, 8], [8, 4, 16, 12], [2, 2, 20, 9]]


def sprites(**state: Any) -> Recording:
    """Three parts of a sheet, on their own, in a layer with a blur, and under an id."""
    recording = Recording(48, 48)
    ctx = recording.get_context("2d")
    for name, value in state.items():
        setattr(ctx, name, value)
    ctx.draw_images(SHEET, PARTS, PLACES, alpha=[1, 0.5, 0.25])
    ctx.translate(4, 16)
    with ctx.layer("blur(1px)"):
        ctx.draw_images(SHEET, PARTS, PLACES, [0.9, 0.3, -0.3, 0.9, 4, 2])
    ctx.hit_id = 7
    ctx.draw_images(SHEET, dst_rects=[[0, 0, 6, 4], [40, 20, 6, 4]])
    return recording


def drawn(picture: Picture, backend: str) -> Any:
    with Canvas(48, 48, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.draw_picture(picture)
        hit = canvas.pick(5, 18)
        assert hit is not None and (hit.id, hit.item) == (7, 0)
        return canvas.to_numpy().copy()


@pytest.mark.parametrize(
    "state", [{}, {"image_smoothing_enabled": False}, {"image_smoothing_quality": "high"}], ids=str
)
def test_a_picture_of_sprites_comes_back_whole(backend: str, state: dict[str, Any]) -> None:
    picture = sprites(**state).freeze()
    again = Picture.from_bytes(picture.to_bytes())
    assert again.to_bytes() == picture.to_bytes()
    pixels = drawn(picture, backend)
    assert pixels[..., 3].any()
    assert np.array_equal(drawn(again, backend), pixels)


def test_sprites_of_a_canvas_and_of_a_picture_in_it_are_saved() -> None:
    with Canvas(10, 10, backend="cpu") as sheet:
        sheet.get_context("2d").fill_rect(0, 0, 5, 10)
        inner = Recording(20, 20)
        inner.get_context("2d").draw_images(sheet, dst_rects=[[0, 0, 10, 10], [10, 10, 10, 10]])
    outer = Recording(48, 48)
    ctx = outer.get_context("2d")
    ctx.draw_images(SHEET, PARTS, PLACES)
    ctx.rotate(0.2)
    ctx.draw_picture(inner.freeze(), 9, 3, 30, 30)
    picture = outer.freeze()
    again = Picture.from_bytes(picture.to_bytes())
    shown = []
    for each in (picture, again):
        with Canvas(48, 48, backend="cpu") as canvas:
            canvas.get_context("2d").draw_picture(each)
            shown.append(canvas.to_numpy())
    assert np.array_equal(*shown) and shown[0][20, 20, 3]


def test_only_what_needs_the_second_version_has_it() -> None:
    recording = sprites()
    assert struct.unpack_from("<I", recording.freeze().to_bytes(), 8) == (2,)
    plain = Recording(8, 8)
    plain.get_context("2d").fill_rects([1, 2], 0, 1)
    data = plain.freeze().to_bytes()
    assert struct.unpack_from("<I", data, 8) == (1,)
    second = sealed(data[:8] + struct.pack("<I", 2) + data[12:])
    assert Picture.from_bytes(second).to_bytes() == data
    assert "number 0, is of an unknown kind" in as_first(sprites())


def mixed() -> Recording:
    """Parts of a sheet in their size and smaller, which are drawn from halved copies."""
    recording = Recording(48, 48)
    ctx = recording.get_context("2d")
    ctx.draw_images(SHEET, PARTS, [[3, 4, 20, 12], [18, 10, 4, 3], [30, 2, 8, 4]])
    ctx.translate(0, 20)
    ctx.draw_images(SHEET, PARTS, [[3, 4, 2, 12], [18, 10, 4, 3], [30, 2, 3, 2]])
    return recording


def test_sprites_that_are_filtered_come_back_whole(backend: str) -> None:
    inner, outer = mixed().freeze(), Recording(48, 48)
    outer.get_context("2d").draw_images(SHEET[::-1], dst_rects=[[0, 40, 12, 8]])
    outer.get_context("2d").draw_picture(inner)
    for picture in (inner, outer.freeze()):
        data = picture.to_bytes()
        assert struct.unpack_from("<I", data, 8) == (5,)
        again = Picture.from_bytes(data)
        assert again.to_bytes() == data
        shown = []
        for each in (picture, again):
            with Canvas(48, 48, backend=backend) as canvas:
                canvas.get_context("2d").draw_picture(each)
                shown.append(canvas.to_numpy())
        assert np.array_equal(*shown) and shown[0][..., 3].any()
        fourth = sealed(data[:8] + struct.pack("<I", 4) + data[12:])
        with pytest.raises(ValueError, match="has runs, as images have not"):
            Picture.from_bytes(fourth)


@pytest.mark.parametrize(
    "change",
    [
        lambda batch, items: items.__setitem__((1, 15), 3.0),
        lambda batch, items: items.__setitem__((1, 15), -1.0),
        lambda batch, items: items.__setitem__((0, 15), 0.5),
        lambda batch, items: object.__setattr__(batch, "images", (*batch.images[:-1], 9)),
        lambda batch, items: object.__setattr__(batch, "images", (*batch.images[:-1], -1)),
    ],
)
def test_sprites_of_images_that_are_not_there_are_refused(change: Callable[[Any, Any], Any]) -> None:
    picture = mixed().freeze()
    batch = picture._commands.batches[0]
    assert len(batch.images) == 3
    change(batch, batch.items)
    with pytest.raises(ValueError, match="a batch of an image that is not there"):
        Picture.from_bytes(picture.to_bytes())


def as_first(recording: Recording) -> str:
    """What is said of a picture's bytes that say they are of the first version."""
    data = recording.freeze().to_bytes()
    assert struct.unpack_from("<I", data, 8) == (2,)
    with pytest.raises(ValueError, match=r"Picture\.from_bytes") as caught:
        Picture.from_bytes(sealed(data[:8] + struct.pack("<I", 1) + data[12:]))
    return str(caught.value)


@pytest.mark.parametrize(
    ("filter", "text"),
    [
        ("blur(1px)", "number 0, has an effect of kind 5"),
        ("drop-shadow(1px 1px)", "number 0, has an unknown kind of shadow"),
    ],
)
def test_filters_that_follow_a_transform_are_of_the_second_version(filter: str, text: str) -> None:
    made = []
    for is_own in (False, True):
        recording = Recording(8, 8)
        ctx = recording.get_context("2d")
        ctx.filter = "none" if is_own else filter
        ctx.begin_layer(filter if is_own else None)
        ctx.fill_rect(0, 0, 4, 4)
        ctx.end_layer()
        made.append(recording)
    assert struct.unpack_from("<I", made[0].freeze().to_bytes(), 8) == (1,)
    assert text in as_first(made[1])


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda batch, items: items.__setitem__((0, 0), np.nan), "a number that is not finite"),
        (lambda batch, items: items.__setitem__((1, 14), 1.5), "an alpha that is not from 0 to 1"),
        (lambda batch, items: items.__setitem__((1, 2), -1.0), "is drawn from outside of it"),
        (lambda batch, items: items.__setitem__((2, 0), 24.75), "is drawn from outside of it"),
        (lambda batch, items: items.__setitem__((2, 1), 1e300), "is drawn from outside of it"),
        (lambda batch, items: items.__setitem__((0, 1), -40.0), "is drawn from outside of it"),
        (lambda batch, items: object.__setattr__(batch, "images", (9,)), "a batch of an image that is not there"),
        (lambda batch, items: object.__setattr__(batch, "colors", np.zeros((3, 4), np.uint8)), "has colours"),
    ],
)
def test_sprites_that_say_what_is_not_so_are_refused(change: Callable[[Any, Any], Any], text: str) -> None:
    picture = sprites().freeze()
    batch = picture._commands.batches[0]
    change(batch, batch.items)
    with pytest.raises(ValueError, match=text):
        Picture.from_bytes(picture.to_bytes())


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("make", [sprites, mixed])
def test_sprites_that_were_tampered_with_are_refused_or_drawn(seed: int, make: Callable[[], Recording]) -> None:
    chance = random.Random(seed)
    original = make().freeze().to_bytes()
    # The images' pixels come first, and may be anything.
    start = layout.HEADER.size + layout.IMAGE.size + SHEET.nbytes
    doubles = [float("nan"), float("inf"), -1e308, 1e300, -1.0, 5e-324, 0.0, 3.0]
    fates = []
    for _ in range(100):
        data = bytearray(original)
        for _ in range(chance.randint(1, 2)):
            place = chance.randrange(start, len(data) - 8)
            if chance.randrange(2):
                data[place] ^= 1 << chance.randrange(8)
            else:
                place -= (place - start) % 4
                data[place : place + 8] = struct.pack("<d", chance.choice(doubles))
        fates.append(fate(sealed(data)))
    assert fates.count("refused") > 10
    assert fates.count("drawn") > 10


def test_images_beyond_the_range_of_numbers_are_saved_as_nothing(backend: str) -> None:
    """Turned round, such a target begins at minus infinity: no number that the bytes may hold."""
    recording = Recording(48, 48)
    ctx = recording.get_context("2d")
    ctx.draw_image(SHEET, 0, 0, 4, 4, -1.7e308, 0, -1.7e308, 5)
    ctx.draw_images(SHEET, None, [[-1.7e308, 0, -1.7e308, 5], [0, 0, 3, 3]])
    picture = recording.freeze()
    for each in (picture, Picture.from_bytes(picture.to_bytes())):
        with Canvas(48, 48, backend=backend) as canvas:
            canvas.get_context("2d").draw_picture(each)
            assert (canvas.to_numpy()[..., 3] > 0).sum() == 9


EXTREMES = (0, 1, -1, 0.5, 7, -7.25, 1e-9, -1e-300, 5e-324, 1e10, -1e20, 3.5e38, 1e150, -1e200, 1.7e308, -1.7e308)


class Odd:
    """Numbers of all sizes."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def number(self) -> float:
        return self.chance.choice(EXTREMES) if self.chance.random() < 0.5 else self.chance.uniform(-50, 50)

    def numbers(self, count: int) -> list[float]:
        return [self.number() for _ in range(count)]

    def positive(self) -> float:
        return abs(self.number()) or 1.0

    def rows(self, count: int, columns: int) -> Any:
        return np.array(self.numbers(count * columns)).reshape(count, columns)


def verbs(ctx: Any, odd: Odd) -> list[Callable[[], Any]]:
    """Calls of all kinds."""
    n, choice = odd.numbers, odd.chance.choice
    fade = ctx.create_radial_gradient(*n(2), odd.positive(), *n(2), odd.positive())
    fade.add_color_stop(0.25, "red")
    pattern = ctx.create_pattern(SHEET, choice(["repeat", "no-repeat"]))
    inner = sprites().freeze()
    objects: list[Any] = [
        "none",
        "drop-shadow(3px 2px 1px red) blur(2px)",
        "brightness(1e30) hue-rotate(1e20deg)",
        {"name": "gaussianBlur", "stdDeviation": [odd.positive(), odd.positive()]},
        {"name": "colorMatrix", "values": n(20)},
        {"name": "componentTransfer", "funcR": {"type": "table", "tableValues": n(4)}},
        {"name": "convolveMatrix", "kernelMatrix": [n(3), n(3), n(3)]},
    ]
    return [
        lambda: ctx.fill_rect(*n(4)),
        lambda: ctx.stroke_rect(*n(4)),
        lambda: ctx.clear_rect(*n(4)),
        ctx.begin_path,
        lambda: ctx.arc(*n(2), odd.positive(), *n(2)),
        lambda: ctx.bezier_curve_to(*n(6)),
        lambda: ctx.arc_to(*n(4), odd.positive()),
        lambda: ctx.round_rect(*n(4), odd.positive()),
        lambda: ctx.fill("evenodd"),
        ctx.stroke,
        ctx.clip,
        ctx.save,
        ctx.restore,
        lambda: ctx.transform(*n(6)),
        lambda: ctx.set_transform(*n(6)),
        ctx.reset_transform,
        lambda: setattr(ctx, "line_width", odd.positive()),
        lambda: setattr(ctx, "miter_limit", odd.positive()),
        lambda: ctx.set_line_dash([odd.positive(), odd.positive()]),
        lambda: setattr(ctx, "line_dash_offset", odd.number()),
        lambda: setattr(ctx, "global_composite_operation", choice(["copy", "hue", "source-in", "source-over"])),
        lambda: setattr(ctx, "fill_style", choice(["color(srgb 3 -1 0.5)", fade, pattern])),
        lambda: pattern.set_transform(*n(6)),
        lambda: (setattr(ctx, "shadow_color", "red"), setattr(ctx, "shadow_blur", odd.positive())),
        lambda: setattr(ctx, "filter", choice(objects)),
        lambda: ctx.begin_layer(choice(objects)),
        lambda: ctx.draw_image(SHEET, *n(8)),
        lambda: ctx.draw_images(SHEET, odd.rows(2, 4), odd.rows(2, 4), odd.rows(2, 6)),
        lambda: setattr(ctx, "image_smoothing_quality", choice(["low", "high"])),
        lambda: ctx.draw_mask(np.eye(4), *n(4)),
        lambda: ctx.draw_picture(inner, *n(4)),
        lambda: ctx.fill_rects(*odd.rows(3, 4).T),
        lambda: ctx.stroke_circles(*odd.rows(3, 2).T, odd.positive()),
        lambda: ctx.stroke_arcs(*odd.rows(3, 2).T, odd.positive(), *n(2)),
        lambda: ctx.stroke_line_segments(odd.rows(6, 2).reshape(3, 2, 2)),
        lambda: ctx.fill_polygons([odd.rows(3, 2), odd.rows(4, 2)]),
        lambda: setattr(ctx, "font", choice(["12px sans-serif", "1e5px serif", "0px serif"])),
        lambda: ctx.fill_text("Añ", *n(2)),
        lambda: setattr(ctx, "hit_id", choice([None, -3, 2**62])),
    ]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_recorded_can_be_saved_and_read(seed: int) -> None:
    """Calls of all kinds with numbers of all sizes: what the context takes, a picture keeps."""
    odd = Odd(seed)
    recording = Recording(40, 40)
    ctx = recording.get_context("2d")
    calls, taken = verbs(ctx, odd), 0
    for call in (odd.chance.choice(calls) for _ in range(40)):
        try:
            call()
            taken += 1
        except (ValueError, LimitError, InvalidStateError):
            pass
    while ctx._layers:
        try:
            ctx.end_layer()
        except InvalidStateError:
            ctx.restore()
    assert taken > 20
    picture = recording.freeze()
    data = picture.to_bytes()
    assert Picture.from_bytes(data).to_bytes() == data
