"""SpriteVerbs: draws parts of one image any number of times in one command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..geometry.affine import IDENTITY, Affine, AffineNumbers, Matrix, as_tuple
from ..masked import mask_of, without_mask
from ..memory import Holding
from ..pipeline import record as r
from ..sight.spans import count
from .pixels import PixelVerbs

__all__ = ["SpriteVerbs"]

Floats = NDArray[np.float64]
ALL_OF_IT = (0.0, 0.0, np.inf, np.inf)
MATRIX_SHAPES = ((3, 3), (2, 3), (2, 2))
"""Shapes of an array that is a matrix, as `affine.as_tuple` reads them."""
MOST_HALVINGS = 64
"""More than a side can be halved."""


class SpriteVerbs(PixelVerbs):
    """The verb of a context that draws sprites."""

    __slots__ = ()

    def draw_images(
        self,
        image: Any,
        src_rects: ArrayLike | None = None,
        dst_rects: ArrayLike | None = None,
        transforms: ArrayLike | Matrix | Sequence[Matrix] | None = None,
        alpha: ArrayLike = 1.0,
    ) -> None:
        """Draw an image N times in one command: the batch form of `draw_image`. HTML, "drawing images", for each.

        Each sprite is drawn as by ``save(); transform(*t); global_alpha *= alpha; draw_image(image, *src, *dst);
        restore()``, in order. A filter or a shadow applies to all of them together.

        Parameters
        ----------
        image
            As for `draw_image`. It is one for all sprites: several images are put side by side into one.
        src_rects
            (N, 4) or (4,): x, y, width and height of the part of the image, image pixels; None is the whole image.
            Parts outside the image are not drawn.
        dst_rects
            (N, 4) or (4,): x, y, width and height of the target rectangle, in the sprite's space; None puts the corner
            of the part at (0, 0), at a unit a pixel.
        transforms
            (N, 6) or (6,): the matrix a, b, c, d, e, f from the sprite's space to user space, as `transform` takes it;
            None is the identity. Other spellings of `set_transform` will do as well, for one matrix or a list of N: a
            `DOMMatrix`, a mapping, an array (3, 3), (2, 3) or (2, 2).
        alpha
            (N,) or a number, 0 to 1, multiplied with ``global_alpha``.

        A sprite of which `numpy.ma` masks a number is left out.

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
        items, origins = self._sprites(src_rects, dst_rects, transforms, alpha)
        (width, height), pixels, source = self._picture(image)
        items, origins = cut_to_image(items, origins, width, height)
        if not len(items):
            return
        recording = self._sync()
        if pixels is None:
            box = boxes_hull(items, width, height, self._state.smoothing)
            recording, index = self._add_canvas(source, box)
        else:
            index = recording.add_image(pixels, source)
        images: tuple[int, ...] = (index,)
        if self._filters(pixels is not None and getattr(image, "is_filtered", True)):
            images, items = leveled(items, self._state.matrix, recording, index, source, (width, height))
        count("bytes_copied", items.nbytes)
        holding = Holding("batch", items.nbytes)
        smooth = self._state.smoothing
        batch = r.Batch("images", items, pen=-1, holding=holding, images=images, smooth=smooth, origins=origins)
        self._add(r.BATCH, self._fill, recording.add_batch(batch), 0.0, 0.0, 0.0, 0.0)

    def _sprites(self, src: Any, dst: Any, transforms: Any, alpha: Any) -> tuple[Floats, NDArray[np.int64]]:
        """(N, 15): source, target, matrix and alpha of each sprite that `_fine` accepts; (N,) which one it is."""
        columns = {
            "src_rects": (ALL_OF_IT if src is None else src, 4),
            "dst_rects": (ALL_OF_IT if dst is None else dst, 4),
            "transforms": (IDENTITY if transforms is None else transforms, 6),
            "alpha": (alpha, 1),
        }
        arrays, masks = [], []
        for name, (value, wide) in columns.items():
            array, mask = self._sprite_column(name, value, wide)
            arrays.append(array)
            if mask is not None:
                masks.append(mask)
        try:
            (number,) = np.broadcast_shapes(*(array.shape[:-1] for array in arrays)) or (1,)
        except ValueError:
            shapes = ", ".join(f"{name} {array.shape}" for name, array in zip(columns, arrays, strict=True))
            raise ValueError(f"draw_images: {shapes} do not fit together: give one length N") from None
        filled = [np.broadcast_to(array, (number, array.shape[-1])) for array in arrays]
        # NumPy joins transposed arrays to a transposed one.
        items = np.ascontiguousarray(np.concatenate(filled, 1))
        origins = np.arange(number)
        if masks:
            origins = np.flatnonzero(~np.broadcast_to(np.any(np.broadcast_arrays(*masks), axis=0), number))
            items = items[origins]
        fine = self._fine(items, src is None, dst is None)
        return (items, origins) if fine.all() else (items[fine], origins[fine])

    def _sprite_column(self, name: str, value: Any, wide: int) -> tuple[Floats, NDArray[np.bool_] | None]:
        """An argument as (N, wide) or (wide,), and which rows `numpy.ma` masks."""
        if name == "transforms":
            value = spelled_matrices(value)
        array = self._number_array(name, value)
        mask = mask_of(value)
        if name == "alpha":
            if array.ndim > 1:
                raise ValueError(f"draw_images: alpha has shape {array.shape}: give a number or (N,)")
            array = array[..., None]
        elif array.shape == (0,):
            array = array.reshape(0, wide)
        elif name == "transforms" and array.ndim in (2, 3) and array.shape[-2:] in MATRIX_SHAPES:
            array = six_columns(array, mask)
        elif array.ndim not in (1, 2) or array.shape[-1] != wide:
            more = ", or DOMMatrix objects" if name == "transforms" else ""
            raise ValueError(f"draw_images: {name} has shape {array.shape}: give (N, {wide}) or ({wide},){more}")
        return array, None if mask is None else np.asarray(mask.reshape(*array.shape[:-1], -1).any(-1))

    def _number_array(self, name: str, value: Any) -> Floats:
        try:
            array = np.asarray(without_mask(value))
            if array.dtype.kind not in "fiub":
                raise TypeError
            return array.astype(np.float64)
        except (TypeError, ValueError):
            raise TypeError(f"draw_images: {name} is {value!r:.80}: give an array of numbers") from None

    def _fine(self, items: Floats, any_source: bool, any_target: bool) -> NDArray[np.bool_]:
        """Which sprites have valid numbers; raises ValueError for others on a strict canvas."""
        given = np.ones(15, np.bool_)
        given[2:4], given[6:8] = not any_source, not any_target
        with np.errstate(all="ignore"):
            totals = items.sum(0)
        # A sum is finite only where all its terms are; where it overflows, each term is tested.
        finite = np.ones(len(items), np.bool_)
        if not np.isfinite(totals[given]).all():
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


