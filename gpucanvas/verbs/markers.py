"""MarkerVerbs: one path drawn any number of times in one command; ellipses and round rectangles by the thousand.

x, y, scale, angle  --_placed--> (N, 6) matrices, T(x, y) R(angle) S(scale)      kind "paths", "ellipses"
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..contract.constants import RULE_SINGLE
from ..errors import IndexSizeError
from ..geometry.affine import sines_and_cosines
from ..geometry.path import ARC, Path2D
from ..pipeline import record as r
from .batchinput import BatchInput, Given, Numbers
from .state import RULES, FillRule

__all__ = ["MarkerVerbs"]


MANY: Final = 64
"""Items from which on it is worth to test whether the outline meets itself, which makes each of them cheaper."""
MOST_TESTED: Final = 500
"""Most verbs of an outline that is tested: half a millisecond."""


class MarkerVerbs(BatchInput):
    """The batch verbs of a context whose shapes are paths. Colours, widths and masks are as for `BatchVerbs`."""

    __slots__ = ()

    def fill_paths(
        self,
        path: Path2D | str,
        x: ArrayLike,
        y: ArrayLike,
        *,
        scale: ArrayLike = 1.0,
        angle: ArrayLike = 0.0,
        fill_rule: FillRule = "nonzero",
        color: Any = None,
    ) -> None:
        """Fill one path at N places: markers of a scatter plot, pins of a map, arrows of a field. Not in the standard.

        Each item is drawn as by ``save(); translate(x, y); rotate(angle); scale(s, s); fill(path); restore()``, in
        order, so that a gradient or pattern moves with it. A filter or a shadow applies to all of them together.

        Parameters
        ----------
        path
            A `Path2D`, or SVG path data, about (0, 0).
        x, y
            (N,) or numbers: where the origin of the path is drawn, user space.
        scale
            (N,) or a number; (N, 2) or (1, 2) for scales across and down. A negative one mirrors.
        angle
            (N,) or a number, radians, clockwise.
        fill_rule
            ``"nonzero"`` or ``"evenodd"``.
        color
            (N, 3) or (N, 4), float 0 to 1 or uint8, straight alpha; or one colour for all; None uses the fill style.

        An item of which `numpy.ma` masks a number or the colour is left out.

        Raises
        ------
        TypeError
            For a path that is none, and for arguments that are no numbers.
        ValueError
            For arrays of other shapes, an error in the path data, and numbers that are not finite; with
            ``on_invalid="ignore"`` such items are left out.

        Examples
        --------
        >>> import gpucanvas
        >>> with gpucanvas.Canvas(100, 40, backend="cpu") as canvas:
        ...     ctx = canvas.get_context("2d")
        ...     ctx.fill_paths("M0 -4 L4 4 H-4 Z", [20, 50, 80], 20, scale=[1, 2, 3], color=["red", "gold", "teal"])
        ...     canvas.to_numpy()[20, [20, 50, 80, 95]].tolist()
        [[255, 0, 0, 255], [255, 215, 0, 255], [0, 128, 128, 255], [0, 0, 0, 0]]
        """
        if not isinstance(fill_rule, str) or fill_rule not in RULES:
            raise TypeError(f"fill_paths: fill_rule is {fill_rule!r}: give 'nonzero' or 'evenodd'")
        marker = self._marker("fill_paths", path, RULES[fill_rule])
        items = self._placed("fill_paths", x, y, scale, angle)
        if items.given_count >= MANY and goes_once(marker):
            marker = marker._replace(rule=RULE_SINGLE)
        paint = self._fill_paint()
        self._add_batch("fill_paths", "paths", items, paint, color, -1, marker=marker, finish=matrices_of)

    def stroke_paths(
        self,
        path: Path2D | str,
        x: ArrayLike,
        y: ArrayLike,
        *,
        scale: ArrayLike = 1.0,
        angle: ArrayLike = 0.0,
        scale_width: bool = False,
        color: Any = None,
        line_width: ArrayLike | None = None,
    ) -> None:
        """Stroke one path at N places, as `fill_paths`: crosses, open markers, outlines of arrows. Not in the standard.

        The lines are as wide as the context's, or ``line_width``, whatever an item's scale: the path is placed as by
        `fill_paths`, and stroked after the transform is restored. So a cross twice as large has no thicker lines, as a
        marker of matplotlib.

        Parameters
        ----------
        path, x, y, scale, angle, color
            As for `fill_paths`; None for ``color`` uses the stroke style.
        scale_width
            True strokes each item before the transform is restored: its scale applies to the width and the dashes, too.
        line_width
            (N,) or a number, user space, in the place of the context's: a width of 0 draws nothing.

        Raises
        ------
        TypeError, ValueError
            As for `fill_paths`; ValueError also for a negative width.
        """
        marker = self._marker("stroke_paths", path)._replace(scales_pen=bool(scale_width))
        items = self._placed("stroke_paths", x, y, scale, angle)
        paint = self._stroke_paint()
        self._add_batch(
            "stroke_paths", "paths", items, paint, color, line_width=line_width, marker=marker, finish=matrices_of
        )

    def fill_ellipses(
        self,
        x: ArrayLike,
        y: ArrayLike,
        radius_x: ArrayLike,
        radius_y: ArrayLike,
        rotation: ArrayLike = 0.0,
        *,
        color: Any = None,
    ) -> None:
        """Fill N ellipses: centre, radii, rotation, of shape (N,) or scalar. IndexSizeError for a negative radius."""
        items = self._ellipse_items("fill_ellipses", x, y, radius_x, radius_y, rotation)
        self._add_batch("fill_ellipses", "ellipses", items, self._fill_paint(), color, -1, finish=ellipses_of)

    def stroke_ellipses(
        self,
        x: ArrayLike,
        y: ArrayLike,
        radius_x: ArrayLike,
        radius_y: ArrayLike,
        rotation: ArrayLike = 0.0,
        *,
        color: Any = None,
        line_width: ArrayLike | None = None,
    ) -> None:
        """Stroke N ellipses, as `fill_ellipses`."""
        items = self._ellipse_items("stroke_ellipses", x, y, radius_x, radius_y, rotation)
        paint = self._stroke_paint()
        self._add_batch("stroke_ellipses", "ellipses", items, paint, color, line_width=line_width, finish=ellipses_of)

    def fill_round_rects(
        self,
        x: ArrayLike,
        y: ArrayLike,
        width: ArrayLike,
        height: ArrayLike,
        radii: ArrayLike = 0.0,
        *,
        color: Any = None,
    ) -> None:
        """Fill N rectangles with round corners: x, y, width, height of shape (N,) or scalar.

        ``radii`` is (N,) or a number; (N, 4) or (1, 4) for the corners from the upper left one on, clockwise: bars that
        are round at their upper ends have ``[[4, 4, 0, 0]]``. Radii that overlap on a side are scaled down, as those of
        `round_rect`. ValueError for a negative one.
        """
        items = self._round_rect_items("fill_round_rects", x, y, width, height, radii)
        self._add_batch("fill_round_rects", "round_rects", items, self._fill_paint(), color, -1)

    def stroke_round_rects(
        self,
        x: ArrayLike,
        y: ArrayLike,
        width: ArrayLike,
        height: ArrayLike,
        radii: ArrayLike = 0.0,
        *,
        color: Any = None,
        line_width: ArrayLike | None = None,
    ) -> None:
        """Stroke the outlines of N rectangles with round corners, as `fill_round_rects`."""
        items = self._round_rect_items("stroke_round_rects", x, y, width, height, radii)
        self._add_batch("stroke_round_rects", "round_rects", items, self._stroke_paint(), color, line_width=line_width)

    # -- arguments ---------------------------------------------------------------------------------------------

    def _marker(self, verb: str, path: Any, rule: int = 0) -> r.Marker:
        if isinstance(path, str):
            path = Path2D(path, on_invalid="raise" if self._strict else "ignore")
        if not isinstance(path, Path2D):
            raise TypeError(f"{verb}: path is {path!r:.80}: give a gpucanvas.Path2D, or SVG path data")
        return r.Marker(bytes(path.verbs), path.coords[:], rule)

    def _placed(self, verb: str, x: Any, y: Any, scale: Any, angle: Any) -> Given:
        """Rows x, y, angle and scales across and down."""
        columns = {"x": x, "y": y, "angle": angle}
        if np.ndim(scale) == 2:
            across, down = self._split(verb, "scale", scale, 2)
            return self._double_columns(verb, **columns, scale_x=across, scale_y=down)
        return self._double_columns(verb, **columns, scale=scale)

    def _ellipse_items(self, verb: str, x: Any, y: Any, radius_x: Any, radius_y: Any, rotation: Any) -> Given:
        columns = {"x": x, "y": y, "rotation": rotation, "radius_x": radius_x, "radius_y": radius_y}
        items = self._double_columns(verb, **columns)
        negative = (items.numbers[:, 3:] < 0).any(1)
        if negative.any():
            bad = int(np.argmax(negative))
            found = items.numbers[bad, 3:].tolist()
            raise IndexSizeError(f"{verb}: the radii of item {bad} are {found}: give at least 0")
        return items

    def _round_rect_items(self, verb: str, x: Any, y: Any, width: Any, height: Any, radii: Any) -> Given:
        corners = self._split(verb, "radii", radii, 4) if np.ndim(radii) == 2 else [radii] * 4
        names = ("upper_left", "upper_right", "lower_right", "lower_left")
        columns = {"x": x, "y": y, "width": width, "height": height, **dict(zip(names, corners, strict=True))}
        items = self._double_columns(verb, **columns)
        negative = (items.numbers[:, 4:] < 0).any(1)
        if negative.any():
            bad = int(np.argmax(negative))
            found = items.numbers[bad, 4:].tolist()
            raise ValueError(f"{verb}: the radii of item {bad} are {found}: give at least 0")
        return items

    def _split(self, verb: str, name: str, value: Any, wide: int) -> list[Any]:
        """The columns of an argument (N, wide) or (1, wide); masked ones stay masked."""
        array = value if isinstance(value, np.ndarray) else self._array(verb, name, value)
        if array.shape[1] != wide:
            raise ValueError(f"{verb}: {name} has shape {array.shape}: give a number, (N,) or (N, {wide})")
        return [array[:, k] for k in range(wide)]


def goes_once(marker: r.Marker) -> bool:
    """Whether an outline is known to wind round no point more than once, so that both fill rules are the same."""
    if not marker.verbs or len(marker.verbs) > MOST_TESTED or ARC in marker.verbs:
        return False
    from ..geometry.single import goes_round_once

    return goes_round_once(bytearray(marker.verbs), marker.coords)


def matrices_of(rows: Numbers) -> NDArray[np.float64]:
    """Returns the matrices (N, 6) of rows x, y, angle and scale, or scales across and down."""
    return placed(rows, *sines_and_cosines(rows[:, 2]))


def ellipses_of(rows: Numbers) -> NDArray[np.float64]:
    """Returns the matrices (N, 6) that make ellipses of a circle, of rows x, y, rotation and both radii."""
    # As `builder.ellipse`, which does not round quarter turns.
    return placed(rows, np.sin(rows[:, 2]), np.cos(rows[:, 2]))


def placed(rows: Numbers, sin: NDArray[np.float64], cos: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the matrices that scale, then turn, then move."""
    across, down = rows[:, 3], rows[:, -1]
    return np.stack([cos * across, sin * across, -sin * down, cos * down, rows[:, 0], rows[:, 1]], 1)
