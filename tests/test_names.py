"""Attributes that are not there: refused when they are got and when they are set, with the nearest one."""

from __future__ import annotations

import subprocess
import sys
from abc import ABC
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.film import FilmView
from gpucanvas.names import nearest, slips


def context() -> Any:
    return gpucanvas.Recording(8, 8).get_context("2d")


def gradient() -> Any:
    return context().create_linear_gradient(0, 0, 1, 1)


MAKERS: dict[str, Callable[[], Any]] = {
    "Canvas": lambda: gpucanvas.Canvas(8, 8, backend="cpu"),
    "Recording": lambda: gpucanvas.Recording(8, 8),
    "Context2D": context,
    "Path2D": gpucanvas.Path2D,
    "DOMMatrix": gpucanvas.DOMMatrix,
    "DOMPoint": gpucanvas.DOMPoint,
    "CanvasGradient": gradient,
    "CanvasPattern": lambda: context().create_pattern(np.zeros((2, 2, 4), np.uint8)),
    "AnimatedImage": lambda: gpucanvas.AnimatedImage([gpucanvas.Image(np.zeros((2, 2, 4), np.uint8))], [1]),
    "ImageBitmap": lambda: gpucanvas.create_image_bitmap(np.zeros((2, 2, 4), np.uint8)),
    "Image": lambda: gpucanvas.Image(np.zeros((2, 2, 4), np.uint8)),
    "FrameMonitor": gpucanvas.FrameMonitor,
    "Picture": lambda: gpucanvas.Recording(2, 2).freeze(),
}
SETTABLE = sorted(
    name
    for kind in gpucanvas.Context2D.__mro__
    for name, value in vars(kind).items()
    if isinstance(value, property) and value.fset
)


