"""The tones of text are Skia's curve of contrast 0.2 and gamma 1.2, as polynomials."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from gpucanvas.contract.tones import TONE_COUNT, TONES, style_of_tone, tone_of, tones_of

CONTRAST, GAMMA = 0.2, 1.2


def curve(tone: int) -> NDArray[np.float64]:
    """What SkMaskGamma makes of 256 coverages for text of this brightness (three bits of it), 0 to 255."""
    source = (tone << 5 | tone << 2 | tone >> 1) / 255
    under = 1 - source
    linear_source, linear_under = source**GAMMA, under**GAMMA
    a = np.arange(256) / 255
    a = a + (1 - a) * CONTRAST * linear_under * a
    out = (linear_source * a + linear_under * (1 - a)) ** (1 / GAMMA)
    return 255 * (out - under) / (source - under)


def polynomial(tone: int) -> NDArray[np.float64]:
    """What we make of them."""
    first, second, third = TONES[tone]
    c = np.arange(256) / 255
    return 255 * (c + c * (1 - c) * (first + c * (second + c * third)))


@pytest.mark.parametrize("tone", range(TONE_COUNT))
def test_a_tone_is_the_curve(tone: int) -> None:
    assert np.abs(polynomial(tone) - curve(tone)).max() < (1.6 if tone in (0, 7) else 0.2)


@pytest.mark.parametrize("tone", range(TONE_COUNT))
def test_a_tone_keeps_nothing_and_all_and_the_order_between(tone: int) -> None:
    values = polynomial(tone)
    assert values[0] == 0
    assert values[-1] == pytest.approx(255, abs=1e-9)
    assert (np.diff(values) > 0).all()


@pytest.mark.parametrize(
    ("color", "tone"),
    [((0, 0, 0), 0), ((1, 1, 1), 7), ((0.5, 0.5, 0.5), 4), ((1, 0, 0), 1), ((0, 1, 0), 5), ((0, 0, 1), 0)],
)
def test_the_tone_of_a_colour_is_its_brightness(color: tuple[float, float, float], tone: int) -> None:
    assert tone_of(*color) == tone


def test_the_tones_of_many_colors_are_those_of_each() -> None:
    colors = np.random.default_rng(1).uniform(-0.2, 1.2, (5000, 4))
    colors[:256, :3] = np.arange(256)[:, None] / 255.0
    colors[-1] = 1e12
    assert tones_of(colors).tolist() == [tone_of(*color[:3]) for color in colors.tolist()]


def test_the_bits_of_tones_are_apart_from_those_of_shapes_and_operators() -> None:
    assert all(style_of_tone(tone) & 0x1FFFF == 0 for tone in range(TONE_COUNT))
    assert len({style_of_tone(tone) for tone in range(TONE_COUNT)}) == TONE_COUNT
