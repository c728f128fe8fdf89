"""frame: `Frame`, the argument of a draw function: time and index of the frame, and the size of the view."""

from __future__ import annotations

from ..names import Hinted

__all__ = ["Frame"]


class Frame(Hinted):
    """The frame that a draw function draws.

    A view whose ``continuous`` is not set draws further frames only while the draw function reads ``time``, ``delta``
    or ``index``: a picture that depends on none of them does not change.

    Parameters
    ----------
    time
        Seconds since the view's first frame.
    delta
        Seconds since the frame before; 0 in the first.
    index
        Frames before this one.
    width, height
        Size of the view in logical pixels, the units of ``ctx``. A view gives ints where they are whole, and floats
        where they are not, as they can be on displays of 1.25 or 1.5 pixels for a logical pixel.
    pixel_ratio
        Pixels of the canvas for one logical pixel.

    Examples
    --------
    >>> from gpucanvas import Frame
    >>> frame = Frame(time=1.5, delta=0.5, index=3, width=400, height=300, pixel_ratio=2.0)
    >>> frame.time, frame.size
    (1.5, (400, 300))
    """

    __slots__ = ("_delta", "_index", "_time", "height", "moves", "pixel_ratio", "width")

    def __init__(
        self, time: float, delta: float, index: int, width: float, height: float, pixel_ratio: float = 1.0
    ) -> None:
        self._time, self._delta, self._index = time, delta, index
        self.width, self.height, self.pixel_ratio = width, height, pixel_ratio
        self.moves = False
        """Whether the draw function has read time, delta or index, which differ in the next frame."""

    @property
    def time(self) -> float:
        """Seconds since the view's first frame."""
        self.moves = True
        return self._time

    @property
    def delta(self) -> float:
        """Seconds since the frame before; 0 in the first."""
        self.moves = True
        return self._delta

    @property
    def index(self) -> int:
        """Frames before this one."""
        self.moves = True
        return self._index

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in logical pixels."""
        return self.width, self.height

    def __repr__(self) -> str:
        return f"<Frame {self._index} at {self._time:.3f} s, {self.width:g}x{self.height:g}>"
