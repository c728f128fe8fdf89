"""filter_objects: reads filters of the layers proposal: dicts with the names and defaults of SVG's filter elements.

    {"name": "colorMatrix", "type": "saturate", "values": 0.5}   -->   ColorMatrix

Colours are straight sRGB here, as for CSS functions, not in linear light as by default in SVG.

https://github.com/whatwg/html/pull/9537 and https://drafts.fxtf.org/filter-effects/#FilterPrimitivesOverview
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any, Final

from ..contract.constants import CONVOLVE_SIDE
from . import effects as e
from .effects import FARTHEST, WIDEST
from .lattice import LARGEST_SEED

__all__ = ["FilterError", "read_object"]

LARGEST: Final = 1e6
"""Greatest factor: with a larger one, every nonzero level becomes the brightest."""
MOST_NUMBERS: Final = 4096
"""Most values of a transfer function."""
MOST_OCTAVES: Final = 16
"""Most octaves of noise: all further ones together change a colour by less than 1 / 30,000."""
MOST_LISTS: Final = 8
"""Greatest depth of nested lists; a matrix has two."""
NOT_SUPPORTED: Final = ("blend", "composite", "displacementMap", "flood", "image", "merge", "morphology")
EDGE_MODES: Final = ("none", "duplicate", "wrap")
UNCHANGED: Final = e.ConvolveMatrix(1, 1, (1.0,), 0, 0, 0.0, "duplicate", False)
"""A convolution that changes no pixel."""


class FilterError(ValueError):
    """An object is no valid filter. Its ``name`` is that of the error in the proposal."""

    name = "TypeError"


def read_object(value: Mapping[str, Any]) -> e.Effect:
    """The effect of an object of the proposal. FilterError for an invalid or unsupported one."""
    name = value.get("name")
    if name in NOT_SUPPORTED:
        raise FilterError(f"filter {name} is not supported: give one of {', '.join(READERS)}")
    read = READERS.get(name) if isinstance(name, str) else None
    if read is None:
        raise FilterError(f"filter is {value!r:.80}: {name!r} is no filter: give one of {', '.join(READERS)}")
    return read(value)


def _number(value: Mapping[str, Any], key: str, default: float | None = None) -> float:
    return _checked(value.get(key, default), f"filter {value['name']}: {key}")


def _checked(given: Any, where: str) -> float:
    """A finite number, checked."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise FilterError(f"{where} is {given!r:.80}: give a number")
    try:
        number = float(given)
    except OverflowError:
        number = float("inf")
    if not isfinite(number):
        raise FilterError(f"{where} is {number:g}: give a finite number")
    return number


def _numbers(given: Any, where: str, depth: int = 0) -> list[float]:
    """Finite numbers, clamped to meaningful values, with nested lists flattened."""
    if depth > MOST_LISTS:
        raise FilterError(f"{where} has more than {MOST_LISTS} lists in one another: give a list of numbers")
    # NumPy arrays are converted to lists.
    given = given.tolist() if hasattr(given, "tolist") else given
    if not isinstance(given, Sequence) or isinstance(given, str | bytes):
        raise FilterError(f"{where} is {given!r:.80}: give a list of numbers")
    found: list[float] = []
    for each in given:
        nested = isinstance(each, Sequence) and not isinstance(each, str | bytes)
        found += _numbers(each, where, depth + 1) if nested else [_checked(each, where)]
        if len(found) > MOST_NUMBERS:
            raise FilterError(f"{where} has more than {MOST_NUMBERS} numbers: give fewer")
    return [min(max(each, -LARGEST), LARGEST) for each in found]


def _sigmas(value: Mapping[str, Any], default: float | None = None) -> tuple[float, float]:
    """Standard deviations, across and down: one number, or two."""
    given: Any = value.get("stdDeviation", default)
    where = f"filter {value['name']}: stdDeviation"
    pair = list(given) if isinstance(given, Sequence) and not isinstance(given, str | bytes) else [given, given]
    if len(pair) != 2 or not all(isinstance(each, int | float) and not isinstance(each, bool) for each in pair):
        raise FilterError(f"{where} is {given!r:.80}: give a number, or two: across and down")
    across, down = (_checked(each, where) for each in pair)
    if min(across, down) < 0:
        raise FilterError(f"{where} is {given!r:.80}: give a finite length of at least 0")
    return min(across, WIDEST), min(down, WIDEST)


