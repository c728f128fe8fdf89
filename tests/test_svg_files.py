"""SVG files as images: drawn sharp at any scale, in the sizes of browsers, without loading anything else."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pictures

import gpucanvas
from gpucanvas import memory
from gpucanvas.images import svgpixels
from gpucanvas.svgfile import document, raster, worker

NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
DISC = f'<svg {NAMESPACE} width="20" height="10"><circle cx="5" cy="5" r="4" fill="#c04"/></svg>'.encode()
LINKED = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(attributes: str, inner: str = '<rect width="1000" height="1000" fill="#08f"/>') -> bytes:
    return f"<svg {NAMESPACE} {attributes}>{inner}</svg>".encode()


def canvas_of(width: int, height: int, draw: Callable[[Any], None], **settings: Any) -> np.ndarray[Any, Any]:
    with gpucanvas.Canvas(width, height, backend="cpu") as canvas:
        draw(canvas.get_context("2d", **settings))
        return canvas.to_numpy()


def disc(x: float, y: float, radius: float) -> Callable[[Any], None]:
    def draw(ctx: Any) -> None:
        ctx.fill_style = "#c04"
        ctx.arc(x, y, radius, 0, 7)
        ctx.fill()

    return draw


# -- sizes, which are those that Chromium gives an image --------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="30" height="20"', (30, 20)),
        ('width="30px" height="1in"', (30, 96)),
        ('width="3em" height="12pt" viewBox="0 0 1 1"', (48, 16)),
        ('viewBox="0 0 24 24"', (150, 150)),
        ('viewBox="0,0,400,100"', (300, 75)),
        ('width="100%" height="100%" viewBox="0 0 10 20"', (75, 150)),
        ('width="40" viewBox="0 0 20 10"', (40, 20)),
        ('height="40" viewBox="0 0 20 10"', (80, 40)),
        ('width="40"', (40, 150)),
        ("", (300, 150)),
        ('width="2.4" height="0.2"', (2, 1)),
    ],
)
def test_the_size_is_that_of_a_web_page(attributes: str, size: tuple[int, int]) -> None:
    image = gpucanvas.Image.open(svg(attributes))
    assert (image.width, image.height) == size


@pytest.mark.parametrize(
    ("wanted", "size"), [({"width": 50}, (50, 25)), ({"height": 40}, (80, 40)), ({"width": 7, "height": 9}, (7, 9))]
)
def test_a_size_can_be_chosen(wanted: dict[str, int], size: tuple[int, int]) -> None:
    image = gpucanvas.Image.open(DISC, **wanted)
    assert (image.width, image.height) == size
    assert image.to_numpy()[size[1] // 2, size[0] // 4].tolist() == [204, 0, 68, 255]


def test_a_bitmap_is_drawn_in_its_size() -> None:
    bitmap = gpucanvas.create_image_bitmap(DISC, resize_width=160)
    assert np.array_equal(bitmap.to_numpy(), gpucanvas.Image.open(DISC, width=160).to_numpy())
    part = gpucanvas.create_image_bitmap(DISC, 0, 0, 10, 10, resize_width=20)
    assert (part.width, part.height) == (20, 20)


# -- drawing -----------------------------------------------------------------------------------------------------


PLACES: dict[str, tuple[Callable[[Any], None], tuple[float, float, float]]] = {
    "at its own size": (lambda ctx: ctx.draw_image(DISC, 10, 10), (15, 15, 4)),
    "larger": (lambda ctx: ctx.draw_image(DISC, 0, 0, 200, 100), (50, 50, 40)),
    "smaller": (lambda ctx: ctx.draw_image(DISC, 3, 3, 10, 5), (5.5, 5.5, 2)),
    "a part": (lambda ctx: ctx.draw_image(DISC, 0, 0, 10, 10, 20, 10, 90, 90), (65, 55, 36)),
    "scaled": (lambda ctx: (ctx.scale(7, 7), ctx.draw_image(DISC, 1, 2)), (42, 49, 28)),
    "turned": (
        lambda ctx: (ctx.translate(50, 50), ctx.rotate(1), ctx.draw_image(DISC, -50, -50, 200, 100)),
        (50, 50, 40),
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_it_is_sharp_at_every_scale(place: str) -> None:
    draw, (x, y, radius) = PLACES[place]
    found, wanted = canvas_of(120, 110, draw), canvas_of(120, 110, disc(x, y, radius))
    off = np.abs(found[..., 3].astype(int) - wanted[..., 3])
    # resvg samples edges in sixteenths, which is 16 levels. Turned, its pixels are interpolated besides. Enlarged from
    # its own size, the disc's edge is 10 pixels wide.
    assert off.max() <= (70 if place == "turned" else 40)
    assert off.sum() <= (50 if place == "turned" else 20) * 2 * np.pi * radius


def test_it_may_have_a_background() -> None:
    found = canvas_of(
        40,
        20,
        lambda ctx: ctx.draw_image(svg('width="20" height="10" style="opacity: 1; background-color: teal"', ""), 0, 0),
    )
    assert found[5, 10].tolist() == [0, 128, 128, 255] and not found[15, 30].any()


def test_an_image_that_was_opened_has_pixels_and_is_interpolated() -> None:
    image = gpucanvas.Image.open(DISC)
    found = canvas_of(200, 100, lambda ctx: ctx.draw_image(image, 0, 0, 200, 100))
    wanted = canvas_of(200, 100, disc(50, 50, 40))
    assert np.abs(found[..., 3].astype(int) - wanted[..., 3]).max() > 100


@pytest.mark.parametrize("settings", [{"color_type": "float16"}, {"color_space": "display-p3"}])
def test_other_canvases_draw_it(settings: dict[str, str]) -> None:
    found = canvas_of(40, 20, lambda ctx: ctx.draw_image(DISC, 0, 0, 40, 20), **settings)
    pixels = gpucanvas.Image.open(DISC, width=40)
    assert np.array_equal(found, canvas_of(40, 20, lambda ctx: ctx.draw_image(pixels, 0, 0), **settings))


def test_patterns_and_sprites_have_its_own_size() -> None:
    def draw(ctx: Any) -> None:
        ctx.fill_style = ctx.create_pattern(DISC, "repeat")
        ctx.fill_rect(0, 0, 40, 20)

    one = gpucanvas.Image.open(DISC).to_numpy()
    assert np.array_equal(canvas_of(40, 20, draw), np.tile(one, (2, 2, 1)))


def test_a_size_is_drawn_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sizes: list[tuple[int, int]] = []
    drawn = svgpixels.drawn

    def counted(document: Any, width: int, height: int, *rest: Any) -> Any:
        sizes.append((width, height))
        return drawn(document, width, height, *rest)

    monkeypatch.setattr(svgpixels, "drawn", counted)
    path = tmp_path / "disc.svg"
    path.write_bytes(DISC)

    def draw(ctx: Any) -> None:
        for at in range(10):
            ctx.draw_image(path, at, 0)
            ctx.draw_image(path, at, 0, 61, 31)

    canvas_of(80, 40, draw)
    canvas_of(80, 40, draw)
    assert sizes == [(20, 10), (61, 31)]
    path.write_bytes(svg('width="20" height="10"'))
    found = canvas_of(20, 10, lambda ctx: ctx.draw_image(path, 0, 0))
    assert found[5, 10].tolist() == [0, 136, 255, 255], "the file has changed"


def test_one_that_shows_very_large_is_made_of_fewer_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(svgpixels, "MOST_DRAWN", 100 * 100)
    file = svgpixels.SvgFile(DISC, "a file")
    across, down = file.size_for((0, 0, 20, 10), (0, 0, 4000, 2000), (1, 0, 0, 1, 0, 0))
    assert across * down <= 1.05 * 100 * 100 and across == pytest.approx(2 * down, abs=1)
    for target in ((0, 0, 1e9, 1e-9), (0, 0, 1e308, 1e308)):
        for scale in (1.0, 1e308, float("inf"), float("nan")):
            across, down = file.size_for((0, 0, 20, 10), target, (scale, 0, 0, scale, 0, 0))
            assert across >= 1 and down >= 1 and across * down <= 1.05 * 100 * 100


def test_a_scale_beyond_all_numbers_draws_nothing_wrong() -> None:
    def draw(ctx: Any) -> None:
        ctx.scale(1e308, 1e308)
        ctx.draw_image(DISC, 0, 0)

    assert canvas_of(10, 10, draw).shape == (10, 10, 4)


def test_pictures_that_were_written_as_svg_are_read() -> None:
    recording = gpucanvas.Recording(60, 40)
    ctx = recording.get_context("2d")
    sky = ctx.create_linear_gradient(0, 0, 60, 0)
    sky.add_color_stop(0, "navy")
    sky.add_color_stop(1, "gold")
    ctx.fill_style = sky
    ctx.fill_rect(0, 0, 60, 40)
    ctx.line_width = 3
    ctx.stroke_rect(10, 10, 30, 20)
    ctx.fill_style = "white"
    ctx.font = "14px sans-serif"
    ctx.fill_text("Text", 14, 25)
    picture = recording.freeze()
    found = canvas_of(60, 40, lambda ctx: ctx.draw_image(picture.to_svg().encode(), 0, 0))
    wanted = canvas_of(60, 40, lambda ctx: ctx.draw_picture(picture))
    off = np.abs(found.astype(int) - wanted)
    assert off.mean() < 1.5 and np.median(off) <= 1


def test_text_is_drawn_with_the_fonts_that_text_has_here() -> None:
    inner = '<text x="5" y="30" font-family="sans-serif" font-size="24">HHH</text>'
    found = gpucanvas.Image.open(svg('width="80" height="40"', inner)).to_numpy()[..., 3].astype(int)

    def draw(ctx: Any) -> None:
        ctx.font = "24px sans-serif"
        ctx.fill_text("HHH", 5, 30)

    wanted = canvas_of(80, 40, draw)[..., 3].astype(int)
    assert found.sum() == pytest.approx(wanted.sum(), rel=0.1)
    assert np.flatnonzero(found.any(0))[-1] == pytest.approx(np.flatnonzero(wanted.any(0))[-1], abs=1)


def test_fonts_are_loaded_for_text_that_is_seen() -> None:
    text = '<g><text y="9">a</text></g>'
    assert document.SvgDocument.of(svg("", text), "a file").has_text
    assert not document.SvgDocument.of(svg("", text.replace("<g>", '<g fill-opacity="0">')), "a file").has_text
    recording = gpucanvas.Recording(60, 40)
    recording.get_context("2d").fill_text("a", 9, 9)
    assert "<text" in recording.freeze().to_svg()
    assert not document.SvgDocument.of(recording.freeze().to_svg().encode(), "a file").has_text


# -- forms of a file ------------------------------------------------------------------------------------------------


FORMS = {
    "packed": gzip.compress(DISC),
    "with a byte order mark": b"\xef\xbb\xbf" + DISC,
    "with a prolog": b'<?xml version="1.0" encoding="utf-8"?>\n<!-- a comment -->\n' + DISC,
    "with entities": b'<!DOCTYPE svg [<!ENTITY c "#c04">]>' + DISC.replace(b"#c04", b"&c;"),
    "with a prefix": DISC.replace(b"<svg xmlns", b"<s:svg xmlns:s")
    .replace(b"<circle", b"<s:circle")
    .replace(b"</svg", b"</s:svg"),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_a_file(form: str, tmp_path: Path) -> None:
    wanted = gpucanvas.Image.open(DISC).to_numpy()
    path = tmp_path / "a file"
    path.write_bytes(FORMS[form])
    with path.open("rb") as opened:
        for source in (path, str(path), FORMS[form], bytearray(FORMS[form]), io.BytesIO(FORMS[form]), opened):
            assert np.array_equal(gpucanvas.Image.open(source).to_numpy(), wanted)


def test_open_files_are_read_from_their_beginning() -> None:
    out = io.BytesIO()
    Pictures.new("RGB", (3, 2), "red").save(out, "PNG")
    assert gpucanvas.Image.open(out).to_numpy()[0, 0].tolist() == [255, 0, 0, 255]
    out = io.BytesIO(DISC)
    out.seek(7)
    assert gpucanvas.Image.open(out).to_numpy()[5, 5].tolist() == [204, 0, 68, 255]


# -- what it must not do ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("link", ["href", "xlink:href"])
@pytest.mark.parametrize("scheme", ["", "file://", " "])
def test_it_loads_no_other_files(link: str, scheme: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    Pictures.new("RGB", (4, 4), "red").save(secret)
    place = f'{LINKED} width="20" height="20"'
    image = f'<image {link}="{scheme}{secret}" width="20" height="20"/>'
    nested = f'<pattern id="p" width="20" height="20">{image}</pattern><rect width="20" height="20" fill="url(#p)"/>'
    filtered = (
        f'<filter id="f"><feImage {link}="{scheme}{secret}"/></filter><rect width="9" height="9" filter="url(#f)"/>'
    )
    for inner in (image, nested, filtered):
        assert not gpucanvas.Image.open(svg(place, inner)).to_numpy().any()


def test_it_has_the_pictures_inside_of_it() -> None:
    inner = f'<image {LINKED} xlink:href="{gpucanvas.Canvas(4, 4).to_data_url()}" width="20" height="20"/>'
    assert not gpucanvas.Image.open(svg('width="20" height="20"', inner)).to_numpy().any()
    with gpucanvas.Canvas(4, 4, backend="cpu") as canvas:
        canvas.get_context("2d").fill_rect(0, 0, 4, 4)
        inner = f'<image href="{canvas.to_data_url()}" width="20" height="20"/>'
    assert gpucanvas.Image.open(svg('width="20" height="20"', inner)).to_numpy()[10, 10].tolist() == [0, 0, 0, 255]


BILLION = "".join(f'<!ENTITY a{n} "' + f"&a{n - 1};" * 10 + '">' for n in range(1, 10))
USES = "".join(f'<g id="u{n}">' + f'<use href="#u{n - 1}"/>' * 10 + "</g>" for n in range(1, 9))
BAD: dict[str, tuple[bytes, type[Exception], str]] = {
    "cut off": (DISC[:-9], ValueError, "no SVG document"),
    "cut off and packed": (gzip.compress(DISC)[:-12], ValueError, "cut off"),
    "without a namespace": (b'<svg width="4" height="4"/>', ValueError, "namespace"),
    "another document": (b'<html xmlns="http://www.w3.org/1999/xhtml"><svg/></html>', ValueError, "outermost"),
    "an unknown prefix": (svg("", '<image xlink:href="#a"/>'), ValueError, "no SVG document"),
    "without width": (svg('width="0" height="4"'), ValueError, "0x4"),
    "below nothing": (svg('width="-4" height="4"'), ValueError, "-4x4"),
    "endless": (svg('width="1e300" height="4"'), ValueError, "1e\\+300x4"),
    "too large": (svg('width="100000" height="100000"'), gpucanvas.LimitError, "100000x100000"),
    "nested deeply": (svg("", "<g>" * 5000 + "</g>" * 5000), ValueError, "over 200 deep"),
    "entities that grow": (
        f"<!DOCTYPE svg [<!ENTITY a0 'aaaaaaaaaa'>{BILLION}]>".encode() + svg("", "&a9;"),
        ValueError,
        "amplification",
    ),
    "uses that grow": (
        svg("", f'<defs><rect id="u0" width="1" height="1"/>{USES}</defs><use href="#u8"/>'),
        ValueError,
        "resvg",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_files_are_refused_with_a_reason(what: str) -> None:
    data, kind, words = BAD[what]
    with pytest.raises(kind, match=words):
        gpucanvas.Image.open(data)


FILTERED = (
    '<filter id="f" x="0" y="0" width="1" height="1">{}</filter><rect width="300" height="300" filter="url(#f)"/>'
)
HOSTILE: dict[str, tuple[str, str]] = {
    "markers in markers": (
        "".join(f'<marker id="m{n}"><path d="M0 0L9 9" marker-start="url(#m{n + 1})"/></marker>' for n in range(900))
        + '<path d="M0 0L9 9" marker-start="url(#m0)"/>',
        "nested too deeply",
    ),
    "masks of masks": (
        "".join(f'<mask id="m{n}"><rect width="9" height="9" mask="url(#m{n + 1})"/></mask>' for n in range(900))
        + '<rect width="9" height="9" mask="url(#m0)"/>',
        "nested too deeply",
    ),
    "a tile of a terabyte": (
        '<pattern id="p" width="1e6" height="1e6" patternUnits="userSpaceOnUse"><rect width="1" height="1"/></pattern>'
        '<rect width="300" height="300" fill="url(#p)"/>',
        "too much memory",
    ),
    "a filter without end": (
        FILTERED.format('<feTurbulence baseFrequency="0.1" numOctaves="1000000000"/>'),
        "over 2 s",
    ),
    "an offset out of range": (FILTERED.format('<feOffset dx="1e30"/>'), "resvg"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_files_take_only_a_process_of_their_own_down(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "SECONDS", 2.0)
    inner, words = HOSTILE[what]
    with pytest.raises(ValueError, match=words):
        gpucanvas.Image.open(svg('width="300" height="300"', inner))
    assert gpucanvas.Image.open(DISC).to_numpy()[5, 5].tolist() == [204, 0, 68, 255], "the next one is drawn"


def test_a_picture_in_a_picture_loads_no_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    Pictures.new("RGB", (4, 4), "red").save(secret)
    blue = '<rect width="4" height="4" fill="blue"/>'
    nested = svg('width="8" height="8"', f'<image href="{secret}" width="8" height="8"/>{blue}')
    for kind in ("image/svg+xml", "text/plain", ""):
        source = f"data:{kind};base64,{b64encode(nested).decode()}"
        found = gpucanvas.Image.open(svg('width="8" height="8"', f'<image href="{source}" width="8" height="8"/>'))
        assert not found.to_numpy()[6, 6].any(), kind
    assert found.to_numpy()[2, 2].tolist() == [0, 0, 255, 255], "it was drawn"


def test_threads_draw_side_by_side() -> None:
    with ThreadPoolExecutor(6) as pool:
        images = list(pool.map(lambda side: gpucanvas.Image.open(DISC, width=2 * side), range(5, 65)))
    assert [image.height for image in images] == [*range(5, 65)]
    assert len(worker._idle) <= worker.MOST_IDLE


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_has_a_process_of_its_own() -> None:
    code = f"""
