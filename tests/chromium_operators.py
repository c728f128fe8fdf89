"""Every operator beside a headless Chromium: the greatest difference of each, over a matrix of colours. Run by hand.

    PYTHONPATH=.:tests python tests/chromium_operators.py [BACKEND]

Both draw one pixel a pair of colours: the backdrop with source-over, then the source by the operator, clipped to the
pixel. Chromium's pixels come as text of a page; differences are those of premultiplied colours, in steps of 8 bits.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

import numpy as np

import gpucanvas
from compositing import OPERATORS, composite

CHANNELS = (0, 51, 128, 204, 255)
ALPHAS = (0.0, 0.4, 1.0)
PAGE = """<!DOCTYPE html><pre id=o></pre><script>
const [operators, pairs] = %s, found = {};
const canvas = document.createElement('canvas'); canvas.width = pairs.length; canvas.height = 1;
const ctx = canvas.getContext('2d', {willReadFrequently: true});
for (const operator of operators) {
  ctx.reset();
  pairs.forEach(([backdrop, source], x) => {
    ctx.save(); ctx.beginPath(); ctx.rect(x, 0, 1, 1); ctx.clip();
    ctx.fillStyle = backdrop; ctx.fillRect(x, 0, 1, 1);
    ctx.globalCompositeOperation = operator; ctx.fillStyle = source; ctx.fillRect(x, 0, 1, 1);
    ctx.restore();
  });
  found[operator] = Array.from(ctx.getImageData(0, 0, pairs.length, 1).data);
}
document.getElementById('o').textContent = JSON.stringify(found);
</script>"""


def pairs() -> list[tuple[str, str]]:
    """Pairs of colours: some hundred backdrops and sources of all kinds."""
    rng = np.random.default_rng(3)
    colors = [(*rgb, a) for rgb in product(CHANNELS, repeat=3) for a in ALPHAS]
    picked = rng.integers(0, len(colors), (1500, 2))
    return [tuple("rgba({}, {}, {}, {})".format(*colors[i]) for i in pair) for pair in picked.tolist()]  # type: ignore[misc]


def chromium(colors: list[tuple[str, str]]) -> dict[str, np.ndarray]:
    """What Chromium makes of them: (pairs, 4) straight RGBA8 by operator."""
    binary = shutil.which("chromium") or shutil.which("google-chrome")
    if binary is None:
        raise SystemExit("no Chromium was found: install one (apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(PAGE % json.dumps([OPERATORS, colors]), encoding="utf-8")
        command = [binary, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page.as_uri()]
        text = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    match = re.search(r'<pre id="o">(.*?)</pre>', text, re.S)
    if match is None:
        raise SystemExit("Chromium's page has no result: look at it in a browser")
    return {name: np.array(values).reshape(-1, 4) for name, values in json.loads(match.group(1)).items()}


def ours(backend: str, operator: str, colors: list[tuple[str, str]]) -> np.ndarray:
    """The same by gpucanvas."""
    canvas = gpucanvas.Canvas(len(colors), 1, backend=backend)  # type: ignore[arg-type]
    ctx = canvas.get_context("2d")
    for x, (backdrop, source) in enumerate(colors):
        ctx.save()
        ctx.begin_path()
        ctx.rect(x, 0, 1, 1)
        ctx.clip()
        ctx.fill_style = backdrop
        ctx.fill_rect(x, 0, 1, 1)
        ctx.global_composite_operation, ctx.fill_style = operator, source  # type: ignore[assignment]
        ctx.fill_rect(x, 0, 1, 1)
        ctx.restore()
    return np.asarray(canvas.to_numpy()[0], np.int64)


def exact(operator: str, colors: list[tuple[str, str]]) -> np.ndarray:
    """The same by the formula, premultiplied, in steps of 8 bits."""
    numbers = np.array([[[float(v) for v in re.findall(r"[\d.]+", text)] for text in pair] for pair in colors])
    numbers[..., :3] /= 255
    return composite(operator, numbers[:, 1], numbers[:, 0]) * 255


def premultiplied(pixels: np.ndarray) -> np.ndarray:
    return np.concatenate([pixels[:, :3] * pixels[:, 3:] / 255, pixels[:, 3:]], 1)


def main(backend: str) -> None:
    """Print a line an operator."""
    colors = pairs()
    theirs = chromium(colors)
    print(f"{len(colors)} pairs on {backend}; greatest difference    from Chromium  from the formula  Chromium's")
    for operator in OPERATORS:
        a, b, c = (
            premultiplied(ours(backend, operator, colors)),
            premultiplied(theirs[operator]),
            exact(operator, colors),
        )
        between = abs(a - b).max(1)
        worst = int(between.argmax())
        print(
            f"{operator:20} {between[worst]:10.2f} {abs(a - c).max():10.2f} {abs(b - c).max():10.2f}   {colors[worst]}"
        )


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["cpu"]))
