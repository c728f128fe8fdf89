"""GIF, WebP and animated PNG: read back by Pillow, frame by frame: pixels, times, and what is left out."""

from __future__ import annotations

import itertools
import os
import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageSequence

from gpucanvas.film import open_film

WIDTH, HEIGHT = 48, 30
ALL = ["a.gif", "a.png", "a.webp"]


def frames_of(path: Path) -> list[tuple[float, np.ndarray]]:
    """Each frame's milliseconds and pixels, as Pillow puts them together."""
    found = []
    with Image.open(path) as film:
        for frame in ImageSequence.Iterator(film):
            pixels = np.asarray(frame.convert("RGBA"))
            found.append((frame.info["duration"], pixels))
    return found


def ffmpeg_frames_of(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as film:
        return [frame.to_ndarray(format="rgba") for frame in film.decode(video=0)]


def colors_of(path: Path) -> np.ndarray:
    """The first frame's colours."""
    with Image.open(path) as film:
        return np.asarray(film.convert("RGB"))


def durations_of(path: Path) -> list[float]:
    return [duration for duration, _ in frames_of(path)]


def moving(count: int, alpha: bool = False) -> list[np.ndarray]:
    """A square that moves over a ground, in few colours; with alpha, over nothing."""
    frames = []
    for index in range(count):
        pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        if not alpha:
            pixels[:] = (20, 60, 90, 255)
            pixels[4:9, 40:] = (250, 250, 250, 255)
        pixels[5 + index : 15 + index, 3 * index : 3 * index + 10] = (230, 57 + index, 70, 255)
        frames.append(pixels)
    return frames


def write(path: Path, frames: list[np.ndarray], fps: float, **options: object) -> None:
    with open_film(path, WIDTH, HEIGHT, fps, **options) as film:  # type: ignore[arg-type]
        for each in frames:
            film.add(each)


def exact(name: str) -> dict[str, object]:
    """What makes a format keep each pixel."""
    return {"lossless": True} if name.endswith(".webp") else {}


def assert_shows(pixels: np.ndarray, expected: np.ndarray) -> None:
    """Assert that a frame has this alpha, and these colours where anything is seen."""
    visible = expected[..., 3] > 0
    assert (pixels[..., 3] == expected[..., 3]).all()
    assert (pixels[visible] == expected[visible]).all()


@pytest.mark.parametrize("alpha", [False, True], ids=["opaque", "alpha"])
@pytest.mark.parametrize("name", [*ALL, "a.apng"])
def test_every_frame_comes_back_as_it_was(tmp_path: Path, name: str, alpha: bool) -> None:
    frames = moving(12, alpha)
    write(tmp_path / name, frames, 20, **exact(name))
    found = frames_of(tmp_path / name)
    assert [duration for duration, _ in found] == [50] * 12
    for (_, pixels), expected in zip(found, frames, strict=True):
        assert_shows(pixels, expected)


@pytest.mark.parametrize("name", ALL)
def test_opaque_and_transparent_frames_follow_one_another_in_any_order(tmp_path: Path, name: str) -> None:
    opaque, holes = moving(8), moving(8, alpha=True)
    frames = [opaque[0], opaque[1], holes[2], holes[3], opaque[4], holes[5], opaque[6], opaque[7]]
    write(tmp_path / name, frames, 10, **exact(name))
    # Pillow gives a GIF no alpha whose first frame has none: FFmpeg reads that one.
    found = ffmpeg_frames_of(tmp_path / name) if name == "a.gif" else [each for _, each in frames_of(tmp_path / name)]
    for pixels, expected in zip(found, frames, strict=True):
        assert_shows(pixels, expected)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("fps", [10, 24, 30, 50, 12.5])
def test_equal_frames_are_one_picture_of_their_whole_time(tmp_path: Path, name: str, fps: float) -> None:
    first, second, third = moving(3)
    write(tmp_path / name, [first] * 7 + [second] + [third] * 4, fps)
    durations = durations_of(tmp_path / name)
    step = {"a.gif": 10, "a.png": 0.001, "a.webp": 1}[name]
    assert len(durations) == 3
    assert sum(durations) == pytest.approx(12_000 / fps, abs=step / 2)
    assert durations == pytest.approx([7000 / fps, 1000 / fps, 4000 / fps], abs=step)


@pytest.mark.parametrize(("name", "fps"), [("a.gif", 24), ("a.gif", 60), ("a.webp", 60), ("a.png", 60), ("a.gif", 30)])
def test_times_that_the_format_rounds_add_up(tmp_path: Path, name: str, fps: float) -> None:
    write(tmp_path / name, moving(12) * 10, fps)
    durations = durations_of(tmp_path / name)
    assert sum(durations) == pytest.approx(120_000 / fps, abs=20 if name == "a.gif" else 0.6)
    assert min(durations) >= (20 if name == "a.gif" else 15), "browsers slow this down"


def test_gif_of_sixty_frames_a_second_shows_each_moment_within_a_frame_of_its_time(tmp_path: Path) -> None:
    frames = moving(12) * 5
    write(tmp_path / "a.gif", frames, 60)
    found = frames_of(tmp_path / "a.gif")
    ends = [*itertools.accumulate(duration for duration, _ in found)]
    assert len(found) == pytest.approx(50, abs=1)
    for index in range(len(frames)):
        middle = 1000 * (index + 0.5) / 60
        pixels = next(pixels for end, (_, pixels) in zip(ends, found, strict=True) if middle < end)
        near = frames[max(index - 1, 0) : index + 2]
        assert any((pixels == each).all() for each in near), f"moment {index} shows another frame"


@pytest.mark.parametrize("name", ALL)
def test_count_makes_a_frame_longer(tmp_path: Path, name: str) -> None:
    first, second = moving(2)
    with open_film(tmp_path / name, WIDTH, HEIGHT, 10) as film:
        film.add(first, count=25)
        film.add(second)
    assert durations_of(tmp_path / name) == [2500, 100]
    assert film.frames == 26


def test_png_time_beyond_sixteen_bits_is_nearly_kept(tmp_path: Path) -> None:
    first, second = moving(2)
    with open_film(tmp_path / "a.png", WIDTH, HEIGHT, 29.97) as film:
        film.add(first, count=100_001)
        film.add(second)
    assert durations_of(tmp_path / "a.png")[0] == pytest.approx(1000 * 100_001 / 29.97, rel=1e-4)


def test_gif_picture_that_is_shown_longer_than_the_format_counts_is_shown_again(tmp_path: Path) -> None:
    with open_film(tmp_path / "a.gif", WIDTH, HEIGHT, 1) as film:
        for _ in range(1000):
            film.add(moving(1)[0])
        film.add(moving(2)[1])
        film.add(moving(3)[2], count=2000)
    durations = durations_of(tmp_path / "a.gif")
    assert sum(durations) == 3_001_000
    assert max(durations) <= 655_350


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("loop", [0, 1, 3])
def test_film_is_shown_as_often_as_asked(tmp_path: Path, name: str, loop: int) -> None:
    write(tmp_path / name, moving(3), 10, loop=loop)
    with Image.open(tmp_path / name) as film:
        # A GIF says how often it is shown again; one that is shown once says nothing.
        expected = {0: 0, 1: None, 3: 2}[loop] if name == "a.gif" else loop
        assert film.info.get("loop") == expected


@pytest.mark.parametrize("name", ["a.png", "a.webp"])
def test_alpha_is_kept_in_all_its_degrees(tmp_path: Path, name: str) -> None:
    pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    pixels[..., 0] = 200
    pixels[..., 3] = np.linspace(0, 255, WIDTH).astype(np.uint8)
    write(tmp_path / name, [pixels, pixels[:, ::-1].copy()], 10)
    (_, first), (_, second) = frames_of(tmp_path / name)
    assert np.abs(first[..., 3].astype(int) - pixels[..., 3]).max() <= 1
    assert np.abs(second[..., 3].astype(int) - pixels[:, ::-1, 3]).max() <= 1


def test_gif_cuts_alpha_at_a_half(tmp_path: Path) -> None:
    pixels = np.full((HEIGHT, WIDTH, 4), (200, 10, 10, 127), np.uint8)
    pixels[:, 20:, 3] = 128
    write(tmp_path / "a.gif", [pixels, pixels[:, ::-1].copy()], 10)
    first = frames_of(tmp_path / "a.gif")[0][1]
    assert (first[:, :20, 3] == 0).all()
    assert (first[:, 20:] == (200, 10, 10, 255)).all()


@pytest.mark.parametrize("name", ALL)
def test_background_takes_the_place_of_alpha(tmp_path: Path, name: str) -> None:
    pixels = np.full((HEIGHT, WIDTH, 4), (255, 0, 0, 128), np.uint8)
    write(tmp_path / name, [pixels], 10, background="white")
    with Image.open(tmp_path / name) as film:
        found = np.asarray(film.convert("RGBA"))
    assert (found[..., 3] == 255).all()
    assert np.abs(found[..., :3].astype(int) - (255, 127, 127)).max() <= 3


def test_gif_of_a_gradient_is_near_it_when_looked_at_from_afar(tmp_path: Path) -> None:
    y, x = np.mgrid[0:200, 0:300]
    pixels = np.empty((200, 300, 4), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2], pixels[..., 3] = x * 0.8, y, 200 - y * 0.5, 255
    with open_film(tmp_path / "a.gif", 300, 200, 10) as film:
        film.add(pixels)
    found = colors_of(tmp_path / "a.gif").astype(float)
    blocks = [each[:, :, :3].reshape(50, 4, 75, 4, 3).mean((1, 3)) for each in (found, pixels.astype(float))]
    assert np.abs(blocks[0] - blocks[1]).mean() < 2
    assert np.abs(found - pixels[..., :3]).mean() < 8


def test_gif_keeps_the_flat_colors_of_a_drawing_with_soft_edges(tmp_path: Path) -> None:
    pixels = np.full((200, 300, 4), 255, np.uint8)
    colors = [(230, 57, 70), (29, 53, 87), (42, 157, 143), (233, 196, 106)]
    for number, color in enumerate(colors):
        pixels[40:160, 60 * number + 20 : 60 * number + 60, :3] = color
        for edge in range(16):  # What anti-aliasing leaves: many colours of few pixels.
            share = (edge + 1) / 17
            mixed = [round(share * part + (1 - share) * 255) for part in color]
            pixels[40:160, 60 * number + 4 + edge, :3] = mixed
            for row in range(8):
                pixels[41 + row, 60 * number + 4 + edge, :3] = [max(part - row, 0) for part in mixed]
    assert len(np.unique(pixels.reshape(-1, 4), axis=0)) > 256
    with open_film(tmp_path / "a.gif", 300, 200, 10) as film:
        film.add(pixels)
    found = colors_of(tmp_path / "a.gif")
    for number, color in enumerate(colors):
        assert np.abs(found[100, 60 * number + 40].astype(int) - color).max() <= 2
    assert (found[5, 5] == 255).all()


@pytest.mark.parametrize("count", [1, 2, 3, 127, 128, 254, 255, 256])
def test_gif_keeps_each_of_up_to_255_colors_beside_its_holes_and_256_without(tmp_path: Path, count: int) -> None:
    random = np.random.default_rng(count)
    colors = np.full((count, 4), 255, np.uint8)
    colors[:, :3] = random.integers(0, 256, (count, 3))
    assert len(np.unique(colors, axis=0)) == count
    frames = [colors[np.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH) % count]]
    for _ in range(2 if count < 256 else 0):  # What is not changed is a hole in the picture.
        frames.append(frames[-1].copy())
        frames[-1][3:25, 5:40] = colors[random.integers(0, count, (22, 35))]
        frames[-1][10:12, 7:9] = frames[-2][10:12, 7:9]
    write(tmp_path / "a.gif", frames, 10)
    found = ffmpeg_frames_of(tmp_path / "a.gif")
    shown = [each for index, each in enumerate(frames) if index == 0 or (each != frames[index - 1]).any()]
    assert len(found) == len(shown)
    for pixels, expected in zip(found, shown, strict=True):
        assert_shows(pixels, expected)


