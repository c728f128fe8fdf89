"""video: writes H.264 and VP9 videos with PyAV, with correct colours.

    RGBA -> BT.709, limited range, with the tags for it -> encoder -> container

FFmpeg's default is BT.601 without tags, which players decode as BT.709, with wrong greens. So this module converts and
tags explicitly. Edges between saturated colours are soft, since 4:2:0, which every player supports, has one colour for
four pixels. Sides are even: H.264 requires it, and older FFmpegs encode a last odd column wrongly in VP9.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from ..geometry.numbers import Whole
from .file import begin_file
from .writer import FilmWriter, Pixels

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["Video"]

BT709, LIMITED = 1, 1
"""FFmpeg's codes of the BT.709 matrix, primaries and transfer, and of the range 16 to 235."""
DEFAULT_QUALITY = 80


class Codec(NamedTuple):
    """The encoder and options for a container.

    Parameters
    ----------
    container, name
        FFmpeg's names of the container and the encoder.
    crf
        The constant rate factor (CRF) for quality 0 and for quality 100.
    options
        Options of the encoder.
    container_options
        Options of the container.
    """

    container: str
    name: str
    crf: tuple[float, float]
    options: dict[str, str]
    container_options: dict[str, str] = {}


# "veryfast" takes less than half the time of the default for files a quarter larger.
X264: Final = {"preset": "veryfast"}
# The index comes first, so that a file can be played while it is downloaded.
INDEX_FIRST: Final = {"movflags": "+faststart"}
CODECS: Final = {
    ".mp4": Codec("mp4", "libx264", (46, 11), X264, INDEX_FIRST),
    ".m4v": Codec("mp4", "libx264", (46, 11), X264, INDEX_FIRST),
    ".mov": Codec("mov", "libx264", (46, 11), X264, INDEX_FIRST),
    ".mkv": Codec("matroska", "libx264", (46, 11), X264),
    ".webm": Codec("webm", "libvpx-vp9", (60, 15), {"b": "0", "deadline": "realtime", "cpu-used": "5", "row-mt": "1"}),
}


def import_av(path: str) -> ModuleType:
    """The module av (PyAV); ModuleNotFoundError with the cure where it is not installed."""
    try:
        import av
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"{path!r} is a video, and PyAV is not installed: python -m pip install 'gpucanvas[video]', or end the "
            "name in .gif, .webp or .png",
            name=error.name,
        ) from None
    return av


class Video(FilmWriter):
    """A video: frames without alpha, at a constant rate."""

    max_side = 16384

    def __init__(
        self,
        path: str | os.PathLike[str],
        width: Whole,
        height: Whole,
        fps: object,
        background: tuple[int, int, int],
        quality: Whole | None,
    ) -> None:
        super().__init__(path, width, height, fps, background)
        self._av = import_av(self.path)
        codec = CODECS[Path(self.path).suffix.lower()]
        crf = _crf_of(codec, quality)
        self._pad = self.height % 2, self.width % 2
        self._new = begin_file(self.path)
        self._container: Any = None
        self._closed = False
        try:
            self._open(codec, crf)
        except BaseException:
            self.discard()
            raise

    def _open(self, codec: Codec, crf: int) -> None:
        self._container = self._av.open(
            self._new.path, "w", format=codec.container, options=dict(codec.container_options)
        )
        try:
            stream = self._container.add_stream(codec.name, rate=self.fps, options={**codec.options, "crf": str(crf)})
        except ValueError as error:
            raise ValueError(
                f"{self.path!r} needs the encoder {codec.name}, which this PyAV was built without: install PyAV from "
                "its wheel, or end the name in .gif, .webp or .png"
            ) from error
        stream.width, stream.height = self.width + self._pad[1], self.height + self._pad[0]
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.colorspace = context.color_primaries = context.color_trc = BT709
        context.color_range = LIMITED
        context.time_base = 1 / self.fps
        self._stream = stream

    def _add(self, pixels: Pixels, count: int) -> None:
        if any(self._pad):
            pixels = np.pad(pixels, ((0, self._pad[0]), (0, self._pad[1]), (0, 0)), mode="edge")
        drawn = self._av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgba")
        frame = drawn.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
        for index in range(self.frames, self.frames + count):
            frame.pts, frame.time_base = index, 1 / self.fps
            self._container.mux(self._stream.encode(frame))

    def _finish(self) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()
        self._container = None
        self._new.take_place()

    def _give_up(self) -> None:
        if self._container is not None:
            # Errors (a full disk, a header that was never written) do not matter: the file is discarded.
            with suppress(Exception):
                self._container.close()
            self._container = None
        self._new.give_up()


def _crf_of(codec: Codec, quality: Whole | None) -> int:
    """The constant rate factor of a quality."""
    quality = DEFAULT_QUALITY if quality is None else quality
    if isinstance(quality, bool) or not isinstance(quality, int | np.integer):
        raise TypeError(f"quality is {quality!r:.80}: give a whole number, 0 to 100")
    if not 0 <= quality <= 100:
        raise ValueError(f"quality is {quality}: give 0 to 100")
    worst, best = codec.crf
    return round(worst + (best - worst) * int(quality) / 100)
