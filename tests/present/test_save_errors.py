"""Paths that cannot be saved to: the error names the path as it was given, and the cure."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path

import pytest

import gpucanvas


@pytest.fixture
def canvas() -> gpucanvas.Canvas:
    return gpucanvas.Canvas(4, 4, backend="cpu")


@pytest.mark.parametrize("given", ["/nonexistent/x.png", "no/such folder/x.png"])
def test_a_folder_that_is_missing_is_said_to_be(canvas: gpucanvas.Canvas, given: str) -> None:
    with pytest.raises(FileNotFoundError, match="the folder '.*' does not exist: make it first") as caught:
        canvas.save(given)
    assert caught.value.filename == given
    assert ".tmp" not in str(caught.value)
    with pytest.raises(FileNotFoundError, match="does not exist"):
        asyncio.run(canvas.save_async(given))
    canvas.save(os.devnull, "png")


def test_a_folder_is_no_file(canvas: gpucanvas.Canvas, tmp_path: Path) -> None:
    folder = tmp_path / "shots.png"
    folder.mkdir()
    for given in (str(tmp_path), f"{tmp_path}{os.sep}", str(folder)):
        with pytest.raises(IsADirectoryError, match="is a folder: give a file's name in it") as caught:
            canvas.save(given)
        assert caught.value.filename == given


def test_a_part_of_the_path_that_is_a_file_is_told(canvas: gpucanvas.Canvas, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotADirectoryError, match="a part of this path is a file") as caught:
        canvas.save(tmp_path / "file" / "x.png")
    assert caught.value.filename == str(tmp_path / "file" / "x.png")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EPERM])
def test_a_place_that_is_read_only_is_named(
    canvas: gpucanvas.Canvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Root may write anywhere, so the refusal is made here."""
    real = os.open

    def refuse(path: object, *rest: int) -> int:
        if str(path).endswith(".tmp"):
            raise OSError(number, os.strerror(number), path)
        return real(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refuse)
    path = tmp_path / "x.png"
    with pytest.raises(OSError, match="no file can be made in the folder '.*', give another one") as caught:
        canvas.save(path)
    assert (caught.value.errno, caught.value.filename) == (number, str(path))
    assert ".tmp" not in str(caught.value)


def test_a_file_that_cannot_be_replaced_is_named(
    canvas: gpucanvas.Canvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(old: str, new: str) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), old, 0, new)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(PermissionError) as caught:
        canvas.save(tmp_path / "x.png")
    assert (caught.value.filename, caught.value.filename2) == (str(tmp_path / "x.png"), None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "text"), [("x.xyz", "ends in '.xyz', which is no picture format"), ("x", "has no suffix that names")]
)
def test_a_suffix_that_names_no_format_is_told(canvas: gpucanvas.Canvas, tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"{name}' {text}"):
        canvas.save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []
