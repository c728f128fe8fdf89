"""The way from sRGB into other spaces, held to that of another library and to our own way back."""

from __future__ import annotations

import pytest
from coloraide import Color
from hypothesis import assume, given
from hypothesis import strategies as st

from gpucanvas.paint.inverse import FROM_SRGB, from_hsl, from_hwb
from gpucanvas.paint.spaces import COLOR_SPACES, FUNCTIONS

IN_GAMUT = st.tuples(*[st.floats(0, 1)] * 3)
AROUND = st.tuples(*[st.floats(-0.5, 1.5)] * 3)
SCALES = {"rgb": (255, 255, 255), "hsl": (1, 100, 100), "hwb": (1, 100, 100)}
"""What a unit of the other library is in those of CSS, where they differ."""
POLAR = {"lch": 2, "oklch": 2, "hsl": 0, "hwb": 0}
"""Where the hue is."""


@pytest.mark.parametrize("name", sorted(FROM_SRGB))
@given(IN_GAMUT)
def test_a_colour_has_the_channels_that_another_library_gives_it(name: str, rgb: tuple[float, float, float]) -> None:
    ours = list(FROM_SRGB[name](*rgb))
    known = {"rgb": "srgb", "xyz": "xyz-d65"}.get(name, name)
    scales = SCALES.get(name, (1, 1, 1))
    theirs = [v * scale for v, scale in zip(Color("srgb", rgb).convert(known).coords(nans=False), scales, strict=True)]
    if name in POLAR:
        # The hue of what is nearly grey is whatever the rounding made of it.
        hue, span = POLAR[name], max(rgb) - min(rgb)
        turn = (ours.pop(hue) - theirs.pop(hue) + 180) % 360 - 180
        assert abs(turn) * span < 1e-3
    assert ours == pytest.approx(theirs, abs=2e-5, rel=1e-5)


@pytest.mark.parametrize("name", sorted(FROM_SRGB))
@given(AROUND)
def test_there_and_back_is_the_same_colour_in_and_out_of_the_gamut(name: str, rgb: tuple[float, float, float]) -> None:
    to_srgb = {"hsl": from_hsl, "hwb": from_hwb}.get(name) or (FUNCTIONS.get(name) or COLOR_SPACES[name]).to_srgb
    x, y, z = FROM_SRGB[name](*rgb)
    if name in ("lab", "lch", "oklab", "oklch"):
        # Darker than black and lighter than white is cut off.
        assume(0 <= x / (1 if name.startswith("ok") else 100) <= 1)
    if name == "hsl":
        # Black and white have no saturation, however far the channels are apart.
        assume(min(abs(z), abs(z - 100)) > 0.1)
    assert to_srgb(x, y, z) == pytest.approx(rgb, abs=1e-6)
