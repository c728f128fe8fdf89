"""The examples draw: each one's draw() runs at a small size and gives a picture of more than a few colours."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

import gpucanvas

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_draws_a_picture(path: Path) -> None:
    canvas = gpucanvas.Canvas(300, 200, backend="cpu")
    load(path).draw(canvas.get_context("2d"), 300, 200)
    pixels = canvas.to_numpy()
    assert (pixels[..., 3] == 255).all(), "an example covers its canvas"
    assert len(np.unique(pixels.reshape(-1, 4), axis=0)) > 100


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_run_as_a_program_writes_the_file_it_is_given(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", [str(path), str(tmp_path / "picture.png")])
    load(path).main()
    with Image.open(tmp_path / "picture.png") as picture:
        assert min(picture.size) > 300


def test_examples_are_all_there() -> None:
    assert {path.stem for path in EXAMPLES} >= {"world_map", "live_chart", "scatter", "seed_fills"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_reads_each_array_of_its_data_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compressed file of arrays decompresses one each time that it is asked for it."""
    reads: dict[str, int] = {}
    archive = type(np.load(next((path.parent / "data").glob("*.npz"))))
    read = archive.__getitem__

    def count(self: object, key: str) -> object:
        reads[key] = reads.get(key, 0) + 1
        return read(self, key)

    monkeypatch.setattr(archive, "__getitem__", count)
    load(path).draw(gpucanvas.Recording(300, 200).get_context("2d"), 300, 200)
    assert max(reads.values(), default=0) <= 1, reads
