"""ImageVerbs: `draw_image`. A recording holds an image once, and a "use" (ImageUse) for each part of it that is drawn.

draw_image(image, ...) --image and part are in the recording--> a command
                       --only the image is-------------------> a use --> a command             `_draw_again`
                       --else--> the pixels, added to the recording --> a use --> a command    `_draw_image`
"""

from __future__ import annotations

from functools import partial
from math import hypot, isfinite
from typing import TYPE_CHECKING, Any, overload
from weakref import ref as weakref

import numpy as np
from numpy.typing import NDArray

from ..contract.formats import RGBA16F
from ..geometry.numbers import Number
from ..images.imagedata import space_of_array
from ..images.sources import as_pixels, halves_of, is_canvas, is_file, kept_file, read_file, space_of
from ..pipeline import record as r
from ..pipeline.record import DRAW_IMAGE, pack_command
from .indices import DRAW_ERRORS, CachedImage
from .inspace import convert_read, in_space, snapshot_in
from .recorder import Recorder

__all__ = ["ImageVerbs", "Rect", "cut_source"]

SMALL_SCALE = 0.5 + 1e-6
"""A scale below which an image may have to be halved, rounding errors included."""
FOUND_PARTS = 4096
"""Parts of an image whose use is cached for a recording. Any other part adds a use each time it is drawn."""
WHOLE_PIXELS = 1 << 20
"""Canvas size, pixels (4 MiB), up to which all of a canvas is kept when a second part of it is drawn."""
Rect = tuple[float, float, float, float]
"""x, y, width and height."""


class DrawnCanvas:
    """Stands for a canvas in `CachedImage.image`: the recording holds pixels of that canvas."""

    __slots__ = ("_canvas", "_stamp")

    def __init__(self, canvas: Any) -> None:
        # A weak reference: the canvas may be the one that is drawn on, and must not be kept alive.
        self._canvas, self._stamp = weakref(canvas), canvas._surface.stamp

    @property
    def _closed(self) -> bool:
        """Whether the canvas is gone, or its pixels may have changed."""
        canvas: Any = self._canvas()
        if canvas is None or canvas._surface.stamp is not self._stamp or canvas._commands.commands:
            return True
        context = canvas._context
        return canvas._frames is not None or canvas._closed or (context is not None and bool(context._layers))


