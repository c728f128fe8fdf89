"""Writes random programs of canvas calls, as `chromium_programs` plays them: the topics that came first.

A program is plain data, lists of (kind, name, value), with JavaScript's names:

    set name value      a property of the context           get name       its value, which counts
    call name values    a method of the context             ask name values   and its result, which counts
    make, pen           its result is the fill or stroke style; "tell" calls that
    path slot values    a Path2D; "draw" slot name values calls that
    keep name values    image data, which {"kept": 1} is from here on
    size name value     a property of the canvas
    matrix steps        a DOMMatrix: "new" with an argument, then calls; its sixteen numbers and flags count

Left out is what Chromium does in another way than the standard, or where the standard has no word: subpaths that go on
behind `roundRect`, `closePath` and `addPath`; a path that is filled under a transform without an inverse; nearest
neighbours, of which two may be as near; outlines that cover nothing, under operators that clear; filters that a
transform skews; strokes of ellipses without a width, whose turns have no joins in Chromium; arcs that end where they
begin, which its floats make whole circles; and dashes without gaps, which it parts at corners.
"""

from __future__ import annotations

from math import pi
from random import Random
from typing import Any

WIDTH, HEIGHT = 48, 40
STAMP: Any = {"stamp": 1}
"""An argument: a canvas of 12x9 pixels in four colours."""
Program = list[list[Any]]
Answers = list[Any]
BOUNDED = (
    *("source-over", "source-atop", "destination-over", "destination-out", "lighter", "xor", "multiply", "screen"),
    *("overlay", "darken", "lighten", "color-dodge", "color-burn", "hard-light", "soft-light", "difference"),
    *("exclusion", "hue", "saturation", "color", "luminosity"),
)
OPERATORS = (*BOUNDED, "clear", "copy", "source-in", "source-out", "destination-in", "destination-atop")
COLORS = ("red", "#0f0", "rgba(0, 0, 255, 0.5)", "rgb(255 255 0 / 25%)", "white", "black", "hsl(150 90% 41% / 0.8)")
MATRICES = ([0, 1, -1, 0, 40, 0], [1.5, 0.2, -0.1, 0.8, -3, 4], [1, 0, 0, 1, 2.5, -1.25], [-1, 0, 0, 1, 44, 0])
LAYER_FILTERS: tuple[Any, ...] = (
    {"name": "gaussianBlur", "stdDeviation": 1.5},
    {"name": "dropShadow", "dx": 5, "dy": 4, "stdDeviation": 0, "floodColor": "#00f"},
    {"name": "colorMatrix", "type": "hueRotate", "values": 120},
    {"name": "componentTransfer", "funcA": {"type": "linear", "slope": 0.5, "intercept": 0.1}},
)


