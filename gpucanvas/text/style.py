"""style: chooses the face of a family for a width, style and weight by CSS's rules, and synthesises the rest.

    faces --width--> --style--> --weight--> faces left: the last registered --settle--> Choice: axes, bold, slant

Each step keeps the nearest faces, in CSS's order of preference, and drops the others.

https://www.w3.org/TR/css-fonts-4/#font-style-matching
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from .describe import FaceInfo
from .face import Face, Variations
from .font import Font
from .instance import Instance

__all__ = ["Choice", "choose", "synthetic_bold"]

Rank = tuple[float, ...]
"""The order of a value in CSS's preference: smaller ranks are preferred."""
SYNTHETIC_SLANT: Final = 0.25
"""Tangent of the angle of synthetic ``italic``, and of ``oblique`` without an angle, as in Chromium."""
STEEPEST_DEGREES: Final = 60.0
"""Largest angle of a synthetic slant: at 90 degrees glyphs would be infinitely wide."""
THRESHOLD_DEGREES: Final = 11.0
"""Smallest angle at which an oblique face may be used as italic."""
DEFAULT_DEGREES: Final = 14.0
BOLD_FROM: Final = 600.0
"""Smallest requested weight for which lighter faces are synthetically emboldened."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A face that was chosen for a font, with its axis values and synthetic style.

    Parameters
    ----------
    face
        The face.
    variations
        Axis values that differ from the defaults: pairs of tag and value, sorted by tag. The axis
        ``opsz`` follows the size and comes with `instance`.
    bold
        Whether stems are widened.
    slant
        The tangent of its synthetic slant.
    """

    face: Face
    variations: Variations = ()
    bold: bool = False
    slant: float = 0.0

    def instance(self, size_px: float) -> Instance:
        """Return the instance for text of a size; most faces have the same one for all sizes."""
        variations = self.variations
        axis = self.face.info.axis("opsz")
        if axis is not None and all(tag != "opsz" for tag, _ in variations):
            # Rounded to sixteenths, so that an animated size does not make an instance each frame.
            value = axis.clamp(round(size_px * 16.0) / 16.0)
            variations = tuple(sorted((*variations, ("opsz", value))))
        bold = synthetic_bold(size_px) if self.bold else 0.0
        return self.face.instance(variations, bold, self.slant)


def synthetic_bold(size_px: float) -> float:
    """Return how much synthetic bold widens stems, in em: 1/24 up to 9 px, falling to 1/32 from 36 px on.

    It is rounded to 1/1024, so that an animated size does not make an instance each frame.
    """
    part = min(max((size_px - 9.0) / 27.0, 0.0), 1.0)
    return round((1.0 / 24.0 + part * (1.0 / 32.0 - 1.0 / 24.0)) * 1024.0) / 1024.0


def choose(faces: Sequence[Face], font: Font) -> Choice:
    """Choose one of a family's faces; there must be at least one."""
    left = _nearest(faces, lambda info: _rank_width(info.width, font.stretch))
    left = _nearest(left, lambda info: _rank_style(info, font))
    left = _nearest(left, lambda info: _rank_weight(info.weight, font.weight))
    return settle(left[-1], font)


def _nearest(faces: Sequence[Face], rank: Callable[[FaceInfo], Rank]) -> Sequence[Face]:
    if len(faces) == 1:
        return faces
    ranks = [rank(face.info) for face in faces]
    best = min(ranks)
    return [face for face, each in zip(faces, ranks, strict=True) if each == best]


def _clamp(value: float, within: tuple[float, float]) -> float:
    return min(max(value, within[0]), within[1])


def _rank_width(width: tuple[float, float], wanted: float) -> Rank:
    """Below 100 % narrower faces are preferred, above it wider faces."""
    off = _clamp(wanted, width) - wanted
    return (0.0 if off == 0.0 else 1.0 if (off < 0.0) == (wanted <= 100.0) else 2.0), abs(off)


def _rank_weight(weight: tuple[float, float], wanted: float) -> Rank:
    """Below 400 lighter faces are preferred, above 500 heavier ones; between, heavier ones up to 500, then lighter."""
    has = _clamp(wanted, weight)
    if has == wanted:
        return 0.0, 0.0
    heavier = has > wanted
    if 400.0 <= wanted <= 500.0:
        return (1.0 if heavier and has <= 500.0 else 3.0 if heavier else 2.0), abs(has - wanted)
    return (1.0 if heavier == (wanted > 500.0) else 2.0), abs(has - wanted)


def _rank_style(info: FaceInfo, font: Font) -> Rank:
    is_italic = info.slant == "italic" or info.axis("ital") is not None
    if font.style == "italic":
        return (0.0, 0.0) if is_italic else (1.0, *_rank_angle(info.angles, THRESHOLD_DEGREES))
    if font.style == "normal":
        if info.slant == "italic":
            return 1.0, 0.0
        angle = _clamp(0.0, info.angles)
        return (0.0 if angle >= 0.0 else 2.0), abs(angle)
    # For an angle to the left the rules are mirrored.
    angles = info.angles if font.angle >= 0.0 else (-info.angles[1], -info.angles[0])
    rank = _rank_angle(angles, abs(font.angle))
    if info.slant == "italic":
        return 1.0, 0.0
    return (0.0, *rank) if rank[0] < 2.0 else (2.0, *rank)


def _rank_angle(angles: tuple[float, float], wanted: float) -> Rank:
    """Rank a face's angles for a requested angle of 0 or more. The first number is 2 if none leans to the right."""
    least, most = angles
    has = _clamp(wanted, angles)
    if has == wanted:
        return 0.0, 0.0
    if most <= 0.0:
        return 2.0, -most
    steeper_first = wanted >= THRESHOLD_DEGREES
    return (0.5 if (has > wanted) == steeper_first else 1.0), abs(has - wanted)


def settle(face: Face, font: Font) -> Choice:
    """Set a face's axes for a font, and synthesise the weight and slant that they cannot give."""
    info = face.info
    values = {"wght": _clamp(font.weight, info.weight), "wdth": _clamp(font.stretch, info.width)}
    leans = font.style == "italic" or (font.style == "oblique" and font.angle != 0.0)
    angle = font.angle if font.style == "oblique" else DEFAULT_DEGREES
    slant = 0.0
    if leans and info.slant == "normal":
        if font.style == "italic" and info.axis("ital") is not None:
            values["ital"] = 1.0
        elif info.axis("slnt") is not None:
            values["slnt"] = -angle
        else:
            slant = _slant(angle)
    said_by_style = values.keys() - dict(font.variations).keys()
    values.update(font.variations)
    pairs = []
    for axis in info.axes:
        if axis.tag in said_by_style and not axis.is_of_css:
            continue
        value = axis.clamp(values.get(axis.tag, axis.default))
        if value != axis.default or (axis.tag == "opsz" and "opsz" in values):
            pairs.append((axis.tag, value))
    bold = font.weight >= BOLD_FROM > info.weight[1] and not info.has_colors
    return Choice(face, tuple(sorted(pairs)), bold, slant if not info.has_colors else 0.0)


def _slant(degrees: float) -> float:
    if degrees == DEFAULT_DEGREES:
        return SYNTHETIC_SLANT
    return math.tan(math.radians(_clamp(degrees, (-STEEPEST_DEGREES, STEEPEST_DEGREES))))
