"""spaces: the colour spaces of CSS Color 4, and their conversions to sRGB.

    oklch --> oklab --------------------> xyz (D65) --> linear sRGB --> sRGB
    lch --> lab --> xyz (D50) --adapted--^
    display-p3 --> its linear light -----^

Each conversion is a chain of the standard's steps, each a matrix or a curve, in float64. Multiplying matrices in
advance would be faster, but round differently. `tests/paint/test_spaces.py` compares with another library.

https://www.w3.org/TR/css-color-4/#color-conversion-code
"""

from __future__ import annotations

from collections.abc import Callable
from math import copysign, cos, degrees, radians, sin
from typing import Final, NamedTuple

from .named import Rgba

__all__ = [
    *("ALPHA", "COLOR_SPACES", "FUNCTIONS", "LARGEST", "UNBOUNDED", "Channels", "Convert", "Space", "Units"),
    *("clip", "cut"),
]

Channels = tuple[float, float, float]
Convert = Callable[[float, float, float], Channels]
Matrix = tuple[float, float, float, float, float, float, float, float, float]
Units = dict[str, float]
"""The factor for a channel's number, for each unit that it may have; the empty string is no unit."""

LARGEST: Final = 1e9
"""Limit of the numbers of a colour: an infinite one would become NaN in a conversion."""

ALPHA: Final[Units] = {"": 1.0, "%": 0.01}
_ANGLE: Final[Units] = {"": 1.0, "deg": 1.0, "grad": 0.9, "rad": degrees(1.0), "turn": 360.0}


class Space(NamedTuple):
    """The channels of a colour function, and their conversion.

    Attributes
    ----------
    to_srgb
        Converts three channels, in the units of CSS, to sRGB, unclamped: outside its gamut, results are outside 0 to 1.
    units
        The units that each channel may have.
    """

    to_srgb: Convert
    units: tuple[Units, Units, Units]


def cut(v: float) -> float:
    """Clamp a number to what conversions accept."""
    return -LARGEST if v < -LARGEST else LARGEST if v > LARGEST else v


def clip(r: float, g: float, b: float, a: float) -> Rgba:
    """Clamp each of four channels to 0..1, without negative zeros."""
    return (
        1.0 if r > 1.0 else r if r > 0.0 else 0.0,
        1.0 if g > 1.0 else g if g > 0.0 else 0.0,
        1.0 if b > 1.0 else b if b > 0.0 else 0.0,
        1.0 if a > 1.0 else a if a > 0.0 else 0.0,
    )


# -- other forms of sRGB ---------------------------------------------------------------------------------------


def _rgb(r: float, g: float, b: float) -> Channels:
    return r / 255, g / 255, b / 255


def _hsl(h: float, s: float, l: float) -> Channels:  # noqa: E741
    s = 0.0 if s < 0.0 else 1.0 if s > 100.0 else s / 100
    l = 0.0 if l < 0.0 else 1.0 if l > 100.0 else l / 100  # noqa: E741
    high = l * (1.0 + s) if l <= 0.5 else l + s - l * s
    low = 2.0 * l - high
    span = high - low
    turn = (h if -LARGEST < h < LARGEST else cut(h)) / 360 % 1.0
    # Written as sums of thirds, to round as `colorsys` does.
    if turn < 1 / 6:
        return high, low + span * turn * 6.0, low
    if turn < 1 / 3:
        return low + span * (2 / 3 - (turn + 1 / 3)) * 6.0, high, low
    if turn < 1 / 2:
        return low, high, low + span * (turn - 1 / 3) * 6.0
    if turn < 2 / 3:
        return low, low + span * (2 / 3 - turn) * 6.0, high
    if turn < 5 / 6:
        return low + span * (turn + 1 / 3 - 1.0) * 6.0, low, high
    return high, low, low + span * (2 / 3 - (turn - 1 / 3)) * 6.0


def _hwb(h: float, w: float, b: float) -> Channels:
    white, black = max(w / 100, 0.0), max(b / 100, 0.0)
    if white + black >= 1.0:
        white, black = white / (white + black), black / (white + black)
    red, green, blue = _hsl(h, 100.0, 50.0)
    range_ = 1.0 - white - black
    return red * range_ + white, green * range_ + white, blue * range_ + white


# -- through linear light --------------------------------------------------------------------------------------

XYZ_TO_LINEAR_SRGB: Final[Matrix] = (
    *(3.240969941904523, -1.5373831775700941, -0.4986107602930035),
    *(-0.9692436362808797, 1.8759675015077204, 0.04155505740717562),
    *(0.05563007969699365, -0.20397695888897652, 1.0569715142428784),
)
D50_TO_D65: Final[Matrix] = (
    *(0.9554734214880749, -0.023098454948764658, 0.06325924320057072),
    *(-0.028369709333863756, 1.0099953980813041, 0.021041441191917323),
    *(0.012314014864481991, -0.020507649298898978, 1.330365926242124),
)
"""Chromatic adaptation by Bradford's method."""