class Writer:
    """Writes one program of a topic."""

    def __init__(self, seed: int, topic: str) -> None:
        self.chance = Random(f"{topic} {seed}")
        self.program: Program = []
        getattr(self, topic)()

    def set(self, name: str, value: Any) -> None:
        self.program.append(["set", name, value])

    def call(self, name: str, *values: Any) -> None:
        self.program.append(["call", name, list(values)])

    def ask(self, name: str, *values: Any) -> None:
        self.program.append(["ask", name, list(values)])

    def whole(self, low: int = -10, high: int = 50) -> int:
        return self.chance.randint(low, high)

    def number(self, low: int = -10, high: int = 50) -> float:
        return self.chance.choice((self.whole(low, high), round(self.chance.uniform(low, high), 2)))

    def one_of(self, *values: Any) -> Any:
        return self.chance.choice(values)

    def ground(self) -> None:
        self.set("fillStyle", self.one_of(*COLORS))
        self.call("fillRect", self.whole(0, 10), self.whole(0, 10), self.whole(10, 40), self.whole(10, 30))

    def transform(self) -> None:
        self.one_of(
            lambda: self.call("translate", self.number(-10, 10), self.number(-10, 10)),
            lambda: self.call("rotate", self.one_of(pi / 2, self.chance.uniform(-3, 3))),
            lambda: self.call("scale", self.one_of(-1, 2, 0.5, 1.5), self.one_of(1, -1, 1.25)),
            lambda: self.call("setTransform", *self.one_of(*MATRICES)),
            lambda: self.call("setTransform", {"matrix": self.one_of(*MATRICES)}),
        )()

    def path(self) -> None:
        """An outline that covers something."""
        number, chance = self.number, self.chance
        self.call("beginPath")
        self.call("rect", number(), number(), self.one_of(-15.5, 20, 9.25), self.one_of(12, -18.75))
        for _ in range(self.whole(0, 3)):
            self.one_of(
                lambda: self.call("lineTo", number(), number()),
                lambda: self.call("bezierCurveTo", *(number() for _ in range(6))),
                lambda: self.call("arcTo", number(), number(), number(), number(), number(1, 20)),
                lambda: self.call(
                    "arc", number(), number(), number(1, 20), number(-9, 9), number(-9, 9), chance.random() < 0.5
                ),
                lambda: self.call(
                    "ellipse", number(), number(), number(1, 20), number(1, 20), number(-3, 3), 0, number(1, 9), True
                ),
            )()

    def shape(self) -> None:
        self.set("fillStyle", self.one_of(*COLORS))
        self.set("lineWidth", self.one_of(3, 6.5))
        box = self.whole(0, 20), self.whole(0, 20), self.whole(4, 25), self.whole(4, 25)
        self.one_of(
            lambda: self.call("fillRect", *box),
            lambda: self.call("strokeRect", *box),
            lambda: (self.path(), self.call("fill", self.one_of("nonzero", "evenodd"))),
            lambda: self.call("clearRect", *box),
        )()

    # -- topics ------------------------------------------------------------------------------------------------

    def compositing(self) -> None:
        """Operators, alpha, clips and shadows."""
        self.ground()
        self.ground()
        if self.chance.random() < 0.4:
            self.path()
            self.call("clip", self.one_of("nonzero", "evenodd"))
        self.set("globalCompositeOperation", self.one_of(*OPERATORS))
        self.set("globalAlpha", self.one_of(1, 0.5, 0.25))
        if self.chance.random() < 0.4:
            self.set("shadowColor", self.one_of("black", "rgba(255, 0, 0, 0.5)"))
            self.set("shadowOffsetX", self.whole(-12, 12))
            self.set("shadowOffsetY", self.whole(-12, 12))
        if self.chance.random() < 0.3:
            self.transform()
        self.shape()

    def questions(self) -> None:
        """Points in paths and strokes, under transforms; what the transform is."""
        if self.chance.random() < 0.5:
            self.transform()
        self.path()
        self.set("lineWidth", self.one_of(4, 9))
        self.set("lineCap", self.one_of("butt", "round", "square"))
        self.set("lineJoin", self.one_of("miter", "round", "bevel"))
        self.ask("getTransform")
        for _ in range(6):
            # Far enough from edges that lie on whole and half pixels.
            x, y = self.whole(0, 48) + 0.37, self.whole(0, 40) + 0.41
            self.ask("isPointInPath", x, y, self.one_of("nonzero", "evenodd"))
            self.ask("isPointInStroke", x, y)

    def states(self) -> None:
        """Saving and restoring of all that a state holds."""
        names = ("globalAlpha", "globalCompositeOperation", "lineWidth", "fillStyle", "shadowBlur", "font", "filter")
        for _ in range(14):
            self.one_of(
                lambda: self.call("save"),
                lambda: self.call("restore"),
                self.transform,
                self.ground,
                lambda: self.set("globalAlpha", self.one_of(0.5, 1, 2)),
                lambda: self.set("lineWidth", self.one_of(2, 0, 7)),
                lambda: self.set("font", self.one_of("bold 12px serif", "none", "italic 9px a, b")),
                lambda: self.set("filter", self.one_of("invert(1)", "none", "wrong(1)")),
                lambda: (self.path(), self.call("clip")),
                lambda: self.call(self.one_of("resetTransform", "resetTransform", "reset")),
            )()
        self.program += [["get", name, None] for name in names]
        self.ask("getTransform")
        self.call("fillRect", 0, 0, WIDTH, HEIGHT)

    def gradients(self) -> None:
        """Gradients of all kinds, most of them degenerate in some way."""
        x, y, x1, y1 = self.whole(0, 48), self.whole(0, 40), self.whole(0, 48), self.whole(0, 40)
        r, r1 = self.whole(0, 20), self.whole(0, 30)
        name, values = self.one_of(
            ("createLinearGradient", [x, y, x1, y1]),
            ("createLinearGradient", [x, y, x, y]),
            ("createRadialGradient", [x, y, r, x1, y1, r1]),
            ("createRadialGradient", [x, y, r, x, y, r]),
            ("createRadialGradient", [x, y, 3, x, y, 15]),
            ("createRadialGradient", [x, y, r, x1, y1, r]),
            ("createConicGradient", [self.number(-7, 7), x, y]),
        )
        self.program.append(["make", name, values])
        for _ in range(self.whole(0, 4)):
            stop = [self.one_of(0, 1, 0.5, self.chance.random()), self.one_of(*COLORS)]
            self.program.append(["tell", "addColorStop", stop])
        if self.chance.random() < 0.3:
            self.transform()
        self.call("fillRect", -20, -20, 100, 100)

    def images(self) -> None:
        """A canvas drawn with negative sizes and beyond its edges; patterns of it."""
        self.ground()
        if self.chance.random() < 0.4:
            self.transform()
        self.set("globalCompositeOperation", self.one_of(*OPERATORS))
        part = [self.whole(-8, 14), self.whole(-8, 12), self.one_of(-9, 7, 16, 0), self.one_of(-5, 6, 13)]
        place = [self.whole(-5, 40), self.whole(-5, 30), self.one_of(-30, 24, 7), self.one_of(-17, 36)]
        self.one_of(
            lambda: self.call("drawImage", STAMP, *place[:2]),
            lambda: self.call("drawImage", STAMP, *place),
            lambda: self.call("drawImage", STAMP, *part, *place),
            lambda: self.pattern(self.one_of("repeat", "repeat-x", "repeat-y", "no-repeat", ""), place),
        )()

    def pattern(self, repetition: str, place: list[int]) -> None:
        self.program.append(["make", "createPattern", [STAMP, repetition]])
        self.call("fillRect", *place)

    def layers(self) -> None:
        """Layers in layers, with operators, shadows and filters; ends and restores where there is nothing to end."""
        depth = 0
        self.ground()
        for _ in range(self.whole(6, 14)):
            kind = self.whole(0, 9)
            if kind < 3 and depth < 3:
                depth += 1
                self.set("globalAlpha", self.one_of(1, 0.5, 0.8))
                self.set("globalCompositeOperation", self.one_of(*OPERATORS))
                if self.chance.random() < 0.3:
                    self.set("shadowColor", "#0a08")
                    self.set("shadowOffsetX", self.whole(-9, 9))
                options = self.one_of(None, None, None, *LAYER_FILTERS)
                self.ask("beginLayer", *([] if options is None else [{"filter": options}]))
            elif kind < 6:
                self.ask(("endLayer", "save", "restore")[kind - 3])
            else:
                self.one_of(self.shape, self.shape, self.transform)()
            self.program.append(["get", "globalAlpha", None])
        for _ in range(20):
            self.ask("endLayer")
            self.ask("restore")


TOPICS = ("compositing", "questions", "states", "gradients", "images", "layers")
