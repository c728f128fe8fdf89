"""The drawing state that ``save`` keeps and ``restore`` brings back.

https://html.spec.whatwg.org/multipage/canvas.html#the-canvas-state
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from numpy.typing import NDArray

from ..contract import constants as c
from ..contract.operators import CLEARING, OPERATORS, OperatorName
from ..geometry.affine import IDENTITY, Affine
from ..geometry.numbers import Number
from ..paint.gradient import CanvasGradient
from ..paint.pattern import CanvasPattern
from ..pipeline import record as r
from ..pipeline.record import ClipNode, Pen

if TYPE_CHECKING:
    from ..paint.effects import Effect
    from ..paint.filters import FilterInput
    from ..text.textstyle import TextStyle

Operator = OperatorName
LineCap = Literal["butt", "round", "square"]
LineJoin = Literal["miter", "round", "bevel"]
FillRule = Literal["nonzero", "evenodd"]
Quality = Literal["low", "medium", "high"]

STYLES: Final[dict[str, int]] = {name: row.style for name, row in OPERATORS.items()} | {
    CLEARING: OPERATORS["destination-out"].style
}
"""Each operator's bits of Draw.style, as a recording holds them."""
CAPS: Final[dict[LineCap, int]] = {"butt": c.CAP_BUTT, "round": c.CAP_ROUND, "square": c.CAP_SQUARE}
JOINS: Final[dict[LineJoin, int]] = {"miter": c.JOIN_MITER, "round": c.JOIN_ROUND, "bevel": c.JOIN_BEVEL}
RULES: Final[dict[FillRule, int]] = {"nonzero": c.RULE_NONZERO, "evenodd": c.RULE_EVENODD}
QUALITIES: Final[tuple[Quality, ...]] = ("low", "medium", "high")

Solid = tuple[float, float, float, float]
Style = Solid | CanvasGradient | CanvasPattern
AnyStyle = str | Sequence[Number] | NDArray[Any] | CanvasGradient | CanvasPattern
"""What `fill_style` and `stroke_style` take."""
BLACK: Final[Solid] = (0.0, 0.0, 0.0, 1.0)
WIDEST_SHADOW: Final = 20_000.0
"""The largest shadow blur that is drawn, pixels: a shadow blurred more is invisible."""
FIRST_PEN: Final = Pen(1.0, c.CAP_BUTT, c.JOIN_MITER, 10.0)


FARTHEST_SHADOW: Final = 1e9
"""The largest shadow offset, pixels, far beyond any canvas: larger ones are cut to it."""


class Shadow(NamedTuple):
    """The shadow properties: straight RGBA, blur, and the offset, all in pixels of the canvas."""

    color: Solid = (0.0, 0.0, 0.0, 0.0)
    blur: float = 0.0
    offset_x: float = 0.0
    offset_y: float = 0.0

    @property
    def is_seen(self) -> bool:
        """Whether the shadow is drawn (HTML, "shadows")."""
        return self.color[3] > 0 and (self.blur > 0 or self.offset_x != 0 or self.offset_y != 0)

    def recorded(self) -> r.Shadow | None:
        """The shadow as a recording holds it; None where it is invisible."""
        if not self.is_seen:
            return None
        sigma = min(self.blur, WIDEST_SHADOW) / 2
        x = min(max(self.offset_x, -FARTHEST_SHADOW), FARTHEST_SHADOW)
        y = min(max(self.offset_y, -FARTHEST_SHADOW), FARTHEST_SHADOW)
        return r.Shadow(self.color, sigma, sigma, x, y)


NO_SHADOW: Final = Shadow()


class FilterUse(NamedTuple):
    """The filter property: the value given, its effects, and whether their lengths depend on the font."""

    given: FilterInput = "none"
    effects: tuple[Effect, ...] = ()
    is_relative: bool = False


NO_FILTER: Final = FilterUse()
new_object: Final = object.__new__


class State:
    """One entry of the state stack. Styles are kept as given; pens, clips and text styles are immutable and shared.

    ``below`` is the entry that `restore` brings back. ``layer`` is the layer that began with this entry; None where no
    layer did.
    """

    __slots__ = (
        "alpha",
        "below",
        "clip",
        "fill",
        "filter",
        "hit",
        "layer",
        "matrix",
        "operator",
        "pen",
        "shadow",
        "smoothing",
        "smoothing_quality",
        "stroke",
        "text",
    )

    def __init__(self) -> None:
        self.matrix: Affine = IDENTITY
        self.alpha = 1.0
        self.operator: Operator = "source-over"
        self.clip: ClipNode | None = None
        self.fill: Style = BLACK
        self.stroke: Style = BLACK
        self.pen = FIRST_PEN
        self.shadow = NO_SHADOW
        self.filter = NO_FILTER
        self.hit: int | None = None
        self.layer: r.LayerUse | None = None
        self.smoothing = True
        self.smoothing_quality: Quality = "low"
        self.text: TextStyle | None = None  # None is the default style, made on first use: most canvases have no text.
        self.below: State | None = None

    def draws_like(self, other: State) -> bool:
        """Whether both states are recorded alike, transform and alpha aside."""
        return (
            self.operator == other.operator
            and self.clip is other.clip
            and self.shadow is other.shadow
            and self.filter is other.filter
            and self.hit == other.hit
        )

    def is_as_pushed(self) -> bool:
        """Whether `push` made this entry and nothing has changed in it since."""
        below = self.below
        if below is None or self.layer is not None:
            return False
        return all(getattr(self, name) is getattr(below, name) for name in COPIED)

    def push(self) -> State:
        """A new entry with the same values, on top of this one."""
        other: State = new_object(State)
        # One assignment a line: assigning several at once builds a tuple and takes a third longer.
        other.matrix = self.matrix
        other.alpha = self.alpha
        other.operator = self.operator
        other.clip = self.clip
        other.fill = self.fill
        other.stroke = self.stroke
        other.pen = self.pen
        other.shadow = self.shadow
        other.text = self.text
        other.layer = None
        other.filter = self.filter
        other.hit = self.hit
        other.smoothing = self.smoothing
        other.smoothing_quality = self.smoothing_quality
        other.below = self
        return other


COPIED: Final = tuple(name for name in State.__slots__ if name not in ("below", "layer"))
"""The attributes that a pushed entry takes from the entry below it."""
