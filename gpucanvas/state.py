"""The drawing state that ``save`` keeps and ``restore`` brings back.

https://html.spec.whatwg.org/multipage/canvas.html#the-canvas-state
"""

from __future__ import annotations

from typing import Final

from .contract import constants as c
from .geometry.affine import IDENTITY, Affine
from .paint.gradient import CanvasGradient
from .pipeline.record import ClipNode, Pen

OPERATORS: Final = {
    "source-over": c.OP_SOURCE_OVER,
    "copy": c.OP_COPY,
    "source-in": c.OP_SOURCE_IN,
    "destination-out": c.OP_DESTINATION_OUT,
    "multiply": c.OP_MULTIPLY,
}
RULES: Final = {"nonzero": c.RULE_NONZERO, "evenodd": c.RULE_EVENODD}
QUALITIES: Final = ("low", "medium", "high")

Solid = tuple[float, float, float, float]
Style = str | Solid | CanvasGradient
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
        self.operator = "source-over"
        self.clip: ClipNode | None = None
        self.fill: Solid | CanvasGradient = BLACK
        self.stroke: Solid | CanvasGradient = BLACK
        self.pen = FIRST_PEN
        self.smoothing = True
        self.smoothing_quality = "low"
        self.below: State | None = None

    def push(self) -> State:
        """Another entry with the same values, on top of this one."""
        other = State.__new__(State)
        other.matrix, other.alpha, other.operator, other.clip = self.matrix, self.alpha, self.operator, self.clip
        other.fill, other.stroke, other.pen = self.fill, self.stroke, self.pen
        other.smoothing, other.smoothing_quality = self.smoothing, self.smoothing_quality
        other.below = self
        return other
