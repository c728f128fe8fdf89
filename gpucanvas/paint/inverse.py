"""inverse: conversions from sRGB to the other colour spaces, the inverses of `spaces`, for mixed and relative colours.

    sRGB --> linear sRGB --> xyz (D65) --------------> oklab --> oklch
                              |    `--adapted--> xyz (D50) --> lab --> lch
                              `--> linear light --> display-p3

Nothing is clamped here, so that colours outside sRGB's gamut survive a round trip. So HSL and HWB have unclamped
conversions to sRGB of their own, `from_hsl` and `from_hwb`, for saturations outside 0 to 100 %.

https://www.w3.org/TR/css-color-4/#color-conversion-code
"""

from __future__ import annotations

from math import atan2, cbrt, degrees, hypot
from typing import Final

import numpy as np

from . import spaces
from .spaces import Channels, Convert, Matrix, times

__all__ = ["FROM_SRGB", "from_hsl", "from_hwb"]


def _inverse(matrix: Matrix) -> Matrix:
    """The inverse of a matrix, computed instead of the standard's rounded digits, for exact round trips."""
    a, b, c, d, e, f, g, h, i = np.linalg.inv(np.reshape(matrix, (3, 3))).ravel().tolist()
    return a, b, c, d, e, f, g, h, i


_LINEAR_SRGB_TO_XYZ: Final = _inverse(spaces.XYZ_TO_LINEAR_SRGB)
_D65_TO_D50: Final = _inverse(spaces.D50_TO_D65)
_XYZ_TO_P3: Final = _inverse(spaces.P3_TO_XYZ)
_XYZ_TO_A98: Final = _inverse(spaces.A98_TO_XYZ)
_XYZ_D50_TO_PROPHOTO: Final = _inverse(spaces.PROPHOTO_TO_XYZ_D50)
_XYZ_TO_REC2020: Final = _inverse(spaces.REC2020_TO_XYZ)
_XYZ_TO_LMS: Final = _inverse(spaces.LMS_TO_XYZ)
_LMS_TO_OKLAB: Final = _inverse(spaces.OKLAB_TO_LMS)
"""From the cube roots of long, medium and short."""


# -- linear light ----------------------------------------------------------------------------------------------


def _srgb(r: float, g: float, b: float) -> Channels:
    return r, g, b


def _linear_srgb(r: float, g: float, b: float) -> Channels:
    return spaces.srgb_curve(r), spaces.srgb_curve(g), spaces.srgb_curve(b)


def _xyz(r: float, g: float, b: float) -> Channels:
    return times(_LINEAR_SRGB_TO_XYZ, *_linear_srgb(r, g, b))


def _xyz_d50(r: float, g: float, b: float) -> Channels:
    return times(_D65_TO_D50, *_xyz(r, g, b))


def _display_p3_linear(r: float, g: float, b: float) -> Channels:
    return times(_XYZ_TO_P3, *_xyz(r, g, b))


def _display_p3(r: float, g: float, b: float) -> Channels:
    x, y, z = _display_p3_linear(r, g, b)
    return spaces.gamma(x), spaces.gamma(y), spaces.gamma(z)


def _a98_rgb(r: float, g: float, b: float) -> Channels:
    x, y, z = times(_XYZ_TO_A98, *_xyz(r, g, b))
    return spaces.power(x, 256 / 563), spaces.power(y, 256 / 563), spaces.power(z, 256 / 563)


def _prophoto_gamma(v: float) -> float:
    return v * 16.0 if abs(v) < 1 / 512 else spaces.power(v, 1 / 1.8)


def _prophoto_rgb(r: float, g: float, b: float) -> Channels:
    x, y, z = times(_XYZ_D50_TO_PROPHOTO, *_xyz_d50(r, g, b))
    return _prophoto_gamma(x), _prophoto_gamma(y), _prophoto_gamma(z)


def _rec2020(r: float, g: float, b: float) -> Channels:
    x, y, z = times(_XYZ_TO_REC2020, *_xyz(r, g, b))
    return spaces.power(x, 1 / 2.4), spaces.power(y, 1 / 2.4), spaces.power(z, 1 / 2.4)


