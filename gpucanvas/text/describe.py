"""describe: the properties of a face: its names, style, axes, colour format, and the characters it has.

    hb.Face --describe--> FaceInfo: plain values, which the system's index keeps on disk

Font matching needs only a `FaceInfo`, so it opens only the font files of the faces it chooses.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import numpy as np

from ..svgfile.installed import is_installed

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Axis", "ColorKind", "Coverage", "FaceInfo", "describe"]

ColorKind = Literal["none", "colr0", "colr1", "svg", "png"]
Slant = Literal["normal", "italic", "oblique"]

FAMILY_NAMES: Final = (16, 1, 21)
"""Name ids of a family: the typographic family, the four-style (legacy) family, and the WWS family."""
FULL_NAME: Final = 4
MOST_NAMES: Final = 400
"""Most entries of a face's ``name`` table that are read. Real fonts have fewer, in all languages together."""
OUTLINES: Final = frozenset(("glyf", "CFF ", "CFF2", "CBDT", "sbix", "COLR"))
"""Tables that hold outlines or pictures. A face without any of them draws nothing."""


class Axis(NamedTuple):
    """An axis of a variable font; values are in the axis' own units."""

    tag: str
    least: float
    default: float
    most: float

    @property
    def is_of_css(self) -> bool:
        """Whether a weight or width axis has CSS's scale. Some old fonts have 1 where CSS has 400 or 100 %."""
        return self.tag not in ("wght", "wdth") or self.most > 10.0

    def clamp(self, value: float) -> float:
        """Return the nearest value within the axis."""
        return min(max(value, self.least), self.most)


class Coverage:
    """The characters of a face: ranges of code points, both ends included.

    >>> 65 in Coverage([(65, 90)]), 91 in Coverage([(65, 90)])
    (True, False)
    """

    __slots__ = ("ends", "starts")

    def __init__(self, ranges: Any) -> None:
        pairs = np.asarray(ranges, np.uint32).reshape(-1, 2)
        # Arrays of the `array` module: `bisect` reads NumPy arrays ten times slower.
        self.starts, self.ends = array("I", pairs[:, 0].tobytes()), array("I", pairs[:, 1].tobytes())

    def __contains__(self, codepoint: int) -> bool:
        at = bisect_right(self.starts, codepoint) - 1
        return at >= 0 and codepoint <= self.ends[at]

    def __len__(self) -> int:
        """How many characters it has."""
        return sum(self.ends) - sum(self.starts) + len(self.starts)

    @property
    def ranges(self) -> NDArray[np.uint32]:
        """The ranges, one per row."""
        return np.stack([np.frombuffer(self.starts, np.uint32), np.frombuffer(self.ends, np.uint32)], axis=1)

    @classmethod
    def of(cls, codepoints: Any, count: int) -> Coverage:
        """Make a coverage of ``count`` code points in ascending order."""
        each = np.fromiter(codepoints, np.uint32, count)
        if not count:
            return cls([])
        gaps = np.flatnonzero(np.diff(each) > 1)
        return cls(np.stack([each[np.r_[0, gaps + 1]], each[np.r_[gaps, count - 1]]], axis=1))


@dataclass(frozen=True, slots=True)
class FaceInfo:
    """The properties of a face that font matching needs.

    Parameters
    ----------
    families
        The names of its family, in all languages, the most general first.
    full_name
        The name of this face alone.
    weight
        The lightest and the heaviest weight, 1 to 1000; both are the same without a weight axis.
    width
        The narrowest and the widest width, in percent.
    slant
        ``"normal"``, ``"italic"`` or ``"oblique"``.
    angles
        The least and the greatest angle of an upright or oblique face in degrees, positive to the right.
    axes
        The axes of a variable font.
    color_kind
        The format of its colour glyphs.
    is_monospaced
        Whether its tables say that all glyphs have one width.
    coverage
        The characters that it has.
    """

    families: tuple[str, ...]
    full_name: str
    weight: tuple[float, float]
    width: tuple[float, float]
    slant: Slant
    angles: tuple[float, float]
    axes: tuple[Axis, ...]
    color_kind: ColorKind
    is_monospaced: bool
    coverage: Coverage

    @property
    def has_colors(self) -> bool:
        """Whether it has colour glyphs that can be drawn: those that are SVG need a library."""
        return self.color_kind != "none" and (self.color_kind != "svg" or is_installed())

    def is_same(self, other: FaceInfo) -> bool:
        """Whether two infos of the same file are equal."""
        names = ("families", "weight", "width", "slant", "angles")
        return all(getattr(self, name) == getattr(other, name) for name in names)

    def axis(self, tag: str) -> Axis | None:
        """Return the axis with a tag, or None."""
        return next((axis for axis in self.axes if axis.tag == tag), None)


