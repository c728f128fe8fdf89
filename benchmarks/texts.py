"""The texts that the jobs draw: labels, lines, cells of a table, and the font that all peers use."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

GAME_FRAMES = 60
"""Frames of the games."""
FONT_PX = 14
HALO_PX = 3
LINE_PX = 14.0


@lru_cache(1)
def font_file() -> str:
    """Return the file that all draw text with: the font that comes with gpucanvas, Noto Sans in its default weight."""
    found = sorted((Path(__file__).parent / ".venvs" / "gpucanvas").glob("**/fontpkg_noto_sans/files/NotoSans*.ttf"))
    upright = [str(file) for file in found if "Italic" not in file.name]
    if not upright:
        raise FileNotFoundError("no Noto Sans in the environment of gpucanvas: run benchmarks/setup_peers.py")
    return upright[0]


class Label(NamedTuple):
    """A text, and where its baseline begins."""

    text: str
    x: float
    y: float


@lru_cache(1)
def text_lines() -> list[Label]:
    """Return what `text` draws: 200 lines of 50 letters and spaces."""
    rng = np.random.default_rng(27)
    letters = rng.choice(list("etaoinshrdlucmfwypvbgkqjxzETAOINSHRDL    "), (200, 50))
    return [Label("".join(row), 5.0, LINE_PX * number + 14) for number, row in enumerate(letters.tolist())]


@lru_cache(1)
def labels() -> list[Label]:
    """Return what `labels` draws: texts of 8 digits, none twice."""
    rng = np.random.default_rng(28)
    numbers = rng.choice(10**8, 1000, replace=False).tolist()
    places = (rng.random((1000, 2)) * [740, 580] + [0, 16]).tolist()
    return [Label(f"{number:08d}", x, y) for number, (x, y) in zip(numbers, places, strict=True)]


@lru_cache(1)
def cells() -> list[tuple[list[float], Label]]:
    """Return what `cells` draws: rows of 10 rectangles, and a label in each."""
    return [
        ([80 * (k % 10) + 1, 6 * (k // 10) + 1, 76, 5], Label(label.text, 80 * (k % 10) + 6.0, 6 * (k // 10) + 6.0))
        for k, label in enumerate(labels())
    ]


@lru_cache(1)
def halo_labels() -> list[Label]:
    """Return what `halos` draws: names of 8 letters, none twice."""
    rng = np.random.default_rng(31)
    names = rng.choice(list("etaoinshrdlucmfwypvbgkqjxz"), (500, 8)).tolist()
    places = (rng.random((500, 2)) * [740, 580] + [0, 16]).tolist()
    return [Label("".join(name), x, y) for name, (x, y) in zip(names, places, strict=True)]


@lru_cache(1)
def game_labels() -> list[list[Label]]:
    """Return what each frame of `labelled_game` draws: names that move, and numbers that count."""
    rng = np.random.default_rng(29)
    places, speeds = rng.random((40, 2)) * [1180, 690] + [0, 16], rng.normal(size=(40, 2)) * 0.3
    return [
        [
            Label(f"score {k * 17 + n:05d}" if n < 10 else f"player {n}", x, y)
            for n, (x, y) in enumerate((places + k * speeds).tolist())
        ]
        for k in range(GAME_FRAMES)
    ]