# -- Lab and Oklab, and the same in polar coordinates ----------------------------------------------------------


def _lab_curve(v: float) -> float:
    return cbrt(v) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116


def _lab(r: float, g: float, b: float) -> Channels:
    x, y, z = _xyz_d50(r, g, b)
    fx, fy, fz = _lab_curve(x / spaces.D50_X), _lab_curve(y), _lab_curve(z / spaces.D50_Z)
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _oklab(r: float, g: float, b: float) -> Channels:
    long, medium, short = times(_XYZ_TO_LMS, *_xyz(r, g, b))
    return times(_LMS_TO_OKLAB, cbrt(long), cbrt(medium), cbrt(short))


def _polar(l: float, a: float, b: float) -> Channels:  # noqa: E741
    return l, hypot(a, b), degrees(atan2(b, a)) % 360.0


def _lch(r: float, g: float, b: float) -> Channels:
    return _polar(*_lab(r, g, b))


def _oklch(r: float, g: float, b: float) -> Channels:
    return _polar(*_oklab(r, g, b))


# -- other forms of sRGB ---------------------------------------------------------------------------------------


def _rgb(r: float, g: float, b: float) -> Channels:
    return r * 255, g * 255, b * 255


def _hue(r: float, g: float, b: float) -> float:
    """The hue in degrees; 0 for a grey."""
    high, span = max(r, g, b), max(r, g, b) - min(r, g, b)
    if span == 0.0:
        return 0.0
    sixths = (g - b) / span % 6.0 if high == r else (b - r) / span + 2.0 if high == g else (r - g) / span + 4.0
    return sixths * 60.0


def _hsl(r: float, g: float, b: float) -> Channels:
    high, low = max(r, g, b), min(r, g, b)
    lightness, hue = (low + high) / 2, _hue(r, g, b)
    room = min(lightness, 1.0 - lightness)
    saturation = (high - lightness) / room if room else 0.0
    if saturation < 0.0:
        # For a lightness outside 0 to 1 the saturation is negative: use the opposite hue instead.
        return (hue + 180.0) % 360.0, -saturation * 100.0, lightness * 100.0
    return hue, saturation * 100.0, lightness * 100.0


def _hwb(r: float, g: float, b: float) -> Channels:
    return _hue(r, g, b), min(r, g, b) * 100.0, (1.0 - max(r, g, b)) * 100.0


def from_hsl(h: float, s: float, l: float) -> Channels:  # noqa: E741
    """Convert HSL to sRGB, for any saturation and lightness."""
    lightness = l / 100
    reach = s / 100 * min(lightness, 1.0 - lightness)
    red, green, blue = spaces.FUNCTIONS["hsl"].to_srgb(h, 100.0, 50.0)
    return (
        lightness + reach * (2.0 * red - 1.0),
        lightness + reach * (2.0 * green - 1.0),
        lightness + reach * (2.0 * blue - 1.0),
    )


def from_hwb(h: float, w: float, b: float) -> Channels:
    """Convert HWB to sRGB, for any whiteness and blackness."""
    if w + b >= 100.0:
        return (w / (w + b),) * 3
    red, green, blue = spaces.FUNCTIONS["hsl"].to_srgb(h, 100.0, 50.0)
    span = (100.0 - w - b) / 100
    return red * span + w / 100, green * span + w / 100, blue * span + w / 100


FROM_SRGB: Final[dict[str, Convert]] = {
    "rgb": _rgb,
    "hsl": _hsl,
    "hwb": _hwb,
    "lab": _lab,
    "lch": _lch,
    "oklab": _oklab,
    "oklch": _oklch,
    "srgb": _srgb,
    "srgb-linear": _linear_srgb,
    "display-p3": _display_p3,
    "display-p3-linear": _display_p3_linear,
    "a98-rgb": _a98_rgb,
    "prophoto-rgb": _prophoto_rgb,
    "rec2020": _rec2020,
    "xyz": _xyz,
    "xyz-d50": _xyz_d50,
    "xyz-d65": _xyz,
}
"""By the names of CSS: three channels of sRGB, in or out of its gamut, to channels in the units of CSS."""
