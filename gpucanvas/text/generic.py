"""generic: the families for CSS's generic families, for well-known names that are missing, and for a script.

    "serif" --fontconfig, then the table--> names            "Arial" --> Liberation Sans, Arimo

The tables serve systems without fontconfig, and names that fontconfig does not know.
"""

from __future__ import annotations

import sys
from typing import Final

from . import fontconfig

__all__ = ["GROUPS", "LAST", "WHOLE_UNICODE", "generic_families", "has_serifs", "script_families", "stand_ins"]

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
"""Families, most wanted first. Those of macOS and Windows come before those of Linux, where fontconfig decides."""
LIKE: Final = {
    "ui-monospace": "monospace", "ui-serif": "serif", "ui-sans-serif": "system-ui", "ui-rounded": "system-ui",
    "fangsong": "serif", "math": "serif", "cursive": "serif", "system-ui": "sans-serif",
}
"""The generic family to use in place of a generic family for which a system has no font."""
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
"""A family, followed by families with its widths or nearest to it."""
EAST_ASIAN: Final = {
    "ja": (
        "Hiragino Sans", "Hiragino Kaku Gothic ProN", "Yu Gothic", "Meiryo", "MS Gothic", "Noto Sans CJK JP",
        "Noto Sans JP", "Source Han Sans JP", "IPAexGothic", "IPAGothic", "TakaoGothic", "VL Gothic",
        "Hiragino Mincho ProN", "Yu Mincho", "MS Mincho", "Noto Serif CJK JP", "Noto Serif JP", "IPAexMincho",
        "IPAMincho", "Noto Sans Mono CJK JP",
    ),
    "ko": (
        "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", "Noto Sans KR", "Source Han Sans KR",
        "NanumGothic", "UnDotum", "AppleMyungjo", "Batang", "Noto Serif CJK KR", "Noto Serif KR", "NanumMyeongjo",
        "Noto Sans Mono CJK KR",
    ),
    "zh-hant": (
        "PingFang TC", "Microsoft JhengHei", "Noto Sans CJK TC", "Noto Sans TC", "Noto Sans CJK HK", "Noto Sans HK",
        "Source Han Sans TC", "Songti TC", "PMingLiU", "Noto Serif CJK TC", "Noto Serif TC", "Noto Serif CJK HK",
        "AR PL UMing TW", "Noto Sans Mono CJK TC", "Noto Sans Mono CJK HK",
    ),
    "zh-hans": (
        "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC",
        "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback", "Songti SC", "SimSun",
        "Noto Serif CJK SC", "Noto Serif SC", "AR PL UMing CN", "Noto Sans Mono CJK SC",
    ),
}
"""Families by language, for characters that languages draw in different ways; sans-serif families come first."""
SERIFS: Final = ("serif", "mincho", "ming", "song", "simsun", "batang", "myungjo", "myeongjo", "roman", "times")
"""Parts of the folded names of families with serifs, or with the East Asian equivalent of serifs."""
WHOLE_UNICODE: Final = (
    "noto sans", "noto serif", "dejavu sans", "dejavu serif", "segoe ui", "segoe ui symbol", "apple symbols",
    "noto sans symbols", "noto sans symbols2", "noto sans symbols 2", "noto sans math", "arial unicode ms",
    "liberation sans", "liberation serif", "arial", "nirmala ui", "leelawadee ui", "tahoma", "freesans", "freeserif",
)
"""Folded names of families with many scripts, preferred over other families that have a character."""
LAST: Final = (
    "unifont", "last resort", "lastresort", "adobe blank", "symbola", "code2000", "fallback", "nokia",
)
"""Parts of the folded names of last-resort families, used only for characters that no other family has."""
EAST_ASIAN_RANGES: Final = (
    (0x1100, 0x11FF), (0x2E80, 0xA4CF), (0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF), (0x1AFF0, 0x1B16F), (0x20000, 0x3FFFF),
)
# fmt: on
GROUPS: Final = {key: tuple(map(str.casefold, names)) for key, names in EAST_ASIAN.items()}


def generic_families(generic: str) -> tuple[str, ...]:
    """Return the families of a generic family, most wanted first, whether they are installed or not."""
    names = [*fontconfig.preferences(generic)]
    if generic in LIKE or generic == "emoji":
        # fontconfig appends the families that it gives for any unknown name: these are left out.
        others = set(fontconfig.preferences("a family of no name"))
        names = [name for name in names if name not in others]
    names += FAMILIES.get(generic, ())
    if generic in LIKE:
        names += generic_families(LIKE[generic])
    return tuple(dict.fromkeys(names))


def stand_ins(family: str) -> tuple[str, ...]:
    """Return families with the widths of a family that is not installed."""
    folded = family.casefold()
    names = [*fontconfig.aliases(family)]
    for first, *others in METRIC_TWINS:
        if first.casefold() == folded:
            names += others
    return tuple(dict.fromkeys(names))


def has_serifs(family: str) -> bool:
    """Whether a family has serifs, judged by its folded name."""
    name = family.replace("sans serif", "").replace("sans-serif", "")
    return any(part in name for part in SERIFS)


def script_families(codepoint: int, lang: str) -> tuple[tuple[str, ...], ...]:
    """Return groups of folded names of East Asian families, one group per language, that of the text first.

    Empty for characters of other scripts.
    """
    if not any(first <= codepoint <= last for first, last in EAST_ASIAN_RANGES):
        return ()
    own = _east_asian(codepoint, lang.lower())
    return tuple(GROUPS[key] for key in (own, *(key for key in GROUPS if key != own)))


def _east_asian(codepoint: int, lang: str) -> str:
    """Return the language for a character's shape: the text's, the script's, or simplified Chinese."""
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
