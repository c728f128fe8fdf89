"""The index of the system's fonts: what is scanned, what is kept on disk, and when it is read again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from built_fonts import build_font
from fontTools.ttLib import TTCollection, TTFont

from gpucanvas.text import fontconfig, generic, system


def put(folder: Path, name: str, **said: Any) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(build_font(**said))
    return path


def fresh() -> system.SystemIndex:
    """The index as a new process has it."""
    system.refresh()
    return system.index()


@pytest.fixture
def scanned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files that are scanned from now on."""
    names: list[str] = []
    scan = system._scan

    def note(path: str) -> Any:
        names.append(Path(path).name)
        return scan(path)

    monkeypatch.setattr(system, "_scan", note)
    return names


def test_fonts_in_folders_and_those_in_them_are_found(font_folder: Path) -> None:
    put(font_folder, "a.ttf", family="One")
    put(font_folder, "deep/deeper/b.OTF", family="Two", cff=True)
    (font_folder / "readme.txt").write_text("no font", encoding="utf-8")
    index = fresh()
    assert sorted(face.info.families[0] for face in index) == ["One", "Two"]
    assert [face.path for face in index.family("TWO")] == [str(font_folder / "deep" / "deeper" / "b.OTF")]
    assert index.family("Three") == []


def test_a_face_is_described_as_if_it_were_registered(font_folder: Path) -> None:
    said = {"family": "Full", "weight": 300, "width": 75.0, "italic": True, "axes": (("wght", 100, 300, 500),)}
    data = put(font_folder, "a.ttf", **said).read_bytes()
    from gpucanvas.text.face import load

    fresh()  # Scanned,
    (face,) = fresh()  # and read from the file.
    wanted = load(data).info
    for name in wanted.__slots__:
        if name != "coverage":
            assert getattr(face.info, name) == getattr(wanted, name), name
    assert face.info.coverage.ranges.tolist() == wanted.coverage.ranges.tolist()
    assert face.info.axis("wght") == ("wght", 100.0, 300.0, 500.0)


def test_each_face_of_a_collection_is_found(font_folder: Path, tmp_path: Path) -> None:
    collection = TTCollection()
    for family in ("First", "Second"):
        path = put(tmp_path, f"{family}.ttf", family=family)
        collection.fonts.append(TTFont(path))
    collection.save(font_folder / "both.ttc")
    assert [(face.info.families[0], face.index) for face in fresh()] == [("First", 0), ("Second", 1)]
    (second,) = fresh().family("Second")
    assert second.opens()


def test_which_faces_have_some_characters(font_folder: Path) -> None:
    put(font_folder, "a.ttf", family="A", characters="AB")
    put(font_folder, "b.ttf", family="B", characters="BC")
    put(font_folder, "c.ttf", family="C", characters="XYZ")
    index = fresh()

    def having(text: str) -> list[str]:
        return sorted(face.info.families[0] for face in index.covering(map(ord, text)))

    assert having("B") == ["A", "B"]
    assert having("AB") == ["A"]
    assert having("AC") == []
    assert having("Y") == ["C"]
    assert having("W") == []


def test_a_second_process_scans_nothing(font_folder: Path, scanned: list[str]) -> None:
    put(font_folder, "a.ttf", family="One")
    put(font_folder, "b.ttf", family="Two")
    fresh()
    assert scanned == ["a.ttf", "b.ttf"]
    assert len(fresh()) == 2
    assert scanned == ["a.ttf", "b.ttf"]


def test_only_what_has_changed_is_scanned_again(font_folder: Path, scanned: list[str]) -> None:
    kept = put(font_folder, "kept.ttf", family="Kept")
    changed = put(font_folder, "changed.ttf", family="Old")
    gone = put(font_folder, "gone.ttf", family="Gone")
    assert len(fresh()) == 3
    scanned.clear()
    put(font_folder, "changed.ttf", family="New Name")
    os.utime(changed, ns=(1, 1))
    gone.unlink()
    put(font_folder, "more.ttf", family="More")
    assert {face.info.families[0] for face in fresh()} == {"Kept", "New Name", "More"}
    assert scanned == ["changed.ttf", "more.ttf"]
    assert kept.exists()
    scanned.clear()
    assert {face.info.families[0] for face in fresh()} == {"Kept", "New Name", "More"}
    assert scanned == []


