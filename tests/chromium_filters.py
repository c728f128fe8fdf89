"""Filters beside a headless Chromium: a sheet of both, and how far they are from each other. Also run by hand:

    PYTHONPATH=.:tests python tests/chromium_filters.py SHEET.png [BACKEND]

Both draw one picture, as of a camera, partly transparent, through each filter on a canvas of its own; Chromium's pixels
come as text of a page. Differences are those of premultiplied colours, in steps of 8 bits.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import gpucanvas

WIDTH, HEIGHT = 130, 100
LEFT, TOP = 20, 16
# None with currentcolor: Chromium would not tell its pixels, since the colour of a link is a secret.
# Its blurs are three means of whole pixels: a sigma of 5.15 pixels is what it says, one of 5 is 4.47 in truth.
FILTERS: tuple[Any, ...] = (
    "none",
    "blur(1px)",
    "blur(4px)",
    "blur(0.515em)",
    "brightness(0.6)",
    "brightness(180%)",
    "contrast(0.4)",
    "contrast(250%)",
    "grayscale()",
    "grayscale(40%)",
    "hue-rotate(90deg)",
    "hue-rotate(-0.6turn)",
    "invert()",
    "invert(30%)",
    "opacity(45%)",
    "saturate(0.3)",
    "saturate(300%)",
    "sepia()",
    "sepia(0.5)",
    "drop-shadow(6px 8px 0 red)",
    "drop-shadow(-5px 7px 3px rgb(20 40 200 / 0.7))",
    "drop-shadow(black 3px 3px)",
    "contrast(3) brightness(0.5) saturate(2)",
    "brightness(2) contrast(50%) hue-rotate(40deg)",
    "blur(2px) invert() drop-shadow(4px 4px 2px black)",
    "drop-shadow(8px 0 1px lime) grayscale(60%) opacity(0.8)",
)
PAGE = """<!DOCTYPE html><pre id=o></pre><script>
const [filters, width, height, left, top_, wide, high, data] = %s, found = [];
const picture = new OffscreenCanvas(wide, high), bytes = Uint8ClampedArray.from(atob(data), c => c.charCodeAt(0));
picture.getContext('2d').putImageData(new ImageData(bytes, wide, high), 0, 0);
for (const filter of filters) {
  const canvas = document.createElement('canvas'); canvas.width = width; canvas.height = height;
  const ctx = canvas.getContext('2d', {willReadFrequently: true});
  ctx.filter = filter;
  ctx.drawImage(picture, left, top_);
  let text = '';
  for (const byte of ctx.getImageData(0, 0, width, height).data) text += String.fromCharCode(byte);
  found.push([ctx.filter, btoa(text)]);
}
document.getElementById('o').textContent = JSON.stringify(found);
</script>"""


def picture(noise: float = 6.0) -> NDArray[np.uint8]:
    """Something like a photograph: light from one side, round things, leaves, noise; half transparent at one corner."""
    y, x = np.mgrid[:68, :90].astype(float)
    rng = np.random.default_rng(7)
    sky = np.stack([120 + x * 0.9, 150 + y * 0.8, 235 - y * 0.9], 2)
    ground = np.stack([60 + 40 * np.sin(x / 5), 110 + 30 * np.sin(y / 3 + x / 9), 40 + 0 * x], 2)
    made = np.where((y > 40 + 5 * np.sin(x / 11))[..., None], ground, sky)
    for cx, cy, r, color in ((25, 24, 15, (250, 190, 40)), (62, 44, 18, (215, 40, 60)), (44, 56, 9, (240, 240, 250))):
        near = np.hypot(x - cx, y - cy)
        light = np.clip(1.15 - np.hypot(x - cx + r / 3, y - cy + r / 3) / r * 0.6, 0.15, 1)
        made = np.where((near < r)[..., None], np.array(color) * light[..., None], made)
    made += rng.normal(0, noise, made.shape)
    alpha = np.clip(255 - 2.2 * np.maximum(x + y - 95, 0) * 2, 60, 255)
    return np.clip(np.dstack([made, alpha]), 0, 255).astype(np.uint8)


def binary() -> str | None:
    """Chromium's program, where there is one."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def chromium(program: str, filters: tuple[Any, ...]) -> list[NDArray[np.uint8]]:
    """What Chromium draws through each filter: (H, W, 4) straight RGBA8."""
    pixels = picture()
    high, wide = pixels.shape[:2]
    told = [filters, WIDTH, HEIGHT, LEFT, TOP, wide, high, base64.b64encode(pixels.tobytes()).decode()]
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(PAGE % json.dumps(told), encoding="utf-8")
        command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page.as_uri()]
        text = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    match = re.search(r'<pre id="o">(.*?)</pre>', text, re.S)
    if match is None or not match.group(1):
        raise RuntimeError("Chromium's page has no result: look at it in a browser")
    found = json.loads(match.group(1))
    assert [given for given, _ in found] == list(filters), "Chromium takes every one of these filters"
    return [np.frombuffer(base64.b64decode(data), np.uint8).reshape(HEIGHT, WIDTH, 4) for _, data in found]


def ours(backend: str, value: Any) -> NDArray[np.uint8]:
    """The same by gpucanvas."""
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        ctx.filter = value
        ctx.draw_image(picture(), LEFT, TOP)
        return np.array(canvas.to_numpy())


def premultiplied(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    values = pixels.astype(np.float64)
    values[..., :3] *= values[..., 3:] / 255
    return values


def sheet(path: str, pairs: list[tuple[NDArray[np.uint8], NDArray[np.uint8]]], columns: int = 5) -> None:
    """Write a picture of pairs, ours left and Chromium's right, on a chequered ground."""
    from PIL import Image

    rows = -(-len(pairs) // columns)
    y, x = np.mgrid[: rows * HEIGHT, : columns * 2 * WIDTH]
    ground = np.where(((x // 8 + y // 8) % 2)[..., None] == 1, 200.0, 240.0) * np.ones(3)
    for i, pair in enumerate(pairs):
        for k, pixels in enumerate(pair):
            row, column = i // columns * HEIGHT, (i % columns * 2 + k) * WIDTH
            part = ground[row : row + HEIGHT, column : column + WIDTH]
            over = premultiplied(pixels)
            part[:] = over[..., :3] + part * (1 - over[..., 3:] / 255)
    Image.fromarray(np.round(ground).astype(np.uint8)).save(path)


def main(path: str, backend: str = "cpu") -> None:
    """Write the sheet and print a line a filter."""
    program = binary()
    if program is None:
        raise SystemExit("no Chromium was found: install one (apt-get install chromium)")
    pairs = [(ours(backend, each), theirs) for each, theirs in zip(FILTERS, chromium(program, FILTERS), strict=True)]
    sheet(path, pairs)
    print(f"{'difference on ' + backend:60} mean    most")
    for value, (mine, theirs) in zip(FILTERS, pairs, strict=True):
        off = abs(premultiplied(mine) - premultiplied(theirs))
        print(f"{value:60} {off.mean():5.2f} {off.max():7.1f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
