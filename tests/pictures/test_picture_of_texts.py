"""Pictures keep what their texts say, in the seventh version of the format, for the SVG and PDF files made of them."""

from __future__ import annotations

import random
import struct
import tracemalloc
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pytest
from tampering import sealed

import gpucanvas
from gpucanvas.errors import LimitError
from gpucanvas.picturefile import layout

HEADER = layout.HEADER.size
NAMES = (*layout.TABLES, *layout.TEXT_TABLES)


def labels() -> gpucanvas.Picture:
    """Labels, one of them twice, turned and squeezed texts, one in a layer and one from right to left."""
    recording = gpucanvas.Recording(120, 80)
    ctx = recording.get_context("2d")
    ctx.font = "12px sans-serif"
    ctx.fill_texts(["one", "two", "one"], [5, 45, 80], 15)
    with ctx.layer("blur(1px)"):
        ctx.rotate(0.1)
        ctx.fill_text("\u05d0\u05d1 12", 10, 30)
    ctx.fill_style = ctx.create_linear_gradient(0, 0, 50, 0)
    ctx.fill_style.add_color_stop(0, "red")
    ctx.fill_text("squeezed \U0001d54f", 10, 70, 40)
    return recording.freeze()


def version_of(data: bytes) -> int:
    return int(struct.unpack_from("<I", data, len(layout.MAGIC))[0])


pytestmark = pytest.mark.filterwarnings("ignore::gpucanvas.fonts.MissingGlyphWarning")


def test_a_picture_from_bytes_says_what_it_said() -> None:
    picture = labels()
    data = picture.to_bytes()
    again = gpucanvas.Picture.from_bytes(data)
    assert version_of(data) == 7
    assert again.to_bytes() == data
    assert again.to_svg() == picture.to_svg()
    assert again.to_pdf() == picture.to_pdf()
    assert "squeezed \U0001d54f</text>" in again.to_svg()
    assert data.count(b"one") == 1


def test_a_picture_from_bytes_is_drawn_in_others_with_its_texts() -> None:
    again = gpucanvas.Picture.from_bytes(labels().to_bytes())
    recording = gpucanvas.Recording(240, 80)
    ctx = recording.get_context("2d")
    for x in (0, 120.5):
        ctx.draw_picture(again, x, 0)
    for picture in (recording.freeze(), gpucanvas.Picture.from_bytes(recording.freeze().to_bytes())):
        said = ["".join(each.itertext()) for each in ET.fromstring(picture.to_svg()).iter("{http://www.w3.org/2000/svg}text")]
        assert said == 2 * ["one", "two", "one", "\u05d0\u05d1 12", "squeezed \U0001d54f"]


def test_strings_may_be_left_out_of_bytes() -> None:
    picture = labels()
    data = picture.to_bytes(text="outlines")
    assert version_of(data) == 2
    assert b"two" not in data
    again = gpucanvas.Picture.from_bytes(data)
    assert again.to_svg() == picture.to_svg(text="outlines")
    with pytest.raises(ValueError, match="to_bytes: text is None: give 'searchable', or 'outlines'"):
        picture.to_bytes(text=None)  # type: ignore[arg-type]


def test_only_pictures_with_texts_are_of_the_seventh_version() -> None:
    recording = gpucanvas.Recording(20, 20)
    recording.get_context("2d").fill_text("   ", 0, 10)
    recording.get_context("2d").fill_rect(0, 0, 5, 5)
    assert version_of(recording.freeze().to_bytes()) == 1


@dataclass
class Tables:
    """Where the tables of texts lie in the bytes of a picture of one recording, and what they have."""

    data: bytes
    at_wording: int
    at_texts: int

    @classmethod
    def of(cls, picture: gpucanvas.Picture) -> Tables:
        data = picture.to_bytes()
        counts = dict(zip(NAMES, struct.unpack_from(f"<{len(NAMES)}I", data, HEADER), strict=True))
        at_texts = len(data) - layout.FIXED["texts"].itemsize * counts["texts"]
        return cls(data, data.index(b"one") - layout.WORDING.size, at_texts)

    def changed(self, place: int, form: str, *values: Any) -> bytes:
        data = bytearray(self.data)
        struct.pack_into(form, data, place, *values)
        return sealed(data)


def one_label() -> gpucanvas.Picture:
    recording = gpucanvas.Recording(60, 30)
    recording.get_context("2d").fill_text("one", 5, 15)
    return recording.freeze()


@pytest.mark.parametrize(
    ("table", "offset", "form", "value", "text"),
    [
        ("wording", 0, "<I", 2, "letters that are not those of its text"),
        ("wording", 4, "<I", 0, "letters that are not those of its text"),
        ("wording", 4, "<I", 2**32 - 1, "it is cut off"),
        ("wording", 8, "<I", 2, "no size, or an unknown direction"),
        ("wording", 12, "<d", float("nan"), "a number that is not finite"),
        ("wording", 20, "<d", 0.0, "no size, or an unknown direction"),
        ("wording", 28, "<B", 0xFF, "is no UTF-8"),
        ("wording", 31, "<I", 1, "letters that are not those of its text"),
        ("wording", 35, "<I", 3, "letters that are not those of its text"),
        ("wording", 43, "<d", float("inf"), "a number that is not finite"),
        ("texts", 0, "<I", 1, "a text without its path or wording"),
        ("texts", 4, "<I", 1, "a text without its path or wording"),
        ("texts", 8, "<d", 0.0, "a text without a place"),
        ("texts", 16, "<d", float("inf"), "a text without a place"),
    ],
)
def test_texts_that_say_what_is_not_so_are_refused(table: str, offset: int, form: str, value: Any, text: str) -> None:
    tables = Tables.of(one_label())
    start = tables.at_wording if table == "wording" else tables.at_texts
    with pytest.raises(ValueError, match=text):
        gpucanvas.Picture.from_bytes(tables.changed(start + offset, form, value))


def test_counts_of_texts_that_lie_take_no_memory() -> None:
    tables = Tables.of(one_label())
    tracemalloc.start()
    try:
        for k in range(len(NAMES)):
            with pytest.raises(ValueError, match=r"Picture\.from_bytes"):
                gpucanvas.Picture.from_bytes(tables.changed(HEADER + 4 * k, "<I", 2**32 - 1))
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("seed", range(4))
def test_texts_that_were_tampered_with_are_refused_or_written(seed: int) -> None:
    """With a right checksum; documents of what is read are XML, and a page that PDFium reads."""
    chance = random.Random(seed)
    originals = [one_label().to_bytes(), labels().to_bytes()]
    doubles = [-1e308, 1e300, -1.0, 5e-324, 1e9, 1e-12, 0.0]
    counts = {"refused": 0, "written": 0}
    for _ in range(60):
        data = bytearray(chance.choice(originals))
        for _ in range(chance.randint(1, 3)):
            # What the texts say is near the end of a recording.
            place = chance.randrange(max(HEADER, len(data) - 400), len(data) - 8)
            if chance.random() < 0.5:
                data[place] ^= 1 << chance.randrange(8)
            else:
                place -= place % 4
                data[place : place + 8] = struct.pack("<d", chance.choice(doubles))
        try:
            picture = gpucanvas.Picture.from_bytes(sealed(data))
        except (ValueError, LimitError):
            counts["refused"] += 1
            continue
        ET.fromstring(picture.to_svg())
        document = pypdfium2.PdfDocument(picture.to_pdf())
        page = document[0]
        page.get_textpage().get_text_range()
        document.close()
        counts["written"] += 1
    assert min(counts.values()) > 5
