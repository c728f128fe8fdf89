"""Programs as people write them, in a real window for some frames: snippets of the documents, and the examples."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from programs import Program

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "windows.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
SNIPPET = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SNIPPETS = {f"windows.md {number}": text for number, text in enumerate(SNIPPET.findall(PAGE))}
SNIPPETS |= {f"README {number}": text for number, text in enumerate(SNIPPET.findall(README)) if "show(" in text}
INTERACTIVE = {
    path.stem: path
    for path in sorted((ROOT / "examples").glob("*.py"))
    if "gpucanvas.show(" in path.read_text(encoding="utf-8")
}
FRAMES = "12"
FRAMES_ON_GL = "4"
"""More than are in flight. Software OpenGL takes most of a second for a frame of some examples."""

pytestmark = pytest.mark.usefixtures("gl")


def test_there_are_programs() -> None:
    assert len(SNIPPETS) >= 5
    assert {"README 0"} <= SNIPPETS.keys()


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_snippet_with_a_window_runs(name: str, start: Callable[..., Program]) -> None:
    program = start(SNIPPETS[name], GPUCANVAS_WINDOW_FRAMES=FRAMES)
    program.process.wait(60)
    assert (program.process.returncode, program.errors) == (0, "")


@pytest.mark.parametrize("backend", ["cpu", "gl"])
@pytest.mark.parametrize("name", INTERACTIVE)
def test_an_example_runs_in_a_window(name: str, backend: str, start: Callable[..., Program]) -> None:
    program = start(
        f"""
        import runpy, sys
        import gpucanvas
        gpucanvas.configure(backend={backend!r})
        sys.path.insert(0, {str(ROOT / "examples")!r})
        sys.argv = [{str(INTERACTIVE[name])!r}]
        runpy.run_path(sys.argv[0], run_name="__main__")
        """,
        GPUCANVAS_WINDOW_FRAMES=FRAMES_ON_GL if backend == "gl" else FRAMES,
    )
    program.process.wait(120)
    assert (program.process.returncode, program.errors) == (0, "")