def times(matrix: Matrix, x: float, y: float, z: float) -> Channels:
    """The product of a matrix, in rows, and a column vector."""
    a, b, c, d, e, f, g, h, i = matrix
    return a * x + b * y + c * z, d * x + e * y + f * z, g * x + h * y + i * z


def gamma(v: float) -> float:
    """The transfer function of sRGB, from linear light, odd in the sign."""
    return 1.055 * v**_GAMMA - 0.055 if v > 0.0031308 else 12.92 * v if v >= -0.0031308 else -gamma(-v)


_GAMMA: Final = 2.4**-1


def _linear_srgb(r: float, g: float, b: float) -> Channels:
    return gamma(r), gamma(g), gamma(b)


def _xyz(x: float, y: float, z: float) -> Channels:
    a, b, c, d, e, f, g, h, i = XYZ_TO_LINEAR_SRGB
    return gamma(a * x + b * y + c * z), gamma(d * x + e * y + f * z), gamma(g * x + h * y + i * z)


def _xyz_d50(x: float, y: float, z: float) -> Channels:
    return _xyz(*times(D50_TO_D65, x, y, z))


# -- Lab and Oklab, and the same in polar coordinates ----------------------------------------------------------

D50_X: Final = 0.9642956764295677
D50_Z: Final = 0.8251046025104602
"""The white of D50, whose Y is 1: its chromaticities are 0.3457 and 0.3585."""
_EPSILON: Final = 6 / 29
_KAPPA: Final = 24389 / 27
OKLAB_TO_LMS: Final[Matrix] = (
    *(1.0, 0.3963377773761749, 0.21580375730991364),
    *(1.0, -0.10556134581565857, -0.0638541728258133),
    *(1.0, -0.08948417752981186, -1.2914855480194092),
)
"""To the cube roots of long, medium and short."""
LMS_TO_XYZ: Final[Matrix] = (
    *(1.226879875845924, -0.5578149944602171, 0.2813910456659647),
    *(-0.04057574521480083, 1.112286803280317, -0.07171105806551635),
    *(-0.07637293667466008, -0.42149333240224324, 1.5869240198367818),
)


def _any_lab(l: float, a: float, b: float) -> Channels:  # noqa: E741
    fy = (l + 16) / 116
    fx = a / 500 + fy
    fz = fy - b / 200
    x = fx**3 if fx > _EPSILON else (116 * fx - 16) / _KAPPA
    y = fy**3 if l > 8 else l / _KAPPA
    z = fz**3 if fz > _EPSILON else (116 * fz - 16) / _KAPPA
    return _xyz_d50(x * D50_X, y, z * D50_Z)


def _any_lch(l: float, c: float, h: float) -> Channels:  # noqa: E741
    h = radians(h)
    return _any_lab(l, c * cos(h), c * sin(h))


def _any_oklab(l: float, a: float, b: float) -> Channels:  # noqa: E741
    long, medium, short = times(OKLAB_TO_LMS, l, a, b)
    return _xyz(*times(LMS_TO_XYZ, long**3, medium**3, short**3))


def _any_oklch(l: float, c: float, h: float) -> Channels:  # noqa: E741
    h = radians(h)
    return _any_oklab(l, c * cos(h), c * sin(h))


UNBOUNDED: Final[dict[str, Convert]] = {
    "lab": _any_lab,
    "lch": _any_lch,
    "oklab": _any_oklab,
    "oklch": _any_oklch,
}
"""Conversions to sRGB that accept every lightness, by name: colours brighter than white have more than the largest."""


def _lab(l: float, a: float, b: float) -> Channels:  # noqa: E741
    return _any_lab(min(max(l, 0.0), 100.0), a, b)


def _lch(l: float, c: float, h: float) -> Channels:  # noqa: E741
    return _any_lch(min(max(l, 0.0), 100.0), max(c, 0.0), h)


def _oklab(l: float, a: float, b: float) -> Channels:  # noqa: E741
    return _any_oklab(min(max(l, 0.0), 1.0), a, b)


def _oklch(l: float, c: float, h: float) -> Channels:  # noqa: E741
    return _any_oklch(min(max(l, 0.0), 1.0), max(c, 0.0), h)


# -- the spaces of color() -------------------------------------------------------------------------------------


def power(v: float, exponent: float) -> float:
    """A power, odd in the sign: colours outside a gamut have negative channels."""
    return copysign(abs(v) ** exponent, v)


def srgb_curve(v: float) -> float:
    """From sRGB to linear light, the inverse of `gamma`."""
    return copysign(((abs(v) + 0.055) / 1.055) ** 2.4, v) if abs(v) > 0.04045 else v / 12.92


