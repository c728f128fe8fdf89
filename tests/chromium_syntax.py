"""Topics of random programs that are read from text and from dictionaries: SVG path data, CSS transforms, matrices.

Left out is what Chromium does in another way than the standards: a comma behind a coordinate of `M`, which it takes;
`rotateZ`, whose matrix stays flat there; calculations of percentages, which it refuses in `scale`; numbers beyond
float32, which it cuts off; infinite and NaN numbers in products.
"""

from __future__ import annotations

from typing import Any, Final

from chromium_writer import Writer

COUNTS: Final = {"L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0, "M": 2}
FUNCTIONS: Final = {
    "matrix": ("number",) * 6,
    "translate": ("length",) * 2,
    "translateX": ("length",),
    "translateY": ("length",),
    "scale": ("factor",) * 2,
    "scaleX": ("factor",),
    "scaleY": ("factor",),
    "rotate": ("angle",),
    "skew": ("angle",) * 2,
    "skewX": ("angle",),
    "skewY": ("angle",),
    "translate3d": ("length",) * 3,
    "rotate3d": ("number", "number", "number", "angle"),
    "rotateX": ("angle",),
    "perspective": ("length",),
}
UNITS: Final = {"length": ("px", "px", "in", "PT", "cm", "Q"), "angle": ("deg", "grad", "rad", "turn"), "number": ("",)}
WRONG: Final = ("", "1 2", "none", "1em", "red", "5", "1px", "calc(1)", "1e", "'1'", "calc(1px + 1)", "50%", "1vw")
TURNS: Final = {
    "translateSelf": 3,
    "scaleSelf": 6,
    "rotateSelf": 3,
    "rotateFromVectorSelf": 2,
    "rotateAxisAngleSelf": 4,
}
NAMES: Final = (*"abcdef", "m11", "m12", "m21", "m22", "m41", "m42", "m13", "m33", "m34", "m43", "m44")


class Syntax(Writer):
    """Writes one program of a topic."""

    def path_data(self) -> None:
        """SVG path data with all separators and forms of numbers, often with an error: drawn and asked for points."""
        self.set("fillStyle", "#306090")
        self.set("lineWidth", 3)
        self.program.append(["path", "a", [self.svg()]])
        self.call(self.one_of("fill", "stroke"), {"path": "a"})
        for _ in range(6):
            x, y = self.whole(0, 48) + 0.37, self.whole(0, 40) + 0.41
            self.ask(self.one_of("isPointInPath", "isPointInStroke"), {"path": "a"}, x, y)

    def svg(self) -> str:
        parts = ["M" + " ".join(self.coordinate() for _ in range(self.one_of(2, 2, 4)))]
        for _ in range(self.chance.randint(1, 6)):
            letter = self.one_of(*COUNTS)
            numbers = [self.coordinate() for _ in range(COUNTS[letter] * self.one_of(1, 1, 2))]
            for k in range(3, len(numbers), 7) if letter == "A" else ():
                numbers[k : k + 2] = self.one_of("0", "1"), self.one_of("0", "1", "1", "2")
            if numbers and self.chance.random() < 0.05:
                numbers.pop()
            separator = self.one_of(" ", ",", "\n", " , ") if letter != "M" else " "
            parts.append(self.one_of(letter, letter.lower()) + separator.join(numbers))
        text = self.one_of("", " ").join(parts)
        if self.chance.random() < 0.2:
            at = self.chance.randrange(len(text))
            text = text[:at] + self.one_of("x", ".", "-", "e", "\f", "\v", "\xa0", "  ") + text[at + 1 :]
        return text

    def coordinate(self) -> str:
        given = self.whole(-4, 44), round(self.chance.uniform(-4, 44), 1), ".5", "+7", "1e1", "-.5", "20.0", "2E0"
        return str(self.one_of(*given))

    def matrices(self) -> None:
        """Matrices of CSS transforms, numbers and dictionaries, multiplied, turned and inverted."""
        for _ in range(6):
            start = self.one_of(
                lambda: [self.transforms()],
                lambda: [self.transforms()],
                lambda: [[self.whole(-3, 3) for _ in range(self.one_of(6, 6, 16, 5))]],
                list,
            )()
            steps: list[Any] = [["new", start]]
            for _ in range(self.chance.randint(0, 3)):
                steps.append(self.one_of(self.product, self.turn, lambda: ["invertSelf", []])())
            self.program.append(["matrix", "", steps])

    def product(self) -> list[Any]:
        names = self.chance.sample(NAMES, self.chance.randint(0, 4))
        given: dict[str, Any] = {name: self.whole(-2, 2) for name in names}
        if self.chance.random() < 0.3:
            given["is2D"] = self.one_of(True, False)
        return [self.one_of("multiplySelf", "preMultiplySelf"), [given]]

    def turn(self) -> list[Any]:
        name = self.one_of(*TURNS)
        return [name, [self.one_of(0, 1, -2, 30, 90, 0.5) for _ in range(self.chance.randint(0, TURNS[name]))]]

    def transforms(self) -> str:
        functions = [self.function() for _ in range(self.one_of(1, 1, 2, 3))]
        text = self.one_of("", " ", "/* a */").join(functions)
        odd = text.upper(), text.removesuffix(")"), f" {text}\n", "none", "None", "", " "
        return str(self.one_of(text, text, text, *odd))

    def function(self) -> str:
        name = self.one_of(*FUNCTIONS)
        kinds = FUNCTIONS[name]
        if name in ("translate", "scale", "skew"):
            kinds = kinds[: self.one_of(1, 2)]
        given = [self.argument(kind) for kind in kinds]
        if self.chance.random() < 0.06:
            given.append("1")
        return f"{name}({self.one_of(',', ', ', ' , ').join(given)})"

    def argument(self, kind: str) -> str:
        if self.chance.random() < 0.04:
            return str(self.one_of(*WRONG))
        unit = self.one_of("", "", "%") if kind == "factor" else self.one_of(*UNITS[kind])
        one, other = (f"{self.one_of(1, 2, 0.5, '+3', '-1', '1e1')}{unit}" for _ in range(2))
        forms = f"calc({one} + {other})", f"max({one}, {other})", f"calc(2 * ({one} - {other}))"
        return str(self.one_of(one, one, one, one, one, *(forms if unit != "%" else ())))
