"""Fonts for text: register font files, list the faces there are, find the face that a CSS font selects.

    file or bytes --register--> found by its family --match--> FontInfo

>>> from gpucanvas import fonts
>>> fonts.match("bold 12px 'Noto Sans'").family
'Noto Sans'
"""

from __future__ import annotations

import builtins
import operator
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from .text import registry, system
from .text.face import Face
from .text.face import load as load_face
from .text.fallback import MissingGlyphWarning
from .text.font import parse_font
from .text.match import match as match_font

__all__ = ["FontInfo", "MissingGlyphWarning", "list", "match", "refresh", "register", "unregister"]

Source = Literal["registered", "shipped", "system"]
Style = Literal["normal", "italic", "oblique"]
STYLES: Final = ("normal", "italic", "oblique")


@dataclass(frozen=True, slots=True)
class FontInfo:
    """One face of a font.

    Parameters
    ----------
    family
        The family name that ``font`` selects it by.
    full_name
        The face's full name in the file.
    weight
        The range of weights, lightest and heaviest, 1 to 1000; both are the same without a weight axis.
    width
        The range of widths, narrowest and widest, in percent.
    style
        ``"normal"``, ``"italic"`` or ``"oblique"``.
    axes
        The axes of a variable font: for each tag the minimum, default and maximum.
    has_colors
        Whether it has colour glyphs.
    source
        ``"registered"``, ``"shipped"`` or ``"system"``.
    path
        The file, or None where the font was registered as bytes.
    index
        Index of the face in a collection.
    """

    family: str
    full_name: str
    weight: tuple[float, float]
    width: tuple[float, float]
    style: Style
    axes: dict[str, tuple[float, float, float]] = field(hash=False)
    has_colors: bool
    source: Source
    path: str | None
    index: int
    _face: Face = field(repr=False)


def register(
    path_or_bytes: str | os.PathLike[str] | bytes | bytearray | memoryview,
    *,
    family: str | None = None,
    weight: float | tuple[float, float] | None = None,
    style: Style | None = None,
    index: int = 0,
) -> FontInfo:
    """Register a font file in this process: text drawn from now on finds it by its family name.

    Parameters
    ----------
    path_or_bytes
        A .ttf, .otf or .ttc file, or the contents of one. They are copied: the file may be deleted.
    family
        The family name to find it by; the names in the file by default.
    weight
        Its weight, 1 to 1000, or a range (lightest, heaviest); that of the file by default.
    style
        Its style; that of the file by default.
    index
        Index of the face in a collection, from 0.

    Returns
    -------
    FontInfo
        The face; registering the same contents in the same way again returns the existing one.

    Raises
    ------
    OSError
        The file cannot be read.
    ValueError
        The file is no font, is damaged, or has no face of this index; or another argument is out of range.
    """
    path, data = _read(path_or_bytes)
    said = _said(family, weight, style)
    name = path or f"of {len(data)} bytes"
    try:
        face = load_face(data, operator.index(index))
    except ValueError as error:
        raise ValueError(f"font {name}: {error}") from None
    info = replace(face.info, **said)
    if not info.families:
        raise ValueError(f"font {name} names no family: give one, as in family='My Font'")
    named = face.renamed(info)
    named.path = path
    return _info(registry.add(named))


def unregister(font: FontInfo | str) -> int:
    """Remove registered fonts: one face, or all of a family. Text drawn already stays.

    Returns
    -------
    int
        The number of faces removed; 0 where none matched.
    """
    return registry.remove(registry.registered_family(font) if isinstance(font, str) else (font._face,))


def list() -> builtins.list[FontInfo]:
    """List all faces there are for text: registered ones, the package's own, and the system's."""
    return [_info(face) for face in (*registry.registered(), *registry.shipped(), *system.index())]


def refresh() -> None:
    """Look for the system's fonts again, for instance after installing one. A process looks only once by itself."""
    system.refresh()


def match(font: str) -> FontInfo:
    """Find the face that a CSS font selects. Characters missing in it are drawn in other faces.

    Parameters
    ----------
    font
        As ``ctx.font`` takes it.

    Raises
    ------
    TypeError, ValueError
        The argument is no CSS font.
    """
    return _info(match_font(parse_font(font))[0].face)


# -- between the public names and those below ------------------------------------------------------------------


def _read(path_or_bytes: Any) -> tuple[str | None, bytes]:
    if isinstance(path_or_bytes, bytes | bytearray | memoryview):
        return None, bytes(path_or_bytes)
    path = os.fspath(path_or_bytes)
    return path, Path(path).read_bytes()


def _said(family: Any, weight: Any, style: Any) -> dict[str, Any]:
    """The caller's family, weight and style, checked, as values of `FaceInfo`."""
    said: dict[str, Any] = {}
    if family is not None:
        if not isinstance(family, str) or not family.strip():
            raise ValueError(f"family is {family!r}: give the name to find the font by, as in 'My Font'")
        said["families"] = (family.strip(),)
    if weight is not None:
        try:
            least, most = map(float, weight if isinstance(weight, tuple) else (weight, weight))
        except (TypeError, ValueError):
            least = most = 0.0
        if not 1.0 <= least <= most <= 1000.0:
            raise ValueError(f"weight is {weight!r}: give a number from 1 to 1000, or two in ascending order")
        said["weight"] = (least, most)
    if style is not None:
        if style not in STYLES:
            raise ValueError(f"style is {style!r}: give one of {', '.join(STYLES)}")
        said |= {"slant": style, "angles": (14.0, 14.0) if style == "oblique" else (0.0, 0.0)}
    return said


def _info(face: Face) -> FontInfo:
    info = face.info
    source: Source = "shipped" if face in registry.shipped() else "system"
    if face in registry.registered():
        source = "registered"
    return FontInfo(
        family=(*info.families, "")[0],
        full_name=info.full_name,
        weight=info.weight,
        width=info.width,
        style=info.slant,
        axes={axis.tag: (axis.least, axis.default, axis.most) for axis in info.axes},
        has_colors=info.has_colors,
        source=source,
        path=face.path,
        index=face.index,
        _face=face,
    )
