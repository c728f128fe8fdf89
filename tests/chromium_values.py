"""Values that properties and arguments are tried with: what a browser makes of them is asked in `chromium_programs`.

Left out is what Chromium reads or writes in another way than the standard, or where it rounds another way: comments
in colours, halves of a 255th, more than four digits of ``color-mix``; ``light-dark()`` and ``contrast-color()`` that
are not inside of another colour, and ``alpha()`` without an alpha, which it refuses; ``oblique`` and the quotes of
families, which it does not write; ``fontStretch`` and ``fontVariantCaps``, which it resets with ``lang``; the fonts of
a page (``caption``) and its sizes (``5vw``); and filters of a page (``url(#a)``).
"""

from __future__ import annotations

from typing import Any, Final

NAN: Final[dict[str, str]] = {"number": "nan"}
INFINITY: Final[dict[str, str]] = {"number": "inf"}
LEAST: Final[dict[str, str]] = {"number": "-inf"}
"""Numbers that JSON does not have."""
UNDEFINED: Final[dict[str, str]] = {"number": "undefined"}
"""None: JSON's null is 0 in JavaScript."""
COLORS: Final = (
    *(
        "red",
        "RED",
        "Transparent",
        "rebeccapurple",
        "grey",
        " blue ",
        "#123",
        "#1234",
        "#12345",
        "#123456",
        "#12345678",
    ),
    *(
        "#ABCDEF",
        "#ggg",
        "# 123",
        "rgb(1,2,3)",
        "rgb(1 2 3)",
        "rgb(1, 2, 3, 0.5)",
        "rgba(1 2 3 / 50%)",
        "rgb(1 2 3 / .4)",
    ),
    *("rgb(100%, 0%, 50%)", "rgb(300, -20, 12.6)", "rgb(1,2)", "rgb(1 2,3)", "rgb(none 10 20)", "rgba(0,0,0,0.499)"),
    *("rgb(0 0 0 / 1e-9)", "rgb(1,2,3,)", "RGB(1,2,3)", "rgb( 1 , 2 , 3 )", "rgb(10 20 30 / 200%)", "rgb(1%, 2, 3)"),
    *(
        "hsl(120, 100%, 25%)",
        "hsl(120deg 100% 25% / 0.3)",
        "hsl(0.5turn 50% 50%)",
        "hsl(-80 120% 50%)",
        "hsla(9,9%,9%,.9)",
    ),
    *("hsl(none 50% 50%)", "hsl(120, 100, 25)", "hwb(190 10% 20%)", "hwb(200 60% 60%)", "hwb(20 0% 0% / 0.25)"),
    *("lab(50% 20 -30)", "lab(50 20 -30 / 0.5)", "lch(60% 40 120)", "oklab(0.6 0.1 -0.05)", "oklch(70% 0.2 150)"),
    *("oklab(60% none 0.1)", "color(srgb 1 0.5 0)", "color(srgb 1 0.5 0 / 0.5)", "color(display-p3 1 0 0)"),
    *("color(xyz 0.3 0.4 0.5)", "color(rec2020 0.1 0.9 0.2)", "color(srgb-linear 50% 20% 10%)", "color(a98-rgb 1 0 0)"),
    *(
        "color(unknown 1 0 0)",
        "color(srgb 1.5 -0.5 0)",
        "color(prophoto-rgb 0.2 0.3 0.4)",
        "color(xyz-d50 0.1 0.2 0.3)",
    ),
    *("currentcolor", "currentColor", "inherit", "initial", "", "none", "var(--x)", "rgb(calc(1 + 2) 3 4)", "url(a)"),
    *("color-mix(in srgb, red, blue)", "color-mix(in srgb, red 30%, transparent)"),
    *("rgb(from red r g b / 0.5)", "rgb(from #123456 b g r)", "hsl(from red calc(h + 120) s l)", "red;", "red blue"),
    *(
        "lch(60% 40 120 / none)",
        "rgb(1e1 2e0 3)",
        "rgb(+1 +2 +3)",
        "rgb(1.5 2.5 3.5)",
        "hsl(calc(60deg) 50% 50%)",
        "#0000",
    ),
    *("alpha(from red / 0.5)", "alpha(from #1234 / calc(alpha / 2))", "alpha(from lab(50 20 30) / 20%)", "alpha(red)"),
    *("rgb(calc(100 * progress(5, 0, 10)) 2 3)", "rgb(from light-dark(#123, #456) b g r)"),
    *("rgb(from contrast-color(#757575) r g b)", "rgb(from contrast-color(#767676) r g b)", "light-dark(red)"),
)
FONTS: Final = (
    *("10px serif", "bold 12px serif", "italic bold 12px/30px Georgia, serif", "12PX Arial", "1em serif", "150% serif"),
    *("700 10px a", "350 10px a", "1001 10px a", "0 10px a"),
    *("condensed 10px a", '10px "a", b', "10px 'a", "10px", "serif", "10 serif"),
    *("-5px a", "0px a", "1e1px a", "10.5px a", "10pt a", "1in a", "2.54cm a", "25.4mm a", "6pc a", "40q a", "1rem a"),
    *(
        "larger a",
        "xx-large a",
        "medium a",
        "normal normal 10px a",
        "bold bold 10px a",
        "lighter 10px a",
        "bolder 10px a",
    ),
    *("calc(4px + 6px) a", "calc(1em * 2) a", "10px/normal a", "10px/2 a", "10px/-1 a", "inherit", "", "10px a,"),
    *("10px serif, sans-serif", "10px system-ui", "10px inherit", "10px 1a", "10px -a", "italic 10px A"),
    *("10px\ta", "10px  a ,  b", "bold 10px/12px a", "10px monospace"),
)
FILTERS: Final = (
    *(
        "none",
        "blur(2px)",
        "blur()",
        "blur(-1px)",
        "blur(1em)",
        "blur(2)",
        "blur(0)",
        "BLUR(2PX)",
        "blur(2px) sepia(1)",
    ),
    *(
        "brightness(50%)",
        "brightness(-1)",
        "contrast()",
        "opacity(2)",
        "hue-rotate(1rad)",
        "hue-rotate(90)",
        "hue-rotate(0)",
    ),
    *("drop-shadow(1px 2px)", "drop-shadow(1px 2px 3px red)", "drop-shadow(red 1px 2px)", "drop-shadow(1px)"),
    *(
        "drop-shadow(1px 2px -3px red)",
        "none none",
        "",
        "blur(2px),sepia(1)",
        "invert(0.5) ",
        "unknown(1)",
        "grayscale(300%)",
    ),
    *("contrast(calc(-1))", "blur(calc(-1px))", "saturate(calc(infinity))", "invert(calc(NaN))", "blur(calc(0))"),
    *("hue-rotate(calc(0))", "drop-shadow(calc(0) 1px)", "sepia(progress(1, 0, 2))", "hue-rotate(calc(1turn / 0))"),
)
LENGTHS: Final = (
    "0px",
    "3px",
    "-2px",
    "1em",
    "0.5em",
    "3",
    "normal",
    "1e1px",
    "2pt",
    "10%",
    "",
    "3PX",
    "calc(1px + 2px)",
)
NUMBERS: Final = (
    *(0, 1, -1, 0.5, 2, 1e-9, 1e20, 1e-320, 3.25, NAN, INFINITY, LEAST, UNDEFINED, True, False, "10", ".1", "5."),
    *("1e3", "1e-2", "", " 7\n", "\ufeff8", "\x1c8", "\u0663", "0x1f", "0b11", "-0x1", "Infinity", "inf"),
    *("1_0", "12px"),
)
PROPERTIES: Final[dict[str, tuple[Any, ...]]] = {
    "fillStyle": COLORS,
    "strokeStyle": COLORS,
    "shadowColor": COLORS,
    "font": FONTS,
    "filter": FILTERS,
    "letterSpacing": LENGTHS,
    "wordSpacing": LENGTHS,
    "lineWidth": NUMBERS,
    "miterLimit": NUMBERS,
    "lineDashOffset": NUMBERS,
    "globalAlpha": NUMBERS,
    "shadowBlur": NUMBERS,
    "shadowOffsetX": NUMBERS,
    "shadowOffsetY": NUMBERS,
    "lineCap": ("butt", "round", "square", "Butt", "round ", "", "bevel"),
    "lineJoin": ("bevel", "round", "miter", "ROUND", "miter-clip", "", "butt"),
    "textAlign": ("start", "end", "left", "right", "center", "justify", "Left", ""),
    "textBaseline": ("top", "hanging", "middle", "alphabetic", "ideographic", "bottom", "Top", "central"),
    "direction": ("ltr", "rtl", "inherit", "LTR", ""),
    "fontKerning": ("auto", "normal", "none", "None", ""),
    "textRendering": ("auto", "optimizeSpeed", "geometricPrecision", "optimizeLegibility", "optimizespeed", ""),
    "imageSmoothingEnabled": (True, False),
    "imageSmoothingQuality": ("low", "medium", "high", "High", "best", ""),
    "globalCompositeOperation": ("copy", "clear", "xor", "lighter", "Xor", "source-over", "hue", "", "plus-lighter"),
    "lang": ("en", "", "inherit", "xyz"),
}
CALLS: Final[dict[str, tuple[tuple[Any, ...], ...]]] = {
    "arc": (
        *((1, 1, -1, 0, 1), (1, 1, 0, 0, 1), (1, 1, NAN, 0, 1), (1, 1, LEAST, 0, 1), (1, 1, -1, NAN, 1)),
        *((1, 1, "-1", 0, 1), (1, 1, UNDEFINED, 0, 1)),
    ),
    "arcTo": ((1, 1, 2, 2, -1), (1, 1, 2, 2, 0), (1, NAN, 2, 2, -1)),
    "ellipse": ((1, 1, -1, 1, 0, 0, 1), (1, 1, 1, -1, 0, 0, 1), (1, 1, 0, 0, 0, 0, 1), (NAN, 1, -1, 1, 0, 0, 1)),
    "roundRect": (
        (0, 0, 5, 5, -1),
        (0, 0, 5, 5, [1, 2, 3, 4, 5]),
        (0, 0, 5, 5, []),
        (0, 0, 5, 5, [NAN]),
        (NAN, 0, 5, 5, -1),
        (0, 0, 5, 5, "-1"),
        (0, "a", 5, 5, -1),
    ),
    "getImageData": (
        *((0, 0, 0, 5), (0, 0, 5, 0), (0, 0, -1, -1), (60, 60, 1, 1), ("60", "0x3c", "1", " 1.9"), (0, 0, "", 1)),
        *((UNDEFINED, 0, 1, 1), (0, 0, "1px", 1)),
    ),
    "createImageData": ((0, 1), (1, 0), (-2, 1), (1, 1), ("2", "1"), ("a", 1)),
    "createPattern": (
        ({"stamp": 1}, "repeat-z"),
        ({"stamp": 1}, "Repeat"),
        ({"stamp": 1}, ""),
        ({"stamp": 1}, "no-repeat"),
    ),
    "createRadialGradient": (
        *((0, 0, -1, 0, 0, 1), (0, 0, 1, 0, 0, -1), (0, 0, 0, 0, 0, 0), (0, 0, "-1", 0, 0, 1), ("", 0, 0, "2", 0, 0)),
        *((UNDEFINED, 0, 0, 0, 0, 0), (0, 0, "x", 0, 0, 0)),
    ),
    "setLineDash": (
        *(([1],), ([1, -1],), ([1, NAN],), ([],), ([0],), ([1, 2, 3],), ([INFINITY],), (["3", " 1"],)),
        *(([1, UNDEFINED],), (["2", "x"],), ("12",)),
    ),
    "isPointInPath": ((NAN, 1), (-99, 1), (INFINITY, 0), ("1", "1"), (UNDEFINED, 1)),
    "isPointInStroke": ((NAN, 1), (-99, 1), ("x", 1)),
    "setTransform": (
        *((NAN, 0, 0, 1, 0, 0), (1, 0, 0, 1, INFINITY, 0), (2, 0, 0, 2, 1, 1), ("1", 0, "0.5", 1, "", 0)),
        (UNDEFINED, 0, 0, 1, 0, 0),
    ),
    "scale": ((NAN, 1), (2, 3), (UNDEFINED, UNDEFINED), ("1.5", 1)),
    "rotate": ((INFINITY,), (1,), ("0.5",), ("1rad",)),
    "translate": ((LEAST, 1), (3, 4), ("3", "-1"), (1, "a")),
    "transform": ((1, 0, 0, NAN, 0, 0), (1, 0.5, 0, 1, 0, 0), (1, "0.25", 0, 1, "2", 0)),
}
