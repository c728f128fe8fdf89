"""Text beside a headless Chromium: ink, and how far pixels are apart. `test_chromium_text.py` holds us to it.

    PYTHONPATH=.:tests python tests/chromium_text.py SHEET.png

The same string in the same font file, at sizes from 10 to 48 px, black, grey and white, as text is drawn by default and
under geometricPrecision; and stroked, squeezed, mirrored, running up and in small capitals. Ink is the sum of how far
pixels are from their background; the sheet has each pair, Chromium's first, four times as large.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import gpucanvas
from chromium_filters import binary

SIZES = (10, 12, 14, 20, 48)
COLORS = {"black": ("#000000", "#ffffff"), "grey": ("#808080", "#ffffff"), "white": ("#ffffff", "#000000")}
"""Of text, and of what is under it."""
RENDERINGS = ("auto", "geometricPrecision")
TEXT = "Hamburgefonstiv quick 0123"
X, BASELINE, WIDTH, HEIGHT = 5.4, 60.0, 760, 80

PAGE = """<!DOCTYPE html><pre id=o></pre><script>
(async () => {
  const bytes = Uint8Array.from(atob(%s), c => c.charCodeAt(0));
  const face = new FontFace('Tried', bytes.buffer); await face.load(); document.fonts.add(face);
  const found = [];
  for (const [size, color, ground, rendering, way] of %s) {
    const canvas = document.createElement('canvas'); canvas.width = %d; canvas.height = %d;
    const ctx = canvas.getContext('2d', {willReadFrequently: true});
    ctx.fillStyle = ground; ctx.fillRect(0, 0, canvas.width, canvas.height);
    ctx.font = size + 'px Tried'; ctx.textRendering = rendering; ctx.fillStyle = ctx.strokeStyle = color;
    ctx.lineWidth = 2;
    if (way == 'running up') ctx.transform(0, -1, 1, 0, -20, 85);
    if (way == 'mirrored') ctx.transform(1, 0, 0, -1, 0, 100.3);
    if (way == 'wide') ctx.transform(1.5, 0, 0, 1, 0, 0);
    if (way.endsWith('caps') || way == 'unicase') ctx.fontVariantCaps = way;
    const [text, x, y] = [%s, %s, %s];
    if (way == 'stroked') ctx.strokeText(text, x, y);
    else if (way == 'squeezed') ctx.fillText(text, x, y, 6 * size);
    else ctx.fillText(text, x, y);
    const data = ctx.getImageData(0, 0, canvas.width, canvas.height).data, greens = [];
    for (let i = 1; i < data.length; i += 4) greens.push(data[i]);
    found.push(greens);
  }
  document.getElementById('o').textContent = JSON.stringify(found);
})();
</script>"""


class Case(NamedTuple):
    """What is drawn."""

    size: int
    color: str
    ground: str
    rendering: str
    way: str = "filled"

    @property
    def name(self) -> str:
        """What tests call it."""
        color = next(name for name, pair in COLORS.items() if pair == (self.color, self.ground))
        return f"{self.size} px {color} {self.rendering}" + (f" {self.way}" if self.way != "filled" else "")


CASES = [Case(size, *pair, rendering) for rendering in RENDERINGS for size in SIZES for pair in COLORS.values()]
WAYS = ("stroked", "squeezed", "wide", "running up", "mirrored", "small-caps", "all-petite-caps", "unicase")
OTHER_CASES = [Case(size, *COLORS["black"], "auto", way) for way in WAYS for size in (14, 20)]
"""What text may be besides filled and upright."""


def font_file() -> bytes:
    """The font that comes with the package."""
    from gpucanvas.text.shape import setting_of
    from gpucanvas.text.textstyle import TextStyle

    face = setting_of(TextStyle()).choices[0].face
    return face.data


def chromium(program: str) -> list[NDArray[np.uint8]]:
    """The greens of each case, as Chromium draws it."""
    font = json.dumps(base64.b64encode(font_file()).decode())
    page = PAGE % (font, json.dumps(CASES + OTHER_CASES), WIDTH, HEIGHT, json.dumps(TEXT), X, BASELINE)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page, encoding="utf-8")
        command = [program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
        command += ["--virtual-time-budget=20000", "--dump-dom", file.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=True)
    text = done.stdout.split("<pre id=\"o\">")[1].split("</pre>")[0]
    found: list[Any] = json.loads(text)
    return [np.array(greens, np.uint8).reshape(HEIGHT, WIDTH) for greens in found]


def ours(case: Case, backend: str = "cpu") -> NDArray[np.uint8]:
    """The same as we draw it."""
    gpucanvas.fonts.register(font_file(), family="Tried")
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        ctx.fill_style = case.ground
        ctx.fill_rect(0, 0, WIDTH, HEIGHT)
        ctx.font, ctx.text_rendering, ctx.fill_style = f"{case.size}px Tried", case.rendering, case.color  # type: ignore[assignment]
        ctx.stroke_style, ctx.line_width = case.color, 2
        if case.way == "running up":
            ctx.transform(0, -1, 1, 0, -20, 85)
        elif case.way == "mirrored":
            ctx.transform(1, 0, 0, -1, 0, 100.3)
        elif case.way == "wide":
            ctx.transform(1.5, 0, 0, 1, 0, 0)
        elif case.way.endswith("caps") or case.way == "unicase":
            ctx.font_variant_caps = case.way  # type: ignore[assignment]
        if case.way == "stroked":
            ctx.stroke_text(TEXT, X, BASELINE)
        else:
            ctx.fill_text(TEXT, X, BASELINE, 6 * case.size if case.way == "squeezed" else None)
        return np.array(canvas.to_numpy()[..., 1])


def ink(picture: NDArray[np.uint8]) -> float:
    """How far its pixels are from the background, all together."""
    return float(np.abs(picture.astype(np.float64) - float(picture[0, 0])).sum())


def main(sheet: str) -> None:
    """Print how every case compares, and save the sheet."""
    program = binary()
    if program is None:
        raise SystemExit("no Chromium was found")
    rows = []
    for case, theirs in zip(CASES + OTHER_CASES, chromium(program), strict=True):
        mine = ours(case)
        off = np.abs(mine.astype(float) - theirs).sum() / ink(theirs)
        print(f"{case.name:36} our ink / Chromium's {ink(mine) / ink(theirs):.3f}   difference / ink {off:.3f}")
        rows += [theirs[4:, :400], mine[4:, :400]]
    picture = Image.fromarray(np.concatenate(rows))
    picture.resize((4 * picture.width, 4 * picture.height), Image.Resampling.NEAREST).save(sheet)


if __name__ == "__main__":
    main(sys.argv[1])
