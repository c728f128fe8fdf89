"""What no program should do to the verbs in C: they leave it to Python, and nothing crashes or is half recorded."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.kernels import library
from gpucanvas.verbs.context import Context2D
from gpucanvas.verbs.drawimage import DrawnCanvas
from gpucanvas.verbs.quick import in_python
from quick_programs import SETTINGS, Call, plain, quick
from test_quick_verbs import WARM, pytestmark  # noqa: F401


@pytest.fixture(params=[quick, plain])
def call(request: pytest.FixtureRequest) -> Any:
    return request.param


def new_context() -> Any:
    context: Any = gpucanvas.Recording(40, 40).get_context("2d")
    context.fill_rect(0, 0, 1, 1)
    return context


@pytest.mark.parametrize("name", sorted(in_python))
def test_a_context_that_was_not_initialised_has_no_slots_to_read(call: Call, name: str) -> None:
    arguments = {"draw_image": (None, 1, 2)}.get(name, (WARM[name],) if name in SETTINGS else WARM[name])
    with pytest.raises(AttributeError):
        call(Context2D.__new__(Context2D), name, arguments)


def test_a_path_that_was_not_initialised_is_refused(call: Call) -> None:
    context = new_context()
    context.fill(gpucanvas.Path2D("M0 0 L9 9"))
    with pytest.raises(AttributeError):
        call(context, "fill", (gpucanvas.Path2D.__new__(gpucanvas.Path2D),))


def test_a_path_without_its_stream_is_refused(call: Call) -> None:
    context, path = new_context(), gpucanvas.Path2D("M0 0 L9 9")
    call(context, "fill", (path,))
    path.verbs = None  # type: ignore[assignment]
    with pytest.raises(TypeError):
        call(context, "fill", (path,))
    del path.verbs
    with pytest.raises(AttributeError):
        call(context, "fill", (path,))


@pytest.mark.parametrize("name", ["move_to", "arc"])
def test_a_path_that_could_not_begin_a_subpath_has_none(call: Call, name: str) -> None:
    """While there is a view of its numbers: it would begin with a line, which no later stage expects."""
    context = new_context()
    call(context, "move_to", (0, 0))
    call(context, "begin_path", ())
    with memoryview(context._path.coords), pytest.raises(BufferError):
        call(context, name, WARM[name])
    call(context, "line_to", (3, 4))
    assert (bytes(context._path.verbs), list(context._path.coords)) == (b"\0", [3.0, 4.0])


def test_an_interrupt_while_a_canvas_is_asked_is_not_lost(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object) -> bool:
        raise KeyboardInterrupt

    context, canvas = new_context(), gpucanvas.Canvas(8, 8, backend="cpu")
    for _ in range(2):
        call(context, "draw_image", (canvas, 0, 0))
    monkeypatch.setattr(DrawnCanvas, "_closed", property(interrupt))
    with pytest.raises(KeyboardInterrupt):
        call(context, "draw_image", (canvas, 0, 0))


class Half:
    """A channel of a colour that is no float, and that dictionaries do not take."""

    def __radd__(self, other: float) -> float:
        return other + 0.5

    def __le__(self, other: float) -> bool:
        return other >= 0.5

    def __ge__(self, other: float) -> bool:
        return other <= 0.5

    __hash__ = None  # type: ignore[assignment]


def test_a_color_that_has_no_hash_is_refused_when_it_is_looked_up(call: Call) -> None:
    context = new_context()
    call(context, "fill_style", ((Half(), 0.0, 0.0, 1.0),))
    call(context, "save", ())
    call(context, "fill_style", ("red",))
    call(context, "restore", ())
    with pytest.raises(TypeError, match="unhashable type: 'Half'"):
        call(context, "fill_rect", (0, 0, 1, 1))


def test_a_part_of_an_image_may_be_numbers_without_a_hash(call: Call) -> None:
    context, image = new_context(), gpucanvas.Image(np.zeros((8, 8, 4), np.uint8))
    call(context, "draw_image", (image, 0, 0))
    call(context, "draw_image", (image, np.array(1.0), 1, 3, 3, 0, 0, 8, 8))
    assert len(context.canvas._commands) == 3


def test_arrays_that_are_built_otherwise_leave_all_verbs_to_python() -> None:
    """`quicken` looks at an array with a view, and at the size of its object: Python's arrays may change."""
    fields, integers, floats, names = library.module.quick_names()
    given: list[Any] = [(8,) * len(fields), (0,) * len(integers), (0.0,) * len(floats), (None,) * len(names)]
    given += [(None,) * 9, (None,) * 5]
    example = array("d", [1.0, 2.0])
    assert library.module.quicken(*given, (example, array.__basicsize__)) is None
    with memoryview(example):
        assert library.module.quicken(*given, (example, array.__basicsize__ - 8)) is None
        other = array("d", [1.0, 3.0])
        with memoryview(other):
            assert library.module.quicken(*given, (other, array.__basicsize__)) is None
    # The verbs that contexts have go on.
    context = new_context()
    context.move_to(1, 2)
    assert len(context.canvas._commands) == 1


def test_a_closed_canvas_refuses_to_draw(call: Call) -> None:
    canvas = gpucanvas.Canvas(4, 4, backend="cpu")
    context: Any = canvas.get_context("2d")
    call(context, "fill_rect", (0, 0, 1, 1))
    canvas.close()
    for name in ("fill_rect", "stroke_rect", "clear_rect", "fill", "stroke", "fill_text"):
        with pytest.raises(gpucanvas.ClosedError):
            call(context, name, WARM[name])
