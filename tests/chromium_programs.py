"""Random programs of canvas calls, played here and in a headless Chromium. Also run by hand:

    PYTHONPATH=.:tests python tests/chromium_programs.py [COUNT [FIRST_SEED [TOPIC [SHEET.png]]]]

The worst programs come first; the sheet has their pictures, ours, Chromium's and where they differ. What a program is,
and what is left out, says `chromium_writer`.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import gpucanvas
from chromium_more import TOPICS, More
from chromium_text import font_file
from chromium_writer import HEIGHT, WIDTH, Program
from gpucanvas.names import snake

Answers = list[Any]
PAGE = """<!DOCTYPE html><pre id=o></pre><script>
(async () => {
const face = new FontFace('Tried', Uint8Array.from(atob('%(font)s'), c => c.charCodeAt(0)).buffer);
await face.load(); document.fonts.add(face);
const numbers = {nan: NaN, inf: Infinity, '-inf': -Infinity, undefined};
let paths = {}, kept = null;
const stamp = document.createElement('canvas'); stamp.width = 12; stamp.height = 9;
%(stamp)s
function given(v) {
  if (Array.isArray(v)) return v.map(given);
  if (v && typeof v === 'object') return 'stamp' in v ? stamp
    : 'path' in v ? paths[v.path] : 'kept' in v ? kept : 'number' in v ? numbers[v.number]
    : 'matrix' in v ? new DOMMatrix(v.matrix) : v;
  return v;
}
function answer(v) {
  if (v instanceof CanvasPattern || v instanceof CanvasGradient) return 'paint';
  if (v instanceof ImageData) return [v.width, v.height, ...v.data];
  if (v instanceof DOMMatrix) return [v.a, v.b, v.c, v.d, v.e, v.f];
  return v === undefined ? null : v;
}
const found = [];
for (const program of %(programs)s) {
  const canvas = document.createElement('canvas'); canvas.width = %(width)d; canvas.height = %(height)d;
  const ctx = canvas.getContext('2d', {willReadFrequently: true}), answers = [];
  let made = ctx; paths = {}; kept = null;
  for (const [kind, name, value] of program) {
    try {
      if (kind === 'set') ctx[name] = given(value);
      else if (kind === 'make') ctx.fillStyle = made = ctx[name](...given(value));
      else if (kind === 'pen') ctx.strokeStyle = made = ctx[name](...given(value));
      else if (kind === 'path') paths[name] = new Path2D(...given(value));
      else if (kind === 'draw') paths[name][value[0]](...given(value[1]));
      else if (kind === 'keep') kept = ctx[name](...given(value));
      else if (kind === 'size') canvas[name] = value;
      else if (kind === 'tell') made[name](...given(value));
      else if (kind === 'get') answers.push(ctx[name]);
      else if (kind === 'matrix') {
        const [[, start], ...steps] = value, matrix = new DOMMatrix(...start);
        for (const [verb, given] of steps) matrix[verb](...given);
        answers.push([...matrix.toFloat64Array()].map((v) => v !== v ? 'nan' : v), matrix.is2D, matrix.isIdentity);
      }
      else { const got = ctx[name](...given(value)); if (kind === 'ask') answers.push(answer(got)); }
    } catch (error) { answers.push('!' + error.name); }
  }
  let text = '';
  for (const byte of ctx.getImageData(0, 0, canvas.width, canvas.height).data) text += String.fromCharCode(byte);
  found.push([answers, canvas.width, canvas.height, btoa(text)]);
}
document.getElementById('o').textContent = JSON.stringify(found);
})();
</script>"""
QUARTERS = (("red", 0, 0, 6, 4), ("lime", 6, 0, 6, 4), ("blue", 0, 4, 6, 5), ("rgba(255, 255, 0, 0.5)", 6, 4, 6, 5))


def programs(count: int, first: int = 0, topics: tuple[str, ...] = TOPICS) -> dict[str, Program]:
    """So many programs of each topic, by topic and seed."""
    return {f"{topic} {seed}": More(seed, topic).program for topic in topics for seed in range(first, first + count)}


def binary() -> str | None:
    """Chromium's program, where there is one."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def chromium(program: str, played: list[Program]) -> list[tuple[Answers, NDArray[np.uint8]]]:
    """What Chromium answers and draws."""
    stamp = "".join(f"c.fillStyle = '{c}'; c.fillRect({x}, {y}, {w}, {h});" for c, x, y, w, h in QUARTERS)
    font = base64.b64encode(font_file()).decode()
    told = {"font": font, "width": WIDTH, "height": HEIGHT, "stamp": "const c = stamp.getContext('2d'); " + stamp}
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(PAGE % {**told, "programs": json.dumps(played)}, encoding="utf-8")
        switches = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", f"--user-data-dir={folder}/profile"]
        switches.append("--virtual-time-budget=20000")
        # The layers proposal.
        switches += ["--enable-blink-features=Canvas2dLayers,Canvas2dLayersWithOptions,CanvasFilter,NewCanvas2DAPI"]
        switches.append("--enable-experimental-web-platform-features")
        command = [program, *switches, page.as_uri()]
        text = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    match = re.search(r'<pre id="o">(.*?)</pre>', text, re.S)
    if match is None or not match.group(1):
        raise RuntimeError("Chromium's page has no result: look at it in a browser")
    return [
        (answers, np.frombuffer(base64.b64decode(data), np.uint8).reshape(high, wide, 4))
        for answers, wide, high, data in json.loads(match.group(1))
    ]


