"""PictureVerbs: `draw_picture`, which draws a picture's commands one by one, as a layer, or as a cached image.

alpha 1, source-over, no filter, no shadow --> the commands, appended under the transform and the clip
anything else                              --> begin_layer, the commands, end_layer
cached=True                                --> an image of them, made once for each scale (images/rasters.py)
"""

from __future__ import annotations

from math import hypot, isfinite
from typing import Any

from .. import config
from ..backends.choose import get_backend
from ..errors import LimitError
from ..geometry.affine import Affine, invert, multiply
from ..geometry.numbers import Number
from ..picture import Picture
from ..sight.spans import count
from .layers import MOST_OPEN
from .masks import MaskVerbs

__all__ = ["PictureVerbs"]


class PictureVerbs(MaskVerbs):
    """The verbs of a context that draw pictures."""

    __slots__ = ()
    _canvas_memory: dict[str, Any]

    def draw_picture(
        self,
        picture: Picture,
        x: Number = 0,
        y: Number = 0,
        width: Number | None = None,
        height: Number | None = None,
        *,
        cached: bool = False,
    ) -> None:
        """Draw the commands of a picture, as if they were called here one after another. Not in the standard.

        The transform, x and y map the picture to the canvas, and the present clip applies to it. The picture has a
        drawing state of its own: it neither uses nor changes the context's colours, fonts and pens. The sizes of its
        shadows and blurs stay as recorded, in pixels of the canvas.

        With a `global_alpha` below 1, a `global_composite_operation` other than ``"source-over"``, a `filter` or a
        shadow, the picture is drawn as one layer. So it is on a canvas without alpha where it clears pixels or uses
        operators that depend on alpha.

        A `hit_id` of the context applies to the whole picture; where it is None, the ids of the picture's draws count.

        Parameters
        ----------
        picture
            A `Picture`. The cost in Python does not depend on its number of commands.
        x, y
            Position of its upper left corner, user space.
        width, height
            Size to scale it to, user space; without them it is not scaled. Give both or none.

        cached
            Whether to draw it as an image, which is rendered once for each scale and kept with the picture. Draws
            beyond its width and height are cut off, and rotating or skewing transforms resample the image. Pictures of
            more than 16 million pixels are drawn without the cache.

        Raises
        ------
        TypeError
            For an object that is no picture, and for a width without a height.
        LimitError
            Where layers would be nested more than 256 deep, or a recording would have more than 16,777,216 commands.

        Examples
        --------
        >>> import gpucanvas
        >>> recording = gpucanvas.Recording(2, 2)
        >>> recording.get_context("2d").fill_rect(0, 0, 1, 2)
        >>> half = recording.freeze()
        >>> with gpucanvas.Canvas(4, 4, backend="cpu") as canvas:
        ...     canvas.get_context("2d").draw_picture(half, 0, 0, 4, 4)
        ...     canvas.to_numpy()[0, :, 3].tolist()
        [255, 255, 0, 0]
        """
        matrix = self._picture_matrix(picture, x, y, width, height)
        if matrix is None:
            return
        if cached and self._draw_cached(picture, matrix, (x, y) if width is None else None):
            return
        state = self._state
        as_whole = state.alpha != 1.0 or state.operator != "source-over" or state.shadow.is_seen
        as_whole = as_whole or bool(state.filter.effects) or (self._opaque and picture._changes_alpha)
        if len(self._layers) + as_whole + picture._depth > MOST_OPEN:
            raise LimitError(
                f"draw_picture: {len(self._layers)} layers are open and the picture has {picture._depth} in one "
                f"another: the limit is {MOST_OPEN}"
            )
        if as_whole:
            self.begin_layer()
            try:
                self._replay(picture, matrix)
            finally:
                self.end_layer()
        else:
            self._replay(picture, matrix)

    def _picture_matrix(self, picture: Picture, x: Any, y: Any, width: Any, height: Any) -> Affine | None:
        """The transform from a picture's space to the canvas; None where nothing is drawn."""
        if not isinstance(picture, Picture):
            raise TypeError(f"draw_picture: {picture!r:.80} is no Picture: make one with Recording.freeze()")
        numbers: tuple[float, ...] | None
        if width is None and height is None:
            numbers = self._floats("draw_picture", "x y", x, y)
            across = down = 1.0
        elif width is None or height is None:
            raise TypeError("draw_picture takes (picture, x, y) or (picture, x, y, width, height)")
        else:
            numbers = self._floats("draw_picture", "x y width height", x, y, width, height)
            if numbers is None or not picture.width or not picture.height:
                return None
            across, down = numbers[2] / picture.width, numbers[3] / picture.height
        self._sync()
        if numbers is None:
            return None
        matrix = multiply(self._state.matrix, (across, 0.0, 0.0, down, numbers[0], numbers[1]))
        return matrix if all(map(isfinite, matrix)) and invert(matrix) is not None else None

    def _draw_cached(self, picture: Picture, matrix: Affine, place: tuple[Number, Number] | None) -> bool:
        """Draw a picture as a cached image at the scale of a transform; False where it would have too many pixels.

        ``place`` is its corner in user space, where that has the units of the picture.
        """
        from ..images.rasters import rasters_of

        a, b, c, d, _, _ = matrix
        memory = self._canvas_memory
        backend = memory.get("_backend") or get_backend(config.current().backend)
        scale = hypot(a, b), hypot(c, d), backend.name, self._space
        rasters = rasters_of(picture)
        pixels, name = rasters.find(scale), "pictures_reused"
        if pixels is None:
            pixels, name = rasters.make(picture, scale, backend), "pictures_rasterised"
        if pixels is None:
            return False
        if "_book" in memory:
            memory["_book"].note_recorded(name)
        else:
            count(name)
        height, width = pixels.pixels.shape
        state = self._state
        if place is not None and state.smoothing:
            # The picture lies in user space as an image does: the drawing state stays as it is.
            self.draw_image(pixels, *place, width / scale[0], height / scale[1])
            return True
        before, state.matrix = (state.matrix, state.smoothing), matrix
        state.smoothing = True
        self._changed()
        try:
            self.draw_image(pixels, 0, 0, width / scale[0], height / scale[1])
        finally:
            state.matrix, state.smoothing = before
            self._changed()
        return True

    def _replay(self, picture: Picture, matrix: Affine) -> None:
        """Append a picture's commands to the recording."""
        from ..pipeline.replay import append

        recording = self._sync()
        part = picture._under(matrix, self._space, self._is_extended)
        append(recording, part, matrix, self._state.clip, self._state.hit)
        self._has_ids |= picture._has_ids
        self._check_unread()