class ImageVerbs(Recorder):
    """The verb `draw_image`, and what it shares with the other verbs that draw images."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def canvas(self) -> Any:
            """The canvas or recording drawn on."""

    @overload
    def draw_image(self, image: Any, dx: Number, dy: Number, /) -> None: ...
    @overload
    def draw_image(self, image: Any, dx: Number, dy: Number, dw: Number, dh: Number, /) -> None: ...
    @overload
    def draw_image(
        self,
        image: Any,
        sx: Number,
        sy: Number,
        sw: Number,
        sh: Number,
        dx: Number,
        dy: Number,
        dw: Number,
        dh: Number,
        /,
    ) -> None: ...
    def draw_image(self, image: Any, *place: Number) -> None:
        """Draw an image: ``(image, dx, dy[, dw, dh])`` or ``(image, sx, sy, sw, sh, dx, dy, dw, dh)``.

        Parameters
        ----------
        image
            An array of shape (H, W, 4), (H, W, 3) or (H, W), uint8, float 0 to 1 or bool, straight alpha; a Canvas; or
            a Pillow image of any mode but ``I`` (16 bits are divided by 257; ``F`` is 0 to 1), or anything else that
            NumPy can read. It is copied when it is drawn; a `gpucanvas.Image` is not, since it cannot change.
            A pixel that is NaN, or masked by `numpy.ma`, in any channel is transparent.
            A picture file, given as its bytes or a `pathlib.Path`, is decoded once, and again when it has changed; an
            SVG file is drawn in the size in which it shows, sharp at every scale.
            A float16 canvas keeps the precision of floats and of float16 canvases, and colours outside of 0 to 1, also
            in an `Image` of them.
        place
            The target rectangle, user space; with nine arguments first the source rectangle, image pixels.

        Raises
        ------
        TypeError
            For another number of arguments, or an image of another form.
        OSError, ValueError, LimitError
            For a file, as `gpucanvas.Image.open` says.
        """
        if self._stale:
            # Before the look-up: where this draws what was recorded so far, a recording without images is begun.
            self._sync()
        drawn = self._cached_images.get(id(image))
        if drawn is None:
            return self._draw_image(image, None, place)
        w: Any
        h: Any
        fixed, _, w, h, uses, _, filtered = drawn
        state = self._state
        width, height = w, h
        try:
            # The quick path: the recording has this image, and this part of it.
            if len(place) == 2:
                x, y = place
                use = uses[state.smoothing][None]
            elif len(place) == 8:
                sx, sy, width, height, x, y, w, h = place
                use = uses[state.smoothing][sx, sy, width, height]
            else:
                x, y, w, h = place
                use = uses[state.smoothing][None]
            if (
                w > 0.0
                and h > 0.0
                and isfinite(0.0 + x + y + w + h)  # type: ignore[operator]
                and not (self._filters(filtered) and self._is_small(w / width, h / height))
                and self._shifted_state >= 0
                and not fixed._closed
            ):
                self._stream += pack_command(DRAW_IMAGE, self._state_index, self._fill, use, x, y, w, h)
                return self._check_unread()
        except (*DRAW_ERRORS, ValueError, KeyError):
            pass
        self._draw_image(image, drawn, place)

    def _draw_image(self, image: Any, drawn: CachedImage | None, place: tuple[Number, ...]) -> None:
        """`draw_image` without the quick path; ``drawn`` is the cached image, if there is one."""
        if drawn is not None and self._draw_again(drawn, place):
            return
        if len(place) not in (2, 4, 8):
            raise TypeError(f"draw_image takes an image and 2, 4 or 8 numbers, not {len(place)}")
        given = image
        if is_file(image):
            image, place = self._file(image, place)
        if self.canvas._format is RGBA16F and self._draw_halves(image, place):
            return
        (width, height), pixels, image = self._picture(image)
        recording = self._sync()
        cut = self._cut(place, width, height)
        if cut is None:
            return
        filtered = pixels is not None and getattr(given, "is_filtered", True)
        halved = self._halvings(cut[0], cut[1], width, height, filtered)
        if pixels is None:
            box = r.sampled_box(cut[0], width, height, self._state.smoothing)
            # A mip level is computed from the corner of the box: the box must be the exact one.
            recording, index = self._add_canvas(image, box, may_be_larger=halved is None)
        elif halved is not None and isinstance(image, r.FixedPixels):
            index = -1
        else:
            index = recording.add_image(pixels, image)
        if halved is None:
            use = r.ImageUse(index, cut[0], self._state.smoothing)
            if isinstance(given, r.FixedPixels) and (drawn is None or drawn.image_index < 0):
                self._note_drawn(recording, given, index, width, height)
            elif pixels is None:
                return self._draw_canvas(recording, image, use, cut[1])
        else:
            from ..pipeline.mips import Levels

            if isinstance(given, r.FixedPixels) and drawn is None:
                size = float(width), float(height)
                self._cached_images[id(given)] = CachedImage(given, -1, *size, ({}, {}), False, filtered)
            levels = image.levels if index < 0 else recording.levels_of(index, Levels)
            use = halved_use(recording, index, cut[0], levels.level(*halved), halved)
        self._add(r.DRAW_IMAGE, self._fill, recording.add_use(use), *cut[1])

    def _file(self, source: Any, place: tuple[Number, ...]) -> tuple[r.FixedPixels, tuple[Number, ...]]:
        """The pixels of a file, of SVG in the size in which it shows, and the numbers of `draw_image` for these."""
        found = read_file(source)
        if isinstance(found, r.FixedPixels):
            return found, place
        width, height = found.own_size
        cut = self._cut(place, width, height)
        if cut is None:
            return kept_file(source), place
        (sx, sy, sw, sh), target = cut
        across, down = found.size_for(*cut, self._state.matrix)
        pixels = kept_file(source, (across, down))
        if (sx, sy, sw, sh) == (0.0, 0.0, width, height):
            return pixels, target
        kx, ky = across / width, down / height
        return pixels, (sx * kx, sy * ky, sw * kx, sh * ky, *target)

    def _draw_halves(self, image: Any, place: tuple[Number, ...]) -> bool:
        """Draw a float image on a float16 canvas; returns False for an 8-bit image of the canvas's colour space.

        An image drawn smaller in a better quality than ``"low"`` is reduced as 8-bit pixels; with ``"low"`` it is not
        reduced.
        """
        found = halves_of(image, self._space)
        if found is None:
            return False
        if isinstance(found, r.FixedPixels):
            return self._draw_kept_halves(image, found, place)
        height, width = found if isinstance(found, tuple) else found.shape[:2]
        cut = self._cut(place, width, height)
        if cut is None or self._halvings(*cut, width, height) is not None:
            return cut is None
        smooth = self._state.smoothing
        if isinstance(found, tuple):
            box = r.sampled_box(cut[0], width, height, smooth)
            recording, index = self._add_canvas(image, box, halves=True)
        else:
            space = space_of_array(image)
            pixels = found if space == self._space else convert_read(found, space, self._space, np.float16)
            recording = self._sync()
            index = recording.add_image(pixels.view(np.uint32).reshape(height, -1), image)
        self._add(r.DRAW_IMAGE, self._fill, recording.add_use(r.ImageUse(index, cut[0], smooth, True)), *cut[1])
        return True

    def _draw_kept_halves(self, image: r.FixedPixels, kept: r.FixedPixels, place: tuple[Number, ...]) -> bool:
        """Draw an image that cannot change, whose float16 pixels in the canvas's colour space are given."""
        height, width = image.pixels.shape
        cut = self._cut(place, width, height)
        if cut is None or self._halvings(*cut, width, height) is not None:
            return cut is None
        recording = self._sync()
        index = recording.add_image(kept.pixels, kept)
        if id(image) not in self._cached_images:
            self._note_drawn(recording, image, index, width, height, halves=True)
        use = r.ImageUse(index, cut[0], self._state.smoothing, True)
        self._add(r.DRAW_IMAGE, self._fill, recording.add_use(use), *cut[1])
        return True

    def _cut(self, place: tuple[Number, ...], width: int, height: int) -> tuple[Rect, Rect] | None:
        """Source and target rectangle from the numbers of `draw_image`, clipped to the image; None where empty."""
        names = {2: "dx dy", 4: "dx dy dw dh", 8: "sx sy sw sh dx dy dw dh"}[len(place)]
        numbers = self._floats("draw_image", names, *place)
        if numbers is None:
            return None
        source: Any = (0.0, 0.0, float(width), float(height)) if len(place) < 8 else numbers[:4]
        target = (*numbers, width, height) if len(place) == 2 else numbers[-4:]
        return cut_source(source, target, width, height)

    def _note_drawn(
        self, recording: r.Commands, image: r.FixedPixels, index: int, width: int, height: int, halves: bool = False
    ) -> None:
        """Cache an image that cannot change, for `_draw_again`."""
        whole = 0.0, 0.0, float(width), float(height)
        uses = [recording.add_use(r.ImageUse(index, whole, smooth, halves)) for smooth in (False, True)]
        filtered = image.is_filtered and not halves
        known = CachedImage(image, index, *whole[2:], ({None: uses[0]}, {None: uses[1]}), halves, filtered)
        self._cached_images[id(image)] = known

    def _draw_canvas(self, recording: r.Commands, canvas: Any, use: r.ImageUse, target: Rect) -> None:
        """Draw a part of a canvas, and cache it for the quick path of `draw_image`."""
        width, height = canvas.width, canvas.height
        is_whole = recording.images[use.image].size == (width, height)
        known = self._cached_images.get(id(canvas))
        if known is None or known.image._closed or (is_whole and known.image_index < 0):
            index = use.image if is_whole else -1
            known = CachedImage(DrawnCanvas(canvas), index, float(width), float(height), ({}, {}))
            self._cached_images[id(canvas)] = known
        place, found = recording.add_use(use), known.uses[use.smooth]
        if len(found) < FOUND_PARTS:
            found[use.source] = place
            if use.source == (0.0, 0.0, width, height):
                found[None] = place
        self._add(DRAW_IMAGE, self._fill, place, *target)

    def _draw_again(self, drawn: CachedImage, place: tuple[Any, ...]) -> bool:
        """Draw an image that the recording has; returns False, having drawn nothing, where `_draw_image` is needed.

        It is for a layer around the image, a part not inside the image, and invalid numbers; and for a mip level of a
        canvas or of float16 pixels.
        """
        if self._stale:
            self._sync()
        image, index, width, height, uses, halves, filtered = drawn
        if self._shifted_state < 0 or image._closed:
            return False
        smooth = self._state.smoothing
        try:
            part: Any = None
            sx, sy, sw, sh = 0.0, 0.0, width, height
            if len(place) == 2:
                (x, y), w, h = place, width, height
            elif len(place) == 4:
                x, y, w, h = place
            else:
                sx, sy, sw, sh, x, y, w, h = place
                part = sx, sy, sw, sh
            if not (w > 0.0 < h and sw > 0.0 < sh and isfinite(0.0 + x + y + w + h)):
                return False
            halved = None
            if self._filters(filtered) and self._is_small(w / sw, h / sh):
                halved = self._halvings((sx, sy, sw, sh), (x, y, w, h), int(width), int(height), filtered)
            if halved is not None:
                part = (sx, sy, sw, sh), halved
            elif index < 0:
                return False
            use = uses[smooth].get(part)
            if use is None:
                if halved is not None and (halves or not isinstance(image, r.FixedPixels)):
                    return False
                if not (sx >= 0.0 and sy >= 0.0 and sx + sw <= width and sy + sh <= height):
                    return False
                recording, source = self._recording, (sx, sy, sw, sh)
                assert recording is not None
                if halved is None:
                    use = recording.add_use(r.ImageUse(index, source, smooth, halves))
                else:
                    level = self._picture(image)[2].levels.level(*halved)
                    use = recording.add_use(halved_use(recording, -1, source, level, halved))
                if len(uses[smooth]) < FOUND_PARTS:
                    uses[smooth][part] = use
            self._stream += pack_command(DRAW_IMAGE, self._state_index, self._fill, use, x, y, w, h)
        except (*DRAW_ERRORS, ValueError):
            return False
        self._check_unread()
        return True

    def _picture(self, image: Any) -> tuple[tuple[int, int], NDArray[np.uint32] | None, Any]:
        """Width and height of an image, its pixels (None for a canvas), and the image itself: files are decoded."""
        if is_file(image):
            image = kept_file(image)
        if is_canvas(image) and image.width and image.height:
            image._check_open()
            return (image.width, image.height), None, image
        pixels = as_pixels(image)
        space = space_of(image)
        if space != self._space:
            image, pixels = in_space(image, pixels, space, self._space)
        return pixels.shape[::-1], pixels, image

    def _filters(self, filtered: bool) -> bool:
        """Whether an image is filtered where it is drawn small. ``filtered``: also with a quality of "low"."""
        state = self._state
        return state.smoothing and (filtered or state.smoothing_quality != "low")

    def _is_small(self, kx: float, ky: float) -> bool:
        """Whether an image may have to be halved whose pixels take (kx, ky) in user space. Quicker than `_halvings`."""
        a, b, c, d, _, _ = self._state.matrix
        return hypot(a, b) * kx < SMALL_SCALE or hypot(c, d) * ky < SMALL_SCALE

    def _halvings(
        self, source: Rect, target: Rect, width: int, height: int, filtered: bool = False
    ) -> tuple[int, int] | None:
        """The mip level to draw from, as halvings across and down; None for the image itself.

        With a quality of ``"low"``, canvases and bitmaps themselves are sampled, but images (``filtered``) are not, as
        in Chromium.
        """
        if not self._filters(filtered):
            return None
        from ..pipeline.mips import halvings_under

        kx, ky = target[2] / source[2], target[3] / source[3]
        halved = halvings_under(self._state.matrix, width, height, kx, ky)
        return None if halved == (0, 0) else halved

    def _is_drawn_in_parts(self, canvas: Any) -> bool:
        """Whether the recording has a part of this canvas already. Then all of it is kept, not one more part."""
        known = self._cached_images.get(id(canvas))
        is_known = canvas._surface.is_kept_whole or (known is not None and not known.image._closed)
        return is_known and canvas.width * canvas.height <= WHOLE_PIXELS

    def _add_canvas(
        self, canvas: Any, box: r.Box, halves: bool = False, may_be_larger: bool = False
    ) -> tuple[r.Commands, int]:
        """Add the present pixels of a box of a canvas as an image; returns the recording and the image's index in it.

        With ``may_be_larger`` the image may be all of a canvas that is drawn part by part.
        """
        with canvas._drawn_frame():
            canvas.flush()
            # Where a canvas is drawn on itself, the snapshot has flushed it and begun another recording.
            recording = self._sync()
            if may_be_larger and self._is_drawn_in_parts(canvas):
                box = 0, 0, canvas.width, canvas.height
            read = partial(snapshot_in, canvas, box, self._space, halves)
            return recording, recording.add_canvas(canvas, canvas._surface.stamp, (*box, halves), read)