# -- readers of the filters ------------------------------------------------------------------------------------


def _blur(value: Mapping[str, Any]) -> e.GaussianBlur:
    return e.GaussianBlur(*_sigmas(value))


def _color_matrix(value: Mapping[str, Any]) -> e.ColorMatrix:
    kind, given = value.get("type", "matrix"), value.get("values")
    where = "filter colorMatrix: values"
    if kind == "luminanceToAlpha":
        return e.luminance_to_alpha()
    if kind in ("saturate", "hueRotate"):
        if given is None:
            given = 1.0 if kind == "saturate" else 0.0
        elif not isinstance(given, int | float):
            many = _numbers(given, where)
            if len(many) != 1:
                raise FilterError(f"{where} are {len(many)} numbers: {kind} takes one")
            given = many[0]
        amount = min(max(_checked(given, where), -LARGEST), LARGEST)
        return e.saturate(amount) if kind == "saturate" else e.hue_rotate(amount)
    if kind != "matrix":
        raise FilterError(
            f"filter colorMatrix: type is {kind!r:.80}: give matrix, saturate, hueRotate or luminanceToAlpha"
        )
    numbers = _numbers(given, where)
    if len(numbers) != 20:
        raise FilterError(f"{where} are {len(numbers)} numbers: give 20, four rows of five")
    return e.ColorMatrix(tuple(numbers))


def _component_transfer(value: Mapping[str, Any]) -> e.ComponentTransfer:
    red, green, blue, alpha = (_transfer(value.get(key), key) for key in ("funcR", "funcG", "funcB", "funcA"))
    return e.ComponentTransfer((red, green, blue, alpha))


def _transfer(given: Any, key: str) -> e.TransferFunction:
    """The transfer function of one channel."""
    if given is None:
        return e.TransferFunction()
    where = f"filter componentTransfer: {key}"
    if not isinstance(given, Mapping):
        raise FilterError(f"{where} is {given!r:.80}: give a dict with a type")
    kind = given.get("type", "identity")
    if kind == "identity":
        return e.TransferFunction()
    if kind in ("table", "discrete"):
        numbers = _numbers(given.get("tableValues", ()), f"{where}: tableValues")
        return e.TransferFunction(kind, tuple(numbers))
    defaults: Mapping[str, float]
    if kind == "linear":
        defaults = {"slope": 1.0, "intercept": 0.0}
    elif kind == "gamma":
        defaults = {"amplitude": 1.0, "exponent": 1.0, "offset": 0.0}
    else:
        raise FilterError(f"{where}: type is {kind!r:.80}: give identity, table, discrete, linear or gamma")
    numbers = [_checked(given.get(name, default), f"{where}: {name}") for name, default in defaults.items()]
    return e.TransferFunction(kind, tuple(numbers))


def _convolve_matrix(value: Mapping[str, Any]) -> e.ConvolveMatrix:
    where = "filter convolveMatrix:"
    given: Any = value.get("kernelMatrix")
    given = given.tolist() if hasattr(given, "tolist") else given
    if isinstance(given, list | tuple) and len(given) == 1 and given[0] in ([], ()):
        # Tests of the proposal require that [[]] is accepted. It has no weights, so pixels are passed on unchanged:
        # https://drafts.fxtf.org/filter-effects/#element-attrdef-feconvolvematrix-kernelmatrix
        return UNCHANGED
    weights = _numbers(given, f"{where} kernelMatrix")
    order_x, order_y = _order(value, given)
    if len(weights) != order_x * order_y:
        raise FilterError(
            f"{where} kernelMatrix has {len(weights)} numbers, its order is {order_x}x{order_y}: "
            f"give {order_x * order_y}"
        )
    if value.get("order") is None and _is_nested(given) and any(len(row) != order_x for row in given):
        raise FilterError(f"{where} kernelMatrix has rows of different lengths: give rows of {order_x} numbers")
    divisor = _number(value, "divisor", sum(weights) or 1.0)
    if divisor == 0:
        raise FilterError(f"{where} divisor is 0: leave it out, or give another number")
    mode = value.get("edgeMode", "duplicate")
    if mode not in EDGE_MODES:
        raise FilterError(f"{where} edgeMode is {mode!r:.80}: give duplicate, wrap or none")
    target_x = _target(value, "targetX", order_x)
    target_y = _target(value, "targetY", order_y)
    turned = tuple(min(max(each / divisor, -LARGEST), LARGEST) for each in reversed(weights))
    bias = min(max(_number(value, "bias", 0.0), -LARGEST), LARGEST)
    keeps = bool(value.get("preserveAlpha", False))
    return e.ConvolveMatrix(order_x, order_y, turned, target_x, target_y, bias, mode, keeps)


