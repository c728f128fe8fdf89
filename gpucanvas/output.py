"""Output: how the pixels of a canvas leave it: as Pillow images, as files of every kind, to NumPy and notebooks."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from .geometry.numbers import Number, Whole
from .geometry.path import OnInvalid
from .imagedata import space_of_array

# What encodes and writes files is loaded with the first file: its sockets and threads take a while to load.
if TYPE_CHECKING:
    from PIL.Image import Image

    from .present.formats import Options
    from .present.sink import Target

__all__ = ["Output"]


class Output:
    """The part of a canvas that hands its picture over."""

    if TYPE_CHECKING:
        _closed: bool
        _on_invalid: OnInvalid

        @property
        def width(self) -> int:
            """Width, pixels."""

        @property
        def height(self) -> int:
            """Height, pixels."""

        def to_numpy(self) -> NDArray[np.uint8]:
            """The pixels."""

        def _check_open(self) -> None: ...

        def _drawn_frame(self) -> AbstractContextManager[object]: ...

    def to_pil(self) -> Image:
        """The pixels as a Pillow image, mode RGBA; of a canvas of display-p3, with the profile that says so."""
        from PIL import Image

        pixels = self.to_numpy()
        if not pixels.size:
            return Image.new("RGBA", (self.width, self.height))
        image = Image.fromarray(pixels)
        if space_of_array(pixels) != "srgb":
            from .icc import display_p3_profile

            image.info["icc_profile"] = display_p3_profile()
        return image

    def to_png(self, *, compress_level: Whole | None = None) -> bytes:
        """The pixels as a PNG file's bytes; ``compress_level`` 0 (none) to 9 (smallest)."""
        return self.encode("png", compress_level=compress_level)

    def encode(
        self,
        format: str = "png",
        *,
        quality: Whole | None = None,
        lossless: bool | None = None,
        compress_level: Whole | None = None,
        background: Any = None,
    ) -> bytes:
        """The pixels as a picture file's bytes.

        Parameters
        ----------
        format
            ``"png"``, ``"jpeg"``, ``"webp"``, or another that Pillow writes.
        quality
            JPEG 1 to 100, WebP 0 to 100.
        lossless
            WebP: keep every pixel as it is.
        compress_level
            PNG 0 (none) to 9 (smallest).
        background
            JPEG, which has no alpha: the opaque colour that the picture is laid on; white if None.

        Raises
        ------
        TypeError, ValueError
            For a format or option that is not known, or a canvas of no pixels.
        LimitError
            For a canvas beyond the format's limit: JPEG 65500, WebP 16383 pixels a side.
        """
        from .present.formats import Options, encode

        options = Options(quality, lossless, compress_level, background)
        kind = self._check_encoding(None, format, options)
        with self._drawn_frame():
            return encode(self.to_numpy(), kind, options)

    def save(
        self,
        target: Target,
        format: str | None = None,
        *,
        timeout: float | None = None,
        quality: Whole | None = None,
        lossless: bool | None = None,
        compress_level: Whole | None = None,
        background: Any = None,
    ) -> None:
        """Write the pixels to a file, or anything else that takes bytes.

        Parameters
        ----------
        target
            A path: the format is its suffix (.png, .webp, .jpg, ...); the file there is replaced when the new one is
            complete, and else stays as it was. An open file, file descriptor or stream socket gets PNG.
        format
            As for `encode`; wins over the suffix.
        timeout
            Seconds that the writing may take, from when the picture is encoded; None waits without limit, 0 writes
            what can be written without waiting.
        quality, lossless, compress_level, background
            As for `encode`.

        Raises
        ------
        DeadlineError
            When the time is over. Pixels, bytes, threads and descriptors are let go by then; only a Python object whose
            own ``write`` has not returned keeps one thread and at most 64 KiB until it does.
        TypeError, ValueError, LimitError
            As for `encode`; and for a target that cannot be written to.
        OSError
            From the system, with a note that names the target.
        """
        from .present.formats import Options, encode
        from .present.sink import check_target, write

        options = Options(quality, lossless, compress_level, background)
        check_target(target, timeout)
        kind = self._check_encoding(target, format, options)
        # No name for pixels or bytes: a traceback that is kept would keep them.
        with self._drawn_frame():
            write(target, encode(self.to_numpy(), kind, options), timeout=timeout)

    def save_async(
        self,
        target: Target,
        format: str | None = None,
        *,
        timeout: float | None = None,
        quality: Whole | None = None,
        lossless: bool | None = None,
        compress_level: Whole | None = None,
        background: Any = None,
    ) -> Coroutine[Any, Any, None]:
        """As `save`, encoding and writing on a thread: ``await canvas.save_async("out.png", timeout=2.0)``.

        The picture is the one of this call: drawing on before it is awaited changes nothing. Cancelling the task ends
        the work between two pieces, and the task ends when everything is let go (encoding WebP is one piece). Up to 8
        saves run at a time; waiting for a turn may also take ``timeout``.

        Parameters
        ----------
        target, format, timeout, quality, lossless, compress_level, background
            As for `save`.

        Raises
        ------
        DeadlineError, TypeError, ValueError, LimitError, OSError
            As for `save`; what is wrong with an argument is raised by this call, not by the await.
        """
        from .present.background import save_on_thread
        from .present.formats import Options
        from .present.sink import check_target

        options = Options(quality, lossless, compress_level, background)
        check_target(target, timeout)
        kind = self._check_encoding(target, format, options)
        return save_on_thread(target, self.to_numpy(), kind, options, timeout)

    def to_data_url(self, type: str = "image/png", quality: Number | None = None) -> str:
        """The picture as a ``data:`` URL. HTML, "canvas.toDataURL".

        Parameters
        ----------
        type
            ``"image/png"``, ``"image/jpeg"`` (on black, as the standard has it) or ``"image/webp"``.
        quality
            JPEG and WebP: 0 to 1; 0.92 and 0.8 if None. WebP of quality 1 keeps every pixel.

        Returns
        -------
        str
            ``"data:,"`` for a canvas without pixels.

        Raises
        ------
        ValueError
            For another type, or a quality beyond 0 to 1; with ``on_invalid="ignore"`` the standard's rule: PNG, and
            the type's own quality.
        LimitError
            As for `encode`.
        """
        from .present.web import EMPTY_URL, data_url

        kind, data = self._encode_for_web("to_data_url", type, quality)
        return EMPTY_URL if data is None else data_url(kind, data)

    @overload
    def to_blob(
        self, callback: None = None, type: str = "image/png", quality: Number | None = None
    ) -> bytes | None: ...
    @overload
    def to_blob(
        self, callback: Callable[[bytes | None], object], type: str = "image/png", quality: Number | None = None
    ) -> None: ...
    def to_blob(
        self,
        callback: Callable[[bytes | None], object] | None = None,
        type: str = "image/png",
        quality: Number | None = None,
    ) -> bytes | None:
        """The picture as a file's bytes, returned, or given to a function. HTML, "canvas.toBlob".

        Parameters
        ----------
        callback
            Called with the bytes before this returns, which it then does with None; `save_async` is what does not wait.
        type, quality
            As for `to_data_url`, with the same errors.

        Returns
        -------
        bytes or None
            None for a canvas without pixels, which is also what the callback then gets.
        """
        if callback is not None and not callable(callback):
            raise TypeError(f"to_blob: callback is {callback!r:.80}: give a function of the bytes, or type=... by name")
        _, data = self._encode_for_web("to_blob", type, quality)
        if callback is None:
            return data
        callback(data)
        return None

    def _encode_for_web(self, verb: str, type: str, quality: Number | None) -> tuple[str, bytes | None]:
        """The media type that is written, and the file; None for a canvas without pixels."""
        from .present.formats import encode
        from .present.web import TYPES, options_of, read_quality, read_type

        strict = self._on_invalid == "raise"
        kind = read_type(verb, type, strict)
        options = options_of(kind, read_quality(verb, kind, quality, strict))
        self._check_open()
        if not self.width or not self.height:
            return kind, None
        self._check_encoding(None, TYPES[kind], options)
        with self._drawn_frame():
            return kind, encode(self.to_numpy(), TYPES[kind], options)

    def _check_encoding(self, target: object, format: str | None, options: Options) -> str:
        """Refuse what cannot be encoded before it is drawn; gives Pillow's name of the format."""
        from .present.formats import check_size, format_of

        self._check_open()
        kind = format_of(target, format)
        options.check(kind)
        check_size(kind, self.width, self.height)
        return kind

    def _repr_png_(self) -> bytes | None:
        """What a notebook shows of a canvas that is a cell's value; its ``repr`` where there are no pixels."""
        return self.to_png() if self.width and self.height and not self._closed else None

    def tobytes(self) -> bytes:
        """The pixels as bytes, row after row, straight RGBA: what ``PIL.Image.fromarray(canvas)`` asks for."""
        return self.to_numpy().tobytes()

    @property
    def __array_interface__(self) -> dict[str, Any]:
        """What NumPy and Pillow read: each time the pixels as they are then, (height, width, 4) uint8 straight RGBA."""
        pixels = self.to_numpy()
        # The array itself, and no address: NumPy then keeps it alive. With strides Pillow asks for the bytes.
        return {"version": 3, "shape": pixels.shape, "typestr": "|u1", "strides": pixels.strides, "data": pixels}

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError("a Canvas cannot be read without a copy: leave out copy=False")
        array = self.to_numpy()
        return array if dtype is None else array.astype(dtype)
