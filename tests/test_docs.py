"""README.md and docs/ are true: snippets run and draw the pictures shown, commands, links and files exist."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import gpucanvas
from compare import assert_same
from gpucanvas import cli

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted((ROOT / "docs").glob("*.md"))
MAX_PICTURE_BYTES = 250_000
LARGER = {"chromium.png": 600_000}
"""Pictures that may be larger: the contact sheet has two hundred of them."""


def blocks(language: str, text: str = README) -> list[str]:
    """The fenced blocks of a language, in the order of the text."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


SNIPPETS = blocks("python")
PAGE_SNIPPETS = [
    (page, number, snippet)
    for page in PAGES
    if page.name != "windows.md"  # They open windows: tests/window/test_programs.py.
    for number, snippet in enumerate(blocks("python", page.read_text(encoding="utf-8")))
]
COMMANDS = [shlex.split(part) for block in blocks("sh") for line in block.splitlines() for part in line.split("&&")]

RENDERS = [words for words in COMMANDS if "render" in words and "FILE.py" not in words]


def test_readme_has_snippets_and_commands() -> None:
    assert len(SNIPPETS) >= 3
    assert len(COMMANDS) >= 5
    assert len(RENDERS) >= 4


def assert_shown(drawn: Path, folder: Path) -> None:
    """Assert that the README shows this picture."""
    assert f"docs/images/{drawn.name}" in README
    shown, now = (np.asarray(Image.open(path)) for path in (ROOT / "docs" / "images" / drawn.name, drawn))
    # Loose: whether it is this picture is asked here, how exact its edges are in tests/scenes.
    assert_same(shown, now, max_difference=16, max_fraction=0.03, names=("README.md", "now"), folder=folder)


def still_of(number: int) -> Callable[..., None]:
    """Stand in for `gpucanvas.show`: draw the first frame into a file, named as the picture below the snippet.

    That the snippet does open a window is asked in tests/window/test_programs.py.
    """
    below = README.split(SNIPPETS[number])[1]
    name = re.search(r"docs/images/([\w.]+)", below)
    assert name is not None

    def show(draw: Callable[..., object], width: int, height: int) -> None:
        view = gpucanvas.View(width, height, backend="cpu")
        view.draw(draw)
        view._paint()
        with view.canvas:
            view.canvas.save(name[1])

    return show


@pytest.mark.parametrize("number", range(len(SNIPPETS)))
def test_snippet_runs_and_draws_what_the_readme_shows(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(gpucanvas, "show", still_of(number))
    exec(compile(SNIPPETS[number], f"README.md snippet {number}", "exec"), {"__name__": "snippet"})
    for drawn in tmp_path.iterdir():
        assert_shown(drawn, tmp_path)


@pytest.mark.parametrize(
    ("page", "number", "snippet"), PAGE_SNIPPETS, ids=[f"{page.stem} {number}" for page, number, _ in PAGE_SNIPPETS]
)
def test_snippet_of_a_page_runs(
    page: Path, number: int, snippet: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says about the result is asserted in the snippet itself."""
    monkeypatch.chdir(tmp_path)
    exec(compile(snippet, f"{page.name} snippet {number}", "exec"), {"__name__": "snippet"})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_has_snippets_its_links_exist_and_the_readme_leads_to_it(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert blocks("python", text)
    assert [path for path in re.findall(r"\]\(([^)#:]+)\)", text) if not (page.parent / path).is_file()] == []
    assert f"docs/{page.name}" in README


@pytest.mark.parametrize("path", re.findall(r"\]\(([^)#:]+)\)", README))
def test_what_the_readme_shows_exists(path: str) -> None:
    assert (ROOT / path).is_file()


@pytest.mark.parametrize("picture", sorted((ROOT / "docs" / "images").glob("*.png")), ids=lambda path: path.name)
def test_picture_is_small_and_in_use(picture: Path) -> None:
    assert 0 < picture.stat().st_size < LARGER.get(picture.name, MAX_PICTURE_BYTES)
    shown = f"docs/images/{picture.name}" in README
    assert shown or any(f"](images/{picture.name})" in page.read_text(encoding="utf-8") for page in PAGES)


@pytest.mark.parametrize("words", [words for words in COMMANDS if "gpucanvas" in words], ids=" ".join)
def test_gpucanvas_command_is_understood(words: list[str]) -> None:
    options = cli._parser().parse_args(words[words.index("gpucanvas") + 1 :])
    if getattr(options, "script", None) and options.script != Path("FILE.py"):
        assert (ROOT / options.script).is_file()


@pytest.mark.parametrize("words", RENDERS, ids=" ".join)
def test_render_command_draws_what_the_readme_shows(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = words[words.index("gpucanvas") + 1 :]
    arguments[1] = str(ROOT / arguments[1])
    monkeypatch.chdir(tmp_path)
    # Named, as it is what drew those shown: how the backends agree is asked in tests/scenes.
    assert cli.main([*arguments, "--backend", "cpu"]) == 0
    (drawn,) = tmp_path.glob("*.png")
    assert_shown(drawn, tmp_path)


@pytest.mark.parametrize("words", [words for words in COMMANDS if "install" in words], ids=" ".join)
def test_install_command_names_an_extra_that_exists(words: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    target = words[words.index("-e") + 1]
    assert target == "." or target.removeprefix(".[").removesuffix("]") in project["optional-dependencies"]


def test_files_that_the_readme_names_exist() -> None:
    named = re.findall(r"`((?:gpucanvas|shaders|examples|docs|tests|\.ci)/[\w./]*)`", README)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_packages_that_the_readme_names_are_those_of_the_errors() -> None:
    assert cli.MESA.partition("apt-get install ")[2] in README
    assert cli.MESA.partition("apt-get install ")[2] in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["draw_focus_if_needed"])
def test_what_the_readme_says_is_missing_is_missing(name: str) -> None:
    """So that whoever adds it is told to say so."""
    assert not hasattr(gpucanvas.Context2D, name)


CODE = [*(ROOT / "gpucanvas").rglob("*.py"), *(path for path in (ROOT / "shaders").rglob("*") if path.is_file())]
PLACES = (ROOT, ROOT / "gpucanvas", ROOT / "gpucanvas" / "kernels", ROOT / "shaders", ROOT / "tests")
"""Where the names of files begin that docstrings and comments mention."""


def test_files_that_code_names_exist() -> None:
    named = [
        (path, name)
        for path in CODE
        for name in re.findall(
            r"\b((?:[a-z_]+/)+[a-z_]+\.(?:py|comp|glsl|frag|md))\b", path.read_text(encoding="utf-8")
        )
    ]
    assert len(named) > 20
    gone = [
        f"{path.relative_to(ROOT)} names {name}"
        for path, name in named
        if not any((place / name).exists() for place in PLACES)
    ]
    assert not gone


def test_twins_that_code_names_exist() -> None:
    named = [
        (path, *found)
        for path in CODE
        for found in re.findall(r"Twin: ([\w/.]+), (\w+)", path.read_text(encoding="utf-8"))
    ]
    assert len(named) > 5
    for path, file, function in named:
        twin = next(place / file for place in PLACES if (place / file).exists())
        assert re.search(rf"\b{function}\(", twin.read_text(encoding="utf-8")), f"{path}: {file} has no {function}"
