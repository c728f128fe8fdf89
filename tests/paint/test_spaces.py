"""Conversions to sRGB, held to those of another library."""

from __future__ import annotations

from colorsys import hls_to_rgb

import numpy as np
import pytest
from coloraide import Color
from hypothesis import given
from hypothesis import strategies as st

from gpucanvas.paint.spaces import COLOR_SPACES, FUNCTIONS, LARGEST, clip

NEAR = st.floats(-2, 2)
"""Channels in and around a gamut, of spaces whose channels are 0 to 1."""
LARGE = st.sampled_from([0.0, -0.0, 1e-320, 1.0, 1e9, -1e9, 1e300, -1e300, float("inf"), float("-inf")])


def theirs(space: str, channels: tuple[float, float, float]) -> tuple[float, ...]:
    """The same colour by the other library, clipped."""
    return clip(*Color(space, channels).convert("srgb").coords(nans=False), 1.0)


@pytest.mark.parametrize("name", sorted(COLOR_SPACES))
@given(st.tuples(NEAR, NEAR, NEAR))
def test_a_space_of_color_is_converted_as_another_library_does(name: str, channels: tuple[float, float, float]) -> None:
    ours = clip(*COLOR_SPACES[name].to_srgb(*channels), 1.0)
    assert ours == pytest.approx(theirs("xyz-d65" if name == "xyz" else name, channels), abs=1e-9)


@pytest.mark.parametrize(("name", "scale"), [("lab", 100.0), ("lch", 100.0), ("oklab", 1.0), ("oklch", 1.0)])
@given(st.floats(0, 1), st.floats(-1, 1), st.floats(-720, 720))
def test_lab_and_its_kin_are_converted_as_another_library_does(
    name: str, scale: float, x: float, y: float, h: float
) -> None:
    is_polar = name.endswith("ch")
    channels = (x * scale, abs(y) * scale, h) if is_polar else (x * scale, y * scale, h / 720 * scale)
    assert clip(*FUNCTIONS[name].to_srgb(*channels), 1.0) == pytest.approx(theirs(name, channels), abs=1e-9)


@given(st.floats(-720, 720), st.floats(-20, 120), st.floats(-20, 120))
def test_hsl_is_converted_as_the_standard_library_does(h: float, s: float, l: float) -> None:  # noqa: E741
    cut_s, cut_l = np.clip([s, l], 0, 100) / 100
    assert FUNCTIONS["hsl"].to_srgb(h, s, l) == pytest.approx(hls_to_rgb(h / 360 % 1.0, cut_l, cut_s), abs=1e-12)


@given(st.floats(-720, 720), st.floats(0, 99), st.floats(0, 99))
def test_hwb_is_converted_as_another_library_does(h: float, w: float, b: float) -> None:
    expected = Color("hwb", [h, w / 100, b / 100]).convert("srgb").coords(nans=False)
    assert FUNCTIONS["hwb"].to_srgb(h, w, b) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("space", [*FUNCTIONS.values(), *COLOR_SPACES.values()])
@given(st.tuples(LARGE, LARGE, LARGE))
def test_no_number_is_too_large(space: object, channels: tuple[float, float, float]) -> None:
    """An infinite number is what `LARGEST` is; nothing overflows, and nothing becomes NaN."""
    rgba = clip(*space.to_srgb(*channels), 1.0)  # type: ignore[attr-defined]
    assert all(0.0 <= v <= 1.0 for v in rgba)
    assert rgba == clip(*space.to_srgb(*(float(np.clip(v, -LARGEST, LARGEST)) for v in channels)), 1.0)  # type: ignore[attr-defined]
