"""PictureVerbs: a picture's commands are drawn as if they were called here, or as a whole.

alpha 1, source-over, no filter, no shadow --> the commands, appended under the transform, cut with the clip
anything else                              --> begin_layer, the commands, end_layer
cached                                     --> an image of them, made once for each scale (rasters.py)
"""

from __future__ import annotations

from math import hypot, isfinite
from typing import Any

from . import config
from .backends.choose import get_backend
from .errors import LimitError
from .geometry.affine import Affine, invert, multiply
from .geometry.numbers import Number
from .layers import MOST_OPEN
from .masks import MaskVerbs
from .picture import Picture
from .sight.spans import count

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
        """Draw what a picture holds, as if its calls were made here one after another. Not in the standard.

        Its space is put where the transform, x and y say, and its clips are cut with the clip of now. Its calls begin
        with a state of their own, and leave the context's as it is; colours, fonts and pens of the context do not count
        in it. Shadows and blurs are as wide as they were recorded, in pixels of the canvas.

        With a `global_alpha` below 1, another `global_composite_operation` than ``"source-over"``, a `filter` or a
        shadow, it is drawn as a whole, as between `begin_layer` and `end_layer`. So it is on a canvas without alpha, if
        it clears, or draws by operators that such a canvas has in another form.

        A `hit_id` of the context is that of the whole picture; under None, what its own draws have is found.

        Parameters
        ----------
        picture
            A `Picture`. Drawing costs no work in Python for each of its commands.
        x, y
            Where its corner goes, user space.
        width, height
            What its own width and height are scaled to, user space; left out, it is not scaled. Both or none.

        cached
            Whether its pixels are drawn: they are made the first time that it is drawn at a scale, and kept with it.
            What lies beyond its width and height is cut off, and what turns or skews it resamples them. Pictures of
            more than 16 million pixels are drawn as without it.

        Raises
        ------
        TypeError
            For what is no picture, and for a width without a height.
        LimitError
            Where layers would be more than 256 in one another, or the commands of a recording more than 16,777,216.

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
        if cached and self._draw_cached(picture, matrix):
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
        """What maps a picture's space to the canvas; None where nothing is drawn."""
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

    def _draw_cached(self, picture: Picture, matrix: Affine) -> bool:
        """Draw a picture's pixels at the scale of a transform; False where they would be too many."""
        from .rasters import rasters_of

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
        """Append a picture's commands to what is drawn on now."""
        from .pipeline.replay import append

        recording = self._sync()
        append(recording, picture._under(matrix, self._space), matrix, self._state.clip, self._state.hit)
        self._has_ids |= picture._has_ids
