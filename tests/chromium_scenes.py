"""Scenes beside a headless Chromium: what differs, and a sheet of both with their difference. Run by hand.

    PYTHONPATH=.:tests python tests/chromium_scenes.py SHEET.png [TOPIC ...]

    scene --Script: notes calls as JavaScript--> a page --Chromium--> pixels  <--compared-->  pixels of the cpu backend

Scenes that call what browsers lack (batches) are left out. Differences are of premultiplied colours, in steps of 8
bits.
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
import numpy.typing as npt
from PIL import Image

from gpucanvas import Path2D
from gpucanvas.geometry.affine import as_tuple
from scenes import SCENES, Scene

PAGE = """<!DOCTYPE html><pre id=o></pre><script>
const [fonts, scripts] = %s;
function pixels(width, height, data) { return new ImageData(new Uint8ClampedArray(data), width, height); }
function picture(width, height, data) {
  const canvas = document.createElement('canvas'); canvas.width = width; canvas.height = height;
  canvas.getContext('2d').putImageData(pixels(width, height, data), 0, 0);
  return canvas;
}
async function draw() {
  for (const [family, url, style] of fonts) {
    const face = new FontFace(family, `url(${url})`, {weight: '100 900', stretch: '62.5%% 100%%', style});
    document.fonts.add(await face.load());
  }
  const found = [];
  for (const [width, height, script] of scripts) {
    const canvas = document.createElement('canvas'); canvas.width = width; canvas.height = height;
    const ctx = canvas.getContext('2d', {willReadFrequently: true});
    try { new Function('ctx', script)(ctx); } catch (error) { console.error(script.slice(0, 200) + error); }
    found.push(Array.from(ctx.getImageData(0, 0, width, height).data));
  }
  document.getElementById('o').textContent = JSON.stringify(found);
}
draw();
</script>"""


class NotInBrowsers(Exception):
    """A scene calls what browsers lack."""


class Script:
    """A stand-in of a context, and of what it makes, that notes what is called as JavaScript."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self.__dict__.update(_name=name, _lines=lines)

    def __getattr__(self, name: str) -> Any:
        if re.match(r"(fill|stroke)_\w*s$|stroke_line_segments", name):
            raise NotInBrowsers(name)

        def call(*values: Any) -> Script:
            shown = ", ".join(map(written, values))
            if name == "put_image_data":
                shown = shown.replace("picture(", "pixels(", 1)
            if name == "create_pattern" and len(values) == 1:
                shown += ", 'repeat'"
            if name == "set_transform" and values and (len(values) == 1 or self._name != "ctx"):
                # Patterns of browsers take no six numbers.
                matrix = as_tuple(values[0] if len(values) == 1 else values)
                shown = f"new DOMMatrix({list(matrix)})"
            made = f"v{len(self._lines)}"
            self._lines.append(f"const {made} = {self._name}.{camel(name)}({shown});")
            return Script(made, self._lines)

        return call

    def __setattr__(self, name: str, value: Any) -> None:
        self._lines.append(f"{self._name}.{camel(name)} = {written(value)};")


def camel(name: str) -> str:
    """A name as JavaScript has it."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def written(value: Any) -> str:
    """A value as JavaScript."""
    if isinstance(value, Script):
        return str(value._name)
    if isinstance(value, Path2D):
        return f"new Path2D({json.dumps(value.to_svg())})"
    if isinstance(value, np.ndarray) and value.ndim == 3:
        if value.shape[2] == 3:
            value = np.concatenate([value, np.full((*value.shape[:2], 1), 255, np.uint8)], 2)
        return f"picture({value.shape[1]}, {value.shape[0]}, {value.ravel().tolist()})"
    if isinstance(value, tuple) and all(isinstance(each, float | int) for each in value) and len(value) in (3, 4):
        r, g, b, *a = value
        return json.dumps(f"rgb({r * 255} {g * 255} {b * 255} / {a[0] if a else 1})")
    return json.dumps(value, default=float)


def script_of(scene: Scene) -> str | None:
    """A scene as JavaScript; None where browsers lack what it calls."""
    lines: list[str] = []
    try:
        scene.draw(Script("ctx", lines), scene.width, scene.height)
    except (NotInBrowsers, TypeError, AttributeError, ValueError):
        return None
    return "\n".join(lines)


def program() -> str | None:
    """Chromium's program, where there is one."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def shipped_fonts() -> list[tuple[str, str, str]]:
    """The font that text is drawn with here, for the page: family, URL, style."""
    import fontpkg_noto_sans as package

    found = []
    for path in sorted((package.ROOT / "files").glob("*.ttf")):
        url = "data:font/ttf;base64," + base64.b64encode(path.read_bytes()).decode()
        found.append((package.FAMILY, url, "italic" if "Italic" in path.name else "normal"))
    return found


def chromium(
    scripts: list[tuple[int, int, str]], fonts: list[tuple[str, str, str]] | None = None
) -> list[npt.NDArray[np.uint8]]:
    """What Chromium draws: (H, W, 4) straight RGBA8 of each."""
    binary = program()
    if binary is None:
        raise SystemExit("no Chromium was found: install one (apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(PAGE % json.dumps([fonts or [], scripts]), encoding="utf-8")
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
        flags += ["--enable-logging=stderr", "--virtual-time-budget=60000"]
        command = [binary, *flags, "--dump-dom", page.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    text = done.stdout
    print(*(line[:300] + "\n" for line in done.stderr.splitlines() if "CONSOLE" in line), sep="", end="")
    found = json.loads(re.search(r"<pre id=\"o\">(.*?)</pre>", text, re.DOTALL).group(1))  # type: ignore[union-attr]
    return [np.array(each, np.uint8).reshape(h, w, 4) for each, (w, h, _) in zip(found, scripts, strict=True)]


def premultiplied(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Premultiplied colours, 0 to 255."""
    alpha = picture[..., 3:] / 255
    return np.concatenate([picture[..., :3] * alpha, picture[..., 3:]], -1)


def main(target: str, *topics: str) -> None:
    """Compare and write the sheet."""
    scripts = {
        name: script
        for name, scene in SCENES.items()
        if (not topics or set(topics) & set(scene.topics)) and (script := script_of(scene))
    }
    theirs = chromium(
        [(SCENES[name].width, SCENES[name].height, script) for name, script in scripts.items()], shipped_fonts()
    )
    across, wide, high = 3, 3 * 200, 140
    sheet = Image.new("RGB", (across * wide, -(-len(scripts) // across) * high), (228, 228, 228))
    for i, (name, other) in enumerate(zip(scripts, theirs, strict=True)):
        own = SCENES[name].render("cpu")
        gap = abs(premultiplied(own) - premultiplied(other)).max(-1)
        print(f"{name:44} mean {gap.mean():6.3f}  most {gap.max():5.1f}  beyond 3: {(gap > 3).mean():7.2%}")
        seen = np.clip(gap * 8, 0, 255).astype(np.uint8)
        for k, picture in enumerate((own, other, np.stack([seen] * 3, 2))):
            image = Image.fromarray(picture)
            place = i % across * wide + k * 196 + 2, i // across * high + 2
            sheet.paste(image, place, image if picture.shape[2] == 4 else None)
    sheet.save(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