class Player:
    """Plays programs on one canvas."""

    def __init__(self, canvas: Any, stamp: Any) -> None:
        self._canvas, self._ctx, self._stamp = canvas, canvas.get_context("2d"), stamp
        self._made: Any = self._ctx
        self._paths: dict[str, Any] = {}
        self._kept: Any = None
        self.answers: Answers = []

    def play(self, program: Program) -> None:
        """Make all calls of a program; what counts is in the answers."""
        for kind, name, value in program:
            try:
                self._play(kind, name, value)
            except Exception as error:
                self.answers.append("!" + getattr(error, "name", type(error).__name__))

    def _play(self, kind: str, name: str, value: Any) -> None:
        if kind == "set":
            setattr(self._ctx, snake(name), self._given(value))
        elif kind == "size":
            setattr(self._canvas, name, value)
        elif kind == "get":
            self.answers.append(getattr(self._ctx, snake(name)))
        elif kind == "matrix":
            self.answers += _matrix(value)
        elif kind == "path":
            self._paths[name] = gpucanvas.Path2D(*self._given(value), on_invalid="ignore")
        elif kind == "draw":
            getattr(self._paths[name], snake(value[0]))(*self._given(value[1]))
        elif kind == "tell":
            getattr(self._made, snake(name))(*self._given(value))
        else:
            self._call(kind, getattr(self._ctx, snake(name))(*self._given(value)))

    def _call(self, kind: str, got: Any) -> None:
        """What becomes of a result."""
        if kind == "make":
            self._ctx.fill_style = self._made = got
        elif kind == "pen":
            self._ctx.stroke_style = self._made = got
        elif kind == "keep":
            self._kept = got
        elif kind == "ask":
            # Here `save` returns the context, for a `with` block; the standard's returns nothing.
            self.answers.append(None if got is self._ctx else _answer(got))

    def _given(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._given(each) for each in value]
        if not isinstance(value, dict):
            return value
        if "number" in value:
            return None if value["number"] == "undefined" else float(value["number"])
        if "matrix" in value:
            return gpucanvas.DOMMatrix(value["matrix"])
        if "path" in value:
            return self._paths[value["path"]]
        return self._stamp if "stamp" in value else self._kept if "kept" in value else value


def _matrix(steps: list[Any]) -> Answers:
    """The numbers and the flags of a matrix."""
    matrix = gpucanvas.DOMMatrix(*steps[0][1])
    for verb, given in steps[1:]:
        getattr(matrix, snake(verb))(*given)
    numbers = matrix.to_float64_array().tolist()
    return [["nan" if np.isnan(v) else v for v in numbers], matrix.is_2d, matrix.is_identity]


def _answer(got: Any) -> Any:
    if hasattr(got, "m11"):
        return [*got.to_float64_array()[[0, 1, 4, 5, 12, 13]]]
    if isinstance(got, np.ndarray):
        return [got.shape[1], got.shape[0], *got.reshape(-1).tolist()]
    return "paint" if isinstance(got, gpucanvas.CanvasGradient | gpucanvas.CanvasPattern) else got