def javascript(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


@pytest.mark.parametrize("kind", MAKERS)
def test_every_public_name_in_javascript_s_spelling_is_refused_with_python_s(kind: str) -> None:
    made = MAKERS[kind]()
    names = [name for name in dir(made) if "_" in name.strip("_") and not name.startswith("_")]
    for name in names:
        with pytest.raises(AttributeError, match=f"^{kind} has no attribute '{javascript(name)}': did you mean {name}"):
            getattr(made, javascript(name))
        with pytest.raises(AttributeError):
            setattr(made, javascript(name), 1)


@pytest.mark.parametrize("name", SETTABLE)
def test_a_setting_misspelt_by_one_letter_is_refused_with_the_right_one(name: str) -> None:
    ctx = context()
    assert len(SETTABLE) >= 30
    for i in range(1, len(name) - 1):
        for wrong in (name[:i] + name[i + 1 :], name[: i - 1] + name[i] + name[i - 1] + name[i + 1 :]):
            if hasattr(ctx, wrong):
                continue
            for use in (lambda wrong=wrong: setattr(ctx, wrong, 1), lambda wrong=wrong: getattr(ctx, wrong)):
                with pytest.raises(AttributeError, match=f"Context2D has no attribute '{wrong}': did you mean {name}"):
                    use()


@pytest.mark.parametrize("kind", MAKERS)
def test_any_other_name_is_refused_too(kind: str) -> None:
    made = MAKERS[kind]()
    with pytest.raises(AttributeError, match=r"has no attribute 'entirely_different'$"):
        made.entirely_different  # noqa: B018
    # Python 3.13 says why.
    with pytest.raises(AttributeError, match=r"has no attribute 'entirely_different'( and no __dict__ .*)?$"):
        made.entirely_different = 1


def test_what_the_context_has_is_looked_for_there() -> None:
    canvas = gpucanvas.Canvas(2, 2, backend="cpu")
    for use in (lambda: canvas.fill_rect, lambda: canvas.fillRect, lambda: setattr(canvas, "fill_rect", 1)):
        with pytest.raises(AttributeError, match=r"did you mean get_context\(\"2d\"\)\.fill_rect\?"):
            use()
    with pytest.raises(AttributeError, match=r"has no attribute 'font'$"):
        gpucanvas.Path2D().font  # noqa: B018


def test_what_is_called_otherwise_elsewhere_leads_to_the_name_here() -> None:
    ctx, canvas = context(), gpucanvas.Canvas(2, 2, backend="cpu")
    with pytest.raises(AttributeError, match="did you mean fill_style"):
        ctx.fill_color = "red"
    with pytest.raises(AttributeError, match="did you mean to_data_url"):
        canvas.toDataURL()


@pytest.mark.parametrize("name", ["draw_focus_if_needed", "drawFocusIfNeeded"])
def test_what_is_left_out_for_good_says_why(name: str) -> None:
    for use in (lambda: getattr(context(), name), lambda: setattr(context(), name, 1)):
        with pytest.raises(AttributeError, match="drawFocusIfNeeded is left out: it draws the focus of a page's"):
            use()


@pytest.mark.parametrize("kind", MAKERS)
def test_dir_shows_no_wrong_names(kind: str) -> None:
    made = MAKERS[kind]()
    for shown in (dir(made), dir(type(made))):
        assert [name for name in shown if not name.startswith("_") and name != name.lower()] == []
        assert [name for name in shown if not name.startswith("_") and not hasattr(made, name)] == []


def test_a_program_s_subclass_has_attributes_of_its_own() -> None:
    class Board(gpucanvas.Canvas):
        def __init__(self) -> None:
            super().__init__(4, 4, backend="cpu")
            self.zoom = 2
            self.widths = [1]

    class Shape(gpucanvas.Path2D, ABC):
        pass

    class Pen(gpucanvas.Context2D):
        pass

    board, shape = Board(), Shape("M0 0 H5")
    pen = Pen(board, True)
    shape.name, shape.lineTos, pen.fill_styles = "five", 1, ["red"]
    assert (board.zoom, board.widths, shape.name, shape.lineTos, pen.fill_styles) == (2, [1], "five", 1, ["red"])
    del shape.lineTos
    with pytest.raises(AttributeError, match="did you mean line_to"):
        shape.lineTo(1, 2)
    board.get_context("2d").fill(shape)


def test_an_error_that_nobody_catches_names_the_cure_once() -> None:
    import traceback

    try:
        context().fillRect(0, 0, 1, 1)
    except AttributeError as error:
        assert "".join(traceback.format_exception(error)).count("fill_rect") == 1


def test_the_nearest_name_is_none_where_nothing_is_near() -> None:
    assert nearest(["fill_style", "save"], "zzz") is None
    assert "fil_style" in set(slips("fill_style"))


@pytest.mark.parametrize(
    ("make", "name", "meant"),
    [
        (context, "circle", "arc, or fill_circles for many"),
        (context, "draw_text", "fill_text"),
        (context, "set_source_rgb", "fill_style"),
        (context, "clear", "clear_rect"),
        (context, "width", "canvas.width"),
        (context, "flush", "canvas.flush"),
        (context, "select_font_face", "font"),
        (context, "push_matrix", "save"),
        (context, "set_fill_rule", "fill(fill_rule)"),
        (context, "quadratic_to", "quadratic_curve_to"),
        (context, "bezier_to", "bezier_curve_to"),
        (context, "set_fill_style", "fill_style"),
        (context, "set_line_cap", "line_cap"),
        (context, "shadow_offset", "shadow_offset_x and shadow_offset_y"),
        (context, "lw", "line_width"),
        (context, "begin", "begin_path"),
        (context, "close", "close_path"),
        (context, "triangle", "fill_polygons"),
        (context, "clip_rect", "rect and clip"),
        (context, "stroke_layout", "stroke_text for each line of the layout"),
        (gpucanvas.Path2D, "curve_to", "bezier_curve_to"),
        (gpucanvas.Path2D, "bezier_to", "bezier_curve_to"),
        (gpucanvas.Path2D, "translate", "add_path(path, DOMMatrix().translate(x, y)) of another path"),
        (gpucanvas.Path2D, "copy", "gpucanvas.Path2D(path)"),
        (MAKERS["Recording"], "to_png", "gpucanvas.Canvas, whose pixels can be saved"),
        (MAKERS["Recording"], "to_numpy", "gpucanvas.render_many([recording]), which gives its pixels"),
        (MAKERS["Canvas"], "show", "to_pil().show"),
        (MAKERS["Canvas"], "display", "to_pil().show"),
        (MAKERS["Canvas"], "ctx", 'get_context("2d")'),
        (MAKERS["Canvas"], "addEventListener", "gpucanvas.Window, whose on() adds event handlers"),
        (MAKERS["Canvas"], "write_to_png", "save"),
        (MAKERS["Canvas"], "size", "width and height"),
        (MAKERS["Canvas"], "clear", 'get_context("2d").clear_rect'),
        (MAKERS["Image"], "size", "width and height"),
    ],
)
def test_words_of_other_libraries_lead_to_ours(make: Callable[[], Any], name: str, meant: str) -> None:
    made = make()
    with pytest.raises(AttributeError) as caught:
        getattr(made, name)
    assert str(caught.value) == f"{type(made).__name__} has no attribute {name!r}: did you mean {meant}?"
    assert name not in dir(made)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("load_image", "Image.open"),
        ("Surface", "Canvas"),
        ("Path", "Path2D"),
        ("Matrix", "DOMMatrix"),
        ("createImageBitmap", "create_image_bitmap"),
        ("OffscreenCanvas", "Canvas"),
        ("Path2d", "Path2D"),
        ("requestAnimationFrame", "show, which calls"),
        ("animate", "show, or render_film"),
    ],
)
def test_names_of_browsers_lead_to_those_of_the_package(name: str, meant: str) -> None:
    with pytest.raises(AttributeError, match=f"^module 'gpucanvas' has no attribute '{name}': did you mean {meant}"):
        getattr(gpucanvas, name)
    with pytest.raises(AttributeError, match=r"has no attribute 'entirely_different'$"):
        gpucanvas.entirely_different  # noqa: B018
    assert not hasattr(gpucanvas, "__wrapped__")


