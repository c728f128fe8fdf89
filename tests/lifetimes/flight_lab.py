"""What tests of frames in flight share: a backend with scripted fences, frames whose order shows, buffers too small."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import numpy as np
import pytest
from scripted_sync import ScriptedSync

import gpucanvas
from gpucanvas.backends.gl import GLBackend
from gpucanvas.backends.gl_stages import Stages
from gpucanvas.contract.stages import BUFFERS
from gpucanvas.errors import LostContextError
from gpucanvas.frames.surface import Surface, SurfaceLanding
from gpucanvas.gl.buffers import Buffers

COUNTED = tuple(name for name, buffer in BUFFERS.items() if buffer.counter is not None)
SIDE = 96
Draw = Callable[[gpucanvas.Context2D], None]


class Lab:
    """A backend of its own, whose fences are scripted, with a surface."""

    def __init__(self, backend: GLBackend, sync: ScriptedSync) -> None:
        self.backend, self.sync = backend, sync
        self.surface = Surface(backend, SIDE, SIDE)

    @property
    def replays(self) -> int:
        """How often frames were taken up again."""
        return self.backend._flight.replays

    def begin(
        self, draw: Draw, surface: Surface | None = None, stop: Callable[[], bool] | None = None
    ) -> SurfaceLanding:
        """Begin a frame."""
        recording = gpucanvas.Recording(SIDE, SIDE)
        draw(recording.get_context("2d"))
        return (surface or self.surface).begin([recording._commands], stop)

    def settle_posts(self) -> None:
        """Wait until the owner has issued what was posted."""
        with suppress(LostContextError):
            self.backend._owner.run(lambda: None)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Inside the block the owner comes to nothing that is posted."""
        free = threading.Event()
        self.backend._owner.post(lambda: free.wait(30))
        try:
            yield
        finally:
            free.set()

    def release(self) -> None:
        """The GPU has done all it was given, which is all that was begun."""
        self.settle_posts()
        self.sync.release()

    def held(self) -> tuple[int, int]:
        """What the staging pool says of leases and submissions."""
        stats = self.backend.staging.stats()
        return stats.leases_live, stats.submissions_pending


def end(backend: GLBackend) -> None:
    """End the owner thread of a backend, and free its context: one that is current on a thread that ended never goes.

    On software OpenGL a context and its shaders take 20 MB and more of the process.
    """
    owner = backend._owner
    context = owner.context

    def free() -> None:
        context.__exit__(None, None, None)  # No context is current any more.
        context.release()

    owner._release = free
    owner.end()


def glaze(number: int) -> Draw:
    """A frame that lays a colour over all, half of it: the order of frames decides about the picture."""

    def draw(ctx: gpucanvas.Context2D) -> None:
        ctx.fill_style = (*LAYERS[number], 0.5)
        ctx.fill_rect(0, 0, SIDE, SIDE)

    return draw


LAYERS = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (1.0, 1.0, 0.0), (0.0, 1.0, 1.0))


def glazed(numbers: list[int]) -> list[int]:
    """What a pixel is after these frames, straight: half of each colour over what was before, 8 bits each time."""
    pixel = np.zeros(4)
    for number in numbers:
        pixel = np.floor(255 * 0.5 * np.array([*LAYERS[number], 1.0]) + 0.5 * pixel + 0.5)
    return np.floor(255 * np.minimum(pixel / pixel[3], 1.0) * [1, 1, 1, 0] + [0.5, 0.5, 0.5, pixel[3]]).tolist()


def assert_glazed(pixels: np.ndarray, numbers: list[int], at: tuple[int, int] = (4, 4)) -> None:
    """The picture is that of these frames, in this order, each drawn once."""
    assert np.abs(pixels[at].astype(int) - glazed(numbers)).max() <= 1


def shapes(kind: str) -> Draw:
    """Work for one stage in the lower part of the canvas: below row 48."""

    def draw(ctx: gpucanvas.Context2D) -> None:
        rng = np.random.default_rng(5)
        ctx.fill_style = ctx.stroke_style = (1.0, 1.0, 1.0, 1.0)
        if kind == "lines":
            ctx.line_width, ctx.line_join, ctx.line_cap = 9, "round", "round"
            points = rng.random((400, 3, 2)) * [60, 20] + [16, 62]
            ctx.stroke_lines(points)
        elif kind == "crossings":
            ctx.fill_polygons(rng.random((300, 5, 2)) * [80, 40] + [8, 50])
        elif kind == "binned":
            ctx.fill_rects(*(rng.random((2, 3000)) * [[80], [30]] + [[4], [52]]), 3.0, 3.0)
        else:
            places = rng.random((2, 3000)) * [[20], [10]] + [[30], [60]]
            ctx.fill_rects(*places, 30.0, 20.5, color=rng.random((3000, 4)))

    return draw


def after(first: Draw, then: Draw) -> Draw:
    """Two drawings as one frame."""

    def draw(ctx: gpucanvas.Context2D) -> None:
        first(ctx)
        then(ctx)

    return draw


def squeeze(patch: pytest.MonkeyPatch, names: tuple[str, ...]) -> None:
    """Have the host believe at first that a few items of these would do: what shaders count is far more."""
    reserve, take = Stages.reserve, Buffers.take

    def reserved(self: Stages, scene: object) -> None:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(
                Buffers, "take", lambda me, name, nbytes: take(me, name, min(nbytes, 64) if name in names else nbytes)
            )
            inner.setattr("gpucanvas.gl.buffers.SMALLEST", 64)
            reserve(self, scene)

    patch.setattr(Stages, "reserve", reserved)


def undisturbed(draws: list[Draw]) -> np.ndarray:
    """The same frames where buffers are large enough, one after another: scenes hold this way to the cpu backend."""
    with gpucanvas.Canvas(SIDE, SIDE, backend="gl") as canvas:
        ctx = canvas.get_context("2d")
        for draw in draws:
            ctx.save()
            draw(ctx)
            ctx.restore()
            canvas.flush()
        return canvas.to_numpy()
