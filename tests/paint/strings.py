"""Strings that are colours, that are nearly colours, and that are none, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

SPACES = ["srgb", "srgb-linear", "display-p3", "display-p3-linear", "a98-rgb", "prophoto-rgb", "rec2020"]
SPACES += ["xyz", "xyz-d50", "xyz-d65"]
STARTS = ["rgb(", "rgba(", "hsl(", "hsla("] * 3 + ["hwb(", "lab(", "lch(", "oklab(", "oklch("]
STARTS += [f"color({space} " for space in SPACES]
ODD_STARTS = ["rgb (", "rgbb(", "(", "color(", "color(rgb ", "color( srgb\n", "color(/**/srgb ", "rgb(srgb ", "h\\73l("]
# Letters whose lower or upper case is ASCII: Python finds `s` and `k`, CSS does not.
ODD_STARTS += ["h\u017fl(", "o\u212alch(", "o\u212alab(", "\uff52gb(", "url(", "var(--x, ", "rgb((", "rgb(from red "]

NUMBERS = st.one_of(
    st.integers(-20, 400).map(str),
    st.decimals(-2, 200, places=3).map(str),
    st.floats(-1e3, 1e3).map(repr),
    st.sampled_from(["0", "1", "0.5", ".5", "1.0", "255", "360", "100", "50"]),
)
ODD_NUMBERS = ["-0", "+5", "-.5", "+.5e1", "1e2", "1E+2", "5e-1", "1e-400", "1e400", "-1e400", "1e309", "007"]
ODD_NUMBERS += [
    "1e0000002",
    "var(--x)",
    "9" * 39,
    "9" * 400,
    "0" * 60 + "1",
    "1" * 5000,
    "1.",
    ".",
    "-",
    "+",
    "",
    "e5",
    "1e",
    "1.e5",
    "1e5.5",
]
ODD_NUMBERS += ["1.2.3", "1..2", "--1", "+-1", "1-2", "1+2", "1e+", "1 2", "0x1f", "calc(1)", "1/2", "'1'"]
# What Python's float() reads, and CSS does not.
ODD_NUMBERS += [
    "1_000",
    "inf",
    "-inf",
    "infinity",
    "nan",
    "\u0661\u0662",
    "\uff11\uff12",
    "1\u0660",
    "\u00bd",
    "\u00b2",
]
ODD_NUMBERS += ["none", "NONE", "n\\6fne", "1/**/", "/**/1", "\\31", "#1", "1,2"]

UNITS = ["deg", "grad", "rad", "turn", "DEG", "Turn"]
ODD_UNITS = ["px", " %", "%%", "e", "e1", "deg%", "d\u00e9g", "degs", "%/**/", "\uff05", "\\64 eg"]
GAPS = ["", "", " ", "  ", "\t", "\n", "\r\n", "\f", "\r \n"]
ODD_GAPS = ["/**/", " /* , */ ", "\v", "\x1c", "\x85", "\u00a0", "\u2003", "\ufeff", "\0", "/*", ";", ",", "/", "0"]
SEPARATORS = ["", " ", ",", ",,", "/", ";", "//", " , / "]
ENDS = ["", " ", "\n", "\t \f"]
ODD_ENDS = ["/**/", " /**/ ", "/*", "\v", "\u00a0", ";", ")", " x", "x", "%", "()", "\0", "\ufeff"]
CASES = [str, str.lower, str.upper, str.title, str.swapcase]


@st.composite
def functions(draw: st.DrawFn, odd_parts: int) -> str:
    """A colour function, some of whose parts are odd."""
    count = draw(st.sampled_from([3, 4]))
    start, unit = draw(st.sampled_from(STARTS)), draw(st.sampled_from(["", "", "%"]))
    legacy = draw(st.booleans()) and (odd_parts > 0 or start[:3] in ("rgb", "hsl"))
    parts = ["", start]
    kinds: list[list[str]] = [ODD_ENDS, ODD_STARTS]
    for index in range(count):
        if index:
            parts.append(draw(st.sampled_from(GAPS)) + ("," if legacy else "/ " if index == 3 else " "))
            kinds.append(SEPARATORS)
        own = "%" if "hsl" in start and index in (1, 2) else draw(st.sampled_from(["", "%"])) if index == 3 else unit
        is_hue = index == (2 if "lch" in start else 0) and ("h" in start and "color" not in start)
        parts += [
            draw(st.sampled_from(GAPS)),
            draw(NUMBERS),
            draw(st.sampled_from(["", *UNITS])) if is_hue else own,
            draw(st.sampled_from(GAPS)),
        ]
        kinds += [ODD_GAPS, ODD_NUMBERS, ["", "%", *UNITS, *ODD_UNITS], ODD_GAPS]
    parts += [")", draw(st.sampled_from(ENDS))]
    kinds += [["", "))", "]", "\\)", "}"], ODD_ENDS]
    for _ in range(odd_parts):
        at = draw(st.integers(0, len(parts) - 1))
        parts[at] = draw(st.sampled_from(kinds[at]))
    return draw(st.sampled_from(CASES))("".join(parts))


HASHES = st.builds(
    "{}#{}{}".format,
    st.sampled_from([*ENDS, *ODD_ENDS]),
    st.text("0123456789abcdefABCDEF", max_size=10) | st.text("09afAFgG _+-x\uff11\u0661\\ \n", max_size=9),
    st.sampled_from([*ENDS, *ODD_ENDS]),
)
NAMES = ["red", "RebeccaPurple", "black", "transparent", "currentcolor", "canvastext", "LinkText", "window"]
NAMES += ["blac\u212a", "\u017filver", "re d", "r\\65 d", "no", "inherit", "none", "m\u0131dnightblue", "gr/**/een"]
WORDS = st.builds(
    lambda start, name, case, end: start + case(name) + end,
    st.sampled_from([*ENDS, *ODD_ENDS]),
    st.sampled_from(NAMES),
    st.sampled_from(CASES),
    st.sampled_from([*ENDS, *ODD_ENDS]),
)


@st.composite
def broken(draw: st.DrawFn) -> str:
    """A string with a character taken out, put in or doubled."""
    text = draw(st.one_of(functions(0), functions(0), HASHES, WORDS))
    at, skipped = draw(st.integers(0, len(text))), draw(st.integers(0, 1))
    put = draw(st.sampled_from(["", *" ,0.%/)e-_\n\u0660\u00a0"]))
    return text[:at] + put + text[at + skipped :]


STRINGS = st.one_of(functions(0), functions(1), functions(2), HASHES, WORDS, broken(), st.text(max_size=12))