@cache
def register_font() -> None:
    """Have the font that Chromium is given, once."""
    gpucanvas.fonts.register(font_file(), family="Tried")


def ours(backend: Any, program: Program) -> tuple[Answers, NDArray[np.uint8]]:
    """What gpucanvas answers and draws."""
    register_font()
    with (
        gpucanvas.Canvas(12, 9, backend=backend) as stamp,
        gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend, on_invalid="ignore") as canvas,
    ):
        inner = stamp.get_context("2d")
        for color, *box in QUARTERS:
            inner.fill_style = color
            inner.fill_rect(*box)
        player = Player(canvas, stamp)
        player.play(program)
        return player.answers, np.array(canvas.to_numpy())


def is_same(mine: Any, theirs: Any) -> bool:
    """Whether two answers are one; numbers to a millionth."""
    if isinstance(mine, list) and isinstance(theirs, list):
        return len(mine) == len(theirs) and all(map(is_same, mine, theirs))
    if isinstance(theirs, int | float) and not isinstance(theirs, bool):
        return isinstance(mine, int | float) and abs(mine - theirs) <= 1e-6 * max(1.0, abs(theirs))
    return bool(mine == theirs)


def off(mine: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(H, W): by how much premultiplied colours differ at most, of 255."""
    both = [pixels.astype(np.float64) for pixels in (mine, theirs)]
    for values in both:
        values[..., :3] *= values[..., 3:] / 255
    most: NDArray[np.float64] = abs(both[0] - both[1]).max(-1)
    return most


def broad(differs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(H - 2, W - 2): pixels that differ and whose eight neighbours do, so that no edge of one pixel counts."""
    return np.lib.stride_tricks.sliding_window_view(differs, (3, 3)).all((2, 3))


def main(count: int = 100, first: int = 0, topic: str = "", sheet: str = "") -> None:
    """Print what differs."""
    program = binary()
    if program is None:
        raise SystemExit("no Chromium was found: install one (apt-get install chromium)")
    played = programs(count, first, (topic,) if topic else TOPICS)
    found = []
    for (name, each), (answers, pixels) in zip(played.items(), chromium(program, list(played.values())), strict=True):
        mine, drawn = ours("cpu", each)
        differs = not is_same(mine, answers)
        if drawn.shape != pixels.shape:
            print(f"{name}: {drawn.shape} is not {pixels.shape}")
            continue
        far = int((off(drawn, pixels) > 64).sum()) + 4 * int(broad(off(drawn, pixels) > 12).sum())
        if far > 6 or differs:
            found.append((far + 10_000 * differs, name, drawn, pixels))
            if differs:
                print(name, [pair for pair in zip(mine, answers, strict=False) if not is_same(*pair)][:4])
    found.sort(key=lambda row: -row[0])
    for far, name, _, _ in found:
        print(f"{name}: {far % 10_000} pixels differ, answers {'differ' if far >= 10_000 else 'are the same'}")
    print(f"{len(played)} programs, {len(found)} of them differ")
    if sheet:
        save_sheet(sheet, [(drawn, pixels) for _, _, drawn, pixels in found[:24]])


def save_sheet(file: str, pairs: list[tuple[NDArray[np.uint8], NDArray[np.uint8]]]) -> None:
    """Save pictures side by side, ours, Chromium's and their difference, over grey, five times as large."""
    from PIL import Image

    page = Image.new("RGB", (4 * 3 * (WIDTH + 2), 6 * (HEIGHT + 2)), "#888888")
    for i, (mine, theirs) in enumerate(pairs):
        x, y = 3 * (WIDTH + 2) * (i % 4), (HEIGHT + 2) * (i // 4)
        for k, pixels in enumerate((mine, theirs)):
            page.paste(Image.fromarray(pixels), (x + k * (WIDTH + 2), y), Image.fromarray(pixels))
        page.paste(Image.fromarray(off(mine, theirs).clip(0, 255).astype(np.uint8)), (x + 2 * (WIDTH + 2), y))
    page.resize((3 * page.width, 3 * page.height), Image.Resampling.NEAREST).save(file)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:5])
