"""effects: the effects that filters consist of, as small frozen values.

    "grayscale() blur(4px)"  --filters.py-->  (ColorMatrix(...), GaussianBlur(4, 4))

Colours are straight sRGB, 0 to 1, both for the layers proposal's objects and for CSS functions. The result of an effect
is clamped to that range before the next one.

https://drafts.fxtf.org/filter-effects/
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from math import cos, hypot, isfinite, radians, sin
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import COLOR_LEVELS, COLOR_UNIT
from ..geometry.affine import IDENTITY, Affine, multiply

__all__ = [
    "ColorMatrix",
    "ComponentTransfer",
    "ConvolveMatrix",
    "DropShadow",
    "Effect",
    "GaussianBlur",
    "TransferFunction",
    "Turbulence",
    "contrast",
    "filtered_color",
    "following",
    "grayscale",
    "hue_rotate",
    "invert",
    "keeps_opacity",
    "luminance_to_alpha",
    "offset_under",
    "opacity",
    "saturate",
    "scale_colors",
    "sepia",
    "sigmas_under",
    "under",
]

Matrix = tuple[float, ...]
EdgeMode = Literal["none", "duplicate", "wrap"]
WIDEST: Final = 10_000.0
"""Greatest standard deviation, pixels: a wider blur makes any canvas a single colour."""
FARTHEST: Final = 100_000.0
"""Greatest offset of a shadow, pixels: beyond it, the shadow is outside any canvas."""
UPRIGHT: Final = 1.0, 0.0, 0.0, 1.0
NO_NOISE: Final[Affine] = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
"""A transform without an inverse, in the place of one beyond the range of numbers."""
LUMINANCE: Final = 0.2126, 0.7152, 0.0722
"""Weights of red, green and blue in luminance, for `grayscale` and ``luminanceToAlpha``."""
SHARES: Final = 0.213, 0.715, 0.072
"""The same weights as the standard rounds them for `saturate` and `hue_rotate`."""


@dataclass(frozen=True, slots=True)
class GaussianBlur:
    """A blur: standard deviations across and down, pixels. Pixels outside count as transparent.

    ``follows`` says whether the blur is scaled with a picture that contains it.
    """

    sigma_x: float
    sigma_y: float
    follows: bool = False


@dataclass(frozen=True, slots=True)
class ColorMatrix:
    """Four rows of five: red, green, blue and alpha from red, green, blue, alpha and 1."""

    values: Matrix

    @property
    def fills(self) -> bool:
        """Whether it changes transparent pixels."""
        return self.values[19] > 0


@dataclass(frozen=True, slots=True)
class TransferFunction:
    """The transfer function of one channel: its kind and numbers."""

    kind: Literal["identity", "table", "discrete", "linear", "gamma"] = "identity"
    numbers: tuple[float, ...] = ()

    def of(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The function applied to values, not clamped to 0..1."""
        numbers = np.array(self.numbers)
        if self.kind == "linear":
            return np.asarray(numbers[0] * values + numbers[1])
        if self.kind == "gamma":
            amplitude, exponent, offset = numbers
            with np.errstate(all="ignore"):
                return np.asarray(amplitude * values**exponent + offset)
        if self.kind == "identity" or not len(numbers):
            return values
        if self.kind == "table":
            return np.asarray(np.interp(values, np.linspace(0, 1, len(numbers)), numbers), np.float64)
        steps = np.minimum((values * len(numbers)).astype(np.int64), len(numbers) - 1)
        return np.asarray(numbers[steps])


@dataclass(frozen=True)
class ComponentTransfer:
    """A function for each of red, green, blue and alpha."""

    functions: tuple[TransferFunction, TransferFunction, TransferFunction, TransferFunction]

    @cached_property
    def table(self) -> NDArray[np.int32]:
        """(4 * COLOR_LEVELS,) the result for each level of each channel, with COLOR_UNIT for 1."""
        return _table_of(self.functions)

    @property
    def fills(self) -> bool:
        """Whether it changes transparent pixels."""
        return bool(self.table[3 * COLOR_LEVELS] > 0)


@lru_cache(maxsize=64)
def _table_of(functions: tuple[TransferFunction, ...]) -> NDArray[np.int32]:
    levels = np.linspace(0, 1, COLOR_LEVELS)
    # Infinity becomes 1, and NaN 0.
    made = [np.clip(np.nan_to_num(function.of(levels), posinf=1.0, neginf=0.0), 0, 1) for function in functions]
    return np.round(np.concatenate(made) * COLOR_UNIT).astype(np.int32)


