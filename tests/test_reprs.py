"""What public objects say of themselves: size, what draws them, how far they are."""

from __future__ import annotations

import gpucanvas


def test_a_canvas_its_context_and_a_recording_say_their_size_backend_and_state(backend: str) -> None:
    recording = gpucanvas.Recording(3, 2)
    ctx = recording.get_context("2d")
    assert repr(recording) == "<Recording 3x2, 0 commands recorded>"
    ctx.fill_rect(0, 0, 1, 1)
    ctx.clear_rect(0, 0, 1, 1)
    assert repr(recording) == "<Recording 3x2, 2 commands recorded>"
    assert repr(ctx) == "<Context2D of a Recording 3x2, 2 commands recorded>"
    with gpucanvas.Canvas(30, 20, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(0, 0, 1, 1)
        assert repr(canvas) == f"<Canvas 30x20 on {backend}>"
        assert repr(ctx) == f"<Context2D of a Canvas 30x20 on {backend}, 1 commands recorded>"
    assert repr(canvas) == f"<Canvas 30x20 on {backend}, closed>"
    assert repr(ctx) == f"<Context2D of a Canvas 30x20 on {backend}, closed>"


def test_no_public_class_has_the_default_repr() -> None:
    for name in gpucanvas.__all__:
        public = getattr(gpucanvas, name)
        if isinstance(public, type) and not issubclass(public, Exception):
            assert public.__repr__ is not object.__repr__, name


def test_a_path_counts_the_segments_that_it_draws() -> None:
    assert repr(gpucanvas.Path2D("M0 0H5")) == "<Path2D of 1 segments>"
    assert repr(gpucanvas.Path2D("M0 0H5V5ZM9 9H10")) == "<Path2D of 4 segments>"
    assert repr(gpucanvas.Path2D()) == "<Path2D of 0 segments>"
