"""Fonts for text: register files, list what is there, ask what a CSS font comes to.

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
from .text.face import Face, load
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
        The name that CSS's ``font`` finds it by.
    full_name
        What the file calls the face.
    weight
        The lightest and the heaviest, 1 to 1000; the same twice without an axis of weight.
    width
        The narrowest and the widest, in percent.
    style
        ``"normal"``, ``"italic"`` or ``"oblique"``.
    axes
        The axes of a variable font: by tag the least, the usual and the greatest value.
    has_colors
        Whether its glyphs bring colours of their own.
    source
        ``"registered"``, ``"shipped"`` or ``"system"``.
    path
        The file, or None where the font was registered as bytes.
    index
        Which face of a collection.
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
    """Make a font file known to this process: text that is set from now on finds it by its family.

    Parameters
    ----------
    path_or_bytes
        A .ttf, .otf or .ttc file, or the contents of one. They are copied: the file may go.
    family
        The name to find it by; those of the file where left out.
    weight
        What it counts as, 1 to 1000, or the lightest and the heaviest; what the file says where left out.
    style
        What it counts as; what the file says where left out.
    index
        Which face of a collection, from 0.

    Returns
    -------
    FontInfo
        The face: the one that is there already where the same contents were registered in the same way.

    Raises
    ------
    OSError
        The file cannot be read.
    ValueError
        It is no font, is damaged, or has no face of this index; or another argument is out of range.
    """
    path, data = _read(path_or_bytes)
    said = _said(family, weight, style)
    name = path or f"of {len(data)} bytes"
    try:
        face = load(data, operator.index(index))
    except ValueError as error:
        raise ValueError(f"font {name}: {error}") from None
    info = replace(face.info, **said)
    if not info.families:
        raise ValueError(f"font {name} names no family: give one, as in family='My Font'")
    named = face.renamed(info)
    named.path = path
    return _info(registry.add(named))


def unregister(font: FontInfo | str) -> int:
    """Take registered fonts out again: one face, or all of a family. What is drawn already stays.

    Returns
    -------
    int
        How many faces were taken out; 0 where there was none of the kind.
    """
    return registry.remove(registry.registered_family(font) if isinstance(font, str) else (font._face,))


def list() -> builtins.list[FontInfo]:
    """List all faces that text can be set in here: registered ones, the package's, the system's."""
    return [_info(face) for face in (*registry.registered(), *registry.shipped(), *system.index())]


def refresh() -> None:
    """Look for the system's fonts again, as after an installation. A process does so by itself only once."""
    system.refresh()


def match(font: str) -> FontInfo:
    """Find the face that a CSS font is set in; characters that it does not have come from others.

    Parameters
    ----------
    font
        As ``ctx.font`` takes it.

    Raises
    ------
    ValueError
        The text is no CSS font.
    """
    return _info(match_font(parse_font(font))[0].face)


# -- between the public names and those below ------------------------------------------------------------------


def _read(path_or_bytes: Any) -> tuple[str | None, bytes]:
    if isinstance(path_or_bytes, bytes | bytearray | memoryview):
        return None, bytes(path_or_bytes)
    path = os.fspath(path_or_bytes)
    return path, Path(path).read_bytes()


def _said(family: Any, weight: Any, style: Any) -> dict[str, Any]:
    """What a program says of a face, checked, as values of its `FaceInfo`."""
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
        has_colors=info.color_kind != "none",
        source=source,
        path=face.path,
        index=face.index,
        _face=face,
    )