@dataclass(frozen=True, slots=True)
class ConvolveMatrix:
    """Every pixel becomes a weighted sum of its neighbours.

    Attributes
    ----------
    order_x, order_y
        Columns and rows of weights.
    weights
        Row by row, in the order of the source pixels: the standard's matrix rotated by 180 degrees, divided by its
        divisor.
    target_x, target_y
        Column and row of the weight for the result's own pixel.
    bias
        Added to the sum, multiplied by alpha.
    edge_mode
        Pixels outside the canvas: transparent, the nearest pixel, or the opposite edge.
    preserve_alpha
        Whether alpha is kept, and straight colours are summed.
    """

    order_x: int
    order_y: int
    weights: tuple[float, ...]
    target_x: int
    target_y: int
    bias: float
    edge_mode: EdgeMode
    preserve_alpha: bool


@dataclass(frozen=True, slots=True)
class DropShadow:
    """A shadow below its source: straight RGBA, standard deviations and offset in pixels; ``follows`` as for a blur."""

    color: tuple[float, float, float, float]
    sigma_x: float
    sigma_y: float
    dx: float
    dy: float
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Turbulence:
    """Noise, which replaces every pixel, transparent ones too.

    Attributes
    ----------
    frequency_x, frequency_y
        Cells of the lattice of gradients in a unit of user space.
    octaves
        How many noises are summed, each of twice the frequency and half the height of the one before.
    seed
        The number that chooses the lattice.
    is_fractal
        Whether the noise is about one half; otherwise its magnitude is summed.
    matrix
        From user space to pixels. There is no noise where it has no inverse.
    follows
        Whether the noise is transformed with a picture that contains it.
    """

    frequency_x: float
    frequency_y: float
    octaves: int = 1
    seed: int = 0
    is_fractal: bool = False
    matrix: Affine = IDENTITY
    follows: bool = False

    @property
    def fills(self) -> bool:
        """Whether it changes transparent pixels."""
        return True


Effect = GaussianBlur | ColorMatrix | ComponentTransfer | ConvolveMatrix | DropShadow | Turbulence
Scaled = GaussianBlur | DropShadow | Turbulence
"""The effects with lengths."""


def following(effects: tuple[Effect, ...], matrix: Affine) -> tuple[Effect, ...]:
    """Effects with lengths in user space, converted to pixels by a transform; they also follow later transforms."""
    return under(tuple(replace(each, follows=True) if isinstance(each, Scaled) else each for each in effects), matrix)


def under(effects: tuple[Effect, ...], matrix: Affine) -> tuple[Effect, ...]:
    """Effects under a transform: those with ``follows`` are transformed, the others are unchanged.

    A blur stays axis-aligned: where a transform rotates or skews an anisotropic one, only its widths across and down
    are right.
    """
    return tuple(map(partial(_under, matrix), effects))


def _under(matrix: Affine, effect: Effect) -> Effect:
    if not isinstance(effect, Scaled) or not effect.follows:
        return effect
    if isinstance(effect, Turbulence):
        made = multiply(matrix, effect.matrix)
        return replace(effect, matrix=made if all(map(isfinite, made)) else NO_NOISE)
    sigma_x, sigma_y = sigmas_under(matrix, effect.sigma_x, effect.sigma_y)
    if isinstance(effect, GaussianBlur):
        return GaussianBlur(sigma_x, sigma_y, True)
    return DropShadow(effect.color, sigma_x, sigma_y, *offset_under(matrix, effect.dx, effect.dy), True)


def sigmas_under(matrix: Affine, sigma_x: float, sigma_y: float) -> tuple[float, float]:
    """The standard deviations of a blur under a transform, across and down."""
    a, b, c, d, _, _ = matrix
    if (a, b, c, d) == UPRIGHT or not all(map(isfinite, matrix)):
        return sigma_x, sigma_y
    return min(hypot(a * sigma_x, c * sigma_y), WIDEST), min(hypot(b * sigma_x, d * sigma_y), WIDEST)


def offset_under(matrix: Affine, dx: float, dy: float) -> tuple[float, float]:
    """The offset of a shadow under a transform."""
    a, b, c, d, _, _ = matrix
    if (a, b, c, d) == UPRIGHT or not all(map(isfinite, matrix)):
        return dx, dy
    x, y = a * dx + c * dy, b * dx + d * dy
    return min(max(x, -FARTHEST), FARTHEST), min(max(y, -FARTHEST), FARTHEST)


