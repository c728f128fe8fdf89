"""The digest of the contents of all source files that kernels are compiled from.

A library or a cached kernel of other sources might draw other pictures, or read tables of another layout. Times and
absolute paths of files do not count: a copied tree or a new environment has the same kernels.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

FOLDERS: Final = ("stages", "stages/fast", "contract", "kernels", "kernels/aot", "verbs/quick")
"""The folders of the package that kernels are compiled from, with those of constants. A test follows the imports."""


@cache
def digest() -> str:
    """Returns the SHA-256 of the sources of all kernels, in hexadecimal digits; empty inside a zip archive."""
    package = Path(__file__).parents[1]
    files = sorted(
        (file.relative_to(package).as_posix(), file)
        for folder in FOLDERS
        for file in package.joinpath(folder).iterdir()
        if file.suffix in (".py", ".c", ".h")
    ) if Path(__file__).exists() else []
    found = hashlib.sha256()
    for name, file in files:
        # Normalised, because git or an archive may have changed the ends of lines.
        text = file.read_bytes().replace(b"\r\n", b"\n")
        found.update(f"{name} {len(text)}\n".encode())
        found.update(text)
    return found.hexdigest() if files else ""
