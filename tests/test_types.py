"""Types as a program sees them: mypy --strict takes what works and refuses what does not; names are those of tables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from gpucanvas.backends.choose import NAMES, BackendName
from gpucanvas.frames.queue import POLICIES, Policy
from gpucanvas.text import typeset
from gpucanvas.text.textstyle import SETTINGS
from gpucanvas.verbs import state, textsettings

ROOT = Path(__file__).resolve().parents[1]
USER_CODE = ROOT / "tests" / "typing" / "user_code.py"


def test_mypy_refuses_exactly_the_lines_that_are_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    api = pytest.importorskip("mypy.api")
    monkeypatch.chdir(ROOT)  # So that mypy finds the project's settings, and what it knows of the package already.
    out, err, _ = api.run(["--strict", "--no-error-summary", str(USER_CODE)])
    assert err == ""
    assert [line for line in out.splitlines() if not line.startswith("tests/typing/user_code.py:")] == []
    refused = {int(number) for number in re.findall(r"user_code\.py:(\d+): error", out)}
    lines = USER_CODE.read_text(encoding="utf-8").splitlines()
    wrong = {number for number, line in enumerate(lines, 1) if line.endswith("  # wrong")}
    assert len(wrong) > 40
    texts = [f"taken: {lines[n - 1]}" for n in sorted(wrong - refused)]
    texts += [f"refused: {lines[n - 1]}" for n in sorted(refused - wrong)]
    assert texts == [], out


@pytest.mark.parametrize(
    ("names", "table"),
    [
        (state.Operator, state.STYLES),
        (state.LineCap, state.CAPS),
        (state.LineJoin, state.JOINS),
        (state.FillRule, state.RULES),
        (state.Quality, state.QUALITIES),
        (textsettings.TextAlign, SETTINGS["text_align"]),
        (textsettings.TextBaseline, SETTINGS["text_baseline"]),
        (textsettings.Direction, SETTINGS["direction"]),
        (textsettings.Kerning, SETTINGS["font_kerning"]),
        (textsettings.Caps, SETTINGS["font_variant_caps"]),
        (textsettings.Rendering, SETTINGS["text_rendering"]),
        (typeset.Align, typeset.ALIGNS),
        (typeset.Direction, typeset.DIRECTIONS),
        (BackendName, NAMES),
        (Policy, POLICIES),
    ],
)
def test_the_names_of_a_type_are_those_that_are_taken(names: object, table: object) -> None:
    assert get_args(names) == tuple(table)  # type: ignore[arg-type]
