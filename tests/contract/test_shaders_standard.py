"""The shaders by glslang, the reference compiler of GLSL: what it accepts, every driver should.

Mesa, on which all other tests run, accepts more than the standard does.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import left_out
from gpucanvas.contract.constants import FEATURE_ALL, FEATURE_KIND_SHIFT, FEATURE_PAINTS, PAINT_KIND_BITS
from gpucanvas.contract.formats import FORMATS, RGBA8
from gpucanvas.gl.program import define
from gpucanvas.gl.source import load

SHADERS = Path(__file__).parents[2] / "shaders"
FEATURES = [1 << bit for bit in range(FEATURE_ALL.bit_length())]
"""The bit of each feature of a scene."""
KINDS = [FEATURE_PAINTS | 1 << kind << FEATURE_KIND_SHIFT for kind in range(1 << PAINT_KIND_BITS)]
"""The features of a scene whose paints are all of one kind."""


def compiler() -> str:
    """The path of glslang's program."""
    found = shutil.which("glslangValidator") or shutil.which("glslang")
    if found is None:
        left_out.GLSLANG.missing("glslangValidator is not installed")
    assert found is not None
    return found


def complaints(folder: Path) -> str:
    """What glslang says of all shaders in a folder; empty where all are valid."""
    files = sorted(map(str, folder.iterdir()))
    ran = subprocess.run([compiler(), *files], capture_output=True, text=True, timeout=300)
    lines = [line for line in ran.stdout.splitlines() if line.strip() not in files]
    assert bool(lines) == (ran.returncode != 0), ran.stdout + ran.stderr
    return "\n".join(lines)


def test_every_shader_is_valid_in_every_pixel_format(tmp_path: Path) -> None:
    for path in SHADERS.glob("*.*"):
        text = load(path.name).text
        for format in FORMATS.values():
            for fetches in (False, True):
                made = text if path.suffix == ".vert" else define(text, None, format, fetches)
                (tmp_path / f"{path.stem}-{format.name}-{fetches}{path.suffix}").write_text(made)
    assert len(list(tmp_path.iterdir())) > 60
    assert complaints(tmp_path) == ""


def test_shaders_are_valid_with_each_feature_alone_and_with_none(tmp_path: Path) -> None:
    for path in SHADERS.glob("*.comp"):
        text = load(path.name).text
        for features in (0, *FEATURES, *KINDS) if "FEATURES" in text else ():
            (tmp_path / f"{path.stem}-{features}.comp").write_text(define(text, features, RGBA8))
    assert len(list(tmp_path.iterdir())) > 40
    assert complaints(tmp_path) == ""


@pytest.mark.parametrize(
    "wrong", ["int a = 1.5;", "float a = missing;", "uint a = 1u; int b = a;", "float f() { for (;;) { return; } }"]
)
def test_what_is_not_in_the_standard_is_found(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "wrong.comp").write_text(f"#version 430\nlayout(local_size_x = 1) in;\n{wrong}\nvoid main() {{}}\n")
    assert "ERROR" in complaints(tmp_path)
