"""docs/api.md has a line for every public name: it is made of the package, and refuses what it does not know."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

import gpucanvas

MAKER = Path(__file__).resolve().parents[1] / "docs" / "api" / "make.py"


def load() -> ModuleType:
    """The program that makes the page: it lies in no package."""
    spec = importlib.util.spec_from_file_location("api_page", MAKER)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


maker = load()


def test_the_page_is_that_of_this_package() -> None:
    assert maker.main(["--check"]) == 0


def test_every_public_name_and_every_member_of_the_standard_is_on_the_page() -> None:
    text = maker.PAGE.read_text(encoding="utf-8")
    for name in gpucanvas.__all__:
        assert name == "__version__" or re.search(rf"^###+ {name}$", text, re.MULTILINE), name
    for interface in maker.interfaces():
        for member in maker.members_of(interface):
            assert f"| `{member.name}" in text, member
            assert member.ours or member.differs.startswith("Left out"), f"{member.name}: why is it missing?"


def test_a_new_member_makes_the_page_stale(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def shine(self: object) -> None:
        """Shine."""

    monkeypatch.setattr(gpucanvas.Canvas, "shine", shine, raising=False)
    assert maker.main(["--check"]) == 1
    assert "docs/api.md is stale: run `python docs/api/make.py`" in capsys.readouterr().err
    assert "| `shine()` | Shine. |" in maker.page()


def test_a_member_without_a_docstring_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpucanvas.Canvas, "shine", lambda self: None, raising=False)
    with pytest.raises(maker.StaleError, match=r"Canvas\.shine has no docstring"):
        maker.page()


def test_a_member_of_the_standard_that_is_gone_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(gpucanvas.Path2D, "add_path")
    with pytest.raises(maker.StaleError, match=r"Path2D has no add_path: mend Path2D\.addPath in"):
        maker.page()


def test_a_new_public_name_needs_a_part_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpucanvas, "__all__", [*gpucanvas.__all__, "Lamp"])
    with pytest.raises(maker.StaleError, match=r"gpucanvas\.Lamp is in 0 parts of docs/api/ours\.toml"):
        maker.page()


def test_an_attribute_is_described_by_its_class() -> None:
    text = "A thing.\n\nAttributes\n----------\nside, top : float\n    Where it is, px,\n    from the left.\n"
    assert maker.in_docstring(text, "top") == "`side`, `top`: Where it is, px, from the left."
    assert maker.in_docstring(text, "left") == ""
