"""More topics of random programs, each with what the first ones (`chromium_writer`) leave out."""

from __future__ import annotations

from typing import Any

from chromium_syntax import Syntax
from chromium_values import CALLS, PROPERTIES
from chromium_writer import COLORS, HEIGHT, MATRICES, OPERATORS, STAMP, WIDTH
from chromium_writer import TOPICS as FIRST_TOPICS

FILTERS = ("blur(2px)", "invert(1)", "hue-rotate(90deg)", "opacity(0.5)", "drop-shadow(5px 4px 0 red)", "sepia(1)")
REPETITIONS = ("repeat", "repeat-x", "repeat-y", "no-repeat")
WORDS = ("Ham", "fi quo", "A B C", "x", "12,5", "Ty.")


class More(Syntax):
    """Writes one program of a topic."""

    def draw(self) -> None:
        """One draw of any kind."""
        box = self.number(0, 30), self.number(0, 24), self.one_of(9, 14.5, -8), self.one_of(12, 7.25, -9)
        self.one_of(
            lambda: self.call("fillRect", *box),
            lambda: self.call("strokeRect", *box),
            lambda: (self.path(), self.call("fill", self.one_of("nonzero", "evenodd"))),
            lambda: (self.path(), self.call("stroke")),
            lambda: self.call("drawImage", STAMP, *box),
            lambda: self.call("drawImage", STAMP, self.whole(0, 30), self.whole(0, 24)),
            lambda: (self.font(18), self.call("fillText", self.one_of(*WORDS), *box[:2])),
            lambda: (self.program.append(["make", "createPattern", [STAMP, "repeat"]]), self.call("fillRect", *box)),
        )()

    def font(self, size: int) -> None:
        self.set("font", f"{size}px Tried")

    def shadow(self) -> None:
        self.set("shadowColor", self.one_of("black", "rgba(255, 0, 0, 0.5)", "#00f8"))
        self.set("shadowOffsetX", self.one_of(0, self.number(-12, 12)))
        self.set("shadowOffsetY", self.one_of(0, self.number(-12, 12)))
        self.set("shadowBlur", self.one_of(0, 0, 3, 9.5))

    def styles(self) -> None:
        self.set("fillStyle", self.one_of(*COLORS))
        self.set("strokeStyle", self.one_of(*COLORS))
        self.set("lineWidth", self.one_of(2, 5, 3.5))
        self.set("lineJoin", self.one_of("miter", "round", "bevel"))
        self.set("lineCap", self.one_of("butt", "round", "square"))

    # -- topics ------------------------------------------------------------------------------------------------

    def shadows(self) -> None:
        """Shadows of every kind of draw, by all operators, in clips and under transforms."""
        self.ground()
        self.styles()
        if self.chance.random() < 0.3:
            self.path()
            self.call("clip")
        self.set("globalCompositeOperation", self.one_of("source-over", "source-over", *OPERATORS))
        self.set("globalAlpha", self.one_of(1, 1, 0.5))
        self.shadow()
        if self.chance.random() < 0.3:
            self.transform()
        self.draw()

    def filters(self) -> None:
        """Filters one after another, on every kind of draw."""
        self.ground()
        self.styles()
        chosen = self.chance.sample(FILTERS, self.whole(1, 3))
        self.set("filter", " ".join(chosen))
        self.program.append(["get", "filter", None])
        self.set("globalCompositeOperation", self.one_of("source-over", "source-over", *OPERATORS))
        self.set("globalAlpha", self.one_of(1, 1, 0.5))
        if self.chance.random() < 0.3:
            self.shadow()
        self.draw()

    def patterns(self) -> None:
        """Patterns with transforms of their own, and all repetitions, filled, stroked and in text."""
        self.styles()
        kind = self.one_of("make", "make", "pen")
        self.program.append([kind, "createPattern", [STAMP, self.one_of(*REPETITIONS)]])
        if self.chance.random() < 0.7:
            matrix = [self.one_of(1, 1.5, -1, 0.5), self.one_of(0, 0.3), self.one_of(0, -0.4), self.one_of(1, 2, -0.75)]
            matrix += [self.number(-9, 20), self.number(-9, 20)]
            self.program.append(["tell", "setTransform", [{"matrix": matrix}]])
        self.set("imageSmoothingEnabled", True)
        if self.chance.random() < 0.4:
            self.transform()
        if kind == "pen":
            self.path()
            self.set("lineWidth", 9)
            self.call("stroke")
        else:
            self.call("fillRect", self.whole(-9, 9), self.whole(-9, 9), self.whole(20, 60), self.whole(20, 60))

    def clips(self) -> None:
        """Clips in both rules, under transforms, and what a restore makes of them."""
        for _ in range(self.whole(4, 9)):
            self.one_of(
                lambda: self.call("save"),
                lambda: self.call("restore"),
                self.transform,
                lambda: (self.path(), self.call("clip", self.one_of("nonzero", "evenodd"))),
                lambda: (self.styles(), self.draw()),
                lambda: (self.styles(), self.call("fillRect", 0, 0, WIDTH, HEIGHT)),
                lambda: self.set("globalCompositeOperation", self.one_of(*OPERATORS)),
            )()
        self.set("fillStyle", self.one_of(*COLORS))
        self.call("fillRect", -99, -99, 199, 199)

    def smoothing(self) -> None:
        """Images at several scales, smoothed, also parts of them, partly outside."""
        self.set("imageSmoothingQuality", self.one_of("low", "medium", "high"))
        if self.chance.random() < 0.3:
            self.transform()
        scale = self.one_of(0.3, 0.5, 0.9, 1, 1.1, 2, 3.7, 6)
        size = 12 * scale, 9 * scale
        x, y = self.number(-5, 30), self.number(-5, 24)
        part = [
            self.one_of(-3, 0, 2, 2.5),
            self.one_of(-2, 0, 3, 1.25),
            self.one_of(4, 9.5, 16),
            self.one_of(3, 6.5, 14),
        ]
        self.one_of(
            lambda: self.call("drawImage", STAMP, x, y, *size),
            lambda: self.call("drawImage", STAMP, *part, x, y, part[2] * scale, part[3] * scale),
        )()

    def dashes(self) -> None:
        """Dashes with offsets, of no length with caps, odd counts, on all kinds of outlines."""
        self.styles()
        self.set("lineWidth", self.one_of(3, 6))
        self.call("setLineDash", self.one_of([6, 3], [5], [0, 7], [9, 2, 4], [0, 0], [1e3, 5], [4.5, 2.25], []))
        self.set("lineDashOffset", self.one_of(0, 2.5, -3, 100, -1e3))
        self.ask("getLineDash")
        if self.chance.random() < 0.3:
            self.transform()
        self.one_of(
            lambda: self.call(
                "strokeRect", self.whole(2, 12), self.whole(2, 12), self.whole(10, 30), self.whole(8, 22)
            ),
            lambda: (self.path(), self.call("stroke")),
            lambda: (
                self.call("beginPath"),
                self.call(
                    "arc", 24, 20, self.whole(6, 17), self.number(-7, 7), self.number(-7, 7), self.one_of(True, False)
                ),
                self.one_of(lambda: self.call("closePath"), lambda: None)(),
                self.call("stroke"),
            ),
        )()

    def curves(self) -> None:
        """Arcs, ellipses, tangent arcs and rounded rectangles, degenerate ones too, filled and stroked."""
        self.styles()
        number = self.number
        self.call("beginPath")
        angles = 0, 7, -7, 6.3, 3.14159, -20, 20
        ends = 1, 5.5, -3, 13, -6.4
        for _ in range(self.whole(1, 3)):
            radius = self.one_of(5, 11, 19.5)
            self.one_of(
                lambda r=radius: self.ask(
                    "arc",
                    number(8, 40),
                    number(8, 30),
                    r,
                    self.one_of(*angles),
                    self.one_of(*ends),
                    self.one_of(True, False),
                ),
                lambda r=radius: self.ask(
                    "ellipse",
                    number(8, 40),
                    number(8, 30),
                    r,
                    self.one_of(4, 12),
                    number(-3, 3),
                    self.one_of(*angles),
                    self.one_of(*ends),
                    self.one_of(True, False),
                ),
                lambda r=radius: self.ask("arcTo", number(), number(), number(), number(), r),
                lambda r=radius: self.ask("arcTo", 20, 20, self.one_of(20, 30), self.one_of(20, 30), r),
                lambda: self.call("moveTo", number(), number()),
                lambda: self.call("lineTo", number(), number()),
            )()
        self.one_of(lambda: self.call("fill", self.one_of("nonzero", "evenodd")), lambda: self.call("stroke"))()

    def rounded(self) -> None:
        """Rounded rectangles with odd radii."""
        self.styles()
        radii = self.one_of(
            3, [3], [9, 2], [1, 8, 0], [1, 2, 30, 4], [{"x": 9, "y": 2}], [{"x": 99, "y": 3}, 5], [0], [-1], []
        )
        size = self.one_of(20, -18, 9.5), self.one_of(16, -12, 8.25)
        self.call("beginPath")
        self.ask_round(self.whole(15, 25), self.whole(13, 20), *size, radii)
        if self.chance.random() < 0.3:
            self.ask_round(self.whole(2, 9), self.whole(2, 9), 30, 25, radii)
        self.one_of(lambda: self.call("fill", self.one_of("nonzero", "evenodd")), lambda: self.call("stroke"))()

    def ask_round(self, *values: Any) -> None:
        if not (isinstance(values[-1], list) and values[-1] in ([-1], [])):
            self.ask("roundRect", *values)

    def pixels(self) -> None:
        """Image data: parts of it, beyond the edges, put by dirty rectangles, under clips that do not count."""
        self.ground()
        self.styles()
        self.draw()
        box = [self.whole(-9, 40), self.whole(-9, 30), self.one_of(7, -6, 20), self.one_of(5, -9, 12)]
        self.program.append(["keep", "getImageData", box])
        if self.chance.random() < 0.4:
            self.transform()
            self.path()
            self.call("clip")
            self.set("globalAlpha", 0.5)
        for _ in range(self.whole(1, 3)):
            place = [self.whole(-9, 45), self.whole(-9, 35)]
            dirty = [self.whole(-4, 9), self.whole(-4, 9), self.one_of(5, -4, 30), self.one_of(6, -3, 30)]
            self.call("putImageData", {"kept": 1}, *place, *self.one_of([], dirty))
        self.ask("getImageData", self.one_of(-9, 99), self.whole(-3, 38), self.one_of(2, -2), self.one_of(2, -3))

    def canvases(self) -> None:
        """A canvas that is made another size, or reset, between draws."""
        for _ in range(self.whole(2, 4)):
            self.ground()
            self.styles()
            self.one_of(self.transform, self.shadow, lambda: self.set("globalAlpha", 0.5), lambda: self.call("save"))()
            self.draw()
            self.one_of(
                lambda: self.program.append(["size", "width", self.one_of(WIDTH, 30, 60)]),
                lambda: self.program.append(["size", "height", self.one_of(HEIGHT, 25, 50)]),
                lambda: self.call("reset"),
                lambda: self.call("restore"),
            )()
        for name in ("globalAlpha", "font", "shadowBlur", "lineWidth", "textAlign", "lineCap", "direction"):
            self.program.append(["get", name, None])
        self.call("fillRect", 5, 5, 11, 9)

    def outlines(self) -> None:
        """Path2D objects: of SVG, copied, added to each other under matrices, filled, stroked, clipped with."""
        self.styles()
        svg = self.one_of(
            "M5 5h20v15H5z",
            "m 8 3 l 20 4 -9 22 z m 3 8 h 9 v 6 z",
            "M4 20Q20 -10 40 20T46 38",
            "M9 9A12 8 30 1 1 30 25z",
        )
        self.program.append(["path", "a", [svg]])
        self.program.append(["path", "b", self.one_of([], [{"path": "a"}])])
        self.program.append(["draw", "b", ["rect", [self.whole(0, 20), self.whole(0, 20), 12, -7]]])
        matrix: Any = {"matrix": self.one_of(*MATRICES, [0.5, 0, 0, 0.5, 9, 9], [1, 0.4, 0.4, 1, 0, 0])}
        self.program.append(["draw", "b", ["addPath", self.one_of([{"path": "a"}], [{"path": "a"}, matrix])]])
        if self.chance.random() < 0.3:
            self.transform()
        if self.chance.random() < 0.3:
            self.call("clip", {"path": "a"}, self.one_of("nonzero", "evenodd"))
        self.one_of(
            lambda: self.call("fill", {"path": "b"}, self.one_of("nonzero", "evenodd")),
            lambda: self.call("stroke", {"path": "b"}),
        )()
        for _ in range(4):
            x, y = self.whole(0, 48) + 0.37, self.whole(0, 40) + 0.41
            self.ask("isPointInPath", {"path": "b"}, x, y, self.one_of("nonzero", "evenodd"))

    def scales(self) -> None:
        """Tiny and huge scales, skews, transforms without an inverse, and lines of less than a pixel."""
        self.styles()
        size = self.one_of(1e-3, 1e-2, 0.1, 10, 1e3, 1e5)
        self.call("translate", self.whole(5, 30), self.whole(5, 25))
        self.one_of(
            lambda: self.call("scale", size, size),
            lambda: self.call("scale", size, self.one_of(size, 1)),
            lambda: self.call("transform", 1, self.one_of(0.5, -1.5), self.one_of(0.7, 1.2), 1, 0, 0),
        )()
        inverse = 1 / size
        self.set("lineWidth", self.one_of(4 * inverse, 2 * inverse, 1.5))
        self.one_of(
            lambda: self.call("fillRect", 0, 0, 20 * inverse, 9 * inverse),
            lambda: self.call("strokeRect", 0, 0, 20 * inverse, 9 * inverse),
            lambda: (self.call("beginPath"), self.call("arc", 0, 0, 9 * inverse, 0, 5), self.call("stroke")),
            lambda: (
                self.call("beginPath"),
                self.call("ellipse", 0, 0, 9 * inverse, 4 * inverse, 1, 0, 6),
                self.call("fill"),
            ),
            lambda: (self.font(18), self.call("fillText", "Ham", 0, 0)),
            lambda: self.call("drawImage", STAMP, 0, 0, 20 * inverse, 9 * inverse),
        )()
        self.ask("getTransform")

    def words(self) -> None:
        """Text in all alignments, spacings, directions, widths; filled and stroked, under transforms."""
        self.styles()
        self.font(self.one_of(9, 14, 20))
        self.set("textAlign", self.one_of("left", "right", "center", "start", "end"))
        self.set("textBaseline", self.one_of("top", "middle", "alphabetic", "bottom", "hanging", "ideographic"))
        self.set("direction", self.one_of("ltr", "rtl", "inherit"))
        if self.chance.random() < 0.4:
            self.set("letterSpacing", self.one_of("3px", "-1px", "0.2em"))
            self.set("wordSpacing", self.one_of("6px", "0px", "-2px"))
        if self.chance.random() < 0.3:
            self.set("fontKerning", self.one_of("none", "normal"))
        self.call("translate", 24, 20)
        if self.chance.random() < 0.3:
            self.call(
                *self.one_of(("rotate", 0.7), ("scale", 1.5, 0.75), ("scale", -1, 1), ("transform", 1, 0, 0.5, 1, 0, 0))
            )
        most = self.one_of([], [], [15], [60], [0])
        self.set("lineWidth", self.one_of(2, 3))
        self.call(self.one_of("fillText", "fillText", "strokeText"), self.one_of(*WORDS), 0, 0, *most)

    def values(self) -> None:
        """Every property and argument with what it takes, and with what it does not."""
        for _ in range(40):
            name = self.one_of(*PROPERTIES)
            self.set(name, self.one_of(*PROPERTIES[name]))
            self.program.append(["get", name, None])
            if self.chance.random() < 0.3:
                verb = self.one_of(*CALLS)
                self.ask(verb, *self.one_of(*CALLS[verb]))
            if self.chance.random() < 0.05:
                self.call("reset")
        self.ask("getTransform")
        self.ask("getLineDash")
        self.program += [["get", name, None] for name in PROPERTIES]


MORE_TOPICS = ("shadows", "filters", "patterns", "clips", "smoothing", "dashes", "curves", "rounded", "pixels")
TOPICS = (*FIRST_TOPICS, *MORE_TOPICS, "canvases", "outlines", "scales", "words", "values", "path_data", "matrices")