def test_gif_has_no_larger_color_table_than_its_colors_need(tmp_path: Path) -> None:
    frames = moving(12)
    write(tmp_path / "a.gif", frames[:2], 10)
    write(tmp_path / "b.gif", frames, 10)
    a_picture = (os.path.getsize(tmp_path / "b.gif") - os.path.getsize(tmp_path / "a.gif")) / 10
    assert a_picture < 256, "a table of 256 colours takes 768 bytes, these pictures have three colours and holes"


@pytest.mark.parametrize("name", ALL)
def test_only_what_has_changed_is_written(tmp_path: Path, name: str) -> None:
    ground = np.random.default_rng(1).integers(0, 256, (200, 300, 4), np.uint8)
    ground[..., 3] = 255
    with open_film(tmp_path / name, 300, 200, 20) as film:
        film.add(ground)
    alone = (tmp_path / name).stat().st_size
    with open_film(tmp_path / name, 300, 200, 20) as film:
        for index in range(10):
            pixels = ground.copy()
            pixels[20:30, 10 * index : 10 * index + 10] = (255, 0, 0, 255)
            film.add(pixels)
    assert len(frames_of(tmp_path / name)) == 10
    assert (tmp_path / name).stat().st_size < 1.5 * alone


@pytest.mark.parametrize("name", [*ALL, "a_%03d.png"])
def test_memory_does_not_grow_with_the_film(tmp_path: Path, name: str) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        with open_film(tmp_path / name, 300, 200, 20) as film:
            for index in range(count):
                pixels = np.full((200, 300, 4), 255, np.uint8)
                pixels[..., 0] = index % 256
                film.add(pixels)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(3)  # What is loaded on first use.
    frame_nbytes = 200 * 300 * 4
    assert peak(150) - peak(30) < 10 * frame_nbytes