def _a98_curve(v: float) -> float:
    return power(v, 563 / 256)


def _prophoto_curve(v: float) -> float:
    return v / 16.0 if abs(v) < 16 / 512 else power(v, 1.8)


def _rec2020_curve(v: float) -> float:
    return power(v, 2.4)


P3_TO_XYZ: Final[Matrix] = (
    *(0.48657094864821615, 0.26566769316909306, 0.19821728523436247),
    *(0.22897456406974878, 0.6917385218365063, 0.07928691409374498),
    *(-3.9720755169334874e-17, 0.04511338185890263, 1.0439443689009757),
)
A98_TO_XYZ: Final[Matrix] = (
    *(0.5766690429101307, 0.1855582379065463, 0.18822864623499472),
    *(0.2973449752505361, 0.6273635662554661, 0.07529145849399789),
    *(0.027031361386412343, 0.07068885253582723, 0.9913375368376389),
)
PROPHOTO_TO_XYZ_D50: Final[Matrix] = (
    *(0.7977604896723026, 0.13518583717574031, 0.031349349581524806),
    *(0.28807112822929337, 0.7118432178101014, 8.565396060525903e-05),
    *(0.0, 0.0, 0.8251046025104602),
)
REC2020_TO_XYZ: Final[Matrix] = (
    *(0.6369580483012911, 0.14461690358620838, 0.16888097516417208),
    *(0.262700212011267, 0.677998071518871, 0.05930171646986195),
    *(4.994106574466074e-17, 0.028072693049087438, 1.0609850577107909),
)


def _srgb(r: float, g: float, b: float) -> Channels:
    return r, g, b


def _display_p3_linear(r: float, g: float, b: float) -> Channels:
    return _xyz(*times(P3_TO_XYZ, r, g, b))


def _display_p3(r: float, g: float, b: float) -> Channels:
    return _display_p3_linear(srgb_curve(r), srgb_curve(g), srgb_curve(b))


def _a98_rgb(r: float, g: float, b: float) -> Channels:
    return _xyz(*times(A98_TO_XYZ, _a98_curve(r), _a98_curve(g), _a98_curve(b)))


def _prophoto_rgb(r: float, g: float, b: float) -> Channels:
    return _xyz_d50(*times(PROPHOTO_TO_XYZ_D50, _prophoto_curve(r), _prophoto_curve(g), _prophoto_curve(b)))


def _rec2020(r: float, g: float, b: float) -> Channels:
    return _xyz(*times(REC2020_TO_XYZ, _rec2020_curve(r), _rec2020_curve(g), _rec2020_curve(b)))


# -- tables by CSS names ---------------------------------------------------------------------------------------


def _percent(one: float) -> Units:
    """The units of a channel for which 1 % is ``one``."""
    return {"": 1.0, "%": one}


def _bounded(to_srgb: Convert) -> Convert:
    """A conversion that clamps its arguments first."""

    def convert(x: float, y: float, z: float) -> Channels:
        return to_srgb(cut(x), cut(y), cut(z))

    return convert


# The next float above 2.55, whose float is slightly less: with it, 50% would be 127.49999999999999 and round to 127.
_RGB: Final = Space(_rgb, (_percent(2.5500000000000003),) * 3)
_HSL: Final = Space(_hsl, (_ANGLE, _percent(1.0), _percent(1.0)))
FUNCTIONS: Final = {
    "rgb": _RGB,
    "rgba": _RGB,
    "hsl": _HSL,
    "hsla": _HSL,
    "hwb": Space(_bounded(_hwb), (_ANGLE, _percent(1.0), _percent(1.0))),
    "lab": Space(_bounded(_lab), (_percent(1.0), _percent(1.25), _percent(1.25))),
    "lch": Space(_bounded(_lch), (_percent(1.0), _percent(1.5), _ANGLE)),
    "oklab": Space(_bounded(_oklab), (_percent(0.01), _percent(0.004), _percent(0.004))),
    "oklch": Space(_bounded(_oklch), (_percent(0.01), _percent(0.004), _ANGLE)),
}
"""Colour functions by their names in lower case."""

COLOR_SPACES: Final = {
    name: Space(_bounded(to_srgb), (_percent(0.01),) * 3)
    for name, to_srgb in (
        ("srgb", _srgb),
        ("srgb-linear", _linear_srgb),
        ("display-p3", _display_p3),
        ("display-p3-linear", _display_p3_linear),
        ("a98-rgb", _a98_rgb),
        ("prophoto-rgb", _prophoto_rgb),
        ("rec2020", _rec2020),
        ("xyz", _xyz),
        ("xyz-d50", _xyz_d50),
        ("xyz-d65", _xyz),
    )
}
"""The colour spaces of ``color()``, by name."""
