"""Which families stand behind CSS's generic ones, behind well-known names, and first for a script.

    "serif" --fontconfig, then the table--> names            "Arial" --> Liberation Sans, Arimo

Tables are for systems without fontconfig, and for what it does not know.
"""

from __future__ import annotations

import sys
from typing import Final

from . import fontconfig

__all__ = ["LAST", "WHOLE_UNICODE", "generic_families", "script_families", "stand_ins"]

# fmt: off
FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "serif": (
        "Times New Roman", "Times", "Liberation Serif", "DejaVu Serif", "Noto Serif", "Tinos", "Nimbus Roman",
        "FreeSerif", "Georgia",
    ),
    "sans-serif": (
        "Noto Sans", "Arial", "Helvetica", "Liberation Sans", "DejaVu Sans", "Arimo", "Nimbus Sans", "FreeSans",
    ),
    "monospace": (
        "Menlo", "Consolas", "DejaVu Sans Mono", "Noto Sans Mono", "Liberation Mono", "Courier New", "Cousine",
        "Nimbus Mono PS", "Noto Mono", "FreeMono", "Courier",
    ),
    "cursive": ("Apple Chancery", "Snell Roundhand", "Comic Sans MS", "Z003", "URW Chancery L", "Comic Neue"),
    "fantasy": ("Papyrus", "Impact", "D050000L"),
    "system-ui": (
        ".AppleSystemUIFont", "SF Pro", "SF Pro Text", ".SF NS", "Segoe UI", "Cantarell", "Ubuntu", "Adwaita Sans",
        "Noto Sans",
    ),
    "ui-monospace": ("SF Mono", "Menlo", "Cascadia Mono", "Consolas"),
    "ui-rounded": ("SF Pro Rounded", ".SF NS Rounded", "Hiragino Maru Gothic ProN"),
    "ui-serif": ("New York", ".New York", "Georgia"),
    "math": ("STIX Two Math", "Cambria Math", "Latin Modern Math", "DejaVu Math TeX Gyre", "XITS Math"),
    "emoji": ("Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", "Twitter Color Emoji", "Twemoji"),
    "fangsong": ("FangSong", "STFangsong", "Fangsong"),
}
"""Most wanted first: those of macOS and Windows stand before those of Linux, where fontconfig answers."""
LIKE: Final = {
    "ui-monospace": "monospace", "ui-serif": "serif", "ui-sans-serif": "system-ui", "ui-rounded": "system-ui",
    "fangsong": "serif", "math": "serif", "cursive": "serif", "system-ui": "sans-serif",
}
"""What stands in for a generic family that a system has nothing for."""
METRIC_TWINS: Final = (
    ("Arial", "Liberation Sans", "Arimo", "Albany"),
    ("Helvetica", "Nimbus Sans", "Nimbus Sans L", "TeX Gyre Heros", "Arial", "Liberation Sans", "Arimo"),
    ("Times New Roman", "Liberation Serif", "Tinos", "Thorndale"),
    ("Times", "Nimbus Roman", "Nimbus Roman No9 L", "TeX Gyre Termes", "Times New Roman", "Liberation Serif"),
    ("Courier New", "Liberation Mono", "Cousine", "Cumberland"),
    ("Courier", "Nimbus Mono PS", "TeX Gyre Cursor", "Courier New", "Liberation Mono"),
    ("Arial Narrow", "Liberation Sans Narrow"), ("Calibri", "Carlito"), ("Cambria", "Caladea"),
    ("Georgia", "Gelasio"), ("Verdana", "DejaVu Sans"), ("Consolas", "Inconsolata"),
)
"""A family, and those that are drawn to its widths or come next to it."""
EAST_ASIAN: Final = {
    "ja": (
        "Hiragino Sans", "Hiragino Kaku Gothic ProN", "Yu Gothic", "Meiryo", "MS Gothic", "Noto Sans CJK JP",
        "Noto Sans JP", "Source Han Sans JP", "IPAexGothic", "IPAGothic", "TakaoGothic", "VL Gothic",
    ),
    "ko": (
        "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", "Noto Sans KR", "Source Han Sans KR",
        "NanumGothic", "UnDotum",
    ),
    "zh-hant": (
        "PingFang TC", "Microsoft JhengHei", "Noto Sans CJK TC", "Noto Sans TC", "Noto Sans HK",
        "Source Han Sans TC", "PMingLiU", "AR PL UMing TW",
    ),
    "zh-hans": (
        "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "SimSun",
        "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback",
    ),
}
"""Families by language, for characters that languages draw in different ways."""
WHOLE_UNICODE: Final = (
    "noto sans", "noto serif", "dejavu sans", "segoe ui", "arial unicode ms", "freeserif", "freesans",
    "liberation sans", "arial", "nirmala ui", "leelawadee ui", "tahoma", "segoe ui symbol", "apple symbols",
)
"""Families of good shapes and many scripts, by folded names: asked before others that have a character."""
LAST: Final = (
    "unifont", "last resort", "lastresort", "adobe blank", "symbola", "code2000", "fallback", "nokia",
)
"""Parts of folded names of families that have every character, and should draw none that another has."""
# fmt: on


def generic_families(generic: str, lang: str = "") -> tuple[str, ...]:
    """Names of families for a generic one, most wanted first, whether they are there or not."""
    names = [*fontconfig.preferences(generic, lang)]
    if generic in LIKE or generic == "emoji":
        # Behind its own answer fontconfig puts what it has for any unknown name.
        others = set(fontconfig.preferences("a family of no name", lang))
        names = [name for name in names if name not in others]
    names += FAMILIES.get(generic, ())
    if generic in LIKE:
        names += generic_families(LIKE[generic], lang)
    return tuple(dict.fromkeys(names))


def stand_ins(family: str) -> tuple[str, ...]:
    """Names of families that stand in for one that is not there, because they are as wide."""
    folded = family.casefold()
    names = [*fontconfig.aliases(family)]
    for first, *others in METRIC_TWINS:
        if first.casefold() == folded:
            names += others
    return tuple(dict.fromkeys(names))


def script_families(codepoint: int, lang: str) -> tuple[str, ...]:
    """Names of the families that a character of East Asia is looked for in first; none for others."""
    if not (0x2E80 <= codepoint <= 0xA4CF or 0xAC00 <= codepoint <= 0xD7FF or 0xF900 <= codepoint <= 0xFAFF
            or 0xFE30 <= codepoint <= 0xFE4F or 0xFF00 <= codepoint <= 0xFFEF or 0x20000 <= codepoint <= 0x3FFFF
            or 0x1100 <= codepoint <= 0x11FF):  # fmt: skip
        return ()
    first = _east_asian(codepoint, lang.lower())
    return EAST_ASIAN[first] + tuple(name for key, names in EAST_ASIAN.items() if key != first for name in names)


def _east_asian(codepoint: int, lang: str) -> str:
    """The language whose shapes a character is drawn in: the text's, the script's, or simplified Chinese."""
    if lang[:2] in ("ja", "ko"):
        return lang[:2]
    if lang[:2] == "zh":
        parts = lang.split("-")
        return "zh-hant" if {"hant", "tw", "hk", "mo"} & set(parts[1:]) and "hans" not in parts else "zh-hans"
    if 0x3040 <= codepoint <= 0x30FF:
        return "ja"
    if 0xAC00 <= codepoint <= 0xD7FF or 0x1100 <= codepoint <= 0x11FF or 0x3130 <= codepoint <= 0x318F:
        return "ko"
    return "ja" if sys.platform == "darwin" else "zh-hans"