def halved_use(
    recording: r.Commands, index: int, source: Rect, level: r.FixedPixels, halved: tuple[int, int]
) -> r.ImageUse:
    """A use of a mip level in place of the image; ``index`` is -1 where the recording does not hold the whole image."""
    left, top = (0, 0) if index < 0 else (recording.images[index].left, recording.images[index].top)
    kx, ky = 0.5 ** halved[0], 0.5 ** halved[1]
    x, y, w, h = source
    place = recording.add_image(level.pixels, level)
    return r.ImageUse(place, ((x - left) * kx, (y - top) * ky, w * kx, h * ky), True)


def cut_source(
    source: Any, target: Any, width: int, height: int
) -> tuple[tuple[float, float, float, float], tuple[float, float, float, float]] | None:
    """Clip a source rectangle to the image, and its target likewise; negative sizes become positive."""
    (sx, sy, sw, sh), (dx, dy, dw, dh) = source, target
    if sx >= 0.0 < sw and sy >= 0.0 < sh and sx + sw <= width and sy + sh <= height and dw > 0.0 < dh:
        return (sx, sy, sw, sh), (dx, dy, dw, dh)
    out = []
    for s, n, d, m, limit in zip(source[:2], source[2:], target[:2], target[2:], (width, height), strict=True):
        if n == 0 or m == 0:
            return None
        if n < 0:
            s, n = s + n, -n
        if m < 0:
            d, m = d + m, -m
        first, last = max(s, 0.0), min(s + n, float(limit))
        if first >= last:
            return None
        if first == s and last == s + n:
            # Inside the image: the target is returned unchanged, free of rounding.
            out.append((s, n, d, m))
            continue
        k = m / n
        out.append((first, last - first, d + (first - s) * k, (last - first) * k))
    (sx, sw, dx, dw), (sy, sh, dy, dh) = out
    return (sx, sy, sw, sh), (dx, dy, dw, dh)
