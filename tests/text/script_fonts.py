"""script_fonts: fonts of scripts that the shipped one lacks, from packages: the same on every machine."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import gpucanvas

PACKAGES = {
    "Latin": "fontpkg_noto_sans",
    "Hebrew": "fontpkg_heebo",
    "Arabic": "fontpkg_noto_sans_arabic",
    "Thai": "fontpkg_noto_sans_thai",
}


@cache
def font_file(script: str) -> Path:
    """The upright file of a script's font."""
    spec = find_spec(PACKAGES[script])
    assert spec is not None and spec.origin is not None, f"{PACKAGES[script]} is not installed: pip install .[test]"
    return min(Path(spec.origin).parent.glob("files/*.ttf"), key=lambda path: ("Italic" in path.name, path.name))


def register(script: str) -> str:
    """Register a script's font; returns its family, which no system font has."""
    family = f"Test {script}"
    gpucanvas.fonts.register(font_file(script), family=family)
    return family