def test_a_file_that_is_no_font_is_scanned_once_and_left_out(font_folder: Path, scanned: list[str]) -> None:
    (font_folder / "broken.ttf").write_bytes(b"no font")
    (font_folder / "empty.otf").write_bytes(b"")
    (font_folder / "half.ttf").write_bytes(build_font()[:600])
    (font_folder / "folder.ttf").mkdir()
    put(font_folder, "right.ttf", family="Right")
    assert [face.info.families[0] for face in fresh()] == ["Right"]
    assert len(fresh()) == 1
    assert scanned == ["broken.ttf", "empty.otf", "half.ttf", "right.ttf"]


def test_a_broken_cache_file_is_made_anew(font_folder: Path, scanned: list[str]) -> None:
    put(font_folder, "a.ttf", family="One")
    fresh()
    whole = system.cache_file().read_bytes()
    texts = [b"", b"junk", whole[: len(whole) // 2], whole[:-1], bytes(len(whole))]
    texts += [whole.replace(b'"One"', b"12345"), whole.replace(b"400.0", b"null ")]
    for text in texts:
        assert text != whole
        system.cache_file().write_bytes(text)
        scanned.clear()
        assert [face.info.families[0] for face in fresh()] == ["One"]
        assert scanned == ["a.ttf"]
        assert [face.info.families[0] for face in fresh()] == ["One"]
        assert scanned == ["a.ttf"], "the cache file was written again"


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        {"files": np.zeros(3, np.uint8)},
        {"files": np.frombuffer(b"[]", np.uint8), "ranges": np.zeros((5, 2), np.uint32)},
        {"files": np.frombuffer(b'[["/a",1,2,[[[0],1]]]]', np.uint8), "ranges": np.zeros((1, 2), np.uint32)},
        {"files": np.array([object()]), "ranges": np.zeros((0, 2), np.uint32)},
    ],
    ids=["nothing", "no ranges", "ranges of no face", "a row too short", "a pickle"],
)
def test_a_cache_file_that_is_not_ours_is_not_believed(font_folder: Path, arrays: dict[str, Any]) -> None:
    put(font_folder, "a.ttf", family="One")
    system.cache_file().parent.mkdir(parents=True)
    np.savez(system.cache_file(), **arrays)
    assert [face.info.families[0] for face in fresh()] == ["One"]


def test_where_no_cache_file_can_be_written_the_fonts_are_scanned_each_time(
    font_folder: Path, scanned: list[str]
) -> None:
    put(font_folder, "a.ttf", family="One")
    system.cache_file().parent.parent.mkdir(parents=True)
    system.cache_file().parent.write_text("a file where the folder should be", encoding="utf-8")
    for _ in range(2):
        assert len(fresh()) == 1
    assert scanned == ["a.ttf", "a.ttf"]


def test_nothing_is_left_beside_the_cache_file(font_folder: Path) -> None:
    put(font_folder, "a.ttf", family="One")
    fresh()
    assert [path.name for path in system.cache_file().parent.iterdir()] == [system.cache_file().name]


def test_folders_that_hold_themselves_are_walked_once(font_folder: Path) -> None:
    put(font_folder, "a.ttf", family="One")
    try:
        (font_folder / "loop").symlink_to(font_folder)
    except OSError:
        pytest.skip("this system makes no links")
    assert len(fresh()) == 1


def test_folders_that_are_not_there_are_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    put(folder, "a.ttf", family="One")
    both = os.pathsep.join((str(tmp_path / "nowhere"), str(folder)))
    monkeypatch.setenv(system.FOLDERS_VARIABLE, both)
    assert system.folders() == (str(tmp_path / "nowhere"), str(folder))
    assert len(fresh()) == 1


