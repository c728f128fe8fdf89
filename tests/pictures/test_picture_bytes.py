"""Bytes of pictures from anyone: a picture, or a clear error; never a crash, a hang, or memory beyond their length."""

from __future__ import annotations

import random
import struct
import tracemalloc
from zlib import crc32

import numpy as np
import pytest
from tampering import fate, sealed

from gpucanvas import Canvas, Picture, Recording
from gpucanvas.contract.commands import COMMAND, STATE
from gpucanvas.errors import LimitError
from gpucanvas.picturefile import layout
from gpucanvas.pipeline import record as r
from scenes.pictures import badge

HEADER = layout.HEADER.size


def plain() -> Picture:
    """Two rectangles and a path."""
    recording = Recording(8, 8)
    ctx = recording.get_context("2d")
    ctx.fill_rect(0, 0, 4, 4)
    ctx.fill_style = "red"
    ctx.fill_rect(4, 4, 4, 4)
    ctx.begin_path()
    ctx.arc(4, 4, 3, 0, 5)
    ctx.stroke()
    return recording.freeze()


def layered() -> Picture:
    recording = Recording(8, 8)
    ctx = recording.get_context("2d")
    for _ in range(2):
        with ctx.layer("blur(1px)"), ctx.layer(alpha=0.5):
            ctx.fill_rect(0, 0, 4, 4)
    return recording.freeze()


def test_a_picture_comes_back_whole() -> None:
    picture = badge()
    again = Picture.from_bytes(picture.to_bytes())
    assert again.to_bytes() == picture.to_bytes()
    assert (again.width, again.height, again.command_count) == (48, 48, picture.command_count)
    for form in (bytearray, memoryview):
        assert Picture.from_bytes(form(picture.to_bytes())).to_bytes() == picture.to_bytes()


def test_an_empty_picture_comes_back() -> None:
    picture = Recording(0, 3).freeze()
    again = Picture.from_bytes(picture.to_bytes())
    assert (again.width, again.height, again.command_count) == (0, 3, 0)
    assert len(picture.to_bytes()) == HEADER + layout.COUNTS.size