import os
import gpucanvas
assert gpucanvas.Image.open({DISC!r}).height == 10
child = os.fork()
if child == 0:
    assert gpucanvas.Image.open({DISC!r}, width=40).height == 20
    os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
assert gpucanvas.Image.open({DISC!r}, width=60).height == 30
"""
    # With every warning an error: one is given for a process that nobody waits for.
    done = subprocess.run([sys.executable, "-W", "error", "-X", "dev", "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("executable", ["", "/nowhere/python", "echo", "true"])
def test_without_processes_it_is_drawn_here(executable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that runs Python inside of it may name itself as the executable."""
    wanted = gpucanvas.Image.open(DISC, width=44).to_numpy()
    monkeypatch.setattr(worker, "_idle", [])
    monkeypatch.setattr(sys, "executable", executable)
    assert np.array_equal(gpucanvas.Image.open(DISC, width=44).to_numpy(), wanted)
    with pytest.raises(ValueError, match="resvg"):
        gpucanvas.Image.open(svg('width="300" height="300"', HOSTILE["an offset out of range"][0]))


def test_a_file_that_unpacks_to_very_much_is_refused() -> None:
    bomb = gzip.compress(DISC + b" " * (80 << 20))
    with pytest.raises(gpucanvas.LimitError, match="bytes of SVG"):
        gpucanvas.Image.open(bomb)


