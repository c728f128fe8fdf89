"""A film's file: which kind a name asks for, what is refused, and that nothing but a complete film takes the name."""

from __future__ import annotations

import os
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gpucanvas import ClosedError, LimitError
from gpucanvas.film import FilmWriter, open_film

KINDS = ["out.mp4", "out.mkv", "out.webm", "out.gif", "out.webp", "out.png", "out.apng"]


def flat(color: tuple[int, int, int], width: int = 32, height: int = 16) -> np.ndarray:
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[:] = (*color, 255)
    return pixels


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("out.jpg", "each frame would write over the last: write out_%04d.jpg for a file a frame"),
        ("out.xyz", "ends in '.xyz', which is no film: end it in .mp4"),
        ("out", "ends in '', which is no film"),
        ("out_%d.mp4", "asks for a video a frame: leave out the %d"),
        ("out_%d_%03d.png", "more than one place for the frame's number"),
        ("out_%04d.xyz", "is no picture format that can be written"),
    ],
)
def test_name_that_no_film_can_have_is_refused_with_one_that_can(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        open_film(tmp_path / name, 4, 4)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"width": 0}, ValueError, "a film of 0x4 pixels has nothing to show"),
        ({"width": 70000}, ValueError, "give 0 to 32768 pixels"),
        ({"fps": 0}, ValueError, "fps is 0: give frames a second, above 0"),
        ({"fps": "60"}, TypeError, "fps is '60': give frames a second"),
        ({"fps": float("nan")}, ValueError, "fps is nan"),
        ({"quality": 50}, ValueError, "GIF has no quality: leave it out"),
        ({"background": (0, 0, 0, 0.5)}, ValueError, "translucent: give an opaque colour"),
        ({"loop": -1}, ValueError, "loop is -1: give how many times"),
    ],
)
def test_argument_that_cannot_be_followed_is_refused_before_there_is_a_file(
    tmp_path: Path, arguments: dict[str, object], error: type[Exception], message: str
) -> None:
    given: dict = {"width": 4, "height": 4, **arguments}
    with pytest.raises(error, match=message):
        open_film(tmp_path / "out.gif", **given)
    assert [*tmp_path.iterdir()] == []


def test_webp_too_large_for_the_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LimitError, match="holds at most 16383 pixels a side, the film is 20000x4"):
        open_film(tmp_path / "out.webp", 20000, 4)


@pytest.mark.parametrize("name", ["none/out.gif", "none/out.mp4", "none/out_%d.png"])
def test_folder_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError, match="does not exist: make it first"):
        open_film(tmp_path / name, 4, 4)


def test_missing_pyav_is_said_with_its_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'gpucanvas\[video\]'"):
        open_film(tmp_path / "out.mp4", 4, 4)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("name", KINDS)
