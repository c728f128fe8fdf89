"""Asks a headless Chromium which colours a canvas takes, and writes its answers to `chromium_colors.json`.

    python tests/paint/ask_chromium.py [a file with more colours, one a line]

A canvas of 16-bit floats is filled with each colour and read back; one of bytes where a channel is beyond such floats.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ANSWERS = Path(__file__).parent / "chromium_colors.json"
BROWSER = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000", "--dump-dom"]
PAGE = """<!DOCTYPE html><meta charset="utf-8"><pre id="answers"></pre><script>
const [floats, bytes] = ['float16', 'unorm8'].map((colorType) =>
  document.createElement('canvas').getContext('2d', {colorType, willReadFrequently: true}));
const answers = STRINGS.map((text) => {
  for (const context of [floats, bytes]) {
    context.fillStyle = '#010203';
    context.fillStyle = text;
    if (context.fillStyle === '#010203') return null;
    context.clearRect(0, 0, 1, 1);
    context.fillRect(0, 0, 1, 1);
  }
  const rgba = Array.from(floats.getImageData(0, 0, 1, 1, {pixelFormat: 'rgba-float16'}).data, Number);
  if (rgba.every(Number.isFinite)) return rgba;
  return Array.from(bytes.getImageData(0, 0, 1, 1).data, (v) => v / 255);
});
document.getElementById('answers').textContent = JSON.stringify(answers);
</script>"""


def ask(texts: list[str]) -> list[list[float] | None]:
    """What Chromium makes of each text: red, green, blue and alpha, 0 to 255, or None where it is no colour."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(PAGE.replace("STRINGS", json.dumps(texts)))
        command = [*BROWSER, f"--user-data-dir={folder}/profile", page.as_uri()]
        answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    found = re.search(r'<pre id="answers">(.*)</pre>', answer)
    if not found:
        raise RuntimeError(f"Chromium gave no answers: {answer:.200}")
    return [rgba and [to_255(v) for v in rgba] for rgba in json.loads(html.unescape(found[1]))]


def to_255(value: float) -> float:
    """A channel of a pixel, 0 to 255 with a decimal."""
    return round(min(max(value, 0.0), 1.0) * 255, 1)


def main() -> None:
    """Ask for the colours that have answers already, and for those of a file."""
    texts = list(json.loads(ANSWERS.read_text())["colors"]) if ANSWERS.exists() else []
    for path in sys.argv[1:]:
        texts += [line for line in Path(path).read_text().splitlines() if line.strip()]
    texts = list(dict.fromkeys(texts))
    version = subprocess.run(["chromium", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    rows = ",\n".join(
        f"    {json.dumps(text)}: {json.dumps(rgba)}" for text, rgba in zip(texts, ask(texts), strict=True)
    )
    ANSWERS.write_text(f'{{\n  "chromium": "{version}",\n  "colors": {{\n{rows}\n  }}\n}}\n')


if __name__ == "__main__":
    main()