def spelled_matrices(value: Any) -> Any:
    """A matrix or a list of matrices, objects and mappings among them as six numbers."""
    if isinstance(value, AffineNumbers | Mapping):
        return as_tuple(value)
    if isinstance(value, list | tuple) and any(isinstance(each, AffineNumbers | Mapping) for each in value):
        return [as_tuple(each) for each in value]
    return value


def six_columns(matrices: Floats, mask: NDArray[np.bool_] | None) -> Floats:
    """The numbers a to f, (N, 6) or (6,), of matrices that multiply column vectors, see `MATRIX_SHAPES`."""
    rows, columns = matrices.shape[-2:]
    if rows == 3:
        wrong = (matrices[..., 2, :] != (0.0, 0.0, 1.0)).any(-1)
        if mask is not None:
            wrong &= ~mask.any((-2, -1))
        if wrong.any():
            bottom = matrices[np.unravel_index(int(np.argmax(wrong)), wrong.shape)][2]
            raise ValueError(
                f"draw_images: the bottom row of a matrix is {bottom.tolist()}, not [0, 0, 1]: "
                "a canvas has no perspective"
            )
    if columns == 2:
        matrices = np.concatenate([matrices, np.zeros((*matrices.shape[:-1], 1))], -1)
    numbers: Floats = matrices[..., :2, :].swapaxes(-1, -2)
    return numbers.reshape(*matrices.shape[:-2], 6)


