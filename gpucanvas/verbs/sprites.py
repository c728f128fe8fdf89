"""SpriteVerbs: draws parts of one image any number of times in one command."""

from __future__ import annotations

from math import hypot
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..geometry.affine import IDENTITY
from ..memory import Holding
from ..pipeline import record as r
from ..sight.spans import count
from .pixels import PixelVerbs

__all__ = ["SpriteVerbs"]

Floats = NDArray[np.float64]
ALL_OF_IT = (0.0, 0.0, np.inf, np.inf)


class SpriteVerbs(PixelVerbs):
    """The verb of a context that draws sprites."""

    __slots__ = ()

    def draw_images(
        self,
        image: Any,
        src_rects: ArrayLike | None = None,
        dst_rects: ArrayLike | None = None,
        transforms: ArrayLike | None = None,
        alpha: ArrayLike = 1.0,
    ) -> None:
        """Draw an image N times in one command: the batch form of `draw_image`. HTML, "drawing images", for each.

        Each sprite is drawn as by ``save(); transform(*t); global_alpha *= alpha; draw_image(image, *src, *dst);
        restore()``, in order. A filter or a shadow applies to all of them together. With an `image_smoothing_quality`
        of ``"low"`` sprites that are drawn small are interpolated as they are, not filtered.

        Parameters
        ----------
        image
            As for `draw_image`.
        src_rects
            (N, 4) or (4,): x, y, width and height of the part of the image, image pixels; None is the whole image.
            Parts outside the image are not drawn.
        dst_rects
            (N, 4) or (4,): x, y, width and height of the target rectangle, in the sprite's space; None puts the corner
            of the part at (0, 0), at a unit a pixel.
        transforms
            (N, 6) or (6,): the matrix a, b, c, d, e, f from the sprite's space to user space, as `transform` takes it;
            None is the identity.
        alpha
            (N,) or a number, 0 to 1, multiplied with ``global_alpha``.

        Raises
        ------
        TypeError
            For an argument that is no array of numbers, or no image.
        ValueError
            For arrays of other shapes, for numbers that are not finite, and for an alpha that is not from 0 to 1; with
            ``on_invalid="ignore"`` such sprites are left out.

        Examples
        --------
        >>> import gpucanvas, numpy as np
        >>> sheet = gpucanvas.Image(np.full((32, 64, 4), 255, np.uint8))
        >>> with gpucanvas.Canvas(100, 100, backend="cpu") as canvas:
        ...     ctx = canvas.get_context("2d")
        ...     frames = [[0, 0, 32, 32], [32, 0, 32, 32]]
        ...     ctx.draw_images(sheet, frames, [[0, 0, 20, 20], [40, 40, 10, 10]])
        ...     canvas.to_numpy()[[5, 45, 60], [5, 45, 60], 3].tolist()
        [255, 255, 0]
        """
        items = self._sprites(src_rects, dst_rects, transforms, alpha)
        (width, height), pixels, source = self._picture(image)
        items = cut_sprites(items, width, height)
        if not len(items):
            return
        recording = self._sync()
        if pixels is None:
            box = boxes_hull(items, width, height, self._state.smoothing)
            recording, index = self._add_canvas(source, box)
        else:
            index = recording.add_image(pixels, source)
        for part, level, halved in self._leveled(items, recording, index, width, height):
            image_index = index if level is None else recording.add_image(level.pixels, level)
            if level is not None:
                kept = recording.images[index]
                part = part.copy()
                part[:, :2] -= kept.left, kept.top
                part[:, :4] *= [0.5 ** halved[0], 0.5 ** halved[1]] * 2
            self._add_sprites(recording, part, image_index, level is not None or self._state.smoothing)

    def _add_sprites(self, recording: r.Commands, items: Floats, image: int, smooth: bool) -> None:
        count("bytes_copied", items.nbytes)
        holding = Holding("batch", items.nbytes)
        batch = r.Batch("images", items, pen=-1, holding=holding, image=image, smooth=smooth)
        self._add(r.BATCH, self._fill, recording.add_batch(batch), 0.0, 0.0, 0.0, 0.0)

    def _sprites(self, src: Any, dst: Any, transforms: Any, alpha: Any) -> Floats:
        """(N, 15): source, target, matrix and alpha of each sprite that `_fine` accepts."""
        columns = {
            "src_rects": (ALL_OF_IT if src is None else src, 4),
            "dst_rects": (ALL_OF_IT if dst is None else dst, 4),
            "transforms": (IDENTITY if transforms is None else transforms, 6),
            "alpha": (alpha, 1),
        }
        arrays = []
        for name, (value, wide) in columns.items():
            array = self._number_array(name, value)
            if name == "alpha":
                if array.ndim > 1:
                    raise ValueError(f"draw_images: alpha has shape {array.shape}: give a number or (N,)")
                array = array[..., None]
            elif array.ndim not in (1, 2) or array.shape[-1] != wide:
                raise ValueError(f"draw_images: {name} has shape {array.shape}: give (N, {wide}) or ({wide},)")
            arrays.append(array)
        try:
            (number,) = np.broadcast_shapes(*(array.shape[:-1] for array in arrays)) or (1,)
        except ValueError:
            shapes = ", ".join(f"{name} {array.shape}" for name, array in zip(columns, arrays, strict=True))
            raise ValueError(f"draw_images: {shapes} do not fit together: give one length N") from None
        items = np.concatenate([np.broadcast_to(array, (number, array.shape[-1])) for array in arrays], 1)
        return items[self._fine(items, src is None, dst is None)]

    def _number_array(self, name: str, value: Any) -> Floats:
        try:
            array = np.asarray(value)
            if array.dtype.kind not in "fiub":
                raise TypeError
            return array.astype(np.float64)
        except (TypeError, ValueError):
            raise TypeError(f"draw_images: {name} is {value!r:.80}: give an array of numbers") from None

    def _fine(self, items: Floats, any_source: bool, any_target: bool) -> NDArray[np.bool_]:
        """Which sprites have valid numbers; raises ValueError for others on a strict canvas."""
        given = np.ones(15, np.bool_)
        given[2:4], given[6:8] = not any_source, not any_target
        finite = np.asarray(np.isfinite(items[:, given]).all(1))
        fine: NDArray[np.bool_] = finite & (items[:, 14] >= 0) & (items[:, 14] <= 1)
        if not fine.all() and self._strict:
            bad = int(np.argmin(fine))
            if finite[bad]:
                raise ValueError(f"draw_images: alpha {bad} is {items[bad, 14]:g}: give 0 to 1")
            raise ValueError(
                f"draw_images: sprite {bad} is {items[bad, given].tolist()}: give finite numbers, or use "
                'on_invalid="ignore"'
            )
        return fine

    def _leveled(self, items: Floats, recording: r.Commands, index: int, width: int, height: int) -> Any:
        """Runs of sprites that sample the same mip level: (sprites, the level or None, halvings across and down)."""
        state = self._state
        if not state.smoothing or state.smoothing_quality == "low":
            yield items, None, (0, 0)
            return
        from ..pipeline.mips import Levels, halvings

        a, b, c, d, _, _ = state.matrix
        ta, tb, tc, td = items[:, 8:12].T
        with np.errstate(all="ignore"):
            ma, mb, mc, md = a * ta + c * tb, b * ta + d * tb, a * tc + c * td, b * tc + d * td
        halved = []
        for xa, xb, ya, yb, (sw, sh), (dw, dh) in zip(
            *(column.tolist() for column in (ma, mb, mc, md)),
            items[:, 2:4].tolist(),
            items[:, 6:8].tolist(),
            strict=True,
        ):
            is_flat = xa * yb == xb * ya
            across = 0 if is_flat else halvings(hypot(xa, xb) * dw / sw, width)
            halved.append((across, 0 if is_flat else halvings(hypot(ya, yb) * dh / sh, height)))
        starts = [0, *(i for i in range(1, len(halved)) if halved[i] != halved[i - 1]), len(halved)]
        for first, last in zip(starts, starts[1:], strict=False):
            level = None
            if halved[first] != (0, 0):
                level = recording.levels_of(index, Levels).level(*halved[first])
            yield items[first:last], level, halved[first]


