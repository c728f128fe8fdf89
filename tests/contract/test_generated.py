"""The contract: what is generated is current, and a record has no gaps."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpucanvas.contract import __main__ as writer
from gpucanvas.contract.__main__ import main
from gpucanvas.contract.records import RECORDS, record


def test_generated_glsl_is_current() -> None:
    assert main(["--check"]) == 0


@pytest.mark.parametrize("damage", ["edited", "missing", "left over"])
def test_a_stale_file_is_named_and_written_anew(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(writer, "FOLDER", tmp_path / "generated")
    assert main([]) == 0
    before = {path.name: path.read_bytes() for path in writer.FOLDER.iterdir()}
    assert main(["--check"]) == 0
    name = "coarse.glsl" if damage != "left over" else "gone.glsl"
    if damage == "missing":
        (writer.FOLDER / name).unlink()
    else:
        (writer.FOLDER / name).write_text("#define GROUP_SIZE 32\n", encoding="utf-8")
    assert main(["--check"]) == 1
    assert f"shaders/generated is stale ({name}): run `python -m gpucanvas.contract`" in capsys.readouterr().err
    assert main([]) == 0
    assert {path.name: path.read_bytes() for path in writer.FOLDER.iterdir()} == before


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_its_words(name: str) -> None:
    assert RECORDS[name].dtype.itemsize == 4 * RECORDS[name].words


def test_a_field_that_is_no_word_is_refused_with_its_cure() -> None:
    with pytest.raises(TypeError, match=r"Bad.wide is 8: declare it with u32\(\), i32\(\) or f32\(\)"):
        record("Bad", "no record", wide=8)  # type: ignore[arg-type]
