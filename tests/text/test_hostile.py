"""Broken fonts: each is refused with a reason or drawn as far as it goes; none crashes or hangs the process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from built_fonts import build_font, glyph_name, png
from fontTools.ttLib.tables import otTables as ot
from numpy.typing import NDArray

import gpucanvas
from gpucanvas import fonts
from gpucanvas.text import color, glyphs
from gpucanvas.text.face import load

PROGRAM = Path(__file__).with_name("hostile.py")
A, B = glyph_name("A"), glyph_name("B")
LAYERS = {
    "Format": ot.PaintFormat.PaintColrLayers,
    "Layers": [
        {
            "Format": ot.PaintFormat.PaintGlyph,
            "Glyph": B,
            "Paint": {"Format": ot.PaintFormat.PaintSolid, "PaletteIndex": index, "Alpha": 1.0},
        }
        for index in range(2)
    ],
}
FONTS = {
    "plain": build_font(),
    "variable": build_font(axes=(("wght", 100, 400, 900), ("slnt", -10, 0, 0))),
    "colr0": build_font(colors={A: [(B, 0), (B, 1)]}),
    "colr1": build_font(colors={A: LAYERS}),
    "cff": build_font(cff=True),
    "sbix": build_font(pictures={"A": {20: png(8, 8)}}),
}


@pytest.mark.parametrize("font", FONTS)
def test_a_broken_font_is_refused_or_drawn_and_never_crashes(font: str, tmp_path: Path) -> None:
    kinds = ["with_tables_cut_short", "with_random_bytes"]
    if font == "plain":
        kinds += ["cut_anywhere", "of_nothing_but_noise"]
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", str(PROGRAM), str(tmp_path), *kinds],
        input=FONTS[font],
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    counts = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
    assert len(counts) == len(kinds)
    for kind, (refused, read) in zip(kinds, counts, strict=True):
        assert refused > 20, kind
        assert read > 20 or kind in ("cut_anywhere", "of_nothing_but_noise"), kind


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it is empty: give a .ttf"),
        (b"hello world, this is no font", "it is no font: it begins with b'hell'"),
        (b"wOFF" + bytes(60), "it is a WOFF file: unpack it"),
        (b"wOF2" + bytes(60), "it is a WOFF2 file: unpack it"),
        (b"%!PS-AdobeFont-1.0: X", "it is a PostScript Type 1 font: convert it"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "it is an SVG file"),
        (b"PK\3\4" + bytes(60), "it is a zip archive"),
        (b"\0\1\0\0", "it is cut short: 4 bytes end before the list of its tables"),
        (FONTS["plain"][:30], "it is cut short: 30 bytes end in the list of its"),
        (FONTS["plain"][:-1], "it is cut short: table "),
        (b"\0\1\0\0" + bytes(20), "it has no glyphs"),
        (b"ttcf\0\1\0\0\0\0\0\0", "it has 0 faces, none of index 0"),
    ],
)
def test_the_reason_says_what_is_wrong(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=f"font of {len(data)} bytes: ") as caught:
        fonts.register(data)
    assert message in str(caught.value)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttf"
    path.write_bytes(b"nothing")
    with pytest.raises(ValueError, match=r"font .*broken\.ttf: it is no font"):
        fonts.register(path)


def rebuilt(data: bytes, change: Any) -> bytes:
    """A font, changed through fontTools."""
    import io

    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data))
    change(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def component(*names: str) -> Any:
    """A glyph that is made of others."""
    from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

    glyph = Glyph()
    glyph.numberOfContours = -1
    glyph.components = []
    for name in names:
        part = GlyphComponent()
        part.glyphName, part.x, part.y, part.flags = name, 0, 0, 0x0204
        glyph.components.append(part)
    return glyph


def test_glyphs_made_of_themselves_end() -> None:
    def change(font: Any) -> None:
        font["glyf"].glyphs |= {A: component(B), B: component(A)}
        font["glyf"].recalcBounds = False  # fontTools would walk in circles, too.
        for name in (A, B):
            glyph = font["glyf"].glyphs[name]
            glyph.xMin = glyph.yMin = glyph.xMax = glyph.yMax = 0
            glyph.recalcBounds = lambda *_, **__: None
        font.recalcBBoxes = False

    face = load(rebuilt(build_font(), change))
    assert face.instance().outline(1).verbs == b""
    assert face.instance(bold=0.03).outline(2).verbs == b""


def test_glyphs_that_double_at_each_step_end() -> None:
    """Thirty steps would be a thousand million squares."""
    characters = "".join(chr(0x4E00 + number) for number in range(30))
    names = [glyph_name(each) for each in characters]

    def change(font: Any) -> None:
        for name, before in zip(names[1:], names, strict=False):
            font["glyf"].glyphs[name] = component(before, before)
            font["glyf"].glyphs[name].recalcBounds = lambda *_, **__: None
            for edge in ("xMin", "yMin", "xMax", "yMax"):
                setattr(font["glyf"].glyphs[name], edge, 0)
        font.recalcBBoxes = False

    face = load(rebuilt(build_font(characters=characters), change))
    assert len(face.instance().outline(30).verbs) < 1_000_000


def test_paints_that_double_at_each_step_end() -> None:
    layers: dict[str, Any] = LAYERS["Layers"][0]  # type: ignore[assignment]
    for _ in range(30):
        layers = {
            "Format": ot.PaintFormat.PaintComposite,
            "SourcePaint": layers,
            "CompositeMode": "src_over",
            "BackdropPaint": {"Format": ot.PaintFormat.PaintColrGlyph, "Glyph": A},
        }
    face = load(build_font(colors={A: layers, B: LAYERS}))
    commands = face.instance().color_commands(1)
    assert len(commands) <= color.MOST_COMMANDS
    assert balance(commands) == 0


def balance(commands: Any) -> int:
    """Pushes less pops."""
    opening = (color.PushTransform, color.PushGroup, color.ClipGlyph, color.ClipRect)
    closing = (color.PopTransform, color.PopGroup, color.PopClip)
    return sum(isinstance(each, opening) - isinstance(each, closing) for each in commands)


def test_too_many_commands_are_drawn_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    from gpucanvas.text import paintgraph

    assert len(load(FONTS["colr1"]).instance().color_commands(1)) == 2
    monkeypatch.setattr(paintgraph, "MOST_COMMANDS", 1)
    assert load(FONTS["colr1"]).instance().color_commands(1) == ()


def test_a_colour_that_the_palette_does_not_have_shows_nothing() -> None:
    face = load(build_font(colors={A: [(B, 0), (B, 40), (B, 0xFFFF)]}))
    assert [layer.color for layer in face.instance().color_layers(1)] == [(1.0, 0.0, 0.0, 1.0), None]


def test_a_glyph_that_no_font_can_have_is_drawn_as_one_that_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    family = "Names Glyphs It Cannot Have"
    fonts.register(build_font(), family=family)

    def drawn() -> NDArray[np.uint8]:
        with gpucanvas.Canvas(80, 40, backend="cpu") as canvas:
            ctx = canvas.get_context("2d")
            ctx.font = f"20px '{family}'"
            ctx.fill_text("ABA", 5, 30)
            ctx.stroke_text("AAB", 5, 30)
            return canvas.to_numpy()

    read = glyphs.read
    monkeypatch.setattr(glyphs, "read", lambda buffer: (np.full_like(read(buffer)[0], -2), *read(buffer)[1:]))
    broken = drawn()
    fonts.register(build_font(), family=family, weight=700)  # Forget what was shaped.
    monkeypatch.setattr(glyphs, "read", lambda buffer: (np.zeros_like(read(buffer)[0]), *read(buffer)[1:]))
    assert np.array_equal(broken, drawn())
    assert broken.any()
