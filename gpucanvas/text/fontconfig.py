"""fontconfig: the system's settings for generic families and aliases, where the fontconfig library is installed.

    "serif" --FcConfigSubstitute--> DejaVu Serif, Noto Serif, Times New Roman, ...      names, most wanted first

Only its configuration is read; the fonts come from the index in `system`. Without the library all results are empty.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from threading import Lock
from typing import Any, Final

__all__ = ["aliases", "folders", "preferences"]

LIBRARIES: Final = ("libfontconfig.so.1", "libfontconfig.so")
WEAK: Final = 0
"""fontconfig's binding of families that are only the last resort."""
MATCH_PATTERN: Final = 0
_lock = Lock()


class _Value(ctypes.Structure):
    """FcValue: a type, and 8 bytes of which this module reads only a pointer to text."""

    _fields_ = (("type", ctypes.c_int), ("text", ctypes.c_char_p))


@cache
def _library() -> tuple[Any, Any] | None:
    """Return the library and its configuration, or None."""
    if not sys.platform.startswith(("linux", "freebsd", "openbsd", "netbsd")):
        return None
    for name in LIBRARIES:
        try:
            library = ctypes.CDLL(name)
            _declare(library)
            config = library.FcInitLoadConfig()
        except (OSError, AttributeError):  # The library is missing or too old.
            continue
        if config:
            return library, config
    return None


def _declare(library: Any) -> None:
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    declarations: dict[str, tuple[Any, list[Any]]] = {
        "FcInitLoadConfig": (pointer, []),
        "FcConfigGetFontDirs": (pointer, [pointer]),
        "FcStrListNext": (text, [pointer]),
        "FcStrListDone": (None, [pointer]),
        "FcPatternCreate": (pointer, []),
        "FcPatternDestroy": (None, [pointer]),
        "FcPatternAddString": (ctypes.c_int, [pointer, text, text]),
        "FcConfigSubstitute": (ctypes.c_int, [pointer, pointer, ctypes.c_int]),
        "FcPatternGetWithBinding": (
            ctypes.c_int,
            [pointer, text, ctypes.c_int, ctypes.POINTER(_Value), ctypes.POINTER(ctypes.c_int)],
        ),
    }
    for name, (result, arguments) in declarations.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments


def folders() -> tuple[str, ...]:
    """Return the folders in which fontconfig looks for fonts."""
    found = _library()
    if found is None:
        return ()
    library, config = found
    names = []
    with _lock:
        strings = library.FcConfigGetFontDirs(config)
        while strings and (name := library.FcStrListNext(strings)) is not None:
            names.append(name.decode("utf-8", "surrogateescape"))
        if strings:
            library.FcStrListDone(strings)
    return tuple(names)


def _substitutes(family: str) -> list[tuple[str, int]]:
    """Return fontconfig's substitutes for a family, each with its binding."""
    found = _library()
    try:
        name = family.encode()
    except UnicodeEncodeError:  # A lone surrogate.
        return []
    if found is None or b"\0" in name:
        return []
    library, config = found
    names: list[tuple[str, int]] = []
    value, binding = _Value(), ctypes.c_int()
    with _lock:
        pattern = library.FcPatternCreate()
        try:
            library.FcPatternAddString(pattern, b"family", name)
            library.FcConfigSubstitute(config, pattern, MATCH_PATTERN)
            places = ctypes.byref(value), ctypes.byref(binding)
            while library.FcPatternGetWithBinding(pattern, b"family", len(names), *places) == 0:
                names.append(((value.text or b"").decode("utf-8", "replace"), binding.value))
        finally:
            library.FcPatternDestroy(pattern)
    return names


@cache
def preferences(generic: str) -> tuple[str, ...]:
    """Return the families of a generic family, most wanted first, whether they are installed or not."""
    return tuple(dict.fromkeys(name for name, _ in _substitutes(generic) if name != generic))


def aliases(family: str) -> tuple[str, ...]:
    """Return families that may replace a family: they have its metrics, or are the same family by another name."""
    names = []
    for name, binding in _substitutes(family):
        if binding == WEAK:
            break
        names.append(name)
    return tuple(name for name in dict.fromkeys(names) if name != family)
