"""Output: the part of a canvas that exports its pixels: as Pillow images, files, arrays, and in notebooks."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from .geometry.numbers import Number, Whole
from .geometry.path import OnInvalid
from .images.imagedata import space_of_array

# The package `present`, which encodes and writes files, is imported with the first file: it takes a while to load.
if TYPE_CHECKING:
    from PIL.Image import Image

    from .present.formats import Options
    from .present.sink import Target

__all__ = ["Output"]


class Output:
    """The methods of a canvas that export its pixels."""

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
        """The pixels as a Pillow image, mode RGBA, with an ICC profile for a canvas of display-p3."""
        from PIL import Image

        pixels = self.to_numpy()
        if not pixels.size:
            return Image.new("RGBA", (self.width, self.height))
        image = Image.fromarray(pixels)
        if space_of_array(pixels) != "srgb":
            from .images.icc import display_p3_profile

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
        dpi: Number | None = None,
    ) -> bytes:
        """The pixels as a picture file's bytes: PNG, JPEG, WebP, or another format that Pillow writes.

        Parameters
        ----------
        format
            ``"png"``, ``"jpeg"``, ``"webp"``, or another that Pillow writes, of the options with ``dpi`` at most:
            ``"tiff"``, ``"pdf"`` (a page with the pixels), ``"gif"`` (256 colours), ``"bmp"`` (without alpha: what is
            transparent is black) ...
        quality
            JPEG 1 to 100, WebP 0 to 100.
        lossless
            WebP: keep every pixel as it is.
        compress_level
            PNG 0 (none) to 9 (smallest).
        background
            JPEG, which has no alpha: the opaque colour behind the picture; white if None.
        dpi
            PNG, JPEG, TIFF and PDF: pixels an inch, 1 to 65535, which the file says to word processors and printers: a
            canvas of 600 pixels at 300 is two inches wide. It changes no pixel.

        Raises
        ------
        TypeError, ValueError
            For an unknown format or option, or a canvas without pixels.
        LimitError
            For a canvas beyond the format's limit: JPEG 65500, WebP 16383 pixels a side.
        """
        from .present.formats import Options, encode

        options = Options(quality, lossless, compress_level, background, dpi)
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
        dpi: Number | None = None,
    ) -> None:
        """Write the pixels to a file, file descriptor, socket or file-like object, in any format of `encode`.

        Parameters
        ----------
        target
            A path: its suffix is the format (.png, .webp, .jpg, .tiff, ...); an existing file is replaced only when the
            new one is complete. An open file, file descriptor or stream socket gets PNG.
        format
            As for `encode`; overrides the suffix.
        timeout
            Seconds that writing may take after the picture has been encoded; None waits without limit, 0 writes only
            what can be written without waiting.
        quality, lossless, compress_level, background, dpi
            As for `encode`.

        Raises
        ------
        DeadlineError
            When the time is over. All memory, threads and descriptors are free again then, with one exception: while
            the ``write`` of a Python object has not returned, it keeps one thread and at most 64 KiB.
        TypeError, ValueError, LimitError
            As for `encode`, and for a target that cannot be written to.
        OSError
            From the system, with a note that names the target.
        """
        from .present.formats import Options, encode
        from .present.sink import check_target, write

        options = Options(quality, lossless, compress_level, background, dpi)
        check_target(target, timeout)
        kind = self._check_encoding(target, format, options)
        # Pixels and bytes get no local name, by which a stored traceback would keep them alive.
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
        dpi: Number | None = None,
    ) -> Coroutine[Any, Any, None]:
        """`save` on a background thread: ``await canvas.save_async("out.png", timeout=2.0)``.

        The picture is taken by this call: later drawing does not change it. Cancelling the task stops the work after
        the present piece of the file (WebP is encoded in one piece) and frees everything. Up to 8 saves run at a time;
        waiting for one of them to end also counts against ``timeout``.

        Parameters
        ----------
        target, format, timeout, quality, lossless, compress_level, background, dpi
            As for `save`.

        Raises
        ------
        DeadlineError, TypeError, ValueError, LimitError, OSError
            As for `save`; invalid arguments are raised by this call, not by the await.
        """
        from .present.background import save_on_thread
        from .present.formats import Options
        from .present.sink import check_target

        options = Options(quality, lossless, compress_level, background, dpi)
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
            For an unsupported type, or a quality outside 0 to 1; with ``on_invalid="ignore"`` PNG, or the default
            quality, is used instead, as in the standard.
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
        """The picture as a file's bytes, returned or passed to a callback. HTML, "canvas.toBlob".

        Parameters
        ----------
        callback
            Called with the bytes before this method returns None. (`save_async` does not block.)
        type, quality
            As for `to_data_url`, with the same errors.

        Returns
        -------
        bytes or None
            None for a canvas without pixels; the callback gets the same.
        """
        if callback is not None and not callable(callback):
            raise TypeError(f"to_blob: callback is {callback!r:.80}: give a function of the bytes, or type=... by name")
        _, data = self._encode_for_web("to_blob", type, quality)
        if callback is None:
            return data
        callback(data)
        return None

    def _encode_for_web(self, verb: str, type: str, quality: Number | None) -> tuple[str, bytes | None]:
        """The media type, and the file's bytes or, for a canvas without pixels, None."""
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
        """Check format and options before drawing; returns Pillow's name of the format."""
        from .present.formats import check_size, format_of

        self._check_open()
        kind = format_of(target, format)
        options.check(kind)
        check_size(kind, self.width, self.height)
        return kind

    def _repr_png_(self) -> bytes | None:
        """The PNG that a notebook shows for a cell's value; None, which shows the repr, without pixels."""
        return self.to_png() if self.width and self.height and not self._closed else None

    def tobytes(self) -> bytes:
        """The pixels as bytes, row after row, straight RGBA; ``PIL.Image.fromarray(canvas)`` calls it."""
        return self.to_numpy().tobytes()

    @property
    def __array_interface__(self) -> dict[str, Any]:
        """The array interface of NumPy and Pillow: the present pixels, (height, width, 4) uint8 straight RGBA."""
        pixels = self.to_numpy()
        # "data" is the array, not its address, so that NumPy keeps it alive. "strides" makes Pillow call `tobytes`.
        return {"version": 3, "shape": pixels.shape, "typestr": "|u1", "strides": pixels.strides, "data": pixels}

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError("a Canvas cannot be read without a copy: leave out copy=False")
        array = self.to_numpy()
        return array if dtype is None else array.astype(dtype)
