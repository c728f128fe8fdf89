"""The drawing state that ``save`` keeps and ``restore`` brings back.

https://html.spec.whatwg.org/multipage/canvas.html#the-canvas-state
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from numpy.typing import NDArray

from .contract import constants as c
from .contract.operators import OPERATORS, OperatorName
from .geometry.affine import IDENTITY, Affine
from .geometry.numbers import Number
from .paint.gradient import CanvasGradient
from .paint.pattern import CanvasPattern
from .pipeline.record import ClipNode, Pen

Operator = OperatorName
LineCap = Literal["butt", "round", "square"]
LineJoin = Literal["miter", "round", "bevel"]
FillRule = Literal["nonzero", "evenodd"]
Quality = Literal["low", "medium", "high"]

STYLES: Final[dict[str, int]] = {name: row.style for name, row in OPERATORS.items()}
"""What a recording holds of an operator: its part of Draw.style."""
CAPS: Final[dict[LineCap, int]] = {"butt": c.CAP_BUTT, "round": c.CAP_ROUND, "square": c.CAP_SQUARE}
JOINS: Final[dict[LineJoin, int]] = {"miter": c.JOIN_MITER, "round": c.JOIN_ROUND, "bevel": c.JOIN_BEVEL}
RULES: Final[dict[FillRule, int]] = {"nonzero": c.RULE_NONZERO, "evenodd": c.RULE_EVENODD}
QUALITIES: Final[tuple[Quality, ...]] = ("low", "medium", "high")

Solid = tuple[float, float, float, float]
Style = Solid | CanvasGradient | CanvasPattern
AnyStyle = str | Sequence[Number] | NDArray[Any] | CanvasGradient | CanvasPattern
"""What `fill_style` and `stroke_style` take."""
BLACK: Final[Solid] = (0.0, 0.0, 0.0, 1.0)
FIRST_PEN: Final = Pen(1.0, c.CAP_BUTT, c.JOIN_MITER, 10.0)


class State:
    """One entry of the stack. Styles are kept as given; pens and clips are immutable and shared between entries.

    ``below`` is the entry that `restore` brings back.
    """

    __slots__ = (
        "alpha",
        "below",
        "clip",
        "fill",
        "matrix",
        "operator",
        "pen",
        "smoothing",
        "smoothing_quality",
        "stroke",
    )

    def __init__(self) -> None:
        self.matrix: Affine = IDENTITY
        self.alpha = 1.0
        self.operator: Operator = "source-over"
        self.clip: ClipNode | None = None
        self.fill: Style = BLACK
        self.stroke: Style = BLACK
        self.pen = FIRST_PEN
        self.smoothing = True
        self.smoothing_quality: Quality = "low"
        self.below: State | None = None

    def push(self) -> State:
        """Another entry with the same values, on top of this one."""
        other = State.__new__(State)
        other.matrix, other.alpha, other.operator, other.clip = self.matrix, self.alpha, self.operator, self.clip
        other.fill, other.stroke, other.pen = self.fill, self.stroke, self.pen
        other.smoothing, other.smoothing_quality = self.smoothing, self.smoothing_quality
        other.below = self
        return other
