"""stats: counts and times of each frame of a canvas, and their sums for a canvas and for the process.

Counts and ``total_ms`` are always available. Other times are measured only while a monitor watches, a trace runs, or
after ``stats(timers=True)``; `FrameStats.timed` says whether they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from . import spans


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameStats:
    """One frame of a canvas.

    Attributes
    ----------
    frame : int
        Number of the frame, from 1.
    commands, batches : int
        Draw commands, and batches among them.
    flushes : int
        How often recorded commands were drawn: 1, unless pixels were read in between.
    uploads, bytes_uploaded : int
        Writes of data to the GPU.
    texel_bytes_uploaded : int
        Bytes of `bytes_uploaded` for pixels of images and glyph masks: 0 where all of them were resident already.
    allocations, growths, evictions : int
        Buffers and textures made, those that replaced a smaller one, and those dropped for room.
    compiles : int
        Kernels and shaders compiled.
    waits : int
        Waits for the GPU.
    readbacks : int
        How often pixels were read.
    dropped : int
        Frames dropped because the canvas was ahead of the GPU.
    pictures_rasterised, pictures_reused : int
        Pictures drawn with ``cached=True`` that had to be rendered, and that were in the cache.
    total_ms : float
        From the first command to the end, without pauses between a readback and the next command.
    record_ms : float
        The part of `total_ms` before drawing began: the caller's Python.
    timed : bool
        Whether the times of single steps were measured: `encode_ms` and the like.
    encode_ms, upload_ms, wait_ms, compile_ms : float
        Making the scene; uploads to the GPU; waiting for it; compiling, including the first run of a shader.
    encoder_ms : float
        Encoding files: PNG, JPEG, WebP.
    gc_ms : float
        Pauses of Python's garbage collector.
    stage_ms : mapping of str to float
        flatten, binning, coarse, fine, present, by the host's clock. On the cpu, present is a part of fine where pixels
        are read as they are drawn.
    gpu_ms : mapping of str to float
        The stages by the GPU's clock, as `stage_ms` is by the host's; only with a trace or ``stats(gpu_timers=True)``,
        on gl.
    python_objects : int
        Increase of Python's allocated memory blocks since the frame before.
    canvases_made, images_made : int
        Canvases made on this thread, and new image objects drawn, since the frame before; only with a monitor.
    runs : mapping of str to int
        By batch method, the longest run of single commands that one call of it can replace; only with a monitor.
    """

    frame: int
    commands: int = 0
    batches: int = 0
    flushes: int = 0
    uploads: int = 0
    bytes_uploaded: int = 0
    texel_bytes_uploaded: int = 0
    allocations: int = 0
    growths: int = 0
    evictions: int = 0
    compiles: int = 0
    waits: int = 0
    readbacks: int = 0
    dropped: int = 0
    pictures_rasterised: int = 0
    pictures_reused: int = 0
    total_ms: float = 0.0
    record_ms: float = 0.0
    timed: bool = False
    encode_ms: float = 0.0
    upload_ms: float = 0.0
    wait_ms: float = 0.0
    compile_ms: float = 0.0
    encoder_ms: float = 0.0
    gc_ms: float = 0.0
    stage_ms: Mapping[str, float] = field(default_factory=dict)
    gpu_ms: Mapping[str, float] = field(default_factory=dict)
    python_objects: int = 0
    canvases_made: int = 0
    images_made: int = 0
    runs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over frames, of one canvas or of the process; the fields are those of `FrameStats`.

    A surface of `render_many` counts as a frame of the process. ``cancelled`` and ``failed`` count submitted frames.
    """

    frames: int = 0
    commands: int = 0
    batches: int = 0
    flushes: int = 0
    uploads: int = 0
    bytes_uploaded: int = 0
    texel_bytes_uploaded: int = 0
    allocations: int = 0
    growths: int = 0
    evictions: int = 0
    compiles: int = 0
    waits: int = 0
    readbacks: int = 0
    dropped: int = 0
    cancelled: int = 0
    failed: int = 0
    pictures_rasterised: int = 0
    pictures_reused: int = 0


@dataclass(frozen=True, slots=True)
class CanvasStats:
    """The value of ``canvas.stats``.

    Attributes
    ----------
    last : FrameStats or None
        The last frame; None before the first.
    total : Totals
        Sums over all frames of the canvas.
    """

    last: FrameStats | None
    total: Totals


_timers = spans.Listener()
_gpu_timers = spans.Listener(gpu=True)


def stats(*, timers: bool | None = None, gpu_timers: bool | None = None) -> Totals:
    """Sums since the start of the process, over all canvases and threads.

    Parameters
    ----------
    timers
        True measures the times of every frame from now on, as a monitor or a trace does; False stops that.
    gpu_timers
        The same for times by the GPU's clock (timer queries), on gl; it includes ``timers``.

    Examples
    --------
    >>> import gpucanvas
    >>> before = gpucanvas.stats().frames
    >>> canvas = gpucanvas.Canvas(8, 8, backend="cpu")
    >>> canvas.get_context("2d").fill_rect(0, 0, 4, 4)
    >>> canvas.flush()
    >>> gpucanvas.stats().frames - before, canvas.stats.last.commands
    (1, 1)
    """
    for wanted, listener in ((timers, _timers), (gpu_timers, _gpu_timers)):
        if wanted is not None:
            spans.leave(listener)
            if wanted:
                spans.listen(listener)
    return as_totals(spans.totals())


def as_totals(counts: Mapping[str, int]) -> Totals:
    """Totals of counts by name."""
    return Totals(**{entry.name: counts.get(entry.name, 0) for entry in fields(Totals)})


def merged(frames: list[FrameStats]) -> FrameStats:
    """Several frames merged into one, with the number of the last."""
    known: dict[str, Any] = {}
    for entry in fields(FrameStats):
        values = [getattr(frame, entry.name) for frame in frames]
        if entry.name == "frame":
            known["frame"] = values[-1]
        elif entry.name == "timed":
            known["timed"] = all(values)
        elif entry.name == "runs":
            known["runs"] = {name: max(v.get(name, 0) for v in values) for v in values for name in v}
        elif isinstance(values[0], Mapping):
            known[entry.name] = summed_times(values)
        else:
            known[entry.name] = sum(values)
    return FrameStats(**known)


def summed_times(parts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Sums of times by name."""
    out: dict[str, float] = {}
    for part in parts:
        for name, ms in part.items():
            out[name] = out.get(name, 0.0) + ms
    return out
