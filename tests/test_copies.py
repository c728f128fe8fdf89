"""copy, deepcopy and pickle of every public name: right, or refused at once with the cure."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import gpucanvas


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


WAYS: dict[str, Callable[[Any], Any]] = {"copy": copy.copy, "deepcopy": copy.deepcopy, "pickle": pickled}


def a_context(width: int = 8) -> Any:
    canvas = gpucanvas.Canvas(width, 8, backend="cpu")
    ctx = canvas.get_context("2d")
    ctx.fill_rect(0, 0, 4, 4)
    return ctx


def a_gradient() -> gpucanvas.CanvasGradient:
    gradient = a_context().create_linear_gradient(0, 0, 8, 0)
    gradient.add_color_stop(0, "red")
    gradient.add_color_stop(1, "blue")
    return gradient


def a_pattern() -> gpucanvas.CanvasPattern:
    pattern = a_context().create_pattern(np.arange(64, dtype=np.uint8).reshape(4, 4, 4), "repeat-x")
    pattern.set_transform(2, 0, 0, 2, 1, 0)
    return pattern


def a_ticket() -> gpucanvas.Ticket:
    ticket = a_context().canvas.submit()
    ticket.wait(60)
    return ticket


def an_image() -> gpucanvas.Image:
    return gpucanvas.Image(np.arange(64, dtype=np.uint8).reshape(4, 4, 4))


def painted_with(style: Any) -> Any:
    ctx = a_context()
    ctx.fill_style = style
    ctx.fill_rect(0, 0, 8, 8)
    return ctx.canvas.to_numpy()


def a_picture() -> gpucanvas.Picture:
    recording = gpucanvas.Recording(8, 4)
    recording.get_context("2d").fill_rect(1, 1, 2, 2)
    return recording.freeze()


REFUSED: dict[str, tuple[Callable[[], Any], str, str]] = {
    "Canvas": (lambda: a_context().canvas, "draw_image", "to_png"),
    "Context2D": (a_context, "save\\(\\) and restore\\(\\)", "save\\(\\) and restore\\(\\)"),
    "Recording": (lambda: gpucanvas.Recording(4, 4), "render_many", "render_many"),
    "Ticket": (a_ticket, "result\\(\\)", "result\\(\\)"),
    "trace": (lambda: gpucanvas.trace("frame.json"), "another trace", "another trace"),
    "FrameMonitor": (gpucanvas.FrameMonitor, "another FrameMonitor", "another FrameMonitor"),
    "TextCluster": (
        lambda: a_context().measure_text("a").get_text_clusters()[0],
        "get_text_clusters",
        "get_text_clusters",
    ),
    "LayoutLine": (lambda: gpucanvas.layout_text("a b").lines[0], "layout_text", "layout_text"),
    "TextLayout": (lambda: gpucanvas.layout_text("a b"), "layout_text", "layout_text"),
    "View": (lambda: gpucanvas.View(8, 8), "make another", "make another"),
}
SHARED = ("LayoutLine", "TextCluster", "TextLayout")
"""Objects that do not change: a copy is the object itself."""
VALUES: dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {
    "CanvasGradient": (a_gradient, lambda g: (g.kind, g.numbers, g.stops_array().tolist())),
    "CanvasPattern": (a_pattern, lambda p: (p.repetition, painted_with(p).tolist())),
    "Config": (gpucanvas.configure, lambda c: (c.backend, c.on_invalid, c.policy, c.in_flight, dict(c.colors))),
    "DOMMatrix": (lambda: gpucanvas.DOMMatrix([1, 2, 3, 4, 5, 6]), list),
    "DOMPoint": (lambda: gpucanvas.DOMPoint(1, 2, 3, 4), repr),
    "DOMRect": (lambda: gpucanvas.DOMRect(1, 2, -3, 4), lambda r: (tuple(r), r.left, r.bottom)),
    "FrameStats": (lambda: gpucanvas.FrameStats(frame=3, total_ms=2.0), lambda s: s),
    "Event": (lambda: gpucanvas.Event("pointer_down", x=1.0, buttons=(1,)), lambda e: (dict(e), e.x)),
    "Frame": (lambda: gpucanvas.Frame(1.5, 0.5, 3, 40.0, 30.0, 2.0), lambda f: (f.time, f.delta, f.index, f.size)),
    "AnimatedImage": (
        lambda: gpucanvas.AnimatedImage([an_image()], [2]),
        lambda a: (a.images[0].to_numpy().tolist(), a.durations, a.loops, a.frame_at(1) is a.images[0]),
    ),
    "Hit": (lambda: gpucanvas.Hit(7, 2), lambda h: h),
    "Picture": (a_picture, lambda p: (p.to_bytes(), p.width, p.command_count)),
    "Image": (an_image, lambda i: i.to_numpy().tolist()),
    "ImageData": (
        lambda: gpucanvas.ImageData(np.arange(64, dtype=np.uint8).reshape(4, 4, 4), color_space="display-p3"),
        lambda d: (d.tolist(), d.color_space),
    ),
    "ImageBitmap": (lambda: gpucanvas.create_image_bitmap(an_image()), lambda i: i.to_numpy().tolist()),
    "Path2D": (lambda: gpucanvas.Path2D("M1 2 L3 4 Z"), lambda p: (bytes(p.verbs), list(p.coords), p.current_point)),
    "TextMetrics": (
        lambda: a_context().measure_text("text"),
        lambda m: [value for name in dir(m) if name[0] != "_" and not callable(value := getattr(m, name))],
    ),
    "TextSpan": (lambda: gpucanvas.TextSpan("a", color="red"), lambda s: s),
    **{
        name: (lambda name=name: getattr(gpucanvas, name)("why"), lambda e: (type(e), e.args, vars(e)))
        for name in gpucanvas.__all__
        if name.endswith(("Error", "Warning"))
    },
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_value_is_refused_with_the_cure(name: str, way: str) -> None:
    make, copied, dumped = REFUSED[name]
    made = make()
    if name in SHARED and way != "pickle":
        assert WAYS[way](made) is made
        return
    cure = dumped if way == "pickle" else copied
    with pytest.raises(TypeError, match=f"{name}.* cannot be {'pickled' if way == 'pickle' else 'copied'}: .*{cure}"):
        WAYS[way](made)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", VALUES)
def test_a_value_comes_back_equal(name: str, way: str) -> None:
    make, read = VALUES[name]
    made = make()
    again = WAYS[way](made)
    assert type(again) is type(made)
    assert read(again) == read(made)


@pytest.mark.parametrize("way", WAYS)
def test_a_copied_value_is_apart_from_the_first(way: str) -> None:
    gradient, path, matrix = a_gradient(), gpucanvas.Path2D("M0 0 L1 1"), gpucanvas.DOMMatrix()
    pattern = a_pattern()
    before, pattern_again = painted_with(pattern), WAYS[way](pattern)
    pattern_again.set_transform(1, 0, 0, 1, 3, 0)
    assert (painted_with(pattern) == before).all() and (painted_with(pattern_again) != before).any()
    gradient_again, path_again, matrix_again = (WAYS[way](each) for each in (gradient, path, matrix))
    gradient_again.add_color_stop(0.5, "lime")
    path_again.line_to(9, 9)
    matrix_again.a = 7.0
    assert (len(gradient.stops_array()), bytes(path.verbs), matrix.a) == (2, b"\x00\x01\x00", 1.0)
    image = an_image()
    image_again = WAYS[way](image)
    image.close()
    assert image_again.to_numpy()[0, 0].tolist() == [0, 1, 2, 3]


def test_a_copied_path_keeps_its_rule_for_invalid_numbers_and_its_class() -> None:
    class Shape(gpucanvas.Path2D):
        def __init__(self, size: int) -> None:
            super().__init__()
            self.size = size
            self.line_to(size, 0)

    for way in WAYS.values():
        with pytest.raises(ValueError, match="line_to"):
            way(gpucanvas.Path2D(on_invalid="raise")).line_to(float("nan"), 0)
    shape = Shape(7)
    for way in (copy.copy, copy.deepcopy):
        again = way(shape)
        assert (type(again), again.size, again.current_point) == (Shape, 7, (7.0, 0.0))


def test_a_ticket_in_flight_is_refused_without_waiting_and_without_noise(recwarn: pytest.WarningsRecorder) -> None:
    canvas = a_context().canvas
    ticket = canvas.submit()
    for way in WAYS.values():
        with pytest.raises(TypeError, match="stands for one frame"):
            way(ticket)
    assert ticket.result(60).shape == (8, 8, 4)
    assert [str(each.message) for each in recwarn if each.category is not ResourceWarning] == []


def test_a_canvas_goes_on_after_a_refused_copy() -> None:
    ctx = a_context()
    for way in WAYS.values():
        with pytest.raises(TypeError):
            way(ctx.canvas)
        with pytest.raises(TypeError):
            way({"a": [ctx]} if way is not copy.copy else ctx)
    ctx.fill_style = "lime"
    ctx.fill_rect(0, 0, 8, 8)
    assert ctx.canvas.to_numpy()[0, 0].tolist() == [0, 255, 0, 255]


@pytest.mark.parametrize("name", gpucanvas.__all__)
def test_every_public_name_is_accounted_for(name: str) -> None:
    public = getattr(gpucanvas, name)
    if isinstance(public, type):
        assert name in REFUSED or name in VALUES or issubclass(public, gpucanvas.View)
    for way in () if isinstance(public, ModuleType) else WAYS.values():
        assert way(public) is public or way(public) == public