def _public_kinds() -> list[type]:
    return [each for name in gpucanvas.__all__ if isinstance(each := getattr(gpucanvas, name), type)]


def test_methods_are_named_after_classes_that_programs_know() -> None:
    # That is what Python's own errors of missing arguments say.
    public = {(kind.__module__, kind.__qualname__) for kind in _public_kinds()}
    count = 0
    for kind in _public_kinds():
        for name in dir(kind):
            method = getattr(getattr(kind, name), "__func__", getattr(kind, name))
            if name.startswith("_") or not hasattr(method, "__code__"):
                continue
            assert (method.__module__, method.__qualname__.rpartition(".")[0]) in public, method
            count += 1
    assert count > 100


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: context().move_to(1), "Context2D.move_to() missing 1 required positional argument: 'y'"),
        (lambda: context().fill_circles(), "Context2D.fill_circles() missing 3 required"),
        (lambda: context().line_to(1, 2, 3), "Context2D.line_to() takes 3 positional arguments but 4 were given"),
        (lambda: gpucanvas.Path2D().line_to(1), "Path2D.line_to() missing 1 required"),
        (lambda: gpucanvas.Canvas(2, 2, backend="cpu").save(), "Canvas.save() missing 1 required"),
        (lambda: gpucanvas.Recording(2, 2).freeze(1), "Recording.freeze() takes 1 positional"),
        (lambda: context().layer(opacity=0.5), "Context2D.layer() got an unexpected keyword argument 'opacity'"),
        (lambda: gpucanvas.Recording(3.5, 3), "Recording width is 3.5: give a whole number of pixels"),
        (lambda: gpucanvas.Canvas(3, "3", backend="cpu"), "Canvas height is '3': give a whole number of pixels"),
    ],
)
def test_wrong_arguments_are_told_of_by_the_public_name(call: Callable[[], Any], said: str) -> None:
    with pytest.raises(TypeError) as caught:
        call()
    assert said in str(caught.value)


def test_a_method_is_pickled_by_its_public_name() -> None:
    import pickle

    for method in (gpucanvas.Canvas.save, gpucanvas.Context2D.move_to, gpucanvas.Path2D.line_to):
        assert pickle.loads(pickle.dumps(method)) is method


def test_a_wide_canvas_s_context_is_called_as_any() -> None:
    ctx = gpucanvas.Recording(2, 2).get_context("2d", color_space="display-p3")
    with pytest.raises(AttributeError, match="^Context2D has no attribute 'fillStyle': did you mean fill_style"):
        ctx.fillStyle = "red"  # type: ignore[attr-defined]


def test_overloads_of_inherited_methods_are_found() -> None:
    from typing import get_overloads

    assert len(get_overloads(gpucanvas.Context2D.draw_image)) == 3