def keeps_opacity(effect: Effect) -> bool:
    """Whether a more transparent input gives the same result, as much more transparent.

    Otherwise it makes a difference whether an opacity is applied before the effect or after it. A drop shadow does not
    keep it: the shadow is seen through the shape.
    """
    if isinstance(effect, ColorMatrix):
        red, green, blue, alpha = (effect.values[5 * row : 5 * row + 5] for row in range(4))
        return red[3] == green[3] == blue[3] == 0.0 and alpha[:3] == (0.0, 0.0, 0.0) and alpha[4] == 0.0
    if isinstance(effect, ComponentTransfer):
        return effect.functions[3] == TransferFunction()
    return isinstance(effect, GaussianBlur)


@lru_cache(maxsize=256)
def filtered_color(
    color: tuple[float, float, float, float], effects: tuple[Effect, ...]
) -> tuple[float, float, float, float] | None:
    """The colour in which a filtered shape may be drawn directly, from its own; None where its edge would differ.

    Straight colours are filtered, so an edge that is half covered has the colour of the inside, and half its alpha.
    """
    for effect in effects:
        if not isinstance(effect, ColorMatrix) or not keeps_opacity(effect) or not 0.0 <= effect.values[18] <= 1.0:
            return None
        given = (*color, 1.0)
        rows = (effect.values[5 * row : 5 * row + 5] for row in range(4))
        sums = [sum(weight * value for weight, value in zip(row, given, strict=True)) for row in rows]
        red, green, blue, alpha = (min(max(value, 0.0), 1.0) for value in sums)
        color = red, green, blue, alpha
    return color


# -- the matrices of Filter Effects ----------------------------------------------------------------------------


def _colors(*rows: tuple[float, float, float], offset: float = 0.0) -> ColorMatrix:
    """A colour matrix that keeps alpha."""
    made = [number for red, green, blue in rows for number in (red, green, blue, 0.0, offset)]
    return ColorMatrix((*made, 0.0, 0.0, 0.0, 1.0, 0.0))


def scale_colors(by: float, offset: float = 0.0) -> ColorMatrix:
    """Red, green and blue multiplied by a factor, plus an offset."""
    return _colors((by, 0.0, 0.0), (0.0, by, 0.0), (0.0, 0.0, by), offset=offset)


def contrast(amount: float) -> ColorMatrix:
    """Contrast: 1 is the identity, 0 makes everything grey."""
    return scale_colors(amount, 0.5 - 0.5 * amount)


def invert(amount: float) -> ColorMatrix:
    """Inversion: 0 is the identity, 1 makes a negative."""
    return scale_colors(1 - 2 * amount, amount)


def opacity(amount: float) -> ColorMatrix:
    """Alpha multiplied by a factor."""
    kept = scale_colors(1.0).values
    return ColorMatrix((*kept[:15], 0.0, 0.0, 0.0, amount, 0.0))


def grayscale(amount: float) -> ColorMatrix:
    """Greyscale: 0 is the identity, 1 keeps only luminance."""
    return _desaturated(1 - amount, LUMINANCE)


def saturate(amount: float) -> ColorMatrix:
    """Saturation: 1 is the identity, 0 keeps only luminance, more than 1 is more colourful."""
    return _desaturated(amount, SHARES)


def _desaturated(kept: float, shares: tuple[float, float, float]) -> ColorMatrix:
    rows = [tuple(share * (1 - kept) + kept * (i == k) for k, share in enumerate(shares)) for i in range(3)]
    return _colors(*rows)  # type: ignore[arg-type]


def sepia(amount: float) -> ColorMatrix:
    """Sepia tone: 0 is the identity, 1 is a brown photograph."""
    kept = 1 - amount
    brown = (0.393, 0.769, 0.189), (0.349, 0.686, 0.168), (0.272, 0.534, 0.131)
    rows = [tuple(each * amount + kept * (i == k) for k, each in enumerate(row)) for i, row in enumerate(brown)]
    return _colors(*rows)  # type: ignore[arg-type]


def hue_rotate(degrees: float) -> ColorMatrix:
    """A rotation of hues, which roughly keeps luminance."""
    along, across = cos(radians(degrees)), sin(radians(degrees))
    red, green, blue = SHARES
    turned = (-red, -green, 1 - blue), (0.143, 0.140, -0.283), (red - 1, green, blue)
    rows = [
        tuple(share + along * ((i == k) - share) + across * turned[i][k] for k, share in enumerate(SHARES))
        for i in range(3)
    ]
    return _colors(*rows)  # type: ignore[arg-type]


def luminance_to_alpha() -> ColorMatrix:
    """Black, with the luminance as alpha."""
    return ColorMatrix((*(0.0,) * 15, *LUMINANCE, 0.0, 0.0))