def test_a_size_is_for_svg_alone() -> None:
    out = io.BytesIO()
    Pictures.new("RGB", (3, 2), "red").save(out, "PNG")
    with pytest.raises(ValueError, match="is not SVG.*draw_image"):
        gpucanvas.Image.open(out.getvalue(), width=10)
    for wrong in (0, -3, 2.5, True, "10"):
        with pytest.raises(ValueError, match="width is .*whole number"):
            gpucanvas.Image.open(DISC, width=wrong)  # type: ignore[arg-type]


def test_svg_in_the_wrong_place_is_told_where_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "disc.svg"
    path.write_bytes(DISC)
    with pytest.raises(ValueError, match=r"SVG itself.*text\.encode\(\)"):
        gpucanvas.Image.open(DISC.decode())
    with path.open(encoding="utf-8") as opened, pytest.raises(TypeError, match="disc.svg.*'rb'"):
        gpucanvas.Image.open(opened)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="stands still.*Image.open"):
        gpucanvas.AnimatedImage.open(path)
    with pytest.raises(ValueError, match="d attribute.*draw_image"):
        gpucanvas.Path2D(DISC.decode())


def test_without_the_library_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "is_installed", lambda: False)
    with pytest.raises(ImportError, match=r'gpucanvas\[svg\]"'):
        gpucanvas.Image.open(DISC, width=19)


def test_the_memory_budget_is_asked_before_it_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(svgpixels, "drawn", lambda *_: pytest.fail("drawn"))
    memory.set_budget(host_bytes=1 << 20)
    try:
        with pytest.raises(gpucanvas.MemoryBudgetError):
            gpucanvas.Image.open(DISC, width=4000)
    finally:
        memory.set_budget()