def test_the_bytes_are_those_of_the_documented_version() -> None:
    """Written by hand: one red rectangle. What was once saved stays readable."""
    command = struct.pack("<4I4d", 0, 0, 0, 0, 1.0, 2.0, 3.0, 4.0)
    over = int(np.frombuffer(plain()._commands.states, STATE)["op"][0])
    state = struct.pack("<6ddII2dQ", 1, 0, 0, 1, 0, 0, 1.0, over, 0, 0, 0, 0)
    counts = struct.pack("<13I", 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0)
    body = counts + command + state + b"\x00" + struct.pack("<4d", 1, 0, 0, 1)
    header = b"\x89gcpic\r\n" + struct.pack("<6I", 1, 8, 8, 0, 0, 1)
    data = header + struct.pack("<I", crc32(header + body)) + body
    picture = Picture.from_bytes(data)
    with Canvas(8, 8, backend="cpu") as canvas:
        canvas.get_context("2d").draw_picture(picture)
        pixels = canvas.to_numpy()
    expected = np.zeros((8, 8, 4), np.uint8)
    expected[2:6, 1:4] = 255, 0, 0, 255
    assert np.array_equal(pixels, expected)
    assert picture.to_bytes() == data


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "that is no picture"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "that is no picture"),
        (layout.MAGIC, "the header would take 36 bytes, and 8 are left: it is cut off"),
        (layout.MAGIC + struct.pack("<7I", 8, 8, 8, 0, 0, 1, 0), "version 8 is not known: this release reads 1 to 7"),
        (plain().to_bytes()[:-1], "the checksum is wrong"),
        (sealed(plain().to_bytes() + b"x"), "1 bytes are left over at the end"),
        (sealed(plain().to_bytes()[:-9]), "it is cut off"),
    ],
)
def test_what_is_no_picture_says_why(data: bytes, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Picture.from_bytes(data)


def test_what_is_no_bytes_is_refused() -> None:
    with pytest.raises(TypeError, match="is no bytes: give what to_bytes"):
        Picture.from_bytes("picture")  # type: ignore[arg-type]


def test_bytes_cut_off_anywhere_are_refused() -> None:
    data = badge().to_bytes()
    for end in [*range(0, 400, 7), *range(400, len(data), 97)]:
        with pytest.raises(ValueError, match=r"Picture\.from_bytes"):
            Picture.from_bytes(data[:end])
        with pytest.raises(ValueError, match=r"Picture\.from_bytes"):
            Picture.from_bytes(sealed(data[: max(end, HEADER)]))


def test_a_flipped_bit_is_noticed() -> None:
    data = bytearray(plain().to_bytes())
    for place in range(len(data)):
        data[place] ^= 1 << place % 8
        with pytest.raises(ValueError, match=r"Picture\.from_bytes"):
            Picture.from_bytes(bytes(data))
        data[place] ^= 1 << place % 8


@pytest.mark.parametrize("seed", range(6))
def test_bytes_that_were_tampered_with_are_refused_or_drawn(seed: int) -> None:
    """With a right checksum: bits, whole numbers and whole doubles of the tables are others."""
    chance = random.Random(seed)
    originals = [plain().to_bytes(), layered().to_bytes(), badge().to_bytes()]
    numbers = [0, 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1]
    doubles = [float("nan"), float("inf"), -1e308, 1e300, -1.0, 5e-324, 1e9]
    fates = {"refused": 0, "drawn": 0, "beyond a limit": 0}
    for _ in range(150):
        data = bytearray(chance.choice(originals))
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(8, len(data) - 8)
            kind = chance.randrange(4)
            if kind == 0:
                data[place] ^= 1 << chance.randrange(8)
            elif kind == 1:
                place -= place % 4
                data[place : place + 4] = struct.pack("<Q", chance.choice(numbers))[:4]
            elif kind == 2:
                place -= place % 4
                data[place : place + 8] = struct.pack("<d", chance.choice(doubles))
            else:
                del data[place : place + chance.choice((1, 4, 8, 48))]
        fates[fate(sealed(data))] += 1
    assert fates["refused"] > 30
    assert fates["drawn"] > 5


def test_a_count_that_lies_takes_no_memory() -> None:
    data = plain().to_bytes()
    tracemalloc.start()
    try:
        for k in range(len(layout.TABLES)):
            lying = bytearray(data)
            struct.pack_into("<I", lying, HEADER + 4 * k, 2**32 - 1)
            with pytest.raises(ValueError, match=r"Picture\.from_bytes"):
                Picture.from_bytes(sealed(lying))
        for place in (24, 28):  # Images and recordings.
            lying = bytearray(data)
            struct.pack_into("<I", lying, place, 2**32 - 1)
            with pytest.raises(ValueError, match=r"Picture\.from_bytes"):
                Picture.from_bytes(sealed(lying))
        giant = layout.MAGIC + struct.pack("<7I", 1, 8, 8, 0, 1, 1, 0) + struct.pack("<2I", 65535, 65535)
        with pytest.raises(ValueError, match="image 0 would take 17179344900 bytes"):
            Picture.from_bytes(sealed(giant))
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def changed(picture: Picture, change: object) -> bytes:
    """The bytes of a picture whose tables are changed first."""
    change(picture._commands)  # type: ignore[operator]
    return picture.to_bytes()


def commands_of(recording: r.Commands) -> np.ndarray:
    return np.frombuffer(recording.commands, COMMAND)


def states_of(recording: r.Commands) -> np.ndarray:
    return np.frombuffer(recording.states, STATE)


@pytest.mark.parametrize(
    ("make", "change", "text"),
    [
        (plain, lambda c: commands_of(c)["kind"].__setitem__(0, 99), "a command of an unknown kind"),
        (plain, lambda c: commands_of(c)["kind"].__setitem__(0, r.PUT_IMAGE), "a command of an unknown kind"),
        (plain, lambda c: commands_of(c)["state"].__setitem__(0, 99), "a state that is not there"),
        (plain, lambda c: commands_of(c)["paint"].__setitem__(0, 99), "a paint that is not there"),
        (plain, lambda c: commands_of(c)["extra"].__setitem__(2, 1), "a command without its paths"),
        (plain, lambda c: commands_of(c)["v"][2].__setitem__(0, 0.5), "a pen that is not there"),
        (plain, lambda c: commands_of(c)["v"][0].__setitem__(0, np.nan), "a number that is not finite"),
        (plain, lambda c: states_of(c)["alpha"].__setitem__(0, 1.5), "an alpha that is not from 0 to 1"),
        (plain, lambda c: states_of(c)["op"].__setitem__(0, 0xFFFFFF00), "an unknown operator"),
        (plain, lambda c: states_of(c)["clip"].__setitem__(0, 1), "a clip that is not there"),
        (plain, lambda c: states_of(c)["slot"].__setitem__(0, 1), "lies in a slot"),
        (plain, lambda c: c.coords.__setitem__(-1, 1e9), "an arc that is too long"),
        (plain, lambda c: c.coords.__setitem__(0, float("inf")), "a number that is not finite"),
        (plain, lambda c: c.verbs.__setitem__(0, 1), "a subpath that does not begin with a point"),
        (plain, lambda c: c.verbs.__setitem__(1, 3), "another number of coordinates than their verbs"),
        (plain, lambda c: c.verbs.__setitem__(1, 6), "an unknown verb"),
        (plain, lambda c: c.pens.__setitem__(0, c.pens[0]._replace(width=-1.0)), "not above 0"),
        (plain, lambda c: c.paints.__setitem__(0, (7e4, 0.0, 0.0, 1.0)), "a colour that is not from -65504 to 65504"),
        (plain, lambda c: c.paints.__setitem__(0, (0.0, 0.0, 0.0, 1.5)), "an alpha that is not from 0 to 1"),
        (layered, lambda c: commands_of(c)["extra"].__setitem__(1, 0), "draws a layer twice"),
        (layered, lambda c: commands_of(c)["v"][0].__setitem__(0, r.SHADOW), "draws a shadow that is not there"),
    ],
)
def test_tables_that_say_what_is_not_so_are_refused(make: object, change: object, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Picture.from_bytes(changed(make(), change))  # type: ignore[operator]


def test_colours_outside_of_0_to_1_are_refused_in_versions_that_have_none() -> None:
    data = bytearray(changed(plain(), lambda c: c.paints.__setitem__(0, (2.0, 0.0, 0.0, 1.0))))
    assert fate(bytes(data)) == "drawn"
    for version in (1, 2):
        struct.pack_into("<I", data, len(layout.MAGIC), version)
        with pytest.raises(ValueError, match="a colour that is not from 0 to 1"):
            Picture.from_bytes(sealed(data))


def test_a_picture_that_is_drawn_in_itself_is_refused() -> None:
    """The layer's table names its recording: the picture itself, its own, or one that another layer has."""
    data = layered().to_bytes()
    place = data.rindex(struct.pack("<4I", 1, 0, 0, 1))  # The first layer: recording 1, and one effect.
    assert fate(data) == "drawn"
    for number in (0, 2, 3, 99):
        lying = bytearray(data)
        struct.pack_into("<I", lying, place, number)
        with pytest.raises(ValueError, match="has a recording that is not its own"):
            Picture.from_bytes(sealed(lying))


def test_layers_nested_without_end_are_refused() -> None:
    """A recording that is 60 bytes long and one layer, 2,000 times in one another."""
    counts = dict.fromkeys(layout.TABLES, 0)
    inner = struct.pack("<13I", *{**counts, "layers": 1}.values())
    count = 2000
    body = b"".join(inner + layout.LAYER.pack(k + 1, 0, 0, 0) for k in range(count - 1)) + bytes(layout.COUNTS.size)
    data = sealed(layout.MAGIC + struct.pack("<7I", 1, 8, 8, 0, 0, count, 0) + body)
    with pytest.raises(LimitError, match="more than 256 layers are in one another"):
        Picture.from_bytes(data)


def test_an_image_is_saved_once_however_often_it_is_drawn() -> None:
    recording = Recording(8, 8)
    ctx = recording.get_context("2d")
    image = np.full((100, 100, 4), 9, np.uint8)
    for k in range(5):
        ctx.draw_image(image, k, 0)
        ctx.shadow_color, ctx.shadow_blur = "red", 2
    assert 40_000 < len(recording.freeze().to_bytes()) < 50_000
