"""source: reads shader files and their ``#include "path"``, and maps compiler messages back to file and line.

Mesa does not keep the file number of ``#line n id`` reliably, so lines are numbered file * 10000 + line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
FOLDERS = (PACKAGE / "shaders", PACKAGE.parent / "shaders")
FILE_STEP = 10000
_INCLUDE = re.compile(r'^\s*#include\s+"([^"]+)"')


@dataclass(frozen=True)
class Source:
    """A shader's whole text, and the files it came from in the order of their numbers."""

    text: str
    files: tuple[str, ...]

    def explain(self, message: str) -> str:
        """A compiler's message with file names and lines instead of the combined numbers."""

        def name(match: re.Match[str]) -> str:
            file, line = divmod(int(match.group(0)), FILE_STEP)
            return f"shaders/{self.files[file - 1]}:{line}" if 0 < file <= len(self.files) else match.group(0)

        return re.sub(r"\b\d{5,7}\b", name, message)


def folder() -> Path:
    """The folder of the shaders: inside an installed package, or beside it in a checkout."""
    for path in FOLDERS:
        if (path / "fine.comp").exists():
            return path
    raise FileNotFoundError(f"the shaders are in neither {FOLDERS[0]} nor {FOLDERS[1]}: reinstall gpucanvas")


def load(name: str) -> Source:
    """The source of a shader file."""
    files: list[str] = []
    version = ""
    lines: list[str] = []

    def include(path: str) -> None:
        nonlocal version
        if path in files:
            return
        files.append(path)
        number = len(files) * FILE_STEP
        lines.append(f"#line {number + 1}")
        for i, line in enumerate((folder() / path).read_text(encoding="utf-8").splitlines(), 1):
            found = _INCLUDE.match(line)
            if found:
                include(found.group(1))
                lines.append(f"#line {number + i + 1}")
            elif line.startswith("#version"):
                version = line
                lines.append("")
            else:
                lines.append(line)

    include(name)
    return Source("\n".join([version, *lines, ""]), tuple(files))