def _order(value: Mapping[str, Any], given: Any) -> tuple[int, int]:
    """Columns and rows of a convolution's weights: as given, or those of its list of lists, or 3."""
    order: Any = value.get("order")
    if order is None:
        pair = [len(given[0]), len(given)] if _is_nested(given) else [3, 3]
    else:
        pair = list(order) if isinstance(order, Sequence) and not isinstance(order, str | bytes) else [order, order]
    whole = all(isinstance(each, int) and not isinstance(each, bool) for each in pair)
    if len(pair) != 2 or not whole or not all(1 <= each <= CONVOLVE_SIDE for each in pair):
        raise FilterError(
            f"filter convolveMatrix: order is {order if order is not None else pair!r:.80}: give a whole number from 1 "
            f"to {CONVOLVE_SIDE}, or two: columns and rows"
        )
    return pair[0], pair[1]


def _is_nested(given: Sequence[Any]) -> bool:
    """Whether weights are a list of rows."""
    return len(given) > 0 and all(isinstance(row, Sequence) for row in given)


def _target(value: Mapping[str, Any], key: str, order: int) -> int:
    given: Any = value.get(key, order // 2)
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < order:
        raise FilterError(f"filter convolveMatrix: {key} is {given!r:.80}: give a whole number from 0 to {order - 1}")
    return given


def _drop_shadow(value: Mapping[str, Any]) -> e.DropShadow:
    from .color import to_rgba
    from .wide import faded

    given = value.get("floodColor", "black")
    try:
        color = to_rgba(given)
    except (ValueError, TypeError) as error:
        raise FilterError(f"filter dropShadow: floodColor: {error}") from None
    opacity = min(max(_number(value, "floodOpacity", 1.0), 0.0), 1.0)
    dx, dy = (min(max(_number(value, key, 2.0), -FARTHEST), FARTHEST) for key in ("dx", "dy"))
    return e.DropShadow(faded(color, opacity), *_sigmas(value, 2.0), dx, dy)


def _turbulence(value: Mapping[str, Any]) -> e.Turbulence:
    where = "filter turbulence:"
    frequency_x, frequency_y = _frequencies(value.get("baseFrequency", 0.0), f"{where} baseFrequency")
    octaves = _number(value, "numOctaves", 1)
    if octaves < 0 or octaves != int(octaves):
        raise FilterError(f"{where} numOctaves is {octaves:g}: give a whole number of at least 0")
    # Of stitching only the word is checked: a canvas has no filter region, whose edges it would match.
    stitch, kind = value.get("stitchTiles", "noStitch"), value.get("type", "turbulence")
    if not isinstance(stitch, str) or stitch not in ("stitch", "noStitch"):
        raise FilterError(f"{where} stitchTiles is {stitch!r:.80}: give stitch or noStitch")
    if not isinstance(kind, str) or kind not in ("turbulence", "fractalNoise"):
        raise FilterError(f"{where} type is {kind!r:.80}: give turbulence or fractalNoise")
    seed = int(min(max(_number(value, "seed", 0), -LARGEST_SEED), LARGEST_SEED))
    return e.Turbulence(frequency_x, frequency_y, int(min(octaves, MOST_OCTAVES)), seed, kind == "fractalNoise")


def _frequencies(given: Any, where: str) -> tuple[float, float]:
    """Frequencies across and down: one number, or two."""
    pair = list(given) if isinstance(given, Sequence) and not isinstance(given, str | bytes) else [given, given]
    if len(pair) != 2:
        raise FilterError(f"{where} is {given!r:.80}: give a number, or two: across and down")
    across, down = (_checked(each, where) for each in pair)
    if min(across, down) < 0:
        raise FilterError(f"{where} is {given!r:.80}: give a number of at least 0")
    return min(across, LARGEST), min(down, LARGEST)


READERS: Final[dict[str, Callable[[Mapping[str, Any]], e.Effect]]] = {
    "gaussianBlur": _blur,
    "colorMatrix": _color_matrix,
    "componentTransfer": _component_transfer,
    "convolveMatrix": _convolve_matrix,
    "dropShadow": _drop_shadow,
    "turbulence": _turbulence,
}
