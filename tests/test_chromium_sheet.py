"""What is drawn here is what a headless Chromium draws of the same calls, and the list of members is what it has.

Run by hand where there is a Chromium, and not by .ci/run: another version of it may draw otherwise.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

import left_out
from chromium_scenes import program
from chromium_sheet import APART, PAGE, SHEET, Pixels, distance, names_of, of_chromium, scene_of
from test_api_page import maker

FLAT, ALL = 1.0, 3.0
"""The greatest mean difference of a scene, steps of 8 bits: away from edges, and of all pixels."""


def need_chromium() -> str:
    found = program()
    if found is None:
        left_out.CHROMIUM.missing("no Chromium was found")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def theirs() -> dict[str, Pixels]:
    need_chromium()
    return of_chromium(names_of(SHEET))


@pytest.mark.parametrize("name", names_of(SHEET))
def test_a_scene_is_drawn_as_chromium_draws_it(name: str, backend: str, theirs: dict[str, Pixels]) -> None:
    found = distance(scene_of(name).render(backend), theirs[name])
    assert found.flat <= FLAT
    assert found.mean <= ALL


def test_every_scene_of_the_sheet_shows_something_else(theirs: dict[str, Pixels]) -> None:
    """A page whose script has failed would give empty pictures, or the same again and again."""
    for name, pixels in theirs.items():
        assert len(np.unique(pixels.reshape(-1, 4), axis=0)) > 1, name
    assert len({pixels.tobytes() for pixels in theirs.values()}) == len(theirs)


def test_the_sheet_has_scenes_of_every_part() -> None:
    names = names_of(SHEET)
    assert len(names) == len(set(names)) >= 40
    assert min(map(len, SHEET.values())) >= 4
    assert not set(names) & set(names_of(APART))


def test_a_picture_that_is_off_is_found() -> None:
    ground = np.full((40, 40, 4), 255, np.uint8)
    ground[:, 20:, :3] = 0
    assert distance(ground, ground.copy()) == (0, 0, distance(ground, ground).share, 0)
    darker = ground.copy()
    darker[..., :3] -= np.minimum(darker[..., :3], 3)
    assert distance(darker, ground).flat > FLAT
    moved = np.roll(ground, 1, axis=1)
    assert distance(moved, ground).mean > ALL
    blot = ground.copy()
    blot[2:14, 2:14, :3] = 0
    assert distance(blot, ground).flat > FLAT, "an edge that Chromium does not have is a difference"
    with pytest.raises(ValueError, match="give two of one size"):
        distance(ground, ground[1:])


def test_the_page_has_a_line_for_every_scene() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in [*names_of(SHEET), *names_of(APART)]:
        assert len(re.findall(rf"^\| `{name}` \|", text, re.MULTILINE)) == 1, name


def test_chromium_has_no_member_that_the_list_of_the_standard_lacks(tmp_path: Path) -> None:
    binary = need_chromium()
    listed: dict[str, set[str]] = {}
    for interface in maker.interfaces():
        of = interface.get("of", interface["name"])
        for name in re.findall(r"\w+", of):
            listed.setdefault(name, set()).update(member.name for member in maker.members_of(interface))
    page = tmp_path / "page.html"
    page.write_text(
        f"""<!DOCTYPE html><pre id=o></pre><script>
        const found = {{}};
        for (const name of {json.dumps(sorted(listed))}) if (globalThis[name])
          found[name] = [...Object.getOwnPropertyNames(globalThis[name].prototype),
            ...Object.getOwnPropertyNames(globalThis[name]).filter(each => !(each in Function.prototype))];
        document.getElementById('o').textContent = JSON.stringify(found);
        </script>""",
        encoding="utf-8",
    )
    command = [binary, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page.as_uri()]
    text = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    found = json.loads(re.search(r'<pre id="o">(.*?)</pre>', text, re.DOTALL)[1])  # type: ignore[index]
    assert {"CanvasRenderingContext2D", "Path2D", "TextMetrics", "ImageData", "DOMMatrix"} <= set(found)
    # The same members of a read-only class, and of the context of an offscreen canvas, are on one list.
    listed["DOMMatrixReadOnly"] |= listed["DOMMatrix"]
    listed["DOMMatrix"] |= listed["DOMMatrixReadOnly"]
    listed["DOMPointReadOnly"] |= listed["DOMPoint"]
    listed["DOMPoint"] |= listed["DOMPointReadOnly"]
    listed["OffscreenCanvasRenderingContext2D"] |= listed["CanvasRenderingContext2D"]
    for name, members in found.items():
        missing = set(members) - listed[name] - {"constructor", "prototype", "name", "length"}
        assert not missing, f"docs/api/standard.toml has no {name}.{', '.join(sorted(missing))}"