def random_film(seed: int) -> list[np.ndarray]:
    """Boxes that come, go and pierce, on an opaque or an empty ground, of a random size; some frames are equal."""
    random = np.random.default_rng(seed)
    width, height = random.integers(1, 40, 2)
    ground = np.zeros((height, width, 4), np.uint8)
    ground[:] = (10, 20, 30, 255) if random.random() < 0.5 else (0, 0, 0, 0)
    frames: list[np.ndarray] = []
    for _ in range(random.integers(1, 8)):
        pixels = (frames[-1] if frames and random.random() < 0.6 else ground).copy()
        if random.random() < 0.8:
            x, y = random.integers(width), random.integers(height)
            color = (random.choice([0, 80, 255]), 99, random.integers(5) * 50, 255)
            color = color if random.random() < 0.67 else (0, 0, 0, 0)
            pixels[y : y + random.integers(1, 20), x : x + random.integers(1, 20)] = color
        frames.append(pixels)
    return frames


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("seed", range(12))
def test_each_moment_of_a_film_shows_its_frame(tmp_path: Path, name: str, seed: int) -> None:
    frames, path = random_film(seed), tmp_path / name
    height, width = frames[0].shape[:2]
    with open_film(path, width, height, 20, **exact(name)) as film:  # type: ignore[arg-type]
        for each in frames:
            film.add(each)
    if name == "a.gif":
        with av.open(str(path)) as video:
            found = [(float(each.time or 0), each.to_ndarray(format="rgba")) for each in video.decode(video=0)]
    else:
        found, begins = [], 0.0
        with Image.open(path) as picture:
            for index in range(getattr(picture, "n_frames", 1)):
                picture.seek(index)
                found.append((begins, np.asarray(picture.convert("RGBA"))))
                begins += picture.info.get("duration", 0) / 1000
    for index, expected in enumerate(frames):
        middle = (index + 0.5) / 20
        assert_shows([pixels for begins, pixels in found if begins <= middle][-1], expected)