def describe(face: Any) -> FaceInfo:
    """Read the `FaceInfo` of a HarfBuzz face.

    Raises
    ------
    ValueError
        The face has no glyphs, no characters or no outlines: the file is not a font, or is damaged.
    """
    if not face.glyph_count:
        raise ValueError("it has no glyphs")
    if not OUTLINES.intersection(face.table_tags):
        raise ValueError("it has neither outlines nor pictures of glyphs")
    unicodes = face.unicodes
    if not len(unicodes):
        raise ValueError("it has no table of characters, or a damaged one")
    axes = tuple(
        Axis(str(each.tag), float(each.min_value), float(each.default_value), float(each.max_value))
        for each in face.axis_infos
    )
    slant, angles = _slant(face, axes)
    names = [entry for entry in face.list_names()[:MOST_NAMES] if int(entry.name_id) in FAMILY_NAMES]
    names.sort(key=lambda entry: FAMILY_NAMES.index(int(entry.name_id)))
    families = dict.fromkeys(face.get_name(entry.name_id, entry.language) or "" for entry in names)
    return FaceInfo(
        families=tuple(name for name in families if name),
        full_name=face.get_name(FULL_NAME) or "",
        weight=_weight(face, axes),
        width=_width(face, axes),
        slant=slant,
        angles=angles,
        axes=axes,
        color_kind=_color_kind(face),
        is_monospaced=_is_monospaced(face),
        coverage=Coverage.of(unicodes, len(unicodes)),
    )


def _style(face: Any, name: str) -> float:
    from uharfbuzz import Font, StyleTag

    return float(Font(face).get_style_value(StyleTag[name]))


def _weight(face: Any, axes: tuple[Axis, ...]) -> tuple[float, float]:
    """Return the face's lightest and heaviest weight. Some old fonts count from 1 to 9."""
    axis = next((axis for axis in axes if axis.tag == "wght"), None)
    if axis is not None and axis.is_of_css:
        return axis.least, axis.most
    weight = 400.0 if axis is not None else _style(face, "WEIGHT")
    weight = min(max(weight * 100.0 if 0.0 < weight < 10.0 else weight, 1.0), 1000.0)
    return weight, weight


def _width(face: Any, axes: tuple[Axis, ...]) -> tuple[float, float]:
    """Return the face's narrowest and widest width, in percent."""
    axis = next((axis for axis in axes if axis.tag == "wdth"), None)
    if axis is not None and axis.is_of_css:
        return axis.least, axis.most
    width = 100.0 if axis is not None else _style(face, "WIDTH")
    return width, width


def _slant(face: Any, axes: tuple[Axis, ...]) -> tuple[Slant, tuple[float, float]]:
    """Return whether a face is normal, italic or oblique, and its angles."""
    selection = face.reference_table("OS/2").data[62:64]
    bits = int.from_bytes(selection, "big") if len(selection) == 2 else 0
    # The axis ``slnt`` counts angles to the left, CSS to the right.
    leaning = next((axis for axis in axes if axis.tag == "slnt"), None)
    if leaning is not None:
        return "normal", (-leaning.most, -leaning.least)
    if bits & 0x200:
        return "oblique", (14.0, 14.0)
    if bits & 0x1 or _style(face, "ITALIC") > 0.5:
        return "italic", (0.0, 0.0)
    return "normal", (0.0, 0.0)


def _color_kind(face: Any) -> ColorKind:
    if face.has_color_paint:
        return "colr1"
    if face.has_color_layers:
        return "colr0"
    if face.has_color_png:
        return "png"
    return "svg" if face.has_color_svg else "none"


def _is_monospaced(face: Any) -> bool:
    return any(face.reference_table("post").data[12:16])