def test_programs_that_look_in_other_folders_have_cache_files_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    found = set()
    for folders in ("/a", "/b", None):
        if folders is None:
            monkeypatch.delenv(system.FOLDERS_VARIABLE)
        else:
            monkeypatch.setenv(system.FOLDERS_VARIABLE, folders)
        found.add(system.cache_file().name)
    assert len(found) == 3


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("linux", "/usr/share/fonts"),
        ("darwin", "/System/Library/Fonts"),
        ("win32", os.path.join(r"C:\Windows", "Fonts")),
    ],
)
def test_the_usual_folders_are_looked_in(monkeypatch: pytest.MonkeyPatch, platform: str, expected: str) -> None:
    monkeypatch.delenv(system.FOLDERS_VARIABLE)
    for name in ("XDG_DATA_HOME", "XDG_DATA_DIRS", "WINDIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(system.sys, "platform", platform)
    assert expected in system.folders()


def test_processes_that_write_the_cache_file_at_once_leave_a_whole_one(font_folder: Path) -> None:
    for number in range(10):
        put(font_folder, f"{number}.ttf", family=f"Font {number}")
    code = "from gpucanvas.text import system; print(len(system.index()))"
    processes = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate()[0] for process in processes] == ["10\n"] * 3
    assert len(system._read(system.cache_file())) == 10


def test_a_font_that_is_shipped_or_registered_needs_no_scan(font_folder: Path) -> None:
    """Nor does a character that they have."""
    code = """
from gpucanvas import fonts
from gpucanvas.text import system
from gpucanvas.text.fallback import fallback
from gpucanvas.text.font import parse_font
from gpucanvas.text.match import match
font = parse_font("bold 12px 'Noto Sans', sans-serif")
assert fallback("Ж", font, match(font)).face is match(font)[0].face
assert system._index is None
match(parse_font("12px Elsewhere"))
assert system._index is not None
"""
    subprocess.run([sys.executable, "-c", code], check=True)


# -- fontconfig ------------------------------------------------------------------------------------------------


@pytest.fixture
def fontconfig_here() -> None:
    if fontconfig._library() is None:
        pytest.skip("fontconfig is not installed: apt-get install libfontconfig1")


@pytest.mark.usefixtures("fontconfig_here")
def test_fontconfig_says_families_for_generic_ones() -> None:
    assert "DejaVu Serif" in fontconfig.preferences("serif")
    assert "DejaVu Sans Mono" in fontconfig.preferences("monospace")
    assert "serif" not in fontconfig.preferences("serif")


@pytest.mark.usefixtures("fontconfig_here")
def test_fontconfig_says_which_families_are_as_wide() -> None:
    assert "Liberation Sans" in fontconfig.aliases("Arial")
    assert fontconfig.aliases("A Family That Nobody Knows") == ()
    assert fontconfig.aliases("") == ()
    assert fontconfig.aliases("nul\0inside") == ()
    assert fontconfig.aliases("lone \ud800") == ()


@pytest.mark.usefixtures("fontconfig_here")
def test_fontconfig_names_its_folders() -> None:
    assert all(os.path.isabs(folder) for folder in fontconfig.folders())


def test_without_fontconfig_tables_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fontconfig, "_library", lambda: None)
    fontconfig.preferences.cache_clear()
    try:
        assert fontconfig.folders() == fontconfig.aliases("Arial") == fontconfig.preferences("serif") == ()
        assert generic.generic_families("serif")[0] == "Times New Roman"
        assert generic.generic_families("ui-monospace")[:2] == ("SF Mono", "Menlo")
        assert set(generic.generic_families("system-ui")) > set(generic.generic_families("sans-serif"))
        assert generic.stand_ins("arial") == ("Liberation Sans", "Arimo", "Albany")
        assert generic.stand_ins("Nothing") == ()
    finally:
        fontconfig.preferences.cache_clear()


def test_every_generic_family_has_names() -> None:
    from gpucanvas.text.font import GENERICS

    assert [name for name in sorted(GENERICS) if not generic.generic_families(name)] == []