@np.errstate(all="ignore")  # A sprite whose numbers overflow is not drawn.
def cut_sprites(items: Floats, width: int, height: int) -> Floats:
    """Clip source rectangles to the image, and their targets likewise, as `cut_source`; drop empty ones."""
    out = items.copy()
    keep = np.ones(len(items), np.bool_)
    for axis, limit in enumerate((float(width), float(height))):
        s, n, d, m = items[:, axis], items[:, 2 + axis], items[:, 4 + axis], items[:, 6 + axis]
        # Infinite marks an omitted rectangle: the whole image as the source, the part's size at (0, 0) as the target.
        n = np.where(np.isinf(n), limit, n)
        whole = np.isinf(m)
        m = np.where(whole, np.abs(n), m)
        keep &= (n != 0) & (m != 0)
        s, n = np.where(n < 0, s + n, s), np.abs(n)
        d, m = np.where(m < 0, d + m, d), np.abs(m)
        first, last = np.maximum(s, 0.0), np.minimum(s + n, limit)
        keep &= first < last
        with np.errstate(all="ignore"):
            k = m / n
            uncut = (first == s) & (last == s + n)
            out[:, axis], out[:, 2 + axis] = first, np.where(uncut, n, last - first)
            out[:, 4 + axis] = np.where(uncut, d, d + (first - s) * k)
            out[:, 6 + axis] = np.where(uncut, m, (last - first) * k)
    return out[keep]


def boxes_hull(items: Floats, width: int, height: int, smooth: bool) -> r.Box:
    """The smallest box of the image that holds every pixel the sprites sample."""
    x0, y0 = items[:, :2].min(0).tolist()
    x1, y1 = (items[:, :2] + items[:, 2:4]).max(0).tolist()
    return r.sampled_box((x0, y0, x1 - x0, y1 - y0), width, height, smooth)
