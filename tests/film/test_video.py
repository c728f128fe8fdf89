"""Videos: decoded again by FFmpeg: colours of flat patches, number of frames, times, tags."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from gpucanvas.film import open_film

WIDTH, HEIGHT = 96, 64
COLORS = {
    "red": (255, 0, 0),
    "green": (0, 255, 0),
    "blue": (0, 0, 255),
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "violet": (128, 64, 200),
}
KINDS = ["a.mp4", "a.mov", "a.mkv", "a.webm"]


def patches(shift: int = 0, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Six flat patches, three by two, and a square that moves along the lower edge."""
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[..., 3] = 255
    for number, color in enumerate(COLORS.values()):
        row, column = divmod(number, 3)
        pixels[row * height // 2 :, column * width // 3 :, :3] = color
    pixels[-6:, shift : shift + 6, :3] = (255, 255, 0)
    return pixels


def colors_of(pixels: np.ndarray) -> dict[str, tuple[int, ...]]:
    height, width = pixels.shape[:2]
    found = {}
    for number, name in enumerate(COLORS):
        row, column = divmod(number, 3)
        found[name] = tuple(
            int(each) for each in pixels[height // 4 + row * height // 2, (2 * column + 1) * width // 6]
        )
    return found


def decoded(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as film:
        return list(film.decode(video=0))


def as_rgb(frame: av.VideoFrame) -> np.ndarray:
    """As a player shows a video whose tags it believes: the matrix is BT.709's."""
    assert frame.colorspace == 1
    ranges = {"src_color_range": "MPEG", "dst_color_range": "JPEG"}
    return frame.reformat(format="rgb24", src_colorspace="ITU709", **ranges).to_ndarray()


@pytest.mark.parametrize("name", KINDS)
def test_flat_colors_come_back(tmp_path: Path, name: str) -> None:
    with open_film(tmp_path / name, WIDTH, HEIGHT, 30, quality=95) as film:
        for index in range(8):
            film.add(patches(index))
    for frame in decoded(tmp_path / name):
        found = colors_of(as_rgb(frame))
        for color, expected in COLORS.items():
            assert np.abs(np.subtract(found[color], expected)).max() <= 4, (color, found[color])


@pytest.mark.parametrize("name", KINDS)
def test_file_says_which_colors_it_has(tmp_path: Path, name: str) -> None:
    with open_film(tmp_path / name, WIDTH, HEIGHT, 30) as film:
        film.add(patches())
    with av.open(str(tmp_path / name)) as video:
        next(video.decode(video=0))
        said = video.streams.video[0].codec_context
        # FFmpeg's numbers: 1 is BT.709, and the range of 16 to 235.
        assert (said.colorspace, said.color_primaries, said.color_trc, said.color_range) == (1, 1, 1, 1)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("fps", [24, 60, Fraction(30000, 1001), 12.5])
def test_frames_and_times_are_those_that_were_added(tmp_path: Path, name: str, fps: float | Fraction) -> None:
    with open_film(tmp_path / name, WIDTH, HEIGHT, fps) as film:
        for index in range(15):
            film.add(patches(index))
    frames = decoded(tmp_path / name)
    assert len(frames) == 15
    assert [frame.time for frame in frames] == pytest.approx([float(index / fps) for index in range(15)], abs=0.0006)
    with av.open(str(tmp_path / name)) as video:
        assert video.duration is not None
        assert video.duration / 1e6 == pytest.approx(float(15 / fps), abs=0.0021)
        assert video.streams.video[0].average_rate == pytest.approx(float(fps), rel=0.02)


@pytest.mark.parametrize("name", KINDS)
def test_frame_that_is_shown_longer_is_there_for_its_whole_time(tmp_path: Path, name: str) -> None:
    with open_film(tmp_path / name, WIDTH, HEIGHT, 10) as film:
        film.add(patches(0), 3)
        film.add(patches(60), 2)
    frames = decoded(tmp_path / name)
    assert [frame.time for frame in frames] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4], abs=0.001)
    yellow_at = [int(as_rgb(frame)[-3, 63, 0]) > 128 for frame in frames]
    assert yellow_at == [False, False, False, True, True]


@pytest.mark.parametrize("name", KINDS)
def test_odd_sizes_are_made_even_by_a_repeated_edge(tmp_path: Path, name: str) -> None:
    with open_film(tmp_path / name, 97, 65, 30, quality=100) as film:
        film.add(patches(0, 97, 65))
    frame = decoded(tmp_path / name)[0]
    assert (frame.width, frame.height) == (98, 66)
    pixels = as_rgb(frame)
    assert np.abs(pixels[10, -1].astype(int) - COLORS["blue"]).max() <= 6
    assert np.abs(pixels[-1, -1].astype(int) - COLORS["violet"]).max() <= 12


@pytest.mark.parametrize(("background", "expected"), [(None, (255, 127, 127)), ("black", (128, 0, 0))])
def test_alpha_is_laid_on_the_background(
    tmp_path: Path, background: str | None, expected: tuple[int, int, int]
) -> None:
    pixels = np.full((HEIGHT, WIDTH, 4), (255, 0, 0, 128), np.uint8)
    with open_film(tmp_path / "a.mp4", WIDTH, HEIGHT, 30, background=background) as film:
        film.add(pixels)
    assert np.abs(as_rgb(decoded(tmp_path / "a.mp4")[0])[30, 40].astype(int) - expected).max() <= 4


@pytest.mark.parametrize("name", ["a.mp4", "a.webm"])
def test_higher_quality_is_nearer_and_larger(tmp_path: Path, name: str) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (HEIGHT, WIDTH), np.uint8)
    sizes, errors = [], []
    for quality in (20, 80, 100):
        with open_film(tmp_path / name, WIDTH, HEIGHT, 30, quality=quality) as film:
            for index in range(6):
                pixels = np.empty((HEIGHT, WIDTH, 4), np.uint8)
                pixels[..., :3], pixels[..., 3] = np.roll(noise, index, 1)[..., None], 255
                film.add(pixels)
        sizes.append((tmp_path / name).stat().st_size)
        errors.append(np.abs(as_rgb(decoded(tmp_path / name)[0])[..., 1].astype(int) - noise).mean())
    assert sizes == sorted(sizes)
    assert errors == sorted(errors, reverse=True)
    assert len(set(sizes)) == len(set(errors)) == 3


@pytest.mark.parametrize(("quality", "error"), [(101, ValueError), (-1, ValueError), ("high", TypeError)])
def test_quality_outside_its_range_is_refused(tmp_path: Path, quality: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="quality is .* 0 to 100"):
        open_film(tmp_path / "a.mp4", WIDTH, HEIGHT, 30, quality=quality)  # type: ignore[arg-type]
    assert [*tmp_path.iterdir()] == []


def test_index_of_an_mp4_comes_first_so_that_it_plays_while_it_loads(tmp_path: Path) -> None:
    with open_film(tmp_path / "a.mp4", WIDTH, HEIGHT, 30) as film:
        film.add(patches())
    data = (tmp_path / "a.mp4").read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")
