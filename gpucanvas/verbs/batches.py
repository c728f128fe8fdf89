"""BatchVerbs: any number of shapes of one kind in one command, from NumPy arrays, in ipycanvas's argument order.

Each item is composited by itself, in order, with the transform, clip, alpha and operator of the context. Scalars
broadcast; any float or integer dtype and any memory layout is accepted; arrays are copied when they are recorded.

An item with a value that `numpy.ma` masks is not drawn; after a masked point of a polyline another one begins.
A NaN does the same with ``on_invalid="ignore"``, and is refused elsewhere.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from .batchinput import BatchInput


class BatchVerbs(BatchInput):
    """The batch verbs of a context.

    ``color`` is (N, 3) or (N, 4), float 0 to 1 or uint8, straight alpha; or one colour for all; None uses the style.
    Arrays of `Canvas.staging_array` are not copied: they are read-only until the frame has been drawn.
    ``line_width`` is a number or (N,), user space, in the place of the context's: a width of 0 draws nothing.
    An item, a colour or a width that is masked by `numpy.ma` is not drawn.
    """

    __slots__ = ()

    def fill_rects(
        self, x: ArrayLike, y: ArrayLike, width: ArrayLike, height: ArrayLike | None = None, *, color: Any = None
    ) -> None:
        """Fill N rectangles: x, y, width, height of shape (N,) or scalar; a height of None makes squares."""
        items = self._columns("fill_rects", x=x, y=y, width=width, height=width if height is None else height)
        self._add_batch("fill_rects", "rects", items, self._fill_paint(), color)

    def stroke_rects(
        self,
        x: ArrayLike,
        y: ArrayLike,
        width: ArrayLike,
        height: ArrayLike | None = None,
        *,
        color: Any = None,
        line_width: ArrayLike | None = None,
    ) -> None:
        """Stroke the outlines of N rectangles, as `fill_rects`."""
        items = self._columns("stroke_rects", x=x, y=y, width=width, height=width if height is None else height)
        self._add_batch("stroke_rects", "frames", items, self._stroke_paint(), color, line_width=line_width)

    def fill_circles(self, x: ArrayLike, y: ArrayLike, radius: ArrayLike, *, color: Any = None) -> None:
        """Fill N discs: centre x, y and radius, of shape (N,) or scalar. IndexSizeError for a negative radius."""
        items = self._columns("fill_circles", x=x, y=y, radius=radius)
        self._check_radius("fill_circles", items.numbers)
        self._add_batch("fill_circles", "circles", items, self._fill_paint(), color)

    def stroke_circles(
        self, x: ArrayLike, y: ArrayLike, radius: ArrayLike, *, color: Any = None, line_width: ArrayLike | None = None
    ) -> None:
        """Stroke N circles, as `fill_circles`."""
        items = self._columns("stroke_circles", x=x, y=y, radius=radius)
        self._check_radius("stroke_circles", items.numbers)
        self._add_batch("stroke_circles", "rings", items, self._stroke_paint(), color, line_width=line_width)

    def fill_arcs(
        self,
        x: ArrayLike,
        y: ArrayLike,
        radius: ArrayLike,
        start_angle: ArrayLike,
        end_angle: ArrayLike,
        counterclockwise: bool = False,
        *,
        color: Any = None,
    ) -> None:
        """Fill N arcs, each closed by its chord; angles in radians. IndexSizeError for a negative radius."""
        items = self._arc_items("fill_arcs", x, y, radius, start_angle, end_angle, counterclockwise)
        self._add_batch("fill_arcs", "arcs", items, self._fill_paint(), color, pen=-1)

    def stroke_arcs(
        self,
        x: ArrayLike,
        y: ArrayLike,
        radius: ArrayLike,
        start_angle: ArrayLike,
        end_angle: ArrayLike,
        counterclockwise: bool = False,
        *,
        color: Any = None,
        line_width: ArrayLike | None = None,
    ) -> None:
        """Stroke N arcs, as `fill_arcs`."""
        items = self._arc_items("stroke_arcs", x, y, radius, start_angle, end_angle, counterclockwise)
        self._add_batch("stroke_arcs", "arcs", items, self._stroke_paint(), color, line_width=line_width)

    def fill_polygons(self, points: Any, *, color: Any = None) -> None:
        """Fill polygons: one (V, 2) array, an (N, V, 2) array, or a list of N arrays (V, 2).

        Points masked by `numpy.ma` are left out: their neighbours are joined. With ``on_invalid="ignore"`` so are those
        that are not finite.
        """
        items = self._runs("fill_polygons", points)
        self._add_batch("fill_polygons", "polygons", items, self._fill_paint(), color, closed=True)

    def stroke_polygons(self, points: Any, *, color: Any = None, line_width: ArrayLike | None = None) -> None:
        """Stroke closed polygons, as `fill_polygons`, without gaps: for these there is `stroke_lines`."""
        items = self._runs("stroke_polygons", points)
        self._add_batch(
            "stroke_polygons", "polylines", items, self._stroke_paint(), color, closed=True, line_width=line_width
        )

    def stroke_lines(self, points: Any, *, color: Any = None, line_width: ArrayLike | None = None) -> None:
        """Stroke open polylines: one (V, 2) array, an (N, V, 2) array, or a list of N arrays (V, 2).

        A point masked by `numpy.ma` leaves a gap. With ``on_invalid="ignore"`` so does one that is not finite.
        """
        items = self._runs("stroke_lines", points, has_gaps=True)
        self._add_batch("stroke_lines", "polylines", items, self._stroke_paint(), color, line_width=line_width)

    def stroke_line_segments(self, segments: Any, *, color: Any = None, line_width: ArrayLike | None = None) -> None:
        """Stroke N separate segments: start and end points, (N, 2, 2), or their x0, y0, x1, y1, (N, 4)."""
        rows = self._segment_rows("stroke_line_segments", segments)
        self._add_batch("stroke_line_segments", "segments", rows, self._stroke_paint(), color, line_width=line_width)
