"""Text of scripts beside a headless Chromium: in the same font files, by pixels and by numbers.

    PYTHONPATH=.:tests:tests/text python tests/text/chromium_scripts.py SHEET.png

Right to left, mixed directions, marks, letters that join or are reordered, from every side and squeezed. The sheet has
each pair, Chromium's first, twice as large. `test_chromium_scripts.py` holds us to it.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from script_fonts import PACKAGES, font_file, register

import gpucanvas
from chromium_filters import binary
from gpucanvas.names import snake

TEXTS = (
    "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd",
    "abc \u05e9\u05dc\u05d5\u05dd 123 (\u05d8\u05d5\u05d1), xyz",
    *("\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd [\u05d0] <b>", "a\u2067\u05d0\u05d1 1\u2069b"),
    *("\u05d0\u05d1!\u200f", "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645"),
    "\u0627\u0644\u0633\u0639\u0631 12.50 USD!",
    *("\u0645\u064f\u062d\u064e\u0645\u064e\u0651\u062f", "\u0661\u0662\u0663-456", "\u0644\u0627 \u0625\u0644\u0647"),
    *("\u0e19\u0e49\u0e33 \u0e01\u0e33 \u0e1b\u0e39\u0e48 \u0e01\u0e47", "Hello! e\u0301\u0323"),
    "\u0915\u094d\u0937\u0924\u094d\u0930\u093f\u092f \u0928\u092e\u0938\u094d\u0924\u0947",
)
WIDTH, HEIGHT, X, BASELINE, SIZE = 300, 48, 150.3, 30.0, 20
METRICS = (
    *("width", "fontBoundingBoxAscent", "fontBoundingBoxDescent", "emHeightAscent", "emHeightDescent"),
    *("hangingBaseline", "alphabeticBaseline", "ideographicBaseline"),
)
BOXES = tuple(f"actualBoundingBox{side}" for side in ("Left", "Right", "Ascent", "Descent"))
"""Chromium rounds these outwards."""
PAGE = """<!DOCTYPE html><meta charset="utf-8"><pre id=o></pre><script>
(async () => {
  for (const [name, data] of Object.entries(%s)) {
    const face = new FontFace(name, Uint8Array.from(atob(data), c => c.charCodeAt(0)).buffer);
    await face.load(); document.fonts.add(face);
  }
  const found = [];
  for (const [text, settings, room] of %s) {
    const canvas = document.createElement('canvas'); canvas.width = %d; canvas.height = %d;
    const ctx = canvas.getContext('2d', {willReadFrequently: true});
    ctx.fillStyle = 'white'; ctx.fillRect(0, 0, canvas.width, canvas.height); ctx.fillStyle = 'black';
    ctx.font = '%s'; Object.assign(ctx, settings);
    ctx.fillText(text, %s, %s, ...(room ? [room] : []));
    const data = ctx.getImageData(0, 0, canvas.width, canvas.height).data, greens = [], metrics = {};
    for (let i = 1; i < data.length; i += 4) greens.push(data[i]);
    const measured = ctx.measureText(text);
    for (const name of %s) metrics[name] = measured[name];
    found.push([metrics, greens]);
  }
  document.getElementById('o').textContent = JSON.stringify(found);
})();
</script>"""


class Case(NamedTuple):
    """What is drawn: a text, what is set by JavaScript's names, and the room it is squeezed into."""

    text: str
    settings: dict[str, str]
    room: float | None = None

    @property
    def name(self) -> str:
        """What tests call it."""
        return " ".join([ascii(self.text)[1:-1], *self.settings.values(), *([str(self.room)] if self.room else [])])


CASES = [
    *(Case(text, {"direction": d, "textAlign": a}) for text in TEXTS for d in ("ltr", "rtl") for a in ("start", "end")),
    *(Case(text, {"direction": "rtl", "textAlign": "center"}, 40) for text in TEXTS),
    *(Case(text, {"textBaseline": "hanging", "fontKerning": "none"}) for text in TEXTS),
    *(
        Case(text, {"direction": d, "letterSpacing": "6px", "wordSpacing": "9px"})
        for text in TEXTS
        for d in ("ltr", "rtl")
    ),
]
FONT = f"{SIZE}px " + ", ".join(f"'Test {script}'" for script in PACKAGES)


def chromium(program: str) -> list[tuple[dict[str, float], NDArray[np.uint8]]]:
    """The measures and the greens of each case, as Chromium has them."""
    fonts = {f"Test {script}": base64.b64encode(font_file(script).read_bytes()).decode() for script in PACKAGES}
    given = json.dumps(fonts), json.dumps(CASES), WIDTH, HEIGHT, FONT.replace("'", '"'), X, BASELINE
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(PAGE % (*given, json.dumps(METRICS + BOXES)), encoding="utf-8")
        command = [program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
        command += ["--virtual-time-budget=20000", "--enable-experimental-web-platform-features"]
        command += ["--dump-dom", file.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=True)
    match = re.search(r'<pre id="o">(.+?)</pre>', done.stdout, re.S)
    assert match is not None, "Chromium's page has no result: look at it in a browser"
    found: list[Any] = json.loads(match.group(1))
    return [(metrics, np.array(greens, np.uint8).reshape(HEIGHT, WIDTH)) for metrics, greens in found]


def ours(case: Case, backend: str = "cpu") -> tuple[dict[str, float], NDArray[np.uint8]]:
    """The same as we have them."""
    for script in PACKAGES:
        register(script)
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        ctx.fill_style = "white"
        ctx.fill_rect(0, 0, WIDTH, HEIGHT)
        ctx.fill_style, ctx.font = "black", FONT
        for name, value in case.settings.items():
            setattr(ctx, snake(name), value)
        ctx.fill_text(case.text, X, BASELINE, case.room)
        measured = ctx.measure_text(case.text)
        metrics = {name: float(getattr(measured, snake(name))) for name in METRICS + BOXES}
        return metrics, np.array(canvas.to_numpy()[..., 1])


def main(sheet: str) -> None:
    """Print how every case compares, and save the sheet."""
    program = binary()
    if program is None:
        raise SystemExit("no Chromium was found")
    rows = []
    for case, (metrics, theirs) in zip(CASES, chromium(program), strict=True):
        mine, picture = ours(case)
        ink = (255.0 - theirs).sum()
        far = max(abs(mine[name] - metrics[name]) for name in METRICS)
        far_box = max(abs(mine[name] - metrics[name]) for name in BOXES)
        off = np.abs(picture.astype(float) - theirs).sum() / ink
        print(f"{case.name:70} difference / ink {off:.3f}   metrics {far:.3f}   boxes {far_box:.2f}")
        rows.append(np.concatenate([theirs, picture], axis=1))
    picture = Image.fromarray(np.concatenate(rows))
    picture.resize((2 * picture.width, 2 * picture.height), Image.Resampling.NEAREST).save(sheet)


if __name__ == "__main__":
    main(sys.argv[1])