def leveled(
    items: Floats, matrix: Affine, recording: r.Commands, index: int, source: Any, size: tuple[int, int]
) -> tuple[tuple[int, ...], Floats]:
    """The images that sprites are drawn from, with halved copies for those drawn small, and the sprites' parts of them.

    ``source`` is the image, and ``size`` that of all of it; ``index`` is its index in the recording, or that of a part.
    """
    from ..stages.sprites import is_any_small

    if not is_any_small(items, tuple(map(float, matrix))):
        return (index,), items
    halved = halvings_of_sprites(items, matrix, size)
    if not halved.any():
        return (index,), items
    from ..pipeline.mips import Levels

    kinds, chosen = np.unique(halved @ (1, MOST_HALVINGS), return_inverse=True)
    levels = source.levels if isinstance(source, r.FixedPixels) else recording.levels_of(index, Levels)
    kept = recording.images[index]
    images = []
    for kind in kinds.tolist():
        level = levels.level(kind % MOST_HALVINGS, kind // MOST_HALVINGS) if kind else None
        images.append(index if level is None else recording.add_image(level.pixels, level))
    out = np.concatenate([items, chosen[:, None]], 1) if len(images) > 1 else items.copy()
    # A halved copy begins where the part of the image that the recording holds begins.
    out[:, :2] -= np.where(halved.any(1, keepdims=True), (kept.left, kept.top), 0)
    out[:, :4] *= np.tile(0.5**halved, 2)
    return tuple(images), out


@np.errstate(all="ignore")  # A sprite whose numbers overflow is not drawn.
def halvings_of_sprites(items: Floats, matrix: Affine, size: tuple[int, int]) -> NDArray[np.int64]:
    """How often the image is halved across and down before each sprite is drawn from it, (N, 2)."""
    from ..pipeline.mips import halvings_of

    a, b, c, d, _, _ = matrix
    ta, tb, tc, td = items[:, 8:12].T
    xa, xb, ya, yb = a * ta + c * tb, b * ta + d * tb, a * tc + c * td, b * tc + d * td
    scales = np.stack([np.hypot(xa, xb), np.hypot(ya, yb)], 1) * items[:, 6:8] / items[:, 2:4]
    scales[xa * yb == xb * ya] = 0.0  # Nothing is drawn.
    return halvings_of(scales, size)


def cut_to_image(
    items: Floats, origins: NDArray[np.int64], width: int, height: int
) -> tuple[Floats, NDArray[np.int64]]:
    """Clip source rectangles to the image, and their targets likewise, as `cut_source`; drop empty ones.

    Changes ``items``. Returns the sprites that are not empty, and their ``origins``.
    """
    from ..stages.sprites import cut_sprites

    kept = np.empty(len(items), np.bool_)
    count = cut_sprites(items, float(width), float(height), kept)
    # A copy, so that the memory of those that were dropped is not kept.
    return (items, origins) if count == len(items) else (items[:count].copy(), origins[kept])


def boxes_hull(items: Floats, width: int, height: int, smooth: bool) -> r.Box:
    """The smallest box of the image that holds every pixel the sprites sample."""
    x0, y0 = items[:, :2].min(0).tolist()
    x1, y1 = (items[:, :2] + items[:, 2:4]).max(0).tolist()
    return r.sampled_box((x0, y0, x1 - x0, y1 - y0), width, height, smooth)
