"""Every test of text has a system of its own: no fonts but those it puts there, and a cache of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gpucanvas.text import registry, system


@pytest.fixture(autouse=True)
def font_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The one folder of the system's fonts, empty at first."""
    folder = tmp_path / "system fonts"
    folder.mkdir()
    monkeypatch.setenv(system.FOLDERS_VARIABLE, str(folder))
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "cache"))
    system.refresh()
    yield folder
    registry.remove(registry.registered())
    system.refresh()