def test_file_is_there_when_the_film_is_complete_and_not_before(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("an older film", encoding="utf-8")
    with open_film(path, 32, 16, 30) as film:
        film.add(flat((200, 0, 0)))
        film.add(flat((0, 0, 200)))
        assert path.read_text(encoding="utf-8") == "an older film"
    assert path.stat().st_size > 100
    assert [*tmp_path.iterdir()] == [path]
    assert film.closed


@pytest.mark.parametrize("name", KINDS)
def test_film_that_fails_leaves_the_older_file_and_no_other(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("an older film", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), open_film(path, 32, 16, 30) as film:
        film.add(flat((200, 0, 0)))
        raise ZeroDivisionError
    assert path.read_text(encoding="utf-8") == "an older film"
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize("name", KINDS)
def test_frame_that_cannot_be_written_ends_the_film(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    film = open_film(tmp_path / name, 32, 16, 30)

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(type(film), "_add", fail)
    with pytest.raises(OSError, match="the disk is full"):
        film.add(flat((200, 0, 0)))
    assert [*tmp_path.iterdir()] == []
    with pytest.raises(ClosedError, match="is closed: open another one"):
        film.add(flat((200, 0, 0)))


def test_film_that_nobody_holds_any_more_is_removed(tmp_path: Path) -> None:
    film = open_film(tmp_path / "out.gif", 32, 16, 30)
    film.add(flat((200, 0, 0)))
    assert len([*tmp_path.iterdir()]) == 1
    del film
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("name", [*KINDS, "out_%d.png"])
def test_film_without_a_frame_is_an_error_and_no_file(tmp_path: Path, name: str) -> None:
    film = open_film(tmp_path / name, 32, 16, 30)
    with pytest.raises(ValueError, match="has no frame: add one before close"):
        film.close()
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("pixels", "error", "message"),
    [
        (np.zeros((16, 32, 3), np.uint8), ValueError, r"shape \(16, 32, 3\), the film \(16, 32, 4\)"),
        (np.zeros((32, 16, 4), np.uint8), ValueError, r"shape \(32, 16, 4\), the film \(16, 32, 4\)"),
        (np.zeros((16, 32, 4), np.float32), TypeError, "pixels are float32: give a uint8 array"),
        ("frame", TypeError, "pixels are str: give a uint8 array"),
    ],
)
def test_frame_of_another_form_is_refused_and_the_film_goes_on(
    tmp_path: Path, pixels: object, error: type[Exception], message: str
) -> None:
    with open_film(tmp_path / "out.gif", 32, 16, 30) as film:
        with pytest.raises(error, match=message):
            film.add(pixels)  # type: ignore[arg-type]
        film.add(flat((200, 0, 0)))
    assert film.frames == 1


@pytest.mark.parametrize("count", [0, -1, 1.5, True])
def test_count_of_a_frame_is_a_whole_number_of_at_least_one(tmp_path: Path, count: object) -> None:
    film = open_film(tmp_path / "out.gif", 32, 16, 30)
    with pytest.raises((TypeError, ValueError), match="a frame's count is"):
        film.add(flat((200, 0, 0)), count)  # type: ignore[arg-type]
    film.discard()


def test_film_knows_its_rate_and_length(tmp_path: Path) -> None:
    with open_film(tmp_path / "out.gif", 32, 16, 29.97) as film:
        film.add(flat((1, 2, 3)), 30)
        assert film.fps == Fraction(2997, 100)
        assert film.frames == 30
        assert film.seconds == pytest.approx(30 / 29.97)
        assert isinstance(film, FilmWriter)
        assert "30 frames of 32x16" in repr(film)


# -- stills ----------------------------------------------------------------------------------------------------


def test_stills_have_numbers_from_zero_and_every_pixel(tmp_path: Path) -> None:
    frames = [np.random.default_rng(seed).integers(0, 256, (16, 32, 4), np.uint8) for seed in range(12)]
    with open_film(tmp_path / "100%%_%03d.png", 32, 16) as film:
        for each in frames:
            film.add(each)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"100%_{number:03}.png" for number in range(12)]
    for number, each in enumerate(frames):
        assert (np.asarray(Image.open(tmp_path / f"100%_{number:03}.png")) == each).all()


@pytest.mark.parametrize("name", ["%d.png", "a.gif", "a.png", "a.webp"])
def test_array_of_a_frame_may_be_written_to_as_soon_as_it_is_added(tmp_path: Path, name: str) -> None:
    pixels = flat((0, 0, 0))
    options = {"lossless": True} if name == "a.webp" else {}
    with open_film(tmp_path / name, 32, 16, 10, **options) as film:
        for level in range(8):
            pixels[..., :3] = level * 20
            film.add(pixels)
        pixels[:] = 255
    if "%" in name:
        reds = [Image.open(tmp_path / f"{level}.png").convert("RGB").getpixel((0, 0))[0] for level in range(8)]
    else:
        with Image.open(tmp_path / name) as found:
            reds = []
            for index in range(8):
                found.seek(index)
                reds.append(found.convert("RGB").getpixel((0, 0))[0])
    assert reds == [*range(0, 160, 20)]


def test_still_that_is_shown_longer_is_written_as_often(tmp_path: Path) -> None:
    with open_film(tmp_path / "%d.bmp", 32, 16) as film:
        film.add(flat((200, 0, 0)), 2)
        film.add(flat((0, 0, 200)))
    colors = [Image.open(tmp_path / f"{number}.bmp").convert("RGB").getpixel((3, 3)) for number in range(3)]
    assert colors == [(200, 0, 0), (200, 0, 0), (0, 0, 200)]


def test_jpeg_stills_are_laid_on_the_background(tmp_path: Path) -> None:
    with open_film(tmp_path / "%d.jpg", 32, 16, background="blue", quality=95) as film:
        film.add(np.zeros((16, 32, 4), np.uint8))
    red, green, blue = Image.open(tmp_path / "0.jpg").getpixel((9, 9))
    assert red < 4 and green < 4 and blue > 250


def test_stills_that_are_written_stay_when_the_film_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), open_film(tmp_path / "%d.png", 32, 16) as film:
        for _ in range(30):
            film.add(flat((200, 0, 0)))
        raise ZeroDivisionError
    names = os.listdir(tmp_path)
    assert names
    for name in names:
        assert np.asarray(Image.open(tmp_path / name)).shape == (16, 32, 4)
