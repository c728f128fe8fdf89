"""What exists only to be fast says which stage it stands in for, and which test holds it to that stage."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "gpucanvas" / "stages" / "fast").glob("[a-z]*.py"))


def test_fast_has_files() -> None:
    assert len(FILES) >= 5


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_fast_names_its_stage_and_its_test(file: Path) -> None:
    said = " ".join((ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").split())
    assert re.search(r"\b(replaces|stands in for) ", said), "which stage does it replace?"
    tests = re.findall(r"tests/[\w/]+\.py", said)
    assert tests, "which test holds it to that stage?"
    assert all((ROOT / test).is_file() for test in tests)
    assert file.name in (file.parent / "__init__.py").read_text(encoding="utf-8")
