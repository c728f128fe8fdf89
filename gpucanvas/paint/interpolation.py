"""interpolation: the colours between the stops of a gradient, in any space of CSS, as more stops of a canvas's space.

    stops --converted--> one space, missing channels and hues as in color-mix()
          --sampled--> where a straight line in the canvas's numbers is not close enough, another stop

Backends interpolate the numbers of the canvas, in straight lines. So a gradient in another space gets as many stops as
make the straight lines look like its curve. It is straight alpha throughout, as the standard requires of a canvas.

https://www.w3.org/TR/css-color-4/#interpolation
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from ..images.colorspace import ColorSpace
from .channels import bound
from .mix import SPACES, fill_in, turn
from .models import MODELS, Color, Model, Triple, convert
from .named import Rgba
from .spaces import UNBOUNDED, clip
from .ways import Way
from .wide import WideColor, drawn, extended_channels

__all__ = ["spread"]

CLOSE_ENOUGH: Final = 0.2 / 255
"""Greatest distance of a straight line from the curve at the tested places, for channels up to 1.

Between the tested places it may be more: the aim is a quarter of a byte's step.
"""
NARROWEST: Final = 2.0**-14
"""An interval of so much is not halved: where channels are clipped, the curve has corners."""
MOST_SAMPLES: Final = 1024
"""Most samples of one interval. Usual colours need 20 to 150; channels of a billion are mostly rounding errors."""

Sample = tuple[float, ...]
"""A place in an interval, 0 to 1, the straight RGBA there, and red, green and blue before they were clipped.

A channel that is between 0 and 1 only for a short way is seen by what it is outside.
"""
Written = tuple[str, Triple, float | None]
"""A colour as it was written: the name of its model, its channels and its alpha; None is missing."""


def spread(
    offsets: Sequence[float], colors: Sequence[Rgba], way: Way, space: ColorSpace, is_extended: bool
) -> list[float]:
    """Interpolate stops.

    Parameters
    ----------
    offsets
        The places of the stops, 0 to 1, ascending.
    colors
        Their colours, straight.
    space, is_extended
        The canvas's colour space, and whether its colours may be outside of 0 to 1.

    Returns
    -------
    list of float
        An offset and straight RGBA for each stop, to be interpolated in straight lines.
    """
    out: list[float] = []
    last = len(offsets) - 1
    written = [_written(color) for color in colors]
    own = [drawn(color, space, is_extended) for color in colors]
    for i, at in enumerate(offsets):
        width = offsets[i + 1] - at if i < last else 0.0
        if width > 0.0:
            samples = _interval(written[i], written[i + 1], way, space, is_extended)
            start, end = (
                # The colour itself: conversions there and back differ by 1e-15. A missing channel is not its own.
                own[k] if _is_complete(written[k]) else rgba
                for k, (_, *rgba) in ((i, samples[0]), (i + 1, samples[-1]))
            )
            if out[-5:] != [at, *start]:
                out += (at, *start)
            for t, *rgba in samples[1:-1]:
                out += (at + width * t, *rgba)
            out += (offsets[i + 1], *end)
        elif i == 0 or offsets[i - 1] == at:
            # The stop ends no interval and begins none.
            out += (at, *own[i])
    return out


def _written(color: Rgba) -> Written:
    """A colour in a form that can be a key: a `WideColor` is equal to its clipped sRGB."""
    if type(color) is not WideColor:
        return "srgb", color[:3], color[3]
    alpha = None if color.alpha is None else color[3]
    return color.model, bound(color.channels, MODELS[color.model]), alpha


def _is_complete(written: Written) -> bool:
    return None not in written[1] and written[2] is not None


@lru_cache(512)
def _interval(one: Written, other: Written, way: Way, space: ColorSpace, is_extended: bool) -> tuple[Sample, ...]:
    """Sample the colours from one stop to the next, both included. Cached: animations repeat pairs of colours."""
    model = SPACES[way.space]
    first, second = _converted(one, model), _converted(other, model)
    (x, dx), (y, dy), (z, dz) = (
        _span(first.channels[i], second.channels[i], way.hue if role == "hue" else "")
        for i, role in enumerate(model.roles)
    )
    alpha, change = _span(first.alpha, second.alpha)
    to_srgb = UNBOUNDED.get(model.name, model.to_srgb)

    def sample(t: float) -> Sample:
        r, g, b = to_srgb(x + dx * t, y + dy * t, z + dz * t)
        r, g, b, a = extended_channels(r, g, b, alpha + change * t, space)
        return t, *((r, g, b, a) if is_extended else clip(r, g, b, a)), r, g, b

    return tuple(it[:5] for it in _refined(sample))


def _converted(written: Written, model: Model) -> Color:
    name, channels, alpha = written
    return convert(Color(MODELS[name], channels, alpha), model)


def _span(start: float | None, end: float | None, hue: str = "") -> tuple[float, float]:
    """The start and the difference of two channels, of hues by a method; a channel missing in both is 0."""
    x, y = fill_in(start, end) or (0.0, 0.0)
    if hue:
        x, y = turn(x, y, hue)
    return x, y - x


def _refined(sample: Callable[[float], Sample]) -> list[Sample]:
    """Samples from 0 to 1, as many as straight lines between them need: what is not close is halved, widest first."""
    samples = [sample(0.0), sample(1.0)]
    waiting = deque([(samples[0], sample(0.5), samples[1])])
    while waiting and len(samples) < MOST_SAMPLES:
        start, middle, end = waiting.popleft()
        left, right = sample((start[0] + middle[0]) / 2), sample((middle[0] + end[0]) / 2)
        if end[0] - start[0] > NARROWEST and not all(_is_close(start, end, it) for it in (middle, left, right)):
            samples.append(middle)
            waiting += (start, left, middle), (middle, right, end)
    return sorted(samples)


def _is_close(start: Sample, end: Sample, there: Sample) -> bool:
    """Whether the line from ``start`` to ``end`` is close to a sample; relative to channels above 1."""
    part = (there[0] - start[0]) / (end[0] - start[0])
    for x, y, v in zip(start, end, there, strict=True):
        if abs(x + (y - x) * part - v) > CLOSE_ENOUGH * max(1.0, abs(v)):
            return False
    return True