@pytest.mark.parametrize(
    ("kind", "name", "meant"),
    [
        ("Image", "smoothing", "ctx.image_smoothing_enabled"),
        ("ImageBitmap", "imageSmoothingEnabled", "ctx.image_smoothing_enabled"),
        ("Image", "src", "gpucanvas.Image.open(path)"),
        ("Image", "naturalWidth", "width"),
        ("Image", "resize", "ctx.draw_image(image, x, y, width, height)"),
        ("Canvas", "resize", "width and height, which can be set"),
        ("Canvas", "copy", "gpucanvas.Image(canvas)"),
        ("Image", "heigth", "height"),
        ("CanvasPattern", "repetitoin", "repetition"),
        ("CanvasPattern", "smoothing", "ctx.image_smoothing_enabled"),
        ("CanvasGradient", "addColorStop", "add_color_stop"),
        ("CanvasGradient", "stops", "add_color_stop"),
        ("Path2D", "fill", "ctx.fill(path)"),
        ("Path2D", "isPointInPath", "ctx.is_point_in_path(path, x, y)"),
        ("Picture", "draw", "ctx.draw_picture(picture)"),
        ("AnimatedImage", "duratoin", "duration"),
    ],
)
def test_what_a_value_does_not_have_is_said_when_it_is_got_and_when_it_is_set(kind: str, name: str, meant: str) -> None:
    made = MAKERS[kind]()
    said = f"{kind} has no attribute {name!r}: did you mean {meant}?"
    for use in (lambda: getattr(made, name), lambda: setattr(made, name, True)):
        with pytest.raises(AttributeError) as caught:
            use()
        assert str(caught.value) == said


@pytest.mark.parametrize(
    ("kind", "name", "meant"),
    [
        (gpucanvas.Window, "update", "request_draw"),
        (gpucanvas.Window, "poll_events", "run, which calls the handlers that on() adds"),
        (gpucanvas.Window, "mainloop", "run"),
        (gpucanvas.Window, "ctx", 'the ctx of draw(ctx, frame), or canvas.get_context("2d")'),
        (gpucanvas.Window, "set_title", "title"),
        (gpucanvas.Window, "setTitle", "title"),
        (gpucanvas.Window, "save", "screenshot"),
        (gpucanvas.Window, "addEventListener", "on"),
        (gpucanvas.Window, "to_numpy", "canvas.to_numpy"),
        (gpucanvas.Window, "visble", "visible"),
        (gpucanvas.HostedView, "setTitle", "title"),
        (gpucanvas.HostedView, "get_context", "canvas.get_context"),
        (FilmView, "mainloop", "frames"),
        (FilmView, "flip", "request_draw"),
    ],
)
def test_words_of_other_libraries_lead_to_those_of_a_view(kind: Any, name: str, meant: str) -> None:
    view = kind.__new__(kind)  # Without its window: the names are those of the class.
    with pytest.raises(AttributeError) as caught:
        getattr(view, name)
    assert str(caught.value) == f"{kind.__name__} has no attribute {name!r}: did you mean {meant}?"


@pytest.mark.parametrize("kind", [gpucanvas.View, gpucanvas.HostedView, gpucanvas.Window, FilmView])
def test_words_that_lead_to_a_view_s_names_lead_to_names_that_are_there(kind: Any) -> None:
    assert [name for name in kind._elsewhere if name in dir(kind)] == [], "nobody would see these"
    assert {meant for meant in kind._elsewhere.values() if meant.isidentifier()} <= {*dir(kind)}


def test_a_program_s_subclass_of_an_image_has_attributes_of_its_own() -> None:
    class Sprite(gpucanvas.Image):
        pass

    sprite = Sprite(np.zeros((2, 2, 4), np.uint8))
    sprite.smoothing, sprite.name = True, "hero"
    assert (sprite.smoothing, sprite.name, sprite.crop(0, 0, 1, 1).width) == (True, "hero", 1)


def test_a_module_that_must_be_imported_is_said_to_be() -> None:
    code = "import gpucanvas; gpucanvas.film.FilmView"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert "has no attribute 'film': did you mean to import gpucanvas.film first?" in ended.stderr


def test_completion_shows_the_public_names_of_the_package() -> None:
    assert {name for name in dir(gpucanvas) if not name.startswith("__")} == set(gpucanvas.__all__) - {"__version__"}
    assert {"__doc__", "__file__", "__version__"} <= set(dir(gpucanvas))
